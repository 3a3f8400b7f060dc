"""Question 1: who is poor, in rates and in numbers: by sector, by urban and rural."""

import numpy as np
import pandas as pd

from sepakat_lib import words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import anchor
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    counted,
    digits_of,
    in_one_unit,
    legend,
    marked,
    people_of,
    percent,
    source,
    speaker,
    with_people,
    without_error,
)


def sectors(chosen: Parameters, table: pd.DataFrame, pairs: dict) -> Block:
    """Bands of welfare in each sector of work, in shares and in workers.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.sectors`.
    pairs : dict
        From `analysis.between_sectors`.
    """
    if table.empty:
        return page.NOTHING  # the first figure of the question says what is not loaded
    say, digits = speaker(chosen), digits_of(table)
    groups = [*dict.fromkeys(table["group"])]
    names = {group: say(f"group.sector.{group}") for group in groups}
    cells = {(row.indicator, row.group): row for row in table.itertuples()}
    bands = dict.fromkeys(table["indicator"])
    order = [name for name in ("p0", "chronic_poor", *bands) if name in bands]
    rows = [
        [words.Marked(say(f"band.{band}"), "", "", "", link=anchor(band))]
        + [
            with_people(cells[band, group], chosen, digits)
            if (band, group) in cells
            else "–"
            for group in groups
        ]
        for band in dict.fromkeys(order)
    ]
    title, says = say("sectors.title"), []
    poorest = table[table["most"] & table["indicator"].eq("p0")]
    if len(poorest):
        row = poorest.iloc[0]
        many = people_of(row, chosen).value
        title = say("sectors.title_most", sector=names[row["group"]], people=many)
    if without_error(table):
        says = [say("survey.no_error")]
    else:
        says += [
            _of_rates(chosen, name, pair, cells, digits) for name, pair in pairs.items()
        ]
        says += [_of_numbers(chosen, name, table, names) for name in pairs]
    says += in_one_unit(table, chosen)
    return page.section(
        title,
        page.table([say("table.band"), *names.values()], rows),
        [sentence for sentence in says if sentence],
        note=f"{say('sectors.caption', **source(chosen, table))} {legend(chosen)}",
    )


def _of_rates(chosen: Parameters, name: str, pair: dict, cells: dict, digits) -> str:
    """Whether a band is more common in one sector than in another."""
    language = chosen.language
    band = words.say(f"band.{name}", language)
    if pair["verdict"] != "higher":
        return words.say(f"sectors.says_{pair['verdict']}", language, band=band)
    of_gap = words.digits_for_gap(pair["low"], pair["high"])
    numbers = {
        key: words.number(pair[key], language, of_gap)
        for key in ("difference", "low", "high")
    }
    ends = {}
    for key, group in (("first", pair["group"]), ("second", pair["against_group"])):
        ends[key] = words.say(f"group.sector.{group}", language)
        ends[f"{key}_value"] = percent(cells[name, group], language, digits)
    return words.say("sectors.says_higher", language, band=band, **ends, **numbers)


def _of_numbers(chosen: Parameters, name: str, table: pd.DataFrame, names: dict) -> str:
    """In which sector most people of a band work, if that is sure."""
    language, rows = chosen.language, table[table["indicator"].eq(name)]
    band = words.say(f"band.{name}", language)
    first = rows[rows["most"]]
    if first.empty:
        if rows["people_low"].isna().any():
            return ""
        return words.say("sectors.most_unclear", language, band=band)
    row = first.iloc[0]
    many = people_of(row, chosen)
    return words.say(
        "sectors.most",
        language,
        band=band,
        sector=names[row["group"]],
        people=many.value,
        between=many.interval,
    )


def by_area(chosen: Parameters, table: pd.DataFrame) -> Block:
    """Rate and number of the poor in towns and villages, and how each has changed.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.by_area`.
    """
    if table.empty:
        return page.NOTHING
    say, surveyed = speaker(chosen), table[table["source"].eq("survey")]
    moved = bool(table["change"].notna().any())
    headers = [say("table.group"), say("table.percent"), say("table.persons")]
    if moved:
        since = _since(table)
        points, people = (
            say(f"table.change_{what}", since=since) for what in ("points", "people")
        )
        headers = [*headers[:2], points, headers[2], people]
    rows, digits = [], digits_of(surveyed[surveyed["indicator"].eq("p0")])
    for of, part in table.groupby("source", sort=False):
        first = part.iloc[0]
        month = words.month(int(first["year"]), int(first["month"]), chosen.language)
        name = say("source.bps", month=month)
        if of == "survey":
            name = say("table.of_survey", year=str(first["year"]))
        rows.append([name, *[""] * (len(headers) - 1)])
        cells = {(row.area, row.indicator): row for row in part.itertuples()}
        for area in dict.fromkeys(part["area"]):
            row = [say(f"group.area.{area}")]
            for indicator in ("p0", "poor_persons"):
                if (area, indicator) not in cells:
                    row += ["–"] * (1 + moved)
                    continue
                cell = cells[area, indicator]
                row.append(_level(cell, chosen, digits))
                row += [_moved(cell, chosen)] if moved else []
            rows.append(row)
    title, says = _about_areas(chosen, surveyed, moved=moved)
    says += [say("area.says_opposite")] if _move_apart(table) else []
    notes = []
    if len(surveyed):
        notes = [say("area.caption", **source(chosen, surveyed)), legend(chosen)]
    if len(surveyed) < len(table):
        notes.append(say("area.caption_official"))
    return page.section(title, page.table(headers, rows), says, note=" ".join(notes))


def _since(table: pd.DataFrame) -> str:
    years = table["since"].dropna().astype(int)
    return "/".join(str(year) for year in sorted(set(years)))


def _level(row, chosen: Parameters, digits: int) -> words.Marked | str:
    language = chosen.language
    if row.source == "official":
        if row.indicator == "poor_persons":
            return words.thousands(row.value, language)
        return words.number(row.value, language, 2)
    shown = marked(row, chosen, digits if row.indicator == "p0" else 0)
    if row.indicator == "p0" or not np.isfinite([row.value, row.low]).all():
        return shown
    people = counted(row.value, row.low, row.high, chosen)
    return people._replace(mark=shown.mark, note=shown.note)


def _moved(row, chosen: Parameters) -> words.Marked | str:
    """A change with its interval, of a rate in points, of a number in people."""
    language = chosen.language
    if not np.isfinite(row.change) or row.verdict == "estimated_line":
        return "–"
    if row.source == "survey" and not np.isfinite(row.change_low):
        return words.Marked("–", "", "", words.say("mark.no_error", language))
    if row.indicator == "p0":
        if row.source == "official":
            return words.number(row.change, language, 2)
        digits = words.digits_for_gap(row.change_low, row.change_high)
        between = words.interval(row.change_low, row.change_high, language, digits)
        return words.Marked(words.number(row.change, language, digits), between, "", "")
    scale = max(abs(row.change_low), abs(row.change_high), abs(row.change))
    if row.source == "official":
        return _people(row.change, language, abs(row.change))
    low, high = (
        _people(end, language, scale) for end in (row.change_low, row.change_high)
    )
    between = words.say("interval.to", language, low=low, high=high)
    return words.Marked(_people(row.change, language, scale), between, "", "")


def _people(number: float, language: str, like: float) -> str:
    """A number of people that may be fewer, in the scale of another."""
    sign = words.MINUS if round(number) < 0 else ""
    return sign + words.thousands(abs(number), language, like=like)


def _about_areas(chosen: Parameters, rows: pd.DataFrame, *, moved: bool):
    """Title and sentences: where more poor people live, and what has surely changed."""
    say, title, says = speaker(chosen), words.say("area.title", chosen.language), []
    if rows.empty:
        return title, says
    first = rows[rows["most"]]
    if without_error(rows):
        says.append(say("survey.no_error"))
    elif len(first):
        row = first.iloc[0]
        many = words.thousands(row["value"], chosen.language)
        title = say(f"area.title_most_{row['area']}", people=many)
    else:
        says.append(say("area.most_unclear"))
    if not rows["change"].notna().any():
        return title, says if moved else [*says, say("area.says_no_round")]
    since = str(int(rows["since"].dropna().iloc[0]))
    if rows["verdict"].eq("estimated_line").any():
        return title, [*says, say("area.says_estimated_line", since=since)]
    parted = rows[rows["area"].ne("all")]
    sure = parted[parted["verdict"].isin(["rose", "fell"])]
    if sure.empty:
        says.append(say("area.says_unclear", since=since))
    else:
        says += [_change_in_words(chosen, row) for row in sure.itertuples()]
        if len(sure) < len(parted):
            says.append(say("area.says_rest_unclear"))
    return title, says


def _move_apart(table: pd.DataFrame) -> bool:
    """Whether anywhere the rate surely went one way and the number the other."""
    places = table.groupby(["source", "area"])["verdict"]
    told = [{*verdicts} for _, verdicts in places]
    return {"rose", "fell"} in told


def _change_in_words(chosen: Parameters, row) -> str:
    language = chosen.language
    ends = sorted(abs(end) for end in (row.change_low, row.change_high))
    fields = {"since": str(int(row.since))}
    fields["area"] = words.say(f"group.area.{row.area}", language)
    if row.indicator == "p0":
        digits = words.digits_for_gap(*ends)
        low, high = (words.number(end, language, digits) for end in ends)
        change = words.number(abs(row.change), language, digits)
        fields |= {"low": low, "high": high, "change": change}
    else:
        between = words.thousands_between(*ends, language)
        change = words.thousands(abs(row.change), language, like=ends[1])
        fields |= {"between": between, "change": change}
    return words.say(f"area.says_{row.indicator}_{row.verdict}", language, **fields)
