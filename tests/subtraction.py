"""An attacker who has every published row and takes parts from wholes.

``python tests/subtraction.py 35 2023`` counts the hidden cells of a province and of its
kabupaten that can be worked out from what stands, with and without the withheld ones.
Knows the groupings, and nothing of how cells are chosen to be withheld: of each sum that
published rows make, shown cells are numbers and hidden ones unknown; a hidden cell is
rebuilt where every solution of the equations gives it the same value. Who of a group is
in another is told from either side: the poor among farmers are the farmers among the poor.
"""

import sys
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.linalg import null_space

from sepakat_lib import disclosure, estimation, regions
from sepakat_lib.indicators import grouping
from sepakat_lib.parameters import Parameters

SAME = 1e-9
CELL = ["region", "grouping", "group"]
COARSER = {
    ("quintile", "decile"): {str(k): [str(2 * k - 1), str(2 * k)] for k in range(1, 6)},
    ("poverty", "welfare"): {
        "poor": ["chronic_poor", "other_poor"],
        "not_poor": ["vulnerable", "aspiring", "middle", "upper"],
    },
}
BANDS = ("p0", "vulnerable", "aspiring", "middle", "upper")
SECTORS = {"farm_workers": "farming", "worker_industry": "industry"}
SECTORS |= {"worker_services": "services"}
IN_GROUP = {"chronic_poor": ("welfare", "chronic_poor"), "p0": ("poverty", "poor")}
IN_GROUP |= {band: ("welfare", band) for band in BANDS[1:]}
IN_GROUP |= {name: ("sector", group) for name, group in SECTORS.items()}
IN_GROUP |= {"disabled": ("disability", "with"), "person_elderly": ("age", "60+")}
TOGETHER = {*IN_GROUP, "poor_persons"}  # one system of equations


def of_several(keys: set[tuple]) -> Iterator[list[tuple]]:
    """Cells of several indicators in a region that are equal, or together all of a group."""
    for region in {key[1] for key in keys}:
        for (one, of_one), (other, of_other) in combinations(IN_GROUP.items(), 2):
            pair = [(one, region, *of_other), (other, region, *of_one)]
            if of_one[0] != of_other[0] and keys.issuperset(pair):
                yield [(pair[0], 1.0), (pair[1], -1.0)]
    for key in keys:
        if key[0] != "p0":
            continue
        twin = ("poor_persons", *key[1:])
        if twin in keys:
            yield [(key, 1.0), (twin, -1.0)]
    for names in (BANDS, tuple(SECTORS)):
        for key in keys:
            parts = [(name, *key[1:]) for name in names]
            if key[0] == names[0] and keys.issuperset(parts):
                yield [(part, 1.0) for part in parts]


def equations(cells: pd.DataFrame, below) -> Iterator[tuple[tuple, list[tuple]]]:
    """Whole and parts of every sum among rows of one indicator, as (region, grouping, group)."""
    here = set(cells[CELL].itertuples(index=False, name=None))
    for region in cells["region"].unique():
        of_region = [cell for cell in here if cell[0] == region]
        for name in {cell[1] for cell in of_region} - {"all"}:
            parts = [cell for cell in of_region if cell[1] == name]
            if "*" not in name:
                yield (region, "all", "all"), sorted(parts)
            for side, whole in enumerate(name.split("*") if "*" in name else ()):
                for group in {cell[2].split("|")[side] for cell in parts}:
                    some = [c for c in parts if c[2].split("|")[side] == group]
                    yield (region, whole, group), sorted(some)
        for (coarse, fine), of_group in COARSER.items():
            for group, finer in of_group.items():
                yield (region, coarse, group), [(region, fine, part) for part in finer]
    for region in cells["region"].unique():
        for _, name, group in [cell for cell in here if cell[0] == region]:
            if not grouping(name).by_level and (inner := below(region)):
                yield (region, name, group), [(part, name, group) for part in inner]


def rebuilt(shown: pd.DataFrame, below=regions.below) -> pd.Series:
    """Which rows of published estimates are hidden and can be worked out from others.

    `below` gives the regions that a region consists of.
    """
    out = pd.Series(False, index=shown.index)
    names = shown["indicator"].astype(str)
    for _, cells in shown.groupby(names.mask(names.isin(TOGETHER), "together")):
        out[cells.index] = _rebuilt_of(cells, below)
    return out


def _rebuilt_of(cells: pd.DataFrame, below) -> np.ndarray:
    """The same of indicators whose cells are told in one system."""
    keys = [*cells[["indicator", *CELL]].astype(str).itertuples(index=False, name=None)]
    n = dict(zip(keys, cells["n"], strict=True))
    hidden = (cells["value"].isna() & cells["n"].gt(0)).to_numpy()
    places = {key: i for i, key in enumerate(pd.Series(keys)[hidden])}
    if not places:
        return hidden
    rows = []
    for name, some in cells.groupby(cells["indicator"].astype(str)):
        for whole, parts in equations(some, below):
            whole, parts = (name, *whole), [(name, *part) for part in parts]
            if whole in n and all(part in n for part in parts):
                rest = n[whole] - sum(n[part] for part in parts) > 0.5
                rows.append(([(whole, -1.0), *((p, 1.0) for p in parts)], rest))
    if len({key[0] for key in keys}) > 1:
        rows += [  # what all of a group are together is known from one that is shown
            (terms, False)
            for terms in of_several(set(keys))
            if len(terms) == 2 or not all(key in places for key, _ in terms)
        ]
    rows = [
        ([(places[key], sign) for key, sign in terms if key in places], rest)
        for terms, rest in rows
    ]
    rows = [row for row in rows if row[0]]
    free = len(places)
    matrix = np.zeros((len(rows), free + sum(rest for _, rest in rows)))
    for row, (terms, rest) in zip(matrix, rows, strict=True):
        for place, sign in terms:
            row[place] = sign
        if rest:
            row[free] = 1.0
            free += 1
    loose = null_space(matrix) if len(rows) else np.eye(matrix.shape[1])
    known = np.abs(loose[: len(places)]).max(axis=1, initial=0.0) < SAME
    return np.array([key in places and known[places[key]] for key in keys])


def main(province: str, year: int) -> None:
    """Print hidden and rebuilt cells without and with the withheld ones."""
    tables = []
    for region in (province, *regions.members(province)):
        chosen = Parameters(region=region, year=year)
        table = estimation.read(chosen)
        tables.append(table[table["region"].eq(region)])
    table = pd.concat(tables, ignore_index=True)
    for what, remarks in (("without", ""), ("with", table["remark"].astype(str))):
        shown = disclosure.publish(table.assign(remark=remarks), year=year)
        hidden = shown["value"].isna() & shown["n"].gt(0)
        done = rebuilt(shown)
        print(
            f"{what} withheld cells: {len(shown)} cells, {int(shown['n'].gt(0).sum())} of "
            f"somebody, {int(hidden.sum())} hidden, {int(done.sum())} rebuilt"
        )
        print(shown.loc[hidden, "mark"].value_counts().to_dict())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
