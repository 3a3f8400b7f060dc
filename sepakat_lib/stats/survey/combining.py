"""Errors of differences, ratios and other functions of several results."""

from typing import NamedTuple

import numpy as np
from scipy import special

from sepakat_lib.stats.survey.estimators import Statistic, differing


class Contrast(NamedTuple):
    """A difference between independent samples and its test.

    Attributes
    ----------
    value, se : float or array
        The difference and its standard error [unit of the estimates].
    df : float or array
        Degrees of freedom: the smaller of the two.
    p_value : float or array
        Two-sided, of "no difference". [fraction]
    """

    value: float
    se: float
    df: float
    p_value: float


def combine(gradient, statistics, value: float | None = None) -> Statistic:
    """Any smooth function of statistics of the same rows, by the delta rule.

    Parameters
    ----------
    gradient : (k,) array
        Derivative of the function with respect to each statistic, at their values.
    statistics : sequence of k Statistic
        From the same rows, in the same order.
    value : float, optional
        The function's value; default the weighted sum of the statistics' values,
        which is right for a linear combination only.

    Raises
    ------
    ValueError
        Statistics of different rows or weights, or another number of derivatives.

    Notes
    -----
    Overlap needs no further thought: the covariance comes with the influences. A
    statistic without a degree of freedom takes the error of the result with it.
    Deville (1999), Survey Methodology 25(2), 193-203.

    Examples
    --------
    >>> a, b = Statistic(3.0, np.array([1.0, 0.0])), Statistic(1.0, np.array([0.0, 1.0]))
    >>> combine([1, -2], [a, b])
    Statistic(value=1.0, influence=array([ 1., -2.]))
    """
    gradient = np.asarray(gradient, dtype=float)
    rows = {len(statistic.influence) for statistic in statistics}
    if len(rows) != 1 or len(gradient) != len(statistics):
        raise ValueError(
            f"{len(gradient)} derivatives for {len(statistics)} statistics of "
            f"{sorted(rows)} rows; give one derivative each, from one table of rows"
        )
    if value is None:
        value = sum(g * s.value for g, s in zip(gradient, statistics, strict=True))
    pulls = (g * s.influence for g, s in zip(gradient, statistics, strict=True))
    domains = {
        id(members): members
        for statistic in statistics
        for members in statistic.domains
    }
    return Statistic(
        float(value), sum(pulls), tuple(domains.values()), _one_weight(statistics)
    )


def _one_weight(statistics):
    """Weight that all statistics have in common, or None where nobody said."""
    said = [one.weight for one in statistics if one.weight is not None]
    for other in said[1:]:
        if other is not said[0] and differing(other, said[0]).any():
            raise ValueError(
                "the statistics were weighted with different weights, and one design "
                "has one weight; compute all of them with the design's, or tell them "
                "one by one"
            )
    return said[0] if said else None


def difference(a: Statistic, b: Statistic) -> Statistic:
    """Give a - b of two results of the same rows, whatever they share.

    Parameters
    ----------
    a, b : Statistic
        From the same rows: two groups, two measures, or two waves of a panel.

    Examples
    --------
    >>> a = Statistic(3.0, np.array([1.0, 0.0]))
    >>> difference(a, a)
    Statistic(value=0.0, influence=array([0., 0.]))
    """
    return combine([1, -1], [a, b])


def ratio_of(a: Statistic, b: Statistic) -> Statistic:
    """Give a / b of two results of the same rows, whatever they share.

    Parameters
    ----------
    a, b : Statistic
        From the same rows; `b` not 0.

    Raises
    ------
    ValueError
        `b` is 0.

    Examples
    --------
    >>> a, b = Statistic(1.0, np.array([1.0])), Statistic(2.0, np.array([4.0]))
    >>> ratio_of(a, b)
    Statistic(value=0.5, influence=array([-0.5]))
    """
    if b.value == 0:
        raise ValueError(
            "the lower part of the ratio is 0, so there is no ratio; report it as empty"
        )
    value = a.value / b.value
    return combine([1 / b.value, -value / b.value], [a, b], value)


def independent_difference(a, se_a, df_a, b, se_b, df_b) -> Contrast:
    """Give a - b of two samples that share no first-stage unit, with its t test.

    Parameters
    ----------
    a, b : float or array
        Estimates [one unit].
    se_a, se_b : float or array
        Their standard errors.
    df_a, df_b : float or array
        Their degrees of freedom; the smaller one is used, which is cautious. Where it
        is 0, no error is known: `se` and `p_value` are missing.

    Notes
    -----
    Not for two rounds that visit the same units: there the covariance counts, so
    stack the rows and use `difference`. With no error on either side nothing is
    tested and the p value is missing.

    Examples
    --------
    >>> found = independent_difference(0.12, 0.03, 40, 0.10, 0.04, 60)
    >>> round(float(found.se), 3), float(found.df), round(float(found.p_value), 2)
    (0.05, 40.0, 0.69)
    """
    value = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    df = np.minimum(np.asarray(df_a, dtype=float), df_b)
    se = np.where(df > 0, np.hypot(se_a, se_b), np.nan)[()]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(se > 0, np.abs(value) / se, np.nan)
    return Contrast(value, se, df, 2 * special.stdtr(df, -distance))
