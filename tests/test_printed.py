"""Tables and charts of a page, to go on working with elsewhere."""

import io
import json
import zipfile

import openpyxl
import pandas as pd
import pytest
from lxml import etree

from sepakat_lib.attachments import printed
from sepakat_lib.reports import document, page
from sepakat_lib.words import Marked

DATA = pd.DataFrame({"indicator": ["p0"], "value": [13.65], "note": ["=1+1"]})


@pytest.fixture(scope="module")
def shown(pages):
    """Blocks of Pacitan's page of 2023."""
    return document.blocks(pages / "3501" / "2023" / "analysis.ipynb", language="id")


@pytest.fixture(scope="module")
def book(shown):
    content = printed.workbook(shown, DATA, "id")
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet) -> list[list]:
    return [[*row] for row in sheet.iter_rows(values_only=True)]


def test_each_table_of_the_page_is_a_sheet_then_meanings_then_all_data(book, shown):
    tables = [*printed.pieces(shown, "table")]
    assert len(book.sheetnames) == len(tables) + 2 > 15
    assert book.sheetnames[-2:] == ["Arti indikator", "Data lengkap"]
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)
    for sheet, piece in zip(book.worksheets, tables, strict=False):
        assert sheet["A1"].value == piece.title
        assert "Data survei sintetis" in sheet["A2"].value
        assert len(rows(sheet)) >= len(piece.block.content["rows"]) + 4


def test_figures_of_bps_are_numbers_with_the_decimals_that_were_printed(book):
    (beside,) = [s for s in book if s["A1"].value.startswith("Di samping provinsi")]
    cells = {cell.value: cell.number_format for row in beside for cell in row}
    assert cells[13.65] == "0.00"


def test_no_cell_begins_a_formula(book):
    texts = [v for s in book for row in rows(s) for v in row if isinstance(v, str)]
    assert "'=1+1" in texts
    assert not [text for text in texts if text[:1] in "=+@"]


def test_value_interval_mark_and_people_have_columns_of_their_own():
    numbers = page.table(
        ["Wilayah", "Nilai"],
        [
            ["Pacitan", Marked("6.508", "4.267–8.749", "*", "", "76 ribu orang")],
            ["Ngawi", Marked("–", "", "", "sampel terlalu sedikit")],
        ],
    )
    blocks = [page.section("Judul: a/b", numbers, note="Sumber: BPS.")]
    content = printed.workbook(blocks, DATA, "id")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.title == "1 Judul  a b"
    head = ["Wilayah", "Nilai", "Nilai: rentang", "Nilai: tanda", "Nilai: jumlah orang"]
    assert rows(sheet)[3:6] == [
        head,
        ["Pacitan", 6508, "4.267–8.749", "*", "76 ribu orang"],
        ["Ngawi", "–", "sampel terlalu sedikit", None, None],
    ]
    assert rows(sheet)[-1][0] == "Sumber: BPS."


def test_a_chart_says_its_title_source_and_note_inside_the_picture(shown):
    content = printed.charts(shown, "3501-2023-analysis")
    figures = [*printed.pieces(shown, "figure")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert len(names) == 2 * len(figures) > 10
        assert all(name.startswith("3501-2023-analysis-") for name in names)
        for name, piece in zip(names[::2], figures, strict=True):
            root = etree.fromstring(archive.read(name))
            text = " ".join("".join(root.itertext()).split())
            words_of = [*piece.title.split(), *piece.note.split()]
            assert [word for word in words_of if word not in text] == []
            assert "Sumber" in text
        for name in names[1::2]:
            assert archive.read(name)[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_same_page_gives_the_same_bytes(shown):
    first, again = (printed.workbook(shown, DATA, "id") for _ in range(2))
    assert first == again
    assert json.dumps([block.as_dict() for block in shown])  # all of it is plain
