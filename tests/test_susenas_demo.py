"""The invented Susenas: its published figures, its layout, and that it can be told."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import reference, regions
from sepakat_lib.refused import Refused
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import invention
from sepakat_lib.sources.susenas.invention import (
    NOTE,
    check,
    demo,
    design,
    files,
    years,
)
from sepakat_lib.sources.susenas.invention import population as members_of
from sepakat_lib.sources.susenas.invention.gradients import GRADIENTS, ITEMS, draw
from sepakat_lib.sources.susenas.invention.spending import Target, calibrated
from sepakat_lib.sources.susenas.layouts import (
    DEMO_COLUMN,
    HOUSEHOLDS_2024,
    PERSONS_2024,
    is_demo,
)

PACITAN, BANTAENG = "3501", "7303"
POINTS = {"p0": 0.05, "p1": 0.01, "p2": 0.01}  # allowed difference, index x 100
SOFTMAX = 0.001  # shares at the median are kept to three decimals


def published(indicator, year=2023):
    rows = reference.official(indicator=indicator)
    rows = rows[(rows["year"] == year) & (rows["month"] == 3) & (rows["area"] == "all")]
    return rows[rows["region"].str.len() == 4].set_index("region")["value"]


def extremes():
    """Kabupaten at the ends: P0, P1/P0, P2 for its P1, and the fewest people."""
    p0, p1, p2 = (published(name) for name in ("p0", "p1", "p2"))
    people = reference.population(2023).set_index("region")["population"]
    papua = people[people.index.str[0] == "9"]
    spread = p2 * p0 / p1**2
    ends = {p0.idxmax(), p0.idxmin(), (p1 / p0).idxmax(), (p1 / p0).idxmin()}
    return ends | {spread.idxmax(), spread.idxmin(), papua.idxmin()}


def read(paths):
    """Tables by the part of the file name after the month."""
    tables = {}
    for path in paths:
        part = path.stem.split("03_", 1)[1]
        if path.suffix == ".parquet":
            tables[part] = pd.read_parquet(path)
        else:
            tables[part] = pyogrio.raw.read_arrow(path)[1].to_pandas()
    return tables


def households(tables):
    """As `tables.Households` has them, from the files' own columns."""
    spent = tables["kp_blok43"].set_index("URUT")["KAPITA"]
    home = tables["kor_rt"]
    return pd.DataFrame(
        {
            "region": home["R101"].map("{:02.0f}".format)
            + home["R102"].map("{:02.0f}".format),
            "weight": home["FWT"],
            "size": home["R301"],
            "spending_pc_month": home["URUT"].map(spent),
        }
    )


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    wanted = sorted({PACITAN, BANTAENG} | extremes())
    paths = demo(tmp_path_factory.mktemp("some"), regions=wanted, format="parquet")
    return read(paths)


@pytest.fixture(scope="module")
def persons(some):
    """Both files of persons, joined by their keys, with the household's answers."""
    first, second = some["kor_ind1"], some["kor_ind2"]
    fresh = [column for column in second if column not in first]
    return first.merge(second[["URUT", "R401", *fresh]], on=["URUT", "R401"])


# --- what is tied to published figures


def test_p0_p1_and_p2_are_the_published_ones_even_in_the_oddest_kabupaten(some):
    found = check(households(some))
    assert set(found["region"]) >= extremes() | {PACITAN, BANTAENG}
    for name, allowed in POINTS.items():
        value = found[found["indicator"] == name].set_index("region")["value"]
        apart = (value - published(name)[value.index]).abs()
        assert apart.max() < allowed, apart.idxmax()


def test_check_counts_nobody_on_the_line_as_poor():
    line = reference.poverty_lines(2023).set_index("region")["poverty_line"][PACITAN]
    table = pd.DataFrame(
        {
            "region": PACITAN,
            "weight": [10.0, 10.0, 5.0],
            "size": [2, 2, 4],
            "spending_pc_month": [line, line / 2, line * 3],
        }
    )
    found = check(table).set_index("indicator")["value"]
    assert found["p0"] == pytest.approx(100 * 20 / 60)
    assert found["p1"] == pytest.approx(100 * 20 / 60 / 2)
    assert found["p2"] == pytest.approx(100 * 20 / 60 / 4)


def test_check_refuses_households_without_spending():
    table = pd.DataFrame(
        {"region": [PACITAN], "weight": 1.0, "size": 1, "spending_pc_month": [np.nan]}
    )
    with refusal("no spending"):
        check(table)


# P1² nearest to P0 P2, the most uneven, 2014's child, a renamed Papua one, and others
HARD = ["7303", "3501", "9702", "5316", "7413", "1612"]


@pytest.mark.parametrize("year", years())
def test_every_year_meets_its_own_published_p0_p1_p2_and_people(year, tmp_path):
    wanted = sorted({*HARD, tightest(year)})
    table = households(read(demo(tmp_path, regions=wanted, year=year)))
    found = check(table, year=year).set_index(["indicator", "region"])
    assert len(found) == 3 * len(wanted)
    for name, allowed in POINTS.items():
        own = published(name, year)[wanted]
        assert (found.loc[name, "published"] == own).all()
        assert (found.loc[name, "value"] - own).abs().max() < allowed
    people = reference.population(year).set_index("region")["population"]
    invented = (table["weight"] * table["size"]).groupby(table["region"]).sum()
    assert invented.to_numpy() == pytest.approx(people[wanted], abs=0.001)


def tightest(year):
    """The kabupaten whose P0, P1 and P2 come nearest to contradicting each other."""
    p0, p1, p2 = (published(name, year) for name in ("p0", "p1", "p2"))
    return (p1**2 / (p0 * p2)).idxmax()


def test_a_p2_that_was_not_published_stands_to_p1_as_a_year_before(tmp_path):
    sawahlunto = "1373"
    assert sawahlunto not in published("p2", 2020).index
    table = households(read(demo(tmp_path, regions=[sawahlunto], year=2020)))
    found = check(table, year=2020).set_index("indicator")
    assert set(found.index) == {"p0", "p1"}  # nothing published to hold P2 against
    assert (found["difference"].abs() < 0.01).all()
    line = reference.poverty_lines(2020).set_index("region")["poverty_line"][sawahlunto]
    short = (1 - table["spending_pc_month"] / line).clip(lower=0)
    persons = table["weight"] * table["size"] / (table["weight"] @ table["size"])
    before = published("p2", 2019)[sawahlunto] / published("p1", 2019)[sawahlunto]
    expected = published("p1", 2020)[sawahlunto] * before
    assert 100 * persons @ short**2 == pytest.approx(expected, abs=0.002)


def test_the_years_that_can_be_invented_are_those_with_p1_and_p2():
    assert years() == tuple(range(2017, 2025))


@pytest.mark.parametrize("year", [2012, 2014, 2015, 2016, 2025, 2026])
def test_a_year_without_rates_or_lines_of_all_kabupaten_is_refused_by_name(
    year, tmp_path
):
    with refusal(str(year)) as refused:
        demo(tmp_path / "none", regions=[BANTAENG], year=year)
    assert refused.value.fields["possible"] == [str(each) for each in years()]
    assert not (tmp_path / "none").exists()


def test_weights_add_up_to_the_population_behind_the_published_figures(some):
    table = households(some)
    found = (table["weight"] * table["size"]).groupby(table["region"]).sum()
    people = reference.population(2023).set_index("region")["population"]
    assert found.to_numpy() == pytest.approx(people[found.index], abs=0.001)


@settings(max_examples=40, deadline=None)
@given(
    p0=st.floats(0.02, 0.45),
    gap=st.floats(0.06, 0.40),
    spread=st.floats(1.25, 1.9),
    seed=st.integers(0, 10_000),
)
def test_spending_meets_any_plausible_p0_p1_p2(p0, gap, spread, seed):
    target = Target(p0, p0 * gap, p0 * gap**2 * spread, 500_000, 90_000, 0.33)
    rng = np.random.default_rng(seed)
    size = np.append(1, rng.integers(1, 8, 699))
    spending, weight = calibrated(
        rng.normal(size=700), size, rng.uniform(1, 2, 700), target
    )
    persons = weight * size / (weight @ size)
    short = np.maximum(1 - spending / target.line, 0)
    assert weight @ size == pytest.approx(90_000, abs=0.001)
    assert persons[spending < 500_000].sum() == pytest.approx(p0, abs=1e-5)
    assert persons @ short == pytest.approx(target.p1, abs=1e-5)
    assert persons @ short**2 == pytest.approx(target.p2, abs=1e-5)


def test_spending_keeps_the_order_of_latent_welfare():
    rng = np.random.default_rng(1)
    latent, size = rng.normal(size=500), np.append(1, rng.integers(1, 7, 499))
    target = Target(0.12, 0.02, 0.005, 500_000, 90_000, 0.33)
    spending, _ = calibrated(latent, size, np.ones(500), target)
    assert (np.diff(spending[np.argsort(latent)]) >= 0).all()


@pytest.mark.parametrize(("p1", "p2"), [(0.05, 0.01), (0.099, 0.0985), (0.02, 0.03)])
def test_figures_that_contradict_each_other_are_refused(p1, p2):
    target = Target(0.10, p1, p2, 500_000, 90_000, 0.33)
    with pytest.raises(ValueError, match="contradict"):
        calibrated(np.arange(9.0), np.ones(9, int), np.ones(9), target)


# --- the sample


def test_a_kabupaten_is_the_same_alone_and_among_others(tmp_path):
    wanted = ["6503", "7303", "9111"]
    nation = read(demo(tmp_path / "all", regions=wanted, format="parquet"))
    for region in wanted:
        alone = read(demo(tmp_path / region, regions=[region], format="parquet"))
        for part, table in alone.items():
            whole = nation[part]
            slice_ = whole[whole["R101"] * 100 + whole["R102"] == int(region)]
            pd.testing.assert_frame_equal(slice_.reset_index(drop=True), table)


def test_the_nation_has_about_345_000_households_in_whole_blocks():
    people = reference.population(2023).set_index("region")["population"]
    count = design.households(people)
    assert abs(count.sum() - 345_000) < 2_000
    assert count.between(400, 1_200).all() and (count % 10 == 0).all()
    big, small = people.idxmax(), people.idxmin()
    assert (count[big], count[small]) == (1_200, 400)


def test_sparse_kabupaten_have_one_two_or_three_urban_blocks_and_none_has_no_class():
    facts = invention._facts(2023)
    blocks = facts["households"] // design.BLOCK
    towns = {}
    for region in facts.index:
        row = facts.loc[region]
        drawn = design.sample(
            np.random.default_rng(0), 0, int(row["households"]), row["urban"]
        )
        towns[region] = len(np.unique(drawn.block[drawn.urban]))
    towns = pd.Series(towns)
    assert towns.min() == 1 and (blocks - towns).min() >= 1
    sparse = facts["population"] / facts["area_km2"] < 100
    assert {1, 2, 3} <= set(towns[sparse]) and towns[sparse].median() < 4
    kota = facts["kind"].eq("kota")
    assert (blocks - towns)[kota].isin([2, 3]).any() and towns[kota].min() > 30


def test_no_two_households_of_the_nation_share_a_key(some):
    assert design.SLOTS > design.MOST
    assert some["kor_rt"]["URUT"].is_unique
    region = some["kor_rt"]["R101"] * 100 + some["kor_rt"]["R102"]
    rank = {int(code): place for place, code in enumerate(regions.members("00"))}
    assert ((some["kor_rt"]["URUT"] - 1) // design.SLOTS == region.map(rank)).all()


def test_a_stratum_has_blocks_of_ten_households_two_unless_its_class_has_few(some):
    home = some["kor_rt"]
    keys = ["R101", "R102", "R105", "STRATA"]
    assert (home.groupby([*keys, "PSU"]).size() == 10).all()
    blocks = home.groupby(keys)["PSU"].nunique()
    of_class = blocks.groupby(keys[:3]).transform("sum")
    assert (blocks[of_class > 3] >= 2).all()
    classes = home.groupby(["R101", "R102", "STRATA"])["R105"]
    assert (classes.min() == classes.max()).all()


def test_the_design_effect_of_p0_is_as_large_as_in_a_real_round(some):
    """Linearised variance over that of as many persons drawn one by one."""
    table = households(some).assign(
        stratum=some["kor_rt"]["STRATA"], psu=some["kor_rt"]["PSU"]
    )
    lines = reference.poverty_lines(2023).set_index("region")["poverty_line"]
    effects = []
    for region, part in table.groupby("region"):
        persons = part["weight"] * part["size"]
        poor = (part["spending_pc_month"] < lines[region]).astype(float)
        share = (persons @ poor) / persons.sum()
        pull = persons * (poor - share) / persons.sum()
        by_unit = pull.groupby([part["stratum"], part["psu"]]).sum()
        strata = by_unit.groupby(level=0)
        units = strata.size()
        variance = (units * strata.var()).sum()
        effects.append(variance / (share * (1 - share) / part["size"].sum()))
    assert 3 < np.median(effects) < 8


def test_another_year_and_another_seed_are_another_sample(tmp_path):
    def spent(name, **choice):
        paths = demo(tmp_path / name, regions=[PACITAN], format="parquet", **choice)
        return read(paths)["kp_blok43"]["KAPITA"].to_numpy()

    first = spent("a")
    assert (spent("b") == first).all()
    earlier = spent("c", year=2021)  # of other people: not as many households
    both = min(len(earlier), len(first))
    assert (earlier[:both] != first[:both]).mean() > 0.9
    assert (spent("d", seed=1) != first).mean() > 0.9


def test_a_married_child_begins_a_second_family_in_the_household():
    """Kin 1-9 as BPS codes them: head, spouse, child, adopted, in-law, grandchild …"""
    kin = np.array([1, 2, 3, 3, 4, 5, 6, 7, 8, 9])
    marital = np.array([2, 2, 1, 2, 1, 2, 1, 4, 1, 1])
    made = members_of.families({"relationship": kin, "marital": marital})
    assert made.tolist() == [1, 1, 1, 2, 1, 2, 2, 1, 1, 1]


# --- the layout


@pytest.mark.parametrize("item", HOUSEHOLDS_2024 + PERSONS_2024, ids=lambda i: i.name)
def test_every_cell_is_one_the_layout_allows(item, some, persons):
    table = some["kor_rt"] if item in HOUSEHOLDS_2024 else persons
    cells = table[item.column]
    filled = cells.dropna()
    assert len(filled)
    if item.kind == "mark":
        assert set(filled) == {item.column[-1]}
    elif item.kind == "number":
        assert filled.between(item.low, item.high).all()
    else:
        allowed = item.codes if item.kind == "code" else (1, 5, 8, 9)
        assert set(filled) <= set(allowed)
    if item.kind != "mark" and item.empty is None:
        assert len(filled) == len(cells)


SKIPS_HOME = {  # column: who is asked, in the questionnaire's own columns
    "R1809B": "R1809A <= 4",
    "R1809C": "R1809A <= 4",
    "R1810C": "R1810A in (4, 5, 6, 7, 8)",
    "R1811A": "R1810A > 2",
    "R1815B": "R1815A <= 2",
    "R1815C": "R1815A <= 2",
    "R2204A": "R2203 == 1",
}
SKIPS_PERSON = {
    "R508": "R407 <= 17",
    "R607": "R407 >= 5",
    "R610": "R407 >= 5",
    "R612": "R610 > 1",
    "R613": "R610 > 1",
    "R614": "R610 > 1",
    "R615": "R610 == 2 and R407 <= 30",
    "R616": "R610 == 2 and R407 <= 30",
    "R701": "R407 >= 5",
    "R704": "R407 >= 5",
    "R705": "R407 >= 5 and R703_A.isna()",
    "R706": "R703_A.notna() or R705 == 1",
    "R707": "R703_A.notna() or R705 == 1",
    "R708": "R703_A.notna() or R705 == 1",
    "R709": "R703_A.notna() or R705 == 1",
    "R802": "R407 >= 5",
    "R808": "R407 >= 5",
    **{f"R100{number}": "R407 >= 2" for number in range(2, 10)},
    "R1103": "R1102 == 1",
    "R1105": "R1102 == 1",
    "R1207": "R407 >= 5",
    "R1504A": "R1503 == 1",
    "R1504B": "R1503 == 1",
    "R1504C": "R1503 == 1",
    "R1601": "R405 == 2 and R404 > 1 and 10 <= R407 <= 54",
    "R1602": "R1601 == 2",
    "R1010": "R407 >= 2 and ("
    + " or ".join(f"R100{number} <= 3" for number in range(2, 10))
    + ")",
    "R1401": "R407 < 5",
    "R1407": "R407 < 5 and R1404A_TGL.isna()",
    "R1416I": "R407 < 5 and R1404A_TGL.isna()",
    **{f"R1404{letter}_TGL": "R407 < 5 and R1407.isna()" for letter in "ABCDEFGHIK"},
    "R1418": "R1401 <= 23",
    **{f"R1419{letter}": "R1401 <= 23" for letter in "ABC"},
    **{f"R1420{letter}": "R1401 <= 23" for letter in "ABCDEFGH"},
    "R1421": "R1401 <= 23",
}


@pytest.mark.parametrize("column", SKIPS_HOME)
def test_a_household_question_is_answered_by_whom_it_is_asked(column, some):
    home = some["kor_rt"]
    asked = home.eval(SKIPS_HOME[column], engine="python")
    assert (home[column].notna() == asked).all()


@pytest.mark.parametrize("column", SKIPS_PERSON)
def test_a_person_question_is_answered_by_whom_it_is_asked(column, persons):
    asked = persons.eval(SKIPS_PERSON[column], engine="python")
    assert (persons[column].notna() == asked).all()


def test_only_women_ever_married_of_10_to_54_tell_of_births(persons):
    mothers = persons[persons["R1503"].notna()]
    assert set(mothers["R405"]) == {2} and 1 not in set(mothers["R404"])
    assert mothers["R407"].between(10, 54).all()
    babies = persons.loc[persons["R407"] < 2, "URUT"]
    recent = mothers.loc[mothers["R1503"] == 1, "URUT"]
    assert recent.isin(babies).all() and not recent.duplicated().any()


def test_a_child_is_as_many_months_old_as_its_years_say(persons):
    small = persons[persons["R1401"].notna()]
    assert (small["R1401"] // 12 == small["R407"]).all()


def test_no_child_is_vaccinated_before_its_time_or_out_of_turn(persons):
    card = persons[persons["R1404A_TGL"].notna()]
    for due, letter in ((1, "B"), (4, "H"), (4, "I"), (9, "K")):
        assert (card.loc[card["R1401"] < due, f"R1404{letter}_TGL"] == 0).all()
    for dose, before in (("E", "C"), ("G", "E"), ("I", "G"), ("F", "D"), ("H", "F")):
        later = card[card[f"R1404{dose}_TGL"] > 0]
        assert len(later) and (later[f"R1404{before}_TGL"] > 0).all()
    told = persons[persons["R1412"].notna()]
    assert told["R1412"].between(1, 3).all()
    assert (told["R1414"] >= told["R1412"]).all()  # each DPT holds one of hepatitis B


def test_infants_live_mostly_on_breast_milk_and_older_ones_do_not(persons):
    infants = persons[persons["R1401"] <= 5]
    fed = infants[[*(f"R1419{x}" for x in "ABC"), *(f"R1420{x}" for x in "ABCDEFGH")]]
    alone = (infants["R1418"] == 1) & (fed == 5).all(axis=1) & (infants["R1421"] == 5)
    assert 0.4 < alone.mean() < 0.95
    older = persons[persons["R1401"].between(12, 23)]
    assert (older["R1421"] == 1).mean() > (infants["R1421"] == 1).mean() + 0.4


def test_aid_to_the_elderly_is_asked_where_one_lives(some, persons):
    elder = persons.loc[persons["R407"] >= 60, "URUT"]
    home = some["kor_rt"]
    assert (home["R2205A"].notna() == home["URUT"].isin(elder)).all()


def test_a_person_without_insurance_has_no_scheme_and_the_others_have_one(persons):
    schemes = persons[[f"R1101_{letter}" for letter in "ABCDE"]].notna().any(axis=1)
    assert (persons["R1101_X"].notna() == ~schemes).all()


def test_the_members_of_a_household_are_its_size_and_begin_with_one_head(some, persons):
    size = some["kor_rt"].set_index("URUT")["R301"]
    assert (persons.groupby("URUT").size() == size).all()
    heads = persons[persons["R403"] == 1]
    assert len(heads) == len(size) and (heads["R401"] == 1).all()
    assert (heads["R407"] >= 15).all()
    assert (persons[persons["R403"] == 2].groupby("URUT").size() == 1).all()
    assert not persons.duplicated(["URUT", "R401"]).any()


def test_children_are_not_married_at_work_full_time_or_graduates(persons):
    child = persons[persons["R407"] < 15]
    assert (child["R404"] == 1).all()
    assert set(child["R614"].dropna()) <= {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 25}


# --- spending in block 43, or in blocks 41 and 42


def test_blocks_41_and_42_add_up_to_block_43(tmp_path):
    wanted = ["1101", PACITAN, BANTAENG]
    whole = read(demo(tmp_path / "43", regions=wanted))
    parts = read(demo(tmp_path / "41", regions=wanted, blocks="41-42"))
    assert (
        parts["kp_blok43"][["FOOD", "NONFOOD", "EXPEND", "KAPITA"]]
        .isna()
        .all(axis=None)
    )
    for block in ("41", "42"):
        names = {f"kp_blok{block}_{part}" for part in ("11_31", "32_36", "51_97")}
        assert names <= set(parts)
    food = pd.concat(v for k, v in parts.items() if "blok41" in k)
    other = pd.concat(v for k, v in parts.items() if "blok42" in k)
    week = food.groupby("URUT")["B41K10"].sum()
    month = (other["B42K4"].fillna(0) + other["B42K5"].fillna(0) / 12).groupby(
        other["URUT"]
    )
    block = whole["kp_blok43"].set_index("URUT")
    assert (week * 30 / 7 - block["FOOD"]).abs().max() < 1e-6
    expend = week * 30 / 7 + month.sum()
    assert (expend / block["R301"] - block["KAPITA"]).abs().max() < 1e-6
    assert (food["B41K6"] + food["B41K8"] == food["B41K10"]).all()


def test_spending_a_head_is_the_households_over_its_members(some):
    block = some["kp_blok43"]
    assert (block["EXPEND"] == block["KAPITA"] * block["R301"]).all()
    assert (block["FOOD"] + block["NONFOOD"] == block["EXPEND"]).all()
    assert np.allclose(block["WEIND"], block["WERT"] * block["R301"], atol=1e-3)


@pytest.mark.parametrize("blocks", ["43", "41-42"])
def test_the_reader_takes_the_files_as_it_takes_bpss_and_finds_the_same(
    tmp_path, blocks
):
    paths = demo(tmp_path, regions=[PACITAN, BANTAENG], blocks=blocks)
    survey = susenas.read(paths, year=2023)
    assert survey.synthetic
    found = check(survey.households)
    assert (found["difference"].abs() < found["indicator"].map(POINTS)).all()


# --- that it can be told from data


@pytest.mark.parametrize("form", files.FORMATS)
def test_every_file_says_that_it_is_invented(tmp_path, form):
    paths = demo(tmp_path, regions=["6503"], blocks="41-42", format=form)
    assert len(paths) == 6 and all(path.suffix == f".{form}" for path in paths)
    for path in paths:
        table = (
            pd.read_csv(path) if form == "csv" else next(iter(read([path]).values()))
        )
        assert is_demo(table.columns) and (table[DEMO_COLUMN] == 1).all()
    note = (tmp_path / NOTE).read_text(encoding="utf-8")
    assert "SINTETIS" in note and "SYNTHETIC" in note


def test_a_file_of_bps_is_not_taken_for_an_invented_one():
    columns = [item.column for item in HOUSEHOLDS_2024 + PERSONS_2024]
    assert not is_demo(["URUT", "PSU", "STRATA", "FWT", *columns])


# --- refusals


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"regions": ["35"]}, "kabupaten and kota"),
        ({"regions": []}, "nothing"),
        ({"regions": ["3599"]}, "3599"),
        ({"year": 2016}, "2016"),
        ({"blocks": "44"}, "41-42"),
        ({"format": "sav"}, "dbf"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(tmp_path, choice, says):
    with pytest.raises((ValueError, Refused), match=says):
        demo(tmp_path / "none", **({"regions": [PACITAN]} | choice))
    assert not (tmp_path / "none").exists()


# --- the table of gradients


def test_the_shares_of_an_item_are_shares():
    sums = dict.fromkeys(ITEMS, 0.0)
    rows = dict.fromkeys(ITEMS, 0)
    for (item, _), (share, _, _) in GRADIENTS.items():
        assert 0 < share < 1
        sums[item] += share
        rows[item] += 1
    several = {item: total for item, total in sums.items() if rows[item] > 1}
    assert all(abs(total - 1) < SOFTMAX + 1e-9 for total in several.values()), several


@pytest.mark.parametrize(("item", "code"), [("has_car", 1), ("lighting", 2)])
def test_at_the_median_an_answer_is_as_common_as_the_table_says(item, code):
    many = np.zeros(200_000)
    answer = draw(np.random.default_rng(0), item, many, many > 0)
    share = GRADIENTS[item, code][0]
    assert (answer == code).mean() == pytest.approx(share, abs=0.003)


def test_a_gradient_raises_the_logit_by_its_slope():
    many = np.ones(400_000)
    answer = draw(np.random.default_rng(0), "has_refrigerator", many, many < 0)
    share, slope, _ = GRADIENTS["has_refrigerator", 1]
    logit = np.log(share / (1 - share)) + slope
    assert (answer == 1).mean() == pytest.approx(1 / (1 + np.exp(-logit)), abs=0.003)


# --- the DBF written here, read back by GDAL


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.lists(st.integers(-1, 10**11 - 1), min_size=1, max_size=30),
    cents=st.lists(st.integers(0, 10**9), min_size=30, max_size=30),
)
def test_a_dbf_holds_what_was_put_in(tmp_path_factory, numbers, cents):
    path = tmp_path_factory.mktemp("dbf") / "one.dbf"
    columns = (
        files.Column("WHOLE", 11),
        files.Column("PART", 12, 4),
        files.Column("CODE", 2),
        files.Column("LETTER", 1, 0, "X"),
    )
    whole = np.array(numbers)
    piece = {
        "WHOLE": whole,
        "PART": np.array(cents[: len(whole)]) / 10_000,
        "LETTER": whole % 2 == 0,
    }
    piece["CODE"] = np.where(whole < 0, -1, whole % 100)
    with files.table(path, columns) as append:
        append(piece)
        append(piece)
    table = pyogrio.raw.read_arrow(path)[1]
    back = table.to_pandas().iloc[len(whole) :].reset_index(drop=True)
    assert len(table) == 2 * len(whole)
    assert back["WHOLE"].fillna(-1).tolist() == piece["WHOLE"].tolist()
    assert back["CODE"].fillna(-1).tolist() == piece["CODE"].tolist()
    assert back["PART"].tolist() == pytest.approx(piece["PART"].tolist(), abs=1e-9)
    assert (back["LETTER"].eq("X") == piece["LETTER"]).all()
    assert pa.types.is_string(table.schema.field("LETTER").type)


def test_a_number_too_wide_for_its_column_is_refused(tmp_path):
    columns = (files.Column("SMALL", 4),)
    with (
        pytest.raises(ValueError, match="SMALL"),
        files.table(tmp_path / "x.dbf", columns) as append,
    ):
        append({"SMALL": np.array([10_000])})
