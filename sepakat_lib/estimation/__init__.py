"""All indicators x groups x regions of a survey; it alone writes and reads estimates.

`estimate` makes what something has changed (`making`); `read` and `differences` hand
what stands to the stages, with the run's confidence.
"""

import dataclasses
from functools import lru_cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sepakat_lib import disclosure, regions, warehouse
from sepakat_lib.estimation import making, marks, scan, tabling, tiers
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation.making import (
    DIFFERENCES,
    ESTIMATES,
    PEERS,
    SURVEY,
    estimate,
)
from sepakat_lib.estimation.tiers import NATION
from sepakat_lib.indicators import HOUSEHOLDS_ONLY, Grouping, Indicator, catalogue
from sepakat_lib.indicators import grouping as grouping_of
from sepakat_lib.parameters import YEARS, Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.tables import Differences, Estimates

__all__ = [
    "absent",
    "assumed",
    "below",
    "crossed",
    "differences",
    "doubts",
    "earlier",
    "estimate",
    "inputs",
    "is_synthetic",
    "made",
    "mark",
    "read",
    "rounds",
    "standing",
    "survey_year",
]


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


def below(chosen: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Estimates of everybody in the regions one level below, in the round shown there.

    Returns
    -------
    DataFrame
        `tables.Estimates`, as a page of one of them reads those of its peers; empty
        where there is none below, or none of them is estimated.
    """
    for region in regions.below(chosen.region):
        table = read(dataclasses.replace(chosen, region=region), survey=survey)
        if len(table):
            inside = table["region"].isin(regions.below(chosen.region))
            return table[inside & table["grouping"].eq("all")]
    return Estimates.empty()


def _result(
    chosen: Parameters, year: int | None, survey: str
) -> warehouse.Result | None:
    """Tables of a round that a page of the region reads; None where there are none.

    A survey that did not ask for spending has one set, whatever the run's lines.
    """
    if not year:
        return None
    name = making.name_of(year, chosen.lines, survey)
    record = making.sound_record(name)
    if record is None and chosen.lines != "kabupaten":
        name = making.name_of(year, None, survey)
        record = making.sound_record(name)
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
        wide for a region inside its province (`survey.mover_interval`), and are missing
        where an end has no interval, as inside a single first-stage unit.
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
    item_of = {ours: item for item, ours in rows_of.OF_MEMBERS.items()}
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


def mark(chosen: Parameters, survey: str = SURVEY) -> str:
    """Fingerprint of all that the region's page reads of the survey."""
    read = made(chosen, survey)
    return marks.of({str(year): read[year] for year in sorted(read)})


def standing(lines: str = "kabupaten", survey: str = SURVEY) -> dict[int, dict]:
    """How many regions' estimates stand of each round, and how many of them are old.

    Parameters
    ----------
    lines : str
    survey : str

    Returns
    -------
    dict of int to dict
        By year: ``regions``, and ``stale``, those that would be made anew, with those
        that report and have none.
    """
    found = {}
    loaded = {int(year) for year in warehouse.loaded(survey)["year"]}
    for year in sorted(loaded):
        record = making.sound_record(making.name_of(year, lines, survey))
        if record is None:
            continue
        now = making.now_of(survey, year, survey, "", lines)
        stale = making.stale(record, now, [*now.regions])
        found[year] = {"regions": len(record["regions"]), "stale": len(stale)}
    return found


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
    origins = making.loaded(survey, year)
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
    told_by = {name: [*map(grouping_of, _sums_of(by))] for name in indicators}
    origins = making.loaded(survey, year)
    levels = tiers.tiers(
        members, making.complete(), making.finest_of(origins), {chosen.region}
    )
    parts = [scan.fixed(rows, homes, declarations, told_by)]
    parts.append(_crossed_distributions(rows, homes, declarations, told_by, levels))
    parts = [part for part in parts if len(part.cells)]
    kinds = {one.name: one for one in declarations}
    caveats = tabling.caveats(rows, homes.units)
    known = (year, caveats.unsampled)
    values, _ = tabling.tabled(
        tabling.domain_values(parts, levels, told_by, kinds, *known)
    )
    values = values[values["grouping"].eq(by)].reset_index(drop=True)
    synthetic = origins.set_index("region")["synthetic"].reindex(members).to_dict()
    values = tabling.with_origin(values, survey, year, synthetic)
    values = tabling.remarked(values, caveats, _like(chosen, by, survey))
    table = tabling.with_intervals(values, chosen.confidence)
    return disclosure.publish(Estimates.validate(table), year=chosen.year)


def _sums_of(by: str) -> list[str]:
    """Groupings that a grouping's cells add up to, and itself."""
    return [*dict.fromkeys(("all", *by.split("*"), by))]


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


@lru_cache
def _around(region: str) -> tuple[list[str], list[str]]:
    """The region with those that hold it, and the peers that it is ranked among."""
    holding = {region, regions.province(region), NATION} - {""}
    return sorted(holding), regions.peers(region, among=making.among(region))


def _records(chosen: Parameters, survey: str) -> dict[int, warehouse.Result]:
    """Results of each year up to the run's that is estimated with its lines, whole."""
    years = range(YEARS[0], chosen.year + 1)
    results = {year: _result(chosen, year, survey) for year in years}
    return {year: result for year, result in results.items() if result}
