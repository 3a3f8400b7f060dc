"""Two groups beside each other over many indicators, a row each."""

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
    why_hidden,
    written,
)

_GUTTER = 14  # [px] before each column of numbers
_BESIDE = 4  # [px] each group stands above or below the middle of its row
_SHADES = ((OWN, OWN_BAND), (SOFT, BAND))  # of the first group and of the second


class _Numbers(NamedTuple):
    """Numbers of one group as they are written, a row each; hidden ones say why."""

    values: list[str]
    marks: list[str]
    intervals: list[str]
    notes: list[str]


class _Column(NamedTuple):
    """Numbers of one group as they stand on paper, below their heading."""

    heading: str
    numbers: _Numbers
    width: float  # [px]
    aside: float  # [px] from the end of the values to the end of the column


class _Rows(NamedTuple):
    """Heights of all rows, from the foot of the panel. [px]"""

    names: list[str]
    names_at: list[float]
    middles: list[float]
    reach: list[tuple[float, float]]
    height: float


class _Scale(NamedTuple):
    """Where a value stands from the left edge. [px]"""

    levels: dict[float, str]
    first: float
    per_unit: float

    def at(self, value: float) -> float:
        return self.first + (value - min(self.levels)) * self.per_unit


def pairs(
    table: pd.DataFrame,
    *,
    unit: str,
    alt: str,
    language: str,
    labels: tuple[str, str],
    source: str = "",
) -> str:
    """Two groups over many indicators: one row each, with two dots and two numbers.

    Parameters
    ----------
    table : DataFrame
        ``label`` (of the indicator), ``group`` (one of `labels`), ``value``, ``low``,
        ``high``, ``mark`` (one of `words.MARKS`). Each indicator has both groups once; a
        missing value says by its mark why it is not shown. Rows stand as they come.
    unit, alt, language
        As in `rows.ranking`.
    labels : (first, second)
        The groups, as they head their numbers; the first in the strong colour and
        with round points, the second with square ones, told apart in grey print.
    source : str, optional
        As in `charts.trend`.

    Raises
    ------
    ValueError
        What `values.checked` refuses, an unknown mark or group, and an indicator
        without exactly one row of each group.
    """
    columns = ["label", "group", "value", "low", "high", "mark"]
    estimates = checked(table, columns, "pairs", may_miss=["value"])
    only(estimates["mark"], words.MARKS, "mark")
    only(estimates["group"], labels, "group")
    for label, both in estimates.groupby("label", sort=False):
        if sorted(both["group"]) != sorted(labels):
            raise ValueError(
                f"pairs sets {labels[0]!r} beside {labels[1]!r} in each row; {label!r} "
                f"came with {', '.join(both['group'])}"
            )
    names = list(dict.fromkeys(estimates["label"]))
    sides = [
        estimates[estimates["group"] == label].set_index("label").loc[names]
        for label in labels
    ]

    numbers = [_numbers(side, language) for side in sides]

    def draw(width: int) -> Picture:
        return _draw(sides, numbers, labels, width, unit, language)

    return in_both_widths(draw, alt, source)


def _draw(
    sides: list[pd.DataFrame],
    numbers: list[_Numbers],
    labels: tuple[str, str],
    width: int,
    unit: str,
    language: str,
) -> Picture:
    """Both axes are in pixels; on a telephone a name stands above its row."""
    wide = width == WIDE
    columns = _columns(numbers, labels, wide)
    names = list(sides[0].index)
    left = min(max(map(text_width, names)), 0.3 * width) + 14 if wide else 8
    names = [wrapped(name, left - 14 if wide else width) for name in names]
    rows = _rows(names, columns, above=not wide)
    right = width - sum(column.width for column in columns)
    values = pd.concat(sides)[["value", "low", "high"]].astype(float)
    levels = level_names(values, language, 6 if wide else 5)
    span = max(levels) - min(levels)
    scale = _Scale(levels, left, (right - 8 - left) / span)

    marks = _grid(scale, rows)
    ends = [right + columns[0].width, width]
    for column, side, shades, end, beside in zip(
        columns, sides, _SHADES, ends, (_BESIDE, -_BESIDE), strict=True
    ):
        _add_numbers(marks, column, rows, end, shades[0])
        for row, middle in zip(side.itertuples(), rows.middles, strict=True):
            _add_estimate(marks, row, middle + beside, scale, shades)
    unit = wrapped(unit, right - 8)
    headings = [column.heading for column in columns]
    head = LINE * max(text.count("\n") + 1 for text in (unit, *headings))
    marks.texts.append(Text(0, rows.height + head / 2 + 4, unit))
    return plot(
        marks,
        width=width,
        height=rows.height + head + 10 + AXIS,
        across=(0, width),
        up=(0, rows.height + head + 10),
        ticks={scale.at(level): name for level, name in levels.items()},
    )


def _columns(
    numbers: list[_Numbers], labels: tuple[str, str], wide: bool
) -> list[_Column]:
    """Both groups' numbers, in columns of one width."""
    least = 92 if wide else 0
    for label in labels:
        least = max(least, *(text_width(word, bold=True) for word in label.split()))
    for _ in range(2):  # the wider one is known once both are laid out
        columns = [
            _column(of_side, label, wide, least)
            for of_side, label in zip(numbers, labels, strict=True)
        ]
        least = max(column.width for column in columns) - _GUTTER
    return columns


def _numbers(side: pd.DataFrame, language: str) -> _Numbers:
    numbers = _Numbers([], [], [], [])
    for row in side.to_dict("records"):
        seen = pd.notna(row["value"])
        numbers.values.append(written(row, language) if seen else "")
        numbers.marks.append(asterisks(row) if seen else "")
        numbers.intervals.append(_between(row, language) if seen else "")
        numbers.notes.append("" if seen else why_hidden(row, language))
    return numbers


def _column(numbers: _Numbers, label: str, wide: bool, least: float) -> _Column:
    """The numbers in their column; intervals only where there is room for them."""
    values, marks, between, notes = numbers
    if not wide:
        between = [""] * len(between)
    marked, beyond = (max(map(text_width, texts)) for texts in (marks, between))
    aside = (marked + 3 if marked else 0) + (beyond + 8 if beyond else 0)
    inside = max(least, aside + max(text_width(value, bold=True) for value in values))
    notes = [wrapped(note, inside) for note in notes]
    return _Column(
        wrapped(label, inside, bold=True),
        _Numbers(values, marks, between, notes),
        inside + _GUTTER,
        aside,
    )


def _between(row: dict, language: str) -> str:
    if pd.isna(row["low"]):
        return ""
    return words.interval(row["low"], row["high"], language, digits_of(row))


def _rows(names: list[str], columns: list[_Column], *, above: bool) -> _Rows:
    """Rows as high as their name and notes ask for, the first on top."""
    named = [LINE * (1 + name.count("\n")) for name in names]
    noted = [
        max(LINE * (1 + note.count("\n")) for note in notes)
        for notes in zip(*(column.numbers.notes for column in columns), strict=True)
    ]
    if above:
        scaled = [max(22, note + 4) for note in noted]
        heights = [name + body + 4 for name, body in zip(named, scaled, strict=True)]
    else:
        heights = [
            max(26, name + 8, note + 8) for name, note in zip(named, noted, strict=True)
        ]
        scaled = heights
    total = sum(heights)
    feet = [total - below for below in accumulate(heights)]
    middles = [foot + body / 2 for foot, body in zip(feet, scaled, strict=True)]
    tops = [
        foot + height - name / 2 - 2
        for foot, height, name in zip(feet, heights, named, strict=True)
    ]
    reach = [(foot, foot + body) for foot, body in zip(feet, scaled, strict=True)]
    return _Rows(names, tops if above else middles, middles, reach, total)


def _grid(scale: _Scale, rows: _Rows) -> Marks:
    """Names of the rows, and level lines that leave the names on a telephone free."""
    marks = Marks.none()
    for level in scale.levels:
        colour = SOFT if level == 0 else GRID
        for foot, top in rows.reach:
            at = scale.at(level)
            marks.lines.append(Line(at, foot, at, top, colour))
    for name, at in zip(rows.names, rows.names_at, strict=True):
        marks.texts.append(Text(0, at, name, INK))
    return marks


def _add_numbers(
    marks: Marks, column: _Column, rows: _Rows, end: float, colour: str
) -> None:
    """One group's numbers under its heading, up to `end` [px] on the right."""
    strong = colour == OWN
    head = rows.height + LINE * (1 + column.heading.count("\n")) / 2 + 4
    marks.texts.append(Text(end, head, column.heading, colour, True, "right"))
    value_at = end - column.aside
    for value, mark, interval, note, y in zip(
        *column.numbers, rows.middles, strict=True
    ):
        if note:
            marks.texts.append(Text(end, y, note, align="right"))
        if value:
            marks.texts.append(Text(value_at, y, value, colour, strong, "right"))
        if mark:
            marks.texts.append(Text(value_at + 3, y, mark, INK))
        if interval:
            marks.texts.append(Text(end, y, interval, align="right"))


def _add_estimate(
    marks: Marks, row, y: float, scale: _Scale, shades: tuple[str, str]
) -> None:
    """Thin bar of the interval and a point on it; hollow where it is marked."""
    if pd.isna(row.value):
        return
    strong, pale = shades
    square = strong != OWN
    if pd.notna(row.low):
        ends = scale.at(row.low), scale.at(row.high)
        marks.lines.append(Line(ends[0], y, ends[1], y, pale, 4))
    marks.dots.append(
        Dot(scale.at(row.value), y, strong, 7, bool(asterisks(row._asdict())), square)
    )
