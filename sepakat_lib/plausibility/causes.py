"""What is likely wrong where a sum cannot be: each guess is tried on the numbers."""

import numpy as np
import pandas as pd

from sepakat_lib import reference
from sepakat_lib.plausibility import facts

SAME = 1.05  # populations that agree within this factor may be of one region
CLOSE = 1.01  # and within this they agree as files and BPS's tables do,
CLEARLY_OFF = 1.03  # and beyond this they do not
USUAL = 2.4  # mean spending over the line, of the provinces
# By what factor spending is wrong when it is what the name says.
MISREADINGS = {
    "millions": 1e-6,
    "thousands": 1e-3,
    "daily": 1 / 30,
    "weekly": 7 / 30,
    "twice": 2.0,
    "yearly": 12.0,
    "hundredfold": 100.0,
    "thousandfold": 1000.0,
}
TINY = 1e-9  # in place of a factor of 0
FITS = 1.4  # a factor meets a misreading when they are nearer than this
PER_PERSON = 1.25  # and spending divided by the members its line, when nearer than this


def other_kabupaten(row, people: pd.Series, off: bool) -> str:
    """The kabupaten that Kemendagri means by the file's number, if the sum fits it.

    Parameters
    ----------
    row : named tuple
        ``Index`` (region), ``persons``, ``population``, ``people``.
    people : Series
        Population of every kabupaten, as `row` has its own.
    off : bool
        The sum is further from the region's population than is allowed in silence.

    Returns
    -------
    str
        BPS 2022; empty where none fits clearly better than the region itself.
    """
    own = _apart(row.persons, row.population)
    near = CLOSE if row.people == facts.OF_YEAR and own > np.log(CLEARLY_OFF) else 1.0
    near = SAME if off else near
    for other in facts.by_kemendagri().get(row.Index, ()):
        theirs = _apart(row.persons, people[other])
        if theirs < np.log(near) and theirs < own / 3:
            return other
    return ""


def of_people(row, state: str) -> str:
    """What is likely wrong with the weights of a region."""
    ratio = row.persons / row.population
    if abs(row.weight / row.n - 1) < 0.02:
        return "unweighted"
    if _apart(row.weight, row.population) < np.log(1.15):
        return "person_weights"
    power = np.log10(ratio)
    if abs(power) > 0.8 and abs(power - round(power)) < 0.1:
        return "decimals"
    if 1.8 <= ratio <= 2.2:
        return "households_twice"
    if state == "told":
        return "other_edition"
    return "households_missing" if ratio < 1 else "too_many_people"


def of_spending(homes: pd.DataFrame, row) -> str:
    """What is likely wrong with the spending of a region.

    Parameters
    ----------
    homes : DataFrame
        Households of the region: ``meets_line`` [IDR/person/month], ``size``, ``known``
        [persons].
    row : named tuple or Series
        ``line``, ``rate``, ``spent``, ``known``.
    """
    factor = _factor(homes["meets_line"], homes, row)
    if factor > 1:
        per_person = _factor(homes["meets_line"] / homes["size"], homes, row)
        if _apart(per_person, 1) < np.log(PER_PERSON):
            return "household"
    apart = {name: _apart(factor, by) for name, by in MISREADINGS.items()}
    nearest = min(apart, key=apart.get)
    if apart[nearest] < np.log(FITS):
        return nearest
    if _apart(factor, 1) < np.log(PER_PERSON):  # only the mean is odd
        factor = row.spent / row.known / row.line / USUAL
    return "low" if factor < 1 else "high"


def of_rate(homes: pd.DataFrame, row: pd.Series, year: int) -> tuple[str, str]:
    """What is likely wrong where a poverty rate is not BPS's, and the year it would be.

    Parameters
    ----------
    homes, row
        As in `of_spending`; the name of `row` is the region.
    year : int
        What the files are taken for.

    Returns
    -------
    cause, other : str
    """
    if other := _other_year(homes, row, year):
        return "other_year", str(other)
    cause = of_spending(homes, row)
    return ("year" if cause in ("low", "high") else cause), ""


def _other_year(homes: pd.DataFrame, row: pd.Series, year: int) -> int | None:
    """The year whose line and rate the file meets best, well within its error."""
    weight = homes["known"].to_numpy()
    spending = homes["meets_line"].to_numpy()
    best, nearest = None, np.inf
    for other in reference.line_years():
        theirs = facts.of_kabupaten(other)
        if other == year or row.name not in theirs.index:
            continue
        line, rate = theirs.loc[row.name, "line"], theirs.loc[row.name, "rate"]
        error = np.sqrt(rate * (1 - rate) / row["answered"])
        off = abs(weight @ (spending < line) / weight.sum() - rate)
        if off < error and off < nearest:  # False where either is not shipped
            best, nearest = other, off
    return best


def _factor(spending: pd.Series, homes: pd.DataFrame, row) -> float:
    """By what factor spending is too high: its quantile at BPS's rate over the line.

    Where no rate is published, its mean over the line beside what is usual.
    """
    weight, value = homes["known"].to_numpy(), spending.to_numpy()
    weight, value = weight[weight > 0], value[weight > 0]
    if not row.rate > 0:
        return max(float(np.average(value, weights=weight)) / row.line / USUAL, TINY)
    order = np.argsort(value, kind="stable")
    reach = np.cumsum(weight[order]) / weight.sum()
    quantile = value[order][min(np.searchsorted(reach, row.rate), len(value) - 1)]
    return max(float(quantile) / row.line, TINY)


def _apart(one: float, other: float) -> float:
    return abs(float(np.log(one / other)))
