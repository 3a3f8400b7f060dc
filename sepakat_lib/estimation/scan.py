"""From rows to what each kabupaten adds to any region's estimate.

With R = Y / X the linearised value of a unit is (Y_psu - R X_psu) / X, and the variance
is that of these values between the units of a stratum. Let R_k be the kabupaten's own
ratio and u = y - R_k x. A region that holds the kabupaten has y - R x = u + (R_k - R) x,
so that all it needs of the kabupaten are its sums and three sums of products between the
units of its strata: uu, ux and xx. No region's rows are read again for another's sake.
Third and fourth powers, which shape the interval and not the error, are kept of u alone:
what lies between kabupaten is left out of them, and counts where a region has many units.
Source: Woodruff (1971), doi:10.1080/01621459.1971.10482280; Binder (1983),
doi:10.2307/1402588.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sepakat_lib.estimation.rows import Rows
from sepakat_lib.indicators import GROUPINGS, Grouping, Indicator
from sepakat_lib.stats import inequality, survey

MOMENTS = ("uuu", "uuuu")  # of the own ratio's deviations alone
SUMS = (
    *("y", "x", "n", "answered", "lost", "df", "pull_df", "uu", "ux", "xx"),
    *MOMENTS,
)
CROSS = ("uu", "ux", "xu", "xx")  # of two sets of units' values, the first one's first
OF_EXTREMES = tuple(f"{name}_of_pair" for name in CROSS)
COMPUTED = ("ratio", "total")
AXIS = ["indicator", "grouping", "group"]


class Units:
    """The first-stage units of some kabupaten, sorted by region and stratum.

    Attributes
    ----------
    region, stratum : (units,) arrays of str
    regions : (kabupaten,) array of str
        Sorted.
    kabupaten : (units,) array of int
        Place in `regions` of each unit's.
    design : survey.Design
        One row a unit; lonely strata are merged inside their kabupaten.
    """

    def __init__(self, region: np.ndarray, stratum: np.ndarray):
        self.region, self.stratum = region, stratum
        self.regions, self.kabupaten = np.unique(region, return_inverse=True)
        if (np.diff(self.kabupaten) < 0).any():
            raise ValueError("units must be sorted by region")
        self.starts = np.flatnonzero(np.diff(self.kabupaten, prepend=-1))
        self.design = survey.design(
            stratum,
            np.arange(len(region)),
            np.ones(len(region)),
            lonely="collapse",
            sibling=self.kabupaten,
        )
        self.kabupaten_of_stratum = np.empty(len(self.design.units), np.intp)
        self.kabupaten_of_stratum[self.design.stratum_of_psu] = self.kabupaten

    def __len__(self) -> int:
        return len(self.region)

    def by_kabupaten(self, values: np.ndarray) -> np.ndarray:
        """Add up an array of units, along its first axis."""
        return np.add.reduceat(values, self.starts, axis=0)

    def deviations(self, values: np.ndarray) -> np.ndarray:
        """Deviations whose products add up to variances; any shape behind the units."""
        columns = values.reshape(len(self), -1)
        away = survey.deviations(columns, self.design, self.kabupaten_of_stratum)
        return away.reshape(values.shape)

    def df(self, met: np.ndarray) -> np.ndarray:
        """Units with a member less strata with a member, of each kabupaten."""
        columns = met.reshape(len(self), -1).astype(float)
        of_stratum = self.design.stratum_of_psu
        strata = survey.sum_by(of_stratum, columns, len(self.design.units)) > 0
        strata = survey.sum_by(
            self.kabupaten_of_stratum, strata.astype(float), len(self.regions)
        )
        df = self.by_kabupaten(columns) - strata
        return df.reshape(len(self.regions), *met.shape[1:])


class Answers(NamedTuple):
    """What each household, or person, adds to one indicator; 0 where it did not answer.

    Attributes
    ----------
    numerator : array
    denominator : array or None
        None where every unit counts as one.
    answered, unanswered : array
        Units, persons or households, that answered, and that did not.
    sampled : array
        Answers: of what is a fact of the household one, however many live in it.
    """

    numerator: np.ndarray
    denominator: np.ndarray | None
    answered: np.ndarray
    unanswered: np.ndarray
    sampled: np.ndarray


@dataclass(frozen=True)
class Households:
    """What each household adds to each indicator; it serves any grouping of households.

    Attributes
    ----------
    units : Units
    psu : (households,) array of int
    size, weight, spending, welfare : (households,) arrays
    groups : dict of str to array
        Codes of the groupings that measures of the whole distribution are told by.
    values : dict of str to Answers
        By indicator.
    """

    units: Units
    psu: np.ndarray
    size: np.ndarray
    weight: np.ndarray
    spending: np.ndarray
    welfare: np.ndarray
    groups: dict[str, np.ndarray]
    values: dict[str, Answers]


@dataclass(frozen=True)
class Part:
    """Sums of some cells, and products between the units, for each kabupaten.

    Attributes
    ----------
    cells : DataFrame
        One row a cell: ``indicator``, ``grouping``, ``group``, ``pair`` (row of the
        group that its difference is told from, else -1), ``value`` as below.
    sums : dict of str to dict
        By level: arrays (kabupaten, cells) of `SUMS` and `OF_EXTREMES`; of a measure
        of the whole distribution ``value`` and ``bias`` too, those of the level's
        region. Where groups do not depend on the level, the levels share one dict.
    between : dict of (str, str) to dict
        By two levels, the inner one first: arrays of `CROSS`.
    """

    cells: pd.DataFrame
    sums: dict[str, dict[str, np.ndarray]]
    between: dict[tuple[str, str], dict[str, np.ndarray]]


def households(rows: Rows, indicators: Iterable[Indicator]) -> Households:
    """Add up what the members of each household add to the indicators."""
    values = {}
    count = len(rows.psu)

    def added(values: np.ndarray) -> np.ndarray:
        return np.bincount(rows.household, values, count)

    for indicator in indicators:
        if indicator.name not in rows.values:
            continue
        own = _plain(rows.values[indicator.name])
        if indicator.table == "persons":
            own = Answers(*(None if one is None else added(one) for one in own))
        elif indicator.counts == "persons":
            by_size = (None if one is None else one * rows.size for one in own)
            own = Answers(*by_size)._replace(sampled=own.sampled)
        values[indicator.name] = own
    return Households(
        units=Units(rows.region, rows.stratum),
        psu=rows.psu,
        size=rows.size,
        weight=rows.weight,
        spending=rows.spending,
        welfare=rows.welfare,
        groups={
            name: rows.groups[name] for name in ("all", "area") if name in rows.groups
        },
        values=values,
    )


def _plain(values) -> Answers:
    """What each unit adds: 0 where it gave no answer."""
    answered = ~np.isnan(values.numerator)
    denominator = values.denominator
    if denominator is not None:
        denominator = np.where(answered, np.nan_to_num(denominator), 0.0)
    return Answers(
        numerator=np.where(answered, values.numerator, 0.0),
        denominator=denominator,
        answered=answered.astype(float),
        unanswered=values.unanswered.astype(float),
        sampled=answered.astype(float),
    )


def fixed(
    rows: Rows,
    homes: Households,
    indicators: list[Indicator],
    by_indicator: dict[str, list[Grouping]],
) -> Part:
    """Sums of the groups that are the same whichever region reports.

    Parameters
    ----------
    rows : Rows
    homes : Households
        Of the same rows.
    indicators : list of Indicator
    by_indicator : dict of str to list of Grouping
        What each is told by. Quantiles among them are those of all the rows: for one
        region alone.
    """
    asked: dict[str, tuple[Grouping, list[Indicator]]] = {}
    for indicator in indicators:
        if indicator.name in homes.values:
            for by in by_indicator[indicator.name]:
                if not _parted(rows, by):
                    continue
                asked.setdefault(by.name, (by, []))[1].append(indicator)
    plain = {
        one.name: _plain(rows.values[one.name])
        for one in indicators
        if one.name in rows.values
    }
    blocks = []
    for by, declared in asked.values():
        if by.table == "households":
            codes = codes_of(rows, by, "households")
            blocks.append(
                (by, declared, _by_households(homes, declared, len(by.groups), codes))
            )
        else:
            codes = codes_of(rows, by, "persons")
            blocks.append(
                (
                    by,
                    declared,
                    _by_persons(rows, plain, declared, len(by.groups), codes),
                )
            )
    cells, sums = [], []
    for by, declared, raw in blocks:
        made, _ = _reduced(homes.units, declared, by, raw)
        cells.append(_axis(declared, by))
        sums.append(made)
    return _one_for_all_levels(cells, sums, len(homes.units.regions))


def _parted(rows: Rows, by: Grouping) -> bool:
    """Whether the rows can be parted so: without spending there are no fifths."""
    if by.parts:
        return all(_parted(rows, part) for part in by.parts)
    if by.quantiles:
        return not np.isnan(rows.spending).all()
    return bool((rows.groups.get(by.name, np.array([-1])) >= 0).any())


def _one_for_all_levels(cells, sums, count: int) -> Part:
    whole = {
        name: np.hstack([part[name] for part in sums] or [np.zeros((count, 0))])
        for name in (*SUMS, *OF_EXTREMES)
    }
    return shared(stacked_axes(cells), whole)


def shared(cells: pd.DataFrame, sums: dict) -> Part:
    """A part whose sums serve every level."""
    between = {"uu": sums["uu"], "ux": sums["ux"], "xu": sums["ux"], "xx": sums["xx"]}
    return Part(
        cells,
        dict.fromkeys(LEVELS, sums),
        dict.fromkeys(PAIRS, between),
    )


LEVELS = ("kabupaten", "province", "nation")
PAIRS = (("kabupaten", "province"), ("kabupaten", "nation"), ("province", "nation"))


def _axis(declared: list[Indicator], by: Grouping) -> pd.DataFrame:
    """Cells of one grouping: groups one after another, in each the indicators."""
    k, width = len(by.groups), len(declared)
    pair = np.full(k * width, -1)
    if by.extremes:
        a, b = (by.groups.index(group) for group in by.extremes)
        pair[a * width : (a + 1) * width] = np.arange(b * width, (b + 1) * width)
    names = [indicator.name for indicator in declared]
    return pd.DataFrame(
        {
            "indicator": names * k,
            "grouping": by.name,
            "group": np.repeat(np.array(by.groups, object), width),
            "pair": pair,
        }
    )


def stacked_axes(cells: list[pd.DataFrame]) -> pd.DataFrame:
    """Axes one behind the other, with the places of pairs moved along."""
    moved, before = [], 0
    for axis in cells:
        pair = axis["pair"].to_numpy()
        moved.append(axis.assign(pair=np.where(pair < 0, -1, pair + before)))
        before += len(axis)
    empty = pd.DataFrame(columns=[*AXIS, "pair"])
    return pd.concat(moved, ignore_index=True) if moved else empty


def codes_of(rows: Rows, by: Grouping, of: str) -> np.ndarray:
    """Group of each household or person row, 0 … k-1; -1 where it has none."""
    if by.parts:
        first, second = (codes_of(rows, part, of) for part in by.parts)
        both = first.astype(np.int16) * len(by.parts[1].groups) + second
        return np.where((first < 0) | (second < 0), np.int16(-1), both)
    if of == "persons" and by.table == "households":
        return codes_of(rows, by, "households")[rows.household]
    if of != by.table:
        raise ValueError(f"{by.name} parts persons, not {of}")
    if by.quantiles:
        everywhere = np.zeros(len(rows.psu), np.intp)
        people = rows.weight * rows.size
        return quantile_codes(rows.spending, people, everywhere, by)
    return rows.groups[by.name]


def quantile_codes(spending, people, region, by: Grouping) -> np.ndarray:
    """Group by spending within each region; -1 where a household is in none.

    Parameters
    ----------
    spending : (households,) array
        Missing where it is not known.
    people : (households,) array
        Persons represented.
    region : (households,) array of int
        -1 for a region that does not report.
    by : Grouping
        Of quantiles.
    """
    codes, k = np.full(len(spending), -1, np.int8), by.quantiles
    for part in parts_of(region, ~np.isnan(spending)):
        codes[part] = inequality.quantile_groups(spending[part], people[part], k) - 1
    if by.first:
        return np.where(codes < 0, codes, codes >= by.first).astype(np.int8)
    return codes


def parts_of(region: np.ndarray, kept: np.ndarray):
    """Row numbers of each region that reports, among the rows that are kept."""
    rows = np.flatnonzero(kept & (region >= 0))
    if len(rows):
        order = rows[np.argsort(region[rows], kind="stable")]
        yield from np.split(order, np.flatnonzero(np.diff(region[order])) + 1)


def _matrix(place, column, data, shape) -> sparse.csr_array:
    return sparse.csr_array((data, (place, column)), shape=shape)


def _by_households(homes: Households, declared, k: int, codes) -> dict[str, np.ndarray]:
    """Sums per (unit, group, indicator) where whole households have a group."""
    has = np.flatnonzero(codes >= 0)
    place = homes.psu[has] * k + codes[has]
    shape = (len(homes.units) * k, len(codes))
    weighted = _matrix(place, has, homes.weight[has], shape)
    counted = _matrix(place, has, np.ones(len(has)), shape)
    values = [homes.values[indicator.name] for indicator in declared]
    return _summed(values, len(homes.units), k, weighted, counted)


def _by_persons(rows: Rows, plain, declared, k: int, codes) -> dict[str, np.ndarray]:
    """The same where members of one household may differ."""
    has = np.flatnonzero(codes >= 0)
    units = len(rows.region)
    place = rows.psu_of_person[has] * k + codes[has]
    ones = np.ones(len(has))
    made = {}
    for table, column, count in (
        ("persons", has, len(codes)),
        ("households", rows.household[has], len(rows.psu)),
    ):
        chosen = [i for i, indicator in enumerate(declared) if indicator.table == table]
        if not chosen:
            continue
        shape = (units * k, count)
        weighted = _matrix(place, column, rows.weight_of_person[has], shape)
        counted = _matrix(place, column, ones, shape)
        if table == "households":  # one answer, however many of its members are here
            counted.data[:] = 1.0
        values = [plain[declared[i].name] for i in chosen]
        for name, sums in _summed(values, units, k, weighted, counted).items():
            whole = made.setdefault(name, np.zeros((units, k, len(declared))))
            whole[:, :, chosen] = sums
    return made


def _summed(values, units: int, k: int, weighted, counted) -> dict[str, np.ndarray]:
    """Sums by the rows of two matrices: (units, groups, indicators) each."""

    def by_unit(matrix, columns) -> np.ndarray:
        # one by one: a matrix of all columns side by side would cost more to lay out
        summed = np.zeros((len(columns), units * k))
        for i, column in enumerate(columns):
            if column.any():
                summed[i] = matrix @ column
        return summed.T.reshape(units, k, -1)

    y, x, answered, unanswered, sampled = zip(*values, strict=True)
    answered = by_unit(weighted, answered)
    divided = answered
    own = [i for i, one in enumerate(x) if one is not None]
    if own:
        divided = answered.copy()
        divided[:, :, own] = by_unit(weighted, [x[i] for i in own])
    return {
        "y": by_unit(weighted, y),
        "x": divided,
        "n": by_unit(counted, sampled),
        "answered": answered,
        "lost": by_unit(weighted, unanswered),
    }


def _reduced(units: Units, declared, by: Grouping, raw) -> tuple[dict, tuple]:
    """Sums of each kabupaten, its products, and the deviations that made them."""
    sums = {name: units.by_kabupaten(values) for name, values in raw.items()}
    total = np.array([indicator.kind == "total" for indicator in declared])
    ratio = own_ratio(sums["y"], sums["x"], total)
    u = units.deviations(raw["y"] - ratio[units.kabupaten] * raw["x"])
    x = units.deviations(raw["x"])
    for name, (left, right) in {"uu": (u, u), "ux": (u, x), "xx": (x, x)}.items():
        sums[name] = units.by_kabupaten(left * right)
    sums |= _moments(units, u)
    sums["df"] = units.df(raw["n"] > 0)
    sums["pull_df"] = sums["df"]
    own = [i for i, indicator in enumerate(declared) if not indicator.bounded]
    if own:
        y, divided = (raw[name][:, :, own] for name in ("y", "x"))
        sums["pull_df"] = sums["df"].copy()
        sums["pull_df"][:, :, own] = units.df((y != 0) | (divided != 0))
    pairs = dict.fromkeys(OF_EXTREMES)
    for name in OF_EXTREMES:
        pairs[name] = np.zeros_like(sums["uu"])
    if by.extremes:
        a, b = (by.groups.index(group) for group in by.extremes)
        crossed = products(units, (u[:, a], x[:, a]), (u[:, b], x[:, b]))
        for name, values in crossed.items():
            pairs[f"{name}_of_pair"][:, a] = values
    flat = {
        name: values.reshape(len(units.regions), -1)
        for name, values in (sums | pairs).items()
    }
    return flat, (u, x)


def _moments(units: Units, away: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of third and fourth powers of deviations, by kabupaten."""
    squares = away**2
    return {
        "uuu": units.by_kabupaten(squares * away),
        "uuuu": units.by_kabupaten(squares * squares),
    }


def own_ratio(y: np.ndarray, x: np.ndarray, total=False) -> np.ndarray:
    """Ratio of each kabupaten itself; 0 of a total, and where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((x > 0) & ~np.asarray(total), y / x, 0.0)


def products(units: Units, first: tuple, second: tuple) -> dict[str, np.ndarray]:
    """Sums of products of two pairs of deviations, by kabupaten."""
    return {
        a + b: units.by_kabupaten(left * right)
        for a, left in zip("ux", first, strict=True)
        for b, right in zip("ux", second, strict=True)
    }


def by_level(
    homes: Households,
    indicators: list[Indicator],
    codes: dict[str, dict[str, np.ndarray]],
) -> Part:
    """Sums of the groups that depend on the region that reports: quantiles.

    Parameters
    ----------
    homes : Households
    indicators : list of Indicator
    codes : dict of dict
        By level and grouping: code of each household. Levels that nobody asks for are
        left out.
    """
    levels = [level for level in LEVELS if level in codes]
    cells, sums = [], {level: [] for level in levels}
    between = {pair: [] for pair in PAIRS if set(pair) <= set(levels)}
    for by in (by for by in GROUPINGS if by.quantiles):
        declared = [
            indicator
            for indicator in indicators
            if indicator.name in homes.values and by.name in indicator.groupings
        ]
        if not declared:
            continue
        cells.append(_axis(declared, by))
        away = {}
        for level in levels:
            raw = _by_households(homes, declared, len(by.groups), codes[level][by.name])
            made, away[level] = _reduced(homes.units, declared, by, raw)
            sums[level].append(made)
        for inner, outer in between:
            crossed = products(homes.units, away[inner], away[outer])
            flat = {
                name: values.reshape(len(values), -1)
                for name, values in crossed.items()
            }
            between[inner, outer].append(flat)
    count = len(homes.units.regions)
    return Part(
        stacked_axes(cells),
        {
            level: _beside(made, (*SUMS, *OF_EXTREMES), count)
            for level, made in sums.items()
        },
        {pair: _beside(made, CROSS, count) for pair, made in between.items()},
    )


def _beside(parts: list[dict], names, count: int) -> dict[str, np.ndarray]:
    nothing = [np.zeros((count, 0))]
    return {
        name: np.hstack([part[name] for part in parts] or nothing) for name in names
    }


def statistics(
    homes: Households,
    indicators: list[Indicator],
    by_indicator: dict[str, list[Grouping]],
    regions: dict[str, np.ndarray],
) -> Part:
    """Measures of the whole distribution, whose influences depend on the region.

    Parameters
    ----------
    homes : Households
    indicators : list of Indicator
        Those of kind distribution or tenths are computed.
    by_indicator : dict of str to list of Grouping
        What each is told by; the groups' codes stand in `homes`.
    regions : dict of str to (kabupaten,) array of int
        By level: the region that each kabupaten lies in, -1 for one that does not report.
    """
    units = homes.units
    cells, pulls = [], {level: [] for level in regions}
    sums = {level: [] for level in regions}
    for indicator in indicators:
        for by in by_indicator[indicator.name] if indicator.kind in NEEDS else ():
            gives = len(by.groups) if indicator.kind == "tenths" else 1
            axis = _axis([indicator], by)
            if indicator.kind == "tenths":
                axis["pair"] = -1
            cells.append(axis)
            k = len(by.groups) // gives
            codes = (
                homes.groups[by.name] if gives == 1 else np.zeros(len(homes.psu), int)
            )
            for level, of_kabupaten in regions.items():
                region = of_kabupaten[units.kabupaten]
                made, pull = _statistic(homes, region, codes, k, gives, indicator)
                away = units.deviations(pull)
                made["uu"] = units.by_kabupaten(away**2)
                made |= _moments(units, away)
                nothing = np.zeros_like(made["uu"])
                made |= {"x": nothing + 1, "ux": nothing, "xx": nothing}
                made |= {name: nothing.copy() for name in OF_EXTREMES}
                if by.extremes and gives == 1:
                    a, b = (by.groups.index(group) for group in by.extremes)
                    crossed = units.by_kabupaten(away[:, a] * away[:, b])
                    made["uu_of_pair"][:, a] = crossed
                sums[level].append(made)
                pulls[level].append(away)
    count = len(units.regions)
    names = (*SUMS, *OF_EXTREMES, "value", "bias")
    between = {}
    for inner, outer in PAIRS:
        if {inner, outer} <= set(regions):
            both = zip(pulls[inner], pulls[outer], strict=True)
            uu = [units.by_kabupaten(left * right) for left, right in both]
            uu = np.hstack(uu or [np.zeros((count, 0))])
            between[inner, outer] = {"uu": uu} | dict.fromkeys(
                CROSS[1:], np.zeros_like(uu)
            )
    return Part(
        stacked_axes(cells),
        {level: _beside(made, names, count) for level, made in sums.items()},
        between,
    )


def _statistic(homes, region, codes, k, gives, indicator):
    """`gives` statistics of each of `k` groups of each region; one of the two is 1."""
    units, spending = homes.units, getattr(homes, NEEDS[indicator.kind])
    compute, bias_of = MEASURES[indicator.statistic], BIASES.get(indicator.statistic)
    valid = (codes >= 0) & ~np.isnan(spending)
    people = homes.weight * homes.size
    width, count = k * gives, len(units.regions)
    of_household = region[homes.psu]
    pull, met = np.zeros((len(units), width)), np.zeros((len(units), width), bool)
    value, bias = (np.full((len(units), width), np.nan) for _ in range(2))
    for group in range(k):
        for part in parts_of(of_household, valid & (codes == group)):
            inside = region == of_household[part[0]]
            for i, result in enumerate(compute(spending[part], people[part])):
                weighted = people[part] * result.influence
                pull[:, group + i] += np.bincount(homes.psu[part], weighted, len(units))
                met[homes.psu[part], group + i] = True
                value[inside, group + i] = result.value
            if bias_of:
                rows = spending[part], people[part], homes.psu[part]
                bias[inside, group] = bias_of(*rows)
    sums = {"value": value[units.starts], "bias": bias[units.starts]}
    sums["df"] = sums["pull_df"] = units.df(met)
    kabupaten = units.kabupaten[homes.psu]
    for name, rows, counts in (
        ("n", valid, np.ones(len(homes.size))),
        ("answered", valid, people),
        ("lost", (codes >= 0) & ~valid, people),
    ):
        table = np.zeros((count, k))
        np.add.at(table, (kabupaten[rows], codes[rows]), counts[rows])
        sums[name] = np.repeat(table / gives, gives, axis=1)
    sums["y"] = sums["answered"]
    return sums, pull


def decile_means(spending, weight) -> list[survey.Statistic]:
    """Mean of each tenth of the people, rows on the boundaries divided."""
    people = survey.combine([0.1], [survey.total(np.ones(len(weight)), weight)])
    edges = inequality.amounts_below(spending, weight, np.arange(11) / 10)
    return [
        survey.ratio_of(survey.difference(upper, lower), people)
        for lower, upper in pairwise(edges)
    ]


def decile_shares(spending, weight) -> list[survey.Statistic]:
    """Mean of each tenth over the mean of all, times one tenth: its share."""
    edges = inequality.amounts_below(spending, weight, np.arange(11) / 10)
    return [
        survey.ratio_of(survey.difference(upper, lower), edges[-1])
        for lower, upper in pairwise(edges)
    ]


NEEDS = {"distribution": "spending", "tenths": "welfare"}
MEASURES = {
    "gini": lambda y, w: [inequality.gini(y, w)],
    "bottom_40_share": lambda y, w: [inequality.quantile_share(y, w, 0.0, 0.4)],
    "decile_mean": decile_means,
    "decile_share": decile_shares,
}
BIASES = {"gini": inequality.gini_bias}  # of those that a small sample makes too low
