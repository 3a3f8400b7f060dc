"""The list of what stands in `outputs`: every page, what failed, and why."""

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
    """One entry a page: region, province, year, module, address, when, why it failed."""
    entries = []
    for folder in sorted(outputs().glob("*/[0-9][0-9][0-9][0-9]")):
        region = folder.parent.name
        record = folder / "run.json"
        told = json.loads(record.read_text("utf-8")) if record.exists() else {}
        failed = {
            path.name.removesuffix(".failed.json"): json.loads(path.read_text("utf-8"))
            for path in folder.glob("*.failed.json")
        }
        for module in sorted(set(told) | set(failed)):
            entries.append(
                {
                    "region": region,
                    "province": regions.province(region) or region,
                    "year": int(folder.name),
                    "module": module,
                    "address": f"{region}/{folder.name}/{module}.html",
                    "made": _day(told.get(module, {}).get("made")),
                    "synthetic": told.get(module, {}).get("synthetic", False),
                    "why": failed.get(module, {}).get("why", ""),
                }
            )
    return entries


def _day(made: str | None) -> datetime.date | None:
    return datetime.datetime.fromisoformat(made).date() if made else None
