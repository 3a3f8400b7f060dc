"""Which tests reach which line, sentence and SQL; and running only those, quickest first.

`Reach` is a pytest plugin that notes, `Chosen` one that chooses by what was noted. What
a fixture of a module or session reaches counts for every test that uses it.
"""

import functools
import importlib
import pkgutil
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import coverage
import pytest

IMPORTING, COLLECTING = "import", "collect"
SQL_OF = {
    "Indicator": ("numerator", "denominator", "universe"),
    "Grouping": ("expression",),
}


def import_all() -> None:
    """Import every module of the library, so that importing is no test's doing."""
    library = importlib.import_module("sepakat_lib")
    for each in pkgutil.walk_packages(library.__path__, "sepakat_lib."):
        importlib.import_module(each.name)


def declared() -> dict[str, list[str]]:
    """The SQL of every indicator and grouping."""
    library = importlib.import_module("sepakat_lib.indicators")
    every = [*library.catalogue().values(), *library.GROUPINGS]
    return {
        f"sql {each.name}": [
            getattr(each, name) for name in SQL_OF[type(each).__name__]
        ]
        for each in every
    }


class Reach:
    """Notes what each test reaches of the given files, of the sentences and the SQL.

    Answers that functions keep are forgotten before each test, or a test that comes
    later would reach less than when it runs alone.
    """

    def __init__(self, folder: Path, rooms: tuple[str, ...]):
        self.root, self.now = folder, IMPORTING
        self.noted = defaultdict(set)  # sentence or declaration: contexts
        self.took = defaultdict(float)
        self.failed = set()
        self.users = defaultdict(list)  # fixture: tests
        self.tests = []
        library = folder / "sepakat_lib"
        files = [path for room in rooms for path in _files(library / room)]
        self.cov = coverage.Coverage(
            data_file=None, config_file=False, include=[str(path) for path in files]
        )
        self.cov.start()
        self.cov.switch_context(IMPORTING)
        import_all()
        self.caches = _caches((*rooms, "words.py", "terminal.py"))
        self._watch_sentences()
        self._watch_declarations()
        self._go_on(COLLECTING)

    def _watch_sentences(self) -> None:
        words = sys.modules["sepakat_lib.words"]
        told, note = (
            words.catalogue(),
            lambda key: self.noted[f"say {key}"].add(self.now),
        )

        class Watched(dict):
            def __getitem__(self, key):
                note(key)
                return super().__getitem__(key)

            def items(self):
                note("*")
                return super().items()

            def values(self):
                note("*")
                return super().values()

        watched = Watched(told)
        words.catalogue = lambda: watched

    def _watch_declarations(self) -> None:
        declared = sys.modules["sepakat_lib.indicators"]
        for kind, names in SQL_OF.items():

            def read(one, name, names=names):
                found = object.__getattribute__(one, name)
                if name in names:
                    self.noted[f"sql {object.__getattribute__(one, 'name')}"].add(
                        self.now
                    )
                return found

            getattr(declared, kind).__getattribute__ = read

    def _go_on(self, context: str) -> None:
        self.now = context
        self.cov.switch_context(context)

    @contextmanager
    def _inside(self, context: str):
        before, began = self.now, time.monotonic()
        self._go_on(context)
        yield
        self._go_on(before)
        self.took[context] += time.monotonic() - began

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        for cache in self.caches:
            cache.cache_clear()
        with self._inside(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        if fixturedef.scope == "function":
            return (yield)
        with self._inside(_fixture(fixturedef)):
            return (yield)

    def pytest_collection_finish(self, session):
        for item in session.items:
            self.tests.append(item.nodeid)
            info = getattr(item, "_fixtureinfo", None)
            for each in info.name2fixturedefs.values() if info else ():
                for fixture in each:
                    self.users[_fixture(fixture)].append(item.nodeid)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)

    def told(self) -> dict:
        """What was reached, with tests in place of fixtures."""
        self.cov.stop()
        self.users[COLLECTING] = self.tests
        lines, data = {}, self.cov.get_data()
        for name in data.measured_files():
            path = Path(name).relative_to(self.root).as_posix()
            for line, contexts in data.contexts_by_lineno(name).items():
                tests = self._tests(contexts)
                if tests := tests + [IMPORTING] * (IMPORTING in contexts):
                    lines.setdefault(path, {})[line] = tests
        noted = {
            key: tests for key, now in self.noted.items() if (tests := self._tests(now))
        }
        took = {test: self.took[test] for test in self.tests}
        for fixture, users in self.users.items():
            if fixture in self.took:  # the first test that asks for it waits for all
                took[users[0]] -= self.took[fixture]
                took |= {
                    test: took[test] + self.took[fixture] / len(users) for test in users
                }
        return {
            "lines": lines,
            "noted": noted,
            "took": {test: round(seconds, 3) for test, seconds in took.items()},
            "failed": sorted(self.failed),
        }

    def _tests(self, contexts) -> list[str]:
        found = set()
        for context in contexts:
            if context != IMPORTING:
                found |= set(self.users.get(context, [context]))
        return sorted(found & set(self.tests))


class Chosen:
    """Runs only the chosen tests, quickest first, and tells which failed.

    Tests that share a slow fixture stay together, after those that do not. A test that
    nobody knows yet, since the fault changed its name, runs too.
    """

    def __init__(self, chosen: set[str], took: dict[str, float]):
        self.chosen, self.took, self.failed = chosen, took, []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        kept = [
            each
            for each in items
            if each.nodeid in self.chosen or each.nodeid not in self.took
        ]
        cost = defaultdict(float)
        for each in kept:
            cost[each.path] += self.took.get(each.nodeid, 0)

        def order(item):
            own = self.took.get(item.nodeid, 0)
            together = _shared(item)
            return together, cost[item.path] if together else own, str(item.path), own

        items[:] = sorted(kept, key=order)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)


def _shared(item) -> bool:
    """Whether a test asks for a fixture that others ask for too."""
    info = getattr(item, "_fixtureinfo", None)
    defined = info.name2fixturedefs.values() if info else ()
    return any(
        each[-1].scope in ("module", "package")
        # of our own, not pytest's, of which nearly every test asks for one
        or (each[-1].scope == "session" and each[-1].baseid)
        for each in defined
    )


def _fixture(fixturedef) -> str:
    return f"fixture {fixturedef.baseid}::{fixturedef.argname}"


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def _caches(rooms) -> list:
    """Functions of these rooms that keep their answers."""
    names = tuple(f"sepakat_lib.{room.removesuffix('.py')}" for room in rooms)
    kind = type(functools.cache(len))
    return [
        each
        for name, module in list(sys.modules.items())
        if name.startswith(names)
        for each in vars(module).values()
        if isinstance(each, kind)
    ]
