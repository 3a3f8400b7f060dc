"""From files to the warehouse: licensed ones where they are, else invented ones."""

import datetime
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sepakat_lib import plausibility, reference, regions, warehouse
from sepakat_lib.parameters import YEARS, checked
from sepakat_lib.refused import Refused
from sepakat_lib.sources import (
    apbd,
    boundaries,
    nomenclature,
    official,
    sipd_budget,
    susenas,
)
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
    """Where an office may put licensed files so that a report finds them by itself.

    They are of March of that year; September's are loaded by name.
    """
    return warehouse.folder() / "files" / SURVEY / str(year)


def _year_of_folders(paths: list, year: int | None) -> tuple[int | None, bool]:
    """Year as given or of the one drop folder of all files, and whether any lies in one.

    Raises
    ------
    Refused
        ``other_folder``.
    """
    place = drop_folder(YEARS[0]).parent.resolve()
    year_of = {place / str(folder_year): folder_year for folder_year in YEARS}
    folders = (path if path.is_dir() else path.parent for path in map(Path, paths))
    folder_years = {year_of.get(folder.resolve()) for folder in folders}
    if year is None and len(folder_years) == 1:
        (year,) = folder_years
    others = [str(other) for other in sorted(folder_years - {None, year})]
    if others and (year is not None or len(others) > 1):
        raise Refused("other_folder", place=str(place), years=others)
    return year, folder_years != {None}


def load(
    paths, *, year=None, round=None, only=None, accept=(), own=None, progress=None
) -> susenas.Survey:
    """Read Susenas files and store them; on any error the warehouse stays as it was.

    Parameters
    ----------
    paths : list of Path
        Files, or a folder of files, of one round.
    year : int, optional
        Default: of the `drop_folder` in which they all lie, else what a column of the
        files says; their names are not believed.
    round : {"march", "september"}, optional
        Default March, unless something hints at September.
    only : list of str, optional
        Kabupaten to load; default all in the files.
    accept : collection of str
        Those of `plausibility.CHECKS` that the user vouches for: what they would refuse
        is loaded, and told on every page.
    own : dict of dict, optional
        What else is to be told of each kabupaten's data in the warehouse.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are written.

    Raises
    ------
    Refused
        With every cell that is wrong; or invented data where licensed ones are stored,
        which they do not replace. Nothing was loaded. ``other_folder`` where files lie
        in the folder of another year, ``september_in_folder`` where by a column they are
        not of March, as the folder is.
    Refused
        The cells may be right, but not beside what is known of the regions.
    """
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    year = None if year is None else checked("year", year)
    year, in_folder = _year_of_folders(paths, year)
    survey = susenas.read(paths, year=year, round=round, regions=only)
    if round is None and survey.round != "march" and in_folder:
        place = drop_folder(survey.year)
        raise Refused("september_in_folder", place=str(place))
    odd = plausibility.check(
        survey.households, survey.persons, survey.year, survey.round, accept=accept
    )
    survey = replace(survey, remarks=(*survey.remarks, *odd))
    origin = {
        "survey": SURVEY,
        "round": survey.round,
        "layout": survey.layout,
        "columns": susenas.columns_of(survey.layout),
        "finest": survey.finest,
        "synthetic": survey.synthetic,
        "inputs": [file._asdict() for file in survey.inputs],
        "remarks": [remark._asdict() for remark in survey.remarks],
    }
    wanted = sorted(survey.households["region"].unique())
    name = SURVEY if survey.round == "march" else f"{SURVEY}-{survey.round}"

    def permit() -> None:
        if survey.synthetic:
            _spare_licensed(wanted, survey.year, name)

    permit()  # before anything is written, and again when nobody else can write
    warehouse.store(
        name,
        survey.year,
        survey.households,
        survey.persons,
        origin,
        None if progress is None else lambda done: progress(done, len(wanted)),
        own=own,
        permit=permit,
    )
    return survey


def invent(
    wanted: list[str],
    year: int,
    *,
    theme: str | None = None,
    seed: int = 0,
    progress=None,
) -> None:
    """Make synthetic Susenas files for kabupaten, and load them like any other.

    Parameters
    ----------
    wanted : list of str
        Kabupaten.
    year : int
        One of `invention.years`.
    theme, seed : str, optional, and int
        As `invention.demo` takes them; kept with the data, so that `supply` leaves what
        was planted, or plants it again.
    progress : callable, optional
        Called with (done, of how many) as kabupaten are made.

    Raises
    ------
    Refused
        A year or theme that cannot be invented, or a kabupaten whose licensed data would go.
    """
    _spare_licensed(wanted, year, SURVEY)
    with warehouse.workplace() as folder:
        how = {"theme": theme, "seed": seed}
        susenas.demo(folder, regions=wanted, year=year, progress=progress, **how)
        made_of = invention.made_of(tuple(wanted), year)
        own = {region: {"made_of": mark} | how for region, mark in made_of.items()}
        load([folder], year=year, round="march", own=own)


def _spare_licensed(wanted: Collection[str], year: int, survey: str) -> None:
    """Refuse to let invented data take the place of licensed ones."""
    licensed = sorted(
        set(wanted) & set(_of_kind(_rounds(year, survey), synthetic=False))
    )
    if licensed:
        raise Refused("licensed_there", year=str(year), regions=licensed)


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
    Refused
        Files in the folder that cannot be read, or a year that cannot be invented.
    """
    kabupaten = {part for region in wanted for part in regions.members(region)}
    folder, layout, remarks = drop_folder(year), "", ()
    missing = kabupaten - set(of_kind(year, synthetic=False))
    if missing and waiting(year):
        survey = load([folder], year=year, progress=progress)
        layout, remarks = survey.layout, survey.remarks
        missing = kabupaten - set(of_kind(year, synthetic=False))
    free = missing if may_invent is None else missing & set(may_invent)
    fresh = sorted(free - _made_of_these_facts(year, free))
    for (theme, seed), group in _by_planting(year, fresh).items():
        invent(group, year, theme=theme, seed=seed, progress=progress)
    return Supplied(folder, layout, remarks, fresh, sorted(missing - free))


def _made_of_these_facts(year: int, among: Collection[str]) -> set[str]:
    """Those of some kabupaten whose invented round is what would be invented now.

    One that was made of other figures (an estimated line, say, where BPS's own is known
    now) would show rates that BPS never published: it is made again.
    """
    stored = _rounds(year)
    stored = stored[stored["synthetic"].astype(bool) & stored["region"].isin(among)]
    if stored.empty:
        return set()
    if "made_of" not in stored or year not in invention.years():
        return set() if year in invention.years() else set(stored["region"])
    now = invention.made_of(tuple(stored["region"]), year)
    return {
        region
        for region, made_of in zip(stored["region"], stored["made_of"], strict=True)
        if made_of == now[region]
    }


def _by_planting(year: int, among: list[str]) -> dict[tuple, list[str]]:
    """Some kabupaten by the theme and seed that they are invented with, if they were."""
    stored = _rounds(year).set_index("region").reindex(columns=["theme", "seed"])
    groups: dict[tuple, list[str]] = {}
    for region in among:
        theme, seed = stored.loc[region] if region in stored.index else (None, None)
        how = None if pd.isna(theme) else theme, 0 if pd.isna(seed) else int(seed)
        groups.setdefault(how, []).append(region)
    return groups


def waiting(year: int) -> bool:
    """Whether the drop folder of a year holds files that are not loaded yet.

    Files of other kinds count only where they are alone: an archive that nobody
    unpacked is refused by name when it is read, not passed over.
    """
    folder = drop_folder(year)
    inside = [p for p in folder.glob("[!.]*") if p.is_file()] if folder.is_dir() else []
    data = [path for path in inside if path.suffix.lower() in susenas.READ]
    digests = {
        entry["sha256"] for inputs in _rounds(year)["inputs"] for entry in inputs
    }
    return any(susenas.sha256(path) not in digests for path in data) or (
        bool(inside) and not data
    )


def years() -> list[int]:
    """Years of which any March round is loaded."""
    return sorted(set(warehouse.loaded(SURVEY)["year"].astype(int)))


def loaded(year: int) -> list[str]:
    """Kabupaten whose March round of a year is in the warehouse."""
    return sorted(_rounds(year)["region"])


def _rounds(year: int, survey: str = SURVEY) -> pd.DataFrame:
    origins = warehouse.loaded(survey)
    return origins[origins["year"].eq(year)]


def of_kind(year: int, *, synthetic: bool) -> list[str]:
    """Kabupaten whose March round in the warehouse is invented, or licensed."""
    return _of_kind(_rounds(year), synthetic=synthetic)


def _of_kind(origins: pd.DataFrame, *, synthetic: bool) -> list[str]:
    return sorted(
        origins.loc[origins["synthetic"].astype(bool).eq(synthetic), "region"]
    )


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
    comparison = invention.check(table, year=year)
    limit = comparison["indicator"].map(invention.LIMITS)
    return comparison.assign(limit=limit, beyond=comparison["difference"].abs() > limit)


def add_boundaries(
    path: Path, layer: str | None = None, table: Path | None = None
) -> boundaries.Boundaries:
    """Take an office's own boundaries for maps; a wrong file changes nothing.

    Parameters
    ----------
    path : Path
        GeoJSON, TopoJSON, GeoPackage or Shapefile, with codes of either scheme.
    layer : str, optional
        Which one, in a file with several.
    table : Path, optional
        The code of each row, confirmed by a person.

    Raises
    ------
    Refused
        Codes or shapes that cannot be used, named. Where names or places tell what the
        shapes seem to be, a table to confirm was written, and its path is told.

    Notes
    -----
    What is kept of other provinces stays; of the file's own provinces it is replaced.
    """
    path = Path(path)
    try:
        own = boundaries.read(path, layer, table)
    except Refused as refusal:
        if refusal.code in boundaries.TO_CONFIRM:
            to_confirm = boundaries.suggested(path, layer)
            refusal.fields["table"] = str(_to_confirm(path, to_confirm))
        raise
    warehouse.store_boundaries(own.level, _with_others(own))
    return own


def _with_others(own: boundaries.Boundaries) -> pd.DataFrame:
    before = warehouse.boundaries(own.level)
    if before is None or own.level == "province":
        return own.shapes
    provinces = set(own.shapes["region"].str[:2])
    others = before[~before["region"].str[:2].isin(provinces)]
    both = pd.concat([others, own.shapes], ignore_index=True)
    return both.sort_values("region", ignore_index=True)


def _to_confirm(path: Path, table: pd.DataFrame) -> Path:
    """Where a table to confirm was written; one that a person worked at stays."""
    folder = warehouse.folder()
    stem = path.name.split(".")[0]
    names = (f"{stem}-codes{n or ''}.csv" for n in (0, *range(2, 1000)))
    target = next(folder / name for name in names if not (folder / name).exists())
    with warehouse.whole(target) as fresh:
        table.to_csv(fresh, index=False, encoding="utf-8-sig")
    return target


def add_codes(
    path: Path,
    decree: str,
    since: datetime.date,
    until: datetime.date | None = None,
) -> tuple[int, int]:
    """Take an office's own workbook of codes; a wrong file changes nothing.

    What was loaded before of the same decree is replaced.

    Parameters
    ----------
    path : Path
        As `sources.nomenclature.read` takes it.
    decree : str
        That makes the codes valid.
    since, until : date
        First and last day of their validity; until another follows where left out.

    Returns
    -------
    added, to_confirm : int
        Codes of the workbook, and those of the shipped list that it lacks.

    Raises
    ------
    Refused
        ``no_decree``, ``ends_before``; rows that are no codes, named.
    """
    decree = decree.strip()
    if not decree:
        raise Refused("no_decree")
    if until is not None and until < since:
        raise Refused("ends_before", since=since.isoformat(), until=until.isoformat())
    fresh = nomenclature.read(path).assign(
        decree=decree,
        since=since.isoformat(),
        until=until.isoformat() if until else "",
    )
    before = warehouse.codes()
    if before is not None:
        others = before[before["decree"].ne(decree)]
        fresh = pd.concat([others, fresh], ignore_index=True)
    warehouse.store_codes(fresh)
    own = set(fresh.loc[fresh["decree"].eq(decree), "code"])
    shipped = set(reference.nomenclature()["code"]) - {""}
    return len(own), len(shipped - own)


def add_official(path: Path) -> tuple[int, int]:
    """Take an office's own table of official figures; a wrong file changes nothing.

    A figure that the office gave before (the same publisher, region, time, area and
    indicator) is replaced, which is how it corrects one.

    Parameters
    ----------
    path : Path
        CSV or XLSX, as `sources.official.read` takes it.

    Returns
    -------
    added, kept : int
        Figures of the file that are stored now, and all of the office's own.

    Raises
    ------
    Refused
        Columns or cells that cannot be used, named.
    """
    fresh, before = official.read(path), warehouse.official()
    both = fresh if before is None else pd.concat([before, fresh], ignore_index=True)
    both = both.drop_duplicates(official.KEY, keep="last", ignore_index=True)
    warehouse.store_official(both)
    return len(fresh), len(both)


def add_apbd(
    path: Path,
    region: str,
    year: int,
    period: int | str,
    *,
    publisher: str = reference.APBD_PUBLISHER,
) -> tuple[int, int]:
    """Take the APBD of a region and year; a wrong file changes nothing.

    It takes the place of all that is held of that region and year, given or shipped.

    Parameters
    ----------
    path : Path
        CSV or XLSX, as `sources.apbd.read` takes it.
    region : str
        BPS 2022 key.
    year : int
    period : int or "not_final"
        Month up to which realisation reaches, 1-12; never guessed.
    publisher : str
        Who gives the figures, if not the ministry's portal.

    Returns
    -------
    accounts, kept : int
        Accounts that are stored now, and regions and years of the office's own.

    Raises
    ------
    Refused
        ``no_publisher``; as `sources.apbd.read`, with every row that is wrong.
    """
    publisher = " ".join(publisher.split())
    if len(publisher) < 2:
        raise Refused("no_publisher")
    fresh = apbd.read(path, region, year, period).assign(publisher=publisher)
    with warehouse.changing():
        both = _in_place_of(warehouse.apbd(), fresh, ["region", "year"])
        warehouse.store_apbd(both)
    return len(fresh), len(both[["region", "year"]].drop_duplicates())


def add_sipd_budget(path: Path, region: str, year: int) -> tuple[int, int]:
    """Take SIPD's budget rows of a region and year; a wrong file changes nothing.

    Rows of an OPD take the place of those of the same OPD, region and year: a file may
    hold one OPD or all.

    Parameters
    ----------
    path : Path
        CSV or XLSX, as `sources.sipd_budget.read` takes it.
    region : str
        BPS 2022 key.
    year : int

    Returns
    -------
    rows, amount : int
        Rows that are stored now, and what they add up to [IDR].

    Raises
    ------
    Refused
        As `sources.sipd_budget.read`, with every cell that is wrong.
    """
    fresh = sipd_budget.read(path, region, year)
    with warehouse.changing():
        both = _in_place_of(warehouse.budget_rows(), fresh, ["region", "year", "opd"])
        warehouse.store_budget_rows(both)
    return len(fresh), int(fresh["amount"].sum())


def _in_place_of(
    before: pd.DataFrame | None, fresh: pd.DataFrame, keys: list[str]
) -> pd.DataFrame:
    """Rows of before whose keys are not among the fresh ones', and the fresh ones."""
    if before is None:
        return fresh
    named = pd.MultiIndex.from_frame(fresh[keys])
    kept = before[~pd.MultiIndex.from_frame(before[keys]).isin(named)]
    return pd.concat([kept, fresh], ignore_index=True)
