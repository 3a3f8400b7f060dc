"""Blocks of the page of a plan: its issues with their trees, activities, what lacks."""

import datetime
from collections.abc import Mapping, Sequence

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.figures import tree as figure
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.planning import pictures
from sepakat_lib.reports.planning.writing import (
    interval,
    since,
    speaker,
    target,
    told,
    value,
)
from sepakat_lib.words import Marked


def bar(chosen: Plan, problems: Sequence) -> Block:
    """Place, module and year, how old the evidence is, and whether any is invented.

    Parameters
    ----------
    chosen : Plan
    problems : sequence of planning.Problem
    """
    say, found = speaker(chosen.language), _evidence(problems)
    newest = max((each.year for each in found if each.year), default=None)
    return page.bar(
        regions.name(chosen.region),
        say("module.planning.name"),
        chosen.plan_year,
        vintage=say("planning.vintage", year=str(newest)) if newest else "",
        synthetic=any(each.synthetic for each in found),
        language=chosen.language,
    )


def _evidence(problems: Sequence) -> list:
    return [
        each
        for problem in problems
        for table in (problem.tree, problem.suggested)
        for found in table["evidence"]
        for each in found
    ]


def opening(
    chosen: Plan,
    tables: Mapping[str, pd.DataFrame],
    problems: Sequence,
    activities: pd.DataFrame,
) -> Block:
    """Title, what the plan holds in one sentence, and four key figures.

    Parameters
    ----------
    chosen : Plan
    tables : mapping
        `ledger.thread`.
    problems : sequence of planning.Problem
    activities : DataFrame
        From `planning.activities`.
    """
    say, language = speaker(chosen.language), chosen.language
    place, year = regions.short_name(chosen.region), str(chosen.plan_year)
    title = say("planning.title", region=place, year=year)
    if not problems:
        empty = say("planning.empty", region=place, year=year)
        return page.lead(title, empty, [say("planning.begin")])
    causes = pd.concat([problem.tree for problem in problems])
    causes = causes[causes["kind"].eq("cause")]
    shown = int(causes["grey"].eq("").sum())
    ready = int(activities["lacks"].map(len).eq(0).sum())
    counts = {
        "issues": words.number(len(problems), language),
        "causes": words.number(len(causes), language),
        "activities": words.number(len(activities), language),
    }
    answer = say("planning.answer", region=place, year=year, **counts)
    more = []
    if len(causes):
        fields = {"shown": words.number(shown, language), "all": counts["causes"]}
        more.append(say("planning.shown", **fields))
    if found := _evidence(problems):
        more += [say("page.synthetic_means")] * any(each.synthetic for each in found)
    if tables["opd"]["synthetic"].eq(True).any():
        more.append(say("planning.synthetic_office"))
    ledger = say("planning.ledger")
    of = {"count": words.number(shown, language), "all": counts["causes"]}
    done = {"count": words.number(ready, language), "all": counts["activities"]}
    keys = [
        (counts["issues"], say("planning.key.issues"), ledger),
        (say("planning.key.of", **of), say("planning.key.shown"), ledger),
        (counts["activities"], say("planning.key.activities"), ledger),
        (say("planning.key.of", **done), say("planning.key.ready"), ledger),
    ]
    return page.lead(title, answer, more) + page.key_figures(keys)


def trees(
    chosen: Plan, problems: Sequence, activities: pd.DataFrame, differing: pd.DataFrame
) -> Block:
    """Each issue with its tree, what shows it, and what the library would add.

    Parameters
    ----------
    chosen, problems, activities
        As of `opening`.
    differing : DataFrame
        From `planning.differing`.
    """
    if not problems:
        return page.section("", page.NOTHING, [_say(chosen, "planning.no_trees")])
    blocks = page.NOTHING
    for problem in problems:
        blocks += _tree(chosen, problem, activities, differing)
        blocks += _suggested(chosen, problem)
    return blocks


def _say(chosen: Plan, key: str, **fields) -> str:
    return words.say(key, chosen.language, **fields)


def _tree(
    chosen: Plan, problem, activities: pd.DataFrame, differing: pd.DataFrame
) -> Block:
    language = chosen.language
    boxes = pictures.nodes(problem, activities, language)
    parts = figure.parts(boxes)
    said, source = pictures.alt(problem, language), source_of(chosen, problem)
    drawn = "".join(figure.on_page(part, alt=said, source=source) for part in parts)
    says = [_of_issue(chosen, problem)]
    says += _moved(chosen, differing[differing["issue_id"].eq(problem.id)])
    causes = problem.tree[problem.tree["kind"].eq("cause")]
    if causes.empty:
        says.append(_say(chosen, "planning.no_causes"))
    else:
        says.append(_say(chosen, "planning.no_proof"))
    return page.figure(
        problem.title,
        drawn,
        _say(chosen, "planning.caption"),
        says,
        language=language,
        how_to_read=_say(chosen, "planning.how_to_read"),
        table=_table(chosen, causes) if len(causes) else None,
    )


def source_of(chosen: Plan, problem) -> str:
    """Where a tree is of and its evidence from, inside its picture."""
    found = [each for row in problem.tree["evidence"] for each in row if each.year]
    sources = dict.fromkeys(since(each, chosen.language) for each in found)
    parts = [regions.short_name(chosen.region), str(chosen.plan_year), *sources]
    parts += [_say(chosen, "decisions.synthetic_data")] * problem.synthetic
    return " · ".join(parts)


def _of_issue(chosen: Plan, problem) -> str:
    """What shows the issue, or why it was entered without a finding."""
    top = problem.tree.iloc[0]
    if problem.direct_reason:
        return _say(chosen, "planning.direct", reason=problem.direct_reason)
    if not top["evidence"]:
        return _say(chosen, "planning.no_indicator")
    return _say(
        chosen, "planning.rests", evidence=told(top["evidence"][0], chosen.language)
    )


def _moved(chosen: Plan, differing: pd.DataFrame) -> list[str]:
    """Where today's number differs from the one that was decided on."""
    return [
        _difference(chosen, row)
        for row in differing.itertuples()
        if row.verdict != "same" and row.kind == "issues"
    ]


def _difference(chosen: Plan, row) -> str:
    then = _dated(row.then, chosen.language)
    if row.verdict == "gone":
        return _say(chosen, "planning.gone", then=then)
    return _say(
        chosen, "planning.moved", then=then, now=_dated(row.now, chosen.language)
    )


def _dated(evidence, language: str) -> str:
    """A value with its interval and its source."""
    number, between = value(evidence, language), interval(evidence, language)
    written = f"{number} ({between})" if between else number
    return words.say(
        "planning.dated", language, value=written, source=since(evidence, language)
    )


def _table(chosen: Plan, causes: pd.DataFrame) -> Block:
    """Causes by side with the numbers of their evidence."""
    language, rows = chosen.language, []
    headers = [_say(chosen, f"planning.head.{name}") for name in ("cause", "evidence")]
    headers += [_say(chosen, f"planning.head.{name}") for name in ("value", "people")]
    for side, part in causes.groupby("side", sort=False):
        rows.append([_say(chosen, f"planning.side.{side}"), "", "", ""])
        for row in part.itertuples():
            rows += _evidence_rows(chosen, row.titles[language], row.evidence, language)
    return page.table(headers, rows)


def _evidence_rows(chosen: Plan, title: str, found, language: str) -> list[list]:
    if not found:
        why = _say(chosen, "planning.why.no_evidence")
        return [[title, "–", Marked("–", "", "", why), "–"]]
    rows = []
    for each in found:
        people = (
            "–" if each.people != each.people else words.persons(each.people, language)
        )
        if each.why and each.why != "not_for_use":
            number = Marked("–", "", "", _say(chosen, f"planning.why.{each.why}"))
        else:
            note = _say(chosen, "planning.why.not_for_use") if each.why else ""
            number = Marked(value(each, language), interval(each, language), "", note)
        rows.append([title, each.names[language], number, people])
    return rows


def _suggested(chosen: Plan, problem) -> Block:
    """Causes of the library that are not in the tree, folded away."""
    table, language = problem.suggested, chosen.language
    if table.empty:
        return page.NOTHING
    rows = []
    for row in table.itertuples():
        lines = "; ".join(told(each, language) for each in row.evidence) or "–"
        side = _say(chosen, f"planning.side.{row.side}")
        rows.append([Marked(row.titles[language], side, "", ""), lines])
    headers = [_say(chosen, f"planning.head.{n}") for n in ("cause", "evidence")]
    folded = _say(
        chosen, "planning.suggested", count=words.number(len(table), language)
    )
    return page.section(
        "",
        page.table(headers, rows, text=True),
        note=_say(chosen, "planning.suggested_note"),
        folded=folded,
    )


def activities(chosen: Plan, table: pd.DataFrame) -> Block:
    """Every activity with who, where, for whom, and the state of its code.

    Parameters
    ----------
    chosen : Plan
    table : DataFrame
        From `planning.activities`.
    """
    if table.empty:
        return page.section("", page.NOTHING, [_say(chosen, "planning.no_activities")])
    language, rows = chosen.language, []
    names = ("activity", "opd", "place", "target", "year", "strategy")
    headers = [_say(chosen, f"planning.head.{name}") for name in names]
    for issue, part in table.groupby("issue", sort=False):
        rows.append([issue, *[""] * (len(headers) - 1)])
        for row in part.itertuples():
            whom = target(row.target, row.unit, language)
            rows.append(
                [
                    Marked(row.title, _code(chosen, row), "", ""),
                    row.opd or "–",
                    row.place or "–",
                    Marked(whom, row.target_group, "", ""),
                    str(row.plan_year),
                    _strategy(chosen, row),
                ]
            )
    open_codes = int(table["code_state"].ne("confirmed").sum())
    says = [_say(chosen, "planning.codes_confirmed")]
    if open_codes:
        fields = {"count": words.number(open_codes, language)}
        fields["all"] = words.number(len(table), language)
        says = [_say(chosen, "planning.codes_open", **fields)]
    return page.section("", page.table(headers, rows, text=True), says)


def _code(chosen: Plan, row) -> str:
    if not row.sub_kegiatan:
        return _say(chosen, "planning.code.none")
    fields = {"decree": row.decree or "–", "year": str(row.plan_year)}
    state = _say(chosen, f"planning.code.{row.code_state}", **fields)
    return f"{row.sub_kegiatan} · {state}"


def _strategy(chosen: Plan, row) -> str | Marked:
    if not row.strategy:
        return "–"
    name = _say(chosen, f"planning.strategy.{row.strategy}")
    if row.strategy_from == "row":
        return name
    return Marked(name, "", "", _say(chosen, "planning.strategy_tagged"))


def lacking(chosen: Plan, table: pd.DataFrame) -> Block:
    """What each activity still lacks, and where it usually stands.

    Parameters
    ----------
    chosen : Plan
    table : DataFrame
        From `planning.activities`.
    """
    part = table[table["lacks"].map(len).gt(0)]
    if part.empty:
        key = "planning.complete" if len(table) else "planning.no_activities"
        return page.section("", page.NOTHING, [_say(chosen, key)])
    headers = [_say(chosen, f"planning.head.{n}") for n in ("activity", "lacks")]
    rows = [
        [
            row.title,
            "; ".join(_say(chosen, f"planning.lacks.{name}") for name in row.lacks),
        ]
        for row in part.itertuples()
    ]
    note = _say(chosen, "planning.lacks_where")
    return page.section("", page.table(headers, rows, text=True), note=note)


def differing(chosen: Plan, table: pd.DataFrame) -> Block:
    """Decisions whose finding is another today, with both numbers.

    Parameters
    ----------
    chosen : Plan
    table : DataFrame
        From `planning.differing`.
    """
    part = table[table["verdict"].ne("same")]
    if part.empty:
        key = "planning.all_same" if len(table) else "planning.none_kept"
        return page.section("", page.NOTHING, [_say(chosen, key)])
    language, rows = chosen.language, []
    for row in part.itertuples():
        now = Marked("–", "", "", _say(chosen, "planning.why.no_finding"))
        if row.verdict == "moved":
            now = Marked(_dated(row.now, language), "", "", "")
        name = Marked(row.title, row.then.names[language], "", "")
        rows.append([name, Marked(_dated(row.then, language), "", "", ""), now])
    headers = [_say(chosen, f"planning.head.{n}") for n in ("decision", "then", "now")]
    says = [_say(chosen, "planning.differs_means")]
    return page.section("", page.table(headers, rows, text=True), says)


def foot(chosen: Plan, inputs: pd.DataFrame) -> Block:
    """How the page was made.

    Parameters
    ----------
    chosen : Plan
    inputs : DataFrame
        From `estimation.inputs`.
    """
    hashes = {
        _say(
            chosen,
            "foot.synthetic_file" if row.synthetic else "foot.file",
            year=row.year,
            file=row.file,
        ): row.sha256
        for row in inputs.itertuples()
    }
    today, links = datetime.date.today(), decisions.links(chosen, "planning")
    return page.foot(chosen, hashes, today, links, language=chosen.language)
