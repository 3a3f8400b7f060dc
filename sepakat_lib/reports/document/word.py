"""Blocks as DOCX: headings, captions, tables and pictures of a text processor's own kinds."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.shape import CT_Inline
from docx.shared import Emu, Mm, Pt, RGBColor
from lxml import etree

from sepakat_lib import words
from sepakat_lib.figures import tree
from sepakat_lib.figures.drawing import INK, OWN, SOFT, WIDE
from sepakat_lib.refused import Refused
from sepakat_lib.reports.page import Block
from sepakat_lib.words import Marked

FAMILY = "Noto Sans"
LOCALES = {"id": "id-ID", "en": "en-GB"}
FIELDS = ("tempat", "modul", "tahun", "sumber", "sintetis", "judul", "isi")
MOMENTS = ("created", "modified", "lastPrinted", "revision")
WHENEVER = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP file knows
PLACE = "\ue000isi\ue000"  # stands in an office's document where the content goes
PAGE, PAGES, NUMBER = "\ue001", "\ue002", "\ue003"  # in a sentence, for a field
TALLEST = Mm(195)  # of a picture, so that its caption stays on its page
EDGE = 3  # [px] on both sides of a picture
LINES = "D9DEE4"
CELL, SMALL, LEAD, SAYS = (
    *("SEPAKAT Cell", "SEPAKAT Small"),
    *("SEPAKAT Lead", "SEPAKAT Says"),
)
TABLE = "SEPAKAT Table"
SHAPES = {"red": "▲", "yellow": "◆", "green": "●"}
COLOURS = {"red": "B3261E", "yellow": "8A5F00", "green": "2E7D32"}
SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
BRACES = re.compile("[{][{%]|[%}][}]")
_FIELD = re.compile("[{]{2}.*?[}]{2}|[{]%.*?%[}]|[{]#.*?#[}]")
_OF_DOCXTPL = re.compile("([{][{%])(?:p|tr|tc|r) ")  # what a field takes away around it
_A_NUMBER = re.compile(r"^[\W\d]|^Rp")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NARROW = re.compile(r'<svg\b[^>]*class="chart-narrow"')


@dataclass
class Writing:
    """A document while it is written.

    Attributes
    ----------
    document : docx.Document
    language : {"id", "en"}
    width : int
        Between the margins. [EMU]
    body : list of elements
        What was written so far, in order.
    heading : str
        The last one.
    outer : int
        Level of the last heading that a page's prose or its title made.
    """

    document: docx.document.Document
    language: str
    width: int
    body: list = field(default_factory=list)
    heading: str = ""
    outer: int = 0
    figures: int = 0
    tables: int = 0
    bookmarks: int = 0
    pictures: int = 0
    anchors: set[str] = field(default_factory=set)

    def say(self, key: str, **fields) -> str:
        """A sentence in the document's language."""
        return words.say(key, self.language, **fields)


def written(
    shown: Sequence[Block], *, language: str, template: Path | None = None
) -> bytes:
    """As `document.docx`."""
    told = _told(shown)
    title = told.get("judul", "")
    if template is None:
        document = own(title, language)
        named = f"{told.get('modul', '')} {told.get('tahun', '')}".strip()
        parts = filter(None, [told.get("tempat"), named, told.get("sintetis")])
        running(document, " · ".join(parts), told.get("sumber", ""), language)
    else:
        document = opened(template, told)
        _titled(document, title, language)
    _styled(document)
    writing = Writing(document, language, _between(document))
    writing.anchors = {getattr(block, "anchor", "") for block in _each(shown)} - {""}
    for block in shown:
        _write(writing, block)
    place = _place(document)
    for element in writing.body:
        place.addprevious(element)
    if template is not None:
        place.getparent().remove(place)
    return packed(document)


def _write(writing: Writing, block: Block) -> None:
    if not block:
        return
    if block.kind not in WRITERS:
        raise ValueError(
            f"a document has no writer of {block.kind!r}; there are: {sorted(WRITERS)}"
        )
    before = len(writing.body)
    WRITERS[block.kind](writing, **block.content)
    if anchor := getattr(block, "anchor", ""):
        _mark(writing, anchor, writing.body[before:])


def _mark(writing: Writing, anchor: str, body: Sequence) -> None:
    """Let contents lead to the first paragraph of a block."""
    first = next((each for each in body if each.tag == qn("w:p")), None)
    if first is None:
        return
    writing.bookmarks += 1
    key = {"id": str(writing.bookmarks)}
    at = 1 if first.find(qn("w:pPr")) is not None else 0
    first.insert(at, _element("w:bookmarkStart", name=_marked(anchor), **key))
    first.append(_element("w:bookmarkEnd", **key))


def _marked(anchor: str) -> str:
    """An anchor as a name that a bookmark can have.

    >>> _marked("fifths-work")
    'to_fifths_work'
    """
    return f"to_{re.sub(r'[^A-Za-z0-9_]', '_', anchor)}"[:40]


def _told(shown: Sequence[Block]) -> dict[str, str]:
    """Fields that an office's document may name, as far as the blocks tell them."""
    told = {}
    for block in _each(shown):
        if block.kind == "bar":
            bar = block.content
            told |= {"tempat": bar["place"], "modul": bar["module"]}
            told |= {"tahun": str(bar["year"]), "sumber": bar["vintage"]}
            told |= {"sintetis": bar["demo"]}
        elif block.kind == "lead":
            told.setdefault("judul", block.content["title"])
    return told


def _each(shown: Sequence[Block]) -> Iterator[Block]:
    for block in shown:
        if block.kind in ("group", "summary"):
            yield from _each(block.content["blocks"])
        else:
            yield block


# Templates


def own(title: str, language: str) -> docx.document.Document:
    """An empty document of ours: A4, Noto Sans, no more parts than are needed."""
    document = docx.Document()
    styles = document.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FAMILY)
    for rels, ending in (
        (document.part.rels, "stylesWithEffects"),  # of a Word of 2010 alone
        (document.part.package.rels, "thumbnail"),
    ):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(ending)]:
            del rels[key]
    for rel in document.part.rels.values():
        if rel.reltype.endswith("fontTable"):
            rel.target_part._blob = _FONTS.encode()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    _look(document)
    for part in [*document.core_properties._element]:
        document.core_properties._element.remove(part)
    _titled(document, title, language)
    return document


def _between(document) -> int:
    """Width between the margins. [EMU]"""
    section = document.sections[0]
    return section.page_width - section.left_margin - section.right_margin


_FONTS = (  # without this, a Word without Noto Sans would take a serif
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>'
    f'<w:font w:name="{FAMILY}"><w:altName w:val="Segoe UI"/>'
    '<w:panose1 w:val="020B0502040504020204"/><w:charset w:val="00"/>'
    '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)


def _look(document) -> None:
    normal = document.styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(10), _rgb(INK)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for name, size, before, colour in (
        ("Heading 1", 20, 0, INK),
        ("Heading 2", 14, 18, OWN),
        ("Heading 3", 11, 14, INK),
    ):
        style = document.styles[name]
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = _rgb(colour)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(4)
        form.keep_with_next = form.keep_together = True
    caption = document.styles["Caption"]
    caption.font.size, caption.font.bold = Pt(8.5), False
    caption.font.color.rgb = _rgb(SOFT)
    caption.paragraph_format.space_after = Pt(6)
    for name in ("Header", "Footer"):
        document.styles[name].font.size = Pt(8)
        document.styles[name].font.color.rgb = _rgb(SOFT)
        properties = document.styles[name].element.get_or_add_pPr()
        for stops in properties.findall(qn("w:tabs")):  # of a page that is not A4
            properties.remove(stops)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())


def _styled(document) -> None:
    """Give a document the styles that it lacks; those that it has stay as they are."""
    styles, ours = document.styles, None
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption"):
        if name not in styles:
            ours = ours or own("", "id")
            styles.element.append(deepcopy(ours.styles[name].element))
    for name, size, colour, after in (
        (CELL, 8.5, INK, 0),
        (SMALL, 8.5, SOFT, 4),
        (LEAD, 12, INK, 8),
        (SAYS, 10, INK, 3),
    ):
        if name in styles:
            continue
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles.default(WD_STYLE_TYPE.PARAGRAPH)
        style.font.size, style.font.color.rgb = Pt(size), _rgb(colour)
        style.paragraph_format.space_after = Pt(after)
        if name == CELL:
            style.paragraph_format.space_before = Pt(0)
            style.paragraph_format.line_spacing = 1.0
        if name == SAYS:
            style.paragraph_format.left_indent = Mm(3)
            _border(style.element.get_or_add_pPr(), "left", OWN[1:], 18, 6)
    if TABLE not in styles:
        styles.element.append(parse_xml(_TABLE_STYLE))


_TABLE_STYLE = (
    f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" '
    f'w:styleId="SEPAKATTable"><w:name w:val="{TABLE}"/>'
    '<w:uiPriority w:val="99"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>'
    f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{LINES}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINES}"/>'
    '</w:tblBorders><w:tblCellMar><w:top w:w="25" w:type="dxa"/>'
    '<w:left w:w="70" w:type="dxa"/><w:bottom w:w="25" w:type="dxa"/>'
    '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)


def _border(properties, side: str, colour: str, size: int, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    edge = _element(
        f"w:{side}", val="single", sz=str(size), space=str(space), color=colour
    )
    borders.append(edge)
    follows = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *follows)


def _texts(document) -> list[str]:
    """Text of each paragraph, also in tables, headers and footers."""
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    return [
        "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
        for part in parts
        for paragraph in part.iter(qn("w:p"))
    ]


def _unreadable(content: bytes, around) -> str:
    """The first paragraph whose fields cannot be read alone; "–" where each can."""
    import jinja2

    for text in _texts(docx.Document(io.BytesIO(content))):
        try:
            around.from_string(_OF_DOCXTPL.sub(r"\1 ", text)).render(
                dict.fromkeys(FIELDS, "")
            )
        except (jinja2.TemplateError, ValueError):
            return text.strip()[:80]
    return "–"


def opened(template: Path, told: Mapping[str, str]) -> docx.document.Document:
    """An office's document with its fields filled in, its place for the content marked.

    Parameters
    ----------
    template : Path
    told : mapping of field to text
        Of `FIELDS`; one that is missing is empty.

    Raises
    ------
    Refused
        As `document.docx`.
    """
    import docxtpl
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    name = Path(template).name
    try:
        content = Path(template).read_bytes()
        docx.Document(io.BytesIO(content))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, etree.LxmlError):
        raise Refused("template_no_docx", file=name) from None
    # sandboxed, for a template comes by mail from anyone
    around = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    office = docxtpl.DocxTemplate(io.BytesIO(content))
    marked = Markup(f"<w:p><w:r><w:t>{PLACE}</w:t></w:r></w:p>")
    fields = dict.fromkeys(FIELDS, "") | dict(told) | {"isi": marked}
    filled = io.BytesIO()
    try:
        named = office.get_undeclared_template_variables(around)
        if unknown := sorted(named - {*FIELDS}):
            raise Refused(
                "template_fields", file=name, unknown=unknown, known=[*FIELDS]
            )
        office.render(fields, around)
        office.save(filled)
        document = docx.Document(filled)
    except (jinja2.TemplateError, etree.LxmlError, ValueError):
        text = _unreadable(content, around)
        raise Refused("template_unreadable", file=name, text=text) from None
    texts = _texts(docx.Document(io.BytesIO(content)))
    loose = [text for text in texts if BRACES.search(_FIELD.sub("", text))]
    if loose:
        raise Refused("template_unreadable", file=name, text=loose[0].strip()[:80])
    places = [
        paragraph
        for paragraph in document.element.iter(qn("w:p"))
        if paragraph.text == PLACE
    ]
    if len(places) != 1 or places[0].getparent() is not document.element.body:
        raise Refused("template_no_content", file=name)
    return document


def _place(document):
    """The element that the content goes before: an office's mark, or the last section."""
    body = document.element.body
    for paragraph in body.iterchildren(qn("w:p")):
        if paragraph.text == PLACE:
            return paragraph
    return body.sectPr


def _titled(document, title: str, language: str) -> None:
    """Title and language of a document; no moment of making, no author of ours."""
    properties = document.core_properties._element
    for part in [*properties]:
        if etree.QName(part).localname in MOMENTS:
            properties.remove(part)
    document.core_properties.title = title
    document.core_properties.language = LOCALES[language]
    defaults = document.styles.element.find(qn("w:docDefaults"))
    spoken = [*document.styles.element.iter(qn("w:lang"))]
    if not spoken and defaults is not None:
        own = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
        if own is not None:
            own.append(_element("w:lang"))
            spoken = [own[-1]]
    for tongue in spoken:
        tongue.set(qn("w:val"), LOCALES[language])


def running(document, heading: str, source: str, language: str) -> None:
    """What stands above and below each page, so that a loose one says what it is."""
    section = document.sections[0]
    head, foot = section.header.paragraphs[0]._p, section.footer.paragraphs[0]._p
    head.append(_run(heading))
    _border(head.get_or_add_pPr(), "bottom", LINES, 4, 4)
    stops = _element(
        "w:tabs",
        _element("w:tab", val="right", pos=str(Emu(_between(document)).twips)),
    )
    foot.get_or_add_pPr().insert_element_before(stops, "w:spacing", "w:ind", "w:jc")
    foot.append(_run(source))
    foot.append(_element("w:r", _element("w:tab")))
    sentence = words.say("document.page", language, page=PAGE, pages=PAGES)
    for part in re.split(f"({PAGE}|{PAGES})", sentence):
        if part in (PAGE, PAGES):
            foot.extend(_field("PAGE" if part == PAGE else "NUMPAGES", "1"))
        else:
            foot.append(_run(part))


def packed(document) -> bytes:
    """The document without the moment at which its parts were written."""
    dated, undated = io.BytesIO(), io.BytesIO()
    document.save(dated)
    with zipfile.ZipFile(dated) as before, zipfile.ZipFile(undated, "w") as archive:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, WHENEVER)
            archive.writestr(part, before.read(name), zipfile.ZIP_DEFLATED)
    return undated.getvalue()


# Elements


def _element(tag: str, *inner, **attributes: str):
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(inner)
    return made


def _run(
    text: str, *, bold: bool = False, colour: str = "", size: float = 0, mono=False
):
    run = _element("w:r")
    look = []
    if mono:
        look.append(_element("w:noProof"))
    if bold:
        look.append(_element("w:b"))
    if colour:
        look.append(_element("w:color", val=colour.lstrip("#").upper()))
    if size:
        look.append(_element("w:sz", val=str(round(2 * size))))
    if look:
        order = ["w:b", "w:noProof", "w:color", "w:sz"]
        look.sort(key=lambda part: order.index(f"w:{etree.QName(part).localname}"))
        run.append(_element("w:rPr", *look))
    for number, line in enumerate(_UNWRITABLE.sub("", text).split("\n")):
        if number:
            run.append(_element("w:br"))
        said = _element("w:t")
        said.text = line
        if line != line.strip():
            said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(said)
    return run


def _field(instruction: str, shown: str) -> list:
    """A field that a text processor renews, and what it shows until then."""
    told = _element("w:instrText")
    told.text = f" {instruction} "
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        _element("w:r", _element("w:fldChar", fldCharType="begin")),
        _element("w:r", told),
        _element("w:r", _element("w:fldChar", fldCharType="separate")),
        _run(shown),
        _element("w:r", _element("w:fldChar", fldCharType="end")),
    ]


def _paragraph(
    writing: Writing, style: str, *runs, next_too: bool = False, align: str = ""
):
    """A paragraph in a style; `next_too` keeps it with what follows."""
    properties = []
    if style != "Normal":
        found = writing.document.styles[style].style_id
        properties.append(_element("w:pStyle", val=found))
    if next_too:
        properties.append(_element("w:keepNext"))
    if align:
        properties.append(_element("w:jc", val=align))
    head = [_element("w:pPr", *properties)] if properties else []
    return _element("w:p", *head, *runs)


def _add(writing: Writing, style: str, *runs, **form) -> None:
    writing.body.append(_paragraph(writing, style, *runs, **form))


def _head(writing: Writing, text: str, level: int) -> None:
    if not text:
        return
    writing.heading = text
    _add(writing, f"Heading {level}", _run(text), next_too=True)


def _below(writing: Writing) -> int:
    """Level of a heading below those of a page's prose: none is skipped."""
    return min(3, writing.outer + 1)


def _numbered(writing: Writing, kind: str) -> tuple[list, str]:
    """Label of a caption with its number, marked so that others can refer to it."""
    count = writing.figures if kind == "figure" else writing.tables
    name = f"{kind}_{count}"
    writing.bookmarks += 1
    key = {"id": str(writing.bookmarks)}
    label = writing.say(f"document.{kind}", number=NUMBER)
    before, _, after = label.partition(NUMBER)
    counted = _field(f"SEQ {(before or after).strip()} \\* ARABIC", str(count))
    runs = [_element("w:bookmarkStart", name=name, **key)]
    runs += [_run(before)] * bool(before) + counted + [_run(after)] * bool(after)
    return [*runs, _element("w:bookmarkEnd", **key)], name


def _caption(writing: Writing, kind: str, *runs, next_too: bool = False) -> str:
    """A caption with its number; the name of its mark."""
    if kind == "figure":
        writing.figures += 1
    else:
        writing.tables += 1
    label, name = _numbered(writing, kind)
    _add(writing, "Caption", *label, _run(". "), *runs, next_too=next_too)
    return name


# Blocks


def _group(writing: Writing, blocks: Sequence[Block]) -> None:
    for block in blocks:
        _write(writing, block)


def _bar(writing: Writing, place, module, year, vintage, demo) -> None:
    runs = [_run(place, bold=True, colour=OWN)]
    runs += [_run(f" · {part}") for part in (f"{module} {year}", vintage) if part]
    runs += [_run(f" · {demo}", bold=True, colour="6B4A00")] * bool(demo)
    _add(writing, SMALL, *runs)


def _lead(writing: Writing, title, sentence, more) -> None:
    writing.outer = 1
    _head(writing, title, 1)
    _add(writing, LEAD, _run(sentence))
    for each in more:
        _add(writing, "Normal", _run(each))


def _key_figures(writing: Writing, figures) -> None:
    cells = [
        [
            _paragraph(writing, CELL, _run(value, bold=True, size=15)),
            _paragraph(writing, CELL, _run(label)),
            _paragraph(writing, CELL, _run(small, colour=SOFT, size=7.5)),
        ]
        for value, label, small in figures
    ]
    widths = [writing.width // len(figures)] * len(figures)
    wash = _element("w:shd", val="clear", color="auto", fill="F5F7F8")
    row = [
        _cell(inner, width, deepcopy(wash))
        for inner, width in zip_longest(cells, widths)
    ]
    _set(writing, widths, [_row(row)])


def _figure(
    writing: Writing,
    title,
    drawing,
    caption,
    says,
    how_to_read,
    numbers,
    link,
    about=(),
) -> None:
    del link, about  # to a file beside the page; to cards, which follow the page
    _head(writing, title, _below(writing))
    for line in _lines_of(writing, pictures(drawing)):
        drawn = [_picture(writing, svg) for svg in line]
        _add(writing, "Normal", *drawn, next_too=True)
    name = _caption(writing, "figure", _run(caption))
    _says(writing, says)
    if how_to_read:
        label = _run(f"{writing.say('page.how_to_read')}. ", bold=True)
        _add(writing, SMALL, label, _run(how_to_read))
    if numbers and numbers.kind == "table":
        shown = writing.say("document.figure", number=str(writing.figures))
        before, _, after = writing.say("document.numbers", figure=NUMBER).partition(
            NUMBER
        )
        refers = [_run(before), *_field(f"REF {name} \\h", shown), _run(after)]
        _table(writing, **numbers.content, caption=refers)
    else:
        _write(writing, numbers)


def pictures(drawing: str) -> list[str]:
    """SVG of each picture of a drawing, those for a telephone left out.

    >>> pictures('<style>.</style><svg class="chart-narrow"></svg><svg a="1"></svg>')
    ['<svg a="1"></svg>']
    """
    return [each for each in _PICTURE.findall(drawing) if not _NARROW.match(each)]


def _lines_of(writing: Writing, drawn: Sequence[str]) -> list[list[str]]:
    """Pictures by line: beside each other as far as they fit."""
    lines: list[list[str]] = []
    room = 0
    for svg in drawn:
        across, _ = _size(etree.fromstring(svg), writing.width)
        if across > room:
            lines.append([])
            room = writing.width
        lines[-1].append(svg)
        room -= across
    return lines


def _size(root, width: int) -> tuple[int, int]:
    """Width and height of a picture on paper. [EMU]"""
    wide, high = map(float, root.get("viewBox").split()[2:])
    across = min(width, int(width * wide / WIDE), int(TALLEST * wide / high))
    return across, int(across * high / wide)


def _picture(writing: Writing, svg: str):
    """A run with a picture as PNG, the same as SVG beside it, and what it says."""
    part = writing.document.part
    root = etree.fromstring(svg)
    root.attrib.pop("style", None)
    left, top, wide, high = map(float, root.get("viewBox").split())
    # letters that are wider than those that a chart was laid out for
    root.set("viewBox", f"{left - EDGE:g} {top:g} {wide + 2 * EDGE:g} {high:g}")
    root.set("width", f"{wide + 2 * EDGE:g}")
    root.set("height", f"{high:g}")
    across, down = _size(root, writing.width)
    drawn = etree.tostring(root, encoding="unicode")
    key, _ = part.get_or_add_image(io.BytesIO(tree.png(drawn)))
    writing.pictures += 1
    number = part.next_id + writing.pictures  # those written so far are not in it yet
    inline = CT_Inline.new_pic_inline(
        number, key, f"sepakat-{number}.png", across, down
    )
    inline.docPr.set("descr", root.get("aria-label") or "")
    for side in ("distT", "distB", "distL", "distR"):  # else two do not fit on a line
        inline.set(side, "0")
    at = PackURI(f"/word/media/sepakat-{number}.svg")
    vector = Part(at, "image/svg+xml", drawn.encode(), part.package)
    beside = part.relate_to(vector, RELATIONSHIP_TYPE.IMAGE)
    blip = next(inline.iter(qn("a:blip")))
    blip.append(
        parse_xml(
            f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{SVG_BLIP}"><asvg:svgBlip '
            'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
            f'r:embed="{beside}"/></a:ext></a:extLst>'
        )
    )
    return _element("w:r", _element("w:drawing", inline))


def _says(writing: Writing, says: Sequence[str]) -> None:
    for sentence in says:
        _add(writing, SAYS, _run(sentence))


def _table(
    writing: Writing, headers, rows, stacks, wide, text=False, caption=None
) -> None:
    runs = caption or [_run(writing.heading)]
    _caption(writing, "table", *runs, next_too=True)
    size = 7.5 if wide else 8.5
    stacked = text or len(headers) > 4  # an interval stands below its value
    widths = _widths(headers, rows, writing.width, size)
    columns = [[row[n] for row in rows] for n in range(len(headers))]
    aligns = ["left", *(_align(column, text) for column in columns[1:])]
    head = [
        _cell(
            [
                _paragraph(
                    writing,
                    CELL,
                    _run(h, bold=True, colour=SOFT, size=size),
                    next_too=True,
                    align=a,
                )
            ],
            width,
        )
        for h, a, width in zip(headers, aligns, widths, strict=True)
    ]
    lines = [_row(head, header=True)]
    for row in rows:
        if not any(row[1:]) and len(row) > 1:
            runs = _runs(row[0], size, stacked=stacked, bold=True)
            inner = _paragraph(writing, CELL, *runs, next_too=True)
            span = _element("w:gridSpan", val=str(len(headers)))
            lines.append(_row([_cell([inner], sum(widths), span)]))
            continue
        cells = [
            _cell(
                [
                    _paragraph(
                        writing, CELL, *_runs(cell, size, stacked=stacked), align=align
                    )
                ],
                width,
            )
            for cell, align, width in zip(row, aligns, widths, strict=True)
        ]
        lines.append(_row(cells))
    _set(writing, widths, lines)


def _align(column: Sequence[str | Marked], text: bool) -> str:
    """Numbers stand on the right; words that break into lines are read from the left."""
    values = [cell if isinstance(cell, str) else cell.value for cell in column]
    words_of = [len(value) for value in values if not _A_NUMBER.match(value)]
    return "left" if text or max(words_of, default=0) > 24 else "right"


def _runs(
    cell: str | Marked, size: float, *, stacked: bool, bold: bool = False
) -> list:
    """What stands in a cell: the value, its mark, then its interval in small grey."""
    if isinstance(cell, str):
        return [_run(cell, bold=bold, size=size)]
    runs = [_run(cell.value, bold=bold, size=size)]
    if cell.mark:
        runs.append(_run(f" {cell.mark}", bold=True, size=size))
    apart = "\n" if stacked else "\u2002"
    if cell.interval:
        runs.append(_run(f"{apart}{cell.interval}", colour=SOFT, size=size - 1))
    elif cell.note:
        runs.append(_run(f"\n{cell.note}", colour=SOFT, size=size - 1))
    if cell.people:
        runs.append(_run(f"\n{cell.people}", colour=SOFT, size=size - 1))
    return runs


def _widths(headers, rows, total: int, size: float) -> list[int]:
    """Width of each column [EMU]: its longest word at least, the rest by its texts."""
    letter = int(Pt(size) * 0.56)
    margins = int(Mm(2.8))
    least, wanted = [], []
    for column in range(len(headers)):
        cells = [_lines(row[column]) for row in rows if any(row[1:]) or len(row) == 1]
        lines = [headers[column], *(line for cell in cells for line in cell)]
        longest = max(len(word) for line in lines for word in [*line.split(" "), ""])
        least.append(min(longest, 24) * letter + margins)
        full = max(len(line) for line in [*lines[1:], ""])
        wanted.append(max(least[-1], min(full, 44) * letter + margins))
    if sum(least) >= total:
        return [int(total * each / sum(least)) for each in least]
    if sum(wanted) <= total:
        # a number far from what it is of is read in the wrong row
        stretch = min(1.4, total / sum(wanted))
        return [int(each * stretch) for each in wanted]
    more = [want - low for want, low in zip(wanted, least, strict=True)]
    spare = total - sum(least)
    return [
        int(low + spare * each / sum(more))
        for low, each in zip(least, more, strict=True)
    ]


def _lines(cell: str | Marked) -> list[str]:
    if isinstance(cell, str):
        return cell.split("\n")
    value = f"{cell.value} {cell.mark}".strip()
    return [value, *filter(None, [cell.interval, cell.note, cell.people])]


def _cell(inner: Sequence, width: int, *properties):
    size = _element("w:tcW", w=str(Emu(width).twips), type="dxa")
    return _element("w:tc", _element("w:tcPr", size, *properties), *inner)


def _row(cells: Sequence, *, header: bool = False):
    properties = [_element("w:cantSplit")]
    if header:
        properties.append(_element("w:tblHeader", val="on"))
    return _element("w:tr", _element("w:trPr", *properties), *cells)


def _set(writing: Writing, widths: Sequence[int], rows: Sequence) -> None:
    """Put a table down, and the line after it that Word needs between two."""
    style = writing.document.styles[TABLE].style_id
    properties = _element(
        "w:tblPr",
        _element("w:tblStyle", val=style),
        _element("w:tblW", w=str(Emu(sum(widths)).twips), type="dxa"),
        _element("w:tblLayout", type="fixed"),
        _element("w:tblLook", val="0020", firstRow="1"),
    )
    grid = [_element("w:gridCol", w=str(Emu(width).twips)) for width in widths]
    writing.body.append(
        _element("w:tbl", properties, _element("w:tblGrid", *grid), *rows)
    )
    _add(writing, CELL)


def _section(writing: Writing, heading, content, says, note, folded, level=3) -> None:
    if level == 2:
        writing.outer = 2
    _head(writing, heading, 2 if level == 2 else _below(writing))
    if folded:
        _says(writing, says)
    if content and content.kind == "table":
        told = [folded, note] if folded else [note]
        told = [part.rstrip(".") if part == folded else part for part in told if part]
        runs = [_run(". ".join(told))] if told else None
        _table(writing, **content.content, caption=runs)
    else:
        if folded:
            _add(writing, SMALL, _run(folded, bold=True), next_too=True)
        _write(writing, content)
        if note:
            _add(writing, SMALL, _run(note))
    if not folded:
        _says(writing, says)


def _cards(writing: Writing, entries) -> None:
    widths = [int(writing.width * 0.2), writing.width - int(writing.width * 0.2)]
    rows = []
    for card in entries:
        colour = COLOURS.get(card["colour"], SOFT)
        word = f"{SHAPES.get(card['colour'], '○')} {card['word']}"
        left = _paragraph(writing, CELL, _run(word, bold=True, colour=colour))
        value = _runs(card["value"], 10, stacked=False, bold=True)
        if card["reference"]:
            value.append(_run(f"  {card['reference']}", colour=SOFT))
        right = [
            _paragraph(writing, CELL, _run(card["title"], bold=True)),
            _paragraph(writing, CELL, *value),
            *(
                _paragraph(writing, CELL, _run(line, colour=SOFT))
                for line in card["lines"]
            ),
        ]
        rows.append(_row([_cell([left], widths[0]), _cell(right, widths[1])]))
    _set(writing, widths, rows)


def _unknown(writing: Writing, sentences) -> None:
    writing.outer = 2
    _head(writing, writing.say("page.unknown"), 2)
    for sentence in sentences:
        _item(writing, sentence)


def _item(writing: Writing, sentence: str) -> None:
    """A point of a list, in the office's own style of lists where it has one."""
    if "List Bullet" in writing.document.styles:
        _add(writing, "List Bullet", _run(sentence))
    else:
        _add(writing, "Normal", _run(f"• {sentence}"))


def _terms(writing: Writing, entries) -> None:
    writing.outer = 2
    _head(writing, writing.say("page.terms"), 2)
    for entry in entries:
        label = _run(f"{entry['label']}. ", bold=True)
        _add(writing, SMALL, label, _run(entry["meaning"]))
        for name, text in entry["facts"]:
            _add(writing, CELL, _run(f"{name}: ", size=7.5), _run(text, size=7.5))


def _foot(writing: Writing, parameters, hashes, made_on, links) -> None:
    del links  # to files beside the page
    writing.outer = 2
    _head(writing, writing.say("page.made"), 2)
    _add(writing, "Normal", _run(made_on))
    for key, told, size in (
        ("page.choices", parameters, 8.5),
        ("page.fingerprints", hashes, 7),
    ):
        if told:
            label = writing.say(key)
            _add(writing, SMALL, _run(label, bold=True), next_too=True)
        for name, value in told.items():
            runs = [_run(f"{name}: ", size=size), _run(value, size=size, mono=True)]
            _add(writing, CELL, *runs)


def _stopped(writing: Writing, message) -> None:
    label = _run(f"▲ {writing.say('page.stopped')}", bold=True, colour="C2541A")
    _add(writing, SAYS, label, next_too=True)
    _add(writing, SAYS, _run(message))


def _heading(writing: Writing, text, level) -> None:
    writing.outer = min(level, 3)
    _head(writing, text, min(level, 3))


def _prose(writing: Writing, text) -> None:
    begins = writing.body and writing.body[-1].find(f"{qn('w:pPr')}/{qn('w:keepNext')}")
    # a line below a heading goes with what it speaks of
    _add(writing, "Normal", _run(text), next_too=begins is not None and len(text) < 200)


def _contents(writing: Writing, entries) -> None:
    """Lines that lead to what stands in the document; what does not is left out."""
    for label, anchor, parts in entries:
        for name, to, style in [
            (label, anchor, "Normal"),
            *((*p, SAYS) for p in parts),
        ]:
            if to in writing.anchors:
                link = _element("w:hyperlink", _run(name), anchor=_marked(to))
                _add(writing, style, link)


def _question(writing: Writing, heading, says) -> None:
    _heading(writing, heading, 2)
    for sentence in says:
        _prose(writing, sentence)


def _summary(writing: Writing, blocks, rests_on) -> None:
    del rests_on
    _group(writing, blocks)


def _columns(writing: Writing, left, right) -> None:
    _write(writing, left)
    _write(writing, right)


def _places(writing: Writing, headers, rows) -> None:
    """Places in rows; their pages do not travel with the document."""
    cells = [[name, *values] for name, _, values in rows]
    _table(writing, headers, cells, stacks=True, wide=len(headers) > 5)


WRITERS: dict[str, Callable] = {
    "summary": _summary,
    "columns": _columns,
    "places": _places,
    "group": _group,
    "bar": _bar,
    "lead": _lead,
    "key_figures": _key_figures,
    "figure": _figure,
    "table": _table,
    "section": _section,
    "cards": _cards,
    "unknown": _unknown,
    "terms": _terms,
    "foot": _foot,
    "stopped": _stopped,
    "heading": _heading,
    "prose": _prose,
    "contents": _contents,
    "question": _question,
}
