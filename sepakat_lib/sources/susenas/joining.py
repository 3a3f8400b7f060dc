"""Parts of one table, joined again: by rows (provinces) and by columns (ind1, ind2)."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from sepakat_lib.sources.susenas.files import File, load
from sepakat_lib.sources.susenas.layouts import Item
from sepakat_lib.sources.susenas.problems import (
    Problems,
    Remark,
    check,
    decode,
    item_column,
    number_column,
)

KEY = number_column(0, 1e15, nullable=False)
ALIKE = 0.5  # share of questions in common that makes two files parts of one sheet
PERSONS_A_HOUSEHOLD = 1000  # above the largest number a person can have


def filled(column: pa.Column) -> pa.Column:
    """Make a column refuse an empty cell."""
    return pa.Column(column.dtype, column.checks, nullable=False)


def one_of(*codes: int) -> pa.Column:
    """Pandera column of a few codes."""
    rule = f"one of {', '.join(map(str, codes))}"
    return pa.Column(float, pa.Check.isin(codes, error=rule), nullable=True)


def gather(
    files: list[File],
    *,
    key: list[str],
    design: dict[str, pa.Column],
    free: Iterable[str],
    items: tuple[Item, ...],
    keep: Callable[[pd.DataFrame, File], np.ndarray],
    repeats: bool,
    problems: Problems,
    rows: dict[Path, int],
    remarks: list[Remark],
) -> pd.DataFrame:
    """Read, check and join the files of one role.

    Files with mostly the same questions are parts by rows, others parts by columns; a
    question in several of the latter is taken from the first.

    Parameters
    ----------
    key : list of str
        One or two columns that name a row.
    design : dict of pandera columns
        Columns of the first sheet that must be there, with what they may hold.
    free : iterable of str
        Columns taken as they are, where they are.
    keep : function of (part, file)
        Which rows of a part to read further.
    repeats : bool
        The key may repeat, and the first row stands for all.
    rows : dict
        Receives the number of rows of each file.

    Returns
    -------
    DataFrame
        Items decoded under our names, `design` and `free` under BPS's, and ``file,
        row`` for messages; indexed by the key.
    """
    table, taken = None, set()
    for sheet in _sheets(files, [*design, *(item.column for item in items)]):
        here = set.intersection(*(set(file.columns) for file in sheet))
        mine = [i for i in items if i.column in here and i.column not in taken]
        taken |= {item.column for item in mine}
        wanted = design if table is None else {c: design[c] for c in key}
        extra = [c for c in free if c in here] if table is None else []
        parts = [
            _part(file, wanted, extra, mine, keep, problems, rows) for file in sheet
        ]
        found = _keyed(pd.concat(parts, ignore_index=True), key, repeats, problems)
        table = found if table is None else _beside(table, found, mine, key, problems)
    if missing := [item for item in items if item.column not in taken]:
        names = {item.name: item.column for item in missing}
        remarks.append(Remark("items_missing", {"items": names}))
    return table


def _sheets(files: list[File], columns: list[str]) -> list[list[File]]:
    """Group files by their questions, the sheet with most of `columns` first."""
    sheets: list[list[File]] = []
    wanted = set(columns)
    for file in sorted(files, key=lambda f: -len(wanted & set(f.columns))):
        mine = wanted & set(file.columns)
        for sheet in sheets:
            theirs = wanted & set(sheet[0].columns)
            if len(mine & theirs) >= ALIKE * len(mine | theirs):
                sheet.append(file)
                break
        else:
            sheets.append([file])
    return sheets


def _part(file, design, extra, items, keep, problems, rows) -> pd.DataFrame:
    columns = [*design, *extra, *(item.column for item in items)]
    part = load(file, columns)
    rows[file.path] = len(part)
    part = part[keep(part, file)]
    schema = design | {item.column: item_column(item) for item in items}
    clean = check(part, schema, file.name, problems)
    parts = {name: clean[name] for name in design} | {
        name: part[name] for name in extra
    }
    if "region" in part:
        parts["region"] = part["region"]
    parts |= {item.name: decode(item, clean[item.column]) for item in items}
    return pd.DataFrame(parts).assign(file=file.name, row=part.index)


def _keyed(table, key: list[str], repeats: bool, problems: Problems) -> pd.DataFrame:
    """Index by the key; rows without one were listed, rows that repeat it are now."""
    table = table[table[key].notna().all(axis=1)]
    index = table[key[0]].astype("int64")
    if len(key) > 1:
        index = index * PERSONS_A_HOUSEHOLD + table[key[1]].astype("int64")
    twice = index.duplicated().to_numpy()
    if not repeats:
        rule = "each household once" if len(key) == 1 else "each person once"
        list_rows(problems, table[twice], key[-1], rule)
    return table[~twice].set_index(index[~twice].rename(None))


def _beside(table, found, items: list[Item], key, problems: Problems) -> pd.DataFrame:
    """Join a sheet of further questions; both must hold the same rows."""
    if not items:
        return table
    for one, other in ((table, found), (found, table)):
        alone = one[~one.index.isin(other.index)]
        names = ", ".join(map(str, other["file"].unique()))
        list_rows(problems, alone, key[-1], f"the same row in {names}")
    return table.join(found[[item.name for item in items]])


def among(keys: pd.Series, elsewhere: pd.Index) -> np.ndarray:
    """Which keys are among those of households outside the regions asked for."""
    if not len(elsewhere):
        return np.zeros(len(keys), bool)
    return pd.to_numeric(keys, errors="coerce").isin(elsewhere).to_numpy()


def text(cells: pd.Series) -> pd.Series:
    """Codes as text: 7.0 is "7"; an empty cell stays missing."""
    if pd.api.types.is_numeric_dtype(cells):
        cells = cells.astype("Int64")
    return cells.astype("str").where(cells.notna())


def list_rows(problems: Problems, table: pd.DataFrame, column: str, rule: str) -> None:
    """List rows of a gathered table by the file and row they came from."""
    if len(table):
        value = table.get(column, table.index)
        problems.add(table["file"], table["row"].to_numpy(), column, list(value), rule)
