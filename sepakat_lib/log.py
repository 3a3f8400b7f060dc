"""What was done when: one line of JSON for each verb that makes something.

The log lies with the data, not with the outputs, which are copied and served to others.
It holds codes and choices alone: no name, no path, nothing that was typed as text.
"""

import contextlib
import datetime
import json
import os
from pathlib import Path

from sepakat_lib import atomic

NAME, BEFORE = "log.jsonl", "log.1.jsonl"
LIMIT = 1_000_000  # bytes of a file; what is older than two of them is let go


def append(
    folder: Path, verb: str, began: datetime.datetime, what: dict, code: int
) -> None:
    """Add a line to the log of a folder; where it cannot be written, there is none.

    Parameters
    ----------
    folder : Path
        Where data lie; it exists.
    verb : str
    began : datetime
        With its zone; the line tells UTC.
    what : dict
        Codes and choices of the run.
    code : int
        As the process ends with it (`terminal.Exit`).
    """
    ended = datetime.datetime.now(datetime.UTC)
    entry = {
        "start": _written(began),
        "end": _written(ended),
        "seconds": round((ended - began).total_seconds(), 2),
        "verb": verb,
        "what": what,
        "code": int(code),
    }
    line = json.dumps(entry, ensure_ascii=False, default=str).encode() + b"\n"
    path = folder / NAME
    with contextlib.suppress(OSError), atomic.locked(path):
        size = path.stat().st_size
        if size and size + len(line) > LIMIT:
            os.replace(path, folder / BEFORE)
        elif size and not _ends_a_line(path):
            line = b"\n" + line  # the disk was full in the middle of the one before
        # one write to the end of the file: two processes do not mix their lines
        end = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(end, line)
        finally:
            os.close(end)


def last(folder: Path, count: int) -> list[dict]:
    """Newest lines of the log, the newest last; what is no line of it is passed over."""
    entries: list[dict] = []
    for name in (BEFORE, NAME):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for line in (folder / name).read_text("utf-8").splitlines():
                with contextlib.suppress(ValueError):
                    entry = json.loads(line)
                    if isinstance(entry, dict) and "verb" in entry:
                        entries.append(entry)
    return entries[-count:]


def _written(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds")


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
