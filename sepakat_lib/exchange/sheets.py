"""Tables of spreadsheets as cells of text, and back; nothing is guessed or rounded.

Text that a spreadsheet would take for a formula goes out behind an apostrophe, which the
way back takes off again: a file of ours never reckons in somebody else's program.
"""

import csv
import datetime
import decimal
import math
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.writer.excel import ExcelWriter

from sepakat_lib import atomic
from sepakat_lib.ledger import FORMULA
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import opening
from sepakat_lib.sources.susenas.problems import shown

KINDS = (".xlsx", ".csv")
HEADER_WITHIN = 25  # rows from the top
HEADING = 60  # signs of a heading that a sentence shows
WIDEST = 42  # letters of a column that is written
DIGITS = 15  # that a number in a spreadsheet keeps
PLACES = 4  # of a volume, as the ledger keeps it
LARGEST = 2**63 - 1
BOLD, SHADE = Font("Calibri", 11, bold=True), PatternFill("solid", fgColor="E6EEF0")
WRAPPED = Alignment(wrap_text=True, vertical="top")
GROUPED, MANY = "#,##0.####", 10_000  # numbers that are read only in groups
TALL, MOST_LINES = 14, 6  # [pt] of a line; lines of a row
FRAYED = 6  # letters that a line loses at its end, where a word does not fit
A3 = 8  # in a spreadsheet's list of papers
SMALLER = 60  # [percent] of a table of many columns that is printed
WHENEVER = datetime.datetime(1980, 1, 1)  # in place of the moment of writing
LONGEST = 27  # signs of a number; Decimal is exact to 28 digits
NEUTRAL = re.compile(r"'*[=+\-@\t\r\n]")
TOTAL = r"(?:grand |sub ?-?)?(?:total|jumlah)"
TOTAL_ALONE = re.compile(
    rf"{TOTAL}(?: (?:umum|akhir|seluruhnya|keseluruhan))?\W*", re.I
)
TOTAL_FIRST = re.compile(rf"{TOTAL}\b", re.I)
IN_DOTS = re.compile(r"[1-9][0-9]{0,2}((?:\.[0-9]{3})+)(,[0-9]+)?")
IN_COMMAS = re.compile(r"[1-9][0-9]{0,2}((?:,[0-9]{3})+)(\.[0-9]+)?")
DECIMAL = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
NOT_NEGATIVE = written("number_from", low="0")
NO_FORMULA = written("no_formula")
FILLED = written("filled")


class Sheet(NamedTuple):
    """A table as it was read.

    Attributes
    ----------
    file : str
        Its name.
    rows : dict
        By the row's number in the file, from 1: its cells as text by our names, "" of
        what is empty and of columns that are not there.
    given : set of str
        Our names of the columns that the file has.
    ignored : list of str
        Headings of the file that mean nothing here.
    comma : bool
        Whether the file's decimal mark is known to be a comma.
    problems : list of tuple
        Row, column as headed, value and rule of each cell that is wrong; grows while
        the cells are read (`note`).
    headings : dict
        The heading in the file of each of our names.
    """

    file: str
    rows: dict[int, dict[str, str]]
    given: set[str]
    ignored: list[str]
    comma: bool
    problems: list[tuple]
    headings: dict[str, str]


class Taken(NamedTuple):
    """What became of the rows of a file.

    Attributes
    ----------
    new, changed, unchanged : int
        Rows of the ledger.
    absent : int
        Rows of the ledger of which the file says nothing; they stay as they are.
    remarks : sequence of tuple
        Row of the file, and a code with its fields (`refused.written`).
    ignored : sequence of str
        Headings of the file that mean nothing here.
    """

    new: int
    changed: int
    unchanged: int
    absent: int = 0
    remarks: Sequence[tuple[int, str]] = ()
    ignored: Sequence[str] = ()


def read(
    path: Path,
    headings: Mapping[str, Collection[str]],
    *,
    needed: Collection[str],
    keys: Collection[str],
    numbers: Collection[str] = (),
    prose: Collection[str] = (),
) -> Sheet:
    """Read a table; formulas and totals among its rows are noted as problems.

    Parameters
    ----------
    path : Path
        XLSX (the sheet whose header fits best) or CSV with "," or ";", in UTF-8 or
        Windows-1252.
    headings : mapping
        Our name of a column to what it may be called; capitals, blanks and signs do not
        count, and of several that a file has the first counts.
    needed : collection of str
        Columns that must be there.
    keys : collection of str
        Columns of codes: a row that has none of them and says "Jumlah" is a total.
    numbers : collection of str
        Columns of numbers, in which a minus is no formula.
    prose : collection of str
        Columns of notes, which may begin with a dash: of formulas only "=" is one.

    Raises
    ------
    Refused
        ``survey_kind``; as `opening.workbook`, or as `opening.text`, `opening.parted`
        and `opening.cut_line`; ``missing_columns``, ``column_twice``, ``empty_sheet``.
    """
    path = Path(path)
    known = {_key(each): name for name, all_ in headings.items() for each in all_}
    order = {_key(each): n for all_ in headings.values() for n, each in enumerate(all_)}
    best: tuple[int, int, list, bool, dict[str, int]] | None = None
    for cells, comma, cut in _tables(path):
        for place, row in enumerate(cells[:HEADER_WITHIN]):
            found = _columns(path.name, row, known, order, needed)
            score = len(found.keys() & set(needed)) * 1000 + len(found)
            if best is None or score > best[0]:
                best, ended = (score, place, cells, comma, found), cut
    if best is None or not best[4]:
        wanted = [next(iter(headings[name])) for name in needed]
        raise Refused("missing_columns", file=path.name, columns=wanted, there=[])
    _, place, cells, comma, found = best
    header = [one_line(_text(each)) for each in cells[place]]
    if missing := [name for name in needed if name not in found]:
        missing = [next(iter(headings[name])) for name in missing]
        there = [each[:HEADING] for each in header if each]
        raise Refused("missing_columns", file=path.name, columns=missing, there=there)
    if ended:
        raise ended
    sheet = Sheet(
        path.name,
        {},
        {*found},
        [h for n, h in enumerate(header) if h and n not in found.values()],
        comma,
        [],
        {name: header[n] for name, n in found.items()}
        | {name: next(iter(headings[name])) for name in headings.keys() - found.keys()},
    )
    for number, line in enumerate(cells[place + 1 :], start=place + 2):
        raw = {name: line[n] if n < len(line) else "" for name, n in found.items()}
        texts = {name: one_line(_text(cell)) for name, cell in raw.items()}
        if not any(texts.values()):
            continue
        if total := _total(line, [texts[name] for name in keys if name in texts]):
            note(sheet, number, next(iter(found)), total, written("no_total"))
            continue
        for name, text in texts.items():
            as_text = name not in (*numbers, *prose) and isinstance(raw[name], str)
            if text[:1] == "=" or (as_text and FORMULA.match(text)):
                note(sheet, number, name, text, NO_FORMULA)
            elif _long(raw[name]):
                note(sheet, number, name, text, written("digits", most=str(DIGITS)))
            elif name in keys and isinstance(raw[name], Decimal):
                note(sheet, number, name, text, written("code_as_text"))
            texts[name] = text if name in numbers else plain(text)
        sheet.rows[number] = dict.fromkeys(headings, "") | texts
    if not sheet.rows:
        refuse(sheet)  # of totals alone
        raise Refused("empty_sheet", file=path.name)
    return sheet


def _total(line: list, keys: list[str]) -> str:
    """What calls a row a total; "" of a row that is one of its own."""
    filled = [each for each in keys if each]
    if alone := next(filter(TOTAL_ALONE.fullmatch, filled), ""):
        return alone
    cells = (one_line(_text(cell)) for cell in line)
    return "" if filled else next(filter(TOTAL_FIRST.match, cells), "")


def note(sheet: Sheet, row: int, column: str, value: str, rule: str) -> None:
    """Keep what is wrong with a cell; of one cell the first that was found."""
    heading = sheet.headings[column]
    if all(each[:2] != (row, heading) for each in sheet.problems):
        sheet.problems.append((row, heading, shown(value), rule))


def noted(sheet: Sheet, row: int, column: str) -> bool:
    """Whether something is wrong with a cell already."""
    heading = sheet.headings[column]
    return any(each[:2] == (row, heading) for each in sheet.problems)


def refuse(sheet: Sheet) -> None:
    """Raise what was noted, by row; do nothing where all was well.

    Raises
    ------
    Refused
        ``bad_sheet`` with a row, column, value and rule of each cell.
    """
    if not sheet.problems:
        return
    problems = sorted(sheet.problems, key=lambda each: each[0])
    table = pd.DataFrame(problems, columns=["row", "column", "value", "rule"])
    table.insert(0, "file", sheet.file)
    raise Refused("bad_sheet", table, cells=len(table), file=sheet.file)


def number(text: str, *, comma: bool, money: bool = False) -> Decimal | str:
    """A number that is not negative, or the rule that its text breaks.

    Parameters
    ----------
    text : str
    comma : bool
        Whether a single comma is known to be the decimal mark.
    money : bool
        Whole rupiah, whose dots are always thousands: "Rp 1.250.000,-".

    >>> number("1.250.000", comma=False), number("2,5", comma=False)
    (Decimal('1250000'), Decimal('2.5'))
    >>> number("1.250", comma=False, money=True), number("1.250", comma=True)
    (Decimal('1250'), Decimal('1250'))
    >>> number("1.250", comma=False)
    'two_readings {"small": "1.25", "large": "1250"}'
    >>> number("-5", comma=True)
    'number_from {"low": "0"}'
    """
    text = text.replace("\N{MINUS SIGN}", "-")
    if money:
        text = re.sub(r"^Rp\.?\s*", "", text, flags=re.I).removesuffix(",-")
    if re.fullmatch(r"-\s*[0-9][0-9.,]*|\([0-9][0-9.,]*\)", text):
        return NOT_NEGATIVE
    value = _value(text, comma, money)
    if isinstance(value, str):
        return value
    if money and value != value.to_integral_value():
        return written("whole_rupiah")
    if not money and value != round(value, PLACES):
        return written("places", most=str(PLACES))
    if value * (1 if money else 10**PLACES) > LARGEST:
        return written("number_from_to", low="0", high=str(LARGEST))
    return value


def _value(text: str, comma: bool, money: bool) -> Decimal | str:
    """The number that a text can only mean."""
    kind = written("whole_rupiah") if money else written("number")
    if len(text) > LONGEST:
        return kind
    if match := IN_DOTS.fullmatch(text):
        several, cents = match[1].count(".") > 1, match[2]
        if several or cents or comma or money:
            return Decimal(text.replace(".", "").replace(",", "."))
        return _two_readings(text)
    if match := IN_COMMAS.fullmatch(text):
        several, cents = match[1].count(",") > 1, match[2]
        if comma and not (several or cents):
            return Decimal(text.replace(",", "."))
        if several or cents:
            return kind if comma else Decimal(text.replace(",", ""))
        return _two_readings(text)
    match = DECIMAL.fullmatch(text)
    if match is None:
        return kind
    known = match[2] == "," and comma
    if match[3] and len(match[3]) == 3 and int(match[1]) and not known:
        return _two_readings(text)  # 1250.000 may be a million with a dot forgotten
    return Decimal(text.replace(",", "."))


def _two_readings(text: str) -> str:
    mark = "," if "," in text else "."
    small = f"{Decimal(text.replace(mark, '.')).normalize():f}"
    return written("two_readings", small=small, large=text.replace(mark, ""))


def take(
    sheet: Sheet, row: int, column: str, *, needed: bool = True, money: bool = False
) -> Decimal | None:
    """The number in a cell, or None and a problem noted; None of an empty one."""
    text = sheet.rows[row][column]
    if not text:
        if needed:
            note(sheet, row, column, "", FILLED)
        return None
    value = number(text, comma=sheet.comma, money=money)
    if isinstance(value, str):
        note(sheet, row, column, text, value)
        return None
    return value


def take_money(sheet: Sheet, row: int, column: str, *, needed: bool = True):
    """Whole rupiah of a cell, as `take`. [IDR]"""
    value = take(sheet, row, column, needed=needed, money=True)
    return None if value is None else int(value)


def same(held: str | None, given: str | None) -> bool:
    """Whether a text of the ledger is what a cell, which holds one line, says of it."""
    return one_line(held or "") == one_line(given or "")


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), plain(neutral("=1+1")), neutral("Semen"), neutral("'=1")
    ("'=1+1", '=1+1', 'Semen', "''=1")
    """
    return f"'{text}" if NEUTRAL.match(text) else text


def plain(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text[:1] == "'" and NEUTRAL.match(text) else text


def write(path: Path, tables: Mapping[str, pd.DataFrame], heading: str = "") -> Path:
    """Write tables as sheets of an XLSX, or the first as a CSV as Indonesia's Excel has it.

    Parameters
    ----------
    path : Path
        Ends in .xlsx or .csv; replaced only once it is whole. A CSV has a semicolon
        between cells, decimal commas and UTF-8 with its mark.
    tables : mapping of str to DataFrame
        By the name of the sheet; cells are str, int, Decimal or None.
    heading : str
        Stands above every page of an XLSX that is printed, and in no cell.

    Raises
    ------
    Refused
        ``a_folder``, ``written_kind``.
    """
    kind = path.suffix.lower()
    if path.is_dir():
        raise Refused("a_folder", file=str(path))
    if kind not in KINDS:
        raise Refused("written_kind", file=path.name, kinds=[*KINDS])
    with atomic.whole(path) as fresh:
        if kind == ".xlsx":
            _write_xlsx(fresh, tables, heading)
        else:
            _write_csv(fresh, next(iter(tables.values())))
    return path


def _write_xlsx(path: Path, tables: Mapping[str, pd.DataFrame], heading: str) -> None:
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = WHENEVER
    book.remove(book.active)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        lines = [[*table.columns], *table.astype(object).itertuples(index=False)]
        for r, line in enumerate(lines, start=1):
            longest = max(len(each) if isinstance(each, str) else 0 for each in line)
            if longest > WIDEST:  # no spreadsheet makes room for them by itself
                tall = math.ceil(longest / (WIDEST - FRAYED))
                sheet.row_dimensions[r].height = TALL * min(tall, MOST_LINES)
            for c, value in enumerate(line, start=1):
                if _missing(value):
                    continue
                cell = sheet.cell(r, c)
                cell.alignment = WRAPPED
                if isinstance(value, str) or len(Decimal(value).as_tuple()[1]) > DIGITS:
                    cell.value, cell.data_type = _cell(value), "s"
                else:
                    cell.value = value
                    if abs(value) >= MANY:  # money, no year and no version
                        cell.number_format = GROUPED
        for c, name in enumerate(table.columns, start=1):
            letter = openpyxl.utils.get_column_letter(c)
            longest = max([len(name), *(len(str(v)) for v in table[name][:200])])
            sheet.column_dimensions[letter].width = min(max(12, longest + 2), WIDEST)
            sheet.cell(1, c).font, sheet.cell(1, c).fill = BOLD, SHADE
        sheet.freeze_panes = "A2"
        _for_paper(sheet, heading)
    # not book.save, which writes the present moment into it
    ExcelWriter(book, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)).save()


def _for_paper(sheet, heading: str) -> None:
    """Set up a sheet to be printed: A3 across, headings and what it is on each page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    sheet.page_setup.scale = SMALLER
    sheet.print_title_rows = "1:1"
    if heading:
        sheet.oddHeader.left.text = heading.replace("&", "&&")
    sheet.oddFooter.left.text = "SEPAKAT · &A"
    sheet.oddFooter.right.text = "&P / &N"


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(map(neutral, table.columns))
        for line in table.astype(object).itertuples(index=False):
            writer.writerow("" if _missing(each) else _cell(each) for each in line)


def _cell(value: str | int | Decimal) -> str:
    return neutral(one_line(value)) if isinstance(value, str) else number_text(value)


def number_text(value: int | Decimal) -> str:
    """A number with a decimal comma, never with three places: those may be thousands.

    >>> number_text(1250000), number_text(Decimal("1.125")), number_text(Decimal("2.50"))
    ('1250000', '1,1250', '2,5')
    """
    text = f"{Decimal(value):f}"
    if "." not in text:
        return text
    whole, places = text.rstrip("0").split(".")
    if len(places) == 3:
        places += "0"
    return f"{whole},{places}" if places else whole


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def one_line(text: str) -> str:
    """Text on one line, without signs that a file could not carry."""
    return " ".join("".join(s if s.isprintable() else " " for s in text).split())


def _key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def _columns(file: str, row: list, known, order, needed) -> dict[str, int]:
    """Where in a row the heading of each of our columns stands."""
    found: dict[str, int] = {}
    keys = [_key(_text(cell)) for cell in row]
    for n, key in enumerate(keys):
        name = known.get(key)
        if name and (name not in found or order[key] < order[keys[found[name]]]):
            found[name] = n
    twice = [keys[n] for n in found.values() if keys.count(keys[n]) > 1]
    if twice and set(needed) <= found.keys():
        raise Refused("column_twice", file=file, columns=sorted(set(twice)))
    return found


def _tables(path: Path):
    """Each table that a file may be: cells, whether its decimal mark is a comma, a cut."""
    opening.refuse_kind(opening.regular(path), KINDS)
    if path.suffix.lower() == ".xlsx":
        for sheet in opening.workbook(path).worksheets:
            rows = [[_of_xlsx(cell) for cell in row] for row in sheet.iter_rows()]
            yield rows, False, None
        return
    text = opening.text(path)
    tables = [(opening.parted(path.name, text, mark), mark == ";") for mark in ";,"]
    longest = max(tables, key=lambda each: sum(map(len, each[0])))
    cut = opening.cut_line(path.name, text, longest[0])
    yield from ((rows, comma, cut) for rows, comma in tables)


def _of_xlsx(cell) -> str | int | Decimal:
    """A cell as text, a number exactly as it was typed; a formula begins with "="."""
    value = cell.value
    if cell.data_type == "f":
        return f"={getattr(value, 'text', None) or value}".replace("==", "=", 1)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _whole(Decimal(repr(value)))
    if isinstance(value, datetime.date | datetime.datetime | datetime.time):
        return value.isoformat()
    return str(value)


def _whole(value: Decimal) -> Decimal | int:
    try:
        return int(value) if value == int(value) else value
    except (decimal.InvalidOperation, OverflowError, ValueError):
        return value


def _long(cell) -> bool:
    """Whether a cell of a number has more digits than such a cell can keep."""
    return isinstance(cell, int) and len(str(abs(cell)).rstrip("0")) > DIGITS


def _text(cell) -> str:
    return cell if isinstance(cell, str) else number_text(cell)
