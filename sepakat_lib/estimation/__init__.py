"""All indicators x groups x regions in one scan; it alone writes and reads estimates.

`estimate` fills the tables of a year for every loaded kabupaten, each province and the
nation; `read` and `differences` hand them to the stages, with the run's confidence.
"""

import hashlib
import json
from functools import lru_cache

import numpy as np
import pandas as pd

from sepakat_lib import ROOT, __version__, regions, warehouse
from sepakat_lib.estimation import rows as rows_of
from sepakat_lib.estimation.scan import (
    NATION,
    Cell,
    Level,
    Scan,
    containing,
    groupings_of,
)
from sepakat_lib.indicators import Grouping, Indicator, catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.stats import survey
from sepakat_lib.tables import Differences, Estimates

SURVEY = "susenas"
DECILE_MEAN = "decile_mean"  # what growth incidence is made from
DECILES = tuple(str(each) for each in range(1, 11))


def estimate(
    year: int, *, round="march", lines="kabupaten", force=False, progress=None
) -> dict:
    """Fill the estimates of a year for all that is loaded, unless they are up to date.

    Parameters
    ----------
    year : int
        Year of the round.
    round : {"march", "september"}
        September was drawn for provinces: no kabupaten reports, and since there is no
        kabupaten line of September, nothing that needs one is computed.
    lines : {"kabupaten", "province_urban_rural"}
        Which set of poverty lines a household's spending meets.
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
    warehouse.NothingLoaded
        No survey data of that year.
    """
    march = round == "march"
    survey_name = SURVEY if march else f"{SURVEY}-{round}"
    name = _name(year, lines if march else "none", survey_name)
    there = warehouse.loaded(survey_name)
    there = there[there["year"] == year] if len(there) else there
    con = warehouse.connect(survey_name, year)
    mark = _fingerprint(there, name)
    record = warehouse.result_path(name).with_suffix(".json")
    if not force and record.exists():
        before = json.loads(record.read_text("utf-8"))
        if before["fingerprint"] == mark:
            return before["summary"] | {"fresh": False}
    indicators = list(catalogue().values())
    found = rows_of.read(con, year, indicators, lines if march else None)
    scan = Scan(found, _complete(), finest="kabupaten" if march else "province")
    estimates, differences = _compute(scan, indicators, progress)
    synthetic = there.set_index("region")["synthetic"].to_dict()
    estimates = _told(estimates, survey_name, year, synthetic)
    estimates = _remarked(estimates, scan)
    differences = _told(differences, survey_name, year, synthetic)
    differences = _without_error(differences, scan)
    summary = {
        "regions": sum(len(level.regions) for level in scan.levels),
        "rows": len(estimates),
        "absent": found.absent,
        "touched": scan.design.touched.to_dict("records"),
        "fresh": True,
    }
    for part, table in (("", estimates), ("-differences", differences)):
        with warehouse.whole(warehouse.result_path(name + part)) as path:
            table.to_parquet(path, index=False)
    with warehouse.whole(record) as path:
        path.write_text(json.dumps({"fingerprint": mark, "summary": summary}), "utf-8")
    return summary


def read(parameters: Parameters, *, year: int | None = None) -> pd.DataFrame:
    """Estimates that a report of the region needs: its own, its tiers' and its peers'.

    Parameters
    ----------
    parameters : Parameters
    year : int, optional
        Another round than the run's.

    Returns
    -------
    DataFrame
        `tables.Estimates`; empty where the year has not been estimated.
    """
    path = warehouse.result_path(_name(year or parameters.year, parameters.lines))
    if not path.exists():
        return _no(Estimates)
    wanted = _around(parameters.region)
    table = pd.read_parquet(path, filters=[("region", "in", wanted)])
    return Estimates.validate(_with_intervals(table, parameters.confidence))


def differences(parameters: Parameters) -> pd.DataFrame:
    """Differences of the region from its province and the nation, and between groups.

    Returns
    -------
    DataFrame
        `tables.Differences`; empty where the year has not been estimated.
    """
    path = warehouse.result_path(
        _name(parameters.year, parameters.lines) + "-differences"
    )
    if not path.exists():
        return _no(Differences)
    table = pd.read_parquet(path, filters=[("region", "==", parameters.region)])
    low, high = survey.interval(
        table["difference"], table["se"], table["df"], parameters.confidence
    )
    return Differences.validate(table.assign(low=low, high=high))


def absent(parameters: Parameters) -> dict[str, list[str]]:
    """Indicators that the loaded files cannot answer, and the items that they lack."""
    record = warehouse.result_path(_name(parameters.year, parameters.lines))
    record = record.with_suffix(".json")
    if not record.exists():
        return {}
    return json.loads(record.read_text("utf-8"))["summary"]["absent"]


def inputs(parameters: Parameters) -> dict[str, str]:
    """SHA-256 of every file behind the region's rounds, by year and file name."""
    there = warehouse.loaded(SURVEY)
    if there.empty:
        return {}
    inside = there["region"].isin(regions.members(parameters.region))
    used = there[inside & there["year"].le(parameters.year)]
    return {
        f"{year} {each['file']}": each["sha256"]
        for year, files in zip(used["year"], used["inputs"], strict=True)
        for each in files
    }


def rounds(parameters: Parameters) -> dict[int, pd.DataFrame]:
    """Estimates by year, oldest first, of every round up to the run's that has any."""
    folder = warehouse.result_path("x").parent
    stems = (path.stem for path in folder.glob(f"{SURVEY}-????.json"))
    years = sorted(int(stem.removeprefix(f"{SURVEY}-")) for stem in stems)
    tables = {y: read(parameters, year=y) for y in years if y <= parameters.year}
    return {
        year: table
        for year, table in tables.items()
        if (table["region"] == parameters.region).any()
    }


def earlier(parameters: Parameters) -> pd.DataFrame:
    """Estimates of the latest round before the run's; empty where there is none."""
    before = [year for year in rounds(parameters) if year < parameters.year]
    return read(parameters, year=before[-1]) if before else _no(Estimates)


def _around(region: str) -> list[str]:
    """The region, its tiers, and the peers that it is ranked among."""
    among = "nation" if regions.level(region) == "province" else "province"
    tiers = {region, regions.province(region), NATION} - {""}
    return sorted(tiers | set(regions.peers(region, among=among)))


def _name(year: int, lines: str, survey_name: str = SURVEY) -> str:
    return f"{survey_name}-{year}" + (
        "" if lines in ("kabupaten", "none") else f"-{lines}"
    )


def _complete() -> dict[str, int]:
    table = regions.table()
    own = table[table["level"] == "kabupaten"]
    return own["province"].value_counts().to_dict() | {NATION: len(own)}


@lru_cache
def _code_mark() -> str:
    """SHA-256 of everything that can move a number: code, parameters, shipped facts."""
    digest = hashlib.sha256(__version__.encode())
    for folder in ("sepakat_lib", "parameters"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".yml", ".csv") and path.name != "words.yml":
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _fingerprint(there: pd.DataFrame, name: str) -> str:
    told = there.sort_values("region").to_json(orient="records")
    return hashlib.sha256(f"{_code_mark()}{name}{told}".encode()).hexdigest()


def _compute(scan: Scan, indicators, progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    able = [each for each in indicators if each.name in scan.rows.values]
    spread = [each for each in indicators if each.kind == "distribution"]
    if np.isnan(scan.rows.spending).all():
        spread = []
    has_welfare = not np.isnan(scan.rows.welfare).all()
    if not scan.levels:  # part of a province, of a sample that was drawn for provinces
        return _no(Estimates), _no(Differences)
    estimates, contrasts = [], []
    steps = len(able) + len(spread) + 1
    for done, each in enumerate([*able, *spread], 1):
        for by in filter(scan.parted, groupings_of(each)):
            cells = scan.cells(each, by)
            estimates += [_rows(scan, each, by, *pair) for pair in cells]
            contrasts += _contrasts(scan, each, by, cells)
        if progress:
            progress(done, steps)
    if has_welfare:
        tenths = Grouping(name="decile", label={}, groups=DECILES)
        mean = Indicator(
            name=DECILE_MEAN, code="", question=1, label={}, definition={}, unit="times",
            better="context", frame="", source="", kind="distribution",
        )  # fmt: skip
        estimates += [
            _rows(scan, mean, tenths, level, scan.decile_means(level))
            for level in scan.levels
        ]
    if progress:
        progress(steps, steps)
    return pd.concat(estimates, ignore_index=True), pd.concat(
        contrasts, ignore_index=True
    )


def _rows(scan: Scan, each: Indicator, by: Grouping, level: Level, cell: Cell):
    """One estimate a region and group, in the indicator's unit."""
    variance = scan.variance(cell.pull, level)
    se = np.sqrt(variance)
    with np.errstate(invalid="ignore", divide="ignore"):
        rse = se / np.abs(cell.value)
        deff = np.full(se.shape, np.nan)
        if each.is_share:
            plain = cell.value * (1 - cell.value) / np.maximum(cell.n - 1, 1)
            deff = np.where(plain > 0, variance / plain, np.nan)
    places, count = np.indices(cell.value.shape)
    return pd.DataFrame(
        {
            "region": level.regions[places.ravel()],
            "indicator": each.name,
            "grouping": by.name,
            "group": np.array(by.groups)[count.ravel()],
            "value": cell.value.ravel() * each.scale,
            "se": se.ravel() * each.scale,
            "rse": np.where(np.isfinite(rse), rse, np.nan).ravel(),
            "df": cell.df.ravel(),
            "deff": deff.ravel(),
            "n": cell.n.ravel().astype(np.int64),
            "population": cell.population.ravel(),
            "left_out": cell.left_out.ravel(),
        }
    )


def _contrasts(scan: Scan, each: Indicator, by: Grouping, cells) -> list[pd.DataFrame]:
    """Own region less province and nation, and one end of a grouping less the other."""
    made = []
    if each.kind == "total":
        return made
    for i, (mine, own) in enumerate(cells):
        for theirs, other in cells[i + 1 :]:
            inside = containing(mine, theirs)
            variance = scan.variance_of_difference(own, mine, other, theirs)
            made.append(
                _difference_rows(
                    each,
                    by,
                    mine.regions[inside >= 0],
                    theirs.regions[inside[inside >= 0]],
                    (own.value - other.value[inside])[inside >= 0],
                    variance[inside >= 0],
                    np.minimum(own.df, other.df[inside])[inside >= 0],
                )
            )
        if by.extremes:
            a, b = (by.groups.index(group) for group in by.extremes)
            variance = scan.variance(own.pull[:, [a]] - own.pull[:, [b]], mine)
            made.append(
                _difference_rows(
                    each,
                    by,
                    mine.regions,
                    mine.regions,
                    own.value[:, [a]] - own.value[:, [b]],
                    variance,
                    np.minimum(own.df[:, [a]], own.df[:, [b]]),
                    groups=[by.extremes[0]],
                    against=[by.extremes[1]],
                )
            )
    return made


def _difference_rows(
    each, by, region, against_region, value, variance, df, groups=None, against=None
):
    groups = list(groups or by.groups)
    places, column = np.indices(value.shape)
    return pd.DataFrame(
        {
            "region": region[places.ravel()],
            "indicator": each.name,
            "grouping": by.name,
            "group": np.array(groups)[column.ravel()],
            "against_region": against_region[places.ravel()],
            "against_group": np.array(against or groups)[column.ravel()],
            "difference": value.ravel() * each.scale,
            "se": np.sqrt(variance).ravel() * each.scale,
            "df": df.ravel(),
        }
    )


def _told(table: pd.DataFrame, survey_name: str, year: int, synthetic: dict):
    """Add what holds for a whole region: survey, year, and any invented data in it."""
    invented = {NATION: any(synthetic.values())}
    for region, is_demo in synthetic.items():
        invented[region] = is_demo
        invented[region[:2]] = invented.get(region[:2], False) or is_demo
    return table.assign(
        survey=survey_name,
        year=year,
        synthetic=table["region"].map(invented).astype(bool),
    )


def _holding(kabupaten) -> set[str]:
    """The kabupaten and the regions that hold them."""
    return {part for each in kabupaten for part in (each, each[:2], NATION)}


def _unsampled(scan: Scan) -> set[str]:
    """Regions whose files do not name first-stage units: no error is design-based."""
    return _holding(region for region, has in scan.rows.has_psu.items() if not has)


def _without_error(differences: pd.DataFrame, scan: Scan) -> pd.DataFrame:
    unsampled = _unsampled(scan)
    without = differences["region"].isin(unsampled)
    without |= differences["against_region"].isin(unsampled)
    return differences.assign(se=differences["se"].mask(without))


def _remarked(table: pd.DataFrame, scan: Scan) -> pd.DataFrame:
    """Say what was done with the design, and take away errors that are none."""
    merged = _holding(name[:4] for name in scan.design.touched["stratum"])
    unsampled = table["region"].isin(_unsampled(scan))
    shares = [name for name, each in catalogue().items() if each.is_share]
    certain = (
        table["indicator"].isin(shares)
        & table["n"].gt(0)
        & table["value"].isin([0.0, 100.0])
    )
    remark = pd.Series("", index=table.index)
    for code, rows in (
        ("collapsed", table["region"].isin(merged)),
        ("no_psu", unsampled),
        ("none_or_all", certain),
    ):
        remark = remark.mask(rows, remark + f" {code}")
    unknown = unsampled | certain
    return table.assign(
        se=table["se"].mask(unknown),
        rse=table["rse"].mask(unknown),
        deff=table["deff"].mask(unknown),
        remark=remark.str.strip(),
    )


def _with_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add `low` and `high`: logistic for shares, Clopper-Pearson for none and all."""
    low, high = survey.interval(table["value"], table["se"], table["df"], confidence)
    shares = {name for name, each in catalogue().items() if each.is_share}
    p = table["value"] / 100
    inner = table["indicator"].isin(shares) & p.gt(0) & p.lt(1) & table["se"].gt(0)
    lower, upper = survey.logit_interval(
        p[inner], table.loc[inner, "se"] / 100, table.loc[inner, "df"], confidence
    )
    low, high = low.copy(), high.copy()
    low[inner], high[inner] = lower * 100, upper * 100
    for at, deff in _expected_deff(table).items():
        n = int(table.loc[at, "n"])
        met = 0 if table.loc[at, "value"] == 0 else n
        ends = survey.zero_interval(n, deff, confidence, successes=met)
        low[at], high[at] = ends[0] * 100, ends[1] * 100
    return table.assign(low=low, high=high)


def _expected_deff(table: pd.DataFrame) -> pd.Series:
    """Design effect of shares that none or all have, taken from their like.

    The median of the same indicator and grouping, else of all indicators that are
    grouped so, and 1 at the least.
    """
    certain = table["remark"].eq("none_or_all") | table["remark"].eq(
        "collapsed none_or_all"
    )
    like = table.groupby(["indicator", "grouping"])["deff"].transform("median")
    any_like = table.groupby("grouping")["deff"].transform("median")
    return like.fillna(any_like).fillna(1.0).clip(lower=1.0)[certain]


def _no(schema) -> pd.DataFrame:
    """A table of that schema without rows."""
    columns = schema.to_schema().columns
    return schema.validate(pd.DataFrame({name: [] for name in columns}))
