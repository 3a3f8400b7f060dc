"""An attacker who has every published row and takes parts from wholes.

``python tests/subtraction.py 35 2023`` counts the hidden cells of a province and of its
kabupaten that can be worked out from what stands, with and without the withheld ones.
Knows the groupings, and nothing of how cells are chosen to be withheld: of each sum that
published rows make, shown cells are numbers and hidden ones unknown; a hidden cell is
rebuilt where every solution of the equations gives it the same value.
"""

import sys
from collections.abc import Iterator

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
    for _, cells in shown.groupby("indicator", observed=True):
        keys = [*cells[CELL].itertuples(index=False, name=None)]
        n = dict(zip(keys, cells["n"], strict=True))
        hidden = cells["value"].isna() & cells["n"].gt(0)
        places = {key: i for i, key in enumerate(pd.Series(keys)[hidden.to_numpy()])}
        if not places:
            continue
        rows, rests = [], 0
        for whole, parts in equations(cells, below):
            if whole not in n or not all(part in n for part in parts):
                continue
            involved = [key for key in (whole, *parts) if key in places]
            if involved:
                rest = n[whole] - sum(n[part] for part in parts)
                rows.append((whole, involved, rest > 0.5))
                rests += rest > 0.5
        matrix = np.zeros((len(rows), len(places) + rests))
        free = len(places)
        for row, (whole, involved, rest) in zip(matrix, rows, strict=True):
            for key in involved:
                row[places[key]] = -1.0 if key == whole else 1.0
            if rest:
                row[free] = 1.0
                free += 1
        loose = null_space(matrix) if len(rows) else np.eye(matrix.shape[1])
        known = np.abs(loose[: len(places)]).max(axis=1, initial=0.0) < SAME
        found = [key for key, i in places.items() if known[i]]
        out[cells.index[pd.Series(keys).isin(found).to_numpy()]] = True
    return out


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
