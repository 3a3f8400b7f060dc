"""A widget in a notebook answers on the officials' page, and is left out of a report."""

import nbformat
from doors_fixture import serving_cells, visit, written

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


def test_a_widget_asks_its_kernel_and_nothing_outside(browser, tmp_path):
    with (
        serving_cells(tmp_path, *CELLS) as (address, _),
        visit(browser) as (page, outside, said),
    ):
        page.goto(f"{address}voila/render/analysis.ipynb?region=3501&year=2023")
        page.wait_for_selector("#told")
        page.select_option(".widget-dropdown select", "school")
        page.wait_for_selector("text=schoolschool")
        assert outside == [] and said == []


def test_a_report_that_travels_leaves_widgets_out(tmp_path):
    import papermill

    notebook = written(tmp_path, *CELLS)
    ran = tmp_path / "ran.ipynb"
    papermill.execute_notebook(notebook, ran, progress_bar=False)
    page = html.export(ran, tmp_path / "page.html", language="id", title="Pacitan")
    shown = page.read_text("utf-8")
    outputs = nbformat.read(ran, 4).cells[-1].outputs
    assert "application/vnd.jupyter.widget-view+json" in outputs[0].data
    assert "<main" in shown and "VBox" not in shown and "widget" not in shown
