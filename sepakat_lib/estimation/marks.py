"""What an estimate is made of, as marks: it is old when, and only when, one has changed.

The code of the engine marks everything. A kabupaten's data carry what its spending is
held against, an indicator its declaration and the policy values that it reads, a
grouping its own: a new indicator makes its own rows old, and no other's.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from functools import lru_cache

import pandas as pd

from sepakat_lib import ROOT, disclosure
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation import tabling
from sepakat_lib.indicators import Grouping, Indicator, grouping, read_columns

ENGINE = (
    *("sepakat_lib/estimation", "sepakat_lib/stats", "sepakat_lib/parameters.py"),
    "sepakat_lib/disclosure.py",
    *("sepakat_lib/indicators/__init__.py", "sepakat_lib/reference/regions.csv"),
)
MOVES = (
    *("name", "survey", "kind", "table", "counts", "unit", "since"),
    *("numerator", "denominator", "universe", "statistic", "of"),
)


@lru_cache
def engine() -> str:
    """SHA-256 of the code that every estimate goes through."""
    digest = hashlib.sha256()
    for place in ENGINE:
        for path in sorted([ROOT / place, *(ROOT / place).rglob("*")]):
            if path.suffix in (".py", ".csv") and path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def of(*content) -> str:
    """Mark of anything that JSON can hold."""
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def of_data(origins: pd.DataFrame, year: int, lines: str | None) -> dict[str, str]:
    """Mark of each kabupaten's rows: its files, and what its spending is held against.

    Parameters
    ----------
    origins : DataFrame
        One row a kabupaten, as `warehouse.loaded` gives it.
    year : int
    lines : str or None
    """
    common = engine(), year, lines, disclosure.least_sample(year)
    records = json.loads(origins.to_json(orient="records"))
    return {
        record["region"]: of(
            *common, record, rows_of.of_region(record["region"], year, lines)
        )
        for record in records
    }


def of_groupings(names: Iterable[str], year: int) -> dict[str, str]:
    """Mark of each grouping's declaration, with the policy values that it reads."""
    return {name: of(_grouped(grouping(name), year)) for name in sorted(set(names))}


def _grouped(by: Grouping, year: int) -> list:
    dated = rows_of.dated(read_columns(by.expression), year)
    return [
        by.name,
        by.groups,
        by.expression,
        by.table,
        by.quantiles,
        by.extremes,
        dated,
        *([by.first] if by.first else []),
    ]


def of_indicators(
    indicators: Collection[Indicator], year: int, lacks: dict[str, list[str]]
) -> dict[str, str]:
    """Mark of each indicator's own declaration, without what it is told by.

    Parameters
    ----------
    indicators : collection of Indicator
    year : int
    lacks : dict of str to list of str
        Items that the round's files do not hold.
    """
    return {
        one.name: of(
            [getattr(one, name) for name in MOVES],
            rows_of.dated(one.columns, year),
            lacks.get(one.name, []),
        )
        for one in indicators
    }


def of_rows(
    indicators: Collection[Indicator], own: dict[str, str], groupings: dict[str, str]
) -> dict[str, str]:
    """Mark of each indicator's estimates: its own, its groupings', its lender's.

    A share that none or all have may borrow another's design effect (`tabling.lender`).
    """
    lenders = {one.name: tabling.lender(one, indicators) for one in indicators}
    return {
        one.name: of(
            own[one.name],
            [(name, groupings[name]) for name in one.groupings],
            own.get(lenders[one.name] or "", "") if one.is_share else "",
        )
        for one in indicators
    }
