"""The officials' pages and JupyterLab: the right figures, and nothing from outside."""

import re
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import psutil
import pytest
from doors_fixture import ROOT, SEPAKAT, opened, visit

from sepakat_lib import estimation, intake, reference, server, words

PACITAN, BANTAENG, PONOROGO = "3501", "7303", "3502"
REPORT = "voila/render/analysis.ipynb"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    """A warehouse with two kabupaten, and a folder of its own for Jupyter's files."""
    folder = tmp_path_factory.mktemp("doors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder / "data"))
        intake.invent([PACITAN, BANTAENG], 2023)
        estimation.estimate(2023)
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


def ask(address, **headers):
    """Status and text of an answer."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


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
        assert page.inner_text(".bar").count("sintetis") == 1
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
        ("region=3501&year=2023);import os", "2010 sampai 2030"),
        ("region=3501&year=1999&language=en", "from 2010 to 2030"),
        ("region=3599&year=2023", "3599"),
        ("region=pekalongan&year=2023", "Kota Pekalongan"),
        ("province=3501&year=2023", "Tidak ada pilihan province"),
        ("region=3501&year=2023&template=lab", "Tidak ada pilihan template"),
        ("region=3501&year=2023&language=fr", "id, en"),
        ("region=3501&year=2023&confidence=7", "Tingkat kepercayaan"),
        ("year=2023", "tidak menyebut wilayah"),
        ("region=<script>alert(1)</script>&year=2023", "&lt;script&gt;"),
        ("region=3501&region=9999&year=2023", "9999"),
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


def test_a_page_without_widgets_leaves_no_kernel_behind(serving, pacitan):
    def kernels():
        below = psutil.Process(serving[1].pid).children(recursive=True)
        return [each for each in below if "ipykernel_launcher" in each.cmdline()]

    deadline = time.monotonic() + 10
    while kernels() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not kernels()


def test_a_port_in_use_is_said_in_a_sentence(door):
    port = int(re.search(r":(\d+)/", door)[1])
    with pytest.raises(server.PortTaken, match="--port"):
        server.free(port)


def test_jupyterlab_runs_the_notebook_without_asking_outside(stocked, browser):
    notebook = ROOT / "notebooks" / "analysis.ipynb"
    before = notebook.read_bytes()
    command = (*SEPAKAT, "lab", "--port", "0", "--no-open")
    own = {
        f"JUPYTER_{each}_DIR": str(stocked / "jupyter" / each)
        for each in ("CONFIG", "DATA", "RUNTIME")
    }
    place = {"SEPAKAT_DATA": str(stocked / "data")} | own
    with (
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
        assert "13,65" in page.text_content(".jp-OutputArea-output .keys")
        assert page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
        assert outside == [] and said == []
    assert notebook.read_bytes() == before
