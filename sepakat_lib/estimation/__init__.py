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
    there, con, mark = _opened(stored_as, year, lines)
    lines = lines if rows_of.has_spending(con) and not round else None
    name = _name(year, lines, stored_as)
    before = warehouse.result(name, exactly=True)
    up_to_date = before and _told(before) and before.record["fingerprint"] == mark
    if up_to_date and not force:
        return before.record["summary"] | {"fresh": False}
    indicators = [each for each in catalogue().values() if each.survey == survey]
    found = rows_of.read(con, year, indicators, lines)
    del con  # nothing is read any more: what newer loads replaced may go
    scan = Scan(found, _complete(), finest=_finest(there))
    found_values, contrasts = tabling.tabled(scan, indicators, progress=progress)
    synthetic = there.set_index("region")["synthetic"].to_dict()
    where = (stored_as, year, synthetic)
    estimates = tabling.remarked(tabling.told(found_values, *where), scan)
    contrasts = tabling.without_error(tabling.told(contrasts, *where), scan)
    summary = {
        "regions": sum(len(level.regions) for level in scan.levels),
        "rows": len(estimates),
        "absent": found.absent,
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
        there = _loaded(stored_as, year)
        con = warehouse.connect(stored_as, year)
        mark = _fingerprint(there, f"{stored_as}-{year}-{lines}")
        if mark == _fingerprint(
            _loaded(stored_as, year), f"{stored_as}-{year}-{lines}"
        ):
            return there, con, mark


def _loaded(stored_as: str, year: int) -> pd.DataFrame:
    there = warehouse.loaded(stored_as)
    return there[there["year"] == year] if len(there) else there


def _finest(there: pd.DataFrame) -> str:
    """Smallest areas that a round was drawn for, by what was stored with its data."""
    told = set(there["finest"].dropna()) if "finest" in there else set()
    return "province" if "province" in told else "kabupaten"


def survey_year(parameters: Parameters, survey: str = SURVEY) -> int | None:
    """Round of the survey that a report shows: the newest that holds the whole region.

    Only rounds up to the run's year that are estimated with its lines count, and the
    office's own go before invented ones; a report of 2025 may show the survey of 2024.
    None where there is none.
    """
    members = regions.members(parameters.region)
    there = warehouse.loaded(survey)
    mine = there[there["region"].isin(members)]
    newest: dict[bool, int] = {}
    for year in _records(parameters, survey):  # oldest first
        kinds = mine.loc[mine["year"].eq(year), "synthetic"].astype(bool)
        if len(kinds) == len(members):
            newest[bool(kinds.any())] = year
    return newest.get(False, newest.get(True))


def read(
    parameters: Parameters, *, year: int | None = None, survey: str = SURVEY
) -> pd.DataFrame:
    """Estimates that a report of the region needs.

    Its own and its tiers' with all groups, and its peers' for everybody.

    Parameters
    ----------
    parameters : Parameters
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
        year = year or survey_year(parameters, survey)
        made_then = _result(parameters, year, survey)
        if made_then is None:
            return Estimates.empty()
        return _estimates(made_then, parameters)


def _result(
    parameters: Parameters, year: int | None, survey: str
) -> warehouse.Result | None:
    """Tables of a round that were made together; None where there are none.

    A survey that did not ask for spending has one set, whatever the run's lines.
    """
    if not year:
        return None
    found = warehouse.result(_name(year, parameters.lines, survey))
    if found is None and parameters.lines != "kabupaten":
        found = warehouse.result(_name(year, None, survey))
        if found and found.record.get("summary", {}).get("lines", "") is not None:
            return None  # made by lines, and by others
    return found if found and _told(found) else None


def _told(result: warehouse.Result) -> bool:
    """Whether the record tells what `estimate` writes."""
    told = {part: result.record.get(part) for part in ("fingerprint", "summary")}
    return isinstance(told["fingerprint"], str) and isinstance(told["summary"], dict)


def _estimates(result: warehouse.Result, parameters: Parameters) -> pd.DataFrame:
    path = result.tables["estimates"]
    found = _read(path, parameters.region, parameters.confidence)
    return found.copy(deep=False)  # a change to it is written elsewhere


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


def differences(parameters: Parameters, survey: str = SURVEY) -> pd.DataFrame:
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
        made_then = _result(parameters, survey_year(parameters, survey), survey)
        if made_then is None:
            return Differences.empty()
        own = [("region", "==", parameters.region)]
        table = warehouse.table(made_then.tables["differences"], filters=own)
        ends = _estimates(made_then, parameters)  # of the same making
    told = tabling.with_difference_intervals(table, ends, parameters.confidence)
    return Differences.validate(told)


def absent(parameters: Parameters, survey: str = SURVEY) -> dict[str, list[str]]:
    """Indicators that the loaded files cannot answer, and the columns that they lack.

    A column is told by BPS's name where the file's layout knows it.
    """
    year = survey_year(parameters, survey)
    found = _result(parameters, year, survey)
    if found is None:
        return {}
    lacks = found.record["summary"]["absent"]
    named: dict[str, str] = {}
    there = warehouse.loaded(survey)
    for columns in there.loc[there["year"].eq(year), "columns"]:
        named |= columns
    asked = {ours: item for item, ours in (rows_of.HEAD | rows_of.ANY_MEMBER).items()}
    return {
        indicator: [named.get(asked.get(each, each), each) for each in items]
        for indicator, items in lacks.items()
    }


def made(parameters: Parameters, survey: str = SURVEY) -> dict[int, str]:
    """Fingerprint of the estimates of each round up to the run's."""
    return {
        year: result.record["fingerprint"]
        for year, result in _records(parameters, survey).items()
    }


def inputs(parameters: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Every file behind the region's rounds.

    Returns
    -------
    DataFrame
        ``year``, ``file`` (name), ``sha256``, ``synthetic``.
    """
    there = warehouse.loaded(survey)
    inside = there["region"].isin(regions.members(parameters.region))
    used = there[inside & there["year"].le(parameters.year)]
    rows = [
        (row.year, each["file"], each["sha256"], bool(row.synthetic))
        for row in used.itertuples()
        for each in row.inputs
    ]
    found = pd.DataFrame(rows, columns=["year", "file", "sha256", "synthetic"])
    return found.drop_duplicates(ignore_index=True)


def assumed(parameters: Parameters, survey: str = SURVEY) -> int:
    """Columns of the licensed files shown whose codes' meaning is not published."""
    there = warehouse.loaded(survey)
    inside = there["region"].isin(regions.members(parameters.region))
    used = there[inside & there["year"].eq(survey_year(parameters, survey))]
    items = {
        item
        for row in used.itertuples()
        if not row.synthetic
        for remark in row.remarks
        if remark["code"] == "assumed_codes"
        for item in remark["fields"]["items"]
    }
    return len(items)


def doubts(parameters: Parameters, survey: str = SURVEY) -> list[dict]:
    """What was odd about the region's rounds when they were loaded, newest round first.

    Returns
    -------
    list of dict
        ``year``, and the fields of `plausibility.Doubt` with ``accepted``: of the
        region's kabupaten, of their province (September), and of files as a whole.
    """
    there = warehouse.loaded(survey)
    inside = there["region"].isin(regions.members(parameters.region))
    used = there[inside & there["year"].le(parameters.year)]
    found = []
    for row in used.sort_values(
        ["year", "region"], ascending=[False, True]
    ).itertuples():
        for remark in row.remarks:
            if remark["code"] != "doubt":
                continue
            fields = remark["fields"]
            told = {"year": int(row.year)} | fields
            if (
                fields["region"] in ("", row.region, row.region[:2])
                and told not in found
            ):
                found.append(told)
    return found


def rounds(parameters: Parameters, survey: str = SURVEY) -> dict[int, pd.DataFrame]:
    """Estimates by year, oldest first, of every round up to the run's that has any."""
    tables = {
        year: read(parameters, year=year, survey=survey)
        for year in _records(parameters, survey)
    }
    return {
        year: table
        for year, table in tables.items()
        if (table["region"] == parameters.region).any()
    }


def earlier(parameters: Parameters, survey: str = SURVEY) -> pd.DataFrame:
    """Estimates of the latest round before the one shown; empty where there is none.

    An invented round is not held against a licensed one, nor the other way round.
    """
    found = rounds(parameters, survey)
    told = {
        year: bool(table.loc[table["region"].eq(parameters.region), "synthetic"].any())
        for year, table in found.items()
    }
    now = survey_year(parameters, survey)
    before = [y for y in found if y < (now or 0) and told[y] == told.get(now)]
    return found[before[-1]] if before else Estimates.empty()


def crossed(
    parameters: Parameters, indicators: tuple[str, ...], by: str
) -> pd.DataFrame:
    """Indicators of the region by any grouping, or any two crossed, made on demand.

    Parameters
    ----------
    parameters : Parameters
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
    known = catalogue()
    if unknown := set(indicators) - set(known):
        raise ValueError(f"there is no indicator {', '.join(sorted(unknown))}")
    if len(surveys := {known[name].survey for name in indicators}) != 1:
        raise ValueError(f"indicators of one survey are crossed, not of {surveys}")
    (survey,) = surveys
    for name in indicators:
        _refuse_what_cannot_be_parted(known[name], grouping_of(by))
        if items := absent(parameters, survey).get(name):
            raise Refused("not_answered", indicator=name, columns=[*items])
    members = regions.members(parameters.region)
    year = survey_year(parameters, survey) or parameters.year
    con = warehouse.connect(survey, year, members)
    asked = [known[name] for name in indicators]
    lines = parameters.lines if rows_of.has_spending(con) else None
    found = rows_of.read(con, year, asked, lines)
    scan = Scan(found, _complete())
    scan.levels = [lv for lv in scan.levels if parameters.region in lv.regions]
    values, _ = tabling.tabled(scan, asked, (by,))
    there = _loaded(survey, year)
    synthetic = there.set_index("region")["synthetic"].reindex(members).to_dict()
    values = tabling.told(values, survey, year, synthetic)
    values = values[values["region"] == parameters.region]
    values = tabling.remarked(values, scan, _like(parameters, by, survey))
    table = tabling.with_intervals(values, parameters.confidence)
    return disclosure.publish(Estimates.validate(table), year=parameters.year)


def _refuse_what_cannot_be_parted(each: Indicator, by: Grouping) -> None:
    """Refuse groups by which the indicator has no meaning."""
    if each.kind == "tenths" and by.name not in each.groupings:
        raise ValueError(
            f"{each.name} is told of the tenths of a whole region: it can be asked by "
            f"{', '.join(each.groupings)} alone; {by.name} came"
        )
    of_households = each.counts == "households" or each.kind == "distribution"
    if of_households and by.table == "persons":
        raise ValueError(
            f"{each.name} is told of households, and {by.name} parts persons; it can be "
            f"asked by {', '.join(HOUSEHOLDS_ONLY)}, or by two of them crossed"
        )


def _like(parameters: Parameters, by: str, survey: str) -> pd.DataFrame | None:
    """Stored estimates of the round by the groupings in `by`, each with its own error."""
    parts = [("grouping", "in", by.split("*"))]
    columns = ["indicator", "grouping", "deff", "remark"]
    with warehouse.reading():
        found = _result(parameters, survey_year(parameters, survey), survey)
        if found is None:
            return None
        path = found.tables["estimates"]
        table = warehouse.table(path, columns=columns, filters=parts)
    return table[~table["remark"].str.contains("none_or_all")].assign(grouping=by)


def _around(region: str) -> tuple[list[str], list[str]]:
    """The region with its tiers, and the peers that it is ranked among."""
    among = "nation" if regions.level(region) == "province" else "province"
    tiers = {region, regions.province(region), NATION} - {""}
    return sorted(tiers), regions.peers(region, among=among)


def _name(year: int, lines: str | None, survey: str) -> str:
    return f"{survey}-{year}" + ("" if lines in ("kabupaten", None) else f"-{lines}")


def _records(parameters: Parameters, survey: str) -> dict[int, warehouse.Result]:
    """Results of each year up to the run's that is estimated with its lines, whole."""
    years = range(YEARS[0], parameters.year + 1)
    found = {year: _result(parameters, year, survey) for year in years}
    return {year: result for year, result in found.items() if result}


def _complete() -> dict[str, int]:
    table = regions.table()
    own = table[table["level"] == "kabupaten"]
    return own["province"].value_counts().to_dict() | {NATION: len(own)}


@lru_cache
def _code_mark() -> str:
    """SHA-256 of all that can move an estimate: code, policy values, shipped facts."""
    digest = hashlib.sha256()
    for place in MOVES_NUMBERS:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in (".py", ".yml", ".csv"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _fingerprint(there: pd.DataFrame, name: str) -> str:
    told = there.sort_values("region").to_json(orient="records")
    return hashlib.sha256(f"{_code_mark()}{name}{told}".encode()).hexdigest()
