"""What is done, by whom, where and for how many; and what a row of it still lacks."""

from collections.abc import Mapping

import pandas as pd

from sepakat_lib import reference
from sepakat_lib.reference import strategy_of

LACKED = ("opd", "place", "target", "code")


def activities(tables: Mapping[str, pd.DataFrame], codes: pd.DataFrame) -> pd.DataFrame:
    """Activities of a plan with all that a reader asks of each.

    Parameters
    ----------
    tables : mapping
        `ledger.thread`.
    codes : DataFrame
        `published.nomenclature`.

    Returns
    -------
    DataFrame
        A row an activity, in the order of their issues: ``id``, ``issue_id``,
        ``issue``, ``cause_id``, ``cause``, ``title``, ``opd`` (name or ""),
        ``place`` (name of kecamatan, or its code where no list has it, and the desa
        before it; "" for none), ``target_group``, ``people`` (in it), ``target``, ``unit``, ``baseline``,
        ``plan_year``; ``strategy`` (one of `STRATEGIES` or "") and ``strategy_from``
        (``row``, ``tag`` where only the code's tag tells it, or "");
        ``sub_kegiatan`` (code or ""), ``code_name``, ``decree``, ``code_state``:
        ``confirmed`` (in a list of the office, in force in the year), ``shipped`` (only
        in the shipped list), ``not_in_force`` (in the office's list, of other years),
        ``unknown`` (in no list), ``none``; all but the first are to be confirmed.
        ``lacks``: of `LACKED`, what is missing; ``code`` where there is none.
    """
    causes = tables["causes"].set_index("id")
    issues = tables["issues"].set_index("id")
    order = {id: number for number, id in enumerate(issues.index)}
    offices = tables["opd"].set_index("id")["title"].to_dict()
    rows = []
    for row in tables["activities"].itertuples():
        issue = causes.loc[row.cause_id, "issue_id"]
        code = (row.sub_kegiatan or "").strip()
        state, listed = _state(codes, code, row.plan_year)
        strategy = strategy_of(row.strategy)
        tagged = strategy_of(listed.get("strategy"))
        activity = {
            "id": row.id,
            "issue_id": issue,
            "issue": issues.loc[issue, "title"],
            "cause_id": row.cause_id,
            "cause": causes.loc[row.cause_id, "title"],
            "title": row.title,
            "opd": offices.get(row.opd_id, ""),
            "place": _place(row.kecamatan, row.desa),
            "target_group": row.target_group or "",
            "people": row.people,
            "target": row.target,
            "unit": row.unit or "",
            "baseline": row.baseline,
            "plan_year": row.plan_year,
            "strategy": strategy or tagged,
            "strategy_from": "row" if strategy else "tag" if tagged else "",
            "sub_kegiatan": code,
            "code_name": listed.get("name", ""),
            "decree": row.decree or listed.get("decree", ""),
            "code_state": state,
        }
        targeted = activity["target"] is not None
        given = (activity["opd"], activity["place"], targeted, code)
        activity["lacks"] = tuple(
            name for name, has in zip(LACKED, given, strict=True) if not has
        )
        rows.append(activity)
    rows.sort(key=lambda activity: order[activity["issue_id"]])
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


COLUMNS = [
    *("id", "issue_id", "issue", "cause_id", "cause", "title", "opd", "place"),
    *("target_group", "people", "target", "unit", "baseline", "plan_year", "strategy"),
    *("strategy_from", "sub_kegiatan", "code_name", "decree", "code_state", "lacks"),
]


def _state(codes: pd.DataFrame, code: str, year: int) -> tuple[str, dict]:
    """What the lists say of a code in a year, and its row where one has it."""
    if not code:
        return "none", {}
    rows = codes[codes["code"].eq(code)].to_dict("records")
    own = [row for row in rows if row["own"]]
    valid = [row for row in own if _in_force(row, year)]
    if valid:
        return "confirmed", valid[-1]
    if own:
        return "not_in_force", own[-1]
    return ("shipped", rows[-1]) if rows else ("unknown", {})


def _in_force(row: dict, year: int) -> bool:
    """Whether a list is in force at any time of a year; its days are ISO texts."""
    return row["since"][:4] <= str(year) and (
        not row["until"] or row["until"][:4] >= str(year)
    )


def _place(kecamatan: str | None, desa: str | None) -> str:
    parts = [(desa or "").strip(), _kecamatan((kecamatan or "").strip())]
    return ", ".join(filter(None, parts))


def _kecamatan(code: str) -> str:
    """Name of a kecamatan by either code; what is none as it stands.

    >>> _kecamatan("35.01.01"), _kecamatan("3501010"), _kecamatan("x")
    ('Donorojo', 'Donorojo', 'x')
    """
    table = reference.kecamatan()
    scheme = "kemendagri" if "." in code else "bps_2020"
    names = table.loc[table[scheme].eq(code) & bool(code), "name"]
    return names.iloc[0] if len(names) else code
