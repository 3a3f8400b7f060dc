"""Lacks that come together: each row of `VENNS` is drawn as circles with their table.

A region of a Venn is an indicator like any other (who is in A alone, in A and B, in
none), so that its share, its people and their errors come from the one scan.
"""

from dataclasses import dataclass

from sepakat_lib.indicators import Indicator
from sepakat_lib.indicators.protection import INSURED, SECURITY
from sepakat_lib.indicators.services import IMPROVED_SANITATION, IMPROVED_WATER

NOT_ROOMY = "floor_area / size < 7.2"
LETTERS = {2: ("A", "B", "AB", "none")}
LETTERS[3] = ("A", "B", "C", "AB", "AC", "BC", "ABC", "none")


@dataclass(frozen=True, kw_only=True)
class Venn:
    """Two or three lacks and the indicator of each exclusive region.

    Attributes
    ----------
    name : str
    question : int
        Of SEPAKAT's five.
    sets : tuple of dict
        Label of each set in "id" and "en", in the order of the letters.
    regions : dict of str to str
        Letters of a region ("A" is A alone, "none" the outside) to its indicator.
    """

    name: str
    question: int
    sets: tuple[dict[str, str], ...]
    regions: dict[str, str]


def _region(name, code, letters, sets, question, label, frame, source, table):
    """The indicator of one exclusive region: in these sets and in no other."""
    parts = [
        f"({sql})" if letter in letters else f"NOT ({sql})"
        for letter, sql in zip("ABC", sets, strict=False)
    ]
    inside = " AND ".join(parts)
    answered = " AND ".join(f"({sql}) IS NOT NULL" for sql in sets)
    return Indicator(
        name=name,
        code=code,
        question=question,
        label=label,
        definition={
            "id": f"{label['id']}. Bagian diagram Venn yang tidak bertumpang tindih.",
            "en": f"{label['en']}. A region of a Venn that overlaps no other.",
        },
        unit="percent",
        better="context",
        frame=frame,
        source=source,
        table=table,
        numerator=f"CASE WHEN {inside} THEN 1 WHEN {answered} THEN 0 END",
    )


PROTECTION_SETS = (f"NOT {SECURITY}", f"NOT {INSURED}")
HOME_SETS = (f"NOT {IMPROVED_WATER}", f"NOT {IMPROVED_SANITATION}", NOT_ROOMY)
HOME_LABELS = (
    {"id": "Tanpa air minum layak", "en": "No improved water"},
    {"id": "Tanpa sanitasi layak", "en": "No improved sanitation"},
    {"id": "Rumah sempit", "en": "Crowded housing"},
)


def _home(code: str, letters: str) -> Indicator:
    names = [
        HOME_LABELS["ABC".index(letter)] for letter in letters if letters != "none"
    ]
    if letters == "ABC":
        label = {
            "id": "Tanpa air minum layak, tanpa sanitasi layak, dan rumah sempit",
            "en": "No improved water, no improved sanitation and crowded housing",
        }
    elif names:
        label = {
            "id": "Hanya " + " dan ".join(n["id"].lower() for n in names),
            "en": "Only " + " and ".join(n["en"].lower() for n in names),
        }
    else:
        label = {"id": "Tanpa ketiga kekurangan", "en": "None of the three lacks"}
    return _region(
        f"home_lacks_{letters.lower()}",
        code,
        letters if names else "",
        HOME_SETS,
        3,
        label,
        "other",
        "BPS, Susenas KOR (R1804, R1809, R1810, R1814)",
        "households",
    )


INDICATORS = (
    _region(
        "no_security_only",
        "LIN-001b",
        "A",
        PROTECTION_SETS,
        4,
        {
            "id": "Hanya tanpa jaminan sosial",
            "en": "Only without social security",
        },
        "[TPB] 1.3.1",
        "BPS, Susenas KOR (R1101, R2201)",
        "persons",
    ),
    _region(
        "no_insurance_only",
        "LIN-002b",
        "B",
        PROTECTION_SETS,
        4,
        {
            "id": "Hanya tanpa jaminan kesehatan",
            "en": "Only without health insurance",
        },
        "[TPB] 1.3.1.(a)",
        "BPS, Susenas KOR (R1101, R2201)",
        "persons",
    ),
    *(
        _home(f"AKS-014{suffix}", letters)
        for suffix, letters in zip("abcdefgh", LETTERS[3], strict=True)
    ),
)

VENNS = {
    venn.name: venn
    for venn in (
        Venn(
            name="work",
            question=2,
            sets=(
                {"id": "Informal", "en": "Informal"},
                {"id": "Kurang dari 35 jam", "en": "Under 35 hours"},
            ),
            regions={
                "A": "informal_full_time",
                "B": "formal_short_time",
                "AB": "informal_short_time",
                "none": "formal_full_time",
            },
        ),
        Venn(
            name="home",
            question=3,
            sets=HOME_LABELS,
            regions={
                letters: f"home_lacks_{letters.lower()}" for letters in LETTERS[3]
            },
        ),
        Venn(
            name="protection",
            question=4,
            sets=(
                {"id": "Tanpa jaminan sosial", "en": "No social security"},
                {"id": "Tanpa jaminan kesehatan", "en": "No health insurance"},
            ),
            regions={
                "A": "no_security_only",
                "B": "no_insurance_only",
                "AB": "no_protection",
                "none": "both_protections",
            },
        ),
    )
}
