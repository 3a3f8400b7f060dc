"""Pages that a batch has made, shown by the officials' door without a kernel.

Whether a page is current is asked of `batch`; the answer is believed as long as neither
the page's files nor the holdings changed (`holdings.state`).
"""

import datetime
import functools
from pathlib import Path

import jinja2
from pydantic_core import from_json

from sepakat_lib import modules, words
from sepakat_lib.batch import one
from sepakat_lib.modules import Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.server import cells, holdings, pages

KEPT = 600  # answers
SHOWN = 64  # pages, of 0.4 MB each


def page(chosen: Parameters, module: str, query: str) -> str | None:
    """A page that stands, within the frame of this door; None where none is current.

    Parameters
    ----------
    chosen : Parameters
    module : str
    query : str
        Of the address, checked; the links to the files beside the page carry it.
    """
    place = one.place_of(chosen.region, chosen.year)
    name = modules.stem(module, chosen)
    try:
        if not _stands(chosen, module):
            return None
        shown = _shown(place / f"{name}.ipynb", _marks(place), chosen.language, query)
        made = one.record_of(chosen.region, chosen.year)[name]["made"]
        day = datetime.datetime.fromisoformat(made).astimezone().date()
    except (OSError, ValueError, KeyError, Refused):
        return None  # the page that is made now will tell what is wrong
    link = "door.edit" if modules.of(module).editor else "door.live"
    note = {
        "sentence": words.say(
            "door.made", chosen.language, date=words.date(day, chosen.language)
        ),
        "address": f"?{query}&{pages.LIVE}",
        "link": words.say(link, chosen.language),
    }
    return pages.opening(chosen, module, note) + shown


@functools.lru_cache(SHOWN)  # a room looks at the same few pages
def _shown(path: Path, marks: tuple, language: str, query: str) -> str:
    """The cells of an executed notebook; `marks` are of the folder that it is in."""
    notebook = from_json(path.read_bytes())
    settings = {"language": language, "query": query, "done": "", "lives": False}
    settings["lacking"] = ""  # its documents are made of this notebook
    made_cells = [_read(cell, language) for cell in notebook["cells"]]
    return _frame().render(
        nb={"cells": made_cells, "metadata": {"sepakat": settings}},
        resources={},
        kernel_start=lambda nb: "",
        cell_generator=lambda nb, kernel: nb["cells"],
    )


def file(chosen: Parameters, module: str, name: str) -> bytes | None:
    """A file beside a page that stands; None where none is current."""
    try:
        if _stands(chosen, module):
            return (one.place_of(chosen.region, chosen.year) / name).read_bytes()
    except (OSError, Refused):
        pass
    return None


def notebook(chosen: Parameters, module: str) -> Path | None:
    """The executed notebook of a page that stands; None where none is current."""
    try:
        if _stands(chosen, module):
            name = f"{modules.stem(module, chosen)}.ipynb"
            return one.place_of(chosen.region, chosen.year) / name
    except (OSError, Refused):
        pass
    return None


def _stands(chosen: Parameters, module: str) -> bool:
    place = one.place_of(chosen.region, chosen.year)
    if not (place / one.RECORD).exists():
        return False
    return _is_whole(chosen, module, (place, _marks(place), holdings.state()))


@functools.lru_cache(KEPT)
def _is_whole(chosen: Parameters, module: str, state: tuple) -> bool:
    return one.whole(chosen, module)


def _marks(folder: Path) -> tuple:
    """By which it is seen that a file came, went or changed."""
    stats = ((path.name, path.stat()) for path in sorted(folder.iterdir()))
    return tuple((name, s.st_mtime_ns, s.st_size, s.st_ino) for name, s in stats)


@functools.cache
def _frame() -> jinja2.Template:
    """The template that Voilà fills cell by cell, to be filled at once."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(pages.TEMPLATES))
    environment.filters |= cells.FILTERS
    environment.filters["trusted"] = lambda output: output
    return environment.get_template("index.html.j2")


def _read(cell: dict, language: str) -> dict:
    """A cell in the reader's language; a file holds its texts as lists of lines."""
    outputs = [
        output | {"data": {kind: _text(part) for kind, part in output["data"].items()}}
        if "data" in output
        else output | {"text": _text(output.get("text", ""))}
        for output in cell.get("outputs", [])
    ]
    source = _text(cell["source"])
    if cell["cell_type"] == "markdown":
        source = words.translate_markdown(source, language)
    return cell | {"source": source, "outputs": outputs}


def _text(part):
    lines = isinstance(part, list) and all(isinstance(each, str) for each in part)
    return "".join(part) if lines else part
