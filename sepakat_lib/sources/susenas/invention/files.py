"""Writes the invented tables piece by piece: DBF as BPS gives it, CSV or Parquet.

A table is a tuple of `Column`; a piece is a dictionary of equally long arrays. Codes
are whole numbers with -1 for an empty cell, marks are booleans whose cell holds the
mark's own letter, amounts are whole or decimal numbers with -1 for empty.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

FORMATS = ("dbf", "csv", "parquet")
Piece = dict[str, np.ndarray]


class Column(NamedTuple):
    """One column: its name, digits, decimals, and the letter if it is a mark."""

    name: str
    width: int
    decimals: int = 0
    letter: str = ""


@contextmanager
def table(path: Path, columns: tuple[Column, ...]) -> Iterator[Callable]:
    """Open `path` and yield a function that appends one piece (a dict of arrays).

    The ending of `path` chooses the format; ValueError for one not in FORMATS.
    """
    kinds = {".dbf": _dbf, ".csv": _csv, ".parquet": _parquet}
    if path.suffix not in kinds:
        raise ValueError(
            f"{path.name} has a format that cannot be written; "
            f"choose one of {', '.join(FORMATS)}"
        )
    with kinds[path.suffix](path, columns) as append:
        yield append


@contextmanager
def _dbf(path, columns):
    """Write dBASE III, fixed width: GDAL needs minutes for a nation, this needs seconds."""
    rows, length = 0, 1 + sum(column.width for column in columns)
    with path.open("wb") as file:
        file.write(_dbf_header(columns, 0, length))

        def append(piece: Piece) -> None:
            nonlocal rows
            parts = [_cells(piece[column.name], column) for column in columns]
            count = len(parts[0])
            deleted = np.full((count, 1), ord(" "), np.uint8)
            file.write(np.concatenate([deleted, *parts], axis=1).tobytes())
            rows += count

        yield append
        file.write(b"\x1a")
        file.seek(0)
        file.write(_dbf_header(columns, rows, length))


def _dbf_header(columns, rows, length):
    size = 32 + 32 * len(columns) + 1
    head = bytes([3, 126, 1, 1]) + rows.to_bytes(4, "little")
    head += size.to_bytes(2, "little") + length.to_bytes(2, "little") + bytes(20)
    for name, width, decimals, letter in columns:
        kind = b"C" if letter else b"N"
        head += name.encode("ascii").ljust(11, b"\0") + kind + bytes(4)
        head += bytes([width, decimals]) + bytes(14)
    return head + b"\r"


def _cells(values, column) -> np.ndarray:
    """Give one column's cells as bytes, rows × width."""
    if column.letter:
        cell = np.where(values, ord(column.letter), ord(" "))
        return cell.astype(np.uint8)[:, None]
    if not column.decimals and column.width <= 3:
        return _SHORT[column.width][values]
    return _digits(values, column)


def _digits(values, column):
    scaled = np.rint(np.asarray(values, float) * 10**column.decimals).astype(np.int64)
    empty, rest = np.asarray(values) < 0, np.abs(scaled)
    cells = np.full((len(rest), column.width), ord(" "), np.uint8)
    at, done = column.width - 1, 0
    while at >= 0:
        if column.decimals and done == column.decimals:
            cells[:, at] = ord(".")
            at -= 1
        rest, digit = np.divmod(rest, 10)
        show = (rest > 0) | (digit > 0) | (done <= column.decimals)
        cells[:, at] = np.where(show, digit + ord("0"), ord(" "))
        at, done = at - 1, done + 1
    if (rest > 0).any():
        raise ValueError(
            f"{column.name} holds a number of more than {column.width} characters"
        )
    cells[empty] = ord(" ")
    return cells


# Cells of the whole numbers 0 .. 9, 99, 999; the last row, index -1, is blank.
_SHORT = {
    width: np.frombuffer(
        "".join(f"{n:{width}d}" for n in range(10**width)).encode() + b" " * width,
        np.uint8,
    ).reshape(-1, width)
    for width in (1, 2, 3)
}


def _arrow(piece, columns):
    arrays = []
    for name, _, decimals, letter in columns:
        values = np.asarray(piece[name])
        if letter:
            cells = pa.array(np.where(values, letter, ""), mask=~values)
        elif decimals:
            cells = pa.array(values.astype(float), mask=values < 0)
        else:
            cells = pa.array(values.astype(np.int64), mask=values < 0)
        arrays.append(cells)
    return pa.table(arrays, schema=_schema(columns))


def _schema(columns):
    def kind(column):
        return (
            pa.string()
            if column.letter
            else (pa.float64() if column.decimals else pa.int64())
        )

    return pa.schema([(column.name, kind(column)) for column in columns])


@contextmanager
def _parquet(path, columns):
    with pa.parquet.ParquetWriter(path, _schema(columns), compression="zstd") as writer:
        yield lambda piece: writer.write_table(_arrow(piece, columns))


@contextmanager
def _csv(path, columns):
    options = pa.csv.WriteOptions(quoting_style="needed", quoting_header="none")
    with pa.csv.CSVWriter(path, _schema(columns), write_options=options) as writer:
        yield lambda piece: writer.write_table(_arrow(piece, columns))
