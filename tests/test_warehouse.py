"""What is stored changes whole or not at all."""

import contextlib
import json
import os
import shutil

import pandas as pd
import pytest
from refusing import refusal

from sepakat_lib import atomic, disclosure, warehouse

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
    with refusal("7303"):
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


def test_a_relative_error_at_the_limit_is_still_on_its_milder_side():
    rows = [told(99, 2.5), told(99, 5.0)]  # 25 and 50 percent
    shown = disclosure.publish(pd.DataFrame(rows), year=2023)
    assert shown["mark"].tolist() == ["", "*"]


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


# Loads


def origins(place):
    return sorted(place.rglob("origin.json"))


def test_a_later_load_replaces_its_own_kabupaten_and_leaves_the_others(place):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    one = HOMES.head(1).assign(household=9)
    warehouse.store("susenas", 2023, one, one, ORIGIN | {"synthetic": False})
    there = warehouse.loaded().set_index("region")["synthetic"]
    assert there.to_dict() == {"3501": False, "3502": True}
    con = warehouse.connect("susenas", 2023)
    rows = con.execute("SELECT household FROM persons ORDER BY 1").fetchall()
    assert rows == [(2,), (9,)]
    assert len(list(place.rglob("households.parquet"))) == 2  # the replaced one is gone


def test_who_reads_keeps_what_a_load_replaces(place):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    reading = warehouse.connect("susenas", 2023)
    other = HOMES.assign(household=[7, 8])
    warehouse.store("susenas", 2023, other, other, ORIGIN)
    ask = "SELECT household FROM households ORDER BY 1"
    assert reading.execute(ask).fetchall() == [(1,), (2,)]
    now = warehouse.connect("susenas", 2023)
    assert now.execute(ask).fetchall() == [(7,), (8,)]
    assert len(origins(place)) == 2
    del reading, now
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    assert len(origins(place)) == 1


def test_two_loads_at_once_both_stand_or_the_later_one(place):
    def second():
        warehouse.store("susenas", 2023, HOMES.tail(1), PEOPLE.tail(1), ORIGIN)

    warehouse.store(
        *("susenas", 2023, HOMES.head(1), PEOPLE.head(1), ORIGIN),
        lambda done: second(),  # while the first one still writes
    )
    assert warehouse.loaded()["region"].tolist() == ["3501", "3502"]
    assert not list(place.rglob(".writing-*"))


def test_what_may_not_be_replaced_is_asked_when_nobody_else_can_store(place):
    def refuse():
        with pytest.raises(BlockingIOError):
            atomic.hold(place / "warehouse" / ".lock", wait=False)
        raise ValueError("not this")

    with pytest.raises(ValueError, match="not this"):
        warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN, permit=refuse)
    assert warehouse.loaded().empty and not list(place.rglob(".writing-*"))


def test_microdata_are_for_their_owner_alone(place):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    survey = place / "warehouse" / "susenas"
    private = [survey, *(path.parent for path in origins(survey))]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o700, 0o700]
    survey.chmod(0o755)  # as an earlier version left it
    warehouse.store("susenas", 2021, HOMES, PEOPLE, ORIGIN)
    assert survey.stat().st_mode & 0o777 == 0o700


NOT_AN_OBJECT = ["", "[]", "null", '"x"', '{"year": 2023', '{"year": 2023}', "\udcff"]


def spoil(path, text):
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("text", NOT_AN_OBJECT)
def test_a_load_whose_origin_cannot_be_read_is_told_by_its_file(place, text):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    (file,) = origins(place)
    spoil(file, text)
    for ask in (warehouse.loaded, lambda: warehouse.connect("susenas", 2023)):
        with refusal("load its Susenas files again") as error:
            ask()
        assert error.value.fields == {"file": str(file), "folder": str(file.parent)}
    file.parent.rename(place / "elsewhere")  # as the sentence says
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    assert len(warehouse.loaded()) == 2


def test_an_origin_written_by_another_hand_is_read_all_the_same(place):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    (file,) = origins(place)
    told = json.loads(file.read_text())
    spoil(file, json.dumps(told | {"note": "ç"}, indent=4, ensure_ascii=False) + "\n\n")
    assert len(warehouse.loaded()) == 2


@pytest.mark.parametrize("size", [0, 4, 100])
def test_a_cut_off_table_of_a_load_is_told_by_its_file(place, size):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    file = next(place.rglob("3502/persons.parquet"))
    file.write_bytes(file.read_bytes()[:size])
    with refusal(r"3502/persons\.parquet"):
        warehouse.connect("susenas", 2023)
    assert warehouse.connect("susenas", 2023, ["3501"])


def earlier_version(place, region="3501"):
    """A kabupaten as it was stored before loads had numbers."""
    folder = place / "warehouse" / "susenas" / "2023" / region
    folder.mkdir(parents=True)
    rows = pd.DataFrame({"region": [region], "household": [1]})
    for table in warehouse.TABLES:
        rows.to_parquet(folder / f"{table}.parquet")
    counts = {"region": region, "year": 2023, "households": 1, "persons": 1}
    (folder / "origin.json").write_text(json.dumps(ORIGIN | counts))
    return folder


@pytest.mark.parametrize("text", NOT_AN_OBJECT)
def test_an_origin_of_an_earlier_version_is_told_by_its_file_too(place, text):
    folder = earlier_version(place)
    earlier_version(place, "3502")
    assert warehouse.loaded()["region"].tolist() == ["3501", "3502"]
    spoil(folder / "origin.json", text)
    with refusal() as error:
        warehouse.loaded()
    assert error.value.fields["folder"] == str(folder)


def test_what_a_killed_earlier_version_had_moved_aside_is_put_back(place):
    folder = earlier_version(place)
    scratch = folder.parent / ".writing-abc"
    scratch.mkdir()
    folder.rename(scratch / "old-3501")
    earlier_version(place, "3502")
    warehouse.store("susenas", 2021, HOMES, PEOPLE, ORIGIN)
    there = warehouse.loaded().query("year == 2023")
    assert there["region"].tolist() == ["3501", "3502"] and not scratch.exists()


def test_what_was_moved_aside_and_replaced_is_not_put_back(place):
    scratch = earlier_version(place).parent / ".writing-abc"
    scratch.mkdir()
    shutil.copytree(scratch.parent / "3501", scratch / "old-3501")
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    assert not scratch.exists()
    assert not (scratch.parent / "3501").exists()  # the new load replaced it
    scratch.mkdir()
    earlier_version(place).rename(scratch / "old-3501")
    warehouse.store("susenas", 2021, HOMES, PEOPLE, ORIGIN)
    assert not scratch.exists() and not (scratch.parent / "3501").exists()


# Estimates


def store_result(kind):
    rows = pd.DataFrame({"region": ["3501"], "kind": [kind]})
    record = {"fingerprint": kind}
    warehouse.store_result("susenas-2023", {"estimates": rows, "b": rows}, record)


@pytest.mark.parametrize(
    "text", [*NOT_AN_OBJECT, '{"tables": []}', '{"tables": {"b": 1}}']
)
def test_a_record_of_estimates_that_cannot_be_read_is_as_if_never_made(place, text):
    store_result("old")
    (record,) = place.rglob("susenas-2023.json")
    spoil(record, text)
    assert warehouse.result("susenas-2023") is None
    assert warehouse.result_record("susenas-2023") is None or "b" in text
    store_result("new")
    assert warehouse.result("susenas-2023").record["fingerprint"] == "new"


def test_estimates_whose_table_is_another_are_as_if_never_made(place):
    store_result("old")
    path = warehouse.result("susenas-2023").tables["b"]
    whole = path.read_bytes()
    for other in (b"", whole[:-1], whole + b"x"):
        path.write_bytes(other)
        assert warehouse.result("susenas-2023") is None
    path.write_bytes(whole[:-1] + b"x")  # of its size
    assert warehouse.result("susenas-2023", exactly=True) is None
    with refusal(path.name):
        warehouse.table(warehouse.result("susenas-2023").tables["b"])
    path.write_bytes(whole)
    assert warehouse.result("susenas-2023", exactly=True)


def test_tables_that_no_record_names_go_when_nobody_reads(place):
    folder = place / "warehouse" / "estimates"
    folder.mkdir(parents=True)
    for name in ("susenas-2023", "susenas-2023-differences", "susenas-2021"):
        (folder / f"{name}.parquet").write_text("an earlier version's")
    with warehouse.reading():
        store_result("old")
        store_result("new")
        # "estimates" and "b" hold the same rows, each in a file of its own
        assert len(list(folder.glob("susenas-2023.*.parquet"))) == 4
    store_result("newest")
    left = {path.name for path in folder.glob("*.parquet")}
    named = {path.name for path in warehouse.result("susenas-2023").tables.values()}
    assert left == named | {"susenas-2021.parquet"}


def test_a_table_that_comes_out_the_same_is_the_same_file_and_is_not_written(place):
    store_result("same")
    before = warehouse.result("susenas-2023").tables["b"]
    written = before.stat()
    store_result("same")
    after = warehouse.result("susenas-2023").tables["b"]
    assert after == before
    assert (after.stat().st_ino, after.stat().st_mtime_ns) == (
        written.st_ino,
        written.st_mtime_ns,
    )


def test_parts_that_are_kept_stand_beside_the_new_ones(place):
    store_result("old")
    seen = []

    def update(before):
        seen.append(before)
        return before | {"fingerprint": "new"}, ["b"]

    rows = pd.DataFrame({"region": ["3501"]})
    warehouse.store_result("susenas-2023", {"c": rows}, {}, update=update)
    result = warehouse.result("susenas-2023", exactly=True)
    assert sorted(result.tables) == ["b", "c"] and seen[0]["fingerprint"] == "old"
    assert result.record["fingerprint"] == "new"
    assert warehouse.result("susenas-2023", ["c"]).tables.keys() == {"c"}
    assert warehouse.result("susenas-2023", ["estimates"]) is None


def test_what_an_update_refuses_stores_nothing(place):
    store_result("old")

    def update(before):
        raise RuntimeError("the data moved")

    with pytest.raises(RuntimeError):
        warehouse.store_result("susenas-2023", {}, {}, update=update)
    assert warehouse.result("susenas-2023").record["fingerprint"] == "old"


def test_who_lacks_a_column_that_another_has_did_not_answer(place):
    warehouse.store("susenas", 2023, HOMES, PEOPLE, ORIGIN)
    one = HOMES["region"].eq("3502")
    more = HOMES[one].assign(roof=[7] * one.sum())
    warehouse.store("susenas", 2023, more, PEOPLE[PEOPLE["region"].eq("3502")], ORIGIN)
    con = warehouse.connect("susenas", 2023, ["3501"])
    assert (
        con.execute("SELECT count(*), count(roof) FROM households").fetchone()[1] == 0
    )
    described = warehouse.columns("susenas", 2023).execute("DESCRIBE households")
    assert "roof" in {name for name, *_ in described.fetchall()}


# Scratch


def test_only_the_scratch_of_the_dead_is_taken_away(place):
    dead, older = place / ".writing-dead", place / ".writing-old"
    dead.mkdir()
    (dead / atomic.ALIVE).touch()
    older.mkdir()  # of a version that knew no lock
    with atomic.scratch(place) as living:
        (living / "microdata").write_text("x")
        atomic.sweep(place)
        with contextlib.suppress(FileNotFoundError), atomic.whole(place / "b"):
            raise FileNotFoundError
        assert (living / "microdata").exists()
        assert not dead.exists() and not older.exists()
    assert not list(place.glob(".writing-*"))


def test_a_file_that_cannot_be_written_is_named_and_not_its_scratch(place):
    (place / "taken").mkdir()
    with pytest.raises(OSError) as error, warehouse.whole(place / "taken") as fresh:
        fresh.write_text("x")
    assert error.value.filename == str(place / "taken")
    (place / "file").touch()
    with pytest.raises(OSError) as error, warehouse.whole(place / "file" / "b"):
        pass
    assert str(place / "file") in str(error.value)


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_published_folder_keeps_what_else_it_holds(place, monkeypatch, exchanged):
    if not exchanged:
        monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    target = place / "region" / "2023"
    for turn, gone in (("first", ()), ("second", ("note.failed.json",))):
        with atomic.scratch(place) as work:
            (work / "a").write_text(turn)
            atomic.publish({"page.html": work / "a"}, target, work, without=gone)
        if turn == "first":
            for name in ("note.txt", "note.failed.json"):
                (target / name).write_text("the office's own")
            (target / "deeper").mkdir()
    assert {path.name for path in target.iterdir()} == {
        *("page.html", "note.txt", "deeper")
    }
    assert (target / "page.html").read_text() == "second"
    assert not list(place.rglob(".writing-*"))


@pytest.mark.parametrize(
    "look",
    [
        lambda place: list(atomic.there(place, "*/*/x")),
        lambda place: atomic.sweep(place, "*/*"),
    ],
)
def test_what_goes_while_folders_are_looked_through_stops_nobody(
    tmp_path, monkeypatch, look
):
    """As the scratch of another worker does, between being seen and being looked into."""
    place, gone, scan = tmp_path / "outputs", tmp_path / "gone", os.scandir
    for region in ("3501", "3502"):
        (place / region / "2023").mkdir(parents=True)
    gone.mkdir()

    def going(path="."):
        if not isinstance(path, int) and os.path.dirname(path) == str(place):
            os.rename(path, gone / os.path.basename(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", going)
    assert not look(place)
    assert sorted(os.listdir(gone)) == ["3501", "3502"]


def test_nothing_stands_in_a_folder_that_is_not_there(tmp_path):
    assert list(atomic.there(tmp_path / "nowhere", "*/*")) == []
