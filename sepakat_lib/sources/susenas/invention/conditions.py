"""Invented answers: housing, assets, aid, food; then papers, phones, health, births.

A question that is skipped in the questionnaire is -1 here (an empty cell in the file).
"""

import numpy as np

from ..layouts import HOUSEHOLDS_2024
from .gradients import ITEMS, by_age, draw
from .population import MAN, MARRIED, NOT_ASKED, SINGLE, WOMAN, Answers

FOOD = (
    "worried_about_food",
    "no_healthy_food",
    "few_kinds_of_food",
    "skipped_meal",
    "ate_less",
    "ran_out_of_food",
    "hungry_not_eaten",
    "whole_day_not_eaten",
)
ALIKE = 1.3  # how much one household's answers on food hang together [logits]
NOT_KNOWN = 0.003  # share of 8 and 9 in the answers on food
SKIPPED = {  # asked only after another answer
    "closet",
    "sewage",
    "drinking_water_distance",
    "drinking_water_place",
    "handwashing_water",
    "handwashing_soap",
    "pkh",
    "elderly_aid",
}
PLAIN = tuple(  # asked of every household
    item.name
    for item in HOUSEHOLDS_2024
    if item.name in ITEMS and item.name not in {*FOOD, *SKIPPED}
)
WELLS_AND_SPRINGS, BOTTLED = (4, 5, 6, 7, 8), (1, 2)
DIFFICULTIES = (
    "seeing",
    "hearing",
    "walking",
    "hands",
    "remembering",
    "behaviour",
    "speaking",
    "self_care",
)


def of_households(rng, welfare, urban, size) -> Answers:
    """Answers of households by the names of `layouts.HOUSEHOLDS_2024`.

    Parameters
    ----------
    rng : numpy.random.Generator
    welfare : array of float
        Standardised log welfare, with what the place adds.
    urban : array of bool
    size : array of int
        Members [persons].
    """

    def ask(item, eligible=None, shift=0.0):
        return draw(rng, item, welfare, urban, shift, eligible)

    answers = {item: ask(item) for item in PLAIN}
    answers |= _food(rng, ask, len(size))
    area = 62 * np.exp(0.22 * welfare - 0.12 * urban + rng.normal(0, 0.42, len(size)))
    answers["floor_area"] = np.clip(np.rint(area * (size / 3.6) ** 0.2), 9, 600)
    uses_toilet = answers["toilet"] <= 4
    water, washes = answers["drinking_water"], answers["handwashing_place"] <= 2
    ground = np.isin(water, WELLS_AND_SPRINGS)
    answers |= {
        "closet": ask("closet", uses_toilet),
        "sewage": ask("sewage", uses_toilet),
        "drinking_water_distance": ask("drinking_water_distance", ground),
        "drinking_water_place": ask("drinking_water_place", ~np.isin(water, BOTTLED)),
        "handwashing_water": ask("handwashing_water", washes),
        "handwashing_soap": ask("handwashing_soap", washes),
    }
    return answers | _aid(rng, ask, answers["pkh_ever"] == 1)


def _food(rng, ask, count):
    trait = ALIKE * rng.normal(size=count)
    answers = {}
    for item in FOOD:
        answer = ask(item, shift=trait - 0.35)  # the trait alone would lift the share
        other = rng.random(count) < NOT_KNOWN
        answers[item] = np.where(other, rng.choice([8, 9], count), answer)
    return answers


def _aid(rng, ask, had_pkh):
    pkh = ask("pkh", had_pkh)
    with_pkh, without = ask("kks_with_pkh"), ask("kks_without_pkh")
    card = np.where(pkh == 1, with_pkh, without) == 1
    shown = rng.random(len(card)) < 0.65
    with_card, without = ask("bpnt_with_kks"), ask("bpnt_without_kks")
    return {
        "pkh": pkh,
        "kks": np.where(card, np.where(shown, 1, 2), 5),
        "bpnt_ever": np.where(card, with_card, without),
    }


def more_of_households(rng, people: Answers, welfare, urban) -> Answers:
    """Answers that came later, and draw from `rng` of their own: aid to the old."""
    elder = np.bincount(people["home"][people["age"] >= 60], minlength=len(welfare)) > 0
    return {"elderly_aid": draw(rng, "elderly_aid", welfare, urban, eligible=elder)}


def more_of_persons(rng, answers: Answers, welfare, urban) -> Answers:
    """Answers that came later: aid to disabled people, what a couple uses.

    `answers` holds those of `of_persons`, which decide who is asked.
    """
    difficulties = [answers[f"difficulty_{name}"] for name in DIFFICULTIES]
    any_difficulty = np.any([(d >= 1) & (d <= 3) for d in difficulties], axis=0)
    uses = answers["contraception"] == 2
    return {
        "disability_aid": draw(
            rng, "disability_aid", welfare, urban, eligible=any_difficulty
        ),
        "contraceptive": draw(rng, "contraceptive", welfare, urban, eligible=uses),
    }


def of_persons(rng, people: Answers, learned: Answers, welfare, urban) -> Answers:
    """Answers of persons on papers, money, communication, disability and health.

    Parameters
    ----------
    rng : numpy.random.Generator
    people, learned : dict of arrays
        From `population.members` and `population.schooling`.
    welfare, urban : arrays, one row a person
    """
    age = people["age"]
    eligible, child = age >= 5, age <= 17
    student = (learned["schooling"] == 2) & (age <= 30)
    educated = 0.45 * (learned["level"] - 2) * (age >= 15)

    def ask(item, eligible=None, shift=0.0):
        return draw(rng, item, welfare, urban, shift, eligible)

    def aged(item, eligible=None, shift=0.0):
        return ask(item, eligible, by_age(item, age) + shift)

    kip = ask("kip", student)
    pip = np.where(kip <= 2, ask("pip_with_kip"), ask("pip_without_kip"))
    uses_phone = aged("uses_phone", eligible, educated)
    complaint = aged("health_complaint")
    man = people["sex"] == MAN
    smoking = np.where(man, ask("man_smokes"), ask("woman_smokes"))
    smoking = (smoking == 1) & (rng.random(len(age)) < _logistic(by_age("smokes", age)))
    daily = np.where(rng.random(len(age)) < 0.85, 1, 2)
    return {
        "has_nik": ask("has_nik", shift=-2.0 * (age < 1)),
        "birth_certificate": ask("birth_certificate", child),
        **_reading(rng, ask, age, learned),
        "kip": kip,
        "pip": np.where(student, pip, NOT_ASKED),
        "bank_account": aged("bank_account", eligible, educated),
        "uses_phone": uses_phone,
        "has_phone": aged("has_phone", eligible, -3.0 * (uses_phone == 5)),
        "uses_internet": aged("uses_internet", eligible, educated),
        **_difficulties(rng, age),
        **_insurance(rng, people["home"], welfare, urban, ask),
        "health_complaint": complaint,
        "complaint_disturbed": ask("complaint_disturbed", complaint == 1),
        "outpatient": ask("outpatient", complaint == 1),
        "inpatient": aged("inpatient"),
        "smokes": np.where(eligible, np.where(smoking, daily, 5), NOT_ASKED),
        **_births(rng, people, ask),
    }


def _logistic(logit):
    return 1 / (1 + np.exp(-logit))


def _reading(rng, ask, age, learned):
    eligible = age >= 5
    chance = np.where(learned["schooling"] == 1, 0.2, 0.995)
    chance = np.where(learned["diploma"] == 25, np.where(age < 9, 0.75, 0.88), chance)
    chance = np.where(age < 7, 0.3, chance)
    latin = np.where(rng.random(len(age)) < chance, 1, 5)
    return {
        "reads_latin": np.where(eligible, latin, NOT_ASKED),
        "reads_arabic": ask("reads_arabic", eligible, -1.2 * (age < 8)),
        "reads_other": ask("reads_other", eligible, -1.0 * (age < 10)),
    }


def _difficulties(rng, age):
    """1 cannot, 2 much, 3 some, 4 no difficulty; a household's poverty plays no part."""
    answers = {}
    for what in DIFFICULTIES:
        name = f"difficulty_{what}"
        has = rng.random(len(age)) < _logistic(by_age(name, age))
        degree = np.digitize(rng.random(len(age)), [0.04, 0.16]) + 1
        answers[name] = np.where(age >= 2, np.where(has, degree, 4), NOT_ASKED)
    return answers


def _insurance(rng, home, welfare, urban, ask):
    """One scheme a household, which a member misses now and then."""
    first = np.append(True, home[1:] != home[:-1])
    scheme = draw(rng, "insurance", welfare[first], urban[first])[home]
    scheme = np.where(rng.random(len(home)) < 0.06, 4, scheme)
    private, employer = ask("insured_private") == 1, ask("insured_employer") == 1
    return {
        "insured_pbi": scheme == 1,
        "insured_nonpbi": scheme == 2,
        "insured_jamkesda": scheme == 3,
        "insured_private": private,
        "insured_employer": employer,
        "uninsured": (scheme == 4) & ~private & ~employer,
    }


def _births(rng, people, ask):
    """Women ever married of 10 to 54 years; a baby at home is the youngest one's."""
    age, home = people["age"], people["home"]
    eligible = (people["sex"] == WOMAN) & (people["marital"] != SINGLE)
    eligible &= (age >= 10) & (age <= 54)
    turn = age * 100 + people["person"]  # of two of one age the first has the baby
    youngest = np.full(home[-1] + 1, 99_999)
    grown = eligible & (age >= 15)
    np.minimum.at(youngest, home[grown], turn[grown])
    baby = np.bincount(home[age < 2], minlength=len(youngest)) > 0
    recent = grown & baby[home] & (turn == youngest[home])
    bore = rng.random(len(age)) < _logistic(by_age("ever_gave_birth", age))
    mother = recent | eligible & bore
    married = people["marital"] == MARRIED
    planning = ask("contraception", eligible)
    planning = np.where((planning == 2) & ~married, 1, planning)
    return {
        "last_birth": np.where(mother, np.where(recent, 1, 2), NOT_ASKED),
        "birth_place": ask("birth_place", recent),
        "birth_helper": ask("birth_helper", recent),
        "birth_weight": ask("birth_weight", recent),
        "contraception": planning,
    }
