"""Trees of problems: boxes beside each other, or one below the other where it is narrow.

A tree runs from left to right, each level a column; a box stands at the middle of what is
below it. Where columns would be too narrow to read it is an outline.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from sepakat_lib.figures.drawing import (
    BAND,
    INK,
    OWN,
    OWN_BAND,
    SOFT,
    WIDE,
    Picture,
    in_both_widths,
    written_out,
)
from sepakat_lib.figures.layout import LINE, text_width, wrapped

FONTS = Path(__file__).with_name("assets") / "noto-sans"
FAMILY = "Noto Sans"
LARGE = 25  # nodes of one picture; more are drawn a main cause each
GAP = 22  # [px] between columns
APART = 8  # [px] between boxes of a column
PADDING = 8  # [px] between a box and its words
LABEL = 112  # [px] of a column of nothing but sides
INDENT = 16  # [px] of a level of an outline
LEAST = 120  # [px] a narrower column cannot be read
ZOOM = 2  # of a picture in pixels, so that it can be printed
WASH = "#f5f7f8"
FIXED, HELD = "\u00a0", "\ue000"  # a blank that breaks no line, and in its stead
LOOK = {  # fill, frame, words; with words on the box, since colour is lost in print
    "issue": (OWN, OWN, "#ffffff"),
    "side": ("none", "none", SOFT),
    "cause": ("#ffffff", OWN, INK),
    "grey": ("#ffffff", BAND, SOFT),
    "activity": (WASH, "#d9dee4", INK),
}


class Node(NamedTuple):
    """A box of a tree.

    Attributes
    ----------
    key, above : hashable
        Its name and that of the box that it hangs on; None at the top.
    kind : {"issue", "side", "cause", "grey", "activity"}
        A grey one is a cause without evidence.
    title : str
    notes : tuple of str
        Below the title, in small grey: evidence, or why there is none.
    """

    key: object
    above: object
    kind: str
    title: str
    notes: tuple[str, ...] = ()


class Box(NamedTuple):
    """Where a node stands, and its words broken into lines. [px]"""

    node: Node
    x: float
    y: float
    width: float
    height: float
    title: list[str]
    notes: list[str]


def parts(nodes: Sequence[Node], most: int = LARGE) -> list[list[Node]]:
    """The pictures that a tree is drawn in: itself, or one a main cause where it is large.

    Parameters
    ----------
    nodes : sequence of Node
        Each after the one that it hangs on; the first is the top.
    most : int
        Nodes of one picture.

    Returns
    -------
    list of list of Node
        Of a large tree first the top with its sides and main causes, then each main
        cause with all that is below it and what is above it.
    """
    if len(nodes) <= most:
        return [[*nodes]]
    above = {node.key: node.above for node in nodes}
    heads: set[object] = set()  # the top and its sides
    mains: list[object] = []
    for node in nodes:
        if node.above is None or (node.kind == "side" and node.above in heads):
            heads.add(node.key)
        elif node.above in heads:
            mains.append(node.key)
    kept = heads | set(mains)
    pictures = [[node for node in nodes if node.key in kept]]
    for main in mains:
        below = {main}
        for node in nodes:
            if node.above in below:
                below.add(node.key)
        if len(below) > 1:
            while (main := above[main]) is not None:
                below.add(main)
            pictures.append([node for node in nodes if node.key in below])
    return pictures


def laid(nodes: Sequence[Node], width: float = WIDE) -> list[Box]:
    """Places of all boxes, in columns or as an outline; no two overlap.

    Parameters
    ----------
    nodes : sequence of Node
        Each after the one that it hangs on.
    width : float
        Of the picture. [px]
    """
    levels = _levels(nodes)
    columns = _columns(nodes, levels, width)
    if min(columns) < LEAST and not _only_sides(nodes, levels, columns):
        return _outline(nodes, levels, width)
    lefts = [0, *accumulate(column + GAP for column in columns)]
    flat = {
        node.key: _box(node, lefts[levels[node.key]], columns[levels[node.key]])
        for node in nodes
    }
    below: dict[object, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.above, []).append(node)
    rooms: dict[object, float] = {}
    for node in reversed(nodes):  # the room of a box with all that is below it
        inner = [rooms[child.key] for child in below.get(node.key, ())]
        needed = sum(inner) + APART * max(0, len(inner) - 1)
        rooms[node.key] = max(flat[node.key].height, needed)
    tops: dict[object, float] = {}
    placed = []
    for node in nodes:
        top = tops.setdefault(node.key, 0)
        own, room = flat[node.key], rooms[node.key]
        placed.append(own._replace(y=top + (room - own.height) / 2))
        inner = below.get(node.key, ())
        taken = sum(rooms[child.key] for child in inner) + APART * (len(inner) - 1)
        at = top + (room - taken) / 2
        for child in inner:
            tops[child.key] = at
            at += rooms[child.key] + APART
    return placed


def _levels(nodes: Sequence[Node]) -> dict[object, int]:
    levels: dict[object, int] = {}
    for node in nodes:
        levels[node.key] = 0 if node.above is None else levels[node.above] + 1
    return levels


def _columns(nodes: Sequence[Node], levels: dict, width: float) -> list[float]:
    """Width of each level's column; one of nothing but sides is narrow."""
    deep = max(levels.values()) + 1
    kinds = [
        {node.kind for node in nodes if levels[node.key] == level}
        for level in range(deep)
    ]
    narrow = sum(kind == {"side"} for kind in kinds)
    left = width - GAP * (deep - 1) - LABEL * narrow
    wide = left / max(1, deep - narrow)
    wide = min(wide, width / 2)
    return [LABEL if kind == {"side"} else wide for kind in kinds]


def _only_sides(nodes: Sequence[Node], levels: dict, columns: list[float]) -> bool:
    """Whether the columns that are narrow hold nothing but sides."""
    narrow = {level for level, width in enumerate(columns) if width < LEAST}
    return all(n.kind == "side" for n in nodes if levels[n.key] in narrow)


def _outline(nodes: Sequence[Node], levels: dict, width: float) -> list[Box]:
    below: dict[object, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.above, []).append(node)
    placed, y, waiting = [], 0.0, [*reversed(below.get(None, []))]
    while waiting:
        node = waiting.pop()
        x = min(INDENT * levels[node.key], width - LEAST)
        box = _box(node, x, width - x)._replace(y=y)
        placed.append(box)
        y += box.height + APART
        waiting += reversed(below.get(node.key, []))
    return placed


def _box(node: Node, x: float, width: float) -> Box:
    bold = node.kind in ("issue", "side")
    room = width - 2 * PADDING
    title = _lines(node.title, room, bold=bold)
    notes = [line for note in node.notes for line in _lines(note, room)]
    height = 2 * PADDING + LINE * (len(title) + len(notes)) - (LINE - 12)
    return Box(node, x, 0.0, width, height, title, notes)


def _lines(text: str, px: float, *, bold: bool = False) -> list[str]:
    """Lines of a text; a word that is wider than a line is cut, a fixed blank holds."""
    whole = text.replace(FIXED, HELD).split()
    words = [piece for word in whole for piece in _pieces(word, px, bold)]
    return wrapped(" ".join(words), px, bold=bold).replace(HELD, FIXED).split("\n")


def _pieces(word: str, px: float, bold: bool) -> Iterator[str]:
    while word and text_width(word, bold=bold) > px:
        fits = max(
            1, sum(text_width(word[:n], bold=bold) <= px for n in range(1, len(word)))
        )
        yield word[:fits]
        word = word[fits:]
    if word:
        yield word


def picture(nodes: Sequence[Node], width: float = WIDE) -> Picture:
    """A tree as elements of SVG."""
    boxes = laid(nodes, width)
    by_key = {box.node.key: box for box in boxes}
    lines = [
        _line(by_key[box.node.above], box)
        for box in boxes
        if box.node.above is not None
    ]
    height = max(box.y + box.height for box in boxes)
    shapes = [element for box in boxes for element in _drawn(box)]
    return Picture(width, height + 2, [*lines, *shapes])


def _line(above: Box, box: Box) -> str:
    """From a box to one below it: to its left side, or down and to it in an outline."""
    y = box.y + box.height / 2
    if box.x >= above.x + above.width:
        x, start = above.x + above.width, above.y + above.height / 2
        middle = (x + box.x) / 2
        path = f"M{x:.1f} {start:.1f}H{middle:.1f}V{y:.1f}H{box.x:.1f}"
    else:
        x = above.x + INDENT / 2
        path = f"M{x:.1f} {above.y + above.height:.1f}V{y:.1f}H{box.x:.1f}"
    return f'<path d="{path}" fill="none" stroke="{OWN_BAND}" stroke-width="1.2"/>'


def _drawn(box: Box) -> list[str]:
    fill, frame, ink = LOOK[box.node.kind]
    dashes = ' stroke-dasharray="4 3"' if box.node.kind == "grey" else ""
    shape = (
        f'<rect x="{box.x + 0.5:.1f}" y="{box.y + 0.5:.1f}" '
        f'width="{box.width - 1:.1f}" height="{box.height - 1:.1f}" rx="4" '
        f'fill="{fill}" stroke="{frame}"{dashes}/>'
    )
    bold = ' font-weight="bold"' if box.node.kind in ("issue", "side") else ""
    small = "#dcebea" if box.node.kind == "issue" else SOFT
    texts = [(line, ink, bold) for line in box.title]
    texts += [(line, small, "") for line in box.notes]
    spans = "".join(
        f'<text x="{box.x + PADDING:.1f}" y="{box.y + PADDING + 11 + i * LINE:.1f}" '
        f'fill="{colour}"{weight}>{escape(line)}</text>'
        for i, (line, colour, weight) in enumerate(texts)
    )
    return [*([shape] if fill != "none" else []), spans]


def svg(nodes: Sequence[Node], *, alt: str, source: str = "") -> str:
    """A tree as one SVG, the same for the same nodes.

    Parameters
    ----------
    nodes : sequence of Node
        Each after the one that it hangs on.
    alt : str
        What the picture says, for those who do not see it.
    source : str
        Stands inside the picture, below it.
    """
    drawn = written_out(picture(nodes), alt=alt, name="tree", source=source)
    _, _, width, height = re.search('viewBox="([^"]+)"', drawn)[1].split()
    # a program that puts it into a text asks for its size, and knows no page's width
    return drawn.replace('width="100%"', f'width="{width}" height="{height}"', 1)


def on_page(nodes: Sequence[Node], *, alt: str, source: str = "") -> str:
    """A tree for a page: in columns, and as an outline on a telephone."""
    return in_both_widths(lambda width: picture(nodes, width), alt, source)


def png(drawing: str) -> bytes:
    """A picture of `svg` as PNG, with the letters that are shipped: alike everywhere."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            background="white",
            zoom=ZOOM,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
