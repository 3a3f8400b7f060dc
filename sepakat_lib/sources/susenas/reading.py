"""From the files of one survey round to tables of households and persons, or not at all.

Files are told apart by their columns, joined by their keys, checked cell by cell, and
only then renamed. Everything wrong is listed at once; what was decided on the way is
in the remarks.
"""

import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib import regions as known_regions
from sepakat_lib import tables
from sepakat_lib.parameters import checked
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas import dating, joining, notation, spending
from sepakat_lib.sources.susenas.files import (
    OF_KABUPATEN,
    PERSONAL,
    PLACE,
    ZIP,
    File,
    find,
    load,
    look,
    sha256,
)
from sepakat_lib.sources.susenas.layouts import (
    DEMO_COLUMN,
    DICTIONARY,
    Item,
    Layout,
    is_demo,
    of_round,
)
from sepakat_lib.sources.susenas.problems import (
    FILLED,
    Problems,
    Remark,
    named,
    number_column,
)
from sepakat_lib.sources.susenas.roles import are_persons, called, meant, told_apart

FINEST = {
    "march": "kabupaten",
    "september": "province",
}  # what the sample was drawn for
MAY_BE_PASSED_OVER = (  # what lacks may stand in a file that is not read
    *("no_susenas_file", "no_persons", "no_households", "unknown_questionnaire"),
)
HALF = 0.5
WEIGHTS_AGREE = 1e-3  # weights are kept to few digits [fraction]


class Input(NamedTuple):
    """One file that was read; `rows` counts its rows, of all regions."""

    file: str
    sha256: str
    rows: int
    role: str


@dataclass(frozen=True)
class Survey:
    """One round of Susenas, checked: `tables.SpendingHouseholds`, `tables.Persons`, and items.

    Attributes
    ----------
    finest : {"kabupaten", "province"}
        The smallest regions the sample was drawn for.
    layout : str
        Generation of the questionnaire, `layouts.Layout.name`.
    synthetic : bool
        The files were invented by `demo`.
    """

    households: pd.DataFrame
    persons: pd.DataFrame
    year: int
    round: str
    layout: str
    finest: str
    synthetic: bool
    inputs: tuple[Input, ...]
    remarks: tuple[Remark, ...]


def read(
    paths: str | Path | Iterable[str | Path],
    *,
    year: int | None = None,
    round: str | None = None,
    regions: Iterable[str] | None = None,
) -> Survey:
    """Read the files of one Susenas round as BPS delivers them.

    Parameters
    ----------
    paths : path or iterable of paths
        Files (DBF, CSV, Parquet, SAV, DTA), or a folder or ZIP of them: household and
        person files of the KOR in any number of parts, and of the KP block 43, or 41
        and 42.
    year : int, optional
        May be left out only where a column of the files holds it; a file's name is
        never believed, for it may hold a date of download. [2010-2030]
    round : {"march", "september"}, optional
        Default March, unless a column or a name hints at September, which is drawn for
        provinces only; there it must be given.
    regions : iterable of str, optional
        Keep these kabupaten (BPS 2022), or those of these provinces.

    Returns
    -------
    Survey
        Weights are those of households (FWT) in both tables. A 12-month spending of
        block 42 counts as 1/12 a month and takes precedence over the month beside it.

    Raises
    ------
    Refused
        Nothing tells the year or round, or what stands in the files contradicts what was
        given (see `dating`); a column without which nothing can be estimated is missing;
        any cell is not what BPS's codes allow, a file is there twice, or one changed
        meanwhile: `.problems` lists file, row, column, value and rule. Nothing is loaded
        by halves. Codes that are only assumed refuse nothing: see `assumed.settled`.
    Refused
        A year that cannot be.

    Notes
    -----
    Source: BPS, questionnaires VSEN.K and VSEN.KP of March 2024; VSEN20.K of 2020; of
    other years as `layouts` says.
    """
    given = None if year is None else checked("year", year)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries, on cells that are checked here
        return _read(paths, given, round, regions, Path(folder))


def _read(paths, given, round, regions, unpacked: Path) -> Survey:
    passed_over: list[str] = []
    try:
        return _read_found(paths, given, round, regions, unpacked, passed_over)
    except Refused as error:
        if error.code not in MAY_BE_PASSED_OVER or not passed_over:
            raise
        fields = error.fields | {"passed_over": passed_over}
        raise Refused(error.code, error.problems, **fields) from error


def _read_found(paths, given, round, regions, unpacked: Path, passed_over) -> Survey:
    files = [look(path) for path in find(paths, unpacked, passed_over)]
    remarks: list[Remark] = []
    _remark_notation(files, remarks)
    _refuse_copies(files)
    layouts, roles = told_apart(files, remarks)
    synthetic = _synthetic(files)
    when = {"synthetic": synthetic, "remarks": remarks}
    round_given = round is not None
    year, round = dating.settle(files, year=given, round=round, remarks=remarks)
    layout = meant(layouts, year, round, synthetic)
    _remark_questionnaire(layout, year, round, synthetic, remarks)
    layout, roles = called(
        layout if synthetic else of_round(layout, year, round), roles, remarks
    )
    roles = _numbered_anew(layout, roles, remarks)
    by_path = {file.path: file for files in roles.values() for file in files}
    files = [by_path[file.path] for file in files]
    problems, rows = Problems(), {}
    wanted = _members(regions)
    households, elsewhere = _households(roles, layout, wanted, problems, rows, remarks)
    when |= {"year": year, "round": round, "round_given": round_given}
    dating.hold_against(households, **when)
    persons = _persons(roles, layout, households, elsewhere, problems, rows, remarks)
    if layout.size is None:
        households["size"] = persons["key"].value_counts().reindex(households.index)
    _check_members(households, persons, layout, problems, remarks)
    if not problems.tables:  # else a wrong cell is the reason, and is listed
        _refuse_cut_persons(roles["persons"], households, persons)
    spent = spending.of_households(
        roles, households, elsewhere, problems, rows, remarks
    )
    _remark_kp_weights(spent, households, remarks)
    _remark_columns(files, roles, layout, remarks)
    problems.raise_all()
    _refuse_changed(files)
    return Survey(
        households=_household_table(households, spent, layout),
        persons=_person_table(persons, households, layout),
        year=year,
        round=round,
        layout=layout.name,
        finest=FINEST[round],
        synthetic=synthetic,
        inputs=(*_inputs(files, roles, rows), *_archives(paths)),
        remarks=tuple(remarks),
    )


def _refuse_copies(files: list[File]) -> None:
    """Refuse a file whose bytes are another's; empty parts may be alike."""
    seen: dict[str, File] = {}
    for file in files:
        if file.empty:
            continue
        if file.sha256 in seen:
            other = seen[file.sha256].name
            raise Refused("same_file", file=file.name, other=other)
        seen[file.sha256] = file


def _refuse_changed(files: list[File]) -> None:
    """Refuse a file that is not, after reading, what it was before."""
    for file in files:
        if sha256(file.path) != file.sha256:
            raise Refused("file_changed", file=file.name)


def _remark_notation(files: list[File], remarks: list[Remark]) -> None:
    """Say which lines around a table were passed over."""
    for file in files:
        if file.sheet and file.sheet.above:
            fields = {"file": file.name, "n": file.sheet.above}
            remarks.append(Remark("lines_above", fields))
        if file.sheet and file.sheet.below:
            fields = {"file": file.name, "n": file.sheet.below}
            remarks.append(Remark("lines_below", fields))
        if file.labels:
            remarks.append(Remark("second_names", {"file": file.name}))


def _remark_questionnaire(layout, year, round, synthetic, remarks) -> None:
    """Say where the questionnaire of the files was met, or what it is taken for."""
    if synthetic:
        return
    if str(year) != layout.name:
        fields = {"year": str(year), "layout": layout.name}
        remarks.append(Remark("questionnaire_of_other_year", fields))
    elif layout.met != DICTIONARY:
        remarks.append(Remark("questionnaire_of_script", {"year": str(year)}))
    if round == "september":
        remarks.append(Remark("questionnaire_of_march", {"year": layout.name}))


def _numbered_anew(layout: Layout, roles: dict[str, list[File]], remarks):
    """The files, marked where household numbers begin anew in each kabupaten.

    So they do where, of the households outside the largest kabupaten, half and more
    have a number that stands in another kabupaten too, and persons of such numbers are
    there as often. A number mistyped in one file is no such thing.

    Raises
    ------
    Refused
        ``keys_repeat``: a file has no R101 and R102 to tell such households apart;
        ``keys_of_psu``: the numbers begin anew in each PSU.
    """
    files = roles["households"] if layout.size else roles["persons"]
    columns = [layout.key, *PLACE]
    if not all({*columns} <= {*file.columns} for file in files):
        return roles
    parts = [load(file, columns, remarks=[])[columns] for file in files]
    cells = [part[name] for part in parts for name in columns]
    if not all(map(pd.api.types.is_numeric_dtype, cells)):
        return roles
    if not are_persons(files, roles):
        _refuse_keys_of_psu(files, layout)
    homes = pd.concat(parts).dropna().drop_duplicates()
    again = homes[layout.key].duplicated(keep=False)
    place = homes["R101"] * 100 + homes["R102"]
    others = place != place.mode().iloc[0] if len(place) else place.astype(bool)
    if not again.any() or not again[others].mean() >= HALF:
        return roles
    if homes[layout.key].max() >= OF_KABUPATEN:
        return roles
    numbers = homes[layout.key][again].unique()
    if not np.isin(numbers, _of_two(roles["persons"], layout)).mean() >= HALF:
        return roles
    for file in (file for files in roles.values() for file in files):
        if not {*PLACE} <= {*file.columns}:
            raise Refused(
                "keys_repeat",
                file=file.name,
                column=layout.key,
                columns=[*PLACE],
                n=len(numbers),
            )
    remarks.append(Remark("keys_of_kabupaten", {"column": layout.key}))
    keys = dict.fromkeys(roles, "URUT") | dict.fromkeys(
        ("households", "persons"), layout.key
    )
    return {
        role: [replace(file, nested=keys[role]) for file in files]
        for role, files in roles.items()
    }


def _refuse_keys_of_psu(files: list[File], layout: Layout) -> None:
    """Refuse household numbers of which a PSU has each once, and a kabupaten many."""
    columns = [*PLACE, layout.key, layout.psu]
    if not all({*columns} <= {*file.columns} for file in files):
        return
    parts = [load(f, columns, remarks=[], named_by=[layout.psu]) for f in files]
    homes = pd.concat(parts).dropna()
    again = homes.duplicated([*PLACE, layout.key], keep=False)
    if len(homes) and again.mean() >= HALF and not homes.duplicated().any():
        raise Refused("keys_of_psu", column=layout.key, psu=layout.psu)


def _of_two(persons: list[File], layout: Layout) -> np.ndarray:
    """Household numbers of which a person stands twice in files of one sheet."""
    columns = [layout.key, layout.person]
    sheets: dict[frozenset, list[pd.DataFrame]] = {}
    for file in persons:
        part = load(file, columns, remarks=[])
        sheets.setdefault(frozenset(file.columns), []).append(part)
    found = [pd.concat(parts) for parts in sheets.values()]
    return np.concatenate(
        [part[layout.key][part.duplicated(columns)].to_numpy() for part in found]
    )


def _archives(paths) -> list[Input]:
    """Archives among the files given, by which a folder knows them again."""
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    inside = [
        part
        for path in map(Path, given)
        for part in (sorted(path.rglob("*")) if path.is_dir() else [path])
    ]
    zips = [p for p in inside if p.suffix.lower() == ZIP and p.is_file()]
    return [Input(file=p.name, sha256=sha256(p), rows=0, role="") for p in zips]


def _synthetic(files: list[File]) -> bool:
    """Whether the files are invented; some of each are refused."""
    invented = [file.name for file in files if is_demo(file.columns)]
    if 0 < len(invented) < len(files):
        raise Refused("mixed", files=invented)
    return bool(invented)


def _members(regions: Iterable[str] | None) -> dict[str, set[str]] | None:
    if regions is None:
        return None
    given = [regions] if isinstance(regions, str) else list(regions)
    return {region: set(known_regions.members(region)) for region in given}


def _bps_2022(code: float) -> tuple[str | None, bool]:
    """Kabupaten of R101 x 100 + R102, and whether the code was of 2020."""
    text = f"{code:04.0f}"
    if len(text) == 4 and text in set(known_regions.members("00")):
        return text, False
    try:
        return known_regions.from_bps_2020(text), True
    except Refused:
        return None, False


def _households(roles, layout, wanted, problems, rows, remarks):
    """Households of the regions asked for, by key, and the keys of all the others."""
    files = roles["households"] if layout.size else roles["persons"]
    place = {"R101": number_column(11, 99), "R102": number_column(1, 99)}
    design = {
        layout.key: joining.KEY,
        **{c: joining.filled(column) for c, column in place.items()},
        "R105": joining.filled(joining.one_of(1, 2)),
        layout.weight: number_column(
            0, np.inf, whole=False, nullable=False, above=True
        ),
    }
    if layout.size:
        design[layout.size] = number_column(1, 60, nullable=False)
    seen: set[str] = set()
    others: list[np.ndarray] = []

    def keep(part: pd.DataFrame, file: File) -> np.ndarray:
        region = _regions(part, file, problems, remarks)
        seen.update(region.dropna().unique())
        part["region"] = region
        if wanted is None:
            return np.ones(len(part), bool)
        inside = region.isin(set().union(*wanted.values())) | region.isna()
        keys = pd.to_numeric(part.loc[~inside, layout.key], errors="coerce")
        others.append(keys.dropna().to_numpy())
        return inside.to_numpy()

    table = joining.gather(
        files,
        key=[layout.key],
        design=design,
        free=(),
        named_by=(layout.stratum, layout.psu),
        items=layout.households,
        keep=keep,
        repeats=are_persons(files, roles),
        problems=problems,
        rows=rows,
        remarks=remarks,
    )
    _refuse_absent(wanted, seen)
    if table.empty and not problems.tables:
        raise Refused("no_rows", files=[file.name for file in files])
    elsewhere = pd.Index(np.concatenate(others) if others else [])
    columns = {layout.weight: "weight", layout.size: "size"}
    table = table.rename(columns=columns)
    return _design(table, layout, problems, remarks), elsewhere


def _regions(part: pd.DataFrame, file: File, problems, remarks) -> pd.Series:
    """Kabupaten of each row, BPS 2022; a code that never was is a problem."""
    code = pd.to_numeric(part["R101"], errors="coerce") * 100 + pd.to_numeric(
        part["R102"], errors="coerce"
    )
    by_code = {c: _bps_2022(c) for c in code.dropna().unique()}
    region = code.map({c: region for c, (region, _) in by_code.items()}).astype("str")
    unknown = code.notna() & region.isna()
    problems.add(
        file.name,
        part.index[unknown],
        "R102",
        [f"{c:g}" for c in code[unknown]],
        written("kabupaten"),
    )
    old = sorted(f"{c:04.0f}" for c, (_, of_2020) in by_code.items() if of_2020)
    if old:
        remarks.append(Remark("codes_of_2020", {"file": file.name, "codes": old}))
    return region


def _refuse_absent(wanted: dict[str, set[str]] | None, seen: set[str]) -> None:
    absent = [r for r, members in (wanted or {}).items() if not members & seen]
    if absent:
        raise Refused("no_region", regions=absent, regions_there=sorted(seen))


def _design(table: pd.DataFrame, layout: Layout, problems, remarks) -> pd.DataFrame:
    """Urban, stratum and first-stage unit; codes are nested so that none is shared."""
    table["urban"] = table["R105"] == 1
    place = table["region"] + np.where(table["urban"], "-u", "-r")
    for name, column, nest in (
        ("stratum", layout.stratum, table["region"]),
        ("psu", layout.psu, place),
    ):
        text = table.get(column)
        if text is None or text.isna().all():
            remarks.append(Remark(f"no_{name}", {"column": column}))
            table[name] = place if name == "stratum" else None
            continue
        joining.list_rows(problems, table[text.isna()], column, FILLED)
        rules = text.map({t: notation.name_rule(t) for t in text.dropna().unique()})
        wrong = rules.fillna("").ne("")
        joining.list_rows(problems, table[wrong], column, rules[wrong].to_numpy())
        table[name] = nest + "-" + text
    return table


def _persons(roles, layout, households, elsewhere, problems, rows, remarks):
    design = {layout.key: joining.KEY}
    table = joining.gather(
        roles["persons"],
        key=[layout.key, layout.person],
        design=design | {layout.person: number_column(1, 99, nullable=False)},
        free=("WEIND",),
        items=layout.persons,
        keep=lambda part, file: ~joining.among(part[layout.key], elsewhere),
        repeats=False,
        problems=problems,
        rows=rows,
        remarks=remarks,
    )
    table["key"] = table[layout.key].astype("int64")
    table["person"] = table[layout.person].astype("int64")
    stray = ~table["key"].isin(households.index).to_numpy()
    joining.list_strays(problems, table, stray, layout.key)
    return table


def _check_members(households, persons, layout, problems, remarks) -> None:
    """Every household has someone; a number other than R301's is only remarked."""
    members = persons["key"].value_counts().reindex(households.index).fillna(0)
    nobody = households[members == 0]
    joining.list_rows(problems, nobody, layout.key, written("inhabited"))
    unlike = (members > 0) & (members != households["size"])
    if unlike.any():
        fields = {"n": int(unlike.sum()), "households": [*unlike[unlike].index[:10]]}
        remarks.append(Remark("members_unlike_size", fields))
    if "WEIND" in persons:
        home = households.reindex(persons["key"])
        person_weight = pd.to_numeric(persons["WEIND"], errors="coerce").to_numpy()
        _remark_weind(person_weight, home, "persons", remarks)


def _refuse_cut_persons(files, households, persons) -> None:
    """Refuse a text of persons that ends inside a household, and is whole but for it.

    Nothing else tells that a text went on; other kinds of files count their rows.
    """
    members = persons["key"].value_counts()
    for file in files:
        own = persons[persons["file"].eq(file.name)]
        if file.kind != "text" or own.empty:
            continue
        last = own.loc[own["row"].idxmax(), "key"]
        keys = own["key"].unique()
        keys = keys[np.isin(keys, households.index)]
        fewer = members.reindex(keys).lt(households["size"].reindex(keys))
        if fewer.sum() == 1 and fewer.get(last, False):
            row = int(own["row"].max())
            raise Refused("cut_household", file=file.name, household=str(last), row=row)


def _remark_weind(weind: np.ndarray, home: pd.DataFrame, role, remarks) -> None:
    """Say what WEIND is; it is never used, so that no weight is multiplied twice."""
    weight, size = home["weight"].to_numpy(), home["size"].to_numpy()
    filled = np.isfinite(weind) & np.isfinite(weight)
    kinds = {"weind_is_weight": weight, "weind_is_weight_times_size": weight * size}
    for code, expected in kinds.items():
        if np.allclose(weind[filled], expected[filled], rtol=WEIGHTS_AGREE):
            remarks.append(Remark(code, {"role": role}))
            return
    remarks.append(Remark("weind_unlike_weight", {"role": role}))


def _remark_kp_weights(spent, households, remarks) -> None:
    """Say how the weights of block 43 stand to those of the KOR, which are used."""
    if "WEIND" in spent:
        _remark_weind(spent["WEIND"].to_numpy(), households, "block43", remarks)
    if "WERT" in spent:
        apart = (spent["WERT"] / households["weight"] - 1).abs() > WEIGHTS_AGREE
        if apart.any():
            remarks.append(Remark("wert_unlike_fwt", {"n": int(apart.sum())}))


def _remark_columns(files, roles, layout, remarks) -> None:
    """Name what a file has and the layout does not: left out, and never read."""
    used = {layout.key, layout.person, layout.weight, layout.stratum, layout.psu}
    used |= {layout.size, "R101", "R102", "R105", "KODE", "B41K10", "B42K4", "B42K5"}
    used |= {
        *spending.TOTALS,
        DEMO_COLUMN,
        *named(layout.households),
        *named(layout.persons),
    }
    for file in files:
        used |= {file.nested} if file.nested else set()
        left = [c for c in file.columns if c not in used and not dating.kind_of(c)]
        personal = [column for column in left if PERSONAL.search(column)]
        if personal:
            fields = {"file": file.name, "columns": personal}
            remarks.append(Remark("personal_columns_left_out", fields))
        if others := [column for column in left if column not in personal]:
            fields = {"file": file.name, "columns": others}
            remarks.append(Remark("columns_left_out", fields))
    left = {r.fields["item"] for r in remarks if r.code == "assumed_left_out"}
    items = (*layout.households, *layout.persons)
    assumed = [i.name for i in items if i.assumed and i.name not in left]
    remarks.append(Remark("assumed_codes", {"items": assumed}))


def _household_table(households, spent, layout: Layout) -> pd.DataFrame:
    table = households.join(spent).assign(household=households.index.astype("int64"))
    keys = ["region", "household"]
    return _valid(table, tables.SpendingHouseholds, keys, layout.households)


def _person_table(persons, households, layout: Layout) -> pd.DataFrame:
    home = households[["region", "weight"]].reindex(persons["key"])
    table = persons.rename(columns={"key": "household"})
    table = table.assign(region=home["region"].array, weight=home["weight"].array)
    return _valid(
        table, tables.Persons, ["region", "household", "person"], layout.persons
    )


def _valid(table, model, keys, items: tuple[Item, ...]) -> pd.DataFrame:
    columns = [*model.to_schema().columns]
    columns += [item.name for item in items if item.name in table]
    table = table[columns].sort_values(keys, ignore_index=True)
    return model.validate(table, lazy=True)


def _inputs(files, roles, rows) -> tuple[Input, ...]:
    names = {role: {file.path for file in files} for role, files in roles.items()}
    return tuple(
        Input(
            file=file.name,
            sha256=file.sha256,
            rows=rows.get(file.path, 0),
            role=" + ".join(
                role for role, paths in names.items() if file.path in paths
            ),
        )
        for file in files
    )
