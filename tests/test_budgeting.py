"""The budget of a plan counted by hand: a missing volume never blanks the page."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thread_fixture import name, plan, thread

from sepakat_lib import budgeting, ledger
from sepakat_lib.modules import Plan
from sepakat_lib.reports import budgeting as show
from sepakat_lib.reports import decisions
from sepakat_lib.reports.page import title

PACITAN = Plan(region="3501", year=2023)  # plans 2025


def test_a_line_knows_all_that_it_answers():
    line = budgeting.lines(plan()).set_index("line").loc[name("meals")]
    assert line["issue_title"] == "Kemiskinan" and line["evidence"] == name("p0")
    assert (line["opd_title"], line["strategy"]) == ("Disnaker", "income")
    assert (line["decree"], line["amount"]) == ("SK 1/2024", 3_000_000)
    assert line["volumes"] == [(40, ""), (5, "")]


def test_a_line_without_a_volume_leaves_the_sums_as_they_are_and_is_listed():
    lines = budgeting.lines(plan())
    by = budgeting.totals(lines, "opd").set_index("name")
    assert by.loc["Disnaker", ["amount", "lines", "open"]].tolist() == [4_000_000, 2, 0]
    assert by.loc["PUPR", ["amount", "lines", "open"]].tolist() == [0, 1, 1]
    missing = budgeting.missing(plan())
    assert missing[missing["blocks"]][["title", "field"]].to_numpy().tolist() == [
        ["Batu", "volume"]
    ]
    of_paving = missing[missing["id"].eq(name("paving"))]["field"]
    assert set(of_paving) == {"sub_kegiatan", "kecamatan", "target"}
    of_stone = missing[missing["id"].eq(name("stone"))]["field"]
    assert set(of_stone) == {"volume", "account", "fund"}


def test_an_activity_without_a_cost_line_is_missing_one():
    tables = plan(cost_lines=[])
    missing = budgeting.missing(tables)
    assert missing[missing["field"].eq("cost_line")]["title"].tolist() == [
        "Pelatihan",
        "Aspal",
    ]
    assert budgeting.lines(tables).empty
    assert budgeting.totals(budgeting.lines(tables), "opd").empty


@pytest.mark.parametrize("by", budgeting.BY)
def test_the_sums_by_anything_add_up_to_all(by):
    lines = budgeting.lines(plan())
    assert sum(budgeting.totals(lines, by)["amount"]) == 4_000_000


def test_rupiah_that_answer_a_finding_and_direct_ones_are_all():
    lines = budgeting.lines(plan())
    assert budgeting.origin(lines) == {
        "finding": 4_000_000,
        "direct": 0,
        "all": 4_000_000,
    }


def test_a_person_reached_costs_the_amount_by_the_target():
    found = budgeting.per_person(plan(), budgeting.lines(plan())).set_index("title")
    assert found.loc["Pelatihan", ["amount", "each"]].tolist() == [4_000_000, 100_000]
    assert found.loc["Aspal", "each"] is None


def ceiling(amount, year=2025):
    return {"opd_id": "labour", "year": year, "amount": amount, "decree": "SK 2"}


@pytest.mark.parametrize(
    ("amount", "left", "above"),
    [(4_000_000, 0, False), (3_999_999, -1, True), (5_000_000, 1_000_000, False)],
)
def test_need_is_held_against_the_ceiling_of_its_year(amount, left, above):
    tables = plan(ceilings=[ceiling(amount), ceiling(1, year=2024)])
    lines = budgeting.lines(tables)
    found = budgeting.against_ceilings(PACITAN, tables, lines).set_index("title")
    assert found.loc["Disnaker", ["left", "above"]].tolist() == [left, above]
    assert found.loc["PUPR", "ceiling"] is None and not found.loc["PUPR", "above"]


def test_the_office_that_lacks_most_comes_first():
    more = [ceiling(1_000), ceiling(0) | {"opd_id": "works"}]
    tables = plan(ceilings=more)
    found = budgeting.against_ceilings(PACITAN, tables, budgeting.lines(tables))
    assert found["title"].tolist() == ["Disnaker", "PUPR"]


amounts = st.one_of(st.none(), st.integers(0, 10**14))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["training", "paving"]), amounts)))
def test_no_rupiah_is_lost_or_counted_twice(drawn):
    lines = [
        {"id": f"l{i}", "activity_id": activity, "title": "x", "amount": amount}
        for i, (activity, amount) in enumerate(drawn)
    ]
    tables = plan(cost_lines=lines)
    table = budgeting.lines(tables)
    whole = sum(amount or 0 for _, amount in drawn)
    assert budgeting.origin(table)["all"] == whole
    for by in budgeting.BY:
        assert sum(budgeting.totals(table, by)["amount"]) == whole


def test_an_empty_thread_is_an_empty_budget():
    tables = thread()
    lines = budgeting.lines(tables)
    assert lines.empty and budgeting.missing(tables).empty
    assert budgeting.origin(lines) == {"finding": 0, "direct": 0, "all": 0}
    assert budgeting.against_ceilings(PACITAN, tables, lines).empty


def chain():
    kept = [{"id": "p0", "rule": {"colour": "red"}}, {"id": "old", "rule": None}]
    spent = [
        {"id": "march", "cost_line_id": "meals", "month": 3, "money": 10},
        {"id": "november", "cost_line_id": "meals", "month": 11, "money": 20},
        {"id": "paved", "cost_line_id": "stone", "month": 12, "money": 30},
    ]
    after = [{"id": "fell", "issue_id": "poor", "before_id": "p0", "after_id": "old"}]
    return plan(evidence=kept, realisations=spent, outcomes=after)


def test_a_finding_leads_to_a_realisation_of_the_fourth_quarter_and_an_outcome():
    steps = ledger.forward(chain())
    assert [(kind, row["id"]) for kind, row in steps] == [
        ("evidence", name("p0")),
        ("issues", name("poor")),
        ("causes", name("work")),
        ("activities", name("training")),
        ("cost_lines", name("meals")),
        ("realisations", name("november")),
        ("outcomes", name("fell")),
    ]


def test_a_rupiah_leads_back_to_its_finding_or_to_a_reason():
    steps = ledger.back(chain(), "realisations", name("november"))
    assert [kind for kind, _ in steps] == [
        *("realisations", "cost_lines", "activities", "causes", "issues", "evidence")
    ]
    kind, row = ledger.back(chain(), "realisations", name("paved"))[-1]
    assert (kind, row["direct_reason"]) == ("issues", "Musrenbang")


def test_where_nothing_answers_a_finding_no_chain_begins():
    tables = plan(issues=[{"id": "poor", "title": "x", "direct_reason": "y"}])
    with pytest.raises(KeyError):
        ledger.back(tables, "realisations", name("november"))
    assert ledger.forward(thread()) == []


def test_a_strategy_is_one_by_whichever_name_lines_call_it():
    table = budgeting.lines(plan())
    names = ["income", "2-peningkatan pendapatan", None]
    table["strategy"] = pd.Series(names, dtype=object)
    found = budgeting.totals(table, "strategy")
    assert found[["key", "amount"]].values.tolist() == [
        ["income", 4_000_000],
        [None, 0],
    ]


def test_what_has_no_card_stands_with_its_reason():
    (row,) = budgeting.direct(budgeting.lines(plan())).to_dict("records")
    assert (row["title"], row["reason"], row["amount"]) == ("Jalan", "Musrenbang", 0)


def test_a_missing_cost_for_each_one_says_why():
    found = budgeting.per_person(plan(), budgeting.lines(plan())).set_index("title")
    assert found["why"].to_dict() == {"Pelatihan": "", "Aspal": "target"}
    rows = [{"id": "stone", "activity_id": "training", "title": "Batu"}]
    open_ = plan(cost_lines=rows)
    found = budgeting.per_person(open_, budgeting.lines(open_)).set_index("title")
    assert found.loc["Pelatihan", "why"] == "open"


def test_what_is_missing_names_its_activity_and_place():
    table = budgeting.missing(plan()).set_index("title")
    assert {*table.loc[["Batu"], "activity"]} == {"Aspal"}
    assert {*budgeting.missing(plan(cost_lines=[]))["place"]} == {"3501010", None}


def test_the_page_of_a_budget_says_what_has_no_card_and_that_nothing_is_above():
    table = budgeting.lines(plan())
    page = str(show.without_card(PACITAN, budgeting.direct(table)))
    assert "Jalan" in page and "Musrenbang" in page
    ceilings = [{"id": "c", "opd_id": "labour", "year": 2025, "amount": 4_000_000}]
    held = budgeting.against_ceilings(PACITAN, plan(ceilings=ceilings), table)
    assert "Tidak ada OPD yang kebutuhannya melebihi pagu." in str(
        show.ceilings(PACITAN, held)
    )
    none = budgeting.against_ceilings(PACITAN, plan(), table)
    assert "melebihi pagu" not in str(show.ceilings(PACITAN, none))


def test_rows_beyond_the_first_are_folded_away_and_none_is_lost():
    rows = [[f"Kegiatan {n}", "Rp1"] for n in range(40)]
    page = str(decisions.long_table(PACITAN, "Judul", ["a", "b"], rows))
    open_, folded = page.split("<details>")
    assert (open_.count("Kegiatan"), folded.count("Kegiatan")) == (25, 15)
    assert "<summary>15 baris lagi</summary>" in folded
    few = str(decisions.long_table(PACITAN, "Judul", ["a", "b"], rows[:25]))
    assert "<details>" not in few


def test_a_titles_year_is_the_one_that_the_page_is_about():
    for module in ("planning", "budgeting", "monitoring_evaluation"):
        assert "Kabupaten Pacitan 2025 · " in title(PACITAN, module)
    assert "Kabupaten Pacitan 2023 · " in title(PACITAN, "prioritisation")
