"""Cards as a table for a spreadsheet: the same numbers, each with what it is held against."""

import pandas as pd

from sepakat_lib import words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports.writing import speaker

COLUMNS = (
    *("region", "year", "source", "synthetic", "theme", "indicator", "label", "unit"),
    *("value", "low", "high", "n", "mark", "people", "people_low", "people_high"),
    *("reference", "reference_value", "reference_source", "gap", "gap_low", "gap_high"),
    *("at_once", "z", "trend", "colour", "says", "cut", "rule"),
)

DECIMALS = {  # more than any error bears
    **dict.fromkeys(("value", "low", "high", "reference_value"), 3),
    **dict.fromkeys(("people", "people_low", "people_high"), 0),
    **dict.fromkeys(("gap", "gap_low", "gap_high"), 4),
    "z": 2,
}


def table(
    chosen: Parameters, cards: pd.DataFrame, findings: pd.DataFrame
) -> pd.DataFrame:
    """A row a card, in the order of the page's themes.

    Parameters
    ----------
    chosen : Parameters
    cards : DataFrame
        From `prioritisation.cards`.
    findings : DataFrame
        `tables.Findings` that the cards are of: region, year, whether invented.

    Returns
    -------
    DataFrame
        `COLUMNS`: those of the cards by their own names and in their own units; ``label``,
        ``says`` (the colour, or why there is none) and ``rule`` in the language of the run.
    """
    say, language = speaker(chosen), chosen.language
    about = findings[["id", "region", "year", "synthetic"]]
    told = cards.merge(about, left_on="finding", right_on="id", how="left")
    told["label"] = [catalogue()[name].label[language] for name in told["indicator"]]
    told["unit"] = [catalogue()[name].unit for name in told["indicator"]]
    told["says"] = [_said(say, row) for row in told.itertuples()]
    told["rule"] = [
        say(
            "priority.rule_colours",
            cut=words.percent(cut * 100, language, in_sentence=False),
        )
        for cut in told["cut"]
    ]
    return told[[*COLUMNS]].round(DECIMALS)


def _said(say, row) -> str:
    """A colour by its name; that of no colour with the reason."""
    colour = say(f"priority.colour.{row.colour}")
    return f"{colour}: {say(f'priority.why.{row.why}')}" if row.why else colour
