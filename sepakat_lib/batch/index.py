"""The list of what stands in `outputs`: every page, what failed, and why.

What a page is stands in its file's name: module, then choices that are not standard.
"""

import datetime
import os
from pathlib import Path

from sepakat_lib import atomic, modules, refused, regions, speaker, words
from sepakat_lib.batch.one import FAILED, notebooks, outputs, record_of, writing
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
    target = outputs() / "index.html"
    with writing(), atomic.whole(target) as fresh:
        entries = _entries(language)
        fresh.write_text(page.listing(entries, language=language), "utf-8")
    return target


def _entries(language: str) -> list[dict]:
    """One entry a page, as `page.listing` takes it."""
    codes = set(regions.table()["region"])
    folders = {
        (path.parent.name, path.name)
        for path in outputs().glob("*/[0-9][0-9][0-9][0-9]")
        if path.parent.name in codes
    }
    failures = _failures(language)
    folders |= {(region, year) for region, year, _ in failures if region in codes}
    entries = []
    for region, year in sorted(folders):
        pages = record_of(region, int(year))
        failed = {
            stem: why
            for (*place, stem), why in failures.items()
            if place == [region, year]
        }
        for stem in sorted(set(pages) | set(failed)):
            if not (named := _is_ours(stem)):
                continue
            module, choices = named
            entries.append(
                {
                    "region": region,
                    "province": regions.province(region) or region,
                    "year": int(year),
                    "module": module,
                    "choices": choices,
                    "address": f"{region}/{year}/{stem}.html",
                    "made": _day(pages.get(stem, {}).get("made")),
                    "synthetic": pages.get(stem, {}).get("synthetic", False),
                    "why": failed.get(stem, ""),
                    "outdated": _is_outdated(stem, pages),
                }
            )
    return entries


def _is_outdated(stem: str, pages: dict[str, dict]) -> bool:
    """Whether a file beside the page was since made anew, of other data, for another.

    Pages in two languages share their tables.
    """

    def files(page: dict) -> dict:
        return page["files"] if isinstance(page.get("files"), dict) else {}

    record = pages.get(stem, {})
    later = [page for page in pages.values() if _made(page) > _made(record)]
    return any(
        files(page).get(name, mark) != mark
        for page in later
        for name, mark in files(record).items()
    )


def _made(page: dict) -> str:
    return str(page.get("made", ""))


def _is_ours(stem: str) -> tuple[str, dict] | None:
    """Module and choices of a page of that name, if it can have been made here."""
    named = modules.read_stem(stem)
    return named if named and named[0] in notebooks() else None


def _failures(language: str) -> dict[tuple[str, str, str], str]:
    """Why pages failed, by region, year and stem: `one.failures`."""
    reasons = {}
    year = "[0-9]" * 4
    for pattern in (f"*.{year}.*{FAILED}", f"*/{year}/*{FAILED}"):
        for path in outputs().glob(pattern):
            why = _reason(atomic.read_object(path) or {}, language)
            why = why or words.say("index.unreadable", language, file=path.name)
            name = str(path.relative_to(outputs())).removesuffix(FAILED)
            region, when, stem = name.replace(os.sep, ".").split(".", 2)
            reasons[region, when, stem] = why
    return reasons


def _reason(record: dict, language: str) -> str:
    """Why a page failed, as its record has it; empty where it tells nothing."""
    if error := refused.of_record(record):
        return speaker.sentence(error, language)
    why = record.get("why")  # records from before errors had codes hold a sentence
    return why if isinstance(why, str) else ""


def _day(made: object) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(made).date()
    except (TypeError, ValueError):  # a record that tells no time
        return None
