"""What charts ask of a table, and how they write its values."""

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures.layout import round_ticks

HIDDEN = {"one_unit": "chart.one_unit", "withheld": "chart.withheld"}  # what to say


def checked(
    table: pd.DataFrame,
    columns: Iterable[str],
    chart: str,
    *,
    may_miss: Collection[str] = (),
) -> pd.DataFrame:
    """Copy of `table` with just `columns`, and ``digits``, if it can be drawn honestly.

    Parameters
    ----------
    columns : names
        All must be there. ``low`` and ``high`` may be missing together.
    chart : str
        Named in errors.
    may_miss : names
        Columns whose missing values have their own picture.

    Raises
    ------
    ValueError
        No row, a column or value missing, half an interval, a value outside its own.
    """
    columns = list(columns)
    if absent := [name for name in columns if name not in table.columns]:
        raise ValueError(
            f"{chart} needs the columns {', '.join(columns)}; "
            f"{', '.join(absent)} is not among {', '.join(map(str, table.columns))}"
        )
    if table.empty:
        raise ValueError(f"{chart} has no row to draw; leave the figure out")
    kept = [*columns, *(["digits"] if "digits" in table else [])]
    selection = table[kept].reset_index(drop=True)
    for name in columns:
        if name in ("low", "high", *may_miss):
            continue
        if selection[name].isna().any():
            raise ValueError(
                f"{chart} has {selection[name].isna().sum()} missing in {name!r}; leave "
                "those rows out before drawing, and say so in the caption"
            )
    if {"low", "high"} <= set(columns):
        _check_intervals(selection, chart)
    return selection


def _check_intervals(table: pd.DataFrame, chart: str) -> None:
    half = table["low"].isna() != table["high"].isna()
    whole = table["low"].notna() & table["value"].notna()
    beside = whole & ~table["value"].between(table["low"], table["high"])
    if half.any() or beside.any():
        row = table[half | beside].iloc[0]
        raise ValueError(
            f"{chart}: a value lies inside its interval; {row['value']} came with "
            f"{row['low']} to {row['high']}"
        )


def only(values: pd.Series, allowed: Collection[str], column: str) -> None:
    """Refuse a word outside `allowed`."""
    if strange := sorted(set(values) - set(allowed)):
        raise ValueError(
            f"{column} is one of {', '.join(allowed)}; {', '.join(strange)} came"
        )


def digits_of(row: Mapping) -> int:
    """Decimals of a printed value: those in the column ``digits``, or its interval decides.

    Without either, what is counted or official has two below a thousand, and a survey
    value of whose error nothing is known has none.
    """
    if "digits" in row:
        return int(row["digits"])
    if pd.notna(row["low"]):
        return words.digits_for(row["low"], row["high"])
    survey = row.get("source") == "survey" or row.get("mark") == "no_error"
    return 0 if survey or abs(row["value"]) >= 1000 else 2


def asterisks(row: Mapping) -> str:
    """What is printed of a row's mark."""
    return words.asterisks(row["mark"])


def why_hidden(row: Mapping, language: str) -> str:
    """What stands in place of a value that is missing, by its mark."""
    return words.say(HIDDEN.get(row["mark"], "chart.too_few"), language)


def written(row: Mapping, language: str) -> str:
    """`row`'s value with the decimals it deserves."""
    return words.number(row["value"], language, digits_of(row))


def reach(table: pd.DataFrame) -> tuple[float, float]:
    """Lowest and highest number to be drawn; zero is always among them.

    A scale that starts elsewhere makes a small difference look large.
    """
    numbers = table[table.columns.intersection(["value", "low", "high"])]
    return min(0.0, float(numbers.min().min())), max(0.0, float(numbers.max().max()))


def level_names(table: pd.DataFrame, language: str, most: int = 6) -> dict[float, str]:
    """Round numbers that enclose all values, each as it is written."""
    levels = round_ticks(*reach(table), most)
    step = levels[1] - levels[0]
    digits = next(d for d in range(8) if abs(step * 10**d - round(step * 10**d)) < 1e-6)
    return {level: words.number(level, language, digits) for level in levels}
