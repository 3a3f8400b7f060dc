"""The answer on two pages: how many, who, what is surely worse, who is missed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sepakat_lib.analysis.findings import by_estimated_line, of_region
from sepakat_lib.analysis.gaps import TWINS, by_group
from sepakat_lib.analysis.official import UNKNOWN_START
from sepakat_lib.disclosure import HIDING
from sepakat_lib.indicators import catalogue
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters, rpjmd_start
from sepakat_lib.regions import tiers
from sepakat_lib.stats import survey

KEY_FIGURES = ("p0", "poor_persons", "p1", "poverty_line")
WHO = ("area", "sector", "head_education", "age", "sex", "disability")
AID = (
    *("poor_without_aid", "pkh_missed", "bpnt_missed", "poor_without_jkn"),
    *("elderly_without_aid", "disabled_without_aid"),
)
TOLD_FIRST = {"p0", "p1", "p2", "poor_persons"}  # the page begins with them


def apart(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """How the region differs from the tier above, over all shares with a good direction.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.

    Returns
    -------
    DataFrame
        One row a share that may be used at both ends, the widest difference first:
        ``indicator``, ``finding`` and ``level`` (ids of the gap and of the own value),
        ``value``, ``low``, ``high``, ``mark``, ``n`` [percent] (own), ``reference``
        (region), ``reference_value`` [percent], ``gap``, ``gap_low``, ``gap_high``
        [points], ``judgement`` (worse, better, unclear), ``people``, ``people_low``,
        ``people_high`` (whom it concerns: those who have a bad thing, or lack a good
        one). The intervals of the gaps hold for all rows at once
        (`survey.simultaneous`); one that touches 0 is unclear. The poverty rate itself,
        twins of another row, parts of a Venn and what hangs on an estimated line are not
        among them. Empty for the nation and where the tier is not estimated.
    """
    rows = _gaps_to_tier(chosen, findings)
    ends = survey.simultaneous(
        *(rows[name] for name in ("gap", "gap_low", "gap_high", "df")),
        chosen.confidence,
        len(rows),
    )
    rows = rows.assign(gap_low=ends[0], gap_high=ends[1])
    side = np.select([rows["gap_low"].gt(0), rows["gap_high"].lt(0)], [1, -1], 0)
    good = np.where(rows["indicator"].map(_better).eq("higher"), 1, -1)
    says = np.array(["unclear", "better", "worse"], object)[side * good]
    rows = rows.assign(judgement=says, **concerned(rows))
    order = rows["gap"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


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
    whole = (rows["people"] / (rows["value"] / 100)).where(rows["value"].gt(0))
    lacking = rows["indicator"].map(_better).eq("higher")
    opposite = {"people": "value", "people_low": "high", "people_high": "low"}
    return {
        name: rows[name].mask(lacking, whole * (100 - rows[end]) / 100)
        for name, end in opposite.items()
    }


def _better(indicator: str) -> str:
    return catalogue()[indicator].better


def _gaps_to_tier(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """Gaps of everybody's shares to the nearest tier above that is estimated."""
    venns = {name for venn in VENNS.values() for name in venn.regions.values()}
    compared = [
        name
        for name, declared in catalogue().items()
        if declared.is_share
        and declared.better != "context"
        and name not in TOLD_FIRST | TWINS | venns
    ]
    gaps = of_region(findings, chosen.region, "gap", compared, ("all",))
    usable = gaps[["value", "low", "high"]].notna().all(axis=1)
    usable &= ~gaps["mark"].isin([*HIDING, "**"])
    usable &= ~gaps["remark"].map(by_estimated_line).astype(bool)
    gaps = gaps[usable]
    above = [
        tier for tier in tiers(chosen.region)[1:] if tier in set(gaps["against_region"])
    ]
    gaps = gaps[gaps["against_region"].isin(above[:1])]
    names = {"id": "finding", "against_region": "reference", "value": "gap"}
    names |= {"low": "gap_low", "high": "gap_high"}
    gaps = gaps.rename(columns=names)[["indicator", *names.values(), "df"]]
    levels = of_region(findings, chosen.region, "level", compared, ("all",))
    people = ["people", "people_low", "people_high"]
    kept = [
        "indicator",
        "id",
        "value",
        "low",
        "high",
        "mark",
        "n",
        "synthetic",
        *people,
    ]
    rows = gaps.merge(levels[kept].rename(columns={"id": "level"}), on="indicator")
    return rows.assign(reference_value=rows["value"] - rows["gap"])


def poor_groups(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """The poverty rate and the number of poor people by who they are.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` of the groupings `WHO`, with ``most`` on the group
        of each grouping with most poor people: "sure" where its interval lies above that
        of each other group, "sample" where any interval reaches it or is not known, ""
        of the others, and of all where a group is hidden or not for use.
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
    fit = rows["people"].notna() & rows["mark"].isin(["", "*"])
    return rows.sort_values("people", ascending=False) if fit.all() else rows.head(0)


def answers(
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
        (whether the region's file tells it), ``rank``, ``groups``, ``apart``, ``missed``,
        ``missed_by_area`` (the poor without any aid, most first; empty where a part of
        them is hidden or not for use),
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
    told = rpjmd_start(chosen.region)
    synthetic = [findings, *drawn]
    return {
        "official": levels.reindex([n for n in KEY_FIGURES if n in levels.index]),
        "above": nearest.assign(reference_value=rate - nearest["value"]),
        "change": change,
        "trends": official[official["kind"].eq("trend")],
        "plan_from": told or UNKNOWN_START,
        "plan_known": told is not None,
        "rank": rank,
        "groups": poor_groups(chosen, findings),
        "apart": apart(chosen, findings),
        "missed": missed(chosen, findings),
        "missed_by_area": _where_missed(chosen, findings),
        "everybody": of_region(findings, chosen.region, "level", ["p0"], ("all",)),
        "unanswered": unanswered,
        "synthetic": any(table["synthetic"].eq(True).any() for table in synthetic),
    }
