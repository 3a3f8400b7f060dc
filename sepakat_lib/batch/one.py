"""One notebook for one region: its page, what is beside it, and the record that seals.

Files of choices that are not the standard ones carry them in their names
(`reports.page.stem`), so that a page in English stands beside the one in Indonesian.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from sepakat_lib import (
    ROOT,
    __version__,
    attachments,
    estimation,
    parameters,
    regions,
    warehouse,
    words,
)
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import html
from sepakat_lib.reports.page import stem

# jsonschema's format checks cost 0.9 s in every process and are not used here.
sys.modules.setdefault("rfc3987_syntax", None)

NOTEBOOKS = ROOT / "notebooks"
SOURCES = (".py", ".yml", ".csv", ".html", ".j2", ".css", ".json")
LIBRARIES = (
    "pandas",
    "numpy",
    "duckdb",
    "papermill",
    "nbconvert",
    "lets-plot",
    "folium",
    "scipy",
)


class UnknownModule(ValueError):
    """No notebook of that name; `fields` holds it and the names that there are."""

    code = "unknown_module"

    def __init__(self, given: str, known: list[str]):
        super().__init__(f"there is no module {given!r}; there are: {', '.join(known)}")
        self.fields = {"given": given[:60], "choices": known}


def modules() -> list[str]:
    """Modules that have a notebook."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def outputs() -> Path:
    """Where results lie: `SEPAKAT_OUTPUTS`, or `outputs` beside the notebooks."""
    return Path(os.environ.get("SEPAKAT_OUTPUTS") or ROOT / "outputs")


def check(module: str) -> Path:
    """Path of a module's notebook; refuse a module that does not exist."""
    if module not in modules():
        raise UnknownModule(module, modules())
    return NOTEBOOKS / f"{module}.ipynb"


def place_of(region: str, year: int) -> Path:
    """Folder of a region's results."""
    return outputs() / region / str(year)


def record_of(region: str, year: int) -> dict:
    """What `run.json` tells of each page, by `stem`; empty where nothing was made."""
    path = place_of(region, year) / "run.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def failed_notebook(chosen: Parameters, module: str) -> Path:
    """Where a notebook stands whose cell failed."""
    place = place_of(chosen.region, chosen.year)
    return place / f"{stem(module, chosen)}.failed.ipynb"


def failure(chosen: Parameters, module: str) -> Path:
    """Where a batch keeps why a page failed; gone once the page is made."""
    place = place_of(chosen.region, chosen.year)
    return place / f"{stem(module, chosen)}.failed.json"


def whole(chosen: Parameters, module: str) -> bool:
    """Whether the page stands and was made of what is here now.

    The record is written last, so a page without one is not finished, and a record of
    other choices, data or code is of another page.
    """
    name = stem(module, chosen)
    told = record_of(chosen.region, chosen.year).get(name, {})
    if told.get("seal") != _seal(chosen, module):
        return False
    place = place_of(chosen.region, chosen.year)
    files = [f"{name}.html", *attachments.names(chosen).values()]
    return all((place / each).exists() for each in files)


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
        Paths of ``html``, ``ipynb``, ``record`` and of the files beside the page
        (`attachments.names`); each appears whole.

    Raises
    ------
    UnknownModule, UnknownParameter
        Before anything runs.
    papermill.PapermillExecutionError
        When a cell fails; the notebook so far stands at `failed_notebook`.
    """
    source = check(module)
    place = place_of(chosen.region, chosen.year)
    place.mkdir(parents=True, exist_ok=True)
    name = stem(module, chosen)
    target, page = place / f"{name}.ipynb", place / f"{name}.html"
    failed = failed_notebook(chosen, module)
    failed.unlink(missing_ok=True)
    with warehouse.whole(target) as fresh:
        try:
            _execute(source, fresh, chosen, place)
        except Exception:
            if fresh.exists():
                fresh.replace(failed)
            raise
    with warehouse.whole(page) as fresh:
        html.export(
            target, fresh, language=chosen.language, title=_title(chosen, module)
        )
    paths = {kind: place / file for kind, file in attachments.names(chosen).items()}
    for path in paths.values():
        with warehouse.whole(path) as fresh:
            fresh.write_bytes(attachments.content(chosen, path.name))
    record = place / "run.json"
    told = record_of(chosen.region, chosen.year)
    told[name] = _record(chosen, module, source)
    with warehouse.whole(record) as fresh:
        fresh.write_text(json.dumps(told, indent=1), "utf-8")
    failure(chosen, module).unlink(missing_ok=True)
    return {"html": page, "ipynb": target, "record": record} | paths


def _execute(source: Path, target: Path, chosen: Parameters, place: Path) -> None:
    import papermill

    papermill.execute_notebook(
        source,
        target,
        parameters.of_notebook(source, chosen),
        progress_bar=False,
        cwd=str(place),
        config=_private_kernel(),
    )


def _seal(chosen: Parameters, module: str) -> str:
    """SHA-256 of all that the page depends on: choices, estimates, shapes, code, words."""
    digest = hashlib.sha256(_code())
    digest.update(check(module).read_bytes())
    digest.update(json.dumps(chosen.as_dict(), sort_keys=True).encode())
    digest.update(json.dumps(estimation.made(chosen), sort_keys=True).encode())
    shapes = warehouse.boundaries_path("kabupaten")
    digest.update(shapes.read_bytes() if shapes.exists() else b"")
    return digest.hexdigest()


@lru_cache
def _code() -> bytes:
    """Digest of every file of the package and of what is set for all regions.

    What a region's own file sets is among its choices, and moves no other region.
    """
    digest = hashlib.sha256()
    of_one = parameters.FOLDER / "regions"
    for folder in (ROOT / "sepakat_lib", parameters.FOLDER):
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES and of_one not in path.parents:
                digest.update(path.read_bytes())
    return digest.digest()


def _private_kernel():
    """A kernel that is spoken to through files, not ports, and that ends quietly."""
    from jupyter_client.manager import AsyncKernelManager
    from traitlets.config import Config

    class Quiet(AsyncKernelManager):
        """Shuts down by request alone: an interrupt first makes the kernel complain."""

        async def _async_interrupt_kernel(self) -> None:
            return

        interrupt_kernel = _async_interrupt_kernel

    config = Config()
    config.NotebookClient.kernel_manager_class = Quiet
    if os.name == "posix":
        config.KernelManager.transport = "ipc"
    return config


def _title(chosen: Parameters, module: str) -> str:
    return words.say(
        f"module.{module}.title",
        chosen.language,
        place=regions.name(chosen.region),
        year=chosen.year,
    )


def _is_synthetic(chosen: Parameters) -> bool:
    """Whether the region's values, or those that they stand beside, are invented."""
    shown = {chosen.region, regions.province(chosen.region), regions.NATION}
    table = estimation.read(chosen)
    return bool(table.loc[table["region"].isin(shown), "synthetic"].any())


def _record(chosen: Parameters, module: str, notebook: Path) -> dict:
    return {
        "seal": _seal(chosen, module),
        "parameters": chosen.as_dict(),
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "synthetic": _is_synthetic(chosen),
        "code": {
            "version": __version__,
            "commit": _commit(),
            "notebook": _sha(notebook),
        },
        "inputs": estimation.inputs(chosen).to_dict("records"),
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
