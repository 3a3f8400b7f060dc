"""Shown cells that would give a hidden one away by subtraction.

A region's urban and rural people are all of its people, and the kabupaten of a province
its people: where one part alone of such a sum is hidden, whoever takes the shown parts
from the whole has it. Then another part is hidden too, the one that rests on the fewest
persons and opens no other sum, until no sum leaves a single cell, nor together fewer
persons than the least sample. This is complementary suppression of cells by lines.

Cox, L. H. (1980), Suppression Methodology and Statistical Disclosure Control, Journal
of the American Statistical Association 75(370), doi:10.1080/01621459.1980.10477481;
Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4,
doi:10.1002/9781118348239.
"""

from collections import deque
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

FINER = {  # groups of one grouping that are sums of groups of another
    ("quintile", "decile"): {str(k): (str(2 * k - 1), str(2 * k)) for k in range(1, 6)},
    ("poorest_40", "decile"): {
        "poorest_40": ("1", "2", "3", "4"),
        "others": ("5", "6", "7", "8", "9", "10"),
    },
    ("poverty", "welfare"): {
        "poor": ("chronic_poor", "other_poor"),
        "not_poor": ("vulnerable", "aspiring", "middle", "upper"),
    },
}
NOBODY = 0.5  # persons; the least sum of a tenth's fractions that is somebody


class Sum(NamedTuple):
    """Places of the cells of one sum: what they add up to, and its parts."""

    whole: int
    parts: tuple[int, ...]


def sums(axis: pd.DataFrame) -> list[Sum]:
    """Sums among the cells of one region.

    Parameters
    ----------
    axis : DataFrame
        ``indicator``, ``grouping`` ("a*b": two crossed) and ``group`` of each cell. Of
        a Gini, which does not add up, the people do.

    Returns
    -------
    list of Sum
        Of every grouping to everybody, of crossed groups to either grouping, and of
        finer groups to coarser ones (`FINER`), where the whole is among the cells.

    >>> cells = [("p0", "all", "all"), ("p0", "sex", "male"), ("p0", "sex", "female")]
    >>> sums(pd.DataFrame(cells, columns=["indicator", "grouping", "group"]))
    [Sum(whole=0, parts=(1, 2))]
    """
    places: dict[tuple[str, str], dict[str, int]] = {}
    names = zip(axis["indicator"], axis["grouping"], axis["group"], strict=True)
    for place, (indicator, grouping, group) in enumerate(names):
        places.setdefault((indicator, grouping), {})[group] = place
    made = []
    for (indicator, grouping), groups in places.items():
        everybody = places.get((indicator, "all"))
        if everybody and grouping != "all" and "*" not in grouping:
            made.append(Sum(everybody["all"], tuple(groups.values())))
        for side, name in enumerate(grouping.split("*") if "*" in grouping else ()):
            for group, whole in places.get((indicator, name), {}).items():
                parts = [p for g, p in groups.items() if g.split("|")[side] == group]
                made.append(Sum(whole, tuple(parts)))
        for (coarse, fine), of_group in FINER.items():
            if fine == grouping and (indicator, coarse) in places:
                made += [
                    Sum(place, tuple(groups[part] for part in of_group[group]))
                    for group, place in places[indicator, coarse].items()
                ]
    return made


def withheld(
    n: np.ndarray,
    hidden: np.ndarray,
    within: Collection[Sum],
    least: float,
    across: Collection[int] = (),
) -> np.ndarray:
    """Cells to hide so that no hidden one is left by subtraction.

    Parameters
    ----------
    n : (regions, cells) array
        Sampled persons or households. Where `across` is given, the first row is the
        region that holds all the others, which it consists of; its own cells are left
        as they are.
    hidden : (regions, cells) array of bool
        Cells that are hidden for their own sake.
    within : collection of Sum
        Sums among the cells of a row.
    least : float
        Persons that what subtraction leaves must rest on.
    across : collection of int
        Cells that add up over the regions.

    Returns
    -------
    (regions, cells) array of bool
        Cells to hide besides; a cell of nobody is never one of them, and does not
        protect another either: that it is empty is known.

    >>> n = np.array([[700.0, 690, 10], [700.0, 350, 350]])
    >>> withheld(n, n < 30, [Sum(0, (1, 2))], 30)
    array([[False,  True, False],
           [False, False, False]])
    """
    lines = _Lines(n, hidden, within, least, across)
    waiting = deque(lines.in_question())
    while waiting:
        line = waiting.popleft()
        if (cell := lines.to_hide(*line)) is not None:
            lines.shut[cell] = True
            waiting += [line, *lines.of(cell)]
    return lines.shut & ~hidden


class _Lines:
    """The sums of a few regions, and which of their cells are shut by now."""

    def __init__(self, n, hidden, within, least, across) -> None:
        self.n, self.shut, self.least = n, hidden.copy(), least
        self.first = 1 if len(across) else 0
        self.across = {int(cell) for cell in across}
        self.members = np.arange(1, len(n))
        # what one region alone has is told by the one that holds it: of no use hidden
        single = (n[1:] > NOBODY).sum(axis=0) == 1
        single &= (n[0] - n[1:].sum(axis=0) <= NOBODY) & ~hidden[0]
        self.told_above = single & np.isin(np.arange(n.shape[1]), [*self.across])
        self.parts = [np.array(line.parts, int) for line in within]
        self.wholes = [line.whole for line in within]
        self.sums_of: dict[int, list[int]] = {}
        for number, line in enumerate(within):
            for cell in (line.whole, *line.parts):
                self.sums_of.setdefault(cell, []).append(number)

    def in_question(self) -> Iterator[tuple]:
        """Lines with a hidden cell."""
        for number, (whole, parts) in enumerate(
            zip(self.wholes, self.parts, strict=True)
        ):
            shut = self.shut[self.first :, [whole, *parts]]
            for row in np.flatnonzero(shut.any(axis=1)):
                yield self.within(row + self.first, number)
        for cell in sorted(self.across):
            if self.shut[:, cell].any():
                yield self.over(cell)

    def within(self, row: int, number: int) -> tuple:
        """Places of the whole and the parts of a sum in a region."""
        return (row, self.wholes[number]), (row, self.parts[number])

    def over(self, cell: int) -> tuple:
        """Places of a cell in the region that holds the others, and in these."""
        return (0, cell), (self.members, cell)

    def of(self, place: tuple[int, int]) -> list[tuple]:
        """Lines that a cell is in."""
        row, cell = place
        lines = [self.within(row, number) for number in self.sums_of.get(cell, ())]
        return [*lines, self.over(cell)] if cell in self.across else lines

    def to_hide(self, whole, parts) -> tuple[int, int] | None:
        """Place of the part to hide next in a line that gives too much away, if it does."""
        n, shut = self.n[parts], self.shut[parts]
        somebody = n > NOBODY
        hidden = shut & somebody
        above = bool(self.shut[whole]) and self.n[whole] > NOBODY
        if not (above or hidden.any()):
            return None
        rest = self.n[whole] - n.sum()  # in no part, as who has no work has no sector
        unseen = int(hidden.sum()) + (rest > NOBODY) + above
        left = n[hidden].sum() + max(rest, 0.0)
        if unseen > 1 and (above or left >= self.least):
            return None
        told = self.told_above[parts[1]] & np.greater(parts[0], 0)
        able = np.flatnonzero(somebody & ~shut & ~told)
        if not len(able):
            fixed = above or (self.first and whole[0] == 0)
            return None if fixed else whole
        rows, cells = np.broadcast_arrays(*parts)
        places = [(int(rows[k]), int(cells[k])) for k in able]
        opened = [self._opened(place) for place in places]
        best = min(range(len(able)), key=lambda k: (opened[k], n[able[k]]))
        return places[best]

    def _opened(self, place: tuple[int, int]) -> int:
        """Lines in which a cell would be the only one that is hidden."""
        return sum(
            not (self.shut[whole] or self.shut[parts].any())
            for whole, parts in self.of(place)
        )
