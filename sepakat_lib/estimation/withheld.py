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
from itertools import combinations
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
MEMBERS = {  # whom a share of persons counts, where they are a group too
    "farm_workers": ("sector", "farming"),
    "worker_industry": ("sector", "industry"),
    "worker_services": ("sector", "services"),
    "disabled": ("disability", "with"),
    "person_elderly": ("age", "60+"),
    "p0": ("poverty", "poor"),
    "poor_persons": ("poverty", "poor"),
    **{
        band: ("welfare", band)
        for band in ("chronic_poor", "vulnerable", "aspiring", "middle", "upper")
    },
}
TWINS = (("p0", "poor_persons"),)  # two indicators that count the same persons
ALIASES = (  # single cells that count the same
    (("pkh_spilled", "all", "all"), ("pkh", "poverty", "not_poor")),
    (("bpnt_spilled", "all", "all"), ("bpnt", "poverty", "not_poor")),
    (("poor_female_headed", "all", "all"), ("home_female_head", "poverty", "poor")),
)
WHOLES = (  # shares that leave nobody out
    ("p0", "vulnerable", "aspiring", "middle", "upper"),
    ("farm_workers", "worker_industry", "worker_services"),
)
NOBODY = 0.5  # persons; the least sum of a tenth's fractions that is somebody


class Sum(NamedTuple):
    """Places of the cells of one sum: what they add up to, and its parts.

    Without a whole they add up to what is known. Parts that are `all_of_it` leave
    nobody out, though their samples do not add up: of one number under two names one
    counts households, the other persons.
    """

    whole: int | None
    parts: tuple[int, ...]
    all_of_it: bool = False


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
        finer groups to coarser ones (`FINER`), where the whole is among the cells; and
        one number under two names (`MEMBERS`, `TWINS`, `ALIASES`), shares that leave nobody out
        (`WHOLES`).

    >>> cells = [("p0", "all", "all"), ("p0", "sex", "male"), ("p0", "sex", "female")]
    >>> sums(pd.DataFrame(cells, columns=["indicator", "grouping", "group"]))
    [Sum(whole=0, parts=(1, 2), all_of_it=False)]

    How many of the poor are farmers is how many of the farmers are poor:

    >>> cells = [("p0", "sector", "farming"), ("farm_workers", "poverty", "poor")]
    >>> sums(pd.DataFrame(cells, columns=["indicator", "grouping", "group"]))
    [Sum(whole=1, parts=(0,), all_of_it=True)]
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
    return [*made, *_same(places), *_of_everybody(places)]


def _same(places: dict[tuple[str, str], dict[str, int]]) -> Iterator[Sum]:
    """Cells that are one number: who of a group is in another, told from either side."""
    for (one, of_one), (other, of_other) in combinations(MEMBERS.items(), 2):
        first = places.get((one, of_other[0]), {}).get(of_other[1])
        second = places.get((other, of_one[0]), {}).get(of_one[1])
        if of_one[0] != of_other[0] and None not in (first, second):
            yield Sum(first, (second,), all_of_it=True)
    for pair in ALIASES:
        cells = [places.get(cell[:2], {}).get(cell[2]) for cell in pair]
        if None not in cells:
            yield Sum(cells[0], (cells[1],), all_of_it=True)
    for one, other in TWINS:
        for (indicator, grouping), groups in places.items():
            if indicator == one:
                for group, place in places.get((other, grouping), {}).items():
                    if group in groups:
                        yield Sum(groups[group], (place,), all_of_it=True)


def _of_everybody(places: dict[tuple[str, str], dict[str, int]]) -> Iterator[Sum]:
    """Shares of one group that together are all of it."""
    for names in WHOLES:
        for (indicator, grouping), groups in places.items():
            if indicator != names[0]:
                continue
            for group in groups:
                parts = [places.get((name, grouping), {}).get(group) for name in names]
                if None not in parts:
                    yield Sum(None, tuple(parts), all_of_it=True)


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
        self.lines = [*within]
        self.sums_of: dict[int, list[int]] = {}
        for number, line in enumerate(within):
            for cell in _cells(line):
                self.sums_of.setdefault(cell, []).append(number)

    def in_question(self) -> Iterator[tuple]:
        """Lines with a hidden cell."""
        for number, line in enumerate(self.lines):
            shut = self.shut[self.first :, _cells(line)]
            for row in np.flatnonzero(shut.any(axis=1)):
                yield self.within(row + self.first, number)
        for cell in sorted(self.across):
            if self.shut[:, cell].any():
                yield self.over(cell)

    def within(self, row: int, number: int) -> tuple:
        """Places of the whole and the parts of a sum in a region."""
        line = self.lines[number]
        whole = None if line.whole is None else (row, line.whole)
        return whole, (row, self.parts[number]), line.all_of_it

    def over(self, cell: int) -> tuple:
        """Places of a cell in the region that holds the others, and in these."""
        return (0, cell), (self.members, cell), False

    def of(self, place: tuple[int, int]) -> list[tuple]:
        """Lines that a cell is in."""
        row, cell = place
        lines = [self.within(row, number) for number in self.sums_of.get(cell, ())]
        return [*lines, self.over(cell)] if cell in self.across else lines

    def to_hide(self, whole, parts, all_of_it) -> tuple[int, int] | None:
        """Place of the part to hide next in a line that gives too much away, if it does."""
        n, shut = self.n[parts], self.shut[parts]
        somebody = n > NOBODY
        hidden = shut & somebody
        above = whole is not None and self.shut[whole] and self.n[whole] > NOBODY
        if not (above or hidden.any()):
            return None
        # in no part, as who has no work has no sector
        rest = 0.0 if all_of_it else self.n[whole] - n.sum()
        unseen = int(hidden.sum()) + (rest > NOBODY) + above
        left = n[hidden].sum() + max(rest, 0.0)
        if unseen > 1 and (above or left >= self.least):
            return None
        told = self.told_above[parts[1]] & np.greater(parts[0], 0)
        able = np.flatnonzero(somebody & ~shut & ~told)
        if not len(able):
            return whole if not above and self._may_be_hidden(whole) else None
        rows, cells = np.broadcast_arrays(*parts)
        places = [(int(rows[k]), int(cells[k])) for k in able]
        opened = [self._opened(place) for place in places]
        best = min(range(len(able)), key=lambda k: (opened[k], n[able[k]]))
        return places[best]

    def _may_be_hidden(self, whole: tuple[int, int] | None) -> bool:
        if whole is None or self.n[whole] <= NOBODY:
            return False
        return not (self.first and whole[0] == 0)

    def _opened(self, place: tuple[int, int]) -> int:
        """Lines in which a cell would be the only one that is hidden."""
        return sum(
            not ((whole is not None and self.shut[whole]) or self.shut[parts].any())
            for whole, parts, _ in self.of(place)
        )


def _cells(line: Sum) -> list[int]:
    return [*line.parts] if line.whole is None else [line.whole, *line.parts]
