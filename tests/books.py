"""An empty ledger for a test, on SQLite and on PostgreSQL.

PostgreSQL's half runs where `SEPAKAT_TEST_DATABASE_URL` names a server that may be used.
"""

import os
import uuid

import pytest
import sqlalchemy

from sepakat_lib import ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request, tmp_path, monkeypatch):
    """An empty ledger, of either kind; its address."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    if request.param == "sqlite":
        monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)
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
    monkeypatch.setenv("SEPAKAT_DATABASE_URL", url.render_as_string(False))
    ledger.upgrade()
    yield ledger.address()
    ledger.engine().dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()
