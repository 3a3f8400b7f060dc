"""Where the names of regions stand on a map: inside their shape, else beside it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from sepakat_lib.figures.layout import LINE, text_width, wrapped

GRID = 9  # places tried across a shape, and as many down
BLEED = 1.5  # [px] that letters may reach over the edge of their own shape


class Name(NamedTuple):
    """A name with the middle of its lines [px], and whether its shape holds it."""

    text: str
    x: float
    y: float
    inside: bool


def places(
    shapes: Sequence[shapely.Geometry],
    names: Sequence[str],
    panel: tuple[float, float, float, float],
    first: int | None = None,
    *,
    over: Sequence[shapely.Geometry] | None = None,
) -> list[Name | None]:
    """Places for names, none over another; None where there is no room.

    Parameters
    ----------
    shapes : sequence of shapely polygons
        [px], y downwards.
    names : sequence of str
        One a shape.
    panel : (left, top, right, bottom)
        [px] that no name leaves.
    first : int, optional
        Shape that is named before all others; then the largest goes first.
    over : sequence of shapely polygons, optional
        All that is drawn, where not all of it is to be named; no name beside its shape
        lies over these.
    """
    order = sorted(range(len(shapes)), key=lambda i: (i != first, -shapes[i].area))
    tree = shapely.STRtree(list(shapes if over is None else over))
    taken: list[shapely.Geometry] = []
    placed: list[Name | None] = [None] * len(shapes)
    for i in order:
        for text in dict.fromkeys([names[i], wrapped(names[i], 1)]):
            size = text_width(text, bold=i == first), LINE * (1 + text.count("\n")) - 2
            place = _inside(shapes[i], size, taken)
            inside = place is not None
            if not inside:
                gaps = (0, 8, 16) if i == first else (0,)
                tries = (_beside(shapes[i], size, tree, taken, panel, g) for g in gaps)
                place = next(filter(None, tries), None)
            if place is not None:
                placed[i] = Name(text, *place, inside)
                taken.append(_box(*place, size))
                break
    return placed


def _box(x: float, y: float, size: tuple[float, float]) -> shapely.Geometry:
    width, height = size
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _free(box: shapely.Geometry, taken: list[shapely.Geometry]) -> bool:
    return not shapely.intersects(box, taken).any() if taken else True


def _inside(
    shape: shapely.Geometry, size: tuple[float, float], taken: list[shapely.Geometry]
) -> tuple[float, float] | None:
    """Place within the largest part, as far from its edge as the grid shows."""
    part = max(shapely.get_parts(shape), key=lambda piece: piece.area, default=None)
    if part is None or part.area < size[0] * size[1]:
        return None
    left, top, right, bottom = part.bounds
    room = part.buffer(BLEED)
    shapely.prepare(room)
    x, y = np.meshgrid(
        np.linspace(left, right, GRID + 2)[1:-1],
        np.linspace(top, bottom, GRID + 2)[1:-1],
    )
    x, y = x.ravel(), y.ravel()
    width, height = size
    boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    fits = np.flatnonzero(shapely.covers(room, boxes))
    fits = [k for k in fits if _free(boxes[k], taken)]
    if not fits:
        return None
    depth = shapely.distance(boxes[fits], part.exterior)
    from_middle = shapely.distance(shapely.points(x[fits], y[fits]), part.centroid)
    best = fits[int(np.argmax(depth - 0.2 * from_middle))]
    return float(x[best]), float(y[best])


def _beside(
    shape: shapely.Geometry,
    size: tuple[float, float],
    tree: shapely.STRtree,
    taken: list[shapely.Geometry],
    panel: tuple[float, float, float, float],
    gap: float,
) -> tuple[float, float] | None:
    """Place over white: right, left, below or above the largest part, touching none."""
    part = max(shapely.get_parts(shape), key=lambda piece: piece.area, default=None)
    if part is None:
        return None
    left, top, right, bottom = part.bounds
    x, y = (left + right) / 2, (top + bottom) / 2
    across, down = size[0] / 2 + 4 + gap, size[1] / 2 + 1 + gap
    paper = shapely.box(*panel)
    within = np.clip(x, panel[0] + size[0] / 2, panel[2] - size[0] / 2)
    for place in (
        (right + across, y),
        (left - across, y),
        (float(within), bottom + down),
        (float(within), top - down),
    ):
        box = _box(*place, size)
        over_a_shape = len(tree.query(box, predicate="intersects"))
        if paper.covers(box) and _free(box, taken) and not over_a_shape:
            return place
    return None
