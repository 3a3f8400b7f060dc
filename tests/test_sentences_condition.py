"""What the page says of question 1, in every state that matters, word for word.

The sentences were written from the hand-made tables, not taken from the page.
"""

import datetime

import numpy as np
import pandas as pd
import pytest
from reading import lines, pictures, rows
from summarised import summary

from sepakat_lib import disclosure, parameters, places, regions
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports.analysis import maps as analysis_maps

PACITAN, PONOROGO, TRENGGALEK, EAST_JAVA, NATION = "3501", "3502", "3503", "35", "00"
LANGUAGES = ("id", "en")


def run(language="id", year=2023, region=PACITAN, **given):
    return parameters.resolve(region=region, year=year, language=language, **given)


def step(points, persons=np.nan, before=14.0, since=2022, month=3):
    """A change as `analysis.change` hands it on."""
    direction = ("level", "rose", "fell")[int(np.sign(points))]
    people = (
        "" if np.isnan(persons) else ("same", "more", "fewer")[int(np.sign(persons))]
    )
    return {
        "before": before,
        "since": since,
        "since_month": month,
        "points": points,
        "moved": direction,
        "persons": persons,
        "persons_moved": people,
    }


def change(recent=None, longest=None, now=13.65, until=2023, month=3):
    steps = {"recent": recent, "long": longest}
    known = {name: each for name, each in steps.items() if each}
    return {"now": now, "until": until, "until_month": month} | known


def official(indicator, value, region=PACITAN, year=2023, month=3, verdict=""):
    return {
        "verdict": verdict,
        "indicator": indicator,
        "region": region,
        "source": "official",
        "value": value,
        "year": year,
        "month": month,
        "synthetic": False,
    }


COLUMNS = list(official("p0", 1.0))


def opening(language, told, *cells):
    beside = pd.DataFrame(cells, columns=COLUMNS)
    return lines(summary(run(language), told, beside))


# The answer


RECENT = [
    (
        step(-0.15),
        "turun 0,15 poin sejak Maret 2022",
        "down 0.15 points since March 2022",
    ),
    (
        step(-0.15, -700),
        "turun 0,15 poin dan berkurang 700 orang sejak Maret 2022",
        "down 0.15 points and 700 people since March 2022",
    ),
    (
        step(-0.15, 700),
        "turun 0,15 poin, tetapi bertambah 700 orang, sejak Maret 2022",
        "down 0.15 points, but up 700 people, since March 2022",
    ),
    (
        step(-0.15, 0),
        "turun 0,15 poin, dengan jumlah orang yang sama, sejak Maret 2022",
        "down 0.15 points, with the same number of people, since March 2022",
    ),
    (step(2.5), "naik 2,50 poin sejak Maret 2022", "up 2.50 points since March 2022"),
    (
        step(2.5, 12_400),
        "naik 2,50 poin dan bertambah 12,4 ribu orang sejak Maret 2022",
        "up 2.50 points and 12.4 thousand people since March 2022",
    ),
    (
        step(2.5, -12_400),
        "naik 2,50 poin, tetapi berkurang 12,4 ribu orang, sejak Maret 2022",
        "up 2.50 points, but down 12.4 thousand people, since March 2022",
    ),
    (
        step(2.5, 0),
        "naik 2,50 poin, dengan jumlah orang yang sama, sejak Maret 2022",
        "up 2.50 points, with the same number of people, since March 2022",
    ),
    (step(0), "sama seperti Maret 2022", "the same as in March 2022"),
    (
        step(0, -700),
        "persentasenya sama seperti Maret 2022, tetapi orangnya berkurang 700",
        "the same rate as in March 2022, but 700 fewer people",
    ),
    (
        step(0, 700),
        "persentasenya sama seperti Maret 2022, tetapi orangnya bertambah 700",
        "the same rate as in March 2022, but 700 more people",
    ),
    (
        step(0, 0),
        "persentase dan jumlah orangnya sama seperti Maret 2022",
        "the same rate and number of people as in March 2022",
    ),
]


@pytest.mark.parametrize(("recent", "indonesian", "english"), RECENT)
def test_the_answer_tells_the_last_change_in_points_and_in_people(
    recent, indonesian, english
):
    told = change(recent)
    assert opening("id", told)[1] == (
        f"Menurut BPS, 13,65 persen penduduk Pacitan miskin pada Maret 2023: {indonesian}."
    )
    assert opening("en", told)[1] == (
        "According to BPS, 13.65 percent of people in Pacitan were poor in March 2023: "
        f"{english}."
    )


@pytest.mark.parametrize(
    ("longest", "indonesian", "english"),
    [
        (
            step(-5.85, since=2010),
            "sejak 2010 turun 5,85 poin",
            "down 5.85 points since 2010",
        ),
        (
            step(1.2, since=2010),
            "sejak 2010 naik 1,20 poin",
            "up 1.20 points since 2010",
        ),
        (
            step(0, since=2010),
            "dibandingkan 2010 tidak berubah",
            "no change from 2010",
        ),
        (
            step(-5.85, since=2010, month=9),
            "sejak September 2010 turun 5,85 poin",
            "down 5.85 points since September 2010",
        ),
    ],
)
def test_the_long_run_comes_second_with_its_month_where_it_is_another(
    longest, indonesian, english
):
    told = change(step(0.1, since=2021), longest)
    assert opening("id", told)[1].endswith(
        f"miskin pada Maret 2023: naik 0,10 poin sejak Maret 2021; {indonesian}."
    )
    assert opening("en", told)[1].endswith(
        f"in March 2023: up 0.10 points since March 2021; {english}."
    )


def test_one_figure_is_told_without_a_change_and_none_as_none():
    assert opening("id", change())[1] == (
        "Menurut BPS, 13,65 persen penduduk Pacitan miskin pada Maret 2023."
    )
    assert opening("en", change())[1] == (
        "According to BPS, 13.65 percent of people in Pacitan were poor in March 2023."
    )
    assert opening("id", {})[:2] == [
        "Kemiskinan di Pacitan: ringkasan",
        "Belum ada angka kemiskinan BPS untuk Pacitan sampai 2023 di alat ini.",
    ]
    assert opening("en", {})[1] == (
        "This tool holds no BPS poverty figure for Pacitan up to 2023."
    )


@pytest.mark.parametrize(
    ("above", "verdict", "indonesian", "english"),
    [
        (
            10.35,
            "higher",
            "di atas Jawa Timur (10,35 persen)",
            "above Jawa Timur (10.35 percent)",
        ),
        (
            13.64,
            "higher",
            "di atas Jawa Timur (13,64 persen)",
            "above Jawa Timur (13.64 percent)",
        ),
        (
            13.654,
            "level",
            "sama dengan Jawa Timur (13,65 persen)",
            "the same as Jawa Timur (13.65 percent)",
        ),
        (
            13.66,
            "lower",
            "di bawah Jawa Timur (13,66 persen)",
            "below Jawa Timur (13.66 percent)",
        ),
        (
            20.0,
            "lower",
            "di bawah Jawa Timur (20,00 persen)",
            "below Jawa Timur (20.00 percent)",
        ),
    ],
)
def test_above_below_and_equal_are_told_of_the_tier_above(
    above, verdict, indonesian, english
):
    cells = official("p0", 13.65), official("p0", above, EAST_JAVA, verdict=verdict)
    told, translated = (
        " ".join(opening(language, change(), *cells)) for language in ("id", "en")
    )
    assert f"Persentase miskin di sini {indonesian}" in told
    assert f"The poverty rate here is {english}" in translated
    same = verdict == "level"
    assert ("beda itu pun tidak dapat diuji" not in told) == same


def test_a_figure_without_a_verdict_is_not_held_against_the_own():
    cells = official("p0", 13.65), official("p0", 10.35, EAST_JAVA, month=9)
    told = opening("id", change(), *cells)
    assert not any("Jawa Timur" in each for each in told)


def test_only_the_nearest_tier_is_held_against_the_own():
    cells = (
        official("p0", 13.65),
        official("p0", 10.35, EAST_JAVA, verdict="higher"),
        official("p0", 9.36, NATION, verdict="higher"),
    )
    told = opening("id", change(), *cells)
    assert not any("Indonesia" in each or "9,36" in each for each in told)


def test_key_figures_have_their_units_labels_and_months():
    cells = (
        official("p0", 13.65),
        official("poor_persons", 76_190),
        official("p1", 1.784, year=2022, month=9),
        official("poverty_line", 352_606),
        official("p0", 10.35, EAST_JAVA, verdict="higher"),
    )
    assert opening("id", change(), *cells)[2:14] == [
        *("penduduk miskin", "13,65 %", "BPS, Maret 2023"),
        *("jumlah penduduk miskin", "76,2 ribu", "orang; BPS, Maret 2023"),
        *("kedalaman (P1)", "1,78", "indeks; BPS, September 2022"),
        *("garis kemiskinan per orang", "Rp352.606", "sebulan; BPS, Maret 2023"),
    ]
    assert opening("en", change(), *cells)[2:14] == [
        *("people in poverty", "13.65%", "BPS, March 2023"),
        *("number of poor people", "76.2 thousand", "people; BPS, March 2023"),
        *("poverty gap (P1)", "1.78", "index; BPS, September 2022"),
        *("poverty line per person", "Rp352,606", "a month; BPS, March 2023"),
    ]


def test_what_synthetic_means_is_told_under_the_answer_and_what_is_so_at_the_end():
    cells = official("p0", 13.65), official("gini", 0.3) | {"synthetic": True}
    told = opening("id", change(), *cells)
    assert [each for each in told if "sintetis" in each] == [
        "Angka survei di halaman ini sintetis: rumah tangganya dibuat komputer agar cocok "
        "dengan angka resmi BPS, tidak ada yang didatangi. Gunanya untuk berlatih; jangan "
        "dipakai untuk kebijakan.",
        "Yang sintetis: semua angka survei, dibuat komputer untuk latihan. Angka BPS "
        "adalah angka yang diterbitkan.",
    ]
    told = opening("en", change(), *cells)
    assert any("nobody was visited" in each for each in told)
    assert not any("sintetis" in each for each in opening("id", change(), cells[0]))


# Over the years


def series(*rounds):
    """Rows as of `analysis.over_time`: (region, year, source, value), the survey's ±2."""
    table = pd.DataFrame(rounds, columns=["region", "year", "source", "value"])
    survey = table["source"].eq("survey")
    near = np.where(survey, table["value"], np.nan)
    return table.assign(
        month=3,
        low=near - 2,
        high=near + 2,
        rse=np.where(survey, 0.07, np.nan),
        n=np.where(survey, 900.0, np.nan),
        df=np.where(survey, 30.0, np.nan),
        remark="",
        mark="",
        synthetic=False,
    )


SERIES = series(
    (PACITAN, 2022, "official", 13.80),
    (PACITAN, 2023, "official", 13.65),
    (EAST_JAVA, 2023, "official", 10.35),
    (PACITAN, 2023, "survey", 14.0),
)


def trend(told, between=None, language="id", table=SERIES, **more):
    return show.over_time(run(language), table, told, between or {}, **more)


@pytest.mark.parametrize(
    ("recent", "indonesian", "english"),
    [
        (
            step(-0.35),
            "turun dari 14,00 persen (2022) menjadi 13,65 persen (2023)",
            "fell from 14.00 percent (2022) to 13.65 percent (2023)",
        ),
        (
            step(0.65, before=13.0),
            "naik dari 13,00 persen (2022) menjadi 13,65 persen (2023)",
            "rose from 13.00 percent (2022) to 13.65 percent (2023)",
        ),
        (
            step(0, before=13.65),
            "tetap: 13,65 persen (2022) dan 13,65 persen (2023)",
            "stayed: 13.65 percent (2022) and 13.65 percent (2023)",
        ),
        (
            step(-0.35, since=2014, month=9),
            "turun dari 14,00 persen (September 2014) menjadi 13,65 persen (Maret 2023)",
            "fell from 14.00 percent (September 2014) to 13.65 percent (March 2023)",
        ),
    ],
)
def test_the_trend_is_titled_by_the_last_change(recent, indonesian, english):
    told = change(recent)
    title = lines(trend(told))[0]
    assert title == f"Persentase penduduk miskin {indonesian}"
    title = lines(trend(told, language="en"))[0]
    assert title == f"The poverty rate {english}"


def test_one_figure_and_none_have_titles_of_their_own():
    assert lines(trend(change()))[0] == (
        "Persentase penduduk miskin 13,65 persen pada Maret 2023"
    )
    assert lines(trend(change(), language="en"))[0] == (
        "The poverty rate was 13.65 percent in March 2023"
    )
    told = lines(trend({}))
    assert told[0] == "Persentase penduduk miskin Pacitan menurut survei"
    assert told[2] == (
        "BPS belum menerbitkan angka kemiskinan Pacitan sampai tahun ini, sejauh yang "
        "ada di alat ini."
    )
    told = lines(trend({}, language="en"))
    assert told[0] == "The poverty rate of Pacitan according to the survey"
    assert told[2].startswith("BPS has published no poverty rate of Pacitan up to")


@pytest.mark.parametrize(
    ("told", "indonesian", "english"),
    [
        (
            change(step(0.1), step(-5.85, since=2010)),
            "Angka BPS turun 5,85 poin antara 2010 dan 2023",
            "BPS's figure fell by 5.85 points between 2010 and 2023",
        ),
        (
            change(step(0.1)),
            "Angka BPS naik 0,10 poin antara 2022 dan 2023",
            "BPS's figure rose by 0.10 points between 2022 and 2023",
        ),
    ],
)
def test_the_longest_change_of_bps_stands_under_the_trend(told, indonesian, english):
    said = lines(trend(told))
    assert said[2] == f"{indonesian}; galatnya tidak diterbitkan."
    assert not any("September" in each for each in said)
    assert lines(trend(told, language="en"))[2] == (
        f"{english}; its error is not published."
    )


def test_a_change_between_two_months_is_called_not_fully_comparable():
    told = change(step(0.1), step(-5.85, since=2010, month=9))
    assert lines(trend(told))[3] == (
        "Angka pertama diambil pada September dan yang terakhir pada Maret; kedua "
        "putaran survei itu tidak sepenuhnya sebanding."
    )
    assert lines(trend(told, language="en"))[3] == (
        "The first figure is of September and the last of March; these two rounds of "
        "the survey are not fully comparable."
    )


def between(points, low, high, verdict, **given):
    ends = {"points": points, "low": low, "high": high, "verdict": verdict}
    return {"since": 2021, "until": 2023, "n": 800, "df": 30.0} | ends | given


@pytest.mark.parametrize(
    ("surveyed", "indonesian", "english"),
    [
        (
            between(-3.0, -5.5, -0.5, "fell"),
            "Menurut survei, persentase penduduk miskin turun 3 poin dari 2021 ke 2023 "
            "(rentang 1 sampai 6).",
            "According to the survey, the poverty rate fell by 3 points from 2021 to "
            "2023 (range 1 to 6).",
        ),
        (
            between(1.5, 0.8, 2.2, "rose"),
            "Menurut survei, persentase penduduk miskin naik 1,5 poin dari 2021 ke 2023 "
            "(rentang 0,8 sampai 2,2).",
            "According to the survey, the poverty rate rose by 1.5 points from 2021 to "
            "2023 (range 0.8 to 2.2).",
        ),
        (
            between(1.0, -2.0, 4.0, "change_unclear"),
            "Menurut survei, belum dapat dipastikan bahwa persentase penduduk miskin "
            "berubah dari 2021 ke 2023: rentangnya −2 sampai 4 poin.",
            "According to the survey, it cannot be said whether the poverty rate "
            "changed from 2021 to 2023: the range is −2 to 4 points.",
        ),
        (
            {"since": 2021, "until": 2023, "verdict": "estimated_line"},
            "Perubahan menurut survei sejak 2021 tidak dinilai: garis kemiskinan salah "
            "satu tahunnya hanya taksiran, dan selisih kecil pada garis menggeser "
            "perubahan itu.",
            "The survey's change since 2021 is not judged: the poverty line of one of "
            "the two years is only an estimate, and a small difference in the line moves "
            "that change.",
        ),
    ],
)
def test_the_surveys_change_is_told_with_its_range(surveyed, indonesian, english):
    assert lines(trend(change(), surveyed))[2] == indonesian
    assert lines(trend(change(), surveyed, language="en"))[2] == english
    assert not any("blok sensus" in each for each in lines(trend(change(), surveyed)))


def test_a_change_of_few_blocks_says_so():
    fell = between(-3.0, -5.5, -0.5, "fell", df=7.0)
    assert lines(trend(change(), fell))[3] == (
        "Sampelnya dari sedikit blok sensus: gunakan dengan hati-hati."
    )
    assert lines(trend(change(), fell, language="en"))[3] == (
        "The sample is of few census blocks: use with care."
    )
    enough = lines(trend(change(), between(-3.0, -5.5, -0.5, "fell", df=8.0)))
    assert not any("blok sensus" in each for each in enough)
    assert any("turun 3 poin" in each for each in enough)


def test_the_table_of_the_trend_has_official_decimals_and_survey_intervals():
    assert rows(trend(change())) == [
        ["Wilayah", "Bulan", "Nilai"],
        ["Pacitan", "Maret 2022", "13,80"],
        ["Pacitan", "Maret 2023", "13,65"],
        ["Jawa Timur", "Maret 2023", "10,35"],
        ["Pacitan, survei", "Maret 2023", "14 12–16"],
    ]


def test_the_caption_names_the_survey_only_where_it_is_drawn():
    caption = lines(trend(change()))[1]
    assert "rentang 95 persen (Susenas, Maret 2023)" in caption
    bare = SERIES[SERIES["source"].eq("official")]
    caption = lines(trend(change(), table=bare))[1]
    assert "Sumber: BPS" in caption and "Susenas" not in caption
    invented = SERIES.assign(synthetic=SERIES["source"].eq("survey"))
    caption = lines(trend(change(), table=invented))[1]
    assert "Susenas sintetis, Maret 2023" in caption


def test_a_survey_value_of_few_persons_is_not_drawn_nor_told():
    few = SERIES.assign(
        value=SERIES["value"].mask(SERIES["source"].eq("survey")),
        mark=np.where(SERIES["source"].eq("survey"), "few", ""),
    )
    told = trend(change(), table=few)
    assert not any("survei" in cell for row in rows(told) for cell in row)
    assert "Susenas" not in lines(told)[1]


def test_a_picture_says_its_title_and_its_sentences():
    fell = between(-3.0, -5.5, -0.5, "fell")
    block = trend(change(step(-0.35)), fell)
    said = lines(block)
    for picture in pictures(block):
        assert said[0] in picture and said[2] in picture and said[3] in picture


# Among peers


def peers(*more, **own):
    """Pacitan 13.65 before Ponorogo 9.53 and Trenggalek 10.63, two of three loaded."""
    table = pd.DataFrame(
        {
            "region": [PACITAN, TRENGGALEK, PONOROGO],
            "value": [13.65, 10.63, 9.53],
            "low": [12.0, 9.0, np.nan],
            "high": [15.0, 12.0, np.nan],
            "se": [1.0, 1.0, np.nan],
            "own": [True, False, False],
            "note": "",
            "survey_year": [2023.0, 2023.0, np.nan],
            "synthetic": [False, False, np.nan],
            "remark": ["", "", np.nan],
        }
    )
    above = {"reference": EAST_JAVA, "reference_value": 10.35}
    return table.assign(year=2023, month=3, **above, **own)


BALI = "51"


def standing(rank, language="id", table=None):
    table = peers() if table is None else table
    mapped = table[["region", "value", "year", "month"]]
    mapped = mapped.sort_values("value", ascending=False)
    shapes = places.around(PACITAN)
    return show.standing(run(language), table, rank, mapped, shapes)


def place(rank, of, first=None, last=None, not_loaded=0):
    """A rank as `analysis.rank` hands it on."""
    known = {} if first is None else {"first": first, "last": last}
    return {"rank": rank, "of": of, "not_loaded": not_loaded} | known


def test_a_rank_is_a_range_with_who_is_surely_poorer_and_less_poor():
    told = lines(standing(place(3, 9, 2, 5)))
    assert told[0] == (
        "Pacitan di peringkat 3 dari 9 (1 paling miskin); dengan galatnya, antara 2 dan 5"
    )
    assert (
        "Peringkat ini bukan angka pasti: dari 9 daerah, 1 lebih miskin dan 4 kurang "
        "miskin daripada Pacitan dengan beda di luar galat 95 persen; yang lain tidak "
        "dapat dibedakan darinya."
    ) in told
    told = lines(standing(place(3, 9, 2, 5), "en"))
    assert told[0] == (
        "Pacitan ranks 3 of 9 (1 is the poorest); given the errors, between 2 and 5"
    )
    assert (
        "This rank is not firm: of 9 regions, 1 are poorer and 4 less poor than Pacitan "
        "beyond the 95 percent error; the others cannot be told apart from it."
    ) in told


def test_the_map_says_where_the_rate_is_highest_and_where_lowest():
    of_map, others = [], []
    for each in set(pictures(standing(place(3, 9, 2, 5)))):
        (of_map if "Ponorogo" in each else others).append(each)
    assert len(of_map) == 1 and len(others) == 1
    assert "Pacitan" in of_map[0].split("Ponorogo")[0]
    assert of_map[0].index("13,65 persen") < of_map[0].index("9,53 persen")


def test_a_province_of_few_kabupaten_has_a_map_that_outlines_none():
    members = regions.members(BALI)
    mapped = pd.DataFrame({"region": members, "value": np.arange(9.0)[::-1] + 2})
    mapped = mapped.assign(year=2023, month=3)
    block = show.standing(run(region=BALI), peers(), {}, mapped, places.around(BALI))
    assert "10,00 persen" in pictures(block)[0] and "2,00 persen" in pictures(block)[0]


def test_both_maps_label_a_region_with_two_digits_as_bps_prints_it():
    mapped = peers()[["region", "value", "year", "month"]]
    document = analysis_maps.movable(run(), mapped, places.around(PACITAN))
    assert "Pacitan: 13,65 persen" in document


def test_a_rank_that_no_error_moves_is_told_as_such():
    assert lines(standing(place(1, 3, 1, 1)))[0] == (
        "Pacitan di peringkat 1 dari 3 (1 paling miskin), juga dengan galatnya"
    )
    assert lines(standing(place(1, 3, 1, 1), "en"))[0] == (
        "Pacitan ranks 1 of 3 (1 is the poorest), also given the errors"
    )


def test_of_two_peers_each_has_its_rank():
    assert lines(standing(place(2, 2, 1, 2)))[0].startswith(
        "Pacitan di peringkat 2 dari 2"
    )


def test_figures_of_bps_that_are_the_same_are_told_as_the_same():
    told = change(step(0.0))
    assert lines(trend(told))[2] == (
        "Angka BPS pada 2022 dan 2023 sama; galatnya tidak diterbitkan."
    )
    assert lines(trend(told, language="en"))[2] == (
        "BPS's figures of 2022 and 2023 are the same; their error is not published."
    )


def test_a_range_over_all_of_a_small_province_cannot_be_told_apart():
    told = lines(standing(place(2, 9, 1, 9)))
    assert "tidak dapat dibedakan dari sebagian besar daerah lain" in told[0]
    told = lines(standing(place(2, 9, 1, 8)))
    assert told[0].endswith("dengan galatnya, antara 1 dan 8")


def test_a_range_of_20_places_cannot_be_told_apart_from_most():
    wide = lines(standing(place(8, 38, 1, 21)))[0]
    assert wide == (
        "Pacitan di peringkat 8 dari 38 (1 paling miskin), tetapi tidak dapat dibedakan "
        "dari sebagian besar daerah lain: dengan galatnya, antara 1 dan 21"
    )
    assert lines(standing(place(8, 38, 1, 21), "en"))[0] == (
        "Pacitan ranks 8 of 38 (1 is the poorest), but cannot be told apart from most of "
        "its neighbours: given the errors, between 1 and 21"
    )
    assert lines(standing(place(8, 38, 2, 21)))[0].endswith(
        "(1 paling miskin); dengan galatnya, antara 2 dan 21"
    )


def test_no_range_is_given_while_a_neighbour_is_not_loaded():
    told = lines(standing(place(1, 3, not_loaded=1)))
    assert told[0] == "Pacitan di peringkat 1 dari 3 (1 paling miskin)"
    assert (
        "Rentang peringkat ini tidak diberikan: survei 1 daerah lain belum dimuat, jadi "
        "galatnya tidak diketahui. Daerah dengan angka berdekatan mungkin tidak berbeda."
    ) in told
    assert any(
        each.startswith(
            "No range is given for this rank: the surveys of 1 other regions"
        )
        for each in lines(standing(place(1, 3, not_loaded=1), "en"))
    )


@pytest.mark.parametrize(
    ("invented", "indonesian", "english"),
    [
        (
            [True, True, np.nan],
            "dengan galat data sintetis, antara 1 dan 2",
            "synthetic",
        ),
        (
            [False, True, np.nan],
            "dengan galat data sintetis, antara 1 dan 2",
            "synthetic",
        ),
        (
            [False, False, np.nan],
            "dengan galatnya, antara 1 dan 2",
            "given the errors,",
        ),
    ],
)
def test_a_rank_with_an_invented_error_says_so_in_its_title(
    invented, indonesian, english
):
    table = peers().assign(synthetic=invented)
    told = lines(standing(place(1, 3, 1, 2), table=table))
    assert indonesian in told[0]
    assert ("Susenas sintetis, Maret 2023" in told[1]) == (english == "synthetic")
    assert english in lines(standing(place(1, 3, 1, 2), "en", table))[0]


def test_a_rank_without_an_error_warns():
    table = peers(se=np.nan, low=np.nan, high=np.nan)
    told = lines(standing(place(1, 3), table=table))
    assert told[0] == "Pacitan di peringkat 1 dari 3 (1 paling miskin)"
    assert told[1].startswith(
        "Persentase penduduk miskin menurut BPS, Maret 2023. Galatnya tidak diterbitkan."
    )
    assert any(each.startswith("Peringkat tanpa galat mudah") for each in told)
    told = lines(standing(place(1, 3), "en", table))
    assert told[0] == "Pacitan ranks 1 of 3 (1 is the poorest)"
    assert any(each.startswith("A rank without an error misleads") for each in told)


def test_how_to_read_the_ranking_tells_when_two_can_be_told_apart():
    # errors of one size e: gap of 2e x the root of 2 of 4e long bars leaves 0.29
    told = lines(standing(place(3, 9, 2, 5)))
    assert any("kurang dari sekitar 29 persen panjangnya" in each for each in told)


def test_the_map_names_the_highest_and_the_lowest():
    rank = place(1, 3, 1, 1)
    assert (
        "Angka kemiskinan tertinggi di Pacitan (13,65 persen), terendah di Ponorogo "
        "(9,53 persen)."
    ) in lines(standing(rank))
    assert (
        "The poverty rate is highest in Pacitan (13.65 percent) and lowest in Ponorogo "
        "(9.53 percent)."
    ) in lines(standing(rank, "en"))


def test_who_has_old_borders_is_named():
    rank = place(1, 3, 1, 1)
    table = peers().assign(note=["", "borders before the split of 2022", ""])
    told = lines(standing(rank, table=table))
    assert "Angka Trenggalek meliputi wilayahnya sebelum dimekarkan." in told
    told = lines(standing(rank, "en", table))
    assert (
        "The figures of Trenggalek cover their borders before they were divided."
    ) in told
    assert not any("dimekarkan" in each for each in lines(standing(rank)))


def test_a_region_without_peers_or_figures_keeps_what_there_is():
    told = lines(standing(place(1, 1)))
    assert told[0].startswith("Angka kemiskinan tertinggi di Pacitan")
    none = peers().iloc[:0][["region", "value", "year", "month"]]
    block = show.standing(run(), peers(), {}, none, None)
    assert lines(block) == [
        "Belum ada angka kemiskinan BPS menurut kabupaten dan kota sampai tahun ini di "
        "alat ini."
    ]


# Welfare bands

BANDS = ("p0", "vulnerable", "aspiring", "middle", "upper")


def bands(values=(14.0, 31.0, 45.0, 9.0, 1.0), **given):
    row = {"rse": 0.05, "n": 900, "df": 30.0, "deff": np.nan, "year": 2023, "se": 0.5}
    row |= {"remark": "", "synthetic": False, "region": PACITAN, "grouping": "all"}
    row |= {"people": 2e4, "people_low": 1.5e4, "people_high": 2.5e4}
    table = pd.DataFrame([row | {"indicator": name} for name in BANDS])
    table["value"] = values
    table = table.assign(low=table["value"] - 2, high=table["value"] + 2)
    table = disclosure.publish(table.assign(**given), year=2023)
    hidden = table["mark"].isin(disclosure.HIDING)
    people = ["people", "people_low", "people_high"]
    table[people] = table[people].mask(hidden)
    return table.assign(people_mark=table["mark"])


def test_the_bands_tell_the_poor_and_the_vulnerable():
    told = lines(show.bands(run(), bands()))
    assert told[0] == (
        "Selain 14 persen yang miskin, 31 persen rentan miskin: pengeluarannya kurang "
        "dari 1,5 kali garis kemiskinan"
    )
    assert told[1].startswith(
        "Penduduk menurut pengeluaran terhadap garis kemiskinan: di bawah 1, 1–1,5, "
        "1,5–3,5, 3,5–17, dan 17 kali atau lebih; persen, rentang 95 persen."
    )
    assert told[2] == (
        "Warga rentan miskin 31 persen (rentang 29 sampai 33): pengeluarannya tidak "
        "kurang dari garis kemiskinan, tetapi di bawah 1,5 kali garis itu."
    )
    told = lines(show.bands(run("en"), bands()))
    assert told[0] == (
        "Besides the 14 percent who are poor, 31 percent are vulnerable: they spend less "
        "than 1.5 times the poverty line"
    )
    assert told[2] == (
        "Vulnerable people are 31 percent (range 29 to 33): they spend no less than the "
        "poverty line, but less than 1.5 times as much."
    )
    people = "20,0 ribu 15,0–25,0 ribu"
    assert rows(show.bands(run(), bands())) == [
        ["Kelompok", "Persen", "Orang"],
        ["miskin", "14 12–16", people],
        ["rentan miskin", "31 29–33", people],
        ["menuju kelas menengah", "45 43–47", people],
        ["kelas menengah", "9 7–11", people],
        ["kelas atas", "1 −1 sampai 3", people],
    ]


def test_the_picture_of_the_bands_has_the_decimals_of_their_table():
    table = bands()
    assert ">12–16<" in str(show.bands(run(), table))
    narrow = table.assign(low=table["value"] - 0.5, high=table["value"] + 0.5)
    drawn = str(show.bands(run(), narrow))
    wide = str(
        show.bands(run(), narrow.assign(low=narrow["low"].where(narrow.index > 0, 12)))
    )
    assert ">13,5–14,5<" in drawn and ">12,0–14,5<" in wide


def test_a_band_that_is_not_for_use_is_not_told_in_the_title():
    table = bands(rse=[0.6, 0.05, 0.05, 0.05, 0.05])
    told = lines(show.bands(run(), table))
    assert told[0] == (
        "Kelompok kesejahteraan terbesar adalah menuju kelas menengah: 45 persen"
    )
    assert not any("rentang 29" in each for each in told)
    assert lines(show.bands(run("en"), table))[0] == (
        "The largest welfare band is aspiring middle class: 45 percent"
    )
    nothing = lines(show.bands(run(), bands(rse=0.6)))
    assert nothing[0] == (
        "Penduduk menurut kelompok kesejahteraan; galatnya terlalu besar untuk menyebut "
        "angka"
    )
    assert rows(show.bands(run(), table))[1][:2] == ["miskin", "14 ** 12–16"]
    upper = bands(rse=[0.05, 0.05, 0.05, 0.05, 0.6])  # one that no title quotes
    assert "14 persen" in lines(show.bands(run(), upper))[0]


def test_the_bounds_in_force_stand_in_title_sentence_and_caption(monkeypatch):
    entry = parameters._policies()["welfare_bands"]
    bounds = {datetime.date(2015, 1, 1): {"value": [1, 2.0, 3.5, 17]}}
    changed = parameters._policies() | {"welfare_bands": entry | {"values": bounds}}
    monkeypatch.setattr(parameters, "_policies", lambda: changed)
    told = lines(show.bands(run(), bands()))
    assert told[0].endswith("pengeluarannya kurang dari 2 kali garis kemiskinan")
    assert "di bawah 1, 1–2, 2–3,5, 3,5–17, dan 17 kali atau lebih" in told[1]
    assert told[2].endswith("tetapi di bawah 2 kali garis itu.")


def test_a_value_with_care_keeps_its_star_wherever_it_is_quoted():
    starred = bands(rse=[0.3, 0.3, 0.05, 0.05, 0.05])
    told = lines(show.bands(run(), starred))
    assert told[0].startswith("Selain 14* persen yang miskin, 31* persen rentan miskin")
    assert told[2].startswith("Warga rentan miskin 31* persen (rentang 29 sampai 33)")


def test_bands_without_an_error_are_told_without_a_range():
    bare = bands(remark="no_psu", low=np.nan, high=np.nan, se=np.nan, rse=np.nan)
    told = lines(show.bands(run(), bare))
    assert told[0].startswith("Selain 14 persen yang miskin, 31 persen rentan")
    assert told[2].startswith("Berkas yang dimuat tidak menyebut unit sampel")
    told = lines(show.bands(run("en"), bare))
    assert told[2].startswith("The loaded files do not name first-stage units (PSU)")


def test_bands_of_29_persons_or_of_one_block_are_not_shown():
    few = show.bands(run(), bands(n=29))
    assert rows(few)[1:] == [
        ["miskin", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
        ["rentan miskin", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
        ["menuju kelas menengah", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
        ["kelas menengah", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
        ["kelas atas", "– hanya 29 dalam sampel: terlalu sedikit", "–"],
    ]
    assert not pictures(few)
    alone = show.bands(run(), bands(df=0.0))
    assert rows(alone)[1] == ["miskin", "– hanya satu blok sensus tiap strata", "–"]
    assert any(
        each.startswith("Nilai survei ini tidak ditampil") for each in lines(alone)
    )
    english = show.bands(run("en"), bands(df=0.0))
    assert rows(english)[1] == ["poor", "– only one census block a stratum", "–"]
    assert any(
        each.startswith("These survey values are not shown") for each in lines(english)
    )


def test_what_is_not_loaded_is_told_with_what_to_do_about_it():
    assert lines(show.bands(run(), bands().iloc[:0])) == [
        "Data Susenas sampai 2023 untuk Pacitan belum dimuat, jadi bagian ini kosong. "
        'Muat berkasnya dengan "sepakat data load".'
    ]
    assert lines(show.bands(run("en", year=2016), bands().iloc[:0])) == [
        "This part needs Susenas, which this tool reads from 2017 on, so the report of "
        "2016 has official figures only."
    ]


# Growth by tenth


def tenths(value=2.0, low=1.0, high=3.0, verdict="rose", against="faster", **given):
    """The poorest tenth as given, the others 1 percent a year, their mean 1.5."""
    row = {"value": 1.0, "low": 0.2, "high": 1.8, "verdict": "rose"}
    row |= {"against_mean": "alike", "n": 90, "df": 30.0, "rse": np.nan, "remark": ""}
    rows = [row | {"decile": i} for i in range(1, 11)]
    rows[0] |= {"value": value, "low": low, "high": high}
    rows[0] |= {"verdict": verdict, "against_mean": against}
    table = disclosure.publish(pd.DataFrame(rows).assign(**given), year=2023)
    mean = {"decile": 0, "value": 1.5, "verdict": "", "against_mean": ""}
    table = pd.concat([table, pd.DataFrame([mean])])
    return table.assign(since=2021, until=2023)


def one_round(year, **given):
    row = {"region": PACITAN, "indicator": "decile_mean", "remark": "", "year": year}
    return pd.DataFrame([row | {"synthetic": False} | given])


ROUNDS = one_round(2021), one_round(2023)


def growth(language="id", table=None, rounds=ROUNDS, **given):
    table = tenths(**given) if table is None else table
    return show.growth(run(language), table, *rounds)


@pytest.mark.parametrize(
    ("against", "indonesian", "english"),
    [
        (
            "faster",
            "Pengeluaran warga termiskin tumbuh lebih cepat daripada rata-rata",
            "Spending of the poorest people grew faster than the mean",
        ),
        (
            "slower",
            "Pengeluaran warga termiskin tumbuh lebih lambat daripada rata-rata",
            "Spending of the poorest people grew more slowly than the mean",
        ),
        (
            "alike",
            "Pertumbuhan pengeluaran warga termiskin tidak dapat dibedakan dari rata-rata",
            "Growth of the poorest people's spending cannot be told apart from the mean",
        ),
    ],
)
def test_growth_of_the_poorest_is_held_against_the_mean(against, indonesian, english):
    assert lines(growth(against=against))[0] == indonesian
    assert lines(growth("en", against=against))[0] == english


@pytest.mark.parametrize(
    ("given", "indonesian", "english"),
    [
        (
            {},
            "Pengeluaran desil termiskin tumbuh 2,0 persen setahun (rentang 1,0 "
            "sampai 3,0) terhadap garis kemiskinan.",
            "Spending of the poorest tenth grew by 2.0 percent a year (range 1.0 to 3.0) over "
            "the poverty line.",
        ),
        (
            {"value": -2.0, "low": -2.6, "high": -1.4, "verdict": "fell"},
            "Pengeluaran desil termiskin turun terhadap garis kemiskinan: −2,0 "
            "persen setahun (rentang −2,6 sampai −1,4).",
            "Spending of the poorest tenth fell against the poverty line: −2.0 percent "
            "a year (range −2.6 to −1.4).",
        ),
        (
            {"value": 0.5, "low": -1.0, "high": 2.0, "verdict": "change_unclear"},
            "Belum dapat dipastikan bahwa pengeluaran desil termiskin berubah "
            "terhadap garis kemiskinan: rentangnya −1,0 sampai 2,0 persen setahun.",
            "It cannot be said whether spending of the poorest tenth changed against "
            "the poverty line: the range is −1.0 to 2.0 percent a year.",
        ),
    ],
)
def test_growth_of_the_poorest_tenth_is_a_year_and_has_a_range(
    given, indonesian, english
):
    assert lines(growth(**given))[2] == indonesian
    assert lines(growth("en", **given))[2] == english


def test_the_tenths_stand_in_order_with_the_poorest_first():
    table = rows(growth())
    assert table[0] == ["Desil", "Persen setahun"]
    assert table[1] == ["1", "2,0 1,0–3,0"] and table[2] == ["2", "1,0 0,2–1,8"]
    assert [row[0] for row in table[1:]] == [str(i) for i in range(1, 11)]
    caption = lines(growth())[1]
    assert "persen setahun, 2021–2023" in caption
    assert "Susenas, Maret 2021 dan 2023" in caption


def test_growth_of_few_blocks_is_used_with_care():
    assert lines(growth(df=7.0))[3] == (
        "Sampelnya dari sedikit blok sensus: gunakan dengan hati-hati."
    )
    assert not any("blok sensus" in each for each in lines(growth(df=8.0)))


@pytest.mark.parametrize(
    ("given", "beginning"),
    [
        ({"n": 29}, "Sampel tiap desil penduduk terlalu sedikit"),
        ({"df": 0.0}, "Nilai survei ini tidak ditampilkan"),
        (
            {"low": np.nan, "high": np.nan, "remark": "no_psu"},
            "Berkas yang dimuat tidak menyebut unit sampel tahap pertama",
        ),
    ],
)
def test_growth_that_cannot_be_shown_says_why_under_a_plain_heading(given, beginning):
    block = growth(table=tenths(**given))
    heading, why = lines(block)
    assert heading == "Pertumbuhan pengeluaran menurut desil penduduk"
    assert why.startswith(beginning) and not rows(block) and not pictures(block)


def test_growth_without_an_earlier_round_or_on_an_estimated_line_says_why():
    none = pd.DataFrame(columns=["decile", "value"])
    alone = growth(table=none, rounds=(ROUNDS[0].iloc[:0], ROUNDS[1]))
    assert lines(alone)[1].startswith(
        "Pertumbuhan memerlukan putaran Susenas sebelum 2023"
    )
    english = growth("en", table=none, rounds=(ROUNDS[0].iloc[:0], ROUNDS[1]))
    assert lines(english)[1].startswith("Growth needs a Susenas round before 2023")
    taken = one_round(2021, remark="estimated_line"), ROUNDS[1]
    assert lines(growth(table=none, rounds=taken))[1] == (
        "Pertumbuhan pengeluaran terhadap garis kemiskinan tidak ditampilkan: garis "
        "salah satu tahunnya hanya taksiran."
    )
    assert not lines(growth(table=none, rounds=[each.iloc[:0] for each in ROUNDS]))
