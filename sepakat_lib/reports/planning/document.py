"""The trees of a plan as a Word document: pictures, and the same as headings and lists."""

import datetime
import io
import zipfile
from collections.abc import Sequence

import pandas as pd
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from sepakat_lib import regions, words
from sepakat_lib.figures import tree as figure
from sepakat_lib.modules import Plan
from sepakat_lib.reports import decisions
from sepakat_lib.reports.planning import pictures
from sepakat_lib.reports.planning.blocks import source_of

WHENEVER = datetime.datetime(1980, 1, 1)  # the first day that a ZIP file knows
ACROSS = Mm(165)  # of a picture, between the margins of A4
FONT, INK = "Arial", RGBColor(0x1B, 0x24, 0x2C)  # a font that every office has
LOOK = {  # sizes of a document that is printed. [pt]
    **{"Normal": 10.5, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11},
    **{"Caption": 9, "Header": 9, "Footer": 9},
}
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
    language = chosen.language
    place, year = regions.short_name(chosen.region), str(chosen.plan_year)
    document = Document()
    invented = any(each.synthetic for each in problems)
    _prepare(document, language)
    _running(document, decisions.printed(chosen, "planning", invented), language)
    title = words.say("planning.title", language, region=place, year=year)
    document.core_properties.title = title
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
    return _bytes(document)


def _prepare(document, language: str) -> None:
    """A4, the language of its words, and no moment of making."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    properties = document.core_properties
    properties.author, properties.comments = "SEPAKAT", ""
    properties.created = properties.modified = WHENEVER
    locale = {"id": "id-ID", "en": "en-GB"}[language]
    properties.language = locale
    for name, size in LOOK.items():
        style = document.styles[name]
        style.font.name, style.font.color.rgb = FONT, INK
        style.font.size = Pt(size)
        letters = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in letters.attrib if key.endswith("Theme")]:
            del letters.attrib[theme]  # it would go before the font that is named
    for name in LISTS:
        document.styles[name].paragraph_format.space_after = Pt(3)
    style = document.styles["Normal"].element.get_or_add_rPr()
    tongue = style.makeelement(qn("w:lang"), {qn("w:val"): locale})
    style.append(tongue)


def _running(document, heading: str, language: str) -> None:
    """What stands above and below each page, so that a loose one says what it is."""
    section = document.sections[0]
    section.header.paragraphs[0].text = heading
    foot = section.footer.paragraphs[0]
    before, _, after = words.say("planning.page_number", language).partition("#")
    foot.add_run(f"SEPAKAT · {before}")
    number = foot.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        tag = "w:fldChar" if kind else "w:instrText"
        part = number._r.makeelement(
            qn(tag), {qn("w:fldCharType"): kind} if kind else {}
        )
        part.text = text or None
        number._r.append(part)
    foot.add_run(after)


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
        tallest = Mm(230)
        if shape.height > tallest:
            shape.width = int(shape.width * tallest / shape.height)
            shape.height = tallest
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


def _bytes(document) -> bytes:
    """The document without the moment at which its parts were written."""
    dated, undated = io.BytesIO(), io.BytesIO()
    document.save(dated)
    with zipfile.ZipFile(dated) as before, zipfile.ZipFile(undated, "w") as archive:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, WHENEVER.timetuple()[:6])
            archive.writestr(part, before.read(name), zipfile.ZIP_DEFLATED)
    return undated.getvalue()
