"""Charts of estimates and series: a small table in, SVG out.

Own region in the one strong colour, everything else grey; labels stand at what they
name; an estimate is a dot with its interval, only an amount is a bar. Every chart needs
the sentence (`alt`) that says the same to those who do not see it.
"""

import functools
import math
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures.drawing import (
    AXIS,
    BAND,
    GRID,
    NARROW,
    OWN,
    OWN_BAND,
    SOFT,
    WARM,
    WIDE,
    Band,
    Dot,
    Line,
    Marks,
    Picture,
    Text,
    in_both_widths,
    plot,
    written_out,
)
from sepakat_lib.figures.layout import LINE, apart, text_width, wrapped
from sepakat_lib.figures.rows import ranking, shares
from sepakat_lib.figures.values import checked, level_names, only, written

__all__ = ["growth_incidence", "ranking", "shares", "trend"]

ROLES = {"own": OWN, "context": SOFT, "reference": WARM}
SMALL = 400, 215  # [px] half a printed page
_DASHES = ("solid", "dashed", "dotted")
_BESIDE = 7  # [px] a survey point stands beside the official one of its year
_TOP, _BOTTOM = 26, 6  # [px] for the unit above the panel, for half a point below


class _Frame(NamedTuple):
    """One pixel in the data's units; the data at the edges and where they begin and end."""

    x_px: float
    y_px: float
    across: tuple[float, float]
    inside: tuple[float, float]
    up: tuple[float, float]


def trend(
    table: pd.DataFrame,
    *,
    unit: str,
    alt: str,
    language: str,
    source: str = "",
    small: bool = False,
) -> str:
    """Series over the years: official ones as lines, survey ones as dots with bars.

    Parameters
    ----------
    table : DataFrame
        ``series`` (its label), ``role`` (own, context, reference), ``year`` (a March
        round is the year + 0.2), ``value``, ``low``, ``high`` (missing: no error
        known), ``source`` (official, survey). One source and one role a series. Missing
        years are missing rows: the axis keeps its scale.
    unit : str
        As the reader should see it above the axis.
    alt : str
        What the picture says, with its numbers.
    language : {"id", "en"}
    source : str, optional
        Where, from whom and of when, written inside the picture, so that a cut-out still
        says it.
    small : bool
        For half a printed page, in one width.

    Raises
    ------
    ValueError
        A column or value missing, an interval beside its value, an unknown role or
        kind, a series of two sources or roles.
    """
    columns = ["series", "role", "year", "value", "low", "high", "source"]
    points = checked(table, columns, "trend").sort_values("year", kind="stable")
    only(points["role"], ROLES, "role")
    only(points["source"], ("official", "survey"), "source")
    for series, part in points.groupby("series"):
        if len(part[["role", "source"]].drop_duplicates()) > 1:
            raise ValueError(
                f"series {series!r} has more than one role or source; give the official "
                "and the survey series different names"
            )
    if small:
        picture = _trend(points, SMALL, unit, language)
        return written_out(picture, alt=alt, name="chart-small", source=source)
    return in_both_widths(
        lambda width: _trend(points, (width, 300), unit, language), alt, source
    )


def _trend(
    table: pd.DataFrame, size: tuple[int, int], unit: str, language: str
) -> Picture:
    series = _in_order(table)
    ends = [part.iloc[-1] for part in series]
    room = {WIDE: 170, NARROW: 104}.get(size[0], 140)
    labels = [
        wrapped(f"{end.series} {written(end, language)}", room, bold=True)
        for end in ends
    ]
    levels = level_names(table, language)
    frame = _frame(
        (table["year"].min(), table["year"].max()),
        list(levels),
        margins=(
            max(map(text_width, levels.values())) + 14,
            max(text_width(label, bold=True) for label in labels)
            + max(end.beside for end in ends)
            + 20,
        ),
        size=size,
    )
    marks = _grid(levels, unit, frame)
    contexts = 0
    for part, end in zip(series, ends, strict=True):
        if end.source == "survey":
            _add_survey(marks, part, frame)
        else:
            _add_official(marks, part, _DASHES[min(contexts, 2)])
            contexts += end.role != "own"
    _add_end_labels(marks, ends, labels, frame)
    return plot(
        marks,
        width=size[0],
        height=size[1],
        across=frame.across,
        up=frame.up,
        ticks=_year_ticks(table["year"], 44 * frame.x_px),
    )


def _in_order(table: pd.DataFrame) -> list[pd.DataFrame]:
    """One table a series, own last and so on top; survey ones moved aside [px]."""
    order = {"context": 0, "reference": 1, "own": 2}
    names = table.sort_values("role", key=lambda role: role.map(order), kind="stable")
    beside = _BESIDE if (table["source"] == "official").any() else 0
    parts = []
    for name in names["series"].unique():
        part = table[table["series"] == name]
        survey = part["source"].iloc[0] == "survey"
        parts.append(part.assign(beside=beside if survey else 0))
        beside += _BESIDE * survey
    return parts


def _frame(
    span: tuple[float, float],
    levels: list[float],
    *,
    margins: tuple[float, float],
    size: tuple[int, int],
) -> _Frame:
    """Scale that leaves `margins` (left, right) [px] beside the data."""
    (start, end), (left, right), (width, height) = span, margins, size
    x_px = max(end - start, 1) / (width - left - right)
    y_px = (levels[-1] - levels[0]) / (height - AXIS - _TOP - _BOTTOM)
    first = start - left * x_px
    return _Frame(
        x_px,
        y_px,
        across=(first, first + width * x_px),
        inside=(start, max(end, start + 1)),
        up=(levels[0] - _BOTTOM * y_px, levels[-1] + _TOP * y_px),
    )


def _grid(levels: dict[float, str], unit: str, frame: _Frame) -> Marks:
    """Level lines with their numbers on the left and the unit above."""
    start, end = frame.inside
    marks = Marks.none()
    for level, name in levels.items():
        colour = SOFT if level == 0 and min(levels) < 0 else GRID
        marks.lines.append(
            Line(start - 6 * frame.x_px, level, end + 8 * frame.x_px, level, colour)
        )
        marks.texts.append(Text(start - 10 * frame.x_px, level, name, align="right"))
    above = frame.up[1] - (LINE / 2) * frame.y_px
    marks.texts.append(Text(frame.across[0], above, unit))
    return marks


def _add_survey(marks: Marks, part: pd.DataFrame, frame: _Frame) -> None:
    """Dots with interval bars; not joined, for between two rounds nothing was seen."""
    for row in part.itertuples():
        at = row.year + row.beside * frame.x_px
        if pd.notna(row.low):
            pale = OWN_BAND if row.role == "own" else BAND
            marks.lines.append(Line(at, row.low, at, row.high, pale, 5))
        marks.dots.append(Dot(at, row.value, ROLES[row.role], 7, hollow=True))


def _add_official(marks: Marks, part: pd.DataFrame, style: str) -> None:
    """Joined points; a band where the publisher gives an error."""
    own = part["role"].iloc[0] == "own"
    colour = ROLES[part["role"].iloc[0]]
    with_error = part.dropna(subset=["low"])
    if len(with_error) > 1:
        edges = (with_error[name].tolist() for name in ("year", "low", "high"))
        marks.bands.append(Band(*edges, OWN_BAND if own else BAND))
    corners = list(part[["year", "value"]].itertuples(index=False, name=None))
    for before, after in pairwise(corners):
        line = Line(
            *before, *after, colour, 3 if own else 1.8, "solid" if own else style
        )
        marks.lines.append(line)
    marks.dots.extend(Dot(x, y, colour, 7 if own else 4) for x, y in corners)


def _add_end_labels(
    marks: Marks, ends: list[pd.Series], labels: list[str], frame: _Frame
) -> None:
    """Name and last value of each series, in one column, led to where it ends."""
    xs = [end.year + end.beside * frame.x_px for end in ends]
    column = max(xs) + 12 * frame.x_px
    middles = apart(
        [(end.value - frame.up[0]) / frame.y_px for end in ends],
        [LINE * (1 + label.count("\n")) for label in labels],
        0,
        (frame.up[1] - frame.up[0]) / frame.y_px - LINE,
    )
    for end, label, x, middle in zip(ends, labels, xs, middles, strict=True):
        y = frame.up[0] + middle * frame.y_px
        moved = abs(y - end.value) > 3 * frame.y_px
        if moved or column - x > 30 * frame.x_px:
            pale = OWN_BAND if end.role == "own" else BAND
            begin, stop = x + 5 * frame.x_px, column - 5 * frame.x_px
            marks.lines.append(Line(begin, end.value, stop, y, pale))
        marks.texts.append(Text(column, y, label, ROLES[end.role], end.role == "own"))


def _year_ticks(years: pd.Series, least: float) -> dict[float, str]:
    """Years at least `least` years apart, the last one first to be named.

    A year stands under its usual round, so that a March point has its year beneath.
    """
    within = (years % 1).round(3).mode().iloc[0]
    first, last = int(years.min()), int(years.max())
    step = max(1, math.ceil(least))
    return {year + within: str(year) for year in range(last, first - 1, -step)}


def growth_incidence(
    table: pd.DataFrame, *, mean: float, alt: str, language: str, source: str = ""
) -> str:
    """Growth of spending of each tenth of the people, the poorest first.

    Parameters
    ----------
    table : DataFrame
        ``decile`` (1 to 10, each once), ``value``, ``low``, ``high`` [percent a year].
    mean : float
        Growth of the mean of all people, the dashed line. [percent a year]
    alt, language, source
        As in `trend`.

    Notes
    -----
    Ravallion and Chen (2003), doi:10.1016/S0165-1765(02)00205-7.
    """
    deciles = checked(table, ["decile", "value", "low", "high"], "growth_incidence")
    if sorted(deciles["decile"]) != list(range(1, 11)):
        raise ValueError(
            "growth_incidence draws the deciles 1 to 10, each once; "
            f"{sorted(deciles['decile'])} came"
        )
    dashed = words.number(mean, language, 1)
    label = words.say("chart.mean", language, value=dashed)
    draw = functools.partial(_growth, deciles, mean, label, language=language)
    return in_both_widths(lambda width: draw(width=width), alt, source)


def _growth(
    table: pd.DataFrame, mean: float, label: str, *, width: int, language: str
) -> Picture:
    with_mean = pd.concat([table, pd.DataFrame({"value": [mean]})], ignore_index=True)
    levels = level_names(with_mean, language)
    label = wrapped(label, 140 if width == WIDE else 60)
    unit = wrapped(words.say("chart.percent_a_year", language), width)
    frame = _frame(
        (1, 10),
        list(levels),
        margins=(max(map(text_width, levels.values())) + 24, text_width(label) + 24),
        size=(width, 280),
    )
    marks = _grid(levels, unit, frame)
    end = 10 + 10 * frame.x_px
    marks.lines.append(Line(1 - 8 * frame.x_px, mean, end, mean, WARM, 1.5, "dashed"))
    marks.texts.append(Text(end + 4 * frame.x_px, mean, label, WARM))
    for row in table.itertuples():
        if pd.notna(row.low):
            marks.lines.append(
                Line(row.decile, row.low, row.decile, row.high, OWN_BAND, 7)
            )
        marks.dots.append(Dot(row.decile, row.value, OWN, 8))
    return plot(
        marks,
        width=width,
        height=280,
        across=frame.across,
        up=frame.up,
        ticks={decile: str(decile) for decile in range(1, 11)},
    )
