"""Official figures of an office's own tables, read as written and checked whole."""

import re
from pathlib import Path

import pandas as pd

from sepakat_lib import reference, regions, tables
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import cells, opening
from sepakat_lib.sources.susenas.problems import shown

KEY = ["region", "year", "month", "area", "indicator", "publisher"]  # one figure
NEEDED = ("region", "year", "month", "indicator", "value", "publisher", "table")
GIVEN = {"area": "all", "note": "", "grade": "published"}  # where a column is not there
AREAS, GRADES = ("all", "urban", "rural"), ("published", "computed", "estimated")
RULES = {  # what a cell must look like
    "year": ("20[0-9]{2}|2100", written("whole_from_to", low="2000", high="2100")),
    "month": ("0?[0-9]|1[0-2]", written("whole_from_to", low="0", high="12")),
    "area": ("|".join(AREAS), written("codes", codes=[*AREAS])),
    "indicator": ("[a-z][a-z0-9_]*", written("plain_name")),
    "publisher": (r".*\S.*\S.*", written("filled")),
    "table": (r".*\S.*", written("filled")),
    "grade": ("|".join(GRADES), written("codes", codes=[*GRADES])),
}
NUMBER = r"-?[0-9]+(\.[0-9]+)?"
IN_THOUSANDS = (
    r"-?[1-9][0-9]{0,2}\.000"  # 502.000 is 502 to one, half a million to another
)


def read(path: Path) -> pd.DataFrame:
    """Read a table of official figures, or refuse it with every cell that is wrong.

    Parameters
    ----------
    path : Path
        CSV (comma or semicolon) or XLSX, the first sheet; columns `NEEDED`, and any of
        `GIVEN`. Codes with dots are Kemendagri's, bare digits BPS's; numbers have a
        decimal point and no mark of thousands.

    Returns
    -------
    DataFrame
        `tables.Official`, without figures that are shipped and equal.

    Raises
    ------
    Refused
        As `cells.first_table`; ``column_twice``, ``torn_row``, ``no_figures``,
        ``missing_columns``, ``unknown_columns``; ``bad_figures`` with each cell, among them figures that
        stand twice, and those that contradict one of the same publisher that is
        shipped.
    """
    path = Path(path)
    given = _cells(path)
    _refuse_columns(path.name, list(given))
    if given.empty:
        raise Refused("no_figures", file=path.name)
    given = given.assign(**{k: v for k, v in GIVEN.items() if k not in given})
    problems = _wrong_cells(given)
    if not problems:
        given["region"] = given["region"].map(_region)
        figures = given.astype({"year": int, "month": int, "value": float})
        figures, problems = _held_against_shipped(figures)
    if problems:
        table = pd.DataFrame(problems, columns=["row", "column", "value", "rule"])
        table.insert(0, "file", path.name)
        raise Refused("bad_figures", table, cells=len(table), file=path.name)
    columns = list(tables.Official.to_schema().columns)
    return tables.Official.validate(figures[columns].reset_index(drop=True))


def _cells(path: Path) -> pd.DataFrame:
    """All cells as text; rows without any are left out, and keep their number."""
    opening.refuse_kind(opening.regular(path), cells.KINDS)
    rows = cells.first_table(path)
    heads = [cells.one_line(cell) for cell in rows[0]] if rows else []
    filled = [place for place, name in enumerate(heads) if name]
    if twice := sorted({n for n in heads if n and heads.count(n) > 1}):
        raise Refused("column_twice", file=path.name, columns=twice)
    table = [[r[p].strip() if p < len(r) else "" for p in filled] for r in rows[1:]]
    for number, row in enumerate(rows[1:], start=2):
        beyond = [c for p, c in enumerate(row) if c.strip() and p not in filled]
        if beyond:
            there, expected = len(row), len(heads)
            raise Refused(
                "torn_row", file=path.name, row=number, there=there, expected=expected
            )
    given = pd.DataFrame(table, columns=[heads[p] for p in filled], dtype=str)
    return given[given.ne("").any(axis=1)]


def _refuse_columns(file: str, columns: list[str]) -> None:
    allowed = [*NEEDED, *GIVEN]
    if unknown := [name for name in columns if name not in allowed]:
        raise Refused("unknown_columns", file=file, columns=unknown, known=allowed)
    if missing := [name for name in NEEDED if name not in columns]:
        raise Refused("missing_columns", file=file, columns=missing, there=columns)


def _wrong_cells(given: pd.DataFrame) -> list[tuple]:
    """Row, column, value and rule of each cell that cannot be."""
    problems = []

    def note(bad: pd.Series, column: str, rule: str) -> None:
        for place in given.index[bad]:
            problems.append((place + 2, column, shown(given.loc[place, column]), rule))

    code = given["region"].map(
        {region: _region(region) for region in set(given["region"])}
    )
    note(code.isna(), "region", written("region_code"))
    for column, (pattern, rule) in RULES.items():
        note(~given[column].str.fullmatch(pattern), column, rule)
    number = given["value"].str.fullmatch(NUMBER)
    note(~number, "value", written("number_with_point"))
    thousands = given["value"].str.fullmatch(IN_THOUSANDS)
    note(thousands, "value", written("number_with_point"))
    same = given.assign(region=code).duplicated(KEY, keep="first")
    note(same & code.notna(), "value", written("figure_once"))
    return problems


def _region(text: str) -> str | None:
    if not re.fullmatch(r"[0-9]{2}(\.?[0-9]{2})?", text):
        return None
    try:
        return regions.resolve(text)
    except Refused:
        return None


def _held_against_shipped(figures: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple]]:
    """Figures that are not shipped, and the cells that contradict a shipped one."""
    shipped = reference.firm()[[*KEY, "value", "table"]]
    shipped = shipped.rename(columns={"value": "held", "table": "held_in"})
    both = figures.merge(shipped, on=KEY, how="left", validate="one_to_one")
    other = both["held"].notna() & both["held"].ne(both["value"])
    problems = [
        (
            figures.index[place] + 2,
            "value",
            f"{both.loc[place, 'value']:g}",
            written(
                "as_shipped",
                value=f"{both.loc[place, 'held']:g}",
                table=both.loc[place, "held_in"],
            ),
        )
        for place in both.index[other]
    ]
    return figures[both["held"].isna().to_numpy()], problems
