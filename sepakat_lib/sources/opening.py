"""Opening what came under a file's name: a plain file, and of the kind that it says.

Looked at before any library reads it. A pipe would hang the door, a device never ends, and
what a library says of another kind of file is not for the readers of a refusal.
"""

import csv
import io
import os
import re
import stat
import warnings
import zipfile
from collections.abc import Collection
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from sepakat_lib.refused import Refused
from sepakat_lib.sources import plain_text

LONGEST = 10_000  # signs of a cell
WIDEST = 16_384  # columns of a spreadsheet
MOST_COLUMNS = 2_000  # of a sheet
MOST_CELLS = 3_000_000  # of a sheet, filled or not, up to its last row and column
MOST_BYTES = 1_000_000_000  # of a workbook once it is unpacked
START = 4096  # bytes that tell what a file is
ARCHIVES = (
    *(b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00"),
    b"\x28\xb5\x2f\xfd",
)
ZIP, OLD_WORKBOOK, PARQUET, SAV = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"$FL"
EMPTY_ZIP = b"PK\x05\x06"
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<\?xml|<table|%pdf-)", re.I
)
STARTS = {
    ".xlsx": ZIP,
    ".parquet": PARQUET,
    ".sav": SAV,
    ".zsav": SAV,
}  # of kinds that are no text
TEXT = (".csv", ".tsv", ".txt")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
CTRL_Z = "\x1a"  # ends a text of DOS
# Signs beyond ASCII that Windows-1252 writes in Indonesian names and notes. The bytes of
# letters of other code pages (DOS, Macintosh) come out as others: "Caf‚", "CafŽ".
OF_WINDOWS = re.compile(r"[\x00-\x7fÀ-ÖØ-öø-ÿ‘’“”–—…•°²³¹½¼¾±×÷§«»©®™ª º\xa0€]*")
NO_NAME = re.compile(r"[À-ÿ]{3}")  # no word has three such letters in a row


def regular(path: str | Path) -> Path:
    """The path of a plain file that can be read and is not empty.

    Raises
    ------
    Refused
        ``no_file``, ``broken_link``, ``a_folder``, ``not_a_file`` (a pipe, a device),
        ``empty_file``.
    OSError
        It may not be read.
    """
    path = Path(path)
    try:
        state = path.stat()
    except PermissionError:
        raise
    except (OSError, ValueError) as error:  # also a circle of links, or no name at all
        if path.is_symlink():
            raise Refused("broken_link", file=str(path)) from error
        raise Refused("no_file", file=str(path)) from error
    if stat.S_ISDIR(state.st_mode):
        raise Refused("a_folder", file=str(path))
    if not stat.S_ISREG(state.st_mode):
        raise Refused("not_a_file", file=str(path))
    if not state.st_size:
        raise Refused("empty_file", file=path.name)
    if not os.access(path, os.R_OK):
        raise PermissionError(13, os.strerror(13), str(path))
    return path


def of_kind(path: str | Path) -> Path:
    """The path of a plain file whose first bytes are what its ending says.

    Raises
    ------
    Refused
        As `regular`; ``archive_inside``, ``document_inside``, ``workbook_inside``,
        ``other_inside``, ``unreadable``.
    """
    path = regular(path)
    ending = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(START)
    wanted = STARTS.get(ending)
    if ending == ".xlsx" and start.startswith((ZIP, EMPTY_ZIP)):
        inside = _inside_zip(path)
        if inside not in ("workbook", "damaged"):
            raise _other(path, inside)
        if inside == "damaged":
            raise unreadable(path)
        return path
    if wanted is not None and start.startswith(wanted):
        return path
    if start.startswith(ARCHIVES):
        raise _other(path, "archive")
    if start.startswith((ZIP, EMPTY_ZIP)):
        raise _other(path, _inside_zip(path))
    if start.startswith(OLD_WORKBOOK):
        raise _other(path, "workbook")
    if PAGE.match(start):
        raise _other(path, "document")
    other = next((k for k, s in STARTS.items() if s != ZIP and start.startswith(s)), "")
    if other and (wanted is not None or ending in TEXT):
        raise Refused("other_inside", file=path.name, ending=ending, right=other)
    if wanted is not None and _is_table(start):
        raise Refused("other_inside", file=path.name, ending=ending, right=".csv")
    if wanted is not None:
        raise unreadable(path)
    return path


def _other(path: Path, inside: str) -> Refused:
    file, ending = path.name, path.suffix.lower() or "–"
    if inside == "workbook":
        return Refused("workbook_inside", file=file, ending=ending)
    if inside == "document":
        return Refused("document_inside", file=file, ending=ending)
    return Refused("archive_inside", file=file, ending=ending)


def _inside_zip(path: Path) -> str:
    """What a ZIP is: ``workbook``, ``document``, ``archive``, or ``damaged``."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "damaged"
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    document = any(name.startswith(("word/", "ppt/")) for name in names)
    return "document" if document else "archive"


def _is_table(start: bytes) -> bool:
    """Whether bytes begin as a CSV does: lines of text with marks between cells."""
    line, end, _ = start.partition(b"\n")
    marked = any(line.count(mark) for mark in (b",", b";", b"\t"))
    return bool(end) and marked and not NO_TEXT.search(line.decode("latin-1"))


def unreadable(path: Path) -> Refused:
    """The refusal of a file that is damaged, whatever a library says of it."""
    return Refused("unreadable", file=path.name)


def text(path: str | Path) -> str:
    """A text file in UTF-8, with or without its mark, or in Windows-1252.

    What comes after a Ctrl-Z of DOS at its end is not there.

    Raises
    ------
    Refused
        As `of_kind`; ``utf16``; ``binary_inside``: signs that stand in no text, as in a
        file of another kind; ``other_code_page``, each with its row.
    """
    path = of_kind(path)
    return decoded(path.name, path.read_bytes())


def decoded(file: str, content: bytes) -> str:
    """Text of the bytes of a file; as `text`."""
    try:
        found, notation = plain_text.decoded(content)
    except plain_text.NoText as error:
        raise Refused("utf16", file=file) from error
    some = content[:START]
    one_byte = notation in plain_text.ONE_BYTE
    if one_byte and 3 * some.count(b"\0") > len(some) > 3:
        raise Refused("utf16", file=file)
    of_windows = OF_WINDOWS.fullmatch(found) and not NO_NAME.search(found)
    if notation in plain_text.ONE_BYTE[1:] and not of_windows:
        raise Refused("other_code_page", file=file, row=_row_of_letters(content))
    found = found.rstrip(CTRL_Z)
    if strange := NO_TEXT.search(found):
        raise Refused("binary_inside", file=file, row=_row(found[: strange.start()]))
    return found


def _row_of_letters(content: bytes) -> int:
    """First row with bytes that are no UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _row(content[: error.start].decode("latin-1"))
    return 1


def _row(before: str) -> int:
    return 1 + len(re.findall(r"\r\n|\r|\n", before))


def parted(file: str, content: str, mark: str) -> list[list[str]]:
    r"""Rows of a text, each as its cells.

    Parameters
    ----------
    file : str
        Its name, for a refusal.
    content : str
    mark : str
        What parts the cells.

    Raises
    ------
    Refused
        ``open_quote``: a quotation mark that nothing closes, with its row; ``huge_row``.

    >>> parted("x.csv", 'a,"b,c"\n1,2', ",")
    [['a', 'b,c'], ['1', '2']]
    """
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            rows.append(row)
    except csv.Error as error:
        if "field limit" in str(error):
            raise huge_row(file, len(rows) + 1) from error
        if "unexpected end" in str(error):
            raise Refused("open_quote", file=file, row=len(rows) + 1) from error
        rows = _leniently(file, content, mark)
    for number, row in enumerate(rows, start=1):
        if len(row) > WIDEST or any(len(cell) > LONGEST for cell in row):
            raise huge_row(file, number)
    return rows


def _leniently(file: str, content: str, mark: str) -> list[list[str]]:
    """Rows of a text in which signs stand behind a closing quotation mark."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=mark):
            rows.append(row)
    except csv.Error as error:
        raise huge_row(file, len(rows) + 1) from error
    return rows


def huge_row(file: str, row: int) -> Refused:
    """The refusal of a row that no table has."""
    return Refused("huge_row", file=file, row=row, most=LONGEST, columns=WIDEST)


def cut_line(file: str, content: str, rows: list[list[str]]) -> Refused | None:
    """The refusal of a list whose last line may be cut off inside its last cell, if so.

    A program that writes lists ends every line. Where the last one has no end, its last
    cell is believed if it is empty, or stands in an earlier row of the same column too.

    Parameters
    ----------
    file : str
    content : str
        The text as it is in the file.
    rows : list of list
        Its cells (`parted`).

    Returns
    -------
    Refused or None
        ``cut_line``, with its row: for the reader to raise once nothing else is wrong
        with the headings.
    """
    if content.endswith(("\n", "\r")) or not rows:
        return None
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2 or not content.strip():
        return None
    last, before = filled[-1], filled[:-1]
    column = {row[len(last) - 1] for row in before[1:] if len(row) == len(last)}
    short = len(last) < len(before[-1])
    if short or (last[-1].strip() and last[-1] not in column):
        return Refused("cut_line", file=file, row=len(rows))
    return None


def workbook(path: str | Path, *, values: bool = False) -> openpyxl.Workbook:
    """An XLSX whose sheets are of a size that can be gone through.

    Parameters
    ----------
    path : Path
    values : bool
        Give what formulas came to, and not the formulas.

    Raises
    ------
    Refused
        As `of_kind`; ``unreadable``; ``huge_file``; ``huge_sheet``, with its last cell;
        ``huge_row``; ``no_value_yet``, of `values`: a formula without one.
    """
    path = of_kind(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise Refused("huge_file", file=path.name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a copy would lack; none is made
            book = openpyxl.load_workbook(path, data_only=values)
            for sheet in book.worksheets:
                _refuse_huge(path.name, sheet)
            if values:
                _refuse_unreckoned(path.name, book, openpyxl.load_workbook(path))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # whatever a library says of a broken file
        raise unreadable(path) from error
    return book


def _refuse_unreckoned(file: str, values, formulas) -> None:
    """Refuse a formula that no program has reckoned yet: it would be an empty cell."""
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                shown = values[sheet.title]
                if cell.data_type == "f" and shown[cell.coordinate].value is None:
                    raise Refused(
                        "no_value_yet",
                        file=file,
                        sheet=sheet.title,
                        cell=cell.coordinate,
                    )


def _refuse_huge(file: str, sheet: Worksheet) -> None:
    wide = sheet.max_column > MOST_COLUMNS
    if wide or sheet.max_row * sheet.max_column > MOST_CELLS:
        last = f"{openpyxl.utils.get_column_letter(sheet.max_column)}{sheet.max_row}"
        raise Refused("huge_sheet", file=file, sheet=sheet.title, cell=last)
    for row in sheet.iter_rows(values_only=True):
        if any(isinstance(cell, str) and len(cell) > LONGEST for cell in row):
            break
    else:
        return
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(isinstance(cell, str) and len(cell) > LONGEST for cell in row):
            raise huge_row(file, number)


def refuse_kind(path: Path, kinds: Collection[str]) -> None:
    """Refuse an ending that is none of `kinds`.

    Raises
    ------
    Refused
        ``survey_kind``.
    """
    if path.suffix.lower() not in kinds:
        raise Refused("survey_kind", file=path.name, kinds=[*kinds])
