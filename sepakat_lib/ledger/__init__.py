"""Decisions and what came of them: rows that answer each other, and who changed what.

`writing` and `reading` open the ledger; `add`, `change` and `end` write, `rows`,
`hanging` and `trail` tell what stands. A row is never deleted: it ends.
"""

import datetime
import functools
import uuid
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import pandas as pd
import sqlalchemy.dialects.sqlite
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sepakat_lib.ledger import models
from sepakat_lib.ledger.engine import address, engine, reading, writing
from sepakat_lib.ledger.models import ROWS, Change, Evidence, Row
from sepakat_lib.ledger.person import named, remember, remembered
from sepakat_lib.ledger.rules import (
    ACCOUNT,
    FORMULA,
    SUB_KEGIATAN,
    authority,
    bidang,
    overspent,
    problems,
)
from sepakat_lib.ledger.storage import backup, restore, upgrade
from sepakat_lib.ledger.thread import exists, makers, mark, records, thread
from sepakat_lib.ledger.trail import insert_rows, locked, parts, update_rows
from sepakat_lib.ledger.walk import back, forward
from sepakat_lib.refused import Refused

__all__ = [
    "ACCOUNT",
    "FORMULA",
    "SUB_KEGIATAN",
    "add",
    "add_all",
    "address",
    "amount_of",
    "authority",
    "back",
    "backup",
    "bidang",
    "change",
    "change_all",
    "drafts",
    "drop_draft",
    "end",
    "end_all",
    "engine",
    "evidence",
    "evidence_id",
    "exists",
    "forward",
    "hanging",
    "hold",
    "keep_draft",
    "makers",
    "mark",
    "named",
    "overspent",
    "problems",
    "reading",
    "records",
    "remember",
    "remembered",
    "required",
    "restore",
    "revive",
    "rows",
    "since",
    "thread",
    "total",
    "trail",
    "upgrade",
    "writing",
]
DIALECT = sqlalchemy.dialects.sqlite.dialect()
LONGEST = 10_000  # letters of a text
OVERLAP = 10  # seconds
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
    return add_all(book, kind, [values])[0]


def add_all(book: Session, kind: str, many: Iterable[Mapping[str, Any]]) -> list[dict]:
    """Write new rows at once, as `add` writes one, in as many statements as one.

    Raises
    ------
    Refused
        As `add`.
    """
    model = _model(kind)
    return insert_rows(book, model, [_checked(model, values) for values in many])


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
    return change_all(book, kind, [(id, version, values)])[0]


def change_all(
    book: Session,
    kind: str,
    many: Iterable[tuple[uuid.UUID, int, Mapping[str, Any]]],
) -> list[dict]:
    """Write some fields of rows at once: of each its id, the version seen, the values.

    Raises
    ------
    Refused
        As `change`, of the first row that cannot be changed.
    """
    model, many = _model(kind), [*many]
    seen = _as_seen(book, model, [(id, version) for id, version, _ in many])
    values = [_checked(model, values) for _, _, values in many]
    return update_rows(book, model, zip(seen, values, strict=True))


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
    return end_all(book, kind, [(id, version)], also=also)


def end_all(
    book: Session,
    kind: str,
    many: Iterable[tuple[uuid.UUID, int]],
    *,
    also: Collection[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """End rows at once, as `end` ends one: of each its id and the version seen."""
    seen = _as_seen(book, _model(kind), many)
    own = [row["id"] for row in seen]
    below = hanging(book, kind, own)
    below = below[~below["id"].isin(own)]
    if set(below["id"]) - set(also):
        titles = [f"{row.kind} {row.title}".strip() for row in below.itertuples()]
        raise Refused("rows_hang", count=len(below), rows=titles)
    now = {"ended": datetime.datetime.now(datetime.UTC)}
    update_rows(book, _model(kind), [(row, now) for row in seen])
    for name, part in below.groupby("kind", sort=False):
        hung = locked(book, ROWS[name], part["id"]).values()
        update_rows(book, ROWS[name], [(row, now) for row in hung])
    return [*own, *below["id"]]


def revive(book: Session, kind: str, ids: Collection[uuid.UUID]) -> list[dict]:
    """Let rows stand again that were ended; what else they hold is as it was.

    Raises
    ------
    Refused
        ``no_row``, of a row that there is not, or that stands; ``ledger_rule``.
    """
    model = _model(kind)
    found = locked(book, model, ids)
    for id in ids:
        if id not in found or found[id]["ended"] is None:
            raise Refused("no_row", kind=kind, id=str(id))
    return update_rows(book, model, [(found[id], {"ended": None}) for id in ids])


def hold(
    book: Session, kind: str, ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[str, Any]]:
    """Rows by their ids, which nobody else writes to until this writer is done."""
    return locked(book, _model(kind), ids)


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
    asked = _among(select(model.__table__).order_by(model.id), model, ended, equal)
    found = [tuple(row) for row in book.execute(asked)]
    return pd.DataFrame(found, columns=models.fields(model), dtype=object)


def _among(asked, model: type[Row], ended: bool, equal: Mapping):
    """A question for rows whose fields equal what is given."""
    if not ended:
        asked = asked.where(model.ended.is_(None))
    for name, value in equal.items():
        column = getattr(model, name)
        several = isinstance(value, list | tuple | set | frozenset)
        asked = asked.where(column.in_(value) if several else column == value)
    return asked


def total(book: Session, kind: str, field: str, **equal: Any) -> tuple[int, int, int]:
    """Sum of a field of rupiah over rows that stand, as the database adds it.

    Parameters
    ----------
    **equal
        As `rows`.

    Returns
    -------
    tuple of int
        The sum, how many rows there are, and of how many the field is empty.
    """
    model = _model(kind)
    column = getattr(model, field)
    asked = select(func.sum(column), func.count(), func.count(column))
    row = book.execute(_among(asked.select_from(model), model, False, equal)).one()
    return int(row[0] or 0), row[1], row[1] - row[2]


def since(
    book: Session, kind: str, mark: uuid.UUID | None
) -> tuple[uuid.UUID | None, set[uuid.UUID]]:
    """Which rows of a kind somebody wrote after a mark; None asks for the mark of now.

    Two transactions may end in another order than they began: those of the last
    `OVERLAP` seconds before the mark are told again.

    Returns
    -------
    tuple
        The new mark, and the ids of rows, ended ones among them.
    """
    last = book.scalar(select(Change.id).order_by(Change.id.desc()).limit(1))
    if mark is None or last is None:
        return last, set()
    # the first 48 bits of an id are the milliseconds of its making
    after = uuid.UUID(int=max(0, mark.int - (OVERLAP * 1000 << 80)))
    asked = select(Change.row).where(Change.id > after, Change.kind == kind)
    return last, set(book.scalars(asked))


def required(kind: str) -> list[str]:
    """Fields that a row of a kind cannot do without, keys of what it hangs on included.

    >>> required("causes")
    ['issue_id', 'side', 'title']
    """
    kept = {"id", "version", "head"}  # by the ledger itself
    columns = _model(kind).__table__.columns
    return [
        column.name
        for column in columns
        if not column.nullable and column.default is None and column.name not in kept
    ]


def hanging(
    book: Session, kind: str, id: uuid.UUID | Collection[uuid.UUID]
) -> pd.DataFrame:
    """Rows that hang on a row, or on several, directly or by another; each once.

    Returns
    -------
    DataFrame
        ``kind``, ``id``, ``version``, ``title`` ("" of a kind without one), ``synthetic``.
    """
    seen: dict[uuid.UUID, dict] = {}
    waiting = [(_model(kind), [id] if isinstance(id, uuid.UUID) else [*id])]
    while waiting:
        above, ids = waiting.pop(0)
        for model, key in _keys_of(above.__tablename__):
            fresh = {}
            for some in parts(ids):
                asked = select(model.__table__).where(key.in_(some))
                for row in book.execute(asked.where(model.ended.is_(None))).mappings():
                    if row["id"] not in seen:
                        shown = {name: row[name] for name in ("id", "version")}
                        shown |= {"kind": model.__tablename__}
                        shown |= {"title": row.get("title", "")}
                        fresh[row["id"]] = shown | {"synthetic": row["synthetic"]}
            seen |= fresh
            if fresh:
                waiting.append((model, [*fresh]))
    columns = ["kind", "id", "version", "title", "synthetic"]
    return pd.DataFrame([*seen.values()], columns=columns)


@functools.cache
def _keys_of(table: str) -> list[tuple[type[Row], sqlalchemy.Column]]:
    """Kinds of rows that may hang on a row of a table, and by which key."""
    return [
        (model, column)
        for model in ROWS.values()
        for column in model.__table__.columns
        if any(key.column.table.name == table for key in column.foreign_keys)
    ]


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
    steps = [{n: getattr(step, n) for n in names} for step in book.scalars(asked)]
    return pd.DataFrame(steps, columns=names, dtype=object)


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
        As `evidence_id`.
    """
    content, judged = _content(finding), _content(rule)
    name = evidence_id(finding, made_of=made_of, rule=rule)
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


def evidence_id(
    finding: Mapping[str, Any], *, made_of: str, rule: Mapping[str, Any] | None = None
) -> uuid.UUID:
    """Name of a finding as evidence: of its content, so the same in every office."""
    content = sorted(_content(finding).items())
    return uuid.uuid5(OFFICES, repr((content, _content(rule), made_of)))


def _content(values: Mapping[str, Any] | None) -> dict | None:
    if values is None:
        return None
    return {name: _json(value) for name, value in dict(values).items()}


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
    kept = book.scalars(select(models.Draft).where(models.Draft.who == who))
    rows = [{name: getattr(draft, name) for name in names} for draft in kept]
    return pd.DataFrame(rows, columns=names, dtype=object)


def drop_draft(book: Session, who: str, kind: str, about: str) -> None:
    """Forget a draft: it is saved, or no longer wanted."""
    draft = book.get(models.Draft, (who, kind, about))
    if draft is not None:
        book.delete(draft)


def _model(kind: str) -> type[Row]:
    if kind not in ROWS:
        raise Refused("unknown_row_kind", given=kind[:60], choices=[*ROWS])
    return ROWS[kind]


def _checked(model: type[Row], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values of fields that a writer may set, as the ledger keeps them."""
    free = {*models.fields(model)} - {"version", "head", "ended"}
    if strange := sorted(set(values) - free):
        raise Refused("unknown_fields", given=strange, choices=sorted(free))
    for name, value in values.items():
        if not _fits(model.__table__.columns[name].type, value):
            raise Refused("wrong_value", field=name, given=str(value)[:60])
    return values


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


def _as_seen(
    book: Session, model: type[Row], many: Iterable[tuple[uuid.UUID, int]]
) -> list[dict[str, Any]]:
    """Rows that stand as they were seen; locked until the writer is done."""
    many = [*many]
    found = locked(book, model, [id for id, _ in many])
    for id, version in many:
        row = found.get(id)
        if row is None:
            raise Refused("no_row", kind=model.__tablename__, id=str(id))
        if row["ended"] is not None or row["version"] != version:
            _refuse_changed(book, row)
    return [found[id] for id, _ in many]


def _refuse_changed(book: Session, row: Mapping) -> NoReturn:
    last = book.get(Change, row["head"])
    at = last.at.isoformat(timespec="minutes")
    if row["ended"] is not None:
        raise Refused("row_ended", who=last.who, at=at)
    raise Refused(
        "changed_meanwhile",
        who=last.who,
        at=at,
        fields=sorted(last.after),
        theirs=[str(last.after[name]) for name in sorted(last.after)],
    )


def _json(value):
    """A value of a finding as JSON holds it: missing is none, numbers are plain."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
