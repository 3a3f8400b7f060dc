"""Regions of sets against counting by hand, and the sums that must come out even."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat_lib.stats import survey
from sepakat_lib.stats.sets import regions


@st.composite
def people(draw):
    """Memberships, weights and the members of a domain that is not empty."""
    sets = draw(st.integers(2, 3))
    row = st.tuples(
        st.tuples(*[st.booleans()] * sets), st.floats(0.5, 500), st.booleans()
    )
    rows = draw(st.lists(row, min_size=1, max_size=30))
    memberships, weight, members = zip(*rows, strict=True)
    members = np.array(members)
    members[draw(st.integers(0, len(rows) - 1))] = True
    return np.array(memberships), np.array(weight), members


def counted(memberships, weight, members):
    """Weight of each combination, row by row."""
    found = {}
    for row, each, inside in zip(memberships, weight, members, strict=True):
        if inside:
            sets = tuple(i for i, holds in enumerate(row) if holds)
            found[sets] = found.get(sets, 0.0) + each
    return found


@given(people())
def test_regions_are_what_counting_row_by_row_gives(table):
    memberships, weight, members = table
    by_hand = counted(*table)
    population = sum(by_hand.values())
    found = regions(memberships, weight, members=members)
    assert len(found) == 2 ** memberships.shape[1]
    assert len({each.sets for each in found}) == len(found)
    for each in found:
        wanted = by_hand.get(each.sets, 0.0)
        assert each.total.value == pytest.approx(wanted)
        assert each.share.value == pytest.approx(wanted / population)


@given(people())
def test_shares_add_up_to_one_and_their_pulls_to_nothing(table):
    memberships, weight, members = table
    found = regions(memberships, weight, members=members)
    assert sum(each.share.value for each in found) == pytest.approx(1, abs=1e-9)
    pulls = sum(each.share.influence for each in found)
    assert pulls == pytest.approx(np.zeros(len(weight)), abs=1e-12)
    for each in found:
        assert weight @ each.share.influence == pytest.approx(0, abs=1e-9)


@given(people())
def test_totals_add_up_to_the_people_of_the_domain(table):
    memberships, weight, members = table
    found = regions(memberships, weight, members=members)
    people = survey.total(np.ones(len(weight)), weight, members=members)
    assert sum(each.total.value for each in found) == pytest.approx(people.value)
    pulls = sum(each.total.influence for each in found)
    assert pulls == pytest.approx(people.influence)


@given(people())
def test_a_set_is_the_sum_of_its_regions(table):
    memberships, weight, members = table
    found = regions(memberships, weight, members=members)
    for column in range(memberships.shape[1]):
        whole = survey.proportion(memberships[:, column], weight, members=members)
        parts = [each.share for each in found if column in each.sets]
        assert sum(part.value for part in parts) == pytest.approx(whole.value)
        assert sum(part.influence for part in parts) == pytest.approx(
            whole.influence, abs=1e-12
        )


def test_what_one_region_gains_by_chance_the_others_lose():
    rng = np.random.default_rng(4)
    memberships = rng.random((60, 3)) < 0.4
    drawn = survey.design(
        np.repeat(["u", "r"], 30), np.arange(60) // 5, rng.uniform(1, 9, 60)
    )
    shares = [each.share for each in regions(memberships, drawn.weight)]
    found = survey.covariance(shares, drawn)
    assert found.sum(axis=0) == pytest.approx(np.zeros(8), abs=1e-12)
    assert np.diag(found).max() > 1e-4


def test_the_error_of_a_region_is_that_of_a_plain_proportion_in_a_plain_sample():
    # Cochran (1977), Sampling Techniques, section 3.2: sqrt(p (1 - p) / (n - 1))
    memberships = np.array([[True, True]] * 3 + [[True, False]] * 7)
    drawn = survey.design(None, None, np.ones(10))
    both = regions(memberships, np.ones(10))[2]
    error = survey.standard_error(both.share, drawn)
    assert both.sets == (0, 1)
    assert error == pytest.approx(math.sqrt(0.3 * 0.7 / 9))


def test_the_wikis_people_without_social_security_are_72_percent():
    # SEPAKAT wiki, social security, 2017: 9,995,864 and 3,865,872 of 13,861,736
    memberships = np.array([[True, False], [False, False]])
    found = {
        each.sets: each for each in regions(memberships, [9_995_864.0, 3_865_872.0])
    }
    assert round(found[(0,)].share.value * 100) == 72
    assert round(found[()].share.value * 100) == 28
    assert sum(each.total.value for each in found.values()) == 13_861_736
    assert found[(1,)].total.value == found[(0, 1)].total.value == 0


def test_regions_stand_in_one_order():
    found = regions(np.zeros((1, 3), dtype=bool), [1.0])
    order = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2), ()]
    assert [each.sets for each in found] == order
    assert found[-1].share.value == 1


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 4)])
def test_only_two_or_three_sets_are_divided(shape):
    with pytest.raises(ValueError, match="two or three sets"):
        regions(np.zeros(shape, dtype=bool), np.ones(4))


@pytest.mark.parametrize("unknown", [math.nan, 2, 1])
def test_an_answer_that_is_not_true_or_false_is_refused(unknown):
    with pytest.raises(ValueError, match="True or False"):
        regions([[unknown, 0], [0, 1]], np.ones(2))


def test_a_domain_without_people_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        regions(np.zeros((2, 2), dtype=bool), np.ones(2), members=np.zeros(2, bool))
