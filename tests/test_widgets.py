"""A widget in a notebook answers on the officials' page, and is left out of a report."""

import sys

import nbformat
import pytest
from doors_fixture import opened, visit

from sepakat_lib.reports import html

CELLS = (
    "import ipywidgets\n"
    "told = ipywidgets.HTML('<b id=told>none</b>')\n"
    "choice = ipywidgets.Dropdown(options=['none', 'school', 'clinic'])",
    "choice.observe(\n"
    "    lambda new: setattr(told, 'value', f'<b id=told>{new.new * 2}</b>'), 'value'\n"
    ")",
    "ipywidgets.VBox([choice, told])",
)
SERVE = (
    "import pathlib, sys; from sepakat_lib.server import officials;"
    "officials.serve(0, show=False, notebooks=pathlib.Path(sys.argv[1]))"
)


@pytest.fixture
def notebook(tmp_path):
    """A folder with one notebook that has a widget whose answer the kernel makes."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    path = tmp_path / "notebooks" / "analysis.ipynb"
    path.parent.mkdir()
    nbformat.write(made, path)
    return path


def test_a_widget_asks_its_kernel_and_nothing_outside(notebook, browser, tmp_path):
    command = (sys.executable, "-c", SERVE, str(notebook.parent))
    place = {"SEPAKAT_DATA": str(tmp_path / "data")}
    with (
        opened(command, tmp_path / "serve.log", **place) as (address, _),
        visit(browser) as (page, outside, said),
    ):
        page.goto(f"{address}voila/render/analysis.ipynb?region=3501&year=2023")
        page.wait_for_selector("#told")
        page.select_option(".widget-dropdown select", "school")
        page.wait_for_selector("text=schoolschool")
        assert outside == [] and said == []


def test_a_report_that_travels_leaves_widgets_out(notebook, tmp_path):
    import papermill

    ran = tmp_path / "ran.ipynb"
    papermill.execute_notebook(notebook, ran, progress_bar=False)
    page = html.export(ran, tmp_path / "page.html", language="id", title="Pacitan")
    shown = page.read_text("utf-8")
    outputs = nbformat.read(ran, 4).cells[-1].outputs
    assert "application/vnd.jupyter.widget-view+json" in outputs[0].data
    assert "<main" in shown and "VBox" not in shown and "widget" not in shown
