"""What the marks are worth: small clustered domains drawn from a known population.

    python benchmarks/small_domains.py [samples]

Of invented populations, whose true values are counted, samples are drawn as Susenas
draws them: blocks of ten households in strata. A domain lives in one to twenty of the
sampled blocks, as the towns of a rural kabupaten (whole blocks) or as people of one
trade (some households of a block, many of one, few of another). Each sample goes
through the scan, its intervals and `disclosure.publish`. Printed is, by measure, what
share of the domains is shown without a mark, with "*", with "**" or hidden, and how
often the 95 percent interval of those that are shown holds the true value.
"""

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd
from coverage import estimated  # benchmarks/coverage.py

from sepakat_lib import disclosure
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue
from sepakat_lib.stats import inequality

MEASURES = {
    "p0": "P0",
    "poor_persons": "number of poor",
    "years_of_schooling": "a mean",
    "gini": "Gini",
    "p1": "P1",
    "p2": "P2",
}
BLOCKS, HOMES, TAKEN, OTHERS = (
    400,
    90,
    10,
    8,
)  # of a population; of a block; of a sample
MOST = 20  # sampled blocks with a member


class Population(NamedTuple):
    """Blocks of one invented kabupaten: (blocks, homes) arrays, and a block's weight."""

    name: str
    welfare: np.ndarray
    schooling: np.ndarray
    size: np.ndarray
    member: np.ndarray
    stratum: np.ndarray
    homes: np.ndarray  # households that each block has


def population(rng, name: str, between: float, middle: float, thin: bool) -> Population:
    """Invent blocks; `between` is the share of the spread that lies between them."""
    shape = (BLOCKS, HOMES)
    wealth = rng.normal(size=(BLOCKS, 1))
    latent = np.sqrt(between) * wealth + np.sqrt(1 - between) * rng.normal(size=shape)
    member = np.ones(shape, bool)
    if thin:
        member = rng.random(shape) < rng.beta(0.5, 0.8, (BLOCKS, 1))
    seen = wealth[:, 0] + rng.normal(0, 0.7, BLOCKS)
    return Population(
        name,
        welfare=middle * np.exp(0.5 * latent),
        schooling=np.clip(8 + 3 * (0.6 * latent + 0.8 * rng.normal(size=shape)), 0, 20),
        size=1.0 + rng.binomial(7, 0.37, shape),
        member=member,
        stratum=(seen > np.median(seen)).astype(int),
        homes=np.round(rng.lognormal(np.log(HOMES), 0.25, BLOCKS)),
    )


def truth(people: Population) -> dict[str, float]:
    """Value of each measure among all members of a population."""
    weight = people.homes[:, None] / HOMES * people.size * people.member
    gap = np.clip(1 - people.welfare, 0, None)
    poor = (gap > 0).astype(float)
    kept = people.member.ravel()
    values = {
        "p0": poor,
        "p1": gap,
        "p2": gap**2,
        "years_of_schooling": people.schooling,
    }
    found = {
        name: catalogue()[name].scale * np.average(each, weights=weight)
        for name, each in values.items()
    }
    uneven = inequality.gini(people.welfare.ravel()[kept], weight.ravel()[kept])
    return found | {"gini": uneven.value, "poor_persons": (weight * poor).sum()}


def drawn(rng, people: Population, code: str, blocks: int) -> pd.DataFrame:
    """One sample: `blocks` of the population, and others where no member lives."""
    rows = []
    for half, count in ((0, blocks - blocks // 2), (1, blocks // 2)):
        there = np.flatnonzero(people.stratum == half)
        for block in rng.choice(there, count, replace=False):
            homes = rng.choice(HOMES, TAKEN, replace=False)
            rows.append(
                {
                    "stratum": f"{code}-{half}",
                    "psu": f"{code}-{half}-{block:04d}",
                    "weight": len(there) / count * people.homes[block] / TAKEN,
                    "welfare": people.welfare[block, homes],
                    "schooling": people.schooling[block, homes],
                    "size": people.size[block, homes],
                    "group": np.where(people.member[block, homes], 0, 1),
                }
            )
    for other in range(OTHERS):
        rows.append(
            {
                "stratum": f"{code}-{2 + other % 2}",
                "psu": f"{code}-{2 + other % 2}-x{other}",
                "weight": 100.0,
                "welfare": rng.lognormal(0.5, 0.5, TAKEN),
                "schooling": rng.normal(8, 2, TAKEN).clip(0),
                "size": 1.0 + rng.binomial(7, 0.37, TAKEN),
                "group": np.ones(TAKEN, int),
            }
        )
    return pd.DataFrame(rows).assign(region=code)


def published(samples: pd.DataFrame) -> pd.DataFrame:
    """Estimates of the domain in every sample, as they would leave."""
    blocks = samples.sort_values(["region", "stratum", "psu"], ignore_index=True)
    homes = blocks.explode(["welfare", "schooling", "size", "group"], ignore_index=True)
    numbers = ["welfare", "schooling", "size", "weight"]
    homes[numbers] = homes[numbers].astype(float)
    psu = np.repeat(np.arange(len(blocks)), TAKEN)
    gap = np.clip(1 - homes["welfare"].to_numpy(), 0, None)
    poor, answered = (gap > 0).astype(float), np.zeros(len(homes), bool)
    told = {"p0": poor, "poor_persons": poor, "p1": gap, "p2": gap**2}
    told["years_of_schooling"] = homes["schooling"].to_numpy()
    person = np.repeat(np.arange(len(homes)), homes["size"].astype(int))
    persons = {"years_of_schooling": person}
    rows = Rows(
        region=blocks["region"].to_numpy().astype(str),
        stratum=blocks["stratum"].to_numpy().astype(str),
        has_psu={},
        psu=psu,
        size=homes["size"].to_numpy(),
        weight=homes["weight"].to_numpy(),
        spending=homes["welfare"].to_numpy(),
        welfare=homes["welfare"].to_numpy(),
        household=person,
        psu_of_person=psu[person],
        weight_of_person=homes["weight"].to_numpy()[person],
        groups={"area": homes["group"].to_numpy().astype(np.int8)},
        values={
            name: Values(
                each[persons.get(name, slice(None))],
                None,
                answered[persons.get(name, slice(None))],
            )
            for name, each in told.items()
        },
        absent={},
    )
    table, _ = estimated(rows, [catalogue()[name] for name in MEASURES], ("area",))
    before = table[["value", "low", "high"]].add_prefix("own_")
    shown = pd.concat([disclosure.publish(table, year=2023), before], axis=1)
    return shown[shown["group"].eq("urban") & shown["n"].gt(0)]


def told(found: pd.DataFrame) -> pd.Series:
    """Shares of a measure's domains by mark, and the coverage of what is shown."""
    mark, holds = found["mark"], found["holds"]
    plain = mark.eq("")
    return pd.Series(
        {
            "domains": len(found),
            "unmarked": plain.mean(),
            "*": mark.eq("*").mean(),
            "**": mark.eq("**").mean(),
            "no range": mark.eq("no_error").mean(),
            "hidden": mark.isin(["few", "one_unit"]).mean(),
            "covers": holds[plain].mean(),
            "covers *": holds[mark.eq("*")].mean(),
            "covers **": holds[mark.eq("**")].mean(),
        }
    )


def main() -> None:
    """Draw the samples and print three tables: all, by population, by blocks met."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    rng = np.random.default_rng(2023)
    kinds = [
        (f"{way}, {poor}, {between:.0%} between blocks", between, middle, thin)
        for way, thin in (("towns", False), ("trade", True))
        for poor, middle in (("many poor", 1.35), ("few poor", 2.2))
        for between in (0.1, 0.3)
    ]
    parts = []
    for name, between, middle, thin in kinds:
        people = population(rng, name, between, middle, thin)
        true = truth(people)
        samples = [
            drawn(rng, people, f"{1000 + i:04d}", 1 + i % MOST)
            for i in range(repeats * MOST)
        ]
        found = published(pd.concat(samples, ignore_index=True))
        value = found["indicator"].astype(str).map(true)
        holds = value.between(found["own_low"], found["own_high"])
        blocks = (found["region"].astype(int) - 1000) % MOST + 1
        parts.append(found.assign(holds=holds, population=name, blocks=blocks))
    whole = pd.concat(parts, ignore_index=True)
    whole["measure"] = whole["indicator"].astype(str).map(MEASURES)
    whole["df"] = pd.cut(whole["df"], [-1, 0, 1, 2, 3, 5, 7, 8, 11, 15, 99])
    for keys in (["measure"], ["measure", "population"], ["measure", "df"]):
        table = whole.groupby(keys, observed=True)[["mark", "holds"]].apply(told)
        print(table.to_string(float_format="{:.2f}".format), end="\n\n")


if __name__ == "__main__":
    main()
