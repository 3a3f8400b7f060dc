import datetime
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat_lib import words

KEYS = sorted(words.catalogue())
ENGLISH = {"the", "and", "of", "with", "for", "from", "is", "are", "this", "to", "or"}
INDONESIAN = {"yang", "dan", "dengan", "untuk", "dari", "tidak", "adalah", "atau"}


def bare_words(sentence):
    return set(re.findall(r"[a-z]+", re.sub(r"\{\w+\}", " ", sentence.lower())))


@pytest.mark.parametrize("key", KEYS)
def test_a_sentence_stands_in_both_languages_with_the_same_fields(key):
    sentence = words.catalogue()[key]
    assert set(sentence) == {"id", "en"}
    assert all(text and text == text.strip() for text in sentence.values())
    assert words.fields_of(sentence["id"]) == words.fields_of(sentence["en"])


@pytest.mark.parametrize("key", KEYS)
def test_no_word_slips_from_one_language_into_the_other(key):
    sentence = words.catalogue()[key]
    assert not bare_words(sentence["id"]) & ENGLISH
    assert not bare_words(sentence["en"]) & INDONESIAN


# Words with an opposite: a sentence that has one has its like in the other language. The
# keys are of sentences that say it in another way.
SAID_IN_ENGLISH_TOO = [
    ("sebelum", "before|until", ""),
    ("sesudah|setelah", "after|later", ""),
    ("tanpa", "without|no", ""),
    ("terakhir", "last", ""),
    ("naik", "rose|up|rise|rising", ""),
    ("turun", "fell|down", ""),
    ("tinggi|tertinggi", r"high\w*", ""),
    ("rendah|terendah", r"low\w*", ""),
    ("di atas", "above|over|beyond", ""),
    ("di bawah", "below|under", "bands.says"),
    ("di luar", "outside|beyond", ""),
    (r"semua\w*", "all|every|each", "contradiction.says_p0"),
    (
        "sebagian",
        "some|part|partly",
        "contradiction.says_poor_persons standing.title_among_most",
    ),
    (
        "hanya",
        "only|just",
        "fifths.one_unit terminal.touched error.one_column error.own_indicator_households",
    ),
    ("juga", "also|too", ""),
    ("sudah", "already|been|has|have|is|are|was|now", "terminal.batch_done"),
    (
        "belum",
        "not|yet|unknown|no|nothing",
        "trend.says_change_unclear growth.says_change_unclear unknown.question "
        "terminal.empty",
    ),
    ("pasti", "surely|certain|firm", ""),
    ("harus", "must|needs?", "rule.filled"),
    ("provinsi", "provinces?|provincial", "option.lines"),
    ("kabupaten", "kabupaten", ""),
    ("desa|perdesaan", "rural|villages?|desa", "option.lines"),
    ("laki-laki", "m[ae]n|male", ""),
    ("perempuan", "wom[ae]n|female", ""),
    ("rumah tangga", "households?", "error.no_persons role.persons"),
    ("orang", "persons?|people|men|women", "unit.persons_share"),
    ("rentan", "vulnerable", ""),
    ("termiskin", "poorest", ""),
    ("terkaya", "richest", ""),
    (r"sebulan|bulan\w*", "months?|monthly", ""),
    (r"setahun|tahun\w*", "years?|annual|yearly", "error.not_bps_2020"),
    (r"ribu\w*", r"thousand\w*", ""),
    (r"juta\w*", r"million\w*", ""),
    ("poin", "points?", ""),
    (r"kecil\w*", r"small\w*|narrow", "error.column_twice"),
    ("lebar", "wide", ""),
    ("banyak", "many|much|most|more|several|large", ""),
    ("sedikit", "few|fewer|slightly|least|small", "door.waiting"),
    ("paling (?:jauh|banyak)", "most", ""),
    (
        "sama",
        "same|equal|alike|together|both",
        "standing.how error.broken_address error.column_twice error.other_folder "
        "error.two_definitions error.duplicate_codes remark.weind_is_weight "
        "remark.food_and_nonfood_differ",
    ),
    (
        "berbeda",
        r"differ\w*|other|unlike|another",
        "error.other_questionnaire",
    ),
]
SAID_IN_INDONESIAN_TOO = [
    ("sebelum", "before", "error.data_moved"),
    ("sebelum|sesudah|lalu", "earlier", "rule.figure_once"),
    ("sesudah|berikutnya", "later", ""),
    (r"tinggi|tertinggi|menengah", r"high\w*", ""),
    (r"rendah|terendah", r"low\w*", "error.worker_killed"),
    ("di bawah", "below|under|beneath", ""),
    ("pasti", "surely|certain", "survey.no_error"),
    ("provinsi", "provinces?|provincial", "trend.how command.estimate"),
    (r"desa|perdesaan", "rural", ""),
    ("laki-laki", "m[ae]n|male", ""),
    ("perempuan", "wom[ae]n|female", ""),
    (
        "rumah tangga|ruta",
        "households?",
        "survey.says_one_unit cause.household cause.year page.synthetic_means",
    ),
    ("rentan", "vulnerable", ""),
    ("termiskin|paling miskin", "poorest", ""),
    ("terkaya", "richest", ""),
    (r"sebulan|bulan\w*", "months?|monthly", "option.official"),
    (
        r"setahun|tahun\w*",
        "years?|annual|yearly",
        "error.broken_address option.official",
    ),
    (r"ribu\w*", r"thousand\w*", "cause.thousandfold"),
    (r"juta\w*", r"million\w*", ""),
    (r"persen\w*", r"percent\w*", ""),
    ("tanpa|tidak|belum", "without", "group.disability.without"),
    ("tidak|tak|belum|bukan", "cannot", ""),
    (
        "luar|di atas|melampaui",
        "beyond",
        "",
    ),
    (r"kecil\w*|sempit", r"small\w*|narrow", "fifths.too_few map.blank"),
    (r"\w*besar|banyak", r"large\w*", "map.blank"),
    (
        "lebih|lagi|banyak|bertambah",
        "more",
        "error.batch_what unknown.more_doubts door.more_choices",
    ),
    ("kurang|sedikit|berkurang", "less|fewer", ""),
    ("hanya", "only", "error.licensed_there"),
]


# How often a sentence has such words in Indonesian and in English; by the pair those that
# say it in another way, as "tidak lengkap" and "missing", with both counts.
SAID_AS_OFTEN = [
    ("persen", "percent", ""),
    (r"provinsi\w*", "provinces?|provincial", "option.lines 1 0"),
    (r"kabupaten\w*", r"kabupaten\w*", ""),
    (
        "poin",
        "points",
        "error.no_polygons 0 1 map.schematic 0 1 remark.decimal_comma 0 1",
    ),
    (
        "tanpa|tidak|belum|bukan|tak|jangan",
        "without|not|no|never|nobody|none|neither|nothing|cannot|nor",
        """
        cause.households_missing 1 0 cause.kemendagri 1 0 cause.low 1 0
        cause.other_edition 1 0 cause.year 2 1 command.batch 1 0
        contradiction.says_p0 4 3 contradiction.says_poor_persons 3 2 door.failed 0 1
        doubt.members 1 0 doubt.no_spending 2 1 doubt.one_share 1 0
        error.bad_cells 3 2 error.missing_columns 2 1
        error.not_answered 2 1 error.other_folder 0 2 error.own_indicator_lacks 3 2
        error.unexpected 1 0 error.unknown_codes 1 0 error.worker_killed 1 0
        group.work_status.with_unpaid_help 1 0 index.summary 0 1 map.blank 1 0
        option.folder 1 0 option.port 1 0 option.year_of_files 2 1
        remark.assumed_left_out 2 1 remark.food_and_nonfood_differ 2 0
        remark.households_without_spending 2 1 remark.items_missing 2 1
        remark.spending_from_blocks 2 1 remark.subtotals_left_out 2 1
        terminal.absent 2 1 terminal.absent_line 2 1 terminal.empty 1 0
        terminal.no_earlier_lines 2 1 terminal.not_checked 1 0 unknown.question 1 0
        venn.areas_off 1 2
        """,
    ),
]


def has_one_of(choices, sentence):
    return re.search(rf"(?<![\w{{-])(?:{choices})(?![\w}}-])", sentence, re.I)


@pytest.mark.parametrize(("indonesian", "english", "otherwise"), SAID_AS_OFTEN)
def test_a_sentence_denies_and_counts_as_often_in_both_languages(
    indonesian, english, otherwise
):
    counts = {
        key: tuple(
            len(
                re.findall(
                    rf"(?<![\w{{-])(?:{word})(?![\w}}-])", sentence[language], re.I
                )
            )
            for language, word in (("id", indonesian), ("en", english))
        )
        for key, sentence in words.catalogue().items()
    }
    parts = otherwise.split()
    excepted = {
        key: (int(first), int(second))
        for key, first, second in zip(*(parts[i::3] for i in range(3)), strict=True)
    }
    assert {key: pair for key, pair in counts.items() if len({*pair}) > 1} == excepted


@pytest.mark.parametrize(("indonesian", "english", "otherwise"), SAID_IN_ENGLISH_TOO)
def test_a_word_with_an_opposite_is_said_in_english_too(indonesian, english, otherwise):
    found = {
        key for key in KEYS if has_one_of(indonesian, words.catalogue()[key]["id"])
    }
    lost = {
        key for key in found if not has_one_of(english, words.catalogue()[key]["en"])
    }
    assert found
    assert lost == set(otherwise.split())


@pytest.mark.parametrize(("indonesian", "english", "otherwise"), SAID_IN_INDONESIAN_TOO)
def test_a_word_with_an_opposite_is_said_in_indonesian_too(
    indonesian, english, otherwise
):
    found = {key for key in KEYS if has_one_of(english, words.catalogue()[key]["en"])}
    said = {
        key for key in found if has_one_of(indonesian, words.catalogue()[key]["id"])
    }
    assert found
    assert found - said == set(otherwise.split())


@pytest.mark.parametrize("key", [key for key in KEYS if ".says" in key])
def test_a_finding_is_a_whole_sentence(key):
    for text in words.catalogue()[key].values():
        assert text.endswith((".", "?"))
        assert text[0].isupper() or text[0] == "{"


def test_the_same_indonesian_line_never_has_two_translations():
    seen = {}
    for key, sentence in words.catalogue().items():
        english = seen.setdefault(sentence["id"], sentence["en"])
        assert english == sentence["en"], key


def test_an_unknown_key_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match=r"compare\.says_higher"):
        words.say("compare.says_highr", "id")


def test_a_missing_field_is_named():
    with pytest.raises(ValueError, match="points, until"):
        words.say("trend.says_official_fell", "id", since="2010")


def test_a_field_too_many_is_named():
    with pytest.raises(ValueError, match="colour"):
        words.say("page.made_on", "id", date="1 Mei 2024", colour="red")


@pytest.mark.parametrize("value", [1.5, math.nan, None, np.float64(2), True])
def test_a_sentence_refuses_a_number_that_is_not_written_yet(value):
    with pytest.raises(ValueError, match=r"words\.number"):
        words.say("page.made_on", "id", date=value)


def test_an_unknown_language_is_refused():
    for attempt in (
        lambda: words.say("page.skip", "fr"),
        lambda: words.number(1, "fr"),
        lambda: words.month(2023, 3, "fr"),
        lambda: words.translate_markdown("# a", "fr"),
    ):
        with pytest.raises(ValueError, match="id or en"):
            attempt()


@pytest.mark.parametrize(
    ("value", "digits", "indonesian", "english"),
    [
        (13.65, 2, "13,65", "13.65"),
        (352606, 0, "352.606", "352,606"),
        (np.int64(1_234_567), 0, "1.234.567", "1,234,567"),
        (-1.46, 2, "\N{MINUS SIGN}1,46", "\N{MINUS SIGN}1.46"),
        (0.125, 2, "0,13", "0.13"),  # half away from zero, as in printed tables
        (-0.125, 2, "\N{MINUS SIGN}0,13", "\N{MINUS SIGN}0.13"),
        (2.675, 2, "2,68", "2.68"),  # what was typed counts, not its binary neighbour
        (-0.004, 2, "0,00", "0.00"),
        (np.float32(0.5), 1, "0,5", "0.5"),
    ],
)
def test_a_number_is_written_as_its_reader_writes_it(
    value, digits, indonesian, english
):
    assert words.number(value, "id", digits) == indonesian
    assert words.number(value, "en", digits) == english


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_written_number_reads_back_to_within_half_its_last_place(value, digits):
    written = words.number(value, "id", digits).replace(words.MINUS, "-")
    read = float(written.replace(".", "").replace(",", "."))
    assert abs(read - value) <= 0.5 * 10**-digits * (1 + 1e-6)


@pytest.mark.parametrize("nothing", [math.nan, math.inf, None, pd.NA, pd.NaT, "13,65"])
@pytest.mark.parametrize(
    "write",
    [words.number, words.percent, words.rupiah, words.persons, words.thousands],
)
def test_a_missing_number_is_refused(write, nothing):
    with pytest.raises(ValueError, match="no number to write"):
        write(nothing, "id")


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1, "1 orang", "1 person"),
        (9_999, "9.999 orang", "9,999 people"),
        (10_000, "10.000 orang", "10,000 people"),
        (10_001, "10,0 ribu orang", "10.0 thousand people"),
        (76_190, "76,2 ribu orang", "76.2 thousand people"),
        (4_188_810, "4,19 juta orang", "4.19 million people"),
    ],
)
def test_people_stand_in_thousands_above_ten_thousand(value, indonesian, english):
    assert words.persons(value, "id") == indonesian
    assert words.persons(value, "en") == english


def test_percent_has_a_word_in_sentences_and_a_sign_in_tables():
    assert words.percent(13.65, "id", 2) == "13,65 persen"
    assert words.percent(13.65, "id", 2, in_sentence=False) == "13,65 %"
    assert words.percent(13.65, "en", 2) == "13.65 percent"
    assert words.percent(13.65, "en", 2, in_sentence=False) == "13.65%"


def test_every_month_has_its_indonesian_name():
    names = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober"
    names += " November Desember"
    written = [words.month(2024, month, "id") for month in range(1, 13)]
    assert written == [f"{name} 2024" for name in names.split()]
    assert words.date(datetime.date(2024, 8, 17), "en") == "17 August 2024"


@pytest.mark.parametrize(
    ("low", "high", "digits"),
    [(55, 67, 0), (12, 14, 0), (12, 13.99, 1), (5, 5, 1), (-3, 3, 0)],
)
def test_the_interval_decides_the_decimals(low, high, digits):
    assert words.digits_for(low, high) == digits


@pytest.mark.parametrize(
    ("low", "high"), [(2, 1), (math.nan, 1), (0, math.nan), (0, math.inf)]
)
def test_what_is_no_interval_has_no_decimals(low, high):
    with pytest.raises(ValueError, match="from low to high"):
        words.digits_for(low, high)


def test_an_interval_with_a_minus_has_a_word_between_its_ends():
    assert words.interval(55, 67, "id", 0) == "55–67"
    assert words.interval(-1.0, 3.2, "en", 1) == "\N{MINUS SIGN}1.0 to 3.2"
    with pytest.raises(ValueError, match="from low to high"):
        words.interval(3, 1, "id", 0)


@pytest.mark.parametrize("mark", ["", "*", "**"])
def test_a_value_carries_the_mark_that_the_door_out_gave_it(mark):
    found = words.value_with_mark(10, 4, 16, mark, 200, language="id")
    assert (found.value, found.interval, found.mark) == ("10", "4–16", mark)
    assert bool(found.note) == bool(mark)


def test_too_few_people_show_no_value():
    hidden = words.value_with_mark(13.7, 1, 30, "few", 29, language="id")
    assert not re.search(r"\d", hidden.value + hidden.interval)
    assert "29" in hidden.note


def test_a_value_without_known_error_says_so():
    nan = math.nan
    bare = words.value_with_mark(12, nan, nan, "no_error", 90, language="id")
    assert (bare.value, bare.interval, bare.note) == ("12", "", "galat tidak diketahui")


def test_a_missing_value_is_refused_even_with_an_interval():
    with pytest.raises(ValueError, match="no number to write"):
        words.value_with_mark(math.nan, 1, 2, "", 100, language="id")


def test_a_mark_that_nobody_gave_is_refused():
    with pytest.raises(ValueError, match="'\\*\\*\\*'"):
        words.value_with_mark(1, 0, 2, "***", 100, language="id")


def test_prose_of_a_notebook_is_translated_line_by_line():
    source = "## Yang belum kita ketahui\n\n- Cara membaca\n---\n1. Tabel angka  "
    assert words.translate_markdown(source, "en") == (
        "## What we do not know yet\n\n- How to read this\n---\n"
        "1. Table of the numbers  "
    )
    assert words.translate_markdown(source, "id") == source


def test_prose_without_translation_is_refused_with_the_nearest_line():
    with pytest.raises(ValueError, match="Yang belum kita ketahui"):
        words.translate_markdown("## Yang belum kita tahu", "en")
