"""What the pages of decisions have in common: their top, their foot, how rows are named."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from sepakat_lib import modules, regions, words
from sepakat_lib.modules import Plan
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import speaker

STRATEGIES = ("spending_burden", "income", "pockets")


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
    'Kabupaten Pacitan · Penganggaran 2025 · data sintetis, bukan untuk kebijakan'
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
