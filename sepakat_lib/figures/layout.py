"""Where labels stand: widths of words, lines that break, places without overlap."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

TEXT = 12  # [px] height of letters in every chart
LINE = 15  # [px] from one line of text to the next
_NARROW_LETTERS = set("iljtfrI.,:;'|!()[]- ")
_BROAD_LETTERS = set("mwMW%–−")


def text_width(label: str, *, bold: bool = False) -> float:
    r"""Width of the longest line of `label`, on the broad side of what system fonts give.

    >>> text_width("ill") < text_width("ABC") < text_width("ABC\nABCD")
    True
    """
    widths = [
        sum(
            0.32 if c in _NARROW_LETTERS else 0.9 if c in _BROAD_LETTERS else 0.61
            for c in part
        )
        for part in label.split("\n")
    ]
    return max(widths) * TEXT * (1.06 if bold else 1)


def wrapped(label: str, px: float, *, bold: bool = False) -> str:
    """`label` broken at spaces into lines of at most `px`, where words allow it.

    >>> wrapped("Kepulauan Bangka Belitung", 100).split(chr(10))
    ['Kepulauan', 'Bangka Belitung']
    """
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, bold=bold) > px:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def apart(
    wanted: Sequence[float], heights: Sequence[float], lowest: float, highest: float
) -> list[float]:
    """Middles of labels, as near to the wanted ones as room without overlap allows.

    Parameters
    ----------
    wanted, heights : sequences of equal length
        Middle and height of each label, in one unit.
    lowest, highest : float
        Edges that no label crosses while there is room.

    Notes
    -----
    Least-squares positions under a fixed order: isotonic regression after the heights
    between the labels are taken off (de Leeuw, Hornik and Mair 2009,
    doi:10.18637/jss.v032.i05).

    >>> apart([10, 10], [4, 4], 0, 100)
    [8.0, 12.0]
    """
    if not len(wanted):
        return []
    order = np.argsort(wanted, kind="stable")
    sizes = np.asarray(heights, dtype=float)[order]
    steps = np.concatenate([[0.0], np.cumsum((sizes[:-1] + sizes[1:]) / 2)])
    level = isotonic_regression(np.asarray(wanted, dtype=float)[order] - steps).x
    first = lowest + sizes[0] / 2
    last = max(first, highest - steps[-1] - sizes[-1] / 2)
    placed = np.empty(len(order))
    placed[order] = level.clip(first, last) + steps
    return placed.tolist()


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers, evenly spaced, from `low` or below to above `high`.

    >>> round_ticks(0, 19.5, 6)
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    span = max(high - low, 1e-9 * max(abs(low), abs(high), 1))
    size = 10 ** math.floor(math.log10(span / most))
    for step in (size * m for m in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= max(most, 2):
            return [round(float(k * step), 10) for k in range(first, last + 1)]
    raise AssertionError("fifty times the size always suffices")
