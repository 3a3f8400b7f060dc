"""Question 1: what the poor are like beside those who are not poor."""

import numpy as np
import pandas as pd

from sepakat_lib import words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    compared,
    digits_of,
    in_one_unit,
    legend,
    marked,
    percent,
    source,
    speaker,
    without_error,
)

GROUPS = ("poor", "not_poor", "all")
DIGITS = {"members": 1, "years": 1}


def profile(chosen: Parameters, table: pd.DataFrame) -> Block:
    """Poor, not poor and all in three columns, as BPS prints it, with their errors.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.profile`.
    """
    if table.empty:
        return page.NOTHING  # the first figure of the question says what is not loaded
    say, language = speaker(chosen), chosen.language
    shares = table[table["indicator"].map(_is_share).astype(bool)]
    digits, best = digits_of(shares), table[table["clearest"]].set_index("group")
    cells = {(row.indicator, row.group): row for row in table.itertuples()}
    rows = []
    for part, names in table.groupby("part", sort=False)["indicator"]:
        rows.append([say(f"profile.part.{part}"), *[""] * 4])
        first = names.iloc[0]
        counts = [_sampled(cells.get((first, group)), language) for group in GROUPS]
        asked_of = catalogue()[first].table  # households or persons
        rows.append([say(f"profile.sampled_{asked_of}"), *counts, ""])
        rows += [_row(name, cells, chosen, digits) for name in names.unique()]
    title, says = say("profile.title_unclear"), [say("profile.says_unclear")]
    if without_error(table):
        title, says = say("profile.title_no_error"), [say("survey.no_error")]
    elif table["verdict"].eq("estimated_line").any():
        title, says = (
            say("profile.title_no_error"),
            [say("profile.says_estimated_line")],
        )
    elif len(best):
        row = best.iloc[0]
        ends = {
            group: percent(best.loc[group], language, digits)
            for group in ("poor", "not_poor")
        }
        label = catalogue()[row["indicator"]].label[language]
        title = say("profile.title", label=label, **ends)
        of_gap = words.digits_for_gap(row["gap_low"], row["gap_high"])
        numbers = {"points": row["gap"], "low": row["gap_low"], "high": row["gap_high"]}
        written = {
            name: words.number(n, language, of_gap) for name, n in numbers.items()
        }
        says = [say("profile.says", **written)]
    names = [say("table.indicator"), *(say(f"profile.{group}") for group in GROUPS)]
    return page.section(
        title,
        page.table([*names, say("table.gap")], rows),
        [*says, *in_one_unit(table, chosen)],
        note=f"{say('profile.caption', **source(chosen, table))}"
        f"{compared(chosen, table)} {legend(chosen)}",
        folded=say("page.numbers"),
    )


def _is_share(indicator: str) -> bool:
    return catalogue()[indicator].unit == "percent"


def _sampled(row, language: str) -> str:
    return "–" if row is None else words.number(row.n, language)


def _row(name: str, cells: dict, chosen: Parameters, digits: int) -> list:
    """One characteristic: its value in the three groups, and the difference if sure."""
    declared, language = catalogue()[name], chosen.language
    digits = DIGITS.get(declared.unit, digits)
    shown = [
        marked(cells[name, group], chosen, digits) if (name, group) in cells else "–"
        for group in GROUPS
    ]
    row, gap = cells[name, "poor"], words.say("table.unclear", language)
    fit = all(
        (name, end) in cells and cells[name, end].mark != "**"
        for end in ("poor", "not_poor")
    )
    if fit and row.verdict in ("higher", "lower") and np.isfinite(row.gap):
        many = max(digits, words.digits_for_gap(row.gap_low, row.gap_high))
        number = words.number(row.gap, language, many)
        between = words.interval(row.gap_low, row.gap_high, language, many)
        gap = words.Marked(number, between, "", "")
    return [linked(name, language), *shown, gap]
