"""Two or three circles whose regions are as large as given shares.

Lengths are such that 100 percent is a circle of radius 1: circles of two Venns can be
compared. A region is named by its sets, "A" (in A alone) to "ABC".
"""

import functools
import math
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import shapely
from scipy import optimize

_GAP = 0.06  # between circles without common people, and inside one that holds another
_SEGMENTS = 64  # of a quarter circle; its area is then 0.01 percent short


class Circle(NamedTuple):
    """Circle of one set; y runs downwards."""

    x: float
    y: float
    r: float

    def polygon(self) -> shapely.Polygon:
        """Its area for computing with."""
        return _polygon(self)


@functools.lru_cache(maxsize=256)  # a Venn asks a dozen times for each of its circles
def _polygon(circle: Circle) -> shapely.Polygon:
    return shapely.Point(circle.x, circle.y).buffer(circle.r, quad_segs=_SEGMENTS)


def names(sets: int) -> list[str]:
    """Regions of so many sets: alone first, then pairs, then all; without the outside.

    >>> names(2)
    ['A', 'B', 'AB']
    """
    letters = "ABC"[:sets]
    return [
        "".join(chosen)
        for size in range(1, sets + 1)
        for chosen in combinations(letters, size)
    ]


def fitted(shares: Mapping[str, float]) -> dict[str, Circle]:
    """Circles whose regions are as near to `shares` as circles can be.

    Parameters
    ----------
    shares : mapping of region to fraction
        All regions of two sets or of three, 0 to 1 together.

    Returns
    -------
    dict of letter to Circle
        A left, B right, C below, their middle at 0; a set without people has none.
        Every circle is as large as its set, and so are one or two circles' regions. Of
        three, seven shares meet six numbers: see `error` for what is off.

    Notes
    -----
    Three circles stand at the distances that make each pair's common area right; where
    no triangle has those sides, the largest error over the seven regions is made as
    small as possible. Chow and Rodgers (2005), Constructing area-proportional Venn and
    Euler diagrams with three circles; the error as in Micallef and Rodgers (2014),
    doi:10.1371/journal.pone.0101717.
    """
    return dict(_fitted(tuple(sorted(shares.items()))))


@functools.lru_cache(maxsize=64)
def _fitted(shares: tuple[tuple[str, float], ...]) -> tuple[tuple[str, Circle], ...]:
    shares = dict(shares)
    letters = [letter for letter in "ABC" if sum(_holding(shares, letter).values()) > 0]
    radii = [math.sqrt(sum(_holding(shares, letter).values())) for letter in letters]
    if len(letters) < 2:
        circles = [Circle(0.0, 0.0, r) for r in radii]
    elif len(letters) == 2:
        circles = _two(radii, sum(_holding(shares, *letters).values()))
    else:
        circles = _three(radii, shares)
    return tuple(zip(letters, _centred(circles), strict=True))


def drawn(circles: Mapping[str, Circle], sets: int) -> dict[str, shapely.Geometry]:
    """The region that each combination of `sets` takes on paper, empty ones too."""
    areas = {letter: circle.polygon() for letter, circle in circles.items()}
    nothing = shapely.Polygon()
    regions = {}
    for name in names(sets):
        region = shapely.intersection_all(
            [areas.get(letter, nothing) for letter in name]
        )
        for letter, other in areas.items():
            if letter not in name:
                region = region.difference(other)
        regions[name] = region
    return regions


def areas_of(circles: Mapping[str, Circle], sets: int) -> dict[str, float]:
    """Area of what `drawn` draws, by inclusion and exclusion.

    >>> both = areas_of({"A": Circle(0, 0, 1), "B": Circle(0, 0, 2)}, 2)
    >>> [round(both[name] / math.pi, 6) for name in ("A", "B", "AB")]
    [0.0, 3.0, 1.0]
    """
    common = {name: _common(circles, name) for name in names(sets)}
    return {
        name: sum(
            area * (-1) ** (len(other) - len(name))
            for other, area in common.items()
            if set(name) <= set(other)
        )
        for name in common
    }


def _common(circles: Mapping[str, Circle], letters: str) -> float:
    """Area inside all of some circles."""
    if not set(letters) <= circles.keys():
        return 0.0
    among = [circles[letter] for letter in letters]
    if len(among) == 1:
        return math.pi * among[0].r ** 2
    if len(among) == 2:
        first, second = among
        distance = math.hypot(first.x - second.x, first.y - second.y)
        return lens(distance, first.r, second.r)
    return shapely.intersection_all([circle.polygon() for circle in among]).area


def error(shares: Mapping[str, float]) -> float:
    """Largest difference between a region's area and its share [fraction]."""
    return _off(fitted(shares), shares)


def lens(distance: float, first: float, second: float) -> float:
    """Common area of two circles of given radii.

    >>> round(lens(0, 1, 2) / math.pi, 6), lens(3, 1, 2)
    (1.0, 0.0)
    """
    if distance >= first + second:
        return 0.0
    smaller = min(first, second)
    if distance <= abs(first - second):
        return math.pi * smaller**2
    area = 0.0
    for r, other in ((first, second), (second, first)):
        cosine = (distance**2 + r**2 - other**2) / (2 * distance * r)
        angle = math.acos(min(1.0, max(-1.0, cosine)))
        area += r**2 * (angle - math.sin(2 * angle) / 2)
    return area


def _holding(shares: Mapping[str, float], *letters: str) -> dict[str, float]:
    """Shares of the regions inside all these sets."""
    return {name: share for name, share in shares.items() if set(letters) <= set(name)}


def _distance(first: float, second: float, common: float, slack: float = 1.0) -> float:
    """Between the middles of two circles with that common share.

    Circles apart, or one inside the other, leave the distance open; `slack` chooses.
    """
    apart, inside = first + second, abs(first - second)
    if common <= 0:
        return apart + _GAP * slack
    if common >= min(first, second) ** 2 * (1 - 1e-9):
        return max(0.0, inside - _GAP) * min(slack, 1 / slack)
    return optimize.brentq(
        lambda d: lens(d, first, second) - math.pi * common, inside, apart, xtol=1e-12
    )


def _two(radii: list[float], common: float) -> list[Circle]:
    first, second = radii
    return [
        Circle(0.0, 0.0, first),
        Circle(_distance(first, second, common), 0.0, second),
    ]


def _three(radii: list[float], shares: Mapping[str, float]) -> list[Circle]:
    """Pairs as they should be; what then is off is made as even as possible."""
    starts = [_pairwise(radii, shares, slack) for slack in (1.0, 4.0, 0.25)]
    places = min(starts, key=lambda start: _worst(start, radii, shares))
    if _worst(places, radii, shares) > 0.0005:
        places = optimize.minimize(
            _worst,
            places,
            args=(radii, shares),
            method="Nelder-Mead",
            options={"maxfev": 150, "xatol": 1e-4, "fatol": 1e-5},
        ).x
    return _placed(places, radii)


def _pairwise(
    radii: list[float], shares: Mapping[str, float], slack: float
) -> list[float]:
    """Places of B (x) and C (x, y) at which each pair is right, if it can be."""
    common = [sum(_holding(shares, *pair).values()) for pair in ("AB", "AC", "BC")]
    a, b, c = radii
    ab, ac, bc = (
        _distance(*pair, share, slack)
        for pair, share in zip(((a, b), (a, c), (b, c)), common, strict=True)
    )
    along = (ab**2 + ac**2 - bc**2) / (2 * ab) if ab > 0 else 0.0
    along = min(ac, max(-ac, along))
    return [ab, along, math.sqrt(ac**2 - along**2)]


def _placed(places, radii: list[float]) -> list[Circle]:
    across, along, down = map(float, places)
    a, b, c = radii
    return [Circle(0.0, 0.0, a), Circle(across, 0.0, b), Circle(along, abs(down), c)]


def _worst(places, radii: list[float], shares: Mapping[str, float]) -> float:
    """Largest difference between a region's area and its share [fraction]."""
    return _off(dict(zip("ABC", _placed(places, radii), strict=True)), shares)


def _off(circles: Mapping[str, Circle], shares: Mapping[str, float]) -> float:
    areas = areas_of(circles, 2 if len(shares) == 3 else 3)
    return max(abs(areas[name] / math.pi - shares[name]) for name in shares)


def _centred(circles: list[Circle]) -> list[Circle]:
    """The same circles with the middle of their bounding box at 0."""
    if not circles:
        return []
    left, top = (min(c[axis] - c.r for c in circles) for axis in (0, 1))
    right, foot = (max(c[axis] + c.r for c in circles) for axis in (0, 1))
    across, down = (left + right) / 2, (top + foot) / 2
    return [Circle(c.x - across, c.y - down, c.r) for c in circles]
