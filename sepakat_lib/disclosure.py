"""The one door out: hide what rests on too few people, mark what is too uncertain.

The limits stand in `parameters/policy/poverty.yml`, with the rule that they follow.
"""

import numpy as np
import pandas as pd

from sepakat_lib.parameters import policy

HIDDEN = (
    *("value", "se", "low", "high", "rse", "effective_df", "skewness", "deff"),
    *("total", "total_se", "total_low", "total_high"),
)
GAP = ["gap", "gap_low", "gap_high"]
COUNTED = ["population", *(name for name in HIDDEN if name.startswith("total"))]
HIDING = ("few", "one_unit")  # marks of a value that is not shown
TOLD = {"none_or_all", "nothing_met"}  # remarks that would tell a value all the same
PARTITION = ["survey", "year", "region", "indicator", "grouping"]


def publish(estimates: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Blank what tells of too few people or of one neighbourhood; mark what is unsure.

    The relative error decides; of a share that none or all have, which has none, and of
    one that rests on fewer degrees of freedom than `least_df`, the width of its
    interval as well. With fewer degrees of freedom than that every measure is marked,
    however small its error looks: it is itself an estimate from as few units. A group
    inside a single first-stage unit (0 degrees of freedom) has no known error, and its
    ten households could be recognised: it is not shown.

    Parameters
    ----------
    estimates : DataFrame
        `tables.Estimates`, or a stage's table with their ``value``, ``low``, ``rse``,
        ``n`` and ``df``; a ``gap`` between rows of one ``indicator`` goes with either
        end. ``remark`` says where files name no first-stage unit: those households are
        not known to be neighbours, and their value stays, as "no_error".
    year : int
        Year whose limits are in force.

    Returns
    -------
    DataFrame
        A new table with the column ``mark``: "" for use, "*" with care (relative error
        above 25 up to 50 percent, or 1 to 7 degrees of freedom), "**" not for use
        (above 50), "few" and "one_unit" where values were removed, "no_error" where the
        design gives none. Of a group in one unit its people go too, and where it is the
        only one hidden of its grouping, the counts of its siblings, which would give it
        by subtraction; their values stay.

    Notes
    -----
    Parker et al. (2017), National Center for Health Statistics Data Presentation
    Standards for Proportions, Vital and Health Statistics 2(175), for 8 degrees of
    freedom; `benchmarks/small_domains.py` shows what the marks are worth.

    >>> row = {"value": 9.0, "low": 2.0, "rse": 0.58, "n": 41, "df": 30}
    >>> rows = [row, row | {"n": 29}, row | {"df": 0}, row | {"df": 7, "rse": 0.01}]
    >>> publish(pd.DataFrame(rows), year=2023)["mark"].tolist()
    ['**', 'few', 'one_unit', '*']
    """
    few = estimates["n"] < policy("least_sample", year)
    alone = _in_one_unit(estimates)
    careful, unusable = policy("rse_careful", year), policy("rse_unusable", year)
    rse, wide = estimates["rse"], _width_of_doubtful(estimates, year)
    refused = (rse > unusable) | (wide > policy("width_unusable", year))
    uncertain = (rse > careful) | (wide > policy("width_careful", year))
    uncertain |= _few_units(estimates, year)
    mark = np.select(
        [alone, few, estimates["low"].isna(), refused, uncertain],
        ["one_unit", "few", "no_error", "**", "*"],
        "",
    )
    shown = estimates.assign(mark=mark)
    hidden = few | alone
    shown.loc[hidden, [name for name in HIDDEN if name in shown]] = np.nan
    counted = [name for name in COUNTED if name in shown]
    shown.loc[alone | _given_away(estimates, hidden, alone), counted] = np.nan
    if "remark" in shown:
        shown.loc[hidden, "remark"] = shown.loc[hidden, "remark"].map(_without_value)
    if "gap" in shown:
        either = hidden.groupby(shown["indicator"]).transform("any")
        shown.loc[either, GAP] = np.nan
    return shown


def _in_one_unit(estimates: pd.DataFrame) -> pd.Series:
    """Rows of a group inside one first-stage unit of each of its strata."""
    if "df" not in estimates:
        return pd.Series(False, index=estimates.index)
    alone = (estimates["df"] < 1) & (estimates["n"] > 0)
    if "remark" in estimates:  # files that name no unit
        alone &= ~estimates["remark"].astype(str).str.contains("no_psu")
    return alone


def _few_units(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Rows that rest on fewer degrees of freedom than an error can be told from."""
    if "df" not in estimates:
        return pd.Series(False, index=estimates.index)
    return estimates["df"] < policy("least_df", year)


def _given_away(estimates: pd.DataFrame, hidden, alone) -> pd.Series:
    """Rows whose counts, taken from the whole, leave those of one hidden sibling."""
    keys = [name for name in PARTITION if name in estimates]
    # a stage's table does not hold a grouping whole
    if "grouping" not in keys or not alone.any():
        return pd.Series(False, index=estimates.index)
    groups = [estimates[name] for name in keys]
    single = hidden.groupby(groups, observed=True).transform("sum").eq(1)
    return single & alone.groupby(groups, observed=True).transform("any")


def _without_value(remark: str) -> str:
    """A remark without the words that tell what the value was."""
    return " ".join(code for code in remark.split() if code not in TOLD)


def _width_of_doubtful(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Width of the interval of shares whose relative error says little. [points]

    Only shares have a design effect.
    """
    if not {"deff", "df", "se"} <= set(estimates):
        return pd.Series(np.nan, index=estimates.index)
    bare = estimates["se"].isna() | (estimates["df"] < policy("least_df", year))
    width = estimates["high"] - estimates["low"]
    return width.where(bare & estimates["deff"].notna())
