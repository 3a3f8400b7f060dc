"""Sums and means of a round by region, beside what is shipped of the region."""

import numpy as np
import pandas as pd

from sepakat_lib.parameters import policy
from sepakat_lib.plausibility import causes, facts
from sepakat_lib.plausibility.doubt import CHECKS, WHOLE_FILE, Doubt

NEWEST = 2100  # files are held against the newest limits, whatever their year
DESIGN_EFFECT = 2.0  # of a poverty rate in clusters of ten households
# Standard errors that chance is given. A whole file has BPS's own households and needs
# none, so beyond the factor on the line only a sample much too small needs some.
CHANCE = {"told": 3.0, "refused": 2.0}
LEAST = 0.02  # rates nearer than this are not told apart [fraction]
RICH = 20.0  # lines; a household below does not hold too much of the spending
ENOUGH_PERSONS = 100  # for a mean age and a share of women
ENOUGH_HOUSEHOLDS = 20  # for a mean size
WOMAN = 2  # code of R405
ENOUGH_REGIONS = 5  # from which on the rates of a file are taken together as well


def doubts(
    households: pd.DataFrame, persons: pd.DataFrame, year: int, round: str = "march"
) -> list[Doubt]:
    """Everything about a round that cannot be, or hardly can.

    Parameters
    ----------
    households, persons : DataFrame
        `tables.Households`, `tables.Persons`.
    year : int
    round : {"march", "september"}
        A round of March is held against its kabupaten; weights of September were drawn
        for provinces and are held against these.

    Returns
    -------
    list of Doubt
        By region. What follows from a greater error is left out: the poverty rate where
        spending is wrong, and all of it where the kabupaten may be another.
    """
    by_kabupaten = round == "march"
    homes = _prepared(households, year, by_kabupaten)
    known = (
        facts.of_kabupaten(year)
        if by_kabupaten
        else facts.of_provinces(year, round, set(households["region"]))
    )
    homes["line"] = homes["unit"].map(known["line"]).astype(float)
    units = homes.groupby("unit").agg(
        n=("size", "size"),
        members=("size", "sum"),
        weight=("weight", "sum"),
        middle=("weight", "median"),
        persons=("persons", "sum"),
        known=("known", "sum"),
        spent=("spent", "sum"),
        answered=("answered", "sum"),
        usual=("spending_pc_month", "median"),
    )
    units = units.join(known)
    found = _weights(homes, units, facts.population(year)["population"])
    misplaced = {each.region for each in found if each.refused}
    if homes["spending_pc_month"].notna().any():  # else the reader says so
        found += _no_spending(units)
        sound = units.drop(index=[*misplaced], errors="ignore")
        spending = _spending(homes, sound)
        off = {each.region for each in spending if each.refused}
        found += spending
        found += _rates(homes, sound.drop(index=[*off]), year)
    found += _members(units, persons, by_kabupaten)
    return sorted(found, key=lambda each: (each.region, CHECKS.index(each.check)))


def _prepared(households: pd.DataFrame, year: int, by_kabupaten: bool) -> pd.DataFrame:
    """Households with the region they are compared by, and what they add to its sums."""
    columns = ["region", "household", "size", "weight", "spending_pc_month"]
    homes = households[columns].reset_index(drop=True)
    region, spending = homes["region"], homes["spending_pc_month"]
    homes["unit"] = region if by_kabupaten else region.str[:2]
    homes["persons"] = homes["weight"] * homes["size"]
    homes["known"] = homes["persons"].where(spending.notna(), 0.0)
    homes["spent"] = (spending * homes["persons"]).fillna(0.0)
    homes["answered"] = spending > 0  # a household that lives spends something
    factor = {each: policy("spending_factor", year, each) or 1.0 for each in {*region}}
    homes["meets_line"] = spending * region.map(factor).astype(float)
    return homes


def _limits(name: str) -> list[float]:
    return policy(name, NEWEST)


def _among(value: float, name: str) -> str:
    """Where a value lies among four limits; the limits themselves are inside.

    >>> [_among(x, "plausible_people") for x in (0.5, 0.7, 0.9, 1.1, 1.2, 1.5)]
    ['refused', 'told', '', '', 'told', 'refused']
    """
    least, low, high, most = _limits(name)
    if low <= value <= high:
        return ""
    return "told" if least <= value <= most else "refused"


def _above(value: float, name: str) -> str:
    """Whether a value lies above two limits.

    >>> [_above(x, "plausible_weight") for x in (20, 21, 50, 51)]
    ['', 'told', 'told', 'refused']
    """
    told, refused = _limits(name)
    if value <= told:
        return ""
    return "told" if value <= refused else "refused"


def _weights(
    homes: pd.DataFrame, units: pd.DataFrame, people: pd.Series
) -> list[Doubt]:
    """One weight far above the others; a sum far from the region's population."""
    top = homes.loc[homes.groupby("unit")["weight"].idxmax()].set_index("unit")
    found = []
    for row in units.itertuples():
        highest = top.loc[row.Index]
        single = _above(highest["weight"] / row.middle, "plausible_weight")
        if single:
            found.append(
                Doubt(
                    row.Index,
                    "weights",
                    "one_weight",
                    float(highest["weight"]),
                    (float(row.middle),),
                    single == "refused",
                    household=str(highest["household"]),
                )
            )
        if single == "refused" or not row.population > 0:
            continue
        state = _among(row.persons / row.population, row.people)
        other = causes.other_kabupaten(row, people, bool(state))
        if state or other:
            found.append(
                Doubt(
                    row.Index,
                    "weights",
                    "people",
                    float(row.persons),
                    (float(row.population),),
                    state == "refused" or bool(state and other),
                    cause="kemendagri" if other else causes.of_people(row, state),
                    other=other,
                )
            )
    return found


def _no_spending(units: pd.DataFrame) -> list[Doubt]:
    """Households that have no spending, or none but 0."""
    found = []
    for row in units.itertuples():
        missing = (row.n - row.answered) / row.n
        if state := _above(missing, "plausible_no_spending"):
            limit = (_limits("plausible_no_spending")[1],)
            refused = state == "refused"
            found.append(
                Doubt(row.Index, "spending", "no_spending", missing, limit, refused)
            )
    return found


def _spending(homes: pd.DataFrame, units: pd.DataFrame) -> list[Doubt]:
    """One household that spends beyond belief; else a mean far from the line."""
    units = units[units["line"].gt(0) & units["spent"].gt(0)]
    homes = homes[homes["unit"].isin(units.index)]
    spent = homes["spending_pc_month"].fillna(-1)
    top = homes.loc[spent.groupby(homes["unit"]).idxmax()].set_index("unit")
    found = []
    for row in units.itertuples():
        single = _one_spending(row, top.loc[row.Index])
        found += single
        if any(each.refused for each in single):
            continue
        mean = row.spent / row.known
        if state := _among(mean / row.line, "plausible_spending"):
            found.append(
                Doubt(
                    row.Index,
                    "spending",
                    "spending",
                    mean,
                    (row.line,),
                    state == "refused",
                    cause=causes.of_spending(_of(homes, row.Index), row),
                )
            )
    return found


def _of(homes: pd.DataFrame, region: str) -> pd.DataFrame:
    return homes[homes["unit"] == region]


def _one_spending(row, highest: pd.Series) -> list[Doubt]:
    if _among(row.usual / row.line, "plausible_spending") == "refused":
        return []  # not this household's spending is odd but everybody's
    most, share = highest["spending_pc_month"], highest["spent"] / row.spent
    beyond = _above(most / row.line, "plausible_one_spending")
    held = _above(share, "plausible_one_share") if most > RICH * row.line else ""
    household = str(highest["household"])
    if "refused" in (beyond, held) and beyond != "refused":
        beyond = ""
    if beyond:
        about, value, expected = "one_spending", float(most), (float(row.line),)
    elif held:
        limit = _limits("plausible_one_share")[1]
        about, value, expected = "one_share", float(share), (limit,)
    else:
        return []
    refused = "refused" in (beyond, held)
    return [
        Doubt(
            row.Index, "spending", about, value, expected, refused, household=household
        )
    ]


def _rates(homes: pd.DataFrame, units: pd.DataFrame, year: int) -> list[Doubt]:
    """Poverty rates that BPS's cannot be, with what is allowed on the line and chance.

    The file's rate at the line divided by, and multiplied with, the factor of the
    limits is the least and the most that BPS's may be, give or take `CHANCE`.
    """
    units = units[units["rate"].gt(0) & units["line"].gt(0) & units["answered"].gt(0)]
    homes = homes[homes["unit"].isin(units.index) & homes["known"].gt(0)]
    if units.empty:
        return []
    name = np.where(
        units["estimated"], "plausible_rate_estimated_line", "plausible_rate"
    )
    limits = pd.DataFrame([_limits(each) for each in name], index=units.index)
    table = units[["known", "rate"]].copy()
    table["poor"] = _poor(homes)
    for column, state in enumerate(("told", "refused")):
        factor = homes["unit"].map(limits[column]).astype(float)
        table[f"{state}_low"] = _poor(homes, 1 / factor)
        table[f"{state}_high"] = _poor(homes, factor)
    of_bps = units["rate"]
    variance = DESIGN_EFFECT * of_bps * (1 - of_bps) / units["answered"]
    table["variance"] = variance * units["known"] ** 2
    found = []
    for region, row in table.iterrows():
        if state := _rate_state(row, row["rate"]):
            cause, other = causes.of_rate(_of(homes, region), units.loc[region], year)
            refused = state == "refused"
            value, expected = row["poor"] / row["known"], (row["rate"],)
            found.append(
                Doubt(region, "rate", "rate", value, expected, refused, cause, other)
            )
    if len(table) >= ENOUGH_REGIONS and not any(each.refused for each in found):
        expected = np.average(table["rate"], weights=table["known"])
        whole = table.sum()
        if state := _rate_state(whole, expected):
            value, refused = whole["poor"] / whole["known"], state == "refused"
            found.append(
                Doubt(WHOLE_FILE, "rate", "rate", value, (expected,), refused, "year")
            )
    return found


def _poor(homes: pd.DataFrame, factor: pd.Series | float = 1.0) -> pd.Series:
    """Persons below the line times a factor, by region."""
    poor = homes["known"].where(homes["meets_line"] < factor * homes["line"], 0.0)
    return poor.groupby(homes["unit"]).sum()


def _rate_state(sums: pd.Series, of_bps: float) -> str:
    """Whether BPS's rate lies beyond what the file's sums of poor allow."""
    error = np.sqrt(sums["variance"]) / sums["known"]
    for state in ("refused", "told"):
        chance = max(CHANCE[state] * error, LEAST)
        low, high = (sums[f"{state}_{end}"] / sums["known"] for end in ("low", "high"))
        if not low - chance <= of_bps <= high + chance:
            return state
    return ""


def _members(
    units: pd.DataFrame, persons: pd.DataFrame, by_kabupaten: bool
) -> list[Doubt]:
    """Persons who are missing or too many; households and ages that nobody has."""
    region = persons["region"] if by_kabupaten else persons["region"].str[:2]
    listed = region.value_counts().reindex(units.index, fill_value=0)
    enough = listed >= ENOUGH_PERSONS
    means = pd.DataFrame({"size": units["members"] / units["n"]})
    means["size"] = means["size"].where(units["n"] >= ENOUGH_HOUSEHOLDS)
    if "age" in persons:
        age = persons["age"].astype("Float64").groupby(region).mean()
        means["age"] = age.reindex(units.index).where(enough)
    if "sex" in persons:
        women = persons["sex"].eq(WOMAN).astype("Float64").groupby(region).mean()
        means["women"] = women.reindex(units.index).where(enough)
    found = []
    for row in units.itertuples():
        here, of_r301 = float(listed[row.Index]), float(row.members)
        if state := _above(abs(here / of_r301 - 1), "plausible_members"):
            refused = state == "refused"
            found.append(
                Doubt(row.Index, "members", "members", here, (of_r301,), refused)
            )
        for about, mean in means.loc[row.Index].dropna().items():
            limits = f"plausible_{about}"
            if state := _among(float(mean), limits):
                ends = (_limits(limits)[0], _limits(limits)[-1])
                refused = state == "refused"
                found.append(
                    Doubt(row.Index, "members", about, float(mean), ends, refused)
                )
    return found
