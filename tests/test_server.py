"""The officials' pages and JupyterLab: the right figures, and nothing from outside."""

import contextlib
import datetime
import re
import tempfile
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import nbformat
import psutil
import pytest
from doors_fixture import (
    PARAMETERS,
    PATIENCE,
    ROOT,
    SEPAKAT,
    ask,
    opened,
    serving_cells,
    visit,
    written,
)
from refusing import refusal

from sepakat_lib import (
    parameters,
    reference,
    regions,
    server,
    words,
)
from sepakat_lib.reports import page as blocks
from sepakat_lib.server import cells, lab, officials

PACITAN, BANTAENG, PONOROGO = "3501", "7303", "3502"
REPORT = "voila/render/analysis.ipynb"
MAP = "voila/render/map.html"


@pytest.fixture(scope="module")
def stocked(loaded, tmp_path_factory):
    """A warehouse with two kabupaten, and a folder of its own for Jupyter's files."""
    folder = tmp_path_factory.mktemp("doors")
    loaded(folder / "data")
    return folder


@pytest.fixture(scope="module")
def serving(stocked):
    """Address of the officials' pages, and the process behind it."""
    command = (*SEPAKAT, "serve", "--port", "0", "--no-open")
    place = {"SEPAKAT_DATA": str(stocked / "data")}
    with opened(command, stocked / "serve.log", **place) as (address, process):
        yield address, process


@pytest.fixture(scope="module")
def door(serving):
    """Address of the officials' pages."""
    return serving[0]


@pytest.fixture(scope="module")
def pacitan(door):
    """Text of Pacitan's page."""
    status, page = ask(f"{door}{REPORT}?region={PACITAN}&year=2023")
    assert status == 200
    return page


def official_p0(region):
    """Published poverty rate of 2023, as an Indonesian page writes it."""
    table = reference.official()
    mine = table["region"].eq(region) & table["year"].eq(2023)
    value = table.loc[mine & table["indicator"].eq("p0"), "value"].item()
    return words.number(value, "id", 2)


def test_choosing_another_kabupaten_changes_the_figures(door, browser):
    assert official_p0(PACITAN) == "13,65"
    with visit(browser) as (page, outside, said):
        page.goto(f"{door}{REPORT}?region={PACITAN}&year=2023")
        assert "13,65" in page.inner_text(".keys")
        page.select_option("select[name=region]", label="Bantaeng")
        page.click("form.chooser button")
        page.wait_for_selector("footer", state="attached")
        keys = page.inner_text(".keys")
        assert official_p0(BANTAENG) in keys and "13,65" not in keys
        assert "Bantaeng" in page.inner_text("h1")
        assert page.inner_text(".bar .demo").count("sintetis") == 1
        assert outside == [] and said == []


def test_the_chooser_works_by_keyboard_alone(door, browser):
    with visit(browser) as (page, _, said):
        page.goto(door)
        page.focus("select[name=region]")
        page.keyboard.type("Bantae")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("Eng")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("footer", state="attached")
        assert f"region={BANTAENG}" in page.url and "language=en" in page.url
        assert page.get_attribute("html", "lang") == "en"
        headings = page.locator("h2").all_inner_texts()
        assert any("Are they" in each for each in headings), headings
        assert not any("Apakah" in each for each in headings)
        assert said == []


def test_the_page_fits_any_width_and_is_done_when_it_says_so(pacitan, browser):
    with visit(browser) as (page, outside, said):
        page.set_content(pacitan)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == page.locator("footer").count() == 1
        assert not page.locator(".waiting").is_visible()
        assert outside == [] and said == []


def test_the_page_shows_no_code(pacitan):
    assert "13,65" in pacitan
    assert "parameters.resolve" not in pacitan and "import " not in pacitan


def test_a_region_without_survey_data_keeps_official_figures_and_says_what_to_do(door):
    status, page = ask(f"{door}{REPORT}?region={PONOROGO}&year=2023")
    assert status == 200 and official_p0(PONOROGO) in page
    assert "sepakat data demo 3502 --year 2023" in page
    assert "belum dimuat" in page and 'role="alert"' not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("region=pacitann&year=2023", "Kabupaten Pacitan"),
        ("region=../../etc&year=2023", r"\.\./\.\./etc"),
        ("region=3501&year=2023);import os", "year harus bilangan bulat"),
        ("region=3501&year=1999&language=en", "between 2010 and 2030"),
        ("region=3501&year=2027", "Belum ada apa-apa untuk 2027"),
        ("region=3599&year=2023", "3599"),
        ("region=pekalongan&year=2023", "Kota Pekalongan"),
        ("province=3501&year=2023", "Tidak ada pilihan .*province"),
        ("region=3501&year=2023&template=lab", "Tidak ada pilihan .*template"),
        ("region=3501&year=2023&language=fr", "id, en"),
        ("region=3501&year=2023&confidence=7", "Pilihan confidence"),
        ("year=2023", "Pilihan region kosong"),
        ("region=<script>alert(1)</script>&year=2023", "&lt;script&gt;"),
        ("region=3501&region=9999&year=2023", "region tertulis lebih dari sekali"),
        ("region=3501&year=2021&year=2023", "year tertulis lebih dari sekali"),
        ("region=3501&year=2023&language=en&language=id", "lebih dari sekali"),
        ("region=3501&year=2023&language=", "Pilihan language .*"),
        ("region=3501&year=2023&lines", "tidak dapat dibaca"),
        ("region=3501&year=2023.0", "yang datang .*2023.0"),
        ("region=3501&year=２０２３", "yang datang .*２０２３"),
        ("region=3501&year=+2023", r"yang datang .*\+2023"),
        ("region=3501&year=2023&confidence=nan", "Pilihan confidence"),
        ("region=3501&year=2023&confidence=9e-1", "Pilihan confidence"),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(door, stocked, query, told):
    status, page = ask(f"{door}{REPORT}?{quote(query, safe='=&')}")
    assert status == 400 and re.search(told, page), page[-600:]
    assert "Traceback" not in page and "<script" not in page
    assert "Traceback" not in (stocked / "serve.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("voila/render/nope.ipynb", 404),
        ("voila/render/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404),
        ("voila/files/analysis.ipynb", 403),
        ("voila/files/susenas-2023.parquet", 403),
        *[(f"voila/{each}", 404) for each in ("tree", "api/contents")],
        *[(f"api/{each}", 404) for each in ("contents", "kernels", "terminals")],
    ],
)
def test_nothing_but_the_pages_is_served(door, path, status):
    assert ask(door + path)[0] == status


def test_a_foreign_name_for_this_machine_is_refused(door):
    assert ask(door, Host="evil.example")[0] == 403
    assert ask(door)[0] == 200


def test_the_tables_behind_the_page_come_through_the_one_door_out(door, pacitan):
    link = re.search(r'href="(estimates\.csv\?[^"]+)"', pacitan)[1].replace(
        "&amp;", "&"
    )
    status, text = ask(f"{door}voila/render/{link}")
    header, *rows = text.splitlines()
    value, n = (header.split(",").index(name) for name in ("value", "n"))
    cells = [row.split(",") for row in rows]
    assert status == 200 and {each[0] for each in cells} == {PACITAN}
    assert all(each[value] == "" for each in cells if int(each[n]) < 30)


def test_the_map_moves_and_asks_nothing_outside(door, browser):
    for width in (1280, 360):
        with visit(browser, width) as (page, outside, said):
            answer = page.goto(f"{door}{MAP}?region={PACITAN}&year=2023")
            page.wait_for_selector(".leaflet-container path.leaflet-interactive")
            assert answer.headers["content-type"] == "text/html; charset=UTF-8"
            assert "content-disposition" not in answer.headers
            drawn = page.locator("path.leaflet-interactive")
            assert drawn.count() == len(regions.members("35")) == 38
            told = page.get_attribute(".folium-map", "aria-label")
            assert words.say("map.schematic", "id") in told
            assert re.search(r"\(\d+,\d\d persen\)", told), told
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert outside == [] and said == []


def test_pointing_at_a_region_tells_its_official_rate(door, browser):
    with visit(browser) as (page, _, said):
        page.goto(f"{door}{MAP}?region={PACITAN}&year=2023")
        page.wait_for_selector("path.leaflet-interactive")
        expected = f"Pacitan: {official_p0(PACITAN)} persen"
        shapes = page.locator("path.leaflet-interactive")
        shapes.nth(regions.members("35").index(PACITAN)).hover()
        assert page.inner_text(".leaflet-tooltip").strip() == expected
        assert said == []


def test_a_link_to_the_map_becomes_the_map_and_other_links_carry_the_choices():
    query = "region=3501&year=2023&language=en&lines=province_urban_rural"
    figure = blocks.figure(
        "t", "<svg/>", "c", "s", language="en", link=('Open the "map"', "map.en.html")
    )
    links = [("CSV", "estimates.province_urban_rural.csv")]
    chosen = parameters.resolve(region=PACITAN, year=2023)
    foot = blocks.foot(chosen, {}, datetime.date(2024, 1, 1), links, language="en")
    markup = cells.answering((figure + foot).as_dict(), query)
    asked = query.replace("&", "&amp;")
    assert (
        '<iframe class="map" title="Open the &#34;map&#34;" '
        f'src="map.en.html?{asked}" loading="lazy"></iframe>'
    ) in markup
    assert (
        f'<a href="estimates.province_urban_rural.csv?{asked}" download>CSV</a>'
    ) in markup


@pytest.mark.parametrize("width", [1280, 360])
def test_the_map_stands_in_the_page_at_any_width(door, browser, pacitan, width):
    """The page as the door gave it, so that each width costs no kernel."""
    address = f"{door}{REPORT}?region={PACITAN}&year=2023"
    with visit(browser, width) as (page, outside, said):
        given = {"body": pacitan, "content_type": officials.HTML}
        page.route(address, lambda route: route.fulfill(**given))
        page.goto(address)
        page.wait_for_selector("footer", state="attached")
        page.locator("iframe.map").scroll_into_view_if_needed()
        moving = page.frame_locator("iframe.map")
        moving.locator("path.leaflet-interactive").first.wait_for()
        assert moving.locator("path.leaflet-interactive").count() == 38
        assert page.locator("a.map").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert outside == [] and said == []


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("map.html", "region=3501&year=2023", 200),
        ("map.en.html", "region=3501&year=2023&language=en", 200),
        ("map.en.html", "region=3501&year=2023", 404),
        ("map.html", "region=3501&year=2023&language=en", 404),
        ("estimates.province_urban_rural.csv", "region=3501&year=2023", 404),
        ("analysis.html", "region=3501&year=2023", 404),
        ("run.csv", "region=3501&year=2023", 404),
        ("map.html", "region=3599&year=2023", 400),
        ("estimates.xlsx", "region=3501&year=1999", 400),
        ("estimates.csv", "", 400),
    ],
)
def test_only_the_files_of_the_chosen_page_are_answered(door, name, query, status):
    found, text = ask(f"{door}voila/render/{name}?{query}")
    assert found == status and "Traceback" not in text


def test_tables_are_downloaded_under_a_name_that_tells_what_they_are(door):
    for kind, expected in (
        ("csv", "text/csv; charset=UTF-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        address = f"{door}voila/render/estimates.{kind}?region={PACITAN}&year=2023"
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            assert answer.headers["Content-Type"] == expected
            told = answer.headers["Content-Disposition"]
            assert told == f'attachment; filename="estimates-3501-2023.{kind}"'


def kernels(process):
    found = []
    for each in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            if "ipykernel_launcher" in each.cmdline():
                found.append(each)
    return found


def no_kernel_is_left(process):
    deadline = time.monotonic() + 10
    while kernels(process) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not kernels(process)


def test_a_page_without_widgets_leaves_no_kernel_behind(serving, pacitan):
    assert no_kernel_is_left(serving[1])


FIRST, NEVER = "print('made' + ' so far')", "print('never' + ' reached')"


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A door that soon gives a page up: its address, process and folder.

    Its notebook is read anew for each page, so that a test writes its own cells.
    """
    folder = tmp_path_factory.mktemp("hasty")
    with serving_cells(folder, FIRST, LONGEST=4, LOST=1) as (address, process):
        yield address, process, folder


@pytest.mark.parametrize(
    "cell",
    ["raise ValueError('key of ' + 'the safe')", "import time; time.sleep(600)"],
    ids=["a cell that fails", "a cell that takes too long"],
)
def test_a_page_that_cannot_go_on_ends_with_a_banner_and_no_trace(hasty, cell):
    """What was made stands, the reader learns nothing of the code, the kernel ends."""
    address, process, folder = hasty
    written(folder, FIRST, cell, NEVER)
    status, page = ask(f"{address}{REPORT}?region={PACITAN}&year=2023")
    assert no_kernel_is_left(process)
    assert status == 200 and "made so far" in page and "never reached" not in page
    assert page.count('role="alert"') == 1
    assert words.say("door.cell_failed", "id") in page
    assert page.rstrip().endswith("</html>") and officials.DONE in page
    for secret in ("the safe", "ValueError", "Timeout", "Traceback", "time.sleep"):
        assert secret not in page


CHOICES = f"{PARAMETERS}region = '3501'\nyear = 2021\nlanguage = 'id'"
TOLD = """
import os
from sepakat_lib import parameters
chosen = parameters.resolve(region=region, year=year, language=language)
print(chosen.region, chosen.year, chosen.language, os.environ["QUERY_STRING"])
"""


def test_a_page_has_the_choices_of_its_address_and_of_nothing_else(
    tmp_path, monkeypatch
):
    """Voilà puts the address into the kernel's environment, where nobody reads it."""
    monkeypatch.setenv("QUERY_STRING", "region=9101&year=2018")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    alter = "import os; os.environ['QUERY_STRING'] = 'region=1101&year=2017'"
    with serving_cells(tmp_path, CHOICES, alter, TOLD) as (address, _):
        for query, expected in (
            (f"region={BANTAENG}&year=2023", "7303 2023 id"),
            ("year=2018&region=kota+bandung&language=en", "3273 2018 en"),
        ):
            status, page = ask(f"{address}{REPORT}?{query}")
            assert status == 200 and f"{expected} region=1101" in page, page[-900:]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("language=en", 200),
        ("language=fr", 400),
        ("language=en&language=id", 400),
        ("language=en&regoin=3501", 400),
    ],
)
def test_the_first_page_takes_a_language_and_nothing_else(door, query, status):
    assert ask(f"{door}?{query}")[0] == status


def test_a_page_that_voila_itself_does_not_end_is_given_up(hasty):
    """A template that fails leaves Voilà waiting for its rest for ever."""
    broken = f"display({{'text/plain': '', '{blocks.MIME}': {{}}}}, raw=True)"
    address, _, folder = hasty
    written(folder, FIRST, broken, NEVER)
    status, page = ask(f"{address}{REPORT}?region={PACITAN}&year=2023")
    assert status == 200 and "made so far" in page and "never reached" not in page
    assert page.count('role="alert"') == 1 and officials.DONE in page
    assert "Traceback" not in page


def test_a_port_in_use_is_said_in_a_sentence(door):
    port = int(re.search(r":(\d+)/", door)[1])
    with refusal("--port"):
        server.free(port)


def until(come):
    """Wait for what another process does."""
    deadline = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_jupyterlab_runs_the_notebook_without_asking_outside(stocked, browser):
    notebook = ROOT / "notebooks" / "analysis.ipynb"
    before = notebook.read_bytes()
    command = (*SEPAKAT, "lab", "--port", "0", "--no-open")
    own = {
        f"JUPYTER_{each}_DIR": str(stocked / "jupyter" / each)
        for each in ("CONFIG", "DATA")
    }
    # a kernel's sockets stand there, and the path of a socket has at most 107 signs
    runtime = tempfile.TemporaryDirectory(prefix="lab-")
    own["JUPYTER_RUNTIME_DIR"] = runtime.name
    work = stocked / "work"
    place = {"SEPAKAT_DATA": str(stocked / "data"), "SEPAKAT_WORK": str(work)} | own
    with (
        runtime,
        opened(command, stocked / "lab.log", **place) as (address, _),
        visit(browser) as (page, outside, said),
    ):
        page.goto(address)
        idle = page.get_by_text("Python 3 (ipykernel) | Idle")
        idle.wait_for()  # cells that are run before the kernel is there are not run
        page.locator(".lm-MenuBar-item", has_text="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_selector(".jp-OutputArea-output .foot")
        idle.wait_for()
        keys = page.text_content(".jp-OutputArea-output .keys")
        assert "12,97" in keys and "Maret 2025" in keys  # the newest of BPS
        assert page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
        until(lambda: (work / "map.html").exists())
        assert page.title().startswith("analysis")  # of the only folder that Lab sees
        linked = {"estimates.csv", "estimates.xlsx", "map.html"}
        assert linked <= {path.name for path in work.iterdir()}
        assert outside == [] and said == []
    assert notebook.read_bytes() == before


def test_a_copy_for_lab_keeps_what_an_analyst_wrote(tmp_path, monkeypatch):
    originals = tmp_path / "notebooks"
    originals.mkdir()
    write_cells(originals / "analysis.ipynb", "region = '3501'")
    monkeypatch.setattr(lab, "ORIGINALS", originals)
    (copy,) = lab.copy_notebooks(tmp_path / "work")
    mine = nbformat.read(copy, as_version=4)
    mine.cells[0].source = "region = '7303'"
    nbformat.write(mine, copy)
    lab.copy_notebooks(tmp_path / "work")  # opened again
    assert nbformat.read(copy, as_version=4).cells[0].source == "region = '7303'"
    write_cells(originals / "analysis.ipynb", "region = '3578'")  # a new version
    lab.copy_notebooks(tmp_path / "work")
    assert nbformat.read(copy, as_version=4).cells[0].source == "region = '3578'"
    (kept,) = (tmp_path / "work").glob("analysis-*.ipynb")
    assert nbformat.read(kept, as_version=4).cells[0].source == "region = '7303'"


def write_cells(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
