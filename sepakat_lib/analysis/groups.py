"""Question 1: who is poor, in rates and in numbers: by sector, by urban and rural."""

import numpy as np
import pandas as pd

from sepakat_lib.analysis.findings import of_region
from sepakat_lib.analysis.gaps import furthest
from sepakat_lib.analysis.poverty import BANDS
from sepakat_lib.parameters import Parameters


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
        indicator is not for use or has no interval.

    >>> ends = {"people_low": [60.0, 10], "people_high": [90.0, 50], "mark": ["", ""]}
    >>> most(pd.DataFrame(ends | {"indicator": ["p0", "p0"]})).tolist()
    [True, False]
    """
    largest = np.zeros(len(table), bool)
    places = pd.Series(np.arange(len(table)), table.index)
    for _, rows in table.groupby("indicator", sort=False):
        known = rows[["people_low", "people_high"]].notna().all(axis=None)
        if len(rows) < 2 or not known or rows["mark"].eq("**").any():
            continue
        low, high = rows["people_low"].to_numpy(), rows["people_high"].to_numpy()
        first = int(low.argmax())
        if low[first] > np.delete(high, first).max():
            largest[places[rows.index[first]]] = True
    return largest
