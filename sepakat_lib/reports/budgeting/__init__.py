"""The page of the budget: what the plan costs, by what, and what is missing of it."""

from collections.abc import Mapping

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import speaker


def bar(chosen: Plan, tables: Mapping[str, pd.DataFrame]) -> Block:
    """Place, module and year of the plan, and whether any row is invented."""
    return decisions.bar(chosen, "budgeting", tables)


def opening(
    chosen: Plan, lines: pd.DataFrame, origin: Mapping[str, int], missing: pd.DataFrame
) -> Block:
    """Title, what the plan costs in one sentence, and what of it answers a finding.

    Parameters
    ----------
    lines : DataFrame
        From `budgeting.lines`.
    origin : mapping
        From `budgeting.origin`.
    missing : DataFrame
        From `budgeting.missing`.
    """
    say, language = speaker(chosen), chosen.language
    place, year = regions.short_name(chosen.region), str(chosen.plan_year)
    title = say("budgeting.title", region=place, year=year)
    if lines.empty:
        empty = say("budget.answer_empty", region=place, year=year)
        return page.lead(title, empty, [say("budget.begin")])
    open_ = int(sum(amount is None for amount in lines["amount"]))
    told = {
        "region": place,
        "year": year,
        "amount": words.rupiah(origin["all"], language),
        "lines": words.number(len(lines), language),
    }
    answer = say("budget.answer_whole", **told)
    if open_:
        answer = say("budget.answer_open", **told, n=words.number(open_, language))
    sums = {name: words.rupiah(amount, language) for name, amount in origin.items()}
    more = [say("budget.origin", **sums)]
    if not origin["direct"]:
        more = [say("budget.origin_cards", all=sums["all"])]
    if len(missing):
        n = words.number(len(missing), language)
        more.append(say("budget.missing_count", n=n))
    return page.lead(title, answer, more)


def without_card(chosen: Plan, table: pd.DataFrame) -> Block:
    """Issues that no card stands behind: what they cost, and the reason that was given.

    Parameters
    ----------
    table : DataFrame
        From `budgeting.direct`.
    """
    say, language = speaker(chosen), chosen.language
    if table.empty:
        return page.NOTHING
    headers = [say("budget.by.issue")]
    headers += [say(f"budget.column.{name}") for name in ("amount", "reason")]
    rows = [
        [row.title, words.rupiah(row.amount, language), row.reason or "–"]
        for row in table.itertuples()
    ]
    heading = say("budget.direct_heading")
    return decisions.long_table(chosen, heading, headers, rows, text=True)


def missing(chosen: Plan, table: pd.DataFrame) -> Block:
    """What is not there yet, and where it usually stands.

    Parameters
    ----------
    table : DataFrame
        From `budgeting.missing`.
    """
    say = speaker(chosen)
    if table.empty:
        return page.NOTHING
    rows = [
        [
            _of_activity(chosen, row),
            say(f"budget.field.{row.field}"),
            say(f"budget.where.{row.field}"),
            say("budget.blocks" if row.blocks else "budget.blocks_nothing"),
        ]
        for row in table.itertuples()
    ]
    headers = [say(f"budget.column.{name}") for name in ("row", "lacks", "where", "so")]
    heading = say("budget.missing_heading")
    return decisions.long_table(chosen, heading, headers, rows, text=True)


def _of_activity(chosen: Plan, row) -> words.Marked:
    """A line with the activity it is of, and where; an activity with where it is."""
    placed = decisions.placed(chosen, row.title, row.place)
    if row.kind == "activities":
        return placed
    return placed._replace(note=f"{row.activity} · {placed.note}")


def totals(chosen: Plan, by: str, table: pd.DataFrame) -> Block:
    """Rupiah by what lines have in common.

    Parameters
    ----------
    by : str
        Of `budgeting.BY`.
    table : DataFrame
        From `budgeting.totals`.
    """
    say, language = speaker(chosen), chosen.language
    if table.empty:
        return page.NOTHING
    headers = [say(f"budget.by.{by}")]
    headers += [say(f"budget.column.{name}") for name in ("amount", "lines", "open")]
    rows = [
        [
            decisions.named(chosen, by, row.name),
            words.rupiah(row.amount, language),
            words.number(row.lines, language),
            words.number(row.open, language),
        ]
        for row in table.itertuples(index=False)
    ]
    return decisions.long_table(chosen, say(f"budget.by_heading.{by}"), headers, rows)


def per_person(chosen: Plan, table: pd.DataFrame) -> Block:
    """What an activity costs for each of those that it is to reach.

    Parameters
    ----------
    table : DataFrame
        From `budgeting.per_person`.
    """
    say, language = speaker(chosen), chosen.language
    if table.empty:
        return page.NOTHING
    columns = ("activity", "amount", "target", "each")
    headers = [say(f"budget.column.{name}") for name in columns]
    rows = [
        [
            decisions.placed(chosen, row.title, row.kecamatan),
            words.rupiah(row.amount, language),
            decisions.count(row.target, row.unit, language),
            words.rupiah(row.each, language)
            if row.each is not None
            else words.Marked("–", "", "", say(f"budget.each_why.{row.why}")),
        ]
        for row in table.itertuples()
    ]
    says = [say("budget.each_means")]
    return decisions.long_table(chosen, say("budget.each_heading"), headers, rows, says)


def ceilings(chosen: Plan, table: pd.DataFrame) -> Block:
    """What each office needs, and what it may spend.

    Parameters
    ----------
    table : DataFrame
        From `budgeting.against_ceilings`.
    """
    say, language = speaker(chosen), chosen.language
    needing = table[table["need"].gt(0)]
    if needing.empty:
        return page.NOTHING
    headers = [
        say(f"budget.column.{name}") for name in ("opd", "need", "ceiling", "left")
    ]
    rows = [
        [
            row.title,
            words.rupiah(row.need, language),
            _ceiling(row, language),
            "–" if row.left is None else words.rupiah(row.left, language),
        ]
        for row in needing.itertuples()
    ]
    above = [row.title for row in table.itertuples() if row.above]
    unknown = sum(row.ceiling is None for row in needing.itertuples())
    says = [say("budget.above", offices=words.listed(above, language))] if above else []
    if not above and unknown < len(needing):
        says = [say("budget.none_above")]
    if unknown:
        says.append(say("budget.no_ceiling", n=words.number(unknown, language)))
    if idle := len(table) - len(needing):
        says.append(say("budget.without_need", n=words.number(idle, language)))
    return decisions.long_table(
        chosen, say("budget.ceiling_heading"), headers, rows, says
    )


def _ceiling(row, language: str) -> str | words.Marked:
    """A ceiling, and under it the decree that sets it."""
    if row.ceiling is None:
        return "–"
    written = words.rupiah(row.ceiling, language)
    return words.Marked(written, "", "", "", str(row.decree or ""))


def foot(chosen: Plan) -> Block:
    """How the page was made, and how the plan is taken along."""
    return decisions.foot(chosen, "budgeting")
