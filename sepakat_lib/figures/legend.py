"""What stands under a map: shades with their bounds, the other signs, and the note."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np
import shapely

from sepakat_lib import words
from sepakat_lib.figures import hatching
from sepakat_lib.figures.classes import SHADES, Classes
from sepakat_lib.figures.drawing import INK, SOFT
from sepakat_lib.figures.layout import LINE, TEXT, text_width, wrapped

FAINT = "#98a2ac"
HATCH = 5  # [px] between the lines of a hatch
DOTTED = 'stroke-dasharray="1 2.5" stroke-linecap="round"'
_KEY = 22, 13  # [px] a box of the legend
_BROADEST = 96  # [px] a box in the row of shades


def legend(
    classes: Classes, unit: str, language: str, *, schematic: bool, width: int
) -> tuple[str, float]:
    """SVG of a legend from its upper left corner, and its height. [px]

    Shades stand in a row over their bounds, or one under another where the bounds are
    too wide; signs are explained only where they occur.
    """
    parts, y = [], 14.0
    if classes.bounds:
        for line in wrapped(unit, width).split("\n"):
            parts.append(text(0, y, line))
            y += LINE
        keys, y = _shades(classes, language, width, y)
        parts += keys
    x = 0.0
    for sign, meaning in _signs(classes, language):
        needed = _KEY[0] + 6 + text_width(meaning)
        if x and x + needed > width:
            x, y = 0.0, y + LINE + 4
        at = f"translate({x:.1f} {y - _KEY[1] / 2:.1f})"
        parts += [f'<g transform="{at}">{sign}</g>', text(x + _KEY[0] + 6, y, meaning)]
        x += needed + 18
    y += (LINE + 4) if x else 0
    if schematic:
        note = words.say("map.schematic", language)
        for line in wrapped(note, width).split("\n"):
            parts.append(text(0, y, line, ' font-style="italic"'))
            y += LINE
    return "".join(parts), y


def ink_on(shade: str) -> str:
    """Colour that can be read, and seen as a hatch, on a shade."""
    return "#fff" if shade == SHADES[-1] else INK


def box(x: float, y: float, size: tuple[float, float], look: str) -> str:
    """Rectangle from its upper left corner."""
    width, height = size
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f"{look}/>"
    )


def text(x: float, y: float, line: str, look: str = "") -> str:
    """One line of words, the middle of its letters at `y`."""
    return f'<text x="{x:.1f}" y="{y + TEXT * 0.35:.1f}"{look}>{escape(line)}</text>'


def _shades(
    classes: Classes, language: str, width: int, y: float
) -> tuple[list[str], float]:
    texts = classes.texts(language)
    looks = [f'fill="{classes.shade(k)}"' for k in range(len(texts))]
    room = min(_BROADEST, width / len(texts))
    parts = []
    if max(map(text_width, texts)) + 4 <= room:
        for k, (bounds, look) in enumerate(zip(texts, looks, strict=True)):
            parts.append(box(k * room, y - 6, (room - 1, _KEY[1]), look))
            middle = ' text-anchor="middle"'
            parts.append(text((k + 0.5) * room, y + 16, bounds, middle))
        return parts, y + 16 + LINE + 6
    for bounds, look in zip(texts, looks, strict=True):
        parts.append(box(0, y - _KEY[1] / 2, _KEY, look))
        parts.append(text(_KEY[0] + 6, y, bounds))
        y += LINE + 2
    return parts, y + 4


def _signs(classes: Classes, language: str) -> Iterator[tuple[str, str]]:
    """Sign and meaning of the kinds that occur beside the plain shades."""
    kinds = set(classes.kind)
    if "hatched" in kinds:
        frame = shapely.box(0, 0, *_KEY)
        cut = shapely.get_coordinates(hatching.lines(np.array([frame]), HATCH))
        moves = "".join(
            f"M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}"
            for (x, y), (u, v) in zip(cut[::2], cut[1::2], strict=True)
        )
        hatch = f'<path d="{moves}" stroke="{INK}" stroke-opacity=".6"/>'
        shade = box(0, 0, _KEY, f'fill="{SHADES[1]}"')
        yield shade + hatch, words.say("map.care", language)
    if "blank" in kinds:
        outline = box(0.5, 0.5, _KEY, f'fill="#fff" stroke="{SOFT}"')
        yield outline, words.say("map.blank", language)
    if "no_data" in kinds:
        outline = box(0.5, 0.5, _KEY, f'fill="#fff" stroke="{FAINT}" {DOTTED}')
        yield outline, words.say("map.no_data", language)
