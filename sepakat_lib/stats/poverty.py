"""Poverty measures, each with the influence of every row.

A row is poor when its spending is *below* the line; on the line it is not, as BPS and
the World Bank count. The line is a column or one number, so that every household is
held against the line of its own area. Use person weights for people.
"""

import numpy as np

from sepakat_lib.stats import inequality, survey
from sepakat_lib.stats.survey import Domain, Statistic


def fgt(spending, line, weight, alpha, members=None) -> Statistic:
    """Foster-Greer-Thorbecke index: headcount (0), gap (1), severity (2).

    Parameters
    ----------
    spending : (n,) array
        Welfare of each row [IDR/person/month, or as the line]. Zero is allowed;
        a negative row has a gap of 1, the whole line, and no more.
    line : (n,) array or float
        Poverty line of each row, above 0 [as spending].
    weight : (n,) array
        Persons each row represents.
    alpha : float
        0 or more.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        A fraction between 0 and 1 (BPS prints it times 100).

    Raises
    ------
    ValueError
        Gaps among members, a line of 0 or less, a negative alpha, an empty domain.

    Notes
    -----
    Foster, Greer and Thorbecke (1984), doi:10.2307/1913475.

    Examples
    --------
    One of two is poor, and lacks a fifth of the line:

    >>> fgt([80.0, 100.0], 100, [1, 1], alpha=0).value
    0.5
    >>> round(fgt([80.0, 100.0], 100, [1, 1], alpha=1).value, 10)
    0.1
    """
    group, lines = _held_against(spending, line, weight, members)
    return _mean(group, _shortfall(group.values, lines, _power(alpha)))


def poor_persons(spending, line, weight, members=None) -> Statistic:
    """Number of persons below the line.

    Parameters
    ----------
    spending, line, weight, members
        As in `fgt`.

    Returns
    -------
    Statistic
        [persons], if the weight counts persons.

    Raises
    ------
    ValueError
        As `fgt`.

    Notes
    -----
    A total: Horvitz and Thompson (1952), doi:10.1080/01621459.1952.10483446.

    Examples
    --------
    >>> poor_persons([80.0, 100.0], 100, [30, 50]).value
    30.0
    """
    group, lines = _held_against(spending, line, weight, members)
    poor = (group.values < lines).astype(float)
    return group.statistic(group.weight @ poor, poor)


def aggregate_gap(spending, line, weight, members=None) -> Statistic:
    """Sum of what all the poor lack to reach their line.

    Parameters
    ----------
    spending, line, weight, members
        As in `fgt`; spending below 0 lacks the whole line and no more.

    Returns
    -------
    Statistic
        [IDR/month, or unit of the line x persons]: the least a perfectly targeted
        transfer would cost.

    Raises
    ------
    ValueError
        As `fgt`.

    Notes
    -----
    Haughton and Khandker (2009), Handbook on Poverty and Inequality, chapter 4.

    Examples
    --------
    >>> aggregate_gap([80.0, 100.0], 100, [30, 50]).value
    600.0
    """
    group, lines = _held_against(spending, line, weight, members)
    lacking = np.minimum(np.maximum(lines - group.values, 0), lines)
    return group.statistic(group.weight @ lacking, lacking)


def watts(spending, line, weight, members=None) -> Statistic:
    """Watts index: mean over all of ln(line / spending) of the poor.

    Parameters
    ----------
    spending : (n,) array
        Above 0 for every member.
    line, weight, members
        As in `fgt`.

    Returns
    -------
    Statistic
        0 or more; over a growth rate it is the mean time to leave poverty.

    Raises
    ------
    ValueError
        Spending of 0 or less, and as `fgt`.

    Notes
    -----
    Watts (1968), An Economic Definition of Poverty; Zheng (1993),
    doi:10.1016/0165-1765(93)90177-E.

    Examples
    --------
    >>> round(watts([50.0, 100.0], 100, [1, 1]).value, 6)  # ln(2) / 2
    0.346574
    """
    group, lines = _held_against(spending, line, weight, members)
    group.refuse_not_above_zero("the Watts index")
    return _mean(group, np.maximum(np.log(lines / group.values), 0))


def income_gap_ratio(spending, line, weight, members=None) -> Statistic:
    """Mean shortfall of the poor as a fraction of their line, P1 / P0.

    Parameters
    ----------
    spending, line, weight, members
        As in `fgt`.

    Raises
    ------
    ValueError
        Nobody is poor, and as `fgt`.

    Notes
    -----
    Haughton and Khandker (2009), Handbook on Poverty and Inequality, chapter 4.

    Examples
    --------
    >>> round(income_gap_ratio([80.0, 100.0], 100, [1, 1]).value, 10)
    0.2
    """
    headcount, gap, _ = _first_three(spending, line, weight, members)
    poor = _poor(spending, line, weight, members)
    return survey.ratio_of(gap, headcount).among(poor)


def gap_inequality(spending, line, weight, members=None) -> Statistic:
    """Inequality of the gaps among the poor: generalized entropy of order 2.

    Parameters
    ----------
    spending, line, weight, members
        As in `fgt`.

    Returns
    -------
    Statistic
        E, such that P2 = P0 x I^2 x (1 + 2E), I the income gap ratio.

    Raises
    ------
    ValueError
        Nobody is poor, and as `fgt`.

    Notes
    -----
    Aristondo, Lasso de la Vega and Urrutia (2010), Bulletin of Economic Research
    62(3), 259-267: the split of P2 into incidence, intensity and inequality.

    Examples
    --------
    Gaps of 0.2 and 0.4 have a squared variation of 1/9, half of which is E:

    >>> round(gap_inequality([80.0, 60.0], 100, [1, 1]).value, 6)
    0.055556
    """
    three = _first_three(spending, line, weight, members)
    p0, p1, p2 = (statistic.value for statistic in three)
    if p1 == 0:
        raise ValueError("nobody is poor, so there are no gaps; report it as empty")
    value = (p2 * p0 / p1**2 - 1) / 2
    slope = [p2 / (2 * p1**2), -p2 * p0 / p1**3, p0 / (2 * p1**2)]
    poor = _poor(spending, line, weight, members)
    return survey.combine(slope, three, value).among(poor)


def sen(spending, line, weight, members=None) -> Statistic:
    """Sen's index for many people: P0 x G + P1 x (1 - G), G the Gini of the poor.

    Parameters
    ----------
    spending, line, weight, members
        As in `fgt`; spending of the poor must be 0 or more.

    Raises
    ------
    ValueError
        Nobody is poor, negative spending of the poor, and as `fgt`.

    Notes
    -----
    Sen (1976), doi:10.2307/1912718, in the form of Haughton and Khandker (2009),
    chapter 4.

    Examples
    --------
    >>> round(sen([80.0, 100.0], 100, [1, 1]).value, 10)  # one poor: G = 0
    0.1
    """
    headcount, gap, _ = _first_three(spending, line, weight, members)
    if headcount.value == 0:
        raise ValueError("nobody is poor, so there is no Gini of the poor; say so")
    poor = np.asarray(spending, dtype=float) < np.asarray(line, dtype=float)
    inside = poor if members is None else poor & np.asarray(members)
    uneven = inequality.gini(spending, weight, members=inside)
    g = uneven.value
    value = headcount.value * g + gap.value * (1 - g)
    slope = [g, 1 - g, headcount.value - gap.value]
    return survey.combine(slope, [headcount, gap, uneven], value)


def fgt_at_estimated_line(
    spending, line: Statistic, weight, alpha, members=None
) -> Statistic:
    """Foster-Greer-Thorbecke index under one line that the sample itself gave.

    Parameters
    ----------
    spending : (n,) array
        [unit of the line]
    line : Statistic
        The line, from the same rows; its own error enters the result's.
    weight : (n,) array
        Persons each row represents.
    alpha : float
        0 or more. The headcount's error needs the density at the line, by a kernel.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        A fraction between 0 and 1.

    Raises
    ------
    ValueError
        As `fgt`.

    Notes
    -----
    Osier (2009), doi:10.18148/srm/2009.v3i3.369.
    """
    group, lines = _held_against(spending, line.value, weight, members)
    fixed = _mean(group, _shortfall(group.values, lines, _power(alpha)))
    if alpha == 0:
        width = survey.bandwidth(group.values, group.weight)
        slope = survey.kernel_density(line.value, group.values, group.weight, width)
    else:
        z = line.value
        depth = np.clip(1 - group.values / z, 0, 1)
        poor = group.values < z
        # A negative row stays at a gap of 1 when the line moves: its slope is 0.
        rise = np.where(poor, depth, 1) ** (alpha - 1) * poor
        steep = rise * np.maximum(group.values, 0) / z
        slope = alpha / z * (group.weight @ steep) / group.population
    return survey.combine([1, slope], [fixed, line], fixed.value)


def fgt_relative_mean(
    spending, weight, alpha, share=0.6, members=None, line_members=None
) -> Statistic:
    """Foster-Greer-Thorbecke index under a line that is a share of the mean.

    Parameters
    ----------
    spending, weight : (n,) arrays
        As in `fgt`.
    alpha : float
        0 or more.
    share : float
        Of the mean, above 0.
    members : (n,) bool array, optional
        The domain the index speaks of; default all rows.
    line_members : (n,) bool array, optional
        Whose mean makes the line; default all rows, also for a domain.

    Raises
    ------
    ValueError
        As `fgt`; also a mean of 0 or less.

    Notes
    -----
    Osier (2009), doi:10.18148/srm/2009.v3i3.369.

    Examples
    --------
    The mean is 100, so the line is 60:

    >>> fgt_relative_mean([50.0, 150.0], [1, 1], alpha=0).value
    0.5
    """
    centre = survey.mean(spending, weight, members=line_members)
    line = survey.combine([share], [centre])
    return fgt_at_estimated_line(spending, line, weight, alpha, members)


def fgt_relative_quantile(
    spending, weight, alpha, share=0.6, p=0.5, members=None, line_members=None
) -> Statistic:
    """Foster-Greer-Thorbecke index under a line that is a share of a quantile.

    Parameters
    ----------
    spending, weight : (n,) arrays
        As in `fgt`.
    alpha : float
        0 or more; 0 with the default line is the European at-risk-of-poverty rate.
    share : float
        Of the quantile, above 0.
    p : float
        Which quantile; 0.5 is the median.
    members : (n,) bool array, optional
        The domain the index speaks of; default all rows.
    line_members : (n,) bool array, optional
        Whose quantile makes the line; default all rows, also for a domain.

    Raises
    ------
    ValueError
        As `fgt`; also a quantile of 0 or less.

    Notes
    -----
    Osier (2009), doi:10.18148/srm/2009.v3i3.369.

    Examples
    --------
    The median is 100, so the line is 60:

    >>> round(fgt_relative_quantile([50.0, 100.0, 300.0], [1, 1, 1], 0).value, 4)
    0.3333
    """
    centre = survey.quantile(spending, weight, p, members=line_members)
    line = survey.combine([share], [centre])
    return fgt_at_estimated_line(spending, line, weight, alpha, members)


def _held_against(spending, line, weight, members) -> tuple[Domain, np.ndarray]:
    group = survey.domain(spending, weight, members, what="spending values")
    if np.ndim(line) == 0:
        line = np.full(len(weight), line, dtype=float)
    lines = group.pick(line, "poverty lines")
    if lines.min() <= 0:
        raise ValueError(
            f"{(lines <= 0).sum()} poverty lines are 0 or less; look the line up by "
            "area and round, and leave out rows that have none"
        )
    return group, lines


def _poor(spending, line, weight, members) -> np.ndarray:
    """Rows below their line: the domain of an index that speaks of the poor alone."""
    group, lines = _held_against(spending, line, weight, members)
    return group.spread(group.values < lines)


def _mean(group: Domain, values: np.ndarray) -> Statistic:
    centre = group.weight @ values / group.population
    return group.statistic(centre, (values - centre) / group.population)


def _power(alpha) -> float:
    if not alpha >= 0:
        raise ValueError(f"alpha is 0 or more; got {alpha!r}")
    return alpha


def _shortfall(values, lines, alpha) -> np.ndarray:
    poor = values < lines
    if alpha == 0:
        return poor.astype(float)
    return np.clip((lines - values) / lines, 0, 1) ** alpha


def _first_three(spending, line, weight, members) -> tuple[Statistic, ...]:
    group, lines = _held_against(spending, line, weight, members)
    return tuple(_mean(group, _shortfall(group.values, lines, a)) for a in (0, 1, 2))
