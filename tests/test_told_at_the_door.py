"""What a planner is told of files of a kind each, of storage and of the ledger's own file."""

import errno
import os
import re
import sqlite3

import books
import pandas as pd
import pytest
import yaml
from plans import YEAR, chain, nomenclature
from refusing import refusal, told
from sqlalchemy.exc import OperationalError
from test_apbd import WHERE, WHOLE, text_file
from test_documents import office
from test_own_indicator import declare  # noqa: F401, a fixture

from sepakat_lib import indicators, ledger, parameters, refused, speaker
from sepakat_lib.daerah import reading, submitting
from sepakat_lib.exchange import prices, sheets, sipd
from sepakat_lib.ledger.engine import refusing
from sepakat_lib.refused import Refused
from sepakat_lib.reports import document
from sepakat_lib.sources import apbd, opening
from sepakat_lib.sources import nomenclature as codes

PACITAN = "3501"
FOREIGN = re.compile(
    r"[A-Z][a-z]+Error|sqlite|SQLAlchemy|Jinja|syntax|malformed|File na"
)


@pytest.fixture(autouse=True)
def indonesian(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def book(tmp_path):
    """An empty ledger in a file; its path."""
    with books.empty("sqlite", tmp_path / "data"):
        yield tmp_path / "data" / "ledger.sqlite"


# The ledger's own file


def test_a_backup_that_is_not_there_is_told_as_such_and_so_is_a_folder(
    say, book, tmp_path
):
    code, _, err = say("db", "restore", tmp_path / "kept.sqlite")
    assert code == 2 and "kept.sqlite tidak ada. Periksa nama" in err
    code, _, err = say("db", "restore", tmp_path)
    assert code == 2 and "adalah folder" in err


def test_a_backup_goes_over_an_earlier_one_and_over_nothing_else(say, book, tmp_path):
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(b"work of a week")
    code, _, err = say("db", "backup", mine)
    assert code == 2 and "ada di situ dan tidak ditimpa" in err
    assert mine.read_bytes() == b"work of a week"
    kept = tmp_path / "kept.sqlite"
    assert say("db", "backup", kept)[0] == say("db", "backup", kept)[0] == 0


@pytest.mark.parametrize("left", [b"no database" * 400, None])
@pytest.mark.parametrize("verb", [("ledger", "walk", PACITAN), ("db", "backup", "x")])
def test_a_ledger_that_is_damaged_is_told_with_its_file_and_a_way_on(
    say, book, tmp_path, monkeypatch, verb, left
):
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(book) as open_book:
        open_book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in book.parent.glob("ledger.sqlite-*"):
        beside.unlink()
    book.write_bytes(left or book.read_bytes()[:9000])
    before = book.read_bytes()
    code, out, err = say(*verb)
    assert (code, out) == (2, "") and not FOREIGN.search(err.replace(str(book), ""))
    assert str(book) in err and "`sepakat db restore BERKAS`" in err
    assert book.read_bytes() == before


def test_what_the_refusal_of_a_damaged_ledger_advises_brings_it_back(
    say, book, tmp_path
):
    chain()
    kept = tmp_path / "kept.sqlite"
    assert say("db", "backup", kept)[0] == 0
    for part in book.parent.glob("ledger.sqlite*"):
        part.unlink()
    book.write_bytes(b"no database" * 400)
    assert say("db", "restore", kept)[0] == 2  # it still stands in the way
    book.rename(tmp_path / "away.sqlite")
    assert say("db", "restore", kept)[0] == 0
    assert len(ledger.thread(PACITAN)["cost_lines"]) == 3


def test_an_address_that_is_none_and_a_server_that_is_away_are_told_in_our_words(
    say, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_DATABASE_URL", "no address")
    code, _, err = say("ledger", "walk", PACITAN)
    assert code == 2 and "SEPAKAT_DATABASE_URL bukan alamat basis data" in err


def test_of_a_database_that_is_away_no_word_of_its_driver_is_kept(book):
    gone = OperationalError("SELECT 1", {}, Exception("connection refused"))
    with refusal(code="ledger_away") as caught, refusing(ledger.address()):
        raise gone
    assert not caught.value.fields and "refused" not in told(caught.value)


# Sheets


def test_a_sheet_without_a_heading_of_ours_is_told_those_that_its_maker_knows(tmp_path):
    (tmp_path / "x.csv").write_text("halo\nselamat pagi\n")
    with refusal(code="missing_columns") as caught:
        prices.read(tmp_path / "x.csv", PACITAN)
    columns = caught.value.fields["columns"]
    assert columns[:2] == ["kode_standar_harga", "nama_standar_harga"]
    assert not {"code", "title", "unit"} & {*columns}


def test_where_a_sheet_is_to_be_written_a_folder_and_another_kind_are_told(tmp_path):
    table = pd.DataFrame({"a": ["1"]})
    with refusal("must end in .xlsx, .csv", "written_kind"):
        sheets.write(tmp_path / "x.ods", {"a": table})
    with refusal(code="a_folder"):
        sheets.write(tmp_path, {"a": table})


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("kode_skpd", "9.99", "OPD that this region has listed: 1.01.2.22, 1.03.0.00"),
        (
            "kode_sub_kegiatan",
            "1.01.2.01",
            "a code of sub kegiatan of the nomenclature",
        ),
    ],
)
def test_one_wrong_cell_of_a_plan_is_told_once_and_no_sound_row_is_blamed(
    book, tmp_path, column, value, rule
):
    chain()
    done = sipd.export(ledger.thread(PACITAN, YEAR), YEAR, nomenclature())
    path = sipd.write(tmp_path / "rka.csv", done)
    table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    table = pd.concat([table.head(1), table.head(1).assign(id="")])
    table[column] = [value, table[column].iloc[1]]
    table.to_csv(path, sep=";", index=False)
    with refusal(rule, "bad_sheet") as caught:
        sipd.load(path, PACITAN, YEAR, "Budi", nomenclature())
    assert caught.value.problems[["row", "column"]].values.tolist() == [[2, column]]


def test_amounts_in_rupiah_are_told_once_and_not_as_sums_that_fail(tmp_path):
    whole = [
        [a, *(f"{round(float(n) * 1000):d}000000" for n in (b, r)), p]
        for a, b, r, p in WHOLE
    ]
    with refusal("billions of rupiah", "bad_apbd") as caught:
        apbd.read(text_file(tmp_path / "x.csv", whole), *WHERE)
    assert caught.value.problems["column"].tolist() == ["anggaran"]


def test_of_a_code_that_is_none_the_columns_are_named(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for line in (["", "1.01", "Pendidikan"], ["", "1.x", "Kesehatan"]):
        book.active.append(line)
    book.save(tmp_path / "x.xlsx")
    with refusal(code="bad_codes") as caught:
        codes.read(tmp_path / "x.xlsx")
    assert caught.value.problems["column"].tolist() == ["B"]


# An office's own tables


def test_a_heading_that_was_renamed_is_told_which_it_was(tmp_path):
    import datetime

    import openpyxl

    from sepakat_lib.daerah import templates

    path = tmp_path / "t.xlsx"
    templates.write("profil-kesehatan", PACITAN, path, "id")
    book = openpyxl.load_workbook(path)
    place = [*templates.COLUMNS].index("value") + 1
    book.worksheets[0].cell(templates.HEADER, place).value = "Jumlahnya"
    book.save(path)
    first = reading.read(path, datetime.date(2024, 10, 1)).problems[0]
    assert first.value == "Jumlahnya" and '"Nilai *"' in first.rule


def test_where_nothing_was_handed_in_it_is_told_how_to_hand_in():
    with refusal("sepakat data submit FILE", "no_submission_yet"):
        submitting.approve("3501-0001", "Budi")


# Files of parameters and templates


@pytest.mark.parametrize(
    ("text", "line"),
    [("lines: [kabupaten\n", 1), ("a: 1\nb: 'x\nc: 2\n", 2), ("\tlanguage: en\n", 1)],
)
def test_an_open_bracket_is_told_where_it_opens(tmp_path, monkeypatch, text, line):
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    (tmp_path / "defaults.yml").write_text(text)
    with refusal(code="broken_file") as caught:
        parameters.resolve(region=PACITAN)
    assert caught.value.fields["line"] == line and caught.value.fields["text"]


@pytest.mark.parametrize(
    "dated",
    [
        *(5, None, "x", {"values": 5}, {"values": {}}, {"value": 3}),
        *({"values": {"2020-13-01": {}}}, {"values": {2020: {"value": 1}}}),
        {"values": {"x": {"value": 1}}, "regions": 4},
    ],
)
def test_a_policy_that_is_no_dated_value_is_refused_by_its_name(
    tmp_path, monkeypatch, dated
):
    (tmp_path / "policy").mkdir()
    text = yaml.safe_dump({"least_df": dated})
    (tmp_path / "policy" / "own.yml").write_text(text)
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    parameters._policies.cache_clear()
    try:
        with refusal("least_df cannot be read", "policy_shape") as caught:
            parameters.policy("least_df", 2023)
        assert caught.value.fields["in_file"] == "parameters/policy/own.yml"
    finally:
        monkeypatch.undo()
        parameters._policies.cache_clear()


def test_a_formula_that_is_not_whole_is_shown_as_it_was_written(declare):  # noqa: F811
    declare(numerator="CASE WHEN age < 15 THEN 1 ELSE 0")
    with refusal("close every CASE by END", "own_indicator_unread") as caught:
        indicators.catalogue()
    assert "'CASE WHEN age < 15 THEN 1 ELSE 0'" in told(caught.value)
    assert not FOREIGN.search(told(caught.value))


def test_a_column_that_is_none_is_told_with_all_that_there_are(declare):  # noqa: F811
    declare(numerator="luas_lantai")
    with refusal("columns of the survey: size, .*floor_area.*, age,"):
        indicators.catalogue()


@pytest.mark.parametrize(
    ("paragraphs", "text"),
    [
        (["{{ tempat }", "{{p isi }}"], "{{ tempat }"),
        (["Kepada: {tempat }}", "{{p isi }}"], "Kepada: {tempat }}"),
        (["Yth.", "{% if tempat %}", "{{p isi }}"], "{% if tempat %}"),
        (["{{ tempat | besar }}", "{{p isi }}"], "{{ tempat | besar }}"),
    ],
)
def test_a_field_that_cannot_be_read_is_shown_as_it_was_written(
    tmp_path, paragraphs, text
):
    template = office(tmp_path, *paragraphs)
    with refusal(code="template_unreadable") as caught:
        document.docx([], language="id", template=template)
    assert caught.value.fields["text"] == text
    assert not FOREIGN.search(speaker.sentence(caught.value, "id"))


# Storage


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "no_permission"),
        (errno.EROFS, "no_permission"),
        (errno.EISDIR, "folder_in_place"),
        (errno.ENAMETOOLONG, "name_too_long"),
        (errno.EIO, "disk_fails"),
        (errno.EMFILE, "system"),
    ],
)
def test_no_word_of_the_system_comes_to_a_reader(number, code):
    found = refused.of(OSError(number, os.strerror(number), "/x/y.csv"))
    assert found.code == code
    for language in ("id", "en"):
        sentence = speaker.sentence(found, language)
        assert os.strerror(number) not in sentence
        assert str(number) in sentence or code != "system"


def test_who_may_not_read_a_file_is_told_so_and_not_that_it_is_wrong(
    say, tmp_path, monkeypatch
):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    code, _, err = say("data", "add-official", path)
    assert code == 5 and "Tidak ada izin" in err and str(path) in err
    with pytest.raises(PermissionError):
        opening.regular(path)


def test_of_what_a_reader_is_to_choose_all_is_shown():
    many = [f"c{n}" for n in range(12)]
    told_ = speaker.sentence(Refused("unknown_format", given="x", choices=many), "id")
    assert all(each in told_ for each in many) and "lagi" not in told_


def test_a_template_that_cannot_be_used_is_told_before_any_work_is_done(
    say, tmp_path, monkeypatch
):
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    (tmp_path / parameters.TEMPLATE).write_bytes(b"no document")
    for verb in (("report", PACITAN), ("batch", "--region", PACITAN)):
        code, out, err = say(*verb, "--format", "docx")
        assert (code, out) == (
            2,
            "",
        ) and "parameters/template.docx bukan dokumen" in err
    assert not (tmp_path / "data").exists()


def test_a_day_that_no_calendar_has_is_told_as_such(tmp_path, monkeypatch):
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    (tmp_path / "defaults.yml").write_text("a: 1\nb:\n  2023-02-31: 4\n")
    with refusal("Line 3 holds a day .*'2023-02-31'", "no_such_day") as caught:
        parameters.resolve(region=PACITAN)
    assert caught.value.fields["in_file"] == "parameters/defaults.yml"
