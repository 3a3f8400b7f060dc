"""Estimates made where something changed: what is stale, what is scanned, what is stored.

What each kabupaten adds is kept in segments (`kept`), so that its rows are read once; of
a region one file each holds its estimates and its differences. Both carry the marks of
what they were made of (`marks`).
"""

import itertools
import os
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sepakat_lib import regions, warehouse
from sepakat_lib.estimation import kept, marks, scan, tabling, tiers
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation.tiers import NATION
from sepakat_lib.indicators import Grouping, Indicator, catalogue
from sepakat_lib.indicators import grouping as grouping_of
from sepakat_lib.refused import Refused

SURVEY = "susenas"
ESTIMATES, DIFFERENCES, PEERS = "estimates", "differences", "peers"
CELLS, HOMES = "cells", "homes"
AT_ONCE = 2  # provinces that are read at once: each takes up to half a gigabyte
TRIES = 5  # of an estimate whose data change while it is made


class _Moved(Exception):
    """A load came while estimates were made of the data before it."""


class Round(NamedTuple):
    """A round as it is now: what is loaded, what it can answer, and the marks of both."""

    stored_as: str
    year: int
    lines: str | None
    name: str
    finest: str
    any_spending: bool
    synthetic: dict[str, bool]
    indicators: dict[str, Indicator]  # those that are computed from rows it has
    lacks: dict[str, list[str]]
    data: dict[str, str]  # marks, as all below
    regions: dict[str, str]  # of the data of each region that reports
    own: dict[str, str]
    groupings: dict[str, str]
    rows: dict[str, str]


def estimate(
    year: int,
    *,
    survey=SURVEY,
    round="",
    lines="kabupaten",
    wanted: Collection[str] | None = None,
    force=False,
    progress=None,
) -> dict:
    """Fill the estimates of a year where anything that they are made of has changed.

    Parameters
    ----------
    year : int
        Year of the round.
    survey : str
        Its name in the warehouse; the indicators that name it are computed.
    round : str
        Another than the survey's chief one ("september"; of Susenas the chief one is
        March's). Poverty lines are of March, so that nothing that needs one is computed.
        Below the areas that the round was drawn for (``finest`` of its origin; Susenas
        of September: provinces) none reports.
    lines : {"kabupaten", "province_urban_rural"}
        Which set of poverty lines a household's spending meets; of no account where the
        survey did not ask for spending.
    wanted : collection of str, optional
        Regions whose pages are to be made: they, the regions that hold them, and those
        that they are ranked among. Default: all that are loaded.
    force : bool
        Do it again even where nothing changed.
    progress : callable, optional
        Called with (done, of how many) after each province that is read or told.

    Returns
    -------
    dict
        ``regions``, ``rows`` (of those wanted), ``absent`` (indicators that lack items,
        with the items), ``touched`` (strata merged or centred, of those wanted alone;
        a page hangs on its province's and the nation's too), ``fresh`` (False:
        nothing was to do), ``scanned`` (kabupaten whose rows were read now).

    Raises
    ------
    Refused
        No survey data of that year.
    """
    stored_as = f"{survey}-{round}" if round else survey
    warehouse.tidy()  # a run that was killed may have left all done but its scratch
    for _ in range(TRIES):
        try:
            return _estimated(
                stored_as, year, survey, round, lines, wanted, force, progress
            )
        except _Moved:
            continue
        except Refused as error:
            if error.code != "damaged_file":
                raise
            if not warehouse.discard(error.fields["file"]):  # else it is scanned again
                raise
    raise Refused("data_moved", region=str(year), times=str(TRIES))


def _estimated(
    stored_as, year, survey, special, lines, wanted, force, progress
) -> dict:
    now = now_of(stored_as, year, survey, special, lines)
    needed = [*now.regions] if wanted is None else _around_all(wanted, now)
    record = sound_record(now.name)
    old = [*needed] if force else stale(record, now, needed)
    if not old:
        return _summary(record, now, needed, wanted) | {"fresh": False, "scanned": 0}
    partly = None if force else _changed_indicators(record, now, old)
    chosen = [*now.indicators] if partly is None else partly
    reads = _read_for(old, now)
    steps = _Steps(progress)
    scanned = _scan(now, reads, chosen, force, steps)
    tables = _assembled(now, reads, old, chosen, steps)
    if partly is not None:
        tables = _merged(now, tables, partly)
    _store(now, tables, old)
    return _summary(sound_record(now.name), now, needed, wanted) | {
        "fresh": True,
        "scanned": scanned,
    }


def now_of(stored_as: str, year: int, survey: str, special: str, lines: str) -> Round:
    """What is loaded, and the marks of all that its estimates are made of."""
    origins = loaded(stored_as, year)
    empty = warehouse.columns(stored_as, year)
    lines = lines if rows_of.has_spending(empty) and not special else None
    any_spending = rows_of.has_spending(empty) and _any_spending(
        stored_as, year, origins
    )
    declared = [one for one in catalogue().values() if one.survey == survey]
    lacks = rows_of.lacking(empty, year, declared, lines, any_spending)
    computed = (*scan.COMPUTED, *scan.NEEDS)
    able = {
        one.name: one
        for one in declared
        if one.kind in computed and one.name not in lacks
    }
    finest = finest_of(origins)
    data = marks.of_data(origins, year, lines)
    own = marks.of_indicators(able.values(), year, lacks)
    groupings = marks.of_groupings(
        (name for one in able.values() for name in one.groupings), year
    )
    return Round(
        stored_as=stored_as,
        year=year,
        lines=lines,
        name=name_of(year, lines, stored_as),
        finest=finest,
        any_spending=any_spending,
        synthetic=origins.set_index("region")["synthetic"].astype(bool).to_dict(),
        indicators=able,
        lacks=lacks,
        data=data,
        regions=_region_marks(data, finest, any_spending),
        own=own,
        groupings=groupings,
        rows=marks.of_rows([*able.values()], own, groupings),
    )


def _any_spending(stored_as: str, year: int, origins: pd.DataFrame) -> bool:
    """Whether any household of the round answered: the first kabupaten tells as a rule."""
    names = sorted(origins["region"])
    return any(
        rows_of.answers_spending(warehouse.connect(stored_as, year, part))
        for part in (names[:1], names)
    )


def _region_marks(data: dict[str, str], finest: str, any_spending) -> dict[str, str]:
    """Mark of the data behind each region that reports.

    A kabupaten's are those of its province, since their design effects are its like,
    and of each whole region that it is held against.
    """
    every = tiers.tiers(sorted(data), complete(), finest)
    reporting = {tier.level: [*map(str, tier.regions)] for tier in every}
    nation = marks.of(sorted(data.items())) if "nation" in reporting else ""
    of_province = {
        province: marks.of(province in reporting.get("province", ()), sorted(inside))
        for province, inside in _by_province(data.items())
    }
    return {
        region: marks.of(any_spending, of_province.get(region[:2], ""), nation)
        for names in reporting.values()
        for region in names
    }


def _by_province(items):
    ordered = sorted(items)
    for province, inside in itertools.groupby(ordered, lambda item: item[0][:2]):
        yield province, [*inside]


def _around_all(wanted: Collection[str], now: Round) -> list[str]:
    """Regions whose estimates the pages of others need, of those that report."""
    needed = {NATION}
    for region in wanted:
        needed |= {region, regions.province(region) or region}
        needed |= set(regions.peers(region, among=among(region)))
    return [region for region in now.regions if region in needed]


def sound_record(name: str) -> dict | None:
    """Record of estimates that tells what `estimate` writes; else none."""
    record = warehouse.result_record(name)
    keys = {"summary": dict, "segments": dict, "regions": dict, "declared": dict}
    sound = record and all(isinstance(record.get(k), v) for k, v in keys.items())
    return record if sound else None


def stale(record: dict | None, now: Round, needed: list[str]) -> list[str]:
    """Regions whose estimates are not those that would be made now."""
    if record is None:
        return [*needed]
    old = []
    for region in needed:
        told = record["regions"].get(region)
        parts = _own_parts(record, region)
        if (
            told is None
            or told["data"] != now.regions[region]
            or record["declared"].get(told["declared"]) != now.rows
            or len(parts) < 2
            or warehouse.result(now.name, parts, exactly=True) is None
        ):
            old.append(region)
    return old


def _own_parts(record: dict, region: str) -> list[str]:
    names = [f"{region}.{kind}" for kind in (ESTIMATES, DIFFERENCES)]
    return [name for name in names if name in record["tables"]]


def _changed_indicators(record, now: Round, stale: list[str]) -> list[str] | None:
    """Indicators to make where declarations alone have changed; None for all.

    Those that lend their design effect are among them.
    """
    if record is None:
        return None
    changed = set()
    for region in stale:
        told = record["regions"].get(region)
        if told is None or told["data"] != now.regions[region]:
            return None
        parts = _own_parts(record, region)
        if len(parts) < 2 or warehouse.result(now.name, parts, exactly=True) is None:
            return None
        before = record["declared"].get(told["declared"], {})
        changed |= {name for name in now.rows if before.get(name) != now.rows[name]}
    every = now.indicators.values()
    lenders = {tabling.lender(one, every) for one in every if one.is_share}
    return [name for name in now.indicators if name in changed | lenders]


def _read_for(stale: list[str], now: Round) -> list[str]:
    """Kabupaten whose sums the regions need: of their provinces, or all."""
    if NATION in now.regions:
        return sorted(now.data)
    provinces = {region[:2] for region in stale}
    return sorted(region for region in now.data if region[:2] in provinces)


class _Steps:
    """Tells how far an estimate is, once it is known how far it goes."""

    def __init__(self, progress):
        self.progress, self.done, self.total = progress, 0, 0

    def more(self, count: int) -> None:
        self.total += count

    def step(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)


def _segments(record: dict | None) -> dict[str, kept.Segment]:
    """Segments of a record whose tables stand, oldest first."""
    if record is None:
        return {}
    found = {}
    for name, fields in record["segments"].items():
        parts = [f"{name}.{kind}" for kind in (CELLS, HOMES)]
        if warehouse.result(record["name"], parts) is not None:
            found[name] = kept.Segment(**fields)
    return found


def _wanted(now: Round, reads: list[str], chosen: list[str]) -> kept.Wanted:
    computed = [name for name in chosen if now.indicators[name].kind in scan.COMPUTED]
    return kept.Wanted(
        regions={region: now.data[region] for region in reads},
        indicators={name: now.own[name] for name in computed},
        groupings=now.groupings,
        told_by={
            name: [by.name for by in _fixed_groupings(now.indicators[name])]
            for name in computed
        },
    )


def _fixed_groupings(indicator: Indicator) -> list[Grouping]:
    every = map(grouping_of, indicator.groupings)
    return [by for by in every if not by.by_level]


def _scan(now: Round, reads, chosen, force, steps) -> int:
    """Read the rows of what is not kept yet, a province at a time; how many kabupaten."""
    wanted = _wanted(now, reads, chosen)
    segments = {} if force else _segments(sound_record(now.name))
    missing = kept.missing(kept.taken(segments, wanted), wanted)
    steps.more(len(missing) + len({region[:2] for region in reads}))
    # most of it is DuckDB's and NumPy's work, which leave the interpreter to the other
    with ThreadPoolExecutor(min(AT_ONCE, os.cpu_count() or 1)) as pool:
        made = [
            pool.submit(_scan_some, now, kabupaten, names, alone=len(missing) == 1)
            for kabupaten, names in missing
        ]
        try:
            for done in as_completed(made):
                done.result()
                steps.step()
        except BaseException:  # Ctrl-C among them: nothing more is begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return len({region for kabupaten, _ in missing for region in kabupaten})


def _scan_some(now: Round, kabupaten: list[str], names: list[str], *, alone) -> None:
    """Read the rows of some kabupaten and keep what they add to some indicators."""
    con = warehouse.connect(now.stored_as, now.year, kabupaten)
    if not alone:  # many small questions: a second thread for each only waits
        con.execute("SET threads = 1")
    declared = [now.indicators[name] for name in names]
    rows = rows_of.read(
        con, now.year, declared, now.lines, any_spending=now.any_spending
    )
    del con  # nothing is read any more: what newer loads replaced may go
    homes = scan.households(rows, declared)
    told_by = {one.name: _fixed_groupings(one) for one in declared}
    part = scan.fixed(rows, homes, declared, told_by)
    plain = {by.name for told in told_by.values() for by in told}
    caveats = tabling.caveats(rows, homes.units)._asdict()
    segment = kept.Segment(
        regions={region: now.data[region] for region in kabupaten},
        indicators={name: now.own[name] for name in names},
        groupings={name: now.groupings[name] for name in sorted(plain)},
        parted=sorted(
            name for name, codes in rows.groups.items() if (codes >= 0).any()
        ),
        spent=[
            name
            for name in scan.NEEDS.values()
            if not np.isnan(getattr(rows, name)).all()
        ],
        caveats={
            name: sorted(value) if isinstance(value, set | frozenset) else value
            for name, value in caveats.items()
        },
        touched=homes.units.design.touched.to_dict("records"),
    )
    _keep(now, segment, part, homes)


def _keep(now: Round, segment: kept.Segment, part, homes) -> None:
    """Put a segment beside those that stand."""
    name = f"{min(segment.regions)}-{marks.of(segment._asdict())}"
    tables = {
        f"{name}.{CELLS}": kept.cells_table(part, segment.regions),
        f"{name}.{HOMES}": kept.homes_table(homes),
    }

    def update(before: dict | None):
        record = before if before and "segments" in before else _blank(now)
        held = {n: one for n, one in record["segments"].items() if n != name}
        fresh = record | {"segments": held | {name: segment._asdict()}}
        return fresh, [*record.get("tables", ())]

    warehouse.store_result(now.name, tables, {}, update=update)


def _blank(now: Round) -> dict:
    nothing = {"summary": {}, "segments": {}, "regions": {}, "declared": {}}
    return {"name": now.name} | nothing


def _assembled(now: Round, reads, stale, chosen, steps):
    """Tables of the stale regions, by part, from the segments that hold them."""
    wanted = _wanted(now, reads, chosen)
    with warehouse.reading():
        record = sound_record(now.name)
        segments = _segments(record)
        taking = kept.taken(segments, wanted)
        if kept.missing(taking, wanted):
            raise _Moved
        stored = warehouse.result(
            now.name, [f"{name}.{kind}" for name in taking for kind in (CELLS, HOMES)]
        )
        paths = stored.tables if stored else {}
        # by the provinces of what is stale every kabupaten: they are its like
        shown = {*stale, *(r for r in reads if r[:2] in {s[:2] for s in stale})}
        # and every province, whose sum the nation is
        shown |= {NATION, *(region[:2] for region in reads)}
        levels = tiers.tiers(reads, complete(), now.finest, shown)
        by_indicator = _told_by(now, chosen, taking, segments)
        parts = _parts(now, reads, taking, paths, levels, by_indicator, steps)
    indicators = {name: now.indicators[name] for name in by_indicator}
    caveats = kept.caveats(segments, taking)
    known = (now.year, caveats.unsampled)
    domains = tabling.domain_values(parts, levels, by_indicator, indicators, *known)
    return _tables(now, domains, caveats, stale, shown)


def _tables(
    now: Round, domains, caveats, stale, shown
) -> Iterator[tuple[str, pa.Table]]:
    """Tables of the stale regions by part, a province at a time: the nation's are large."""
    where = (now.stored_as, now.year, now.synthetic)
    for place in sorted({region[:2] for region in stale}):
        names = {region for region in shown if region[:2] == place}
        values, contrasts = tabling.tabled(domains, names)
        values = tabling.remarked(tabling.with_origin(values, *where), caveats)
        contrasts = tabling.with_origin(contrasts, *where)
        contrasts = tabling.without_error(contrasts, caveats)
        yield from _by_region(values, contrasts, [r for r in stale if r in names])


def _told_by(now: Round, chosen, taking, segments) -> dict[str, list[Grouping]]:
    """Groupings by which any row of the round is parted, of each indicator."""
    parted = {name for s in taking for name in segments[s].parted}
    spent = {name for s in taking for name in segments[s].spent}
    told = {}
    for name in chosen:
        one = now.indicators[name]
        if one.kind in scan.NEEDS and scan.NEEDS[one.kind] not in spent:
            continue
        by = [
            grouping
            for grouping in map(grouping_of, one.groupings)
            if (grouping.quantiles and "spending" in spent) or grouping.name in parted
        ]
        told[name] = by
    return told


def _parts(now, reads, taking, paths, levels, by_indicator, steps) -> list[scan.Part]:
    """Fixed groups, quantiles and measures of the whole distribution."""
    tables = {name: warehouse.table(paths[f"{name}.{CELLS}"]) for name in taking}
    parts = [_asked(kept.fixed(taking, tables, reads), by_indicator)]
    if not any(by.by_level for told in by_indicator.values() for by in told):
        return parts
    homes_of = {name: paths[f"{name}.{HOMES}"] for name in taking}
    chunks = [*kept.chunks(taking)]
    steps.more(len(chunks) - len({region[:2] for region in reads}))
    whole = kept.together(kept.homes(chunk, homes_of, None) for chunk in chunks)
    region_of = {tier.level: tier.inside for tier in levels}
    people, of_row = whole.weight * whole.size, whole.units.kabupaten[whole.psu]
    quantiles = {
        by.name: by for told in by_indicator.values() for by in told if by.quantiles
    }
    codes = {
        level: {
            name: scan.quantile_codes(whole.spending, people, inside[of_row], by)
            for name, by in quantiles.items()
        }
        for level, inside in region_of.items()
    }
    indicators = [now.indicators[name] for name in by_indicator]
    computed = [one for one in indicators if one.kind in scan.COMPUTED]
    pieces = []
    for chunk in chunks:
        kabupaten = np.flatnonzero(np.isin(reads, chunk.regions))
        rows = np.isin(of_row, kabupaten)
        homes = kept.homes(chunk, homes_of, [one.name for one in computed])
        here = {
            level: {name: values[rows] for name, values in by_name.items()}
            for level, by_name in codes.items()
            if (region_of[level][kabupaten] >= 0).any()
        }
        pieces.append((kabupaten, scan.by_level(homes, computed, here)))
        steps.step()
    parts.append(kept.joined(pieces, len(reads), region_of))
    parts.append(scan.statistics(whole, indicators, by_indicator, region_of))
    return [part for part in parts if len(part.cells)]


def _asked(part: scan.Part, by_indicator) -> scan.Part:
    """The cells of a part whose grouping parts anybody."""
    asked = {(name, by.name) for name, told in by_indicator.items() for by in told}
    cells = zip(part.cells["indicator"], part.cells["grouping"], strict=True)
    return kept.narrowed(part, np.flatnonzero([cell in asked for cell in cells]))


def _by_region(values, contrasts, stale) -> Iterator[tuple[str, pa.Table]]:
    """One table a region of each kind, and one of a province's kabupaten for ranking."""
    for kind, table in ((ESTIMATES, values), (DIFFERENCES, contrasts)):
        arrow = _plain_arrow(table)
        by_region = dict(_runs(table["region"], arrow))
        for region in stale:
            yield f"{region}.{kind}", by_region.get(region, arrow.slice(0, 0))
    kabupaten = values["region"].astype(str).str.len().eq(4)
    everybody = values[values["grouping"].eq("all") & kabupaten]
    ranked = {region[:2] for region in stale if regions.level(region) == "kabupaten"}
    for province in ranked:
        yield f"{province}.{PEERS}", _plain_arrow(everybody)


def _plain_arrow(table: pd.DataFrame) -> pa.Table:
    """Arrow table with plain text for categories."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    fields = [
        pa.field(field.name, pa.string())
        if pa.types.is_dictionary(field.type) or pa.types.is_large_string(field.type)
        else field
        for field in arrow.schema
    ]
    return arrow.replace_schema_metadata(None).cast(pa.schema(fields))


def _runs(regions_of: pd.Series, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows of each region, which stand together within a tier."""
    names = regions_of.to_numpy()
    codes, values = pd.factorize(names)
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = [*starts[1:], len(codes)] if len(codes) else []
    runs: dict[str, list[pa.Table]] = {}
    for start, end in zip(starts, ends, strict=True):
        name = str(values[codes[start]])
        runs.setdefault(name, []).append(table.slice(start, end - start))
    for name, pieces in runs.items():
        yield name, pa.concat_tables(pieces)


def _merged(now: Round, tables, made: list[str]) -> Iterator[tuple[str, pa.Table]]:
    """New rows of some indicators among the kept rows of the others."""
    order = {name: i for i, name in enumerate(now.indicators)}
    stay = pa.array([name for name in order if name not in made], pa.string())
    for part, fresh in tables:
        stored = warehouse.result(now.name, [part])
        if stored is None:
            raise _Moved
        old = warehouse.table(stored.tables[part])
        old = old.filter(pa.compute.is_in(old["indicator"], stay))
        both = pa.concat_tables([old.select(fresh.column_names), fresh])
        regions_of = both["region"].to_pylist()
        first = {region: i for i, region in enumerate(dict.fromkeys(regions_of))}
        keys = zip(regions_of, both["indicator"].to_pylist(), strict=True)
        places = [(first[region], order[name]) for region, name in keys]
        rows = sorted(range(len(places)), key=places.__getitem__)  # it is stable
        yield part, both.take(pa.array(rows))


def _counting(tables, counts: dict[str, int]) -> Iterator[tuple[str, pa.Table]]:
    """The same tables; `counts` learns how many estimates each region has."""
    for part, table in tables:
        region, kind = part.rsplit(".", 1)
        if kind == ESTIMATES:
            counts[region] = table.num_rows
        yield part, table


def _store(now: Round, tables, stale) -> None:
    """Put tables in their place, unless a load came meanwhile."""
    declared, counts = marks.of(now.rows), {}

    def update(before: dict | None):
        again = marks.of_data(loaded(now.stored_as, now.year), now.year, now.lines)
        if again != now.data or not before or "segments" not in before:
            raise _Moved
        told = {
            region: entry
            for region, entry in before["regions"].items()
            if region in now.regions
        }
        told |= {
            region: {
                "data": now.regions[region],
                "declared": declared,
                "rows": counts[region],
            }
            for region in stale
        }
        sets = {entry["declared"] for entry in told.values()}
        segments = _still_good(before, now)
        record = before | {
            "regions": told,
            "declared": {n: s for n, s in before["declared"].items() if n in sets}
            | {declared: now.rows},
            "segments": segments,
            "summary": {"absent": now.lacks, "lines": now.lines},
        }
        return record, [
            part for part in before["tables"] if _is_named(part, told, segments)
        ]

    warehouse.store_result(now.name, _counting(tables, counts), {}, update=update)


def _still_good(record: dict, now: Round) -> dict:
    """Segments of which any kabupaten and indicator is that of today."""
    every = _wanted(now, sorted(now.data), [*now.indicators])
    segments = {n: kept.Segment(**fields) for n, fields in record["segments"].items()}
    good = kept.taken(segments, every)
    return {n: fields for n, fields in record["segments"].items() if n in good}


def _is_named(part: str, told: dict, segments: dict) -> bool:
    """Whether a stored part is of a region that reports, or of a segment in use."""
    name, kind = part.rsplit(".", 1)
    if kind in (CELLS, HOMES):
        return name in segments
    return kind == PEERS or name in told


def _summary(record: dict | None, now: Round, needed: list[str], wanted) -> dict:
    record = record or _blank(now)  # of a round in which no region reports
    asked = {part for region in wanted or [NATION] for part in regions.members(region)}
    told = {"absent": now.lacks, "lines": now.lines, "regions": len(needed)}
    touched = {
        tuple(row.items()): row
        for segment in record["segments"].values()
        for row in segment["touched"]
        if row["stratum"][:4] in asked
    }
    rows = sum(record["regions"][region]["rows"] for region in needed)
    return told | {"touched": [*touched.values()], "rows": rows}


def loaded(stored_as: str, year: int) -> pd.DataFrame:
    """Kabupaten of one round in the warehouse, with their origins."""
    origins = warehouse.loaded(stored_as)
    return origins[origins["year"] == year] if len(origins) else origins


def finest_of(origins: pd.DataFrame) -> str:
    """Smallest areas that a round was drawn for, by what was stored with its data."""
    finest = set(origins["finest"].dropna()) if "finest" in origins else set()
    return "province" if "province" in finest else "kabupaten"


def among(region: str) -> str:
    """Part of the country in which a region's peers are sought."""
    return "nation" if regions.level(region) == "province" else "province"


def name_of(year: int, lines: str | None, survey: str) -> str:
    """Name of a round's estimates in the warehouse."""
    return f"{survey}-{year}" + ("" if lines in ("kabupaten", None) else f"-{lines}")


def complete() -> dict[str, int]:
    """How many kabupaten each province has, and the nation."""
    table = regions.table()
    own = table[table["level"] == "kabupaten"]
    return own["province"].value_counts().to_dict() | {NATION: len(own)}
