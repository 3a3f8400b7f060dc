"""From what kabupaten add to the values of regions, their errors and differences.

Of a region that holds kabupaten k, the linearised value of a unit is a u + b x, where
a = 1 / X and b = (R_k - R) / X; so its variance is the sum over the kabupaten of
a² uu + 2ab ux + b² xx, and the covariance of two regions of which one holds the other
the sum of the products over the kabupaten that both hold.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sepakat_lib.estimation.scan import CROSS, Part, own_ratio
from sepakat_lib.indicators import Indicator
from sepakat_lib.stats import survey

NATION = "00"
DIGITS = {"kabupaten": 4, "province": 2, "nation": 0}
ROUNDING = 1e-12  # a variance this small beside its parts is the rounding of 0


@dataclass(frozen=True)
class Tier:
    """Regions of one level that report, and which kabupaten lies in which.

    Attributes
    ----------
    level : {"kabupaten", "province", "nation"}
    regions : (regions,) array of str
    inside : (kabupaten,) array of int
        Place in `regions`; -1 of a kabupaten whose region is not asked for, or does not
        report because part of it is not loaded.
    """

    level: str
    regions: np.ndarray
    inside: np.ndarray


@dataclass(frozen=True)
class Values:
    """One part at one tier: arrays (regions, cells), and (kabupaten, cells) `a`, `b`.

    `third` and `fourth` are the sums of powers of the deviations whose squares add up to
    the variance. `total` counts the numerator; `df` 0 means that the group lies in one unit of each
    stratum, so that no error is known.
    """

    tier: Tier
    value: np.ndarray
    bias: np.ndarray
    variance: np.ndarray
    total: np.ndarray
    total_variance: np.ndarray
    third: np.ndarray
    fourth: np.ndarray
    n: np.ndarray
    population: np.ndarray
    left_out: np.ndarray
    df: np.ndarray
    a: np.ndarray
    b: np.ndarray


def tiers(
    kabupaten: Collection[str],
    complete: dict[str, int],
    finest: str = "kabupaten",
    wanted: Collection[str] | None = None,
) -> list[Tier]:
    """Tiers that report, kabupaten first.

    Parameters
    ----------
    kabupaten : collection of str
        Those that are loaded, sorted.
    complete : dict of str to int
        Number of kabupaten that a province ("35") or the nation ("00") has; one that is
        not loaded whole does not report.
    finest : {"kabupaten", "province"}
        The smallest regions that the sample was drawn for; below them none reports.
    wanted : collection of str, optional
        Regions; default all.
    """
    counts = Counter(region[:2] for region in kabupaten)
    counts[NATION] = len(kabupaten)
    made = []
    for level, digits in DIGITS.items():
        own = np.array([region[:digits] or NATION for region in kabupaten])
        reporting = [
            region
            for region in np.unique(own)
            if (digits == 4 or counts[region] == complete.get(region))
            and (wanted is None or region in wanted)
        ]
        if reporting and (level != "kabupaten" or finest == level):
            place = {region: i for i, region in enumerate(reporting)}
            inside = np.array([place.get(region, -1) for region in own])
            made.append(Tier(level, np.array(reporting), inside))
    return made


def valued(part: Part, tier: Tier, catalogue: dict[str, Indicator]) -> Values:
    """Values of a part's cells in the regions of a tier, with their variances."""
    sums = part.sums[tier.level]
    whole = {name: _added(tier, sums[name]) for name in (*SUMMED, "df", "pull_df")}
    indicators = [catalogue[name] for name in part.cells["indicator"]]
    total = np.array([one.kind == "total" for one in indicators], bool)
    ratio = own_ratio(sums["y"], sums["x"], total)
    inside = np.maximum(tier.inside, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if "value" in sums:
            held = np.array(
                [np.flatnonzero(tier.inside == i)[0] for i in range(len(tier.regions))]
            )
            value, bias = sums["value"][held], sums["bias"][held]
            a, b = np.ones_like(sums["uu"]), np.zeros_like(sums["uu"])
        else:
            plain = np.where(whole["x"] > 0, whole["y"] / whole["x"], np.nan)
            bias = np.full_like(plain, np.nan)
            value = np.where(total, np.where(whole["n"] > 0, whole["y"], np.nan), plain)
            one = np.where(total, 1.0, np.where(whole["x"] > 0, 1 / whole["x"], 0.0))
            a = one[inside]
            b = (ratio - np.where(total, 0.0, np.nan_to_num(value))[inside]) * a
        left_out = whole["lost"] / (whole["answered"] + whole["lost"])
    variance = a**2 * sums["uu"] + 2 * a * b * sums["ux"] + b**2 * sums["xx"]
    counted = sums["uu"] + 2 * ratio * sums["ux"] + ratio**2 * sums["xx"]
    return Values(
        tier=tier,
        value=value,
        bias=bias,
        variance=np.maximum(_added(tier, variance), 0.0),
        total=np.where(whole["n"] > 0, whole["y"], np.nan),
        total_variance=np.maximum(_added(tier, counted), 0.0),
        third=_added(tier, a**3 * sums["uuu"]),
        fourth=_added(tier, a**4 * sums["uuuu"]),
        n=whole["n"],
        population=whole["answered"],
        left_out=np.nan_to_num(left_out),
        df=np.where(whole["pull_df"] > 0, whole["df"], 0.0),
        a=a,
        b=b,
    )


SUMMED = ("y", "x", "n", "answered", "lost")


def _added(tier: Tier, values: np.ndarray) -> np.ndarray:
    """Add up kabupaten by the region that holds them."""
    if tier.level == "kabupaten":
        return values[tier.inside >= 0]
    held = tier.inside >= 0
    return survey.sum_by(tier.inside[held], values[held], len(tier.regions))


def holding(inner: Tier, outer: Tier) -> np.ndarray:
    """Place in `outer.regions` of the region that holds each of `inner.regions`, or -1."""
    place = {region: i for i, region in enumerate(outer.regions)}
    digits = DIGITS[outer.level]
    names = [region[:digits] or NATION for region in inner.regions]
    return np.array([place.get(name, -1) for name in names])


def between(
    part: Part, inner: Values, outer: Values, chosen: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """Variance of inner regions' values less those of the regions that hold them.

    Parameters
    ----------
    part : Part
    inner, outer : Values
    chosen : (n,) array of int, optional
        Places of the inner regions. Default all.

    Returns
    -------
    (n, cells) array
        Of regions that none holds anything.
    """
    sums = part.between[inner.tier.level, outer.tier.level]
    place = np.full(len(inner.tier.regions), -1)
    place[chosen] = np.arange(len(place[chosen]))
    inside = np.where(inner.tier.inside >= 0, place[inner.tier.inside], -1)
    held = inside >= 0
    ends = [(values.a[held], values.b[held]) for values in (inner, outer)]
    products = _product({name: sums[name][held] for name in CROSS}, *ends)
    covariance = survey.sum_by(inside[held], products, len(place[chosen]))
    at = np.maximum(holding(inner.tier, outer.tier), 0)[chosen]
    return _less(inner.variance[chosen], outer.variance[at], covariance)


def of_extremes(
    part: Part, values: Values
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells that are told from their pair, those pairs, and the variance of the difference."""
    first = np.flatnonzero(part.cells["pair"].to_numpy(int) >= 0)
    second = part.cells["pair"].to_numpy(int)[first]
    sums = part.sums[values.tier.level]
    pairs = {name: sums[f"{name}_of_pair"][:, first] for name in CROSS}
    ends = [(values.a[:, place], values.b[:, place]) for place in (first, second)]
    product = _product(pairs, *ends)
    covariance = _added(values.tier, product)
    variances = values.variance[:, first], values.variance[:, second]
    return first, second, _less(*variances, covariance)


def _product(sums: dict, first: tuple, second: tuple) -> np.ndarray:
    """Covariance in each kabupaten of two linear combinations of u and x."""
    (a, b), (c, d) = first, second
    return (
        a * c * sums["uu"]
        + a * d * sums["ux"]
        + b * c * sums["xu"]
        + b * d * sums["xx"]
    )


def _less(one: np.ndarray, other: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Variance of a difference; of two values that are the same thing 0."""
    variance = one + other - 2 * covariance
    return np.where(variance <= ROUNDING * (one + other), 0.0, variance)
