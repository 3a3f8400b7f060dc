"""Which file is which, and of which year's questionnaire: told by columns alone."""

import pandas as pd

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas.files import File, shown
from sepakat_lib.sources.susenas.layouts import LAYOUTS, Layout
from sepakat_lib.sources.susenas.problems import named

ROLES = ("persons", "households", "block41", "block42", "block43")


def told_apart(files: list[File]) -> tuple[Layout, dict[str, list[File]]]:
    """Layout of the persons, and the files of each role; a file may have two."""
    roles: dict[str, list[File]] = {role: [] for role in ROLES}
    for file in files:
        file_roles = _roles(set(file.columns))
        if not file_roles:
            raise Refused("no_role", file=file.name, columns=shown(file.columns))
        for role in file_roles:
            roles[role].append(file)
    present = {column for file in roles["persons"] for column in file.columns}
    for layout in LAYOUTS:
        if layout.signature <= present and not layout.absent & present:
            _refuse_missing_design(layout, roles)
            return layout, roles
    if not roles["persons"]:
        raise Refused("no_persons", files=[file.name for file in files])
    _refuse_layout(roles["persons"], present)


def _refuse_layout(persons: list[File], present: set[str]) -> None:
    names = ", ".join(file.name for file in persons)
    nearest = min(LAYOUTS, key=lambda layout: len(layout.signature - present))
    raise Refused(
        "no_column",
        _whole_files(persons, sorted(nearest.signature - present)),
        file=names,
        columns=sorted(nearest.signature - present),
        there=shown(sorted(present)),
        role="persons",
    )


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
    if hits_households or {"FWT", "R301"} <= columns:
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
    role, file, columns = lacking[0]
    raise Refused(
        "no_column",
        pd.concat(tables, ignore_index=True),
        file=file.name,
        columns=columns,
        there=shown(file.columns),
        role=role,
    )


def _whole_files(files: list[File], columns: list[str]) -> pd.DataFrame:
    rows = [
        (file.name, pd.NA, column, "", written("column"))
        for file in files
        for column in columns
    ]
    table = pd.DataFrame(rows, columns=["file", "row", "column", "value", "rule"])
    return table.astype({"row": "Int64"})
