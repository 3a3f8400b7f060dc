"""The answer on two pages, on top of the analysis and as a file of its own."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sepakat_lib import figures, regions, words
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis import poverty
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    absent,
    digits_of,
    ends_of,
    inside_picture,
    mark_and_note,
    marked,
    month_of,
    percent,
    since_when,
    small,
    source,
    speaker,
    without_error,
)

FIRST_HALF = ("area", "sector", "head_education")  # of the table of who is poor
WIDEST = 5  # gaps to the tier above that are told one by one
FINER = {  # no survey of ours tells them; who keeps what would
    "kecamatan": ("social", "bps"),
    "names": ("social",),
    "stunting": ("health",),
    "target": ("bappeda",),
}
TERMS = ("error", "interval", "point", "sure", "aid", "disabled")
ABBREVIATIONS = ("surveys", "programmes", "data", "indices", "money", "offices")
NOT_FOR_USE = words.Marked("–", "", "**", "")


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
    blocks += [_how_sure(chosen, facts, cite), _unknown(chosen, facts), _terms(chosen)]
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
    more = [say("summary.untested")] if "recent" in change else []
    more += [say("page.synthetic_means")] if facts["synthetic"] else []
    keys = [
        (
            cite(_official_text(row["indicator"], row["value"], language), row),
            say(f"key.{row['indicator']}"),
            cite(
                say(f"summary.key.{row['indicator']}", month=month_of(row, language)),
                row,
            ),
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
    example = [say("summary.first_synthetic")] if facts["synthetic"] else []
    if worse.empty:
        unclear = str(widest["judgement"].eq("unclear").sum())
        fields = {"n": n, "reference": reference, "unclear": unclear}
        says = [cite(say("summary.first_none", **fields), widest), *example]
        return page.section(heading, page.NOTHING, says, level=2)
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
    return page.section(heading, page.NOTHING, [*says, *example], level=2)


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
    if np.isnan(row["people"]) or row["people_mark"] == "**":
        return ""
    star = "*" if row["people_mark"] == "*" else ""
    counts = catalogue()[row["indicator"]].counts
    if counts == "persons":
        return words.persons(row["people"], chosen.language, star=star)
    number = words.thousands(row["people"], chosen.language) + star
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
    if sentence := _rank(chosen, facts["rank"], synthetic=facts["synthetic"]):
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
    year = str(facts["plan_from"])
    if step is None:
        return [cite(say(f"summary.plan_none_{known}", year=year))]
    fields = {"moved": _moved(chosen, step)}
    fields |= {"year": year} if known == "assumed" else {}
    says = [cite(say(f"summary.plan_{known}", **fields), facts["trends"])]
    if step["start"]:
        says.append(cite(say(f"summary.plan_{step['start']}", year=year)))
    return says


def _rank(chosen: Parameters, rank: dict, *, synthetic: bool) -> str:
    if not rank or rank["of"] < 2:
        return ""
    places = {name: str(rank[name]) for name in ("rank", "of")}
    if "first" not in rank:
        return words.say("summary.rank", chosen.language, **places)
    ends = {name: str(rank[name]) for name in ("first", "last")}
    key = "summary.rank_invented" if synthetic else "summary.rank_range"
    return words.say(key, chosen.language, **places, **ends)


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
    caption = say("summary.trend_caption")
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
    digits, scale = digits_of(groups), words.scale_of(_largest(groups))
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
            cells = _cells(row, chosen, digits, scale)
            for cell in cells:
                cite(_text(cell), row)
            rows.append([say(f"group.{name}.{row.group}"), *cells])
    headers = [say("table.group"), say("table.percent_poor")]
    headers.append(_in(chosen, "table.poor_people", scale))
    caption = say("summary.who_caption", **source(chosen, groups))
    left, right = (page.table(headers, rows) for rows in halves)
    table = page.columns(left, right, language=chosen.language)
    return _answered(say("summary.who"), says, table, caption)


def _quotable(rows: pd.DataFrame) -> pd.Series:
    """Rows whose share and whose number of people are both fit for use."""
    return rows[["mark", "people_mark"]].ne("**").all(axis=1)


def _largest(rows: pd.DataFrame) -> float:
    """Largest number of people that a column shows; its scale is the column's."""
    shown = rows[rows["people_mark"].ne("**")]
    return shown[["people", "people_high"]].max(axis=None)


def _in(chosen: Parameters, header: str, scale: str) -> str:
    """Head of a column of people, with the scale that its numbers are told in."""
    head = words.say(header, chosen.language)
    return (
        words.say(f"summary.head_{scale}", chosen.language, head=head)
        if scale
        else head
    )


def _cells(
    row, chosen: Parameters, digits: int, scale: str
) -> tuple[words.Marked | str, words.Marked | str]:
    """A share and how many people it counts, each with its interval and mark.

    What is not for use is not printed: a number that is read out in a meeting is used.
    """
    share = NOT_FOR_USE if row.mark == "**" else marked(row, chosen, digits)
    if np.isnan(row.people):
        return share, share if share is NOT_FOR_USE else "–"
    if row.people_mark == "**":
        return share, NOT_FOR_USE
    return share, _people(row, chosen, scale)


def _people(row, chosen: Parameters, scale: str) -> words.Marked:
    """A number of people with its interval and mark, in the scale of their column."""
    mark, note = mark_and_note(row.people_mark, chosen)
    value, low, high = (
        words.in_scale(number, scale, chosen.language) if np.isfinite(number) else ""
        for number in (row.people, row.people_low, row.people_high)
    )
    if not low:
        return words.Marked(value, "", mark, note)
    between = words.say("interval.dash", chosen.language, low=low, high=high)
    return words.Marked(value, between, mark, note)


def _answered(heading: str, says: list[str], table: Block, note: str) -> Block:
    """What is said first, then the numbers that it was said of."""
    first = page.section(heading, page.NOTHING, says, level=2)
    return first + page.section("", table, note=note)


def _text(cell: words.Marked | str) -> str:
    if isinstance(cell, str):
        return cell
    return " ".join(filter(None, [str(cell.value), cell.interval, cell.note]))


def _told(row, language: str, like: float) -> str:
    """A number of people in a sentence, in its table's scale and with its star."""
    star = "*" if row["people_mark"] == "*" else ""
    return words.persons(row["people"], language, like=like, star=star)


def _most(
    chosen: Parameters, groups: pd.DataFrame, name: str, digits: int, cite: Callable
) -> str:
    """Where most of the poor are, of one grouping; "" where that cannot be told."""
    part = groups[groups["grouping"].eq(name)].sort_values("people", ascending=False)
    first = part[part["most"].ne("")]
    if first.empty or not _quotable(part.iloc[:2]).all():
        return ""
    row, other = part.iloc[0], part.iloc[1]
    say, language = speaker(chosen), chosen.language
    like = _largest(groups)
    fields = {
        "group": small(say(f"group.{name}.{row['group']}")),
        "other": small(say(f"group.{name}.{other['group']}")),
        "people": _told(row, language, like),
        "other_people": _told(other, language, like),
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
    worse = widest[widest["judgement"].eq("worse")]
    shown = worse.head(WIDEST)
    for judgement, rows in (("worse", worse.iloc[WIDEST:]), ("better", widest)):
        rest = rows[rows["judgement"].eq(judgement)]
        for side, part in (("below", rest["gap"].lt(0)), ("above", rest["gap"].gt(0))):
            if part.any():
                labels = _labels(rest[part], language)
                says.append(say(f"summary.{judgement}_{side}", labels=labels))
    if shown.empty:
        nothing = page.section(heading, page.NOTHING, says, level=2)
        return page.anchored(nothing, "worse")
    digits, scale, rows = digits_of(shown), words.scale_of(_largest(shown)), []
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
            _counted(row, chosen, scale),
        ]
        for cell in cells:
            cite(_text(cell), row)
        one = catalogue()[row["indicator"]]
        rows.append([one.label[language], say(f"summary.good_{one.better}"), *cells])
    own = regions.short_name(chosen.region)
    headers = [say("table.indicator"), say("summary.good"), f"{own}, %"]
    headers += [f"{reference}, %", say("summary.gap")]
    headers.append(_in(chosen, "summary.concerns", scale))
    confidence = words.number(chosen.confidence * 100, language)
    fields = {"n": str(widest["at_once"].iloc[0]), "confidence": confidence}
    note = say("summary.worse_note", source=source(chosen, shown)["source"], **fields)
    return page.anchored(
        _answered(heading, says, page.table(headers, rows), note), "worse"
    )


def _labels(rows: pd.DataFrame, language: str) -> str:
    names = (catalogue()[name].label[language] for name in rows["indicator"])
    return words.listed([small(name) for name in names], language)


def _counted(row, chosen: Parameters, scale: str) -> words.Marked | str:
    """How many a share concerns, and of which kind where they are not people."""
    if np.isnan(row["people"]):
        return "–"
    if row["people_mark"] == "**":
        return NOT_FOR_USE
    number = _people(row, chosen, scale)
    if catalogue()[row["indicator"]].counts == "persons":
        return number
    n = words.say("summary.homes", chosen.language, n=number.value)
    return number._replace(value=n)


def _missed(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    say, rows = speaker(chosen), facts["missed"]
    if rows.empty:
        return page.NOTHING
    by_area = facts["missed_by_area"]
    digits, scale = digits_of(rows), words.scale_of(_largest(rows))
    says, cells = _missed_says(chosen, rows, by_area, digits, cite), []
    for row in rows.itertuples():
        parts = by_area.itertuples() if row.indicator == "poor_without_aid" else ()
        label = catalogue()[row.indicator].label[chosen.language]
        labels = [
            label,
            *(say(f"summary.of_them.{part.group}") for part in by_area.itertuples()),
        ]
        for line, name in zip([row, *parts], labels, strict=False):
            numbers = _cells(line, chosen, digits, scale)
            for number in numbers:
                cite(_text(number), line)
            cells.append([name, *numbers])
    headers = [say("table.indicator"), say("table.percent")]
    headers.append(_in(chosen, "table.persons", scale))
    note = say("summary.missed_note", source=source(chosen, rows)["source"])
    return _answered(say("summary.missed"), says, page.table(headers, cells), note)


def _missed_says(
    chosen: Parameters,
    rows: pd.DataFrame,
    by_area: pd.DataFrame,
    digits: int,
    cite: Callable,
) -> list[str]:
    """The poor without any aid, and where most of them live."""
    say, language, says = speaker(chosen), chosen.language, []
    like = _largest(rows)
    whole = rows[rows["indicator"].eq("poor_without_aid") & _quotable(rows)]
    for _, row in whole[whole["people"].notna()].iterrows():
        fields = {
            "value": percent(row, language, digits),
            "people": _told(row, language, like),
        }
        says.append(cite(say("summary.missed_says", **fields), row))
    first = by_area[by_area["most"].ne("")] if len(says) else by_area.head(0)
    for _, row in first.iterrows():
        other = by_area[by_area["group"].ne(row["group"])].iloc[0]
        where = {
            "group": small(say(f"group.area.{row['group']}")),
            "people": _told(row, language, like),
            "other": small(say(f"group.area.{other['group']}")),
            "other_people": _told(other, language, like),
        }
        says.append(cite(say(f"summary.missed_{row['most']}", **where), row, other))
    return says


def _how_sure(chosen: Parameters, facts: Mapping, cite: Callable) -> Block:
    say, language, everybody = speaker(chosen), chosen.language, facts["everybody"]
    untested = len(facts["official"]) > 0 and "recent" not in facts["change"]
    says = [say("summary.untested")] if untested else []  # else said under the answer
    for _, row in everybody.iterrows():
        if np.isfinite([row["value"], row["low"], row["high"]]).all():
            digits = words.digits_for(row["low"], row["high"])
            numbers = ends_of(row, language, digits)
            confidence = words.number(chosen.confidence * 100, language)
            sample = words.number(row["n"], language)
            fields = {**numbers, "confidence": confidence, "n": sample}
            which = "invented" if facts["synthetic"] else "survey"
            says.append(cite(say(f"summary.sure_{which}", **fields), row))
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
    """What is open, the data that would answer it, and who keeps them."""
    say, language = speaker(chosen), chosen.language

    def kept(names) -> str:
        return (
            say(f"keeper.{names[0]}")
            if len(names) == 1
            else say(
                "summary.or",
                **{
                    n: say(f"keeper.{of}")
                    for n, of in zip(("one", "other"), names, strict=True)
                },
            )
        )

    rows = [
        [say(f"summary.finer.{name}"), say(f"summary.finer_data.{name}"), kept(keepers)]
        for name, keepers in FINER.items()
    ]
    awaited = facts["unanswered"]
    awaited = awaited[awaited["keeper"].ne("")]
    for keeper, part in awaited.groupby("keeper", sort=False):
        labels = _labels(part, language)
        files = words.listed(part[language].drop_duplicates(), language)
        rows.append([labels[:1].upper() + labels[1:], files, say(f"keeper.{keeper}")])
    headers = [say(f"summary.{name}") for name in ("open", "open_data", "keeper")]
    table = page.table(headers, rows, text=True)
    return page.section(say("page.unknown"), table, level=2)


def _terms(chosen: Parameters) -> Block:
    """What the words and the abbreviations of these two pages mean."""
    say = speaker(chosen)
    meanings = [say(f"summary.term.{name}") for name in TERMS]
    if bounds := policy("welfare_bands", chosen.year):
        band = words.number(bounds[1], chosen.language, 1)
        meanings.insert(0, say("summary.term.vulnerable", band=band))
    heading = page.section(say("summary.terms"), page.NOTHING, level=2)
    halves = (
        page.section("", page.NOTHING, note=" ".join(part))
        for part in (meanings, [say(f"summary.term.{name}") for name in ABBREVIATIONS])
    )
    return heading + page.columns(*halves, language=chosen.language)
