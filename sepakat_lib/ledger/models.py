"""Rows of decisions, from what was found to what came of it.

Finding -> issue -> cause -> activity -> cost line -> realisation, and issue -> outcome.
What may not be missing is NOT NULL here, so that no door can forget it: whatever is spent
leads back to what was found, or to the reason why it was entered without.
"""

import datetime
import functools
import uuid
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
    event,
    false,
    inspect,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from sepakat_lib.ledger.kinds import Exact, Moment, Rupiah, whole

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
STANDING = text("ended IS NULL")


class Base(DeclarativeBase):
    """All tables of the ledger."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict] = {
        uuid.UUID: Uuid(),
        datetime.datetime: Moment(),
        Decimal: Exact(),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(),
    }


class Row(Base):
    """What every decision has: a name of its own, a version, its last change, an end."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[int]
    head: Mapped[uuid.UUID]
    ended: Mapped[datetime.datetime | None]


@functools.cache
def fields(model: type[Base]) -> tuple[str, ...]:
    """Names of the fields of a kind."""
    return tuple(attribute.key for attribute in inspect(model).column_attrs)


def of(column: str, *, optional: bool = False) -> Mapped[Any]:
    """Key of a row that this one hangs on."""
    key = ForeignKey(f"{column}.id", deferrable=True, initially="DEFERRED")
    return mapped_column(key, nullable=optional, index=True)


def invented() -> Mapped[bool]:
    """Whether a row is invented; those that stood before the column came are not."""
    return mapped_column(default=False, server_default=false())


class Evidence(Base):
    """A finding as it was when a decision rested on it; never changed."""

    __tablename__ = "evidence"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # of its content
    finding: Mapped[str] = mapped_column(String(200))  # `tables.Findings`, id
    region: Mapped[str] = mapped_column(String(4))
    year: Mapped[int]
    indicator: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]]  # the finding's row
    rule: Mapped[dict[str, Any] | None]  # how it was judged: colour, target, cut-offs
    made_of: Mapped[str] = mapped_column(
        String(64)
    )  # fingerprint of the data behind it


class Pin(Row):
    """A card that somebody keeps in sight, or colours otherwise, with the reason."""

    __tablename__ = "pins"

    region: Mapped[str] = mapped_column(String(4), index=True)
    evidence_id: Mapped[uuid.UUID] = of("evidence")
    colour: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None]
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        CheckConstraint("colour IN ('red', 'yellow', 'green', 'none')", "colour"),
        CheckConstraint("colour IS NULL OR reason IS NOT NULL", "override_reason"),
    )


class Issue(Row):
    """A problem that is to be worked on: of a finding, or entered with a reason."""

    __tablename__ = "issues"

    region: Mapped[str] = mapped_column(String(4), index=True)
    plan_year: Mapped[int]
    title: Mapped[str]
    indicator: Mapped[str | None] = mapped_column(String(80))
    evidence_id: Mapped[uuid.UUID | None] = of("evidence", optional=True)
    direct_reason: Mapped[str | None]
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        CheckConstraint(
            "(evidence_id IS NULL) <> (direct_reason IS NULL)", "one_origin"
        ),
    )


class Cause(Row):
    """Why there is the issue, below another cause or at the top of its tree."""

    __tablename__ = "causes"

    issue_id: Mapped[uuid.UUID] = of("issues")
    above_id: Mapped[uuid.UUID | None] = of("causes", optional=True)
    side: Mapped[str] = mapped_column(String(8))
    title: Mapped[str]
    library: Mapped[str | None] = mapped_column(String(80))  # code in the library
    place: Mapped[int] = mapped_column(default=0)  # among its siblings
    evidence_id: Mapped[uuid.UUID | None] = of("evidence", optional=True)
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        CheckConstraint("side IN ('supply', 'use')", "side"),
        CheckConstraint("above_id <> id", "not_above_itself"),
    )


class Opd(Row):
    """An office of the region, and the fields of government that it has authority over."""

    __tablename__ = "opd"

    region: Mapped[str] = mapped_column(String(4), index=True)
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    urusan: Mapped[list[str]]  # bidang urusan, as "1.01"
    synthetic: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "uq_opd_region_code",
            "region",
            "code",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )


class Activity(Row):
    """What is done against a cause, by whom, where, and for how many."""

    __tablename__ = "activities"

    cause_id: Mapped[uuid.UUID] = of("causes")
    opd_id: Mapped[uuid.UUID | None] = of("opd", optional=True)
    plan_year: Mapped[int]
    title: Mapped[str]
    sub_kegiatan: Mapped[str | None] = mapped_column(
        String(40)
    )  # None: to be confirmed
    decree: Mapped[str | None]
    strategy: Mapped[str | None] = mapped_column(String(80))
    kecamatan: Mapped[str | None] = mapped_column(String(13))
    desa: Mapped[str | None] = mapped_column(String(13))
    target_group: Mapped[str | None]
    people: Mapped[int | None] = mapped_column(Rupiah)  # of the group [persons]
    target: Mapped[Decimal | None]
    unit: Mapped[str | None]
    baseline: Mapped[Decimal | None]
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        CheckConstraint("target >= 0", "target_not_negative"),
        whole("target"),
        whole("baseline"),
    )


class UnitCost(Row):
    """Price of one thing in one year, by the decree that sets it."""

    __tablename__ = "unit_costs"

    region: Mapped[str] = mapped_column(String(4), index=True)
    year: Mapped[int]
    kecamatan: Mapped[str | None] = mapped_column(String(13))
    code: Mapped[str] = mapped_column(String(80))
    title: Mapped[str]
    unit: Mapped[str]
    price: Mapped[int] = mapped_column(Rupiah)
    decree: Mapped[str]
    synthetic: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("price >= 0", "price_not_negative"),
        whole("price"),
    )


class CostLine(Row):
    """Volume x price of an activity; a missing one leaves the amount open, not 0."""

    __tablename__ = "cost_lines"

    activity_id: Mapped[uuid.UUID] = of("activities")
    unit_cost_id: Mapped[uuid.UUID | None] = of("unit_costs", optional=True)
    title: Mapped[str]
    account: Mapped[str | None] = mapped_column(String(40))  # kode rekening
    fund: Mapped[str | None]
    volume_1: Mapped[Decimal | None]
    unit_1: Mapped[str | None]
    volume_2: Mapped[Decimal | None]
    unit_2: Mapped[str | None]
    volume_3: Mapped[Decimal | None]
    unit_3: Mapped[str | None]
    volume_4: Mapped[Decimal | None]
    unit_4: Mapped[str | None]
    price: Mapped[int | None] = mapped_column(Rupiah)
    amount: Mapped[int | None] = mapped_column(Rupiah)
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        *(
            CheckConstraint(f"volume_{i} >= 0", f"volume_{i}_not_negative")
            for i in range(1, 5)
        ),
        CheckConstraint("price >= 0", "price_not_negative"),
        CheckConstraint("amount >= 0", "amount_not_negative"),
        CheckConstraint(
            "amount IS NULL OR (price IS NOT NULL AND volume_1 IS NOT NULL)",
            "amount_of_price_and_volume",
        ),
        *(whole(name) for name in ("price", "amount")),
        *(whole(f"volume_{i}") for i in range(1, 5)),
    )


class Ceiling(Row):
    """What an office may plan to spend in a year. [IDR]"""

    __tablename__ = "ceilings"

    region: Mapped[str] = mapped_column(String(4), index=True)
    opd_id: Mapped[uuid.UUID] = of("opd")
    year: Mapped[int]
    amount: Mapped[int] = mapped_column(Rupiah)
    decree: Mapped[str]
    synthetic: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("amount >= 0", "amount_not_negative"),
        whole("amount"),
        Index(
            "uq_ceilings_opd_year",
            "opd_id",
            "year",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )


class Realisation(Row):
    """What came of a cost line up to the end of a month."""

    __tablename__ = "realisations"

    cost_line_id: Mapped[uuid.UUID] = of("cost_lines")
    year: Mapped[int]
    month: Mapped[int]
    money: Mapped[int] = mapped_column(Rupiah)  # spent in the month
    planned: Mapped[int | None] = mapped_column(Rupiah)  # by the month's cash plan, RAK
    physical: Mapped[Decimal | None]  # reached by its end [percent]
    people: Mapped[int | None] = mapped_column(Rupiah)  # reached in the month [persons]
    problem: Mapped[str | None]
    verifier: Mapped[str | None]
    answer: Mapped[str | None]
    synthetic: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("month BETWEEN 1 AND 12", "month"),
        CheckConstraint("money >= 0", "money_not_negative"),
        CheckConstraint("people >= 0", "people_not_negative"),
        CheckConstraint("physical BETWEEN 0 AND 1000000", "physical_percent"),
        CheckConstraint("answer IS NULL OR verifier IS NOT NULL", "answer_to_a_note"),
        *(whole(name) for name in ("money", "people", "physical")),
        Index(
            "uq_realisations_month",
            "cost_line_id",
            "year",
            "month",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )


class Outcome(Row):
    """What the issue's indicator was before, and what it is after."""

    __tablename__ = "outcomes"

    issue_id: Mapped[uuid.UUID] = of("issues")
    before_id: Mapped[uuid.UUID] = of("evidence")
    after_id: Mapped[uuid.UUID] = of("evidence")
    verdict: Mapped[str] = mapped_column(String(20))
    synthetic: Mapped[bool] = invented()

    __table_args__ = (
        CheckConstraint(
            "verdict IN ('rose', 'fell', 'change_unclear', 'cannot_be_tested')",
            "verdict",
        ),
    )


class Note(Row):
    """What somebody said of a row."""

    __tablename__ = "notes"

    about_kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[uuid.UUID] = mapped_column(index=True)
    said: Mapped[str]
    synthetic: Mapped[bool] = invented()


class Draft(Base):
    """What somebody is typing, kept until it is saved; nobody else's concern."""

    __tablename__ = "drafts"

    who: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    about: Mapped[str] = mapped_column(String(80), primary_key=True)  # a row, or a form
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime.datetime]


class Change(Base):
    """One step of one row: what each field was and is. Only added to."""

    __tablename__ = "changes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(20))
    row: Mapped[uuid.UUID] = mapped_column(index=True)
    parents: Mapped[list[str]]  # none of a new row, two where two ledgers were joined
    office: Mapped[uuid.UUID]
    who: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime.datetime]
    reason: Mapped[str | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class Copy(Base):
    """The name of a copy of the ledger, which changes made in it carry."""

    __tablename__ = "copy"

    office: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime.datetime]


class Conflict(Base):
    """A field that two copies changed to different values: both are kept."""

    __tablename__ = "conflicts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(String(20))
    row: Mapped[uuid.UUID] = mapped_column(index=True)
    field: Mapped[str] = mapped_column(String(40))
    ours: Mapped[uuid.UUID]  # the changes
    theirs: Mapped[uuid.UUID]
    settled: Mapped[uuid.UUID | None]

    __table_args__ = (UniqueConstraint("row", "field", "ours", "theirs"),)


for _table in ("changes", "evidence"):
    for _verb in ("UPDATE", "DELETE"):
        event.listen(
            Base.metadata,
            "after_create",
            DDL(
                f"CREATE TRIGGER {_table}_no_{_verb.lower()} BEFORE {_verb} ON {_table} "
                f"BEGIN SELECT RAISE(ABORT, '{_table} is only added to'); END"
            ).execute_if(dialect="sqlite"),
        )
        event.listen(
            Base.metadata,
            "after_create",
            DDL(
                f"CREATE TRIGGER {_table}_no_{_verb.lower()} BEFORE {_verb} ON {_table} "
                "FOR EACH ROW EXECUTE FUNCTION sepakat_only_added()"
            ).execute_if(dialect="postgresql"),
        )
event.listen(
    Base.metadata,
    "before_create",
    DDL(
        "CREATE OR REPLACE FUNCTION sepakat_only_added() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION '%% is only added to', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
    ).execute_if(dialect="postgresql"),
)

ROWS: dict[str, type[Row]] = {
    each.__tablename__: each
    for each in (
        *(Pin, Issue, Cause, Opd, Activity, UnitCost, CostLine, Ceiling),
        *(Realisation, Outcome, Note),
    )
}
