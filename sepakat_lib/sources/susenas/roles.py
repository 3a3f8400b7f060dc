"""Which file is which, and of which year's questionnaire: told by columns alone."""

import re
from dataclasses import replace

import pandas as pd

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas import dating
from sepakat_lib.sources.susenas.files import File, shown
from sepakat_lib.sources.susenas.layouts import (
    DICTIONARY,
    LAYOUTS,
    MAY_WEIGH,
    SPENDING,
    SYNONYMS,
    WIDER,
    YEARS_KNOWN,
    Layout,
)
from sepakat_lib.sources.susenas.problems import Remark, named

ROLES = ("persons", "households", "block41", "block42", "block43")
ALWAYS = ("R401", "R101", "R102")  # columns that any layout calls so
KEYS = ("URUT", "RENUM")
SURE = 5  # questions of households in a file of persons: they were merged into it


def told_apart(
    files: list[File], remarks: list[Remark]
) -> tuple[list[Layout], dict[str, list[File]]]:
    """Layouts that the files may be of, and the files of each role; one may have two.

    Which of the layouts is meant, the year tells (`meant`).

    Parameters
    ----------
    remarks : list of Remark
        Receives which column is read as which.

    Raises
    ------
    Refused
        ``no_role``, ``several_rounds``, ``no_persons``, ``unknown_questionnaire``.
    """
    roles: dict[str, list[File]] = {role: [] for role in ROLES}
    for given in files:
        file = _renamed(given, ALWAYS, remarks)
        file_roles = _roles(set(file.columns))
        if not file_roles:
            raise Refused(
                "no_role",
                file=file.name,
                columns=shown(given.columns),
                years=[*YEARS_KNOWN],
            )
        for role in file_roles:
            roles[role].append(file)
    dating.refuse_several(roles)
    if not roles["persons"]:
        raise Refused("no_persons", files=[file.name for file in files])
    if not roles["households"]:
        roles |= _merged(roles)
    return _fitting(roles), roles


def _merged(roles: dict[str, list[File]]) -> dict[str, list[File]]:
    """Files of persons that hold their households' columns too, also as those."""
    design = {"R101", "R102", "R105", "R301"}
    merged = [
        file
        for file in roles["persons"]
        if design <= {*file.columns}
        and max(len({*named(x.households)} & {*file.columns}) for x in LAYOUTS) >= SURE
    ]
    weighed = [f for f in merged if "FWT" in _renamed(f, ("FWT",), []).columns]
    spent = [f for f in weighed if {"EXPEND", "KAPITA"} & {*f.columns}]
    return {"households": weighed, "block43": roles["block43"] or spent}


def are_persons(files: list[File], roles: dict[str, list[File]]) -> bool:
    """Whether files of another role are files of persons, with a row for each."""
    return bool({f.path for f in files} & {f.path for f in roles.get("persons", ())})


def called(
    layout: Layout, roles: dict[str, list[File]], remarks: list[Remark]
) -> tuple[Layout, dict[str, list[File]]]:
    """The files with their columns called as a layout calls them.

    A column that is not there is looked for by its `layouts.SYNONYMS`. Where there are
    files of households, their size is read there, whatever the layout expects.

    Raises
    ------
    Refused
        ``no_households``, ``no_weight``, ``no_column``.
    """
    if layout.size is None and roles["households"]:
        layout = replace(layout, size="R301")
    design = (layout.weight, layout.stratum, layout.psu)
    roof = [i.column for i in layout.households if i.column in SYNONYMS]
    wanted = dict.fromkeys(ROLES, ("URUT",))
    wanted["persons"] = (layout.key, *(() if layout.size else design))
    wanted["households"] = (layout.key, *design, *roof)
    roles = {
        role: [_renamed(file, wanted[role], remarks) for file in files]
        for role, files in roles.items()
    }
    _refuse_missing_design(layout, roles)
    return layout, roles


def _renamed(file: File, wanted: tuple[str, ...], remarks: list[Remark]) -> File:
    """The file, with columns of other names under those that are wanted."""
    columns = dict(file.columns)
    for name in wanted:
        others = [c for c in columns if _is_called(c, SYNONYMS[name])]
        if not others and name in WIDER:
            others = [c for c in columns if _is_called(c, WIDER[name])]
        if name in columns or len(others) != 1:
            continue
        columns[name] = columns.pop(others[0])
        fields = {"file": file.name, "column": others[0], "meant": name}
        remark = Remark("column_read_as", fields)
        remarks += [remark] if remark not in remarks else []
    return replace(file, columns=columns) if columns != file.columns else file


def _is_called(column: str, names: re.Pattern) -> bool:
    return names.fullmatch(re.sub(r"[-.\s]+", "_", column)) is not None


def _fitting(roles: dict[str, list[File]]) -> list[Layout]:
    """Layouts whose signature the files have; the key may have its other name."""
    persons = {column for file in roles["persons"] for column in file.columns}
    homes = {column for file in roles["households"] for column in file.columns}
    housing = set().union(*(layout.housing for layout in LAYOUTS))
    keyed = persons & set(KEYS) or any(map(SYNONYMS["URUT"].fullmatch, persons))
    fitting = [
        layout
        for layout in LAYOUTS
        if keyed
        and layout.signature - set(KEYS) <= persons
        and not (layout.absent - set(KEYS)) & persons
        and (homes & layout.housing or not homes & housing)
    ]
    if not fitting:
        _refuse_layout(roles["persons"], persons)
    return fitting


def _refuse_layout(persons: list[File], present: set[str]) -> None:
    nearest = min(LAYOUTS, key=lambda layout: len(layout.signature - present))
    lacking = sorted(nearest.signature - present)
    raise Refused(
        "unknown_questionnaire",
        _whole_files(persons, lacking) if lacking else None,
        file=", ".join(file.name for file in persons),
        columns=lacking,
        there=shown(sorted(present)),
        like=nearest.name,
        years=[*YEARS_KNOWN],
    )


def meant(layouts: list[Layout], year: int, round: str, synthetic: bool) -> Layout:
    """The layout of a year, among those that the columns allow.

    Invented files have one layout for all years. Of September, and of a year whose
    questionnaire nobody here has seen in a dictionary, the nearest is taken.

    Raises
    ------
    Refused
        ``other_questionnaire``: a dictionary has that March's, and it is another.
    """
    by_name = {layout.name: layout for layout in layouts}
    if synthetic or str(year) in by_name:
        return by_name.get(str(year) if not synthetic else "2024", layouts[0])
    certain = [layout.name for layout in LAYOUTS if layout.met == DICTIONARY]
    if round == "march" and str(year) in certain:
        raise Refused(
            "other_questionnaire",
            year=str(year),
            layouts=sorted(by_name),
            years=[*YEARS_KNOWN],
        )
    return min(layouts, key=lambda layout: abs(int(layout.name) - year))


def _roles(columns: set[str]) -> list[str]:
    if "KODE" in columns:
        blocks = {"block41": {"B41K10"}, "block42": {"B42K4", "B42K5"}}
        return [role for role, values in blocks.items() if values & columns]
    layouts = [(named(x.households), named(x.persons)) for x in LAYOUTS]
    hits_households = max(len(columns & set(h)) for h, _ in layouts)
    hits_persons = max(len(columns & set(p)) for _, p in layouts)
    if "R401" in columns or hits_persons > max(1, hits_households):
        return ["persons"]
    roles = []
    of_design = "R301" in columns and (
        "FWT" in columns or (not SPENDING & columns and {"R101", "R105"} <= columns)
    )
    if hits_households or of_design:
        roles.append("households")
    if {"EXPEND", "KAPITA"} & columns:
        roles.append("block43")
    return roles


def _refuse_missing_design(layout: Layout, roles: dict[str, list[File]]) -> None:
    """Refuse files that lack columns without which nothing can be estimated."""
    needs = {"persons": [layout.key, layout.person], "households": []}
    place = [layout.key, "R101", "R102", "R105", layout.weight]
    if layout.size is None:
        needs["persons"] += [c for c in place if c not in needs["persons"]]
    else:
        needs["households"] = [*place, layout.size]
        if not roles["households"]:
            raise Refused("no_households")
    needs |= {"block41": ["URUT"], "block42": ["URUT"], "block43": ["URUT"]}
    lacking = [
        (role, file, [c for c in columns if c not in file.columns])
        for role, columns in needs.items()
        for file in roles[role]
        if any(c not in file.columns for c in columns)
    ]
    if not lacking:
        return
    tables = [_whole_files([file], columns) for _, file, columns in lacking]
    table = pd.concat(tables, ignore_index=True)
    role, file, columns = lacking[0]
    if columns == [layout.weight]:
        every = [
            (f.name, c) for files in roles.values() for f in files for c in f.columns
        ]
        others = dict.fromkeys(f"{c} ({n})" for n, c in every if MAY_WEIGH.match(c))
        raise Refused(
            "no_weight",
            table,
            file=file.name,
            column=layout.weight,
            others=[*others] or ["-"],
        )
    raise Refused(
        "no_column",
        table,
        file=file.name,
        columns=columns,
        there=shown(file.columns),
        role=role,
        years=[*YEARS_KNOWN],
    )


def _whole_files(files: list[File], columns: list[str]) -> pd.DataFrame:
    rows = [
        (file.name, pd.NA, column, "", written("column"))
        for file in files
        for column in columns
    ]
    table = pd.DataFrame(rows, columns=["file", "row", "column", "value", "rule"])
    return table.astype({"row": "Int64"})
