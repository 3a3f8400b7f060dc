"""One strict resolver for notebook cell, papermill, address bar and command line."""

import datetime
import math
import os
import re
import shutil
import typing
from typing import Literal
from unittest import mock
from urllib.parse import urlencode

import bs4
import nbformat
import numpy as np
import papermill
import pydantic.dataclasses
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import ROOT, modules, parameters
from sepakat_lib.parameters import (
    Parameters,
    definition,
    policy,
    resolve,
)
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page
from sepakat_lib.server import pages


def test_a_misspelt_name_is_refused_with_the_nearest_right_one():
    with refusal("Did you mean: region"):
        resolve(regoin="3501", year=2023)


@pytest.mark.parametrize("text", ["3599", "../../etc", "2023);import os", "", "35.99"])
def test_a_region_that_does_not_exist_is_refused(text):
    with refusal():
        resolve(region=text, year=2023)


@pytest.mark.parametrize("year", ["2023);import os", "twenty", "1999", "2031", ""])
def test_a_year_that_cannot_be_is_refused(year):
    with refusal():
        resolve(region="3501", year=year)


def test_a_name_and_both_codes_lead_to_one_region():
    found = {resolve(region=r, year=2023).region for r in ("3501", "35.01", "pacitan")}
    assert found == {"3501"}


SURROUNDINGS = {  # what a web server, Voilà, a shell or a container may leave behind
    "QUERY_STRING": ["region=7303&year=2021", "regoin=1", "language=en", "a=%zz&&="],
    "REQUEST_METHOD": ["GET", "POST"],
    "SCRIPT_NAME": ["/voila/render/analysis.ipynb"],
    "SERVER_SOFTWARE": ["voila/0.5.12"],
    "VOILA_REQUEST_URL": ["http://127.0.0.1:8866/?region=7303&year=2021&language=en"],
    "REGION": ["7303"],
    "YEAR": ["2021"],
    "SEPAKAT_REGION": ["7303"],
    "SEPAKAT_LANGUAGE": ["en", "id", ""],
    "LANG": ["en_US.UTF-8", "C", "de_DE.UTF-8"],
    "LC_ALL": ["en_US.UTF-8", ""],
    "TZ": ["Asia/Jayapura", "America/Adak"],
}


@given(
    st.fixed_dictionaries(
        {},
        optional={name: st.sampled_from(each) for name, each in SURROUNDINGS.items()},
    )
)
def test_no_environment_changes_the_choices(surroundings):
    with mock.patch.dict(os.environ, surroundings):
        chosen = resolve(region="3501", year=2023)
    assert chosen.as_dict() == {
        "region": "3501",
        "year": 2023,
        "language": "id",
        "confidence": 0.95,
        "lines": "kabupaten",
    }


def test_the_folder_one_stands_in_changes_nothing(tmp_path, monkeypatch):
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "defaults.yml").write_text("language: en\n")
    monkeypatch.chdir(tmp_path)
    assert resolve(region="3501", year=2023).language == "id"


# One grammar at every door. A door makes of a value what it can: the command line and
# the address bar text, YAML and papermill what their own rules make of it.

DOORS = {
    "given": lambda name, text, value: resolve(
        **{"region": "3501", "year": 2023} | {name: value}
    ),
    "address bar": lambda name, text, value: pages.choices(
        urlencode({"region": "3501", "year": "2023"} | {name: text})
    ),
}
NO_YEARS = {
    "2023.0": 2023.0,
    " 2023 ": " 2023 ",
    "２０２３": "２０２３",
    "2０23": "2０23",
    "٢٠٢٣": "٢٠٢٣",
    "²⁰²³": "²⁰²³",
    "+2023": "+2023",
    "2_023": "2_023",
    "2023-03-01": datetime.date(2023, 3, 1),
    "2e3": 2000.0,
    "True": True,
    "0x7e7": "0x7e7",
    "02023": "02023",
    "-2023": -2023,
    "1999": 1999,
    "2031": 2031,
    "99999999999999999999": 99999999999999999999,
    "[2023]": [2023],
}
NO_CONFIDENCES = {
    "nan": math.nan,
    "inf": math.inf,
    "1e-1": "1e-1",
    "9.5e-1": "9.5e-1",
    "0,9": "0,9",
    "+0.9": "+0.9",
    " 0.9": " 0.9",
    "０.９": "０.９",
    "True": True,
    "95": 95,
    "0.4999": 0.4999,
    "0.9991": 0.9991,
    "95%": "95%",
}
NO_WORDS = {"no": False, "": "", "ID": "ID", "Inggris": "Inggris", "1": 1, " id": " id"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("year", *each) for each in NO_YEARS.items()]
    + [("confidence", *each) for each in NO_CONFIDENCES.items()]
    + [("language", *each) for each in NO_WORDS.items()]
    + [("lines", "province", "province"), ("lines", "None", ["kabupaten"])],
)
def test_what_is_no_choice_is_none_at_any_door(door, name, text, value):
    with refusal() as error:
        DOORS[door](name, text, value)
    assert error.value.fields["given"] == name


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("name", "text", "value", "found"),
    [
        ("year", "2010", np.int64(2010), 2010),
        ("year", "2030", 2030, 2030),
        ("confidence", "0.5", 0.5, 0.5),
        ("confidence", ".999", np.float32(0.75), None),
        ("region", "3501", 3501, "3501"),
        ("region", "00", "00", "00"),
        ("region", "Kota Bandung", "kota bandung", "3273"),
        ("language", "en", "en", "en"),
        ("lines", "province_urban_rural", "province_urban_rural", None),
    ],
)
def test_a_choice_near_the_edge_is_taken_at_every_door(door, name, text, value, found):
    chosen = DOORS[door](name, text, value)
    expected = found if found is not None else value if door == "given" else text
    assert getattr(chosen, name) == type(getattr(chosen, name))(expected)


@pytest.mark.parametrize("region", [35.1, 76.04, True, ["3501"], None, ""])
def test_a_region_that_lost_its_zero_on_the_way_is_refused(region):
    with refusal() as error:
        resolve(region=region, year=2023)
    assert error.value.fields["given"] == "region"


def test_the_choices_of_a_run_cannot_change_half_way():
    chosen = resolve(region="3501", year=2023)
    with pytest.raises(AttributeError):
        chosen.year = 2021


@given(st.floats(allow_nan=False))
def test_only_a_confidence_between_a_half_and_one_is_taken(confidence):
    try:
        found = Parameters(region="3501", year=2023, confidence=confidence)
    except Refused:
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


@pytest.fixture
def own_file(monkeypatch, tmp_path):
    """Writes the file of Pacitan's own choices, in a folder of its own."""
    (tmp_path / "regions").mkdir()
    (tmp_path / "defaults.yml").write_text("language: id\nconfidence: 0.95\n")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    return (tmp_path / "regions" / "3501.yml").write_text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("language: no", "language"),
        ("language: EN", "language"),
        ("language:", "language"),
        ('confidence: "0,9"', "confidence"),
        ("confidence: 0,9", "confidence"),
        ("confidence: .nan", "confidence"),
        ("confidence: yes", "confidence"),
        ("confidence: 2023-03-01", "confidence"),
        ("year: 2021", "year"),
        ("region: 7303", "region"),
        ("lines: [kabupaten]", "lines"),
        ("linse: kabupaten", "linse"),
        ("rpjmd_start: 2004", "rpjmd_start"),
        ("rpjmd_start: 2036", "rpjmd_start"),
        ("rpjmd_start: baru", "rpjmd_start"),
        ("rpjmd_start:", "rpjmd_start"),
    ],
)
def test_a_wrong_choice_in_a_file_is_refused_with_the_files_name(own_file, text, wrong):
    own_file(text)
    with refusal(r"parameters/regions/3501\.yml") as error:
        resolve(region="3501", year=2023, language="id", lines="kabupaten")
    assert error.value.fields["given"] == wrong
    assert error.value.fields["in_file"] == "parameters/regions/3501.yml"
    assert resolve(region="7303", year=2023).language == "id"  # only its own region


def test_the_first_year_of_the_rpjmd_stands_in_the_regions_own_file_and_no_other(
    own_file,
):
    assert parameters.rpjmd_start("3501") is None
    own_file("rpjmd_start: 2021\nlanguage: en")
    assert parameters.rpjmd_start("3501") == 2021
    assert resolve(region="3501", year=2023).language == "en"
    assert parameters.rpjmd_start("7303") is None
    with refusal("rpjmd_start"):
        resolve(region="3501", year=2023, rpjmd_start=2021)  # a fact, not a choice


@pytest.mark.parametrize(
    "text", ["language: en\nlanguage: id", "lines: kabupaten\nlines: kabupaten"]
)
def test_a_file_with_a_name_twice_is_refused(own_file, text):
    own_file(text)
    with refusal("stands twice"):
        resolve(region="3501", year=2023)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("id", 0.95)),
        ("# nothing yet\n", ("id", 0.95)),
        ("language: en", ("en", 0.95)),
        ('confidence: "0.9"\n', ("id", 0.9)),
        ("confidence: 0.999\nlanguage: en", ("en", 0.999)),
    ],
)
def test_a_right_file_of_a_region_is_taken(own_file, text, expected):
    own_file(text)
    chosen = resolve(region="3501", year=2023)
    assert (chosen.language, chosen.confidence) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("region=3501&region=7303&year=2023", "repeated_choice"),
        ("region=3501&year=2023&year=2023", "repeated_choice"),
        ("region=3501&year=2023&language=", "empty_choice"),
        ("region=3501&year=2023&confidence=+", "empty_choice"),
        ("region=&year=2023", "no_value"),
        ("region=3501&year=", "no_value"),
        ("", "no_value"),
        ("region=3501&year=2023&lines", "broken_address"),
        ("region=3501&year=2023&language=%ff", "broken_address"),
        ("&".join(["region=3501"] * 99), "broken_address"),
        ("region=3501&year=2023&regoin=7303", "unknown_parameter"),
        ("region=3501&year=2023&region%20=7303", "unknown_parameter"),
        ("region=3501&year=2023&__class__=x", "unknown_parameter"),
        ("region=3501&Year=2023", "unknown_parameter"),
        ("region=3501&year=2023;language=en", "no_whole_number"),
        ("region=3501&year=+2023", "no_whole_number"),
        ("region=3501&year=2023%00", "no_whole_number"),
        ("region=3501&year=2023&x%0Aimport%20os=1", "unknown_parameter"),
        ("region=3501;year=2023&year=2023", "unknown_region"),
        ("region=%zz&year=2023", "unknown_region"),
    ],
)
def test_an_address_that_says_something_twice_or_nothing_is_refused(query, code):
    with refusal() as error:
        pages.choices(query)
    assert error.value.code == code
    for language in ("id", "en"):
        told = pages.refused(error.value, f"{query}&language={language}")
        sentence = re.search(r'<p class="lead">(.+?)</p>', told, re.DOTALL)[1]
        assert len(sentence) > 20 and "{" not in sentence


@pytest.mark.parametrize(
    ("query", "region"),
    [
        ("region=3501&year=2023", "3501"),
        ("year=2023&region=%33%35%30%31", "3501"),
        ("region=kota+bandung&year=2023&language=en", "3273"),
        ("region=35.01&year=2023&lines=province_urban_rural&confidence=.9", "3501"),
    ],
)
def test_a_right_address_is_read_however_it_is_written(query, region):
    assert pages.choices(query).region == region


def test_the_chooser_leaves_a_regions_own_standard_with_that_region(
    monkeypatch, tmp_path
):
    """As a browser sends the form: every field, those left alone as they stand."""
    (tmp_path / "regions").mkdir()
    shutil.copy(parameters.FOLDER / "defaults.yml", tmp_path)
    (tmp_path / "regions" / "3501.yml").write_text(
        "lines: province_urban_rural\nconfidence: 0.9\n", "utf-8"
    )
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)

    def sent(chosen):
        form = bs4.BeautifulSoup(pages.chooser("id", chosen), "html.parser")
        fields = {
            field["name"]: field.find("option", selected=True)["value"]
            for field in form.find_all("select")
            if field["name"] not in ("region", "year")
        }
        return fields | {
            field["name"]: field["value"] for field in form.find_all("input")
        }

    own = parameters.resolve(region="3501", year=2023)
    assert (own.lines, own.confidence) == ("province_urban_rural", 0.9)
    for region, lines, confidence in (
        ("3501", "province_urban_rural", 0.9),
        ("7303", "kabupaten", 0.95),
    ):
        query = urlencode({"region": region, "year": 2023} | sent(own))
        chosen = pages.choices(query)
        assert (chosen.lines, chosen.confidence) == (lines, confidence)
    other = parameters.resolve(
        region="3501", year=2023, lines="kabupaten", confidence=0.8
    )
    query = urlencode({"region": "7303", "year": 2023} | sent(other))
    chosen = pages.choices(query)  # what somebody chose travels on
    assert (chosen.lines, chosen.confidence) == ("kabupaten", 0.8)


def test_a_number_of_a_choice_is_written_with_the_decimals_it_has():
    share = typing.Annotated[float, pydantic.Field(ge=1, le=50)]

    @pydantic.dataclasses.dataclass(frozen=True, kw_only=True)
    class Own(Parameters):
        confidence: share

    for value, written in ((7.0, "7"), (7.5, "7,5"), (0.25, "0,25")):
        assert page.written_choice("confidence", value, "id", Own)[1] == written


# papermill's own door, and what a notebook declares


def as_papermill_gives(**given):
    """What the cell of parameters holds after papermill put `given` behind it."""
    notebook = papermill.iorw.load_notebook_node(
        str(ROOT / "notebooks" / "analysis.ipynb")
    )
    made = papermill.parameterize.parameterize_notebook(notebook, given)
    held = {}
    for cell in made.cells:
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])):
            exec(cell.source, held)
    names = Parameters.__dataclass_fields__
    return resolve(**{name: held[name] for name in names if name in held})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("3501", 2025, "id", 0.95)),
        ({"region": 7303, "year": 2021}, ("7303", 2021, "id", 0.95)),
        ({"region": "35.10", "language": "en"}, ("3510", 2025, "en", 0.95)),
        ({"confidence": 0.9}, ("3501", 2025, "id", 0.9)),
    ],
)
def test_papermill_gives_the_choices_it_was_told_in_any_environment(given, expected):
    with mock.patch.dict(
        os.environ, QUERY_STRING="region=3273&year=2018", SERVER_SOFTWARE="voila/0.5"
    ):
        found = as_papermill_gives(**given)
    assert (found.region, found.year, found.language, found.confidence) == expected


@pytest.mark.parametrize(
    "given", [{"region": 35.1}, {"year": 2023.0}, {"language": False}]
)
def test_papermill_cannot_give_what_no_other_door_takes(given):
    with refusal():
        as_papermill_gives(**given)


KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def cells(*sources):
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": KERNEL},
    )
    made.cells[0].metadata["tags"] = ["parameters"]
    return made


def test_a_notebook_is_given_the_choices_it_declares_and_no_other():
    chosen = resolve(region="3501", year=2023, language="en")
    declared = parameters.of_notebook(cells("region = None\nyear = 2021"), chosen)
    assert declared == {"region": "3501", "year": 2023}
    assert parameters.of_notebook(cells("# nothing"), chosen) == {}
    with refusal("Did you mean: region"):
        parameters.of_notebook(cells("regoin = None"), chosen)


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
    with refusal(r"in the file parameters/regions/3501\.yml"):
        resolve(region="3501", year=2023)


def with_bands(monkeypatch, folder, bounds):
    """A folder of parameters whose welfare bands are bounded as given."""
    (folder / "policy").mkdir(parents=True)
    text = f"welfare_bands:\n  values:\n    2015-01-01: {{value: {bounds}}}\n"
    (folder / "policy" / "poverty.yml").write_text(text, "utf-8")
    monkeypatch.setattr(parameters, "FOLDER", folder)
    parameters._policies.cache_clear()


@pytest.fixture
def policies_again():
    yield
    parameters._policies.cache_clear()


@pytest.mark.parametrize("bounds", ["[1, 2.0, 3.5, 17]", "[1.0, 1.2, 1.3, 99]"])
def test_any_rising_bands_from_the_line_on_are_taken(
    monkeypatch, tmp_path, policies_again, bounds
):
    with_bands(monkeypatch, tmp_path, bounds)
    assert parameters.policy("welfare_bands", 2023)[0] == 1


@pytest.mark.parametrize(
    "bounds",
    [
        *("[1.2, 2.0, 3.5, 17]", "[1, 3.5, 2, 17]", "[1, 2, 2, 17]", "[1, 2, 3]"),
        *("1.5", "[1, 2, 3, x]", "[1, 2, 3, true]", "[0.8, 1, 1.5, 3.5]"),
    ],
)
def test_bands_that_leave_people_out_are_refused_by_file(
    monkeypatch, tmp_path, policies_again, bounds
):
    with_bands(monkeypatch, tmp_path, bounds)
    with pytest.raises(Refused) as refused:
        parameters.policy("welfare_bands", 2023)
    assert refused.value.code == "wrong_bands"
    assert refused.value.fields["in_file"].endswith("policy/poverty.yml")


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True)
class Alike(Parameters):
    """Two choices that may have the same value."""

    first: Literal["no", "yes"] = "no"
    second: Literal["no", "yes"] = "no"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"first": "yes"}, "trial.first-yes"),
        ({"second": "yes"}, "trial.second-yes"),
        ({"language": "en", "first": "yes", "second": "yes"}, None),
        ({"confidence": 0.999}, "trial.confidence-0_999"),
        ({}, "trial"),
    ],
)
def test_no_two_choices_share_a_files_name_and_each_is_read_again(
    monkeypatch, given, name
):
    declared = modules.Module(name="trial", choices=Alike)
    monkeypatch.setattr(modules, "MODULES", (declared,))
    made = modules.stem("trial", Alike(region="3501", year=2023, **given))
    assert made == (name or "trial.en.first-yes.second-yes")
    assert modules.read_stem(made) == ("trial", given)
