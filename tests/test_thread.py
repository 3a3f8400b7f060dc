"""One line through five modules: a red card to an outcome, entered as an office does.

Card, issue, cause, activity, cost line and outcome are typed into the pages; prices and
realisation come from sheets. Nothing is written by code.
"""

import os
import re
import subprocess

import pytest
from doors_fixture import SEPAKAT, opened, visit

from sepakat_lib import ledger, words

PAGE = "voila/render/{module}.ipynb?region=3501&year={year}&plan_year=2025&live=1"
PASTE = """([element, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const how = {clipboardData: data, bubbles: true, cancelable: true};
    element.dispatchEvent(new ClipboardEvent("paste", how));
}"""
PRICES = """kode_standar_harga;nama_standar_harga;satuan;harga;kecamatan;nomor keputusan
1.1.7;Konsumsi pelatihan;orang hari;45.000;Punung;188.45/12/2024
"""
RFK = """bulan;id;realisasi_anggaran;realisasi_fisik;orang_terjangkau;permasalahan
Agustus;{line};4.000.000;40;18;
November;{line};4.500.000;95;20;Hujan menunda dua hari
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office without anything but what ships, its ledger empty."""
    return tmp_path_factory.mktemp("office")


def sepakat(office, *arguments):
    """Run a verb in the office; what it said."""
    done = subprocess.run(
        [*SEPAKAT, *arguments],
        env=os.environ | surroundings(office),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def surroundings(office):
    return {
        "SEPAKAT_DATA": str(office / "data"),
        "SEPAKAT_OUTPUTS": str(office / "outputs"),
        "SEPAKAT_DATABASE_URL": "",
        "SEPAKAT_LANGUAGE": "id",
        "COLUMNS": "200",
    }


def thread(office):
    return ledger.thread(
        "3501", 2025, url=f"sqlite:///{office / 'data' / 'ledger.sqlite'}"
    )


def paste(page, title, text):
    """Paste a row into the grid of that title, below those that stand.

    By its heading: a grid without rows is not shown.
    """
    named = page.get_by_role("heading", name=words.say(title, "id", year="2025"))
    editor = page.locator(".sepakat-editor", has=named)
    editor.get_by_role("button", name=words.say("editor.insert", "id")).click()
    row = editor.locator(".row.waits [role=gridcell]").first
    row.wait_for()
    page.evaluate(PASTE, [row.element_handle(), text])
    try:
        editor.get_by_text("Baris yang ditempel: 1").first.wait_for()
    except Exception as error:
        raise AssertionError(editor.inner_text()[:2000]) from error


def typed(office, browser):
    """Enter the chain up to the outcome, page by page."""
    command = (*SEPAKAT, "serve", "--port", "0", "--no-open")
    sheets = office / "sheets"
    sheets.mkdir()
    with (
        opened(command, office / "serve.log", **surroundings(office)) as (address, _),
        visit(browser) as (page, outside, said),
    ):
        page.set_default_timeout(40_000)

        def show(module, year=2023):
            where = PAGE.format(module=module, year=year)
            page.goto(f"{address}{where}", wait_until="commit")

        show("prioritisation")
        form = page.locator("form[data-ready]:has(select[name=evidence_id]):has(input)")
        card = form.locator("select[name=evidence_id]")
        card.wait_for()
        chosen = card.locator("option", has_text="Persentase penduduk miskin")
        card.focus()
        page.wait_for_selector(".ask input")
        page.keyboard.type("Sari")
        page.keyboard.press("Enter")
        page.wait_for_selector(".ask", state="detached")
        card.select_option(chosen.get_attribute("value"))
        form.locator("input[name=title]").fill("Kemiskinan tinggi")
        page.keyboard.press("Control+Enter")
        page.get_by_text("Tersimpan.").first.wait_for()

        sheet = sheets / "prices.csv"
        sheet.write_text(PRICES, "utf-8")
        of = ("--region", "3501", "--who", "Sari")
        sepakat(
            office, "ledger", "import", "prices", str(sheet), *of, "--plan-year", "2025"
        )

        show("planning")
        page.get_by_role("button", name=words.say("editor.add_top", "id")).click()
        page.wait_for_selector(".typing input")
        page.keyboard.type("Pekerja tidak terlatih")
        page.keyboard.press("Enter")
        page.get_by_text("Pekerja tidak terlatih").first.wait_for()
        show("planning")
        paste(
            page,
            "desk.activities",
            "Pekerja tidak terlatih\tPelatihan kerja\t2.07.03.2.01.0001\t\tPunung\t\t"
            "Keluarga miskin\t20\t0\t20\torang\tMeningkatkan pendapatan\n",
        )

        show("budgeting")
        paste(
            page,
            "desk.cost_lines",
            "Pelatihan kerja\tKonsumsi pelatihan (Punung, 188.45/12/2024)\tKonsumsi\t"
            "5.1.02.01.01.0052\tDAU\t20\torang\t10\thari\t\t\t\t\t45.000\n",
        )
        (line,) = thread(office)["cost_lines"].to_dict("records")

        sheet = sheets / "rfk.csv"
        sheet.write_text(RFK.format(line=line["id"]), "utf-8")
        sepakat(
            office,
            *("ledger", "import", "realisation", str(sheet), *of),
            *("--plan-year", "2025"),
        )

        show("monitoring_evaluation", 2024)
        form = page.locator("form[data-ready]:has(select[name=issue_id])")
        answered = form.locator("select[name=issue_id]")
        answered.wait_for()
        answered.focus()
        answered.select_option(label="Kemiskinan tinggi")
        page.keyboard.press("Control+Enter")
        page.get_by_text("Tersimpan.").first.wait_for()
        assert outside == [] and said == []


def test_a_red_card_leads_to_a_rupiah_and_an_outcome_and_back(office, browser):
    typed(office, browser)
    rows = thread(office)
    kept = rows["evidence"].set_index("id")
    assert kept.loc[rows["issues"]["evidence_id"].iloc[0], "rule"]["colour"] == "red"
    (line,) = rows["cost_lines"].to_dict("records")
    assert line["amount"] == 45_000 * 20 * 10
    (outcome,) = rows["outcomes"].to_dict("records")
    assert outcome["verdict"] == "cannot_be_tested"
    walked = sepakat(office, "ledger", "walk", "3501", "--plan-year", "2025")
    ids = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", walked)
    steps = [
        *("issues", "causes", "activities", "cost_lines"),
    ]
    chain = [str(rows[kind]["id"].iloc[0]) for kind in steps]
    november = rows["realisations"].query("month == 11")["id"].iloc[0]
    finding = str(rows["issues"]["evidence_id"].iloc[0])
    forward = [finding, *chain, str(november), str(outcome["id"])]
    assert ids == [*forward, *reversed(forward[:-1])]
    assert "Menjawab temuan Rp9.000.000, dimasukkan langsung Rp0" in walked
    assert all(
        table["synthetic"].ne(True).all()
        for k, table in rows.items()
        if k != "evidence"
    )
