"""Standard errors by linearisation: the variance between first-stage units."""

from typing import NamedTuple

import numpy as np

from sepakat_lib.stats.survey.estimators import Statistic, domain
from sepakat_lib.stats.survey.sampling import (
    Design,
    degrees_of_freedom,
    single_unit,
    sum_by,
)

# Beside the largest one, an influence this small is the rounding of a 0.
ROUNDING = 1e-9


def stratum_contributions(
    totals,
    stratum_of_psu,
    *,
    units=None,
    fraction=None,
    lonely="fail",
    group_of_stratum=None,
) -> np.ndarray:
    """Variance that each stratum contributes, for many columns at once.

    Parameters
    ----------
    totals : (m, k) array
        Sum of weight x influence of each PSU, one column a statistic. PSUs without a
        member may be left out if `units` counts them.
    stratum_of_psu : (m,) array of int
        Codes from 0.
    units : (n_strata,) array of int, optional
        All sampled PSUs of each stratum; default those in `totals`.
    fraction : (n_strata,) array, optional
        Share of the PSUs drawn; default 0.
    lonely : {"fail", "adjust", "average", "skip"}
        For strata of one unit, as in `design`.
    group_of_stratum : (n_strata,) array of int, optional
        Codes from 0 (regions) within which "adjust" and "average" take their mean;
        default over all strata.

    Returns
    -------
    (n_strata, k) array
        (1 - f) n/(n - 1) x sum of squared deviations from the stratum's mean total,
        over its n units. Add up the strata of a region for the region's variance.

    Raises
    ------
    ValueError
        A stratum of one unit under "fail", or "average" with nothing to average.

    Notes
    -----
    Totals do not tell whose they are: of a domain without a degree of freedom
    (`degrees_of_freedom`) the sum is about 0 and no variance. Who calls decides.

    Ultimate clusters: Hansen, Hurwitz and Madow (1953), Sample Survey Methods and
    Theory, volume I.

    Examples
    --------
    Two units of total 1 and 3: 2/1 x ((1-2)^2 + (3-2)^2).

    >>> stratum_contributions([[1.0], [3.0]], [0, 0])
    array([[4.]])
    """
    totals = np.asarray(totals, dtype=float)
    totals = totals.reshape(len(totals), -1)
    stratum_of_psu = np.asarray(stratum_of_psu)
    if units is None:
        units = np.bincount(stratum_of_psu)
    units = np.asarray(units)
    fraction = np.zeros(len(units)) if fraction is None else np.asarray(fraction)
    if group_of_stratum is None:
        group_of_stratum = np.zeros(len(units), dtype=int)
    centre, scale = _centre_and_scale(
        totals, stratum_of_psu, units, fraction, lonely, np.asarray(group_of_stratum)
    )
    squares = (totals - centre[stratum_of_psu]) ** 2
    unseen = units - np.bincount(stratum_of_psu, minlength=len(units))
    spread = sum_by(stratum_of_psu, squares, len(units)) + unseen[:, None] * centre**2
    contributions = scale[:, None] * spread
    if lonely == "average":
        _fill_with_average(
            contributions, single_unit(units, fraction), group_of_stratum
        )
    return contributions


def deviations(totals, design: Design, group_of_stratum=None) -> np.ndarray:
    """How far each unit's total lies from its stratum's mean, scaled for adding up.

    Parameters
    ----------
    totals : (n_psu, k) array
        Sum of weight x influence of each PSU of the design, one column a statistic.
    design : Design
        Its policy for lonely strata is not "average", which no deviation can tell.
    group_of_stratum : (n_strata,) array of int, optional
        As in `stratum_contributions`.

    Returns
    -------
    (n_psu, k) array
        Squared and added up over the units of a region they are the variance of its
        column; multiplied by another column's and added up, the covariance of the two.

    Examples
    --------
    >>> from sepakat_lib.stats.survey.sampling import design
    >>> drawn = design(["s", "s"], [1, 2], [1, 1])
    >>> deviations([[1.0], [3.0]], drawn).ravel() ** 2
    array([2., 2.])
    """
    if design.lonely == "average":
        raise ValueError("an average of other strata is no deviation of a unit")
    totals = np.asarray(totals, dtype=float)
    if group_of_stratum is None:
        group_of_stratum = np.zeros(len(design.units), dtype=int)
    centre, scale = _centre_and_scale(
        totals,
        design.stratum_of_psu,
        design.units,
        design.fraction,
        design.lonely,
        np.asarray(group_of_stratum),
    )
    away = totals - centre[design.stratum_of_psu]
    away *= np.sqrt(scale)[design.stratum_of_psu, None]
    return away


def covariance(statistics, design: Design) -> np.ndarray:
    """Linearised covariance matrix of statistics under a design.

    Parameters
    ----------
    statistics : sequence of k Statistic
        From the design's rows, in their order, with the design's weight.
    design : Design
        From `design`.

    Returns
    -------
    (k, k) array
        Variances on the diagonal [squared units of the statistics]; missing in the row
        and the column of a statistic whose error is not known, see `standard_error`.

    Raises
    ------
    ValueError
        Statistics of other rows than the design's.

    Notes
    -----
    Binder (1983), doi:10.2307/1402588; Deville (1999), Survey Methodology 25(2).
    """
    influences = np.column_stack([statistic.influence for statistic in statistics])
    totals = design.totals(influences)
    one_group = np.zeros(len(design.units), dtype=int)
    centre, scale = _centre_and_scale(
        totals,
        design.stratum_of_psu,
        design.units,
        design.fraction,
        design.lonely,
        one_group,
    )
    away = totals - centre[design.stratum_of_psu]
    matrix = away.T @ (away * scale[design.stratum_of_psu, None])
    if design.lonely == "average":
        alone = single_unit(design.units, design.fraction)
        matrix *= len(alone) / _others(alone)
    unknown = [not _has_error(statistic, design) for statistic in statistics]
    matrix[unknown, :] = matrix[:, unknown] = np.nan
    return matrix


def standard_error(statistic: Statistic, design: Design) -> float:
    """Linearised standard error of one statistic under a design.

    Parameters
    ----------
    statistic : Statistic
        From the design's rows, in their order, with the design's weight.
    design : Design
        From `design`.

    Returns
    -------
    float
        [unit of the statistic]; missing where no error is known: the sample, or a
        domain that the statistic rests on (of a difference: either), has no degree of
        freedom. R gives 0 or nearly 0 there, since the influences of a mean cancel
        inside the only PSU of a stratum. A total of such a domain keeps its error,
        about as large as itself, and has no interval.

    Examples
    --------
    >>> found = Statistic(4.0, np.array([1.0, 3.0]))
    >>> from sepakat_lib.stats.survey.sampling import design
    >>> standard_error(found, design(None, None, [1, 1]))
    2.0
    """
    return float(np.sqrt(covariance([statistic], design)[0, 0]))


class Moments(NamedTuple):
    """Shape of an estimate over samples, from the deviations of its units.

    Attributes
    ----------
    skewness : float
        Sum of cubes over the sum of squares to the power 3/2.
    kurtosis : float
        Sum of fourth powers over the square of the sum of squares: 1 where one unit
        makes the whole variance, about 3 / units where they are normal.
    """

    skewness: float
    kurtosis: float


def moments(statistic: Statistic, design: Design) -> Moments:
    """Skewness and kurtosis of a statistic under a design, by linearisation.

    Parameters
    ----------
    statistic : Statistic
        From the design's rows, in their order, with the design's weight.
    design : Design
        Not with the policy "average" for lonely strata.

    Returns
    -------
    Moments
        Missing where no error is known (`standard_error`) or it is 0.

    Notes
    -----
    Cumulants of independent units add up. A sample cannot show all the skewness of a
    heavy tail: of n units it is below the root of n, whatever they were drawn from.

    Examples
    --------
    One of three units differs:

    >>> from sepakat_lib.stats.survey.sampling import design
    >>> drawn = design(None, None, [1, 1, 1])
    >>> skewness, _ = moments(Statistic(3.0, np.array([0.0, 0.0, 3.0])), drawn)
    >>> round(skewness, 4)  # (8 - 1 - 1) / (4 + 1 + 1) ** 1.5
    0.4082
    """
    if not _has_error(statistic, design):
        return Moments(np.nan, np.nan)
    away = deviations(design.totals(statistic.influence), design)
    squares = float((away**2).sum())
    if squares == 0:
        return Moments(np.nan, np.nan)
    return Moments(
        float((away**3).sum()) / squares**1.5, float((away**4).sum()) / squares**2
    )


def deff(statistic: Statistic, design: Design, *, reference, members=None) -> float:
    """Design effect: the variance over that of a simple random sample of equal size.

    Parameters
    ----------
    statistic : Statistic
        With influences that cancel out: a mean, share, ratio or index, not a total.
    design : Design
    reference : {"with_replacement", "without_replacement"}
        How the simple random sample is drawn; without, its variance is smaller by
        1 - rows / population. Both are in use, so the choice is yours to state.
    members : (n,) bool array, optional
        The domain, whose rows are the size of the simple random sample.

    Returns
    -------
    float
        Above 1: the design loses precision. Rows / deff is the effective sample.
        Missing where no error is known (`standard_error`).

    Raises
    ------
    ValueError
        An unknown reference, fewer than two rows, or no variation to compare with.

    Notes
    -----
    Kish (1965), Survey Sampling, section 8.2.
    """
    if reference not in ("with_replacement", "without_replacement"):
        raise ValueError(
            f"reference is with_replacement or without_replacement; got {reference!r}"
        )
    group = domain(statistic.influence, design.weight, members, what="influences")
    rows, size = len(group.values), group.population
    spread = group.weight @ group.values**2 * size
    if rows < 2 or spread == 0:
        raise ValueError("no design effect: the domain shows no variation")
    simple = spread / (rows - 1)
    if reference == "without_replacement":
        simple *= 1 - rows / size
    return float(covariance([statistic], design)[0, 0] / simple)


def _has_error(statistic: Statistic, design: Design) -> bool:
    """Whether the sample tells how far off a statistic may be.

    In a domain without a degree of freedom the influences of a mean cancel inside each
    first-stage unit. They tell themselves of a domain that nobody declared, as of a
    share of gaps among the poor. Those of a total add up to it instead: units of its
    strata without a member are zeros that were seen.
    """
    pull = design.weight * statistic.influence
    size = np.abs(pull)
    if degrees_of_freedom(design) < 1:
        return False
    stands = size > ROUNDING * size.max()
    whole = pull.sum()
    if np.isclose(whole, statistic.value, rtol=ROUNDING, atol=0) and whole != 0:
        strata = np.unique(design.stratum_of_psu[design.psu[stands]])
        return bool((design.units[strata] > 1).any())
    # no influence at all: none or all have it, which is another matter (`zero_interval`)
    domains = (stands, *statistic.domains) if stands.any() else statistic.domains
    return all(degrees_of_freedom(design, members) > 0 for members in domains)


def _centre_and_scale(totals, stratum_of_psu, units, fraction, lonely, group):
    """Mean total of each stratum, and the factor of its squared deviations."""
    alone = single_unit(units, fraction)
    if alone.any() and lonely == "fail":
        raise ValueError(
            f"{alone.sum()} strata have one first-stage unit (codes "
            f"{np.flatnonzero(alone)[:5].tolist()} …); choose a policy for them"
        )
    sums = sum_by(stratum_of_psu, totals, len(units))
    centre = sums / units[:, None]
    scale = (1 - fraction) * units / np.maximum(units - 1, 1)
    if alone.any() and lonely == "adjust":
        size = np.bincount(group, weights=units)
        grand = sum_by(group, sums, len(size)) / np.maximum(size, 1)[:, None]
        centre[alone] = grand[group[alone]]
    return centre, scale


def _others(alone) -> int:
    others = int((~alone).sum())
    if others == 0:
        raise ValueError(
            "every stratum has a single first-stage unit, so there is nothing to "
            "average; no design-based error can be had"
        )
    return others


def _fill_with_average(contributions, alone, group) -> None:
    for code in np.unique(np.asarray(group)[alone]):
        here = group == code
        contributions[here & alone] = contributions[here & ~alone].sum(
            axis=0
        ) / _others(alone[here])
