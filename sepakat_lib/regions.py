"""Regions of Indonesia: their codes in three schemes, names, levels and neighbours.

A region is known by its BPS code of 2022: ``00`` the nation, two digits a province,
four a kabupaten or kota. Kemendagri numbers the same places otherwise and some of its
numbers are another place's BPS code, so a bare number is always read as BPS's and a
dotted one as Kemendagri's.
"""

import csv
import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sepakat_lib.refused import Refused

if TYPE_CHECKING:
    import pandas as pd

NATION = "00"
# BPS numbers the big islands by the first digit; 2 is Kepulauan Riau, off Sumatera.
ISLANDS = {
    "1": "Sumatera",
    "2": "Sumatera",
    "3": "Jawa",
    "5": "Bali dan Nusa Tenggara",
    "6": "Kalimantan",
    "7": "Sulawesi",
    "8": "Maluku",
    "9": "Papua",
}
FINER = (6, 7, 10)  # digits of codes below the kabupaten
SHORT_FORMS = {
    "kab": "kabupaten",
    "kodya": "kota",
    "kep": "kepulauan",
    "prov": "provinsi",
    "propinsi": "provinsi",
    "adm": "administrasi",
}


def table() -> "pd.DataFrame":
    """Nation, provinces and kabupaten, one a row; see `reference.regions`."""
    from sepakat_lib import reference

    return reference.regions()


def check(region: str) -> str:
    """Give the region back if it is a BPS 2022 key, and refuse it if not.

    >>> check("3501")
    '3501'
    """
    _row(region)
    return region


def level(region: str) -> str:
    """Tell what a region is: ``nation``, ``province`` or ``kabupaten`` (a kota too).

    >>> level("3375")
    'kabupaten'
    """
    return _row(region)["level"]


def name(region: str) -> str:
    """Full name.

    >>> name("3375"), name("35")
    ('Kota Pekalongan', 'Jawa Timur')
    """
    return _row(region)["name"]


def short_name(region: str) -> str:
    """Name for tables and maps; no two regions share one.

    A kota keeps its word. A kabupaten drops it, unless a kota or a province has the
    same name.

    >>> short_name("3501"), short_name("3326"), short_name("3375"), short_name("31")
    ('Pacitan', 'Kab. Pekalongan', 'Kota Pekalongan', 'DKI Jakarta')
    """
    return _row(region)["short_name"]


def province(region: str) -> str:
    """Province of a kabupaten; a province gives itself, the nation an empty text.

    >>> province("9501")
    '95'
    """
    return _row(region)["province"]


def tiers(region: str) -> list[str]:
    """The region, its province and the nation, each once.

    >>> tiers("3501"), tiers("35"), tiers("00")
    (['3501', '35', '00'], ['35', '00'], ['00'])
    """
    above = [region, province(region), NATION]
    return [code for code in dict.fromkeys(above) if code]


def island(region: str) -> str:
    """Island group of BPS's numbering; the nation gives an empty text.

    >>> island("2171")
    'Sumatera'
    """
    return ISLANDS.get(check(region)[0], "")


def members(region: str) -> list[str]:
    """Kabupaten and kota of a region, in the order of their codes.

    >>> len(members("35")), members("3501")
    (38, ['3501'])
    """
    start = {"nation": "", "province": region, "kabupaten": region}[level(region)]
    return [kabupaten for kabupaten in _kabupaten() if kabupaten.startswith(start)]


def below(region: str) -> list[str]:
    """Regions one level below: kabupaten of a province, provinces of the nation.

    >>> len(below("35")), below("00")[:2], below("3501")
    (38, ['11', '12'], [])
    """
    if level(region) == "nation":
        return [code for code in _rows() if level(code) == "province"]
    return members(region) if level(region) == "province" else []


def peers(region: str, among: str = "province") -> list[str]:
    """Regions of the same level in the same part of the country, itself among them.

    Parameters
    ----------
    region : str
        BPS 2022 key.
    among : {"province", "island", "nation"}
        A province is alone in its province, and the nation everywhere.

    >>> len(peers("3501")), len(peers("3501", "island")), len(peers("35", "island"))
    (38, 119, 6)
    """
    parts = {"province": province, "island": island, "nation": lambda _: ""}
    if among not in parts:
        raise ValueError(
            f"Peers cannot be sought in {among!r}; choose province, island or nation."
        )
    part, kind = parts[among], level(region)
    return [
        other
        for other in _rows()
        if level(other) == kind and part(other) == part(region)
    ]


def to_kemendagri(region: str) -> str:
    """Kemendagri's code of 2025: dotted for a kabupaten, two digits for a province.

    >>> to_kemendagri("7602"), to_kemendagri("94")
    ('76.04', '91')
    """
    if level(region) == "nation":
        raise ValueError("Indonesia as a whole has no Kemendagri code; give a region.")
    return _row(region)["kemendagri"]


def from_kemendagri(code: str) -> str:
    """Region of a Kemendagri code of 2025, with or without its dot.

    >>> from_kemendagri("76.04"), from_kemendagri("7604"), from_kemendagri("91")
    ('7602', '7602', '94')
    """
    given = str(code).strip()
    bare = given.replace(".", "")
    by_code = _by_kemendagri()
    if re.fullmatch(r"[0-9]{2}(\.?[0-9]{2})?", given) and bare in by_code:
        return by_code[bare]
    if re.fullmatch(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2,4}){1,2}", given):
        kabupaten = by_code.get(bare[:4])
        raise _unknown("too_fine", given, [kabupaten] if kabupaten else [])
    if re.fullmatch(r"[0-9]{2}\.[0-9]", given):
        # a spreadsheet or YAML that took 11.10 for a number drops the zero
        raise _unknown("lost_zero", given, _nearest_codes(f"{bare}0", by_code))
    raise _unknown("not_kemendagri", given, _nearest_codes(bare, by_code))


def from_bps_2020(code: str) -> str:
    """Region of a BPS code of 2020, when Papua was two provinces.

    ``91`` and ``94`` give the provinces that kept the code, within smaller borders.

    >>> from_bps_2020("9401"), from_bps_2020("3501")
    ('9501', '3501')
    """
    given = str(code).strip()
    if region := _by_bps_2020().get(given):
        return region
    near = _nearest_codes(given, _by_bps_2020())
    raise _unknown("not_bps_2020", given, near)


def kecamatan_name(code: str) -> str:
    """Name of a kecamatan by its code of either scheme; "" of what is none.

    >>> kecamatan_name("35.01.01"), kecamatan_name("3501010"), kecamatan_name("x")
    ('Donorojo', 'Donorojo', '')
    >>> kecamatan_name("")  # new kecamatan have no code of 2020
    ''
    """
    from sepakat_lib import reference

    table = reference.kecamatan()
    scheme = "kemendagri" if "." in code else "bps_2020"
    names = table.loc[table[scheme].eq(code) & bool(code), "name"]
    return str(names.iloc[0]) if len(names) else ""


def kecamatan(region: str) -> "pd.DataFrame":
    """Kecamatan of a region; columns as in `reference.kecamatan`.

    >>> len(kecamatan("3501"))
    12
    """
    from sepakat_lib import reference

    rows = reference.kecamatan()
    return rows[rows["region"].isin(members(region))].reset_index(drop=True)


def resolve(text: str) -> str:
    """Region that a person means by a code or a name.

    Parameters
    ----------
    text : str
        A code with dots is Kemendagri's; two or four bare digits are BPS's of 2022.
        Else a name: capitals, accents, spaces, hyphens and "Kab." or "Kota" forgiven.
        A full name stands for itself ("Gorontalo" is the province); a bare one must
        belong to one region only.

    Raises
    ------
    Refused
        ``unknown_region``, ``too_fine``, ``lost_zero``, ``not_kemendagri``, ``bps_2020``:
        it is neither, and ``nearest_regions`` holds those most like it. Nothing is
        guessed. ``ambiguous_region``: a bare name that all of them bear.

    >>> resolve("76.04"), resolve("7604"), resolve("polewali mandar")
    ('7602', '7604', '7602')
    """
    given = unicodedata.normalize("NFC", str(text)).strip()
    if re.fullmatch(r"[0-9]+", given):
        return _from_bps(given)
    if re.fullmatch(r"[0-9.]+", given):
        return from_kemendagri(given)
    matches = _by_name().get(_key(given), ()) if _may_be_a_name(given) else ()
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise _unknown("ambiguous_region", given, list(matches))
    if inside := _with_kecamatan(given):
        raise _unknown("too_fine", given, inside)
    raise _unknown("unknown_region", given, _nearest(given))


def _unknown(code: str, given: str, nearest: list[str]) -> Refused:
    return Refused(code, given=given[:60], nearest_regions=nearest)


def _from_bps(given: str) -> str:
    if given in _rows():
        return given
    if given in _by_bps_2020():
        raise _unknown("bps_2020", given, [_by_bps_2020()[given]])
    if len(given) in FINER:  # of kecamatan and desa; only Kemendagri's have six
        by_code = _by_kemendagri() if len(given) == 6 else _rows()
        if given[:4] in by_code:
            own = by_code[given[:4]] if len(given) == 6 else given[:4]
            raise _unknown("too_fine", given, [own])
    near = _nearest_codes(given, {region: region for region in _rows()})
    raise _unknown("unknown_region", given, near)


def _with_kecamatan(given: str) -> list[str]:
    """Kabupaten that have a kecamatan of that name, with or without the word."""
    if not _may_be_a_name(given):
        return []
    from sepakat_lib import reference

    table = reference.kecamatan()
    plain = re.sub(r"^(kecamatan|kec\.?)\s+", "", given, flags=re.IGNORECASE)
    same = table["name"].str.casefold().eq(plain.casefold())
    return sorted(set(table.loc[same, "region"]))[:5]


def _row(region: str) -> dict:
    try:
        return _rows()[region]
    except (KeyError, TypeError):
        raise _unknown("unknown_region", str(region), _nearest(str(region))) from None


@lru_cache
def _rows() -> dict[str, dict]:
    # without pandas: most verbs ask for names and codes alone, and pandas takes a second
    file = Path(__file__).parent / "reference" / "regions.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["region"]: row for row in csv.DictReader(lines)}


@lru_cache
def _kabupaten() -> tuple[str, ...]:
    return tuple(region for region, row in _rows().items() if len(region) == 4)


@lru_cache
def _by_kemendagri() -> dict[str, str]:
    rows = _rows().items()
    return {row["kemendagri"].replace(".", ""): key for key, row in rows if key != "00"}


@lru_cache
def _by_bps_2020() -> dict[str, str]:
    return {row["bps_2020"]: key for key, row in _rows().items() if row["bps_2020"]}


@lru_cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Regions by every key that may name them; a full name belongs to one alone."""
    bare: dict[str, set[str]] = {}
    full: dict[str, str] = {}
    for region, row in _rows().items():
        full[_key(row["name"])] = full[_key(row["short_name"])] = region
        kind = row["kind"] or {"province": "provinsi"}.get(row["level"], "")
        spellings = [row["name"], *filter(None, row["also"].split(";"))]
        if not row["kind"]:
            spellings.append(row["short_name"])
        for spelling in spellings:
            plain = re.sub(r"^(Kabupaten|Kota) (Administrasi )?", "", spelling)
            full[_key(f"{kind} {plain}")] = region
            bare.setdefault(_key(plain), set()).add(region)
    one = {key: (region,) for key, region in full.items()}
    return {key: tuple(sorted(regions)) for key, regions in bare.items()} | one


def _key(text: str) -> str:
    """Letters only, in small, short forms written out: how names are compared."""
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in apart if not unicodedata.combining(mark))
    words = re.findall(r"[^\W\d_]+", plain.lower())
    return "".join(SHORT_FORMS.get(word, word) for word in words)


def _may_be_a_name(text: str) -> bool:
    return all(mark.isalpha() or mark in " .,'’-" for mark in text)


def _nearest(text: str, most: int = 5, alike: float = 0.6) -> list[str]:
    """Regions with a name that is much like `text` or holds it, the nearest first."""
    sought = _key(text[:60])
    best: dict[str, float] = {}
    for key, regions in _by_name().items():
        score = SequenceMatcher(None, key, sought).ratio()
        if len(sought) > 3 and sought in key:
            score = max(score, 0.9)
        for region in regions:
            best[region] = max(score, best.get(region, 0.0))
    near = [region for region, score in best.items() if score >= alike]
    return sorted(near, key=lambda region: (-best[region], region))[:most]


def _nearest_codes(code: str, by_code: dict[str, str], most: int = 5) -> list[str]:
    """Regions whose code in `by_code` starts like `code`, the nearest numbers first."""
    number = int(code[:9]) if code[:9].isdecimal() else 0

    def distance(other: str) -> tuple[int, int, int]:
        together = max(n for n in range(5) if other[:n] == code[:n])
        return -together, abs(len(other) - len(code)), abs(int(other) - number)

    return [by_code[other] for other in sorted(by_code, key=distance)[:most]]
