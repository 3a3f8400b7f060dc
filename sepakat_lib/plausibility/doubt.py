"""One thing that cannot be, and its sentence with both numbers and the likely cause."""

from collections.abc import Callable
from typing import NamedTuple

from sepakat_lib import regions, words

CHECKS = ("weights", "spending", "rate", "members")
OF_ONE = ("one_weight", "one_spending", "one_share")  # about a single household
WHOLE_FILE = ""  # in place of a region


class Doubt(NamedTuple):
    """Something about one region that cannot be, or hardly can.

    Attributes
    ----------
    region : str
        Kabupaten; province where the round was drawn for provinces; `WHOLE_FILE`.
    check : str
        One of `CHECKS`, by which a user can insist.
    about : str
        What was compared; its sentence is ``doubt.<about>``.
    value : float
        What the file shows.
    expected : tuple of float
        What it was held against: one number, or the least and the most.
    refused : bool
        Far off; else it is only told.
    cause : str
        What is likely wrong, ``cause.<cause>``; empty where nothing is.
    other : str
        What the cause names: a kabupaten, or a year.
    household : str
        Key of the household that it is about; else empty.
    """

    region: str
    check: str
    about: str
    value: float
    expected: tuple[float, ...]
    refused: bool
    cause: str = ""
    other: str = ""
    household: str = ""


def of_fields(fields: dict) -> tuple[Doubt, bool]:
    """Doubt from the fields of its remark, and whether the user vouched for it."""
    given = {name: fields[name] for name in Doubt._fields}
    given["expected"] = tuple(given["expected"])
    return Doubt(**given), bool(fields["accepted"])


def sentence(
    doubt: Doubt, language: str, *, accepted: bool = False, public: bool = False
) -> str:
    """What a doubt says, with both numbers and what is likely wrong.

    Parameters
    ----------
    doubt : Doubt
    language : {"id", "en"}
    accepted : bool
        The files were loaded all the same, as the user asked.
    public : bool
        For a page: of a single household neither key nor number is told.

    >>> far = Doubt("3501", "weights", "people", 284_000.0, (568_000.0,), True)
    >>> sentence(far, "en")  # doctest: +NORMALIZE_WHITESPACE
    'Pacitan (3501): weights times members add up to 284.0 thousand people, BPS counts
    568.0 thousand people.'
    """
    write = _WRITTEN[doubt.about]
    ends = [write(value, language) for value in doubt.expected]
    expected = ends[0]
    if len(ends) == 2:
        expected = words.say("interval.to", language, low=ends[0], high=ends[1])
    about = "one_household" if public and doubt.about in OF_ONE else doubt.about
    sentences = [
        _say(
            f"doubt.{about}",
            language,
            region=place(doubt.region, language),
            value=write(doubt.value, language),
            expected=expected,
            household=doubt.household,
        )
    ]
    if doubt.cause:
        other = doubt.other
        if doubt.cause == "kemendagri":
            other = place(other, language)
        sentences.append(_say(f"cause.{doubt.cause}", language, other=other))
    if accepted:
        sentences.append(words.say("doubt.accepted", language))
    return " ".join(sentences)


def place(region: str, language: str) -> str:
    """Short name and BPS code; of the file as a whole its name.

    >>> place("3501", "id"), place(WHOLE_FILE, "id")
    ('Pacitan (3501)', 'Seluruh berkas')
    """
    if region == WHOLE_FILE:
        return words.say("doubt.whole_file", language)
    return f"{regions.short_name(region)} ({region})"


def _say(key: str, language: str, **fields: str) -> str:
    """Sentence of `key` with those of the fields that it names."""
    names = words.fields_of(words.catalogue()[key][language])
    return words.say(key, language, **{name: fields[name] for name in names})


def _rupiah(value: float, language: str) -> str:
    if abs(value) >= 100:
        return words.rupiah(value, language)
    return f"Rp{words.number(value, language, 2)}"  # a misread point shows here


def _number(digits: int) -> Callable[[float, str], str]:
    return lambda value, language: words.number(value, language, digits)


def _percent(value: float, language: str) -> str:
    return words.percent(value * 100, language, 1)


_WRITTEN: dict[str, Callable[[float, str], str]] = {
    "people": words.persons,
    "one_weight": _number(2),
    "spending": _rupiah,
    "one_spending": _rupiah,
    "one_share": _percent,
    "no_spending": _percent,
    "rate": _percent,
    "members": _number(0),
    "size": _number(1),
    "age": _number(1),
    "women": _percent,
}
