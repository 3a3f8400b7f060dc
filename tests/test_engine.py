"""Cells of a page run in this process, each page in a namespace of its own."""

import sys

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from sepakat_lib import refused
from sepakat_lib.batch import engine


def executed(tmp_path, *cells, **options):
    book = new_notebook(
        cells=[new_code_cell(c) if isinstance(c, str) else c for c in cells]
    )
    book.metadata["kernelspec"] = {
        **{"name": "python3", "language": "python", "display_name": "Python 3"}
    }
    nbformat.write(book, tmp_path / "in.ipynb")
    papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        engine_name=engine.NAME,
        progress_bar=False,
        cwd=str(tmp_path),
        **options,
    )
    return nbformat.read(tmp_path / "out.ipynb", as_version=4).cells


def test_what_cells_show_and_print_stands_in_the_notebook(tmp_path):
    first, prose, second = executed(
        tmp_path,
        "import os, sys\nprint(os.path.realpath(os.getcwd()))\nprint('odd', file=sys.stderr)",
        new_markdown_cell("## Kondisi"),
        "from IPython.display import HTML, display\ndisplay(HTML('<b>a</b>'))\n{'x': 1}",
    )
    assert [(o.name, o.text) for o in first.outputs] == [
        ("stdout", f"{tmp_path.resolve()}\n"),
        ("stderr", "odd\n"),
    ]
    assert prose.source == "## Kondisi"
    shown, value = second.outputs
    assert (
        shown.data["text/html"] == "<b>a</b>" and value.data["text/plain"] == "{'x': 1}"
    )
    assert (first.execution_count, second.execution_count) == (1, 3)


def test_no_page_knows_what_another_has_named(tmp_path):
    executed(tmp_path, "secret = 1")
    with pytest.raises(PapermillExecutionError, match="secret"):
        executed(tmp_path, "secret")


def test_the_first_error_ends_the_page_and_is_told_as_a_kernel_tells_it(tmp_path):
    with pytest.raises(PapermillExecutionError) as caught:
        executed(
            tmp_path,
            "from sepakat_lib.refused import Refused\nprint('so far')",
            "raise Refused('nothing_loaded', year='2023')",
            "print('never')",
        )
    assert (caught.value.ename, caught.value.cell_index) == ("Refused", 1)
    assert refused.of(caught.value).fields == {"year": "2023"}
    kept = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    code = [cell for cell in kept if cell.cell_type == "code"]
    outputs = [[o.output_type for o in c.outputs] for c in code]
    assert outputs == [["stream"], ["error"], []]
    assert any("Refused" in line for line in code[1].outputs[0].traceback)


def test_a_cell_that_cannot_be_read_or_leaves_is_an_error_of_the_page(tmp_path):
    for source, kind in (("1 +", "SyntaxError"), ("input()", "EOFError")):
        with pytest.raises(PapermillExecutionError) as caught:
            executed(tmp_path, source)
        assert kind in caught.value.ename or "Stdin" in caught.value.ename
    with pytest.raises(PapermillExecutionError):
        executed(tmp_path, "import sys\nsys.exit(3)")


def test_this_process_is_left_as_it_was(tmp_path):
    before = sys.stdin, sys.stdout, sys.displayhook, sys.excepthook
    executed(tmp_path, "1 + 1")
    assert (sys.stdin, sys.stdout, sys.displayhook, sys.excepthook) == before
