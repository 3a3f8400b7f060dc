"""Question 1: who is poor, in rates and in numbers: by sector, by urban and rural."""

import pandas as pd

from sepakat_lib import words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    digits_of,
    in_one_unit,
    legend,
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
        [say(f"band.{band}")]
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
