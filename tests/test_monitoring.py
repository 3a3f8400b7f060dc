"""Realisation against the plan, counted by hand, quarter by quarter."""

import re
from decimal import Decimal

import pytest
from thread_fixture import name, plan

from sepakat_lib import budgeting, evaluation, monitoring
from sepakat_lib.modules import Plan, Watch
from sepakat_lib.reports import budgeting as costs
from sepakat_lib.reports import monitoring_evaluation as show

PACITAN = Plan(region="3501", year=2023)  # watches 2025


def told(line, month, money, physical=None, people=None, year=2025, **more):
    row = {"cost_line_id": line, "year": year, "month": month, "money": money}
    physical = None if physical is None else Decimal(physical)
    return row | {"physical": physical, "people": people} | more


def standing(*rows, quarter=2):
    tables = plan(realisations=[*rows])
    lines = budgeting.lines(tables)
    by_quarter = monitoring.quarters(PACITAN, tables, lines)
    table = monitoring.progress(PACITAN, tables, by_quarter, quarter)
    late = monitoring.lagging(PACITAN, tables, table, lines, quarter)
    return by_quarter, table.set_index("title"), late


def test_months_are_told_by_quarter_and_money_adds_up():
    by_quarter, _, _ = standing(
        told("meals", 1, 500_000, "10", 5),
        told("meals", 3, 250_000, "20", 4),
        told("trainer", 4, 1_000_000, "100"),
        told("meals", 12, 1_000_000, "90"),
        told("meals", 6, 7, year=2024),
    )
    own = by_quarter[by_quarter["activity"].eq(name("training"))]
    assert own["money"].tolist() == [750_000, 1_000_000, 0, 1_000_000]
    assert own["money_so_far"].tolist() == [750_000, 1_750_000, 1_750_000, 2_750_000]
    assert own["people"].tolist() == [9, None, None, None]
    # meals are three quarters of the 4 million, the trainer one
    assert own["physical"].tolist() == [
        Decimal("15.00"),
        Decimal("40.00"),
        None,
        Decimal("92.50"),
    ]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], "not_started"),
        ([told("meals", 2, 2_000_000, "50"), told("trainer", 2, 0, "50")], "on_track"),
        ([told("meals", 2, 1_600_000, "55"), told("trainer", 2, 0, "50")], "on_track"),
        ([told("meals", 2, 1_599_999, "55"), told("trainer", 2, 0, "50")], "behind"),
        ([told("meals", 2, 2_000_000, "30"), told("trainer", 2, 0, "50")], "behind"),
        ([told("meals", 2, 800_000, "55"), told("trainer", 2, 0, "50")], "behind"),
        ([told("meals", 2, 799_999, "55"), told("trainer", 2, 0, "50")], "far_behind"),
        ([told("meals", 2, 3_000_000), told("trainer", 5, 1_000_000)], "done"),
        ([told("meals", 2, 1_000, "100"), told("trainer", 5, 0, "100")], "done"),
        ([told("meals", 7, 3_000_000, "100")], "not_started"),  # of the third quarter
    ],
)
def test_the_status_follows_from_money_and_work(rows, status):
    assert standing(*rows)[1].loc["Pelatihan", "status"] == status


def test_an_activity_with_an_open_line_has_no_budget_to_be_held_against():
    table = standing(told("stone", 2, 500))[1]
    assert table.loc["Aspal", "status"] == "no_budget"
    assert table.loc["Aspal", "money"] == 500


def test_work_alone_is_judged_while_the_budget_is_open():
    table = standing(told("stone", 2, 500, "10"))[1]
    assert table.loc["Aspal", "status"] == "no_budget"  # its only line has no weight
    lines = [
        {"id": "sand", "activity_id": "paving", "title": "Pasir", "amount": 100},
        {"id": "stone", "activity_id": "paving", "title": "Batu"},
    ]
    tables = plan(cost_lines=lines, realisations=[told("sand", 2, 50, "10")])
    costed = budgeting.lines(tables)
    by_quarter = monitoring.quarters(PACITAN, tables, costed)
    (row,) = monitoring.progress(PACITAN, tables, by_quarter, 2).to_dict("records")
    assert (row["budget"], row["spent"], row["physical"]) == (None, None, 10)
    assert (row["behind"], row["status"]) == (40, "far_behind")


def by_cash_plan(*rows, quarter=2):
    return standing(*rows, quarter=quarter)[1].loc["Pelatihan"]


def test_the_plan_to_date_is_the_sum_of_the_months_cash_plans():
    """The budget is 4 million; a fifth of it is planned up to June, half is by quarters."""
    rows = [
        told("meals", 2, 100_000, "20", planned=300_000),
        told("meals", 5, 300_000, "20", planned=400_000),
        told("trainer", 6, 0, "0", planned=100_000),
        told("meals", 9, 0, planned=2_300_000),
        told("trainer", 11, 0, planned=900_000),
    ]
    row = by_cash_plan(*rows)
    assert (row["expected"], row["by_plan"]) == (20, True)
    assert (row["spent"], row["behind"], row["status"]) == (10, 10, "on_track")
    assert by_cash_plan(*rows, quarter=3)["expected"] == Decimal("77.50")
    assert by_cash_plan(*rows, quarter=3)["status"] == "far_behind"
    without = by_cash_plan(*[row | {"planned": None} for row in rows])
    assert (without["expected"], without["by_plan"]) == (50, False)
    assert without["status"] == "far_behind"  # 10 of 50: what the plan by month mends


def test_a_cash_plan_with_a_hole_is_not_taken_for_the_plan():
    whole = told("meals", 2, 0, planned=100)
    other = told("trainer", 8, 0, planned=100)
    assert by_cash_plan(whole, other)["by_plan"]
    assert not by_cash_plan(whole)["by_plan"]  # a line without any
    assert not by_cash_plan(whole, other, told("meals", 3, 0))["by_plan"]
    assert by_cash_plan(whole, other, told("meals", 7, 0))["by_plan"]  # a later month
    last_year = told("meals", 3, 0, planned=9, year=2024)
    assert by_cash_plan(whole, other, last_year)["expected"] == 0  # 100 of 4 million


def test_what_is_planned_for_later_has_not_to_have_begun():
    nothing_yet = [
        told("meals", 2, 0, planned=400_000),  # 10 percent: at the tolerance
        told("trainer", 8, 0, planned=3_600_000),
    ]
    assert by_cash_plan(*nothing_yet)["status"] == "on_track"
    nothing_yet[0]["planned"] += 400
    assert by_cash_plan(*nothing_yet)["status"] == "not_started"


def test_more_planned_than_budgeted_expects_no_more_than_the_whole():
    rows = [told(line, 1, 0, "95", planned=9_000_000) for line in ("meals", "trainer")]
    row = by_cash_plan(*rows)
    assert (row["expected"], row["status"]) == (100, "far_behind")  # money: none


def test_the_newest_month_is_of_the_watched_year():
    tables = plan(realisations=[told("meals", 5, 1), told("meals", 9, 1, year=2024)])
    assert monitoring.last_month(PACITAN, tables) == 5
    assert monitoring.last_month(PACITAN, plan()) is None


def test_what_lags_says_whose_why_and_until_when():
    late = standing(
        told("meals", 2, 100, "5", problem="Peserta kurang", verifier="Undang lagi"),
        told("meals", 4, 0, "6", problem="Hujan", answer=None),
        told("meals", 9, 0, "7", problem="Dari triwulan berikutnya"),
    )[2]
    (row,) = late[late["title"].eq("Pelatihan")].to_dict("records")
    assert (row["opd"], row["status"]) == ("Disnaker", "far_behind")
    assert (row["problem"], row["verifier"], row["answer"]) == (
        "Hujan",
        "Undang lagi",
        None,
    )
    assert row["until"] == (2025, 9)


def test_after_the_fourth_quarter_there_is_no_later_one():
    late = standing(told("meals", 2, 100), quarter=4)[2]
    assert [row is None for row in late["until"]] == [True] * len(late)


def opened(*rows, quarter=2, newest=6):
    """The top of the page of a quarter."""
    watch = Watch(region="3501", year=2023, quarter=quarter)
    table = standing(*rows, quarter=quarter)[1].reset_index()
    return str(show.opening(watch, table, newest))


def test_the_page_says_what_stood_for_the_plan():
    planned = [
        told("meals", 2, 0, planned=300_000),
        told("trainer", 6, 0, planned=100_000),
    ]
    without = [row | {"planned": None} for row in planned]
    stone = [told("stone", 3, 0, planned=1)]
    quarterly = "25 persen anggaran diharapkan tiap triwulan: 50 persen"
    assert quarterly in opened(*without)
    both = "untuk 1 kegiatan jumlah rencana per bulan (RAK); untuk 1 kegiatan tanpa RAK"
    assert both in opened(*planned)
    assert both in opened(*planned, *stone)  # without a budget there is no share of it
    watch = Watch(region="3501", year=2023, quarter=2)
    (table,) = [standing(*planned)[1].reset_index()]
    only = table[table["by_plan"].eq(True)]
    assert "adalah jumlah rencana per bulan (RAK)" in str(show.opening(watch, only, 6))


def test_the_page_says_where_months_of_the_quarter_are_not_told_yet():
    assert "dicatat sampai Mei 2025, sebelum triwulan 2 berakhir" in opened(newest=5)
    assert "dicatat sampai" not in opened(newest=6)
    assert "mintalah lembar RFK" in opened(newest=None)


def test_families_and_persons_are_never_added():
    units = {"training": "orang", "paving": "keluarga"}
    rows = [told("meals", 1, 0, people=5), told("stone", 2, 0, people=1200)]
    tables = plan(realisations=rows)
    tables["activities"]["unit"] = [units["training"], units["paving"]]
    by_quarter = monitoring.quarters(PACITAN, tables, budgeting.lines(tables))
    page = str(show.quarters(Watch(region="3501", year=2023), by_quarter))
    assert "1.200\u00a0keluarga" in page and "5\u00a0orang" in page
    assert "1.205" not in page


def test_what_lags_in_the_last_quarter_says_that_the_year_is_over():
    late = standing(told("meals", 2, 100), quarter=4)[2]
    page = str(show.lagging(Watch(region="3501", year=2023, quarter=4), late))
    assert "tahun 2025 berakhir" in page and "dilanjutkan pada 2026" in page
    assert "Kendala" in page and "belum dicatat" in page


ONLY = {  # words that no sentence of the other language has
    "id": r"\b(the|and|of|with|budget|activities|quarter|reached|behind|written)\b",
    "en": r"\b(yang|dan|dari|dengan|tidak|belum|kegiatan|anggaran|isu|triwulan|baris)\b",
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_of_the_thread_has_words_of_one_language(language):
    """Everything that an office typed is a number here; what remains is the page's own."""
    watch = Watch(region="3501", year=2023, quarter=4, language=language)
    tables = plan(
        realisations=[
            told("meals", 2, 100, "5", 3, planned=50),
            told("trainer", 8, 1, planned=9),
            told("stone", 3, 7, "10"),
        ],
        ceilings=[{"id": "c", "opd_id": "labour", "year": 2025, "amount": 4_000}],
    )
    for table in tables.values():
        for column in ("title", "direct_reason", "decree"):
            if column in table:
                table[column] = "1"
    lines = budgeting.lines(tables)
    lines["strategy"] = "2-peningkatan pendapatan"
    by_quarter = monitoring.quarters(watch, tables, lines)
    table = monitoring.progress(watch, tables, by_quarter, 4)
    late = monitoring.lagging(watch, tables, table, lines, 4)
    empty = evaluation.outcomes(watch, tables)
    blocks = [
        show.bar(watch, tables),
        show.opening(watch, table, 5),
        show.opening(watch, table.head(0)),
        show.quarters(watch, by_quarter),
        show.progress(watch, table),
        show.lagging(watch, late),
        show.outcomes(watch, empty, tables["issues"]),
        costs.opening(watch, lines, budgeting.origin(lines), budgeting.missing(tables)),
        costs.ceilings(watch, budgeting.against_ceilings(watch, tables, lines)),
        costs.without_card(watch, budgeting.direct(lines)),
        costs.per_person(watch, budgeting.per_person(tables, lines)),
        costs.missing(watch, budgeting.missing(tables)),
        *(costs.totals(watch, by, budgeting.totals(lines, by)) for by in budgeting.BY),
    ]
    for block in blocks:
        markup = re.sub("<style>.*?</style>", "", str(block), flags=re.S)
        text = re.sub("<[^>]+>", " ", markup)
        text = text.lower().replace("sub kegiatan", "")  # as the regulations call it
        assert not re.search(ONLY[language], text), text
