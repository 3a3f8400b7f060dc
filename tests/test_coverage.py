"""The framework's list: every row once, answered or waiting, and nothing claimed twice."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sepakat_lib import batch, cli, intake, reference, words
from sepakat_lib.batch import coverage
from sepakat_lib.estimation import marks, scan
from sepakat_lib.indicators import catalogue, grouping, shipped
from sepakat_lib.reports import cards
from sepakat_lib.sources import susenas

REFERENCE = (
    Path(__file__).resolve().parents[1] / "../shared/reference/indicators.csv"
).resolve()
needs_list = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the reference list is not here"
)
TABLE = reference.coverage()
ROWS = TABLE.to_dict("records")
OF_CLASS = {name: [r for r in ROWS if r["class"] == name] for name in coverage.CLASSES}
COMPUTED = ("ratio", "total", "distribution", "tenths", "growth", "change", "gap")
SERIES = {  # of publishers, each the answer to one row
    *("poverty_line", "ipm_sp2010", "pdrb_per_person_2010", "pdrb_per_person"),
    *("pdrb_growth", "tpt", "tpak", "hls", "rls", "undernourishment", "own_revenue"),
    *("stunting_psg", "stunting_riskesdas", "stunting_ssgbi", "stunting_ssgi"),
    *("stunting_ski", "transfer_share", "personnel_share", "goods_share"),
    *("capital_share", "social_aid_share", "absorption"),
}
PACITAN, BANTAENG = "3501", "7303"


def listed() -> dict[str, dict]:
    with REFERENCE.open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def ours(row) -> list[str]:
    return [name for name in row["indicators"].split(";") if name]


@needs_list
def test_every_row_of_the_list_stands_here_once_under_its_own_question():
    asked = {
        code: int(row["framework_question(1-5)"]) for code, row in listed().items()
    }
    assert TABLE.set_index("code")["question"].to_dict() == asked
    assert len(TABLE) == len(asked) == 203


@needs_list
def test_no_wording_of_the_list_but_a_name_is_copied():
    long = {
        text
        for row in listed().values()
        for text in row.values()
        if len(text.split()) > 8
    }
    for row in ROWS:
        assert not {text for text in row.values() if isinstance(text, str)} & long


def test_the_counts_of_the_four_classes_are_those_of_the_issue():
    counts = {name: len(rows) for name, rows in OF_CLASS.items()}
    print(counts, TABLE.groupby(["class", "why"]).size().to_dict())
    assert sum(counts.values()) == 203
    assert counts["computed"] + counts["official"] >= 70


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_a_row_tells_all_that_its_class_must_and_nothing_else(row):
    kind = row["class"]
    assert bool(row["why"]) == (kind in ("substitute", "waiting"))
    assert bool(row["keeper"]) == (kind in ("official", "waiting"))
    assert bool(row["file_id"]) == bool(row["file_en"]) == (kind == "waiting")
    assert bool(row["note_id"]) == bool(row["note_en"])
    assert bool(row["indicators"]) == (kind != "waiting")
    for key in ("keeper", "why"):
        sentence = {"keeper": "keeper", "why": "coverage.why"}[key]
        assert not row[key] or f"{sentence}.{row[key]}" in words.catalogue()
    assert f"coverage.module.{row['module']}" in words.catalogue()
    assert row["name_id"] != row["name_en"]


@pytest.mark.parametrize(
    "row", OF_CLASS["computed"] + OF_CLASS["substitute"], ids=lambda row: row["code"]
)
def test_what_answers_a_row_is_computed_here_and_told_by_the_grouping_named(row):
    for name in ours(row):
        one = catalogue()[name]
        ours_alone = COMPUTED if row["class"] == "computed" else (*COMPUTED, "official")
        assert one.kind in ours_alone, f"{name} is {one.kind}"
        assert not row["by"] or row["by"] in one.groupings
    assert row["question"] in {catalogue()[name].question for name in ours(row)}


@pytest.mark.parametrize("row", OF_CLASS["substitute"], ids=lambda row: row["code"])
def test_a_substitute_says_in_one_sentence_of_each_language_how_it_differs(row):
    for language in ("id", "en"):
        note = row[f"note_{language}"]
        assert len(note.split()) >= 6 and note.endswith(".")
        assert note.count(".") == 1


@pytest.mark.parametrize("row", OF_CLASS["official"], ids=lambda row: row["code"])
def test_an_official_row_names_series_of_the_short_list_that_are_declared(row):
    assert ours(row) and set(ours(row)) <= SERIES
    assert {catalogue()[name].kind for name in ours(row)} == {"official"}


def test_each_series_answers_one_row():
    names = [name for row in OF_CLASS["official"] for name in ours(row)]
    assert sorted(names) == sorted(SERIES)


def test_only_what_is_computed_as_defined_carries_the_bare_code_of_its_row():
    """What resembles a row has its code and a letter (`under_35_hours`: NAK-008a)."""
    by_code = {row["code"]: row for row in ROWS}
    for theme in shipped().values():
        for one in theme:
            row = by_code.get(one.code)
            if row is not None and one.kind in COMPUTED:
                assert row["class"] == "computed" and one.name in ours(row), one.name


def test_what_the_issue_calls_a_substitute_is_called_so():
    kinds = TABLE.set_index("code")["class"]
    for code in ("NAK-001", "NAK-002", "NAK-003", "NAK-004", "NAK-008"):
        assert kinds[code] == "substitute"  # under 35 hours for underemployment
    for code in ("NAK-014", "NAK-015", "LIN-006", "LIN-021", "LIN-022", "PAR-026"):
        row = TABLE.set_index("code").loc[code]  # of tenths 1-4, not of everybody
        assert (row["class"], row["by"]) == ("computed", "poorest_40")


# What the definition counts, read from the list itself
DIVIDED_BY = {  # of the list's denominator: what our rows must stand for
    "HH": lambda one: one.counts == "households" and one.denominator == "1",
    "families": lambda one: one.denominator == "families",
    "population": lambda one: one.counts == "persons",
    "people": lambda one: one.counts == "persons",
}


@needs_list
@pytest.mark.parametrize("row", OF_CLASS["computed"], ids=lambda row: row["code"])
def test_a_row_computed_as_defined_counts_the_unit_that_the_list_divides_by(row):
    of = listed()[row["code"]]["denominator"]
    for name in ours(row) if of in DIVIDED_BY else ():
        assert DIVIDED_BY[of](catalogue()[name]), f"{name} is not of {of}"


@needs_list
def test_a_row_of_tenths_one_to_four_is_told_of_them():
    texts = {
        code: f"{row['name_id']} {row['denominator']}" for code, row in listed().items()
    }
    for row in OF_CLASS["computed"]:
        if re.search(r"D1-4|desil 1-4|40% terbawah\)", texts[row["code"]]):
            assert row["by"] == "poorest_40", row["code"]


# --- the poorest four tenths


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(1, 9), st.integers(-1, 2)),
        min_size=1,
        max_size=60,
    )
)
def test_the_poorest_40_are_those_of_the_first_four_tenths_of_each_region(homes):
    spending, people, region = (np.array(part) for part in zip(*homes, strict=True))
    given_ = spending.astype(float), people.astype(float), region
    tenths = scan.quantile_codes(*given_, grouping("decile"))
    halves = scan.quantile_codes(*given_, grouping("poorest_40"))
    assert ((halves == 0) == ((tenths >= 0) & (tenths < 4))).all()
    assert ((halves == 1) == (tenths >= 4)).all()
    assert ((halves == -1) == (region < 0)).all()


def test_ten_alike_households_part_into_four_and_six():
    codes = scan.quantile_codes(
        np.arange(10.0), np.ones(10), np.zeros(10, int), grouping("poorest_40")
    )
    assert codes.tolist() == [0] * 4 + [1] * 6


def test_another_cut_of_the_tenths_makes_the_estimates_stale():
    by = grouping("poorest_40")
    assert marks._grouped(by, 2023) != marks._grouped(replace(by, first=3), 2023)


# --- as it is shown


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_row_is_shown_on_the_page_of_indicators_with_its_counts(language):
    told = coverage.told(language)
    page = cards.all_indicators(language, 2023, told)
    assert all(
        f'<th scope="row" role="rowheader">{row["code"]}</th>' in page for row in ROWS
    )
    assert -1 < page.find(told["summary"][0]) < page.find(ROWS[0]["code"] + "</th>")
    numbers = {int(number) for number in re.findall(r"\d+", told["summary"][0])}
    assert numbers == {203, *(len(rows) for rows in OF_CLASS.values())}
    said = sum(int(reason.split()[0]) for reason in told["reasons"])
    assert said == len(OF_CLASS["substitute"]) + len(OF_CLASS["waiting"])
    texts = [text for row in told["rows"] for text in row]
    assert all(text and not re.search(r"[{}<]", text) for text in texts)


@pytest.fixture
def nothing_loaded(monkeypatch, tmp_path):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))


def test_of_a_region_without_a_survey_only_published_figures_are_held(nothing_loaded):
    years = dict(zip(TABLE["code"], coverage.held(TABLE, PACITAN), strict=True))
    assert years["KEM-005"] == str(
        reference.official(indicator="poverty_line", region=PACITAN)["year"].max()
    )
    assert not any(
        years[row["code"]]
        for row in ROWS
        if "official" not in {catalogue()[name].kind for name in ours(row)}
    )
    assert years["KEM-021"] == "2024" and years["FIS-013"] == "2022"


def test_a_survey_is_held_for_its_kabupaten_and_what_lies_above(
    nothing_loaded, tmp_path
):
    susenas.demo(tmp_path / "files", regions=[PACITAN], format="parquet", year=2023)
    intake.load([tmp_path / "files"], year=2023)
    for region in (PACITAN, "35", "00"):
        years = dict(zip(TABLE["code"], coverage.held(TABLE, region), strict=True))
        assert years["KEM-001"] == years["NAK-008"] == years["LIN-010"] == "2023"
        assert years["KEM-014"] == years["KEM-015"] == ""  # of two rounds
        assert years["KEM-006"] == ""  # no line of USD 1.90 is known for 2023
        assert years["SPM-001"] == ""
    years = dict(zip(TABLE["code"], coverage.held(TABLE, BANTAENG), strict=True))
    assert years["KEM-001"] == ""


def test_the_command_prints_the_counts_the_rows_and_what_is_loaded(nothing_loaded):
    run = CliRunner().invoke(
        cli.app, ["indicators", "--coverage", "--region", "pacitan"]
    )
    assert run.exit_code == 0, run.output
    counts = ", ".join(str(len(rows)) for rows in OF_CLASS.values())
    found = re.findall(r"\d+", run.output.splitlines()[0])
    assert ", ".join(found[1:]) == counts
    for row in ROWS:
        assert re.search(rf"^  {row['code']}  ", run.output, re.MULTILINE)
    assert "Pacitan" in run.output
    assert (batch.outputs() / "indicators.html").exists()
