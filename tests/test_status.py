"""`sepakat status` and the log: what stands, why it is stale, what ran when."""

import datetime
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sepakat_lib import (
    batch,
    cli,
    estimation,
    log,
    parameters,
    rounds,
    warehouse,
)
from sepakat_lib.batch import one, seal, standing
from sepakat_lib.refused import Refused
from sepakat_lib.terminal import Exit

PACITAN, BANTAENG = "3501", "7303"
BEGAN = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def data(loaded, tmp_path_factory):
    """A warehouse with two kabupaten."""
    folder = loaded(tmp_path_factory.mktemp("status") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        yield folder


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    """Two pages of stand-ins."""
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def run(source, target, chosen, folder):
        notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        target.write_text(json.dumps(notebook), "utf-8")

    monkeypatch.setattr(one, "_execute", run)
    batch.run_all([PACITAN, BANTAENG], ["analysis"], year=2023, workers=1)
    return tmp_path / "outputs"


def told(say, *arguments):
    code, out, _ = say("status", "--json", *arguments)
    return code, json.loads(out)


def test_where_all_is_whole_the_exit_code_is_0(place, say):
    code, found = told(say)
    assert code == 0
    assert found["pages"] == {"whole": 2, "stale": 0, "failed": 0}
    assert found["not_whole"] == []
    (loaded,) = found["data"]
    assert (loaded["year"], loaded["synthetic"], loaded["kabupaten"]) == (2023, True, 2)
    code, out, _ = say("status")
    assert code == 0 and "Reports: 2 whole, 0 stale, 0 failed" in out


def moved_data(monkeypatch, place):
    monkeypatch.setattr(estimation, "made", lambda _: {2023: "other"})


def moved_code(monkeypatch, place):
    monkeypatch.setattr(seal, "code", lambda *_: b"other code")


def lost_file(monkeypatch, place):
    for path in place.rglob("analysis.ipynb"):
        path.unlink()


def other_choices(monkeypatch, place):
    for path in place.rglob("run.json"):
        record = json.loads(path.read_text())
        record["analysis"]["parameters"].pop("lines")
        record["analysis"]["seal"] = "x"
        path.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("move", "why"),
    [
        *((moved_data, "data"), (moved_code, "code")),
        *((lost_file, "files"), (other_choices, "choices")),
    ],
)
def test_a_stale_page_says_why(move, why, place, say, monkeypatch):
    move(monkeypatch, place)
    code, found = told(say, "--region", "pacitan")
    assert code == 1
    assert found["pages"] == {"whole": 0, "stale": 1, "failed": 0}
    (page,) = found["not_whole"]
    assert (page["region"], page["why"]) == (PACITAN, [why])
    assert f"stale: Pacitan ({PACITAN}) 2023, analysis: " in say("status")[1]


def test_a_failed_page_says_why_and_a_whole_one_has_not_failed(place, say):
    chosen = parameters.resolve(region=PACITAN, year=2023, language="en")
    batch._remember(chosen, "analysis", Refused("worker_killed"))
    kept = parameters.resolve(region=BANTAENG, year=2023)
    batch._remember(kept, "analysis", Refused("worker_killed"))
    code, found = told(say)
    assert code == 1
    assert found["pages"] == {"whole": 2, "stale": 0, "failed": 1}
    (page,) = found["not_whole"]
    assert page["choices"] == {"language": "en"}
    assert page["failed"]["code"] == "worker_killed"
    assert "The process" in say("status")[1]


def test_a_failure_that_cannot_be_read_is_told_as_that(place, say):
    (place / f"{PACITAN}.2022.analysis.failed.json").write_text("cut o")
    line = next(line for line in say("status")[1].splitlines() if "failed: " in line)
    assert line.endswith("2022, analysis: why cannot be read")
    assert told(say, "--year", "2023")[1]["pages"]["failed"] == 0


def test_a_page_whose_data_cannot_be_read_is_stale(place, say, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied", "boundaries")

    monkeypatch.setattr(seal, "seal", denied)
    code, found = told(say)
    assert code == 1 and [page["why"] for page in found["not_whole"]] == [["data"]] * 2


@pytest.mark.parametrize(
    ("narrow", "count"),
    [
        (("--region", "pacitan"), 1),
        (("--province", "sulawesi selatan"), 1),
        (("--province", "35", "--region", "7303"), 2),
        (("--year", "2023"), 2),
        (("--year", "2021"), 0),
        (("--modules", "analysis"), 2),
    ],
)
def test_it_can_be_narrowed(place, say, narrow, count):
    assert told(say, *narrow)[1]["pages"]["whole"] == count


def test_a_module_that_is_none_is_refused(place, say):
    assert say("status", "--modules", "anlysis")[0] == 2


def test_what_is_loaded_is_read_again_only_when_it_changed(place, monkeypatch, data):
    current, times = warehouse._current, []
    monkeypatch.setattr(
        warehouse, "_current", lambda place: times.append(place) or current(place)
    )
    warehouse._loaded.cache_clear()
    before = warehouse.loaded()
    for page in standing.pages():
        assert standing.state(page).name == "whole"
    once = len(times)
    assert 0 < once <= len(before["year"].unique())
    file = next(data.rglob("load-*/origin.json"))
    content = file.read_text()
    file.write_text(content + " ")
    assert warehouse.loaded().equals(before) and len(times) > once
    file.write_text(content)


# The log


def test_a_verb_that_makes_something_leaves_one_line(place, say, monkeypatch, data):
    monkeypatch.setattr(rounds, "prepare", lambda *_, **__: [])
    (data / log.NAME).unlink(missing_ok=True)
    assert say("report", "pacitan", "--year", "2023", "--modules", "analysis")[0] == 0
    assert say("report", "pacitan siti 3501010101900001")[0] == 2
    assert say("publish", place.parent / "public-siti")[0] == 0
    say("region", "pacitan")
    entries = log.last(data, 9)
    assert [(each["verb"], each["code"]) for each in entries] == [
        *(("report", 0), ("report", 2), ("publish", 0)),
    ]
    assert entries[0]["what"]["region"] == PACITAN
    assert entries[1]["what"] == {"refused": "unknown_region"}
    text = (data / log.NAME).read_text("utf-8")
    assert "siti" not in text and str(place.parent) not in text
    for each in entries:
        assert each["start"] <= each["end"] and each["seconds"] >= 0
    assert "report, " in say("status")[1] and "code 2: refused" in say("status")[1]


def test_a_verb_refused_before_there_is_data_makes_no_folder(
    say, tmp_path, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "none"))
    assert say("report", "pacitann")[0] == 2
    assert not (tmp_path / "none").exists()


def test_two_lines_never_mix_and_the_log_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "LIMIT", 20_000)
    with ThreadPoolExecutor(4) as pool:
        for number in range(400):
            what = {"n": number}
            pool.submit(log.append, tmp_path, "report", BEGAN, what, 0)
    for path in tmp_path.iterdir():
        assert path.stat().st_size <= 20_000
        for line in path.read_text("utf-8").splitlines():
            assert json.loads(line)["verb"] == "report"
    assert {path.name for path in tmp_path.iterdir()} == {log.NAME, log.BEFORE}
    assert len(log.last(tmp_path, 5)) == 5


def test_the_newest_runs_are_told_in_their_order_and_in_utc(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "LIMIT", 400)
    pacitan = BEGAN.astimezone(datetime.timezone(datetime.timedelta(hours=7)))
    for number in range(5):
        log.append(tmp_path, "report", pacitan, {"region": str(number)}, 0)
    assert (tmp_path / log.BEFORE).exists()
    runs = log.last(tmp_path, 3)
    assert [run["what"]["region"] for run in runs] == ["2", "3", "4"]
    assert runs[0]["start"] == "2026-03-01T08:00:00.000+00:00"


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path):
    (tmp_path / log.NAME).write_bytes(b'{"verb": "lo')
    log.append(tmp_path, "batch", BEGAN, {}, Exit.FAILED)
    (entry,) = log.last(tmp_path, 5)
    assert (entry["verb"], entry["code"]) == ("batch", 1)


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / log.NAME).mkdir()
    log.append(tmp_path, "batch", BEGAN, {}, 0)
    assert log.last(tmp_path, 5) == []


# Exit codes and imports


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        *(("busy", Exit.BUSY), ("data_moved", Exit.BUSY)),
        *(("disk_full", Exit.SYSTEM), ("no_permission", Exit.SYSTEM)),
        *(("unexpected", Exit.FAILED), ("unknown_region", Exit.REFUSED)),
    ],
)
def test_each_refusal_ends_with_its_code(code, ends, say, monkeypatch):
    from sepakat_lib import regions

    def refuse(*_):
        raise Refused(code)

    monkeypatch.setattr(regions, "resolve", refuse)
    assert say("region", "x")[0] == ends


def test_ctrl_c_is_130_and_is_in_the_log(place, say, monkeypatch, data):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_prepare", interrupt)
    assert say("report", "pacitan")[0] == 130
    assert log.last(data, 1)[0]["code"] == 130


HEAVY = "pandas", "duckdb", "scipy", "papermill", "nbconvert", "openpyxl", "shapely"
LOADED = "import sys; from sepakat_lib import cli\n" + (
    "try: cli.main(sys.argv[1:])\nexcept SystemExit: pass\n"
    f"print([name for name in {HEAVY} if name in sys.modules])"
)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], []),
        (["region", "pacitan"], []),
        (["status"], ["pandas", "duckdb", "scipy"]),
    ],
)
def test_a_verb_imports_what_it_needs(place, arguments, needed):
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        env=os.environ,
        check=True,
    )
    assert set(json.loads(ran.stdout.splitlines()[-1].replace("'", '"'))) <= {*needed}
