"""The catalogue: every declaration whole, in both languages, and true to the framework."""

import csv
import datetime
import re
from pathlib import Path

import pytest

from sepakat_lib import parameters, words
from sepakat_lib.estimation.scan import MEASURES
from sepakat_lib.indicators import (
    GROUPINGS,
    SCALE,
    catalogue,
    definition,
    grouping,
    shipped,
)

REFERENCE = (
    Path(__file__).resolve().parents[1] / "../shared/reference/indicators.csv"
).resolve()
ALL = [each for theme in shipped().values() for each in theme]
COMPUTED = ("ratio", "total", "distribution", "tenths")
LETTERS = "abcdefghi"  # behind the code of a row that an indicator only resembles


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_declaration_is_whole_in_both_languages(each):
    for told in (each.label, each.definition):
        assert set(told) == {"id", "en"} and all(
            len(text) > 2 for text in told.values()
        )
        assert told["id"] != told["en"] or each.name in ("pkh", "bpnt", "blt_desa")
    assert each.question in range(1, 6) and each.unit in SCALE
    assert each.better in ("higher", "lower", "context")
    assert each.frame and each.source and each.code


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_declaration_says_how_it_is_computed_or_what_it_awaits(each):
    if each.kind in ("ratio", "total"):
        assert each.numerator and each.groupings and not each.awaits
    elif each.kind == "distribution":
        assert each.statistic in MEASURES and each.groupings
    elif each.kind == "tenths":
        assert each.statistic in MEASURES and each.groupings == ("decile",)
    elif each.kind in ("growth", "change", "gap"):
        assert each.of in catalogue()
    elif each.kind == "awaited":
        assert set(each.awaits) == {"id", "en"}
        assert f"keeper.{each.keeper}" in words.catalogue()
    else:
        assert each.kind == "official"
    tables = {grouping(name).table for name in each.groupings}
    assert each.counts == "persons" or tables <= {"households"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_field_of_a_definition_is_filled(language):
    for each in ALL:
        assert not re.search("[{}]", definition(each.name, language, 2023)), each.name


@pytest.mark.parametrize(
    ("name", "language", "now", "later"),
    [
        ("chronic_poor", "id", "di bawah 0,8 garis", "di bawah 0,75 garis"),
        ("chronic_poor", "en", "below 0.8 of", "below 0.75 of"),
        ("vulnerable", "id", "dari 1 sampai di bawah 1,5", "1 sampai di bawah 1,6"),
        ("aspiring", "en", "from 1.5 to below 3.5", "from 1.6 to below 3.5"),
        ("middle", "id", "dari 3,5 sampai di bawah 17", "3,5 sampai di bawah 20"),
        ("upper", "en", "of 17 times", "of 20 times"),
        ("poor_workers", "id", "di bawah 1,5 garis", "di bawah 1,6 garis"),
        ("poor_workers", "en", "below 1.5 times", "below 1.6 times"),
        ("disabled_without_aid", "id", "bawah 1,5 garis", "bawah 1,6 garis"),
    ],
)
def test_a_new_dated_line_changes_the_definitions_of_its_years(
    name, language, now, later, monkeypatch
):
    found = parameters._policies()
    since = datetime.date(2024, 1, 1)
    for entry, value in (
        ("welfare_bands", [1.0, 1.6, 3.5, 20.0]),
        ("chronic_cut", 0.75),
    ):
        values = found[entry]["values"] | {since: {"value": value}}
        found = found | {entry: found[entry] | {"values": values}}
    monkeypatch.setattr(parameters, "_policies", lambda: found)
    assert now in definition(name, language, 2023)
    assert later in definition(name, language, 2024)


def test_a_year_before_any_value_shows_a_dash():
    assert (
        definition("upper", "en", 2012)
        == "Spending of – times the poverty line or more."
    )


def test_codes_are_used_once():
    codes = [each.code for each in ALL]
    assert len(codes) == len(set(codes))


def test_a_grouping_is_not_crossed_with_itself():
    with pytest.raises(ValueError, match="two different groupings"):
        grouping("sex*sex")


def test_the_extremes_of_a_grouping_are_groups_of_it():
    for by in GROUPINGS:
        assert by.extremes is None or set(by.extremes) <= set(by.groups)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference list is not here")
def test_the_first_25_indicators_of_the_framework_are_declared():
    with REFERENCE.open(encoding="utf-8") as file:
        first = [row["id"] for row in csv.DictReader(file)][:25]
    assert set(first) <= {each.code.rstrip(LETTERS) for each in ALL}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference list is not here")
def test_a_framework_question_is_the_one_of_the_reference_list():
    with REFERENCE.open(encoding="utf-8") as file:
        asked = {
            row["id"]: int(row["framework_question(1-5)"])
            for row in csv.DictReader(file)
        }
    for each in ALL:
        code = each.code.rstrip(LETTERS)
        assert each.question == asked[code], each.name


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference list is not here")
def test_eighty_rows_of_the_reference_list_have_an_indicator_computed_for_them():
    """As defined or near it: `reference.coverage` says which; `tests/test_coverage.py`."""
    with REFERENCE.open(encoding="utf-8") as file:
        listed = {row["id"] for row in csv.DictReader(file)}
    computed = {each.code.rstrip(LETTERS) for each in ALL if each.kind in COMPUTED}
    assert len(computed & listed) >= 80 and computed <= listed
