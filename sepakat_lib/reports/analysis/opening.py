"""What opens and closes the page: its bar, what is not known, how it was made."""

import datetime
from collections.abc import Sequence

import pandas as pd

from sepakat_lib import modules, plausibility, regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters, rpjmd_start
from sepakat_lib.reports import cards, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import hashes, month_of, speaker

MARCH = 3
DOUBTS = 5  # of a province or the nation stand on the page one by one
MADE_OF_OTHERS = {"growth_incidence": "decile_mean"}  # drawn, and no finding
FINER = ("kecamatan", "names", "stunting", "target")  # no survey of ours tells them
KEY_FIGURES = ("p0", "poor_persons", "p1", "poverty_line")


def bar(
    chosen: Parameters,
    comparison: pd.DataFrame,
    estimates: pd.DataFrame,
    *drawn: pd.DataFrame,
) -> Block:
    """Place, module and year, how old the data are, and whether any are invented.

    Parameters
    ----------
    chosen : Parameters
    comparison : DataFrame
        From `analysis.comparison`.
    estimates : DataFrame
        `tables.Estimates`, for how old the survey is.
    *drawn : DataFrame
        What else the page shows, with a column ``synthetic``: earlier rounds, peers.
    """
    say, language = speaker(chosen), chosen.language
    own = _own_official(chosen, comparison)
    return page.bar(
        regions.name(chosen.region),
        say("module.analysis.name"),
        chosen.year,
        vintage=_vintage(chosen, own, estimates),
        synthetic=_invented(comparison, *drawn),
        language=language,
    )


def _vintage(chosen: Parameters, own: dict, estimates: pd.DataFrame) -> str:
    """How old the newest official figure and the survey are, where there are any."""
    say, language = speaker(chosen), chosen.language
    rows = estimates[estimates["region"].eq(chosen.region)]
    surveyed, survey = len(rows) > 0, ""
    if surveyed:
        which = "demo" if rows["synthetic"].eq(True).any() else "susenas"
        month = words.month(int(rows["year"].iloc[0]), MARCH, language)
        survey = say(f"vintage.{which}", month=month)
    if not own:
        return say("analysis.vintage_survey", survey=survey) if surveyed else ""
    newest = max(own.values(), key=lambda figure: (figure["year"], figure["month"]))
    official = month_of(newest, language)
    if not surveyed:
        return say("analysis.vintage_official", official=official)
    return say("analysis.vintage_both", official=official, survey=survey)


def _invented(*drawn: pd.DataFrame) -> bool:
    return any(bool(table["synthetic"].eq(True).any()) for table in drawn)


def _own_official(chosen: Parameters, comparison: pd.DataFrame) -> dict[str, dict]:
    own = comparison[
        comparison["region"].eq(chosen.region) & comparison["source"].eq("official")
    ]
    by = own.set_index("indicator")
    return {
        name: by.loc[name, ["value", "year", "month"]].to_dict()
        for name in KEY_FIGURES
        if name in by.index
    }


def unanswered(
    chosen: Parameters,
    table: pd.DataFrame,
    assumed: int,
    doubts: Sequence[dict] = (),
) -> Block:
    """What is odd about the survey, and which indicators have no value and why.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.unanswered`.
    assumed : int
        From `estimation.assumed`.
    doubts : sequence of dict, optional
        From `estimation.doubts`.
    """
    say, language = speaker(chosen), chosen.language
    sentences = _doubted(chosen, doubts)
    sentences += [say("unknown.assumed", n=assumed)] if assumed else []
    sentences += [say(f"unknown.finer.{what}") for what in FINER]
    if rpjmd_start(chosen.region) is None:
        file = f"parameters/regions/{chosen.region}.yml"
        sentences.append(say("unknown.rpjmd", file=file))
    for items, part in table[table["items"].ne("")].groupby("items", sort=False):
        names = [catalogue()[name].label[language] for name in part["indicator"]]
        label = "; ".join(names)
        if items == "extreme_line":
            sentences.append(say("unknown.line", label=label, year=chosen.year))
        else:
            sentences.append(say("unknown.items", label=label, items=items))
    sentences += _awaited(chosen, table)
    return page.unknown(sentences, language=language)


def _awaited(chosen: Parameters, table: pd.DataFrame) -> list[str]:
    """Indicators that wait for a file, by the file and who keeps it."""
    say, language = speaker(chosen), chosen.language
    waiting = table[table["items"].eq("")].groupby([language, "keeper"], sort=False)
    return [
        say(
            "unknown.awaits",
            label="; ".join(catalogue()[n].label[language] for n in part["indicator"]),
            file=file,
            keeper=say(f"keeper.{keeper}"),
        )
        for (file, keeper), part in waiting
    ]


def _doubted(chosen: Parameters, doubts: Sequence[dict]) -> list[str]:
    """What does not fit the official figures, those that a user vouched for first."""
    say, language = speaker(chosen), chosen.language
    first = sorted(doubts, key=lambda doubt: not doubt["accepted"])
    sentences = []
    for fields in first[:DOUBTS]:
        doubt, accepted = plausibility.of_fields(fields)
        says = plausibility.sentence(doubt, language, accepted=accepted, public=True)
        sentences.append(say("unknown.doubt", year=str(fields["year"]), says=says))
    if (more := len(first) - DOUBTS) > 0:
        sentences.append(say("unknown.more_doubts", n=more))
    return sentences


def open_question(
    chosen: Parameters, table: pd.DataFrame, answered: Sequence = ()
) -> Block:
    """Say which file would answer a question, or what of it is still open.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.unanswered`, of that question.
    answered : sequence
        Sections that stand under it.
    """
    say, language = speaker(chosen), chosen.language
    if answered:
        return page.section("", page.NOTHING, _awaited(chosen, table))
    files = table.loc[table["keeper"].ne(""), [language, "keeper"]]
    sentences = [
        say("unknown.question", file=file, keeper=say(f"keeper.{keeper}"))
        for file, keeper in files.drop_duplicates().itertuples(index=False)
    ]
    return page.section("", page.NOTHING, sentences)


def definitions(chosen: Parameters, findings: pd.DataFrame) -> Block:
    """The card of each indicator of the page, with the policy in force.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    """
    if findings.empty:
        return page.NOTHING
    shown = {*findings["indicator"]}
    shown |= {name for name, of in MADE_OF_OTHERS.items() if of in shown}
    return cards.cards(shown, chosen.language, chosen.year)


def foot(chosen: Parameters, inputs: pd.DataFrame) -> Block:
    """How the page was made, and links to the tables behind it.

    Parameters
    ----------
    chosen : Parameters
    inputs : DataFrame
        From `estimation.inputs`.
    """
    say = speaker(chosen)
    beside = modules.beside(chosen, "analysis")
    return page.foot(
        chosen,
        hashes(chosen, inputs),
        datetime.date.today(),
        [
            (say("download.xlsx"), beside["xlsx"]),
            (say("download.csv"), beside["csv"]),
            *((say(f"download.{kind}"), beside[kind]) for kind in modules.OF_NOTEBOOK),
        ],
        language=chosen.language,
    )
