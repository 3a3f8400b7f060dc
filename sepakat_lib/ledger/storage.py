"""The ledger as a whole: brought to this version, kept as one file, taken back from it."""

import contextlib
import datetime
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import alembic.command
import alembic.config
import sqlalchemy
from sqlalchemy import Connection, Engine, insert, select

from sepakat_lib import atomic
from sepakat_lib.ledger.engine import address, engine, file_of, in_turn, refusing
from sepakat_lib.ledger.models import Base, Copy
from sepakat_lib.refused import Refused

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str | None = None) -> str:
    """Make the ledger, or bring an older one to this version; what it holds stays.

    Returns
    -------
    str
        Its version.

    Raises
    ------
    Refused
        ``ledger_newer``: a newer version of this program wrote it.
    """
    url = url or address()
    with refusing(url), in_turn(url), engine(url).connect() as connection:
        _refuse_newer(connection)
        # a rebuilt table would take its children along; on PostgreSQL none is rebuilt
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=off")
        with connection.begin():
            alembic.command.upgrade(_config(connection), "head")
            if connection.scalar(select(Copy.office)) is None:
                _name_copy(connection)
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"rows without what they hang on: {broken[:3]}")
        return version(connection)


def version(connection: Connection) -> str:
    """Version of the tables of a ledger; "" where there are none."""
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return ""
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return row[0] if row else ""


def known() -> list[str]:
    """Versions that this program knows, the newest first."""
    scripts = alembic.script.ScriptDirectory(str(FOLDER))
    return [each.revision for each in scripts.walk_revisions()]


def backup(target: Path, url: str | None = None) -> Path:
    """Write all that the ledger holds into one file, while others go on working.

    Parameters
    ----------
    target : Path
        An SQLite file, of a PostgreSQL ledger too; replaced only once it is whole.

    Raises
    ------
    Refused
        ``no_ledger``: there is none yet; ``file_there``: what stands at the target is
        no backup, and is not written over; ``ledger_damaged``, ``ledger_away``.
    """
    url = url or address()
    if target.exists() and not _is_backup(target):
        raise Refused("file_there", file=str(target))
    with (
        refusing(url),
        _standing(engine(url)) as connection,
        atomic.whole(target) as fresh,
    ):
        if file := file_of(url):
            with contextlib.closing(sqlite3.connect(file)) as whole:
                whole.execute("VACUUM INTO ?", (str(fresh),))
        else:
            _copy(connection, _empty(fresh, version(connection)))
    return target


def restore(source: Path, url: str | None = None) -> Path:
    """Put what a backup holds in place of what the ledger holds: all of it, or nothing.

    The ledger is another copy from then on: what is changed in it carries a new name.

    Returns
    -------
    Path
        A backup of what it held before, beside the source.

    Raises
    ------
    Refused
        ``no_backup``: the file is not one; ``ledger_newer``.
    """
    url = url or address()
    with contextlib.ExitStack() as stack:
        kept = stack.enter_context(_opened(source))
        upgrade(url)
        at = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
        before = backup(source.with_name(f"{source.stem}.before-{at}.sqlite"), url)
        target = stack.enter_context(_written(url))
        for table in reversed(Base.metadata.sorted_tables):
            _empty_table(target, table)
        for table in Base.metadata.sorted_tables:
            _copy_table(kept, target, table)
        target.execute(Copy.__table__.delete())
        _name_copy(target)
    return before


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Connection]:
    """A backup to read from, of this version: an older one is upgraded in a copy."""
    if not source.is_file():
        raise Refused("no_backup", file=source.name)
    with atomic.scratch(source.parent) as place:
        copy = place / "backup.sqlite"
        copy.write_bytes(source.read_bytes())
        url = f"sqlite:///{copy}"
        if not _is_backup(copy):
            raise Refused("no_backup", file=source.name)
        upgrade(url)
        with engine(url).connect().execution_options(reading=True) as connection:
            yield connection


def _is_backup(path: Path) -> bool:
    """Whether a file is a whole SQLite database with the tables of a ledger."""
    if not path.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(path)) as file:
            sound = file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            named = file.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        return False
    return sound and {("alembic_version",), ("changes",), ("copy",)} <= {*named}


@contextlib.contextmanager
def _written(url: str) -> Iterator[Connection]:
    with in_turn(url), engine(url).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
        yield connection


@contextlib.contextmanager
def _standing(source: Engine) -> Iterator[Connection]:
    with source.connect().execution_options(reading=True) as connection:
        if not version(connection):
            raise Refused("no_ledger")
        yield connection


def _empty(path: Path, at: str) -> Engine:
    made = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
    Base.metadata.create_all(made)
    with made.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (at,))
    return made


def _copy(source: Connection, target: Engine) -> None:
    with target.begin() as writing:
        for table in Base.metadata.sorted_tables:
            _copy_table(source, writing, table)


def _copy_table(source: Connection, target: Connection, table) -> None:
    rows = [dict(row) for row in source.execute(select(table)).mappings()]
    if rows:
        target.execute(insert(table), rows)


def _empty_table(connection: Connection, table) -> None:
    """All rows away; changes and evidence, which nobody may take away, by other means."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'TRUNCATE "{table.name}" CASCADE')
        return
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
        (table.name,),
    ).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.execute(table.delete())
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def _refuse_newer(connection: Connection) -> None:
    if (stands := version(connection)) and stands not in known():
        raise Refused("ledger_newer", version=stands)
    connection.rollback()


def _name_copy(connection: Connection) -> None:
    now = datetime.datetime.now(datetime.UTC)
    connection.execute(insert(Copy), {"office": uuid.uuid4(), "since": now})


def _config(connection: Connection) -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
