"""How a cell may write a number: one rule for every kind of file.

Empty, "." and the marks in `EMPTY` are missing. What a spreadsheet puts around a cell to
keep it as text (``'35``, ``="35"``) is no part of it. A number is digits, with a sign before it at most, one
decimal mark, and an exponent (``1E+05``). Whether the point or the comma is the decimal
mark is decided once for a file, by most of the cells that can be read in one way only:
``147.32`` has a decimal point, ``147,32`` and ``1.234.567`` a decimal comma. Cells of
the other notation are no numbers of that file.

``12.500`` is 12.5 with a decimal point and 12500 with a decimal comma. It counts as
written with a point, but not in a file whose columns are parted by a semicolon, tab or
bar: programs that write decimal commas part columns so. There other cells must tell,
else it is no number. ``12,500`` counts as written with a comma in a file parted by
semicolons; elsewhere other cells must tell.
"""

import re
from string import ascii_lowercase as LETTERS
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sepakat_lib.refused import written

# A blank, and how R, Stata, SPSS, Python and databases write a missing cell. An error of a
# spreadsheet (#N/A) is none: an empty cell is an answer to some questions, and an error
# is not.
EMPTY = (
    *("", "NA", ".", "na", "N/A", "n/a", "<NA>", "NaN", "nan", "None", "NULL", "null"),
    *("#NULL!", "\\N", *(f".{letter}" for letter in LETTERS)),
)
KEPT_AS_TEXT = r'^(?:\'|="([^"]*)"$)'  # a spreadsheet's marks for a cell that is text
PARTED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \xa0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?")
ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|SPILL!)|#+")

SIGN, EXPONENT, GROUP = "[+-]?", r"(?:[eE][+-]?[0-9]{1,3})?", "[1-9][0-9]{0,2}"
WRITTEN = {  # in this order: the first that fits is meant
    "whole": rf"{SIGN}[0-9]+{EXPONENT}",
    "dot": rf"{SIGN}{GROUP}\.[0-9]{{3}}",
    "comma": rf"{SIGN}{GROUP},[0-9]{{3}}",
    "decimal_point": rf"{SIGN}(?:[0-9]+\.[0-9]*|\.[0-9]+){EXPONENT}",
    "decimal_comma": rf"{SIGN}[0-9]*,[0-9]+{EXPONENT}",
    "grouped_by_comma": rf"{SIGN}{GROUP}(?:,[0-9]{{3}})+(?:\.[0-9]+)?",
    "grouped_by_dot": rf"{SIGN}{GROUP}(?:\.[0-9]{{3}})+(?:,[0-9]+)?",
}
LOST = "…"  # behind a code whose last digits are lost
MONTH = "(?:jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des)[a-z]*"
DATE = re.compile(  # as a spreadsheet makes one of 1-5, or of a number
    rf"[0-9]{{1,2}}[- ]{MONTH}(?:[- ][0-9]{{2,4}})?|{MONTH}[- ][0-9]{{2,4}}"
    r"|[0-9]{1,2}([-/])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?",
    re.IGNORECASE,
)
TOTAL = re.compile(r"(?:grand |sub)?(?:jumlah|total|rata-rata)\b.*", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{4,}")  # of a label, such as Perkotaan
LARGE = 1e11  # below it, programs write an exponent only where nothing is lost
KINDS = ("none", *WRITTEN)
_PLACE = {name: place for place, name in enumerate(KINDS)}
EITHER = (_PLACE["dot"], _PLACE["comma"])
OF_POINT = (_PLACE["decimal_point"], _PLACE["grouped_by_comma"])
OF_COMMA = (_PLACE["decimal_comma"], _PLACE["grouped_by_dot"])


class Texts(NamedTuple):
    """Cells of a column as written: each distinct text once, and where it stands.

    Attributes
    ----------
    values : pyarrow.StringArray
        Without white space around.
    place : (rows,) array of int32
        Place in `values`; -1 where the cell is missing.
    """

    values: pa.StringArray
    place: np.ndarray

    def spread(self, of_each: np.ndarray, missing) -> np.ndarray:
        """What is known of each distinct text, cell by cell."""
        return np.append(of_each, np.array([missing], of_each.dtype))[self.place]


class Notation(NamedTuple):
    """Which mark of a file is the decimal one.

    Attributes
    ----------
    decimal : {"point", "comma", ""}
        Empty where no cell tells, or as many tell the one as the other.
    commas_part : bool
        Some cell has its thousands parted by commas for certain.
    """

    decimal: str
    commas_part: bool


def texts(column: pa.Array | pa.ChunkedArray) -> Texts:
    """Find the distinct texts of a column of strings; what `EMPTY` lists is missing.

    >>> texts(pa.array([" 7", "NA", "7", None])).place.tolist()
    [0, -1, 2, -1]
    """
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    if not len(column):
        return Texts(pa.array([], pa.string()), np.zeros(0, np.int32))
    whole = column.unify_dictionaries().combine_chunks()
    values = pc.utf8_trim_whitespace(whole.dictionary.cast(pa.string()))
    values = pc.replace_substring_regex(values, KEPT_AS_TEXT, r"\1")
    place = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    missing = pc.is_in(values, value_set=pa.array([*EMPTY, None], pa.string()))
    missing = missing.to_numpy(zero_copy_only=False)
    if missing.any():
        place = np.append(np.where(missing, -1, np.arange(len(values))), -1)[place]
    return Texts(values, place.astype(np.int32, copy=False))


def kinds(values: pa.StringArray, separator: str) -> np.ndarray:
    """How each text writes its number, as a place in `KINDS`; 0 where it is none.

    Parameters
    ----------
    separator : str
        What parts the columns of the file; empty where nothing does.

    >>> shown = pa.array(["12", "12.500", "0,5", "1.234.567", "3O"])
    >>> [KINDS[kind] for kind in kinds(shown, ";")]
    ['whole', 'dot', 'decimal_comma', 'grouped_by_dot', 'none']
    >>> [KINDS[kind] for kind in kinds(shown, ",")]
    ['whole', 'decimal_point', 'decimal_comma', 'grouped_by_dot', 'none']
    """
    codes = np.zeros(len(values), np.int8)
    for name, pattern in WRITTEN.items():
        left = np.flatnonzero(codes == 0)
        if not len(left):
            break
        some = values if len(left) == len(values) else values.take(pa.array(left))
        fits = pc.match_substring_regex(some, f"^(?:{pattern})$")
        codes[left[fits.to_numpy(zero_copy_only=False)]] = _PLACE[name]
    if separator in ("", ","):
        codes[codes == _PLACE["dot"]] = _PLACE["decimal_point"]
    elif separator == ";":
        codes[codes == _PLACE["comma"]] = _PLACE["decimal_comma"]
    return codes


def decided(columns: list[tuple[Texts, np.ndarray]]) -> Notation:
    """Decimal mark of a file, by most of the cells that can be read in one way only.

    A few cells that tell among more that do not are taken for slips of the pen, unless
    they repeat the mark of thousands.

    Parameters
    ----------
    columns : list of (Texts, array)
        Columns of the file, each with its `kinds`.
    """
    point = comma = grouped = 0
    for column, kind in columns:
        if not (kind > _PLACE["whole"]).any():
            continue
        count = np.bincount(column.spread(kind, 0), minlength=len(KINDS))
        of_point, of_comma = count[[*OF_POINT]].sum(), count[[*OF_COMMA]].sum()
        if count[_PLACE["grouped_by_comma"]] or of_point >= count[_PLACE["comma"]]:
            point += of_point
        if count[_PLACE["grouped_by_dot"]] or of_comma >= count[_PLACE["dot"]]:
            comma += of_comma
        grouped += count[_PLACE["grouped_by_comma"]]
    decimal = "point" if point > comma else "comma" if comma > point else ""
    return Notation(decimal, grouped > 0)


def read(values: pa.StringArray, kind: np.ndarray, of_file: Notation) -> np.ndarray:
    """Texts of a column as float64, NaN where a text is no number of its file.

    >>> shown = pa.array(["12.500", "1.234,5", "147.32", "+7"])
    >>> read(shown, kinds(shown, ";"), Notation("comma", False)).tolist()
    [12500.0, 1234.5, nan, 7.0]
    >>> read(shown, kinds(shown, ";"), Notation("point", False)).tolist()
    [12.5, nan, 147.32, 7.0]

    A column that writes 12.500 and never 12.5 may part thousands by its points, though
    other columns of the file have decimal points:

    >>> read(shown[:1], kinds(shown[:1], ";"), Notation("point", False)).tolist()
    [nan]
    """
    number = np.full(len(values), np.nan)
    whole = kind == _PLACE["whole"]
    number[whole] = _parsed(values, whole, "point")
    if of_file.decimal == "comma":
        some = np.isin(kind, OF_COMMA + EITHER)
        number[some] = _parsed(values, some, "comma")
    elif of_file.decimal == "point":
        some = np.isin(kind, OF_POINT)
        if of_file.commas_part:
            some |= kind == _PLACE["comma"]
        if not _only_thousandths(values, kind):
            some |= kind == _PLACE["dot"]
        number[some] = _parsed(values, some, "point")
    return number


def _only_thousandths(values: pa.StringArray, kind: np.ndarray) -> bool:
    """Whether a column has three digits after every point, and somewhere a last 0."""
    if (kind == _PLACE["decimal_point"]).any():
        return False
    zero = pc.ends_with(values, pattern="0").to_numpy(zero_copy_only=False)
    return bool((zero & (kind == _PLACE["dot"])).any())


def _parsed(values: pa.StringArray, which: np.ndarray, decimal: str) -> np.ndarray:
    if not which.any():
        return np.zeros(0)
    some = values if which.all() else values.filter(pa.array(which))
    some = pc.replace_substring(some, "," if decimal == "point" else ".", "")
    return pc.replace_substring(some, ",", ".").cast(pa.float64()).to_numpy()


def lost(number: float) -> str:
    """A code that was kept as a number which cannot hold all its digits, as a text.

    >>> lost(35010100010000103.0)
    '3.50101E+16…'
    """
    return f"{number:.5E}{LOST}"


def whole_codes(values: pa.StringArray) -> pa.StringArray:
    """Texts of codes, those with an exponent as the whole numbers that they are.

    From `LARGE` on a spreadsheet shows six digits and saves what it shows: such a code
    has lost its others, and is marked with `LOST`.

    >>> whole_codes(pa.array(["1e+05", "3.50101E+16", "7"])).to_pylist()
    ['100000', '3.50101E+16…', '7']
    """
    exponent = pc.match_substring_regex(
        values, r"^[+]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
    )
    if not pc.any(exponent).as_py():
        return values
    shown = values.to_pylist()
    for at in np.flatnonzero(exponent.to_numpy(zero_copy_only=False)):
        number = float(shown[at].replace(",", "."))
        if abs(number) >= LARGE:
            shown[at] += LOST
        elif number % 1 == 0:
            shown[at] = f"{number:.0f}"
    return pa.array(shown, pa.string())


def name_rule(text: str) -> str:
    """What should stand in a cell that names something; empty where it may be a name.

    >>> name_rule("7"), name_rule("A1"), name_rule("1.5"), name_rule("3.5E+16…")
    ('', '', 'plain_code', 'code_in_full')
    >>> name_rule("1-Mei"), name_rule("01/05/2024"), name_rule("3501.010.001")
    ('code_no_date', 'code_no_date', '')
    """
    if text.endswith(LOST):
        return written("code_in_full")
    if DATE.fullmatch(text):
        return written("code_no_date")
    return written("plain_code") if re.fullmatch("[0-9]+[.,][0-9]+", text) else ""


def rule(text: str, column: str = "") -> str:
    """What should stand in a cell whose text is no number of its file.

    >>> rule("urut", "URUT"), rule("Perkotaan"), rule("JUMLAH"), rule("13/01/1900")
    ('names_again', 'code_no_label', 'total_row', 'code_no_date')
    >>> rule("#N/A"), rule("12 500")
    ('cell_error', 'no_blanks')
    >>> rule("3O"), rule("147,3257")
    ('number', 'other_mark')
    >>> rule("12.500")
    'two_readings {"small": "12.5", "large": "12500"}'
    """
    if text.endswith(LOST):
        return written("code_in_full")
    if text.upper() == column and column:
        return written("names_again")
    if TOTAL.fullmatch(text):
        return written("total_row")
    if DATE.fullmatch(text):
        return written("code_no_date")
    if ERROR.fullmatch(text):
        return written("cell_error")
    if PARTED.fullmatch(text):
        return written("no_blanks")
    if WORD.search(text):
        return written("code_no_label")
    fits = (name for name, form in WRITTEN.items() if re.fullmatch(form, text))
    name = next(fits, "whole")
    if name in ("dot", "comma"):
        small = f"{float(text.replace(',', '.')):.15g}"
        large = f"{float(re.sub('[.,]', '', text)):.15g}"
        return written("two_readings", small=small, large=large)
    if name != "whole":
        return written("other_mark")
    return written("number")
