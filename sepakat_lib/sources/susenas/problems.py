"""What is wrong with the cells of a file: every one of them, listed at once."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pa

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas import notation
from sepakat_lib.sources.susenas.layouts import UNKNOWN, YES, Item

COLUMNS = ("file", "row", "column", "value", "rule")
FILLED = written("filled")
# Sixteen digits (NIK, KK), also as 35.01.01.… or in groups; not the places of a number
PERSONS_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:\d[ .,\-_/'\u00a0\u2010-\u2015]{0,2}){15}\d(?!\d)"
)
HIDDEN = "•" * 16
# Words that may be a name: with a capital, or long, or several; no code has such
NAME = re.compile(r"[^\W\d_]{5,}|[A-Z][^\W\d_]{2,}|[^\W\d_]{2,}(?:\s+[^\W\d_]{2,})+")
LARGEST_KEY = 1e15
LONGEST = 80  # signs of a cell that a message shows
FORMULA = re.compile(r"[=+\-@\t\r\n]")  # how a cell begins that a spreadsheet reckons
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


class Remark(NamedTuple):
    """Something decided or noticed while reading; `code` finds its sentence."""

    code: str
    fields: dict


class Problems:
    """The list that grows while files are read, and is raised whole at the end."""

    def __init__(self) -> None:
        self.tables: list[pd.DataFrame] = []

    def add(self, file, row, column: str, value, rule: str) -> None:
        """List cells; all but `column` may be one for all or one for each.

        `rule` is a code with its fields, as `refused.written` makes it.
        """
        table = pd.DataFrame(
            {
                "file": np.asarray(file, dtype=object),
                "row": row,
                "column": column,
                "value": [private(v) for v in value],
                "rule": rule,
            },
            columns=COLUMNS,
        )
        if len(table):
            self.tables.append(table.astype({"row": "Int64"}))

    def raise_all(self) -> None:
        """Raise what was listed; do nothing where all was well."""
        if not self.tables:
            return
        table = pd.concat(self.tables, ignore_index=True)
        raise Refused(
            "bad_cells", table, cells=len(table), files=sorted(table["file"].unique())
        )


def shown(value) -> str:
    """A cell as a message may hold it: a person's number (NIK, KK) is not repeated.

    >>> shown("35.01.01.410585.0001"), shown("3501 0141 0585 0001"), shown("x" * 99)[-3:]
    ('••••••••••••••••', '••••••••••••••••', 'xx…')
    """
    if value is None or value is pd.NA or value != value:
        return ""
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    long = isinstance(value, float) and 1e15 <= abs(value) < 1e16
    if long or PERSONS_NUMBER.search(text):
        return HIDDEN
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def private(value) -> str:
    """A cell of a survey as a message may hold it: words may be a name, and are hidden.

    >>> private("SITI AMINAH"), private("1O5"), private("A"), private("=1+1")
    ('••• •••', '1O5', 'A', '=1+1')
    """
    return NAME.sub("•••", shown(value))


def harmless(cell):
    """A cell as a file of problems holds it: no spreadsheet takes it for a formula.

    >>> harmless("=HYPERLINK(1)"), harmless("-7"), harmless("@x"), harmless(3)
    ("'=HYPERLINK(1)", '-7', "'@x", 3)
    """
    text = isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if text else cell


def number_column(
    low: float,
    high: float,
    *,
    whole: bool = True,
    nullable: bool = True,
    above: bool = False,
) -> pa.Column:
    """Pandera column of numbers from `low` (or above it) to `high`, both included."""
    least, most = f"{low:g}", f"{high:g}"
    if above:
        within = written("number_above", low=least)
    elif np.isfinite(high):
        within = written(
            "whole_from_to" if whole else "number_from_to", low=least, high=most
        )
    else:
        within = written("whole_from" if whole else "number_from", low=least)
    checks = [
        pa.Check.in_range(low, high, include_min=not above, error=within),
        pa.Check(np.isfinite, error=written("finite")),
    ]
    if whole:
        checks.append(pa.Check(lambda cells: cells % 1 == 0, error=written("whole")))
    return pa.Column(float, checks, nullable=nullable)


def key_column() -> pa.Column:
    """Pandera column of household numbers; those with more digits are not kept exactly."""
    rule = written("key")
    checks = [
        pa.Check.in_range(0, LARGEST_KEY, error=rule),
        pa.Check(lambda cells: cells % 1 == 0, error=written("whole")),
    ]
    return pa.Column(float, checks, nullable=False)


def item_column(item: Item) -> pa.Column:
    """Pandera column of one question with codes that BPS gives, made from the layout.

    >>> from sepakat_lib.sources.susenas.layouts import Item
    >>> item_column(Item(name="sex", column="R405", kind="code", codes=(1, 2))).checks
    [<Check isin: codes {"codes": "1, 2"}>]
    """
    if item.kind == "number":
        return number_column(item.low, item.high)
    if item.kind == "yes":
        codes, rule = (YES, 5, *UNKNOWN), written("yes")
    else:
        codes, rule = (
            item.codes,
            written("codes", codes=", ".join(map(str, item.codes))),
        )
    return pa.Column(float, pa.Check.isin(codes, error=rule), nullable=True)


def check(
    frame: pd.DataFrame, schema: dict[str, pa.Column], file: str, problems: Problems
) -> pd.DataFrame:
    """Cells of one file by their schema; those that fail are listed and emptied.

    Parameters
    ----------
    frame : DataFrame
        As `files.load` gives it: the index is the row in the file.
    schema : dict of pandera columns
        By BPS's name; every one of them is in `frame`.
    """
    numbers = {name: _numbers(frame[name], file, problems) for name in schema}
    clean = pd.DataFrame(numbers, index=frame.index)
    unparsed = {n: clean[n].isna() & frame[n].notna() for n in schema}
    try:
        pa.DataFrameSchema(schema).validate(clean, lazy=True, inplace=True)
        return clean
    except pa.errors.SchemaErrors as errors:
        failures = errors.failure_cases
    for (name, rule), cases in failures.groupby(["column", "check"], sort=False):
        rows = cases["index"].to_numpy()
        if rule == "not_nullable":
            rule, rows = FILLED, rows[~unparsed[name].loc[rows].to_numpy()]
        problems.add(file, rows, name, frame.loc[rows, name], str(rule))
        clean.loc[rows, name] = np.nan
    return clean


def _numbers(cells: pd.Series, file: str, problems: Problems) -> pd.Series:
    """Cells as numbers; those that are none are listed, each with what it should be."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells
    wrong = cells[cells.map(lambda cell: isinstance(cell, str))]
    rules = wrong.map(
        {text: notation.rule(text, str(cells.name)) for text in wrong.unique()}
    )
    problems.add(file, wrong.index, str(cells.name), wrong, rules.to_numpy())
    return cells.mask(cells.index.isin(wrong.index)).astype(float)


def decode(item: Item, cells: pd.Series) -> pd.Series:
    """Cells as our tables hold them: yes and marks as booleans, codes as integers.

    An empty cell becomes what the layout says it means; 8 and 9 of a yes item, not
    known or refused, become missing.

    >>> from sepakat_lib.sources.susenas.layouts import Item
    >>> decode(Item(name="pkh", column="R2204A", kind="yes"), pd.Series([1.0, 5, 8])).tolist()
    [True, False, <NA>]
    """
    empty = cells.isna().to_numpy()
    if item.kind == "mark":
        return cells.isin([item.column[-1], "1"])
    values = cells.to_numpy()
    missing = empty if item.empty is None else np.zeros(len(values), bool)
    if item.kind == "yes":
        unknown = np.isin(values, UNKNOWN)
        answer = pd.arrays.BooleanArray(values == YES, missing | unknown)
    else:
        top = max(item.codes) if item.codes else item.high
        kind = np.int8 if top <= np.iinfo(np.int8).max else np.int16
        filled = np.where(empty, item.empty or 0, values).astype(kind)
        answer = pd.arrays.IntegerArray(filled, missing)
    return pd.Series(answer, index=cells.index)


def named(items: Iterable[Item]) -> dict[str, Item]:
    """Items by BPS's column.

    >>> from sepakat_lib.sources.susenas.layouts import PERSONS_2024
    >>> named(PERSONS_2024)["R405"].name
    'sex'
    """
    return {item.column: item for item in items}
