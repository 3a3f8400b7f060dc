"""The answer on two pages: how many, who, what is surely worse, who is missed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sepakat_lib.analysis.apart import apart
from sepakat_lib.analysis.findings import of_region, whole_of
from sepakat_lib.analysis.gaps import by_group
from sepakat_lib.analysis.official import UNKNOWN_START
from sepakat_lib.indicators import catalogue
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters, rpjmd_start
from sepakat_lib.regions import tiers

KEY_FIGURES = ("p0", "poor_persons", "p1", "poverty_line")
WHO = ("area", "sector", "head_education", "age", "sex", "disability")
AID = (
    *("poor_without_aid", "pkh_missed", "bpnt_missed", "poor_without_jkn"),
    *("elderly_without_aid", "disabled_without_aid"),
)
TOLD_FIRST = {"p0", "p1", "p2", "poor_persons"}  # the page begins with them


def widest(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """The region's shares held against the tier above, the widest difference first.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.

    Returns
    -------
    DataFrame
        Rows of `apart` of the nearest tier: ``finding``, ``level``, ``indicator``,
        ``judgement`` (worse, better, unclear), ``at_once``; the own ``value``, ``low``,
        ``high`` [percent], ``mark``, ``n``; ``reference`` (region), ``reference_value``
        [percent]; ``gap``, ``gap_low``, ``gap_high`` [points]; ``people``,
        ``people_low``, ``people_high``, ``people_mark`` (whom it concerns, `concerned`).
        The poverty rate, which is told by itself, parts of a Venn and what is no share are not among them.
        Empty for the nation and where no tier is estimated.
    """
    table = apart(chosen, findings)
    table = table[table["indicator"].map(_is_share_apart).astype(bool)]
    nearest = table["against_region"].isin(table["against_region"].head(1))
    names = {"against_region": "reference", "other": "reference_value"}
    names |= {"value": "gap", "low": "gap_low", "high": "gap_high"}
    kept = ["finding", "level", "indicator", "judgement", "at_once", *names]
    table = table.loc[nearest, kept].rename(columns=names)
    of_own = ["value", "low", "high", "mark", "n"]
    of_own += ["people", "people_low", "people_high", "people_mark", "synthetic"]
    levels = findings.set_index("id")[of_own]
    rows = table.merge(levels, left_on="level", right_index=True, how="left")
    order = rows["gap"].abs().sort_values(ascending=False, kind="stable").index
    # of those who lack it there is no count of its own: theirs is as sure as the share
    own = rows["people_mark"].where(rows["indicator"].map(_better).ne("higher"))
    whom = concerned(rows) | {"people_mark": own.fillna(rows["mark"])}
    return rows.assign(**whom).loc[order].reset_index(drop=True)


def _is_share_apart(indicator: str) -> bool:
    venns = {name for venn in VENNS.values() for name in venn.regions.values()}
    return catalogue()[indicator].is_share and indicator not in TOLD_FIRST | venns


def concerned(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Whom shares concern: those who have a bad thing, or lack a good one.

    Parameters
    ----------
    rows : DataFrame
        ``indicator``, ``value``, ``low``, ``high`` [percent], ``people``, ``people_low``,
        ``people_high`` (those counted by the share).

    Returns
    -------
    dict
        ``people``, ``people_low``, ``people_high`` [persons or households]; of a good
        thing 100 percent less its share, of all those of whom it is told. Missing where
        nobody has a good thing, since their number is not known from it.
    """
    whole = whole_of(rows)
    lacking = rows["indicator"].map(_better).eq("higher")
    opposite = {"people": "value", "people_low": "high", "people_high": "low"}
    return {
        name: rows[name].mask(lacking, whole * (100 - rows[end]) / 100)
        for name, end in opposite.items()
    }


def _better(indicator: str) -> str:
    return catalogue()[indicator].better


def poor_groups(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """The poverty rate and the number of poor people by who they are.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` of the groupings `WHO`, with ``most`` on the group
        of each grouping with most poor people: "sure" where its interval lies above that
        of each other group, "sample" where any interval reaches it or is not known, ""
        of the others, and of all where a group is hidden.
    """
    rows = by_group(chosen, findings, ["p0"], WHO)
    order = {name: place for place, name in enumerate(WHO)}
    rows = rows.sort_values(
        "grouping", key=lambda names: names.map(order), kind="stable"
    )
    return rows.assign(most=_most(rows))


def _most(rows: pd.DataFrame) -> pd.Series:
    says = pd.Series("", rows.index, dtype=object)
    for _, groups in rows.groupby("grouping", sort=False):
        if groups["people"].isna().any() or len(groups) < 2:
            continue
        first = groups["people"].idxmax()
        others = groups.drop(first)["people_high"]
        sure = groups.loc[first, "people_low"] > others.max(skipna=False)
        says[first] = "sure" if sure else "sample"
    return says


def missed(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """Who gets no aid: levels of `tables.Findings` of `AID`, of everybody here."""
    return by_group(chosen, findings, [*AID], ("all",))


def _where_missed(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    rows = by_group(chosen, findings, ["poor_without_aid"], ("area",))
    fit = rows["people"].notna() & rows["people_mark"].isin(["", "*"])
    rows = rows.assign(most=_most(rows)).sort_values("people", ascending=False)
    return rows if fit.all() else rows.head(0)


def summary(
    chosen: Parameters,
    findings: pd.DataFrame,
    change: dict,
    rank: dict,
    unanswered: pd.DataFrame,
    drawn: Sequence[pd.DataFrame] = (),
) -> dict:
    """All that the summary tells, each with the findings that it rests on.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    change, rank, unanswered
        From the functions of those names.
    drawn : sequence of DataFrame
        What else the page shows, with a column ``synthetic``.

    Returns
    -------
    dict
        ``official`` (BPS's figures of the region by indicator), ``above`` (the gap of
        its rate to the nearest tier, with that tier's ``reference_value``; empty where
        there is none of the same month), ``change``, ``trends`` (ids of the findings
        behind its steps), ``plan_from`` (first year of the RPJMD), ``plan_known``
        (whether the region's file tells it), ``rank``, ``groups``, ``widest``, ``missed``,
        ``missed_by_area`` (the poor without any aid in towns and villages, most first,
        with ``most`` as in `poor_groups`; empty where a part of them is hidden or not
        for use),
        ``everybody`` (the survey's own rate; empty where not loaded), ``unanswered``,
        ``synthetic``.
    """
    own = findings[
        findings["region"].eq(chosen.region) & findings["grouping"].eq("all")
    ]
    official = own[own["source"].eq("official")]
    levels = official[official["kind"].eq("level")].set_index("indicator", drop=False)
    gaps = official[official["kind"].eq("gap") & official["indicator"].eq("p0")]
    nearest = gaps[gaps["against_region"].isin(tiers(chosen.region)[1:2])]
    rate = levels["value"].get("p0", np.nan)
    started = rpjmd_start(chosen.region)
    synthetic = [findings, *drawn]
    return {
        "official": levels.reindex([n for n in KEY_FIGURES if n in levels.index]),
        "above": nearest.assign(reference_value=rate - nearest["value"]),
        "change": change,
        "trends": official[
            official["kind"].eq("trend") & official["indicator"].isin(KEY_FIGURES)
        ],
        "plan_from": started or UNKNOWN_START,
        "plan_known": started is not None,
        "rank": rank,
        "groups": poor_groups(chosen, findings),
        "widest": widest(chosen, findings),
        "missed": missed(chosen, findings),
        "missed_by_area": _where_missed(chosen, findings),
        "everybody": of_region(findings, chosen.region, "level", ["p0"], ("all",)),
        "unanswered": unanswered,
        "synthetic": any(table["synthetic"].eq(True).any() for table in synthetic),
    }
