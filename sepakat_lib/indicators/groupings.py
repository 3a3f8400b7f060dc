"""The ways to part the people; any two can be crossed.

A group is a domain of the whole design: who is outside keeps a place in it.
"""

import re
from dataclasses import dataclass


def read_columns(expression: str) -> frozenset[str]:
    """Columns that an SQL expression reads; its keywords are in capitals.

    >>> sorted(read_columns("CASE WHEN least(a, b) < 1 THEN 'x' END"))
    ['a', 'b']
    """
    plain = re.sub(r"'[^']*'", "", expression)
    return frozenset(re.findall(r"\b[a-z_][a-z_0-9]*\b(?!\()", plain))


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A way to part the people: an SQL expression that gives 0, 1, 2 … or NULL.

    `quantiles` > 0 instead ranks persons by spending within the reporting region
    (`first` > 0: those of the first so many are one group, the rest another), and
    `parts` crosses two other groupings. `extremes` are the two groups whose difference
    is told.
    """

    name: str
    label: dict[str, str]
    groups: tuple[str, ...]
    expression: str = ""
    table: str = "households"
    quantiles: int = 0
    first: int = 0
    extremes: tuple[str, str] | None = None
    parts: "tuple[Grouping, Grouping] | None" = None

    @property
    def by_level(self) -> bool:
        """Whether a person's group depends on the region that reports."""
        return bool(self.quantiles) or any(part.by_level for part in self.parts or ())


FARMING, INDUSTRY = "industry BETWEEN 1 AND 6", "industry BETWEEN 7 AND 11"
DIFFICULTIES = tuple(
    f"difficulty_{what}"
    for what in (
        *("seeing", "hearing", "walking", "hands"),
        *("remembering", "behaviour", "speaking", "self_care"),
    )
)
SHORT_SET = tuple(  # the Washington Group's six: not the use of hands, not behaviour
    item
    for item in DIFFICULTIES
    if item not in ("difficulty_hands", "difficulty_behaviour")
)


def _much_in_any(items: tuple[str, ...]) -> str:
    """Who cannot, or has much difficulty, in any of these.

    An answer that is not known leaves it open, unless another is yes; 0 is not asked.
    """
    any_much = " OR ".join(f"{item} IN (1, 2)" for item in items)
    return f"({any_much} OR nullif(greatest({', '.join(items)}) = 0, TRUE))"


DISABLED, DISABLED_WG = _much_in_any(DIFFICULTIES), _much_in_any(SHORT_SET)

GROUPINGS = (
    Grouping(
        name="all",
        label={"id": "Semua", "en": "All"},
        groups=("all",),
        expression="0",
    ),
    Grouping(
        name="area",
        label={"id": "Kota dan desa", "en": "Urban and rural"},
        groups=("urban", "rural"),
        expression="CASE WHEN urban THEN 0 ELSE 1 END",
        extremes=("rural", "urban"),
    ),
    Grouping(
        name="sex",
        label={"id": "Jenis kelamin", "en": "Sex"},
        groups=("male", "female"),
        expression="sex - 1",
        table="persons",
        extremes=("female", "male"),
    ),
    Grouping(
        name="age",
        label={"id": "Kelompok umur", "en": "Age"},
        groups=("0-6", "7-12", "13-18", "19-24", "25-59", "60+"),
        expression="CASE WHEN age <= 6 THEN 0 WHEN age <= 12 THEN 1 "
        "WHEN age <= 18 THEN 2 WHEN age <= 24 THEN 3 WHEN age <= 59 THEN 4 "
        "WHEN age > 59 THEN 5 END",
        table="persons",
    ),
    Grouping(
        name="quintile",
        label={"id": "Kuintil pengeluaran", "en": "Fifth of spending"},
        groups=("1", "2", "3", "4", "5"),
        quantiles=5,
        extremes=("1", "5"),
    ),
    Grouping(
        name="decile",
        label={"id": "Desil pengeluaran", "en": "Tenth of spending"},
        groups=tuple(str(number) for number in range(1, 11)),
        quantiles=10,
        extremes=("1", "10"),
    ),
    Grouping(
        name="poorest_40",
        label={
            "id": "40 persen termiskin (desil 1–4) dan lainnya",
            "en": "Poorest four tenths (tenths 1-4) and the others",
        },
        groups=("poorest_40", "others"),
        quantiles=10,
        first=4,
        extremes=("poorest_40", "others"),
    ),
    Grouping(
        name="welfare",
        label={"id": "Kelompok kesejahteraan", "en": "Welfare band"},
        groups=(
            *("chronic_poor", "other_poor", "vulnerable", "aspiring", "middle"),
            "upper",
        ),
        expression="CASE WHEN welfare < least(chronic_cut, band_1) THEN 0 "
        "WHEN welfare < band_1 THEN 1 WHEN welfare < band_2 THEN 2 "
        "WHEN welfare < band_3 THEN 3 WHEN welfare < band_4 THEN 4 "
        "WHEN welfare IS NOT NULL THEN 5 END",
        extremes=("vulnerable", "middle"),
    ),
    Grouping(
        name="poverty",
        label={"id": "Miskin dan tidak miskin", "en": "Poor and not poor"},
        groups=("poor", "not_poor"),
        expression="CASE WHEN welfare < 1 THEN 0 WHEN welfare >= 1 THEN 1 END",
        extremes=("poor", "not_poor"),
    ),
    Grouping(
        name="head_sex",
        label={"id": "Jenis kelamin kepala rumah tangga", "en": "Sex of the head"},
        groups=("male", "female"),
        expression="head_sex - 1",
        extremes=("female", "male"),
    ),
    Grouping(
        name="head_education",
        label={
            "id": "Pendidikan kepala rumah tangga",
            "en": "Education of the head",
        },
        groups=("none", "primary", "junior", "senior", "tertiary"),
        expression="CASE WHEN head_diploma IN (0, 25) THEN 0 "
        "WHEN head_diploma <= 5 THEN 1 WHEN head_diploma <= 10 THEN 2 "
        "WHEN head_diploma <= 17 THEN 3 WHEN head_diploma <= 24 THEN 4 END",
        extremes=("primary", "senior"),
    ),
    Grouping(
        name="sector",
        label={"id": "Lapangan usaha", "en": "Sector of work"},
        groups=("farming", "industry", "services"),
        expression=f"CASE WHEN {FARMING} THEN 0 WHEN {INDUSTRY} THEN 1 "
        "WHEN industry > 11 THEN 2 END",
        table="persons",
        extremes=("farming", "services"),
    ),
    Grouping(
        name="work_status",
        label={"id": "Status pekerjaan", "en": "Status of work"},
        groups=(
            *("own_account", "with_unpaid_help", "employer", "employee", "casual"),
            "family",
        ),
        expression="CASE WHEN work_status > 0 THEN work_status - 1 END",
        table="persons",
        extremes=("casual", "employee"),
    ),
    Grouping(
        name="disability",
        label={"id": "Penyandang disabilitas", "en": "Disability"},
        groups=("with", "without"),
        expression=f"CASE WHEN age >= 2 THEN CASE {DISABLED} WHEN TRUE THEN 0 "
        "WHEN FALSE THEN 1 END END",
        table="persons",
        extremes=("with", "without"),
    ),
)
WHERE_ASKED = ("poorest_40",)  # two of its sums are in the tenths already
EVERY = tuple(by.name for by in GROUPINGS if by.name not in WHERE_ASKED)
HOUSEHOLDS_ONLY = tuple(
    by.name for by in GROUPINGS if by.table == "households" and by.name in EVERY
)


def grouping(name: str) -> Grouping:
    """The grouping of that name; two names with an asterisk between are crossed.

    >>> grouping("sex").groups
    ('male', 'female')
    >>> grouping("area*sex").groups
    ('urban|male', 'urban|female', 'rural|male', 'rural|female')
    """
    first, _, second = name.partition("*")
    by_name = {by.name: by for by in GROUPINGS}
    if unknown := {first, second or first} - set(by_name):
        raise ValueError(
            f"there is no grouping {', '.join(sorted(unknown))}; there are: "
            f"{', '.join(by_name)}"
        )
    if first == second:
        raise ValueError(
            f"two different groupings can be crossed; {name} came, which parts no more "
            f"than {first} alone"
        )
    return cross(by_name[first], by_name[second]) if second else by_name[first]


def cross(first: Grouping, second: Grouping) -> Grouping:
    """Every group of one within every group of another."""
    language = ("id", "en")
    return Grouping(
        name=f"{first.name}*{second.name}",
        label={la: f"{first.label[la]} × {second.label[la]}" for la in language},
        groups=tuple(f"{a}|{b}" for a in first.groups for b in second.groups),
        table="persons" if "persons" in (first.table, second.table) else "households",
        parts=(first, second),
    )
