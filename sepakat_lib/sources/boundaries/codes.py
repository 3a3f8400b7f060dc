"""Which column of a file holds the codes, of which scheme, and where they are crossed.

Kemendagri and BPS number the same places alike for the most part, and 169 codes of the
one are another kabupaten's in the other: a file read by the wrong scheme looks right.
So a column is read by the scheme its dots or its name tell, else by each scheme in turn,
and what decides is whether the shapes lie where the codes say.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from sepakat_lib import regions
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.boundaries.files import File
from sepakat_lib.sources.boundaries.problems import listed

LEVELS = {2: "province", 4: "kabupaten", 6: "kecamatan", 7: "kecamatan"}  # by digits
SCHEMES = ("kemendagri", "bps", "bps_2020")
_CODE = re.compile(r"\d{2}(\.?\d{2}){0,2}|\d{7}")
_VILLAGE = re.compile(r"\d{10}|\d{2}\.\d{2}\.\d{2}\.\d{4}")
# One point stands for a kecamatan, and a generalised line may just miss it.
NEAR = 0.25  # [degrees] for a kabupaten or province that has none inside
NEAR_KECAMATAN = 0.15  # of the square root of the shape's area


class Reading(NamedTuple):
    """A column read by a scheme: the region of each row, empty where there is none."""

    column: str
    scheme: str
    certain: bool
    level: str
    region: np.ndarray


def recognise(file: File, shapes: np.ndarray, labels: pd.Series) -> Reading:
    """Column and scheme of the codes of a file, each code lying where its shape lies.

    Raises
    ------
    Refused
        ``no_codes``, ``villages``, ``unknown_codes``, ``duplicate_codes``,
        ``crossed_codes``.
    """
    texts = {name: _texts(column) for name, column in file.beside.items()}
    readings = [r for name, column in texts.items() for r in _readings(name, column)]
    enough = len(shapes) / 2
    fitting = [r for r in readings if (r.region != "").sum() >= enough]
    if not fitting:
        raise _no_codes(file, texts)
    lying = {level: where(shapes, level) for level in {r.level for r in fitting}}
    wrong = {id(r): len(_misfits(r, lying[r.level])) for r in fitting}
    # numbers of rows look like codes; they do not lie where those say
    likely = [r for r in fitting if r.certain or wrong[id(r)] < enough] or fitting
    best = max(map(_worth, likely))
    rivals = [r for r in likely if _worth(r) == best]
    chosen = min(rivals, key=lambda r: (wrong[id(r)], not r.certain))
    codes = texts[chosen.column]
    _refuse_unknown(file, chosen, codes, labels)
    _refuse_duplicates(file, chosen, codes, labels)
    others = [r for r in fitting if r.level == chosen.level and r.certain]
    _refuse_crossed(file, chosen, codes, labels, lying[chosen.level], others)
    return chosen


def _texts(column: pd.Series) -> pd.Series:
    """Values as text; numbers without the decimals they never had."""
    if pd.api.types.is_float_dtype(column):
        whole = (column.dropna() % 1 == 0).all()
        # 35.1 in a column of numbers was 35.10: two digits follow the dot
        written = column.map(lambda v: f"{v:.0f}" if whole else f"{v:.2f}")
        return written.where(column.notna(), "")
    return column.where(column.notna(), "").astype(str).str.strip()


@lru_cache
def _regions_by_code() -> dict[str, dict[str, str]]:
    """Region by code without dots, for each scheme; kecamatan by Kemendagri's code."""
    table, parts = regions.table(), regions.kecamatan(regions.NATION)
    places = table[table["level"] != "nation"]
    kemendagri = [*places["kemendagri"], *parts["kemendagri"]]
    keys = [*places["region"], *parts["kemendagri"]]
    seven = dict(zip(parts["bps_2020"], parts["kemendagri"], strict=True))
    seven.pop("", None)
    older = dict(zip(places["bps_2020"], places["region"], strict=True))
    older.pop("", None)
    return {
        "kemendagri": {
            code.replace(".", ""): key
            for code, key in zip(kemendagri, keys, strict=True)
        },
        "bps": dict(zip(places["region"], places["region"], strict=True)) | seven,
        "bps_2020": older | seven,
    }


def _readings(name: str, column: pd.Series) -> Iterator[Reading]:
    """Ways in which a column may be read; none where it does not look like codes."""
    codes = column[column.map(lambda text: bool(_CODE.fullmatch(text)))]
    if codes.empty:
        return
    digits = Counter(codes.str.replace(".", "").str.len()).most_common(1)[0][0]
    schemes, certain = _schemes(name, codes)
    for scheme in schemes:
        by_code = _regions_by_code()[scheme]
        region = column.str.replace(".", "").map(
            lambda bare, by_code=by_code: (
                by_code.get(bare, "") if len(bare) == digits else ""
            )
        )
        if not region.eq("").all():
            level = LEVELS[digits]
            yield Reading(name, scheme, certain, level, region.to_numpy(object))


def _schemes(name: str, codes: pd.Series) -> tuple[tuple[str, ...], bool]:
    """Schemes that a column may follow, and whether its dots or name tell it."""
    lower = name.lower()
    if codes.str.contains(".", regex=False).any() or "dagri" in lower:
        return ("kemendagri",), True
    if "bps" in lower and "2020" in lower:
        return ("bps_2020",), True
    if "bps" in lower:
        return ("bps",) if "2022" in lower else ("bps", "bps_2020"), True
    return SCHEMES, False


def _worth(reading: Reading) -> tuple[int, int]:
    """Regions told apart by a reading; then the finer level."""
    distinct = set(reading.region) - {""}
    return len(distinct), list(LEVELS.values()).index(reading.level)


def where(shapes: np.ndarray, level: str) -> list[Counter]:
    """Regions that have the point of a kecamatan in each shape, with how many.

    For kecamatan a little outside counts too. Where there is none, the region of the
    nearest point stands, if it is near.
    """
    points, owner = _points(level)
    tree = shapely.STRtree(points)
    margin = np.zeros(len(shapes))
    if level == "kecamatan":
        margin = NEAR_KECAMATAN * np.sqrt(shapely.area(shapes))
    shape, point = tree.query(shapes, predicate="dwithin", distance=margin)
    counters = [Counter() for _ in shapes]
    for i, j in zip(shape, point, strict=True):
        counters[i][owner[j]] += 1
    for polygon, counter in zip(shapes, counters, strict=True):
        if not counter:
            counter.update(owner[tree.query_nearest(polygon, max_distance=NEAR)])
    return counters


@lru_cache
def _points(level: str) -> tuple[np.ndarray, np.ndarray]:
    parts = regions.kecamatan(regions.NATION)
    owner = {
        "kecamatan": parts["kemendagri"],
        "kabupaten": parts["region"],
        "province": parts["region"].str[:2],
    }[level]
    return shapely.points(parts["lon"], parts["lat"]), owner.to_numpy(object)


def _misfits(reading: Reading, lying: list[Counter]) -> list[int]:
    """Rows whose shape does not lie where their region does."""
    return [
        row
        for row, (region, counter) in enumerate(zip(reading.region, lying, strict=True))
        if region and not _fits(region, counter, reading.level)
    ]


def _fits(region: str, counter: Counter, level: str) -> bool:
    if (
        level == "kecamatan"
    ):  # one point each: the shape of an older, larger one has two
        return region in counter
    return bool(counter) and counter[region] == max(counter.values())


def _no_codes(file: File, texts: dict[str, pd.Series]) -> Refused:
    columns = ", ".join(texts) or "none"
    if any(
        col.map(lambda t: bool(_VILLAGE.fullmatch(t))).all() for col in texts.values()
    ):
        return Refused("villages", file=file.name)
    return Refused("no_codes", file=file.name, columns=columns)


def _refuse_unknown(
    file: File, chosen: Reading, codes: pd.Series, labels: pd.Series
) -> None:
    rows = np.flatnonzero(chosen.region == "")
    if not len(rows):
        return
    rule = written("no_code", level=chosen.level, scheme=chosen.scheme)
    if chosen.scheme.startswith("bps") and chosen.level == "kecamatan":
        rule = written("no_kecamatan")
    raise Refused(
        "unknown_codes",
        listed(rows, codes.iloc[rows], labels.iloc[rows], [rule] * len(rows)),
        file=file.name,
        column=chosen.column,
        unknown=len(rows),
    )


def _refuse_duplicates(
    file: File, chosen: Reading, codes: pd.Series, labels: pd.Series
) -> None:
    twice = pd.Series(chosen.region).duplicated(keep=False)
    rows = np.flatnonzero(twice)
    if not len(rows):
        return
    raise Refused(
        "duplicate_codes",
        listed(
            rows, codes.iloc[rows], labels.iloc[rows], [written("repeated")] * len(rows)
        ),
        file=file.name,
        column=chosen.column,
        repeated=len(rows),
    )


def _refuse_crossed(
    file: File,
    chosen: Reading,
    codes: pd.Series,
    labels: pd.Series,
    lying: list[Counter],
    others: list[Reading],
) -> None:
    """Refuse codes that are another place's by position, name or a second column."""
    rules: dict[int, str] = {}
    for row in _misfits(chosen, lying):
        nearest = lying[row].most_common(1)
        means = _called(chosen.region[row], chosen.level)
        if nearest:
            seen = _called(nearest[0][0], chosen.level)
            rules[row] = written("lies_elsewhere", region=means, place=seen)
        else:
            rules[row] = written("lies_far", region=means)
    for row, other in _other_names(chosen, file.beside):
        means = _called(chosen.region[row], chosen.level)
        rules.setdefault(row, written("other_name", region=means, name=other))
    for column in {r.column for r in others} - {chosen.column}:
        second = [r for r in others if r.column == column]
        agree = np.any([r.region == chosen.region for r in second], axis=0)
        silent = np.all([r.region == "" for r in second], axis=0)
        for row in np.flatnonzero(~agree & ~silent):
            means = _called(second[0].region[row] or chosen.region[row], chosen.level)
            rule = written("other_column", column=column, region=means)
            rules.setdefault(int(row), rule)
    if not rules:
        return
    rows = sorted(rules)
    raise Refused(
        "crossed_codes",
        listed(rows, codes.iloc[rows], labels.iloc[rows], [rules[r] for r in rows]),
        file=file.name,
        column=chosen.column,
        crossed=len(rows),
    )


def _called(region: str, level: str) -> str:
    return _kecamatan_names()[region] if level == "kecamatan" else regions.name(region)


@lru_cache
def _kecamatan_names() -> dict[str, str]:
    parts = regions.kecamatan(regions.NATION)
    names = parts["name"] + " (" + parts["region"].map(regions.short_name) + ")"
    return dict(zip(parts["kemendagri"], names, strict=True))


def _other_names(chosen: Reading, beside: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Rows with the name of another province or kabupaten beside the code, and whose."""
    if chosen.level == "kecamatan":  # too many share a name
        return
    bearers = _bearers(chosen.level)
    for column in beside:
        namesakes = beside[column].map(
            lambda text: bearers.get(plain(text), frozenset())
        )
        right = [
            region in among
            for region, among in zip(chosen.region, namesakes, strict=True)
        ]
        if np.mean(right) < 0.5:  # a column of something else
            continue
        for row, (fits, among) in enumerate(zip(right, namesakes, strict=True)):
            if among and not fits:
                yield row, regions.name(min(among))


@lru_cache
def _bearers(level: str) -> dict[str, frozenset[str]]:
    """Regions of a level by plain name."""
    table = regions.table()
    bearers: dict[str, set[str]] = {}
    for row in table[table["level"] == level].itertuples():
        for spelling in (row.name, row.short_name, *row.also.split(";")):
            bearers.setdefault(plain(spelling), set()).add(row.region)
    return {name: frozenset(among) for name, among in bearers.items() if name}


def plain(name: object) -> str:
    """Letters of a name in small, without the word for its kind.

    >>> plain("KAB. POLEWALI MANDAR"), plain("Kota Administrasi Jakarta Pusat")
    ('polewalimandar', 'jakartapusat')
    """
    words = re.findall(r"[a-z]+", str(name).lower())
    kinds = {"kabupaten", "kab", "kota", "kodya", "administrasi", "adm", "provinsi"}
    return "".join(word for word in words if word not in kinds)
