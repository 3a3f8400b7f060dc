"""All decisions of one region as they stand, kind by kind, for stages to read."""

import hashlib
import uuid
from collections.abc import Collection

import pandas as pd
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from sepakat_lib.ledger import storage
from sepakat_lib.ledger.engine import address, file_of, reading
from sepakat_lib.ledger.models import ROWS, Base, Change, Evidence

BELOW = {  # a kind, and the kind and key by which it hangs on what is above it
    "causes": ("issues", "issue_id"),
    "activities": ("causes", "cause_id"),
    "cost_lines": ("activities", "activity_id"),
    "realisations": ("cost_lines", "cost_line_id"),
    "outcomes": ("issues", "issue_id"),
}
OF_REGION = ("pins", "issues", "opd", "unit_costs", "ceilings")
OF_PLAN = ("issues", "activities")  # what a year of the plan chooses


def thread(
    region: str, plan_year: int | None = None, url: str | None = None
) -> dict[str, pd.DataFrame]:
    """All rows of a region that stand, from what was found to what came of it.

    Parameters
    ----------
    region : str
        BPS code.
    plan_year : int, optional
        Issues and activities of this year only, with what hangs on them. Default: all.
    url : str, optional
        Another ledger than `address`'s.

    Returns
    -------
    dict of DataFrame
        By kind (``pins``, ``issues``, ``causes``, ``opd``, ``activities``,
        ``unit_costs``, ``cost_lines``, ``ceilings``, ``realisations``, ``outcomes``,
        ``evidence``): the fields of `models`, the oldest row first. All are empty where
        there is no ledger yet.
    """
    if not exists(url):
        return {kind: _table(kind, []) for kind in (*OF_REGION, *BELOW, "evidence")}
    with reading(url) as book:
        found = {kind: _rows(book, kind, region=[region]) for kind in OF_REGION}
        _keep_year(found, "issues", plan_year)
        for kind, (above, key) in BELOW.items():
            found[kind] = _rows(book, kind, **{key: [*found[above]["id"]]})
            _keep_year(found, kind, plan_year)
        wanted = {
            name
            for table in found.values()
            for key in table.columns.intersection(
                ["evidence_id", "before_id", "after_id"]
            )
            for name in table[key].dropna()
        }
        found["evidence"] = _rows(book, "evidence", id=sorted(wanted))
    return found


def makers(rows: Collection[uuid.UUID], url: str | None = None) -> dict[uuid.UUID, str]:
    """Who wrote each of some rows first, as their trail has it."""
    rows, found = [*rows], {}
    if not rows or not exists(url):
        return found
    with reading(url) as book:
        for start in range(0, len(rows), 500):
            asked = select(Change.row, Change.who).order_by(Change.id)
            some = rows[start : start + 500]
            for row, who in book.execute(asked.where(Change.row.in_(some))):
                found.setdefault(row, who)
    return found


def exists(url: str | None = None) -> bool:
    """Whether there is a ledger with its tables.

    Raises
    ------
    Refused
        ``ledger_away``: the database does not answer.
    """
    file = file_of(url or address())
    if file is not None and not file.exists():
        return False
    with reading(url) as book:
        return bool(storage.version(book.connection()))


def mark(region: str, url: str | None = None) -> str:
    """Fingerprint of all decisions of a region; another once a row of them changed."""
    tables = thread(region, url=url)
    told = [
        sorted(
            f"{kind} {row.id} {getattr(row, 'head', '')}" for row in table.itertuples()
        )
        for kind, table in sorted(tables.items())
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _model(kind: str) -> type[Base]:
    return Evidence if kind == "evidence" else ROWS[kind]


def _table(kind: str, rows: Collection) -> pd.DataFrame:
    names = [column.key for column in inspect(_model(kind)).column_attrs]
    told = [{name: getattr(row, name) for name in names} for row in rows]
    return pd.DataFrame(told, columns=names, dtype=object)


def _rows(book: Session, kind: str, **among: Collection) -> pd.DataFrame:
    """Rows that stand and whose field is among values; asked in bearable parts."""
    model, ((name, values),) = _model(kind), among.items()
    values, found = [*values], []
    for start in range(0, len(values), 500):
        asked = select(model).where(
            getattr(model, name).in_(values[start : start + 500])
        )
        if kind != "evidence":
            asked = asked.where(model.ended.is_(None))
        found += book.scalars(asked)
    return _table(kind, sorted(found, key=lambda row: row.id))


def _keep_year(found: dict[str, pd.DataFrame], kind: str, year: int | None) -> None:
    if year is not None and kind in OF_PLAN:
        table = found[kind]
        found[kind] = table[table["plan_year"].eq(year)].reset_index(drop=True)
