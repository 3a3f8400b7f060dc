"""What is withheld so that nothing hidden is left by subtraction."""

import numpy as np
import pandas as pd
import pytest
import subtraction
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat_lib import disclosure, estimation, intake
from sepakat_lib.estimation.withheld import Sum, sums, withheld
from sepakat_lib.parameters import Parameters

LEAST = 30
AXIS = pd.DataFrame(
    [
        *(("p0", "all", "all"), ("p0", "area", "urban"), ("p0", "area", "rural")),
        *(("p0", "sex", "male"), ("p0", "sex", "female")),
        *(
            ("p0", "area*sex", f"{a}|{s}")
            for a in ("urban", "rural")
            for s in ("male", "female")
        ),
    ],
    columns=["indicator", "grouping", "group"],
)


def closed(n, within, across=()):
    """Hidden and withheld cells of counts of persons."""
    n = np.array(n, float)
    hidden = n < LEAST
    return hidden, withheld(n, hidden, within, LEAST, across)


def test_the_other_half_goes_with_a_hidden_half():
    hidden, more = closed([[700, 690, 10]], [Sum(0, (1, 2))])
    assert hidden.tolist() == [[False, False, True]]
    assert more.tolist() == [[False, True, False]]


def test_of_several_parts_that_of_the_fewest_goes():
    _, more = closed([[1000, 10, 500, 90, 400]], [Sum(0, (1, 2, 3, 4))])
    assert np.flatnonzero(more).tolist() == [3]


def test_two_hidden_parts_protect_each_other_where_together_they_are_enough():
    _, more = closed([[1000, 16, 14, 500, 470]], [Sum(0, (1, 2, 3, 4))])
    assert not more.any()
    _, more = closed([[1000, 15, 14, 500, 471]], [Sum(0, (1, 2, 3, 4))])
    assert np.flatnonzero(more).tolist() == [4]


def test_a_number_that_nobody_makes_up_takes_no_other_name_with_it():
    """Of one number under two names one sample may be empty, and is left as it is."""
    hidden, more = closed([[0, 20]], [Sum(0, (1,), all_of_it=True)])
    assert hidden.all() and not more.any()


def test_who_receives_aid_and_is_not_poor_is_one_number_told_twice():
    cells = [("pkh_spilled", "all", "all"), ("pkh", "poverty", "not_poor")]
    axis = pd.DataFrame(cells, columns=["indicator", "grouping", "group"])
    assert closed([[20, 300]], sums(axis))[1].tolist() == [[False, True]]


def test_one_number_goes_under_both_its_names_whichever_is_hidden():
    line = [Sum(0, (1,), all_of_it=True)]
    assert closed([[20, 400]], line)[1].tolist() == [[False, True]]
    assert closed([[400, 20]], line)[1].tolist() == [[True, False]]
    assert not closed([[400, 300]], line)[1].any()


def test_of_shares_that_leave_nobody_out_none_is_hidden_alone():
    n = np.full((1, 3), 400.0)
    hidden = np.array([[True, False, False]])
    more = withheld(n, hidden, [Sum(None, (0, 1, 2), all_of_it=True)], LEAST)
    assert more.sum() == 1


def test_who_is_in_no_part_protects_as_a_part_does():
    _, more = closed([[1000, 10, 500]], [Sum(0, (1, 2))])
    assert not more.any()


def test_an_empty_part_protects_nobody():
    _, more = closed([[700, 0, 690, 10]], [Sum(0, (1, 2, 3))])
    assert np.flatnonzero(more).tolist() == [2]


def test_one_hidden_kabupaten_takes_another_with_it_and_leaves_the_province():
    n = [[1000.0], [10], [590], [400]]
    _, more = closed(n, [], across=[0])
    assert more.tolist() == [[False], [False], [False], [True]]


def test_a_square_closes_where_areas_and_kabupaten_cross():
    """Two kabupaten, urban and rural: one hidden cell needs the other three or its row."""
    n = [[2000.0, 1000, 1000], [1000, 20, 980], [1000, 980, 20]]
    hidden, more = closed(n, [Sum(0, (1, 2))], across=[0, 1, 2])
    assert (hidden | more)[1:].tolist() == [[False, True, True]] * 2
    assert not more[0].any()


def test_what_its_parts_give_away_is_not_withheld_in_vain():
    """The province withholds a group: a kabupaten's must go too, or the sum has it."""
    n = np.array([[1000.0], [600], [400]])
    hidden = np.array([[True], [False], [False]])
    assert withheld(n, hidden, [], LEAST, [0]).tolist() == [[False], [False], [True]]


def test_crossed_groups_add_up_to_either_and_all_to_everybody():
    found = {(line.whole, line.parts) for line in sums(AXIS)}
    assert found == {
        *((0, (1, 2)), (0, (3, 4))),
        *((1, (5, 6)), (2, (7, 8)), (3, (5, 7)), (4, (6, 8))),
    }


@st.composite
def counts(draw, most=6, nobody=True):
    """Sampled persons of a province and its kabupaten, by area and sex and both."""
    several = draw(st.integers(0, most))
    size = st.one_of(st.integers(1, 40), st.integers(30, 900))
    size = st.just(0) | size if nobody else size
    cells = np.array([[draw(size) for _ in range(4)] for _ in range(max(1, several))])
    rows = np.vstack([cells.sum(axis=0), cells]) if several else cells
    urban, rural = rows[:, :2].sum(axis=1), rows[:, 2:].sum(axis=1)
    male, female = rows[:, ::2].sum(axis=1), rows[:, 1::2].sum(axis=1)
    everybody = urban + rural
    return np.column_stack([everybody, urban, rural, male, female, rows]).astype(float)


def left(n, axis):
    """Cells hidden for their own sake that an attacker rebuilds (`subtraction`)."""
    lines, across, hidden = sums(axis), range(len(axis)), n < LEAST
    shut = hidden[:1] | withheld(n[:1], hidden[:1], lines, LEAST)
    if len(n) > 1:
        above = np.vstack([shut, hidden[1:]])
        shut = above | withheld(n, above, lines, LEAST, across)
    names = ["35", *(f"350{k}" for k in range(1, len(n)))]
    shown = [
        axis.assign(region=name, n=n[i], value=np.where(shut[i], np.nan, 1.0))
        for i, name in enumerate(names)
    ]
    below = {"35": names[1:]}
    rebuilt = subtraction.rebuilt(
        pd.concat(shown, ignore_index=True), lambda region: below.get(region, [])
    )
    return rebuilt.to_numpy() & hidden.ravel()


@settings(max_examples=60, deadline=None)
@given(counts(nobody=False))  # what one kabupaten alone has, its province tells
def test_no_attacker_rebuilds_a_hidden_cell_of_kabupaten_and_their_groups(n):
    assert not left(n[:, :5], AXIS.iloc[:5]).any()


@settings(max_examples=60, deadline=None)
@given(counts(most=0))
def test_no_attacker_rebuilds_a_hidden_cell_of_crossed_groups(n):
    assert not left(n, AXIS).any()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("withheld")))
        intake.invent(["3501"], 2023)
        estimation.estimate(2023)
        yield


def test_nothing_published_of_a_kabupaten_can_be_rebuilt(store):
    table = estimation.read(Parameters(region="3501", year=2023))
    table = table[table["region"].eq("3501")].reset_index(drop=True)
    bare = disclosure.publish(table.assign(remark=""), year=2023)
    assert subtraction.rebuilt(bare).sum() > 20  # what the attack would have
    shown = disclosure.publish(table, year=2023)
    assert not subtraction.rebuilt(shown).any()
    hidden = shown["mark"].isin(disclosure.HIDING)
    assert shown.loc[hidden, ["population", "total", "value"]].isna().all(axis=None)
    assert shown.loc[hidden, "remark"].eq("").all()


def test_one_number_under_two_names_is_one_number(store):
    """Farmers among the poor and the poor among farmers, and so on, of a stored round."""
    table = estimation.read(Parameters(region="3501", year=2023))
    own = table[table["region"].eq("3501")].reset_index(drop=True)
    count = own["total"].fillna(own["value"]).fillna(0.0)
    same = [line for line in sums(own) if line.all_of_it and line.whole is not None]
    of_all = [line for line in sums(own) if line.whole is None]
    assert len(same) > 50 and len(of_all) > 50
    for whole, (part,), _ in same:
        # children who work have a sector, and are no workers of 15 and over
        assert count[whole] == pytest.approx(count[part], rel=0.02, abs=1e-6)
    for _, parts, _ in of_all:
        known = own.loc[[*parts], "value"]
        assert known.isna().any() or known.sum() == pytest.approx(100)


NAMES = ("p0", "vulnerable", "farm_workers", "worker_industry", "worker_services")
TOLD = pd.DataFrame(
    [
        (name, by, group)
        for name in NAMES
        for by, groups in (
            ("all", ["all"]),
            ("sector", ["farming", "industry", "services"]),
            ("poverty", ["poor", "not_poor"]),
        )
        for group in groups
        if by != ("poverty" if name in ("p0", "vulnerable") else "sector")
    ],
    columns=["indicator", "grouping", "group"],
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=6, max_size=6))
def test_no_attacker_turns_a_table_round(sampled):
    """Workers by sector and poverty: the same six counts, none 0, stand in either way."""
    counts = np.array(sampled).reshape(3, 2)  # sector by poor, not poor
    of = {
        "all": {"all": counts.sum()},
        "sector": dict(
            zip(("farming", "industry", "services"), counts.sum(1), strict=True)
        ),
        "poverty": dict(zip(("poor", "not_poor"), counts.sum(0), strict=True)),
    }
    n = np.array([float(of[by][group]) for _, by, group in TOLD.to_numpy()])
    hidden = n < LEAST
    more = withheld(n[None], hidden[None], sums(TOLD), LEAST)[0]
    shut = (hidden | more) & (n > 0)
    shown = TOLD.assign(region="3501", n=n, value=np.where(shut, np.nan, 1.0))
    assert not subtraction.rebuilt(shown, lambda region: []).any()


def test_crossed_on_demand_gives_nothing_away_either(store):
    chosen = Parameters(region="3501", year=2023)
    table = estimation.read(chosen)
    crossed = estimation.crossed(chosen, ("p0", "jkn"), "area*disability")
    own = table["region"].eq("3501") & table["indicator"].isin(["p0", "jkn"])
    plain = disclosure.publish(table[own], year=2023)
    both = pd.concat([plain, crossed], ignore_index=True)
    assert crossed["mark"].isin(disclosure.HIDING).any()
    assert not subtraction.rebuilt(both).any()
