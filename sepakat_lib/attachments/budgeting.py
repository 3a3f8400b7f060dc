"""Beside the page of the budget: the plan of its year in SIPD's columns."""

import dataclasses
import tempfile
from collections.abc import Set
from pathlib import Path

from sepakat_lib import ledger, published
from sepakat_lib.attachments import packed
from sepakat_lib.exchange import sipd
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions


def absent(chosen: Plan) -> Set[str]:
    """What there is nothing for: a budget without a cost line."""
    return {*MAKERS} if _plan(chosen)["cost_lines"].empty else set()


def _plan(chosen: Plan) -> dict:
    return ledger.thread(chosen.region, chosen.plan_year)


def _written(chosen: Plan, ending: str) -> bytes:
    """The same that `sepakat ledger export` writes, so that it can be taken back."""
    plan = _plan(chosen)
    done = sipd.export(plan, chosen.plan_year, published.nomenclature())
    made_up = bool(done.table["sintetis"].ne("").any())
    # pages in both languages share the file, whose columns are SIPD's own
    shared = dataclasses.replace(chosen, language="id")
    heading = decisions.printed(shared, "budgeting", made_up)
    with tempfile.TemporaryDirectory() as place:
        path = sipd.write(Path(place) / f"budget{ending}", done, heading)
        return path.read_bytes()


def _csv(chosen: Plan) -> bytes:
    return _written(chosen, ".csv")


def _xlsx(chosen: Plan) -> bytes:
    return packed.undated(_written(chosen, ".xlsx"))


MAKERS = {"csv": _csv, "xlsx": _xlsx}
