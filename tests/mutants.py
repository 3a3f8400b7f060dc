"""Faults planted one at a time, and which of them the tests miss: for people.

`python tests/mutants.py [COUNT] [--seed N] [--only PATH]` takes under an hour on two
cores. Each fault is loaded in place of the module it stands in, in a process of its own
that has all libraries already, and the tests that reach it run until one fails; nothing
in the checkout is written. Which tests reach what is noted first, file by file, and kept
in TMPDIR until code or tests change. Faults that were judged to change nothing stand in
`equivalent_mutants.yml` and are left out of the sum.
"""

import argparse
import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from importlib.machinery import SourceFileLoader
from pathlib import Path
from traceback import format_exc

import planting
import pytest
import reaching

ROOT = planting.ROOT
PLACE = Path(tempfile.gettempdir()) / "sepakat-mutants"
WORKERS = 2
MAY_SURVIVE = 8  # [percent]
ENOUGH = 60  # the quickest tests of a fault that take so long together; no more run [s]
LIMIT = 300  # what has not ended then never will [s]
# These talk to other processes, where no fault is planted, or run none of our code.
LEFT_OUT = [
    f"test_{name}.py"
    for name in "kills server batch report architecture environment".split()
]
HYPOTHESIS = "_hypothesis_pytestplugin"
QUIET = ("-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", "-p", HYPOTHESIS)
ENDS = ("caught", "timed out", "survived", "changes nothing")


def main() -> int:
    """Plant, test, and tell; 1 where too many survive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="of this path: sepakat_lib/reports")
    asked = parser.parse_args()
    ours, theirs = ROOT / "sepakat_lib", Path(planting.words.__file__).parents[1]
    if theirs != ours:  # an installed one, say, of another checkout
        sys.exit(f"{theirs} would be tested, not {ours}: set PYTHONPATH={ROOT}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that children end too
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    reaching.import_all()
    for name in (HYPOTHESIS, "hypothesis", "doctest", "pdb", "_pytest.doctest"):
        importlib.import_module(name)  # what every child would import again
    mutants, stale = drawn(asked.count, asked.seed, asked.only)
    plain = reaching.declared()
    forget_library()
    reach = reached(files_of_tests())
    for test in reach["failed"]:
        print(f"fails without a fault and is left out: {test}")
    for key in stale:
        print(
            f"judged to change nothing, but stands nowhere: {' | '.join(map(str, key))}"
        )
    results = tested(mutants, reach, plain)
    return told(results) | doubtful(results, reach)


def drawn(count: int, seed: int, only: str) -> tuple[list, list]:
    """The faults to plant, as many from each room; what was judged and is no more."""
    rooms = [
        found for room in planting.ROOMS if (found := planting.plantable(room, only))
    ]
    mutants = []
    for place, found in enumerate(rooms):
        share = count // len(rooms) + (place < count % len(rooms))
        mutants += planting.spread(found, share, seed)
    known = {each.key for found in rooms for each in found}
    return mutants, [] if only else [
        key for key in planting.judged() if key not in known
    ]


# --- processes ------------------------------------------------------------------------
def forget_library() -> None:
    """Take our modules out of memory: each child imports them with its own fault."""
    for name in list(sys.modules):
        if name.split(".")[0] == "sepakat_lib":
            del sys.modules[name]


def begin(work, scratch: Path) -> int:
    """Start `work` in a process of its own; its answer lies in the scratch folder."""
    scratch.mkdir(parents=True)
    if pid := os.fork():
        return pid
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        os.chdir(ROOT)
        out = os.open(scratch / "out.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ |= {
            "TMPDIR": str(scratch),
            "SEPAKAT_DATA": str(scratch / "data"),
            "SEPAKAT_OUTPUTS": str(scratch / "outputs"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
        }
        tempfile.tempdir = None
        (scratch / "answer.json").write_text(json.dumps(work()))
    except BaseException:
        (scratch / "answer.json").write_text(json.dumps({"broke": format_exc()}))
    finally:
        os._exit(0)


def run(jobs: dict, limits: dict):
    """Each job's name, answer (none where it died) and seconds, two at a time."""
    waiting, running = list(jobs), {}
    try:
        while waiting or running:
            while waiting and len(running) < WORKERS:
                name = waiting.pop(0)
                scratch = Path(tempfile.mkdtemp(prefix="run-", dir=PLACE)) / "scratch"
                running[begin(jobs[name], scratch)] = name, scratch, time.monotonic()
            for pid, (name, scratch, began) in list(running.items()):
                took = time.monotonic() - began
                late = took > limits[name]
                if late or os.waitpid(pid, os.WNOHANG)[0]:
                    del running[pid]
                    yield name, ended(pid, scratch, late), took
            time.sleep(0.02)
    finally:
        for pid, (_, scratch, _) in running.items():
            ended(pid, scratch, late=True)


def ended(pid: int, scratch: Path, late: bool):
    """The answer of a process that is over, or "late" of one that is ended now."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # and what it left running
    if late:
        os.waitpid(pid, 0)
    answer = scratch / "answer.json"
    found = json.loads(answer.read_text()) if answer.is_file() and not late else None
    if isinstance(found, dict) and "broke" in found:
        raise SystemExit(f"the tool itself is broken: {found['broke']}")
    shutil.rmtree(scratch.parent, ignore_errors=True)
    return "late" if late else found


# --- which tests reach what -----------------------------------------------------------
def files_of_tests() -> list[Path]:
    """Every file of tests, and the library itself for the examples in it."""
    found = sorted((ROOT / "tests").glob("test_*.py"))
    return [
        ROOT / "sepakat_lib",
        *(each for each in found if each.name not in LEFT_OUT),
    ]


def reached(files: list[Path]) -> dict:
    """What every test reaches, from TMPDIR where neither code nor test changed."""
    PLACE.mkdir(exist_ok=True)
    common = mark(ROOT / "sepakat_lib", ROOT / "parameters", *helpers())
    kept = {
        path: PLACE / f"{path.stem}-{mark(path)[:12]}-{common[:12]}.json"
        for path in files
    }
    jobs = {path: recording(path) for path in files if not kept[path].is_file()}
    for path, answer, took in run(jobs, dict.fromkeys(jobs, 1800)):
        if answer is None or answer == "late":
            raise SystemExit(f"{path.name} did not come to an end without a fault")
        kept[path].write_text(json.dumps(answer))
        print(
            f"noted what {path.name} reaches: {len(answer['took'])} tests, {took:.0f} s",
            flush=True,
        )
    return merged(json.loads(each.read_text()) for each in kept.values())


def helpers() -> list[Path]:
    """What the tests share."""
    ours = ("mutants", "planting", "kills", "killing", "shots")
    every = (ROOT / "tests").glob("*.py")
    return sorted(
        each for each in every if each.stem[:5] != "test_" and each.stem not in ours
    )


def mark(*places: Path) -> str:
    """One mark for what stands in files and folders."""
    found = hashlib.sha256()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()


def recording(path: Path):
    """The work that notes what the tests of one file reach."""

    def work():
        plugin = reaching.Reach(ROOT, planting.PYTHON)
        code = pytest.main([*QUIET, str(path)], plugins=[plugin])
        if code not in (0, 1, 5):
            sys.stdout.flush()
            said = Path(os.environ["TMPDIR"], "out.txt").read_text("utf-8")[-3000:]
            raise RuntimeError(f"pytest ends with {code} in {path.name}:\n{said}")
        return plugin.told()

    return work


def merged(notes) -> dict:
    """One table of what all files of tests told."""
    lines = defaultdict(lambda: defaultdict(set))
    noted, took, failed = defaultdict(set), {}, []
    for each in notes:
        for path, of_line in each["lines"].items():
            for line, tests in of_line.items():
                lines[path][int(line)] |= set(tests)
        for key, tests in each["noted"].items():
            noted[key] |= set(tests)
        took |= each["took"]
        failed += each["failed"]
    return {"lines": lines, "noted": noted, "took": took, "failed": failed}


def reaching_line(mutant, reach: dict) -> set[str]:
    """Tests that run the statement; all that run the file where it runs on import."""
    lines = reach["lines"][mutant.path]
    first, last = planting.statement(mutant)
    tests = set().union(*(lines[line] for line in range(first, last + 1)))
    if reaching.IMPORTING in tests:
        tests = set().union(*lines.values())
    return tests - {reaching.IMPORTING}


# --- one fault ------------------------------------------------------------------------
class Planted(SourceFileLoader):
    """Loads a module from a text in memory; no compiled file is read or written."""

    text = ""

    def get_code(self, name):
        return compile(self.text, self.path, "exec", dont_inherit=True)


class ImportFails(Exception):
    """The module cannot even be imported with this fault."""


class Finder:
    """Finds the one module that has a fault."""

    def __init__(self, mutant):
        self.path = ROOT / mutant.path
        name = mutant.path.removesuffix(".py").removesuffix("/__init__")
        self.name = name.replace("/", ".")
        self.text = mutant.plant(self.path.read_text("utf-8"))

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        loader = Planted(name, str(self.path))
        loader.text = self.text
        inside = [str(self.path.parent)] if self.path.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=loader, submodule_search_locations=inside
        )


def testing(mutant, reach: dict, plain: dict):
    """The work that plants a fault and runs the tests that reach it."""

    def work():
        try:
            tests = planted(mutant, reach, plain)
        except ImportFails as error:
            return ["caught", f"import fails: {error}"]
        if mutant.room == planting.SQL and not tests:
            return ["changes nothing", "no declaration has other SQL"]
        tests -= set(reach["failed"])
        if not tests:
            return ["survived", "no test reaches it"]
        plugin = reaching.Chosen(quickest(tests, reach["took"]), reach["took"])
        code = run_tests(plugin)
        if code in (0, 5):
            slower = len(tests) - len(plugin.chosen)
            return [
                "survived",
                f"{len(plugin.chosen)} tests pass, {slower} slower not run",
            ]
        return ["caught", (plugin.failed or [f"pytest ends with {code}"])[0]]

    return work


def run_tests(plugin) -> int:
    """Run the chosen tests until one fails."""
    files = sorted({test.split("::")[0] for test in plugin.chosen})
    return int(pytest.main([*QUIET, "-x", *files], plugins=[plugin]))


def doubtful(results: list[tuple], reach: dict) -> int:
    """Whether a test that caught a fault fails without any, here and in this order."""
    caught = {why for _, end, why in results if end == "caught"} & set(reach["took"])
    plugin = reaching.Chosen(caught, reach["took"])
    job = {"none": lambda: [run_tests(plugin), *plugin.failed]}
    for _, answer, _ in run(job if caught else {}, {"none": 3600}):
        if answer != [0]:
            print(f"without a fault {answer}: what these tests caught is in doubt")
            return 2
        print(f"the {len(caught)} tests that caught them pass without a fault")
    return 0


def quickest(tests: set[str], took: dict) -> set[str]:
    """The quickest tests that together take no longer than `ENOUGH`."""
    found, sum_ = set(), 0.0
    for test in sorted(tests, key=lambda test: (took[test], test)):
        sum_ += took[test]
        if sum_ > ENOUGH and found:
            break
        found.add(test)
    return found


def planted(mutant, reach: dict, plain: dict) -> set[str]:
    """Plant the fault in this process; the tests that reach it."""
    if mutant.room == planting.WORDS:
        from sepakat_lib import words

        key, language = mutant.where.rsplit(".", 1)
        words.catalogue()[key][language] = mutant.after
        return reach["noted"][f"say {key}"] | reach["noted"]["say *"]
    finder = Finder(mutant)
    sys.meta_path.insert(0, finder)
    try:
        # now, since pytest itself would load a file that it is asked to test
        module = importlib.import_module(finder.name)
        now = reaching.declared() if mutant.room == planting.SQL else {}
    except Exception as error:
        raise ImportFails(repr(error)) from error
    if not isinstance(module.__loader__, Planted):
        raise RuntimeError(f"{finder.name} was there before its fault")
    if mutant.room != planting.SQL:
        return reaching_line(mutant, reach)
    changed = [name for name in plain if now.get(name) != plain[name]]
    return set().union(*(reach["noted"][name] for name in changed))


def tested(mutants: list, reach: dict, plain: dict) -> list[tuple]:
    """Every fault with what became of it and why, told as it goes."""
    equivalent = planting.judged()
    results = [
        (each, "changes nothing", equivalent[each.key])
        for each in mutants
        if each.key in equivalent
    ]
    jobs = {
        each: testing(each, reach, plain)
        for each in mutants
        if each.key not in equivalent
    }
    for mutant, answer, took in run(jobs, dict.fromkeys(jobs, LIMIT)):
        if answer == "late":
            end, why = "timed out", f"after {took:.0f} s"
        else:
            end, why = answer or ("caught", "the process died")
        results.append((mutant, end, why))
        place, count = f"{mutant.path}:{mutant.line}", f"{len(results)}/{len(mutants)}"
        print(f"{count} {end:9} {took:5.1f} s  {place}  {why}", flush=True)
        if end == "survived":
            print(f"    {mutant.before!r}\n  → {mutant.after!r}", flush=True)
    return results


def told(results: list[tuple]) -> int:
    """Print the counts of each room and every fault that survived."""
    counts = Counter((mutant.room, end) for mutant, end, _ in results)
    rows = [*dict.fromkeys(mutant.room for mutant, _, _ in results)]
    print(f"\n{'room':14}{'made':>6}" + "".join(f"{end:>17}" for end in ENDS))
    for room in rows:
        own = [counts[room, end] for end in ENDS]
        print(f"{room:14}{sum(own):6}" + "".join(f"{count:17}" for count in own))
    for wanted in ("changes nothing", "survived"):
        print(f"\n{wanted}:")
        for mutant, end, why in results:
            if end == wanted:
                print(f"- {mutant.path}:{mutant.line} {mutant.where} ({why})")
                print(f"    {mutant.before!r}\n  → {mutant.after!r}")
    sums = {end: sum(counts[room, end] for room in rows) for end in ENDS}
    rest = sum(sums.values()) - sums["changes nothing"]
    percent = 100 * sums["survived"] / max(rest, 1)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{spent.ru_utime + spent.ru_stime:.0f} s of processor time")
    print(
        f"\n{sums['survived']} of {rest} survive: {percent:.1f} percent; {MAY_SURVIVE} may"
    )
    return int(percent > MAY_SURVIVE)


if __name__ == "__main__":
    sys.exit(main())
