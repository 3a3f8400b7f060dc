"""The page of the budget: what the plan costs, by what, and what is missing of it."""

from collections.abc import Mapping

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import speaker

SHOWN = 25  # rows of a table on the page; the others are in the files


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
        return page.lead(title, say("budget.answer_empty", region=place, year=year))
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
    if len(missing):
        n = words.number(len(missing), language)
        more.append(say("budget.missing_count", n=n))
    return page.lead(title, answer, more)


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
            row.title,
            say(f"budget.field.{row.field}"),
            say(f"budget.where.{row.field}"),
            say("budget.blocks" if row.blocks else "budget.blocks_nothing"),
        ]
        for row in table.head(SHOWN).itertuples()
    ]
    headers = [say(f"budget.column.{name}") for name in ("row", "lacks", "where", "so")]
    says = _beyond(chosen, table)
    return page.section(say("budget.missing_heading"), page.table(headers, rows), says)


def _beyond(chosen: Plan, table: pd.DataFrame) -> list[str]:
    """Say how many rows a table has that are not shown."""
    more = len(table) - SHOWN
    if more <= 0:
        return []
    return [
        words.say("budget.more", chosen.language, n=words.number(more, chosen.language))
    ]


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
        for row in table.head(SHOWN).itertuples(index=False)
    ]
    return page.section(
        say(f"budget.by_heading.{by}"),
        page.table(headers, rows),
        _beyond(chosen, table),
    )


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
            row.title,
            words.rupiah(row.amount, language),
            decisions.count(row.target, row.unit, language),
            "–" if row.each is None else words.rupiah(row.each, language),
        ]
        for row in table.head(SHOWN).itertuples()
    ]
    return page.section(
        say("budget.each_heading"), page.table(headers, rows), _beyond(chosen, table)
    )


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
        for row in needing.head(SHOWN).itertuples()
    ]
    above = [row.title for row in table.itertuples() if row.above]
    says = [say("budget.above", offices=words.listed(above, language))] if above else []
    unknown = sum(row.ceiling is None for row in needing.itertuples())
    if unknown:
        says.append(say("budget.no_ceiling", n=words.number(unknown, language)))
    if idle := len(table) - len(needing):
        says.append(say("budget.without_need", n=words.number(idle, language)))
    return page.section(
        say("budget.ceiling_heading"),
        page.table(headers, rows),
        says + _beyond(chosen, needing),
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
