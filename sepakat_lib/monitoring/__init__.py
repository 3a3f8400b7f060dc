"""What has come of the plan: money, work and people by quarter, and what lags.

All is read from one thread of the ledger. The plan to date is the sum of the months' cash
plans (RAK) where an activity has them, else a quarter of the budget each quarter; the page
says which.
"""

from decimal import Decimal

import pandas as pd

from sepakat_lib.parameters import Parameters, policy

__all__ = ["lagging", "last_month", "progress", "quarters"]

QUARTERS = (1, 2, 3, 4)
STATUSES = ("done", "on_track", "behind", "far_behind", "not_started", "no_budget")
LATE = ("not_started", "far_behind", "behind")


def quarters(
    chosen: Parameters, tables: dict[str, pd.DataFrame], lines: pd.DataFrame
) -> pd.DataFrame:
    """Money, work and people of each activity by quarter.

    Parameters
    ----------
    chosen : Parameters
        With a ``plan_year``; realisations of that year count.
    tables : dict of DataFrame
        `ledger.thread`.
    lines : DataFrame
        ``line``, ``activity``, ``activity_title``, ``opd_title``, ``amount``.

    Returns
    -------
    DataFrame
        One row an activity and quarter: ``activity``, ``title``, ``opd``, ``quarter``
        [1-4], ``money`` [IDR in the quarter], ``money_so_far`` [IDR], ``planned_so_far``
        [IDR of the cash plan up to its end; missing where a line of the activity has no
        month with a plan in the year, or a month up to there was told without one],
        ``people`` [reached in the quarter, in ``unit``: that of the activity's target;
        missing where none was told], ``unit`` ("" for none), ``place`` (code of the
        kecamatan, or missing), ``physical`` [percent
        reached by its end, of the lines weighted by their amounts; missing where no line
        tells], ``budget`` [IDR; missing while a line of it is open].
    """
    of = tables["activities"].set_index("id")[["unit", "kecamatan"]].to_dict("index")
    realised = _of_year(chosen, tables)
    rows = []
    for activity, own in lines.groupby("activity", sort=False):
        amounts = [*own["amount"]]
        budget = None if None in amounts else sum(amounts)
        weights = dict(zip(own["line"], amounts, strict=True))
        of_activity = realised[realised["cost_line_id"].isin(weights)]
        so_far = 0
        for quarter in QUARTERS:
            within = of_activity[of_activity["quarter"].eq(quarter)]
            money = sum(within["money"])
            so_far += money
            counted = [people for people in within["people"] if people is not None]
            rows.append(
                {
                    "activity": activity,
                    "title": own["activity_title"].iloc[0],
                    "opd": own["opd_title"].iloc[0],
                    "quarter": quarter,
                    "money": money,
                    "money_so_far": so_far,
                    "planned_so_far": _planned(of_activity, [*weights], quarter),
                    "people": sum(counted) if counted else None,
                    "unit": of.get(activity, {}).get("unit") or "",
                    "place": of.get(activity, {}).get("kecamatan"),
                    "physical": _physical(
                        of_activity[of_activity["quarter"].le(quarter)],
                        weights,
                        within.empty,
                    ),
                    "budget": budget,
                }
            )
    columns = (
        "activity title opd quarter money money_so_far planned_so_far people unit place "
        "physical budget"
    )
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def _of_year(chosen: Parameters, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    table = tables["realisations"]
    table = table[table["year"].eq(chosen.plan_year)]
    return table.assign(quarter=[(month + 2) // 3 for month in table["month"]])


def _planned(months: pd.DataFrame, lines: list, quarter: int) -> int | None:
    """Cash plan of an activity up to the end of a quarter; nothing where it has holes."""
    has_plan = months["planned"].map(lambda planned: planned is not None).astype(bool)
    until = months["quarter"].le(quarter)
    if set(months.loc[has_plan, "cost_line_id"]) != set(lines):
        return None
    if not has_plan[until].all():
        return None
    return int(sum(months.loc[until, "planned"]))


def last_month(chosen: Parameters, tables: dict[str, pd.DataFrame]) -> int | None:
    """Newest month of the watched year of which something was told; None for none."""
    months = _of_year(chosen, tables)["month"]
    return int(max(months)) if len(months) else None


def _physical(
    realised: pd.DataFrame, weights: dict, unreported: bool
) -> Decimal | None:
    """Work reached by the lines of an activity; those without a report are at 0."""
    reported = realised[[value is not None for value in realised["physical"]]]
    if unreported or reported.empty:
        return None
    last = reported.sort_values("month").groupby("cost_line_id").tail(1)
    reached_by = dict(zip(last["cost_line_id"], last["physical"], strict=True))
    known = {line: weight for line, weight in weights.items() if weight}
    if not known:
        return None
    done = sum(
        (reached_by.get(line, Decimal(0)) * weight for line, weight in known.items()),
        Decimal(0),
    )
    return (done / sum(known.values())).quantize(Decimal("0.01"))


def progress(
    chosen: Parameters,
    tables: dict[str, pd.DataFrame],
    by_quarter: pd.DataFrame,
    quarter: int,
) -> pd.DataFrame:
    """How each activity stands at the end of a quarter, by one rule.

    Parameters
    ----------
    chosen : Parameters
    tables : dict of DataFrame
        `ledger.thread`.
    by_quarter : DataFrame
        From `quarters`.
    quarter : int
        [1-4]

    Returns
    -------
    DataFrame
        One row an activity: ``activity``, ``title``, ``opd``, ``budget``, ``money``
        [IDR so far], ``spent`` and ``physical`` [percent], ``expected`` [percent of the
        budget by the cash plan, 100 at most; 25 a quarter without one] and ``by_plan``
        (whether by the cash plan), ``people`` (so far) and ``target`` (as planned), both
        in ``unit``, ``place`` (code of the kecamatan, or missing), ``behind`` [points: of
        money and work the one that is further back], ``status`` (of `STATUSES`).

    Notes
    -----
    Work is held against the same share as money: of work no plan by month is kept. Done:
    all work, or all money, is reached. Behind by more than `monitoring_tolerance` points
    of the plan, far behind by more than `monitoring_serious`; at a bound it is not beyond
    it. Not started: behind, with neither money nor work. While a line is open there is no
    budget, and work alone is judged; no budget: it is not told either.
    """
    targets = tables["activities"].set_index("id")["target"].to_dict()
    rows = []
    for activity, own in by_quarter.groupby("activity", sort=False):
        until = own[own["quarter"].le(quarter)]
        last = until.iloc[-1]
        reached = [value for value in until["physical"] if value is not None]
        counted = [people for people in until["people"] if people is not None]
        budget, money = last["budget"], last["money_so_far"]
        spent = Decimal(money) * 100 / budget if budget else None
        physical = reached[-1] if reached else None
        shares = [share for share in (spent, physical) if share is not None]
        planned = last["planned_so_far"] if budget else None
        expected = Decimal(25 * quarter)
        if planned is not None:
            expected = min(Decimal(planned) * 100 / budget, Decimal(100))
        behind = max((expected - share for share in shares), default=expected)
        rows.append(
            {
                "activity": activity,
                "title": last["title"],
                "opd": last["opd"],
                "budget": budget,
                "money": money,
                "spent": None if spent is None else spent.quantize(Decimal("0.01")),
                "physical": physical,
                "expected": expected.quantize(Decimal("0.01")),
                "by_plan": planned is not None,
                "people": sum(counted) if counted else None,
                "target": targets.get(activity),
                "unit": last["unit"],
                "place": last["place"],
                "behind": max(behind, Decimal(0)).quantize(Decimal("0.01")),
                "status": _status(chosen, budget, shares, behind),
            }
        )
    columns = (
        "activity title opd budget money spent physical expected by_plan people target "
        "unit place behind status"
    )
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def _status(chosen: Parameters, budget, shares: list[Decimal], behind) -> str:
    if budget is None and not shares:
        return "no_budget"
    if shares and max(shares) >= 100:
        return "done"
    if behind <= policy("monitoring_tolerance", chosen.plan_year):
        return "on_track"  # nor has it to have begun where little is planned so far
    if not any(shares):
        return "not_started"
    if behind > policy("monitoring_serious", chosen.plan_year):
        return "far_behind"
    return "behind"


def lagging(
    chosen: Parameters,
    tables: dict[str, pd.DataFrame],
    standing: pd.DataFrame,
    lines: pd.DataFrame,
    quarter: int,
) -> pd.DataFrame:
    """What lags, whose it is, why, and until when it is to be caught up.

    Parameters
    ----------
    standing : DataFrame
        From `progress`.
    lines : DataFrame
        As for `quarters`.
    quarter : int
        Of `progress`.

    Returns
    -------
    DataFrame
        Rows of `progress` that lag, the furthest first, with ``problem``, ``verifier``
        and ``answer`` (the last that were told up to the quarter; missing where none)
        and ``until`` (year, month: the end of the next quarter; of the fourth the year
        itself is over, and it is missing).
    """
    late = standing[standing["status"].isin(LATE)]
    realised = _of_year(chosen, tables)
    realised = realised[realised["quarter"].le(quarter)].sort_values("month")
    rows = []
    for row in late.to_dict("records"):
        own = set(lines.loc[lines["activity"].eq(row["activity"]), "line"])
        reports = realised[realised["cost_line_id"].isin(own)]
        for field in ("problem", "verifier", "answer"):
            texts = [text for text in reports[field] if text]
            row[field] = texts[-1] if texts else None
        row["until"] = (chosen.plan_year, 3 * (quarter + 1)) if quarter < 4 else None
        rows.append(row)
    columns = [*standing.columns, "problem", "verifier", "answer", "until"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.sort_values(
        "behind", ascending=False, kind="stable", ignore_index=True
    )
