"""Two published values of many regions, a dot with its name for each."""

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures.charts import ROLES
from sepakat_lib.figures.drawing import (
    GRID,
    NARROW,
    Dot,
    Line,
    Marks,
    Picture,
    Text,
    in_both_widths,
    plot,
)
from sepakat_lib.figures.layout import LINE, round_ticks, text_width
from sepakat_lib.figures.values import only

HEIGHT = 380  # [px]
LEFT, RIGHT, TOP, BOTTOM = 44, 26, 26, 30  # [px] about the dots
APART = 8  # [px] from a dot to its name


def scatter(
    table: pd.DataFrame,
    *,
    units: tuple[str, str],
    alt: str,
    language: str,
    source: str = "",
) -> str:
    """Dots of two values, named where the name covers no other.

    Parameters
    ----------
    table : DataFrame
        ``label``, ``role`` (own, context), ``x``, ``y``.
    units : (below, beside)
        What the axis below and the axis on the left count.
    alt, language, source
        As in `trend`.

    Raises
    ------
    ValueError
        A value missing, or an unknown role.
    """
    only(table["role"], ROLES, "role")
    if table[["x", "y"]].isna().any(axis=None):
        raise ValueError("a dot needs both its values; leave out rows that lack one")
    return in_both_widths(
        lambda width: _picture(table, units, width, language), alt, source
    )


def _picture(table: pd.DataFrame, units, width: int, language: str) -> Picture:
    ticks = round_ticks(0, table["y"].max(), 6)
    below = round_ticks(table["x"].min(), table["x"].max(), 3 if width == NARROW else 6)
    x_px = (below[-1] - below[0]) / (width - LEFT - RIGHT)
    y_px = (ticks[-1] - ticks[0]) / (HEIGHT - TOP - BOTTOM - LINE)
    across = below[0] - LEFT * x_px, below[-1] + RIGHT * x_px
    up = ticks[0] - LINE * y_px, ticks[-1] + TOP * y_px
    marks = Marks.none()
    for level in ticks:
        marks.lines.append(Line(below[0], level, below[-1], level, GRID))
        name = words.number(level, language, _digits(ticks))
        marks.texts.append(Text(below[0] - 8 * x_px, level, name, align="right"))
    marks.texts.append(Text(across[0], up[1] - LINE / 2 * y_px, units[1]))
    end = below[-1] + RIGHT * x_px, ticks[0] + LINE / 2 * y_px
    marks.texts.append(Text(*end, units[0], align="right"))
    for row in table.itertuples():
        own = row.role == "own"
        marks.dots.append(Dot(row.x, row.y, ROLES[row.role], 9 if own else 6))
    marks.texts.extend(_names(table, (x_px, y_px), across))
    return plot(
        marks,
        width=width,
        height=HEIGHT,
        across=across,
        up=up,
        ticks={at: words.number(at, language, _digits(below)) for at in below},
    )


def _digits(ticks: list[float]) -> int:
    """Decimals that the numbers of an axis need."""
    return next((n for n in range(3) if all(t == round(t, n) for t in ticks)), 2)


def _names(table: pd.DataFrame, px: tuple[float, float], across) -> list[Text]:
    """Names beside their dots, the own first, without those that would cover another."""
    x_px, y_px = px
    dots = [(row.x, row.y) for row in table.itertuples()]
    taken: list[tuple[float, float, float, float]] = [
        (x - 4 * x_px, x + 4 * x_px, y - 4 * y_px, y + 4 * y_px) for x, y in dots
    ]
    middle = table["x"].mean(), table["y"].mean()
    far = ((table["x"] - middle[0]) / x_px) ** 2 + (
        (table["y"] - middle[1]) / y_px
    ) ** 2
    order = table.assign(far=far, first=table["role"].eq("own"))
    names = []
    for row in order.sort_values(["first", "far"], ascending=False).itertuples():
        bold = row.role == "own"
        long = text_width(row.label, bold=bold) * x_px
        for align, start in (
            ("left", row.x + APART * x_px),
            ("right", row.x - APART * x_px - long),
        ):
            box = start, start + long, row.y - LINE / 2 * y_px, row.y + LINE / 2 * y_px
            inside = across[0] <= box[0] and box[1] <= across[1]
            if inside and not any(_cover(box, other) for other in taken):
                at = start if align == "left" else start + long
                names.append(Text(at, row.y, row.label, ROLES[row.role], bold, align))
                taken.append(box)
                break
    return names


def _cover(one: tuple, other: tuple) -> bool:
    return (
        one[0] < other[1]
        and other[0] < one[1]
        and one[2] < other[3]
        and other[2] < one[3]
    )
