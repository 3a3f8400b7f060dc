"""Which pages stand in `outputs`, and in what state: index, status and publishing ask here.

What a page is stands in its file's name: module, then choices that are not standard.
"""

import os
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from sepakat_lib import atomic, modules, refused, regions
from sepakat_lib.batch import one
from sepakat_lib.modules import Parameters
from sepakat_lib.refused import Refused

WHOLE, STALE, FAILED = "whole", "stale", "failed"


class Page(NamedTuple):
    """A page that was made, or could not be.

    Attributes
    ----------
    region : str
    year : int
    stem : str
        Name of its file, without ending.
    module : str
    choices : dict
        Those that are not the standard ones.
    record : dict
        What `run.json` tells of it; empty where none was made.
    failure : Path or None
        Where it stands why the last attempt failed.
    """

    region: str
    year: int
    stem: str
    module: str
    choices: dict
    record: dict
    failure: Path | None

    @property
    def chosen(self) -> Parameters:
        """All choices of the page."""
        of = modules.of(self.module).choices
        return of(region=self.region, year=self.year, **self.choices)


class State(NamedTuple):
    """How a page stands: whole, stale or failed.

    Attributes
    ----------
    name : str
    why : list of str
        Of a stale one, as `one.reasons`.
    error : Refused or None
        Of a failed one, if its record can be read.
    """

    name: str
    why: list[str]
    error: Refused | None


def pages(
    *,
    wanted: Collection[str] | None = None,
    year: int | None = None,
    names: Collection[str] | None = None,
) -> list[Page]:
    """Every page in `outputs` that can have been made here, by region, year and name.

    Parameters
    ----------
    wanted : collection of str, optional
        These regions alone.
    year : int, optional
        This year alone.
    names : collection of str, optional
        These modules alone.
    """
    codes = set(regions.table()["region"] if wanted is None else wanted)
    years = "[0-9]" * 4 if year is None else str(year)
    failed = {
        key: path
        for key, path in failures().items()
        if key[0] in codes and (year is None or key[1] == str(year))
    }
    folders = {
        (path.parent.name, path.name)
        for path in atomic.there(one.outputs(), f"*/{years}")
        if path.parent.name in codes
    }
    folders |= {(region, when) for region, when, _ in failed}
    known = set(one.notebooks() if names is None else names)
    found = []
    for region, when in sorted(folders):
        records = one.record_of(region, int(when))
        stems = set(records) | {key[2] for key in failed if key[:2] == (region, when)}
        for stem in sorted(stems):
            named = modules.read_stem(stem)
            if named and named[0] in known:
                record, why = records.get(stem, {}), failed.get((region, when, stem))
                found.append(Page(region, int(when), stem, *named, record, why))
    return found


def failures() -> dict[tuple[str, str, str], Path]:
    """Where it stands why pages failed, by region, year and stem: `one.failures`."""
    found = {}
    year = "[0-9]" * 4
    for pattern in (f"*.{year}.*{one.FAILED}", f"*/{year}/*{one.FAILED}"):
        for path in atomic.there(one.outputs(), pattern):
            name = str(path.relative_to(one.outputs())).removesuffix(one.FAILED)
            region, when, stem = name.replace(os.sep, ".").split(".", 2)
            found[region, when, stem] = path
    return found


def state(page: Page) -> State:
    """How a page stands now.

    One that is whole has not failed, whatever an earlier attempt left behind; an
    earlier page of which a later attempt failed counts as failed.
    """
    why: list[str] = []
    if page.record:
        try:
            why = one.reasons(page.chosen, page.module, page.record)
        except (Refused, OSError):  # data that cannot be read are not those it is of
            why = ["data"]
        if not why:
            return State(WHOLE, [], None)
    if page.failure is None:
        return State(STALE, why, None)
    error = refused.of_record(atomic.read_object(page.failure) or {})
    return State(FAILED, why, error)


def counted(states: list[tuple[Page, State]]) -> dict[str, int]:
    """How many pages are whole, stale and failed."""
    found = [each.name for _, each in states]
    return {name: found.count(name) for name in (WHOLE, STALE, FAILED)}


def told(page: Page, state: State) -> dict:
    """A page and its state in JSON's own types."""
    error = state.error
    failed = {"code": error.code, "fields": error.fields} if error else None
    return {
        "region": page.region,
        "year": page.year,
        "module": page.module,
        "choices": page.choices,
        "state": state.name,
        "why": state.why,
        "failed": failed,
    }
