"""Question 1: the own values beside the province, the nation, and by group."""

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, regions, words
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis.writing import (
    absent,
    absent_sentence,
    legend,
    marked,
    people_of,
    percent,
    small,
    source,
    speaker,
)
from sepakat_lib.reports.page import Html


def beside(chosen: Parameters, told: pd.DataFrame) -> Html:
    """A table of the own values beside province and nation, and what can be told."""
    say, language = speaker(chosen), chosen.language
    tiers = list(dict.fromkeys(told["region"]))
    kinds = [
        (kind, region)
        for region in tiers
        for kind in ("official", "survey")
        if (told["region"].eq(region) & told["kind"].eq(kind)).any()
    ]
    headers = [say("table.indicator")] + [
        say(f"table.{kind}", region=regions.short_name(region))
        for kind, region in kinds
    ]
    rows = []
    for indicator in dict.fromkeys(told["indicator"]):
        cells = []
        for kind, region in kinds:
            found = told[
                told["indicator"].eq(indicator)
                & told["region"].eq(region)
                & told["kind"].eq(kind)
            ]
            cells.append(_comparison_cell(found, chosen))
        rows.append([catalogue()[indicator].label[language], *cells])
    says = []
    for row in told[told["verdict"].ne("")].itertuples():
        if row.indicator != "p0":
            continue
        own = told[
            told["indicator"].eq("p0")
            & told["kind"].eq("survey")
            & told["region"].eq(chosen.region)
        ].iloc[0]
        says.append(
            say(
                f"compare.says_{row.verdict}",
                label=small(catalogue()["p0"].label[language]),
                region=regions.short_name(chosen.region),
                value=percent(own, language),
                reference=regions.short_name(row.region),
                ref_value=percent(row, language),
            )
        )
    surveyed = set(told.loc[told["kind"].eq("survey"), "region"])
    says += [
        say("survey.tier_absent", region=regions.short_name(each))
        for each in tiers
        if surveyed and each not in surveyed
    ]
    if not surveyed:
        says.append(absent_sentence(chosen))
    return page.section(
        say("compare.heading"),
        page.table(headers, rows),
        says,
        note=legend(chosen) if surveyed else "",
    )


def by_group(
    chosen: Parameters, values: pd.DataFrame, differences: pd.DataFrame
) -> Html:
    """The poverty rate of towns and rural areas, men and women."""
    if values.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    shown = disclosure.publish(values, year=chosen.year)
    gap = differences[
        differences["indicator"].eq("p0")
        & differences["grouping"].eq("area")
        & differences["against_region"].eq(chosen.region)
    ]
    verdict, facts = "within_error", None
    if len(gap) and np.isfinite(gap["low"].iloc[0]):
        facts = gap.iloc[0]
        verdict = (
            "higher" if facts["low"] > 0 else "lower" if facts["high"] < 0 else verdict
        )
    title = say(f"groups.title_{verdict}")
    says = [] if facts is None else [_gap_sentence(facts, verdict, chosen)]
    rows = []
    for name, part in shown.groupby("grouping", sort=False):
        rows.append([grouping(name).label[language], ""])
        rows += [
            [say(f"group.{name}.{row.group}"), marked(row, chosen)]
            for row in part.itertuples()
        ]
    headers = [say("table.group"), say("table.percent")]
    return page.section(
        title,
        page.table(headers, rows),
        says,
        note=say("groups.caption", **source(chosen, shown)),
        folded=say("page.numbers"),
    )


def targeting(chosen: Parameters, values: pd.DataFrame) -> Html:
    """Who is reached by protection and who is missed, in percent and in people."""
    if values.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    shown = disclosure.publish(values, year=chosen.year)
    rows = [
        [
            catalogue()[row.indicator].label[language],
            marked(row, chosen),
            people_of(row, chosen),
        ]
        for row in shown.itertuples()
    ]
    headers = [say("table.indicator"), say("table.percent"), say("table.persons")]
    return page.section(
        say("targeting.heading"),
        page.table(headers, rows),
        [say("targeting.says")],
        note=f"{say('targeting.caption', **source(chosen, shown))} {legend(chosen)}",
    )


def _gap_sentence(facts, verdict: str, chosen: Parameters) -> str:
    digits = words.digits_for(facts["low"], facts["high"])
    low, high, points = facts["low"], facts["high"], facts["difference"]
    if verdict == "lower":
        low, high, points = -high, -low, -points
    fields = {
        "low": words.number(low, chosen.language, digits),
        "high": words.number(high, chosen.language, digits),
    }
    if verdict != "within_error":
        fields["points"] = words.number(points, chosen.language, digits)
    return words.say(f"groups.says_{verdict}", chosen.language, **fields)


def _comparison_cell(found: pd.DataFrame, chosen: Parameters):
    if found.empty:
        return "–"
    row, language = found.iloc[0], chosen.language
    unit = catalogue()[row["indicator"]].unit
    if row["kind"] == "official":
        if unit == "idr":
            return words.rupiah(row["value"], language)
        if unit == "persons":
            return words.thousands(row["value"], language)
        return words.number(row["value"], language, 2)
    if unit == "persons":
        ends = [words.thousands(row[each], language) for each in ("low", "high")]
        between = words.say("interval.to", language, low=ends[0], high=ends[1])
        told = marked(row, chosen)
        value = words.thousands(row["value"], language)
        return told._replace(value=value, interval=between)
    return marked(row, chosen, 3 if unit == "gini" else None)
