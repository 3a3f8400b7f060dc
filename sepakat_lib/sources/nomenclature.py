"""An office's own workbook of codes, as SIPD's kodefikasi is passed round."""

from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from sepakat_lib import reference
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import opening
from sepakat_lib.sources.susenas.problems import shown

SHEET = "ALL"
LETTERS = 3  # fewest of a name


def read(path: Path) -> pd.DataFrame:
    """Read a workbook of codes, or refuse it with every row that is none.

    Parameters
    ----------
    path : Path
        XLSX; the sheet ``ALL``, or the only one. In a row the cells before the name
        hold the code: whole, or its parts one a cell. Rows before the first code are
        headings, and a row without anything in those cells is no code.

    Returns
    -------
    DataFrame
        ``code``, ``level``, ``name``; each code once.

    Raises
    ------
    Refused
        As `opening.workbook`; ``survey_kind``, ``no_codes_sheet``, ``no_code_rows``;
        ``bad_codes`` with each row whose cells are no code, or whose code has another
        name in an earlier row.
    """
    path = Path(path)
    found, problems, names = [], [], {}
    for number, cells in enumerate(_rows(path), start=1):
        parts, name = _parted(cells)
        column = _letters(cells, name)
        if not parts or not name:
            continue
        code = _code(parts)
        said = " ".join(filter(None, parts))
        if code is None:
            if found:  # what stands before the first code is a heading
                rule = written("sub_kegiatan_code")
                problems.append((number, column, shown(said), rule))
        elif names.setdefault(code, name) != name:
            rule = written("code_name_once", name=names[code])
            problems.append((number, column, shown(said), rule))
        else:
            found.append((code, reference.level_of(code), name))
    if problems:
        table = pd.DataFrame(problems, columns=["row", "column", "value", "rule"])
        table.insert(0, "file", path.name)
        raise Refused("bad_codes", table, rows=len(table), file=path.name)
    if not found:
        raise Refused("no_code_rows", file=path.name)
    table = pd.DataFrame(found, columns=["code", "level", "name"])
    return table.drop_duplicates("code", ignore_index=True)


def _rows(path: Path) -> list[list[str]]:
    """All cells of the sheet as text, row by row."""
    opening.refuse_kind(opening.regular(path), (".xlsx",))
    book = opening.workbook(path, values=True)
    names = book.sheetnames
    if SHEET not in names and len(names) > 1:
        raise Refused("no_codes_sheet", file=path.name, sheets=names, wanted=SHEET)
    sheet = book[SHEET] if SHEET in names else book.worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    return [[_plain(cell) for cell in row] for row in rows]


def _plain(cell) -> str:
    """A cell as text; a whole number without a point."""
    whole = isinstance(cell, float) and cell == int(cell)
    return "" if cell is None else str(int(cell) if whole else cell).strip()


def _parted(cells: list[str]) -> tuple[list[str], str]:
    """What stands before the name, and the name: the first cell of letters.

    An empty first cell stays: a running number may stand there and nowhere else.
    """
    for place, cell in enumerate(cells):
        if sum(sign.isalpha() for sign in cell) >= LETTERS:
            inner = [part for part in cells[1:place] if part]
            parts = [*cells[: min(place, 1)], *inner]
            return (parts if any(parts) else []), cell
    return [], ""


def _letters(cells: list[str], name: str) -> str:
    """Columns of a spreadsheet that hold the code before a name.

    >>> _letters(["", "1", "01", "Dinas"], "Dinas"), _letters(["1.01", "Dinas"], "Dinas")
    ('B–C', 'A')
    """
    if name not in cells:
        return ""
    filled = [n for n, cell in enumerate(cells[: cells.index(name)], start=1) if cell]
    letters = [get_column_letter(n) for n in (filled[0], filled[-1])] if filled else []
    return "–".join(dict.fromkeys(letters))


def _code(parts: list[str]) -> str | None:
    """The code that cells hold: its parts, or whole beside the codes above it.

    >>> _code(["", "1", "01", "02", "2.01", "0001"]), _code(["7", "1.01.02"])
    ('1.01.02.2.01.0001', '1.01.02')
    >>> _code(["1", "1.01", "1.01.02"]), _code(["7", "1", "3"]), _code(["", "1.1"])
    ('1.01.02', None, None)
    """
    first, *others = parts
    tries = [[first, *others] if first else others, others]
    last = parts[-1]
    if all(last.startswith(f"{part}.") for part in others[:-1]):
        tries.append([last])
    for told in tries:
        code = ".".join(told)
        if reference.level_of(code):
            return code
    return None
