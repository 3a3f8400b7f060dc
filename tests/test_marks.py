"""One rule of marks: a share as its complement, a count by its own error."""

import itertools

import numpy as np
import pandas as pd
import pytest
from estimating import caveats, tabled
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat_lib import disclosure, parameters, words
from sepakat_lib.estimation import tabling
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.reports import writing
from sepakat_lib.stats import inequality, survey

YEAR = 2023
NARROW, USABLE, WIDE = (
    parameters.policy(f"width_{name}", YEAR) for name in ("narrow", "usable", "wide")
)
COMPLEMENT = {"improved_water": "electricity", "jkn": "birth_certificate"}


def share(value, se, *, df=40.0, n=99, skewness=0.0):
    """A row of estimates, its interval that of the tool."""
    low, high = survey.adjusted_interval(
        value / 100, se / 100, df, 0.95, skewness=skewness, scale="logit"
    )
    ends = {"low": 100 * float(low), "high": 100 * float(high)}
    row = {"indicator": "p0", "value": value, "se": se, "rse": se / value, "deff": 1.5}
    return row | ends | {"n": n, "df": df, "remark": ""}


def marks(*rows):
    return disclosure.publish(pd.DataFrame(rows), year=YEAR)["mark"].tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0.1, 99.9),
    st.floats(0.01, 30),
    st.sampled_from([1.0, 7.0, 8.0, 40.0]),
    st.floats(-1.5, 1.5),
)
def test_a_share_and_its_complement_have_one_mark(value, se, df, skewness):
    own = share(value, se, df=df, skewness=skewness)
    rest = share(100 - value, se, df=df, skewness=-skewness)
    one, other = marks(own, rest)
    assert one == other


@settings(max_examples=200, deadline=None)
@given(st.floats(0.1, 99.9), st.floats(0.01, 30))
def test_what_is_not_marked_is_narrow_or_sure(value, se):
    row = share(value, se)
    width, relative = row["high"] - row["low"], se / min(value, 100 - value)
    (mark,) = marks(row)
    if mark == "":
        assert width <= NARROW or (relative <= 0.25 and width <= WIDE)
    elif mark == "*":
        assert relative <= 0.5 or width <= USABLE
        assert width > WIDE or (width > NARROW and relative > 0.25)
    else:
        assert mark == "**" and relative > 0.5 and width > USABLE


@pytest.mark.parametrize(
    ("value", "se", "mark"),
    [
        (2.0, 0.7, ""),  # 35 percent of it, but known to within five points
        (98.0, 0.7, ""),
        (5.0, 1.6, "*"),
        (95.0, 1.6, "*"),
        (3.0, 1.9, "*"),  # 63 percent of it, and 6.5 points wide
        (97.0, 1.9, "*"),
        (6.0, 3.4, "**"),
        (94.0, 3.4, "**"),
        (50.0, 9.0, "*"),  # 18 percent of it, and 35 points wide
        (30.0, 3.0, ""),
    ],
)
def test_marks_of_shares_by_hand(value, se, mark):
    assert marks(share(value, se)) == [mark]


def test_other_measures_have_the_bands_of_bps_alone():
    rows = [
        {"value": 10.0, "se": rse * 10, "rse": rse, "low": 1.0, "high": 99.0}
        | {"deff": np.nan, "n": 99, "df": 40.0}
        for rse in (0.25, 0.2501, 0.5, 0.5001)
    ]
    assert marks(*rows) == ["", "*", "*", "**"]


def test_a_measure_that_is_surely_too_low_is_marked():
    row = {"value": 0.3, "se": 0.02, "rse": 0.07, "low": 0.26, "high": 0.34}
    row |= {"deff": np.nan, "n": 40, "df": 30.0}
    assert marks(row | {"bias": -0.0049}, row | {"bias": -0.0051}) == ["", "*"]
    assert marks(row | {"bias": np.nan}, row | {"bias": 0.0051}) == ["", "*"]


# --- how many -------------------------------------------------------------------------


def total_marks(*rows):
    table = disclosure.publish(pd.DataFrame(rows), year=YEAR)
    return table["total_mark"].tolist()


def test_a_number_is_marked_by_its_own_error():
    sure, unsure = ({"total": 1e4, "total_se": se} for se in (2e3, 6e3))
    assert marks(share(50.0, 9.0, df=7.0)) == ["**"]
    rows = [share(94.0, 3.4) | sure, share(30.0, 3.0) | unsure]
    assert marks(*rows) == ["**", ""]
    assert total_marks(*rows) == ["", "**"]
    assert total_marks(share(30.0, 3.0, df=7.0) | sure) == ["*"]


@pytest.mark.parametrize(("upper", "mark"), [(4.9, ""), (5.1, "*"), (31.0, "**")])
def test_nobody_is_as_sure_as_the_interval_of_none(upper, mark):
    row = share(1.0, 0.1) | {"value": 0.0, "se": np.nan, "rse": np.nan, "low": 0.0}
    row |= {"high": upper, "total": 0.0, "total_se": np.nan}
    assert marks(row) == total_marks(row) == [mark]


def test_a_hidden_share_has_no_number_and_its_mark():
    row = share(30.0, 3.0, n=29) | {"total": 1e4, "total_se": 2e3}
    table = disclosure.publish(pd.DataFrame([row]), year=YEAR)
    assert table["total_mark"].tolist() == ["few"] and table["total"].isna().all()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_table_shows_the_asterisks_of_the_number_beside_the_number(language):
    chosen = parameters.resolve(region="3501", year=YEAR, language=language)
    row = {"value": 94.0, "low": 80.0, "high": 98.0, "mark": "**", "n": 40}
    row |= {"people": 9400.0, "people_low": 9000.0, "people_high": 9900.0}
    own = pd.Series(row | {"people_mark": ""})
    assert writing.people_of(own, chosen).mark == ""
    assert "*" not in writing.with_people(own, chosen, 1).people
    unsure = pd.Series(row | {"mark": "", "people_mark": "*"})
    assert writing.people_of(unsure, chosen).mark == "*"
    assert "*" in writing.with_people(unsure, chosen, 1).people


# --- of the scan ----------------------------------------------------------------------


def rows_of(size, values, area, psu, *, age=None, weight=None, stratum=None):
    """Households of one kabupaten; of facts of persons one value a person."""
    size = np.asarray(size, float)
    n, psu = len(size), np.asarray(psu)
    household = np.repeat(np.arange(n), size.astype(int))
    weight = np.ones(n) if weight is None else np.asarray(weight, float)
    units = psu.max() + 1
    groups = {"all": np.zeros(n, np.int8), "area": np.asarray(area, np.int8)}
    if age is not None:
        groups["age"] = np.asarray(age, np.int8)
    nobody = {True: np.zeros(len(household), bool), False: np.zeros(n, bool)}
    return Rows(
        region=np.full(units, "9901"),
        stratum=np.full(units, "99011") if stratum is None else np.asarray(stratum),
        has_psu={},
        psu=psu,
        size=size,
        weight=weight,
        spending=np.arange(1.0, n + 1),
        welfare=np.arange(1.0, n + 1),
        household=household,
        psu_of_person=psu[household],
        weight_of_person=weight[household],
        groups=groups,
        values={
            name: Values(
                np.asarray(told, float),
                None,
                nobody[catalogue()[name].table == "persons"],
            )
            for name, told in values.items()
        },
        absent={},
    )


def counted(table, indicator, grouping="all"):
    own = table[table["indicator"].eq(indicator) & table["grouping"].eq(grouping)]
    return dict(zip(own["group"], own["n"], strict=True))


def test_a_fact_of_the_household_counts_households_and_one_of_a_person_persons():
    size = [4, 1, 3, 2]
    of_homes, of_persons = [1, 0, 1, np.nan], [1, 0] * 5
    values = {"p0": of_homes, "jkn": of_persons}
    child_in = [0, 4, 4, 4, 4, 0, 0, 4, 4, 4]  # two in the first but one, three homes
    rows = rows_of(size, values, [0, 0, 1, 1], [0, 0, 1, 1], age=child_in)
    kinds = [catalogue()[name] for name in values]
    assert [one.table for one in kinds] == ["households", "persons"]
    table, _ = tabled(rows, kinds, ("all", "area", "age"))
    assert counted(table, "p0") == {"all": 3}
    assert counted(table, "p0", "area") == {"urban": 2, "rural": 1}
    assert counted(table, "jkn") == {"all": 10}
    assert counted(table, "jkn", "area") == {"urban": 5, "rural": 5}
    youngest, oldest = (grouping("age").groups[place] for place in (0, 4))
    of_age = counted(table, "p0", "age")
    assert (of_age[youngest], of_age[oldest]) == (2, 3)
    of_age = counted(table, "jkn", "age")
    assert (of_age[youngest], of_age[oldest]) == (3, 7)


def test_thirty_persons_of_ten_households_are_few_for_a_fact_of_the_household():
    size, psu = np.full(10, 3), np.repeat(range(5), 2)
    values = {"p0": np.arange(10) % 2, "jkn": np.arange(30) % 2}
    rows = rows_of(size, values, np.zeros(10), psu)
    table, _ = tabled(rows, [catalogue()[name] for name in values], ("all",))
    table = table.assign(low=0.0, high=1.0, remark="")
    shown = disclosure.publish(table, year=YEAR).set_index("indicator")["mark"]
    assert shown["p0"] == "few" and shown["jkn"] != "few"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(5, 16), st.floats(0.02, 0.98))
def test_shares_that_are_complements_have_one_mark_in_every_group(seed, units, rate):
    """Through the scan, with its intervals, where none or all have it too."""
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(units), 10)
    size = rng.integers(1, 6, len(psu))
    in_unit = rng.random(units) < rate
    homes = np.where(rng.random(len(psu)) < 0.7, in_unit[psu], rng.random() < rate)
    people = np.where(
        rng.random(size.sum()) < 0.6, np.repeat(homes, size), rng.random() < 0.5
    )
    values = {"improved_water": homes, "jkn": people}
    values |= {COMPLEMENT[name]: 1.0 - told for name, told in values.items()}
    stratum = np.where(np.arange(units) < units // 2, "99011", "99012")
    area = rng.random(len(psu)) < 0.8
    rows = rows_of(
        size, values, area, psu, weight=rng.uniform(1, 5, len(psu)), stratum=stratum
    )
    table, _ = tabled(rows, [catalogue()[name] for name in values], ("all", "area"))
    origin = "susenas", YEAR, {"9901": True}
    table = tabling.remarked(tabling.with_origin(table, *origin), caveats(rows))
    table = tabling.with_intervals(table, 0.95)
    shown = disclosure.publish(table, year=YEAR)
    shown = shown.set_index(["indicator", "region", "grouping", "group"])["mark"]
    for name, other in COMPLEMENT.items():
        assert len(shown[name]) > 2 and shown[name].equals(shown[other])


# --- what a Gini index of few is too low by --------------------------------------------


@pytest.mark.parametrize("units", [3, 4, 5])
@pytest.mark.parametrize("seed", range(4))
def test_the_bias_of_a_gini_index_is_that_of_every_sample_that_can_be_drawn(
    seed, units
):
    """All samples with replacement of five neighbourhoods of two households."""
    rng = np.random.default_rng(seed)
    y = np.exp(rng.normal(0, 0.4, (5, 1)) * (seed % 2) + rng.normal(0, 0.5, (5, 2)))
    w = np.ones((5, 2)) if seed < 2 else rng.uniform(1, 3, (5, 2))
    whole = inequality.gini(y.ravel(), w.ravel()).value
    names = np.repeat(np.arange(units), 2)
    samples = [[*chosen] for chosen in itertools.product(range(5), repeat=units)]
    found, off = (
        np.mean([measure(y[s].ravel(), w[s].ravel()) for s in samples])
        for measure in (
            lambda y, w: inequality.gini(y, w).value,
            lambda y, w: inequality.gini_bias(y, w, names),
        )
    )
    true = found - whole
    assert true < -0.02 * whole  # there is something to be told
    near = 0.02 if seed == 1 else 0.25  # of equal weights the next terms are small
    assert abs(off - true) < near * abs(true)


def test_of_a_simple_sample_the_bias_is_about_one_in_n_of_the_index():
    """Deltas (2003): n / (n - 1) times the index has none, where the mean is known."""
    y = np.random.default_rng(1).lognormal(0, 0.6, 4000)
    found = inequality.gini(y, np.ones(4000)).value
    off = inequality.gini_bias(y, np.ones(4000), np.arange(4000))
    assert off == pytest.approx(-found / 4000, rel=0.4)


def test_where_all_are_alike_or_in_one_unit_there_is_no_bias_to_tell():
    assert inequality.gini_bias([2.0, 2.0, 2.0], np.ones(3), [1, 2, 3]) == 0
    assert inequality.gini_bias([1.0, 2.0, 9.0], np.ones(3), [1, 1, 1]) == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_the_bias_of_a_gini_index_knows_no_unit(seed, rupiah, persons):
    rng = np.random.default_rng(seed)
    y, w, unit = rng.lognormal(size=20), rng.uniform(1, 4, 20), rng.integers(0, 6, 20)
    off = inequality.gini_bias(y, w, unit)
    assert inequality.gini_bias(y * rupiah, w * persons, unit + 7) == pytest.approx(off)
    order = rng.permutation(20)
    assert inequality.gini_bias(y[order], w[order], unit[order]) == pytest.approx(off)
