"""Whether a round of Susenas can be true: held against what is shipped of each region.

Cells can all be what the questionnaire allows and the whole still be wrong: thousands of
rupiah, another kabupaten's code, half of the households. Sums and means are compared with
BPS's population, line and poverty rate; the limits stand, with their reasons, in
`parameters/policy/plausibility.yml`. Far off is refused, moderately off is told.
"""

from collections.abc import Collection, Iterable

import pandas as pd

from sepakat_lib.plausibility.comparing import doubts
from sepakat_lib.plausibility.doubt import CHECKS, Doubt, of_fields, sentence
from sepakat_lib.refused import Refused
from sepakat_lib.sources.susenas.problems import Remark

REMARK = "doubt"  # code of the remarks that are made here
NATION = "00"

__all__ = [
    "CHECKS",
    "REMARK",
    "Doubt",
    "check",
    "doubts",
    "of_fields",
    "sentence",
]


def _implausible(refused: Iterable[Doubt]) -> Refused:
    problems = tuple(refused)
    checks = sorted({doubt.check for doubt in problems}, key=CHECKS.index)
    named = list(dict.fromkeys(doubt.region for doubt in problems if doubt.region))
    return Refused(
        "implausible",
        problems,
        regions=named or [NATION],  # only the file as a whole is odd
        despite=" ".join(f"--despite {check}" for check in checks),
    )


def check(
    households: pd.DataFrame,
    persons: pd.DataFrame,
    year: int,
    round: str = "march",
    *,
    accept: Collection[str] = (),
) -> tuple[Remark, ...]:
    """Refuse a round that cannot be true; say what is odd about one that may be.

    Parameters
    ----------
    households, persons : DataFrame
        `tables.Households`, `tables.Persons`.
    year : int
    round : {"march", "september"}
    accept : collection of str
        Those of `CHECKS` that the user vouches for: what they would refuse is remarked.

    Returns
    -------
    tuple of Remark
        Code `REMARK`; fields are those of `Doubt`, and ``accepted`` (bool).

    Raises
    ------
    Refused
        ``implausible``, whose problems are every `Doubt` that is far off;
        ``unknown_check``.
    """
    if unknown := [name for name in accept if name not in CHECKS]:
        raise Refused("unknown_check", given=str(unknown[0])[:60], choices=[*CHECKS])
    problems = doubts(households, persons, year, round)
    refused = [
        doubt for doubt in problems if doubt.refused and doubt.check not in accept
    ]
    if refused:
        raise _implausible(refused)
    return tuple(
        Remark(REMARK, doubt._asdict() | {"accepted": doubt.refused})
        for doubt in problems
    )
