"""What to do first: a card an indicator, coloured by one rule that is printed on it.

A card holds the region's value against a target where one is in force, else against its
province or the nation. It has a colour only where the error lets one be told, of all
cards at once: of eighty that are judged one by one at 95 percent, two would be red by
chance alone.
"""

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, regions
from sepakat_lib.analysis import by_estimated_line, concerned, whole_of
from sepakat_lib.indicators import catalogue, themes
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.prioritisation.targets import targets
from sepakat_lib.stats import survey

__all__ = ["cards", "evidence", "first", "leading", "mapped", "targets"]

COLOURS = ("green", "yellow", "red")  # each a step worse than the one before
OFFICIAL_FIRST = ("p0", "p1", "p2")  # what BPS publishes itself is judged by its figure
LINES = 5


def cards(
    chosen: Parameters,
    findings: pd.DataFrame,
    peers: pd.DataFrame,
    targets: pd.DataFrame,
) -> pd.DataFrame:
    """A card for each indicator that has a finding and a direction.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    peers : DataFrame
        `tables.Estimates` of everybody in the regions of the same level.
    targets : DataFrame
        From `targets`. Those of the region and of every region count; that of the
        nation is a mean, and judges the nation's own page alone.

    Returns
    -------
    DataFrame
        One row an indicator, in the order of the catalogue:

        ``indicator``, ``theme``, ``finding`` (id), ``source``, ``value``, ``low``,
        ``high``, ``n``, ``mark``, ``people``, ``people_low``, ``people_high`` (whom the problem
        concerns; missing where the indicator is no share);
        ``reference`` (target, province, nation or ""), ``reference_value``,
        ``reference_source`` (frame of the target, or survey or official);
        ``gap``, ``gap_low``, ``gap_high`` [fraction of the reference; below 0 is worse],
        ``beyond`` and ``beyond_least`` (how many fewer it would concern at the
        reference; at least, within the error) [persons];
        ``z`` (among peers, above 0 is better), ``trend`` (better, worse, unclear, none);
        ``colour`` (red, yellow, green, none), ``why`` (of none: hidden, not_for_use,
        estimated_line, no_error, no_reference, within_error), ``worse_by_trend``,
        ``cut``, ``other_colours`` (by the two other cut-offs) and ``at_once`` (how many
        cards the intervals of the gaps hold for together; 0 of a card without one).

    Notes
    -----
    With s = 1 where higher is better and -1 where lower is, gap = s (value - reference)
    / |reference|; of a share of which nobody should be left (a target of 0), the part of
    everybody who is. Its interval holds for all cards of the survey at once: each is made at
    the confidence 1 - (1 - confidence) / cards (Bonferroni; Dunn 1961,
    doi:10.1080/01621459.1961.10482090). Red: the whole interval is below minus the
    cut-off `priority_cut`; yellow: it is below 0; green: none of it is. An end on a bound
    is not beyond it. What the interval leaves open has no colour. A card of a region that
    is more than `priority_z` standard deviations worse than the mean of its peers, and
    that grew worse beyond error since the earlier round, is one step worse. An official
    figure, whose error is not published, is judged as printed.
    """
    own = _own(chosen, findings)
    table = own.drop(columns="df").merge(
        _references(chosen, findings, targets, own), on="finding"
    )
    table["theme"] = table["indicator"].map(_themes())
    table = _at_once(table, chosen.confidence)
    sign = table["indicator"].map(_sign).astype(float)  # of no card too
    scale = table["reference_value"].abs().where(table["reference_value"].ne(0))
    to_none = table["reference"].eq("target") & table["indicator"].map(
        _is_share
    ).astype(bool)
    scale = scale.mask(table["reference_value"].eq(0) & to_none, 100.0)
    for name in ("gap", "gap_low", "gap_high"):
        table[name] = sign * table[f"difference{name.removeprefix('gap')}"] / scale
    turned = sign.lt(0)
    ends = table["gap_low"].copy()
    table["gap_low"] = ends.mask(turned, table["gap_high"])
    table["gap_high"] = table["gap_high"].mask(turned, ends)
    table = table.assign(**_people(table, sign))
    table["z"] = _z(chosen, table, peers, sign)
    trends = _trends(chosen, findings)
    table["trend"] = [trends.get(name, "none") for name in table["indicator"]]
    table["why"] = _why(table)
    cut, *others = [
        policy("priority_cut", chosen.year),
        *policy("priority_other_cuts", chosen.year),
    ]
    step = table["z"].lt(-policy("priority_z", chosen.year)) & table["trend"].eq(
        "worse"
    )
    table["colour"] = _coloured(table, cut, step)
    table["worse_by_trend"] = table["colour"].ne(_coloured(table, cut, step & False))
    table["cut"] = cut
    others = [_coloured(table, other, step) for other in others]
    table["other_colours"] = [*zip(*others, strict=True)]
    order = {name: i for i, name in enumerate(catalogue())}
    dropped = ["difference", "difference_low", "difference_high", "verdict", "df"]
    table = table.sort_values("indicator", key=lambda names: names.map(order))
    return table.drop(columns=dropped).reset_index(drop=True)


def first(table: pd.DataFrame) -> pd.DataFrame:
    """At most five themes with red cards, those first of whose cards most are red.

    Returns
    -------
    DataFrame
        A row a theme: ``theme``, ``red`` and ``judged`` (cards), and all that `cards`
        tells of the red card that surely concerns most people beyond. Of two themes
        alike in their share of red cards that one goes first. Empty where no red card
        counts people beyond error.
    """
    judged = table[table["why"].isin(["", "within_error"])]
    red = table[table["colour"].eq("red") & table["beyond_least"].gt(0)]
    red = red.sort_values(["beyond_least", "beyond"], ascending=False, kind="stable")
    lines = red.groupby("theme", sort=False).head(1).copy()
    for name, among in (("red", red), ("judged", judged)):
        lines[name] = lines["theme"].map(among["theme"].value_counts()).astype(int)
    share = lines["red"] / lines["judged"]
    order = share.sort_values(ascending=False, kind="stable").index
    return lines.loc[order].head(LINES).reset_index(drop=True)


def evidence(table: pd.DataFrame, findings: pd.DataFrame) -> dict[str, dict]:
    """What a decision on a card rests on, by indicator.

    Parameters
    ----------
    table : DataFrame
        From `cards`.
    findings : DataFrame
        `tables.Findings` that they were made of.

    Returns
    -------
    dict
        ``finding`` (its row) and ``rule`` (how it was judged, with its numbers).
    """
    rows = {row["id"]: row for row in findings.to_dict("records")}
    judged = (
        "colour why reference reference_value reference_source gap gap_low gap_high "
        "at_once cut worse_by_trend"
    ).split()
    return {
        card["indicator"]: {
            "finding": rows[card["finding"]],
            "rule": {name: card[name] for name in judged},
        }
        for card in table.to_dict("records")
    }


def leading(table: pd.DataFrame, first: pd.DataFrame) -> str:
    """Indicator of the survey that a map shows: of what comes first, else the worst.

    Parameters
    ----------
    table : DataFrame
        From `cards`.
    first : DataFrame
        From the function of that name.

    Returns
    -------
    str
        "" where the survey has no card that is shown.
    """
    for rows in (first, table.sort_values("gap_high")):
        shown = rows[rows["source"].eq("survey") & rows["gap"].notna()]
        if len(shown):
            return str(shown["indicator"].iloc[0])
    return ""


def mapped(chosen: Parameters, estimates: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """What a card's indicator is in each kabupaten round the region, for a map.

    Parameters
    ----------
    chosen : Parameters
    estimates : DataFrame
        `tables.Estimates` of everybody in those kabupaten.
    indicator : str

    Returns
    -------
    DataFrame
        ``region``, ``value`` [unit of the indicator], ``mark`` (as
        `disclosure.publish`), ``synthetic``, ``year``, highest value first. Empty where
        fewer than half of the kabupaten are estimated: a map of holes tells nothing.
    """
    members = regions.members(regions.province(chosen.region) or chosen.region)
    rows = estimates[
        estimates["indicator"].eq(indicator)
        & estimates["grouping"].eq("all")
        & estimates["region"].isin(members)
    ]
    if len(rows) * 2 < len(members):
        rows = rows.head(0)
    shown = disclosure.publish(rows, year=chosen.year)
    columns = ["region", "value", "mark", "synthetic", "year"]
    return shown[columns].sort_values("value", ascending=False, ignore_index=True)


def _themes() -> dict[str, str]:
    return {
        indicator.name: theme
        for theme, indicators in themes().items()
        for indicator in indicators
    }


def _own(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """The level of everybody in the region that each card shows."""
    rows = findings[
        findings["region"].eq(chosen.region)
        & findings["kind"].eq("level")
        & findings["grouping"].eq("all")
    ]
    directed = {
        name for name, indicator in catalogue().items() if indicator.better != "context"
    }
    rows = rows[rows["indicator"].isin(directed)]
    official = rows["source"].eq("official")
    of_owners = {
        n for n, one in catalogue().items() if one.kind in ("official", "awaited")
    }
    printed = set(rows.loc[official, "indicator"]) & {*OFFICIAL_FIRST, *of_owners}
    rows = rows[rows["remark"].ne("second_hand")]  # judged as printed, by its owner
    official = rows["source"].eq("official")
    rows = rows[official.eq(rows["indicator"].isin(printed))]
    names = "indicator id source value low high n mark remark df people people_low people_high"
    table = rows[names.split()].rename(columns={"id": "finding"})
    poor = findings[
        findings["region"].eq(chosen.region)
        & findings["source"].eq("official")
        & findings["kind"].eq("level")
        & findings["indicator"].eq("poor_persons")
    ]
    if len(poor):  # BPS prints the number beside the rate
        of_rate = table["indicator"].eq("p0") & table["source"].eq("official")
        table["people"] = table["people"].mask(of_rate, poor["value"].iloc[0])
    return table.reset_index(drop=True)


def _references(
    chosen: Parameters, findings: pd.DataFrame, targets: pd.DataFrame, own: pd.DataFrame
) -> pd.DataFrame:
    """What each card is held against, and the difference with its interval."""
    rows = [
        _of_target(row, targets, chosen) or _of_tier(row, findings, chosen)
        for row in own.itertuples()
    ]
    columns = ["reference", "reference_value", "reference_source"]
    columns += ["difference", "difference_low", "difference_high", "verdict", "df"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(finding=own["finding"].to_numpy())


def _at_once(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Widen the intervals of the differences so that they hold for all cards together."""
    usable = table["source"].eq("survey") & table["difference_low"].notna()
    usable &= ~table["mark"].isin([*disclosure.HIDING, "**"])
    among = int(usable.sum())
    ends = table[["difference_low", "difference_high"]].T.to_numpy(float)
    wider = survey.simultaneous(
        table["difference"], *ends, table["df"].where(usable), confidence, among
    )
    for name, end in zip(("difference_low", "difference_high"), wider, strict=True):
        table[name] = np.where(usable, end, table[name])
    return table.assign(at_once=np.where(usable, among, 0))


def _of_target(row, targets: pd.DataFrame, chosen: Parameters) -> tuple | None:
    """A target has no error: the value's own is that of the difference."""
    valid = targets[
        targets["indicator"].eq(row.indicator)
        & targets["region"].isin(["", chosen.region])
        & targets["target"].notna()
        & targets["since"].le(chosen.year)
        & targets["until"].ge(chosen.year)
    ].sort_values("region")
    if valid.empty:
        return None
    target = valid.iloc[-1]  # the region's own before that of all
    value = float(target["target"])
    ends = (row.value - value, row.low - value, row.high - value)
    return "target", value, target["frame"], *ends, "", row.df


def _of_tier(row, findings: pd.DataFrame, chosen: Parameters) -> tuple:
    """The nearest tier above that the same source compares it with."""
    gaps = findings[
        findings["region"].eq(chosen.region)
        & findings["kind"].eq("gap")
        & findings["source"].eq(row.source)
        & findings["indicator"].eq(row.indicator)
        & findings["grouping"].eq("all")
    ].set_index("against_region")
    for above in regions.tiers(chosen.region)[1:]:
        if above in gaps.index and np.isfinite(gaps.loc[above, "value"]):
            gap = gaps.loc[above]
            name = "nation" if above == "00" else "province"
            ends = gap["value"], gap["low"], gap["high"]
            judged = gap["verdict"], gap["df"]
            return name, row.value - gap["value"], row.source, *ends, *judged
    return "", np.nan, "", np.nan, np.nan, np.nan, "", np.nan


def _people(table: pd.DataFrame, sign: pd.Series) -> dict[str, pd.Series]:
    """Whom the problem concerns: those who have a bad thing, or lack a good one."""
    share = table["indicator"].map(_is_share).astype(bool)
    whole = whole_of(table)
    counted = {name: many.where(share) for name, many in concerned(table).items()}
    worse = -sign * table[["difference", "difference_low", "difference_high"]].T
    nearest = worse.T[["difference_low", "difference_high"]].min(axis=1)
    known = table[["difference_low", "difference_high"]].notna().all(axis=1)
    nearest = nearest.where(known, worse.T["difference"])  # as printed
    return counted | {
        "beyond": (whole * worse.T["difference"] / 100).clip(lower=0),
        "beyond_least": (whole * nearest / 100).clip(lower=0),
    }


def _z(chosen: Parameters, table: pd.DataFrame, peers: pd.DataFrame, sign) -> pd.Series:
    """Standard deviations from the mean of the peers, above 0 the better."""
    others = peers[peers["grouping"].eq("all") & peers["region"].ne(chosen.region)]
    by = others.groupby("indicator", observed=True)["value"]
    mean, spread = by.mean(), by.std(ddof=0)
    known = by.count().ge(3) & spread.gt(0)
    z = (table["value"] - table["indicator"].map(mean).astype(float)) / table[
        "indicator"
    ].map(spread).astype(float)
    return (sign * z).where(table["indicator"].map(known).eq(True))


def _trends(chosen: Parameters, findings: pd.DataFrame) -> dict[str, str]:
    """Whether each indicator grew better or worse, as judged in its finding."""
    changes = findings[
        findings["region"].eq(chosen.region)
        & findings["kind"].isin(["change", "trend"])
        & findings["grouping"].eq("all")
    ].sort_values(["kind", "against_year"])  # a change of the survey before BPS's own
    return dict(zip(changes["indicator"], changes["judgement"], strict=True))


def _why(table: pd.DataFrame) -> np.ndarray:
    """Why a card has no colour; "" of one that has."""
    surveyed = table["source"].eq("survey")
    open_ = ~(table["gap_high"].lt(0) | table["gap_low"].ge(0))
    return np.select(
        [
            table["mark"].isin(disclosure.HIDING) | table["value"].isna(),
            table["mark"].eq("**"),
            table["verdict"].eq("estimated_line")
            | table["remark"].map(by_estimated_line).astype(bool),
            table["gap"].isna(),
            surveyed & table["gap_low"].isna(),
            surveyed & open_,
        ],
        [
            "hidden",
            "not_for_use",
            "estimated_line",
            "no_reference",
            "no_error",
            "within_error",
        ],
        "",
    )


def _coloured(table: pd.DataFrame, cut: float, step: pd.Series) -> np.ndarray:
    """Colours by one cut-off."""
    best = table["gap_high"].where(table["gap_high"].notna(), table["gap"])
    grade = np.select([best.ge(0), best.ge(-cut)], [0, 1], 2)
    grade = np.minimum(grade + step.to_numpy(int), 2)
    return np.where(table["why"].ne(""), "none", np.array(COLOURS, object)[grade])


def _sign(indicator: str) -> int:
    return 1 if catalogue()[indicator].better == "higher" else -1


def _is_share(indicator: str) -> bool:
    return catalogue()[indicator].is_share
