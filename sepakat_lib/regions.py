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
    **dict.fromkeys(("kab", "kabs", "regency", "pemkab"), "kabupaten"),
    **dict.fromkeys(("kodya", "kotamadya", "kodia", "city", "pemkot"), "kota"),
    **dict.fromkeys(("prov", "prop", "propinsi", "province", "pemprov"), "provinsi"),
    **dict.fromkeys(("kep", "kepul", "kepl"), "kepulauan"),
    **dict.fromkeys(("adm", "admin"), "administrasi"),
    **dict.fromkeys(("tj", "tjg", "tg"), "tanjung"),
    **{"sel": "selatan", "ut": "utara", "tim": "timur", "bar": "barat"},
    **{"teng": "tengah", "tengg": "tenggara", "sei": "sungai"},
    **{"pemerintah": "", "pemda": "", "dati": "", "ii": ""},
}
KINDS = ("kabupaten", "kota", "provinsi")
DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# Cyrillic and Greek letters that look like a Latin one, in capitals and small
_LOOKS = "АВЕКМНОРСТУХІЈЅаеорсухіјѕ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι" + "ıɑɡ"
_LATIN = "ABEKMHOPCTYXIJSaeopcyxijs" + "ABEZHIKMNOPTYXoi" + "iag"
LOOK_ALIKE = str.maketrans(_LOOKS + DASHES, _LATIN + "-" * len(DASHES))


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


def code_of(text: object) -> str:
    """A code in plain writing: digits, and a dot between the parts of Kemendagri's.

    Parameters
    ----------
    text : str
        As files have it: another mark or blanks about the dot, ``ID`` before it (the
        place codes of the United Nations), the decimals of a spreadsheet, zeros for
        the levels below or before it, the apostrophe that keeps a cell a text.

    Returns
    -------
    str
        Empty for what is no code. Whether a code exists is not asked.

    >>> [code_of(text) for text in ("ID3501", "35-01", "35. 01", "3501.0", "35/01")]
    ['3501', '35.01', '35.01', '3501', '']
    >>> code_of("35.01.00.0000"), code_of("3501000"), code_of("11.1")
    ('35.01', '3501', '11.1')
    >>> code_of("03501"), code_of("35.01."), code_of("35 01"), code_of("3.501E+03")
    ('3501', '35.01', '35.01', '3501')
    """
    plain = re.sub(r"\s+", " ", plain_text(str(text))).strip(" '`’\"")
    plain = re.sub(r"(?<=[0-9])\.$", "", plain)
    if number := re.fullmatch(r"([1-9])[.,]([0-9]+)E\+?0?([36])", plain, re.IGNORECASE):
        # a spreadsheet that writes large numbers short; all digits must be there
        whole = len(number[2]) == int(number[3])
        plain = number[1] + number[2] if whole else plain
    if re.fullmatch(r"0[1-9][0-9]{3}|0[1-9][0-9]{5,6}|0[1-9][0-9]{9}", plain):
        plain = plain[1:]  # no code begins with a zero
    if re.fullmatch(r"[0-9]{2} [0-9]{2}( [0-9]{2}){0,1}( [0-9]{4})?", plain):
        plain = plain.replace(" ", ".")
    plain = re.sub(r"^IDN?[ -]?(?=[0-9]{2})", "", plain, flags=re.IGNORECASE)
    if not re.fullmatch(r"[0-9]+( ?[.,·-] ?[0-9]+){0,3}", plain):
        return ""
    parts = re.split(r" ?[.,·-] ?", plain)
    if len(parts) == 2 and (
        (len(parts[0]) in (4, 6, 7, 10) and not parts[1].strip("0"))
        or (len(parts[0]) == 2 and parts[1] == "0")
    ):
        parts.pop()  # 3501.0: a spreadsheet took the code for a number
    while len(parts) > 2 and not parts[-1].strip("0"):
        parts.pop()
    if len(parts) == 1 and len(parts[0]) in (7, 10):
        return re.sub(r"^([0-9]{4})(000|000000)$", r"\1", parts[0])
    return ".".join(parts)


def former_codes(scheme: str) -> dict[str, tuple[str, str]]:
    """Regions by codes that a scheme has given up, without dots, and until when.

    Parameters
    ----------
    scheme : {"kemendagri", "bps"}

    >>> former_codes("kemendagri")["9101"]
    ('9501', '2022')
    """
    return _former(scheme)


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
        kabupaten = kabupaten or _former("kemendagri").get(bare[:4], ("",))[0]
        raise _unknown("too_fine", given, [kabupaten] if kabupaten else [])
    if re.fullmatch(r"[0-9]{2}\.[0-9]", given):
        # a spreadsheet or YAML that took 11.10 for a number drops the zero
        raise _unknown("lost_zero", given, _nearest_codes(f"{bare}0", by_code))
    if bare in _former("kemendagri"):
        raise _given_up("Kemendagri", given, *_former("kemendagri")[bare])
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


def resolve(text: str, level: str | None = None, within: str | None = None) -> str:
    """Region that a person means by a code or a name.

    Parameters
    ----------
    text : str
        A code with dots is Kemendagri's; two or four bare digits are BPS's of 2022
        (`code_of` tells how codes may be written). Else a name: capitals, accents,
        spaces, hyphens, letters that look like others, short forms and "Kab." or
        "Kota" forgiven; so are former names (`reference.aliases`). A full name stands
        for itself ("Gorontalo" is the province); a bare one must belong to one region
        only. After a comma may stand its province ("Pacitan, Jawa Timur"), and a code
        may stand beside its name ("3501 - Pacitan"): both must mean the same region.
    level : {"province", "kabupaten"}, optional
        Of the list that the text stands in. In a list of kabupaten, as publishers
        write it, a bare name is the kabupaten's, never the kota's or the province's.
    within : str, optional
        Province that the list is of.

    Raises
    ------
    Refused
        ``unknown_region``, ``too_fine``, ``lost_zero``, ``not_kemendagri``, ``bps_2020``,
        ``former_code``: it is neither, and ``nearest_regions`` holds those most like it.
        Nothing is guessed. ``ambiguous_region``: a bare name that all of them bear.
        ``bare_kota``: in a list of kabupaten, a kota without its word.
        ``code_and_name``: a code beside the name of another region.

    >>> resolve("76.04"), resolve("7604"), resolve("polewali mandar")
    ('7602', '7604', '7602')
    >>> resolve("Mamuju Utara"), resolve("Bogor", "kabupaten"), resolve("Kab Kep Seribu")
    ('7605', '3201', '3101')
    >>> resolve("[3501] Kab. Pacitan"), resolve("Pacitan, Prov. Jawa Timur")
    ('3501', '3501')
    """
    given = unicodedata.normalize("NFC", str(text)).strip()
    code = code_of(given)
    if code.isdigit():
        return _from_bps(code, given)
    if code or re.fullmatch(r"[0-9.]+", given):
        return from_kemendagri(code or given)
    if (beside := _code_beside_name(given)) is not None:
        return beside
    if level is None and within is None:
        matches = _matches(given, _by_name())
    else:
        matches = [
            region
            for region in bearers(given)
            if _rows()[region]["level"] == (level or _rows()[region]["level"])
            and province(region) == (within or province(region))
        ]
        if level == "kabupaten" and not says_kind(given):
            kota = [region for region in matches if _is_kota(region)]
            matches = [region for region in matches if region not in kota]
            if kota and not matches:
                raise _unknown("bare_kota", given, kota)
            today = _matches(given, _by_name())
            if matches and _provinces(today) and _key(given) not in _bare_keys():
                # "Maluku Utara" was a kabupaten's name once; a heading it is more often
                raise _unknown("ambiguous_region", given, [*today, *matches])
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise _unknown("ambiguous_region", given, list(matches))
    if within is None and (parts := _with_province(given)):
        return resolve(parts[0], level, parts[1])
    if inside := _with_kecamatan(given):
        raise _unknown("too_fine", given, inside)
    raise _unknown("unknown_region", given, _nearest(given))


def _code_beside_name(given: str) -> str | None:
    """Region of a code and a name that stand together and agree; None of other texts."""
    mark = r"[0-9]{2}(?:[.,-]?[0-9]{2})?"
    before = re.fullmatch(rf"[\[(]?({mark})[\])]?[ :;,.–-]+(\D+)", plain_text(given))
    after = re.fullmatch(rf"(\D+?)[ ,–-]*[\[(]({mark})[\])]", plain_text(given))
    if not before and not after:
        return None
    code, name = before.groups() if before else after.groups()[::-1]
    among = bearers(name)
    try:
        region = resolve(code)
    except Refused:
        return None
    if not among:
        return None
    if region not in among:
        raise _unknown("code_and_name", given, [region, *among][:5])
    return region


def _with_province(given: str) -> tuple[str, str] | None:
    """A name and the province that stands after it; None of other texts."""
    parts = re.fullmatch(
        r"(.+?)(?: *, *| +(?=prov))(.+)", plain_text(given).strip(), re.IGNORECASE
    )
    if not parts:
        return None
    above = _provinces(tuple(bearers(parts[2])))
    return (parts[1], above[0]) if len(above) == 1 else None


def bearers(text: str) -> list[str]:
    """Every region that a name may mean, where none is preferred; in order of codes.

    >>> bearers("Gorontalo"), bearers("Kab. Gorontalo"), bearers("x")
    (['75', '7502', '7571'], ['7502'], [])
    """
    return sorted(_matches(text, _all_by_name()))


def says_kind(text: str) -> bool:
    """Whether a name says kabupaten, kota or provinsi, before or after it.

    >>> says_kind("KAB. BOGOR"), says_kind("Bogor, Kota"), says_kind("Bogor")
    (True, True, False)
    """
    words = _words(text)
    glued = re.match(r"(kab(upaten)?|kota(madya)?|kodya)", "".join(words))
    return bool(words) and (
        words[0] in KINDS
        or words[-1] in KINDS
        or (len(words) == 1 and bool(glued) and _key(text) not in _bare_keys())
    )


def _matches(text: str, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Regions by the first way of reading a name that any of them bears."""
    if not _may_be_a_name(text):
        return ()
    for key in _ways(text):
        if key in names:
            return names[key]
    blurred = {region for region in _blurred().get(_blur(_key(text)), ()) if _key(text)}
    return tuple(sorted(blurred))


def _ways(text: str) -> list[str]:
    """Keys that a name may have: as it is, its kind put first, a kind written out."""
    words, key = _words(text), _key(text)
    ways = [key]
    if len(words) > 1 and words[-1] in KINDS:
        ways.append(words[-1] + "".join(words[:-1]))
    if glued := re.match(r"(kab|kotamadya|kodya|prov)(?!upaten|insi)(.+)", key):
        ways.append(SHORT_FORMS[glued[1]] + glued[2])
    tier = key.replace("daerahtingkat", "")
    return [*ways, tier] if tier != key else ways


def _provinces(among: tuple[str, ...]) -> list[str]:
    return [region for region in among if _rows()[region]["level"] == "province"]


def _is_kota(region: str) -> bool:
    return _rows()[region]["kind"] == "kota"


def _given_up(owner: str, given: str, region: str, until: str) -> Refused:
    return Refused(
        "former_code", given=given, owner=owner, until=until, nearest_regions=[region]
    )


def _unknown(code: str, given: str, nearest: list[str]) -> Refused:
    return Refused(code, given=given[:60], nearest_regions=nearest)


def _from_bps(code: str, given: str) -> str:
    if code in _rows():
        return code
    if code in _by_bps_2020():
        raise _unknown("bps_2020", given, [_by_bps_2020()[code]])
    if code in _former("bps"):
        raise _given_up("BPS", given, *_former("bps")[code])
    if len(code) in FINER:  # of kecamatan and desa; only Kemendagri's have six
        by_code = _by_kemendagri() if len(code) == 6 else _rows()
        if code[:4] in by_code:
            own = by_code[code[:4]] if len(code) == 6 else code[:4]
            raise _unknown("too_fine", given, [own])
    near = _nearest_codes(code, {region: region for region in _rows()})
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
def _aliases() -> tuple[dict, ...]:
    file = Path(__file__).parent / "reference" / "aliases.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@lru_cache
def _former(scheme: str) -> dict[str, tuple[str, str]]:
    return {
        row["alias"].replace(".", ""): (row["region"], row["until"])
        for row in _aliases()
        if row["kind"] == scheme
    }


@lru_cache
def _all_by_name() -> dict[str, tuple[str, ...]]:
    """Regions by every key that may name them, with their kind or bare."""
    named: dict[str, set[str]] = {}
    also: dict[str, list[str]] = {}
    for row in _aliases():
        if row["kind"] not in ("kemendagri", "bps"):
            also.setdefault(row["region"], []).append(row["alias"])
    for region, row in _rows().items():
        kind = row["kind"] or {"province": "provinsi"}.get(row["level"], "")
        named.setdefault(_key(row["name"]), set()).add(region)
        named.setdefault(_key(row["short_name"]), set()).add(region)
        for spelling in (row["name"], row["short_name"], *also.get(region, ())):
            plain = re.sub(r"^(Kabupaten|Kab\.|Kota) (Administrasi )?", "", spelling)
            named.setdefault(_key(f"{kind} {plain}"), set()).add(region)
            named.setdefault(_key(plain), set()).add(region)
    return {key: tuple(sorted(regions)) for key, regions in named.items()}


@lru_cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """The same; but a region's full or short name of today belongs to it alone."""
    own: dict[str, tuple[str, ...]] = {}
    for region, row in _rows().items():
        own[_key(row["name"])] = own[_key(row["short_name"])] = (region,)
        if row["level"] == "province":
            own[_key(f"provinsi {row['name']}")] = (region,)
    return _all_by_name() | own


@lru_cache
def _bare_keys() -> frozenset[str]:
    """Names without their word, as "Kotabaru" and "Kotamobagu": no kind is said there."""
    names = (row["name"] for row in _rows().values() if row["kind"])
    return frozenset(_key(re.sub(r"^(Kabupaten|Kota) ", "", name)) for name in names)


def _blur(key: str) -> str:
    """A key with the signs as one that are taken for one another: l, I and 1, O and 0."""
    return key.translate(str.maketrans("l10", "iio"))


@lru_cache
def _blurred() -> dict[str, tuple[str, ...]]:
    blurred: dict[str, set[str]] = {}
    for key, regions in _by_name().items():
        blurred.setdefault(_blur(key), set()).update(regions)
    return {key: tuple(sorted(regions)) for key, regions in blurred.items()}


NOTE = re.compile(r"[¹²³⁰⁴-⁹†‡*]+|(?<=[^\W\d_])[ ]*\(?\b[1-9]\)+\s*$")  # of a table


def plain_text(text: str) -> str:
    """Text with ordinary dashes and Latin letters, without signs that do not show.

    The mark of a note ("Pacitan 1)", "Pacitan*") falls away too.
    """
    text = NOTE.sub("", text)
    whole = unicodedata.normalize("NFKC", text.replace("\u00ad", "-"))
    shown = (mark for mark in whole if unicodedata.category(mark) != "Cf")
    return "".join(shown).translate(LOOK_ALIKE)


def _words(text: str) -> list[str]:
    """Words in small letters, short forms written out."""
    apart = unicodedata.normalize("NFKD", plain_text(text).replace("&", " dan "))
    plain = "".join(mark for mark in apart if not unicodedata.combining(mark))
    # a 0 or 1 inside a word was meant as a letter; 50 is a word of its own
    words = re.findall(r"[^\W\d_](?:[^\W\d_]|[01])*|50", plain.lower())
    shortened = (SHORT_FORMS.get(word, word) for word in words)
    return [{"50": "limapuluh"}.get(word, word) for word in shortened if word]


def _key(text: str) -> str:
    """Letters only, in small, short forms written out: how names are compared.

    >>> _key("KAB. PANGKAJENE & KEP."), _key("D I Yogyakarta")
    ('kabupatenpangkajenedankepulauan', 'diyogyakarta')
    """
    return "".join(_words(text))


def _may_be_a_name(text: str) -> bool:
    plain = re.sub(r"\b50\b|(?<=[^\W\d_])[01]", "", plain_text(text))
    return bool(text) and all(
        mark.isalpha() or unicodedata.combining(mark) or mark in " .,'’`-&/()*\t\n"
        for mark in plain
    )


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
    if sought.isalpha() and len(_words(text[:60])) == 1:
        for region, words in _bare_words().items():
            if _shortens(sought, words):
                best[region] = 1.0
    near = [region for region, score in best.items() if score >= alike]
    return sorted(near, key=lambda region: (-best[region], region))[:most]


@lru_cache
def _bare_words() -> dict[str, list[str]]:
    """Words of each name, without those for its kind."""
    small = {*KINDS, "kepulauan", "administrasi", "dan", "daerah"}
    return {
        region: [word for word in _words(row["name"]) if word not in small]
        for region, row in _rows().items()
    }


def _shortens(short: str, words: list[str]) -> bool:
    """Whether a short form is made of the beginnings of a name's first words, in order.

    >>> _shortens("halsel", ["halmahera", "selatan"]), _shortens("tuba", ["tulang", "bawang"])
    (True, True)
    """
    ends = {0}
    for used, word in enumerate(words, start=1):
        ends = {
            end + size
            for end in ends
            for size in range(1, len(word) + 1)
            if short.startswith(word[:size], end)
        }
        if used > 1 and len(short) in ends:
            return True
    return False


def _nearest_codes(code: str, by_code: dict[str, str], most: int = 5) -> list[str]:
    """Regions whose code in `by_code` starts like `code`, the nearest numbers first."""
    number = int(code[:9]) if code[:9].isdecimal() else 0

    def distance(other: str) -> tuple[int, int, int]:
        together = max(n for n in range(5) if other[:n] == code[:n])
        return -together, abs(len(other) - len(code)), abs(int(other) - number)

    return [by_code[other] for other in sorted(by_code, key=distance)[:most]]
