"""What was found: levels, gaps, changes and trends, published and judged once, here."""

import numpy as np
import pandas as pd

from sepakat_lib import disclosure
from sepakat_lib.analysis.official import MARCH, WHEN, change, owned, published
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.regions import tiers
from sepakat_lib.stats import survey
from sepakat_lib.tables import Findings

GAP = ("higher", "lower", "within_error")
CHANGE = ("rose", "fell", "change_unclear")
GRAVITY = (
    "",
    "*",
    "**",
    "no_error",
    "withheld",
    "few",
    "one_unit",
)  # of two ends' marks
BY_AREA = ("p0", "poor_persons")
WHOLE = ["indicator", "grouping", "group"]
ENDS = "value low high se rse n df mark remark synthetic".split()
PLAIN = {"grouping": "all", "group": "all", "month": MARCH, "verdict": ""}
PLAIN |= {"against_region": "", "against_group": "", "remark": ""}
PLAIN |= {"mark": "", "people_mark": ""}
PLAIN |= {"against_year": 0, "against_month": 0, "synthetic": False}
PEOPLE = {"total": "people", "total_low": "people_low", "total_high": "people_high"}
PEOPLE |= {"total_mark": "people_mark"}


def verdicts(table: pd.DataFrame, words: tuple[str, str, str] = GAP) -> np.ndarray:
    """What each difference means given its interval; "" where there is none.

    Parameters
    ----------
    table : DataFrame
        ``value``, ``low``, ``high``; an interval that touches 0 holds it.
    words : (above, below, unclear)

    >>> table = {"value": [2.0, 2.0, 2.0], "low": [0.5, -0.5, np.nan], "high": [3.5, 4.5, 9]}
    >>> verdicts(pd.DataFrame(table)).tolist()
    ['higher', 'within_error', '']
    """
    known = np.isfinite(table[["value", "low", "high"]].to_numpy(float)).all(axis=1)
    above, below, unclear = words
    return np.select(
        [~known, table["low"].gt(0), table["high"].lt(0)], ["", above, below], unclear
    ).astype(object)


def at_once(table: pd.DataFrame, confidence: float, words=GAP) -> pd.DataFrame:
    """Differences whose intervals hold for all of the table together.

    Whoever names the clearest of many has looked at all of them: without it one in two
    tables in which nothing differs would name one.

    Parameters
    ----------
    table : DataFrame
        Differences with ``value``, ``low``, ``high``, ``df``, ``mark`` and ``verdict``.
    confidence : float
        Of all together.
    words : (above, below, unclear)

    Returns
    -------
    DataFrame
        With wider ``low`` and ``high``, a sure ``verdict`` only where these allow it, and
        ``at_once``: how many are compared (Bonferroni, `survey.simultaneous`). What has
        no interval, is not for use or rests on an estimated line is not among them and
        stays as it is.
    """
    among = table[["value", "low", "high"]].notna().all(axis=1)
    among &= table["mark"].isin(["", "*"]) & table["verdict"].ne("estimated_line")
    count = int(among.sum())
    ends = survey.simultaneous(
        *(table.loc[among, name].astype(float) for name in ("value", "low", "high")),
        table.loc[among, "df"].astype(float),
        confidence,
        count,
    )
    table = table.assign(at_once=count)
    table.loc[among, "low"], table.loc[among, "high"] = ends
    still = verdicts(table, words) == words[2]
    table.loc[among & table["verdict"].ne("") & still, "verdict"] = words[2]
    return table


def judgement(indicator: str, verdict: str) -> str:
    """Whether a verdict is good news, by the direction that the indicator declares.

    >>> judgement("p0", "fell"), judgement("jkn", "lower"), judgement("pkh", "higher")
    ('better', 'worse', 'none')
    >>> judgement("p0", "within_error"), judgement("p0", "")
    ('unclear', 'none')
    """
    if verdict in ("", "level", "estimated_line"):
        return "none"
    good = catalogue()[indicator].better
    side = {"rose": "higher", "fell": "lower"}.get(verdict, verdict)
    if good == "context":
        return "none"
    if side not in ("higher", "lower"):
        return "unclear"
    return "better" if side == good else "worse"


def by_estimated_line(remark: str) -> bool:
    """Whether a value hangs on an estimated poverty line, which no verdict rests on.

    A line that is 2.5 percent off can move a change of the poverty rate by two points.

    >>> by_estimated_line("collapsed estimated_line"), by_estimated_line("collapsed")
    (True, False)
    """
    return "estimated_line" in str(remark).split()


def whole_of(table: pd.DataFrame) -> pd.Series:
    """How many each share is of; missing of what is no share, and where nobody has it.

    >>> rows = {"indicator": ["p0", "p0", "gini"], "value": [10.0, 0, 0.3]}
    >>> whole_of(pd.DataFrame(rows | {"people": [7.0, 0, np.nan]})).tolist()
    [70.0, nan, nan]
    """
    share = table["indicator"].map(lambda name: catalogue()[name].is_share)
    known = share.astype(bool) & table["value"].gt(0)
    return (table["people"] / (table["value"] / 100)).where(known)


def findings(
    chosen: Parameters,
    official: pd.DataFrame,
    estimates: pd.DataFrame,
    differences: pd.DataFrame,
    earlier: pd.DataFrame,
) -> pd.DataFrame:
    """Everything that is found of the region, through the one door out.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    estimates, earlier : DataFrame
        `tables.Estimates` of the run's round and of the one before it; may be empty.
    differences : DataFrame
        `tables.Differences` of the run's round.

    Returns
    -------
    DataFrame
        `tables.Findings`: levels of the region, its province and the nation (of the
        survey, of BPS's series, and of what other keepers published); gaps
        between the region's groups, and of each of its values to the tiers above (of
        BPS's rates those of the same month, level where they are printed alike);
        changes of the region, and of its poor in urban and rural areas, since the
        earlier round, of independent samples; trends of BPS's rate and number of poor
        since the round before, since the first year of the region's RPJMD and since the
        first figure. Of each other series of an owner the newest figure, its gaps to the
        tiers above of the same time, and its trend since the figure before.
    """
    around = estimates["region"].isin(tiers(chosen.region))
    levels = _levels(chosen, estimates[around])
    near = official[official["region"].isin(tiers(chosen.region))]
    series = owned(near, chosen.year)
    of_bps = _official_levels(chosen, published(near, None, chosen.year))
    of_owners = _official_levels(chosen, series)
    own = earlier["region"].eq(chosen.region) & _is_followed(earlier)
    before = disclosure.publish(earlier[own], year=chosen.year)
    parts = [
        levels,
        of_bps,
        of_owners,
        _official_gaps(chosen, of_bps),
        _official_gaps(chosen, of_owners),
        _gaps(chosen, differences, levels),
        _changes(chosen, before, levels),
        _trends(chosen, near),
        _owners_trends(chosen, series),
    ]
    whole = [_complete(part) for part in parts if len(part)]
    return Findings.validate(pd.concat(whole or [Findings.empty()]))


def _levels(chosen: Parameters, estimates: pd.DataFrame) -> pd.DataFrame:
    shown = disclosure.publish(estimates, year=chosen.year).rename(columns=PEOPLE)
    kept = ["region", "year", *WHOLE, *ENDS, *PEOPLE.values()]
    return shown[kept].assign(kind="level", source="survey")


def _official_levels(chosen: Parameters, series: pd.DataFrame) -> pd.DataFrame:
    """Newest figures, a tier's of the own one's month where that was published."""
    around = tiers(chosen.region)
    series = series[series["region"].isin(around)]
    own = series[series["region"].eq(chosen.region)]
    latest = own.drop_duplicates("indicator", keep="last").set_index("indicator")[WHEN]
    at = latest.reindex(series["indicator"]).set_axis(series.index)
    series = series.assign(
        same=series["year"].eq(at["year"]) & series["month"].eq(at["month"]),
        place=series["region"].map({region: i for i, region in enumerate(around)}),
    )
    order = ["indicator", "place", "same", "year"]
    rows = series.sort_values(order).drop_duplicates(order[:2], keep="last")
    columns = ["indicator", "region", "value", *WHEN]
    remark = rows["grade"].where(rows["grade"].ne("published"), "")
    return rows[columns].assign(kind="level", source="official", remark=remark)


def _official_gaps(chosen: Parameters, levels: pd.DataFrame) -> pd.DataFrame:
    """Official rates of the region less those of each tier, of one month, as printed.

    Numbers of people and rupiah of a region and of its province are not compared.
    """
    rates = levels[levels["indicator"].map(_is_rate).astype(bool)]
    own = rates["region"].eq(chosen.region)
    tiers_of = rates.loc[~own, ["indicator", "region", "value", *WHEN]]
    rates = rates.drop(columns="remark")
    pair = rates[own].merge(
        tiers_of.rename(columns={"region": "against_region"}),
        on=["indicator", *WHEN],
        suffixes=("", "_of_tier"),
    )
    apart = _as_printed(pair["indicator"], pair["value"] - pair["value_of_tier"])
    says = np.array(("level", "higher", "lower"))[np.sign(apart).astype(int)]
    table = pair.assign(value=apart, verdict=says, against_group="all", kind="gap")
    return table.drop(columns="value_of_tier")


def _as_printed(indicators: pd.Series, differences: pd.Series) -> pd.Series:
    """Differences of published figures, with the decimals that these are printed with."""
    fine = indicators.map(lambda name: catalogue()[name].unit == "gini").astype(bool)
    apart = differences.astype(float)
    return apart.round(2).mask(fine, apart.round(3))


def _is_rate(indicator: str) -> bool:
    declared = catalogue().get(indicator)
    return declared is not None and declared.unit not in ("persons", "idr")


def _gaps(
    chosen: Parameters, differences: pd.DataFrame, levels: pd.DataFrame
) -> pd.DataFrame:
    """Each difference with what its two ends are worth."""
    own = differences[differences["region"].eq(chosen.region)]
    against = ["against_region", "against_group"]
    own = own[["region", "year", *WHOLE, *against, "difference", "se", "low", "high"]]
    first = levels.drop(columns=["value", "low", "high", "se", "year"])
    second = first[["region", *WHOLE, "rse", "n", "df", "mark", "remark", "synthetic"]]
    second = second.rename(columns={"region": against[0], "group": against[1]})
    table = own.merge(first, on=["region", *WHOLE]).merge(
        second, on=["indicator", "grouping", *against], suffixes=("", "_of_other")
    )
    table = table.rename(columns={"difference": "value"})
    return _judged(table.assign(kind="gap", source="survey"), GAP)


def _changes(
    chosen: Parameters, before: pd.DataFrame, levels: pd.DataFrame
) -> pd.DataFrame:
    """Change of each value since a round that shares no household with this one."""
    now = levels[levels["region"].eq(chosen.region) & _is_followed(levels)]
    pair = now.merge(
        before[["region", "year", *WHOLE, *ENDS]],
        on=["region", *WHOLE],
        suffixes=("", "_of_other"),
    )
    contrast = survey.independent_difference(
        *(pair[name] for name in ("value", "se", "df")),
        *(pair[f"{name}_of_other"] for name in ("value", "se", "df")),
    )
    low, high = survey.interval(
        contrast.value, contrast.se, contrast.df, chosen.confidence
    )
    ends = {"value": contrast.value, "se": contrast.se, "low": low, "high": high}
    table = pair.assign(**ends, against_year=pair["year_of_other"], against_month=MARCH)
    return _judged(table.assign(kind="change", source="survey"), CHANGE)


def _is_followed(table: pd.DataFrame) -> pd.Series:
    """Rows whose change is told: of everybody, and who is poor in towns and villages."""
    by_area = table["grouping"].eq("area") & table["indicator"].isin(BY_AREA)
    return table["grouping"].eq("all") | by_area


def _judged(table: pd.DataFrame, words) -> pd.DataFrame:
    """Rows of two ends: hidden with either, worth no more than the poorer, judged."""
    other = {name: table[f"{name}_of_other"] for name in ("n", "df", "mark", "remark")}
    grades = np.maximum(*(_grades(marks) for marks in (table["mark"], other["mark"])))
    remark = (table["remark"] + " " + other["remark"]).str.strip()
    table = table.assign(
        mark=np.array(GRAVITY, object)[grades],
        remark=remark,
        rse=np.nan,  # of a difference it says nothing
        n=np.minimum(table["n"], other["n"]),
        df=np.minimum(table["df"], other["df"]),
        synthetic=table["synthetic"] | table["synthetic_of_other"],
    )
    hidden = table["mark"].isin(disclosure.HIDING)
    table.loc[hidden, ["value", "low", "high", "se"]] = np.nan
    by_line = table["remark"].map(by_estimated_line).astype(bool) & ~hidden
    says = np.where(by_line, "estimated_line", verdicts(table, words))
    return table.assign(verdict=says)


def _grades(marks: pd.Series) -> np.ndarray:
    return np.array([GRAVITY.index(mark) for mark in marks.tolist()], int)


def _trends(chosen: Parameters, official: pd.DataFrame) -> pd.DataFrame:
    """Changes of BPS's rate and number of poor, whose errors are not published."""
    steps = change(chosen, official)
    rows = []
    for step in (steps.get("recent"), steps.get("plan"), steps.get("long")):
        if step is None:
            continue
        moved = {"p0": (step["points"], step["moved"])}
        if step["persons_moved"]:
            says = {"fewer": "fell", "more": "rose", "same": "level"}
            persons = step["persons"], says[step["persons_moved"]]
            moved["poor_persons"] = persons
        ends = {
            "year": steps["until"],
            "month": steps["until_month"],
            "against_year": step["since"],
            "against_month": step["since_month"],
        }
        rows += [
            {"indicator": name, "value": value, "verdict": verdict, **ends}
            for name, (value, verdict) in moved.items()
        ]
    fixed = {"kind": "trend", "source": "official", "region": chosen.region}
    return pd.DataFrame(rows).drop_duplicates().assign(**fixed)


def _owners_trends(chosen: Parameters, series: pd.DataFrame) -> pd.DataFrame:
    """Change of each series of an owner since its figure before."""
    own = series[series["region"].eq(chosen.region)].sort_values(["indicator", *WHEN])
    own = own[own["indicator"].isin(catalogue())]  # else nobody said which way is good
    now = own.drop_duplicates("indicator", keep="last")
    before = own.drop(now.index).drop_duplicates("indicator", keep="last")
    pair = now.merge(before, on=["region", "indicator"], suffixes=("", "_before"))
    moved = _as_printed(pair["indicator"], pair["value"] - pair["value_before"])
    says = np.array(("level", "rose", "fell"))[np.sign(moved).astype(int)]
    table = pair.assign(value=moved, verdict=says, kind="trend", source="official")
    names = {f"{name}_before": f"against_{name}" for name in WHEN}
    table = table.rename(columns=names)
    return table[
        [
            "region",
            "indicator",
            "value",
            "verdict",
            "kind",
            "source",
            *WHEN,
            *names.values(),
        ]
    ]


def _complete(part: pd.DataFrame) -> pd.DataFrame:
    """The same rows with every column, and a name for each that is its own."""
    lacking = {name: value for name, value in PLAIN.items() if name not in part}
    columns = [name for name in Findings.to_schema().columns if name != "id"]
    table = part.assign(**lacking).reindex(columns=columns)
    pairs = zip(table["indicator"].tolist(), table["verdict"].tolist(), strict=True)
    table["judgement"] = [judgement(*pair) for pair in pairs]
    table.insert(0, "id", _ids(table))
    return table


def _ids(table: pd.DataFrame) -> list[str]:
    """Names of findings by what they are of, not by what was found.

    As gap/survey/3501/2023-03/p0/area/rural/3501.urban.
    """
    of_what = table[["kind", "source", "region"]]
    of_whom = table[["indicator", "grouping", "group"]]
    now, before = (
        table[names].astype(int)
        for names in (WHEN, [f"against_{name}" for name in WHEN])
    )
    other = table[["against_region", "against_group"]]
    rows = (_rows(part) for part in (of_what, now, of_whom, other, before))
    ids = []
    for what, (year, month), whom, against, (since, then) in zip(*rows, strict=True):
        parts = [*what, f"{year}-{month:02}", *whom]
        if against[0]:
            parts.append(".".join(against))
        if since:
            parts.append(f"{since}-{then:02}")
        ids.append("/".join(parts))
    return ids


def _rows(table: pd.DataFrame) -> zip:
    return zip(*(table[name].tolist() for name in table), strict=True)


def of_region(
    findings: pd.DataFrame, region: str, kind: str, indicators, groupings=None
) -> pd.DataFrame:
    """Survey findings of one kind, of one region, in the order of the indicators.

    Parameters
    ----------
    findings : DataFrame
        `tables.Findings`.
    region : str
    kind : str
        As in `tables.Findings`.
    indicators : sequence of str
    groupings : collection of str, optional
        Default: all.
    """
    place = {name: i for i, name in enumerate(indicators)}
    rows = findings[
        findings["region"].eq(region)
        & findings["kind"].eq(kind)
        & findings["source"].eq("survey")
        & findings["indicator"].isin(place)
    ]
    if groupings is not None:
        rows = rows[rows["grouping"].isin(groupings)]
    return rows.sort_values(
        "indicator", key=lambda names: names.map(place), kind="stable"
    )
