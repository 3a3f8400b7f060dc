"""All differences from the province and the nation that are sure, chosen among many."""

import pandas as pd

from sepakat_lib import regions
from sepakat_lib.analysis.findings import judgement, verdicts, whole_of
from sepakat_lib.analysis.gaps import TWINS
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.stats import survey

SURE = ("higher", "lower")
COLUMNS = (
    "finding level indicator question against_region own other value low high verdict judgement "
    "people people_low people_high mark n remark synthetic year at_once"
).split()
# Spending itself is told by the rate and its bands, not by a place in a tenth.
UNTOLD = ("growth", "change", "gap", "tenths")


def apart(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """The region's survey values held against each tier above, all at once.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.

    Returns
    -------
    DataFrame
        One row an indicator and tier, the nearer tier first, in it the worse before the
        better and the widest first: ``finding`` and ``level`` (ids of the gap and of the
        own value), ``indicator``, ``question``, ``against_region``;
        ``own``, ``other`` (values) and ``value``, ``low``, ``high`` (own less other) in
        the indicator's unit; ``verdict`` and ``judgement`` of that interval; ``people``,
        ``people_low``, ``people_high`` (of a share: how many more or fewer than at the
        other's share, never below 0) [persons]; ``mark``, ``n``, ``remark``,
        ``synthetic``, ``year``; ``at_once``, how many comparisons the intervals hold
        for together. Indicators without a good direction, the opposite or near twin of
        another, hidden values, those not for use and those on an estimated line are not
        compared. Empty where nothing is.

    Notes
    -----
    Of a hundred comparisons at 95 percent five would differ by chance. Each interval is
    therefore made at 1 - (1 - confidence) / at_once (Bonferroni; Dunn 1961,
    doi:10.1080/01621459.1961.10482090).
    """
    gaps = findings[
        findings["region"].eq(chosen.region)
        & findings["kind"].eq("gap")
        & findings["source"].eq("survey")
        & findings["grouping"].eq("all")
        & findings["against_region"].isin(regions.tiers(chosen.region)[1:])
        & findings["indicator"].map(_is_told).astype(bool)
    ]
    gaps = gaps[
        gaps[["value", "low", "high"]].notna().all(axis=1)
        & gaps["mark"].isin(["", "*"])
        & gaps["verdict"].ne("estimated_line")
    ]
    if gaps.empty:
        return pd.DataFrame(columns=COLUMNS)
    levels = findings[
        findings["kind"].eq("level")
        & findings["source"].eq("survey")
        & findings["grouping"].eq("all")
    ]
    own = levels[levels["region"].eq(chosen.region)]
    own = own.assign(whole=whole_of(own)).set_index("indicator")
    table = gaps.assign(
        finding=gaps["id"],
        level=gaps["indicator"].map(own["id"]),
        question=gaps["indicator"].map(lambda name: catalogue()[name].question),
        own=gaps["indicator"].map(own["value"]),
        whole=gaps["indicator"].map(own["whole"]),
        at_once=len(gaps),
    )
    table["other"] = table["own"] - table["value"]
    ends = survey.simultaneous(
        *(table[name] for name in ("value", "low", "high", "df")),
        chosen.confidence,
        len(table),
    )
    table = table.assign(low=ends[0], high=ends[1])
    table["verdict"] = verdicts(table)
    pairs = zip(table["indicator"], table["verdict"], strict=True)
    table["judgement"] = [judgement(*pair) for pair in pairs]
    table = table.assign(**_people(table))
    return _in_order(chosen, table)[COLUMNS]


def _is_told(indicator: str) -> bool:
    declared = catalogue().get(indicator)  # None of some that BPS alone tells
    if declared is None or indicator in TWINS:
        return False
    return declared.better != "context" and declared.kind not in UNTOLD


def _people(table: pd.DataFrame) -> dict[str, pd.Series]:
    ends = table[["value", "low", "high"]].abs()
    crosses = table["low"].le(0) & table["high"].ge(0)
    least = ends[["low", "high"]].min(axis=1).mask(crosses, 0.0)
    most = ends[["low", "high"]].max(axis=1)
    points = {"people": ends["value"], "people_low": least, "people_high": most}
    return {name: table["whole"] * share / 100 for name, share in points.items()}


def _in_order(chosen: Parameters, table: pd.DataFrame) -> pd.DataFrame:
    """Nearer tier, worse, widest: by the end of the interval that is nearer to none.

    Shares in points; a measure of another unit as a part of the other's value.
    """
    tier = {region: i for i, region in enumerate(regions.tiers(chosen.region))}
    kinds = {"worse": 0, "better": 1}
    least = table[["low", "high"]].abs().min(axis=1)
    shares = table["indicator"].map(lambda name: catalogue()[name].is_share)
    scale = table["other"].abs().mask(shares.astype(bool), 100.0)
    order = table.assign(
        by_tier=table["against_region"].map(tier),
        by_kind=table["judgement"].map(kinds).fillna(2),
        by_width=-(least / scale).where(table["verdict"].isin(SURE), 0.0),
    )
    return order.sort_values(["by_tier", "by_kind", "by_width"], kind="stable")
