"""One pass over the Parquet: what every indicator needs of every row, as arrays."""

from dataclasses import dataclass
from functools import lru_cache

import duckdb
import numpy as np
import pandas as pd

from sepakat_lib import reference
from sepakat_lib.indicators import GROUPINGS, Indicator, read_columns
from sepakat_lib.parameters import definition, policy
from sepakat_lib.refused import Refused

DESIGN = ("region", "stratum", "psu", "household", "urban", "size", "weight")
HEAD = {"sex": "head_sex", "age": "head_age", "diploma": "head_diploma"}
ANY_MEMBER = {"uses_internet": "internet_user", "bank_account": "account_holder"}
COUNTED = {"family": "families"}
# what is said of a household by its members: the item that each is made of
OF_MEMBERS = HEAD | ANY_MEMBER | COUNTED
SPENT = ("spending_pc_month", "welfare")
NEEDS = {"distribution": "spending_pc_month", "tenths": "welfare"}
EXTREME = "ppp_190_2011"  # the definition that `extreme_poverty` tells


@dataclass(frozen=True)
class Values:
    """An indicator's rows: NaN where the row is not in the universe or not answered."""

    numerator: np.ndarray
    denominator: np.ndarray | None  # None: every row counts as one
    unanswered: np.ndarray  # in the universe, but without an answer


@dataclass(frozen=True)
class Rows:
    """Household rows sorted by region, stratum and PSU, and person rows beside them.

    Attributes
    ----------
    region : (psus,) array of str
        Kabupaten of each first-stage unit.
    stratum : (psus,) array of str
        Stratum of each first-stage unit, nested in region.
    has_psu : dict of str to bool
        Whether the kabupaten's file names its first-stage units.
    psu, size, weight, spending, welfare : (households,) arrays
        Index of the unit; members; households represented; [IDR/person/month];
        spending over poverty line.
    household, psu_of_person, weight_of_person : (persons,) arrays
        Row of each person's household, and that household's unit and weight.
    groups : dict of str to array
        Code of each row in a grouping, -1 where it has none.
    values : dict of str to Values
    absent : dict of str to list of str
        Indicators that cannot be computed, and the items that they miss.
    estimated_lines : frozenset of str
        Regions whose poverty line of the year is an estimate of ours.
    """

    region: np.ndarray
    stratum: np.ndarray
    has_psu: dict[str, bool]
    psu: np.ndarray
    size: np.ndarray
    weight: np.ndarray
    spending: np.ndarray
    welfare: np.ndarray
    household: np.ndarray
    psu_of_person: np.ndarray
    weight_of_person: np.ndarray
    groups: dict[str, np.ndarray]
    values: dict[str, Values]
    absent: dict[str, list[str]]
    estimated_lines: frozenset[str] = frozenset()


def read(
    con,
    year: int,
    indicators: list[Indicator],
    lines: str | None,
    *,
    any_spending: bool | None = None,
) -> Rows:
    """Read the rows behind `con` once and evaluate every declaration over them.

    Parameters
    ----------
    con : duckdb connection
        With the views `households` and `persons` (`warehouse.connect`).
    year : int
        Year of the round, for poverty lines and dated values.
    indicators : list of Indicator
        Those of kind ratio or total are evaluated; the others need no expression.
    lines : {"kabupaten", "province_urban_rural"} or None
        Which set of poverty lines a household's spending meets; None: the round has no
        line, or no spending, and what needs one is absent.
    any_spending : bool, optional
        Whether any household of the whole round told what it spends. Default: of `con`.

    Raises
    ------
    Refused
        ``not_a_share``: an office's own percentage counts a row less than not at all or
        more than once; ``not_computed``: its SQL fails on a row, as where a product is
        too large for the whole numbers that it is made of.
    """
    spent = has_spending(con)
    if any_spending is None:
        any_spending = spent and answers_spending(con)
    read_by = [*indicators, *(by for by in GROUPINGS if by.expression)]
    join(con, year, lines, frozenset().union(*map(_read_by, read_by)))
    columns = _known_columns(con, year, lines, any_spending)
    able, absent = _able(indicators, columns, year)
    design = _arrays(con, "rows_households", list(DESIGN))
    psu, psu_region, psu_stratum = _units(design)
    nothing = dict.fromkeys(SPENT, np.full(len(psu), np.nan))
    spending = _arrays(con, "rows_households", [*SPENT]) if spent else nothing
    values: dict[str, Values] = {}
    groups: dict[str, np.ndarray] = {}
    for table in ("households", "persons"):
        evaluated = [indicator for indicator in able if indicator.table == table]
        groupings = [
            grouping
            for grouping in GROUPINGS
            if grouping.table == table
            and grouping.expression
            and read_columns(grouping.expression) <= columns[f"rows_{table}"]
        ]
        arrays = _evaluated(con, f"rows_{table}", evaluated, groupings)
        values |= {
            indicator.name: _values(indicator, arrays) for indicator in evaluated
        }
        for grouping in groupings:
            groups[grouping.name] = np.nan_to_num(
                arrays[f"group_{grouping.name}"], nan=-1
            ).astype(np.int8)
    named = con.execute(
        "SELECT region, bool_and(psu IS NOT NULL) FROM households GROUP BY 1"
    )
    household = arrays["row"].astype(np.int64)  # persons came last
    return Rows(
        region=psu_region,
        stratum=psu_stratum,
        has_psu=dict(named.fetchall()),
        psu=psu,
        size=design["size"],
        weight=design["weight"],
        spending=spending["spending_pc_month"],
        welfare=spending["welfare"],
        household=household,
        psu_of_person=psu[household],
        weight_of_person=design["weight"][household],
        groups=groups,
        values=values,
        absent=absent,
        estimated_lines=_estimated_lines(year, lines),
    )


def lacking(
    con, year: int, indicators: list[Indicator], lines: str | None, any_spending: bool
) -> dict[str, list[str]]:
    """Indicators that a round cannot answer, and the items that they miss.

    Parameters
    ----------
    con : duckdb connection
        With the columns of the round; it needs no rows (`warehouse.columns`).
    year, indicators, lines, any_spending
        As `read` takes them.
    """
    join(con, year, lines)
    columns = _known_columns(con, year, lines, any_spending)
    return _able(indicators, columns, year)[1]


def _known_columns(con, year: int, lines, any_spending: bool) -> dict[str, set[str]]:
    """Columns of the joined rows that hold anything."""
    columns = {
        table: {name for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
        for table in ("rows_households", "rows_persons")
    }
    spent = has_spending(con)
    constants = _constants(year) if spent else {}
    unknown = [name for name, value in constants.items() if value is None]
    unknown += [] if lines else ["poverty_line", "welfare"]
    if not (spent and any_spending):
        unknown += ["spending_pc_month", "food_pc_month", "welfare"]
    for names in columns.values():
        names.difference_update(unknown)
    return columns


def _read_by(declared) -> frozenset[str]:
    """Columns that an indicator or a grouping reads."""
    if isinstance(declared, Indicator):
        return declared.columns
    return read_columns(declared.expression)


def dated(names, year: int) -> dict[str, float | None]:
    """Those of the policy values of a year that expressions may name, among `names`."""
    return {name: value for name, value in _constants(year).items() if name in names}


def of_region(region: str, year: int, lines: str | None) -> list:
    """What a kabupaten's spending is held against: factor, line, whether estimated."""
    if lines is None:
        return []
    at = _lines_by_region(year, lines)
    place = region if lines == "kabupaten" else region[:2]
    return [policy("spending_factor", year, region), *at.get(place, ())]


@lru_cache(maxsize=8)
def _lines_by_region(year: int, lines: str) -> dict[str, list]:
    at = reference.poverty_lines(year, by=lines)
    found: dict[str, list] = {}
    for region, *fields in at.drop(columns="note").astype(str).to_numpy().tolist():
        found.setdefault(region, []).append(fields)
    return found


def has_spending(con) -> bool:
    """Whether the survey behind `con` asks for spending, so that lines can be met."""
    described = con.execute("DESCRIBE households").fetchall()
    return "spending_pc_month" in {name for name, *_ in described}


def answers_spending(con) -> bool:
    """Whether any household behind `con` answered: a round may come without."""
    counted = con.execute("SELECT count(spending_pc_month) FROM households")
    return bool(counted.fetchone()[0])


def join(
    con, year: int, lines: str | None, needed: frozenset[str] | None = None
) -> None:
    """Make `rows_households` and `rows_persons`: items, head, order, what was spent.

    Line, factor, welfare and constants stand only where the survey asks for spending.

    Parameters
    ----------
    con : duckdb connection
    year : int
    lines : str or None
    needed : frozenset of str, optional
        Items that are read; the others are left out, which halves the time for one
        indicator. Default: all.
    """
    spent, met = "", ""
    if has_spending(con):
        spent, met = _meeting_lines(con, year, lines)
    person_columns = {name for name, *_ in con.execute("DESCRIBE persons").fetchall()}
    head = "relationship = 1" if "relationship" in person_columns else "person = 1"
    members = [
        f"arg_min({column}, person) FILTER (WHERE {head}) AS {name}"
        for column, name in HEAD.items()
        if column in person_columns
    ]
    members += [
        f"CASE WHEN bool_or({column}) THEN TRUE "
        f"WHEN bool_and({column} IS NOT NULL) THEN FALSE END AS {name}"
        for column, name in ANY_MEMBER.items()
        if column in person_columns
    ]
    members += [
        f"nullif(count(DISTINCT {column}), 0) AS {name}"
        for column, name in COUNTED.items()
        if column in person_columns
    ]
    if needed is not None:
        members = [one for one in members if one.rpartition(" ")[2] in needed]
    home_columns = [name for name, *_ in con.execute("DESCRIBE households").fetchall()]
    kept = [name for name in home_columns if _is_kept(name, needed)]
    items = [name for name in sorted(person_columns) if _is_kept(name, needed)]
    con.execute(
        f"""
        CREATE TEMP TABLE rows_households AS
        SELECT
            row_number() OVER (
                ORDER BY h.region, h.stratum, h.psu, h.household
            ) - 1 AS row,
            {", ".join(f"h.{name}" for name in kept)},
            coalesce(h.stratum, h.region) AS stratum,
            coalesce(h.psu, 'household ' || h.household) AS psu,
            {spent}
            m.* EXCLUDE (region, household)
        FROM households h
        {met}
        LEFT JOIN (
            SELECT {", ".join(["region", "household", *members])}
            FROM persons GROUP BY region, household
        ) m ON m.region = h.region AND m.household = h.household
        """
    )
    homes = {name for name, *_ in con.execute("DESCRIBE rows_households").fetchall()}
    con.execute(  # what is told of both is the person's own
        f"""
        CREATE VIEW rows_persons AS
        SELECT {", ".join(f"p.{name}" for name in items)},
            r.* EXCLUDE ({", ".join(sorted(homes & set(items)))})
        FROM persons p
        JOIN rows_households r ON r.region = p.region AND r.household = p.household
        """
    )


def _is_kept(name: str, needed: frozenset[str] | None) -> bool:
    if name in ("stratum", "psu"):
        return False  # they stand with what takes the place of a missing one
    return needed is None or name in needed or name in (*DESIGN, *SPENT, "person")


def _meeting_lines(con, year: int, lines: str | None) -> tuple[str, str]:
    """Columns and joins of SQL that hold a household's spending against its line."""
    if lines is None:
        at = pd.DataFrame({"region": [""], "poverty_line": [None]})
        at, matched = at.astype({"poverty_line": float}), "FALSE"
    elif lines == "province_urban_rural":
        at = reference.poverty_lines(year, by=lines)
        at = at.assign(urban=at["area"] == "urban", province=at["region"])
        matched = "l.province = h.region[:2] AND l.urban = h.urban"
    else:
        at, matched = reference.poverty_lines(year, by=lines), "l.region = h.region"
    regions = con.execute("SELECT DISTINCT region FROM households").fetchall()
    factors = [(name, policy("spending_factor", year, name)) for (name,) in regions]
    con.register("lines", at)
    con.register(
        "factors", pd.DataFrame(factors, columns=["region", "spending_factor"])
    )
    fixed = ", ".join(
        f"CAST({'NULL' if value is None else value} AS DOUBLE) AS {name}"
        for name, value in _constants(year).items()
    )
    spent = (
        f"l.poverty_line, f.spending_factor, {fixed}, "
        "h.spending_pc_month * f.spending_factor / l.poverty_line AS welfare,"
    )
    met = f"LEFT JOIN lines l ON {matched} LEFT JOIN factors f ON f.region = h.region"
    return spent, met


def _estimated_lines(year: int, lines: str | None) -> frozenset[str]:
    if lines is None:
        return frozenset()
    at = reference.poverty_lines(year, by=lines)
    return frozenset(at.loc[at["estimated"], "region"])


def _constants(year: int) -> dict[str, float | None]:
    """Dated values that expressions may name; None where the year has none."""
    day = policy("extreme_line_day", year)
    if definition("extreme_line_day", year) != EXTREME:
        day = None  # another definition's rate may not stand under this indicator
    bands = enumerate(policy("welfare_bands", year) or [None] * 4, 1)
    return {f"band_{i}": value for i, value in bands} | {
        "chronic_cut": policy("chronic_cut", year),
        "extreme_line": None if day is None else day * 365 / 12,  # a month's
    }


def _able(indicators, columns, year) -> tuple[list[Indicator], dict[str, list[str]]]:
    """Part the indicators into those whose items are in the data, and the others.

    An item of a programme that did not exist yet counts as not there.
    """
    able, absent = [], {}
    for indicator in indicators:
        computed = indicator.kind in ("ratio", "total")
        if not computed and indicator.kind not in NEEDS:
            continue
        needed = indicator.columns if computed else {NEEDS[indicator.kind]}
        present = (
            columns[f"rows_{indicator.table}"] if indicator.since <= year else set()
        )
        missing = sorted(needed - present)
        if missing:
            absent[indicator.name] = missing
        elif computed:
            able.append(indicator)
    return able, absent


def _expressions(indicators, groupings) -> list[str]:
    columns = []
    for indicator in indicators:
        name, numerator = indicator.name, indicator.numerator
        denominator = indicator.denominator
        inside = f"coalesce({indicator.universe}, FALSE)"
        given = f"({numerator}) IS NOT NULL AND ({denominator}) IS NOT NULL"
        columns += [
            f"CAST(CASE WHEN {inside} AND {given} THEN ({numerator}) END AS DOUBLE)"
            f" AS numerator_{name}",
            f"{inside} AND NOT ({given}) AS unanswered_{name}",
        ]
        if denominator != "1":
            columns.append(f"CAST(({denominator}) AS DOUBLE) AS denominator_{name}")
    for grouping in groupings:
        columns.append(
            f"CAST(({grouping.expression}) AS DOUBLE) AS group_{grouping.name}"
        )
    return columns


def _evaluated(con, table: str, indicators, groupings) -> dict[str, np.ndarray]:
    """Every expression over the rows of a table, or which indicator cannot be computed."""
    try:
        return _arrays(con, table, ["row", *_expressions(indicators, groupings)])
    except duckdb.Error:
        for indicator in indicators:
            try:
                _arrays(con, table, _expressions([indicator], []))
            except duckdb.Error as error:
                why = str(error).strip().splitlines()[0][:200]
                raise Refused(
                    "not_computed", indicator=indicator.name, why=why
                ) from None
        raise


def _values(indicator: Indicator, arrays: dict[str, np.ndarray]) -> Values:
    """Values of the rows; an office's own share may count none of them twice."""
    numerator = arrays[f"numerator_{indicator.name}"]
    lowest, highest = np.fmin.reduce(numerator), np.fmax.reduce(numerator)
    if indicator.is_share and (lowest < 0 or highest > 1):
        raise Refused(
            "not_a_share",
            indicator=indicator.name,
            lowest=f"{lowest:g}",
            highest=f"{highest:g}",
        )
    return Values(
        numerator=numerator,
        denominator=arrays.get(f"denominator_{indicator.name}"),
        unanswered=arrays[f"unanswered_{indicator.name}"].astype(bool),
    )


def _arrays(con, table: str, columns: list[str]) -> dict[str, np.ndarray]:
    """Columns as plain arrays, NaN where SQL says NULL."""
    selection = ", ".join(columns)
    order = "row, person" if table == "rows_persons" else "row"
    fetched = con.execute(
        f"SELECT {selection} FROM {table} ORDER BY {order}"
    ).fetchnumpy()
    return {
        name: values.filled(np.nan) if np.ma.isMaskedArray(values) else values
        for name, values in fetched.items()
    }


def _units(design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First-stage units in order: each household's unit, each unit's place."""
    region, stratum, psu = (design[name].astype(str) for name in DESIGN[:3])
    new_stratum = _changes(region) | _changes(stratum)
    new_psu = new_stratum | _changes(psu)
    first = np.flatnonzero(new_psu)
    return np.cumsum(new_psu) - 1, region[first], stratum[first]


def _changes(values: np.ndarray) -> np.ndarray:
    return np.r_[True, values[1:] != values[:-1]]
