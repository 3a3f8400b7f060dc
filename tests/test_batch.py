"""Many reports: resumed where they stopped, one failure alone, nothing half-written."""

import errno
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from sepakat_lib import batch, estimation, intake, parameters
from sepakat_lib.batch import one

PACITAN, BANTAENG = "3501", "7303"
COMMAND = [sys.executable, "-c", "from sepakat_lib.cli import main; main()", "batch"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A warehouse with two kabupaten."""
    folder = tmp_path_factory.mktemp("batch") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        intake.invent([PACITAN, BANTAENG], 2023)
        estimation.estimate(2023)
        yield folder


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    """Empty outputs."""
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    return tmp_path / "outputs"


@pytest.fixture
def quick(monkeypatch):
    """A stand-in for the notebook's run, so that the queue alone is tested."""
    ran = []

    def run(source, target, chosen, place):
        ran.append(chosen.region)
        notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        target.write_text(json.dumps(notebook), "utf-8")

    monkeypatch.setattr(one, "_execute", run)
    return ran


def both(**given):
    return batch.run_all([PACITAN, BANTAENG], ["analysis"], 2023, workers=1, **given)


def test_what_is_whole_is_not_made_again(place, quick):
    assert len(both().made) == 2
    again = both()
    assert again.made == [] and len(again.kept) == 2 and quick == [PACITAN, BANTAENG]


def test_force_makes_again_what_is_whole(place, quick):
    both()
    assert len(both(force=True).made) == 2


def test_a_page_of_other_choices_or_data_is_not_whole(place, quick, monkeypatch):
    both()
    assert len(both(language="en").made) == 2
    monkeypatch.setattr(estimation, "made", lambda chosen: {2023: "other estimates"})
    assert len(both(language="en").made) == 2


def test_a_page_without_its_record_is_not_finished(place, quick):
    both()
    (place / PACITAN / "2023" / "run.json").unlink()
    assert both().made == [(PACITAN, "analysis")]


def test_one_failing_region_does_not_stop_the_others(place, quick, monkeypatch):
    run = one._execute

    def fails(source, target, chosen, place):
        if chosen.region == PACITAN:
            target.write_text("{}", "utf-8")
            raise ValueError("the line of Pacitan is missing")
        run(source, target, chosen, place)

    monkeypatch.setattr(one, "_execute", fails)
    done = both()
    assert done.made == [(BANTAENG, "analysis")]
    assert "line of Pacitan" in done.failed[PACITAN, "analysis"]
    folder = place / PACITAN / "2023"
    assert (folder / "analysis.failed.ipynb").exists()
    assert not (folder / "analysis.html").exists()
    index = (place / "index.html").read_text("utf-8")
    assert "line of Pacitan" in index and 'href="7303/2023/analysis.html"' in index
    monkeypatch.setattr(one, "_execute", run)
    assert both().made == [(PACITAN, "analysis")]
    assert "line of Pacitan" not in (place / "index.html").read_text("utf-8")


def test_a_broken_region_file_is_listed_and_the_others_stand(
    place, quick, monkeypatch, tmp_path
):
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / f"{PACITAN}.yml").write_text("confidence: high\n")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    done = both()
    assert done.made == [(BANTAENG, "analysis")]
    assert "confidence" in done.failed[PACITAN, "analysis"]


def test_a_full_disk_stops_cleanly(place, quick, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(one.html, "export", full)
    with pytest.raises(OSError, match="No space"):
        both()
    assert quick == [PACITAN]
    assert not list(place.rglob("*.html")) and not list(place.rglob("run.json"))
    assert not list(place.rglob(".writing-*"))


def test_a_second_batch_waits_its_turn(place, quick):
    with batch._alone(), pytest.raises(batch.Busy, match="another batch"):
        both()


def test_an_unknown_module_is_refused_before_anything_runs(place, quick):
    with pytest.raises(batch.UnknownModule, match="analysis"):
        batch.run_all([PACITAN], ["analysis", "anlysis"], 2023)
    assert quick == [] and not place.exists()


def test_a_killed_run_goes_on_where_it_stopped(place):
    """The real thing: two workers, kill -9 after the first page, and again."""
    regions = ["--region", PACITAN, "--region", BANTAENG, "--workers", "1"]
    running = subprocess.Popen(
        [*COMMAND, *regions], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    limit = time.monotonic() + 120
    while not list(place.rglob("run.json")):
        assert running.poll() is None and time.monotonic() < limit
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    first = {path: path.stat().st_mtime_ns for path in place.rglob("run.json")}
    assert len(first) == 1
    found = subprocess.run(
        [*COMMAND, *regions], capture_output=True, text=True, check=False
    )
    assert "made 1, kept 1, failed 0" in found.stdout, found.stderr
    assert all(path.stat().st_mtime_ns == when for path, when in first.items())
    assert not list(place.rglob(".writing-*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--province", "pacitan"), "not a province"),
        (("--province", "../../etc"), "etc"),
        (("--province", "35", "--modules", "analysis;import os"), "no module"),
        (("--province", "35", "--year", "2023);import os"), "integer|valid"),
        ((), "--province"),
    ],
)
def test_a_wrong_batch_option_is_refused(place, arguments, said):
    import re

    found = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        check=False,
    )
    assert found.returncode != 0 and "Traceback" not in found.stderr
    assert re.search(said, found.stderr), found.stderr
    assert not place.exists()
