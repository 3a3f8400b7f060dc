"""How the blocks of this page write numbers, sources and absences."""

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Html
from sepakat_lib.stats import survey


def speaker(chosen: Parameters):
    """Say a sentence of words.yml in the run's language."""

    def say(key: str, **fields) -> str:
        return words.say(key, chosen.language, **fields)

    return say


def source(chosen: Parameters, rows: pd.DataFrame) -> dict:
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


def absent_sentence(chosen: Parameters) -> str:
    """Say that the region's survey is not loaded, and what to do."""
    region = regions.short_name(chosen.region)
    return words.say("survey.absent", chosen.language, year=chosen.year, region=region)


def absent(chosen: Parameters) -> Html:
    """Stand in place of a figure whose survey is not loaded."""
    return page.section("", Html(), [absent_sentence(chosen)])


def small(label: str) -> str:
    """A label inside a sentence: small first letter unless it is a name."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def percent(row, language: str) -> str:
    """Survey share in a sentence, with the decimals that its interval allows."""
    return words.percent(row.value, language, words.digits_for(row.low, row.high))


def ends_of(row, language: str) -> dict:
    """Value and interval as numbers of a sentence."""
    digits = words.digits_for(row["low"], row["high"])
    return {
        name: words.number(row[name], language, digits)
        for name in ("value", "low", "high")
    }


def marked(row, chosen: Parameters, digits: int | None = None) -> words.Marked:
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


def legend(chosen: Parameters) -> str:
    """What the small numbers and the asterisks of a table mean."""
    language = chosen.language
    return words.say(
        "mark.legend",
        language,
        confidence=words.number(chosen.confidence * 100, language),
        care=words.number(policy("rse_careful", chosen.year) * 100, language),
        refuse=words.number(policy("rse_unusable", chosen.year) * 100, language),
        least=policy("least_sample", chosen.year),
    )


def people_of(row, chosen: Parameters) -> words.Marked | str:
    """How many people a share counts, with the interval of that total."""
    if np.isnan(row.total):
        return "–"
    value = words.thousands(row.total, chosen.language)
    if np.isnan(row.total_se):
        return words.Marked(value, "", "", "")
    low, high = survey.interval(row.total, row.total_se, row.df, chosen.confidence)
    between = words.say(
        "interval.to",
        chosen.language,
        low=words.thousands(max(float(low), 0.0), chosen.language),
        high=words.thousands(float(high), chosen.language),
    )
    return words.Marked(value, between, "", "")
