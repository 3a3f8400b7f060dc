"""What changed, field by field, with who and why: written with the change itself."""

import datetime
import uuid
from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from sepakat_lib.ledger.models import Base, Change, Copy, Row

OWN = {"id", "version", "head"}  # fields that the ledger itself keeps


def keep(session: Session) -> None:
    """See to it that every change in a session leaves its trail."""
    event.listen(session, "before_flush", _note)
    event.listen(session, "do_orm_execute", _refuse_unseen)


def office_of(session: Session) -> uuid.UUID:
    """Name of this copy of the ledger."""
    return session.scalars(sqlalchemy.select(Copy.office)).one()


def _note(session: Session, _context, _instances) -> None:
    if gone := [row for row in session.deleted if isinstance(row, Row)]:
        raise RuntimeError(f"a row of the ledger ends, it is not deleted: {gone}")
    rows = [row for row in (*session.new, *session.dirty) if isinstance(row, Row)]
    office = None
    for row in rows:
        before, after = _moved(row)
        if not after:
            continue
        office = office or office_of(session)
        if row.id is None:
            row.id = _uuid7()
        change = Change(
            id=_uuid7(),
            kind=row.__tablename__,
            row=row.id,
            parents=[str(row.head)] if row.head else [],
            office=office,
            who=session.info["who"],
            reason=session.info["reason"],
            at=datetime.datetime.now(datetime.UTC),
            before=before,
            after=after,
        )
        row.head = change.id
        session.add(change)


def _uuid7() -> uuid.UUID:
    from uuid_utils.compat import uuid7

    return uuid7()


def _moved(row: Row) -> tuple[dict, dict]:
    """Fields of a row that changed, as they were and as they are; as JSON holds them."""
    before, after = {}, {}
    for attribute in inspect(row).mapper.column_attrs:
        name = attribute.key
        history = inspect(row).attrs[name].history
        if name in OWN or not history.has_changes():
            continue
        was = history.deleted[0] if history.deleted else None
        now = history.added[0] if history.added else None
        if was != now:
            before[name], after[name] = plain(was), plain(now)
    return before, after


def plain(value):
    """A value as JSON holds it, so that none is lost: exact numbers as text."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


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
