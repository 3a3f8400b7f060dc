"""From cells to tables: values, errors, intervals and remarks, one row each."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib import disclosure
from sepakat_lib.estimation import tiers as tiers_of
from sepakat_lib.estimation.rows import Rows
from sepakat_lib.estimation.scan import COMPUTED, Part, Units, stacked_axes
from sepakat_lib.estimation.tiers import NATION, Tier, Values
from sepakat_lib.estimation.withheld import sums, withheld
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

TAIL_ALPHA = 0.6  # of the error probability, in intervals of who has how much; fitted
LEAST_RESTING = 0.1  # share of the people from which a region rests on estimated lines
INTERVALS = ("low", "high", "total_low", "total_high")  # made at every reading
CODES = ("collapsed", "no_psu", "one_unit", "none_or_all", "nothing_met")
NOT_BY_CELL = ("tier", "a", "b")
UNCOMPARED = ("total", "tenths")
WITHHELD = "withheld"
REMARKS = (*CODES, "estimated_line", WITHHELD)


class Caveats(NamedTuple):
    """What is to be said of regions whatever is estimated of them.

    Attributes
    ----------
    merged : set of str
        Kabupaten with a stratum that was merged or centred.
    unsampled : set of str
        Kabupaten whose files do not name first-stage units.
    lines : frozenset of str
        Kabupaten or provinces whose poverty line is an estimate of ours.
    people : dict of str to float
        Persons that each loaded kabupaten stands for.
    """

    merged: set[str]
    unsampled: set[str]
    lines: frozenset[str]
    people: dict[str, float]


def caveats(rows: Rows, units: Units) -> Caveats:
    """What the rows and their design say of each kabupaten."""
    people = pd.Series(rows.weight * rows.size).groupby(rows.region[rows.psu]).sum()
    return Caveats(
        merged={name[:4] for name in units.design.touched["stratum"]},
        unsampled={region for region, has in rows.has_psu.items() if not has},
        lines=rows.estimated_lines,
        people=people.to_dict(),
    )


class DomainValues(NamedTuple):
    """Values of all cells (an indicator in a domain) in all regions of all tiers.

    Attributes
    ----------
    axis : DataFrame
        The cells, with the place of each among the rows that are wanted in ``order``.
    scale, shares, compared : (cells,) arrays
        What a fraction is multiplied by; whether it is a share; whether regions and
        groups are held against one another by it.
    parts : list of Part
    values : list of list of Values
        By tier, the inner ones first, and part.
    withheld : list of arrays (regions, cells) of bool
        By tier, cells that would give a hidden one away (`withheld`).
    """

    axis: pd.DataFrame
    scale: np.ndarray
    shares: np.ndarray
    compared: np.ndarray
    parts: list[Part]
    values: list[list[Values]]
    withheld: list[np.ndarray]


def domain_values(
    parts: Sequence[Part],
    tiers: Sequence[Tier],
    by_indicator: dict[str, list[Grouping]],
    indicators: dict[str, Indicator],
    year: int,
    unsampled: Collection[str] = (),
) -> DomainValues:
    """Values of every cell of the parts in every region of the tiers.

    Parameters
    ----------
    parts : sequence of Part
    tiers : sequence of Tier
        Of the same kabupaten; the inner ones first.
    by_indicator : dict of str to list of Grouping
        In the order in which rows are wanted.
    indicators : dict of str to Indicator
    year : int
        Whose limits of `disclosure` are in force.
    unsampled : collection of str
        Kabupaten whose files name no first-stage unit.
    """
    axis = _ordered(stacked_axes([part.cells for part in parts]), by_indicator)
    values = [
        [tiers_of.valued(part, tier, indicators) for part in parts]
        for tier in (tiers if len(axis) else ())
    ]
    cells = [indicators[name] for name in axis["indicator"]]
    return DomainValues(
        axis=axis,
        scale=np.array([one.scale for one in cells]),
        shares=np.array([one.is_share for one in cells], bool),
        compared=np.array([one.kind not in UNCOMPARED for one in cells], bool),
        parts=[*parts],
        values=values,
        withheld=_withheld(axis, cells, values, _holding(unsampled), year),
    )


def _withheld(axis, cells, values, unsampled: set[str], year: int) -> list[np.ndarray]:
    """Cells of each tier that would give a hidden one away, the outer tiers' first."""
    adding = np.array([one.kind in COMPUTED for one in cells], bool)
    moving = {name for name in axis["grouping"].unique() if grouping(name).by_level}
    fixed = ~axis["grouping"].isin(moving).to_numpy(bool)
    lines, across = sums(axis), np.flatnonzero(adding & fixed)
    least, made, above = disclosure.least_sample(year), [], None
    for i, of_tier in reversed([*enumerate(values)]):
        n, df = (np.hstack([getattr(v, name) for v in of_tier]) for name in ("n", "df"))
        known = ~np.isin(of_tier[0].tier.regions, [*unsampled])[:, None]
        hidden = disclosure.hides(n, df, year, units_known=known)
        holders = np.full(len(n), -1)
        if above:
            holders = tiers_of.holding(of_tier[0].tier, values[i + 1][0].tier)
        more = np.zeros_like(hidden)
        for holder in np.unique(holders):
            rows = np.flatnonzero(holders == holder)
            if holder < 0:
                more[rows] = withheld(n[rows], hidden[rows], lines, least)
                continue
            block = [
                np.vstack([outer[holder], inner[rows]])
                for outer, inner in zip(above, (n, hidden), strict=True)
            ]
            more[rows] = withheld(*block, lines, least, across)[1:]
        made.append(more)
        above = n, hidden | more
    return made[::-1]


def tabled(
    domains: DomainValues, regions: Collection[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and differences of some regions.

    Parameters
    ----------
    domains : DomainValues
    regions : collection of str, optional
        Default all.

    Returns
    -------
    estimates, differences : DataFrame
        In the indicators' units, without what holds for a whole region; the rows of a
        region stand together.
    """
    estimates, differences = [], []
    for i, of_tier in enumerate(domains.values):
        names = of_tier[0].tier.regions
        chosen = np.flatnonzero([regions is None or name in regions for name in names])
        if len(chosen):
            rows = domains.withheld[i][chosen]
            estimates.append(_estimates(domains, of_tier, rows, chosen))
            differences += _differences(domains, i, chosen)
    return _under(estimates, Estimates), _under(differences, Differences)


def _ordered(axis: pd.DataFrame, by_indicator) -> pd.DataFrame:
    """The axis with the place of each cell among the rows that are wanted."""
    place = {
        (indicator, by.name, group): (i, j, k)
        for i, (indicator, told_by) in enumerate(by_indicator.items())
        for j, by in enumerate(told_by)
        for k, group in enumerate(by.groups)
    }
    cells = zip(axis["indicator"], axis["grouping"], axis["group"], strict=True)
    places = [place[cell] for cell in cells]
    return axis.assign(order=pd.Series(places, axis.index, dtype=object))


def _beside(values: list[Values], chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays of all parts for some regions: (regions, cells)."""
    names = [name for name in Values.__dataclass_fields__ if name not in NOT_BY_CELL]
    return {
        name: np.hstack([getattr(part, name)[chosen] for part in values])
        for name in names
    }


def _under(tables: list[pd.DataFrame], schema) -> pd.DataFrame:
    """Tables under each other; names stay categories: a nation has millions of rows."""
    if not tables:
        return schema.empty()
    columns = {}
    for name in tables[0]:
        pieces = [table[name] for table in tables]
        if isinstance(pieces[0].dtype, pd.CategoricalDtype):
            columns[name] = pd.api.types.union_categoricals(pieces)
        else:
            columns[name] = np.concatenate([piece.to_numpy() for piece in pieces])
    return pd.DataFrame(columns)


def _rows(
    regions, columns: pd.DataFrame, arrays: dict[str, np.ndarray]
) -> pd.DataFrame:
    """One row a region and cell: names of `columns` again for each region."""
    count, width = len(regions), len(columns)
    names = {"region": (np.repeat(np.arange(count), width), [*map(str, regions)])}
    for name in columns:
        codes, values = pd.factorize(columns[name])
        names[name] = np.tile(codes, count), [*values]
    table = {
        name: pd.Categorical.from_codes(codes, values)
        for name, (codes, values) in names.items()
    }
    return pd.DataFrame(table | {name: v.ravel() for name, v in arrays.items()})


def _estimates(
    domains: DomainValues,
    values: list[Values],
    withheld: np.ndarray,
    chosen: np.ndarray,
) -> pd.DataFrame:
    """One estimate a region and group, in the indicator's unit."""
    axis = domains.axis
    order = sorted(range(len(axis)), key=axis["order"].to_numpy().__getitem__)
    cell = {name: v[:, order] for name, v in _beside(values, chosen).items()}
    scale, shares = domains.scale[order], domains.shares[order]
    nobody = np.isnan(cell["value"])
    unknown = nobody | (cell["df"] < 1)  # not estimated, or inside one unit
    variance = np.where(unknown, np.nan, cell["variance"])
    se = np.sqrt(variance)
    total_se = np.sqrt(np.where(unknown | ~shares, np.nan, cell["total_variance"]))
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = cell["value"] * (1 - cell["value"]) / np.maximum(cell["n"] - 1, 1)
        deff = np.where(shares & (plain > 0), variance / plain, np.nan)
        seen = np.where(variance > 0, variance, np.nan)
        skewness, kurtosis = cell["third"] / seen**1.5, cell["fourth"] / seen**2
    return _rows(
        values[0].tier.regions[chosen],
        axis[["indicator", "grouping", "group"]].iloc[order],
        {
            "value": cell["value"] * scale,
            "bias": cell["bias"] * scale,
            "se": se * scale,
            "rse": survey.rse(cell["value"], se),
            "df": cell["df"],
            "effective_df": survey.effective_df(cell["df"], kurtosis),
            "skewness": skewness,
            "deff": deff,
            # of a tenth, in whole people
            "n": np.floor(cell["n"] + 1e-6).astype(np.int64),
            "population": cell["population"],
            "total": np.where(nobody | ~shares, np.nan, cell["total"]),
            "total_se": total_se,
            "left_out": cell["left_out"],
            WITHHELD: withheld[:, order],
        },
    )


def _differences(
    domains: DomainValues, i: int, chosen: np.ndarray
) -> Iterator[pd.DataFrame]:
    """Own region less each that holds it, and one end of a grouping less the other."""
    axis, shares, inner = domains.axis, domains.shares, domains.values[i]
    own = _beside(inner, chosen)
    compared = domains.compared
    blocks = []
    for outer in domains.values[i + 1 :]:
        held_by = tiers_of.holding(inner[0].tier, outer[0].tier)[chosen]
        at = np.maximum(held_by, 0)
        other = _beside(outer, at)
        variance = np.hstack(
            [
                tiers_of.between(part, one, two, chosen)
                for part, one, two in zip(domains.parts, inner, outer, strict=True)
            ]
        )
        bare = _without_variance(shares, own) | _without_variance(shares, other)
        blocks.append(
            {
                "rank": len(blocks),
                "cells": np.flatnonzero(compared),
                "against_region": outer[0].tier.regions[at],
                "against_group": axis["group"].to_numpy()[compared],
                "there": held_by >= 0,
                "difference": (own["value"] - other["value"])[:, compared],
                "variance": np.where(bare, np.nan, variance)[:, compared],
                "df": np.minimum(own["df"], other["df"])[:, compared],
            }
        )
    ends = _extremes(domains, inner, own, compared, chosen)
    blocks.append(ends | {"rank": len(blocks)})
    blocks = [block for block in blocks if len(block["cells"])]
    if not blocks:
        return
    reach = np.column_stack([block["there"] for block in blocks])
    for held in np.unique(reach, axis=0):
        rows = np.flatnonzero((reach == held).all(axis=1))
        present = [block for block, there in zip(blocks, held, strict=True) if there]
        if present:
            names = inner[0].tier.regions[chosen]
            yield _stacked(axis, domains.scale, names, rows, present)


def _extremes(domains: DomainValues, inner, own, compared, chosen) -> dict:
    """One end of each grouping less the other, in the same region."""
    before, first, second, variance = 0, [], [], []
    for part, values in zip(domains.parts, inner, strict=True):
        a, b, of_part = tiers_of.of_extremes(part, values)
        first.append(a + before)
        second.append(b + before)
        variance.append(of_part[chosen])
        before += len(part.cells)
    first, second = np.concatenate(first), np.concatenate(second)
    kept = compared[first]
    a, b = first[kept], second[kept]
    bare = _without_variance(domains.shares, own)
    unknown = bare[:, a] | bare[:, b]
    regions = inner[0].tier.regions[chosen]
    return {
        "cells": a,
        "against_region": regions,
        "against_group": domains.axis["group"].to_numpy()[b],
        "there": np.ones(len(regions), bool),
        "difference": own["value"][:, a] - own["value"][:, b],
        "variance": np.where(unknown, np.nan, np.hstack(variance)[:, kept]),
        "df": np.minimum(own["df"][:, a], own["df"][:, b]),
    }


def _without_variance(shares, cell) -> np.ndarray:
    """Where a value has no error to give to a difference: nobody, one unit, none, all."""
    none_or_all = shares & np.isin(cell["value"], (0.0, 1.0))
    return np.isnan(cell["value"]) | (cell["df"] < 1) | none_or_all


def _stacked(axis, scale, regions, chosen, blocks) -> pd.DataFrame:
    """Blocks of differences of some regions, in the order of the estimates."""
    cells = np.concatenate([block["cells"] for block in blocks])
    rank = np.concatenate([np.full(len(b["cells"]), b["rank"]) for b in blocks])
    against = np.concatenate([block["against_group"] for block in blocks])
    places = axis["order"].to_numpy()[cells]
    order = sorted(
        range(len(cells)), key=lambda i: (*places[i][:2], rank[i], places[i][2])
    )
    names = axis[["indicator", "grouping", "group"]].iloc[cells[order]]
    arrays = {
        name: np.hstack([block[name][chosen] for block in blocks])[:, order]
        for name in ("difference", "variance", "df")
    }
    others = np.column_stack(
        [np.array(block["against_region"], object)[chosen] for block in blocks]
    )
    block_of = np.concatenate(
        [np.full(len(b["cells"]), i) for i, b in enumerate(blocks)]
    )
    table = _rows(
        regions[chosen],
        names.assign(against_group=against[order]),
        {
            "difference": arrays["difference"] * scale[cells[order]],
            "se": np.sqrt(arrays["variance"]) * scale[cells[order]],
            "df": arrays["df"],
        },
    )
    codes, values = pd.factorize(others[:, block_of[order]].ravel())
    against_region = pd.Categorical.from_codes(codes, [*map(str, values)])
    place = table.columns.get_loc("against_group")
    table.insert(place, "against_region", against_region)
    return table


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


def without_error(differences: pd.DataFrame, caveats: Caveats) -> pd.DataFrame:
    """Take away errors that no design gives."""
    unsampled = _holding(caveats.unsampled)
    without = differences["region"].isin(unsampled)
    without |= differences["against_region"].isin(unsampled)
    return differences.assign(se=differences["se"].mask(without))


def remarked(
    table: pd.DataFrame, caveats: Caveats, like: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Say what was done with the design, and take away errors that are none.

    Where none or all have it, the design effect to expect is put in: that of `like`,
    rows of `tables.Estimates`; default those of the table itself. A group inside one
    first-stage unit gets none: ten households who are all poor tell of one another.
    """
    unsampled = table["region"].isin(_holding(caveats.unsampled))
    met, share = table["n"].gt(0), table["indicator"].isin(_shares())
    one_unit = met & table["df"].lt(1) & ~unsampled
    certain = met & share & table["value"].isin([0.0, 100.0]) & ~one_unit
    # no gap and no poor person were met: an error of 0 would be just as false
    nothing = met & ~share & table["value"].eq(0) & table["se"].eq(0)
    applies = (
        table["region"].isin(_holding(caveats.merged)),
        unsampled,
        one_unit,
        certain,
        nothing,
        _by_estimated_line(table, caveats),
        table.get(WITHHELD, pd.Series(False, table.index)),
    )
    bits = sum(rows.to_numpy().astype(int) << i for i, rows in enumerate(applies))
    codes, values = pd.factorize(bits)
    texts = [
        " ".join(code for i, code in enumerate(REMARKS) if value >> i & 1)
        for value in values
    ]
    unknown = unsampled | one_unit | certain | nothing
    # all have it: how many they are is as unsure as how many people there are
    counted = certain & ~unsampled & table["value"].gt(0)
    estimates = table.drop(columns=WITHHELD, errors="ignore").assign(
        bias=table["bias"].mask(unknown),
        se=table["se"].mask(unknown),
        rse=table["rse"].mask(unknown),
        deff=table["deff"].mask(unknown),
        effective_df=table["effective_df"].mask(unknown),
        skewness=table["skewness"].mask(unknown),
        total_se=table["total_se"].mask(unknown & ~counted),
        remark=pd.Categorical.from_codes(codes, texts),
    )
    bare = certain & ~unsampled
    expected = _expected_deff(table[bare], estimates if like is None else like)
    estimates.loc[bare, "deff"] = expected
    return estimates


def _by_estimated_line(table: pd.DataFrame, caveats: Caveats) -> pd.Series:
    """Rows whose value hangs on a poverty line that is an estimate of ours."""
    if not caveats.lines:
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
    inside = table["region"].isin(_resting(caveats))
    inside |= table["region"].astype(str).str[:2].isin(caveats.lines)
    return inside & (table["indicator"].isin(moved) | table["grouping"].isin(by_line))


def _resting(caveats: Caveats) -> set[str]:
    """Kabupaten whose line is an estimate, and regions that mostly consist of such.

    A province or the nation counts from a tenth of its people on: where fewer have an
    estimated line (2025: twelve kabupaten of 514), its figures rest on published ones.
    """
    people = pd.Series(caveats.people)
    resting = set(people.index[people.index.isin(caveats.lines)])
    for place in {part for name in people.index for part in (name[:2], NATION)}:
        inside = people[people.index.str.startswith("" if place == NATION else place)]
        estimated = inside[inside.index.isin(caveats.lines)].sum()
        if estimated >= LEAST_RESTING * inside.sum():
            resting.add(place)
    return resting


def lender(indicator: Indicator, among: Iterable[Indicator]) -> str | None:
    """Indicator that lends its design effect where `indicator` itself has none.

    The first share that is asked of the same, households or persons: what a household
    is told of once says nothing of how alike its members answer.
    """
    same = (one.name for one in among if one.is_share and one.table == indicator.table)
    return next(same, None)


def _expected_deff(table: pd.DataFrame, like: pd.DataFrame) -> np.ndarray:
    """Design effect of shares that none or all have, taken from their like.

    The median of the same indicator and grouping in kabupaten of the same province (of
    a province or the nation: in itself), else of its `lender` in that grouping, else of
    either in any grouping; 1 at the least. So no region's interval hangs on another
    province, nor on which other indicators there are.
    """
    with_deff = like[like["deff"].notna()]
    met = {*like["indicator"].unique()}
    present = [one for one in catalogue().values() if one.name in met]
    lenders = {one.name: lender(one, present) for one in catalogue().values()}
    frame = pd.DataFrame(
        {
            "family": _family(with_deff["region"]),
            "indicator": with_deff["indicator"].astype(str),
            "grouping": with_deff["grouping"].astype(str),
            "deff": with_deff["deff"],
        }
    )
    lending = frame[frame["indicator"].isin({*lenders.values()})]
    lending = lending.rename(columns={"indicator": "lender"})
    indicator = table["indicator"].astype(str)
    own = pd.DataFrame(
        {
            "family": _family(table["region"]),
            "indicator": indicator,
            "lender": indicator.map(lenders),
            "grouping": table["grouping"].astype(str),
        }
    )
    found = np.full(len(own), np.nan)
    for names, rows in (
        (["family", "indicator", "grouping"], frame),
        (["family", "lender", "grouping"], lending),
        (["family", "indicator"], frame),
        (["family", "lender"], lending),
    ):
        median = rows.groupby(names)["deff"].median().rename("median").reset_index()
        matched = own.merge(median, how="left", on=names)["median"].to_numpy()
        found = np.where(np.isnan(found), matched, found)
    return np.fmax(found, np.where(np.isnan(found), np.nan, 1.0))


def _family(regions: pd.Series) -> pd.Series:
    """What a region's like are sought among: its province's kabupaten, or itself."""
    names = regions.astype(str)
    return names.where(names.str.len().ne(4), names.str[:2] + ".")


def _shares() -> set[str]:
    return {name for name, indicator in catalogue().items() if indicator.is_share}


def _counts() -> set[str]:
    return {
        name for name, indicator in catalogue().items() if indicator.kind == "total"
    }


def _wholes() -> dict[str, float]:
    """What shares and indices between none and all can be at most, in their unit."""
    return {
        name: indicator.highest
        for name, indicator in catalogue().items()
        if indicator.is_share or indicator.unit in ("gini", "index")
    }


def _highest() -> dict[str, float]:
    return {name: indicator.highest for name, indicator in catalogue().items()}


def _rests_on_the_top(table: pd.DataFrame) -> pd.Series:
    """Rows that rest on the few who have most: all who has how much, but lower tenths.

    The mean of a tenth below the uppermost holds none of them; its share does, since it
    is divided by what all have.
    """
    kinds = catalogue().items()
    of_top = {name for name, one in kinds if one.kind in ("distribution", "tenths")}
    means = {name for name in of_top if catalogue()[name].statistic == "decile_mean"}
    lower = table["group"].isin(grouping("decile").groups[:-1])
    return table["indicator"].isin(of_top) & ~(table["indicator"].isin(means) & lower)


def _each(table: pd.DataFrame, numbers: dict[str, float]) -> pd.Series:
    """A number of each row's indicator; missing where it has none."""
    codes, names = pd.factorize(table["indicator"])
    of_names = np.array([numbers.get(name, np.nan) for name in names], float)
    return pd.Series(of_names[codes], table.index)


def with_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add the columns of `INTERVALS` to estimates, each row by itself.

    Of a value `_adjusted`, of a share that none or all have `_of_none_or_all`. Of how
    many a share counts, and of an indicator that counts, it is `survey.log_interval`,
    since they may be one number; where none have it, that of the share times the
    people. Without a degree of freedom none has one.
    """
    low, high = _adjusted(table, confidence)
    counts = table["indicator"].isin(_counts())
    low[counts], high[counts] = survey.log_interval(
        *(table.loc[counts, name] for name in ("value", "se", "df")), confidence
    )
    bare = table["indicator"].isin(_shares()) & table["value"].isin([0.0, 100.0])
    bare &= table["se"].isna() & table["deff"].notna() & table["df"].gt(0)
    low[bare], high[bare] = _of_none_or_all(table[bare], confidence)
    least, most = survey.log_interval(
        *(table[name] for name in ("total", "total_se", "df")), confidence
    )
    none = bare & table["value"].eq(0)
    return table.assign(
        low=low,
        high=high,
        total_low=least.mask(none, 0.0),
        total_high=most.mask(none, high / 100 * table["population"]),
    )


def _adjusted(table: pd.DataFrame, confidence: float) -> tuple[pd.Series, pd.Series]:
    """`survey.adjusted_interval` of each value less its bias, in the indicator's range.

    Student's t with the degrees of freedom that the deviations of the units allow, with
    the skewness that is left taken off: on the logit of a share, a Gini index and an
    index of gaps, on the logarithm of all else. Of what rests on the few who have most
    the error probability is `TAIL_ALPHA` of the nominal one: most samples hold none of
    them, and theirs looks shorter than it is.
    """
    value, whole = table["value"], _each(table, _wholes())
    p = value / whole
    centre = value - table["bias"].fillna(0.0)
    centre = centre.where(centre.gt(0) & (centre / whole).lt(1), value)
    scale = np.select([p.gt(0) & p.lt(1), value.gt(0)], ["logit", "log"], "linear")
    on_top = _rests_on_the_top(table)
    low, high = (pd.Series(np.nan, table.index) for _ in range(2))
    for name, of_top in itertools.product(np.unique(scale), (False, True)):
        rows = (scale == name) & on_top.eq(of_top)
        unit = whole[rows] if name == "logit" else 1.0
        lower, upper = survey.adjusted_interval(
            centre[rows] / unit,
            table.loc[rows, "se"] / unit,
            table.loc[rows, "df"],
            1 - (1 - confidence) * (TAIL_ALPHA if of_top else 1),
            skewness=table.loc[rows, "skewness"],
            effective=table.loc[rows, "effective_df"],
            scale=name,
        )
        low[rows], high[rows] = lower * unit, upper * unit
    # nothing that is estimated can be below 0; a Gini is 1 at most, an index 100: one
    # huge spending gives an error beyond it
    return low.clip(lower=0), np.minimum(high, _each(table, _highest()))


def _of_none_or_all(table: pd.DataFrame, confidence: float):
    """Clopper and Pearson's, with the design effect to expect. [percent]"""
    met = table["n"].where(table["value"].gt(0), 0)
    ends = survey.zero_interval(table["n"], table["deff"], confidence, met)
    return tuple(100 * end for end in ends)


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
        end, `survey.mover_interval` of the two ends' intervals; missing where an end
        has none.
    """
    low, high = survey.interval(
        differences["difference"], differences["se"], differences["df"], confidence
    )
    bare = differences["se"].isna() & differences["difference"].notna()
    key = ["indicator", "grouping", "region", "group"]
    numbers = ["value", "low", "high"]
    rows = differences[bare]
    regions = {*rows["region"], *rows["against_region"]}
    ends = estimates.loc[estimates["region"].isin(regions), [*key, *numbers]]
    ends = ends.astype(dict.fromkeys(key, str))
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
    low[bare], high[bare] = survey.mover_interval(first, second)
    return differences.assign(low=low, high=high)
