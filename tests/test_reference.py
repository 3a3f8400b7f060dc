"""Published figures: complete, sourced, unaltered, and estimated only where said."""

from pathlib import Path

import pandas as pd
import pytest
from refusing import refusal

from sepakat_lib import reference, regions, tables, words

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
KEY = ["region", "year", "month", "area", "indicator"]
ALL = reference.official()
OFFICIAL = ALL[ALL["indicator"].isin(reference.POVERTY)]
FIGURES = OFFICIAL.set_index(KEY)["value"].to_dict()
KABUPATEN = regions.members("00")
FOUNDED = reference.founded().set_index("region")
RIAU_ISLANDS_AND_YOGYA = {code for code in KABUPATEN if code[:2] in ("21", "34")}
NEW = SHARED / "official" / "poverty_2016_2025.csv"

needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared figures are not here"
)


def figure(region, year, indicator, month=3, area="all"):
    return FIGURES.get((region, year, month, area, indicator))


def kabupaten_rows(year, indicator="p0"):
    rows = OFFICIAL[OFFICIAL["region"].str.len() == 4]
    rows = rows[rows["year"].eq(year) & rows["indicator"].eq(indicator)]
    return rows.set_index("region")


def test_official_figures_have_the_declared_columns_and_stand_once():
    tables.Official.validate(ALL)
    assert not ALL.duplicated(KEY).any()
    assert set(ALL["region"]) <= set(regions.table()["region"])


def test_every_figure_names_its_publisher_and_table():
    assert (OFFICIAL["publisher"] == "BPS").all()
    assert (OFFICIAL["table"].str.len() > 20).all()
    assert (ALL["publisher"].str.len() > 2).all() and (
        ALL["table"].str.len() > 20
    ).all()
    sources = reference.official_sources()
    assert (sources[["read_from", "checked"]] != "").all(axis=None)


def without(*regions_):
    return sorted(set(KABUPATEN) - set(regions_))


@pytest.mark.parametrize("year", range(2010, 2025))
def test_each_year_has_the_poverty_rate_of_all_kabupaten_that_were_surveyed(year):
    yet_to_come = FOUNDED.index[FOUNDED["first_survey"] > year]
    assert sorted(kabupaten_rows(year).index) == without(*yet_to_come)


GAPS = {
    # the three kabupaten founded in 2014 have no P1 and P2 of 2016
    **{(2016, name): ("7413", "7414", "7415") for name in ("p1", "p2")},
    (2020, "p2"): ("1373",),
    **{
        (2025, name): tuple(RIAU_ISLANDS_AND_YOGYA)
        for name in ("p0", "poor_persons", "poverty_line")
    },
}
SPANS = {
    "p0": range(2016, 2026),
    "p1": range(2016, 2025),
    "p2": range(2016, 2025),
    "poor_persons": range(2016, 2026),
    "poverty_line": range(2018, 2026),
}


@pytest.mark.parametrize(
    ("indicator", "year"), [(name, year) for name in SPANS for year in SPANS[name]]
)
def test_a_figure_of_2016_to_2025_lacks_only_where_it_is_said(indicator, year):
    found = sorted(kabupaten_rows(year, indicator).index)
    assert found == without(*GAPS.get((year, indicator), ()))


@pytest.mark.parametrize("year", range(2016, 2026))
def test_nation_and_provinces_have_their_rate_and_number_beside_the_kabupaten(year):
    provinces = {p for p in regions.table()["region"] if len(p) == 2 and p != "00"}
    there = provinces - (set(reference.PARENT) if year < 2024 else set())
    for indicator in ["p0", "poor_persons"] + ["poverty_line"] * (year > 2017):
        assert figure("00", year, indicator) is not None
        assert all(figure(p, year, indicator) is not None for p in there)
    if year < 2025:
        assert all(figure(p, year, i) is not None for p in there for i in ("p1", "p2"))


def before_its_first_survey(official):
    young = official[official["region"].isin(FOUNDED.index)]
    return young[young["year"] < young["region"].map(FOUNDED["first_survey"])]


def test_no_region_has_a_figure_from_before_its_first_survey():
    assert before_its_first_survey(OFFICIAL).empty
    first = OFFICIAL[OFFICIAL["region"].isin(FOUNDED.index)]
    first = first.groupby("region")["year"].min()
    assert (first == FOUNDED["first_survey"]).all()


def test_a_figure_from_before_a_region_was_surveyed_would_be_seen():
    planted = OFFICIAL.query("region == '3218' and year == 2015").assign(year=2014)
    assert len(before_its_first_survey(pd.concat([OFFICIAL, planted]))) == len(planted)


def test_the_seventeen_young_kabupaten_are_surveyed_after_their_law():
    young = FOUNDED[FOUNDED.index.str.len() == 4]
    listed = "1612 1613 1813 3218 5321 6411 7211 7212 7411 7412 7413 7414 7415 7606"
    assert sorted(young.index) == [*listed.split(), "8208", "9111", "9112"]
    assert (FOUNDED["founded"] < FOUNDED["first_survey"]).all()
    laws = FOUNDED["law"].str.extract(r"^UU \d+/(\d{4})$")[0].astype(int)
    assert (laws == FOUNDED["founded"]).all()
    assert FOUNDED["parent"].isin(regions.table()["region"]).all()
    assert (FOUNDED["parent"].str.len() == FOUNDED.index.str.len()).all()


def test_provinces_of_2022_are_told_alike_in_both_places():
    provinces = FOUNDED[FOUNDED["founded"] == 2022]
    assert provinces["parent"].to_dict() == reference.PARENT
    assert set(provinces["first_survey"]) == {reference.SPLIT_FROM}


def test_until_it_is_surveyed_a_young_kabupaten_is_told_as_its_parent():
    # detik, March 2022, of Pangandaran: 8.62 in 2013, 8.38 in 2014, which are Ciamis's
    assert [figure("3207", y, "p0", month=9) for y in (2013, 2014)] == [8.62, 8.38]
    assert figure("3218", 2014, "p0", month=9) is None


@pytest.mark.parametrize("parent", ["3207", "7401", "9105", "7203"])
def test_a_parents_figures_from_before_the_split_say_so(parent):
    rows = reference.official(region=parent, indicator="p0")
    children = FOUNDED[FOUNDED["parent"] == parent]
    alone = rows["year"] >= children["first_survey"].max()
    assert rows.loc[~alone, "note"].str.contains("borders before the split").all()
    assert not rows.loc[alone, "note"].str.contains("borders").any()
    told = rows.loc[~alone, "note"].iloc[0]
    assert all(code in told for code in [parent, *children.index])


def test_no_missing_figure_hides_as_a_zero():
    assert (OFFICIAL["value"] > 0).all()
    p0 = OFFICIAL.loc[OFFICIAL["indicator"] == "p0", "value"]
    assert p0.between(1, 50).all()  # 1.33 in 2010 the lowest, 49.58 the highest
    assert (p0 == p0.round(2)).all()
    assert figure("65", 2014, "p0", month=9) is None  # founded 2012, zero in the file


def test_figures_are_in_their_units():
    lines = OFFICIAL.loc[OFFICIAL["indicator"] == "poverty_line", "value"]
    assert lines.between(200_000, 1_500_000).all()
    assert figure("00", 2023, "poor_persons") == 25_898_550


@pytest.mark.parametrize("year", SPANS["p1"])
def test_the_gap_is_below_the_rate_and_the_severity_at_most_the_gap(year):
    p0, p1, p2 = (kabupaten_rows(year, i)["value"] for i in ("p0", "p1", "p2"))
    assert (p2 <= p1[p2.index]).all() and (p1 < p0[p1.index]).all()
    # rounded to 0.005, no figures contradict each other (P1² ≤ P0 P2)
    low, high = p1[p2.index] - 0.005, (p0[p2.index] + 0.005) * (p2 + 0.005)
    assert (low**2 <= high).all()


# Values printed elsewhere than in the files the figures were read from.
@pytest.mark.parametrize(
    ("region", "year", "indicator", "value"),
    [
        ("7303", 2017, "p0", 9.66),  # Bantaeng and Pacitan: the project's own seeds
        ("7303", 2018, "p0", 9.23),
        ("7303", 2017, "p1", 1.43),
        ("7303", 2018, "p1", 1.74),
        ("3501", 2017, "p0", 15.42),
        ("3501", 2018, "p0", 14.19),
        ("3501", 2017, "p1", 2.14),
        ("3501", 2018, "p1", 1.73),
        ("3524", 2015, "p0", 15.38),  # BPS Lamongan, release 02/06/3524, 14 June 2017
        ("3524", 2016, "p0", 14.89),
        ("7602", 2015, "p0", 18.22),  # data portal of Kabupaten Polewali Mandar
        ("7602", 2017, "p0", 16.05),
        ("7602", 2021, "p0", 15.68),
        ("7602", 2018, "poverty_line", 366_355),
        ("7602", 2019, "poverty_line", 376_827),
        ("7602", 2020, "poverty_line", 401_057),
        ("7602", 2021, "poverty_line", 416_443),
        ("3401", 2021, "poverty_line", 360_202),
        ("3401", 2022, "poverty_line", 381_666),
        ("3401", 2024, "poverty_line", 438_007),
        ("3401", 2021, "p1", 3.01),
        ("3401", 2022, "p2", 0.56),
        ("3401", 2024, "poor_persons", 71_480),
        ("9111", 2015, "p0", 34.33),  # databoks, 2025: its series of BPS begins here
        ("9111", 2024, "poor_persons", 7_640),
        ("7414", 2016, "p0", 13.69),  # the same, of Buton Tengah
        ("3218", 2015, "p0", 10.76),  # detik, March 2022
        ("3401", 2021, "p0", 18.38),  # data portal of Kabupaten Kulon Progo
        ("3401", 2023, "p0", 15.64),
        ("3401", 2023, "p1", 2.54),
        ("3401", 2023, "p2", 0.61),
        ("3401", 2023, "poor_persons", 70_740),
        ("62", 2023, "p0", 5.11),  # BPS Kalimantan Tengah, release of 17 July 2023
        ("62", 2023, "poor_persons", 142_170),
        ("62", 2023, "poverty_line", 596_184),
        ("13", 2021, "poverty_line", 568_703),  # BPS Sumatera Barat, July 2022
        ("13", 2022, "poverty_line", 610_941),
        ("74", 2019, "poor_persons", 302_580),  # BPS Sulawesi Tenggara, 15 July 2019
        ("74", 2019, "poverty_line", 327_402),
        ("94", 2017, "p0", 27.62),  # BPS, reported in December 2017
    ],
)
def test_figures_agree_with_what_their_offices_print(region, year, indicator, value):
    assert figure(region, year, indicator) == value


# Looked up by hand in the file the figures were read from.
@pytest.mark.parametrize(
    ("region", "year", "indicator", "value"),
    [
        ("1101", 2020, "p1", 2.21),
        ("3173", 2019, "poverty_line", 625_177),
        ("5316", 2024, "p0", 30.84),
        ("9702", 2022, "p2", 4.93),
        ("3402", 2018, "poor_persons", 134_840),
        ("7371", 2021, "poverty_line", 475_444),
        ("6472", 2025, "p0", 3.45),
        ("6472", 2025, "poverty_line", 909_746),
        ("9706", 2025, "poor_persons", 19_900),
        ("1871", 2016, "poor_persons", 100_540),
        ("8207", 2023, "p1", 0.72),
        ("94", 2019, "p1", 7.17),
        ("35", 2020, "p2", 0.43),
    ],
)
def test_figures_are_those_of_the_file_they_were_read_from(
    region, year, indicator, value
):
    assert figure(region, year, indicator) == value


@pytest.mark.parametrize("year", range(2016, 2026))
def test_the_poor_of_the_kabupaten_add_up_to_their_province(year):
    poor = kabupaten_rows(year, "poor_persons")["value"]
    parents = reference.PARENT if year < reference.SPLIT_FROM else {}
    province = poor.index.str[:2].map(lambda p: parents.get(p, p))
    total = poor.groupby(province).sum()
    printed = pd.Series({p: figure(p, year, "poor_persons") for p in total.index})
    assert len(total) == {2024: 38, 2025: 36}.get(year, 34)
    # The published numbers are to ten persons; the largest sum of roundings seen is 60.
    assert (total - printed).abs().max() <= 60.5


@pytest.mark.parametrize("round_", [(2018, 3), (2019, 9), (2021, 9), (2024, 9)])
def test_urban_and_rural_poor_add_up_to_the_nations(round_):
    year, month = round_
    parts = [
        figure("00", year, "poor_persons", month, area) for area in ("urban", "rural")
    ]
    whole = figure("00", year, "poor_persons", month)
    assert sum(parts) == pytest.approx(whole, abs=15_001)  # three roundings to 10,000


def test_the_nations_lines_of_2017_wait_for_a_printed_source():
    assert figure("00", 2017, "poverty_line") is None
    assert figure("00", 2017, "poverty_line", month=9) is None
    assert figure("00", 2018, "poverty_line") == 401_220


def test_corrected_rows_say_so():
    rows = reference.official(region="00", indicator="p0")
    march = rows[rows["month"].eq(3) & rows["area"].eq("all")].set_index("year")["note"]
    assert "misread" in march[2017] and "misread" in march[2022]
    assert march[2023] == ""


@pytest.mark.parametrize("year", [2012, 2013, 2014])
def test_kabupaten_figures_of_2012_to_2014_meet_the_september_round(year):
    rows = kabupaten_rows(year)
    assert (rows["month"] == 9).all()
    assert rows["note"].str.contains("September").all()
    people = reference.population().set_index("region")["population"]
    # a young kabupaten's people were still its parent's
    people = people.groupby(lambda code: FOUNDED["parent"].get(code, code)).sum()
    province = rows.index.str[:2].map(
        lambda p: reference.PARENT.get(p, "64" if p == "65" else p)
    )
    poor = (rows["value"] * people[rows.index]).groupby(province).sum()
    rate = poor / people[rows.index].groupby(province).sum()
    printed = pd.Series({p: figure(p, year, "p0", month=9) for p in rate.index})
    assert (
        rate - printed
    ).abs().mean() < 0.15  # 2015-2018, rounds of March, lie 0.19-0.39 off


def test_rows_before_a_split_say_which_borders_they_mean():
    papua = OFFICIAL[OFFICIAL["region"].eq("94")]
    before, after = (
        papua[papua["year"].between(*y)] for y in [(2010, 2023), (2024, 2100)]
    )
    assert before["note"].str.contains("borders before the split").all()
    assert set(after["note"]) == {"", "fieldwork in February 2025"}
    east = OFFICIAL[OFFICIAL["region"].eq("64")].query("year <= 2014")
    assert len(east) == 5 and east["note"].str.contains("64 and 65").all()


def test_new_provinces_have_no_figures_before_their_first():
    for province in reference.PARENT:
        assert reference.official(region=province)["year"].min() == 2024


def test_what_is_not_kept_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="'p3'; choose one of extreme_poor_190"):
        reference.official(indicator="p3")
    with pytest.raises(ValueError, match=r"'35\.01'; official figures"):
        reference.official(region="35.01")


def test_lines_of_2023_are_bps_own():
    lines = reference.poverty_lines(2023)
    assert sorted(lines["region"]) == sorted(KABUPATEN)
    assert not lines["estimated"].any() and (lines["note"] == "").all()
    printed = kabupaten_rows(2023, "poverty_line")["value"]
    assert (lines.set_index("region")["poverty_line"] == printed).all()


@pytest.mark.parametrize("year", range(2018, 2026))
def test_a_line_is_bps_own_wherever_bps_published_one(year):
    lines = reference.poverty_lines(year).set_index("region")
    assert sorted(lines.index) == sorted(KABUPATEN)
    guessed = set(lines.index[lines["estimated"]])
    assert guessed == (RIAU_ISLANDS_AND_YOGYA if year == 2025 else set())
    own = lines[~lines["estimated"]]
    assert (own["note"] == "").all()
    printed = kabupaten_rows(year, "poverty_line")["value"]
    assert (own["poverty_line"] == printed[own.index]).all()


def test_the_lines_of_2017_are_all_estimated_and_say_how():
    lines = reference.poverty_lines(2017)
    assert sorted(lines["region"]) == sorted(KABUPATEN) and lines["estimated"].all()
    assert lines["note"].str.startswith("estimated: BPS's line of 2018 x ").all()
    assert lines["note"].str.contains("2017 over 2018").all()


def test_an_estimated_line_is_the_nearest_published_one_moved_as_the_provinces_is():
    line = reference.poverty_lines(2017).set_index("region").loc["3501"]
    own = figure("3501", 2018, "poverty_line")
    east_java = figure("35", 2017, "poverty_line") / figure("35", 2018, "poverty_line")
    assert line["poverty_line"] == round(own * east_java)
    assert "Jawa Timur" in line["note"]
    line = reference.poverty_lines(2025).set_index("region").loc["3401"]
    own = figure("3401", 2024, "poverty_line")
    yogya = figure("34", 2025, "poverty_line") / figure("34", 2024, "poverty_line")
    assert line["poverty_line"] == round(own * yogya)
    assert line["note"].startswith("estimated: BPS's line of 2024 x ")


def test_papua_moves_with_its_parent_before_the_split():
    line = reference.poverty_lines(2017).set_index("region").loc["9701"]
    parent = figure("94", 2017, "poverty_line") / figure("94", 2018, "poverty_line")
    own = figure("9701", 2018, "poverty_line")
    assert line["poverty_line"] == round(own * parent)
    assert "of Papua," in line["note"]


def test_no_line_of_papua_is_moved_across_the_split():
    across, after = (set(reference._line_change(y, y + 1).index) for y in (2023, 2024))
    provinces = {code[:2] for code in KABUPATEN}
    assert across == provinces - reference.SPLIT and after == provinces


def test_the_estimate_of_2017_meets_a_line_that_a_kabupaten_prints():
    line = reference.poverty_lines(2017).set_index("region")["poverty_line"]["7602"]
    assert line == pytest.approx(351_856, rel=0.03)  # data portal of Polewali Mandar


def one_year_off(base, year):
    """Percent by which a line moved from `base` misses the published one of `year`."""
    names = {}
    for province in {code[:2] for code in KABUPATEN}:
        old = province in reference.SPLIT and max(base, year) < reference.SPLIT_FROM
        lead = reference.PARENT.get(province, province) if old else province
        ends = [figure(lead, each, "poverty_line") for each in (year, base)]
        crosses = province in reference.SPLIT and 2024 in (base, year)
        names[province] = float("nan") if crosses else ends[0] / ends[1]
    was, now = (kabupaten_rows(y, "poverty_line")["value"] for y in (base, year))
    moved = was * was.index.str[:2].map(names).to_numpy()
    return (100 * (moved / now - 1)).dropna()


@pytest.mark.parametrize(
    ("pairs", "twelve", "told"),
    [
        ([(y + 1, y) for y in range(2018, 2023)], False, "1.1 4.4 15.3"),
        ([(y, y + 1) for y in range(2018, 2024)], False, "1.1 4.4 13.2"),
        ([(y, y + 1) for y in range(2018, 2024)], True, "1.3 4.9 7.5"),
    ],
)
def test_the_width_that_is_told_of_an_estimate_is_the_measured_one(pairs, twelve, told):
    misses = pd.concat([one_year_off(*pair) for pair in pairs]).abs()
    if twelve:
        misses = misses[misses.index.isin(RIAU_ISLANDS_AND_YOGYA)]
    ends = [misses.median(), misses.quantile(0.95), misses.max()]
    assert [f"{each:.1f}" for each in ends] == told.split()
    told_in = " ".join(reference.poverty_lines.__doc__.split())
    readme = " ".join((reference.FOLDER / "README.md").read_text("utf-8").split())
    for number in told.split():
        assert number in told_in and number in readme


@pytest.mark.parametrize("year", [2010, 2016, 2026])
def test_a_year_without_provincial_lines_is_refused(year):
    with pytest.raises(ValueError, match=f"March {year}.*2017-2025"):
        reference.poverty_lines(year)


def test_province_lines_of_2024_are_all_published():
    lines = reference.poverty_lines(2024, by="province_urban_rural")
    assert lines["region"].nunique() == 38 and len(lines) == 75
    assert not lines["estimated"].any()
    assert lines.loc[lines["region"] == "31", "area"].tolist() == ["urban"]
    assert "00" not in set(lines["region"])


def test_province_lines_of_2023_stand_for_new_provinces_only_as_estimates():
    lines = reference.poverty_lines(2023, by="province_urban_rural")
    new = lines["region"].isin(list(reference.PARENT))
    assert lines["region"].nunique() == 38 and len(lines) == 75
    assert (lines["estimated"] == new).all()
    assert lines.loc[new, "note"].str.startswith("estimated").all()
    by_area = lines.set_index(["region", "area"])["poverty_line"]
    assert by_area["97", "rural"] == by_area["94", "rural"] == 661_946


def test_province_lines_of_another_year_and_another_split_are_refused():
    with pytest.raises(ValueError, match="2023 and 2024"):
        reference.poverty_lines(2021, by="province_urban_rural")
    with pytest.raises(ValueError, match="'desa'"):
        reference.poverty_lines(2023, by="desa")


@pytest.mark.parametrize("year", range(2016, 2025))
def test_implied_population_is_the_nations_to_a_thousandth(year):
    people = reference.population(year)
    nation = figure("00", year, "poor_persons") / figure("00", year, "p0") * 100
    assert len(people) == 514
    assert people["population"].sum() == pytest.approx(nation, rel=1e-3)


@pytest.fixture
def also_holding(monkeypatch):
    """Official figures with more of them, beside those that are shipped."""
    derived = reference._printed_lines, reference._province_march_lines

    def hold(more):
        for each in derived:
            each.cache_clear()
        both = pd.concat([OFFICIAL, more], ignore_index=True)
        monkeypatch.setattr(reference, "_official", lambda: both)

    yield hold
    for each in derived:
        each.cache_clear()


@pytest.mark.parametrize("other", [{"month": 9}, {"area": "urban"}])
def test_lines_and_population_are_of_march_and_of_town_and_desa_together(
    also_holding, other
):
    shipped = reference.poverty_lines(2017), reference.population(2018)
    march = OFFICIAL[OFFICIAL["month"].eq(3) & OFFICIAL["area"].eq("all")]
    also_holding(march.assign(value=march["value"] * (march["year"] - 2000), **other))
    found = reference.poverty_lines(2017), reference.population(2018)
    for one, before in zip(found, shipped, strict=True):
        pd.testing.assert_frame_equal(one, before)


def test_urban_and_rural_lines_are_of_march(also_holding):
    shipped = reference.poverty_lines(2024, by="province_urban_rural")
    also_holding(OFFICIAL[OFFICIAL["month"].eq(3)].assign(month=9, value=1.0))
    found = reference.poverty_lines(2024, by="province_urban_rural")
    pd.testing.assert_frame_equal(found, shipped)


def test_the_newest_year_of_several_regions_is_one_that_all_of_them_have():
    assert figure("3501", 2025, "p0") and not figure("2101", 2025, "p0")
    assert reference.newest_year(["3501"]) == 2025
    for several in (["3501", "2101"], ["2101", "3501"], ["2101"]):
        assert reference.newest_year(several) == 2024


def test_a_year_that_lacks_regions_gives_the_population_of_the_others():
    people = reference.population(2025)
    assert sorted(people["region"]) == without(*RIAU_ISLANDS_AND_YOGYA)
    assert people["population"].sum() == pytest.approx(274.8e6, rel=1e-3)


def test_implied_population_carries_its_rounding_error():
    people = reference.population().set_index("region")
    # Kulon Progo: 70,735-70,745 poor are 15.635-15.645 percent.
    assert people.loc["3401", "population"] == pytest.approx(70_740 / 0.1564, abs=1)
    high = people.loc["3401", "population"] + people.loc["3401", "error"]
    assert high == pytest.approx(70_745 / 0.15635, abs=2)


@pytest.mark.parametrize("year", [2010, 2015, 2026])
def test_a_year_without_the_numbers_of_poor_gives_no_population(year):
    with pytest.raises(ValueError, match=f"{year}; ask for a year from 2016 to 2025"):
        reference.population(year)


# Extreme poverty: a definition a name


def extreme(year, month, name):
    rows = reference.official(region="00", indicator=name)
    return rows[rows["year"].eq(year) & rows["month"].eq(month)].iloc[0]


def test_extreme_poverty_of_march_2024_stands_under_both_definitions():
    assert extreme(2024, 3, "extreme_poor_190")["value"] == 0.83
    assert extreme(2024, 3, "extreme_poor_215")["value"] == 1.26
    assert extreme(2024, 9, "extreme_poor_215")["value"] == 0.99
    assert extreme(2025, 3, "extreme_poor_215")["value"] == 0.85
    assert not OFFICIAL["indicator"].isin(["extreme_poor", "extreme_poverty"]).any()


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ((2025, 3, "extreme_poor_215"), (2024, 3, "extreme_poor_190")),
        ((2024, 3, "extreme_poor_190"), (2024, 3, "extreme_poor_215")),
    ],
)
def test_figures_of_two_definitions_are_not_compared(later, earlier):
    with refusal() as refused:
        reference.difference(extreme(*later), extreme(*earlier))
    assert refused.value.code == "two_definitions"
    assert set(refused.value.fields) == words.fields_of(
        words.catalogue()["error.two_definitions"]["id"]
    )
    told = " ".join(refused.value.fields.values())
    assert "1.90 PPP 2011" in told and "2.15 PPP 2017" in told


def test_a_rate_is_not_compared_with_a_gap():
    rows = reference.official(region="3501").set_index(["year", "indicator"])
    rate, gap = rows.loc[(2023, "p0")], rows.loc[(2023, "p1")]
    rate["indicator"], gap["indicator"] = "p0", "p1"
    rate["year"] = gap["year"] = 2023
    with refusal():
        reference.difference(rate, gap)


def test_figures_of_one_definition_are_compared():
    fell = reference.difference(
        extreme(2025, 3, "extreme_poor_215"), extreme(2024, 3, "extreme_poor_215")
    )
    assert fell == pytest.approx(-0.41)


def test_every_definition_in_a_name_is_one_that_official_figures_may_have():
    assert set(reference.DEFINITIONS) <= set(reference.POVERTY)
    assert len(set(reference.DEFINITIONS.values())) == len(reference.DEFINITIONS)


# The round of March 2025


def test_every_figure_of_march_2025_says_that_it_was_taken_in_february():
    told = ALL["note"].str.contains("fieldwork in February 2025")
    march = ALL["year"].eq(2025) & ALL["month"].eq(3)
    assert (told == march).all()


@pytest.mark.parametrize(
    ("rounds", "told"),
    [
        ([(2024, 3), (2025, 3)], True),
        ([(2025, 3), (2026, 3)], True),
        ([(2025, 3), (2025, 9)], True),
        ([(2025, 3), (2025, 3)], False),  # two regions of one round are no series
        ([(2024, 3), (2025, 9)], False),
        ([(2023, 3), (2024, 3)], False),
        ([], False),
    ],
)
def test_a_series_that_crosses_march_2025_is_told(rounds, told):
    rows = pd.DataFrame(rounds, columns=["year", "month"])
    found = reference.breaks(rows)
    assert found == (("series.february_2025",) if told else ())
    assert set(found) <= set(words.catalogue())


def test_a_table_that_is_changed_does_not_change_the_next():
    loaders = reference.regions, reference.kecamatan, reference.official
    for load in loaders:
        spoilt = load()
        spoilt.loc[:, "region"] = "spoilt"
        spoilt.insert(0, "more", 1)
        assert not load()["region"].eq("spoilt").any() and "more" not in load()
    assert regions.name("3501") == "Kabupaten Pacitan"


def test_the_shipped_files_stay_small_and_in_one_alphabet():
    files = sorted(reference.FOLDER.glob("*.csv"))
    names = {"regions", "kecamatan", "official", "official_sources", "founded"}
    names |= {"apbd", "nomenclature", "owners", "coverage"}
    names |= {"office_tables", "releases", "documents", "aliases", "former_kecamatan"}
    names |= {"worked_examples"}
    assert {file.stem for file in files} == names
    assert sum(file.stat().st_size for file in files) < 8e6


APBD = reference.apbd()


@pytest.mark.parametrize("column", ["budget", "realised"])
@pytest.mark.parametrize("whole", reference.APBD_SUMS)
def test_each_apbd_adds_up_as_it_is_printed(whole, column):
    wide = APBD.set_index(["region", "year", "account"])[column].unstack()  # noqa: PD010
    assert len(wide) == 38 * 4
    parts = wide[[*reference.APBD_SUMS[whole]]]
    assert not parts.isna().any(axis=None)
    assert (parts.sum(axis=1) - wide[whole]).abs().max() <= 20_000_000
    assert (wide[whole] > 10**11).all()


def test_an_apbd_is_whole_rupiah_once_each_and_says_what_realisation_covers():
    assert APBD[["budget", "realised"]].dtypes.eq("int64").all()
    assert APBD[["budget", "realised"]].mod(10_000_000).eq(0).all(axis=None)
    assert not APBD.duplicated(["region", "year", "account"]).any()
    assert set(APBD["region"]) == set(regions.members("35"))
    covers = APBD.groupby("year")["period"].agg(lambda told: "/".join(sorted({*told})))
    assert covers.to_dict() == {
        **{2021: "year", 2022: "year", 2023: "to_september", 2024: "not_final"}
    }
    pacitan = reference.apbd("3501").set_index(["year", "account"])
    assert pacitan["realised"][2021, "Belanja Bagi Hasil"] == 4_490_000_000
    assert pacitan["realised"][2021, "Surplus/(Defisit)"] == 84_840_000_000
    assert pacitan["budget"][2021, "Surplus/(Defisit)"] == -17_630_000_000


def test_where_no_apbd_is_held_there_is_none_and_no_region_is_refused():
    assert reference.apbd("7303").empty
    with pytest.raises(ValueError, match="'9999'"):
        reference.apbd("9999")


@needs_shared
def test_an_apbd_is_what_the_portal_printed_in_either_way_of_writing():
    seen = 0
    for file in sorted((SHARED / "fiscal" / "djpk_apbd").glob("*/*.csv")):
        rows = pd.read_csv(file, dtype=str)
        rows["akun"] = rows["akun"].str.strip()
        rows["akun"] = rows["akun"].replace(
            "Belanja Barang Jasa", "Belanja Barang dan Jasa"
        )
        rows["akun"] = rows["akun"].str.replace(
            r"(?<=[a-z])odal\b", " Modal", regex=True
        )
        rows = rows.drop_duplicates("akun").dropna().set_index("akun")
        region = regions.resolve(file.stem.replace("_", " "))
        ours = APBD[APBD["region"].eq(region) & APBD["year"].eq(int(file.parent.name))]
        ours = ours.set_index("account")
        assert {*ours.index} == {*rows.index}, file
        for name, column in (("budget", "anggaran"), ("realised", "realisasi")):
            text = rows[column].str.removesuffix(" M")
            told = text.where(
                ~text.str.contains(","), text.str.replace(".", "").str.replace(",", ".")
            )
            money = told.astype(float).mul(1e9).round().astype("int64")
            assert (ours[name] == money[ours.index]).all(), file
        seen += 1
    assert seen == 12


@needs_shared
def test_kabupaten_figures_are_those_of_the_shared_files():
    poverty = SHARED / "poverty"
    code = {"kode_bps_2020": str, "kode_bps_2022": str}
    series = pd.read_csv(poverty / "p0_kabkota_2010_2018.csv", dtype=code)
    for year, rows in series.groupby("tahun"):
        new = rows["kode_bps_2020"].map(regions.from_bps_2020)
        kept = (~(new.map(FOUNDED["first_survey"]) > year)).to_numpy()
        ours = kabupaten_rows(year)["value"].loc[new[kept]]
        assert (ours.to_numpy() == rows.loc[kept, "p0_persen"].to_numpy()).all()
    later = pd.read_csv(poverty / "indikator_kabkota_2021.csv", dtype=code)
    ours = kabupaten_rows(2021)["value"]
    ours = ours.loc[later["kode_bps_2020"].map(regions.from_bps_2020)]
    assert (ours.to_numpy() == later["p0_persen"].to_numpy()).all()
    last = pd.read_csv(poverty / "p0p1p2_gk_kabkota_2023.csv", dtype=code)
    last = last.set_index("kode_bps_2022")
    for column, indicator, unit in [
        ("p0_persen", "p0", 1),
        ("p1", "p1", 1),
        ("p2", "p2", 1),
        ("garis_kemiskinan_rp", "poverty_line", 1),
        ("jumlah_miskin_ribu", "poor_persons", 1000),
    ]:
        ours = kabupaten_rows(2023, indicator)["value"].loc[last.index]
        assert (ours - last[column] * unit).abs().max() < 1e-6


@needs_shared
def test_every_cell_of_the_table_of_2016_to_2025_is_an_official_figure():
    table = pd.read_csv(NEW, dtype={"region": str})
    compared = 0
    for column, indicator, unit, apart in [
        ("p0_percent", "p0", 1, 0),
        ("p1_index100", "p1", 1, 0.005),  # of 2023 some stand with a digit more
        ("p2_index100", "p2", 1, 0.005),
        ("poor_thousand", "poor_persons", 1000, 10),  # nine of provinces, see README
        ("poverty_line_idr_person_month", "poverty_line", 1, 0),
    ]:
        for row in table[["region", "year", column]].dropna().itertuples(index=False):
            ours = figure(row[0], row[1], indicator)
            assert ours == pytest.approx(row[2] * unit, abs=apart + 1e-6), row
            compared += 1
    assert compared == 4342 + 4933 + 4932 + 5431 + 4342


@needs_shared
def test_provincial_figures_are_those_of_the_shared_series():
    series = pd.read_csv(
        SHARED / "timeseries" / "kemiskinan_provinsi_2015_2025_semesteran.csv"
    )
    compared = 0
    for row in series.itertuples():
        region = (
            regions.resolve(f"Provinsi {row.province}")
            if (row.geo_level == "province")
            else "00"
        )
        month = {"Maret": 3, "September": 9}[row.semester]
        for indicator, value, unit in [
            ("p0", row.poverty_rate_pct, 1),
            ("poor_persons", row.poor_population_thousand, 1000),
            ("poverty_line", row.poverty_line_rp, 1),
        ]:
            if pd.isna(value) or (region, row.year, indicator) == (
                "00",
                2017,
                "poverty_line",
            ):
                continue
            ours = figure(region, row.year, indicator, month)
            assert ours == pytest.approx(value * unit, abs=1e-6)
            compared += 1
    assert compared == 1617
