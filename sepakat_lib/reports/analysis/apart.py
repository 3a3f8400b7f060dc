"""Question 1: everything in which the region surely differs from those above it."""

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import counted, small, source, speaker

NAMED = 3  # of the worse ones, in the sentence
UNFOLDED = 10  # rows; a longer table is folded away
DIGITS = {"gini": 3, "index": 2, "years": 1}


def apart(chosen: Parameters, table: pd.DataFrame) -> Block:
    """What is surely worse and better than in the province and the nation.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.apart`.
    """
    if table.empty:
        return page.NOTHING  # `beside` says of which tier there is no survey value
    say, language = speaker(chosen), chosen.language
    sure = table[table["verdict"].isin(["higher", "lower"])]
    tiers = [regions.short_name(region) for region in table["against_region"].unique()]
    counts = {
        "sure": len(sure),
        "at_once": int(table["at_once"].iloc[0]),
        "worse": int(sure["judgement"].eq("worse").sum()),
        "better": int(sure["judgement"].eq("better").sum()),
    }
    fields = {name: words.number(n, language) for name, n in counts.items()}
    fields["references"] = words.listed(tiers, language)
    of_survey = source(chosen, table)
    if sure.empty:
        title = say(
            "apart.title_none",
            at_once=fields["at_once"],
            references=fields["references"],
        )
        return page.section(title, page.NOTHING, [say("apart.says_none")])
    digits, rows, says = _digits(sure), [], []
    for (region, kind), part in sure.groupby(
        ["against_region", "judgement"], sort=False
    ):
        reference = regions.short_name(region)
        rows.append([say(f"apart.group_{kind}", reference=reference), *[""] * 4])
        rows += [_row(row, chosen, digits) for row in part.itertuples()]
        if kind == "worse":
            named = [
                say(
                    "apart.one",
                    label=small(catalogue()[row.indicator].label[language]),
                    own=_written(row.own, row, language, digits),
                    other=_written(row.other, row, language, digits),
                )
                for row in part.head(NAMED).itertuples()
            ]
            labels = words.listed(named, language)
            says.append(say("apart.says_worse", reference=reference, labels=labels))
    names = [say("table.indicator"), regions.short_name(chosen.region)]
    names += [say(f"table.{name}") for name in ("other", "gap", "persons")]
    caption = say(
        "apart.caption",
        region=regions.short_name(chosen.region),
        at_once=fields["at_once"],
        **of_survey,
    )
    return page.section(
        say("apart.title_some", **fields),
        page.table(names, rows),
        says,
        note=caption,
        folded=say("page.numbers") if len(sure) > UNFOLDED else "",
    )


def _digits(sure: pd.DataFrame) -> int:
    """Decimals of all shares of the table: as many as the narrowest gap needs."""
    shares = sure[sure["indicator"].map(_is_share).astype(bool)]
    ends = shares[["low", "high"]].itertuples(index=False)
    return max((words.digits_for_gap(low, high) for low, high in ends), default=0)


def _is_share(indicator: str) -> bool:
    return catalogue()[indicator].unit == "percent"


def _row(row, chosen: Parameters, digits: int) -> list:
    language = chosen.language
    many = _decimals(row, digits)
    own = words.number(row.own, language, many)
    other = words.number(row.other, language, many)
    between = words.interval(row.low, row.high, language, many)
    gap = words.Marked(words.number(row.value, language, many), between, "", "")
    people = "–"
    if np.isfinite(row.people):
        people = counted(row.people, row.people_low, row.people_high, chosen)
        if catalogue()[row.indicator].counts == "households":
            homes = words.say("value.households", language, n=people.value)
            people = people._replace(value=homes)
    mark = words.Marked(own, "", row.mark, "")
    return [linked(row.indicator, language), mark, other, gap, people]


def _decimals(row, digits: int) -> int:
    return DIGITS.get(catalogue()[row.indicator].unit, digits)


def _written(value: float, row, language: str, digits: int) -> str:
    """A value in a sentence, with its unit where that is a share."""
    number = words.number(value, language, _decimals(row, digits))
    if not _is_share(row.indicator):
        return number
    return words.say("unit.percent", language, number=number)
