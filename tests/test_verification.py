"""`sepakat verify`: reference values beside ours, on a page and in an exit code."""

import ast
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import reading

from sepakat_lib import cli, reference, verification, words
from sepakat_lib.reports import verification as beside

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "verification"
needs_values = pytest.mark.skipif(
    not (SHARED / "reference_values.csv").exists(),
    reason="the reference values are not beside the project; they are not shipped with it",
)


@pytest.fixture(autouse=True)
def outputs(tmp_path, monkeypatch):
    """An English terminal, empty data and outputs, no experiment run."""
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setattr(verification, "COVERAGE", tmp_path / "coverage.csv")
    return tmp_path / "outputs"


def run(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(["verify", *arguments])
    return end.value.code


def folder_of(place: Path, **changed) -> Path:
    """A folder of other software's values: the mean of ten schools' points."""
    (place / "data").mkdir(parents=True)
    rows = pd.DataFrame({"api00": [1.0, 3, 5, 9], "s": list("aabb"), "pw": 1.0})
    rows.to_parquet(place / "data" / "schools.parquet")
    row = {
        "case": "survey",
        "dataset": "schools",
        "dataset_file": "schools",
        "design": "strata=s;w=pw",
        "estimator": "svymean api00",
        "domain": "all",
        "estimate": "4.5",
        "se": str(math.sqrt(1.25)),
        "tolerance": "1e-9",
        "verified": "yes (est+se)",
        "source": "worked by hand",
        "note": "",
    }
    table = pd.DataFrame([row | changed])
    table.to_csv(place / "reference_values.csv", index=False)
    return place


# What is shipped


def evaluated(working: str) -> float:
    """Value of arithmetic that holds numbers, signs, roots and logarithms alone."""
    names = {n.id for n in ast.walk(ast.parse(working)) if isinstance(n, ast.Name)}
    assert names <= {"sqrt", "log", "abs"}
    allowed = {"sqrt": math.sqrt, "log": math.log, "abs": abs, "__builtins__": {}}
    return float(eval(working, allowed))


FORMULAS = reference.worked_examples().query("case == 'formula'")


@pytest.mark.parametrize("row", [*FORMULAS.itertuples()], ids=lambda row: row.estimator)
def test_a_closed_formula_has_the_value_of_its_arithmetic(row):
    assert evaluated(row.working) == float(row.estimate)
    if row.working_se or row.se:
        assert evaluated(row.working_se) == float(row.se)


def test_every_shipped_value_has_a_source_or_its_arithmetic():
    rows = reference.worked_examples()
    assert (rows["source"].ne("") | rows["working"].ne("")).all()
    assert not (rows["source"].ne("") & rows["working"].ne("")).any()


@needs_values
def test_the_shipped_values_of_the_handbook_are_those_that_were_verified():
    path = SHARED / "reference_values.csv"
    given = pd.read_csv(path, dtype=str, keep_default_na=False)
    columns = ["dataset", "design", "estimator", "estimate", "tolerance", "verified"]
    ours = reference.worked_examples()
    for name in ("verified", "estimate"):
        assert ours[name].ne("").all(), name
    one, other = (t[t["case"] == "handbook"][columns] for t in (ours, given))
    assert one.to_numpy().tolist() == other.to_numpy().tolist()


def test_every_shipped_value_is_met():
    found = verification.verify()
    assert found.outside.empty and found.unanswered.empty
    assert len(found.compared) == len(FORMULAS) + FORMULAS["se"].ne("").sum() + 31
    assert set(found.compared["group"]) == set(verification.GROUPS)


# A folder, and what may be wrong in it


def test_values_of_a_folder_stand_beside_the_shipped_ones(tmp_path):
    found = verification.verify(folder_of(tmp_path / "values"))
    rows = found.compared[found.compared["source"] == "worked by hand"]
    assert rows["number"].tolist() == ["value", "se"] and rows["within"].all()
    assert len(found.compared) == len(verification.verify().compared) + 2


@pytest.mark.parametrize("changed", [{"estimate": "4.6"}, {"se": "1.2"}])
def test_a_planted_wrong_value_fails_and_is_named(changed, tmp_path, capsys, outputs):
    assert run("--with", str(folder_of(tmp_path / "values", **changed))) == 1
    said = capsys.readouterr()
    assert "1 number" in said.out + said.err and "svymean api00" in said.out + said.err
    page = (outputs / "verification.html").read_text("utf-8")
    assert "▲" in page and words.say("verification.outside", "id") in page
    lead = words.say(
        "verification.lead_outside", "id", outside="{}", of="{}", difference="{}"
    )
    assert lead.split("{}")[1] in " ".join(reading.lines(page))


def test_a_value_that_cannot_be_computed_is_beyond_tolerance(tmp_path, monkeypatch):
    monkeypatch.setitem(
        verification.CLAIMS["survey"]["means"],
        r"svymean api00",
        lambda s: float("nan"),
    )
    folder = folder_of(tmp_path / "values", verified="yes (est)")
    assert len(verification.verify(folder).outside) == 1


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"case": "sae"}, "method"),
        ({"estimator": "svyglm api00~ell [ell]"}, "regression"),
        ({"verified": "NO: differs"}, "ties"),
        ({"estimator": "svykm", "verified": "no"}, "unverified"),
        ({"estimator": "svykm"}, "method"),
    ],
)
def test_what_nothing_answers_is_counted_with_its_reason(changed, reason, tmp_path):
    found = verification.verify(folder_of(tmp_path / "values", **changed))
    assert found.unanswered["reason"].tolist() == [reason]
    assert found.outside.empty


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda place: (place / "reference_values.csv").unlink(), "There is no file"),
        (lambda place: (place / "data/schools.parquet").unlink(), "There is no file"),
        (
            lambda place: (place / "reference_values.csv").write_text("case,se\na,1\n"),
            "Columns that are not in reference_values.csv: dataset",
        ),
        (
            lambda place: pd.DataFrame({"api00": [1.0]}).to_parquet(
                place / "data/schools.parquet"
            ),
            "Columns that are not in schools.parquet: s",
        ),
    ],
)
def test_a_folder_that_lacks_something_is_refused(spoil, sentence, tmp_path, capsys):
    verification.claims.frame.cache_clear()
    place = folder_of(tmp_path / "values")
    spoil(place)
    assert run("--with", str(place)) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("column", ["estimate", "se", "tolerance"])
@pytest.mark.parametrize("cell", ["", "4,5", "x"])
def test_a_cell_that_is_no_number_is_refused_by_its_row(column, cell, tmp_path, capsys):
    place = folder_of(tmp_path / "values", **{column: cell})
    assert run("--with", str(place)) == 2
    assert f"Row 2, column {column}" in capsys.readouterr().err


# The page


def test_the_command_writes_the_page_and_says_how_many_agree(outputs, capsys):
    assert run("--language", "en") == 0
    said = capsys.readouterr().out
    number = len(verification.verify().compared)
    assert said.startswith(f"{number} of {number} numbers are the same")
    page = (outputs / "verification.html").read_text("utf-8")
    assert f"{number} of {number} numbers are the same" in page and 'lang="en"' in page


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_compared_number_is_a_row_of_the_page(language, outputs):
    run("--language", language)
    page = (outputs / "verification.html").read_text("utf-8")
    compared = verification.verify().compared
    rows = [row for row in reading.rows(page) if re.fullmatch(r"\[\d+\]", row[-1])]
    assert len(rows) == len(compared)
    assert not re.search(
        r"https?://|\bnan\b|verification\.\w", page.split("</style>")[-1]
    )


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_page_without_the_experiment_says_so_in_a_sentence(language, outputs):
    run("--language", language)
    page = (outputs / "verification.html").read_text("utf-8")
    assert words.say("verification.coverage_absent", language) in reading.lines(page)


def experiment(path: Path) -> None:
    """Two kabupaten and a size, as the experiment writes its table."""
    columns = {"samples": 1000, "too_high": 0.01, "too_low": 0.04, "marked": 0.2}
    columns |= {"over_shortest": 1.25, "withheld": 0.5, "psus": 70}
    table = pd.DataFrame(
        {"measure": ["Gini", "P0 at 2 %"] * 2, "kabupaten": list("aabb")}
        | {"covers": [0.9, np.nan, 0.955, np.nan]}
    )
    table.assign(**columns).to_csv(path, index=False)


def test_the_coverage_table_tells_the_lowest_and_the_highest(outputs, monkeypatch):
    experiment(verification.COVERAGE)
    run("--language", "en")
    page = (outputs / "verification.html").read_text("utf-8")
    rows = reading.rows(page)
    assert ["Gini", "90.0–95.5", "1.0 · 4.0", "1.25", "20.0 · 50.0"] in rows
    assert ["P0, poverty rate 2 %", "–", "1.0 · 4.0", "1.25", "20.0 · 50.0"] in rows
    assert ["70 census blocks"] in rows


def test_a_coverage_table_of_other_columns_is_refused(capsys):
    verification.COVERAGE.write_text("measure,covers\nGini,0.9\n")
    assert run() == 2
    assert "not in coverage.csv: kabupaten, psus" in capsys.readouterr().err


@needs_values
def test_the_values_of_other_software_fill_the_page(outputs, capsys):
    assert run("--with", str(SHARED), "--language", "en") == 0
    page = (outputs / "verification.html").read_text("utf-8")
    rows = [row for row in reading.rows(page) if re.fullmatch(r"\[\d+\]", row[-1])]
    assert len(rows) > 500
    assert "R, package sae (small areas)" in page
    assert str(SHARED.resolve()) not in page and "/shared" not in page


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_does_not_scroll_sideways(width, outputs, browser):
    experiment(verification.COVERAGE)
    run()
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto((outputs / "verification.html").as_uri())
    size = "document.documentElement.scrollWidth"
    assert tab.evaluate(size) <= width
    wide = "[...document.querySelectorAll('table')].map(t => t.offsetWidth)"
    room = tab.evaluate("document.querySelector('main').clientWidth")
    assert max(tab.evaluate(wide)) <= room
    tab.close()


@pytest.mark.parametrize(
    ("value", "beside_it", "written"),
    [
        (2 / 3, 2 / 3, "0.666666667"),
        (3e-17, 0, "0"),
        (0.00571921254, 0.0057192, "0.00571921254"),
    ],
)
def test_a_value_has_nine_digits_beside_its_reference(value, beside_it, written):
    assert beside._value(value, beside_it, "en") == written
