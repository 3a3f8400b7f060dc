"""Questions 2 to 4: the poorest beside the richest, by theme."""

import numpy as np
import pandas as pd

from sepakat_lib import figures, regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    absent,
    alt,
    compared,
    digits_of,
    in_one_unit,
    inside_picture,
    marked,
    people_of,
    percent,
    small,
    source,
    speaker,
    with_people,
    without_error,
)

NOTED = ("work", "services", "schooling", "health", "protection")


def fifths(chosen: Parameters, table: pd.DataFrame, theme: str) -> Block:
    """The poorest fifth beside the richest, over the indicators of one theme."""
    if table.empty:
        return page.NOTHING
    say, language = speaker(chosen), chosen.language
    best, digits, of_gap = table[table["clearest"]], digits_of(table), _of_gaps(table)
    if without_error(table):
        title, says = say("fifths.title_no_error"), [say("survey.no_error")]
    elif best.empty:
        title, says = say("fifths.title_unclear"), [say("fifths.says_unclear")]
    else:
        ends, best = best.set_index("group"), best.iloc[0]
        label = catalogue()[best["indicator"]].label[language]
        title = say(
            "fifths.title",
            label=label,
            poorest=percent(ends.loc["1"], language, digits),
            richest=percent(ends.loc["5"], language, digits),
        )
        says = [
            say(
                "fifths.says_sure",
                label=small(label),
                points=words.number(best["gap"], language, of_gap),
                low=words.number(best["gap_low"], language, of_gap),
                high=words.number(best["gap_high"], language, of_gap),
            )
        ]
    if theme in NOTED:
        says.append(say(f"fifths.note.{theme}"))
    ends = {"1": say("table.poorest"), "5": say("table.richest")}
    pair = table[table["group"].isin(list(ends)) & ~table["twin"]]
    seen = pair["value"].notna().groupby(pair["indicator"]).transform("any")
    marks = pair["mark"].groupby(pair["indicator"])
    alone, beside = (
        marks.transform(lambda ends, mark=mark: ends.eq(mark).any()).astype(bool)
        for mark in ("one_unit", "withheld")
    )
    why = {
        "too_few": ~alone & ~beside,
        "one_unit": alone,
        "withheld": beside & ~alone,
    }
    for key, of_key in why.items():
        rows = ~seen & of_key
        if hidden := _labels(pair.loc[rows, "indicator"], language):
            says.append(say(f"fifths.{key}", labels=words.listed(hidden, language)))
    pair, of_survey = pair[seen], source(chosen, table)
    if pair.empty:
        note = _with_cut(chosen, table)
        return page.section(title, _fifths_table(chosen, table), says, note=note)
    drawn = pd.DataFrame(
        {
            "label": [catalogue()[name].label[language] for name in pair["indicator"]],
            "group": pair["group"].map(ends),
            "value": pair["value"],
            "low": pair["low"],
            "high": pair["high"],
            "mark": pair["mark"],
            "digits": digits,
        }
    )
    return page.figure(
        title,
        figures.pairs(
            drawn,
            unit=say("unit.persons_share"),
            alt=alt(title, says),
            language=language,
            labels=(ends["1"], ends["5"]),
            source=inside_picture(chosen, of_survey["source"]),
        ),
        _with_cut(
            chosen,
            table,
            say(
                "fifths.caption",
                region=regions.short_name(chosen.region),
                **of_survey,
            ),
        )
        + compared(chosen, table),
        says,
        language=language,
        table=_fifths_table(chosen, table),
        about=[linked(name, language) for name in pair["indicator"].unique()],
    )


def _with_cut(chosen: Parameters, table: pd.DataFrame, caption: str = "") -> str:
    """Say beside a caption that the error of the cut between groups is not shown."""
    if table["low"].isna().all():  # there is no interval that could hold it
        return caption
    return f"{caption} {words.say('spending_groups.cut', chosen.language)}".strip()


def _labels(indicators: pd.Series, language: str) -> list[str]:
    return [small(catalogue()[name].label[language]) for name in indicators.unique()]


def _sure(shown: pd.DataFrame) -> pd.Series:
    """Rows whose gap is beyond its error, so that it is written."""
    return shown["verdict"].isin(("higher", "lower")) & np.isfinite(shown["gap"])


def _of_gaps(shown: pd.DataFrame) -> int:
    """Decimals of the gaps of a table, so many that no end beside 0 is written as 0."""
    ends = shown.loc[_sure(shown), ["gap_low", "gap_high"]].itertuples(index=False)
    return max(
        [digits_of(shown), *(words.digits_for_gap(low, high) for low, high in ends)]
    )


def _fifths_table(chosen: Parameters, shown: pd.DataFrame) -> Block:
    say, language = speaker(chosen), chosen.language
    digits, of_gap = digits_of(shown), _of_gaps(shown)
    values = _by_group(shown.assign(sure=_sure(shown)))
    rows = []
    for name in shown["indicator"].unique():
        ends = [values[name, group] for group in ("all", "1", "5")]
        first, gap = ends[0], say("table.unclear")
        if first.sure:
            number = words.number(first.gap, language, of_gap)
            between = words.interval(first.gap_low, first.gap_high, language, of_gap)
            gap = words.Marked(number, between, "", "")
        cells = [with_people(row, chosen, digits) for row in ends]
        rows.append([linked(name, language), *cells, gap])
    names = ("indicator", "all", "poorest", "richest", "gap")
    return page.table([say(f"table.{name}") for name in names], rows)


def _by_group(shown: pd.DataFrame) -> dict:
    """Rows of a table by indicator and group, each once."""
    return {(row.indicator, row.group): row for row in shown.itertuples()}


def circles(chosen: Parameters, table: pd.DataFrame, venn: str) -> Block:
    """Lacks that come together, in the poorest and in the richest fifth."""
    if table.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    declared = VENNS[venn]
    sets = [label[language] for label in declared.sets]
    ends = {"1": say("table.poorest"), "5": say("table.richest")}
    if table["value"].isna().any():  # areas of what may not be shown cannot be drawn
        numbers = _circles_table(chosen, table, declared, ends)
        note = _with_cut(chosen, table)
        return page.section("", numbers, in_one_unit(table, chosen), note=note)
    heading, digits = table[table["clearest"]].set_index("group"), digits_of(table)
    label = catalogue()[declared.regions["ABC"[: len(sets)]]].label[language]
    title, says = say("venn.title_unsure", label=label), say("venn.says_unsure")
    if len(heading):
        first = heading.loc["1"]
        title = say(
            "venn.title",
            label=catalogue()[first["indicator"]].label[language],
            poorest=percent(first, language, digits),
            richest=percent(heading.loc["5"], language, digits),
        )
        says = say("survey.no_error")
        if first["verdict"]:
            says = say(f"venn.says_{first['verdict']}", **_gap(first, language))
    drawn = table.assign(
        persons=table["people"],
        persons_mark=table["people_mark"],
        region=table["letters"],
        digits=digits,
    )
    of_survey = source(chosen, table)
    parts = {group: drawn[drawn["group"].eq(group)] for group in ends}
    drawings = [
        figures.venn(
            parts[group],
            sets=sets,
            alt=alt(end, [alt(title, [says])]),
            language=language,
            title=end,
            source=inside_picture(chosen, of_survey["source"]),
        )
        for group, end in ends.items()
    ]
    off = max(figures.area_error(part) for part in parts.values())
    areas = say("venn.areas")
    if len(sets) == 3:
        areas = say("venn.areas_off", points=words.number(off, language, 1))
    return page.figure(
        title,
        "".join(drawings),
        _with_cut(chosen, table, f"{areas} {say('venn.caption', **of_survey)}")
        + compared(chosen, table),
        says,
        language=language,
        how_to_read=say("venn.how"),
        about=[linked(name, language) for name in heading["indicator"].unique()],
        table=_circles_table(chosen, table, declared, ends),
    )


def _gap(row, language: str) -> dict[str, str]:
    digits = words.digits_for_gap(row["gap_low"], row["gap_high"])
    low, high = row["gap_low"], row["gap_high"]
    if row["verdict"] == "lower":
        low, high = -high, -low
    numbers = {"low": low, "high": high}
    if row["verdict"] != "within_error":
        numbers["points"] = abs(row["gap"])
    return {
        name: words.number(number, language, digits) for name, number in numbers.items()
    }


def _circles_table(chosen: Parameters, shown, declared, ends) -> Block:
    say, language = speaker(chosen), chosen.language
    rows, digits, values = [], digits_of(shown), _by_group(shown)
    for name in declared.regions.values():
        cells = []
        for group in ends:
            row = values[name, group]
            cells += [marked(row, chosen, digits), people_of(row, chosen)]
        rows.append([linked(name, language), *cells])
    headers = [say("table.region_of_venn")]
    for label in ends.values():
        headers += [f"{label}, %", say("table.people", group=label)]
    return page.table(headers, rows)
