"""Charts of estimates and series: a small table in, SVG out.

Own region in the one strong colour, everything else grey; labels stand at what they
name; an estimate is a dot with its interval, only an amount is a bar. Every chart needs
the sentence (`alt`) that says the same to those who do not see it.
"""

from collections.abc import Sequence

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures.drawing import (
    AXIS,
    BAND,
    GRID,
    INK,
    LINE,
    OWN,
    OWN_BAND,
    SOFT,
    WARM,
    WIDE,
    Dot,
    Line,
    PlotSpec,
    Text,
    apart,
    band,
    dots,
    in_both_widths,
    lines,
    plot,
    round_ticks,
    text_width,
    texts,
    wrapped,
)

ROLES = {"own": OWN, "context": SOFT, "reference": WARM}
TINTS = (OWN, "#4a9391", OWN_BAND, "#c9d3d8", "#dfe4e8")  # welfare bands, poorest first
_DASHES = ("solid", "dashed", "dotted")
_BESIDE = 7  # [px] a survey point stands beside the official one of its year


def trend(table: pd.DataFrame, *, unit: str, alt: str, language: str) -> str:
    """Series over the years: official ones as lines, survey ones as dots with bars.

    Parameters
    ----------
    table : DataFrame
        ``series`` (its label), ``role`` (own, context, reference), ``year`` (a March
        round is the year + 0.2), ``value``, ``low``, ``high`` (missing: no error
        known), ``kind`` (official, survey). One kind and one role a series. Missing
        years are missing rows: the axis keeps its scale.
    unit : str
        As the reader should see it above the axis.
    alt : str
        What the picture says, with its numbers.
    language : {"id", "en"}

    Raises
    ------
    ValueError
        A column or value missing, an interval beside its value, an unknown role or
        kind, a series of two kinds, two own series of one kind.
    """
    columns = ["series", "role", "year", "value", "low", "high", "kind"]
    checked = _checked(table, columns, "trend").sort_values("year", kind="stable")
    _only(checked["role"], ROLES, "role")
    _only(checked["kind"], ("official", "survey"), "kind")
    for series, part in checked.groupby("series"):
        if len(part[["role", "kind"]].drop_duplicates()) > 1:
            raise ValueError(
                f"series {series!r} has more than one role or kind; give the official "
                "and the survey series different names"
            )
    return in_both_widths(lambda width: _trend(checked, width, unit, language), alt)


def _trend(table: pd.DataFrame, width: int, unit: str, language: str) -> PlotSpec:
    height, top, bottom = (300, 26, 6) if width == WIDE else (290, 26, 6)
    order = {"context": 0, "reference": 1, "own": 2}  # own is drawn last, on top
    names = table.sort_values("role", key=lambda r: r.map(order), kind="stable")
    series = {name: table[table["series"] == name] for name in names["series"].unique()}
    ends = {name: part.iloc[-1] for name, part in series.items()}
    labels = {
        name: wrapped(
            f"{name} {_written(end, language)}", 170 if width == WIDE else 100, bold=True
        )
        for name, end in ends.items()
    }
    levels = round_ticks(*_reach(table), 6)
    level_names = {level: _plain(level, levels, language) for level in levels}

    left = max(map(text_width, level_names.values())) + 14
    right = max(text_width(label, bold=True) for label in labels.values()) + 24
    start, end = table["year"].min(), table["year"].max()
    x_px = max(end - start, 1) / (width - left - right)
    y_px = (levels[-1] - levels[0]) / (height - AXIS - top - bottom)
    across = (start - left * x_px, start - left * x_px + width * x_px)
    floor = levels[0] - bottom * y_px

    marks = [
        Line(start - 6 * x_px, level, end + 6 * x_px, level, GRID, 1)
        for level in levels
    ]
    words_ = [
        Text(start - 10 * x_px, level, name, align="right")
        for level, name in level_names.items()
    ]
    words_.append(Text(across[0], levels[-1] + 18 * y_px, unit))
    areas, points = [], []
    official = (table["kind"] == "official").any()
    surveys = contexts = 0
    for name, part in series.items():
        role, kind = ends[name]["role"], ends[name]["kind"]
        colour = ROLES[role]
        pale = OWN_BAND if role == "own" else BAND
        if kind == "survey":
            shift = (surveys + official) * _BESIDE * x_px
            surveys += 1
            for row in part.itertuples():
                at = row.year + shift
                if pd.notna(row.low):
                    marks.append(Line(at, row.low, at, row.high, pale, 5))
                points.append(Dot(at, row.value, colour, 7, hollow=True))
            ends[name] = ends[name].copy()
            ends[name]["year"] += shift
            continue
        known = part.dropna(subset=["low", "high"])
        if len(known) > 1:
            areas.append(band(known["year"], known["low"], known["high"], colour=pale))
        style = "solid" if role == "own" else _DASHES[min(contexts, 2)]
        contexts += role != "own"
        corners = list(part[["year", "value"]].itertuples(index=False, name=None))
        thick = 3 if role == "own" else 1.8
        marks += [
            Line(*a, *b, colour, thick, style)
            for a, b in zip(corners, corners[1:], strict=False)
        ]
        points += [
            Dot(x, y, colour, 7 if role == "own" else 4) for x, y in corners
        ]

    label_at = max(row["year"] for row in ends.values()) + 12 * x_px
    middles = apart(
        [(ends[name]["value"] - floor) / y_px for name in labels],
        [LINE * (1 + label.count("\n")) for label in labels.values()],
        0,
        (levels[-1] - floor) / y_px + 8,
    )
    for (name, label), middle in zip(labels.items(), middles, strict=True):
        row, y = ends[name], floor + middle * y_px
        own = row["role"] == "own"
        far = label_at - row["year"] > 30 * x_px or abs(y - row["value"]) > 3 * y_px
        if far:
            pale = OWN_BAND if own else BAND
            begin = row["year"] + 5 * x_px
            marks.append(Line(begin, row["value"], label_at - 3 * x_px, y, pale, 1))
        words_.append(Text(label_at, y, label, ROLES[row["role"]], own))
    return plot(
        *areas,
        lines(marks),
        dots(points),
        texts(words_),
        width=width,
        height=height,
        across=across,
        up=(floor, levels[-1] + top * y_px),
        ticks=_years(table["year"], 44 * x_px),
    )
