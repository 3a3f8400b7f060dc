"""Quantiles of a weighted distribution and the density their error needs."""

import numpy as np

from sepakat_lib.stats.survey.estimators import Domain, Statistic, domain

# Weights such as 0.1 do not add up exactly: a share this close to p has reached it.
ROUNDING = 1e-12


def quantile_values(group: Domain, shares) -> np.ndarray:
    """Smallest values whose cumulative share of the weight reaches each of `shares`.

    Parameters
    ----------
    group : Domain
        From `domain`.
    shares : (k,) array
        Between 0 and 1; 0 gives the smallest value of positive weight.

    Returns
    -------
    (k,) array
        [unit of the values]

    Raises
    ------
    ValueError
        A share outside 0 to 1.
    """
    shares = np.asarray(shares, dtype=float)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"a quantile's p is a share between 0 and 1; got {shares}")
    order = np.argsort(group.values, kind="stable")
    running = np.cumsum(group.weight[order])
    # Above 0 in any case, so that a row of weight 0 is never the answer.
    reached = np.maximum(shares * running[-1] * (1 - ROUNDING), np.finfo(float).tiny)
    places = np.minimum(np.searchsorted(running, reached), len(order) - 1)
    return group.values[order[places]]


def bandwidth(values, weight) -> float:
    """Width of the Gaussian kernel: standard deviation x population ** -0.2.

    Parameters
    ----------
    values, weight : (m,) arrays
        Of the domain, without gaps.

    Returns
    -------
    float
        [unit of the values]

    Notes
    -----
    The population is the sum of the weights, so weights rescaled to the sample size
    give a wider kernel. The rule is that of R's convey and of Osier (2009),
    doi:10.18148/srm/2009.v3i3.369.
    """
    population = weight.sum()
    centre = weight @ values / population
    return float(np.sqrt(weight @ (values - centre) ** 2 / population)) * float(
        population**-0.2
    )


def kernel_density(at: float, values, weight, width: float) -> float:
    """Weighted density of `values` at one point by a Gaussian kernel.

    Parameters
    ----------
    at : float
        [unit of the values]
    values, weight : (m,) arrays
        Of the domain, without gaps.
    width : float
        From `bandwidth`, above 0.

    Returns
    -------
    float
        [1 / unit of the values]
    """
    return float(weight @ gaussian(at, values, width) / weight.sum())


def gaussian(at: float, values, width: float) -> np.ndarray:
    """Height of the kernel of each value at one point [1 / unit of the values]."""
    distance = (at - values) / width
    return np.exp(-0.5 * distance**2) / (width * np.sqrt(2 * np.pi))


def quantile(values, weight, p, *, members=None) -> Statistic:
    """Value below or at which a share `p` of the population stands.

    Parameters
    ----------
    values : (n,) array
        [any unit]
    weight : (n,) array
        Units each row represents; the person weight for a quantile of people.
    p : float
        Between 0 and 1; 0.5 is the median. The answer is the smallest value whose
        cumulative share is `p` or more; nothing is interpolated.
    members : (n,) bool array, optional
        The domain; default all rows.

    Raises
    ------
    ValueError
        Gaps, an empty domain, or `p` outside 0 to 1.

    Notes
    -----
    The influence needs the density at the quantile, here by a kernel
    (`kernel_density`); heaped data make it unsteady. For an interval prefer
    `woodruff_interval`. Osier (2009), doi:10.18148/srm/2009.v3i3.369.

    Examples
    --------
    >>> quantile([10.0, 20.0, 30.0, 40.0], weight=[1, 1, 1, 1], p=0.5).value
    20.0
    """
    group = domain(values, weight, members)
    point = float(quantile_values(group, [p])[0])
    width = bandwidth(group.values, group.weight)
    if width == 0:  # all alike: no sample of them could give another quantile
        return group.statistic(point, np.zeros(len(group.values)))
    height = kernel_density(point, group.values, group.weight, width)
    return group.statistic(
        point, (p - (group.values <= point)) / (group.population * height)
    )
