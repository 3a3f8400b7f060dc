"""From values to the five shades of a map: bounds, membership, and what is not shaded."""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, words
from sepakat_lib.figures.drawing import OWN

# One hue in nearly even steps of lightness (93 to 42 of 100), so that grey print holds.
SHADES = ("#deeeed", "#b3d5d3", "#86bab8", "#4f9694", OWN)
KINDS = ("shaded", "hatched", "blank", "no_data")


class Classes(NamedTuple):
    """Bounds of the shades, and what becomes of each region.

    Attributes
    ----------
    bounds : list of float
        One more than there are classes, rounded to `digits`; a value on a bound belongs
        to the class above it, on the last bound to the last class.
    digits : int
        Decimals of the bounds, as few as keep them apart.
    number : ndarray of int
        Class of each row, from 0; -1 where nothing is shaded.
    kind : ndarray of str
        ``shaded``; ``hatched`` (mark ``*``); ``blank`` (``**``, ``few``, ``one_unit``);
        ``no_data``.
    """

    bounds: list[float]
    digits: int
    number: np.ndarray
    kind: np.ndarray

    def shade(self, number: int) -> str:
        """Colour of a class; fewer than five classes are spread over all shades."""
        count = len(self.bounds) - 1
        if count == 1:
            return SHADES[2]
        return SHADES[round(number * (len(SHADES) - 1) / (count - 1))]

    def texts(self, language: str) -> list[str]:
        """Classes as they are printed, the lowest first."""
        if self.bounds[0] == self.bounds[-1]:
            return [words.number(self.bounds[0], language, self.digits)]
        pairs = pairwise(self.bounds)
        return [words.interval(low, high, language, self.digits) for low, high in pairs]


def classify(values: pd.Series, marks: pd.Series, classes: int = 5) -> Classes:
    """Divide values into classes that hold about equally many regions.

    Parameters
    ----------
    values : Series of float
        In one unit; missing where there is no value.
    marks : Series of str
        One of `words.MARKS`, as `disclosure.publish` sets them. Values that are not to be used have no say in the bounds.
    classes : int
        1 to 5; fewer come where values coincide.

    Raises
    ------
    ValueError
        Another number of classes, an unknown mark, or a value that is infinite.

    Notes
    -----
    Equal counts rather than equal steps: rates are skewed over regions, and with equal
    steps one far-off region leaves all others in a single shade. The bounds are
    printed, so that nobody need take a shade for a distance.

    >>> found = classify(pd.Series([3.2, 5, 8.4, 21]), pd.Series([""] * 4), classes=2)
    >>> found.texts("id"), found.number.tolist()
    (['3–7', '7–21'], [0, 0, 1, 1])
    """
    if not 1 <= classes <= len(SHADES):
        raise ValueError(f"a map has 1 to {len(SHADES)} classes; {classes} came")
    if strange := sorted(set(marks) - set(words.MARKS)):
        raise ValueError(
            f"mark is one of {', '.join(map(repr, words.MARKS))}; {strange[0]!r} came"
        )
    value = values.to_numpy(float)
    if np.isinf(value).any():
        raise ValueError("an infinite value has no place on a map")
    blank = marks.isin(["**", *disclosure.HIDING]).to_numpy()
    shaded = ~blank & ~np.isnan(value)
    kind = np.select(
        [blank, np.isnan(value), (marks == "*").to_numpy()],
        ["blank", "no_data", "hatched"],
        "shaded",
    )
    number = np.full(len(value), -1)
    if not shaded.any():
        return Classes([], 0, number, kind)
    bounds, digits = _bounds(value[shaded], classes)
    inner = bounds[1:-1]
    number[shaded] = np.searchsorted(inner, value[shaded], side="right")
    return Classes(bounds, digits, number, kind)


def _bounds(value: np.ndarray, classes: int) -> tuple[list[float], int]:
    """Round bounds with about equal counts between them, none of them empty."""
    apart = np.unique(value)
    if len(apart) == 1:
        return _enclosing(apart.repeat(2), 2 if abs(apart[0]) < 1000 else 0)
    if len(apart) <= classes:
        raw = np.array([apart[0], *(apart[1:] + apart[:-1]) / 2, apart[-1]])
    else:
        raw = np.unique(np.quantile(value, np.linspace(0, 1, classes + 1)))
    for digits in range(7):
        bounds, _ = _enclosing(raw, digits)
        filled = np.histogram(value, bounds)[0] if _rise(bounds) else np.zeros(1)
        if filled.all():
            return bounds, digits
    return _bounds(value, classes - 1)  # values too close to be told apart in print


def _enclosing(raw: np.ndarray, digits: int) -> tuple[list[float], int]:
    """`raw` rounded, the first down and the last up, so that no value lies outside."""
    scale = 10**digits
    if raw[0] == raw[-1]:
        return [round(float(raw[0]), digits)] * 2, digits
    first = math.floor(raw[0] * scale + 1e-9) / scale
    last = math.ceil(raw[-1] * scale - 1e-9) / scale
    return [first, *(round(float(b), digits) for b in raw[1:-1]), last], digits


def _rise(bounds: list[float]) -> bool:
    return all(low < high for low, high in pairwise(bounds))
