"""Charts with one row a thing: name on the left, mark in the middle, number on the right."""

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures.drawing import (
    AXIS,
    BAND,
    GRID,
    INK,
    OWN,
    OWN_BAND,
    SOFT,
    WARM,
    WIDE,
    Dot,
    Line,
    Marks,
    Picture,
    Text,
    in_both_widths,
    plot,
)
from sepakat_lib.figures.layout import LINE, text_width, wrapped
from sepakat_lib.figures.values import (
    asterisks,
    checked,
    digits_of,
    level_names,
    only,
    written,
)

TINTS = (OWN, "#4a9391", OWN_BAND, BAND, "#98a2ac")  # welfare bands, poorest first


class _Row(NamedTuple):
    """One row as it stands on paper, with the row of the table behind it."""

    data: dict
    label: str
    value: str
    mark: str = ""
    interval: str = ""
    strong: bool = False


class _Columns(NamedTuple):
    """Scale of the middle column, and where words and numbers stand beside it."""

    x_px: float
    levels: dict[float, str]
    across: tuple[float, float]
    names: list[str]
    middles: list[float]  # [px] above the foot of the panel
    height: float  # [px] of all rows
    value_at: float
    mark_at: float


def ranking(
    table: pd.DataFrame,
    *,
    unit: str,
    alt: str,
    language: str,
    references: dict[str, float] | None = None,
    digits: int | None = None,
    source: str = "",
) -> str:
    """Regions from the highest value to the lowest, each with its interval.

    Parameters
    ----------
    table : DataFrame
        ``label``, ``value``, ``low``, ``high`` (missing: no error known), ``own``
        (bool). Equal values keep the order of the table.
    unit : str
        As the reader should see it above the numbers.
    alt, language
        As in `charts.trend`.
    references : dict of label to value, optional
        Upright lines; the first is the one to beat.
    digits : int, optional
        Decimals of the values, as their publisher prints them; default as many as the
        widest interval allows.
    source : str, optional
        As in `charts.trend`.
    """
    estimates = checked(table, ["label", "value", "low", "high", "own"], "ranking")
    estimates = estimates.sort_values("value", ascending=False, kind="stable")
    if digits is None:  # one for the whole column
        digits = min(digits_of(row) for row in estimates.to_dict("records"))
    rows = [
        _Row(
            row,
            row["label"],
            words.number(row["value"], language, digits),
            strong=bool(row["own"]),
        )
        for row in estimates.to_dict("records")
    ]

    def add(marks: Marks, row: _Row, y: float) -> None:
        _add_estimate(marks, row.data, y, strong=row.strong)

    return _in_rows(rows, add, unit, alt, language, references or {}, source)


def shares(table: pd.DataFrame, *, alt: str, language: str, source: str = "") -> str:
    """How the people divide over welfare bands, the poorest first.

    Parameters
    ----------
    table : DataFrame
        ``label``, ``value``, ``low``, ``high`` [percent of people], ``mark``
        (one of `words.MARKS`); at most five rows, together 100.
    alt, language, source
        As in `ranking`.
    """
    bands = checked(table, ["label", "value", "low", "high", "mark"], "shares")
    only(bands["mark"], words.MARKS, "mark")
    total = bands["value"].sum()
    if abs(total - 100) > 0.5 or len(bands) > len(TINTS) or (bands["value"] < 0).any():
        raise ValueError(
            f"shares divides all people over at most {len(TINTS)} bands, together 100 "
            f"percent; {len(bands)} bands with {total:.1f} percent came"
        )
    rows = [
        _Row(
            row,
            row["label"],
            written(row, language),
            asterisks(row),
            _between(row, language),
        )
        for row in bands.to_dict("records")
    ]

    tints = dict(zip(bands["label"], TINTS, strict=False))

    def add(marks: Marks, row: _Row, y: float) -> None:
        value, low, high = (row.data[name] for name in ("value", "low", "high"))
        marks.lines.append(Line(0, y, value, y, tints[row.label], 15))
        if pd.notna(low):
            marks.lines.append(Line(low, y, high, y, "#ffffff", 4))
            marks.lines.append(Line(low, y, high, y, INK, 1.5))

    unit = words.say("chart.percent_of_people", language)
    return _in_rows(rows, add, unit, alt, language, {}, source)


def _between(row: dict, language: str) -> str:
    if pd.isna(row["low"]):
        return ""
    return words.interval(row["low"], row["high"], language, digits_of(row))


def _in_rows(
    rows: list[_Row],
    add: Callable[[Marks, _Row, float], None],
    unit: str,
    alt: str,
    language: str,
    references: dict[str, float],
    source: str,
) -> str:
    """Both drawings of a chart whose rows `add` fills with marks."""

    def draw(width: int) -> Picture:
        columns = _columns(rows, width, language, references)
        marks = _grid(columns, unit, references)
        for row, name, y in zip(rows, columns.names, columns.middles, strict=True):
            add(marks, row, y)
            _add_words(marks, row, name, y, columns)
        top = LINE * (1 + len(references)) + 8
        return plot(
            marks,
            width=width,
            height=columns.height + top + AXIS,
            across=columns.across,
            up=(0, columns.height + top),
            ticks=columns.levels,
        )

    return in_both_widths(draw, alt, source)


def _columns(
    rows: list[_Row], width: int, language: str, references: dict[str, float]
) -> _Columns:
    """Room for names and numbers; what is left is the scale."""
    widest = max(text_width(row.label, bold=row.strong) for row in rows)
    left = min(widest, 0.38 * width) + 14
    marked = max(text_width(row.mark) for row in rows)
    between = max(text_width(row.interval) for row in rows)
    aside = (marked + 3 if marked else 0) + (between + 8 if between else 0)
    right = max(text_width(row.value, bold=True) for row in rows) + aside + 16
    numbers = pd.DataFrame([row.data for row in rows])[["value", "low", "high"]]
    lines = pd.DataFrame({"value": list(references.values())})
    levels = level_names(
        pd.concat([numbers.astype(float), lines]), language, 6 if width == WIDE else 4
    )
    x_px = (max(levels) - min(levels)) / (width - left - right)
    start = min(levels) - left * x_px
    end = start + width * x_px
    names = [wrapped(row.label, left - 14, bold=row.strong) for row in rows]
    least = 18 if len(rows) > 20 else 24
    heights = [max(least, LINE * (1 + name.count("\n")) + 6) for name in names]
    foot = list(accumulate(heights))
    return _Columns(
        x_px,
        levels,
        (start, end),
        names,
        middles=[
            foot[-1] - below + height / 2
            for below, height in zip(foot, heights, strict=True)
        ],
        height=foot[-1],
        value_at=end - aside * x_px,
        mark_at=end - (aside - 3) * x_px,
    )


def _grid(columns: _Columns, unit: str, references: dict[str, float]) -> Marks:
    """Upright level lines, the unit above the names, references with their labels."""
    marks = Marks.none()
    for level in columns.levels:
        colour = SOFT if level == 0 else GRID
        marks.lines.append(Line(level, 0, level, columns.height, colour))
    top = columns.height + LINE * (len(references) + 0.5) + 6
    marks.texts.append(Text(columns.across[0], top, unit))
    # the leftmost line carries the highest label, so that no line crosses a label
    upright = sorted(references.items(), key=lambda item: -item[1])
    for number, (label, value) in enumerate(upright):
        first = label == next(iter(references))
        colour, style = (WARM, "dashed") if first else (SOFT, "dotted")
        at = columns.height + LINE * (number + 0.5) + 4
        marks.lines.append(Line(value, 0, value, at - LINE / 2, colour, 1.5, style))
        room = (columns.across[1] - value) / columns.x_px
        align = "left" if text_width(label) < room else "right"
        marks.texts.append(Text(value, at, label, colour, align=align))
    return marks


def _add_words(marks: Marks, row: _Row, name: str, y: float, columns: _Columns) -> None:
    """Name of the row and, on the right, its value with the interval in grey."""
    colour = OWN if row.strong else SOFT
    marks.texts.append(Text(columns.across[0], y, name, colour, row.strong))
    colour = OWN if row.strong else INK
    text = Text(columns.value_at, y, row.value, colour, row.strong, "right")
    marks.texts.append(text)
    if row.mark:
        marks.texts.append(Text(columns.mark_at, y, row.mark, INK))
    if row.interval:
        marks.texts.append(
            Text(columns.across[1], y, row.interval, SOFT, align="right")
        )


def _add_estimate(marks: Marks, row: dict, y: float, *, strong: bool) -> None:
    """Interval as a bar, value as a dot on it."""
    if pd.notna(row["low"]):
        band = OWN_BAND if strong else BAND
        marks.lines.append(Line(row["low"], y, row["high"], y, band, 6))
    colour = OWN if strong else SOFT
    marks.dots.append(Dot(row["value"], y, colour, 8 if strong else 6))
