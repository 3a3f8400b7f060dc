"""Confidence intervals, and how far a figure may be trusted."""

import numpy as np
from scipy import special

from sepakat_lib.stats.survey.errors import standard_error
from sepakat_lib.stats.survey.estimators import Statistic, domain, proportion
from sepakat_lib.stats.survey.quantiles import quantile_values
from sepakat_lib.stats.survey.sampling import Design, degrees_of_freedom


def _t(df, confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is a fraction such as 0.95; got {confidence!r}")
    df = np.asarray(df, dtype=float)
    distinct, place = np.unique(df, return_inverse=True)  # a few hundred of thousands
    return special.stdtrit(distinct, 0.5 + confidence / 2)[place].reshape(df.shape)


def interval(estimate, se, df, confidence):
    """Symmetric interval by Student's t.

    Parameters
    ----------
    estimate : Statistic, float or array
        [any unit]
    se, df : float or array
        Standard error and degrees of freedom.
    confidence : float
        Between 0 and 1, such as 0.95.

    Returns
    -------
    low, high : float or array
        Missing where the error is, or there are 0 degrees of freedom.

    Raises
    ------
    ValueError
        A confidence that is not a fraction.

    Examples
    --------
    >>> low, high = interval(10.0, 1.0, df=30, confidence=0.95)
    >>> round(float(low), 2), round(float(high), 2)
    (7.96, 12.04)
    """
    value = estimate.value if isinstance(estimate, Statistic) else estimate
    reach = _t(df, confidence) * np.asarray(se, dtype=float)
    return value - reach, value + reach


def simultaneous(value, low, high, df, confidence, among):
    """Widen intervals of differences so that all of them hold at once.

    Parameters
    ----------
    value, low, high : array
        Differences and their intervals by `interval`, each alone at `confidence`.
        [any unit]
    df : array
        Degrees of freedom of each.
    confidence : float
        Between 0 and 1: of all intervals together.
    among : int
        How many were compared, shown or not; 1 leaves them as they are.

    Returns
    -------
    low, high : array
        Ends on either side of `value` in the proportion of the t-quantiles; missing
        where the interval is, or there are 0 degrees of freedom.

    Notes
    -----
    Bonferroni's inequality: each is made at 1 - (1 - confidence) / among, whatever
    depends on what. Dunn (1961), doi:10.1080/01621459.1961.10482090.

    Examples
    --------
    >>> low, high = simultaneous(10.0, 7.96, 12.04, df=30, confidence=0.95, among=50)
    >>> round(float(low), 2), round(float(high), 2)
    (6.36, 13.64)
    """
    wider = _t(df, 1 - (1 - confidence) / max(among, 1)) / _t(df, confidence)
    value = np.asarray(value, dtype=float)
    return value + wider * (low - value), value + wider * (high - value)


def mover_interval(first, second):
    """Interval of a difference from the intervals of its two ends.

    Each limit of the difference lies as far off as the two ends' distances to the
    limits that make it so, squared and added (method of variance estimates recovery).
    The ends are taken as independent: of two that rise and fall together, as a domain
    and the whole that holds it do, the true interval is narrower.

    Parameters
    ----------
    first, second : (value, low, high)
        Numbers or arrays [one unit].

    Returns
    -------
    low, high : float or array
        Of `first` less `second`; missing where an end lacks a limit.

    Notes
    -----
    MOVER: Zou and Donner (2008), doi:10.1002/sim.3095; for Wilson's intervals it is method 10
    of Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    Of those who are met none in one group, 3 to 9 percent in the other:

    >>> low, high = mover_interval((0.0, 0.0, 4.0), (6.0, 3.0, 9.0))
    >>> float(low), float(high)
    (-9.0, -1.0)
    """
    (p1, l1, u1), (p2, l2, u2) = first, second
    low = p1 - p2 - np.hypot(p1 - l1, u2 - p2)
    return low, p1 - p2 + np.hypot(u1 - p1, p2 - l2)


def logit_interval(p, se, df, confidence):
    """Interval of a proportion that stays between 0 and 1.

    Parameters
    ----------
    p : Statistic, float or array
        Above 0 and below 1 [fraction].
    se, df : float or array
        Standard error of `p` and degrees of freedom.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : float or array
        Missing where the error is, or there are 0 degrees of freedom.

    Raises
    ------
    ValueError
        `p` is 0 or 1 or beyond, where the logit ends: see `zero_interval`.

    Notes
    -----
    Student's t on ln(p / (1 - p)) and back, as R's `svyciprop`; Korn and Graubard
    (1999), Analysis of Health Surveys, section 3.2.

    Examples
    --------
    >>> low, high = logit_interval(0.02, 0.01, df=50, confidence=0.95)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0073, 0.0538)
    """
    p = np.asarray(p.value if isinstance(p, Statistic) else p, dtype=float)
    if ((p <= 0) | (p >= 1)).any():
        raise ValueError(
            "a proportion of 0 or 1 has no logit, and its error of 0 only says that "
            "the sample met no case; use zero_interval for it"
        )
    reach = _t(df, confidence) * np.asarray(se, dtype=float) / (p * (1 - p))
    middle = np.log(p / (1 - p))
    return 1 / (1 + np.exp(reach - middle)), 1 / (1 + np.exp(-reach - middle))


def log_interval(estimate, se, df, confidence):
    """Interval of a total or a mean that stays above 0.

    Parameters
    ----------
    estimate : float or array
        0 or more [any unit].
    se, df : float or array
        Standard error and degrees of freedom.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : float or array
        Missing where the error is, at an estimate of 0, or where there are 0 degrees of
        freedom.

    Notes
    -----
    Student's t on the logarithm, whose error is se / estimate by linearisation.

    Examples
    --------
    >>> low, high = log_interval(100.0, 20.0, df=30, confidence=0.95)
    >>> round(float(low), 1), round(float(high), 1)
    (66.5, 150.4)
    """
    reach = _t(df, confidence) * rse(estimate, se)
    with np.errstate(over="ignore"):
        return estimate * np.exp(-reach), estimate * np.exp(reach)


def effective_df(df, kurtosis):
    """Degrees of freedom of a standard error that few units may make up.

    Parameters
    ----------
    df : float or array
        First-stage units less strata.
    kurtosis : float or array
        Sum of fourth powers of the units' deviations over the square of the sum of their
        squares, as `moments` gives it.

    Returns
    -------
    float or array
        At most `df`, and 2 at the least where `df` is 2 or more. Where the kurtosis is
        missing, so is it.

    Notes
    -----
    Twice the squared variance over the variance of the variance, as Satterthwaite
    (1946), doi:10.2307/3002019. That variance is 2 / df for normal deviations, and more
    by what the kurtosis exceeds theirs: 3 df / ((df + 1)(df + 2)) on average.

    Examples
    --------
    Of forty units, one that makes a third of the variance leaves fewer than ten:

    >>> float(effective_df(38, 3 * 38 / (39 * 40)))
    38.0
    >>> round(float(effective_df(38, 1 / 9 + 3 * 38 / (39 * 40))), 1)
    12.2
    """
    df, kurtosis = np.asarray(df, dtype=float), np.asarray(kurtosis, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum(kurtosis - 3 * df / ((df + 1) * (df + 2)), 0)
        least = np.minimum(df, LEAST_EFFECTIVE)
        return np.clip(2 / (2 / df + excess), least, df)


def adjusted_interval(
    estimate, se, df, confidence, *, skewness, effective=None, scale="linear"
):
    """Interval by Student's t with the skewness of the estimate taken off.

    A sample that misses the large amounts has too low an estimate and too small an error
    at once, so that Student's interval lies below the truth more often than above it.

    Parameters
    ----------
    estimate, se : float or array
        [any unit]; on the logit between 0 and 1, on the logarithm above 0.
    df : float or array
        First-stage units less strata: how much the sample knows of its skewness.
    confidence : float
        Between 0 and 1.
    skewness : float or array
        Of the estimate over samples, as `moments` gives it; missing counts as 0.
    effective : float or array, optional
        Degrees of freedom of Student's t, by `effective_df`; default `df`.
    scale : {"linear", "log", "logit"}
        On which the interval is made: its ends stay above 0 on the logarithm, between
        0 and 1 on the logit.

    Returns
    -------
    low, high : float or array
        Missing where the error is, or there are 0 degrees of freedom. Of a share and its
        complement they mirror each other. With many units the scale hardly matters, as
        its own bend is not taken off twice; with few it is Student's interval on that
        scale (`logit_interval`, `log_interval`), since what few units cannot tell of the
        skewness the scale tells.

    Raises
    ------
    ValueError
        An unknown scale, a confidence that is no fraction.

    Notes
    -----
    By Edgeworth's expansion T + g/6 + (g/3) T^2 is normal to second order, T being
    (estimate - truth) / se and g the skewness: Johnson (1978), Journal of the American
    Statistical Association 73, 536-544. Hall (1992), Journal of the Royal Statistical
    Society B 54, 221-228, puts a monotone function with the same two terms in its place;
    here it is g/6 - ln(1 - 2aT) / 2a with a = g/3 less the scale's bend, whose inverse
    has a value everywhere. Both terms are weighted by df / (df + 15).

    Three numbers are by experiment (`benchmarks/coverage.py` and `small_domains.py`, whose
    kabupaten are invented) and not by theory: the 15; a sample shows about five sixths
    of the skewness of a mean of gaps or spending, so that it counts 1.2 times; beyond
    0.8 it counts as 0.8, since the square of few units' noise has no end.

    Examples
    --------
    Of 45 degrees of freedom three quarters of the two terms count:

    >>> low, high = adjusted_interval(1.0, 0.25, 45, 0.95, skewness=0.5)
    >>> round(float(low), 3), round(float(high), 3)
    (0.632, 1.726)
    """
    if scale not in SCALES:
        raise ValueError(f"scale is one of {', '.join(SCALES)}; got {scale!r}")
    onto, back, slope, bend = SCALES[scale]
    value, se, df = (np.asarray(each, dtype=float) for each in (estimate, se, df))
    g = np.clip(UNSEEN * np.nan_to_num(skewness), -MOST_SKEWED, MOST_SKEWED)
    t = _t(df if effective is None else effective, confidence)
    known = df / (df + LITTLE_KNOWN)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        left = known * (g / 3 - se * bend(value))
        low, high = (
            back(onto(value) - se * slope(value) * _straightened(left, x))
            for x in (t - known * g / 6, -t - known * g / 6)
        )
    return low, high


def _straightened(bend, x):
    """The T of which x = -ln(1 - 2 bend T) / (2 bend); x itself where nothing bends."""
    straight = np.abs(bend) < 1e-9
    twice = 2 * np.where(straight, 1.0, bend)
    return np.where(straight, x, -np.expm1(-twice * x) / twice)


LEAST_EFFECTIVE = 2.0
LITTLE_KNOWN, UNSEEN, MOST_SKEWED = 15.0, 1.2, 0.8
# the scale, its inverse, its first derivative, and half its second over its first, negative
SCALES = {
    "linear": (np.array, np.array, np.ones_like, np.zeros_like),
    "log": (np.log, np.exp, lambda y: 1 / y, lambda y: 1 / (2 * y)),
    "logit": (
        special.logit,
        special.expit,
        lambda p: 1 / (p * (1 - p)),
        lambda p: (1 - 2 * p) / (2 * p * (1 - p)),
    ),
}


def zero_interval(n, deff, confidence, successes=0):
    """Interval of a proportion when none, or all, of the sampled rows show it.

    Parameters
    ----------
    n : int or array of int
        Sampled rows in the domain, 1 or more.
    deff : float or array
        Design effect to expect, above 0, as of a like region or group. It stands for
        several first-stage units: of rows in one alone nothing can be said.
    confidence : float
        Between 0 and 1.
    successes : int or array of int
        0 or `n`.

    Returns
    -------
    low, high : float or array
        0 and an upper bound, or a lower bound and 1.

    Raises
    ------
    ValueError
        Other numbers of successes, which have an error of their own.

    Notes
    -----
    Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404, with the effective
    sample n / deff and half of the doubt on each side.

    Examples
    --------
    Zero of 300 with a design effect of 3 is not "no poverty":

    >>> low, high = zero_interval(300, deff=3, confidence=0.95)
    >>> float(low), round(float(high), 4)
    (0.0, 0.0362)
    """
    n, deff, successes = (np.asarray(values) for values in (n, deff, successes))
    if (
        (n < 1).any()
        or not (deff > 0).all()
        or ((successes != 0) & (successes != n)).any()
    ):
        raise ValueError(
            f"zero_interval answers for 0 of n or n of n with deff above 0; got "
            f"{successes} of {n} with deff {deff}"
        )
    _t(1, confidence)
    bound = ((1 - confidence) / 2) ** (deff / n)
    none = successes == 0
    return np.where(none, 0.0, bound), np.where(none, 1 - bound, 1.0)


def woodruff_interval(values, weight, p, design: Design, confidence, members=None):
    """Interval of a quantile that needs no density.

    Parameters
    ----------
    values, weight : (n,) arrays
        Rows of the design, with the design's weight.
    p : float
        Above 0 and below 1; 0.5 for the median.
    design : Design
    confidence : float
        Between 0 and 1.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    low, high : float
        The quantiles at the ends of the t interval of the share at or below the
        estimate, cut at 0 and 1. Both are missing where the estimate is the largest
        value sampled: nothing then tells how far up it could lie; and where the domain
        has no degree of freedom.

    Raises
    ------
    ValueError
        `p` not between 0 and 1, gaps, an empty domain.

    Notes
    -----
    Woodruff (1952), doi:10.1080/01621459.1952.10483443, as R's `svyquantile` does by
    default.
    """
    if not 0 < p < 1:
        raise ValueError(f"an interval needs p between 0 and 1; got {p:g}")
    group = domain(values, weight, members)
    point = float(quantile_values(group, [p])[0])
    if point >= group.values[group.weight > 0].max():
        return np.nan, np.nan
    below = np.asarray(values, dtype=float) <= point
    share = proportion(below, weight, members=members)
    df = degrees_of_freedom(design, members)
    if df < 1:
        return np.nan, np.nan
    ends = interval(share, standard_error(share, design), df, confidence)
    low, high = quantile_values(group, np.clip(ends, 0, 1))
    return float(low), float(high)


def rse(value, se):
    """Relative standard error, se / |value|; missing where the value is 0.

    Parameters
    ----------
    value, se : float or array
        Estimate and standard error [one unit].

    Returns
    -------
    float or array
        [fraction]. Of no use for differences and growth rates, nor near 0 or 1.

    Examples
    --------
    >>> rse(8.0, 2.0)
    0.25
    """
    value, se = np.asarray(value, dtype=float), np.asarray(se, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(value == 0, np.nan, se / np.abs(value))
    return float(relative) if relative.ndim == 0 else relative
