"""Question 1: the own values beside the province, the nation, and by group."""

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    compared,
    counted,
    digits_of,
    ends_of,
    in_one_unit,
    legend,
    marked,
    month_of,
    people_of,
    percent,
    small,
    source,
    speaker,
    usable,
    without_error,
)

MARCH = 3
MISSED = "poor_without_aid"


def beside(chosen: Parameters, comparison: pd.DataFrame) -> Block:
    """A table of the own values beside province and nation, and what can be told.

    Parameters
    ----------
    chosen : Parameters
    comparison : DataFrame
        From `analysis.comparison`.
    """
    say = speaker(chosen)
    columns = comparison[["region", "source", "synthetic", "year"]]
    columns = columns.drop_duplicates(["region", "source"])
    columns = columns.sort_values("source", kind="stable").sort_values(
        "region",
        key=lambda codes: codes.map(_place(comparison["region"])),
        kind="stable",
    )
    headers = [say("table.indicator")] + [
        _heading(row, chosen) for row in columns.itertuples()
    ]
    cells = comparison.set_index(["indicator", "region", "source"], drop=False)
    rows, digits = [], digits_of(comparison[comparison["indicator"].map(_in_percent)])
    for indicator in dict.fromkeys(comparison["indicator"]):
        keys = [(indicator, row.region, row.source) for row in columns.itertuples()]
        rows.append(
            [
                linked(indicator, chosen.language),
                *(
                    _cell(cells.loc[key], indicator, chosen, digits)
                    if key in cells.index
                    else "–"
                    for key in keys
                ),
            ]
        )
    surveyed = set(comparison.loc[comparison["source"].eq("survey"), "region"])
    says = _verdicts(chosen, comparison, digits)
    says += [
        say("survey.tier_absent", region=regions.short_name(region))
        for region in dict.fromkeys(comparison["region"])
        if surveyed and region not in surveyed
    ]
    published = set(comparison.loc[comparison["source"].eq("official"), "region"])
    says += [
        say("compare.no_official", region=regions.short_name(region), year=chosen.year)
        for region in regions.tiers(chosen.region)
        if region not in published
    ]
    if surveyed:
        says.append(say("compare.cover"))
    return page.section(
        say(f"compare.heading_{regions.level(chosen.region)}"),
        page.table(headers, rows),
        says,
        note=legend(chosen) if surveyed else "",
    )


def _place(values: pd.Series) -> dict[str, int]:
    """Order in which values come first."""
    return {value: i for i, value in enumerate(dict.fromkeys(values))}


def _heading(row, chosen: Parameters) -> str:
    """A column's heading; a survey of one round says which, since BPS may be newer."""
    say, place = speaker(chosen), regions.short_name(row.region)
    if row.source == "official":
        return say("table.official", region=place)
    key = "table.survey_synthetic" if row.synthetic else "table.survey"
    return say(key, region=place, year=str(row.year))


def _verdicts(chosen: Parameters, comparison: pd.DataFrame, digits: int) -> list[str]:
    """How the own poverty rate stands to each tier's, where both may be used."""
    rates = comparison[
        comparison["indicator"].eq("p0") & comparison["source"].eq("survey")
    ]
    rates = rates[rates["mark"].isin(["", "*"])].set_index("region")
    if chosen.region not in rates.index:
        return []
    own, label = rates.loc[chosen.region], catalogue()["p0"].label[chosen.language]
    if rates["verdict"].eq("estimated_line").any():
        year = str(int(own["year"]))
        return [words.say("compare.says_estimated_line", chosen.language, year=year)]
    return [
        words.say(
            f"compare.says_{row['verdict']}",
            chosen.language,
            label=small(label),
            region=regions.short_name(chosen.region),
            value=percent(own, chosen.language, digits),
            reference=regions.short_name(region),
            ref_value=percent(row, chosen.language, digits),
        )
        for region, row in rates[rates["verdict"].ne("")].iterrows()
    ]


def by_group(chosen: Parameters, values: pd.DataFrame, furthest: dict) -> Block:
    """The poverty rate by group, with the pair of groups that differ most.

    Parameters
    ----------
    chosen : Parameters
    values : DataFrame
        From `analysis.by_group`, of one indicator.
    furthest : dict
        From `analysis.furthest`, of the same groups.
    """
    if values.empty:
        return (
            page.NOTHING
        )  # the first figure under the question says what is not loaded
    say, language = speaker(chosen), chosen.language
    pair, verdict, digits = furthest, furthest["verdict"], digits_of(values)
    if without_error(values):
        title, says = say("groups.title_no_error"), say("survey.no_error")
    elif verdict != "higher":
        title, says = say(f"groups.title_{verdict}"), say(f"groups.says_{verdict}")
    else:
        by = values[values["grouping"].eq(pair["grouping"])].set_index("group")
        ends = {"high": pair["group"], "low": pair["against_group"]}
        names = {
            end: say(f"group.{pair['grouping']}.{group}") for end, group in ends.items()
        }
        values_of = {
            f"{end}_value": percent(by.loc[group], language, digits)
            for end, group in ends.items()
        }
        label = grouping(pair["grouping"]).label[language]
        title = say("groups.title", label=small(label), **names, **values_of)
        of_gap = words.digits_for_gap(pair["low"], pair["high"])
        numbers = {
            name: words.number(pair[name], language, of_gap) for name in ("low", "high")
        }
        points = words.number(pair["difference"], language, of_gap)
        says = say("groups.says", **numbers, points=points)
    rows = []
    for name, part in values.groupby("grouping", sort=False):
        rows.append([grouping(name).label[language], "", ""])
        rows += [
            [
                say(f"group.{name}.{row.group}"),
                marked(row, chosen, digits),
                people_of(row, chosen),
            ]
            for row in part.itertuples()
        ]
    headers = [say("table.group"), say("table.percent"), say("table.persons")]
    judged = verdict in ("higher", "within_error") and not without_error(values)
    if pairs := _compared(chosen, values) if judged else "":
        says = f"{says} {say('groups.compared', pairs=pairs)}"
    says = [says]
    says += _not_shown(chosen, values)
    caption = say("groups.caption", **source(chosen, values))
    return page.section(
        title,
        page.table(headers, rows),
        says,
        note=f"{caption}{compared(chosen, furthest)} {legend(chosen)}",
        folded=say("page.numbers"),
    )


def _not_shown(chosen: Parameters, shown: pd.DataFrame) -> list[str]:
    """Say which groups are not shown: of one census block, or giving such a one away."""
    if shown["value"].isna().all():
        return in_one_unit(shown, chosen)
    says = []
    for mark in ("one_unit", "withheld"):
        groups = [
            words.say(f"group.{row.grouping}.{row.group}", chosen.language)
            for row in shown[shown["mark"].eq(mark)].itertuples()
        ]
        if groups:
            named = words.listed(groups, chosen.language)
            says.append(words.say(f"survey.says_{mark}", chosen.language, groups=named))
    return says


def _compared(chosen: Parameters, shown: pd.DataFrame) -> str:
    """The pairs of groups whose difference is told: both are shown and fit for use."""
    fit = shown[shown["value"].notna() & shown["mark"].ne("**")]
    pairs = [
        [words.say(f"group.{name}.{group}", chosen.language) for group in ends]
        for name, part in fit.groupby("grouping", sort=False)
        if (ends := grouping(name).extremes) and {*ends} <= {*part["group"]}
    ]
    named = [" – ".join(pair) for pair in pairs]
    return words.listed(named, chosen.language) if named else ""


def targeting(chosen: Parameters, values: pd.DataFrame) -> Block:
    """Who is reached by protection and who is missed, in percent and in people."""
    if values.empty:
        return (
            page.NOTHING
        )  # the first figure under the question says what is not loaded
    say, language = speaker(chosen), chosen.language
    digits = digits_of(values)
    rows = [
        [
            linked(row.indicator, language),
            marked(row, chosen, digits),
            people_of(row, chosen),
        ]
        for row in values.itertuples()
    ]
    headers = [say("table.indicator"), say("table.percent"), say("table.persons")]
    title, says = _missed(chosen, values, digits)
    return page.section(
        title,
        page.table(headers, rows),
        [*says, say("targeting.says"), *in_one_unit(values, chosen)],
        note=f"{say('targeting.caption', **source(chosen, values))} {legend(chosen)}",
    )


def _missed(chosen: Parameters, values: pd.DataFrame, digits: int) -> tuple:
    """Title and sentence of the poor who get no aid, where that may be quoted."""
    language = chosen.language
    missed = values[values["indicator"].eq(MISSED)]
    if missed.empty or not usable(missed):
        return words.say("targeting.heading", language), []
    row = missed.iloc[0]
    if np.isnan(row["people_low"]) or row["people_mark"] == "**":
        return words.say("targeting.heading", language), []
    many, ends = people_of(row, chosen), ends_of(row, language, digits)
    title = words.say(
        "targeting.title",
        language,
        label=catalogue()[MISSED].label[language],
        value=percent(row, language, digits),
        people=many.value,
    )
    ends = {"low": ends["low"], "high": ends["high"], "between": many.interval}
    return title, [words.say("targeting.says_range", language, **ends)]


def _in_percent(indicator: str) -> bool:
    return catalogue()[indicator].unit in ("percent", "index")


def _cell(row, indicator: str, chosen: Parameters, digits: int):
    """A value of the comparison; an official one of another month says which."""
    language, unit = chosen.language, catalogue()[indicator].unit
    if row["source"] == "survey":
        if unit != "persons":
            return marked(row, chosen, 3 if unit == "gini" else digits)
        persons = marked(row, chosen, 0)
        if np.isnan(row["value"]):
            return persons
        persons = persons._replace(value=words.thousands(row["value"], language))
        if not persons.interval:
            return persons
        ends = counted(row["value"], row["low"], row["high"], chosen)
        return ends._replace(mark=persons.mark, note=persons.note)
    if unit == "idr":
        value = words.rupiah(row["value"], language)
    elif unit == "persons":
        value = words.thousands(row["value"], language)
    else:
        value = words.number(row["value"], language, 2)
    run = words.month(chosen.year, MARCH, language)
    when = month_of(row, language)
    return value if when == run else words.Marked(value, "", "", when)
