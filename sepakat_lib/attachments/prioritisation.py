"""Beside the page of priorities: every card as a row, with the rule of its colour."""

from collections.abc import Set

import pandas as pd

from sepakat_lib import analysis, estimation, prioritisation, published
from sepakat_lib.attachments import packed
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions
from sepakat_lib.reports.prioritisation import sheet


def absent(chosen: Plan) -> Set[str]:
    """Nothing: that there is no card is also told by a table without rows."""
    return frozenset()


def _table(chosen: Plan) -> pd.DataFrame:
    official, estimates = published.official(), estimation.read(chosen)
    differences, earlier = estimation.differences(chosen), estimation.earlier(chosen)
    findings = analysis.findings(chosen, official, estimates, differences, earlier)
    targets = prioritisation.targets()
    cards = prioritisation.cards(chosen, findings, estimates, targets)
    return sheet.table(chosen, cards, findings)


def _csv(chosen: Plan) -> bytes:
    return _table(chosen).to_csv(index=False).encode()


def _xlsx(chosen: Plan) -> bytes:
    table = _table(chosen)
    invented = bool(table["synthetic"].eq(True).any())
    heading = decisions.printed(chosen, "prioritisation", invented, chosen.year)
    return packed.workbook(table, "cards", heading)


MAKERS = {"csv": _csv, "xlsx": _xlsx}
