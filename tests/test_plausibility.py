"""A round is held against what is known of its regions: far off is refused by name.

Every fault is tried beyond its limit, between the limits and near the edge, where it must
still load.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import refusal
from scipy.stats import norm

from sepakat_lib import parameters, plausibility, reference, words
from sepakat_lib.plausibility import doubt, facts

ROOT = Path(__file__).resolve().parents[1]

PACITAN, BANTAENG, MAMUJU, POLEWALI = "3501", "7303", "7604", "7602"
YALIMO, JAKARTA_SOUTH, MAGELANG = "9706", "3171", "3371"
YEAR = 2023


def households(region=PACITAN, *, count=500, year=YEAR, spread=0.5, first=1):
    """Households as true as can be: BPS's population and rate, at BPS's line."""
    known = facts.of_kabupaten(year).loc[region]
    size = np.resize([4, 2, 6, 3, 5], count)
    order = np.argsort(np.resize(np.arange(5), count), kind="stable")
    rank = np.empty(count)
    rank[np.argsort(order * 7919 % count, kind="stable")] = np.arange(count)
    score = norm.ppf((rank + 0.5) / count) - norm.ppf(known["rate"])
    return pd.DataFrame(
        {
            "region": region,
            "household": first + np.arange(count),
            "size": size,
            "weight": known["population"] / size.sum(),
            "spending_pc_month": known["line"] * np.exp(spread * score),
        }
    )


def persons(homes):
    """As many members as R301 counts, of all ages and both sexes."""
    table = homes.loc[homes.index.repeat(homes["size"]), ["region", "household"]]
    number = np.arange(len(table))
    return table.assign(age=number * 7 % 64, sex=1 + number % 2)


def doubts(homes, people=None, year=YEAR, round="march"):
    people = persons(homes) if people is None else people
    return plausibility.doubts(homes, people, year, round)


def state(found, about):
    """What was found about one thing: refused, told, or nothing."""
    mine = [each for each in found if each.about == about]
    assert len(mine) < 2
    return "" if not mine else "refused" if mine[0].refused else "told"


def only(found):
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "region", [PACITAN, BANTAENG, MAMUJU, YALIMO, JAKARTA_SOUTH, MAGELANG]
)
@pytest.mark.parametrize("count", [8, 40, 500])
def test_a_true_round_is_not_doubted_however_few_its_households(region, count):
    assert not doubts(households(region, count=count))


# --- spending --------------------------------------------------------------------------


@pytest.mark.parametrize("region", [PACITAN, YALIMO, JAKARTA_SOUTH])
@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        (1e-3, "thousands"),
        (1e-6, "millions"),
        (1 / 30, "daily"),
        (12, "yearly"),
        (100, "hundredfold"),
        (1000, "thousandfold"),
    ],
)
def test_spending_in_another_unit_is_refused_and_the_unit_named(region, factor, cause):
    homes = households(region)
    homes["spending_pc_month"] *= factor
    found = only(doubts(homes))
    assert (found.about, found.refused, found.cause) == ("spending", True, cause)
    line = facts.of_kabupaten(YEAR).loc[region, "line"]
    assert found.expected == (line,)


@pytest.mark.parametrize(
    ("factor", "cause"), [(7 / 30, "weekly"), (2, "twice"), (1 / 1.7, "year")]
)
def test_spending_that_is_less_far_off_is_refused_by_the_rate_it_makes(factor, cause):
    homes = households()
    homes["spending_pc_month"] *= factor
    found = [each for each in doubts(homes) if each.refused]
    assert only(found).cause == cause


def test_spending_of_a_household_for_that_of_a_person_is_named():
    homes = households()
    homes["spending_pc_month"] *= homes["size"]
    found = [each for each in doubts(homes) if each.refused]
    assert only(found).cause == "household"


@pytest.mark.parametrize("factor", [0.93, 0.97, 1.0, 1.05, 1.08])
@pytest.mark.parametrize("region", [PACITAN, BANTAENG, YALIMO, JAKARTA_SOUTH])
def test_a_factor_as_bps_may_use_loads_in_silence(region, factor):
    homes = households(region)
    homes["spending_pc_month"] *= factor
    assert not doubts(homes)


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_a_greater_factor_loads_and_is_told(factor):
    homes = households()
    homes["spending_pc_month"] *= factor
    found = only(doubts(homes))
    assert (found.about, found.refused) == ("rate", False)
    assert found.expected[0] == pytest.approx(0.1365)


def test_the_offices_own_spending_factor_counts(monkeypatch):
    homes = households()
    homes["spending_pc_month"] /= 0.6
    assert state(doubts(homes), "rate") == "refused"
    real = parameters.policy
    monkeypatch.setattr(
        "sepakat_lib.plausibility.comparing.policy",
        lambda name, *rest: 0.6 if name == "spending_factor" else real(name, *rest),
    )
    assert state(doubts(homes), "rate") == ""


@pytest.mark.parametrize(
    ("multiple", "told"),
    [(150, ""), (250, "told"), (990, "told"), (1100, "refused"), (1e6, "refused")],
)
def test_one_spending_beyond_belief_is_refused(multiple, told):
    homes = households(count=5000)
    line = facts.of_kabupaten(YEAR).loc[PACITAN, "line"]
    homes.loc[7, "spending_pc_month"] = multiple * line
    homes.loc[7, "size"] = 1
    found = doubts(homes)
    assert state(found, "one_spending") == told
    if told:
        assert only(found).household == "8"


def test_a_household_that_holds_too_much_of_all_spending_is_refused():
    states = []
    for multiple in (15, 30, 90, 600):
        homes = households(count=100)
        line = facts.of_kabupaten(YEAR).loc[PACITAN, "line"]
        homes.loc[7, ["spending_pc_month", "size"]] = [multiple * line, 5]
        found = doubts(homes)
        states.append(
            "refused"
            if any(each.check == "spending" and each.refused for each in found)
            else "told"
            if any(each.check == "spending" for each in found)
            else ""
        )
    assert states == ["", "told", "refused", "refused"]


def test_what_refuses_is_what_is_said_of_one_household():
    homes = households(count=100)
    line = facts.of_kabupaten(YEAR).loc[PACITAN, "line"]
    # 300 lines are told only, but five persons of 400 then spend most of all
    homes.loc[7, ["spending_pc_month", "size"]] = [300 * line, 5]
    found = [each for each in doubts(homes) if each.household]
    assert (only(found).about, only(found).refused) == ("one_share", True)
    assert 0.25 < only(found).value < 1 and only(found).expected == (0.25,)


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, ""),
        (0.02, ""),
        (0.05, "told"),
        (0.20, "told"),
        (0.25, "refused"),
        (0.5, "refused"),
    ],
)
@pytest.mark.parametrize("nothing", [np.nan, 0.0])
def test_households_without_spending_are_told_and_beyond_a_fifth_refused(
    share, told, nothing
):
    homes = households(count=200)
    homes.loc[homes.index[: int(share * 200)], "spending_pc_month"] = nothing
    if nothing == 0 and told != "refused":
        assert state(doubts(homes), "no_spending") == told
        return
    assert state(doubts(homes), "no_spending") == told


def test_a_kabupaten_without_any_spending_among_others_is_refused():
    homes = pd.concat([households(), households(BANTAENG, first=10_000)])
    homes.loc[homes["region"] == BANTAENG, "spending_pc_month"] = np.nan
    found = only(doubts(homes.reset_index(drop=True)))
    assert (found.region, found.about, found.refused) == (BANTAENG, "no_spending", True)


def test_files_without_any_spending_are_not_held_against_lines():
    homes = households().assign(spending_pc_month=np.nan)
    assert not doubts(homes)


# --- weights ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "told"),
    [
        (0.5, "refused"),
        (0.69, "refused"),
        (0.71, "told"),
        (0.89, "told"),
        (0.91, ""),
        (1.09, ""),
        (1.25, "told"),
        (1.39, "told"),
        (1.41, "refused"),
        (2, "refused"),
        (3.6, "refused"),
        (1000, "refused"),
    ],
)
def test_a_sum_of_weights_far_from_the_population_is_refused(factor, told):
    homes = households()
    homes["weight"] *= factor
    assert state(doubts(homes), "people") == told


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (lambda h: h.assign(weight=1.0), "unweighted"),
        (lambda h: h.assign(weight=h["weight"] / h["weight"].mean()), "unweighted"),
        (lambda h: h.assign(weight=h["weight"] * h["size"]), "person_weights"),
        (lambda h: h.assign(weight=h["weight"] * 1e4), "decimals"),
        (lambda h: h.assign(weight=h["weight"] / 10), "decimals"),
        (
            lambda h: pd.concat([h, h.assign(household=h["household"] + 9999)]),
            "households_twice",
        ),
        (lambda h: h.iloc[::2], "households_missing"),
        (lambda h: h.nsmallest(250, "spending_pc_month"), "households_missing"),
        (lambda h: h.assign(size=1), "households_missing"),
    ],
)
def test_what_is_likely_wrong_with_weights_is_said(edit, cause):
    homes = edit(households()).reset_index(drop=True)
    found = [each for each in doubts(homes) if each.about == "people"]
    assert (only(found).cause, only(found).refused) == (cause, True)


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (147.0 * 19, ""),
        (147.0 * 40, "told"),
        (14732.0, "refused"),
        (1473257.0, "refused"),
    ],
)
def test_one_weight_without_its_decimal_point_is_named(weight, told):
    homes = households(count=950)
    homes["weight"] = 147.0
    homes.loc[3, "weight"] = weight
    found = doubts(homes)
    assert state(found, "one_weight") == told
    if told == "refused":
        assert (only(found).household, only(found).value) == ("4", weight)


@pytest.mark.parametrize("factor", [0.8, 1.3])
def test_weights_that_are_moderately_off_may_be_of_another_edition(factor):
    homes = households()
    homes["weight"] *= factor
    found = only(doubts(homes))
    assert (found.about, found.refused) == ("people", False)
    assert found.cause == "other_edition"


def test_weights_that_are_only_told_do_not_hide_wrong_spending():
    homes = households()
    homes["weight"] *= 0.8
    homes["spending_pc_month"] /= 1000
    found = doubts(homes)
    assert state(found, "people") == "told" and state(found, "spending") == "refused"


def test_a_kemendagri_number_in_place_of_bpss_is_refused_by_name():
    homes = households(POLEWALI).assign(region=MAMUJU)
    found = only(doubts(homes))
    assert (found.about, found.refused, found.other) == ("people", True, POLEWALI)
    assert "Polewali Mandar (7602)" in plausibility.sentence(found, "id")
    assert "Mamuju (7604)" in plausibility.sentence(found, "id")


def test_every_kabupaten_under_its_kemendagri_number_is_noticed():
    population = facts.population(YEAR)["population"]
    meant = {region: one for region, (one, *_) in facts.by_kemendagri().items()}
    assert len(meant) > 160
    parts = [
        households(other, count=100, first=1000 * number).assign(region=region)
        for number, (region, other) in enumerate(meant.items())
    ]
    found = doubts(pd.concat(parts, ignore_index=True))
    named = {each.region: each for each in found if each.cause == "kemendagri"}
    assert all(each.other == meant[region] for region, each in named.items())
    for region, other in meant.items():
        ratio = population[other] / population[region]
        if 0.9 <= ratio <= 1.1:  # of two as large, the sum alone cannot tell for sure
            assert region in named or 0.97 < ratio < 1.03
        else:
            assert named[region].refused, region


@pytest.mark.parametrize("region", [MAMUJU, POLEWALI, "1103"])
@pytest.mark.parametrize("factor", [0.98, 1.0, 1.02, 1.09])
def test_a_true_kabupaten_is_not_taken_for_another(region, factor):
    homes = households(region)
    homes["weight"] *= factor
    assert not doubts(homes)


def test_the_population_of_another_year_allows_more(monkeypatch):
    lacking = facts.population(YEAR).assign(people=facts.OTHER_YEAR)
    homes = households(MAMUJU, year=YEAR)
    monkeypatch.setattr(facts, "population", lambda year: lacking)
    facts.of_kabupaten.cache_clear()
    try:
        for factor, told in ((0.76, ""), (0.65, "told"), (0.5, "refused"), (1.3, "")):
            part = homes.assign(weight=homes["weight"] * factor)
            assert state(doubts(part), "people") == told
    finally:
        facts.of_kabupaten.cache_clear()


# --- the poverty rate --------------------------------------------------------------------


def test_the_rate_of_another_year_is_recognised():
    earlier = facts.of_kabupaten(2018).loc[BANTAENG]
    homes = households(BANTAENG, year=2018, count=2000, spread=0.35)
    homes["weight"] *= facts.population(YEAR).loc[BANTAENG, "population"]
    homes["weight"] /= earlier["population"]
    found = only([each for each in doubts(homes) if each.about == "rate"])
    assert (found.cause, found.other) == ("other_year", "2018")


@pytest.mark.parametrize("count", [60, 500, 2000])
def test_a_rate_within_chance_is_not_doubted(count):
    known = facts.of_kabupaten(YEAR).loc[PACITAN]
    error = np.sqrt(2 * known["rate"] * (1 - known["rate"]) / count)
    for errors, told in ((2.5, ""), (-2.5, "")):
        homes = households(count=count)
        aim = known["rate"] + errors * error
        moved = 0.5 * (norm.ppf(known["rate"]) - norm.ppf(max(aim, 0.002)))
        homes["spending_pc_month"] *= np.exp(moved)
        assert state(doubts(homes), "rate") == told


def test_an_estimated_line_allows_more(monkeypatch):
    homes = households()
    homes["spending_pc_month"] *= 0.63
    assert state(doubts(homes), "rate") == "refused"
    known = facts.of_kabupaten(YEAR).assign(estimated=True)
    monkeypatch.setattr(facts, "of_kabupaten", lambda year: known)
    assert state(doubts(homes), "rate") == "told"
    homes["spending_pc_month"] *= 1.25
    assert state(doubts(homes), "rate") == ""


def several(regions, **given):
    parts = [
        households(region, first=10_000 * number, **given)
        for number, region in enumerate(regions, 1)
    ]
    return pd.concat(parts, ignore_index=True)


def test_rates_that_are_off_alike_in_many_kabupaten_are_refused_of_the_file():
    few_poor = facts.of_kabupaten(YEAR)["rate"].nsmallest(60).index
    homes = several(few_poor, count=300, spread=0.45)
    assert not doubts(homes)
    states = []
    for factor in (
        1.05,
        1.3,
        1.6,
    ):  # too little for a kabupaten of 300 households alone
        found = doubts(
            homes.assign(spending_pc_month=homes["spending_pc_month"] * factor)
        )
        assert not any(each.refused for each in found if each.region)
        states.append(state([each for each in found if not each.region], "rate"))
    assert states == ["", "told", "refused"]


def few_poor_less_spent(count):
    """Kabupaten of few poor with spending that is off, each too little to be refused."""
    homes = several(
        facts.of_kabupaten(YEAR)["rate"].nsmallest(count).index, count=300, spread=0.45
    )
    return homes.assign(spending_pc_month=homes["spending_pc_month"] * 1.6)


@pytest.mark.parametrize(("count", "told"), [(4, ""), (5, "refused")])
def test_rates_are_taken_together_from_five_kabupaten_on(count, told):
    found = doubts(few_poor_less_spent(count))
    assert not any(each.refused for each in found if each.region)
    assert state([each for each in found if not each.region], "rate") == told


def test_where_the_rate_of_a_kabupaten_is_refused_the_file_is_not():
    bad = households(BANTAENG)
    bad["spending_pc_month"] *= 2
    found = doubts(pd.concat([few_poor_less_spent(5), bad], ignore_index=True))
    assert only([each for each in found if each.refused]).region == BANTAENG
    assert all(each.region for each in found)


def test_one_bad_kabupaten_of_many_is_named_alone():
    homes = several([PACITAN, BANTAENG, YALIMO, MAMUJU, MAGELANG, JAKARTA_SOUTH])
    bad = homes["region"] == BANTAENG
    homes.loc[bad, "spending_pc_month"] /= 1000
    with refusal() as refused:
        plausibility.check(homes, persons(homes), YEAR)
    error = refused.value
    assert error.code == "implausible" and error.fields["regions"] == [BANTAENG]
    assert [each.region for each in error.problems] == [BANTAENG]
    assert not plausibility.check(homes[~bad], persons(homes[~bad]), YEAR)


# --- members -----------------------------------------------------------------------------


def test_heads_alone_are_refused():
    homes = households()
    people = persons(homes).groupby("household").head(1)
    assert state(doubts(homes, people), "members") == "refused"


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, ""), (0.015, ""), (0.05, "told"), (0.19, "told"), (0.21, "refused")],
)
def test_members_who_are_missing_are_told_and_beyond_a_fifth_refused(share, told):
    homes = households()
    people = persons(homes)
    people = people.iloc[int(share * len(people)) :]
    assert state(doubts(homes, people), "members") == told


def test_members_who_stand_twice_are_refused():
    homes = households()
    people = pd.concat([persons(homes)] * 2)
    assert state(doubts(homes, people), "members") == "refused"


@pytest.mark.parametrize(
    ("age", "told"),
    [(0, "refused"), (16, "told"), (21, ""), (44, ""), (47, "told"), (1990, "refused")],
)
def test_ages_that_no_kabupaten_has_are_refused(age, told):
    homes = households()
    assert state(doubts(homes, persons(homes).assign(age=age)), "age") == told


@pytest.mark.parametrize(
    ("of_ten", "told"), [(0, "refused"), (4, "told"), (5, ""), (10, "refused")]
)
def test_a_column_of_one_sex_is_refused(of_ten, told):
    homes = households()
    people = persons(homes)
    sex = 1 + (np.arange(len(people)) % 10 < of_ten)
    assert state(doubts(homes, people.assign(sex=sex)), "women") == told


def test_ages_and_sex_that_the_files_lack_are_not_doubted():
    homes = households()
    people = persons(homes)
    assert not doubts(homes, people.drop(columns=["age", "sex"]))
    people = people.assign(age=pd.array([pd.NA] * len(people), dtype="Int8"))
    assert not doubts(homes, people)


@pytest.mark.parametrize(
    ("size", "told"), [(1, "refused"), (2, "told"), (3, ""), (6, ""), (9, "refused")]
)
def test_households_of_a_size_that_no_kabupaten_has_are_refused(size, told):
    homes = households().assign(size=size)
    homes["weight"] = facts.population(YEAR).loc[PACITAN, "population"] / 500 / size
    assert state(doubts(homes), "size") == told


# --- September, and years of which little is shipped ---------------------------------------


def of_province(factor=1.0, without=()):
    """All kabupaten of Sulawesi Barat, as a September round has them."""
    regions_there = [
        each for each in sorted(facts.population(YEAR).index) if each[:2] == "76"
    ]
    homes = several([each for each in regions_there if each not in without], count=80)
    return homes.assign(weight=homes["weight"] * factor)


def test_september_is_held_against_the_province():
    for factor, told in ((1.0, ""), (1.2, "told"), (0.5, "refused"), (3.6, "refused")):
        found = doubts(of_province(factor), round="september")
        assert state(found, "people") == told
        assert {each.region for each in found} <= {"76"}


def test_weights_of_september_need_not_fit_a_kabupaten():
    homes = of_province()
    homes["weight"] *= np.where(homes["region"] == MAMUJU, 1.4, 0.93)
    assert not doubts(homes, round="september")
    assert doubts(homes)


def test_a_part_of_a_september_round_is_not_held_against_a_population():
    homes = of_province(without=[POLEWALI])
    assert not doubts(homes.assign(weight=homes["weight"] * 5), round="september")


def test_september_spending_is_held_against_the_line_of_the_province():
    homes = of_province()
    homes["spending_pc_month"] /= 1000
    found = only(doubts(homes, round="september"))
    assert (found.about, found.cause, found.region) == ("spending", "thousands", "76")


def test_september_has_its_own_rate_and_line_or_no_rate_and_the_line_of_march():
    def printed(year, month, indicator):
        rows = reference.official(indicator=indicator, region="76")
        rows = rows.query("year == @year and month == @month and area == 'all'")
        return rows["value"].tolist()

    found = facts.of_provinces(2024, "september", set()).loc["76"]
    assert [found["rate"] * 100] == pytest.approx(printed(2024, 9, "p0"))
    assert [found["line"]] == printed(2024, 9, "poverty_line")
    assert not printed(2023, 9, "p0") and not printed(2023, 9, "poverty_line")
    found = facts.of_provinces(2023, "september", set()).loc["76"]
    assert np.isnan(found["rate"])
    assert [found["line"]] == printed(2023, 3, "poverty_line")


def test_a_province_is_allowed_what_its_least_known_kabupaten_is(monkeypatch):
    known = facts.population(YEAR)
    assert known["people"].eq(facts.OF_YEAR).all()
    for names in ([facts.OTHER_YEAR], [facts.OTHER_YEAR, facts.REGISTERED]):
        mixed = known.copy()
        mixed.loc[[MAMUJU, POLEWALI][: len(names)], "people"] = names
        monkeypatch.setattr(facts, "population", lambda year, mixed=mixed: mixed)
        allowed = facts.of_provinces(YEAR, "september", set())["people"]
        assert allowed["76"] == names[-1] and allowed["35"] == facts.OF_YEAR


@pytest.mark.parametrize(
    ("year", "nearest", "people"),
    [
        (2010, 2016, facts.OTHER_YEAR),
        (2018, 2018, facts.OF_YEAR),
        (2040, 2025, facts.OTHER_YEAR),
    ],
)
def test_the_population_of_the_nearest_year_is_taken_and_named_so(
    year, nearest, people
):
    implied = reference.population(nearest).set_index("region")["population"]
    found = facts.population(year).loc[PACITAN]
    assert (found["population"], found["people"]) == (implied[PACITAN], people)


@pytest.mark.parametrize("year", [2005, 2016, 2040])
def test_a_year_without_lines_is_still_held_against_a_population(year):
    homes = households()
    assert not doubts(homes, year=year)
    for factor in (0.2, 5):
        part = homes.assign(weight=homes["weight"] * factor)
        assert state(doubts(part, year=year), "people") == "refused"
    part = homes.assign(spending_pc_month=homes["spending_pc_month"] / 1000)
    assert not doubts(part, year=year)  # nothing is known to hold it against


# --- what is done about it -----------------------------------------------------------------


def test_who_vouches_for_a_check_loads_and_the_doubt_is_kept():
    homes = households()
    homes["weight"] /= 2
    homes.loc[homes.index[:20], "spending_pc_month"] = np.nan
    with refusal(r"Pacitan \(3501\)"):
        plausibility.check(homes, persons(homes), YEAR, accept=["spending", "rate"])
    kept = plausibility.check(homes, persons(homes), YEAR, accept=["weights"])
    told = {each.fields["about"]: each.fields["accepted"] for each in kept}
    assert told == {"people": True, "no_spending": False}
    again = [plausibility.of_fields(each.fields) for each in kept]
    assert all(one.refused == accepted for one, accepted in again)


def test_a_check_that_does_not_exist_is_refused_with_those_that_do():
    homes = households()
    with refusal("weights, spending, rate, members"):
        plausibility.check(homes, persons(homes), YEAR, accept=["weight"])


def kinds_of(prefix):
    return sorted(
        key.removeprefix(prefix) for key in words.catalogue() if key.startswith(prefix)
    )


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("about", sorted(doubt._WRITTEN))
def test_every_doubt_has_a_sentence_with_both_numbers(about, language):
    one = plausibility.Doubt(
        PACITAN, "weights", about, 123.0, (456.0,), True, household="99"
    )
    said = plausibility.sentence(one, language)
    assert said.startswith("Pacitan (3501): ") and said.endswith(".")
    assert "12" in said.replace("123", "12") and "45" in said.replace("456", "45")
    assert ("(99)" in said) == (about in doubt.OF_ONE[:3])
    accepted = plausibility.sentence(one, language, accepted=True)
    assert accepted == f"{said} {words.say('doubt.accepted', language)}"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("cause", kinds_of("cause."))
def test_every_cause_is_added_to_its_doubt(cause, language):
    one = plausibility.Doubt(
        PACITAN, "rate", "rate", 0.2, (0.1,), True, cause, BANTAENG
    )
    plain = plausibility.sentence(one._replace(cause=""), language)
    assert plausibility.sentence(one, language).startswith(f"{plain} ")


def test_the_causes_of_the_code_are_those_of_the_words():
    source = (ROOT / "sepakat_lib/plausibility/causes.py").read_text("utf-8")
    source += (ROOT / "sepakat_lib/plausibility/comparing.py").read_text("utf-8")
    missing = [each for each in kinds_of("cause.") if f'"{each}"' not in source]
    assert not missing


def test_a_page_tells_neither_key_nor_number_of_one_household():
    for about in doubt.OF_ONE:
        one = plausibility.Doubt(
            PACITAN, "spending", about, 9e8, (123.0,), False, household="4711"
        )
        said = plausibility.sentence(one, "id", public=True)
        assert "4711" not in said and "900" not in said and "Pacitan" in said


# --- properties ------------------------------------------------------------------------------

REGIONS = st.sampled_from(sorted(facts.population(YEAR).index))


@settings(max_examples=25, deadline=None)
@given(REGIONS, st.sampled_from([1e-3, 1e3]), st.integers(40, 900))
def test_any_true_file_times_or_by_a_thousand_is_refused(region, factor, count):
    homes = households(region, count=count)
    for column in ("spending_pc_month", "weight"):
        wrong = homes.assign(**{column: homes[column] * factor})
        assert any(each.refused for each in doubts(wrong))


@settings(max_examples=25, deadline=None)
@given(REGIONS, st.integers(0, 2**32 - 1), st.integers(100, 900))
def test_any_resampling_of_a_true_file_loads(region, seed, count):
    homes = households(region, count=count)
    drawn = np.random.default_rng(seed).integers(0, count, count)
    again = homes.iloc[drawn].reset_index(drop=True)
    again["household"] = np.arange(count)
    again["weight"] *= (homes["weight"] @ homes["size"]) / (
        again["weight"] @ again["size"]
    )
    assert not any(each.refused for each in doubts(again))


@settings(max_examples=20, deadline=None)
@given(REGIONS, st.integers(40, 400), st.integers(0, 399), st.floats(1e3, 1e9))
def test_any_one_weight_a_thousand_times_too_great_is_refused(region, count, at, times):
    homes = households(region, count=count)
    homes.loc[at % count, "weight"] *= times
    assert any(each.refused for each in doubts(homes))


@settings(max_examples=20, deadline=None)
@given(REGIONS, st.integers(40, 400), st.integers(0, 399), st.floats(1e11, 1e15))
def test_any_one_spending_of_a_hundred_billion_is_refused(region, count, at, spending):
    homes = households(region, count=count)
    homes.loc[at % count, "spending_pc_month"] = spending
    assert any(each.refused for each in doubts(homes))
