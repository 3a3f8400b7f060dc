"""From files to the warehouse: licensed ones where they are, else invented ones."""

import tempfile
from pathlib import Path

from sepakat_lib import regions, warehouse
from sepakat_lib.sources import boundaries, susenas

SURVEY = "susenas"


def drop_folder(year: int) -> Path:
    """Where an office may put licensed files so that a report finds them by itself."""
    return warehouse.folder() / "files" / SURVEY / str(year)


def load(
    paths, *, year=None, round="march", only=None, progress=None
) -> susenas.Survey:
    """Read Susenas files and store them; on any error the warehouse stays as it was.

    Parameters
    ----------
    paths : list of Path
        Files, or a folder of files, of one round.
    year : int, optional
        Default: what the file names say.
    round : {"march", "september"}
    only : list of str, optional
        Kabupaten to load; default all in the files.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are written.

    Raises
    ------
    susenas.SusenasError
        With every cell that is wrong; nothing was loaded.
    """
    survey = susenas.read(paths, year=year, round=round, regions=only)
    origin = {
        "survey": SURVEY,
        "round": survey.round,
        "layout": survey.layout,
        "columns": susenas.columns_of(survey.layout),
        "finest": survey.finest,
        "synthetic": survey.synthetic,
        "inputs": [each._asdict() for each in survey.inputs],
        "remarks": [each._asdict() for each in survey.remarks],
    }
    count = survey.households["region"].nunique()
    warehouse.store(
        SURVEY if survey.round == "march" else f"{SURVEY}-{survey.round}",
        survey.year,
        survey.households,
        survey.persons,
        origin,
        None if progress is None else lambda done: progress(done, count),
    )
    return survey


def invent(wanted: list[str], year: int, *, progress=None) -> None:
    """Make synthetic Susenas files for kabupaten, and load them like any other.

    Parameters
    ----------
    wanted : list of str
        Kabupaten.
    year : int
        A year whose P0 is published for every kabupaten.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are made.
    """
    with tempfile.TemporaryDirectory(prefix="susenas-") as folder:
        susenas.demo(Path(folder), regions=wanted, year=year, progress=progress)
        load([Path(folder)], year=year)


def supply(wanted: list[str], year: int, *, progress=None) -> str:
    """See to it that the round of regions is in the warehouse.

    Licensed files in `drop_folder` go first; what they lack is invented.

    Parameters
    ----------
    wanted : list of str
        Regions of any tier.
    year : int
    progress : callable, optional
        Called with (done, of how many) as kabupaten are invented.

    Returns
    -------
    str
        ``loaded``, ``invented`` or ``there`` (nothing was to do).
    """
    there = warehouse.loaded(SURVEY)
    there = there[there["year"] == year]
    asked = {part for each in wanted for part in regions.members(each)}
    licensed = set(there.loc[~there["synthetic"].astype(bool), "region"])
    files = drop_folder(year)
    came = "there"
    if asked - licensed and files.is_dir() and any(files.iterdir()):
        load([files], year=year)
        there = warehouse.loaded(SURVEY)
        there = there[there["year"] == year]
        came = "loaded"
    missing = sorted(asked - set(there["region"]))
    if not missing:
        return came
    invent(missing, year, progress=progress)
    return "invented"


def add_boundaries(path: Path, layer: str | None = None) -> boundaries.Boundaries:
    """Take an office's own boundaries for maps; a wrong file changes nothing.

    Parameters
    ----------
    path : Path
        GeoJSON, TopoJSON, GeoPackage or Shapefile, with codes of either scheme.
    layer : str, optional
        Which one, in a file with several.

    Raises
    ------
    boundaries.BoundaryError
        Codes or shapes that cannot be used, named.
    """
    found = boundaries.read(path, layer)
    warehouse.store_boundaries(found.level, found.shapes)
    return found
