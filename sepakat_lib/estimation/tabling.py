"""From cells to tables: values, errors, intervals and remarks, one row each."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib.estimation.scan import NATION, Cell, Level, Scan, containing
from sepakat_lib.indicators import (
    GROUPINGS,
    Grouping,
    Indicator,
    catalogue,
    grouping,
    read_columns,
)
from sepakat_lib.stats import survey
from sepakat_lib.tables import Differences, Estimates

LEAST_RESTING = 0.1  # share of the people from which a region rests on estimated lines
INTERVALS = ("low", "high", "total_low", "total_high")  # made at every reading


def tabled(scan: Scan, indicators, by_names=None, progress=None):
    """Estimates and differences of every indicator that the rows can answer.

    Parameters
    ----------
    scan : Scan
    indicators : list of Indicator
    by_names : tuple of str, optional
        Groupings ("sex", "area*sex"); default those that each indicator declares.
    progress : callable, optional
        Called with (done, of how many) after each indicator.

    Returns
    -------
    estimates, differences : DataFrame
        In the indicators' units, without what holds for a whole region.
    """
    answerable = [indicator for indicator in indicators if scan.can(indicator)]
    estimates: list[dict] = []
    contrasts: list[dict] = []
    for done, indicator in enumerate(answerable, 1):
        for by in filter(scan.parted, map(grouping, by_names or indicator.groupings)):
            cells = scan.cells(indicator, by)
            estimates += [_rows(scan, indicator, by, *pair) for pair in cells]
            contrasts += _contrasts(scan, indicator, by, cells)
        if progress:
            progress(done, len(answerable))
    return _stacked(estimates, Estimates), _stacked(contrasts, Differences)


class _Coded(NamedTuple):
    """A column of names as codes: a nation has millions of rows and few names."""

    names: list[str]
    codes: np.ndarray


def _named(names, places: np.ndarray) -> _Coded:
    return _Coded([str(name) for name in names], places.ravel())


def _one(name: str, places: np.ndarray) -> _Coded:
    return _Coded([name], np.zeros(places.size, np.intp))


def _stacked(parts: list[dict], schema) -> pd.DataFrame:
    """All parts under each other, names as categories."""
    if not parts:
        return schema.empty()
    columns = {}
    for column, first in parts[0].items():
        pieces = [part[column] for part in parts]
        if isinstance(first, _Coded):
            place: dict[str, int] = {}
            codes = [
                np.array([place.setdefault(n, len(place)) for n in one.names])[
                    one.codes
                ]
                for one in pieces
            ]
            columns[column] = pd.Categorical.from_codes(
                np.concatenate(codes), list(place)
            )
        else:
            columns[column] = np.concatenate(pieces)
    return pd.DataFrame(columns)


def _rows(scan: Scan, indicator: Indicator, by: Grouping, level: Level, cell: Cell):
    """One estimate a region and group, in the indicator's unit."""
    k = cell.value.shape[1]
    pulls = np.hstack([cell.pull, cell.total_pull]) if indicator.is_share else cell.pull
    both = scan.variance(pulls, level)
    nobody = np.isnan(cell.value)
    unknown = nobody | (cell.df < 1)  # not estimated, or inside one unit of a stratum
    variance = np.where(unknown, np.nan, both[:, :k])
    se = np.sqrt(variance)
    total = total_se = np.full(se.shape, np.nan)
    if indicator.is_share:
        total = np.where(nobody, np.nan, cell.total)
        total_se = np.where(unknown, np.nan, np.sqrt(both[:, k:]))
    with np.errstate(invalid="ignore", divide="ignore"):
        rse = se / np.abs(cell.value)
        deff = np.full(se.shape, np.nan)
        if indicator.is_share:
            plain = cell.value * (1 - cell.value) / np.maximum(cell.n - 1, 1)
            deff = np.where(plain > 0, variance / plain, np.nan)
    places, count = np.indices(cell.value.shape)
    return {
        "region": _named(level.regions, places),
        "indicator": _one(indicator.name, places),
        "grouping": _one(by.name, places),
        "group": _named(by.groups, count),
        "value": cell.value.ravel() * indicator.scale,
        "se": se.ravel() * indicator.scale,
        "rse": np.where(np.isfinite(rse), rse, np.nan).ravel(),
        "df": cell.df.ravel(),
        "deff": deff.ravel(),
        "n": cell.n.ravel().astype(np.int64),
        "population": cell.population.ravel(),
        "total": total.ravel(),
        "total_se": total_se.ravel(),
        "left_out": cell.left_out.ravel(),
    }


def _contrasts(scan: Scan, indicator: Indicator, by: Grouping, cells) -> list[dict]:
    """Own region less province and nation, and one end of a grouping less the other."""
    made = []
    if indicator.kind in ("total", "tenths"):
        return made
    for i, (level, own) in enumerate(cells):
        bare = _without_variance(indicator, own)
        for other_level, other in cells[i + 1 :]:
            inside = containing(level, other_level)
            variance = scan.variance_of_difference(own, level, other, other_level)
            variance[bare | _without_variance(indicator, other)[inside]] = np.nan
            made.append(
                _difference_rows(
                    indicator,
                    by,
                    level.regions[inside >= 0],
                    other_level.regions[inside[inside >= 0]],
                    (own.value - other.value[inside])[inside >= 0],
                    variance[inside >= 0],
                    np.minimum(own.df, other.df[inside])[inside >= 0],
                )
            )
        if by.extremes:
            a, b = (by.groups.index(group) for group in by.extremes)
            variance = scan.variance(own.pull[:, [a]] - own.pull[:, [b]], level)
            variance[bare[:, [a]] | bare[:, [b]]] = np.nan
            made.append(
                _difference_rows(
                    indicator,
                    by,
                    level.regions,
                    level.regions,
                    own.value[:, [a]] - own.value[:, [b]],
                    variance,
                    np.minimum(own.df[:, [a]], own.df[:, [b]]),
                    groups=[by.extremes[0]],
                    against=[by.extremes[1]],
                )
            )
    return made


def _without_variance(indicator: Indicator, cell: Cell) -> np.ndarray:
    """Where a value has no error to give to a difference: nobody, one unit, none, all."""
    none_or_all = indicator.is_share & np.isin(cell.value, (0.0, 1.0))
    return np.isnan(cell.value) | (cell.df < 1) | none_or_all


def _difference_rows(
    indicator,
    by,
    region,
    against_region,
    value,
    variance,
    df,
    groups=None,
    against=None,
):
    groups = list(groups or by.groups)
    places, column = np.indices(value.shape)
    return {
        "region": _named(region, places),
        "indicator": _one(indicator.name, places),
        "grouping": _one(by.name, places),
        "group": _named(groups, column),
        "against_region": _named(against_region, places),
        "against_group": _named(against or groups, column),
        "difference": value.ravel() * indicator.scale,
        "se": np.sqrt(variance).ravel() * indicator.scale,
        "df": df.ravel(),
    }


def with_origin(table: pd.DataFrame, survey_name: str, year: int, synthetic: dict):
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
    return {part for region in kabupaten for part in (region, region[:2], NATION)}


def _unsampled(scan: Scan) -> set[str]:
    """Regions whose files do not name first-stage units: no error is design-based."""
    return _holding(region for region, has in scan.rows.has_psu.items() if not has)


def without_error(differences: pd.DataFrame, scan: Scan) -> pd.DataFrame:
    """Take away errors that no design gives."""
    unsampled = _unsampled(scan)
    without = differences["region"].isin(unsampled)
    without |= differences["against_region"].isin(unsampled)
    return differences.assign(se=differences["se"].mask(without))


def remarked(
    table: pd.DataFrame, scan: Scan, like: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Say what was done with the design, and take away errors that are none.

    Where none or all have it, the design effect to expect is put in: that of `like`,
    rows of `tables.Estimates`; default those of the table itself. A group inside one
    first-stage unit gets none: ten households who are all poor tell of one another.
    """
    merged = _holding(name[:4] for name in scan.design.touched["stratum"])
    unsampled = table["region"].isin(_unsampled(scan))
    met, share = table["n"].gt(0), table["indicator"].isin(_shares())
    one_unit = met & table["df"].lt(1) & ~unsampled
    certain = met & share & table["value"].isin([0.0, 100.0]) & ~one_unit
    # no gap and no poor person were met: an error of 0 would be just as false
    nothing = met & ~share & table["value"].eq(0) & table["se"].eq(0)
    remark = pd.Series("", index=table.index)
    for code, rows in (
        ("collapsed", table["region"].isin(merged)),
        ("no_psu", unsampled),
        ("one_unit", one_unit),
        ("none_or_all", certain),
        ("nothing_met", nothing),
        ("estimated_line", _by_estimated_line(table, scan)),
    ):
        if rows.any():
            remark = remark.mask(rows, remark + f" {code}")
    unknown = unsampled | one_unit | certain | nothing
    estimates = table.assign(
        se=table["se"].mask(unknown),
        rse=table["rse"].mask(unknown),
        deff=table["deff"].mask(unknown),
        total_se=table["total_se"].mask(unknown),
        remark=remark.str.strip(),
    )
    bare = certain & ~unsampled
    expected = _expected_deff(table[bare], estimates if like is None else like)
    estimates.loc[bare, "deff"] = expected
    return estimates


def _by_estimated_line(table: pd.DataFrame, scan: Scan) -> pd.Series:
    """Rows whose value hangs on a poverty line that is an estimate of ours."""
    lines = scan.rows.estimated_lines
    if not lines:
        return pd.Series(False, index=table.index)
    read_line = {"poverty_line", "welfare"}
    moved = {
        name
        for name, indicator in catalogue().items()
        if indicator.columns & read_line or indicator.kind == "tenths"
    }
    parts = {by.name for by in GROUPINGS if read_columns(by.expression) & read_line}
    by_line = {
        name for name in table["grouping"].unique() if parts & set(name.split("*"))
    }
    inside = table["region"].isin(_resting(lines, scan))
    inside |= table["region"].astype(str).str[:2].isin(lines)
    return inside & (table["indicator"].isin(moved) | table["grouping"].isin(by_line))


def _resting(lines: frozenset[str], scan: Scan) -> set[str]:
    """Kabupaten whose line is an estimate, and regions that mostly consist of such.

    A province or the nation counts from a tenth of its people on: where fewer have an
    estimated line (2025: twelve kabupaten of 514), its figures rest on published ones.
    """
    rows = scan.rows
    of_household = rows.region[rows.psu]
    people = pd.Series(rows.weight * rows.size).groupby(of_household).sum()
    resting = set(people.index[people.index.isin(lines)])
    for place in {part for name in people.index for part in (name[:2], NATION)}:
        inside = people[people.index.str.startswith("" if place == NATION else place)]
        if inside[inside.index.isin(lines)].sum() >= LEAST_RESTING * inside.sum():
            resting.add(place)
    return resting


def _expected_deff(table: pd.DataFrame, like: pd.DataFrame) -> np.ndarray:
    """Design effect of shares that none or all have, taken from their like.

    The median of the same indicator and grouping, else of all indicators that are
    grouped so, and 1 at the least; missing where none is known.
    """
    with_deff = like[like["deff"].notna()]
    both = ["indicator", "grouping"]
    same, any_like = (
        with_deff.groupby(keys, observed=True)["deff"]
        .median()
        .rename(name)
        .reset_index()
        for keys, name in ((both, "same"), (["grouping"], "any_like"))
    )
    plain = table[both].astype(str)
    plain = plain.merge(same.astype(dict.fromkeys(both, str)), how="left", on=both)
    any_like = any_like.astype({"grouping": str})
    plain = plain.merge(any_like, how="left", on="grouping")
    return plain["same"].fillna(plain["any_like"]).clip(lower=1.0).to_numpy()


def _shares() -> set[str]:
    return {name for name, indicator in catalogue().items() if indicator.is_share}


def _gaps() -> set[str]:
    return {
        name for name, indicator in catalogue().items() if indicator.unit == "index"
    }


def _wholes() -> dict[str, float]:
    """What shares and Gini indices can be at most, in their unit."""
    return {
        name: indicator.highest
        for name, indicator in catalogue().items()
        if indicator.is_share or indicator.unit == "gini"
    }


def _highest() -> dict[str, float]:
    return {name: indicator.highest for name, indicator in catalogue().items()}


def with_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add the columns of `INTERVALS` to estimates, each row by itself.

    A share and a Gini index have a logistic interval, which ends where they do; a share
    that none or all have Clopper and Pearson's with the design effect to expect; an
    index of gaps one that reaches further up, as it rests on few deep gaps. All others
    have Student's, within the indicator's range. The interval of how many a share counts
    is Student's, cut at 0; where none or all have it, that of the share times the
    people. Without a degree of freedom none has one.
    """
    low, high = survey.interval(table["value"], table["se"], table["df"], confidence)
    share, whole = table["indicator"].isin(_shares()), table["indicator"].map(_wholes())
    whole = whole.astype(float)  # what a share and a Gini can be at most
    p = table["value"] / whole
    inner = p.gt(0) & p.lt(1) & table["se"].gt(0)
    size = whole[inner]
    lower, upper = survey.logit_interval(
        p[inner], table.loc[inner, "se"] / size, table.loc[inner, "df"], confidence
    )
    low, high = low.copy(), high.copy()
    low[inner], high[inner] = lower * size, upper * size
    gaps = table["indicator"].isin(_gaps()) & table["value"].gt(0)
    _, upper = survey.skewed_interval(
        *(table.loc[gaps, name] for name in ("value", "se", "df")), confidence
    )
    high[gaps] = np.minimum(upper, 100)
    low = low.clip(lower=0)  # nothing that is estimated can be below
    # a Gini is 1 at most, an index 100: one huge spending gives an error beyond it
    high = np.minimum(high, table["indicator"].astype(str).map(_highest()))
    bare = share & p.isin([0.0, 1.0]) & table["se"].isna() & table["deff"].notna()
    bare &= table["df"].gt(0)
    certain = table[bare]
    met = certain["n"].where(certain["value"].gt(0), 0)
    lower, upper = survey.zero_interval(certain["n"], certain["deff"], confidence, met)
    low[bare], high[bare] = lower * 100, upper * 100
    least, most = survey.interval(
        table["total"], table["total_se"], table["df"], confidence
    )
    return table.assign(
        low=low,
        high=high,
        total_low=least.clip(lower=0).mask(bare, low / 100 * table["population"]),
        total_high=most.mask(bare, high / 100 * table["population"]),
    )


def with_difference_intervals(
    differences: pd.DataFrame, estimates: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    """Add `low` and `high` to differences; without an error, from their ends' own.

    Parameters
    ----------
    differences : DataFrame
        `tables.Differences` without the two columns.
    estimates : DataFrame
        `tables.Estimates` of the same round with the ends of every difference.
    confidence : float
        Between 0 and 1; that of the estimates' intervals.

    Returns
    -------
    DataFrame
        Student's t where a difference has an error. Where none or all have it at an
        end, `apart` of the two ends' intervals; missing where an end has none.
    """
    low, high = survey.interval(
        differences["difference"], differences["se"], differences["df"], confidence
    )
    bare = differences["se"].isna() & differences["difference"].notna()
    key = ["indicator", "grouping", "region", "group"]
    numbers = ["value", "low", "high"]
    ends = estimates[[*key, *numbers]].astype(dict.fromkeys(key, str))
    rows = differences[bare]
    first, second = (
        rows[[*key[:2], f"{side}region", f"{side}group"]]
        .astype(str)
        .set_axis(key, axis=1)
        .merge(ends, how="left", on=key, validate="many_to_one")[numbers]
        .to_numpy(float)
        .T
        for side in ("", "against_")
    )
    low, high = low.copy(), high.copy()
    low[bare], high[bare] = apart(first, second)
    return differences.assign(low=low, high=high)


def without_verdict(differences: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Take the interval from differences with an end on an estimated poverty line.

    Parameters
    ----------
    differences : DataFrame
        `tables.Differences`.
    estimates : DataFrame
        `tables.Estimates` of the same round; its remark ``estimated_line`` decides.
    """
    key = ["indicator", "grouping", "region", "group"]
    moved = estimates["remark"].str.split().map(lambda codes: "estimated_line" in codes)
    moved = set(
        estimates.loc[moved, key].astype(str).itertuples(index=False, name=None)
    )
    if not moved:
        return differences
    ends = differences[[*key, "against_region", "against_group"]].astype(str)
    unsure = [
        (*row[:2], row.region, row.group) in moved
        or (*row[:2], row.against_region, row.against_group) in moved
        for row in ends.itertuples(index=False)
    ]
    ends = {name: differences[name].mask(unsure) for name in ("low", "high")}
    return differences.assign(**ends)


def apart(first, second) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a difference from the intervals of its two ends.

    Each limit of the difference lies as far off as the two ends' distances to the
    limits that make it so, squared and added. The ends are taken as independent. A
    region inside its province shares people with it, so that the two rise and fall
    together and the true interval is narrower; so do groups of one region as a rule,
    who live in the same sampled neighbourhoods.

    Parameters
    ----------
    first, second : (value, low, high)
        Numbers or arrays [one unit].

    Returns
    -------
    low, high : float or array
        Of `first` less `second`; missing where an end lacks a limit.

    Notes
    -----
    Zou and Donner (2008), doi:10.1002/sim.3095; for Wilson's intervals it is method 10
    of Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    Of those who are met none in one group, 3 to 9 percent in the other:

    >>> low, high = apart((0.0, 0.0, 4.0), (6.0, 3.0, 9.0))
    >>> float(low), float(high)
    (-9.0, -1.0)
    """
    (p1, l1, u1), (p2, l2, u2) = first, second
    low = p1 - p2 - np.hypot(p1 - l1, u2 - p2)
    return low, p1 - p2 + np.hypot(u1 - p1, p2 - l2)
