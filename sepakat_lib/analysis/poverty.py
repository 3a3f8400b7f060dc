"""Question 1: how poor, since when, beside whom, and who gained."""

import dataclasses

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, regions
from sepakat_lib.analysis.findings import (
    at_once,
    by_estimated_line,
    of_region,
    verdicts,
)
from sepakat_lib.analysis.official import MARCH, WHEN, by_bps, newest, published
from sepakat_lib.parameters import Parameters
from sepakat_lib.regions import tiers
from sepakat_lib.stats import survey
from sepakat_lib.stats.change import yearly_growth

COMPARED = (
    *("p0", "poor_persons", "p1", "p2", "poverty_line", "gini", "bottom_40_share"),
)
BANDS = ("p0", "vulnerable", "aspiring", "middle", "upper")
# BPS makes its figure of the same sample, so that the survey's error hardly parts the
# two; its unpublished spending factor does. What is nearer than this may be the factor.
MISSED_BY = 2.0  # half widths of the survey's interval, and
LEAST_MISS = {"p0": 2.0, "poor_persons": 0.15}  # points; fraction of BPS's number


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
        ``region``, ``year``, ``month``, ``source`` (official or survey), ``value``,
        ``low``, ``high`` [percent], ``rse``, ``n``, ``df``, ``mark``, ``remark``,
        ``synthetic``; up to the run's year; survey values published, so that some are
        missing. Survey rounds are all licensed or all invented, as the newest is.
    """
    around = official[official["region"].isin(tiers(chosen.region))]
    series = published(around, "p0", chosen.year)
    parts = [
        series[["region", "year", "month", "value"]].assign(
            source="official", low=np.nan, high=np.nan, mark="", synthetic=False
        )
    ]
    columns = "region year value low high rse n df remark synthetic".split()
    own = [_all(estimates, "p0") for estimates in rounds.values()]
    own = [rows.loc[rows["region"].eq(chosen.region), columns] for rows in own]
    own = [rows for rows in own if len(rows) and rows["year"].iloc[0] <= chosen.year]
    for rows in own:
        if rows["synthetic"].iloc[0] == own[-1]["synthetic"].iloc[0]:
            shown = disclosure.publish(rows, year=chosen.year)
            parts.append(shown.assign(source="survey", month=MARCH))
    filled = [part for part in parts if len(part)] or parts
    table = pd.concat(filled, ignore_index=True)
    return table.sort_values(["source", "region", "year"])


def change_between(chosen: Parameters, findings: pd.DataFrame) -> dict:
    """Change of the survey's poverty rate between two independent rounds.

    Returns
    -------
    dict
        ``since``, ``until`` (years), ``points``, ``low``, ``high``, ``n`` (of the
        smaller sample), ``df`` and ``verdict``; ``since``, ``until`` and the verdict
        ``estimated_line`` alone where one of the two lines is an estimate; empty where a
        round has no value that may be shown, or no error.
    """
    rows = of_region(findings, chosen.region, "change", ["p0"], ("all",))
    if rows.empty or not rows["verdict"].iloc[0]:
        return {}
    row = rows.iloc[0]
    years = {"since": int(row["against_year"]), "until": int(row["year"])}
    if row["verdict"] == "estimated_line":
        return years | {"verdict": row["verdict"]}
    ends = row[["low", "high", "n", "df"]].astype(float).to_dict()
    return years | ends | {"points": float(row["value"]), "verdict": row["verdict"]}


def contradictions(
    chosen: Parameters, official: pd.DataFrame, *rounds: pd.DataFrame
) -> pd.DataFrame:
    """Survey values that BPS's figure of the same March misses by far.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    *rounds : DataFrame
        `tables.Estimates` of the rounds that the page shows.

    Returns
    -------
    DataFrame
        ``region`` (own, province, nation), ``year``, ``indicator`` (p0, or poor_persons
        where p0 agrees), ``value``, ``low``, ``high``, ``published`` [percent or
        persons], ``synthetic``. A figure of BPS is missed by far when it lies further
        from the value than `MISSED_BY` half widths of the interval on its side, and
        further than `LEAST_MISS`; at both bounds it is not. A value that is hidden, not
        for use or without an interval, an estimated line and lines of another set
        contradict nothing. ``mark`` is "" or "*".
    """
    columns = "region year indicator value low high published synthetic mark".split()
    if chosen.lines != "kabupaten":
        return pd.DataFrame(columns=columns)
    around = tiers(chosen.region)
    figures = by_bps(official[official["region"].isin(around)])
    march = figures[figures["month"].eq(MARCH) & figures["area"].eq("all")]
    of_march = march.set_index(["region", "year", "indicator"])["value"]
    rows = []
    for estimates in rounds:
        told = estimates["region"].isin(around) & estimates["indicator"].isin(
            LEAST_MISS
        )
        everybody = estimates[told & estimates["grouping"].eq("all")]
        shown = disclosure.publish(everybody, year=chosen.year)
        for region in around:
            for indicator in LEAST_MISS:
                survey_row = _own(shown[shown["indicator"].eq(indicator)], region)
                if survey_row is None or not _may_contradict(survey_row):
                    continue
                of_bps = of_march.get((region, survey_row["year"], indicator))
                if of_bps is not None and _missed(indicator, survey_row, of_bps):
                    rows.append(survey_row.to_dict() | {"published": float(of_bps)})
                    break  # a number of poor that is off as well is the same finding
    return pd.DataFrame(rows, columns=columns)


def _may_contradict(row: pd.Series) -> bool:
    fit = row["mark"] in ("", "*") and np.isfinite([row["low"], row["high"]]).all()
    return bool(fit and not by_estimated_line(row["remark"]))


def _missed(indicator: str, row: pd.Series, published: float) -> bool:
    off = abs(row["value"] - published)
    side = "high" if published > row["value"] else "low"
    least = LEAST_MISS[indicator] * (1 if indicator == "p0" else published)
    return bool(off > max(MISSED_BY * abs(row[side] - row["value"]), least))


def ranking(
    chosen: Parameters, official: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Official poverty rates of the peers, poorest first, with the survey's error.

    Returns
    -------
    DataFrame
        ``region``, ``value``, ``low``, ``high`` [percent], ``se``, ``df``, ``own``, ``year``,
        ``month``, ``note`` (of the publisher's figure), ``survey_year``, ``synthetic``
        and ``remark`` (of the survey that lends its error; missing where a peer has no
        error here), and on every row ``reference`` and ``reference_value``: the tier above and its official rate
        of the same month ("" and missing where there is none).
        The interval is the survey's, drawn round the official value; missing where the
        peer is not loaded, or invented beside a licensed own survey, or the reverse.
        Empty where the region has no official rate.
    """
    among = "nation" if regions.level(chosen.region) == "province" else "province"
    peers = regions.peers(chosen.region, among=among)
    rates = published(official, "p0", chosen.year)
    latest = newest(rates, chosen.region)
    at = pd.Series(False, rates.index)
    if latest is not None:
        at = rates["year"].eq(latest["year"]) & rates["month"].eq(latest["month"])
    rates = rates[at]
    peer_rates = rates.loc[
        rates["region"].isin(peers), ["region", "value", "note", *WHEN]
    ]
    columns = "region se df value low high synthetic remark year".split()
    errors = _all(estimates, "p0")[columns]
    errors = errors.rename(columns={"value": "estimate", "year": "survey_year"})
    own_kind = errors.loc[errors["region"] == chosen.region, "synthetic"]
    errors = errors[errors["synthetic"].isin(own_kind)]
    table = peer_rates.merge(errors, on="region", how="left")
    table["low"] = (table["value"] - (table["estimate"] - table["low"])).clip(lower=0)
    table["high"] = table["value"] + (table["high"] - table["estimate"])
    table["own"] = table["region"] == chosen.region
    above = rates[rates["region"].isin(tiers(chosen.region)[1:2])]
    table["reference"] = above["region"].iloc[0] if len(above) else ""
    table["reference_value"] = above["value"].iloc[0] if len(above) else np.nan
    return table.drop(columns="estimate").sort_values("value", ascending=False)


def below(
    chosen: Parameters, official: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Poverty rates of the regions one level below, each with its rank and its range.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    estimates : DataFrame
        `tables.Estimates` of the regions below; may be empty.

    Returns
    -------
    DataFrame
        As `ranking`, poorest first, with ``rank``, ``first`` and ``last`` (missing where
        the error of any of them is not known; see `rank`). Empty where there is none
        below, or none has an official rate.
    """
    inside = regions.below(chosen.region)
    for region in inside:
        run = dataclasses.replace(chosen, region=region)
        table = ranking(run, official, estimates)
        if len(table):
            break
    else:
        return pd.DataFrame(columns=["region", "value", "rank", "first", "last"])
    places = [
        rank(table.assign(own=table["region"].eq(region)), chosen.confidence)
        for region in table["region"]
    ]
    for name in ("rank", "first", "last"):
        table[name] = [place.get(name, np.nan) for place in places]
    return table.reset_index(drop=True)


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
        ``rank`` (1 is the poorest), ``of``, ``not_loaded`` (peers without an error here)
        and, where the own error and that of every peer is known, ``first`` and
        ``last``. No error is lent: a neighbour's depends on its own sample. A peer whose
        sample lies in a single first-stage unit (0 degrees of freedom) is surely neither
        above nor below. Empty where the region has no official rate.
    """
    if not table["own"].any():
        return {}
    own = table[table["own"]].iloc[0]
    others = table[~table["own"]]
    alone = others["df"].lt(1)
    place = {
        "rank": int((others["value"] > own["value"]).sum() + 1),
        "of": len(table),
        "not_loaded": int((others["se"].isna() & ~alone).sum()),
    }
    if place["not_loaded"] or not np.isfinite(own["se"]) or own["df"] < 1:
        return place
    gap = others["value"] - own["value"]
    low, high = survey.interval(
        gap,
        np.hypot(own["se"], others["se"]).mask(alone),
        others["df"].clip(upper=own["df"]),
        confidence,
    )
    above, below = int((low > 0).sum()), int((high < 0).sum())
    return place | {"first": above + 1, "last": len(table) - below}


def bands(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """Shares of the people in the welfare bands, poorest band first.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings`; empty where the survey is not loaded.
    """
    own = of_region(findings, chosen.region, "level", BANDS)
    return own[own["grouping"].eq("all")]


def comparison(
    chosen: Parameters, findings: pd.DataFrame, indicators: tuple[str, ...] = COMPARED
) -> pd.DataFrame:
    """Own value beside province and nation, official and from the survey.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings`, by indicator and tier, the official one first, with
        the ``verdict`` of the own value of that source against that tier ("" of the own,
        and of figures of another month). An official figure of a tier is of the own
        one's month where that was published, else the newest. A tier without a value
        has no row.
    """
    place = {name: i for i, name in enumerate(indicators)}
    tier = {region: i for i, region in enumerate(tiers(chosen.region))}
    everybody = findings[findings["grouping"].eq("all")]
    levels = everybody[
        everybody["kind"].eq("level")
        & everybody["indicator"].isin(place)
        & (everybody["value"].notna() | everybody["mark"].ne(""))
    ]
    gaps = everybody[everybody["kind"].eq("gap")]
    says = gaps.set_index(["indicator", "source", "against_region"])[
        "verdict"
    ].to_dict()
    keys = zip(levels["indicator"], levels["source"], levels["region"], strict=True)
    levels = levels.assign(
        verdict=[says.get(key, "") for key in keys],
        place=levels["indicator"].map(place),
        tier=levels["region"].map(tier),
    )
    return levels.sort_values(["place", "tier", "source"]).drop(
        columns=["place", "tier"]
    )


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
        ``decile``, ``value``, ``low``, ``high`` [percent a year], ``n`` and ``df`` (of
        the smaller sample), ``mark``, ``remark`` (of both), ``rse`` (missing),
        ``verdict``, ``against_mean`` (faster, slower or alike, by the growth of the
        tenth's share), ``at_once`` (tenths for which the intervals hold together),
        ``since``, ``until``, and the mean of all as decile 0; empty
        where a round is missing, or one of the two lines is an estimate. Annualised:
        (m1 / m0)^(1 / years) - 1, error by linearisation of ln m1 - ln m0.
    """
    means, shares = (
        [_tenths(estimates, chosen.region, indicator) for estimates in (before, now)]
        for indicator in ("decile_mean", "decile_share")
    )
    if any(part.empty or _on_estimated_line(part) for part in means):
        return pd.DataFrame(columns=["decile", "value", "mark"])
    first, last = means
    since, until = int(first["year"].iloc[0]), int(last["year"].iloc[0])
    table = _yearly(first, last, until - since, chosen.confidence)
    share = _yearly(*shares, until - since, chosen.confidence)
    table = _at_once(table, chosen.confidence, ("rose", "fell", "change_unclear"))
    share = _at_once(share, chosen.confidence, ("faster", "slower", "alike"))
    table["against_mean"] = share["verdict"]
    table = disclosure.publish(table, year=chosen.year)
    overall = last["value"].mean() / first["value"].mean()
    mean = (overall ** (1 / (until - since)) - 1) * 100
    everyone = {"decile": 0, "value": mean, "verdict": "", "against_mean": ""}
    table = pd.concat([table, pd.DataFrame([everyone])], ignore_index=True)
    return table.assign(since=since, until=until)


def _at_once(tenths: pd.DataFrame, confidence: float, words) -> pd.DataFrame:
    """Intervals that hold for the growth of all ten tenths together."""
    alone = tenths.assign(mark="", verdict=verdicts(tenths, words))
    return at_once(alone, confidence, words).drop(columns="mark")


def _on_estimated_line(rows: pd.DataFrame) -> bool:
    return bool(rows["remark"].map(by_estimated_line).any())


def _tenths(estimates: pd.DataFrame, region: str, indicator: str) -> pd.DataFrame:
    rows = estimates[
        estimates["region"].eq(region) & estimates["indicator"].eq(indicator)
    ]
    return rows.assign(decile=rows["group"].astype(int)).sort_values("decile")


def _yearly(first: pd.DataFrame, last: pd.DataFrame, years: int, confidence: float):
    """Growth a year of each tenth, with the interval of two independent rounds."""
    first, last = first.set_index("decile"), last.set_index("decile")
    df = np.minimum(last["df"], first["df"])
    means = first["value"], last["value"]
    errors = first["rse"], last["rse"]
    growth = yearly_growth(*means, *errors, df, years, confidence)
    ends = {"value": growth.growth, "low": growth.low, "high": growth.high}
    grown = pd.DataFrame({name: rate * 100 for name, rate in ends.items()})
    return grown.assign(
        n=np.minimum(last["n"], first["n"]),
        df=df,
        rse=np.nan,  # of a growth rate it says nothing
        remark=first["remark"] + " " + last["remark"],
    ).reset_index()


def _all(estimates: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return estimates[
        estimates["indicator"].eq(indicator) & estimates["grouping"].eq("all")
    ]


def _own(table: pd.DataFrame, region: str):
    rows = table[table["region"] == region]
    return rows.iloc[0] if len(rows) and np.isfinite(rows["value"].iloc[0]) else None
