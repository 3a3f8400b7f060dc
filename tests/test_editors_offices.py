"""Editors of the pages of decisions take what an office types and refuse what imports do.

On SQLite and, where `SEPAKAT_TEST_DATABASE_URL` names a server, on PostgreSQL.
"""

import uuid
from decimal import Decimal

import pandas as pd
import pytest
from books import KINDS, empty
from editors_fixture import issue_of
from test_editors import ask, new
from uuid_utils.compat import uuid7

from sepakat_lib import ledger, speaker
from sepakat_lib.exchange import sipd
from sepakat_lib.modules import Plan
from sepakat_lib.refused import written
from widgets import decisions
from widgets.editor import Editor

PACITAN = Plan(region="3501", year=2023, plan_year=2025)
CODES = pd.DataFrame(
    [
        {"code": "1.02", "level": "bidang_urusan", "name": "Kesehatan"},
        {"code": "1.03", "level": "bidang_urusan", "name": "Pekerjaan Umum"},
        {"code": "1.02.02.2.02.0015", "level": "sub_kegiatan", "name": "Gizi"},
    ]
)
OF_HEALTH, OF_WORKS = "1.02.02.2.02.0015", "1.03.05.2.01.0039"


@pytest.fixture(params=KINDS)
def made(request, tmp_path, monkeypatch):
    """A ledger with an OPD, an activity, and a cost line of 1,000,000 rupiah."""
    monkeypatch.setattr(Editor, "person", "Sari")
    with empty(request.param, tmp_path):
        with ledger.writing("Budi") as book:
            rows = issue_of(book)
            opd = {"region": "3501", "code": "1.02-A", "title": "Dinas Kesehatan"}
            rows["opd"] = ledger.add(book, "opd", opd | {"urusan": ["1.02"]})
            line = {"activity_id": rows["activity"]["id"], "title": "Makanan"}
            line |= {"volume_1": Decimal(10), "price": 100_000, "amount": 1_000_000}
            rows["line"] = ledger.add(book, "cost_lines", line)
        yield rows


def stand(kind, **equal):
    with ledger.reading() as book:
        return ledger.rows(book, kind, **equal).to_dict("records")


def add(editor, **values):
    return ask(editor, do="add", id=str(uuid7()), values=values)


def change(editor, row, **values):
    was = {name: editor._text(name, row[name]) for name in values}
    message = {"id": str(row["id"]), "version": row["version"], "was": was}
    return ask(editor, do="change", values=values, **message)


def paste(editor, field, block):
    return ask(editor, do="paste", field=field, rows=new(len(block)), block=block)


def said(rule, **fields):
    return speaker.rule(written(rule, **fields), "id")


def test_offices_prices_and_ceilings_are_pasted_as_a_sheet_has_them(made):
    answer = paste(
        decisions.offices(PACITAN, CODES),
        "code",
        [["1.03-A", "Dinas PUPR", "1.03; 1.02"], ["1.02-B", "RSUD", "1.02"]],
    )
    assert "error" not in answer, answer
    works = stand("opd", code="1.03-A")[0]
    assert (works["urusan"], works["region"]) == (["1.03", "1.02"], "3501")
    answer = paste(
        decisions.unit_costs(PACITAN),
        "code",
        [
            ["M-1", "Semen", "sak", "Rp75.000", "Punung", "SK 1/2025"],
            ["M-1", "Semen", "sak", "72.500", "", "SK 1/2025"],
        ],
    )
    assert "error" not in answer, answer
    prices = [(each["price"], each["kecamatan"]) for each in stand("unit_costs")]
    assert prices == [(75_000, "35.01.03"), (72_500, None)]
    assert {each["year"] for each in stand("unit_costs")} == {2025}
    answer = paste(
        decisions.ceilings(PACITAN),
        "opd_id",
        [["Dinas PUPR", "1.500.000.000", "KUA 2025"]],
    )
    assert answer["status"].endswith("Rp1.500.000.000")
    assert stand("ceilings")[0]["opd_id"] == works["id"]
    # what was pasted is undone whole, a row that was typed is changed
    offices = decisions.offices(PACITAN, CODES)
    assert change(offices, works, urusan="1.03")["rows"][0]["cells"]["urusan"] == "1.03"
    assert ask(offices, do="undo")["rows"][0]["cells"]["urusan"] == "1.03, 1.02"


def test_a_cost_line_takes_four_volumes(made):
    answer = paste(
        decisions.cost_lines(PACITAN),
        "activity_id",
        [
            [
                *("Sumur bor", "", "Honor", "5.1.02.02.01.0003", "DAU"),
                *("2", "orang", "3", "hari", "4", "kali", "2,5", "jam", "10.000"),
            ]
        ],
    )
    assert "error" not in answer, answer
    line = stand("cost_lines", title="Honor")[0]
    assert (line["amount"], line["volume_4"]) == (600_000, Decimal("2.5"))
    assert line["unit_4"] == "jam"


def test_an_activity_takes_group_people_baseline_target_and_strategy(made):
    grid = decisions.activities(PACITAN)
    values = {"target_group": "Balita", "people": "1.250", "baseline": "12,5"}
    values |= {"target": "8", "unit": "persen", "strategy": "Meningkatkan pendapatan"}
    values |= {"kecamatan": "Punung", "desa": "35.01.03.2004"}
    answer = change(grid, made["activity"], **values)
    assert "error" not in answer, answer
    row = stand("activities")[0]
    assert (row["people"], row["baseline"], row["target"]) == (1250, Decimal("12.5"), 8)
    assert (row["strategy"], row["plan_year"]) == ("income", 2025)


def test_an_office_without_authority_is_refused_as_an_import_refuses_it(made):
    grid, activity = decisions.activities(PACITAN), made["activity"]
    values = {"opd_id": str(made["opd"]["id"]), "sub_kegiatan": OF_WORKS}
    answer = change(grid, activity, **values)
    rule = said("authority", opd="Dinas Kesehatan", urusan="1.03")
    assert answer["code"] == "wrong_cell" and rule in answer["error"]
    block = paste(
        grid, "cause_id", [["Tidak ada pipa", "Gizi", OF_WORKS, "Dinas Kesehatan"]]
    )
    assert block["code"] == "bad_block" and rule in block["problems"][0]["why"]
    assert stand("activities") == [activity]
    answer = change(grid, activity, **values | {"sub_kegiatan": OF_HEALTH})
    assert "error" not in answer
    # the code alone, of the office that stands
    answer = change(grid, stand("activities")[0], sub_kegiatan=OF_WORKS)
    assert rule in answer["error"]
    assert sipd.ledger.authority(made["opd"], OF_WORKS) == written(
        "authority", opd="Dinas Kesehatan", urusan="1.03"
    )


def refusals(made):
    """An editor, what is typed there, and the sentence that answers it."""
    activities = decisions.activities(PACITAN)
    lines, months = decisions.cost_lines(PACITAN), decisions.realisations(PACITAN)
    month = {"cost_line_id": str(made["line"]["id"]), "month": "3", "money": "1"}
    activity = {"cause_id": str(made["cause"]["id"]), "title": "Gizi"}
    line = {"activity_id": str(made["activity"]["id"]), "title": "Pipa"}
    price = {"code": "A", "title": "Semen", "unit": "sak", "price": "1"}
    price |= {"decree": "SK 1"}
    formula, four = said("no_formula"), said("four_places")
    return [
        (activities, activity | {"kecamatan": "35.02.01"}, "salah satu dari"),
        (activities, activity | {"desa": "35.02.01.2001"}, "sebuah desa"),
        (activities, activity | {"desa": "Sukoharjo"}, "sebuah desa"),
        (
            activities,
            activity | {"kecamatan": "Punung", "desa": "35.01.01.2001"},
            said("desa_of", code="35.01.03"),
        ),
        (activities, activity | {"title": "=A1"}, formula),
        (activities, activity | {"sub_kegiatan": "1.02"}, "kode sub kegiatan"),
        (activities, activity | {"people": "-3"}, said("whole_from", low="0")),
        (lines, line | {"volume_1": "-2"}, four),
        (lines, line | {"volume_4": "-2"}, four),
        (lines, line | {"title": "+62"}, formula),
        (lines, line | {"account": "5"}, said("account_code")),
        (lines, line | {"price": "9" * 19}, "9.223.372.036.854.775.807"),
        (
            lines,
            line | {"price": "9" * 18, "volume_1": "99999"},
            "9.223.372.036.854.775.807",
        ),
        (
            months,
            month | {"physical": "100,5"},
            said("number_from_to", low="0", high="100"),
        ),
        (months, month | {"money": "1.000.001"}, "terpakai 1.000.001 dari 1.000.000"),
        (months, month | {"problem": "=1+1"}, formula),
        (months, month | {"money": "-1"}, said("whole_rupiah")),
        (decisions.unit_costs(PACITAN), price | {"price": "seribu"}, "rupiah bulat"),
        (decisions.unit_costs(PACITAN), price | {"kecamatan": "Arjosari 2"}, "salah"),
        (decisions.unit_costs(PACITAN), price | {"decree": "@SUM(1)"}, formula),
        (
            decisions.offices(PACITAN, CODES),
            {"code": "X", "title": "Y", "urusan": "1.02, 1.2"},
            "1.2",
        ),
        (
            decisions.ceilings(PACITAN),
            {"opd_id": str(made["opd"]["id"]), "amount": "-1", "decree": "K"},
            said("whole_rupiah"),
        ),
    ]


def test_what_an_import_refuses_an_editor_refuses_with_a_sentence(made):
    before = {kind: stand(kind) for kind in ledger.thread("3501") if kind != "evidence"}
    for editor, values, told in refusals(made):
        answer = add(editor, **values)
        assert answer.get("code") == "wrong_cell", (values, answer)
        assert told in answer["error"], (values, answer["error"])
        names = [*editor._by_name][: 1 + max(map([*editor._by_name].index, values))]
        block = [[values.get(name, "") for name in names]]
        pasted = paste(editor, names[0], block)
        assert pasted.get("code") == "bad_block", (values, pasted)
        assert told in pasted["problems"][0]["why"], (values, pasted["problems"])
    assert before == {kind: stand(kind) for kind in before}


def test_a_month_is_written_once_and_months_stay_within_the_line(made):
    months = decisions.realisations(PACITAN)
    line = f"{made['activity']['title']}: {made['line']['title']}"
    twice = paste(months, "cost_line_id", [[line, "3", "1"], [line, "3", "2"]])
    assert [each["row"] for each in twice["problems"]] == [1]
    assert said("month_free", money=1) in twice["problems"][0]["why"]
    above = paste(
        months, "cost_line_id", [[line, "3", "600.000"], [line, "4", "400.001"]]
    )
    assert [each["row"] for each in above["problems"]] == [1]
    ok = paste(months, "cost_line_id", [[line, "3", "600.000"], [line, "4", "400.000"]])
    assert "error" not in ok
    march, april = stand("realisations")
    assert "terpakai" in change(months, march, money="600.001")["error"]
    assert (
        said("month_free", money=600_000) in change(months, april, month="3")["error"]
    )
    assert "error" not in change(months, march, money="500.000")
    # nor is the budget taken from below what is spent of it
    lines = decisions.cost_lines(PACITAN)
    answer = change(lines, made["line"], volume_1="8,9")
    assert said("above_spent", spent=900_000) in answer["error"]
    assert "error" not in change(lines, made["line"], volume_1="9")


def test_a_price_stands_once_and_an_office_has_one_ceiling_a_year(made):
    prices, row = decisions.unit_costs(PACITAN), ["A", "Semen", "sak", "1", "", "SK 1"]
    twice = paste(prices, "code", [row, row])
    assert [each["row"] for each in twice["problems"]] == [1]
    assert said("price_stands") in twice["problems"][0]["why"]
    assert "error" not in paste(prices, "code", [row])
    assert paste(prices, "code", [row])["code"] == "bad_block"
    ceilings = decisions.ceilings(PACITAN)
    assert "error" not in paste(ceilings, "opd_id", [["Dinas Kesehatan", "5", "K"]])
    again = paste(ceilings, "opd_id", [["Dinas Kesehatan", "6", "K"]])
    assert again["code"] == "bad_block" and len(stand("ceilings")) == 1


def test_drafts_of_new_rows_are_kept_by_region_and_year_of_the_plan(made):
    other = Plan(region="7303", year=2023, plan_year=2025)
    later = Plan(region="3501", year=2023, plan_year=2026)
    places = {
        decisions.cost_lines(chosen).setup["place"]
        for chosen in (PACITAN, other, later)
    }
    assert len(places) == 3
    assert decisions.cost_lines(PACITAN).setup["place"].startswith("3501.2025.")


def test_a_block_that_is_sent_twice_stands_once(made):
    prices, rows = decisions.unit_costs(PACITAN), new(2)
    block = [[each, "Semen", "sak", "1", "", "SK 1"] for each in "AB"]
    message = {"do": "paste", "field": "code", "rows": rows, "block": block}
    first, second = ask(prices, **message), ask(prices, **message)
    assert "error" not in first and "error" not in second
    assert len(stand("unit_costs")) == 2
    with ledger.reading() as book:
        assert len(ledger.trail(book, uuid.UUID(rows[0]["id"]))) == 1
        assert ledger.makers([uuid.UUID(rows[0]["id"])]) == {
            uuid.UUID(rows[0]["id"]): "Sari"
        }
