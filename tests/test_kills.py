"""Whatever ends a process, and at whatever step, the old or the new stands whole."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import killing
import pandas as pd
import pytest

from sepakat_lib import atomic, attachments, estimation, warehouse
from sepakat_lib.batch import one, seal

PAGE = ("analysis.html", "analysis.ipynb", "estimates.csv", "map.html")


def households():
    """What a reader of the round sees."""
    con = warehouse.connect("susenas", 2023)
    seen = con.execute("SELECT household FROM households ORDER BY 1").fetchall()
    assert len(warehouse.loaded()) == len(seen)
    return {"[(1,), (2,)]": "old", "[(7,), (8,)]": "new"}[str(seen)]


def tables():
    """What a reader of the estimates sees."""
    found = warehouse.result("susenas-2023", exactly=True)
    kinds = {pd.read_parquet(path)["kind"].item() for path in found.tables.values()}
    (kind,) = kinds | {found.record["fingerprint"]}
    return kind


def pages():
    """What the record vouches for, which every file must then say too."""
    place = one.place_of("3501", 2023)
    seen = {(place / name).read_text().split()[-1] for name in PAGE}
    (kind,) = seen
    marks = json.loads((place / "run.json").read_text())["analysis"]["files"]
    assert all(atomic.is_marked(place / name, marks[name]) for name in PAGE)
    return kind


def mixed_pages():
    """The same where a mixture can stand for a while: no record vouches for it."""
    place = one.place_of("3501", 2023)
    seen = {(place / name).read_text().split()[-1] for name in PAGE}
    marks = json.loads((place / "run.json").read_text())["analysis"]["files"]
    vouched = all(atomic.is_marked(place / name, marks[name]) for name in PAGE)
    return seen.pop() if vouched and len(seen) == 1 else "mixed"


def published():
    """What a reader of the published folder sees, when its list of contents holds."""
    place = one.outputs().parent / "public"
    told = json.loads((place / "sepakat.json").read_text())["files"]
    assert all(atomic.is_marked(place / name, mark) for name, mark in told.items())
    seen = {path.name for path in place.iterdir() if path.name[0] != "."}
    assert seen == {*told, "sepakat.json"}
    (kind,) = {
        (place / f"3501-2023-{name}").read_text().split()[-1]
        for name in ("analysis.html", "estimates.csv", "map.html")
    }
    assert 'href="3501-2023-analysis.html"' in (place / "index.html").read_text()
    return kind


def mixed_published():
    """The same where a mixture can stand for a while, of which the list says so."""
    try:
        return published()
    except AssertionError:
        return "mixed"


@pytest.fixture
def stand_ins():
    """Stand-ins of `killing`, taken back in the end."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            *((one, "_execute"), (one.html, "export"), (seal, "code_now")),
            *((estimation, "made"), (estimation, "inputs"), (estimation, "read")),
            *((attachments, "names"), (attachments, "content")),
            *((atomic, "exchange"), (os, "link")),
        ):
            patch.setattr(module, name, getattr(module, name))
        seal.code.cache_clear()
        yield
    seal.code.cache_clear()


@pytest.fixture(scope="module")
def end(tmp_path_factory):
    """End an action step by step in a process of its own, one for all of them."""
    told = tmp_path_factory.mktemp("killing") / "stderr"
    with (
        told.open("w") as errors,
        subprocess.Popen(
            [sys.executable, killing.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as ending,
    ):

        def ended(action, sign, place):
            job = action, sign, str(place / "before"), str(place / "after")
            ending.stdin.write(json.dumps(job) + "\n")
            ending.stdin.flush()
            assert ending.stdout.readline() == "0\n", told.read_text()

        yield ended


SEEN = {
    "load": (households, {"old", "new"}),
    "estimate": (tables, {"old", "new"}),
    "page": (pages, {"old", "new"}),
    "page_by_page": (mixed_pages, {"old", "mixed", "new"}),
    "publish": (published, {"old", "new"}),
    "publish_by_page": (mixed_published, {"old", "mixed", "new"}),
}


def in_folder(place, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(place / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(place / "outputs"))


@pytest.mark.parametrize("sign", ["SIGKILL", "SIGINT"])
@pytest.mark.parametrize("action", list(SEEN))
def test_at_every_step_the_old_or_the_new_stands_whole(
    action, sign, tmp_path, monkeypatch, stand_ins, end
):
    look, expected = SEEN[action]
    act = killing.ACTIONS[action]
    in_folder(tmp_path / "before", monkeypatch)
    act("old")
    assert look() == "old"
    end(action, sign, tmp_path)
    states = []
    for place in sorted((tmp_path / "after").iterdir()):
        in_folder(place, monkeypatch)
        states.append(look())
        act("new")
        assert look() == "new"
        assert not list(place.rglob(".writing-*"))
    assert set(states) == expected and states[-1] == "new"
    order = ["old", "mixed", "new"]
    assert states == sorted(states, key=order.index)


def test_a_round_of_an_earlier_version_is_replaced_at_one_instant_too(
    tmp_path, monkeypatch, end
):
    in_folder(tmp_path / "before", monkeypatch)
    place = earlier_version()
    assert households() == "old"
    end("load", "SIGKILL", tmp_path)
    for copy in sorted((tmp_path / "after").iterdir()):
        in_folder(copy, monkeypatch)
        assert households() in ("old", "new")
        killing.load()
        assert households() == "new"
        left = [path.name for path in copy.glob("data/warehouse/susenas/2023/*")]
        assert len(left) == 1 and left[0].startswith("load-")
    assert not (place / "load-000001").exists()


def earlier_version():
    """Lay out the old round as it was stored before loads had numbers."""
    killing.load("old")
    place = warehouse.folder() / "warehouse/susenas/2023"
    told = json.loads((place / "load-000001/origin.json").read_text())
    for region, counts in told["regions"].items():
        (place / "load-000001" / region).rename(place / region)
        origin = told["origin"] | counts | {"region": region, "year": 2023}
        (place / region / "origin.json").write_text(json.dumps(origin))
    shutil.rmtree(place / "load-000001")
    return Path(place)
