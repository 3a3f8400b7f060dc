"""A chart to take along: its title above it, and what is drawn below, inside the picture."""

import re
from xml.sax.saxutils import escape

from sepakat_lib.figures.drawing import INK, SOFT
from sepakat_lib.figures.layout import LINE, wrapped

MARGIN = 16  # [px]
HEAD, NOTE = 1.25, 0.92  # of the letters of a chart
_PICTURE = re.compile(r"<svg\b(?![^>]*chart-narrow).*?</svg>", re.DOTALL)
_BOX = re.compile(r'viewBox="([^"]+)"')


def titled(drawing: str, title: str, note: str) -> str:
    """The pictures of a figure as one SVG that says what they show, and whence.

    Parameters
    ----------
    drawing : str
        SVG as charts give it; of two widths the one for a column.
    title, note : str
        Stand above and below, broken into lines.

    Returns
    -------
    str
        An SVG document; pictures of one figure stand one below the other.

    Raises
    ------
    ValueError
        A drawing without a picture.

    >>> one = '<svg viewBox="0 0 300 100"><g/></svg>'
    >>> titled(one, "Judul & isi", "BPS").count("<text")
    2
    """
    pictures = _PICTURE.findall(drawing)
    if not pictures:
        raise ValueError("a figure without a picture has nothing to take along")
    boxes = [[*map(float, _BOX.search(each)[1].split())] for each in pictures]
    wide = max(box[2] for box in boxes)
    parts, down = _lines(title, wide, MARGIN, HEAD, INK, bold=True)
    for picture, (_, _, across, high) in zip(pictures, boxes, strict=True):
        inner = re.sub(r'\s(width|height|style|x|y)="[^"]*"', "", picture.split(">")[0])
        place = f'x="{MARGIN}" y="{down:g}" width="{across:g}" height="{high:g}"'
        parts.append(f"{inner} {place}>{picture.split('>', 1)[1]}")
        down += high + LINE / 2
    below, down = _lines(note, wide, down, NOTE, SOFT)
    whole = wide + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:g} {down:g}" '
        f'width="{whole:g}" height="{down + MARGIN:g}" '
        f'font-family="Noto Sans, sans-serif"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts + below)}</svg>'
    )


def _lines(
    text: str, wide: float, top: float, scale: float, colour: str, *, bold: bool = False
) -> tuple[list[str], float]:
    """Lines of a text as SVG from `top` on, and where the next thing may stand."""
    size, parts = 12 * scale, []
    for line in wrapped(text, wide / scale, bold=bold).split("\n"):
        top += LINE * scale
        weight = ' font-weight="700"' if bold else ""
        parts.append(
            f'<text x="{MARGIN}" y="{top:g}" font-size="{size:g}" fill="{colour}"'
            f"{weight}>{escape(line)}</text>"
        )
    return parts, top + LINE
