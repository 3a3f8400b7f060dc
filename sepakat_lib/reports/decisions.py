"""What the pages of decisions have in common: their top, their foot, how rows are named."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from sepakat_lib import modules, regions, words
from sepakat_lib.modules import Plan
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import speaker

STRATEGIES = ("spending_burden", "income", "pockets")
SHOWN = 25  # rows of a table that stand open; the others are folded away
WRITTEN = 500  # rows of a table on a page at all


def bar(chosen: Plan, module: str, tables: Mapping[str, pd.DataFrame]) -> Block:
    """Place, module and year of the plan, and whether any row is invented.

    Parameters
    ----------
    module : str
    tables : mapping of DataFrame
        `ledger.thread`.
    """
    language, invented = chosen.language, is_invented(tables)
    return page.bar(
        regions.name(chosen.region),
        words.say(f"module.{module}.name", language),
        chosen.plan_year,
        vintage=words.say("decisions.evidence_of", language, year=str(chosen.year)),
        synthetic=invented,
        language=language,
        of="decisions.synthetic",
    )


def is_invented(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether any row of a thread is invented."""
    return any(
        bool(table["synthetic"].eq(True).any())
        for table in tables.values()
        if "synthetic" in table
    )


def named(chosen: Plan, kind: str, value) -> str:
    """How a row of a sum is called: an office, a strategy, a fund, a place, a problem."""
    if value is None or value == "":
        return words.say(f"decisions.without.{kind}", chosen.language)
    if kind == "strategy" and value in STRATEGIES:
        return words.say(f"decisions.strategy.{value}", chosen.language)
    if kind == "kecamatan":
        return place(str(value))
    return str(value)


def place(code: str) -> str:
    """Name of a kecamatan, as far as it is known."""
    return regions.kecamatan_name(code) or code


def placed(chosen: Plan, title: str, kecamatan: str | None) -> words.Marked:
    """An activity with where it is below it, since one name stands in many places."""
    nowhere = words.say("decisions.no_place", chosen.language)
    return words.Marked(title, "", "", place(kecamatan) if kecamatan else nowhere)


def sign_beside(written: str) -> str:
    """A percentage whose sign is never alone on a line."""
    return written.replace(" %", "\u00a0%")


def long_table(
    chosen: Plan,
    heading: str,
    headers: Sequence[str],
    rows: Sequence[Sequence],
    says: Sequence[str] = (),
    *,
    text: bool = False,
) -> Block:
    """A table of which the first rows stand open and the others are folded away.

    Parameters
    ----------
    rows : sequence
        Of more than `WRITTEN` the page says how many it leaves out.
    says : sequence of str
        Below the rows that stand open.
    text : bool
        It holds words more than numbers.
    """

    def say(key: str, n: int) -> str:
        return words.say(key, chosen.language, n=words.number(n, chosen.language))

    more = rows[SHOWN:WRITTEN]
    left_out = [say("decisions.left_out", len(rows) - WRITTEN)] * (len(rows) > WRITTEN)
    block = page.section(
        heading, page.table(headers, rows[:SHOWN], text=text), [*says, *left_out]
    )
    if not more:
        return block
    folded = say("decisions.more", len(more))
    rest = page.table(headers, more, text=text)
    return block + page.section("", rest, folded=folded)


def count(value, unit: str | None, language: str) -> str:
    """A target with its unit; a dash where there is none."""
    if value is None:
        return "–"
    whole = Decimal(value)
    digits = max(0, -whole.normalize().as_tuple().exponent)
    return f"{words.number(whole, language, digits)} {unit or ''}".strip()


def printed(chosen: Plan, module: str, synthetic: bool, year: int = 0) -> str:
    """What every printed page of a file says: place, module, year, and if it is invented.

    The year is that of the plan where no other is given.

    >>> printed(Plan(region="3501", year=2023), "budgeting", True)
    'Kabupaten Pacitan · Anggaran 2025 · data sintetis, bukan untuk kebijakan'
    """
    say = speaker(chosen)
    parts = [regions.name(chosen.region)]
    parts.append(f"{say(f'module.{module}.name')} {year or chosen.plan_year}")
    parts += [say("decisions.synthetic_data")] * synthetic
    return " · ".join(parts)


def links(chosen: Plan, module: str) -> list[tuple[str, str]]:
    """What leads from the foot of a page to the files beside it; none to a map."""
    return [
        (words.say(f"download.{kind}", chosen.language), name)
        for kind, name in modules.beside(chosen, module).items()
        if kind != "map"
    ]


def foot(chosen: Plan, module: str) -> Block:
    """How the page was made, and links to the files beside it."""
    language, today = chosen.language, datetime.date.today()
    return page.foot(chosen, {}, today, links(chosen, module), language=language)
