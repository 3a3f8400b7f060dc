"""Writes rows together with what changed in them, field by field, with who and why.

Rows go to the database in bulk and past the object mapper, which spends milliseconds on
each; that nothing else writes them is seen to in `keep`.
"""

import collections
import datetime
import functools
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam, event, insert, select
from sqlalchemy.orm import Session, sessionmaker
from uuid_utils.compat import uuid7

from sepakat_lib.ledger.models import Base, Change, Copy, Row, fields
from sepakat_lib.refused import Refused

OWN = {"id", "version", "head"}  # fields that the ledger itself keeps
AT_ONCE = 500  # values in one question


def keep(sessions: sessionmaker) -> None:
    """See to it that no row changes in these sessions but with its trail."""
    event.listen(sessions, "before_flush", _refuse_rows)
    event.listen(sessions, "do_orm_execute", _refuse_unseen)


def insert_rows(
    book: Session, model: type[Row], many: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write new rows, each with the change that made it; what they are now."""
    rows, changes = [], []
    for given in many:
        values = {name: value for name, value in given.items() if value is not None}
        row = dict.fromkeys(fields(model)) | _defaults(model) | values
        row["id"] = row["id"] or uuid7()
        after = {n: plain(row[n]) for n in fields(model) if n in values.keys() - OWN}
        change = _change(book, model, row, [], dict.fromkeys(after), after)
        rows.append(row | {"version": 1, "head": change["id"]})
        changes.append(change)
    if rows:
        book.connection().execute(insert(model.__table__), rows)
        book.connection().execute(insert(Change.__table__), changes)
    return rows


def update_rows(
    book: Session,
    model: type[Row],
    many: Iterable[tuple[dict[str, Any], Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Write fields of rows that `locked` gave, with the change; what they are now.

    Parameters
    ----------
    many : iterable of (row, values)
        A row in which nothing is to change stays in its version. Values of a row that
        comes twice are put together.

    Raises
    ------
    Refused
        ``ledger_busy``: another wrote one of them in spite of the lock.
    """
    many = [*many]
    was = {row["id"]: row for row, _ in reversed(many)}
    now: dict[uuid.UUID, dict] = {}
    for row, values in many:
        now[row["id"]] = now.get(row["id"], row) | values
    writes, changes = collections.defaultdict(list), []
    for id, row in now.items():
        old = was[id]
        names = tuple(n for n in fields(model) if n not in OWN and row[n] != old[n])
        if not names:
            continue
        before, after = ({n: plain(each[n]) for n in names} for each in (old, row))
        change = _change(book, model, row, [str(old["head"])], before, after)
        row |= {"version": old["version"] + 1, "head": change["id"]}
        seen = {"seen_id": id, "seen_version": old["version"]}
        writes[names].append(seen | {n: row[n] for n in (*names, "version", "head")})
        changes.append(change)
    for names, values in writes.items():
        done = book.connection().execute(_update(model, names), values)
        if done.rowcount != len(values):
            raise Refused("ledger_busy")
    if changes:
        book.connection().execute(insert(Change.__table__), changes)
    return [now[row["id"]] for row, _ in many]


def locked(
    book: Session, model: type[Row], ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[str, Any]]:
    """Rows by their ids, as they stand; no other writes them until this one is done."""
    found = {}
    for some in parts(sorted({*ids})):  # in one order: no deadlock
        for row in book.execute(_lock(model), {"ids": some}).mappings():
            found[row["id"]] = dict(row)
    return found


def parts(values: Collection) -> Iterator[list]:
    """Values in parts that a database bears in one question."""
    values = [*values]
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _change(book: Session, model, row: Mapping, parents, before, after) -> dict:
    return {
        "id": uuid7(),
        "kind": model.__tablename__,
        "row": row["id"],
        "parents": parents,
        "office": _office(book),
        "who": book.info["who"],
        "reason": book.info["reason"],
        "at": datetime.datetime.now(datetime.UTC),
        "before": before,
        "after": after,
    }


def _office(book: Session) -> uuid.UUID:
    """Name of this copy of the ledger; asked once a transaction."""
    if "office" not in book.info:
        book.info["office"] = book.scalars(select(Copy.office)).one()
    return book.info["office"]


@functools.cache
def _defaults(model: type[Row]) -> dict[str, Any]:
    """What stands in fields that were not given."""
    columns = model.__table__.columns
    return {each.name: each.default.arg for each in columns if _is_plain(each.default)}


def _is_plain(default) -> bool:
    return default is not None and default.is_scalar


@functools.cache
def _lock(model: type[Row]):
    table = model.__table__
    among = table.c.id.in_(bindparam("ids", expanding=True))
    return select(table).where(among).order_by(table.c.id).with_for_update()


@functools.lru_cache(maxsize=500)
def _update(model: type[Row], names: tuple[str, ...]):
    table = model.__table__
    return (
        table.update()
        .where(table.c.id == bindparam("seen_id"))
        .where(table.c.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in (*names, "version", "head")})
    )


def plain(value):
    """A value as JSON holds it, so that none is lost: exact numbers as text."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


def _refuse_rows(session: Session, _context, _instances) -> None:
    """No row goes by the object mapper, which would leave no trail."""
    if gone := [row for row in session.deleted if isinstance(row, Row)]:
        raise RuntimeError(f"a row of the ledger ends, it is not deleted: {gone}")
    if any(isinstance(row, Row) for row in (*session.new, *session.dirty)):
        raise RuntimeError("rows of the ledger are written by its verbs")


def _refuse_unseen(state) -> None:
    """Nothing changes rows past the trail."""
    if state.is_update or state.is_delete or state.is_insert:
        raise RuntimeError(
            "rows of the ledger are changed one by one, with their trail"
        )


def unique_index(table: str, columns: Iterable[str]) -> str:
    """Name of the rule that these columns together stand once."""
    wanted = set(columns)
    found = Base.metadata.tables[table]
    rules = [*found.indexes, *found.constraints]
    names = [
        rule.name
        for rule in rules
        if {column.name for column in getattr(rule, "columns", ())} == wanted
        and (
            getattr(rule, "unique", False)
            or isinstance(rule, sqlalchemy.UniqueConstraint)
        )
    ]
    return str(names[0]) if names else f"uq_{table}"
