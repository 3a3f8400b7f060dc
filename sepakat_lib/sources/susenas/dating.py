"""Which year and round files are of: what is given, held against what stands in them.

A name never decides, since it may be a date of download. It is quoted where nothing else
tells, and remarked where it says something else. What stands in the files may decide,
and where it contradicts what is given they are refused; only what is certain counts.
"""

import datetime
import itertools
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from sepakat_lib import regions as known_regions
from sepakat_lib.parameters import YEARS
from sepakat_lib.refused import Refused
from sepakat_lib.sources.susenas.files import File, load
from sepakat_lib.sources.susenas.problems import Remark

ROUNDS = ("march", "september")
ROUNDS_WRITTEN = dict.fromkeys(("3", "mar", "maret", "march"), "march")
ROUNDS_WRITTEN |= dict.fromkeys(("9", "sep", "sept", "september"), "september")
# BPS's own files have no such column (VSEN of 2020 and 2024); an office may add one, by
# a name that ends with what it is of or with nothing.
_OF = "(?:SURV(?:EI?|EY)?|SUSENAS|SSN|DATA|PENDATAAN)?"
COLUMNS = {
    "year": re.compile(rf"(?:TAHUN|THN|TH|YEAR){_OF}|SURVEYYEAR"),
    "month": re.compile(rf"(?:BULAN|BLN|MONTH){_OF}|SURVEYMONTH"),
    "half": re.compile(rf"(?:SEMESTER|SMT){_OF}"),
    "period": re.compile(rf"(?:PERIODE?|PUTARAN|ROUND){_OF}"),
}
# Law 14-16/2022 of 25 July and 29/2022 of 8 December made four provinces of Papua; no
# round up to that of March 2022 was numbered by them.
LAST_OF_OLD_CODES = 2021
# March's sample is 345,000 households in 514 kabupaten, 670 each (BPS, Susenas March
# 2023; 700 in Sambas). September's is about 75,000 for the provinces (2024: 180 in
# Bandar Lampung, a city of a million), 150 each.
MARCH_HOUSEHOLDS = 670  # of a kabupaten, on average
FEW_HOUSEHOLDS = 250  # at most so many at the median are no March round
A_SEPTEMBER = (60, FEW_HOUSEHOLDS)  # at the median, in ...
ALIKE = 0.5  # share of columns in common that makes two files of one sheet
SEVERAL = 5  # kabupaten or more


EXCEL_DAY_0 = datetime.date(1899, 12, 30)


class Stated(NamedTuple):
    """A column that tells when its file's survey was; `cell` as it stands there."""

    file: str
    column: str
    cell: str
    year: int | None
    round: str | None


class Hints(NamedTuple):
    """What names of files and of their folder say, which may be wrong."""

    years: list[str]
    rounds: dict[str, list[str]]


def settle(
    files: list[File],
    *,
    year: int | None,
    round: str | None,
    remarks: list[Remark],
) -> tuple[int, str]:
    """Year and round of the files, or a refusal.

    Parameters
    ----------
    files : list of File
    year : int, optional
        As given; without it a column of the files must tell.
    round : {"march", "september"}, optional
        As given; without it March, unless a column or a name says otherwise.

    Returns
    -------
    year : int
        [2010-2030]
    round : {"march", "september"}

    Raises
    ------
    Refused
        ``no_year``, ``no_round``: nothing tells; ``other_when``: a column tells another;
        ``several_when``: columns tell several.
    """
    if round is not None and round not in ROUNDS:
        raise Refused("unknown_round", given=str(round)[:60])
    stated, said = stated_in(files), hinted(files)
    if year is None:
        year = _one([statement for statement in stated if statement.year], "year")
        if year is None:
            raise Refused("no_year", years=said.years)
        remarks.append(Remark("year_from_column", {"year": str(year)}))
    if round is None:
        round = _one([statement for statement in stated if statement.round], "round")
        if round is None:
            if others := said.rounds["september"]:
                raise Refused("no_round", names=others)
            round = "march"
            remarks.append(Remark("round_is_march", {}))
        else:
            remarks.append(Remark("round_from_column", {"round": round}))
    _refuse_other(stated, year, round)
    if others := [hint for hint in said.years if hint != str(year)]:
        fields = {"years": others, "year": str(year)}
        remarks.append(Remark("other_year_in_name", fields))
    (other,) = {*ROUNDS} - {round}
    if names := said.rounds[other]:
        fields = {"names": names, "round": round}
        remarks.append(Remark("other_round_in_name", fields))
    return year, round


def kind_of(column: str) -> str | None:
    """What a column says of when the survey was, by its name; None for most columns.

    >>> kind_of("TAHUN"), kind_of("THN_SURVEI"), kind_of("TAHUN_LAHIR")
    ('year', 'year', None)
    """
    letters = re.sub("[-_ .]", "", column.upper())
    return next((k for k, name in COLUMNS.items() if name.fullmatch(letters)), None)


def stated_in(files: Iterable[File]) -> list[Stated]:
    """What columns of the files tell, once for each different cell.

    A column counts only where every filled cell of it is a year of `parameters.YEARS`, or
    a month 3 or 9 (or its name), or a half-year 1 or 2; else it may be of anything, such
    as a year of birth.
    """
    statements = []
    for file in files:
        for column, kind in ((name, kind_of(name)) for name in file.columns):
            if kind is None:
                continue
            cells = {
                *map(_plain, load(file, [column], remarks=[])[column].dropna().unique())
            }
            read = [(cell, *_when(kind, cell)) for cell in sorted(cells)]
            if all(year or round for _, year, round in read):
                statements += [Stated(file.name, column, *reading) for reading in read]
    return statements


def _when(kind: str, text: str) -> tuple[int | None, str | None]:
    """Year and round of a cell, None where it does not tell for certain."""
    if day := _day(text):
        return day.year, {3: "march", 9: "september"}.get(day.month)
    if kind == "half":  # BPS calls March the first half-year's round
        return None, {"1": "march", "2": "september"}.get(text)
    for pattern in (_YEAR_FIRST, _YEAR_LAST):
        if both := pattern.fullmatch(text):
            return _year(both["year"]), _round(both["month"])
    if kind == "year":
        return _year(text), None
    # a period 3 may be the third, and there is no ninth
    return None, None if kind == "period" and text == "3" else _round(text)


_MONTH_CELL = "(?P<month>[a-z]+|0?[39])"
_YEAR_FIRST = re.compile(rf"(?P<year>20[0-9]{{2}})[-_/. ]?{_MONTH_CELL}")
_YEAR_LAST = re.compile(rf"{_MONTH_CELL}[-_/. ]?(?P<year>20[0-9]{{2}})")


def _day(text: str) -> datetime.date | None:
    """Day of a serial number as Excel writes dates; of a year of `parameters.YEARS`.

    >>> _day("45352")
    datetime.date(2024, 3, 1)
    """
    if not re.fullmatch("[0-9]{5}", text):
        return None
    day = EXCEL_DAY_0 + datetime.timedelta(int(text))
    return day if day.year in YEARS else None


def _plain(cell) -> str:
    number = isinstance(cell, float) and cell == cell // 1
    return str(int(cell) if number else cell).strip().lower()[:20]


def _year(text: str) -> int | None:
    whole = re.fullmatch("20[0-9]{2}", text)
    return int(text) if whole and int(text) in YEARS else None


def _round(text: str) -> str | None:
    return ROUNDS_WRITTEN.get(text.removeprefix("0"))


def _one(stated: list[Stated], what: str):
    """The year or round on which all agree, None where nothing tells it."""
    values = {getattr(statement, what) for statement in stated}
    if len(values) > 1:
        raise Refused(
            "several_when", found=[_quoted(statement) for statement in stated]
        )
    return values.pop() if values else None


def _quoted(statement: Stated) -> str:
    return f"{statement.file}, {statement.column} {statement.cell}"


def _refuse_other(stated: list[Stated], year: int, round: str) -> None:
    given = {"year": year, "round": round}
    other = [
        statement
        for statement in stated
        if any(
            getattr(statement, what) not in (None, value)
            for what, value in given.items()
        )
    ]
    if other:
        raise Refused(
            "other_when",
            year=str(year),
            round=round,
            found=[_quoted(statement) for statement in other],
        )


def hold_against(
    households: pd.DataFrame,
    *,
    year: int,
    round: str,
    round_given: bool,
    synthetic: bool,
    remarks: list[Remark],
) -> None:
    """Hold codes and number of households against the year and round.

    Parameters
    ----------
    households : DataFrame
        ``region`` (BPS 2022), and ``R101``, ``R102`` as they stand in the files.
    round_given : bool
        March was named, and did not follow from there being nothing else.

    Raises
    ------
    Refused
        ``younger_codes``: codes of provinces that were not there in that year;
        ``like_september``: so few households that they are September's sample.
    """
    code = (households["R101"] * 100 + households["R102"]).map("{:04.0f}".format)
    new = code[code.eq(households["region"]) & code.isin(_since_2022())]
    if len(new) and year <= LAST_OF_OLD_CODES and not synthetic:
        raise Refused("younger_codes", year=str(year), regions=sorted(set(new)))
    counts = households["region"].value_counts()
    if round != "march" or counts.empty or counts.median() > FEW_HOUSEHOLDS:
        return
    count = int(counts.median())
    if not round_given and len(counts) >= SEVERAL and count >= A_SEPTEMBER[0]:
        raise Refused("like_september", count=count, march=MARCH_HOUSEHOLDS)
    fields = {"count": count, "march": MARCH_HOUSEHOLDS}
    remarks.append(Remark("few_households", fields))


def _since_2022() -> set[str]:
    """Kabupaten whose code of 2022 was no code of 2020."""
    table = known_regions.table()
    table = table[table["level"].eq("kabupaten")]
    return set(table["region"]) - set(table["bps_2020"])


# Of a name only letters and digits count. A whole date is a day (of a download, say), and
# says nothing of the round; with underscores "2024_09_11" may as well be a round and a
# part, so that there it is asked.
_DAY, _MONTH, _YEAR = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])", "20[0-9]{2}"
_CLOCK = r"(?:[-_ t]\d\d[-_.:h]?\d\d(?:[-_.:]?\d\d)?)?"
_NO_DIGIT = r"(?!\d)"
_DATE = re.compile(
    rf"(?<!\d)(?:{_YEAR}(?P<a>[-_. ]?){_MONTH}(?P=a){_DAY}"
    rf"|{_DAY}(?P<b>[-_. ]?){_MONTH}(?P=b){_YEAR}){_CLOCK}{_NO_DIGIT}"
)
_MAY_BE_SEPTEMBER = re.compile(
    rf"(?<!\d)(?:{_YEAR}(?P<a>[_ ])09(?P=a){_DAY}|{_DAY}(?P<b>[_ ])09(?P=b){_YEAR})"
    rf"{_NO_DIGIT}"
)
_SIGNS = {
    "september": (
        "septem|septie|setemb",
        "(?<![a-z])sept?(?![a-z])",
        r"sept?[-_. ]?(?:20)?[12]\d(?!\d)",
        rf"(?<!\d){_YEAR}(?:[-_. ]?09|[-_. ]9){_NO_DIGIT}",
        rf"(?<!\d)(?:09[-_. ]?|9[-_. ]){_YEAR}{_NO_DIGIT}",
        r"(?<!\d)09(?!\d)",
        "(?<![a-z0-9])ix(?![a-z0-9])",
        r"(?<!\d)(?:(?:2[1-9]|30)09|09(?:1[7-9]|2\d|30))(?!\d)",
        "(?:semester|smstr|smt|sem)[-_. ]?(?:2|ii)(?![0-9a-z])",
        "(?:putaran|periode|round)[-_. ]?(?:2|ii)(?![0-9a-z])",
        "(?:triwulan|tw)[-_. ]?(?:3|iii)(?![0-9a-z])",
    ),
    "march": (
        "maret|march",
        "(?<![a-z])mar(?![a-z])",
        rf"(?<!\d){_YEAR}(?:[-_. ]?03|[-_. ]3){_NO_DIGIT}",
        rf"(?<!\d)(?:03[-_. ]?|3[-_. ]){_YEAR}{_NO_DIGIT}",
    ),
}


def hinted(files: Iterable[File]) -> Hints:
    """Years and rounds that the names of files and of their folder hint at."""
    years: set[str] = set()
    rounds: dict[str, list[str]] = {name: [] for name in ROUNDS}
    names = {}
    for file in files:
        names |= {file.path.absolute().parent.name: None, file.path.stem: file.name}
    for name, shown in names.items():
        here, which = signs_of(name)
        years |= here
        for round in which:
            rounds[round].append(shown or name)
    return Hints(sorted(years), rounds)


def refuse_several(roles: dict[str, list[File]]) -> None:
    """Refuse files of one role whose names are of several rounds, where all else is alike.

    A name decides nothing, but two rounds read as one would count everybody twice. Files
    of other columns are other parts, whose names may hold a day of download.

    Raises
    ------
    Refused
        ``several_rounds``.
    """
    for files in roles.values():
        signs = [(file, _signs_of_file(file)) for file in files if not file.empty]
        for (one, mine), (other, theirs) in itertools.combinations(signs, 2):
            alike = len({*one.columns} & {*other.columns})
            if alike < ALIKE * len({*one.columns} | {*other.columns}):
                continue
            if any(a and b and not a & b for a, b in zip(mine, theirs, strict=True)):
                raise Refused("several_rounds", file=_placed(one), other=_placed(other))


def _signs_of_file(file: File) -> tuple[set[str], set[str]]:
    """Years and rounds in the name of a file; in that of its folder, where it has none."""
    own = signs_of(file.path.stem)
    folder = signs_of(file.path.absolute().parent.name)
    return tuple(mine or below for mine, below in zip(own, folder, strict=True))


def _placed(file: File) -> str:
    return f"{file.path.absolute().parent.name}/{file.path.name}"


def signs_of(name: str) -> tuple[set[str], set[str]]:
    """Years and rounds in a name, in whatever letters.

    >>> signs_of("ssn202403_kor_rt"), signs_of("Susenas SEPT'24")
    (({'2024'}, {'march'}), (set(), {'september'}))
    >>> signs_of("susenas_download_2024-11-03")
    (set(), set())
    """
    apart = re.sub("(?<=[a-z])(?=[A-Z])", "_", name)
    plain = unicodedata.normalize("NFKD", apart).lower().replace("'", " ")
    without_days = _DATE.sub(" ", plain)
    years = re.findall(rf"(?<!\d)({_YEAR})(?:{_MONTH})?{_NO_DIGIT}", without_days)
    years += re.findall(rf"(?<!\d){_MONTH}({_YEAR}){_NO_DIGIT}", without_days)
    text = plain if _MAY_BE_SEPTEMBER.search(plain) else without_days
    rounds = {
        round
        for round, signs in _SIGNS.items()
        if any(re.search(sign, text) for sign in signs)
    }
    return set(years), rounds
