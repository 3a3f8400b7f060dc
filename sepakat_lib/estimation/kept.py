"""What scans found of each kabupaten, kept so that no row is read twice.

A *segment* is what one scan found of some kabupaten and indicators: two tables, of
sums by kabupaten (`scan.SUMS`) and of what each household adds. Of a kabupaten and an
indicator the newest segment counts whose marks are those of today.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from sepakat_lib import warehouse
from sepakat_lib.estimation.scan import (
    AXIS,
    CROSS,
    OF_EXTREMES,
    PAIRS,
    SUMS,
    Answers,
    Households,
    Part,
    Units,
    shared,
    stacked_axes,
)
from sepakat_lib.estimation.tabling import Caveats

FEW = 12  # indicators of which the whole nation's rows are small enough to hold at once
LIGHT = ("psu", "size", "weight", "spending", "welfare")
FIELDS = (*SUMS, *OF_EXTREMES)


class Segment(NamedTuple):
    """What is told of a segment in the record of a round.

    Attributes
    ----------
    regions : dict of str to str
        Mark of each kabupaten's data.
    indicators, groupings : dict of str to str
        Marks of the declarations that were computed.
    parted : list of str
        Groupings by which any household or person has a group.
    spent : list of str
        ``spending`` and ``welfare`` where any household has it.
    caveats : dict
        Fields of `tabling.Caveats`, as lists.
    touched : list of dict
        Strata that were merged or centred, as `survey.Design` tells them.
    """

    regions: dict[str, str]
    indicators: dict[str, str]
    groupings: dict[str, str]
    parted: list[str]
    spent: list[str]
    caveats: dict
    touched: list[dict]


class Source(NamedTuple):
    """A segment with its two tables, wherever they lie."""

    segment: Segment
    cells: pa.Table
    homes: pa.Table


def cells_table(part: Part, regions: Collection[str]) -> pa.Table:
    """Sums of one part as a table: the cells of each kabupaten stand together."""
    count, width = len(regions), len(part.cells)
    sums = part.sums["kabupaten"]
    columns = {"region": np.repeat(np.array([*regions], object), width)}
    for name in AXIS:
        columns[name] = np.tile(part.cells[name].to_numpy(object), count)
    columns = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    pair = np.tile(part.cells["pair"].to_numpy(np.int32), count)
    numbers = {name: pa.array(sums[name].ravel()) for name in FIELDS}
    return pa.table(columns | {"pair": pa.array(pair)} | numbers)


def homes_table(homes: Households) -> pa.Table:
    """What each household adds, one row each."""
    units = homes.units
    columns = {
        name: pa.array(getattr(units, name)[homes.psu].astype(object), pa.string())
        for name in ("region", "stratum")
    }
    for name in LIGHT:
        columns[name] = pa.array(getattr(homes, name))
    for name, codes in homes.groups.items():
        columns[f"group {name}"] = pa.array(codes.astype(np.int8))
    for name, (y, x, n, lost, answers) in homes.values.items():
        columns[f"y {name}"] = pa.array(y)
        if x is not None:
            columns[f"x {name}"] = pa.array(x)
        columns[f"n {name}"] = pa.array(n.astype(np.int16))
        columns[f"lost {name}"] = pa.array(lost.astype(np.int16))
        if not np.array_equal(answers, n):
            columns[f"answers {name}"] = pa.array(answers.astype(np.int16))
    return pa.table(columns)


class Wanted(NamedTuple):
    """Marks of today: what a segment must have been made of to count.

    Attributes
    ----------
    regions : dict of str to str
        Of each kabupaten's data.
    indicators : dict of str to str
    groupings : dict of str to str
    told_by : dict of str to list of str
        Groupings of each indicator that are the same whichever region reports.
    """

    regions: dict[str, str]
    indicators: dict[str, str]
    groupings: dict[str, str]
    told_by: dict[str, list[str]]


Taken = dict[str, dict[str, frozenset[str]]]


def taken(segments: dict[str, Segment], wanted: Wanted) -> Taken:
    """Which indicators of which kabupaten are taken from which segment.

    Parameters
    ----------
    segments : dict of str to Segment
        Oldest first.
    wanted : Wanted
    """
    missing = {region: set(wanted.indicators) for region in wanted.regions}
    found: Taken = {}
    for name, segment in reversed(segments.items()):
        good = {
            indicator
            for indicator, mark in wanted.indicators.items()
            if segment.indicators.get(indicator) == mark
            and all(
                segment.groupings.get(by) == wanted.groupings[by]
                for by in wanted.told_by[indicator]
            )
        }
        for region, mark in wanted.regions.items():
            if segment.regions.get(region) == mark and (new := good & missing[region]):
                found.setdefault(name, {})[region] = frozenset(new)
                missing[region] -= new
    return found


def missing(taking: Taken, wanted: Wanted) -> list[tuple[list[str], list[str]]]:
    """What must be scanned: kabupaten and indicators; where these are many, by province."""
    left = {region: set(wanted.indicators) for region in wanted.regions}
    for by_region in taking.values():
        for region, indicators in by_region.items():
            left[region] -= indicators
    groups: dict[tuple, list[str]] = {}
    for region, indicators in sorted(left.items()):
        if indicators:
            place = region[:2] if len(indicators) > FEW else ""
            groups.setdefault((place, frozenset(indicators)), []).append(region)
    order = {name: i for i, name in enumerate(wanted.indicators)}
    return [
        (kabupaten, sorted(indicators, key=order.__getitem__))
        for (_, indicators), kabupaten in groups.items()
    ]


def fixed(taking: Taken, tables: dict[str, pa.Table], regions: list[str]) -> Part:
    """Sums of all kabupaten from their segments' tables of cells.

    Parameters
    ----------
    taking : Taken
    tables : dict of str to Table
        Cells by segment.
    regions : list of str
        Kabupaten, sorted.
    """
    axis = stacked_axes([])
    blocks = []
    place_of = {region: i for i, region in enumerate(regions)}
    known: dict[tuple, int] = {}
    axes = []
    for name, by_region in taking.items():
        table = tables[name]
        stored = (
            table["region"].to_pylist()[:: max(_width(table), 1)] if len(table) else []
        )
        cells = table.slice(0, _width(table)).select([*AXIS, "pair"]).to_pandas()
        by_set: dict[frozenset, list[str]] = {}
        for region, indicators in by_region.items():
            by_set.setdefault(indicators, []).append(region)
        for indicators, kabupaten in by_set.items():
            rows = np.flatnonzero(cells["indicator"].isin(indicators).to_numpy())
            if not len(rows):
                continue
            axis = _kept_axis(cells, rows)
            keys = list(axis[AXIS].itertuples(index=False, name=None))
            if any(key not in known for key in keys):
                moved = axis.assign(
                    pair=np.where(axis["pair"] < 0, -1, axis["pair"] + len(known))
                )
                known |= {key: len(known) + i for i, key in enumerate(keys)}
                axes.append(moved)
            at = [known[key] for key in keys]
            source = [stored.index(region) for region in kabupaten]
            target = [place_of[region] for region in kabupaten]
            blocks.append((table, rows, at, source, target))
    sums = {name: np.zeros((len(regions), len(known))) for name in FIELDS}
    for table, rows, at, source, target in blocks:
        width = _width(table)
        for name in FIELDS:
            values = table[name].to_numpy().reshape(-1, width)
            sums[name][np.ix_(target, at)] = values[np.ix_(source, rows)]
    whole = pd.concat(axes, ignore_index=True) if axes else axis
    return shared(whole, sums)


def _width(table: pa.Table) -> int:
    """Cells of one kabupaten in a segment's table."""
    regions = table["region"].unique()
    return len(table) // len(regions) if len(table) else 0


def _kept_axis(cells: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Rows of an axis, with the places of pairs among these rows."""
    place = np.full(len(cells), -1)
    place[rows] = np.arange(len(rows))
    kept = cells.iloc[rows].reset_index(drop=True)
    pair = kept["pair"].to_numpy(int)
    return kept.assign(pair=np.where(pair < 0, -1, place[np.maximum(pair, 0)]))


class Chunk(NamedTuple):
    """Kabupaten of one province whose indicators lie in the same segments."""

    regions: list[str]
    sources: list[tuple[str, list[str]]]  # segment, indicators


def chunks(taking: Taken) -> Iterator[Chunk]:
    """Kabupaten that are read together, sorted."""
    by_region: dict[str, list] = {}
    for name, regions in taking.items():
        for region, indicators in regions.items():
            by_region.setdefault(region, []).append((name, tuple(sorted(indicators))))
    groups: dict[tuple, list[str]] = {}
    for region, sources in sorted(by_region.items()):
        groups.setdefault((region[:2], tuple(sources)), []).append(region)
    for (_, sources), regions in groups.items():
        yield Chunk(regions, [(name, [*names]) for name, names in sources])


def homes(
    chunk: Chunk, paths: dict[str, "warehouse.Path"], indicators: Collection[str] | None
) -> Households:
    """What the households of a chunk add.

    Parameters
    ----------
    chunk : Chunk
    paths : dict of str to Path
        Tables of households by segment.
    indicators : collection of str or None
        None: only how the households were drawn and what they spend.
    """
    light, values = None, {}
    for name, taken_here in chunk.sources:
        names = [
            one for one in taken_here if indicators is not None and one in indicators
        ]
        if light is not None and not names:
            continue
        columns = pa.parquet.read_schema(paths[name]).names
        needed = ["region"]
        if light is None:
            needed += [
                "stratum",
                *LIGHT,
                *(c for c in columns if c.startswith("group ")),
            ]
        kinds = ("y", "x", "n", "lost", "answers")
        needed += [
            f"{k} {one}" for one in names for k in kinds if f"{k} {one}" in columns
        ]
        table = warehouse.table(paths[name], needed)
        keep = pa.compute.is_in(table["region"], pa.array(chunk.regions))
        table = table.filter(keep)
        if light is None:
            light = table
        for one in names:
            if f"y {one}" in columns:
                y, x, n, lost, answers = (
                    table[f"{k} {one}"].to_numpy().astype(float)
                    if f"{k} {one}" in columns
                    else None
                    for k in kinds
                )
                sampled = n if answers is None else answers
                values[one] = Answers(y, x, n, lost, sampled)
    return _households(light, values)


def _households(light: pa.Table, values: dict) -> Households:
    region, stratum = (
        light[name].to_numpy(zero_copy_only=False).astype(str)
        for name in ("region", "stratum")
    )
    psu = light["psu"].to_numpy()
    new = np.r_[True, (region[1:] != region[:-1]) | (psu[1:] != psu[:-1])]
    first = np.flatnonzero(new)
    numbers = {name: light[name].to_numpy().astype(float) for name in LIGHT[1:]}
    return Households(
        units=Units(region[first], stratum[first]),
        psu=np.cumsum(new) - 1,
        groups={
            name.removeprefix("group "): light[name].to_numpy()
            for name in light.column_names
            if name.startswith("group ")
        },
        values=values,
        **numbers,
    )


def together(parts: Iterable[Households]) -> Households:
    """Households of several chunks, sorted by kabupaten, without values."""
    parts = [*parts]
    region = np.concatenate([part.units.region for part in parts])
    stratum = np.concatenate([part.units.stratum for part in parts])
    before = np.cumsum([0, *(len(part.units) for part in parts)])
    psu = np.concatenate(
        [part.psu + start for part, start in zip(parts, before, strict=False)]
    )
    order = np.argsort(region, kind="stable")
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    of_row = place[psu]
    rows = np.argsort(of_row, kind="stable")
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])[rows]
        for name in LIGHT[1:]
    }
    names = set.intersection(*(set(part.groups) for part in parts))
    groups = {
        name: np.concatenate([part.groups[name] for part in parts])[rows]
        for name in sorted(names)
    }
    units = Units(region[order], stratum[order])
    return Households(units, of_row[rows], **columns, groups=groups, values={})


def caveats(segments: dict[str, Segment], taking: Taken) -> Caveats:
    """What is to be said of all kabupaten, from the segments that hold them."""
    merged, unsampled, lines, people = set(), set(), set(), {}
    for name, by_region in taking.items():
        told = segments[name].caveats
        merged |= set(told["merged"]) & set(by_region)
        unsampled |= set(told["unsampled"]) & set(by_region)
        lines |= set(told["lines"])
        people |= {region: told["people"][region] for region in by_region}
    return Caveats(merged, unsampled, frozenset(lines), people)


def narrowed(part: Part, rows: np.ndarray) -> Part:
    """Some cells of a part."""
    if len(rows) == len(part.cells):
        return part
    sums = {name: values[:, rows] for name, values in part.sums["kabupaten"].items()}
    return shared(_kept_axis(part.cells, rows), sums)


def joined(
    pieces: list[tuple[np.ndarray, Part]], count: int, levels: Collection[str]
) -> Part:
    """One part of pieces for different kabupaten; nothing where a level was left out.

    Parameters
    ----------
    pieces : list of (places of the kabupaten, Part)
        All with the same cells.
    count : int
        Kabupaten in all.
    levels : collection of str
    """
    cells = pieces[0][1].cells
    width = len(cells)

    def whole(get, names) -> dict[str, np.ndarray]:
        arrays = {name: np.zeros((count, width)) for name in names}
        for places, part in pieces:
            for name, values in (get(part) or {}).items():
                arrays[name][places] = values
        return arrays

    sums = {
        level: whole(lambda part, level=level: part.sums.get(level), FIELDS)
        for level in levels
    }
    pairs = [pair for pair in PAIRS if set(pair) <= set(levels)]
    between = {
        pair: whole(lambda part, pair=pair: part.between.get(pair), CROSS)
        for pair in pairs
    }
    return Part(cells, sums, between)
