"""Official facts shipped with the package: codes, published figures, poverty lines.

What each file holds, where it was read and what was checked stands in `README.md` here.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent
INDICATORS = ("p0", "p1", "p2", "poor_persons", "poverty_line")
LINE_YEAR = 2023  # the one year with a published line for every kabupaten
# Provinces founded in 2022 and the one they came from; BPS printed figures for them
# from March 2024 on, and those of the parent until then cover its old borders.
PARENT = {"92": "91", "95": "94", "96": "94", "97": "94"}
SPLIT = frozenset(PARENT) | frozenset(PARENT.values())
SPLIT_FROM = 2024


def regions() -> pd.DataFrame:
    """Nation, 38 provinces and 514 kabupaten/kota with their codes.

    Returns
    -------
    DataFrame
        ``region`` (BPS 2022), ``kemendagri`` (dotted for kabupaten; empty for the
        nation), ``bps_2020`` (empty for the four provinces founded in 2022), ``level``
        (nation, province, kabupaten), ``kind`` (kabupaten, kota, empty above),
        ``name``, ``short_name``, ``also`` (other names, a semicolon between),
        ``province`` (two digits, empty for the nation), ``population_2024``
        [persons, registered, second half of 2024], ``area_km2`` [km²; missing where
        the list of areas has none].

    Sources: Kepmendagri 300.2.2-2430/2025 (names, Kemendagri codes, areas); Dukcapil
    (population); BPS's code bridge of 2020 and its list of 38 provinces.

    >>> len(regions())
    553
    """
    return _regions().copy(deep=False)


def kecamatan() -> pd.DataFrame:
    """All 7,285 kecamatan: code, name, kabupaten and one point inside each.

    Returns
    -------
    DataFrame
        ``kemendagri`` (dotted), ``name`` (as the Kemendagri list spells it),
        ``region`` (kabupaten, BPS 2022), ``bps_2020`` (seven digits, empty where not
        certain), ``bridge`` (how the BPS code is known: ``code``; ``renamed``, same
        Kemendagri code under another name; ``name``, same kabupaten and name under
        another code; empty), ``lon``, ``lat`` [degrees], ``area_km2`` [km², measured
        on the boundary, not the legal area].

    >>> len(kecamatan())
    7285
    """
    return _kecamatan().copy(deep=False)


def official(
    *, indicator: str | None = None, region: str | None = None
) -> pd.DataFrame:
    """Published poverty figures, one a row, each with its publisher and table.

    Parameters
    ----------
    indicator : str, optional
        ``p0``, ``p1``, ``p2`` [percent, index x 100], ``poor_persons`` [persons] or
        ``poverty_line`` [IDR/person/month]; all of them when left out.
    region : str, optional
        BPS 2022 key; all regions when left out.

    Returns
    -------
    DataFrame
        Columns of `tables.Official`. ``note`` tells a correction, a round that the
        table does not state, or borders that have changed since; else it is empty.
        A figure that was not published has no row.

    Raises
    ------
    ValueError
        If the indicator or the region is not known.

    Source: BPS; see `official_sources`.

    >>> pacitan = official(indicator="p0", region="3501")
    >>> pacitan.query("year == 2018")["value"].item()
    14.19
    """
    found = _official()
    if indicator is not None:
        if indicator not in INDICATORS:
            raise ValueError(
                f"No official figures are kept for the indicator {indicator!r}; "
                f"choose one of {', '.join(INDICATORS)}."
            )
        found = found[found["indicator"] == indicator]
    if region is not None:
        if region not in set(_regions()["region"]):
            raise ValueError(
                f"No region has the BPS code {region!r}; official figures are asked "
                "for by BPS 2022 code, as '3501', '35' or '00'."
            )
        found = found[found["region"] == region]
    return found.reset_index(drop=True)


def official_sources() -> pd.DataFrame:
    """Where the official figures were published, where read and what was checked.

    Returns
    -------
    DataFrame
        ``source``, ``publisher``, ``table``, ``read_from``, ``checked``.
    """
    return _read("official_sources.csv")


def poverty_lines(year: int, *, by: str = "kabupaten") -> pd.DataFrame:
    """Poverty line of March of every kabupaten, or of every province's towns and desa.

    Parameters
    ----------
    year : int
        For kabupaten 2017-2025; for provinces 2023 and 2024.
    by : {"kabupaten", "province_urban_rural"}
        BPS's numbers of poor come from the lines of the kabupaten. Lines by province,
        urban and rural, are another set and give other numbers.

    Returns
    -------
    DataFrame
        ``region``, ``poverty_line`` [IDR/person/month], ``estimated`` (bool) and
        ``note`` (how; empty for a published line); with ``area`` (urban, rural) after
        ``region`` for provinces. DKI Jakarta has no rural line.

    Raises
    ------
    ValueError
        If no lines stand for the year: none are carried over silently.

    Notes
    -----
    BPS's kabupaten lines are here for 2023 only. In another year the line of 2023 is
    moved as the March line of its province moved. The six provinces of Papua have no
    like-for-like line across the split: up to 2022 the parent's line moves them; from
    2024 on the nation's change of 2023-2024 and then their own. Against the lines that
    Polewali Mandar (2017-2021) and Kulon Progo (2021, 2022, 2024) publish themselves,
    the estimates lie 4.1 percent too low to 0.1 percent too high; the further from
    2023, the wider.

    >>> poverty_lines(2023).query("region == '3501'")["estimated"].item()
    False
    """
    if by == "kabupaten":
        return _kabupaten_lines(int(year))
    if by == "province_urban_rural":
        return _province_lines(int(year))
    raise ValueError(
        f"Poverty lines cannot be listed by {by!r}; "
        "choose 'kabupaten' or 'province_urban_rural'."
    )


def population(year: int = LINE_YEAR) -> pd.DataFrame:
    """Persons behind the published poverty rate of each kabupaten.

    The number of poor divided by their share: the population that BPS's figures imply.

    Parameters
    ----------
    year : int
        A year with both figures for the kabupaten: 2023.

    Returns
    -------
    DataFrame
        ``region``, ``population`` [persons], ``error`` [persons]: how far the true
        quotient may lie off because the poor are printed to 10 persons and the share
        to 0.01 percent; about 0.05 percent of the population where a tenth is poor,
        0.2 percent where one in forty is.

    >>> int(population()["population"].sum() / 1e6)
    276
    """
    rows = _march(int(year))
    rows = rows[rows["region"].str.len().eq(4)].set_index("region")
    poor = rows.loc[rows["indicator"] == "poor_persons", "value"]
    share = rows.loc[rows["indicator"] == "p0", "value"] / 100
    if poor.empty:
        raise ValueError(
            f"The number of poor of each kabupaten is not kept for {year}; "
            f"ask for {LINE_YEAR}."
        )
    people = poor / share
    most = (poor + 5) / (share - 0.00005)
    return pd.DataFrame(
        {"population": people.round().astype(int), "error": most - people}
    ).reset_index()


def newest_year(wanted: Collection[str]) -> int:
    """Newest year in which BPS's poverty rate is held for every one of the regions.

    >>> newest_year(["3501"]) >= newest_year(["3501", "2101"])
    True
    """
    rates = official(indicator="p0")
    rates = rates[rates["area"].eq("all") & rates["region"].isin(set(wanted))]
    held = rates.groupby("year")["region"].nunique()
    return int(held.index[held.eq(len(set(wanted)))].max())


@lru_cache
def line_years(by: str = "kabupaten") -> tuple[int, ...]:
    """Years for which `poverty_lines` has lines.

    >>> line_years("province_urban_rural")
    (2023, 2024)
    """
    found = []
    for year in map(int, sorted(_official()["year"].unique())):
        try:
            poverty_lines(year, by=by)
        except ValueError:
            continue
        found.append(year)
    return tuple(found)


def _kabupaten_lines(year: int) -> pd.DataFrame:
    base = _march(LINE_YEAR)
    base = base[base["indicator"].eq("poverty_line") & base["region"].str.len().eq(4)]
    rows = base[["region", "value"]].rename(columns={"value": "poverty_line"})
    rows = rows.reset_index(drop=True)
    if year == LINE_YEAR:
        return rows.assign(estimated=False, note="")
    change = _line_change(year)
    province = rows["region"].str[:2]
    return rows.assign(
        poverty_line=(rows["poverty_line"] * province.map(change["factor"])).round(),
        estimated=True,
        note=province.map(change["note"]),
    )


def _line_change(year: int) -> pd.DataFrame:
    """March line of each province in `year` over that of 2023, and how it was taken."""
    line, years = _province_march_lines()
    if year not in years:
        raise ValueError(
            f"No poverty lines stand for March {year}: BPS's kabupaten lines are kept "
            f"for {LINE_YEAR} and the provinces' for {min(years)}-{max(years)}. "
            "Choose one of these years."
        )
    names = _regions().set_index("region")["name"]
    rows = {}
    for province in sorted(_kabupaten()["province"].unique()):
        lead = PARENT.get(province, province)
        if province in SPLIT and year >= SPLIT_FROM:
            factor = line["00", SPLIT_FROM] / line["00", LINE_YEAR]
            factor *= line[province, year] / line[province, SPLIT_FROM]
            how = f"of Indonesia to {SPLIT_FROM} and of {names[province]} after"
        else:
            factor = line[lead, year] / line[lead, LINE_YEAR]
            how = f"of {names[lead]}"
        note = (
            f"estimated: BPS's line of {LINE_YEAR} x {factor:.4f}, "
            f"the March line {how}, {year} over {LINE_YEAR}"
        )
        rows[province] = factor, note
    return pd.DataFrame.from_dict(rows, orient="index", columns=["factor", "note"])


def _province_lines(year: int) -> pd.DataFrame:
    rows = _march(year, areas=("urban", "rural"))
    rows = rows[rows["indicator"].eq("poverty_line") & rows["region"].ne("00")]
    if rows.empty:
        raise ValueError(
            f"No urban and rural lines of the provinces stand for March {year}; "
            "they are kept for 2023 and 2024."
        )
    rows = rows.rename(columns={"value": "poverty_line"})
    rows = rows[["region", "area", "poverty_line", "note"]].assign(estimated=False)
    new = []
    for child, parent in PARENT.items():
        if child in set(rows["region"]):
            continue
        why = f"estimated: the line of {parent}, the province within its old borders"
        of_parent = rows[rows["region"] == parent]
        new.append(of_parent.assign(region=child, estimated=True, note=why))
    rows = pd.concat([rows, *new]).sort_values(["region", "area"], ignore_index=True)
    return rows[["region", "area", "poverty_line", "estimated", "note"]]


def _march(year: int, areas: tuple[str, ...] = ("all",)) -> pd.DataFrame:
    rows = _official()
    march = rows["year"].eq(year) & rows["month"].eq(3)
    return rows[march & rows["area"].isin(areas)]


@lru_cache
def _province_march_lines() -> tuple[dict[tuple[str, int], float], list[int]]:
    """March lines by (province or nation, year), and the years with all provinces."""
    rows = _official()
    rows = rows[
        rows["indicator"].eq("poverty_line")
        & rows["month"].eq(3)
        & rows["area"].eq("all")
        & rows["region"].str.len().eq(2)
    ]
    lines = dict(
        zip(zip(rows["region"], rows["year"], strict=True), rows["value"], strict=True)
    )
    asked = set(_kabupaten()["province"]) - set(PARENT)
    years = sorted(set(rows["year"]))
    return lines, [y for y in years if all((region, y) in lines for region in asked)]


def _kabupaten() -> pd.DataFrame:
    table = _regions()
    return table[table["level"] == "kabupaten"]


@lru_cache
def _regions() -> pd.DataFrame:
    return _read("regions.csv", population_2024="int64", area_km2="float64")


@lru_cache
def _kecamatan() -> pd.DataFrame:
    return _read("kecamatan.csv", lon="float64", lat="float64", area_km2="float64")


@lru_cache
def _official() -> pd.DataFrame:
    rows = _read("official.csv", year="int64", month="int64", value="float64")
    sources = official_sources()[["source", "publisher", "table"]]
    rows = rows.merge(sources, on="source", how="left", validate="many_to_one")
    order = ["region", "year", "month", "area", "indicator", "value"]
    return rows[[*order, "publisher", "table", "note"]]


def _read(file: str, **numbers: str) -> pd.DataFrame:
    """Read a file of this folder: text stays text (codes!), only `numbers` are numbers."""
    return pd.read_csv(
        FOLDER / file,
        dtype=dict.fromkeys(_columns(file), str) | numbers,
        keep_default_na=False,
        na_values={column: [""] for column in numbers},
    )


def _columns(file: str) -> list[str]:
    with (FOLDER / file).open(encoding="utf-8") as lines:
        return lines.readline().strip().split(",")
