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

NO_BREAK = "\u00a0"
LATE = ("far_behind", "not_started", "behind")
ORDER = [*LATE, "no_budget", "on_track", "done"]  # what needs somebody first
SIGNS = {
    **{"done": "●", "on_track": "●", "behind": "◆", "far_behind": "▲"},
    **{"not_started": "▲", "no_budget": "○"},
}


def bar(chosen: Watch, tables: Mapping[str, pd.DataFrame]) -> Block:
    """Place, module and year that is watched, and whether any row is invented."""
    return decisions.bar(chosen, "monitoring_evaluation", tables)


def opening(chosen: Watch, standing: pd.DataFrame, newest: int | None = None) -> Block:
    """Title, and in one sentence how much is spent and how many activities lag.

    Parameters
    ----------
    standing : DataFrame
        From `monitoring.progress`.
    newest : int, optional
        From `monitoring.last_month`: where it is before the end of the quarter, the page
        says so.
    """
    say, language = speaker(chosen), chosen.language
    told = {
        "region": regions.short_name(chosen.region),
        "year": str(chosen.plan_year),
        "quarter": str(chosen.quarter),
    }
    title = say("monitoring_evaluation.title", region=told["region"], year=told["year"])
    if standing.empty:
        begin = [say("watch.begin")]
        return page.lead(title, say("watch.answer_empty", **told), begin)
    budgeted = standing[[budget is not None for budget in standing["budget"]]]
    budget, money = sum(budgeted["budget"]), sum(standing["money"])
    told["money"] = words.rupiah(money, language)
    told["late"] = words.number(int(standing["status"].isin(LATE).sum()), language)
    told["all"] = words.number(len(standing), language)
    more = _told_until(chosen, newest) + _rule(chosen, standing)
    if without := len(standing) - len(budgeted):
        more.append(say("watch.without_budget", n=words.number(without, language)))
    if budget:
        told["share"] = words.percent(sum(budgeted["money"]) / budget * 100, language)
        return page.lead(title, say("watch.answer", **told), more)
    return page.lead(title, say("watch.answer_no_budget", **told), more)


def _told_until(chosen: Watch, newest: int | None) -> list[str]:
    """Say up to which month anything was told, where it is not the whole quarter."""
    say = speaker(chosen)
    if newest is None:
        return [say("watch.nothing_told", year=str(chosen.plan_year))]
    if newest >= 3 * chosen.quarter:
        return []
    month = words.month(chosen.plan_year, newest, chosen.language)
    own = str((newest + 2) // 3)
    return [
        say("watch.told_until", month=month, quarter=str(chosen.quarter), choose=own)
    ]


def _rule(chosen: Watch, standing: pd.DataFrame) -> list[str]:
    """What stands for the plan, and the rule of the status with the numbers in force."""
    say, language = speaker(chosen), chosen.language
    planned = int(standing["by_plan"].eq(True).sum())
    by_quarter = {"expected": words.number(25 * chosen.quarter, language)}
    counts = {
        "planned": words.number(planned, language),
        "others": words.number(len(standing) - planned, language),
    }
    plan = say("watch.plan_quarters", **by_quarter)
    if planned:
        plan = say("watch.plan_plan")
    if 0 < planned < len(standing):
        plan = say("watch.plan_both", **counts, **by_quarter)
    bounds = {
        name: words.number(policy(f"monitoring_{name}", chosen.plan_year), language)
        for name in ("tolerance", "serious")
    }
    return [plan, say("watch.rule", **bounds)]


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
    by_plan = bool(standing["by_plan"].eq(True).any())
    columns = ("activity", "budget", *["plan"] * by_plan, "spent", "physical")
    headers = [say(f"watch.column.{name}") for name in (*columns, "reached", "status")]
    order = standing["status"].map(ORDER.index)
    ordered = standing.assign(order=order).sort_values(
        ["order", "behind"], ascending=[True, False], kind="stable"
    )
    rows = [
        [
            decisions.placed(chosen, row.title, row.place),
            "–" if row.budget is None else words.rupiah(row.budget, language),
            *[_percent(row.expected, language)] * by_plan,
            _percent(row.spent, language),
            _percent(row.physical, language),
            _reached(row, language),
            f"{SIGNS[row.status]} {say(f'watch.status.{row.status}')}",
        ]
        for row in ordered.itertuples()
    ]
    heading = say("watch.progress_heading", quarter=str(chosen.quarter))
    says = [say("watch.reached_means")]
    return decisions.long_table(chosen, heading, headers, rows, says)


def _percent(value, language: str) -> str:
    if value is None:
        return "–"
    return decisions.sign_beside(
        words.percent(float(value), language, in_sentence=False)
    )


def _reached(row, language: str) -> str:
    if row.people is None:
        return "–"
    reached = words.number(row.people, language)
    if row.target is None:
        return f"{reached} {row.unit}".strip()
    target = decisions.count(row.target, row.unit, language)
    return words.say("watch.of", language, reached=reached, target=target)


def quarters(chosen: Watch, by_quarter: pd.DataFrame) -> Block:
    """Money spent in each quarter, and what was reached, each in its own unit.

    Parameters
    ----------
    by_quarter : DataFrame
        From `monitoring.quarters`.
    """
    say, language = speaker(chosen), chosen.language
    if by_quarter.empty:
        return page.NOTHING
    headers = [say("watch.column.quarter"), say("watch.column.money")]
    headers += [say("watch.column.so_far"), say("watch.column.reached")]
    rows, so_far = [], 0
    for quarter, own in by_quarter.groupby("quarter"):
        so_far += sum(own["money"])
        rows.append(
            [
                say("watch.quarter", n=str(quarter)),
                words.rupiah(sum(own["money"]), language),
                words.rupiah(so_far, language),
                _by_unit(own, language),
            ]
        )
    return page.section(say("watch.quarters_heading"), page.table(headers, rows))


def _by_unit(rows: pd.DataFrame, language: str) -> str | words.Marked:
    """What activities reached; families and persons do not add up to one number."""
    told = rows[[people is not None for people in rows["people"]]]
    sums = told.groupby("unit")["people"].sum()  # the same order in each quarter
    parts = [f"{words.number(n, language)} {unit}".strip() for unit, n in sums.items()]
    first, *others = [part.replace(" ", NO_BREAK) for part in parts] or ["–"]
    return words.Marked(first, "", "", "", " · ".join(others))


def lagging(chosen: Watch, late: pd.DataFrame) -> Block:
    """What lags, whose it is, why, and until when.

    Parameters
    ----------
    late : DataFrame
        From `monitoring.lagging`.
    """
    say, language = speaker(chosen), chosen.language
    heading = say("watch.late_heading")
    if late.empty:
        return page.NOTHING
    columns = ("activity", "who", "behind", "problem", "note", "answer", "until")
    headers = [say(f"watch.column.{name}") for name in columns]
    unsaid = say("watch.unsaid")
    rows = [
        [
            decisions.placed(chosen, row.title, row.place),
            row.opd or say("decisions.without.opd"),
            say("watch.points", n=words.number(row.behind, language)),
            row.problem or unsaid,
            row.verifier or unsaid,
            row.answer or unsaid,
            words.month(*row.until, language)
            if row.until
            else say("watch.year_over", year=str(chosen.plan_year)),
        ]
        for row in late.itertuples()
    ]
    over = [until is None for until in late["until"]]
    told = {"year": str(chosen.plan_year), "next": str(chosen.plan_year + 1)}
    says = [say("watch.late_who")] + [say("watch.late_over", **told)] * any(over)
    return decisions.long_table(chosen, heading, headers, rows, says, text=True)


def outcomes(chosen: Watch, table: pd.DataFrame, issues: pd.DataFrame) -> Block:
    """Before and after of each issue, with what can be said of the change.

    Parameters
    ----------
    table : DataFrame
        From `evaluation.outcomes`.
    issues : DataFrame
        Of `ledger.thread`: those without an outcome are named too.
    """
    say, heading = speaker(chosen), words.say("watch.outcome_heading", chosen.language)
    if issues.empty:
        return page.section(heading, page.NOTHING, [say("watch.no_outcome")])
    says = [_outcome(chosen, row) for row in table.itertuples()]
    if says:
        says.append(say("watch.no_cause"))
    open_ = issues[~issues["id"].isin(set(table["issue"]))]
    measured = open_["evidence_id"].notna()
    for kind, part in (("later", open_[measured]), ("unmeasured", open_[~measured])):
        if len(part):
            told = {
                "n": words.number(len(part), chosen.language),
                "issues": words.listed(part["title"], chosen.language),
            }
            says.append(say(f"watch.outcome_{kind}", **told))
    return page.section(heading, page.NOTHING, says)


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
        difference = _apart(row.difference, unit, digits, language)
        why = words.say(f"watch.untested.{_untested(row)}", language)
        told |= {"difference": difference, "why": why}
        return words.say("watch.outcome_cannot_be_tested", language, **told)
    signed = row.verdict == "change_unclear"
    gap, *ends = (
        value if signed else abs(value) for value in (row.difference, row.low, row.high)
    )
    if row.verdict == "fell":  # told as how much it fell, the smaller first
        ends.reverse()
    told["points"] = _apart(gap, unit, digits, language)
    low, high = (words.number(end, language, digits) for end in ends)
    return words.say(
        f"watch.outcome_{row.verdict}", language, **told, low=low, high=high
    )


def _untested(row) -> str:
    """Why a change has no test."""
    if row.source_before != row.source_after:
        return "sources"
    return "official" if row.source_before == "official" else "unknown"


def _apart(value: float, unit: str, digits: int, language: str) -> str:
    """A difference: of shares in points, else in the indicator's own unit."""
    if unit == "percent":
        return words.say(
            "watch.points", language, n=words.number(value, language, digits)
        )
    return _value(value, unit, digits, language)


def _label(indicator: str, language: str) -> str:
    if indicator in catalogue():
        return catalogue()[indicator].label[language]
    return indicator


def _value(value: float, unit: str, digits: int, language: str) -> str:
    if unit == "percent":
        return words.percent(value, language, digits)
    if unit == "idr":
        return words.rupiah(value, language)
    return words.number(value, language, digits)


def foot(chosen: Watch) -> Block:
    """How the page was made."""
    return decisions.foot(chosen, "monitoring_evaluation")
