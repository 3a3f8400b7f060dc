"""Hand in a filled template, and let another approve it."""

import datetime
from pathlib import Path

import pandas as pd

from sepakat_lib import ledger
from sepakat_lib.daerah import kept, marking, reading
from sepakat_lib.refused import Refused


def submit(
    path: Path, who: str, *, language: str = "id", today: datetime.date | None = None
) -> dict:
    """Check a filled template, and keep it as a version that waits for approval.

    Parameters
    ----------
    path : Path
        As `reading.read` takes it.
    who : str
        Name of who hands it in.
    language : {"id", "en"}
        Of the copy with its errors marked.
    today : date, optional
        As `reading.read`.

    Returns
    -------
    dict
        As `kept.store`.

    Raises
    ------
    Refused
        As `reading.read`; ``nobody``, ``wrong_name``; ``bad_submission`` with every
        cell that is wrong: a copy with its errors marked stands beside the file, and
        nothing is stored.
    """
    path, who = Path(path), ledger.named(who)
    table = reading.read(path, today or datetime.date.today())
    if table.problems:
        target = path.with_name(f"{path.stem}.masalah.xlsx")
        copy = marking.write(path, table, target, language)
        columns = ["row", "letter", "column", "value", "rule"]
        problems = pd.DataFrame(table.problems, columns=columns)
        raise Refused(
            "bad_submission",
            problems.drop(columns="letter"),
            cells=len(problems),
            file=path.name,
            copy=str(copy),
        )
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
    record = {"kind": table.kind, "region": table.region, "file": path.name}
    return kept.store(record | {"who": who, "at": now}, path.read_bytes(), table.rows)


def approve(id: str, who: str) -> dict:
    """Let a version count, by a second name; as `kept.approve`.

    Raises
    ------
    Refused
        As `kept.approve`; ``nobody``, ``wrong_name``.
    """
    return kept.approve(id.strip(), ledger.named(who))
