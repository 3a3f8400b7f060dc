"""What each column of a Susenas file is called, and which cells it may hold.

A layout is recognised by a signature of columns, never by single names: of 215 that 2020
and 2024 share, about 42 changed their meaning. Where signatures are alike (2020 and 2021,
2023 and 2024) the year that is given or stands in the files decides.
Another year needs one more `Layout` here and nothing else.

Source of names and codes: BPS, questionnaires VSEN.K and VSEN.KP of March 2024 and
VSEN20.K of March 2020, as public dictionaries give them. Of 2021, 2022, 2023 and 2025: a
public script (github.com/hqers/surveyprep, adapters, MIT) that follows BPS's descriptions
of files; of 2023 also what a public project says of its tables. No file of those years
was seen. Codes that no public description gives are marked `assumed`.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

YES, NO, UNKNOWN = 1, 5, (8, 9)  # BPS's codes for yes, no, does not know or refuses

DEMO_COLUMN = "DEMO"  # in every invented file, with the value 1


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question: our name, BPS's column, and what its cells may hold.

    Attributes
    ----------
    name : str
        Column of our tables.
    column : str
        Column of BPS's file; DBF names have at most 10 characters.
    kind : {"code", "yes", "mark", "number"}
        ``code`` one of `codes`; ``yes`` 1 or 5, with 8 and 9 meaning unknown;
        ``mark`` the cell holds its own letter, or nothing; ``number`` from `low` to
        `high`.
    empty : int or bool or None
        What an empty cell means: 0 or False where the question was skipped because it
        does not apply; None where everybody was asked, so that the answer is missing.
    assumed : str
        Why the codes are an assumption; empty where BPS gives them.
    other_codes : tuple of int
        Of an assumed item: another list for the same answers in the same order.
    """

    name: str
    column: str
    kind: str
    codes: tuple[int, ...] = ()
    low: float = 0
    high: float = float("inf")
    empty: int | bool | None = None
    assumed: str = ""
    other_codes: tuple[int, ...] = ()


def _code(name, column, last, *, first=1, empty=None, extra=(), assumed="", other=()):
    return Item(
        name=name,
        column=column,
        kind="code",
        codes=(*range(first, last + 1), *extra),
        empty=empty,
        assumed=assumed,
        other_codes=other,
    )


def _yes(name, column, *, empty=None, assumed=""):
    return Item(name=name, column=column, kind="yes", empty=empty, assumed=assumed)


def _number(name, column, low, high, *, empty=None, assumed=""):
    return Item(
        name=name,
        column=column,
        kind="number",
        low=low,
        high=high,
        empty=empty,
        assumed=assumed,
    )


def _mark(name, column):
    return Item(
        name=name,
        column=column,
        kind="mark",
        empty=False,
        assumed="no codes are given: the cell holds its own letter, or is empty",
    )


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The columns of one generation of files.

    `signature` must all be present in a file of persons, and `absent` must not, for the
    file to be of this layout; a household file has one of `housing`, or none of any
    layout's. `key` names the household; `person` the person in it. `met` says where the
    questionnaire was met: in a dictionary of BPS's columns, or in a public script.
    """

    name: str
    met: str
    housing: frozenset[str] = frozenset()
    signature: frozenset[str]
    absent: frozenset[str] = frozenset()
    key: str = "URUT"
    person: str = "R401"
    weight: str = "FWT"
    size: str | None = "R301"
    stratum: str = "STRATA"
    psu: str = "PSU"
    households: tuple[Item, ...] = ()
    persons: tuple[Item, ...] = ()
    notes: tuple[str, ...] = field(default=())


DIFFICULTY = (
    "the items are not in the list of 2024; those of 2020 are taken, with the codes "
    "1 cannot at all, 2 much, 3 some, 4 no difficulty"
)
DIFFICULTIES = (
    ("seeing", "R1002"),
    ("hearing", "R1003"),
    ("walking", "R1004"),
    ("hands", "R1005"),
    ("remembering", "R1006"),
    ("behaviour", "R1007"),
    ("speaking", "R1008"),
    ("self_care", "R1009"),
)
# Two public scripts that work on deliveries of BPS have R1003, R1005, R1007 and R1009
# with 5 to 8 for the four answers: beside each other two items share a page.
FIVE_TO_EIGHT = {"R1003", "R1005", "R1007", "R1009"}
SOME_ASKED = "whom it is asked of is not public: an empty cell is taken for no"
CARD = (
    "codes of the day are not public: a day of the month is a vaccination that the "
    "card shows, an empty cell or 0 none"
)
FAMILY = "how families are numbered is not public: 1, 2 … in each household"
TIMES = "the code of not known is not public: 1 to 7 are taken for times"
FEEDING = "no one but infants is asked: an empty cell is taken for no"


def _difficulties(assumed):
    return tuple(
        _code(
            f"difficulty_{what}",
            column,
            4,
            empty=0,
            assumed=assumed,
            other=(5, 6, 7, 8) if column in FIVE_TO_EIGHT else (),
        )
        for what, column in DIFFICULTIES
    )


def _card(**letters):
    """Day on the immunisation card by vaccine; each year has its own letters."""
    return tuple(
        _number(f"card_{vaccine}", f"R1404{letter}_TGL", 0, 99, empty=0, assumed=CARD)
        for vaccine, letter in letters.items()
    )


HOUSEHOLDS_2024 = (
    # food insecurity (block 17)
    _yes("worried_about_food", "R1701"),
    _yes("no_healthy_food", "R1702"),
    _yes("few_kinds_of_food", "R1703"),
    _yes("skipped_meal", "R1704"),
    _yes("ate_less", "R1705"),
    _yes("ran_out_of_food", "R1706"),
    _yes("hungry_not_eaten", "R1707"),
    _yes("whole_day_not_eaten", "R1708"),
    # housing (block 18)
    _code("tenure", "R1802", 5),
    _number("floor_area", "R1804", 1, 9998),
    _code("roof", "R1806A", 8),
    _code("wall", "R1807", 7),
    _code("floor", "R1808", 9),
    _code("toilet", "R1809A", 6),
    _code("closet", "R1809B", 4, empty=0),
    _code("sewage", "R1809C", 6, empty=0),
    _code("drinking_water", "R1810A", 11),
    _code("drinking_water_distance", "R1810C", 2, empty=0, extra=(8,)),
    _code("drinking_water_place", "R1811A", 2, empty=0),
    _code("washing_water", "R1814A", 11),
    _code("handwashing_place", "R1815A", 4),
    _code("handwashing_water", "R1815B", 1, empty=0, extra=(5,)),
    _code("handwashing_soap", "R1815C", 1, empty=0, extra=(5,)),
    _code("lighting", "R1816", 4),
    _code("cooking_fuel", "R1817", 11, first=0),
    # credit and assets (blocks 19 and 20)
    _yes("credit_kur", "R1901A"),
    _yes("credit_bank", "R1901B"),
    _yes("credit_cooperative", "R1901D"),
    _yes("credit_online", "R1901I"),
    _yes("credit_mekaar", "R1901J"),
    _yes("has_refrigerator", "R2001B"),
    _yes("has_computer", "R2001F"),
    _yes("has_gold", "R2001G"),
    _yes("has_motorcycle", "R2001H"),
    _yes("has_car", "R2001K"),
    _yes("has_television", "R2001L"),
    _yes("has_land", "R2001M"),
    # social protection (block 22)
    _yes("security_pension", "R2201A2"),
    _yes("security_old_age", "R2201B2"),
    _yes("security_work_accident", "R2201C2"),
    _yes("security_death", "R2201D2"),
    _yes("security_job_loss", "R2201E2"),
    _yes("security_severance", "R2201F2"),
    _code("kks", "R2202", 2, extra=(5,)),
    _yes("pkh_ever", "R2203"),
    _yes("pkh", "R2204A", empty=False),
    _yes("elderly_aid", "R2205A", empty=False, assumed=SOME_ASKED),
    _yes("bpnt_ever", "R2207"),
    _yes("blt_desa", "R2209A"),
    _yes("food_aid", "R2209C"),
    _yes("micro_business", "R2210AA"),
    _yes("local_cash_regular", "R2211A"),
    _yes("local_cash_irregular", "R2211B"),
)


def _health(assumed):
    """Items of blocks 11 and 12 that 2020 and 2024 have under the same columns."""
    return (
        _mark("insured_pbi", "R1101_A"),
        _mark("insured_nonpbi", "R1101_B"),
        _mark("insured_jamkesda", "R1101_C"),
        _mark("insured_private", "R1101_D"),
        _mark("insured_employer", "R1101_E"),
        _mark("uninsured", "R1101_X"),
        _yes("health_complaint", "R1102", assumed=assumed),
        _yes("complaint_disturbed", "R1103", empty=False, assumed=assumed),
        _yes("outpatient", "R1105", empty=False, assumed=assumed),
        _yes("inpatient", "R1201", assumed=assumed),
    )


def _births(assumed):
    return (
        _code("last_birth", "R1503", 2, empty=0, assumed=assumed),
        _code("birth_place", "R1504A", 8, empty=0, assumed=assumed),
        _code("birth_helper", "R1504B", 8, empty=0, assumed=assumed),
        _code("birth_weight", "R1504C", 2, empty=0, extra=(5, 8), assumed=assumed),
    )


PERSONS_2024 = (
    _code("relationship", "R403", 9),
    _code("marital", "R404", 4),
    _code("sex", "R405", 2),
    _number("age", "R407", 0, 120),
    _number("family", "R502", 1, 30, assumed=FAMILY),
    _yes("has_nik", "R504"),
    _code("birth_certificate", "R508", 2, empty=0, extra=(5, 8)),
    # education (block 6)
    _yes("reads_latin", "R607", empty=False),
    _yes("reads_arabic", "R608", empty=False),
    _yes("reads_other", "R609", empty=False),
    _code("schooling", "R610", 3, empty=0),
    _code("school_level", "R612", 24, empty=0),
    _code("school_grade", "R613", 8, empty=0),
    _code("diploma", "R614", 25, empty=0),
    _code("kip", "R615", 2, empty=0, extra=(5,)),
    _yes("pip", "R616", empty=False),
    # money, work (block 7)
    _yes("bank_account", "R701", empty=False),
    _mark("worked", "R703_A"),
    _code("main_activity", "R704", 4, empty=0),
    _yes("away_from_work", "R705", empty=False),
    _code("industry", "R706", 26, empty=0),
    _code("work_status", "R707", 6, empty=0),
    _number("hours_main", "R708", 0, 168, empty=0),
    _number("hours_all", "R709", 0, 168, empty=0),
    # communication (block 8)
    _yes("uses_phone", "R801", empty=False),
    _yes("has_phone", "R802", empty=False),
    _yes("uses_internet", "R808", empty=False),
    # disability (block 10)
    *_difficulties(DIFFICULTY),
    _yes("disability_aid", "R1010", empty=False, assumed=SOME_ASKED),
    # health (blocks 11, 12)
    *_health(""),
    _code("smokes", "R1207", 2, empty=0, extra=(5, 8)),
    # children under five (block 14); 0 months is an age, so that -1 says not asked
    _number("age_months", "R1401", 0, 59, empty=-1),
    *_card(
        hb0="A",
        bcg="B",
        polio_1="C",
        dpt_1="D",
        polio_2="E",
        dpt_2="F",
        polio_3="G",
        dpt_3="H",
        polio_4="I",
        measles="K",
    ),
    _yes("had_bcg", "R1407", empty=False),
    _number("polio_times", "R1410A", 0, 99, empty=0, assumed=TIMES),
    _number("dpt_times", "R1412", 0, 99, empty=0, assumed=TIMES),
    _number("hepatitis_times", "R1414", 0, 99, empty=0, assumed=TIMES),
    _yes("had_measles", "R1416I", empty=False),
    _yes("breastfed", "R1418", empty=False, assumed=FEEDING),
    *(
        _yes(f"fed_{what}", column, empty=False, assumed=FEEDING)
        for what, column in (
            ("other_milk", "R1419A"),
            ("other_drink", "R1419B"),
            ("sweet_drink", "R1419C"),
            ("grain", "R1420A"),
            ("beans", "R1420B"),
            ("dairy", "R1420C"),
            ("meat", "R1420D"),
            ("egg", "R1420E"),
            ("vitamin_a", "R1420F"),
            ("other_greens", "R1420G"),
            ("snacks", "R1420H"),
            ("solids", "R1421"),
        )
    ),
    # births and contraception (blocks 15, 16)
    *_births(""),
    _code("contraception", "R1601", 2, empty=0, extra=(5,)),
    _code("contraceptive", "R1602", 11, empty=0),
)

# Of 2020 a public description words the questions and gives no codes. Taken are those
# with yes and no, with counts, or with short lists that 2024 is assumed to share. Level
# of schooling and certificate (R613, R615) are not: should a kind of school have come
# into those long lists between the years, every code after it would mean another one.
AS_IN_2024 = (
    "codes of 2024: the description of 2020 words the question so, without codes"
)
DIFFICULTY_2020 = "codes 1 cannot at all, 2 much, 3 some, 4 no difficulty"

PERSONS_2020 = (
    _code("relationship", "R403", 9, assumed=AS_IN_2024),
    _code("marital", "R404", 4, assumed=AS_IN_2024),
    _code("sex", "R405", 2, assumed=AS_IN_2024),
    _number("age", "R407", 0, 120),
    _yes("has_nik", "R502", assumed=AS_IN_2024),
    _code("birth_certificate", "R606", 2, empty=0, extra=(5, 8), assumed=AS_IN_2024),
    # education: one column later than in 2024
    _yes("reads_latin", "R609", empty=False, assumed=AS_IN_2024),
    _yes("reads_arabic", "R610", empty=False, assumed=AS_IN_2024),
    _yes("reads_other", "R611", empty=False, assumed=AS_IN_2024),
    _code("schooling", "R612", 3, empty=0, assumed=AS_IN_2024),
    _code("kip", "R616", 2, empty=0, extra=(5,), assumed=AS_IN_2024),
    _yes("pip", "R617", empty=False, assumed=AS_IN_2024),
    # money, work: one column earlier than in 2024
    _yes("bank_account", "R701", empty=False, assumed=AS_IN_2024),
    _mark("worked", "R702_A"),
    _code("main_activity", "R703", 4, empty=0, assumed=AS_IN_2024),
    _yes("away_from_work", "R704", empty=False, assumed=AS_IN_2024),
    _code("industry", "R705", 26, empty=0, assumed=AS_IN_2024),
    _code("work_status", "R706", 6, empty=0, assumed=AS_IN_2024),
    _number("hours_main", "R707", 0, 168, empty=0),
    _number("hours_all", "R708", 0, 168, empty=0),
    # communication, disability, health
    _yes("uses_phone", "R801", empty=False, assumed=AS_IN_2024),
    _yes("has_phone", "R802", empty=False, assumed=AS_IN_2024),
    _yes("uses_internet", "R808", empty=False, assumed=AS_IN_2024),
    *_difficulties(DIFFICULTY_2020),
    *_health(AS_IN_2024),
    _code("smokes", "R1206", 2, empty=0, extra=(5, 8), assumed=AS_IN_2024),
    # children under five: other letters than in 2024; feeding is asked otherwise
    _number("age_months", "R1401", 0, 59, empty=-1),
    *_card(
        bcg="A",
        polio_1="B",
        polio_2="C",
        polio_3="D",
        polio_4="E",
        dpt_1="F",
        dpt_2="G",
        dpt_3="H",
        hb0="I",
        measles="M",
    ),
    _yes("had_bcg", "R1407", empty=False, assumed=AS_IN_2024),
    _number("polio_times", "R1410", 0, 99, empty=0, assumed=TIMES),
    _number("dpt_times", "R1412", 0, 99, empty=0, assumed=TIMES),
    _number("hepatitis_times", "R1414", 0, 99, empty=0, assumed=TIMES),
    _yes("had_measles", "R1416I", empty=False, assumed=AS_IN_2024),
    # births and contraception
    *_births(AS_IN_2024),
    _code("contraception", "R1601", 2, empty=0, extra=(5,), assumed=AS_IN_2024),
    _code("contraceptive", "R1602", 11, empty=0, assumed=AS_IN_2024),
)

SCRIPT = "a public script that follows BPS's description of the files of that year"
SCRIPT_BETWEEN = (
    "the same column and question in 2020 and in 2024: taken to be there in between"
)
SCRIPT_2023 = "a public script says that the questionnaire is laid out as that of 2024"


def _taken(items: Iterable[Item], assumed: str, **columns: str) -> tuple[Item, ...]:
    """Some items of another year: those named, each under its column of this year."""
    named = {item.name: item for item in items}
    return tuple(
        replace(named[name], column=column, assumed=assumed, other_codes=())
        for name, column in columns.items()
    )


def _alike(assumed: str, *, but: Collection[str] = ()) -> tuple[Item, ...]:
    """Items of persons that 2020 and 2024 both have under one column."""
    columns = {(item.name, item.column) for item in PERSONS_2020}
    return tuple(
        item if item.name in ALWAYS else replace(item, assumed=assumed)
        for item in PERSONS_2024
        if (item.name, item.column) in columns and item.name not in but
    )


# Of all years from 2019 a public table says so, and gives the codes.
ALWAYS = ("relationship", "marital", "sex", "age")
HOUSING_2024 = {
    **{"tenure": "R1802", "floor_area": "R1804", "roof": "R1806", "wall": "R1807"},
    **{"floor": "R1808", "toilet": "R1809A", "closet": "R1809B"},
    **{"drinking_water": "R1810A", "lighting": "R1816", "cooking_fuel": "R1817"},
}
FOOD_INSECURITY = (
    *("worried_about_food", "no_healthy_food", "few_kinds_of_food", "skipped_meal"),
    *("ate_less", "ran_out_of_food", "hungry_not_eaten", "whole_day_not_eaten"),
)


def _food_insecurity(block: str) -> dict[str, str]:
    return {name: f"{block}{n:02d}" for n, name in enumerate(FOOD_INSECURITY, 1)}


HOUSEHOLDS_2022 = _taken(
    HOUSEHOLDS_2024,
    SCRIPT,
    **_food_insecurity("R17"),
    **HOUSING_2024,
    pkh="R2204A",
)
WORK_2022 = {
    **{"worked": "R702_A", "main_activity": "R703", "away_from_work": "R704"},
    **{"industry": "R705", "work_status": "R706", "hours_main": "R707"},
}
PERSONS_2021 = (
    *_alike(SCRIPT_BETWEEN),
    *_taken(PERSONS_2020, SCRIPT, schooling="R612", kip="R616", **WORK_2022),
)
PERSONS_2022 = (
    *_alike(SCRIPT_BETWEEN),
    *_taken(
        PERSONS_2024,
        SCRIPT,
        **{"schooling": "R610", "school_level": "R612", "school_grade": "R613"},
        **{"diploma": "R614", "kip": "R616"},
        **WORK_2022,
    ),
)
# R1901J is another credit in 2023, and R2209A may be the aid for dear fuel
HOUSEHOLDS_2023 = tuple(
    replace(
        item,
        column="R1806" if item.name == "roof" else item.column,
        assumed=SCRIPT_2023,
    )
    for item in HOUSEHOLDS_2024
    if item.name not in ("credit_mekaar", "blt_desa")
)
PERSONS_2023 = tuple(
    item if item.name in ALWAYS else replace(item, assumed=item.assumed or SCRIPT_2023)
    for item in PERSONS_2024
)
# Roof, wall and floor have fewer codes in 2025; what is said of work and schooling there
# contradicts itself, and of the other blocks of persons nothing is said.
HOUSEHOLDS_2025 = _taken(
    HOUSEHOLDS_2024,
    SCRIPT,
    **_food_insecurity("R15"),
    **{"tenure": "R1602", "toilet": "R1609A", "closet": "R1609B"},
    **{"drinking_water": "R1610A", "lighting": "R1616", "cooking_fuel": "R1617"},
)
PERSONS_2025 = (
    *(item for item in PERSONS_2024 if item.name in ALWAYS),
    *_taken(
        PERSONS_2024,
        SCRIPT,
        **{"diploma": "R615", "kip": "R619", "bank_account": "R701"},
        **{"worked": "R703_A", "has_phone": "R802"},
    ),
)
OLD_HOUSING = frozenset({"R1802", "R1807", "R1808", "R1809A", "R1810A", "R1816"})
NEW_HOUSING = frozenset({"R1602", "R1607", "R1608", "R1609A", "R1610A", "R1616"})
DICTIONARY, PUBLIC_SCRIPT = "dictionary", "script"

LAYOUTS = (
    Layout(
        name="2024",
        met=DICTIONARY,
        housing=OLD_HOUSING,
        signature=frozenset({"URUT", "R401", "R610", "R703_A"}),
        households=HOUSEHOLDS_2024,
        persons=PERSONS_2024,
        notes=("the job search is not asked: underemployed means under 35 hours",),
    ),
    Layout(
        name="2020",
        met=DICTIONARY,
        housing=OLD_HOUSING,
        signature=frozenset({"RENUM", "R401", "R612", "R702_A"}),
        absent=frozenset({"URUT", "R703_A"}),
        key="RENUM",
        size=None,
        persons=PERSONS_2020,
        notes=(
            "persons only: no spending, so no poverty; size counted from persons",
            "level of schooling and certificate are not read: their codes may differ",
            "housing is not read: its codes are others, and not public",
        ),
    ),
    Layout(
        name="2025",
        met=PUBLIC_SCRIPT,
        housing=NEW_HOUSING,
        signature=frozenset({"URUT", "R401", "R703_A"}),
        households=HOUSEHOLDS_2025,
        persons=PERSONS_2025,
    ),
    Layout(
        name="2023",
        met=PUBLIC_SCRIPT,
        housing=OLD_HOUSING,
        signature=frozenset({"URUT", "R401", "R610", "R703_A"}),
        households=HOUSEHOLDS_2023,
        persons=PERSONS_2023,
    ),
    Layout(
        name="2022",
        met=PUBLIC_SCRIPT,
        housing=OLD_HOUSING,
        signature=frozenset({"URUT", "R401", "R702_A"}),
        absent=frozenset({"R703_A"}),
        households=HOUSEHOLDS_2022,
        persons=PERSONS_2022,
    ),
    Layout(
        name="2021",
        met=PUBLIC_SCRIPT,
        housing=OLD_HOUSING,
        signature=frozenset({"RENUM", "R401", "R702_A"}),
        absent=frozenset({"URUT", "R703_A"}),
        key="RENUM",
        households=HOUSEHOLDS_2022,
        persons=PERSONS_2021,
    ),
)
YEARS_KNOWN = tuple(sorted(layout.name for layout in LAYOUTS))
SEPTEMBER = "the questionnaire of September is not public: read as that of March"
OTHER_YEAR = "the questionnaire of the year is not known: read as that of another"

# What else a column may be called: by BPS in other years or parts, or by an office.
SYNONYMS = {
    "URUT": re.compile("RENUM|ID_?(?:RT|RUTA)|HHID"),
    "RENUM": re.compile("URUT|ID_?(?:RT|RUTA)|HHID"),
    "R401": re.compile("NO_?(?:URUT_?)?ART"),
    "FWT": re.compile(
        r"FWT_?[0-9]+|FWT_(?:RT|RUTA)|WERT|(?:PENIMBANG|WEIGHT|BOBOT)(?:_?(?:RT|RUTA|HH))?|HH_?WEIGHT"
    ),
    "R101": re.compile("(?:KODE_?|KD_?|ID_?)(?:PROV(?:INSI)?|PROP(?:INSI)?)"),
    "R102": re.compile("(?:KODE_?|KD_?|ID_?)KAB(?:UPATEN)?(?:_?KOTA?)?"),
    "STRATA": re.compile("STRATUM"),
    "PSU": re.compile("NKS"),
    "R1806": re.compile("R1806A"),
    "R1806A": re.compile("R1806"),
}
# Looked for where none of these is there: what may hold names as well.
WIDER = {
    "R101": re.compile("PROV(?:INSI|INCE)?|PROP(?:INSI)?"),
    "R102": re.compile("KAB(?:UPATEN)?(?:_?KOTA?)?"),
}
MAY_WEIGH = re.compile("FWT|WERT|WEIND|WI[0-9]|WEIGHT|PENIMBANG|BOBOT|TIMBANG")
CODES = frozenset(
    {"URUT", "RENUM", "R401", "R101", "R102", "R105", "KODE"}
)  # columns of numbers that name something
SPENDING = frozenset(
    {"B41K10", "B42K4", "B42K5", "EXPEND", "KAPITA", "FOOD", "NONFOOD"}
)
KNOWN = frozenset(
    CODES
    | SPENDING
    | {"FWT", "WERT", "WEIND", "PSU", "SSU", "STRATA", "R301", DEMO_COLUMN}
    | {i.column for layout in LAYOUTS for i in (*layout.households, *layout.persons)}
)


def of_round(layout: Layout, year: int, round: str) -> Layout:
    """Layout as a round has it: of September, or another year, every item is assumed.

    >>> [item.assumed != "" for item in of_round(LAYOUTS[0], 2024, "march").persons[:3]]
    [False, False, False]
    >>> any(not item.assumed for item in of_round(LAYOUTS[0], 2026, "march").persons)
    False
    """
    if round == "march" and str(year) == layout.name:
        return layout
    why = SEPTEMBER if round != "march" else OTHER_YEAR

    def assumed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(replace(item, assumed=item.assumed or why) for item in items)

    return replace(
        layout,
        households=assumed(layout.households),
        persons=assumed(layout.persons),
    )


def columns_of(layout: str) -> dict[str, str]:
    """BPS's column behind each item of a layout.

    >>> columns_of("2024")["closet"]
    'R1809B'
    """
    questionnaire = next(candidate for candidate in LAYOUTS if candidate.name == layout)
    return {
        item.name: item.column
        for item in (*questionnaire.households, *questionnaire.persons)
    }


def schema() -> dict[str, dict[str, str]]:
    """Columns that the tables of any layout have, by table, each BOOLEAN or DOUBLE.

    >>> schema()["persons"]["age"], schema()["households"]["urban"]
    ('DOUBLE', 'BOOLEAN')
    """
    tables = {
        "households": dict.fromkeys(
            ("size", "weight", "spending_pc_month", "food_pc_month"), "DOUBLE"
        )
        | {"urban": "BOOLEAN"},
        "persons": {"weight": "DOUBLE"},
    }
    for layout in LAYOUTS:
        for table, columns in tables.items():
            for item in getattr(layout, table):
                yes = item.kind in ("yes", "mark")
                columns[item.name] = "BOOLEAN" if yes else "DOUBLE"
    return tables


def is_demo(columns: Iterable[str]) -> bool:
    """Tell by its columns whether a file was invented here, whatever its capitals.

    >>> is_demo(["URUT", "FWT", "DEMO"]), is_demo(["URUT", "FWT"])
    (True, False)
    """
    return DEMO_COLUMN in {str(column).upper() for column in columns}
