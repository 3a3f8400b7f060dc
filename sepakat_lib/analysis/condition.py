"""Question 1: how poor, since when, beside whom, and who gained."""

import numpy as np
import pandas as pd

from sepakat_lib import regions
from sepakat_lib.parameters import Parameters
from sepakat_lib.stats import survey

NATION = "00"
MARCH = 3
COMPARED = (
    *("p0", "poor_persons", "p1", "p2", "poverty_line", "gini", "bottom_40_share"),
)
BANDS = ("p0", "vulnerable", "aspiring", "middle", "upper")


def tiers(region: str) -> list[str]:
    """The region, its province and the nation, each once.

    >>> tiers("3501"), tiers("35"), tiers("00")
    (['3501', '35', '00'], ['35', '00'], ['00'])
    """
    found = [region, regions.province(region), NATION]
    return [each for each in dict.fromkeys(found) if each]


def verdict(difference, low, high, words=("higher", "lower", "within_error")):
    """What a difference means given its interval.

    >>> verdict(2.0, 0.5, 3.5), verdict(2.0, -0.5, 4.5)
    ('higher', 'within_error')
    """
    if not np.isfinite([difference, low, high]).all():
        return words[2]
    if low > 0:
        return words[0]
    return words[1] if high < 0 else words[2]


def over_time(
    chosen: Parameters, official: pd.DataFrame, rounds: dict[int, pd.DataFrame]
) -> pd.DataFrame:
    """The poverty rate of the region, its province and the nation over the years.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    rounds : dict of int to DataFrame
        `tables.Estimates` by year.

    Returns
    -------
    DataFrame
        ``region``, ``year``, ``month``, ``kind`` (official or survey), ``value``,
        ``low``, ``high`` [percent], ``synthetic``; up to the run's year.
    """
    mine = official[
        official["region"].isin(tiers(chosen.region))
        & official["indicator"].eq("p0")
        & official["area"].eq("all")
        & official["year"].le(chosen.year)
    ]
    # A kabupaten has one figure a year, of the month that BPS took it; a province has
    # two, of which March is the round that speaks for kabupaten as well.
    mine = mine[mine["month"].eq(MARCH) | mine["region"].str.len().eq(4)]
    parts = [
        mine[["region", "year", "month", "value"]].assign(
            kind="official", low=np.nan, high=np.nan, synthetic=False
        )
    ]
    for estimates in rounds.values():
        own = _all(estimates, "p0")
        own = own[own["region"] == chosen.region]
        columns = ["region", "year", "value", "low", "high", "synthetic"]
        parts.append(own[columns].assign(kind="survey", month=MARCH))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return table[table["year"] <= chosen.year].sort_values(["kind", "region", "year"])


def change(chosen: Parameters, series: pd.DataFrame) -> dict:
    """Change of the poverty rate: official since the first year, survey with its error.

    Parameters
    ----------
    chosen : Parameters
    series : DataFrame
        From `over_time`.

    Returns
    -------
    dict
        ``official`` and, with two rounds, ``survey``: ``since``, ``until``,
        ``before``, ``now`` [percent], ``points``; the survey one also ``low``,
        ``high`` and ``verdict``. The rounds are independent samples.
    """
    own = series[series["region"] == chosen.region]
    found = {}
    for kind, rows in own.groupby("kind"):
        rows = rows.sort_values("year")
        if len(rows) < 2:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        told = {
            "since": int(first["year"]),
            "until": int(last["year"]),
            "before": float(first["value"]),
            "now": float(last["value"]),
            "points": float(last["value"] - first["value"]),
        }
        found[kind] = told
    return found


def change_between(chosen: Parameters, now: pd.DataFrame, before: pd.DataFrame) -> dict:
    """Change of the survey's poverty rate between two independent rounds."""
    pair = [_own(_all(table, "p0"), chosen.region) for table in (before, now)]
    if any(each is None for each in pair):
        return {}
    first, last = pair
    contrast = survey.independent_difference(
        last["value"], last["se"], last["df"], first["value"], first["se"], first["df"]
    )
    low, high = survey.interval(
        contrast.value, contrast.se, contrast.df, chosen.confidence
    )
    return {
        "since": int(first["year"]),
        "points": float(contrast.value),
        "low": float(low),
        "high": float(high),
        "verdict": verdict(
            contrast.value, low, high, ("rose", "fell", "change_unclear")
        ),
    }


def ranking(
    chosen: Parameters, official: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Official poverty rates of the peers, poorest first, with the survey's error.

    Returns
    -------
    DataFrame
        ``region``, ``value``, ``low``, ``high`` [percent], ``se``, ``own``, ``year``,
        ``synthetic`` (missing where the peer is not loaded), and on every row
        ``reference`` and ``reference_value``: the tier above and its official rate of
        the same round ("" and missing where there is none).
        The interval is the survey's, drawn round the official value; missing where the
        peer is not loaded.
    """
    peers = regions.peers(chosen.region, among="province")
    if regions.level(chosen.region) == "province":
        peers = regions.peers(chosen.region, among="nation")
    rates = official[
        official["indicator"].eq("p0")
        & official["area"].eq("all")
        & official["month"].eq(MARCH)
        & official["year"].le(chosen.year)
    ]
    mine = rates[rates["region"].isin(peers)]
    rates = rates[rates["year"] == mine["year"].max()]
    latest = rates[rates["region"].isin(peers)][["region", "value", "year"]]
    columns = ["region", "se", "df", "value", "low", "high", "synthetic"]
    errors = _all(estimates, "p0")[columns].rename(columns={"value": "estimate"})
    table = latest.merge(errors, on="region", how="left")
    table["low"] = (table["value"] - (table["estimate"] - table["low"])).clip(lower=0)
    table["high"] = table["value"] + (table["high"] - table["estimate"])
    table["own"] = table["region"] == chosen.region
    above = rates[rates["region"].isin(tiers(chosen.region)[1:2])]
    table["reference"] = above["region"].iloc[0] if len(above) else ""
    table["reference_value"] = above["value"].iloc[0] if len(above) else np.nan
    return table.drop(columns="estimate").sort_values("value", ascending=False)


def mapped(chosen: Parameters, official: pd.DataFrame) -> pd.DataFrame:
    """Official poverty rates of the kabupaten round the region, for a map.

    Returns
    -------
    DataFrame
        ``region``, ``value`` [percent], ``year``: the kabupaten of the region's
        province, of the province itself, or of the nation; one year for all.
    """
    whole = regions.province(chosen.region) or chosen.region
    rows = official[
        official["region"].isin(regions.members(whole))
        & official["indicator"].eq("p0")
        & official["area"].eq("all")
        & official["year"].le(chosen.year)
    ]
    latest = rows[rows["year"] == rows["year"].max()]
    return latest[["region", "value", "year"]].sort_values("value", ascending=False)


def rank(table: pd.DataFrame, confidence: float) -> dict:
    """Rank of the own region among its peers, and how far its error lets it move.

    Parameters
    ----------
    table : DataFrame
        From `ranking`.
    confidence : float
        A peer counts as surely above or below at this confidence.

    Returns
    -------
    dict
        ``rank`` (1 is the poorest), ``of``, and, with an error of the own value,
        ``first`` and ``last``. A peer without an error is given the own one.
    """
    if not table["own"].any():
        return {}
    own = table[table["own"]].iloc[0]
    others = table[~table["own"]]
    found = {
        "rank": int((others["value"] > own["value"]).sum() + 1),
        "of": len(table),
    }
    if not np.isfinite(own["se"]):
        return found
    df = others["df"].fillna(own["df"]).clip(upper=own["df"])
    gap = others["value"] - own["value"]
    low, high = survey.interval(
        gap, np.hypot(own["se"], others["se"].fillna(own["se"])), df, confidence
    )
    above, below = int((low > 0).sum()), int((high < 0).sum())
    return found | {"first": above + 1, "last": len(table) - below}


def bands(chosen: Parameters, estimates: pd.DataFrame) -> pd.DataFrame:
    """Shares of the people in the welfare bands, poorest band first.

    Returns
    -------
    DataFrame
        Rows of `tables.Estimates` of the own region; empty where not loaded.
    """
    own = estimates[
        estimates["region"].eq(chosen.region)
        & estimates["indicator"].isin(BANDS)
        & estimates["grouping"].eq("all")
    ]
    place = {name: i for i, name in enumerate(BANDS)}
    return own.sort_values("indicator", key=lambda names: names.map(place))


def comparison(
    chosen: Parameters,
    official: pd.DataFrame,
    estimates: pd.DataFrame,
    differences: pd.DataFrame,
    indicators: tuple[str, ...] = COMPARED,
) -> pd.DataFrame:
    """Own value beside province and nation, official and from the survey.

    Returns
    -------
    DataFrame
        ``indicator``, ``region``, ``kind``, ``value``, ``low``, ``high``, ``year`` and
        ``verdict`` of the own survey value against that region ("" for official
        figures, whose error is not published). A tier without a value has no row.
    """
    rows = []
    for indicator in indicators:
        for region in tiers(chosen.region):
            told = _latest(official, indicator, region, chosen.year)
            if told is not None:
                rows.append(
                    {
                        "indicator": indicator,
                        "region": region,
                        "kind": "official",
                        "value": told["value"],
                        "year": int(told["year"]),
                        "verdict": "",
                    }
                )
            found = _own(_all(estimates, indicator), region)
            if found is not None:
                against = differences[
                    differences["indicator"].eq(indicator)
                    & differences["grouping"].eq("all")
                    & differences["against_region"].eq(region)
                ]
                says = [
                    verdict(each.difference, each.low, each.high)
                    for each in against.itertuples()
                ]
                kept = ["value", "low", "high", "rse", "n", "se"]
                rows.append(
                    found[kept].to_dict()
                    | {
                        "indicator": indicator,
                        "region": region,
                        "kind": "survey",
                        "year": int(found["year"]),
                        "verdict": says[0] if says else "",
                    }
                )
    columns = "indicator region kind value low high rse n se year verdict".split()
    return pd.DataFrame(rows, columns=columns)


def growth(chosen: Parameters, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Yearly growth of spending over the poverty line, by tenth of the people.

    Parameters
    ----------
    chosen : Parameters
    now, before : DataFrame
        `tables.Estimates` of two independent rounds.

    Returns
    -------
    DataFrame
        ``decile``, ``value``, ``low``, ``high`` [percent a year], ``verdict``,
        ``against_mean`` (faster, slower or alike, by the growth of the tenth's share),
        ``since``, ``until``, and the mean of all as decile 0; empty where a round is
        missing. Annualised:
        (m1 / m0)^(1 / years) - 1, error by linearisation of ln m1 - ln m0.
    """
    rounds = [_tenths(table, chosen.region, "decile_mean") for table in (before, now)]
    if any(part.empty for part in rounds):
        return pd.DataFrame(columns=["decile", "value"])
    first, last = rounds
    since, until = int(first["year"].iloc[0]), int(last["year"].iloc[0])
    table = _yearly(first, last, until - since, chosen.confidence)
    shares = [_tenths(table, chosen.region, "decile_share") for table in (before, now)]
    beside = _yearly(*shares, until - since, chosen.confidence)
    table["verdict"] = _verdicts(table, ("rose", "fell", "change_unclear"))
    table["against_mean"] = _verdicts(beside, ("faster", "slower", "alike"))
    overall = last["value"].mean() / first["value"].mean()
    mean = (overall ** (1 / (until - since)) - 1) * 100
    everyone = {"decile": 0, "value": mean, "verdict": "", "against_mean": ""}
    table = pd.concat([table, pd.DataFrame([everyone])], ignore_index=True)
    return table.assign(since=since, until=until)


def _tenths(estimates: pd.DataFrame, region: str, indicator: str) -> pd.DataFrame:
    rows = estimates[
        estimates["region"].eq(region) & estimates["indicator"].eq(indicator)
    ]
    return rows.assign(decile=rows["group"].astype(int)).sort_values("decile")


def _yearly(first: pd.DataFrame, last: pd.DataFrame, years: int, confidence: float):
    """Growth a year of each tenth, with the interval of two independent rounds."""
    first, last = first.set_index("decile"), last.set_index("decile")
    ratio = np.log(last["value"] / first["value"]) / years
    error = np.hypot(last["rse"], first["rse"]) / years
    df = np.minimum(last["df"], first["df"])
    low, high = survey.interval(ratio, error, df, confidence)
    ends = {"value": ratio, "low": low, "high": high}
    grown = pd.DataFrame({name: np.expm1(each) * 100 for name, each in ends.items()})
    return grown.reset_index()


def _verdicts(table: pd.DataFrame, words) -> list[str]:
    return [verdict(row.value, row.low, row.high, words) for row in table.itertuples()]


def _all(estimates: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return estimates[
        estimates["indicator"].eq(indicator) & estimates["grouping"].eq("all")
    ]


def _own(table: pd.DataFrame, region: str):
    found = table[table["region"] == region]
    return found.iloc[0] if len(found) and np.isfinite(found["value"].iloc[0]) else None


def _latest(official: pd.DataFrame, indicator: str, region: str, year: int):
    found = official[
        official["indicator"].eq(indicator)
        & official["region"].eq(region)
        & official["area"].eq("all")
        & official["month"].eq(MARCH)
        & official["year"].le(year)
    ]
    return found.sort_values("year").iloc[-1] if len(found) else None
