"""Editors in a browser, on the officials' door and in JupyterLab."""

import contextlib
import os
import re
import signal
import tempfile

import psutil
import pytest
from doors_fixture import ask, visit
from editors_fixture import FORM, GRID, TREE, filled, lab, voila
from test_server import kernels, no_kernel_is_left, until

from sepakat_lib import ledger, words

PAGE = "voila/render/analysis.ipynb?region=3501&year=2023&live=1"
CELL = "[role=gridcell]"
BLOCK = "\n".join(f"Semen {n}\t2,5\tsak\t1.250.000" for n in range(500)) + "\n"
PASTE = """([selector, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const how = {clipboardData: data, bubbles: true, cancelable: true};
    document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """The door with a grid, its process and what the ledger holds."""
    folder = tmp_path_factory.mktemp("seen")
    made = filled(folder / "data")
    with voila(folder, made, GRID) as (address, process):
        yield address, process, made


@contextlib.contextmanager
def reading(browser, width=1280):
    """A page that is left in the end as people leave it, with its farewell."""
    with visit(browser, width) as (page, outside, said):
        yield page, outside, said
        page.unroute_all()  # a farewell that is held for judging is never sent
        page.goto("about:blank")


def lines(made):
    with ledger.reading(made["url"]) as book:
        return ledger.rows(book, "cost_lines").to_dict("records")


def show(page, address):
    page.goto(f"{address}{PAGE}", wait_until="commit")
    page.wait_for_selector(CELL)


def cell(page, row, column):
    return page.locator(f"[data-r='{row}'][data-c='{column}']")


def name(page, who):
    """Give the name that the first edit asks for."""
    page.wait_for_selector(".ask input")
    page.keyboard.type(who)
    page.keyboard.press("Enter")
    page.wait_for_selector(".ask", state="detached")


def type_into(page, row, column, text):
    cell(page, row, column).click()
    page.keyboard.press("F2")
    page.wait_for_selector(".edit")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def paste_undo_and_sum(page, made, who):
    """Five hundred rows from a sheet below those that stand, the sum, and undo."""
    before = lines(made)
    cell(page, 0, 0).click()
    page.keyboard.press("Insert")
    name(page, who)
    page.wait_for_selector(f"[data-r='{len(before)}']")
    page.evaluate(PASTE, [".row.waits [role=gridcell]", BLOCK])
    page.wait_for_selector("text=Baris yang ditempel: 500")
    assert "503 baris" in page.inner_text(".total")
    assert "Rp1.562.506.000" in page.inner_text(".total")
    assert sum(row["amount"] for row in lines(made)) == 1_562_506_000
    drawn = page.locator("[role=row]").count()
    assert drawn < 100  # of 503: only those that are seen
    page.keyboard.press("Control+z")
    page.wait_for_selector("text=Perubahan terakhir Anda dibatalkan.")
    assert "Rp6.000" in page.inner_text(".total")
    stand = lines(made)
    assert [row["id"] for row in stand] == [row["id"] for row in before]


def test_a_sheet_is_pasted_summed_and_undone_on_the_door(serving, browser):
    address, process, made = serving
    with reading(browser) as (page, outside, said):
        show(page, address)
        assert len(kernels(process)) == 1
        assert page.locator("[role=grid]").get_attribute("aria-rowcount") == "4"
        paste_undo_and_sum(page, made, "Sari")
        # the first own edit, by keys alone
        cell(page, 0, 3).click()
        page.keyboard.type("2500")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Rp9.000")
        assert cell(page, 0, 5).inner_text() == "5.000"
        page.keyboard.press("ArrowUp")
        page.keyboard.type("dua")
        page.keyboard.press("Tab")
        page.wait_for_selector(".note")
        assert "rupiah bulat" in page.inner_text(".note")
        assert lines(made)[0]["price"] == 2500
        assert outside == [] and said == []
    # the page was left and told so: its kernel does not wait for anybody
    until(lambda: not kernels(process))


def test_what_was_typed_survives_a_kernel_that_is_killed(serving, browser):
    address, process, made = serving
    with reading(browser) as (page, _, _):
        show(page, address)
        cell(page, 1, 0).click()
        page.keyboard.press("F2")
        name(page, "Tini")
        type_into(page, 1, 0, "Pipa yang diketik")
        until(lambda: drafts(made, "Tini"))
        (kernel,) = kernels(process)
        os.kill(kernel.pid, signal.SIGKILL)
        page.keyboard.type(" terus")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text={words.say('editor.lost', 'id')[:40]}")
        assert "typed" in cell(page, 1, 0).get_attribute("class")
        assert lines(made)[1]["title"] == "Pipa 2"
        page.reload(wait_until="commit")
        page.wait_for_selector(CELL)
        offered = page.locator(".warning")
        offered.get_by_text("Pipa yang diketik terus").wait_for()
        offered.get_by_role("button", name="Simpan sekarang").click()
        until(lambda: lines(made)[1]["title"] == "Pipa yang diketik terus")
        page.wait_for_selector(".warning", state="hidden")
        until(lambda: not drafts(made, "Tini"))


TWENTY = "\n".join(f"Pasir {n}\t2\tm3\t250.000" for n in range(20)) + "\n"


def pasted(made):
    return [row for row in lines(made) if row["title"].startswith("Pasir ")]


def test_a_block_is_offered_again_after_its_kernel_was_killed_and_stands_once(
    serving, browser
):
    address, process, made = serving
    with reading(browser) as (page, _, _):
        show(page, address)
        cell(page, 0, 0).click()
        page.keyboard.press("Insert")
        name(page, "Rini")
        page.wait_for_selector(".row.waits")
        (kernel,) = kernels(process)
        os.kill(kernel.pid, signal.SIGSTOP)  # it hears nothing of the block
        page.evaluate(PASTE, [".row.waits [role=gridcell]", TWENTY])
        os.kill(kernel.pid, signal.SIGKILL)
        page.wait_for_selector(f"text={words.say('editor.lost_block', 'id')[:40]}")
        assert pasted(made) == []
        page.reload(wait_until="commit")
        page.wait_for_selector(CELL)
        offered = page.locator("[data-block]")
        offered.wait_for()
        assert "Baris yang ditempel Rini" in offered.inner_text()
        assert "Pasir 0 · 2 · m3 · 250.000" in offered.inner_text()
        offered.get_by_role("button", name="Simpan sekarang").click()
        page.wait_for_selector("text=Baris yang ditempel: 20")
        page.wait_for_selector("[data-block]", state="detached")
        assert [row["title"] for row in pasted(made)] == [
            f"Pasir {n}" for n in range(20)
        ]
        # nor is it offered once more, or kept
        page.reload(wait_until="commit")
        page.wait_for_selector("[data-ready]")
        assert page.locator("[data-block]").count() == 0
        assert page.evaluate(BLOCKS) == []


BLOCKS = "Object.keys(localStorage).filter((key) => key.includes('|block|'))"


def test_a_block_that_was_saved_and_whose_answer_got_lost_is_not_doubled(
    serving, browser
):
    address, _, made = serving
    with reading(browser) as (page, _, _):
        show(page, address)
        cell(page, 0, 0).click()
        page.keyboard.press("Insert")
        name(page, "Rini")
        page.wait_for_selector(".row.waits")
        # the block stays kept as if the answer to it had not come; here are also cells
        # of a row that stands, so that the page cannot see by itself that it was saved
        last = page.locator("[data-c='0']").count() - 2
        cell(page, last, 0).click()
        block = "Batu A\t1\tm3\t9.000\nBatu B\t1\tm3\t9.000\n"
        page.evaluate(
            """() => {
                const drop = Storage.prototype.removeItem;
                Storage.prototype.removeItem = function (key) {
                    if (!key.includes("|block|")) drop.call(this, key);
                };
            }"""
        )
        page.evaluate(PASTE, [f"[data-r='{last}'][data-c='0']", block])
        page.wait_for_selector("text=Baris yang ditempel: 2")
        before = lines(made)
        assert len([row for row in before if row["title"].startswith("Batu")]) == 2
        page.reload(wait_until="commit")
        offered = page.locator("[data-block]")
        offered.get_by_role("button", name="Simpan sekarang").click()
        page.wait_for_selector("[data-block]", state="detached")
        assert lines(made) == before


def test_a_database_that_goes_away_is_told_and_the_same_edit_goes_through_later(
    browser, tmp_path
):
    made = filled(tmp_path / "data")
    file = tmp_path / "data" / "ledger.sqlite"
    with (
        voila(tmp_path, made, GRID, FORM) as (address, _),
        reading(browser) as (page, *_),
    ):
        show(page, address)
        cell(page, 0, 0).click()
        page.keyboard.press("F2")
        name(page, "Sari")
        page.keyboard.press("Escape")
        page.wait_for_selector("form[data-ready]")
        before = lines(made)
        with away(file):
            type_into(page, 0, 0, "Pipa besar")
            page.keyboard.press("Enter")
            told = page.locator("[data-editor=grid] .warning").first
            told.get_by_text("Basis data").wait_for()
            assert "typed" in cell(page, 0, 0).get_attribute("class")
            page.locator("form input[name=title]").fill("Gizi")
            page.locator("form textarea").fill("Musrenbang")
            page.keyboard.press("Control+Enter")
            page.locator("form .warning").get_by_text("Basis data").wait_for()
            assert page.locator("form input[name=title]").input_value() == "Gizi"
        assert lines(made) == before
        told.get_by_role("button", name="Simpan sekarang").click()
        until(lambda: lines(made)[0]["title"] == "Pipa besar")
        page.wait_for_selector("[data-editor=grid] .warning", state="hidden")
        page.locator("form textarea").focus()
        page.keyboard.press("Control+Enter")
        page.get_by_text("Tersimpan.").first.wait_for()  # or of the edit before

        def issues() -> list[str]:
            return ledger.thread("3501", url=made["url"])["issues"]["title"].tolist()

        until(lambda: issues() == ["Air minum", "Gizi"])
        # a block too
        with away(file):
            cell(page, 1, 0).click()
            page.evaluate(PASTE, ["[data-r='1'][data-c='0']", "Baru\nBaru juga\n"])
            told.get_by_text("Basis data").wait_for()
        before = lines(made)
        assert [row["title"] for row in before][1:] == ["Pipa 2", "Pipa 3"]
        told.get_by_role("button", name="Simpan sekarang").click()
        page.wait_for_selector("text=Baris yang ditempel: 2")
        assert [row["title"] for row in lines(made)][1:] == ["Baru", "Baru juga"]


@contextlib.contextmanager
def away(file):
    """The database is gone meanwhile: a folder is in its place."""
    file.rename(file.with_name("kept.sqlite"))
    file.mkdir()
    yield
    file.rmdir()
    file.with_name("kept.sqlite").rename(file)


def drafts(made, who):
    with ledger.reading(made["url"]) as book:
        return ledger.drafts(book, who)["content"].tolist()


def test_two_browsers_on_one_row_see_both_versions(serving, browser):
    address, _, made = serving
    with (
        reading(browser) as (one, _, _),
        reading(browser) as (two, _, _),
    ):
        for page, who in ((one, "Sari"), (two, "Budi")):
            show(page, address)
            cell(page, 2, 0).click()
            page.keyboard.press("F2")
            name(page, who)
            type_into(page, 2, 0, f"Pipa {who}")
        one.keyboard.press("Enter")
        until(lambda: lines(made)[2]["title"] == "Pipa Sari")
        two.keyboard.press("Enter")
        asked = two.locator(".ask")
        asked.wait_for()
        told = asked.inner_text()
        assert "Sari mengubah Uraian" in told
        assert "Isian saya: Pipa Budi" in told and "Isian Sari: Pipa Sari" in told
        assert lines(made)[2]["title"] == "Pipa Sari"
        asked.get_by_text("Simpan isian saya").click()
        until(lambda: lines(made)[2]["title"] == "Pipa Budi")


def test_a_form_and_a_tree_are_filled_by_keys_alone(browser, tmp_path):
    made = filled(tmp_path / "data")
    with (
        voila(tmp_path, made, FORM, TREE) as (address, _),
        reading(browser, 360) as (page, outside, said),
    ):
        page.goto(f"{address}{PAGE}", wait_until="commit")
        page.wait_for_selector("[role=treeitem]")
        page.locator("form input[name=title]").focus()
        name(page, "Sari")
        page.keyboard.type("Gizi")
        page.keyboard.press("Control+Enter")
        page.get_by_text("tepat salah satunya").wait_for()
        page.locator("form textarea").focus()
        page.keyboard.type("Musrenbang")
        page.keyboard.press("Control+Enter")
        page.get_by_text("Tersimpan.").first.wait_for()
        page.locator("[role=treeitem]").focus()
        page.keyboard.press("Insert")
        page.wait_for_selector(".typing input")
        page.keyboard.type("Pipa belum sampai dusun")
        page.keyboard.press("Enter")
        page.wait_for_selector("[aria-level='2']")
        page.keyboard.press("Alt+ArrowLeft")
        page.wait_for_selector("[aria-level='2']", state="detached")
        page.keyboard.press("F2")
        page.wait_for_selector(".typing input")
        page.keyboard.type("Pipa berhenti di desa")
        page.keyboard.press("Enter")
        page.locator("[role=treeitem]").get_by_text("Pipa berhenti di desa").wait_for()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Delete")
        page.locator(".ask").get_by_text("Kegiatan: Sumur bor").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert outside == [] and said == []
        thread = ledger.thread("3501", url=made["url"])
        assert thread["issues"]["title"].tolist() == ["Air minum", "Gizi"]
        assert sorted(thread["causes"]["title"]) == [
            "Pipa berhenti di desa",
            "Tidak ada pipa",
        ]


def test_with_too_many_editors_open_a_page_shows_and_does_not_edit(browser, tmp_path):
    made = filled(tmp_path / "data")
    with voila(tmp_path, made, GRID, editors=0) as (address, process):
        status, text = ask(f"{address}{PAGE}")
        assert status == 200 and "Pipa 3</td>" in text
        assert words.say("door.editors_full", "id") in text
        assert no_kernel_is_left(process)


def test_the_same_grid_in_jupyterlab(browser, tmp_path):
    made = filled(tmp_path / "data")
    # a kernel's sockets stand there, and the path of a socket has at most 107 signs
    with (
        tempfile.TemporaryDirectory(prefix="lab-") as runtime,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("JUPYTER_RUNTIME_DIR", runtime)
        with (
            lab(tmp_path, made, GRID) as (address, process),
            visit(browser) as (page, outside, _),
        ):
            run_all(page, address)
            paste_undo_and_sum(page, made, "Sari")
            count = page.locator(".jp-Cell").count()
            cell(page, 0, 0).click()
            for key in (
                "a",
                "b",
                "d",
                "d",
            ):  # of Lab, where no cell of a grid has the focus
                page.keyboard.press(key)
            page.wait_for_selector(".edit")
            until(lambda: drafts(made, "Sari"))
            with contextlib.suppress(psutil.NoSuchProcess):
                (kernel,) = kernels(process)
                os.kill(kernel.pid, signal.SIGKILL)
            page.keyboard.press("Enter")
            page.wait_for_selector(f"text={words.say('editor.lost', 'id')[:40]}")
            assert page.locator(".jp-Cell").count() == count
            assert lines(made)[0]["title"] == "Pipa 1"
            run_all(page, address)
            offered = page.locator(".warning").get_by_text("abdd")
            offered.first.wait_for()
            page.locator(".warning").get_by_text("Simpan sekarang").first.click()
            until(lambda: lines(made)[0]["title"] == "abdd")
            assert (tmp_path / "data" / "who.txt").read_text("utf-8") == "Sari"
            assert outside == []


def run_all(page, address):
    page.goto(re.sub(r"/lab[^?]*", "/lab/tree/editors.ipynb", address))
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector(CELL)
