"""The invented sample: which households stand where, and how many each represents.

Two stages as in Susenas: blocks (PSU) of ten households in strata of kabupaten × urban
× two halves of block welfare. Households per kabupaten go with the square root of its
population. A kabupaten of few people per km² has one to three urban blocks, a kota two
or three rural ones: there a group has few degrees of freedom, or none. Nothing here
depends on which kabupaten are asked for.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

NATION = 345_000  # households of a March round
FEWEST, MOST = 400, 1_200  # in a kabupaten
BLOCK = 10  # households
SLOTS = 2_000  # keys kept for a kabupaten, so that no two share one

# Members 1 to 10 of a household: 3.6 on average.
SIZES = np.array([9.0, 17.2, 23.5, 24.3, 14.4, 6.8, 2.8, 1.2, 0.5, 0.3]) / 100

# Latent welfare: how much lies between blocks (which sets the design effect), what
# urban life adds and what each doubling of the members takes.
BETWEEN_BLOCKS, URBAN, DOUBLING = 0.10, 0.25, 0.18

# Urban share of blocks where no source gives it: kota, and else by persons per km².
URBAN_KOTA, URBAN_BOUNDS = 0.95, (0.03, 0.95)
URBAN_HALF, URBAN_STEEPNESS = 550.0, 1.1  # density of half urban; logit per e-fold


class Sample(NamedTuple):
    """Households of one kabupaten, in the order of their blocks."""

    urut: np.ndarray
    block: np.ndarray
    place: np.ndarray
    urban: np.ndarray
    stratum: np.ndarray
    size: np.ndarray
    weight: np.ndarray
    latent: np.ndarray


def households(population: pd.Series) -> pd.Series:
    """Sampled households of each kabupaten, in whole blocks.

    Parameters
    ----------
    population : Series
        Persons of *all* kabupaten, so that the sum is the nation's.

    Returns
    -------
    Series
        From FEWEST to MOST; the sum is within a block a kabupaten of NATION, as far as
        the bounds allow.

    >>> households(pd.Series({"a": 9e4, "b": 4e6, "c": 1e8})).to_dict()
    {'a': 1200, 'b': 1200, 'c': 1200}
    """
    root = np.sqrt(population)
    low, high = 0.0, NATION / root.min()
    for _ in range(60):
        scale = (low + high) / 2
        blocks = (scale * root).clip(FEWEST, MOST) // BLOCK
        low, high = (scale, high) if blocks.sum() * BLOCK < NATION else (low, scale)
    return (blocks * BLOCK).astype(int)


def urban_share(kind: pd.Series, population: pd.Series, area_km2: pd.Series):
    """Invented share of urban blocks: a smooth function of density, more in a kota.

    Parameters
    ----------
    kind : Series of {"kabupaten", "kota"}
    population : Series
        [persons]
    area_km2 : Series
        Where it is missing the kabupaten counts as of middling density.

    >>> one = pd.Series([1.0])
    >>> float(urban_share(pd.Series(["kabupaten"]), 550 * one, one).iloc[0])
    0.5
    """
    density = population / area_km2
    density = density.fillna(density.median())
    by_density = 1 / (1 + (density / URBAN_HALF) ** -URBAN_STEEPNESS)
    return by_density.clip(*URBAN_BOUNDS).where(kind != "kota", URBAN_KOTA)


def sample(rng, rank: int, count: int, urban: float) -> Sample:
    """Draw the households of one kabupaten.

    Parameters
    ----------
    rng : numpy.random.Generator
    rank : int
        The kabupaten's place among all by code; gives the keys.
    count : int
        Households, a multiple of BLOCK and at least 80.
    urban : float
        Share of urban blocks; each class gets one block at least. Where it gets no more
        than three, a stratum of it has a single block, as in real rounds.
    """
    blocks = count // BLOCK
    towns = int(np.clip(round(urban * blocks), 1, blocks - 1))
    in_town = np.arange(blocks) < towns
    wealth = rng.normal(size=blocks)
    stratum = 2 * (1 - in_town) + _upper_half(in_town, wealth, rng) + 1
    load = np.exp(rng.normal(0, 0.25, blocks))
    block = np.repeat(np.arange(blocks), BLOCK)
    size = rng.choice(len(SIZES), count, p=SIZES / SIZES.sum()) + 1
    size[0] = 1  # one household of one, to take what rounding of the weights leaves
    within = np.sqrt(1 - BETWEEN_BLOCKS) * rng.normal(size=count)
    latent = np.sqrt(BETWEEN_BLOCKS) * wealth[block] + within
    latent += URBAN * in_town[block] - DOUBLING * np.log2(size / 3.6)
    return Sample(
        urut=rank * SLOTS + np.arange(1, count + 1),
        block=block + 1,
        place=np.arange(count) % BLOCK + 1,
        urban=in_town[block],
        stratum=stratum[block],
        size=size,
        weight=load[block] * np.exp(rng.normal(0, 0.10, count)),
        latent=latent,
    )


def _upper_half(in_town, wealth, rng):
    """Mark the halves by the wealth a census would see: not the true one."""
    seen = wealth + rng.normal(0, 0.7, len(wealth))
    upper = np.zeros(len(wealth), int)
    for group in (in_town, ~in_town):
        upper[group] = seen[group] >= np.median(seen[group])
    return upper
