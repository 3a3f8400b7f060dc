"""Who has how much: Lorenz curve, shares of bottom and top, groups of people."""

import numpy as np

from sepakat_lib.stats import survey
from sepakat_lib.stats.survey import Domain, Statistic
from sepakat_lib.stats.survey.quantiles import quantile_values


def amounts_below(spending, weight, shares, *, members=None) -> list[Statistic]:
    """Total spending of the poorest people, up to each of several shares of them.

    Parameters
    ----------
    spending : (n,) array
        0 or more [any unit].
    weight : (n,) array
        Persons each row represents.
    shares : (k,) array
        0 to 1. The row on which the boundary falls counts with just the part of its
        people that is needed, so that exactly that share is spoken of.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    list of k Statistic
        [unit of spending x persons]

    Raises
    ------
    ValueError
        Negative spending, a share outside 0 to 1, gaps, an empty domain.

    Notes
    -----
    No density is needed: what the boundary's own error adds at the quantile it takes
    away from the count below it. Langel and Tille (2011),
    doi:10.1111/j.1751-5823.2011.00150.x.

    Examples
    --------
    The poorest half of three are one person and a half:

    >>> [half] = amounts_below([1.0, 2.0, 3.0], weight=[1, 1, 1], shares=[0.5])
    >>> half.value
    2.0
    """
    return _amounts(_spenders(spending, weight, members), shares)


def amount_below(spending, weight, p, *, members=None) -> Statistic:
    """Total spending of the poorest share `p` of people.

    Parameters
    ----------
    spending, weight, members
        As in `amounts_below`, which sorts once for several shares.
    p : float
        0 to 1; the row on the boundary is divided.

    Raises
    ------
    ValueError
        As `amounts_below`.

    Notes
    -----
    Langel and Tille (2011), doi:10.1111/j.1751-5823.2011.00150.x.

    Examples
    --------
    >>> amount_below([1.0, 2.0, 3.0], weight=[1, 1, 1], p=0.5).value
    2.0
    """
    return amounts_below(spending, weight, [p], members=members)[0]


def lorenz(spending, weight, p, *, members=None) -> Statistic:
    """Lorenz curve: share of all spending that the poorest share `p` of people has.

    Parameters
    ----------
    spending, weight, members
        As in `amounts_below`.
    p : float
        0 to 1.

    Returns
    -------
    Statistic
        A fraction, at most `p`; 0 at 0 and 1 at 1, there without error.

    Raises
    ------
    ValueError
        As `amounts_below`; also when all spending is 0.

    Notes
    -----
    Lorenz (1905), doi:10.2307/2276207; error as in `amounts_below`.

    Examples
    --------
    >>> lorenz([1.0, 3.0], weight=[1, 1], p=0.5).value
    0.25
    """
    return quantile_share(spending, weight, 0, p, members=members)


def quantile_share(spending, weight, low, high, *, members=None) -> Statistic:
    """Share of all spending that people between two ranks have.

    Parameters
    ----------
    spending, weight, members
        As in `amounts_below`.
    low, high : float
        Ranks, 0 <= low <= high <= 1: 0 and 0.4 for the bottom 40 percent, 0.9 and 1
        for the top tenth. Shares of adjoining ranks add up to 1 exactly.

    Returns
    -------
    Statistic
        A fraction.

    Raises
    ------
    ValueError
        As `amounts_below`; also ranks in the wrong order, or all spending 0.

    Notes
    -----
    Langel and Tille (2011), doi:10.1111/j.1751-5823.2011.00150.x.

    Examples
    --------
    >>> quantile_share([1.0, 3.0], weight=[1, 1], low=0.5, high=1).value
    0.75
    """
    if not low <= high:
        raise ValueError(f"low is at most high; got {low:g} and {high:g}")
    group = _spenders(spending, weight, members)
    lower, upper, whole = _amounts(group, [low, high, 1])
    return survey.ratio_of(survey.difference(upper, lower), whole)


def palma(spending, weight, *, members=None) -> Statistic:
    """Palma ratio: spending of the top tenth over that of the bottom 40 percent.

    Parameters
    ----------
    spending, weight, members
        As in `amounts_below`.

    Raises
    ------
    ValueError
        As `amounts_below`; also when the bottom 40 percent spend nothing.

    Notes
    -----
    Palma (2011), doi:10.1111/j.1467-7660.2011.01646.x. The boundary rows are split.

    Examples
    --------
    Ten alike: a tenth over four tenths.

    >>> round(palma([5.0] * 10, weight=[1] * 10).value, 10)
    0.25
    """
    group = _spenders(spending, weight, members)
    bottom, nine_tenths, whole = _amounts(group, [0.4, 0.9, 1])
    return survey.ratio_of(survey.difference(whole, nine_tenths), bottom)


def s80_s20(spending, weight, *, members=None) -> Statistic:
    """Quintile ratio: spending above the 80th over that up to the 20th percentile.

    Parameters
    ----------
    spending, weight, members
        As in `amounts_below`.

    Returns
    -------
    Statistic
        1 or about it where all are alike; rows on the boundary are *not* split: a
        row on the 20th percentile is in the bottom, one on the 80th is not in the top.

    Raises
    ------
    ValueError
        As `amounts_below`; also when the bottom fifth spends nothing.

    Notes
    -----
    Eurostat's definition, as in Osier (2009), doi:10.18148/srm/2009.v3i3.369.

    Examples
    --------
    >>> s80_s20([1.0, 2.0, 3.0, 4.0, 5.0], weight=[1] * 5).value
    5.0
    """
    group = _spenders(spending, weight, members)
    whole = group.statistic(group.weight @ group.values, group.values.copy())
    bottom, four_fifths = (
        _amount_of_whole_rows(group, float(edge))
        for edge in quantile_values(group, [0.2, 0.8])
    )
    return survey.ratio_of(survey.difference(whole, four_fifths), bottom)


def quantile_groups(spending, weight, groups, *, members=None) -> np.ndarray:
    """Number of the quantile group, 1 for the poorest, in which each row stands.

    Parameters
    ----------
    spending : (n,) array
        [any unit]
    weight : (n,) array
        Persons each row represents.
    groups : int
        10 for deciles; 1 or more.
    members : (n,) bool array, optional
        The domain that is divided; default all rows.

    Returns
    -------
    (n,) array of int
        1 to `groups`, and 0 outside the domain. A row is in group g when the share of
        people *strictly below its spending* is at least (g-1)/groups and less than
        g/groups; so it is at or below the g-th quantile of `survey.quantile`. Rows are
        never split and equal spending never parted: the row that straddles a boundary
        belongs to the lower group, groups differ by up to a row or a tie, and a large
        tie can leave one empty.

    Raises
    ------
    ValueError
        Gaps, an empty domain, fewer than one group.

    Notes
    -----
    Hyndman and Fan (1996), doi:10.2307/2684934, their first definition of a quantile.

    Examples
    --------
    Five in halves: the third straddles the boundary and is in the lower one.

    >>> quantile_groups([1.0, 2.0, 3.0, 4.0, 5.0], weight=[1] * 5, groups=2)
    array([1, 1, 1, 2, 2])
    """
    if groups < 1:
        raise ValueError(f"groups is 1 or more, 10 for deciles; got {groups!r}")
    group = survey.domain(spending, weight, members, what="spending values")
    order = np.argsort(group.values, kind="stable")
    ranked = group.values[order]
    below = np.concatenate(([0.0], np.cumsum(group.weight[order])[:-1]))
    share = below[np.searchsorted(ranked, ranked)] / group.population
    number = np.empty(len(order), dtype=int)
    # The small number undoes the rounding of sums of weights such as 0.1.
    number[order] = np.minimum(np.floor(share * groups + 1e-9) + 1, groups)
    if members is None:
        return number
    everywhere = np.zeros(len(weight), dtype=int)
    everywhere[group.members] = number
    return everywhere


def _spenders(spending, weight, members) -> Domain:
    group = survey.domain(spending, weight, members, what="spending values")
    group.refuse_negative("a share of spending")
    return group


def _amounts(group: Domain, shares) -> list[Statistic]:
    edges = quantile_values(group, shares)
    return [_amount(group, p, edge) for p, edge in zip(shares, edges, strict=True)]


def _amount(group: Domain, p: float, edge: float) -> Statistic:
    if p in (0, 1):  # nobody, everybody: no boundary that could be off
        return group.statistic(p * (group.weight @ group.values), p * group.values)
    pull = np.minimum(group.values - edge, 0) + p * edge
    return group.statistic(group.weight @ pull, pull)


def _amount_of_whole_rows(group: Domain, edge: float) -> Statistic:
    below = group.values <= edge
    reached = group.weight @ below / group.population
    pull = np.minimum(group.values - edge, 0) + reached * edge
    return group.statistic(group.weight @ (group.values * below), pull)
