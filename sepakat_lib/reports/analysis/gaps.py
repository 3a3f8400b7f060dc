"""Questions 2 to 4: the poorest beside the richest, by theme."""

import pandas as pd

from sepakat_lib import disclosure, figures, regions, words
from sepakat_lib.analysis import clearest
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis.writing import (
    absent,
    marked,
    percent,
    small,
    source,
    speaker,
)
from sepakat_lib.reports.page import Html


def fifths(chosen: Parameters, table: pd.DataFrame, question: int) -> Html:
    """The poorest fifth beside the richest, over the indicators of one question."""
    if table.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    shown = disclosure.publish(table, year=chosen.year)
    best = clearest(shown)
    if best is None:
        title, says = say("fifths.title_unclear"), [say("fifths.says_unclear")]
    else:
        label = catalogue()[best["indicator"]].label[language]
        ends = shown[shown["indicator"].eq(best["indicator"])].set_index("group")
        title = say(
            "fifths.title_lower",
            label=label,
            poorest=percent(ends.loc["1"], language),
            richest=percent(ends.loc["5"], language),
        )
        digits = words.digits_for(best["gap_low"], best["gap_high"])
        says = [
            say(
                "fifths.says_sure",
                label=small(label),
                points=words.number(best["gap"], language, digits),
                low=words.number(best["gap_low"], language, digits),
                high=words.number(best["gap_high"], language, digits),
            )
        ]
    if question in (2, 3, 4):
        says.append(say(f"fifths.note.{question}"))
    ends = {"1": say("table.poorest"), "5": say("table.richest")}
    pair = shown[shown["group"].isin(list(ends))]
    drawn = pd.DataFrame(
        {
            "label": [catalogue()[each].label[language] for each in pair["indicator"]],
            "group": pair["group"].map(ends),
            "value": pair["value"],
            "low": pair["low"],
            "high": pair["high"],
            "mark": pair["mark"].where(pair["mark"].isin(["*", "**"]), ""),
        }
    )
    return page.figure(
        title,
        figures.pairs(
            drawn,
            unit=say("trend.unit"),
            alt=". ".join([title, *says]),
            language=language,
            labels=(ends["1"], ends["5"]),
        ),
        say(
            "fifths.caption",
            region=regions.short_name(chosen.region),
            **source(chosen, shown),
        ),
        says,
        language=language,
        table=_fifths_table(chosen, shown),
    )


def _fifths_table(chosen: Parameters, shown: pd.DataFrame) -> Html:
    say, language = speaker(chosen), chosen.language
    rows = []
    for name, part in shown.groupby("indicator", sort=False):
        by = part.set_index("group")
        first = part.iloc[0]
        gap = say("table.unclear")
        if first["verdict"] != "within_error":
            digits = words.digits_for(first["gap_low"], first["gap_high"])
            ends = words.interval(first["gap_low"], first["gap_high"], language, digits)
            gap = words.Marked(
                words.number(first["gap"], language, digits), ends, "", ""
            )
        cells = [marked(by.loc[each], chosen) for each in ("all", "1", "5")]
        rows.append([catalogue()[name].label[language], *cells, gap])
    names = ("indicator", "all", "poorest", "richest", "gap")
    return page.table([say(f"table.{each}") for each in names], rows)
