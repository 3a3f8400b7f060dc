"""Where a group stands in too few first-stage units, nothing claims to be sure of it."""

import io

import numpy as np
import pandas as pd
import pytest
from estimating import caveats, tabled
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sepakat_lib import (
    analysis,
    attachments,
    disclosure,
    estimation,
    intake,
    parameters,
    words,
)
from sepakat_lib.estimation import tabling
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue
from sepakat_lib.reports import analysis as show
from sepakat_lib.stats import inequality, poverty, survey
from sepakat_lib.stats.change import growth_incidence
from sepakat_lib.tables import Differences, Official

LINE = 100.0
MEANS = {
    "mean": survey.mean,
    "ratio": lambda y, w, **m: survey.ratio(y, np.sqrt(y) + 3, w, **m),
    "P0": lambda y, w, **m: poverty.fgt(y, LINE, w, 0, **m),
    "P1": lambda y, w, **m: poverty.fgt(y, LINE, w, 1, **m),
    "P2": lambda y, w, **m: poverty.fgt(y, LINE, w, 2, **m),
    "Gini": inequality.gini,
    "Theil": inequality.theil,
    "top fifth": lambda y, w, **m: inequality.quantile_share(y, w, 0.8, 1, **m),
    "median": lambda y, w, **m: survey.quantile(y, w, 0.5, **m),
}
few = settings(max_examples=40, deadline=None)


def group(**given):
    row = {"indicator": "p0", "value": 14.0, "se": 1.0, "rse": 0.07, "low": 12.0}
    return row | {"high": 16.0, "n": 900, "df": 30.0, "deff": 1.4} | given


def test_one_person_in_one_unit_is_hidden_as_a_unit():
    shown = disclosure.publish(pd.DataFrame([group(n=1, df=0.0)]), year=2023)
    assert shown["mark"].to_list() == ["one_unit"]


def test_a_stages_table_keeps_the_people_of_what_it_shows():
    rows = [group(), group(n=12), group(df=0.0)]
    rows = [row | {"population": 5e4} for row in rows]
    shown = disclosure.publish(pd.DataFrame(rows), year=2023)
    assert shown["mark"].to_list() == ["", "few", "one_unit"]
    assert shown["population"].isna().to_list() == [False, True, True]


def test_an_interval_as_wide_as_may_be_is_not_yet_marked():
    wide = parameters.policy("width_narrow", 2023)
    unknown = {"se": np.nan, "rse": np.nan, "low": 0.0}
    rows = [group(high=wide, **unknown), group(high=wide + 0.01, **unknown)]
    shown = disclosure.publish(pd.DataFrame(rows), year=2023)
    assert shown["mark"].to_list() == ["", "*"]


@st.composite
def samples(draw):
    """Rows of a stratified sample, and a domain inside one unit of some strata."""
    strata = draw(st.integers(1, 4))
    units = [draw(st.integers(2, 4)) for _ in range(strata)]
    homes = draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stratum = np.repeat(np.arange(strata), [each * homes for each in units])
    psu = np.concatenate([np.repeat(np.arange(each), homes) for each in units])
    chosen = draw(st.lists(st.sampled_from(range(strata)), min_size=1, unique=True))
    met = {h: draw(st.integers(0, units[h] - 1)) for h in chosen}
    members = np.array(
        [met.get(h, -1) == unit for h, unit in zip(stratum, psu, strict=True)]
    )
    return pd.DataFrame(
        {
            "stratum": [f"9901{h}" for h in stratum],
            "psu": [f"9901{h}-{u}" for h, u in zip(stratum, psu, strict=True)],
            "weight": rng.uniform(1, 9, len(stratum)),
            "spending": np.round(np.exp(rng.normal(4.6, 0.6, len(stratum)))) + 1,
            "member": members,
        }
    )


# --- the plain functions --------------------------------------------------------------


@pytest.mark.parametrize("name", MEANS)
@few
@given(samples())
def test_inside_one_unit_of_each_stratum_no_measure_has_an_error(name, rows):
    y, w, members = (rows[c].to_numpy() for c in ("spending", "weight", "member"))
    drawn = survey.design(rows["stratum"], rows["psu"], w)
    own, rest = MEANS[name](y, w, members=members), MEANS[name](y, w)
    assert survey.degrees_of_freedom(drawn, members) == 0
    assert np.isnan(survey.standard_error(own, drawn))
    for both in (survey.difference(own, rest), survey.difference(rest, own)):
        assert np.isnan(survey.standard_error(both, drawn))
    assert np.isnan(survey.interval(own, 1.0, 0, 0.95)).all()
    matrix = survey.covariance([rest, own], drawn)
    assert np.isfinite(matrix[0, 0]) and np.isnan(matrix[1:]).all()
    ends = survey.woodruff_interval(y, w, 0.5, drawn, 0.95, members=members)
    assert np.isnan(ends).all()


def test_two_units_of_one_stratum_have_one_degree_of_freedom_and_an_error():
    # Means 1 and 3 in units of weight 2 each: t = 2 (1 - 2) / 4 and 2 (3 - 2) / 4, of
    # three units: 3/2 x (1/4 + 1/4 + 0) = 3/4
    drawn = survey.design(None, [1, 1, 2, 2, 3], [1.0] * 5)
    members = np.array([True] * 4 + [False])
    found = survey.mean([0.0, 2.0, 3.0, 3.0, 9.0], [1.0] * 5, members=members)
    assert survey.degrees_of_freedom(drawn, members) == 1
    assert survey.standard_error(found, drawn) ** 2 == pytest.approx(0.75)


def test_a_total_of_one_unit_keeps_its_error_and_has_no_interval():
    drawn = survey.design(None, [1, 2], [1, 1])
    members = np.array([True, False])
    found = survey.total([2.0, 0.0], [1, 1], members=members)
    error = survey.standard_error(found, drawn)
    assert error == found.value  # of n units one has all: its relative error is 1
    df = survey.degrees_of_freedom(drawn, members)
    assert np.isnan(survey.interval(found, error, df, 0.95)).all()


@pytest.mark.parametrize("measure", ["income_gap_ratio", "gap_inequality", "sen"])
def test_an_index_of_the_poor_is_not_known_where_all_of_them_are_neighbours(measure):
    spending = np.array([50.0, 80.0, 120.0, 200.0, 130.0, 300.0, 150.0, 110.0])
    psu = [1, 1, 2, 2, 3, 3, 4, 4]
    drawn = survey.design(None, psu, np.ones(8))
    found = getattr(poverty, measure)(spending, LINE, np.ones(8))
    assert np.isnan(survey.standard_error(found, drawn))
    elsewhere = spending.copy()
    elsewhere[7] = 70.0
    found = getattr(poverty, measure)(elsewhere, LINE, np.ones(8))
    assert survey.standard_error(found, drawn) > 0
    # the headcount is told of everybody, and its error is known either way
    p0 = poverty.fgt(spending, LINE, np.ones(8), 0)
    assert survey.standard_error(p0, drawn) > 0


def test_a_ratio_put_together_by_hand_tells_by_its_influences():
    spending = np.array([50.0, 80.0, 120.0, 200.0, 130.0, 300.0])
    drawn = survey.design(None, [1, 1, 2, 2, 3, 3], np.ones(6))
    p1, p0 = (poverty.fgt(spending, LINE, np.ones(6), a) for a in (1, 0))
    assert np.isnan(survey.standard_error(survey.ratio_of(p1, p0), drawn))
    assert np.isnan(survey.deff(survey.ratio_of(p1, p0), drawn, reference=WITH))


WITH = "with_replacement"


@pytest.mark.parametrize("policy", ["adjust", "skip"])
def test_a_sample_of_single_units_has_no_error_whatever_the_policy(policy):
    drawn = survey.design(["a", "a", "b"], [1, 1, 1], [1, 1, 1], lonely=policy)
    for found in (
        survey.mean([1.0, 3.0, 8.0], [1] * 3),
        survey.total([1.0] * 3, [1] * 3),
    ):
        assert np.isnan(survey.standard_error(found, drawn))


def test_two_rounds_one_of_which_has_no_degree_of_freedom_are_not_compared():
    found = survey.independent_difference(0.2, 0.0, 0, 0.1, 0.01, 40)
    assert np.isnan([found.se, found.p_value]).all() and found.df == 0
    both = survey.independent_difference([0.2, 0.2], [0.03] * 2, [1, 0], 0.1, 0.04, 40)
    assert both.se.tolist() == pytest.approx([0.05, np.nan], nan_ok=True)


def test_growth_of_a_round_in_one_unit_has_no_error():
    spending = np.arange(1.0, 9.0)
    two, one = (
        survey.design(None, psu, np.ones(8), lonely="skip")
        for psu in ([1, 1, 1, 1, 2, 2, 2, 2], [1] * 8)
    )
    found = growth_incidence(spending, one, 1.1 * spending, two, 2, groups=2)
    assert found["df"].eq(0).all() and found[["se", "low", "high"]].isna().all(
        axis=None
    )
    assert found["growth"].notna().all()


# --- the scan -------------------------------------------------------------------------

ASKED = ("p0", "poor_persons", "p1", "p2", "gini", "dependency")


def scanned(rows):
    """Estimates and differences of made-up households in pairs of regions, as they leave."""
    rows = rows.sort_values(["region", "stratum", "psu"], ignore_index=True)
    first = rows.drop_duplicates(["region", "stratum", "psu"])
    psu = pd.factorize(rows["region"] + rows["stratum"] + rows["psu"])[0]
    n, size = len(rows), np.full(len(rows), 8.0)
    welfare = rows["spending"].to_numpy() / LINE
    gap = np.clip(1 - welfare, 0, None)
    no = np.zeros(n, bool)
    old = (np.arange(n) % 3).astype(float)
    told = {"p0": gap > 0, "poor_persons": gap > 0, "p1": gap, "p2": gap**2}
    values = {name: Values(each.astype(float), None, no) for name, each in told.items()}
    values["dependency"] = Values(old, 1 + old, no)
    made = Rows(
        region=first["region"].to_numpy().astype(str),
        stratum=first["stratum"].to_numpy().astype(str),
        has_psu={},
        psu=psu,
        size=size,
        weight=rows["weight"].to_numpy(),
        spending=welfare,
        welfare=welfare,
        household=np.arange(n),
        psu_of_person=psu,
        weight_of_person=rows["weight"].to_numpy(),
        groups={
            "all": np.zeros(n, np.int8),
            "area": np.where(rows["member"], 0, 1).astype(np.int8),
        },
        values=values,
        absent={},
    )
    asked = [catalogue()[name] for name in ASKED]
    regions = sorted(rows["region"].unique())
    complete = {region[:2]: 2 for region in regions} | {"00": 514}
    table, contrasts = tabled(made, asked, ("all", "area"), complete)
    bare = table[table["df"].lt(1)]
    assert bare[["se", "total_se", "rse", "deff"]].isna().all(axis=None)
    known = dict.fromkeys(regions, True)
    table = tabling.remarked(
        tabling.with_origin(table, "susenas", 2023, known), caveats(made)
    )
    table = tabling.with_intervals(table, 0.95)
    contrasts = tabling.without_error(contrasts, caveats(made))
    contrasts = tabling.with_difference_intervals(contrasts, table, 0.95)
    return table, contrasts


ERRORS = "se low high rse deff total_se total_low total_high".split()


PROVINCES = 3


@st.composite
def provinces(draw):
    """A sample in each province, and a kabupaten beside it that is not of the domain.

    A scan takes as long of three provinces as of one.
    """
    parts = []
    for number in range(PROVINCES):
        rows = draw(samples())
        for kabupaten in (f"{99 - number}01", f"{99 - number}02"):
            own = {name: kabupaten + rows[name].str[4:] for name in ("stratum", "psu")}
            member = rows["member"] & kabupaten.endswith("1")
            parts.append(rows.assign(region=kabupaten, member=member, **own))
    return pd.concat(parts)


few_scans = settings(max_examples=14, deadline=None)


@few_scans
@given(provinces())
def test_no_finite_error_of_a_group_in_one_unit_leaves_the_scan(rows):
    table, contrasts = scanned(rows)
    alone = table["group"].eq("urban") & table["n"].gt(0)
    # in the kabupaten, and so in its province
    assert table[alone].groupby("region").size().to_dict() == dict.fromkeys(
        [f"{99 - number}{end}" for number in range(PROVINCES) for end in ("", "01")],
        len(ASKED),
    )
    assert table.loc[alone, "df"].eq(0).all()
    assert table.loc[alone, ERRORS].isna().all(axis=None)
    assert table.loc[alone, "remark"].str.contains("one_unit").all()
    with_urban = contrasts["group"].eq("urban") | contrasts["against_group"].eq("urban")
    assert with_urban.any()
    unknown = contrasts.loc[with_urban, ["se", "low", "high"]]
    assert unknown.isna().all(axis=None)
    shown = disclosure.publish(table, year=2023)
    removed = ["value", *ERRORS, "total", "population"]
    assert shown.loc[alone, removed].isna().all(axis=None)
    assert shown.loc[alone, "mark"].isin(disclosure.HIDING).all()
    assert not shown.loc[alone, "remark"].str.contains("none_or_all|nothing_met").any()


@few_scans
@given(provinces())
def test_what_has_a_degree_of_freedom_keeps_its_error(rows):
    table, _ = scanned(rows)
    known = table[table["df"].ge(1)]
    sure = known["remark"].ne("") | known["se"].notna()
    assert len(known) and sure.all() and not known["remark"].str.contains("one_u").any()


def test_who_has_no_weight_is_no_member():
    drawn = survey.design(None, [1, 1, 2, 2, 3], [1.0, 1, 0, 0, 1])
    members = np.array([True] * 4 + [False])
    found = survey.mean([0.0, 2.0, 3.0, 3.0, 9.0], drawn.weight, members=members)
    assert np.isnan(survey.standard_error(found, drawn))


def test_a_ratio_rests_on_the_units_that_have_a_say_in_it():
    """Two of three units hold neither parts nor wholes: only the first tells."""
    rows = pd.DataFrame({"region": "9901", "stratum": "99011", "weight": 1.0}, range(6))
    rows = rows.assign(psu=[*"aabbcc"], spending=100.0, member=True)
    w = np.ones(6)
    part, whole = np.array([1.0, 2, 0, 0, 0, 0]), np.array([3.0, 3, 0, 0, 0, 0])
    found = survey.ratio(part, whole, w)
    drawn = survey.design(None, rows["psu"], w)
    assert np.isnan(survey.standard_error(found, drawn))
    spread = survey.ratio(part, [*whole[:2], 1.0, 0, 0, 0], w)
    assert survey.standard_error(spread, drawn) > 0


# --- the one door out -----------------------------------------------------------------


def row(**given):
    plain = {"value": 10.0, "se": 0.5, "low": 8.0, "high": 12.0, "rse": 0.05, "n": 99}
    return plain | {"df": 40.0, "deff": np.nan, "remark": ""} | given


@pytest.mark.parametrize("deff", [np.nan, 1.4], ids=["a mean", "a share"])
@pytest.mark.parametrize(
    ("df", "mark"),
    [(0, "one_unit"), (1, "*"), (2, "*"), (7, "*"), (8, ""), (40, ""), (np.nan, "")],
)
def test_degrees_of_freedom_mark_every_measure(df, mark, deff):
    shown = disclosure.publish(pd.DataFrame([row(df=df, deff=deff)]), year=2023)
    assert shown["mark"].item() == mark
    assert shown["value"].isna().item() == (mark == "one_unit")


def test_few_units_never_make_a_mark_milder():
    rows = [row(df=3, rse=0.6), row(df=3, rse=0.3), row(df=3, n=12), row(df=0, n=12)]
    shown = disclosure.publish(pd.DataFrame(rows), year=2023)
    assert shown["mark"].tolist() == ["**", "*", "few", "one_unit"]
    nobody = disclosure.publish(pd.DataFrame([row(df=0, n=0)]), year=2023)
    assert nobody["mark"].item() == "few" and nobody["value"].isna().item()


def test_files_that_name_no_unit_show_their_values_as_before():
    bare = row(df=0, remark="no_psu", se=np.nan, low=np.nan, high=np.nan, rse=np.nan)
    shown = disclosure.publish(pd.DataFrame([bare, bare | {"df": 700}]), year=2023)
    assert shown["mark"].tolist() == ["no_error"] * 2
    assert shown["value"].tolist() == [10.0, 10.0]


def area(**urban):
    rows = [row(group="urban") | urban, row(group="rural"), row(group="all")]
    by = ["area", "area", "all"]
    table = pd.DataFrame(rows).assign(region="3501", indicator="p0", grouping=by)
    return table.assign(population=[5.0, 95.0, 100.0], total=[1.0, 9.0, 10.0])


def test_what_is_withheld_leaves_with_its_people_and_its_remark():
    table = area(n=12).assign(remark=["", "withheld collapsed", ""])
    shown = disclosure.publish(table, year=2023).set_index("group")
    assert shown["mark"].tolist() == ["few", "withheld", ""]
    assert (
        shown.loc[["urban", "rural"], ["value", "low", "population", "total"]]
        .isna()
        .all(axis=None)
    )
    assert shown["remark"].tolist() == ["", "", ""]
    assert shown.loc["all", ["population", "total"]].tolist() == [100.0, 10.0]


def test_a_gap_and_a_remark_go_with_the_value_that_is_hidden():
    pair = pd.DataFrame([row(df=0, remark="collapsed none_or_all"), row()])
    pair = pair.assign(indicator="p0", gap=3.0, gap_low=1.0, gap_high=5.0)
    shown = disclosure.publish(pair, year=2023)
    assert shown["gap"].isna().all()
    assert shown["remark"].tolist() == ["", ""]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_mark_says_why_and_shows_no_number(language):
    told = words.value_with_mark(9, 2, 24, "one_unit", 41, language=language)
    assert str(told) == "–" and told.note and "9" not in told.note


# --- the stages -----------------------------------------------------------------------


def chosen(region="6503", **given):
    return parameters.resolve(region=region, year=2023, **given)


def test_a_peer_in_one_unit_is_surely_neither_above_nor_below():
    table = pd.DataFrame(
        {
            "value": [30.0, 20.0, 10.0, 5.0],
            "se": [1.0, 1.0, np.nan, 1.0],
            "df": [30.0, 30.0, 0.0, 30.0],
            "own": [False, True, False, False],
        }
    )
    told = analysis.rank(table, 0.95)  # the third has no error, and may lie anywhere
    assert told == {"rank": 2, "of": 4, "first": 2, "last": 3, "not_loaded": 0}
    unknown = table.assign(se=[1.0, 1.0, np.nan, np.nan], df=[30.0, 30.0, 0.0, np.nan])
    assert analysis.rank(unknown, 0.95) == {"rank": 2, "of": 4, "not_loaded": 1}
    own = table.assign(se=[1.0, np.nan, 1.0, 1.0], df=[30.0, 0.0, 30.0, 30.0])
    assert analysis.rank(own, 0.95) == {"rank": 2, "of": 4, "not_loaded": 0}


def p0(**given):
    what = {"region": "6503", "indicator": "p0", "grouping": "all", "group": "all"}
    people = {"total": 1e4, "total_low": 9e3, "total_high": 1.1e4}
    when = {"year": 2023, "synthetic": True}
    return pd.DataFrame([what | people | when | row(**given)])


def change(now, before):
    """The survey's change between two rounds of the poverty rate."""
    run, none = chosen(), Differences.empty()
    found = analysis.findings(run, Official.empty(), now, none, before)
    return analysis.change_between(run, found)


def test_a_change_from_or_to_one_unit_is_not_told():
    unknown = {"df": 0, "se": np.nan}
    assert change(p0(), p0(year=2021, df=3))["df"] == 3
    assert change(p0(), p0(year=2021, **unknown)) == {}
    assert change(p0(**unknown), p0(year=2021)) == {}


# --- a kabupaten with one urban block, from files to page -----------------------------

ONE, TWO, THREE = "6503", "1216", "1101"  # urban blocks of the invented round


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A warehouse of three sparse kabupaten, estimated for 2023."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("data")))
        intake.invent([ONE, TWO, THREE], 2023)
        estimation.estimate(2023)
        yield


@pytest.mark.parametrize(("region", "df"), [(ONE, 0), (TWO, 1), (THREE, 2)])
def test_urban_degrees_of_freedom_are_urban_blocks_less_one(store, region, df):
    table = estimation.read(chosen(region))
    own = table[table["region"].eq(region) & table["group"].eq("urban")]
    assert own.loc[own["n"].gt(0) & own["indicator"].eq("p0"), "df"].item() == df
    assert own.loc[own["df"].lt(1), ERRORS].isna().all(axis=None)
    contrasts = estimation.differences(chosen(region))
    between = contrasts[contrasts["grouping"].eq("area")]
    assert between.loc[between["df"].lt(1), ["se", "low", "high"]].isna().all(axis=None)
    assert between["low"].notna().any() == (df > 0)


def test_no_door_tells_the_value_of_the_only_urban_block(store):
    name = attachments.names(chosen(ONE))["csv"]
    file = pd.read_csv(io.BytesIO(attachments.content(chosen(ONE), name)))
    crossed = estimation.crossed(chosen(ONE), ("p0", "jkn"), "area*sex")
    # of each sex the rural ones too, who with them are all of that sex
    assert set(crossed["mark"]) == {"one_unit", "withheld"}
    urban = file["grouping"].eq("area") & file["group"].eq("urban") & file["n"].gt(0)
    urban, parts = file[urban], crossed[crossed["group"].str.startswith("urban")]
    removed = ["value", *ERRORS, "total", "population"]
    for hidden in (urban, parts):
        assert len(hidden) and hidden["mark"].isin(disclosure.HIDING).all()
        assert hidden[removed].isna().all(axis=None)
    both = file[file["df"].between(1, 7) & file["value"].notna()]
    assert len(both) and both["mark"].ne("").all()


NO_OFFICIAL = Official.empty()


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("region", [ONE, TWO, THREE])
def test_the_groups_table_names_what_is_hidden_and_quotes_nothing(
    store, region, language
):
    run = chosen(region, language=language)
    by = ("area", "sex")
    table, contrasts = estimation.read(run), estimation.differences(run)
    found = analysis.findings(run, NO_OFFICIAL, table, contrasts, table.iloc[:0])
    groups = analysis.by_group(run, found, ["p0"], by)
    block = show.by_group(run, groups, analysis.furthest(run, found, "p0", by))
    urban = words.say("group.area.urban", language)
    told = words.say("survey.says_one_unit", language, groups=urban)
    assert (told in str(block)) == (region == ONE)


def hidden_round(run):
    """The round as if the whole sample of the region were of one block a stratum."""
    table = estimation.read(run)
    own = table["region"].eq(run.region)
    nothing = dict.fromkeys(ERRORS, np.nan) | {"df": 0.0}
    return table.assign(
        **{name: table[name].mask(own, value) for name, value in nothing.items()}
    )


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_page_whose_whole_survey_is_hidden_still_stands(store, language):
    run = chosen(ONE, language=language)
    table, contrasts = hidden_round(run), estimation.differences(run)
    contrasts = contrasts.assign(se=np.nan, low=np.nan, high=np.nan, df=0.0)
    why = words.say("survey.says_one_unit_all", language)
    by = ("area", "sex", "age", "head_education", "sector")
    found = analysis.findings(run, NO_OFFICIAL, table, contrasts, table.iloc[:0])
    groups = analysis.by_group(run, found, ["p0"], by)
    blocks = [
        show.bands(run, analysis.bands(run, found)),
        show.by_group(run, groups, analysis.furthest(run, found, "p0", by)),
        show.targeting(run, analysis.targeting(run, found)),
        show.circles(run, analysis.circles(run, found, "home"), "home"),
        show.growth(run, analysis.growth(run, table, table.assign(year=2021)), table),
    ]
    series = analysis.over_time(run, NO_OFFICIAL, {2023: table})
    blocks.append(show.over_time(run, series, {}, {}))
    for block in blocks:
        assert why in str(block)
    fifths = analysis.fifths(run, found, "services")
    assert "<svg" not in str(show.fifths(run, fifths, "services"))
    told = analysis.comparison(run, found)
    assert words.say("mark.one_unit", language) in str(show.beside(run, told))


def test_t_of_one_degree_of_freedom_is_as_wide_as_it_is():
    low, high = survey.interval(0.0, 1.0, 1, 0.95)
    assert high == pytest.approx(stats.cauchy.ppf(0.975)) and low == -high
