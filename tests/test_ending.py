"""A page that does not end is ended and told, the others go on, and nothing is left."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import nbformat
import pytest

from sepakat_lib import batch, cli, speaker
from sepakat_lib.batch import ending, one
from sepakat_lib.words import LANGUAGES

PACITAN, BANTAENG = "3501", "7303"


@pytest.fixture(scope="module")
def data(loaded, tmp_path_factory):
    folder = loaded(tmp_path_factory.mktemp("ending") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        yield folder


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    return tmp_path / "outputs"


def only_pacitan_runs(cell, tmp_path, monkeypatch):
    """Let the notebook of Pacitan be one cell, really executed, and others stand-ins."""
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("region = ''", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(cell),
        ],
        metadata={
            "kernelspec": {"name": "python3", "language": "python", "display_name": "x"}
        },
    )
    own = tmp_path / "analysis.ipynb"
    nbformat.write(notebook, own)
    execute = one._execute

    def run(source, target, chosen, folder):
        if chosen.region == PACITAN:
            execute(own, target, chosen, folder)
        else:
            empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            target.write_text(json.dumps(empty), "utf-8")

    monkeypatch.setattr(one, "_execute", run)


DEAF = """
import time
while True:
    try:
        time.sleep(600)
    except Exception:  # as a loop that tries again whatever comes
        pass
"""

DEAF_ONCE = """
import time
try:
    time.sleep(600)
except BaseException:  # as a bare `except:` that goes on with what comes next
    pass
time.sleep(600)
"""


@pytest.mark.parametrize(
    "cell", ["import time\ntime.sleep(600)", "while True:\n    pass", DEAF, DEAF_ONCE]
)
def test_a_notebook_that_hangs_is_ended_told_and_the_batch_goes_on(
    place, tmp_path, monkeypatch, cell
):
    only_pacitan_runs(cell, tmp_path, monkeypatch)
    began = time.monotonic()
    wanted = [PACITAN, BANTAENG]
    done = batch.run_all(wanted, ["analysis"], year=2023, workers=1, seconds=2)
    assert time.monotonic() - began < 60
    assert done.made == [(BANTAENG, "analysis")]
    (why,) = done.failed.values()
    assert why.code == "page_too_long"
    assert "2 detik" in speaker.sentence(why, "id")
    index = (place / "index.html").read_text("utf-8")
    assert "2 detik" in index and "Overtime" not in index
    assert not list(place.rglob(".writing-*"))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_page_in_time_is_made_as_ever(place, tmp_path, monkeypatch):
    only_pacitan_runs("print(1)", tmp_path, monkeypatch)
    done = batch.run_all([PACITAN], ["analysis"], year=2023, workers=1, seconds=60)
    assert done.made == [(PACITAN, "analysis")] and not done.failed


HANGS = """
import json, signal, time
from sepakat_lib import batch
from sepakat_lib.batch import ending, one

ending.GRACE = 1

def run(source, target, chosen, place):
    if chosen.region == "3501":
        # as a call into C that never comes back to Python
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600)
    target.write_text(json.dumps(
        {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")

one._execute = run

if __name__ == "__main__":
    done = batch.run_all(["3501", "7303"], ["analysis"], year=2023, workers=2, seconds=8)
    print(json.dumps([done.made, {k[0]: v.code for k, v in done.failed.items()}]))
"""


def test_a_worker_that_never_comes_back_is_ended_and_its_page_alone_fails(
    place, tmp_path
):
    script = tmp_path / "hangs.py"
    script.write_text(HANGS)
    command = [sys.executable, str(script)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=150)
    made, failed = json.loads(found.stdout.splitlines()[-1])
    assert made == [[BANTAENG, "analysis"]], found.stderr
    assert failed == {PACITAN: "page_too_long"}
    assert not list(place.glob(".overtime-*"))


def test_where_no_signal_comes_a_page_has_all_the_time():
    seen = []

    def run():
        with ending.within(0.01) as late:
            time.sleep(0.1)
        seen.append(late)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [[]]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose sockets have short names: a socket's may have 107 signs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sockets_of_kernels_that_are_no_more_are_swept_and_others_stay(folder):
    def socket_at(name, listens):
        made = socket.socket(socket.AF_UNIX)
        made.bind(name)
        if listens:
            made.listen()
            return made
        made.close()
        return None

    socket_at("kernel-ipc-1", False)
    socket_at("kernel-0a1b-ipc-5", False)
    living = socket_at("kernel-ipc-2", True)
    socket_at("other-ipc-1", False)
    (folder / "kernel-ipc-3").write_text("a file of somebody's")
    try:
        place = folder.relative_to(os.getcwd())
        assert ending.sweep(place, place / "not-there") == 2
    finally:
        living.close()
    left = {path.name for path in folder.iterdir()}
    assert left == {"kernel-ipc-2", "other-ipc-1", "kernel-ipc-3"}


def test_a_batch_sweeps_what_a_killed_one_left_where_it_was_started(
    place, folder, monkeypatch, tmp_path
):
    left = socket.socket(socket.AF_UNIX)
    left.bind("kernel-ipc-1")
    left.close()
    only_pacitan_runs("print(1)", tmp_path, monkeypatch)
    batch.run_all([PACITAN], ["analysis"], year=2023, workers=1)
    assert not (folder / "kernel-ipc-1").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_option_is_told_and_its_default_is_that_of_the_library(language):
    import inspect

    option = inspect.signature(cli.make_batch).parameters["seconds"]
    assert option.default == ending.SECONDS
    assert speaker.say("option.seconds", language)
