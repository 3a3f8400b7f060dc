"""Regions of Indonesia: their codes in three schemes, names, levels and neighbours.

A region is known by its BPS code of 2022: ``00`` the nation, two digits a province,
four a kabupaten or kota. Kemendagri numbers the same places otherwise and some of its
numbers are another place's BPS code, so a bare number is always read as BPS's and a
dotted one as Kemendagri's.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

import pandas as pd

from sepakat_lib import reference

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
SHORT_FORMS = {
    "kab": "kabupaten",
    "kodya": "kota",
    "kep": "kepulauan",
    "prov": "provinsi",
    "propinsi": "provinsi",
    "adm": "administrasi",
}


class UnknownRegion(ValueError):
    """What was given names no region, or more than one.

    Attributes
    ----------
    given : str
        What came, cut to 60 characters.
    nearest : list of str
        BPS codes of the regions most like it; of all that fit, if several do.
    code : {"unknown_region", "ambiguous_region"}
    """

    def __init__(self, given: str, nearest: list[str], why: str = "", code: str = ""):
        self.given, self.nearest = given[:60], nearest
        self.code = code or "unknown_region"
        why = why or f"{self.given!r} is not a region that is known here."
        choice = ", ".join(f"{region} {name(region)}" for region in nearest)
        super().__init__(
            f"{why} Nearest: {choice}. Write a BPS code (3501), a Kemendagri code "
            "(35.01) or a full name (Kabupaten Pacitan)."
        )


def table() -> pd.DataFrame:
    """Nation, provinces and kabupaten, one a row; see `reference.regions`."""
    return reference.regions()


def check(region: str) -> str:
    """Give the region back if it is a BPS 2022 key, and raise `UnknownRegion` if not.

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
    bare = given.replace(".", "", 1) if re.fullmatch(r"\d\d\.\d\d", given) else given
    if region := _by_kemendagri().get(bare):
        return region
    raise UnknownRegion(
        given,
        _nearest_codes(bare, _by_kemendagri()),
        f"{given[:60]!r} is not a Kemendagri code of a province or kabupaten.",
    )


def from_bps_2020(code: str) -> str:
    """Region of a BPS code of 2020, when Papua was two provinces.

    ``91`` and ``94`` give the provinces that kept the code, within smaller borders.

    >>> from_bps_2020("9401"), from_bps_2020("3501")
    ('9501', '3501')
    """
    given = str(code).strip()
    if region := _by_bps_2020().get(given):
        return region
    raise UnknownRegion(
        given,
        _nearest_codes(given, _by_bps_2020()),
        f"{given[:60]!r} is not a BPS code of 2020.",
    )


def kecamatan(region: str) -> pd.DataFrame:
    """Kecamatan of a region; columns as in `reference.kecamatan`.

    >>> len(kecamatan("3501"))
    12
    """
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
    UnknownRegion
        If it is neither, or if a bare name belongs to several. Nothing is guessed:
        the sentence lists the nearest.

    >>> resolve("76.04"), resolve("7604"), resolve("polewali mandar")
    ('7602', '7604', '7602')
    """
    given = str(text).strip()
    if re.fullmatch(r"[0-9]{2}([0-9]{2})?", given):
        return _bps(given)
    if re.fullmatch(r"[0-9]{2}\.[0-9]{2}", given):
        return from_kemendagri(given)
    if re.fullmatch(r"[0-9]{2}(\.[0-9]{2,4}){2,3}", given):
        return _too_fine(given)
    found = _by_name().get(_key(given), ()) if _may_be_a_name(given) else ()
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownRegion(
            given,
            list(found),
            f"{given[:60]!r} may mean {len(found)} regions.",
            "ambiguous_region",
        )
    raise UnknownRegion(given, _nearest(given))


def _bps(given: str) -> str:
    if given in _rows():
        return given
    if given in _by_bps_2020():
        region = _by_bps_2020()[given]
        why = f"{given!r} was the BPS code of {name(region)} until 2022."
        raise UnknownRegion(given, [region], why)
    raise UnknownRegion(given, _nearest_codes(given, _rows()))


def _too_fine(given: str) -> str:
    """Refuse a Kemendagri code below the kabupaten, naming the kabupaten it lies in."""
    region = _by_kemendagri().get(given[:5].replace(".", ""))
    if not region:
        raise UnknownRegion(given, _nearest_codes(given[:5], _by_kemendagri()))
    why = f"{given[:60]!r} is the code of a kecamatan or desa, which is no region here."
    raise UnknownRegion(given, [region], why)


def _row(region: str) -> dict:
    try:
        return _rows()[region]
    except (KeyError, TypeError):
        raise UnknownRegion(str(region), _nearest(str(region))) from None


@lru_cache
def _rows() -> dict[str, dict]:
    return reference.regions().set_index("region").to_dict("index")


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
    bare: dict[str, list[str]] = {}
    full: dict[str, str] = {}
    for region, row in _rows().items():
        full[_key(row["name"])] = full[_key(row["short_name"])] = region
        kind = row["kind"] or {"province": "provinsi"}.get(row["level"], "")
        for spelling in (row["name"], *filter(None, row["also"].split(";"))):
            plain = re.sub(r"^(Kabupaten|Kota) (Administrasi )?", "", spelling)
            full[_key(f"{kind} {plain}")] = region
            bare.setdefault(_key(plain), []).append(region)
    return {key: tuple(found) for key, found in bare.items()} | {
        key: (region,) for key, region in full.items()
    }


def _key(text: str) -> str:
    """Letters only, in small, short forms written out: how names are compared."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z]+", plain.lower())
    return "".join(SHORT_FORMS.get(word, word) for word in words)


def _may_be_a_name(text: str) -> bool:
    return all(mark.isalpha() or mark in " .,'’-\u0301\u0300" for mark in text)


def _nearest(text: str, most: int = 5) -> list[str]:
    """Regions whose code or name is most like `text`."""
    text = text[:60]
    if re.fullmatch(r"[0-9.]+", text):
        return _nearest_codes(text.replace(".", ""), _rows(), most)
    sought = _key(text)
    best: dict[str, float] = {}
    for key, found in _by_name().items():
        alike = SequenceMatcher(None, key, sought).ratio()
        for region in found:
            best[region] = max(alike, best.get(region, 0.0))
    return sorted(best, key=lambda region: (-best[region], region))[:most]


def _nearest_codes(code: str, known: dict, most: int = 5) -> list[str]:
    """Regions whose code is most like `code`, those that begin like it first."""

    def unlike(other: str) -> tuple:
        begin = next(
            (i for i, (a, b) in enumerate(zip(other, code, strict=False)) if a != b),
            min(len(other), len(code)),
        )
        return -begin, abs(len(other) - len(code)), other

    near = sorted(known, key=unlike)[:most]
    return [known[key] if isinstance(known[key], str) else key for key in near]
