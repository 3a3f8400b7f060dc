"""The files beside a page: tables, pictures and documents of what it shows.

Which of them a module has, and their names, stands in its declaration (`modules`); how
they are made, in the file of this folder that is called like the module. Batch writes
them and the server answers them; both get the same bytes here.
"""

import pkgutil
from pathlib import Path

from sepakat_lib import modules
from sepakat_lib.parameters import Parameters


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

    >>> names(Parameters(region="3501", year=2023))
    {'csv': 'estimates.csv', 'xlsx': 'estimates.xlsx', 'map': 'map.html'}
    >>> list(names(Parameters(region="3501", year=2010, language="en")).values())
    ['estimates.csv', 'estimates.xlsx', 'map.en.html']
    """
    files = modules.beside(chosen, module)
    if not files:
        return {}
    absent = _room(module).absent(chosen)
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
    """
    kinds = {file: kind for kind, file in names(chosen, module).items()}
    if name not in kinds:
        raise KeyError(f"there is no {name!r} beside this page; there are: {[*kinds]}")
    return _room(module).MAKERS[kinds[name]](chosen)


def write(chosen: Parameters, module: str, folder: Path | str = ".") -> None:
    """Put the files of a module's page beside it, in `folder`."""
    for name in names(chosen, module).values():
        (Path(folder) / name).write_bytes(content(chosen, name, module))


def _room(module: str):
    """File of a module's own; by its name, so that no other module is reached by it.

    A page is old when code changes that it reaches (`batch.seal`), and what draws trees
    is nothing to a page of estimates.
    """
    return pkgutil.resolve_name(f"{__name__}.{module}")
