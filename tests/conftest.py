import asyncio
import importlib
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from sepakat_lib import atomic

# A deadline would assert a time: on a busy machine a right answer would fail.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def _chromium():
    """One headless Chromium for all tests, and the loop playwright talks through."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser found: install one of {', '.join(BROWSERS)}")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield chromium, loop
        asyncio._set_running_loop(loop)
        chromium.close()


@pytest.fixture
def browser(_chromium):
    """Headless Chromium, shared by all tests; none of them downloads it.

    Playwright leaves its event loop running in this thread, and `asyncio.run` in any
    later test would refuse to start; so the loop shows only while a test holds this.
    """
    chromium, loop = _chromium
    asyncio._set_running_loop(loop)
    yield chromium
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def writers():
    """benchmarks/writers.py, under a name that the processes it starts can import too."""
    folder = str(Path(__file__).resolve().parents[1] / "benchmarks")
    sys.path.insert(0, folder)
    yield importlib.import_module("writers")
    sys.path.remove(folder)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """What several files of tests start from, made once in a run and not by each.

    `once(name, make)` is the folder that `make(folder)` filled, whichever worker came
    first. It is nobody's own: tests that may write work in a copy.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # which the workers of a run share

    def made(name, make):
        place = base / f"once-{name}"
        with atomic.locked(base / f"once-{name}.lock"):
            if not place.exists():
                fresh = base / f"once-{name}-{os.getpid()}"
                shutil.rmtree(fresh, ignore_errors=True)  # of one that failed before
                fresh.mkdir()
                make(fresh)
                fresh.rename(place)
        return place

    return made


@pytest.fixture(scope="session")
def loaded(once):
    """`loaded(place)` fills a data folder: Pacitan and Bantaeng, invented, of 2023.

    It is a copy of what is invented, loaded and estimated once in a run.
    """
    from sepakat_lib import estimation, intake

    def make(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SEPAKAT_DATA", str(folder))
            intake.invent(["3501", "7303"], 2023)
            estimation.estimate(2023)

    def fill(place):
        return shutil.copytree(once("data", make), place)

    return fill


@pytest.fixture(scope="session")
def invented(once):
    """`invented(place)` fills a folder: CSV files of Pacitan, 2023, as BPS has them."""
    from sepakat_lib.sources import susenas

    def make(folder):
        susenas.demo(folder, regions=["3501"], year=2023, format="csv")

    def fill(place):
        return shutil.copytree(once("files", make), place)

    return fill


@pytest.fixture(scope="session")
def pages(once):
    """Outputs of three kabupaten, made once in a run: for tests that only read them.

    Pages of 2023 with 2021 before it, each beside the other two, in Indonesian; that of
    Pacitan in English too. All files stand beside those of Pacitan and Bantaeng.
    """
    from sepakat_lib import batch, estimation, intake, parameters

    def make(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SEPAKAT_DATA", str(folder / "data"))
            patch.setenv("SEPAKAT_OUTPUTS", str(folder / "outputs"))
            for year in (2021, 2023):
                intake.invent(["3501", "7303", "3578"], year)
                estimation.estimate(year)
            # what a web server or a shell leaves behind has no say in any page
            query = "region=3273&year=2021&language=en&confidence=0.5"
            patch.setenv("QUERY_STRING", query)
            patch.setenv("SERVER_SOFTWARE", "voila/0.5")
            patch.setenv("LC_ALL", "de_DE.UTF-8")
            patch.setenv("TZ", "Asia/Jayapura")
            patch.chdir(folder)
            for region, language, formats in (
                ("3501", "en", ["csv", "xlsx", "map"]),
                ("3501", "id", ["csv", "xlsx", "map"]),
                ("7303", "id", ["csv", "xlsx", "map"]),
                ("3578", "id", []),
            ):
                chosen = parameters.resolve(region=region, year=2023, language=language)
                batch.run(chosen, formats=formats)

    return once("pages", make) / "outputs"


@pytest.fixture
def two_rounds(pages, tmp_path, monkeypatch):
    """A warehouse of those kabupaten, with both rounds, for a test alone."""
    folder = shutil.copytree(pages.parent / "data", tmp_path / "data-of-two-rounds")
    monkeypatch.setenv("SEPAKAT_DATA", str(folder))


@pytest.fixture
def say(capsys):
    """Run `sepakat …` in this process; its exit code, and what it printed and refused."""
    from sepakat_lib import cli

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return end.value.code, out, " ".join(err.split())

    return run


# Files that take longest begin first, so that all workers end at about the same time.
LONGEST = ["test_server", "test_batch", "test_kills", "test_second_module"]
LONGEST += ["test_kept_estimates", "test_intake", "test_susenas_cells", "test_door"]


def pytest_collection_modifyitems(items):
    """Order files of tests by how long they take; the order inside a file stays."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


def _skips_fail():
    return os.environ.get("CI") == "true"


def _fail(report, why):
    report.outcome = "failed"
    report.longrepr = f"skipped, which CI=true does not allow: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything ought to be there, a skipped test is a failed one."""
    report = yield
    if _skips_fail() and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report, report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a whole module that skips itself."""
    report = yield
    if _skips_fail() and report.skipped:
        _fail(report, report.longrepr)
    return report
