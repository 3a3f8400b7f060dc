"""Spending whose P0, P1 and P2 are the published ones.

Households keep the order of an invented latent welfare. Below the line the log
shortfall follows a generalised Pareto distribution whose scale and shape are solved for
P1 and P2; above it spending goes on with the slope it had at the line, so that the line
leaves no gap, and turns into a lognormal tail whose width is solved for a Gini.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri  # scipy.stats takes a second to import

DEEPEST = 0.92  # no gap is wider: nobody lives on less than a twelfth of the line
BEND = 0.7  # normal scores over which the slope at the line fades into the tail's
SHAPES = (-30.0, 5.0)  # of the shortfalls: nearly all alike … one far below the rest
TAIL = (0.15, 1.30)  # standard deviation of log spending in the tail
SLOPE = (0.10, 1.50)  # the same just above the line, where the poor leave it odd


class Target(NamedTuple):
    """What a kabupaten's sample must show.

    P0, P1, P2 as fractions, the line [IDR/person/month], persons, Gini of spending.
    """

    p0: float
    p1: float
    p2: float
    line: float
    population: float
    gini: float


def calibrated(latent, size, weight, target: Target):
    """Spending and weights of households that show `target`.

    Parameters
    ----------
    latent : array of float
        Invented welfare; only its order counts.
    size : array of int
        Members [persons].
    weight : array of float
        Households represented, up to a factor.
    target : Target

    Returns
    -------
    spending : array of int
        Whole rupiah per person a month; the poor are below the line, all others on it
        or above.
    weight : array of float
        Four decimals; weight × size sums to the population, and over the poor to P0
        times it.

    Raises
    ------
    ValueError
        If P0, P1, P2 contradict each other (P1² ≤ P0 P2), or leave some people less
        than a twelfth of the line.
    """
    _refuse_contradiction(target)
    order = np.argsort(latent, kind="stable")
    weight, poor = _meet_headcount(size[order], weight[order], target)
    persons = weight * size[order]
    share = persons / persons.sum()
    middle = np.cumsum(share) - share / 2  # of all persons, how far up this one stands
    depth = 1 - middle[poor] / share[poor].sum()  # 0 at the line, 1 the poorest
    mean_gap, mean_square = target.p1 / target.p0, target.p2 / target.p0
    gap, slope = _gaps(depth, share[poor], mean_gap, mean_square)
    excess = _excess(middle, share, poor, gap, slope / target.p0, target.gini)
    ratio = np.concatenate([1 - gap, np.exp(excess)])
    spending = np.where(
        poor, np.floor(ratio * target.line), np.ceil(ratio * target.line)
    )
    spending[poor] = np.minimum(spending[poor], np.ceil(target.line) - 1)
    back = np.argsort(order, kind="stable")
    return np.maximum(spending, 1).astype(np.int64)[back], weight[back]


def _refuse_contradiction(target):
    p0, p1, p2 = target[:3]
    if not (0 < p2 < DEEPEST * p1 < DEEPEST**2 * p0 < 1 and p1**2 <= p0 * p2):
        raise ValueError(
            f"P0 {p0:.4f}, P1 {p1:.4f} and P2 {p2:.4f} contradict each other: "
            f"P2/P1 and P1/P0 below {DEEPEST} and P1² ≤ P0 · P2 were expected"
        )


def _meet_headcount(size, weight, target):
    """Poor up to the cut nearest to P0, the rest by weight; sums exact to 0.0001."""
    reach = np.cumsum(weight * size)
    cut = np.abs(reach[:-1] / reach[-1] - target.p0).argmin() + 1
    poor = np.arange(len(size)) < cut
    weight = weight.astype(float)
    for group, persons in (
        (poor, target.p0 * target.population),
        (~poor, (1 - target.p0) * target.population),
    ):
        weight[group] *= persons / (weight[group] @ size[group])
    weight = np.round(weight, 4)
    last = int(size.argmin())  # a household of one takes what rounding left over
    weight[last] += (target.population - weight @ size) / size[last]
    weight[last] = np.round(weight[last], 4)
    return weight, poor


def _gaps(depth, share, mean_gap, mean_square):
    """Gaps by depth that have these means, and their slope at the line."""
    share = share / share.sum()

    def height(curve):
        def miss(log_scale):
            return share @ _gap(np.exp(log_scale) * curve) - mean_gap

        return np.exp(brentq(miss, -80, 40, xtol=1e-12))

    def miss(shape):
        curve = _pareto(depth, shape)
        return share @ _gap(height(curve) * curve) ** 2 - mean_square

    low, high = (miss(shape) for shape in SHAPES)
    if low * high < 0:
        shape = brentq(miss, *SHAPES, xtol=1e-9)
    else:  # too few poor households for so uneven a shortfall: the nearest there is
        shape = SHAPES[int(abs(high) < abs(low))]
    curve = _pareto(depth, shape)
    scale = height(curve)
    return _gap(scale * curve), DEEPEST * scale


def _gap(shortfall):
    """Gap as a fraction of the line: a widening shortfall nears DEEPEST only."""
    return -DEEPEST * np.expm1(-shortfall)


def _pareto(depth, shape):
    """Quantiles of the generalised Pareto distribution; their slope at 0 is 1."""
    log = np.log1p(-depth)
    return -log if abs(shape) < 1e-9 else np.expm1(-shape * log) / shape


def _excess(middle, share, poor, gap, slope, gini):
    """Log of spending over line of the others; `slope` is per unit of rank."""
    edge = ndtri(share[poor].sum())
    score = ndtri(middle[~poor]) - edge
    start = np.clip(slope * np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi), *SLOPE)
    fade = BEND * -np.expm1(-score / BEND)

    def tail(width):
        return width * score + (start - width) * fade

    def miss(width):
        return _gini(np.concatenate([1 - gap, np.exp(tail(width))]), share) - gini

    low, high = (miss(width) for width in TAIL)
    if low > 0 or high < 0:
        return tail(TAIL[int(high < 0)])
    return tail(brentq(miss, *TAIL, xtol=1e-6))


def _gini(value, share):
    """Gini coefficient of values in rising order, `share` summing to 1."""
    rank = np.cumsum(share) - share / 2
    return float(2 * (share * value) @ rank / (share @ value) - 1)
