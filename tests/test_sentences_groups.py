"""What the page says beside the province and of groups, fifths and lacks, word for word.

The sentences were written from the hand-made tables, not taken from the page.
"""

import re

import numpy as np
import pandas as pd
import pytest
from reading import lines, rows
from summarised import summary

from sepakat_lib import analysis, disclosure, parameters
from sepakat_lib.analysis import gaps
from sepakat_lib.indicators import catalogue
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports.analysis.opening import FINER
from sepakat_lib.tables import Estimates, Official

PACITAN, EAST_JAVA, NATION = "3501", "35", "00"


def run(language="id", year=2023, **given):
    return parameters.resolve(region=PACITAN, year=year, language=language, **given)


def value(indicator="p0", number=14.0, half=2.0, **given):
    """A survey value of 900 persons, its interval `half` to either side."""
    row = {"indicator": indicator, "value": number, "se": half / 2, "rse": 0.07}
    row |= {"low": number - half, "high": number + half, "n": 900, "df": 30.0}
    # without a design effect the relative error alone decides its mark
    row |= {"deff": np.nan, "year": 2023, "remark": "", "synthetic": False}
    return row | {"region": PACITAN, "grouping": "all", "group": "all"} | given


def shown(table):
    """As the stage publishes it: hidden values taken out, the others marked."""
    table = disclosure.publish(table, year=2023)
    hidden = table["mark"].isin(disclosure.HIDING)
    people = [name for name in table if name.startswith("people")]
    table.loc[hidden, people] = np.nan
    return table.assign(people_mark=table["mark"])


# Beside the province and the nation


def surveyed(region, number, verdict="", **given):
    row = value(number=number, region=region, source="survey", month=3)
    row |= {"verdict": verdict}
    return row | given


def official(region, number, indicator="p0", **given):
    row = {"indicator": indicator, "region": region, "source": "official"}
    row |= {"value": number, "year": 2023, "month": 3, "verdict": "", "remark": ""}
    return row | {"synthetic": False} | given


def beside(*cells, language="id"):
    columns = list(surveyed(PACITAN, 14.0))
    return show.beside(run(language), shown(pd.DataFrame(cells, columns=columns)))


ALL_OFFICIAL = (
    official(PACITAN, 13.65),
    official(EAST_JAVA, 10.35),
    official(NATION, 9.36),
)


@pytest.mark.parametrize(
    ("verdict", "indonesian", "english"),
    [
        (
            "higher",
            "Menurut survei, persentase penduduk miskin di Pacitan 14,0 persen, lebih "
            "tinggi daripada Jawa Timur (10,0 persen); selisihnya di luar galat.",
            "According to the survey, poverty rate in Pacitan is 14.0 percent, higher than "
            "in Jawa Timur (10.0 percent); the difference is beyond error.",
        ),
        (
            "lower",
            "Menurut survei, persentase penduduk miskin di Pacitan 14,0 persen, lebih "
            "rendah daripada Jawa Timur (10,0 persen); selisihnya di luar galat.",
            "According to the survey, poverty rate in Pacitan is 14.0 percent, lower than "
            "in Jawa Timur (10.0 percent); the difference is beyond error.",
        ),
        (
            "within_error",
            "Menurut survei, persentase penduduk miskin di Pacitan 14,0 persen; tidak "
            "dapat dibedakan dari Jawa Timur (10,0 persen).",
            "According to the survey, poverty rate in Pacitan is 14.0 percent; it cannot "
            "be told apart from Jawa Timur (10.0 percent).",
        ),
    ],
)
def test_a_verdict_against_the_province_is_told_with_both_values(
    verdict, indonesian, english
):
    cells = (
        surveyed(PACITAN, 14.0),
        surveyed(EAST_JAVA, 10.0, verdict, low=9.5, high=10.5),
        *ALL_OFFICIAL,
    )
    assert indonesian in lines(beside(*cells))
    assert english in lines(beside(*cells, language="en"))


def test_what_no_interval_covers_as_it_should_is_said_where_a_survey_stands():
    told = "in about 9 of 10 samples"
    assert told in str(beside(surveyed(PACITAN, 14.0), language="en"))
    assert told not in str(beside(*ALL_OFFICIAL, language="en"))


def test_no_verdict_is_told_of_values_that_are_not_for_use():
    tier = surveyed(EAST_JAVA, 10.0, "higher")
    for own in ({"rse": 0.6}, {"n": 29}, {"df": 0.0}):
        told = lines(beside(surveyed(PACITAN, 14.0, **own), tier, *ALL_OFFICIAL))
        assert not any(each.startswith("Menurut survei") for each in told), own
    own = surveyed(PACITAN, 14.0, rse=0.3)  # with care: told
    assert any("lebih tinggi" in each for each in lines(beside(own, tier)))
    bad = surveyed(EAST_JAVA, 10.0, "higher", rse=0.6)
    told = lines(beside(surveyed(PACITAN, 14.0), bad, *ALL_OFFICIAL))
    assert not any(each.startswith("Menurut survei") for each in told)


def test_no_verdict_is_told_on_an_estimated_line():
    tier = surveyed(EAST_JAVA, 10.0, "estimated_line")
    told = lines(beside(surveyed(PACITAN, 14.0), tier, *ALL_OFFICIAL))
    assert (
        "Beda menurut survei 2023 tidak dinilai: garis kemiskinan tahun itu hanya "
        "taksiran."
    ) in told
    told = lines(beside(surveyed(PACITAN, 14.0), tier, language="en"))
    assert (
        "The survey's differences of 2023 are not judged: the poverty lines of that year "
        "are only estimates."
    ) in told
    assert not any("lebih" in each or "higher" in each for each in told)


def test_the_table_has_bps_and_survey_of_each_tier_in_the_order_of_tiers():
    cells = (
        official(PACITAN, 13.65),
        surveyed(PACITAN, 14.0),
        official(EAST_JAVA, 10.35, month=9, year=2022),
        surveyed(EAST_JAVA, 10.0, low=9.9, high=10.1, synthetic=True),
        official(PACITAN, 76_190, "poor_persons"),
        official(PACITAN, 352_606, "poverty_line"),
        surveyed(PACITAN, 0.3, indicator="gini", low=0.28, high=0.32),
        surveyed(
            *(PACITAN, 78_000.0), indicator="poor_persons", low=65_000.0, high=91_000.0
        ),
    )
    assert rows(beside(*cells)) == [
        [
            "Indikator",
            *("Pacitan, BPS", "Pacitan, survei 2023"),
            *("Jawa Timur, BPS", "Jawa Timur, survei sintetis 2023"),
        ],
        [
            *("Persentase penduduk miskin", "13,65", "14,0 12,0–16,0"),
            *("10,35 September 2022", "10,0 9,9–10,1"),
        ],
        [
            *("Jumlah penduduk miskin", "76,2 ribu"),
            *("78,0 ribu 65,0–91,0 ribu", "–", "–"),
        ],
        ["Garis kemiskinan", "Rp352.606", "–", "–", "–"],
        ["Rasio Gini pengeluaran", "–", "0,300 0,280–0,320", "–", "–"],
    ]


@pytest.mark.parametrize(
    ("region", "indonesian", "english"),
    [
        (
            PACITAN,
            "Di samping provinsi dan Indonesia",
            "Beside the province and Indonesia",
        ),
        (EAST_JAVA, "Di samping Indonesia", "Beside Indonesia"),
        (
            NATION,
            "Menurut BPS dan menurut survei",
            "According to BPS and to the survey",
        ),
    ],
)
def test_the_table_is_headed_by_the_tiers_that_stand_beside(
    region, indonesian, english
):
    columns = list(surveyed(region, 14.0))
    table = shown(pd.DataFrame([surveyed(region, 14.0)], columns=columns))
    for language, heading in (("id", indonesian), ("en", english)):
        chosen = parameters.resolve(region=region, year=2023, language=language)
        assert lines(show.beside(chosen, table))[0] == heading


def test_a_tier_without_survey_or_without_bps_is_named():
    told = lines(beside(surveyed(PACITAN, 14.0), official(EAST_JAVA, 10.35)))
    assert (
        "Nilai survei untuk Jawa Timur belum ada: data semua kabupatennya perlu dimuat."
    ) in told
    for place in ("Pacitan", "Indonesia"):
        assert (
            f"Alat ini belum memuat angka kemiskinan BPS untuk {place} sampai 2023."
        ) in told
    assert not any("BPS untuk Jawa Timur" in each for each in told)
    told = lines(beside(*ALL_OFFICIAL, language="en"))
    assert not any("survey value" in each or "holds no" in each for each in told)


def test_marks_have_a_legend_with_the_limits_in_force():
    own = surveyed(PACITAN, 14.0, rse=0.6), surveyed(EAST_JAVA, 10.0, n=29)
    block = beside(*own)
    assert rows(block)[1] == [
        *("Persentase penduduk miskin", "14 ** 12–16"),
        "– hanya 29 dalam sampel: terlalu sedikit",
    ]
    assert (
        "Angka kecil di samping nilai adalah rentang 95 persen. Satu bintang (*): gunakan "
        "dengan hati-hati, sebab galatnya 25–50 persen dari nilainya, atau sampelnya dari "
        "sedikit blok sensus (derajat bebas kurang dari 8). Dua bintang (**): jangan "
        "dipakai, sebab galatnya lebih besar lagi. Galat sebuah persentase dibandingkan "
        "dengan nilainya atau dengan sisanya sampai 100, mana yang lebih kecil. "
        "Persentase dengan rentang 5 poin atau kurang tidak diberi bintang karena "
        "galatnya, dengan 8 poin atau kurang tidak lebih dari satu; yang lebih dari 30 "
        "poin selalu diberi, dan dua bila bloknya sedikit. Tanda –: belum ada di alat "
        "ini, sampelnya kurang dari 30 (rumah tangga untuk keadaan rumah tangga, orang "
        "untuk keadaan orang), hanya dari satu blok sensus tiap strata, atau "
        "disembunyikan supaya yang lain tidak dapat dihitung darinya."
    ) in lines(block)
    english = beside(*own, language="en")
    assert any(
        "One star (*): use with care, since its error is 25–50 percent of the value, or "
        "the sample is of few census blocks (fewer than 8 degrees of freedom). Two stars "
        "(**): do not use, since its error is larger still. The error of a share is held "
        "against it or against what is left of 100, whichever is smaller. A share with "
        "an interval of 5 points or less has no star for its error, with 8 points or "
        "less no more than one; one of more than 30 points always has one, and two "
        "where the blocks are few. A –: not in this tool yet, fewer than 30 in the sample"
        in each
        for each in lines(english)
    )
    assert not any("Satu bintang" in each for each in lines(beside(*ALL_OFFICIAL)))


# By group


def difference(grouping, group, against, low, high, region=PACITAN):
    what = {"indicator": "p0", "grouping": grouping, "group": group}
    whom = {"against_region": region, "against_group": against, "region": PACITAN}
    ends = {"difference": (low + high) / 2, "low": low, "high": high}
    return what | whom | ends | {"year": 2023, "se": 1.0}


GROUPS = (
    value(number=9.0, half=2.0, grouping="area", group="urban"),
    value(number=15.0, half=2.0, grouping="area", group="rural"),
    value(number=14.0, half=0.6, grouping="sex", group="male"),
    value(number=14.4, half=0.6, grouping="sex", group="female"),
)
PEOPLE = {"total": 1e4, "total_low": 9e3, "total_high": 1.1e4, "survey": "susenas"}
DIFFERENCES = (
    difference("area", "rural", "urban", 3.0, 9.0),
    difference("sex", "female", "male", -0.2, 1.0),
)


def by_group(*values, differences=DIFFERENCES, language="id"):
    columns = list(difference("area", "a", "b", 0.0, 1.0))
    table, by = pd.DataFrame(differences, columns=columns), ("area", "sex")
    none, values = Estimates.empty(), pd.DataFrame(values or GROUPS).assign(**PEOPLE)
    found = analysis.findings(run(), Official.empty(), values, table, none)
    groups = analysis.by_group(run(), found, ["p0"], by)
    furthest = analysis.furthest(run(), found, "p0", by)
    return show.by_group(run(language), groups, furthest)


def test_the_clearest_pair_of_groups_is_told_the_higher_first():
    told = lines(by_group())
    assert told[:2] == [
        "Kemiskinan menurut kota dan desa: desa 15,0 persen, kota 9,0 persen",
        "Inilah beda yang paling jelas di luar galat: 6 poin (rentang 3 sampai 9). Yang "
        "dibandingkan: desa – kota dan perempuan – laki-laki.",
    ]
    told = lines(by_group(language="en"))
    assert told[:2] == [
        "Poverty by urban and rural: rural 15.0 percent, urban 9.0 percent",
        "This is the clearest difference beyond error: 6 points (range 3 to 9). Compared "
        "were: rural – urban and women – men.",
    ]


def test_only_pairs_whose_ends_are_fit_for_use_are_called_compared():
    for bad in ({"rse": 0.6}, {"n": 29}, {"df": 0.0}):
        told = lines(by_group(GROUPS[0] | bad, *GROUPS[1:]))
        assert told[1].endswith("Yang dibandingkan: perempuan – laki-laki."), bad
    unfit = [row | {"rse": 0.6} for row in GROUPS]
    assert lines(by_group(*unfit))[1] == (
        "Di antara pasangan kelompok yang dibandingkan tidak ada beda yang dapat "
        "dipastikan."
    )


def test_the_pair_is_turned_where_the_other_group_is_higher():
    turned = (difference("area", "rural", "urban", -9.0, -3.0),)
    values = (GROUPS[0] | {"value": 20.0, "low": 18.0, "high": 22.0}, *GROUPS[1:])
    told = lines(by_group(*values, differences=turned))
    assert told[0].startswith(
        "Kemiskinan menurut kota dan desa: kota 20,0 persen, desa 15,0 persen"
    )
    assert "6 poin (rentang 3 sampai 9)" in told[1]


def test_groups_that_cannot_be_told_apart_are_told_as_such():
    unclear = (difference("area", "rural", "urban", -1.0, 9.0),)
    told = lines(by_group(differences=unclear))
    assert (
        told[0] == "Kemiskinan menurut kelompok: tidak ada beda yang melampaui galatnya"
    )
    assert told[1].startswith(
        "Di antara pasangan kelompok yang dibandingkan tidak ada beda yang dapat dipastikan."
    )
    told = lines(by_group(differences=unclear, language="en"))
    assert told[0] == "Poverty by group: no difference is beyond its error"
    assert told[1].startswith(
        "Of the pairs of groups that were compared, none can be told apart."
    )


def test_no_difference_is_told_on_an_estimated_line_or_without_errors():
    taken = [row | {"remark": "estimated_line"} for row in GROUPS]
    told = lines(by_group(*taken))
    assert (
        told[0] == "Kemiskinan menurut kelompok, dengan garis kemiskinan yang ditaksir"
    )
    assert told[1] == (
        "Beda antarkelompok tidak dinilai: garis kemiskinannya hanya taksiran, dan selisih "
        "kecil pada garis menggeser semua angka di sini."
    )
    bare = {"low": np.nan, "high": np.nan, "se": np.nan, "rse": np.nan}
    told = lines(
        by_group(*[row | bare | {"remark": "no_psu"} for row in GROUPS], differences=())
    )
    assert told[0] == "Kemiskinan menurut kelompok, tanpa galat"
    assert told[1].startswith("Berkas yang dimuat tidak menyebut unit sampel")
    assert "dibandingkan" not in told[1]


def test_every_group_stands_in_the_table_under_its_grouping():
    few = (GROUPS[0] | {"n": 29}, GROUPS[1] | {"rse": 0.3}, *GROUPS[2:])
    block, people = by_group(*few), "10,0 ribu 9,0–11,0 ribu"
    assert rows(block) == [
        ["Kelompok", "Persen", "Orang"],
        ["Kota dan desa"],
        ["kota", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
        ["desa", "15,0 * 13,0–17,0", "10,0 ribu * 9,0–11,0 ribu"],
        ["Jenis kelamin"],
        ["laki-laki", "14,0 13,4–14,6", people],
        ["perempuan", "14,4 13,8–15,0", people],
    ]
    assert (
        lines(block)[0]
        == "Kemiskinan menurut kelompok: tidak ada beda yang melampaui galatnya"
    )


def test_a_group_inside_one_block_is_named_and_not_shown():
    alone = (GROUPS[0] | {"df": 0.0}, *GROUPS[1:])
    block = by_group(*alone)
    assert ["kota", "– hanya satu blok sensus tiap strata", "–"] in rows(block)
    assert any(
        each.startswith("Nilai untuk kota tidak ditampilkan: yang disurvei tinggal di")
        for each in lines(block)
    )


# Who is reached


def test_who_gets_no_aid_is_told_in_percent_and_in_people():
    people = {"people": 41_230.0, "people_low": 35_000.0, "people_high": 47_400.0}
    rows_of = pd.DataFrame(
        [
            value("poor_without_aid", 54.0, 5.0, **people),
            value("pkh_missed", 61.0, 6.0, rse=0.3, **people),
            value("bpnt_missed", 70.0, 6.0, n=29, **people),
        ]
    )
    table = shown(rows_of)
    block = show.targeting(run(), table)
    missed = "41,2 ribu 35,0–47,4 ribu"
    assert [row[1:] for row in rows(block)] == [
        ["Persen", "Orang"],
        ["54 49–59", missed],
        ["61 * 55–67", "41,2 ribu * 35,0–47,4 ribu"],
        ["– hanya 29 dalam sampel: terlalu sedikit", "–"],
    ]
    assert rows(block)[1][0] == "Warga miskin tanpa bantuan"
    told = lines(block)
    assert told[0] == "Warga miskin tanpa bantuan: 54 persen, 41,2 ribu orang"
    assert any("Susenas, Maret 2023; rentang 95 persen" in each for each in told)
    assert lines(show.targeting(run("en"), table))[0] == (
        "Poor people without aid: 54 percent, 41.2 thousand people"
    )
    assert not lines(show.targeting(run(), table.iloc[:0]))


def test_people_of_unknown_error_are_told_without_a_range():
    people = {"people": 41_230.0, "people_low": np.nan, "people_high": np.nan}
    table = shown(pd.DataFrame([value("poor_without_aid", 54.0, 5.0, **people)]))
    assert rows(show.targeting(run(), table))[1][1:] == ["54 49–59", "41,2 ribu"]


# The poorest and the richest fifth


def fifth_rows(name, poorest, richest, gap, gap_low, gap_high, verdict, **given):
    ends = {"gap": gap, "gap_low": gap_low, "gap_high": gap_high, "verdict": verdict}
    ends |= {"people": 2e4, "people_low": 1.5e4, "people_high": 2.5e4, "twin": False}
    middle = (poorest + richest) / 2
    return [
        value(name, number, 3.0, group=group, **ends) | given
        for group, number in (("all", middle), ("1", poorest), ("5", richest))
    ]


WATER = fifth_rows("improved_water", 71.0, 90.0, -19.0, -25.0, -13.0, "lower")
CROWDED = fifth_rows("crowded", 20.0, 10.0, 10.0, 6.0, 14.0, "higher")
TOILET = fifth_rows("open_defecation", 9.0, 7.0, 2.0, -3.0, 7.0, "within_error")


def fifths(*parts, language="id", theme="services"):
    table = shown(pd.DataFrame([row for part in parts for row in part]))
    table["clearest"] = table["indicator"].eq(analysis.clearest(table))
    return show.fifths(run(language), table, theme)


def test_the_clearest_gap_is_titled_with_the_poorest_first():
    block = fifths(TOILET, CROWDED, WATER)
    told = lines(block)
    assert told[0] == (
        "Air minum layak: 71 persen pada kuintil termiskin, 90 persen pada kuintil "
        "terkaya"
    )
    assert told[2] == (
        "Beda yang paling jelas di luar galat: air minum layak, −19 poin (rentang −25 "
        "sampai −13)."
    )
    told = lines(fifths(CROWDED, TOILET, language="en"))
    assert told[0] == (
        "Crowded housing: 20 percent in the poorest fifth, 10 percent in the richest"
    )
    assert told[2] == (
        "The clearest difference beyond error: crowded housing, 10 points (range 6 to "
        "14)."
    )


CUT = {
    "id": "Batas kuintil ditaksir dari sampel yang sama; galat batas itu tidak termasuk "
    "dalam rentang.",
    "en": "Where the fifths are cut is estimated from the same sample; the error of that "
    "cut is not in the intervals.",
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_fifths_and_circles_say_that_the_error_of_the_cut_is_not_shown(language):
    work = lacks("work", WORK, (20.0, 38.0), "higher")
    half = work.copy()
    poorest = half["group"].eq("1")
    half.loc[poorest, ["value", "low", "high"]] = np.nan
    half.loc[poorest, "mark"] = "withheld"
    for block in (
        fifths(TOILET, CROWDED, language=language),
        *(circles(table, language) for table in (work, half)),
    ):
        assert sum(CUT[language] in line for line in lines(block)) == 1


def test_without_intervals_nothing_is_said_of_the_error_of_a_cut():
    bare = {"low": np.nan, "high": np.nan, "se": np.nan, "rse": np.nan}
    without = [row | bare | {"remark": "no_psu"} for row in CROWDED]
    few = fifth_rows("crowded", 20.0, 10.0, 10.0, 6.0, 14.0, "higher", n=29)
    hidden = lacks("work", WORK, (20.0, 38.0), "higher", n=29)
    for block in (fifths(without), fifths(few), circles(hidden)):
        assert not any(CUT["id"] in line for line in lines(block))


def test_the_table_of_fifths_has_all_poorest_richest_and_the_gap():
    people = "20,0 ribu orang (15,0–25,0 ribu)"
    water = [f"{share} {people}" for share in ("81 78–84", "71 68–74", "90 87–93")]
    toilet = [f"{share} {people}" for share in ("8 5–11", "9 6–12", "7 4–10")]
    assert rows(fifths(WATER, TOILET)) == [
        ["Indikator", "Semua", "Kuintil termiskin", "Kuintil terkaya", "Beda"],
        ["Air minum layak", *water, "−19 −25 sampai −13"],
        ["Tidak memakai jamban", *toilet, "tidak pasti"],
    ]


def test_all_of_a_table_has_the_decimals_of_its_narrowest_interval():
    near = fifth_rows("crowded", 0.4, 0.3, 0.1, 0.04, 0.16, "higher", people=np.nan)
    near = [
        row | {"low": row["value"] - 0.1, "high": row["value"] + 0.1} for row in near
    ]
    table = rows(fifths(WATER, near))
    assert [cell.split(" ")[:2] for cell in table[1][1:4]] == [
        *(["80,5", "77,5–83,5"], ["71,0", "68,0–74,0"], ["90,0", "87,0–93,0"]),
    ]
    assert table[1][4] == "−19,00 −25,00 sampai −13,00"  # of two, as the next one needs
    assert table[2][2:] == ["0,4 0,3–0,5", "0,3 0,2–0,4", "0,10 0,04–0,16"]


def drawn_numbers(block):
    """Numbers of a block's picture that carry an interval or a percent sign."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>|<tspan[^>]*>([^<]*)<", str(block))
    words_drawn = [one or other for one, other in texts]
    return [t for t in words_drawn if re.search(r"\d(?:,\d+)?(?: %|–\d)", t)]


def test_a_picture_has_the_decimals_of_its_table():
    near = fifth_rows("crowded", 20.0, 10.0, 10.0, 6.0, 14.0, "higher")
    near = [
        row | {"low": row["value"] - 0.5, "high": row["value"] + 0.5} for row in near
    ]
    assert drawn_numbers(fifths(WATER)) and not any(
        "," in text for text in drawn_numbers(fifths(WATER))
    )
    for block in (
        fifths(WATER, near),
        circles(
            lacks(
                "work",
                WORK | {"AB": (0.0, 0.0), "none": (62.0, 71.0)},
                (20.0, 38.0),
                "higher",
            )
        ),
    ):
        numbers = re.findall(r"\d+(?:,\d+)?", " ".join(drawn_numbers(block)))
        assert numbers and all("," in number for number in numbers), numbers


def test_the_heads_of_fifths_are_said_in_english():
    assert rows(fifths(WATER, language="en"))[0] == [
        *("Indicator", "All", "Poorest fifth", "Richest fifth", "Difference"),
    ]


def test_a_gap_that_no_error_leaves_is_called_uncertain():
    told = lines(fifths(TOILET))
    assert told[0] == "Kuintil termiskin dan terkaya tidak dapat dibedakan"
    assert told[2] == (
        "Tidak ada beda antara kuintil termiskin dan terkaya yang melampaui galatnya."
    )
    told = lines(fifths(TOILET, language="en"))
    assert told[0] == "The poorest and the richest fifth cannot be told apart"
    assert told[2] == (
        "No difference between the poorest and the richest fifth is beyond its error."
    )


def test_an_end_that_is_not_for_use_or_hidden_heads_no_figure():
    for bad in ({"rse": 0.6}, {"n": 29}, {"df": 0.0}):
        water = [row | (bad if row["group"] == "5" else {}) for row in WATER]
        told = lines(fifths(water, CROWDED))
        assert told[0].startswith("Rumah sempit: 20 persen pada kuintil termiskin")


def test_what_too_few_were_asked_is_named_under_the_figure():
    few = [row | {"n": 29} for row in WATER]
    alone = [row | {"df": 0.0} for row in TOILET]
    told = lines(fifths(few, alone, CROWDED))
    assert (
        "Sampelnya terlalu sedikit pada kedua kelompok untuk air minum layak." in told
    )
    assert (
        "Tidak ditampilkan karena sampelnya hanya satu blok sensus tiap strata: tidak "
        "memakai jamban."
    ) in told
    half = [row | ({"n": 29} if row["group"] == "5" else {}) for row in WATER]
    assert not any("Sampelnya" in each for each in lines(fifths(half, CROWDED)))
    nothing = fifths(few)
    assert lines(nothing)[0] == "Kuintil termiskin dan terkaya tidak dapat dibedakan"
    assert rows(nothing)[1][1:4] == ["– hanya 29 dalam sampel: terlalu sedikit"] * 3


def test_the_rows_of_fifths_stand_in_the_order_of_their_theme():
    first = [row[0] for row in rows(fifths(WATER, CROWDED, TOILET))[1:]]
    assert [row[0] for row in rows(fifths(TOILET, WATER, CROWDED))[1:]] == [
        first[2],
        *first[:2],
    ]


def test_a_theme_has_its_note_and_its_caption_the_place_and_source():
    told = lines(fifths(WATER))
    assert told[1].startswith(
        "Persen orang; kuintil penduduk menurut pengeluaran di Pacitan, rentang 95 "
        "persen. Sumber: Susenas, Maret 2023."
    )
    assert told[3].startswith("Fasilitas rumah dinyatakan bagi orang")
    assert lines(fifths(WATER, theme="work"))[3].startswith("Susenas tidak menanyakan")
    assert lines(fifths(WATER, theme="business"))[3:] == ["Arti: Air minum layak"]
    invented = [row | {"synthetic": True} for row in WATER]
    assert "Susenas sintetis, Maret 2023" in lines(fifths(invented))[1]
    assert not lines(show.fifths(run(), pd.DataFrame(), "work"))


def test_fifths_without_errors_say_so():
    bare = {"low": np.nan, "high": np.nan, "se": np.nan, "rse": np.nan, "gap": np.nan}
    bare |= {"gap_low": np.nan, "gap_high": np.nan, "verdict": "", "remark": "no_psu"}
    told = lines(fifths([row | bare for row in WATER]))
    assert told[0] == "Kuintil termiskin dan terkaya, tanpa galat"
    assert told[2].startswith("Berkas yang dimuat tidak menyebut unit sampel")


# Lacks that come together


def lacks(venn, shares, ends, verdict, letters=None, **given):
    """Each region of a Venn: (poorest, richest) by letters; the gap where all meet."""
    table = []
    for name in VENNS[venn].regions.values():
        region = {v: k for k, v in VENNS[venn].regions.items()}[name]
        for group, number in zip(("1", "5"), shares[region], strict=True):
            people = {"people": number * 100, "people_low": number * 80}
            people |= {"people_high": number * 120}
            row = value(name, number, min(1.5, number), group=group, letters=region)
            gap = {"gap": (ends[0] + ends[1]) / 2, "gap_low": ends[0]}
            row |= gap | {"gap_high": ends[1], "verdict": verdict} | people
            table.append(row | given)
    table = shown(pd.DataFrame(table)).assign(twin=False)
    return table.assign(clearest=table["indicator"].eq(gaps._heading(table)))


WORK = {"A": (30.0, 20.0), "B": (8.0, 9.0), "AB": (40.0, 11.0), "none": (22.0, 60.0)}


def circles(table, language="id", venn="work"):
    return show.circles(run(language), table, venn)


@pytest.mark.parametrize(
    ("ends", "verdict", "indonesian", "english"),
    [
        (
            (20.0, 38.0),
            "higher",
            "Pada bagian ini kuintil termiskin 29 poin lebih tinggi daripada kuintil "
            "terkaya (rentang 20 sampai 38).",
            "In this part the poorest fifth is 29 points higher than the richest (range "
            "20 to 38).",
        ),
        (
            (-38.0, -20.0),
            "lower",
            "Pada bagian ini kuintil termiskin 29 poin lebih rendah daripada kuintil "
            "terkaya (rentang 20 sampai 38).",
            "In this part the poorest fifth is 29 points lower than the richest (range "
            "20 to 38).",
        ),
        (
            (-3.0, 9.0),
            "within_error",
            "Pada bagian ini kedua kuintil tidak dapat dibedakan: rentang bedanya −3 "
            "sampai 9 poin.",
            "In this part the two fifths cannot be told apart: the range of their "
            "difference is −3 to 9 points.",
        ),
    ],
)
def test_where_all_circles_overlap_the_gap_is_told(ends, verdict, indonesian, english):
    table = lacks("work", WORK, ends, verdict)
    told = lines(circles(table))
    assert told[0] == (
        "Pekerja informal dengan kurang dari 35 jam: 40 persen pada kuintil termiskin, "
        "11 persen pada kuintil terkaya"
    )
    assert told[2] == indonesian
    told = lines(circles(table, "en"))
    assert told[0] == (
        "Informal workers with under 35 hours: 40 percent in the poorest fifth, 11 "
        "percent in the richest"
    )
    assert told[2] == english


def test_the_table_of_circles_has_each_part_of_both_fifths_in_people():
    table = rows(circles(lacks("work", WORK, (20.0, 38.0), "higher")))
    assert table[0] == [
        "Bagian",
        *("Kuintil termiskin, %", "Kuintil termiskin, orang"),
        *("Kuintil terkaya, %", "Kuintil terkaya, orang"),
    ]
    assert table[3] == [
        "Pekerja informal dengan kurang dari 35 jam",
        *("40 39–42", "4.000 3.200–4.800"),
        *("11 10–13", "1.100 880–1.320"),
    ]
    assert len(table) == 5


def test_a_part_that_nobody_has_heads_no_figure():
    nobody = WORK | {"AB": (0.0, 0.0), "none": (62.0, 71.0)}
    table = lacks("work", nobody, (20.0, 38.0), "higher")
    parts = table["letters"].eq("B")  # the one part whose gap is clearest
    table.loc[parts, ["gap", "gap_low", "gap_high"]] = [-30.0, -40.0, -25.0]
    table.loc[parts, "verdict"] = "lower"
    table = table.assign(clearest=table["indicator"].eq(gaps._heading(table)))
    told = lines(circles(table))
    label = catalogue()[VENNS["work"].regions["B"]].label["id"]
    assert told[
        0
    ] == f"{label}: 8,0 persen pada kuintil termiskin, 9,0 persen pada kuintil " + (
        "terkaya"
    )
    assert told[2] == (
        "Pada bagian ini kuintil termiskin 30 poin lebih rendah daripada kuintil terkaya "
        "(rentang 25 sampai 40)."
    )


def test_where_no_part_differs_the_largest_heads_the_figure():
    nobody = WORK | {"AB": (0.0, 0.0), "none": (62.0, 71.0)}
    told = lines(circles(lacks("work", nobody, (-3.0, 9.0), "within_error")))
    label = catalogue()[VENNS["work"].regions["none"]].label["id"]
    assert told[0].startswith(
        f"{label}: 62,0 persen pada kuintil termiskin, 71,0 persen"
    )


def test_a_share_of_nobody_is_0_percent_of_those_sampled():
    alone = WORK | {"AB": (40.0, 0.0), "none": (22.0, 71.0)}
    told = lines(circles(lacks("work", alone, (20.0, 38.0), "higher")))
    assert told[0].endswith(
        "40,0 persen pada kuintil termiskin, 0 persen (tidak satu pun dalam sampel) pada "
        "kuintil terkaya"
    )
    starred = lacks("work", alone, (20.0, 38.0), "higher", rse=0.3)
    assert "0* persen (tidak satu pun dalam sampel)" in lines(circles(starred))[0]
    told = lines(circles(lacks("work", alone, (20.0, 38.0), "higher"), "en"))
    assert "0 percent (none of those in the sample) in the richest" in told[0]


def test_circles_that_may_not_be_quoted_or_shown_say_so():
    unsure = lacks("work", WORK, (20.0, 38.0), "higher", rse=0.6)
    told = lines(circles(unsure))
    assert told[0] == (
        "Pekerja informal dengan kurang dari 35 jam: galatnya terlalu besar untuk "
        "menyebut angka"
    )
    assert told[2] == (
        "Terlalu sedikit orang yang mengalaminya dalam sampel untuk membandingkan kedua "
        "kelompok."
    )
    told = lines(circles(unsure, "en"))
    assert told[0].endswith("the errors are too large to name a figure")
    alone = circles(lacks("work", WORK, (20.0, 38.0), "higher", df=0.0))
    assert lines(alone)[0].startswith("Nilai survei ini tidak ditampilkan")
    assert rows(alone)[1][1:] == ["– hanya satu blok sensus tiap strata", "–"] * 2
    few = circles(lacks("work", WORK, (20.0, 38.0), "higher", n=29))
    assert rows(few)[1][1:] == ["– hanya 29 dalam sampel: terlalu sedikit", "–"] * 2
    assert lines(circles(unsure.iloc[:0]))[0].startswith("Data Susenas sampai 2023")


def test_circles_without_errors_are_titled_but_not_judged():
    bare = {"low": np.nan, "high": np.nan, "se": np.nan, "rse": np.nan}
    table = lacks("work", WORK, (np.nan, np.nan), "", remark="no_psu", **bare)
    told = lines(circles(table))
    assert told[0].startswith("Pekerja informal dengan kurang dari 35 jam: 40 persen")
    assert told[2].startswith("Berkas yang dimuat tidak menyebut unit sampel")


def test_three_circles_tell_the_largest_error_of_an_area_of_both():
    home = {"A": (11, 1), "B": (14, 1), "C": (6, 1), "AB": (9, 1), "AC": (3, 1)}
    home |= {"BC": (5, 1), "ABC": (12, 1), "none": (40, 93)}
    from sepakat_lib import figures, words

    table = lacks("home", home, (8.0, 14.0), "higher")
    drawn = table.assign(persons=table["people"], region=table["letters"])
    drawn = drawn.assign(persons_mark="")
    off = [figures.area_error(drawn[drawn["group"].eq(group)]) for group in ("1", "5")]
    assert words.number(max(off), "id", 1) != words.number(min(off), "id", 1)
    caption = lines(circles(table, venn="home"))[1]
    told = words.number(max(off), "id", 1)
    assert f"meleset paling jauh {told} poin" in caption
    two = lines(circles(lacks("work", WORK, (20.0, 38.0), "higher")))[1]
    assert "meleset" not in two and two.startswith("Luas lingkaran sebanding")


# What is open, and how it was made


def test_what_is_open_is_told_with_the_file_or_column_that_would_answer():
    table = pd.DataFrame(
        [
            {"indicator": "jkn", "items": "R1101", "id": "", "en": "", "keeper": ""},
            {
                "indicator": "pkh",
                "items": "",
                "id": "Podes",
                "en": "Podes",
                "keeper": "bps",
            },
            {
                "indicator": "p0",
                "items": "extreme_line",
                "id": "",
                "en": "",
                "keeper": "",
            },
        ]
    )
    told = lines(show.unanswered(run(), table, 3))
    assert told[0] == "Yang belum kita ketahui"
    assert told[1].startswith("Arti kode 3 kolom kuesioner tidak diumumkan BPS")
    finer = len(FINER) + 1  # what no survey of ours tells, and the start of the RPJMD
    assert all(" diperlukan " in each for each in told[2 : 1 + finer])
    assert told[1 + finer].startswith("Tahun pertama RPJMD: diisi Bappeda di berkas")
    assert set(told[2 + finer :]) == {
        "Peserta JKN: berkas Susenas yang dimuat tidak memuat kolom untuk R1101.",
        "Penerima PKH: diperlukan Podes dari BPS.",
        "Persentase penduduk miskin: garis kemiskinan ekstrem untuk 2023 belum ada "
        "dalam alat ini.",
    }
    told = lines(show.unanswered(run("en"), table, 0))
    assert not any("codes of" in each for each in told)
    assert "Receives PKH: it needs Podes from BPS." in told
    assert len(lines(show.unanswered(run(), table.iloc[:0], 0))) == 1 + finer


def test_what_is_not_known_is_told_in_the_order_of_the_declarations():
    table = pd.DataFrame(
        {"indicator": ["pkh", "jkn"], "items": "", "id": ["Podes", "APBD"]}
    ).assign(en="Podes", question=1, keeper=["bps", "bpkad"])
    assert lines(show.unanswered(run(), table, 0))[2 + len(FINER) :] == [
        "Penerima PKH: diperlukan Podes dari BPS.",
        "Peserta JKN: diperlukan APBD dari BPKAD.",
    ]


def test_a_question_without_data_names_each_file_once():
    names = ["APBD", "APBD", ""]
    keepers = ["bpkad", "bpkad", ""]
    table = pd.DataFrame({"id": names, "en": names, "keeper": keepers})
    assert lines(show.open_question(run(), table)) == [
        "Pertanyaan ini belum terjawab: diperlukan APBD dari BPKAD."
    ]
    assert lines(show.open_question(run("en"), table)) == [
        "This question is still open: it needs APBD from BPKAD."
    ]


@pytest.mark.parametrize(
    ("cells", "survey", "expected"),
    [
        (True, 2021, "BPS Maret 2023; Susenas Maret 2021"),
        (True, None, "BPS Maret 2023; Susenas belum dimuat"),
        (False, 2023, "Susenas Maret 2023; angka BPS belum ada"),
    ],
)
def test_the_bar_tells_how_old_the_data_are(cells, survey, expected):
    told = pd.DataFrame(
        [official(PACITAN, 13.65)] if cells else [], columns=official(PACITAN, 0.0)
    )
    estimates = pd.DataFrame([value(year=survey)] if survey else [], columns=value())
    said = " ".join(lines(show.bar(run(), told, estimates)))
    assert "Kabupaten Pacitan" in said and "2023" in said and expected in said


@pytest.mark.parametrize("invented", [None, 0, 1, 2])
def test_the_bar_calls_invented_data_invented_wherever_any_is_drawn(invented):
    """Of the tiers, of an earlier round of the region, of a peer whose error is lent."""
    drawn = [pd.DataFrame([official(PACITAN, 13.65)]) for _ in range(3)]
    drawn[1] = drawn[1].assign(synthetic=np.nan)  # a peer that is not loaded
    if invented is not None:
        drawn[invented] = drawn[invented].assign(synthetic=True)
    told, *others = drawn
    said = lines(show.bar(run(), told, pd.DataFrame([value()]), *others))
    assert ("Data survei sintetis" in " ".join(said)) is (invented is not None)
    change = {"now": 13.65, "until": 2023, "until_month": 3}
    says = " ".join(lines(summary(run(), change, told, *others)))
    assert ("sintetis" in says) is (invented is not None)


def test_the_foot_names_the_choices_in_words():
    inputs = pd.DataFrame(
        [{"synthetic": True, "year": 2023, "file": "kor_rt.csv", "sha256": "ab" * 32}]
    )
    told = lines(show.foot(run(), inputs))
    text = " ".join(told)
    assert "Wilayah Kabupaten Pacitan" in text and "Tahun 2023" in text
    assert "Tingkat kepercayaan 95 persen" in text
    assert "Garis kemiskinan kabupaten dan kota" in text
    assert "2023, kor_rt.csv (sintetis)" in text and "ab" * 32 in text
    other = run("en", confidence=0.9, lines="province_urban_rural")
    text = " ".join(lines(show.foot(other, inputs.assign(synthetic=False))))
    assert "Confidence 90 percent" in text and "of the province by urban and" in text
    assert "(synthetic)" not in text
