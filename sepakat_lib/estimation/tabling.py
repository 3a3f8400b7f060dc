"""From cells to tables: values, errors, intervals and remarks, one row each."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib.estimation.scan import NATION, Cell, Level, Scan, containing
from sepakat_lib.indicators import Grouping, Indicator, catalogue, grouping
from sepakat_lib.stats import survey
from sepakat_lib.tables import Differences, Estimates


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
    asked = [each for each in indicators if scan.can(each)]
    estimates: list[dict] = []
    contrasts: list[dict] = []
    for done, each in enumerate(asked, 1):
        for by in filter(scan.parted, map(grouping, by_names or each.groupings)):
            cells = scan.cells(each, by)
            estimates += [_rows(scan, each, by, *pair) for pair in cells]
            contrasts += _contrasts(scan, each, by, cells)
        if progress:
            progress(done, len(asked))
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
        each = [part[column] for part in parts]
        if isinstance(first, _Coded):
            place: dict[str, int] = {}
            codes = [
                np.array([place.setdefault(n, len(place)) for n in one.names])[
                    one.codes
                ]
                for one in each
            ]
            columns[column] = pd.Categorical.from_codes(
                np.concatenate(codes), list(place)
            )
        else:
            columns[column] = np.concatenate(each)
    return pd.DataFrame(columns)


def _rows(scan: Scan, each: Indicator, by: Grouping, level: Level, cell: Cell):
    """One estimate a region and group, in the indicator's unit."""
    k = cell.value.shape[1]
    pulls = np.hstack([cell.pull, cell.total_pull]) if each.is_share else cell.pull
    both = scan.variance(pulls, level)
    variance, total_se = both[:, :k], np.sqrt(both[:, k:])
    se = np.sqrt(variance)
    if not each.is_share:
        total_se = np.full(se.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        rse = se / np.abs(cell.value)
        deff = np.full(se.shape, np.nan)
        if each.is_share:
            plain = cell.value * (1 - cell.value) / np.maximum(cell.n - 1, 1)
            deff = np.where(plain > 0, variance / plain, np.nan)
    places, count = np.indices(cell.value.shape)
    return {
        "region": _named(level.regions, places),
        "indicator": _one(each.name, places),
        "grouping": _one(by.name, places),
        "group": _named(by.groups, count),
        "value": cell.value.ravel() * each.scale,
        "se": se.ravel() * each.scale,
        "rse": np.where(np.isfinite(rse), rse, np.nan).ravel(),
        "df": cell.df.ravel(),
        "deff": deff.ravel(),
        "n": cell.n.ravel().astype(np.int64),
        "population": cell.population.ravel(),
        "total": np.where(each.is_share, cell.total, np.nan).ravel(),
        "total_se": total_se.ravel(),
        "left_out": cell.left_out.ravel(),
    }


def _contrasts(scan: Scan, each: Indicator, by: Grouping, cells) -> list[dict]:
    """Own region less province and nation, and one end of a grouping less the other."""
    made = []
    if each.kind in ("total", "tenths"):
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
    return {
        "region": _named(region, places),
        "indicator": _one(each.name, places),
        "grouping": _one(by.name, places),
        "group": _named(groups, column),
        "against_region": _named(against_region, places),
        "against_group": _named(against or groups, column),
        "difference": value.ravel() * each.scale,
        "se": np.sqrt(variance).ravel() * each.scale,
        "df": df.ravel(),
    }


def told(table: pd.DataFrame, survey_name: str, year: int, synthetic: dict):
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


def without_error(differences: pd.DataFrame, scan: Scan) -> pd.DataFrame:
    """Take away errors that no design gives."""
    unsampled = _unsampled(scan)
    without = differences["region"].isin(unsampled)
    without |= differences["against_region"].isin(unsampled)
    return differences.assign(se=differences["se"].mask(without))


def remarked(table: pd.DataFrame, scan: Scan) -> pd.DataFrame:
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
        total_se=table["total_se"].mask(unknown),
        remark=remark.str.strip(),
    )


def with_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
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
    expected = _expected_deff(table)
    certain = table.loc[expected.index]
    met = certain["n"].where(certain["value"].gt(0), 0)
    lower, upper = survey.zero_interval(certain["n"], expected, confidence, met)
    low[expected.index], high[expected.index] = lower * 100, upper * 100
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
