"""Cards: one rule, counted by hand, that gives no colour where the error forbids it."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from thread_fixture import name as row_id
from thread_fixture import thread

from sepakat_lib import analysis, prioritisation, published
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.reports import prioritisation as show
from sepakat_lib.tables import Differences, Estimates, Findings

PACITAN = Parameters(region="3501", year=2023)
NO_TARGETS = pd.DataFrame(
    columns="region indicator target frame source since until".split()
)
NO_PEERS = Estimates.empty()
PLAIN = {
    **{"source": "survey", "region": "3501", "year": 2023, "month": 3},
    **{"grouping": "all", "group": "all", "against_region": "", "against_group": ""},
    **{"against_year": 0, "against_month": 0, "value": np.nan, "low": np.nan},
    **{"high": np.nan, "se": np.nan, "rse": np.nan, "n": 900.0, "df": 30.0},
    **{
        "verdict": "",
        "judgement": "none",
        "mark": "",
        "remark": "",
        "synthetic": False,
    },
    **{"people": np.nan, "people_low": np.nan, "people_high": np.nan},
    **{"people_mark": ""},
}


def found(*rows: dict) -> pd.DataFrame:
    """Findings of Pacitan, the fields that are not given as nothing special."""
    table = pd.DataFrame([PLAIN | row for row in rows])
    return Findings.validate(
        table.assign(id=[f"finding/{i}" for i in range(len(table))])
    )


def level(indicator, value, half=1.0, people=None, **more):
    ends = {"value": value, "low": value - half, "high": value + half}
    return {"kind": "level", "indicator": indicator} | ends | {"people": people} | more


def gap(indicator, value, half=1.0, against="35", **more):
    ends = {"value": value, "low": value - half, "high": value + half}
    other = {"against_region": against, "against_group": "all"}
    return {"kind": "gap", "indicator": indicator} | ends | other | more


def card(*rows, targets=NO_TARGETS, peers=NO_PEERS):
    (one,) = prioritisation.cards(PACITAN, found(*rows), peers, targets).to_dict(
        "records"
    )
    return one


@pytest.mark.parametrize(
    ("indicator", "value", "apart", "colour", "why"),
    [
        ("p0", 13.0, 3.0, "red", ""),  # 3 above 10 is 30 percent worse
        ("p0", 11.0, 1.5, "yellow", ""),  # 1.5 above 9.5 is 16 percent, at least 5
        ("p0", 23.0, 3.0, "yellow", ""),  # 2 to 4 above 20: at least 10, the cut-off
        ("p0", 23.02, 3.02, "red", ""),
        ("p0", 10.5, 0.5, "none", "within_error"),
        ("p0", 11.0, 1.0, "none", "within_error"),  # an interval that ends at 0
        ("p0", 9.0, -1.0, "green", ""),  # one that starts there is not worse
        ("p0", 7.0, -3.0, "green", ""),
        ("jkn", 60.0, -20.0, "red", ""),  # higher is better: 20 below 80
        ("jkn", 76.0, -4.0, "yellow", ""),
        ("jkn", 84.0, 4.0, "green", ""),
    ],
)
def test_a_colour_follows_from_the_gap_and_its_error(
    indicator, value, apart, colour, why
):
    one = card(level(indicator, value), gap(indicator, apart))
    assert (one["colour"], one["why"]) == (colour, why)
    assert one["reference"] == "province" and one["reference_value"] == value - apart
    sign = -1 if indicator == "p0" else 1
    assert one["gap"] == pytest.approx(sign * apart / (value - apart))
    assert one["gap_low"] <= one["gap"] <= one["gap_high"]


def test_a_card_shows_what_hangs_on_the_cut_off():
    one = card(level("p0", 11.5), gap("p0", 1.5, half=0.3))  # 15 percent worse than 10
    assert (one["colour"], one["cut"], one["other_colours"]) == (
        "red",
        0.1,
        ("red", "yellow"),
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([level("p0", np.nan, mark="few"), gap("p0", np.nan)], "hidden"),
        ([level("p0", np.nan, mark="one_unit"), gap("p0", np.nan)], "hidden"),
        ([level("p0", 13, mark="**"), gap("p0", 3.0, mark="**")], "not_for_use"),
        (
            [level("p0", 13, remark="estimated_line"), gap("p0", 3.0)],
            "estimated_line",
        ),
        ([level("p0", 13), gap("p0", 3.0, verdict="estimated_line")], "estimated_line"),
        ([level("p0", 13)], "no_reference"),
        ([level("p0", 13, half=np.nan), gap("p0", 3.0, half=np.nan)], "no_error"),
        ([level("p0", 13), gap("p0", 0.5)], "within_error"),
    ],
)
def test_a_card_without_a_colour_says_why(rows, why):
    one = card(*rows)
    assert (one["colour"], one["why"]) == ("none", why)
    assert one["other_colours"] == ("none", "none")


def test_the_nation_stands_in_where_the_province_cannot():
    one = card(level("p0", 13), gap("p0", 3.0, against="00"))
    assert (one["reference"], one["reference_value"]) == ("nation", 10)


def test_what_has_no_better_has_no_card():
    rows = found(level("poverty_line", 400_000), level("p0", 13), gap("p0", 3.0))
    table = prioritisation.cards(PACITAN, rows, NO_PEERS, NO_TARGETS)
    assert table["indicator"].tolist() == ["p0"]


def target(value, since=2020, until=2024, region=""):
    row = {"region": region, "indicator": "p0", "target": value, "frame": "RPJMN"}
    return row | {"source": f"a plan of {value}", "since": since, "until": until}


@pytest.mark.parametrize(
    ("rows", "reference", "colour"),
    [
        ([target(7.0)], 7.0, "red"),
        ([target(12.5)], 12.5, "none"),  # its interval is 12 to 14
        ([target(15.0)], 15.0, "green"),
        ([target(7.0, until=2022)], 10.0, "red"),
        ([target(7.0, since=2024)], 10.0, "red"),
        ([target(7.0), target(14.0, region="3501")], 14.0, "green"),
        ([target(7.0), target(14.0, region="3502")], 7.0, "red"),
    ],
)
def test_a_target_in_force_goes_before_the_province(rows, reference, colour):
    targets = pd.DataFrame(rows)
    one = card(level("p0", 13), gap("p0", 3.0), targets=targets)
    assert (one["reference_value"], one["colour"]) == (reference, colour)
    of_plan = reference != 10.0
    assert one["reference"] == ("target" if of_plan else "province")
    assert one["reference_source"] == ("RPJMN" if of_plan else "survey")


def peers_of(*values):
    rows = [
        {"region": f"35{i:02}", "indicator": "p0", "grouping": "all", "value": value}
        for i, value in enumerate(values, 2)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("others", "moved", "colour"),
    [
        (
            (8, 10, 12),
            "worse",
            "red",
        ),  # 2 above their mean of 10, spread 1.63
        ((9, 10, 11), "worse", "red"),
        ((9, 10, 11), "better", "yellow"),
        ((9, 10, 11), "unclear", "yellow"),
        ((5, 10, 15), "worse", "yellow"),
        ((9, 11), "worse", "yellow"),  # two are no field to stand in
    ],
)
def test_a_card_is_one_step_worse_far_behind_its_peers_and_falling(
    others, moved, colour
):
    change = gap("p0", 1.0, against="") | {"kind": "change", "against_group": ""}
    change |= {"against_year": 2021, "judgement": moved}
    rows = level("p0", 12.0, half=0.5), gap("p0", 1.0, half=0.5), change
    one = card(*rows, peers=peers_of(*others))  # 1 above 11: at least 4 percent, yellow
    assert one["colour"] == colour
    assert one["worse_by_trend"] == (colour == "red")
    if len(others) > 2:
        assert one["z"] == pytest.approx((10 - 12) / np.std(others))


def test_a_problem_concerns_those_who_have_it_or_lack_what_is_good():
    poor = card(level("p0", 10.0, people=60_000.0), gap("p0", 3.0))
    assert poor["people"] == 60_000  # of 600,000
    assert poor["beyond"] == pytest.approx(600_000 * 0.03)
    assert poor["beyond_least"] == pytest.approx(600_000 * 0.02)
    without = card(level("jkn", 75.0, people=450_000.0), gap("jkn", -8.0))
    assert without["people"] == pytest.approx(150_000)
    assert without["people_low"] == pytest.approx(600_000 * 0.24)
    assert without["people_high"] == pytest.approx(600_000 * 0.26)
    assert without["beyond_least"] == pytest.approx(600_000 * 0.07)


def of_theme(names, value, apart, people=40_000.0):
    """Level and gap of shares of which a good one is lacking and a bad one is had."""
    for name in names.split():
        worse = -1 if catalogue()[name].better == "higher" else 1
        yield level(name, value, people=people)
        yield gap(name, worse * apart)


def test_what_to_do_first_is_the_theme_of_whose_cards_most_are_red():
    rows = [
        *of_theme("jkn no_protection protected", 40.0, 12.0),  # all three red
        *of_theme("improved_water electricity crowded", 40.0, 22.0),
        *of_theme("firewood", 40.0, 0.0),  # three of four red
        *of_theme("informal", 40.0, -12.0),  # none
    ]
    table = prioritisation.cards(PACITAN, found(*rows), NO_PEERS, NO_TARGETS)
    lines = prioritisation.first(table)
    assert lines["theme"].tolist() == ["protection", "services"]
    assert lines[["red", "judged"]].to_numpy().tolist() == [[3, 3], [3, 4]]


def test_a_theme_is_led_by_the_card_that_surely_concerns_most():
    rows = [
        *of_theme("jkn", 40.0, 30.0, people=40_000.0),  # of 100,000
        *of_theme("no_protection", 40.0, 15.0, people=200_000.0),  # of 500,000
        *of_theme("protected", 40.0, 12.0, people=200_000.0),
    ]
    table = prioritisation.cards(PACITAN, found(*rows), NO_PEERS, NO_TARGETS)
    (line,) = prioritisation.first(table).to_dict("records")
    assert line["indicator"] == "no_protection" and line["red"] == 3
    assert line["beyond"] == pytest.approx(75_000)
    assert line["beyond_least"] == table["beyond_least"].max() < 75_000


def test_intervals_hold_for_all_cards_at_once():
    """Of t with 30 degrees of freedom, 97.5 and 98.75 percent: 2.0423 and 2.3596."""
    alone = card(level("p0", 22.3), gap("p0", 3.2))
    rows = level("p0", 22.3), gap("p0", 3.2), level("p1", 2.0), gap("p1", 0.1)
    table = prioritisation.cards(PACITAN, found(*rows), NO_PEERS, NO_TARGETS)
    both = table.set_index("indicator").loc["p0"]
    assert alone["gap_high"] == pytest.approx(-2.2 / 19.1)
    assert both["gap_high"] == pytest.approx(-(3.2 - 2.3596 / 2.0423) / 19.1, rel=1e-4)
    assert (alone["at_once"], both["at_once"]) == (1, 2)
    assert (alone["colour"], both["colour"]) == ("red", "red")


def test_a_card_that_is_red_alone_may_have_no_colour_among_many():
    names = "p1 p2 vulnerable aspiring middle dependency head_primary jkn crowded"
    more = [*of_theme(names, 40.0, 0.0)]
    alone = card(level("p0", 12.1), gap("p0", 1.1))
    table = prioritisation.cards(
        PACITAN,
        found(level("p0", 12.1), gap("p0", 1.1), *more),
        NO_PEERS,
        NO_TARGETS,
    )
    among = table.set_index("indicator").loc["p0"]
    assert (alone["colour"], among["colour"]) == ("yellow", "none")
    assert among["why"] == "within_error" and among["at_once"] == 10


def test_where_nothing_can_be_told_apart_nothing_comes_first():
    table = prioritisation.cards(
        PACITAN,
        found(level("p0", 10.5, people=1e5), gap("p0", 0.5)),
        NO_PEERS,
        NO_TARGETS,
    )
    assert prioritisation.first(table).empty


@pytest.mark.parametrize(
    ("region", "colours"),
    [  # written down from BPS's table of March 2023 before the rule was run
        ("3501", {"p0": "red", "p1": "yellow", "p2": "green"}),  # 13.65 to 10.35 …
        ("7303", {"p0": "yellow", "p1": "green", "p2": "green"}),  # 9.18 to 8.70 …
        ("6311", {"p0": "red", "p1": "green", "p2": "green"}),  # 5.22 to 4.29 …
    ],
)
def test_official_rates_have_the_colours_that_the_table_gives(region, colours):
    chosen = Parameters(region=region, year=2023)
    nothing = Estimates.empty()
    rows = analysis.findings(
        chosen, published.official(), nothing, Differences.empty(), nothing
    )
    table = prioritisation.cards(chosen, rows, nothing, NO_TARGETS).set_index(
        "indicator"
    )
    told = {name: table.loc[name, "colour"] for name in ("p0", "p1", "p2")}
    assert told == colours
    assert table.loc["p0", "people"] == pytest.approx(
        rows.query("indicator == 'poor_persons' and region == @region")["value"].iloc[0]
    )


GOOD = st.sampled_from(["p0", "jkn"])
numbers = st.floats(-20, 20)


@settings(max_examples=25)
@given(GOOD, st.floats(25, 75), numbers, st.floats(0.01, 10), st.floats(0.1, 3))
def test_a_wider_error_never_makes_a_card_redder(indicator, value, apart, half, wider):
    def grade(width):
        one = card(level(indicator, value), gap(indicator, apart, half=width))
        return one["colour"]

    narrow, wide = grade(half), grade(half * (1 + wider))
    assert wide in (narrow, "none") or (narrow, wide) == ("red", "yellow")


@settings(max_examples=25)
@given(st.floats(25, 75), numbers, st.floats(0.01, 5))
def test_a_card_of_what_is_lacked_mirrors_that_of_what_is_had(value, apart, half):
    had = card(level("jkn", value), gap("jkn", apart, half=half))
    lacked = card(level("p0", value), gap("p0", apart, half=half))
    if had["why"] == lacked["why"] == "" and abs(apart) > half:
        assert {had["colour"] == "green", lacked["colour"] == "green"} == {True, False}


def test_a_share_that_nobody_should_have_is_judged_by_those_who_have_it():
    none_left = pd.DataFrame([target(0.0)])
    one = card(level("p0", 13.0), targets=none_left)
    assert one["gap"] == pytest.approx(-0.13) and one["colour"] == "red"
    assert card(level("p0", 4.0), targets=none_left)["colour"] == "yellow"


def test_the_mean_that_the_nation_should_reach_judges_no_kabupaten():
    one = card(
        level("p0", 13),
        gap("p0", 3.0),
        targets=pd.DataFrame([target(7.0, region="00")]),
    )
    assert one["reference"] == "province"


ENTRY = {
    **{"target": 4.5, "frame": "RPJMD", "region": "3501", "since": 2021, "until": 2026},
    "source": "Perda 5/2021",
}


@pytest.fixture
def offices(tmp_path, monkeypatch):
    """A folder of targets of an office's own."""
    (tmp_path / "targets").mkdir()
    monkeypatch.setattr("sepakat_lib.parameters.FOLDER", tmp_path)
    return tmp_path / "targets" / "rpjmd.yml"


def test_an_office_writes_its_own_targets_down(offices):
    offices.write_text(yaml.safe_dump({"p0": [ENTRY, ENTRY | {"target": None}]}))
    table = prioritisation.targets()
    assert table["indicator"].tolist() == ["p0", "p0"]
    assert table["target"].isna().tolist() == [False, True]
    assert table.loc[0, "target"] == 4.5


@pytest.mark.parametrize(
    ("indicator", "change", "field"),
    [
        ("poverty", {}, "indicator"),
        ("p0", {"target": "4,5"}, "target"),
        ("p0", {"target": -1}, "target"),
        ("p0", {"target": True}, "target"),
        ("p0", {"frame": "RKPD"}, "frame"),
        ("p0", {"region": "9999"}, "region"),
        ("p0", {"region": 3501}, "region"),
        ("p0", {"since": "2021"}, "since"),
        ("p0", {"until": 2020}, "until"),
        ("p0", {"source": " "}, "source"),
        ("p0", {"note": "x"}, "target, frame, region, since, until, source"),
    ],
)
def test_what_is_no_target_is_refused_with_its_file_and_field(
    offices, indicator, change, field
):
    offices.write_text(yaml.safe_dump({indicator: [ENTRY | change]}))
    with pytest.raises(Refused) as refused:
        prioritisation.targets()
    assert refused.value.code == "wrong_target"
    assert refused.value.fields["field"] == field
    assert refused.value.fields["in_file"] == "parameters/targets/rpjmd.yml"


def test_every_shipped_target_is_one_of_an_indicator_with_a_direction():
    table = prioritisation.targets()
    assert {"SPM", "TPB"} <= set(table["frame"])
    assert all(catalogue()[name].better != "context" for name in table["indicator"])
    shares = table[[catalogue()[name].unit == "percent" for name in table["indicator"]]]
    assert shares["target"].dropna().between(0, 100).all()


def test_a_card_says_which_colour_an_office_gave_it_and_why():
    table = prioritisation.cards(
        PACITAN, found(level("p0", 13.0), gap("p0", 3.0)), NO_PEERS, NO_TARGETS
    )
    tables = thread(
        evidence=[{"id": "shown", "indicator": "p0"}],
        pins=[
            {"id": "a", "evidence_id": "shown"},
            {"id": "b", "evidence_id": "shown", "colour": "yellow", "reason": "Sudah"},
        ],
    )
    page = str(show.cards(PACITAN, table, tables))
    assert "Merah" in page and "Disematkan" in page
    assert "Menurut kantor: kuning, karena Sudah" in page
    plain = str(show.cards(PACITAN, table, thread()))
    assert "Merah" in plain and "Menurut kantor" not in plain


def test_a_card_says_who_pinned_it_and_why_and_who_made_it_an_issue():
    table = prioritisation.cards(
        PACITAN, found(level("p0", 13.0), gap("p0", 3.0)), NO_PEERS, NO_TARGETS
    )
    tables = thread(
        evidence=[{"id": "shown", "indicator": "p0"}],
        pins=[
            {"id": "a", "evidence_id": "shown", "reason": "Rapat Mei"},
            {"id": "b", "evidence_id": "shown", "colour": "yellow", "reason": "Sudah"},
            {"id": "c", "evidence_id": "shown", "reason": "Tanpa nama"},
        ],
        issues=[{"id": "poor", "evidence_id": "shown", "plan_year": 2025}],
    )
    makers = {row_id("a"): "Sari", row_id("b"): "Budi", row_id("poor"): "Tini"}
    page = str(show.cards(PACITAN, table, tables, makers))
    assert "Disematkan oleh Sari: Rapat Mei" in page
    assert "Menurut Budi: kuning, karena Sudah" in page
    assert "Disematkan: Tanpa nama" in page
    assert "Dijadikan isu dalam rencana 2025 oleh Tini" in page


def test_the_gap_on_a_card_is_written_from_its_lower_end_to_its_higher():
    table = prioritisation.cards(
        PACITAN, found(level("p0", 13.0), gap("p0", 3.0)), NO_PEERS, NO_TARGETS
    )
    page = str(show.cards(PACITAN, table, thread()))
    assert "Jarak −30 % dari acuan (−40 % sampai −20 %)" in page


def test_a_card_tells_of_other_cut_offs_only_where_they_change_its_colour():
    far = found(level("p0", 13.0), gap("p0", 3.0))  # 40 to 20 percent behind
    table = prioritisation.cards(PACITAN, far, NO_PEERS, NO_TARGETS)
    table["other_colours"] = [("red", "red")]
    assert "Warnanya tetap dengan batas 5\u00a0% dan 20\u00a0%" in str(
        show.cards(PACITAN, table, thread())
    )
    table["other_colours"] = [("red", "yellow")]
    page = str(show.cards(PACITAN, table, thread()))
    assert "Dengan batas lain: 5\u00a0% merah dan 20\u00a0% kuning" in page
    assert "tetap" not in page


def test_the_place_among_peers_is_told_in_words_and_without_a_sign():
    table = prioritisation.cards(
        PACITAN, found(level("p0", 13.0), gap("p0", 3.0)), NO_PEERS, NO_TARGETS
    )
    worse = str(show.cards(PACITAN, table.assign(z=-1.2), thread()))
    assert "Lebih buruk daripada rata-rata" in worse and "1,2 simpangan baku" in worse
    assert "−1,2" not in worse
    better = str(show.cards(PACITAN, table.assign(z=0.4), thread()))
    assert "Lebih baik daripada rata-rata" in better
