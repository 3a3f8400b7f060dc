"""What BPS published: one figure a region and year, its changes, and where it is high."""

import numpy as np
import pandas as pd

from sepakat_lib import regions
from sepakat_lib.parameters import Parameters, rpjmd_start

MARCH = 3
POVERTY = frozenset(  # what BPS tells by rounds, and nothing else by its name
    {"p0", "p1", "p2", "poor_persons", "poverty_line"}
    | {"extreme_poor_190", "extreme_poor_215"}
)
ROUNDS = (3, 9)  # of Susenas, by which BPS tells poverty
WHEN = ["year", "month"]
UNKNOWN_START = 2021  # of an RPJMD that no file of the region tells


def by_bps(official: pd.DataFrame) -> pd.DataFrame:
    """Figures that BPS published, which its series and its sentences tell alone."""
    return official[official["publisher"].eq("BPS")]


def published(
    official: pd.DataFrame, indicator: str | None, until: int
) -> pd.DataFrame:
    """BPS's figures of everybody up to a year, one an indicator, region and year.

    What another published of the same indicator is no row of BPS's series. March's, the
    round that speaks for kabupaten, where it was published; else September's (`month`
    says which). None gives every indicator's.
    """
    if indicator is not None:
        official = official[official["indicator"].eq(indicator)]
    rows = by_bps(official)
    rows = rows[
        rows["indicator"].isin(POVERTY)
        & rows["area"].eq("all")
        & rows["year"].le(until)
        & rows["month"].isin(ROUNDS)
    ]
    key = ["indicator", "region", "year"]
    return rows.sort_values([*key, "month"]).drop_duplicates(key)


def owned(official: pd.DataFrame, until: int) -> pd.DataFrame:
    """Figures of the series that BPS's poverty rounds do not tell, up to a year.

    Its own are those of `published`; the rest are a year's, or of a month of their own,
    each indicator a series with one definition and one owner.
    """
    of_rounds = official["publisher"].eq("BPS") & official["indicator"].isin(POVERTY)
    kept = ~of_rounds & official["area"].eq("all") & official["year"].le(until)
    rows = official[kept]
    key = ["indicator", "region", *WHEN]
    rows = rows.assign(
        by_bps=rows["publisher"].eq("BPS")
    )  # before another's of one time
    rows = rows.sort_values([*key, "by_bps"], kind="stable")
    return rows.drop_duplicates(key, keep="last").drop(columns="by_bps")


def newest(series: pd.DataFrame, region: str, at=None):
    """Newest figure of a region, of the year and month of `at` where it has one."""
    rows = series[series["region"] == region].sort_values("year")
    if at is not None:
        same = rows["year"].eq(at["year"]) & rows["month"].eq(at["month"])
        rows = rows[same] if same.any() else rows
    return rows.iloc[-1] if len(rows) else None


def change(chosen: Parameters, official: pd.DataFrame) -> dict:
    """Official poverty rate of the region: the newest, and what it is a change from.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`; its figures up to the run's year count.

    Returns
    -------
    dict
        ``now`` [percent], ``until``, ``until_month``; ``recent``, the change from the
        round published before it, of the same month where there is one (a kabupaten has
        one round a year, a province two that are not alike); ``long``, the change
        since the first figure, where that is another one; and ``plan``, the change since
        the first year of the region's RPJMD (of `UNKNOWN_START` where its file does not
        tell it), of the same month, where one was published. They hold ``before``
        [percent], ``since``, ``since_month``, ``points``, ``moved`` (fell, rose, level:
        as printed, to two decimals), ``persons`` [persons] and ``persons_moved`` (fewer,
        more, same; "" where a number of poor is not published), and ``plan`` also
        ``start`` (peak, dip: the rate of that year lies above, or below, those of the
        figures before and after it; "" otherwise), since a change from there is the
        largest of all. Empty where no rate is. The error of an official figure is not
        published.
    """
    of_region = official[official["region"].eq(chosen.region)]
    own = published(of_region, "p0", chosen.year).sort_values(WHEN)
    if own.empty:
        return {}
    last, earlier = own.iloc[-1], own.iloc[:-1]
    steps = {
        "now": float(last["value"]),
        "until": int(last["year"]),
        "until_month": int(last["month"]),
    }
    if earlier.empty:
        return steps
    alike = earlier[earlier["month"].eq(last["month"])]
    previous = (alike if len(alike) else earlier).iloc[-1]
    poor = published(of_region, "poor_persons", chosen.year)
    poor = poor.set_index(WHEN)["value"]
    steps["recent"] = _moved(previous, last, poor)
    if earlier.index[0] != previous.name:
        steps["long"] = _moved(earlier.iloc[0], last, poor)
    began = alike[alike["year"].eq(rpjmd_start(chosen.region) or UNKNOWN_START)]
    if len(began):
        start = _stands_out(alike.index.get_loc(began.index[0]), [*alike["value"]])
        steps["plan"] = _moved(began.iloc[0], last, poor) | {"start": start}
    return steps


def _stands_out(place: int, rates: list[float]) -> str:
    """Whether a rate is a peak or a dip among its neighbours in time."""
    beside = [rates[i] for i in (place - 1, place + 1) if 0 <= i < len(rates)]
    if len(beside) < 2:
        return ""
    if rates[place] > max(beside):
        return "peak"
    return "dip" if rates[place] < min(beside) else ""


def _moved(first: pd.Series, last: pd.Series, poor: pd.Series) -> dict:
    """Change between two official rates, in points and, where published, in people."""
    points = round(float(last["value"] - first["value"]), 2)
    ends = [poor.get((int(row["year"]), int(row["month"]))) for row in (first, last)]
    persons = np.nan if None in ends else float(ends[1] - ends[0])
    return {
        "before": float(first["value"]),
        "since": int(first["year"]),
        "since_month": int(first["month"]),
        "points": points,
        "moved": ("level", "rose", "fell")[int(np.sign(points))],
        "persons": persons,
        "persons_moved": (
            ""
            if np.isnan(persons)
            else ("same", "more", "fewer")[int(np.sign(round(persons)))]
        ),
    }


def mapped(chosen: Parameters, official: pd.DataFrame) -> pd.DataFrame:
    """Official poverty rates of the kabupaten round the region, for a map.

    Returns
    -------
    DataFrame
        ``region``, ``value`` [percent], ``year``, ``month``: the kabupaten of the
        region's province, of the province itself, or of the nation; one month for all.
        Empty where none is published up to the run's year.
    """
    whole = regions.province(chosen.region) or chosen.region
    rows = published(official, "p0", chosen.year)
    rows = rows[rows["region"].isin(regions.members(whole))]
    latest = rows[rows["year"] == rows["year"].max()]
    return latest[["region", "value", *WHEN]].sort_values("value", ascending=False)
