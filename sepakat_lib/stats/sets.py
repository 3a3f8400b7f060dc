"""People by which of two or three sets they are in, each counted once."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from sepakat_lib.stats import survey


class Region(NamedTuple):
    """Those who are in just these sets and in no other.

    Attributes
    ----------
    sets : tuple of int
        Columns of the memberships; empty for the people outside all sets.
    share : survey.Statistic
        Of the domain [fraction].
    total : survey.Statistic
        [units of the weight]
    """

    sets: tuple[int, ...]
    share: survey.Statistic
    total: survey.Statistic


def regions(memberships, weight, *, members=None) -> list[Region]:
    """Divide the people by the sets they are in, with the pull of each row.

    Parameters
    ----------
    memberships : (n, 2) or (n, 3) bool array
        Whether each row is in each set. Whether an unknown answer counts as in or out
        is decided before, or its row left out with `members`.
    weight : (n,) array
        Units each row represents.
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    list of Region
        All 4 or 8, empty ones too: single sets first, then pairs, then all three, and
        the outside last. The shares add up to 1 and the totals to that of the domain;
        their covariances are those of `survey.covariance`.

    Raises
    ------
    ValueError
        Memberships that are not True or False, another number of sets, an empty
        domain or gaps in the weight.

    Notes
    -----
    With A and B the regions are A without B, B without A, both, and neither; a row is
    in exactly one. Each is a mean and a total of 0 and 1, so errors come by
    linearisation as for any other: Binder (1983), doi:10.2307/1402588.

    Examples
    --------
    Three people, of weight 5, 3 and 2, in A only, in both and in none:

    >>> found = regions([[True, False], [True, True], [False, False]], [5, 3, 2])
    >>> [(each.sets, each.share.value) for each in found]
    [((0,), 0.5), ((1,), 0.0), ((0, 1), 0.3), ((), 0.2)]
    """
    memberships = np.asarray(memberships)
    if memberships.ndim != 2 or memberships.shape[1] not in (2, 3):
        raise ValueError(
            f"memberships came with shape {memberships.shape}; expected a row for each "
            "person and a column for each of two or three sets"
        )
    if memberships.dtype != bool:
        raise ValueError(
            f"memberships came as {memberships.dtype}, expected True or False; decide "
            "about unknown answers first, or leave those rows out with `members`"
        )
    number = memberships.shape[1]
    code = memberships @ (1 << np.arange(number))
    found = []
    for sets in _in_order(number):
        inside = (code == sum(1 << each for each in sets)).astype(float)
        share = survey.mean(inside, weight, members=members)
        found.append(Region(sets, share, survey.total(inside, weight, members=members)))
    return found


def _in_order(number: int) -> list[tuple[int, ...]]:
    sizes = range(1, number + 1)
    return [sets for size in sizes for sets in combinations(range(number), size)] + [()]
