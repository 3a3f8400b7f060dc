"""The one scan gives what the plain survey functions give, region by region."""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from estimating import caveats, parts_of, tabled, valued
from refusing import refusal
from scipy import stats

from sepakat_lib import (
    atomic,
    estimation,
    intake,
    parameters,
    reference,
    tables,
    warehouse,
)
from sepakat_lib.estimation import making, scan, tabling, tiers
from sepakat_lib.estimation import rows as rows_module
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.stats import inequality, poverty, survey

PACITAN, BANTAENG, MAROS = "3501", "7303", "7308"


@pytest.fixture(scope="module")
def store(loaded, tmp_path_factory):
    """A warehouse with two synthetic kabupaten, estimated for 2023."""
    folder = loaded(tmp_path_factory.mktemp("store") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(folder))
        yield


def rows_of(region):
    """Household and person rows of a region, with line, head and design."""
    con = warehouse.connect("susenas", 2023, [region])
    homes, people = (con.execute(f"SELECT * FROM {t}").df() for t in warehouse.TABLES)
    lines = reference.poverty_lines(2023).set_index("region")["poverty_line"]
    homes["line"] = homes["region"].map(lines)
    return homes, people


def told(region, indicator, grouping="all", group="all"):
    table = estimation.read(parameters.resolve(region=region, year=2023))
    found = table[
        table["region"].eq(region)
        & table["indicator"].eq(indicator)
        & table["grouping"].eq(grouping)
        & table["group"].eq(group)
    ]
    assert len(found) == 1
    return found.iloc[0]


def design(rows, weight):
    return survey.design(
        rows["stratum"], rows["psu"], weight, lonely="collapse", sibling=rows["region"]
    )


@pytest.mark.parametrize("region", [PACITAN, BANTAENG])
@pytest.mark.parametrize(("name", "alpha"), [("p0", 0), ("p1", 1), ("p2", 2)])
def test_poverty_of_a_kabupaten_is_that_of_the_plain_function(
    store, region, name, alpha
):
    homes, _ = rows_of(region)
    weight = homes["weight"] * homes["size"]
    plain = poverty.fgt(homes["spending_pc_month"], homes["line"], weight, alpha)
    found = told(region, name)
    assert found["value"] == pytest.approx(100 * plain.value, rel=1e-10)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["se"] == pytest.approx(100 * error, rel=1e-10)


def test_poverty_of_women_is_a_domain_of_the_whole_design(store):
    homes, people = rows_of(PACITAN)
    rows = people.merge(
        homes[["household", "spending_pc_month", "line", "psu", "stratum"]]
    )
    women = rows["sex"].to_numpy() == 2
    plain = poverty.fgt(
        rows["spending_pc_month"], rows["line"], rows["weight"], 0, members=women
    )
    drawn = design(rows, rows["weight"])
    found = told(PACITAN, "p0", "sex", "female")
    assert found["value"] == pytest.approx(100 * plain.value, rel=1e-10)
    assert found["se"] == pytest.approx(100 * survey.standard_error(plain, drawn))
    # who is poor is asked of the household: so many of them have a woman
    assert found["n"] == rows.loc[women, "household"].nunique()
    assert told(PACITAN, "jkn", "sex", "female")["n"] == women.sum()
    assert found["df"] == survey.degrees_of_freedom(drawn, women)


def test_sanitation_of_the_poorest_fifth_is_a_domain_of_the_whole_design(store):
    homes, _ = rows_of(PACITAN)
    weight = homes["weight"] * homes["size"]
    fifth = inequality.quantile_groups(homes["spending_pc_month"], weight, 5) == 1
    good = (
        homes["toilet"].isin([1, 2, 3])
        & homes["closet"].eq(1)
        & (homes["sewage"].isin([1, 2]) | (homes["sewage"].eq(4) & ~homes["urban"]))
    )
    plain = survey.proportion(good, weight, members=fifth)
    found = told(PACITAN, "improved_sanitation", "quintile", "1")
    assert found["value"] == pytest.approx(100 * plain.value)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["se"] == pytest.approx(100 * error)


def test_the_number_of_poor_is_a_total_with_its_error(store):
    homes, _ = rows_of(BANTAENG)
    weight = homes["weight"] * homes["size"]
    plain = poverty.poor_persons(homes["spending_pc_month"], homes["line"], weight)
    found = told(BANTAENG, "poor_persons")
    assert found["value"] == pytest.approx(plain.value)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["se"] == pytest.approx(error)


def test_a_share_is_told_in_people_too_with_the_error_of_a_total(store):
    homes, _ = rows_of(PACITAN)
    weight = homes["weight"] * homes["size"]
    dirt = (homes["floor"] == 8).to_numpy()
    plain = survey.total(dirt.astype(float), weight)
    found = told(PACITAN, "earth_floor")
    assert found["total"] == pytest.approx(plain.value)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["total_se"] == pytest.approx(error)


def test_gini_in_towns_has_the_error_of_a_domain(store):
    homes, _ = rows_of(PACITAN)
    weight = homes["weight"] * homes["size"]
    towns = homes["urban"].to_numpy()
    plain = inequality.gini(homes["spending_pc_month"], weight, members=towns)
    found = told(PACITAN, "gini", "area", "urban")
    assert found["value"] == pytest.approx(plain.value)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["se"] == pytest.approx(error)


def test_households_count_once_where_an_indicator_speaks_of_households(store):
    homes, people = rows_of(PACITAN)
    heads = people[people["relationship"] == 1].set_index("household")
    women = homes["household"].map(heads["sex"]).to_numpy() == 2
    poor = (homes["spending_pc_month"] < homes["line"]).to_numpy()
    plain = survey.proportion(women, homes["weight"], members=poor)
    found = told(PACITAN, "poor_female_headed")
    assert found["value"] == pytest.approx(100 * plain.value)
    assert found["n"] == poor.sum()


def test_a_difference_between_groups_carries_their_covariance(store):
    homes, _ = rows_of(PACITAN)
    weight = homes["weight"] * homes["size"]
    towns = homes["urban"].to_numpy()
    parts = [
        poverty.fgt(homes["spending_pc_month"], homes["line"], weight, 0, members=each)
        for each in (~towns, towns)
    ]
    plain = survey.difference(*parts)
    table = estimation.differences(parameters.resolve(region=PACITAN, year=2023))
    found = table[table["indicator"].eq("p0") & table["grouping"].eq("area")].iloc[0]
    assert found["difference"] == pytest.approx(100 * plain.value)
    error = survey.standard_error(plain, design(homes, weight))
    assert found["se"] == pytest.approx(100 * error)


def test_a_province_reports_only_when_all_of_it_is_loaded(store):
    table = estimation.read(parameters.resolve(region="73", year=2023))
    assert set(table["region"]) <= {PACITAN, BANTAENG}


def test_a_kabupaten_differs_from_its_province_with_the_covariance_between_them():
    """Two kabupaten of a made-up province: the difference by the plain functions."""
    rng = np.random.default_rng(7)
    n = 240
    homes = pd.DataFrame(
        {
            "region": np.repeat(["9901", "9902"], n // 2),
            "household": np.arange(n),
            "stratum": [f"{i // 60}" for i in range(n)],
            "psu": [f"{i // 10:03d}" for i in range(n)],
            "weight": rng.uniform(5, 50, n),
            "poor": rng.integers(0, 2, n),
        }
    )
    own = (homes["region"] == "9901").to_numpy()
    drawn = survey.design(homes["stratum"], homes["psu"], homes["weight"])
    whole = survey.proportion(homes["poor"], homes["weight"])
    part = survey.proportion(homes["poor"], homes["weight"], members=own)
    wanted = survey.standard_error(survey.difference(part, whole), drawn)
    assert _scan_difference(homes) == pytest.approx(wanted, rel=1e-10)


def _scan_difference(homes):
    p0 = catalogue()["p0"]
    (part,), levels, _ = parts_of(made_up(homes), [p0], ("all",))
    own, whole = (tiers.valued(part, tier, {"p0": p0}) for tier in levels)
    return float(np.sqrt(tiers.between(part, own, whole)[0, 0]))


def test_a_fifth_differs_from_the_provinces_fifth_which_holds_other_people():
    """Each region ranks its own people, so one household may be in two fifths."""
    rng = np.random.default_rng(11)
    n = 480
    homes = pd.DataFrame(
        {
            "region": np.repeat(["9901", "9902"], n // 2),
            "household": np.arange(n),
            "stratum": [f"{i // 120}" for i in range(n)],
            "psu": [f"{i // 10:03d}" for i in range(n)],
            "weight": rng.uniform(5, 50, n),
            "poor": rng.integers(0, 2, n),
            "spent": rng.lognormal(0.0, 0.5, n),
        }
    )
    own = (homes["region"] == "9901").to_numpy()
    homes.loc[own, "spent"] *= 0.7  # the poorer of the two
    weight, spent = homes["weight"], homes["spent"].to_numpy()
    drawn = survey.design(homes["stratum"], homes["psu"], weight)
    p0 = catalogue()["p0"]
    rows = made_up(homes, spending=spent, welfare=spent)
    parts, levels, _ = parts_of(rows, [replace(p0, groupings=("quintile",))])
    (part,) = [part for part in parts if (part.cells["grouping"] == "quintile").all()]
    inner, outer = (tiers.valued(part, tier, {"p0": p0}) for tier in levels)
    variance = tiers.between(part, inner, outer)[0]
    for fifth in range(5):
        ends = [
            survey.proportion(
                homes["poor"],
                weight,
                members=inequality.quantile_groups(spent, weight, 5, members=inside)
                == fifth + 1,
            )
            for inside in (own, None)
        ]
        gap = survey.difference(*ends)
        assert inner.value[0, fifth] - outer.value[0, fifth] == pytest.approx(gap.value)
        error = survey.standard_error(gap, drawn)
        assert np.sqrt(variance[fifth]) == pytest.approx(error, rel=1e-10)


def made_up(homes, **columns):
    """Rows by hand, whose households stand for their members too."""
    first = homes.drop_duplicates("psu")
    rows = Rows(
        region=first["region"].to_numpy().astype(str),
        stratum=first["stratum"].to_numpy().astype(str),
        has_psu={},
        psu=pd.factorize(homes["psu"])[0],
        size=np.ones(len(homes)),
        weight=homes["weight"].to_numpy(),
        spending=np.ones(len(homes)),
        welfare=np.ones(len(homes)),
        household=np.arange(len(homes)),
        psu_of_person=pd.factorize(homes["psu"])[0],
        weight_of_person=homes["weight"].to_numpy(),
        groups={"all": np.zeros(len(homes), np.int8)},
        values={
            "p0": Values(
                homes["poor"].to_numpy(float), None, np.zeros(len(homes), bool)
            )
        },
        absent={},
    )
    return replace(rows, **columns)


def test_a_ratio_of_which_one_unit_has_a_say_has_no_error_though_three_were_met():
    homes = pd.DataFrame(
        {"region": "9901", "stratum": "s", "psu": [*"aabbcc"], "weight": 1.0, "poor": 0}
    )
    part, whole = np.array([1.0, 2, 0, 0, 0, 0]), np.array([3.0, 3, 0, 0, 0, 0])
    values = {"dependency": Values(part, whole, np.zeros(6, bool))}
    dependency = catalogue()["dependency"]
    found = valued(made_up(homes, values=values), dependency, "all")
    assert found.value[0, 0] == pytest.approx(0.5) and found.df[0, 0] == 0
    values["dependency"] = Values(
        part, np.array([3.0, 3, 1, 0, 0, 0]), np.zeros(6, bool)
    )
    found = valued(made_up(homes, values=values), dependency, "all")
    assert found.df[0, 0] == 2  # of the three units that were met


def test_two_groupings_crossed_are_domains_of_the_whole_design(store):
    homes, people = rows_of(PACITAN)
    rows = people.merge(homes[["household", "urban", "psu", "stratum"]])
    rural_women = (~rows["urban"] & rows["sex"].eq(2)).to_numpy()
    inside = rural_women & rows["age"].ge(15).to_numpy()
    works = (rows["worked"] | rows["away_from_work"]).astype(float)
    plain = survey.proportion(works, rows["weight"], members=inside)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    table = estimation.crossed(chosen, ("employment",), "area*sex")
    found = table.set_index("group").loc["rural|female"]
    assert found["value"] == pytest.approx(100 * plain.value)
    error = survey.standard_error(plain, design(rows, rows["weight"]))
    assert found["se"] == pytest.approx(100 * error)
    assert found["n"] == inside.sum()


def test_a_crossing_that_does_not_exist_is_refused_by_name(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    with pytest.raises(ValueError, match="colour"):
        estimation.crossed(chosen, ("p0",), "area*colour")


def test_none_of_n_is_said_with_an_upper_bound_and_no_error(store):
    found = told(PACITAN, "p0", "quintile", "5")
    assert found["value"] == 0 and np.isnan(found["se"])
    assert "none_or_all" in found["remark"]
    assert found["low"] == 0 and 0 < found["high"] < 10


def test_shares_never_leave_nought_to_a_hundred(store):
    table = estimation.read(parameters.resolve(region=PACITAN, year=2023))
    shares = {name for name, each in catalogue().items() if each.is_share}
    found = table[table["indicator"].isin(shares)].dropna(subset=["low"])
    assert (found["low"] >= 0).all() and (found["high"] <= 100).all()
    inside = (found["low"] <= found["value"]) & (found["value"] <= found["high"])
    assert inside.all()


def test_a_line_that_no_one_knows_disables_its_indicator_by_name(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert estimation.absent(chosen)["extreme_poverty"] == ["extreme_line"]


def test_estimates_that_are_up_to_date_are_not_made_again(store):
    assert not estimation.estimate(2023)["fresh"]


def test_scratch_of_a_killed_run_goes_also_where_nothing_is_to_be_made(store):
    place = next(iter(warehouse.result("susenas-2023").tables.values())).parent
    left = place / f"{atomic.PREFIX}of_the_dead"
    left.mkdir()
    with atomic.scratch(left.parent) as of_the_living:
        left.mkdir(exist_ok=True)
        assert not estimation.estimate(2023)["fresh"]
        assert not left.exists() and of_the_living.exists()


def test_synthetic_data_say_so_in_every_row(store):
    table = estimation.read(parameters.resolve(region=PACITAN, year=2023))
    assert len(table) and table["synthetic"].all()


def test_a_narrower_confidence_gives_a_narrower_interval(store):
    wide = told(PACITAN, "p0")
    chosen = parameters.resolve(region=PACITAN, year=2023, confidence=0.8)
    table = estimation.read(chosen)
    narrow = table[
        table["indicator"].eq("p0")
        & table["grouping"].eq("all")
        & table["region"].eq(PACITAN)
    ].iloc[0]
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_a_year_without_data_is_refused_with_what_to_do(store):
    with refusal("sepakat data load"):
        estimation.estimate(2019)


# Newcombe (1998), table II, method 10: a of m less b of n, with Wilson's intervals
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("first", "second", "printed"), NEWCOMBE)
def test_a_difference_of_two_intervals_is_the_one_that_newcombe_printed(
    first, second, printed
):
    ends = []
    for met, n in (first, second):
        wilson = stats.binomtest(met, n).proportion_ci(0.95, method="wilson")
        ends.append((met / n, wilson.low, wilson.high))
    assert survey.mover_interval(*ends) == pytest.approx(printed, abs=6e-5)


def test_a_region_where_none_is_poor_gives_its_difference_no_error():
    n = 240
    homes = pd.DataFrame(
        {
            "region": np.repeat(["9901", "9902"], n // 2),
            "stratum": [f"{i // 60}" for i in range(n)],
            "psu": [f"{i // 10:03d}" for i in range(n)],
            "weight": np.linspace(5, 50, n),
            "poor": [0] * (n // 2) + [0, 0, 1, 0, 1, 0] * (n // 12),
        }
    )
    _, found = tabled(made_up(homes), [catalogue()["p0"]], ("all",))
    found = found.set_index("region")
    assert found.loc["9901", "difference"] < 0 and np.isnan(found.loc["9901", "se"])
    assert found.loc["9902", "se"] > 0


def test_the_poorest_less_a_fifth_where_none_is_poor_has_the_doubt_of_both(store):
    (p1, l1, u1), (p2, l2, u2) = (
        told(PACITAN, "p0", "quintile", fifth)[["value", "low", "high"]]
        for fifth in "15"
    )
    table = estimation.differences(parameters.resolve(region=PACITAN, year=2023))
    row = table[table["indicator"].eq("p0") & table["grouping"].eq("quintile")].iloc[0]
    assert p2 == 0 and np.isnan(row["se"])
    assert row["low"] == pytest.approx(p1 - p2 - np.hypot(p1 - l1, u2 - p2))
    assert row["high"] == pytest.approx(p1 - p2 + np.hypot(u1 - p1, p2 - l2))


def test_a_difference_without_an_error_is_no_surer_than_either_end(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    key = ["indicator", "grouping", "group"]
    ends = estimation.read(chosen).set_index(key)
    table = estimation.differences(chosen).query("se.isna() and low.notna()")
    assert len(table) > 20
    wide = (table["high"] - table["low"]).to_numpy()
    for group in ("group", "against_group"):
        end = ends.loc[list(zip(*(table[c] for c in [*key[:2], group]), strict=True))]
        assert (wide >= (end["high"] - end["low"]).to_numpy() - 1e-9).all()
    assert (table["low"] >= -100).all() and (table["high"] <= 100).all()


def test_a_difference_from_a_province_meets_the_provinces_own_interval():
    ends = pd.DataFrame(
        {
            "region": ["3501", "35"],
            "indicator": "p0",
            "grouping": "all",
            "group": "all",
            "value": [0.0, 10.0],
            "low": [0.0, 9.0],
            "high": [4.0, 12.0],
        }
    )
    row = {"region": "3501", "indicator": "p0", "grouping": "all", "group": "all"}
    row |= {"against_group": "all", "se": np.nan, "df": 50.0, "difference": -10.0}
    table = pd.DataFrame([row | {"against_region": to} for to in ("35", "00")])
    found = tabling.with_difference_intervals(table, ends, 0.95)
    low, high = -10 - 2.0, -10 + np.hypot(4.0, 1.0)
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high])
    assert found.loc[1, ["low", "high"]].isna().all()  # the nation has no interval


def test_what_nobody_is_in_has_neither_value_nor_error_nor_difference(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    table = estimation.read(chosen)
    nobody = table[table["value"].isna()]
    without = "se low high rse deff total total_se total_low total_high".split()
    assert len(nobody) and nobody[without].isna().all(axis=None)
    contrasts = estimation.differences(chosen)
    nobody = contrasts[contrasts["difference"].isna()]
    assert len(nobody) and nobody[["se", "low", "high"]].isna().all(axis=None)


def stored(name="susenas-2023"):
    """All estimates of a round, as they are kept."""
    tables = warehouse.result(name).tables
    return pd.concat(
        [
            warehouse.table(path).to_pandas()
            for part, path in tables.items()
            if part.endswith(".estimates")
        ],
        ignore_index=True,
    )


def test_the_interval_of_none_does_not_hang_on_what_else_is_read(store):
    whole = tabling.with_intervals(stored(), 0.95)
    none = whole["remark"].str.contains("none_or_all") & whole["region"].eq(BANTAENG)
    alone = tabling.with_intervals(stored()[none], 0.95)
    assert len(alone) and alone["high"].notna().all()
    columns = ["low", "high", "total_low", "total_high"]
    pd.testing.assert_frame_equal(alone[columns], whole.loc[none, columns])


@pytest.mark.parametrize(
    ("indicator", "value", "se", "skewness", "low", "high"),
    [
        ("gini", 0.30, 0.01, 0.0, 0.28, 0.32),
        ("p1", 96.0, 3.0, 0.0, 91.288, 99.873),
        # logit -3.8918, an error 0.2551, bent by 0.12245: T = expm1(0.2449 x) / 0.2449
        ("p2", 2.0, 0.5, np.nan, 1.0452, 2.9642),
        # 1.2 times 0.6 bends by 0.24 - 0.12245 and moves by 0.12:
        # roots of 0.12 - ln(1 - 0.2351 T) / 0.2351 = 2 and -2, by bisection
        ("p2", 2.0, 0.5, 0.6, 1.3661, 3.9516),
        ("p2", 2.0, 0.5, 5.0, 1.3925, 4.1494),  # as of 0.8 at most
        ("bottom_40_share", 39.0, 1.0, 0.0, 37.0, 40.0),
        ("decile_share", 96.0, 4.0, 0.0, 88.0, 100.0),
        ("dependency", 99.0, 2.0, 0.0, 95.0, 103.0),  # more dependants than workers
        ("decile_mean", 99.0, 2.0, 0.0, 95.0, 103.0),  # in poverty lines
    ],
)
def test_no_interval_leaves_the_range_of_its_indicator(
    indicator, value, se, skewness, low, high
):
    row = {"indicator": indicator, "value": value, "se": se, "skewness": skewness}
    doubt = 2 * stats.norm.sf(2)  # two standard errors to each side
    if indicator in ("gini", "bottom_40_share", "decile_share"):
        doubt /= 0.6  # what is left of theirs, for the tail that samples do not hold
    made = tabling.with_intervals(estimate_of(row, df=1e6), 1 - doubt).iloc[0]
    tolerance = 2e-4 * value  # that of the scale's own bend
    assert (made["low"], made["high"]) == pytest.approx((low, high), abs=tolerance)


def estimate_of(row, df):
    """One row of estimates, as far as intervals need it."""
    nothing = dict.fromkeys(("bias", "deff", "total", "total_se"), np.nan)
    counted = {"df": df, "effective_df": df, "n": 900, "population": 1e5}
    counted |= {"group": "5" if row["indicator"] == "decile_mean" else "all"}
    return pd.DataFrame([{"skewness": 0.0} | counted | nothing | row])


@pytest.mark.parametrize(("value", "se"), [(0.998, 0.01), (0.01, 0.02), (0.5, 0.4)])
def test_a_gini_of_one_household_that_holds_all_has_an_interval_within_one(value, se):
    row = {"indicator": "gini", "value": value, "se": se}
    made = tabling.with_intervals(estimate_of(row, df=9.0), 0.95).iloc[0]
    assert 0 <= made["low"] < value < made["high"] <= 1


def test_the_design_effect_to_expect_is_the_middle_of_its_like_and_no_gain(store):
    """Here each kabupaten is alone in its province, and so its own like."""
    table = stored()
    none = table["remark"].str.contains("none_or_all")
    others = table[~none].dropna(subset=["deff"])
    ways = set()
    keys = ["region", "indicator", "grouping"]
    for (region, indicator, by), rows in table[none].groupby(keys):
        like = others[others["region"].eq(region)]
        kinds = catalogue()
        first = next(  # of what is asked of the same, households or persons
            name
            for name, one in kinds.items()
            if one.is_share and one.table == kinds[indicator].table
        )
        of_it, of_first = (like["indicator"].eq(name) for name in (indicator, first))
        told_so = like["grouping"].eq(by)
        steps = [of_it & told_so, of_first & told_so, of_it, of_first]
        step = next(i for i, rows_of_step in enumerate(steps) if rows_of_step.any())
        wanted = max(1.0, np.median(like.loc[steps[step], "deff"]))
        assert rows["deff"].to_numpy() == pytest.approx(wanted)
        ways.add((step, wanted > 1))
    assert {(0, True), (0, False), (1, True)} <= ways


def test_the_like_of_a_kabupaten_are_those_of_its_province_alone():
    rows = [
        *(("3501", 1, 0.0), ("3502", 4, 50.0), ("3503", 6, 50.0), ("7303", 90, 50.0)),
        *(("35", 40, 50.0), ("00", 70, 50.0)),
    ]
    table = pd.DataFrame(rows, columns=["region", "deff", "value"])
    table = table.assign(
        indicator="p0", grouping="all", deff=table["deff"].astype(float)
    )
    bare = table["value"].eq(0.0)
    like = table.assign(deff=table["deff"].mask(bare))
    assert tabling._expected_deff(table[bare], like) == pytest.approx([5.0])
    beside = pd.concat([like, like.assign(indicator="jkn", deff=100.0)])
    assert tabling._expected_deff(table[bare], beside) == pytest.approx([5.0])


@pytest.mark.parametrize("by", ["all", "sex"])
def test_a_design_effect_is_lent_by_a_share_of_the_same_kind(by):
    """Members of a household answer alike: what is asked of it once knows nothing of it."""
    kinds = catalogue()
    shares = [name for name, one in kinds.items() if one.is_share]
    of_persons = [name for name in shares if kinds[name].table == "persons"]
    first, last, of_homes = of_persons[0], of_persons[-1], shares[0]
    assert kinds[of_homes].table == "households"
    like = pd.DataFrame(
        {
            "region": "3501",
            "indicator": [of_homes, first, last],
            "grouping": ["all", "all", by],
            "deff": [1.4, 5.2, np.nan],
        }
    )
    assert tabling._expected_deff(like[2:], like).tolist() == [5.2]
    assert tabling.lender(kinds[last], [kinds[of_homes]]) is None


def test_made_on_demand_none_has_the_interval_that_is_read(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    made = estimation.crossed(chosen, ("p0", "jkn"), "decile").set_index("group")
    made = made[made["indicator"].eq("p0")]
    assert made["value"].eq(0).any()
    for group, row in made.iterrows():
        columns = ["value", "low", "high", "total_low", "total_high"]
        read = told(PACITAN, "p0", "decile", group)[columns].astype(float)
        assert row[columns].astype(float).tolist() == pytest.approx(read.tolist())


def test_what_else_is_asked_moves_no_interval_of_a_crossing(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    alone = estimation.crossed(chosen, ("p0",), "sex*decile")
    beside = estimation.crossed(chosen, ("jkn", "p0"), "sex*decile")
    beside = beside[beside["indicator"].eq("p0")].reset_index(drop=True)
    assert alone["remark"].str.contains("none_or_all").any()
    pd.testing.assert_frame_equal(alone, beside)


def test_a_store_of_province_lines_alone_has_its_rounds(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    intake.invent([PACITAN], 2023)
    lines = "province_urban_rural"
    estimation.estimate(2023, lines=lines)
    chosen = parameters.resolve(region=PACITAN, year=2023, lines=lines)
    assert list(estimation.rounds(chosen)) == [2023] == list(estimation.made(chosen))
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert estimation.rounds(chosen) == {}


def test_whatever_it_is_divided_by_people_are_counted(store):
    _, people = rows_of(PACITAN)
    found = told(PACITAN, "dependency")
    assert found["population"] == pytest.approx(people["weight"].sum())


def test_unanswered_is_a_share_of_people_not_of_rupiah():
    """Four homes a unit; the first of each did not answer, the others spend."""
    n = 48
    homes = pd.DataFrame(
        {
            "region": np.repeat(["9901", "9902"], n // 2),
            "stratum": np.repeat(["1", "2"], n // 2),
            "psu": [f"{i // 4:03d}" for i in range(n)],
            "weight": 1.0 + np.arange(n) % 4,  # 1 of 10 in each unit is lost
            "poor": 0,
        }
    )
    lost = np.arange(n) % 4 == 0
    paid = np.where(lost, np.nan, 2_000_000.0)
    values = {"dependency": Values(paid, np.full(n, 1_500_000.0), lost)}
    rows = made_up(homes, values=values)
    found, _ = tabled(rows, [catalogue()["dependency"]], ("all",))
    assert found["value"].tolist() == pytest.approx([100 * 4 / 3] * 3)
    assert found["left_out"].tolist() == pytest.approx([0.1] * 3)
    assert found["population"].tolist() == pytest.approx([54.0, 54.0, 108.0])
    rows = made_up(homes, spending=paid, welfare=paid)
    for name, by in (("gini", "all"), ("decile_mean", "decile")):
        found, _ = tabled(rows, [catalogue()[name]], (by,))
        assert found["left_out"].to_numpy() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [
        ("decile_mean", "sex", "by decile alone"),
        ("decile_mean", "all", "by decile alone"),
        ("p0", "sex*sex", "two different groupings"),
        ("gini", "age", "age parts persons"),
        ("poor_female_headed", "area*sex", "area\\*sex parts persons"),
    ],
)
def test_a_crossing_without_a_meaning_is_refused_with_what_can_be(
    store, name, by, said
):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    with pytest.raises(ValueError, match=said):
        estimation.crossed(chosen, (name,), by)


def test_how_many_a_share_counts_has_an_interval_of_its_own(store):
    found = told(PACITAN, "earth_floor")
    reach = stats.t.ppf(0.975, found["df"]) * found["total_se"] / found["total"]
    assert np.log(found["total_high"] / found["total"]) == pytest.approx(reach)
    assert np.log(found["total"] / found["total_low"]) == pytest.approx(reach)
    none = told(PACITAN, "p0", "quintile", "5")
    assert none["total"] == none["total_low"] == 0
    people = none["high"] / 100 * none["population"]
    assert none["total_high"] == pytest.approx(people)


def test_what_is_counted_never_falls_below_nobody(store):
    table = estimation.read(parameters.resolve(region=PACITAN, year=2023))
    counted = table.dropna(subset=["total_low"])
    assert (counted["total_low"] >= 0).all() and counted["total_low"].eq(0).any()
    inside = counted["total"].between(counted["total_low"], counted["total_high"])
    assert inside.all()
    assert set(tabling.INTERVALS) <= set(tables.Estimates.to_schema().columns)
    assert not set(tabling.INTERVALS) & set(stored().columns)


def test_a_poverty_gap_of_nought_is_not_sure_to_be_nought(store):
    table = estimation.read(parameters.resolve(region=PACITAN, year=2023))
    gaps = table[table["indicator"].isin(["p1", "p2", "poor_persons"])]
    none = gaps[gaps["value"].eq(0) & gaps["n"].gt(0)]
    assert len(none) and none["remark"].str.contains("nothing_met").all()
    assert none[["se", "low", "high"]].isna().all(axis=None)


def test_what_hangs_on_an_estimated_line_says_so(tmp_path, monkeypatch):
    # BPS's lines of all kabupaten stand from 2018 on; those of 2017 are estimated
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    intake.invent([PACITAN], 2017)
    estimation.estimate(2017)
    table = estimation.read(parameters.resolve(region=PACITAN, year=2017))
    says = table["remark"].str.contains("estimated_line")
    assert says[table["indicator"].isin(["p0", "p1", "decile_mean"])].all()
    assert says[table["grouping"].isin(["welfare", "poverty"])].all()
    water = table["indicator"].eq("improved_water")
    assert not says[water & table["grouping"].eq("all")].any()


def test_no_row_of_a_published_line_says_it_is_estimated(store):
    table = estimation.read(parameters.resolve(region=PACITAN, year=2023))
    assert not table["remark"].str.contains("estimated_line").any()


def two_provinces(**columns):
    """Rows of 10 people in 3501, 90 in 3502 and 100 in 7303, one household each."""
    homes = pd.DataFrame(
        {
            "region": ["3501", "3502", "7303"],
            "stratum": ["1", "2", "3"],
            "psu": ["1", "2", "3"],
            "weight": [10.0, 90.0, 100.0],
            "poor": 0,
        }
    )
    return made_up(homes, **columns)


@pytest.mark.parametrize(
    ("lines", "resting"),
    [
        ({"3501"}, {"3501", "35"}),  # 10 of 100, and of the nation 10 of 200
        ({"7303"}, {"7303", "73", "00"}),
        ({"3501", "3502"}, {"3501", "3502", "35", "00"}),
    ],
)
def test_a_region_rests_on_estimated_lines_from_a_tenth_of_its_people_on(
    lines, resting
):
    estimated = two_provinces(estimated_lines=frozenset(lines))
    assert tabling._resting(caveats(estimated)) == resting
    fewer = replace(
        two_provinces(weight=np.array([9.9, 90.1, 100.0])),
        estimated_lines=frozenset({"3501"}),
    )
    assert tabling._resting(caveats(fewer)) == {"3501"}


def test_an_estimated_line_of_a_province_is_that_of_its_kabupaten():
    said = two_provinces(estimated_lines=frozenset({"73"}))
    rows = [
        ("7303", "p0", "all", True),
        ("73", "p0", "all", True),
        ("3501", "p0", "all", False),
        ("7303", "improved_water", "all", False),
        ("7303", "improved_water", "poverty", True),
        ("7303", "improved_water", "area*poverty", True),
        ("7303", "decile_mean", "decile", True),
    ]
    table = pd.DataFrame(rows, columns=["region", "indicator", "grouping", "expected"])
    found = tabling._by_estimated_line(table, caveats(said))
    assert found.tolist() == table["expected"].tolist()


def test_a_difference_has_no_error_where_either_region_names_no_unit():
    drawn = two_provinces(has_psu={"3501": True, "3502": False, "7303": True})
    rows = [
        ("3501", "35", False),
        ("3501", "00", False),
        ("3502", "3502", False),
        ("3502", "3501", False),
        ("3501", "3502", False),
        ("3501", "3501", True),
        ("7303", "73", True),
    ]
    columns = ["region", "against_region", "kept"]
    table = pd.DataFrame(rows, columns=columns).assign(se=1.0)
    found = tabling.without_error(table, caveats(drawn))
    assert found["se"].notna().tolist() == table["kept"].tolist()


def test_a_region_with_one_invented_kabupaten_is_told_as_invented():
    table = pd.DataFrame({"region": ["3501", "3502", "35", "7303", "73", "00"]})
    for order in ("3501 3502 7303", "7303 3502 3501"):
        invented = {region: region == "3501" for region in order.split()}
        found = tabling.with_origin(table, "susenas", 2023, invented)
        assert found["synthetic"].tolist() == [True, False, True, False, False, True]


def test_nothing_is_crossed_below_the_finest_area_of_a_round(store, monkeypatch):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert len(estimation.crossed(chosen, ("p0",), "area*sex"))
    monkeypatch.setattr(making, "finest_of", lambda origins: "province")
    assert estimation.crossed(chosen, ("p0",), "area*sex").empty


def test_a_crossing_that_the_files_cannot_answer_is_refused_with_what_they_lack(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    with refusal("extreme_line", "not_answered"):
        estimation.crossed(chosen, ("extreme_poverty",), "area")


def hand_made_round():
    """Five households in one village; what they spend, how many they are, who heads."""
    con = duckdb.connect()
    homes = pd.DataFrame(
        {
            **{"region": "3501", "stratum": "s", "psu": list("aabbb")},
            **{"household": range(1, 6), "urban": False, "weight": 10.0},
            **{"size": [1, 2, 4, 1, 2], "spending_pc_month": [1.0, 2, 3, 4, 5]},
        }
    )
    rows = [
        (home, person, 5 - person, 20 * person, person % 2 + 1, 3 * person)
        for home, size in zip(homes["household"], homes["size"], strict=True)
        for person in range(1, size + 1)
    ]
    names = ["household", "person", "relationship", "age", "sex", "diploma"]
    people = pd.DataFrame(rows, columns=names).assign(region="3501", weight=10.0)
    # In the third household alone a head is named, and it is not the first person.
    people.loc[people["household"].ne(3), "relationship"] = 9
    con.register("households", homes)
    con.register("persons", people)
    return con


def test_a_household_is_headed_by_whom_the_files_name():
    con = hand_made_round()
    rows_module.join(con, 2023, "kabupaten")
    heads = con.execute(
        "SELECT household, head_age, head_sex, head_diploma FROM rows_households"
    ).fetchall()
    assert {row[0]: row[1:] for row in heads}[3] == (80, 1, 12)


def test_a_fifth_is_of_people_and_each_household_counts_as_many_as_it_has():
    """Of ten: one, three, seven, eight stand below the second to the fifth."""
    read = rows_module.read(hand_made_round(), 2023, [catalogue()["p0"]], "kabupaten")
    fifths = scan.codes_of(read, grouping("quintile"), "households")
    assert fifths.tolist() == [0, 0, 1, 3, 4]
    assert read.spending.tolist() == [1, 2, 3, 4, 5]


def test_a_line_of_a_day_is_met_by_the_spending_of_a_twelfth_of_365_days():
    assert rows_module._constants(2021)["extreme_line"] == pytest.approx(
        11941.0 * 365 / 12
    )


def test_the_years_behind_a_page_end_with_its_own(monkeypatch):
    monkeypatch.setattr(estimation, "_result", lambda *_: "a result")
    chosen = parameters.resolve(region=PACITAN, year=2021)
    assert [*estimation._records(chosen, "susenas")] == [*range(2010, 2022)]


def test_a_round_before_is_older_and_of_the_same_kind(monkeypatch):
    def of(synthetic):
        return pd.DataFrame({"region": [PACITAN], "synthetic": [synthetic]})

    stored = {2019: of(False), 2020: of(True), 2021: of(False), 2023: of(False)}
    monkeypatch.setattr(estimation, "rounds", lambda *_: stored)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    for now, before in ((2023, stored[2021]), (2021, stored[2019])):
        monkeypatch.setattr(estimation, "survey_year", lambda *_, now=now: now)
        assert estimation.earlier(chosen) is before
    for now in (2020, 2019, None):
        monkeypatch.setattr(estimation, "survey_year", lambda *_, now=now: now)
        assert estimation.earlier(chosen).empty


def test_a_round_is_of_provinces_where_any_of_its_data_is():
    origins = pd.DataFrame({"region": ["3501", "3502"]})
    assert making.finest_of(origins) == "kabupaten"  # loads that do not say
    for finest, expected in (
        (["kabupaten"] * 2, "kabupaten"),
        ([None, "province"], "province"),
    ):
        assert making.finest_of(origins.assign(finest=finest)) == expected


def test_assumed_codes_are_counted_once_of_the_licensed_files_shown(monkeypatch):
    def remark(*items, code="assumed_codes"):
        return {"code": code, "fields": {"items": [*items]}}

    loaded = pd.DataFrame(
        {
            "region": [PACITAN, PACITAN, BANTAENG, PACITAN],
            "year": [2023, 2021, 2023, 2023],
            "synthetic": [False, False, False, True],
            "remarks": [
                [remark("R1", "R2"), remark("R2"), remark("R9", code="other")],
                [remark("R3")],
                [remark("R4")],
                [remark("R5")],
            ],
        }
    )
    monkeypatch.setattr(warehouse, "loaded", lambda *_: loaded)
    monkeypatch.setattr(estimation, "survey_year", lambda *_: 2023)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert estimation.assumed(chosen) == 2


def test_what_the_files_lack_is_named_as_any_of_them_names_it(monkeypatch):
    loaded = pd.DataFrame(
        {"year": [2023, 2023, 2021], "columns": [{"a": "R1"}, {"b": "R2"}, {"a": "X"}]}
    )
    lacks = {"summary": {"absent": {"p0": ["a", "b", "c"]}}}
    result = warehouse.Result(lacks, {})
    monkeypatch.setattr(warehouse, "loaded", lambda *_: loaded)
    monkeypatch.setattr(estimation, "survey_year", lambda *_: 2023)
    monkeypatch.setattr(estimation, "_result", lambda *_: result)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert estimation.absent(chosen) == {"p0": ["R1", "R2", "c"]}


def test_progress_is_told_to_the_last_step(store):
    steps = []
    estimation.estimate(2023, force=True, progress=lambda *step: steps.append(step))
    assert [done for done, _ in steps] == [*range(1, len(steps) + 1)]
    assert steps[-1] == (len(steps), len(steps))


def test_who_has_no_group_by_one_side_has_none_by_both():
    read = rows_module.read(hand_made_round(), 2023, [catalogue()["p0"]], "kabupaten")
    size = len(read.psu_of_person)
    unknown = np.arange(size) % 3 - 1  # none, male, female, none, …
    read = replace(read, groups=read.groups | {"sex": unknown.astype(np.int8)})
    codes = scan.codes_of(read, grouping("area*sex"), "persons")
    assert codes.tolist() == [-1 if code < 0 else 2 + code for code in unknown]


def test_a_ratio_of_households_is_told_of_persons_with_its_own_denominator():
    """Three homes of one, two and one; 1 of 4, 1 of 2 and 0 of 2 by hand, twice over."""
    homes = pd.DataFrame(
        {
            **{"region": "3501", "stratum": "s", "psu": list("abc"), "weight": 1e-3},
            "poor": 0.0,
        }
    )
    ratio = Values(
        np.array([1.0, 1.0, 0.0]), np.array([4.0, 2.0, 2.0]), np.zeros(3, bool)
    )
    rows = made_up(
        homes,
        values={"p0": ratio},
        household=np.array([0, 1, 1, 2]),
        psu_of_person=np.array([0, 1, 1, 2]),
        weight_of_person=np.full(4, 1e-3),
        groups={"sex": np.array([0, 0, 1, 1], np.int8)},
    )
    declared = replace(catalogue()["p0"], denominator="something")
    cell = valued(rows, declared, "sex", complete={"35": 1, "00": 1})
    assert cell.value[0].tolist() == pytest.approx([2 / 6, 1 / 4])
    assert cell.n[0].tolist() == [2, 2] and cell.population[0].tolist() == [2e-3, 2e-3]


def test_what_is_like_a_crossing_are_its_groupings_without_none_or_all(store):
    chosen = parameters.resolve(region=PACITAN, year=2023)
    like = estimation._like(chosen, "area*sex", "susenas")
    stored = estimation.read(chosen)
    assert len(like) and set(like["grouping"]) == {"area*sex"}
    assert not like["remark"].str.contains("none_or_all").any()
    assert stored["remark"].str.contains("none_or_all").any()


def test_estimates_that_were_damaged_at_the_same_size_are_made_again(store):
    result = warehouse.result("susenas-2023")
    path = result.tables[f"{PACITAN}.estimates"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert estimation.estimate(2023)["fresh"]
    assert not estimation.estimate(2023)["fresh"]
