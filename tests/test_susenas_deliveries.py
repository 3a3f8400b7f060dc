"""Deliveries as offices hold them: each is loaded equal to the clean one, or told rightly."""

import csv
import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import susenas_deliveries as deliveries
import susenas_fixture as delivered
from refusing import refusal, told

from sepakat_lib import ROOT, intake
from sepakat_lib.parameters import checked
from sepakat_lib.refused import Refused
from sepakat_lib.sources import cells, official, plain_text, susenas
from sepakat_lib.sources.susenas import files, notation
from sepakat_lib.sources.susenas.layouts import LAYOUTS, SYNONYMS


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """The clean delivery, read once."""
    folder = tmp_path_factory.mktemp("clean")
    deliveries.csvs(folder, deliveries.clean())
    return susenas.read(folder, year=2024)


@pytest.mark.parametrize(
    "one", deliveries.CASES, ids=[f"{c.kind}: {c.name}" for c in deliveries.CASES]
)
def test_a_delivery_ends_loaded_equal_or_refused_in_our_words(one, tmp_path, clean):
    ended, what = deliveries.outcome(one, tmp_path / "in", clean)
    assert ended == ("equal" if one.ends == "equal" else "refused"), what


# Questionnaires


def test_readme_names_where_each_year_was_met():
    readme = (ROOT / "README.md").read_text("utf-8")
    for layout in LAYOUTS:
        where = {"dictionary": "a dictionary", "script": "a public script"}[layout.met]
        line = next(
            x for x in readme.splitlines() if x.startswith(f"| {layout.name} |")
        )
        assert where in line


def test_only_what_a_dictionary_tells_may_refuse_a_file():
    for layout in LAYOUTS:
        strict = {
            i.name for i in (*layout.households, *layout.persons) if not i.assumed
        }
        if layout.met != "dictionary":
            assert strict <= {"relationship", "marital", "sex", "age"}, layout.name


def test_no_layout_reads_one_column_twice():
    for layout in LAYOUTS:
        for items in (layout.households, layout.persons):
            columns = [item.column for item in items]
            assert len(set(columns)) == len(columns), layout.name
            assert len({item.name for item in items}) == len(items)


def test_work_is_one_column_earlier_up_to_2022_and_a_year_keeps_its_own_codes():
    columns = {layout.name: susenas.columns_of(layout.name) for layout in LAYOUTS}
    for early, late in (("2021", "2023"), ("2022", "2024")):
        for name in ("main_activity", "away_from_work", "industry", "work_status"):
            of_year = int(columns[early][name][1:]), int(columns[late][name][1:])
            assert of_year[1] - of_year[0] == 1
    assert "credit_mekaar" not in columns["2023"]  # R1901J is another credit there
    assert not {"roof", "wall", "floor"} & set(columns["2025"])  # fewer codes


def test_a_synonym_is_taken_only_where_the_column_itself_is_not_there(tmp_path):
    made = deliveries.clean()
    made["kor_rt"] = made["kor_rt"].assign(WERT=1.0, PENIMBANG=2.0)
    deliveries.csvs(tmp_path, made)
    assert susenas.read(tmp_path, year=2024).households["weight"].iloc[0] == 100.5


def test_two_columns_that_may_be_the_weight_are_told_and_none_is_taken(tmp_path):
    made = deliveries.renamed(deliveries.clean(), FWT="WEIGHT")
    made["kor_rt"] = made["kor_rt"].assign(PENIMBANG=2.0)
    deliveries.csvs(tmp_path, made)
    with refusal(r"WEIGHT \(ssn202403_kor_rt.csv\)", "no_weight"):
        susenas.read(tmp_path, year=2024)


def test_a_column_read_as_another_is_said(tmp_path):
    deliveries.csvs(tmp_path, deliveries.renamed(deliveries.clean(), FWT="BOBOT"))
    survey = susenas.read(tmp_path, year=2024)
    (said,) = {
        (r.fields["column"], r.fields["meant"])
        for r in survey.remarks
        if r.code == "column_read_as"
    }
    assert said == ("BOBOT", "FWT") and SYNONYMS["FWT"].fullmatch("BOBOT")


def test_a_number_mistyped_into_another_kabupaten_is_no_numbering_anew(tmp_path):
    made = deliveries.clean()
    made["kor_rt"].loc[3, "URUT"] = 1  # of Ponorogo; its person is still of 4
    deliveries.csvs(tmp_path, made)
    with refusal("each household once", "bad_cells"):
        susenas.read(tmp_path, year=2024)


def test_an_archive_in_the_folder_of_a_year_is_loaded_once(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "drop_folder", lambda year: tmp_path)
    case = next(c for c in deliveries.CASES if c.name.startswith("a folder with a zip"))
    case.make(tmp_path, deliveries.clean())
    inputs = [i._asdict() for i in susenas.read(tmp_path, year=2024).inputs]
    loaded = pd.DataFrame({"inputs": [[]]})
    monkeypatch.setattr(intake, "_rounds", lambda year: loaded)
    assert intake.waiting(2024)
    loaded = pd.DataFrame({"inputs": [inputs]})
    assert not intake.waiting(2024)


# Notations

LETTERS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
word = st.text(st.sampled_from("abzÀé 0129.,-"), max_size=6).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 99), word), min_size=1, max_size=5),
    letters=st.sampled_from(LETTERS),
    end=st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"]),
    mark=st.sampled_from(",;\t|"),
    tail=st.sampled_from(["", "\x1a", "\0\0\0\0", "END\x1a"]),
    above=st.sampled_from(["", "Judul\n", "sep\n"]),
)
def test_a_table_is_the_same_in_every_notation(
    tmp_path_factory, rows, letters, end, mark, tail, above
):
    written = io.StringIO()
    table = csv.writer(written, delimiter=mark, lineterminator="\n")
    table.writerows([("URUT", "R101", "DESA"), *((n, 35, text) for n, text in rows)])
    text = above.replace("sep\n", f"sep={mark}\n") + written.getvalue()
    text = text[:-1] + "\x1a" if tail == "END\x1a" else text + tail
    path = tmp_path_factory.mktemp("text") / "a.csv"
    path.write_bytes(text.replace("\n", end).encode(letters))
    file = files.look(path)
    loaded = files.load(file, ["URUT", "DESA"], remarks=[], named_by=["DESA"])
    assert loaded["URUT"].tolist() == [n for n, _ in rows]
    plain = files._names(files.pa.chunked_array([[text for _, text in rows]]), 2**53)
    assert loaded["DESA"].fillna("").tolist() == plain.fillna("").tolist()
    read = plain_text.decoded(path.read_bytes())[0]
    assert all(text.replace('"', '""') in read for _, text in rows)


@given(st.lists(st.integers(10**16, 10**19 - 1), min_size=2, max_size=9, unique=True))
def test_long_codes_in_text_never_become_one(codes):
    names = files._names(files.pa.chunked_array([[str(c) for c in codes]]), 2**53)
    assert names.nunique() == len(codes)
    kept = files._names(files.pa.chunked_array([[float(c) for c in codes]]), 2.0**53)
    assert all(notation.name_rule(name) for name in kept)


@given(st.integers(0, 10**11 - 1))
def test_a_code_with_an_exponent_below_a_hundred_thousand_million_is_exact(code):
    shown = f"{code:.15e}"
    (read,) = notation.whole_codes(files.pa.array([shown])).to_pylist()
    assert read == str(code)


def test_the_last_digits_of_a_code_that_are_lost_are_told(tmp_path):
    case = next(c for c in deliveries.CASES if c.name.startswith("PSU 3,5"))
    case.make(tmp_path, deliveries.clean())
    with refusal("its last digits were lost") as caught:
        susenas.read(tmp_path, year=2024)
    assert "row 1, column PSU" in told(caught.value)


@pytest.mark.parametrize("letters", ["utf-16", "cp1252", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_an_office_table_is_read_in_the_same_notations(tmp_path, letters, end):
    path = tmp_path / "a.csv"
    text = "sep=;\nkode;nama\n1;Lainé\n\x1a"
    path.write_bytes(text.replace("\n", end).encode(letters))
    names = {"kode": "code", "nama": "name"}
    table = cells.read(path, names.get, ["code", "name"])
    assert [table.cell(row, "name") for row in table.rows] == ["Lainé"]


def test_an_official_table_that_is_no_text_is_refused_in_our_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(range(1, 32)))
    with refusal("archive", "archive_inside"):
        official.read(path)


def test_a_zip_that_names_a_folder_above_stays_in_its_own(tmp_path):
    with deliveries.zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../b.csv", "URUT,FWT\n1,2\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (found,) = files.find(tmp_path / "a.zip", inside)
    assert inside in found.parents and found.name == "b.csv"


def test_a_refusal_of_a_file_names_no_library():
    error = Refused("unreadable", file="a.csv")
    assert not deliveries.FOREIGN.search(told(error))
    assert delivered.DESIGN


@given(
    st.sampled_from([",", ";", "\t"]),
    st.integers(0, 3),
    st.sampled_from(["Sumber: BPS", "Catatan: angka sementara", "Jumlah", "TOTAL"]),
)
def test_notes_below_a_table_are_no_rows_and_are_counted(
    tmp_path_factory, mark, empty, note
):
    path = tmp_path_factory.mktemp("notes") / "a.csv"
    lines = ["URUT,R101,R102", "1,35,1", "2,35,2"]
    text = "\n".join(lines).replace(",", mark) + "\n" * (1 + empty) + note
    path.write_text(text, "utf-8")
    file = files.look(path)
    assert (file.sheet.rows, file.sheet.below) == (2, 1)
    assert files.load(file, ["URUT"], remarks=[])["URUT"].tolist() == [1, 2]


def test_a_household_that_begins_like_a_note_stays_a_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("DESA,URUT,R101\nSumberejo,1,35\nTotalindo,2,35\nJumlah,3,35\n")
    assert files.look(path).sheet.rows == 3


def test_a_label_that_may_be_of_another_unit_gives_no_name():
    for name in ("FWT INDIVIDU", "FOOD SEMINGGU", "EXPEND PER KAPITA", "WERT (ART)"):
        assert files.bps_name(name) == name
    assert files.bps_name("EXPEND PENGELUARAN RUMAH TANGGA") == "EXPEND"


def test_a_column_that_is_there_by_its_own_name_is_not_named_twice(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("URUT,R101,R101 NAMA,R102\n1,35,JAWA TIMUR,1\n")
    columns = files.look(path).columns
    assert columns["R101"] == "R101" and columns["R101 NAMA"] == "R101 NAMA"


def test_names_of_parts_by_province_or_with_a_day_are_no_other_round(tmp_path, clean):
    made = deliveries.clean()
    tables = {n: made[n] for n in ("kor_ind1", "kor_ind2", "kp_blok43")}
    for n, part in made["kor_rt"].groupby("R102"):
        tables[f"kor_rt_35{n:02d}_2024-0{n}-17"] = part
    deliveries.csvs(tmp_path, tables)
    assert not deliveries.differences(susenas.read(tmp_path, year=2024), clean)


def test_a_whole_year_below_zero_is_told_to_be_out_of_range():
    for given_year in ("-5", "0", "20244"):
        with refusal(code="out_of_range"):
            checked("year", given_year)
    with refusal(code="no_whole_number"):
        checked("year", " 2024 ")


@pytest.mark.parametrize("kind", ["link to nothing", "empty folder", "device"])
def test_what_is_called_as_a_part_and_is_no_file_is_not_passed_over(tmp_path, kind):
    """Without the second part of the persons a delivery would be loaded in silence."""
    deliveries.csvs(tmp_path, deliveries.clean())
    part = tmp_path / "ssn202403_kor_ind2.csv"
    part.unlink()
    if kind == "empty folder":
        part.mkdir()
    else:
        part.symlink_to("/dev/null" if kind == "device" else "nowhere")
    codes = {"link to nothing": "broken_link", "empty folder": "a_folder"}
    with refusal(code=codes.get(kind, "not_a_file")):
        susenas.read(tmp_path, year=2024)
