"""The one door out: hide what rests on too few, mark what is too uncertain.

The limits stand in `parameters/policy/poverty.yml`, with the rule that they follow.
"""

import numpy as np
import pandas as pd

from sepakat_lib.parameters import policy

HIDDEN = (
    *("value", "bias", "se", "low", "high"),
    *("rse", "effective_df", "skewness", "deff"),
    *("population", "total", "total_se", "total_low", "total_high"),
)
GAP = ["gap", "gap_low", "gap_high"]
LIMITS_SINCE = 2015  # since when the limits are in force; rounds before have the same
HIDING = ("few", "one_unit", "withheld")  # marks of a value that is not shown


def publish(estimates: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Blank what tells of too few or of one neighbourhood; mark what is unsure.

    One rule for every measure:

    - its relative error, of a share taken of the smaller of what it counts and what is
      left, so that a share and its complement have one mark;
    - of shares the width of the interval as well. Up to `width_narrow` the error says
      nothing against it, up to `width_usable` no more than "*"; beyond `width_wide` it
      is marked whatever the error. Where none or all have it, so that there is no
      relative error, the width alone decides: beyond `width_wide` it is not for use;
    - its degrees of freedom. With fewer than `least_df` it is marked, however small its
      error looks, which is itself an estimate from as few units; a share that is wide
      too is not for use;
    - its bias, marked beyond `bias_careful` of the standard error.

    A group inside a single first-stage unit (0 degrees of freedom) has no known error,
    and its ten households could be recognised: it is not shown.

    Parameters
    ----------
    estimates : DataFrame
        `tables.Estimates`, or a stage's table with their ``value``, ``low``, ``rse``,
        ``n`` and ``df``, and of shares ``se``, ``high`` [percent] and ``deff``, which
        no other measure has; a ``gap`` between rows of one ``indicator`` goes with
        either end. ``remark`` says where files name no first-stage unit: those
        households are not known to be neighbours, and their value stays, as "no_error";
        and which rows would give a hidden one away by subtraction ("withheld").
    year : int
        Year whose limits are in force.

    Returns
    -------
    DataFrame
        A new table with the column ``mark``: "" for use, "*" with care, "**" not for
        use, "few", "one_unit" and "withheld" where values, people and remarks were
        removed, "no_error" where the design gives none. Where there is a ``total``,
        ``total_mark`` says the same of it, by its own relative error; of a share that
        none or all have it is the share's.

    Notes
    -----
    The bands are BPS's, of its Susenas publications. Parker et al. (2017), National
    Center for Health Statistics Data Presentation Standards for Proportions, Vital and
    Health Statistics 2(175), for the widths of 5 and 30 points and 8 degrees of freedom;
    `benchmarks/small_domains.py` shows what the marks are worth.

    >>> row = {"value": 9.0, "low": 2.0, "rse": 0.58, "n": 41, "df": 30}
    >>> rows = [row, row | {"n": 29}, row | {"df": 0}, row | {"df": 7, "rse": 0.01}]
    >>> publish(pd.DataFrame(rows), year=2023)["mark"].tolist()
    ['**', 'few', 'one_unit', '*']

    A share of 96 percent is as unsure as the 4 percent that are left:

    >>> share = {"se": 2.5, "high": 99.0, "deff": 1.2, "n": 41, "df": 30}
    >>> rows = [{"value": 96.0, "low": 88.0, "rse": 0.026}, {"value": 4.0, "low": 1.0}]
    >>> rows[1] |= {"high": 12.0, "rse": 0.625}
    >>> publish(pd.DataFrame([share | row for row in rows]), year=2023)["mark"].tolist()
    ['**', '**']
    """
    df = estimates.get("df", np.inf)
    few, alone = _why(estimates["n"], df, year, ~_has(estimates, "no_psu"))
    beside = _has(estimates, "withheld")
    refused, careful = _unsure(estimates, year)
    why = [alone, few, beside, estimates["low"].isna()]
    names = ["one_unit", "few", "withheld", "no_error", "**", "*"]
    mark = np.select([*why, refused, careful], names, "")
    shown = estimates.assign(mark=mark)
    if "total" in shown:
        shown["total_mark"] = _mark_of_total(shown, year)
    hidden = few | alone | beside
    shown.loc[hidden, [name for name in HIDDEN if name in shown]] = np.nan
    if "remark" in shown:
        shown["remark"] = shown["remark"].astype(str).mask(hidden, "")
    if "gap" in shown:
        either = hidden.groupby(shown["indicator"]).transform("any")
        shown.loc[either, GAP] = np.nan
    return shown


def hides(n, df, year: int, *, units_known=True):
    """Whether a cell is hidden for its own sake: few sampled, or one neighbourhood.

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
    """Sampled units that a value must rest on; of years before the rule, its first."""
    return policy("least_sample", max(year, LIMITS_SINCE))


def _has(estimates: pd.DataFrame, code: str) -> pd.Series:
    """Rows whose remark holds a code."""
    if "remark" not in estimates:
        return pd.Series(False, index=estimates.index)
    return estimates["remark"].astype(str).str.contains(code, regex=False)


def _unsure(estimates: pd.DataFrame, year: int) -> tuple[pd.Series, pd.Series]:
    """Rows that are not for use, and those to be used with care or not at all."""
    relative, width = _relative_error(estimates), _width(estimates)
    careful, refused = (
        (relative > policy(f"rse_{limit}", year)) & ~(width <= policy(exempt, year))
        for limit, exempt in (("careful", "width_narrow"), ("unusable", "width_usable"))
    )
    wide, few_units = width > policy("width_wide", year), _few_units(estimates, year)
    none_or_all = relative.isna() & (width > policy("width_narrow", year))
    refused |= wide & (few_units | relative.isna())
    careful |= wide | few_units | none_or_all | _biased(estimates, year)
    return refused, careful


def _biased(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Rows whose bias is too large beside their error to trust the interval."""
    if not {"bias", "se"} <= set(estimates):
        return pd.Series(False, index=estimates.index)
    return estimates["bias"].abs() > policy("bias_careful", year) * estimates["se"]


def _few_units(estimates: pd.DataFrame, year: int) -> pd.Series:
    """Rows that rest on fewer degrees of freedom than an error can be told from."""
    if "df" not in estimates:
        return pd.Series(False, index=estimates.index)
    return estimates["df"] < policy("least_df", year)


def _mark_of_total(marked: pd.DataFrame, year: int) -> np.ndarray:
    """Marks of totals by their own relative error; without one, the share's."""
    error = marked.get("total_se", pd.Series(np.nan, marked.index))
    relative = error / marked["total"].where(marked["total"] > 0)
    limits = (policy(f"rse_{limit}", year) for limit in ("unusable", "careful"))
    refused, careful = (relative > limit for limit in limits)
    as_share = relative.isna() | ~marked["mark"].isin(["", "*", "**"])
    careful |= _few_units(marked, year)
    return np.select([as_share, refused, careful], [marked["mark"], "**", "*"], "")


def _shares(estimates: pd.DataFrame) -> pd.Series:
    """Rows that are shares: no other measure has a design effect."""
    if not {"deff", "se", "high"} <= set(estimates):
        return pd.Series(False, index=estimates.index)
    return estimates["deff"].notna() & estimates["value"].between(0, 100)


def _relative_error(estimates: pd.DataFrame) -> pd.Series:
    """Standard error over the value, of a share over the smaller of it and its rest."""
    share = _shares(estimates)
    if not share.any():
        return estimates["rse"]
    smaller = np.minimum(estimates["value"], 100 - estimates["value"])
    return estimates["rse"].mask(share, estimates["se"] / smaller.where(smaller > 0))


def _width(estimates: pd.DataFrame) -> pd.Series:
    """Width of the interval of shares. [points]"""
    wide = estimates.get("high", np.nan) - estimates["low"]
    return wide.where(_shares(estimates))
