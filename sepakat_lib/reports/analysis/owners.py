"""What owners of other series publish: a row each, with those above and around it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import month_of, printed, speaker

BEHIND = 3  # of the series worse than the province's, in the sentence


def owners(chosen: Parameters, table: pd.DataFrame, question: int) -> Block:
    """Series of other owners under a question, with what is worse than the province.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.owners`.
    question : int
        Of SEPAKAT's five.
    """
    say = speaker(chosen)
    if table.empty:
        return page.NOTHING
    around = regions.province(chosen.region) or chosen.region
    inside = around != chosen.region
    tiers = {"province": around} if inside else {}
    tiers |= {"nation": "00"} if chosen.region != "00" else {}
    tiers = {tier: place for tier, place in tiers.items() if table[tier].notna().any()}
    headers = [say("table.indicator"), regions.short_name(chosen.region)]
    headers += [say("owners.moved"), *map(regions.short_name, tiers.values())]
    headers.append(say("owners.peers", place=regions.short_name(around)))
    rows = [_row(row, chosen, [*tiers]) for row in table.itertuples()]
    note = say("owners.note")
    owner = {str(row[-1]) + row[-1].note for row in rows}
    if len(owner) > 1:
        headers.append(say("owners.publisher"))
    else:  # said once
        from_one = _written_by(rows[0][-1])
        rows = [row[:-1] for row in rows]
        note = say("owners.note_one", publisher=from_one)
    says = [say("owners.untested"), *_behind(chosen, table, around)]
    return page.section(
        say(f"owners.title.{question}"),
        page.table(headers, rows),
        says,
        note=note,
    )


def _row(row, chosen: Parameters, tiers: Sequence[str]) -> list:
    say, language = speaker(chosen), chosen.language

    def written(value: float) -> str:
        return printed(value, row.indicator, language) if np.isfinite(value) else "–"

    when = month_of(row._asdict(), language) if row.month else str(row.year)
    cells = [
        linked(row.indicator, language),
        words.Marked(written(row.value), "", "", when),
        "–",
    ]
    if row.moved:
        since = say(
            "owners.since", value=written(row.before), year=str(int(row.before_year))
        )
        cells[-1] = words.Marked(say(f"owners.{row.moved}"), "", "", since)
    cells += [written(getattr(row, tier)) for tier in tiers]
    ends = [written(end) for end in (row.low, row.high)]
    between = say("interval.to", low=ends[0], high=ends[1])
    cells.append(between if row.peers > 1 else "–")
    grade = "" if row.grade == "published" else say(f"grade.{row.grade}")
    return [*cells, words.Marked(row.publisher, "", "", grade)]


def _written_by(owner: words.Marked) -> str:
    return f"{owner.value} ({owner.note})" if owner.note else owner.value


def _behind(chosen: Parameters, table: pd.DataFrame, around: str) -> list[str]:
    """What is on the wrong side of the tier above, as printed."""
    say, language = speaker(chosen), chosen.language
    tier = "province" if around != chosen.region else "nation"
    worse = [
        row
        for row in table.itertuples()
        if catalogue()[row.indicator].better in ("higher", "lower")
        and getattr(row, f"{tier}_verdict") in ("higher", "lower")
        and getattr(row, f"{tier}_verdict") != catalogue()[row.indicator].better
    ]
    if not worse:
        return []
    named = [
        say(
            "owners.one",
            label=catalogue()[row.indicator].label[language],
            value=printed(row.value, row.indicator, language),
            other=printed(getattr(row, tier), row.indicator, language),
        )
        for row in worse[:BEHIND]
    ]
    reference = regions.short_name(around if tier == "province" else "00")
    return [say("owners.behind", reference=reference, labels="; ".join(named))]
