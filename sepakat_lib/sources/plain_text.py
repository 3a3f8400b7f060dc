"""Text files as offices have them: letters, line ends, and what stands around a table.

Rules, in this order: a mark of byte order, or zeros beside the letters, tell UTF-16 and
UTF-32; else a file is UTF-8 where all its bytes are, and Windows-1252 where not. A line
ends with LF, CR or both. Ctrl-Z and NULs at the end end the file. A first line "sep=;"
is Excel's, and names what parts the columns.
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
EXCEL = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?")
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
    labels : bool
        A second row of names below them was passed over.
    extra : int
        Empty columns without a name at the end of every row.
    """

    names: list[str]
    separator: str
    wide: str
    start: int
    stop: int
    rows: int
    quotes: bool
    above: int
    labels: bool
    extra: int


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


def decoded(content: bytes) -> str:
    r"""Text of a whole file, each line ended by LF.

    Raises
    ------
    NoText
        The bytes are those of a program's own file.

    >>> decoded(b"a;b\r1;2\r\x1a"), decoded("é".encode("cp1252"))
    ('a;b\n1;2', 'é')
    """
    wide = letters(content)
    try:
        text = content.decode(wide) if wide else _one_byte(content)
    except UnicodeDecodeError as error:
        raise NoText from error
    text = text.removeprefix("\ufeff").rstrip("\x1a\0\r\n")
    if any(chr(sign) in text for sign in CONTROL) or "\0" in text:
        raise NoText
    return re.sub(r"\r*\n|\r", "\n", text)


def _one_byte(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def sheet(path: Path, known: Collection[str]) -> Sheet:
    """Find the table of a text file.

    The names of the columns are the first line of the top `WITHIN` that has two of
    `known`, else the first line of several cells. A line below them is a second row of
    names where no cell is a number and two or more have letters.

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
        stop = _end(file)
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
        names, below = cells(line, separator), lines[at + 1 : at + 3]
        labels = bool(below) and are_labels(cells(_line(head, below[0]), separator))
        rows = below[labels:]
        first = cells(_line(head, rows[0]), separator) if rows else names
        more = first[len(names) :]
        begin = rows[0][0] if rows else stop
        counted, quotes = _tally(file, begin, stop)
    extra = len(more) if not any(more) else 0
    return Sheet(
        *(names, separator, wide, begin, stop, counted, quotes, at, labels, extra)
    )


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
    return _one_byte(head[slice(*line)])


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
    """Whether a row can only be a second row of names: words, and no number at all.

    >>> are_labels(["Provinsi", "Jenis kelamin", ""]), are_labels(["11", "A", "X"])
    (True, False)
    """
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
