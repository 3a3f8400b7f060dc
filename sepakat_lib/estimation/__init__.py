"""All indicators x groups x regions of a survey, made where something changed.

`estimate` fills the tables of a year; of what nothing has changed it makes nothing. It
alone writes estimates, `read` and `differences` hand them to the stages, with the run's
confidence. What each kabupaten adds is kept (`kept`), so that its rows are read once.
"""

import dataclasses
import itertools
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sepakat_lib import disclosure, regions, warehouse
from sepakat_lib.estimation import kept, marks, scan, tabling, tiers
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation.tiers import NATION
from sepakat_lib.indicators import HOUSEHOLDS_ONLY, Grouping, Indicator, catalogue
from sepakat_lib.indicators import grouping as grouping_of
from sepakat_lib.parameters import YEARS, Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.tables import Differences, Estimates

SURVEY = "susenas"
ESTIMATES, DIFFERENCES, PEERS = "estimates", "differences", "peers"
CELLS, HOMES = "cells", "homes"


class _Moved(Exception):
    """A load came while estimates were made of the data before it."""


class _Round(NamedTuple):
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
        with the items), ``touched`` (strata merged or centred), ``fresh`` (False:
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
    raise Refused("data_moved", region=str(year), times=str(TRIES))


TRIES = 5  # of an estimate whose data change while it is made


def _estimated(
    stored_as, year, survey, special, lines, wanted, force, progress
) -> dict:
    now = _now(stored_as, year, survey, special, lines)
    needed = [*now.regions] if wanted is None else _around_all(wanted, now)
    record = _sound_record(now.name)
    stale = [*needed] if force else _stale(record, now, needed)
    if not stale:
        return _summary(record, now, needed) | {"fresh": False, "scanned": 0}
    partly = None if force else _changed_indicators(record, now, stale)
    chosen = [*now.indicators] if partly is None else partly
    reads = _read_for(stale, now)
    steps = _Steps(progress)
    scanned = _scan(now, survey, reads, chosen, force, steps)
    tables = _assembled(now, reads, stale, chosen, steps)
    if partly is not None:
        tables = _merged(now, tables, partly)
    _store(now, tables, stale)
    return _summary(_sound_record(now.name), now, needed) | {
        "fresh": True,
        "scanned": scanned,
    }


def _now(stored_as: str, year: int, survey: str, special: str, lines: str) -> _Round:
    """What is loaded, and the marks of all that its estimates are made of."""
    origins = _loaded(stored_as, year)
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
    finest = _finest(origins)
    data = marks.of_data(origins, year, lines)
    own = marks.of_indicators(able.values(), year, lacks)
    groupings = marks.of_groupings(
        (name for one in able.values() for name in one.groupings), year
    )
    return _Round(
        stored_as=stored_as,
        year=year,
        lines=lines,
        name=_name(year, lines, stored_as),
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
    every = tiers.tiers(sorted(data), _complete(), finest)
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


def _around_all(wanted: Collection[str], now: _Round) -> list[str]:
    """Regions whose estimates the pages of others need, of those that report."""
    needed = {NATION}
    for region in wanted:
        needed |= {region, regions.province(region) or region}
        needed |= set(regions.peers(region, among=_among(region)))
    return [region for region in now.regions if region in needed]


def _sound_record(name: str) -> dict | None:
    """Record of estimates that tells what `estimate` writes; else none."""
    record = warehouse.result_record(name)
    keys = {"summary": dict, "segments": dict, "regions": dict, "declared": dict}
    sound = record and all(isinstance(record.get(k), v) for k, v in keys.items())
    return record if sound else None


def _stale(record: dict | None, now: _Round, needed: list[str]) -> list[str]:
    """Regions whose estimates are not those that would be made now."""
    if record is None:
        return [*needed]
    stale = []
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
            stale.append(region)
    return stale


def _own_parts(record: dict, region: str) -> list[str]:
    names = [f"{region}.{kind}" for kind in (ESTIMATES, DIFFERENCES)]
    return [name for name in names if name in record["tables"]]


def _changed_indicators(record, now: _Round, stale: list[str]) -> list[str] | None:
    """Indicators to make where declarations alone have changed; None for all.

    The survey's first share is among them, since it lends its design effect.
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
    lender = tabling.reference_indicator(now.indicators.values())
    return [name for name in now.indicators if name in changed | {lender}]


def _read_for(stale: list[str], now: _Round) -> list[str]:
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


def _wanted(now: _Round, reads: list[str], chosen: list[str]) -> kept.Wanted:
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


def _scan(now: _Round, survey, reads, chosen, force, steps) -> int:
    """Read the rows of what is not kept yet, a province at a time; how many kabupaten."""
    wanted = _wanted(now, reads, chosen)
    segments = {} if force else _segments(_sound_record(now.name))
    missing = kept.missing(kept.taken(segments, wanted), wanted)
    steps.more(len(missing) + len({region[:2] for region in reads}))
    for kabupaten, names in missing:
        con = warehouse.connect(now.stored_as, now.year, kabupaten)
        if len(missing) > 1:  # many small questions: a second thread only waits
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
        segment = kept.Segment(
            regions={region: now.data[region] for region in kabupaten},
            indicators={name: now.own[name] for name in names},
            groupings={name: now.groupings[name] for name in sorted(plain)},
            parted=sorted(
                name for name, codes in rows.groups.items() if (codes >= 0).any()
            ),
            spent=[
                name
                for name in ("spending", "welfare")
                if not np.isnan(getattr(rows, name)).all()
            ],
            caveats={
                name: sorted(value) if isinstance(value, set | frozenset) else value
                for name, value in tabling.caveats(rows, homes.units)._asdict().items()
            },
            touched=homes.units.design.touched.to_dict("records"),
        )
        _keep(now, segment, part, homes)
        steps.step()
    return len({region for kabupaten, _ in missing for region in kabupaten})


def _keep(now: _Round, segment: kept.Segment, part, homes) -> None:
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


def _blank(now: _Round) -> dict:
    nothing = {"summary": {}, "segments": {}, "regions": {}, "declared": {}}
    return {"name": now.name} | nothing


def _assembled(now: _Round, reads, stale, chosen, steps):
    """Tables of the stale regions, by part, from the segments that hold them."""
    wanted = _wanted(now, reads, chosen)
    with warehouse.reading():
        record = _sound_record(now.name)
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
        shown |= {NATION, *(s[:2] for s in stale)}
        levels = tiers.tiers(reads, _complete(), now.finest, shown)
        by_indicator = _told_by(now, chosen, taking, segments)
        parts = _parts(now, reads, taking, paths, levels, by_indicator, steps)
    indicators = {name: now.indicators[name] for name in by_indicator}
    told = tabling.told(parts, levels, by_indicator, indicators)
    caveats = kept.caveats(segments, taking)
    return _tables(now, told, caveats, stale, shown)


def _tables(now: _Round, told, caveats, stale, shown) -> Iterator[tuple[str, pa.Table]]:
    """Tables of the stale regions by part, a province at a time: the nation's are large."""
    where = (now.stored_as, now.year, now.synthetic)
    for place in sorted({region[:2] for region in stale}):
        names = {region for region in shown if region[:2] == place}
        values, contrasts = tabling.tabled(told, names)
        values = tabling.remarked(tabling.with_origin(values, *where), caveats)
        contrasts = tabling.with_origin(contrasts, *where)
        contrasts = tabling.without_error(contrasts, caveats)
        yield from _by_region(values, contrasts, [r for r in stale if r in names])


def _told_by(now: _Round, chosen, taking, segments) -> dict[str, list[Grouping]]:
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
    whole = kept.together(kept.homes(chunk, homes_of, None) for chunk in chunks)
    region_of = {tier.level: tier.inside for tier in levels}
    people, of_row = whole.weight * whole.size, whole.units.kabupaten[whole.psu]
    quantiles = {
        by.name: by.quantiles
        for told in by_indicator.values()
        for by in told
        if by.quantiles
    }
    codes = {
        level: {
            name: scan.quantile_codes(whole.spending, people, inside[of_row], k)
            for name, k in quantiles.items()
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
    nothing = _plain_arrow(contrasts).slice(0, 0)
    for kind, table in ((ESTIMATES, values), (DIFFERENCES, contrasts)):
        by_region = dict(_runs(table["region"], _plain_arrow(table)))
        for region in stale:
            yield f"{region}.{kind}", by_region.get(region, nothing)
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
    ends = np.append(starts[1:], len(codes))
    runs: dict[str, list[pa.Table]] = {}
    for start, end in zip(starts, ends, strict=True):
        name = str(values[codes[start]])
        runs.setdefault(name, []).append(table.slice(start, end - start))
    for name, pieces in runs.items():
        yield name, pa.concat_tables(pieces)


def _merged(now: _Round, tables, made: list[str]) -> Iterator[tuple[str, pa.Table]]:
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


def _store(now: _Round, tables, stale) -> None:
    """Put tables in their place, unless a load came meanwhile."""
    declared, counts = marks.of(now.rows), {}

    def update(before: dict | None):
        again = marks.of_data(_loaded(now.stored_as, now.year), now.year, now.lines)
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


def _still_good(record: dict, now: _Round) -> dict:
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


def _summary(record: dict, now: _Round, needed: list[str]) -> dict:
    told = {"absent": now.lacks, "lines": now.lines, "regions": len(needed)}
    touched = {
        tuple(row.items()): row
        for segment in record["segments"].values()
        for row in segment["touched"]
    }
    rows = sum(record["regions"][region]["rows"] for region in needed)
    return told | {"touched": [*touched.values()], "rows": rows}


def _loaded(stored_as: str, year: int) -> pd.DataFrame:
    origins = warehouse.loaded(stored_as)
    return origins[origins["year"] == year] if len(origins) else origins


def _finest(origins: pd.DataFrame) -> str:
    """Smallest areas that a round was drawn for, by what was stored with its data."""
    finest = set(origins["finest"].dropna()) if "finest" in origins else set()
    return "province" if "province" in finest else "kabupaten"


def survey_year(chosen: Parameters, survey: str = SURVEY) -> int | None:
    """Round of the survey that a report shows: the newest that holds the whole region.

    Only rounds up to the run's year that are estimated with its lines count, and the
    office's own go before invented ones; a report of 2025 may show the survey of 2024.
    None where there is none.
    """
    members = regions.members(chosen.region)
    origins = warehouse.loaded(survey)
    own = origins[origins["region"].isin(members)]
    newest: dict[bool, int] = {}
    for year in _records(chosen, survey):  # oldest first
        kinds = own.loc[own["year"].eq(year), "synthetic"].astype(bool)
        if len(kinds) == len(members):
            newest[bool(kinds.any())] = year
    return newest.get(False, newest.get(True))


def read(
    chosen: Parameters, *, year: int | None = None, survey: str = SURVEY
) -> pd.DataFrame:
    """Estimates that a report of the region needs.

    Its own and its tiers' with all groups, and its peers' for everybody.

    Parameters
    ----------
    chosen : Parameters
    year : int, optional
        Another round than `survey_year`.
    survey : str
        Its name in the warehouse; so in every function here.

    Returns
    -------
    DataFrame
        `tables.Estimates`; empty where no round of the region is estimated.
    """
    with warehouse.reading():
        year = year or survey_year(chosen, survey)
        result = _result(chosen, year, survey)
        if result is None:
            return Estimates.empty()
        return _estimates(result, chosen)


def _result(
    chosen: Parameters, year: int | None, survey: str
) -> warehouse.Result | None:
    """Tables of a round that a page of the region reads; None where there are none.

    A survey that did not ask for spending has one set, whatever the run's lines.
    """
    if not year:
        return None
    name = _name(year, chosen.lines, survey)
    record = _sound_record(name)
    if record is None and chosen.lines != "kabupaten":
        name = _name(year, None, survey)
        record = _sound_record(name)
        if record and record["summary"].get("lines", "") is not None:
            return None  # made by lines, and by others
    if record is None or chosen.region not in record["regions"]:
        return None
    holding, peers = _around(chosen.region)
    read = [region for region in holding if region in record["regions"]]
    parts = [f"{chosen.region}.{DIFFERENCES}"]
    if regions.level(chosen.region) == "kabupaten":
        parts.append(f"{regions.province(chosen.region)}.{PEERS}")
    else:
        read += [region for region in peers if region in record["regions"]]
    return warehouse.result(name, [f"{region}.{ESTIMATES}" for region in read] + parts)


def _estimates(result: warehouse.Result, chosen: Parameters) -> pd.DataFrame:
    holding, _ = _around(chosen.region)
    own = {f"{region}.{ESTIMATES}" for region in holding}
    paths = {p: path for p, path in result.tables.items() if not _compares(p)}
    table = _read(
        tuple(path for part, path in paths.items() if part in own),
        tuple(path for part, path in paths.items() if part not in own),
        chosen.region,
        chosen.confidence,
    )
    return table.copy(deep=False)  # a change to it is written elsewhere


def _compares(part: str) -> bool:
    return part.endswith(DIFFERENCES)


@lru_cache(maxsize=8)  # a page asks five times for two rounds
def _read(own: tuple, peers: tuple, region: str, confidence: float) -> pd.DataFrame:
    holding, among = _around(region)
    pieces = [warehouse.table(path) for path in own]
    others = pa.array(sorted(set(among) - set(holding)), pa.string())
    for path in peers:
        table = warehouse.table(path)
        everybody = pa.compute.equal(table["grouping"], "all")
        table = table.filter(everybody)
        pieces.append(table.filter(pa.compute.is_in(table["region"], others)))
    table = pa.concat_tables(pieces)
    needed = set(Estimates.to_schema().columns) - set(tabling.INTERVALS)
    if not needed <= set(table.column_names):
        raise Refused("stale_estimates", file=own[0].name)
    return Estimates.validate(tabling.with_intervals(table.to_pandas(), confidence))


def differences(chosen: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Differences of the region from its province and the nation, and between groups.

    Returns
    -------
    DataFrame
        `tables.Differences`; empty where the year has not been estimated. Where none or
        all have it at one end, the design gives no error: `low` and `high` then come
        from the two ends' own intervals as if the ends were independent, which is too
        wide for a region inside its province (`tabling.apart`), and are missing where
        an end has no interval, as inside a single first-stage unit.
    """
    with warehouse.reading():
        result = _result(chosen, survey_year(chosen, survey), survey)
        if result is None:
            return Differences.empty()
        path = result.tables[f"{chosen.region}.{DIFFERENCES}"]
        table = warehouse.table(path).to_pandas()
        ends = _estimates(result, chosen)  # of the same making
    table = tabling.with_difference_intervals(table, ends, chosen.confidence)
    return Differences.validate(table)


def absent(chosen: Parameters, survey: str = SURVEY) -> dict[str, list[str]]:
    """Indicators that the loaded files cannot answer, and the columns that they lack.

    A column is told by BPS's name where the file's layout knows it.
    """
    year = survey_year(chosen, survey)
    result = _result(chosen, year, survey)
    if result is None:
        return {}
    lacks = result.record["summary"]["absent"]
    named: dict[str, str] = {}
    origins = warehouse.loaded(survey)
    for columns in origins.loc[origins["year"].eq(year), "columns"]:
        named |= columns
    item_of = {ours: item for item, ours in (rows_of.HEAD | rows_of.ANY_MEMBER).items()}
    return {
        indicator: [named.get(item_of.get(column, column), column) for column in items]
        for indicator, items in lacks.items()
    }


def made(chosen: Parameters, survey: str = SURVEY) -> dict[int, str]:
    """What the region's page reads of each round up to the run's, as a mark."""
    return {
        year: marks.of(
            {part: result.record["tables"][part]["sha256"] for part in result.tables}
        )
        for year, result in _records(chosen, survey).items()
    }


def inputs(chosen: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Every file behind the region's rounds.

    Returns
    -------
    DataFrame
        ``year``, ``file`` (name), ``sha256``, ``synthetic``.
    """
    origins = warehouse.loaded(survey)
    inside = origins["region"].isin(regions.members(chosen.region))
    used = origins[inside & origins["year"].le(chosen.year)]
    rows = [
        (row.year, entry["file"], entry["sha256"], bool(row.synthetic))
        for row in used.itertuples()
        for entry in row.inputs
    ]
    table = pd.DataFrame(rows, columns=["year", "file", "sha256", "synthetic"])
    return table.drop_duplicates(ignore_index=True)


def assumed(chosen: Parameters, survey: str = SURVEY) -> int:
    """Columns of the licensed files shown whose codes' meaning is not published."""
    origins = warehouse.loaded(survey)
    inside = origins["region"].isin(regions.members(chosen.region))
    used = origins[inside & origins["year"].eq(survey_year(chosen, survey))]
    items = {
        item
        for row in used.itertuples()
        if not row.synthetic
        for remark in row.remarks
        if remark["code"] == "assumed_codes"
        for item in remark["fields"]["items"]
    }
    return len(items)


def is_synthetic(chosen: Parameters, survey: str = SURVEY) -> bool:
    """Whether what the page of a region tells, or stands beside, is invented in part."""
    year = survey_year(chosen, survey)
    result = _result(chosen, year, survey)
    if result is None:
        return False
    told = [
        region
        for region in _around(chosen.region)[0]
        if region in result.record["regions"]
    ]
    origins = _loaded(survey, year)
    inside = origins["region"].isin(
        [part for region in told for part in regions.members(region)]
    )
    return bool(origins.loc[inside, "synthetic"].astype(bool).any())


def doubts(chosen: Parameters, survey: str = SURVEY) -> list[dict]:
    """What was odd about the region's rounds when they were loaded, newest round first.

    Returns
    -------
    list of dict
        ``year``, and the fields of `plausibility.Doubt` with ``accepted``: of the
        region's kabupaten, of their province (September), and of files as a whole.
    """
    origins = warehouse.loaded(survey)
    inside = origins["region"].isin(regions.members(chosen.region))
    used = origins[inside & origins["year"].le(chosen.year)]
    entries = []
    for row in used.sort_values(
        ["year", "region"], ascending=[False, True]
    ).itertuples():
        for remark in row.remarks:
            if remark["code"] != "doubt":
                continue
            fields = remark["fields"]
            doubt = {"year": int(row.year)} | fields
            if (
                fields["region"] in ("", row.region, row.region[:2])
                and doubt not in entries
            ):
                entries.append(doubt)
    return entries


def rounds(chosen: Parameters, survey: str = SURVEY) -> dict[int, pd.DataFrame]:
    """Estimates by year, oldest first, of every round up to the run's that has any."""
    tables = {
        year: read(chosen, year=year, survey=survey)
        for year in _records(chosen, survey)
    }
    return {
        year: table
        for year, table in tables.items()
        if (table["region"] == chosen.region).any()
    }


def earlier(chosen: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Estimates of the latest round before the one shown; empty where there is none.

    An invented round is not held against a licensed one, nor the other way round.
    """
    tables = rounds(chosen, survey)
    synthetic = {
        year: bool(table.loc[table["region"].eq(chosen.region), "synthetic"].any())
        for year, table in tables.items()
    }
    now = survey_year(chosen, survey)
    before = [
        year
        for year in tables
        if now and year < now and synthetic[year] == synthetic.get(now)
    ]
    return tables[before[-1]] if before else Estimates.empty()


def crossed(chosen: Parameters, indicators: tuple[str, ...], by: str) -> pd.DataFrame:
    """Indicators of the region by any grouping, or any two crossed, made on demand.

    Parameters
    ----------
    chosen : Parameters
    indicators : tuple of str
        Names in the catalogue.
    by : str
        A grouping, or two with an asterisk between ("sector*welfare").

    Returns
    -------
    DataFrame
        `tables.Estimates` of the own region through `disclosure.publish`, with its
        ``mark``: what is parted twice soon lies in a single first-stage unit, and leaves
        hidden. A group is a domain of the region's whole design.
        Where none or all have it, the design effect to expect is that of the round's
        stored estimates by the grouping, or by the two that are crossed.

    Raises
    ------
    ValueError
        A grouping or an indicator that does not exist, by name; groups that an
        indicator cannot be parted by; one grouping crossed with itself.
    Refused
        Part of the region is not in the warehouse, or ``not_answered``: its files lack
        a question.
    """
    by_name = catalogue()
    if unknown := set(indicators) - set(by_name):
        raise ValueError(f"there is no indicator {', '.join(sorted(unknown))}")
    if len(surveys := {by_name[name].survey for name in indicators}) != 1:
        raise ValueError(f"indicators of one survey are crossed, not of {surveys}")
    (survey,) = surveys
    for name in indicators:
        _refuse_what_cannot_be_parted(by_name[name], grouping_of(by))
        if items := absent(chosen, survey).get(name):
            raise Refused("not_answered", indicator=name, columns=[*items])
    members = regions.members(chosen.region)
    year = survey_year(chosen, survey) or chosen.year
    con = warehouse.connect(survey, year, members)
    declarations = [by_name[name] for name in indicators]
    lines = chosen.lines if rows_of.has_spending(con) else None
    rows = rows_of.read(con, year, declarations, lines)
    homes = scan.households(rows, declarations)
    told_by = {name: [grouping_of(by)] for name in indicators}
    origins = _loaded(survey, year)
    levels = tiers.tiers(members, _complete(), _finest(origins), {chosen.region})
    parts = [scan.fixed(rows, homes, declarations, told_by)]
    parts.append(_crossed_distributions(rows, homes, declarations, told_by, levels))
    parts = [part for part in parts if len(part.cells)]
    kinds = {one.name: one for one in declarations}
    values, _ = tabling.tabled(tabling.told(parts, levels, told_by, kinds))
    synthetic = origins.set_index("region")["synthetic"].reindex(members).to_dict()
    values = tabling.with_origin(values, survey, year, synthetic)
    caveats = tabling.caveats(rows, homes.units)
    values = tabling.remarked(values, caveats, _like(chosen, by, survey))
    table = tabling.with_intervals(values, chosen.confidence)
    return disclosure.publish(Estimates.validate(table), year=chosen.year)


def _crossed_distributions(rows, homes, declared, told_by, levels) -> scan.Part:
    """Measures of the whole distribution by any grouping of households."""
    able = [one for one in declared if one.kind in scan.NEEDS]
    codes = {
        by.name: scan.codes_of(rows, by, "households")
        for one in able
        for by in told_by[one.name]
    }
    homes = dataclasses.replace(homes, groups=codes)
    inside = {tier.level: tier.inside for tier in levels}
    return scan.statistics(homes, able, told_by, inside)


def _refuse_what_cannot_be_parted(indicator: Indicator, by: Grouping) -> None:
    """Refuse groups by which the indicator has no meaning."""
    if indicator.kind == "tenths" and by.name not in indicator.groupings:
        raise ValueError(
            f"{indicator.name} is told of the tenths of a whole region: it can be "
            f"asked by {', '.join(indicator.groupings)} alone; {by.name} came"
        )
    of_households = indicator.counts == "households" or indicator.kind == "distribution"
    if of_households and by.table == "persons":
        raise ValueError(
            f"{indicator.name} is told of households, and {by.name} parts persons; it "
            f"can be asked by {', '.join(HOUSEHOLDS_ONLY)}, or by two of them crossed"
        )


def _like(chosen: Parameters, by: str, survey: str) -> pd.DataFrame | None:
    """Stored estimates of its like by the groupings in `by`, each with its own error."""
    columns = ["region", "indicator", "grouping", "deff", "remark"]
    with warehouse.reading():
        result = _result(chosen, survey_year(chosen, survey), survey)
        if result is None:
            return None
        like = [chosen.region]
        if regions.level(chosen.region) == "kabupaten":
            like = regions.members(regions.province(chosen.region))
        parts = [f"{region}.{ESTIMATES}" for region in like]
        parts = [part for part in parts if part in result.record["tables"]]
        stored = warehouse.result(result.record["name"], parts)
        if stored is None:
            return None
        tables = [warehouse.table(path, columns) for path in stored.tables.values()]
    table = pa.concat_tables(tables).to_pandas()
    table = table[table["grouping"].isin(by.split("*"))]
    return table[~table["remark"].str.contains("none_or_all")].assign(grouping=by)


def _around(region: str) -> tuple[list[str], list[str]]:
    """The region with those that hold it, and the peers that it is ranked among."""
    holding = {region, regions.province(region), NATION} - {""}
    return sorted(holding), regions.peers(region, among=_among(region))


def _among(region: str) -> str:
    return "nation" if regions.level(region) == "province" else "province"


def _name(year: int, lines: str | None, survey: str) -> str:
    return f"{survey}-{year}" + ("" if lines in ("kabupaten", None) else f"-{lines}")


def _records(chosen: Parameters, survey: str) -> dict[int, warehouse.Result]:
    """Results of each year up to the run's that is estimated with its lines, whole."""
    years = range(YEARS[0], chosen.year + 1)
    results = {year: _result(chosen, year, survey) for year in years}
    return {year: result for year, result in results.items() if result}


def _complete() -> dict[str, int]:
    table = regions.table()
    own = table[table["level"] == "kabupaten"]
    return own["province"].value_counts().to_dict() | {NATION: len(own)}
