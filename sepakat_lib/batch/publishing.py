"""What stands whole in `outputs`, laid out flat for a web server or a USB stick.

A folder is published whole or not at all. It holds nothing but what was published
there, so that the next publishing can take all of it away.
"""

import datetime
import hashlib
import html
import json
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sepakat_lib import __version__, atomic, warehouse, words
from sepakat_lib.batch import index, one, standing
from sepakat_lib.batch.standing import WHOLE, Page, State
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page as pages_of

CONTENTS = "sepakat.json"  # names what was published, so that it can be replaced
# what systems put on a stick of their own accord
LITTER = ("System Volume Information", "lost+found", "Thumbs.db", "desktop.ini")


_OTHERS = re.compile(rb'<a href="\.\./\.\./(?P<place>[^"]+)">(?P<name>[^<]*)</a>')


class Published(NamedTuple):
    """What a publishing did.

    Attributes
    ----------
    place : Path
        Its index.
    pages : list of Page
    files : int
        All files, index and list of contents too.
    left_out : list of (Page, State)
        A page that is whole here had its files changed while they were copied.
    """

    place: Path
    pages: list[Page]
    files: int
    left_out: list[tuple[Page, State]]


def publish(
    folder: Path,
    *,
    wanted: Collection[str] | None = None,
    year: int | None = None,
    names: Collection[str] | None = None,
    stale: bool = False,
    notebooks: bool = False,
    language: str = "id",
    progress=None,
) -> Published:
    """Lay out pages, the files beside them and an index in a folder.

    Parameters
    ----------
    folder : Path
        New, empty, or published to before; what was published then is replaced.
    wanted, year, names
        As `standing.pages`.
    stale : bool
        Also pages that would come out otherwise now, if their files are as they were
        made.
    notebooks : bool
        Also the executed notebooks.
    language : {"id", "en"}
        Of the index.
    progress : callable, optional
        Called with (done, of how many).

    Returns
    -------
    Published

    Raises
    ------
    Refused
        ``not_ours_to_replace``: the folder holds something else; ``no_folder``: it is a
        file; ``nothing_to_publish``.
    OSError
        It cannot be written; what was published before stands.
    """
    folder = folder.resolve()
    _ours(folder)
    found = standing.pages(wanted=wanted, year=year, names=names)
    if not found:
        raise Refused("nothing_to_publish", left_out=0)
    # nobody puts a page in its place, or publishes, meanwhile
    with one.writing(), _beside(folder) as work:
        before, taken, left_out, kept = _ours(folder), {}, [], []
        with warehouse.reading():
            for number, each in enumerate(found, start=1):
                state = standing.state(each)
                fits = state.name == WHOLE or stale
                files = _copied(each, work, notebooks=notebooks) if fits else None
                if files is None:
                    left_out.append((each, state))
                else:
                    taken |= files
                    kept.append((each, state))
                if progress:
                    progress(number, len(found))
        if not kept:
            raise Refused("nothing_to_publish", left_out=len(left_out))
        for path in taken.values():
            if path.suffix == ".html":
                _lead_together(path, set(taken))
        listed = pages_of.listing(
            [_entry(each, state, language) for each, state in kept],
            language=language,
            published=True,
        )
        taken["index.html"] = _written(work, "index.html", listed.encode())
        _put(folder, taken, before, work)
    pages = [each for each, _ in kept]
    return Published(folder / "index.html", pages, len(taken) + 1, left_out)


def flat(page: Page, file: str) -> str:
    """Name of a page's file where all lie in one folder: ``3501-2023-estimates.csv``."""
    return f"{page.region}-{page.year}-{file}"


def _ours(folder: Path) -> set[str]:
    """Names in the folder that were published there; refuse one with anything else."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise Refused("no_folder", path=str(there))
    if there != folder:
        return set()
    told = (atomic.read_object(folder / CONTENTS) or {}).get("files")
    ours = {CONTENTS, *(told if isinstance(told, dict) else ())}
    names = {
        path.name
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name not in LITTER
    }
    if others := sorted(names - ours):
        raise Refused("not_ours_to_replace", path=str(folder), files=others)
    return ours & names


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Scratch on the folder's own file system, beside it where that is possible."""
    parent = folder.parent
    own = folder.exists() and folder.stat().st_dev != parent.stat().st_dev
    if own or (folder.exists() and not os.access(parent, os.W_OK)):
        parent = folder  # a stick, or a shared folder of which only this part is ours
    with atomic.scratch(parent) as work:
        (work / "files").mkdir()
        yield work


def _copied(page: Page, work: Path, *, notebooks: bool) -> dict[str, Path] | None:
    """Copy the files of a page under their new names; None where one is another's."""
    place, copies = one.place_of(page.region, page.year), {}
    marks, name = page.record.get("files"), f"{page.stem}.html"
    if not isinstance(marks, dict) or name not in marks:
        return None
    for file, mark in marks.items():
        try:
            content = (place / file).read_bytes()
        except OSError:
            return None
        told = mark.get("sha256") if isinstance(mark, dict) else None
        if hashlib.sha256(content).hexdigest() != told:
            return None
        if not file.endswith(".ipynb") or notebooks:
            copies[file] = content
    copies[name] = _led(copies[name], {file: flat(page, file) for file in copies})
    named = {flat(page, file): content for file, content in copies.items()}
    return {file: _written(work, file, content) for file, content in named.items()}


def _led(content: bytes, names: dict[str, str]) -> bytes:
    """A page with its links to the files beside it under their new names."""
    for file, new in names.items():
        for attribute in (b"href", b"src"):
            link = b'%s="%s"'
            content = content.replace(
                link % (attribute, html.escape(file).encode()),
                link % (attribute, html.escape(new).encode()),
            )
    return content


def _lead_together(path: Path, names: set[str]) -> None:
    """Let a page lead to pages of other regions here; where they are not, to nothing."""
    content = path.read_bytes()

    def led(link: re.Match) -> bytes:
        there = html.unescape(link["place"].decode()).replace("/", "-")
        if there not in names:
            return link["name"]
        return b'<a href="%s">%s</a>' % (html.escape(there).encode(), link["name"])

    if (leading := _OTHERS.sub(led, content)) != content:
        path.write_bytes(leading)


def _written(work: Path, name: str, content: bytes) -> Path:
    path = work / "files" / name
    path.write_bytes(content)
    return path


def _entry(each: Page, state: State, language: str) -> dict:
    """What the index tells of a page and of the files beside it."""
    beside = one.beside(each.chosen, each.module, each.record)
    files = [
        (words.say(f"format.{kind}", language), flat(each, file))
        for kind, file in beside.items()
    ]
    told = index.entry(each, flat(each, f"{each.stem}.html"))
    return told | {"outdated": state.name != WHOLE, "files": files}


def _put(folder: Path, files: dict[str, Path], before: set[str], work: Path) -> None:
    """Let the files appear in the folder, in place of those published before."""
    marks = {name: atomic.mark(path) for name, path in sorted(files.items())}
    last = {CONTENTS: _contents(work, marks)}
    if work.parent == folder or not _can_link(work):  # it cannot be swapped
        # one by one: a run that is killed must find its own files again
        early = _contents(work, {name: {} for name in before} | marks)
        folder.mkdir(parents=True, exist_ok=True)
        atomic.publish({CONTENTS: early}, folder, work)
        last = {CONTENTS: _contents(work, marks)}
    gone = before - {*files, CONTENTS}
    atomic.publish(files | last, folder, work, without=sorted(gone))


def _contents(work: Path, marks: dict) -> Path:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    told = {"sepakat": __version__, "made": now, "files": marks}
    path = work / CONTENTS
    path.write_text(json.dumps(told, indent=1), "utf-8")
    return path


def _can_link(work: Path) -> bool:
    """Whether the file system knows two names of one file, as one that swaps folders."""
    try:
        os.link(work / "files" / "index.html", work / "linked")
    except OSError:
        return False
    return True
