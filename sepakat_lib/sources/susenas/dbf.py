"""Cells of a DBF as they stand in its bytes, so that no parser guesses at them.

Read are dBASE III and IV, FoxPro and Visual FoxPro. Source of the layout: dBASE,
"Table file (DBF) structure"; Microsoft, "Table File Structure (Visual FoxPro)".
"""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sepakat_lib.refused import Refused

TEXT, LOGICAL = "NFC", {"T": "true", "Y": "true", "F": "false", "N": "false"}
NUMBERS = {"I": "<i4", "B": "<f8", "O": "<f8", "Y": "<i8"}
CURRENCY = 1e4  # of type Y: ten-thousandths
MAY_BE_NULL = 2  # a flag of Visual FoxPro's columns
END = b"\x1a"
ROWS_AT_ONCE = 8192  # rows that stay in the processor's memory while columns are cut


class Field(NamedTuple):
    """One column: its letter for the kind, and where its bytes stand in a row."""

    name: str
    kind: str
    start: int
    width: int
    may_be_null: bool


class Header(NamedTuple):
    """What a DBF says of itself: `start` is its first row's byte, `width` a row's."""

    rows: int
    start: int
    width: int
    fields: tuple[Field, ...]


def header(path: Path) -> Header:
    """Read what a DBF says of itself, and hold it against its bytes.

    Raises
    ------
    Refused
        ``cut_off``: fewer rows than the header promises; ``dbf_rows``: more rows, or
        rows that do not begin where the header says; ``dbf_header``: widths that do
        not add up, or another kind of file.
    """
    with path.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise _cut_off(path, 0, 0)
        rows, start, width = struct.unpack_from("<IHH", head, 4)
        described = file.read(max(0, start - 32))
        file.seek(start + rows * width)
        behind = file.read(max(width, 1))
    present = max(0, path.stat().st_size - start) // max(1, width)
    if present < rows:
        raise _cut_off(path, rows, present)
    fields = _fields(described, width)
    if not fields:
        raise Refused("dbf_header", file=path.name)
    if len(behind) == width and behind[:1] != END and behind.strip(b"\0 "):
        raise _misplaced(path, rows)
    return Header(rows, start, width, fields)


def _cut_off(path: Path, promised: int, present: int) -> Refused:
    return Refused("cut_off", file=path.name, promised=promised, there=present)


def _misplaced(path: Path, row: int) -> Refused:
    return Refused("dbf_rows", file=path.name, row=row + 1)


def _fields(described: bytes, width: int) -> tuple[Field, ...]:
    """Columns of a row; none where their widths do not add up to a row's."""
    declarations = []
    for at in range(0, len(described) - 31, 32):
        one = described[at : at + 32]
        if one[0] == 0x0D:
            break
        name = one[:11].split(b"\0")[0].decode("latin-1").strip()
        declarations.append(
            (name, chr(one[11]), one[16], one[17], bool(one[18] & MAY_BE_NULL))
        )
    for long_texts in (False, True):  # Clipper keeps the high byte with the decimals
        fields, start = [], 1
        for name, kind, size, more, nullable in declarations:
            size += 256 * more if long_texts and kind == "C" else 0
            fields.append(Field(name, kind, start, size, nullable))
            start += size
        if start == width:
            return tuple(fields)
    return ()


def columns(path: Path, names: list[str]) -> pa.Table:
    """Columns of a DBF, without the rows that are marked as deleted.

    Returns
    -------
    pyarrow.Table
        Numbers of binary fields as float64; all other cells as text, distinct texts
        once. A blank cell is an empty text; a date is a text with hyphens and a
        logical cell ``true``, ``false`` or missing, so that neither is a number.

    Raises
    ------
    Refused
        A column of a kind that holds no answers (memo, picture), or a file that
        `header` refuses.
    """
    head = header(path)
    fields = {field.name: field for field in head.fields}
    cut = {name: _binary_or_text(path, head, fields[name]) for name in names}
    shape = (head.rows, head.width)
    try:
        rows = np.memmap(path, np.uint8, "r", head.start, shape) if head.rows else ()
    except ValueError as error:  # it was longer when its header was read
        raise Refused("file_changed", file=path.name) from error
    flags = np.empty(head.rows, np.uint8)
    cells = {
        name: np.empty((head.rows, field.width), np.uint8)
        for name, field in cut.items()
    }
    for first in range(0, head.rows, ROWS_AT_ONCE):
        some = slice(first, min(first + ROWS_AT_ONCE, head.rows))
        block = np.ascontiguousarray(rows[some])
        flags[some] = block[:, 0]
        for name, field in cut.items():
            stop = field.start + field.width
            cells[name][some] = block[:, field.start : stop]
    strange = ~np.isin(flags, np.frombuffer(b" *\0", np.uint8))
    if strange.any():
        raise _misplaced(path, int(np.flatnonzero(strange)[0]))
    kept = flags != ord("*")
    made = {}
    for name in names:
        raw = cells.pop(name)
        made[name] = _column(cut[name], raw if kept.all() else raw[kept])
    return pa.table(made)


def _binary_or_text(path: Path, head: Header, field: Field) -> Field:
    flagged = field.may_be_null and any(f.kind == "0" for f in head.fields)
    readable = field.kind in TEXT + "DL" or (
        field.kind in NUMBERS
        and field.width == np.dtype(NUMBERS[field.kind]).itemsize
        and not flagged  # its missing cells stand in bits of another column
    )
    if readable:
        return field
    raise Refused("dbf_kind", file=path.name, column=field.name, kind=field.kind)


def _column(field: Field, cells: np.ndarray) -> pa.Array:
    if field.kind in NUMBERS:
        numbers = cells.view(NUMBERS[field.kind])[:, 0].astype(float)
        return pa.array(numbers / CURRENCY if field.kind == "Y" else numbers)
    place, values = _distinct(np.ascontiguousarray(cells))
    shown = [value.strip(b"\0 ").decode("latin-1").strip() for value in values]
    if field.kind == "D":
        shown = [f"{v[:4]}-{v[4:6]}-{v[6:]}" if v else v for v in shown]
    elif field.kind == "L":
        shown = [LOGICAL.get(v.upper(), "" if v == "?" else v) for v in shown]
    return pa.DictionaryArray.from_arrays(
        pa.array(place, pa.int32()), pa.array(shown, pa.string())
    )


def _distinct(cells: np.ndarray) -> tuple[np.ndarray, list[bytes]]:
    """Place of each cell among the distinct ones, and these."""
    rows, width = cells.shape
    if width in (1, 2):
        codes = cells.view("<u2" if width == 2 else "u1")[:, 0]
        present = np.flatnonzero(np.bincount(codes, minlength=256**width))
        place = np.zeros(256**width, np.int32)
        place[present] = np.arange(len(present))
        return place[codes], [int(c).to_bytes(width, "little") for c in present]
    kind = pa.binary(width) if width else pa.binary()
    if not width or not rows:
        return np.zeros(rows, np.int32), [b""] * min(rows, 1)
    buffers = [None, pa.py_buffer(cells)]
    encoded = pa.Array.from_buffers(kind, rows, buffers).dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
