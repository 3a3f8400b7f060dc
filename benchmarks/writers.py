"""Many writers of one ledger at once, some of them killed: nothing is lost.

    python benchmarks/writers.py [--writers 30] [--seconds 30] [--rows 40]

Each writer reads two cost lines, adds one to the volume of both as it saw them, and reads
again when somebody else was first. A tenth of the writers are ended by SIGKILL half-way.
What each was confirmed stands in a file of its own (fsync), and in the end the ledger is
held against those files. On SQLite, and on PostgreSQL where `SEPAKAT_TEST_DATABASE_URL`
names a server. Works in a folder and a database of its own.
"""

import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
import traceback
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import sqlalchemy

from sepakat_lib import ledger
from sepakat_lib.ledger.models import Change
from sepakat_lib.refused import Refused

PRICE = 1500  # [IDR]
LOOK = 10  # of so many writes a writer looks once at all rows


@contextlib.contextmanager
def fresh(kind: str, folder: Path) -> Iterator[str]:
    """Address of an empty ledger: a file in a folder, or a database that goes after."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'ledger.sqlite'}"
        ledger.upgrade(url)
        yield url
        return
    server = sqlalchemy.make_url(os.environ["SEPAKAT_TEST_DATABASE_URL"])
    name = f"sepakat_{uuid.uuid4().hex[:12]}"
    admin = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = server.set(database=name).render_as_string(False)
    try:
        ledger.upgrade(url)
        yield url
    finally:
        ledger.engine(url).dispose()
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def lines(url: str, count: int) -> list[uuid.UUID]:
    """Cost lines to write to, with what they hang on."""
    with ledger.writing("beginning", url=url) as book:
        issue = {"region": "3501", "plan_year": 2025, "title": "x"}
        issue = ledger.add(book, "issues", issue | {"direct_reason": "x"})
        cause = {"issue_id": issue["id"], "side": "supply", "title": "x"}
        cause = ledger.add(book, "causes", cause)
        activity = {"cause_id": cause["id"], "plan_year": 2025, "title": "x"}
        activity = ledger.add(book, "activities", activity)
        line = {"activity_id": activity["id"], "title": "x", "price": PRICE}
        line |= {"volume_1": Decimal(0), "amount": 0}
        return [ledger.add(book, "cost_lines", line)["id"] for _ in range(count)]


def write(name: str, url: str, ids: list, seconds: float, folder: Path, start) -> None:
    """Write until the time is over; each confirmed change goes to a file of its own."""
    done = {"confirmed": 0, "again": 0, "worst": 0.0, "failed": ""}
    start.wait()
    end = time.monotonic() + seconds
    with (folder / f"{name}.confirmed").open("a") as confirmed:
        while time.monotonic() < end and not done["failed"]:
            try:
                if done["confirmed"] % LOOK == 0:
                    look(url)
                changes, again, took = once(name, url, random.sample(ids, 2))
            except Exception:
                done["failed"] = traceback.format_exc()
                continue
            for change, row in changes:
                confirmed.write(f"{change} {row}\n")
            confirmed.flush()
            os.fsync(confirmed.fileno())
            done["confirmed"] += 1
            done["again"] += again
            done["worst"] = max(done["worst"], took)
    (folder / f"{name}.done").write_text(json.dumps(done))


def once(name: str, url: str, ids: list[uuid.UUID]) -> tuple[list, int, float]:
    """Add one to the volume of two rows; what was confirmed, tries in vain, seconds."""
    began, again = time.monotonic(), 0
    while True:
        with ledger.reading(url) as book:
            seen = ledger.rows(book, "cost_lines", id=ids).to_dict("records")
        try:
            more = [(row["id"], row["version"], one_more(row)) for row in seen]
            with ledger.writing(name, url=url) as book:
                rows = ledger.change_all(book, "cost_lines", more)
        except Refused as error:
            if error.code != "changed_meanwhile":
                raise
            again += 1
            continue
        changes = [(row["head"], row["id"]) for row in rows]
        return changes, again, time.monotonic() - began


def one_more(row: dict) -> dict:
    """Fields of a cost line with one more of its volume."""
    volume = row["volume_1"] + 1
    return {"volume_1": volume, "amount": ledger.amount_of(row["price"], [volume])}


def look(url: str) -> None:
    """Look at all rows as they are at one moment: no write stands by half."""
    with ledger.reading(url) as book:
        table = ledger.rows(book, "cost_lines")
    assert sum(table["volume_1"]) % 2 == 0, "one row of two was written"
    assert (table["amount"] == table["price"] * table["volume_1"]).all(), "half a row"


def run(
    kind: str, folder: Path, *, writers: int, seconds: float, rows: int, killed: int
) -> dict:
    """Let writers write, kill some, and hold the ledger against what they were told.

    Returns
    -------
    dict
        ``confirmed`` (transactions of two changes), ``per_second``, ``again`` (tries
        that met `changed_meanwhile`), ``worst`` [seconds from the first read until
        confirmed], ``fewest`` and ``most`` (of a writer who was not killed), ``killed``,
        ``unlogged`` (written by the killed, but not yet told).
    """
    with fresh(kind, folder) as url:
        ids = lines(url, rows)
        # one process imports, and writers are forked from it: none inherits connections
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "sepakat_lib.ledger"])
        start = context.Barrier(writers + 1)
        names = [f"writer {i:02}" for i in range(writers)]
        running = {
            name: context.Process(
                target=write, args=(name, url, ids, seconds, folder, start)
            )
            for name in names
        }
        for process in running.values():
            process.start()
        start.wait()
        time.sleep(seconds / 2)
        for name in names[:killed]:
            os.kill(running[name].pid, signal.SIGKILL)
        for process in running.values():
            process.join()
        codes = [running[name].exitcode for name in names]
        assert codes == [-signal.SIGKILL] * killed + [0] * (writers - killed), codes
        told = {
            name: json.loads((folder / f"{name}.done").read_text())
            for name in names[killed:]
        }
        logged = {name: confirmed_of(folder / f"{name}.confirmed") for name in names}
        unlogged = check(url, ids, logged, told)
    counts = [each["confirmed"] for each in told.values()]
    confirmed = sum(map(len, logged.values())) // 2
    return {
        "confirmed": confirmed,
        "per_second": confirmed / seconds,
        "again": sum(each["again"] for each in told.values()),
        "worst": max(each["worst"] for each in told.values()),
        "fewest": min(counts),
        "most": max(counts),
        "killed": killed,
        "unlogged": unlogged,
    }


def confirmed_of(file: Path) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Changes and rows that a writer was told stand; a line that was cut off is none."""
    whole = [line for line in file.read_text().splitlines(True) if line.endswith("\n")]
    pairs = [tuple(map(uuid.UUID, line.split())) for line in whole]
    return pairs[: len(pairs) // 2 * 2]


def check(url: str, ids: list, logged: dict[str, list], told: dict[str, dict]) -> int:
    """Hold a ledger against what its writers were told; the number not yet told."""
    for name, each in told.items():
        assert not each["failed"], f"{name} failed:\n{each['failed']}"
        assert each["confirmed"] > 0, f"{name} never wrote"
        assert len(logged[name]) == 2 * each["confirmed"]
    with ledger.writing("after", url=url) as book:  # nobody holds it any more
        stands = ledger.rows(book, "cost_lines").set_index("id")
        asked = sqlalchemy.select(Change.id, Change.row, Change.who, Change.parents)
        written = book.execute(
            asked.where(Change.kind == "cost_lines", Change.who != "beginning")
        ).all()
    by_writer = collections.defaultdict(set)
    for change in written:
        by_writer[change.who].add((change.id, change.row))
    unlogged = 0
    for name, pairs in logged.items():
        lost = set(pairs) - by_writer[name]
        assert not lost, f"{name} was told of {len(lost)} changes that are not there"
        more = len(by_writer[name]) - len(pairs)
        assert more == 0 or (name not in told and more == 2), f"{name}: {more} untold"
        unlogged += more // 2
    increments = collections.Counter(change.row for change in written)
    assert {*stands.index} == {*ids}
    for id, row in stands.iterrows():
        count = increments[id]
        assert row["volume_1"] == count, f"{id}: {count - row['volume_1']} lost"
        assert row["version"] == 1 + count and row["amount"] == PRICE * count
    parents = [parent for change in written for parent in change.parents]
    assert len(set(parents)) == len(written), "two changes of one row took one as seen"
    assert sum(stands["amount"]) == PRICE * len(written) and len(written) % 2 == 0
    return unlogged


def main() -> None:
    """Run on both databases and print what came."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rows", type=int, default=40)
    given = parser.parse_args()
    kinds = ["sqlite"]
    if os.environ.get("SEPAKAT_TEST_DATABASE_URL"):
        kinds.append("postgresql")
    else:
        print("postgresql: left out, SEPAKAT_TEST_DATABASE_URL names no server")
    killed = max(1, given.writers // 10)
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="sepakat-writers-") as folder:
            told = run(kind, Path(folder), **vars(given), killed=killed)
        print(
            f"{kind}: {given.writers} writers, {given.seconds:g} s, {given.rows} rows: "
            f"{told['confirmed']} confirmed ({told['per_second']:.0f} tx/s), "
            f"{told['again']} refused since somebody else was before "
            f"({(told['confirmed'] + told['again']) / given.seconds:.0f} turns/s), "
            f"worst wait {told['worst']:.2f} s, {told['fewest']} to {told['most']} a "
            f"writer; {killed} killed, all that they were told is there "
            f"({told['unlogged']} written and not yet told); nothing lost",
            flush=True,
        )


if __name__ == "__main__":
    main()
