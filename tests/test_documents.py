"""A page to take along: what DOCX and PDF hold of its blocks, and what they refuse."""

import contextlib
import datetime
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import docx
import pytest
from docx.oxml.ns import qn
from refusing import refusal

from sepakat_lib import attachments, modules, parameters
from sepakat_lib.batch import seal
from sepakat_lib.figures import tree
from sepakat_lib.modules import Parameters
from sepakat_lib.reports import document, page
from sepakat_lib.reports.document import paper
from sepakat_lib.server import cells, officials
from sepakat_lib.words import Marked

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {width} 120" '
    'width="100%" style="max-width:46rem" role="img" aria-label="{alt}" font-family='
    '"system-ui, \'Noto Sans\'" font-size="12"><title>{alt}</title>'
    '<text x="0" y="20">−52 poin ▲</text></svg>'
)
ALT = "Persentase turun: 13,80 lalu 13,65"
DRAWING = SVG.format(name="chart-wide", width=696, alt=ALT)
DRAWING += SVG.format(name="chart-narrow", width=336, alt="untuk telepon")
PAIR = SVG.format(name="", width=328, alt="kiri") + SVG.format(
    name="", width=328, alt="kanan"
)
CHOSEN = Parameters(region="3501", year=2023)


def every_kind() -> list[page.Block]:
    """One block of each kind, with letters that markup would stumble on."""
    numbers = page.table(
        ["Wilayah", "Nilai"],
        [
            ["Jawa Timur", ""],
            ["Pacitan <kab>", Marked("13,7", "11–17", "*", "", "76 ribu orang")],
            ["Ngawi", Marked("–", "", "", "sampel terlalu sedikit")],
        ],
    )
    wide = page.table(
        ["Indikator", *(f"Kolom {n} 2023" for n in range(6))],
        [["Listrik & air", *(Marked(f"{n},5", "1–9", "", "") for n in range(6))]],
    )
    card = {"colour": "red", "word": "Merah", "title": "Sanitasi layak"}
    card |= {"value": Marked("74 %", "70–78", "", ""), "reference": "SPM 100 %"}
    card |= {"lines": ["Jarak −26 %"]}
    speaks = {"language": "id"}
    foot = page.foot(
        CHOSEN,
        {"kor.dbf": "ab" * 32},
        datetime.date(2026, 11, 26),
        [("Unduh tabel (XLSX)", "estimates.xlsx")],
        **speaks,
    )
    return [
        page.bar(
            "Kabupaten Pacitan",
            "Analisis",
            2023,
            vintage="BPS Maret 2023",
            synthetic=True,
            **speaks,
        ),
        page.lead(
            "Kemiskinan di Pacitan", "Angkanya 13,65 persen.", ["Dan <b>ini</b>."]
        )
        + page.key_figures([("13,65 %", "penduduk miskin", "BPS 2023")]),
        page.heading("1 · Siapa?", 2),
        page.paragraph("Bukan bukti sebab."),
        page.figure(
            "Angkanya turun",
            DRAWING,
            "Persen; sumber: BPS.",
            ["Galatnya tidak diterbitkan."],
            how_to_read="Titik adalah nilai.",
            table=numbers,
            link=("Buka peta", "map.html"),
            **speaks,
        ),
        page.figure("Dua lingkaran", PAIR, "Luasnya sebanding.", [], **speaks),
        page.section(
            "Di samping provinsi", wide, ["Lebih tinggi."], note="Kecil: rentang."
        ),
        page.section("Terlipat", numbers, note="Catatan.", folded="Tabel angka"),
        page.section("Kartu", page.cards([card], **speaks), folded="3 kartu merah"),
        page.unknown(["Stunting: diperlukan berkas Dinkes."], **speaks),
        page.terms(
            [
                {
                    "label": "P0",
                    "anchor": "def-p0",
                    "meaning": "Bagian yang miskin.",
                    "facts": [["Sumber", "BPS"]],
                }
            ],
            **speaks,
        ),
        page.summary(
            [page.section("Ringkas", page.NOTHING, ["Satu."], level=2)], [], "id"
        ),
        page.columns(
            page.section("Kiri", numbers),
            page.section("Kanan", page.NOTHING, ["K."]),
            **speaks,
        ),
        page.places(["Wilayah", "Angka"], [("Ngawi", "", ["9,0"])]),
        page.stopped("Kolom FWT tidak ada.", **speaks),
        foot,
    ]


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """All text of a document's body, its tables too."""
    body = opened(content).element.body
    found = [part.text or "" for part in body.iter(qn("w:t"))]
    return re.sub(r"\s+", " ", " ".join(found))


def strings(value) -> list[str]:
    """All texts that stand in blocks, as a reader is to find them."""
    if isinstance(value, page.Block):
        kept = {k: v for k, v in value.content.items() if k not in NOT_SHOWN}
        return strings([*kept.values()])
    if isinstance(value, dict):
        # of a card, of indicators too, names of ours
        named = [] if value.keys() & {"colour", "anchor"} else [*value]
        unshown = ("colour", "anchor")
        return strings([*named, *(v for k, v in value.items() if k not in unshown)])
    if isinstance(value, list | tuple):
        return [each for part in value for each in strings(part)]
    return [value] if isinstance(value, str) and value else []


NOT_SHOWN = {"drawing", "link", "links", "rests_on"}


@pytest.fixture(scope="module")
def made():
    return document.docx(every_kind(), language="id")


@pytest.fixture(scope="module")
def printed():
    return document.pdf(every_kind(), language="id")


def shown(content: bytes, *command: str) -> str:
    """What a program of poppler says of a PDF."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is missing")
    run = [*command, "-", *(["-"] if command[0] == "pdftotext" else [])]
    return subprocess.run(
        run, input=content, capture_output=True, check=True
    ).stdout.decode()


def inside(pdf: bytes) -> bytes:
    """A PDF with what is packed in it laid open."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    opened_up = []
    for each in packed:
        with contextlib.suppress(zlib.error):
            opened_up.append(zlib.decompressobj().decompress(each))
    return pdf + b"".join(opened_up)


# What stands in both


def test_every_kind_of_block_has_a_writer():
    from sepakat_lib.reports.document import word

    template = (page.TEMPLATES / "blocks.html").read_text("utf-8")
    kinds = {*re.findall(r"{% macro (\w+)\(", template)} - {"cell", "entry"}
    assert kinds | {"group"} <= {*word.WRITERS}
    assert len(kinds) > 12


def test_a_block_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="no writer of 'carousel'"):
        document.docx([page.Block("carousel", {})], language="id")


def test_nothing_that_a_page_says_is_missing(made, printed):
    wanted = {" ".join(each.split()) for each in strings(every_kind())}
    said = text_of(made)
    for each in ("header", "footer"):
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            xml = archive.read(f"word/{each}1.xml").decode()
        said += " ".join(re.findall("<w:t[^>]*>(.*?)</w:t>", xml))
    spoken = re.sub(r"\s+", "", shown(printed, "pdftotext", "-layout"))
    for each in wanted:
        assert re.sub(r"\s+", "", each) in re.sub(r"\s+", "", said), each
        if len(each) < 30:  # a longer one may be broken by its neighbours
            assert re.sub(r"\s+", "", each) in spoken, each


def test_the_same_blocks_are_the_same_bytes(made, printed):
    assert document.docx(every_kind(), language="id") == made
    assert document.pdf(every_kind(), language="id") == printed


def test_no_link_leads_to_a_file_that_does_not_travel(made, printed):
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            assert b'TargetMode="External"' not in archive.read(name)
    assert b"/URI" not in inside(printed)
    assert "estimates.xlsx" not in text_of(made)


def test_a_page_of_html_waits_for_neither_library():
    code = (
        "import sys, sepakat_lib.attachments, sepakat_lib.batch.one; "
        "assert not {'docx', 'docxtpl', 'weasyprint'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# DOCX


def test_headings_skip_no_level_and_captions_count(made):
    paragraphs = [(p.style.name, p.text) for p in opened(made).paragraphs]
    headings = [(name, text) for name, text in paragraphs if "Heading" in name]
    assert headings[:3] == [
        ("Heading 1", "Kemiskinan di Pacitan"),
        ("Heading 2", "1 · Siapa?"),
        ("Heading 3", "Angkanya turun"),
    ]
    levels = [int(name[-1]) for name, _ in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    captions = [text for name, text in paragraphs if name == "Caption"]
    assert [text.split(".")[0] for text in captions] == [
        *("Gambar 1", "Tabel 1", "Gambar 2", "Tabel 2", "Tabel 3", "Tabel 4"),
        "Tabel 5",
    ]
    assert captions[1] == "Tabel 1. Angka di balik Gambar 1"
    xml = opened(made).element.xml
    assert "SEQ Gambar" in xml and "SEQ Tabel" in xml
    refers = set(re.findall(r"REF (\w+) ", xml))
    assert refers and refers <= set(
        re.findall('bookmarkStart[^>]*w:name="([^"]*)"', xml)
    )


def test_sections_right_below_the_title_are_of_the_second_level():
    plain = [
        page.lead("Judul", "Jawaban."),
        page.section("Bagian", page.NOTHING, ["A."]),
    ]
    styles = [
        p.style.name for p in opened(document.docx(plain, language="id")).paragraphs
    ]
    assert styles[0] == "Heading 1" and "Heading 2" in styles


def test_tables_repeat_their_head_and_fit_the_page(made):
    word = opened(made)
    section = word.sections[0]
    across = section.page_width - section.left_margin - section.right_margin
    headed = 0
    for table in word.tables:
        first = table._tbl.tr_lst[0]
        headed += first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        widths = [int(each.get(qn("w:w"))) * 635 for each in table._tbl.tblGrid]
        assert sum(widths) <= across + len(widths) * 635
    assert headed == 5  # key figures and cards have no head
    cells = [c.text for c in word.tables[1].rows[2].cells]
    assert cells == ["Pacitan <kab>", "13,7 *\u200211–17\n76 ribu orang"]


def test_pictures_have_letters_words_and_their_lines_beside(made):
    word = opened(made)
    told = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert told == [ALT, "kiri", "kanan"]
    ids = [shape._inline.docPr.get("id") for shape in word.inline_shapes]
    assert len({*ids}) == 3
    pairs = [
        p for p in word.paragraphs if len(p._p.findall(f".//{qn('w:drawing')}")) == 2
    ]
    assert len(pairs) == 1, "two small pictures stand beside each other"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        assert len(names) == len({*names})
        vectors = [name for name in names if name.endswith(".svg")]
        assert len(vectors) == 3
        assert b"telepon" not in b"".join(map(archive.read, vectors))
    assert word.element.xml.count("svgBlip") >= 3


@pytest.mark.parametrize("sign", ["−", "≥", "▲", "◆", "●", "○", "–"])
def test_no_sign_of_a_picture_is_dropped(sign):
    around = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40" font-family="Noto Sans" font-size="30">{}</svg>'
    blank = tree.png(around.format(""))
    assert tree.png(around.format(f'<text x="5" y="30">{sign}</text>')) != blank


@pytest.mark.parametrize(("language", "locale"), [("id", "id-ID"), ("en", "en-GB")])
def test_a_document_tells_its_language_and_no_author(language, locale):
    content = document.docx(every_kind(), language=language)
    properties = opened(content).core_properties
    assert properties.language == locale and properties.author == ""
    assert properties.title == "Kemiskinan di Pacitan"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert f'w:lang w:val="{locale}"' in archive.read("word/styles.xml").decode()
        assert b"created" not in archive.read("docProps/core.xml")
        assert {each.date_time[0] for each in archive.infolist()} == {1980}
        assert not [n for n in archive.namelist() if "stylesWithEffects" in n]


def test_each_page_says_where_it_is_from_and_its_number(made):
    section = opened(made).sections[0]
    running = section.header.paragraphs[0].text
    assert running == "Kabupaten Pacitan · Analisis 2023 · Data survei sintetis"
    foot = section.footer._element.xml
    assert "BPS Maret 2023" in foot and "NUMPAGES" in foot and " PAGE " in foot


def test_the_checker_of_the_format_finds_nothing(made, tmp_path):
    from openxml_audit import OpenXmlValidator

    path = tmp_path / "page.docx"
    path.write_bytes(made)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is missing")
def test_libreoffice_writes_it_again_without_loss(made, tmp_path):
    (tmp_path / "page.docx").write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "docx:MS Word 2007 XML",
    ]
    command += ["--outdir", str(tmp_path / "again"), str(tmp_path / "page.docx")]
    subprocess.run(command, capture_output=True, check=True)
    again = docx.Document(tmp_path / "again" / "page.docx")
    before = opened(made)

    def kept(word, names):
        told = [(p.style.name.title(), p.text) for p in word.paragraphs]
        return [text for name, text in told if any(part in name for part in names)]

    assert kept(again, ["Heading"]) == kept(before, ["Heading"])
    numbered = [text for text in kept(again, ["Caption"]) if text]
    assert [t.replace(" ", "") for t in numbered] == [
        t.replace(" ", "") for t in kept(before, ["Caption"])
    ]
    cells = [[[c.text for c in r.cells] for r in t.rows] for t in before.tables]
    assert [[[c.text for c in r.cells] for r in t.rows] for t in again.tables] == cells
    assert len(again.inline_shapes) == len(before.inline_shapes) == 3


# In the office's own document


def office(tmp_path: Path, *paragraphs: str, header: str = "") -> Path:
    word = docx.Document()
    word.styles["Heading 2"].font.name = "Georgia"
    word.sections[0].header.paragraphs[0].text = header
    for each in paragraphs:
        word.add_paragraph(each)
    word.save(tmp_path / "template.docx")
    return tmp_path / "template.docx"


def test_an_office_has_its_own_head_styles_and_words_around_the_content(tmp_path):
    template = office(
        tmp_path,
        "Nota dinas {{ tempat }} {{ tahun }}",
        "{{p isi }}",
        "Tanda tangan",
        header="BAPPEDA · {{ judul }}",
    )
    content = document.docx(every_kind(), language="id", template=template)
    word = opened(content)
    texts = [p.text for p in word.paragraphs]
    assert texts[0] == "Nota dinas Kabupaten Pacitan 2023"
    assert texts[-1] == "Tanda tangan"
    assert texts.index("1 · Siapa?") > 0 and not [
        t for t in texts if "isi" in t and "{" in t
    ]
    assert (
        word.sections[0].header.paragraphs[0].text == "BAPPEDA · Kemiskinan di Pacitan"
    )
    assert word.styles["Heading 2"].font.name == "Georgia"
    assert len(word.inline_shapes) == 3
    assert content == document.docx(every_kind(), language="id", template=template)


def test_what_a_page_says_is_no_markup_in_an_offices_document(tmp_path):
    template = office(tmp_path, "{{ tempat }}", "{{p isi }}")
    bar = every_kind()[0]
    bar.content["place"] = "Kab. <w:b/> & {{ tahun }}"
    word = opened(document.docx([bar], language="id", template=template))
    assert word.paragraphs[0].text == "Kab. <w:b/> & {{ tahun }}"


@pytest.mark.parametrize(
    ("paragraphs", "code"),
    [
        (["{{ bupati }}", "{{p isi }}"], "template_fields"),
        (["Tanpa tempat"], "template_no_content"),
        (["{{ isi }}"], "template_no_content"),
        (["{{p isi }}", "{{p isi }}"], "template_no_content"),
        (["{% if tempat %}", "{{p isi }}"], "template_unreadable"),
        (["{{ tempat.__class__.__mro__ }}", "{{p isi }}"], "template_unreadable"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(tmp_path, paragraphs, code):
    template = office(tmp_path, *paragraphs)
    with refusal(code=code) as caught:
        document.docx(every_kind(), language="id", template=template)
    if code == "template_fields":
        assert caught.value.fields["unknown"] == ["bupati"]
        assert "sumber" in caught.value.fields["known"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"<html>"])
def test_a_template_that_is_no_document_is_refused(tmp_path, content):
    (tmp_path / "template.docx").write_bytes(content)
    with refusal(code="template_no_docx"):
        document.check(tmp_path / "template.docx")


def test_a_page_is_old_once_the_office_has_another_template(tmp_path, monkeypatch):
    before = seal.code_now(tmp_path, "analysis")
    path = office(tmp_path, "{{p isi }}")
    assert seal.code_now(tmp_path, "analysis") != before
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    assert attachments.template() == path


# PDF


def test_a_pdf_is_tagged_and_tells_its_language(printed):
    told = shown(printed, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", told)
    assert re.search(r"Title:\s+Kemiskinan di Pacitan", told)
    assert b"/Lang (id)" in inside(printed)
    assert b"pdfuaid" in inside(printed)


def test_a_pdf_has_none_but_the_shipped_letters(printed):
    if not shutil.which("pdffonts"):
        pytest.skip("pdffonts is missing")
    told = subprocess.run(
        ["pdffonts", "-"], input=printed, capture_output=True, check=True
    ).stdout.decode()
    fonts = [line.split()[0] for line in told.splitlines()[2:]]
    assert fonts and all("Noto" in name for name in fonts)


def test_a_pdf_keeps_what_a_picture_says_and_leaves_out_the_narrow_one(printed):
    assert b"/Alt (Persentase turun: 13,80 lalu 13,65)" in inside(printed)
    assert b"untuk telepon" not in inside(printed)


def test_a_pdf_fetches_nothing(monkeypatch):
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda *given: asked.append(given))
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *given, **more: asked.append(given)
    )
    outside = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="http://example.com/a.png"/></svg><img src="file:///etc/hostname">'
    figure = page.figure("T", outside, "C", [], language="id")
    assert document.pdf([figure], language="id").startswith(b"%PDF")
    assert asked == []


# From a notebook


def notebook(path: Path, *cells) -> Path:
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    for number, cell in enumerate(cells):
        base = {"id": str(number), "metadata": {}}
        if isinstance(cell, str):
            content["cells"].append(base | {"cell_type": "markdown", "source": cell})
        else:
            content["cells"].append(
                base
                | {"cell_type": "code", "source": "", "execution_count": 1}
                | {"outputs": [cell]}
            )
    path.write_text(json.dumps(content), "utf-8")
    return path


def output(block: page.Block) -> dict:
    data, metadata = block._repr_mimebundle_()
    return {"output_type": "display_data", "data": data, "metadata": metadata}


EDITOR = {
    "output_type": "display_data",
    "metadata": {},
    "data": {document.WIDGET: {"model_id": "a"}, "text/plain": "Grid()"},
}
FAILED = {"output_type": "error", "ename": "E", "evalue": "kaput", "traceback": []}


def test_blocks_come_in_order_and_a_heading_of_an_editor_alone_is_left_out(tmp_path):
    blocks = every_kind()
    path = notebook(
        tmp_path / "page.ipynb",
        output(blocks[-1]),
        output(blocks[0]),
        "## Kegiatan dalam rencana",
        output(blocks[6]),
        "## Putusan",
        EDITOR,
        "## Yang masih perlu diisi",
        FAILED,
    )
    found = document.blocks(path, language="en")
    told = [(b.kind, b.content.get("text") or b.content.get("message")) for b in found]
    assert told == [
        ("bar", None),
        ("heading", "Activities of the plan"),
        ("section", None),
        ("heading", "What is still to be filled in"),
        ("stopped", "kaput"),
        ("foot", None),
    ]


def test_every_module_can_be_had_as_a_document(tmp_path):
    for module in modules.MODULES:
        assert {*modules.DOCUMENTS} <= {*modules.beside(CHOSEN, module.name)}
        assert not {*modules.DOCUMENTS} & {*module.beside}
        assert modules.writer(f"{module.name}.en.pdf") == module.name
    path = notebook(tmp_path / "page.ipynb", output(every_kind()[1]))
    made = attachments.as_document(CHOSEN, "analysis.docx", path)
    assert "Kemiskinan di Pacitan" in text_of(made)
    pdf = attachments.as_document(CHOSEN, "analysis.pdf", path)
    assert pdf.startswith(b"%PDF")
    with pytest.raises(ValueError, match="executed notebook"):
        attachments.content(CHOSEN, "analysis.pdf")


# On the officials' door


def test_a_page_of_a_kernel_says_how_its_documents_are_made():
    links = [("PDF", "analysis.pdf"), ("Pohon", "trees.docx"), ("CSV", "a.csv")]
    foot = page.foot(CHOSEN, {}, datetime.date(2026, 11, 26), links, language="id")
    lives = cells.answering(foot.as_dict(), "region=3501", "sepakat report 3501")
    assert "analysis.pdf" not in lives and "sepakat report 3501" in lives
    assert 'href="trees.docx?region=3501"' in lives and "a.csv?" in lives
    stands = cells.answering(foot.as_dict(), "region=3501")
    assert 'href="analysis.pdf?region=3501"' in stands


def test_the_door_makes_a_document_only_of_a_page_that_stands(tmp_path, monkeypatch):
    monkeypatch.setattr(officials.made, "file", lambda *given: None)
    path = notebook(tmp_path / "page.ipynb", output(every_kind()[1]))
    standing = {"analysis": path}
    monkeypatch.setattr(
        officials.made, "notebook", lambda _, module: standing.get(module)
    )

    def asked(module, query="region=3501&year=2023"):
        handler = SimpleNamespace(request=SimpleNamespace(query=query))
        chosen = parameters.resolve(module, region="3501", year=2023)
        return officials.Attachment._content(handler, chosen, module, f"{module}.docx")

    assert "Kemiskinan di Pacitan" in text_of(asked("analysis"))
    for given in (("planning",), ("analysis", "region=3501&year=2023&live=1")):
        with refusal(code="page_not_made") as caught:
            asked(*given)
        assert "--format docx,pdf" in caught.value.fields["how"]


def test_a_summary_is_set_in_smaller_letters_until_it_fits_two_pages():
    """Letters of the size that is taken first would need three."""
    names = [[f"ukuran {n}", "tinggi", "43 38–48"] for n in range(60)]
    headers = ["Indikator", "Baik bila", "Pacitan, %"]
    blocks = [page.lead("Kemiskinan di Pacitan", "13,65 persen penduduk miskin.")]
    blocks += [page.section("Bagian", page.table(headers, names), level=2)] * 2
    pages = {
        n: re.search(
            r"Pages:\s+(\d+)",
            shown(document.pdf(many, language="id", compact=True), "pdfinfo"),
        )[1]
        for n, many in {"few": blocks[:2], "many": blocks}.items()
    }
    assert pages == {"few": "2", "many": "2"}
    largest = paper.TWO_PAGES[:1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "TWO_PAGES", largest)
        told = shown(document.pdf(blocks, language="id", compact=True), "pdfinfo")
    assert re.search(r"Pages:\s+3", told)
