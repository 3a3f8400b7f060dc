"""Whether a shape is the whole of its region: neither a part, nor more than one.

Areas and the points of kecamatan are shipped. A shape is held against both: lines of two
publishers differ at coasts and in unsettled stretches, points in them hardly do.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
import shapely

from sepakat_lib import reference, regions
from sepakat_lib.refused import written

EARTH = 6371.0072  # [km] radius of the sphere with the Earth's surface
# Two publishers' areas of one region: seven kabupaten are more than 15 percent off, one
# (Sorong) by 69; kecamatan have no areas but measured ones and more unsettled lines.
LEAST = {"province": 0.8, "kabupaten": 0.7, "kecamatan": 0.5}
MOST = {"province": 1.3, "kabupaten": 1.75, "kecamatan": 2.2}
LACKING = 0.93  # below this share a kecamatan whose point is outside is one left out
LARGER = 1.4  # times a kecamatan: it may hold a younger one
WHOLE = 0.8  # of the points of another region: then it is inside
MARGIN = 0.05  # of the square root of the area: lines are drawn coarsely

# No border is so regular. Kecamatan of a coarse file have few corners: some are convex.
BOX = 0.99  # of the smallest rectangle about it
ROUND = 0.95  # 4 pi area / length²: 1 is a circle
HULL = 0.995  # of the convex shape about it; the most convex kabupaten has 0.976
CORNERS = 12  # a border drawn with fewer may be convex


def drawn(shapes: np.ndarray, level: str) -> dict[int, str]:
    """Shapes that are figures and no borders: boxes, discs, hulls; rules by row."""
    size = shapely.area(shapes)
    box = size / shapely.area(shapely.minimum_rotated_rectangle(shapes)) > BOX
    disc = 4 * np.pi * size / shapely.length(shapes) ** 2 > ROUND
    rules = {int(row): written("box") for row in np.flatnonzero(box)}
    rules |= {int(row): written("disc") for row in np.flatnonzero(disc & ~box)}
    if level != "kecamatan":
        hull = size / shapely.area(shapely.convex_hull(shapes)) > HULL
        hull &= shapely.get_num_coordinates(shapes) > CORNERS
        other = np.flatnonzero(hull & ~disc & ~box)
        rules |= {int(row): written("hull") for row in other}
    return rules


def area(shapes: np.ndarray) -> np.ndarray:
    """Area of shapes in degrees on a sphere [km²].

    >>> import shapely
    >>> one_degree = shapely.box(0, 0, 1, 1)
    >>> round(float(area(np.array([one_degree]))[0]))
    12364
    """
    return shapely.area(shapely.transform(shapes, _equal_area))


def _equal_area(degrees: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    return EARTH * np.column_stack([lon, np.sin(lat)])


def rules(
    shapes: np.ndarray, of: np.ndarray, level: str
) -> tuple[dict[int, str], dict[int, str]]:
    """Shapes that are not the whole of their region, with what is wrong.

    Parameters
    ----------
    shapes : array of shapely geometry, degrees
    of : array of str
        Region of each; empty where there is none.
    level : {"province", "kabupaten", "kecamatan"}

    Returns
    -------
    parts, older : dict of str
        Rules by row: smaller or larger than the region is; and holding other whole
        regions besides their own, as shapes from before a division do.
    """
    inside, all_of, near = _points_inside(shapes, of, level)
    covered = area(shapes)
    parts: dict[int, str] = {}
    older: dict[int, str] = {}
    for row, region in enumerate(of):
        if not region:
            continue
        known = _areas(level)[region]
        share = [covered[row] / square for square in known]
        own = inside[row].get(region, 0) / all_of[region]
        # a kecamatan is one point, which a neighbour's line may well pass by
        larger = level != "kecamatan" or min(share) > LARGER
        more = _held(inside[row], all_of, region) if own >= WHOLE and larger else []
        if more:
            places = ", ".join(_called(other, level) for other in more[:8])
            older[row] = written(
                "holds_more", region=_called(region, level), places=places
            )
            continue
        lacking = all_of[region] - near[row]
        name, size = _called(region, level), f"{covered[row]:.0f}"
        official = f"{known[0]:.0f}"
        if max(share) < LEAST[level] or (max(share) < LACKING and lacking > 0):
            parts[row] = written("part", region=name, area=size, whole=official)
        elif min(share) > MOST[level]:
            parts[row] = written("too_large", region=name, area=size, whole=official)
    return parts, older


def whole(shapes: np.ndarray, of: np.ndarray, level: str) -> np.ndarray:
    """Whether each shape is the whole of its region; not where it has none."""
    parts, older = rules(shapes, of, level)
    return np.array(
        [
            bool(region) and row not in parts and row not in older
            for row, region in enumerate(of)
        ]
    )


def _points_inside(shapes, of, level):
    """Points of every region in each shape, points of all, and own ones at most near."""
    points, owner = points_of(level)
    all_of = pd.Series(owner).value_counts().to_dict()
    inside: list[dict[str, int]] = [{} for _ in shapes]
    tree = shapely.STRtree(points)
    for row, point in zip(*tree.query(shapes, predicate="contains"), strict=True):
        inside[row][owner[point]] = inside[row].get(owner[point], 0) + 1
    margin = MARGIN * np.sqrt(shapely.area(shapes))
    near = np.zeros(len(shapes), int)
    for row, point in zip(
        *tree.query(shapes, predicate="dwithin", distance=margin), strict=True
    ):
        near[row] += owner[point] == of[row]
    return inside, all_of, near


def _held(inside: dict[str, int], all_of: dict[str, int], own: str) -> list[str]:
    return sorted(
        other
        for other, n in inside.items()
        if other != own and n / all_of[other] >= WHOLE
    )


@lru_cache
def points_of(level: str) -> tuple[np.ndarray, np.ndarray]:
    """Points of all kecamatan, and the region of a level that each belongs to."""
    parts = regions.kecamatan(regions.NATION)
    owner = {
        "kecamatan": parts["kemendagri"],
        "kabupaten": parts["region"],
        "province": parts["region"].str[:2],
    }[level]
    return shapely.points(parts["lon"], parts["lat"]), owner.to_numpy(object)


@lru_cache
def _areas(level: str) -> dict[str, list[float]]:
    """Areas of each region of a level: the official one, where there is, and measured."""
    parts = regions.kecamatan(regions.NATION)
    _, owner = points_of(level)
    measured = parts.groupby(owner)["area_km2"].sum()
    official = reference.regions().set_index("region")["area_km2"]
    return {
        region: [
            *([official[region]] if official.get(region, np.nan) > 0 else []),
            square,
        ]
        for region, square in measured.items()
    }


def _called(region: str, level: str) -> str:
    return kecamatan_names()[region] if level == "kecamatan" else regions.name(region)


@lru_cache
def kecamatan_names() -> dict[str, str]:
    """Names of kecamatan with their kabupaten, by Kemendagri's code."""
    parts = regions.kecamatan(regions.NATION)
    names = parts["name"] + " (" + parts["region"].map(regions.short_name) + ")"
    return dict(zip(parts["kemendagri"], names, strict=True))
