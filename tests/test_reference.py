"""Published figures: complete, sourced, unaltered, and estimated only where said."""

from pathlib import Path

import pandas as pd
import pytest

from sepakat_lib import reference, regions, tables

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
KEY = ["region", "year", "month", "area", "indicator"]
OFFICIAL = reference.official()
FIGURES = OFFICIAL.set_index(KEY)["value"].to_dict()
KABUPATEN = regions.members("00")

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
    tables.Official.validate(OFFICIAL)
    assert not OFFICIAL.duplicated(KEY).any()
    assert set(OFFICIAL["region"]) <= set(regions.table()["region"])


def test_every_figure_names_its_publisher_and_table():
    assert (OFFICIAL["publisher"] == "BPS").all()
    assert (OFFICIAL["table"].str.len() > 20).all()
    sources = reference.official_sources()
    assert (sources[["read_from", "checked"]] != "").all(axis=None)


@pytest.mark.parametrize("year", [*range(2010, 2019), 2021, 2023])
def test_each_year_has_the_poverty_rate_of_all_514_kabupaten(year):
    assert sorted(kabupaten_rows(year).index) == sorted(KABUPATEN)


@pytest.mark.parametrize("indicator", ["p1", "p2", "poverty_line", "poor_persons"])
def test_2023_has_all_five_figures_of_all_514_kabupaten(indicator):
    assert sorted(kabupaten_rows(2023, indicator).index) == sorted(KABUPATEN)


def test_no_missing_figure_hides_as_a_zero():
    assert (OFFICIAL["value"] > 0).all()
    p0 = OFFICIAL.loc[OFFICIAL["indicator"] == "p0", "value"]
    assert p0.between(1, 50).all()  # 1.33 in 2010 the lowest, 49.58 the highest
    assert figure("65", 2014, "p0", month=9) is None  # founded 2012, zero in the file


def test_figures_are_in_their_units():
    lines = OFFICIAL.loc[OFFICIAL["indicator"] == "poverty_line", "value"]
    assert lines.between(250_000, 1_500_000).all()
    assert figure("00", 2023, "poor_persons") == 25_898_550


def test_the_gap_is_below_the_rate_and_the_severity_below_the_gap():
    p0, p1, p2 = (kabupaten_rows(2023, i)["value"] for i in ("p0", "p1", "p2"))
    assert (p2 < p1).all() and (p1 < p0).all()


# Values printed elsewhere than in the files the figures were read from.
@pytest.mark.parametrize(
    ("region", "year", "indicator", "value"),
    [
        ("7303", 2017, "p0", 9.66),  # Bantaeng and Pacitan: the project's own seeds
        ("7303", 2018, "p0", 9.23),
        ("3501", 2017, "p0", 15.42),
        ("3501", 2018, "p0", 14.19),
        ("3524", 2015, "p0", 15.38),  # BPS Lamongan, release 02/06/3524, 14 June 2017
        ("3524", 2016, "p0", 14.89),
        ("7602", 2015, "p0", 18.22),  # data portal of Kabupaten Polewali Mandar
        ("7602", 2017, "p0", 16.05),
        ("7602", 2021, "p0", 15.68),
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


def test_the_poor_of_the_kabupaten_add_up_to_their_province_in_2023():
    poor = kabupaten_rows(2023, "poor_persons")["value"]
    province = poor.index.str[:2].map(lambda p: reference.PARENT.get(p, p))
    total = poor.groupby(province).sum()
    printed = pd.Series({p: figure(p, 2023, "poor_persons") for p in total.index})
    assert len(total) == 34
    # The published numbers are to ten persons; the largest sum of roundings seen is 30.
    assert (total - printed).abs().max() <= 30.5


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
    papua = reference.official(region="94")
    before, after = (
        papua[papua["year"].between(*y)] for y in [(2010, 2023), (2024, 2100)]
    )
    assert before["note"].str.contains("borders before the split").all()
    assert (after["note"] == "").all()
    east = reference.official(region="64").query("year <= 2014")
    assert len(east) == 5 and east["note"].str.contains("64 and 65").all()


def test_new_provinces_have_no_figures_before_their_first():
    for province in reference.PARENT:
        assert reference.official(region=province)["year"].min() == 2024


def test_what_is_not_kept_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="'p3'; choose one of p0"):
        reference.official(indicator="p3")
    with pytest.raises(ValueError, match=r"'35\.01'; official figures"):
        reference.official(region="35.01")


def test_lines_of_2023_are_bps_own():
    lines = reference.poverty_lines(2023)
    assert sorted(lines["region"]) == sorted(KABUPATEN)
    assert not lines["estimated"].any() and (lines["note"] == "").all()
    printed = kabupaten_rows(2023, "poverty_line")["value"]
    assert (lines.set_index("region")["poverty_line"] == printed).all()


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020, 2021, 2022, 2024, 2025])
def test_lines_of_other_years_say_that_they_are_estimated(year):
    lines = reference.poverty_lines(year)
    assert sorted(lines["region"]) == sorted(KABUPATEN)
    assert lines["estimated"].all()
    assert lines["note"].str.startswith("estimated: BPS's line of 2023 x ").all()
    assert lines["note"].str.contains(f"{year} over 2023").all()


def test_the_line_of_2021_moves_as_the_provinces_does():
    line = reference.poverty_lines(2021).set_index("region").loc["3501"]
    own = figure("3501", 2023, "poverty_line")
    east_java = figure("35", 2021, "poverty_line") / figure("35", 2023, "poverty_line")
    assert line["poverty_line"] == round(own * east_java)
    assert "Jawa Timur" in line["note"]


def test_papua_moves_with_its_parent_before_the_split_and_the_nation_across_it():
    earlier = reference.poverty_lines(2022).set_index("region").loc["9701"]
    parent = figure("94", 2022, "poverty_line") / figure("94", 2023, "poverty_line")
    own = figure("9701", 2023, "poverty_line")
    assert earlier["poverty_line"] == round(own * parent)
    later = reference.poverty_lines(2025).set_index("region").loc["9701"]
    nation = figure("00", 2024, "poverty_line") / figure("00", 2023, "poverty_line")
    after = figure("97", 2025, "poverty_line") / figure("97", 2024, "poverty_line")
    assert later["poverty_line"] == round(own * nation * after)
    assert "Indonesia to 2024 and of Papua Pegunungan after" in later["note"]


# Lines that two kabupaten print on their own data portals.
PRINTED_LINES = {
    ("7602", 2017): 351_856,
    ("7602", 2018): 366_355,
    ("7602", 2019): 376_827,
    ("7602", 2020): 401_057,
    ("7602", 2021): 416_443,
    ("3401", 2021): 360_202,
    ("3401", 2022): 381_666,
    ("3401", 2024): 438_007,
}


@pytest.mark.parametrize(("region", "year"), PRINTED_LINES)
def test_estimated_lines_lie_within_five_percent_of_printed_ones(region, year):
    line = reference.poverty_lines(year).set_index("region").loc[region, "poverty_line"]
    assert line == pytest.approx(PRINTED_LINES[region, year], rel=0.05)


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


def test_implied_population_is_the_nations_to_a_thousandth():
    people = reference.population()
    nation = figure("00", 2023, "poor_persons") / figure("00", 2023, "p0") * 100
    assert len(people) == 514
    assert people["population"].sum() == pytest.approx(nation, rel=1e-3)


def test_implied_population_carries_its_rounding_error():
    people = reference.population().set_index("region")
    # Kulon Progo: 70,735-70,745 poor are 15.635-15.645 percent.
    assert people.loc["3401", "population"] == pytest.approx(70_740 / 0.1564, abs=1)
    high = people.loc["3401", "population"] + people.loc["3401", "error"]
    assert high == pytest.approx(70_745 / 0.15635, abs=2)
    with pytest.raises(ValueError, match="2018; ask for 2023"):
        reference.population(2018)


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
    names = {"regions.csv", "kecamatan.csv", "official.csv", "official_sources.csv"}
    assert names <= {file.name for file in files}
    assert sum((reference.FOLDER / name).stat().st_size for name in names) < 1.5e6


@needs_shared
def test_kabupaten_figures_are_those_of_the_shared_files():
    poverty = SHARED / "poverty"
    code = {"kode_bps_2020": str, "kode_bps_2022": str}
    series = pd.read_csv(poverty / "p0_kabkota_2010_2018.csv", dtype=code)
    for year, rows in series.groupby("tahun"):
        new = rows["kode_bps_2020"].map(regions.from_bps_2020)
        ours = kabupaten_rows(year)["value"].loc[new]
        assert (ours.to_numpy() == rows["p0_persen"].to_numpy()).all()
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
