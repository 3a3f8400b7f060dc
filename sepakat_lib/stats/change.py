"""Change between two rounds of a survey, with its error."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib.stats import survey
from sepakat_lib.stats.inequality import amounts_below
from sepakat_lib.stats.survey import Design, Statistic


def growth_incidence(
    spending_before,
    design_before: Design,
    spending_after,
    design_after: Design,
    years,
    *,
    groups=10,
    confidence=0.95,
    members_before=None,
    members_after=None,
) -> pd.DataFrame:
    """Annual growth of mean spending in each decile, and over all.

    Parameters
    ----------
    spending_before, spending_after : (n,) and (m,) arrays
        In the same prices: deflated, or as a multiple of the own area's line [any
        unit]. 0 or more, with a mean above 0 in every group.
    design_before, design_after : Design
        Of the two rounds, with person weights. The rounds share no first-stage unit;
        where units were visited twice the errors here are too large, as a rule.
    years : float
        Between the rounds, above 0.
    groups : int
        10 for deciles. Each holds exactly its share of people: the row on a boundary
        is divided between the two groups.
    confidence : float
        Between 0 and 1.
    members_before, members_after : bool arrays, optional
        The same domain in both rounds; default all rows.

    Returns
    -------
    DataFrame
        ``group`` ("1" the poorest … and "all"), ``mean_before``, ``mean_after``,
        ``growth``, ``se`` [fraction per year], ``low``, ``high``, ``df``. People are
        not followed: the poorest now need not be the poorest then. Error and interval
        are missing where a round has no degree of freedom.

    Raises
    ------
    ValueError
        A group whose mean is 0, years of 0 or less, and as `amounts_below`.

    Notes
    -----
    Ravallion and Chen (2003), doi:10.1016/S0165-1765(02)00205-7, for groups in place
    of percentiles. The interval is Student's t on the logarithm of the ratio.

    Examples
    --------
    Everybody gained 21 percent in two years, 10 percent a year:

    >>> drawn = survey.design(None, None, [1.0] * 4)
    >>> before = np.array([1.0, 2.0, 3.0, 4.0])
    >>> found = growth_incidence(before, drawn, 1.21 * before, drawn, 2, groups=2)
    >>> found["growth"].round(6).tolist()
    [0.1, 0.1, 0.1]
    """
    if not years > 0:
        raise ValueError(f"years between the rounds must be above 0; got {years!r}")
    before = _group_means(spending_before, design_before, groups, members_before)
    after = _group_means(spending_after, design_after, groups, members_after)
    df = min(
        survey.degrees_of_freedom(design_before, members_before),
        survey.degrees_of_freedom(design_after, members_after),
    )
    names = [str(number) for number in range(1, groups + 1)] + ["all"]
    means = [
        np.array([statistic.value for statistic in side]) for side in (before, after)
    ]
    if min(side.min() for side in means) <= 0:
        raise ValueError("a group's mean spending is 0, so it has no growth; say so")
    relative = [
        np.sqrt(np.diag(survey.covariance(side, drawn))) / mean
        for side, drawn, mean in zip(
            (before, after), (design_before, design_after), means, strict=True
        )
    ]
    growth = yearly_growth(*means, *relative, df, years, confidence)
    return pd.DataFrame(
        {
            "group": names,
            "mean_before": means[0],
            "mean_after": means[1],
            **growth._asdict(),
            "df": df,
        }
    )


class Growth(NamedTuple):
    """Growth a year with its error and interval [fraction per year]."""

    growth: float | np.ndarray | pd.Series
    se: float | np.ndarray | pd.Series
    low: float | np.ndarray | pd.Series
    high: float | np.ndarray | pd.Series


def yearly_growth(before, after, rse_before, rse_after, df, years, confidence):
    """Growth a year of a mean between two independent rounds, with its interval.

    Parameters
    ----------
    before, after : float, array or Series
        Means above 0, in the same prices [any unit].
    rse_before, rse_after : float, array or Series
        Their relative standard errors [fraction].
    df : float, array or Series
        Degrees of freedom of the smaller sample.
    years : float
        Between the rounds, above 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Growth

    Notes
    -----
    (after / before)^(1 / years) - 1. The interval is Student's t on the logarithm of
    the ratio, whose error is that of ln after - ln before by linearisation.

    Examples
    --------
    >>> growth = yearly_growth(100.0, 121.0, 0.03, 0.04, 60, 2, 0.95)
    >>> [round(float(value), 4) for value in growth]
    [0.1, 0.0275, 0.0463, 0.1564]
    """
    log_growth = np.log(after / before) / years
    log_error = np.hypot(rse_before, rse_after) / years
    low, high = survey.interval(log_growth, log_error, df, confidence)
    return Growth(
        growth=np.expm1(log_growth),
        se=np.exp(log_growth) * log_error,
        low=np.expm1(low),
        high=np.expm1(high),
    )


def _group_means(spending, design: Design, groups: int, members) -> list[Statistic]:
    """Mean of each quantile group and of all, rows on the boundaries divided."""
    weight = design.weight
    size = survey.total(np.ones(len(weight)), weight, members=members)
    shares = np.arange(groups + 1) / groups
    edges = amounts_below(spending, weight, shares, members=members)
    people = survey.combine([1 / groups], [size])
    return [
        survey.ratio_of(survey.difference(upper, lower), people)
        for lower, upper in pairwise(edges)
    ] + [survey.mean(spending, weight, members=members)]
