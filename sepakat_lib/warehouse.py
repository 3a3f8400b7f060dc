"""The only place that knows where data lie: Parquet by survey, year and region.

```
data/warehouse/susenas/2023/3501/{households,persons}.parquet + origin.json
data/warehouse/estimates/susenas-2023.parquet + .json
```
A region is written beside its place and moved in whole, so that a failure at any moment
leaves what was stored before.
"""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from sepakat_lib import ROOT

TABLES = ("households", "persons")


class NothingLoaded(LookupError):
    """No survey data for what was asked.

    Attributes
    ----------
    code : str
        ``nothing_loaded`` of the year, or ``region_not_loaded``.
    fields : dict
        What stands in the sentence, for a translation.
    """

    def __init__(self, sentence: str, *, code: str, **fields):
        super().__init__(sentence)
        self.code, self.fields = code, fields


def folder() -> Path:
    """Where data lie: `SEPAKAT_DATA`, or `data` beside the notebooks."""
    return Path(os.environ.get("SEPAKAT_DATA") or ROOT / "data")


def _place(survey: str, year: int) -> Path:
    return folder() / "warehouse" / survey / str(year)


@contextlib.contextmanager
def whole(target: Path):
    """Give a path to write to, and move what was written to `target` only when done.

    Parameters
    ----------
    target : Path
        File that is to appear, or to be replaced, whole.

    Yields
    ------
    Path
        A place beside `target`; a failure removes it and leaves `target` as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=target.parent))
    fresh = scratch / target.name
    try:
        yield fresh
        os.replace(fresh, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def store(
    survey: str,
    year: int,
    households: pd.DataFrame,
    persons: pd.DataFrame,
    origin: dict,
    progress=None,
) -> list[str]:
    """Write a validated round, one folder a kabupaten; each replaces what it had.

    Parameters
    ----------
    survey : str
        Name of the source ("susenas").
    year : int
        Year of the round.
    households, persons : DataFrame
        Validated by `tables.Households` and `tables.Persons`.
    origin : dict
        What is told of the data everywhere: inputs with SHA-256, layout, synthetic …
    progress : callable, optional
        Called with the number of regions done.

    Returns
    -------
    list of str
        Regions written.
    """
    place = _place(survey, year)
    place.mkdir(parents=True, exist_ok=True)
    members = dict(list(persons.groupby("region", sort=False)))
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=place))
    try:
        written = []
        for region, part in households.groupby("region"):
            fresh = scratch / region
            fresh.mkdir()
            mine = members[region]
            part.to_parquet(fresh / "households.parquet", index=False)
            mine.to_parquet(fresh / "persons.parquet", index=False)
            counts = {"households": len(part), "persons": len(mine)}
            text = json.dumps(origin | counts | {"region": region, "year": year})
            (fresh / "origin.json").write_text(text, "utf-8")
            written.append(region)
            if progress:
                progress(len(written))
        for region in written:  # only now does anything that was stored change
            if (place / region).exists():
                (place / region).rename(scratch / f"old-{region}")
            (scratch / region).rename(place / region)
        return written
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def loaded(survey: str = "susenas") -> pd.DataFrame:
    """Rounds in the warehouse: one row a year and kabupaten, with its origin."""
    paths = sorted((folder() / "warehouse" / survey).glob("*/[0-9]*/origin.json"))
    rows = [json.loads(path.read_text("utf-8")) for path in paths]
    columns = ["year", "region", "synthetic", "layout", "columns"]
    columns += ["inputs", "remarks", "households", "persons"]
    return pd.DataFrame(rows, columns=None if rows else columns)


def connect(survey: str, year: int, regions: list[str] | None = None):
    """A DuckDB connection with the views `households` and `persons` of one round.

    Raises
    ------
    NothingLoaded
        When no data of that year, or of one of the regions, are in the warehouse.
    """
    there = loaded(survey)
    there = there[there["year"] == year]
    wanted = list(there["region"]) if regions is None else regions
    absent = sorted(set(wanted) - set(there["region"]))
    hint = "load the files with 'sepakat data load', or make synthetic data with "
    hint += "'sepakat data demo'"
    if absent:
        raise NothingLoaded(
            f"no {survey} data of {year} for {', '.join(absent[:5])}; {hint}",
            code="region_not_loaded",
            year=str(year),
            regions=absent,
        )
    if not wanted:
        raise NothingLoaded(
            f"no {survey} data of {year} for any region; {hint}",
            code="nothing_loaded",
            year=str(year),
        )
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    for table in TABLES:
        files = [
            str(_place(survey, year) / each / f"{table}.parquet") for each in wanted
        ]
        quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
        con.execute(
            f"CREATE VIEW {table} AS SELECT * FROM "
            f"read_parquet([{quoted}], union_by_name=true)"
        )
    return con


def result_path(name: str) -> Path:
    """Where a computed table lies ("susenas-2023")."""
    return folder() / "warehouse" / "estimates" / f"{name}.parquet"


def boundaries_path(level: str) -> Path:
    """Where the office's own shapes of a level lie, if it added any."""
    return folder() / "warehouse" / "boundaries" / f"{level}.parquet"


def store_boundaries(level: str, shapes: pd.DataFrame) -> Path:
    """Keep an office's own boundaries; they replace those of the same level."""
    target = boundaries_path(level)
    with whole(target) as fresh:
        shapes.to_parquet(fresh, index=False)
    return target


def boundaries(level: str) -> pd.DataFrame | None:
    """The office's own shapes of a level, or None where it added none."""
    path = boundaries_path(level)
    return pd.read_parquet(path) if path.exists() else None
