"""Which file is which, and of which year's questionnaire: told by columns alone."""

import pandas as pd

from sepakat_lib.sources.susenas.files import File, shown
from sepakat_lib.sources.susenas.layouts import LAYOUTS, Layout
from sepakat_lib.sources.susenas.problems import SusenasError, named

ROLES = {
    "persons": "KOR, persons",
    "households": "KOR, households",
    "block41": "KP, block 41",
    "block42": "KP, block 42",
    "block43": "KP, block 43",
}


def told_apart(files: list[File]) -> tuple[Layout, dict[str, list[File]]]:
    """Layout of the persons, and the files of each role; a file may have two."""
    roles: dict[str, list[File]] = {role: [] for role in ROLES}
    for file in files:
        found = _roles(set(file.columns))
        if not found:
            raise SusenasError(
                "no_role",
                f"{file.name} is no file of Susenas that is known here. {_has(file)} "
                "Check whether it is a file of the KOR, or block 41, 42 or 43 of the KP.",
                file=file.name,
                columns=shown(file.columns),
            )
        for role in found:
            roles[role].append(file)
    present = {column for file in roles["persons"] for column in file.columns}
    for layout in LAYOUTS:
        if layout.signature <= present and not layout.absent & present:
            _refuse_missing_design(layout, roles)
            return layout, roles
    if not roles["persons"]:
        raise SusenasError(
            "no_persons",
            "There is no file of persons (KOR with R401) among "
            f"{', '.join(file.name for file in files)}. Add kor_ind1, kor_ind2, ….",
            files=[file.name for file in files],
        )
    _refuse_layout(roles["persons"], present)


def _refuse_layout(persons: list[File], present: set[str]) -> None:
    names = ", ".join(file.name for file in persons)
    nearest = min(LAYOUTS, key=lambda layout: len(layout.signature - present))
    lacking = ", ".join(f"`{c}`" for c in sorted(nearest.signature - present))
    is_not = "Columns" if "," in lacking else "Column"
    verb = "are" if "," in lacking else "is"
    raise SusenasError(
        "no_column",
        f"{is_not} {lacking} {verb} not in {names}. {_has(*persons)} Check that these "
        f"are the files of persons (KOR IND) of one year; nearest is {nearest.name}.",
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
    found = []
    if hits_households or {"FWT", "R301"} <= columns:
        found.append("households")
    if {"EXPEND", "KAPITA"} & columns:
        found.append("block43")
    return found


def _refuse_missing_design(layout: Layout, roles: dict[str, list[File]]) -> None:
    """Refuse files that lack columns without which nothing can be estimated."""
    needs = {"persons": [layout.key, layout.person], "households": []}
    place = [layout.key, "R101", "R102", "R105", layout.weight]
    if layout.size is None:
        needs["persons"] += [c for c in place if c not in needs["persons"]]
    else:
        needs["households"] = [*place, layout.size]
        if not roles["households"]:
            raise SusenasError(
                "no_households",
                "There is no file of households (KOR RT: URUT, FWT, R301, R18…) among "
                "the files. Add kor_rt.",
            )
    needs |= {"block41": ["URUT"], "block42": ["URUT"], "block43": ["URUT"]}
    lacking = [
        (role, file, [c for c in columns if c not in file.columns])
        for role, columns in needs.items()
        for file in roles[role]
        if any(c not in file.columns for c in columns)
    ]
    if not lacking:
        return
    sentences = [
        f"{'Columns' if len(columns) > 1 else 'Column'} "
        f"{', '.join(f'`{c}`' for c in columns)} "
        f"{'are' if len(columns) > 1 else 'is'} not in {file.name}. {_has(file)} "
        f"Check that this file is {ROLES[role]}."
        for role, file, columns in lacking
    ]
    found = [_whole_files([file], columns) for _, file, columns in lacking]
    role, file, columns = lacking[0]
    raise SusenasError(
        "no_column",
        "\n".join(sentences),
        pd.concat(found, ignore_index=True),
        file=file.name,
        columns=columns,
        there=shown(file.columns),
        role=role,
    )


def _whole_files(files: list[File], columns: list[str]) -> pd.DataFrame:
    rows = [
        (file.name, pd.NA, column, "", "the column must be there")
        for file in files
        for column in columns
    ]
    table = pd.DataFrame(rows, columns=["file", "row", "column", "value", "rule"])
    return table.astype({"row": "Int64"})


def _has(*files: File) -> str:
    """Columns of a file, for a sentence; the rest are counted."""
    columns = shown(sorted({column for file in files for column in file.columns}))
    if not columns:
        return "Its first line holds numbers, not the names of columns."
    more = f" and {len(columns) - 25} more" if len(columns) > 25 else ""
    return f"The columns found: {', '.join(columns[:25])}{more}."
