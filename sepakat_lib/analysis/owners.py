"""What the owners of other series publish of a region, beside those above and around it."""

import numpy as np
import pandas as pd

from sepakat_lib.analysis.official import WHEN, owned
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.regions import members, province, tiers

# By question, in the order of the page; of several in a row the first that is held.
SERIES = {
    1: (
        ("ipm_lf",),
        ("ipm_sp2010",),
        ("uhh",),
        ("uhh_female",),
        ("uhh_male",),
        ("uhh_gap",),
        ("spending_adjusted",),
        ("pdrb_growth",),
        ("pdrb_per_person_2010", "pdrb_per_person", "pdrb_2010", "spending_per_person"),
        ("gini_september",),
    ),
    2: (("tpt", "tpt_2008_2020"), ("tpak",)),
    5: tuple(
        (name,)
        for name in (
            *("revenue_per_person_apbd", "own_revenue", "transfer_share"),
            *("spending_per_person_apbd", "personnel_share", "goods_share"),
            *("capital_share", "social_aid_share", "fiscal_space", "carried_over"),
            *("absorption", "education_spending", "health_spending"),
            "tagged_spending",
        )
    ),
    3: (
        ("hls",),
        ("rls",),
        ("rls_female",),
        ("rls_male",),
        ("rls_gap",),
        (
            *("stunting_ski", "stunting_ssgi", "stunting_ssgbi", "stunting_riskesdas"),
            "stunting_psg",
        ),
        ("undernourishment",),
        ("ikp",),
        ("food_share", "fsva_food_share", "food_share_2022"),
        ("fsva_ncpr",),
        ("fsva_women_schooling",),
        ("fsva_health_workers",),
        ("water_access",),
        ("fsva_no_clean_water",),
        ("sanitation_access", "own_toilet_2022"),
        ("fsva_no_electricity",),
    ),
}
# Held, and on no page: what its second hand measured is not stated.
NOT_TOLD = {"water_2022"}
COLUMNS = [
    *("indicator", "value", "year", "month", "publisher", "grade", "before"),
    *("before_year", "moved", "judgement", "province", "province_verdict", "nation"),
    *("nation_verdict", "low", "high", "peers"),
]


def owners(
    chosen: Parameters, official: pd.DataFrame, findings: pd.DataFrame, question: int
) -> pd.DataFrame:
    """Newest figure of each series under a question, with what it is held against.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    findings : DataFrame
        `tables.Findings`.
    question : int
        Of SEPAKAT's five. A series that the office has, declared under that question
        and in no row of `SERIES`, follows the others.

    Returns
    -------
    DataFrame
        ``indicator``; ``value``, ``year``, ``month``, ``publisher``, ``grade``;
        ``before`` and ``before_year`` (the figure before, missing where none is),
        ``moved`` (rose, fell, level; ""), ``judgement`` (of that change: better, worse,
        none); ``province`` and ``nation`` (of the same time; missing where none is), with
        the ``…_verdict`` of the own against them; ``low`` and ``high`` of the kabupaten
        of the province (of the nation for the nation) at that time, and how many
        ``peers`` have a figure. In the indicator's unit. No error of any of them is
        published.
    """
    around = members(province(chosen.region) or chosen.region)
    near = {*tiers(chosen.region), *around}
    series = owned(official[official["region"].isin(near)], chosen.year)
    own = series[series["region"].eq(chosen.region)]
    newest = own.sort_values(WHEN).drop_duplicates("indicator", keep="last")
    newest = newest.set_index("indicator")
    of_owners = findings["source"].eq("official")
    judged = findings[of_owners & findings["region"].eq(chosen.region)]
    by_name = dict(tuple(series.groupby("indicator")))
    rows = [
        _row(chosen, newest.loc[name], by_name[name], judged)
        for name in _shown(newest, question)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _shown(newest: pd.DataFrame, question: int) -> list[str]:
    """The first series of each row that is held, then the office's own."""
    names: list[str] = []
    placed = NOT_TOLD | {
        name for rows in SERIES.values() for row in rows for name in row
    }
    for row in SERIES.get(question, ()):
        names += [name for name in row if name in newest.index][:1]
    return names + [
        name
        for name in newest.index
        if name not in placed
        and name in catalogue()
        and catalogue()[name].question == question
    ]


def _row(
    chosen: Parameters, now: pd.Series, series: pd.DataFrame, findings: pd.DataFrame
) -> dict:
    name = now.name
    row = {"indicator": name} | now[["value", *WHEN, "publisher", "grade"]].to_dict()
    of_name = findings[findings["indicator"].eq(name)]
    row |= {"moved": "", "judgement": "none"}
    for trend in of_name[of_name["kind"].eq("trend")].itertuples():
        row |= {"before": now["value"] - trend.value, "before_year": trend.against_year}
        row |= {"moved": trend.verdict, "judgement": trend.judgement}
    for gap in of_name[of_name["kind"].eq("gap")].itertuples():
        tier = "nation" if gap.against_region == "00" else "province"
        row |= {f"{tier}_verdict": gap.verdict}
    at = series["year"].eq(now["year"])
    same_time = series[at & series["month"].eq(now["month"])].set_index("region")[
        "value"
    ]
    for tier, region in zip(
        ("nation", "province"), tiers(chosen.region)[:0:-1], strict=False
    ):
        row |= {tier: same_time.get(region, np.nan)}
    around = province(chosen.region) or chosen.region
    peers = same_time[same_time.index.isin(members(around))]
    if len(peers) > 1:
        row |= {"low": peers.min(), "high": peers.max()}
    return row | {"peers": len(peers)}
