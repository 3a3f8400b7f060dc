"""Reading Susenas as BPS delivers it; files and expected values are not the reader's."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import susenas_fixture as delivered
from refusing import english, refusal, told

from sepakat_lib import tables
from sepakat_lib.refused import Refused
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import files as susenas_files
from sepakat_lib.sources.susenas.layouts import HOUSEHOLDS_2024, PERSONS_2024


@pytest.fixture
def made() -> dict[str, pd.DataFrame]:
    return delivered.tables()


@pytest.fixture(scope="module", params=["dbf", "csv", "parquet", "sav"])
def survey(request, tmp_path_factory) -> susenas.Survey:
    """The fixture as it is, read once from each kind of file."""
    return read(tmp_path_factory.mktemp("kind"), delivered.tables(), request.param)


def read(folder, made, kind="csv", **choices) -> susenas.Survey:
    given = {"year": 2024} | choices
    return susenas.read(delivered.write(folder / "in", made, kind), **given)


def refused(folder, made, kind="csv", **choices) -> Refused:
    with refusal() as error:
        read(folder, made, kind, **choices)
    return english(error.value)


def codes(survey) -> dict[str, dict]:
    return {remark.code: remark.fields for remark in survey.remarks}


def put(table: pd.DataFrame, row: int, column: str, value) -> None:
    """Set a cell by its row in the file, the first row of data being 1."""
    table[column] = table[column].astype(object)
    table.loc[row - 1, column] = value


# What the layout says


@pytest.mark.parametrize(
    ("file", "items"),
    [("KOR RT", HOUSEHOLDS_2024), ("KOR IND", PERSONS_2024)],
    ids=["households", "persons"],
)
def test_every_item_is_in_the_dictionary_with_the_same_codes(file, items):
    columns = delivered.dictionary(file)
    for item in items:
        if item.assumed and item.column not in columns:
            continue
        known = {int(code) for code in columns[item.column]}
        if item.kind == "code":
            assert set(item.codes) == known, item
        elif item.kind == "yes":
            assert {1, 5} <= known <= {1, 5, 8, 9}, item
        else:
            assert not known, item  # a number or a mark has no list of codes


def test_only_disability_is_asked_beyond_the_dictionary_of_2024():
    columns = delivered.dictionary("KOR IND")
    beyond = [i.column for i in PERSONS_2024 if i.column not in columns]
    assert beyond == [f"R{number}" for number in range(1002, 1010)]


# Right files


def test_the_four_households_come_out_as_they_went_in(survey):
    homes = survey.households.set_index("household")
    assert homes["region"].tolist() == ["3501", "3501", "3501", "3502"]
    assert homes["urban"].tolist() == [True, True, False, False]
    assert homes["size"].tolist() == [2, 1, 3, 1]
    assert homes["weight"].tolist() == [100.5, 200.25, 150, 300]
    assert homes["spending_pc_month"].tolist() == [500001, 750000, 500000, 360000]
    assert homes["food_pc_month"].tolist() == [300000, 450000, 300000, 300000]
    assert homes["worried_about_food"].tolist()[:2] == [True, False]
    assert homes["worried_about_food"].isna().tolist() == [False, False, True, True]
    assert homes["closet"].tolist() == [1, 0, 4, 1]  # nobody has a closet: 0
    assert homes["drinking_water"].tolist() == [11, 3, 1, 5]
    assert homes["pkh"].isna().tolist() == [True, False, False, False]  # 8: not known
    assert homes["pkh"].tolist()[1:] == [False, True, False]  # empty: not asked, no
    assert homes["floor_area"].tolist() == [36] * 4
    assert (survey.year, survey.round, survey.layout) == (2024, "march", "2024")
    assert survey.finest == "kabupaten"
    assert not survey.synthetic


def test_the_seven_persons_come_out_as_they_went_in(survey):
    people = survey.persons
    keys = people[["household", "person"]].to_numpy().tolist()
    assert keys == [[1, 1], [1, 2], [2, 1], [3, 1], [3, 2], [3, 3], [4, 1]]
    assert people["weight"].tolist() == [100.5, 100.5, 200.25, 150, 150, 150, 300]
    assert people["age"].tolist() == [40, 38, 71, 30, 29, 0, 55]
    assert people["worked"].tolist() == [True, False, True, True, False, False, True]
    assert people["industry"].tolist() == [26, 0, 1, 8, 0, 0, 15]
    assert people["schooling"].tolist() == [3, 2, 1, 3, 3, 0, 3]
    assert people["uninsured"].tolist() == [False, True, *[False] * 4, True]
    assert people["difficulty_seeing"].tolist() == [4] * 7


def test_every_code_of_every_item_is_read_as_it_stands(made, survey):
    whole = delivered.persons()
    for items, written, out in (
        (HOUSEHOLDS_2024, made["kor_rt"], survey.households),
        (PERSONS_2024, whole, survey.persons),
    ):
        for item in items:
            there = written[item.column].notna().to_numpy()
            if item.kind == "code":
                assert out[item.name][there].tolist() == [
                    int(cell) for cell in written[item.column][there]
                ]


def test_the_tables_keep_the_contract(survey):
    tables.Households.validate(survey.households)
    tables.Persons.validate(survey.persons)


def test_a_psu_code_used_again_elsewhere_is_another_psu(tmp_path, made):
    homes = read(tmp_path, made).households  # every household has PSU 7
    assert homes["psu"].nunique() == 3  # Pacitan urban, Pacitan rural, Ponorogo rural
    assert homes["stratum"].nunique() == 3
    assert homes["psu"].iloc[0] == homes["psu"].iloc[1]


def test_persons_may_be_split_by_columns_or_rows_or_not_at_all(tmp_path, made):
    for place in "abcd":
        (tmp_path / place).mkdir()
    expected = read(tmp_path / "a", made).persons
    whole = delivered.persons()
    rest = {k: v for k, v in made.items() if not k.startswith("kor_ind")}
    one = rest | {"kor_ind": whole}
    by_rows = rest | {"kor_ind_32": whole.iloc[3:], "kor_ind_11": whole.iloc[:3]}
    crossed = rest | {
        f"kor_ind{number}_{part}": made[f"kor_ind{number}"].iloc[rows]
        for number in (1, 2)
        for part, rows in (("11", slice(0, 2)), ("97", slice(2, None)))
    }
    for place, parts in (("b", one), ("c", by_rows), ("d", crossed)):
        found = read(tmp_path / place, parts).persons
        pd.testing.assert_frame_equal(found, expected)


def test_the_order_of_files_and_capitals_do_not_matter(tmp_path, made):
    first = read(tmp_path, made)
    small = {name: table.rename(columns=str.lower) for name, table in made.items()}
    folder = delivered.write(tmp_path / "small", small, "parquet")
    second = susenas.read(sorted(folder.iterdir(), reverse=True), year=2024)
    pd.testing.assert_frame_equal(second.households, first.households)
    pd.testing.assert_frame_equal(second.persons, first.persons)


def test_every_input_is_named_with_its_hash_rows_and_role(tmp_path, made):
    inputs = {i.file: i for i in read(tmp_path, made).inputs}
    assert {name: (i.rows, i.role) for name, i in inputs.items()} == {
        "ssn202403_kor_rt.csv": (4, "households"),
        "ssn202403_kor_ind1.csv": (7, "persons"),
        "ssn202403_kor_ind2.csv": (7, "persons"),
        "ssn202403_kp_blok43.csv": (4, "block43"),
    }
    assert {len(i.sha256) for i in inputs.values()} == {64}


@pytest.mark.parametrize(
    ("separator", "decimal", "encoding"),
    [
        (",", ".", "utf-8-sig"),
        (";", ",", "utf-8"),
        ("\t", ".", "utf-8"),
        (",", ".", "latin-1"),
    ],
    ids=["comma with BOM", "semicolon", "tab", "latin-1"],
)
def test_csv_comes_in_many_dresses(tmp_path, made, separator, decimal, encoding):
    made["kor_rt"]["R2204LAIN"] = "café"
    folder = tmp_path / "in"
    folder.mkdir()
    for name, table in made.items():
        table.to_csv(
            folder / f"ssn202403_{name}.csv",
            sep=separator,
            decimal=decimal,
            encoding=encoding,
            index=False,
        )
    assert susenas.read(folder, year=2024).households["weight"].sum() == 750.75


def test_a_code_that_spss_calls_missing_is_still_a_code(tmp_path, made):
    folder = delivered.write(tmp_path / "in", made, "sav")
    persons = made["kor_ind1"].assign(R703_A=made["kor_ind1"]["R703_A"].fillna(""))
    persons["R508"] = [8, 1, 2, 5, 8, 1, None]  # 8: does not know
    path = str(folder / "ssn202403_kor_ind1.sav")
    numbers = persons.drop(columns="R703_A").astype(float)
    pyreadstat.write_sav(
        numbers.assign(R703_A=persons["R703_A"]), path, missing_ranges={"R508": [8]}
    )
    found = susenas.read(folder, year=2024).persons["birth_certificate"]
    assert found.tolist() == [8, 1, 2, 5, 8, 1, 0]


# Spending


def test_an_empty_block_43_is_built_from_blocks_41_and_42(tmp_path, made):
    money = ["FOOD", "NONFOOD", "EXPEND", "KAPITA"]
    made["kp_blok43"][money] = None
    food, other = delivered.BLOCK_41, delivered.BLOCK_42
    for block, rows in (("41", food), ("42", other)):  # in three parts, as delivered
        parts = {"11_31": rows[:1], "32_36": rows[1:3], "51_97": rows[3:]}
        for part, few in parts.items():
            made[f"kp_blok{block}_{part}"] = delivered.kp(few)
    survey = read(tmp_path, made, "dbf")
    # a week x 30 / 7: 600,000; 450,000; 900,000; 300,000. A month, or a year / 12:
    # 100,000 + 100,000; 50,000; 300,000; 60,000.
    homes = survey.households
    assert homes["food_pc_month"].round(6).tolist() == [300000, 450000, 300000, 300000]
    assert homes["spending_pc_month"].round(6).tolist() == [4e5, 5e5, 4e5, 3.6e5]
    assert "spending_from_blocks" in codes(survey)
    assert "subtotals_left_out" not in codes(survey)


def test_subtotals_of_a_block_are_not_spent_twice(tmp_path, made):
    del made["kp_blok43"]
    heading = [
        {"URUT": urut, "KODE": 1, "B41K10": total}
        for urut, total in ((1, 140000), (2, 105000), (3, 210000), (4, 70000))
    ]
    made["kp_blok41"] = delivered.kp(heading + delivered.BLOCK_41)
    made["kp_blok42"] = delivered.kp(delivered.BLOCK_42)
    survey = read(tmp_path, made)
    assert survey.households["food_pc_month"].round(6).tolist() == [
        300000,
        450000,
        300000,
        300000,
    ]
    fields = codes(survey)["subtotals_left_out"]
    assert fields == {"block": "block41", "codes": [1]}


def test_a_good_stands_once_in_a_household(tmp_path, made):
    del made["kp_blok43"]
    made["kp_blok41"] = delivered.kp(delivered.BLOCK_41)
    twice = [*delivered.BLOCK_42, {"URUT": 4, "KODE": 301, "B42K4": 40000}]
    made["kp_blok42"] = delivered.kp(twice)
    found = refused(tmp_path, made).problems
    assert found[["row", "column", "value"]].to_numpy().tolist() == [[6, "KODE", "301"]]
    assert "row 5 of ssn202403_kp_blok42.csv is the same" in found["rule"].item()


def test_negative_or_stray_spending_in_a_block_is_refused(tmp_path, made):
    del made["kp_blok43"]
    made["kp_blok41"] = delivered.kp(delivered.BLOCK_41)
    made["kp_blok42"] = delivered.kp(delivered.BLOCK_42)
    put(made["kp_blok41"], 2, "B41K10", -35000)
    put(made["kp_blok42"], 5, "URUT", 44)
    found = refused(tmp_path, made).problems
    assert found[["file", "row", "column", "value"]].to_numpy().tolist() == [
        ["ssn202403_kp_blok41.csv", 2, "B41K10", "-35000"],
        ["ssn202403_kp_blok42.csv", 5, "URUT", "44"],
    ]


def test_without_the_kp_there_is_no_spending_and_it_is_said(tmp_path, made):
    del made["kp_blok43"]
    survey = read(tmp_path, made)
    assert survey.households["spending_pc_month"].isna().all()
    assert "no_spending" in codes(survey)


def test_a_household_absent_from_the_kp_has_no_spending_and_is_counted(tmp_path, made):
    made["kp_blok43"] = made["kp_blok43"].iloc[[0, 1, 3]]
    survey = read(tmp_path, made)
    assert survey.households["spending_pc_month"].isna().tolist() == [
        *(False, False, True, False),
    ]
    assert codes(survey)["households_without_spending"] == {"n": 1, "households": [3]}


@pytest.mark.parametrize(
    ("factor", "remark"),
    [
        ([2, 1, 3, 1], "weind_is_weight_times_size"),
        ([1, 1, 1, 1], "weind_is_weight"),
        ([1.1, 1.1, 1.1, 1.1], "weind_unlike_weight"),
    ],
)
def test_weights_are_never_multiplied_twice(tmp_path, made, factor, remark):
    block = made["kp_blok43"]
    block["WEIND"] = np.array([100.5, 200.25, 150, 300]) * factor
    survey = read(tmp_path, made)
    assert survey.households["weight"].tolist() == [100.5, 200.25, 150, 300]
    assert survey.persons["weight"].sum() == 2 * 100.5 + 200.25 + 3 * 150 + 300
    assert remark in codes(survey)


@pytest.mark.parametrize("kind", ["dbf", "csv", "parquet"])
def test_invented_spending_is_the_same_from_block_43_and_from_41_and_42(tmp_path, kind):
    for blocks in ("43", "41-42"):
        susenas.demo(tmp_path / blocks, regions=["3501"], blocks=blocks, format=kind)
    one, other = (
        susenas.read(tmp_path / b, year=2023).households for b in ("43", "41-42")
    )
    assert one["spending_pc_month"].notna().all()
    apart = (one["spending_pc_month"] - other["spending_pc_month"]).abs()
    assert apart.max() < 1  # a rupiah: food of a week is kept in whole rupiah


# What may be missing, and what is only said


def test_files_without_psu_are_taken_and_it_is_said(tmp_path, made):
    made["kor_rt"] = made["kor_rt"].drop(columns=["PSU", "STRATA"])
    survey = read(tmp_path, made)
    assert survey.households["psu"].isna().all()
    assert survey.households["stratum"].tolist() == [
        "3501-u",
        "3501-u",
        "3501-r",
        "3502-r",
    ]
    assert {"no_psu", "no_stratum"} <= set(codes(survey))


def test_a_missing_item_is_named_and_the_rest_is_read(tmp_path, made):
    made["kor_rt"] = made["kor_rt"].drop(columns="R1809A")
    made["kor_ind2"] = made["kor_ind2"].drop(columns=["R1002", "R1105"])
    survey = read(tmp_path, made)
    assert "toilet" not in survey.households
    assert "drinking_water" in survey.households
    missing = [r.fields["items"] for r in survey.remarks if r.code == "items_missing"]
    assert missing == [
        {"toilet": "R1809A"},
        {"difficulty_seeing": "R1002", "outpatient": "R1105"},
    ]


def test_unknown_columns_are_named_and_left_out(tmp_path, made):
    made["kor_rt"]["R9999"] = 1
    survey = read(tmp_path, made)
    left = {
        r.fields["file"]: r.fields["columns"]
        for r in survey.remarks
        if r.code == "columns_left_out"
    }
    assert "R9999" in left["ssn202403_kor_rt.csv"]
    assert "FWT" not in left["ssn202403_kor_rt.csv"]


def test_names_and_identity_numbers_are_never_read(tmp_path, made, monkeypatch):
    made["kor_ind1"] = made["kor_ind1"].assign(NAMA="Sri", NIK=3501011212990001)
    asked: list[str] = []
    for kind, reader in susenas_files._READERS.items():
        monkeypatch.setitem(
            susenas_files._READERS,
            kind,
            lambda file, names, reader=reader: (
                asked.extend(names) or reader(file, names)
            ),
        )
    survey = read(tmp_path, made)
    assert "R405" in asked
    assert not {"NAMA", "NIK"} & set(asked)
    assert codes(survey)["personal_columns_left_out"]["columns"] == ["NAMA", "NIK"]


def test_more_members_than_the_size_says_are_remarked(tmp_path, made):
    put(made["kor_rt"], 3, "R301", 5)
    made["kp_blok43"].loc[2, "KAPITA"] = 300000
    survey = read(tmp_path, made)
    assert codes(survey)["members_unlike_size"] == {"n": 1, "households": [3]}


def test_papua_codes_of_2020_become_those_of_2022(tmp_path, made):
    put(made["kor_rt"], 4, "R101", 94)  # Kabupaten Merauke: 9401, since 2022 9501
    put(made["kor_rt"], 4, "R102", 1)
    survey = read(tmp_path, made)
    assert survey.households["region"].tolist() == ["3501", "3501", "3501", "9501"]
    assert codes(survey)["codes_of_2020"]["codes"] == ["9401"]


def test_only_the_regions_asked_for_are_read(tmp_path, made):
    survey = read(tmp_path, made, regions=["3501"])
    assert survey.households["household"].tolist() == [1, 2, 3]
    assert survey.persons["household"].unique().tolist() == [1, 2, 3]
    assert len(read(tmp_path, made, regions=["35"]).households) == 4


def test_a_region_that_is_not_in_the_files_is_refused_with_those_that_are(
    tmp_path, made
):
    error = refused(tmp_path, made, regions=["3578"])
    assert "(3578) is not in the files" in told(error)
    assert "Pacitan (3501), Ponorogo (3502)" in told(error)


def test_persons_of_2020_are_recognised_and_have_no_spending(tmp_path):
    persons = pd.DataFrame(
        {"RENUM": [7, 7, 9], "R401": [1, 2, 1], "R101": 35, "R102": [1, 1, 2]}
        | {"R105": [1, 1, 2], "FWT": [10.0, 10.0, 20.0], "PSU": 1, "STRATA": [1, 1, 2]}
        | {"R403": [1, 2, 1], "R404": 2, "R405": [1, 2, 2], "R407": [40, 39, 60]}
        | {"R612": [3, 2, 1], "R701": 1, "R702_A": ["A", None, "A"]}
        | {"R801": 1, "R802": 5, "R808": 1}
    )
    persons.to_csv(tmp_path / "ssn202003_kor.csv", index=False)
    survey = susenas.read(tmp_path, year=2020)
    assert survey.layout == "2020"
    assert survey.households["size"].tolist() == [2, 1]
    assert survey.households["weight"].tolist() == [10, 20]
    assert survey.persons["schooling"].tolist() == [3, 2, 1]
    assert survey.households["spending_pc_month"].isna().all()


def test_invented_files_are_known_and_do_not_mix_with_others(tmp_path, made):
    every = {name: table.assign(DEMO=1) for name, table in made.items()}
    assert read(tmp_path, every).synthetic
    (tmp_path / "mixed").mkdir()
    some = made | {"kor_rt": every["kor_rt"]}
    error = refused(tmp_path / "mixed", some)
    assert "ssn202403_kor_rt.csv were made by `sepakat data demo`" in told(error)


# Wrong files: file, row, column, value and rule


BAD_CELLS = {
    "code outside the list": ("kor_rt", 2, "R1809A", 7, "one of 1, 2, 3, 4, 5, 6"),
    "text for a code": ("kor_rt", 1, "R1810A", "x", "a number"),
    "yes that is neither": ("kor_rt", 3, "R2203", 2, "1 yes, 5 no, 8 or 9 not known"),
    "age above the limit": ("kor_ind1", 5, "R407", 150, "from 0 to 120"),
    "an age in halves": ("kor_ind1", 6, "R407", 1.5, "a whole number"),
    "no household key": ("kor_rt", 2, "URUT", None, "a filled cell"),
    "urban neither 1 nor 2": ("kor_rt", 4, "R105", 3, "one of 1, 2"),
    "kabupaten that never was": ("kor_rt", 4, "R102", 99, "a kabupaten"),
    "weight of nobody": ("kor_rt", 1, "FWT", 0, "above 0"),
    "endless weight": ("kor_rt", 2, "FWT", np.inf, "a number"),
    "empty weight": ("kor_rt", 3, "FWT", None, "a filled cell"),
    "no members": ("kor_rt", 2, "R301", 0, "from 1 to 60"),
    "psu missing here only": ("kor_rt", 3, "PSU", None, "a filled cell"),
    "household twice": ("kor_rt", 4, "URUT", 3, "each household once"),
    "person twice": ("kor_ind1", 2, "R401", 1, "each person once"),
    "negative spending": ("kp_blok43", 2, "EXPEND", -1, "from 0"),
    "spending of no household": ("kp_blok43", 4, "URUT", 99, "of the household file"),
    "kapita that is not expend / size": (
        "kp_blok43",
        3,
        "KAPITA",
        1500000,
        "500000.00",
    ),
}


@pytest.fixture(scope="module")
def all_bad_cells(tmp_path_factory) -> Refused:
    """What is said of files that hold every one of the bad cells."""
    made = delivered.tables()
    for name, row, column, value, _ in BAD_CELLS.values():
        put(made[name], row, column, value)
    return refused(tmp_path_factory.mktemp("bad"), made)


@pytest.mark.parametrize("case", BAD_CELLS, ids=str)
def test_a_bad_cell_is_named_by_file_row_column_value_and_rule(all_bad_cells, case):
    name, row, column, value, rule = BAD_CELLS[case]
    found = all_bad_cells.problems
    here = found[(found["file"] == f"ssn202403_{name}.csv") & (found["row"] == row)]
    here = here[
        here["column"].eq(column) & here["rule"].str.contains(rule, regex=False)
    ]
    assert len(here) == 1, found.to_string()
    if column != "R102":  # there the kabupaten's whole code is shown
        assert here["value"].item() == ("" if value is None else f"{value}")


def test_a_good_file_has_none_of_the_bad_cells_neighbours(all_bad_cells):
    found = all_bad_cells.problems
    told = found[["file", "row", "column"]].drop_duplicates()
    set_by_us = {(f"ssn202403_{n}.csv", r, c) for n, r, c, _, _ in BAD_CELLS.values()}
    follow = {"URUT", "R401"}  # a household that lost its key loses its members too
    beyond = set(told.itertuples(index=False, name=None)) - set_by_us
    assert {column for _, _, column in beyond} <= follow


def test_a_household_without_persons_is_refused(tmp_path, made):
    for name in ("kor_ind1", "kor_ind2"):
        made[name] = made[name][made[name]["URUT"] != 2]
    error = refused(tmp_path, made)
    assert "ssn202403_kor_rt.csv, row 2, column URUT: 2" in told(error)
    assert error.problems["rule"].tolist() == ["a household with persons"]


def test_a_person_of_no_household_is_refused(tmp_path, made):
    for name in ("kor_ind1", "kor_ind2"):
        put(made[name], 2, "URUT", 99)
    error = refused(tmp_path, made)
    assert error.problems["rule"].tolist() == ["a household of the household file"]
    assert "row 2, column URUT: 99" in told(error)


def test_a_person_in_one_part_only_is_refused(tmp_path, made):
    made["kor_ind2"] = made["kor_ind2"].iloc[:6]
    error = refused(tmp_path, made)
    assert "row 7, column R401: 1" in told(error)
    assert "the same row in ssn202403_kor_ind2.csv" in told(error)


def test_everything_wrong_is_told_at_once(tmp_path, made):
    put(made["kor_rt"], 1, "R1809A", 9)
    put(made["kor_rt"], 2, "FWT", -5)
    put(made["kor_ind2"], 3, "R1207", 4)
    put(made["kp_blok43"], 4, "FOOD", "many")
    found = refused(tmp_path, made).problems
    cells = found[["file", "row", "column", "value"]].to_numpy().tolist()
    assert sorted(cells) == [
        ["ssn202403_kor_ind2.csv", 3, "R1207", "4"],
        ["ssn202403_kor_rt.csv", 1, "R1809A", "9"],
        ["ssn202403_kor_rt.csv", 2, "FWT", "-5"],
        ["ssn202403_kp_blok43.csv", 4, "FOOD", "many"],
    ]


def test_a_long_list_is_counted_in_the_sentence_and_whole_in_the_table(tmp_path, made):
    made["kor_ind1"]["R407"] = 999
    made["kor_rt"]["R1804"] = -1
    made["kor_rt"]["R301"] = 99
    error = refused(tmp_path, made)
    assert len(error.problems) == 15
    assert "15 cells, in ssn202403_kor_ind1.csv, ssn202403_kor_rt.csv" in told(error)


@pytest.mark.parametrize("column", ["URUT", "R101", "R102", "R105", "FWT", "R301"])
def test_a_missing_design_column_is_refused_with_what_is_there(tmp_path, made, column):
    made["kor_rt"] = made["kor_rt"].drop(columns=column)
    error = refused(tmp_path, made, "dbf")
    if column == "FWT":
        assert "has no weight of households (FWT)" in told(error)
    else:
        assert f"kor_rt.dbf has no column {column}. Its columns: " in told(error)
        assert "FWT" in error.fields["there"]
        assert "all questionnaires that this tool knows (2020, 2021" in told(error)
    assert error.problems["column"].tolist() == [column]


def test_a_person_file_without_numbers_is_refused(tmp_path, made):
    made["kor_ind2"] = made["kor_ind2"].drop(columns="R401")
    error = refused(tmp_path, made)
    assert "ssn202403_kor_ind2.csv has no column R401." in told(error)


def test_persons_of_no_known_year_are_refused(tmp_path, made):
    made["kor_ind1"] = made["kor_ind1"].drop(columns=["R610", "R703_A"])
    error = refused(tmp_path, made)
    said = told(error)
    assert "questionnaire of persons in ssn202403_kor_ind1.csv" in said
    assert "This tool knows the questionnaires of Susenas of 2020, 2021, 2022" in said
    assert "these columns are not there: R703_A" in said


def test_a_file_of_something_else_is_refused_by_name(tmp_path, made):
    made["podes"] = pd.DataFrame({"IDDESA": [1], "R401B": [2]})
    error = refused(tmp_path, made)
    assert "ssn202403_podes.csv has no columns of Susenas" in told(error)
    assert "IDDESA, R401B" in told(error)


def test_a_cut_off_dbf_is_refused_with_both_counts(tmp_path, made):
    folder = delivered.write(tmp_path / "in", made, "dbf")
    path = folder / "ssn202403_kor_ind1.dbf"
    whole = path.read_bytes()
    path.write_bytes(whole[: -len(whole) // 8])
    with refusal(r"kor_ind1\.dbf is cut off") as error:
        susenas.read(folder, year=2024)
    assert "promises 7 rows" in told(error.value)


def test_a_csv_of_another_separator_is_refused(tmp_path, made):
    folder = delivered.write(tmp_path / "in", made)
    path = folder / "ssn202403_kor_rt.csv"
    path.write_text(path.read_text().replace(",", "~"))
    with refusal(r"kor_rt\.csv has a single column"):
        susenas.read(folder, year=2024)


def test_a_csv_row_of_another_length_is_refused(tmp_path, made):
    folder = delivered.write(tmp_path / "in", made)
    path = folder / "ssn202403_kp_blok43.csv"
    path.write_text(path.read_text() + "1,2,3\n")
    with refusal(r"data 5 in ssn202403_kp_blok43\.csv has 3 cells where \d+ columns"):
        susenas.read(folder, year=2024)


@pytest.mark.parametrize("kind", ["dbf", "parquet", "sav"])
def test_a_file_that_is_not_what_its_ending_says_is_refused(tmp_path, kind):
    path = tmp_path / f"ssn202403_kor_rt.{kind}"
    path.write_bytes(b"not at all" * 40)
    with refusal(r"ssn202403_kor_rt\."):
        susenas.read(path, year=2024)


def test_a_column_named_twice_is_refused(tmp_path, made):
    made["kor_rt"]["fwt"] = 1.0
    error = refused(tmp_path, made)
    assert "ssn202403_kor_rt.csv has a column twice" in told(error)
    assert "FWT, fwt" in told(error)


def test_files_without_a_row_are_refused(tmp_path, made):
    empty = {name: table.iloc[:0] for name, table in made.items()}
    said = told(refused(tmp_path, empty))
    assert "There is no household in ssn202403_kor_rt.csv" in said


def test_an_error_carries_what_a_translation_needs(tmp_path, made):
    made["podes"] = pd.DataFrame({"IDDESA": [1], "R401B": [2]})
    error = refused(tmp_path, made)
    assert error.code == "no_role"
    assert error.fields == {
        "file": "ssn202403_podes.csv",
        "columns": ["IDDESA", "R401B"],
        "years": ["2020", "2021", "2022", "2023", "2024", "2025"],
    }


def test_no_files_and_no_persons_are_told(tmp_path, made):
    with refusal("no file of Susenas"):
        susenas.read(tmp_path, year=2024)
    with refusal("no file or folder"):
        susenas.read(tmp_path / "nowhere", year=2024)
    error = refused(tmp_path, {"kor_rt": made["kor_rt"]})
    assert "no file of persons" in told(error)


def test_the_origin_says_what_the_survey_cannot_tell():
    assert set(susenas.ORIGIN) == {
        "title",
        "producer",
        "licence",
        "tells",
        "finest",
        "misses",
    }
    assert all(susenas.ORIGIN.values())
