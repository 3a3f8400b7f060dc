"""An empty ledger for a test, on SQLite and on PostgreSQL.

PostgreSQL's half runs where `SEPAKAT_TEST_DATABASE_URL` names a server that may be used.
"""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from sepakat_lib import ledger

KINDS = ["sqlite", "postgresql"]


@contextlib.contextmanager
def empty(kind: str, place: Path) -> Iterator[str]:
    """An empty ledger, which is the one of the house meanwhile; its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(place))
        if kind == "sqlite":
            patch.delenv("SEPAKAT_DATABASE_URL", raising=False)
            ledger.upgrade()
            yield ledger.address()
            return
        server = os.environ.get("SEPAKAT_TEST_DATABASE_URL")
        if not server:
            pytest.skip("no PostgreSQL: SEPAKAT_TEST_DATABASE_URL is not set")
        name = f"sepakat_{uuid.uuid4().hex[:12]}"
        admin = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = sqlalchemy.make_url(server).set(database=name)
        patch.setenv("SEPAKAT_DATABASE_URL", url.render_as_string(False))
        ledger.upgrade()
        yield ledger.address()
        ledger.engine(url.render_as_string(False)).dispose()
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()
