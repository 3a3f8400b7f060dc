"""Refusals: a code and fields where they are raised, one sentence at every door."""

import ast
import html
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from doors_fixture import KERNEL, SERVE, ask, opened, written
from nbclient import NotebookClient
from papermill.exceptions import PapermillExecutionError

from sepakat_lib import (
    ROOT,
    batch,
    cli,
    parameters,
    refused,
    regions,
    speaker,
    terminal,
    warehouse,
    words,
)
from sepakat_lib.refused import Refused
from sepakat_lib.reports import html as exporter
from sepakat_lib.server import pages
from sepakat_lib.sources.susenas.layouts import LAYOUTS
from sepakat_lib.sources.susenas.problems import item_column

PACITAN = "3501"
SOURCES = {
    path: ast.parse(path.read_text("utf-8"))
    for folder in ("sepakat_lib", "widgets")
    for path in (ROOT / folder).rglob("*.py")
}


@pytest.fixture(autouse=True)
def indonesian(tmp_path, monkeypatch):
    """An Indonesian terminal and an empty warehouse."""
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("SEPAKAT_DEBUG", "")


# Where they are raised


def calls(*names):
    """Calls of these names in the package: (file, line, call)."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in names:
                    yield f"{path.name}:{node.lineno}", node


def named(node):
    """Codes that an argument may be: a text, or one of two by a condition."""
    if isinstance(node, ast.IfExp):
        return [*named(node.body), *named(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) else []


MAKERS = {  # of refusals, and the fields that they add themselves
    "Refused": set(),
    "_wrong": {"given", "value"},
    "_unknown": {"given", "nearest_regions"},
    "PydanticCustomError": {"given", "value"},
}


def raised():
    """Where, code and fields of each refusal in the house."""
    return [
        (where, code, {each.arg for each in call.keywords} | own)
        for maker, own in MAKERS.items()
        for where, call in calls(maker)
        for code in named(call.args[0])
    ]


RAISED = raised()


@pytest.mark.parametrize(
    ("where", "code", "fields"), RAISED, ids=[f"{one[0]}-{one[1]}" for one in RAISED]
)
def test_every_code_has_a_sentence_with_the_fields_of_its_error(where, code, fields):
    sentence = words.catalogue()[f"error.{code}"]
    assert words.fields_of(sentence["id"]) == fields - speaker.AFTER.keys(), where
    assert words.fields_of(sentence["en"]) == words.fields_of(sentence["id"])


def test_the_search_for_codes_finds_them_in_every_room():
    codes = {code for _, code, _ in RAISED}
    assert {"bad_cells", "no_column", "crossed_codes", "batch_what"} <= codes
    assert {"nothing_loaded", "wrong_choice", "cannot_invent"} <= codes
    assert len(codes) > 40


def provoke(kind):
    """An error as it comes."""
    try:
        {
            "unknown": lambda: regions.resolve("pacitann"),
            "several": lambda: regions.resolve("bogor"),
            "old": lambda: regions.resolve("9401"),
            "fine": lambda: regions.resolve("35.01.01"),
            "zero": lambda: regions.resolve("11.1"),
            "year": lambda: parameters.resolve(region=PACITAN, year=1999),
            "digits": lambda: parameters.resolve(region=PACITAN, year="x"),
            "fraction": lambda: parameters.resolve(
                region=PACITAN, year=2023, confidence="x"
            ),
            "nothing": lambda: parameters.resolve(region="", year=2023),
            "module": lambda: batch.check("anlysis"),
            "nothing_loaded": lambda: warehouse.connect("susenas", 2023),
            "not_loaded": lambda: warehouse.connect("susenas", 2023, [PACITAN]),
        }[kind]()
    except Exception as error:
        return error
    raise AssertionError(f"{kind} was not refused")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("unknown", "Tidak ada wilayah 'pacitann'. .* Mungkin maksud Anda: Pacitan "),
        ("several", r"Kab\. Bogor \(3201\), Kota Bogor \(3271\)\?"),
        ("old", r"hingga 2022.*Merauke \(9501\)\?"),
        ("fine", r"kode kecamatan atau desa.*Pacitan \(3501\)\?"),
        ("zero", r"angka nol di ujungnya hilang.*Bireuen|Gayo Lues"),
        ("year", r"Pilihan year harus antara 2010 dan 2030; yang datang 1999\."),
        (
            "digits",
            r"Pilihan year harus bilangan bulat .* angka saja, .*; yang datang 'x'\.",
        ),
        ("fraction", r"Pilihan confidence harus angka; yang datang 'x'\."),
        ("nothing", r"Pilihan region kosong\. Isi dahulu"),
        ("module", r"Tidak ada notebook 'anlysis'.*maksud Anda: analysis\?"),
        ("nothing_loaded", "Data Susenas 2023 belum dimuat. Muat berkasnya"),
        ("not_loaded", r"belum dimuat untuk Pacitan \(3501\)"),
    ],
)
def test_an_error_with_a_code_is_told_in_the_terminals_language(
    kind, said, monkeypatch
):
    error = provoke(kind)
    assert re.search(said, terminal.sentence(error))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    assert not re.search(r"\b(Tidak|Pilihan|belum|kode)\b", terminal.sentence(error))


def test_a_code_without_a_sentence_is_told_as_something_unexpected():
    error = Refused("a_new_code", file="x")
    assert "tidak terduga (a_new_code: x)" in terminal.sentence(error)


def remark_codes():
    codes = set()
    for _, call in calls("Remark"):
        first = call.args[0]
        if isinstance(first, ast.JoinedStr):
            codes |= {"no_stratum", "no_psu"}
        elif isinstance(first, ast.Constant):
            codes.add(first.value)
    kinds = {"weind_is_weight", "weind_is_weight_times_size"}  # keys of a dictionary
    return sorted(codes | kinds)


@pytest.mark.parametrize("code", remark_codes())
def test_every_remark_of_the_reader_has_a_sentence(code):
    assert f"remark.{code}" in words.catalogue()


def test_no_sentence_is_left_without_an_error_or_a_remark():
    told = {key for key in words.catalogue() if key.startswith("error.")}
    assert {key.removeprefix("error.") for key in told} == {each[1] for each in RAISED}
    told = {key for key in words.catalogue() if key.startswith("remark.")}
    assert {key.removeprefix("remark.") for key in told} == set(remark_codes())


def rules():
    """Where, code and fields of each rule for a cell or a shape."""
    return [
        (where, code, {each.arg for each in call.keywords})
        for where, call in calls("written")
        for code in named(call.args[0])
    ]


REPEATED = {f"{what}_again" for what in ("household", "person", "good")}


@pytest.mark.parametrize(
    ("where", "code", "fields"), rules(), ids=[f"{one[0]}-{one[1]}" for one in rules()]
)
def test_every_rule_has_a_sentence_with_its_fields(where, code, fields):
    for sentence in words.catalogue()[f"rule.{code}"].values():
        assert words.fields_of(sentence) == fields, where


def test_no_rule_is_left_without_a_reader_that_writes_it():
    told = {key for key in words.catalogue() if key.startswith("rule.")}
    known = {code for _, code, _ in rules()} | REPEATED
    assert {key.removeprefix("rule.") for key in told} == known


def test_every_rule_of_every_question_is_told():
    found = {
        check.error
        for layout in LAYOUTS
        for item in (*layout.households, *layout.persons)
        if not item.assumed
        for check in item_column(item).checks
    }
    for line in found:
        assert not re.search(r"\b(a|of|to|one|number)\b|[{}]", speaker.rule(line, "id"))


def test_rules_keep_their_numbers():
    line = refused.written("whole_from_to", low="0", high="120")
    assert speaker.rule(line, "id") == "bilangan bulat dari 0 sampai 120"


# Errors of programmers: no reader can meet them, and they may speak English

PROGRAMMERS = {
    "widgets/fields.py": "a field whose type there is not",
    "figures": "what a chart is given is made by our own code, and tested",
    "reports": "a page that our own code builds in the wrong order",
    "words": "a sentence asked for without its fields",
    "indicators": "a declaration, or a name in a notebook's cell, that does not exist",
    "estimation": "the same, asked of the scan",
    "reference": "an indicator or a year that doors ask `line_years` about before",
    "regions.py": "a question that has no answer for the nation",
    "attachments": "a file that no page has",
    "sources/susenas/invention": "options that no door has; facts that are shipped",
    "sources/susenas/files.py": "caught where it is raised",
    "ledger/kinds.py": "caught by `ledger.add`, which refuses it as `wrong_value`",
    "ledger/trail.py": "our own code deleting a row, or passing by its trail",
    "ledger/storage.py": "a migration of ours that lost rows; all of it is taken back",
}


def english_raises():
    """Where a sentence is raised that is no refusal's."""
    for path, tree in SOURCES.items():
        inside = path.relative_to(ROOT).as_posix().removeprefix("sepakat_lib/")
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                said = [
                    each.value
                    for each in ast.walk(node.exc)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                if any(len(each.split()) > 2 for each in said):
                    yield inside, node.lineno


def test_no_english_sentence_is_raised_that_a_reader_can_meet():
    beyond, used = [], set()
    for inside, line in english_raises():
        known = [each for each in PROGRAMMERS if f"{inside}/".startswith(f"{each}/")]
        used.update(known)
        if not known and not inside.startswith("stats/"):
            beyond.append(f"{inside}:{line}")
    assert not beyond
    assert used == set(PROGRAMMERS)


# On their way


def test_a_refusal_goes_through_text_a_record_and_a_kernel():
    error = Refused("busy", place='a "b" {c}\n/é')
    assert refused.read(str(error)) == ("busy", error.fields)
    through = refused.of(PapermillExecutionError(1, 1, "", "Refused", str(error), []))
    assert (through.code, through.fields) == ("busy", error.fields)
    record = json.loads(json.dumps({"code": error.code, "fields": error.fields}))
    assert refused.of_record(record).fields == error.fields


@pytest.mark.parametrize(
    "record", [{}, {"why": "x"}, {"code": 3, "fields": {}}, {"code": "busy"}]
)
def test_what_tells_no_refusal_is_none(record):
    assert refused.of_record(record) is None
    assert refused.of_kernel("ValueError", "busy") is None
    assert refused.read("Something: {x}") is None and refused.read("busy {x}") is None


def test_an_old_record_with_a_sentence_still_shows():
    place = batch.outputs() / PACITAN / "2023"
    place.mkdir(parents=True)
    old = {"why": "Berkas lama berkata begini."}
    (place / "analysis.failed.json").write_text(json.dumps(old))
    assert "Berkas lama berkata begini." in batch.write_index().read_text("utf-8")


# One wrong file at every door

WRONG = {
    "out of range": (
        "confidence: 7",
        "Pilihan confidence harus antara 0.5 dan 0.999; yang datang 7. "
        "Ini tertulis di berkas parameters/regions/3501.yml.",
        "The choice confidence must lie between 0.5 and 0.999; 7 came. "
        "It stands in the file parameters/regions/3501.yml.",
    ),
    "a list": (
        "# the office's own\n- a list",
        "Baris 2 tidak dapat dibaca sebagai nama dan nilai: '- a list'. "
        'Tulis satu "nama: nilai" per baris, tutup setiap kurung dan tanda kutip, '
        "dan jorokkan dengan spasi, bukan tab. "
        "Ini tertulis di berkas parameters/regions/3501.yml.",
        "Line 2 cannot be read as a name and a value: '- a list'. "
        'Write one "name: value" a line, close every bracket and quotation mark, '
        "and indent with blanks, not tabs. "
        "It stands in the file parameters/regions/3501.yml.",
    ),
    "misspelt": (
        "confidense: 0.9",
        "Tidak ada pilihan 'confidense'. Yang ada: language, confidence, lines. "
        "Ini tertulis di berkas parameters/regions/3501.yml. "
        "Mungkin maksud Anda: confidence?",
        "There is no choice 'confidense'. There are: language, confidence, lines. "
        "It stands in the file parameters/regions/3501.yml. "
        "Did you mean: confidence?",
    ),
}
CASES = [
    pytest.param(case, language, sentence, id=f"{case}-{language}")
    for case, (_, *both) in WRONG.items()
    for language, sentence in zip(words.LANGUAGES, both, strict=True)
]


def folder_of(case: str, place: Path) -> Path:
    """Folder of parameters in which the file of Pacitan is wrong."""
    (place / "regions").mkdir(parents=True)
    (place / "regions" / "3501.yml").write_text(WRONG[case][0], "utf-8")
    return place


@pytest.fixture
def set_wrong(tmp_path, monkeypatch):
    """Let the file of Pacitan be one of the wrong ones."""
    place = tmp_path / "parameters"
    return lambda case: monkeypatch.setattr(
        parameters, "FOLDER", folder_of(case, place)
    )


@pytest.mark.parametrize(("case", "language", "sentence"), CASES)
def test_the_terminal_says_it(set_wrong, case, language, sentence, monkeypatch, capsys):
    set_wrong(case)
    monkeypatch.setenv("SEPAKAT_LANGUAGE", language)
    with pytest.raises(SystemExit) as end:
        cli.main(["report", PACITAN])
    assert end.value.code == 2
    assert capsys.readouterr().err == f"sepakat: {sentence}\n"


@pytest.mark.parametrize(("case", "language", "sentence"), CASES)
def test_the_index_of_a_batch_says_it(set_wrong, case, language, sentence):
    set_wrong(case)
    done = batch.run_all([PACITAN], ["analysis"], year=2023, workers=1)
    assert [*done.failed] == [(PACITAN, "analysis")]
    index = html.unescape(batch.write_index(language).read_text("utf-8"))
    assert f"<small>{sentence}</small>" in index
    (kept,) = batch.outputs().rglob("*.failed.json")
    assert set(json.loads(kept.read_text("utf-8"))) == {"code", "fields"}


@pytest.mark.parametrize(("case", "language", "sentence"), CASES)
def test_the_page_of_a_browser_says_it(set_wrong, case, language, sentence):
    set_wrong(case)
    query = f"region={PACITAN}&year=2023&language={language}"
    with pytest.raises(Refused) as error:
        pages.choices(query)
    assert lead_of(pages.refused(error.value, query)) == sentence


def lead_of(page: str) -> str:
    found = re.search(r'<p class="lead">(.+?)</p>', page, re.DOTALL)
    return html.unescape(found[1]).strip()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A notebook whose cells each met one of the wrong files, as a kernel left it."""
    place = tmp_path_factory.mktemp("stopped")
    first = "import pathlib\nfrom sepakat_lib import parameters"
    cells = [
        f"parameters.FOLDER = pathlib.Path({str(folder_of(case, place / str(n)))!r})\n"
        f"parameters.resolve(region={PACITAN!r}, year=2023)"
        for n, case in enumerate(WRONG)
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(each) for each in (first, *cells)],
        metadata={"kernelspec": KERNEL},
    )
    NotebookClient(notebook, allow_errors=True, timeout=300).execute()
    nbformat.write(notebook, place / "stopped.ipynb")
    return place / "stopped.ipynb"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_banner_of_a_notebook_says_it(stopped, tmp_path, language):
    target = tmp_path / "page.html"
    exporter.export(stopped, target, language=language, title="x")
    page = html.unescape(target.read_text("utf-8"))
    for _, *both in WRONG.values():
        assert both[words.LANGUAGES.index(language)] in page
    assert page.count('role="alert"') == len(WRONG)
    assert "Refused" not in page and "out_of_range" not in page


PATCHED = """
import pathlib
from sepakat_lib import parameters
parameters.FOLDER = pathlib.Path({folder!r})
"""


def test_a_browser_is_told_by_the_real_door_before_and_in_a_cell(tmp_path):
    """An address of Pacitan is refused; a cell that asks for it has a banner."""
    folder = folder_of("out of range", tmp_path / "parameters")
    patch = PATCHED.format(folder=str(folder))
    cell = f"{patch}parameters.resolve(region={PACITAN!r}, year=2023)"
    place = written(tmp_path, cell).parent
    command = (sys.executable, "-c", patch + SERVE, str(place), "{}")
    asked = "/voila/render/analysis.ipynb?year=2023&region="
    _, sentence, _ = WRONG["out of range"]
    data = str(tmp_path / "data")
    with opened(command, tmp_path / "log", SEPAKAT_DATA=data) as (address, _):
        status, page = ask(f"{address.rstrip('/')}{asked}{PACITAN}")
        assert status == 400 and lead_of(page) == sentence
        status, page = ask(f"{address.rstrip('/')}{asked}7303")
    assert status == 200 and sentence in html.unescape(page)
    for secret in ("Refused", "out_of_range", "Traceback", "FOLDER"):
        assert secret not in page
