"""Many reports: resumed where they stopped, one failure alone, nothing half-written."""

import ast
import errno
import functools
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from refusing import refusal

from sepakat_lib import (
    ROOT,
    attachments,
    batch,
    estimation,
    parameters,
    published,
    speaker,
    warehouse,
)
from sepakat_lib.batch import one, seal

PACITAN, BANTAENG = "3501", "7303"
ALL = ("html", "csv", "xlsx", "map")
COMMAND = [sys.executable, "-c", "from sepakat_lib.cli import main; main()", "batch"]


@pytest.fixture(scope="module")
def data(loaded, tmp_path_factory):
    """A warehouse with two kabupaten."""
    folder = loaded(tmp_path_factory.mktemp("batch") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        yield folder


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    """Empty outputs."""
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    return tmp_path / "outputs"


@pytest.fixture(scope="module")
def content(data):
    """`attachments.content`, which works the same file out only once."""
    return functools.cache(attachments.content)


@pytest.fixture
def quick(monkeypatch, content):
    """A stand-in for the notebook's run, so that the queue alone is tested."""
    monkeypatch.setattr(attachments, "content", content)
    ran = []

    def run(source, target, chosen, place):
        ran.append(chosen.region)
        notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        target.write_text(json.dumps(notebook), "utf-8")

    monkeypatch.setattr(one, "_execute", run)
    return ran


def both(**given):
    return batch.run_all(
        [PACITAN, BANTAENG], ["analysis"], year=2023, workers=1, **given
    )


def both_with_tables(**given):
    return both(formats=["csv"], **given)


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


@pytest.mark.parametrize("lost", ["run.json", "estimates.xlsx", "map.html"])
def test_a_page_without_its_record_or_a_file_beside_it_is_not_finished(
    place, quick, lost
):
    both(formats=ALL)
    (place / PACITAN / "2023" / lost).unlink()
    assert both().made == [(PACITAN, "analysis")]
    assert len(quick) == 3


def names(place, region=PACITAN):
    return {path.name for path in folder_of(place, region).iterdir()}


def test_a_page_alone_is_the_page_its_notebook_and_its_record(place, quick):
    both()
    assert names(place) == {"analysis.html", "analysis.ipynb", "run.json"}
    seconds = batch.one.record_of(PACITAN, 2023)["analysis"]["seconds"]
    assert set(seconds) == {"notebook", "files"}


def test_a_format_asked_for_later_is_made_without_running_the_notebook(place, quick):
    both()
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert not one.whole(chosen, "analysis", ["csv"])
    done = both(formats=["csv"])
    assert len(done.made) == 2 and quick == [PACITAN, BANTAENG]
    assert names(place) == {
        *("analysis.html", "analysis.ipynb", "run.json", "estimates.csv"),
    }
    assert one.whole(chosen, "analysis", ["csv"]) and one.whole(chosen, "analysis")
    assert both().made == both(formats=["html", "csv"]).made == []
    made = [one.record_of(PACITAN, 2023)["analysis"]["made"]]
    batch.run(chosen, formats=["map"], anew=False)
    assert quick == [PACITAN, BANTAENG]
    assert {"estimates.csv", "map.html"} < names(place)
    assert made == [one.record_of(PACITAN, 2023)["analysis"]["made"]]


def test_a_page_that_is_replaced_while_it_is_copied_is_made_anew(
    place, quick, monkeypatch
):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    batch.run(chosen)
    monkeypatch.setattr(one.shutil, "copyfile", lambda _, to: to.write_text("other's"))
    paths = batch.run(chosen, formats=["csv"], anew=False)
    assert quick == [PACITAN, PACITAN]
    assert "other's" not in paths["html"].read_text("utf-8")


def test_a_page_that_is_made_anew_keeps_the_formats_that_it_had(place, quick):
    both(formats=["csv", "map"])
    assert len(both(force=True).made) == 2 and len(quick) == 4
    assert {"estimates.csv", "map.html"} < names(place)
    assert "estimates.xlsx" not in names(place)


def test_a_page_of_other_data_is_not_completed_but_made_anew(place, quick, monkeypatch):
    both()
    monkeypatch.setattr(estimation, "made", lambda chosen: {2023: "other estimates"})
    both(formats=["csv"])
    assert len(quick) == 4


def test_a_table_of_one_language_is_no_file_of_the_other_until_it_is_asked_for(
    place, quick
):
    both(formats=["csv"])
    english = parameters.resolve(region=PACITAN, year=2023, language="en")
    batch.run(english)
    assert one.whole(english, "analysis")
    assert not one.whole(english, "analysis", ["csv"])
    before = folder_of(place, PACITAN) / "estimates.csv"
    content = before.read_bytes()
    batch.run(english, formats=["csv"], anew=False)
    assert one.whole(english, "analysis", ["csv"]) and before.read_bytes() == content
    assert len(both(formats=["csv"]).kept) == 2
    assert "older than" not in batch.write_index("en").read_text("utf-8")


def test_a_map_that_can_no_longer_be_drawn_goes_with_the_page(
    place, quick, monkeypatch
):
    both(formats=ALL)
    empty = published.official().head(0)
    monkeypatch.setattr(published, "official", lambda: empty)
    assert len(both(formats=ALL, force=True).made) == 2
    assert "map.html" not in names(place)
    assert len(both(formats=ALL).kept) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "analysis estimates map"),
        ({"language": "en"}, "analysis.en estimates map.en"),
        (
            {"lines": "province_urban_rural"},
            "analysis.province_urban_rural estimates.province_urban_rural map",
        ),
        (
            {"language": "en", "lines": "province_urban_rural"},
            "analysis.en.province_urban_rural estimates.province_urban_rural map.en",
        ),
    ],
)
def test_choices_that_are_not_standard_stand_in_the_names(
    place, quick, given, expected
):
    chosen = parameters.resolve(region=PACITAN, year=2023, **given)
    paths = batch.run(chosen, formats=ALL)
    analysis, estimates, moving = expected.split()
    assert {path.name for path in (place / PACITAN / "2023").iterdir()} == {
        *(f"{analysis}.html", f"{analysis}.ipynb", f"{moving}.html", "run.json"),
        *(f"{estimates}.csv", f"{estimates}.xlsx"),
    }
    assert list(json.loads(paths["record"].read_text("utf-8"))) == [analysis]
    assert one.whole(chosen, "analysis")


def test_a_page_in_english_leaves_the_indonesian_one_as_it_is(place, quick):
    both()
    before = (place / PACITAN / "2023" / "analysis.html").stat().st_mtime_ns
    assert len(both(language="en").made) == 2
    assert (place / PACITAN / "2023" / "analysis.html").stat().st_mtime_ns == before
    assert len(both().kept) == len(both(language="en").kept) == 2


def test_the_index_tells_choices_that_are_not_standard_and_languages_that_differ(
    place, quick
):
    both()
    assert "Bahasa" not in (place / "index.html").read_text("utf-8")
    for given in ({"language": "en"}, {"lines": "province_urban_rural"}):
        batch.run(parameters.resolve(region=PACITAN, year=2023, **given))
    index = batch.write_index().read_text("utf-8")
    rows = re.findall(r"<tr\b.*?</tr>", index, re.S)
    told = {re.search('href="(.*?)"', row)[1]: row for row in rows if "href" in row}
    assert len(told) == 4
    assert "Bahasa: English" in told["3501/2023/analysis.en.html"]
    other = told["3501/2023/analysis.province_urban_rural.html"]
    assert "Garis kemiskinan: provinsi" in other
    assert all("Bahasa: " in row for row in told.values())  # two pages of one region
    english = batch.write_index("en").read_text("utf-8")
    assert english.count("Language: Indonesia<") == 3
    assert english.count("Language: English<") == 1


def test_the_files_beside_the_page_are_those_of_attachments(
    place, quick, content, monkeypatch
):
    monkeypatch.setattr(attachments, "content", content.__wrapped__)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    paths = batch.run(chosen, formats=ALL)
    names = attachments.names(chosen)
    own = {"csv", "xlsx", "map"}
    assert set(names) == own | {*attachments.modules.OF_NOTEBOOK}
    for kind in ("csv", "map"):  # a workbook holds its minute of making
        assert paths[kind].read_bytes() == attachments.content(chosen, names[kind])
    with pytest.raises(KeyError, match=r"no 'map\.en\.html'"):
        attachments.content(chosen, "map.en.html")


def test_where_nothing_can_be_drawn_there_is_no_map(place, quick, monkeypatch):
    empty = published.official().head(0)
    monkeypatch.setattr(published, "official", lambda: empty)
    paths = batch.run(parameters.resolve(region=PACITAN, year=2023), formats=ALL)
    assert "map" not in paths and not list(place.rglob("map*.html"))


@pytest.mark.parametrize(
    ("reports", "invented", "expected"),
    [
        ([PACITAN], PACITAN, True),
        ([PACITAN], "3502", False),  # its province does not report
        ([PACITAN, "35"], "3502", True),
        ([PACITAN, "35"], "7303", False),
        ([PACITAN, "35", "00"], "7303", True),
        ([PACITAN], None, False),
    ],
)
def test_a_page_is_synthetic_by_what_it_shows_and_not_by_a_neighbour(
    monkeypatch, reports, invented, expected
):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    origins = pd.DataFrame({"region": [PACITAN, "3502", "7303"], "year": 2023})
    origins["synthetic"] = origins["region"].eq(invented)
    record = {"regions": dict.fromkeys(reports)}
    result = warehouse.Result(record, {})
    monkeypatch.setattr(estimation, "survey_year", lambda *_: 2023)
    monkeypatch.setattr(estimation, "_result", lambda *_: result)
    monkeypatch.setattr(warehouse, "loaded", lambda *_: origins)
    assert estimation.is_synthetic(chosen) is expected


@pytest.fixture
def failing(quick, monkeypatch):
    """Let the notebook of Pacitan fail; call it to mend the notebook."""
    run = one._execute

    def fails(source, target, chosen, place):
        if chosen.region == PACITAN:
            target.write_text("{}", "utf-8")
            raise ValueError("the line of Pacitan is missing")
        run(source, target, chosen, place)

    monkeypatch.setattr(one, "_execute", fails)
    return lambda: monkeypatch.setattr(one, "_execute", run)


def said(done, region=PACITAN):
    return speaker.sentence(done.failed[region, "analysis"], "en")


def test_one_failing_region_does_not_stop_the_others(place, failing):
    done = both()
    assert done.made == [(BANTAENG, "analysis")]
    assert "line of Pacitan" in said(done)
    folder = place / PACITAN / "2023"
    assert (folder / "analysis.failed.ipynb").exists()
    assert not (folder / "analysis.html").exists()
    index = (place / "index.html").read_text("utf-8")
    assert "line of Pacitan" in index and 'href="7303/2023/analysis.html"' in index
    failing()
    assert both().made == [(PACITAN, "analysis")]
    assert "line of Pacitan" not in (place / "index.html").read_text("utf-8")


def test_a_page_made_by_itself_takes_its_own_failure_off_the_list(place, failing):
    both()
    both(language="en")
    folder = place / PACITAN / "2023"
    assert {path.name for path in folder.glob("*.failed.*")} == {
        *("analysis.failed.ipynb", "analysis.failed.json"),
        *("analysis.en.failed.ipynb", "analysis.en.failed.json"),
    }
    failing()
    batch.run(parameters.resolve(region=PACITAN, year=2023, language="en"))
    index = batch.write_index().read_text("utf-8")
    assert index.count("line of Pacitan") == 1
    assert {path.name for path in folder.glob("*.failed.*")} == {
        *("analysis.failed.ipynb", "analysis.failed.json"),
    }


def test_a_mended_region_leaves_the_list_though_its_page_is_kept(place, quick):
    both()
    chosen = parameters.resolve(region=PACITAN, year=2023)
    beside, above = one.failures(chosen, "analysis")
    for path in (beside, above, one.failed_notebook(chosen, "analysis")):
        path.write_text('{"why": "its file could not be read"}', "utf-8")
    assert "could not be read" in batch.write_index().read_text("utf-8")
    assert (PACITAN, "analysis") in both().kept
    assert "could not be read" not in (place / "index.html").read_text("utf-8")
    assert not [*place.rglob("*.failed.*")]


def test_a_broken_region_file_is_listed_and_the_others_stand(
    place, quick, monkeypatch, tmp_path
):
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / f"{PACITAN}.yml").write_text("confidence: high\n")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    done = both()
    assert done.made == [(BANTAENG, "analysis")]
    assert "confidence" in said(done)


def test_a_regions_own_file_moves_no_other_page(place, quick, monkeypatch, tmp_path):
    folder = tmp_path / "parameters"
    (folder / "regions").mkdir(parents=True)
    monkeypatch.setattr(parameters, "FOLDER", folder)
    seal.code.cache_clear()
    both()
    (folder / "regions" / f"{PACITAN}.yml").write_text("confidence: 0.9\n")
    seal.code.cache_clear()
    done = both()
    assert done.made == [(PACITAN, "analysis")]
    assert done.kept == [(BANTAENG, "analysis")]
    seal.code.cache_clear()


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
    with batch._alone(), refusal("Another command"):
        both()


@pytest.fixture
def light(quick, monkeypatch):
    """Small files beside the page, which tell what the estimates were."""
    state = {"estimates": "first"}
    monkeypatch.setattr(estimation, "made", lambda _: {2023: state["estimates"]})
    monkeypatch.setattr(attachments, "names", lambda *_: {"csv": "estimates.csv"})
    monkeypatch.setattr(
        attachments, "content", lambda *_: state["estimates"].encode() * 3
    )
    return state


def folder_of(place, region):
    return place / region / "2023"


NOT_AN_OBJECT = [
    b"",
    b"[]",
    b"null",
    b'"x"',
    b'{"analysis": {',
    b"\xff",
    b'{"analysis": 1}',
]


@pytest.mark.parametrize("content", NOT_AN_OBJECT)
def test_a_record_that_cannot_be_read_is_as_if_never_made(place, light, content):
    both()
    (folder_of(place, PACITAN) / "run.json").write_bytes(content)
    done = both()
    assert done.made == [(PACITAN, "analysis")]
    assert done.kept == [(BANTAENG, "analysis")]
    assert len(both().kept) == 2
    assert (place / "index.html").read_text("utf-8").count("analysis.html") == 2


def test_what_a_record_tells_of_other_pages_is_kept(place, light):
    both()
    record = folder_of(place, PACITAN) / "run.json"
    told = json.loads(record.read_text("utf-8"))
    other = {"other": {"seal": "x", "made": "yesterday"}}
    record.write_text(json.dumps(told | other, indent=4) + "\n", "utf-8")
    assert len(both().kept) == 2
    assert len(both(force=True).made) == 2
    assert json.loads(record.read_text("utf-8"))["other"] == other["other"]


@pytest.mark.parametrize("content", [*NOT_AN_OBJECT[:6], b'{"why": 3}'])
def test_a_failure_that_cannot_be_read_is_named_in_the_index(place, light, content):
    both()
    path = folder_of(place, PACITAN) / "analysis.failed.json"
    path.write_bytes(content)
    index = batch.write_index("en").read_text("utf-8")
    assert "why cannot be read from analysis.failed.json" in index
    assert 'href="7303/2023/analysis.html"' in index
    assert len(both().kept) == 2  # the page is whole: what is kept has not failed
    assert not path.exists()


@pytest.mark.parametrize("taken", ["3501", "3501/2023", "3501/2023/run.json"])
def test_a_place_that_cannot_be_written_to_is_that_regions_failure(place, light, taken):
    path = place / taken
    path.parent.mkdir(parents=True)
    path.mkdir() if path.suffix else path.touch()
    done = both(language="en")
    assert done.made == [(BANTAENG, "analysis")]
    why = said(done)
    refusal_of = (
        "is a folder, and a file of that name"
        if path.suffix
        else "is a file and not a folder"
    )
    assert refusal_of in why and str(path if path.is_file() else path.parent) in why
    index = batch.write_index("en").read_text("utf-8")
    assert refusal_of in index and 'href="7303/2023' in index
    path.rmdir() if path.is_dir() else path.unlink()
    assert both(language="en").made == [(PACITAN, "analysis")]
    assert refusal_of not in batch.write_index("en").read_text("utf-8")
    assert not list(place.rglob("*.failed.json"))


def test_a_page_whose_data_changed_meanwhile_is_made_again(place, light, monkeypatch):
    run = one._execute

    def moving(source, target, chosen, folder):
        run(source, target, chosen, folder)
        if light["estimates"] == "first":
            light["estimates"] = "second"

    monkeypatch.setattr(one, "_execute", moving)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    paths = batch.run(chosen, formats=["csv"])
    assert paths["csv"].read_text() == "second" * 3
    assert one.whole(chosen, "analysis")
    light["estimates"] = "third"
    assert not one.whole(chosen, "analysis")


def test_a_page_that_fails_because_its_data_changed_is_made_again(
    place, light, monkeypatch
):
    run = one._execute

    def moving(source, target, chosen, folder):
        run(source, target, chosen, folder)
        if light["estimates"] == "first":
            light["estimates"] = "second"
            raise ValueError("what it read is gone")  # as a cell fails

    monkeypatch.setattr(one, "_execute", moving)
    batch.run(parameters.resolve(region=PACITAN, year=2023), formats=["csv"])
    names = {path.name for path in folder_of(place, PACITAN).iterdir()}
    assert names == {"analysis.html", "analysis.ipynb", "estimates.csv", "run.json"}


def test_a_page_beside_tables_of_newer_data_is_called_older_in_the_index(
    place, light, monkeypatch
):
    clock = iter(range(1, 9))
    record = one._record
    monkeypatch.setattr(
        one,
        "_record",
        lambda *_: record(*_) | {"made": f"2026-01-0{next(clock)}T00:00:00+00:00"},
    )
    english = parameters.resolve(region=PACITAN, year=2023, language="en")
    batch.run(parameters.resolve(region=PACITAN, year=2023), formats=["csv"])
    batch.run(english, formats=["csv"])
    assert "older than" not in batch.write_index("en").read_text("utf-8")
    light["estimates"] = "second"
    batch.run(english, formats=["csv"])
    assert batch.write_index("en").read_text("utf-8").count("older than") == 1
    batch.run(parameters.resolve(region=PACITAN, year=2023), formats=["csv"])
    assert "older than" not in batch.write_index("en").read_text("utf-8")
    assert one.whole(english, "analysis")


def test_a_page_whose_data_never_rest_is_refused_and_the_old_one_stands(
    place, light, monkeypatch
):
    both()
    before = {p: p.read_bytes() for p in folder_of(place, PACITAN).iterdir()}
    run, turns = one._execute, iter(range(99))

    def moving(source, target, chosen, folder):
        run(source, target, chosen, folder)
        if chosen.region == PACITAN:
            light["estimates"] = f"turn {next(turns)}"

    monkeypatch.setattr(one, "_execute", moving)
    done = both(force=True, language="en")
    assert done.made == [(BANTAENG, "analysis")]
    assert "changed 3 times" in said(done)
    stands = {p: p.read_bytes() for p in before}
    assert stands == before
    assert not list(place.rglob(".writing-*"))


def _imported(source: str, package: str) -> set:
    """Files of ours that a source imports, by the whole of Python's grammar."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(name, package)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return {seal._file(name) for name in names if name.split(".")[0] in seal.OURS}


def test_the_seal_finds_the_imports_that_python_finds():
    sources = [path for of in seal.OURS for path in sorted((ROOT / of).rglob("*.py"))]
    assert len(sources) > 90
    for path in sources:
        source, parts = path.read_text("utf-8"), path.relative_to(ROOT).parent.parts
        found = set(seal._imports(source, ".".join(parts)))
        assert found - {None} == _imported(source, ".".join(parts)) - {None}, path


def test_a_page_is_also_of_what_makes_it_and_of_what_it_looks_like():
    names = {str(path.relative_to(seal.PACKAGE)) for path in seal.files("analysis")}
    assert {"batch/one.py", "batch/seal.py", "reports/template/page.css"} <= names
    assert {
        "attachments/analysis.py",
        "words/analysis.yml",
        "words/reports.yml",
    } <= names
    assert any(name.endswith(".j2") for name in names)
    assert not names & {"cli.py", "words/cli.yml", "batch/publishing.py"}


def test_code_that_changed_since_the_start_seals_no_page(place, light, monkeypatch):
    seal.code.cache_clear()
    assert len(both().made) == 2
    monkeypatch.setattr(seal, "code_now", lambda *_: b"other code")
    done = both(force=True, language="en")
    assert done.made == [] and "Run the command again" in said(done)
    seal.code.cache_clear()


@pytest.mark.parametrize("file", ["analysis.html", "analysis.ipynb", "estimates.csv"])
def test_a_page_of_which_a_file_is_another_is_made_again(place, light, file):
    both_with_tables()
    path = folder_of(place, PACITAN) / file
    content = path.read_bytes()
    for other in (b"", content[:-1] + b"?"):
        path.write_bytes(other)
        assert both().made == [(PACITAN, "analysis")]
    path.write_bytes(path.read_bytes())  # another day, the same content
    assert len(both().kept) == 2


def test_a_starting_batch_leaves_a_running_reports_folder_alone(
    place, light, monkeypatch
):
    run, seen = one._execute, []

    def slow(source, target, chosen, folder):
        if chosen.language == "id":
            monkeypatch.setattr(one, "_execute", run)
            both(language="en")
        seen.append(folder.exists())
        run(source, target, chosen, folder)

    monkeypatch.setattr(one, "_execute", slow)
    batch.run(parameters.resolve(region=PACITAN, year=2023))
    assert seen == [True]
    told = json.loads((folder_of(place, PACITAN) / "run.json").read_text("utf-8"))
    assert set(told) == {"analysis", "analysis.en"}


def test_pages_made_at_once_are_all_in_the_record(place, light, monkeypatch):
    run, meeting = one._execute, threading.Barrier(4)

    def together(source, target, chosen, folder):
        run(source, target, chosen, folder)
        meeting.wait(60)

    monkeypatch.setattr(one, "_execute", together)
    given = [
        {"language": language, "lines": lines}
        for language in ("id", "en")
        for lines in ("kabupaten", "province_urban_rural")
    ]
    chosen = [parameters.resolve(region=PACITAN, year=2023, **each) for each in given]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(batch.run, chosen))
    assert all(one.whole(each, "analysis") for each in chosen)
    monkeypatch.setattr(one, "_execute", run)
    with ThreadPoolExecutor(2) as pool:  # the same page twice
        list(pool.map(batch.run, [chosen[0]] * 2))
    assert all(one.whole(each, "analysis") for each in chosen)


def test_two_reports_of_a_region_at_once_keep_their_kernels_apart(place, two_rounds):
    """The real thing: the notebook in Indonesian and in English at the same time."""
    told = [*COMMAND[:-1], "report", PACITAN, "--year", "2023", "--language"]
    running = [
        subprocess.Popen([*told, language], stderr=subprocess.PIPE, text=True)
        for language in ("id", "en")
    ]
    said = [each.communicate()[1] for each in running]
    assert [each.returncode for each in running] == [0, 0], said
    told = json.loads((folder_of(place, PACITAN) / "run.json").read_text("utf-8"))
    assert set(told) == {"analysis", "analysis.en"}
    for language in ("id", "en"):
        chosen = parameters.resolve(region=PACITAN, year=2023, language=language)
        assert one.whole(chosen, "analysis")
    assert not list(place.rglob("kernel*")) and not list(place.rglob(".writing-*"))


def test_an_unknown_module_is_refused_before_anything_runs(place, quick):
    with refusal("analysis", "unknown_module"):
        batch.run_all([PACITAN], ["analysis", "anlysis"], year=2023)
    assert quick == [] and not place.exists()


def test_a_killed_run_goes_on_where_it_stopped(place, two_rounds):
    """The real thing: two workers, kill -9 after the first page, and again."""
    regions = ["--region", PACITAN, "--region", BANTAENG]
    regions += ["--year", "2023", "--workers", "1", "--modules", "analysis"]
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
        (("--province", "35", "--year", "2023);import os"), "whole number"),
        ((), "--province"),
    ],
)
def test_a_wrong_batch_option_is_refused(place, say, monkeypatch, arguments, said):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    code, _, err = say("batch", *arguments)
    assert code != 0 and "Traceback" not in err
    assert re.search(said, err), err
    assert not place.exists()
