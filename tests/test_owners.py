"""Series that their owners publish: as they print them, each by itself, told as findings."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reading import lines, rows
from refusing import refusal
from test_prioritisation import NO_PEERS, NO_TARGETS

from sepakat_lib import analysis, prioritisation, reference
from sepakat_lib.analysis.official import POVERTY
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import analysis as show
from sepakat_lib.tables import Differences, Estimates, Official

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared figures are not here"
)
ALL = reference.official()
NONE = Estimates.empty(), Differences.empty(), Estimates.empty()
# Looked up one by one in the tables that they were read from: region, year, value.
LOOKED_UP = {
    # BPS's IPM and its parts, series of the census of 2010; the nation's 74.20 of 2024 is
    # in BPS's release of November 2024
    "ipm_sp2010": [("00", 2024, 74.2), ("3501", 2023, 70.19), ("7303", 2019, 68.3)],
    "uhh_male": [("00", 2024, 70.32), ("3501", 2023, 70.89)],
    "uhh_female": [("00", 2024, 74.21), ("7303", 2019, 72.33)],
    "hls": [("7303", 2019, 12.03), ("3578", 2021, 14.81)],
    "rls": [
        *(("3578", 2021, 10.5), ("35", 2018, 7.39)),
        *(("3501", 2010, 6.0), ("3501", 2017, 7.02), ("7303", 2010, 5.47)),  # to 2017
        *(("7303", 2017, 6.45), ("1101", 2013, 8.55), ("3578", 2016, 10.44)),
        *(("5103", 2013, 9.18), ("6471", 2016, 10.54), ("8172", 2013, 9.54)),
        ("1101", 2016, 8.91),
    ],
    "spending_adjusted": [("3578", 2021, 17_862_000), ("35", 2018, 11_380_000)],
    # Badan Pangan's atlas: the edition of 2024 is of 2023
    "ikp": [("3501", 2023, 82.94), ("7303", 2023, 86.59), ("3578", 2022, 92.14)],
    "fsva_food_share": [("3501", 2022, 34.65), ("1101", 2023, 31.27)],
    "fsva_no_clean_water": [("9471", 2023, 9.55), ("3578", 2023, 0.0)],
    "fsva_women_schooling": [("7303", 2023, 7.53), ("7303", 2022, 4.13)],
    "fsva_ncpr": [("1101", 2022, 1.33)],
    # by the survey that measured them
    "stunting_psg": [("3501", 2017, 21.1), ("7303", 2017, 38.1)],
    "stunting_riskesdas": [("3501", 2018, 26.34), ("7303", 2018, 21.03)],
    "stunting_ssgi": [
        *(("3501", 2021, 22.7), ("3501", 2022, 20.6), ("7303", 2021, 22.5)),
        ("7303", 2022, 22.1),
    ],
    "stunting_ski": [("3501", 2023, 20.9), ("7303", 2023, 15.8)],
    # second hand, 2021 and 2022
    "tpak": [("3501", 2021, 80.57), ("7303", 2021, 74.32), ("35", 2023, 72.56)],
    "tpt": [("3501", 2021, 2.04), ("7303", 2022, 2.72), ("7303", 2021, 4.07)],
    "food_share_2022": [
        ("3501", 2022, 56.14),
        ("7303", 2022, 57.02),
        ("1101", 2022, 60.37),
        ("6471", 2022, 43.27),
    ],
    "own_toilet_2022": [("3501", 2022, 95.21), ("7303", 2022, 90.43)],
    "undernourishment": [
        *(("3501", 2018, 9.01), ("3501", 2024, 14.05), ("7303", 2018, 8.08)),
        *(("7303", 2024, 4.48), ("1101", 2019, 13.08), ("1101", 2022, 15.8)),
        *(("3578", 2019, 3.09), ("5103", 2022, 4.66), ("6471", 2022, 13.68)),
        ("8172", 2019, 25.26),
    ],
    "tpt_2008_2020": [
        ("3501", 2008, 3.1),
        ("3501", 2020, 2.28),
        ("7303", 2020, 4.27),
        ("7303", 2008, 9.315),
        ("1101", 2010, 12.251),
        ("1101", 2019, 5.82),
        ("3578", 2019, 5.76),
        ("5103", 2010, 1.254),
        ("6471", 2019, 7.15),
        ("8172", 2010, 14.367),
    ],
    "pdrb_2010": [
        ("3501", 2008, 5990000000000.0),
        ("7303", 2020, 5650000000000.0),
        ("3501", 2020, 10838000000000.0),
        ("7303", 2008, 2368000000000.0),
        ("1101", 2010, 1068000000000.0),
        ("1101", 2019, 1599000000000.0),
        ("3578", 2010, 229610000000000.0),
        ("5103", 2019, 37336000000000.0),
        ("6471", 2010, 57771000000000.0),
        ("8172", 2019, 1501000000000.0),
    ],
    "pdrb_per_person": [
        ("3501", 2010, 12521000),
        ("7303", 2019, 29986000),
        ("3501", 2019, 19875000),
        ("7303", 2010, 15499000),
        ("1101", 2012, 13845000),
        ("3578", 2012, 94761000),
        ("3578", 2015, 113810000),
        ("5103", 2015, 46964000),
        ("6471", 2012, 109074000),
        ("8172", 2015, 17645000),
    ],
    # Statistik Indonesia
    "ipm_lf": [
        ("35", 2023, 74.65),
        ("35", 2025, 76.13),
        ("11", 2022, 74.11),
        ("51", 2022, 77.4),
    ],
    "pdrb_growth": [
        ("35", 2015, 5.44),
        ("35", 2025, 5.33),
        ("11", 2022, 4.21),
        ("51", 2022, 4.84),
    ],
    "pdrb_per_person_2010": [("35", 2023, 44_423_000)],
    "sanitation_access": [("35", 2025, 88.26)],
    "water_access": [("35", 2023, 96.01), ("35", 2025, 97.3)],
    "spending_per_person": [("35", 2015, 830_472)],
    "gini_september": [
        ("35", 2012, 0.362),
        ("35", 2022, 0.371),
        ("11", 2014, 0.337),
        ("11", 2018, 0.318),
        ("11", 2020, 0.319),
        ("73", 2014, 0.448),
        ("73", 2018, 0.388),
        ("73", 2020, 0.382),
        ("94", 2014, 0.459),
        ("00", 2020, 0.385),
    ],
}
FILES = {  # of each file its columns, and what they are times here
    "official/ipm_sp2010_2016_2024.csv": {
        "ipm": ("ipm_sp2010", 1),
        "uhh": ("uhh", 1),
        "uhh_laki": ("uhh_male", 1),
        "uhh_perempuan": ("uhh_female", 1),
        "hls": ("hls", 1),
        "rls": ("rls", 1),
        "rls_laki": ("rls_male", 1),
        "rls_perempuan": ("rls_female", 1),
        "pengeluaran_disesuaikan": ("spending_adjusted", 1000),
    },
    "official/fsva_editions_2018_2024.csv": {
        "ikp": ("ikp", 1),
        "fsva_ncpr": ("fsva_ncpr", 1),
        "fsva_rt_pangan_65persen": ("fsva_food_share", 1),
        "fsva_tanpa_listrik": ("fsva_no_electricity", 1),
        "fsva_tanpa_air_bersih": ("fsva_no_clean_water", 1),
        "fsva_lama_sekolah_perempuan15": ("fsva_women_schooling", 1),
        "fsva_rasio_nakes": ("fsva_health_workers", 1),
    },
    "official/undernourishment_2018_2024.csv": {
        "undernourished_percent": ("undernourishment", 1)
    },
    "official/labour_services_2021_2022.csv": {
        "tpt": ("tpt", 1),
        "tpak": ("tpak", 1),
        "jamban_sendiri": ("own_toilet_2022", 1),
        "pangsa_makanan": ("food_share_2022", 1),
    },
}


def of_pacitan(year=2023, language="id", region="3501", official=ALL):
    chosen = Parameters(region=region, year=year, language=language)
    return chosen, analysis.findings(chosen, official, *NONE)


@pytest.mark.parametrize("name", LOOKED_UP)
def test_values_looked_up_one_by_one_are_held_as_printed(name):
    held = ALL[ALL["indicator"].eq(name)].set_index(["region", "year"])["value"]
    for region, year, value in LOOKED_UP[name]:
        assert held[region, year] == pytest.approx(value, abs=1e-9), (region, year)


@needs_shared
@pytest.mark.parametrize("file", FILES)
def test_every_cell_of_the_files_is_held_once_and_nothing_else(file):
    first = reference.founded().set_index("region")["first_survey"]
    with (SHARED / file).open(encoding="utf-8") as lines_of:
        table = list(csv.DictReader(lines_of))
    for column, (name, times) in FILES[file].items():
        held = ALL[ALL["indicator"].eq(name)].set_index(["region", "year"])["value"]
        year_of = "data_year" if "data_year" in table[0] else "year"
        cells = {
            (row["region"], int(row[year_of])): float(row[column]) * times
            for row in table
            if row[column] and int(row[year_of]) >= first.get(row["region"], 0)
        }
        wrong = [key for key, value in cells.items() if abs(held[key] - value) > 1e-6]
        assert len(cells) > 400 and not wrong


def test_the_ipm_is_the_geometric_mean_of_its_parts():
    """BPS's formula, on the figures that the file holds of 2018 to 2021."""
    names = ["ipm_sp2010", "uhh", "hls", "rls", "spending_adjusted"]
    rows_of = ALL[ALL["indicator"].isin(names)]
    by = rows_of.pivot_table(
        index=["region", "year"], columns="indicator", values="value"
    )
    by = by.dropna()
    assert len(by) == 2_196
    health = (by["uhh"] - 20) / 65
    school = (by["hls"] / 18 + by["rls"] / 15) / 2
    low, high = np.log(1_007_436), np.log(26_572_352)
    spending = (np.log(by["spending_adjusted"]) - low) / (high - low)
    made = (health * school * spending) ** (1 / 3) * 100
    assert (made - by["ipm_sp2010"]).abs().max() < 0.02


def test_the_gap_of_the_sexes_is_women_less_men_and_says_that_it_was_computed():
    gap = ALL[ALL["indicator"].eq("uhh_gap")]
    row = gap[gap["region"].eq("00") & gap["year"].eq(2024)].iloc[0]
    assert row["value"] == pytest.approx(74.21 - 70.32)
    assert set(gap["grade"]) == {"computed"}


def test_every_series_is_declared_and_names_its_owner_and_grade():
    others = ALL[~ALL["indicator"].isin(reference.POVERTY)]
    assert {catalogue()[name].kind for name in others["indicator"].unique()} == {
        "official"
    }
    assert others.groupby("indicator")["publisher"].nunique().eq(1).all()
    assert set(others["grade"]) == {"published", "computed", "second_hand"}
    second = {"ikp", "stunting_ski", "undernourishment", "tpt_2008_2020"}
    grades = others.groupby("indicator")["grade"].unique()
    assert all(grades[name].tolist() == ["second_hand"] for name in second)
    assert reference.POVERTY and set(reference.POVERTY) == POVERTY


def test_two_series_of_one_name_elsewhere_are_never_one_line():
    """The long form's IPM, and stunting by another survey, are others."""
    for first, second in (("ipm_sp2010", "ipm_lf"), ("stunting_ssgi", "stunting_ski")):
        one, other = (
            ALL[ALL["indicator"].eq(name)].iloc[0] for name in (first, second)
        )
        with refusal(code="two_definitions"):
            reference.difference(one, other)
    _, found = of_pacitan()
    trend = found[found["kind"].eq("trend")].set_index("indicator")
    assert trend.loc["stunting_ssgi", ["value", "against_year"]].tolist() == [
        -2.1,
        2021,
    ]
    assert "stunting_ski" not in trend.index  # one year, and no line from SSGI


def test_a_series_is_a_finding_with_its_gaps_and_its_change():
    _, found = of_pacitan()
    own = found[found["indicator"].eq("ipm_sp2010")].set_index("kind")
    assert own.loc["level"].query("region == '3501'")["value"].tolist() == [70.19]
    assert own.loc["gap"].set_index("against_region")["value"].to_dict() == {
        "35": -3.19,
        "00": -3.36,
    }
    assert set(own.loc["gap"]["judgement"]) == {"worse"}
    assert own.loc["trend", ["value", "verdict", "judgement"]].tolist() == [
        0.82,
        "rose",
        "better",
    ]
    assert own["se"].isna().all() and set(own["source"]) == {"official"}


def test_a_page_of_an_earlier_year_knows_nothing_later():
    _, found = of_pacitan(year=2019)
    own = found[found["kind"].eq("level") & found["region"].eq("3501")]
    assert own["year"].max() == 2019
    assert "stunting_ski" not in set(own["indicator"])


def test_a_figure_of_a_tier_at_another_time_is_not_held_against_the_own():
    others = ALL[
        ~(
            ALL["indicator"].eq("ipm_sp2010")
            & ALL["region"].eq("35")
            & ALL["year"].eq(2023)
        )
    ]
    chosen, found = of_pacitan(official=others)
    gaps = found[found["kind"].eq("gap") & found["indicator"].eq("ipm_sp2010")]
    assert gaps["against_region"].tolist() == ["00"]
    table = analysis.owners(chosen, others, found, 1).set_index("indicator")
    assert np.isnan(table.loc["ipm_sp2010", "province"])
    assert table.loc["ipm_sp2010", "nation"] == 73.55


def test_the_page_tells_a_row_a_series_with_owner_time_grade_and_the_range_of_its_peers():
    chosen, found = of_pacitan()
    table = analysis.owners(chosen, ALL, found, 3)
    block = show.owners(chosen, table, 3)
    by_name = {row[0]: row for row in rows(block)}
    assert by_name["Prevalensi stunting balita (SKI)"] == [
        "Prevalensi stunting balita (SKI)",
        *("20,90 % 2023", "–", "–", "–", "1,60 % sampai 35,40 %"),
        "Kementerian Kesehatan tangan kedua",
    ]
    assert by_name["Rata-rata lama sekolah"][1:5] == [
        *("7,61 2021", "naik dari 7,60 (2020)", "7,88", "8,54")
    ]
    assert not [name for name in by_name if "SSGI" in name or "PSG" in name]
    text = " ".join(lines(block))
    assert "Galat angka-angka ini tidak diterbitkan" in text
    assert "Harapan lama sekolah (seri SP2010) 12,65 (di sana 13,36)" in text
    english = show.owners(*_english(3), 3)
    assert "second hand" in " ".join(" ".join(row) for row in rows(english))


def _english(question):
    chosen, found = of_pacitan(language="en")
    return chosen, analysis.owners(chosen, ALL, found, question)


@pytest.mark.parametrize("region", ["00", "35", "3501", "3578", "6502", "9403"])
@pytest.mark.parametrize("question", [1, 2, 3])
def test_every_tier_and_young_regions_have_a_table_or_none(region, question):
    chosen, found = of_pacitan(region=region)
    table = analysis.owners(chosen, ALL, found, question)
    block = show.owners(chosen, table, question)
    heads = rows(block)[0] if len(table) else []
    assert all(len(row) == len(heads) for row in rows(block))
    assert ("Jawa Timur" in heads[2:]) == (
        region in ("3501", "3578") and len(table) > 0
    )


def test_an_offices_own_series_of_a_declared_indicator_is_told_too():
    row = {
        **{"region": "3501", "year": 2023, "month": 0, "area": "all"},
        **{
            "indicator": "irbi",
            "value": 98.5,
            "publisher": "BNPB",
            "table": "IRBI 2023",
        },
        **{"note": "", "grade": "published"},
    }
    own = Official.validate(pd.DataFrame([row]))
    chosen, found = of_pacitan(official=pd.concat([ALL, own], ignore_index=True))
    table = analysis.owners(chosen, pd.concat([ALL, own]), found, 1)
    assert table.set_index("indicator").loc["irbi", "value"] == 98.5
    assert "irbi" in analysis.held(chosen, found)
    waiting = analysis.unanswered({}, held=analysis.held(chosen, found))
    assert "irbi" not in set(waiting["indicator"])
    assert "ipg" in set(waiting["indicator"])


def figure_of(region, value, indicator="ipm_sp2010", grade="published"):
    return {
        **{"region": region, "year": 2023, "month": 0, "area": "all", "note": ""},
        **{"indicator": indicator, "value": value, "publisher": "BPS", "table": "IPM"},
        **{"grade": grade},
    }


def test_the_range_of_the_peers_is_of_kabupaten_alone():
    tiers = [figure_of("35", 99.0), figure_of("00", 1.0)]
    near = [figure_of("3501", 70.0), figure_of("3502", 60.0), figure_of("3578", 80.0)]
    far = [figure_of("7303", 40.0)]
    official = Official.validate(pd.DataFrame([*tiers, *near, *far]))
    chosen, found = of_pacitan(official=official)
    row = analysis.owners(chosen, official, found, 1).iloc[0]
    assert row[["low", "high", "peers"]].tolist() == [60.0, 80.0, 3]
    assert row[["province", "nation"]].tolist() == [99.0, 1.0]


@pytest.mark.parametrize(
    ("grade", "cards"), [("published", 1), ("computed", 1), ("second_hand", 0)]
)
def test_a_figure_of_a_second_hand_is_told_and_is_no_card(grade, cards):
    given = [figure_of("3501", 70.0, grade=grade), figure_of("35", 73.0)]
    official = Official.validate(pd.DataFrame(given))
    chosen, found = of_pacitan(official=official)
    own = found[found["region"].eq("3501") & found["kind"].eq("level")]
    assert own["value"].tolist() == [70.0]
    table = prioritisation.cards(chosen, found, NO_PEERS, NO_TARGETS)
    assert len(table) == cards
