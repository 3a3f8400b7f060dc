"""The list of what stands in `outputs`: every page, what failed, and why."""

import datetime
from pathlib import Path

from sepakat_lib import atomic, refused, regions, speaker, verification, words
from sepakat_lib.batch import coverage, standing
from sepakat_lib.batch.one import outputs, record_of, writing
from sepakat_lib.reports import cards, page
from sepakat_lib.reports import verification as beside


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


def write_indicators(language: str, year: int) -> Path:
    """Write `outputs/indicators.html` (``indicators.en.html``): a card an indicator.

    Parameters
    ----------
    language : {"id", "en"}
    year : int
        Whose policy values stand in the definitions.

    Returns
    -------
    Path
    """
    ending = "html" if language == "id" else f"{language}.html"
    target = outputs() / f"indicators.{ending}"
    with writing(), atomic.whole(target) as fresh:
        rows = coverage.told(language)
        fresh.write_text(cards.all_indicators(language, year, rows), "utf-8")
    return target


def write_verification(
    language: str, folder: Path | None = None
) -> tuple[Path, verification.Verification]:
    """Write `outputs/verification.html`: our numbers beside those of others.

    Parameters
    ----------
    language : {"id", "en"}
    folder : path, optional
        Of values of other software, as `verification.verify` takes it.

    Returns
    -------
    (Path, Verification)
        The page, and what stands on it.
    """
    done = verification.verify(folder)
    text = beside.verification(
        *done,
        verification.coverage(),
        with_folder=folder is not None,
        date=datetime.date.today(),
        language=language,
    )
    target = outputs() / "verification.html"
    with writing(), atomic.whole(target) as fresh:
        fresh.write_text(text, "utf-8")
    return target, done


def _entries(language: str) -> list[dict]:
    """One entry a page, as `page.listing` takes it."""
    entries = []
    for each in standing.pages():
        others = record_of(each.region, each.year)
        entries.append(
            entry(each, f"{each.region}/{each.year}/{each.stem}.html")
            | {
                "why": _reason(each.failure, language) if each.failure else "",
                "outdated": _is_outdated(each.stem, others),
            }
        )
    return entries


def entry(each: standing.Page, address: str) -> dict:
    """What the list tells of a page, whatever its state."""
    return {
        "region": each.region,
        "province": regions.province(each.region) or each.region,
        "year": each.year,
        "module": each.module,
        "choices": each.choices,
        "address": address,
        "made": _day(each.record.get("made")),
        "synthetic": each.record.get("synthetic", False),
        "why": "",
        "outdated": False,
    }


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


def _reason(failure: Path, language: str) -> str:
    """Why a page failed, as its record has it."""
    record = atomic.read_object(failure) or {}
    if error := refused.of_record(record):
        return speaker.sentence(error, language)
    why = record.get("why")  # records from before errors had codes hold a sentence
    if isinstance(why, str) and why:
        return why
    return words.say("index.unreadable", language, file=failure.name)


def _day(made: object) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(made).date()
    except (TypeError, ValueError):  # a record that tells no time
        return None
