"""From a lets-plot chart to clean SVG: no script, no address, no chance in its bytes.

A chart is drawn twice, for a column and for a telephone, because text that scales down
with its picture cannot be read there; the page's width decides which of the two shows.

lets-plot must not draw in a process that forks afterwards: the child would hang at its
own first chart.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

import lets_plot as gg
from lets_plot.plot.core import LayerSpec, PlotSpec

from sepakat_lib.figures.layout import LINE, TEXT

OWN = "#0b6e6e"
OWN_BAND = "#9fc8c6"
INK = "#1f2933"
SOFT = "#5b6670"
BAND = "#c3cad1"
GRID = "#e6eaee"
WARM = "#c2541a"

WIDE = 696  # [px] the column of 46 rem without its margins
NARROW = 336  # [px] a telephone of 360 without its margins
AXIS = 14  # [px] that lets-plot takes for the numbers under the panel

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_UNWANTED = ("id", "class", "clip-path", "clip-bounds-jfx", "buffered-rendering")
_NO_MOVE = re.compile(r"rotate\(0\.0 [^)]*\)|font-family:[^;]*;")
_DECIMAL = re.compile(r"\d+\.\d+")
_SVG = "{http://www.w3.org/2000/svg}"
SWITCH = (
    ".chart-narrow{display:none}@media(max-width:560px){"
    ".chart-wide{display:none}.chart-narrow{display:block}}"
)


def in_both_widths(draw: Callable[[int], PlotSpec], alt: str) -> str:
    """SVG of a chart for a column and for a telephone, with the rule that picks one.

    Parameters
    ----------
    draw : function of a width [px]
        Gives the lets-plot chart of that width.
    alt : str
        What the picture says, with its numbers, for those who do not see it.
    """
    if not alt.strip():
        raise ValueError(
            "a chart needs an alt text: what its title says, with the numbers"
        )
    wide = clean(draw(WIDE).to_svg(), alt=alt, name="chart-wide")
    narrow = clean(draw(NARROW).to_svg(), alt=alt, name="chart-narrow")
    return f"<style>{SWITCH}</style>{wide}{narrow}"


class Line(NamedTuple):
    """Straight line between two points of the data, `px` thick."""

    x: float
    y: float
    xend: float
    yend: float
    colour: str
    px: float = 1
    style: str = "solid"


class Dot(NamedTuple):
    """Round point `px` across; hollow where its value deserves less trust."""

    x: float
    y: float
    colour: str
    px: float = 7
    hollow: bool = False


class Text(NamedTuple):
    """Words beside a point, their middle at its height."""

    x: float
    y: float
    label: str
    colour: str = SOFT
    bold: bool = False
    align: str = "left"


class Band(NamedTuple):
    """Area between two lines over the same `x`."""

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    colour: str


class Marks(NamedTuple):
    """All that stands in a panel, the lowest layer first."""

    bands: list[Band]
    lines: list[Line]
    dots: list[Dot]
    texts: list[Text]

    @classmethod
    def none(cls) -> "Marks":
        """Start of a drawing."""
        return cls([], [], [], [])


def _columns(marks: Sequence[NamedTuple]) -> dict[str, list]:
    """Marks of one kind as columns; as plain lists, which lets-plot takes fastest."""
    values = zip(*marks, strict=True)
    return {name: list(v) for name, v in zip(marks[0]._fields, values, strict=True)}


def _lines(marks: Sequence[Line]) -> LayerSpec:
    """All lines as one layer, the first lowest."""
    data = _columns(marks)
    data["px"] = [px / 2.2 for px in data["px"]]  # lets-plot's own unit of thickness
    places = gg.aes("x", "y", xend="xend", yend="yend")
    look = gg.aes(color="colour", size="px", linetype="style")
    return gg.geom_segment(gg.aes(**places.as_dict(), **look.as_dict()), data=data)


def _dots(marks: Sequence[Dot]) -> LayerSpec:
    """All points as one layer, the first lowest."""
    data = _columns(marks)
    data["fill"] = ["#ffffff" if mark.hollow else mark.colour for mark in marks]
    data["px"] = [(px - 1.5) / 2.2 for px in data["px"]]
    look = gg.aes("x", "y", color="colour", fill="fill", size="px")
    return gg.geom_point(look, data=data, shape=21, stroke=1.5 / 2.2)


def _texts(marks: Sequence[Text]) -> LayerSpec:
    """All words as one layer."""
    data = _columns(marks)
    data["face"] = ["bold" if bold else "plain" for bold in data["bold"]]
    sides = {"left": 0.0, "middle": 0.5, "right": 1.0}
    data["at"] = [sides[align] for align in data["align"]]
    look = gg.aes("x", "y", label="label", color="colour", fontface="face", hjust="at")
    # lets-plot counts letters in units of two pixels
    return gg.geom_text(look, data=data, size=TEXT / 2, lineheight=LINE / TEXT)


def _band(area: Band) -> LayerSpec:
    data = {"x": area.x, "low": area.low, "high": area.high}
    edges = gg.aes("x", ymin="low", ymax="high")
    return gg.geom_ribbon(edges, data=data, fill=area.colour, size=0, alpha=0.6)


def plot(
    marks: Marks,
    *,
    width: int,
    height: float,
    across: tuple[float, float],
    up: tuple[float, float],
    ticks: dict[float, str],
) -> PlotSpec:
    """Chart whose panel is the whole width, so that a length in pixels is known.

    Parameters
    ----------
    marks : Marks
        In data coordinates.
    width, height : float
        [px]; `AXIS` of the height goes to the numbers below.
    across, up : (first, last)
        Data at the edges of the panel.
    ticks : dict of position to text
        Under the panel.
    """
    chart = gg.ggplot()
    for area in marks.bands:
        chart += _band(area)
    for layer, kind in ((_lines, "lines"), (_dots, "dots"), (_texts, "texts")):
        if getattr(marks, kind):
            chart += layer(getattr(marks, kind))
    axis = gg.element_text(size=TEXT, color=SOFT)
    identities = (
        gg.scale_color_identity(),
        gg.scale_fill_identity(),
        gg.scale_size_identity(),
        gg.scale_linetype_identity(),
    )
    for scale in identities:
        chart += scale
    return (
        chart
        + gg.scale_x_continuous(
            breaks=list(ticks),
            labels=list(ticks.values()),
            limits=list(across),
            expand=[0, 0],
        )
        + gg.scale_y_continuous(limits=list(up), expand=[0, 0])
        + gg.theme_void()
        + gg.theme(plot_margin=0, plot_inset=0, axis_text_x=axis)
        + gg.ggsize(width, height)
    )


def clean(svg: str, *, alt: str, name: str) -> str:
    """lets-plot's SVG made small, the same at each run, scalable and readable aloud.

    Raises
    ------
    RuntimeError
        lets-plot writes its own failure *into* the picture; here it stops the run.
    """
    if "generateSvg() - Exception" in svg:
        raise RuntimeError(
            f"lets-plot could not draw: {re.sub('<[^>]*>', '', svg).strip()}"
        )
    root = ElementTree.fromstring(svg)
    root.tag = root.tag.removeprefix(_SVG)
    _prune(root)
    size = f"0 0 {root.get('width')} {root.get('height')}"
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": name,
            "viewBox": size,
            "width": "100%",
            "style": "max-width:46rem",
            "role": "img",
            "aria-label": alt,
            "font-family": FONT,
            "fill": SOFT,
        }
    )
    title = ElementTree.Element("title")
    title.text = alt
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def _prune(element: ElementTree.Element) -> None:
    """Take away ids made at random, style sheets, clipping and idle groups."""
    kept = []
    for child in element:
        child.tag = child.tag.removeprefix(_SVG)
        _prune(child)
        background = child.get("pointer-events") == "none" or (
            child.tag == "path" and child.get("fill") == "rgb(255,255,255)"
        )
        if background or child.tag in ("style", "defs"):
            continue
        idle = child.tag == "g" and (not child.attrib or not len(child))
        kept.extend(child if idle else [child])
    element[:] = kept
    element.text = (element.text or "").strip() or None
    element.tail = None
    for unwanted in _UNWANTED:
        element.attrib.pop(unwanted, None)
    for key, value in list(element.attrib.items()):
        shorter = _DECIMAL.sub(_two_decimals, _NO_MOVE.sub("", value)).strip()
        element.attrib[key] = shorter
        if not shorter or (key, shorter) == ("transform", "translate(0 0 )"):
            del element.attrib[key]


def _two_decimals(found: re.Match) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
