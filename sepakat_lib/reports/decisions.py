"""What the pages of decisions have in common: their top, their foot, how rows are named."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.modules import Plan
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

STRATEGIES = ("spending_burden", "income", "pockets")


def bar(chosen: Plan, module: str, tables: Mapping[str, pd.DataFrame]) -> Block:
    """Place, module and year of the plan, and whether any row is invented.

    Parameters
    ----------
    module : str
    tables : mapping of DataFrame
        `ledger.thread`.
    """
    language = chosen.language
    invented = any(
        bool(table["synthetic"].eq(True).any())
        for table in tables.values()
        if "synthetic" in table
    )
    return page.bar(
        regions.name(chosen.region),
        words.say(f"module.{module}.name", language),
        chosen.plan_year,
        vintage=words.say("decisions.evidence_of", language, year=str(chosen.year)),
        synthetic=invented,
        language=language,
        of="decisions.synthetic",
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


def foot(chosen: Plan) -> Block:
    """How the page was made."""
    language, today = chosen.language, datetime.date.today()
    return page.foot(chosen, {}, today, [], language=language)
