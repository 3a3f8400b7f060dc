"""One strict resolver for notebook cell, papermill, address bar and command line."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sepakat_lib import parameters, regions
from sepakat_lib.parameters import (
    Parameters,
    UnknownParameter,
    definition,
    policy,
    resolve,
)


def test_a_misspelt_name_is_refused_with_the_nearest_right_one():
    with pytest.raises(UnknownParameter, match="did you mean region"):
        resolve(regoin="3501", year=2023)


@pytest.mark.parametrize("text", ["3599", "../../etc", "2023);import os", "", "35.99"])
def test_a_region_that_does_not_exist_is_refused(text):
    with pytest.raises((regions.UnknownRegion, UnknownParameter)):
        resolve(region=text, year=2023)


@pytest.mark.parametrize("year", ["2023);import os", "twenty", "1999", "2031", ""])
def test_a_year_that_cannot_be_is_refused(year):
    with pytest.raises(UnknownParameter):
        resolve(region="3501", year=year)


def test_a_name_and_both_codes_lead_to_one_region():
    found = {resolve(region=r, year=2023).region for r in ("3501", "35.01", "pacitan")}
    assert found == {"3501"}


def test_the_address_bar_speaks_last(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "region=7303&year=2021")
    found = resolve(region="3501", year=2023)
    assert (found.region, found.year) == ("7303", 2021)


def test_the_address_bar_cannot_smuggle_a_name(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "region=3501&year=2023&x%0Aimport%20os=1")
    with pytest.raises(UnknownParameter, match="no parameter"):
        resolve(region="3501", year=2023)


def test_the_choices_of_a_run_cannot_change_half_way():
    chosen = resolve(region="3501", year=2023)
    with pytest.raises(AttributeError):
        chosen.year = 2021


@given(st.floats(allow_nan=False))
def test_only_a_confidence_between_a_half_and_one_is_taken(confidence):
    try:
        found = Parameters(region="3501", year=2023, confidence=confidence)
    except UnknownParameter:
        assert not 0.5 <= confidence <= 0.999
    else:
        assert 0.5 <= found.confidence <= 0.999


def test_a_region_file_goes_before_the_defaults(monkeypatch, tmp_path):
    (tmp_path / "regions").mkdir()
    (tmp_path / "defaults.yml").write_text("language: id\nconfidence: 0.95\n")
    (tmp_path / "regions" / "3501.yml").write_text("confidence: 0.9\n")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    assert resolve(region="3501", year=2023).confidence == 0.9
    assert resolve(region="7303", year=2023).confidence == 0.95


def test_a_line_of_extreme_poverty_is_not_carried_to_another_year():
    assert policy("extreme_line_day", 2021) == 11941.0
    assert policy("extreme_line_day", 2022) == 10739.0
    assert policy("extreme_line_day", 2023) is None


def test_every_line_of_extreme_poverty_names_its_definition():
    entry = dict(policies())["extreme_line_day"]
    assert all(each["definition"] for each in entry["values"].values())
    assert definition("extreme_line_day", 2021) == definition("extreme_line_day", 2022)
    assert definition("extreme_line_day", 2023) is None
    assert definition("chronic_cut", 2023) is None


def test_a_value_holds_until_the_next_one():
    assert policy("chronic_cut", 2015) == policy("chronic_cut", 2030) == 0.8


def policies():
    for path in sorted((parameters.FOLDER / "policy").glob("*.yml")):
        yield from yaml.safe_load(path.read_text("utf-8")).items()


@pytest.mark.parametrize(("name", "entry"), list(policies()))
def test_every_policy_value_has_a_label_a_unit_and_a_reference(name, entry):
    assert set(entry["label"]) == {"id", "en"} and entry["unit"]
    assert entry["values"]
    for each in entry["values"].values():
        assert len(each["reference"]) > 10


@pytest.mark.parametrize(
    "text", ["lines: [a", "just a word", "- a\n- b", b"\xff\xfe\x00"]
)
def test_a_broken_file_of_a_region_is_refused_by_its_name(tmp_path, monkeypatch, text):
    (tmp_path / "regions").mkdir()
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "regions" / "3501.yml").write_bytes(content)
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    with pytest.raises(UnknownParameter, match=r"regions/3501\.yml.*name: value"):
        resolve(region="3501", year=2023)
