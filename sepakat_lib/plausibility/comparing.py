"""Sums and means of a round by region, beside what is shipped of the region."""

from functools import partial

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
LEAST = 0.02  # rates nearer than this, or than a third, are not told apart [fraction]
RICH = 20.0  # lines; a household below does not hold too much of the spending
ENOUGH_PERSONS = 100  # for a mean age and a share of women
ENOUGH_HOUSEHOLDS = 20  # for a mean size
ENOUGH_REGIONS = 5  # from which on the rates of a file are taken together as well
WOMAN = 2  # code of R405


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
    published = (
        facts.of_kabupaten(year)
        if by_kabupaten
        else facts.of_provinces(year, round, set(households["region"].unique()))
    )
    units = _summed(homes).join(published)
    homes["line"] = units["line"].to_numpy(float)[homes["unit"].cat.codes]
    problems = _weights(homes, units, facts.population(year)["population"])
    if homes["spending_pc_month"].notna().any():  # else the reader says so
        sound = units.drop(
            index=[*{doubt.region for doubt in problems if doubt.refused}]
        )
        spending = _spending(homes, sound)
        sound = sound.drop(
            index=[*{doubt.region for doubt in spending if doubt.refused}]
        )
        problems += [*_no_spending(units), *spending, *_rates(homes, sound, year)]
    problems += _members(units, persons, by_kabupaten)
    return sorted(problems, key=lambda doubt: (doubt.region, CHECKS.index(doubt.check)))


def _prepared(households: pd.DataFrame, year: int, by_kabupaten: bool) -> pd.DataFrame:
    """Households with the region they are compared by, and what they add to its sums."""
    columns = ["household", "size", "weight", "spending_pc_month"]
    homes = households[columns].reset_index(drop=True)
    region = pd.Categorical(households["region"])
    factor = [
        policy("spending_factor", year, code) or 1.0 for code in region.categories
    ]
    homes["unit"] = _unit(households["region"], by_kabupaten)
    spending = homes["spending_pc_month"]
    homes["meets_line"] = spending * np.array(factor, float)[region.codes]
    homes["persons"] = homes["weight"] * homes["size"]
    homes["known"] = homes["persons"].where(spending.notna(), 0.0)
    homes["spent"] = (spending * homes["persons"]).fillna(0.0)
    homes["answered"] = spending > 0  # a household that lives spends something
    return homes


def _unit(region: pd.Series, by_kabupaten: bool) -> pd.Categorical:
    named = pd.Categorical(region)
    if by_kabupaten:
        return named
    return pd.Categorical(named.categories.str[:2][named.codes])


def _summed(homes: pd.DataFrame) -> pd.DataFrame:
    summed = homes.groupby("unit", observed=True).agg(
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
    return summed.set_axis(summed.index.astype(str))


def _highest(homes: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """The household of each region with the largest of the values."""
    top = homes.loc[values.groupby(homes["unit"], observed=True).idxmax()]
    return top.set_axis(top["unit"].astype(str))


def _limits(name: str) -> list[float]:
    return policy(name, NEWEST)


def _among(values: pd.Series, names: str | pd.Series) -> pd.Series:
    """Where values lie among four limits; the limits themselves are inside.

    Returns
    -------
    Series of str
        ``refused``, ``told``, or empty: within, or missing.

    >>> _among(pd.Series([0.5, 0.7, 0.9, 1.1, 1.2, 1.5]), "plausible_people").tolist()
    ['refused', 'told', '', '', 'told', 'refused']
    """
    names = pd.Series(names, index=values.index)
    states = pd.Series("", index=values.index)
    for name in names.unique():
        least, low, high, most = _limits(name)
        rows = names.eq(name) & values.notna()
        states[rows & ~values.between(low, high)] = "told"
        states[rows & ~values.between(least, most)] = "refused"
    return states


def _above(values: pd.Series, name: str) -> pd.Series:
    """Whether values lie above two limits, as `_among`.

    >>> _above(pd.Series([20, 21, 50, 51]), "plausible_weight").tolist()
    ['', 'told', 'told', 'refused']
    """
    low, high = _limits(name)
    states = np.select([values > high, values > low], ["refused", "told"], "")
    return pd.Series(states, index=values.index)


def _odd(states: pd.Series):
    """Regions and states of those that are not as they should be."""
    return states[states.ne("")].items()


def _weights(
    homes: pd.DataFrame, units: pd.DataFrame, people: pd.Series
) -> list[Doubt]:
    """One weight far above the others; a sum far from the region's population."""
    top = _highest(homes, homes["weight"])
    single = _above(top["weight"] / units["middle"], "plausible_weight")
    problems = []
    for region, state in _odd(single):
        row, expected = top.loc[region], (float(units.loc[region, "middle"]),)
        value, household = float(row["weight"]), str(row["household"])
        made = partial(Doubt, region, "weights", "one_weight", value, expected)
        problems.append(made(state == "refused", household=household))
    summed = units[single.ne("refused") & units["population"].gt(0)]
    states = _among(summed["persons"] / summed["population"], summed["people"])
    for row in summed.itertuples():
        state = states[row.Index]
        other = causes.other_kabupaten(row, people, bool(state))
        if not state and not other:
            continue
        cause = "kemendagri" if other else causes.of_people(row, state)
        refused = state == "refused" or bool(state and other)
        value, expected = float(row.persons), (float(row.population),)
        made = partial(Doubt, row.Index, "weights", "people", value, expected)
        problems.append(made(refused, cause, other))
    return problems


def _no_spending(units: pd.DataFrame) -> list[Doubt]:
    """Households that have no spending, or none but 0."""
    missing = (units["n"] - units["answered"]) / units["n"]
    limit = (_limits("plausible_no_spending")[1],)
    return [
        Doubt(
            region,
            "spending",
            "no_spending",
            float(missing[region]),
            limit,
            state == "refused",
        )
        for region, state in _odd(_above(missing, "plausible_no_spending"))
    ]


def _spending(homes: pd.DataFrame, units: pd.DataFrame) -> list[Doubt]:
    """One household that spends beyond belief; else a mean far from the line."""
    units = units[units["line"].gt(0) & units["known"].gt(0)]
    single = _one_spending(homes, units)
    alone = {doubt.region for doubt in single if doubt.refused}
    mean = units["spent"] / units["known"]
    states = _among(mean / units["line"], "plausible_spending")
    problems = []
    by_region = homes.groupby("unit", observed=True)
    for region, state in _odd(states.drop(index=[*alone])):
        row = units.loc[region]
        cause = causes.of_spending(by_region.get_group(region), row)
        value, expected = float(mean[region]), (float(row["line"]),)
        made = partial(Doubt, region, "spending", "spending", value, expected)
        problems.append(made(state == "refused", cause))
    return single + problems


def _one_spending(homes: pd.DataFrame, units: pd.DataFrame) -> list[Doubt]:
    """Households that spend too many lines, or too much of all that is spent."""
    top = _highest(homes, homes["spending_pc_month"].fillna(-1)).reindex(units.index)
    lines = top["spending_pc_month"] / units["line"]
    share = (top["spent"] / units["spent"]).where(lines > RICH)
    everybody = _among(units["usual"] / units["line"], "plausible_spending")
    beyond = _above(lines, "plausible_one_spending")
    held = _above(share, "plausible_one_share")
    problems = []
    for region in units.index[(beyond + held).ne("") & everybody.ne("refused")]:
        refused = "refused" in (beyond[region], held[region])
        about, value = "one_share", share[region]
        expected = _limits("plausible_one_share")[1]
        if beyond[region] and (beyond[region] == "refused") == refused:
            about, value = "one_spending", top.loc[region, "spending_pc_month"]
            expected = units.loc[region, "line"]
        household = str(top.loc[region, "household"])
        made = partial(Doubt, region, "spending", about, float(value))
        problems.append(made((float(expected),), refused, household=household))
    return problems


def _rates(homes: pd.DataFrame, units: pd.DataFrame, year: int) -> list[Doubt]:
    """Poverty rates that BPS's cannot be, with what is allowed on the line and chance.

    The file's rate at the line divided by, and multiplied with, the factor of the
    limits is the least and the most that BPS's may be, give or take `CHANCE`.
    """
    units = units[units["rate"].gt(0) & units["line"].gt(0) & units["answered"].gt(0)]
    if units.empty:
        return []
    name = "plausible_rate" + units["estimated"].map({True: "_estimated_line"}).fillna(
        ""
    )
    limits = pd.DataFrame(
        [_limits(key) for key in name], units.index, ["told", "refused"]
    )
    table = units[["known", "rate"]].assign(poor=_poor(homes, 1.0, units.index))
    for state, factor in limits.items():
        table[f"{state}_low"] = _poor(homes, 1 / factor, units.index)
        table[f"{state}_high"] = _poor(homes, factor, units.index)
    variance = DESIGN_EFFECT * units["rate"] * (1 - units["rate"]) / units["answered"]
    table["variance"] = variance * units["known"] ** 2
    states = _rate_states(table, table["rate"])
    by_region = homes.groupby("unit", observed=True)
    problems = []
    for region, state in _odd(states):
        of_region, row = by_region.get_group(region), table.loc[region]
        cause, other = causes.of_rate(of_region, units.loc[region], year)
        value, expected = float(row["poor"] / row["known"]), (float(row["rate"]),)
        made = partial(Doubt, region, "rate", "rate", value, expected)
        problems.append(made(state == "refused", cause, other))
    if len(table) >= ENOUGH_REGIONS and states.ne("refused").all():
        problems += _rate_of_file(table)
    return problems


def _rate_of_file(table: pd.DataFrame) -> list[Doubt]:
    """The rates of all regions together: an error of all is surer than that of each."""
    of_bps = float(np.average(table["rate"], weights=table["known"]))
    whole = table.sum().to_frame().T
    state = _rate_states(whole, of_bps).iloc[0]
    if not state:
        return []
    value = float(whole["poor"].iloc[0] / whole["known"].iloc[0])
    made = partial(Doubt, WHOLE_FILE, "rate", "rate", value, (of_bps,))
    return [made(state == "refused", "year")]


def _poor(homes: pd.DataFrame, factor, regions: pd.Index) -> pd.Series:
    """Persons below the line times a factor (one for all, or by region)."""
    code = homes["unit"].cat.codes.to_numpy()
    categories = homes["unit"].cat.categories
    by_code = pd.Series(factor, index=regions).reindex(categories).to_numpy(float)
    below = homes["meets_line"].to_numpy() < by_code[code] * homes["line"].to_numpy()
    poor = np.bincount(code, homes["known"].to_numpy() * below, len(categories))
    return pd.Series(poor, categories).reindex(regions)


def _rate_states(sums: pd.DataFrame, of_bps) -> pd.Series:
    """Whether BPS's rates lie beyond what the file's sums of poor allow."""
    error = np.sqrt(sums["variance"]) / sums["known"]
    least = np.minimum(LEAST, of_bps / 3)
    states = pd.Series("", index=sums.index)
    for state in ("told", "refused"):
        chance = np.maximum(CHANCE[state] * error, least)
        low, high = (sums[f"{state}_{end}"] / sums["known"] for end in ("low", "high"))
        states[(of_bps < low - chance) | (of_bps > high + chance)] = state
    return states


def _members(
    units: pd.DataFrame, persons: pd.DataFrame, by_kabupaten: bool
) -> list[Doubt]:
    """Persons who are missing or too many; households and ages that nobody has."""
    region = _unit(persons["region"], by_kabupaten)
    count = len(region.categories)
    listed = pd.Series(np.bincount(region.codes, minlength=count), region.categories)
    listed = listed.reindex(units.index, fill_value=0)
    off = (listed / units["members"] - 1).abs()
    problems = [
        Doubt(
            one,
            "members",
            "members",
            float(listed[one]),
            (float(units.loc[one, "members"]),),
            state == "refused",
        )
        for one, state in _odd(_above(off, "plausible_members"))
    ]
    means = {
        "size": (units["members"] / units["n"]).where(units["n"] >= ENOUGH_HOUSEHOLDS)
    }
    for about, column in (("age", "age"), ("women", "sex")):
        if column in persons:
            values = persons[column].to_numpy(float, na_value=np.nan)
            if column == "sex":
                values = np.where(np.isnan(values), np.nan, values == WOMAN)
            means[about] = _means(region, values).reindex(units.index)
    for about, mean in means.items():
        least, *_, most = _limits(f"plausible_{about}")
        for one, state in _odd(_among(mean, f"plausible_{about}")):
            made = partial(Doubt, one, "members", about, float(mean[one]))
            problems.append(made((least, most), state == "refused"))
    return problems


def _means(region: pd.Categorical, values: np.ndarray) -> pd.Series:
    """Mean of the values that are there, by region; missing where they are too few."""
    filled, count = np.isfinite(values), len(region.categories)
    code = region.codes[filled]
    n = np.bincount(code, minlength=count)
    total = np.bincount(code, values[filled], count)
    mean = np.divide(total, n, out=np.full(count, np.nan), where=n >= ENOUGH_PERSONS)
    return pd.Series(mean, region.categories)
