"""One notebook for one region: its page, what is beside it, and the record that seals.

A page is made in a working folder of its own. Its seal, over all that it is made of, is
taken before and compared after; then page, tables, map and record appear together.
Files of choices that are not the standard ones carry them in their names
(`modules.stem`), so that a page in English stands beside the one in Indonesian.
"""

import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path

from sepakat_lib import (
    ROOT,
    __version__,
    atomic,
    attachments,
    estimation,
    modules,
    parameters,
    regions,
    words,
)
from sepakat_lib.batch import seal
from sepakat_lib.modules import stem
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.reports import html

# jsonschema's format checks cost 0.9 s in every process and are not used here.
sys.modules.setdefault("rfc3987_syntax", None)

LIBRARIES = (
    "pandas",
    "numpy",
    "duckdb",
    "papermill",
    "nbconvert",
    "folium",
    "scipy",
)
RECORD = "run.json"
FAILED = ".failed.json"
TRIES = 3  # of a page whose data change while it is made


def notebooks() -> list[str]:
    """Modules that have a notebook."""
    return sorted(path.stem for path in seal.NOTEBOOKS.glob("*.ipynb"))


def outputs() -> Path:
    """Where results lie: `SEPAKAT_OUTPUTS`, or `outputs` beside the notebooks."""
    return Path(os.environ.get("SEPAKAT_OUTPUTS") or ROOT / "outputs").absolute()


def check(module: str) -> Path:
    """Path of a module's notebook; refuse what cannot be run, before anything runs.

    Raises
    ------
    Refused
        ``unknown_module``; ``module_without_words``: no door could speak of it.
    """
    names = notebooks()
    if module not in names:
        near = get_close_matches(module, names)
        raise Refused("unknown_module", given=module[:60], choices=names, nearest=near)
    needed = modules.needed_words(modules.of(module))
    if absent := sorted(needed - words.catalogue().keys()):
        raise Refused("module_without_words", module=module, keys=absent)
    return seal.NOTEBOOKS / f"{module}.ipynb"


def place_of(region: str, year: int) -> Path:
    """Folder of a region's results."""
    return outputs() / region / str(year)


@contextmanager
def writing() -> Iterator[None]:
    """Hold the outputs while what was made is put in its place."""
    outputs().mkdir(parents=True, exist_ok=True)
    with atomic.locked(outputs() / ".lock"):
        yield


def record_of(region: str, year: int) -> dict[str, dict]:
    """What `run.json` tells of each page, by `stem`.

    Empty where nothing was made, and where the file is not whole, as if never made.
    """
    record = atomic.read_object(place_of(region, year) / RECORD) or {}
    return {name: page for name, page in record.items() if isinstance(page, dict)}


def failed_notebook(chosen: Parameters, module: str) -> Path:
    """Where a notebook stands whose cell failed."""
    place = place_of(chosen.region, chosen.year)
    return place / f"{stem(module, chosen)}.failed.ipynb"


def failures(chosen: Parameters, module: str) -> tuple[Path, Path]:
    """Where a batch keeps why a page failed; gone once the page is made.

    The second is for a region whose own folder cannot be written to.
    """
    place, name = place_of(chosen.region, chosen.year), stem(module, chosen)
    return (
        place / f"{name}{FAILED}",
        outputs() / f"{chosen.region}.{chosen.year}.{name}{FAILED}",
    )


def forget_failure(chosen: Parameters, module: str) -> None:
    """Take away why a page failed, once a whole one stands there all the same."""
    kept = failed_notebook(chosen, module), *failures(chosen, module)
    for path in kept:
        with suppress(OSError):  # a folder that cannot be written to
            path.unlink(missing_ok=True)


def whole(chosen: Parameters, module: str) -> bool:
    """Whether the page stands and was made of what is here now.

    A record of other choices, data or code is of another page, and every file must be
    the one that the record was written for.
    """
    name = stem(module, chosen)
    record = record_of(chosen.region, chosen.year).get(name, {})
    if record.get("seal") != _seal(chosen, module):
        return False
    place, marks = place_of(chosen.region, chosen.year), record.get("files")
    return isinstance(marks, dict) and all(
        atomic.is_marked(place / file, marks.get(file))
        for file in _names(chosen, module).values()
    )


def _names(chosen: Parameters, module: str) -> dict[str, str]:
    """Files of a page, by what they are."""
    name = stem(module, chosen)
    page = {"html": f"{name}.html", "ipynb": f"{name}.ipynb"}
    return page | attachments.names(chosen, module)


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
        (`attachments.names`); all appear together.

    Raises
    ------
    Refused
        ``unknown_module``, before anything runs; ``data_moved``, ``code_moved``: what the
        page is made of changed while it was made; the page before stands.
    papermill.PapermillExecutionError
        When a cell fails; the notebook so far stands at `failed_notebook`.
    """
    source, of_code = check(module), (parameters.FOLDER, module)
    atomic.sweep(outputs(), "*/*")
    with atomic.scratch(outputs()) as work:
        for attempt in range(TRIES):
            before = _seal(chosen, module)
            fresh = work / str(attempt)
            fresh.mkdir()
            try:
                record = _made(chosen, module, source, fresh)
            except Exception:
                # what it was made of may have been taken away under it
                if _seal(chosen, module) == before:
                    raise
                continue
            if seal.code_now(*of_code) != seal.code(*of_code):
                raise Refused("code_moved")  # a new start mends it
            if _seal(chosen, module) == before:
                return _publish(chosen, module, record | {"seal": before}, fresh)
    raise Refused(
        "data_moved",
        region=f"{regions.short_name(chosen.region)} ({chosen.region})",
        times=str(TRIES),
    )


def _made(chosen: Parameters, module: str, source: Path, fresh: Path) -> dict:
    """Make the files of a page in an empty folder, and what is told of them."""
    names = _names(chosen, module)
    notebook = fresh / names["ipynb"]
    try:
        _execute(source, notebook, chosen, fresh)
    except Exception:
        if notebook.exists():
            _keep_failed(notebook, failed_notebook(chosen, module))
        raise
    title = _title(chosen, module)
    page = fresh / names["html"]
    html.export(notebook, page, language=chosen.language, title=title)
    for file in attachments.names(chosen, module).values():
        (fresh / file).write_bytes(attachments.content(chosen, file, module))
    marks = {file: atomic.mark(fresh / file) for file in names.values()}
    return _record(chosen, source) | {"files": marks}


def _keep_failed(notebook: Path, target: Path) -> None:
    # where it cannot be kept, why the cell failed matters more
    with suppress(OSError), writing(), atomic.whole(target) as path:
        shutil.copyfile(notebook, path)


def _publish(
    chosen: Parameters, module: str, page: dict, fresh: Path
) -> dict[str, Path]:
    """Put the files of a page, and its record among those of others, in their place."""
    place, names = place_of(chosen.region, chosen.year), _names(chosen, module)
    with writing():
        pages = record_of(chosen.region, chosen.year)
        pages[stem(module, chosen)] = page
        record = fresh / "record"  # by its own name it would seem to stand already
        record.write_text(json.dumps(pages, indent=1), "utf-8")
        beside, above = failures(chosen, module)
        atomic.publish(
            {file: fresh / file for file in names.values()} | {RECORD: record},
            place,
            fresh,
            without=[failed_notebook(chosen, module).name, beside.name],
        )
        above.unlink(missing_ok=True)
    return {kind: place / file for kind, file in names.items()} | {
        "record": place / RECORD
    }


def _seal(chosen: Parameters, module: str) -> str:
    return seal.seal(chosen, module, seal.code(parameters.FOLDER, module))


def _execute(source: Path, target: Path, chosen: Parameters, place: Path) -> None:
    import papermill

    from sepakat_lib.batch import engine

    papermill.execute_notebook(
        source,
        target,
        parameters.of_notebook(source, chosen),
        engine_name=engine.NAME if engine.is_free() else None,
        progress_bar=False,
        cwd=str(place),
    )


def _title(chosen: Parameters, module: str) -> str:
    return words.say(
        f"module.{module}.title",
        chosen.language,
        place=regions.name(chosen.region),
        year=chosen.year,
    )


def _record(chosen: Parameters, notebook: Path) -> dict:
    return {
        "parameters": chosen.as_dict(),
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "synthetic": estimation.is_synthetic(chosen),
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
    result = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip()


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
