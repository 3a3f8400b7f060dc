"""Opening the files in which Susenas comes: DBF, CSV, Parquet, SAV and DTA, told apart.

`look` reads the header only, `load` the columns asked for; both refuse a file that is
cut off or split by another separator than it seems. Every cell is seen as it was
written, and is a number by `notation` or none, whichever kind of file it stands in.
"""

import hashlib
import os
import re
import shutil
import zipfile
import zlib
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
from sepakat_lib.sources import opening, plain_text
from sepakat_lib.sources.susenas import dbf, notation
from sepakat_lib.sources.susenas.layouts import CODES, KNOWN, SPENDING
from sepakat_lib.sources.susenas.problems import Remark

PERSONAL = re.compile(
    r"NAMA|^NIK|NIK$|_NIK|^NO_?KK|ALAMAT|TELP|NO_?HP|EMAIL|^R402$|^R505$"
)
NOTES = ".txt"  # as often a note beside the data: read only where it is named outright
KINDS = {
    ".dbf": "dbf",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".parquet": "parquet",
    ".sav": "sav",
    ".zsav": "sav",
    ".dta": "dta",
}
ZIP = ".zip"
READ = frozenset({*KINDS, ZIP}) - {NOTES}  # endings of what a folder is searched for
NO_DATA = frozenset(  # endings of what stands beside data, and nobody misses
    ".pdf .doc .docx .ppt .pptx .odt .rtf .md .htm .html .jpg .jpeg .png .ini .db .lnk "
    ".url .log .do .sps .r .py .sas .crc .fpt .dbt .cpg .csv#".split()
)
TOLD = [kind for kind in (*KINDS, ZIP) if kind != ".zsav"]  # endings, for a refusal
LOCK = "~$"  # begins the name of what Excel puts beside an open file
SURE = 3  # known names of columns by which a .txt is no note
WHOLE = {"double": 2.0**53, "float": 2.0**24}  # numbers from here on lose digits
PLACE = ("R101", "R102")
OF_KABUPATEN = 1_000_000_000  # more than the largest household number of a kabupaten
MEASURED = SPENDING | {"FWT", "WERT"}  # a label may say that they are of others
OF_OTHERS = re.compile(
    r"IND|ART\b|ANGGOTA|ORANG|PERSON|PER.?KAPITA|MINGGU|WEEK|HARI|TAHUN|YEAR"
)
AROUND = " \t\r\n\xa0\ufeff\"'`"  # no part of a column's name
MOST = 50_000_000_000  # bytes of the files in a zip


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
    sheet : plain_text.Sheet or None
        Where the table of a text file stands.
    labels : bool
        Its first row is a second row of names.
    nested : str
        Its column of household numbers, where these begin anew in each kabupaten.
    """

    path: Path
    kind: str
    columns: dict[str, str]
    sha256: str
    empty: bool
    separator: str = ""
    sheet: plain_text.Sheet | None = None
    labels: bool = False
    nested: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder, but with the ZIP that it came in."""
        return _shown_place(self.path)


def find(
    paths: str | Path | Iterable[str | Path],
    unpacked: Path,
    passed_over: list[str] | None = None,
) -> list[Path]:
    """List the files meant; a folder stands for every file of a known kind in it.

    Where a folder has none, those of the folders in it are meant. A ZIP stands for the
    files in it.

    Parameters
    ----------
    paths : path or iterable of paths
    unpacked : Path
        Folder for the files of a ZIP.
    passed_over : list of str, optional
        Receives the names of what stands there too and may hold data, but is not read.

    Raises
    ------
    Refused
        Nothing is there, a file named outright is of a kind that cannot be read, or a
        ZIP is damaged, locked, packed in a way that is not read, or no ZIP.
    """
    others: list[str] = [] if passed_over is None else passed_over
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for path in map(Path, given):
        if path.is_dir():
            here = _readable(path.iterdir()) or _readable(path.rglob("*"))
            inside = {*here, *(p for file in here for p in file.parents)}
            others += [
                f"{p.name}/" if p.is_dir() else p.name
                for p in sorted(path.iterdir())
                if p not in inside and _may_hold_data(p)
            ]
            files += here
        else:
            if opening.regular(path).suffix.lower() not in {*KINDS, ZIP}:
                opening.refuse_kind(path, TOLD)
            files.append(path)
    files = list({os.path.realpath(path): path for path in files}.values())
    inside = [part for path in files for part in _unpacked(path, unpacked, others)]
    if not inside:
        raise Refused("no_susenas_file", place=", ".join(map(str, given)), kinds=TOLD)
    return inside


def _may_hold_data(path: Path) -> bool:
    """Whether somebody may miss what a file or folder holds, where it is not read."""
    if path.name.startswith((".", LOCK, "_")):
        return False
    if path.is_dir():
        return any(map(_may_hold_data, path.iterdir()))
    return path.suffix.lower() not in NO_DATA


def _readable(paths: Iterable[Path]) -> list[Path]:
    """What is called as files are that are read, also where it turns out to be none."""
    return sorted(
        p
        for p in paths
        if not p.name.startswith((".", LOCK)) and not _holds_any(p) and _is_read(p)
    )


def _holds_any(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


def _is_read(path: Path) -> bool:
    """Whether a file is of a kind that is read; of texts called .txt those of a table."""
    if path.suffix.lower() != NOTES:
        return path.suffix.lower() in READ
    if not path.is_file():
        return False
    try:
        sheet = plain_text.sheet(path, KNOWN)
    except (plain_text.NoText, OSError):
        return False
    return sheet.rows > 0 and len({n.upper() for n in sheet.names} & KNOWN) >= SURE


def _unpacked(path: Path, folder: Path, passed_over: list[str]) -> list[Path]:
    """The file itself, or the files of a ZIP, each in a folder called as the ZIP."""
    opening.regular(path)
    if path.suffix.lower() != ZIP:
        return [path]
    made = []
    _refuse_other_archive(path)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [
                part
                for part in archive.infolist()
                if not part.is_dir() and _may_hold_data(Path(part.filename))
            ]
            parts = [
                part
                for part in inside
                if Path(part.filename).suffix.lower() in {*READ, NOTES}
            ]
            passed_over += [
                f"{path.name}/{Path(part.filename).name}"
                for part in inside
                if part not in parts
            ]
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("zip_locked", file=path.name)
            if sum(part.file_size for part in parts) > MOST:
                raise Refused("unreadable", file=path.name)
            for part in parts:
                place = folder / str(len([*folder.iterdir()])) / path.name
                place.mkdir(parents=True)
                made.append(place / Path(part.filename).name)
                with archive.open(part) as source, made[-1].open("wb") as target:
                    shutil.copyfileobj(source, target)
    except NotImplementedError as error:
        raise Refused("zip_packed_otherwise", file=path.name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Refused("unreadable", file=path.name) from error
    read = [part for part in made if _is_read(part)]
    passed_over += [_shown_place(part) for part in made if part not in read]
    return [part for inner in read for part in _unpacked(inner, folder, passed_over)]


def _shown_place(path: Path) -> str:
    """Name of a file, with the ZIP that it came in before it."""
    zipped = path.parent.suffix.lower() == ZIP
    return f"{path.parent.name}/{path.name}" if zipped else path.name


def _refuse_other_archive(path: Path) -> None:
    """Refuse an archive of another kind that is called a ZIP."""
    with path.open("rb") as file:
        start = file.read(opening.START)
    if start.startswith(opening.ARCHIVES):
        raise Refused("other_archive", file=path.name)


def look(path: Path) -> File:
    """Read the header of one file.

    Raises
    ------
    Refused
        The file is cut off, is not what its ending says, has a single column (the
        separator is another), no names above its columns, or a column twice.
    """
    opening.of_kind(path)
    kind, sheet, labels = KINDS[path.suffix.lower()], None, False
    read = sha256(path)
    try:
        if kind == "dbf":
            head = dbf.header(path)
            names, empty = [field.name for field in head.fields], not head.rows
        elif kind == "parquet":
            head = pyarrow.parquet.ParquetFile(path)
            names, empty = head.schema_arrow.names, not head.metadata.num_rows
            labels = _labelled(head)
        elif kind == "text":
            sheet = plain_text.sheet(path, KNOWN)
            names, empty, labels = sheet.names, not sheet.rows, sheet.labels
            _refuse_no_table(path, sheet)
        else:
            head = _of_statistics(path, metadataonly=True)[1]
            # of a DTA the reader may not know the number of rows before the end
            names, empty = head.column_names, head.number_rows == 0
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    columns = _named(path, [name for name in names if name.strip()])
    return File(
        path=path,
        kind=kind,
        columns=columns,
        sha256=read,
        empty=empty,
        separator=sheet.separator if sheet else "",
        sheet=sheet,
        labels=labels,
    )


def _named(path: Path, names: list[str]) -> dict[str, str]:
    """Each column under BPS's name, in capitals, where its own begins with that.

    Raises
    ------
    Refused
        ``column_twice``.
    """
    columns = {name.strip(AROUND).upper(): name for name in names}
    if len(columns) < len(names):
        twice = shown(sorted({n for n in names if _count(n, names) > 1}))
        raise Refused("column_twice", file=path.name, columns=twice)
    labelled = {name: bps_name(name) for name in columns}
    taken = {*columns, *(n for n in labelled.values() if _often(n, labelled))}
    return {
        labelled[name] if labelled[name] not in taken else name: inside
        for name, inside in columns.items()
    }


def _often(name: str, labelled: dict[str, str]) -> bool:
    return list(labelled.values()).count(name) > 1


def bps_name(name: str) -> str:
    """BPS's name of a column that is called by it and a label; else the name as it is.

    >>> bps_name("R101 PROVINSI"), bps_name("R105. DAERAH"), bps_name("R703-A")
    ('R101', 'R105', 'R703_A')
    >>> bps_name("R101_X"), bps_name("NAMA KRT"), bps_name("FWT INDIVIDU")
    ('R101_X', 'NAMA KRT', 'FWT INDIVIDU')
    """
    joined = re.sub(r"[-.\s]+", "_", name).strip("_")
    first, *label = re.split(r"[\s.:=([]+|-\s", name, maxsplit=1)
    if name in KNOWN or joined in KNOWN:
        return name if name in KNOWN else joined
    other = first in MEASURED and OF_OTHERS.search(" ".join(label))
    return first if first in KNOWN and not other else name


def _refuse_no_table(path: Path, sheet: plain_text.Sheet) -> None:
    """Refuse a text whose columns cannot be told apart or have no names."""
    if len(sheet.names) < 2:
        raise Refused("one_column", file=path.name)
    numbers = [name for name in sheet.names if plain_text.NUMBER.fullmatch(name)]
    if 2 * len(numbers) >= sum(map(bool, sheet.names)):
        raise Refused("no_names", file=path.name)
    if not sheet.quotes:
        raise Refused("unclosed_quote", file=path.name)


def _labelled(head: pyarrow.parquet.ParquetFile) -> bool:
    """Whether the first row of a Parquet file is a second row of names."""
    types = pa.types.is_string, pa.types.is_large_string
    if not all(any(of(kind) for of in types) for kind in head.schema_arrow.types):
        return False
    first = next(head.iter_batches(batch_size=1), None)
    if first is None or not first.num_rows:
        return False
    row = [str(cell or "").strip() for cell in first.to_pylist()[0].values()]
    return plain_text.are_labels(row)


def _count(name: str, names: list[str]) -> int:
    own = name.strip(AROUND).upper()
    return sum(own == other.strip(AROUND).upper() for other in names)


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


def _unreadable(path: Path, error: Exception) -> Exception:
    """The refusal of a file that a library cannot read, in none of its words."""
    return error if isinstance(error, PermissionError) else opening.unreadable(path)


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
    wanted = list(columns)
    place = [n for n in (PLACE if file.nested in wanted else ()) if n not in wanted]
    inside = {file.columns[name]: name for name in [*wanted, *place]}
    try:
        table, coarse = _READERS[file.kind](file, list(inside))
    except UNREADABLE as error:
        raise _unreadable(file.path, error) from error
    table = table.slice(1) if file.labels and file.kind != "text" else table
    _refuse_huge(file, table)
    made, written = {}, {}
    for heading, name in inside.items():
        limit = WHOLE["float" if heading in coarse else "double"]
        if name in named_by:
            made[name] = _names(table.column(heading), limit)
            continue
        column = made[name] = _plain(table.column(heading))
        if not isinstance(column, np.ndarray):
            written[name] = notation.texts(column)
        elif name in CODES:
            made[name] = _exact(column, limit)
    kinds = {
        n: notation.kinds(text.values, file.separator) for n, text in written.items()
    }
    mark = _decimal_mark(file, [(written[name], kinds[name]) for name in written])
    if mark.decimal == "comma":
        remark = Remark("decimal_comma", {"file": file.name})
        remarks += [remark] if remark not in remarks else []
    for name, text in written.items():
        if name in CODES:
            text = text._replace(values=notation.whole_codes(text.values))
            kinds[name] = notation.kinds(text.values, file.separator)
        made[name] = _numbers(text, notation.read(text.values, kinds[name], mark))
    index = pd.RangeIndex(1, table.num_rows + 1, name="row")
    frame = pd.DataFrame(made).set_index(index)
    if file.kind == "sav":
        _empty_missing(file, frame, set(inside.values()) - {*coded, *named_by})
    if {*PLACE} <= {*frame}:
        _part_codes(frame)
    if file.nested in wanted:
        frame[file.nested] = _nested(frame, file.nested)
    return frame[wanted]


def without_empty_rows(
    part: pd.DataFrame, file: File, remarks: list[Remark]
) -> pd.DataFrame:
    """The rows of a table as `load` gives it that hold anything; the others are remarked.

    Spreadsheets save such rows below a table from which rows were deleted.
    """
    empty = part.isna().all(axis=1)
    if not empty.any():
        return part
    remarks.append(Remark("empty_rows", {"file": file.name, "n": int(empty.sum())}))
    return part[~empty]


def _part_codes(frame: pd.DataFrame) -> None:
    """Take from R102 the province that R101 has, where it holds both (3501 for 01)."""
    if all(pd.api.types.is_numeric_dtype(frame[name]) for name in PLACE):
        whole = frame["R102"] // 100 == frame["R101"]
        frame["R102"] = frame["R102"].mask(whole, frame["R102"] % 100)


def _nested(frame: pd.DataFrame, key: str) -> pd.Series:
    """Number of each household with its kabupaten before it, where both are numbers."""
    columns = [frame[name] for name in (*PLACE, key)]
    if not all(map(pd.api.types.is_numeric_dtype, columns)):
        return frame[key]
    province, kabupaten, number = columns
    return (province * 100 + kabupaten) * OF_KABUPATEN + number


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
    table, _ = _READERS[file.kind](file, others)
    table = table.slice(1) if file.labels and file.kind != "text" else table
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


def _exact(numbers: np.ndarray, limit: float) -> np.ndarray:
    """Codes kept as numbers; those whose last digits are lost become texts."""
    lost = np.flatnonzero(np.isfinite(numbers) & (np.abs(numbers) >= limit))
    if not len(lost):
        return numbers
    cells = numbers.astype(object)
    cells[lost] = [notation.lost(number) for number in numbers[lost]]
    return cells


def _names(column: pa.ChunkedArray, limit: float) -> pd.Series:
    """Cells as names; a whole number has no point and no zeros before it."""
    if pa.types.is_floating(column.type):
        number = column.to_numpy().astype(float)
        whole = {
            n: notation.lost(n) if abs(n) >= limit else f"{n:.15g}"
            for n in np.unique(number[np.isfinite(number)])
        }
        whole = {
            n: f"{n:.0f}" if n % 1 == 0 and abs(n) < limit else shown
            for n, shown in whole.items()
        }
        return pd.Series([whole.get(n) for n in number], dtype="str")
    text = notation.texts(column)
    plain = notation.whole_codes(text.values)
    plain = pc.replace_substring_regex(plain, r"^([0-9]+)[.,]0*$", r"\1")
    plain = pc.replace_substring_regex(plain, r"^0+([0-9]+)$", r"\1")
    return pd.Series(
        text.spread(plain.to_numpy(zero_copy_only=False), None), dtype="str"
    )


def _dbf(file: File, names: list[str]) -> tuple[pa.Table, set[str]]:
    return dbf.columns(file.path, names), set()


def _text(file: File, names: list[str]) -> tuple[pa.Table, set[str]]:
    sheet = file.sheet
    kind = pa.dictionary(pa.int32(), pa.string())
    headings = [
        name if name.strip() else f"\0{n}" for n, name in enumerate(sheet.names)
    ]
    headings += [f"\0\0{n}" for n in range(sheet.extra)]
    convert = pyarrow.csv.ConvertOptions(
        include_columns=names, column_types=dict.fromkeys(names, kind)
    )
    if not sheet.rows:
        return pa.table({name: pa.array([], pa.string()) for name in names}), set()
    for encoding in plain_text.ONE_BYTE:
        ragged: list[tuple[int, int, int]] = []
        parse = pyarrow.csv.ParseOptions(
            delimiter=sheet.separator,
            invalid_row_handler=lambda row, seen=ragged: _ragged(row, seen),
        )
        read = pyarrow.csv.ReadOptions(column_names=headings, encoding=encoding)
        try:
            with plain_text.rows(file.path, sheet) as rows:
                table = pyarrow.csv.read_csv(
                    rows,
                    read_options=read,
                    parse_options=parse,
                    convert_options=convert,
                )
            break
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            other = isinstance(error, UnicodeDecodeError) or re.search(
                "utf-?8", str(error), re.IGNORECASE
            )
            if not other or encoding == plain_text.ONE_BYTE[-1]:
                raise
    if ragged:
        _refuse_ragged(file, headings)
    if table.num_rows != sheet.rows:
        raise Refused("unclosed_quote", file=file.name)
    _refuse_cut(file)
    return table, set()


def _refuse_cut(file: File) -> None:
    """Refuse a text that may have been cut off inside its last cell."""
    if file.sheet.wide or file.sheet.below:
        return
    with file.path.open("rb") as content:
        content.seek(-1, 2)
        if content.read(1) in b"\r\n\x1a\0":  # an end of line, or of a file of DOS
            return
    text = file.path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    rows = opening.parted(file.name, text, file.sheet.separator)
    if cut := opening.cut_line(file.name, text, rows):
        raise cut


def _ragged(row, seen: list) -> str:
    seen.append((row.expected_columns, row.actual_columns))
    return "skip"


def _refuse_ragged(file: File, headings: list[str]) -> None:
    """Refuse a text by the first row that has more or fewer cells than there are names."""
    row = 0
    with plain_text.rows(file.path, file.sheet) as rows:
        text = rows.read().replace(b"\r", b"\n")
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        row += 1
        there = len(plain_text.cells(line.decode("latin-1"), file.separator))
        if there != len(headings):
            break
    names = len(file.sheet.names)
    raise Refused("ragged_row", file=file.name, row=row, cells=there, columns=names)


def _parquet(file: File, names: list[str]) -> tuple[pa.Table, set[str]]:
    table = pyarrow.parquet.ParquetFile(file.path).read(columns=names)
    coarse = {
        field.name
        for field in table.schema
        if pa.types.is_float32(field.type) or pa.types.is_float16(field.type)
    }
    return table, coarse


class Unreadable(Exception):
    """A file of SPSS or Stata that its reader cannot read."""


def _of_statistics(path: Path, **options):
    """Frame and description of a SAV or DTA; the reader is imported by whoever has one.

    Letters are tried as the file says, then as Windows-1252, which any byte can be.
    """
    import pyreadstat

    kind = KINDS[path.suffix.lower()]
    read = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    wrong = pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError
    for encoding in (None, "WINDOWS-1252"):
        try:
            return read(str(path), encoding=encoding, **options)
        except wrong as error:
            last = error
    raise Unreadable from last


def _sav(file: File, names: list[str]) -> tuple[pa.Table, set[str]]:
    # user_missing keeps codes such as 8 and 9: what they mean is the layout's to say
    frame, meta = _of_statistics(file.path, usecols=names, user_missing=True)
    _meant_by_labels(frame, meta)
    return pa.Table.from_pandas(frame, preserve_index=False), set()


def _meant_by_labels(frame: pd.DataFrame, meta) -> None:
    """Put the labels of a column for its codes where the labels are other numbers.

    So pandas writes a column of categories: 0, 1, 2 … labelled "11", "12", "13".
    """
    for name in frame:
        labels = meta.variable_value_labels.get(name, {})
        texts = [*map(str, labels.values())]
        if not texts or not all(map(plain_text.NUMBER.fullmatch, texts)):
            continue
        meant = pd.to_numeric(pd.Series(texts, [*labels]), errors="coerce")
        cells = frame[name].dropna()
        if meant.notna().all() and cells.isin(meant.index).all():
            frame[name] = frame[name].map(meant)


def _dta(file: File, names: list[str]) -> tuple[pa.Table, set[str]]:
    frame, meta = _of_statistics(file.path, usecols=names)
    _meant_by_labels(frame, meta)
    coarse = {n for n, kind in meta.readstat_variable_types.items() if kind == "float"}
    return pa.Table.from_pandas(frame, preserve_index=False), coarse


_READERS = {
    **{"dbf": _dbf, "text": _text, "parquet": _parquet},
    **{"sav": _sav, "dta": _dta},
}
UNREADABLE = (
    *(pa.ArrowException, Unreadable, plain_text.NoText),
    *(OSError, UnicodeDecodeError),
)


def _empty_missing(file: File, frame: pd.DataFrame, columns: Collection[str]) -> None:
    """Empty the cells that a SAV declares as missing by its user, in place."""
    meta = _of_statistics(file.path, metadataonly=True, user_missing=True)[1]
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
