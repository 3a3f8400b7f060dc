"""The shapes themselves: polygons, in degrees, in Indonesia, whole."""

import re

import numpy as np
import pandas as pd
import shapely

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.boundaries.files import File
from sepakat_lib.sources.boundaries.problems import listed

INDONESIA = (
    94.0,
    -12.0,
    142.0,
    7.0,
)  # [degrees] west, south, east, north, with its sea
GEOGRAPHIC = re.compile(
    r"^EPSG:(4326|4755|9470|4238|4258|4269|4979)$|^(GEOG|OGC:CRS84)"
)
POLYGONS = (3, 6)  # shapely's numbers of Polygon and MultiPolygon
COLLECTION = 7
KILOMETRES = 2e4  # numbers below are no metres of a projection, but kilometres
TURNS = (360, 90)  # [degrees] beyond these numbers are no degrees, however counted


def checked(file: File, labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Polygons of a file, and which of them had to be repaired.

    Parameters
    ----------
    file : File
    labels : Series of str
        What each shape is called in errors.

    Raises
    ------
    Refused
        ``no_polygons``, ``broken``, ``projected``, ``metres``, ``not_degrees``,
        ``swapped``, ``elsewhere``.
    """
    shapes = _polygons(shapely.from_wkb(file.wkb, on_invalid="ignore"))
    kinds = shapely.get_type_id(shapes)
    if not np.isin(kinds, POLYGONS).any() and (kinds >= 0).any():
        raise Refused("no_polygons", file=file.name)
    size = shapely.area(shapes)
    broken = ~np.isin(kinds, POLYGONS) | ~np.isfinite(size) | shapely.is_empty(shapes)
    invalid = ~shapely.is_valid(shapes) & ~broken
    shapes = shapes.copy()
    shapes[invalid] = [_repaired(shape) for shape in shapes[invalid]]
    broken |= ~(shapely.area(shapes) > 0)
    if broken.any():
        rows = np.flatnonzero(broken)
        raise Refused(
            "broken",
            listed(
                rows,
                labels.iloc[rows],
                [""] * len(rows),
                [written("no_area")] * len(rows),
            ),
            file=file.name,
            broken=len(rows),
        )
    _check_place(file, shapes, labels)
    return shapes, invalid


def _polygons(shapes: np.ndarray) -> np.ndarray:
    """Shapes with the areas alone of those that are collections of several kinds."""
    shapes = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[row]))
        areas = parts[shapely.get_type_id(parts) == POLYGONS[0]]
        if len(areas):
            shapes[row] = shapely.multipolygons(areas)
    return shapes


def _repaired(shape: shapely.Geometry) -> shapely.Geometry:
    """Area of a shape whose line crosses itself, as simplified files often have it."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [p for p in shapely.get_parts(mended) if shapely.get_type_id(p) == 3]
    return shapely.multipolygons(parts)


def _check_place(file: File, shapes: np.ndarray, labels: pd.Series) -> None:
    """Coordinates decide whether a file is in degrees; its label may be lost or wrong."""
    bounds = shapely.bounds(shapes)
    west, south, east, north = INDONESIA
    swapped = (bounds[:, 1] >= west) & (bounds[:, 3] <= east)
    swapped &= (bounds[:, 0] >= south) & (bounds[:, 2] <= north)
    if swapped.any():
        rows = np.flatnonzero(swapped)
        raise Refused(
            "swapped",
            listed(rows, labels.iloc[rows], [""] * len(rows), _corners(bounds[rows])),
            file=file.name,
            swapped=len(rows),
        )
    if (np.abs(bounds) > [*TURNS, *TURNS]).any():
        raise _not_degrees(file, bounds)
    inside = (bounds[:, 0] >= west) & (bounds[:, 2] <= east)
    inside &= (bounds[:, 1] >= south) & (bounds[:, 3] <= north)
    if inside.all():
        return
    rows = np.flatnonzero(~inside)
    raise Refused(
        "elsewhere",
        listed(rows, labels.iloc[rows], [""] * len(rows), _corners(bounds[rows])),
        file=file.name,
        outside=len(rows),
    )


def _corners(bounds: np.ndarray) -> list[str]:
    return [written("lies_at", place=f"{b[0]:.2f}, {b[1]:.2f}") for b in bounds]


def _not_degrees(file: File, bounds: np.ndarray) -> Refused:
    """Coordinates in metres: by the projection that the file states, or by their size.

    To save a file "as EPSG:4326" helps where its projection is known; where it is not,
    that writes metres down as degrees.
    """
    x, y = bounds[0, 0], bounds[0, 1]
    place = f"{x:.0f}, {y:.0f}"
    stated = file.projection.split("[")[0] if "[" in file.projection else ""
    stated = stated or file.projection
    if stated and not GEOGRAPHIC.search(file.projection):
        name = re.search(r'"([^"]+)"', file.projection)
        known = name[1] if "[" in file.projection and name else stated
        return Refused("projected", file=file.name, place=place, projection=known[:60])
    if likely := _likely(bounds):
        return Refused("metres", file=file.name, place=place, likely=likely)
    return Refused("not_degrees", file=file.name, place=place)


def _likely(bounds: np.ndarray) -> str:
    """Projections whose coordinates in Indonesia have such values; empty if of none."""
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    if low[0] > 1.04e7 and high[0] < 16.5e6 and low[1] > -1.4e6 and high[1] < 8e5:
        return "Web Mercator, EPSG:3857"
    if low[0] > -1.5e6 and high[0] < 6e6 and low[1] > 0 and high[1] < 11e6:
        if low[1] > 8.5e6:
            return "UTM, EPSG:32746-32754"
        if high[0] - low[0] > KILOMETRES or high[1] > KILOMETRES:
            return "UTM, EPSG:32646-32654; TM-3, EPSG:23830-23845"
    return ""
