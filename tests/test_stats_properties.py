"""Laws that hold for any sample; no expected number is pasted."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sepakat_lib.stats import change, inequality, poverty, survey

LINE = 100.0
API = (
    Path(__file__).resolve().parents[1]
    / "../shared/verification/data/api_apiclus1.parquet"
)

# Each law is tried on every measure, so some samples of each are enough.
few = settings(max_examples=25, deadline=None)
amount = st.integers(1, 400).map(float)
people = st.lists(st.tuples(amount, st.integers(1, 9)), min_size=2, max_size=30)


def columns(rows) -> tuple[np.ndarray, np.ndarray]:
    spending, weight = np.array(rows, dtype=float).T
    return spending, weight


# Every measure that does not change when all weights are doubled.
SCALE_FREE = {
    "mean": survey.mean,
    "proportion": lambda y, w, **m: survey.proportion(y < LINE, w, **m),
    "ratio": lambda y, w, **m: survey.ratio(np.sqrt(y), y + 7, w, **m),
    "variance": survey.variance,
    "P0": lambda y, w, **m: poverty.fgt(y, LINE, w, 0, **m),
    "P1": lambda y, w, **m: poverty.fgt(y, LINE, w, 1, **m),
    "P2": lambda y, w, **m: poverty.fgt(y, LINE, w, 2, **m),
    "P1, line of the mean": lambda y, w, members=None: poverty.fgt_relative_mean(
        y, w, 1, members=members, line_members=members
    ),
    "P2, line of the mean": lambda y, w, members=None: poverty.fgt_relative_mean(
        y, w, 2, members=members, line_members=members
    ),
    "Watts": lambda y, w, **m: poverty.watts(y, LINE, w, **m),
    "Gini": inequality.gini,
    "concentration": lambda y, w, **m: inequality.concentration_index(
        1 + y % 7, y, w, **m
    ),
    "Hoover": inequality.hoover,
    "MLD": inequality.mld,
    "Theil": inequality.theil,
    "GE(-1)": lambda y, w, **m: inequality.generalized_entropy(y, w, -1, **m),
    "GE(2)": lambda y, w, **m: inequality.generalized_entropy(y, w, 2, **m),
    "Atkinson 0.5": lambda y, w, **m: inequality.atkinson(y, w, 0.5, **m),
    "Atkinson 1": lambda y, w, **m: inequality.atkinson(y, w, 1, **m),
    "Atkinson 2": lambda y, w, **m: inequality.atkinson(y, w, 2, **m),
    "L(0.4)": lambda y, w, **m: inequality.lorenz(y, w, 0.4, **m),
    "top fifth": lambda y, w, **m: inequality.quantile_share(y, w, 0.8, 1, **m),
    "Palma": inequality.palma,
    "S80/S20": inequality.s80_s20,
}
OF_THE_POOR = {
    "income gap ratio": lambda y, w, **m: poverty.income_gap_ratio(y, LINE, w, **m),
    "gap inequality": lambda y, w, **m: poverty.gap_inequality(y, LINE, w, **m),
    "Sen": lambda y, w, **m: poverty.sen(y, LINE, w, **m),
}
TOTALS = {
    "total": survey.total,
    "poor persons": lambda y, w, **m: poverty.poor_persons(y, LINE, w, **m),
    "aggregate gap": lambda y, w, **m: poverty.aggregate_gap(y, LINE, w, **m),
    "bottom 40 %": lambda y, w, **m: inequality.amount_below(y, w, 0.4, **m),
}
# Whole boundary rows make the quintile ratio jump as weights move.
SMOOTH = {
    k: v for k, v in (SCALE_FREE | OF_THE_POOR | TOTALS).items() if k != "S80/S20"
}
EQUAL_UNDER_SCALING = [
    *["Gini", "Hoover", "MLD", "Theil", "GE(-1)", "GE(2)", "Palma", "S80/S20"],
    *["Atkinson 0.5", "Atkinson 1", "Atkinson 2", "L(0.4)", "top fifth"],
    *["P1, line of the mean", "P2, line of the mean"],
]


def sample(rows=120, seed=0):
    """Invented households in 4 strata of 6 units, with ties in spending."""
    rng = np.random.default_rng(seed)
    unit = np.arange(rows) % 24
    level = rng.normal(0, 0.3, 24)[unit]
    spending = np.round(np.exp(4.8 + level + rng.normal(0, 0.5, rows)))
    weight = rng.uniform(50, 150, rows)
    return spending, weight, unit % 4, unit


# --- influences -----------------------------------------------------------------------


@pytest.mark.parametrize("name", SCALE_FREE)
@few
@given(people)
def test_influences_cancel_out(name, rows):
    y, w = columns(rows)
    found = SCALE_FREE[name](y, w)
    size = 1 + np.abs(found.influence) @ w
    assert abs(found.influence @ w) < 1e-9 * size


@pytest.mark.parametrize("name", TOTALS)
@few
@given(people)
def test_influences_of_a_total_add_up_to_it(name, rows):
    y, w = columns(rows)
    found = TOTALS[name](y, w)
    assert found.influence @ w == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_influence_is_the_derivative_by_weight(name):
    y, w, _, _ = sample(60)
    found = SMOOTH[name](y, w)
    step = 1e-4
    for k in range(0, 60, 3):
        moved = step * (np.arange(60) == k)
        rise = SMOOTH[name](y, w + moved).value - SMOOTH[name](y, w - moved).value
        scale = np.abs(found.influence).max()
        assert rise / (2 * step) == pytest.approx(
            found.influence[k], abs=1e-4 * scale
        ), k


def test_the_error_of_the_median_is_what_theory_says_of_normal_data():
    rows = 4001
    values = stats.norm.ppf((np.arange(rows) + 0.5) / rows)
    found = survey.quantile(values, np.ones(rows), 0.5)
    error = survey.standard_error(found, survey.design(None, None, np.ones(rows)))
    assert found.value == pytest.approx(0, abs=1e-12)
    assert error == pytest.approx(np.sqrt(np.pi / 2 / rows), rel=0.03)


# --- invariances ----------------------------------------------------------------------


@pytest.mark.parametrize("name", EQUAL_UNDER_SCALING)
@few
@given(people, st.integers(-3, 6))
def test_a_relative_measure_does_not_know_the_unit(name, rows, power):
    y, w = columns(rows)
    scaled = SCALE_FREE[name](y * 2.0**power, w)
    assert scaled.value == pytest.approx(SCALE_FREE[name](y, w).value, abs=1e-12)


@pytest.mark.parametrize("name", [n for n in SCALE_FREE if n != "variance"])
@few
@given(people)
def test_a_row_of_weight_two_is_two_rows_of_weight_one(name, rows):
    y, w = columns(rows)
    parts = w.astype(int)
    singly = SCALE_FREE[name](np.repeat(y, parts), np.ones(parts.sum()))
    assert singly.value == pytest.approx(SCALE_FREE[name](y, w).value, abs=1e-9)


@pytest.mark.parametrize("name", SMOOTH)
@few
@given(people, st.randoms())
def test_the_order_of_the_rows_does_not_matter(name, rows, random):
    rows = [*rows, (LINE / 2, 1)]  # somebody is poor
    shuffled = random.sample(rows, len(rows))
    first, second = (SMOOTH[name](*columns(each)).value for each in (rows, shuffled))
    assert first == pytest.approx(second, rel=1e-9, abs=1e-9)


# --- bounds and order -----------------------------------------------------------------


@settings(deadline=None)
@given(people, amount, amount)
def test_poverty_does_not_fall_when_the_line_rises(rows, one, other):
    y, w = columns(rows)
    low, high = sorted([one, other])
    for alpha in (0, 1, 2):
        before, after = (poverty.fgt(y, z, w, alpha).value for z in (low, high))
        assert before <= after + 1e-12


@settings(deadline=None)
@given(people, amount)
def test_severity_is_at_most_the_gap_and_the_gap_at_most_the_headcount(rows, line):
    y, w = columns(rows)
    p0, p1, p2 = (poverty.fgt(y, line, w, alpha).value for alpha in (0, 1, 2))
    assert 0 <= p2 <= p1 + 1e-15
    assert p1 <= p0 + 1e-15
    assert p0 <= 1


@settings(deadline=None)
@given(people)
def test_nobody_is_unequal_where_all_are_alike(rows):
    _, w = columns(rows)
    y = np.full(len(w), 70.0)
    for name in ["Gini", "Hoover", "MLD", "Theil", "GE(2)", "Atkinson 2"]:
        assert SCALE_FREE[name](y, w).value == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(people, st.integers(1, 10))
def test_shares_of_adjoining_groups_add_up_to_one(rows, groups):
    y, w = columns(rows)
    edges = np.arange(groups + 1) / groups
    shares = [
        inequality.quantile_share(y, w, low, high).value
        for low, high in pairwise(edges)
    ]
    assert sum(shares) == pytest.approx(1)
    assert np.all(np.diff(np.array(shares)) > -1e-9)  # each richer than the one before


@settings(deadline=None)
@given(people, st.integers(1, 10))
def test_a_row_is_in_a_group_when_it_is_at_or_below_its_quantile(rows, groups):
    y, w = columns(rows)
    number = inequality.quantile_groups(y, w, groups)
    for g in range(1, groups + 1):
        edge = survey.quantile(y, w, g / groups).value
        assert np.array_equal(number <= g, y <= edge)


# --- domains --------------------------------------------------------------------------


@settings(deadline=None)
@given(people)
def test_totals_of_the_groups_add_up_to_the_total(rows):
    y, w = columns(rows)
    group = np.arange(len(y)) % 2
    parts = [survey.total(y, w, members=group == g).value for g in (0, 1)]
    assert sum(parts) == pytest.approx(survey.total(y, w).value)


@pytest.mark.parametrize("name", SMOOTH | {"S80/S20": inequality.s80_s20})
def test_a_domain_is_its_rows_with_no_pull_from_the_others(name):
    y, w, _, _ = sample()
    members = np.arange(len(y)) % 3 > 0
    measure = (SCALE_FREE | SMOOTH)[name]
    whole, alone = measure(y, w, members=members), measure(y[members], w[members])
    assert whole.value == alone.value
    assert np.array_equal(whole.influence[members], alone.influence)
    assert not whole.influence[~members].any()


def test_values_outside_the_domain_may_be_unknown():
    y, w, stratum, unit = sample()
    members = np.arange(len(y)) % 3 > 0
    holes = np.where(members, y, np.nan)
    drawn = survey.design(stratum, unit, w)
    first, second = (survey.mean(each, w, members=members) for each in (y, holes))
    assert first.value == second.value
    errors = [survey.standard_error(each, drawn) for each in (first, second)]
    assert errors[0] == errors[1]


def test_a_domain_keeps_the_units_it_misses():
    if not API.exists():
        pytest.skip("the API schools are not beside the project")
    rows = pd.read_parquet(API)
    drawn = survey.design(None, rows["dnum"], rows["pw"])
    high = (rows["stype"] == "H").to_numpy(dtype=bool)
    found = survey.mean(rows["api00"], rows["pw"], members=high)
    few = rows[high]
    cut = survey.design(None, few["dnum"], few["pw"])
    alone = survey.mean(few["api00"], few["pw"])
    assert cut.units[0] < drawn.units[0]
    assert found.value == alone.value
    ours, cut_short = (
        survey.standard_error(found, drawn),
        survey.standard_error(alone, cut),
    )
    # Both have the same squares; they differ by n/(n-1) with all or some of the units.
    n, m = drawn.units[0], cut.units[0]
    assert ours / cut_short == pytest.approx(np.sqrt(n / (n - 1) / (m / (m - 1))))


def test_a_kabupaten_made_of_whole_strata_may_be_cut_out():
    y, w, stratum, unit = sample()
    members = stratum < 2
    whole = survey.design(stratum, unit, w)
    cut = survey.design(stratum[members], unit[members], w[members])
    first = survey.standard_error(inequality.gini(y, w, members=members), whole)
    second = survey.standard_error(inequality.gini(y[members], w[members]), cut)
    assert first == pytest.approx(second, rel=1e-12)


# --- the variance ---------------------------------------------------------------------


def jackknife(measure, y, w, stratum, unit) -> float:
    """Delete one first-stage unit at a time; the others of its stratum stand in."""
    whole, variance = measure(y, w).value, 0.0
    for h in np.unique(stratum):
        units = np.unique(unit[stratum == h])
        n = len(units)
        for out in units:
            stand_in = np.where(stratum == h, n / (n - 1), 1) * (unit != out)
            kept = stand_in > 0
            without = measure(y[kept], (w * stand_in)[kept]).value
            variance += (n - 1) / n * (without - whole) ** 2
    return np.sqrt(variance)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_linearised_error_is_near_that_of_the_jackknife(name):
    y, w, stratum, unit = sample(rows=1200)
    drawn = survey.design(stratum, unit, w)
    ours = survey.standard_error(SMOOTH[name](y, w), drawn)
    assert ours == pytest.approx(jackknife(SMOOTH[name], y, w, stratum, unit), rel=0.05)


def test_the_error_of_growth_is_near_that_of_the_jackknife():
    y0, w0, stratum, unit = sample(rows=1200, seed=1)
    y1, w1, _, _ = sample(rows=1200, seed=2)
    drawn = [survey.design(stratum, unit, w) for w in (w0, w1)]
    found = change.growth_incidence(y0, drawn[0], y1, drawn[1], 3, groups=5)

    def tops_grow(first, second):
        both = (
            inequality.quantile_share(y, w, 0.8, 1).value * survey.mean(y, w).value
            for y, w in (first, second)
        )
        before, after = both
        return survey.Statistic((after / before) ** (1 / 3) - 1, np.zeros(0))

    parts = [
        jackknife(lambda y, w: tops_grow((y, w), (y1, w1)), y0, w0, stratum, unit),
        jackknife(lambda y, w: tops_grow((y0, w0), (y, w)), y1, w1, stratum, unit),
    ]
    assert found["se"][4] == pytest.approx(np.hypot(*parts), rel=0.05)


def test_the_covariance_gives_the_error_of_every_difference():
    y, w, stratum, unit = sample()
    drawn = survey.design(stratum, unit, w)
    gini, p0 = inequality.gini(y, w), poverty.fgt(y, LINE, w, 0)
    matrix = survey.covariance([gini, p0], drawn)
    gap = survey.standard_error(survey.difference(gini, p0), drawn)
    assert gap**2 == pytest.approx(matrix[0, 0] + matrix[1, 1] - 2 * matrix[0, 1])


@pytest.mark.parametrize("policy", ["adjust", "average", "skip"])
def test_contributions_of_the_strata_add_up_to_the_variance(policy):
    y, w, stratum, unit = sample()
    stratum = np.where(unit == 8, 9, stratum)  # one unit stands alone
    drawn = survey.design(stratum, unit, w, lonely=policy)
    found = [survey.mean(y, w), survey.total(y, w), inequality.gini(y, w)]
    totals = drawn.totals(np.column_stack([each.influence for each in found]))
    by_stratum = survey.stratum_contributions(
        totals, drawn.stratum_of_psu, units=drawn.units, lonely=policy
    )
    variances = np.diag(survey.covariance(found, drawn))
    assert by_stratum.sum(axis=0) == pytest.approx(variances, rel=1e-9)


def test_names_of_strata_and_units_and_their_order_do_not_matter():
    y, w, stratum, unit = sample()
    drawn = survey.design(stratum, unit, w)
    order = np.random.default_rng(3).permutation(len(y))
    named = survey.design(
        [f"s{9 - h}" for h in stratum[order]],
        pd.Series([f"u{u}" for u in unit[order]], dtype="string"),
        w[order],
    )
    first = survey.standard_error(survey.mean(y, w), drawn)
    second = survey.standard_error(survey.mean(y[order], w[order]), named)
    assert first == pytest.approx(second, rel=1e-12)


@few
@given(people, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_an_interval_of_a_quantile_holds_its_estimate(rows, p):
    y, w = columns(rows)
    drawn = survey.design(None, None, w)
    low, high = survey.woodruff_interval(y, w, p, drawn, 0.95)
    found = survey.quantile(y, w, p).value
    unknown = found == y.max()
    assert np.isnan([low, high]).all() if unknown else low <= found <= high
