"""Marks in a panel written as plain SVG: no script, no address, no chance in its bytes.

A chart is drawn twice, for a column and for a telephone, because text that scales down
with its picture cannot be read there; the page's width decides which of the two shows.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from sepakat_lib.figures.layout import LINE, TEXT, wrapped

OWN = "#0b6e6e"
OWN_BAND = "#9fc8c6"
INK = "#1f2933"
SOFT = "#5b6670"
BAND = "#c3cad1"
GRID = "#e6eaee"
WARM = "#c2541a"

WIDE = 696  # [px] the column of 46 rem without its margins
NARROW = 336  # [px] a telephone of 360 without its margins
AXIS = 14  # [px] for the numbers under the panel

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SWITCH = (
    ".chart-narrow{display:none}@media(max-width:560px){"
    ".chart-wide{display:none}.chart-narrow{display:block}}"
)


def in_both_widths(draw: Callable[[int], "Picture"], alt: str, source: str = "") -> str:
    """SVG of a chart for a column and for a telephone, with the rule that picks one.

    Parameters
    ----------
    draw : function of a width [px]
        Gives the picture of that width.
    alt : str
        What the picture says, with its numbers, for those who do not see it.
    source : str, optional
        Written under the picture, inside it, so that a cut-out still says it.
    """
    if not alt.strip():
        raise ValueError(
            "a chart needs an alt text: what its title says, with the numbers"
        )
    wide = written_out(draw(WIDE), alt=alt, name="chart-wide", source=source)
    narrow = written_out(draw(NARROW), alt=alt, name="chart-narrow", source=source)
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
    """Point `px` across; hollow where its value deserves less trust."""

    x: float
    y: float
    colour: str
    px: float = 7
    hollow: bool = False
    square: bool = False


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


class Picture(NamedTuple):
    """A panel's elements as they are written, and its size. [px]"""

    width: float
    height: float
    elements: list[str]


def plot(
    marks: Marks,
    *,
    width: int,
    height: float,
    across: tuple[float, float],
    up: tuple[float, float],
    ticks: dict[float, str],
) -> Picture:
    """Picture whose panel is the whole width, so that a length in pixels is known.

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
    right, above = width / (across[1] - across[0]), (height - AXIS) / (up[1] - up[0])

    def x(value: float) -> float:
        return (value - across[0]) * right

    def y(value: float) -> float:
        return (up[1] - value) * above

    elements = [_band(area, x, y) for area in marks.bands]
    elements += [_line(line, x, y) for line in marks.lines]
    elements += [_dot(dot, x, y) for dot in marks.dots]
    elements += [
        _words(x(text.x), y(text.y), text.label, text.colour, text.bold, text.align)
        for text in marks.texts
    ]
    elements += [
        _words(x(at), height - AXIS / 2, label, SOFT, False, "middle")
        for at, label in ticks.items()
    ]
    return Picture(width, height, elements)


def _band(area: Band, x, y) -> str:
    corners = [*zip(area.x, area.high, strict=True)]
    corners += reversed([*zip(area.x, area.low, strict=True)])
    path = " ".join(f"{_px(x(across))},{_px(y(up))}" for across, up in corners)
    return f'<polygon points="{path}" fill="{area.colour}" fill-opacity="0.6"/>'


_DASHES = {"solid": "", "dashed": "5 4", "dotted": "1.5 3"}


def _line(line: Line, x, y) -> str:
    ends = {"x1": x(line.x), "y1": y(line.y), "x2": x(line.xend), "y2": y(line.yend)}
    placed = " ".join(f'{name}="{_px(value)}"' for name, value in ends.items())
    dashes = _DASHES[line.style]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line {placed} stroke="{line.colour}" stroke-width="{_px(line.px)}"{dashed}/>'
    )


def _dot(dot: Dot, x, y) -> str:
    across, up, radius = x(dot.x), y(dot.y), (dot.px - 1.5) / 2
    fill = "#ffffff" if dot.hollow else dot.colour
    look = f'fill="{fill}" stroke="{dot.colour}" stroke-width="1.5"'
    if not dot.square:
        return f'<circle cx="{_px(across)}" cy="{_px(up)}" r="{_px(radius)}" {look}/>'
    corner = f'x="{_px(across - radius)}" y="{_px(up - radius)}"'
    side = _px(2 * radius)
    return f'<rect {corner} width="{side}" height="{side}" {look}/>'


_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}


def _words(x, y, label: str, colour: str, bold: bool, align: str) -> str:
    """Lines of text whose middle is at `y`; all of one element, read as one."""
    lines = label.split("\n")
    first = y - (len(lines) - 1) * LINE / 2 + 0.36 * TEXT  # from middle to baseline
    parts = [
        f'<tspan x="{_px(x)}" y="{_px(first + i * LINE)}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    ]
    weight = ' font-weight="bold"' if bold else ""
    look = f'fill="{colour}" text-anchor="{_ANCHORS[align]}"{weight}'
    return f"<text {look}>{' '.join(parts)}</text>"


def written_out(picture: Picture, *, alt: str, name: str, source: str = "") -> str:
    """A picture as SVG that scales, is read aloud, and carries its source inside."""
    width, height, elements = picture
    foot = line_of_source(source, width, height)
    elements, height = [*elements, foot.element], height + foot.room
    said = escape(alt, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" '
        f'viewBox="0 0 {_px(width)} {_px(height)}" width="100%" '
        f'style="max-width:46rem" role="img" aria-label="{said}" '
        f'font-family="{escape(FONT, quote=True)}" font-size="{TEXT}" fill="{SOFT}">'
        f"<title>{escape(alt)}</title>{''.join(elements)}</svg>"
    )


class Foot(NamedTuple):
    """What stands under a picture, inside it, and the room it takes. [px]"""

    element: str
    room: float


def line_of_source(source: str, width: float, below: float) -> Foot:
    """Where a picture is from, below its `below` first pixels; nothing without one."""
    if not source:
        return Foot("", 0)
    lines = wrapped(source, width)
    room = LINE * (1 + lines.count("\n"))
    return Foot(_words(0, below + 4 + room / 2, lines, SOFT, False, "left"), room + 6)


def _px(value: float) -> str:
    """A length to two decimals, without idle zeros or the sign of nothing.

    >>> _px(12.5), _px(3.0), _px(-0.001)
    ('12.5', '3', '0')
    """
    return f"{round(value, 2) + 0:.2f}".rstrip("0").rstrip(".")
