"""What pages, estimates and loads cost, each beside its peer; writes `results.md`.

    SEPAKAT_DATA=/path/to/a/nation python benchmarks/bench.py [part …]

It needs a warehouse with the nation loaded and estimated for `YEAR`: `sepakat data demo 00
--year 2023` and `sepakat estimate --year 2023`. Every pair is measured in one run, one
after the other in turn, the middle of several told. CPU counts all processes that a
command starts. `SEPAKAT_SVY` names a Python that has the package svy, the peer of the
scan; without it that line is missing.
"""

import datetime
import importlib.metadata
import itertools
import json
import math
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.md"
YEAR, REGION, PROVINCE = "2023", "3501", "35"
BIN = Path(sys.executable).parent
OWN = """\
name: bench_crowded
code: UKUR-001
label: {id: Anak di rumah sempit, en: Children in crowded housing}
definition: {id: Anak dengan lantai sempit., en: Children with little floor.}
unit: percent
better: lower
theme: services
numerator: CASE WHEN floor_area / size < 7.2 THEN 1 WHEN floor_area > 0 THEN 0 END
universe: age < 15
groupings: [all, area, sex, quintile]
source: benchmarks
"""
CELLS = """
import sys
from pathlib import Path
import nbformat
book = nbformat.read(sys.argv[1], as_version=4)
names = {}
for cell in book.cells:
    if cell.cell_type == "code":
        exec(compile(cell.source, "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", ()):
            names.update(region=sys.argv[2], year=int(sys.argv[3]))
"""
WARM = """
import sys, time
from sepakat_lib import batch, parameters
from sepakat_lib.batch import one
took = {}
def timed(room, name):
    plain = getattr(room, name)
    def run(*given, **named):
        began = time.process_time()
        try:
            return plain(*given, **named)
        finally:
            took[name] = took.get(name, 0) + time.process_time() - began
    setattr(room, name, run)
timed(one, "_execute")
for region in ("7303", sys.argv[1]):
    took.clear()
    began = time.process_time()
    batch.run(parameters.resolve(region=region, year=int(sys.argv[2])))
    whole = time.process_time() - began
print(took["_execute"], whole)
"""
MANY = """
import sys
from sepakat_lib import batch, regions
if __name__ == "__main__":
    wanted = [r for p in sys.argv[2:] for r in regions.members(p)]
    done = batch.run_all(wanted, ["analysis"], workers=2, year=int(sys.argv[1]))
    assert not done.failed, done.failed
    print(len(done.made))
"""
SCAN = """
import resource, sys
from sepakat_lib import estimation
told = estimation.estimate(int(sys.argv[1]), force=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
THREE = """
import dataclasses, sys
from sepakat_lib import estimation
from sepakat_lib.estimation import making
every = making.catalogue()
few = ("crowded", "improved_water", "electricity")
few = {n: dataclasses.replace(every[n], groupings=("all",)) for n in few}
making.catalogue = lambda: few
told = estimation.estimate(int(sys.argv[1]), force=True)
print(told["rows"], told["regions"])
"""
TABLE = """
import sys
from sepakat_lib import warehouse
con = warehouse.connect("susenas", int(sys.argv[1]))
con.execute(f'''COPY (SELECT region, psu, stratum, weight * size AS weight,
    spending_pc_month AS a, food_pc_month AS b, CAST(size AS DOUBLE) AS c
    FROM households) TO '{sys.argv[2]}' (FORMAT parquet)''')
"""
SVY = """
import sys
import polars, svy
design = svy.Design(stratum="stratum", psu="psu", wgt="weight", singleton="center")
sample = svy.Sample(polars.read_parquet(sys.argv[1]), design)
for name in "abc":
    sample.estimation.mean(name, by="region")
"""
GROWN = """
import os, sys
from sepakat_lib import regions, warehouse
year, times, source, target = int(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]
copies, part, people = max(1, round(times)), min(1.0, times), 0
homes = '''SELECT h.* REPLACE (h.household + 100000000 * copy AS household,
    h.psu || '-' || copy AS psu) FROM households h, copies'''
members = '''SELECT p.* REPLACE (p.household + 100000000 * copy AS household)
    FROM persons p, copies'''
drawn = f'''WITH units AS (SELECT DISTINCT region, psu FROM households),
    ranked AS (SELECT *, row_number() OVER (PARTITION BY region ORDER BY psu) AS place,
        count(*) OVER (PARTITION BY region) AS units FROM units)
    SELECT h.household FROM households h JOIN ranked USING (region, psu)
    WHERE place <= greatest(2, {part} * units)'''
for province in sorted({part[:2] for part in regions.members("00")}):
    os.environ["SEPAKAT_DATA"] = source
    con = warehouse.connect("susenas", year, regions.members(province))
    con.execute(f"CREATE TABLE copies AS SELECT range AS copy FROM range({copies})")
    con.execute(f"CREATE TABLE drawn AS {drawn}")
    tables = [
        con.execute(f"{all} WHERE household IN (FROM drawn)").df() for all in (homes, members)
    ]
    people += len(tables[1])
    del con
    os.environ["SEPAKAT_DATA"] = target
    origin = {"survey": "susenas", "layout": "", "columns": {}, "synthetic": True}
    origin |= {"inputs": [{"file": "x", "sha256": province}], "remarks": []}
    warehouse.store("susenas", year, *tables, origin)
print(people)
"""
FLOOR = """
import sys
from sepakat_lib import warehouse
from sepakat_lib.estimation import rows
from sepakat_lib.indicators import GROUPINGS, catalogue
year = int(sys.argv[1])
con = warehouse.connect("susenas", year)
rows.join(con, year, "kabupaten")
con.execute('''CREATE TEMP TABLE ranked AS SELECT *,
    ntile(10) OVER (PARTITION BY region ORDER BY spending_pc_month) - 1 AS decile
    FROM rows_households''')
con.execute('''CREATE VIEW ranked_persons AS SELECT p.*, r.decile FROM rows_persons p
    JOIN ranked r ON r.row = p.row''')
sums = 0
for by in GROUPINGS:
    group = {"quintile": "decile // 2", "decile": "decile"}.get(by.name, by.expression)
    for table in ("households", "persons"):
        if by.table == "persons" and table == "households":
            continue
        view = "ranked" if table == "households" else "ranked_persons"
        there = {n for n, *_ in con.execute(f"DESCRIBE {view}").fetchall()}
        weight = "weight * size" if table == "households" else "weight"
        columns = [
            f"sum({weight} * CASE WHEN {one.universe} THEN ({part}) END)"
            for one in catalogue().values()
            if one.numerator and by.name in one.groupings and one.columns <= there
            and (one.table == table or (by.table == "persons" and table == "persons"))
            for part in (one.numerator, one.denominator)
        ]
        con.execute(f"SELECT region, {group} AS g, {', '.join(columns)} FROM {view} "
                    "GROUP BY 1, 2").fetchnumpy()
        sums += len(columns)
print(sums)
"""


def cost(command: list, **environment) -> dict:
    """Seconds on the clock, CPU seconds and last line said of a command."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(
        [*map(str, command)],
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if told.returncode:
        raise SystemExit(f"{command}: {told.stderr[-2000:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "clock": time.perf_counter() - began,
        "cpu": spent,
        "said": told.stdout.strip().splitlines()[-1:],
    }


def python(code: str, *arguments) -> list:
    """A command that runs a piece of code."""
    file = (
        Path(tempfile.gettempdir())
        / f"sepakat-bench-{os.getpid()}-{abs(hash(code))}.py"
    )
    file.write_text(code)
    return [sys.executable, file, *arguments]


def in_turn(times: int, **commands) -> dict[str, dict]:
    """The middle of several measurements of each, taken one after the other in turn."""
    found = {name: [] for name in commands}
    for _ in range(times):
        for name, measure in commands.items():
            found[name].append(measure())
    return {
        name: {
            key: statistics.median(one[key] for one in runs) for key in ("clock", "cpu")
        }
        | {"said": runs[-1]["said"]}
        for name, runs in found.items()
    }


def page(place: Path) -> list[str]:
    """One page, cold and warm, beside the plain command lines and a plain function."""
    notebook = ROOT / "notebooks" / "analysis.ipynb"
    executed = place / "executed.ipynb"

    def ours() -> dict:
        shutil.rmtree(place / "outputs", ignore_errors=True)
        verb = ["report", REGION, "--year", YEAR]
        return cost([BIN / "sepakat", *verb], SEPAKAT_OUTPUTS=str(place / "outputs"))

    def command_lines() -> dict:
        given = ["-p", "region", REGION, "-p", "year", YEAR, "--no-progress-bar"]
        first = cost([BIN / "papermill", notebook, executed, *given])
        second = cost([BIN / "jupyter", "nbconvert", "--to", "html", executed])
        return {k: first[k] + second[k] for k in ("clock", "cpu")} | {"said": []}

    def warm() -> dict:
        outputs = str(place / "warm")
        shutil.rmtree(outputs, ignore_errors=True)
        return cost(python(WARM, REGION, YEAR), SEPAKAT_OUTPUTS=outputs)

    told = in_turn(
        3,
        ours=ours,
        papermill_and_nbconvert=command_lines,
        plain_function=lambda: cost(python(CELLS, notebook, REGION, YEAR)),
    )
    cells, whole = map(float, warm()["said"][0].split())
    lines = rows(told, "one page, nothing made before")
    return [
        *lines,
        f"| in a process that has run a page: its cells | | {cells:.2f} |",
        f"| … the whole page | | {whole:.2f} |",
    ]


def many(place: Path) -> list[str]:
    """All pages of a province, and of the nation, on two cores."""
    lines = []
    for name, provinces in (("38 pages", [PROVINCE]), ("514 pages", None)):
        if provinces is None:
            if "nation" not in sys.argv:
                continue
            table = json.loads(cost(python(PROVINCES))["said"][0].replace("'", '"'))
            provinces = table
        outputs = str(place / "many")
        shutil.rmtree(outputs, ignore_errors=True)
        told = cost(python(MANY, YEAR, *provinces), SEPAKAT_OUTPUTS=outputs)
        lines += rows({"two_workers": told}, name)
    return lines


PROVINCES = """
from sepakat_lib import regions
table = regions.table()
print([*table.loc[table["level"].eq("province"), "region"]])
"""


def scan(place: Path) -> list[str]:
    """The nation's estimates from nothing, beside the floor of the same sums."""
    # the three are estimated in a warehouse of their own, so that all stay where they are
    apart = place / "apart"
    shutil.copytree(os.environ["SEPAKAT_DATA"], apart, copy_function=os.link)
    commands = {
        "all estimates": lambda: cost(python(SCAN, YEAR)),
        "plain sums in SQL": lambda: cost(python(FLOOR, YEAR)),
        "three shares": lambda: cost(python(THREE, YEAR), SEPAKAT_DATA=str(apart)),
    }
    if peer := os.environ.get("SEPAKAT_SVY"):
        table = place / "households.parquet"
        cost(python(TABLE, YEAR, table))
        command = [peer, *python(SVY, table)[1:]]
        commands["three means by svy"] = lambda: cost(command)
    told = in_turn(1, **commands)
    (most,) = told["all estimates"]["said"]
    return [
        *rows(told, "the nation's rows"),
        f"| … memory of all estimates at its peak [MB] | | {most} |",
    ]


def growth(place: Path) -> list[str]:
    """The scan of a tenth of the nation's sample, of it, and of eight times it."""
    told, sizes = {}, {}
    source = os.environ["SEPAKAT_DATA"]
    for name, times in (("tenth", 0.08), ("whole", 1), ("eightfold", 8)):
        data = str(place / name)
        made = cost(python(GROWN, YEAR, times, source, data))
        told[name] = cost(python(SCAN, YEAR), SEPAKAT_DATA=data)
        sizes[name] = int(made["said"][0])
        shutil.rmtree(data)
    lines = [
        f"| the scan of {sizes[name]:,} persons | {one['clock']:.1f} | {one['cpu']:.1f} |"
        for name, one in told.items()
    ]
    for one, other in itertools.pairwise(told):
        power = math.log(told[other]["cpu"] / told[one]["cpu"])
        power /= math.log(sizes[other] / sizes[one])
        lines.append(f"| … its exponent from {one} to {other} | | {power:.2f} |")
    return lines


def own(place: Path) -> list[str]:
    """An office's own indicator until it is seen for one region."""
    file = ROOT / "parameters" / "indicators" / "bench_own.yml"
    file.parent.mkdir(exist_ok=True)
    verb = [BIN / "sepakat", "estimate", "--region", REGION, "--year", YEAR]
    cost(verb)
    try:
        file.write_text(OWN)
        told = {"estimate_one_region": cost(verb), "again": cost(verb)}
    finally:
        file.unlink(missing_ok=True)
    cost(verb)
    return rows(told, "an own indicator")


def loading(place: Path) -> list[str]:
    """One kabupaten invented and loaded, and what it makes of its neighbour's page."""
    data = place / "data"
    shutil.copytree(os.environ["SEPAKAT_DATA"], data, copy_function=os.link)
    told = {
        "demo_3502": cost(
            [BIN / "sepakat", "data", "demo", "3502", "--year", YEAR],
            SEPAKAT_DATA=str(data),
        ),
        "estimate_3501": cost(
            [BIN / "sepakat", "estimate", "--region", REGION, "--year", YEAR],
            SEPAKAT_DATA=str(data),
        ),
    }
    return rows(told, "a neighbour's load")


def rows(told: dict[str, dict], what: str) -> list[str]:
    """Lines of the table."""
    return [
        f"| {what}: {name.replace('_', ' ')} | {one['clock']:.1f} | {one['cpu']:.1f} |"
        for name, one in told.items()
    ]


PARTS = {each.__name__: each for each in (page, many, scan, growth, own, loading)}


def main() -> None:
    """Measure the parts that are named, or all, and write what was found."""
    wanted = [name for name in PARTS if name in sys.argv[1:]] or [*PARTS]
    libraries = ("pandas", "numpy", "duckdb", "pyarrow", "papermill", "nbconvert")
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in libraries)
    head = [
        "# What was measured",
        "",
        f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {versions}.",
        f"Commit {commit()}. Written by `make bench`; the middle of several runs in turn.",
        "",
        "| what | seconds | CPU seconds |",
        "|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as place:
        lines = [line for name in wanted for line in PARTS[name](Path(place))]
    RESULTS.write_text("\n".join([*head, *lines]) + "\n")
    print(RESULTS.read_text())


def commit() -> str:
    """Short name of the commit that was measured."""
    told = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()


if __name__ == "__main__":
    main()
