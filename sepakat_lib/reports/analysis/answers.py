"""The questions with what stands under each, and the contents that lead there."""

import pandas as pd

from sepakat_lib import words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis.apart import apart
from sepakat_lib.reports.analysis.beside import beside, by_group, targeting
from sepakat_lib.reports.analysis.gaps import circles, fifths
from sepakat_lib.reports.analysis.groups import by_area, sectors
from sepakat_lib.reports.analysis.money import bidang, budget, spread, tagged
from sepakat_lib.reports.analysis.owners import owners
from sepakat_lib.reports.analysis.poverty import bands, growth
from sepakat_lib.reports.analysis.profile import profile
from sepakat_lib.reports.page import Block

SHOWN = {  # by the first word of a section's key
    block.__name__: block
    for block in (
        *(apart, bands, beside, by_area, by_group, circles, fifths, growth),
        *(owners, profile, sectors, targeting, bidang, budget, spread, tagged),
    )
}
OPENING = ("over_time", "standing")  # of question 1: cells of their own


def contents(
    chosen: Parameters, answers: dict[int, list], inside: pd.DataFrame
) -> Block:
    """Contents of the page: the five questions and what stands under each.

    Parameters
    ----------
    chosen : Parameters
    answers : dict of int to list
        From `analysis.answers`.
    inside : DataFrame
        From `analysis.below`.
    """
    language, entries = chosen.language, []
    for number, sections in answers.items():
        keys = [section.key for section in sections]
        if number == 1:
            keys = [*OPENING, *["below"] * len(inside[:1]), *keys]
        parts = [(words.say(f"contents.{key}", language), key) for key in keys]
        heading = words.say(f"question.{number}", language)
        entries.append((heading, f"question-{number}", parts))
    for key in ("unknown", "terms"):
        entries.append((words.say(f"page.{key}", language), key, []))
    return page.contents(entries, language=language)


def question(chosen: Parameters, number: int) -> Block:
    """Heading of one of the five questions, with an anchor of its number."""
    says = [words.say("prose.no_cause", chosen.language)] * (number < 5)
    heading = words.say(f"question.{number}", chosen.language)
    return page.anchored(page.question(heading, says), f"question-{number}")


def answers(chosen: Parameters, answers: dict[int, list], number: int) -> Block:
    """What stands under a question, in the order that the stage decided.

    Parameters
    ----------
    chosen : Parameters
    answers : dict of int to list
        From `analysis.answers`.
    number : int
        Of the question.
    """
    blocks = page.NOTHING
    for section in answers[number]:
        show = SHOWN[section.key.partition(".")[0]]
        blocks += page.anchored(show(chosen, *section.tables), section.key)
    return blocks
