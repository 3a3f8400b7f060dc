"""Official facts shipped with the package: codes, published figures, poverty lines.

What each file holds, where it was read and what was checked stands in `README.md` here.
"""

import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sepakat_lib.refused import Refused
from sepakat_lib.tables import Coverage, Official

FOLDER = Path(__file__).parent
# A figure of extreme poverty carries its definition in its name: no value is of both.
DEFINITIONS = {
    "extreme_poor_190": "ppp_190_2011",  # USD 1.90 a day, PPP of 2011
    "extreme_poor_215": "ppp_215_2017",  # USD 2.15, PPP of 2017, spatial deflator
}
POVERTY = ("p0", "p1", "p2", "poor_persons", "poverty_line", *DEFINITIONS)
# Of poverty reduction: Inpres 4/2022, gone on with by Inpres 8/2025
STRATEGIES = ("spending_burden", "income", "pockets")
FEBRUARY = (2025, 3)  # the March round whose fieldwork was in February
APBD_PUBLISHER = "Kementerian Keuangan (DJPK)"
APBD_SUMS = {  # groups of an APBD that are the sum of others, as the portal prints them
    "Pendapatan Daerah": ("PAD", "TKDD", "Pendapatan Lainnya"),
    "Belanja Daerah": (
        *("Belanja Pegawai", "Belanja Barang dan Jasa", "Belanja Modal"),
        "Belanja Lainnya",
    ),
}
# Provinces founded in 2022 and the one they came from; BPS printed figures for them
# from March 2024 on, and those of the parent until then cover its old borders.
PARENT = {"92": "91", "95": "94", "96": "94", "97": "94"}
SPLIT = frozenset(PARENT) | frozenset(PARENT.values())
SPLIT_FROM = 2024


def strategy_of(text: str | None) -> str:
    """Which of `STRATEGIES` a text names, by its name or by its number; "" for none.

    >>> strategy_of("income"), strategy_of("1-pengurangan beban"), strategy_of(None)
    ('income', 'spending_burden', '')
    """
    told = (text or "").strip()
    if told in STRATEGIES:
        return told
    return dict(zip("123", STRATEGIES, strict=True)).get(told[:1], "")


def regions() -> pd.DataFrame:
    """Nation, 38 provinces and 514 kabupaten/kota with their codes.

    Returns
    -------
    DataFrame
        ``region`` (BPS 2022), ``kemendagri`` (dotted for kabupaten; empty for the
        nation), ``bps_2020`` (empty for the four provinces founded in 2022), ``level``
        (nation, province, kabupaten), ``kind`` (kabupaten, kota, empty above),
        ``name``, ``short_name``, ``province`` (two digits, empty for the nation), ``population_2024``
        [persons, registered, second half of 2024], ``area_km2`` [km²; missing where
        the list of areas has none].

    Sources: Kepmendagri 300.2.2-2430/2025 (names, Kemendagri codes, areas); Dukcapil
    (population); BPS's code bridge of 2020 and its list of 38 provinces.

    >>> len(regions())
    553
    """
    return _regions().copy(deep=False)


def aliases() -> pd.DataFrame:
    """Other names and former codes of regions, one a row.

    Returns
    -------
    DataFrame
        ``region`` (BPS 2022), ``alias`` (a name without the word for its kind, or a
        code), ``kind`` (``former_name``, ``spelling``, ``short_name``, ``english``; of
        codes ``kemendagri``, ``bps``), ``until`` (last year of a former name or code;
        else empty), ``source``. BPS's codes of 2020 stand in `regions`.

    >>> rows = aliases().query("region == '6104'")
    >>> rows[["alias", "until"]].values.tolist()
    [['Pontianak', '2014']]
    """
    return _read("aliases.csv")


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


def former_kecamatan() -> pd.DataFrame:
    """Codes that Kemendagri gave up for kecamatan when Papua was divided, one a row.

    Returns
    -------
    DataFrame
        ``kemendagri`` (of 2025), ``former``, both dotted, ``until`` (last year). 263 of
        the 597 kecamatan whose kabupaten was renumbered: the others are in no list that
        could be read, and most were numbered anew, so that nothing can be inferred.

    >>> rows = former_kecamatan()
    >>> rows.loc[rows["former"] == "91.01.01", "kemendagri"].tolist()
    ['93.01.01']
    """
    return _read("former_kecamatan.csv")


def official(
    *, indicator: str | None = None, region: str | None = None
) -> pd.DataFrame:
    """Published figures, one a row, each with its publisher and table.

    Parameters
    ----------
    indicator : str, optional
        ``p0``, ``p1``, ``p2`` [percent, index x 100], ``poor_persons`` [persons],
        ``poverty_line`` [IDR/person/month], ``extreme_poor_190``, ``extreme_poor_215``
        [percent; two definitions, see `DEFINITIONS`]; a series of `indicators.official`
        in its unit; all of them when left out.
    region : str, optional
        BPS 2022 key; all regions when left out.

    Returns
    -------
    DataFrame
        Columns of `tables.Official`. ``note`` tells a correction, a round that the
        table does not state, borders that have changed since, or that the fieldwork
        was in February 2025; else it is empty. A figure that was not published has no
        row, and no region one from before its first survey (`founded`).

    Raises
    ------
    ValueError
        If the indicator or the region is not known.

    Source: BPS; see `official_sources`.

    >>> pacitan = official(indicator="p0", region="3501")
    >>> pacitan.query("year == 2018")["value"].item()
    14.19
    """
    figures = _official() if indicator in POVERTY else _all()
    if indicator is not None:
        figures = figures[figures["indicator"] == indicator]
        if figures.empty:
            kept = ", ".join(sorted(_all()["indicator"].unique()))
            raise ValueError(
                f"No official figures are kept for the indicator {indicator!r}; "
                f"choose one of {kept}."
            )
    if region is not None:
        if region not in set(_regions()["region"]):
            raise ValueError(
                f"No region has the BPS code {region!r}; official figures are asked "
                "for by BPS 2022 code, as '3501', '35' or '00'."
            )
        figures = figures[figures["region"] == region]
    return figures.reset_index(drop=True)


def firm() -> pd.DataFrame:
    """Official figures that no other may contradict: all but those of a second hand.

    >>> bool(firm()["grade"].eq("second_hand").any())
    False
    """
    figures = _all()
    return figures[figures["grade"].ne("second_hand")].reset_index(drop=True)


# The code of a sub kegiatan is X.BB.PP.F.KK.SSSS: urusan, bidang urusan, program, whose
# (2: kabupaten/kota), kegiatan, sub kegiatan. Until 2023 the last part had two digits.
CODE = re.compile(
    r"[0-9X](\.[0-9X]{2}(\.[0-9]{2}(\.[0-9](\.[0-9]{2}(\.[0-9]{2}|\.[0-9]{4})?))?)?)?"
)
LEVELS = {
    1: "urusan",
    2: "bidang_urusan",
    3: "program",
    5: "kegiatan",
    6: "sub_kegiatan",
}
DECREE = "Kepmendagri 900.1.15.5-1317/2023"  # whose shape the shipped codes have
DECREE_SINCE = 2023


def nomenclature() -> pd.DataFrame:
    """Codes of government by Kemendagri's list, as far as they were to be had.

    Returns
    -------
    DataFrame
        ``code`` (empty of 35 sub kegiatan that a kabupaten tagged and that have no code
        in the list), ``level`` (urusan, bidang_urusan, program, kegiatan, sub_kegiatan),
        ``name``, ``opd`` (who has it as a rule; may be empty), ``strategy`` (of Inpres
        4/2022, as one kabupaten tagged it: spending_burden, income, pockets; else
        empty), ``source``.

    The list has the shape of `DECREE`, is the subset of one city, and has neither
    villages nor the provincial level: an office confirms each code.

    >>> len(nomenclature())
    933
    """
    return _nomenclature().copy(deep=False)


def coverage() -> pd.DataFrame:
    """Each row of the framework's list of 203 indicators, and what answers it.

    Returns
    -------
    DataFrame
        `tables.Coverage`, in the order of the modules and codes. ``class`` is one of
        ``computed`` (as the list defines it: universe, bounds, numerator and denominator
        are its own), ``substitute`` (a stated other measure), ``official`` (only a
        publisher's figure answers it) and ``waiting``.

    Notes
    -----
    Which survey or register a row names does not decide its class: what the definition
    counts does. Where the list names another source, ``note`` says so.

    >>> int(coverage()["code"].nunique())
    203
    """
    return _coverage().copy(deep=False)


def level_of(code: str) -> str | None:
    """Level of a code by its grammar; None of what is no code.

    >>> level_of("1.01"), level_of("1.01.02.2.01.0001"), level_of("1.1")
    ('bidang_urusan', 'sub_kegiatan', None)
    """
    if not CODE.fullmatch(code):
        return None
    return LEVELS.get(code.count(".") + 1)


def above(code: str) -> list[str]:
    """Codes that a code stands under, the nearest first.

    >>> above("1.01.02.2.01.0001")
    ['1.01.02.2.01', '1.01.02', '1.01', '1']
    """
    parts = code.split(".")
    return [".".join(parts[:n]) for n in reversed(LEVELS) if n < len(parts)]


def official_sources() -> pd.DataFrame:
    """Where the official figures were published, where read and what was checked.

    Returns
    -------
    DataFrame
        ``source``, ``publisher``, ``table``, ``grade`` (as in `tables.Official`),
        ``read_from``, ``checked``.
    """
    return _read("official_sources.csv")


def founded() -> pd.DataFrame:
    """Regions younger than the figures, and the year from which they have their own.

    Returns
    -------
    DataFrame
        ``region`` (BPS 2022; 17 kabupaten founded 2012-2014, Kalimantan Utara, four
        provinces of 2022), ``parent`` (whose figures cover it until then), ``founded``
        (year of the law), ``law``, ``first_survey`` (year of the first figure that BPS
        published of the region itself).

    Sources: the founding laws; for the first figure see `README.md` here.

    >>> founded().set_index("region")["law"]["3218"]
    'UU 21/2012'
    """
    return _founded().copy(deep=False)


def first_survey(region: str) -> int | None:
    """Year of the first figure of a young region itself; None for an older one.

    >>> first_survey("3218"), first_survey("3501")
    (2015, None)
    """
    years = _founded().set_index("region")["first_survey"]
    return int(years[region]) if region in years.index else None


def difference(later, earlier) -> float:
    """How much a published figure lies above another of the same definition.

    Parameters
    ----------
    later, earlier : Series
        Rows of `official`.

    Returns
    -------
    float
        ``later`` less ``earlier``, in the indicator's unit; its error is not known.

    Raises
    ------
    Refused
        ``two_definitions``: the rows are of different indicators, as extreme poverty by USD 1.90 and by
        USD 2.15 are.

    >>> rows = official(region="00", indicator="extreme_poor_215")
    >>> round(difference(rows.iloc[2], rows.iloc[0]), 2)
    -0.41
    """
    if later["indicator"] != earlier["indicator"]:
        raise Refused("two_definitions", first=_named(later), second=_named(earlier))
    return float(later["value"] - earlier["value"])


def breaks(rows: pd.DataFrame) -> tuple[str, ...]:
    """What a reader of a series must know: keys of sentences in `words`.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``year`` and ``month``, as of `official`.

    Returns
    -------
    tuple of str
        ``series.february_2025`` where the round of March 2025, taken in February,
        stands beside another; that round alone is no series.

    >>> breaks(official(region="3501", indicator="p0"))
    ('series.february_2025',)
    """
    rounds = set(zip(rows["year"].astype(int), rows["month"].astype(int), strict=True))
    return ("series.february_2025",) if FEBRUARY in rounds and len(rounds) > 1 else ()


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
    BPS's own lines stand for all 514 kabupaten 2018-2024 and for 502 in 2025. A line
    is estimated for 2017, and in 2025 for the kabupaten of Kepulauan Riau (7) and DI
    Yogyakarta (5): the line published one year off, moved as the March line of its
    province moved. The same done where the line is published misses it, one year back
    (2018-2022, 2,570 lines), by 1.1 percent in the middle, 4.4 at the 95th percentile
    and 15.3 at most; one year on (2019-2024, 3,042 lines) by 1.1, 4.4 and 13.2, and
    for the twelve by 1.3, 4.9 and 7.5.

    >>> poverty_lines(2021)["estimated"].any(), poverty_lines(2017)["estimated"].all()
    (np.False_, np.True_)
    """
    if by == "kabupaten":
        return _kabupaten_lines(int(year)).copy()
    if by == "province_urban_rural":
        return _province_lines(int(year))
    raise ValueError(
        f"Poverty lines cannot be listed by {by!r}; "
        "choose 'kabupaten' or 'province_urban_rural'."
    )


def population(year: int = 2023) -> pd.DataFrame:
    """Persons behind the published poverty rate of each kabupaten.

    The number of poor divided by their share: the population that BPS's figures imply.

    Parameters
    ----------
    year : int
        2016-2025, the years with both figures.

    Returns
    -------
    DataFrame
        ``region`` (those with both: all 514, in 2025 502), ``population`` [persons],
        ``error`` [persons]: how far the true quotient may lie off because the poor are
        printed to 10 persons and the share to 0.01 percent; about 0.05 percent of the
        population where a tenth is poor, 0.2 percent where one in forty is.

    Raises
    ------
    ValueError
        If the year has no kabupaten with both figures.

    >>> int(population(2018)["population"].sum() / 1e6)
    264
    """
    rows = _march(int(year))
    rows = rows[rows["region"].str.len().eq(4)]
    both = rows.pivot_table(index="region", columns="indicator", values="value")
    both = both.reindex(columns=["poor_persons", "p0"]).dropna()
    if both.empty:
        raise ValueError(
            f"The number of poor and their share of each kabupaten are not kept for "
            f"{year}; ask for a year from 2016 to 2025."
        )
    poor, share = both["poor_persons"], both["p0"] / 100
    people = poor / share
    most = (poor + 5) / (share - 0.00005)
    return pd.DataFrame(
        {"population": people.round().astype(int), "error": most - people}
    ).reset_index()


def apbd(region: str | None = None) -> pd.DataFrame:
    """Budget and realisation of the kabupaten whose APBD is held: Jawa Timur, 2021-2024.

    Parameters
    ----------
    region : str, optional
        BPS 2022 key; all that are held when left out.

    Returns
    -------
    DataFrame
        ``region``, ``year``, ``account`` (as the portal names it), ``period``,
        ``budget`` and ``realised`` [IDR, whole; printed in hundredths of a billion, so
        that each is known to 5 million]. Empty for a region that is not held.

        ``period`` is how much of the year ``realised`` covers: ``year`` (2021, 2022);
        ``to_september`` (2023); ``not_final`` (2024, late in the year). Only the first
        may be set against a whole year's budget.

    Raises
    ------
    ValueError
        If no region has the code.

    Notes
    -----
    Groups and their items stand beside each other, so that a sum over accounts counts
    money twice: take the four of "Belanja Daerah" and the three of "Pendapatan Daerah"
    of `APBD_SUMS`, which add up to 0.02 billion. Where a group and its only item have
    one name (Belanja Pegawai), it stands once. A correction may be below 0.

    Source: DJPK, SIKD portal; see `README.md` here.

    >>> pacitan = apbd("3501").set_index(["year", "account"])
    >>> int(pacitan["budget"][2023, "Belanja Daerah"])
    1652760000000
    """
    table = _apbd()
    if region is not None:
        if region not in set(_regions()["region"]):
            raise ValueError(
                f"No region has the BPS code {region!r}; an APBD is asked for by BPS "
                "2022 code, as '3501'."
            )
        table = table[table["region"] == region]
    return table.reset_index(drop=True)


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
    years = []
    for year in map(int, sorted(_official()["year"].unique())):
        try:
            poverty_lines(year, by=by)
        except ValueError:
            continue
        years.append(year)
    return tuple(years)


@lru_cache
def _kabupaten_lines(year: int) -> pd.DataFrame:
    printed = _printed_lines()
    line = printed.get(year, pd.Series(np.nan, index=printed.index))
    estimated, note = line.isna(), pd.Series("", index=printed.index)
    province = printed.index.str[:2]
    for base in (year - 1, year + 1):  # from farther off it would be no line any more
        if base not in printed:
            continue
        change = _line_change(base, year).reindex(province).set_axis(printed.index)
        moved = (printed[base] * change["factor"].astype(float)).round()
        taken = line.isna() & moved.notna()
        line, note = line.where(~taken, moved), note.where(~taken, change["note"])
    if line.isna().any():
        raise ValueError(
            f"No poverty lines stand for March {year}: they are kept or estimated for "
            "the kabupaten for 2017-2025. Choose one of these years."
        )
    columns = {"poverty_line": line, "estimated": estimated, "note": note}
    return pd.DataFrame(columns).rename_axis("region").reset_index()


def _line_change(base: int, year: int) -> pd.DataFrame:
    """March line of each province in `year` over that of `base`, and how it was taken.

    A province without a like-for-like line of both years has no row.
    """
    line = _province_march_lines()
    names = _regions().set_index("region")["name"]
    rows = {}
    for province in sorted(_kabupaten()["province"].unique()):
        old_borders = province in SPLIT and min(base, year) < SPLIT_FROM
        if old_borders and max(base, year) >= SPLIT_FROM:
            continue
        lead = PARENT.get(province, province) if old_borders else province
        if not {(lead, base), (lead, year)} <= line.keys():
            continue
        factor = line[lead, year] / line[lead, base]
        note = (
            f"estimated: BPS's line of {base} x {factor:.4f}, "
            f"the March line of {names[lead]}, {year} over {base}"
        )
        rows[province] = factor, note
    return pd.DataFrame.from_dict(rows, orient="index", columns=["factor", "note"])


@lru_cache
def _printed_lines() -> pd.DataFrame:
    """Published March lines: a row for each kabupaten, a column a year."""
    rows = _official()
    rows = rows[
        rows["indicator"].eq("poverty_line")
        & rows["month"].eq(3)
        & rows["area"].eq("all")
        & rows["region"].str.len().eq(4)
    ]
    wide = rows.pivot_table(index="region", columns="year", values="value")
    return wide.reindex(sorted(_kabupaten()["region"]))


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
def _province_march_lines() -> dict[tuple[str, int], float]:
    """March lines by (province or nation, year)."""
    rows = _official()
    rows = rows[
        rows["indicator"].eq("poverty_line")
        & rows["month"].eq(3)
        & rows["area"].eq("all")
        & rows["region"].str.len().eq(2)
    ]
    keys = zip(rows["region"], rows["year"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


def _named(row) -> str:
    what = {"ppp_190_2011": "USD 1.90 PPP 2011", "ppp_215_2017": "USD 2.15 PPP 2017"}
    name = DEFINITIONS.get(row["indicator"], row["indicator"])
    return f"{what.get(name, name)} ({int(row['year'])}-{int(row['month']):02})"


def office_tables() -> pd.DataFrame:
    """Figures that a template of an office's own table asks for, by kind of table.

    Returns
    -------
    DataFrame
        ``kind`` (daerah-dalam-angka, profil-kesehatan, profil-pendidikan, rka, apbd),
        ``indicator`` (name in every table), ``name_id``, ``name_en``, ``unit``,
        ``formula_id``, ``formula_en`` (numerator / denominator) and ``keeper`` (as words
        name it under ``keeper``). Names, unit and formula are empty where the catalogue
        of indicators tells them.

    >>> sorted(set(office_tables()["kind"]))[:2]
    ['apbd', 'daerah-dalam-angka']
    """
    return _read("office_tables.csv")


def releases() -> pd.DataFrame:
    """Release calendar: who publishes which series, and in which month as a rule.

    Returns
    -------
    DataFrame
        ``series``; ``keeper``; ``month`` by whose end a year's figures are out, ``lag``
        years after that year (-1: the year before); ``held`` (survey, figures, office,
        budget, realised; "" where nothing reads it yet); ``indicators`` (their names, or
        the kind of an office's table, a semicolon between); ``question`` (of SEPAKAT's
        five, a semicolon between); ``source`` of the month.

    >>> releases().set_index("series").loc["apbd_realised", ["month", "lag"]].tolist()
    [8, 1]
    """
    return _read("releases.csv", month="int64", lag="int64")


def documents() -> pd.DataFrame:
    """What each planning document needs: ``document``, ``part`` and ``series`` of `releases`.

    One row a part; of several series a semicolon stands between.
    """
    return _read("documents.csv")


def worked_examples() -> pd.DataFrame:
    """Values of measures that others give for a few rows of data, or that a formula gives.

    Returns
    -------
    DataFrame
        Columns as in the README under "Reference values"; all are text. ``working`` and
        ``working_se`` hold the arithmetic of a closed formula.

    >>> sorted(set(worked_examples()["case"]))
    ['formula', 'handbook']
    """
    return _read("worked_examples.csv")


def _kabupaten() -> pd.DataFrame:
    table = _regions()
    return table[table["level"] == "kabupaten"]


@lru_cache
def _regions() -> pd.DataFrame:
    return _read("regions.csv", population_2024="int64", area_km2="float64")


@lru_cache
def _founded() -> pd.DataFrame:
    return _read("founded.csv", founded="int64", first_survey="int64")


@lru_cache
def _kecamatan() -> pd.DataFrame:
    return _read("kecamatan.csv", lon="float64", lat="float64", area_km2="float64")


@lru_cache
def _apbd() -> pd.DataFrame:
    table = _read("apbd.csv", year="int64")
    for name in ("budget", "realised"):
        printed = table.pop(f"{name}_billion_idr").map(Decimal)  # exact, unlike a float
        table[name] = (printed * 10**9).astype("int64")
    return table


@lru_cache
def _nomenclature() -> pd.DataFrame:
    return _read("nomenclature.csv")


@lru_cache
def _coverage() -> pd.DataFrame:
    return Coverage.validate(_read("coverage.csv", question="int64"))


@lru_cache
def _official() -> pd.DataFrame:
    return _figures("official.csv")


@lru_cache
def _all() -> pd.DataFrame:
    """Poverty, and the series of other owners."""
    return pd.concat([_official(), _figures("owners.csv")], ignore_index=True)


def _figures(file: str) -> pd.DataFrame:
    """Figures of a file with what stands in `official_sources.csv` of their source."""
    rows = _read(file, year="int64", month="int64", value="float64")
    sources = official_sources().set_index("source")
    for name in ("publisher", "table", "grade"):
        rows[name] = rows["source"].map(sources[name])
    if "area" not in rows:
        rows["area"] = "all"
    return rows[[*Official.to_schema().columns]]


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
