"""What is measured: one declaration an indicator, one file a theme.

Declarations only. `sepakat_lib.estimation` computes all of them in one scan.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

from sepakat_lib import parameters, words
from sepakat_lib.indicators.groupings import (
    EVERY,
    GROUPINGS,
    HOUSEHOLDS_ONLY,
    Grouping,
    cross,
    grouping,
    read_columns,
)
from sepakat_lib.refused import Refused

__all__ = [
    "EVERY",
    "GROUPINGS",
    "HOUSEHOLDS_ONLY",
    "SCALE",
    "Grouping",
    "Indicator",
    "catalogue",
    "cross",
    "definition",
    "grouping",
    "read_columns",
    "shipped",
    "themes",
]

SCALE = {
    "percent": 100.0,
    "index": 100.0,  # BPS prints P1 and P2 multiplied by 100
    "gini": 1.0,
    "times": 1.0,
    "persons": 1.0,
    "idr": 1.0,
    "points": 100.0,
    "percent_year": 100.0,
    "score": 1.0,
    "events": 1.0,
    "years": 1.0,
    "members": 1.0,
}


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator as the framework defines it.

    A ratio of two weighted sums over a universe needs only `numerator`, `denominator`
    and `universe`: SQL expressions over the columns of `table` (items of the survey
    layout, plus those that `estimation` adds; where spending was asked: `welfare` = spending / poverty line,
    `poverty_line`, `extreme_line`, `chronic_cut`, `band_1` to `band_4`; where
    the persons' items are there: `head_sex`,
    `head_age`, `head_diploma`, the number of `families`, and whether any member is an
    `internet_user` or an `account_holder`). A row of persons also has its household's
    columns. An expression that is NULL leaves the row out, and the share left out is
    told.

    Attributes
    ----------
    name : str
        Its key in every table ("p0").
    code : str
        Its number in the reference list of indicators ("KEM-001").
    question : int
        Of SEPAKAT's five. [1-5]
    label, definition : dict
        In "id" and "en"; policy values in a definition are fields, which the function
        `definition` fills.
    unit : str
        A key of `SCALE`.
    better : {"higher", "lower", "context"}
        Which way is good; context where neither is.
    frame : str
        "SPM …", "[TPB] 1.2.1" or "other".
    source : str
        Where the definition comes from.
    kind : str
        ``ratio``, ``total``; ``distribution`` and ``tenths`` (one or ten statistics
        of the whole distribution, named in `statistic`); ``growth``, ``change`` and ``gap`` are made from other estimates;
        ``official`` is only published; ``awaited`` needs the file named in `awaits`.
    survey : str
        Which one answers it ("susenas"), by its name in the warehouse.
    counts : {"persons", "households"}
        What one row stands for: a household row stands for its members or for itself.
    since : int
        First March round that can tell it; before, the programme did not exist.
    awaits : dict
        File that would answer it, in "id" and "en".
    keeper : str
        Who keeps that file, as words name it under ``keeper``.
    groupings : tuple of str
        What it is told by; groups of persons cannot part what counts households.
    """

    name: str
    code: str
    question: int
    label: dict[str, str]
    definition: dict[str, str]
    unit: str
    better: str
    frame: str
    source: str
    kind: str = "ratio"
    survey: str = "susenas"
    table: str = "households"
    counts: str = "persons"
    numerator: str = ""
    denominator: str = "1"
    universe: str = "TRUE"
    statistic: str = ""
    of: str = ""
    since: int = 0
    awaits: dict[str, str] = field(default_factory=dict)
    keeper: str = ""
    groupings: tuple[str, ...] = EVERY

    @property
    def scale(self) -> float:
        """What a fraction is multiplied by to be in `unit`."""
        return SCALE[self.unit]

    @property
    def is_share(self) -> bool:
        """Whether it lies between none and all, so that its interval is logistic."""
        return self.unit == "percent" and self.kind == "ratio" and self.bounded

    @property
    def bounded(self) -> bool:
        """Whether the numerator is part of the denominator."""
        return self.denominator == "1"

    @property
    def highest(self) -> float:
        """Largest value that it can take, in `unit`; infinite where nothing bounds it.

        >>> [catalogue()[name].highest for name in ("p0", "p1", "gini", "dependency")]
        [100.0, 100.0, 1.0, inf]
        """
        if self.statistic == "bottom_40_share":
            return 40.0  # the poorest cannot have more than their part of the people
        share = self.is_share or self.kind in ("distribution", "tenths")
        if self.unit in ("gini", "index") or (self.unit == "percent" and share):
            return self.scale
        return math.inf

    @property
    def columns(self) -> frozenset[str]:
        """Columns that the expressions read: all must be in the data."""
        return read_columns(f"{self.numerator} {self.denominator} {self.universe}")


@lru_cache
def themes() -> dict[str, tuple[Indicator, ...]]:
    """Indicators by theme, in the order of the framework, the office's own the last.

    Raises
    ------
    Refused
        A file in `parameters/indicators` declares what cannot be (`indicators.own`).
    """
    from sepakat_lib.indicators import own

    by_theme = shipped()
    questions = {
        theme: indicators[0].question for theme, indicators in by_theme.items()
    }
    names = {indicator.name for theme in by_theme.values() for indicator in theme}
    codes = {indicator.code for theme in by_theme.values() for indicator in theme}
    for theme, fields in own.declared(SCALE, questions).values():
        file = fields.pop("file")
        if fields["name"] in names:
            raise Refused("own_indicator_twice", file=file, name=fields["name"])
        if fields["code"] in codes:
            raise Refused("own_indicator_code", file=file, code=fields["code"])
        codes.add(fields["code"])
        by_theme[theme] = (*by_theme[theme], Indicator(**fields))
    return by_theme


def shipped() -> dict[str, tuple[Indicator, ...]]:
    """Indicators of the package by the file they are declared in."""
    from sepakat_lib.indicators import (
        business,
        condition,
        health,
        official,
        policy,
        profile,
        protection,
        schooling,
        services,
        venns,
        work,
    )

    parts = (condition, work, business, services, schooling, health, protection)
    return {
        part.__name__.rpartition(".")[2]: part.INDICATORS
        for part in (*parts, venns, policy, profile, official)
    }


def definition(name: str, language: str, year: int) -> str:
    """Definition of an indicator, with the policy values in force in March of a year.

    A value that an official may change stands in the declaration as a field,
    ``{band_1}`` to ``{band_4}`` and ``{chronic_cut}``, and in `parameters/policy` alone;
    a year that has none shows a dash.

    Parameters
    ----------
    name : str
        In the catalogue.
    language : {"id", "en"}
    year : int

    >>> definition("vulnerable", "id", 2023)
    'Pengeluaran dari 1 sampai di bawah 1,5 kali garis kemiskinan.'
    """
    bounds = parameters.policy("welfare_bands", year) or [None] * 4
    values = {f"band_{i}": bound for i, bound in enumerate(bounds, 1)}
    values["chronic_cut"] = parameters.policy("chronic_cut", year)
    text = catalogue()[name].definition[language]
    for field_name, value in values.items():
        text = text.replace(f"{{{field_name}}}", _written(value, language))
    return text


def _written(value: float | None, language: str) -> str:
    """A value with the decimals that it was given with."""
    if value is None:
        return "–"
    digits = len(f"{value:.6g}".partition(".")[2])
    return words.number(value, language, digits)


@lru_cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by its name, in the order of the framework."""
    by_name: dict[str, Indicator] = {}
    for indicators in themes().values():
        for indicator in indicators:
            if indicator.name in by_name:
                raise ValueError(f"two indicators are called {indicator.name!r}")
            by_name[indicator.name] = indicator
    return by_name
