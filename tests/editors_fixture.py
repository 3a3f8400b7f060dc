"""A ledger with one of each, editors of it in a notebook, and doors that show it."""

import os
import sys
from pathlib import Path

import nbformat
from doors_fixture import KERNEL, ROOT, SEPAKAT, opened, written

from sepakat_lib import ledger

CHOICES = "# parameters\nregion = '3501'\nyear = 2023\nlanguage = 'id'"
IMPORTS = "import uuid\nimport widgets\nfrom widgets import Field"
GRID = """
columns = [
    Field("title", "text", "Uraian"),
    Field("volume_1", "volume", "Volume"),
    Field("unit_1", "text", "Satuan", width=6),
    Field("price", "money", "Harga satuan [Rp]"),
    Field("fund", "choice", "Sumber dana", {"DAU": "Dana Alokasi Umum", "DAK": "Dana Alokasi Khusus"}),
    Field("amount", "money", "Jumlah [Rp]", computed=True),
]
of = {"activity_id": uuid.UUID("%(activity)s")}
lines = widgets.grid("cost_lines", columns, where=of, values_of_new_rows=of,
    language=language, total="amount", title="Baris biaya sumur bor")
lines
"""
FORM = """
issue = widgets.form("issues",
    [Field("title", "text", "Isu"),
     Field("indicator", "choice", "Indikator", {"p0": "Persentase penduduk miskin"}),
     Field("direct_reason", "long", "Alasan tanpa temuan")],
    values_of_new_rows={"region": "3501", "plan_year": 2025},
    language=language, title="Isu yang dimasukkan langsung")
issue
"""
TREE = """
causes = widgets.tree(uuid.UUID("%(issue)s"), language=language, title="Air minum tidak layak",
    suggestions=[
        {"code": "A1", "side": "supply", "title": "Debit sumber air berkurang",
         "says": "31 persen rumah tangga (26–36), 2023"},
        {"code": "A2", "side": "use", "title": "Iuran air tidak terjangkau"},
    ])
causes
"""
# pages of one notebook that has an editor
SERVE = """
import dataclasses, pathlib, sys
from sepakat_lib import modules
from sepakat_lib.server import officials
(first, *rest) = modules.MODULES
modules.MODULES = (dataclasses.replace(first, editor=True), *rest)
officials.EDITORS = int(sys.argv[2])
officials.serve(0, show=False, notebooks=pathlib.Path(sys.argv[1]))
"""


def issue_of(book) -> dict[str, dict]:
    """An issue with a cause and an activity."""
    issue = ledger.add(
        book,
        "issues",
        {
            **{"region": "3501", "plan_year": 2025, "title": "Air minum"},
            "direct_reason": "Musrenbang",
        },
    )
    cause = {"issue_id": issue["id"], "side": "supply", "title": "Tidak ada pipa"}
    cause = ledger.add(book, "causes", cause)
    activity = {"cause_id": cause["id"], "plan_year": 2025, "title": "Sumur bor"}
    activity = ledger.add(book, "activities", activity)
    return {"issue": issue, "cause": cause, "activity": activity}


def filled(folder: Path, lines: int = 3) -> dict[str, dict]:
    """The ledger of a data folder, with cost lines."""
    url = f"sqlite:///{folder.absolute() / 'ledger.sqlite'}"
    folder.mkdir(parents=True, exist_ok=True)
    ledger.upgrade(url)
    with ledger.writing("Budi", url=url) as book:
        made = issue_of(book)
        many = [
            {
                **{"activity_id": made["activity"]["id"], "title": f"Pipa {number}"},
                **{"volume_1": 2, "price": 1000, "amount": 2000, "unit_1": "batang"},
            }
            for number in range(1, lines + 1)
        ]
        made["lines"] = ledger.add_all(book, "cost_lines", many)
    return made | {"url": url}


def cells(made, *which: str) -> tuple[str, ...]:
    """Cells of a notebook with editors of these rows."""
    ids = {name: made[name]["id"] for name in ("issue", "activity")}
    return (CHOICES, IMPORTS, *(cell % ids if "%(" in cell else cell for cell in which))


def voila(folder: Path, made, *which: str, editors: int = 40):
    """The officials' door with such a page."""
    place = written(folder, *cells(made, *which)).parent
    command = (sys.executable, "-c", SERVE, str(place), str(editors))
    return opened(command, folder / "serve.log", **_place(folder))


def lab(folder: Path, made, *which: str):
    """JupyterLab with such a notebook in the place of the analysis."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    own = [nbformat.v4.new_code_cell(source) for source in cells(made, *which)]
    book = nbformat.v4.new_notebook(cells=own, metadata={"kernelspec": KERNEL})
    nbformat.write(book, work / "editors.ipynb")
    return opened(
        (*SEPAKAT, "lab", "--port", "0", "--no-open"),
        folder / "lab.log",
        SEPAKAT_WORK=str(work),
        **{
            f"JUPYTER_{each}_DIR": str(folder / "jupyter" / each)
            for each in ("CONFIG", "DATA")
        },
        **_place(folder),
    )


def _place(folder: Path) -> dict[str, str]:
    return {
        "SEPAKAT_DATA": str(folder / "data"),
        "SEPAKAT_DATABASE_URL": "",
        "PYTHONPATH": os.pathsep.join(
            filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
        ),
    }
