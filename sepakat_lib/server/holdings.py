"""What the warehouse holds, asked again only when something came or went.

A crowd asks the same of every visitor's page. What was found is believed for `BELIEVED`
seconds, and only as long as no folder of the warehouse changed, in which everything
appears by a rename.
"""

import functools
import os
import time
from pathlib import Path

from sepakat_lib import intake, rounds, warehouse

BELIEVED = 10  # seconds
DEEP = 3  # levels of folders whose changes are seen: warehouse, survey, year


def state() -> tuple:
    """Another value than before once the holdings may have changed."""
    found, level = [], [str(warehouse.folder() / "warehouse")]
    for depth in range(DEEP):
        found += [(path, _changed(path)) for path in level]
        if depth < DEEP - 1:
            level = [below for path in level for below in _below(path)]
    return time.monotonic() // BELIEVED, *found


def _changed(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _below(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(each.path for each in entries if each.is_dir())
    except FileNotFoundError:
        return []


def years() -> list[int]:
    """Years of which any March round is loaded.

    Raises
    ------
    Refused
        A file that tells what was loaded cannot be read.
    """
    return [*_years(state())]


@functools.lru_cache(1)
def _years(_: tuple) -> tuple[int, ...]:
    return tuple(intake.years())


def refuse_beyond(year: int) -> None:
    """Refuse a year that nothing is held of, as `rounds.refuse_beyond` does."""
    _refuse_beyond(year, state())


@functools.lru_cache(32)
def _refuse_beyond(year: int, _: tuple) -> None:
    rounds.refuse_beyond(year)
