"""The one door out: hide what rests on too few people, mark what is too uncertain.

The limits stand in `parameters/policy/poverty.yml`, with the rule that they follow.
"""

import numpy as np
import pandas as pd

from sepakat_lib.parameters import policy

HIDDEN = "value se low high rse deff total total_se total_low total_high".split()
GAP = ["gap", "gap_low", "gap_high"]


def publish(estimates: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Blank values that rest on too few people; mark those that are too uncertain.

    The relative error decides; of a share that none or all have, which has none, and of
    one that rests on fewer than 8 degrees of freedom, the width of its interval as well.

    Parameters
    ----------
    estimates : DataFrame
        `tables.Estimates`, or a stage's table with their ``value``, ``low``, ``rse``
        and ``n``; a ``gap`` between rows of one ``indicator`` goes with either end.
    year : int
        Year whose limits are in force.

    Returns
    -------
    DataFrame
        A new table with the column ``mark``: "" for use, "*" with care (relative error
        above 25 up to 50 percent), "**" not for use (above 50), "few" where values
        were removed, "no_error" where the design gives none.

    >>> row = {"value": 9.0, "low": 2.0, "rse": 0.58, "n": 41}
    >>> publish(pd.DataFrame([row, row | {"n": 29}]), year=2023)["mark"].tolist()
    ['**', 'few']
    """
    few = estimates["n"] < policy("least_sample", year)
    careful, unusable = policy("rse_careful", year), policy("rse_unusable", year)
    rse, wide = estimates["rse"], _width_of_doubtful(estimates, year)
    refused = (rse > unusable) | (wide > policy("width_unusable", year))
    uncertain = (rse > careful) | (wide > policy("width_careful", year))
    mark = np.select(
        [few, estimates["low"].isna(), refused, uncertain],
        ["few", "no_error", "**", "*"],
        "",
    )
    shown = estimates.assign(mark=mark)
    shown.loc[few, [name for name in HIDDEN if name in shown]] = np.nan
    if "gap" in shown:
        either = few.groupby(shown["indicator"]).transform("any")
        shown.loc[either, GAP] = np.nan
    return shown


def _width_of_doubtful(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Width of the interval of shares whose relative error says little. [points]

    Only shares have a design effect.
    """
    if not {"deff", "df", "se"} <= set(estimates):
        return pd.Series(np.nan, index=estimates.index)
    bare = estimates["se"].isna() | (estimates["df"] < policy("least_df", year))
    width = estimates["high"] - estimates["low"]
    return width.where(bare & estimates["deff"].notna())
