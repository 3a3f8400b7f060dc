"""The rows of each file for one kabupaten, under BPS's column names.

A household's key (URUT) is its kabupaten's place among all times `design.SLOTS` and a
number; PSU counts blocks within the kabupaten and STRATA is 1 and 2 in towns, 3 and 4
in desa, as both are numbered within a kabupaten only.
"""

import re

import numpy as np

from ..layouts import DEMO_COLUMN, HOUSEHOLDS_2024, PERSONS_2024, Item
from . import children, conditions, design, planting, population
from .files import Column, Piece
from .gradients import standardised
from .spending import Target, calibrated

BLOCKS = ("43", "41-42")
PLACE, REGION = 0.45, 0.30  # spread of what a block, a kabupaten adds to its answers

# Foods of block 41 (BPS's code of 2024, share) and items of block 42 (code invented,
# share, month or year): BPS's codes of block 42 are not public. All buy all of them.
FOODS = ((2, 0.17), (18, 0.13), (66, 0.10), (76, 0.12), (132, 0.08), (172, 0.40))
NONFOODS = ((301, 0.42, "B42K4"), (302, 0.30, "B42K4"), (401, 0.28, "B42K5"))
PARTS = {"11_31": (11, 31), "32_36": (32, 36), "51_97": (51, 97)}  # of blocks 41, 42

PLACES = (
    Column("URUT", 7),
    Column("R101", 2),
    Column("R102", 2),
    Column("R105", 1),
    Column("R301", 2),
)
DESIGN = (
    Column("PSU", 4),
    Column("SSU", 2),
    Column("STRATA", 1),
    Column("WI1", 12, 4),
    Column("FWT", 12, 4),
)
MARK = (Column(DEMO_COLUMN, 1),)
COUNTS = tuple(Column(name, 2) for name in ("R302", "R303", "R304", "R305"))
KP = (Column("WERT", 12, 4), Column("WEIND", 14, 4), *MARK)
MONEY = tuple(Column(name, 12) for name in ("FOOD", "NONFOOD", "EXPEND", "KAPITA"))
ROWS_41 = tuple(Column(name, 12) for name in ("B41K6", "B41K8", "B41K10"))
ROWS_42 = tuple(Column(name, 12) for name in ("B42K4", "B42K5"))
CODE = (Column("KODE", 3),)


def tables(blocks: str, wanted: list[str]) -> dict[str, tuple[Column, ...]]:
    """Columns of each file of a round, by the part of its name after the month.

    Parameters
    ----------
    blocks : {"43", "41-42"}
    wanted : list of str
        Kabupaten; a part of blocks 41 and 42 without one of them is left out.
    """
    columns = {
        "kor_rt": (*PLACES, *DESIGN, *COUNTS, *map(_column, HOUSEHOLDS_2024), *MARK),
        "kor_ind1": _person_columns(0, 7),
        "kor_ind2": _person_columns(8, 99),
        "kp_blok43": (*PLACES, *MONEY, *KP),
    }
    if blocks == "41-42":
        for part in sorted({_part(region) for region in wanted}):
            columns[f"kp_blok41_{part}"] = (*PLACES, *CODE, *ROWS_41, *KP)
            columns[f"kp_blok42_{part}"] = (*PLACES, *CODE, *ROWS_42, *KP)
    return columns


def _person_columns(first, last):
    """Keys and the items of the questionnaire's blocks `first` to `last`."""
    items = [item for item in PERSONS_2024 if first <= _block(item) <= last]
    return (*PLACES, *DESIGN, Column("R401", 2), *map(_column, items), *MARK)


def _block(item: Item) -> int:
    return int(re.match(r"R(\d+)", item.column)[1]) // 100


def _column(item: Item) -> Column:
    if item.kind == "mark":
        return Column(item.column, 1, 0, item.column[-1])
    top = {"yes": 9, "number": min(item.high, 9998)}.get(item.kind)
    return Column(item.column, len(str(int(top if top else max(item.codes)))))


def _part(region):
    province = int(region[:2])
    return next(part for part, (a, b) in PARTS.items() if a <= province <= b)


def pieces(
    region: str, facts, year: int, seed: int, blocks: str, theme: str | None = None
) -> dict[str, Piece]:
    """Make the rows of one kabupaten for each file.

    Parameters
    ----------
    region : str
        BPS 2022.
    facts : Series
        ``rank``, ``households``, ``urban``, ``population``, ``p0``, ``p1``, ``p2``,
        ``line``, ``gini``; shares as fractions, the line [IDR/person/month].
    year, seed : int
        With the region they start its own random numbers.
    blocks : {"43", "41-42"}
    theme : str, optional
        One of `planting.THEMES`, whose problem is planted in the answers.
    """
    rng = np.random.default_rng([seed, year, int(region)])
    # items added later have their own numbers, so that what there was stays as it was
    later = np.random.default_rng([seed, year, int(region), 1])
    drawn = design.sample(
        rng, int(facts["rank"]), int(facts["households"]), facts["urban"]
    )
    target = Target(*(float(facts[name]) for name in Target._fields))
    spending, weight = calibrated(drawn.latent, drawn.size, drawn.weight, target)
    place = REGION * rng.normal() + PLACE * rng.normal(size=drawn.block[-1])
    welfare = standardised(spending, target.line)
    lean = welfare + place[drawn.block - 1]
    keys = _keys(region, drawn, weight)
    people = population.members(rng, drawn.size)
    home = people["home"]
    of_home = conditions.of_households(rng, lean, drawn.urban, drawn.size)
    of_home |= conditions.more_of_households(later, people, lean, drawn.urban)
    answers = people | _answers(rng, people, lean[home], drawn.urban[home])
    answers |= conditions.more_of_persons(later, answers, lean[home], drawn.urban[home])
    answers["family"] = population.families(people)
    answers |= children.of_children(later, people["age"], lean[home], drawn.urban[home])
    if theme:
        own = np.random.default_rng([seed, year, int(region), 2])
        means = spending / target.line
        of_home, answers = planting.planted(own, theme, of_home, answers, means)
    parts = {"kor_rt": keys | _counts(people) | _named(HOUSEHOLDS_2024, of_home)}
    persons = {name: values[home] for name, values in keys.items()}
    persons |= {"R401": people["person"]} | _named(PERSONS_2024, answers)
    parts["kor_ind1"] = parts["kor_ind2"] = persons
    return parts | _spending(rng, region, keys, spending, welfare, blocks)


def _answers(rng, people, welfare, urban):
    learned = population.schooling(rng, people, welfare, urban)
    return (
        learned
        | population.work(rng, people, learned, welfare, urban)
        | conditions.of_persons(rng, people, learned, welfare, urban)
    )


def _named(items, answers):
    """Answers under BPS's columns; a yes or a code that is not there is an error."""
    return {item.column: np.asarray(answers[item.name]) for item in items}


def _keys(region, drawn, weight):
    count = len(drawn.urut)
    return {
        "URUT": drawn.urut,
        "R101": np.full(count, int(region[:2])),
        "R102": np.full(count, int(region[2:])),
        "R105": np.where(drawn.urban, 1, 2),
        "R301": drawn.size,
        "PSU": drawn.block,
        "SSU": drawn.place,
        "STRATA": drawn.stratum,
        "WI1": weight,
        "FWT": weight,
        "WERT": weight,
        "WEIND": weight * drawn.size,
        DEMO_COLUMN: np.ones(count, int),
    }


def _counts(people):
    age = people["age"]
    wives = (people["sex"] == population.WOMAN) & (age >= 10) & (age <= 54)
    wives &= people["marital"] == population.MARRIED
    groups = {"R302": age <= 4, "R303": age >= 5, "R304": age >= 10, "R305": wives}
    return {
        name: np.bincount(people["home"], weights=here).astype(int)
        for name, here in groups.items()
    }


def _spending(rng, region, keys, per_person, welfare, blocks):
    """Block 43, or blocks 41 and 42 that add up to the same whole rupiah."""
    total = per_person * keys["R301"]
    share = 0.575 - 0.075 * welfare + rng.normal(0, 0.06, len(total))
    food = (np.clip(share, 0.20, 0.85) * total / 30).astype(np.int64) * 30
    other = total - food
    money = {"FOOD": food, "NONFOOD": other, "EXPEND": total, "KAPITA": per_person}
    if blocks == "43":
        return {"kp_blok43": keys | money}
    empty = dict.fromkeys(money, np.full(len(total), -1))
    part = _part(region)
    return {
        "kp_blok43": keys | empty,
        f"kp_blok41_{part}": _foods(rng, keys, food * 7 // 30),
        f"kp_blok42_{part}": _nonfoods(rng, keys, other),
    }


def _foods(rng, keys, week):
    """Rows of block 41: a week's value, bought and home-made, whole rupiah."""
    value = _divided(rng, week, np.array([share for _, share in FOODS]))
    own = (value * rng.choice([0, 0, 0, 0.3, 1], value.shape)).astype(np.int64)
    return _long(keys, [code for code, _ in FOODS]) | {
        "B41K6": (value - own).ravel(),
        "B41K8": own.ravel(),
        "B41K10": value.ravel(),
    }


def _nonfoods(rng, keys, month):
    """Rows of block 42: each has a month's value or a year's, the other cell empty."""
    value = _divided(rng, month, np.array([share for _, share, _ in NONFOODS]))
    yearly = np.array([column == "B42K5" for _, _, column in NONFOODS])
    return _long(keys, [code for code, _, _ in NONFOODS]) | {
        "B42K4": np.where(yearly, -1, value).ravel(),
        "B42K5": np.where(yearly, value * 12, -1).ravel(),
    }


def _divided(rng, total, shares):
    """Split whole rupiah by about these shares; the last part takes the remainder."""
    part = shares * np.exp(rng.normal(0, 0.3, (len(total), len(shares))))
    value = (part / part.sum(1, keepdims=True) * total[:, None]).astype(np.int64)
    value[:, -1] += total - value.sum(1)
    return value


def _long(keys, codes):
    rows = {name: np.repeat(values, len(codes)) for name, values in keys.items()}
    return rows | {"KODE": np.tile(codes, len(keys["URUT"]))}
