"""An indicator's card: all that its declaration says, in whole sentences.

Nothing is said of an indicator that does not follow from its declaration and from the
policy values in force.
"""

from sepakat_lib import words
from sepakat_lib.indicators import Indicator, catalogue, definition
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

SHARED = {  # kinds whose formula is one sentence whatever the unit
    *("total", "tenths", "growth", "change", "gap", "official", "awaited"),
}


def anchor(indicator: str) -> str:
    """What leads to an indicator's card.

    >>> anchor("p0")
    'def-p0'
    """
    return f"def-{indicator}"


def linked(indicator: str, language: str) -> words.Marked:
    """Label of an indicator in a table, which leads to its card."""
    label = catalogue()[indicator].label[language]
    return words.Marked(label, "", "", "", link=anchor(indicator))


def card(indicator: str, language: str, year: int) -> dict:
    """What an indicator is, how it is computed, who counts, its limits, how to read it.

    Parameters
    ----------
    indicator : str
        In the catalogue.
    language : {"id", "en"}
    year : int
        Whose policy values stand in the definition.

    Returns
    -------
    dict
        ``label``, ``anchor``, ``meaning`` and ``facts`` (pairs of name and text), as
        `page.terms` takes them.
    """
    one = catalogue()[indicator]

    def say(key: str, **fields) -> str:
        return words.say(f"card.{key}", language, **fields)

    facts = [("formula", say(f"formula.{_formula(one)}"))]
    if one.kind not in ("official", "awaited"):
        facts.append(("counts", say(f"counts.{_counts(one)}")))
    if one.frame != "other":
        facts.append(("frame", one.frame))
    facts.append(("source", one.source))
    facts.append(("limits", " ".join(_limits(one, language))))
    facts.append(("reading", say(f"reading.{one.better}")))
    facts.append(("code", one.code))
    return {
        "label": one.label[language],
        "anchor": anchor(indicator),
        "meaning": definition(indicator, language, year),
        "facts": [[say(name), text] for name, text in facts],
    }


def _formula(one: Indicator) -> str:
    if one.kind in SHARED:
        return one.kind
    if one.kind == "distribution":
        return "distribution"
    if one.unit == "percent":
        return "share" if one.bounded else "ratio"
    return "index" if one.unit == "index" else "mean"


def _counts(one: Indicator) -> str:
    if one.counts == "households":
        return "households"
    return "persons" if one.table == "persons" else "members"


def _limits(one: Indicator, language: str) -> list[str]:
    """What the declaration alone says of where the indicator ends."""

    def say(key: str, **fields) -> str:
        return words.say(f"card.limits.{key}", language, **fields)

    if one.kind == "awaited":
        keeper = words.say(f"keeper.{one.keeper}", language)
        return [say("awaited", file=one.awaits[language], keeper=keeper)]
    if one.kind == "official":
        return [say("official")]
    limits = [say("since", year=str(one.since))] if one.since else []
    if {"welfare", "poverty_line", "extreme_line"} & one.columns:
        limits.append(say("line"))
    return [*limits, say("survey")]


def cards(indicators, language: str, year: int) -> Block:
    """Cards of some indicators, in the order of the catalogue, folded away."""
    wanted = set(indicators)
    entries = [card(name, language, year) for name in catalogue() if name in wanted]
    return page.terms(entries, language=language)


def all_indicators(language: str, year: int, coverage: dict | None = None) -> str:
    """A whole page with the card of every indicator, by question, and the coverage.

    Parameters
    ----------
    language : {"id", "en"}
    year : int
        Whose policy values stand in the definitions.
    coverage : dict, optional
        ``summary``, ``reasons``, ``headers``, ``modules`` and ``rows`` on the rows of
        the framework's list, in words.
    """
    by_question: dict[int, list[dict]] = {}
    for name, one in catalogue().items():
        entry = card(name, language, year)
        by_question.setdefault(one.question, []).append(entry)
    parts = [
        (words.say(f"question.{number}", language), entries)
        for number, entries in sorted(by_question.items())
    ]
    more = [_covered(coverage, language)] if coverage else []
    return page.glossary(parts, year=year, language=language, more=more)


def _covered(coverage: dict, language: str) -> tuple[str, Block]:
    """Heading and table of what answers each row of the framework's list."""
    headers, rows, heading = coverage["headers"], [], ""
    for module, row in zip(coverage["modules"], coverage["rows"], strict=True):
        if module != heading:
            heading = module
            rows.append([heading, *[""] * (len(headers) - 1)])
        rows.append(row)
    lead = words.say("coverage.lead", language)
    counts = [*coverage["summary"], f"{'; '.join(coverage['reasons'])}.", lead]
    block = page.section("", page.NOTHING, counts)
    block += page.table(headers, rows, text=True)
    return words.say("coverage.title", language), block
