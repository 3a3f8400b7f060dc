"""Invented answers on children under five: age in months, vaccinations, feeding.

A card that is shown tells the days of vaccinations; of the other children it is told
from memory. What an infant was fed is asked of those under two.
"""

import numpy as np

from .gradients import by_age, draw
from .population import NOT_ASKED, Answers

DUE = {  # months from which a child may have it; a later dose needs those before it
    **{"hb0": 0, "bcg": 1, "polio_1": 1, "polio_2": 2, "polio_3": 3, "polio_4": 4},
    **{"dpt_1": 2, "dpt_2": 3, "dpt_3": 4, "measles": 9},
}
ALIKE = 1.4  # how much the vaccinations of one child hang together [logits]
DRINKS = ("other_milk", "other_drink", "sweet_drink")
FOODS = (
    *("grain", "beans", "dairy", "meat", "egg", "vitamin_a", "other_greens"),
    *("snacks", "solids"),
)
UNDER_TWO = 23  # months


def of_children(rng, age, welfare, urban) -> Answers:
    """Answers of block 14 for all persons; -1 where they are not asked.

    Parameters
    ----------
    rng : numpy.random.Generator
    age : array of int
        [years]; only those under five answer.
    welfare, urban : arrays, one row a person
    """
    small = np.flatnonzero(age < 5)
    months = age[small] * 12 + rng.integers(0, 12, len(small))
    lean = welfare[small], urban[small]
    answers = {"age_months": months}
    answers |= _vaccinated(rng, months, *lean) | _fed(rng, months, *lean)
    return {name: _spread(values, small, len(age)) for name, values in answers.items()}


def _spread(values, rows, count):
    answers = np.full(count, NOT_ASKED)
    answers[rows] = values
    return answers


def _vaccinated(rng, months, welfare, urban):
    trait = ALIKE * rng.normal(size=len(months)) + 0.4  # the trait alone lowers shares
    had: dict[str, np.ndarray] = {}
    for vaccine, due in DUE.items():
        had[vaccine] = (draw(rng, vaccine, welfare, urban, trait) == 1) & (
            months >= due
        )
        before = vaccine[:-1] + str(int(vaccine[-1]) - 1) if "_" in vaccine else ""
        if before in had:
            had[vaccine] &= had[before]
    shown = draw(rng, "card_shown", welfare, urban) == 1
    day = rng.integers(1, 29, (len(DUE), len(months)))
    card = {
        f"card_{vaccine}": np.where(shown, np.where(had[vaccine], day[i], 0), NOT_ASKED)
        for i, vaccine in enumerate(DUE)
    }
    return card | _remembered(had, ~shown)


def _remembered(had, eligible):
    """Told from memory; how many times is asked of those who had it at all."""
    polio, dpt = (
        sum(had[name].astype(int) for name in had if name.startswith(kind))
        for kind in ("polio", "dpt")
    )
    times = {
        "polio_times": polio,
        "dpt_times": dpt,
        "hepatitis_times": had["hb0"] + dpt,
    }
    return {
        "had_bcg": np.where(eligible, np.where(had["bcg"], 1, 5), NOT_ASKED),
        "had_measles": np.where(eligible, np.where(had["measles"], 1, 5), NOT_ASKED),
        **{k: np.where(eligible & (n > 0), n, NOT_ASKED) for k, n in times.items()},
    }


def _fed(rng, months, welfare, urban):
    infant = months <= UNDER_TWO
    still = draw(rng, "breastfed", welfare, urban, by_age("breastfed", months), infant)
    pull = by_age("mixed_feeding", months)
    mixed = draw(rng, "mixed_feeding", welfare, urban, pull) == 1
    mixed |= still != 1  # who has no breast milk has something else
    answers = {"breastfed": still}
    for what in (*DRINKS, *FOODS):
        pull = by_age("solid_food", months) if what in FOODS else 0.0
        given = draw(rng, f"fed_{what}", welfare, urban, pull, infant)
        answers[f"fed_{what}"] = np.where(infant & ~mixed, 5, given)
    return answers
