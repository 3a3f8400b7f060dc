"""How the page of a plan writes evidence, people and targets."""

import math
from decimal import Decimal

from sepakat_lib import words
from sepakat_lib.indicators import catalogue

PRINTED = 2  # decimals of BPS's rates
DIGITS = {"gini": 3, "years": 1}


def speaker(language: str):
    """Say a sentence in a language."""

    def say(key: str, **fields) -> str:
        return words.say(key, language, **fields)

    return say


def value(evidence, language: str) -> str:
    """Value of `planning.Evidence` with its unit."""
    written = _number(evidence, evidence.value, language)
    star = words.asterisks(evidence.mark)
    if catalogue()[evidence.indicator].unit == "percent":
        sign = words.say("unit.percent_sign", language, number=written)
        return sign.replace(" ", "\u00a0") + star  # never alone on a line
    return written + star


def interval(evidence, language: str) -> str:
    """Its interval, without unit; empty where none is known."""
    if math.isnan(evidence.low) or math.isnan(evidence.high):
        return ""
    ends = [_number(evidence, end, language) for end in (evidence.low, evidence.high)]
    key = "interval.to" if ends[0].startswith(words.MINUS) else "interval.dash"
    return words.say(key, language, low=ends[0], high=ends[1])


def _number(evidence, number: float, language: str) -> str:
    unit = catalogue()[evidence.indicator].unit
    if unit == "persons":
        return words.thousands(number, language)
    if unit == "idr":
        return words.rupiah(number, language)
    return words.number(number, language, _digits(evidence, unit))


def _digits(evidence, unit: str) -> int:
    if unit in DIGITS:
        return DIGITS[unit]
    if evidence.source == "official":
        return PRINTED
    if math.isnan(evidence.low) or math.isnan(evidence.high):
        return 0
    return words.digits_for(evidence.low, evidence.high)


def told(evidence, language: str) -> str:
    """Evidence as one line: name, value and interval, or why there is no value."""
    say, name = speaker(language), evidence.names[language]
    if evidence.why in ("not_measured", "no_finding", "hidden"):
        return say(f"planning.evidence.{evidence.why}", label=name)
    fields = {"label": name, "value": value(evidence, language)}
    if evidence.why:
        return say("planning.evidence.not_for_use", **fields)
    between = interval(evidence, language)
    if not between:
        return say("planning.evidence.plain", **fields)
    return say("planning.evidence.with_interval", **fields, interval=between)


def since(evidence, language: str) -> str:
    """Who found it and when."""
    say = speaker(language)
    if evidence.source == "official":
        when = words.month(evidence.year, evidence.month, language)
        if not evidence.month:
            when = str(evidence.year)
        if catalogue()[evidence.indicator].kind == "awaited":  # of whoever keeps it
            return say("planning.source.office", when=when)
        return say("planning.source.official", when=when)
    key = (
        "planning.source.synthetic" if evidence.synthetic else "planning.source.survey"
    )
    return say(key, year=str(evidence.year))


def target(number: Decimal | None, unit: str, language: str) -> str:
    """A target as it was entered; a dash where there is none."""
    if number is None:
        return "–"
    digits = max(0, -Decimal(number).normalize().as_tuple().exponent)
    return f"{words.number(float(number), language, digits)} {unit}".strip()
