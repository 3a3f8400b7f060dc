"""Year and round of Susenas files: given, or in the files; never believed from a name."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import susenas_fixture as delivered
from refusing import refusal
from refusing import told as read_out

from sepakat_lib import intake, plausibility, warehouse
from sepakat_lib.refused import Refused
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import dating

PACITAN = "3501"


@pytest.fixture(autouse=True)
def two_households_are_enough(monkeypatch):
    """Files of a few households stand for a kabupaten; only their date is tried here."""
    monkeypatch.setattr(plausibility, "check", lambda *_, **__: ())


@pytest.fixture
def made() -> dict[str, pd.DataFrame]:
    return delivered.narrow(delivered.tables())


def called(folder: Path, made, name: str = "{part}") -> Path:
    """Files of March 2024 in a folder, each called by a pattern of its part."""
    delivered.write(folder, made)
    for path in list(folder.iterdir()):
        part = path.name.removeprefix("ssn202403_")
        path.rename(folder / name.format(part=part))
    return folder


def told(survey) -> dict[str, dict]:
    return {remark.code: remark.fields for remark in survey.remarks}


def refused(paths, **choices) -> Refused:
    with refusal() as error:
        susenas.read(paths, **choices)
    return error.value


# The year


@pytest.mark.parametrize(
    ("name", "hinted"),
    [
        ("{part}", []),
        ("ssn202403_{part}", ["2024"]),
        ("susenas_2019_{part}", ["2019"]),
        ("ssn032023_{part}", ["2023"]),
        ("susenas_download_2024-11-03_{part}", []),
        ("20241103 1530 {part}", []),
        ("03-11-2024_{part}", []),
        ("susenas2023_2024-11-03_{part}", ["2023"]),
    ],
)
def test_without_a_year_files_are_refused_whatever_their_name(
    tmp_path, made, name, hinted
):
    error = refused(called(tmp_path / "in", made, name))
    assert error.code == "no_year" and error.fields == {"years": hinted}
    assert "--year 2024" in read_out(error)


@pytest.mark.parametrize(
    ("name", "remarked"),
    [
        ("{part}", None),
        ("ssn202303_{part}", None),
        ("susenas_download_2024-11-03_{part}", None),
        ("ssn202103_{part}", ["2021"]),
        ("susenas 2021-2022 {part}", ["2021", "2022"]),
    ],
)
def test_the_year_given_counts_and_another_one_in_a_name_is_told(
    tmp_path, made, name, remarked
):
    survey = susenas.read(called(tmp_path / "in", made, name), year=2023)
    assert survey.year == 2023
    expected = {"years": remarked, "year": "2023"} if remarked else None
    assert told(survey).get("other_year_in_name") == expected


@pytest.mark.parametrize("year", [1999, 2031, "2023.0", 2023.0, True, "２０２３", ""])
def test_a_year_that_cannot_be_is_refused(tmp_path, made, year):
    with refusal():
        susenas.read(called(tmp_path / "in", made), year=year)


# The round


SEPTEMBERS = [
    "ssn202409_{part}",
    "susenas_september_{part}",
    "Susenas SEPTEMBER {part}",
    "susenasseptember2024{part}",
    "SusenasSept_{part}",
    "SusenasSep2024_{part}",
    "susenassep24_{part}",
    "kor SEPT'24 {part}",
    "sep_{part}",
    "2024-09_{part}",
    "2024_9_{part}",
    "2024_09_11_{part}",
    "09-2024 {part}",
    "092024_{part}",
    "ssn2409_{part}",
    "ssn0924_{part}",
    "bulan09_{part}",
    "susenas_semester_2_{part}",
    "Susenas Semester II {part}",
    "smt2_{part}",
    "putaran2_{part}",
    "triwulan III {part}",
    "SEPTEMBRE_{part}",
    "susenas IX 2024 {part}",
]


@pytest.mark.parametrize("name", SEPTEMBERS)
def test_a_name_that_hints_at_september_makes_the_round_be_asked_for(
    tmp_path, made, name
):
    folder = called(tmp_path / "in", made, name)
    error = refused(folder, year=2024)
    assert error.code == "no_round" and len(error.fields["names"]) == len(made)
    september = susenas.read(folder, year=2024, round="september")
    assert (september.round, september.finest) == ("september", "province")
    assert "other_round_in_name" not in told(september)
    march = susenas.read(folder, year=2024, round="march")
    assert march.round == "march"
    assert told(march)["other_round_in_name"]["round"] == "march"


def test_one_file_of_many_or_their_folder_may_hint_at_september(tmp_path, made):
    folder = called(tmp_path / "in", made)
    (folder / "kor_rt.csv").rename(folder / "kor_rt_sept.csv")
    assert refused(folder, year=2024).fields == {"names": ["kor_rt_sept.csv"]}
    folder = called(tmp_path / "Susenas September 2024", made)
    assert refused(folder, year=2024).code == "no_round"
    assert refused(list(folder.iterdir()), year=2024).code == "no_round"


@pytest.mark.parametrize(
    "name",
    [
        "ssn202403_{part}",
        "{part}",
        "diunduh_2024-09-12_{part}",
        "diunduh 12.09.2024 {part}",
        "20240912_{part}",
        "20240912_093015_{part}",
        "2024_11_09_{part}",
        "terpisah_{part}",
        "SEPAKAT_{part}",
        "kor_3209_{part}",
        "kor_1709_{part}",
        "blok_11_31_{part}",
        "2009_{part}",
        "semester_1_{part}",
        "maret_{part}",
    ],
)
def test_a_name_that_only_looks_like_september_is_loaded_as_march(tmp_path, made, name):
    survey = susenas.read(called(tmp_path / "in", made, name), year=2024)
    assert survey.round == "march" and "round_is_march" in told(survey)


@pytest.mark.parametrize("round", ["march", "september"])
def test_a_march_in_a_name_is_no_obstacle_but_a_remark_where_september_is_given(
    tmp_path, made, round
):
    folder = called(tmp_path / "in", made, "ssn202403_{part}")
    survey = susenas.read(folder, year=2024, round=round)
    assert survey.round == round
    assert ("other_round_in_name" in told(survey)) == (round == "september")


@pytest.mark.parametrize("round", ["maret", "03", "March", "", 3])
def test_a_round_that_is_none_is_refused(tmp_path, made, round):
    error = refused(called(tmp_path / "in", made), year=2024, round=round)
    assert error.code == "unknown_round"


@given(st.text(max_size=30))
def test_any_name_can_be_looked_at(name):
    years, rounds = dating.signs_of(name)
    assert all(len(year) == 4 for year in years)
    assert rounds <= {"march", "september"}


# What stands in the files


def with_columns(made, file="kor_rt", **columns):
    return made | {file: made[file].assign(**columns)}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"TAHUN": 2023}, (2023, "march")),
        ({"thn": 2023, "BULAN": 3}, (2023, "march")),
        ({"YEAR": 2022, "BLN": "09"}, (2022, "september")),
        ({"TAHUN_SURVEI": "2023", "SEMESTER": 2}, (2023, "september")),
        ({"TAHUN": [2023, None, 2023, 2023]}, (2023, "march")),
        ({"PERIODE": "202309"}, (2023, "september")),
        ({"PERIODE": "Maret 2023"}, (2023, "march")),
        ({"PERIODE": "2023-09"}, (2023, "september")),
        ({"TAHUN": 2023, "BULAN": "SEPTEMBER"}, (2023, "september")),
    ],
)
def test_a_column_tells_the_year_and_the_round(tmp_path, made, columns, expected):
    folder = called(tmp_path / "in", with_columns(made, **columns), "ssn201903_{part}")
    survey = susenas.read(folder)
    assert (survey.year, survey.round) == expected
    assert "year_from_column" in told(survey)
    assert told(survey)["other_year_in_name"]["years"] == ["2019"]
    assert susenas.read(folder, year=expected[0], round=expected[1]).year == expected[0]


@pytest.mark.parametrize(
    ("columns", "choices"),
    [
        ({"TAHUN": 2023}, {"year": 2024}),
        ({"TAHUN": [2023, 2023, 2024, 2023]}, {"year": 2023}),
        ({"BULAN": 9}, {"year": 2024, "round": "march"}),
        ({"BULAN": "Maret"}, {"year": 2024, "round": "september"}),
        ({"SEMESTER": 1}, {"year": 2024, "round": "september"}),
        ({"PERIODE": "202309"}, {"year": 2024, "round": "september"}),
    ],
)
def test_a_column_that_says_otherwise_refuses_what_was_given(
    tmp_path, made, columns, choices
):
    folder = called(tmp_path / "in", with_columns(made, "kp_blok43", **columns))
    error = refused(folder, **choices)
    assert error.code == "other_when"
    assert error.fields["found"][0].startswith("kp_blok43.csv")


@pytest.mark.parametrize("second", [{"TAHUN": 2024}, {"THN": [2023, 2024, 2023, 2023]}])
def test_columns_of_several_years_are_refused(tmp_path, made, second):
    one = with_columns(made, TAHUN=2023)
    folder = called(tmp_path / "in", with_columns(one, "kp_blok43", **second))
    assert refused(folder).code == "several_when"


@pytest.mark.parametrize(
    "columns",
    [
        {"TAHUN": 24},
        {"TAHUN": [1998, 2011, 2015, 2020]},
        {"TAHUN": None},
        {"TAHUN_LAHIR": 2011},
        {"BULAN": [3, 7, 9, 12]},
        {"BULAN": 8},
        {"PUTARAN": 3},
        {"SEMESTER": 7},
        {"PERIODE": "x"},
    ],
)
def test_a_column_that_may_be_of_anything_tells_nothing(tmp_path, made, columns):
    folder = called(tmp_path / "in", with_columns(made, **columns))
    assert refused(folder).code == "no_year"
    survey = susenas.read(folder, year=2024)
    assert (survey.year, survey.round) == (2024, "march")
    assert "round_is_march" in told(survey)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("year", "2010", (2010, None)),
        ("year", "2009", (None, None)),  # before the first year that can be asked for
        ("year", "2030", (2030, None)),
        ("year", "2031", (None, None)),
        ("month", "3", (None, "march")),
        ("month", "03", (None, "march")),
        ("month", "6", (None, None)),
        ("half", "2", (None, "september")),
        ("half", "3", (None, None)),
        ("period", "3", (None, None)),  # perhaps the third
        ("period", "9", (None, "september")),
        ("period", "202303", (2023, "march")),
        ("period", "032023", (2023, "march")),
        ("period", "203109", (None, "september")),
    ],
)
def test_a_cell_tells_only_what_is_certain(kind, cell, expected):
    assert dating._when(kind, cell) == expected


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        *((name, "year") for name in ("TAHUN", "thn", "TH_SUSENAS", "Survey Year")),
        *((name, "month") for name in ("BULAN", "bln_survei", "MONTH")),
        *((name, "half") for name in ("SEMESTER", "smt")),
        *((name, "period") for name in ("PERIODE", "PERIOD", "PUTARAN", "ROUND")),
        *((name, None) for name in ("TAHUN_LAHIR", "BULAN_LAHIR", "THP", "R2203")),
    ],
)
def test_a_column_is_of_the_survey_by_its_whole_name(column, kind):
    assert dating.kind_of(column) == kind


def test_a_column_goes_before_a_hint_in_a_name(tmp_path, made):
    one = with_columns(made, TAHUN=2024, BULAN=3)
    folder = called(tmp_path / "in", one, "september_{part}")
    survey = susenas.read(folder)
    assert (survey.year, survey.round) == (2024, "march")
    assert "other_round_in_name" in told(survey)


@pytest.mark.parametrize(
    ("year", "taken"), [(2020, False), (2019, True), (2021, True), (2024, True)]
)
def test_the_questionnaire_of_a_year_that_is_known_is_no_other(
    tmp_path, made, year, taken
):
    folder = called(tmp_path / "in", made)
    if taken:
        assert susenas.read(folder, year=year).year == year
    else:
        assert refused(folder, year=year).code == "other_questionnaire"
    assert susenas.read(folder, year=year, round="september").year == year


def moved(made, province: int, kabupaten: int):
    """The household of Ponorogo in another kabupaten."""
    table = made["kor_rt"].copy()
    table.loc[table["R102"].eq(2), ["R101", "R102"]] = province, kabupaten
    return made | {"kor_rt": table}


@pytest.mark.parametrize(
    ("code", "year", "region"),
    [
        ((95, 1), 2021, None),
        ((92, 1), 2017, None),
        ((97, 8), 2019, None),
        ((95, 1), 2022, "9501"),
        ((96, 1), 2024, "9601"),
        ((94, 1), 2021, "9501"),
        ((94, 3), 2019, "9403"),
        ((91, 1), 2017, "9101"),
    ],
)
def test_codes_made_in_2022_do_not_stand_in_earlier_files(
    tmp_path, made, code, year, region
):
    folder = called(tmp_path / "in", moved(made, *code))
    if region is None:
        error = refused(folder, year=year)
        assert error.code == "younger_codes"
        assert error.fields["regions"] == ["{:02d}{:02d}".format(*code)]
        assert susenas.read(folder, year=year, regions=[PACITAN]).year == year
    else:
        found = susenas.read(folder, year=year).households["region"]
        assert region in set(found)


def test_invented_files_have_one_questionnaire_and_one_set_of_codes_for_all_years(
    tmp_path, made
):
    invented = {
        part: table.assign(DEMO=1) for part, table in moved(made, 95, 1).items()
    }
    folder = called(tmp_path / "in", invented)
    for year in (2017, 2020):
        survey = susenas.read(folder, year=year)
        assert survey.synthetic and survey.year == year


def sample(folder: Path, count: int, kabupaten: int) -> Path:
    """Files of so many households in each of some kabupaten of Jawa Timur."""
    folder.mkdir()
    keys = np.arange(1, count * kabupaten + 1)
    homes = pd.DataFrame(
        {"URUT": keys, "R101": 35, "R102": (keys - 1) % kabupaten + 1, "R105": 1}
        | {"R301": 1, "FWT": 100.0, "PSU": 1 + keys // 10, "STRATA": 1, "R2203": 5}
    )
    people = homes[["URUT"]].assign(R401=1, R403=1, R404=1, R405=1, R407=40)
    people = people.assign(R610=3, R703_A="A")
    homes.to_csv(folder / "kor_rt.csv", index=False)
    people.to_csv(folder / "kor_ind.csv", index=False)
    return folder


@pytest.mark.parametrize("count", [60, 150, 250])
def test_a_sample_of_septembers_size_makes_the_round_be_asked_for(tmp_path, count):
    folder = sample(tmp_path / "in", count, dating.SEVERAL)
    error = refused(folder, year=2024)
    assert error.code == "like_september" and error.fields["count"] == count
    assert susenas.read(folder, year=2024, round="september").round == "september"
    march = susenas.read(folder, year=2024, round="march")
    assert told(march)["few_households"]["count"] == count


@pytest.mark.parametrize(
    ("count", "kabupaten", "remarked"), [(251, 5, False), (150, 4, True), (9, 5, True)]
)
def test_a_march_round_or_a_piece_of_one_is_loaded(
    tmp_path, count, kabupaten, remarked
):
    survey = susenas.read(sample(tmp_path / "in", count, kabupaten), year=2024)
    assert survey.round == "march"
    assert ("few_households" in told(survey)) == remarked


@pytest.mark.parametrize(
    ("counts", "asked"),
    [
        ([700, 150, 150, 150, 150], True),  # one that is large does not make it March
        ([700, 700, 700, 150, 150], False),  # nor do two that are small end it
    ],
)
def test_the_middle_kabupaten_tells_the_size_of_a_sample(counts, asked):
    code = np.repeat(np.arange(1, len(counts) + 1), counts)
    homes = pd.DataFrame({"R101": 35, "R102": code})
    homes["region"] = [f"35{each:02}" for each in code]
    remarks = []
    when = {"year": 2024, "round": "march", "round_given": False, "synthetic": False}
    if asked:
        with pytest.raises(Refused) as error:
            dating.hold_against(homes, remarks=remarks, **when)
        assert (error.value.code, error.value.fields["count"]) == (
            "like_september",
            150,
        )
    else:
        dating.hold_against(homes, remarks=remarks, **when)
    assert not remarks


# The folder in which an office puts its files


@pytest.fixture
def stock(tmp_path, monkeypatch):
    """An empty warehouse."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "ssn202303_{part}",
        "{part}",
        "susenas_download_2024-11-03_{part}",
        "susenas_download_2024-09-12_{part}",
        "ssn202403_{part}",
    ],
)
def test_the_folder_tells_the_year_whatever_the_names_say(stock, made, name):
    folder = intake.drop_folder(2023)
    folder.parent.mkdir(parents=True)
    called(folder, made, name)
    came = intake.supply(["3501", "3502"], 2023, may_invent=())
    assert came.layout and not came.left_out
    assert set(warehouse.loaded()["year"]) == {2023}
    alone = intake.load([folder / path.name for path in folder.iterdir()])
    assert alone.year == intake.load(folder).year == 2023
    loud = "other_year_in_name" in told(alone)
    assert loud == (name == "ssn202403_{part}")


@pytest.mark.parametrize(
    ("name", "columns", "code"),
    [
        ("ssn202309_{part}", {}, "no_round"),
        ("september_{part}", {}, "no_round"),
        ("{part}", {"TAHUN": 2022}, "other_when"),
    ],
)
def test_a_folder_of_march_does_not_take_what_is_of_another_round(
    stock, made, name, columns, code
):
    folder = intake.drop_folder(2023)
    folder.parent.mkdir(parents=True)
    called(folder, with_columns(made, **columns), name)
    with refusal() as error:
        intake.supply([PACITAN], 2023)
    assert error.value.code == code and warehouse.loaded().empty


def test_a_column_of_september_in_the_folder_is_not_stored_as_march(stock, made):
    folder = intake.drop_folder(2023)
    folder.parent.mkdir(parents=True)
    called(folder, with_columns(made, BULAN=9))
    with refusal() as error:
        intake.supply([PACITAN], 2023, may_invent=())
    assert error.value.code == "september_in_folder" and warehouse.loaded().empty
    assert warehouse.loaded("susenas-september").empty
    assert intake.load([folder], round="september").round == "september"


def test_files_in_the_folder_of_another_year_are_refused(stock, made):
    for year in (2022, 2023):
        intake.drop_folder(year).mkdir(parents=True)
    folder = called(intake.drop_folder(2023), made)
    with refusal() as error:
        intake.load([folder], year=2022)
    assert error.value.code == "other_folder" and error.value.fields["years"] == [
        "2023"
    ]
    shutil.copy(folder / "kor_rt.csv", intake.drop_folder(2022) / "kor_rt.csv")
    with refusal() as error:
        intake.load([folder, intake.drop_folder(2022) / "kor_rt.csv"])
    assert error.value.code == "other_folder"
    assert intake.load([folder], year=2023).year == 2023


@pytest.mark.parametrize("name", ["2023", "susenas/2023", "files/susenas/2023"])
def test_only_the_offices_folder_tells_a_year(stock, made, name):
    (stock / name).parent.mkdir(parents=True, exist_ok=True)
    called(stock / name, made)
    with refusal() as error:
        intake.load([stock / name])
    assert error.value.code == "no_year" and error.value.fields["years"] == ["2023"]


def test_some_files_beside_the_folder_leave_the_year_open(stock, made):
    folder = intake.drop_folder(2023)
    folder.parent.mkdir(parents=True)
    called(folder, made)
    (folder / "kor_rt.csv").rename(stock / "kor_rt.csv")
    with refusal() as error:
        intake.load([folder, stock / "kor_rt.csv"])
    assert error.value.code == "no_year"
