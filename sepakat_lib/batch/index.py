"""The list of what stands in `outputs`: every page, what failed, and why.

What a page is stands in its file's name: module, then choices that are not standard.
"""

import datetime
import json
from pathlib import Path

from sepakat_lib import regions, warehouse
from sepakat_lib.batch.one import outputs
from sepakat_lib.reports import page


def write_index(language: str = "id") -> Path:
    """Write `outputs/index.html` from what stands there, whoever made it.

    Parameters
    ----------
    language : {"id", "en"}

    Returns
    -------
    Path
    """
    found = _entries()
    target = outputs() / "index.html"
    with warehouse.whole(target) as fresh:
        fresh.write_text(page.listing(found, language=language), "utf-8")
    return target


def _entries() -> list[dict]:
    """One entry a page, as `page.listing` takes it."""
    entries = []
    for folder in sorted(outputs().glob("*/[0-9][0-9][0-9][0-9]")):
        region = folder.parent.name
        record = folder / "run.json"
        told = json.loads(record.read_text("utf-8")) if record.exists() else {}
        failed = {
            path.name.removesuffix(".failed.json"): json.loads(path.read_text("utf-8"))
            for path in folder.glob("*.failed.json")
        }
        for stem in sorted(set(told) | set(failed)):
            module, *choices = stem.split(".")
            entries.append(
                {
                    "region": region,
                    "province": regions.province(region) or region,
                    "year": int(folder.name),
                    "module": module,
                    "choices": choices,
                    "address": f"{region}/{folder.name}/{stem}.html",
                    "made": _day(told.get(stem, {}).get("made")),
                    "synthetic": told.get(stem, {}).get("synthetic", False),
                    "why": failed.get(stem, {}).get("why", ""),
                }
            )
    return entries


def _day(made: str | None) -> datetime.date | None:
    return datetime.datetime.fromisoformat(made).date() if made else None
