"""Realisation against the plan, counted by hand, quarter by quarter."""

from decimal import Decimal

import pytest
from thread_fixture import name, plan

from sepakat_lib import budgeting, monitoring
from sepakat_lib.modules import Plan

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
