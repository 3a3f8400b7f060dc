"""What the full page tells beyond its first figures, on hand-sized examples."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sepakat_lib import analysis, parameters, reference, regions, speaker
from sepakat_lib.analysis.answers import Section, in_order
from sepakat_lib.indicators import catalogue
from sepakat_lib.refused import Refused
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports import cards, page
from sepakat_lib.server import cells, pages
from sepakat_lib.tables import Apbd, BudgetRows, Official

PACITAN, EAST_JAVA, NATION = "3501", "35", "00"
PLAIN = {"kind": "level", "source": "survey", "region": PACITAN, "year": 2023}
PLAIN |= {"month": 3, "grouping": "all", "group": "all", "against_region": ""}
PLAIN |= {"against_group": "", "against_year": 0, "against_month": 0, "value": 10.0}
PLAIN |= {"low": 8.0, "high": 12.0, "se": 1.0, "rse": 0.1, "n": 500.0, "df": 30.0}
PLAIN |= {"verdict": "", "judgement": "none", "mark": "", "remark": ""}
PLAIN |= {"people": 1000.0, "people_low": 800.0, "people_high": 1200.0}
PLAIN |= {"people_mark": ""}
PLAIN |= {"synthetic": False, "indicator": "p0"}


def chosen(year=2023, region=PACITAN, **given):
    return parameters.resolve(region=region, year=year, **given)


def finding(**given):
    return PLAIN | given


def findings(*rows):
    table = pd.DataFrame(rows)
    return table.assign(id=[str(i) for i in range(len(table))])


def pair(indicator, own, gap, low, high, against=EAST_JAVA, **given):
    """A level of the region, and what it is more or less than in a tier above."""
    ends = {"value": gap, "low": low, "high": high, "against_region": against}
    return [
        finding(indicator=indicator, value=own, people=own * 100),
        finding(indicator=indicator, kind="gap", against_group="all", **ends | given),
    ]


def sure(table):
    return table[table["verdict"].isin(["higher", "lower"])]


def test_a_difference_that_is_sure_alone_is_not_sure_among_twenty():
    alone = analysis.apart(chosen(), findings(*pair("p0", 9, 3, 0.5, 5.5)))
    assert alone["verdict"].tolist() == ["higher"]
    assert alone[["low", "high"]].to_numpy().tolist() == [[0.5, 5.5]]
    others = ["p1", "vulnerable", "chronic_poor", "informal", "firewood"]
    rows = [each for name in others for each in pair(name, 9, 0.1, -2, 2.2)]
    among = analysis.apart(chosen(), findings(*pair("p0", 9, 3, 0.5, 5.5), *rows))
    own = among[among["indicator"].eq("p0")].iloc[0]
    wider = 2.5 * stats.t.ppf(1 - 0.025 / 6, 30) / stats.t.ppf(0.975, 30)
    assert own["at_once"] == 6
    assert own["low"] == pytest.approx(3 - wider) and own["low"] < 0
    assert own["verdict"] == "within_error" and own["judgement"] == "unclear"


def test_people_concerned_are_the_points_of_those_who_are_counted():
    # 20 percent are 2,000 people, so that a point is 100 people
    table = analysis.apart(chosen(), findings(*pair("firewood", 20, 5, 2, 8)))
    told = table[["people", "people_low", "people_high", "other"]].iloc[0]
    assert told.tolist() == pytest.approx([500, 200, 800, 15])
    assert table["judgement"].tolist() == ["worse"]
    less = analysis.apart(chosen(), findings(*pair("jkn", 20, -5, -8, -2)))
    assert less[["people_low", "people_high"]].iloc[0].tolist() == [200, 800]
    unsure = analysis.apart(chosen(), findings(*pair("jkn", 20, -1, -4, 2)))
    assert unsure["people_low"].tolist() == [0]


def test_the_nearer_tier_stands_first_and_the_worse_before_the_better():
    rows = findings(
        *pair("firewood", 20, 5, 4, 6, against=NATION),
        *pair("jkn", 60, 9, 8.5, 9.5),
        *pair("informal", 60, 5, 4.5, 5.5),
        *pair("p0", 14, 7, 6.5, 7.5),
    )
    table = analysis.apart(chosen(), rows)
    assert table["indicator"].tolist() == ["p0", "informal", "jkn", "firewood"]
    assert table["judgement"].tolist() == ["worse", "worse", "better", "worse"]


@pytest.mark.parametrize(
    "given",
    [
        {"mark": "**"},
        {"mark": "few", "value": np.nan},
        {"verdict": "estimated_line"},
        {"low": np.nan, "high": np.nan},
        {"source": "official"},
        {"grouping": "area"},
        {"against_region": PACITAN},
    ],
)
def test_what_may_not_be_compared_is_not_counted_among_the_comparisons(given):
    first, second = pair("p0", 14, 7, 6.5, 7.5)
    rows = findings(first, second | given, *pair("jkn", 60, 9, 8.5, 9.5))
    table = analysis.apart(chosen(), rows)
    assert table["indicator"].tolist() == ["jkn"]
    assert table["at_once"].tolist() == [1]


def test_an_opposite_and_an_indicator_without_a_good_direction_are_not_told():
    rows = findings(
        *pair("inadequate_housing", 14, 7, 6.5, 7.5),
        *pair("upper", 60, 9, 8.5, 9.5),
    )
    assert analysis.apart(chosen(), rows).empty
    assert not show.apart(chosen(), analysis.apart(chosen(), rows))


def test_the_title_counts_what_is_sure_and_the_table_says_against_whom():
    rows = findings(
        *pair("p0", 14, 4, 3, 5), *pair("jkn", 60, 9, 8, 10), *pair("p1", 2, 0, -1, 1)
    )
    block = show.apart(chosen(), analysis.apart(chosen(), rows))
    title = block.content["heading"]
    assert title.startswith("2 dari 3 perbandingan dengan Jawa Timur berbeda")
    assert title.endswith("1 lebih buruk, 1 lebih baik")
    assert "Persentase penduduk miskin" in str(block)
    assert "persentase penduduk miskin (14 persen, pembandingnya 10 persen)" in str(
        block
    )
    assert "Lebih baik daripada Jawa Timur" in str(block)


def test_where_nothing_is_sure_the_page_says_so_and_claims_no_likeness():
    table = analysis.apart(chosen(), findings(*pair("p0", 14, 1, -3, 5)))
    block = show.apart(chosen(language="en"), table)
    assert block.content["heading"].startswith("None of 1 comparisons with Jawa Timur")
    assert "does not prove that the figures are equal" in str(block)


def test_households_are_not_told_as_people():
    block = show.apart(
        chosen(),
        analysis.apart(chosen(), findings(*pair("head_primary", 50, 9, 8, 10))),
    )
    assert "900 rumah tangga" in str(block)


def in_sectors(band, *sectors):
    """Levels of one band: (sector, share, workers, low, high)."""
    names = ["group", "value", "people", "people_low", "people_high"]
    return [
        finding(
            indicator=band, grouping="sector", **dict(zip(names, each, strict=True))
        )
        for each in sectors
    ]


POOR_WORKERS = in_sectors(
    "p0",
    ("farming", 20.0, 9000.0, 7000.0, 11000.0),
    ("industry", 12.0, 3000.0, 2000.0, 4000.0),
    ("services", 8.0, 5000.0, 4000.0, 6999.0),
)


def of_sectors(*rows, language="id"):
    run, table = chosen(language=language), findings(*rows)
    pairs = analysis.between_sectors(run, table)
    return show.sectors(run, analysis.sectors(run, table), pairs)


def test_a_sector_has_most_poor_workers_when_its_range_lies_above_all_others():
    table = analysis.sectors(chosen(), findings(*POOR_WORKERS))
    assert table.loc[table["most"], "group"].tolist() == ["farming"]
    first, second, third = POOR_WORKERS
    touching = findings(first, second, third | {"people_high": 7000.0})
    assert not analysis.sectors(chosen(), touching)["most"].any()
    doubtful = findings(first, second, third | {"people_mark": "**"})
    assert not analysis.sectors(chosen(), doubtful)["most"].any()
    hidden = findings(first, second, third | {"people_high": np.nan})
    assert not analysis.sectors(chosen(), hidden)["most"].any()


def test_the_title_names_the_sector_of_most_poor_workers_only_if_that_is_sure():
    block = of_sectors(*POOR_WORKERS)
    assert block.content["heading"].startswith(
        "Pekerja miskin paling banyak di pertanian"
    )
    first, second, third = POOR_WORKERS
    block = of_sectors(first | {"people_low": 6000.0}, second, third, language="en")
    assert block.content["heading"] == "How well workers live, by sector"
    assert "The survey does not say in which sector most poor" in str(block)


def test_a_band_is_more_common_in_a_sector_only_beyond_error():
    gap = finding(
        kind="gap", grouping="sector", group="farming", against_region=PACITAN
    )
    gap |= {"against_group": "services", "value": 12.0, "low": 7.0, "high": 17.0}
    block = of_sectors(*POOR_WORKERS, gap | {"verdict": "higher"}, language="en")
    sentence = (
        "Of workers in farming, 20 percent are poor; of those in trade and services 8 "
        "percent: the difference is 12 points (range 7 to 17)."
    )
    assert sentence in block.content["says"]
    block = of_sectors(*POOR_WORKERS, gap | {"verdict": "within_error"}, language="en")
    assert "cannot be told apart" in block.content["says"][0]


def test_bands_by_sector_tell_workers_and_their_range():
    rows = of_sectors(*POOR_WORKERS).content["content"].content["rows"]
    assert (rows[0][0].value, rows[0][0].link) == ("miskin", "def-p0")
    assert rows[0][1].value == "20"
    assert rows[0][1].people == "9,0 ribu orang (7,0–11,0 ribu)"


def in_areas(indicator, in_towns, in_villages, **changes):
    """Levels by area with their range, and changes since 2021 by area."""
    rows, levels = [], {"urban": in_towns, "rural": in_villages}
    for area, (value, low, high) in levels.items():
        given = {"indicator": indicator, "grouping": "area", "group": area}
        rows.append(finding(**given, value=value, low=low, high=high))
    for area, (moved, low, high, says) in changes.items():
        given = {"indicator": indicator, "grouping": "area", "group": area}
        given |= {"kind": "change", "against_year": 2021, "against_month": 3}
        rows.append(finding(**given, value=moved, low=low, high=high, verdict=says))
    return rows


NO_OFFICIAL = pd.DataFrame(
    columns="region year month area indicator value publisher".split()
)


def of_areas(*rows, official=NO_OFFICIAL, language="en", region=PACITAN):
    run = chosen(language=language, region=region)
    return show.by_area(run, analysis.by_area(run, findings(*rows), official))


EAST_JAVA_LIKE = [
    *in_areas(
        "p0",
        (8.0, 7.0, 9.0),
        (14.0, 13.0, 15.0),
        urban=(-1.5, -2.4, -0.6, "fell"),
        rural=(-0.5, -1.5, 0.5, "change_unclear"),
    ),
    *in_areas(
        "poor_persons",
        (15_000.0, 13_000.0, 17_000.0),
        (26_000.0, 24_000.0, 28_000.0),
        urban=(2_000.0, 500.0, 3_500.0, "rose"),
        rural=(-300.0, -2_000.0, 1_400.0, "change_unclear"),
    ),
]


def test_a_rate_may_fall_in_towns_while_the_number_of_the_poor_rises():
    block = of_areas(*EAST_JAVA_LIKE)
    says = block.content["says"]
    assert (
        "The poverty rate (urban) fell by 1.5 points since 2021 (range 0.6 to 2.4)."
        in says
    )
    assert (
        "The number of poor people (urban) grew by 2,000 since 2021 (range 500–3,500)."
        in says
    )
    assert any(each.startswith("Rate and number move apart") for each in says)
    assert block.content["heading"] == (
        "More poor people live in rural areas: 26.0 thousand people"
    )


def test_where_nothing_surely_moved_no_change_is_claimed():
    rows = [each | {"verdict": "change_unclear"} for each in EAST_JAVA_LIKE]
    says = of_areas(*rows).content["says"]
    assert any("It is not yet clear whether the rate or the number" in s for s in says)
    assert not any("fell by" in each or "grew by" in each for each in says)
    assert not any("move apart" in each for each in says)


def test_no_change_is_claimed_from_or_to_a_value_that_is_not_for_use():
    rows = [
        each | ({"mark": "**"} if each["kind"] == "change" else {})
        for each in EAST_JAVA_LIKE
    ]
    says = of_areas(*rows).content["says"]
    assert any("It is not yet clear whether the rate or the number" in s for s in says)
    assert not any("fell by" in each or "grew by" in each for each in says)
    careful = [row | {"mark": "*"} if row["mark"] else row for row in rows]
    assert any("fell by" in each for each in of_areas(*careful).content["says"])


def test_a_change_on_an_estimated_line_is_neither_told_nor_shown():
    rows = [
        each | ({"verdict": "estimated_line"} if each["kind"] == "change" else {})
        for each in EAST_JAVA_LIKE
    ]
    block = of_areas(*rows)
    assert any("are not judged" in each for each in block.content["says"])
    assert block.content["content"].content["rows"][1][2] == "–"


def test_a_change_whose_error_is_not_known_is_not_told():
    """As of a small town whose earlier sample lay in one census block."""
    unknown = {"low": np.nan, "high": np.nan, "verdict": ""}
    rows = [
        each | (unknown if each["kind"] == "change" else {}) for each in EAST_JAVA_LIKE
    ]
    block = of_areas(*rows)
    cell = block.content["content"].content["rows"][1][2]
    assert (cell.value, cell.note) == ("–", "error not known")
    assert not any(
        "fell by" in each or "grew by" in each for each in block.content["says"]
    )


def test_one_round_has_no_columns_of_changes_and_a_town_has_no_such_table():
    levels = [each for each in EAST_JAVA_LIKE if each["kind"] == "level"]
    block = of_areas(*levels)
    assert block.content["content"].content["headers"] == ["Group", "Percent", "People"]
    assert any("only one round" in each for each in block.content["says"])
    assert not of_areas(*[each for each in levels if each["group"] == "urban"])


def test_bps_figures_by_area_are_compared_with_the_same_month_before():
    rows = [
        ("00", 2022, 3, "urban", "p0", 7.50),
        ("00", 2022, 9, "urban", "p0", 7.53),
        ("00", 2023, 3, "urban", "p0", 7.29),
        ("00", 2022, 3, "rural", "p0", 12.29),
        ("00", 2023, 3, "rural", "p0", 12.22),
        ("00", 2023, 3, "urban", "poor_persons", 11_740_000.0),
        ("00", 2022, 3, "urban", "poor_persons", 11_820_000.0),
        ("00", 2024, 3, "urban", "p0", 7.09),
    ]
    official = pd.DataFrame(rows, columns=NO_OFFICIAL.columns[:-1])
    official = official.assign(publisher="BPS")
    run = chosen(region="00")
    table = analysis.by_area(run, findings(finding(region="00")), official)
    told = table.set_index(["area", "indicator"])
    assert told.loc[("urban", "p0"), "change"] == pytest.approx(-0.21)
    assert told.loc[("urban", "poor_persons"), "verdict"] == "fell"
    assert told["since"].eq(2022).all() and told["year"].eq(2023).all()
    assert set(told["source"]) == {"official"}


def of_poverty(indicator, poor, others, everyone, **gap):
    """Levels of poor, not poor and all, and the difference of the first two."""
    rows = []
    for group, value in {"poor": poor, "not_poor": others, "all": everyone}.items():
        by = "all" if group == "all" else "poverty"
        rows.append(finding(indicator=indicator, grouping=by, group=group, value=value))
    told = {"indicator": indicator, "kind": "gap", "grouping": "poverty"}
    told |= {"group": "poor", "against_group": "not_poor", "against_region": PACITAN}
    return [*rows, finding(**told, **gap)]


LARGE = of_poverty(
    *("home_large", 40.0, 20.0, 23.0),
    **{"value": 20.0, "low": 12.0, "high": 28.0, "verdict": "higher"},
)
SIZES = of_poverty(
    *("home_size", 4.6, 3.6, 3.7),
    **{"value": 1.0, "low": 0.6, "high": 1.4, "verdict": "higher"},
)
FARMERS = of_poverty(
    *("farm_workers", 50.0, 45.0, 46.0),
    **{"value": 5.0, "low": -3.0, "high": 13.0, "verdict": "within_error"},
)


def test_the_poor_stand_beside_the_others_and_all_with_sample_and_difference():
    run = chosen(language="en")
    block = show.profile(run, analysis.profile(run, findings(*SIZES, *LARGE, *FARMERS)))
    assert block.content["heading"] == (
        "Households of five members or more: 40 percent among the poor, 20 percent "
        "among those not poor"
    )
    rows = {str(row[0]): row for row in block.content["content"].content["rows"]}
    large, size = (
        rows[name]
        for name in ("Households of five members or more", "Mean size of households")
    )
    assert [cell.value for cell in large[1:4]] == ["40", "20", "23"]
    # three at once: 12 to 28 alone, times t(30) at 1 - 0.05 / 3 over t(30) at 0.95
    assert (large[4].value, large[4].interval) == ("20", "10–30")
    assert "3 differences are compared at once" in str(block)
    assert [cell.value for cell in size[1:]] == ["4.6", "3.6", "3.7", "1.0"]
    assert rows["Workers in farming"][4] == "not certain"
    assert rows["Households in the sample"][1:4] == ["500", "500", "500"]


def test_a_mean_never_heads_the_profile_and_no_sure_difference_is_told_as_none():
    run = chosen(language="en")
    block = show.profile(run, analysis.profile(run, findings(*SIZES, *FARMERS)))
    assert block.content["heading"].startswith("Poor and not poor: no difference")
    assert analysis.profile(run, findings(finding())).empty
    assert not show.profile(run, analysis.profile(run, findings(finding())))


def test_the_section_with_the_widest_sure_difference_stands_first():
    told = [
        Section("bands", 1, ()),
        Section("sectors", 1, (), 3.0),
        Section("growth", 1, ()),
        Section("profile", 1, (), 3.5),
    ]
    keys = [section.key for section in in_order(told)]
    assert keys == ["profile", "sectors", "bands", "growth"]


def test_a_question_without_a_sure_difference_keeps_its_order():
    told = [Section(key, 3, ()) for key in ("circles.home", "fifths.health", "a")]
    assert in_order(told) == told


def test_who_is_missed_opens_its_question_whatever_differs_elsewhere():
    told = [Section("fifths.protection", 4, (), 30.0), Section("targeting", 4, ())]
    assert in_order(told)[0].key == "targeting"


def test_who_is_missed_is_told_in_percent_and_in_people_unless_not_for_use():
    run = chosen(language="en")
    poor = finding(indicator="poor_without_aid", value=31.0, low=21.0, high=43.0)
    poor |= {"people": 23_500.0, "people_low": 13_800.0, "people_high": 33_300.0}
    block = show.targeting(run, analysis.targeting(run, findings(poor)))
    assert block.content["heading"].endswith("31 percent, 23.5 thousand people")
    assert block.content["says"][0] == (
        "The range is 21 to 43 percent, or 13.8–33.3 thousand people."
    )
    rows = findings(poor | {"mark": "**"})
    block = show.targeting(run, analysis.targeting(run, rows))
    assert block.content["heading"] == "Who is reached and who is missed"


NOTHING_INSIDE = pd.DataFrame(columns=["region"])


def answered(*rows):
    run = chosen(language="en")
    none = pd.DataFrame(columns=["region", "indicator", "year", "decile", "group"])
    no_money = Apbd.empty(), BudgetRows.empty(), reference.nomenclature()
    money = analysis.with_money(Official.empty(), *no_money)[1]
    no_official = Official.empty()
    return run, analysis.answers(run, no_official, none, none, findings(*rows), money)


def test_the_width_is_the_end_nearer_to_none_of_the_clearest_difference():
    _, told = answered(*LARGE, *SIZES, *FARMERS, *POOR_WORKERS)
    width = {section.key: section.width for section in told[1]}
    reach = 8 * stats.t.ppf(1 - 0.025 / 3, 30) / stats.t.ppf(0.975, 30)
    # of 12 to 28, three at once; a mean has no say
    assert width["profile"] == pytest.approx(20 - reach)
    assert width["sectors"] == 0.0  # no difference of sectors is among the findings
    keys = [section.key for section in told[1]]
    assert keys.index("profile") < keys.index("bands")


def test_contents_lead_to_what_stands_there_in_both_languages():
    run, told = answered(*LARGE, *SIZES, *POOR_WORKERS, *EAST_JAVA_LIKE)
    ids = {}
    for language in ("id", "en"):
        run = chosen(language=language)
        blocks = [
            show.question(run, number) + show.answers(run, told, number)
            for number in told
        ]
        markup = "".join(map(str, blocks))
        ids[language] = re.findall(r' id="([^"]+)"', markup)
        leads = re.findall(
            r'href="#([^"]+)"', str(show.contents(run, told, NOTHING_INSIDE))
        )
        cells_of_their_own = {"over_time", "standing", "unknown", "terms"}
        assert set(leads) - cells_of_their_own == set(ids[language])
    assert ids["id"] == ids["en"]
    assert len(ids["id"]) == len(set(ids["id"])) > 8


def test_an_anchor_survives_a_notebook():
    block = page.anchored(page.section("a", page.NOTHING, ["b"]), "fifths.work")
    assert page.read(block.as_dict()) == block
    assert str(block).startswith('<div class="sepakat" id="fifths-work">')
    pair = page.anchored(block + page.section("c", page.NOTHING, ["d"]), "x")
    assert [part.anchor for part in pair.content["blocks"]] == ["x", ""]


@pytest.mark.parametrize(
    ("given", "kabupaten"),
    [
        ("350101", "3501"),
        ("35.01.01", "3501"),
        ("3501010", "3501"),
        ("3501010001", "3501"),
        ("35.01.01.2001", "3501"),
        ("760401", "7602"),  # Kemendagri's 76.04, which is another place's BPS code
        ("7604010", "7604"),
        ("Kecamatan Donorojo", "3501"),
    ],
)
def test_a_value_below_the_kabupaten_is_refused_with_why_and_what_would_answer(
    given, kabupaten
):
    with pytest.raises(Refused) as refused:
        regions.resolve(given)
    assert refused.value.code == "too_fine"
    assert kabupaten in refused.value.fields["nearest_regions"]
    says = speaker.sentence(refused.value, "id")
    assert "sampel Susenas di satu kecamatan terlalu sedikit" in says
    assert "DTSEN dari Dinas Sosial" in says and regions.name(kabupaten)[-5:] in says


def test_a_kecamatan_is_refused_by_the_command_the_door_and_the_notebook():
    for read in (
        lambda: parameters.resolve(region="350101", year=2023),
        lambda: pages.choices("region=35.01.01&year=2023"),
        lambda: pages.choices("region=3501012001&year=2023"),
    ):
        with pytest.raises(Refused) as refused:
            read()
        assert refused.value.code == "too_fine"


def test_what_only_finer_data_answer_is_listed_with_its_keeper():
    none = analysis.unanswered({}).head(0)
    for language, keeper in (("id", "Dinas Sosial"), ("en", "the social office")):
        says = " ".join(
            show.unanswered(chosen(language=language), none, 0).content["sentences"]
        )
        for what in ("kecamatan", "stunt", "RPJMD", "DTSEN", keeper):
            assert what in says


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", list(catalogue()))
def test_every_indicator_has_a_whole_card_in_both_languages(name, language):
    card = cards.card(name, language, 2023)
    facts = dict(card["facts"])
    assert card["anchor"] == f"def-{name}" and card["meaning"]
    told = [card["label"], card["meaning"], *facts.values()]
    assert all(told) and "{" not in " ".join(told)
    wanted = {"id": {"Rumus", "Batas", "Cara membaca"}}
    wanted["en"] = {"Formula", "Limits", "How to read this"}
    assert wanted[language] <= set(facts)


def test_a_card_says_only_what_its_declaration_says():
    facts = dict(cards.card("p0", "en", 2023)["facts"])
    assert "holds for all its members" in facts["Who counts"]
    assert "rests on the poverty line" in facts["Limits"]
    assert facts["How to read this"].startswith("the lower the better")
    assert facts["Frame"] == "[TPB] 1.2.1"
    of_homes = dict(cards.card("head_primary", "en", 2023)["facts"])
    assert of_homes["Who counts"].startswith("households, each once")
    assert "poverty line" not in of_homes["Limits"]
    awaited = dict(cards.card("ipg", "en", 2023)["facts"])
    assert awaited["Limits"] == "It needs the table of the IPG from BPS."
    assert "Who counts" not in awaited
    mean = dict(cards.card("home_size", "en", 2023)["facts"])
    assert mean["Formula"].startswith("the mean of all who count")


def test_a_row_and_a_picture_lead_to_the_card_of_what_they_show():
    run = chosen(language="en")
    rows = findings(*LARGE, *FARMERS, *pair("p0", 14, 4, 3, 5))
    told = show.profile(run, analysis.profile(run, rows))
    told += show.apart(run, analysis.apart(run, rows))
    leads = set(re.findall(r'href="#(def-[a-z_0-9]+)"', str(told)))
    assert leads == {"def-home_large", "def-farm_workers", "def-p0"}
    cards_there = re.findall(r'<dt id="([^"]+)"', str(show.definitions(run, rows)))
    assert leads <= set(cards_there)


def test_one_click_opens_the_card_in_a_browser(browser, tmp_path):
    run = chosen(language="en")
    rows = findings(*pair("p0", 14, 4, 3, 5))
    block = show.apart(run, analysis.apart(run, rows)) + show.definitions(run, rows)
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html>{page.style()}{block}", "utf-8")
    tab = browser.new_page(viewport={"width": 360, "height": 700})
    tab.goto(file.as_uri())
    assert not tab.locator("#def-p0").is_visible()
    tab.click('a[href="#def-p0"]')
    assert tab.locator("#def-p0").is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_all_indicators_holds_each_once_and_fetches_nothing(language):
    written = cards.all_indicators(language, 2023)
    anchors = re.findall(r'<dt id="def-([^"]+)"', written)
    assert sorted(anchors) == sorted(catalogue())
    assert not re.search(r"https?://|<script|src=", written)


def inside_of(region, rates, errors=()):
    """Official rates by region, and estimates with an error of some of them."""
    rows = [(code, 2023, 3, "all", "p0", value) for code, value in rates.items()]
    official = pd.DataFrame(rows, columns=NO_OFFICIAL.columns[:-1])
    official = official.assign(publisher="BPS", note="")
    columns = "region indicator grouping value low high se df"
    now = [
        (code, "p0", "all", rates[code], rates[code] - 2, rates[code] + 2, 1.0, 60.0)
        for code in errors
    ]
    estimates = pd.DataFrame(now, columns=columns.split())
    estimates = estimates.assign(synthetic=True, remark="", year=2023)
    run = chosen(region=region, language="en")
    return run, analysis.below(run, official, estimates)


RATES = dict.fromkeys(regions.below("35"), 10.0) | {"3501": 20.0, "3502": 11.0}


def test_a_province_lists_its_kabupaten_poorest_first_with_ranges_of_rank():
    _, table = inside_of("35", RATES, errors=RATES)
    assert len(table) == 38
    first = table.iloc[0]
    assert (first["region"], first["rank"], first["first"], first["last"]) == (
        *("3501", 1, 1),
        1,
    )
    second = table.set_index("region").loc["3502"]
    assert (second["rank"], second["first"], second["last"]) == (2, 2, 38)


def test_a_range_is_not_told_where_one_error_is_not_known():
    run, table = inside_of("35", RATES, errors=["3501"])
    assert table["first"].isna().all() and table["rank"].iloc[0] == 1
    says = show.below(run, table).content["says"]
    assert says[0].startswith("Ranges of the ranks are not given")


def test_the_regions_inside_lead_to_their_pages_where_those_stand():
    run, table = inside_of("35", RATES, errors=RATES)
    block = show.below(run, table)
    there = "../../3501/2023/analysis.en.html"
    markup = page.rendered(block, address=lambda name: name if name == there else None)
    assert f'<a href="{there}">Pacitan</a>' in markup
    assert markup.count("<a href") == 1 and "Ponorogo" in markup
    on_the_door = str(cells.answering(block.as_dict(), "region=35&year=2023"))
    assert '<a href="?region=3502&amp;year=2023">Ponorogo</a>' in on_the_door


def test_a_kabupaten_lists_nothing_inside_and_the_nation_its_provinces():
    run, table = inside_of(PACITAN, RATES)
    assert table.empty and not show.below(run, table)
    run, table = inside_of("00", dict.fromkeys(regions.below("00"), 9.0))
    assert len(table) == len(regions.below("00")) == 38
    assert show.below(run, table).content["heading"] == "38 provinces of Indonesia"
