"""Beside the page of a plan: its problem trees as pictures and as a document."""

import re
from collections.abc import Iterator, Set
from typing import Any

import pandas as pd

from sepakat_lib import analysis, estimation, ledger, planning, published
from sepakat_lib.attachments import packed
from sepakat_lib.figures import tree
from sepakat_lib.modules import Plan
from sepakat_lib.reports import planning as show

LONGEST = 60  # letters of an issue in a file's name


def absent(chosen: Plan) -> Set[str]:
    """What there is nothing for: trees of a plan without an issue."""
    issues = ledger.thread(chosen.region, chosen.plan_year)["issues"]
    return {*MAKERS} if issues.empty else set()


def _plan(chosen: Plan) -> tuple[list[planning.Problem], pd.DataFrame]:
    """Trees with today's evidence, and activities, as the page has them."""
    official, estimates = published.official(), estimation.read(chosen)
    differences, earlier = estimation.differences(chosen), estimation.earlier(chosen)
    findings = analysis.findings(chosen, official, estimates, differences, earlier)
    tables = ledger.thread(chosen.region, chosen.plan_year)
    problems = planning.problems(tables, findings)
    return problems, planning.activities(tables, published.nomenclature())


def _pictures(chosen: Plan) -> Iterator[tuple[str, str]]:
    """Name and SVG of each picture; a large tree has several.

    A name says place and year of the plan, for it is handed on without its archive.
    """
    problems, activities = _plan(chosen)
    for number, problem in enumerate(problems, start=1):
        source = show.source_of(chosen, problem)
        drawn = show.drawings(problem, activities, chosen.language, source)
        for part, drawing in enumerate(drawn, start=1):
            of = f"-{part}" if len(drawn) > 1 else ""
            issue = f"{number:02}-{_slug(problem.title)}{of}"
            yield f"{chosen.region}-{chosen.plan_year}-{issue}", drawing


def _slug(title: Any) -> str:
    """An issue as part of a file's name, on any system.

    >>> _slug("Anak putus sekolah (sintetis)")
    'anak-putus-sekolah-sintetis'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", str(title).lower())[:LONGEST]
    return plain.strip("-") or "isu"


def _svg(chosen: Plan) -> bytes:
    drawn = _pictures(chosen)
    return packed.archive({f"{name}.svg": svg.encode() for name, svg in drawn})


def _png(chosen: Plan) -> bytes:
    drawn = _pictures(chosen)
    return packed.archive({f"{name}.png": tree.png(svg) for name, svg in drawn})


def _docx(chosen: Plan) -> bytes:
    return show.docx(chosen, *_plan(chosen))


MAKERS = {"svg": _svg, "png": _png, "trees": _docx}
