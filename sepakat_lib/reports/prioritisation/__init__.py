"""The page of priorities: what to do first, every card with its rule, known targets."""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd

from sepakat_lib import figures, regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import cards as of_indicators
from sepakat_lib.reports import decisions, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    digits_of,
    hashes,
    inside_picture,
    marked,
    percent,
    printed,
    small,
    source,
    speaker,
)

MARCH = 3
OF_BPS = 2  # decimals of an official rate


def bar(chosen: Parameters, cards: pd.DataFrame, estimates: pd.DataFrame) -> Block:
    """Place, module and year, how old the survey is, and whether it is invented.

    Parameters
    ----------
    chosen : Parameters
    cards : DataFrame
        From `prioritisation.cards`.
    estimates : DataFrame
        `tables.Estimates` of the region and those that it is held against.
    """
    say, language = speaker(chosen), chosen.language
    years = estimates.loc[estimates["region"].eq(chosen.region), "year"]
    vintage = "BPS" if len(cards) else ""
    if len(years):
        vintage = f"Susenas {words.month(int(years.iloc[0]), MARCH, language)}"
    return page.bar(
        regions.name(chosen.region),
        say("module.prioritisation.name"),
        chosen.year,
        vintage=vintage,
        synthetic=bool(estimates["synthetic"].eq(True).any()),
        language=language,
    )


def opening(
    chosen: Parameters,
    cards: pd.DataFrame,
    first: pd.DataFrame,
    estimates: pd.DataFrame,
) -> Block:
    """Title, the answer in one sentence, and at most five lines of what to do first.

    Parameters
    ----------
    first : DataFrame
        From `prioritisation.first`.
    """
    say, place = speaker(chosen), regions.short_name(chosen.region)
    if estimates.empty:
        answer = say("priority.answer_absent", region=place, year=str(chosen.year))
    elif first.empty:
        answer = say("priority.answer_none", region=place)
    else:
        themes = [small(say(f"theme.{theme}")) for theme in first["theme"]]
        told = {"first": themes[0], **_counts(first.iloc[0], chosen)}
        answer = say("priority.answer_one", region=place, **told)
        if len(themes) > 1:
            others = words.listed(themes[1:], chosen.language)
            answer = say("priority.answer_more", region=place, **told, others=others)
    more = [say("page.synthetic_means")] if _invented(estimates) else []
    title = say("prioritisation.title", region=place)
    lines = [_line(chosen, place, row) for place, row in enumerate(_rows(first), 1)]
    counted = cards["colour"].value_counts()
    counts = {
        colour: words.number(int(counted.get(colour, 0)), chosen.language)
        for colour in ("red", "yellow", "green", "none")
    }
    if cards.empty:
        lines = [say("priority.no_cards", year=str(chosen.year))]
    else:
        lines.append(say("priority.counts", **counts))
    heading = say("priority.first_heading") if len(first) else ""
    if len(first):
        lines.append(say("priority.causes"))
    return page.lead(title, answer, more) + page.section(heading, page.NOTHING, lines)


def _invented(estimates: pd.DataFrame) -> bool:
    return bool(estimates["synthetic"].eq(True).any())


def _rows(table: pd.DataFrame):
    return table.itertuples(index=False)


def _counts(row, chosen: Parameters) -> dict[str, str]:
    numbers = {"red": row.red, "judged": row.judged}
    return {k: words.number(int(n), chosen.language) for k, n in numbers.items()}


def _line(chosen: Parameters, place: int, row) -> str:
    """One theme to do first, with its gravest card and whom it concerns."""
    language = chosen.language
    told = {
        "place": str(place),
        "theme": words.say(f"theme.{row.theme}", language),
        "label": small(catalogue()[row.indicator].label[language]),
        "value": _value(row, chosen),
        "reference": _reference(row, chosen, in_sentence=True),
        **_counts(row, chosen),
    }
    if row.source == "official":
        people = words.thousands(row.people, language)
        return words.say("priority.line_official", language, **told, people=people)
    return words.say(
        "priority.line",
        language,
        **told,
        people=words.thousands(row.people, language, like=row.people_high),
        between=words.thousands_between(row.people_low, row.people_high, language),
        least=words.thousands(row.beyond_least, language),
    )


def rule(chosen: Parameters, cards: pd.DataFrame) -> Block:
    """The rule of the colours, with the numbers in force.

    Parameters
    ----------
    cards : DataFrame
        From `prioritisation.cards`.
    """
    say, language = speaker(chosen), chosen.language
    cut = _cut(policy("priority_cut", chosen.year), language)
    others = [_cut(one, language) for one in policy("priority_other_cuts", chosen.year)]
    z = policy("priority_z", chosen.year)
    says = [say("priority.rule"), say("priority.rule_zero")]
    says.append(say("priority.rule_colours", cut=cut))
    if n := _at_once(cards):
        confidence = words.percent(chosen.confidence * 100, language)
        says.append(
            say(
                "priority.rule_at_once",
                n=words.number(n, language),
                confidence=confidence,
            )
        )
    says.append(say("priority.rule_step", z=words.number(z, language, 1)))
    listed = words.listed(others, language)
    says.append(say("priority.rule_official", cut=cut, others=listed))
    return page.section(say("priority.rule_heading"), page.NOTHING, says)


def _at_once(cards: pd.DataFrame) -> int:
    return int(cards["at_once"].max()) if len(cards) else 0


def _cut(fraction: float, language: str) -> str:
    written = words.percent(fraction * 100, language, in_sentence=False)
    return decisions.sign_beside(written)


def cards(
    chosen: Parameters,
    table: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    makers: Mapping | None = None,
) -> Block:
    """Every card, theme by theme: red and yellow open, the others folded away.

    Parameters
    ----------
    table : DataFrame
        From `prioritisation.cards`.
    tables : mapping of DataFrame
        `ledger.thread`: of its ``pins`` each card says that it is kept in sight, or which
        colour somebody gave it and why. The rule's own colour stays beside it.
    makers : mapping, optional
        `ledger.makers` of pins and issues: who; of a row that is not there nobody is named.
    """
    pinned = _pinned(chosen, tables, makers or {})
    say, language = speaker(chosen), chosen.language
    digits = digits_of(table[table["source"].eq("survey") & _is_percent(table)])
    blocks = page.NOTHING
    for theme, part in table.groupby("theme", sort=False):
        shown = page.NOTHING
        open_ = part[part["colour"].isin(["red", "yellow"])]
        open_ = open_.sort_values("gap_high", key=lambda s: s.fillna(part["gap"]))
        if len(open_):
            entries = [_card(chosen, row, digits, pinned) for row in _rows(open_)]
            shown += page.cards(entries, language=language)
        for colour in ("green", "none"):
            rest = part[part["colour"].eq(colour)]
            if rest.empty:
                continue
            entries = [_card(chosen, row, digits, pinned) for row in _rows(rest)]
            n = words.number(len(rest), language)
            shown += page.section(
                "",
                page.cards(entries, language=language),
                folded=say(f"priority.folded_{colour}", n=n),
            )
        blocks += page.section(say(f"theme.{theme}"), shown)
    return blocks


def _is_percent(table: pd.DataFrame) -> pd.Series:
    return table["indicator"].map(lambda name: catalogue()[name].unit == "percent")


def _pinned(
    chosen: Parameters, tables: Mapping[str, pd.DataFrame], makers: Mapping
) -> dict[str, list[str]]:
    """What people said and made of cards, by indicator."""
    say = speaker(chosen)
    of = dict(
        zip(tables["evidence"]["id"], tables["evidence"]["indicator"], strict=True)
    )
    said: dict[str, list[str]] = {}
    for pin in tables["pins"].itertuples():
        key, fields = "priority.pinned", {}
        if who := makers.get(pin.id):
            fields["who"] = who
        if pin.reason:
            fields["reason"] = pin.reason
        if pin.colour:
            fields["colour"] = small(say(f"priority.colour.{pin.colour}"))
            key = "priority.overridden"
        key += "_by" if who else ""
        key += "_because" if pin.reason and not pin.colour else ""
        said.setdefault(of[pin.evidence_id], []).append(say(key, **fields))
    for issue in tables["issues"].itertuples():
        if issue.evidence_id in of and (who := makers.get(issue.id)):
            text = say("priority.issue_by", year=str(issue.plan_year), who=who)
            said.setdefault(of[issue.evidence_id], []).append(text)
    return said


def _card(chosen: Parameters, row, digits: int, pinned: Mapping) -> dict:
    """What stands on one card, all of it written."""
    say, language = speaker(chosen), chosen.language
    lines = []
    if row.why in ("", "within_error"):
        lines.append(_gap(chosen, row))
    if row.why:
        lines.append(say(f"priority.why.{row.why}"))
    if np.isfinite(row.people):
        lines.append(_people(chosen, row))
    if np.isfinite(row.z):
        side = "worse" if row.z < 0 else "better"
        z = words.number(abs(row.z), language, 1)
        lines.append(say(f"priority.z_{side}", z=z))
    if row.trend != "none":
        lines.append(say(f"priority.trend.{row.trend}"))
    if row.worse_by_trend:
        lines.append(say("priority.stepped"))
    if row.colour != "none":
        lines.append(_by_other_cuts(chosen, row))
    lines += pinned.get(row.indicator, [])
    return {
        "colour": row.colour,
        "word": say(f"priority.colour.{row.colour}"),
        "title": catalogue()[row.indicator].label[language],
        "value": _marked(row, chosen, digits),
        "reference": _reference(row, chosen) if row.reference else "",
        "lines": lines,
    }


def _gap(chosen: Parameters, row) -> str:
    language = chosen.language
    gap = _signed(row.gap, language)
    if np.isnan(row.gap_low):
        return words.say("priority.gap_printed", language, gap=gap)
    ends = {
        end: _signed(getattr(row, f"gap_{end}"), language) for end in ("low", "high")
    }
    return words.say("priority.gap", language, gap=gap, **ends)


def _signed(fraction: float, language: str) -> str:
    """A gap in percent of the reference; one decimal where it is small."""
    digits = 0 if abs(fraction) >= 0.1 else 1
    return words.percent(fraction * 100, language, digits, in_sentence=False)


def _people(chosen: Parameters, row) -> str:
    language = chosen.language
    if np.isnan(row.people_low):
        people = words.thousands(row.people, language)
        return words.say("priority.people_printed", language, people=people)
    return words.say(
        "priority.people",
        language,
        people=words.thousands(row.people, language, like=row.people_high),
        between=words.thousands_between(row.people_low, row.people_high, language),
    )


def _by_other_cuts(chosen: Parameters, row) -> str:
    """The colour under the other cut-offs: in one sentence where it stays."""
    say, language = speaker(chosen), chosen.language
    cuts = [_cut(cut, language) for cut in policy("priority_other_cuts", chosen.year)]
    if set(row.other_colours) == {row.colour}:
        return say("priority.by_any_cut", cuts=words.listed(cuts, language))
    told = [
        say(
            "priority.by_cut",
            cut=cut,
            colour=small(say(f"priority.colour.{colour}")),
        )
        for cut, colour in zip(cuts, row.other_colours, strict=True)
    ]
    return say("priority.by_cuts", colours=words.listed(told, language))


def _marked(row, chosen: Parameters, digits: int) -> words.Marked:
    """The card's value as a table shows it, with its unit."""
    language = chosen.language
    indicator = catalogue()[row.indicator]
    if row.source == "official":
        return words.Marked(printed(row.value, row.indicator, language), "", "", "")
    places = digits if indicator.unit == "percent" else _places(row)
    value = marked(row, chosen, places)
    if indicator.unit == "percent" and np.isfinite(row.value):
        written = words.say("unit.percent_sign", language, number=value.value)
        return value._replace(value=written)
    return value


def _places(row) -> int | None:
    """Decimals of a value that is no percentage; None where its interval decides."""
    if np.isnan(row.low) or row.high - row.low >= 1:
        return None if np.isfinite(row.low) else 2
    return 3 if row.high - row.low < 0.1 else 2


def _value(row, chosen: Parameters) -> str:
    """The value in a sentence."""
    language = chosen.language
    if row.source == "official" and catalogue()[row.indicator].unit == "percent":
        return words.percent(row.value, language, OF_BPS)
    if row.source == "official":
        return printed(row.value, row.indicator, language)
    if catalogue()[row.indicator].unit != "percent":
        return words.number(row.value, language, OF_BPS)
    return percent(row, language, words.digits_for(row.low, row.high))


def _reference(row, chosen: Parameters, *, in_sentence: bool = False) -> str:
    """What the card is held against, with its value."""
    language = chosen.language
    digits = OF_BPS if row.source == "official" else 1
    if catalogue()[row.indicator].unit == "percent":
        whole = row.reference == "target" and float(row.reference_value).is_integer()
        places = 0 if whole else digits
        value = words.percent(
            row.reference_value, language, places, in_sentence=in_sentence
        )
    elif row.source == "official":
        value = printed(row.reference_value, row.indicator, language)
    else:
        value = words.number(row.reference_value, language, 3 - OF_BPS + 1)
    if row.reference == "target":
        frame = row.reference_source
        return words.say(
            "priority.reference_target", language, value=value, frame=frame
        )
    above = "00" if row.reference == "nation" else regions.province(chosen.region)
    return words.say(
        "priority.reference_tier",
        language,
        region=regions.short_name(above),
        value=value,
    )


def card_map(chosen: Parameters, indicator: str, mapped: pd.DataFrame, shapes) -> Block:
    """Where a card's indicator is high and where low, round the region.

    Parameters
    ----------
    indicator : str
        Of the card; "" where there is none to show.
    mapped : DataFrame
        From `prioritisation.mapped`.
    shapes : places.Shapes
    """
    say, language = speaker(chosen), chosen.language
    known = mapped[mapped["value"].notna()]
    if not indicator or len(known) < 2:
        above = regions.level(chosen.region) != "kabupaten"
        why = "priority.map_of_kabupaten" if above else "priority.map_none"
        return page.section("", page.NOTHING, [say(why)])
    label = catalogue()[indicator].label[language]
    most, least = known.iloc[0], known.iloc[-1]
    title = say(
        "priority.map_title",
        label=label,
        most=regions.short_name(most["region"]),
        most_value=_mapped_value(most["value"], indicator, language),
        least=regions.short_name(least["region"]),
        least_value=_mapped_value(least["value"], indicator, language),
    )
    told = source(chosen, mapped)["source"]
    values = mapped.assign(
        label=[
            f"{regions.short_name(row.region)}: "
            + (
                _mapped_value(row.value, indicator, language)
                if np.isfinite(row.value)
                else "–"
            )
            for row in mapped.itertuples()
        ]
    )
    drawn = figures.choropleth(
        shapes.table,
        values[["region", "value", "mark", "label"]],
        unit=label,
        alt=f"{title}.",
        language=language,
        schematic=shapes.schematic,
        own=chosen.region if regions.level(chosen.region) == "kabupaten" else None,
        classes=max(2, min(5, len(known) // 3)),
        source=inside_picture(chosen, told),
    )
    return page.figure(
        title,
        f'<div class="still-map">{drawn}</div>',
        say("priority.map_caption", label=label, source=told),
        say("priority.map_says"),
        language=language,
    )


def _mapped_value(value: float, indicator: str, language: str) -> str:
    if catalogue()[indicator].unit == "percent":
        return words.percent(value, language, 0)
    return words.number(value, language, 2)


def targets(chosen: Parameters, table: pd.DataFrame) -> Block:
    """Every target that is known, for whom and from where, and which are not.

    Parameters
    ----------
    table : DataFrame
        From `prioritisation.targets`.
    """
    say, language = speaker(chosen), chosen.language
    of_here = table[
        table["region"].isin(["", "00", chosen.region])
        & table["since"].le(chosen.year)
        & table["until"].ge(chosen.year)
    ]
    known = of_here[of_here["target"].notna()]
    named = {"": say("priority.target_all"), "00": say("priority.target_nation")}
    columns = ("indicator", "target", "years", "for", "source")
    headers = [say(f"priority.column.{name}") for name in columns]
    rows = [
        [
            catalogue()[row.indicator].label[language],
            _target(row, language),
            f"{row.since}–{row.until}",
            named.get(row.region) or regions.short_name(row.region),
            row.source,
        ]
        for row in _rows(known)
    ]
    unknown = table[table["target"].isna() & table["until"].ge(chosen.year)]
    says = [
        say(
            "priority.target_unknown",
            frame=row.frame,
            since=str(row.since),
            until=str(row.until),
            label=small(catalogue()[row.indicator].label[language]),
        )
        for row in _rows(unknown[unknown["region"].isin(["", "00", chosen.region])])
    ]
    if not table["region"].eq(chosen.region).any() and chosen.region != "00":
        region = regions.short_name(chosen.region)
        says.append(say("priority.no_rpjmd", region=region))
    n = words.number(len(known), language)
    return page.section(
        say("priority.targets_heading"),
        page.table(headers, rows, text=True),
        says,
        folded=say("priority.targets_folded", n=n),
    )


def _target(row, language: str) -> str:
    digits = 0 if float(row.target).is_integer() else 3
    if catalogue()[row.indicator].unit == "percent":
        return words.percent(row.target, language, min(digits, 1), in_sentence=False)
    return words.number(row.target, language, digits)


def definitions(chosen: Parameters, table: pd.DataFrame) -> Block:
    """What each card's indicator means, and whence."""
    return of_indicators.cards(table["indicator"], chosen.language, chosen.year)


def foot(chosen: Parameters, inputs: pd.DataFrame) -> Block:
    """How the page was made.

    Parameters
    ----------
    inputs : DataFrame
        From `estimation.inputs`.
    """
    language, today = chosen.language, datetime.date.today()
    links = decisions.links(chosen, "prioritisation")
    return page.foot(chosen, hashes(chosen, inputs), today, links, language=language)
