"""Invented members of invented households: kinship, age, schooling, work, health.

All of it is made up. What a household is like leans on its spending as the table of
`gradients` says; who lives in it follows a few rules of kinship.
"""

import numpy as np

from .gradients import by_age, draw

Answers = dict[str, np.ndarray]

HEAD, SPOUSE, CHILD, ADOPTED, IN_LAW, GRANDCHILD, PARENT, SERVANT, OTHER = range(1, 10)
SINGLE, MARRIED, DIVORCED, WIDOWED = range(1, 5)
MAN, WOMAN = 1, 2
NOT_ASKED = np.int16(-1)  # an empty cell


def members(rng, size) -> Answers:
    """Kinship, sex, age and marital status of the members of each household.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : array of int
        Members of each household.

    Returns
    -------
    dict of arrays, one row a person
        ``home`` (row of the household), ``person`` (1 the head), ``relationship``,
        ``sex``, ``age`` [years], ``marital``; codes of the questionnaire.
    """
    head = _heads(rng, size)
    home = np.repeat(np.arange(len(size)), size)
    position = np.arange(len(home)) - np.repeat(np.cumsum(size) - size, size)
    relationship = _relationship(rng, home, position, head)
    age = _ages(rng, home, relationship, head)
    order = np.lexsort((-age, relationship == SERVANT, relationship, home))
    relationship, age = relationship[order], age[order]
    sex = _sexes(rng, home, relationship, head)
    return {
        "home": home,
        "person": position + 1,
        "relationship": relationship,
        "sex": sex,
        "age": age,
        "marital": _marital(rng, home, relationship, sex, age, head),
    }


def families(people: Answers) -> np.ndarray:
    """Number of each member's family in the household: 1, and 2 where a child married.

    A child who is married, a child-in-law and a grandchild are of the second; nothing
    is drawn.
    """
    kin = people["relationship"]
    wed = (kin == CHILD) & (people["marital"] == MARRIED)
    return np.where(wed | np.isin(kin, [IN_LAW, GRANDCHILD]), 2, 1).astype(np.int16)


def _heads(rng, size):
    n, few = len(size), np.minimum(size, 6) - 1
    woman = rng.random(n) < np.array([0.58, 0.24, 0.12, 0.08, 0.08, 0.10])[few]
    age = rng.normal(np.array([64, 59, 46, 45, 47, 51])[few], 12.5)
    young = (size == 1) & (rng.random(n) < 0.3)
    age = np.where(young, rng.uniform(19, 32, n), age)
    together = np.array([0, 0.80, 0.95, 0.97, 0.97, 0.96])[few]
    couple = rng.random(n) < np.where(woman, 0.08 * (size > 1), together)
    age = np.clip(age, 20 - young, 95).astype(np.int16)
    return {"woman": woman, "age": age, "couple": couple}


def _relationship(rng, home, position, head):
    """The head, the spouse if there is one, then whom the head's age makes likely."""
    codes = np.array([CHILD, ADOPTED, IN_LAW, GRANDCHILD, PARENT, SERVANT, OTHER])
    chances = np.array(
        [
            [0.750, 0.005, 0.001, 0.004, 0.080, 0.005, 0.155],  # head under 35
            [0.880, 0.006, 0.010, 0.020, 0.035, 0.004, 0.045],  # 35 to 54
            [0.570, 0.005, 0.110, 0.260, 0.004, 0.003, 0.048],  # 55 and over
        ]
    )
    stage = np.digitize(head["age"], [35, 55])[home]
    point = rng.random(len(home))[:, None]
    relationship = codes[(point >= chances.cumsum(1)[stage][:, :-1]).sum(1)]
    relationship[(position == 1) & head["couple"][home]] = SPOUSE
    relationship[position == 0] = HEAD
    return relationship


def _ages(rng, home, relationship, head):
    n = len(home)
    of_head = head["age"][home]
    partner = np.where(head["woman"][home], of_head + 3, of_head - 4)
    spouse = partner + np.rint(rng.normal(0, 3.5, n))
    spouse = np.clip(spouse, 17, 95)
    # one spouse a household: the mother is the head, or the spouse as it was drawn
    of_spouse = np.zeros(len(head["age"]))
    of_spouse[home[relationship == SPOUSE]] = spouse[relationship == SPOUSE]
    at_home = np.where(of_spouse > 0, of_spouse, head["age"] - 4)
    mother = np.where(head["woman"], head["age"], at_home)[home]
    child = mother - np.clip(rng.normal(28, 5.5, n), 17, 44)
    child = np.where(child < 0, rng.uniform(0, 1, n) * (mother - 17), child)
    left = (child > 27) & (rng.random(n) < 0.6)  # the older ones have left home
    child = np.where(left, rng.uniform(13, 32, n), child)
    grandchild = np.minimum(rng.uniform(0, 20, n), of_head - 38)
    ages = np.select(
        [relationship == code for code in range(HEAD, OTHER + 1)],
        [
            of_head,
            spouse,
            np.minimum(child, mother - 15),
            rng.uniform(0, 1, n) * np.minimum(20, mother - 17),
            np.clip(rng.normal(31, 6, n), 18, np.maximum(of_head - 14, 19)),
            grandchild,
            of_head + np.clip(rng.normal(25, 4, n), 17, 35),
            rng.uniform(18, 52, n),
            rng.uniform(4, 62, n),
        ],
    )
    return np.clip(ages, 0, 98).astype(np.int16)


def _sexes(rng, home, relationship, head):
    sex = np.where(rng.random(len(home)) < 0.54, MAN, WOMAN)
    woman = head["woman"][home]
    sex = np.where(relationship == HEAD, np.where(woman, WOMAN, MAN), sex)
    sex = np.where(relationship == SPOUSE, np.where(woman, MAN, WOMAN), sex)
    sex[relationship == SERVANT] = WOMAN
    sex[(relationship == PARENT) & (rng.random(len(home)) < 0.5)] = WOMAN
    return sex.astype(np.int16)


def _marital(rng, home, relationship, sex, age, head):
    point = rng.random(len(home))
    alone = np.where(
        age < 30,
        SINGLE,
        np.where(point < 0.10, SINGLE, np.where(point < 0.20, MARRIED, DIVORCED)),
    )
    widowed = point > np.where(sex == WOMAN, 0.50, 0.60) - (age - 55) / 100
    alone = np.where((age >= 40) & widowed, WIDOWED, alone)
    married = np.interp(age, [17, 20, 25, 35, 60], [0, 0.06, 0.22, 0.45, 0.6])
    staying = np.where(point < married, MARRIED, SINGLE)
    staying = np.where((age >= 22) & (point > 0.965), DIVORCED, staying)
    parent = np.where(point < 0.72, WIDOWED, MARRIED)
    couple = head["couple"][home]
    chosen = np.select(
        [
            (relationship == HEAD) & couple | (relationship == SPOUSE),
            relationship == HEAD,
            relationship == IN_LAW,
            relationship == PARENT,
        ],
        [MARRIED, alone, MARRIED, parent],
        staying,
    )
    return chosen.astype(np.int16)


# Highest schooling begun: 0 none, 1 SD, 2 SMP, 3 SMA, 4 diploma, 5 S1, 6 S2. What of
# it each code of R612 takes, and the latent value from which it is begun, finished.
CODES = (
    (),
    ((3, 0.88), (4, 0.11), (1, 0.01)),
    ((8, 0.77), (9, 0.21), (6, 0.02)),
    ((13, 0.49), (15, 0.37), (14, 0.10), (11, 0.04)),
    ((19, 0.85), (18, 0.15)),
    ((21, 0.93), (20, 0.05), (22, 0.02)),
    ((23, 0.94), (24, 0.06)),
)
FINISHED = np.array([-2.6, -1.15, -0.30, 0.35, 1.55, 1.75, 2.95])  # grows with level
YEARS = np.array([0, 6, 3, 3, 3, 4, 2])
NO_DIPLOMA, COMPLETE = 25, 8


def schooling(rng, people: Answers, welfare, urban) -> Answers:
    """Schooling of those of 5 years and over; -1 for what they are not asked.

    The level begun and finished grows with welfare, urban life and a later birth; who
    is at school is in the grade of the age, or one behind.
    """
    age = people["age"]
    n, eligible = len(age), age >= 5
    latent = by_age("attainment", age) + 0.5 * welfare + 0.3 * urban
    latent = latent + rng.normal(0, 0.9, n)
    pull = by_age("in_school", age) + 0.7 * welfare * (age > 12) + 0.2 * urban
    at_school = eligible & (rng.random(n) * (1 + np.exp(-pull)) < 1)
    reached = np.searchsorted(FINISHED, latent) - 1  # finished level; -1 never begun
    never = (reached < 0) & (age > 18) | eligible & (age < 7)
    never |= eligible & (age <= 18) & (rng.random(n) < 0.004)
    never &= ~at_school
    level, grade = _at_school(rng, age)
    gone_level, gone_grade = _left_school(rng, age, reached)
    level = np.where(at_school, level, gone_level)
    grade = np.where(at_school, grade, gone_grade)
    last = np.where(grade == COMPLETE, level, level - 1)
    last = np.where((level >= 5) & (grade < COMPLETE), 3, last)  # S1 follows SMA
    code = _coded(rng, level)
    begun = eligible & ~never
    diploma = np.where(last > 0, np.where(last == level, code, _coded(rng, last)), 25)
    state = np.where(never, 1, np.where(at_school, 2, 3))
    return {
        "schooling": np.where(eligible, state, NOT_ASKED),
        "school_level": np.where(begun, code, NOT_ASKED),
        "school_grade": np.where(begun, grade, NOT_ASKED),
        "diploma": np.where(begun, diploma, NOT_ASKED),
        "level": np.where(begun, last, 0),
    }


def _at_school(rng, age):
    behind = (rng.random(len(age)) < 0.12) & (age > 7)
    years = np.maximum(age - behind, 7) - 7  # finished before this one, from SD 1
    level = np.digitize(years, [6, 9, 12]) + 1
    level = np.where(level == 4, np.where(rng.random(len(age)) < 0.15, 4, 5), level)
    first = np.array([0, 0, 6, 9, 12, 12])[level]
    longest = np.array([0, 6, 3, 3, 3, 5])[level]
    return level, np.minimum(years - first + 1, longest)


def _left_school(rng, age, reached):
    """Level and grade of those no longer at school, no further than age allows."""
    possible = np.digitize(age, [13, 16, 18, 21, 22, 25])
    done = np.minimum(np.maximum(reached, 0), possible)
    tried = (done < 4) & ((done == 0) | (rng.random(len(age)) < 0.08))
    tried &= (done == 0) | (done < possible)
    level = np.where(tried, np.where(done == 3, 5, done + 1), done)
    early = np.maximum(np.minimum(YEARS[level] - 1, age - 6), 1)
    grade = 1 + (rng.random(len(age)) * early).astype(int)
    return level, np.where(tried, grade, COMPLETE)


def _coded(rng, level):
    point, code = rng.random(len(level)), np.zeros(len(level), int)
    for number, options in enumerate(CODES):
        if options:
            codes, shares = np.array(options).T
            here = level == number
            pick = np.searchsorted(np.cumsum(shares)[:-1], point[here], side="right")
            code[here] = codes[pick]
    return code


FARMING = range(1, 7)
SALARIED = (16, 20, 21, 22)


def work(rng, people: Answers, learned: Answers, welfare, urban) -> Answers:
    """Last week's work of those of 5 years and over; -1 for what they are not asked."""
    age, man = people["age"], people["sex"] == MAN
    eligible, student = age >= 5, learned["schooling"] == 2
    pull = np.where(man, by_age("man_works", age), by_age("woman_works", age))
    pull = pull - 2.0 * student + 0.6 * (people["relationship"] == HEAD)
    worked = draw(rng, "worked", welfare, urban, pull, eligible) == 1
    idle = eligible & ~worked
    away = draw(rng, "away_from_work", welfare, urban, 0.3 * pull, idle)
    employed = worked | (away == 1)
    standing = 0.5 * welfare + 0.75 * (learned["level"] - 2.4)
    industry = draw(rng, "industry", standing, urban, eligible=employed)
    status = _status(rng, industry, man, standing, urban, employed)
    hours, extra = _hours(rng, industry, status, man, age, welfare)
    main = np.where(student, 2, np.where(man, 4, 3))
    mostly = worked & (~student | (rng.random(len(age)) < 0.3))
    mostly &= man | (hours >= 25) | (rng.random(len(age)) < 0.4)
    at_work = np.where(worked, hours, 0)
    return {
        "worked": worked,
        "main_activity": np.where(eligible, np.where(mostly, 1, main), NOT_ASKED),
        "away_from_work": away,
        "industry": industry,
        "work_status": status,
        "hours_main": np.where(employed, at_work, NOT_ASKED),
        "hours_all": np.where(employed, at_work + extra * worked, NOT_ASKED),
    }


def _status(rng, industry, man, standing, urban, employed):
    farming = np.isin(industry, FARMING)
    shift = np.zeros((len(industry), 6))
    shift[:, 1] = 0.7 * farming
    shift[:, 3] = -1.6 * farming + 1.2 * np.isin(industry, (7, 8, 15, 18, 19))
    shift[:, 4] = 1.6 * (industry == 11)
    shift[:, 5] = 0.5 * farming - 1.6 * man + 0.4
    status = draw(rng, "work_status", standing, urban, shift, employed)
    salaried = employed & np.isin(industry, SALARIED)
    return np.where(salaried, 4, np.where(industry == 25, 4, status)).astype(np.int16)


def _hours(rng, industry, status, man, age, welfare):
    usual = np.array([0, 45, 41, 51, 45, 43, 30])[np.maximum(status, 0)]
    usual = usual - 6 * np.isin(industry, FARMING) - 4 * ~man + 1.5 * welfare
    usual = usual - 12 * ((age < 15) | (age > 70))
    hours = np.clip(np.rint(rng.normal(usual, 12)), 1, 97).astype(np.int16)
    more = np.clip(np.rint(rng.normal(12, 5, len(age))), 1, 30)
    second = (rng.random(len(age)) < 0.12) & (hours <= 60)
    return hours, np.where(second, more, 0).astype(np.int16)
