import asyncio
import os
import shutil

import pytest
from hypothesis import settings

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
