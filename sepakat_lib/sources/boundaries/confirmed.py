"""A table of codes that a person confirmed, row by row of a boundary file."""

import io
from pathlib import Path

import numpy as np
import pandas as pd

from sepakat_lib import regions
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.boundaries.codes import Reading
from sepakat_lib.sources.boundaries.problems import listed

LEFT_OUT = "-"  # of a row that is no region: a lake, a forest


def reading(path: Path, labels: pd.Series) -> tuple[Reading, np.ndarray]:
    """Regions by row, and the rows that are used.

    Parameters
    ----------
    path : Path
        CSV with ``row`` and ``code``; a comma, semicolon or tab between. A code as
        `regions.resolve` takes it, six digits for a kecamatan, ``-`` for no region.
    labels : Series of str
        Names in the file: those of the table must be the same.

    Raises
    ------
    Refused
        ``no_file``, ``no_table_of_codes``, ``table_of_other_file``, ``not_confirmed``.
    """
    table = _table(path)
    count = len(labels)
    row = pd.to_numeric(table["row"], errors="coerce")
    if sorted(row.fillna(0).astype(int)) != list(range(1, count + 1)):
        raise Refused("table_of_other_file", table=path.name, shapes=count)
    table = table.set_index(row.astype(int)).sort_index()
    names = (
        table.get("name", pd.Series([""] * count, table.index))
        .str.split()
        .str.join(" ")
    )
    own = labels.str.split().str.join(" ").set_axis(table.index)
    if (names.ne(own) & names.ne("")).any():
        raise Refused("table_of_other_file", table=path.name, shapes=count)
    code = table["code"].str.strip()
    used = np.flatnonzero(code.ne(LEFT_OUT))
    found = code.iloc[used].map(_region)
    level = found.map(
        lambda one: "kecamatan" if "." in one else one and regions.level(one)
    )
    levels = level[level.ne("")].mode()
    rules = {}
    for place, number in enumerate(used):
        if not found.iloc[place] or level.iloc[place] != levels.iloc[0]:
            rules[int(number)] = written("code_to_confirm")
    twice = found.duplicated(keep=False) & found.ne("")
    rules |= {int(n): written("repeated") for n in used[twice.to_numpy()]}
    if rules or not len(used):
        rows = sorted(rules)
        raise Refused(
            "not_confirmed",
            listed(
                rows,
                code.iloc[rows],
                labels.iloc[rows],
                [rules[number] for number in rows],
            ),
            table=path.name,
            open=len(rows),
        )
    of = found.to_numpy(object)
    return Reading(path.name, "confirmed", True, str(levels.iloc[0]), of), used


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise Refused("no_file", file=str(path))
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.splitlines()[0] if text.strip() else ""
    mark = max(",;\t", key=head.count)
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=mark, dtype=str, keep_default_na=False
        )
    except ValueError:
        table = pd.DataFrame()
    if not {"row", "code"} <= set(table):
        raise Refused("no_table_of_codes", table=path.name)
    return table


def _region(code: str) -> str:
    """Region of a code that a person wrote; empty where there is none."""
    plain = regions.code_of(code)
    digits = plain.replace(".", "")
    if len(digits) == 6:
        dotted = f"{digits[:2]}.{digits[2:4]}.{digits[4:]}"
        return dotted if regions.kecamatan_name(dotted) else ""
    try:
        return regions.resolve(plain) if plain else ""
    except Refused:
        return ""
