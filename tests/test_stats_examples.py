"""Hand-sized examples: the arithmetic stands beside the expectation."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sepakat_lib.stats import change, inequality, poverty, survey
from sepakat_lib.stats.survey import Statistic

ONES = [1, 1, 1, 1]


# --- who is poor ----------------------------------------------------------------------


def test_a_person_on_the_line_is_not_poor():
    assert poverty.fgt([99.0, 100.0, 101.0], 100, [1, 1, 1], 0).value == 1 / 3


def test_everyone_is_held_against_the_line_of_their_own_area():
    found = poverty.fgt([90.0, 90.0], [80.0, 100.0], [1, 3], 0)
    assert found.value == 3 / 4


def test_gap_and_severity_of_a_worked_example():
    # gaps 0.5, 0.2, 0, 0 of the line: P1 = 0.7 / 4, P2 = (0.25 + 0.04) / 4
    spending = [50.0, 80.0, 100.0, 300.0]
    assert poverty.fgt(spending, 100, ONES, 1).value == pytest.approx(0.7 / 4)
    assert poverty.fgt(spending, 100, ONES, 2).value == pytest.approx(0.29 / 4)


def test_spending_below_zero_has_a_gap_of_the_whole_line_and_no_more():
    assert poverty.fgt([-50.0, 200.0], 100, [1, 1], 2).value == 0.5
    assert poverty.aggregate_gap([-50.0, 200.0], 100, [1, 1]).value == 100


def test_household_weights_and_person_weights_answer_different_questions():
    spending, households, size = [50.0, 200.0], np.array([10, 30]), np.array([6, 2])
    assert poverty.fgt(spending, 100, households, 0).value == 10 / 40
    assert poverty.fgt(spending, 100, households * size, 0).value == 60 / 120


def test_the_severity_splits_into_incidence_intensity_and_inequality():
    spending, line, weight = [50.0, 80.0, 90.0, 300.0], 100, [1, 2, 3, 4]
    p0, _, p2 = (poverty.fgt(spending, line, weight, a).value for a in (0, 1, 2))
    ratio = poverty.income_gap_ratio(spending, line, weight).value
    uneven = poverty.gap_inequality(spending, line, weight).value
    assert p2 == pytest.approx(p0 * ratio**2 * (1 + 2 * uneven))


@pytest.mark.parametrize(
    "measure", [poverty.income_gap_ratio, poverty.gap_inequality, poverty.sen]
)
def test_a_measure_of_the_poor_is_refused_where_nobody_is_poor(measure):
    with pytest.raises(ValueError, match=r"nobody is poor|so there is no ratio"):
        measure([200.0, 300.0], 100, [1, 1])


# --- errors of a design ---------------------------------------------------------------


def test_the_error_of_a_mean_by_hand():
    # Values 1 3 | 5 9, equal weights: mean 4.5, influences (y - 4.5) / 4.
    # Unit totals a: -3.5/4, -1.5/4; b: 0.5/4, 4.5/4. Each stratum 2/1 x 2 x d^2 with
    # d = 0.25 in a and 0.5 in b: 0.25 + 1 = 1.25.
    drawn = survey.design(["a", "a", "b", "b"], [1, 2, 1, 2], ONES)
    found = survey.mean([1.0, 3.0, 5.0, 9.0], ONES)
    assert survey.standard_error(found, drawn) == pytest.approx(np.sqrt(1.25))


def test_a_psu_code_counts_within_its_stratum():
    drawn = survey.design(["a", "a", "b", "b"], [1, 2, 1, 2], ONES)
    assert drawn.units.tolist() == [2, 2]


def test_units_without_a_member_stay_in_the_design():
    # Totals 2 and 0: mean 1, so 2/1 x (1 + 1) = 4. Taking the member alone would
    # leave a single unit.
    drawn = survey.design(None, [1, 2], [1, 1])
    found = survey.total([2.0, np.nan], [1, 1], members=np.array([True, False]))
    assert survey.standard_error(found, drawn) == 2
    only_seen = survey.stratum_contributions([[2.0]], [0], units=[2])
    assert only_seen.tolist() == [[4.0]]


def test_strata_drawn_completely_have_no_error():
    drawn = survey.design(None, None, [1, 1], fpc=2)
    assert survey.standard_error(survey.total([1.0, 5.0], [1, 1]), drawn) == 0


def test_half_the_units_drawn_halve_the_variance():
    whole = survey.design(None, None, [1, 1])
    half = survey.design(None, None, [1, 1], fpc=[0.5, 0.5])
    by_count = survey.design(None, None, [1, 1], fpc=4)
    found = survey.total([1.0, 5.0], [1, 1])
    error = survey.standard_error(found, whole)
    assert survey.standard_error(found, half) == pytest.approx(error / np.sqrt(2))
    assert survey.standard_error(found, by_count) == pytest.approx(error / np.sqrt(2))


def test_degrees_of_freedom_count_units_and_strata_with_a_member():
    drawn = survey.design(list("aaabb"), [1, 2, 3, 1, 2], [1] * 5)
    assert survey.degrees_of_freedom(drawn) == 5 - 2
    in_a = np.array([True, True, False, False, False])
    assert survey.degrees_of_freedom(drawn, in_a) == 2 - 1
    assert survey.degrees_of_freedom(drawn, in_a & (drawn.psu == 0)) == 0
    idle = drawn.with_weight([1, 0, 1, 1, 1])  # as R: who has no weight is no member
    assert survey.degrees_of_freedom(idle, in_a) == 0


# --- strata of a single unit ----------------------------------------------------------

LONELY = {"stratum": ["a", "a", "b"], "psu": [1, 2, 1], "weight": [1, 1, 1]}
TOTALS = Statistic(10.0, np.array([1.0, 3.0, 6.0]))  # a gives 2/1 x 2 x 1 = 4


@pytest.mark.parametrize(
    ("policy", "variance"),
    [
        ("skip", 4),
        ("average", 4 + 4),
        ("adjust", 4 + (6 - 10 / 3) ** 2),
    ],
)
def test_a_single_unit_by_each_policy(policy, variance):
    drawn = survey.design(**LONELY, lonely=policy)
    assert survey.covariance([TOTALS], drawn)[0, 0] == pytest.approx(variance)
    by_stratum = survey.stratum_contributions(
        drawn.totals(TOTALS.influence),
        drawn.stratum_of_psu,
        units=drawn.units,
        lonely=policy,
    )
    assert by_stratum.sum() == pytest.approx(variance)
    assert drawn.touched["stratum"].tolist() == ["b"]


def test_a_single_unit_is_merged_with_its_sibling():
    # One stratum of totals 1, 3, 6: 3/2 x (1 + 9 + 36 - 100/3) = 19
    drawn = survey.design(**LONELY, lonely="collapse", sibling=["3501"] * 3)
    assert survey.covariance([TOTALS], drawn)[0, 0] == pytest.approx(19)
    assert drawn.touched.to_numpy().tolist() == [["b", 1, "merged", "a"]]
    assert drawn.strata == ("a + b",)


def test_a_single_unit_without_a_sibling_is_adjusted_and_said_so():
    siblings = ["3501", "3501", "3502"]
    drawn = survey.design(**LONELY, lonely="collapse", sibling=siblings)
    adjusted = survey.design(**LONELY, lonely="adjust")
    same = [survey.standard_error(TOTALS, each) for each in (drawn, adjusted)]
    assert same[0] == same[1]
    assert drawn.touched["done"].tolist() == ["centred"]


def test_two_single_units_of_a_group_are_merged_with_each_other_first():
    drawn = survey.design(
        list("aabc"), [1, 2, 1, 1], ONES, lonely="collapse", sibling=[0] * 4
    )
    assert drawn.units.tolist() == [2, 2]
    assert drawn.touched["mates"].tolist() == ["c", "b"]


def test_a_single_unit_takes_the_smallest_other_stratum_of_its_group():
    drawn = survey.design(
        list("aaabbc"), [1, 2, 3, 1, 2, 1], [1] * 6, lonely="collapse", sibling=[0] * 6
    )
    assert drawn.strata == ("a", "b + c")


def test_a_single_unit_is_refused_by_name_when_nothing_was_chosen():
    with pytest.raises(ValueError, match=r"single first-stage unit.*: b; choose"):
        survey.design(**LONELY)


def test_nothing_to_average_is_refused():
    drawn = survey.design(["a", "b"], [1, 1], [1, 1], lonely="average")
    with pytest.raises(ValueError, match="nothing to average"):
        survey.standard_error(survey.total([1.0, 2.0], [1, 1]), drawn)


def test_regions_of_one_scan_keep_their_own_middle():
    # Region 0: a single unit of 5, a pair 1, 3; region 1 far away must not matter.
    totals, stratum = [[5.0], [1.0], [3.0], [900.0], [700.0]], [0, 1, 1, 2, 2]
    found = survey.stratum_contributions(
        totals, stratum, lonely="adjust", group_of_stratum=[0, 0, 1]
    )
    assert found[:2, 0].tolist() == [(5 - 9 / 3) ** 2, 4.0]


# --- quantiles and groups -------------------------------------------------------------


def test_a_quantile_is_the_smallest_value_that_reaches_the_share():
    values = [10.0, 20.0, 30.0, 40.0]
    shares = [0, 0.25, 0.26, 0.5, 1]
    found = [survey.quantile(values, ONES, p).value for p in shares]
    assert found == [10, 10, 20, 20, 40]


def test_weights_that_do_not_add_up_exactly_still_reach_their_share():
    weight = [0.1] * 10  # 0.1 + 0.1 + 0.1 is a little more than 0.3, eight times less
    found = [survey.quantile(range(10), weight, p / 10).value for p in range(1, 11)]
    assert found == list(range(10))


def test_a_row_without_weight_is_no_quantile():
    assert survey.quantile([1.0, 2.0], [0, 1], 0).value == 2


def test_a_row_on_the_boundary_is_in_the_lower_group():
    spending, weight = [1.0, 2.0, 3.0], [4, 2, 4]  # half of all is reached inside row 2
    assert inequality.quantile_groups(spending, weight, 2).tolist() == [1, 1, 2]


def test_a_boundary_met_exactly_parts_two_rows():
    assert inequality.quantile_groups([4.0, 3, 2, 1], ONES, 2).tolist() == [2, 2, 1, 1]


def test_equal_spending_is_never_parted_and_may_leave_a_group_empty():
    groups = inequality.quantile_groups([1.0, 1, 1, 9], ONES, 4)
    assert groups.tolist() == [1, 1, 1, 4]


def test_groups_of_a_domain_are_0_outside_it():
    members = np.array([False, True, True, False])
    groups = inequality.quantile_groups([9.0, 1, 2, np.nan], ONES, 2, members=members)
    assert groups.tolist() == [0, 1, 2, 0]


def test_ten_equal_households_are_a_decile_each():
    weight = [0.1] * 10
    groups = inequality.quantile_groups(np.arange(10.0), weight, 10)
    assert groups.tolist() == list(range(1, 11))


# --- inequality -----------------------------------------------------------------------


def test_gini_of_a_worked_example():
    # Half the mean absolute difference over the mean: pairs of 1, 2, 5 differ by
    # 1, 4, 3 (each twice in 9), the mean is 8/3: (16/9) / 2 / (8/3) = 1/3.
    assert inequality.gini([1.0, 2, 5], [1, 1, 1]).value == pytest.approx(1 / 3)


def test_the_concentration_of_spending_itself_is_the_gini():
    spending, weight = np.array([3.0, 1, 4, 1, 5]), [1, 2, 3, 4, 5]
    gini = inequality.gini(spending, weight)
    found = inequality.concentration_index(spending, spending, weight)
    assert found.value == gini.value
    assert np.array_equal(found.influence, gini.influence)


def test_an_equal_benefit_is_not_concentrated():
    found = inequality.concentration_index([7.0] * 4, [1.0, 2, 3, 4], [1, 2, 3, 4])
    assert found.value == pytest.approx(0, abs=1e-15)


def test_a_row_on_the_boundary_of_a_share_is_divided():
    # The poorest half of weights 1, 2, 1 is row one and half of row two: 1 + 2 of 10.
    found = inequality.lorenz([1.0, 2.0, 5.0], [1, 2, 1], 0.5)
    assert found.value == pytest.approx(3 / 10)


def test_the_quintile_ratio_takes_boundary_rows_whole():
    # q20 = 1 and q80 = 3: above 3 is 9; up to 1 is 1 + 1.
    found = inequality.s80_s20([1.0, 1, 2, 3, 9], [1, 1, 1, 2, 1])
    assert found.value == pytest.approx(9 / 2)


# --- intervals ------------------------------------------------------------------------


def test_none_of_a_hundred_is_not_zero():
    low, high = survey.zero_interval(100, deff=1, confidence=0.95)
    assert low == 0
    assert stats.binom.cdf(0, 100, high) == pytest.approx(0.025)
    assert survey.zero_interval(400, deff=4, confidence=0.95) == (low, high)


def test_many_zeros_are_answered_at_once():
    low, high = survey.zero_interval([100, 400], [1, 4], 0.95, [0, 400])
    assert low[0] == 0 and high[1] == 1
    assert high[0] == pytest.approx(1 - low[1])


def test_all_of_a_hundred_is_the_mirror_of_none():
    low, high = survey.zero_interval(100, deff=1, confidence=0.95, successes=100)
    mirrored = survey.zero_interval(100, 1, 0.95)
    assert [1 - high, 1 - low] == pytest.approx([float(end) for end in mirrored])


def test_a_proportion_of_zero_is_sent_to_its_own_interval():
    with pytest.raises(ValueError, match="zero_interval"):
        survey.logit_interval(0.0, 0.0, 10, 0.95)


def test_the_interval_of_a_rare_share_stays_above_zero():
    assert survey.interval(0.01, 0.008, 20, 0.95)[0] < 0
    assert survey.logit_interval(0.01, 0.008, 20, 0.95)[0] > 0


def test_an_estimate_of_zero_has_no_relative_error():
    assert np.isnan(survey.rse(0.0, 0.0))


def test_a_simple_random_sample_has_a_design_effect_of_one():
    values, weight = [1.0, 2.0, 4.0], [10.0] * 3
    drawn = survey.design(None, None, weight)
    found = survey.mean(values, weight)
    assert survey.deff(found, drawn, reference="with_replacement") == pytest.approx(1)


# --- differences ----------------------------------------------------------------------


def test_the_difference_of_a_result_from_itself_has_no_error():
    drawn = survey.design(None, None, ONES)
    found = survey.mean([1.0, 2, 4, 8], ONES)
    assert survey.standard_error(survey.difference(found, found), drawn) == 0


def test_independent_errors_add_in_squares():
    found = survey.independent_difference(5.0, 3.0, 10, 1.0, 4.0, 20)
    assert (found.value, found.se, found.df) == (4, 5, 10)
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.8, 10))


def test_a_difference_without_errors_is_not_tested():
    assert np.isnan(survey.independent_difference(1.0, 0.0, 5, 2.0, 0.0, 5).p_value)


def test_growth_of_each_half_by_hand():
    # Halves grew from 1.5 to 1.8 and from 3.5 to 3.5 in a year: 20 % and none.
    drawn = survey.design(None, None, ONES)
    before, after = np.array([1.0, 2, 3, 4]), np.array([1.7, 1.9, 3.1, 3.9])
    found = change.growth_incidence(before, drawn, after, drawn, 1, groups=2)
    assert found["group"].tolist() == ["1", "2", "all"]
    assert found["growth"].tolist() == pytest.approx([0.2, 0, 10.6 / 10 - 1])
    assert (found["low"] < found["growth"]).all()
    assert (found["growth"] < found["high"]).all()


# --- what is refused ------------------------------------------------------------------

GAPS = [np.nan, np.inf, -np.inf]
CALLS = {
    "mean": lambda y: survey.mean(y, ONES),
    "total": lambda y: survey.total(y, ONES),
    "ratio": lambda y: survey.ratio(y, ONES, ONES),
    "denominator": lambda y: survey.ratio(ONES, y, ONES),
    "quantile": lambda y: survey.quantile(y, ONES, 0.5),
    "weight": lambda y: survey.mean(ONES, y),
    "fgt": lambda y: poverty.fgt(y, 100, ONES, 0),
    "line": lambda y: poverty.fgt(ONES, y, ONES, 0),
    "gini": lambda y: inequality.gini(y, ONES),
    "rank": lambda y: inequality.concentration_index(ONES, y, ONES),
    "lorenz": lambda y: inequality.lorenz(y, ONES, 0.4),
    "groups": lambda y: inequality.quantile_groups(y, ONES, 2),
}


@pytest.mark.parametrize(("name", "gap"), [*product(CALLS, GAPS)])
def test_a_gap_is_refused_with_its_number(name, gap):
    with pytest.raises(ValueError, match=r"2 of 4 .* are missing or infinite"):
        CALLS[name]([1.0, gap, 2.0, gap])


@pytest.mark.parametrize("gap", [None, pd.NA])
def test_a_gap_in_a_column_of_a_table_is_refused(gap):
    column = pd.Series([1.0, 2.0, 3.0, gap], dtype="Float64")
    with pytest.raises(ValueError, match="1 of 4 values are missing"):
        survey.mean(column, ONES)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: inequality.gini([-1.0, 2], [1, 1]), "1 of 2 values are negative"),
        (lambda: inequality.mld([0.0, 2], [1, 1]), "1 of 2 values are 0 or less"),
        (lambda: inequality.atkinson([0.0, 2], [1, 1], 1), "0 or less"),
        (lambda: inequality.gini([0.0, 0], [1, 1]), "all spending is 0"),
        (lambda: poverty.watts([0.0, 2], 1, [1, 1]), "0 or less"),
        (lambda: poverty.fgt([1.0, 2], 0, [1, 1], 0), "poverty lines are 0 or less"),
        (lambda: survey.mean([1.0, 2], [1, -1]), "weights are negative"),
        (lambda: survey.mean([1.0, 2], [0, 0]), "nobody is in the domain"),
        (lambda: survey.mean([1.0, 2], [1, 1], members=[1, 0]), "members came as"),
        (lambda: survey.mean([1.0, 2], [1, 1, 1]), "columns of one table"),
        (lambda: survey.proportion([1.0, 5], [1, 1]), "neither 0 nor 1.*5"),
        (lambda: survey.design(["a", None], [1, 2], [1, 1]), "1 of 2 rows have no"),
        (lambda: survey.design(None, None, [1, 1], lonely="hide"), "lonely is one of"),
        (lambda: survey.design(None, None, [1, 1], fpc=1.5), "more sampled units"),
        (lambda: survey.interval(1, 1, 5, 95), "confidence is a fraction"),
        (lambda: survey.quantile([1.0], [1], 50), "share between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_a_statistic_of_other_rows_than_the_design_is_refused():
    drawn = survey.design(None, None, [1, 1, 1])
    with pytest.raises(ValueError, match="2 influences for a design of 3 rows"):
        survey.standard_error(survey.mean([1.0, 2], [1, 1]), drawn)
