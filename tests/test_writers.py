"""Many writers of one ledger, some killed: the quick run of benchmarks/writers.py."""

import os
from decimal import Decimal

import pytest

from sepakat_lib import ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    if request.param == "postgresql" and "SEPAKAT_TEST_DATABASE_URL" not in os.environ:
        pytest.skip("no PostgreSQL: SEPAKAT_TEST_DATABASE_URL is not set")
    return request.param


def test_many_writers_lose_nothing_and_what_was_confirmed_outlives_kill_9(
    writers, kind, tmp_path
):
    told = writers.run(kind, tmp_path, writers=5, seconds=2.5, rows=3, killed=1)
    assert told["confirmed"] > 0 and told["fewest"] > 0
    assert told["again"] > 0  # three rows: they did meet


def one_write(writers, url, ids) -> list:
    changes, _, _ = writers.once("writer 00", url, ids)
    return changes


@pytest.mark.parametrize("fault", ["untold", "lost", "overwritten", "failed"])
def test_a_fault_of_the_ledger_would_be_seen(writers, kind, tmp_path, fault):
    with writers.fresh(kind, tmp_path) as url:
        ids = writers.lines(url, 2)
        logged = [*one_write(writers, url, ids), *one_write(writers, url, ids)]
        done = {"confirmed": 2, "failed": ""}
        good = writers.check(url, ids, {"writer 00": logged}, {"writer 00": done})
        assert good == 0
        if fault == "untold":
            logged, done["confirmed"] = logged[:2], 1
        elif fault == "lost":
            logged, done["confirmed"] = [*logged, (ids[0], ids[0]), logged[0]], 3
        elif fault == "overwritten":
            with ledger.writing("writer 00", url=url) as book:
                for id in ids:
                    new = {"volume_1": Decimal(2), "title": "y"}
                    row = ledger.change(book, "cost_lines", id, 3, new)
                    logged.append((row["head"], id))
            done["confirmed"] = 3
        else:
            done["failed"] = "ledger_away"
        with pytest.raises(AssertionError):
            writers.check(url, ids, {"writer 00": logged}, {"writer 00": done})
        if fault == "untold":  # as a writer who was killed may leave it
            assert writers.check(url, ids, {"writer 00": logged}, {}) == 1
