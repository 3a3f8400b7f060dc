"""Questions 2 to 5: how the poorest differ from the richest, and what is not known."""

from collections.abc import Collection

import pandas as pd

from sepakat_lib.analysis.findings import at_once, of_region
from sepakat_lib.indicators import catalogue, grouping, themes
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters

# The opposite or the near twin of another row of its theme: in the tables, not drawn.
TWINS = {
    *("inadequate_housing", "electricity", "net_enrolment_primary"),
    *("net_enrolment_junior", "net_enrolment_senior"),
}
UNANSWERED = ["question", "indicator", "id", "en", "keeper", "items"]


def by_group(
    chosen: Parameters,
    findings: pd.DataFrame,
    indicators: list[str],
    groupings: tuple[str, ...],
) -> pd.DataFrame:
    """Values of the own region by groups, in the order of the declarations.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings`.
    """
    return of_region(findings, chosen.region, "level", indicators, groupings)


def fifths(chosen: Parameters, findings: pd.DataFrame, theme: str) -> pd.DataFrame:
    """Each indicator of a theme for all, the poorest and the richest fifth.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    theme : str
        A file of declarations: work, business, services, schooling, health …

    Returns
    -------
    DataFrame
        Levels of `tables.Findings`, one an indicator that no Venn draws and group
        ("all", "1", "5"), and on each row the difference poorest less richest (``gap``,
        ``gap_low``, ``gap_high``) with its ``verdict``; ``twin``: whether another row
        says the same; ``clearest``: whether this indicator's difference is the clearest
        that is beyond error. Empty where nothing is loaded.
    """
    drawn = {name for venn in VENNS.values() for name in venn.regions.values()}
    indicators = [
        indicator.name
        for indicator in themes()[theme]
        if "quintile" in indicator.groupings
        and indicator.is_share
        and indicator.counts == "persons"  # its households stand here as their members
        and indicator.name not in drawn
        and "welfare" not in indicator.columns  # spending itself parts these by fifths
    ]
    table = with_gaps(chosen, findings, indicators, ("all", "1", "5"))
    table = table.assign(twin=table["indicator"].isin(TWINS))
    return table.assign(clearest=table["indicator"].eq(clearest(table)))


def targeting(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """Who is reached by protection and who is missed, judged by the poverty line.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` of everybody in the own region.
    """
    indicators = [
        indicator.name
        for indicator in themes()["protection"]
        if "welfare" in indicator.columns
    ]
    return by_group(chosen, findings, indicators, ("all",))


def with_gaps(
    chosen: Parameters,
    findings: pd.DataFrame,
    indicators: list[str],
    groups: tuple,
    by: str = "quintile",
) -> pd.DataFrame:
    """Levels of groups, with one end of the grouping less the other on each row.

    The intervals of the differences hold for all of them ``at_once``.
    """
    rows = of_region(findings, chosen.region, "level", indicators, ("all", by))
    rows = rows[rows["group"].isin(groups)].drop(columns="verdict")
    gaps = of_region(findings, chosen.region, "gap", indicators, (by,))
    first, other = grouping(by).extremes
    gaps = gaps[gaps["group"].eq(first) & gaps["against_group"].eq(other)]
    gaps = at_once(gaps, chosen.confidence)
    ends = {"value": "gap", "low": "gap_low", "high": "gap_high"}
    gaps = gaps[["indicator", "verdict", "at_once", *ends]].rename(columns=ends)
    rows = rows.merge(gaps, on="indicator", how="left")
    return rows.fillna({"verdict": "", "at_once": 0})


def circles(chosen: Parameters, findings: pd.DataFrame, venn: str) -> pd.DataFrame:
    """Exclusive regions of a Venn for the poorest and the richest fifth.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.
    venn : str
        Name in `indicators.venns.VENNS`.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` with ``letters`` (of the sets, "none"), of the groups
        "1" and "5", and the difference poorest less richest with its ``verdict``;
        ``clearest``: whether this part heads the figure: the one where all meet if any
        of it is known, else the one that differs most beyond error, else the largest.
        Empty where nothing is loaded.
    """
    letters = {name: region for region, name in VENNS[venn].regions.items()}
    rows = with_gaps(chosen, findings, list(letters), ("1", "5"))
    if len(rows) < 2 * len(letters):
        return rows.iloc[:0].assign(letters="", clearest=False)
    rows = rows.assign(letters=rows["indicator"].map(letters), twin=False)
    return rows.assign(clearest=rows["indicator"].eq(_heading(rows)))


def _heading(parts: pd.DataFrame) -> str:
    """The part of a Venn that may be quoted and says most; "" if none may."""
    usable = parts["value"].notna() & parts["mark"].ne("**")
    usable = parts[usable.groupby(parts["indicator"]).transform("all")]
    sets = max(set(parts["letters"]) - {"none"}, key=len)
    together = usable[usable["letters"].eq(sets)]
    if together["value"].gt(0).any():
        return together["indicator"].iloc[0]
    if sure := clearest(parts):
        return sure
    poorest = usable[usable["group"].eq("1")]
    return poorest.loc[poorest["value"].idxmax(), "indicator"] if len(poorest) else ""


def clearest(table: pd.DataFrame) -> str:
    """The indicator whose poorest and richest differ most beyond error; "" if none.

    Judged by the end of the interval that is nearer to zero. [points] An indicator with
    a group of too few people, or of a value that is not for use, has no say, and a twin
    has none: it is not drawn under the title.
    """
    usable = table["value"].notna() & table["mark"].ne("**")
    usable = usable.groupby(table["indicator"]).transform("all") & ~table["twin"]
    sure = table[usable & table["verdict"].isin(["higher", "lower"])]
    if sure.empty:
        return ""
    least = sure[["gap_low", "gap_high"]].abs().min(axis=1)
    return sure.loc[least.idxmax(), "indicator"]


def furthest(
    chosen: Parameters,
    findings: pd.DataFrame,
    indicator: str,
    groupings: tuple[str, ...],
) -> dict:
    """The two groups of one indicator that differ most beyond error.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`: a group that is hidden or not for use has no say.
    indicator : str
    groupings : tuple of str

    Returns
    -------
    dict
        ``verdict``; where it is ``higher``, ``grouping``, ``group`` (the higher one),
        ``against_group``, ``difference``, ``low``, ``high`` [points, above 0]. Where no
        pair may be told apart it is ``estimated_line`` if that is why, else
        ``within_error``. ``at_once``: how many pairs were compared, for all of which
        the interval holds together.
    """
    own = of_region(findings, chosen.region, "gap", [indicator], groupings)
    own = own[own["against_region"].eq(chosen.region)]
    if own["verdict"].eq("estimated_line").any():
        return {"verdict": "estimated_line"}
    own = at_once(own, chosen.confidence)
    sure = own[own["mark"].ne("**") & own["verdict"].isin(["higher", "lower"])]
    if sure.empty:
        among = int(own["at_once"].max()) if len(own) else 0
        return {"verdict": "within_error", "at_once": among}
    least = sure[["low", "high"]].abs().min(axis=1)
    row = sure.loc[least.idxmax()]
    ends = ["group", "against_group"]
    numbers = [row["value"], row["low"], row["high"]]
    if row["verdict"] == "lower":
        ends.reverse()
        numbers = [-row["value"], -row["high"], -row["low"]]
    return {
        "verdict": "higher",
        "grouping": row["grouping"],
        "group": row[ends[0]],
        "against_group": row[ends[1]],
        "at_once": int(row["at_once"]),
        **dict(zip(("difference", "low", "high"), numbers, strict=True)),
    }


def held(chosen: Parameters, findings: pd.DataFrame) -> set[str]:
    """Indicators of which the region has a figure of their owner."""
    own = findings["region"].eq(chosen.region) & findings["kind"].eq("level")
    return set(findings.loc[own & findings["source"].eq("official"), "indicator"])


def unanswered(
    absent: dict[str, list[str]],
    question: int | None = None,
    held: Collection[str] = (),
) -> pd.DataFrame:
    """Indicators without a value, and what would answer them.

    Parameters
    ----------
    absent : dict of str to list of str
        Indicators that the loaded files cannot answer, with the items that they lack.
    question : int, optional
        Of SEPAKAT's five; default all.
    held : collection of str
        Indicators of which their owner's figure is held; another of his that waits for
        a file is told too.

    Returns
    -------
    DataFrame
        ``question``, ``indicator``, ``id`` and ``en`` (the file that would answer),
        ``keeper`` (who keeps it, as words name it) and ``items`` (columns that the loaded file lacks; empty where another file is due).
    """
    rows = [
        {
            "question": indicator.question,
            "indicator": indicator.name,
            "id": indicator.awaits.get("id", ""),
            "en": indicator.awaits.get("en", ""),
            "keeper": indicator.keeper,
            "items": ", ".join(absent.get(indicator.name, [])),
        }
        for indicator in catalogue().values()
        if (
            (indicator.awaits and indicator.name not in held)
            or indicator.name in absent
        )
        and question in (None, indicator.question)
    ]
    return pd.DataFrame(rows, columns=UNANSWERED)
