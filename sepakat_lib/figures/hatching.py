"""Slanting lines over what deserves less trust, as geometry.

An SVG pattern is named by an id: two maps on one page would share it, and a pattern in
the drawing that is hidden leaves the other one without its hatch.
"""

import numpy as np
import shapely


def lines(shapes: np.ndarray, gap: float) -> shapely.Geometry:
    """Parallel lines rising to the right (with y upwards), cut to the shapes.

    Parameters
    ----------
    shapes : ndarray of polygons
    gap : float
        From line to line, in the shapes' unit.

    Returns
    -------
    MultiLineString
        Empty where no line meets a shape.

    >>> square = np.array([shapely.box(0, 0, 10, 10)])
    >>> cut = lines(square, gap=2)
    >>> len(cut.geoms), bool(shapely.covers(square[0].buffer(1e-9), cut))
    (7, True)
    """
    left, bottom, right, top = shapely.total_bounds(shapes)
    # on one grid for all shapes, so that the hatches of neighbours run on
    step = gap * np.sqrt(2)
    first = np.floor((left - top) / step) * step
    starts = np.arange(first, right - bottom, step)
    ends = [((s + bottom, bottom), (s + top, top)) for s in starts]
    every = shapely.multilinestrings(shapely.linestrings(ends))
    cut = shapely.intersection(shapely.union_all(shapes), every)
    parts = shapely.get_parts(cut)
    return shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1])
