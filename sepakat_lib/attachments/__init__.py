"""The files beside a page: tables, pictures and documents of what it shows.

Which of them a module has, and their names, stands in its declaration (`modules`); how
they are made, in the file of this folder that is called like the module. Batch writes
them and the server answers them; both get the same bytes here. A page itself as a
document is made of its executed notebook, and is beside every page.
"""

import pkgutil
from pathlib import Path

from sepakat_lib import modules, parameters
from sepakat_lib.attachments import printed
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import document


def names(chosen: Parameters, module: str = "analysis") -> dict[str, str]:
    """Names of the files that there are, by what they are.

    Parameters
    ----------
    chosen : Parameters
    module : str

    Returns
    -------
    dict
        What the module declares, without what there is nothing for: ``map`` where no
        official poverty rate can be drawn, trees and budget where nothing is planned.

    >>> list(names(Parameters(region="3501", year=2023)).values())
    ['estimates.csv', 'estimates.xlsx', 'map.html', 'analysis.docx', 'analysis.pdf', 'summary.html', 'summary.docx', 'summary.pdf', 'tables.xlsx', 'charts.zip']
    >>> list(names(Parameters(region="3501", year=2010, language="en")))[:5]
    ['csv', 'xlsx', 'map', 'docx', 'pdf']
    """
    files = modules.beside(chosen, module)
    absent = _room(module).absent(chosen) if modules.of(module).beside else ()
    return {kind: name for kind, name in files.items() if kind not in absent}


def content(chosen: Parameters, name: str, module: str = "analysis") -> bytes:
    """One of the files; the same for the same data, whoever made it and when.

    Parameters
    ----------
    chosen : Parameters
    name : str
        One of `names`.
    module : str

    Returns
    -------
    bytes
        CSV, XLSX, DOCX, a ZIP of pictures, or an HTML document that fetches nothing.

    Raises
    ------
    KeyError
        A name that is not among those of this page.
    ValueError
        The page itself as a document: `as_document` makes it.
    """
    kinds = {file: kind for kind, file in names(chosen, module).items()}
    if name not in kinds:
        raise KeyError(f"there is no {name!r} beside this page; there are: {[*kinds]}")
    kind = kinds[name]
    if kind in modules.OF_NOTEBOOK:
        raise ValueError(f"{name} is made of an executed notebook, by as_document")
    return _room(module).MAKERS[kind](chosen)


def as_document(chosen: Parameters, name: str, notebook: Path) -> bytes:
    """A page itself, the summary on top of it, or what it prints, to take along.

    Parameters
    ----------
    chosen : Parameters
    name : str
        One of `names`, of the kinds ``modules.OF_NOTEBOOK``.
    notebook : Path
        The executed notebook of the page.

    Raises
    ------
    Refused
        As `reports.document`.
    """
    shown = document.blocks(notebook, language=chosen.language)
    first = name.split(".")[0]
    if first == "tables":
        data = _room("analysis").table(chosen)
        return printed.workbook(shown, data, chosen.language)
    if first == "charts":
        return printed.charts(shown, f"{chosen.region}-{chosen.year}-analysis")
    short = first == "summary"
    if short:
        shown = document.summary(shown)
    if name.endswith(".html"):
        return document.html(shown, language=chosen.language)
    if name.endswith(".pdf"):
        return document.pdf(shown, language=chosen.language, compact=short)
    return document.docx(shown, language=chosen.language, template=template())


def template() -> Path | None:
    """The office's own document, in whose manner pages are to look, where it has one."""
    path = parameters.FOLDER / parameters.TEMPLATE
    return path if path.exists() else None


def write(chosen: Parameters, module: str, folder: Path | str = ".") -> None:
    """Put the files of a module's page beside it, in `folder`; no documents of it."""
    for kind, name in names(chosen, module).items():
        if kind in modules.OF_NOTEBOOK:
            continue
        (Path(folder) / name).write_bytes(content(chosen, name, module))


def _room(module: str):
    """File of a module's own; by its name, so that no other module is reached by it.

    A page is old when code changes that it reaches (`batch.seal`), and what draws trees
    is nothing to a page of estimates.
    """
    return pkgutil.resolve_name(f"{__name__}.{module}")
