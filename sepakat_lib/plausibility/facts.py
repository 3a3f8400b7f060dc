"""What is shipped of each region: population, line, poverty rate, and how sure it is."""

from functools import lru_cache

import pandas as pd

from sepakat_lib import reference

MONTHS = {"march": 3, "september": 9}
OF_YEAR, OTHER_YEAR, REGISTERED = (
    f"plausible_people{end}" for end in ("", "_other_year", "_registered")
)  # names of the limits that a population allows
MOST_OF_PROVINCE = 0.9  # of its people live in kabupaten of the file


@lru_cache
def of_kabupaten(year: int) -> pd.DataFrame:
    """Facts of every kabupaten for March of a year; missing where nothing is shipped.

    Returns
    -------
    DataFrame
        Indexed by ``region``: ``population`` [persons] and ``people``, the name of the
        limits for it; ``line`` [IDR/person/month], ``estimated`` (bool, the line is);
        ``rate``, BPS's poverty rate [fraction].
    """
    facts = population(year).copy()
    facts["line"], facts["estimated"] = float("nan"), False
    if year in reference.line_years():
        lines = reference.poverty_lines(year).set_index("region")
        facts["line"] = lines["poverty_line"].reindex(facts.index).astype(float)
        facts["estimated"] = lines["estimated"].reindex(facts.index).eq(True)
    return facts.assign(rate=_published(year, "march", "p0") / 100)


def of_provinces(year: int, round: str, kabupaten: set[str]) -> pd.DataFrame:
    """Facts of every province for a round that was drawn for provinces.

    Parameters
    ----------
    year : int
    round : {"march", "september"}
    kabupaten : set of str
        Those in the file. Weights of a part of a province's sample stand for nobody in
        particular, so that its population is missing unless nine tenths of it live there.

    Returns
    -------
    DataFrame
        As `of_kabupaten`. The line of a province hides those of its towns and desa, and
        may be March's where September's is not kept, so it counts as estimated.
    """
    people = population(year)
    province = people.index.str[:2]
    whole = people["population"].groupby(province).sum()
    part = people["population"].where(people.index.isin(kabupaten), 0)
    sampled = part.groupby(province).sum() >= MOST_OF_PROVINCE * whole
    widest = people["people"].groupby(province).agg(_widest)
    facts = pd.DataFrame({"population": whole.where(sampled), "people": widest})
    line = _published(year, round, "poverty_line").reindex(facts.index)
    return facts.assign(
        line=line.fillna(_published(year, "march", "poverty_line")),
        estimated=True,
        rate=_published(year, round, "p0") / 100,
    )


def _widest(names: pd.Series) -> str:
    return next(name for name in (REGISTERED, OTHER_YEAR, OF_YEAR) if name in {*names})


@lru_cache
def population(year: int) -> pd.DataFrame:
    """Persons of every kabupaten: implied by BPS's figures of the year, or the nearest.

    Returns
    -------
    DataFrame
        Indexed by ``region``: ``population`` [persons], ``people`` (name of the limits
        that it allows). Where BPS's figures of no year imply one, that which is
        registered.
    """
    table = reference.regions().query("level == 'kabupaten'").set_index("region")
    people = pd.DataFrame(
        {"population": table["population_2024"].astype(float), "people": REGISTERED}
    )
    lacking = people.index
    years = sorted(reference.official()["year"].unique(), key=lambda y: abs(y - year))
    for other in map(int, years):
        try:
            implied = reference.population(other).set_index("region")["population"]
        except ValueError:  # that year has no numbers of poor
            continue
        implied = implied.dropna().reindex(lacking).dropna().astype(float)
        people.loc[implied.index, "population"] = implied
        people.loc[implied.index, "people"] = OF_YEAR if other == year else OTHER_YEAR
        lacking = lacking.difference(implied.index)
        if lacking.empty:
            break
    return people


@lru_cache
def by_kemendagri() -> dict[str, list[str]]:
    """Kabupaten that Kemendagri means by a number which BPS gives to another.

    Returns
    -------
    dict
        By kabupaten (BPS 2022), whose number of 2022 or 2020 is meant.

    >>> by_kemendagri()["7604"]  # Mamuju; 76.04 is Polewali Mandar, BPS 7602
    ['7602']
    """
    table = reference.regions().query("level == 'kabupaten'")
    number = table["kemendagri"].str.replace(".", "", regex=False)
    meant = dict(zip(number, table["region"], strict=True))
    by_region: dict[str, list[str]] = {}
    for region, of_2020 in zip(table["region"], table["bps_2020"], strict=True):
        others = {meant.get(code) for code in (region, of_2020)} - {None, region}
        if others:
            by_region[region] = sorted(others)
    return by_region


def _published(year: int, round: str, indicator: str) -> pd.Series:
    rows = reference.official(indicator=indicator)
    rows = rows[
        rows["year"].eq(year) & rows["month"].eq(MONTHS[round]) & rows["area"].eq("all")
    ]
    return rows.set_index("region")["value"]
