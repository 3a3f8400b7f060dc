"""An office's own table: through the template, checked, approved, and into findings."""

import datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import analysis, parameters, published, reference, speaker, words
from sepakat_lib.daerah import kept, reading, submitting, templates
from sepakat_lib.refused import Refused
from sepakat_lib.tables import Differences, Estimates, Official

TODAY = datetime.date(2024, 10, 1)
PACITAN = "3501"
PROFILE = "Profil Kesehatan Kabupaten Pacitan 2023"
FIRST = templates.HEADER + 1
LETTERS = {
    name: openpyxl.utils.get_column_letter(n)
    for n, name in enumerate(templates.COLUMNS, start=1)
}
NOTHING = Estimates.empty()


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return tmp_path


def made(place, kind="profil-kesehatan", region=PACITAN, language="id", name="a"):
    path = place / f"{name}.xlsx"
    path.unlink(missing_ok=True)
    templates.write(kind, region, path, language)
    return path


def fill(path, rows, *, first=FIRST):
    """Type cells into a template, as a person would, one dict a row."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, start=first):
        for name, value in row.items():
            sheet[f"{LETTERS[name]}{number}"] = value
    book.save(path)
    return path


def typed(value, year=2022, document=PROFILE, table="Tabel 24", **more):
    row = {"year": year, "value": value, "document": document, "table": table}
    return row | more


def own(value, **more):
    """A row of an indicator of the office's own."""
    told = {"name": "Posyandu aktif", "code": "", "unit": "buah", "region": PACITAN}
    told |= {"formula": "posyandu yang aktif", "keeper": "Dinas Kesehatan"}
    return typed(value, **(told | {"region_name": ""} | more))


def problems(path):
    """What is wrong: row less that of the headings, our column, and the rule's code."""
    names = {letter: name for name, letter in LETTERS.items()}
    found = reading.read(path, TODAY).problems
    return [
        (each.row - templates.HEADER, names.get(each.letter), each.rule.split(" ")[0])
        for each in found
    ]


def other(place, *rows, **how):
    """A table of own indicators, filled."""
    return fill(made(place, "other", **how), rows)


# The way through


def test_a_table_of_each_kind_goes_through_its_template_without_a_difference(place):
    for kind in templates.KINDS:
        path = made(place, kind, name=kind)
        asked = templates.asked(kind, "id")
        values = [n + 0.25 if u != "things" else n for n, u in enumerate(asked["unit"])]
        if kind == "apbd":
            values = apbd_values(asked)
        fill(path, [typed(v, document=f"Dokumen {kind} 2023") for v in values])
        done = submitting.submit(path, "Sri", today=TODAY)
        read = kept.rows(done["id"])
        assert read["indicator"].tolist() == asked["indicator"].tolist()
        assert read["value"].tolist() == values
        assert set(read["region"]) == {PACITAN} and set(read["year"]) == {2022}
        assert set(read["month"]) == {0} and set(read["area"]) == {"all"}
        assert read["formula"].tolist() == asked["formula"].tolist()
        assert done["values"] == len(asked) and done["kind"] == kind
        assert kept.workbook(done["id"]) == path.read_bytes()


def apbd_values(asked):
    """Parts of 10, 20, … and wholes that are their sums."""
    parts = {"own": 10, "transfer": 20, "other": 30, "operating": 40, "capital": 50}
    parts |= {"unforeseen": 60, "revenue": 60, "spending": 170}  # transfers stand twice
    last = [name.rsplit("_", 2)[-2] for name in asked["indicator"]]
    return [parts.get(name, 5) for name in last]


def test_the_shares_of_a_table_in_another_layout_come_back_as_they_were(place):
    """A second maker's: columns turned round, English headings, a title above, text."""
    path = place / "second.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Health in Pacitan"])
    sheet.append(["Kind of table", "profil-kesehatan"])
    sheet.append(["Region of the table", "35.01"])
    sheet.append([])
    names = [*reversed(templates.COLUMNS)]
    sheet.append([templates.heading(name, "en").upper() for name in names])
    asked = templates.asked("profil-kesehatan", "en")
    expected = [round(90 + n / 7, 1) for n in range(12)]
    for figure, value in zip(asked.itertuples(), expected, strict=False):
        row = {
            "name": figure.name,
            "region_name": "Kabupaten Pacitan",
            "unit": "Percent",
            "formula": figure.formula,
            "keeper": "the health office",
            "grade": "computed",
            **typed(f"{value}".replace(".", ","), year="2022"),
        }
        sheet.append([row.get(name, "") for name in names])
    book.save(path)
    done = submitting.submit(path, "Sri", today=TODAY)
    read = kept.rows(done["id"])
    assert read["value"].tolist() == expected
    assert read["indicator"].tolist() == asked["indicator"].tolist()[:12]
    assert set(read["publisher"]) == {"Dinas Kesehatan"}
    assert set(read["grade"]) == {"computed"}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(2005, 2022), st.decimals(0, 400, places=2, allow_nan=False)
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from([",", "."]),
    st.booleans(),
)
def test_any_numbers_come_back_with_either_decimal_mark(place, pairs, mark, as_text):
    rows = []
    for year, value in pairs:
        text = f"{value + 1:.2f}".replace(".", mark)
        rows.append(own(text if as_text else float(value + 1), year=year))
    path = other(place, *rows)
    read = reading.read(path, TODAY)
    leaps = [each for each in read.problems if each.rule.startswith("same_unit")]
    assert read.problems == leaps
    assert read.rows["value"].tolist() == [float(value + 1) for _, value in pairs]


def test_a_template_says_what_each_column_means_and_which_must_be_filled(place):
    for language in words.LANGUAGES:
        book = openpyxl.load_workbook(made(place, language=language))
        told = [row[0].value for row in book.worksheets[2].iter_rows()]
        for name, must in templates.COLUMNS.items():
            heading = templates.heading(name, language)
            assert heading in told and heading.endswith("*") == must
        must = {name for name, needed in templates.COLUMNS.items() if needed}
        assert {"document", "table", "formula", "keeper"} <= must
        ranges = [
            str(v.sqref) for v in book.worksheets[0].data_validations.dataValidation
        ]
        for name in ("area", "grade", "unit", "keeper", "month", "year"):
            assert any(each.startswith(LETTERS[name]) for each in ranges)


def test_a_template_of_a_province_has_a_row_for_each_of_its_kabupaten(place):
    path = made(place, "profil-kesehatan", "34")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    codes = [sheet[f"{LETTERS['region']}{FIRST + n}"].value for n in range(6)]
    assert codes == ["3401", "3402", "3403", "3404", "3471", "34"]


def test_a_template_is_not_written_over_one_that_somebody_may_have_filled(place):
    path = made(place)
    with pytest.raises(Refused) as error:
        templates.write("rka", PACITAN, path)
    assert error.value.code == "file_there"
    with pytest.raises(Refused) as error:
        templates.write("rkas", PACITAN, place / "b.xlsx")
    assert error.value.code == "unknown_table_kind"


def test_rows_that_nobody_filled_are_no_rows_and_a_table_of_them_is_refused(place):
    with pytest.raises(Refused) as error:
        submitting.submit(made(place), "Sri", today=TODAY)
    assert error.value.code == "nothing_filled"
    done = submitting.submit(fill(made(place), [typed(90)]), "Sri", today=TODAY)
    assert done["values"] == 1


# What is wrong, one by one

WRONG = {
    "percent above 100": (typed(100.1), "value", "number_to"),
    "below 0": (typed(-1), "value", "number_from"),
    "no source": (typed(9, document=""), "document", "filled"),
    "no table": (typed(9, table=None), "table", "filled"),
    "no formula": (typed(9, formula=""), "formula", "filled"),
    "no keeper": (typed(9, keeper=""), "keeper", "filled"),
    "no year": (typed(9, year=None), "year", "filled"),
    "no value and no word why": (typed(None), "value", "value_or_note"),
    "a dash": (typed("-"), "value", "zero_or_nothing"),
    "an en dash": (typed("–"), "value", "zero_or_nothing"),
    "dots": (typed("..."), "value", "zero_or_nothing"),
    "an ellipsis": (typed("…"), "value", "zero_or_nothing"),
    "n.a.": (typed("n.a."), "value", "zero_or_nothing"),
    "words": (typed("banyak"), "value", "number"),
    "two readings": (typed("1.250"), "value", "two_readings"),
    "a formula": (typed("=2+2"), "value", "no_formula"),
    "a formula in words": (typed(9, note="=A1"), "note", "no_formula"),
    "a kota for a kabupaten": (
        typed(9, region="", region_name="Kota Madiun"),
        "region_name",
        "of_region",
    ),
    "another region": (typed(9, region="3502"), "region_name", "other_region_name"),
    "a Kemendagri code without its dot": (
        typed(9, region="3599", region_name=""),
        "region",
        "region_code",
    ),
    "no region": (typed(9, region="", region_name=""), "region", "filled"),
    "a year after its document": (typed(9, year=2024), "year", "year_of_document"),
    "the year of the edition": (
        typed(9, year=2023, document="Kabupaten Pacitan Dalam Angka 2023"),
        "year",
        "year_before_edition",
    ),
    "a year to come": (typed(9, year=2026), "year", "whole_from_to"),
    "no month": (typed(9, month=13), "month", "whole_from_to"),
    "no area": (typed(9, area="pesisir"), "area", "codes"),
    "no grade": (typed(9, grade="A"), "grade", "codes"),
    "a misspelt code": (typed(9, code="KEM-1021"), "code", "indicator_code"),
    "a code and another's name": (
        typed(9, code="KEM-021", unit="nilai indeks"),
        "name",
        "name_of_code",
    ),
    "a catalogue's figure in another unit": (
        typed(9, code="KEM-021", name="Indeks Pembangunan Manusia"),
        "unit",
        "unit_is",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_cell_is_named_and_nothing_is_stored(case, place):
    row, column, rule = WRONG[case]
    path = fill(made(place), [row])
    assert (1, column, rule) in problems(path)
    with pytest.raises(Refused) as error:
        submitting.submit(path, "Sri", today=TODAY)
    assert error.value.code == "bad_submission"
    assert kept.submissions().empty and kept.figures() is None


def test_the_numbers_beside_a_wrong_one_are_right(place):
    assert problems(fill(made(place), [typed(100), typed(0), typed("99,5")])) == []


def test_a_bare_name_never_becomes_the_kota(place):
    for name, rule in (
        ("Pekalongan", "which_region"),  # of a kabupaten and a kota
        ("Surakarta", "which_region"),  # of a kota alone
        ("Wonogiri", None),
        ("Kota Surakarta", None),
        ("Kabupaten Pekalongan", None),
        ("Jepare", "region_code_like"),
    ):
        rows = [own(4, region="", region_name=name)]
        found = problems(other(place, *rows, region="33"))
        rules = [each[2] for each in found if each[2] != "regions_there"]
        assert rules == ([rule] if rule else []), name


def test_a_renamed_and_an_unknown_column_are_marked(place):
    path = fill(made(place), [typed(9)])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet[f"{LETTERS['unit']}{templates.HEADER}"] = "Satuan ukur"
    sheet[f"P{templates.HEADER}"] = "Penanggung jawab"
    book.save(path)
    found = reading.read(path, TODAY).problems
    assert [(each.letter, each.rule.split(" ")[0]) for each in found] == [
        (LETTERS["unit"], "known_column"),
        ("P", "known_column"),
        ("Q", "columns_there"),
    ]
    assert "Satuan *" in found[0].rule and "Satuan" in found[2].rule


def test_merged_cells_are_marked_once(place):
    path = fill(made(place), [typed(9), typed(8)])
    book = openpyxl.load_workbook(path)
    letter = LETTERS["document"]
    book.worksheets[0].merge_cells(f"{letter}{FIRST}:{letter}{FIRST + 1}")
    book.save(path)
    assert (1, "document", "not_merged") in problems(path)


def test_a_decimal_comma_beside_a_point_is_marked_where_it_is_rarer(place):
    rows = [typed("90.5"), typed("91.25"), typed("92,5"), typed(93.5)]
    assert problems(fill(made(place), rows)) == [(3, "value", "other_mark")]
    rows = [typed("90.5"), typed("92,5")]  # as many of each: Indonesia's is the comma
    assert problems(fill(made(place), rows)) == [(1, "value", "other_mark")]


def test_a_region_twice_is_marked_and_one_that_lacks_is_named(place):
    codes = ["3401", "3402", "3403", "3404", "3404"]
    rows = [own(9, region=code) for code in codes]
    path = other(place, *rows, region="34")
    assert problems(path) == [
        (1, "region", "regions_there"),
        (5, "region", "figure_once"),
    ]
    (told, *_) = reading.read(path, TODAY).problems
    assert "3471" in told.rule and "3403" not in told.rule


def test_a_region_without_data_is_there_when_a_note_says_why(place):
    codes = ["3401", "3402", "3403", "3404"]
    rows = [own(9, region=code) for code in codes]
    rows.append(own(None, region="3471", note="tidak didata"))
    path = other(place, *rows, region="34")
    assert problems(path) == []
    done = submitting.submit(path, "Sri", today=TODAY)
    assert done["values"] == 4


def test_a_unit_and_a_formula_hold_along_a_series(place):
    rows = [own(3, year=2020), own(4, year=2021), own(5, year=2022)]
    rows[1] |= {"unit": "persen"}
    rows[2] |= {"formula": "posyandu mandiri"}
    assert problems(other(place, *rows)) == [
        (2, "unit", "unit_of_series"),
        (3, "formula", "formula_of_series"),
    ]


def test_a_unit_that_changes_unsaid_is_seen_by_its_size(place):
    rows = [own(1250, year=2020), own(1.3, year=2021), own(1.4, year=2022)]
    assert problems(other(place, *rows)) == [(2, "value", "same_unit")]


def test_the_unit_of_what_is_approved_holds_for_what_comes_later(place):
    approved(place, own(3))
    path = other(place, own(4, year=2023, unit="orang", document="Profil 2024"))
    assert problems(path) == [(1, "unit", "unit_of_series")]


def test_a_total_is_held_against_the_rows_above_and_is_no_figure(place):
    rows = [own(10, region="3401"), own(20, region="3402"), own(30, region="3403")]
    rows += [own(1, region="3404"), own(2, region="3471")]
    total = {"region": "", "region_name": "Jumlah", "value": 63}
    path = other(place, *rows, total, region="34")
    assert problems(path) == []
    assert reading.read(path, TODAY).rows["value"].sum() == 63
    path = other(place, *rows, total | {"value": 64}, region="34")
    assert problems(path) == [(6, "value", "sum_is")]
    assert '"63"' in reading.read(path, TODAY).problems[0].rule
    rows = [row | {"unit": "persen"} for row in rows]
    path = other(place, *rows, total, region="34")
    assert problems(path) == [(6, "value", "no_total_here")]


def test_a_province_and_a_year_of_an_apbd_add_up(place):
    codes = ["3401", "3402", "3403", "3404", "3471"]
    parts = [own(n, region=code) for n, code in enumerate(codes, start=1)]
    path = other(place, *parts, own(15, region="34"), region="34")
    assert problems(path) == []
    path = other(place, *parts, own(16, region="34"), region="34")
    assert problems(path) == [(6, "value", "sum_is")]
    by_area = [own(7), own(3, area="perkotaan"), own(5, area="perdesaan")]
    assert problems(other(place, *by_area)) == [(1, "value", "sum_is")]
    asked = templates.asked("apbd", "id")
    values = apbd_values(asked)
    values[0] += 1
    rows = [typed(v, document="APBD 2023") for v in values]
    path = fill(made(place, "apbd"), rows)
    assert problems(path) == [(1, "value", "sum_is")]


def test_rounded_parts_need_not_add_up_to_the_last_place():
    assert reading._equal(1.0, [0.3, 0.3, 0.3]) and reading._equal(10, [4, 6])
    assert not reading._equal(10, [4, 7]) and not reading._equal(1.5, [0.3, 0.3, 0.3])


def test_a_year_in_the_head_or_the_files_name_that_no_row_has_is_marked(place):
    path = fill(made(place), [typed(9)])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"] = "Capaian tahun 2020"
    book.worksheets[0][f"{LETTERS['value']}{templates.HEADER}"] = "Nilai 2021 *"
    book.save(path)
    assert problems(path) == [
        (1 - templates.HEADER, "code", "year_of_rows"),
        (0, "value", "year_of_rows"),
    ]
    path = fill(made(place, name="capaian-2020"), [typed(9)])
    assert [each[2] for each in problems(path)] == ["year_of_rows"]
    path = fill(made(place, name="profil-2023"), [typed(9)])
    assert problems(path) == []  # of the document


def test_what_contradicts_a_shipped_figure_of_bps_is_marked(place):
    row = own(
        13.64, name="", code="p0", unit="persen", keeper="BPS", year=2023, month=3
    )
    row |= {"formula": "penduduk miskin / penduduk"}
    assert problems(other(place, row)) == [(1, "value", "as_shipped")]
    assert problems(other(place, row | {"value": 13.65})) == []  # as BPS printed it
    approved(place, row | {"value": 13.65})
    pd.testing.assert_frame_equal(published.official(), reference.official())


def test_a_file_that_is_no_template_is_refused(place):
    book = openpyxl.Workbook()
    book.active.append(["Kecamatan", "Nilai"])
    book.save(place / "other.xlsx")
    for name, code in (
        ("other.xlsx", "not_template"),
        ("none.xlsx", "no_file"),
        ("other.csv", "survey_kind"),
        ("broken.xlsx", "unreadable"),
    ):
        if name in ("other.csv", "broken.xlsx"):
            (place / name).write_text("x")
        with pytest.raises(Refused) as error:
            submitting.submit(place / name, "Sri", today=TODAY)
        assert error.value.code == code


# What comes back


def test_the_copy_that_comes_back_marks_each_cell_and_lists_all(place):
    path = fill(made(place), [typed(100.1), typed("…"), typed(9)])
    before = path.read_bytes()
    with pytest.raises(Refused) as error:
        submitting.submit(path, "Sri", today=TODAY)
    assert path.read_bytes() == before
    assert len(error.value.problems) == error.value.fields["cells"] == 2
    book = openpyxl.load_workbook(error.value.fields["copy"])
    sheet, listed = book.worksheets[0], book["Daftar masalah"]
    marked = {
        cell.row - templates.HEADER: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert [*marked] == [1, 2] and "paling tinggi 100" in marked[1]
    letter = LETTERS["value"]
    assert sheet[f"{letter}{FIRST}"].fill.fgColor.rgb.endswith("F4B6B0")
    assert not sheet[f"{letter}{FIRST + 2}"].fill.fgColor.rgb.endswith("F4B6B0")
    assert [row[2].value for row in listed.iter_rows(min_row=2)] == ["100.1", "…"]
    # put right in the copy itself, it is taken, and its marks go with the next one
    copy = fill(error.value.fields["copy"], [typed(99), typed(98)])
    done = submitting.submit(copy, "Sri", today=TODAY)
    assert done["values"] == 3


def test_a_marked_cell_is_no_longer_marked_once_it_is_right(place):
    path = fill(made(place), [typed(101), typed(102)])
    with pytest.raises(Refused) as error:
        submitting.submit(path, "Sri", today=TODAY)
    again = fill(error.value.fields["copy"], [typed(99)])
    with pytest.raises(Refused) as error:
        submitting.submit(again, "Sri", today=TODAY)
    sheet = openpyxl.load_workbook(error.value.fields["copy"]).worksheets[0]
    comments = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert [cell.row for cell in comments] == [FIRST + 1]


def test_a_number_of_a_citizen_is_not_repeated(place):
    path = fill(made(place), [typed("3501010101010001")])
    assert "3501010101010001" not in str(reading.read(path, TODAY).problems)


def test_no_cell_of_the_list_is_a_formula(place):
    path = fill(made(place), [typed('=HYPERLINK("http://x")')])
    with pytest.raises(Refused) as error:
        submitting.submit(path, "Sri", today=TODAY)
    listed = openpyxl.load_workbook(error.value.fields["copy"])["Daftar masalah"]
    assert {cell.data_type for row in listed.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_rule_is_said_in_words(language, place):
    for row, _, _ in WRONG.values():
        for each in reading.read(fill(made(place), [row]), TODAY).problems:
            said = speaker.rule(each.rule, language)
            assert said != each.rule or " " not in each.rule
            assert "{" not in said and "_" not in said.replace("_", " ", 0)[:3]


# A second name, and versions


def approved(place, *rows, name="a"):
    done = submitting.submit(other(place, *rows, name=name), "Sri", today=TODAY)
    submitting.approve(done["id"], "Budi")
    return done["id"]


def own_figures():
    table = published.official()
    return table[table["indicator"].eq("posyandu_aktif")]


def test_what_waits_for_a_second_name_is_no_official_figure(place):
    done = submitting.submit(other(place, own(41)), "Sri Rahayu", today=TODAY)
    assert own_figures().empty and published.mark() == ""
    for same in ("Sri Rahayu", " sri  rahayu ", "SRI RAHAYU", "Sri Rahayu."):
        with pytest.raises(Refused) as error:
            submitting.approve(done["id"], same)
        assert error.value.code == "same_name"
    assert own_figures().empty
    submitting.approve(done["id"], "Budi")
    (figure,) = own_figures().to_dict("records")
    Official.validate(published.official())
    assert figure == {
        "region": PACITAN,
        "year": 2022,
        "month": 0,
        "area": "all",
        "indicator": "posyandu_aktif",
        "value": 41.0,
        "publisher": "Dinas Kesehatan",
        "table": f"{PROFILE}, Tabel 24",
        "note": "posyandu yang aktif",
        "grade": "published",
    }
    assert published.mark()


@pytest.mark.parametrize(("name", "code"), [("", "nobody"), ("x" * 81, "wrong_name")])
def test_nobody_hands_in_or_approves_without_a_name(name, code, place):
    path = other(place, own(41))
    with pytest.raises(Refused) as error:
        submitting.submit(path, name, today=TODAY)
    assert error.value.code == code
    done = submitting.submit(path, "Sri", today=TODAY)
    with pytest.raises(Refused) as error:
        submitting.approve(done["id"], name)
    assert error.value.code == code


def test_the_same_document_and_table_again_is_a_new_version_and_the_old_stays(place):
    first = approved(place, own(41), own(39, year=2021))
    path = other(place, own(42, document=PROFILE.upper()), name="b")
    second = submitting.submit(path, "Sri", today=TODAY)
    assert second["tables"][0]["version"] == 2
    assert own_figures()["value"].tolist() == [41, 39]  # while the second waits
    submitting.approve(second["id"], "Budi")
    assert own_figures()["value"].tolist() == [42]  # the first counts no more, whole
    assert kept.rows(first)["value"].tolist() == [41, 39]
    assert openpyxl.load_workbook(place / "a.xlsx").worksheets[0].title == "Data"
    assert kept.workbook(first) == (place / "a.xlsx").read_bytes()
    assert kept.submissions()["id"].tolist() == [first, second["id"]]


def test_another_table_stands_beside_and_another_document_corrects(place):
    approved(place, own(41))
    approved(place, own(50, table="Tabel 25", name="Posyandu mandiri"), name="b")
    assert own_figures()["value"].tolist() == [41]
    approved(
        place, own(43, document="Profil Kesehatan Kabupaten Pacitan 2024"), name="c"
    )
    assert own_figures()["value"].tolist() == [43]


def test_an_older_version_cannot_take_the_place_of_a_newer_one(place):
    first = submitting.submit(other(place, own(41)), "Sri", today=TODAY)
    second = approved(place, own(42), name="b")
    with pytest.raises(Refused) as error:
        submitting.approve(first["id"], "Budi")
    assert error.value.code == "older_version"
    with pytest.raises(Refused) as error:
        submitting.approve(second, "Tono")
    assert error.value.code == "already_approved"
    with pytest.raises(Refused) as error:
        submitting.approve("3501-0009", "Tono")
    assert error.value.code == "no_submission" and first["id"] in str(error.value)
    assert own_figures()["value"].tolist() == [42]


def test_the_same_file_again_is_no_new_version(place):
    done = submitting.submit(other(place, own(41)), "Sri", today=TODAY)
    with pytest.raises(Refused) as error:
        submitting.submit(place / "a.xlsx", "Tono", today=TODAY)
    assert error.value.code == "same_submission" and done["id"] in str(error.value)


def test_what_was_changed_from_outside_counts_for_nothing(place):
    done = approved(place, own(41))
    rows = kept._root() / done / "rows.parquet"
    kept.rows(done).assign(value=99.0).to_parquet(rows)
    with pytest.raises(Refused) as error:
        published.official()
    assert error.value.code == "damaged_submission"
    (kept._root() / done / "record.json").write_text("{")
    with pytest.raises(Refused) as error:
        kept.submissions()
    assert error.value.code == "damaged_submission"


def test_an_approved_value_is_a_finding_once_and_says_its_grade(place):
    """The index of disaster risk waits in the catalogue until somebody hands it in."""
    chosen = parameters.Parameters(region=PACITAN, year=2023)

    def levels():
        official = published.official()
        found = analysis.findings(
            chosen, official, NOTHING, Differences.empty(), NOTHING
        )
        kind = found["kind"].eq("level")
        return found[kind & found["indicator"].eq("irbi")]

    assert levels().empty
    row = {"code": "KEM-024", "name": "", "unit": "nilai indeks", "keeper": "Bappeda"}
    row |= {"formula": "rata-rata geometrik", "grade": "dihitung"}
    approved(place, own(70.94, year=2022, **row), own(71.5, year=2023, **row))
    (found,) = levels().to_dict("records")
    assert (found["value"], found["year"], found["month"]) == (71.5, 2023, 0)
    assert (found["kind"], found["source"], found["remark"]) == (
        *("level", "official"),
        "computed",
    )
    assert found["id"] == "level/official/3501/2023-00/irbi/all/all"


# On the command line


def test_the_verbs_say_what_they_did(place, say, monkeypatch):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    path = place / "t.xlsx"
    code, out, _ = say(
        *("data", "template", "profil-kesehatan", "--region", "pacitan"),
        *("--output", path),
    )
    assert code == 0 and "Rows to fill: 14" in out
    letters = {"value": 101, "year": 2022, "document": PROFILE, "table": "Table 1"}
    fill(path, [letters])
    code, out, told = say("data", "submit", path, "--by", "Sri")
    assert code == 2 and "t.masalah.xlsx" in told and "100 at the highest" in told
    fill(path, [letters | {"value": 99}])
    code, out, _ = say("data", "submit", path, "--by", "Sri")
    assert code == 0 and "3501-0001 is stored" in out and "version 1" in out
    code, _, told = say("data", "approve", "3501-0001", "--by", "sri")
    assert code == 2 and "by another name" in told
    code, out, _ = say("data", "approve", "3501-0001", "--by", "Budi")
    assert code == 0 and "approved by Budi" in out
    code, out, _ = say("data", "fetch", "3501-0001", "--output", place / "kept.xlsx")
    assert code == 0 and (place / "kept.xlsx").read_bytes() == path.read_bytes()
    code, out, _ = say("data", "status", "--region", "3501")
    assert code == 0 and "handed in by Sri, approved by Budi" in out


def test_a_refusal_of_a_bad_table_says_where_its_copy_is(place):
    path = fill(made(place), [typed(101)])
    with refusal(
        r"(?s)a\.masalah\.xlsx.*row 6, column Nilai \*: 101; 100 at the highest"
    ):
        submitting.submit(path, "Sri", today=TODAY)
