"""What is laid out for others: whole pages under flat names, and nothing else."""

import json
import os
import re
from html.parser import HTMLParser

import pytest
from refusing import refusal

from sepakat_lib import batch, estimation, parameters
from sepakat_lib.batch import one, publishing
from sepakat_lib.reports import page as blocks

PACITAN, BANTAENG = "3501", "7303"


@pytest.fixture(scope="module")
def data(loaded, tmp_path_factory):
    """A warehouse with two kabupaten."""
    folder = loaded(tmp_path_factory.mktemp("publish") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        yield folder


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    """Outputs of pages that say little: two regions, and one of them in English too."""
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))

    def run(source, target, chosen, folder):
        block = {
            "kind": "foot",
            "content": {
                **{"parameters": {}, "hashes": {}, "made_on": ""},
                "links": [["CSV", "estimates.csv"], ["XLSX", "estimates.xlsx"]],
            },
            **{"language": chosen.language, "place": "footer"},
        }
        leads = f"../../{PACITAN}/2023/analysis.html"
        rows = [["Pacitan", leads, ["13,65"]]]
        others = blocks.places(["Wilayah", "Persen"], rows)
        outputs = [
            {
                **{"output_type": "display_data", "data": {blocks.MIME: shown}},
                "metadata": {"place": shown["place"]},
            }
            for shown in (others.as_dict(), block)
        ]
        cell = {
            **{"cell_type": "code", "source": "", "metadata": {}},
            **{"outputs": outputs, "execution_count": None, "id": "a"},
        }
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        target.write_text(json.dumps(notebook), "utf-8")

    monkeypatch.setattr(one, "_execute", run)
    # as were Pacitan inside the others
    pacitan = f"../../{PACITAN}/2023/analysis.html"
    monkeypatch.setattr(one, "_inside", lambda chosen, module: [pacitan])
    for region, language in ((PACITAN, "id"), (PACITAN, "en"), (BANTAENG, "id")):
        chosen = parameters.resolve(region=region, year=2023, language=language)
        formats = ["csv", "map"] if region == PACITAN else []
        batch.run(chosen, formats=formats)
    return tmp_path


class Links(HTMLParser):
    """Every address that a page leads to."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep what can be followed or fetched."""
        self.found += [value for name, value in attrs if name in ("href", "src")]


def names(folder):
    return {path.name for path in folder.iterdir()}


ALL = {
    *("3501-2023-analysis.html", "3501-2023-analysis.en.html"),
    *("3501-2023-estimates.csv", "3501-2023-map.html", "3501-2023-map.en.html"),
    *("7303-2023-analysis.html", "index.html", "sepakat.json"),
}


def test_all_lies_flat_with_no_notebook_lock_or_dot_file(place):
    done = batch.publish(place / "public")
    assert names(place / "public") == ALL
    assert len(done.pages) == 3 and done.files == len(ALL) and not done.left_out
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


def test_every_link_leads_to_a_file_of_the_folder_and_none_outside(place):
    batch.publish(place / "public")
    followed = set()
    for path in (place / "public").glob("*.html"):
        if "map" in path.name:
            continue
        links = Links(path.read_text("utf-8")).found
        outside = [link for link in links if link[0] != "#" and link not in ALL]
        assert not outside, (path.name, outside)
        followed |= {link for link in links if path.name != "index.html"}
    assert "3501-2023-estimates.csv" in followed
    page = (place / "public" / "7303-2023-analysis.html").read_text("utf-8")
    assert '<a href="3501-2023-analysis.html">Pacitan</a>' in page
    assert "sepakat report 7303 --year 2023 --format csv,xlsx,map" in page


def test_the_files_are_those_that_stand_in_the_outputs(place):
    batch.publish(place / "public")
    own = place / "outputs" / PACITAN / "2023" / "estimates.csv"
    copy = place / "public" / "3501-2023-estimates.csv"
    assert copy.read_bytes() == own.read_bytes()
    assert not os.path.samefile(copy, own)


def test_a_region_whose_page_is_left_out_is_named_without_a_link(place):
    (place / "outputs" / PACITAN / "2023" / "analysis.html").write_text("mine")
    batch.publish(place / "public")
    page = (place / "public" / "7303-2023-analysis.html").read_text("utf-8")
    assert ">Pacitan</th>" in page and "3501-2023-analysis.html" not in page


def test_a_page_that_is_stale_or_touched_is_left_out_and_named(place, monkeypatch):
    (place / "outputs" / BANTAENG / "2023" / "analysis.html").write_text("mine")
    done = batch.publish(place / "public")
    (left,) = done.left_out
    assert left[0].region == BANTAENG and left[1].why == ["files"]
    assert "7303-2023-analysis.html" not in names(place / "public")
    monkeypatch.setattr(estimation, "made", lambda chosen: {2023: "other estimates"})
    with refusal(code="nothing_to_publish"):
        batch.publish(place / "public")
    assert "3501-2023-analysis.html" in names(place / "public")


def test_stale_pages_come_when_asked_for_but_no_page_that_was_touched(
    place, monkeypatch
):
    monkeypatch.setattr(estimation, "made", lambda chosen: {2023: "other estimates"})
    (place / "outputs" / BANTAENG / "2023" / "analysis.html").write_text("mine")
    done = batch.publish(place / "public", stale=True)
    assert {page.region for page in done.pages} == {PACITAN}
    index = (place / "public" / "index.html").read_text("utf-8")
    assert "sudah berubah" in index and "7303" not in index


def test_a_record_that_names_no_page_is_of_none(place):
    record = place / "outputs" / BANTAENG / "2023" / "run.json"
    told = json.loads(record.read_text())
    told["analysis"]["files"] = {}
    record.write_text(json.dumps(told))
    done = batch.publish(place / "public", stale=True)
    assert [(page.region, state.why) for page, state in done.left_out] == [
        (BANTAENG, ["files"])
    ]


def test_a_second_publishing_replaces_the_first(place):
    batch.publish(place / "public", notebooks=True)
    assert "7303-2023-analysis.ipynb" in names(place / "public")
    batch.publish(place / "public", wanted=[BANTAENG], language="en")
    expected = {"7303-2023-analysis.html", "index.html", "sepakat.json"}
    assert names(place / "public") == expected
    assert "Find a region" in (place / "public" / "index.html").read_text("utf-8")
    batch.publish(place / "public", wanted=[PACITAN], language="en")
    assert "interactive map" in (place / "public" / "index.html").read_text("utf-8")


def without_links(monkeypatch, above):
    def refused(*_, **__):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(publishing.os, "link", refused)


def above_is_anothers(monkeypatch, above):
    """What is to be published can only be prepared in the folder itself."""
    scratch = publishing.atomic.scratch

    def guarded(folder):
        if folder == above:
            raise PermissionError(13, "Permission denied", str(folder))
        return scratch(folder)

    (above / "public").mkdir()
    monkeypatch.setattr(publishing.os, "access", lambda *_: False)
    monkeypatch.setattr(publishing.atomic, "scratch", guarded)


@pytest.mark.parametrize("hinder", [without_links, above_is_anothers])
def test_a_publishing_that_broke_on_a_stick_is_made_whole_by_the_next(
    place, monkeypatch, hinder
):
    def broken(files, *rest, **options):
        if "index.html" in files:
            publish({name: files[name] for name in [*files][:2]}, *rest)
            raise OSError(5, "the stick was pulled out")
        publish(files, *rest, **options)

    publish = publishing.atomic.publish
    hinder(monkeypatch, place)
    batch.publish(place / "public", wanted=[BANTAENG], notebooks=True)
    with monkeypatch.context() as pulled:
        pulled.setattr(publishing.atomic, "publish", broken)
        with pytest.raises(OSError, match="pulled out"):
            batch.publish(place / "public")
    batch.publish(place / "public")
    assert names(place / "public") == ALL


@pytest.mark.parametrize("name", ["notes.txt", "index.html", "folder"])
def test_a_folder_that_holds_something_else_is_refused_and_left_alone(place, name):
    folder = place / "public"
    folder.mkdir()
    other = folder / name
    other.mkdir() if name == "folder" else other.write_text("mine")
    with refusal(name, "not_ours_to_replace"):
        batch.publish(folder)
    assert names(folder) == {name}


def test_a_file_is_no_folder_and_nothing_is_published_where_nothing_is(place):
    (place / "public").write_text("mine")
    for folder in (place / "public", place / "public" / "below"):
        with refusal(code="no_folder"):
            batch.publish(folder)
    with refusal(code="nothing_to_publish"):
        batch.publish(place / "other", year=2021)
    assert not (place / "other").exists()


def test_what_a_system_puts_on_a_stick_does_not_hinder(place):
    (place / "public" / "System Volume Information").mkdir(parents=True)
    (place / "public" / ".Trashes").mkdir()
    batch.publish(place / "public")
    assert names(place / "public") > ALL


def test_where_files_have_one_name_each_the_same_comes_out(place, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(publishing.os, "link", refused)
    batch.publish(place / "public")
    batch.publish(place / "public")
    assert names(place / "public") == ALL


def test_the_list_finds_by_name_code_and_province_and_reads_without_script(
    place, browser
):
    batch.publish(place / "public")
    index = (place / "public" / "index.html").as_uri()
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(index)
    rows = page.locator("tbody tr:visible")
    seen = {}
    for sought in ("Pacitan", "3501", "sulawesi", "kab pacitan", "xyz", ""):
        page.fill("#sought", sought)
        seen[sought] = rows.count()
    assert seen == {
        **{"Pacitan": 2, "3501": 2, "sulawesi": 1, "kab pacitan": 2},
        **{"xyz": 0, "": 3},
    }
    page.fill("#sought", "xyz")
    assert page.locator("#none").is_visible()
    assert asked == [index]
    page.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(index)
    assert plain.locator("tbody tr:visible").count() == 3
    assert not plain.locator("#sought").is_visible()
    plain.context.close()


def test_only_what_a_page_leads_to_gets_a_new_name():
    page = b'<a href="estimates.csv">estimates.csv</a> <a href="#estimates.csv">'
    led = publishing._led(page, {"estimates.csv": "3501-2023-estimates.csv"})
    assert re.findall(rb'href="([^"]*)"', led) == [
        b"3501-2023-estimates.csv",
        b"#estimates.csv",
    ]
    assert b">estimates.csv<" in led
