"""Opening the files in which Susenas comes: DBF, CSV, Parquet and SAV, told apart.

`look` reads the header only, `load` the columns asked for; both refuse a file that is
cut off or split by another separator than it seems.
"""

import csv
import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pyogrio
import pyreadstat

from sepakat_lib.sources.susenas.problems import SusenasError

EMPTY = ("", "NA", ".")  # a blank, and how R, Stata and SPSS write a missing cell
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
    """A file whose header was read: `columns` maps BPS's name to the name inside."""

    path: Path
    kind: str
    columns: dict[str, str]
    separator: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


def find(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """List the files meant: a folder stands for every file of a known kind in it.

    Raises
    ------
    SusenasError
        Nothing is there, or a file named outright is of a kind that cannot be read.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found: list[Path] = []
    for path in map(Path, given):
        if path.is_dir():
            inside = sorted(path.iterdir())
            found += [p for p in inside if p.suffix.lower() in READ]
        elif not path.is_file():
            raise SusenasError(
                "no_file", f"There is no file or folder {path}.", file=str(path)
            )
        elif path.suffix.lower() not in KINDS:
            raise SusenasError(
                "survey_kind",
                f"{path.name} is none of the kinds that can be read "
                f"({', '.join(KINDS)}). Save it as one of them.",
                file=path.name,
                kinds=[*KINDS],
            )
        else:
            found.append(path)
    if not found:
        raise SusenasError(
            "no_susenas_file",
            f"There is no file of Susenas in {', '.join(map(str, given)) or 'the list'}. "
            f"Files end in {', '.join(KINDS)}.",
            place=", ".join(map(str, given)),
            kinds=[*KINDS],
        )
    return found


def look(path: Path) -> File:
    """Read the header of one file.

    Raises
    ------
    SusenasError
        The file is cut off, is not what its ending says, has a single column (the
        separator is another), or names a column twice.
    """
    kind, separator = KINDS[path.suffix.lower()], ""
    try:
        if kind == "dbf":
            _refuse_cut_off(path)
            names = list(pyogrio.read_info(path, encoding="ISO-8859-1")["fields"])
        elif kind == "parquet":
            names = pyarrow.parquet.read_schema(path).names
        elif kind == "sav":
            names = pyreadstat.read_sav(str(path), metadataonly=True)[1].column_names
        else:
            names, separator = _header(path)
    except (pa.ArrowException, pyogrio.errors.DataSourceError, OSError) as error:
        raise _unreadable(path, error) from error
    except pyreadstat.ReadstatError as error:
        raise _unreadable(path, error) from error
    columns = {name.strip().upper(): name for name in names}
    if len(columns) < len(names):
        twice = shown(sorted({n for n in names if _count(n, names) > 1}))
        raise SusenasError(
            "column_twice",
            f"{path.name} has a column twice (capitals do not count): "
            f"{', '.join(twice)}. Remove one of the two.",
            file=path.name,
            columns=twice,
        )
    return File(path=path, kind=kind, columns=columns, separator=separator)


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


def _unreadable(path: Path, error: Exception) -> SusenasError:
    why = re.sub(r"(got \d+):.*", r"\1", str(error), flags=re.DOTALL)  # no row of data
    return SusenasError(
        "unreadable",
        f"{path.name} cannot be read as {path.suffix.lstrip('.').upper()}: {why}. "
        "Copy it again from where it was delivered.",
        file=path.name,
        why=why,
    )


def _refuse_cut_off(path: Path) -> None:
    """Compare the rows that a DBF header promises with the bytes there are."""
    with path.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        raise SusenasError(
            "cut_off",
            f"{path.name} is cut off: it has no whole header.",
            file=path.name,
            promised=0,
            there=0,
        )
    rows, start, width = struct.unpack_from("<IHH", header, 4)
    there = max(0, path.stat().st_size - start) // max(1, width)
    if there < rows:
        raise SusenasError(
            "cut_off",
            f"{path.name} is cut off: its header promises {rows} rows and its bytes "
            f"hold {there}. Copy it again from where it was delivered.",
            file=path.name,
            promised=rows,
            there=there,
        )


def _header(path: Path) -> tuple[list[str], str]:
    with path.open("rb") as file:
        line = file.readline().removeprefix(b"\xef\xbb\xbf")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    separator = max(SEPARATORS, key=text.count)
    names = next(csv.reader([text.strip("\r\n")], delimiter=separator), [])
    if len(names) < 2:
        raise SusenasError(
            "one_column",
            f"{path.name} has a single column. Columns are separated by a comma, "
            "semicolon, tab or bar; check the separator.",
            file=path.name,
        )
    return names, separator


def load(file: File, columns: Iterable[str]) -> pd.DataFrame:
    """Read some columns; the index is the row in the file, the first row of data is 1.

    Rows that a DBF marks as deleted are passed over, and not counted.

    Parameters
    ----------
    columns : iterable of str
        BPS's names, all of them in the file.

    Returns
    -------
    DataFrame
        BPS's names; a column is float64 with NaN for an empty cell, or text where some
        cell is no number.
    """
    inside = {file.columns[name]: name for name in columns}
    table = _READERS[file.kind](file, list(inside))
    frame = pd.DataFrame(
        {
            name: pd.Series(_cells(table.column(there), file.separator in (";", "\t")))
            for there, name in inside.items()
        }
    )
    frame.index = pd.RangeIndex(1, table.num_rows + 1, name="row")
    return frame


def _dbf(file: File, names: list[str]) -> pa.Table:
    return pyogrio.raw.read_arrow(
        file.path, columns=names, read_geometry=False, encoding="ISO-8859-1"
    )[1]


def _text(file: File, names: list[str]) -> pa.Table:
    options = {
        "parse_options": pyarrow.csv.ParseOptions(delimiter=file.separator),
        "convert_options": pyarrow.csv.ConvertOptions(
            include_columns=names, null_values=list(EMPTY), strings_can_be_null=True
        ),
    }
    try:
        return pyarrow.csv.read_csv(file.path, **options)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if not re.search("utf-?8", str(error), re.IGNORECASE):
            raise _unreadable(file.path, error) from error
    latin = pyarrow.csv.ReadOptions(encoding="latin-1")
    return pyarrow.csv.read_csv(file.path, read_options=latin, **options)


def _parquet(file: File, names: list[str]) -> pa.Table:
    return pyarrow.parquet.read_table(file.path, columns=names)


def _sav(file: File, names: list[str]) -> pa.Table:
    # user_missing keeps codes such as 8 and 9: what they mean is the layout's to say
    frame, _ = pyreadstat.read_sav(str(file.path), usecols=names, user_missing=True)
    return pa.Table.from_pandas(frame, preserve_index=False)


_READERS = {"dbf": _dbf, "text": _text, "parquet": _parquet, "sav": _sav}


def _cells(column: pa.ChunkedArray, decimal_comma: bool):
    """Numbers as float64; text, trimmed, only where some cell is no number."""
    if pa.types.is_null(column.type):
        return column.cast(pa.float64()).to_numpy()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if not (
        pa.types.is_string(column.type)
        or pa.types.is_large_string(column.type)
        or pa.types.is_string_view(column.type)
        or pa.types.is_temporal(column.type)
    ):
        return column.cast(pa.float64(), safe=False).to_numpy()
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    text = pc.if_else(pc.is_in(text, value_set=pa.array(EMPTY)), None, text)
    as_number = text
    if decimal_comma:
        as_number = pc.replace_substring_regex(text, r"^(-?\d+),(\d+)$", r"\1.\2")
    try:
        return as_number.cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return text.to_pandas()


def sha256(path: Path) -> str:
    """Fingerprint of a file, by which a run can name exactly what it read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
