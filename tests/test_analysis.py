"""The stage's tables on hand-sized examples: which figure is held against which."""

import html
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reading import lines
from summarised import summary

from sepakat_lib import analysis, parameters, reference, words
from sepakat_lib.analysis.findings import verdicts
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import analysis as show
from sepakat_lib.tables import Differences, Estimates, Findings

PACITAN, PONOROGO, EAST_JAVA = "3501", "3502", "35"


def chosen(year=2023, region=PACITAN, **given):
    return parameters.resolve(region=region, year=year, **given)


def published(*rows):
    """Official poverty rates: (region, year, month, value)."""
    table = pd.DataFrame(rows, columns=["region", "year", "month", "value"])
    fixed = {"area": "all", "note": "", "publisher": "BPS", "grade": "published"}
    return table.assign(indicator="p0", **fixed)


def estimate(region=PACITAN, indicator="p0", grouping="all", group="all", **given):
    row = {"value": 14.0, "se": 1.0, "rse": 0.07, "n": 900, "df": 30.0, "year": 2023}
    row |= {"low": 12.0, "high": 16.0, "synthetic": False, "remark": ""}
    # without a design effect the relative error alone decides its mark
    row |= {"deff": np.nan, "total": 1e4, "total_low": 9e3, "total_high": 1.1e4} | given
    what = {"indicator": indicator, "grouping": grouping, "group": group}
    return {"region": region} | what | row


def estimates(*rows):
    return pd.DataFrame(rows)


NONE, NO_DIFFERENCES = Estimates.empty(), Differences.empty()


def found(run, official=None, now=NONE, differences=NO_DIFFERENCES, before=NONE):
    """Findings of whatever is at hand."""
    official = published() if official is None else official
    return analysis.findings(run, official, now, differences, before)


NOTHING = pd.DataFrame(
    columns="region source indicator year month value synthetic verdict".split()
)


def sentences(run, change, beside=NOTHING):
    """The answer at the top of the page, and the sentences under it."""
    block = summary(run, change, beside)
    return re.findall(r"<p[^>]*>(.*?)</p>", str(block))


SERIES = published(
    (PACITAN, 2014, 9, 16.2),
    (PACITAN, 2015, 3, 16.7),
    (PACITAN, 2018, 3, 14.2),
    (EAST_JAVA, 2014, 9, 12.3),
    (EAST_JAVA, 2018, 3, 11.0),
    (EAST_JAVA, 2018, 9, 10.9),
)


def test_a_year_has_one_official_figure_and_march_goes_before_september():
    series = analysis.over_time(chosen(2018), SERIES, {})
    told = list(zip(series["region"], series["year"], series["month"], strict=True))
    assert told == [
        (EAST_JAVA, 2014, 9),
        (EAST_JAVA, 2018, 3),
        (PACITAN, 2014, 9),
        (PACITAN, 2015, 3),
        (PACITAN, 2018, 3),
    ]


def with_poor(rates, *rows):
    """Official rates, and numbers of poor: (region, year, month, persons)."""
    return pd.concat(
        [rates, published(*rows).assign(indicator="poor_persons")], ignore_index=True
    )


def test_a_change_is_told_from_the_round_before_and_from_the_first():
    told = analysis.change(chosen(2018), SERIES)
    assert (told["now"], told["until"], told["until_month"]) == (14.2, 2018, 3)
    recent, longest = told["recent"], told["long"]
    assert (recent["since"], recent["since_month"], recent["points"]) == (2015, 3, -2.5)
    assert (longest["since"], longest["since_month"]) == (2014, 9)
    assert longest["points"] == -2.0 and longest["moved"] == "fell"


def test_the_last_change_may_be_a_rise_where_the_long_run_fell():
    rows = (
        (PACITAN, 2010, 9, 19.5),
        (PACITAN, 2020, 3, 14.54),
        (PACITAN, 2021, 3, 15.11),
    )
    told = analysis.change(chosen(2021), published(*rows))
    assert told["recent"]["moved"] == "rose" and told["long"]["moved"] == "fell"
    assert told["recent"]["points"] == 0.57


def test_a_change_in_people_needs_both_numbers_and_may_go_the_other_way():
    rates = published((PACITAN, 2020, 3, 14.0), (PACITAN, 2021, 3, 13.9))
    alone = analysis.change(chosen(2021), rates)["recent"]
    assert alone["persons_moved"] == "" and np.isnan(alone["persons"])
    one = with_poor(rates, (PACITAN, 2021, 3, 78_000))
    assert analysis.change(chosen(2021), one)["recent"]["persons_moved"] == ""
    both = with_poor(rates, (PACITAN, 2020, 3, 77_500), (PACITAN, 2021, 3, 78_000))
    told = analysis.change(chosen(2021), both)["recent"]
    assert (told["moved"], told["persons_moved"], told["persons"]) == (
        "fell",
        "more",
        500,
    )


@pytest.mark.parametrize(
    ("now", "moved"),
    [(14.0, "level"), (14.004, "level"), (14.01, "rose"), (13.99, "fell")],
)
def test_a_change_that_is_not_seen_in_print_is_none(now, moved):
    rates = published((PACITAN, 2020, 3, 14.0), (PACITAN, 2021, 3, now))
    assert analysis.change(chosen(2021), rates)["recent"]["moved"] == moved


def test_what_is_less_than_a_person_is_no_change_in_people():
    rates = published((PACITAN, 2020, 3, 14.0), (PACITAN, 2021, 3, 13.9))
    numbers = (PACITAN, 2020, 3, 76_280), (PACITAN, 2021, 3, 76_280 + 1e-9)
    told = analysis.change(chosen(2021), with_poor(rates, *numbers))["recent"]
    assert told["persons_moved"] == "same"


def test_a_province_is_held_against_the_same_month_of_the_year_before():
    rows = (
        (EAST_JAVA, 2023, 3, 10.35),
        (EAST_JAVA, 2024, 3, 9.79),
        (EAST_JAVA, 2024, 9, 9.56),
    )
    told = analysis.change(chosen(2024, EAST_JAVA), published(*rows))
    assert (told["until_month"], told["recent"]["since"]) == (3, 2023)


def test_the_same_month_goes_before_a_later_round_of_the_other_month():
    rows = (
        (PACITAN, 2013, 3, 17.0),
        (PACITAN, 2014, 9, 16.2),
        (PACITAN, 2015, 3, 16.7),
    )
    told = analysis.change(chosen(2015), published(*rows))
    recent = told["recent"]
    assert (recent["since"], recent["since_month"], recent["points"]) == (2013, 3, -0.3)
    assert "long" not in told  # it would be the same change


def test_where_no_earlier_round_is_of_the_same_month_the_last_one_counts():
    rows = (
        (PACITAN, 2012, 9, 17.2),
        (PACITAN, 2013, 9, 16.7),
        (PACITAN, 2015, 3, 16.2),
    )
    told = analysis.change(chosen(2015), published(*rows))
    recent, longest = told["recent"], told["long"]
    assert (recent["since"], recent["since_month"], recent["points"]) == (2013, 9, -0.5)
    assert (longest["since"], longest["points"]) == (2012, -1.0)


@pytest.mark.parametrize(("month", "moved"), [(9, "more"), (3, "")])
def test_a_change_in_people_is_between_the_months_of_the_rates(month, moved):
    rates = published((PACITAN, 2014, 9, 16.2), (PACITAN, 2015, 3, 16.7))
    numbers = (PACITAN, 2014, month, 88_000), (PACITAN, 2015, 3, 92_000)
    told = analysis.change(chosen(2015), with_poor(rates, *numbers))["recent"]
    assert told["persons_moved"] == moved
    assert told["persons"] == 4_000 if moved else np.isnan(told["persons"])


def test_one_official_figure_is_told_without_a_change():
    assert analysis.change(chosen(2014), SERIES) == {
        "now": 16.2,
        "until": 2014,
        "until_month": 9,
    }
    assert analysis.change(chosen(2010), SERIES) == {}


def test_the_answer_about_the_longest_names_can_be_repeated_in_every_year():
    official, beyond = reference.official(), []
    official = official[official["indicator"].isin(["p0", "poor_persons"])]
    names = reference.regions().set_index("region")["short_name"]
    longest = names.index[names.str.split().str.len() >= 4]
    assert len(longest) > 3
    for region, own in official[official["region"].isin(longest)].groupby("region"):
        for year in range(2016, 2026):
            run = Parameters(region=region, year=year)
            change = analysis.change(run, own)
            for language in words.LANGUAGES:
                answer, *_ = sentences(replace(run, language=language), change)
                beyond += [answer] * (len(answer.split()) > 35)
    assert not beyond, beyond[:3]


def test_the_answer_names_the_last_change_first():
    rates = published(
        (PACITAN, 2010, 9, 19.5), (PACITAN, 2020, 3, 14.54), (PACITAN, 2021, 3, 15.11)
    )
    both = with_poor(rates, (PACITAN, 2020, 3, 80_820), (PACITAN, 2021, 3, 84_190))
    run = chosen(2021)
    assert sentences(run, analysis.change(run, both))[0] == (
        "Menurut BPS, 15,11 persen penduduk Pacitan miskin pada Maret 2021: naik 0,57 "
        "poin dan bertambah 3.370 orang sejak Maret 2020; sejak September 2010 turun "
        "4,39 poin."
    )


@pytest.mark.parametrize("moved", ["fell", "rose", "level"])
@pytest.mark.parametrize("persons", ["", "fewer", "more", "same"])
def test_points_and_people_have_a_sentence_for_every_pair_of_directions(moved, persons):
    points = {"fell": -1.0, "rose": 1.0, "level": 0.0}[moved]
    number = {"": np.nan, "fewer": -900.0, "more": 900.0, "same": 0.0}[persons]
    recent = {"since": 2020, "since_month": 3, "points": points, "persons": number}
    recent |= {"moved": moved, "persons_moved": persons}
    change = {"now": 13.0, "until": 2021, "until_month": 3, "recent": recent}
    clause = sentences(chosen(2021), change)[0]
    assert ("turun" in clause, "naik" in clause) == (moved == "fell", moved == "rose")
    assert ("berkurang" in clause) == (persons == "fewer")
    assert ("bertambah" in clause) == (persons == "more")
    assert "Maret 2020" in clause and ("1,00 poin" in clause) == (moved != "level")


@pytest.mark.parametrize(
    ("value", "word"), [(9.79, "di bawah"), (10.35, "sama dengan"), (10.36, "di atas")]
)
def test_an_equal_rate_is_neither_above_nor_below_the_province(value, word):
    official = published((PACITAN, 2024, 3, value), (EAST_JAVA, 2024, 3, 10.35))
    run = chosen(2024)
    beside = analysis.comparison(run, found(run, official), ("p0",))
    said = sentences(run, analysis.change(run, official), beside)
    told = [each for each in said if each.startswith("Persentase miskin di sini")]
    (sentence,) = told
    assert sentence.startswith(
        f"Persentase miskin di sini {word} Jawa Timur (10,35 persen)"
    )


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.1, 2.0, "higher"),
        (0.0, 2.0, "within_error"),
        (-2.0, 0.0, "within_error"),
        (0.0, 0.0, "within_error"),
        (-2.0, -0.1, "lower"),
    ],
)
def test_an_interval_that_ends_at_nought_tells_nothing_apart(low, high, says):
    ends = pd.DataFrame({"value": [(low + high) / 2], "low": [low], "high": [high]})
    assert verdicts(ends).tolist() == [says]


ON_LINE = "estimated_line"


def test_no_change_is_judged_on_an_estimated_line():
    now, before = estimates(estimate()), estimates(estimate(year=2021, value=20.0))
    surely = found(chosen(), None, now, before=before)
    assert analysis.change_between(chosen(), surely)["verdict"] == "fell"
    for last, first in (
        (now, estimates(estimate(year=2021, value=20.0, remark=ON_LINE))),
        (estimates(estimate(remark=f"collapsed {ON_LINE}")), before),
    ):
        unsure = found(chosen(), None, last, before=first)
        told = analysis.change_between(chosen(), unsure)
        assert told == {"since": 2021, "until": 2023, "verdict": "estimated_line"}


def test_no_difference_is_judged_on_an_estimated_line():
    official = published((PACITAN, 2023, 3, 13.0))
    apart = {"difference": 3.0, "low": 1.0, "high": 5.0, "against_region": EAST_JAVA}
    apart |= {"indicator": "p0", "grouping": "all", "region": PACITAN, "se": 1.0}
    apart |= {"group": "all", "against_group": "all", "year": 2023}
    for remarks in ((ON_LINE, ""), ("", ON_LINE), ("", "")):
        rows = [
            estimate(r, remark=m)
            for r, m in zip((PACITAN, EAST_JAVA), remarks, strict=True)
        ]
        beside = found(chosen(), official, estimates(*rows), pd.DataFrame([apart]))
        table = analysis.comparison(chosen(), beside, ("p0",))
        says = table.set_index(["region", "source"]).loc[
            (EAST_JAVA, "survey"), "verdict"
        ]
        assert says == (ON_LINE if ON_LINE in remarks else "higher")


@pytest.mark.parametrize(
    ("of_bps", "missed"),
    [
        (13.9, False),
        (10.1, False),  # outside the interval, 12 to 16, but near it
        (9.9, True),  # 4.1 points below a value whose half width is 2
        (18.1, True),
        (17.9, False),
    ],
)
def test_a_figure_of_bps_far_outside_the_surveys_interval_contradicts_it(
    of_bps, missed
):
    official = published((PACITAN, 2023, 3, of_bps), (PACITAN, 2022, 3, 90.0))
    found = analysis.contradictions(chosen(), official, estimates(estimate()))
    assert len(found) == missed
    if missed:
        row = found.iloc[0]
        assert (row["region"], row["year"], row["indicator"]) == (PACITAN, 2023, "p0")
        assert (row["value"], row["published"]) == (14.0, of_bps)


@pytest.mark.parametrize(
    "given",
    [
        {"n": 20},  # hidden from the page
        {"low": np.nan, "high": np.nan},  # no error is known
        {"remark": "collapsed estimated_line"},  # the line may be what is wrong
        {"value": np.nan},
        {"low": 2.0, "high": 40.0},
        {"year": 2020},  # BPS's figure of that year is not at hand
    ],
)
def test_what_is_not_sure_itself_contradicts_nothing(given):
    official = published((PACITAN, 2023, 3, 5.0), (PACITAN, 2023, 9, 5.0))
    found = analysis.contradictions(chosen(), official, estimates(estimate(**given)))
    assert found.empty


def test_lines_of_another_set_contradict_nothing():
    run = chosen(lines="province_urban_rural")
    official = published((PACITAN, 2023, 3, 5.0))
    assert analysis.contradictions(run, official, estimates(estimate())).empty


def test_a_narrow_interval_may_miss_by_two_points_and_no_more():
    narrow = estimates(estimate(low=13.9, high=14.1))
    for of_bps, missed in ((12.0, 0), (11.9, 1), (16.0, 0)):
        official = published((PACITAN, 2023, 3, of_bps))
        assert len(analysis.contradictions(chosen(), official, narrow)) == missed


@pytest.mark.parametrize(
    ("of_bps", "missed"), [(10.1, 0), (9.9, 1), (25.9, 0), (26.1, 1)]
)
def test_of_an_uneven_interval_the_side_of_bpss_figure_counts(of_bps, missed):
    uneven = estimates(estimate(low=12.0, high=20.0))  # half widths of 2 and 6
    official = published((PACITAN, 2023, 3, of_bps))
    assert len(analysis.contradictions(chosen(), official, uneven)) == missed


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        ({}, 1),
        ({"n": 30}, 1),
        ({"n": 29}, 0),
        ({"low": np.nan}, 0),
        ({"high": np.nan}, 0),
        ({"rse": 0.3}, 1),  # with care
        ({"rse": 0.6}, 0),  # not for use, so not quoted either
        ({"df": 0.0}, 0),
    ],
)
def test_what_a_page_shows_with_its_interval_may_contradict(given, missed):
    assert parameters.policy("least_sample", 2023) == 30
    official = published((PACITAN, 2023, 3, 5.0))
    found = analysis.contradictions(chosen(), official, estimates(estimate(**given)))
    assert len(found) == missed


def test_a_contradicting_value_keeps_its_star():
    official = published((PACITAN, 2023, 3, 5.0))
    for rse, written in ((0.07, "memberi 14 persen"), (0.3, "memberi 14* persen")):
        against = analysis.contradictions(
            chosen(), official, estimates(estimate(rse=rse))
        )
        series = analysis.over_time(chosen(), official, {})
        change = analysis.change(chosen(), official)
        said = lines(show.over_time(chosen(), series, change, {}, against))
        assert any(written in sentence for sentence in said), rse


def test_rates_of_towns_and_desa_contradict_nothing():
    towns = published((PACITAN, 2023, 3, 5.0)).assign(area="urban")
    whole = published((PACITAN, 2023, 3, 14.0))
    both = pd.concat([towns, whole])
    for official in (towns, both):
        found = analysis.contradictions(chosen(), official, estimates(estimate()))
        assert found.empty


@pytest.mark.parametrize(
    ("of_bps", "missed"),
    [(77_000, 1), (79_000, 0), (105_000, 0), (107_000, 1)],  # 0.15 x 105,000 = 15,750
)
def test_a_number_of_poor_may_miss_by_a_fraction_of_bpss_own(of_bps, missed):
    rates = published((PACITAN, 2023, 3, 14.0))
    number = published((PACITAN, 2023, 3, of_bps)).assign(indicator="poor_persons")
    narrow = {"value": 9e4, "low": 8.9e4, "high": 9.1e4}
    rows = estimates(estimate(), estimate(indicator="poor_persons", **narrow))
    found = analysis.contradictions(chosen(), pd.concat([rates, number]), rows)
    assert len(found) == missed


@pytest.mark.parametrize(("of_bps", "missed"), [(80_000, 0), (70_000, 1), (150_000, 1)])
def test_a_number_of_poor_can_be_missed_though_the_rate_agrees(of_bps, missed):
    rates = published((PACITAN, 2023, 3, 13.5), (EAST_JAVA, 2023, 3, 30.0))
    number = published((PACITAN, 2023, 3, of_bps)).assign(indicator="poor_persons")
    people = {"value": 9e4, "low": 8.4e4, "high": 9.6e4}
    rows = estimates(estimate(), estimate(indicator="poor_persons", **people))
    official = pd.concat([rates, number])
    found = analysis.contradictions(chosen(), official, rows)
    assert found["indicator"].tolist() == ["poor_persons"] * missed


def test_a_number_of_poor_that_follows_from_the_rate_is_told_once():
    rates = published((PACITAN, 2023, 3, 30.0))
    number = published((PACITAN, 2023, 3, 3e5)).assign(indicator="poor_persons")
    people = {"value": 9e4, "low": 8.4e4, "high": 9.6e4}
    rows = estimates(estimate(), estimate(indicator="poor_persons", **people))
    found = analysis.contradictions(chosen(), pd.concat([rates, number]), rows)
    assert found["indicator"].tolist() == ["p0"]


def test_a_province_and_an_earlier_round_are_held_against_bps_too():
    before = estimates(estimate(year=2021), estimate(EAST_JAVA, year=2021))
    official = published(
        (PACITAN, 2021, 3, 14.0), (EAST_JAVA, 2021, 3, 30.0), (PACITAN, 2023, 3, 30.0)
    )
    found = analysis.contradictions(chosen(), official, estimates(estimate()), before)
    assert list(zip(found["region"], found["year"], strict=True)) == [
        (PACITAN, 2023),
        (EAST_JAVA, 2021),
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_says_with_both_numbers_that_both_cannot_be_true(language):
    run = chosen(language=language)
    rates = published((PACITAN, 2023, 3, 31.25))
    number = published((PACITAN, 2023, 3, 3e5)).assign(indicator="poor_persons")
    people = {"value": 9e4, "low": 8.4e4, "high": 9.6e4}
    first = estimates(estimate())
    second = estimates(
        estimate(year=2021), estimate(year=2021, indicator="poor_persons", **people)
    )
    then = published((PACITAN, 2021, 3, 14.0))
    official = pd.concat([rates, then, number.assign(year=2021)])
    against = analysis.contradictions(run, official, first, second)
    series = analysis.over_time(run, official, {2021: second, 2023: first})
    change = analysis.change(run, official)
    shown = show.over_time(run, series, change, {}, against)
    fields = {"region": "Pacitan", "value": "14", "low": "12", "high": "16"}
    published_rate = words.number(31.25, language, 2)
    told = {"year": "2023", "published": published_rate}
    shown = html.unescape(str(shown))
    sentence = words.say("contradiction.says_p0", language, **fields, **told)
    assert sentence in shown and words.thousands(3e5, language) in shown
    plain = show.over_time(run, series, change, {}, against.iloc[:0])
    assert sentence not in html.unescape(str(plain))
    # what contradicts comes after the rest and not in its place
    of_trend = set(lines(show.over_time(run, series, change, {})))
    assert of_trend <= set(lines(show.over_time(run, series, change, {}, against)))


def test_an_invented_round_does_not_stand_beside_a_licensed_one():
    invented = estimates(estimate(year=2021, synthetic=True))
    licensed = estimates(estimate(year=2023))
    both = {2021: invented, 2023: licensed}
    series = analysis.over_time(chosen(), published(), both)
    assert series["year"].tolist() == [2023]
    series = analysis.over_time(chosen(2021), published(), both)
    assert series["year"].tolist() == [2021] and series["synthetic"].all()


def test_each_point_of_the_series_is_a_row_of_its_own():
    rounds = {2021: estimates(estimate(year=2021)), 2023: estimates(estimate())}
    series = analysis.over_time(chosen(), SERIES, rounds)
    assert series.index.is_unique and len(series) == series["source"].count() > 3


def test_the_own_figure_is_held_against_the_province_of_the_same_month():
    told = analysis.comparison(chosen(2014), found(chosen(2014), SERIES), ("p0",))
    assert told["month"].tolist() == [9, 9] and told["value"].tolist() == [16.2, 12.3]
    told = analysis.comparison(chosen(2015), found(chosen(2015), SERIES), ("p0",))
    # the province has none of March 2015: its newest stands with its own month
    assert told[["year", "month"]].to_numpy().tolist() == [[2015, 3], [2014, 9]]


@pytest.mark.parametrize(
    ("above", "verdict", "judgement"),
    [
        (10.35, "higher", "worse"),
        (13.64, "higher", "worse"),
        (13.654, "level", "none"),  # as printed
        (13.66, "lower", "better"),
    ],
)
def test_bpss_rate_is_held_against_the_tiers_as_it_is_printed(
    above, verdict, judgement
):
    official = published(
        *[(PACITAN, 2023, 3, 13.65), (EAST_JAVA, 2023, 3, above)],
        *[("00", 2022, 9, 9.57), (PACITAN, 2022, 9, 13.7)],  # of an older round
    )
    counts = official.assign(indicator="poor_persons", value=1e4)
    run = chosen()
    findings = found(run, pd.concat([official, counts]))
    (gap,) = findings[findings["kind"].eq("gap")].to_dict("records")
    assert (gap["indicator"], gap["against_region"]) == ("p0", EAST_JAVA)
    assert (gap["verdict"], gap["judgement"]) == (verdict, judgement)
    assert gap["value"] == pytest.approx(round(13.65 - above, 2))
    rates = analysis.comparison(run, findings, ("p0",)).set_index("region")
    assert rates["verdict"].to_dict() == {PACITAN: "", EAST_JAVA: verdict, "00": ""}


def test_a_rank_of_september_is_among_septembers():
    official = published(
        (PACITAN, 2014, 9, 16.2), (PONOROGO, 2014, 9, 11.5), (EAST_JAVA, 2014, 9, 12.3)
    )
    table = analysis.ranking(chosen(2014), official, NONE)
    assert table["region"].tolist() == [PACITAN, PONOROGO]
    assert set(table["month"]) == {9} and set(table["reference_value"]) == {12.3}


RATES = published((PACITAN, 2023, 3, 13.0), (PONOROGO, 2023, 3, 9.5))


def test_a_rank_has_no_range_while_a_peer_is_not_loaded():
    table = analysis.ranking(chosen(), RATES, estimates(estimate()))
    assert analysis.rank(table, 0.95) == {"rank": 1, "of": 2, "not_loaded": 1}
    both = estimates(estimate(), estimate(PONOROGO, se=2.0))
    place = analysis.rank(analysis.ranking(chosen(), RATES, both), 0.95)
    assert place == {"rank": 1, "of": 2, "first": 1, "last": 2, "not_loaded": 0}


def test_peers_are_parted_by_both_errors():
    # the gap of 2.5 is beyond one error of 1 (2.04 at 30 df), not beyond two (2.89)
    rates = published((PACITAN, 2023, 3, 12.0), (PONOROGO, 2023, 3, 9.5))
    for other, last in ((1.0, 2), (0.5, 1)):
        both = estimates(estimate(), estimate(PONOROGO, se=other))
        place = analysis.rank(analysis.ranking(chosen(), rates, both), 0.95)
        assert (place["first"], place["last"]) == (1, last)


def test_a_ranking_without_an_official_rate_has_the_columns_of_any():
    whole = analysis.ranking(chosen(), RATES, estimates(estimate()))
    none = analysis.ranking(chosen(2015), published(), NONE)
    assert none.empty and list(none) == list(whole)


def test_an_equal_peer_is_neither_surely_above_nor_below_whatever_the_errors():
    rates = published((PACITAN, 2023, 3, 9.5), (PONOROGO, 2023, 3, 9.5))
    for se in (0.0, 1.0):
        both = estimates(estimate(se=se), estimate(PONOROGO, se=se))
        place = analysis.rank(analysis.ranking(chosen(), rates, both), 0.95)
        assert (place["rank"], place["first"], place["last"]) == (1, 1, 2)


def test_no_bar_of_the_ranking_reaches_below_nobody():
    rates = published(
        (PACITAN, 2023, 3, 1.5)
    )  # the survey's interval: 2 to either side
    (row,) = analysis.ranking(chosen(), rates, estimates(estimate())).to_dict("records")
    assert (row["low"], row["high"]) == (0.0, 3.5)


def test_an_invented_peer_gives_no_error_to_a_licensed_region():
    both = estimates(estimate(), estimate(PONOROGO, synthetic=True))
    table = analysis.ranking(chosen(), RATES, both).set_index("region")
    assert np.isfinite(table.loc[PACITAN, "se"]) and np.isnan(table.loc[PONOROGO, "se"])


def test_a_region_without_an_official_rate_has_no_rank():
    table = analysis.ranking(chosen(2015), published(), NONE)
    assert analysis.rank(table, 0.95) == {}


def test_before_the_first_figure_there_is_no_map():
    empty = analysis.mapped(chosen(2010), published((PACITAN, 2023, 3, 13.0)))
    assert empty.empty and {"region", "value", "year", "month"} <= set(empty)


def test_the_change_between_rounds_is_that_of_independent_samples():
    before = estimates(estimate(value=17.0, se=0.75, year=2021, n=800))
    between = found(chosen(), None, estimates(estimate(se=1.0)), before=before)
    told = analysis.change_between(chosen(), between)
    # sqrt(1 + 0.5625) = 1.25; 60 degrees of freedom are more than 30: t = 2.0423
    assert told["points"] == -3.0 and told["n"] == 800 and told["verdict"] == "fell"
    assert told["high"] == pytest.approx(-3 + 1.25 * 2.0003, abs=0.06)


def test_a_change_has_the_interval_of_the_confidence_that_was_chosen():
    now = estimates(estimate(n=700, df=1e6))
    before = estimates(estimate(value=17.0, se=0.75, year=2021, n=800, df=1e6))
    run = chosen(confidence=0.9)
    told = analysis.change_between(run, found(run, None, now, before=before))
    # sqrt(1 + 0.5625) = 1.25, and 1.645 of them to each side
    assert told["low"] == pytest.approx(-3 - 1.25 * 1.645, abs=1e-3)
    assert told["high"] == pytest.approx(-3 + 1.25 * 1.645, abs=1e-3)
    assert told["n"] == 700


@pytest.mark.parametrize("lacking", [{"region": PONOROGO}, {"value": np.nan}])
def test_a_change_needs_the_values_of_both_rounds(lacking):
    here, nothing = estimates(estimate()), estimates(estimate(**lacking))
    for now, before in ((here, nothing), (nothing, here)):
        changes = found(chosen(), None, now, before=before)
        assert analysis.change_between(chosen(), changes) == {}


def tenths(year, means):
    rows = []
    for i, mean in enumerate(means, 1):
        what = {"grouping": "decile", "group": str(i), "year": year, "rse": 0.01}
        rows.append(estimate(indicator="decile_mean", value=mean, **what))
        share = 100 * mean / sum(means)
        rows.append(estimate(indicator="decile_share", value=share, **what))
    return estimates(*rows)


def test_growth_is_a_year_and_against_the_mean():
    before = tenths(2021, [1.0] * 10)
    now = tenths(2023, [1.21] + [1.0] * 9)
    table = analysis.growth(chosen(), now, before).set_index("decile")
    assert table.loc[1, "value"] == pytest.approx(10.0)
    assert table.loc[1, "against_mean"] == "faster"
    assert table.loc[2, "verdict"] == "change_unclear"
    assert table.loc[0, "value"] == pytest.approx((1.021**0.5 - 1) * 100)
    assert table.loc[1, "n"] == 900
    # the errors of 1 percent of two rounds, over two years: t(30) 2.0423 x 0.00707
    reach = 2.0423 * np.hypot(0.01, 0.01) / 2
    ends = table.loc[1, ["low", "high"]].astype(float).to_numpy()
    expected = (np.exp(np.log(1.1) + np.array([-reach, reach])) - 1) * 100
    # ten tenths at once: t(30) at 1 - 0.05 / 10 is 3.0298 (Dunn 1961 by its definition)
    expected = 10 + 3.0298 / 2.0423 * (expected - 10)
    assert ends == pytest.approx(expected, abs=1e-3)
    assert (table.loc[1, "since"], table.loc[1, "until"]) == (2021, 2023)


def fifths_table():
    rows = []
    for name, marks in (("jkn", ("", "")), ("pkh", ("", "**"))):
        for group, mark in zip(("1", "5"), marks, strict=True):
            rows.append(
                {"indicator": name, "group": group, "value": 50.0, "mark": mark}
            )
    table = pd.DataFrame(rows)
    gap = {"jkn": 5.0, "pkh": 30.0}
    table["gap"] = table["indicator"].map(gap)
    table["twin"] = False
    return table.assign(
        gap_low=table["gap"] - 2, gap_high=table["gap"] + 2, verdict="higher"
    )


def of_fifths(indicator, everybody, poorest, richest):
    """Findings of one indicator for all and for three fifths, and the difference."""
    values = {"1": poorest, "3": everybody, "5": richest}
    rows = [estimate(indicator=indicator, value=everybody)]
    rows += [
        estimate(indicator=indicator, grouping="quintile", group=group, value=value)
        for group, value in values.items()
    ]
    gap = difference("quintile", "1", "5", poorest - richest - 1, poorest - richest + 1)
    gap["indicator"] = indicator
    return found(chosen(), None, estimates(*rows), pd.DataFrame([gap]))


def test_a_theme_shows_all_the_poorest_and_the_richest_fifth_with_their_gap():
    levels = of_fifths("improved_water", 80.0, 70.0, 95.0)
    table = analysis.fifths(chosen(), levels, "services")
    assert set(table["indicator"]) == {"improved_water"}
    assert table.set_index("group")["value"].to_dict() == {
        "all": 80.0,
        "1": 70.0,
        "5": 95.0,
    }
    assert set(table["gap"]) == {-25.0} and table["clearest"].all()
    assert analysis.fifths(chosen(), levels, "health").empty


def test_circles_need_both_fifths_of_every_part():
    parts = VENNS["protection"].regions.values()
    whole = pd.concat([of_fifths(each, 20.0, 30.0, 10.0) for each in parts])
    assert len(analysis.circles(chosen(), whole, "protection")) == 2 * len(parts)
    one_fifth = whole[whole["group"].ne("5")]
    assert analysis.circles(chosen(), one_fifth, "protection").empty


def test_what_the_files_lack_is_told_with_the_items_they_lack():
    lacking = {"improved_water": ["R1810A", "R1810B"]}
    table = analysis.unanswered(lacking).set_index("indicator")
    assert table.loc["improved_water", "items"] == "R1810A, R1810B"
    others = table.drop(index="improved_water")  # another file answers these
    assert len(others) and others["items"].eq("").all()
    assert others["id"].ne("").all() and others["en"].ne("").all()
    of_question = table.loc["improved_water", "question"]
    for asked in range(1, 6):
        of_one = analysis.unanswered(lacking, asked)
        assert of_one["question"].eq(asked).all()
        assert ("improved_water" in set(of_one["indicator"])) == (asked == of_question)


def test_seven_measures_stand_beside_the_province_in_their_order():
    asked = [
        "bottom_40_share",
        "gini",
        "poverty_line",
        "p2",
        "p1",
        "poor_persons",
        "p0",
    ]
    levels = found(chosen(), None, estimates(*(estimate(indicator=i) for i in asked)))
    beside = analysis.comparison(chosen(), levels)
    assert beside["indicator"].to_list() == asked[::-1]


def test_a_map_has_the_kabupaten_of_the_newest_year_the_poorest_first():
    rates = published(
        (PACITAN, 2022, 3, 20.0),
        (PACITAN, 2023, 3, 13.0),
        (PONOROGO, 2023, 3, 9.0),
        ("3503", 2023, 3, 15.0),
        (EAST_JAVA, 2023, 3, 10.0),
        ("3301", 2023, 3, 11.0),
    )
    table = analysis.mapped(chosen(), rates)
    assert table["region"].to_list() == ["3503", PACITAN, PONOROGO]


def test_a_value_that_is_not_for_use_heads_no_figure():
    assert analysis.clearest(fifths_table()) == "jkn"
    usable = fifths_table().assign(mark="")
    assert analysis.clearest(usable) == "pkh"


def test_a_twin_that_is_not_drawn_heads_no_figure():
    usable = fifths_table().assign(mark="")
    usable["twin"] = usable["indicator"].eq("pkh")
    assert analysis.clearest(usable) == "jkn"
    assert analysis.clearest(usable.assign(twin=True)) == ""


def difference(grouping, group, against, low, high, region=PACITAN, **given):
    row = {"indicator": "p0", "grouping": grouping, "group": group}
    row |= {"region": PACITAN, "against_region": region, "against_group": against}
    row |= {"difference": (low + high) / 2, "low": low, "high": high}
    return row | {"year": 2023, "se": 1.0} | given


BY = {"area": ("rural", "urban"), "sex": ("female", "male")}
OF_GROUPS = [estimate(grouping=by, group=each) for by in BY for each in BY[by]]


def of_groups(*differences, **of_urban):
    """Findings of four groups, the urban one with cells of its own."""
    urban = [row | (of_urban if row["group"] == "urban" else {}) for row in OF_GROUPS]
    return found(chosen(), None, estimates(*urban), pd.DataFrame(differences))


APART = (
    difference("area", "rural", "urban", -9.0, -3.0),
    difference("sex", "female", "male", 1.0, 3.0),
)


def test_the_two_groups_that_differ_most_beyond_error_are_told_the_higher_first():
    best = analysis.furthest(chosen(), of_groups(*APART), "p0", tuple(BY))
    assert (best["group"], best["against_group"]) == ("urban", "rural")
    # two pairs at once: t(30) at 1 - 0.05 / 2 is 2.3596, alone 2.0423
    reach = 3.0 * 2.3596 / 2.0423
    told = [best[name] for name in ("difference", "low", "high")]
    assert told == pytest.approx([6.0, 6.0 - reach, 6.0 + reach], abs=1e-3)
    assert best["at_once"] == 2
    one = analysis.furthest(chosen(), of_groups(*APART), "p0", ("sex",))
    assert (one["group"], one["against_group"]) == ("female", "male")
    assert (one["difference"], one["low"], one["high"]) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize("of_urban", [{"n": 29}, {"df": 0.0}, {"rse": 0.6}])
def test_a_group_that_is_hidden_or_not_for_use_is_in_no_pair(of_urban):
    few = of_groups(*APART, **of_urban)
    assert analysis.furthest(chosen(), few, "p0", tuple(BY))["grouping"] == "sex"
    alone = of_groups(APART[0], **of_urban)
    pair = analysis.furthest(chosen(), alone, "p0", tuple(BY))
    assert pair == {"verdict": "within_error", "at_once": 0}


def test_a_pair_on_an_estimated_line_stops_all_pairs():
    taken = of_groups(*APART, remark="estimated_line")
    pair = analysis.furthest(chosen(), taken, "p0", tuple(BY))
    assert pair == {"verdict": "estimated_line"}


# Findings


def gap(row, ends=({}, {}), indicator="p0"):
    """The one gap of two groups, each with cells of its own."""
    values = [
        estimate(indicator=indicator, grouping="area", group=group, **given)
        for group, given in zip(("rural", "urban"), ends, strict=True)
    ]
    table = pd.DataFrame([row | {"indicator": indicator}])
    gaps = found(chosen(), None, estimates(*values), table)
    gaps = gaps[gaps["kind"].eq("gap")]
    assert len(gaps) == 1
    return gaps.iloc[0]


@pytest.mark.parametrize(
    ("low", "high", "indicator", "verdict", "judgement"),
    [
        (3.0, 9.0, "p0", "higher", "worse"),
        (-9.0, -3.0, "p0", "lower", "better"),
        (-1.0, 9.0, "p0", "within_error", "unclear"),
        (0.0, 9.0, "p0", "within_error", "unclear"),
        (3.0, 9.0, "jkn", "higher", "better"),
        (-9.0, -3.0, "jkn", "lower", "worse"),
        (3.0, 9.0, "pkh", "higher", "none"),
        (np.nan, np.nan, "p0", "", "none"),
    ],
)
def test_a_gap_is_judged_by_the_direction_of_its_indicator(
    low, high, indicator, verdict, judgement
):
    row = gap(difference("area", "rural", "urban", low, high), indicator=indicator)
    assert (row["verdict"], row["judgement"]) == (verdict, judgement)


@pytest.mark.parametrize(
    ("ends", "mark"),
    [
        (({}, {}), ""),
        (({"rse": 0.3}, {}), "*"),
        (({"rse": 0.3}, {"rse": 0.6}), "**"),
        (({}, {"n": 29}), "few"),
        (({"n": 29}, {}), "few"),
        (({"df": 0.0}, {"n": 29}), "one_unit"),
    ],
)
def test_a_gap_is_worth_no_more_than_its_poorer_end(ends, mark):
    row = gap(difference("area", "rural", "urban", 3.0, 9.0), ends)
    hidden = mark in ("few", "one_unit")
    assert row["mark"] == mark and np.isnan(row["value"]) == hidden
    assert row["verdict"] == ("" if hidden else "higher")
    assert np.isnan(row[["low", "high", "se"]].astype(float)).all() == hidden


def test_a_gap_has_the_fewer_sampled_of_its_ends_and_the_people_of_its_own():
    ends = {"n": 50, "df": 12.0, "total": 5e3}, {"n": 400, "df": 9.0, "synthetic": True}
    row = gap(difference("area", "rural", "urban", 3.0, 9.0), ends)
    assert (row["n"], row["df"], row["people"]) == (50, 9.0, 5e3)
    assert row["synthetic"] and np.isnan(row["rse"])


def test_every_indicator_is_held_against_each_tier():
    rows = [
        estimate(region, indicator=name)
        for region in (PACITAN, EAST_JAVA, "00")
        for name in ("p0", "jkn")
    ]
    tiers = [
        difference("all", "all", "all", low, low + 4, region=region, indicator=name)
        for region, low in ((EAST_JAVA, 1.0), ("00", -2.0))
        for name in ("p0", "jkn")
    ]
    gaps = found(chosen(), None, estimates(*rows), pd.DataFrame(tiers))
    gaps = gaps[gaps["kind"].eq("gap")].set_index(["indicator", "against_region"])
    assert gaps["judgement"].to_dict() == {
        ("p0", EAST_JAVA): "worse",
        ("jkn", EAST_JAVA): "better",
        ("p0", "00"): "unclear",
        ("jkn", "00"): "unclear",
    }


def test_a_change_of_any_indicator_is_found_and_judged():
    now = estimates(estimate(), estimate(indicator="jkn", value=70.0))
    before = estimates(
        estimate(year=2021, value=20.0),
        estimate(year=2021, indicator="jkn", value=60.0),
        estimate(EAST_JAVA, year=2021, value=50.0),
    )
    changes = found(chosen(), None, now, before=before)
    changes = changes[changes["kind"].eq("change")].set_index("indicator")
    assert changes["value"].to_dict() == {"p0": -6.0, "jkn": 10.0}
    assert changes["verdict"].to_dict() == {"p0": "fell", "jkn": "rose"}
    assert set(changes["judgement"]) == {"better"}
    assert set(changes["against_year"]) == {2021} and set(changes["year"]) == {2023}


def test_a_hidden_end_hides_the_change():
    now, before = estimates(estimate()), estimates(estimate(year=2021, n=29))
    changes = found(chosen(), None, now, before=before)
    row = changes[changes["kind"].eq("change")].iloc[0]
    assert row["mark"] == "few" and np.isnan(row["value"]) and row["verdict"] == ""
    assert analysis.change_between(chosen(), changes) == {}


def test_a_trend_of_bps_is_told_without_an_error():
    rates = published((PACITAN, 2010, 9, 19.5), (PACITAN, 2022, 3, 13.8))
    rates = pd.concat([rates, published((PACITAN, 2023, 3, 13.9))])
    trends = found(chosen(), rates)
    trends = trends[trends["kind"].eq("trend")].set_index("against_year")
    assert trends["value"].to_dict() == {2022: 0.1, 2010: -5.6}
    assert trends["judgement"].to_dict() == {2022: "worse", 2010: "better"}
    assert trends["low"].isna().all() and set(trends["source"]) == {"official"}


def test_the_name_of_a_finding_says_what_it_is_of():
    rates = published((PACITAN, 2022, 3, 13.8), (PACITAN, 2023, 3, 13.9))
    table = of_groups(*APART)
    assert "gap/survey/3501/2023-03/p0/area/rural/3501.urban" in set(table["id"])
    assert "level/survey/3501/2023-03/p0/sex/male" in set(table["id"])
    trends = set(found(chosen(), rates)["id"])
    assert "trend/official/3501/2023-03/p0/all/all/2022-03" in trends


@pytest.mark.parametrize("region", [PACITAN, EAST_JAVA, "00", "9501", "2101"])
@pytest.mark.parametrize("year", [2010, 2016, 2024, 2025])
def test_official_figures_alone_give_findings_of_any_region_and_year(region, year):
    run = chosen(year, region)
    levels = analysis.findings(run, reference.official(), NONE, NO_DIFFERENCES, NONE)
    mine = levels[levels["region"].eq(region) & levels["kind"].eq("level")]
    newest = reference.official().query("region == @region and year <= @year")
    assert set(mine["indicator"]) == set(newest.query("area == 'all'")["indicator"])


def test_the_columns_of_findings_stand_in_the_order_of_their_declaration():
    assert list(of_groups(*APART)) == list(Findings.to_schema().columns)


def test_nothing_at_hand_gives_no_finding():
    assert found(chosen()).empty


def test_the_real_series_of_pacitan_starts_in_september():
    # BPS, kabupaten of 2010-2014 meet the provinces' September figures
    official = reference.official()
    series = analysis.over_time(chosen(2014), official, {})
    own = series[series["region"] == PACITAN]
    assert own["month"].eq(9).all() and len(own) == 5


def test_a_peer_with_old_borders_keeps_the_publishers_note():
    table = analysis.ranking(chosen(region="75"), reference.official(), NONE)
    told = table.set_index("region")["note"]
    assert "borders before the split of 2022" in told["94"]  # Papua until 2023
    assert told["75"] == ""
