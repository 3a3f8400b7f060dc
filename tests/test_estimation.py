"""The one scan gives what the plain survey functions give, region by region."""

import numpy as np
import pandas as pd
import pytest

from sepakat_lib import estimation, intake, parameters, reference, warehouse
from sepakat_lib.indicators import catalogue
from sepakat_lib.stats import inequality, poverty, survey

PACITAN, BANTAENG, MAROS = "3501", "7303", "7308"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A warehouse with two synthetic kabupaten, estimated for 2023."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("data")))
        intake.invent([PACITAN, BANTAENG], 2023)
        estimation.estimate(2023)
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
    assert found["n"] == women.sum()
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
    from sepakat_lib.estimation.rows import Rows, Values
    from sepakat_lib.estimation.scan import Scan
    from sepakat_lib.indicators import grouping

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
        psu_of_person=np.arange(len(homes)),
        weight_of_person=homes["weight"].to_numpy(),
        groups={"all": np.zeros(len(homes), np.int8)},
        values={
            "p0": Values(
                homes["poor"].to_numpy(float), None, np.zeros(len(homes), bool)
            )
        },
        absent={},
    )
    scan = Scan(rows, {"99": 2, "00": 514})
    (kabupaten, own), (province, whole) = scan.cells(catalogue()["p0"], grouping("all"))
    found = scan.variance_of_difference(own, kabupaten, whole, province)
    return float(np.sqrt(found[0, 0]))


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
    with pytest.raises(warehouse.NothingLoaded, match="sepakat data load"):
        estimation.estimate(2019)
