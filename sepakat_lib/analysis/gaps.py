"""Questions 2 to 5: how the poorest differ from the richest, and what is not known."""

import pandas as pd

from sepakat_lib.analysis.condition import verdict
from sepakat_lib.indicators import catalogue, themes
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters

KEPT = "indicator group value se low high rse df deff n synthetic".split()


def by_group(
    chosen: Parameters,
    estimates: pd.DataFrame,
    indicators: list[str],
    groupings: tuple[str, ...],
) -> pd.DataFrame:
    """Values of the own region by groups, in the order of the declarations.

    Returns
    -------
    DataFrame
        Rows of `tables.Estimates`.
    """
    own = estimates[
        estimates["region"].eq(chosen.region)
        & estimates["indicator"].isin(indicators)
        & estimates["grouping"].isin(groupings)
    ]
    place = {name: i for i, name in enumerate(indicators)}
    return own.sort_values(
        "indicator", key=lambda names: names.map(place), kind="stable"
    )


def fifths(
    chosen: Parameters,
    estimates: pd.DataFrame,
    differences: pd.DataFrame,
    theme: str,
) -> pd.DataFrame:
    """Each indicator of a theme for all, the poorest and the richest fifth.

    Parameters
    ----------
    chosen : Parameters
    estimates, differences : DataFrame
        `tables.Estimates`, `tables.Differences`.
    theme : str
        A file of declarations: work, business, services, schooling, health …

    Returns
    -------
    DataFrame
        One row an indicator that no Venn draws and group ("all", "1", "5") with value, interval, rse and
        n, and on each row the difference poorest less richest (``gap``, ``gap_low``,
        ``gap_high``) with its ``verdict``; empty where nothing is loaded.
    """
    drawn = {name for venn in VENNS.values() for name in venn.regions.values()}
    asked = [
        each.name
        for each in themes()[theme]
        if "quintile" in each.groupings
        and each.is_share
        and each.name not in drawn
        and "welfare" not in each.columns  # spending itself parts these by fifths
    ]
    rows = by_group(chosen, estimates, asked, ("all", "quintile"))
    rows = rows[rows["group"].isin(["all", "1", "5"])][KEPT]
    return _with_gaps(rows, differences)


def targeting(chosen: Parameters, estimates: pd.DataFrame) -> pd.DataFrame:
    """Who is reached by protection and who is missed, judged by the poverty line.

    Returns
    -------
    DataFrame
        Rows of `tables.Estimates` of everybody in the own region.
    """
    asked = [e.name for e in themes()["protection"] if "welfare" in e.columns]
    return by_group(chosen, estimates, asked, ("all",))


def _with_gaps(rows: pd.DataFrame, differences: pd.DataFrame) -> pd.DataFrame:
    """Add to each row the poorest less the richest, and what that means."""
    gaps = differences[
        differences["grouping"].eq("quintile")
        & differences["group"].eq("1")
        & differences["against_group"].eq("5")
    ]
    gaps = gaps[["indicator", "difference", "low", "high"]].rename(
        columns={"difference": "gap", "low": "gap_low", "high": "gap_high"}
    )
    table = rows.merge(gaps, on="indicator", how="left")
    table["verdict"] = [
        verdict(row.gap, row.gap_low, row.gap_high) for row in table.itertuples()
    ]
    return table


def circles(
    chosen: Parameters, estimates: pd.DataFrame, differences: pd.DataFrame, venn: str
) -> pd.DataFrame:
    """Exclusive regions of a Venn for the poorest and the richest fifth.

    Parameters
    ----------
    chosen : Parameters
    estimates, differences : DataFrame
        `tables.Estimates`, `tables.Differences`.
    venn : str
        Name in `indicators.venns.VENNS`.

    Returns
    -------
    DataFrame
        ``region`` (letters of the sets, "none"), ``group`` ("1", "5"), ``value`` with
        its interval [percent], ``total`` [persons], and the difference poorest less
        richest with its ``verdict``; empty where nothing is loaded.
    """
    letters = {name: region for region, name in VENNS[venn].regions.items()}
    rows = by_group(chosen, estimates, list(letters), ("quintile",))
    rows = rows[rows["group"].isin(["1", "5"])][[*KEPT, "total", "total_se"]]
    if len(rows) < 2 * len(letters):
        return rows.iloc[:0]
    table = _with_gaps(rows, differences)
    return table.assign(region=table["indicator"].map(letters))


def clearest(table: pd.DataFrame):
    """The indicator whose poorest and richest differ most beyond error; None if none.

    Judged by the end of the interval that is nearer to zero. [points] An indicator with
    a group of too few people has no say.
    """
    shown = table["value"].notna().groupby(table["indicator"]).transform("all")
    sure = table[shown & table["verdict"].ne("within_error") & table["gap"].notna()]
    if sure.empty:
        return None
    least = sure[["gap_low", "gap_high"]].abs().min(axis=1)
    return sure.loc[least.idxmax()]


def unanswered(
    absent: dict[str, list[str]], question: int | None = None
) -> pd.DataFrame:
    """Indicators without a value, and what would answer them.

    Parameters
    ----------
    absent : dict of str to list of str
        Indicators that the loaded files cannot answer, with the items that they lack.
    question : int, optional
        Of SEPAKAT's five; default all.

    Returns
    -------
    DataFrame
        ``question``, ``indicator``, ``id`` and ``en`` (the file that would answer) and
        ``items`` (columns that the loaded file lacks; empty where another file is due).
    """
    rows = [
        {
            "question": each.question,
            "indicator": each.name,
            "id": each.awaits.get("id", ""),
            "en": each.awaits.get("en", ""),
            "items": ", ".join(absent.get(each.name, [])),
        }
        for each in catalogue().values()
        if (each.kind == "awaited" or each.name in absent)
        and question in (None, each.question)
    ]
    return pd.DataFrame(rows, columns=["question", "indicator", "id", "en", "items"])
