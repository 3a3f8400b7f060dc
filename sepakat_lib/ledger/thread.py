"""All decisions of one region as they stand, kind by kind, for stages to read."""

import hashlib
import uuid
from collections.abc import Collection

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from sepakat_lib.ledger import storage
from sepakat_lib.ledger.engine import address, file_of, reading
from sepakat_lib.ledger.models import ROWS, Base, Change, Evidence, fields
from sepakat_lib.ledger.trail import parts

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
        tables = {kind: _rows(book, kind, region=[region]) for kind in OF_REGION}
        _keep_year(tables, "issues", plan_year)
        for kind, (above, key) in BELOW.items():
            tables[kind] = _rows(book, kind, **{key: [*tables[above]["id"]]})
            _keep_year(tables, kind, plan_year)
        wanted = {
            name
            for table in tables.values()
            for key in table.columns.intersection(
                ["evidence_id", "before_id", "after_id"]
            )
            for name in table[key].dropna()
        }
        tables["evidence"] = _rows(book, "evidence", id=sorted(wanted))
    return tables


def makers(rows: Collection[uuid.UUID], url: str | None = None) -> dict[uuid.UUID, str]:
    """Who wrote each of some rows first, as their trail has it."""
    rows, names = [*rows], {}
    if not rows or not exists(url):
        return names
    with reading(url) as book:
        for start in range(0, len(rows), 500):
            asked = select(Change.row, Change.who).order_by(Change.id)
            some = rows[start : start + 500]
            for row, who in book.execute(asked.where(Change.row.in_(some))):
                names.setdefault(row, who)
    return names


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


def records(table: pd.DataFrame) -> list[dict]:
    """Rows of a table of the ledger, as `DataFrame.to_dict` gives them.

    That asks pandas for each column of each table: a millisecond and more, however few
    the rows.
    """
    names = [*table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.to_numpy(object)]


def mark(region: str, url: str | None = None) -> str:
    """Fingerprint of all decisions of a region; another once a row of them changed."""
    tables = thread(region, url=url)
    heads = [
        sorted(
            f"{kind} {row.id} {getattr(row, 'head', '')}" for row in table.itertuples()
        )
        for kind, table in sorted(tables.items())
    ]
    return hashlib.sha256(repr(heads).encode()).hexdigest()


def _model(kind: str) -> type[Base]:
    return Evidence if kind == "evidence" else ROWS[kind]


def _table(kind: str, rows: Collection[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=fields(_model(kind)), dtype=object)


def _rows(book: Session, kind: str, **among: Collection) -> pd.DataFrame:
    """Rows that stand and whose field is among values; asked in bearable parts."""
    table, ((name, values),) = _model(kind).__table__, among.items()
    rows = []
    for some in parts(values):
        asked = select(table).where(table.c[name].in_(some))
        if kind != "evidence":
            asked = asked.where(table.c.ended.is_(None))
        rows += map(tuple, book.execute(asked))
    place = fields(_model(kind)).index("id")
    return _table(kind, sorted(rows, key=lambda row: row[place]))


def _keep_year(tables: dict[str, pd.DataFrame], kind: str, year: int | None) -> None:
    if year is not None and kind in OF_PLAN:
        table = tables[kind]
        tables[kind] = table[table["plan_year"].eq(year)].reset_index(drop=True)
