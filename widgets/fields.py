"""Fields of a row as people type and read them: text into values, values into text.

A number is read by the marks of the reader's language. What these cannot read, but those
of the other language can, is taken by the other's: "2.5" on an Indonesian page.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from dataclasses import field as default
from decimal import Decimal
from typing import Any

from sepakat_lib import ledger, refused, speaker
from sepakat_lib.refused import Refused

LONGEST = 10_000  # letters of a text, as the ledger keeps them
NUMBERS = ("money", "volume", "whole")
TYPES = ("text", "long", "choice", "codes", *NUMBERS)
MARKS = {"id": (".", ","), "en": (",", ".")}  # of thousands, of decimals
PLACES = 4  # decimals that the ledger keeps
LARGEST = 2**63 - 1  # of a whole number that it keeps
AROUND = re.compile(r"^(?:rp\.?|idr)|,-$|,–$|\s|_", re.IGNORECASE)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")


@dataclass(frozen=True)
class Field:
    """A field of a kind of row, as an editor shows it.

    Attributes
    ----------
    name : str
        In the ledger.
    type : {"text", "long", "money", "volume", "whole", "choice", "codes"}
        Money is whole rupiah, a volume has up to four decimals, "long" has lines and may
        begin with a dash, codes are several of the choices with a comma between.
    label : str
        In the reader's language.
    choices : mapping or function that gives one
        Values and what they are called; a function is asked again when rows changed.
    fills : mapping or function that gives one
        Of a value that is chosen, the values of other fields that come with it.
    check : function, optional
        Of a value, the rule that it breaks as `refused.written` makes it; "" of none.
    computed : bool
        Shown, and not typed.
    width : float, optional
        Of its column in a grid, at least. [rem] Default: as its type needs.

    >>> Field("price", "money", "Harga satuan [Rp]").type
    'money'
    """

    name: str
    type: str
    label: str
    choices: Mapping | Callable[[], Mapping] = default(default_factory=dict)
    fills: Mapping | Callable[[], Mapping] = default(default_factory=dict)
    check: Callable[[Any], str] | None = None
    computed: bool = False
    width: float | None = None

    def __post_init__(self):
        if self.type not in TYPES:
            raise ValueError(f"a field is of type {', '.join(TYPES)}; {self.type} came")

    def options(self) -> dict[str, tuple[Any, str]]:
        """Choices by the text that stands for each in messages."""
        return self._once("choices", _by_text)

    def filled(self, value) -> Mapping[str, Any]:
        """Values of other fields that come with a chosen one."""
        return self._once("fills", dict).get(value, {})

    def _once(self, name: str, shape: Callable[[Mapping], dict]) -> dict:
        """What a function gives, asked once for all rows of an answer (`asked_once`)."""
        given, kept = getattr(self, name), ASKED.get()
        if not callable(given):
            return shape(given)
        if kept is None:
            return shape(given())
        if (id(self), name) not in kept:
            kept[id(self), name] = shape(given())
        return kept[id(self), name]


def _by_text(choices: Mapping) -> dict[str, tuple[Any, str]]:
    return {str(value): (value, label) for value, label in choices.items()}


ASKED: ContextVar[dict | None] = ContextVar("asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask each field for its choices once, however many rows are read or printed."""
    token = ASKED.set({})
    try:
        yield
    finally:
        ASKED.reset(token)


def written(field: Field, value, language: str) -> str:
    """A value as it is shown and typed; "" of an empty one.

    >>> written(Field("v", "volume", ""), Decimal("1250.5000"), "id")
    '1.250,5'
    >>> written(Field("p", "money", ""), 9007199254740993, "en")
    '9,007,199,254,740,993'
    """
    if value is None:
        return ""
    if field.type == "codes":
        return ", ".join(value)
    if field.type in ("money", "volume"):
        # not `words.number`, which goes through a float: rupiah stay exact
        thousands, decimals = MARKS[language]
        text = f"{Decimal(value).normalize():,f}"
        return text.translate({ord(","): thousands, ord("."): decimals})
    return str(value)


def label_of(field: Field, value, language: str) -> str:
    """A value as it is printed: of a choice what it is called."""
    if field.type == "choice":
        return field.options().get(str(value), (value, written(field, value, "id")))[1]
    return written(field, value, language)


def read(field: Field, text: object, language: str, *, other: bool = False):
    """Value of what was typed or pasted; None of nothing.

    Parameters
    ----------
    other : bool
        The rest of the column is written with the marks of the other language: what can
        be read in both ways is refused.

    Raises
    ------
    Refused
        ``wrong_cell``, with what was expected.

    >>> price, volume = Field("p", "money", "Harga"), Field("v", "volume", "Volume")
    >>> read(price, "Rp1.250.000,-", "id"), read(price, "1,250,000", "id")
    (1250000, 1250000)
    >>> read(volume, "2,5", "id"), read(volume, "2.5", "id"), read(volume, " ", "id")
    (Decimal('2.5'), Decimal('2.5'), None)
    >>> read(volume, "1.250", "id"), read(volume, "1.250", "en")
    (Decimal('1250'), Decimal('1.250'))
    >>> read(volume, "1.250", "id", other=True)
    Traceback (most recent call last):
    sepakat_lib.refused.Refused: wrong_cell {"column": "Volume", "given": "1.250", \
"expected": "angka yang hanya punya satu arti, bukan 1,25 atau 1.250; simpan lagi tanpa \
tanda ribuan"}
    """
    if not isinstance(text, str):
        raise wrong(field, str(text), refused.written("filled"), language)
    text = UNSEEN.sub("", text).strip()
    value = _value(field, text, language, other)
    rule = field.check(value) if field.check and value is not None else ""
    if rule:
        raise wrong(field, text, rule, language)
    return value


def _value(field: Field, text: str, language: str, other: bool):
    if field.type == "long":
        return _short(field, text, language)
    text = " ".join(text.split())
    if not text:
        return None
    if field.type == "text":
        return _short(field, text, language)
    if field.type == "choice":
        return _chosen(field, text, language)
    if field.type == "codes":
        return _codes(field, text, language)
    return _number(field, text, language, other)


def is_of_other_marks(field: Field, text: object, language: str) -> bool:
    """Whether only the marks of the other language can read a number."""
    if field.type not in NUMBERS or not isinstance(text, str):
        return False
    own, other = _readings(text, language)
    return own is None and other is not None


def wrong(field: Field, given: str, rule: str, language: str) -> Refused:
    """The refusal of a cell by a rule, as `refused.written` makes it."""
    expected = speaker.rule(rule, language)
    return Refused(
        "wrong_cell", column=field.label, given=given[:60], expected=expected
    )


def unfilled(field: Field) -> Refused:
    """The refusal of a cell that must be filled in."""
    return Refused("empty_cell", column=field.label)


def _short(field: Field, text: str, language: str) -> str | None:
    if len(text) > LONGEST:
        raise wrong(field, text, refused.written("shorter", longest=LONGEST), language)
    # as `exchange.sheets` of its cells: a note may begin with a dash, a name may not
    if text.startswith("=") or (field.type == "text" and ledger.FORMULA.match(text)):
        raise wrong(field, text, refused.written("no_formula"), language)
    return text or None


def _codes(field: Field, text: str, language: str) -> list[str]:
    """Several of the choices, by their codes, each once."""
    options = field.options()
    found = [*dict.fromkeys(filter(None, re.split(r"[,;\s]+", text)))]
    if strange := [each for each in found if each not in options]:
        rule = refused.written("codes_of", strange=strange, choices=[*options])
        raise wrong(field, text, rule, language)
    return found


def _chosen(field: Field, text: str, language: str):
    options = field.options()
    if text in options:
        return options[text][0]
    called = [
        value
        for value, label in options.values()
        if label.casefold() == text.casefold()
    ]
    if len(called) != 1:
        labels = [label for _, label in options.values()]
        raise wrong(field, text, refused.written("one_of", choices=labels), language)
    return called[0]


def _number(field: Field, text: str, language: str, other: bool):
    readings = _readings(text, language)
    may = [each for each in readings if each is not None and _fits(field, each)]
    if not may:
        rule = {
            "money": refused.written("whole_rupiah"),
            "volume": refused.written("four_places"),
            "whole": refused.written("whole_from", low="0"),
        }[field.type]
        if any(each is not None and each > _largest(field) for each in readings):
            high = written(_PLAIN, _largest(field), language)
            rule = refused.written("number_from_to", low="0", high=high)
        raise wrong(field, text, rule, language)
    if other and len({*may}) > 1:
        small, large = (written(_PLAIN, each, language) for each in sorted(may))
        rule = refused.written("two_readings", small=small, large=large)
        raise wrong(field, text, rule, language)
    return may[0] if field.type == "volume" else int(may[0])


_PLAIN = Field("", "volume", "")


def _fits(field: Field, number: Decimal) -> bool:
    places = 0 if field.type in ("money", "whole") else PLACES
    return 0 <= number <= _largest(field) and number == round(number, places)


def _largest(field: Field) -> Decimal:
    """The largest number that the ledger keeps of such a field."""
    return Decimal(LARGEST) / (10**PLACES if field.type == "volume" else 1)


def _readings(text: str, language: str) -> list[Decimal | None]:
    """A number by the marks of the own language, and by those of the other."""
    plain = AROUND.sub("", text.strip().replace("\N{MINUS SIGN}", "-"))
    order = sorted(MARKS, key=lambda each: each != language)
    return [_by(plain, *MARKS[each]) for each in order]


def _by(text: str, thousands: str, decimals: str) -> Decimal | None:
    t, d = re.escape(thousands), re.escape(decimals)
    shape = rf"-?(?:[0-9]{{1,3}}(?:{t}[0-9]{{3}})+|[0-9]{{1,20}})(?:{d}[0-9]{{1,20}})?"
    if len(text) > 40 or not re.fullmatch(shape, text):
        return None
    return Decimal(text.replace(thousands, "").replace(decimals, "."))


def cells(fields: Iterable[Field], row: Mapping, language: str) -> dict[str, str]:
    """Texts of a row, by field."""
    return {each.name: written(each, row[each.name], language) for each in fields}
