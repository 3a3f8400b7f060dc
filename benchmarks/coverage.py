"""How often published intervals hold the true value, and how wide they must be.

    python benchmarks/coverage.py [--samples 1000] [--only NAME …] [--out FILE]

Of five invented kabupaten, whose true values are counted, samples are drawn as Susenas
draws them: blocks of ten households in an urban and a rural stratum. They differ in how
unequal they are and in how alike neighbours are (share of the spread of the logarithm
that lies between blocks); one has a Pareto tail. Every sample goes through the scan, its
intervals and `disclosure.publish`, as a kabupaten of the nation would. Measures that are
not published as such (the top fifth's share, S80/S20, the mean) go the same way under an
indicator that is; the median has the interval of `survey.woodruff_interval`.

Printed, and written to `benchmarks/coverage.csv`, is by measure, kabupaten and number of
blocks: how often the 95 percent interval holds the true value, how often it lies above
and below it, its mean width beside that of the shortest interval that holds 95 percent
of the estimates (what a known distribution would give), and what share of the cells is
marked or withheld. A share of 1,000 samples has an error of 0.007 at 0.95.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib import disclosure
from sepakat_lib.estimation import scan, tabling, tiers
from sepakat_lib.estimation.rows import Rows, Values
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.stats import inequality, survey

OUT = Path(__file__).with_name("coverage.csv")
BLOCKS, HOMES, TAKEN = 2400, 60, 10  # of a kabupaten; of a block; drawn of a block
URBAN = 0.4
SIZES = (50, 70, 120)
RATES = {"2 %": 0.02, "10 %": 0.1, "30 %": 0.3}
YEAR, CONFIDENCE = 2023, 0.95
KABUPATEN = {  # seed, spread of ln spending, share of it between blocks, Pareto tail
    "even, 10 %": (1, 0.5, 0.1, False),
    "even, 30 %": (2, 0.5, 0.3, False),
    "uneven, 10 %": (3, 0.65, 0.1, False),
    "uneven, 30 %": (4, 0.65, 0.3, False),
    "Pareto, 20 %": (5, 0.55, 0.2, True),
}
TAIL, ALPHA = 0.97, 2.2  # above this rank spending is Pareto with this exponent
# which share of the catalogue tells of a trait that poor households have more often
TRAIT = "jkn"
STANDING_IN = {  # a measure that is not published, under an indicator of its kind
    "decile_share": "top fifth",
    "bottom_40_share": "bottom fifth",
    "decile_mean": "S80/S20",
}
scan.MEASURES |= {
    "top fifth": lambda y, w: [inequality.quantile_share(y, w, 0.8, 1.0)],
    "bottom fifth": lambda y, w: [inequality.quantile_share(y, w, 0.0, 0.2)],
    "S80/S20": lambda y, w: [inequality.s80_s20(y, w)],
}


class Kabupaten(NamedTuple):
    """An invented kabupaten: (blocks, homes) arrays, and arrays of blocks."""

    spending: np.ndarray
    size: np.ndarray
    trait: np.ndarray
    member: np.ndarray  # of a small group that lives scattered, many in some blocks
    urban: np.ndarray
    homes: np.ndarray  # households that each block has


def invented(seed: int, spread: float, between: float, pareto: bool) -> Kabupaten:
    """Invent a kabupaten; the same numbers give the same one."""
    rng, shape = np.random.default_rng(seed), (BLOCKS, HOMES)
    urban = np.arange(BLOCKS) < BLOCKS * URBAN

    def clustered() -> np.ndarray:
        of_block = np.sqrt(between) * rng.normal(size=(BLOCKS, 1))
        return of_block + np.sqrt(1 - between) * rng.normal(size=shape)

    wealth = clustered()
    steep = np.where(urban, 1.08, 0.94)[:, None]
    spending = np.exp(spread * steep * wealth + 0.25 * urban[:, None])
    if pareto:
        cut = np.quantile(spending, TAIL)
        top = spending > cut
        rank = (spending[top].argsort().argsort() + 0.5) / top.sum()
        spending[top] = cut * (1 - rank) ** (-1 / ALPHA)
    return Kabupaten(
        spending=spending,
        size=1.0 + rng.binomial(7, np.clip(0.37 - 0.05 * wealth, 0.1, 0.7)),
        trait=(0.8 * clustered() - 0.6 * wealth > 0.7).astype(float),
        member=rng.random(shape) < rng.beta(0.5, 12, (BLOCKS, 1)),
        urban=urban,
        homes=np.round(rng.lognormal(np.log(HOMES), 0.25, BLOCKS)),
    )


def everybody(there: Kabupaten) -> tuple[pd.DataFrame, dict[str, float]]:
    """All households as rows, and the poverty lines that leave each rate below them."""
    rows = pd.DataFrame(
        {
            "region": "1000",
            "stratum": np.repeat(there.urban, HOMES).astype(int),
            "psu": np.repeat(np.arange(BLOCKS), HOMES),
            "weight": np.repeat(there.homes / HOMES, HOMES),
            "size": there.size.ravel(),
            "spending": there.spending.ravel(),
            "trait": there.trait.ravel(),
            "member": there.member.ravel(),
        }
    )
    people = (rows["weight"] * rows["size"]).to_numpy()
    order = np.argsort(rows["spending"].to_numpy())
    rank = np.cumsum(people[order]) / people.sum()
    ranked = rows["spending"].to_numpy()[order]
    lines = {
        name: ranked[np.searchsorted(rank, rate)] * (1 + 1e-12)
        for name, rate in RATES.items()
    }
    return rows, lines


def drawn(there: Kabupaten, psus: int, samples: int, seed: int) -> pd.DataFrame:
    """Many samples, one row a household; each sample is a region of its own."""
    rng = np.random.default_rng(seed)
    urban = round(psus * URBAN)
    blocks, weight = [], []
    for inside, count in ((there.urban, urban), (~there.urban, psus - urban)):
        of_stratum = np.flatnonzero(inside)
        random = rng.random((samples, len(of_stratum)))
        block = of_stratum[np.argpartition(random, count, axis=1)[:, :count]]
        blocks.append(block)
        weight.append(len(of_stratum) / count * there.homes[block] / TAKEN)
    block = np.hstack(blocks).ravel()
    random = rng.random((len(block), HOMES))
    home = np.argpartition(random, TAKEN, axis=1)[:, :TAKEN].ravel()
    row = np.repeat(block, TAKEN)
    codes = np.array([f"{1000 + i}" for i in range(samples)], object)
    return pd.DataFrame(
        {
            "region": np.repeat(codes, psus * TAKEN),
            "stratum": np.where(there.urban[row], 1, 0),
            "psu": np.repeat(np.arange(len(block)), TAKEN),
            "weight": np.repeat(np.hstack(weight).ravel(), TAKEN),
            "size": there.size[row, home],
            "spending": there.spending[row, home],
            "trait": there.trait[row, home],
            "member": there.member[row, home],
        }
    )


def asked(lines: dict[str, float]) -> Iterator[tuple]:
    """What is scanned: line, indicators, group of a household, groupings."""
    kinds = catalogue()
    poverty = [kinds[name] for name in ("p0", "p1", "p2", "poor_persons")]
    mean = kinds["home_size"]
    distribution = [kinds[name] for name in ("gini", "bottom_40_share")]
    stand_ins = [
        replace(kinds[name], kind="distribution", statistic=statistic)
        for name, statistic in STANDING_IN.items()
    ]
    for name, line in lines.items():
        yield name, line, poverty, "urban", ("all",)
    yield "", lines["10 %"], [kinds["p0"], mean, kinds["gini"]], "urban", ("area",)
    yield "", 1.0, [mean, *distribution], "urban", ("all",)
    yield "", 1.0, [kinds["decile_share"], kinds["decile_mean"]], "urban", ("decile",)
    yield "", 1.0, stand_ins, "urban", ("all",)
    yield "", 1.0, [kinds[TRAIT]], "urban", ("all", "quintile")
    yield "group", lines["10 %"], [kinds["p0"], kinds["gini"]], "member", ("area",)


def scanned(rows: pd.DataFrame, lines: dict[str, float]) -> pd.DataFrame:
    """Estimates and differences of every region in the rows, as they would leave."""
    parts = []
    for name, line, indicators, group, groupings in asked(lines):
        made = published(rows, line, indicators, group, groupings)
        parts.append(made.assign(name=name, kind=indicators[-1].statistic))
    return pd.concat(parts, ignore_index=True)


def rows_of(frame: pd.DataFrame, line: float, group: str) -> Rows:
    """The frame as what `rows.read` gives of a round."""
    stratum = frame["region"].astype(str) + frame["stratum"].astype(str)
    frame = frame.assign(stratum=stratum)
    frame = frame.sort_values(["stratum", "psu"], kind="stable")
    units = frame.drop_duplicates("psu")
    psu = np.cumsum(frame["psu"].ne(frame["psu"].shift()).to_numpy()) - 1
    numbers = {name: frame[name].to_numpy(float) for name in ("size", "weight")}
    welfare = frame["spending"].to_numpy() / line
    gap, nobody = np.clip(1 - welfare, 0, None), np.zeros(len(frame), bool)
    told = {"p0": gap > 0, "poor_persons": gap > 0, "p1": gap, "p2": gap**2}
    told |= {"home_size": frame["spending"], TRAIT: frame["trait"]}
    inside = np.where(frame["member" if group == "member" else "stratum_code"], 0, 1)
    return Rows(
        region=units["region"].to_numpy(str),
        stratum=units["stratum"].to_numpy(str),
        has_psu={},
        psu=psu,
        **numbers,
        spending=frame["spending"].to_numpy(),
        welfare=welfare,
        household=np.arange(len(frame)),
        psu_of_person=psu,
        weight_of_person=numbers["weight"],
        groups={"all": np.zeros(len(frame), np.int8), "area": inside.astype(np.int8)},
        values={
            name: Values(np.asarray(values, float), None, nobody)
            for name, values in told.items()
        },
        absent={},
    )


def published(frame, line, indicators, group, groupings) -> pd.DataFrame:
    """Estimates and differences of some indicators, with intervals and marks."""
    rows = rows_of(frame.assign(stratum_code=frame["stratum"]), line, group)
    # one row is a household, and all that is told here is told of its people
    indicators = [
        replace(one, table="households", counts="persons") for one in indicators
    ]
    values, contrasts = estimated(rows, indicators, groupings)
    own = values[["value", "low", "high"]].add_prefix("own_")
    shown = pd.concat([disclosure.publish(values, year=YEAR), own], axis=1)
    ends = {"difference": "own_value", "low": "own_low", "high": "own_high"}
    return pd.concat([shown, contrasts.rename(columns=ends)], ignore_index=True)


def estimated(rows: Rows, indicators, groupings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and differences of every kabupaten of some rows, with intervals."""
    homes = scan.households(rows, indicators)
    regions = [*map(str, homes.units.regions)]
    levels = tiers.tiers(regions, {})
    told_by = {one.name: [grouping(name) for name in groupings] for one in indicators}
    plain = {
        name: [by for by in told if not by.by_level] for name, told in told_by.items()
    }
    parts = [scan.fixed(rows, homes, indicators, plain)]
    inside = levels[0].inside
    people, of_row = homes.weight * homes.size, homes.units.kabupaten[homes.psu]
    ranked = {by.name: by for told in told_by.values() for by in told if by.quantiles}
    ratios = [one for one in indicators if one.kind in scan.COMPUTED]
    if ranked and ratios:
        codes = {
            name: scan.quantile_codes(homes.spending, people, inside[of_row], by)
            for name, by in ranked.items()
        }
        every = {by.name for by in scan.GROUPINGS if by.quantiles}
        some = [replace(one, groupings=tuple(every & set(groupings))) for one in ratios]
        parts.append(scan.by_level(homes, some, {"kabupaten": codes}))
    parts.append(scan.statistics(homes, indicators, told_by, {"kabupaten": inside}))
    parts = [part for part in parts if len(part.cells)]
    kinds = {one.name: one for one in indicators}
    values, contrasts = tabling.tabled(
        tabling.domain_values(parts, levels, told_by, kinds, YEAR)
    )
    origin = "susenas", YEAR, dict.fromkeys(regions, True)
    caveats = tabling.caveats(rows, homes.units)
    values = tabling.remarked(tabling.with_origin(values, *origin), caveats)
    values = tabling.with_intervals(values, CONFIDENCE)
    contrasts = tabling.with_difference_intervals(contrasts, values, CONFIDENCE)
    return values, contrasts


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """Name of the measure of each row; rows that are no measure are left out."""
    text = {
        name: table[name].astype(str)
        for name in ("indicator", "grouping", "group", "name", "kind")
    }
    gap = table["against_group"].notna()
    named = pd.Series("", index=table.index)

    def put(measure, indicator, grouping="all", group="all", *, name="", gaps=False):
        rows = text["indicator"].eq(indicator) & text["grouping"].eq(grouping)
        rows &= text["group"].eq(group) & text["name"].eq(name) & gap.eq(gaps)
        named[rows & named.eq("")] = measure

    for name in RATES:
        for measure in ("p0", "p1", "p2"):
            put(f"{measure.upper()} at {name}", measure, name=name)
        put(f"number of poor at {name}", "poor_persons", name=name)
    for indicator, statistic in STANDING_IN.items():
        rows = text["kind"].eq([*STANDING_IN.values()][-1])
        rows &= text["indicator"].eq(indicator)
        named[rows] = statistic
    put("mean", "home_size")
    put("Gini", "gini")
    put("bottom 40", "bottom_40_share")
    put("top tenth", "decile_share", "decile", "10")
    put("mean of the poorest tenth", "decile_mean", "decile", "1")
    put("mean of the top tenth", "decile_mean", "decile", "10")
    put("P0, urban", "p0", "area", "urban")
    put("Gini, urban", "gini", "area", "urban")
    put("P0, rural less urban", "p0", "area", "rural", gaps=True)
    put("mean, rural less urban", "home_size", "area", "rural", gaps=True)
    put("Gini, rural less urban", "gini", "area", "rural", gaps=True)
    put("a trait", TRAIT)
    put("a trait of the poorest fifth", TRAIT, "quintile", "1")
    put("a trait, fifth 1 less 5", TRAIT, "quintile", "1", gaps=True)
    put("P0, small scattered group", "p0", "area", "urban", name="group")
    put("Gini, small scattered group", "gini", "area", "urban", name="group")
    kept = table.assign(measure=named)[named.ne("")]
    return kept[["measure", "region", "own_value", "own_low", "own_high", "mark"]]


def medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Median spending of every region with its interval."""
    found = []
    for region, of_it in rows.groupby("region"):
        y, psu = (of_it[name].to_numpy() for name in ("spending", "psu"))
        people = (of_it["weight"] * of_it["size"]).to_numpy()
        design = survey.design(of_it["stratum"].to_numpy(), psu, people)
        low, high = survey.woodruff_interval(y, people, 0.5, design, CONFIDENCE)
        middle = survey.quantile(y, people, 0.5).value
        found.append(("median", region, middle, low, high, ""))
    names = ["measure", "region", "own_value", "own_low", "own_high", "mark"]
    return pd.DataFrame(found, columns=names)


def shortest(values: np.ndarray) -> float:
    """Width of the shortest interval that holds 95 percent of the values."""
    ranked = np.sort(values[~np.isnan(values)])
    held = int(np.ceil(CONFIDENCE * len(ranked)))
    if len(ranked) < 2 or held >= len(ranked):
        return np.nan
    return float((ranked[held:] - ranked[:-held]).min())


def told(found: pd.DataFrame) -> pd.Series:
    """Coverage, misses, widths and marks of one measure."""
    low, high, truth = found["own_low"], found["own_high"], found["truth"]
    has = low.notna() & high.notna()
    plain, mark = has & found["mark"].isin(["", np.nan]), found["mark"]
    holds = (low <= truth) & (truth <= high)
    best = shortest(found["own_value"].to_numpy(float))
    return pd.Series(
        {
            "samples": len(found),
            "covers": holds[has].mean(),
            "too_high": (truth < low)[has].mean(),
            "too_low": (truth > high)[has].mean(),
            "width": (high - low)[has].mean(),
            "shortest": best,
            "over_shortest": (high - low)[has].mean() / best,
            "bias_over_truth": found["own_value"].mean() / truth.iloc[0] - 1,
            "no_interval": 1 - has.mean(),
            "marked": mark.isin(["*", "**"]).mean(),
            "withheld": mark.isin(["few", "one_unit", "no_error"]).mean(),
            "covers_unmarked": holds[plain].mean(),
        }
    )


def of_kabupaten(name: str, sizes, samples: int) -> pd.DataFrame:
    """The table of one kabupaten."""
    there = invented(*KABUPATEN[name])
    whole, lines = everybody(there)
    truth = pd.concat([measured(scanned(whole, lines)), medians(whole)])
    truth = truth.set_index("measure")["own_value"]
    tables = []
    for psus in sizes:
        rows = drawn(there, psus, samples, seed=2023 + psus)
        found = pd.concat([measured(scanned(rows, lines)), medians(rows)])
        found = found.assign(truth=found["measure"].map(truth))
        by = found.groupby("measure", sort=False)
        table = by[[*found.columns.drop("measure")]].apply(told).reset_index()
        tables.append(table.assign(kabupaten=name, psus=psus))
    return pd.concat(tables, ignore_index=True)


def ranges(table: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest coverage by measure and size, and means of the rest."""
    lognormal = ~table["kabupaten"].str.startswith("Pareto")
    rows = []
    for psus in sorted(table["psus"].unique()):
        for kind, chosen in (("lognormal", lognormal), ("Pareto", ~lognormal)):
            some = table[chosen & table["psus"].eq(psus)]
            for measure, each in some.groupby("measure", sort=False):
                means = each.mean(numeric_only=True)
                rows.append(
                    {
                        "psus": psus,
                        "tail": kind,
                        "measure": measure,
                        "covers": f"{each['covers'].min():.3f}-{each['covers'].max():.3f}",
                        "above/below %": f"{means['too_high'] * 100:.1f}/"
                        f"{means['too_low'] * 100:.1f}",
                        "width/shortest": round(means["over_shortest"], 2),
                        "marked": round(means["marked"], 2),
                        "withheld": round(means["withheld"], 2),
                        "covers unmarked": round(means["covers_unmarked"], 3),
                    }
                )
    return pd.DataFrame(rows)


def main() -> None:
    """Draw the samples, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="+", default=[*KABUPATEN])
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        tasks = [
            pool.submit(of_kabupaten, name, given.sizes, given.samples)
            for name in given.only
        ]
        table = pd.concat([task.result() for task in tasks], ignore_index=True)
    first = ["measure", "kabupaten", "psus"]
    table = table[[*first, *table.columns.drop(first)]]
    table.round(5).to_csv(given.out, index=False)
    print(ranges(table).to_string(index=False))


if __name__ == "__main__":
    main()
