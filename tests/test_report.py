"""One command from survey file to page: what it writes, and what it refuses."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sepakat_lib import __version__, estimation, intake, parameters

ROOT = Path(__file__).resolve().parents[1]
PACITAN, BANTAENG = "3501", "7303"


@pytest.fixture(scope="module")
def made(pages):
    """Pages of two kabupaten in Indonesian and one in English, and what is beside them."""
    found = {}
    for region, language in ((PACITAN, "en"), (PACITAN, "id"), (BANTAENG, "id")):
        place = pages / region / "2023"
        name = "analysis.en" if language == "en" else "analysis"
        record = json.loads((place / "run.json").read_text("utf-8"))
        found[region, language] = {
            "html": place / f"{name}.html",
            "ipynb": place / f"{name}.ipynb",
            "csv": place / "estimates.csv",
            "page": (place / f"{name}.html").read_text("utf-8"),
            "told": record[name],
        }
    return found


def text(page: str) -> str:
    """What a reader sees."""
    page = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_opens_with_the_official_answer(made):
    page = text(made[PACITAN, "id"]["page"])
    assert "13,65 persen penduduk Pacitan miskin pada Maret 2023" in page
    assert "76,2 ribu" in page and "Rp352.606" in page


def test_two_kabupaten_have_different_pages(made):
    page = text(made[BANTAENG, "id"]["page"])
    assert "8,46" not in text(made[PACITAN, "id"]["page"])
    assert "Bantaeng" in page and "13,65" not in page


def test_the_five_questions_are_the_headings_in_their_order(made):
    for language in ("id", "en"):
        page = made[PACITAN, language]["page"]
        numbers = re.findall(r"<h2[^>]*>\s*(\d) ·", page)
        assert numbers == ["1", "2", "3", "4", "5"]


def test_synthetic_data_say_so_wherever_survey_values_stand(made):
    # a definition names the questionnaire that asks, not where a value is from
    defined = r'<details class="terms">.*?</details>'
    page = text(re.sub(defined, " ", made[PACITAN, "id"]["page"], flags=re.S))
    assert "Data survei sintetis" in page
    sources = re.findall(r"(?:Sumber: |galat |\()(Susenas[^.;)]*)", page)
    assert sources and all("sintetis" in each for each in sources), sources


def test_a_page_without_an_earlier_round_says_what_growth_needs(
    made, tmp_path, monkeypatch
):
    from sepakat_lib import analysis
    from sepakat_lib.reports import analysis as show

    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    intake.invent([PACITAN], 2023)
    estimation.estimate(2023)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    now, before = estimation.read(chosen), estimation.earlier(chosen)
    block = str(show.growth(chosen, analysis.growth(chosen, now, before), before, now))
    assert "Susenas sebelum 2023" in block and "Pertumbuhan pengeluaran" in block
    assert "belum dimuat, jadi bagian ini kosong" not in block


def test_the_english_page_is_english(made):
    page = text(made[PACITAN, "en"]["page"])
    assert "13.65 percent of people in Pacitan were poor in March 2023" in page
    assert "Synthetic survey data" in page
    assert "persen" not in page and "Maret" not in page


def test_the_record_tells_choices_code_inputs_and_libraries(made):
    told = made[PACITAN, "id"]["told"]
    assert told["parameters"] == {
        "region": PACITAN,
        "year": 2023,
        "language": "id",
        "confidence": 0.95,
        "lines": "kabupaten",
    }
    assert told["synthetic"] is True
    assert told["code"]["version"] == __version__
    assert len(told["code"]["notebook"]) == 64
    assert len(told["inputs"]) == 8  # four files of each of two rounds
    assert all(re.fullmatch(r"[0-9a-f]{64}", each["sha256"]) for each in told["inputs"])
    assert all(each["synthetic"] for each in told["inputs"])
    assert {"python", "pandas", "duckdb", "papermill"} <= set(told["libraries"])


def test_the_executed_notebook_stands_beside_the_page(made):
    notebook = nbformat.read(made[PACITAN, "id"]["ipynb"], 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    errors = [o for cell in code for o in cell.outputs if o.output_type == "error"]
    assert not errors


def test_the_tables_behind_the_page_come_through_the_one_door_out(made):
    import pandas as pd

    table = pd.read_csv(made[PACITAN, "id"]["csv"], dtype={"region": str})
    assert set(table["region"]) == {PACITAN}
    assert table.loc[table["n"] < 30, "value"].isna().all()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("region", [PACITAN, BANTAENG])
def test_the_page_asks_for_nothing_outside_and_fits(made, browser, region, width):
    asked, said = [], []
    context = browser.new_context(
        viewport={"width": width, "height": 800}, offline=True
    )
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    address = made[region, "id"]["html"].as_uri()
    page.goto(address)
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert asked == [address] and said == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    assert page.locator("h1").count() == 1
    context.close()


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from sepakat_lib.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        env=os.environ
        | {"COLUMNS": "200", "NO_COLOR": "1", "SEPAKAT_LANGUAGE": "en"}
        | environment,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "pacitann"), "Pacitan"),
        (("report", "3599"), "3599"),
        (("report", "../../etc"), "etc"),
        (("report", "3501", "--year", "1999"), "2010"),
        (("report", "3501", "--module", "anlysis"), "analysis"),
        (("report", "3501", "--language", "fr"), "id, en"),
        (("report", "3501", "--regoin", "x"), "--regoin"),
        (("data", "load", "no_such_file.dbf"), "no_such_file"),
    ],
)
def test_a_wrong_word_is_refused_before_anything_runs(
    tmp_path, monkeypatch, say, arguments, said
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    code, _, err = say(*arguments)
    assert code != 0 and "Traceback" not in err
    assert re.search(said, err), err
    assert not (tmp_path / "outputs").exists()


def test_every_verb_has_help():
    from sepakat_lib.cli import app, data

    for verbs in (app.registered_commands, data.registered_commands):
        assert verbs and all(each.callback.__doc__ for each in verbs)
    assert "report" in run("--help").stdout


def test_a_wrong_word_of_a_command_of_its_own_is_refused_with_a_sentence(tmp_path):
    """The real thing: what a terminal shows, and the exit code that a script sees."""
    place = {
        "SEPAKAT_DATA": str(tmp_path / "data"),
        "SEPAKAT_OUTPUTS": str(tmp_path / "outputs"),
    }
    found = run("report", "pacitann", **place)
    assert found.returncode == 2 and "Traceback" not in found.stderr
    assert "Pacitan" in found.stderr and not (tmp_path / "outputs").exists()
