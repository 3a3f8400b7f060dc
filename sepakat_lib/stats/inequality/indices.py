"""Indices of inequality, each with the influence of every row.

Ranks are midpoints: a row stands in the middle of the people of equal spending. So a
measure does not change when equal rows are merged into one with their weights added.
"""

import numpy as np

from sepakat_lib.stats import survey
from sepakat_lib.stats.survey import Domain, Statistic


def gini(spending, weight, *, members=None) -> Statistic:
    """Gini index by the midpoint (trapezoid) rule.

    Parameters
    ----------
    spending : (n,) array
        0 or more [any unit].
    weight : (n,) array
        Persons each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        0 (all alike) to nearly 1. There is no small-sample factor.

    Raises
    ------
    ValueError
        Negative spending, all spending 0, gaps, an empty domain.

    Notes
    -----
    Lerman and Yitzhaki (1989), doi:10.1016/0304-4076(89)90074-2; its influence as in
    Langel and Tille (2013), doi:10.1111/j.1467-985X.2012.01048.x.

    Examples
    --------
    >>> gini([0.0, 1.0], weight=[1, 1]).value
    0.5
    """
    group = survey.domain(spending, weight, members, what="spending values")
    group.refuse_negative("the Gini index")
    return _concentration(group, group.values, "spending")


def gini_bias(spending, weight, psu) -> float:
    """How much too high, or below 0 too low, the Gini index of a small sample is.

    Parameters
    ----------
    spending, weight : (n,) arrays
        As in `gini`; rows of the domain.
    psu : (n,) array
        First-stage unit of each row.

    Returns
    -------
    float
        Expected `gini` less the population's; of a few hundred households under one
        percent of it, of thirty about four. 0 where all stand in one unit, which tells
        nothing of it.

    Raises
    ------
    ValueError
        As `gini`.

    Notes
    -----
    The index is half the mean difference of two persons over the mean. A sample pairs
    persons of one unit, and each with itself, more often than the population does
    (Hoeffding 1948, doi:10.1214/aoms/1177730196); of a ratio the covariance with its
    denominator is to be taken off (Cochran 1977, Sampling Techniques, section 6.8).
    Deltas (2003), doi:10.1162/rest.2003.85.1.226, gives it for a simple sample, where
    it is about -1/n of the index; Davidson (2009), doi:10.1016/j.jeconom.2008.11.004.

    Examples
    --------
    Of many persons, half of whom have 1 and half 3, the index is 0.25; a sample of two
    sees 0 or 0.25, half of the time each, 0.125 too low on average:

    >>> [gini_bias(pair, [1, 1], psu=[1, 2]) for pair in ([1.0, 3.0], [3.0, 3.0])]
    [-0.1875, 0.0]
    """
    index = gini(spending, weight)
    y, w = (np.asarray(values, dtype=float) for values in (spending, weight))
    _, unit = np.unique(np.asarray(psu), return_inverse=True)
    units = unit.max() + 1
    if units < 2 or index.value == 0:
        return 0.0
    people = w.sum()
    mean = w @ y / people
    of_unit = np.bincount(unit, w)
    of_all = 2 * index.value * mean * people**2  # sum over pairs of their differences
    between = of_all - _differences_inside(y, w, unit, of_unit)
    mean_difference = between / (people**2 - (of_unit**2).sum())
    of_index, of_mean = (
        np.bincount(unit, w * influence)
        for influence in (index.influence, (y - mean) / people)
    )
    covariance = of_index @ of_mean * units / (units - 1)
    return float(index.value - (mean_difference / 2 + covariance) / mean)


def _differences_inside(y, w, unit, of_unit) -> float:
    """Sum over pairs inside a unit of both weights times their absolute difference."""
    order = np.lexsort((y, unit))
    y, w, unit = y[order], w[order], unit[order]
    before_unit = np.cumsum(of_unit) - of_unit
    below = np.cumsum(w) - w - before_unit[unit]
    above = of_unit[unit] - below - w
    return 2 * (w * y) @ (below - above)


def concentration_index(benefit, rank_by, weight, *, members=None) -> Statistic:
    """How far a benefit goes to the rich (above 0) or to the poor (below 0).

    Parameters
    ----------
    benefit : (n,) array
        Amount each row receives, 0 or more [any unit].
    rank_by : (n,) array
        Spending by which people are ordered; rows of equal spending share a rank.
    weight : (n,) array
        Persons each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        Between -1 and 1; the Gini index where the benefit is the spending itself.

    Raises
    ------
    ValueError
        Negative benefits, no benefit at all, gaps, an empty domain.

    Notes
    -----
    Kakwani, Wagstaff and van Doorslaer (1997), doi:10.1016/S0304-4076(96)01807-6.

    Examples
    --------
    All of it to the poorer of two:

    >>> concentration_index([10.0, 0.0], [1.0, 2.0], weight=[1, 1]).value
    -0.5
    """
    group = survey.domain(benefit, weight, members, what="benefits")
    group.refuse_negative("the concentration index")
    return _concentration(group, group.pick(rank_by, "ranking values"), "benefit")


def hoover(spending, weight, *, members=None) -> Statistic:
    """Share of all spending that would have to change hands for equality.

    Parameters
    ----------
    spending, weight, members
        As in `gini`.

    Raises
    ------
    ValueError
        As `gini`.

    Notes
    -----
    Hoover (1936), doi:10.2307/1927875.

    Examples
    --------
    >>> hoover([0.0, 1.0], weight=[1, 1]).value
    0.5
    """
    group = survey.domain(spending, weight, members, what="spending values")
    group.refuse_negative("the Hoover index")
    centre = _positive_mean(group, "spending")
    lacking = np.maximum(1 - group.values / centre, 0)
    value = group.weight @ lacking / group.population
    below = group.weight @ (group.values < centre) / group.population
    slope = (below - value) / centre  # of the index, as the mean moves
    influence = lacking - value + slope * (group.values - centre)
    return group.statistic(value, influence / group.population)


def generalized_entropy(spending, weight, order, *, members=None) -> Statistic:
    """Generalized entropy index: 0 is the MLD, 1 Theil's index.

    Parameters
    ----------
    spending : (n,) array
        Above 0 for an order of 0 or less, otherwise 0 or more [any unit].
    weight : (n,) array
        Persons each row represents.
    order : float
        Low orders heed the bottom, high ones the top.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        0 or more.

    Raises
    ------
    ValueError
        Spending the order cannot take, counted; gaps; an empty domain.

    Notes
    -----
    Shorrocks (1980), doi:10.2307/1913126. Leave zeros out with `members` and report
    the weight left out; replacing them by a small number makes the number up.

    Examples
    --------
    Half the squared coefficient of variation:

    >>> generalized_entropy([1.0, 3.0], weight=[1, 1], order=2).value
    0.125
    """
    group = survey.domain(spending, weight, members, what="spending values")
    name = f"the generalized entropy of order {order:g}"
    if order <= 0:
        group.refuse_not_above_zero(name)
    else:
        group.refuse_negative(name)
    centre = _positive_mean(group, "spending")
    relative = group.values / centre
    away = relative - 1  # influence of the mean, as a fraction of it
    if order == 0:
        terms = -np.log(relative)
        value = group.weight @ terms / group.population
        influence = terms - value + away
    elif order == 1:
        terms = relative * np.log(np.where(relative > 0, relative, 1))
        value = group.weight @ terms / group.population
        influence = terms - value - (value + 1) * away
    else:
        terms = relative**order
        moment = group.weight @ terms / group.population
        value = (moment - 1) / (order**2 - order)
        influence = (terms - moment - order * moment * away) / (order**2 - order)
    return group.statistic(value, influence / group.population)


def theil(spending, weight, *, members=None) -> Statistic:
    """Theil's T index, the generalized entropy of order 1; zeros count.

    Parameters
    ----------
    spending, weight, members
        As in `generalized_entropy`.

    Raises
    ------
    ValueError
        As `generalized_entropy`.

    Notes
    -----
    Theil (1967), Economics and Information Theory; Shorrocks (1980),
    doi:10.2307/1913126.

    Examples
    --------
    >>> round(theil([0.0, 1.0], weight=[1, 1]).value, 6)  # ln(2)
    0.693147
    """
    return generalized_entropy(spending, weight, 1, members=members)


def mld(spending, weight, *, members=None) -> Statistic:
    """Mean log deviation, Theil's L, the generalized entropy of order 0.

    Parameters
    ----------
    spending, weight, members
        As in `generalized_entropy`; spending above 0.

    Raises
    ------
    ValueError
        As `generalized_entropy`.

    Notes
    -----
    Theil (1967), Economics and Information Theory; Shorrocks (1980),
    doi:10.2307/1913126.

    Examples
    --------
    >>> round(mld([1.0, 3.0], weight=[1, 1]).value, 6)  # ln(2) - ln(3) / 2
    0.143841
    """
    return generalized_entropy(spending, weight, 0, members=members)


def atkinson(spending, weight, aversion, *, members=None) -> Statistic:
    """Atkinson's index: share of spending that equality could do without.

    Parameters
    ----------
    spending : (n,) array
        Above 0 for an aversion of 1 or more, otherwise 0 or more [any unit].
    weight : (n,) array
        Persons each row represents.
    aversion : float
        Aversion to inequality, above 0.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        Between 0 and 1.

    Raises
    ------
    ValueError
        Spending the aversion cannot take, counted; an aversion of 0 or less; gaps;
        an empty domain.

    Notes
    -----
    Atkinson (1970), doi:10.1016/0022-0531(70)90039-6.

    Examples
    --------
    The geometric mean of 1 and 4 is 2, four fifths of their mean:

    >>> round(atkinson([1.0, 4.0], weight=[1, 1], aversion=1).value, 10)
    0.2
    """
    if not aversion > 0:
        raise ValueError(f"aversion to inequality is above 0; got {aversion!r}")
    group = survey.domain(spending, weight, members, what="spending values")
    name = f"Atkinson's index of aversion {aversion:g}"
    if aversion >= 1:
        group.refuse_not_above_zero(name)
    else:
        group.refuse_negative(name)
    centre = _positive_mean(group, "spending")
    relative = group.values / centre
    if aversion == 1:
        terms = np.log(relative)
        moment = group.weight @ terms / group.population
        equal, slope = np.exp(moment), np.exp(moment)
    else:
        power = 1 - aversion
        terms = relative**power
        moment = group.weight @ terms / group.population
        equal = moment ** (1 / power)
        slope = equal / (power * moment)
    # The equal spending, as a fraction of the mean, falls as the mean rises.
    influence = equal * (relative - 1) - slope * (terms - moment)
    return group.statistic(1 - equal, influence / group.population)


def _concentration(group: Domain, rank_by, what: str) -> Statistic:
    size = group.population
    amount = group.weight @ group.values
    if amount <= 0:
        raise ValueError(f"all {what} is 0, so nothing can be unequal; say so")
    people, received = _below_at_midpoint(group, rank_by)
    twice = 2 * (group.weight * group.values) @ people
    value = twice / (size * amount) - 1
    pull = 2 * (group.values * people + amount - received)
    pull -= (value + 1) * (size * group.values + amount)
    return group.statistic(value, pull / (size * amount))


def _below_at_midpoint(group: Domain, rank_by):
    """Cumulative weight and amount at the middle of each row's block of equals."""
    order = np.argsort(rank_by, kind="stable")
    ranked = rank_by[order]
    first = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    block = np.empty(len(order), dtype=np.intp)
    block[order] = np.repeat(
        np.arange(len(first)), np.diff(np.append(first, len(order)))
    )
    midpoints = []
    for amounts in (group.weight, group.weight * group.values):
        inside = np.add.reduceat(amounts[order], first)
        midpoints.append((np.cumsum(inside) - inside / 2)[block])
    return midpoints


def _positive_mean(group: Domain, what: str) -> float:
    centre = group.weight @ group.values / group.population
    if centre <= 0:
        raise ValueError(f"all {what} is 0, so nothing can be unequal; say so")
    return float(centre)
