"""What stands under each question, in the order of what matters; decided here, once."""

from dataclasses import dataclass

import pandas as pd

from sepakat_lib.analysis.apart import SURE, apart
from sepakat_lib.analysis.gaps import by_group, circles, fifths, furthest, targeting
from sepakat_lib.analysis.groups import between_sectors, by_area, sectors
from sepakat_lib.analysis.money import (
    Money,
    beside_poverty,
    budget,
    by_bidang,
    of_tags,
)
from sepakat_lib.analysis.owners import SERIES, owners
from sepakat_lib.analysis.poverty import bands, comparison, growth
from sepakat_lib.analysis.profile import MEANS, profile
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters

GROUPS = ("area", "sex", "age", "head_sex", "head_education", "sector", "disability")
FIRST = ("targeting",)  # who is missed opens its question whatever differs elsewhere
UNLOADED = ("bands", "circles.work", "circles.home", "circles.protection")


@dataclass(frozen=True)
class Section:
    """One section under a question.

    Attributes
    ----------
    key : str
        What it shows, by its stage and theme ("fifths.work"); its anchor comes of it.
    question : int
        Of SEPAKAT's five.
    tables : tuple
        What its block takes after the choices.
    width : float
        Of its clearest difference that is beyond error, the end of the interval nearer
        to none [points]; 0 where there is none.
    """

    key: str
    question: int
    tables: tuple
    width: float = 0.0


def answers(
    chosen: Parameters,
    official: pd.DataFrame,
    estimates: pd.DataFrame,
    earlier: pd.DataFrame,
    findings: pd.DataFrame,
    money: Money,
) -> dict[int, list[Section]]:
    """Sections of each question, the one that matters most first.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    estimates, earlier : DataFrame
        `tables.Estimates` of the run's round and of the one before it; may be empty.
    findings : DataFrame
        `tables.Findings`.
    money : Money
        From `with_money`.

    Returns
    -------
    dict of int to list of Section
        By question, as `in_order` puts them. A section without any row is left out,
        but for those that say that the survey is not loaded.
    """
    between = between_sectors(chosen, findings)
    furthest_pair = furthest(chosen, findings, "p0", GROUPS)
    tenths = growth(chosen, estimates, earlier)
    surveyed = bool(estimates["region"].eq(chosen.region).any())
    own, held = profile(chosen, findings), apart(chosen, findings)
    areas = furthest(chosen, findings, "p0", ("area",))
    grown = (tenths, earlier, estimates)
    sections = [
        Section("bands", 1, (bands(chosen, findings),)),
        *[Section("growth", 1, grown)] * surveyed,
        Section("beside", 1, (comparison(chosen, findings),)),
        Section("apart", 1, (held,), _of_apart(held)),
        Section("by_area", 1, (by_area(chosen, findings, official),), _of_pair(areas)),
        Section(
            "by_group",
            1,
            (by_group(chosen, findings, ["p0"], GROUPS), furthest_pair),
            _of_pair(furthest_pair),
        ),
        Section(
            "sectors",
            1,
            (sectors(chosen, findings), between),
            max(map(_of_pair, between.values())),
        ),
        Section("profile", 1, (own,), _of_gaps(own[~own["indicator"].isin(MEANS)])),
    ]
    for question, venn, themes in (
        (2, "work", ("work", "business")),
        (3, "home", ("services", "schooling", "health")),
        (4, "protection", ("protection",)),
    ):
        if question == 4:
            sections.append(Section("targeting", 4, (targeting(chosen, findings),)))
        table = circles(chosen, findings, venn)
        sections.append(
            Section(f"circles.{venn}", question, (table, venn), _of_gaps(table))
        )
        for theme in themes:
            table = fifths(chosen, findings, theme)
            told = table[~table["twin"]] if len(table) else table
            sections.append(
                Section(f"fifths.{theme}", question, (table, theme), _of_gaps(told))
            )
    sections += [
        Section(f"owners.{question}", question, (rows, question))
        for question in SERIES
        if len(rows := owners(chosen, official, findings, question))
    ]
    sections += [
        Section("spread", 5, (beside_poverty(chosen, money.ratios, official),)),
        Section("bidang", 5, (by_bidang(chosen, money.rows),)),
    ]
    if len(table := budget(chosen, money.apbd)):
        sections.insert(0, Section("budget", 5, (table, money.publisher(chosen))))
    if facts := of_tags(chosen, money, findings):
        sections.append(Section("tagged", 5, (facts,)))
    kept = [each for each in sections if each.key in UNLOADED or len(each.tables[0])]
    return {
        question: in_order([each for each in kept if each.question == question])
        for question in range(1, 6)
    }


def in_order(sections: list[Section]) -> list[Section]:
    """Sections, the one with the widest sure difference first.

    Those without a sure difference follow in the order that they came in, so that a
    question without any keeps it whole; what is in `FIRST` stands before all.

    >>> told = [Section("a", 1, ()), Section("b", 1, (), 2.0), Section("c", 1, (), 9.5)]
    >>> [section.key for section in in_order(told)]
    ['c', 'b', 'a']
    """
    return sorted(sections, key=lambda each: (each.key not in FIRST, -each.width))


def _of_pair(pair: dict) -> float:
    """Nearer end of the difference of two groups, from `furthest`."""
    return min(pair["low"], pair["high"]) if pair["verdict"] == "higher" else 0.0


def _of_gaps(table: pd.DataFrame) -> float:
    """The widest of the differences on the rows of a table of groups."""
    if table.empty:
        return 0.0
    usable = table["value"].notna() & table["mark"].ne("**")
    usable = usable.groupby(table["indicator"]).transform("all")
    sure = table[usable & table["verdict"].isin(SURE)]
    least = sure[["gap_low", "gap_high"]].abs().min(axis=1)
    return _widest(least)


def _widest(differences: pd.Series) -> float:
    """The largest; 0 where none is known."""
    known = differences.astype(float).dropna()
    return float(known.max()) if len(known) else 0.0


def _of_apart(table: pd.DataFrame) -> float:
    shares = table["indicator"].map(lambda name: catalogue()[name].is_share)
    sure = table[table["verdict"].isin(SURE) & shares.astype(bool)]
    least = sure[["low", "high"]].abs().min(axis=1)
    return _widest(least)
