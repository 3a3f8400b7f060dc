"""Cells of a CSV or XLSX as text, with their rows, where what is wrong is told by row.

Nothing is guessed or rounded: a number stands as it was typed, leading blanks stay.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sepakat_lib.refused import Refused
from sepakat_lib.sources import opening, plain_text
from sepakat_lib.sources.susenas.problems import shown

KINDS = (".csv", ".xlsx")
HEADER_WITHIN = 25  # rows from the top
HEADING = 60  # signs of a heading that a sentence shows


class Table(NamedTuple):
    """A table as it was read.

    Attributes
    ----------
    file : str
        Its name.
    header : int
        Row of the names of its columns, from 1.
    columns : dict of int
        Where the column of each of our names stands, from 0.
    headings : list of str
        All names of columns as the file has them.
    lines : dict of list
        By row: each cell as text; rows without any text are left out.
    merged : dict of str
        Merged cells of an XLSX, as "B7:C7", by each row that they lie in.
    problems : list of tuple
        Row, column as headed, value and rule of what is wrong; grows by `note`.
    """

    file: str
    header: int
    columns: dict[str, int]
    headings: list[str]
    lines: dict[int, list[str]]
    merged: dict[int, str]
    problems: list[tuple[int, str, str, str]]

    @property
    def rows(self) -> list[int]:
        """Rows below the header that have any text."""
        return [row for row in self.lines if row > self.header]

    def cell(self, row: int, name: str) -> str:
        """Text of a cell, "" where the column is not there; leading blanks stay."""
        line, place = self.lines[row], self.columns.get(name)
        return line[place] if place is not None and place < len(line) else ""

    def note(self, row: int, name: str, value: str, rule: str) -> None:
        """Keep what is wrong with a cell; of one cell the first that was noticed."""
        place = self.columns.get(name)
        heading = name if place is None else one_line(self.headings[place])
        if all(each[:2] != (row, heading) for each in self.problems):
            self.problems.append((row, heading, shown(value), rule))

    def noted(self, row: int, name: str) -> bool:
        """Whether something is wrong with a cell already."""
        heading = one_line(self.headings[self.columns[name]])
        return any(each[:2] == (row, heading) for each in self.problems)

    def wrong(self) -> pd.DataFrame:
        """What was noted, by row, as `Refused` takes it."""
        names = ["row", "column", "value", "rule"]
        table = pd.DataFrame(sorted(self.problems, key=lambda each: each[0]))
        table = table.set_axis(names, axis=1) if len(table) else table
        table.insert(0, "file", self.file)
        return table


def read(
    path: Path, name_of: Callable[[str], str | None], needed: Collection[str]
) -> Table:
    """Read the table of a file: of an XLSX the sheet whose header fits best.

    Parameters
    ----------
    path : Path
        XLSX, or CSV with ",", ";", "|" or tabs, its letters as `plain_text` tells.
    name_of : callable
        Our name of a heading, None of one that means nothing here.
    needed : collection of str
        Columns that must be there.

    Raises
    ------
    Refused
        ``survey_kind``; as `opening.workbook`, or as `opening.text`, `opening.parted`
        and `opening.cut_line`; ``missing_columns``, ``column_twice``.
    """
    path = Path(path)
    best: tuple[int, int, Table] | None = None
    for lines, merged, cut in _tables(path):
        for header in [row for row in lines if row <= HEADER_WITHIN]:
            names = [name_of(one_line(cell)) for cell in lines[header]]
            known = set(names) - {None}
            score = len(known & set(needed)), len(known)
            if best is None or score > best[:2]:
                place = {name: names.index(name) for name in names if name}
                twice = sorted({n for n in names if n and names.count(n) > 1})
                table = Table(
                    path.name, header, place, lines[header], lines, merged, []
                )
                best, repeated, ended = (*score, table), twice, cut
    there = [one_line(each) for each in best[2].headings] if best else []
    there = [each[:HEADING] for each in there if each]
    missing = [name for name in needed if not best or name not in best[2].columns]
    if missing:
        raise Refused("missing_columns", file=path.name, columns=missing, there=there)
    if repeated:
        raise Refused("column_twice", file=path.name, columns=repeated)
    if ended:
        raise ended
    return best[2]


def one_line(text: str) -> str:
    r"""Text on one line, single blanks, without signs that no file should carry.

    >>> one_line("  Belanja\u00a0  Modal\ufeff ")
    'Belanja Modal'
    """
    return " ".join("".join(s if s.isprintable() else " " for s in text).split())


def _tables(path: Path) -> Iterator[tuple[dict, dict, Refused | None]]:
    """Each table that a file may be: lines, merged cells by row, whether it is cut."""
    opening.refuse_kind(opening.regular(path), KINDS)
    if path.suffix.lower() == ".xlsx":
        for sheet in opening.workbook(path).worksheets:
            yield *_sheet(sheet), None
        return
    text = opening.text(path)
    tables = [opening.parted(path.name, text, mark) for mark in plain_text.SEPARATORS]
    cut = opening.cut_line(path.name, text, max(tables, key=_cells_of))
    yield from ((_filled(rows), {}, cut) for rows in tables)


def first_table(path: Path) -> list[list[str]]:
    """Rows of a CSV, or of the first sheet of an XLSX with what formulas came to.

    Parameters
    ----------
    path : Path
        One of `KINDS`; of a CSV the mark between cells is that of its first line.

    Raises
    ------
    Refused
        As `opening.workbook`, or as `opening.text`, `opening.parted` and
        `opening.cut_line`.
    """
    if path.suffix.lower() == ".xlsx":
        sheet = opening.workbook(path, values=True).worksheets[0]
        return [[_of_xlsx(cell) for cell in row] for row in sheet.iter_rows()]
    text = opening.text(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(plain_text.SEPARATORS, key=first.count)
    rows = opening.parted(path.name, text, mark)
    if cut := opening.cut_line(path.name, text, rows):
        raise cut
    return rows


def _cells_of(rows: list[list[str]]) -> int:
    return sum(map(len, rows))


def _sheet(sheet) -> tuple[dict[int, list[str]], dict[int, str]]:
    lines = _filled([[_of_xlsx(cell) for cell in row] for row in sheet.iter_rows()])
    merged = {
        row: each.coord
        for each in sheet.merged_cells.ranges
        for row in range(each.min_row, each.max_row + 1)
    }
    return lines, merged


def _filled(rows: list[list[str]]) -> dict[int, list[str]]:
    """Rows with any text, by number."""
    return {
        number: row
        for number, row in enumerate(rows, start=1)
        if any(cell.strip() for cell in row)
    }


def _of_xlsx(cell) -> str:
    """A cell as it was typed; a formula begins with "=", an indent is blanks."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        text = str(getattr(value, "text", None) or value)
        return text if text.startswith("=") else f"={text}"
    if isinstance(value, float) and "%" in (cell.number_format or ""):
        return f"{100 * value:.15g}%"  # as it is shown
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return " " * 4 * int(cell.alignment.indent or 0) + str(value)


def key(text: str) -> str:
    """Letters and digits of a heading or a name, in small, for comparing.

    >>> key(" Kode_Sub Kegiatan "), key("Surplus/(Defisit)")
    ('kode sub kegiatan', 'surplus defisit')
    """
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
