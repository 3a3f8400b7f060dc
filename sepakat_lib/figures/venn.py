"""Venns of two or three sets, to scale, with every number readable.

100 percent is a circle of one size in every Venn, so that two can be compared: they
stand side by side in a column and below each other on a telephone.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import shapely

from sepakat_lib import words
from sepakat_lib.figures import circles
from sepakat_lib.figures.circles import Circle
from sepakat_lib.figures.drawing import FONT, INK, OWN, SOFT, WARM
from sepakat_lib.figures.layout import TEXT, text_width, wrapped
from sepakat_lib.figures.values import asterisks, checked, digits_of, only

WIDTH = 328  # [px] of the drawing; two of them fill a column of 46 rem
RADIUS = 96  # [px] of a circle of 100 percent
OUTSIDE = "none"
_EDGE = 10  # [px] between the frame and its words
_STEP = 3  # [px] between two places tried for a number
_VISIBLE = 1.0  # [square px] from which the eye sees a region
_FRAME = "#98a2ac"
_CORNERS = {"A": (0, 0), "B": (1, 0), "C": (0, 1), OUTSIDE: (1, 1)}  # right, below
_COLOURS = {"A": OWN, "B": WARM, "C": SOFT}
_DASHES = {"A": "none", "B": "7 3", "C": "2 3"}  # told apart on grey paper too


class _Words(NamedTuple):
    """Lines of text round a middle [px], and what more to say when pointed at."""

    text: str
    x: float
    y: float
    colour: str = SOFT
    bold: bool = False
    size: float = 13  # still 11.7 on a telephone of 320
    anchor: str = "middle"  # or start, end: how lines stand below each other
    more: str = ""

    def box(self) -> shapely.Polygon:
        """What they cover, on the broad side."""
        across, down = _size(self.text, self.size, bold=self.bold)
        left, top = self.x - across / 2, self.y - down / 2
        return shapely.box(left, top, left + across, top + down)


class _Panel(NamedTuple):
    """All that stands in the frame, placed one after the other."""

    frame: shapely.Polygon
    circles: dict[str, Circle]
    words: list[_Words]
    leaders: list[shapely.LineString]
    hollow: list[shapely.Geometry]  # regions without people that circles cannot avoid


def venn(
    table: pd.DataFrame,
    *,
    sets: Sequence[str],
    alt: str,
    language: str,
    title: str = "",
    source: str = "",
) -> str:
    """Circles for two or three sets; the frame stands for who is in none.

    Parameters
    ----------
    table : DataFrame
        ``region``: "A", "B", "AB" and "none", with a third set also "C", "AC", "BC" and
        "ABC"; "A" is in A alone. ``value``, ``low``, ``high`` [percent], ``mark`` as in
        `pairs.pairs`, ``persons``, ``persons_mark``. All regions, together 100 percent.
    sets : sequence of str
        Label of each set, in the order of the letters.
    alt : str
        What the picture says, with its numbers.
    language : {"id", "en"}
    title : str
        Whom the drawing is about, where two stand beside each other.
    source : str, optional
        As in `charts.trend`.

    Returns
    -------
    str
        One SVG. Circles are to scale, the frame is not: say so in the caption, and with
        three sets how far a region is off (`area_error`). A region of 0 that circles
        cannot avoid is white and says 0; one that circles cannot show is told in words
        below. Interval and people of a number show where it is pointed at.

    Raises
    ------
    ValueError
        A region missing, twice or without a value, shares that are not a whole, a value
        outside its interval, no alt text.
    """
    if not alt.strip():
        raise ValueError(
            "a chart needs an alt text: what its title says, with the numbers"
        )
    estimates = _estimates(table, len(sets))
    labels = dict(zip("ABC", sets, strict=False))
    panel = _panel(estimates, labels, language, top=24 if title else 1)
    below = _add_numbers(panel, estimates, labels, language)
    return _svg(panel, title, [*below, *([source] if source else [])], alt)


def area_error(table: pd.DataFrame) -> float:
    """How far the area of a region is off at most, as circles cannot show everything.

    Parameters
    ----------
    table : DataFrame
        As in `venn`.

    Returns
    -------
    float
        [percentage points]; about 0 with two sets.
    """
    estimates = _estimates(table, 2 if len(table) == 4 else 3)
    return 100 * circles.error(_shares(estimates))


def _estimates(table: pd.DataFrame, sets: int) -> pd.DataFrame:
    """The regions in their order, if they are a whole."""
    if sets not in (2, 3):
        raise ValueError(f"a Venn has two or three sets; {sets} labels came")
    columns = ["region", "value", "low", "high", "mark"]
    columns += ["persons", "persons_mark"]
    if "value" in table and table["value"].isna().any():
        raise ValueError(
            "a Venn draws areas and needs the share of every region; "
            f"{table['value'].isna().sum()} are missing in 'value', so show the table "
            "alone"
        )
    estimates = checked(table, columns, "venn")
    only(estimates["mark"], words.MARKS, "mark")
    wanted = [*circles.names(sets), OUTSIDE]
    if sorted(estimates["region"]) != sorted(wanted):
        raise ValueError(
            f"a Venn of {sets} sets has the regions {', '.join(wanted)}, each once; "
            f"{', '.join(map(str, estimates['region']))} came"
        )
    total, least = estimates["value"].sum(), estimates["value"].min()
    if abs(total - 100) > 0.5 or least < 0:
        raise ValueError(
            "the regions of a Venn divide all people, together 100 percent and none "
            f"below 0; {total:.1f} percent came, the smallest {least:g}"
        )
    return estimates.set_index("region").loc[wanted]


def _shares(estimates: pd.DataFrame) -> dict[str, float]:
    return (estimates["value"].drop(OUTSIDE) / 100).to_dict()


def _panel(
    estimates: pd.DataFrame, labels: Mapping[str, str], language: str, *, top: float
) -> _Panel:
    """Frame, circles in its middle, names of the sets in its corners."""
    scaled = {
        letter: Circle(*(RADIUS * number for number in circle))
        for letter, circle in circles.fitted(_shares(estimates)).items()
    }
    names = _names(estimates, labels, scaled, language)
    heights = {letter: _size(name, bold=True)[1] for letter, name in names.items()}
    head = max(heights["A"], heights["B"]) + 2 * _EDGE
    foot = max(heights[OUTSIDE], heights.get("C", 0)) + 2 * _EDGE
    body = max(
        2 * RADIUS * (1 if len(labels) == 2 else 1.1),
        *(2 * (circle.r + abs(circle.y)) for circle in scaled.values()),
        0,
    )
    middle, height = top + head + body / 2, top + head + body + foot
    panel = _Panel(
        shapely.box(4, top, WIDTH - 4, height - 1),
        {k: Circle(c.x + WIDTH / 2, c.y + middle, c.r) for k, c in scaled.items()},
        [],
        [],
        [],
    )
    for letter, name in names.items():
        _add_name(panel, letter, name)
    outside = _details(estimates.loc[OUTSIDE].to_dict(), language)
    panel.words[-1] = panel.words[-1]._replace(more=outside)
    return panel


def _names(
    estimates: pd.DataFrame,
    labels: Mapping[str, str],
    scaled: Mapping[str, Circle],
    language: str,
) -> dict[str, str]:
    """What stands in the corners; a set without people says so, as it has no circle."""
    texts = {
        letter: label
        if letter in scaled
        else words.say("venn.empty_set", language, set=label)
        for letter, label in labels.items()
    }
    whole = WIDTH - 2 * _EDGE - 8
    names = {k: _fitted(text, whole / 2 - 6, bold=True) for k, text in texts.items()}
    beside = _size(names["C"], bold=True)[0] + 12 if "C" in names else 0
    outside = _written(estimates.loc[OUTSIDE].to_dict(), language)
    outside = words.say("venn.outside", language, value=outside)
    return names | {OUTSIDE: _fitted(outside, whole - beside)}


def _add_name(panel: _Panel, letter: str, text: str) -> None:
    """Words in their corner, with a line to the circle that they name if it is away."""
    bold = letter != OUTSIDE
    across, down = _size(text, bold=bold)
    left, top, right, foot = panel.frame.buffer(-_EDGE, join_style="mitre").bounds
    on_right, below = _CORNERS[letter]
    x = right - across / 2 if on_right else left + across / 2
    y = foot - down / 2 if below else top + down / 2
    circle = panel.circles.get(letter)
    name = _Words(
        text,
        x,
        y,
        _COLOURS[letter] if circle else SOFT,
        bold,
        anchor="end" if on_right else "start",
    )
    panel.words.append(name)
    if circle:
        line = shapely.shortest_line(name.box(), circle.polygon().exterior)
        if line.length > 6:
            panel.leaders.append(line)


def _add_numbers(
    panel: _Panel, estimates: pd.DataFrame, labels: Mapping[str, str], language: str
) -> list[str]:
    """Numbers inside their regions or led to them; gives sentences for those without."""
    regions, below = circles.drawn(panel.circles, len(labels)), []
    values = estimates.to_dict("index")
    for name in sorted(regions, key=lambda name: -regions[name].area):
        row, region = values[name], regions[name]
        text = _written(row, language)
        if row["value"] == 0:
            if region.area < _VISIBLE:
                continue
            panel.hollow.append(region)
        number = None
        if region.area > row["value"] / 100 * math.pi * RADIUS**2 / 10:
            lines = shapely.union_all([line.buffer(2) for line in panel.leaders])
            number = _inside(text, region.difference(lines))
            number = number or _beside(text, region, panel)
        if number:
            panel.words.append(number._replace(more=_details(row, language)))
        else:
            sets = " + ".join(labels[letter] for letter in name)
            below.append(words.say("venn.undrawn", language, sets=sets, value=text))
    return below


def _inside(text: str, region: shapely.Geometry) -> _Words | None:
    """Number where its region leaves most room round it; None if it does not fit."""
    if region.is_empty:
        return None
    shapely.prepare(region)
    for size in (15, 13):
        x, y, sides = _tried(text, size, region.bounds)
        boxes = _boxes(x, y, *sides)
        fits = np.flatnonzero(shapely.contains(region, boxes))
        if len(fits):
            room = shapely.distance(boxes[fits], region.boundary)
            best = fits[room.round(3).argmax()]
            return _Words(text, float(x[best]), float(y[best]), INK, True, size)
    return None


def _tried(text: str, size: float, bounds: Sequence[float]):
    """Middles tried for a number within bounds, row by row, and the sides it would fill."""
    across, down = _size(text, size, bold=True)
    left, top, right, foot = bounds
    xs = np.arange(left + across / 2, right - across / 2, _STEP)
    ys = np.arange(top + down / 2, foot - down / 2, _STEP)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    return x, y, (across, down)


def _boxes(x: np.ndarray, y: np.ndarray, across: float, down: float) -> np.ndarray:
    sides = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
    return shapely.box(*sides)


def _roomiest(region: shapely.Geometry) -> tuple[float, float]:
    """Middle of the largest circle inside the largest part of a region."""
    part = max(shapely.get_parts(region), key=lambda polygon: polygon.area)
    return shapely.maximum_inscribed_circle(part, tolerance=0.2).coords[0]


def _beside(text: str, region: shapely.Geometry, panel: _Panel) -> _Words | None:
    """Number at the nearest free place, led to its region; None if all is taken.

    Its line keeps clear of other words and of other lines where it can.
    """
    start = shapely.Point(_roomiest(region))
    within = panel.frame.buffer(-6, join_style="mitre").bounds
    x, y, (across, down) = _tried(text, 13, within)
    said = shapely.union_all([word.box().buffer(3) for word in panel.words])
    lines = shapely.union_all([line.buffer(3) for line in panel.leaders])
    filled = [circle.polygon().buffer(3) for circle in panel.circles.values()]
    full = shapely.union_all([said, lines, *filled])
    shapely.prepare(full)
    away = (
        (abs(x - start.x) - across / 2).clip(0),
        (abs(y - start.y) - down / 2).clip(0),
    )
    near = np.argsort(np.hypot(*away), kind="stable")
    for taken in (said.union(lines), said, shapely.Polygon()):
        shapely.prepare(taken)
        for few in np.array_split(near, 1 + len(near) // 200):  # a near one often does
            boxes = _boxes(x[few], y[few], across, down)
            free = np.flatnonzero(~shapely.intersects(full, boxes))
            leaders = shapely.shortest_line(start, boxes[free])
            clear = np.flatnonzero(~shapely.intersects(taken, leaders))
            if len(clear):
                first = few[free[clear[0]]]
                panel.leaders.append(leaders[clear[0]])
                return _Words(text, float(x[first]), float(y[first]), INK, True)
    return None


def _written(row: dict, language: str) -> str:
    value = words.percent(row["value"], language, digits_of(row), in_sentence=False)
    return f"{value} {asterisks(row)}".strip()


def _details(row: dict, language: str) -> str:
    """Value with its interval and its people."""
    star = words.asterisks(row["persons_mark"])
    people = words.persons(row["persons"], language, star=star)
    value = _written(row, language)
    if pd.isna(row["low"]):
        return words.say("venn.value", language, value=value, persons=people)
    between = words.interval(row["low"], row["high"], language, digits_of(row))
    return words.say(
        "venn.value_range", language, value=value, range=between, persons=people
    )


def _fitted(text: str, px: float, *, bold: bool = False) -> str:
    """Words broken into lines of at most `px`."""
    return wrapped(text, px * TEXT / 13, bold=bold)


def _size(text: str, size: float = 13, *, bold: bool = False) -> tuple[float, float]:
    """Width and height of words. [px]"""
    lines = 1 + text.count("\n")
    return text_width(text, bold=bold) * size / TEXT, size * 1.2 * lines


def _svg(panel: _Panel, title: str, below: list[str], alt: str) -> str:
    """The panel as markup, the lowest layer first."""
    left, _, right, foot = panel.frame.bounds
    notes = "\n".join(_fitted(note, right - left) for note in below)
    height = foot + 1 + (_size(notes)[1] + 6 if below else 0)
    root = _element(
        None,
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {_px(height)}",
        style=f"width:min(100%,{WIDTH / 16:g}rem);vertical-align:top",
        role="img",
        aria_label=alt,
        font_family=FONT,
    )
    _element(root, "title").text = alt
    if title:
        _add_text(root, _Words(title, WIDTH / 2, 11, INK, True))
    _element(root, "rect", **_box(panel.frame), rx="6", fill="#ffffff", stroke=_FRAME)
    rounds = {
        letter: {"cx": _px(c.x), "cy": _px(c.y), "r": _px(c.r)}
        for letter, c in panel.circles.items()
    }
    for letter, place in rounds.items():
        _element(root, "circle", **place, fill=_COLOURS[letter], fill_opacity="0.18")
    for region in panel.hollow:
        _element(root, "path", d=_path(region), fill="#ffffff")
    for letter, place in rounds.items():
        look = {"stroke": _COLOURS[letter], "stroke_dasharray": _DASHES[letter]}
        _element(root, "circle", **place, fill="none", stroke_width="1.5", **look)
    for line in panel.leaders:
        (x1, y1), (x2, y2) = line.coords
        ends = {"x1": _px(x1), "y1": _px(y1), "x2": _px(x2), "y2": _px(y2)}
        _element(root, "line", **ends, stroke=SOFT)
    for text in panel.words:
        _add_text(root, text)
    if below:
        across, down = _size(notes)
        place = (left + across / 2, foot + 5 + down / 2)
        _add_text(root, _Words(notes, *place, anchor="start"))
    return ElementTree.tostring(root, encoding="unicode")


def _add_text(root: ElementTree.Element, said: _Words) -> None:
    """Lines of text, each an element, since SVG breaks none by itself."""
    group = _element(root, "g")
    if said.more:
        _element(group, "title").text = said.more
    lines = said.text.split("\n")
    step = said.size * 1.2
    side = {"start": -0.5, "middle": 0, "end": 0.5}[said.anchor]
    x = said.x + side * _size(said.text, said.size, bold=said.bold)[0]
    for i, line in enumerate(lines):
        _element(
            group,
            "text",
            x=_px(x),
            y=_px(said.y + (i - (len(lines) - 1) / 2) * step + 0.35 * said.size),
            text_anchor=said.anchor,
            fill=said.colour,
            style=f"font-size:{said.size:g}px;font-weight:{600 if said.bold else 400}",
        ).text = line


def _box(frame: shapely.Polygon) -> dict[str, str]:
    left, top, right, foot = frame.bounds
    sides = {"x": left, "y": top, "width": right - left, "height": foot - top}
    return {name: _px(side) for name, side in sides.items()}


def _path(region: shapely.Geometry) -> str:
    rings = [
        ring.coords
        for part in shapely.get_parts(region)
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join(
        "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in ring) + "Z" for ring in rings
    )


def _px(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _element(
    parent: ElementTree.Element | None, tag: str, **attributes: str
) -> ElementTree.Element:
    """Element with attributes, whose hyphens Python cannot write."""
    named = {
        name if name == "viewBox" else name.replace("_", "-"): value
        for name, value in attributes.items()
    }
    if parent is None:
        return ElementTree.Element(tag, named)
    return ElementTree.SubElement(parent, tag, named)
