"""Files of Susenas as BPS delivers them, made without the reader's own tables.

Headers and codes come from the shared dictionary of 2024, in its order and with all the
columns nobody uses (where it is absent, from the layout); four households and seven
persons have cells set by hand.
"""

import csv
import struct
from functools import lru_cache
from itertools import cycle
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from sepakat_lib.sources.susenas.layouts import (
    HOUSEHOLDS_2024,
    LAYOUTS,
    PERSONS_2024,
)

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
DICTIONARY = SHARED / "data" / "dictionaries" / "susenas_dictionary.csv"


def rows(names: str, *cells: tuple) -> list[dict]:
    """Rows from column names and cells."""
    return [dict(zip(names.split(), row, strict=True)) for row in cells]


# Households 1-3 are in Kabupaten Pacitan (3501), 4 in Kabupaten Ponorogo (3502).
HOUSEHOLDS = rows(
    "URUT R101 R102 R105 R301    FWT PSU STRATA R1701 R1809A R1809B R1810A R2204A",
    (1, 35, 1, 1, 2, 100.50, 7, 1, 1, 1, 1, 11, 8),
    (2, 35, 1, 1, 1, 200.25, 7, 1, 5, 6, None, 3, None),
    (3, 35, 1, 2, 3, 150.00, 7, 2, 8, 2, 4, 1, 1),
    (4, 35, 2, 2, 1, 300.00, 7, 2, 9, 1, 1, 5, 5),
)
PERSONS = rows(
    "URUT R401 R405 R407 R610 R703_A R706 R1101_X",
    (1, 1, 1, 40, 3, "A", 26, None),
    (1, 2, 2, 38, 2, None, None, "X"),
    (2, 1, 2, 71, 1, "A", 1, None),
    (3, 1, 1, 30, 3, "A", 8, None),
    (3, 2, 2, 29, 3, None, None, None),
    (3, 3, 1, 0, None, None, None, None),
    (4, 1, 2, 55, 3, "A", 15, "X"),
)
BLOCK_43 = rows(
    "URUT  FOOD NONFOOD EXPEND KAPITA",
    (1, 600000, 400001, 1000001, 500001),  # 500,000.5 is kept as a whole rupiah
    (2, 450000, 300000, 750000, 750000),
    (3, 900000, 600000, 1500000, 500000),
    (4, 300000, 60000, 360000, 360000),
)
BLOCK_41 = [  # a week's food
    {"URUT": urut, "KODE": kode, "B41K10": value}
    for urut, *values in (
        (1, 70000, 35000, 35000, 0),
        (2, 42000, 21000, 7000, 35000),
        (3, 140000, 30000, 20000, 20000),
        (4, 49000, 7000, 6000, 8000),
    )
    for kode, value in zip((2, 18, 64, 172), values, strict=True)
]
BLOCK_42 = rows(  # other goods of a month, and of twelve months
    "URUT KODE B42K4 B42K5",
    (1, 301, 100000, None),
    (1, 302, 90000, 1200000),  # both: the twelve months count
    (2, 301, 50000, 0),
    (3, 401, None, 3600000),
    (4, 301, 60000, None),
)
DESIGN = ("URUT", "R101", "R102", "R105", "R301", "FWT", "PSU", "STRATA")


def needs_dictionary() -> None:
    """Skip where the dictionary is not at hand."""
    if not DICTIONARY.is_file():
        pytest.skip("the dictionary of Susenas is not beside the project")


@lru_cache
def dictionary(file: str) -> dict[str, list[str]]:
    """Columns of one file of 2024 in the dictionary's order, with their codes."""
    needs_dictionary()
    found: dict[str, list[str]] = {}
    with DICTIONARY.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["year"] == "2024" and row["file"] == file:
                codes = [part.split("=")[0].strip() for part in row["codes"].split(";")]
                found.setdefault(row["variable"], [code for code in codes if code])
    return found


def _columns(file: str) -> dict[str, list[str]]:
    """The dictionary's columns, or where it is not at hand only those of the layout."""
    if DICTIONARY.is_file():
        return dictionary(file)
    items = HOUSEHOLDS_2024 if file == "KOR RT" else PERSONS_2024
    codes = {"yes": ["1", "5"]}
    return {"SSU": [], "R302": []} | {
        item.column: codes.get(item.kind, [*map(str, item.codes)]) for item in items
    }


def _filled(file: str, given: list[dict]) -> pd.DataFrame:
    """Rows with every column of the dictionary; cells not set take its codes in turn."""
    columns = _columns(file)
    turns = {name: cycle(codes) for name, codes in columns.items() if codes}
    made = []
    for row in given:
        cells = {
            name[:10].upper(): int(next(turns[name])) if name in turns else None
            for name in columns
        }
        made.append(cells | row)
    return pd.DataFrame(made)


def households() -> pd.DataFrame:
    """Make the household file of the KOR: 189 columns, floor areas of 36 m²."""
    return _filled("KOR RT", [{"R1804": 36} | row for row in HOUSEHOLDS])


def persons() -> pd.DataFrame:
    """Make the person file of the KOR in one piece, with disability items of 2020."""
    design = {h["URUT"]: {k: h[k] for k in DESIGN} for h in HOUSEHOLDS}
    disability = {f"R{number}": 4 for number in range(1002, 1010)}
    made = [design[p["URUT"]] | {"R403": p["R401"], **disability} | p for p in PERSONS]
    return _filled("KOR IND", made)


def kp(block: list[dict]) -> pd.DataFrame:
    """Make a block of the KP, with the household's keys and weights."""
    design = {h["URUT"]: h for h in HOUSEHOLDS}
    places = [design[row["URUT"]] for row in block]
    weights = [{"WERT": p["FWT"], "WEIND": p["FWT"] * p["R301"]} for p in places]
    return pd.DataFrame(
        [
            {k: p[k] for k in ("URUT", "R101", "R102", "R105", "R301")} | row | w
            for p, row, w in zip(places, block, weights, strict=True)
        ]
    )


def tables() -> dict[str, pd.DataFrame]:
    """Tables of March 2024 by the part of the file's name after the month."""
    whole = persons()
    first = [c for c in whole if not c.startswith(("R8", "R9", "R1"))]
    second = [c for c in whole if c.startswith(("R8", "R9", "R1"))]
    keys = ["URUT", "R401", "R101", "R102", "R105"]
    first += ["R101", "R102", "R105"]
    return {
        "kor_rt": households(),
        "kor_ind1": whole[first],
        "kor_ind2": whole[[*keys, *(c for c in second if c not in keys)]],
        "kp_blok43": kp(BLOCK_43),
    }


# Columns that tell what a file is and whose its rows are, and the disability items. The
# others are read by the same rule, and reading them all takes three times as long.
TELLING = {
    *("URUT", "R101", "R102", "R105", "R301", "FWT", "WERT", "WEIND", "PSU", "STRATA"),
    *("R401", "R403", "R405", "R407", "R610", "R703_A", "R706", "R1101_X"),
    *(f"R{number}" for number in range(1002, 1010)),
    *("FOOD", "NONFOOD", "EXPEND", "KAPITA"),
}


def narrow(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same files with the columns that tell apart, and the signatures of layouts."""
    kept = TELLING.union(*(each.signature | each.absent for each in LAYOUTS))
    return {
        part: table[[name for name in table if name in kept]]
        for part, table in made.items()
    }


def write(folder: Path, made: dict[str, pd.DataFrame], kind: str = "csv") -> Path:
    """Write tables as files ``ssn202403_<name>.<kind>``."""
    folder.mkdir(exist_ok=True)
    for name, table in made.items():
        writers[kind](table, folder / f"ssn202403_{name}.{kind}")
    return folder


def write_dbf(table: pd.DataFrame, path: Path) -> None:
    """Write dBASE III by hand: fixed width, blanks for empty, names of 10 characters."""
    fields, columns = [], []
    for name, cells in table.items():
        text = ["" if pd.isna(c) else f"{c:.15g}" if c != f"{c}" else c for c in cells]
        letters = any(isinstance(c, str) for c in cells)
        decimals = 2 if any("." in t for t in text) and not letters else 0
        if decimals:
            text = [t and f"{float(t):.2f}" for t in text]
        width = max(1, *map(len, text)) if text else 1
        columns.append([t.rjust(width) for t in text])
        fields.append((name[:10].encode(), b"C" if letters else b"N", width, decimals))
    length = 1 + sum(width for _, _, width, _ in fields)
    start = 32 + 32 * len(fields) + 1
    with path.open("wb") as file:
        head = (3, 124, 9, 1, len(table), start, length)
        file.write(struct.pack("<BBBBIHH20x", *head))
        for name, kind, width, decimals in fields:
            file.write(struct.pack("<11sc4xBB14x", name, kind, width, decimals))
        file.write(b"\r")
        for cells in zip(*columns, strict=True):
            file.write(b" " + "".join(cells).encode("latin-1"))
        file.write(b"\x1a")


def _letters_or_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of letters as text, all others as numbers, as SAV and Parquet need."""
    return pd.DataFrame(
        {
            name: cells.fillna("").astype(str)
            if any(isinstance(cell, str) for cell in cells)
            else cells.astype(float)
            for name, cells in table.items()
        }
    )


writers = {
    "csv": lambda table, path: table.to_csv(path, index=False),
    "dbf": write_dbf,
    "parquet": lambda table, path: _letters_or_numbers(table).to_parquet(path),
    "sav": lambda table, path: pyreadstat.write_sav(
        _letters_or_numbers(table), str(path)
    ),
}
