"""What households spend: block 43 as BPS made it, or blocks 41 and 42 added up.

Some releases of March 2024 are said to carry an empty block 43. Its totals can then be
made again: food of a week x 30/7, and other goods of a month. The questionnaire prints
each good once, so that a household has each KODE once.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.susenas.files import File, load, without_empty_rows
from sepakat_lib.sources.susenas.joining import (
    among,
    list_repeated,
    list_rows,
    list_strays,
    list_unlike,
)
from sepakat_lib.sources.susenas.problems import (
    Problems,
    Remark,
    check,
    key_column,
    number_column,
)
from sepakat_lib.sources.susenas.roles import are_persons

WEEKS_A_MONTH = 30 / 7  # BPS's factor from a week's food to a month's
MONTHS_A_YEAR = 12
ROUNDING = 1.0  # EXPEND and KAPITA are kept to the rupiah or finer [IDR]
TOTALS = ("FOOD", "NONFOOD", "EXPEND", "KAPITA", "WERT", "WEIND")
BLOCKS = {"block41": ("B41K10",), "block42": ("B42K4", "B42K5")}  # their amounts
HOUSEHOLDS_TRIED = 300  # enough to see whether a block carries subtotals
MONEY = number_column(0, np.inf, whole=False)
KEY = key_column()
GOODS = 100_000  # more than the largest KODE
GOOD = number_column(0, GOODS - 1, nullable=False)
HEADING = 0.9  # share of households with a row that never has an amount


def of_households(
    roles: dict[str, list[File]],
    households: pd.DataFrame,
    elsewhere: pd.Index,
    problems: Problems,
    rows: dict[Path, int],
    remarks: list[Remark],
) -> pd.DataFrame:
    """Spending of each household per person a month; missing where no file tells it.

    Parameters
    ----------
    roles : dict of list of File
        Those of ``block43``, ``block41`` and ``block42`` are read; the latter two only
        where the first holds nothing.
    households : DataFrame
        Column ``size`` [persons], indexed by the household's key.
    elsewhere : Index
        Keys of households outside the regions asked for.
    problems, rows, remarks
        Receive what is wrong, the rows of each file, and what was decided.

    Returns
    -------
    DataFrame
        ``spending_pc_month, food_pc_month`` [IDR/person/month], and ``WERT, WEIND``
        where block 43 has them; in the order of `households`.
    """
    merged = are_persons(roles["block43"], roles)
    block = totals(roles["block43"], elsewhere, problems, rows, remarks, repeats=merged)
    if len(block):
        spent = _a_person(households, block, problems, remarks)
    elif roles["block41"] and roles["block42"]:
        remarks.append(
            Remark("spending_from_blocks", {"block43": len(roles["block43"])})
        )
        spent = _from_blocks(roles, households, elsewhere, problems, rows, remarks)
    else:
        remarks.append(Remark("no_spending", {"block43": len(roles["block43"])}))
        columns = ["spending_pc_month", "food_pc_month"]
        return pd.DataFrame(np.nan, index=households.index, columns=columns)
    total = spent["spending_pc_month"]
    if not problems.tables:  # a wrong key would part a household from its spending
        _refuse_cut(roles, total.isna().to_numpy())
    if (none := total.index[total.isna()]).size:
        fields = {"n": len(none), "households": [*none[:10]]}
        remarks.append(Remark("households_without_spending", fields))
    if (total == 0).any():
        remarks.append(Remark("zero_spending", {"n": int((total == 0).sum())}))
    return spent


def _refuse_cut(roles, without: np.ndarray) -> None:
    """Refuse texts of spending that end before the households do, and lack only those.

    Parameters
    ----------
    without : array of bool
        Which households have no spending, in the order of their file.
    """
    files = [f for role in ("block43", *BLOCKS) for f in roles[role]]
    texts = [file.name for file in files if file.kind == "text"]
    first = int(without.argmax()) if without.any() else 0
    if texts and first and without[first:].all():
        raise Refused("cut_spending", files=texts, n=int(without.sum()))


def _from_blocks(roles, households, elsewhere, problems, rows, remarks):
    parts = {}
    for role, values in BLOCKS.items():
        parts[role], headings, unknown = added_up(
            roles[role], values, households.index, elsewhere, problems, rows, remarks
        )
        if unknown:
            remarks.append(Remark("amounts_missing", {"block": role, "n": unknown}))
        if headings:
            fields = {"block": role, "codes": headings}
            remarks.append(Remark("subtotals_left_out", fields))
    index, size = households.index, households["size"]
    food = parts["block41"].reindex(index) * WEEKS_A_MONTH
    # without a row in one of the two blocks a household's spending is not known
    other = parts["block42"].reindex(index)
    return pd.DataFrame(
        {"spending_pc_month": (food + other) / size, "food_pc_month": food / size}
    )


def totals(
    files: list[File],
    elsewhere: pd.Index,
    problems: Problems,
    rows: dict[Path, int],
    remarks: list[Remark],
    *,
    repeats: bool = False,
) -> pd.DataFrame:
    """Block 43, one row a household, indexed by its key; empty where it holds nothing.

    Parameters
    ----------
    files : list of File
        Every part of block 43.
    elsewhere : Index
        Keys of households outside the regions asked for; their rows are passed over.
    rows : dict
        Receives the number of rows of each file.
    repeats : bool
        It stands in a file of persons, on each row of a household the same.

    Returns
    -------
    DataFrame
        Those of ``FOOD, NONFOOD, EXPEND, KAPITA, WERT, WEIND`` that are there, and
        ``file, row``. [IDR/household/month, KAPITA: IDR/person/month]
    """
    parts = []
    for file in files:
        columns = ["URUT", *(c for c in TOTALS if c in file.columns)]
        part = load(file, columns, remarks=remarks)
        part = without_empty_rows(part, file, remarks)
        rows[file.path] = len(part)
        part = _of_regions(part, elsewhere)
        schema = dict.fromkeys(columns, MONEY) | {"URUT": KEY}
        parts.append(_placed(check(part, schema, file.name, problems), file))
    if not parts:
        return pd.DataFrame(columns=["EXPEND", "file", "row"])
    table = pd.concat(parts, ignore_index=True).dropna(subset=["URUT"])
    table = table.set_index(table["URUT"].astype("int64"))
    if repeats:
        list_unlike(problems, table, [c for c in TOTALS if c in table])
    else:
        list_repeated(problems, table, "URUT", "household")
    table = table[~table.index.duplicated()]
    spent = [c for c in ("EXPEND", "KAPITA") if c in table]
    filled = (table[spent].fillna(0) != 0).any(axis=1).any()
    return table if filled else table.iloc[:0]


def added_up(
    files: list[File],
    values: tuple[str, ...],
    households: pd.Index,
    elsewhere: pd.Index,
    problems: Problems,
    rows: dict[Path, int],
    remarks: list[Remark],
) -> tuple[pd.Series, list[int], int]:
    """Add the rows of block 41 or 42 up for each household.

    Rows that are subtotals of the rows below them are found by arithmetic and left
    out; otherwise a household would have spent everything twice. A row without an
    amount leaves its household's sum unknown, but for headings: rows that nearly every
    household has, and none with an amount.

    Parameters
    ----------
    values : tuple of str
        ``("B41K10",)``, or ``("B42K4", "B42K5")``: of the latter the twelve months
        divided by 12 where they are filled, else the month. [IDR]
    households, elsewhere : Index
        Keys of the households read, and of those outside the regions asked for.

    Returns
    -------
    Series
        Indexed by the household's key; NaN where it is not known. [IDR/household, a
        week for block 41 and a month for block 42]
    list of int
        Codes (KODE) of the subtotals left out.
    int
        Households whose sum is not known.

    Raises
    ------
    Refused
        ``same_rows``: a file holds the same goods of the same households as another.
    """
    headings: set[float] = set()
    total, unknown = np.zeros(len(households)), np.zeros(len(households), bool)
    present = np.zeros(len(households), bool)
    goods_read = []
    for file in files:
        own = [c for c in values if c in file.columns]
        others = [c for c in sum(BLOCKS.values(), ()) if c not in values]
        others = [c for c in others if c in file.columns]
        part = load(file, ["URUT", "KODE", *own, *others], remarks=remarks)
        part = without_empty_rows(part, file, remarks)
        rows[file.path] = len(part)
        part = _of_regions(part, elsewhere)
        # a file of both blocks: a row with an amount of the other is of the other
        part = part[part[own].notna().any(axis=1) | part[others].isna().all(axis=1)]
        schema = {"URUT": KEY, "KODE": GOOD} | dict.fromkeys(own, MONEY)
        part = check(part, schema, file.name, problems).dropna(subset=["URUT", "KODE"])
        place = households.get_indexer(part["URUT"].astype("int64"))
        stray = _placed(part[place < 0].drop_duplicates("URUT"), file)
        list_rows(problems, stray, "URUT", written("known_household"))
        part, place = part[place >= 0], place[place >= 0]
        goods_read.append((file.name, part.index, place * GOODS + part["KODE"]))
        codes = subtotals(part, own)
        headings |= codes
        amount = _month(part, own)
        amount = amount.mask(part["KODE"].isin(codes) | _headings(part, amount), 0)
        total += np.bincount(place, amount.fillna(0), len(households))
        unknown[place[amount.isna()]] = True
        present[place] = True
    _list_repeated_goods(goods_read, households, problems)
    spent = pd.Series(total, index=households).where(present & ~unknown)
    return spent, sorted(int(code) for code in headings), int(unknown.sum())


def _list_repeated_goods(
    read: list[tuple[str, pd.Index, pd.Series]],
    households: pd.Index,
    problems: Problems,
) -> None:
    """List, for each household with a good twice, the first row that repeats one."""
    keys = np.sort(np.concatenate([[], *(key for *_, key in read)]))
    twice = keys[1:][keys[1:] == keys[:-1]]
    if not len(twice):
        return
    parts = []
    for name, row, key in read:
        repeats = key.isin(twice).to_numpy()
        parts.append(
            pd.DataFrame({"file": name, "row": row[repeats], "key": key[repeats]})
        )
    table = pd.concat(parts).astype({"key": "int64"}).set_index("key")
    table["KODE"], table["URUT"] = table.index % GOODS, households[table.index // GOODS]
    whole = pd.Series({name: len(key) for name, _, key in read})
    list_repeated(problems, table, "KODE", "good", rows=whole, one_of="URUT")


def _month(goods: pd.DataFrame, values: list[str]) -> pd.Series:
    """Amount of each row; NaN where it has none. [IDR/week or IDR/month]"""
    if "B42K5" not in values:
        return goods[values[0]]
    year = goods["B42K5"] / MONTHS_A_YEAR
    if "B42K4" not in values:
        return year
    month = goods["B42K4"]
    return year.where((year > 0) | month.isna(), month)


def _headings(goods: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """Rows of goods that no household has an amount of, and nearly every one a row."""
    if amount.notna().all():
        return pd.Series(False, index=goods.index)
    by_good = amount.groupby(goods["KODE"])
    households = goods["URUT"].nunique()
    never = by_good.count().eq(0) & by_good.size().ge(HEADING * households)
    return goods["KODE"].isin(never.index[never])


def subtotals(rows: pd.DataFrame, values: list[str]) -> set[float]:
    """Codes of the rows that add up the rows below them, in a sample of households.

    A household's rows, in the order of their codes, are read as groups: a first row,
    then rows that add up to it exactly. Subtotals are there when nearly every household
    can be read so to its last row; by chance that does not happen.

    >>> rows = pd.DataFrame({"URUT": 1, "KODE": [1, 2, 3, 8, 9], "B": [5.0, 2, 3, 7, 7]})
    >>> sorted(subtotals(rows, ["B"]))
    [1.0, 8.0]
    >>> subtotals(rows[~rows["KODE"].isin([1, 8])], ["B"])
    set()
    """
    some = rows["URUT"].drop_duplicates().iloc[:HOUSEHOLDS_TRIED]
    sample = rows[rows["URUT"].isin(some)].sort_values(["URUT", "KODE"])
    codes: set[float] = set()
    for value in values:
        spent = sample[sample[value] > 0]
        households = [
            _groups(part["KODE"].to_numpy(), part[value].to_numpy())
            for _, part in spent.groupby("URUT")
            if len(part) > 2
        ]
        read = [heads for heads in households if heads]
        if households and len(read) >= 0.9 * len(households):
            codes |= set().union(*read)
    return codes


def _groups(codes: np.ndarray, values: np.ndarray) -> set[float]:
    heads, place = set(), 0
    while place < len(values):
        below = np.cumsum(values[place + 1 :])
        end = np.searchsorted(below, values[place] - 0.5)
        if end == len(below) or abs(below[end] - values[place]) > 0.5:
            return set()
        heads.add(float(codes[place]))
        place += int(end) + 2
    return heads


def _a_person(households, block, problems, remarks) -> pd.DataFrame:
    """Out of block 43; KAPITA must be EXPEND / R301, and is taken where both are."""
    stray = ~block.index.isin(households.index)
    list_strays(problems, block, stray, "URUT")
    block = block.reindex(households.index)
    size = households["size"].astype(float)
    none = pd.Series(np.nan, index=households.index)
    expend, kapita = block.get("EXPEND", none), block.get("KAPITA", none)
    apart = (expend / size - kapita).abs() > ROUNDING
    per_head = (expend / size)[apart].map(
        lambda spent: written("per_head", value=f"{spent:.2f}")
    )
    list_rows(problems, block[apart], "KAPITA", per_head)
    spent = pd.DataFrame(
        {
            "spending_pc_month": kapita.where(kapita.notna(), expend / size),
            "food_pc_month": block.get("FOOD", none) / size,
        }
    )
    if {"FOOD", "NONFOOD", "EXPEND"} <= set(block.columns):
        unlike = (block["FOOD"] + block["NONFOOD"] - expend).abs() > 2 * ROUNDING
        if unlike.any():
            remarks.append(Remark("food_and_nonfood_differ", {"n": int(unlike.sum())}))
    return spent.join(block[[c for c in ("WERT", "WEIND") if c in block]])


def _of_regions(part: pd.DataFrame, elsewhere: pd.Index) -> pd.DataFrame:
    return part[~among(part["URUT"], elsewhere)]


def _placed(part: pd.DataFrame, file: File) -> pd.DataFrame:
    return part.assign(file=file.name, row=part.index)
