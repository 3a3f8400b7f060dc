"""Broken deliveries of files: made by chance, given to the real doors, and judged.

Every reader gets a delivery that is right but for one thing of `BREAKS`. It must end
loaded, and equal to the clean file's; or refused in our own words, with the file, the row
and column where there is one, and what to do, and everything stored as it was. Nothing
else will do: not a near miss, not a hang, not the words of a library.

`python tests/broken.py [CASES] [FIRST]` (or `make broken`) prints a table of what came.
"""

import collections
import contextlib
import csv
import datetime
import functools
import io
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pyarrow
import pyarrow.parquet
import pyreadstat
import shapely
import shapely.affinity
import susenas_fixture

from sepakat_lib import (
    intake,
    ledger,
    regions,
    speaker,
    warehouse,
    words,
)
from sepakat_lib.daerah import kept, submitting, templates
from sepakat_lib.exchange import prices
from sepakat_lib.refused import Refused
from sepakat_lib.sources import sipd_budget
from sepakat_lib.terminal import OF_OURS

SECONDS = int(
    os.environ.get("BROKEN_SECONDS", "20")
)  # that a door may take before it counts as hanging
HUGE = 200_000  # signs of an enormous cell
DAY = datetime.date(2024, 10, 1)


class Table(NamedTuple):
    """One file of a delivery before it is written: all cells are text."""

    name: str
    header: list[str]
    rows: list[list[str]]
    needed: tuple[str, ...]  # columns without which it cannot be taken
    wrong: dict[str, tuple[str, ...]]  # cells that no column of the name may hold
    year: str = ""  # column that tells the year


class Reader(NamedTuple):
    """A door, a clean delivery for it, and how to see what is stored."""

    ending: str
    clean: Callable[[], list[Table]]
    load: Callable[[Path], Any]
    stored: Callable[[], Any]
    write: Callable[[Table, Path], None]
    first: int = 2  # row that the first row of data has in messages
    parts: bool = False  # the delivery may be of any number of files
    repeats: bool = False  # a row may stand twice
    year: Callable[[Path], Any] | None = None  # the same door asked for another year


class Case(NamedTuple):
    """A delivery that is broken in one way.

    Attributes
    ----------
    where : tuple, optional
        Row and column that a refusal must name.
    names : str
        What a refusal must name else, a column that is not there.
    instead : list of Table, optional
        A delivery that is whole by itself and that the file cannot be told from.
    """

    folder: Path
    where: tuple[int, str] | None = None
    names: str = ""
    instead: list[Table] | None = None
    load: Callable[[Path], Any] | None = None
    meanwhile: tuple[Path, bytes, int] | None = None


class NotPossible(Exception):
    """A reader has nothing that can be broken in this way."""


# Writing


def rows_of(table: Table) -> list[list[str]]:
    return [table.header, *table.rows]


def csv_text(table: Table, mark: str = ",", end: str = "\r\n", quote=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end, quoting=quote).writerows(
        rows_of(table)
    )
    return out.getvalue()


def write_csv(table: Table, path: Path) -> None:
    path.write_bytes(csv_text(table).encode())


def write_xlsx(table: Table, path: Path, above: int = 0, title: str = "Lembar") -> None:
    book = openpyxl.Workbook()
    book.active.title = title
    for _ in range(above):
        book.active.append([])
    for row in rows_of(table):
        if any(row):
            book.active.append([cell or None for cell in row])
    book.save(path)


def write_codes(table: Table, path: Path) -> None:
    write_xlsx(table, path, title="ALL")


def _frame(table: Table) -> pd.DataFrame:
    """Cells as numbers where a whole column is numbers, as SPSS and Parquet have them."""
    frame = pd.DataFrame(table.rows, columns=range(len(table.header)))
    made = {}
    for place in frame:
        cells = frame[place].replace("", None)
        numbers = pd.to_numeric(cells, errors="coerce")
        letters = (numbers.isna() & cells.notna()).any()
        made[place] = frame[place] if letters else numbers.astype(float)
    return pd.DataFrame(made)


def write_parquet(table: Table, path: Path) -> None:
    frame = _frame(table)
    arrays = [pyarrow.array(frame[place], from_pandas=True) for place in frame]
    made = pyarrow.Table.from_arrays(arrays, names=table.header)
    pyarrow.parquet.write_table(made, path)


def write_sav(table: Table, path: Path) -> None:
    if len(set(table.header)) < len(table.header):
        raise NotPossible
    frame = _frame(table).set_axis(table.header, axis=1)
    try:
        pyreadstat.write_sav(frame, str(path))
    except Exception as error:
        raise NotPossible from error


def write_dbf(table: Table, path: Path) -> None:
    cells = [[cell or None for cell in row] for row in table.rows]
    frame = pd.DataFrame(cells, columns=table.header, dtype=object)
    frame.columns = table.header
    if any(len(str(cell or "")) > 250 for row in cells for cell in row):
        raise NotPossible
    susenas_fixture.write_dbf(_Doubled(frame), path)


class _Doubled:
    """A frame whose columns may share a name, as `write_dbf` goes through it."""

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame

    def items(self):
        for n, name in enumerate(self.frame.columns):
            column = self.frame.iloc[:, n]
            numbers = pd.to_numeric(column, errors="coerce")
            letters = (numbers.isna() & column.notna()).any()
            yield name, column if letters else numbers

    def __len__(self):
        return len(self.frame)


def write_geojson(table: Table, path: Path) -> None:
    place = table.header.index("geometry") if "geometry" in table.header else None
    features = []
    for row in table.rows:
        told = dict(zip(table.header, row, strict=True))
        told.pop("geometry", None)
        shape = None if place is None else _json(row[place])
        features.append({"type": "Feature", "properties": told, "geometry": shape})
    text = json.dumps({"type": "FeatureCollection", "features": features})
    path.write_text(text, "utf-8")


def _json(text: str):
    try:
        return json.loads(text)
    except ValueError:
        return {"type": "Polygon", "coordinates": text}


@functools.cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        templates.write("other", "3501", path, "id")
        return path.read_bytes()


def write_daerah(table: Table, path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_template()))
    sheet = book.worksheets[0]
    for n in range(1, len(templates.COLUMNS) + 1):
        sheet.cell(templates.HEADER, n).value = None
    for r, row in enumerate(rows_of(table), start=templates.HEADER):
        for c, cell in enumerate(row, start=1):
            sheet.cell(r, c).value = cell or None
    book.save(path)


# Clean deliveries


def _table(name, header, rows, needed, wrong, year="") -> Table:
    return Table(
        name, [*header], [[str(c) for c in r] for r in rows], needed, wrong, year
    )


NOT_NUMBERS = ("x", "1O5", "=1+1", "-7", "12.5.3", "@SUM(A1)", "9" * 30)
NEVER = ("x", "=1+1", "1 2", "77777777777777777777", "@SUM(A1)")


def clean_susenas() -> list[Table]:
    made = susenas_fixture.narrow(susenas_fixture.tables())
    needed = {
        "kor_rt": ("URUT", "R101", "R102", "R105", "R301", "FWT"),
        "kor_ind1": ("URUT", "R401"),
        "kp_blok43": ("URUT",),
    }
    wrong = {
        "kor_rt": {
            **dict.fromkeys(("URUT", "R301", "FWT"), (*NOT_NUMBERS, "")),
            "R101": ("x", "77", "", "=1+1"),
            "R102": ("x", "", "=1+1", "55"),
            "R105": ("3", "x", "", "-1"),
        },
        "kor_ind1": {
            "URUT": (*NOT_NUMBERS, ""),
            "R401": ("x", "", "-1", "1.5", "500"),
            "R405": ("3", "x", "1.5", "=1+1"),
            "R407": ("200", "x", "-1", "4O"),
        },
        "kp_blok43": {
            "URUT": (*NOT_NUMBERS, ""),
            "EXPEND": ("x", "=1+1", "", "1O00"),
            "FOOD": ("x", "=1+1", "1O00"),
        },
    }
    tables = []
    for part, frame in made.items():
        cells = frame.astype(object).where(frame.notna(), "")
        rows = [
            [c if isinstance(c, str) else f"{c:.15g}" for c in row]
            for row in cells.itertuples(index=False)
        ]
        name = f"ssn202403_{part}"
        tables.append(
            _table(name, frame.columns, rows, needed.get(part, ()), wrong.get(part, {}))
        )
    return tables


def load_susenas(folder: Path, year: int | None = 2024):
    accept = ["weights"]
    intake.load([folder], year=year, round="march", accept=accept)


def stored_susenas():
    found = []
    for part in ("households", "persons"):
        if warehouse.loaded().empty:
            return []
        years = sorted(set(warehouse.loaded()["year"]))
        for year in years:
            frame = (
                warehouse.connect("susenas", int(year))
                .sql(f"SELECT * FROM {part}")
                .df()
            )
            found.append((part, int(year), _cells(frame)))
    return found


def clean_official() -> list[Table]:
    names = "region year month indicator value publisher table note".split()
    rows = [
        "3501 2023 8 unemployment 1.83|BPS Pacitan|Keadaan Tenaga Kerja 2023|dibulatkan",
        "3502 2023 8 unemployment 4.66|BPS Ponorogo|Keadaan Tenaga Kerja 2023|",
        "3503 2023 8 unemployment 5.05|BPS Trenggalek|Café – Tabel 3|dibulatkan",
        "3504 2023 8 unemployment 5.65|BPS Tulungagung|Keadaan Tenaga Kerja 2023|",
        "3505 2023 8 unemployment 4.91|BPS Blitar|Keadaan Tenaga Kerja 2023|dibulatkan",
    ]
    parted = [row.split("|")[0].split() + row.split("|")[1:] for row in rows]
    wrong = {
        "region": ("99", "x", "", "35O1"),
        "year": ("1899", "x", "", "2203", "2023.5"),
        "month": ("13", "x", "", "-1"),
        "indicator": ("", "=1+1", "Angka X"),
        "value": ("x", "", "1,83", "=1+1", "502.000", "1e5", "-"),
        "publisher": ("",),
        "table": ("",),
    }
    needed = tuple(names[:-1])
    return [_table("resmi", names, parted, needed, wrong, "year")]


def clean_apbd() -> list[Table]:
    rows = [
        ["Pendapatan Daerah", "1638.57", "1656.08", "101.07"],
        ["PAD", "165.60", "165.24", "99.78"],
        ["Pajak Daerah", "36.14", "42.18", "116.71"],
        ["TKDD", "1362.47", "1359.64", "99.79"],
        ["Pendapatan Lainnya", "110.50", "131.19", "118.73"],
        ["Belanja Daerah", "1654.07", "1662.26", "100.49"],
        ["Belanja Pegawai", "763.11", "689.78", "90.39"],
        ["Belanja Barang dan Jasa", "396.40", "428.78", "108.17"],
        ["Belanja Modal", "194.40", "236.41", "121.61"],
        ["Belanja Lainnya", "300.16", "307.28", "102.37"],
        ["Belanja Hibah", "20.23", "26.97", "133.30"],
        ["Surplus/(Defisit)", "-15.50", "-6.18", "39.87"],
    ]
    rows = [[*row, "2022"] for row in rows]
    money = ("x", "=1+1", "-", "1.2.3", "12a")
    wrong = {
        "akun": ("Belanja Kopi", "=1+1"),
        "anggaran": money,
        "realisasi": money,
        "persentase": ("x", "=1+1", "-", "999"),
        "tahun": ("1899", "2021"),
    }
    header = ["akun", "anggaran", "realisasi", "persentase", "tahun"]
    needed = ("akun", "anggaran", "realisasi")
    return [_table("apbd", header, rows, needed, wrong, "tahun")]


SIPD = {
    "tahun": "2023",
    "kode_urusan": "1",
    "nama_urusan": "URUSAN WAJIB",
    "kode_skpd": "1.01.0.00.0.00.01.0000",
    "nama_skpd": "Dinas Pendidikan",
    "kode_bidang_urusan": "1.01",
    "nama_bidang_urusan": "PENDIDIKAN",
    "kode_sub_kegiatan": "1.01.02.2.01.0001",
    "nama_sub_kegiatan": "Pembangunan Unit Sekolah Baru",
    "kode_rekening": "5.1.02.01.01.0024",
    "nama_standar_harga": "Café",
    "pagu": "1250000",
}


def clean_sipd() -> list[Table]:
    header = [*sipd_budget.COLUMNS]
    given = [
        SIPD,
        SIPD | {"kode_rekening": "5.1.02.01.01.0025", "pagu": "2600000"},
        SIPD | {"kode_rekening": "5.2.02.05.01.0005", "pagu": "38400000"},
        SIPD | {"kode_rekening": "5.1.02.02.01.0003", "pagu": "475000"},
    ]
    rows = [[row.get(name, "") for name in header] for row in given]
    wrong = {
        "tahun": ("", "2022", "x"),
        "kode_skpd": ("", "=1+1"),
        "kode_sub_kegiatan": ("", "x", "1.01", "=1+1"),
        "kode_rekening": ("", "x", "4.1.01", "=1+1"),
        "pagu": ("", "x", "-5", "-", "=1+1", "1O", "9" * 30),
        "kode_bidang_urusan": ("1.02", "x"),
    }
    return [_table("sipd", header, rows, sipd_budget.NEEDED, wrong, "tahun")]


def clean_prices() -> list[Table]:
    header = [
        *("kode_standar_harga", "nama_standar_harga", "satuan", "harga", "kecamatan"),
        *("tahun_anggaran", "nomor keputusan"),
    ]
    rows = [
        ["1.1.7.01", "Semen", "zak", "70.000", "", "2026", "SK 5/2025"],
        [
            "1.1.7.02",
            "Café – pasir",
            "m3",
            "1.250.000",
            "35.01.01",
            "2026",
            "SK 5/2025",
        ],
        ["1.1.7.03", "Batu", "m3", "310.000", "", "2026", "SK 5/2025"],
        ["1.1.7.04", "Besi", "kg", "17.500", "", "2026", "SK 7/2025"],
    ]
    wrong = {
        "kode_standar_harga": ("", "=1+1", "x" * 90),
        "nama_standar_harga": ("", "=1+1", "@SUM(A1)"),
        "satuan": ("", "=1+1"),
        "harga": ("", "x", "-5", "1.25O", "=1+1", "12,5", "9" * 30),
        "kecamatan": ("35.02.01", "x", "=1+1"),
        "tahun_anggaran": ("x", "1899", "=1+1"),
        "nomor keputusan": ("", "=1+1"),
    }
    needed = tuple(name for name in header if name != "kecamatan")
    return [_table("ssh", header, rows, needed, wrong, "tahun_anggaran")]


def clean_codes() -> list[Table]:
    rows = [
        ["1", "1", "", "", "", "", "URUSAN WAJIB"],
        ["2", "1", "03", "", "", "", "PEKERJAAN UMUM"],
        ["3", "1", "03", "05", "", "", "PROGRAM AIR LIMBAH"],
        ["4", "1", "03", "05", "2.01", "", "Pengelolaan Air Limbah"],
        ["5", "1", "03", "05", "2.01", "0039", "Penyediaan SPALD – Café"],
    ]
    header = ["", "KODE", "", "", "", "", "NOMENKLATUR URUSAN"]
    return [_table("kode", header, rows, (), {})]


def clean_boundaries() -> list[Table]:
    parts = regions.kecamatan("00")
    rows = []
    for region in ("3501", "3502", "3503"):
        mine = parts[parts["region"] == region]
        points = shapely.multipoints(shapely.points(mine["lon"], mine["lat"]))
        hull = points.convex_hull.buffer(0.02)  # a bay in it: hulls are refused
        x, y, west = hull.centroid.x, hull.centroid.y, hull.bounds[0] - 1
        bay = shapely.Polygon([(x, y), (west, y - 0.1), (west, y + 0.1)])
        bayed = hull.difference(bay)
        far = (hull.area / bayed.area) ** 0.5
        shape = shapely.affinity.scale(bayed, far, far)
        rows.append([region, regions.short_name(region), shapely.to_geojson(shape)])
    wrong = {
        "kode_bps": ("9999", "x", "", "3506"),
        "geometry": ("null", '{"type":"Polygon","coordinates":[]}', '"x"', "[1]"),
    }
    header = ["kode_bps", "nama", "geometry"]
    return [_table("batas", header, rows, ("kode_bps", "geometry"), wrong)]


def clean_daerah() -> list[Table]:
    header = [templates.heading(name, "id") for name in templates.COLUMNS]
    same = {
        "region": "3501",
        "year": "2022",
        "document": "Profil Kesehatan Kabupaten Pacitan 2023",
        "keeper": "Dinas Kesehatan",
        "unit": "buah",
    }
    given = [
        same | {"name": "Posyandu aktif", "value": "841", "formula": "posyandu aktif"},
        same | {"name": "Puskesmas", "value": "24", "formula": "jumlah puskesmas"},
        same | {"name": "Klinik – Café", "value": "17", "formula": "jumlah klinik"},
    ]
    given = [row | {"table": "Tabel 24"} for row in given]
    rows = [[row.get(name, "") for name in templates.COLUMNS] for row in given]
    heads = dict(zip(templates.COLUMNS, header, strict=True))
    wrong = {
        heads["value"]: ("x", "=1+1", "-", "1.2.3"),
        heads["year"]: ("", "x", "1899", "2203"),
        heads["region"]: ("9999", "x", "3502"),
        heads["document"]: ("", "=1+1"),
        heads["unit"]: ("",),
    }
    needed = ("name", "region", "year", "value", "unit", "document", "table")
    needed = tuple(heads[name] for name in needed)
    return [_table("profil", header, rows, needed, wrong, heads["year"])]


def _cells(frame) -> list:
    """Rows of a table without regard to their order, as they can be compared."""
    if frame is None:
        return []
    frame = frame[sorted(frame.columns)]
    return [
        tuple(frame.columns),
        *sorted(tuple(map(repr, r)) for r in frame.itertuples(index=False, name=None)),
    ]


def stored_prices():
    frame = ledger.thread("3501")["unit_costs"]
    keep = [c for c in frame.columns if c in WHAT_OF_PRICES]
    return _cells(frame[keep])


WHAT_OF_PRICES = {"code", "title", "unit", "price", "kecamatan", "year", "decree"}


def stored_boundaries():
    found = []
    for level in ("province", "kabupaten", "kecamatan"):
        path = warehouse.boundaries_path(level)
        if path.exists():
            found.append((level, _cells(pd.read_parquet(path))))
    return found


def stored_daerah():
    found = []
    for id in kept.submissions()["id"]:
        found.append((_cells(kept.rows(id)), kept.workbook(id)[:0]))
    return found


def only(folder: Path) -> Path:
    """The one thing of a delivery."""
    (path,) = [p for p in folder.iterdir() if not p.name.startswith(".")]
    return path


def load_apbd(folder, year=2022):
    intake.add_apbd(only(folder), "3501", year, 12)


def load_sipd(folder, year=2023):
    intake.add_sipd_budget(only(folder), "3501", year)


def load_prices(folder, year=None):
    prices.load(only(folder), "3501", "Sari", year=year)


def load_codes(folder):
    intake.add_codes(only(folder), "Keputusan X", datetime.date(2024, 8, 27))


def load_daerah(folder):
    submitting.submit(only(folder), "Sri", today=DAY)


READERS: dict[str, Reader] = {}
for _kind, _write in {
    "csv": write_csv,
    "dbf": write_dbf,
    "sav": write_sav,
    "parquet": write_parquet,
}.items():
    READERS[f"susenas {_kind}"] = Reader(
        _kind, clean_susenas, load_susenas, stored_susenas, _write, 1, parts=True
    )
for _kind, _write in {"csv": write_csv, "xlsx": write_xlsx}.items():
    READERS[f"official {_kind}"] = Reader(
        _kind,
        clean_official,
        lambda folder: intake.add_official(only(folder)),
        lambda: _cells(warehouse.official()),
        _write,
    )
    READERS[f"apbd {_kind}"] = Reader(
        _kind,
        clean_apbd,
        load_apbd,
        lambda: _cells(warehouse.apbd()),
        _write,
        year=lambda folder: load_apbd(folder, 2021),
    )
    READERS[f"sipd {_kind}"] = Reader(
        _kind,
        clean_sipd,
        load_sipd,
        lambda: _cells(warehouse.budget_rows()),
        _write,
        repeats=True,
        year=lambda folder: load_sipd(folder, 2022),
    )
    READERS[f"prices {_kind}"] = Reader(
        _kind, clean_prices, load_prices, stored_prices, _write
    )
READERS["codes xlsx"] = Reader(
    "xlsx", clean_codes, load_codes, lambda: _cells(warehouse.codes()), write_codes
)
READERS["boundaries geojson"] = Reader(
    "geojson",
    clean_boundaries,
    lambda folder: intake.add_boundaries(only(folder)),
    stored_boundaries,
    write_geojson,
    1,
)
READERS["daerah xlsx"] = Reader(
    "xlsx",
    clean_daerah,
    load_daerah,
    stored_daerah,
    write_daerah,
    templates.HEADER + 1,
)


def earlier(reader: Reader) -> list[Table]:
    """What stands in the warehouse before: other than the clean delivery in any case."""
    if not reader.parts:
        return [
            t._replace(rows=t.rows if t.name == "apbd" else t.rows[:2])
            for t in reader.clean()
        ]
    tables = []
    for table in reader.clean():
        n = table.header.index("FWT") if "FWT" in table.header else None
        rows = [[c if i != n else "50" for i, c in enumerate(r)] for r in table.rows]
        tables.append(table._replace(rows=rows))
    return tables


# Breaking


def written(reader: Reader, tables: list[Table], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        reader.write(table, folder / f"{table.name}.{reader.ending}")
    return folder


def _one(reader, chance, tables=None) -> tuple[list[Table], int]:
    tables = tables or reader.clean()
    return tables, chance.randrange(len(tables))


def _with(tables, place, **changes) -> list[Table]:
    return [
        table._replace(**changes) if n == place else table
        for n, table in enumerate(tables)
    ]


def _file(reader, folder, tables, place) -> Path:
    return folder / f"{tables[place].name}.{reader.ending}"


def truncated(reader, chance, folder):
    """Cut off at any byte."""
    tables, place = _one(reader, chance)
    path = _file(reader, written(reader, tables, folder), tables, place)
    content = path.read_bytes()
    cut = chance.randrange(len(content))
    path.write_bytes(content[:cut])
    instead = None
    if reader.ending == "csv" and not reader.parts:
        ends = [len(content[: m.end()]) for m in re.finditer(b"\r\n", content)]
        # where a list ends at the end of a line, nothing in it tells that it went on
        for rows, end in enumerate(ends):
            if rows and cut in (end, end - 1, end - 2):
                instead = _with(tables, place, rows=tables[place].rows[:rows])
    return Case(folder, instead=instead)


def cell(reader, chance, folder):
    """One cell that cannot be."""
    tables, place = _one(reader, chance)
    table = tables[place]
    if not table.wrong:
        raise NotPossible
    name = chance.choice(sorted(table.wrong))
    value = chance.choice(table.wrong[name])
    row = chance.randrange(len(table.rows))
    rows = [[*each] for each in table.rows]
    rows[row][table.header.index(name)] = value
    written(reader, _with(tables, place, rows=rows), folder)
    return Case(folder, where=(row + reader.first, name))


OF_ANY_NAME = ("geometry", "kode_bps")  # columns found by what they hold


def missing(reader, chance, folder):
    """A column that is not there."""
    tables, place = _one(reader, chance)
    table = tables[place]
    if not table.needed:
        raise NotPossible
    name = chance.choice(table.needed)
    n = table.header.index(name)
    header = table.header[:n] + table.header[n + 1 :]
    rows = [row[:n] + row[n + 1 :] for row in table.rows]
    written(reader, _with(tables, place, header=header, rows=rows), folder)
    return Case(folder, names="" if name in OF_ANY_NAME else name)


def renamed(reader, chance, folder):
    """A column under another name."""
    tables, place = _one(reader, chance)
    table = tables[place]
    if not table.needed:
        raise NotPossible
    name = chance.choice(table.needed)
    other = chance.choice(["XLAMA", f"{name[:4]}_X9", "QQ", "Z1"])
    header = [other if each == name else each for each in table.header]
    written(reader, _with(tables, place, header=header), folder)
    return Case(folder, names="" if name in OF_ANY_NAME else name)


def doubled(reader, chance, folder):
    """A column, a row or a file that stands twice."""
    tables, place = _one(reader, chance)
    table = tables[place]
    what = chance.choice(["column", "row", "file", "other column"])
    if what == "file":
        written(reader, tables, folder)
        source = _file(reader, folder, tables, place)
        if not reader.parts:
            raise NotPossible
        shutil.copyfile(source, folder / f"salinan.{reader.ending}")
    elif what == "row":
        if reader.repeats:
            raise NotPossible
        row = chance.choice(table.rows)
        at = chance.randrange(len(table.rows) + 1)
        rows = [*table.rows[:at], row, *table.rows[at:]]
        written(reader, _with(tables, place, rows=rows), folder)
    else:
        name = chance.choice(table.needed or table.header)
        n = table.header.index(name)
        other = what == "other column"
        rows = [
            [*row, chance.choice(table.wrong.get(name) or ("7",)) if other else row[n]]
            for row in table.rows
        ]
        header = [*table.header, name]
        written(reader, _with(tables, place, header=header, rows=rows), folder)
    return Case(folder)


def notation(reader, chance, folder):
    """Other signs between cells, in numbers and at the ends of lines; rows above."""
    tables, place = _one(reader, chance)
    written(reader, tables, folder)
    table = tables[place]
    path = _file(reader, folder, tables, place)
    if reader.ending == "xlsx" and reader.write is write_xlsx:
        write_xlsx(table, path, above=chance.choice([1, 2, 5]))
    elif reader.ending == "csv":
        mark = chance.choice([",", ";", "\t", "|", ":"])
        end = chance.choice(["\n", "\r\n", "\r", "\n\n"])
        quote = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        rows = table.rows
        if chance.random() < 0.3:
            rows = [
                [re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", c) for c in row] for row in rows
            ]
        text = csv_text(table._replace(rows=rows), mark, end, quote)
        text = chance.choice(["", "", "\n", "sep=;\r\n", "\ufeff"]) + text
        text += chance.choice(["", "", "\x1a", "\n\n", ";;;;\r\n"])
        path.write_bytes(text.encode())
    else:
        raise NotPossible
    return Case(folder)


CODE_PAGES = (
    *("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"),
    *("cp850", "cp437", "mac-roman", "cp037", "cp1251", "shift-jis"),
)


def code_page(reader, chance, folder):
    """Text in another code page than it seems."""
    if reader.ending not in ("csv", "geojson"):
        raise NotPossible
    tables, place = _one(reader, chance)
    path = _file(reader, written(reader, tables, folder), tables, place)
    text = path.read_bytes().decode()
    path.write_bytes(text.encode(chance.choice(CODE_PAGES), errors="replace"))
    content = path.read_bytes()
    instead = None
    if b"?" in content and b"?" not in text.encode():
        raise NotPossible  # a page without the sign: the file says another thing
    return Case(folder, instead=instead)


def other_year(reader, chance, folder):
    """Files of another year than is asked for, or of one that cannot be."""
    tables, place = _one(reader, chance)
    if reader.parts:
        year = chance.choice(["2018", "2023", "1899", "20245", "x"])
        place = 0
        table = tables[0]
        header = [*table.header, "TAHUN"]
        rows = [[*row, year] for row in table.rows]
        written(reader, _with(tables, 0, header=header, rows=rows), folder)
        return Case(folder)
    if reader.year and chance.random() < 0.5:
        return Case(written(reader, tables, folder), load=reader.year)
    table = tables[place]
    if not table.year:
        raise NotPossible
    n = table.header.index(table.year)
    year = chance.choice(["1899", "2203", "0", "-5", "23"])
    rows = [[*row[:n], year, *row[n + 1 :]] for row in table.rows]
    written(reader, _with(tables, place, rows=rows), folder)
    return Case(folder)


def mixed_years(reader, chance, folder):
    """Rows of two years where one belongs."""
    tables, place = _one(reader, chance)
    if reader.parts:
        place = chance.choice([0, len(tables) - 1])
        table = tables[place]
        header = [*table.header, chance.choice(["TAHUN", "THN_SURVEI"])]
        rows = [[*row, "2023" if n % 2 else "2024"] for n, row in enumerate(table.rows)]
        written(reader, _with(tables, place, header=header, rows=rows), folder)
        return Case(folder)
    table = tables[place]
    if table.name not in ("apbd", "sipd"):
        raise NotPossible  # figures and prices of several years are one delivery
    n = table.header.index(table.year)
    rows = [[*row] for row in table.rows]
    rows[chance.randrange(len(rows))][n] = "2019"
    written(reader, _with(tables, place, rows=rows), folder)
    return Case(folder)


def halves(reader, chance, folder):
    """Two halves: rows in two files, one file behind another, or the halves of two."""
    tables, place = _one(reader, chance)
    table = tables[place]
    half = max(1, len(table.rows) // 2)
    what = chance.choice(["rows", "behind", "swapped", "one half"])
    if what == "rows" and reader.parts:
        one = table._replace(rows=table.rows[:half])
        two = table._replace(rows=table.rows[half:], name=f"{table.name}_b")
        others = [each for n, each in enumerate(tables) if n != place]
        written(reader, [*others, one, two], folder)
        return Case(folder)
    path = _file(reader, written(reader, tables, folder), tables, place)
    content = path.read_bytes()
    if what == "behind" and reader.ending in ("csv", "geojson"):
        path.write_bytes(content + content)
        return Case(folder)
    if what == "swapped":
        middle = len(content) // 2
        path.write_bytes(content[middle:] + content[:middle])
        return Case(folder)
    fewer = _with(tables, place, rows=table.rows[:half])
    written(reader, fewer, folder)
    # half a list is a list; half of the files of a survey is not
    return Case(folder, instead=None if reader.parts else fewer)


def empty(reader, chance, folder):
    """Nothing in it, or nothing but headings."""
    tables, place = _one(reader, chance)
    path = _file(reader, written(reader, tables, folder), tables, place)
    what = chance.choice([b"", b"\n", b" ", b"\r\n\r\n", b"\xef\xbb\xbf", None])
    if what is None:
        written(reader, _with(tables, place, rows=[]), folder)
    else:
        path.write_bytes(what)
    # without spending is how some have their round: it loads, and that is told
    spending = what is None and tables[place].name.endswith("blok43")
    return Case(folder, instead=tables[:-1] if spending else None)


def huge(reader, chance, folder):
    """One enormous cell or line, or a sheet with a cell at its far end."""
    tables, place = _one(reader, chance)
    table = tables[place]
    if reader.ending == "csv" and chance.random() < 0.4:
        written(reader, tables, folder)
        path = _file(reader, folder, tables, place)
        lines = path.read_bytes().split(b"\r\n")
        n = chance.randrange(len(lines) - 1)
        lines[n] += chance.choice([b",", b"x", b'"', b";"]) * HUGE
        path.write_bytes(b"\r\n".join(lines))
        return Case(folder)
    if reader.ending == "xlsx" and chance.random() < 0.5:
        written(reader, tables, folder)
        path = _file(reader, folder, tables, place)
        book = openpyxl.load_workbook(path)
        where = chance.choice(["XFD1048576", "A1048576", "XFD1"])
        book.worksheets[0][where] = "x"
        book.save(path)
        return Case(folder)
    names = sorted(table.wrong) or table.header
    n = table.header.index(chance.choice(names))
    rows = [[*row] for row in table.rows]
    size = 32_000 if reader.ending in ("xlsx", "sav") else HUGE
    rows[chance.randrange(len(rows))][n] = chance.choice(["9", "x", "="]) * size
    written(reader, _with(tables, place, rows=rows), folder)
    return Case(folder)


def unreadable(reader, chance, folder):
    """No file at all under the name, or another kind of file."""
    tables, place = _one(reader, chance)
    path = _file(reader, written(reader, tables, folder), tables, place)
    content = path.read_bytes()
    aside = folder / f".{path.name}"
    what = chance.choice(sorted(UNREADABLE))
    path.unlink()
    UNREADABLE[what](path, content, aside, chance)
    return Case(folder)


def _folder(path, *_):
    path.mkdir()


def _fifo(path, *_):
    os.mkfifo(path)


def _link(path, content, aside, _):
    aside.write_bytes(content)
    path.symlink_to(aside.name)


def _nowhere(path, *_):
    path.symlink_to("tidak-ada")


def _circle(path, *_):
    path.symlink_to(path.name)


def _device(path, _, __, chance):
    path.symlink_to(chance.choice(["/dev/zero", "/dev/null", "/dev/urandom"]))


def _archive(path, content, *_):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", content)


def _packed(path, content, *_):
    import gzip

    path.write_bytes(gzip.compress(content))


def _starts(*starts):
    def made(path, content, _, chance):
        path.write_bytes(chance.choice(starts) + content)

    return made


def _noise(path, content, _, chance):
    path.write_bytes(chance.randbytes(max(50, len(content))))


def _flipped(path, content, _, chance):
    """Some bytes in the middle are gone: only where the kind of file has a checksum."""
    broken = bytearray(content)
    if path.suffix not in (".xlsx", ".parquet"):
        broken[: len(broken) // 2] = chance.randbytes(len(broken) // 2)
    else:
        for _ in range(40):
            broken[chance.randrange(len(broken))] ^= 0xFF
    path.write_bytes(bytes(broken))


def _workbook(path, *_):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(path)


def _words(path, *_):
    path.write_text("Laporan ini dikirim lewat surel.\nTerima kasih, Sari\n")


UNREADABLE = {
    "folder": _folder,
    "fifo": _fifo,
    "link": _link,
    "nowhere": _nowhere,
    "circle": _circle,
    "device": _device,
    "archive": _archive,
    "packed": _packed,
    "pdf": _starts(b"%PDF-1.7\n"),
    "page": _starts(
        b"<!DOCTYPE html><html><body>", b"<html>\n", b"<?xml version='1.0'?>"
    ),
    "old office": _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "rar": _starts(b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c"),
    "noise": _noise,
    "flipped": _flipped,
    "workbook": _workbook,
    "words": _words,
}


def changed(reader, chance, folder):
    """Another file takes its place while it is read."""
    tables, place = _one(reader, chance)
    path = _file(reader, written(reader, tables, folder), tables, place)
    with tempfile.TemporaryDirectory() as aside:
        table = tables[place]
        fewer = _with(tables, place, rows=table.rows[:-1])
        other = _file(reader, written(reader, fewer, Path(aside)), fewer, place)
        content = other.read_bytes()
    moment = chance.randrange(1, 6)
    instead = None if reader.parts else fewer
    return Case(folder, meanwhile=(path, content, moment), instead=instead)


BREAKS: dict[str, Callable] = {
    each.__name__: each
    for each in (
        *(truncated, cell, missing, doubled, renamed, notation, code_page, other_year),
        *(halves, mixed_years, empty, huge, unreadable, changed),
    )
}


# Judging

FOREIGN = re.compile(
    r"(?i)\b(error|exception|traceback|codec|arrow\w*|parquet magic|footer|pandas|openpyxl"
    r"|pyreadstat|gdal|ogr|geos\w*|zipfile|badzip\w*|unicode\w*error|keyerror|valueerror"
    r"|typeerror|the|of|is|not|could|cannot|can't|expected|got|invalid|unable|failed"
    r"|unexpected|driver|warning|none|nan|null|nat|bytes?|deserialize|schema|tuple|errno"
    r"|no such file|unsupported|malformed)\b"
)
TO_DO = re.compile(
    r"(?i)\b(muat|simpan|salin|ekspor|impor|perbaiki|periksa|isi|tulis|beri|pilih|hapus"
    r"|ganti|unduh|minta|buka|buat|ulangi|pisahkan|satukan|ubah|sebutkan|tambahkan|tunggu"
    r"|serahkan|cabut|namai|gabungkan|bagi|keluarkan|pakai|sertakan|kosongkan|cocokkan"
    r"|tekan|lengkapi|berikan|hapuslah|pindahkan|taruh|kembalikan|lepaskan|akhiri)\w*\b"
)


class Verdict(NamedTuple):
    """What became of a case: ``loaded``, ``refused`` or ``wrong``, and why."""

    kind: str
    why: str
    sentence: str = ""


@contextlib.contextmanager
def _in_time():
    def late(*_):
        raise TimeoutError(f"nothing in {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


MEANWHILE: dict[str, Any] = {}


def _hook(event, given):
    if event != "open" or not MEANWHILE:
        return
    path, content, moment = MEANWHILE["told"]
    name = given[0]
    if not isinstance(name, str | bytes | os.PathLike):
        return
    if os.path.basename(os.fsdecode(name)) != path.name:
        return
    MEANWHILE["opened"] = MEANWHILE.get("opened", 0) + 1
    if MEANWHILE["opened"] == moment:
        MEANWHILE.clear()
        fresh = path.with_name(".baru")
        fresh.write_bytes(content)
        os.replace(fresh, path)


@functools.cache
def _listen():
    sys.addaudithook(_hook)


def _state(place: Path) -> dict[str, bytes]:
    """All that is stored but locks, what only tells of a run, and tables to confirm."""
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
        and not path.name.startswith(".")
        and ".db" not in path.name
        and not path.name.endswith("-codes.csv")
    }


class Judge:
    """Deliveries to readers, each into a copy of the same warehouse."""

    def __init__(self, place: Path):
        self.place = place
        self.kept: dict[str, Any] = {}
        _listen()

    @contextlib.contextmanager
    def _data(self, reader: str):
        """A warehouse of its own, in which an earlier delivery stands."""
        start = self.place / "start" / reader.replace(" ", "-").split("-")[0]
        if not start.exists():
            start.mkdir(parents=True)
            self._at(start)
            if reader.startswith("prices"):
                ledger.upgrade()
            READERS[reader].load(
                written(READERS[reader], earlier(READERS[reader]), self.place / "first")
            )
            shutil.rmtree(self.place / "first")
        folder = Path(tempfile.mkdtemp(dir=self.place))
        shutil.copytree(start, folder / "data")
        before = os.environ.get("SEPAKAT_DATA")
        self._at(folder / "data")
        try:
            yield folder
        finally:
            if reader.startswith("prices"):
                ledger.engine(ledger.address()).dispose()
            if before is None:
                os.environ.pop("SEPAKAT_DATA", None)
            else:
                os.environ["SEPAKAT_DATA"] = before
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _at(folder: Path) -> None:
        os.environ["SEPAKAT_DATA"] = str(folder)

    def of(self, name: str, tables: list[Table] | None = None):
        """What is stored of a delivery that is whole; None where it is refused."""
        reader = READERS[name]
        key = name + repr(tables)
        if key not in self.kept:
            with self._data(name) as folder:
                written(reader, tables or reader.clean(), folder / "in")
                try:
                    reader.load(folder / "in")
                    self.kept[key] = reader.stored()
                except Refused:
                    if tables is None:
                        raise
                    self.kept[key] = None
        return self.kept[key]

    def judge(self, name: str, kind: str, seed: int) -> Verdict | None:
        """What a reader makes of one broken delivery; None where it cannot be broken so."""
        reader, chance = READERS[name], random.Random(f"{name} {kind} {seed}")
        clean = self.of(name)
        with self._data(name) as folder:
            try:
                case = BREAKS[kind](reader, chance, folder / "in")
            except NotPossible:
                return None
            others = [] if case.instead is None else [self.of(name, case.instead)]
            self._at(folder / "data")
            before, rows = _state(folder / "data"), reader.stored()
            if case.meanwhile:
                MEANWHILE.update(told=case.meanwhile)
            try:
                with warnings.catch_warnings(record=True) as said, _in_time():
                    warnings.simplefilter("always")
                    (case.load or reader.load)(case.folder)
            except Refused as refusal:
                MEANWHILE.clear()
                problem = self._refused(refusal, case, reader)
                if _state(folder / "data") != before or reader.stored() != rows:
                    problem = "refused, but something was stored"
                sentence = speaker.sentence(refusal, "id")
                return Verdict(
                    "wrong" if problem else "refused", problem or "", sentence
                )
            except BaseException as error:
                MEANWHILE.clear()
                if isinstance(error, KeyboardInterrupt):
                    raise
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(last.filename).name}:{last.lineno}"
                return Verdict(
                    "wrong", f"{type(error).__name__} at {where}: {error}"[:200]
                )
            MEANWHILE.clear()
            if alien := [str(each.message)[:120] for each in said]:
                return Verdict("wrong", f"warned: {alien[0]}")
            found = reader.stored()
            if found == clean:
                return Verdict("loaded", "")
            if found in others:
                return Verdict("loaded", "as the shorter list that it is")
            return Verdict("wrong", "loaded, and not equal to the clean file")

    @staticmethod
    def _refused(refusal: Refused, case: Case, reader: Reader) -> str:
        """What is not right about a refusal; "" where all is."""
        if refusal.code in OF_OURS or refusal.code == "system":
            return f"told as {refusal.code}: {refusal.fields}"[:200]
        for language in words.LANGUAGES:
            sentence = speaker.sentence(refusal, language)
            if (
                speaker.say("error.unexpected", language, kind="", why="")[:20]
                in sentence
            ):
                return f"no sentence for {refusal.code}"
        sentence = speaker.sentence(refusal, "id")
        plain = re.sub(r"\([^)]*(?:\.csv|\.tsv|\.dbf)[^)]*\)", "", sentence)
        plain = plain.replace(str(case.folder), "")
        if alien := FOREIGN.search(plain):
            return f"foreign word {alien[0]!r}: {sentence}"
        if len(sentence) > 1500:
            return f"a sentence of {len(sentence)} signs: {sentence[:60]}"
        names = [path.name for path in case.folder.iterdir()]
        table = refusal.problems
        listed = []
        if isinstance(table, pd.DataFrame):
            listed = table.to_dict("records")
        here = sentence + " ".join(str(row.get("file", "")) for row in listed)
        of_regions = refusal.code == "implausible"  # about what all files say together
        if not any(name in here for name in names) and not of_regions:
            return f"names no file: {sentence}"
        if not TO_DO.search(sentence):
            return f"says not what to do: {sentence}"
        for row in listed:
            rule = speaker.rule(row["rule"], "id")
            if rule == speaker.printable(row["rule"]):
                return f"rule without a sentence: {row['rule']}"
            if FOREIGN.search(rule):
                return f"foreign word in a rule: {rule}"
            if len(str(row.get("value", ""))) > 500:
                return f"a cell of {len(str(row['value']))} signs is shown whole"
        if case.where and not _names(case.where, listed, sentence):
            return f"does not name row and column {case.where}: {sentence} {listed[:3]}"
        told = sentence + json.dumps(listed, default=str)
        # of a file that is none of the survey's, the columns that it has are told
        told += case.names if refusal.code == "no_role" else ""
        if case.names and case.names not in told:
            return f"does not name {case.names}: {sentence}"
        return ""


def _names(where, listed, sentence: str) -> bool:
    row, column = where
    for each in listed:
        if each.get("row") == row and (
            each.get("column", column) in (column, "R102", "") or column == "geometry"
        ):
            return True
    if re.search(rf"\b[A-Z]{{1,3}}{row}\b", sentence):  # a cell, as a sheet calls it
        return True
    return f" {row}" in sentence and (column in sentence or "{" in column)


def table_of(counts) -> str:
    lines = [f"{'kind':12} {'tried':>6} {'loaded':>7} {'refused':>8} {'wrong':>6}"]
    total = collections.Counter()
    for kind in BREAKS:
        got = counts[kind]
        total.update(got)
        lines.append(_line(kind, got))
    return "\n".join([*lines, _line("all", total)])


def _line(kind: str, got) -> str:
    tried = sum(got.values())
    return f"{kind:12} {tried:6} {got['loaded']:7} {got['refused']:8} {got['wrong']:6}"


def cases(first: int, most: int):
    """Reader, way of breaking and seed, every pair in turn."""
    pairs = [(reader, kind) for kind in BREAKS for reader in READERS]
    random.Random(first).shuffle(pairs)
    for n in range(most):
        reader, kind = pairs[n % len(pairs)]
        yield reader, kind, first + n // len(pairs)


def main(most: int = 2000, first: int = 0) -> int:
    """Try cases until `most` were possible, and print what came."""
    counts = collections.defaultdict(collections.Counter)
    wrong: dict[str, list] = collections.defaultdict(list)
    sentences: dict[str, str] = {}
    began, tried = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        for reader, kind, seed in cases(first, 100 * most):
            verdict = judge.judge(reader, kind, seed)
            if verdict is None:
                continue
            tried += 1
            counts[kind][verdict.kind] += 1
            if verdict.kind == "wrong":
                wrong[f"{reader} × {kind}: {verdict.why}"].append(seed)
            elif verdict.sentence:
                sentences.setdefault(verdict.sentence, f"{reader} × {kind}")
            if tried >= most:
                break
    print(table_of(counts))
    print(f"{time.monotonic() - began:.0f} s")
    for what, seeds in sorted(wrong.items(), key=lambda each: -len(each[1])):
        print(f"{len(seeds):4}  {what}  (seeds {seeds[:4]})")
    if os.environ.get("BROKEN_SENTENCES"):
        for sentence, where in sorted(sentences.items(), key=lambda each: each[1]):
            print(f"      {where}: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
