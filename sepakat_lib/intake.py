"""From files to the warehouse: licensed ones where they are, else invented ones."""

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sepakat_lib import regions, warehouse
from sepakat_lib.sources import boundaries, susenas
from sepakat_lib.sources.susenas import invention

SURVEY = "susenas"


class Supplied(NamedTuple):
    """How the round of some regions came into the warehouse.

    Attributes
    ----------
    folder : Path
        Where an office may put licensed files of the round.
    layout : str
        Questionnaire of the licensed files that were loaded now; empty where none were.
    remarks : tuple of susenas.Remark
        What was noticed in these files.
    invented : list of str
        Kabupaten whose households were made up now.
    left_out : list of str
        Kabupaten without licensed data that were not to be invented.
    """

    folder: Path
    layout: str
    remarks: tuple
    invented: list[str]
    left_out: list[str]


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
        One of `invention.years`.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are made.

    Raises
    ------
    susenas.SusenasError
        A year that cannot be invented, or a kabupaten whose licensed data would go.
    """
    licensed = sorted(set(wanted) & set(of_kind(year, synthetic=False)))
    if licensed:
        raise susenas.SusenasError(
            "licensed_there",
            f"Licensed data of {year} are loaded for {', '.join(licensed)}; invented "
            "ones would take their place. Ask for other kabupaten, or only for files.",
            year=str(year),
            regions=licensed,
        )
    with tempfile.TemporaryDirectory(prefix="susenas-") as folder:
        susenas.demo(Path(folder), regions=wanted, year=year, progress=progress)
        load([Path(folder)], year=year)


def supply(
    wanted: list[str],
    year: int,
    *,
    may_invent: Collection[str] | None = None,
    progress=None,
) -> Supplied:
    """See to it that the round of regions is in the warehouse.

    Licensed files in `drop_folder` go first; what they lack is invented.

    Parameters
    ----------
    wanted : list of str
        Regions of any tier.
    year : int
    may_invent : collection of str, optional
        Kabupaten that may be invented; default all.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are loaded or invented.

    Raises
    ------
    susenas.SusenasError
        Files in the folder that cannot be read, or a year that cannot be invented.
    """
    asked = {part for each in wanted for part in regions.members(each)}
    folder, layout, remarks = drop_folder(year), "", ()
    missing = asked - set(of_kind(year, synthetic=False))
    if missing and folder.is_dir() and any(folder.iterdir()):
        found = load([folder], year=year, progress=progress)
        layout, remarks = found.layout, found.remarks
        missing = asked - set(of_kind(year, synthetic=False))
    free = missing if may_invent is None else missing & set(may_invent)
    fresh = sorted(free - set(of_kind(year, synthetic=True)))
    if fresh:
        invent(fresh, year, progress=progress)
    return Supplied(folder, layout, remarks, fresh, sorted(missing - free))


def of_kind(year: int, *, synthetic: bool) -> list[str]:
    """Kabupaten whose March round in the warehouse is invented, or licensed."""
    there = warehouse.loaded(SURVEY)
    alike = there["year"].eq(year) & there["synthetic"].astype(bool).eq(synthetic)
    return sorted(there.loc[alike, "region"])


def check_invented(year: int) -> pd.DataFrame:
    """Hold the invented kabupaten of a year against the published figures.

    Parameters
    ----------
    year : int
        One of `invention.years`.

    Returns
    -------
    DataFrame
        As `invention.check` gives it, with ``limit``, which of `invention.LIMITS` is
        meant, and ``beyond`` (bool). Empty where nothing of that year is invented.
    """
    invented = of_kind(year, synthetic=True)
    columns = ["region", "weight", "size", "spending_pc_month"]
    if not invented:
        return pd.DataFrame(columns=["region", "indicator", "limit", "beyond"])
    con = warehouse.connect(SURVEY, year, invented)
    table = con.execute(f"SELECT {', '.join(columns)} FROM households").df()
    found = invention.check(table, year=year)
    limit = found["indicator"].map(invention.LIMITS)
    return found.assign(limit=limit, beyond=found["difference"].abs() > limit)


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
