"""Question 1: the poverty rate over the years, among peers, and who gained."""

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, figures, regions, words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.analysis.writing import (
    absent,
    ends_of,
    marked,
    percent,
    source,
    speaker,
)
from sepakat_lib.reports.page import Html

MARCH = 3


def over_time(
    chosen: Parameters, series: pd.DataFrame, change: dict, between: dict
) -> Html:
    """The poverty rate over the years, with the survey's change and its error."""
    say, language = speaker(chosen), chosen.language
    names = {region: regions.short_name(region) for region in series["region"].unique()}
    survey = series["kind"].eq("survey")
    own = series["region"].eq(chosen.region)
    drawn = pd.DataFrame(
        {
            "series": series["region"].map(names),
            "role": np.where(own, "own", "context"),
            "year": series["year"] + series["month"] / 12 - 0.05,
            "value": series["value"],
            "low": series["low"],
            "high": series["high"],
            "kind": series["kind"],
        }
    )
    mine = say("trend.survey_series", region=regions.short_name(chosen.region))
    drawn.loc[survey, "series"] = mine
    facts = change.get("official") or change.get("survey")
    if facts is None:
        return absent(chosen)
    direction = np.sign(round(facts["points"], 2))
    key = {1: "trend.title_rose", -1: "trend.title_fell", 0: "trend.title_level"}
    title = say(
        key[direction],
        before=words.percent(facts["before"], language, 2),
        now=words.percent(facts["now"], language, 2),
        since=facts["since"],
        until=facts["until"],
    )
    says = []
    if "official" in change:
        each = change["official"]
        points = words.number(each["points"], language, 2)
        says.append(
            say(
                "trend.says_official",
                points=points,
                since=each["since"],
                until=each["until"],
            )
        )
    if between:
        says.append(
            say(
                f"trend.says_{between['verdict']}",
                **_points(
                    between, language, only_range="unclear" in between["verdict"]
                ),
                since=between["since"],
            )
        )
    caption = say("trend.caption_official")
    if survey.any():
        caption = say("trend.caption", **source(chosen, series[survey]))
    table = page.table(
        [say("table.region"), say("table.year"), say("table.value")],
        [
            [
                _series_name(row, say),
                str(row.year),
                marked(row, chosen) if row.kind == "survey" else _plain(row, language),
            ]
            for row in series.itertuples()
        ],
    )
    svg = figures.trend(
        drawn, unit=say("trend.unit"), alt=f"{title}. {says[0]}", language=language
    )
    return page.figure(
        title,
        svg,
        caption,
        says,
        language=language,
        how_to_read=say("trend.how"),
        table=table,
    )


def standing(
    chosen: Parameters, peers: pd.DataFrame, rank: dict, mapped: pd.DataFrame, shapes
) -> Html:
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
    say, language = speaker(chosen), chosen.language
    most, least = mapped.iloc[0], mapped.iloc[-1]
    extremes = say(
        "map.title",
        most=regions.short_name(most["region"]),
        most_value=words.percent(most["value"], language, 2),
        least=regions.short_name(least["region"]),
        least_value=words.percent(least["value"], language, 2),
    )
    land = _map(chosen, mapped, shapes, extremes)
    month = words.month(int(mapped["year"].iloc[0]), MARCH, language)
    under = say("map.caption", month=month)
    if not rank or rank["of"] < 2:  # the nation has no peers
        return page.figure(extremes, land, under, say("map.says"), language=language)
    title, says, caption = _rank_in_words(chosen, peers, rank)
    drawn = peers.assign(label=[regions.short_name(each) for each in peers["region"]])
    above, value = peers[["reference", "reference_value"]].iloc[0]
    references = {}
    if above:
        told = words.number(value, language, 2)
        references[f"{regions.short_name(above)} {told}"] = value
    dots = figures.ranking(
        drawn,
        unit=say("trend.unit"),
        alt=f"{title}. {says}",
        language=language,
        references=references,
        digits=2,
    )
    return page.figure(
        title,
        dots + land,
        f"{caption} {under}",
        [says, f"{extremes}."],
        language=language,
        how_to_read=say("standing.how"),
    )


def _rank_in_words(chosen: Parameters, peers, rank: dict) -> tuple[str, str, str]:
    """Title, sentence and caption of a rank, with its range where one is known."""
    say = speaker(chosen)
    place = {"region": regions.short_name(chosen.region), "of": rank["of"]}
    month = words.month(int(peers["year"].iloc[0]), MARCH, chosen.language)
    if "first" not in rank:
        return (
            say("standing.title", **place, rank=rank["rank"]),
            say("standing.says"),
            say("standing.caption_official", month=month),
        )
    ends = {name: rank[name] for name in ("rank", "first", "last")}
    return (
        say("standing.title_range", **place, **ends),
        say(
            "standing.says_range",
            **place,
            surely_above=rank["first"] - 1,
            surely_below=rank["of"] - rank["last"],
        ),
        say("standing.caption", month=month, **source(chosen, peers)),
    )


def _map(chosen: Parameters, mapped: pd.DataFrame, shapes, alt: str) -> str:
    """Map of the official poverty rate of the kabupaten round the region."""
    language = chosen.language
    labels = [
        f"{regions.short_name(row.region)}: {words.percent(row.value, language, 2)}"
        for row in mapped.itertuples()
    ]
    inside = regions.level(chosen.region) == "kabupaten"
    return figures.choropleth(
        shapes.table,
        mapped.assign(mark="", label=labels),
        unit=words.say("trend.unit", language),
        alt=alt,
        language=language,
        schematic=shapes.schematic,
        own=chosen.region if inside else None,
    )


def bands(chosen: Parameters, shares: pd.DataFrame) -> Html:
    """How the people divide over the welfare bands."""
    if shares.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    shown = disclosure.publish(shares, year=chosen.year)
    by = shown.set_index("indicator")
    title = say(
        "bands.title",
        poor=percent(by.loc["p0"], language),
        vulnerable=percent(by.loc["vulnerable"], language),
    )
    vulnerable = by.loc["vulnerable"]
    says = say("bands.says", **ends_of(vulnerable, language))
    drawn = shown.assign(label=[say(f"band.{name}") for name in shown["indicator"]])
    table = page.table(
        [say("table.group"), say("table.value")],
        [[row.label, marked(row, chosen)] for row in drawn.itertuples()],
    )
    return page.figure(
        title,
        figures.shares(drawn, alt=f"{title}. {says}", language=language),
        say("bands.caption", **source(chosen, shown)),
        says,
        language=language,
        table=table,
    )


def growth(chosen: Parameters, tenths: pd.DataFrame, estimates: pd.DataFrame) -> Html:
    """Growth of spending by tenth of the people since the earlier round."""
    if tenths.empty:
        return absent(chosen)
    say, language = speaker(chosen), chosen.language
    mean = float(tenths.loc[tenths["decile"].eq(0), "value"].iloc[0])
    drawn = tenths[tenths["decile"].gt(0)]
    poorest = drawn.iloc[0]
    title, verdict = say(f"growth.title_{poorest['against_mean']}"), poorest["verdict"]
    fields = ends_of(poorest, language)
    if verdict == "change_unclear":
        fields.pop("value")
    says = say(f"growth.says_{verdict}", **fields)
    since, until = int(tenths["since"].iloc[0]), int(tenths["until"].iloc[0])
    return page.figure(
        title,
        figures.growth_incidence(
            drawn, mean=mean, alt=f"{title}. {says}", language=language
        ),
        say("growth.caption", since=since, until=until, **source(chosen, estimates)),
        says,
        language=language,
        how_to_read=say("growth.how"),
    )


def _points(facts: dict, language: str, *, only_range: bool) -> dict:
    digits = words.digits_for(facts["low"], facts["high"])
    ends = facts["low"], facts["high"]
    if facts["verdict"] == "fell":
        ends = -facts["high"], -facts["low"]
    told = {
        "low": words.number(ends[0], language, digits),
        "high": words.number(ends[1], language, digits),
    }
    if not only_range:
        told["points"] = words.number(abs(facts["points"]), language, digits)
    return told


def _plain(row, language: str) -> str:
    return words.number(row.value, language, 2)


def _series_name(row, say) -> str:
    name = regions.short_name(row.region)
    return say("trend.survey_series", region=name) if row.kind == "survey" else name
