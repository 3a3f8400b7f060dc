"""Two hundred broken deliveries: loaded and equal to the clean file, or refused rightly.

`tests/broken.py` makes and judges them; `make broken` tries two thousand.
"""

import os
import zipfile

import broken
import openpyxl
import pandas as pd
import pytest
import susenas_fixture
from refusing import refusal, told

from sepakat_lib import intake, speaker
from sepakat_lib.sources import opening
from sepakat_lib.sources.susenas.problems import HIDDEN, harmless, private, shown

EACH = 200
CASES = [*broken.cases(first=11, most=4 * EACH)]


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SEPAKAT_DATABASE_URL", raising=False)
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("no-data")))
        yield broken.Judge(tmp_path_factory.mktemp("broken"))


def test_two_hundred_broken_deliveries_are_loaded_equal_or_refused_rightly(judge):
    tried, wrong = 0, []
    for reader, kind, seed in CASES:
        verdict = judge.judge(reader, kind, seed)
        if verdict is None:
            continue
        tried += 1
        if verdict.kind == "wrong":
            wrong.append(f"{reader} × {kind} (seed {seed}): {verdict.why}")
        if tried == EACH:
            break
    assert tried == EACH
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("reader", ["official csv", "susenas csv", "daerah xlsx"])
def test_a_clean_delivery_is_loaded_and_replaces_what_stood(judge, reader):
    with judge._data(reader):
        before = broken.READERS[reader].stored()
    assert judge.of(reader) and judge.of(reader) != before


# The judge itself: what is wrong must come out as wrong


@pytest.mark.parametrize(
    ("load", "why"),
    [
        (lambda _: None, "not equal"),
        (lambda _: {}["x"], "KeyError"),
        (lambda _: opening.regular("/nowhere/x.csv"), "names no file"),
        (lambda _: (_ for _ in ()).throw(OSError("codec")), "OSError"),
    ],
)
def test_a_door_that_does_nothing_or_breaks_is_found(judge, monkeypatch, load, why):
    name = "official csv"
    judge.of(name)
    reader = broken.READERS[name]._replace(load=load)
    monkeypatch.setitem(broken.READERS, name, reader)
    verdict = judge.judge(name, "missing", 1)
    assert verdict.kind == "wrong" and why in verdict.why


def test_a_door_that_stores_before_it_refuses_is_found(judge, monkeypatch):
    name = "official csv"
    judge.of(name)
    real = broken.READERS[name].load

    def load(folder):
        whole = broken.written(reader, broken.clean_official(), folder.parent / "other")
        real(whole)
        real(folder)

    reader = broken.READERS[name]._replace(load=load)
    monkeypatch.setitem(broken.READERS, name, reader)
    verdict = judge.judge(name, "missing", 1)
    assert verdict.why == "refused, but something was stored"


# What is no plain file, or another kind of one


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path


DOORS = [
    ("load", "--year", "2024"),
    ("add-official",),
    ("apbd", "--region", "3501", "--year", "2022", "--period", "12"),
    ("sipd", "--region", "3501", "--year", "2023"),
    ("codes", "--decree", "X", "--since", "2024-08-27"),
    ("add-boundaries",),
    ("submit", "--by", "Sari"),
]


@pytest.mark.parametrize("door", DOORS, ids=[door[0] for door in DOORS])
def test_a_pipe_a_device_and_a_link_to_nothing_are_refused_at_every_door(
    place, say, door
):
    verb, *options = door
    ending = {"codes": "xlsx", "submit": "xlsx", "add-boundaries": "geojson"}
    name = f"x.{ending.get(verb, 'csv')}"
    kinds = {"pipe": "bukan berkas biasa", "device": "bukan berkas biasa"}
    for kind, words in (kinds | {"link": "tautan"}).items():
        path = place / kind / name
        path.parent.mkdir()
        if kind == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero" if kind == "device" else "nothing")
        code, _, said = say("data", verb, path, *options)
        assert code == 2 and words in said and name in said, said


@pytest.mark.parametrize("year", ["-5", "0", "1e9", "２０２３"])
def test_a_year_that_cannot_be_is_refused_in_our_own_words(place, say, year):
    (place / "x.csv").write_text("a,b\n1,2\n")
    code, _, said = say("data", "load", place / "x.csv", f"--year={year}")
    assert code == 2 and "year" in said and "Usage" not in said
    code, _, said = say("data", "load", place / "x.csv", "--year", year)
    assert code == 2 and "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x1f\x8b\x08 packed", "archive_inside"),
        (b"%PDF-1.7", "document_inside"),
        (b"<!DOCTYPE html><table>", "document_inside"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook_inside"),
        (b"PAR1abc", "other_inside"),
        (b"region;year\x00;\n", "binary_inside"),
        ("region;nama\n3501;Café\n".encode("cp850"), "other_code_page"),
        ("region;nama\n3501;Café\n".encode("mac-roman"), "other_code_page"),
        ("region;nama\n3501;Café\n".encode("utf-16-le") + b"x", "utf16"),
        (b'region;year\n"3501;2023\n3502;2023\n', "open_quote"),
        (b"region;year\n" + b"9" * 20_000 + b";1\n", "huge_row"),
    ],
)
def test_a_text_that_is_none_says_what_it_is(place, content, code):
    (place / "x.csv").write_bytes(content)
    with refusal(code=code) as caught:
        intake.add_official(place / "x.csv")
    assert "x.csv" in told(caught.value)


def test_windows_text_is_read_with_its_accents(place):
    (place / "x.csv").write_bytes("Café – “x”\n".encode("cp1252"))
    assert opening.text(place / "x.csv") == "Café – “x”\n"


def test_an_archive_and_a_document_under_the_name_of_a_workbook_are_told(place):
    for inside, code in (("data.csv", "archive_inside"), ("word/x", "document_inside")):
        with zipfile.ZipFile(place / "x.xlsx", "w") as archive:
            archive.writestr(inside, "a")
        with refusal(code=code):
            opening.workbook(place / "x.xlsx")
    (place / "x.xlsx").write_text("region;year\n3501;2023\n")
    with refusal("Change the ending of its name to .csv", "other_inside"):
        opening.workbook(place / "x.xlsx")


def test_a_cell_at_the_far_end_of_a_sheet_is_named_and_does_not_hang(place):
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    book.save(place / "x.xlsx")
    with refusal("XFD1048576", "huge_sheet"):
        opening.workbook(place / "x.xlsx")


def test_a_formula_that_was_never_reckoned_is_no_empty_cell(place):
    book = openpyxl.Workbook()
    book.active.append(["1", "=1+0", "03", "Nama urusan"])
    book.save(place / "x.xlsx")
    with refusal("The cell B1", "no_value_yet"):
        opening.workbook(place / "x.xlsx", values=True)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a;b\n1;2\n3;4\n", False),
        ("a;b\n1;22\n3;2", True),  # 2 may have been 22
        ("a;b\n1;22\n3;22", False),  # as a spreadsheet in a browser writes it
        ("a;b\n1;22\n3;", False),
        ("a;b\n1;22\n3", True),
        ("a;b", False),
        ("", False),
    ],
)
def test_a_last_line_without_its_end_is_believed_only_where_its_cell_stood_before(
    text, cut
):
    found = opening.cut_line("x.csv", text, opening.parted("x.csv", text, ";"))
    assert (found is not None) == cut


# Survey files that end early, where nothing but their households can tell


def folder_of(place, change):
    tables = susenas_fixture.narrow(susenas_fixture.tables())
    change(tables)
    return susenas_fixture.write(place / "f", tables)


def test_persons_that_end_within_the_last_household_are_refused(place):
    def change(tables):
        for part in ("kor_ind1", "kor_ind2"):
            kept = tables[part]["URUT"] <= 3
            tables[part] = tables[part][kept].iloc[:-1]
        for part in ("kor_rt", "kp_blok43"):
            tables[part] = tables[part][tables[part]["URUT"] <= 3]

    with refusal("household 3", "cut_household"):
        intake.load([folder_of(place, change)], year=2024, round="march")


def test_spending_that_stops_before_the_households_is_refused(place):
    def change(tables):
        tables["kp_blok43"] = tables["kp_blok43"].iloc[:-1]

    with refusal("Spending in", "cut_spending"):
        intake.load([folder_of(place, change)], year=2024, round="march")


# What a message shows of a cell


NIK = "3501014105850001"


@pytest.mark.parametrize(
    "cell",
    [
        NIK,
        "35.01.01.410585.0001",
        "3501 0141 0585 0001",
        "3501-0141-0585-0001",
        "350101.410585.0001",
        f"NIK.{NIK}",
        f"x{NIK}y",
        "'3501014105850001",
        float(NIK),
        "3501\u00a00141\u00a00585\u00a00001",
    ],
)
def test_a_persons_number_is_hidden_however_it_is_written(cell):
    assert shown(cell) == HIDDEN and private(cell) == HIDDEN


@pytest.mark.parametrize(
    "cell", ["1.250.000", "2024-08-27", "1.01.02.2.01.0001", "0.1234567890123456", "7"]
)
def test_codes_days_and_money_are_no_persons_numbers(cell):
    assert shown(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+62 811", "@SUM(A1)", "-x", "\tx", "=-1"])
def test_no_cell_of_a_file_of_problems_is_a_formula(cell):
    assert harmless(cell)[0] == "'" and harmless(f"a{cell}") == f"a{cell}"


def test_names_and_formulas_of_a_file_stand_nowhere_as_they_were(place, say):
    def change(tables):
        for part, cells in {
            "kor_rt": ["SITI AMINAH", "=HYPERLINK(1)", "@x", "35.01.01.410585.0001"]
        }.items():
            tables[part]["R301"] = cells

    code, out, said = say("data", "load", folder_of(place, change), "--year", "2024")
    kept = (place / "data" / "problems.csv").read_text("utf-8-sig")
    assert code == 2
    for text in (kept, out + said):
        assert "SITI" not in text and "410585" not in text and "AMINAH" not in text
    cells = pd.read_csv(place / "data" / "problems.csv", dtype=str).to_numpy().ravel()
    assert not [c for c in cells if str(c).startswith(("=", "+", "@"))]
    assert HIDDEN in kept and "'@x" in kept


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_sentence_of_opening_has_a_word_of_a_library(language):
    refusal_of = {
        "unreadable": {"file": "x.csv"},
        "huge_row": {"file": "x.csv", "row": 3, "most": 10_000, "columns": 16_384},
        "cut_line": {"file": "x.csv", "row": 3},
    }
    for code, fields in refusal_of.items():
        sentence = speaker.say(f"error.{code}", language, **fields)
        assert "x.csv" in sentence
        assert language == "en" or not broken.FOREIGN.search(sentence)
