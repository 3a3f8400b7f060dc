"""The only place that knows where data lie: Parquet by survey, year and load.

```
data/warehouse/susenas/2023/load-000007/origin.json
data/warehouse/susenas/2023/load-000007/3501/{households,persons}.parquet
data/warehouse/estimates/susenas-2023.json + the two tables that it names
data/warehouse/{official,apbd,budget_rows}/own.parquet
```
A load is written beside its place and appears by one rename, with all its kabupaten; of
a kabupaten the newest load counts. Estimates appear by one rename of their record, which
names its tables. So at every instant the old or the new stands whole. What nothing
refers to any more is taken away by a later writer, when nobody reads it.
"""

import contextlib
import json
import os
import re
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
import pyarrow
import pyarrow.parquet

from sepakat_lib import ROOT, atomic
from sepakat_lib.atomic import whole
from sepakat_lib.refused import Refused

TABLES = ("households", "persons")
LOAD = re.compile(r"load-(\d{6,})")
REGION = re.compile(r"\d{4}")
ORIGIN = "origin.json"
PRIVATE = 0o700  # microdata are for the user who loaded them


class Result(NamedTuple):
    """Computed tables that belong together, and what their record tells of them."""

    record: dict
    tables: dict[str, Path]


def folder() -> Path:
    """Where data lie: `SEPAKAT_DATA`, or `data` beside the notebooks."""
    return Path(os.environ.get("SEPAKAT_DATA") or ROOT / "data")


def _root() -> Path:
    return folder() / "warehouse"


def _place(survey: str, year: int) -> Path:
    return _root() / survey / str(year)


@contextlib.contextmanager
def workplace(beside: Path | None = None) -> Iterator[Path]:
    """Give a private folder for what is being made, and take it away in the end.

    What killed processes left anywhere in the warehouse is taken away first.

    Parameters
    ----------
    beside : Path, optional
        Folder that will hold what is made. Default: the warehouse.
    """
    tidy()
    with atomic.scratch(beside or _root()) as scratch:
        yield scratch


def tidy() -> None:
    """Take away what killed processes left, also where there is nothing to write."""
    _put_back()
    atomic.sweep(folder(), "warehouse", "warehouse/*", "warehouse/*/*")


def _put_back() -> None:
    """Put back what an earlier version had moved aside when it was killed.

    It moved a kabupaten's old data into its scratch before the new ones took their
    place; between the two the scratch held the only copy.
    """
    for aside in atomic.there(
        _root(), f"*/*/{atomic.PREFIX}*/old-[0-9][0-9][0-9][0-9]"
    ):
        place = aside.parent.parent / aside.name.removeprefix("old-")
        newer = place.exists() or any(place.parent.glob(f"load-*/{place.name}"))
        if (aside / ORIGIN).exists() and not newer:
            aside.rename(place)


def _writing():
    """Hold the warehouse while what was made is put in its place."""
    return atomic.locked(_root() / ".lock")


def _hold_for_reading() -> int | None:
    """Keep what is read from being taken away; a descriptor to close, if any."""
    try:
        return atomic.hold(_root() / ".reading", shared=True)
    except OSError:  # nothing is stored, or nobody may write here: nothing goes away
        return None


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Keep what is read from being taken away meanwhile."""
    lock = _hold_for_reading()
    try:
        yield
    finally:
        _let_go(lock)


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def store(
    survey: str,
    year: int,
    households: pd.DataFrame,
    persons: pd.DataFrame,
    origin: dict,
    progress=None,
    *,
    own: dict[str, dict] | None = None,
    permit: Callable[[], None] | None = None,
) -> list[str]:
    """Write a validated round; all its kabupaten replace what was there at one instant.

    Parameters
    ----------
    survey : str
        Name of the source ("susenas").
    year : int
        Year of the round.
    households, persons : DataFrame
        Validated by `tables.Households` and `tables.Persons`.
    origin : dict
        What is told of the data everywhere: inputs with SHA-256, layout, synthetic …
    progress : callable, optional
        Called with the number of regions done.
    own : dict of dict, optional
        What is told of each kabupaten beside its `origin`.
    permit : callable, optional
        Called when nothing else can be stored any more until this load is: it raises
        where the load may not take the place of what is there.

    Returns
    -------
    list of str
        Regions written.
    """
    members = dict(list(persons.groupby("region", sort=False)))
    counts = {}
    place = _private(survey, year)
    with workplace(place) as scratch:
        load = scratch / "load"
        load.mkdir(PRIVATE)
        for region, part in households.groupby("region"):
            fresh = load / region
            fresh.mkdir()
            for table, rows in zip(TABLES, (part, members[region]), strict=True):
                rows.to_parquet(fresh / f"{table}.parquet", index=False)
            counts[region] = {"households": len(part), "persons": len(members[region])}
            counts[region] |= (own or {}).get(region, {})
            if progress:
                progress(len(counts))
        content = {"year": year, "origin": origin, "regions": counts}
        (load / ORIGIN).write_text(json.dumps(content), "utf-8")
        atomic.settle(*load.rglob("*"), load)
        with _writing():
            if permit:
                permit()
            number = max([0, *(number for number, _ in _numbered(place))]) + 1
            load.rename(place / f"load-{number:06d}")
            atomic.settle(place)
            _collect(place, scratch)
    return list(counts)


def _private(survey: str, year: int) -> Path:
    """Folder of a round, that only its owner may enter."""
    place = _place(survey, year)
    place.mkdir(parents=True, exist_ok=True)
    for path in (place.parent, place):
        if path.stat().st_mode & 0o077:
            with contextlib.suppress(PermissionError):  # another user's folder
                path.chmod(PRIVATE)
    return place


def _numbered(place: Path) -> list[tuple[int, Path]]:
    """Loads of a round, oldest first.

    A load is named ``load-`` and its number. Kabupaten that an earlier version stored
    lie in the round's folder itself, which counts as load 0.
    """
    if not place.is_dir():
        return []
    matches = [(LOAD.fullmatch(path.name), path) for path in place.iterdir()]
    loads = [(int(match[1]), path) for match, path in matches if match]
    return sorted([(0, place), *loads])


def _kabupaten(load: Path) -> list[str]:
    return [name for name in os.listdir(load) if REGION.fullmatch(name)]


def _collect(place: Path, scratch: Path) -> None:
    """Move kabupaten that a newer load replaced into scratch, if nobody reads."""
    with _nobody_reading() as nobody:
        current = _current(place) if nobody else {}
        for number, load in _numbered(place) if nobody else ():
            kabupaten = _kabupaten(load)
            replaced = [
                region
                for region in kabupaten
                if region in current and current[region][0] != load
            ]
            for region in replaced:
                (load / region).rename(scratch / f"{number}-{region}")
            if number and len(replaced) == len(kabupaten):
                load.rename(scratch / f"{number}-load")


@contextlib.contextmanager
def _nobody_reading() -> Iterator[bool]:
    """Keep readers out for a moment; False where one is in, who is left alone."""
    try:
        lock = atomic.hold(_root() / ".reading", wait=False)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        os.close(lock)


def _current(place: Path) -> dict[str, tuple[Path, dict]]:
    """Load that holds each kabupaten's newest data, with what is told of them."""
    current: dict[str, tuple[Path, dict]] = {}
    for number, load in _numbered(place):
        if number:
            content = _origin(load)
            shared = content["origin"] | {"year": content["year"]}
            for region in sorted(set(_kabupaten(load)) & set(content["regions"])):
                origin = shared | content["regions"][region] | {"region": region}
                current[region] = (load, origin)
            continue
        for region in _kabupaten(load):
            if (load / region / ORIGIN).exists():
                current[region] = (load, _origin(load / region))
    return current


def _origin(place: Path) -> dict:
    """What is told of a load, or of one kabupaten of an earlier version's."""
    content = atomic.read_object(place / ORIGIN) or {}
    if LOAD.fullmatch(place.name):
        kabupaten = content.get("regions")
        whole = isinstance(kabupaten, dict) and isinstance(content.get("origin"), dict)
        whole = whole and all(isinstance(entry, dict) for entry in kabupaten.values())
    else:
        whole = isinstance(content.get("inputs"), list) and "synthetic" in content
    if not whole or not isinstance(content.get("year"), int):
        raise _damaged_load(place / ORIGIN, place)
    return content


def _damaged_load(file: Path, place: Path) -> Refused:
    return Refused("damaged_load", file=str(file), folder=str(place))


def loaded(survey: str = "susenas") -> pd.DataFrame:
    """Rounds in the warehouse: one row a year and kabupaten, with its origin.

    Raises
    ------
    Refused
        A file that tells what was loaded cannot be read.
    """
    with reading():
        place = _root() / survey
        return _loaded(place, _state(place)).copy(deep=False)


@lru_cache(maxsize=4)  # a page asks a dozen times, and nothing has changed between
def _loaded(place: Path, state: tuple) -> pd.DataFrame:
    rows = [
        origin
        for of_round in sorted(place.glob("[0-9]*"))
        for _, (_, origin) in sorted(_current(of_round).items())
    ]
    columns = ["year", "region", "synthetic", "layout", "columns"]
    columns += ["inputs", "remarks", "households", "persons"]
    return pd.DataFrame(rows, columns=None if rows else columns)


def _state(place: Path) -> tuple:
    """What changes whenever a load comes, goes, or is told otherwise."""
    state = []
    for of_round in sorted(place.glob("[0-9]*")):
        for number, load in _numbered(of_round):
            told = [load] if number else [load / r for r in sorted(_kabupaten(load))]
            files = [load, *(folder / ORIGIN for folder in told)]
            state += [
                (str(file), at.st_mtime_ns, at.st_size, at.st_ino)
                for file in files
                if (at := _stat(file))
            ]
    return tuple(state)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def connect(survey: str, year: int, regions: list[str] | None = None):
    """A DuckDB connection with the views `households` and `persons` of one round.

    A load that comes later does not change what it reads.

    Raises
    ------
    Refused
        When no data of that year, or of one of the regions, are in the warehouse.
    Refused
        A file of the round cannot be read.
    """
    lock = _hold_for_reading()
    try:
        con = _connected(survey, year, regions)
    except BaseException:
        _let_go(lock)
        raise
    weakref.finalize(con, _let_go, lock)
    return con


def _connected(survey: str, year: int, regions: list[str] | None):
    current = _current(_place(survey, year))
    wanted = sorted(current) if regions is None else regions
    absent = sorted(set(wanted) - set(current))
    if absent:
        raise Refused("region_not_loaded", year=str(year), regions=absent)
    if not wanted:
        raise Refused("nothing_loaded", year=str(year))
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    # with a hundred expressions of "x IN (1, 2)" it takes seconds, and gains nothing
    con.execute("SET disabled_optimizers = 'in_clause'")
    for table, every in _columns(current, wanted).items():
        files = [current[region][0] / region / f"{table}.parquet" for region in wanted]
        quoted = ", ".join("'" + str(name).replace("'", "''") + "'" for name in files)
        reading = f"SELECT * FROM read_parquet([{quoted}], union_by_name=true)"
        try:
            described = con.execute(f"DESCRIBE {reading}").fetchall()
            own = {name for name, *_ in described}
            absent = [
                f"CAST(NULL AS {kind}) AS {name}"
                for name, kind in every.items()
                if name not in own
            ]
            con.execute(
                f"CREATE VIEW {table} AS "
                + reading.replace("*", ", ".join(["*", *absent]), 1)
            )
        except duckdb.Error:
            for file in files:
                if not _is_parquet(file):
                    raise _damaged_load(file, file.parent) from None
            raise
    return con


def columns(survey: str, year: int):
    """A DuckDB connection whose `households` and `persons` have a round's columns alone.

    Raises
    ------
    Refused
        When no data of that year are in the warehouse, or a file cannot be read.
    """
    with reading():
        current = _current(_place(survey, year))
        if not current:
            raise Refused("nothing_loaded", year=str(year))
        con = duckdb.connect()
        for table, every in _columns(current).items():
            empty = ", ".join(
                f"CAST(NULL AS {kind}) AS {name}" for name, kind in every.items()
            )
            con.execute(f"CREATE VIEW {table} AS SELECT {empty} WHERE FALSE")
    return con


def _columns(
    current: dict[str, tuple[Path, dict]], wanted: Collection[str] = ()
) -> dict[str, dict[str, str]]:
    """Columns that any kabupaten of a round has, by table, with their types.

    The kabupaten of one load have the same columns: one of each tells. So a kabupaten
    whose files lack a question is read as one that did not answer, whoever is read with it.
    """
    ordered = [*current, *wanted]  # of what is read anyway, one tells
    one_of_each = {current[region][0]: region for region in ordered}
    files = [load / region for load, region in one_of_each.items()]
    if any(LOAD.fullmatch(load.name) is None for load in one_of_each):
        files = [load / region for region, (load, _) in current.items()]
    return {
        table: _described(
            tuple(str(file / f"{table}.parquet") for file in sorted(files))
        )
        for table in TABLES
    }


@lru_cache(maxsize=64)
def _described(files: tuple[str, ...]) -> dict[str, str]:
    """Columns of Parquet files and their types; a load's files never change."""
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
    try:
        described = (
            duckdb.connect()
            .execute(
                f"DESCRIBE SELECT * FROM read_parquet([{quoted}], union_by_name=true)"
            )
            .fetchall()
        )
    except duckdb.Error:
        for file in map(Path, files):
            if not _is_parquet(file):
                raise _damaged_load(file, file.parent) from None
        raise
    return {name: kind for name, kind, *_ in described}


def _is_parquet(file: Path) -> bool:
    try:
        pyarrow.parquet.read_metadata(file)
    except (OSError, pyarrow.ArrowException):
        return False
    return True


def store_result(
    name: str,
    tables: dict[str, pd.DataFrame] | Iterable[tuple[str, pyarrow.Table]],
    record: dict,
    *,
    update: Callable[[dict | None], tuple[dict, Collection[str]]] | None = None,
) -> None:
    """Keep computed tables and their record; they replace what had the name at once.

    A table is a file of its own, named by its content: one that comes out the same is
    the same file, and whoever reads few regions reads few files.

    Parameters
    ----------
    name : str
        As "susenas-2023".
    tables : dict, or iterable of (part, table)
        Tables by their part's name ("3501.estimates"); all are new, or none. Each is
        written before the next is asked for.
    record : dict
        What is told of them, in JSON; ``tables`` in it is written here.
    update : callable, optional
        Called with the record that stands, if any, when nobody else can write; gives
        the record to write and the parts of the stored ones that stay beside `tables`.
        What it raises stores nothing. Default: `record`, and none.
    """
    place = _results()
    with workplace(place) as scratch:
        files = {}
        for part, table in tables.items() if isinstance(tables, dict) else tables:
            fresh = scratch / f"{part}.parquet"
            if isinstance(table, pd.DataFrame):
                table = pyarrow.Table.from_pandas(table, preserve_index=False)
            pyarrow.parquet.write_table(
                table, fresh, compression="zstd", write_page_checksum=True
            )
            mark = atomic.mark(fresh)
            path = scratch / f"{name}.{part}-{mark['sha256'][:16]}.parquet"
            fresh.rename(path)
            files[part] = {"file": path.name, **mark}
        made = [scratch / entry["file"] for entry in files.values()]
        new = [path for path in made if not _stands(place / path.name, path)]
        atomic.settle(*new)
        with _writing():
            before = result_record(name)
            record, kept = update(before) if update else (record, ())
            stand = before["tables"] if before else {}
            files = {part: stand[part] for part in kept if part in stand} | files
            fresh = scratch / "record.json"
            fresh.write_text(json.dumps(record | {"tables": files}), "utf-8")
            atomic.settle(fresh)
            for path in made:
                if path in new or not (place / path.name).exists():
                    path.replace(place / path.name)
            atomic.settle(place)
            os.replace(fresh, place / f"{name}.json")
            atomic.settle(place)
            _collect_results(name, {entry["file"] for entry in files.values()}, scratch)


def _stands(stored: Path, made: Path) -> bool:
    """Whether a table of that name, and so of that content, lies there whole."""
    try:
        return stored.read_bytes() == made.read_bytes()
    except OSError:
        return False


def _collect_results(name: str, kept: set[str], scratch: Path) -> None:
    """Move tables that the record does not name into scratch, if nobody reads."""
    place = _results()
    with _nobody_reading() as nobody:
        # the last two are an earlier version's
        for pattern in ("{}.*.parquet", "{}.parquet", "{}-differences.parquet"):
            for path in place.glob(pattern.format(name)) if nobody else ():
                if path.name not in kept:
                    path.rename(scratch / path.name)


def result(
    name: str, parts: Collection[str] | None = None, *, exactly: bool = False
) -> Result | None:
    """Computed tables of a name; None where they are not whole, as if never made.

    Parameters
    ----------
    name : str
        As "susenas-2023".
    parts : collection of str, optional
        Those that are asked for, of which each must stand. Default: all there are.
    exactly : bool
        Compare their content with the record too, not their size alone.
    """
    record = result_record(name)
    try:
        marks = record["tables"]
        wanted = marks if parts is None else parts
        tables = {part: _results() / marks[part]["file"] for part in wanted}
        whole = tables and all(
            atomic.is_marked(path, marks[part], exactly=exactly)
            for part, path in tables.items()
        )
    except (TypeError, KeyError, AttributeError):  # not a record of ours
        return None
    return Result(record, tables) if whole else None


def result_record(name: str) -> dict | None:
    """Record of computed tables; None where it is not whole. It is not to be changed."""
    path = _results() / f"{name}.json"
    try:
        state = path.stat()
    except OSError:
        return None
    return _read_record(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=32)  # a page asks some twenty times for a few rounds
def _read_record(path: Path, *state: int) -> dict | None:
    record = atomic.read_object(path)
    return record if record and isinstance(record.get("tables"), dict) else None


def discard(file: str) -> bool:
    """Take away a computed table that cannot be read: it counts as never made.

    Parameters
    ----------
    file : str
        As a refusal ``damaged_file`` names it; a file elsewhere is left alone.

    Returns
    -------
    bool
        Whether it was one.
    """
    path = Path(file)
    computed = path.parent == _results() and path.suffix == ".parquet"
    if computed:
        path.unlink(missing_ok=True)
    return computed


def results() -> list[str]:
    """Names of which computed tables are recorded."""
    return sorted(path.stem for path in _results().glob("*.json"))


def table(path: Path, columns: list[str] | None = None) -> pyarrow.Table:
    """Read a table of a `result`, or some of its columns.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    try:
        return pyarrow.parquet.read_table(
            path, columns=columns, page_checksum_verification=True
        )
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_file", file=str(path)) from error


def _results() -> Path:
    return _root() / "estimates"


def official_path() -> Path:
    """Where the office's own official figures lie, or would lie."""
    return folder() / "warehouse" / "official" / "own.parquet"


def store_official(figures: pd.DataFrame) -> Path:
    """Keep the office's own official figures, all of them, in place of those before."""
    target = official_path()
    with whole(target) as fresh:
        figures.to_parquet(fresh, index=False)
    return target


def official() -> pd.DataFrame | None:
    """The office's own official figures, or None where it added none.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = official_path()
    try:
        return pd.read_parquet(path) if path.exists() else None
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_official", file=str(path)) from error


@contextlib.contextmanager
def changing() -> Iterator[None]:
    """Keep others from storing while what stands is read, added to and stored again."""
    _root().mkdir(parents=True, exist_ok=True)
    with _writing():
        yield


def apbd_path() -> Path:
    """Where the office's own budgets and realisations (APBD) lie, or would lie."""
    return folder() / "warehouse" / "apbd" / "own.parquet"


def store_apbd(accounts: pd.DataFrame) -> Path:
    """Keep the office's own APBD, all of them, in place of those before."""
    target = apbd_path()
    with whole(target) as fresh:
        accounts.to_parquet(fresh, index=False)
    return target


def apbd() -> pd.DataFrame | None:
    """The office's own budgets and realisations, or None where it added none.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = apbd_path()
    try:
        return pd.read_parquet(path) if path.exists() else None
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_apbd", file=str(path)) from error


def budget_rows_path() -> Path:
    """Where the office's own budget rows of SIPD lie, or would lie."""
    return folder() / "warehouse" / "budget_rows" / "own.parquet"


def store_budget_rows(rows: pd.DataFrame) -> Path:
    """Keep the office's own budget rows, all of them, in place of those before."""
    target = budget_rows_path()
    with whole(target) as fresh:
        rows.to_parquet(fresh, index=False)
    return target


def budget_rows() -> pd.DataFrame | None:
    """The office's own budget rows of SIPD, or None where it added none.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = budget_rows_path()
    try:
        return pd.read_parquet(path) if path.exists() else None
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_budget_rows", file=str(path)) from error


def codes_path() -> Path:
    """Where the office's own lists of codes lie, or would lie."""
    return folder() / "warehouse" / "codes" / "own.parquet"


def store_codes(codes: pd.DataFrame) -> Path:
    """Keep the office's own lists of codes, all of them, in place of those before."""
    target = codes_path()
    with whole(target) as fresh:
        codes.to_parquet(fresh, index=False)
    return target


def codes() -> pd.DataFrame | None:
    """The office's own lists of codes, or None where it loaded none.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = codes_path()
    try:
        return pd.read_parquet(path) if path.exists() else None
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_codes", file=str(path)) from error


def boundaries_path(level: str) -> Path:
    """Where the office's own shapes of a level lie, if it added any."""
    return folder() / "warehouse" / "boundaries" / f"{level}.parquet"


def store_boundaries(level: str, shapes: pd.DataFrame) -> Path:
    """Keep an office's own boundaries; they replace those of the same level."""
    target = boundaries_path(level)
    with whole(target) as fresh:
        shapes.to_parquet(fresh, index=False)
    return target


def boundaries(level: str) -> pd.DataFrame | None:
    """The office's own shapes of a level, or None where it added none.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = boundaries_path(level)
    try:
        return pd.read_parquet(path) if path.exists() else None
    except (OSError, pyarrow.ArrowException) as error:
        raise Refused("damaged_boundaries", file=str(path)) from error
