"""Papermill over regions and modules: one strict run, its record, its page."""

import datetime
import hashlib
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from sepakat_lib import ROOT, __version__, disclosure, estimation, parameters, warehouse
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import html

# jsonschema's format checks cost 0.9 s in every process and are not used here.
sys.modules.setdefault("rfc3987_syntax", None)

NOTEBOOKS = ROOT / "notebooks"
LIBRARIES = (
    "pandas",
    "numpy",
    "duckdb",
    "papermill",
    "nbconvert",
    "lets-plot",
    "scipy",
)


class UnknownModule(ValueError):
    """No notebook of that name."""


def modules() -> list[str]:
    """Modules that have a notebook."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def outputs() -> Path:
    """Where results lie: `SEPAKAT_OUTPUTS`, or `outputs` beside the notebooks."""
    return Path(os.environ.get("SEPAKAT_OUTPUTS", ROOT / "outputs"))


def check(module: str) -> Path:
    """Path of a module's notebook; refuse a module that does not exist."""
    if module not in modules():
        raise UnknownModule(
            f"there is no module {module!r}; there are: {', '.join(modules())}"
        )
    return NOTEBOOKS / f"{module}.ipynb"


def run(chosen: Parameters, module: str = "analysis") -> dict[str, Path]:
    """Execute one notebook for one region and write its page and its record.

    Parameters
    ----------
    chosen : Parameters
        Checked choices; the estimates of its year must stand.
    module : str
        Name of a notebook.

    Returns
    -------
    dict
        Paths of ``html``, ``ipynb``, ``tables`` and ``record``; each appears whole.

    Raises
    ------
    UnknownModule, UnknownParameter
        Before anything runs.
    papermill.PapermillExecutionError
        When a cell fails; the notebook so far stands with the error in it.
    """
    import papermill

    source = check(module)
    declared = papermill.inspect_notebook(str(source))
    given = {name: getattr(chosen, name) for name in declared if hasattr(chosen, name)}
    parameters.check_names(declared)
    place = outputs() / chosen.region / str(chosen.year)
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{module}.ipynb"
    environment = {k: v for k, v in os.environ.items() if k == "QUERY_STRING"}
    os.environ.pop("QUERY_STRING", None)  # a batch run has no address bar
    try:
        with warehouse.whole(target) as fresh:
            papermill.execute_notebook(
                source,
                fresh,
                given,
                progress_bar=False,
                cwd=str(place),
                config=_private_kernel(),
            )
    finally:
        os.environ.update(environment)
    page = place / f"{module}.html"
    with warehouse.whole(page) as fresh:
        html.export(
            target, fresh, language=chosen.language, title=_title(chosen, module)
        )
    tables = _tables(chosen, place)
    record = place / "run.json"
    with warehouse.whole(record) as fresh:
        fresh.write_text(json.dumps(_record(chosen, module, source), indent=1), "utf-8")
    return {"html": page, "ipynb": target, "tables": tables, "record": record}


def _private_kernel():
    """A kernel that is spoken to through files, not ports, where the system can."""
    from traitlets.config import Config

    config = Config()
    if os.name == "posix":
        config.KernelManager.transport = "ipc"
    return config


def _title(chosen: Parameters, module: str) -> str:
    from sepakat_lib import regions, words

    return words.say(
        f"module.{module}.title",
        chosen.language,
        place=regions.name(chosen.region),
        year=chosen.year,
    )


def _tables(chosen: Parameters, place: Path) -> Path:
    """The estimates behind the page, as CSV and XLSX, through the one door out."""
    table = disclosure.publish(estimation.read(chosen), year=chosen.year)
    csv, xlsx = place / "estimates.csv", place / "estimates.xlsx"
    own = table[table["region"] == chosen.region]
    with warehouse.whole(csv) as fresh:
        own.to_csv(fresh, index=False)
    with warehouse.whole(xlsx) as fresh:
        own.to_excel(fresh, index=False)
    return csv


def _record(chosen: Parameters, module: str, notebook: Path) -> dict:
    return {
        "parameters": chosen.as_dict(),
        "module": module,
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "synthetic": bool(estimation.read(chosen)["synthetic"].any()),
        "code": {
            "version": __version__,
            "commit": _commit(),
            "notebook": _sha(notebook),
        },
        "inputs": estimation.inputs(chosen),
        "libraries": {"python": sys.version.split()[0]}
        | {name: version(name) for name in LIBRARIES},
    }


def _commit() -> str:
    """Commit of the checkout, empty where it is not one."""
    found = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
