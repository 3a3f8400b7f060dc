"""What users read: whole sentences, and numbers written as their language writes them."""

import datetime
import difflib
import functools
import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import yaml
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

FOLDER = Path(__file__).parent
LANGUAGES = ("id", "en")
MINUS = "\N{MINUS SIGN}"
MARKS = {  # what a mark of `disclosure.publish` means
    "": "",
    "*": "mark.care",
    "**": "mark.refuse",
    "few": "mark.too_few",
    "one_unit": "mark.one_unit",
    "withheld": "mark.withheld",
    "no_error": "mark.no_error",
}
_MARKDOWN_LINE = re.compile(
    r"^(?P<mark>\s*(?:(?:#{1,6}|[-*+>]|\d+[.)])\s+)*)(?P<text>.*?)(?P<end>\s*)$"
)


class Marked(NamedTuple):
    """A survey value ready to print; `str` writes it in one line.

    >>> str(Marked("61", "55–67", "*", "use with care"))
    '61 * (55–67)'
    """

    value: str
    interval: str
    mark: str
    note: str
    people: str = ""  # how many a share counts, as a line of its own
    link: str = ""  # anchor on the same page that explains it

    def __str__(self) -> str:
        text = f"{self.value} {self.mark}".strip()
        return f"{text} ({self.interval})" if self.interval else text


@functools.cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every sentence: key to language to text; a file a room, each key in one of them.

    A sentence is whole, is chosen by what was found, never glued from halves, and has
    the same fields in both languages: words, or numbers written by `number` and its
    sisters.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sentences: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        of_room = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        if twice := sentences.keys() & of_room:
            raise ValueError(f"{path.name} has sentences of others: {sorted(twice)}")
        sentences |= of_room
    return sentences


@functools.cache
def fields_of(sentence: str) -> frozenset[str]:
    """Names in braces that `sentence` waits for.

    >>> sorted(fields_of("{label} turun {points} poin"))
    ['label', 'points']
    """
    fields = (name for _, name, _, _ in Formatter().parse(sentence))
    return frozenset(name for name in fields if name is not None)


def say(key: str, language: str, **fields: str | int) -> str:
    """Sentence of `key` with its fields filled in.

    Parameters
    ----------
    key : str
        As in the files of ``words``.
    language : {"id", "en"}
    **fields : str or int
        Exactly the fields the sentence has. A decimal number comes in already written,
        because only its reader's language knows its comma.

    Raises
    ------
    KeyError
        Unknown key; the message names the nearest.
    ValueError
        A field missing, left over or not yet written; an unknown language.

    >>> say("interval.to", "id", low="1,46", high="2,10")
    '1,46 sampai 2,10'
    """
    _check_language(language)
    if key not in catalogue():
        near = difflib.get_close_matches(key, catalogue(), n=1, cutoff=0)
        raise KeyError(f"words/ has no sentence {key!r}; the nearest is {near[0]!r}")
    sentence = catalogue()[key][language]
    wanted = fields_of(sentence)
    if missing := wanted - fields.keys():
        raise ValueError(f"sentence {key!r} also needs {', '.join(sorted(missing))}")
    if surplus := fields.keys() - wanted:
        raise ValueError(
            f"sentence {key!r} has no field {', '.join(sorted(surplus))}; "
            f"it has {', '.join(sorted(wanted)) or 'none'}"
        )
    for name, value in fields.items():
        if not isinstance(value, str) and not _whole(value):
            raise ValueError(
                f"field {name!r} of sentence {key!r} is {value!r}; write it first with "
                "words.number, words.percent or words.rupiah"
            )
    return sentence.format(**fields)


def number(value: float, language: str, digits: int = 0) -> str:
    """`value` with its language's decimal mark and thousand mark.

    A half is rounded away from zero, as in printed tables; the minus is U+2212 and
    nothing that rounds to zero keeps one.

    Parameters
    ----------
    value : float
        Finite; NaN and infinity raise ValueError.
    digits : int
        Decimals shown.

    >>> number(-1234.565, "id", 2), number(-1234.565, "en", 2), number(-0.2, "id")
    ('−1.234,57', '−1,234.57', '0')
    """
    _check_language(language)
    if value is None or not math.isfinite(_float(value)):
        raise ValueError(
            f"there is no number to write: {value!r} came; decide what stands in place "
            "of a missing value before it reaches the page"
        )
    exact = Decimal(int(value)) if _whole(value) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return (MINUS if rounded < 0 else "") + _written(abs(rounded), language, digits)


@functools.lru_cache(maxsize=20_000)  # a page writes most of its numbers twice
def _written(rounded: Decimal, language: str, digits: int) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(rounded, format=pattern, locale=language)


def percent(
    value: float, language: str, digits: int = 0, *, in_sentence: bool = True
) -> str:
    """A percentage: with the word in sentences, with the sign in tables.

    Parameters
    ----------
    value : float
        [percent], not a fraction.

    >>> percent(13.65, "id", 2), percent(13.65, "id", 2, in_sentence=False)
    ('13,65 persen', '13,65 %')
    >>> percent(13.65, "en", 2), percent(13.65, "en", 2, in_sentence=False)
    ('13.65 percent', '13.65%')
    """
    key = "unit.percent" if in_sentence else "unit.percent_sign"
    return say(key, language, number=number(value, language, digits))


def rupiah(value: float, language: str) -> str:
    """Whole rupiah.

    >>> rupiah(352606, "id"), rupiah(352606, "en"), rupiah(-1500, "id")
    ('Rp352.606', 'Rp352,606', '−Rp1.500')
    """
    written = number(value, language)
    minus = MINUS if written.startswith(MINUS) else ""
    return f"{minus}Rp{written.removeprefix(MINUS)}"


def scale_of(largest: float) -> str:
    """Scale in which numbers of people up to `largest` are told.

    >>> scale_of(9_870), scale_of(12_040), scale_of(4_188_810)
    ('', 'thousand', 'million')
    """
    if largest > 1_000_000:
        return "million"
    return "thousand" if largest > 10_000 else ""


def in_scale(value: float, scale: str, language: str) -> str:
    """The number of a scale alone, where its word stands in the head of a table.

    >>> in_scale(8_644, "thousand", "id"), in_scale(0, "thousand", "id")
    ('8,6', '0')
    """
    divisor, digits = {"": (1, 0), "thousand": (1e3, 1), "million": (1e6, 2)}[scale]
    if value == 0:  # nobody, in any scale
        return number(0, language)
    return number(float(value) / divisor, language, digits)


def persons(
    value: float, language: str, *, like: float | None = None, star: str = ""
) -> str:
    """Number of people; in thousands above 10,000 and in millions above a million.

    Parameters
    ----------
    like : float, optional
        Number whose scale is taken, as that of the table which the sentence is about.
    star : str
        Mark that goes wherever the number is quoted.

    >>> persons(76_190, "id"), persons(9_870, "id"), persons(4_188_810, "en")
    ('76,2 ribu orang', '9.870 orang', '4.19 million people')
    """
    if number(value, language) == "1":
        return say("unit.one_person", language)
    scale, written = _scaled(value, language, like)
    key = {"": "unit.persons", "thousand": "unit.thousand_persons"}
    return say(key.get(scale, "unit.million_persons"), language, number=written + star)


def thousands(value: float, language: str, *, like: float | None = None) -> str:
    """Like `persons`, for a place where the noun stands beside the number.

    Parameters
    ----------
    like : float, optional
        Number whose scale is taken, so that an interval is told in one.

    >>> thousands(76_190, "id"), thousands(9_870, "en"), thousands(25_898_550, "id")
    ('76,2 ribu', '9,870', '25,90 juta')
    >>> thousands(6_169, "id", like=12_040), thousands(0, "id", like=12_040)
    ('6,2 ribu', '0')
    """
    scale, written = _scaled(value, language, like)
    if not scale:
        return written
    key = "unit.thousands" if scale == "thousand" else "unit.millions"
    return say(key, language, number=written)


def thousands_between(low: float, high: float, language: str) -> str:
    """Interval of a number of people in the scale of its upper end, told once.

    >>> thousands_between(6_169, 12_040, "id"), thousands_between(610, 9_870, "en")
    ('6,2–12,0 ribu', '610–9,870')
    >>> thousands_between(0, 12_040, "id")
    '0–12,0 ribu'
    """
    if high < low:
        raise ValueError(f"an interval runs from low to high; {low} to {high} came")
    (scale, last), (_, first) = (_scaled(n, language, high) for n in (high, low))
    between = say("interval.dash", language, low=first, high=last)
    if not scale:
        return between
    key = "unit.thousands" if scale == "thousand" else "unit.millions"
    return say(key, language, number=between)


def _scaled(value: float, language: str, like=None) -> tuple[str, str]:
    """Word of the scale that a large number is told in, and the number in it."""
    plain = number(value, language)
    scale = scale_of(value if like is None else like) if value else ""
    return scale, in_scale(value, scale, language) if scale else plain


def month(year: int, month: int, language: str) -> str:
    """Month and year.

    >>> month(2023, 3, "id"), month(2023, 3, "en")
    ('Maret 2023', 'March 2023')
    """
    _check_language(language)
    return format_date(datetime.date(year, month, 1), "MMMM y", locale=language)


def date(day: datetime.date, language: str) -> str:
    """Day, month and year.

    >>> date(datetime.date(2024, 8, 17), "id")
    '17 Agustus 2024'
    """
    _check_language(language)
    return format_date(day, "d MMMM y", locale=language)


def listed(items: Iterable[str], language: str) -> str:
    """Words in a row, with the language's "and" before the last.

    >>> listed(["2021", "2023"], "id"), listed(["a", "b", "c"], "en")
    ('2021 dan 2023', 'a, b, and c')
    """
    _check_language(language)
    return format_list(list(items), locale=language)


def digits_for(low: float, high: float) -> int:
    """Decimals an interval allows: one where half its width is under 1, else none.

    A printed place much finer than the error would promise a precision nobody has.

    >>> digits_for(55, 67), digits_for(10.1, 11.7), digits_for(1, 3)
    (0, 1, 0)
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high < low:
        raise ValueError(f"an interval runs from low to high; {low} to {high} came")
    return 1 if (high - low) / 2 < 1 else 0


def digits_for_gap(low: float, high: float) -> int:
    """Decimals of a difference: more where an end beside 0 would be written as 0.

    A difference beyond its error whose interval is printed as starting at 0 reads as
    none at all.

    >>> digits_for_gap(0.07, 24.7), digits_for_gap(-43, -0.4), digits_for_gap(-3, 9)
    (1, 1, 0)
    """
    digits = digits_for(low, high)
    nearest = min(abs(low), abs(high))
    while digits < 2 and low * high > 0 and nearest < 0.5 * 10**-digits:
        digits += 1
    return digits


def interval(low: float, high: float, language: str, digits: int) -> str:
    """Both ends of an interval; with a word between where a minus sign stands.

    >>> interval(55, 67, "id", 0), interval(-1.02, 3.2, "id", 1)
    ('55–67', '−1,0 sampai 3,2')
    """
    if high < low:
        raise ValueError(f"an interval runs from low to high; {low} to {high} came")
    ends = number(low, language, digits), number(high, language, digits)
    key = "interval.to" if ends[0].startswith(MINUS) else "interval.dash"
    return say(key, language, low=ends[0], high=ends[1])


def asterisks(mark: str) -> str:
    """What is printed beside a number of its mark: asterisks, no words.

    >>> asterisks("**"), asterisks("few")
    ('**', '')
    """
    return mark if mark in ("*", "**") else ""


def value_with_mark(
    value: float,
    low: float,
    high: float,
    mark: str,
    n: int,
    *,
    language: str,
    digits: int | None = None,
) -> Marked:
    """A survey value with its interval and the mark of its reliability.

    Parameters
    ----------
    value, low, high : float
        In the same unit. Missing where the mark takes them away.
    mark : {"", "*", "**", "few", "one_unit", "withheld", "no_error"}
        As `disclosure.publish` gives it: for use, with care, not for use, too few
        sampled to show, all of one census block and so not shown, not shown since it
        would give such a one away, without a known error.
    n : int
        Sampled units behind the value, told where they are too few.
    digits : int, optional
        Decimals; by default what the interval allows (`digits_for`).

    Raises
    ------
    ValueError
        A mark that does not exist, or a value missing without a mark that says why.

    >>> str(value_with_mark(61, 55, 67, "", 900, language="id"))
    '61 (55–67)'
    >>> value_with_mark(9, 2, 24, "**", 41, language="id")
    Marked(value='9', interval='2–24', mark='**', note='jangan dipakai', people='', link='')
    >>> str(value_with_mark(math.nan, math.nan, math.nan, "few", 29, language="id"))
    '–'
    """
    if mark not in MARKS:
        raise ValueError(f"mark {mark!r} is not one of {', '.join(map(repr, MARKS))}")
    if mark == "few":
        return Marked("–", "", "", say("mark.too_few", language, n=int(n)))
    if mark in ("one_unit", "withheld"):
        return Marked("–", "", "", say(MARKS[mark], language))
    if mark == "no_error":
        written = number(value, language, 0 if digits is None else digits)
        return Marked(written, "", "", say("mark.no_error", language))
    places = digits_for(low, high) if digits is None else digits
    note = say(MARKS[mark], language) if mark else ""
    between = interval(low, high, language, places)
    return Marked(number(value, language, places), between, mark, note)


def translate_markdown(source: str, language: str) -> str:
    """A notebook's prose, written in Indonesian, in the language asked for.

    Each line is looked up whole among the Indonesian sentences; the signs of Markdown
    before it stay. A line without a letter passes as it is.

    Raises
    ------
    ValueError
        A line that ``words`` does not know; the message names the nearest.

    >>> translate_markdown("## Yang belum kita ketahui", "en")
    '## What we do not know yet'
    """
    _check_language(language)
    if language == "id":
        return source
    return "\n".join(_translated(line, language) for line in source.split("\n"))


def _translated(line: str, language: str) -> str:
    parts = _MARKDOWN_LINE.match(line)
    if not any(letter.isalpha() for letter in parts["text"]):
        return line
    translations = _from_indonesian(language)
    if parts["text"] not in translations:
        near = difflib.get_close_matches(parts["text"], translations, n=1, cutoff=0)
        raise ValueError(
            f"words/ has no translation of the line {parts['text']!r}; the nearest "
            f"is {near[0]!r}. Add the line there in both languages."
        )
    return parts["mark"] + translations[parts["text"]] + parts["end"]


@functools.cache
def _from_indonesian(language: str) -> dict[str, str]:
    return {
        sentence["id"]: sentence[language]
        for sentence in catalogue().values()
        if not fields_of(sentence["id"])
    }


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(
            f"language {language!r} is not known; choose {' or '.join(LANGUAGES)}"
        )


def _whole(value: object) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _float(value: object) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan
