"""Text files as offices have them: letters, line ends, and what stands around a table.

Rules, in this order: a mark of byte order, or zeros beside the letters, tell UTF-16 and
UTF-32; else a file is UTF-8 where all its bytes are, and Windows-1252 where not
(`decoded`, the only place that decides). A line ends with LF, CR or both. Ctrl-Z and NULs
at the end end the file. A first line "sep=;" is Excel's, and names what parts the columns.
Below the names, rows that label or number the columns are passed over, and at the end
lines that are no rows: a source, notes, a word for a total with nothing beside it.
"""

import codecs
import io
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import numpy as np

SEPARATORS = ",;\t|"
HEAD = 1 << 20  # bytes within which the names of the columns end
WITHIN = 25  # lines from the top among which the names of the columns are
END = b"\x1a\0\r\n"
LINE_END = re.compile(rb"\r*\n|\r")
CONTROL = bytes({*range(1, 9), *range(14, 26), *range(28, 32)})  # in no text
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ONE_BYTE = ("utf8", "cp1252", "latin-1")  # tried in this order; the last fits any byte
EXCEL = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
NOTE = re.compile(
    r"(?:sumber|source|catatan|notes?|keterangan|ket)[ .]*:.*"
    r"|(?:grand |sub)?(?:jumlah|total|rata-rata)(?: [a-z ]+)?[ :]*",
    re.IGNORECASE,
)
TAIL = 1 << 16  # bytes at the end within which the notes below a table begin
NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?")
FEW = 3  # cells that may be 1, 2, 3 by chance
CHUNK = 1 << 24


class NoText(Exception):
    """Bytes that are no text in any of these notations."""


class Sheet(NamedTuple):
    """Where the table of a text file stands.

    Attributes
    ----------
    names : list of str
        Of the columns.
    separator : str
        What parts them.
    wide : str
        "utf-16", "utf-32" and the like, where a letter is not one byte; else empty.
    start, stop : int
        Bytes of the rows of data, of the file or, where `wide`, of its UTF-8 text.
    rows : int
        Lines of data that are not empty.
    quotes : bool
        Quotation marks stand in pairs.
    above : int
        Lines with text above the names.
    labels : int
        Rows below them that label or number the columns, and were passed over.
    extra : int
        Empty columns without a name at the end of every row.
    below : int
        Lines at the end that are no rows, and were passed over.
    """

    names: list[str]
    separator: str
    wide: str
    start: int
    stop: int
    rows: int
    quotes: bool
    above: int
    labels: int
    extra: int
    below: int


def letters(head: bytes) -> str:
    """Notation of letters of more than one byte each; empty where they are of one.

    >>> letters("URUT,FWT".encode("utf-16-le")), letters(b"URUT,FWT")
    ('utf-16-le', '')
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    some = head[:4000].rstrip(b"\0")
    sample = np.frombuffer(some[: len(some) // 4 * 4], np.uint8).reshape(-1, 4)
    if not len(sample):
        return ""
    zero = (sample == 0).mean(axis=0) > 0.7
    told = {
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
    }
    return told.get(tuple(zero.tolist()), "")


def decoded(content: bytes) -> tuple[str, str]:
    """Text of some bytes, and the notation of their letters.

    Raises
    ------
    NoText
        They are of a notation of several bytes a letter, and not whole.

    >>> decoded("é".encode("cp1252")), decoded("é;1;2".encode("utf-16"))
    (('é', 'cp1252'), ('é;1;2', 'utf-16'))
    """
    wide = letters(content)
    for notation in [wide] if wide else ONE_BYTE:
        try:
            return content.decode(notation).removeprefix("\ufeff"), notation
        except UnicodeDecodeError as error:
            wrong = error
    raise NoText from wrong


def sheet(path: Path, known: Collection[str]) -> Sheet:
    """Find the table of a text file.

    The names of the columns are the first line of the top `WITHIN` that has two of
    `known`, else the first line of several cells. A line below them is a second row of
    names where no cell is a number and two or more have letters, or where the columns
    are numbered. Where every row has one cell more than there are names and begins with a
    running number, the first column has no name, as R writes it.

    Parameters
    ----------
    known : collection of str
        Names of columns that may be there, in capitals.

    Raises
    ------
    NoText
        The file is empty, or no text.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        wide = letters(head)
        if wide:
            file = io.BytesIO(_utf_8(path, wide))
            head = file.read(HEAD)
        if not head.strip(END) or b"\0" in head.rstrip(b"\0") or _control(head):
            raise NoText
        stop, below_table = _without_notes(file, _end(file))
        start = 3 if head.startswith(codecs.BOM_UTF8) else 0
        lines = _lines(head, start, min(stop, len(head)))
        separator = ""
        if lines and (own := EXCEL.fullmatch(_line(head, lines[0]).rstrip(",;\t"))):
            separator = own[1] if own[1] in SEPARATORS else ""
            lines = lines[1:]
        at = _header(head, lines, separator, known)
        if at is None:
            raise NoText
        line = _line(head, lines[at])
        separator = separator or max(SEPARATORS, key=line.count)
        names, below = cells(line, separator), lines[at + 1 :]
        labels = 0
        while labels < min(2, len(below)) and are_labels(
            cells(_line(head, below[labels]), separator)
        ):
            labels += 1
        rows = below[labels:]
        if _numbered([_line(head, row) for row in rows], separator, len(names)):
            names = ["", *names]
        first = cells(_line(head, rows[0]), separator) if rows else names
        more = first[len(names) :]
        begin = rows[0][0] if rows else stop
        counted, quotes = _tally(file, begin, stop)
    extra = len(more) if not any(more) else 0
    return Sheet(
        *(names, separator, wide, begin, stop, counted, quotes, at, labels, extra),
        below_table,
    )


def _numbered(rows: list[str], separator: str, names: int) -> bool:
    """Whether rows have a number before the first column that is named.

    In a text parted by commas a decimal comma parts cells too: there the numbers must
    stand in quotation marks, as R sets them.
    """
    for number, row in enumerate(rows, start=1):
        marked = row.lstrip().startswith(f'"{number}"')
        parts = cells(row, separator)
        if len(parts) != names + 1 or parts[0] != str(number):
            return False
        if separator == "," and not marked:
            return False
    return bool(rows)


def _without_notes(file, stop: int) -> tuple[int, int]:
    """Byte after the last row, and how many lines of notes stand below it."""
    begin = max(0, stop - TAIL)
    file.seek(begin)
    tail, count = file.read(stop - begin), 0
    while (at := max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1) and NOTE.fullmatch(
        decoded(tail[at:])[0].strip(' \t"' + SEPARATORS)
    ):
        tail, count = tail[:at].rstrip(END), count + 1
    return begin + len(tail), count


def _control(head: bytes) -> bool:
    return len(head.translate(None, CONTROL)) < len(head)


def _utf_8(path: Path, wide: str) -> bytes:
    try:
        return path.read_bytes().decode(wide).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        raise NoText from error


def _end(file) -> int:
    """Byte after the last that is neither Ctrl-Z, NUL nor the end of a line."""
    stop = file.seek(0, io.SEEK_END)
    while stop:
        size = min(CHUNK, stop)
        file.seek(stop - size)
        kept = len(file.read(size).rstrip(END))
        stop -= size - kept
        if kept:
            break
    return stop


def _lines(head: bytes, start: int, stop: int) -> list[tuple[int, int]]:
    """First and last byte of the first lines that hold anything."""
    lines = []
    for end in LINE_END.finditer(head, start, stop):
        if head[start : end.start()].strip():
            lines.append((start, end.start()))
        start = end.end()
        if len(lines) > WITHIN:
            return lines
    if head[start:stop].strip():
        lines.append((start, stop))
    return lines


def _line(head: bytes, line: tuple[int, int]) -> str:
    return decoded(head[slice(*line)])[0]


def cells(line: str, separator: str) -> list[str]:
    """Cells of one line, without quotation marks and white space around.

    >>> cells('URUT;"NAMA; KRT" ; FWT', ";")
    ['URUT', 'NAMA; KRT', 'FWT']
    """
    quoted = re.findall(
        rf'(?:^|{re.escape(separator)})\s*(?:"((?:[^"]|"")*)"[^{re.escape(separator)}]*'
        rf"|([^{re.escape(separator)}]*))",
        line,
    )
    return [(one or other).strip() for one, other in quoted]


def _header(head, lines, separator: str, known: Collection[str]) -> int | None:
    """Place of the line that names the columns."""
    several = None
    for at, line in enumerate(lines[:WITHIN]):
        text = _line(head, line)
        names = cells(text, separator or max(SEPARATORS, key=text.count))
        if len({name.upper() for name in names} & set(known)) > 1:
            return at
        if several is None and sum(map(bool, names)) > 1:
            several = at
    return several if several is not None else (0 if lines else None)


def are_labels(row: Collection[str]) -> bool:
    """Whether a row can only label the columns: words and no number, or 1, 2, 3 …

    >>> are_labels(["Provinsi", "Jenis kelamin", ""]), are_labels(["11", "A", "X"])
    (True, False)
    >>> are_labels(["(1)", "(2)", "(3)", "(4)"]), are_labels(["1", "35", "1", "1"])
    (True, False)
    """
    numbers = [re.sub(r"^[(\[]([0-9]+)[)\]]$", r"\1", cell) for cell in row]
    if len(numbers) > FEW and numbers == [str(n) for n in range(1, len(numbers) + 1)]:
        return True
    filled = [cell for cell in row if cell]
    words = sum(any(sign.isalpha() for sign in cell) for cell in filled)
    return words > 1 and not any(NUMBER.fullmatch(cell) for cell in filled)


def _tally(file, start: int, stop: int) -> tuple[int, bool]:
    """Lines that are not empty, and whether quotation marks stand in pairs."""
    file.seek(start)
    lines = quotes = 0
    left, before = stop - start, True  # as if a line ended before the first
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        quotes += chunk.count(b'"')
        data = np.frombuffer(chunk, np.uint8)
        ends = (data == 10) | (data == 13)
        lines += int(np.count_nonzero(ends[1:] & ~ends[:-1]))
        lines += int(ends[0] and not before)
        before = bool(ends[-1])
    return lines + (not before), quotes % 2 == 0


class Stretch(io.RawIOBase):
    """Some bytes of a file, to be read like a file of their own."""

    def __init__(self, file, start: int, stop: int) -> None:
        super().__init__()
        self.file, self.left = file, stop - start
        file.seek(start)

    def readable(self) -> bool:
        """Tell a reader that it may read."""
        return True

    def readinto(self, into) -> int:
        """Fill a buffer, as `io.RawIOBase` wants it."""
        some = memoryview(into)[: max(0, self.left)]
        count = self.file.readinto(some)
        self.left -= count
        return count

    def close(self) -> None:
        """Close the file below."""
        self.file.close()
        super().close()


def rows(path: Path, place: Sheet) -> Stretch:
    """Rows of data of a table, as bytes."""
    wide = place.wide
    file = io.BytesIO(_utf_8(path, wide)) if wide else path.open("rb")
    return Stretch(file, place.start, place.stop)
