"""All indicators x groups x regions of a survey in one scan; it alone writes and reads estimates.

`estimate` fills the tables of a year for every loaded kabupaten, each province and the
nation; `read` and `differences` hand them to the stages, with the run's confidence.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import pandas as pd

from sepakat_lib import ROOT, disclosure, regions, warehouse
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation import tabling
from sepakat_lib.estimation.scan import NATION, Scan
from sepakat_lib.indicators import HOUSEHOLDS_ONLY, Grouping, Indicator, catalogue
from sepakat_lib.indicators import grouping as grouping_of
from sepakat_lib.parameters import YEARS, Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.tables import Differences, Estimates

SURVEY = "susenas"
MOVES_NUMBERS = (
    *("sepakat_lib/estimation", "sepakat_lib/indicators", "sepakat_lib/stats"),
    *("sepakat_lib/reference", "parameters/policy", "parameters/indicators"),
    "sepakat_lib/parameters.py",
)


def estimate(
    year: int,
    *,
    survey=SURVEY,
    round="",
    lines="kabupaten",
    force=False,
    progress=None,
) -> dict:
    """Fill the estimates of a year for all that is loaded, unless they are up to date.

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
    force : bool
        Do it again even where nothing changed.
    progress : callable, optional
        Called with (done, of how many) after each indicator.

    Returns
    -------
    dict
        ``regions``, ``rows``, ``absent`` (indicators that lack items, with the items),
        ``touched`` (strata merged or centred), ``fresh`` (False: nothing was to do).

    Raises
    ------
    Refused
        No survey data of that year.
    """
    stored_as = f"{survey}-{round}" if round else survey
    warehouse.tidy()  # a run that was killed may have left all done but its scratch
    origins, con, mark = _opened(stored_as, year, lines)
    lines = lines if rows_of.has_spending(con) and not round else None
    name = _name(year, lines, stored_as)
    before = warehouse.result(name, exactly=True)
    up_to_date = before and _is_whole(before) and before.record["fingerprint"] == mark
    if up_to_date and not force:
        return before.record["summary"] | {"fresh": False}
    indicators = [
        indicator for indicator in catalogue().values() if indicator.survey == survey
    ]
    rows = rows_of.read(con, year, indicators, lines)
    del con  # nothing is read any more: what newer loads replaced may go
    scan = Scan(rows, _complete(), finest=_finest(origins))
    values, contrasts = tabling.tabled(scan, indicators, progress=progress)
    synthetic = origins.set_index("region")["synthetic"].to_dict()
    where = (stored_as, year, synthetic)
    estimates = tabling.remarked(tabling.with_origin(values, *where), scan)
    contrasts = tabling.without_error(tabling.with_origin(contrasts, *where), scan)
    summary = {
        "regions": sum(len(level.regions) for level in scan.levels),
        "rows": len(estimates),
        "absent": rows.absent,
        "touched": scan.design.touched.to_dict("records"),
        "lines": lines,
        "fresh": True,
    }
    tables = {"estimates": estimates, "differences": contrasts}
    record = {"fingerprint": mark, "summary": summary}
    warehouse.store_result(name, tables, record)
    return summary


def _opened(stored_as: str, year: int, lines: str):
    """Origins of a round's kabupaten, a connection that reads just these, their mark.

    They are asked for again where a load came between.
    """
    while True:
        origins = _loaded(stored_as, year)
        con = warehouse.connect(stored_as, year)
        mark = _fingerprint(origins, f"{stored_as}-{year}-{lines}")
        if mark == _fingerprint(
            _loaded(stored_as, year), f"{stored_as}-{year}-{lines}"
        ):
            return origins, con, mark


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
    """Tables of a round that were made together; None where there are none.

    A survey that did not ask for spending has one set, whatever the run's lines.
    """
    if not year:
        return None
    result = warehouse.result(_name(year, chosen.lines, survey))
    if result is None and chosen.lines != "kabupaten":
        result = warehouse.result(_name(year, None, survey))
        if result and result.record.get("summary", {}).get("lines", "") is not None:
            return None  # made by lines, and by others
    return result if result and _is_whole(result) else None


def _is_whole(result: warehouse.Result) -> bool:
    """Whether the record tells what `estimate` writes."""
    parts = {part: result.record.get(part) for part in ("fingerprint", "summary")}
    return isinstance(parts["fingerprint"], str) and isinstance(parts["summary"], dict)


def _estimates(result: warehouse.Result, chosen: Parameters) -> pd.DataFrame:
    path = result.tables["estimates"]
    table = _read(path, chosen.region, chosen.confidence)
    return table.copy(deep=False)  # a change to it is written elsewhere


@lru_cache(maxsize=8)  # a page asks five times for two rounds
def _read(path: Path, region: str, confidence: float) -> pd.DataFrame:
    tiers, peers = _around(region)
    own = [("region", "in", tiers)]
    others = [("region", "in", peers), ("grouping", "==", "all")]
    table = warehouse.table(path, filters=[own, others])
    needed = set(Estimates.to_schema().columns) - set(tabling.INTERVALS)
    if not needed <= set(table):
        raise Refused("stale_estimates", file=path.name)
    return Estimates.validate(tabling.with_intervals(table, confidence))


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
        own = [("region", "==", chosen.region)]
        table = warehouse.table(result.tables["differences"], filters=own)
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
    """Fingerprint of the estimates of each round up to the run's."""
    return {
        year: result.record["fingerprint"]
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
    origins = _loaded(survey, year)
    scan = Scan(rows, _complete(), finest=_finest(origins))
    scan.levels = [lv for lv in scan.levels if chosen.region in lv.regions]
    values, _ = tabling.tabled(scan, declarations, (by,))
    synthetic = origins.set_index("region")["synthetic"].reindex(members).to_dict()
    values = tabling.with_origin(values, survey, year, synthetic)
    values = values[values["region"] == chosen.region]
    values = tabling.remarked(values, scan, _like(chosen, by, survey))
    table = tabling.with_intervals(values, chosen.confidence)
    return disclosure.publish(Estimates.validate(table), year=chosen.year)


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
    """Stored estimates of the round by the groupings in `by`, each with its own error."""
    parts = [("grouping", "in", by.split("*"))]
    columns = ["indicator", "grouping", "deff", "remark"]
    with warehouse.reading():
        result = _result(chosen, survey_year(chosen, survey), survey)
        if result is None:
            return None
        path = result.tables["estimates"]
        table = warehouse.table(path, columns=columns, filters=parts)
    return table[~table["remark"].str.contains("none_or_all")].assign(grouping=by)


def _around(region: str) -> tuple[list[str], list[str]]:
    """The region with its tiers, and the peers that it is ranked among."""
    among = "nation" if regions.level(region) == "province" else "province"
    tiers = {region, regions.province(region), NATION} - {""}
    return sorted(tiers), regions.peers(region, among=among)


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


@lru_cache
def _code_mark() -> str:
    """SHA-256 of all that can move an estimate: code, policy values, shipped facts."""
    digest = hashlib.sha256()
    for place in MOVES_NUMBERS:
        for path in sorted([ROOT / place, *(ROOT / place).rglob("*")]):
            if path.suffix in (".py", ".yml", ".csv") and path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _fingerprint(origins: pd.DataFrame, name: str) -> str:
    content = origins.sort_values("region").to_json(orient="records")
    return hashlib.sha256(f"{_code_mark()}{name}{content}".encode()).hexdigest()
