"""What stands beside shapes as names: whose they are, and which region they mean.

Most public files (BIG's first of all) name places and leave the codes empty. A name is
matched inside its province, held against where its shape lies and how large it is, and
set down in a table that a person confirms. Nothing is taken by a name alone.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib import reference, regions
from sepakat_lib.refused import Refused, written

# Heads of columns: BIG's catalogue (WADM..), GADM, OCHA (ADM..), BPS (nm..), Dukcapil
HEADS = {
    "desa": r"wadmkd|name_?4|adm4|desa|kelurahan|^kel$|village|nmds",
    "kecamatan": r"wadmkc|name_?3|adm3|kec|distrik|^district|sub_?district",
    "kabupaten": r"wadmkk|name_?2|adm2|kab|kota|regenc|city|municip",
    "province": r"wadmpr|name_?1|adm1|prov|propinsi|^prop$|nama_?prop|nm_?prop",
}
OTHER = r"^(wiad|varname|nl_name|hasc|engtype|type|tipe|jenis|ibu_?kota|capital|remark)"
GENERIC = r"nam[ae]|label|wilayah|daerah|namobj|^nm"
KIND = r"^(type_?2|engtype_?2|tipe|jenis|kind|tipadm|status)"
WATER = re.compile(
    r"\b(danau|waduk|lake|reservoir|hutan|laut|teluk|sea)\b|^water", re.I
)


class Names(NamedTuple):
    """Columns of names by level, the finest level, and each shape's own label."""

    columns: dict[str, pd.Series]
    level: str
    label: pd.Series


def of(beside: pd.DataFrame) -> Names:
    """Columns of a file that hold names, by what their heads and values say."""
    columns: dict[str, pd.Series] = {}
    generic: list[pd.Series] = []
    for column in beside:
        text = beside[column].fillna("").astype(str).str.strip()
        lettered = text.str.contains(r"[^\W\d_]{2}", regex=True)
        if len(text) == 0 or lettered.mean() < 0.5:
            continue
        head = column.lower()
        if re.search(OTHER, head):
            continue
        level = next((one for one, word in HEADS.items() if re.search(word, head)), "")
        if level and not _are_codes(text):
            if level not in columns or text.nunique() > columns[level].nunique():
                columns[level] = text
        elif re.search(GENERIC, head):
            generic.append(text)
    for text in generic:
        level = _level_of(text)
        if level and level not in columns:
            columns[level] = text
    level = next((one for one in HEADS if one in columns), "")
    labels = [columns[level]] if level else generic
    empty = pd.Series([""] * len(beside))
    return Names(columns, level, labels[0] if labels else empty)


def _are_codes(text: pd.Series) -> bool:
    return bool(text.map(lambda one: bool(regions.code_of(one))).mean() > 0.5)


def _level_of(text: pd.Series) -> str:
    """Level whose regions a column without a telling head names."""
    shares = {
        level: text.map(lambda one, level=level: _names_one(one, level)).mean()
        for level in ("province", "kabupaten", "kecamatan")
    }
    level = max(shares, key=shares.get)
    return level if shares[level] >= 0.5 else ""


def _names_one(text: str, level: str) -> bool:
    if level == "kecamatan":
        return plain(text) in _kecamatan()
    return any(regions.level(region) == level for region in regions.bearers(text))


def known(names: Names, level: str) -> bool:
    """Whether most names are those of regions of a level, whichever they mean."""
    texts = names.columns.get(level, pd.Series(dtype=str))
    shares = [_names_one(text, level) for text in texts]
    return len(shares) > 0 and float(np.mean(shares)) >= 0.5


def matched(names: Names, beside: pd.DataFrame, level: str, lying) -> list[list[str]]:
    """Regions that each row's name may mean in a list of that level.

    Parameters
    ----------
    names : Names
    beside : DataFrame
        All columns, for one that says kabupaten or kota.
    level : {"province", "kabupaten", "kecamatan"}
    lying : list of Counter
        Kabupaten (for kecamatan) in which each shape lies; says where to look.

    Returns
    -------
    list of list of str
        Empty where the name means none, or a kota is named without its word.
    """
    texts = names.columns.get(level, pd.Series([""] * len(beside)))
    if level == "kabupaten":
        texts = _with_kind(texts, beside)
    above = names.columns.get("province" if level == "kabupaten" else "kabupaten")
    found = []
    for row, text in enumerate(texts):
        if level == "kecamatan":
            owners = _kabupaten(above.iloc[row] if above is not None else "")
            owners = owners or set(lying[row])
            found.append(
                [k for k in _kecamatan().get(plain(text), ()) if _of(k) in owners]
            )
            continue
        region = _resolved(text, level)
        inside = _provinces(above.iloc[row]) if above is not None else set()
        if region and level == "kabupaten" and inside:
            region = region if regions.province(region) in inside else ""
        found.append([region] if region else [])
    return found


def _with_kind(texts: pd.Series, beside: pd.DataFrame) -> pd.Series:
    """Names with the word that stands in a column of its own, as GADM's TYPE_2."""
    for column in beside:
        if not re.search(KIND, column.lower()):
            continue
        kinds = beside[column].fillna("").astype(str)
        said = kinds.map(lambda one: one.lower()).str.extract(
            r"^(kabupaten|kab|regency|kota|kodya|kotamadya|city|municipality)",
            expand=False,
        )
        if said.notna().mean() >= 0.5:
            kota = said.isin(["kota", "kodya", "kotamadya", "city", "municipality"])
            bare = ~texts.map(regions.says_kind) & said.notna()
            worded = np.where(kota, "Kota ", "Kabupaten ") + texts
            return texts.where(~bare, worded)
    return texts


def _resolved(text: str, level: str) -> str:
    try:
        return regions.resolve(text, level)
    except Refused:
        return ""


@lru_cache(maxsize=4096)
def _provinces(text: str) -> frozenset[str]:
    """A province by its name, with those that were divided from it since."""
    region = _resolved(text, "province")
    young = {
        child for child, parent in reference.PARENT.items() if parent == region
    } | ({"65"} if region == "64" else set())
    return frozenset({region} | young) if region else frozenset()


@lru_cache(maxsize=4096)
def _kabupaten(text: str) -> frozenset[str]:
    among = regions.bearers(text) if text else []
    return frozenset(one for one in among if regions.level(one) == "kabupaten")


def _of(kecamatan: str) -> str:
    return regions.from_kemendagri(kecamatan[:5])


@lru_cache
def _kecamatan() -> dict[str, tuple[str, ...]]:
    parts = regions.kecamatan(regions.NATION)
    bearers: dict[str, list[str]] = {}
    for code, name in zip(parts["kemendagri"], parts["name"], strict=True):
        bearers.setdefault(plain(name), []).append(code)
    return {name: tuple(codes) for name, codes in bearers.items() if name}


def plain(name: object) -> str:
    """Letters of a kecamatan's name in small, without the word for its kind.

    >>> plain("KEC. DONO ROJO"), plain("Distrik Kokoda")
    ('donorojo', 'kokoda')
    """
    words = re.findall(r"[^\W\d_]+", regions.plain_text(str(name)).lower())
    kinds = {"kecamatan", "kec", "distrik", "district"}
    return "".join(word for word in words if word not in kinds)


def fitting(names: Names, of_rows: np.ndarray, level: str) -> np.ndarray:
    """Whether the name beside each shape is the region's own.

    It is if it is, or was, the region's, or if it is bare and shared; with "Kota" or
    "Kabupaten" it is of one alone.

    Parameters
    ----------
    names : Names
    of_rows : array of str
        Region of each row; empty where there is none.
    level : {"province", "kabupaten", "kecamatan"}
    """
    if level not in names.columns:
        return np.zeros(len(of_rows), bool)
    pairs = zip(names.columns[level], of_rows, strict=True)
    return np.array([of in _meant(text, of, level) for text, of in pairs], bool)


def others(names: Names, of_rows: np.ndarray, level: str) -> dict[int, str]:
    """Rows whose name is another region's than their code, and whose it is.

    A name that is cut off ("KAB. OGAN KOMERING ULU" of the Timur one) is no other's.
    """
    if level not in names.columns:
        return {}
    texts = names.columns[level]
    pairs = zip(texts, of_rows, strict=True)
    fits = fitting(names, of_rows, level)
    fits |= np.array([_cut(text, of, level) for text, of in pairs], bool)
    if fits.mean() < 0.5:  # a column of something else
        return {}
    found = {}
    for row in np.flatnonzero(~fits):
        if among := _meant(texts.iloc[row], of_rows[row], level):
            found[int(row)] = among[0]
    return found


def _meant(text: str, region: str, level: str) -> list[str]:
    """Regions of a level that a name may mean; kecamatan in the same kabupaten alone."""
    if level == "kecamatan":
        return [k for k in _kecamatan().get(plain(text), ()) if k[:5] == region[:5]]
    return [one for one in regions.bearers(text) if regions.level(one) == level]


def _cut(text: str, region: str, level: str) -> bool:
    """Whether a name is the beginning of a kabupaten's own, up to the end of a word."""
    if level != "kabupaten" or not region:
        return False
    kinds = {"kab", "kabupaten", "kota"}
    cut, own = (
        [word for word in re.findall(r"[^\W\d_]+", name.lower()) if word not in kinds]
        for name in (regions.plain_text(text), regions.name(region))
    )
    return 0 < len(cut) < len(own) and own[: len(cut)] == cut


def is_water(text: str) -> bool:
    """Whether a name is of a lake, a forest or the sea, as some files hold beside regions."""
    return bool(WATER.search(text))


def unmatched(text: str, level: str) -> str:
    """Rule for a name that means no region of a list."""
    if is_water(text):
        return written("water")
    try:
        regions.resolve(text, None if level == "kecamatan" else level)
    except Refused as error:
        if error.code == "bare_kota":
            kota = regions.name(error.fields["nearest_regions"][0])
            return written("bare_kota", region=kota)
    return written("no_such_name", level=level)
