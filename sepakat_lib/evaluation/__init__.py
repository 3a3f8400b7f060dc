"""Before and after: whether what an issue is about has changed, as far as can be told.

A change beside a programme is no proof that the programme made it.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from sepakat_lib.parameters import Parameters

__all__ = ["change", "outcomes"]


def change(chosen: Parameters, before: Mapping, after: Mapping) -> dict:
    """The difference of two values of one indicator, tested where both errors are known.

    Parameters
    ----------
    chosen : Parameters
        With the confidence of the interval.
    before, after : mapping
        Rows of `tables.Findings` of one region and indicator, of two rounds: ``value``,
        ``source``, ``se``, ``df`` (missing or none where they are not known).

    Returns
    -------
    dict
        ``before``, ``after``, ``difference`` [unit of the indicator], ``low``, ``high``
        (missing without errors), ``verdict``: rose, fell, change_unclear, or
        cannot_be_tested: an error is not known, or the two are of different sources.

    Notes
    -----
    The rounds are drawn anew, so the errors are independent: se of the difference is
    sqrt(se1**2 + se2**2), on the fewer degrees of freedom of the two. An interval that
    touches 0 is unclear.

    >>> p = Parameters(region="7303", year=2021)
    >>> bantaeng = change(p, {"value": 9.41}, {"value": 8.98})  # BPS tells no errors
    >>> bantaeng["verdict"], round(bantaeng["difference"], 2)
    ('cannot_be_tested', -0.43)
    >>> change(p, {"value": 20, "se": 1.0, "df": 60}, {"value": 14, "se": 1.0})["verdict"]
    'fell'
    """
    first, last = _number(before, "value"), _number(after, "value")
    difference = last - first
    se = float(np.hypot(_number(before, "se"), _number(after, "se")))
    df = np.nanmin([_number(before, "df"), _number(after, "df"), np.inf])
    tail = 1 - (1 - chosen.confidence) / 2
    quantile = ndtri(tail) if np.isinf(df) else stdtrit(df, tail)
    low, high = difference - quantile * se, difference + quantile * se
    if not np.isfinite(low) or before.get("source") != after.get("source"):
        verdict, low, high = "cannot_be_tested", np.nan, np.nan
    elif low > 0:
        verdict = "rose"
    else:
        verdict = "fell" if high < 0 else "change_unclear"
    return {
        "before": first,
        "after": last,
        "difference": difference,
        "low": float(low),
        "high": float(high),
        "verdict": verdict,
    }


def _number(finding: Mapping, name: str) -> float:
    value = finding.get(name)
    return np.nan if value is None else float(value)


def outcomes(chosen: Parameters, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What became of each issue whose outcome was written down.

    Parameters
    ----------
    chosen : Parameters
    tables : dict of DataFrame
        `ledger.thread`.

    Returns
    -------
    DataFrame
        ``outcome`` (id), ``issue`` (id), ``title``, ``indicator``, ``source_before``,
        ``source_after``, ``year_before``, ``year_after``, ``synthetic``, and all of
        `change`.
    """
    findings = tables["evidence"].set_index("id")["content"].to_dict()
    titles = tables["issues"].set_index("id")["title"].to_dict()
    rows = []
    for outcome in tables["outcomes"].to_dict("records"):
        before = findings[outcome["before_id"]]
        after = findings[outcome["after_id"]]
        rows.append(
            {
                "outcome": outcome["id"],
                "issue": outcome["issue_id"],
                "title": titles.get(outcome["issue_id"]),
                "indicator": before["indicator"],
                "source_before": before["source"],
                "source_after": after["source"],
                "year_before": before["year"],
                "year_after": after["year"],
                "synthetic": bool(before.get("synthetic") or after.get("synthetic")),
                **change(chosen, before, after),
            }
        )
    columns = (
        "outcome issue title indicator source_before source_after year_before "
        "year_after synthetic before after difference low high verdict"
    )
    return pd.DataFrame(rows, columns=columns.split())
