"""Questions 2 to 5: how the poorest differ from the richest, and what is not known."""

import pandas as pd

from sepakat_lib.analysis.condition import verdict
from sepakat_lib.indicators import catalogue, themes
from sepakat_lib.indicators.venns import VENNS
from sepakat_lib.parameters import Parameters

KEPT = "indicator group value se low high rse df deff n year remark synthetic".split()
TOTAL = "total total_se total_low total_high population".split()
# The opposite or the near twin of another row of its theme: in the tables, not drawn.
TWINS = {
    *("inadequate_housing", "electricity", "net_enrolment_primary"),
    *("net_enrolment_junior", "net_enrolment_senior"),
}


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
        One row an indicator that no Venn draws and group ("all", "1", "5") with value,
        interval, rse and n, and on each row the difference poorest less richest
        (``gap``, ``gap_low``, ``gap_high``) with its ``verdict``, and ``twin``: whether
        another row says the same; empty where nothing is loaded.
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
    table = _with_gaps(rows, differences)
    return table.assign(twin=table["indicator"].isin(TWINS))


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
    rows = rows[rows["group"].isin(["1", "5"])][[*KEPT, *TOTAL]]
    if len(rows) < 2 * len(letters):
        return rows.iloc[:0]
    table = _with_gaps(rows, differences)
    return table.assign(region=table["indicator"].map(letters))


def clearest(table: pd.DataFrame):
    """The indicator whose poorest and richest differ most beyond error; None if none.

    Judged by the end of the interval that is nearer to zero. [points] An indicator with
    a group of too few people, or of a value that is not for use, has no say, and a twin
    has none: it is not drawn under the title.
    """
    usable = table["value"].notna() & table["mark"].ne("**")
    usable = usable.groupby(table["indicator"]).transform("all") & ~table["twin"]
    sure = table[usable & table["verdict"].isin(["higher", "lower"])]
    if sure.empty:
        return None
    least = sure[["gap_low", "gap_high"]].abs().min(axis=1)
    return sure.loc[least.idxmax()]


def furthest(
    chosen: Parameters,
    values: pd.DataFrame,
    differences: pd.DataFrame,
):
    """The two groups of one indicator that differ most beyond error; None if none.

    Parameters
    ----------
    chosen : Parameters
    values : DataFrame
        From `by_group`, published: a group that is hidden or not for use has no say.
    differences : DataFrame
        `tables.Differences`.

    Returns
    -------
    Series or None
        ``grouping``, ``group`` (the higher one), ``against_group``, ``difference``,
        ``low``, ``high`` [points, above 0].
    """
    usable = values[values["value"].notna() & values["mark"].ne("**")]
    pairs = set(zip(usable["grouping"], usable["group"], strict=True))
    own = differences[
        differences["indicator"].isin(values["indicator"])
        & differences["grouping"].isin(values["grouping"])
        & differences["against_region"].eq(chosen.region)
        & differences["group"].ne(differences["against_group"])
    ]
    rows = []
    for row in own.itertuples():
        ends = {(row.grouping, row.group), (row.grouping, row.against_group)}
        if not ends <= pairs:
            continue
        told = {"grouping": row.grouping, "difference": row.difference}
        if row.low > 0:
            told |= {"group": row.group, "against_group": row.against_group}
            rows.append(told | {"low": row.low, "high": row.high})
        elif row.high < 0:
            told |= {"group": row.against_group, "against_group": row.group}
            told |= {"difference": -row.difference, "low": -row.high, "high": -row.low}
            rows.append(told)
    if not rows:
        return None
    sure = pd.DataFrame(rows)
    return sure.loc[sure["low"].idxmax()]


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
