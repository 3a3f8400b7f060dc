"""From a lets-plot chart to clean SVG: no script, no address, no chance in its bytes.

A chart is drawn twice, for a column and for a telephone, because text that scales down
with its picture cannot be read there; the page's width decides which of the two shows.

lets-plot must not draw in a process that forks afterwards: the child would hang at its
own first chart.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

import lets_plot as gg
import pandas as pd
from lets_plot.plot.core import LayerSpec, PlotSpec

OWN = "#0b6e6e"
OWN_BAND = "#9fc8c6"
INK = "#1f2933"
SOFT = "#5b6670"
BAND = "#c3cad1"
GRID = "#e6eaee"
WARM = "#c2541a"

WIDE = 696  # [px] the column of 46 rem without its margins
NARROW = 336  # [px] a telephone of 360 without its margins
TEXT = 12  # [px]
LINE = 15  # [px] from one line of text to the next
AXIS = 14  # [px] that lets-plot takes for the numbers under the panel

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_UNWANTED = ("id", "class", "clip-path", "clip-bounds-jfx", "buffered-rendering")
_NO_MOVE = re.compile(r"rotate\(0\.0 [^)]*\)|font-family:[^;]*;")
_DECIMAL = re.compile(r"\d+\.\d+")
_SVG = "{http://www.w3.org/2000/svg}"
_SWITCH = (
    ".chart-narrow{display:none}@media(max-width:560px){"
    ".chart-wide{display:none}.chart-narrow{display:block}}"
)
_NARROW_LETTERS = set("iljtfrI.,:;'|!()[]- ")
_BROAD_LETTERS = set("mwMW%–−")


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
    return f"<style>{_SWITCH}</style>{wide}{narrow}"


def plot(
    *layers: LayerSpec,
    width: int,
    height: float,
    across: tuple[float, float],
    up: tuple[float, float],
    ticks: dict[float, str],
) -> PlotSpec:
    """Chart whose panel is the whole width, so that a length in pixels is known.

    Parameters
    ----------
    layers : geoms
        As `bands`, `lines`, `dots` and `texts` give them.
    width, height : float
        [px]; `AXIS` of the height goes to the numbers below.
    across, up : (first, last)
        Data at the edges of the panel.
    ticks : dict of position to text
        Under the panel.
    """
    chart = gg.ggplot()
    for layer in layers:
        chart += layer
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


def lines(marks: Sequence[Line]) -> LayerSpec:
    """All lines as one layer, the first lowest."""
    table = pd.DataFrame(marks, columns=Line._fields)
    table["px"] = table["px"] / 2.2  # lets-plot's own unit of thickness
    places = gg.aes("x", "y", xend="xend", yend="yend")
    look = gg.aes(color="colour", size="px", linetype="style")
    return gg.geom_segment(gg.aes(**places.as_dict(), **look.as_dict()), data=table)


def dots(marks: Sequence[Dot]) -> LayerSpec:
    """All points as one layer, the first lowest."""
    table = pd.DataFrame(marks, columns=Dot._fields)
    table["fill"] = table["colour"].mask(table["hollow"].astype(bool), "#ffffff")
    table["px"] = (table["px"] - 1.5) / 2.2
    look = gg.aes("x", "y", color="colour", fill="fill", size="px")
    return gg.geom_point(look, data=table, shape=21, stroke=1.5 / 2.2)


def texts(marks: Sequence[Text]) -> LayerSpec:
    """All words as one layer."""
    table = pd.DataFrame(marks, columns=Text._fields)
    table["face"] = table["bold"].map({True: "bold", False: "plain"})
    table["at"] = table["align"].map({"left": 0.0, "middle": 0.5, "right": 1.0})
    look = gg.aes("x", "y", label="label", color="colour", fontface="face", hjust="at")
    # lets-plot counts letters in units of two pixels
    return gg.geom_text(look, data=table, size=TEXT / 2, lineheight=LINE / TEXT)


def band(
    x: Sequence[float], low: Sequence[float], high: Sequence[float], *, colour: str
) -> LayerSpec:
    """Area between two lines."""
    table = pd.DataFrame({"x": list(x), "low": list(low), "high": list(high)})
    edges = gg.aes("x", ymin="low", ymax="high")
    return gg.geom_ribbon(edges, data=table, fill=colour, size=0, alpha=0.6)


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


def text_width(label: str, *, bold: bool = False) -> float:
    """Width of the longest line of `label`, on the broad side of what system fonts give.

    >>> text_width("ill") < text_width("ABC") < text_width("ABC\\nABCD")
    True
    """
    widths = [
        sum(
            0.32 if c in _NARROW_LETTERS else 0.9 if c in _BROAD_LETTERS else 0.61
            for c in part
        )
        for part in label.split("\n")
    ]
    return max(widths) * TEXT * (1.06 if bold else 1)


def wrapped(label: str, px: float, *, bold: bool = False) -> str:
    """`label` broken at spaces into lines of at most `px`, where words allow it.

    >>> wrapped("Kepulauan Bangka Belitung", 100).split(chr(10))
    ['Kepulauan', 'Bangka Belitung']
    """
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, bold=bold) > px:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def apart(
    wanted: Sequence[float], heights: Sequence[float], lowest: float, highest: float
) -> list[float]:
    """Middles of labels, as near to the wanted ones as room without overlap allows.

    Parameters
    ----------
    wanted, heights : sequences of equal length
        Middle and height of each label, in one unit.
    lowest, highest : float
        Edges that no label crosses while there is room.

    Notes
    -----
    Least-squares positions under a fixed order: pool adjacent violators after the
    heights between the labels are taken off (isotonic regression; de Leeuw, Hornik and
    Mair 2009, doi:10.18637/jss.v032.i05).

    >>> apart([10, 10], [4, 4], 0, 100)
    [8.0, 12.0]
    """
    if not len(wanted):
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    steps = [0.0]
    for before, after in zip(order, order[1:], strict=False):
        steps.append(steps[-1] + (heights[before] + heights[after]) / 2)
    pools: list[list[float]] = []  # sum, count
    for i, step in zip(order, steps, strict=True):
        pools.append([wanted[i] - step, 1])
        while len(pools) > 1 and (
            pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]
        ):
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    first = lowest + heights[order[0]] / 2
    last = max(first, highest - steps[-1] - heights[order[-1]] / 2)
    level = [min(max(s / n, first), last) for s, n in pools for _ in range(int(n))]
    placed = [0.0] * len(order)
    for i, base, step in zip(order, level, steps, strict=True):
        placed[i] = base + step
    return placed


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers, evenly spaced, from `low` or below to above `high`.

    >>> round_ticks(0, 19.5, 6)
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    span = max(high - low, 1e-9 * max(abs(low), abs(high), 1))
    size = 10 ** math.floor(math.log10(span / most))
    for step in (size * m for m in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= max(most, 2):
            return [round(k * step, 10) for k in range(first, last + 1)]
    raise AssertionError("fifty times the size always suffices")
