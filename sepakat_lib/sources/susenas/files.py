"""Opening the files in which Susenas comes: DBF, CSV, Parquet and SAV, told apart.

`look` reads the header only, `load` the columns asked for; both refuse a file that is
cut off or split by another separator than it seems. Every cell is seen as it was
written, and is a number by `notation` or none, whichever kind of file it stands in.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from sepakat_lib.refused import Refused
from sepakat_lib.sources import opening
from sepakat_lib.sources.susenas import dbf, notation
from sepakat_lib.sources.susenas.problems import Remark

PERSONAL = re.compile(
    r"NAMA|^NIK|NIK$|_NIK|^NO_?KK|ALAMAT|TELP|NO_?HP|EMAIL|^R402$|^R505$"
)
SEPARATORS = ",;\t|"
NOTES = ".txt"  # as often a note beside the data: read only where it is named outright
KINDS = {
    ".dbf": "dbf",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".parquet": "parquet",
    ".sav": "sav",
}
READ = frozenset(KINDS) - {NOTES}  # endings of what a folder is searched for


@dataclass(frozen=True, kw_only=True)
class File:
    """A file whose header was read.

    Attributes
    ----------
    columns : dict of str to str
        BPS's name, and the name inside the file.
    sha256 : str
        Of the bytes as they were when the header was read.
    empty : bool
        It has no row of data.
    separator : str
        What parts the columns of a text file; empty in other kinds.
    """

    path: Path
    kind: str
    columns: dict[str, str]
    sha256: str
    empty: bool
    separator: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


def find(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """List the files meant: a folder stands for every file of a known kind in it.

    Raises
    ------
    Refused
        Nothing is there, or a file named outright is of a kind that cannot be read.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for path in map(Path, given):
        if path.is_dir():
            inside = sorted(path.glob("[!.]*"))  # no traces of a Mac or of a copy
            files += [p for p in inside if p.suffix.lower() in READ]
        else:
            opening.refuse_kind(opening.regular(path), KINDS)
            files.append(path)
    if not files:
        raise Refused(
            "no_susenas_file", place=", ".join(map(str, given)), kinds=[*KINDS]
        )
    return list({opening.regular(path).resolve(): path for path in files}.values())


def look(path: Path) -> File:
    """Read the header of one file.

    Raises
    ------
    Refused
        The file is cut off, is not what its ending says, has a single column (the
        separator is another), or names a column twice.
    """
    opening.of_kind(path)
    kind, separator = KINDS[path.suffix.lower()], ""
    read = sha256(path)
    try:
        if kind == "dbf":
            head = dbf.header(path)
            names, empty = [field.name for field in head.fields], not head.rows
        elif kind == "parquet":
            head = pyarrow.parquet.ParquetFile(path)
            names, empty = head.schema_arrow.names, not head.metadata.num_rows
        elif kind == "sav":
            head = _spss(path, metadataonly=True)[1]
            names, empty = head.column_names, head.number_rows == 0
        else:
            names, separator, empty = _header(path)
    except UNREADABLE as error:
        raise opening.unreadable(path) from error
    columns = {name.strip().upper(): name for name in names}
    if len(columns) < len(names):
        twice = shown(sorted({n for n in names if _count(n, names) > 1}))
        raise Refused("column_twice", file=path.name, columns=twice)
    return File(
        path=path,
        kind=kind,
        columns=columns,
        sha256=read,
        empty=empty,
        separator=separator,
    )


def _count(name: str, names: list[str]) -> int:
    return sum(name.strip().upper() == other.strip().upper() for other in names)


def shown(names: Iterable[str]) -> list[str]:
    """Column names as a message may hold them.

    A name that is a number comes from a file whose first row is data already, and data
    have no place in a message.

    >>> shown(["URUT", "FWT"]), shown(["3501", "SITI"])
    (['URUT', 'FWT'], [])
    """
    given = list(names)
    no_names = any(re.fullmatch(r"[\d.,+-]+", name.strip()) for name in given)
    return [] if no_names else given


def _header(path: Path) -> tuple[list[str], str, bool]:
    """Names of the columns, what parts them, and whether nothing stands below."""
    with path.open("rb") as file:
        line = file.readline().removeprefix(b"\xef\xbb\xbf")
        line, *below = line.rstrip(b"\r\n").split(b"\r")  # as old Macs end lines
        empty = not any(each.strip() for each in (*below, *file))
    text = opening.decoded(path.name, line)
    separator = max(SEPARATORS, key=text.count)
    names = next(iter(opening.parted(path.name, text, separator)), [])
    if len(names) < 2:
        raise Refused("one_column", file=path.name)
    return names, separator, empty


def load(
    file: File,
    columns: Iterable[str],
    *,
    remarks: list[Remark],
    named_by: Collection[str] = (),
    coded: Collection[str] = (),
) -> pd.DataFrame:
    """Read some columns; the index is the row in the file, the first row of data is 1.

    Rows that a DBF marks as deleted are passed over, and not counted.

    Parameters
    ----------
    columns : iterable of str
        BPS's names, all of them in the file.
    remarks : list of Remark
        Receives whether a decimal comma was read.
    named_by : collection of str
        Columns whose cells are names, though they may be written in digits: read as
        text, 7 and 7.0 and 007 as "7".
    coded : collection of str
        Columns in which a code that a SAV declares as missing by its user is an answer
        all the same. In the others it is an empty cell.

    Returns
    -------
    DataFrame
        BPS's names; a column is float64 with NaN for an empty cell. Where some cell is
        no number by `notation`, the column is of objects, and that cell is its text.

    Raises
    ------
    Refused
        The file is damaged.
    """
    inside = {file.columns[name]: name for name in columns}
    try:
        table = _READERS[file.kind](file, list(inside))
    except UNREADABLE as error:
        raise opening.unreadable(file.path) from error
    _refuse_huge(file, table)
    made, written = {}, {}
    for heading, name in inside.items():
        if name in named_by:
            made[name] = _names(table.column(heading))
            continue
        column = made[name] = _plain(table.column(heading))
        if not isinstance(column, np.ndarray):
            written[name] = notation.texts(column)
    kinds = {
        n: notation.kinds(text.values, file.separator) for n, text in written.items()
    }
    mark = _decimal_mark(file, [(written[name], kinds[name]) for name in written])
    if mark.decimal == "comma":
        remark = Remark("decimal_comma", {"file": file.name})
        remarks += [remark] if remark not in remarks else []
    for name, text in written.items():
        made[name] = _numbers(text, notation.read(text.values, kinds[name], mark))
    index = pd.RangeIndex(1, table.num_rows + 1, name="row")
    frame = pd.DataFrame(made).set_index(index)
    if file.kind == "sav":
        _empty_missing(file, frame, set(inside.values()) - {*coded, *named_by})
    return frame


def _refuse_huge(file: File, table: pa.Table) -> None:
    """Refuse a text that no cell of a survey has, before it is shown or compared."""
    for column in table.columns:
        kind = column.type
        texts = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        if not texts and not pa.types.is_dictionary(kind):
            continue
        cells = column.cast(pa.string()) if pa.types.is_dictionary(kind) else column
        long = pc.greater(pc.binary_length(cells), opening.LONGEST)
        if pc.any(long).as_py():
            raise opening.huge_row(file.name, 1 + pc.index(long, True).as_py())


def _decimal_mark(file: File, columns: list) -> notation.Notation:
    """Decimal mark of a file; where the columns do not tell, by all its others."""
    mark = notation.decided(columns)
    open_question = any(np.isin(kind, notation.EITHER).any() for _, kind in columns)
    if mark.decimal or not open_question:
        return mark
    others = [
        inside for name, inside in file.columns.items() if not PERSONAL.search(name)
    ]
    table = _READERS[file.kind](file, others)
    whole = []
    for column in map(_plain, table.columns):
        if not isinstance(column, np.ndarray):
            text = notation.texts(column)
            whole.append((text, notation.kinds(text.values, file.separator)))
    return notation.decided(whole)


def _numbers(text: notation.Texts, number: np.ndarray) -> np.ndarray:
    """Cells as numbers; as texts, where some are none."""
    cells = text.spread(number, np.nan)
    wrong = np.flatnonzero(text.spread(np.isnan(number), False))
    if len(wrong):
        cells = cells.astype(object)
        shown = text.values.to_numpy(zero_copy_only=False)
        cells[wrong] = shown[text.place[wrong]]
    return cells


def _names(column: pa.ChunkedArray) -> pd.Series:
    """Cells as names; a whole number has no point and no zeros before it."""
    if pa.types.is_floating(column.type):
        number = column.to_numpy()
        shown = [
            None if n != n else f"{n:.0f}" if n % 1 == 0 else f"{n}" for n in number
        ]
        return pd.Series(shown, dtype="str")
    text = notation.texts(column)
    plain = pc.replace_substring_regex(text.values, r"^([0-9]+)\.0*$", r"\1")
    plain = pc.replace_substring_regex(plain, r"^0+([0-9]+)$", r"\1")
    return pd.Series(
        text.spread(plain.to_numpy(zero_copy_only=False), None), dtype="str"
    )


def _dbf(file: File, names: list[str]) -> pa.Table:
    return dbf.columns(file.path, names)


def _text(file: File, names: list[str]) -> pa.Table:
    kind = pa.dictionary(pa.int32(), pa.string())
    options = {
        "parse_options": pyarrow.csv.ParseOptions(delimiter=file.separator),
        "convert_options": pyarrow.csv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, kind)
        ),
    }
    _refuse_cut(file)
    try:
        return pyarrow.csv.read_csv(file.path, **options)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if not re.search("utf-?8", str(error), re.IGNORECASE):
            raise _torn(file) from error
    latin = pyarrow.csv.ReadOptions(encoding="latin-1")
    try:
        return pyarrow.csv.read_csv(file.path, read_options=latin, **options)
    except pa.ArrowInvalid as error:
        raise _torn(file) from error


def _rows(file: File) -> tuple[str, list[list[str]]]:
    """A whole text file and its cells, for a refusal: slow, and all of it in memory."""
    content = file.path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return content, opening.parted(file.name, content, file.separator)


def _refuse_cut(file: File) -> None:
    """Refuse a text that may have been cut off inside its last cell."""
    with file.path.open("rb") as content:
        content.seek(-1, 2)
        if content.read(1) in b"\r\n":
            return
    if cut := opening.cut_line(file.name, *_rows(file)):
        raise cut


def _torn(file: File) -> Refused:
    """The refusal of a text whose rows are not all as wide as its headings."""
    _, rows = _rows(file)
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(rows[0]) and any(row):
            there, expected = len(row), len(rows[0])
            return Refused(
                "torn_row", file=file.name, row=number, there=there, expected=expected
            )
    return opening.unreadable(file.path)


def _parquet(file: File, names: list[str]) -> pa.Table:
    return pyarrow.parquet.ParquetFile(file.path).read(columns=names)


class Unreadable(Exception):
    """An SPSS file that its reader cannot read."""


def _spss(path: Path, **options):
    """Frame and description of an SPSS file; the reader is imported by whoever has one."""
    import pyreadstat

    try:
        return pyreadstat.read_sav(str(path), **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise Unreadable(str(error)) from error


def _sav(file: File, names: list[str]) -> pa.Table:
    # user_missing keeps codes such as 8 and 9: what they mean is the layout's to say
    frame, _ = _spss(file.path, usecols=names, user_missing=True)
    return pa.Table.from_pandas(frame, preserve_index=False)


_READERS = {"dbf": _dbf, "text": _text, "parquet": _parquet, "sav": _sav}
UNREADABLE = (
    *(pa.ArrowException, Unreadable),
    *(OSError, UnicodeDecodeError),
)


def _empty_missing(file: File, frame: pd.DataFrame, columns: Collection[str]) -> None:
    """Empty the cells that a SAV declares as missing by its user, in place."""
    meta = _spss(file.path, metadataonly=True, user_missing=True)[1]
    for name in columns:
        for gap in meta.missing_ranges.get(file.columns[name], ()):
            low, high = (pd.to_numeric(gap[end], errors="coerce") for end in gap)
            cells = pd.to_numeric(frame[name], errors="coerce")
            gone = cells.between(low, high) | frame[name].eq(gap["lo"])
            frame.loc[gone, name] = np.nan


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray | np.ndarray:
    """A column as numbers, or else as texts; what is neither has a text of its own."""
    kind = column.type
    if pa.types.is_dictionary(kind) and not pa.types.is_string(kind.value_type):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        return column.cast(pa.float64(), safe=False).to_numpy()
    if pa.types.is_dictionary(kind):
        return column
    try:
        if pa.types.is_duration(kind):
            raise pa.ArrowNotImplementedError("a duration would be written as a number")
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pc.if_else(pc.is_valid(column), str(kind), None)


def sha256(path: Path) -> str:
    """Fingerprint of a file, by which a run can name exactly what it read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
