"""Totals, means and ratios, each with the influence of every row."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

# Weights this close are one weight, worked out twice.
SAME_WEIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Statistic:
    """A value and the pull of each row on it.

    Attributes
    ----------
    value : float
        The estimate.
    influence : (n,) array
        u, such that estimate - truth is close to the sum of weight x u. Rows outside
        the domain have 0. Source: Deville (1999), Survey Methodology 25(2), 193-203.
    domains : tuple of (n,) bool arrays
        Members of every domain that the value rests on, both ends of a difference for
        one; empty for all rows. Where one of them has no degree of freedom, the
        influences cancel and no error is known (`standard_error`).
    weight : (n,) array or None
        What it was weighted with, which must be the weight of its design; None where
        nobody said.
    """

    value: float
    influence: np.ndarray
    domains: tuple[np.ndarray, ...] = field(default=(), repr=False)
    weight: np.ndarray | None = field(default=None, repr=False)

    def among(self, members: np.ndarray) -> "Statistic":
        """Say of which rows alone the value speaks, as an index of the poor does."""
        members = checked_members(members, len(self.influence))
        return replace(self, domains=(*self.domains, members))


class Domain(NamedTuple):
    """The rows a statistic speaks of, checked and ready.

    Attributes
    ----------
    values, weight : (m,) arrays
        Of the members only.
    population : float
        Sum of their weights.
    members : (n,) bool array or None
        None when every row is a member.
    weight_of_all : (n,) array
        Of the members and of the others.
    """

    values: np.ndarray
    weight: np.ndarray
    population: float
    members: np.ndarray | None
    weight_of_all: np.ndarray

    def pick(self, further, what: str = "values") -> np.ndarray:
        """Take the members' share of another column of the same rows, checked."""
        rows = len(self.values) if self.members is None else len(self.members)
        column = _column(further, what, rows)
        if self.members is not None:
            column = column[self.members]
        _refuse_gaps(column, what)
        return column

    def statistic(self, value: float, influence: np.ndarray) -> Statistic:
        """Put the members' influences back among all rows; the others pull nothing."""
        if self.members is None:
            return Statistic(float(value), influence, weight=self.weight_of_all)
        everywhere = np.zeros(len(self.members))
        everywhere[self.members] = influence
        return Statistic(float(value), everywhere, (self.members,), self.weight_of_all)

    def spread(self, of_members: np.ndarray) -> np.ndarray:
        """Put True or False of the members back among all rows; the others are False."""
        if self.members is None:
            return of_members
        everywhere = np.zeros(len(self.members), bool)
        everywhere[self.members] = of_members
        return everywhere

    def refuse_negative(self, measure: str) -> None:
        """Refuse values below 0, with their number and a way out."""
        if self.values.min() < 0:
            raise ValueError(
                f"{(self.values < 0).sum()} of {len(self.values)} values are negative, "
                f"which {measure} does not allow; correct them where the data enter, "
                "or leave them out with `members` and report the weight left out"
            )

    def refuse_not_above_zero(self, measure: str) -> None:
        """Refuse values of 0 or less, where a measure takes logarithms or inverts."""
        if self.values.min() <= 0:
            raise ValueError(
                f"{(self.values <= 0).sum()} of {len(self.values)} values are 0 or "
                f"less, where {measure} has no value; leave them out with `members` "
                "and report the weight left out"
            )


def domain(values, weight, members=None, *, what: str = "values") -> Domain:
    """Check the rows of a statistic and keep those of the domain.

    Parameters
    ----------
    values : (n,) array
        Numbers. Gaps are refused among members and of no interest elsewhere.
    weight : (n,) array
        Units each row represents, 0 or more.
    members : (n,) bool array, optional
        Rows of the group; default all. A group is a domain of the whole sample, so
        the other rows stay in the design with no influence.
    what : str
        Name of the values in an error.

    Raises
    ------
    ValueError
        Missing or infinite numbers, negative weights, an empty domain, or columns of
        different length.
    """
    weight = _column(weight, "weights")
    values = _column(values, what, len(weight))
    weight_of_all = weight
    if members is not None:
        members = checked_members(members, len(weight))
        values, weight = values[members], weight[members]
    _refuse_gaps(values, what)
    _refuse_gaps(weight, "weights")
    if weight.size and weight.min() < 0:
        raise ValueError(
            f"{(weight < 0).sum()} weights are negative; a weight is the number of "
            "units a row stands for, so correct them where the data enter"
        )
    population = float(weight.sum())
    if population <= 0:
        raise ValueError(
            "nobody is in the domain: no row, or no weight; skip the group and say so"
        )
    return Domain(values, weight, population, members, weight_of_all)


def _column(numbers, what: str, rows: int | None = None) -> np.ndarray:
    if hasattr(numbers, "to_numpy"):
        numbers = numbers.to_numpy(dtype=float, na_value=np.nan)
    column = np.asarray(numbers, dtype=float)
    if column.ndim != 1 or (rows is not None and len(column) != rows):
        raise ValueError(
            f"{what} have shape {column.shape}, expected one number for each of "
            f"{'the' if rows is None else rows} rows; hand over columns of one table"
        )
    return column


def checked_members(members, rows: int) -> np.ndarray:
    """Take a mask of the rows: one True or False each, nothing unknown.

    Parameters
    ----------
    members : (n,) bool array
        Also pandas' own kind of True and False, as long as none is missing.
    rows : int
        How many there must be.

    Raises
    ------
    ValueError
        Another length, codes instead of True and False, or gaps.
    """
    mask = members
    if isinstance(getattr(mask, "dtype", None), pd.BooleanDtype) and not (
        pd.isna(mask).any()
    ):
        mask = np.asarray(mask, dtype=bool)
    mask = np.asarray(mask)
    if mask.dtype != bool or mask.shape != (rows,):
        raise ValueError(
            f"members came as {mask.dtype} of shape {mask.shape}, expected {rows} "
            "True or False; decide about unknown membership first"
        )
    return mask


def differing(weight, other) -> np.ndarray:
    """Rows in which two weights are not one weight, but for rounding or both a gap."""
    return ~np.isclose(weight, other, rtol=SAME_WEIGHT, atol=0, equal_nan=True)


def _refuse_gaps(column: np.ndarray, what: str) -> None:
    # One pass: a sum is finite unless a term is not (or it overflows: then look).
    if np.isfinite(column.sum()):
        return
    gaps = int((~np.isfinite(column)).sum())
    if gaps:
        raise ValueError(
            f"{gaps} of {len(column)} {what} are missing or infinite; decide about "
            "them where the data enter, or leave the rows out with `members` and "
            "report their share"
        )


def total(values, weight, *, members=None) -> Statistic:
    """Weighted total.

    Parameters
    ----------
    values : (n,) array
        Amount of each row [any unit].
    weight : (n,) array
        Units each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Raises
    ------
    ValueError
        Gaps, or an empty domain (see `domain`).

    Notes
    -----
    Horvitz and Thompson (1952), doi:10.1080/01621459.1952.10483446.

    Examples
    --------
    >>> total([2.0, 3.0], weight=[10, 1]).value
    23.0
    """
    group = domain(values, weight, members)
    return group.statistic(group.weight @ group.values, group.values.copy())


def mean(values, weight, *, members=None) -> Statistic:
    """Weighted mean.

    Parameters
    ----------
    values : (n,) array
        [any unit]
    weight : (n,) array
        Units each row represents; the person weight for a mean over people.
    members : (n,) bool array, optional
        The domain; default all rows. Its size is estimated too, and the error knows.

    Raises
    ------
    ValueError
        Gaps, or an empty domain (see `domain`).

    Notes
    -----
    Hajek's estimator, linearised as in Binder (1983), doi:10.2307/1402588.

    Examples
    --------
    >>> mean([1.0, 3.0], weight=[1, 1]).value
    2.0
    """
    group = domain(values, weight, members)
    centre = group.weight @ group.values / group.population
    return group.statistic(centre, (group.values - centre) / group.population)


def ratio(numerator, denominator, weight, *, members=None) -> Statistic:
    """Weighted total of one column over that of another.

    Parameters
    ----------
    numerator, denominator : (n,) arrays
        [any units]
    weight : (n,) array
        Units each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Raises
    ------
    ValueError
        Gaps, an empty domain, or a denominator that adds up to 0.

    Notes
    -----
    Binder (1983), doi:10.2307/1402588.

    Examples
    --------
    Unemployed over labour force:

    >>> ratio([1, 0, 0], [1, 1, 0], weight=[10, 30, 60]).value
    0.25
    """
    group = domain(numerator, weight, members, what="numerators")
    below = group.pick(denominator, "denominators")
    whole = group.weight @ below
    if whole == 0:
        raise ValueError(
            "the denominator adds up to 0, so there is no ratio; report it as empty"
        )
    value = group.weight @ group.values / whole
    statistic = group.statistic(value, (group.values - value * below) / whole)
    # a row of 0 / 0 is in neither total: it is no member whatever `members` says
    return statistic.among(group.spread((group.values != 0) | (below != 0)))


def proportion(holds, weight, *, members=None) -> Statistic:
    """Weighted share of the rows for which something holds.

    Parameters
    ----------
    holds : (n,) bool array, or 0 and 1
        Anything else among the members is refused.
    weight : (n,) array
        Units each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    Statistic
        A fraction between 0 and 1.

    Raises
    ------
    ValueError
        A value other than 0 and 1, a gap, or an empty domain.

    Notes
    -----
    A mean of 0 and 1; Binder (1983), doi:10.2307/1402588.

    Examples
    --------
    >>> proportion([True, False], weight=[1, 3]).value
    0.25
    """
    group = domain(holds, weight, members, what="answers")
    other = ~np.isin(group.values, (0, 1))
    if other.any():
        raise ValueError(
            f"{other.sum()} answers are neither 0 nor 1, for example "
            f"{group.values[other][0]:g}; turn codes into True and False first"
        )
    return mean(holds, weight, members=members)


def variance(values, weight, *, members=None) -> Statistic:
    """Weighted variance of the values in the population.

    Parameters
    ----------
    values : (n,) array
        [any unit]; the result has its square.
    weight : (n,) array
        Units each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Raises
    ------
    ValueError
        Gaps, or fewer than two rows.

    Notes
    -----
    Carries the factor m/(m-1) for m sampled rows, as R's `svyvar` does:
    Lumley (2004), doi:10.18637/jss.v009.i08.

    Examples
    --------
    >>> variance([1.0, 3.0], weight=[1, 1]).value
    2.0
    """
    group = domain(values, weight, members)
    rows = len(group.values)
    if rows < 2:
        raise ValueError("a variance needs two rows or more; only 1 is in the domain")
    centre = group.weight @ group.values / group.population
    squares = (group.values - centre) ** 2 * rows / (rows - 1)
    value = group.weight @ squares / group.population
    return group.statistic(value, (squares - value) / group.population)
