"""Items whose codes no public description gives: read as best they can be, and said.

An assumption of ours is no ground to refuse a file. Where nearly all cells fit it, the
others count as not known; where they do not, the item is left out.
"""

import numpy as np
import pandas as pd

from sepakat_lib.sources.susenas.layouts import NO, UNKNOWN, YES, Item
from sepakat_lib.sources.susenas.problems import HIDDEN, Remark, decode, shown

STRAYS = (
    0.01  # of the filled cells: more is another list of codes, not slips of the pen
)
CODES_TOLD = 12  # distinct answers that a remark names
LONG = 4  # characters; a longer text is no code, and may be anybody's name


def numbered(cells: pd.Series, places: dict) -> np.ndarray:
    """Each cell's place among the distinct answers of an item; -1 where it is empty.

    Parameters
    ----------
    places : dict
        Place of each distinct answer that came in other files; receives new ones.

    >>> places = {}
    >>> numbered(pd.Series([4.0, None, "A"], dtype=object), places).tolist(), places
    ([0, -1, 1], {4.0: 0, 'A': 1})
    """
    place, distinct = pd.factorize(cells)
    numbers = [places.setdefault(value, len(places)) for value in distinct]
    return np.array([*numbers, -1], np.int32)[place]


def settled(
    table: pd.DataFrame,
    items: list[Item],
    places: dict[str, dict],
    remarks: list[Remark],
) -> pd.DataFrame:
    """Turn the numbered answers of assumed items into answers, or leave items out.

    The list of codes that fits most cells is taken, the layout's own first. Cells that
    do not fit it become missing where they are at most `STRAYS` of the filled ones; a
    yes-or-no item must then hold both. Else its column is dropped.

    Parameters
    ----------
    table : DataFrame
        Columns named by item, as `numbered` gives them; all files of a sheet together.
    items : list of Item
        Those that are assumed.
    places : dict of dict
        Distinct answers of each item and their places.
    remarks : list of Remark
        Receives what did not fit, and what was done: ``assumed_unknown``,
        ``assumed_other_codes`` or ``assumed_left_out``.
    """
    for item in items:
        place = table[item.name].to_numpy()
        answers = list(places[item.name])
        cells = np.bincount(place[place >= 0], minlength=len(answers))
        meant, other = _best(item, answers, cells)
        stray = np.array([meaning is None for meaning in meant], bool)
        fields = {"item": item.name, "column": item.column, "filled": int(cells.sum())}
        strays = fields | _named(answers, cells * stray)
        if _another_list(meant, item, cells, stray):
            limit = f"{100 * STRAYS:g}"
            remarks.append(Remark("assumed_left_out", strays | {"limit": limit}))
            table = table.drop(columns=item.name)
            continue
        if other:
            lists = {"codes": [*map(str, item.other_codes)]}
            lists |= {"meant": [*map(str, item.codes)]}
            remarks.append(Remark("assumed_other_codes", fields | lists))
        if cells[stray].any():
            remarks.append(Remark("assumed_unknown", strays))
        kind = object if item.kind == "mark" else float
        empty_last = np.array([*meant, None], dtype=kind)
        answer = decode(item, pd.Series(empty_last))
        if cells[stray].any():
            answer = answer.astype("boolean") if item.kind == "mark" else answer
            answer[np.append(stray, False)] = pd.NA
        table[item.name] = answer.array.take(place)
    return table


def _best(item: Item, answers: list, cells: np.ndarray) -> tuple[list, bool]:
    """What each answer means by the list that fits most, and whether it is the other."""
    lists = [dict(zip(item.codes, item.codes, strict=True))]
    if item.other_codes:
        lists.append(dict(zip(item.other_codes, item.codes, strict=True)))
    read = [[_meant(item, answer, codes) for answer in answers] for codes in lists]
    fitting = [
        sum(
            n for n, meaning in zip(cells, meanings, strict=True) if meaning is not None
        )
        for meanings in read
    ]
    best = int(np.argmax(fitting))
    return read[best], best > 0


def _meant(item: Item, answer, codes: dict):
    """The cell that an answer stands for; None where it does not fit."""
    if item.kind == "mark":
        letter = item.column[-1]
        text = answer.upper() if isinstance(answer, str) else f"{answer:g}"
        marks = dict.fromkeys((letter, "1", "TRUE"), letter)
        return (dict.fromkeys(("0", "FALSE"), "0") | marks).get(text)
    if isinstance(answer, str):
        return None
    if item.kind == "number":
        fits = item.low <= answer <= item.high and answer % 1 == 0
        return answer if fits else None
    if item.kind == "yes":
        return answer if answer in (YES, NO, *UNKNOWN) else None
    return codes.get(answer)


def _another_list(meant: list, item: Item, cells: np.ndarray, stray) -> bool:
    """Whether the cells that do not fit are too many to be slips of the pen."""
    strays = cells[stray].sum()
    if item.kind == "yes" and strays:
        answers = {meaning for meaning, n in zip(meant, cells, strict=True) if n}
        if not {YES, NO} <= answers:  # as where 2 is the no
            return True
    return strays > STRAYS * cells.sum()


def _named(answers: list, strays: np.ndarray) -> dict:
    """How many cells did not fit, and what they hold, the most frequent first."""
    order = np.argsort(-strays, kind="stable")
    codes = [shown(answers[at]) for at in order[:CODES_TOLD] if strays[at]]
    codes = [code if len(code) <= LONG else HIDDEN for code in codes]
    return {"n": int(strays.sum()), "codes": list(dict.fromkeys(codes))}
