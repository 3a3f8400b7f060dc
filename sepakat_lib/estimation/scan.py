"""Totals per first-stage unit become estimates with errors, for all regions at once.

With R = Y / X the linearised value of a unit is (Y_psu - R X_psu) / X, and the variance
is that of these values between the units of a stratum: two sums per unit are all that a
ratio, its error and the error of its difference from another group or region need.
Source: Woodruff (1971), doi:10.1080/01621459.1971.10482280; Binder (1983),
doi:10.2307/1402588.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sepakat_lib.estimation.rows import Rows
from sepakat_lib.indicators import Grouping, Indicator
from sepakat_lib.stats import inequality, survey

NATION = "00"


@dataclass(frozen=True)
class Level:
    """A tier of regions that report: which unit and stratum belongs to which.

    `psu` and `stratum` hold the place of each unit's and stratum's region in `regions`,
    or -1 where that region does not report because part of it is not loaded.
    """

    name: str
    regions: np.ndarray
    psu: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True)
class Cell:
    """One indicator over one grouping at one level: (regions, groups) and (psus, groups)."""

    value: np.ndarray
    pull: np.ndarray  # linearised value of each unit; zero outside the level
    total: np.ndarray  # how many the numerator counts; NaN where it counts nothing
    total_pull: np.ndarray
    n: np.ndarray
    population: np.ndarray
    left_out: np.ndarray
    df: np.ndarray  # 0: the group lies in one unit of each stratum, no error is known


class Scan:
    """The design of one round, and the passes over its rows.

    Parameters
    ----------
    rows : rows.Rows
    complete : dict of str to int
        Number of kabupaten that a province ("35") or the nation ("00") has; one that is
        not loaded whole does not report.
    finest : {"kabupaten", "province"}
        The smallest regions that the sample was drawn for; below them none reports.
    """

    def __init__(self, rows: Rows, complete: dict[str, int], finest: str = "kabupaten"):
        self.rows = rows
        self.units = len(rows.region)
        kabupaten = pd.factorize(rows.region)[0]
        self.design = survey.design(
            rows.stratum,
            np.arange(self.units),
            np.ones(self.units),
            lonely="collapse",
            sibling=kabupaten,
        )
        self.by_stratum = np.argsort(self.design.stratum_of_psu, kind="stable")
        ordered = self.design.stratum_of_psu[self.by_stratum]
        self.strata_start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        first = self.by_stratum[self.strata_start]
        self.stratum_region = rows.region[first]
        self.stratum_group = kabupaten[first]
        if not np.array_equal(self.design.psu, np.arange(self.units)):
            raise ValueError("rows must be sorted by region, stratum and unit")
        self.levels = [
            level
            for level in self._levels(complete)
            if len(level.regions)
            and (level.name != "kabupaten" or finest == level.name)
        ]
        self._codes: dict[tuple[str, str, str], np.ndarray] = {}

    def _levels(self, complete) -> Iterator[Level]:
        kabupaten = np.unique(self.rows.region)
        counts = Counter(region[:2] for region in kabupaten) | Counter(
            {NATION: len(kabupaten)}
        )
        for name, digits in (("kabupaten", 4), ("province", 2), ("nation", 0)):
            own = np.array([region[:digits] or NATION for region in self.rows.region])
            whole = np.array(
                [
                    region
                    for region in np.unique(own)
                    if digits == 4 or counts[region] == complete[region]
                ],
                dtype=own.dtype,
            )
            place = {region: i for i, region in enumerate(whole)}
            strata = [
                place.get(region[:digits] or NATION, -1)
                for region in self.stratum_region
            ]
            yield Level(
                name=name,
                regions=whole,
                psu=np.array([place.get(region, -1) for region in own]),
                stratum=np.array(strata),
            )

    def parted(self, by: Grouping) -> bool:
        """Whether any row has a group: without spending there are no fifths."""
        if by.parts:
            return all(self.parted(part) for part in by.parts)
        if by.quantiles:
            return not np.isnan(self.rows.spending).all()
        return bool((self.rows.groups.get(by.name, np.array([-1])) >= 0).any())

    def codes(self, by: Grouping, level: Level, of: str) -> np.ndarray:
        """Group of each household or person row, 0 … k-1; -1 where it has none."""
        key = (by.name, level.name if by.by_level else "", of)
        if key not in self._codes:
            self._codes[key] = self._code(by, level, of)
        return self._codes[key]

    def _code(self, by: Grouping, level: Level, of: str) -> np.ndarray:
        if by.parts:
            first, second = (self.codes(part, level, of) for part in by.parts)
            both = first.astype(np.int16) * len(by.parts[1].groups) + second
            return np.where((first < 0) | (second < 0), np.int16(-1), both)
        if of == "persons" and by.table == "households":
            return self.codes(by, level, "households")[self.rows.household]
        if of != by.table:
            raise ValueError(f"{by.name} parts persons, not {of}")
        if by.quantiles:
            return self._quantile_codes(by.quantiles, level)
        return self.rows.groups[by.name]

    def _quantile_codes(self, k: int, level: Level) -> np.ndarray:
        """Group by spending within each region of the level."""
        rows = self.rows
        codes = np.full(len(rows.psu), -1, np.int8)
        for part in _parts(level.psu[rows.psu], ~np.isnan(rows.spending)):
            weight = rows.weight[part] * rows.size[part]
            ranks = inequality.quantile_groups(rows.spending[part], weight, k)
            codes[part] = ranks - 1
        return codes

    def can(self, indicator: Indicator) -> bool:
        """Whether the rows hold what the indicator needs."""
        if not self.levels:
            return False
        if indicator.kind == "distribution":
            return not np.isnan(self.rows.spending).all()
        if indicator.kind == "tenths":
            return not np.isnan(self.rows.welfare).all()
        return indicator.name in self.rows.values

    def cells(self, indicator: Indicator, by: Grouping) -> list[tuple[Level, Cell]]:
        """The indicator over a grouping, at every level that reports."""
        if indicator.kind == "distribution":
            return [(lv, self._distribution(indicator, by, lv)) for lv in self.levels]
        if indicator.kind == "tenths":
            return [(lv, self._tenths(indicator, lv)) for lv in self.levels]
        if by.by_level:  # the groups differ from level to level, and so do the sums
            return [
                (lv, self._cell(indicator, lv, *self._sums(indicator, by, lv)))
                for lv in self.levels
            ]
        sums = self._sums(indicator, by, self.levels[0])
        return [(lv, self._cell(indicator, lv, *sums)) for lv in self.levels]

    def _sums(
        self, indicator: Indicator, by: Grouping, level: Level
    ) -> list[np.ndarray]:
        """Sums per (unit, group): numerator, denominator, sample, answered, lost.

        Answered and lost count the units that the rows represent, whatever they are
        divided by.
        """
        rows, values = self.rows, self.rows.values[indicator.name]
        numerator, denominator = values.numerator, values.denominator
        unanswered = values.unanswered
        if indicator.table == by.table == "households":
            codes = self.codes(by, level, "households")
            psu, weight = rows.psu, rows.weight
            count = rows.size if indicator.counts == "persons" else 1.0
        else:  # one row a person; what the household has is told of each member
            codes = self.codes(by, level, "persons")
            psu, weight, count = rows.psu_of_person, rows.weight_of_person, 1.0
            if indicator.table == "households":
                numerator = numerator[rows.household]
                unanswered = unanswered[rows.household]
                if denominator is not None:
                    denominator = denominator[rows.household]
        k = len(by.groups)
        valid = np.flatnonzero((codes >= 0) & ~np.isnan(numerator))
        lost = np.flatnonzero((codes >= 0) & unanswered)
        counts = np.broadcast_to(count, codes.shape)
        place, nowhere = (psu[at] * k + codes[at] for at in (valid, lost))
        w = weight[valid] * counts[valid]

        def summed(what, place=place):
            return np.bincount(place, what, self.units * k).reshape(-1, k)

        answered = summed(w)
        plain = denominator is None  # then the sum of weights is the denominator
        return [
            summed(w * numerator[valid]),
            answered if plain else summed(w * denominator[valid]),
            summed(counts[valid]),
            answered,
            summed(weight[lost] * counts[lost], nowhere),
        ]

    def _cell(self, indicator, level, y, x, n, answered, lost) -> Cell:
        total_y, total_n, population, total_lost = (
            _by_region(part, level.psu, len(level.regions))
            for part in (y, n, answered, lost)
        )
        total_x = population
        if x is not answered:
            total_x = _by_region(x, level.psu, len(level.regions))
        with np.errstate(invalid="ignore", divide="ignore"):
            if indicator.kind == "total":
                value, pull = np.where(total_n > 0, total_y, np.nan), y.copy()
            else:
                value = np.where(total_x > 0, total_y / total_x, np.nan)
                pull = (y - value[level.psu] * x) / total_x[level.psu]
            left_out = total_lost / (population + total_lost)
        outside = level.psu < 0
        pull[outside] = 0.0
        counted = y.copy()
        counted[outside] = 0.0
        return Cell(
            value=value,
            pull=np.nan_to_num(pull),
            total=np.where(total_n > 0, total_y, np.nan),
            total_pull=counted,
            n=total_n,
            population=population,
            left_out=np.nan_to_num(left_out),
            df=self._df(n > 0, level, None if x is answered else (y != 0) | (x != 0)),
        )

    def _distribution(self, indicator: Indicator, by: Grouping, level: Level) -> Cell:
        """A measure of the whole distribution of spending, region by region."""
        compute = DISTRIBUTIONS[indicator.statistic]
        return self._statistics(
            level,
            self.codes(by, level, "households"),
            len(by.groups),
            self.rows.spending,
            lambda y, w: [compute(y, w)],
        )

    def _tenths(self, indicator: Indicator, level: Level) -> Cell:
        """Ten statistics of spending over line, region by region."""
        everyone = np.zeros(len(self.rows.psu), np.int8)
        compute = TENTHS[indicator.statistic]
        return self._statistics(
            level, everyone, 1, self.rows.welfare, compute, gives=10
        )

    def _statistics(self, level, codes, k, spending, compute, gives=1) -> Cell:
        """`gives` statistics of each of `k` groups; one of the two is 1."""
        rows = self.rows
        valid = (codes >= 0) & ~np.isnan(spending)
        region = level.psu[rows.psu]
        by_cell: dict[tuple[int, int], tuple] = {}
        for group in range(k):
            for part in _parts(region, valid & (codes == group)):
                weight = rows.weight[part] * rows.size[part]
                results = compute(spending[part], weight)
                by_cell[region[part[0]], group] = (part, weight, results)
        width = k * gives
        shape = (len(level.regions), width)
        value, n, population = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
        pull = np.zeros((self.units, width))
        met = np.zeros((self.units, width), bool)
        for (place, group), (part, weight, results) in by_cell.items():
            for i, result in enumerate(results):
                column = group + i
                value[place, column] = result.value
                n[place, column] = rows.size[part].sum() / len(results)
                population[place, column] = weight.sum() / len(results)
                pull[:, column] += np.bincount(
                    rows.psu[part], weight * result.influence, self.units
                )
                met[rows.psu[part], column] = True
        return Cell(
            value=value,
            pull=pull,
            total=np.full(shape, np.nan),
            total_pull=np.zeros_like(pull),
            n=n,
            population=population,
            left_out=self._left_out(codes, k, ~valid, population, level),
            df=self._df(met, level),
        )

    def _left_out(self, codes, k, unknown, population, level: Level) -> np.ndarray:
        """Share of the people in each group whose spending is not known."""
        lost = np.flatnonzero((codes >= 0) & unknown)
        people = self.rows.weight[lost] * self.rows.size[lost]
        place = self.rows.psu[lost] * k + codes[lost]
        gone = np.bincount(place, people, self.units * k).reshape(-1, k)
        gone = _by_region(gone, level.psu, len(level.regions))
        met = population.reshape(len(gone), k, -1).sum(axis=2)
        share = gone / np.where(met + gone > 0, met + gone, 1.0)
        return np.repeat(share, population.shape[1] // k, axis=1)

    def _df(
        self, met: np.ndarray, level: Level, pulls: np.ndarray | None = None
    ) -> np.ndarray:
        """Units with a member less strata with a member; at 0 no error is known.

        Where those who have any say (`pulls`) in a ratio stand in one unit of each
        stratum, its linearised values cancel there as those of a group do: 0 too.
        """
        units = _by_region(met.astype(float), level.psu, len(level.regions))
        strata = np.logical_or.reduceat(met[self.by_stratum], self.strata_start)
        strata = _by_region(strata.astype(float), level.stratum, len(level.regions))
        if pulls is None:
            return units - strata
        return np.where(self._df(pulls, level) > 0, units - strata, 0.0)

    def variance(self, pull: np.ndarray, level: Level) -> np.ndarray:
        """Variance of each region's value: contributions of its strata, added up."""
        return _by_region(self._contributions(pull), level.stratum, len(level.regions))

    def _contributions(self, pull: np.ndarray) -> np.ndarray:
        return survey.stratum_contributions(
            pull,
            self.design.stratum_of_psu,
            units=self.design.units,
            lonely=self.design.lonely,
            group_of_stratum=self.stratum_group,
        )

    def variance_of_difference(
        self, own: Cell, own_level: Level, other: Cell, other_level: Level
    ):
        """Variance of own - other where each own region lies within another's.

        Strata of the other region outside the own one pull only through the other
        value, those inside through both.
        """
        outside = self._contributions(other.pull)
        inside = self._contributions(own.pull - other.pull)
        whole = _by_region(outside, other_level.stratum, len(other_level.regions))
        part = _by_region(inside - outside, own_level.stratum, len(own_level.regions))
        return whole[containing(own_level, other_level)] + part


def containing(inner: Level, outer: Level) -> np.ndarray:
    """Place in `outer.regions` of the region that contains each of `inner.regions`."""
    digits = {"kabupaten": 4, "province": 2, "nation": 0}[outer.name]
    place = {region: i for i, region in enumerate(outer.regions)}
    return np.array(
        [place.get(region[:digits] or NATION, -1) for region in inner.regions]
    )


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


def _by_region(parts: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """Sum rows of `parts` by the region in `place`; -1 counts nowhere.

    The rows of a region stand together, since units and strata are sorted by region.
    """
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]])
    sums = np.zeros((count, parts.shape[1]))
    reports = place[starts] >= 0
    sums[place[starts][reports]] = np.add.reduceat(parts, starts, axis=0)[reports]
    return sums


def _parts(region: np.ndarray, kept: np.ndarray) -> Iterator[np.ndarray]:
    """Row numbers of each region that reports, among the rows that are kept."""
    rows = np.flatnonzero(kept & (region >= 0))
    if not len(rows):
        return
    order = rows[np.argsort(region[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(region[order])) + 1
    yield from np.split(order, cuts)


DISTRIBUTIONS = {
    "gini": inequality.gini,
    "bottom_40_share": lambda y, w: inequality.quantile_share(y, w, 0.0, 0.4),
}
TENTHS = {"decile_mean": decile_means, "decile_share": decile_shares}
