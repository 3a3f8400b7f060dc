"""The one door out: hide what rests on too few people, mark what is too uncertain.

The limits stand in `parameters/policy/poverty.yml`, with the rule that they follow.
"""

import numpy as np
import pandas as pd

from sepakat_lib.parameters import policy

HIDDEN = (
    *("value", "se", "low", "high", "rse", "effective_df", "skewness", "deff"),
    *("population", "total", "total_se", "total_low", "total_high"),
)
GAP = ["gap", "gap_low", "gap_high"]
FIRST = 2015  # since when the limits are in force; rounds before have the same
HIDING = ("few", "one_unit", "withheld")  # marks of a value that is not shown


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
        not known to be neighbours, and their value stays, as "no_error"; and which
        rows would give a hidden one away by subtraction ("withheld").
    year : int
        Year whose limits are in force.

    Returns
    -------
    DataFrame
        A new table with the column ``mark``: "" for use, "*" with care (relative error
        above 25 up to 50 percent, or 1 to 7 degrees of freedom), "**" not for use
        (above 50), "few", "one_unit" and "withheld" where values, people and remarks
        were removed, "no_error" where the design gives none.

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
    df = estimates.get("df", np.inf)
    few, alone = _why(estimates["n"], df, year, ~_has(estimates, "no_psu"))
    beside = _has(estimates, "withheld")
    careful, unusable = policy("rse_careful", year), policy("rse_unusable", year)
    rse, wide = estimates["rse"], _width_of_doubtful(estimates, year)
    refused = (rse > unusable) | (wide > policy("width_unusable", year))
    uncertain = (rse > careful) | (wide > policy("width_careful", year))
    uncertain |= _few_units(estimates, year)
    mark = np.select(
        [alone, few, beside, estimates["low"].isna(), refused, uncertain],
        ["one_unit", "few", "withheld", "no_error", "**", "*"],
        "",
    )
    shown = estimates.assign(mark=mark)
    hidden = few | alone | beside
    shown.loc[hidden, [name for name in HIDDEN if name in shown]] = np.nan
    if "remark" in shown:
        shown["remark"] = shown["remark"].astype(str).mask(hidden, "")
    if "gap" in shown:
        either = hidden.groupby(shown["indicator"]).transform("any")
        shown.loc[either, GAP] = np.nan
    return shown


def hides(n, df, year: int, *, units_known=True):
    """Whether a cell is hidden for its own sake: few persons, or one neighbourhood.

    Parameters
    ----------
    n, df : array or Series
        Sampled persons or households; degrees of freedom.
    year : int
    units_known : array, Series or bool
        Whether files name first-stage units; without, nobody is known to be neighbours.

    >>> hides(np.array([29, 30, 41]), np.array([8.0, 8.0, 0.0]), 2023)
    array([ True, False,  True])
    """
    few, alone = _why(n, df, year, units_known)
    return few | alone


def _why(n, df, year: int, units_known):
    return n < least_sample(year), (df < 1) & (n > 0) & units_known


def least_sample(year: int) -> int:
    """Persons that a value must rest on; of years before the rule, the rule's first."""
    return policy("least_sample", max(year, FIRST))


def _has(estimates: pd.DataFrame, code: str) -> pd.Series:
    """Rows whose remark holds a code."""
    if "remark" not in estimates:
        return pd.Series(False, index=estimates.index)
    return estimates["remark"].astype(str).str.contains(code, regex=False)


def _few_units(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Rows that rest on fewer degrees of freedom than an error can be told from."""
    if "df" not in estimates:
        return pd.Series(False, index=estimates.index)
    return estimates["df"] < policy("least_df", year)


def _width_of_doubtful(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Width of the interval of shares whose relative error says little. [points]

    Only shares have a design effect.
    """
    if not {"deff", "df", "se"} <= set(estimates):
        return pd.Series(np.nan, index=estimates.index)
    bare = estimates["se"].isna() | (estimates["df"] < policy("least_df", year))
    width = estimates["high"] - estimates["low"]
    return width.where(bare & estimates["deff"].notna())
