"""What is stored changes whole or not at all."""

import pandas as pd
import pytest

from sepakat_lib import disclosure, warehouse

HOMES = pd.DataFrame({"region": ["3501", "3502"], "household": [1, 2]})
PEOPLE = pd.DataFrame({"region": ["3501", "3502"], "household": [1, 2]})
ORIGIN = {"synthetic": True, "layout": "2024", "inputs": []}


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    return tmp_path


def test_a_round_is_stored_by_region_and_read_back():
    assert warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN) == ["3501", "3502"]
    con = warehouse.connect("susenas", 2023, ["3502"])
    assert con.execute("SELECT household FROM households").fetchall() == [(2,)]
    assert list(warehouse.loaded()["region"]) == ["3501", "3502"]


def test_a_failure_half_way_leaves_what_was_stored(place, monkeypatch):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    before = {path: path.read_bytes() for path in place.rglob("*.parquet")}
    write, calls = pd.DataFrame.to_parquet, []

    def full_disk(self, path, **given):
        calls.append(path)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        return write(self, path, **given)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    other = HOMES.assign(household=[7, 8])
    with pytest.raises(OSError, match="No space"):
        warehouse.store("susenas", 2023, other, PEOPLE, ORIGIN)
    assert {path: path.read_bytes() for path in place.rglob("*.parquet")} == before
    assert not list(place.rglob(".writing-*"))


def test_a_file_appears_whole_or_not_at_all(place):
    target = place / "report.html"
    target.write_text("old")
    with pytest.raises(RuntimeError), warehouse.whole(target) as fresh:
        fresh.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old" and not list(place.glob(".writing-*"))
    with warehouse.whole(target) as fresh:
        fresh.write_text("new")
    assert target.read_text() == "new"


def test_a_region_that_is_not_loaded_is_named():
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    with pytest.raises(warehouse.NothingLoaded, match="7303"):
        warehouse.connect("susenas", 2023, ["3501", "7303"])


def told(n, se, value=10.0):
    rse = se / value
    return {"n": n, "value": value, "se": se, "low": 5.0, "high": 15.0, "rse": rse}


def test_the_one_door_out_hides_the_few_and_marks_the_uncertain():
    rows = [told(29, 1.0), told(30, 1.0), told(99, 2.5), told(99, 2.6), told(99, 5.1)]
    shown = disclosure.publish(pd.DataFrame(rows).assign(deff=1.0), year=2023)
    assert shown["mark"].tolist() == ["few", "", "", "*", "**"]
    assert shown["value"].isna().tolist() == [True, False, False, False, False]
    assert shown.loc[0, ["se", "low", "high", "rse", "deff"]].isna().all()


def test_a_value_without_an_error_is_marked_so():
    missing = float("nan")
    table = pd.DataFrame([told(99, missing) | {"low": missing, "high": missing}])
    assert disclosure.publish(table, year=2023)["mark"].tolist() == ["no_error"]


def test_none_or_all_have_an_interval_and_no_mark():
    nobody = told(99, float("nan")) | {"value": 0.0, "low": 0.0, "high": 3.6}
    assert disclosure.publish(pd.DataFrame([nobody]), year=2023)["mark"].item() == ""


@pytest.mark.parametrize(
    ("high", "mark"), [(3.6, ""), (5.1, "*"), (30.0, "*"), (30.1, "**")]
)
def test_where_none_have_it_the_width_of_the_interval_decides(high, mark):
    nobody = told(99, float("nan")) | {"value": 0.0, "low": 0.0, "high": high}
    table = pd.DataFrame([nobody]).assign(rse=float("nan"), deff=1.5, df=40.0)
    assert disclosure.publish(table, year=2023)["mark"].item() == mark


def test_few_degrees_of_freedom_make_a_wide_interval_unusable():
    share = told(99, 4.0) | {"low": 1.0, "high": 51.0}
    table = pd.DataFrame([share] * 3).assign(deff=1.5, df=[2.0, 7.0, 8.0])
    assert disclosure.publish(table, year=2023)["mark"].tolist() == ["**", "**", "*"]
    total = table.assign(deff=float("nan"))  # only shares have a design effect
    assert disclosure.publish(total, year=2023)["mark"].tolist() == ["*"] * 3


def test_a_gap_is_hidden_with_either_of_its_ends():
    pair = pd.DataFrame([told(29, 1.0), told(99, 1.0), told(99, 1.0)])
    pair = pair.assign(indicator=["a", "a", "b"], gap=3.0, gap_low=1.0, gap_high=5.0)
    shown = disclosure.publish(pair, year=2023)
    assert shown["gap"].isna().tolist() == [True, True, False]
    assert shown["gap_low"].isna().tolist() == [True, True, False]
