"""Connections to the ledger: SQLite in the data folder, or PostgreSQL by its address.

SQLite lets one write at a time and is unfair about who: a lock on a file beside it makes
writers wait in turn. A transaction that only reads takes no lock.
"""

import contextlib
import functools
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from sepakat_lib import atomic, warehouse
from sepakat_lib.ledger import trail
from sepakat_lib.refused import Refused

PATIENCE = 30  # seconds that a writer waits for another
BUSY = {"40001", "40P01"}  # of PostgreSQL: serialization_failure, deadlock_detected
WRITERS = sessionmaker()
trail.keep(WRITERS)


def address() -> str:
    """Where the ledger is: `SEPAKAT_DATABASE_URL`, else a file in the data folder.

    Raises
    ------
    Refused
        ``database_address``: what is given is no address.
    """
    given = os.environ.get("SEPAKAT_DATABASE_URL")
    if given:
        try:
            url = make_url(given)
        except ArgumentError:
            raise Refused("database_address") from None
        return url.set(
            drivername="postgresql+psycopg"
            if url.drivername == "postgresql"
            else url.drivername
        ).render_as_string(hide_password=False)
    return f"sqlite:///{warehouse.folder().absolute() / 'ledger.sqlite'}"


def file_of(url: str) -> Path | None:
    """The file of an SQLite ledger; None of another database."""
    made = make_url(url)
    return Path(made.database) if made.get_backend_name() == "sqlite" else None


def engine(url: str | None = None) -> Engine:
    """Connections of this process; one that was forked gets its own."""
    return _engine(url or address(), os.getpid())


@functools.lru_cache(maxsize=8)
def _engine(url: str, _process: int) -> Engine:
    if file_of(url) is None:
        return sqlalchemy.create_engine(url, pool_pre_ping=True)
    made = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection, _record) -> None:
    connection.isolation_level = None  # we begin, not the driver
    for pragma in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
        f"busy_timeout={PATIENCE * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextlib.contextmanager
def reading(url: str | None = None) -> Iterator[Session]:
    """Look at the ledger as it is at one moment; nobody waits for it.

    Raises
    ------
    Refused
        As `refusing`.
    """
    url = url or address()
    with (
        refusing(url),
        engine(url).connect().execution_options(reading=True) as connection,
        Session(bind=connection, autoflush=False) as session,
    ):
        yield session
        session.rollback()  # nothing that was changed on the way is kept


@contextlib.contextmanager
def writing(who: str, reason: str = "", url: str | None = None) -> Iterator[Session]:
    """Write to the ledger: all of it stands in the end, or nothing.

    Parameters
    ----------
    who : str
        Who changes it; stands in the trail of each row.
    reason : str, optional
    url : str, optional
        Another ledger than `address`'s.

    Raises
    ------
    Refused
        ``nobody``: no name came; ``ledger_away``: the database does not answer;
        ``ledger_busy``: another was writing the same rows, and was let through; what was
        to be written may be written again; ``ledger_rule``: a row would break a rule of
        the ledger, named ``rule``.
    """
    if not who.strip():
        raise Refused("nobody")
    url = url or address()
    note = {"who": who.strip(), "reason": reason.strip() or None}
    with (
        refusing(url),
        engine(url).connect() as connection,  # before its turn: it makes nobody wait
        in_turn(url),
        WRITERS(bind=connection, info=note) as session,
    ):
        yield session
        session.commit()


@contextlib.contextmanager
def in_turn(url: str) -> Iterator[None]:
    """Wait until no other process writes to an SQLite ledger, and hold it meanwhile."""
    file = file_of(url)
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic.locked(file.with_name(f".{file.name}.writers")):
        yield


@contextlib.contextmanager
def refusing(url: str) -> Iterator[None]:
    """Tell what a database says as a code; what was begun is taken back.

    Raises
    ------
    Refused
        ``ledger_rule``, ``ledger_busy``; ``ledger_damaged``: the file of an SQLite
        ledger is no database that can be read through; ``ledger_away``.
    """
    try:
        yield
    except IntegrityError as error:
        raise Refused("ledger_rule", rule=rule_of(error)) from error
    except (DBAPIError, sqlite3.DatabaseError) as error:
        if isinstance(error, DBAPIError) and _is_busy(error):
            raise Refused("ledger_busy") from error
        file = file_of(url)
        if file is not None and file.is_file() and not _is_sound(file):
            raise Refused("ledger_damaged", file=str(file)) from error
        raise Refused("ledger_away") from error


def _is_sound(file: Path) -> bool:
    """Whether a file is an SQLite database that can be read through."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        ) as book:
            return book.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.OperationalError:  # locked by another, or no file at all
        return file.is_file()
    except sqlite3.DatabaseError:
        return False


def _is_busy(error: DBAPIError) -> bool:
    """Whether a database took this transaction back for the sake of another's."""
    if getattr(error.orig, "sqlstate", None) in BUSY:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None) or 0
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def rule_of(error: IntegrityError) -> str:
    """Name of the rule that a row broke, alike in both databases.

    As ``ck_issues_one_origin``, ``nn_causes_issue_id``, ``fk`` or ``uq_opd_region_code``.
    """
    detail = getattr(error.orig, "diag", None)
    if detail is not None:  # PostgreSQL
        if detail.constraint_name:
            name = detail.constraint_name
            return "fk" if name.startswith("fk_") else name
        return f"nn_{detail.table_name}_{detail.column_name}"
    said = str(error.orig)
    kind, _, what = said.partition(" constraint failed")
    what = what.removeprefix(": ")
    if kind == "NOT NULL":
        return f"nn_{what.replace('.', '_')}"
    if kind == "UNIQUE":
        table = what.split(".")[0]
        columns = [part.split(".")[1] for part in what.split(", ")]
        return trail.unique_index(table, columns)
    return {"FOREIGN KEY": "fk"}.get(kind, what)
