"""Question 1: who is poor, in rates and in numbers: by sector, by urban and rural."""

import numpy as np
import pandas as pd

from sepakat_lib.analysis.findings import of_region
from sepakat_lib.analysis.gaps import furthest
from sepakat_lib.analysis.official import ROUNDS, by_bps
from sepakat_lib.analysis.poverty import BANDS
from sepakat_lib.parameters import Parameters

AREAS = ("urban", "rural", "all")
BY_AREA = (
    "source area indicator year month value low high mark n remark synthetic change "
    "change_low change_high verdict since since_month most"
).split()


def sectors(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """How those who work in each sector divide over the welfare bands.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` by the grouping ``sector``: the bands, and
        ``chronic_poor``, which is part of ``p0``; shares of the workers of the sector
        [percent] and workers (``people``). ``most``: whether this sector surely has more
        of that band than any other (`most`). Empty where the survey is not loaded.
    """
    rows = of_region(
        findings, chosen.region, "level", ("chronic_poor", *BANDS), ("sector",)
    )
    return rows.assign(most=most(rows))


def between_sectors(chosen: Parameters, findings: pd.DataFrame) -> dict[str, dict]:
    """The two sectors in which a band differs most: `furthest` of poor and vulnerable."""
    return {
        name: furthest(chosen, findings, name, ("sector",))
        for name in ("p0", "vulnerable")
    }


def most(table: pd.DataFrame) -> np.ndarray:
    """Rows whose number of people surely is the largest of their indicator.

    Parameters
    ----------
    table : DataFrame
        Levels of `tables.Findings` of one grouping.

    Returns
    -------
    array of bool
        True where the low end of a row's people lies above the high end of every
        other's; at most one row an indicator. Whatever the two numbers share of a
        sample, their difference is then beyond its error: the error of a difference is
        never larger than the sum of the two. Nothing is the largest where a row of the
        indicator counts people that are not for use or has no interval.

    >>> ends = {"people_low": [60.0, 10], "people_high": [90.0, 50]}
    >>> ends |= {"people_mark": ["", ""], "indicator": ["p0", "p0"]}
    >>> most(pd.DataFrame(ends)).tolist()
    [True, False]
    """
    largest = np.zeros(len(table), bool)
    places = pd.Series(np.arange(len(table)), table.index)
    for _, rows in table.groupby("indicator", sort=False):
        known = rows[["people_low", "people_high"]].notna().all(axis=None)
        if len(rows) < 2 or not known or rows["people_mark"].eq("**").any():
            continue
        low, high = rows["people_low"].to_numpy(), rows["people_high"].to_numpy()
        first = int(low.argmax())
        if low[first] > np.delete(high, first).max():
            largest[places[rows.index[first]]] = True
    return largest


def by_area(
    chosen: Parameters, findings: pd.DataFrame, official: pd.DataFrame
) -> pd.DataFrame:
    """Rate and number of the poor in towns and villages, and how each has changed.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    official : DataFrame
        `tables.Official`; few regions' figures are published by area.

    Returns
    -------
    DataFrame
        One row a source (official first), area (urban, rural, all) and indicator (p0
        [percent], poor_persons [persons]): ``source``, ``area``, ``indicator``,
        ``year``, ``month``, ``value``, ``low``, ``high``, ``mark``, ``n``, ``remark``,
        ``synthetic``; ``change``, ``change_low``, ``change_high``, ``verdict`` since
        ``since``, ``since_month`` (of the survey's earlier round, with the test of two
        independent samples; of BPS's figure of the same month before, as printed;
        missing and "" where there is none); ``most``: whether more of the poor surely
        live there than in the other area (of the survey). A source without both areas
        has no row: where all live in towns there is nothing to part.
    """
    parts = [_printed_by_area(chosen, official), _surveyed_by_area(chosen, findings)]
    whole = [part for part in parts if _parts_areas(part)]
    if not whole:
        return pd.DataFrame(columns=BY_AREA)
    table = pd.concat(whole, ignore_index=True)[BY_AREA]
    place = {name: i for i, name in enumerate(("official", "survey", *AREAS))}
    keys = ["source", "area"]
    return table.sort_values(keys, key=lambda names: names.map(place), kind="stable")


def _parts_areas(part: pd.DataFrame) -> bool:
    known = part[part["indicator"].eq("p0") & part["value"].notna()]
    return {"urban", "rural"} <= set(known["area"])


def _surveyed_by_area(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    what = {"indicators": ("p0", "poor_persons"), "groupings": ("area", "all")}
    rows = of_region(findings, chosen.region, "level", **what)
    moved = of_region(findings, chosen.region, "change", **what)
    names = {"value": "change", "low": "change_low", "high": "change_high"}
    names |= {"against_year": "since", "against_month": "since_month"}
    # from or to a value that is not for use no change is told
    unfit = moved["mark"].eq("**") & moved["verdict"].isin(["rose", "fell"])
    moved = moved.assign(verdict=moved["verdict"].mask(unfit, "change_unclear"))
    moved = moved.rename(columns=names)
    kept = ["indicator", "group", "verdict", *names.values()]
    table = rows.drop(columns="verdict").merge(
        moved[kept], on=["indicator", "group"], how="left"
    )
    table = table.rename(columns={"group": "area"}).fillna({"verdict": ""})
    numbers = table["indicator"].eq("poor_persons") & table["area"].ne("all")
    counted = table[numbers]
    ends = {"people_low": counted["low"], "people_high": counted["high"]}
    table["most"] = False
    table.loc[numbers, "most"] = most(counted.assign(**ends))
    return table


def _printed_by_area(chosen: Parameters, official: pd.DataFrame) -> pd.DataFrame:
    """BPS's figures by area, of the newest round that has them, and of the one before."""
    own = by_bps(official)
    own = own[
        own["region"].eq(chosen.region)
        & own["indicator"].isin(["p0", "poor_persons"])
        & own["year"].le(chosen.year)
        & own["month"].isin(ROUNDS)
    ]
    rows = []
    parted = own[own["area"].ne("all")].sort_values(["year", "month"])
    if parted.empty:
        return pd.DataFrame(columns=BY_AREA)
    year = parted["year"].iloc[-1]
    month = parted.loc[parted["year"].eq(year), "month"].min()  # March where there is
    for (area, indicator), series in own[own["month"].eq(month)].groupby(
        ["area", "indicator"], sort=False
    ):
        series = series.sort_values("year").set_index("year")["value"]
        if year not in series.index:
            continue
        before = series[series.index < year]
        moved = series[year] - before.iloc[-1] if len(before) else np.nan
        moved = round(moved, 2 if indicator == "p0" else 0)
        says = "" if np.isnan(moved) else ("level", "rose", "fell")[int(np.sign(moved))]
        rows.append(
            {
                "area": area,
                "indicator": indicator,
                "value": series[year],
                "change": moved,
                "verdict": says,
                "since": before.index[-1] if len(before) else np.nan,
            }
        )
    fixed = {"source": "official", "year": year, "month": month, "since_month": month}
    fixed |= {"mark": "", "remark": "", "synthetic": False, "most": False}
    return pd.DataFrame(rows).assign(**fixed).reindex(columns=BY_AREA)
