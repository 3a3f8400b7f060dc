"""The answer on two pages: every number of it is a finding's, and it claims no more."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from reading import lines, rows
from scipy.stats import t as student
from summarised import NO_SERIES, NONE_OPEN
from test_prioritisation import PACITAN, found, gap, level

from sepakat_lib import analysis, estimation, parameters, published, words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports import page
from sepakat_lib.tables import Differences, Estimates

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PAGES = [("3501", "id"), ("3501", "en"), ("7303", "id"), ("3578", "id")]
# What a text may hold beside what it read from findings, and why.
NO_FINDINGS = {
    "1": "of P1, and of the first rank",
    "25": "percent of error from which a value is marked",
    "50": "percent of error from which it is not for use",
    "95": "percent of confidence",
    "2021": "where no file tells the first year of the RPJMD",
    "1,5": "times the line below which people are vulnerable",
    "1.5": "the same in English",
}


def summary_of(path) -> page.Block:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    blocks = [output["data"][page.MIME] for output in outputs if "data" in output]
    (block,) = [page.read(block) for block in blocks if block["kind"] == "summary"]
    return block


def written(value: float, language: str) -> set[str]:
    """Every way in which a number may be written."""
    if not np.isfinite(value):
        return set()
    whole = [words.number(abs(value), language, digits) for digits in range(4)]
    scaled = [
        words.number(abs(value) / scale, language, digits)
        for scale in (1e3, 1e6)
        for digits in range(3)
    ]
    return {*whole, *scaled}


def read_from(finding: pd.Series, language: str) -> set[str]:
    """All that a text may say of one finding."""
    names = ["value", "low", "high", "n", "people", "people_low", "people_high"]
    said = set().union(*(written(finding[name], language) for name in names))
    # those who do not have a good thing, of all of whom it is told
    if finding["kind"] == "level" and finding["value"] > 0:
        whole = finding["people"] / finding["value"] * 100
        lacking = [
            whole * (100 - finding[end]) / 100 for end in ("value", "low", "high")
        ]
        said |= set().union(*(written(number, language) for number in lacking))
    return said | {str(int(finding["year"])), str(int(finding["against_year"]))}


def unresolved(cited: dict, findings: pd.DataFrame, language: str) -> set[str]:
    """Numbers of one text that stand in none of the findings that it names."""
    read = findings[findings["id"].isin(cited["findings"])]
    assert len(read) == len(set(cited["findings"])), cited
    said = set().union(*(read_from(row, language) for _, row in read.iterrows()), set())
    gaps = read[read["kind"].eq("gap")]
    for _, row in gaps.iterrows():
        own = read[read["kind"].eq("level") & read["indicator"].eq(row["indicator"])]
        for level_ in own["value"]:
            said |= written(level_ - row["value"], language)  # the other's
    return set(NUMBER.findall(cited["text"])) - said


def texts(value) -> list[str]:
    """All texts of a block's content."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, words.Marked):
        return [" ".join(filter(None, [str(value.value), value.interval, value.note]))]
    if isinstance(value, page.Block):
        value = {
            n: v for n, v in value.content.items() if n not in ("rests_on", "drawing")
        }
    if isinstance(value, dict):
        value = list(value.values())
    return (
        [text for part in value for text in texts(part)]
        if isinstance(value, list | tuple)
        else []
    )


@pytest.fixture(scope="module")
def held(pages):
    """Findings of each page, made again from the estimates, and its rank."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(pages.parent / "data"))
        official = published.official()
        for region, language in PAGES:
            chosen = parameters.resolve(region=region, year=2023, language=language)
            estimates = estimation.read(chosen)
            findings = analysis.findings(
                chosen,
                official,
                estimates,
                estimation.differences(chosen),
                estimation.earlier(chosen),
            )
            peers = analysis.ranking(chosen, official, estimates)
            rank = analysis.rank(peers, chosen.confidence)
            made[region, language] = findings, rank
    return made


@pytest.mark.parametrize(("region", "language"), PAGES)
def test_every_number_of_a_summary_is_read_from_its_findings(
    pages, held, region, language
):
    name = "analysis.en.ipynb" if language == "en" else "analysis.ipynb"
    block = summary_of(pages / region / "2023" / name)
    findings, rank = held[region, language]
    ranks = {str(place) for place in rank.values()}
    other = set()
    for cited in block.content["rests_on"]:
        cited = cited | {"text": cited["text"].replace(f"{region}.yml", "")}
        rest = unresolved(cited, findings, language)
        if cited["findings"]:
            rest -= {"1"} if "P1" in cited["text"] else set()
        else:
            rest -= ranks
        other |= rest
    print(f"not of findings: {sorted(other)}")
    assert other <= set(NO_FINDINGS)


@pytest.mark.parametrize(("region", "language"), PAGES)
def test_every_text_with_a_number_says_what_it_was_read_from(pages, region, language):
    name = "analysis.en.ipynb" if language == "en" else "analysis.ipynb"
    block = summary_of(pages / region / "2023" / name)
    cited = {each["text"] for each in block.content["rests_on"]}
    assert len(cited) > 50
    names = {"age": r"\d+–\d+|60", "depth": "P1", "mpi": "14 ", "confidence": "95"}
    names |= {"charter": "PBB|2030", "vulnerable": r"\b1[.,]5 (?:kali|times)"}
    rest = [
        text
        for text in texts(block)
        if text not in cited
        and NUMBER.search(re.sub("|".join(names.values()), "", text))
    ]
    # captions and the title of the picture, whose points stand in the figure below
    assert [text for text in rest if "BPS" not in text and "2023" not in text] == []


def test_a_number_that_no_finding_holds_would_be_seen():
    table = found(level("jkn", 61.25, people=100_000.0))
    right = {"text": "61,25 persen, 100,0 ribu", "findings": ["finding/0"]}
    assert unresolved(right, table, "id") == set()
    assert unresolved(right | {"text": "61,26 persen"}, table, "id") == {"61,26"}


def told(*findings, language="id", region="3501", rank=None, official=None):
    chosen = Parameters(region=region, year=2023, language=language)
    table = found(*findings)
    facts = analysis.summary(chosen, table, official or {}, rank or {}, NONE_OPEN)
    return show.summary(chosen, facts, NO_SERIES)


RATE = level(
    "p0", 13.65, 3.0, people=76_200.0, people_low=59_500.0, people_high=92_900.0
)
WORSE = (
    level("improved_water", 80.0, 2.0, people=400_000.0),
    gap("improved_water", -10.0, 2.0),
)
WIDER = (
    level(
        "informal",
        68.0,
        3.0,
        people=186_000.0,
        people_low=173_000.0,
        people_high=199_000.0,
    ),
    gap("informal", 14.0, 3.0),
)
OPEN = level("jkn", 80.0), gap("jkn", -2.0, 2.1)
GOOD = level("literacy", 97.0), gap("literacy", 2.0, 0.5)


def test_the_widest_sure_difference_for_the_worse_leads():
    block = told(RATE, *WORSE, *WIDER, *OPEN, *GOOD)
    text = " ".join(lines(block))
    assert (
        "Pekerja informal: 68 persen di sini, 54 persen di Jawa Timur. Di antara 4 ukuran "
        "yang dibandingkan, inilah selisih terlebar yang pasti lebih buruk. "
        "Yang mengalaminya di sini 186,0 ribu orang." in text
    )
    assert (
        "Dari 4 ukuran survei yang dibandingkan dengan Jawa Timur, 2 pasti lebih buruk, 1 "
        "pasti lebih baik, dan 1 tidak dapat dibedakan." in text
    )
    assert (
        "Pasti lebih baik, karena lebih tinggi: melek aksara 15 tahun ke atas" in text
    )
    assert "Juga pasti lebih buruk" not in text  # both stand in the table
    first, second = (
        row for row in rows(block) if row[0] in ("Pekerja informal", "Air minum layak")
    )
    assert first[0] == "Pekerja informal"
    # 400 thousand have it, 80 percent of 500 thousand: 100 thousand do not
    assert (
        second[1:4] == ["tinggi", "80 78–82", "90"] and second[5] == "100,0 90,0–110,0"
    )
    assert first[1] == "rendah" and first[5] == "186,0 173,0–199,0"


def test_another_theme_planted_leads_with_another_sentence():
    water, work = (" ".join(lines(told(RATE, *pair, *OPEN))) for pair in (WORSE, WIDER))
    assert "Air minum layak: 80 persen di sini, 90 persen di Jawa Timur." in water
    assert "Pekerja informal" not in water
    assert "Yang belum mencapainya di sini 100,0 ribu orang." in water
    assert "Pekerja informal: 68 persen" in work and "Air minum layak" not in work


def test_where_nothing_is_surely_worse_nothing_is_named_first():
    block = told(RATE, *OPEN, *GOOD)
    text = " ".join(lines(block))
    assert (
        "Selain persentase miskin, 2 ukuran dari survei dibandingkan dengan Jawa Timur. "
        "Tidak satu pun pasti lebih buruk, jadi survei ini tidak menunjuk satu hal yang "
        "harus didahulukan. Yang tidak dapat dibedakan 1:" in text
    )
    assert "terlebar yang pasti" not in text
    assert not [row for row in rows(block) if row[0] == "Indikator"]


def test_intervals_of_the_differences_hold_for_all_that_were_compared():
    chosen = PACITAN
    table = analysis.widest(chosen, found(RATE, *WORSE, *WIDER, *OPEN, *GOOD))
    wider = student.ppf(1 - 0.025 / 4, 30) / student.ppf(1 - 0.025, 30)
    informal = table.set_index("indicator").loc["informal"]
    assert informal["gap_low"] == pytest.approx(14 - 3 * wider)
    assert informal["gap_high"] == pytest.approx(14 + 3 * wider)


def test_a_difference_that_is_sure_alone_is_not_sure_among_many():
    barely = gap("jkn", -2.0, 1.9)  # beyond 0 alone; of four at once it holds 0
    table = analysis.widest(
        PACITAN, found(RATE, *WORSE, *WIDER, level("jkn", 80.0), barely, *GOOD)
    )
    says = table.set_index("indicator")["judgement"]
    assert says["jkn"] == "unclear" and says["informal"] == "worse"
    alone = analysis.widest(PACITAN, found(level("jkn", 80.0), barely))
    assert alone["judgement"].tolist() == ["worse"]


@pytest.mark.parametrize(
    "more",
    [{"mark": "**"}, {"mark": "few", "low": np.nan}, {"verdict": "estimated_line"}],
)
def test_what_is_hidden_or_not_for_use_or_on_an_estimated_line_is_not_compared(more):
    table = analysis.widest(PACITAN, found(*OPEN, WIDER[0], WIDER[1] | more))
    assert table["indicator"].tolist() == ["jkn"]


def test_the_nation_has_nobody_to_be_held_against():
    text = " ".join(lines(told(level("p0", 9.0, region="00"), region="00")))
    assert "Di atas Indonesia tidak ada wilayah pembanding." in text


def groups(*entries, grouping="area"):
    """Levels of the rate by group: (group, value, people, half its interval)."""
    return [
        level("p0", value, 2.0, people=people, grouping=grouping, group=group)
        | {"people_low": people - half, "people_high": people + half}
        for group, value, people, half in entries
    ]


@pytest.mark.parametrize(
    ("half", "sentence"),
    [
        (4_000.0, "Orang miskin di desa (49,0 ribu orang) lebih banyak daripada di kota (40,0 ribu orang); rentangnya tidak bertumpang tindih. Persentasenya 15 persen dan 12 persen."),
        (4_500.0, "Menurut sampel, orang miskin di desa (49,0 ribu orang) lebih banyak daripada di kota (40,0 ribu orang). Rentang kedua jumlah itu bertumpang tindih, jadi belum pasti di mana yang lebih banyak."),
    ],
)  # fmt: skip
def test_more_people_in_a_group_are_sure_only_where_the_intervals_do_not_touch(
    half, sentence
):
    area = groups(("urban", 12.0, 40_000.0, half), ("rural", 15.0, 49_000.0, half))
    assert sentence in " ".join(lines(told(RATE, *area)))


def test_a_hidden_group_leaves_open_where_most_poor_people_are():
    area = groups(("urban", 12.0, 40_000.0, 1_000.0), ("rural", 15.0, np.nan, 1_000.0))
    text = " ".join(lines(told(RATE, *area)))
    assert "lebih banyak daripada di" not in text


def test_who_gets_no_aid_is_told_in_people_first():
    none = level("poor_without_aid", 31.0, 10.0, people=23_552.0)
    block = told(RATE, none, level("pkh_missed", 71.0, 9.0, people=54_350.0))
    assert (
        "23,6 ribu orang miskin tinggal di rumah tangga yang tidak menerima bantuan apa "
        "pun, yaitu 31 persen dari semua orang miskin." in " ".join(lines(block))
    )
    assert ["Warga miskin yang tidak menerima PKH", "71 62–80", "54,4"] in rows(block)


@pytest.mark.parametrize(
    ("started", "sentence"),
    [
        (2022, "Dibandingkan dengan tahun pertama RPJMD: turun 0,15 poin dan berkurang 730 orang sejak Maret 2022."),
        (2019, ""),
        (None, "Tahun pertama RPJMD daerah ini belum diisi, jadi dipakai 2021; Bappeda yang mengisinya."),
        (2023, "Perubahan sejak 2023, tahun pertama RPJMD, tidak dapat dihitung"),
    ],
)  # fmt: skip
def test_the_change_since_the_rpjmd_began_says_who_fills_in_its_year(
    monkeypatch, tmp_path, started, sentence
):
    (tmp_path / "regions").mkdir()
    if started:
        file = tmp_path / "regions" / "3501.yml"
        file.write_text(f"rpjmd_start: {started}", "utf-8")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    official = published.official()
    change = analysis.change(PACITAN, official)
    findings = analysis.findings(
        PACITAN,
        official,
        Estimates.empty(),
        Differences.empty(),
        Estimates.empty(),
    )
    facts = analysis.summary(PACITAN, findings, change, {}, NONE_OPEN)
    text = " ".join(lines(show.summary(PACITAN, facts, NO_SERIES)))
    if started == 2019:  # looked up in the table, not copied from the page
        rates = official[official["region"].eq("3501") & official["indicator"].eq("p0")]
        by = rates[rates["month"].eq(3)].set_index("year")["value"]
        apart = words.number(abs(by[2023] - by[2019]), "id", 2)
        assert f"{apart} poin" in text and "sejak Maret 2019" in text
        return
    assert sentence in text


def test_a_region_without_the_survey_says_what_is_not_there_and_names_nothing_first():
    official = published.official()
    findings = analysis.findings(
        PACITAN, official, Estimates.empty(), Differences.empty(), Estimates.empty()
    )
    change = analysis.change(PACITAN, official)
    facts = analysis.summary(PACITAN, findings, change, {}, NONE_OPEN)
    text = " ".join(lines(show.summary(PACITAN, facts, NO_SERIES)))
    assert "Hal itu belum dapat dikatakan: data survei 2023 belum dimuat." in text
    assert "13,65 persen penduduk Pacitan miskin pada Maret 2023" in text
    assert "Angka lain berasal dari survei" not in text and "sintetis" not in text


def test_the_widest_of_the_sure_leads_though_another_is_surer():
    wide = level("adequate_housing", 40.0), gap("adequate_housing", -18.0, 9.0)
    table = analysis.widest(PACITAN, found(*WIDER, *wide))  # 14 within 3, 18 within 9
    assert table["indicator"].tolist() == ["adequate_housing", "informal"]
    assert set(table["judgement"]) == {"worse"}


def test_what_bps_alone_tells_and_nobody_declared_stops_no_comparison():
    """As a rate by another line, which official tables hold and no survey tells."""
    alone = level("extreme_poor_190", 2.0, source="official")
    apart = gap("extreme_poor_190", 0.5, source="official")
    table = analysis.widest(PACITAN, found(*OPEN, alone, apart))
    assert table["indicator"].tolist() == ["jkn"]


RATES = [12.0, 11.0, 13.0, 12.5, 11.5]  # of 2019 to 2023


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        (
            RATES,
            "Pada 2021 angkanya lebih tinggi daripada tahun sebelum dan sesudahnya",
        ),
        ([12.0, 11.0, 10.0, 12.5, 11.5], "Pada 2021 angkanya lebih rendah"),
        ([12.0, 11.0, 11.0, 12.5, 11.5], ""),  # no lower than the year before
        ([14.0, 13.5, 13.0, 12.5, 11.5], ""),
    ],
)
def test_a_year_that_stands_out_is_named_where_a_change_is_counted_from_it(rates, says):
    official = published.official()
    own = official["region"].eq("3501") & official["indicator"].eq("p0")
    put = dict(zip(range(2019, 2024), rates, strict=True))
    among = own & official["month"].eq(3) & official["year"].isin(put)
    official.loc[among, "value"] = official.loc[among, "year"].map(put)
    change = analysis.change(PACITAN, official)
    findings = analysis.findings(
        PACITAN, official, Estimates.empty(), Differences.empty(), Estimates.empty()
    )
    facts = analysis.summary(PACITAN, findings, change, {}, NONE_OPEN)
    text = " ".join(lines(show.summary(PACITAN, facts, NO_SERIES)))
    assert ("Pada 2021" in text) == bool(says) and says in text


def test_what_is_not_for_use_is_not_printed_on_the_two_pages():
    poor = groups(("urban", 12.0, 40_000.0, 500.0), ("rural", 15.0, 49_000.0, 500.0))
    not_for_use = {"mark": "**", "people_mark": "**"}
    unfit = poor[0] | not_for_use
    none = level("poor_without_aid", 31.0, 10.0, people=23_552.0) | not_for_use
    block = told(RATE, unfit, poor[1], none)
    assert ["kota", "– **", "– **"] in rows(block)
    assert ["Warga miskin tanpa bantuan", "– **", "– **"] in rows(block)
    text = " ".join(lines(block))
    assert "23,6" not in text and "40,0" not in text


def test_a_share_and_its_number_of_people_have_their_own_stars():
    poor = groups(("urban", 12.0, 40_000.0, 500.0), ("rural", 15.0, 49_000.0, 500.0))
    block = told(RATE, poor[0] | {"mark": "*", "people_mark": "*"}, poor[1])
    assert ["kota", "12 * 10–14", "40,0 * 39,5–40,5"] in rows(block)
    block = told(RATE, poor[0] | {"mark": "*"}, poor[1] | {"people_mark": "**"})
    assert ["kota", "12 * 10–14", "40,0 39,5–40,5"] in rows(block)
    assert ["desa", "15 13–17", "– **"] in rows(block)
    assert "49,0" not in " ".join(lines(block))


def test_people_of_one_table_are_told_in_one_scale():
    poor = groups(("urban", 12.0, 856.0, 100.0), ("rural", 15.0, 49_000.0, 500.0))
    block = told(RATE, *poor)
    assert ["kota", "12 10–14", "0,9 0,8–1,0"] in rows(block)
    assert any("Orang miskin, ribu" in row for row in rows(block))
    small = groups(("urban", 12.0, 856.0, 100.0), ("rural", 15.0, 9_000.0, 500.0))
    assert ["kota", "12 10–14", "856 756–956"] in rows(told(RATE, *small))


@pytest.mark.parametrize(
    ("half", "says"),
    [
        (500.0, "Di antara mereka, lebih banyak yang tinggal di desa (13,2 ribu orang) daripada di kota (10,4 ribu orang)."),
        (3_000.0, "Rentangnya bertumpang tindih, jadi belum pasti di mana yang lebih banyak."),
    ],
)  # fmt: skip
def test_where_those_without_aid_live_is_said_as_surely_as_it_is_known(half, says):
    whole = level("poor_without_aid", 31.0, 2.0, people=23_600.0)
    parts = [
        level(
            "poor_without_aid", value, 2.0, people=people, grouping="area", group=area
        )
        | {"people_low": people - half, "people_high": people + half}
        for area, value, people in (
            ("urban", 39.0, 10_400.0),
            ("rural", 27.0, 13_200.0),
        )
    ]
    block = told(RATE, whole, *parts)
    assert says in " ".join(lines(block))
    where = [row for row in rows(block) if row[0].startswith("– di ")]
    assert [row[:2] for row in where] == [
        ["– di desa", "27 25–29"],
        ["– di kota", "39 37–41"],
    ]


def test_every_open_matter_names_its_data_and_who_keeps_them():
    awaited = analysis.unanswered({"jkn": ["R1101"]})
    facts = analysis.summary(PACITAN, found(RATE), {}, {}, awaited)
    block = show.summary(PACITAN, facts, NO_SERIES)
    by_keeper = {row[2]: row for row in rows(block) if len(row) == 3}
    assert by_keeper["BPKAD"][1].startswith("ringkasan APBD (Lampiran I–IV)")
    assert "Indeks Risiko Bencana dan kejadian bencana" in by_keeper["BNPB"][0]
    assert "Apakah target RPJMD tercapai" in by_keeper["Bappeda"][0]
    assert all(all(row) for row in by_keeper.values())


def test_an_invented_survey_is_called_so_where_the_first_thing_is_named():
    invented = [row | {"synthetic": True} for row in (RATE, *WIDER)]
    assert "ini contoh untuk berlatih" in " ".join(lines(told(*invented)))
    assert "ini contoh untuk berlatih" not in " ".join(lines(told(RATE, *WIDER)))


def test_what_stands_in_no_table_is_named_with_the_side_on_which_it_lies():
    wide = [
        pair
        for name in ("informal", "earth_floor", "firewood", "crowded", "child_work")
        for pair in (level(name, 40.0), gap(name, 20.0, 1.0))
    ]
    less = level("improved_water", 60.0), gap("improved_water", -10.0, 1.0)
    more = level("no_internet", 9.0), gap("no_internet", 8.0, 1.0)
    good = level("neet", 9.0), gap("neet", -8.0, 1.0)
    text = " ".join(lines(told(RATE, *wide, *less, *more, *good, *GOOD)))
    assert "Juga pasti lebih buruk, karena lebih rendah: air minum layak. " in text
    assert "Juga pasti lebih buruk, karena lebih tinggi: tanpa akses internet. " in text
    assert "Pasti lebih baik, karena lebih rendah: pemuda 15–24 tahun tidak " in text
    assert "Pasti lebih baik, karena lebih tinggi: melek aksara 15 tahun" in text


@pytest.mark.parametrize(
    ("synthetic", "says"), [(True, "sekadar contoh"), (False, "Bila galat dari survei")]
)
def test_a_range_of_ranks_says_whose_errors_made_it(synthetic, says):
    rank = {"rank": 8, "of": 38, "first": 4, "last": 18}
    text = " ".join(lines(told(RATE | {"synthetic": synthetic}, rank=rank)))
    assert says in text
    assert text.count("peringkat itu antara 4 dan 18") == 1


def test_people_made_by_a_computer_are_never_said_to_have_been_surveyed():
    survey = " ".join(lines(told(RATE)))
    invented = " ".join(lines(told(RATE | {"synthetic": True})))
    assert "buatan komputer" in invented and "buatan komputer" not in survey
    assert (
        "nilai sebenarnya antara" in survey
        and "nilai sebenarnya antara" not in invented
    )
