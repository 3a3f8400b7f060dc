"""Parts of one table, joined again: by rows (provinces) and by columns (ind1, ind2)."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas.assumed import numbered, settled
from sepakat_lib.sources.susenas.files import File, load, without_empty_rows
from sepakat_lib.sources.susenas.layouts import Item
from sepakat_lib.sources.susenas.problems import (
    Problems,
    Remark,
    check,
    decode,
    item_column,
    key_column,
)

KEY = key_column()
ALIKE = 0.5  # share of questions in common that makes two files parts of one sheet
PERSONS_A_HOUSEHOLD = 1000  # above the largest number a person can have


def filled(column: pa.Column) -> pa.Column:
    """Make a column refuse an empty cell."""
    return pa.Column(column.dtype, column.checks, nullable=False)


def one_of(*codes: int) -> pa.Column:
    """Pandera column of a few codes."""
    rule = written("codes", codes=", ".join(map(str, codes)))
    return pa.Column(float, pa.Check.isin(codes, error=rule), nullable=True)


def gather(
    files: list[File],
    *,
    key: list[str],
    design: dict[str, pa.Column],
    free: Iterable[str],
    named_by: Iterable[str] = (),
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
    named_by : iterable of str
        The same for columns that hold names: read as text, whatever they look like.
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
        row`` for messages; indexed by the key. An item whose codes are assumed is left
        out where its cells show that they are others (`assumed.settled`).
    """
    table, taken = None, set()
    answers: dict[str, dict] = {item.name: {} for item in items if item.assumed}
    for sheet in _sheets(files, [*design], [item.column for item in items]):
        here = set.intersection(*(set(file.columns) for file in sheet))
        sheet_items = [i for i in items if i.column in here and i.column not in taken]
        taken |= {item.column for item in sheet_items}
        wanted = design if table is None else {c: design[c] for c in key}
        also = (*free, *named_by) if table is None else ()
        parts = [
            _part(
                file,
                wanted,
                [column for column in also if column in here],
                named_by,
                sheet_items,
                answers,
                keep,
                problems,
                rows,
                remarks,
            )
            for file in sheet
        ]
        whole = pd.concat(parts, ignore_index=True)
        keyed = _keyed(whole, key, design, repeats, problems)
        open_items = [item for item in sheet_items if item.assumed]
        keyed = settled(keyed, open_items, answers, remarks)
        table = (
            keyed
            if table is None
            else _beside(table, keyed, sheet_items, key, problems)
        )
    if missing := [item for item in items if item.column not in taken]:
        names = {item.name: item.column for item in missing}
        remarks.append(Remark("items_missing", {"items": names}))
    return table


def _sheets(files: list[File], design: list[str], items: list[str]) -> list[list[File]]:
    """Group files by their questions, the sheet with most columns first."""
    sheets: list[list[File]] = []
    wanted, questions = {*design, *items}, set(items)
    for file in sorted(files, key=lambda f: -len(wanted & set(f.columns))):
        own = questions & set(file.columns)
        for sheet in sheets:
            theirs = questions & set(sheet[0].columns)
            if len(own & theirs) >= ALIKE * len(own | theirs):
                sheet.append(file)
                break
        else:
            sheets.append([file])
    return sheets


def _part(
    file, design, free, named_by, items, answers, keep, problems, rows, remarks
) -> pd.DataFrame:
    """Rows of one file; answers of assumed items are numbered, not yet decoded."""
    columns = [*design, *free, *(item.column for item in items)]
    coded = {item.column for item in items if item.kind != "number"}
    part = load(file, columns, remarks=remarks, named_by=named_by, coded=coded)
    part = without_empty_rows(part, file, remarks)
    rows[file.path] = len(part)
    part = part[keep(part, file)]
    given = [item for item in items if not item.assumed]
    schema = design | {item.column: item_column(item) for item in given}
    clean = check(part, schema, file.name, problems)
    parts = {name: clean[name] for name in design} | {name: part[name] for name in free}
    if "region" in part:
        parts["region"] = part["region"]
    for item in items:
        if item.assumed:
            parts[item.name] = numbered(part[item.column], answers[item.name])
        else:
            parts[item.name] = decode(item, clean[item.column])
    return pd.DataFrame(parts).assign(file=file.name, row=part.index)


def _keyed(
    table, key: list[str], design: Iterable[str], repeats: bool, problems: Problems
) -> pd.DataFrame:
    """Index by the key; rows without one were listed, rows that repeat it are now."""
    table = table[table[key].notna().all(axis=1)]
    index = table[key[0]].astype("int64")
    if len(key) > 1:
        index = index * PERSONS_A_HOUSEHOLD + table[key[1]].astype("int64")
    if not repeats:
        what = "household" if len(key) == 1 else "person"
        list_repeated(problems, table.set_axis(index), key[-1], what)
    else:
        list_unlike(problems, table.set_axis(index), [c for c in design if c in table])
    twice = index.duplicated().to_numpy()
    return table[~twice].set_index(index[~twice].rename(None))


def list_repeated(
    problems: Problems,
    table: pd.DataFrame,
    column: str,
    what: str,
    *,
    rows: pd.Series | None = None,
    one_of: str | None = None,
) -> None:
    """List rows whose index another row has before them, and say where that stands.

    Parameters
    ----------
    table : DataFrame
        ``file, row`` and `column`, indexed by what must be unique.
    what : {"household", "person", "good"}
        What a row is of.
    rows : Series, optional
        Rows of each file; default as many as in `table`.
    one_of : str, optional
        Column of which each value is listed once a file.

    Raises
    ------
    Refused
        ``same_rows``: a file holds exactly the keys that another file holds, as a copy
        does, or the same table in another format.
    """
    twice = table.index.duplicated()
    if not twice.any():
        return
    again = table[twice]
    first = table.loc[~twice, ["file", "row"]].loc[again.index]
    again = again.assign(other=first["file"].array, at=first["row"].array)
    rows = table["file"].value_counts() if rows is None else rows
    for (file, other), n in again[["file", "other"]].value_counts().items():
        if file != other and n == rows[file] == rows[other]:
            raise Refused("same_rows", file=file, other=other, n=int(n))
    if one_of is not None:
        again = again.drop_duplicates(["file", one_of])
    rules = [
        written(f"{what}_again", row=str(row), file=file)
        for file, row in zip(again["other"], again["at"], strict=True)
    ]
    list_rows(problems, again, column, np.array(rules, dtype=object))


def list_unlike(problems: Problems, table: pd.DataFrame, columns: list[str]) -> None:
    """List rows that tell of their household another thing than its first row does."""
    first = table[~table.index.duplicated()].loc[table.index]
    for column in columns:
        own, its = table[column], first[column]
        unlike = own.ne(its).to_numpy() & ~(own.isna() & its.isna()).to_numpy()
        list_rows(problems, table[unlike], column, written("as_its_household"))


def _beside(table, further, items: list[Item], key, problems: Problems) -> pd.DataFrame:
    """Join a sheet of further questions; both must hold the same rows."""
    new = [item.name for item in items if item.name in further]
    if not items:
        return table
    for one, other in ((table, further), (further, table)):
        alone = one[~one.index.isin(other.index)]
        names = ", ".join(map(str, other["file"].unique()))
        list_rows(problems, alone, key[-1], written("same_row", files=names))
    return table.join(further[new])


def among(keys: pd.Series, elsewhere: pd.Index) -> np.ndarray:
    """Which keys are among those of households outside the regions asked for."""
    if not len(elsewhere):
        return np.zeros(len(keys), bool)
    return pd.to_numeric(keys, errors="coerce").isin(elsewhere).to_numpy()


def list_strays(
    problems: Problems, table: pd.DataFrame, stray: np.ndarray, column: str
) -> None:
    """List rows of households that no household file has.

    Raises
    ------
    Refused
        ``other_keys``: a file has none but such rows, as where it is of another round.
    """
    for file, of_file in pd.Series(stray).groupby(table["file"].to_numpy()):
        if of_file.all():
            raise Refused("other_keys", file=file, column=column, n=len(of_file))
    list_rows(problems, table[stray], column, written("known_household"))


def list_rows(problems: Problems, table: pd.DataFrame, column: str, rule: str) -> None:
    """List rows of a gathered table by the file and row they came from."""
    if len(table):
        value = table.get(column, table.index)
        problems.add(table["file"], table["row"].to_numpy(), column, list(value), rule)
