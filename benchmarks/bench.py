"""What pages, estimates and loads cost, each beside its peer; writes `results.md`.

    SEPAKAT_DATA=/path/to/a/nation python benchmarks/bench.py [part …]

It needs a warehouse with the nation loaded and estimated for `YEAR`: `sepakat data demo 00
--year 2023` and `sepakat estimate --year 2023`. Every pair is measured in one run, one
after the other in turn, the middle of several told. CPU counts all processes that a
command starts.
"""

import datetime
import importlib.metadata
import json
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
import sys, time
from sepakat_lib import estimation
told = estimation.estimate(int(sys.argv[1]), force=True)
print(told["rows"], told["regions"])
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
    """Seconds on the clock, CPU seconds and peak memory [MB] of a command."""
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
    told = in_turn(
        1,
        all_estimates=lambda: cost(python(SCAN, YEAR)),
        plain_sums=lambda: cost(python(FLOOR, YEAR)),
    )
    return rows(told, "the nation's rows")


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


PARTS = {"page": page, "many": many, "scan": scan, "own": own, "loading": loading}


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
