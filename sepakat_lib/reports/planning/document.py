"""The trees of a plan as a Word document: pictures, and the same as headings and lists."""

import io
from collections.abc import Sequence

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.figures import tree as figure
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions
from sepakat_lib.reports.planning import pictures
from sepakat_lib.reports.planning.blocks import source_of

ACROSS = 165 * 36_000  # of a picture, between the margins of A4 [EMU]
TALLEST = 230 * 36_000
LISTS = ("List Bullet", "List Bullet 2", "List Bullet 3")


def docx(chosen: Plan, problems: Sequence, activities: pd.DataFrame) -> bytes:
    """Trees of a plan as DOCX, the same bytes for the same plan.

    Parameters
    ----------
    chosen : Plan
    problems : sequence of planning.Problem
    activities : DataFrame
        From `planning.activities`.
    """
    from sepakat_lib.reports.document import word  # slow to import

    language = chosen.language
    place, year = regions.short_name(chosen.region), str(chosen.plan_year)
    title = words.say("planning.title", language, region=place, year=year)
    document = word.own(title, language)
    invented = any(each.synthetic for each in problems)
    heading = decisions.printed(chosen, "planning", invented)
    word.running(document, heading, "SEPAKAT", language)
    document.add_heading(title, level=1)
    evidence = [
        each for p in problems for found in p.tree["evidence"] for each in found
    ]
    if any(each.synthetic for each in evidence):
        document.add_paragraph(words.say("page.synthetic_means", language))
    if not problems:
        fields = {"region": place, "year": year}
        document.add_paragraph(words.say("planning.empty", language, **fields))
        document.add_paragraph(words.say("planning.begin", language))
    for number, problem in enumerate(problems):
        _add(document, chosen, problem, activities, first=number == 0)
    return word.packed(document)


def _add(document, chosen: Plan, problem, activities, *, first: bool) -> None:
    """One issue on pages of its own: its pictures, and below them all that they say."""
    language = chosen.language
    boxes = pictures.nodes(problem, activities, language)
    heading = document.add_heading(problem.title, level=2)
    heading.paragraph_format.page_break_before = not first
    if problem.direct_reason:
        reason = problem.direct_reason
        document.add_paragraph(words.say("planning.direct", language, reason=reason))
    said, source = pictures.alt(problem, language), source_of(chosen, problem)
    for part in figure.parts(boxes):
        picture = figure.png(figure.svg(part, alt=said, source=source))
        shape = document.add_picture(io.BytesIO(picture), width=ACROSS)
        shape._inline.docPr.set("descr", said)
        for side in "TBLR":  # a program that is not told keeps the picture off its edge
            shape._inline.set(f"dist{side}", "0")
        if shape.height > TALLEST:
            shape.width = int(shape.width * TALLEST / shape.height)
            shape.height = TALLEST
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        title = words.say("planning.picture", language, issue=problem.title)
        document.add_paragraph(title, style="Caption")
    depths: dict[object, int] = {}
    for box in boxes:
        if box.kind == "issue":
            for note in box.notes:
                document.add_paragraph(note)
        elif box.kind == "side":
            document.add_heading(box.title, level=3)
        else:
            depth = depths[box.key] = depths.get(box.above, -1) + 1
            line = document.add_paragraph(style=LISTS[min(depth, len(LISTS) - 1)])
            line.add_run(box.title)
            for note in box.notes:
                line.add_run().add_break()
                line.add_run(note).italic = True
    document.add_paragraph(f"{words.say('planning.no_proof', language)} {source}")
