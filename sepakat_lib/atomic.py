"""Files that change whole or not at all, whatever ends the process that writes them.

What is being written lies in a scratch folder beside its place, whose name starts with
`PREFIX`. A lock tells whether its process still lives; the lock dies with the process,
so that the next writer can take away what a killed one left, and nothing else. Locks
are `flock`: Linux, macOS, and WSL on Windows.
"""

import contextlib
import ctypes
import errno
import fcntl
import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PREFIX = ".writing-"
ALIVE = ".alive"  # locked for as long as the process that owns the folder lives
SWAP = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS
HERE = -100  # AT_FDCWD


@contextlib.contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a path to write to, and move what was written to `target` only when done.

    Parameters
    ----------
    target : Path
        File that is to appear, or to be replaced, whole.

    Yields
    ------
    Path
        A place beside `target`; a failure removes it and leaves `target` as it was.

    Raises
    ------
    OSError
        Where it cannot be written; names `target`, not the scratch beside it.
    """
    try:
        with scratch(target.parent) as folder:
            fresh = folder / target.name
            yield fresh
            settle(fresh)
            os.replace(fresh, target)
            settle(target.parent)
    except OSError as error:
        if PREFIX in str(error.filename) or error.filename == str(target.parent):
            error.filename, error.filename2 = str(target), None
        raise


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give a private folder inside `folder`, and take it away in the end.

    Scratch that dead processes left in `folder` is taken away first.

    Raises
    ------
    OSError
        Where nothing can be made in `folder`; names it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    lock = None
    while lock is None:  # a sweep may come between the folder and its lock
        try:
            place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        except OSError as error:
            error.filename = str(folder)  # not a name that nobody has ever seen
            raise
        lock = _owned(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)


def sweep(folder: Path, *deeper: str) -> None:
    """Take away the scratch of processes that are no more.

    Parameters
    ----------
    folder : Path
        Where it lies; need not exist.
    *deeper : str
        Folders below it where it may lie too, as patterns ("*/*").
    """
    for pattern in ("", *deeper):
        for left in there(folder, os.path.join(pattern, f"{PREFIX}*")):
            with contextlib.suppress(OSError):
                lock = hold(left / ALIVE, wait=False)
                try:
                    if _names(left / ALIVE, lock):
                        shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(lock)


def there(folder: Path, pattern: str) -> Iterator[Path]:
    """Paths below a folder that match; what others take away meanwhile is left out.

    `Path.glob` fails where a folder goes between being seen and being looked into, as
    the scratch of another worker does all the time. "*" passes over hidden names.
    """
    for name in glob.iglob(pattern, root_dir=folder):
        yield folder / name


def _owned(place: Path) -> int | None:
    """Lock a scratch folder for this process; None where a sweep was quicker."""
    try:
        lock = hold(place / ALIVE)
    except FileNotFoundError:
        return None
    if _names(place / ALIVE, lock):
        return lock
    os.close(lock)
    return None


def _names(path: Path, lock: int) -> bool:
    """Whether a path still names the file that was locked.

    Between opening a file and locking it another process may take it away, and a third
    put a new one in its place: the lock then guards nothing.
    """
    try:
        return os.path.samestat(os.stat(path), os.fstat(lock))
    except FileNotFoundError:
        return False


def hold(path: Path, *, shared: bool = False, wait: bool = True) -> int:
    """Lock a file until its descriptor is closed, or the process ends.

    Parameters
    ----------
    path : Path
        File that is made where it is absent; its folder exists.
    shared : bool
        Others may hold it at the same time, if they share it too.
    wait : bool
        Wait while another holds it.

    Returns
    -------
    int
        The descriptor.

    Raises
    ------
    BlockingIOError
        Another holds it, and `wait` is False.
    """
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        if not shared:
            raise
        lock = os.open(path, os.O_RDONLY)  # who may only read shares it all the same
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(lock, kind if wait else kind | fcntl.LOCK_NB)
    except BaseException:
        os.close(lock)
        raise
    return lock


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold a lock meanwhile; as `hold`."""
    lock = hold(path, shared=shared, wait=wait)
    try:
        yield
    finally:
        os.close(lock)


def settle(*paths: Path) -> None:
    """See to it that files, and the names in folders, outlive a loss of power."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError:
            if not path.is_dir():  # some file systems cannot do it for a folder
                raise
        finally:
            os.close(descriptor)


def read_object(path: Path) -> dict | None:
    """Read a JSON object; None where the file is absent, cut off, or anything else."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # ValueError: neither JSON nor UTF-8
        return None
    return content if isinstance(content, dict) else None


def mark(file: Path) -> dict:
    """Size [bytes] and SHA-256 of a file, by which it is known again."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "sha256": digest}


def is_marked(file: Path, expected: dict, *, exactly: bool = True) -> bool:
    """Whether a file stands and is what was marked.

    Parameters
    ----------
    file : Path
    expected : dict
        From `mark`; one that lacks a part matches nothing.
    exactly : bool
        False: its size alone is compared.
    """
    try:
        if file.stat().st_size != expected["bytes"]:
            return False
        return not exactly or mark(file)["sha256"] == expected["sha256"]
    except (OSError, KeyError, TypeError):
        return False


def publish(
    files: Mapping[str, Path], place: Path, beside: Path, *, without: Iterable[str] = ()
) -> None:
    """Put files into a folder, all at one instant where the file system can do it.

    The folder is made anew, with what it held before, and changes places with the old
    one. Where that is not possible (FAT, a network share) the files are written one by
    one in their order: the last should be the one that vouches for the others.

    Parameters
    ----------
    files : mapping of str to Path
        Files in `beside`, by the name that they are to have; each takes the place of
        what has it.
    place : Path
        The folder; made where it is absent. No other process may write to it meanwhile.
    beside : Path
        A `scratch` folder on the same file system.
    without : iterable of str
        Names that `place` shall not hold any more.

    Raises
    ------
    OSError
        Where it cannot be written; names the file in `place`.
    """
    place = place.resolve()
    settle(*files.values())
    if _at_once(files, place, beside / "whole", without):
        return
    for name, file in files.items():
        with whole(place / name) as target:
            shutil.copyfile(file, target)
    for name in without:
        (place / name).unlink(missing_ok=True)


def _at_once(files, place: Path, fresh: Path, without) -> bool:
    """Make the folder anew and let it appear; whether that was possible."""
    try:
        if place.exists():
            left = shutil.ignore_patterns(f"{PREFIX}*")
            shutil.copytree(place, fresh, True, left, copy_function=os.link)
        else:
            fresh.mkdir()
        for name in (*without, *files):
            (fresh / name).unlink(missing_ok=True)
        for name, file in files.items():
            os.link(file, fresh / name)
        if place.exists():
            done = exchange(fresh, place)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh.rename(place)
            done = True
        settle(place, place.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        return False
    return done


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places at one instant; whether the system could."""
    system = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if linux := getattr(system, "renameat2", None):
        return linux(HERE, paths[0], HERE, paths[1], SWAP) == 0
    if macos := getattr(system, "renamex_np", None):
        return macos(*paths, SWAP) == 0
    return False
