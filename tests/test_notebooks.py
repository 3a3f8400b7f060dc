"""Notebooks are thin, clean, and say nothing that `words` does not know."""

import ast
from pathlib import Path

import nbformat
import pytest
from test_architecture import NOTEBOOKS_MAY_IMPORT, ours

from sepakat_lib import words

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
BANNED = (
    *(ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.Lambda),
    *(ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp),
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def cells(request):
    return nbformat.read(request.param, 4).cells


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def test_there_is_a_notebook():
    assert NOTEBOOKS


def test_the_first_code_cell_holds_the_parameters(cells):
    assert code(cells)[0].metadata.get("tags") == ["parameters"]


def test_a_notebook_is_committed_without_outputs(cells):
    for number, cell in enumerate(code(cells), 1):
        clean = not cell.outputs and cell.execution_count is None
        assert clean, f"code cell {number}: run `make strip`"


def test_a_cell_is_one_call_and_holds_no_logic(cells):
    for number, cell in enumerate(code(cells), 1):
        where = f"code cell {number}"
        assert len(cell.source.splitlines()) <= 6, f"{where}: move it to sepakat_lib"
        clever = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, BANNED)]
        assert not clever, f"{where}: {type(clever[0]).__name__} belongs in sepakat_lib"


def test_a_notebook_imports_only_what_the_design_allows(cells):
    for cell in code(cells):
        beyond = ours(cell.source) - NOTEBOOKS_MAY_IMPORT
        assert not beyond, f"a notebook may not import {sorted(beyond)}"


def test_every_line_of_prose_stands_in_words_in_both_languages(cells):
    for cell in cells:
        if cell.cell_type == "markdown":
            assert words.translate_markdown(cell.source, "en") != cell.source
