"""The workbook that an office fills in: its columns, units and rows, and how it is written."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sepakat_lib import atomic, indicators, reference, regions, words
from sepakat_lib.refused import Refused

OTHER = "other"
KINDS = ("daerah-dalam-angka", "profil-kesehatan", "profil-pendidikan", "rka", "apbd")
COLUMNS = {  # and whether it must be filled
    "code": False,
    "name": True,
    "region": True,
    "region_name": False,
    "year": True,
    "month": False,
    "area": False,
    "value": True,
    "unit": True,
    "document": True,
    "table": True,
    "formula": True,
    "keeper": True,
    "grade": False,
    "note": False,
}
TYPED = ("year", "month", "value", "document", "table", "note")  # by the office alone
AREAS = ("all", "urban", "rural")
GRADES = ("published", "computed", "estimated")
KEEPERS = (
    *("bps", "bpkad", "bappeda", "health", "education", "social", "bnpb", "bappenas"),
)
HEADER = 5  # row of the headings
BLANK = 60  # rows below the last, with the same lists
WIDTHS = {"code": 24, "name": 44, "formula": 44, "document": 36, "note": 30}
BOLD, SHADE = Font("Calibri", 11, bold=True), PatternFill("solid", fgColor="E6EEF0")
MUST = PatternFill("solid", fgColor="F6E3B5")
WRAPPED = Alignment(wrap_text=True, vertical="top")


class Unit(NamedTuple):
    """What a unit lets a value be: whether parts add up, and its bounds."""

    adds: bool = False
    low: float = 0
    high: float = float("inf")


FREE = float("-inf")
UNITS = {
    "percent": Unit(high=100),
    "percent_free": Unit(),
    "percent_year": Unit(low=FREE),
    "points": Unit(low=FREE),
    "index": Unit(high=100),
    "score": Unit(),
    "gini": Unit(high=1),
    "times": Unit(),
    "years": Unit(),
    "members": Unit(),
    "persons": Unit(adds=True),
    "households": Unit(adds=True),
    "families": Unit(adds=True),
    "things": Unit(adds=True),
    "events": Unit(adds=True),
    "idr": Unit(adds=True, low=FREE),  # a correction of a budget may be below 0
    "idr_person": Unit(),
}


def check(kind: str) -> str:
    """Give a kind of table back if there is one.

    Raises
    ------
    Refused
        ``unknown_table_kind``.
    """
    if kind not in (*KINDS, OTHER):
        raise Refused("unknown_table_kind", given=kind[:60], choices=[*KINDS, OTHER])
    return kind


def asked(kind: str, language: str) -> pd.DataFrame:
    """Figures that a kind of table asks for.

    Returns
    -------
    DataFrame
        ``indicator``, ``code`` (of the catalogue, or the indicator's own name),
        ``name``, ``unit`` (key of `UNITS`), ``formula``, ``keeper`` (key). Empty of
        "other".
    """
    table = reference.office_tables()
    rows = []
    for row in table[table["kind"].eq(kind)].itertuples():
        declared = indicators.catalogue().get(row.indicator)
        own = {
            "code": row.indicator,
            "name": getattr(row, f"name_{language}"),
            "unit": row.unit,
            "formula": getattr(row, f"formula_{language}"),
        }
        if declared is not None:
            own = {
                "code": declared.code,
                "name": declared.label[language],
                "unit": declared.unit,
                "formula": declared.definition[language],
            }
        rows.append({"indicator": row.indicator, **own, "keeper": row.keeper})
    columns = ["indicator", "code", "name", "unit", "formula", "keeper"]
    return pd.DataFrame(rows, columns=columns)


@cache
def heading(column: str, language: str) -> str:
    """Name of a column in the workbook, with a star where it must be filled."""
    star = " *" if COLUMNS[column] else ""
    return words.say(f"data.column.{column}", language) + star


def unit(key: str, language: str) -> str:
    """A unit as it is written in a cell."""
    return words.say(f"data.unit.{key}", language)


def keeper(key: str, language: str) -> str:
    """Who keeps figures, as it is written in a cell."""
    return words.say(f"keeper.{key}", language)


def write(kind: str, region: str, path: Path, language: str = "id") -> int:
    """Write the template of a kind of table for a region.

    Parameters
    ----------
    kind : str
        Of `KINDS`, or "other".
    region : str
        BPS 2022. A kabupaten's template has rows of it alone; a province's of each of
        its kabupaten and of itself, the nation's of each province and of itself.
    path : Path
        XLSX that is not there yet.
    language : {"id", "en"}

    Returns
    -------
    int
        Rows to fill.

    Raises
    ------
    Refused
        ``unknown_table_kind``, ``written_kind``; ``file_there``: a filled workbook is
        not written over.
    """
    check(kind)
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise Refused("written_kind", file=path.name, kinds=[".xlsx"])
    if path.exists():
        raise Refused("file_there", file=str(path))
    say = lambda key, **f: words.say(f"data.{key}", language, **f)  # noqa: E731
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = say("sheet")
    sheet["A1"], sheet["A1"].font = say("title"), Font("Calibri", 14, bold=True)
    sheet["A2"], sheet["B2"] = say("kind"), kind
    sheet["A3"], sheet["B3"], sheet["C3"] = say("region"), region, regions.name(region)
    sheet["A4"] = say("starred")
    rows = _rows(kind, region, language)
    letters = {name: get_column_letter(n) for n, name in enumerate(COLUMNS, start=1)}
    for name, letter in letters.items():
        cell = sheet[f"{letter}{HEADER}"]
        cell.value, cell.font, cell.alignment = heading(name, language), BOLD, WRAPPED
        cell.fill = MUST if COLUMNS[name] else SHADE
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 15)
    for number, row in enumerate(rows, start=HEADER + 1):
        for name, value in row.items():
            cell = sheet[f"{letters[name]}{number}"]
            cell.value, cell.data_type = value, "s"
            if name in ("code", "region"):
                cell.number_format = "@"  # as text: a code loses its zeros as a number
    last = HEADER + len(rows) + BLANK
    for number in range(HEADER + 1, last + 1):
        for name in ("code", "region"):
            sheet[f"{letters[name]}{number}"].number_format = "@"
    sheet.freeze_panes = f"C{HEADER + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # all columns on one page
    sheet.print_title_rows = f"{HEADER}:{HEADER}"
    _lists(book, sheet, letters, last, language)
    _instructions(book, say, language)
    with atomic.whole(path.absolute()) as fresh:
        book.save(fresh)
    return len(rows)


def _rows(kind: str, region: str, language: str) -> list[dict]:
    """Cells that are filled in already, one dict a row."""
    below = regions.below(region)
    codes = [*below, region]
    figures = [*asked(kind, language).itertuples()]
    filled = [
        {
            "code": figure.code,
            "name": figure.name,
            "region": code,
            "region_name": regions.name(code),
            "area": words.say("data.area.all", language),
            "unit": unit(figure.unit, language),
            "formula": figure.formula,
            "keeper": keeper(figure.keeper, language),
            "grade": words.say("data.grade.published", language),
        }
        for figure in figures
        for code in codes
    ]
    if figures:
        return filled
    return [{"region": code, "region_name": regions.name(code)} for code in codes]


def _lists(book, sheet, letters: dict[str, str], last: int, language: str) -> None:
    """Lists to choose from; they stand on a sheet of their own."""
    own = book.create_sheet(words.say("data.lists", language))
    of = {
        "area": [words.say(f"data.area.{each}", language) for each in AREAS],
        "grade": [words.say(f"data.grade.{each}", language) for each in GRADES],
        "unit": [unit(each, language) for each in UNITS],
        "keeper": [keeper(each, language) for each in KEEPERS],
        "month": [str(month) for month in range(13)],
    }
    for n, (name, values) in enumerate(of.items(), start=1):
        letter = get_column_letter(n)
        own[f"{letter}1"], own[f"{letter}1"].font = heading(name, language), BOLD
        own.column_dimensions[letter].width = 30
        for number, value in enumerate(values, start=2):
            own[f"{letter}{number}"] = int(value) if name == "month" else value
        source = f"'{own.title}'!${letter}$2:${letter}${len(values) + 1}"
        chosen = DataValidation(type="list", formula1=source, allow_blank=True)
        # an own unit and another OPD may be written beside those of the list
        chosen.showErrorMessage = name not in ("unit", "keeper")
        _valid(sheet, chosen, letters[name], last)
    year = DataValidation(
        type="whole", operator="between", formula1="2000", formula2="2100"
    )
    year.showErrorMessage = True
    _valid(sheet, year, letters["year"], last)


def _valid(sheet, validation: DataValidation, letter: str, last: int) -> None:
    sheet.add_data_validation(validation)
    validation.add(f"{letter}{HEADER + 1}:{letter}{last}")


def _instructions(book, say, language: str) -> None:
    """Sheet that tells what each column means, and what must be filled."""
    sheet = book.create_sheet(say("instructions"))
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 12
    sheet.column_dimensions["C"].width = 110
    sheet.append([say("instructions"), None, None])
    sheet["A1"].font = Font("Calibri", 14, bold=True)
    for n in range(1, 8):
        sheet.append([None, None, say(f"how.{n}")])
    sheet.append([])
    sheet.append([say("head.column"), say("head.must"), say("head.means")])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = BOLD, SHADE
    for name, must in COLUMNS.items():
        told = say("must.yes") if must else say("must.no")
        sheet.append([heading(name, language), told, say(f"means.{name}")])
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = WRAPPED
