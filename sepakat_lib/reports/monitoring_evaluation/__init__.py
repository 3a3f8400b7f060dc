"""The page of realisation and result: by quarter, what lags, and before and after."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.modules import Watch
from sepakat_lib.parameters import policy
from sepakat_lib.reports import decisions, page
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import small, speaker

SHOWN = 25
SIGNS = {
    **{"done": "●", "on_track": "●", "behind": "◆", "far_behind": "▲"},
    **{"not_started": "▲", "no_budget": "○"},
}


def bar(chosen: Watch, tables: Mapping[str, pd.DataFrame]) -> Block:
    """Place, module and year that is watched, and whether any row is invented."""
    return decisions.bar(chosen, "monitoring_evaluation", tables)


def opening(chosen: Watch, standing: pd.DataFrame) -> Block:
    """Title, and in one sentence how much is spent and how many activities lag.

    Parameters
    ----------
    standing : DataFrame
        From `monitoring.progress`.
    """
    say, language = speaker(chosen), chosen.language
    told = {
        "region": regions.short_name(chosen.region),
        "year": str(chosen.plan_year),
        "quarter": str(chosen.quarter),
    }
    title = say("monitoring_evaluation.title", region=told["region"], year=told["year"])
    if standing.empty:
        return page.lead(title, say("watch.answer_empty", **told))
    budgeted = standing[[budget is not None for budget in standing["budget"]]]
    budget, money = sum(budgeted["budget"]), sum(standing["money"])
    late = standing["status"].isin(["behind", "far_behind", "not_started"])
    told["money"] = words.rupiah(money, language)
    told["late"] = words.number(int(late.sum()), language)
    told["all"] = words.number(len(standing), language)
    if budget:
        told["share"] = words.percent(sum(budgeted["money"]) / budget * 100, language)
        more = [_rule(chosen)]
        if without := len(standing) - len(budgeted):
            more.append(say("watch.without_budget", n=words.number(without, language)))
        return page.lead(title, say("watch.answer", **told), more)
    return page.lead(title, say("watch.answer_no_budget", **told), [_rule(chosen)])


def _rule(chosen: Watch) -> str:
    """The rule of the status, with the numbers in force."""
    return words.say(
        "watch.rule",
        chosen.language,
        expected=words.number(25 * chosen.quarter, chosen.language),
        tolerance=words.number(
            policy("monitoring_tolerance", chosen.plan_year), chosen.language
        ),
        serious=words.number(
            policy("monitoring_serious", chosen.plan_year), chosen.language
        ),
    )


def progress(chosen: Watch, standing: pd.DataFrame) -> Block:
    """Each activity at the end of the quarter: money, work, people, status.

    Parameters
    ----------
    standing : DataFrame
        From `monitoring.progress`.
    """
    say, language = speaker(chosen), chosen.language
    if standing.empty:
        return page.NOTHING
    columns = ("activity", "budget", "spent", "physical", "people", "status")
    headers = [say(f"watch.column.{name}") for name in columns]
    rows = [
        [
            row.title,
            "–" if row.budget is None else words.rupiah(row.budget, language),
            _percent(row.spent, language),
            _percent(row.physical, language),
            _people(row, language),
            f"{SIGNS[row.status]} {say(f'watch.status.{row.status}')}",
        ]
        for row in standing.head(SHOWN).itertuples()
    ]
    heading = say("watch.progress_heading", quarter=str(chosen.quarter))
    return page.section(heading, page.table(headers, rows), _beyond(chosen, standing))


def _percent(value, language: str) -> str:
    if value is None:
        return "–"
    return words.percent(float(value), language, in_sentence=False)


def _people(row, language: str) -> str:
    if row.people is None:
        return "–"
    reached = words.number(row.people, language)
    if row.target is None:
        return reached
    target = decisions.count(row.target, None, language)
    return words.say("watch.of", language, reached=reached, target=target)


def _beyond(chosen: Watch, table: pd.DataFrame) -> list[str]:
    more = len(table) - SHOWN
    if more <= 0:
        return []
    n = words.number(more, chosen.language)
    return [words.say("budget.more", chosen.language, n=n)]


def quarters(chosen: Watch, by_quarter: pd.DataFrame) -> Block:
    """Money spent in each quarter.

    Parameters
    ----------
    by_quarter : DataFrame
        From `monitoring.quarters`.
    """
    say, language = speaker(chosen), chosen.language
    if by_quarter.empty:
        return page.NOTHING
    headers = [say("watch.column.quarter"), say("watch.column.money")]
    headers += [say("watch.column.so_far"), say("watch.column.people")]
    rows, so_far = [], 0
    for quarter, own in by_quarter.groupby("quarter"):
        so_far += sum(own["money"])
        counted = [people for people in own["people"] if people is not None]
        rows.append(
            [
                say("watch.quarter", n=str(quarter)),
                words.rupiah(sum(own["money"]), language),
                words.rupiah(so_far, language),
                words.number(sum(counted), language) if counted else "–",
            ]
        )
    return page.section(say("watch.quarters_heading"), page.table(headers, rows))


def lagging(chosen: Watch, late: pd.DataFrame) -> Block:
    """What lags, whose it is, why, and until when.

    Parameters
    ----------
    late : DataFrame
        From `monitoring.lagging`.
    """
    say, language = speaker(chosen), chosen.language
    if late.empty:
        return page.NOTHING
    columns = ("activity", "who", "behind", "problem", "note", "answer", "until")
    headers = [say(f"watch.column.{name}") for name in columns]
    rows = [
        [
            row.title,
            row.opd or say("decisions.without.opd"),
            say("watch.points", n=words.number(row.behind, language)),
            row.problem or "–",
            row.verifier or "–",
            row.answer or "–",
            words.month(*row.until, language) if row.until else "–",
        ]
        for row in late.head(SHOWN).itertuples()
    ]
    return page.section(
        say("watch.late_heading"), page.table(headers, rows), _beyond(chosen, late)
    )


def outcomes(chosen: Watch, table: pd.DataFrame) -> Block:
    """Before and after of each issue, with what can be said of the change.

    Parameters
    ----------
    table : DataFrame
        From `evaluation.outcomes`.
    """
    say = speaker(chosen)
    if table.empty:
        return page.section(
            say("watch.outcome_heading"), page.NOTHING, [say("watch.no_outcome")]
        )
    says = [_outcome(chosen, row) for row in table.itertuples()]
    says.append(say("watch.no_cause"))
    return page.section(say("watch.outcome_heading"), page.NOTHING, says)


def _outcome(chosen: Watch, row) -> str:
    language = chosen.language
    unit = catalogue()[row.indicator].unit if row.indicator in catalogue() else ""
    digits = 2 if np.isnan(row.low) else words.digits_for_gap(row.low, row.high)
    told = {
        "issue": row.title,
        "label": small(_label(row.indicator, language)),
        "since": str(row.year_before),
        "until": str(row.year_after),
        "before": _value(row.before, unit, digits, language),
        "after": _value(row.after, unit, digits, language),
    }
    if row.verdict == "cannot_be_tested":
        return words.say("watch.outcome_cannot_be_tested", language, **told)
    ends = {
        name: words.number(abs(value), language, digits)
        if row.verdict != "change_unclear"
        else words.number(value, language, digits)
        for name, value in (("low", row.low), ("high", row.high))
    }
    if row.verdict == "fell":  # told as how much it fell, the smaller first
        ends = {"low": ends["high"], "high": ends["low"]}
    told["points"] = words.number(abs(row.difference), language, digits)
    return words.say(f"watch.outcome_{row.verdict}", language, **told, **ends)


def _label(indicator: str, language: str) -> str:
    if indicator in catalogue():
        return catalogue()[indicator].label[language]
    return indicator


def _value(value: float, unit: str, digits: int, language: str) -> str:
    if unit == "percent":
        return words.percent(value, language, digits)
    return words.number(value, language, digits)


def foot(chosen: Watch) -> Block:
    """How the page was made."""
    return decisions.foot(chosen, "monitoring_evaluation")
