"""The ledger of decisions: rows that answer each other, on SQLite and on PostgreSQL.

PostgreSQL's half runs where `SEPAKAT_TEST_DATABASE_URL` names a server that may be used.
"""

import contextlib
import datetime
import sqlite3
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import alembic.command
import pytest
import sqlalchemy
from books import empty
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusing import refusal
from sqlalchemy.exc import DBAPIError

from sepakat_lib import cli, ledger, speaker
from sepakat_lib.ledger import models, storage
from sepakat_lib.ledger.engine import engine, file_of
from sepakat_lib.refused import Refused

FINDING = {
    "id": "level/survey/3501/2023-03/p0/all/all",
    **{"region": "3501", "year": 2023, "indicator": "p0"},
    **{"value": 13.65, "low": 11.2, "high": float("nan")},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request, tmp_path):
    """An empty ledger, of either kind; its address."""
    with empty(request.param, tmp_path) as address:
        yield address


def chain(session) -> dict[str, dict]:
    """One row of each step, from a finding to a realisation."""
    shown = ledger.evidence(session, FINDING, made_of="2023")
    issue = {"region": "3501", "plan_year": 2025, "title": "Kemiskinan"}
    made = {"issues": ledger.add(session, "issues", issue | {"evidence_id": shown})}
    steps = {
        "causes": {"issue_id": "issues", "side": "supply", "title": "Tidak ada air"},
        "activities": {"cause_id": "causes", "plan_year": 2025, "title": "Sumur bor"},
        "cost_lines": {"activity_id": "activities", "title": "Semen"},
        "realisations": {"cost_line_id": "cost_lines", "year": 2025, "month": 3},
    }
    extra = {
        "cost_lines": {"price": 1500, "volume_1": Decimal("2.5"), "amount": 3750},
        "realisations": {"money": 3000, "physical": Decimal("80.5"), "people": 12},
    }
    for kind, values in steps.items():
        above = {n: made[v]["id"] for n, v in values.items() if n.endswith("_id")}
        made[kind] = ledger.add(session, kind, values | above | extra.get(kind, {}))
    return made


def test_a_chain_stands_as_it_was_written(book):
    with ledger.writing("Sari") as session:
        made = chain(session)
    with ledger.reading() as session:
        for kind, row in made.items():
            (stands,) = ledger.rows(session, kind).to_dict("records")
            assert stands == row
        (line,) = ledger.rows(session, "cost_lines").to_dict("records")
        assert (line["amount"], line["volume_1"]) == (3750, Decimal("2.5"))
        below = ledger.hanging(session, "issues", made["issues"]["id"])
        assert below["kind"].tolist() == [
            "causes",
            "activities",
            "cost_lines",
            "realisations",
        ]
        kept = session.get(models.Evidence, made["issues"]["evidence_id"])
        assert kept.content["value"] == 13.65 and kept.content["high"] is None


ABOVE = {
    "causes": "issue_id",
    "activities": "cause_id",
    "cost_lines": "activity_id",
    "realisations": "cost_line_id",
}


def test_the_thread_of_a_region_holds_its_rows_of_that_year_and_no_others(book):
    empty = ledger.thread("3501")
    with ledger.writing("Sari") as session:
        made = chain(session)
        for values in ({"region": "3502"}, {"region": "3501", "plan_year": 2026}):
            issue = {"region": "3501", "plan_year": 2025, "title": "Lain"} | values
            ledger.add(session, "issues", issue | {"direct_reason": "Musrenbang"})
    of_year = ledger.thread("3501", 2025)
    assert {kind: [*of_year[kind]["id"]] for kind in made} == {
        kind: [row["id"]] for kind, row in made.items()
    }
    assert len(of_year["evidence"]) == 1 and of_year["pins"].empty
    assert len(ledger.thread("3501")["issues"]) == 2
    assert all(table.empty for table in empty.values())
    assert [*empty["issues"]] == [*of_year["issues"]]


def test_the_mark_of_a_region_moves_with_its_own_rows_alone(book):
    first = ledger.mark("3501")
    with ledger.writing("Sari") as session:
        made = chain(session)
    second, other = ledger.mark("3501"), ledger.mark("3502")
    with ledger.writing("Sari") as session:
        ledger.change(
            session, "realisations", made["realisations"]["id"], 1, {"money": 2000}
        )
    assert len({first, second, ledger.mark("3501")}) == 3
    assert ledger.mark("3502") == other


def test_where_there_is_no_ledger_a_region_has_no_decisions(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)
    assert not ledger.exists()
    assert all(table.empty for table in ledger.thread("3501", 2025).values())
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("kind", ABOVE)
@pytest.mark.parametrize("key", ["none", "nobody's"])
def test_a_step_without_the_one_above_it_is_refused(book, kind, key):
    with ledger.writing("Sari") as session:
        whole = chain(session)[kind]
    values = {
        k: v for k, v in whole.items() if k not in ("id", "version", "head", "ended")
    }
    values |= {"month": 4} if kind == "realisations" else {}
    values[ABOVE[kind]] = None if key == "none" else uuid.uuid4()
    rule = "fk" if values[ABOVE[kind]] else f"nn_{kind}_{ABOVE[kind]}"
    with refusal(code="ledger_rule") as caught, ledger.writing("Sari") as session:
        ledger.add(session, kind, values)
    assert caught.value.fields["rule"] == rule
    with ledger.reading() as session:
        assert len(ledger.rows(session, kind)) == 1


@pytest.mark.parametrize(
    ("kind", "values", "rule"),
    [
        ("issues", {"direct_reason": None}, "ck_issues_one_origin"),
        (
            "issues",
            {"direct_reason": "Bupati", "evidence_id": "it"},
            "ck_issues_one_origin",
        ),
        ("causes", {"side": "both"}, "ck_causes_side"),
        (
            "cost_lines",
            {"volume_1": Decimal(-1)},
            "ck_cost_lines_volume_1_not_negative",
        ),
        ("cost_lines", {"price": -1}, "ck_cost_lines_price_not_negative"),
        ("cost_lines", {"amount": 5}, "ck_cost_lines_amount_of_price_and_volume"),
        ("realisations", {"month": 13}, "ck_realisations_month"),
        ("realisations", {"month": 3}, "uq_realisations_month"),
        ("realisations", {"money": -1}, "ck_realisations_money_not_negative"),
        (
            "realisations",
            {"physical": Decimal("100.01")},
            "ck_realisations_physical_percent",
        ),
        ("realisations", {"answer": "ya"}, "ck_realisations_answer_to_a_note"),
    ],
)
def test_a_rule_that_is_broken_is_named_alike_in_both(book, kind, values, rule):
    with ledger.writing("Sari") as session:
        made = chain(session)
    base = {
        "issues": {"region": "3501", "plan_year": 2025, "title": "x"},
        "causes": {"issue_id": made["issues"]["id"], "side": "use", "title": "x"},
        "cost_lines": {"activity_id": made["activities"]["id"], "title": "x"},
        "realisations": {
            "cost_line_id": made["cost_lines"]["id"],
            **{"year": 2025, "month": 7, "money": 0},
        },
    }[kind]
    if values.get("evidence_id"):
        values = values | {"evidence_id": made["issues"]["evidence_id"]}
    with refusal(code="ledger_rule") as caught, ledger.writing("Sari") as session:
        ledger.add(
            session, "notes", {"about_kind": "x", "about": uuid.uuid4(), "said": "y"}
        )
        ledger.add(session, kind, base | values)
    assert caught.value.fields["rule"] == rule
    with ledger.reading() as session:
        assert ledger.rows(session, "notes").empty  # nothing half-written


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("isu", {}, "unknown_row_kind"),
        ("issues", {"judul": "x"}, "unknown_fields"),
        ("issues", {"version": 7}, "unknown_fields"),
        ("cost_lines", {"price": 1500.5}, "wrong_value"),
        ("cost_lines", {"price": "seribu"}, "wrong_value"),
        ("cost_lines", {"price": True}, "wrong_value"),
        ("cost_lines", {"price": 2**63}, "wrong_value"),
        ("cost_lines", {"volume_1": 2.5}, "wrong_value"),
        ("cost_lines", {"volume_1": Decimal("0.00001")}, "wrong_value"),
        ("realisations", {"month": "Maret"}, "wrong_value"),
        ("issues", {"title": "x" * 10_001}, "wrong_value"),
    ],
)
def test_what_no_column_keeps_as_it_is_is_refused_before_the_database(
    book, kind, values, code
):
    with refusal(code=code), ledger.writing("Sari") as session:
        ledger.add(session, kind, values)


def test_who_writes_second_is_told_who_wrote_first_and_what(book):
    with ledger.writing("Sari") as session:
        line = chain(session)["cost_lines"]
    with ledger.writing("Budi", "harga baru") as session:
        ledger.change(
            session, "cost_lines", line["id"], 1, {"price": 2000, "amount": 5000}
        )
    with refusal(code="changed_meanwhile") as caught, ledger.writing("Sari") as session:
        ledger.change(session, "cost_lines", line["id"], 1, {"price": 1})
    assert caught.value.fields["who"] == "Budi"
    assert caught.value.fields["fields"] == ["amount", "price"]
    assert caught.value.fields["theirs"] == ["5000", "2000"]
    with ledger.reading() as session:
        steps = ledger.trail(session, line["id"])
    assert steps["who"].tolist() == ["Sari", "Budi"]
    assert steps["reason"].tolist() == [None, "harga baru"]
    assert steps["before"].iloc[1] == {"price": 1500, "amount": 3750}
    assert steps["parents"].iloc[1] == [str(steps["id"].iloc[0])]


@pytest.mark.parametrize("book", ["postgresql"], indirect=True)  # SQLite's take turns
def test_of_two_writers_who_wait_for_each_other_one_is_let_through(book):
    with ledger.writing("Sari") as session:
        made = chain(session)
    both = threading.Barrier(2, timeout=20)

    def write(who: str, kinds: list[str]) -> str:
        try:
            with ledger.writing(who) as session:
                for kind in kinds:
                    ledger.change(session, kind, made[kind]["id"], 1, {"title": who})
                    if kind == kinds[0]:
                        both.wait()
        except Refused as error:
            return error.code
        return who

    kinds = ["issues", "causes"]
    with ThreadPoolExecutor(2) as threads:
        ends = threads.map(write, ["Ani", "Budi"], [kinds, kinds[::-1]])
    through, lost = sorted(ends, key="ledger_busy".__eq__)
    assert lost == "ledger_busy" and through in ("Ani", "Budi")
    with ledger.reading() as session:
        for kind in kinds:
            assert ledger.rows(session, kind)["title"].tolist() == [through]
            assert len(ledger.trail(session, made[kind]["id"])) == 2


def test_many_rows_are_taken_in_one_order_whatever_order_they_come_in(book):
    with ledger.writing("Sari") as session:
        above = {"activity_id": chain(session)["activities"]["id"]}
        lines = [above | {"title": str(n)} for n in range(60)]
        lines = ledger.add_all(session, "cost_lines", lines)
    start = threading.Barrier(2, timeout=20)

    def write(who: str, rows: list[dict]) -> str:
        start.wait()
        try:
            with ledger.writing(who) as session:
                new = [(row["id"], row["version"], {"fund": who}) for row in rows]
                ledger.change_all(session, "cost_lines", new)
        except Refused as error:
            return error.code
        return who

    with ThreadPoolExecutor(2) as threads:
        ends = [*threads.map(write, ["Ani", "Budi"], [lines, lines[::-1]])]
    assert "changed_meanwhile" in ends and {"Ani", "Budi"} & {*ends}


@pytest.mark.parametrize("book", ["sqlite"], indirect=True)  # which is a file
def test_who_finds_the_file_held_by_another_program_is_told_to_save_again(
    book, monkeypatch
):
    module = sys.modules["sepakat_lib.ledger.engine"]  # `ledger.engine` is its verb
    monkeypatch.setattr(module, "PATIENCE", 0)
    with contextlib.closing(sqlite3.connect(file_of(book))) as other:
        other.execute("BEGIN IMMEDIATE")
        with refusal(code="ledger_busy"), ledger.writing("Sari") as session:
            chain(session)
    with ledger.writing("Sari") as session:
        chain(session)


def test_a_row_ends_with_all_that_hangs_on_it_and_only_if_all_were_seen(book):
    with ledger.writing("Sari") as session:
        made = chain(session)
    cause = made["causes"]
    with refusal(code="rows_hang") as caught, ledger.writing("Sari") as session:
        ledger.end(session, "causes", cause["id"], 1)
    assert caught.value.fields["rows"][0] == "activities Sumur bor"
    with ledger.reading() as session:
        hang = ledger.hanging(session, "causes", cause["id"])
    assert hang["kind"].tolist() == ["activities", "cost_lines", "realisations"]
    with ledger.writing("Sari", "batal") as session:
        ended = ledger.end(session, "causes", cause["id"], 1, also=[*hang["id"]])
    assert len(ended) == 4
    with ledger.reading() as session:
        assert ledger.rows(session, "cost_lines").empty
        assert len(ledger.rows(session, "cost_lines", ended=True)) == 1
        assert len(ledger.rows(session, "issues")) == 1
    with refusal(code="row_ended") as caught, ledger.writing("Budi") as session:
        ledger.change(session, "causes", cause["id"], 2, {"title": "x"})
    assert caught.value.fields["who"] == "Sari"


def test_nothing_takes_back_what_was_written_down(book):
    with ledger.writing("Sari") as session:
        made = chain(session)
    for statement in (
        "UPDATE changes SET who = 'x'",
        "DELETE FROM changes",
        "UPDATE evidence SET year = 2024",
        "DELETE FROM evidence",
    ):
        with pytest.raises(DBAPIError, match="only added to"), engine().begin() as raw:
            raw.exec_driver_sql(statement)
    with pytest.raises(RuntimeError, match="ends"), ledger.writing("x") as session:
        session.delete(session.get(models.Issue, made["issues"]["id"]))
        session.flush()
    with (
        pytest.raises(RuntimeError, match="one by one"),
        ledger.writing("x") as session,
    ):
        session.execute(sqlalchemy.update(models.Issue).values(title="x"))
    with pytest.raises(RuntimeError, match="verbs"), ledger.writing("x") as session:
        session.get(models.Issue, made["issues"]["id"]).title = "x"


def test_every_rule_of_the_ledger_is_a_sentence():
    rules = {
        str(rule.name)
        for table in models.Base.metadata.tables.values()
        for rule in (*table.constraints, *table.indexes)
        if isinstance(rule, sqlalchemy.CheckConstraint)
        or getattr(rule, "unique", False)
    }
    rules |= {f"nn_{kind}_{key}" for kind, key in ABOVE.items()}
    told = {rule for rule in rules if not rule.endswith("_whole")}
    assert len(told) > 25
    for rule in told:
        sentence = speaker.sentence(Refused("ledger_rule", rule=rule), "en")
        assert rule not in sentence, rule
    other = speaker.sentence(Refused("ledger_rule", rule="nn_issues_title"), "id")
    assert other.startswith("Baris ini melanggar aturan nn_issues_title.")


def test_a_name_is_needed_to_write(book):
    with refusal(code="nobody"), ledger.writing("  "):
        pass


def test_what_is_typed_is_kept_for_its_writer_alone(book):
    ledger.keep_draft("Sari", "issues", "new", {"title": "Kemis"})
    ledger.keep_draft("Sari", "issues", "new", {"title": "Kemiskinan"})
    ledger.keep_draft("Budi", "issues", "new", {"title": "lain"})
    with ledger.reading() as session:
        (kept,) = ledger.drafts(session, "Sari").to_dict("records")
    assert kept["content"] == {"title": "Kemiskinan"}
    with ledger.writing("Sari") as session:
        ledger.drop_draft(session, "Sari", "issues", "new")
    with ledger.reading() as session:
        assert ledger.drafts(session, "Sari").empty
        assert len(ledger.drafts(session, "Budi")) == 1


def test_the_same_finding_is_kept_once(book):
    with ledger.writing("Sari") as session:
        one = ledger.evidence(session, FINDING, made_of="2023")
        again = ledger.evidence(
            session, dict(reversed(FINDING.items())), made_of="2023"
        )
        later = ledger.evidence(session, FINDING, made_of="loaded anew")
        judged = ledger.evidence(
            session, FINDING, made_of="2023", rule={"colour": "red"}
        )
    assert one == again and len({one, later, judged}) == 3


def test_a_backup_is_the_ledger_and_comes_back_whole(book, tmp_path):
    with ledger.writing("Sari") as session:
        made = chain(session)
    copy = ledger.backup(tmp_path / "kept" / "backup.sqlite")
    with ledger.writing("Sari") as session:
        ledger.change(session, "issues", made["issues"]["id"], 1, {"title": "lain"})
    names = [table.name for table in models.Base.metadata.sorted_tables]
    ledger.restore(copy)
    with ledger.reading() as session:
        assert ledger.rows(session, "issues")["title"].tolist() == ["Kemiskinan"]
        assert len(ledger.trail(session, made["issues"]["id"])) == 1
    second = ledger.backup(tmp_path / "second.sqlite")
    for name in sorted({*names} - {"copy"}):
        assert content(second, name) == content(copy, name), name
    assert content(second, "copy") != content(copy, "copy")  # it is another copy now


def content(file: Path, table: str) -> list:
    made = sqlalchemy.create_engine(f"sqlite:///{file}", poolclass=sqlalchemy.NullPool)
    with made.connect() as connection:
        return sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}")))


def test_what_is_no_backup_changes_nothing(book, tmp_path):
    with ledger.writing("Sari") as session:
        chain(session)
    other = tmp_path / "other.sqlite"
    for bad in (b"", b"SQLite format 3\x00 but not really", b"x" * 5000):
        other.write_bytes(bad)
        with refusal(code="no_backup"):
            ledger.restore(other)
    with refusal(code="no_backup"):
        ledger.restore(tmp_path / "nowhere.sqlite")
    with ledger.reading() as session:
        assert len(ledger.rows(session, "issues")) == 1


def test_a_ledger_of_a_newer_program_is_left_alone(book):
    with engine().begin() as raw:
        raw.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with refusal(code="ledger_newer"):
        ledger.upgrade()


def test_upgrading_twice_changes_nothing(book):
    with ledger.writing("Sari") as session:
        chain(session)
    with ledger.reading() as session:
        before = session.scalars(sqlalchemy.select(models.Copy.office)).one()
    assert ledger.upgrade() == storage.known()[0]
    with ledger.reading() as session:
        assert session.scalars(sqlalchemy.select(models.Copy.office)).one() == before
        assert len(ledger.rows(session, "issues")) == 1


def schema(connection) -> dict:
    """Everything that the database says of its tables, however they came to be."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
            "AND name <> 'alembic_version'"
        )
        found = {}
        for kind, name, sql in rows:
            text = " ".join((sql or "").split())
            head, _, inside = text.partition("(")
            parts = sorted(part.strip().rstrip(" )") for part in inside.split(", "))
            found[kind, name] = (head, parts)
        return found
    columns = connection.exec_driver_sql(
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name <> 'alembic_version'"
    )
    rules = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
        "AND conrelid::regclass::text <> 'alembic_version'"
    )
    indexes = connection.exec_driver_sql(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename <> 'alembic_version'"
    )
    triggers = connection.exec_driver_sql(
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    return {
        "columns": sorted(map(tuple, columns), key=str),
        "rules": sorted(map(tuple, rules)),
        "indexes": sorted(map(tuple, indexes)),
        "triggers": sorted(map(tuple, triggers)),
    }


def test_a_migrated_ledger_is_the_one_that_is_declared(book):
    with engine().begin() as connection:
        migrated = schema(connection)
        for table in reversed(models.Base.metadata.sorted_tables):
            connection.exec_driver_sql(f'DROP TABLE "{table.name}"')
        models.Base.metadata.create_all(connection)
        declared = schema(connection)
    assert len(migrated) > 3 and migrated == declared


exact = st.decimals(-1_000_000, 1_000_000, places=4, allow_nan=False)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.integers(0, 10**15),
    volumes=st.lists(
        st.none() | st.decimals(0, 9999, places=4), min_size=4, max_size=4
    ),
    baseline=exact,
)
def test_money_and_volumes_come_back_to_the_last_place(book, price, volumes, baseline):
    amount = ledger.amount_of(price, volumes)
    if amount is not None and amount >= 2**63:
        return
    with ledger.writing("Sari") as session:
        made = chain(session)
        line = {f"volume_{i}": v for i, v in enumerate(volumes, 1)} | {"price": price}
        line |= {
            "activity_id": made["activities"]["id"],
            "title": "x",
            "amount": amount,
        }
        line = ledger.add(session, "cost_lines", line)
        row = made["activities"] | {"baseline": baseline}
        ledger.change(session, "activities", row["id"], 1, {"baseline": baseline})
    with ledger.reading() as session:
        (stands,) = ledger.rows(session, "cost_lines", id=line["id"]).to_dict("records")
        assert stands == line
        (stands,) = ledger.rows(session, "activities", id=row["id"]).to_dict("records")
        assert stands["baseline"] == baseline


def test_a_time_comes_back_as_the_same_moment(book):
    jakarta = datetime.timezone(datetime.timedelta(hours=7))
    at = datetime.datetime(2025, 1, 1, 6, 30, tzinfo=jakarta)
    with ledger.writing("Sari") as session:
        session.add(models.Draft(who="x", kind="y", about="z", content={}, at=at))
    with ledger.reading() as session:
        (kept,) = ledger.drafts(session, "x")["at"]
    assert kept == at and kept.tzinfo == datetime.UTC


def test_the_verbs_set_up_back_up_and_restore(book, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    run("upgrade")
    with ledger.writing("Sari") as session:
        chain(session)
    kept = tmp_path / "kept.sqlite"
    run("backup", str(kept))
    assert str(kept) in capsys.readouterr().out
    with ledger.writing("Sari") as session:
        ledger.add(
            session, "notes", {"about_kind": "x", "about": uuid.uuid4(), "said": "y"}
        )
    run("restore", str(kept))
    said = capsys.readouterr().out
    (before,) = tmp_path.glob("kept.before-*.sqlite")
    assert before.name in said
    with ledger.reading() as session:
        assert ledger.rows(session, "notes").empty
    run("restore", str(before))
    with ledger.reading() as session:
        assert len(ledger.rows(session, "notes")) == 1
    (tmp_path / "other.sqlite").write_text("x")
    with pytest.raises(SystemExit):
        cli.main(["db", "restore", str(tmp_path / "other.sqlite")])
    assert "is not a whole backup" in " ".join(capsys.readouterr().err.split())


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["db", *arguments])
    assert ended.value.code == 0


def test_an_older_ledger_keeps_its_rows_which_are_not_invented(book):
    with engine().connect() as connection, connection.begin():
        for table in reversed(models.Base.metadata.sorted_tables):
            connection.exec_driver_sql(f'DROP TABLE "{table.name}"')
        connection.exec_driver_sql("DROP TABLE alembic_version")
        alembic.command.upgrade(storage._config(connection), "0001")
        name, head = "b" * 32, "c" * 32
        connection.exec_driver_sql(
            "INSERT INTO issues (id, version, head, region, plan_year, title, "
            "direct_reason) "
            f"VALUES ('{name}', 1, '{head}', '3501', 2025, 'Air', 'Musrenbang')"
        )
    assert ledger.upgrade() == storage.known()[0]
    (row,) = ledger.thread("3501")["issues"].to_dict("records")
    assert (row["title"], row["synthetic"]) == ("Air", False)


def test_rows_that_come_together_stand_together_or_not_at_all(book):
    with ledger.writing("Sari") as session:
        above = {"activity_id": chain(session)["activities"]["id"]}
        three = [above | {"title": title} for title in "cab"]
        made = ledger.add_all(session, "cost_lines", three)
    assert [row["title"] for row in made] == ["c", "a", "b"]
    with ledger.reading() as session:
        for row in made:
            (step,) = ledger.trail(session, row["id"]).to_dict("records")
            assert step["id"] == row["head"] and step["after"]["title"] == row["title"]
    with refusal(code="ledger_rule"), ledger.writing("Sari") as session:
        bad = above | {"title": "e", "price": -1}
        ledger.add_all(session, "cost_lines", [above | {"title": "d"}, bad])
    with ledger.reading() as session:
        assert len(ledger.rows(session, "cost_lines")) == 4
