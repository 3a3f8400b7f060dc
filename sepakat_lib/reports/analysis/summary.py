"""The answer on two pages, on top of the analysis and as a file of its own."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sepakat_lib import figures, regions, words
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis import opening, poverty
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    absent,
    counted,
    digits_of,
    ends_of,
    inside_picture,
    marked,
    month_of,
    people_of,
    percent,
    since_when,
    small,
    source,
    speaker,
    without_error,
)

FIRST_HALF = ("area", "sector", "head_education")  # of the table of who is poor
WIDEST = 5  # gaps to the tier above that are told one by one


def summary(chosen: Parameters, facts: Mapping, series: pd.DataFrame) -> Block:
    """How many, who, what is surely worse, who is missed, how sure, what is open.

    Parameters
    ----------
    chosen : Parameters
    facts : mapping
        From `analysis.summary`.
    series : DataFrame
        From `analysis.over_time`.

    Returns
    -------
    Block
        A ``summary``: its ``blocks``, and ``rests_on``, for each text with a number in
        it the ids of the findings that the number is read from.
    """
    rests_on: list[dict] = []

    def cite(text: str, *rows) -> str:
        ids = [str(id) for row in rows for id in _ids(row)]
        rests_on.append({"text": text, "findings": [*dict.fromkeys(ids)]})
        return text

    surveyed = len(facts["everybody"]) > 0
    blocks = [_opening(chosen, facts, cite), _first(chosen, facts, cite)]
    blocks += [_how_many(chosen, facts, series, cite)]
    if surveyed:
        blocks += [_who(chosen, facts, cite), _worse(chosen, facts, cite)]
        blocks += [_missed(chosen, facts, cite)]
    else:
        blocks += [absent(chosen)]
    blocks += [_how_sure(chosen, facts, cite), _unknown(chosen, facts)]
    return page.summary([*filter(None, blocks)], rests_on, chosen.language)


def _ids(read) -> list[str]:
    """Ids of the findings of a row, or of the rows of a table."""
    if hasattr(read, "_asdict"):
        read = pd.Series(read._asdict())
    table = read.to_frame().T if isinstance(read, pd.Series) else read
    names = [name for name in ("id", "finding", "level") if name in table]
    return [id for name in names for id in table[name]]


def _opening(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    say, language = speaker(chosen), chosen.language
    title = say("summary.title", region=regions.short_name(chosen.region))
    change, official = facts["change"], facts["official"]
    rate = official[official["indicator"].eq("p0")]
    answer = cite(_answer(chosen, change), rate, facts["trends"])
    more = [say("page.synthetic_means")] if facts["synthetic"] else []
    keys = [
        (
            cite(_official_text(row["indicator"], row["value"], language), row),
            say(f"key.{row['indicator']}"),
            cite(say("source.bps", month=month_of(row, language)), row),
        )
        for _, row in official.iterrows()
    ]
    figures_ = page.key_figures(keys) if keys else page.NOTHING
    return page.lead(title, answer, more) + figures_


def _official_text(indicator: str, value: float, language: str) -> str:
    if indicator == "p0":
        return words.percent(value, language, 2, in_sentence=False)
    if indicator == "poor_persons":
        return words.thousands(value, language)
    if indicator == "poverty_line":
        return words.rupiah(value, language)
    return words.number(value, language, 2)


def _answer(chosen: Parameters, change: dict) -> str:
    """The answer that a head of office can repeat: where we are, and since the last."""
    say, language = speaker(chosen), chosen.language
    place = regions.short_name(chosen.region)
    if not change:
        return say("opening.none", region=place, year=chosen.year)
    fields = {
        "region": place,
        "value": words.percent(change["now"], language, 2),
        "month": words.month(change["until"], change["until_month"], language),
    }
    if "recent" not in change:
        return say("opening.once", **fields)
    fields["recent"] = _moved(chosen, change["recent"])
    if "long" not in change:
        return say("opening.moved", **fields)
    longest = change["long"]
    step = {"since": since_when(change, longest, language)}
    if longest["moved"] != "level":
        step["points"] = words.number(abs(longest["points"]), language, 2)
    clause = say(f"opening.long_{longest['moved']}", **step)
    return say("opening.moved_long", **fields, long=clause)


def _moved(chosen: Parameters, step: dict) -> str:
    """A change of BPS's rate since a round, in points and in people."""
    language = chosen.language
    fields = {"since": words.month(step["since"], step["since_month"], language)}
    if step["moved"] != "level":
        fields["points"] = words.number(abs(step["points"]), language, 2)
    if step["persons_moved"] in ("fewer", "more"):
        fields["persons"] = words.thousands(abs(step["persons"]), language)
    key = "_".join(filter(None, [step["moved"], step["persons_moved"]]))
    return words.say(f"opening.recent_{key}", language, **fields)


def _first(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    """What most needs to be looked at first, or that nothing can be told apart."""
    say, language = speaker(chosen), chosen.language
    widest = facts["widest"]
    heading = say("summary.first")
    if chosen.region == "00":
        return page.section(
            heading, page.NOTHING, [say("summary.first_nation")], level=2
        )
    if widest.empty:
        return page.section(
            heading, page.NOTHING, [_why_not_compared(chosen, facts)], level=2
        )
    n = str(len(widest))
    worse = widest[widest["judgement"].eq("worse")]
    reference = regions.short_name(widest["reference"].iloc[0])
    if worse.empty:
        says = say("summary.first_none", n=n, reference=reference)
        return page.section(heading, page.NOTHING, [cite(says, widest)], level=2)
    row = worse.iloc[0]
    digits = digits_of(worse.head(WIDEST))
    fields = {
        "label": catalogue()[row["indicator"]].label[language],
        "value": percent(row, language, digits),
        "reference": reference,
        "ref_value": words.percent(row["reference_value"], language, digits),
        "n": n,
    }
    says = [cite(say("summary.first_says", **fields), row)]
    if many := _concerned(row, chosen):
        good = catalogue()[row["indicator"]].better == "higher"
        kind = "lacking" if good else "having"
        says.append(cite(say(f"summary.first_{kind}", people=many), row))
    return page.section(heading, page.NOTHING, says, level=2)


def _why_not_compared(chosen: Parameters, facts: Mapping) -> str:
    say = speaker(chosen)
    if facts["everybody"].empty:
        return say("summary.first_no_survey", year=str(chosen.year))
    if without_error(facts["everybody"]):
        return say("survey.no_error")
    above = regions.tiers(chosen.region)[1]
    return say("survey.tier_absent", region=regions.short_name(above))


def _concerned(row, chosen: Parameters) -> str:
    """Whom a share concerns, in words; "" where their number is not known."""
    if np.isnan(row["people"]):
        return ""
    counts = catalogue()[row["indicator"]].counts
    if counts == "persons":
        return words.persons(row["people"], chosen.language)
    number = words.thousands(row["people"], chosen.language)
    return words.say("summary.households", chosen.language, n=number)


def _how_many(
    chosen: Parameters, facts: Mapping, series: pd.DataFrame, cite: Callable
) -> Block:
    """Change since the RPJMD began, rank, what line and depth mean; the years."""
    say, language = speaker(chosen), chosen.language
    change, official, above = (facts[n] for n in ("change", "official", "above"))
    says = []
    for _, row in above.iterrows():
        reference = regions.short_name(row["against_region"])
        ref_value = words.percent(row["reference_value"], language, 2)
        verdict = f"opening.{row['verdict']}"
        sentence = say(verdict, reference=reference, ref_value=ref_value)
        says.append(cite(sentence, row, official.loc["p0"]))
    if sentence := _rank(chosen, facts["rank"]):
        says.append(cite(sentence))
    if change:
        says += _since_plan(chosen, facts, cite)
    for name in ("poverty_line", "p1"):
        if name in official.index:
            row = official.loc[name]
            value = _official_text(name, row["value"], language)
            says.append(cite(say(f"summary.{name}", value=value), row))
    if not says:
        return page.NOTHING
    sentences = page.section(say("summary.how_many"), page.NOTHING, says, level=2)
    years = _trend(chosen, facts, series)
    return page.columns(sentences, years, language=language) if years else sentences


def _since_plan(chosen: Parameters, facts: Mapping, cite: Callable) -> list[str]:
    say, step = speaker(chosen), facts["change"].get("plan")
    known = "known" if facts["plan_known"] else "assumed"
    year, fields = {"year": str(facts["plan_from"])}, {}
    if known == "assumed":
        fields = {"file": f"parameters/regions/{chosen.region}.yml"}
    if step is None:
        return [cite(say(f"summary.plan_none_{known}", **year, **fields))]
    fields |= {"moved": _moved(chosen, step)} | (year if known == "assumed" else {})
    return [cite(say(f"summary.plan_{known}", **fields), facts["trends"])]


def _rank(chosen: Parameters, rank: dict) -> str:
    if not rank or rank["of"] < 2:
        return ""
    places = {name: str(rank[name]) for name in ("rank", "of")}
    if "first" not in rank:
        return words.say("summary.rank", chosen.language, **places)
    ends = {name: str(rank[name]) for name in ("first", "last")}
    return words.say("summary.rank_range", chosen.language, **places, **ends)


def _trend(chosen: Parameters, facts: Mapping, series: pd.DataFrame) -> Block:
    """The rate over the years beside province and nation, as BPS published it."""
    say, language = speaker(chosen), chosen.language
    rows = series[series["source"].eq("official")].dropna(subset=["value"])
    if rows["year"].nunique() < 2:
        return page.NOTHING
    drawn = rows.assign(
        series=rows["region"].map(regions.short_name),
        role=np.where(rows["region"].eq(chosen.region), "own", "context"),
        year=rows["year"] + rows["month"] / 12 - 0.05,
        digits=2,
    )
    title = poverty.trend_title(chosen, facts["change"])
    caption = say("trend.caption_official")
    drawing = figures.trend(
        drawn,
        unit=say("unit.people"),
        alt=f"{title}. {caption}",
        language=language,
        source=inside_picture(chosen, "BPS"),
        small=True,
    )
    return page.figure(title, drawing, caption, [], language=language)


def _who(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    """Poor people by who they are: rate and number, the largest group said in words."""
    say, groups = speaker(chosen), facts["groups"]
    if groups.empty:
        return page.NOTHING
    digits = digits_of(groups)
    says = [
        sentence
        for name in ("area", "sector")
        if (sentence := _most(chosen, groups, name, digits, cite))
    ]
    halves: tuple[list, list] = ([], [])
    for name, part in groups.groupby("grouping", sort=False):
        rows = halves[name not in FIRST_HALF]
        rows.append([grouping(name).label[chosen.language], "", ""])
        for row in part.itertuples():
            cells = marked(row, chosen, digits), people_of(row, chosen)
            for cell in cells:
                cite(_text(cell), row)
            rows.append([say(f"group.{name}.{row.group}"), *cells])
    headers = [say("table.group"), say("table.percent_poor"), say("table.poor_people")]
    caption = say("summary.who_caption", **source(chosen, groups))
    left, right = (page.table(headers, rows) for rows in halves)
    table = page.columns(left, right, language=chosen.language)
    return _answered(say("summary.who"), says, table, caption)


def _answered(heading: str, says: list[str], table: Block, note: str) -> Block:
    """What is said first, then the numbers that it was said of."""
    first = page.section(heading, page.NOTHING, says, level=2)
    return first + page.section("", table, note=note)


def _text(cell: words.Marked | str) -> str:
    if isinstance(cell, str):
        return cell
    return " ".join(filter(None, [str(cell.value), cell.interval, cell.note]))


def _most(
    chosen: Parameters, groups: pd.DataFrame, name: str, digits: int, cite: Callable
) -> str:
    """Where most of the poor are, of one grouping; "" where that cannot be told."""
    part = groups[groups["grouping"].eq(name)].sort_values("people", ascending=False)
    first = part[part["most"].ne("")]
    if first.empty or part["mark"].eq("**").iloc[:2].any():
        return ""
    row, other = part.iloc[0], part.iloc[1]
    say, language = speaker(chosen), chosen.language
    fields = {
        "group": small(say(f"group.{name}.{row['group']}")),
        "other": small(say(f"group.{name}.{other['group']}")),
        "people": words.persons(row["people"], language),
        "other_people": words.persons(other["people"], language),
        "value": percent(row, language, digits),
        "other_value": percent(other, language, digits),
    }
    return cite(say(f"summary.{name}_{row['most']}", **fields), row, other)


def _worse(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    """The widest differences from the tier above that are surely for the worse."""
    say, language, widest = speaker(chosen), chosen.language, facts["widest"]
    if widest.empty:
        return page.NOTHING  # said under what comes first
    reference = regions.short_name(widest["reference"].iloc[0])
    by = widest["judgement"].value_counts()
    counts = {name: str(by.get(name, 0)) for name in ("worse", "better", "unclear")}
    fields = {"n": str(len(widest)), "reference": reference, **counts}
    says = [cite(say("summary.worse_says", **fields), widest)]
    heading = say("summary.worse", reference=reference)
    shown = widest[widest["judgement"].eq("worse")].head(WIDEST)
    if shown.empty:
        nothing = page.section(heading, page.NOTHING, says, level=2)
        return page.anchored(nothing, "worse")
    digits, rows = digits_of(shown), []
    for _, row in shown.iterrows():
        of_gap = words.digits_for_gap(row["gap_low"], row["gap_high"])
        ends = sorted(abs(row[name]) for name in ("gap_low", "gap_high"))
        gap = words.Marked(
            words.number(abs(row["gap"]), language, of_gap),
            words.interval(*ends, language, of_gap),
            "",
            "",
        )
        cells = [
            marked(row, chosen, digits),
            words.number(row["reference_value"], language, digits),
            gap,
            _counted(row, chosen),
        ]
        for cell in cells:
            cite(_text(cell), row)
        rows.append([catalogue()[row["indicator"]].label[language], *cells])
    own = regions.short_name(chosen.region)
    headers = [say("table.indicator"), f"{own}, %", f"{reference}, %"]
    headers += [say("summary.gap"), say("summary.concerns")]
    confidence = words.number(chosen.confidence * 100, language)
    note = say(
        "summary.worse_note", n=str(widest["at_once"].iloc[0]), confidence=confidence
    )
    return page.anchored(
        _answered(heading, says, page.table(headers, rows), note), "worse"
    )


def _counted(row, chosen: Parameters) -> words.Marked | str:
    """How many a share concerns, and of which kind where they are not people."""
    if np.isnan(row["people"]):
        return "–"
    ends = [row[name] for name in ("people", "people_low", "people_high")]
    number = counted(*ends, chosen)
    if catalogue()[row["indicator"]].counts == "persons":
        return number
    n = words.say("summary.households", chosen.language, n=number.value)
    return number._replace(value=n)


def _missed(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    say, language, rows = speaker(chosen), chosen.language, facts["missed"]
    if rows.empty:
        return page.NOTHING
    digits, says, cells = digits_of(rows), [], []
    by_area = facts["missed_by_area"]
    for row in rows.itertuples():
        numbers = marked(row, chosen, digits), people_of(row, chosen)
        for number in numbers:
            cite(_text(number), row)
        cells.append([catalogue()[row.indicator].label[language], *numbers])
        known = np.isfinite(row.value) and np.isfinite(row.people)
        if row.indicator == "poor_without_aid" and known and row.mark != "**":
            value, people = percent(row, language, digits), row.people
            people = words.persons(people, language)
            sentence = say("summary.missed_says", people=people, value=value)
            says.append(cite(sentence, row))
    if says and len(by_area) == 2 and by_area["people"].notna().all():
        first, other = (by_area.iloc[i] for i in (0, 1))
        where = {
            "group": small(say(f"group.area.{first['group']}")),
            "people": words.persons(first["people"], language),
            "other": small(say(f"group.area.{other['group']}")),
            "other_people": words.persons(other["people"], language),
        }
        says.append(cite(say("summary.missed_where", **where), first, other))
    headers = [say("table.indicator"), say("table.percent"), say("table.persons")]
    note = say("targeting.says")
    table = page.table(headers, cells)
    return _answered(say("summary.missed"), says, table, note)


def _how_sure(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    say, language, everybody = speaker(chosen), chosen.language, facts["everybody"]
    says = [say("summary.sure_official")] if len(facts["official"]) else []
    for _, row in everybody.iterrows():
        if np.isfinite([row["value"], row["low"], row["high"]]).all():
            digits = words.digits_for(row["low"], row["high"])
            numbers = ends_of(row, language, digits)
            confidence = words.number(chosen.confidence * 100, language)
            sample = words.number(row["n"], language)
            fields = {**numbers, "confidence": confidence, "n": sample}
            says.append(cite(say("summary.sure_survey", **fields), row))
            marks = {
                name: words.number(policy(f"rse_{limit}", chosen.year) * 100, language)
                for name, limit in (("care", "careful"), ("refuse", "unusable"))
            }
            says.append(cite(say("summary.sure_marks", **marks)))
        else:
            says.append(say("summary.sure_unknown"))
    if facts["synthetic"]:
        says.append(say("summary.synthetic"))
    return (
        page.section(say("summary.sure"), page.NOTHING, says, level=2)
        if says
        else page.NOTHING
    )


def _unknown(chosen: Parameters, facts: Mapping) -> Block:
    """What is open, by who keeps the answer."""
    say, language = speaker(chosen), chosen.language
    sentences = [say(f"unknown.finer.{name}") for name in opening.FINER]
    awaited = facts["unanswered"]
    awaited = awaited[awaited["items"].eq("")]
    for _, of_question in awaited.groupby("question", sort=False):
        parts = []
        for file, part in of_question.groupby(language, sort=False):
            labels = [catalogue()[name].label[language] for name in part["indicator"]]
            named = words.listed([small(label) for label in labels], language)
            parts.append(say("summary.open_part", labels=named, file=file))
        sentences.append(say("summary.open", parts="; ".join(parts)))
    return page.unknown(sentences, language=language)
