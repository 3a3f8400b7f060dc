"""The files beside a page: its tables as CSV and XLSX, and the map that can be moved.

Which of them a module has, and their names, stands in its declaration (`modules`).
Batch writes them and the server answers them; both get the same bytes here.
"""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.writer.excel import ExcelWriter

from sepakat_lib import analysis, disclosure, estimation, modules, places, published
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports.analysis import maps

WHENEVER = datetime.datetime(1980, 1, 1)  # the first day that a ZIP file knows


def names(chosen: Parameters, module: str = "analysis") -> dict[str, str]:
    """Names of the files that there are, by what they are.

    Parameters
    ----------
    chosen : Parameters
    module : str

    Returns
    -------
    dict
        What the module declares; ``map`` only where an official poverty rate can be
        drawn.

    >>> names(Parameters(region="3501", year=2023))
    {'csv': 'estimates.csv', 'xlsx': 'estimates.xlsx', 'map': 'map.html'}
    >>> list(names(Parameters(region="3501", year=2010, language="en")).values())
    ['estimates.csv', 'estimates.xlsx', 'map.en.html']
    """
    files = modules.beside(chosen, module)
    if "map" in files and _mapped(chosen).empty:
        del files["map"]
    return files


def content(chosen: Parameters, name: str, module: str = "analysis") -> bytes:
    """One of the files.

    Parameters
    ----------
    chosen : Parameters
    name : str
        One of `names`.
    module : str

    Returns
    -------
    bytes
        The region's own estimates through `disclosure.publish`, or an HTML document
        that fetches nothing.

    Raises
    ------
    KeyError
        A name that is not among those of this page.
    """
    kinds = {file: kind for kind, file in names(chosen, module).items()}
    if name not in kinds:
        raise KeyError(f"there is no {name!r} beside this page; there are: {[*kinds]}")
    if kinds[name] == "map":
        shapes = places.around(chosen.region)
        return maps.movable(chosen, _mapped(chosen), shapes).encode()
    table = _tables(chosen)
    if kinds[name] == "csv":
        return table.to_csv(index=False).encode()
    return _workbook(table)


def write(chosen: Parameters, module: str, folder: Path | str = ".") -> None:
    """Put the files of a module's page beside it, in `folder`."""
    for name in names(chosen, module).values():
        (Path(folder) / name).write_bytes(content(chosen, name, module))


def _workbook(table: pd.DataFrame) -> bytes:
    """XLSX of one sheet; written row by row, which takes a third of the time.

    The same table gives the same bytes, by which a page knows its workbook again even
    where the page in another language wrote it.
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = WHENEVER
    sheet = book.create_sheet("estimates")
    sheet.freeze_panes = "A2"
    sheet.append(list(table))
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False):
        sheet.append(row)
    dated, undated = io.BytesIO(), io.BytesIO()
    # not book.save, which writes the present moment into it
    ExcelWriter(book, zipfile.ZipFile(dated, "w")).save()
    with zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in zipfile.ZipFile(dated).namelist():
            part = zipfile.ZipInfo(name, WHENEVER.timetuple()[:6])
            content = zipfile.ZipFile(dated).read(name)
            archive.writestr(part, content, zipfile.ZIP_DEFLATED)
    return undated.getvalue()


def _tables(chosen: Parameters) -> pd.DataFrame:
    shown = disclosure.publish(estimation.read(chosen), year=chosen.year)
    return shown[shown["region"] == chosen.region]


def _mapped(chosen: Parameters) -> pd.DataFrame:
    return analysis.mapped(chosen, published.official())
