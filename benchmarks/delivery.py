"""Time and memory of loading a delivery of the nation, in each format.

    python benchmarks/delivery.py FOLDER [--region 00] [--year 2023] [format …]

Invents the round in BPS's layout under FOLDER/dbf once, writes the same columns and cells
in the other formats beside it, and runs `sepakat data load` on each in a process and a
warehouse of its own. What is loaded must be the same in all: rows of every table are
counted and their cells summed. Floor: the bytes of the delivery read once. FOLDER grows
to about 10 GB for the nation.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat

from sepakat_lib import regions
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import files

FORMATS = ("dbf", "csv", "parquet", "sav", "dta", "zip")
LOAD = (
    sys.executable,
    "-c",
    "from sepakat_lib.cli import main; main()",
    "data",
    "load",
)


def made(root: Path, region: str, year: int) -> list[Path]:
    """Files of the invented round, as DBF."""
    folder = root / "dbf"
    if not folder.exists():
        fresh = root / "fresh"
        fresh.mkdir(parents=True)
        members = regions.members(region)
        susenas.demo(fresh, regions=members, year=year)
        fresh.rename(folder)
    return sorted(folder.glob("*.dbf"))


def text(column: pd.Series) -> pd.Series:
    """Letters as they are, nothing as an empty text: SAV and DTA know no other."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    return column.map(lambda cell: "" if cell is None or cell != cell else str(cell))


def written(root: Path, kind: str, sources: list[Path]) -> Path:
    """The folder of a format, written from the DBF files once."""
    folder = root / kind
    if folder.exists():
        return folder
    fresh = root / f"{kind}.fresh"
    fresh.mkdir(exist_ok=True)
    if kind == "zip":
        with zipfile.ZipFile(
            fresh / "susenas.zip", "w", zipfile.ZIP_DEFLATED
        ) as archive:
            for file in sorted(written(root, "csv", sources).iterdir()):
                archive.write(file, file.name)
    for source in sources if kind != "zip" else ():
        delivery = files.look(source)
        table = files.load(delivery, [*delivery.columns], remarks=[]).apply(text)
        path = fresh / f"{source.stem}.{kind}"
        if kind == "csv":
            table.to_csv(path, index=False)
        elif kind == "parquet":
            table.to_parquet(path, index=False)
        elif kind == "sav":
            pyreadstat.write_sav(table, str(path))
        else:
            pyreadstat.write_dta(table, str(path))
    fresh.rename(folder)
    return folder


def loaded(root: Path, kind: str, year: int) -> dict:
    """What one load took, and what stands in its warehouse."""
    data = root / f"warehouse_{kind}"
    subprocess.run(["rm", "-rf", str(data)], check=True)
    surroundings = os.environ | {"SEPAKAT_DATA": str(data), "SEPAKAT_LANGUAGE": "en"}
    began = time.perf_counter()
    child = subprocess.Popen(
        [*LOAD, str(root / kind), "--year", str(year)],
        env=surroundings,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"{kind}: the load ended with {status}")
    return {
        "format": kind,
        "megabytes": sum(f.stat().st_size for f in (root / kind).iterdir()) / 1e6,
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
        "floor": floor(root / kind),
        "sum": content(data),
    }


def floor(folder: Path) -> float:
    """Seconds that reading the bytes of the delivery takes."""
    began = time.perf_counter()
    for file in folder.iterdir():
        with file.open("rb") as stream:
            while stream.read(1 << 24):
                pass
    return time.perf_counter() - began


def content(data: Path) -> dict[str, list]:
    """Rows and a sum over all cells of each table of microdata."""
    out: dict[str, list] = {}
    for path in sorted(data.rglob("*.parquet")):
        rows, total = duckdb.execute(
            f"SELECT count(*), sum(hash(t)::HUGEINT % 1000003) FROM '{path}' AS t"
        ).fetchall()[0]
        held = out.setdefault(path.stem, [0, 0])
        out[path.stem] = [held[0] + rows, held[1] + int(total or 0)]
    return out


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--region", default="00")
    parser.add_argument("--year", type=int, default=2023)
    parser.add_argument("formats", nargs="*", default=FORMATS)
    asked = parser.parse_args()
    sources = made(asked.folder, asked.region, asked.year)
    first = None
    print(
        "| format | MB | seconds | CPU s | memory [MB] | read once [s] |\n|---|---|---|---|---|---|"
    )
    for kind in asked.formats:
        written(asked.folder, kind, sources)
        row = loaded(asked.folder, kind, asked.year)
        first = first or row["sum"]
        same = "" if row["sum"] == first else f" DIFFERS {json.dumps(row['sum'])}"
        print(
            f"| {kind} | {row['megabytes']:.0f} | {row['seconds']:.1f} | {row['cpu']:.1f} "
            f"| {row['memory']:.0f} | {row['floor']:.1f} |{same}",
            flush=True,
        )
    print(json.dumps(first))


if __name__ == "__main__":
    main()
