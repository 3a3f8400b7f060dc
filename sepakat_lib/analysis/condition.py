"""Question 1: how poor, since when, beside whom, and who gained."""

import numpy as np
import pandas as pd

from sepakat_lib import regions
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.stats import survey

NATION = "00"
MARCH = 3
WHEN = ["year", "month"]
COMPARED = (
    *("p0", "poor_persons", "p1", "p2", "poverty_line", "gini", "bottom_40_share"),
)
BANDS = ("p0", "vulnerable", "aspiring", "middle", "upper")
# BPS makes its figure of the same sample, so that the survey's error hardly parts the
# two; its unpublished spending factor does. What is nearer than this may be the factor.
MISSED_BY = 2.0  # half widths of the survey's interval, and
LEAST_MISS = {"p0": 2.0, "poor_persons": 0.15}  # points; fraction of BPS's number


def tiers(region: str) -> list[str]:
    """The region, its province and the nation, each once.

    >>> tiers("3501"), tiers("35"), tiers("00")
    (['3501', '35', '00'], ['35', '00'], ['00'])
    """
    found = [region, regions.province(region), NATION]
    return [each for each in dict.fromkeys(found) if each]


def verdict(difference, low, high, words=("higher", "lower", "within_error")):
    """What a difference means given its interval; "" where there is none.

    >>> verdict(2.0, 0.5, 3.5), verdict(2.0, -0.5, 4.5), verdict(2.0, np.nan, np.nan)
    ('higher', 'within_error', '')
    """
    if not np.isfinite([difference, low, high]).all():
        return ""
    if low > 0:
        return words[0]
    return words[1] if high < 0 else words[2]


def by_estimated_line(remark: str) -> bool:
    """Whether a value hangs on an estimated poverty line, which no verdict rests on.

    A line that is 2.5 percent off can move a change of the poverty rate by two points.

    >>> by_estimated_line("collapsed estimated_line"), by_estimated_line("collapsed")
    (True, False)
    """
    return "estimated_line" in str(remark).split()


def over_time(
    chosen: Parameters, official: pd.DataFrame, rounds: dict[int, pd.DataFrame]
) -> pd.DataFrame:
    """The poverty rate of the region, its province and the nation over the years.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    rounds : dict of int to DataFrame
        `tables.Estimates` by year.

    Returns
    -------
    DataFrame
        ``region``, ``year``, ``month``, ``kind`` (official or survey), ``value``,
        ``low``, ``high`` [percent], ``rse``, ``n``, ``df``, ``remark``, ``synthetic``; up
        to the run's year. Survey rounds are all licensed or all invented, as the newest is.
    """
    published = _published(official, "p0", chosen.year)
    published = published[published["region"].isin(tiers(chosen.region))]
    parts = [
        published[["region", "year", "month", "value"]].assign(
            kind="official", low=np.nan, high=np.nan, synthetic=False
        )
    ]
    columns = "region year value low high rse n df remark synthetic".split()
    own = [_all(estimates, "p0") for estimates in rounds.values()]
    own = [rows.loc[rows["region"].eq(chosen.region), columns] for rows in own]
    own = [rows for rows in own if len(rows) and rows["year"].iloc[0] <= chosen.year]
    for rows in own:
        if rows["synthetic"].iloc[0] == own[-1]["synthetic"].iloc[0]:
            parts.append(rows.assign(kind="survey", month=MARCH))
    filled = [part for part in parts if len(part)] or parts
    table = pd.concat(filled, ignore_index=True)
    return table.sort_values(["kind", "region", "year"])


def change(chosen: Parameters, official: pd.DataFrame) -> dict:
    """Official poverty rate of the region: the newest, and what it is a change from.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`; its figures up to the run's year count.

    Returns
    -------
    dict
        ``now`` [percent], ``until``, ``until_month``; ``recent``, the change from the
        round published before it, of the same month where there is one (a kabupaten has
        one round a year, a province two that are not alike); and ``long``, the change
        since the first figure, where that is another one. Both hold ``before``
        [percent], ``since``, ``since_month``, ``points``, ``moved`` (fell, rose, level:
        as printed, to two decimals), ``persons`` [persons] and ``persons_moved`` (fewer,
        more, same; "" where a number of poor is not published). Empty where no rate is.
        The error of an official figure is not published.
    """
    own = _published(official, "p0", chosen.year)
    own = own[own["region"].eq(chosen.region)].sort_values(WHEN)
    if own.empty:
        return {}
    last, earlier = own.iloc[-1], own.iloc[:-1]
    found = {
        "now": float(last["value"]),
        "until": int(last["year"]),
        "until_month": int(last["month"]),
    }
    if earlier.empty:
        return found
    alike = earlier[earlier["month"].eq(last["month"])]
    previous = (alike if len(alike) else earlier).iloc[-1]
    poor = _published(official, "poor_persons", chosen.year)
    poor = poor[poor["region"].eq(chosen.region)].set_index(WHEN)["value"]
    found["recent"] = _moved(previous, last, poor)
    if earlier.index[0] != previous.name:
        found["long"] = _moved(earlier.iloc[0], last, poor)
    return found


def _moved(first: pd.Series, last: pd.Series, poor: pd.Series) -> dict:
    """Change between two official rates, in points and, where published, in people."""
    points = round(float(last["value"] - first["value"]), 2)
    ends = [poor.get((int(row["year"]), int(row["month"]))) for row in (first, last)]
    persons = np.nan if None in ends else float(ends[1] - ends[0])
    return {
        "before": float(first["value"]),
        "since": int(first["year"]),
        "since_month": int(first["month"]),
        "points": points,
        "moved": ("level", "rose", "fell")[int(np.sign(points))],
        "persons": persons,
        "persons_moved": (
            ""
            if np.isnan(persons)
            else ("same", "more", "fewer")[int(np.sign(round(persons)))]
        ),
    }


def change_between(chosen: Parameters, now: pd.DataFrame, before: pd.DataFrame) -> dict:
    """Change of the survey's poverty rate between two independent rounds.

    Returns
    -------
    dict
        ``since``, ``until`` (years), ``points``, ``low``, ``high``, ``n`` (of the
        smaller sample), ``df`` and ``verdict``; ``since``, ``until`` and the verdict
        ``estimated_line`` alone where one of the two lines is an estimate; empty where a
        round has no value or no error.
    """
    pair = [_own(_all(table, "p0"), chosen.region) for table in (before, now)]
    if any(each is None for each in pair):
        return {}
    first, last = pair
    years = {"since": int(first["year"]), "until": int(last["year"])}
    if any(by_estimated_line(each["remark"]) for each in pair):
        return years | {"verdict": "estimated_line"}
    contrast = survey.independent_difference(
        last["value"], last["se"], last["df"], first["value"], first["se"], first["df"]
    )
    low, high = survey.interval(
        contrast.value, contrast.se, contrast.df, chosen.confidence
    )
    if not np.isfinite(low):
        return {}
    return years | {
        "points": float(contrast.value),
        "low": float(low),
        "high": float(high),
        "n": int(min(first["n"], last["n"])),
        "df": float(contrast.df),
        "verdict": verdict(
            contrast.value, low, high, ("rose", "fell", "change_unclear")
        ),
    }


def contradictions(
    chosen: Parameters, official: pd.DataFrame, *rounds: pd.DataFrame
) -> pd.DataFrame:
    """Survey values that BPS's figure of the same March misses by far.

    Parameters
    ----------
    chosen : Parameters
    official : DataFrame
        `tables.Official`.
    *rounds : DataFrame
        `tables.Estimates` of the rounds that the page shows.

    Returns
    -------
    DataFrame
        ``region`` (own, province, nation), ``year``, ``indicator`` (p0, or poor_persons
        where p0 agrees), ``value``, ``low``, ``high``, ``published`` [percent or
        persons], ``synthetic``. A figure of BPS is missed by far when it lies further
        from the value than `MISSED_BY` half widths of the interval on its side, and
        further than `LEAST_MISS`; at both bounds it is not. Too small a sample, a value
        without an interval, an estimated line and lines of another set contradict
        nothing.
    """
    columns = "region year indicator value low high published synthetic".split()
    if chosen.lines != "kabupaten":
        return pd.DataFrame(columns=columns)
    march = official[official["month"].eq(MARCH) & official["area"].eq("all")]
    published = march.set_index(["region", "year", "indicator"])["value"]
    rows = []
    for estimates in rounds:
        for region in tiers(chosen.region):
            for indicator in LEAST_MISS:
                survey_row = _own(_all(estimates, indicator), region)
                if survey_row is None or not _may_contradict(survey_row, chosen):
                    continue
                of_bps = published.get((region, survey_row["year"], indicator))
                if of_bps is not None and _missed(indicator, survey_row, of_bps):
                    rows.append(survey_row.to_dict() | {"published": float(of_bps)})
                    break  # a number of poor that is off as well is the same finding
    return pd.DataFrame(rows, columns=columns)


def _may_contradict(row: pd.Series, chosen: Parameters) -> bool:
    enough = row["n"] >= policy("least_sample", chosen.year)
    known = np.isfinite([row["low"], row["high"]]).all()
    return bool(enough and known and "estimated_line" not in row["remark"])


def _missed(indicator: str, row: pd.Series, published: float) -> bool:
    off = abs(row["value"] - published)
    side = "high" if published > row["value"] else "low"
    least = LEAST_MISS[indicator] * (1 if indicator == "p0" else published)
    return bool(off > max(MISSED_BY * abs(row[side] - row["value"]), least))


def ranking(
    chosen: Parameters, official: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Official poverty rates of the peers, poorest first, with the survey's error.

    Returns
    -------
    DataFrame
        ``region``, ``value``, ``low``, ``high`` [percent], ``se``, ``own``, ``year``,
        ``month``, ``note`` (of the publisher's figure), ``survey_year``, ``synthetic``
        and ``remark`` (of the survey that lends its error; missing where a peer has no
        error here), and on every row ``reference`` and ``reference_value``: the tier above and its official rate
        of the same month ("" and missing where there is none).
        The interval is the survey's, drawn round the official value; missing where the
        peer is not loaded, or invented beside a licensed own survey, or the reverse.
        Empty where the region has no official rate.
    """
    among = "nation" if regions.level(chosen.region) == "province" else "province"
    peers = regions.peers(chosen.region, among=among)
    rates = _published(official, "p0", chosen.year)
    newest = _newest(rates, chosen.region)
    if newest is None:
        return rates.iloc[:0].assign(own=False)
    rates = rates[rates["year"].eq(newest["year"]) & rates["month"].eq(newest["month"])]
    latest = rates.loc[rates["region"].isin(peers), ["region", "value", "note", *WHEN]]
    columns = "region se df value low high synthetic remark year".split()
    errors = _all(estimates, "p0")[columns]
    errors = errors.rename(columns={"value": "estimate", "year": "survey_year"})
    mine = errors.loc[errors["region"] == chosen.region, "synthetic"]
    errors = errors[errors["synthetic"].isin(mine)]
    table = latest.merge(errors, on="region", how="left")
    table["low"] = (table["value"] - (table["estimate"] - table["low"])).clip(lower=0)
    table["high"] = table["value"] + (table["high"] - table["estimate"])
    table["own"] = table["region"] == chosen.region
    above = rates[rates["region"].isin(tiers(chosen.region)[1:2])]
    table["reference"] = above["region"].iloc[0] if len(above) else ""
    table["reference_value"] = above["value"].iloc[0] if len(above) else np.nan
    return table.drop(columns="estimate").sort_values("value", ascending=False)


def mapped(chosen: Parameters, official: pd.DataFrame) -> pd.DataFrame:
    """Official poverty rates of the kabupaten round the region, for a map.

    Returns
    -------
    DataFrame
        ``region``, ``value`` [percent], ``year``, ``month``: the kabupaten of the
        region's province, of the province itself, or of the nation; one month for all.
        Empty where none is published up to the run's year.
    """
    whole = regions.province(chosen.region) or chosen.region
    rows = _published(official, "p0", chosen.year)
    rows = rows[rows["region"].isin(regions.members(whole))]
    latest = rows[rows["year"] == rows["year"].max()]
    return latest[["region", "value", *WHEN]].sort_values("value", ascending=False)


def rank(table: pd.DataFrame, confidence: float) -> dict:
    """Rank of the own region among its peers, and how far its error lets it move.

    Parameters
    ----------
    table : DataFrame
        From `ranking`.
    confidence : float
        A peer counts as surely above or below at this confidence.

    Returns
    -------
    dict
        ``rank`` (1 is the poorest), ``of``, and, with an error of the own value,
        ``first``, ``last`` and ``lent``: the number of peers without an error, which
        are given the own one. A peer whose sample lies in a single first-stage unit
        (0 degrees of freedom) is lent none and is surely neither above nor below.
        Empty where the region has no official rate.
    """
    if not table["own"].any():
        return {}
    own = table[table["own"]].iloc[0]
    others = table[~table["own"]]
    found = {
        "rank": int((others["value"] > own["value"]).sum() + 1),
        "of": len(table),
    }
    if not np.isfinite(own["se"]) or own["df"] < 1:
        return found
    df = others["df"].fillna(own["df"]).clip(upper=own["df"])
    gap = others["value"] - own["value"]
    low, high = survey.interval(
        gap, np.hypot(own["se"], others["se"].fillna(own["se"])), df, confidence
    )
    above, below = int((low > 0).sum()), int((high < 0).sum())
    lent = int((others["se"].isna() & ~others["df"].lt(1)).sum())
    return found | {"first": above + 1, "last": len(table) - below, "lent": lent}


def bands(chosen: Parameters, estimates: pd.DataFrame) -> pd.DataFrame:
    """Shares of the people in the welfare bands, poorest band first.

    Returns
    -------
    DataFrame
        Rows of `tables.Estimates` of the own region; empty where not loaded.
    """
    own = estimates[
        estimates["region"].eq(chosen.region)
        & estimates["indicator"].isin(BANDS)
        & estimates["grouping"].eq("all")
    ]
    place = {name: i for i, name in enumerate(BANDS)}
    return own.sort_values("indicator", key=lambda names: names.map(place))


def comparison(
    chosen: Parameters,
    official: pd.DataFrame,
    estimates: pd.DataFrame,
    differences: pd.DataFrame,
    indicators: tuple[str, ...] = COMPARED,
) -> pd.DataFrame:
    """Own value beside province and nation, official and from the survey.

    Returns
    -------
    DataFrame
        ``indicator``, ``region``, ``kind``, ``value``, ``low``, ``high``, ``rse``,
        ``n``, ``se``, ``df``, ``deff``, ``remark``, ``year``, ``month``, ``synthetic``
        and ``verdict`` of the own survey value against that region ("" for official
        figures, whose error is not published; ``estimated_line`` where one of the two
        values hangs on an estimated poverty line).
        An official figure of a tier is of the own one's month where that
        was published, else the newest. A tier without a value has no row.
    """
    rows = []
    for indicator in indicators:
        published = _published(official, indicator, chosen.year)
        newest = _newest(published, chosen.region)
        for region in tiers(chosen.region):
            told = _newest(published, region, at=newest)
            if told is not None:
                kept = told[["value", *WHEN]].to_dict()
                rows.append(_beside(indicator, region, "official") | kept)
            found = _own(_all(estimates, indicator), region)
            if found is not None:
                kept = found["value low high rse n se df deff remark".split()]
                own = _own(_all(estimates, indicator), chosen.region)
                says = _told_apart(differences, indicator, region)
                ends = [each for each in (own, found) if each is not None]
                if region != chosen.region and any(
                    by_estimated_line(each["remark"]) for each in ends
                ):
                    says = "estimated_line"
                when = {"year": int(found["year"]), "month": MARCH}
                row = _beside(indicator, region, "survey") | kept.to_dict() | when
                row["synthetic"] = bool(found["synthetic"])
                rows.append(row | {"verdict": says})
    columns = "indicator region kind value low high rse n se df deff remark year month"
    return pd.DataFrame(rows, columns=[*columns.split(), "synthetic", "verdict"])


def _beside(indicator: str, region: str, kind: str) -> dict:
    return {
        "indicator": indicator,
        "region": region,
        "kind": kind,
        "remark": "",
        "synthetic": False,
        "verdict": "",
    }


def _told_apart(differences: pd.DataFrame, indicator: str, region: str) -> str:
    """Verdict of the own survey value against a tier; "" for the region itself."""
    found = differences[
        differences["indicator"].eq(indicator)
        & differences["grouping"].eq("all")
        & differences["against_region"].eq(region)
    ]
    says = [verdict(row.difference, row.low, row.high) for row in found.itertuples()]
    return says[0] if says else ""


def growth(chosen: Parameters, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Yearly growth of spending over the poverty line, by tenth of the people.

    Parameters
    ----------
    chosen : Parameters
    now, before : DataFrame
        `tables.Estimates` of two independent rounds.

    Returns
    -------
    DataFrame
        ``decile``, ``value``, ``low``, ``high`` [percent a year], ``n`` and ``df`` (of
        the smaller sample), ``remark`` (of both), ``rse`` (missing), ``verdict``, ``against_mean`` (faster, slower or alike, by the growth
        of the tenth's share), ``since``, ``until``, and the mean of all as decile 0;
        empty where a round is missing, or one of the two lines is an estimate. Annualised: (m1 / m0)^(1 / years) - 1, error by
        linearisation of ln m1 - ln m0.
    """
    means, shares = (
        [_tenths(each, chosen.region, indicator) for each in (before, now)]
        for indicator in ("decile_mean", "decile_share")
    )
    if any(part.empty or _on_estimated_line(part) for part in means):
        return pd.DataFrame(columns=["decile", "value"])
    first, last = means
    since, until = int(first["year"].iloc[0]), int(last["year"].iloc[0])
    table = _yearly(first, last, until - since, chosen.confidence)
    share = _yearly(*shares, until - since, chosen.confidence)
    table["verdict"] = _verdicts(table, ("rose", "fell", "change_unclear"))
    table["against_mean"] = _verdicts(share, ("faster", "slower", "alike"))
    overall = last["value"].mean() / first["value"].mean()
    mean = (overall ** (1 / (until - since)) - 1) * 100
    everyone = {"decile": 0, "value": mean, "verdict": "", "against_mean": ""}
    table = pd.concat([table, pd.DataFrame([everyone])], ignore_index=True)
    return table.assign(since=since, until=until)


def _on_estimated_line(rows: pd.DataFrame) -> bool:
    return bool(rows["remark"].map(by_estimated_line).any())


def _tenths(estimates: pd.DataFrame, region: str, indicator: str) -> pd.DataFrame:
    rows = estimates[
        estimates["region"].eq(region) & estimates["indicator"].eq(indicator)
    ]
    return rows.assign(decile=rows["group"].astype(int)).sort_values("decile")


def _yearly(first: pd.DataFrame, last: pd.DataFrame, years: int, confidence: float):
    """Growth a year of each tenth, with the interval of two independent rounds."""
    first, last = first.set_index("decile"), last.set_index("decile")
    ratio = np.log(last["value"] / first["value"]) / years
    error = np.hypot(last["rse"], first["rse"]) / years
    df = np.minimum(last["df"], first["df"])
    low, high = survey.interval(ratio, error, df, confidence)
    ends = {"value": ratio, "low": low, "high": high}
    grown = pd.DataFrame({name: np.expm1(each) * 100 for name, each in ends.items()})
    return grown.assign(
        n=np.minimum(last["n"], first["n"]),
        df=df,
        rse=np.nan,  # of a growth rate it says nothing
        remark=first["remark"] + " " + last["remark"],
    ).reset_index()


def _verdicts(table: pd.DataFrame, words) -> list[str]:
    return [verdict(row.value, row.low, row.high, words) for row in table.itertuples()]


def _all(estimates: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return estimates[
        estimates["indicator"].eq(indicator) & estimates["grouping"].eq("all")
    ]


def _own(table: pd.DataFrame, region: str):
    found = table[table["region"] == region]
    return found.iloc[0] if len(found) and np.isfinite(found["value"].iloc[0]) else None


def _published(official: pd.DataFrame, indicator: str, until: int) -> pd.DataFrame:
    """Official figures of everybody up to a year, one a region and year.

    March's, the round that speaks for kabupaten, where it was published; else
    September's (`month` says which).
    """
    rows = official[
        official["indicator"].eq(indicator)
        & official["area"].eq("all")
        & official["year"].le(until)
    ]
    rows = rows.sort_values(["region", "year", "month"])
    return rows.drop_duplicates(["region", "year"])


def _newest(published: pd.DataFrame, region: str, at=None):
    """Newest figure of a region, of the year and month of `at` where it has one."""
    rows = published[published["region"] == region].sort_values("year")
    if at is not None:
        same = rows["year"].eq(at["year"]) & rows["month"].eq(at["month"])
        rows = rows[same] if same.any() else rows
    return rows.iloc[-1] if len(rows) else None
