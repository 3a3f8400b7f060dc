"""The round of 2020: persons only, and other questions under the same column names.

Headers are those of the shared dictionary, with all the columns that nobody uses; nine
persons have cells set by hand, and what they add up to can be counted.
"""

import csv

import pandas as pd
import pytest
from susenas_fixture import DICTIONARY, needs_dictionary, rows

from sepakat_lib import estimation, intake, parameters, regions
from sepakat_lib.indicators import catalogue
from sepakat_lib.sources.susenas.layouts import HOUSEHOLDS_2024

PACITAN, MERAUKE_2020 = "3501", "9401"
KEYS = "RENUM R401 R101 R102 R105 FWT PSU STRATA"
# weights that make the people of Pacitan and Merauke, or the files would be refused
# R705 industry, R706 status, R707 hours, R1207 cigarettes: in 2024 other questions
PERSONS = rows(
    f"{KEYS} R403 R404 R405 R407 R502 R612 R702_A R704 R705 R706 R707 R708 R808 R1207",
    (1, 1, 35, 1, 1, 80_000, 1, 1, 1, 2, 1, 40, 1, 3, "A", None, 8, 4, 40, 45, 1, 84),
    (1, 2, 35, 1, 1, 80_000, 1, 1, 2, 2, 2, 30, 1, 3, None, 5, *(None,) * 4, 5, None),
    (1, 3, 35, 1, 1, 80_000, 1, 1, 3, 1, 1, 1, 5, *(None,) * 9),
    (2, 1, 35, 1, 1, 80_000, 2, 1, 1, 4, 2, 50, 1, 1, "A", None, 1, 6, 20, 20, 5, None),
    (2, 2, 35, 1, 1, 80_000, 2, 1, 3, 1, 1, 9, 1, 2, None, 5, *(None,) * 4, 1, None),
    (3, 1, 35, 1, 2, 80_000, 3, 2, 1, 4, 1, 70, 1, 3, None, 1, 12, 1, 0, 0, 5, None),
    (4, 1, 35, 1, 2, 80_000, 4, 2, 1, 1, 2, 16, 1, 3, None, 5, *(None,) * 4, 1, None),
    (
        5,
        1,
        94,
        1,
        2,
        115_000,
        1,
        1,
        1,
        2,
        1,
        33,
        1,
        3,
        "A",
        None,
        4,
        1,
        30,
        30,
        5,
        None,
    ),
    (
        6,
        1,
        94,
        1,
        2,
        115_000,
        2,
        1,
        1,
        2,
        1,
        44,
        1,
        3,
        "A",
        None,
        3,
        1,
        30,
        30,
        1,
        None,
    ),
)
ANSWERS = {  # of single persons (household, number); letters of the card are of 2020
    (1, 1): {"R1101_A": "A", "R1102": 1, "R1103": 1},
    (1, 2): {
        "R1101_X": "X",
        "R1503": 1,
        "R1504A": 3,
        "R1504B": 3,
        "R1601": 2,
        "R1602": 6,
    },
    (1, 3): {"R1101_B": "B", "R606": 1, "R1401": 13}
    | {f"R1404{letter}_TGL": 5 for letter in "ABCDEFGHIM"},
    (2, 1): {"R1101_X": "X", "R1002": 1, "R609": 5},
    (2, 2): {"R1101_A": "A", "R606": 5},
    (3, 1): {"R1101_C": "C"},
    (4, 1): {"R1101_X": "X", "R606": 2},
}
COUNTED = {  # percent of Pacitan's people, all of one weight
    "employment": 100 * 3 / 5,
    "informal": 100 * 2 / 3,
    "under_35_hours": 100 * 1 / 2,
    "farm_workers": 100 * 1 / 3,
    "not_working": 100 * 2 / 4,
    "neet": 100,
    "attendance_7_12": 100,
    "attendance_16_18": 0,
    "out_of_school": 50,
    "literacy": 100 * 4 / 5,
    "jkn": 100 * 4 / 7,
    "jkn_pbi": 100 * 2 / 7,
    "no_health_insurance": 100 * 3 / 7,
    "no_internet": 100 * 1 / 7,
    "has_nik": 100 * 6 / 7,
    "birth_certificate": 100 * 2 / 3,
    "disabled": 100 * 1 / 6,
    "disabled_wg": 100 * 1 / 7,
    "morbidity": 100 * 1 / 7,
    "facility_birth": 100,
    "modern_contraception": 100,
    "immunised": 100,
    "dependency": 100 * 3 / 4,
}


def of_2020() -> pd.DataFrame:
    """The nine persons, under every column that the dictionary has for 2020."""
    with DICTIONARY.open(encoding="utf-8") as lines:
        names = [
            row["variable"] for row in csv.DictReader(lines) if row["year"] == "2020"
        ]
    plain = {"R609": 1, "R610": 5, "R611": 5, "R1102": 5, "R1201": 5, "R701": 5}
    adult = dict.fromkeys([f"R{number}" for number in range(1002, 1010)], 4)
    made = []
    for person in PERSONS:
        key = (person["RENUM"], person["R401"])
        asked = adult if person["R407"] >= 2 else {}
        made.append(plain | asked | person | ANSWERS.get(key, {}))
    return pd.DataFrame(made).reindex(columns=names)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What `estimate` says of the round, with the warehouse that it filled."""
    needs_dictionary()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("data")))
        folder = tmp_path_factory.mktemp("files")
        of_2020().to_csv(folder / "ssn202003_kor.csv", index=False)
        survey = intake.load([folder], year=2020)
        assert (survey.layout, survey.year) == ("2020", 2020)
        yield estimation.estimate(2020)


def estimates(region=PACITAN) -> pd.DataFrame:
    table = estimation.read(parameters.resolve(region=region, year=2020))
    return table[table["region"] == region]


@pytest.mark.parametrize("name", COUNTED)
def test_persons_of_2020_are_counted_by_the_questions_of_2020(told, name):
    table = estimates()
    found = table[table["indicator"].eq(name) & table["grouping"].eq("all")]
    assert found["value"].tolist() == [pytest.approx(COUNTED[name])]


def test_what_needs_spending_or_a_household_block_is_left_out_by_name(told):
    of_homes = {item.name for item in HOUSEHOLDS_2024}
    money = {"welfare", "spending_pc_month"}
    needy = {
        name
        for name, each in catalogue().items()
        if each.columns & (of_homes | money) or each.kind in ("distribution", "tenths")
    }
    assert {"p0", "gini", "decile_mean", "pkh", "improved_water", "protected"} <= needy
    assert needy <= set(told["absent"])
    assert told["absent"]["p0"] == ["welfare"]
    assert told["absent"]["gini"] == ["spending_pc_month"]


def test_schooling_levels_of_2020_are_not_read_by_the_codes_of_2024(told):
    for name in ("net_enrolment_primary", "completion_senior", "years_of_schooling"):
        assert {"school_level", "diploma"} & set(told["absent"][name])


def test_every_indicator_of_2020_is_estimated_or_left_out_by_name(told):
    there = set(estimates()["indicator"])
    computed = {
        name
        for name, each in catalogue().items()
        if each.kind in ("ratio", "total", "distribution", "tenths")
    }
    assert there | set(told["absent"]) == computed
    assert not there & set(told["absent"])


def test_no_group_of_2020_is_by_spending(told):
    assert not set(estimates()["grouping"]) & {
        *("quintile", "decile", "welfare", "poverty", "head_education")
    }


def test_a_kabupaten_of_2020_stands_under_its_code_of_2022(told):
    merauke = regions.from_bps_2020(MERAUKE_2020)
    table = estimates(merauke)
    found = table[table["indicator"].eq("informal") & table["grouping"].eq("all")]
    assert merauke != MERAUKE_2020 and found["value"].tolist() == [100]
