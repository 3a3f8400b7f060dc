"""The blocks of the analysis page: a stage's table in, a piece of the page out.

Each takes the run's choices and one table of `sepakat_lib.analysis`, chooses a whole
sentence by the verdict in it, and draws. Nothing is computed here.
"""

import datetime

import numpy as np
import pandas as pd

from sepakat_lib import disclosure, figures, regions, words
from sepakat_lib.analysis import clearest
from sepakat_lib.indicators import catalogue, grouping
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Html

MARCH = 3
KEY_FIGURES = ("p0", "poor_persons", "p1", "poverty_line")


def opening(
    chosen: Parameters,
    told: pd.DataFrame,
    change: dict,
    estimates: pd.DataFrame,
) -> Html:
    """Bar, title, the answer in one sentence, and four key figures.

    Parameters
    ----------
    chosen : Parameters
    told : DataFrame
        From `analysis.comparison`.
    change : dict
        From `analysis.change`.
    estimates : DataFrame
        `tables.Estimates`, to say how old they are and whether they are invented.
    """
    own = _own_official(chosen, told)
    newest = max((each["year"] for each in own.values()), default=chosen.year)
    vintage = {"official": words.month(newest, MARCH, chosen.language)}
    has_survey = estimates["region"].eq(chosen.region).any()
    vintage["survey"] = words.month(chosen.year, MARCH, chosen.language)
    say = _speaker(chosen)
    bar = page.bar(
        regions.name(chosen.region),
        say("module.analysis.name"),
        chosen.year,
        vintage=say("analysis.vintage_both", **vintage)
        if has_survey
        else say("analysis.vintage_official", official=vintage["official"]),
        synthetic=bool(estimates["synthetic"].any()),
        language=chosen.language,
    )
    title = say("analysis.title", region=regions.short_name(chosen.region))
    keys = [
        (
            _official_text(name, each["value"], chosen.language),
            say(f"key.{name}"),
            say("source.bps", month=words.month(each["year"], MARCH, chosen.language)),
        )
        for name, each in own.items()
    ]
    parts = [bar, page.lead(title, _answer(chosen, told, change))]
    return _joined([*parts, page.key_figures(keys)])


def over_time(
    chosen: Parameters, series: pd.DataFrame, change: dict, between: dict
) -> Html:
    """The poverty rate over the years, with the survey's change and its error."""
    say, language = _speaker(chosen), chosen.language
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
        return _absent(chosen)
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
        caption = say("trend.caption", **_source(chosen, series[survey]))
    table = page.table(
        [say("table.region"), say("table.year"), say("table.value")],
        [
            [
                _series_name(row, say),
                str(row.year),
                _marked(row, chosen) if row.kind == "survey" else _plain(row, language),
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


def standing(chosen: Parameters, peers: pd.DataFrame, rank: dict) -> Html:
    """Rank among the peers, as a range where an error is known."""
    if not rank or rank["of"] < 2:
        return Html()
    say, language = _speaker(chosen), chosen.language
    ranged = "first" in rank
    place = {"region": regions.short_name(chosen.region), "of": rank["of"]}
    title = say(
        "standing.title_range" if ranged else "standing.title",
        **place,
        **{k: rank[k] for k in ("rank", "first", "last") if k in rank},
    )
    month = words.month(int(peers["year"].iloc[0]), MARCH, language)
    if ranged:
        says = say(
            "standing.says_range",
            **place,
            surely_above=rank["first"] - 1,
            surely_below=rank["of"] - rank["last"],
        )
        caption = say("standing.caption", month=month, **_source(chosen, peers))
    else:
        says = say("standing.says")
        caption = say("standing.caption_official", month=month)
    drawn = peers.assign(label=[regions.short_name(each) for each in peers["region"]])
    above, beside_it = peers[["reference", "reference_value"]].iloc[0]
    references = {}
    if above:
        value = words.number(beside_it, language, 2)
        references[f"{regions.short_name(above)} {value}"] = beside_it
    svg = figures.ranking(
        drawn,
        unit=say("trend.unit"),
        alt=f"{title}. {says}",
        language=language,
        references=references,
        digits=2,
    )
    return page.figure(
        title, svg, caption, says, language=language, how_to_read=say("standing.how")
    )


def beside(chosen: Parameters, told: pd.DataFrame) -> Html:
    """A table of the own values beside province and nation, and what can be told."""
    say, language = _speaker(chosen), chosen.language
    tiers = list(dict.fromkeys(told["region"]))
    kinds = [
        (kind, region)
        for region in tiers
        for kind in ("official", "survey")
        if (told["region"].eq(region) & told["kind"].eq(kind)).any()
    ]
    headers = [say("table.indicator")] + [
        say(f"table.{kind}", region=regions.short_name(region))
        for kind, region in kinds
    ]
    rows = []
    for indicator in dict.fromkeys(told["indicator"]):
        cells = []
        for kind, region in kinds:
            found = told[
                told["indicator"].eq(indicator)
                & told["region"].eq(region)
                & told["kind"].eq(kind)
            ]
            cells.append(_comparison_cell(found, chosen))
        rows.append([catalogue()[indicator].label[language], *cells])
    says = []
    for row in told[told["verdict"].ne("")].itertuples():
        if row.indicator != "p0":
            continue
        own = told[
            told["indicator"].eq("p0")
            & told["kind"].eq("survey")
            & told["region"].eq(chosen.region)
        ].iloc[0]
        says.append(
            say(
                f"compare.says_{row.verdict}",
                label=_lower(catalogue()["p0"].label[language]),
                region=regions.short_name(chosen.region),
                value=_survey_percent(own, language),
                reference=regions.short_name(row.region),
                ref_value=_survey_percent(row, language),
            )
        )
    surveyed = set(told.loc[told["kind"].eq("survey"), "region"])
    says += [
        say("survey.tier_absent", region=regions.short_name(each))
        for each in tiers
        if surveyed and each not in surveyed
    ]
    if not surveyed:
        says.append(_absent_sentence(chosen))
    return page.section(
        say("compare.heading"),
        page.table(headers, rows),
        says,
        note=_legend(chosen) if surveyed else "",
    )


def bands(chosen: Parameters, shares: pd.DataFrame) -> Html:
    """How the people divide over the welfare bands."""
    if shares.empty:
        return _absent(chosen)
    say, language = _speaker(chosen), chosen.language
    shown = disclosure.publish(shares, year=chosen.year)
    by = shown.set_index("indicator")
    title = say(
        "bands.title",
        poor=_survey_percent(by.loc["p0"], language),
        vulnerable=_survey_percent(by.loc["vulnerable"], language),
    )
    vulnerable = by.loc["vulnerable"]
    says = say("bands.says", **_range(vulnerable, language))
    drawn = shown.assign(label=[say(f"band.{name}") for name in shown["indicator"]])
    table = page.table(
        [say("table.group"), say("table.value")],
        [[row.label, _marked(row, chosen)] for row in drawn.itertuples()],
    )
    return page.figure(
        title,
        figures.shares(drawn, alt=f"{title}. {says}", language=language),
        say("bands.caption", **_source(chosen, shown)),
        says,
        language=language,
        table=table,
    )


def by_group(
    chosen: Parameters, values: pd.DataFrame, differences: pd.DataFrame
) -> Html:
    """The poverty rate of towns and rural areas, men and women."""
    if values.empty:
        return _absent(chosen)
    say, language = _speaker(chosen), chosen.language
    shown = disclosure.publish(values, year=chosen.year)
    gap = differences[
        differences["indicator"].eq("p0")
        & differences["grouping"].eq("area")
        & differences["against_region"].eq(chosen.region)
    ]
    verdict, facts = "within_error", None
    if len(gap) and np.isfinite(gap["low"].iloc[0]):
        facts = gap.iloc[0]
        verdict = (
            "higher" if facts["low"] > 0 else "lower" if facts["high"] < 0 else verdict
        )
    title = say(f"groups.title_{verdict}")
    says = [] if facts is None else [_gap_sentence(facts, verdict, chosen)]
    drawn = pd.DataFrame(
        {
            "grouping": [grouping(each).label[language] for each in shown["grouping"]],
            "group": [
                say(f"group.{row.grouping}.{row.group}") for row in shown.itertuples()
            ],
            "value": shown["value"],
            "low": shown["low"],
            "high": shown["high"],
            "mark": shown["mark"].where(shown["mark"].isin(["*", "**"]), ""),
        }
    )
    return page.figure(
        title,
        figures.groups(
            drawn,
            unit=say("trend.unit"),
            alt=". ".join([title, *says]),
            language=language,
        ),
        say("groups.caption", **_source(chosen, shown)),
        says,
        language=language,
    )


def growth(chosen: Parameters, tenths: pd.DataFrame, estimates: pd.DataFrame) -> Html:
    """Growth of spending by tenth of the people since the earlier round."""
    if tenths.empty:
        return _absent(chosen)
    say, language = _speaker(chosen), chosen.language
    mean = float(tenths.loc[tenths["decile"].eq(0), "value"].iloc[0])
    drawn = tenths[tenths["decile"].gt(0)]
    poorest = drawn.iloc[0]
    title, verdict = say(f"growth.title_{poorest['against_mean']}"), poorest["verdict"]
    fields = _range(poorest, language)
    if verdict == "change_unclear":
        fields.pop("value")
    says = say(f"growth.says_{verdict}", **fields)
    since, until = int(tenths["since"].iloc[0]), int(tenths["until"].iloc[0])
    return page.figure(
        title,
        figures.growth_incidence(
            drawn, mean=mean, alt=f"{title}. {says}", language=language
        ),
        say("growth.caption", since=since, until=until, **_source(chosen, estimates)),
        says,
        language=language,
        how_to_read=say("growth.how"),
    )


def fifths(chosen: Parameters, table: pd.DataFrame, question: int) -> Html:
    """The poorest fifth beside the richest, over the indicators of one question."""
    if table.empty:
        return _absent(chosen)
    say, language = _speaker(chosen), chosen.language
    shown = disclosure.publish(table, year=chosen.year)
    best = clearest(shown)
    if best is None:
        title, says = say("fifths.title_unclear"), [say("fifths.says_unclear")]
    else:
        label = catalogue()[best["indicator"]].label[language]
        ends = shown[shown["indicator"].eq(best["indicator"])].set_index("group")
        title = say(
            "fifths.title_lower",
            label=label,
            poorest=_survey_percent(ends.loc["1"], language),
            richest=_survey_percent(ends.loc["5"], language),
        )
        digits = words.digits_for(best["gap_low"], best["gap_high"])
        says = [
            say(
                "fifths.says_sure",
                label=_lower(label),
                points=words.number(best["gap"], language, digits),
                low=words.number(best["gap_low"], language, digits),
                high=words.number(best["gap_high"], language, digits),
            )
        ]
    if question in (2, 3, 4):
        says.append(say(f"fifths.note.{question}"))
    ends = {"1": say("table.poorest"), "5": say("table.richest")}
    pair = shown[shown["group"].isin(list(ends))]
    drawn = pd.DataFrame(
        {
            "label": [catalogue()[each].label[language] for each in pair["indicator"]],
            "group": pair["group"].map(ends),
            "value": pair["value"],
            "low": pair["low"],
            "high": pair["high"],
            "mark": pair["mark"].where(pair["mark"].isin(["*", "**"]), ""),
        }
    )
    source = _source(chosen, shown)
    return page.figure(
        title,
        figures.pairs(
            drawn,
            unit=say("trend.unit"),
            alt=". ".join([title, *says]),
            language=language,
            labels=(ends["1"], ends["5"]),
        ),
        say("fifths.caption", region=regions.short_name(chosen.region), **source),
        says,
        language=language,
        table=_fifths_table(chosen, shown),
    )


def unanswered(chosen: Parameters, table: pd.DataFrame) -> Html:
    """Which indicators have no value, and the file that would answer each."""
    say, language = _speaker(chosen), chosen.language
    sentences = []
    for row in table.itertuples():
        label = catalogue()[row.indicator].label[language]
        if row.items == "extreme_line":
            told = say("unknown.line", label=label, year=chosen.year)
        elif row.items:
            told = say("unknown.items", label=label, items=row.items)
        else:
            told = say("unknown.awaits", label=label, file=getattr(row, language))
        sentences.append(told)
    return page.unknown(sentences, language=language)


def open_question(chosen: Parameters, table: pd.DataFrame) -> Html:
    """Say of a question without any data which file would answer it."""
    say = _speaker(chosen)
    files = list(dict.fromkeys(table[chosen.language]))
    return page.section(
        "", Html(), [say("unknown.question", file=each) for each in files if each]
    )


def foot(chosen: Parameters, inputs: dict[str, str]) -> Html:
    """How the page was made, and links to the tables behind it."""
    say = _speaker(chosen)
    shown = chosen.as_dict() | {"region": regions.name(chosen.region)}
    return page.foot(
        {say(f"choice.{name}"): value for name, value in shown.items()},
        inputs,
        datetime.date.today(),
        [
            (say("download.xlsx"), "estimates.xlsx"),
            (say("download.csv"), "estimates.csv"),
        ],
        language=chosen.language,
    )


def _speaker(chosen: Parameters):
    def say(key: str, **fields) -> str:
        return words.say(key, chosen.language, **fields)

    return say


def _joined(parts) -> Html:
    """One block of several; the style sheet comes with the bar."""
    return Html("".join(str(part) for part in parts))


def _source(chosen: Parameters, rows: pd.DataFrame) -> dict:
    """Source of survey values and the confidence of their intervals."""
    invented = bool(rows["synthetic"].eq(True).any())
    return {
        "source": words.say(
            "source.demo" if invented else "source.susenas",
            chosen.language,
            year=chosen.year,
        ),
        "confidence": words.number(chosen.confidence * 100, chosen.language),
    }


def _absent_sentence(chosen: Parameters) -> str:
    region = regions.short_name(chosen.region)
    return words.say("survey.absent", chosen.language, year=chosen.year, region=region)


def _absent(chosen: Parameters) -> Html:
    return page.section("", Html(), [_absent_sentence(chosen)])


def _own_official(chosen: Parameters, told: pd.DataFrame) -> dict[str, dict]:
    mine = told[told["region"].eq(chosen.region) & told["kind"].eq("official")]
    by = mine.set_index("indicator")
    return {
        name: {"value": by.loc[name, "value"], "year": int(by.loc[name, "year"])}
        for name in KEY_FIGURES
        if name in by.index
    }


def _official_text(indicator: str, value: float, language: str) -> str:
    if indicator == "p0":
        return words.percent(value, language, 2, in_sentence=False)
    if indicator == "poor_persons":
        return words.thousands(value, language)
    if indicator == "poverty_line":
        return words.rupiah(value, language)
    return words.number(value, language, 2)


def _answer(chosen: Parameters, told: pd.DataFrame, change: dict) -> str:
    """The answer that a head of office can repeat."""
    say, language = _speaker(chosen), chosen.language
    place = regions.short_name(chosen.region)
    facts = change.get("official")
    if facts is None:
        return say("opening.none", region=place, year=chosen.year)
    fields = {
        "region": place,
        "value": words.percent(facts["now"], language, 2),
        "month": words.month(facts["until"], MARCH, language),
        "since": facts["since"],
        "points": words.number(abs(facts["points"]), language, 2),
    }
    moved = "fell" if facts["points"] < 0 else "rose"
    above = told[
        told["indicator"].eq("p0")
        & told["kind"].eq("official")
        & told["region"].ne(chosen.region)
    ]
    if above.empty:
        return say(f"opening.nation_{moved}", **fields)
    reference = above.iloc[0]
    side = "higher" if facts["now"] > reference["value"] else "lower"
    return say(
        f"opening.{side}_{moved}",
        **fields,
        reference=regions.short_name(reference["region"]),
        ref_value=words.number(reference["value"], language, 2),
    )


def _lower(label: str) -> str:
    """A label inside a sentence: small first letter unless it is a name."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _survey_percent(row, language: str) -> str:
    return words.percent(row.value, language, words.digits_for(row.low, row.high))


def _range(row, language: str) -> dict:
    digits = words.digits_for(row["low"], row["high"])
    return {
        name: words.number(row[name], language, digits)
        for name in ("value", "low", "high")
    }


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


def _gap_sentence(facts, verdict: str, chosen: Parameters) -> str:
    digits = words.digits_for(facts["low"], facts["high"])
    low, high, points = facts["low"], facts["high"], facts["difference"]
    if verdict == "lower":
        low, high, points = -high, -low, -points
    fields = {
        "low": words.number(low, chosen.language, digits),
        "high": words.number(high, chosen.language, digits),
    }
    if verdict != "within_error":
        fields["points"] = words.number(points, chosen.language, digits)
    return words.say(f"groups.says_{verdict}", chosen.language, **fields)


def _marked(row, chosen: Parameters, digits: int | None = None) -> words.Marked:
    """A survey value as a table shows it, with the limits in force."""
    return words.value_with_mark(
        row.value,
        row.low,
        row.high,
        getattr(row, "rse", None),
        getattr(row, "n", policy("least_sample", chosen.year)),
        language=chosen.language,
        digits=digits,
        care=policy("rse_careful", chosen.year),
        refuse=policy("rse_unusable", chosen.year),
        least=policy("least_sample", chosen.year),
    )


def _plain(row, language: str) -> str:
    return words.number(row.value, language, 2)


def _series_name(row, say) -> str:
    name = regions.short_name(row.region)
    return say("trend.survey_series", region=name) if row.kind == "survey" else name


def _comparison_cell(found: pd.DataFrame, chosen: Parameters):
    if found.empty:
        return "–"
    row, language = found.iloc[0], chosen.language
    unit = catalogue()[row["indicator"]].unit
    if row["kind"] == "official":
        if unit == "idr":
            return words.rupiah(row["value"], language)
        if unit == "persons":
            return words.thousands(row["value"], language)
        return words.number(row["value"], language, 2)
    if unit == "persons":
        ends = [words.thousands(row[each], language) for each in ("low", "high")]
        between = words.say("interval.to", language, low=ends[0], high=ends[1])
        told = _marked(row, chosen)
        value = words.thousands(row["value"], language)
        return told._replace(value=value, interval=between)
    return _marked(row, chosen, 3 if unit == "gini" else None)


def _legend(chosen: Parameters) -> str:
    language = chosen.language
    return words.say(
        "mark.legend",
        language,
        confidence=words.number(chosen.confidence * 100, language),
        care=words.number(policy("rse_careful", chosen.year) * 100, language),
        refuse=words.number(policy("rse_unusable", chosen.year) * 100, language),
        least=policy("least_sample", chosen.year),
    )


def _fifths_table(chosen: Parameters, shown: pd.DataFrame) -> Html:
    say, language = _speaker(chosen), chosen.language
    rows = []
    for name, part in shown.groupby("indicator", sort=False):
        by = part.set_index("group")
        first = part.iloc[0]
        gap = say("table.unclear")
        if first["verdict"] != "within_error":
            digits = words.digits_for(first["gap_low"], first["gap_high"])
            ends = words.interval(first["gap_low"], first["gap_high"], language, digits)
            gap = words.Marked(
                words.number(first["gap"], language, digits), ends, "", ""
            )
        cells = [_marked(by.loc[each], chosen) for each in ("all", "1", "5")]
        rows.append([catalogue()[name].label[language], *cells, gap])
    names = ("indicator", "all", "poorest", "richest", "gap")
    return page.table([say(f"table.{each}") for each in names], rows)
