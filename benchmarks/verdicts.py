"""How often a verdict errs: changes, ranges of rank, and strata of a single block.

    python benchmarks/verdicts.py [--samples 1000] [--processes 2] [--out FILE]

Of the invented kabupaten of `coverage.py`, whose true values are counted, samples are
drawn and go through the workbench's own functions. Three things are counted:

- rejects: two independent samples of one kabupaten in which nothing changed, as two
  rounds: how often `analysis.findings` says that its poverty rate rose or fell. At a
  confidence of 95 percent 5 in 100 are to be expected.
- holds rank: a province of 38 kabupaten whose true rates are spread as BPS's of Jawa
  Timur in March 2023, each with a sample of its own: how often the range of places that
  `analysis.below` gives a kabupaten holds its true place. A range is made of tests of
  pairs, each at 95 percent, so nothing says what share to expect; at least 95 percent is
  hoped for.
- covers: samples of one block in each stratum, which `survey.design` merges inside the
  kabupaten ("collapse"): how often the 95 percent interval of the poverty rate and of the
  mean holds the true value. The strata are of any blocks of the towns and of the
  villages, or of blocks alike in wealth; of the latter merging makes the error too large,
  and the interval holds more than 95 percent.

Printed, and written to `benchmarks/verdicts.csv`, is what was counted, by kabupaten and
number of blocks, with the error of the share (0.007 of 1,000 samples at 0.05 and 0.95).
"""

import argparse
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import (  # benchmarks/coverage.py
    HOMES,
    KABUPATEN,
    SIZES,
    TAKEN,
    URBAN,
    Kabupaten,
    drawn,
    estimated,
    everybody,
    invented,
    rows_of,
)

from sepakat_lib import analysis, parameters, reference, regions
from sepakat_lib.indicators import catalogue
from sepakat_lib.tables import Differences

OUT = Path(__file__).with_name("verdicts.csv")
YEAR, BEFORE, PROVINCE, PLACE = 2023, 2022, "35", "3501"
RATE = "10 %"
CHANGES, COLLAPSED = (70, 120), (20, 70)  # blocks of a sample
MEASURES = {"p0": "P0 at 10 %", "home_size": "mean"}
NOISE = 0.5  # of what is known of a block's wealth, in spreads of it


def measured(frame: pd.DataFrame, line: float, names: Iterable[str]) -> pd.DataFrame:
    """Estimates of whole kabupaten, a row a region and indicator."""
    asked = [
        replace(catalogue()[name], table="households", counts="persons")
        for name in names
    ]
    rows = rows_of(frame.assign(stratum_code=frame["stratum"]), line, "urban")
    return estimated(rows, asked, ("all",))[0]


def counted(what: str, kabupaten: str, psus: int, times: Iterable[bool]) -> dict:
    """A row of the table: a share of the samples and its error."""
    times = np.asarray([*times], float)
    share, samples = times.mean(), len(times)
    return {
        "what": what,
        "kabupaten": kabupaten,
        "psus": psus,
        "samples": samples,
        "share": share,
        "se": np.sqrt(share * (1 - share) / samples),
    }


def changes(name: str, samples: int) -> list[dict]:
    """How often a change is told of a kabupaten in which nothing has changed."""
    there = invented(*KABUPATEN[name])
    line = everybody(there)[1][RATE]
    chosen = parameters.resolve(region=PLACE, year=YEAR)
    official = reference.official().iloc[:0]
    rows = []
    for psus in CHANGES:
        rounds = []
        for turn, year in enumerate((BEFORE, YEAR)):
            table = measured(
                drawn(there, psus, samples, 10 * psus + turn), line, ["p0"]
            )
            # a sample stands as a group of one region: one call judges all, each alone
            table = table.assign(group=table["region"], region=PLACE, year=year)
            rounds.append(table)
        then, now = rounds
        found = analysis.findings(chosen, official, now, Differences.empty(), then)
        verdict = found.loc[found["kind"].eq("change"), "verdict"]
        if len(verdict) != samples or verdict.eq("").any():
            raise SystemExit("a sample has no verdict; nothing is measured")
        rows.append(counted("rejects", name, psus, verdict.isin(["rose", "fell"])))
    return rows


def of_province(number: int, region: str, rate: float, samples: int) -> pd.DataFrame:
    """Estimates of one kabupaten of the province: the truth as sample -1, then samples."""
    kinds = [*KABUPATEN.values()]
    _, *shape = kinds[number % len(kinds)]
    there, psus = invented(100 + number, *shape), SIZES[number % len(SIZES)]
    whole, _ = everybody(there)
    whole = whole.sort_values("spending")
    people = (whole["weight"] * whole["size"]).cumsum().to_numpy()
    at = np.searchsorted(people, rate / 100 * people[-1])
    line = whole["spending"].iloc[at] * (1 + 1e-12)
    truth = measured(whole, line, ["p0"]).assign(sample=-1)
    table = measured(drawn(there, psus, samples, seed=5000 + number), line, ["p0"])
    table = table.assign(sample=table["region"].astype(int) - 1000)
    return pd.concat([truth, table]).assign(region=region, year=YEAR, psus=psus)


def ranks(samples: int, run) -> list[dict]:
    """How often the range of places holds the true place, by kabupaten."""
    chosen = parameters.resolve(region=PROVINCE, year=YEAR)
    official = reference.official(indicator="p0")
    official = official[official["year"].eq(YEAR) & official["month"].eq(3)]
    rate = official.set_index("region")["value"]
    inside = regions.below(PROVINCE)
    tables = run(of_province, [(i, r, rate[r], samples) for i, r in enumerate(inside)])
    whole = pd.concat(tables, ignore_index=True)
    told = {}
    for sample, estimates in whole.groupby("sample"):
        value = estimates.set_index("region")["value"]
        figures = official[official["region"].isin(inside)]
        figures = figures.assign(value=figures["region"].map(value))
        told[sample] = analysis.below(chosen, figures, estimates).set_index("region")
    true = told.pop(-1)["rank"]
    psus = whole.groupby("region")["psus"].first()
    rows = []
    for region in inside:
        ends = [table.loc[region, ["first", "last"]] for table in told.values()]
        holds = [first <= true[region] <= last for first, last in ends]
        name = f"{true[region]} of {len(inside)}, {rate[region]:.1f} %"
        rows.append((true[region], counted("holds rank", name, psus[region], holds)))
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


def one_a_stratum(
    there: Kabupaten, whole: pd.DataFrame, order: np.ndarray, psus: int, samples: int
) -> pd.DataFrame:
    """Samples of one block of each stratum of neighbours in an order of the blocks."""
    rng = np.random.default_rng(7000 + psus)
    urban = round(psus * URBAN)
    strata = [
        stratum
        for inside, count in ((there.urban, urban), (~there.urban, psus - urban))
        for stratum in np.array_split(order[inside[order]], count)
    ]
    block = np.array([rng.choice(stratum, samples) for stratum in strata]).T.ravel()
    among = np.tile([len(stratum) for stratum in strata], samples)
    random = rng.random((len(block), HOMES))
    home = np.argpartition(random, TAKEN, axis=1)[:, :TAKEN].ravel()
    frame = whole.iloc[np.repeat(block, TAKEN) * HOMES + home].reset_index(drop=True)
    codes = np.array([f"{1000 + i}" for i in range(samples)], object)
    stratum = np.tile([f"{i:03d}" for i in range(psus)], samples)
    return frame.assign(
        region=np.repeat(codes, psus * TAKEN),
        stratum=np.repeat(stratum, TAKEN),
        psu=np.repeat(np.arange(len(block)), TAKEN),
        weight=frame["weight"] * np.repeat(among, TAKEN) * HOMES / TAKEN,
    )


def collapsed(name: str, samples: int) -> list[dict]:
    """How often the interval holds the true value where each stratum has one block."""
    there = invented(*KABUPATEN[name])
    whole, lines = everybody(there)
    truth = measured(whole, lines[RATE], MEASURES).set_index("indicator")["value"]
    wealth = np.log(there.spending).mean(axis=1)
    known = wealth + NOISE * wealth.std() * np.random.default_rng(1).normal(
        size=len(wealth)
    )
    orders = {"any": np.arange(len(wealth)), "like": np.argsort(known)}
    rows = []
    for psus in COLLAPSED:
        for kind, order in orders.items():
            frame = one_a_stratum(there, whole, order, psus, samples)
            table = measured(frame, lines[RATE], MEASURES)
            if not table["remark"].str.split().map(lambda it: "collapsed" in it).all():
                raise SystemExit("a sample was not merged; nothing is measured")
            for indicator, measure in MEASURES.items():
                of_it = table[table["indicator"].eq(indicator)]
                holds = of_it["low"].le(truth[indicator])
                holds &= of_it["high"].ge(truth[indicator])
                what = f"covers, {measure}, strata of {kind} blocks"
                rows.append(counted(what, name, psus, holds))
    return rows


def summary(table: pd.DataFrame) -> Iterator[str]:
    """Mean of each share, and its smallest and largest."""
    for what, of_it in table.groupby("what", sort=False):
        share = of_it["share"]
        yield (
            f"{what}: mean {share.mean():.3f}, "
            f"smallest {share.min():.3f}, largest {share.max():.3f}"
        )


def main() -> None:
    """Draw the samples, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.processes) as pool:

        def run(task, calls) -> list:
            return [*pool.map(task, *zip(*calls, strict=True))]

        every = [(name, given.samples) for name in KABUPATEN]
        tables = [*run(changes, every), ranks(given.samples, run)]
        tables += run(collapsed, every)
    table = pd.DataFrame([row for rows in tables for row in rows])
    table.round(5).to_csv(given.out, index=False)
    print(table.to_string(index=False, float_format="{:.3f}".format), end="\n\n")
    print(*summary(table), sep="\n")


if __name__ == "__main__":
    main()
