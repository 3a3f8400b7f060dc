"""A second module with a choice and a file of its own, and no door is touched.

A copy of the house gets a notebook, its words and one declaration, and goes through the
command line, batch, the index and Voilà.
"""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from doors_fixture import KERNEL, ROOT, SEPAKAT, ask, opened

DECLARED = '''
@dataclass(frozen=True, kw_only=True)
class Trial(Parameters):
    """Choices of the trial."""

    share: number(1, 50) = 10.0
    order: Literal["rising", "falling"] = "falling"


MODULES = (
    Module(
        name="trial",
        choices=Trial,
        beside=MappingProxyType({"csv": File("trial.csv", ("share",))}),
    ),
'''
WORDS = """
module.trial.name: {id: "Percobaan", en: "Trial"}
module.trial.title: {id: "Percobaan {place} {year}", en: "Trial {place} {year}"}
choice.share: {id: "Bagian", en: "Share"}
option.share: {id: "bagian yang dipilih", en: "the share chosen"}
choice.order: {id: "Urutan", en: "Order"}
option.order: {id: "urutan daftar", en: "order of the list"}
choice.order.rising: {id: "naik", en: "rising"}
choice.order.falling: {id: "turun", en: "falling"}
trial.answer: {id: "Bagian yang dipilih {share}.", en: "The share chosen is {share}."}
"""
BESIDE = """
def absent(chosen):
    return set()


MAKERS = {"csv": lambda chosen: f"share\\n{chosen.share}\\n".encode()}
"""
CELLS = (
    'region = "3501"\nyear = None\nlanguage = "id"\nshare = None\norder = None',
    """import datetime
from sepakat_lib import modules, parameters, words
from sepakat_lib.reports import page
chosen = parameters.resolve("trial", region=region, year=year, language=language,
    share=share, order=order)""",
    """page.lead("Percobaan", words.say("trial.answer", chosen.language,
    share=words.percent(chosen.share, chosen.language)))""",
    """page.foot(chosen, {}, datetime.date(2024, 1, 2),
    [("CSV", modules.beside(chosen, "trial")["csv"])], language=chosen.language)""",
)
RUN = ("batch", "--region", "3501", "--year", "2010", "--format", "csv,xlsx,map")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the house with a second module."""
    place = tmp_path_factory.mktemp("house")
    for part in ("sepakat_lib", "widgets", "notebooks", "parameters"):
        shutil.copytree(
            ROOT / part,
            place / part,
            ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
        )
    declarations = place / "sepakat_lib" / "modules.py"
    text = declarations.read_text("utf-8")
    assert "\nMODULES = (\n" in text
    declarations.write_text(text.replace("\nMODULES = (\n", DECLARED), "utf-8")
    (place / "sepakat_lib" / "words" / "trial.yml").write_text(WORDS, "utf-8")
    beside = place / "sepakat_lib" / "attachments" / "trial.py"
    beside.write_text(BESIDE, "utf-8")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": KERNEL},
    )
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, place / "notebooks" / "trial.ipynb")
    return place


def surroundings(house):
    return {
        "PYTHONPATH": str(house),
        "SEPAKAT_DATA": str(house / "data"),
        "SEPAKAT_OUTPUTS": str(house / "made"),
        "SEPAKAT_LANGUAGE": "id",
        "COLUMNS": "200",
    }


RUNS = """
import contextlib, io, json, sys
from sepakat_lib import cli
for arguments in json.loads(sys.argv[1]):
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli.main(arguments)
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, " ".join(said.getvalue().split())]), file=sys.__stdout__)
"""


def sepakat(house, *runs):
    """Run verbs of the copy in one process; of each its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", RUNS, json.dumps(runs)],
        env=os.environ | surroundings(house),
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def made(house):
    """Both modules made for one region, with a choice that only the second has."""
    (code, said), (_, again) = sepakat(house, *[(*RUN, "--share", "12.5")] * 2)
    assert code == 0, said
    assert "0 dibuat" in again
    return house / "made" / "3501" / "2010"


def test_each_module_gets_the_choices_that_it_has(made):
    record = json.loads((made / "run.json").read_text("utf-8"))
    assert record["trial.share-12_5"]["parameters"]["share"] == 12.5
    assert record["trial.share-12_5"]["parameters"]["order"] == "falling"
    assert "share" not in record["analysis"]["parameters"]


def test_the_page_tells_its_choice_in_its_sentence_and_at_its_foot(made):
    page = (made / "trial.share-12_5.html").read_text("utf-8")
    assert "<title>Percobaan Kabupaten Pacitan 2010</title>" in page
    assert "Bagian yang dipilih 13 persen." in page
    assert "<dt>Bagian</dt><dd>12,5</dd>" in page
    assert "<dt>Urutan</dt><dd>turun</dd>" in page
    assert "<dt>Bagian</dt>" not in (made / "analysis.html").read_text("utf-8")


def test_no_module_writes_over_the_files_of_another(made):
    files = {path.name for path in made.iterdir()}
    assert {"estimates.csv", "estimates.xlsx", "map.html"} <= files
    assert {"trial.share-12_5.csv", "analysis.html", "trial.share-12_5.html"} <= files


def test_the_index_lists_both_with_their_choices(house, made):
    index = (house / "made" / "index.html").read_text("utf-8")
    assert 'href="3501/2010/trial.share-12_5.html"' in index
    assert "Percobaan <small>Bagian: 12,5</small>" in index
    assert 'href="3501/2010/analysis.html"' in index


WRONG = {
    ("--modules", "trial", "--share", "90"): "antara 1 dan 50; yang datang 90",
    ("--module", "trial", "--order", "up"): "rising, falling",
    ("--share", "5"): "Tidak ada pilihan 'share'",
}


@pytest.fixture(scope="module")
def told(house):
    """What the copy says of its options, and of wrong choices."""
    report = "report", "3501", "--year", "2010"
    runs = [("report", "--help"), *((*report, *wrong) for wrong in WRONG)]
    return dict(zip(("help", *WRONG), sepakat(house, *runs), strict=True))


def test_options_come_from_the_declaration(told):
    _, said = told["help"]
    assert "--share" in said and "bagian yang dipilih" in said
    assert "--order" in said and "urutan daftar" in said


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.items())
def test_a_wrong_choice_is_a_sentence(told, arguments, sentence):
    code, said = told[arguments]
    assert code != 0
    assert sentence in said


def test_a_page_is_old_when_its_own_code_or_words_changed_and_only_then(house, made):
    def again():
        ((_, said),) = sepakat(house, (*RUN, "--share", "12.5"))
        return said

    command_line = house / "sepakat_lib" / "cli.py"
    command_line.write_text(command_line.read_text("utf-8") + "\n# a comment\n")
    assert "0 dibuat" in again()
    own = house / "sepakat_lib" / "words" / "trial.yml"
    own.write_text(WORDS.replace("yang dipilih {share}", "itu {share}"))
    said = again()
    assert "1 dibuat" in said
    page = (made / "trial.share-12_5.html").read_text("utf-8")
    assert "Bagian itu 13 persen." in page


def test_a_module_without_words_is_refused_before_anything_runs(house):
    shutil.copy(house / "notebooks" / "trial.ipynb", house / "notebooks" / "mute.ipynb")
    try:
        ((code, said),) = sepakat(house, RUN)
    finally:
        (house / "notebooks" / "mute.ipynb").unlink()
    assert code != 0
    assert "Modul mute belum punya kalimatnya sendiri: module.mute.name" in said


def test_voila_serves_it_with_its_choice_in_address_and_chooser(house, tmp_path):
    command = (*SEPAKAT, "serve", "--port", "0", "--no-open")
    with opened(command, tmp_path / "serve.log", **surroundings(house)) as (door, _):
        page = f"{door}voila/render/trial.ipynb?region=3501&year=2010"
        status, text = ask(f"{page}&share=7")
        assert status == 200
        assert "7 persen." in text
        assert 'name="share" type="number" step="any" min="1" max="50"' in text
        assert '<option value="" selected>standar wilayah (turun)</option>' in text
        assert (
            'href="trial.share-7_0.csv?region=3501&amp;year=2010&amp;share=7"' in text
        )
        status, text = ask(f"{page}&share=70")
        assert status == 400
        assert "antara 1 dan 50; yang datang 70" in text
        link = f"{door}voila/render/trial.share-7_0.csv?region=3501&year=2010&share=7"
        assert ask(link)[0] == 200
        analysis = f"{door}voila/render/analysis.ipynb?region=3501&year=2010&share=7"
        assert ask(analysis)[0] == 400
