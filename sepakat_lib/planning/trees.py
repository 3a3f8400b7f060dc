"""Problem trees: an issue, its causes on both sides, what is done, each with evidence."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from sepakat_lib.indicators import catalogue
from sepakat_lib.planning.causes import SIDES, label, library, suggested

OFFICIAL_FIRST = ("p0", "p1", "p2")  # what BPS publishes goes before the survey
STEPS = {  # smallest difference that is told, by the unit; of BPS's rates a hundredth
    "percent": 0.1,
    "index": 0.1,
    "gini": 0.001,
    "years": 0.1,
    "persons": 1.0,
    "idr": 1.0,
}
PRINTED = 0.01
NODES = ["node", "above", "kind", "side", "title", "titles", "evidence", "grey"]


def _names(indicator: str) -> dict[str, str]:
    return {language: label(indicator, language) for language in ("id", "en")}


class Evidence(NamedTuple):
    """What a region's data say of an indicator, or why they say nothing.

    Attributes
    ----------
    indicator : str
    names : dict
        What it is called, in "id" and "en".
    why : str
        "" where there is a value that may be used; else ``not_measured`` (by this
        workbench), ``no_finding`` (of this region and year), ``hidden`` (too few
        people), ``not_for_use`` (its error is too large; the value is there).
    value, low, high : float
        In the indicator's unit; missing where there is none.
    people : float
        How many the share counts; missing where it counts none.
    mark, source : str
    year, month : int
    synthetic : bool
    """

    indicator: str
    names: dict[str, str]
    why: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    people: float = math.nan
    mark: str = ""
    source: str = ""
    year: int = 0
    month: int = 0
    synthetic: bool = False


def evidence_of(findings: pd.DataFrame, region: str, indicator: str) -> Evidence:
    """Today's level of everybody in a region, of BPS's figures or of the survey.

    Parameters
    ----------
    findings : DataFrame
        `tables.Findings`.
    region : str
        BPS code.
    indicator : str
        Of the catalogue, or a code that is not measured here.
    """
    if indicator not in catalogue():
        return Evidence(indicator, _names(indicator), "not_measured")
    rows = _levels(findings, region, indicator)
    if rows.empty:
        return Evidence(indicator, _names(indicator), "no_finding")
    official = rows["source"].eq("official")
    first = official if indicator in OFFICIAL_FIRST else ~official
    row = (rows[first] if first.any() else rows).iloc[0]
    return _evidence(row)


def _levels(findings: pd.DataFrame, region: str, indicator: str) -> pd.DataFrame:
    return findings[
        findings["region"].eq(region)
        & findings["kind"].eq("level")
        & findings["grouping"].eq("all")
        & findings["group"].eq("all")
        & findings["indicator"].eq(indicator)
    ]


def _evidence(row: Mapping[str, Any]) -> Evidence:
    """A finding, of today or as it was kept."""
    numbers = {name: _float(row[name]) for name in ("value", "low", "high", "people")}
    why = ""
    if math.isnan(numbers["value"]):
        why = "hidden"
    elif row["mark"] == "**":
        why = "not_for_use"
    return Evidence(
        indicator=row["indicator"],
        names=_names(row["indicator"]),
        why=why,
        **numbers,
        mark=row["mark"] or "",
        source=row["source"],
        year=int(row["year"]),
        month=int(row["month"]),
        synthetic=bool(row["synthetic"]),
    )


def _float(value) -> float:
    return math.nan if value is None else float(value)


class Problem(NamedTuple):
    """An issue of a plan, as a page or a document shows it.

    Attributes
    ----------
    id : UUID
    title : str
    indicator : str or None
    direct_reason : str or None
        Why it was entered without a finding.
    tree : DataFrame
        From `tree`.
    suggested : DataFrame
        From `suggestions`.
    synthetic : bool
        A row of its tree, or any evidence in it, is invented.
    """

    id: Any
    title: str
    indicator: str | None
    direct_reason: str | None
    tree: pd.DataFrame
    suggested: pd.DataFrame
    synthetic: bool = False


def problems(
    tables: Mapping[str, pd.DataFrame], findings: pd.DataFrame
) -> list[Problem]:
    """Every issue with its tree and the causes that may be added, the oldest first.

    Parameters
    ----------
    tables : mapping
        `ledger.thread`.
    findings : DataFrame
        `tables.Findings` of the region.
    """
    found = []
    for row in tables["issues"].itertuples():
        whole = tree(tables, findings, row.id)
        more = suggestions(tables, findings, row.id)
        about = (row.id, row.title, row.indicator, row.direct_reason)
        found.append(Problem(*about, whole, more, _invented(tables, whole)))
    return found


def _invented(tables: Mapping[str, pd.DataFrame], whole: pd.DataFrame) -> bool:
    rows = pd.concat([tables[kind] for kind in ("issues", "causes", "activities")])
    rows = rows[rows["id"].isin(whole["node"])]
    evidence = [each for found in whole["evidence"] for each in found]
    made_up = rows["synthetic"].eq(True).any() or any(e.synthetic for e in evidence)
    return bool(made_up)


def suggestions(
    tables: Mapping[str, pd.DataFrame], findings: pd.DataFrame, issue
) -> pd.DataFrame:
    """Causes of the library for an issue that are not in its tree.

    Parameters
    ----------
    tables, findings, issue
        As of `tree`.

    Returns
    -------
    DataFrame
        ``library`` (code), ``side``, ``titles`` ("id" and "en"), ``evidence`` and
        ``grey`` as of `tree`, ``activities`` as of `Cause`.
    """
    top = tables["issues"].set_index("id").loc[issue]
    causes = tables["causes"]
    taken = set(causes.loc[causes["issue_id"].eq(issue), "library"])
    rows = []
    for cause in suggested(top["indicator"]):
        if cause.code not in taken:
            found = tuple(
                evidence_of(findings, top["region"], name) for name in cause.evidence
            )
            told = (cause.code, cause.side, cause.title, found, _grey(found))
            rows.append((*told, cause.activities))
    columns = ["library", "side", "titles", "evidence", "grey", "activities"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def tree(
    tables: Mapping[str, pd.DataFrame], findings: pd.DataFrame, issue
) -> pd.DataFrame:
    """An issue with its causes and what is done against them, from the top down.

    Parameters
    ----------
    tables : mapping
        `ledger.thread`.
    findings : DataFrame
        `tables.Findings` of the region.
    issue : UUID
        Id of a row of ``tables["issues"]``.

    Returns
    -------
    DataFrame
        A row a node: ``node`` (id of its row), ``above`` (id or None), ``kind`` (issue,
        cause, activity), ``side`` (supply, use; of an activity its cause's, of the issue
        ""), ``title``, ``titles`` ("id" and "en": the library's, where the title is
        still that of its entry), ``evidence`` (tuple of `Evidence`, of today), ``grey``: "" where
        any of the evidence has a value; else ``no_evidence`` (the cause names none), or
        the ``why`` of the evidence, the nearest to a value first. Activities and an
        issue without indicator are never grey.

        Supply stands before use, siblings in their ``place``. A cause whose upper cause
        ended, or that stands below itself, stands under the issue.
    """
    top = tables["issues"].set_index("id").loc[issue]
    names = [top["indicator"]] if top["indicator"] else []
    found = [evidence_of(findings, top["region"], name) for name in names]
    told = (issue, None, "issue", "", top["title"], _titles(top["title"]))
    rows = [(*told, tuple(found), "")]
    causes = tables["causes"][tables["causes"]["issue_id"].eq(issue)]
    above = _above(causes, issue)
    for cause in _in_order(causes, above, issue):
        names = _evidence_names(cause, tables["evidence"])
        found = tuple(evidence_of(findings, top["region"], name) for name in names)
        titles = _titles(cause.title, cause.library)
        told = (cause.id, above[cause.id], "cause", cause.side, cause.title, titles)
        rows.append((*told, found, _grey(found)))
        done = tables["activities"][tables["activities"]["cause_id"].eq(cause.id)]
        rows += [
            (
                *(row.id, cause.id, "activity", cause.side),
                *(row.title, _titles(row.title), (), ""),
            )
            for row in done.itertuples()
        ]
    return pd.DataFrame(rows, columns=NODES, dtype=object)


def _titles(title: str, code: str | None = None) -> dict[str, str]:
    """A title in both languages, where nobody changed what the library says."""
    entry = library().get(code)
    if entry and title in entry.title.values():
        return entry.title
    return dict.fromkeys(("id", "en"), title)


def _above(causes: pd.DataFrame, issue) -> dict:
    """What each cause stands under: a cause of the tree, else the issue."""
    given = dict(zip(causes["id"], causes["above_id"], strict=True))
    above = {}
    for cause in given:
        seen, step = {cause}, given[cause]
        while step in given and step not in seen:
            seen.add(step)
            step = given[step]
        whole = step not in seen  # it ends at the top, not in itself
        above[cause] = given[cause] if whole and given[cause] in given else issue
    return above


def _in_order(causes: pd.DataFrame, above: dict, top) -> list:
    """Causes from the top down, each before those under it."""
    rows = sorted(
        causes.itertuples(), key=lambda row: (SIDES.index(row.side), row.place)
    )
    below: dict = {}
    for row in rows:
        below.setdefault(above[row.id], []).append(row)
    ordered, waiting = [], below.get(top, [])[::-1]
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += below.get(row.id, [])[::-1]
    return ordered


def _evidence_names(cause, kept: pd.DataFrame) -> list[str]:
    """Indicators that show a cause: of the finding kept with it, and of the library."""
    own = kept.loc[kept["id"].eq(cause.evidence_id), "indicator"].tolist()
    entry = library().get(cause.library)
    return list(dict.fromkeys([*own, *(entry.evidence if entry else ())]))


def _grey(found: tuple[Evidence, ...]) -> str:
    reasons = {each.why for each in found}
    if not found:
        return "no_evidence"
    for why in ("", "not_for_use", "hidden", "no_finding"):
        if why in reasons:
            return why
    return "not_measured"


def differing(
    tables: Mapping[str, pd.DataFrame], findings: pd.DataFrame
) -> pd.DataFrame:
    """What was found when it was decided, beside what is found today.

    Parameters
    ----------
    tables : mapping
        `ledger.thread`.
    findings : DataFrame
        `tables.Findings` of the region.

    Returns
    -------
    DataFrame
        A row an issue or cause that rests on a finding: ``kind``, ``node`` (id),
        ``issue_id``, ``title``, ``then`` and ``now`` (`Evidence`; of the same source
        where today has it), ``verdict``: ``same``; ``moved``, where value or interval
        would be written otherwise (by `STEPS`); ``gone``, where today has no value.
    """
    rows = []
    for kind in ("issues", "causes"):
        table = tables[kind].merge(
            tables["evidence"][["id", "content", "region"]],
            left_on="evidence_id",
            right_on="id",
            suffixes=("", "_kept"),
        )
        for row in table.to_dict("records"):
            then = _evidence(row["content"])
            region = row["content"]["region"]
            now = _today(findings, region, then)
            issue = row["id"] if kind == "issues" else row["issue_id"]
            told = (kind, row["id"], issue, row["title"], then, now)
            rows.append((*told, _verdict(then, now)))
    columns = ["kind", "node", "issue_id", "title", "then", "now", "verdict"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _today(findings: pd.DataFrame, region: str, then: Evidence) -> Evidence:
    """Today's finding of the same source, else of the other, else none."""
    rows = _levels(findings, region, then.indicator)
    same = rows[rows["source"].eq(then.source)]
    if len(same):
        return _evidence(same.iloc[0])
    return evidence_of(findings, region, then.indicator)


def _verdict(then: Evidence, now: Evidence) -> str:
    if math.isnan(now.value):
        return "same" if math.isnan(then.value) else "gone"
    step = PRINTED
    if now.source == "survey":
        step = STEPS.get(catalogue()[now.indicator].unit, PRINTED)
    ends = ("value", "low", "high")
    pairs = [(getattr(then, name), getattr(now, name)) for name in ends]
    moved = any(_steps(a, step) != _steps(b, step) for a, b in pairs)
    return "moved" if moved or then.source != now.source else "same"


def _steps(value: float, step: float) -> int | None:
    return None if math.isnan(value) else math.floor(value / step + 0.5 + 1e-9)
