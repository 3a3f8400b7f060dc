"""Intervals that take off skewness: their parts by other ways, and what they are worth."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from estimating import tabled
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sepakat_lib import disclosure
from sepakat_lib.estimation import tabling
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue
from sepakat_lib.stats import inequality, poverty, survey

few = settings(max_examples=40, deadline=None)
shares = st.floats(0.001, 0.999)
errors = st.floats(0.01, 0.5)  # beside p (1 - p)
freedoms = st.floats(1, 200)
skews = st.floats(-2, 2)


# --- the shape of an estimate -----------------------------------------------------------


def test_of_a_plain_mean_the_moments_are_those_of_the_sample():
    y = np.random.default_rng(1).exponential(size=30)
    drawn = survey.design(None, None, np.ones(30))
    found = survey.moments(survey.mean(y, np.ones(30)), drawn)
    assert found.skewness == pytest.approx(stats.skew(y) / np.sqrt(30))
    assert found.kurtosis == pytest.approx(stats.kurtosis(y, fisher=False) / 30)


def test_moments_of_strata_add_up_unit_by_unit():
    y, stratum = np.array([0.0, 0, 6, 1, 1, 1, 9]), [*"aaabbbb"]
    drawn = survey.design(stratum, None, np.ones(7))
    # a: -2, -2, 4 with sqrt(3/2); b: -2, -2, -2, 6 with sqrt(4/3)
    a, b = (
        np.array([-2.0, -2, 4]) * 1.5**0.5,
        np.array([-2.0, -2, -2, 6]) * (4 / 3) ** 0.5,
    )
    away = np.concatenate([a, b])
    found = survey.moments(survey.total(y, np.ones(7)), drawn)
    assert found.skewness == pytest.approx((away**3).sum() / (away**2).sum() ** 1.5)
    assert found.kurtosis == pytest.approx((away**4).sum() / (away**2).sum() ** 2)


def test_what_has_no_error_has_no_shape():
    drawn = survey.design(None, None, np.ones(4))
    assert np.isnan(survey.moments(survey.mean(np.ones(4), np.ones(4)), drawn)).all()
    one = survey.design(None, [1, 1, 1, 1], np.ones(4), lonely="skip")
    found = survey.moments(survey.mean(np.arange(4.0), np.ones(4)), one)
    assert np.isnan(found).all()


@few
@given(st.integers(1, 300), st.floats(0, 1))
def test_a_lopsided_error_has_fewer_degrees_of_freedom_and_never_more(df, kurtosis):
    found = float(survey.effective_df(df, kurtosis))
    assert min(df, 2) <= found <= df
    assert found >= survey.effective_df(df, kurtosis + 0.1)


def test_where_one_unit_makes_the_error_two_degrees_of_freedom_are_left():
    found = survey.effective_df([1000, 1, 0], 1.0).tolist()
    assert found == pytest.approx([2, 1, 0], rel=0.01)
    assert np.isnan(survey.effective_df(30, np.nan))


def test_of_normal_units_nearly_all_degrees_of_freedom_are_left():
    y = np.random.default_rng(2).normal(size=(400, 60))
    kurtosis = stats.kurtosis(y, axis=1, fisher=False) / 60
    assert kurtosis.mean() == pytest.approx(3 * 59 / (60 * 61), rel=0.02)  # Fisher 1930
    assert np.median(survey.effective_df(59, kurtosis)) > 50


# --- the interval -----------------------------------------------------------------------


@few
@given(st.floats(-9, 9), st.floats(0.01, 9), freedoms)
def test_without_skewness_the_plain_scale_is_students(value, se, df):
    found = survey.adjusted_interval(value, se, df, 0.95, skewness=np.nan)
    assert found == pytest.approx(survey.interval(value, se, df, 0.95))


@few
@given(st.floats(0.05, 0.95), st.sampled_from(["log", "logit"]))
def test_with_many_units_a_scale_moves_no_end_by_more_than_its_third_order(p, scale):
    se = 0.01 * p * (1 - p)
    found = survey.adjusted_interval(p, se, 1e9, 0.95, skewness=0.0, scale=scale)
    plain = survey.interval(p, se, 1e9, 0.95)
    assert np.abs(np.subtract(found, plain)).max() < 0.001 * se


@few
@given(st.floats(0.05, 0.95), st.floats(-0.6, 0.6), st.sampled_from(["log", "logit"]))
def test_with_few_units_the_scale_tells_the_skewness(p, skewness, scale):
    """Of a thousandth of a degree of freedom nothing is known of it."""
    se, plain = 0.2 * p * (1 - p), {"log": "log_interval", "logit": "logit_interval"}
    found = survey.adjusted_interval(
        *(p, se, 1e-3, 0.95), skewness=skewness, effective=9, scale=scale
    )
    wanted = getattr(survey, plain[scale])(p, se, 9, 0.95)
    assert found == pytest.approx(wanted, rel=1e-3)


@few
@given(shares, errors, freedoms, skews)
def test_a_share_and_its_complement_have_mirrored_intervals(p, relative, df, skewness):
    se = relative * p * (1 - p)
    low, high = survey.adjusted_interval(
        p, se, df, 0.9, skewness=skewness, scale="logit"
    )
    mirrored = survey.adjusted_interval(
        1 - p, se, df, 0.9, skewness=-skewness, scale="logit"
    )
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)
    assert 0 <= low < p < high <= 1


@few
@given(st.floats(0.01, 50), st.floats(0.001, 3), freedoms, skews)
def test_an_amount_has_an_interval_above_nought_that_holds_it(value, rse, df, skewness):
    low, high = survey.adjusted_interval(
        value, rse * value, df, 0.95, skewness=skewness, scale="log"
    )
    assert 0 <= low < value < high
    least, most = survey.log_interval(value, rse * value, df, 0.95)
    assert 0 <= least < value < most
    assert least * most == pytest.approx(value**2) or np.isinf(most)


@few
@given(st.floats(0.05, 0.6), freedoms)
def test_a_skewed_estimate_reaches_further_up_than_down(skewness, df):
    low, high = survey.adjusted_interval(0.0, 1.0, df, 0.95, skewness=skewness)
    assert high > -low > 0
    turned = survey.adjusted_interval(0.0, 1.0, df, 0.95, skewness=-skewness)
    assert turned == pytest.approx((-high, -low))


def test_the_t_that_is_straightened_is_edgeworths_to_second_order():
    """Put the end back into T + g/6 + g/3 T^2: the quantile of Student's t returns."""
    t = stats.t.ppf(0.975, 40)
    for g in (0.02, -0.02):  # as it counts: 1.2 times what was seen, 40 / 55 known
        seen = g / 1.2 * 55 / 40
        low, high = survey.adjusted_interval(0.0, 1.0, 40, 0.95, skewness=seen)
        back = [T + g / 6 + g / 3 * T**2 for T in (-low, -high)]
        assert back == pytest.approx([t, -t], abs=0.003)  # without the terms: 0.03


def test_no_degree_of_freedom_or_no_error_gives_no_interval():
    for df, se in ((0, 0.1), (30, np.nan)):
        for scale in ("linear", "log", "logit"):
            found = survey.adjusted_interval(0.5, se, df, 0.95, skewness=0, scale=scale)
            assert np.isnan(found).all()
    with pytest.raises(ValueError, match="scale is one of"):
        survey.adjusted_interval(0.5, 0.1, 30, 0.95, skewness=0, scale="probit")


def test_of_means_of_skewed_amounts_it_misses_less_and_more_evenly():
    """4,000 samples of forty exponential amounts; a share of .05 has an error of .0034."""
    y = np.random.default_rng(3).exponential(size=(4000, 40))
    mean, se = y.mean(axis=1), y.std(axis=1, ddof=1) / np.sqrt(40)
    skewness = stats.skew(y, axis=1) / np.sqrt(40)
    df = survey.effective_df(39, stats.kurtosis(y, axis=1, fisher=False) / 40)
    low, high = survey.adjusted_interval(
        mean, se, 39, 0.95, skewness=skewness, effective=df
    )
    plain = survey.interval(mean, se, 39, 0.95)
    above, below = (low > 1).mean(), (high < 1).mean()
    assert abs(above + below - 0.05) < 0.012 and abs(above - below) < 0.02
    assert (plain[1] < 1).mean() - (plain[0] > 1).mean() > 0.04


# --- as it is published -----------------------------------------------------------------


def a_sample(seed=4, psus=30, homes=6):
    """Households of one kabupaten in two strata, some blocks poor."""
    rng, n = np.random.default_rng(seed), psus * homes
    psu = np.repeat(np.arange(psus), homes)
    spending = np.exp(0.4 * rng.normal(size=psus)[psu] + 0.4 * rng.normal(size=n))
    return pd.DataFrame(
        {
            "psu": psu,
            "stratum": np.where(psu < psus // 3, "1101-1", "1101-2"),
            "spending": spending,
            "size": 1.0 + rng.integers(0, 6, n),
            "weight": rng.uniform(50, 150, psus)[psu],
        }
    )


def scanned(homes, line):
    """Estimates of one kabupaten by the scan, before remarks."""
    units, n = homes.drop_duplicates("psu"), len(homes)
    welfare = homes["spending"].to_numpy() / line
    gap, no = np.clip(1 - welfare, 0, None), np.zeros(n, bool)
    told = {"p0": gap > 0, "p2": gap**2, "poor_persons": gap > 0}
    rows = Rows(
        region=np.full(len(units), "1101"),
        stratum=units["stratum"].to_numpy(str),
        has_psu={},
        psu=homes["psu"].to_numpy(),
        size=homes["size"].to_numpy(),
        weight=homes["weight"].to_numpy(),
        spending=welfare,
        welfare=welfare,
        household=np.arange(n),
        psu_of_person=homes["psu"].to_numpy(),
        weight_of_person=homes["weight"].to_numpy(),
        groups={"all": np.zeros(n, np.int8)},
        values={name: Values(v.astype(float), None, no) for name, v in told.items()},
        absent={},
    )
    asked = [catalogue()[name] for name in (*told, "gini")]
    table, _ = tabled(rows, asked, ("all",))
    return table.assign(indicator=table["indicator"].astype(str)).set_index("indicator")


def test_the_scan_gives_the_moments_of_the_statistics_themselves():
    homes, line = a_sample(), 0.8
    people = (homes["weight"] * homes["size"]).to_numpy()
    y = homes["spending"].to_numpy()
    drawn = survey.design(homes["stratum"], homes["psu"], people)
    found = scanned(homes, line)
    for name, statistic in {
        "p0": poverty.fgt(y, line, people, 0),
        "p2": poverty.fgt(y, line, people, 2),
        "poor_persons": poverty.poor_persons(y, line, people),
        "gini": inequality.gini(y, people),
    }.items():
        own, shape = found.loc[name], survey.moments(statistic, drawn)
        df = survey.degrees_of_freedom(drawn)
        assert own["skewness"] == pytest.approx(shape.skewness, rel=1e-9), name
        wanted = float(survey.effective_df(df, shape.kurtosis))
        assert own["effective_df"] == pytest.approx(wanted, rel=1e-9)


def test_a_published_interval_is_the_adjusted_one_of_its_scale():
    table = scanned(a_sample(), 0.8).reset_index()
    made = tabling.with_intervals(table, 0.95).set_index("indicator")
    for name, scale, unit in (
        ("p0", "logit", 100.0),
        ("gini", "logit", 1.0),
        ("p2", "logit", 100.0),
    ):
        row = made.loc[name]
        bias = row["bias"] if name == "gini" else 0.0
        confidence = 1 - 0.05 * 0.6 if name == "gini" else 0.95
        ends = survey.adjusted_interval(
            *((row["value"] - bias) / unit, row["se"] / unit, row["df"], confidence),
            skewness=row["skewness"],
            effective=row["effective_df"],
            scale=scale,
        )
        low, high = (float(end) * unit for end in ends)
        assert (row["low"], row["high"]) == pytest.approx((low, high))
        assert row["low"] < row["value"] < row["high"]


def test_how_many_are_poor_is_one_number_with_one_interval_wherever_it_stands():
    table = scanned(a_sample(), 0.8).reset_index()
    made = tabling.with_intervals(table, 0.95).set_index("indicator")
    of_rate = made.loc["p0", ["total", "total_se", "total_low", "total_high"]]
    own = made.loc["poor_persons", ["value", "se", "low", "high"]]
    assert own.astype(float).tolist() == pytest.approx(of_rate.astype(float).tolist())
    ends = survey.log_interval(own["value"], own["se"], made.loc["p0", "df"], 0.95)
    assert own[["low", "high"]].astype(float).tolist() == pytest.approx([*ends])


@pytest.fixture(scope="module")
def benchmark():
    """benchmarks/coverage.py, of a small kabupaten."""
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "coverage.py"
    spec = importlib.util.spec_from_file_location("benchmarks_coverage", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_benchmark_measures_the_intervals_of_the_functions_themselves(benchmark):
    there = benchmark.invented(7, 0.5, 0.2, pareto=False)
    _, lines = benchmark.everybody(there)
    sample = benchmark.drawn(there, psus=20, samples=2, seed=1)
    found = benchmark.measured(benchmark.scanned(sample, lines))
    for region, homes in sample.groupby("region"):
        people = (homes["weight"] * homes["size"]).to_numpy()
        y, z = homes["spending"].to_numpy(), lines["10 %"]
        drawn = survey.design(homes["stratum"], homes["psu"].to_numpy(), people)
        df = survey.degrees_of_freedom(drawn)
        own = found[found["region"].eq(region)].set_index("measure")
        for measure, statistic, unit, scale in (
            ("P0 at 10 %", poverty.fgt(y, z, people, 0), 100, "logit"),
            ("P1 at 10 %", poverty.fgt(y, z, people, 1), 100, "logit"),
            ("Gini", inequality.gini(y, people), 1, "logit"),
            ("S80/S20", inequality.s80_s20(y, people), 1, "log"),
            ("mean", survey.mean(y, people), 1, "log"),
            ("top fifth", inequality.quantile_share(y, people, 0.8, 1), 100, "log"),
        ):
            shape = survey.moments(statistic, drawn)
            of_tail = measure in ("Gini", "S80/S20", "top fifth")
            off = measure == "Gini" and inequality.gini_bias(y, people, homes["psu"])
            ends = survey.adjusted_interval(
                *(statistic.value - off, survey.standard_error(statistic, drawn)),
                *(df, 0.97 if of_tail else 0.95),  # who has how much
                skewness=shape.skewness,
                effective=survey.effective_df(df, shape.kurtosis),
                scale=scale,
            )
            row = own.loc[measure, ["own_value", "own_low", "own_high"]].astype(float)
            wanted = [statistic.value, *map(float, ends)]
            assert row.tolist() == pytest.approx([unit * each for each in wanted])


@pytest.mark.parametrize(
    ("indicator", "group", "wider"),
    [
        *(("gini", "all", True), ("bottom_40_share", "all", True)),
        *(("decile_share", "1", True), ("decile_mean", "10", True)),
        *(("decile_mean", "9", False), ("p0", "all", False), ("p2", "all", False)),
    ],
)
def test_who_has_how_much_is_told_with_less_doubt_left(indicator, group, wider):
    """The few who have most are in few samples; a mean of others knows nothing of them."""
    row = {"indicator": indicator, "group": group, "value": 0.4, "se": 0.02, "bias": 0}
    row |= {"df": 60.0, "effective_df": 60.0, "skewness": 0.1, "deff": np.nan, "n": 600}
    row |= {"population": 1e5, "total": np.nan, "total_se": np.nan}
    ends = [
        tabling.with_intervals(pd.DataFrame([row]), confidence)[["low", "high"]]
        for confidence in (0.95, 0.97)
    ]
    unit = 1.0 if indicator == "gini" else 100.0
    scale = "log" if indicator in ("decile_mean", "decile_share", "bottom_40_share") else "logit"  # fmt: skip
    plain = survey.adjusted_interval(
        *(0.4 / unit, 0.02 / unit, 60, 0.97 if wider else 0.95),
        **{"skewness": 0.1, "effective": 60, "scale": scale},
    )
    expected = [float(end) * unit for end in plain]
    assert ends[0].iloc[0].tolist() == pytest.approx(expected)
    assert (ends[1] != ends[0]).all(axis=None)


def test_the_true_values_of_the_benchmark_are_counted(benchmark):
    there = benchmark.invented(7, 0.5, 0.2, pareto=False)
    rows, lines = benchmark.everybody(there)
    people = (rows["weight"] * rows["size"]).to_numpy()
    for name, rate in benchmark.RATES.items():
        below = rows["spending"].to_numpy() < lines[name]
        assert np.average(below, weights=people) == pytest.approx(rate, abs=1e-4)
    sample = benchmark.drawn(there, psus=20, samples=3, seed=1)
    assert sample.groupby("region")["psu"].nunique().tolist() == [20, 20, 20]
    assert sample.groupby("psu").size().eq(benchmark.TAKEN).all()


def test_the_shortest_interval_of_normal_estimates_is_known(benchmark):
    values = stats.norm.ppf((np.arange(20000) + 0.5) / 20000)
    assert benchmark.shortest(values) == pytest.approx(2 * 1.96, abs=0.02)


def test_the_shape_of_a_hidden_value_is_hidden_with_it():
    """Of one household that is poor among many the skewness alone tells the share."""
    table = tabling.with_intervals(scanned(a_sample(), 0.8).reset_index(), 0.95)
    hidden = disclosure.publish(table.assign(n=12), year=2023)
    assert hidden["mark"].eq("few").all()
    assert hidden[["value", "skewness", "effective_df"]].isna().all(axis=None)
    shown = disclosure.publish(table, year=2023)
    assert shown[["value", "skewness", "effective_df"]].notna().all(axis=None)
