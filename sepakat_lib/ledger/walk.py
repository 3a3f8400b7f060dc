"""From a finding to what came of it, and from one rupiah back to why it was spent."""

import uuid

import pandas as pd

UP = {  # a kind, what it answers, and the key that says so
    "realisations": ("cost_lines", "cost_line_id"),
    "cost_lines": ("activities", "activity_id"),
    "activities": ("causes", "cause_id"),
    "causes": ("issues", "issue_id"),
    "issues": ("evidence", "evidence_id"),
}
FOURTH = 10  # first month of the fourth quarter


def back(
    tables: dict[str, pd.DataFrame], kind: str, id: uuid.UUID
) -> list[tuple[str, dict]]:
    """A row and all that it answers, one after another, up to the finding.

    Parameters
    ----------
    tables : dict of DataFrame
        From `thread`.
    kind : str
        Of `UP`.
    id : UUID

    Returns
    -------
    list of (kind, row)
        The last is evidence, or the issue that was entered without one.

    Raises
    ------
    KeyError
        There is no such row.
    """
    steps = []
    while id is not None:
        row = _row(tables, kind, id)
        steps.append((kind, row))
        if kind not in UP:
            break
        kind, key = UP[kind]
        id = row[key]
    return steps


def forward(
    tables: dict[str, pd.DataFrame],
) -> list[tuple[str, dict]]:
    """The chain that reaches furthest: from a finding to a realisation and an outcome.

    Of several a red card goes first, then a realisation of the fourth quarter, then the
    latest.

    Returns
    -------
    list of (kind, row)
        evidence, issues, causes, activities, cost_lines, realisations, outcomes, as far
        as the chain goes; empty where no issue answers a finding.
    """
    chains = []
    for kind in ("realisations", "cost_lines", "activities", "causes", "issues"):
        chains += [[*reversed(back(tables, kind, id))] for id in tables[kind]["id"]]
    chains = [chain for chain in chains if chain[0][0] == "evidence"]
    if not chains:
        return []
    outcomes = {row["issue_id"]: row for row in tables["outcomes"].to_dict("records")}
    whole = [
        [*chain, ("outcomes", outcomes[chain[1][1]["id"]])]
        if len(chain) > 1 and chain[1][1]["id"] in outcomes
        else chain
        for chain in chains
    ]
    return max(whole, key=_reach)


def _reach(chain: list[tuple[str, dict]]) -> tuple:
    """How far a chain goes; the greater the further."""
    rows = dict(chain)
    rule = rows["evidence"]["rule"] or {}
    month = rows.get("realisations", {}).get("month", 0)
    red = rule.get("colour") == "red"
    return red, len(chain), month >= FOURTH, month, str(chain[-1][1]["id"])


def _row(tables: dict[str, pd.DataFrame], kind: str, id: uuid.UUID) -> dict:
    found = tables[kind][tables[kind]["id"].eq(id)]
    if found.empty:
        raise KeyError(f"{kind} {id}")
    return found.iloc[0].to_dict()
