"""Designs of several stages, codes that cannot be, and rounds that share units."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from sepakat_lib.stats import survey

# --- every sample of a population of twelve -------------------------------------------

TWELVE = {  # four villages of three households, and four of different sizes
    "of one size": [[3.0, 8, 1], [10, 4, 4], [0, 2, 9], [7, 7, 20]],
    "of other sizes": [[3.0, 8], [10, 4, 4], [0, 2, 9], [7, 7, 20, 5]],
}


def every_sample(villages, clusters=2, households=2):
    """Rows of every sample: villages, then households, both without replacement."""
    for drawn in combinations(range(len(villages)), clusters):
        inside = [combinations(range(len(villages[v])), households) for v in drawn]
        for chosen in product(*inside):
            yield [
                (v, h, villages[v][h], len(villages[v]))
                for v, several in zip(drawn, chosen, strict=True)
                for h in several
            ]


def two_stage_total(rows, villages, clusters=2, households=2):
    """Total and squared error by `design`, from one sample's rows."""
    village, household, y, size = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    weight = len(villages) / clusters * size / households
    drawn = survey.design(
        None,
        np.column_stack([village, household]),
        weight,
        fpc=np.column_stack([np.full(len(rows), len(villages)), size]),
    )
    found = survey.total(y, weight)
    return found.value, survey.standard_error(found, drawn) ** 2


@pytest.mark.parametrize("population", TWELVE)
def test_over_every_two_stage_sample_the_mean_variance_is_the_true_one(population):
    villages = TWELVE[population]
    assert sum(map(len, villages)) == 12
    # With clusters of 2 each household is drawn with the probability of its weight,
    # and samples are equally likely within a pair of villages, pairs among themselves.
    pairs = {}
    for rows in every_sample(villages):
        key = tuple(sorted({row[0] for row in rows}))
        pairs.setdefault(key, []).append(two_stage_total(rows, villages))
    likely = [
        (1 / len(pairs) / len(found), *one) for found in pairs.values() for one in found
    ]
    chance, totals, variances = (
        np.array(column) for column in zip(*likely, strict=True)
    )
    truth = sum(map(sum, villages))
    assert chance @ totals == pytest.approx(truth)
    true_variance = chance @ (totals - truth) ** 2
    assert chance @ variances == pytest.approx(true_variance, rel=1e-12)
    # and the textbook's formula of the true variance agrees with the count
    # (Cochran 1977, chapter 11: equal chances at both stages)
    n, sizes = len(villages), np.array([len(v) for v in villages])
    between = np.var([sum(v) for v in villages], ddof=1)
    within = np.array([np.var(v, ddof=1) for v in villages])
    by_book = (
        n**2 / 2 * (1 - 2 / n) * between
        + n / 2 * (sizes**2 / 2 * (1 - 2 / sizes) * within).sum()
    )
    assert true_variance == pytest.approx(by_book)


def test_without_the_second_stage_the_variance_is_too_small_on_average():
    villages = TWELVE["of one size"]
    ours, short = [], []
    for rows in every_sample(villages):
        village, _, y, _ = (np.array(column) for column in zip(*rows, strict=True))
        found = survey.total(y, np.full(4, 3.0))
        one_stage = survey.design(None, village, np.full(4, 3.0), fpc=4)
        short.append(survey.standard_error(found, one_stage) ** 2)
        ours.append(two_stage_total(rows, villages)[1])
    assert len(ours) == 54
    assert np.mean(short) < 0.9 * np.mean(ours)


def test_two_villages_of_two_households_by_hand():
    # Villages 1 and 2 of 4, households (1, 3) and (2, 8) of 3; weight 4/2 x 3/2 = 3.
    # Stage 1: totals 12 and 30: (1 - 1/2) x 2/1 x (81 + 81) = 162.
    # Stage 2: 1/2 x (1 - 2/3) x 2/1 x [(3 - 6)^2 x 2 + (6 - 15)^2 x 2] = 60.
    drawn = survey.design(
        None, [[1, 1], [1, 2], [2, 1], [2, 2]], np.full(4, 3.0), fpc=[[4, 3]] * 4
    )
    found = survey.total([1.0, 3, 2, 8], np.full(4, 3.0))
    assert survey.standard_error(found, drawn) ** 2 == pytest.approx(162 + 60)
    by_fraction = survey.design(
        None,
        [[1, 1], [1, 2], [2, 1], [2, 2]],
        np.full(4, 3.0),
        fpc=[[1 / 2, 2 / 3]] * 4,
    )
    assert survey.standard_error(found, by_fraction) ** 2 == pytest.approx(222)


def recursion(z, units, strata, sizes):
    """Textbook recursion over stages, in plain loops: variance of the sum of `z`."""
    variance = 0.0
    for stratum in sorted(set(strata[0])):
        here = [i for i, s in enumerate(strata[0]) if s == stratum]
        codes = sorted({units[0][i] for i in here})
        n, population = len(codes), sizes[0][here[0]]
        sums = [sum(z[i] for i in here if units[0][i] == code) for code in codes]
        variance += (1 - n / population) * n * np.var(sums, ddof=1)
        for code in codes if len(units) > 1 else ():
            rows = [i for i in here if units[0][i] == code]
            inner = [[column[i] for i in rows] for column in units[1:]]
            groups = [[column[i] for i in rows] for column in strata[1:]]
            below = [[column[i] for i in rows] for column in sizes[1:]]
            part = recursion([z[i] for i in rows], inner, groups, below)
            variance += n / population * part
    return variance


def test_three_stages_with_strata_at_each_are_the_textbooks_recursion():
    rng = np.random.default_rng(3)
    rows = [
        (s, p, t, u, h)
        for s in "ab"
        for p in range(2 + (s == "b"))
        for t in "xy"
        for u in range(2)
        for h in range(3)
    ]
    s, p, t, u, h = (list(column) for column in zip(*rows, strict=True))
    sizes = [
        [5 if one == "a" else 9 for one in s],
        [4 if one == "x" else 7 for one in t],
        [6] * len(rows),
    ]
    w, y = rng.uniform(1, 5, len(rows)), rng.normal(size=len(rows))
    drawn = survey.design(
        pd.DataFrame({"s": s, "t": t}),
        pd.DataFrame({"p": p, "u": u, "h": h}),
        w,
        fpc=np.column_stack(sizes),
    )
    found = survey.mean(y, w)
    expected = recursion(w * found.influence, [p, u, h], [s, t, [0] * len(rows)], sizes)
    assert survey.standard_error(found, drawn) ** 2 == pytest.approx(expected)
    members = np.array(t) == "x"  # a group is a domain of the whole design
    group = survey.mean(y, w, members=members)
    expected = recursion(w * group.influence, [p, u, h], [s, t, [0] * len(rows)], sizes)
    assert survey.standard_error(group, drawn) ** 2 == pytest.approx(expected)


PSU = np.array([[1, 1], [1, 2], [2, 1], [2, 2]])
FOUND = survey.total([1.0, 3, 2, 8], np.full(4, 3.0))


def variance_of(**given):
    drawn = survey.design(None, PSU, np.full(4, 3.0), **given)
    return survey.standard_error(FOUND, drawn) ** 2


def test_stages_without_a_finite_population_are_as_r_takes_them():
    # no fpc: with replacement at the first stage, and nothing below it counts
    assert variance_of() == pytest.approx(2 * (81 + 81))
    # fewer columns than stages: later ones are complete
    assert variance_of(fpc=[[4]] * 4) == pytest.approx(162)
    assert variance_of(fpc=4) == pytest.approx(162)
    # a stage drawn out of infinitely many: with replacement there
    assert variance_of(fpc=[[np.inf, 3]] * 4) == pytest.approx(324)
    assert variance_of(fpc=[[4, np.inf]] * 4) == pytest.approx(162 + 180)
    # villages all taken: they are strata, and the error is that of the households
    assert variance_of(fpc=[[2, 3]] * 4) == pytest.approx(120)
    assert variance_of(fpc=[[2, 2]] * 4) == 0


def test_villages_that_are_all_taken_may_be_the_strata():
    as_strata = survey.design(PSU[:, 0], PSU[:, 1], np.full(4, 3.0), fpc=3)
    nested = survey.design(PSU[:, 0], PSU, np.full(4, 3.0), fpc=[[1, 3]] * 4)
    error = survey.standard_error(FOUND, as_strata)
    assert error**2 == pytest.approx(120)
    assert survey.standard_error(FOUND, nested) == pytest.approx(error)
    # but of one household in each nothing is known of a mean
    first = np.array([True, False, True, False])
    alone = survey.mean([1.0, 3, 2, 8], np.full(4, 3.0), members=first)
    assert np.isnan(survey.standard_error(alone, nested))
    # and where villages were left out, their number has the degrees of freedom
    drawn = survey.design(
        None, PSU[:2] * [0, 1], np.ones(2), fpc=[[4, 3]] * 2, lonely="skip"
    )
    assert np.isnan(survey.standard_error(survey.total([1.0, 3], np.ones(2)), drawn))


def test_a_single_household_in_a_village_is_refused_or_treated_by_the_policy():
    psu = [[1, 1], [1, 2], [2, 1]]
    given = {"stratum": None, "psu": psu, "weight": [1.0] * 3, "fpc": [[4, 3]] * 3}
    with pytest.raises(ValueError, match=r"first.stage|single"):
        survey.design(**given)
    skipped = survey.design(**given, lonely="skip")
    assert skipped.touched["done"].tolist() == ["skipped"]
    assert skipped.touched["stratum"].tolist() == ["all / 2 (stage 2)"]
    found = survey.total([1.0, 3, 2], [1.0] * 3)
    # stage 1: 1/2 x 2 x (1 + 1); stage 2: 1/2 x 1/3 x 2 x (1 + 1), of village 1 alone
    assert survey.standard_error(found, skipped) ** 2 == pytest.approx(2 + 2 / 3)
    adjusted = survey.design(**given, lonely="adjust")
    # the single household against the mean of all three, 2: nothing more here
    assert survey.standard_error(found, adjusted) ** 2 == pytest.approx(2 + 2 / 3)
    averaged = survey.design(**given, lonely="average")
    assert survey.standard_error(found, averaged) ** 2 == pytest.approx(2 + 4 / 3)


def test_deviations_of_first_stage_units_do_not_hold_later_stages():
    drawn = survey.design(None, PSU, np.full(4, 3.0), fpc=[[4, 3]] * 4)
    with pytest.raises(ValueError, match="variance of later stages"):
        survey.deviations(np.ones((2, 1)), drawn)


# --- what cannot be -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"fpc": [[4, 3, 2]] * 4}, "fpc of 3 stages for units of 2"),
        ({"fpc": [[4, 2 / 3]] * 4}, "mixes numbers above 1 with fractions"),
        ({"fpc": [[4, 1]] * 4}, r"more sampled units than it has.*stage 2"),
        ({"fpc": [[1, 3]] * 4}, "more sampled units than it has"),
        ({"fpc": [[4, 3], [4, 5], [4, 3], [4, 3]]}, "differs inside a stratum"),
        ({"fpc": [[4, np.nan]] * 4}, "missing"),
        ({"fpc": [[4, 3]] * 3}, "fpc came in shape"),
        ({"fpc": [4] * 3}, "fpc came in shape"),
        ({"fpc": [[4, 0]] * 4}, "mixes"),
        ({"fpc": 0}, "or none"),
        ({"fpc": np.empty((4, 0))}, "fpc of 0 stages"),
    ],
)
def test_a_finite_population_that_cannot_be_is_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        variance_of(**given)


def test_a_second_finite_population_without_its_units_is_not_dropped():
    with pytest.raises(ValueError, match="name the units of every stage"):
        survey.design(None, [1, 1, 2, 2], [1.0] * 4, fpc=[[4, 3]] * 4)
    with pytest.raises(ValueError, match="strata of 2 stages for units of 1"):
        survey.design([["a", "x"], ["a", "y"]], [1, 2], [1.0] * 2)


@pytest.mark.parametrize(
    "psu",
    [
        [1, "1", 2],
        pd.Series([1, "1", 2], dtype=object),
        pd.Series([1.0, "a", "b"]),
        [True, 1, 2],
        [b"a", "a", "b"],
    ],
)
def test_codes_of_mixed_kind_are_refused(psu):
    with pytest.raises(ValueError, match=r"psu has .* mixed"):
        survey.design(None, psu, [1.0] * 3)
    with pytest.raises(ValueError, match=r"stratum has .* mixed"):
        survey.design(psu, [1, 2, 3], [1.0] * 3, lonely="skip")


@pytest.mark.parametrize(
    "psu",
    [
        [1.0, np.nan, 2.0],
        ["a", None, "b"],
        ["a", np.nan, "b"],
        np.array(["a", np.nan, "b"]),  # numpy makes text of the gap
        pd.Series(["a", pd.NA, "b"], dtype="string"),
        pd.Categorical(["a", None, "b"]),
        ["a", "  ", "b"],
        [1.0, np.inf, 2.0],
    ],
)
def test_a_gap_among_the_codes_is_refused_however_it_is_written(psu):
    with pytest.raises(ValueError, match="1 of 3 rows have no psu"):
        survey.design(None, psu, [1.0] * 3)


def test_codes_of_one_kind_are_one_unit_whatever_holds_them():
    for psu in ([1, 1.0, 2], [np.int64(1), 1, 2], pd.Categorical(["a", "a", "b"])):
        assert survey.design(None, psu, [1.0] * 3).units.tolist() == [2]


def test_a_statistic_of_another_weight_than_the_designs_is_refused():
    y, people, homes = np.array([1.0, 2, 6]), np.array([4.0, 1, 3]), np.ones(3)
    drawn = survey.design(None, None, people)
    found = survey.mean(y, homes)
    with pytest.raises(ValueError, match="another weight than the design's: 2 of 3"):
        survey.standard_error(found, drawn)
    with pytest.raises(ValueError, match="another weight"):
        survey.deff(found, drawn, reference="with_replacement")
    with pytest.raises(ValueError, match="different weights"):
        survey.difference(found, survey.mean(y, people))
    scaled = survey.mean(y, people / people.mean())  # as wrong: its influence is larger
    with pytest.raises(ValueError, match="another weight"):
        survey.standard_error(scaled, drawn)
    assert survey.standard_error(found, drawn.with_weight(homes)) == pytest.approx(
        np.sqrt(3 / 2 * ((y - 3) ** 2).sum()) / 3
    )
    again = survey.mean(y, (people / 3) * 3)  # the same weight but for rounding
    assert survey.standard_error(again, drawn) > 0
    doubled = survey.combine([2], [found])
    with pytest.raises(ValueError, match="another weight"):
        survey.standard_error(doubled, drawn)


@pytest.mark.parametrize(
    "members",
    [
        np.array([True, False]),
        [1, 0, 1],
        [True, None, False],
        np.array([1.0, np.nan, 0.0]),
        pd.array([True, pd.NA, False], dtype="boolean"),
    ],
)
def test_a_mask_is_one_true_or_false_for_each_row(members):
    drawn = survey.design(None, None, [1.0] * 3)
    found = survey.mean([1.0, 2, 3], [1.0] * 3)
    for call in (
        lambda: survey.degrees_of_freedom(drawn, members),
        lambda: survey.mean([1.0, 2, 3], [1.0] * 3, members=members),
        lambda: found.among(members),
        lambda: survey.woodruff_interval(
            [1.0, 2, 3], [1.0] * 3, 0.5, drawn, 0.95, members
        ),
    ):
        with pytest.raises(ValueError, match="members came as"):
            call()


def test_pandas_own_true_and_false_without_a_gap_is_a_mask():
    members = pd.array([True, True, False], dtype="boolean")
    drawn = survey.design(None, None, [1.0] * 3)
    assert survey.degrees_of_freedom(drawn, members) == 1
    assert survey.mean([1.0, 2, 9], [1.0] * 3, members=members).value == 1.5


def test_one_unit_has_nothing_to_be_adjusted_to():
    drawn = survey.design(None, [1, 1, 1], [1.0] * 3, lonely="adjust")
    for found in (
        survey.total([1.0, 2, 3], [1.0] * 3),
        survey.mean([1.0, 2, 3], [1.0] * 3),
    ):
        assert np.isnan(survey.standard_error(found, drawn))
    with pytest.raises(ValueError, match="no other unit to hold it against"):
        survey.stratum_contributions([[6.0]], [0], lonely="adjust")
    with pytest.raises(ValueError, match="1 groups of strata"):
        survey.stratum_contributions(
            [[6.0], [1.0], [3.0]],
            [0, 1, 2],
            lonely="adjust",
            group_of_stratum=[0, 1, 1],
        )
    # a unit that is its whole stratum has no error to estimate
    whole = survey.stratum_contributions([[6.0]], [0], fraction=[1.0], lonely="adjust")
    assert whole.tolist() == [[0.0]]


# --- two rounds -----------------------------------------------------------------------

ROUND = {"psu": list("ppqqrr"), "weight": np.array([2.0, 1, 1, 3, 2, 2])}
BEFORE = np.array([1.0, 4, 2, 8, 5, 7])
AFTER = np.array([2.0, 4, 3, 6, 9, 7])


def round_of(psu, stratum=None, **given):
    return survey.design(stratum, psu, ROUND["weight"], **given)


@pytest.mark.parametrize("fpc", [None, 5])
def test_one_sample_twice_has_no_error_of_its_change(fpc):
    drawn, w = round_of(ROUND["psu"], fpc=fpc), ROUND["weight"]
    again = survey.design(None, ROUND["psu"][::-1], w[::-1], fpc=fpc)
    first, second = survey.mean(BEFORE, w), survey.mean(BEFORE[::-1], w[::-1])
    found = survey.difference_of_rounds(first, drawn, second, again)
    assert (found.value, found.se, found.df) == (0, 0, 2)
    assert np.isnan(found.p_value)


def test_rounds_without_a_shared_unit_are_independent():
    w = ROUND["weight"]
    before, after = round_of(ROUND["psu"]), round_of(list("ssttuu"))
    a, b = survey.mean(AFTER, w), survey.mean(BEFORE, w)
    found = survey.difference_of_rounds(a, after, b, before)
    apart = survey.independent_difference(
        a.value,
        survey.standard_error(a, after),
        2,
        b.value,
        survey.standard_error(b, before),
        2,
    )
    assert found == apart


@pytest.mark.parametrize("fpc", [None, 5])
def test_the_same_units_visited_twice_are_a_panel(fpc):
    w = ROUND["weight"]
    drawn = round_of(ROUND["psu"], fpc=fpc)
    a, b = survey.mean(AFTER, w), survey.mean(BEFORE, w)
    found = survey.difference_of_rounds(a, drawn, b, drawn)
    as_panel = survey.difference(a, b)
    assert found.se == pytest.approx(survey.standard_error(as_panel, drawn))
    expected = survey.covariance([a, b], drawn)[0, 1]
    assert survey.shared_covariance(a, drawn, b, drawn) == pytest.approx(expected)


def test_half_of_the_units_shared_by_hand():
    # Totals 1, 3 of p, q before and 5, 9 of q, r after, one shared (q):
    # (3 - 2) x (5 - 7) / (1 - 1/2 - 1/2 + 1/4) = -8; variances 4 and 16.
    before = survey.design(None, ["p", "q"], [1.0, 1])
    after = survey.design(None, ["q", "r"], [1.0, 1])
    a, b = survey.total([5.0, 9], [1.0, 1]), survey.total([1.0, 3], [1.0, 1])
    assert survey.shared_covariance(a, after, b, before) == pytest.approx(-8)
    found = survey.difference_of_rounds(a, after, b, before)
    # cut where units correlate perfectly: 1/2 x sqrt(4 x 16) = 4
    assert found.se**2 == pytest.approx(4 + 16 + 2 * 4)


@pytest.mark.parametrize(
    ("first", "second"), [((0, 1, 2), (1, 2, 3)), ((0, 1), (1, 2, 3))]
)
def test_over_every_pair_of_rounds_the_mean_covariance_is_the_true_one(first, second):
    # Units of a population of three have a value in each round; every sequence of
    # draws with replacement, of which some serve both rounds.
    population = np.array([[1.0, 2], [4, 3], [10, 12]])
    before = survey.design(None, [f"v{i}" for i in first], np.ones(len(first)))
    after = survey.design(None, [f"v{i}" for i in second], np.ones(len(second)))
    totals, covariances = [], []
    for drawn in product(range(3), repeat=4):
        a = survey.total(population[np.array(drawn)[list(first)], 0], before.weight)
        b = survey.total(population[np.array(drawn)[list(second)], 1], after.weight)
        totals.append((a.value, b.value))
        covariances.append(survey.shared_covariance(a, before, b, after))
    true = np.cov(np.array(totals).T, ddof=0)[0, 1]
    assert np.mean(covariances) == pytest.approx(true)


def test_a_unit_is_shared_by_its_stratum_and_its_code():
    before = survey.design(["u", "u", "r", "r"], [1, 2, 1, 2], [1.0] * 4)
    after = survey.design(["r", "r", "u", "u"], [2, 3, 7, 8], [1.0] * 4)
    codes = survey.shared_units(before, after)
    assert [before.unit_names[i] for i in codes[0]] == [("r", 2)]
    assert [after.unit_names[i] for i in codes[1]] == [("r", 2)]


def test_units_that_cannot_be_matched_are_refused():
    bare, numbers = (
        survey.design(None, None, [1.0, 1]),
        survey.design(None, [1, 2], [1.0, 1]),
    )
    text = survey.design(None, ["1", "2"], [1.0, 1])
    with pytest.raises(ValueError, match="no PSU codes"):
        survey.shared_units(bare, numbers)
    with pytest.raises(ValueError, match="numbers in one round and text in the other"):
        survey.shared_units(numbers, text)
    decimals = survey.design(None, [1.0, 3.0], [1.0, 1])
    assert survey.shared_units(numbers, decimals)[0].tolist() == [0]


def test_no_error_of_a_round_is_no_error_of_the_change():
    one = survey.design(None, ["p", "p"], [1.0, 1], lonely="adjust")
    two = survey.design(None, ["p", "q"], [1.0, 1])
    a, b = survey.mean([1.0, 3], [1.0, 1]), survey.mean([1.0, 4], [1.0, 1])
    found = survey.difference_of_rounds(a, one, b, two)
    assert np.isnan(found.se) and found.df == 0
