"""One notebook for one region: its page, what is beside it, and the record that seals.

A page is made in a working folder of its own. Its seal, over all that it is made of, is
taken before and compared after; then page, record and the files beside it that were
asked for appear together. A further one is made of the executed notebook of a page that
is whole. Files of choices that are not the standard ones carry them in their names
(`modules.stem`), so that a page in English stands beside the one in Indonesian.
"""

import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path

from sepakat_lib import (
    ROOT,
    __version__,
    atomic,
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
from sepakat_lib.reports.page import title

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


def whole(chosen: Parameters, module: str, formats: Collection[str] = ()) -> bool:
    """Whether the page stands and was made of what is here now.

    A record of other choices, data or code is of another page, and every file must be
    the one that the record was written for.

    Parameters
    ----------
    chosen : Parameters
    module : str
    formats : collection of str
        Of `modules.formats`, that must stand too; one that this page cannot have (no
        rate to draw on a map) is not waited for. A page may have more.
    """
    page = record_of(chosen.region, chosen.year).get(stem(module, chosen), {})
    if page.get("seal") != _seal(chosen, module):
        return False
    return stands(chosen, module, page) and not _lacking(chosen, module, page, formats)


def stands(chosen: Parameters, module: str, page: dict) -> bool:
    """Whether the files of a page are those that its record was written for."""
    place, marks = place_of(chosen.region, chosen.year), _marks(page)
    return set(_page(chosen, module).values()) <= set(marks) and all(
        atomic.is_marked(place / file, mark) for file, mark in marks.items()
    )


def reasons(chosen: Parameters, module: str, page: dict) -> list[str]:
    """Why a page is not what would be made now; empty of one that is whole.

    Parameters
    ----------
    chosen : Parameters
    module : str
    page : dict
        What is recorded of it.

    Returns
    -------
    list of str
        Of ``data``, ``code`` (or a parameter for all regions), ``choices`` (a module has
        others than when it was made) and ``files`` (one is gone or another).
    """
    found = [] if stands(chosen, module, page) else ["files"]
    if page.get("seal") == _seal(chosen, module):
        return found
    moved = []
    if page.get("parameters") != chosen.as_dict():
        moved.append("choices")
    told = page.get("code")
    if not isinstance(told, dict) or told.get("sha256") != _code_mark(module):
        moved.append("code")
    if not moved or page.get("inputs") != estimation.inputs(chosen).to_dict("records"):
        moved.append("data")
    return [*sorted(moved), *found]


def _marks(page: dict) -> dict:
    """Files of a page with their marks, as its record tells them."""
    marks = page.get("files")
    return marks if isinstance(marks, dict) else {}


def _page(chosen: Parameters, module: str) -> dict[str, str]:
    """Files that every page has, by what they are."""
    name = stem(module, chosen)
    return {"html": f"{name}.html", "ipynb": f"{name}.ipynb"}


def beside(chosen: Parameters, module: str, page: dict) -> dict[str, str]:
    """Files that were made beside a page, by what they are, as its record tells."""
    marks = _marks(page)
    named = modules.beside(chosen, module).items()
    return {kind: file for kind, file in named if file in marks}


def _lacking(
    chosen: Parameters, module: str, page: dict, formats: Collection[str]
) -> list[str]:
    """Formats that were asked for, and that could stand beside a page but do not."""
    had, declared = beside(chosen, module, page), modules.of(module).files
    missing = [kind for kind in declared if kind in formats and kind not in had]
    if not missing:
        return []
    from sepakat_lib import attachments  # what draws and tabulates is slow to import

    return [kind for kind in missing if kind in attachments.names(chosen, module)]


def run(
    chosen: Parameters,
    module: str = "analysis",
    formats: Collection[str] = (),
    *,
    anew: bool = True,
) -> dict[str, Path]:
    """Execute one notebook for one region and write its page and its record.

    Parameters
    ----------
    chosen : Parameters
        Checked choices; the estimates of its year must stand.
    module : str
        Name of a notebook.
    formats : collection of str
        Of `modules.formats`: the files to be made beside the page. Those that the page
        had before are made too.
    anew : bool
        False: leave a page alone that is whole, and where a format is lacking make it
        of the notebook as it was executed.

    Returns
    -------
    dict
        Paths of ``html``, ``ipynb``, ``record`` and of the files beside the page; all
        appear together.

    Raises
    ------
    Refused
        ``unknown_module``, before anything runs; ``data_moved``, ``code_moved``: what the
        page is made of changed while it was made; the page before stands.
    papermill.PapermillExecutionError
        When a cell fails; the notebook so far stands at `failed_notebook`.
    """
    source, of_code = check(module), (parameters.FOLDER, module)
    if not anew and whole(chosen, module, formats):
        forget_failure(chosen, module)
        page = record_of(chosen.region, chosen.year)[stem(module, chosen)]
        return _paths(chosen, _page(chosen, module) | beside(chosen, module, page))
    atomic.sweep(outputs(), "*/*")
    with atomic.scratch(outputs()) as work:
        for attempt in range(TRIES):
            before = _seal(chosen, module)
            fresh = work / str(attempt)
            fresh.mkdir()
            try:
                record = None if anew else _taken(chosen, module, formats, fresh)
                if record is None:
                    record = _made(chosen, module, formats, source, fresh)
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


def _made(
    chosen: Parameters,
    module: str,
    formats: Collection[str],
    source: Path,
    fresh: Path,
) -> dict:
    """Make the files of a page in an empty folder, and what is told of them."""
    notebook = fresh / _page(chosen, module)["ipynb"]
    began = time.monotonic()
    try:
        _execute(source, notebook, chosen, fresh)
    except Exception:
        if notebook.exists():
            _keep_failed(notebook, failed_notebook(chosen, module))
        raise
    executed = time.monotonic()
    before = record_of(chosen.region, chosen.year).get(stem(module, chosen), {})
    kinds = {*formats, *beside(chosen, module, before)}
    files = _rendered(chosen, module, kinds, fresh)
    seconds = {
        "notebook": round(executed - began, 2),
        "files": round(time.monotonic() - executed, 2),
    }
    record = _record(chosen, module, source)
    return record | {"seconds": seconds, "files": files}


def _taken(
    chosen: Parameters, module: str, formats: Collection[str], fresh: Path
) -> dict | None:
    """Make what a whole page lacks, and the page anew of its executed notebook.

    None where the page is not whole: then its notebook must be executed.
    """
    page = record_of(chosen.region, chosen.year).get(stem(module, chosen), {})
    if not whole(chosen, module):
        return None
    place, marks = place_of(chosen.region, chosen.year), _marks(page)
    for file, mark in marks.items():
        shutil.copyfile(place / file, fresh / file)
        if not atomic.is_marked(fresh / file, mark):
            return None  # another process has just put another one there
    kinds = {*formats, *beside(chosen, module, page)}
    return page | {"files": _rendered(chosen, module, kinds, fresh)}


def _rendered(
    chosen: Parameters, module: str, kinds: Collection[str], fresh: Path
) -> dict[str, dict]:
    """Make the page of an executed notebook and the files beside it; their marks.

    A file that stands in the folder already is taken as it is.
    """
    possible, page = modules.beside(chosen, module), _page(chosen, module)
    notebook, files = fresh / page["ipynb"], {}
    if set(kinds) & set(possible):
        from sepakat_lib import (
            attachments,
        )  # what draws and tabulates is slow to import

        possible = attachments.names(chosen, module)
        files = {kind: file for kind, file in possible.items() if kind in kinds}
        for file in files.values():
            if not (fresh / file).exists():
                if modules.is_document(file):
                    made = attachments.as_document(chosen, file, notebook)
                else:
                    made = attachments.content(chosen, file, module)
                (fresh / file).write_bytes(made)
    html.export(
        notebook,
        fresh / page["html"],
        language=chosen.language,
        title=title(chosen, module),
        beside={*files.values(), *_inside(chosen, module)},
        lacking=how_to_make(
            chosen, module, [kind for kind in possible if kind not in files]
        ),
    )
    return {file: atomic.mark(fresh / file) for file in (page | files).values()}


def _inside(chosen: Parameters, module: str) -> list[str]:
    """Pages of the regions inside this one that stand now, from where its page is."""
    file = f"{stem(module, chosen)}.html"
    places = [
        f"{region}/{chosen.year}/{file}" for region in regions.below(chosen.region)
    ]
    return [f"../../{place}" for place in places if (outputs() / place).is_file()]


def how_to_make(chosen: Parameters, module: str, lacking: Collection[str]) -> str:
    """How the files come to be that do not stand beside a page; empty if all do.

    Parameters
    ----------
    chosen : Parameters
    module : str
    lacking : collection of str
        Of `modules.formats`.
    """
    if not lacking:
        return ""
    plain = parameters.resolve(module, region=chosen.region, year=chosen.year)
    options = [
        f"--{name} {value}"
        for name, value in chosen.as_dict().items()
        if value != getattr(plain, name)
    ]
    if module != "analysis":
        options.insert(0, f"--modules {module}")
    command = ["sepakat report", chosen.region, f"--year {chosen.year}", *options]
    return words.say(
        "page.lacking",
        chosen.language,
        files=", ".join(
            words.say(f"format.{kind}", chosen.language) for kind in lacking
        ),
        command=" ".join([*command, f"--format {','.join(lacking)}"]),
    )


def _keep_failed(notebook: Path, target: Path) -> None:
    # where it cannot be kept, why the cell failed matters more
    with suppress(OSError), writing(), atomic.whole(target) as path:
        shutil.copyfile(notebook, path)


def _publish(
    chosen: Parameters, module: str, page: dict, fresh: Path
) -> dict[str, Path]:
    """Put the files of a page, and its record among those of others, in their place."""
    place = place_of(chosen.region, chosen.year)
    names = _page(chosen, module) | beside(chosen, module, page)
    with writing():
        pages = record_of(chosen.region, chosen.year)
        before = _marks(pages.get(stem(module, chosen), {}))
        pages[stem(module, chosen)] = page
        needed = {file for each in pages.values() for file in _marks(each)}
        declared = {*modules.beside(chosen, module).values()}
        gone = declared & set(before) - needed  # there is nothing to draw any more
        record = fresh / "record"  # by its own name it would seem to stand already
        record.write_text(json.dumps(pages, indent=1), "utf-8")
        failed, above = failures(chosen, module)
        atomic.publish(
            {file: fresh / file for file in names.values()} | {RECORD: record},
            place,
            fresh,
            without=[failed_notebook(chosen, module).name, failed.name, *gone],
        )
        above.unlink(missing_ok=True)
    return _paths(chosen, names)


def _paths(chosen: Parameters, names: dict[str, str]) -> dict[str, Path]:
    place = place_of(chosen.region, chosen.year)
    return {kind: place / file for kind, file in (names | {"record": RECORD}).items()}


def _seal(chosen: Parameters, module: str) -> str:
    return seal.seal(chosen, module, seal.code(parameters.FOLDER, module))


def _code_mark(module: str) -> str:
    """SHA-256 of the code that a page runs, its notebook and the common parameters."""
    code = seal.code(parameters.FOLDER, module) + check(module).read_bytes()
    return hashlib.sha256(code).hexdigest()


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


def _record(chosen: Parameters, module: str, notebook: Path) -> dict:
    return {
        "parameters": chosen.as_dict(),
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "synthetic": estimation.is_synthetic(chosen),
        "code": {
            "version": __version__,
            "commit": _commit(),
            "notebook": _sha(notebook),
            "sha256": _code_mark(module),
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
