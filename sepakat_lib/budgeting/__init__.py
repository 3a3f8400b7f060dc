"""What the plan costs: cost lines with what they answer, sums, and what is missing.

All is read from one thread of the ledger. Amounts are whole rupiah as they are stored; a
line without a volume or a price has none, stands in the list of what is missing, and
leaves every sum as it is.
"""

from decimal import Decimal

import pandas as pd

from sepakat_lib.parameters import Parameters
from sepakat_lib.reference import strategy_of

__all__ = [
    *("against_ceilings", "direct", "lines", "missing", "origin", "per_person"),
    "totals",
]

BY = ("opd", "strategy", "fund", "issue", "kecamatan")
FIELDS = {  # of a cost line or its activity, by what the list of missing things calls it
    "volume": "volume_1",
    "price": "price",
    "account": "account",
    "fund": "fund",
}
OF_ACTIVITY = {
    "opd": "opd_id",
    "sub_kegiatan": "sub_kegiatan",
    "kecamatan": "kecamatan",
    "target": "target",
}
COLUMNS = {  # of `lines`, by kind of the ledger and field
    "line": ("cost_lines", "id"),
    "title": ("cost_lines", "title"),
    "account": ("cost_lines", "account"),
    "fund": ("cost_lines", "fund"),
    "price": ("cost_lines", "price"),
    "amount": ("cost_lines", "amount"),
    "activity": ("activities", "id"),
    "activity_title": ("activities", "title"),
    "sub_kegiatan": ("activities", "sub_kegiatan"),
    "strategy": ("activities", "strategy"),
    "kecamatan": ("activities", "kecamatan"),
    "opd": ("opd", "id"),
    "opd_code": ("opd", "code"),
    "opd_title": ("opd", "title"),
    "cause": ("causes", "id"),
    "issue": ("issues", "id"),
    "issue_title": ("issues", "title"),
    "evidence": ("issues", "evidence_id"),
    "direct_reason": ("issues", "direct_reason"),
    "decree": ("unit_costs", "decree"),
}


def lines(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Cost lines, each with all that it answers, up to the finding or the reason.

    Parameters
    ----------
    tables : dict of DataFrame
        `ledger.thread`.

    Returns
    -------
    DataFrame
        One row a cost line, the oldest first: ``line``, ``title``, ``account``,
        ``fund``, ``price`` and ``amount`` [IDR, whole, missing where open],
        ``activity``, ``activity_title``, ``sub_kegiatan``, ``strategy``, ``kecamatan``,
        ``opd``, ``opd_code``, ``opd_title``, ``cause``, ``issue``, ``issue_title``,
        ``evidence`` (id, or missing), ``direct_reason``, ``decree`` (of its price), and
        ``volumes`` (list of the volumes and units that it has).
    """
    above = {
        "activities": ("cost_lines", "activity_id"),
        "causes": ("activities", "cause_id"),
        "issues": ("causes", "issue_id"),
        "opd": ("activities", "opd_id"),
        "unit_costs": ("cost_lines", "unit_cost_id"),
    }
    by_id = {
        kind: tables[kind].set_index("id", drop=False).to_dict("index")
        for kind in ("cost_lines", *above)
    }
    rows = []
    for line in by_id["cost_lines"].values():
        answered = {"cost_lines": line}
        for kind, (below, key) in above.items():
            answered[kind] = by_id[kind].get(answered[below].get(key), {})
        row = {
            name: answered[kind].get(field) for name, (kind, field) in COLUMNS.items()
        }
        row["volumes"] = [
            (line[f"volume_{i}"], line[f"unit_{i}"] or "")
            for i in range(1, 5)
            if line[f"volume_{i}"] is not None
        ]
        rows.append(row)
    return pd.DataFrame(rows, columns=[*COLUMNS, "volumes"], dtype=object)


def missing(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What is not there yet of the plan, one row each.

    Returns
    -------
    DataFrame
        ``kind`` (cost_lines or activities), ``id``, ``title``, ``activity`` (its title)
        and ``place`` (the activity's kecamatan, code or missing), ``field`` (volume,
        price, account, fund, opd, sub_kegiatan, kecamatan, target, or cost_line: an
        activity without any) and ``blocks`` (whether its amount stays open by it).
    """
    rows, of = [], tables["activities"].set_index("id").to_dict("index")

    def lacks(kind: str, row: dict, field: str, *, blocks: bool) -> None:
        above = of[row["activity_id"]] if kind == "cost_lines" else row
        of_row = {"kind": kind, "id": row["id"], "title": row["title"]}
        of_row |= {"activity": above["title"], "place": above["kecamatan"]}
        rows.append(of_row | {"field": field, "blocks": blocks})

    costed = set(tables["cost_lines"]["activity_id"])
    for row in tables["activities"].to_dict("records"):
        for field, column in OF_ACTIVITY.items():
            if _is_empty(row[column]):
                lacks("activities", row, field, blocks=False)
        if row["id"] not in costed:
            lacks("activities", row, "cost_line", blocks=True)
    for row in tables["cost_lines"].to_dict("records"):
        for field, column in FIELDS.items():
            if _is_empty(row[column]):
                blocks = field in ("volume", "price")
                lacks("cost_lines", row, field, blocks=blocks)
    columns = ["kind", "id", "title", "activity", "place", "field", "blocks"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.sort_values(
        "blocks", ascending=False, kind="stable", ignore_index=True
    )


def _is_empty(value) -> bool:
    return value is None or value == ""


def totals(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Rupiah of the lines by what they have in common, the largest first.

    Parameters
    ----------
    table : DataFrame
        From `lines`.
    by : {"opd", "strategy", "fund", "issue", "kecamatan"}

    Returns
    -------
    DataFrame
        ``key`` (missing where the lines have none), ``name``, ``amount`` [IDR],
        ``lines`` (how many) and ``open`` (how many of them have no amount). The amounts
        add up to that of all lines. A strategy is one, by whichever name lines call it.
    """
    name = {"opd": "opd_title", "issue": "issue_title"}.get(by, by)
    groups: dict = {}
    for row in table.to_dict("records"):
        if by == "strategy":
            row[by] = strategy_of(row[by]) or row[by] or None
        entry = groups.setdefault(
            row[by],
            {"key": row[by], "name": row[name], "amount": 0, "lines": 0, "open": 0},
        )
        entry["lines"] += 1
        entry["open"] += row["amount"] is None
        entry["amount"] += row["amount"] or 0
    columns = ["key", "name", "amount", "lines", "open"]
    sums = pd.DataFrame([*groups.values()], columns=columns, dtype=object)
    return sums.sort_values("amount", ascending=False, kind="stable", ignore_index=True)


def origin(table: pd.DataFrame) -> dict[str, int]:
    """Rupiah that answer a finding, and those that were entered without one.

    Returns
    -------
    dict
        ``finding``, ``direct`` and ``all`` [IDR]; the two add up to the third.
    """
    amounts = [(row.evidence, row.amount or 0) for row in table.itertuples()]
    answered = sum(amount for evidence, amount in amounts if evidence is not None)
    whole = sum(amount for _, amount in amounts)
    return {"finding": answered, "direct": whole - answered, "all": whole}


def direct(table: pd.DataFrame) -> pd.DataFrame:
    """Issues without a finding, the dearest first: what they cost, and why they are here.

    Parameters
    ----------
    table : DataFrame
        From `lines`.

    Returns
    -------
    DataFrame
        ``issue`` (id), ``title``, ``reason``, ``amount`` [IDR].
    """
    own = table[table["evidence"].isna()]
    reasons = dict(zip(own["issue"], own["direct_reason"], strict=True))
    found = totals(own, "issue").rename(columns={"key": "issue", "name": "title"})
    found["reason"] = found["issue"].map(reasons)
    return found[["issue", "title", "reason", "amount"]]


def per_person(tables: dict[str, pd.DataFrame], table: pd.DataFrame) -> pd.DataFrame:
    """What an activity costs for each of those that it is to reach.

    Returns
    -------
    DataFrame
        ``activity``, ``title``, ``kecamatan`` (code, or missing), ``target`` (people of
        the target group, else what the activity is to make), ``unit``, ``amount`` [IDR],
        ``each`` [IDR, half a rupiah goes up] (missing without a target, or while a line
        is open), ``why`` (which of the two: target, open; "" for none). Who costs most
        stands first.
    """
    rows = []
    for activity in tables["activities"].to_dict("records"):
        own = table[table["activity"].eq(activity["id"])]
        amounts, target = [*own["amount"]], activity["people"] or activity["target"]
        whole = bool(amounts) and None not in amounts and bool(target)
        rows.append(
            {
                "activity": activity["id"],
                "title": activity["title"],
                "kecamatan": activity["kecamatan"],
                "target": target,
                "unit": "orang" if activity["people"] else activity["unit"],
                "amount": sum(amount or 0 for amount in amounts),
                "each": int(
                    (Decimal(sum(amounts)) / target).quantize(1, "ROUND_HALF_UP")
                )
                if whole
                else None,
                "why": "" if whole else "open" if target else "target",
            }
        )
    rows.sort(key=lambda row: -row["amount"])
    columns = "activity title kecamatan target unit amount each why"
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def against_ceilings(
    chosen: Parameters, tables: dict[str, pd.DataFrame], table: pd.DataFrame
) -> pd.DataFrame:
    """What each office needs in the year of the plan, and what it may spend.

    Parameters
    ----------
    chosen : Parameters
        With a ``plan_year``.
    tables : dict of DataFrame
        `ledger.thread`.
    table : DataFrame
        From `lines`.

    Returns
    -------
    DataFrame
        ``opd``, ``title``, ``need``, ``ceiling`` and ``left`` [IDR; both missing without
        a ceiling], ``decree``, ``above`` (whether the need is above the ceiling; at it
        is not). Every office that has a line or a ceiling; first who lacks most.
    """
    of_year = tables["ceilings"][tables["ceilings"]["year"].eq(chosen.plan_year)]
    ceilings = of_year.set_index("opd_id").to_dict("index")
    need = {row.key: row.amount for row in totals(table, "opd").itertuples()}
    rows = []
    for office in tables["opd"].to_dict("records"):
        if office["id"] not in need and office["id"] not in ceilings:
            continue
        ceiling = ceilings.get(office["id"], {}).get("amount")
        needed = need.get(office["id"], 0)
        rows.append(
            {
                "opd": office["id"],
                "title": office["title"],
                "need": needed,
                "ceiling": ceiling,
                "left": None if ceiling is None else ceiling - needed,
                "decree": ceilings.get(office["id"], {}).get("decree"),
                "above": ceiling is not None and needed > ceiling,
            }
        )
    rows.sort(key=lambda row: (row["left"] is None, row["left"] or 0))
    columns = ["opd", "title", "need", "ceiling", "left", "decree", "above"]
    return pd.DataFrame(rows, columns=columns, dtype=object)
