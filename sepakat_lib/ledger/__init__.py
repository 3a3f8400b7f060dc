"""Decisions and what came of them: rows that answer each other, and who changed what.

`writing` and `reading` open the ledger; `add`, `change` and `end` write, `rows`,
`hanging` and `trail` tell what stands. A row is never deleted: it ends.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import sqlalchemy.dialects.sqlite
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from sepakat_lib.ledger import models
from sepakat_lib.ledger.engine import address, engine, reading, writing
from sepakat_lib.ledger.models import ROWS, Change, Evidence, Row
from sepakat_lib.ledger.storage import backup, restore, upgrade
from sepakat_lib.ledger.thread import exists, mark, thread
from sepakat_lib.ledger.walk import back, forward
from sepakat_lib.refused import Refused

__all__ = [
    "add",
    "add_many",
    "address",
    "amount_of",
    "back",
    "backup",
    "change",
    "drafts",
    "drop_draft",
    "end",
    "end_many",
    "engine",
    "evidence",
    "exists",
    "forward",
    "hanging",
    "keep_draft",
    "mark",
    "reading",
    "restore",
    "rows",
    "thread",
    "trail",
    "upgrade",
    "writing",
]
DIALECT = sqlalchemy.dialects.sqlite.dialect()
LONGEST = 10_000  # letters of a text
OFFICES = uuid.UUID("9d3f6a1e-5b0c-4f57-8d57-6e1b0f8d2a11")  # names of what all share


def add(book: Session, kind: str, values: Mapping[str, Any]) -> dict:
    """Write a new row.

    Parameters
    ----------
    book : Session
        Of `writing`.
    kind : str
        Of `models.ROWS`.
    values : mapping
        Fields of that kind; those that are not given are empty.

    Returns
    -------
    dict
        The row as it stands, with its ``id`` and ``version``.

    Raises
    ------
    Refused
        ``unknown_row_kind``, ``unknown_fields``, ``wrong_value``; ``ledger_rule`` where a
        rule of the ledger is broken: a cause without an issue, say.
    """
    (row,) = add_many(book, kind, [values])
    return row


def add_many(
    book: Session, kind: str, several: Collection[Mapping[str, Any]]
) -> list[dict]:
    """Write new rows of a kind together, a multiple faster than one by one.

    Parameters
    ----------
    several : collection of mapping
        Values of a row each, as of `add`.

    Returns
    -------
    list of dict
        The rows as they stand, in the order in which they came.

    Raises
    ------
    Refused
        As `add`; of all rows none is written then.
    """
    made = [_model(kind)(**_checked(kind, values)) for values in several]
    book.add_all(made)
    book.flush()
    return [as_dict(row) for row in made]


def change(
    book: Session, kind: str, id: uuid.UUID, version: int, values: Mapping[str, Any]
) -> dict:
    """Write some fields of a row that is still as its writer saw it.

    Parameters
    ----------
    version : int
        That was seen.

    Raises
    ------
    Refused
        As `add`; ``no_row``, ``row_ended``; ``changed_meanwhile``: somebody else wrote
        it since, with ``who`` did, the ``fields`` and what is in them now (``theirs``).
    """
    row = _standing(book, kind, id, version)
    for name, value in _checked(kind, values).items():
        setattr(row, name, value)
    book.flush()
    return as_dict(row)


def end(
    book: Session,
    kind: str,
    id: uuid.UUID,
    version: int,
    *,
    also: Collection[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """End a row, and with it those that hang on it, if they are all named.

    Parameters
    ----------
    also : collection of UUID
        What the writer was shown by `hanging`.

    Returns
    -------
    list of UUID
        All that ended.

    Raises
    ------
    Refused
        As `change`; ``rows_hang``: rows that are not named hang on it (``rows``).
    """
    return end_many(book, kind, {id: version}, also=also)


def end_many(
    book: Session,
    kind: str,
    versions: Mapping[uuid.UUID, int],
    *,
    also: Collection[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """End rows of a kind together, as `end` does one.

    Parameters
    ----------
    versions : mapping of UUID to int
        Rows, and the version of each that was seen.
    also : collection of UUID
        What hangs on any of them.
    """
    standing = [_standing(book, kind, *each) for each in versions.items()]
    below = _below(book, kind, [*versions])
    if {*below} - {*also}:
        named = [f"{each} {getattr(row, 'title', '')}" for each, row in below.values()]
        raise Refused("rows_hang", count=len(below), rows=[n.strip() for n in named])
    now = datetime.datetime.now(datetime.UTC)
    ended = [*standing, *(row for _, row in below.values())]
    for each in ended:
        each.ended = now
    book.flush()
    return [each.id for each in ended]


def rows(
    book: Session, kind: str, *, ended: bool = False, **equal: Any
) -> pd.DataFrame:
    """Rows of a kind whose fields equal what is given, the oldest first.

    Parameters
    ----------
    ended : bool
        Those that ended too.
    **equal
        Fields and their values; a collection holds any of them.
    """
    model = _model(kind)
    asked = select(model).order_by(model.id)
    if not ended:
        asked = asked.where(model.ended.is_(None))
    for name, value in equal.items():
        column = getattr(model, name)
        several = isinstance(value, list | tuple | set | frozenset)
        asked = asked.where(column.in_(value) if several else column == value)
    columns = [column.key for column in inspect(model).column_attrs]
    found = [as_dict(row) for row in book.scalars(asked)]
    return pd.DataFrame(found, columns=columns, dtype=object)


def hanging(book: Session, kind: str, *ids: uuid.UUID) -> pd.DataFrame:
    """Rows that hang on any of these, directly or by another; each once.

    Returns
    -------
    DataFrame
        ``kind``, ``id``, ``version``, ``title`` ("" of a kind without one), ``synthetic``.
    """
    names = ["kind", "id", "version", "title", "synthetic"]
    told = [
        [name, row.id, row.version, getattr(row, "title", ""), row.synthetic]
        for name, row in _below(book, kind, ids).values()
    ]
    return pd.DataFrame(told, columns=names, dtype=object)


def _below(
    book: Session, kind: str, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, Row]]:
    """Rows that hang on these, with their kinds; the nearest first."""
    seen: dict[uuid.UUID, tuple[str, Row]] = {}
    waiting = [(_model(kind).__tablename__, [*ids])]
    while waiting:
        table, above = waiting.pop(0)
        for name, model in ROWS.items():
            for column in model.__table__.columns:
                if not any(
                    key.column.table.name == table for key in column.foreign_keys
                ):
                    continue
                found = [
                    row
                    for part in batched(above)
                    for row in book.scalars(
                        select(model).where(column.in_(part), model.ended.is_(None))
                    )
                    if row.id not in seen and row.id not in ids
                ]
                seen |= {row.id: (name, row) for row in found}
                if found:
                    waiting.append((name, [row.id for row in found]))
    return seen


def batched(values: Collection) -> list[list]:
    """Values in parts of a number that a question to a database bears."""
    values = [*values]
    return [values[at : at + 500] for at in range(0, len(values), 500)]


def trail(book: Session, id: uuid.UUID) -> pd.DataFrame:
    """Every change of a row, the oldest first.

    Returns
    -------
    DataFrame
        ``id``, ``at``, ``who``, ``reason``, ``office``, ``parents``, ``before`` and
        ``after`` (fields that changed).
    """
    names = ["id", "at", "who", "reason", "office", "parents", "before", "after"]
    asked = select(Change).where(Change.row == id).order_by(Change.id)
    found = [{n: getattr(each, n) for n in names} for each in book.scalars(asked)]
    return pd.DataFrame(found, columns=names, dtype=object)


def evidence(
    book: Session,
    finding: Mapping[str, Any],
    *,
    made_of: str,
    rule: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Keep a finding as it is now; the same one is kept once.

    Parameters
    ----------
    finding : mapping
        A row of `tables.Findings`.
    made_of : str
        Fingerprint of the data that it was made of.
    rule : mapping, optional
        How it was judged: colour, target and its source, cut-offs.

    Returns
    -------
    UUID
        Of its content, so that it is the same in every office.
    """
    content = {name: _json(value) for name, value in dict(finding).items()}
    judged = (
        None if rule is None else {name: _json(value) for name, value in rule.items()}
    )
    name = uuid.uuid5(OFFICES, repr((sorted(content.items()), judged, made_of)))
    if book.get(Evidence, name) is None:
        book.add(
            Evidence(
                id=name,
                finding=content["id"],
                region=content["region"],
                year=int(content["year"]),
                indicator=content["indicator"],
                content=content,
                rule=judged,
                made_of=made_of,
            )
        )
        book.flush()
    return name


def amount_of(price: int | None, volumes: Collection[Decimal | None]) -> int | None:
    """Rupiah of a cost line: price times up to four volumes; None while one is lacking.

    Half a rupiah goes up. The first volume must be there, the others count where given.

    >>> amount_of(1500, [Decimal("2.5"), Decimal(3), None, None]), amount_of(None, [1])
    (11250, None)
    >>> amount_of(1500, [None, Decimal(3)]) is None
    True
    """
    first, *others = [*volumes]
    if price is None or first is None:
        return None
    product = Decimal(price) * first
    for volume in others:
        if volume is not None:
            product *= volume
    return int(product.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def keep_draft(who: str, kind: str, about: str, content: Mapping, url=None) -> None:
    """Keep what somebody is typing, in place of what he typed before."""
    with writing(who, url=url) as book:
        draft = book.get(models.Draft, (who, kind, about))
        now = datetime.datetime.now(datetime.UTC)
        if draft is None:
            draft = models.Draft(who=who, kind=kind, about=about)
            book.add(draft)
        draft.content, draft.at = dict(content), now


def drafts(book: Session, who: str) -> pd.DataFrame:
    """What somebody was typing and did not save: ``kind``, ``about``, ``content``, ``at``."""
    names = ["kind", "about", "content", "at"]
    found = book.scalars(select(models.Draft).where(models.Draft.who == who))
    told = [{name: getattr(each, name) for name in names} for each in found]
    return pd.DataFrame(told, columns=names, dtype=object)


def drop_draft(book: Session, who: str, kind: str, about: str) -> None:
    """Forget a draft: it is saved, or no longer wanted."""
    draft = book.get(models.Draft, (who, kind, about))
    if draft is not None:
        book.delete(draft)


def as_dict(row: Row) -> dict[str, Any]:
    """Fields of a row."""
    return {
        name.key: getattr(row, name.key) for name in inspect(row).mapper.column_attrs
    }


def _model(kind: str) -> type[Row]:
    if kind not in ROWS:
        raise Refused("unknown_row_kind", given=kind[:60], choices=[*ROWS])
    return ROWS[kind]


def _checked(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields that a writer may set, as the ledger keeps them."""
    model = _model(kind)
    free = {c.key for c in inspect(model).column_attrs} - {"version", "head", "ended"}
    if strange := sorted(set(values) - free):
        raise Refused("unknown_fields", given=strange, choices=sorted(free))
    for name, value in values.items():
        if not _fits(model.__table__.columns[name].type, value):
            raise Refused("wrong_value", field=name, given=str(value)[:60])
    return dict(values)


def _fits(column: sqlalchemy.types.TypeEngine, value) -> bool:
    """Whether a column keeps a value as it is."""
    if value is None:
        return True  # whether it may be missing is a rule of the ledger
    if isinstance(column, sqlalchemy.types.TypeDecorator):
        try:
            column.process_bind_param(value, DIALECT)
        except (TypeError, ValueError, AttributeError):
            return False
        return True
    if isinstance(column, sqlalchemy.String):
        return isinstance(value, str) and len(value) <= (column.length or LONGEST)
    if isinstance(column, sqlalchemy.Boolean):
        return isinstance(value, bool)
    if isinstance(column, sqlalchemy.Integer):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(column, sqlalchemy.Uuid):
        return isinstance(value, uuid.UUID)
    return True


def _standing(book: Session, kind: str, id: uuid.UUID, version: int) -> Row:
    """A row that stands as it was seen; locked until the writer is done."""
    model = _model(kind)
    row = book.get(model, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused("no_row", kind=kind, id=str(id))
    last = book.get(Change, row.head)
    if row.ended is not None:
        raise Refused(
            "row_ended", who=last.who, at=last.at.isoformat(timespec="minutes")
        )
    if row.version != version:
        raise Refused(
            "changed_meanwhile",
            who=last.who,
            at=last.at.isoformat(timespec="minutes"),
            fields=sorted(last.after),
            theirs=[str(last.after[name]) for name in sorted(last.after)],
        )
    return row


def _json(value):
    """A value of a finding as JSON holds it: missing is none, numbers are plain."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
