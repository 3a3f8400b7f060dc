"""Tables that were handed in: every version stands, and the newest approved one counts.

```
data/warehouse/daerah/3501-0001/{record.json, workbook.xlsx, rows.parquet, approved.json}
```
A folder appears by one rename and is not written to again but for the one approval.
"""

import datetime
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow

from sepakat_lib import atomic, reference, warehouse
from sepakat_lib.refused import Refused
from sepakat_lib.tables import Official

ID = re.compile(r"(\d{2}|\d{4})-\d{4,}")
KEY = ["region", "year", "month", "area", "indicator", "publisher"]  # one figure
SUBMISSIONS = (
    "id kind region file who at approver approved_at tables values newest".split()
)


def _root() -> Path:
    return warehouse.folder() / "warehouse" / "daerah"


def key_of(document: str, table: str) -> str:
    """What makes two tables versions of one: document and table, however spelt.

    >>> key_of("Profil  Kesehatan 2023", "Tabel 12") == key_of("profil kesehatan 2023", "tabel 12")
    True
    """
    return "|".join(" ".join(text.casefold().split()) for text in (document, table))


def store(record: dict, workbook: bytes, rows: pd.DataFrame) -> dict:
    """Keep a table as it was handed in, as a version of its own.

    Parameters
    ----------
    record : dict
        ``kind``, ``region``, ``file``, ``who``, ``at``.
    workbook : bytes
        The file.
    rows : DataFrame
        What was read of it (`reading.ROWS`).

    Returns
    -------
    dict
        The record with its ``id`` and ``tables``: ``document``, ``table``, ``version``.

    Raises
    ------
    Refused
        ``same_submission``: the newest version of the region holds the same bytes.
    """
    root = _root()
    with atomic.scratch(root) as scratch, atomic.locked(root / ".lock"):
        before = [each for each in _records() if each["region"] == record["region"]]
        fresh = scratch / "submission"
        fresh.mkdir()
        (fresh / "workbook.xlsx").write_bytes(workbook)
        rows.to_parquet(fresh / "rows.parquet", index=False)
        marks = {
            name: atomic.mark(fresh / name)
            for name in ("workbook.xlsx", "rows.parquet")
        }
        for each in before:
            if each["marks"]["workbook.xlsx"] == marks["workbook.xlsx"]:
                raise Refused(
                    "same_submission",
                    file=record["file"],
                    id=each["id"],
                    who=each["who"],
                )
        number = 1 + max([0, *(int(each["id"].split("-")[1]) for each in before)])
        versions = _versions(before)
        told = rows[["document", "table"]].drop_duplicates().to_dict("records")
        tables = {key_of(**each): each for each in reversed(told)}  # spelt as first
        tables = [
            each | {"version": versions.get(key, 0) + 1}
            for key, each in reversed(tables.items())
        ]
        record = record | {
            "id": f"{record['region']}-{number:04d}",
            "tables": tables,
            "values": int(rows["value"].notna().sum()),
            "newest": int(rows["year"].max()),
            "marks": marks,
        }
        (fresh / "record.json").write_text(json.dumps(record), "utf-8")
        atomic.settle(*fresh.iterdir(), fresh)
        fresh.rename(root / record["id"])
        atomic.settle(root)
    return record


def _versions(records: list[dict]) -> dict[str, int]:
    """Highest version of each table of a region."""
    highest: dict[str, int] = {}
    for each in records:
        for table in each["tables"]:
            key = key_of(table["document"], table["table"])
            highest[key] = max(highest.get(key, 0), table["version"])
    return highest


def _records(approved: bool | None = None) -> list[dict]:
    """Records of what was handed in, the oldest first, with approval where there is one."""
    root, records = _root(), []
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if not ID.fullmatch(folder.name):
            continue
        record = atomic.read_object(folder / "record.json")
        if record is None or record.get("id") != folder.name or "marks" not in record:
            raise Refused("damaged_submission", file=str(folder / "record.json"))
        approval = None
        if (folder / "approved.json").exists():
            approval = atomic.read_object(folder / "approved.json")
            if approval is None or not {"who", "at"} <= approval.keys():
                raise Refused("damaged_submission", file=str(folder / "approved.json"))
        if approved is None or approved == (approval is not None):
            records.append(record | {"approval": approval})
    return records


def submissions(region: str | None = None) -> pd.DataFrame:
    """Everything that was handed in, the oldest first.

    Returns
    -------
    DataFrame
        ``id``, ``kind``, ``region``, ``file`` (its name), ``who`` and ``at`` (handed
        in), ``approver`` and ``approved_at`` ("" while it waits), ``tables`` (list of
        ``document``, ``table``, ``version``), ``values`` (how many figures) and
        ``newest`` (year).

    Raises
    ------
    Refused
        ``damaged_submission``.
    """
    rows = [
        each
        | {"approver": (each["approval"] or {}).get("who", "")}
        | {"approved_at": (each["approval"] or {}).get("at", "")}
        for each in _records()
        if region in (None, each["region"])
    ]
    return pd.DataFrame(rows, columns=SUBMISSIONS)


def _record(id: str) -> dict:
    for record in _records():
        if record["id"] == id:
            return record
    ids = [each["id"] for each in _records()]
    if not ids:
        raise Refused("no_submission_yet", given=id[:60])
    raise Refused("no_submission", given=id[:60], ids=ids)


def _whole(id: str, name: str, mark: dict) -> Path:
    """A file of a submission that is as it was handed in."""
    path = _root() / id / name
    if not atomic.is_marked(path, mark):
        raise Refused("damaged_submission", file=str(path))
    return path


def workbook(id: str) -> bytes:
    """The file of a version, as it was handed in.

    Raises
    ------
    Refused
        ``no_submission_yet``, ``no_submission``, ``damaged_submission``.
    """
    record = _record(id)
    return _whole(id, "workbook.xlsx", record["marks"]["workbook.xlsx"]).read_bytes()


def rows(id: str) -> pd.DataFrame:
    """What was read of a version (`reading.ROWS`).

    Raises
    ------
    Refused
        ``no_submission_yet``, ``no_submission``, ``damaged_submission``.
    """
    return _rows(_record(id))


def _rows(record: dict) -> pd.DataFrame:
    path = _whole(record["id"], "rows.parquet", record["marks"]["rows.parquet"])
    try:
        return pd.read_parquet(path)
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_submission", file=str(path)) from error


def approve(id: str, who: str) -> dict:
    """Let a version count, by another name than the one who handed it in.

    Parameters
    ----------
    who : str
        A name as `ledger.named` gives it. Capitals and blanks make no second person.

    Returns
    -------
    dict
        The record with its ``approval``.

    Raises
    ------
    Refused
        ``no_submission_yet``; ``no_submission``; ``same_name``; ``already_approved``; ``older_version``: a
        newer version of every table in it is approved; ``damaged_submission``.
    """
    if not _root().is_dir():
        raise Refused("no_submission_yet", given=id[:60])
    with atomic.locked(_root() / ".lock"):
        record = _record(id)
        if record["approval"]:
            raise Refused("already_approved", id=id, who=record["approval"]["who"])
        if _person(who) == _person(record["who"]):
            raise Refused("same_name", id=id, who=record["who"])
        _rows(record), workbook(id)
        others = [e for e in _records(approved=True) if e["region"] == record["region"]]
        stands = _versions(others)
        newer = [
            stands.get(key_of(each["document"], each["table"]), 0) > each["version"]
            for each in record["tables"]
        ]
        if all(newer):
            raise Refused("older_version", id=id)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
        approval = {"who": who, "at": now}
        with atomic.whole(_root() / id / "approved.json") as fresh:
            fresh.write_text(json.dumps(approval), "utf-8")
    return record | {"approval": approval}


def _person(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def counting() -> pd.DataFrame:
    """Rows of the newest approved version of every table, in the order of approval.

    Returns
    -------
    DataFrame
        `reading.ROWS`, with ``submission`` (id) and ``of`` (region of the table). Empty
        where nothing is approved.
    """
    records = _records(approved=True)
    newest = {region: [] for region in {each["region"] for each in records}}
    for each in records:
        newest[each["region"]].append(each)
    stands = {region: _versions(some) for region, some in newest.items()}
    parts = []
    for each in sorted(records, key=lambda one: one["approval"]["at"]):
        keys = {
            key
            for table in each["tables"]
            if stands[each["region"]][key := key_of(table["document"], table["table"])]
            == table["version"]
        }
        table = _rows(each)
        own = [
            key_of(*pair) in keys
            for pair in zip(table["document"], table["table"], strict=True)
        ]
        parts.append(table[own].assign(submission=each["id"], of=each["region"]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def figures() -> pd.DataFrame | None:
    """Approved values as official figures; None where nothing is approved.

    Returns
    -------
    DataFrame
        `tables.Official`: the publisher is the keeper, the table the source document
        with its table or page, the note holds the formula. Of two documents of one
        keeper with the same figure the one that was approved last counts. What is
        shipped of the same publisher is left out, which says the same.
    """
    table = counting()
    if table.empty:
        return None
    table = table[table["value"].notna()]
    notes = [
        "; ".join(filter(None, pair))
        for pair in zip(table["formula"], table["note"], strict=True)
    ]
    table = table.assign(
        table=table["document"] + ", " + table["table"],
        note=notes,
    )
    table = table.drop_duplicates(KEY, keep="last", ignore_index=True)
    shipped = pd.MultiIndex.from_frame(reference.firm()[KEY])
    table = table[~pd.MultiIndex.from_frame(table[KEY]).isin(shipped)]
    columns = list(Official.to_schema().columns)
    return Official.validate(table[columns].reset_index(drop=True))
