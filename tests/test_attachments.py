"""Files beside the pages of decisions, made of the sample office and opened again."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import docx
import openpyxl
import pandas as pd
import pytest
from doors_fixture import SEPAKAT

from sepakat_lib import attachments, ledger, modules, parameters, published
from sepakat_lib.attachments import packed
from sepakat_lib.batch import seal
from sepakat_lib.exchange import sipd
from sepakat_lib.server import officials

REGION, YEAR, PLAN = "3501", 2023, 2025
SVG = "{http://www.w3.org/2000/svg}"
MADE_UP = "data sintetis, bukan untuk kebijakan"
BESIDE = {module.name for module in modules.MODULES if module.beside}


@pytest.fixture(scope="module")
def office(pages, tmp_path_factory):
    """What `sepakat report` leaves of the sample office; only read."""
    place = tmp_path_factory.mktemp("beside")
    shutil.copytree(pages.parent / "data", place / "data")
    around = {
        "SEPAKAT_DATA": str(place / "data"),
        "SEPAKAT_OUTPUTS": str(place / "outputs"),
        "SEPAKAT_DATABASE_URL": "",
        "SEPAKAT_LANGUAGE": "id",
    }
    named = ("--modules", "prioritisation,planning,budgeting")
    named += ("--format", "csv,xlsx,svg,png,trees,docx")
    for arguments in (
        ("db", "demo", REGION, "--year", str(YEAR)),
        ("report", REGION, "--year", str(YEAR), *named),
    ):
        done = subprocess.run(
            [*SEPAKAT, *arguments],
            env=os.environ | around,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        for name, value in around.items():
            patch.setenv(name, value)
        yield place / "outputs" / REGION / str(YEAR)


def plan():
    return ledger.thread(REGION, PLAN)


def chosen(module, **given):
    return parameters.resolve(module, region=REGION, year=YEAR, **given)


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("module", sorted(BESIDE))
def test_every_file_that_is_declared_can_be_made_and_sent(module):
    declared = modules.of(module).beside
    assert attachments._room(module).MAKERS.keys() == declared.keys()
    for file in declared.values():
        assert re.fullmatch(officials.FILE, f"/voila/render/{file.name}")
        assert modules.writer(file.name) == module


def test_a_page_is_old_when_its_own_files_are_made_otherwise_and_not_others():
    of_plan, of_analysis = (
        {
            str(path.relative_to(seal.PACKAGE))
            for path in seal.files(module)
            if path.is_relative_to(seal.PACKAGE)
        }
        for module in ("planning", "analysis")
    )
    assert {"attachments/planning.py", "words/decisions.yml"} <= of_plan
    assert {"reports/document/word.py", "reports/document/paper.py"} <= of_analysis
    assert "attachments/analysis.py" in of_analysis
    assert "attachments/budgeting.py" not in of_plan | of_analysis
    assert not {"exchange/sipd.py", "planning/trees.py"} & of_analysis


def test_every_page_leads_to_the_files_beside_it(office):
    for module in BESIDE - {"analysis"}:
        page = (office / f"{module}.html").read_text("utf-8")
        for file in modules.of(module).beside.values():
            assert (office / file.name).stat().st_size > 0
            assert f'href="{file.name}" download>Unduh' in page, file.name
        assert f'href="{module}.docx" download>Unduh halaman ini' in page
        # the one format that nobody asked for
        assert "Belum dibuat di samping halaman ini: halaman ini (PDF)." in page


def test_a_picture_of_each_issue_is_an_svg_that_says_it(office):
    drawn = unpacked(office / "trees-svg.zip")
    titles = list(plan()["issues"]["title"])
    assert len(drawn) == len(titles) > 1
    for (name, content), title in zip(drawn.items(), titles, strict=True):
        root = ElementTree.fromstring(content)
        assert root.tag == f"{SVG}svg" and float(root.get("height")) > 100
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
        said = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
        assert title in said or all(word in said for word in title.split())
        assert "".join(root.itertext()).count(MADE_UP) == 1
        assert name.startswith(f"{REGION}-{PLAN}-0") and name.endswith(".svg")
        assert re.fullmatch(r"[a-z0-9.-]{10,90}", name)


def test_a_picture_in_pixels_is_as_wide_as_its_drawing_twice(office):
    drawings = unpacked(office / "trees-svg.zip")
    for name, content in unpacked(office / "trees-png.zip").items():
        assert content.startswith(b"\x89PNG")
        size = [int.from_bytes(content[at : at + 4]) for at in (16, 20)]
        root = ElementTree.fromstring(drawings[name.replace(".png", ".svg")])
        meant = [2 * float(root.get(side)) for side in ("width", "height")]
        assert size == pytest.approx(meant, abs=2)


def test_the_document_has_headings_captions_and_says_on_each_page_what_it_is(office):
    opened = docx.Document(office / "trees.docx")
    told = [(part.style.name, part.text) for part in opened.paragraphs]
    titles = list(plan()["issues"]["title"])
    assert [text for style, text in told if style == "Heading 2"] == titles
    captions = [text for style, text in told if style == "Caption"]
    assert captions == [f"Pohon masalah: {title}" for title in titles]
    (section,) = opened.sections
    running = section.header.paragraphs[0].text
    assert running == f"Kabupaten Pacitan · Perencanaan {PLAN} · {MADE_UP}"
    assert "PAGE" in section.footer._element.xml
    across = section.page_width - section.left_margin - section.right_margin
    for picture in opened.inline_shapes:
        assert 0.5 * across < picture.width <= across


def test_the_budget_comes_back_as_it_went(office):
    tables, codes = plan(), published.nomenclature()
    for name in ("budget.csv", "budget.xlsx"):
        found = sipd.difference(sipd.read(office / name), tables, PLAN, codes)
        assert found.steps == [] and found.unchanged > 50
    done = sipd.export(tables, PLAN, codes)
    assert found.unchanged == len(done.table)
    assert found.absent == len(done.lacking)


def test_the_workbook_of_the_budget_can_be_read_and_printed(office):
    book = openpyxl.load_workbook(office / "budget.xlsx")
    sheet = book["data"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[: len(sipd.SIPD)] == list(sipd.SIPD)
    column = headings.index("sintetis") + 1
    rows = range(2, sheet.max_row + 1)
    assert {sheet.cell(row, column).value for row in rows} == {"ya"}
    heading = f"Kabupaten Pacitan · Anggaran {PLAN} · {MADE_UP}"
    assert sheet.oddHeader.left.text == heading
    money = headings.index("pagu") + 1
    assert sheet.cell(2, money).number_format == "#,##0.####"
    assert sheet.cell(2, 1).number_format == "General"  # a year
    offices = [sheet.cell(row, headings.index("kode_skpd") + 1).value for row in rows]
    assert offices == sorted(offices)


def test_cards_are_a_table_with_their_rule(office):
    table = pd.read_csv(office / "cards.csv", dtype={"region": str})
    assert len(table) > 50 and set(table["region"]) == {REGION}
    assert table["synthetic"].eq(table["source"].eq("survey")).all()
    assert {"red", "none"} <= set(table["colour"])
    assert table["rule"].str.contains("Merah: seluruh selang").all()
    reasons = table.loc[table["colour"].eq("none"), "says"]
    assert reasons.str.startswith("Tanpa warna: ").all()
    hidden = table["value"].isna()
    assert table.loc[hidden, ["low", "high", "people"]].isna().all(axis=None)
    sheet = openpyxl.load_workbook(office / "cards.xlsx")["cards"]
    assert sheet.max_row == len(table) + 1
    assert MADE_UP in sheet.oddHeader.left.text


def test_the_same_plan_is_the_same_file_in_whatever_language(office):
    for name in ("budget.csv", "budget.xlsx"):
        english = attachments.content(
            chosen("budgeting", language="en"), name, "budgeting"
        )
        indonesian = (office / name).read_bytes()
        assert english == indonesian, name
    again = attachments.content(chosen("planning"), "trees-png.zip", "planning")
    assert again == (office / "trees-png.zip").read_bytes()


def test_another_plan_has_files_of_its_own_name(office):
    other = chosen("planning", plan_year=2024, language="en")
    assert attachments.names(other, "planning") == {
        "svg": "trees-svg.en.plan_year-2024.zip",
        "png": "trees-png.en.plan_year-2024.zip",
        "trees": "trees.en.plan_year-2024.docx",
        "docx": "planning.en.plan_year-2024.docx",
        "pdf": "planning.en.plan_year-2024.pdf",
    }
    content = attachments.content(other, "trees-svg.en.plan_year-2024.zip", "planning")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(n.startswith(f"{REGION}-2024-") for n in archive.namelist())


def test_where_nothing_is_planned_there_is_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)
    for module in ("planning", "budgeting"):
        assert {*attachments.names(chosen(module), module)} == {*modules.DOCUMENTS}
        with pytest.raises(KeyError):
            attachments.content(chosen(module), "trees.docx", module)


def test_a_real_plan_is_not_called_invented(office, monkeypatch):
    def real(*given):
        tables = thread(*given)
        return {
            kind: table.assign(synthetic=False) if "synthetic" in table else table
            for kind, table in tables.items()
        }

    thread = ledger.thread
    monkeypatch.setattr(ledger, "thread", real)
    content = attachments.content(chosen("budgeting"), "budget.xlsx", "budgeting")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["data"]
    assert sheet.oddHeader.left.text == f"Kabupaten Pacitan · Anggaran {PLAN}"


def test_an_archive_holds_no_moment_of_making():
    with_time = io.BytesIO()
    with zipfile.ZipFile(with_time, "w") as archive:
        archive.writestr("a", "1")
    packed_again = packed.undated(with_time.getvalue())
    assert packed_again == packed.archive({"a": b"1"})
    with zipfile.ZipFile(io.BytesIO(packed_again)) as archive:
        assert archive.getinfo("a").date_time[0] == 1980


def test_published_files_stand_in_the_list(office, tmp_path):
    done = subprocess.run(
        [*SEPAKAT, "publish", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    listed = (tmp_path / "site" / "index.html").read_text("utf-8")
    for name, label in (
        ("trees.docx", "pohon masalah (Word)"),
        ("planning.docx", "halaman ini (Word)"),
        ("trees-svg.zip", "gambar SVG (ZIP)"),
        ("budget.xlsx", "tabel (XLSX)"),
        ("cards.csv", "tabel (CSV)"),
    ):
        flat = f"{REGION}-{YEAR}-{name}"
        assert f'<a href="{flat}">{label}</a>' in listed
        assert (tmp_path / "site" / flat).read_bytes() == (office / name).read_bytes()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is missing")
def test_libreoffice_opens_document_and_workbook(office, tmp_path):
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf"]
    for name in ("trees.docx", "budget.xlsx"):
        subprocess.run(
            [*command, "--outdir", str(tmp_path), str(office / name)],
            capture_output=True,
            check=True,
        )
        assert (tmp_path / name).with_suffix(".pdf").stat().st_size > 10_000
