"""A problem of one theme, planted in the answers of an invented kabupaten.

For learning and for tests: whoever plants knows what a report must find. Spending, lines,
weights, size and age stay as they are; who is skipped by a question stays skipped, and who
is no longer asked has no answer. A share of those in question, drawn one by one, gets the
bad answer in everything its theme is told by.
"""

from collections.abc import Callable

import numpy as np

from sepakat_lib.refused import Refused

from .conditions import BOTTLED, FOOD, WELLS_AND_SPRINGS
from .population import MAN, NO_DIPLOMA, NOT_ASKED, SALARIED, Answers

SHARE = 0.55  # of those in question: clear beyond the error of 400 households
HALF = 0.5  # where a bad answer is one of two that exclude each other
FEW = 0.15  # of those whom the problem hardly reaches
YES, NO = 1, 5
# Spending over the line below which the indicators count somebody as poor or vulnerable;
# of what is told of these alone the problem is planted among them, or among the others.
VULNERABLE = 1.5
SECURITIES = ("pension", "old_age", "work_accident", "death", "job_loss", "severance")
AID = (
    "blt_desa",
    "food_aid",
    "local_cash_regular",
    "local_cash_irregular",
    "bpnt_ever",
)
SCHEMES = ("pbi", "nonpbi", "jamkesda", "private", "employer")


def planted(
    rng, theme: str, homes: Answers, people: Answers, means
) -> tuple[Answers, Answers]:
    """Answers of households and persons in which a theme's indicators are bad.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of its own, so that what is not planted stays as it was.
    theme : str
        One of `THEMES`.
    homes, people : dict of arrays
        All answers by the names of `layouts`; `people` with ``home`` besides (row of the
        household).
    means : array of float
        Spending of each household over the poverty line; read only.

    Returns
    -------
    homes, people : dict of arrays
        New dictionaries; arrays of answers that did not change are the same.

    Raises
    ------
    Refused
        ``not_planted``, for a theme that cannot be.
    """
    check(theme)
    bad_homes, bad_people = THEMES[theme](rng, homes, people, means)
    return homes | bad_homes, people | bad_people


def check(theme: str) -> None:
    """Refuse a theme that cannot be planted.

    Raises
    ------
    Refused
        ``not_planted``.
    """
    if theme not in THEMES:
        raise Refused("not_planted", given=str(theme)[:60], choices=[*THEMES])


def _some(rng, count: int, share=SHARE) -> np.ndarray:
    return rng.random(count) < share


def _given(answers: Answers, who, **bad) -> Answers:
    """Answers that `who` gives instead of their own."""
    return {name: np.where(who, bad[name], answers[name]) for name in bad}


def _if_asked(answers: Answers, who, **bad) -> Answers:
    """As `_given`, but only to those of `who` who were asked."""
    return {
        name: np.where(who & (answers[name] != NOT_ASKED), bad[name], answers[name])
        for name in bad
    }


def _work(rng, homes, people, means):
    """Regular full-time work is lost or made casual or short; youth idle, children work.

    The poor and vulnerable keep their work more often: among those who work there are
    then more of them, though nobody's spending changes.
    """
    count, age = len(people["age"]), people["age"]
    home, student = people["home"], people["schooling"] == 2
    employed = people["worked"] | (people["away_from_work"] == YES)
    regular = np.isin(people["work_status"], (3, 4)) & (people["hours_all"] >= 35)
    youth = (age >= 15) & (age <= 24)
    share = np.where(regular | youth, SHARE, FEW)
    share = np.where((means[home] < VULNERABLE) & ~youth, FEW, share)
    lost = employed & (age >= 15) & (age <= 64) & _some(rng, count, share)
    idle = np.where(student, 2, np.where(people["sex"] == MAN, 4, 3))
    had_time = people["main_activity"] == 1
    answers = _given(
        people,
        lost,
        worked=False,
        away_from_work=NO,
        industry=NOT_ASKED,
        work_status=NOT_ASKED,
        hours_main=NOT_ASKED,
        hours_all=NOT_ASKED,
        main_activity=np.where(had_time, idle, people["main_activity"]),
    )
    kept = regular & people["worked"] & (age >= 15) & ~lost & _some(rng, count)
    turn = rng.integers(0, 3, count)  # casual, short, or both
    loose = np.where(np.isin(people["industry"], SALARIED), 5, 1)
    answers |= _given(answers, kept & (turn != 1), work_status=loose)
    short = rng.integers(10, 31, count)
    answers |= _given(answers, kept & (turn != 0), hours_main=short, hours_all=short)
    child = student & (age >= 10) & (age <= 17) & ~employed & _some(rng, count)
    after_school = rng.integers(6, 21, count)
    answers |= _given(
        answers,
        child,
        worked=True,
        away_from_work=NOT_ASKED,
        industry=rng.choice([1, 12], count),  # food crops, trade
        work_status=6,
        hours_main=after_school,
        hours_all=after_school,
    )
    return {}, answers


def _business(rng, homes, people, means):
    """Neither a business, KUR, land, nor an account of any member."""
    bad = _some(rng, len(means))
    without = dict.fromkeys(("micro_business", "credit_kur", "has_land"), NO)
    account = _if_asked(people, bad[people["home"]], bank_account=NO)
    return _given(homes, bad, **without), account


def _services(rng, homes, people, means):
    """A small weak house without safe water, toilet, metered light and internet."""
    count = len(means)
    bad = _some(rng, count)
    size = np.bincount(people["home"], minlength=count)
    dark = _some(rng, count, HALF)  # the others have light, but no meter
    answers = _given(
        homes,
        bad,
        roof=7,
        wall=4,
        floor=8,
        floor_area=np.minimum(homes["floor_area"], np.floor(6.5 * size)),
        toilet=6,
        closet=NOT_ASKED,
        sewage=NOT_ASKED,
        drinking_water=6,  # a well that is not protected: its distance is asked
        washing_water=6,
        lighting=np.where(dark, 4, 2),
        cooking_fuel=10,
    )
    near = bad & ~np.isin(homes["drinking_water"], WELLS_AND_SPRINGS)
    answers |= _given(homes, near, drinking_water_distance=1)
    bottled = bad & np.isin(homes["drinking_water"], BOTTLED)
    answers |= _given(homes, bottled, drinking_water_place=2)
    return answers, _if_asked(people, bad[people["home"]], uses_internet=NO)


def _schooling(rng, homes, people, means):
    """Left in primary school without a certificate; half of the adults cannot read."""
    age, count = people["age"], len(people["age"])
    begun = people["school_level"] != NOT_ASKED
    bad = begun & (age >= 7) & _some(rng, count)
    school = people["main_activity"] == 2
    answers = _given(
        people,
        bad,
        schooling=3,
        school_level=3,
        school_grade=np.minimum(rng.integers(1, 6, count), np.maximum(age - 6, 1)),
        diploma=NO_DIPLOMA,
        kip=NOT_ASKED,
        pip=NOT_ASKED,
        main_activity=np.where(
            school, np.where(people["sex"] == MAN, 4, 3), people["main_activity"]
        ),
    )
    illiterate = bad & (age >= 15) & _some(rng, count, HALF)
    letters = dict.fromkeys(("reads_latin", "reads_arabic", "reads_other"), NO)
    return {}, answers | _if_asked(people, illiterate, **letters)


def _health(rng, homes, people, means):
    """Hunger at home; illness, births at home, no vaccination, no papers."""
    count = len(people["age"])
    hungry = _given(homes, _some(rng, len(means)), **dict.fromkeys(FOOD, YES))
    ill = _some(rng, count)
    well = ill & (people["health_complaint"] != YES)
    answers = _given(people, ill, health_complaint=YES, complaint_disturbed=YES)
    answers |= _given(people, well, outpatient=NO)
    answers |= _if_asked(people, _some(rng, count), birth_place=7, birth_helper=6)
    never = _some(rng, count)
    cards = [name for name in people if name.startswith("card_")]
    answers |= _if_asked(people, never, **dict.fromkeys(cards, 0))
    answers |= _if_asked(people, never, had_bcg=NO, had_measles=NO)
    times = ("polio_times", "dpt_times", "hepatitis_times")
    answers |= _if_asked(people, never, **dict.fromkeys(times, NOT_ASKED))
    answers |= _if_asked(people, _some(rng, count), fed_other_milk=YES)
    stops = (people["contraception"] == 2) & _some(rng, count)
    answers |= _given(people, stops, contraception=1, contraceptive=NOT_ASKED)
    answers |= _if_asked(people, _some(rng, count), birth_certificate=NO)
    return hungry, answers | _given(people, _some(rng, count), has_nik=NO)


def _protection(rng, homes, people, means):
    """No insurance and no security; aid passes by the poor and vulnerable alone."""
    bad, missed = _some(rng, len(means)), means < VULNERABLE
    missed = missed & _some(rng, len(means))
    securities = {f"security_{name}": NO for name in SECURITIES}
    answers = _given(homes, bad, **securities)
    answers |= _given(homes, missed, **dict.fromkeys(AID, NO), kks=NO)
    answers |= _if_asked(homes, missed, pkh=NO, elderly_aid=NO)
    home = people["home"]
    schemes = {f"insured_{name}": False for name in SCHEMES}
    persons = _given(people, bad[home], **schemes, uninsured=True)
    return answers, persons | _if_asked(people, missed[home], disability_aid=NO)


Plant = Callable[..., tuple[Answers, Answers]]
THEMES: dict[str, Plant] = {  # names of the themes of `indicators`
    "work": _work,
    "business": _business,
    "services": _services,
    "schooling": _schooling,
    "health": _health,
    "protection": _protection,
}
