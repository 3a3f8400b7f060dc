"""One error for the whole house: a code and its fields, and no sentence.

Whoever refuses says what is so; `speaker` says it to a reader, in the reader's language.
A code and its fields go through a worker, a kernel or a file as one line of text.
"""

import errno
import json
import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"([a-z][a-z0-9_]*)(?: (\{.*\}))?", re.DOTALL)
LONGEST = 300  # signs of what an error says that is none of ours: the rest may be data


class Refused(Exception):
    """What was asked or given cannot be; nothing was changed.

    Parameters
    ----------
    code : str
        Finds the sentence: ``error.<code>``.
    problems : sequence or DataFrame, optional
        Everything that is wrong, one a row, where a sentence does not hold it all.
    **fields
        What stands in the sentence: texts, counts and lists of them. Beside these may
        stand ``nearest`` or ``nearest_regions`` (what may have been meant) and
        ``in_file`` (where it is written), of which any sentence can tell.
    """

    def __init__(self, code: str, problems=None, /, **fields):
        self.code, self.problems, self.fields = code, problems, fields
        super().__init__(code)

    def __str__(self) -> str:
        return written(self.code, **self.fields)

    def __reduce__(self):
        """Keep fields and problems on the way between processes."""
        return _again, (self.code, self.problems, self.fields)


def _again(code: str, problems, fields: dict) -> Refused:
    return Refused(code, problems, **fields)


def written(code: str, /, **fields) -> str:
    """A code and its fields on one line, as `read` takes it; also a rule for a cell.

    >>> written("no_number", given="confidence", value="x")
    'no_number {"given": "confidence", "value": "x"}'
    """
    if not fields:
        return code
    return f"{code} {json.dumps(fields, ensure_ascii=False, default=str)}"


def read(line: str) -> tuple[str, dict] | None:
    """Code and fields of a line that `written` made; None of any other text.

    >>> read('no_number {"given": "confidence"}'), read("by zero")
    (('no_number', {'given': 'confidence'}), None)
    """
    match = _LINE.fullmatch(line)
    if not match:
        return None
    try:
        return match[1], json.loads(match[2] or "{}")
    except ValueError:
        return None


def of(error: Exception) -> Refused:
    """Any error as one that can be told.

    Parameters
    ----------
    error : Exception
        A refusal is given back, also one that came out of a notebook's kernel (as
        papermill and nbclient tell it: ``ename``, ``evalue``). What the system refused
        has a code of its own; anything else is ``unexpected``, with its first line.
    """
    if isinstance(error, Refused):
        return error
    if isinstance(error, OSError) and error.errno:
        return _of_system(error)
    kind = getattr(error, "ename", "") or type(error).__name__
    said = str(getattr(error, "evalue", "") or error)
    return of_kernel(kind, said) or Refused("unexpected", kind=kind, why=_first(said))


def of_kernel(kind: str, said: str) -> Refused | None:
    """The refusal that stopped a cell, by the name and text of its error, if it is one."""
    parsed = read(said) if kind == Refused.__name__ else None
    return Refused(parsed[0], **parsed[1]) if parsed else None


def of_record(record: Mapping) -> Refused | None:
    """The refusal that a record tells (``code``, ``fields``); None where it tells none."""
    code, fields = record.get("code"), record.get("fields")
    if not isinstance(code, str) or not isinstance(fields, dict):
        return None
    return Refused(code, **fields)


def _of_system(error: OSError) -> Refused:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refused("disk_full")
    file = str(error.filename or "–")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Refused("no_permission", file=file)
    if error.errno in (errno.EEXIST, errno.ENOTDIR) and (path := _file_on(file)):
        return Refused("no_folder", path=path)
    if error.errno == errno.EISDIR:
        return Refused("folder_in_place", file=file)
    if error.errno == errno.ENAMETOOLONG:
        return Refused("name_too_long", file=file)
    if error.errno == errno.EIO:
        return Refused("disk_fails", file=file)
    # what the system says is in its own language: its number can be looked up
    return Refused("system", number=str(error.errno), file=file)


def _file_on(path: str) -> str:
    """The file that stands where a path needs a folder; empty where none does."""
    return next((str(p) for p in (Path(path), *Path(path).parents) if p.is_file()), "")


def _first(text: str) -> str:
    """First line: more may hold data."""
    return (text.strip().splitlines() or [""])[0][:LONGEST]
