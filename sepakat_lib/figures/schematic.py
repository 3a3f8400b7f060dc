"""Shapes for maps where no boundary file is at hand, made from the points of kecamatan.

Every kecamatan has a point and an area. Discs of the areas' size, run together, make
the land; lines half-way between neighbouring points divide it. Neighbours are mostly
real neighbours and islands keep their places, but no line here is a boundary: a drawing
of these shapes says so.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import shapely

from sepakat_lib import regions

KM_PER_DEGREE = 111.2  # of latitude, mean over the ellipsoid
MIDDLE = -2.5  # [degrees] one scale for all; off by less than 2 percent at 11 south
# Discs a little larger than the areas close most of the gaps between points; together
# the cells then have 1.06 times the land's area.
SWELL = 1.3
STRAIT = 1.5  # [km] water narrower than twice this is filled
MARGIN = 3.0  # [degrees] beyond this no point touches a cell; the largest disc has 0.7
LEVELS = ("kecamatan", "kabupaten", "province")


def shapes(region: str, level: str) -> pd.DataFrame:
    """Schematic shapes of the parts of a region.

    Parameters
    ----------
    region : str
        BPS 2022 key: ``00``, a province or a kabupaten.
    level : {"kecamatan", "kabupaten", "province"}
        What the parts are.

    Returns
    -------
    DataFrame
        ``region`` (BPS 2022; Kemendagri's code for kecamatan), ``level``, ``name``
        (short), ``geometry`` (WKB, degrees). The same columns as an office's own
        boundaries, so that either can be drawn. A part looks the same on the map of
        its kabupaten, its province and the nation.

    Raises
    ------
    ValueError
        If the level is not one of the three, or above the region's own.

    >>> pacitan = shapes("3501", "kecamatan")
    >>> len(pacitan), pacitan["name"].iloc[0]
    (12, 'Donorojo')
    """
    return _shapes(region, level).copy(deep=False)


@lru_cache(maxsize=40)  # pages of one province draw the same map
def _shapes(region: str, level: str) -> pd.DataFrame:
    if level not in LEVELS:
        raise ValueError(f"level is one of {', '.join(LEVELS)}; {level!r} came")
    if level == "province" and regions.level(region) == "kabupaten":
        raise ValueError(
            f"{regions.name(region)} has no provinces within it; ask for its kecamatan"
        )
    cells = _kecamatan(region)
    if level == "kecamatan":
        keys, names, polygons = cells["kemendagri"], cells["name"], cells["cell"]
    else:
        keys = cells["region"] if level == "kabupaten" else cells["region"].str[:2]
        parts = cells["cell"].groupby(keys, sort=True)
        polygons = parts.agg(lambda cell: shapely.coverage_union_all(cell.to_numpy()))
        keys = polygons.index
        names = [regions.short_name(key) for key in keys]
    return pd.DataFrame(
        {
            "region": list(keys),
            "level": level,
            "name": list(names),
            "geometry": shapely.to_wkb(polygons.to_numpy()),
        }
    )


@lru_cache(maxsize=8)  # the nation takes two seconds
def _kecamatan(region: str) -> pd.DataFrame:
    """Kecamatan of a region with the cells they have among all their neighbours."""
    every = regions.kecamatan(regions.NATION)
    inside = every["region"].isin(regions.members(region))
    near = np.ones(len(every), bool)
    for axis in ("lon", "lat"):
        own = every.loc[inside, axis]
        near &= every[axis].between(own.min() - MARGIN, own.max() + MARGIN)
    points = every[near]
    cell = cells(points["lon"], points["lat"], points["area_km2"])
    return points.assign(cell=cell)[inside[near]]


def cells(
    lon: Sequence[float], lat: Sequence[float], area_km2: Sequence[float]
) -> np.ndarray:
    """One polygon round each point, none over another.

    Parameters
    ----------
    lon, lat : sequences of equal length
        [degrees], no point twice.
    area_km2 : sequence
        Above 0. [km²]

    Returns
    -------
    ndarray of shapely.Polygon
        In degrees, in the order of the points, each holding its own. A point far from
        all others has a disc of 1.7 times its area.

    Raises
    ------
    ValueError
        No point, one twice, a missing coordinate, or an area that is not above 0.

    Notes
    -----
    Voronoi's division (Aurenhammer 1991, doi:10.1145/116873.116880) of the union of the
    discs; of a cell that the coast cuts in two, the part with the point is kept.
    """
    lon, lat, area = (np.asarray(v, float) for v in (lon, lat, area_km2))
    places = np.column_stack([lon, lat])
    _check(places, area)
    scale = KM_PER_DEGREE * np.array([np.cos(np.radians(MIDDLE)), 1])
    points = shapely.points(places * scale)
    land = _land(points, SWELL * np.sqrt(area / np.pi))
    frame = shapely.box(*shapely.total_bounds(land)).buffer(100, join_style="mitre")
    between = shapely.voronoi_polygons(
        shapely.multipoints(points), only_edges=True, extend_to=frame
    )
    lines = shapely.union_all([between, land.boundary])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    which = shapely.STRtree(pieces).query(points, predicate="within")
    if not np.array_equal(which[0], np.arange(len(points))):
        raise RuntimeError("a point lies on the edge of its own cell; this is a defect")
    return shapely.transform(pieces[which[1]], lambda km: km / scale)


def _land(points: np.ndarray, radius: np.ndarray) -> shapely.Geometry:
    """Discs run together; narrow straits and whatever is enclosed are land."""
    discs = shapely.union_all(shapely.buffer(points, radius, quad_segs=6))
    closed = discs.buffer(STRAIT, quad_segs=4).buffer(-STRAIT, quad_segs=4)
    # many-sided discs lose their corners in the closing; no point may go with them
    shapely.prepare(closed)
    lost = ~shapely.contains_properly(closed, points)
    small = shapely.buffer(points[lost], radius[lost], quad_segs=6)
    whole = shapely.union_all([closed, *small])
    outer = shapely.get_exterior_ring(shapely.get_parts(whole))
    return shapely.union_all(shapely.polygons(outer))


def _check(places: np.ndarray, area: np.ndarray) -> None:
    if not len(places):
        raise ValueError("there is no point to draw a shape round")
    if not np.isfinite(places).all() or not (area > 0).all():
        raise ValueError(
            "each point needs a longitude, a latitude and an area above 0 km²; "
            f"{int((~np.isfinite(places).all(axis=1) | ~(area > 0)).sum())} lack one"
        )
    if len(np.unique(places, axis=0)) < len(places):
        raise ValueError("two shapes cannot stand round the same point; one came twice")
