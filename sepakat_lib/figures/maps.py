"""Maps as SVG: regions in five shades of one colour, drawn for two widths."""

from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd
import shapely

from sepakat_lib import words
from sepakat_lib.figures import hatching, naming
from sepakat_lib.figures.classes import SHADES, Classes, classify
from sepakat_lib.figures.drawing import (
    FONT,
    INK,
    NARROW,
    SOFT,
    SWITCH,
    WIDE,
    line_of_source,
)
from sepakat_lib.figures.layout import LINE, TEXT, text_width
from sepakat_lib.figures.legend import FAINT, HATCH, box, ink_on, legend
from sepakat_lib.figures.values import checked

TALLEST = {WIDE: 560, NARROW: 400}  # [px] a land that is higher is drawn smaller
EDGE = 6  # [px] white round the land, for the outline of a region at its border
FOOT = 12  # [px] white under it, where a name may stand
FINEST = 0.5  # [px] detail below this is left out
MOST_NAMED = 60  # regions; with more, only the own one is named
LEAST = 7, 3  # [px] across, few regions and many; a smaller one has a dot of this size
OUTLINED = 100  # [px²] a smaller island of the own region would drown in its outline
BORDER = "#6f9896"  # of the two lightest shades, which else fade into the paper


class _Paper(NamedTuple):
    """Shapes laid on a sheet, y downwards. [px]"""

    width: int
    height: float
    polygons: np.ndarray


class Sheet(NamedTuple):
    """What is drawn: shapes, the values beside them, and how they were classed."""

    regions: pd.DataFrame
    classes: Classes
    unit: str
    alt: str
    language: str
    schematic: bool
    own: int | None


def choropleth(
    shapes: pd.DataFrame,
    values: pd.DataFrame,
    *,
    unit: str,
    alt: str,
    language: str,
    schematic: bool,
    own: str | None = None,
    classes: int = 5,
    source: str = "",
) -> str:
    """Map of one value a region, with its legend under it.

    Parameters
    ----------
    shapes : DataFrame
        ``region``, ``name``, ``geometry`` (WKB, degrees): from `schematic.shapes` or an
        office's own boundaries. A shape without a row in `values` has no data.
    values : DataFrame
        ``region``, ``value`` (missing where there is none), ``mark`` (see
        `classes.classify`), ``label`` (what is told of the region where one points at
        it; may be empty).
    unit : str
        Stands above the legend.
    alt : str
        What the map says, with its numbers.
    language : {"id", "en"}
    schematic : bool
        Whether the shapes were made from points; the map then says so under itself and
        in its alt text.
    own : str, optional
        Region that is outlined and named first.
    classes : int
        1 to 5, of about equally many regions each.
    source : str, optional
        As in `charts.trend`.

    Returns
    -------
    str
        Two SVG drawings, for a column and for a telephone, and the rule that picks one.

    Raises
    ------
    ValueError
        A column missing, a region twice, a value or an own region without a shape, no
        alt text.
    """
    sheet = sheet_of(
        shapes,
        values,
        unit=unit,
        alt=alt,
        language=language,
        schematic=schematic,
        own=own,
        classes=classes,
    )
    wide, narrow = (_drawn(sheet, width, source) for width in (WIDE, NARROW))
    return f"<style>{SWITCH}</style>{wide}{narrow}"


def sheet_of(
    shapes: pd.DataFrame,
    values: pd.DataFrame,
    *,
    unit: str,
    alt: str,
    language: str,
    schematic: bool,
    own: str | None = None,
    classes: int = 5,
) -> Sheet:
    """Shapes and values put together and classed; see `choropleth`."""
    if not alt.strip():
        raise ValueError("a map needs an alt text: what its title says, with numbers")
    if schematic:
        alt = f"{alt.strip()} {words.say('map.schematic', language)}"
    polygons = checked(shapes, ["region", "name", "geometry"], "a map")
    given = checked(
        values, ["region", "value", "mark", "label"], "a map", may_miss=["value"]
    )
    for table, what in ((polygons, "shapes"), (given, "values")):
        if (twice := table["region"][table["region"].duplicated()]).size:
            raise ValueError(
                f"a map has one row a region; {twice.iloc[0]} came twice in the {what}"
            )
    keys = [*given["region"], *([own] if own is not None else [])]
    if lost := sorted(set(keys) - set(polygons["region"])):
        raise ValueError(
            f"{len(lost)} regions have no shape to be drawn in: "
            f"{', '.join(map(str, lost[:10]))}; draw them on a map that holds them"
        )
    both = polygons.merge(given, on="region", how="left")
    both["mark"] = both["mark"].fillna("")
    both["label"] = both["label"].fillna("")
    classed = classify(both["value"], both["mark"], classes)
    place = None if own is None else both.index[both["region"] == own][0]
    return Sheet(both, classed, unit, alt, language, schematic, place)


def _drawn(sheet: Sheet, width: int, source: str) -> str:
    paper = _on_paper(shapely.from_wkb(sheet.regions["geometry"].to_numpy()), width)
    key, below = legend(
        sheet.classes,
        sheet.unit,
        sheet.language,
        schematic=sheet.schematic,
        width=width,
    )
    foot = line_of_source(source, width, paper.height + below)
    height = paper.height + below + foot.room
    parts = [*_land(sheet, paper), _names(sheet, paper)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-'
        f'{"wide" if width == WIDE else "narrow"}" viewBox="0 0 {width} {height:.0f}" '
        f'width="100%" style="max-width:46rem" role="img" aria-label={quoteattr(sheet.alt)} '
        f'font-family="{FONT}" font-size="{TEXT}" fill="{SOFT}">'
        f"<title>{escape(sheet.alt)}</title>"
        f'<g transform="scale(.1)" stroke-linejoin="round">{"".join(parts[:-1])}</g>'
        f'{parts[-1]}<g transform="translate(0 {paper.height:.0f})">{key}</g>'
        f"{foot.element}</svg>"
    )


def _on_paper(shapes: np.ndarray, width: int) -> _Paper:
    """Degrees to pixels, with shared borders simplified alike on both sides.

    Equirectangular, true to scale along the middle parallel; over Indonesia's 17
    degrees of latitude lengths are off by at most 2 percent.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = np.cos(np.radians((south + north) / 2))
    land = width - 2 * EDGE
    scale = min(
        land / max((east - west) * squeeze, 1e-9),
        TALLEST[width] / max(north - south, 1e-9),
    )
    aside = EDGE + (land - (east - west) * squeeze * scale) / 2

    def move(lonlat: np.ndarray) -> np.ndarray:
        x = (lonlat[:, 0] - west) * squeeze * scale + aside
        return np.column_stack([x, (north - lonlat[:, 1]) * scale + EDGE])

    moved = shapely.transform(shapes, move)
    simple = shapely.coverage_simplify(moved, FINEST)
    least = LEAST[len(shapes) > MOST_NAMED]
    polygons = [
        _visible(new, old, least) for new, old in zip(simple, moved, strict=True)
    ]
    height = (north - south) * scale + EDGE + FOOT
    return _Paper(width, height, np.array(polygons))


def _visible(
    shape: shapely.Geometry, original: shapely.Geometry, least: float
) -> shapely.Geometry:
    """Parts that can be seen; with a dot where all are small, so that none is lost."""
    parts = shapely.get_parts(shape)
    seen = parts[shapely.area(parts) > FINEST**2]
    if not (shapely.area(seen) > 0.7 * least**2).any():
        largest = max(shapely.get_parts(original), key=shapely.area)
        dot = shapely.point_on_surface(largest).buffer(least / 2, quad_segs=4)
        return shapely.union_all([*seen, dot])
    return shapely.multipolygons(seen) if len(seen) > 1 else seen[0]


def _path(shape: shapely.Geometry) -> str:
    """Outline in tenths of a pixel, each step from the last one."""
    pieces = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = np.rint(shapely.get_coordinates(ring) * 10).astype(int)
        steps = np.diff(points, axis=0)
        steps = steps[steps.any(axis=1)][:-1]
        if len(steps) < 2:
            continue
        moves = " ".join(f"{x} {y}" for x, y in steps)
        pieces.append(f"M{points[0, 0]} {points[0, 1]}l{moves}z".replace(" -", "-"))
    return "".join(pieces)


def _land(sheet: Sheet, paper: _Paper) -> list[str]:
    """All regions, those that overlay others last."""
    kinds, number = sheet.classes.kind, sheet.classes.number
    thin = 7 if len(kinds) <= MOST_NAMED else 3
    labels = sheet.regions["label"] if paper.width == WIDE else [""] * len(kinds)
    paths = [
        f'<path d="{_path(shape)}"'
        + (f"><title>{escape(text)}</title></path>" if text else "/>")
        for shape, text in zip(paper.polygons, labels, strict=True)
    ]

    def group(chosen: np.ndarray, look: str) -> str:
        inside = "".join(paths[i] for i in np.flatnonzero(chosen))
        return f"<g {look}>{inside}</g>" if inside else ""

    parts = []
    for class_ in np.unique(number[number >= 0]):
        shade = sheet.classes.shade(class_)
        border = BORDER if shade in SHADES[:2] else "#fff"
        look = f'fill="{shade}" stroke="{border}" stroke-width="{thin}"'
        parts.append(group(number == class_, look))
    for class_ in np.unique(number[kinds == "hatched"]):
        chosen = (kinds == "hatched") & (number == class_)
        parts.append(_hatch(paper.polygons[chosen], sheet.classes.shade(class_)))
    blank = f'fill="#fff" stroke="{SOFT}" stroke-width="10"'
    absent = f'fill="#fff" stroke="{FAINT}" stroke-width="10" stroke-dasharray="10 25"'
    parts.append(group(kinds == "blank", blank))
    parts.append(group(kinds == "no_data", f'{absent} stroke-linecap="round"'))
    if sheet.own is not None:
        parts += _outline(shapely.get_parts(paper.polygons[sheet.own]))
    return parts


def _outline(islands: np.ndarray) -> list[str]:
    """Strong line round the own region, with white between it and its neighbours."""
    large = shapely.area(islands) >= OUTLINED
    large |= not large.any()
    pens = ((islands, INK, 10), (islands[large], "#fff", 45), (islands[large], INK, 24))
    return [
        f'<path d="{_path(shapely.multipolygons(which))}" fill="none" '
        f'stroke="{colour}" stroke-width="{px}"/>'
        for which, colour, px in pens
    ]


def _hatch(shapes: np.ndarray, shade: str) -> str:
    """Slanting lines over the shapes, in tenths of a pixel."""
    cut = shapely.get_coordinates(hatching.lines(shapes, HATCH))
    ends = np.rint(cut * 10).astype(int).reshape(-1, 4)
    moves = "".join(f"M{x} {y}l{u - x} {v - y}" for x, y, u, v in ends)
    return (
        f'<path d="{moves}" fill="none" stroke="{ink_on(shade)}" '
        'stroke-opacity=".6" stroke-width="9"/>'
    )


def _names(sheet: Sheet, paper: _Paper) -> str:
    """Names where there is room; over a hatch they stand on a plate of the shade."""
    names = list(sheet.regions["name"])
    chosen = list(range(len(names)))
    if len(names) > MOST_NAMED:
        chosen = [] if sheet.own is None else [sheet.own]
    panel = (0, 0, paper.width, paper.height)
    first = chosen.index(sheet.own) if sheet.own in chosen else None
    placed = naming.places(
        paper.polygons[chosen],
        [names[i] for i in chosen],
        panel,
        first,
        over=paper.polygons,
    )
    parts = []
    for i, name in zip(chosen, placed, strict=True):
        if name is not None:
            parts.append(_name(sheet, i, name))
    return "".join(parts)


def _name(sheet: Sheet, i: int, name: naming.Name) -> str:
    number = sheet.classes.number[i]
    shade = sheet.classes.shade(number) if name.inside and number >= 0 else "#fff"
    lines = name.text.split("\n")
    plate = ""
    if name.inside and sheet.classes.kind[i] == "hatched":
        width = text_width(name.text)
        plate = box(
            name.x - width / 2,
            name.y - LINE * len(lines) / 2,
            (width, LINE * len(lines)),
            f'fill="{shade}"',
        )
    face = ' font-weight="bold"' if i == sheet.own else ""
    start = name.y - LINE * (len(lines) - 1) / 2 + TEXT * 0.35
    return plate + "".join(
        f'<text x="{name.x:.1f}" y="{start + LINE * k:.1f}" text-anchor="middle" '
        f'fill="{ink_on(shade)}"{face}>{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
