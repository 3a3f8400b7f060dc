"""Two rounds that visited some of the same first-stage units."""

import numpy as np
import pandas as pd

from sepakat_lib.stats.survey.combining import Contrast, independent_difference
from sepakat_lib.stats.survey.errors import centred_totals, standard_error
from sepakat_lib.stats.survey.estimators import Statistic
from sepakat_lib.stats.survey.sampling import Design, degrees_of_freedom

# Beside both variances, one of the change this small is the rounding of a 0.
ROUNDING = 1e-12


def shared_units(design_a: Design, design_b: Design) -> tuple[np.ndarray, np.ndarray]:
    """Find the first-stage units that two rounds have in common.

    Parameters
    ----------
    design_a, design_b : Design
        With PSU codes that mean the same in both rounds: one stratum and one code are
        one unit. Codes numbered anew in every round must be matched by the caller.

    Returns
    -------
    codes_a, codes_b : (m,) arrays of int
        The PSUs' codes in either design, in one order; empty where none is shared.

    Raises
    ------
    ValueError
        A design whose units have no codes, or numbers in one round and text in the
        other, of which nothing would be shared.

    Examples
    --------
    >>> from sepakat_lib.stats.survey import design
    >>> before = design(None, ["p", "q"], [1, 1])
    >>> after = design(None, ["q", "r"], [1, 1])
    >>> [codes.tolist() for codes in shared_units(before, after)]
    [[1], [0]]
    """
    names = [design.unit_names for design in (design_a, design_b)]
    if any(name is None for name in names):
        raise ValueError(
            "a design has no PSU codes (every row was drawn by itself), so nobody can "
            "tell which units both rounds share; give `psu` to `design`"
        )
    for level, what in enumerate(("stratum", "psu")):
        numeric = {
            pd.api.types.is_numeric_dtype(name.levels[level].dtype) for name in names
        }
        if len(numeric) > 1:
            raise ValueError(
                f"{what} is numbers in one round and text in the other, so that no unit "
                "would be found in both; make the codes of both rounds text"
            )
    codes_b = names[1].get_indexer(names[0])
    codes_a = np.flatnonzero(codes_b >= 0)
    return codes_a, codes_b[codes_a]


def shared_covariance(
    a: Statistic, design_a: Design, b: Statistic, design_b: Design
) -> float:
    """Covariance of two rounds' statistics by the first-stage units they share.

    Parameters
    ----------
    a, b : Statistic
        Of the rows of their own design.
    design_a, design_b : Design
        As `shared_units` needs them.

    Returns
    -------
    float
        0 where no unit is shared; over identical samples the covariance that
        `covariance` gives of both statistics. [unit of a x unit of b]

    Raises
    ------
    ValueError
        As `shared_units` and `covariance`; a design with "average", which has no
        deviation of a unit.

    Notes
    -----
    In a stratum of n_a and n_b units of which c are shared, c times the covariance of
    the units' totals (with a finite population of N units c - n_a n_b / N times).
    That covariance is estimated without bias from the products of the shared units'
    deviations from each round's mean, which are expected to be 1 - 1/n_a - 1/n_b +
    c / (n_a n_b) of it. Units of a later stage are taken as drawn anew.
    Tam (1984), On covariances from overlapping samples, The American Statistician
    38(4), 288-289; Kish (1965), Survey Sampling, chapter 12.
    """
    return _shared(a, design_a, b, design_b)[0]


def difference_of_rounds(
    a: Statistic, design_a: Design, b: Statistic, design_b: Design
) -> Contrast:
    """Give a - b of two rounds that may have visited some of the same units.

    Parameters
    ----------
    a, b : Statistic
        Of the rows of their own design.
    design_a, design_b : Design
        As `shared_units` needs them.

    Returns
    -------
    Contrast
        With no unit shared that of `independent_difference`. Degrees of freedom are
        the smaller of the two, of the domains that the statistics rest on.

    Raises
    ------
    ValueError
        As `shared_covariance`.

    Notes
    -----
    Variance a + variance b - 2 x covariance. From few shared units the estimated
    covariance may come out larger than it can be; it is cut where the units' totals
    would correlate perfectly: in each stratum at the product of both rounds' errors
    times c / sqrt(n_a n_b), so that the variance is never below 0. Households that
    were visited again inside a unit that is subsampled (`fpc` of two stages) are taken
    as drawn anew. Kish (1965), Survey Sampling, chapter 12.

    Examples
    --------
    One sample twice has no change, and no error of it:

    >>> from sepakat_lib.stats.survey import design, mean
    >>> drawn = design(None, ["p", "q"], [1, 1])
    >>> once = mean([1.0, 3.0], [1, 1])
    >>> found = difference_of_rounds(once, drawn, once, drawn)
    >>> found.value.item(), found.se.item()
    (0.0, 0.0)
    """
    se_a, se_b = standard_error(a, design_a), standard_error(b, design_b)
    df_a, df_b = (_df(one, drawn) for one, drawn in ((a, design_a), (b, design_b)))
    apart = independent_difference(a.value, se_a, df_a, b.value, se_b, df_b)
    covariance, bound = _shared(a, design_a, b, design_b)
    if covariance == 0 or not apart.se > 0:
        return apart
    variance = apart.se**2 - 2 * np.clip(covariance, -bound, bound)
    se = np.sqrt(variance) if variance > ROUNDING * apart.se**2 else 0.0
    return independent_difference(a.value, se, df_a, b.value, 0.0, df_b)


def _shared(a, design_a, b, design_b) -> tuple[float, float]:
    """Covariance by the shared units, and how large it can be at most."""
    codes_a, codes_b = shared_units(design_a, design_b)
    if len(codes_a) == 0:
        return 0.0, 0.0
    away_a, away_b = centred_totals(a, design_a), centred_totals(b, design_b)
    of_units = pd.DataFrame(
        {
            "a": design_a.stratum_of_psu[codes_a],
            "b": design_b.stratum_of_psu[codes_b],
            "product": away_a[codes_a] * away_b[codes_b],
        }
    )
    pairs = of_units.groupby(["a", "b"])["product"].agg(["sum", "size"]).reset_index()
    n_a, spread_a, fraction_a = (of[pairs["a"]] for of in _spread(away_a, design_a))
    n_b, spread_b, fraction_b = (of[pairs["b"]] for of in _spread(away_b, design_b))
    common = pairs["size"].to_numpy(dtype=float)
    expected = 1 - 1 / n_a - 1 / n_b + common / (n_a * n_b)
    # A lonely unit is centred elsewhere: its product stands as it is.
    expected = np.where((n_a > 1) & (n_b > 1), expected, 1.0)
    both = np.sqrt(n_a * n_b)
    drawn = common / both - np.sqrt(fraction_a * fraction_b)
    covariance = pairs["sum"].to_numpy() / expected * both / common * drawn
    return float(covariance.sum()), float(
        (np.abs(drawn) * np.sqrt(spread_a * spread_b)).sum()
    )


def _spread(away, design: Design):
    """Units, variance if drawn with replacement, and fraction drawn, by stratum."""
    units = design.units.astype(float)
    squares = np.bincount(design.stratum_of_psu, away**2, len(units))
    return units, squares * units / np.maximum(units - 1, 1), design.fraction


def _df(statistic: Statistic, design: Design) -> int:
    return min(
        degrees_of_freedom(design, members) for members in (None, *statistic.domains)
    )
