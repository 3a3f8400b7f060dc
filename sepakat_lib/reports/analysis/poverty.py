"""Question 1: the poverty rate over the years, among peers, and who gained."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from sepakat_lib import figures, modules, regions, words
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis import maps
from sepakat_lib.reports.cards import anchor, linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import (
    absent,
    alt,
    compared,
    digits_of,
    ends_of,
    in_one_unit,
    inside_picture,
    marked,
    month_of,
    on_estimated_line,
    people_of,
    percent,
    since_when,
    source,
    speaker,
    usable,
    without_error,
)

MANY_PLACES = 20  # a range over so many, or over all, says little but that


def over_time(
    chosen: Parameters,
    series: pd.DataFrame,
    change: dict,
    between: dict,
    contradictions: pd.DataFrame | None = None,
    breaks: Sequence[str] = (),
) -> Block:
    """The poverty rate over the years, with the survey's change and its error.

    Parameters
    ----------
    chosen : Parameters
    series : DataFrame
        From `analysis.over_time`.
    change : dict
        From `analysis.change`.
    between : dict
        From `analysis.change_between`.
    contradictions : DataFrame, optional
        From `analysis.contradictions`.
    breaks : sequence of str
        Keys of what a reader of the series must know (`reference.breaks`).
    """
    block = _over_time(chosen, series, change, between, contradictions, breaks)
    return page.anchored(block, "over_time")


def _over_time(chosen, series, change, between, contradictions, breaks) -> Block:
    if series.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    shown = series.dropna(subset=["value"])
    survey = shown["source"].eq("survey")
    if shown.empty:
        why = in_one_unit(series, chosen) or [say("bands.title_unsure") + "."]
        return page.section("", page.NOTHING, why)
    names = {region: regions.short_name(region) for region in shown["region"].unique()}
    drawn = shown.assign(
        series=shown["region"].map(names),
        role=np.where(shown["region"].eq(chosen.region), "own", "context"),
        year=shown["year"] + shown["month"] / 12 - 0.05,
    )
    own = say("trend.survey_series", region=regions.short_name(chosen.region))
    drawn.loc[survey, "series"] = own
    digits = digits_of(shown[survey])
    drawn["digits"] = np.where(survey, digits, 2)
    title = trend_title(chosen, change)
    says = [*_trend_says(chosen, change, between), *map(say, breaks)]
    if contradictions is not None:
        says += _contradicting(chosen, contradictions)
    caption, publishers = say("trend.caption_official"), "BPS"
    if survey.any():
        of_survey = source(chosen, shown[survey])
        caption = say("trend.caption", **of_survey)
        publishers = say("picture.bps_and_survey", source=of_survey["source"])
    table = page.table(
        [say("table.region"), say("table.month"), say("table.value")],
        [
            [
                _series_name(row, say),
                words.month(row.year, row.month, language),
                marked(row, chosen, digits)
                if row.source == "survey"
                else _plain(row, language),
            ]
            for row in shown.itertuples()
        ],
    )
    return page.figure(
        title,
        figures.trend(
            drawn,
            unit=say("unit.people"),
            alt=alt(title, says),
            language=language,
            source=inside_picture(chosen, publishers),
        ),
        caption,
        says,
        language=language,
        how_to_read=say("trend.how"),
        about=[linked("p0", language)],
        table=table,
    )


def trend_title(chosen: Parameters, change: dict) -> str:
    """What heads the picture of the rate over the years."""
    say, language = speaker(chosen), chosen.language
    if not change:
        return say("trend.title_survey", region=regions.short_name(chosen.region))
    now = words.percent(change["now"], language, 2)
    until = words.month(change["until"], change["until_month"], language)
    if "recent" not in change:
        return say("trend.title_once", now=now, until=until)
    recent = change["recent"]
    since = since_when(change, recent, language)
    if since == str(recent["since"]):
        until = str(change["until"])
    return say(
        f"trend.title_{recent['moved']}",
        before=words.percent(recent["before"], language, 2),
        now=now,
        since=since,
        until=until,
    )


def _trend_says(chosen: Parameters, change: dict, between: dict) -> list[str]:
    say, language = speaker(chosen), chosen.language
    says = []
    if not change:
        says.append(say("trend.says_none", region=regions.short_name(chosen.region)))
    elif longest := change.get("long") or change.get("recent"):
        ends = {"since": str(longest["since"]), "until": str(change["until"])}
        if longest["moved"] != "level":
            ends["points"] = words.number(abs(longest["points"]), language, 2)
        says.append(say(f"trend.says_official_{longest['moved']}", **ends))
        if longest["since_month"] != change["until_month"]:
            says.append(say("trend.says_months"))
    if not between:
        return says
    if between["verdict"] == "estimated_line":
        says.append(say("trend.says_estimated_line", since=between["since"]))
    else:
        verdict = between["verdict"]
        fields = _points(between, language, only_range="unclear" in verdict)
        says.append(
            say(
                f"trend.says_{verdict}",
                **fields,
                since=between["since"],
                until=between["until"],
            )
        )
        if between["df"] < policy("least_df", chosen.year):
            says.append(say("survey.says_few_units"))
    return says


def _contradicting(chosen: Parameters, contradictions: pd.DataFrame) -> list[str]:
    """Say of which values BPS's figure and the survey's cannot both be true."""
    says, language = [], chosen.language
    for _, row in contradictions.iterrows():
        numbers = ends_of(row, language, words.digits_for(row["low"], row["high"]))
        numbers["published"] = words.number(row["published"], language, 2)
        if row["indicator"] == "poor_persons":
            numbers = {
                name: words.thousands(row[name], language, like=row["published"])
                for name in ("value", "low", "high", "published")
            }
        says.append(
            words.say(
                f"contradiction.says_{row['indicator']}",
                language,
                region=regions.short_name(row["region"]),
                year=str(row["year"]),
                **numbers,
            )
        )
    return says


def standing(
    chosen: Parameters, peers: pd.DataFrame, rank: dict, mapped: pd.DataFrame, shapes
) -> Block:
    """Rank among the peers, as a range where an error is known, and where they lie.

    Parameters
    ----------
    chosen : Parameters
    peers : DataFrame
        From `analysis.ranking`.
    rank : dict
        From `analysis.rank`.
    mapped : DataFrame
        From `analysis.mapped`.
    shapes : places.Shapes
        The office's own boundaries, or schematic shapes, which say so.
    """
    return page.anchored(_standing(chosen, peers, rank, mapped, shapes), "standing")


def _standing(chosen, peers, rank, mapped, shapes) -> Block:
    if mapped.empty:
        return page.section("", page.NOTHING, [words.say("map.none", chosen.language)])
    say, language = speaker(chosen), chosen.language
    extremes = maps.title(chosen, mapped)
    land = maps.still(chosen, mapped, shapes)
    under = maps.caption(chosen, mapped)
    link = say("map.movable"), modules.beside(chosen, "analysis")["map"]
    if not rank or rank["of"] < 2:  # the nation has no peers
        says = say("map.says")
        about = [linked("p0", language)]
        return page.figure(
            extremes, land, under, says, language=language, link=link, about=about
        )
    title, says, caption = _rank_in_words(chosen, peers, rank)
    of_bps = say("source.bps", month=month_of(peers.iloc[0], language))
    lending = peers[peers["se"].notna()]
    if len(lending):
        years = lending.assign(year=lending["survey_year"].astype(int))
        error = source(chosen, years)["source"]
        of_bps = say("picture.bps_and_error", bps=of_bps, source=error)
    drawn = peers.assign(
        label=[regions.short_name(region) for region in peers["region"]]
    )
    above, value = peers[["reference", "reference_value"]].iloc[0]
    references = {}
    if above:
        written = words.number(value, language, 2)
        references[f"{regions.short_name(above)} {written}"] = value
    dots = figures.ranking(
        drawn,
        unit=say("unit.people"),
        alt=alt(title, [says]),
        language=language,
        references=references,
        digits=2,
        source=inside_picture(chosen, of_bps),
    )
    return page.figure(
        title,
        dots + land,
        f"{caption} {under}",
        [says, f"{extremes}.", *_borders(chosen, peers)],
        language=language,
        how_to_read=say("standing.how"),
        link=link,
        about=[linked("p0", language)],
    )


def below(chosen: Parameters, table: pd.DataFrame) -> Block:
    """The regions inside this one, with their rates, ranges and pages.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.below`.
    """
    if table.empty:
        return page.NOTHING
    say, language = speaker(chosen), chosen.language
    file = f"{modules.stem('analysis', chosen)}.html"
    rows, ranges = [], table["first"].notna().any()
    for row in table.itertuples():
        value = words.number(row.value, language, 2)
        if np.isfinite([row.low, row.high]).all():
            between = words.interval(row.low, row.high, language, 1)
            value = words.Marked(value, between, "", "")
        place = words.number(row.rank, language)
        if np.isfinite(row.first):
            between = words.interval(row.first, row.last, language, 0)
            place = words.Marked(place, between, "", "")
        address = f"../../{row.region}/{chosen.year}/{file}"
        rows.append((regions.short_name(row.region), address, [value, place]))
    month = month_of(table.iloc[0], language)
    note = say("below.caption", month=month)
    lending = table[table["se"].notna()]
    if len(lending):
        years = lending.assign(year=lending["survey_year"].astype(int))
        note = f"{note} {say('below.errors', **source(chosen, years))}"
    heading = say(f"below.heading_{regions.level(chosen.region)}", n=len(table))
    headers = [say("table.region"), say("table.percent"), say("below.rank")]
    says = [say("below.says")] if ranges else [say("below.says_no_range")]
    listed = page.places(headers, rows)
    folded = say("below.folded") if len(rows) > MANY_PLACES else ""
    block = page.section(heading, listed, says, note=note, folded=folded)
    return page.anchored(block, "below")


def _borders(chosen: Parameters, peers: pd.DataFrame) -> list[str]:
    """Say whose figures cover a province as it was before it was divided."""
    old = peers.loc[peers["note"].str.contains("borders before"), "region"]
    if old.empty:
        return []
    names = [regions.short_name(region) for region in old]
    listed = words.listed(names, chosen.language)
    return [words.say("standing.old_borders", chosen.language, regions=listed)]


def _rank_in_words(chosen: Parameters, peers, rank: dict) -> tuple[str, str, str]:
    """Title, sentence and caption of a rank, with its range where one is known."""
    say = speaker(chosen)
    place = {"region": regions.short_name(chosen.region), "of": rank["of"]}
    month = month_of(peers.iloc[0], chosen.language)
    if "first" not in rank:
        says = say("standing.says")
        if rank["not_loaded"]:
            says = say("standing.says_not_loaded", n=rank["not_loaded"])
        return (
            say("standing.title", **place, rank=rank["rank"]),
            says,
            say("standing.caption_official", month=month),
        )
    first, last = rank["first"], rank["last"]
    ends = {"rank": rank["rank"], "first": first, "last": last}
    key = "exactly" if first == last else "between"
    if last - first >= min(MANY_PLACES, rank["of"] - 1):
        key = "among_most"
    if key == "exactly":
        ends = {"rank": rank["rank"]}
    invented = peers["synthetic"].eq(True).any()
    error = say("standing.error_synthetic" if invented else "standing.error")
    lending = peers[peers["se"].notna()]  # of the survey, whose error is drawn
    of_survey = source(chosen, lending.assign(year=lending["survey_year"].astype(int)))
    return (
        say(f"standing.title_{key}", **place, **ends, error=error),
        say(
            "standing.says_range",
            **place,
            above=first - 1,
            below=rank["of"] - last,
            confidence=of_survey["confidence"],
        ),
        say("standing.caption", month=month, **of_survey),
    )


def bands(chosen: Parameters, shares: pd.DataFrame) -> Block:
    """How the people divide over the welfare bands."""
    if shares.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    by = shares.set_index("indicator")
    bounds, of_survey = _bounds(chosen), source(chosen, shares)
    digits = digits_of(shares)
    title, says = say("bands.title_unsure"), []
    fit = shares[shares["value"].notna() & shares["mark"].ne("**")]
    if usable(by.loc[["p0", "vulnerable"]]):
        vulnerable = by.loc["vulnerable"]
        percents = {"poor": by.loc["p0"], "vulnerable": vulnerable}
        percents = {
            name: percent(row, language, digits) for name, row in percents.items()
        }
        title = say("bands.title", **percents, bound=bounds[1])
        says = [say("survey.no_error")]
        if not without_error(shares):
            ends = ends_of(vulnerable, language, digits)
            says = [say("bands.says", **ends, bound=bounds[1])]
    elif len(fit):
        largest = fit.loc[fit["value"].idxmax()]
        label = say(f"band.{largest['indicator']}")
        title = say(
            "bands.title_largest",
            label=label,
            value=percent(largest, language, digits),
        )
    labels = [say(f"band.{name}") for name in shares["indicator"]]
    drawn = shares.assign(label=labels, digits=digits)
    table = page.table(
        [say("table.group"), say("table.percent"), say("table.persons")],
        [
            [
                words.Marked(row.label, "", "", "", link=anchor(row.indicator)),
                marked(row, chosen, digits),
                people_of(row, chosen),
            ]
            for row in drawn.itertuples()
        ],
    )
    if shares["value"].isna().any():  # shares of what may not be shown are no whole
        return page.section(title, table, in_one_unit(shares, chosen))
    return page.figure(
        title,
        figures.shares(
            drawn,
            alt=alt(title, says),
            language=language,
            source=inside_picture(chosen, of_survey["source"]),
        ),
        say("bands.caption", **_between(bounds), **of_survey),
        says,
        language=language,
        table=table,
        about=[linked(name, language) for name in shares["indicator"]],
    )


def _bounds(chosen: Parameters) -> list[str]:
    """Bounds of the welfare bands in force, as they are written."""
    language = chosen.language
    bounds = policy("welfare_bands", chosen.year)
    return [
        words.number(bound, language, 0 if bound == int(bound) else 1)
        for bound in bounds
    ]


def _between(bounds: list[str]) -> dict[str, str]:
    """What each band reaches from and to, by its name in the caption."""
    inner = [f"{low}–{high}" for low, high in pairwise(bounds)]
    names = ("poor", "vulnerable", "aspiring", "middle", "upper")
    return dict(zip(names, [bounds[0], *inner, bounds[-1]], strict=True))


def growth(chosen: Parameters, tenths: pd.DataFrame, *rounds: pd.DataFrame) -> Block:
    """Growth of spending by tenth of the people since the earlier round.

    Parameters
    ----------
    chosen : Parameters
    tenths : DataFrame
        From `analysis.growth`.
    *rounds : DataFrame
        `tables.Estimates` of the earlier round and of the run's, for the caption.
    """
    say, language = speaker(chosen), chosen.language
    if tenths.empty:
        if not rounds[-1]["region"].eq(chosen.region).any():
            return page.NOTHING
        own = pd.concat(rounds)
        own = own[own["region"].eq(chosen.region)]
        why = say("growth.no_round", year=int(own["year"].max()))
        if on_estimated_line(own[own["indicator"].eq("decile_mean")]):
            why = say("growth.estimated_line")
        return page.section(say("growth.heading"), page.NOTHING, [why])
    mean = float(tenths.loc[tenths["decile"].eq(0), "value"].iloc[0])
    drawn = tenths[tenths["decile"].gt(0)]
    if drawn["mark"].isin(["few", "withheld"]).any():
        return page.section(
            say("growth.heading"), page.NOTHING, [say("growth.too_few")]
        )
    if why := in_one_unit(drawn, chosen):
        return page.section(say("growth.heading"), page.NOTHING, why)
    if drawn["low"].isna().any():
        return page.section(
            say("growth.heading"), page.NOTHING, [say("growth.no_error")]
        )
    poorest = drawn.iloc[0]
    title, verdict = say(f"growth.title_{poorest['against_mean']}"), poorest["verdict"]
    digits = digits_of(drawn)
    fields = ends_of(poorest, language, digits)
    if verdict == "change_unclear":
        fields.pop("value")
    says = [say(f"growth.says_{verdict}", **fields)]
    if drawn["mark"].ne("").any():
        says.append(say("survey.says_few_units"))
    since, until = (int(tenths[name].iloc[0]) for name in ("since", "until"))
    both = pd.concat(rounds)
    both = both[both["region"].eq(chosen.region) & both["indicator"].eq("decile_mean")]
    of_survey = source(chosen, both)
    return page.figure(
        title,
        figures.growth_incidence(
            drawn,
            mean=mean,
            alt=alt(title, says),
            language=language,
            source=inside_picture(chosen, of_survey["source"]),
        ),
        say("growth.caption", since=since, until=until, **of_survey)
        + compared(chosen, drawn),
        says,
        language=language,
        how_to_read=say("growth.how"),
        about=[linked("growth_incidence", language)],
        table=page.table(
            [say("table.decile"), say("table.percent_a_year")],
            [
                [str(row.decile), marked(row, chosen, digits)]
                for row in drawn.itertuples()
            ],
        ),
    )


def _points(facts: dict, language: str, *, only_range: bool) -> dict:
    digits = words.digits_for_gap(facts["low"], facts["high"])
    ends = facts["low"], facts["high"]
    if facts["verdict"] == "fell":
        ends = -facts["high"], -facts["low"]
    fields = {
        "low": words.number(ends[0], language, digits),
        "high": words.number(ends[1], language, digits),
    }
    if not only_range:
        fields["points"] = words.number(abs(facts["points"]), language, digits)
    return fields


def _plain(row, language: str) -> str:
    return words.number(row.value, language, 2)


def _series_name(row, say) -> str:
    name = regions.short_name(row.region)
    return say("trend.survey_series", region=name) if row.source == "survey" else name
