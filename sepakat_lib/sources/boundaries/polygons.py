"""The shapes themselves: polygons, in degrees, in Indonesia, whole."""

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
POLYGONS = (3, 6)  # shapely's numbers of Polygon and MultiPolygon


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
        ``no_polygons``, ``broken``, ``not_degrees``, ``swapped``, ``elsewhere``.
    """
    shapes = shapely.from_wkb(file.wkb, on_invalid="ignore")
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


def _repaired(shape: shapely.Geometry) -> shapely.Geometry:
    """Area of a shape whose line crosses itself, as simplified files often have it."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [p for p in shapely.get_parts(mended) if shapely.get_type_id(p) == 3]
    return shapely.multipolygons(parts)


def _check_place(file: File, shapes: np.ndarray, labels: pd.Series) -> None:
    """Coordinates decide whether a file is in degrees; its label may be lost or wrong."""
    bounds = shapely.bounds(shapes)
    west, south, east, north = INDONESIA
    if (np.abs(bounds) > [180, 90, 180, 90]).any():
        if not (np.abs(bounds) > 180).any() and (np.abs(bounds[:, 0]) < 90).all():
            raise _swapped(file)
        raise Refused("not_degrees", file=file.name, projection=file.projection)
    inside = (bounds[:, 0] >= west) & (bounds[:, 2] <= east)
    inside &= (bounds[:, 1] >= south) & (bounds[:, 3] <= north)
    if inside.all():
        return
    rows = np.flatnonzero(~inside)
    corners = [
        written("lies_at", place=f"{b[0]:.2f}, {b[1]:.2f}") for b in bounds[rows]
    ]
    raise Refused(
        "elsewhere",
        listed(rows, labels.iloc[rows], [""] * len(rows), corners),
        file=file.name,
        outside=len(rows),
    )


def _swapped(file: File) -> Refused:
    return Refused("swapped", file=file.name)
