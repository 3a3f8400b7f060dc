"""Invented Susenas March files in BPS's own layout, for learning and for tests.

Everything in them is made up: households, members and every answer. Only five things
are tied to published figures of each kabupaten and year: P0, P1, P2, the poverty line
and the population. Two stand-ins: the lines of 2017 are estimated
(`reference.poverty_lines`), and Sawahlunto (1373), whose P2 of 2020 was not published,
has there the P2 over P1 of 2019. Each file has a column `DEMO_COLUMN` with the value 1 and the folder a note
beside it, so that no one takes them for data.

A kabupaten's rows are the same whichever other kabupaten are asked for.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sepakat_lib import reference, regions
from sepakat_lib.refused import Refused

from . import design, files, planting, records

NOTE = "SINTETIS.txt"
NOTE_TEXT = (
    "Seluruh isi folder ini SINTETIS: rumah tangga, anggota, dan jawabannya rekaan. "
    "Hanya P0, P1, P2, garis kemiskinan, dan jumlah penduduk yang mengikuti angka BPS; "
    "jangan dikutip.\n"
    "Everything in this folder is SYNTHETIC: households, members and answers are "
    "invented. Only P0, P1, P2, the poverty line and the population follow BPS's "
    "figures; do not quote.\n"
)
PLANTED_TEXT = (
    "Di dalamnya sengaja ditanam masalah bertema {theme} (benih {seed}).\n"
    "A problem of the theme {theme} was planted in it on purpose (seed {seed}).\n"
)
YEAR = 2023  # invented and checked where none is named
LIMITS = {"p0": 0.05, "p1": 0.01, "p2": 0.01}  # allowed distance from the published
# Gini within a kabupaten by its urban share, as no source gives it: below BPS's 0.313
# (rural) and 0.409 (urban) of March 2023, which hold differences between kabupaten.
GINI_RURAL, GINI_URBAN = 0.27, 0.36


def demo(
    folder: Path,
    *,
    regions: Iterable[str],
    year: int = YEAR,
    seed: int = 0,
    blocks: str = "43",
    format: str = "dbf",
    theme: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write an invented Susenas round for some kabupaten.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of the same names are written over.
    regions : iterable of str
        Kabupaten, BPS 2022; a repeated one counts once.
    year : int
        One of `years`.
    seed : int
        Another seed gives another invention, from 0.
    blocks : {"43", "41-42"}
        Spending in block 43, or in rows of blocks 41 and 42 with block 43 empty, as in
        some releases; the monthly spending is the same to the rupiah.
    format : {"dbf", "csv", "parquet"}
    theme : str, optional
        One of `planting.THEMES`: a problem of that theme is planted in each kabupaten, in
        the answers of households and persons alone. The note says so.
    progress : callable, optional
        Told after each kabupaten how many are done, of how many.

    Returns
    -------
    list of Path
        The data files (not the note): ``kor_rt``, ``kor_ind1``, ``kor_ind2``,
        ``kp_blok43``; with blocks 41 and 42 their three parts each by province.

    Raises
    ------
    Refused
        For a year that is not one of `years`, or a theme that cannot be planted.
    ValueError
        For a region, block or format that cannot be made.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     [file.name for file in demo(Path(place), regions=["3501"])]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['ssn202303_kor_rt.dbf', 'ssn202303_kor_ind1.dbf', 'ssn202303_kor_ind2.dbf',
     'ssn202303_kp_blok43.dbf']
    """
    facts = _facts(int(year))
    wanted = _wanted(regions, facts)
    if theme is not None:
        planting.check(theme)
    if blocks not in records.BLOCKS:
        raise ValueError(
            f"blocks is {blocks!r}; choose one of {', '.join(records.BLOCKS)}"
        )
    if format not in files.FORMATS:
        raise ValueError(
            f"format is {format!r}; choose one of {', '.join(files.FORMATS)}"
        )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note = NOTE_TEXT + (PLANTED_TEXT.format(theme=theme, seed=seed) if theme else "")
    (folder / NOTE).write_text(note, encoding="utf-8")
    tables = records.tables(blocks, wanted)
    paths = {name: folder / f"ssn{year}03_{name}.{format}" for name in tables}
    with ExitStack() as open_files:
        append = {
            name: open_files.enter_context(files.table(paths[name], columns))
            for name, columns in tables.items()
        }
        for done, region in enumerate(wanted, start=1):
            pieces = records.pieces(
                region, facts.loc[region], int(year), seed, blocks, theme
            )
            for name, piece in pieces.items():
                append[name](piece)
            if progress is not None:
                progress(done, len(wanted))
    return list(paths.values())


@lru_cache
def years() -> tuple[int, ...]:
    """Years whose March round can be invented: P0, P1, P2, a line and the population.

    Of every kabupaten; 2025 has no P1 and P2.

    >>> years()
    (2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024)
    """
    every = regions.members("00")
    return tuple(
        year
        for year in reference.line_years()
        if _with_p2(year).reindex(every).notna().all(axis=None)
        and set(every) <= set(reference.population(year)["region"])
    )


def made_of(wanted: tuple[str, ...], year: int) -> dict[str, str]:
    """Fingerprint of what an invention follows from, by kabupaten: facts and code.

    Parameters
    ----------
    wanted : tuple of str
        Kabupaten, BPS 2022.
    year : int
        One of `years`.

    Raises
    ------
    Refused
        For a year that is not one of `years`.

    >>> made_of(("3501",), 2023) == made_of(("3501",), 2023) != made_of(("3501",), 2024)
    True
    """
    facts = _facts(int(year)).loc[list(wanted)]
    return {
        region: hashlib.sha256(f"{_code()}{year}{row.to_json()}".encode()).hexdigest()
        for region, row in facts.iterrows()
    }


@lru_cache
def _code() -> str:
    """SHA-256 of the modules that invent."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check(households: pd.DataFrame, *, year: int = YEAR) -> pd.DataFrame:
    """Compare P0, P1 and P2 of a table of households with the published ones.

    Parameters
    ----------
    households : DataFrame
        Columns of `tables.Households`: ``region``, ``weight``, ``size``,
        ``spending_pc_month``.
    year : int
        Of the March round.

    Returns
    -------
    DataFrame
        One row a kabupaten and published indicator: ``region``, ``indicator`` (p0, p1, p2),
        ``value``, ``published``, ``difference`` [percent, index x 100]. Who stands on
        the line is not poor.

    Raises
    ------
    ValueError
        If spending or weights are missing, or a region or the year has no line.
    """
    table = households[["region", "weight", "size", "spending_pc_month"]]
    if table.isna().any(axis=None):
        raise Refused("nothing_to_compare")
    lines = reference.poverty_lines(year).set_index("region")["poverty_line"]
    line = table["region"].map(lines)
    if line.isna().any():
        lost = ", ".join(sorted(set(table["region"][line.isna()])))
        raise ValueError(f"No poverty line of {year} is known for {lost}.")
    gap = 1 - table["spending_pc_month"] / line
    persons = table["weight"] * table["size"]
    poor = gap > 0
    parts = pd.DataFrame(
        {
            f"p{power}": persons * poor * gap.where(poor, 0) ** power
            for power in range(3)
        }
    )
    measures = parts.groupby(table["region"]).sum()
    measures = 100 * measures.div(persons.groupby(table["region"]).sum(), axis=0)
    long = measures.reset_index().melt(
        "region", var_name="indicator", value_name="value"
    )
    published = _published(year).reset_index()
    published = published.melt("region", var_name="indicator", value_name="published")
    published = published.dropna(subset=["published"])
    long = long.merge(published, on=["region", "indicator"], validate="one_to_one")
    long["difference"] = long["value"] - long["published"]
    return long.sort_values(["region", "indicator"], ignore_index=True)


@lru_cache
def _published(year: int) -> pd.DataFrame:
    """P0, P1, P2 of March by kabupaten [percent]; columns are those published."""
    rates = _rates()
    return rates.loc[rates.index.get_level_values("year") == year].droplevel("year")


@lru_cache
def _rates() -> pd.DataFrame:
    """P0, P1, P2 of March of every kabupaten and year [percent]."""
    rows = reference.official()
    rows = rows[rows["month"].eq(3) & rows["area"].eq("all")]
    rows = rows[rows["region"].str.len().eq(4)]
    rows = rows[rows["indicator"].isin(["p0", "p1", "p2"])]
    return rows.pivot_table("value", ["year", "region"], "indicator")


def _with_p2(year: int) -> pd.DataFrame:
    """As `_published`; a P2 that is lacking follows from P1 as it did a year before."""
    then, before = _published(year), _published(year - 1)
    return then.assign(p2=then["p2"].fillna(then["p1"] * before["p2"] / before["p1"]))


@lru_cache
def _facts(year: int) -> pd.DataFrame:
    """What is published on each kabupaten and what the design makes of it."""
    if year not in years():
        raise Refused("cannot_invent", year=str(year), possible=[*map(str, years())])
    then = _with_p2(year)
    lines = reference.poverty_lines(year).set_index("region")["poverty_line"]
    facts = reference.regions().query("level == 'kabupaten'").set_index("region")
    facts = facts.sort_index()[["kind", "area_km2"]]
    facts["p0"] = then["p0"] / 100
    for indicator in ("p1", "p2"):
        facts[indicator] = facts["p0"] * then[indicator] / then["p0"]
    facts["line"] = lines
    people = reference.population(year).set_index("region")["population"]
    facts["population"] = people
    facts["urban"] = design.urban_share(facts["kind"], people, facts["area_km2"])
    facts["gini"] = GINI_RURAL + (GINI_URBAN - GINI_RURAL) * facts["urban"]
    facts["households"] = design.households(people)
    facts["rank"] = np.arange(len(facts))
    return facts


def _wanted(given, facts):
    wanted = sorted({regions.check(str(region)) for region in given})
    other = [region for region in wanted if region not in facts.index]
    if other or not wanted:
        raise ValueError(
            f"The demo is made for kabupaten and kota; {', '.join(other) or 'nothing'} "
            "came. Give four-digit BPS codes, as '3501'."
        )
    return wanted
