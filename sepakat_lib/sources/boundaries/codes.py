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

from sepakat_lib import reference, regions
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources.boundaries import extent, names
from sepakat_lib.sources.boundaries.extent import points_of
from sepakat_lib.sources.boundaries.files import File
from sepakat_lib.sources.boundaries.problems import listed

LEVELS = {2: "province", 4: "kabupaten", 6: "kecamatan", 7: "kecamatan"}  # by digits
# kemendagri_2021: Kemendagri's codes from before Papua was divided in 2022
SCHEMES = ("bps", "kemendagri", "bps_2020", "kemendagri_2021")
_CODE = re.compile(r"\d{2}(\.?\d{2}){0,2}|\d{7}")
_VILLAGE = re.compile(r"\d{10}|\d{2}\.\d{2}\.\d{2}\.\d{4}")
# BPS's files number a kabupaten inside its province, a kecamatan inside its kabupaten
_PART = r"(kd|kode?|no|id)_?(?:{0})(_?(no|kode))?|(?:{0})_?no"
_PARTS = {
    "province": (re.compile(_PART.format("prov(insi)?|prop")), 2),
    "kabupaten": (re.compile(_PART.format("kab(kota?|upaten)?(_?kota)?")), 2),
    "kecamatan": (re.compile(_PART.format("kec(amatan)?")), 3),
}
# One point stands for a kecamatan, and a generalised line may just miss it.
NEAR = 0.25  # [degrees] for a kabupaten or province that has none inside
NEAR_KECAMATAN = 0.15  # of the square root of the shape's area
TO_CONFIRM = ("only_names", "shared_codes", "gadm")


class Reading(NamedTuple):
    """A column read by a scheme: the region of each row, empty where there is none."""

    column: str
    scheme: str
    certain: bool
    level: str
    region: np.ndarray


class Content(NamedTuple):
    """What `recognise` looks at: shapes, codes in plain writing, names and labels."""

    file: File
    shapes: np.ndarray
    texts: dict[str, pd.Series]
    names: names.Names

    @property
    def label(self) -> pd.Series:
        """What people would call each shape."""
        return self.names.label


def content(file: File, shapes: np.ndarray) -> Content:
    """Columns of a file as codes and as names."""
    texts = {name: _texts(column) for name, column in file.beside.items()}
    return Content(file, shapes, texts | _composed(texts), names.of(file.beside))


def recognise(held: Content) -> Reading:
    """Column and scheme of the codes of a file, each code lying where its shape lies.

    Raises
    ------
    Refused
        ``no_codes``, ``only_names``, ``villages``, ``unknown_codes``, ``shared_codes``,
        ``parts_of_regions``, ``duplicate_codes``, ``older_borders``, ``old_provinces``,
        ``other_scheme``, ``misplaced``, ``crossed_codes``, ``not_whole``, ``drawn``,
        ``gadm``.
    """
    try:
        chosen = _chosen(held)
        check(held, chosen)
    except Refused as refusal:
        if _is_gadm(held) and refusal.code != "villages":
            told = refusal.problems
            wrong = 0 if told is None else len(told)
            if refusal.code == "no_codes":
                wrong = len(held.shapes)
            raise Refused(
                "gadm", told, file=held.file.name, wrong=wrong, table=""
            ) from None
        raise
    return chosen


def _chosen(held: Content) -> Reading:
    shapes = held.shapes
    readings = [r for name, text in held.texts.items() for r in _readings(name, text)]
    enough = len(shapes) / 2
    fitting = [r for r in readings if (r.region != "").sum() >= enough]
    if not fitting:
        raise _no_codes(held)
    lying = {level: where(shapes, level) for level in {r.level for r in fitting}}
    wrong = {id(r): len(_misfits(r, lying[r.level])) for r in fitting}
    # numbers of rows look like codes; they do not lie where those say
    likely = [r for r in fitting if r.certain or wrong[id(r)] < enough] or fitting
    if not any(wrong[id(r)] < enough for r in fitting) and held.names.level:
        likely = [r for r in fitting if r.certain or _named(held, r)]
        if not likely:
            raise _no_codes(held)
    best = max(map(_worth, likely))
    rivals = [r for r in likely if _worth(r) == best]

    def doubts(reading: Reading) -> tuple[int, int, bool]:
        by_name = names.others(held.names, reading.region, reading.level)
        return wrong[id(reading)] + len(by_name), len(by_name), not reading.certain

    chosen = min(rivals, key=doubts)
    _refuse_villages(held, chosen)
    _refuse_unknown(held, chosen)
    _refuse_duplicates(held, chosen, lying[chosen.level])
    return chosen


def check(held: Content, chosen: Reading, *, named: bool = True) -> None:
    """Hold the region of each row against place, size, name and other columns.

    Parameters
    ----------
    held : Content
    chosen : Reading
    named : bool
        Whether names and other columns count; not where a person confirmed the codes.
    """
    lying = where(held.shapes, chosen.level)
    parts, older = extent.rules(held.shapes, chosen.region, chosen.level)
    drawn = extent.drawn(held.shapes, chosen.level)
    if older.keys() & drawn.keys():  # no border of any time
        raise _drawn(held, chosen, drawn)
    of_2022 = {
        row
        for row in older
        if chosen.level == "province" and chosen.region[row] in reference.SPLIT
    }
    if of_2022:
        raise Refused(
            "old_provinces",
            _problems(held, chosen, {row: older[row] for row in of_2022}),
            file=held.file.name,
            older=len(of_2022),
        )
    if older:
        raise Refused(
            "older_borders",
            _problems(held, chosen, older),
            file=held.file.name,
            older=len(older),
        )
    _refuse_crossed(held, chosen, lying, named)
    if parts:
        if _village_column(held):
            raise Refused("villages", file=held.file.name)
        raise Refused(
            "not_whole",
            _problems(held, chosen, parts),
            file=held.file.name,
            partial=len(parts),
        )
    if drawn:
        raise _drawn(held, chosen, drawn)


def _drawn(held: Content, chosen: Reading, rules: dict[int, str]) -> Refused:
    problems, file = _problems(held, chosen, rules), held.file.name
    return Refused("drawn", problems, file=file, drawn=len(rules))


def _problems(held: Content, chosen: Reading, rules: dict[int, str]) -> pd.DataFrame:
    rows = sorted(rules)
    codes = held.file.beside.get(chosen.column, held.texts.get(chosen.column))
    if codes is None:  # a table that a person confirmed
        codes = pd.Series(chosen.region)
    shown = codes.where(codes.notna(), "").astype(str)
    return listed(
        rows, shown.iloc[rows], held.label.iloc[rows], [rules[row] for row in rows]
    )


def _texts(column: pd.Series) -> pd.Series:
    """Values as codes in plain writing; what is no code is empty."""
    if pd.api.types.is_float_dtype(column):
        whole = (column.dropna() % 1 == 0).all()
        # 35.1 in a column of numbers was 35.10: two digits follow the dot
        written = column.map(lambda v: f"{v:.0f}" if whole else f"{v:.2f}")
        return written.where(column.notna(), "")
    text = column.where(column.notna(), "").astype(str).str.strip()
    codes = text.map({one: regions.code_of(one) for one in set(text)})
    short = codes.str.fullmatch(r"\d{2}\.\d")
    if short.any() and codes.str.fullmatch(r"\d{2}\.\d{1,2}").mean() > 0.5:
        codes = codes.where(~short, codes + "0")  # 11.10 that a spreadsheet cut
    return codes


def _composed(texts: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Codes made of a province's number, a kabupaten's in it, a kecamatan's in that."""
    code, made, names_of = None, {}, []
    for pattern, width in _PARTS.values():
        column = next((n for n in texts if pattern.fullmatch(n.lower())), None)
        if column is None:
            break
        digits = texts[column].str.fullmatch(rf"\d{{1,{width}}}")
        if digits.mean() < 0.5:
            break
        part = texts[column].where(digits, "").str.zfill(width)
        code = part if code is None else code + part
        names_of.append(column)
        if len(names_of) > 1:
            made["+".join(names_of)] = code.where(digits, "")
    return made


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
    former = {
        code: of
        for code, (of, until) in regions.former_codes("kemendagri").items()
        if until == "2022"
    }
    today = {
        code.replace(".", ""): key for code, key in zip(kemendagri, keys, strict=True)
    }
    gone = {regions.to_kemendagri(of) for of in former.values()}
    kept = {
        code: key
        for code, key in today.items()
        if len(code) > 2 and f"{code[:2]}.{code[2:4]}" not in gone
    }
    parts_2021 = reference.former_kecamatan()
    before = parts_2021["former"].str.replace(".", "")
    former |= dict(zip(before, parts_2021["kemendagri"], strict=True))
    return {
        "kemendagri": today,
        "bps": dict(zip(places["region"], places["region"], strict=True)) | seven,
        "bps_2020": older | seven,
        "kemendagri_2021": kept | former,
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
        return ("kemendagri", "kemendagri_2021"), True
    if "bps" in lower and "2020" in lower:
        return ("bps_2020",), True
    if "bps" in lower or "pcode" in lower:
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
    points, owner = points_of(level)
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


def _named(held: Content, reading: Reading) -> bool:
    """Whether the names in a file are those of a reading, for most rows."""
    return bool(names.fitting(held.names, reading.region, reading.level).mean() > 0.5)


def _misfits(reading: Reading, lying: list[Counter]) -> list[int]:
    """Rows whose shape does not lie where their region does."""
    return [
        row
        for row, (region, counter) in enumerate(zip(reading.region, lying, strict=True))
        if region and not _fits(region, counter, reading.level)
    ]


def _fits(region: str, counter: Counter, level: str) -> bool:
    if level == "kecamatan":  # one point each, and a neighbour's may be near
        return region in counter
    return bool(counter) and counter[region] == max(counter.values())


def _is_gadm(held: Content) -> bool:
    return any(re.fullmatch(r"gid_[0-4]", name.lower()) for name in held.file.beside)


def _village_column(held: Content) -> bool:
    """Whether a column numbers or names desa, a different one in most rows."""
    codes = any(
        text.map(lambda t: bool(_VILLAGE.fullmatch(t))).mean() > 0.5
        for text in held.texts.values()
    )
    return codes or "desa" in held.names.columns


def _refuse_villages(held: Content, chosen: Reading) -> None:
    if _village_column(held) and pd.Series(chosen.region).duplicated().any():
        raise Refused("villages", file=held.file.name)


def _no_codes(held: Content) -> Refused:
    file, level = held.file, held.names.level
    if _village_column(held):
        return Refused("villages", file=file.name)
    if former := _all_former(held):
        return former
    if level:
        table = suggested(held, level)
        named = table["code"].ne("")
        if named.mean() >= 0.5 or names.known(held.names, level):
            rest = dict(enumerate(table["why"]))
            rules = {row: why for row, why in rest.items() if why}
            rows = sorted(rules)
            problems = listed(
                rows, [""] * len(rows), held.label.iloc[rows], [rules[r] for r in rows]
            )
            return Refused(
                "only_names",
                problems if rows else None,
                file=file.name,
                table="",
                matched=int(named.sum()),
                shapes=len(table),
            )
    return Refused("no_codes", file=file.name, columns=[*file.beside] or ["–"])


def _all_former(held: Content) -> Refused | None:
    """The refusal of a column whose codes, for the most part, are none of today's."""
    for column, text in held.texts.items():
        for scheme in ("kemendagri", "bps"):
            former = regions.former_codes(scheme)
            of = text.str.replace(".", "").map(
                lambda bare, former=former: former.get(bare, ("",))[0]
            )
            reading = Reading(column, scheme, True, "kabupaten", of.to_numpy(object))
            if of.ne("").mean() < 0.5 or len(
                _misfits(reading, where(held.shapes, "kabupaten"))
            ):
                continue
            nothing = reading._replace(region=np.full(len(of), "", object))
            try:
                _refuse_unknown(held, nothing)
            except Refused as refusal:
                return refusal
    return None


def suggested(held: Content, level: str) -> pd.DataFrame:
    """A table for a person to confirm: which region each shape seems to be.

    Returns
    -------
    DataFrame
        ``row`` (1 is the first), ``name``, ``province`` (as the file has them),
        ``code`` (BPS 2022; of a kecamatan Kemendagri's six digits; empty where the name
        means none, or the shape is not the whole of that region), ``means``,
        ``lies_at``, ``area_km2`` and ``why``, a rule where the code is empty.
    """
    inside = where(held.shapes, "kabupaten")
    lying = where(held.shapes, level)
    among = names.matched(held.names, held.file.beside, level, inside)
    if level not in held.names.columns:  # nothing but the place can tell
        among = [[c.most_common(1)[0][0]] if c else [] for c in lying]
    region = np.array([one[0] if len(one) == 1 else "" for one in among], object)
    parts, older = extent.rules(held.shapes, region, level)
    why = []
    for row, one in enumerate(region):
        place = lying[row].most_common(1)
        if not one:
            why.append(names.unmatched(str(held.label.iloc[row]), level))
        elif not _fits(one, lying[row], level) and row not in older:
            means = _called(one, level)
            seen = _called(place[0][0], level) if place else "–"
            why.append(written("name_elsewhere", region=means, place=seen))
        else:
            why.append(older.get(row) or parts.get(row) or "")
    open_ = np.array([bool(one) for one in why])
    twice = pd.Series(np.where(open_, "", region)).duplicated(keep=False)
    why = [
        one or (written("repeated") if both else "")
        for one, both in zip(why, twice, strict=True)
    ]
    sure = [not one for one in why]
    code = [
        r.replace(".", "") if ok else "" for r, ok in zip(region, sure, strict=True)
    ]
    above = held.names.columns.get("province", pd.Series([""] * len(region)))
    return pd.DataFrame(
        {
            "row": range(1, len(region) + 1),
            "name": held.label,
            "province": above,
            "code": code,
            "means": [
                _called(r, level) if ok else ""
                for r, ok in zip(region, sure, strict=True)
            ],
            "lies_at": [
                _called(c.most_common(1)[0][0], level) if c else "" for c in lying
            ],
            "area_km2": extent.area(held.shapes).round(1),
            "why": why,
        }
    )


def _refuse_unknown(held: Content, chosen: Reading) -> None:
    rows = np.flatnonzero(chosen.region == "")
    if not len(rows):
        return
    rules = {
        int(row): _unknown_rule(
            chosen, held.texts[chosen.column].iloc[row], str(held.label.iloc[row])
        )
        for row in rows
    }
    raise Refused(
        "unknown_codes",
        _problems(held, chosen, rules),
        file=held.file.name,
        column=chosen.column,
        unknown=len(rows),
    )


def _unknown_rule(chosen: Reading, code: str, label: str) -> str:
    if names.is_water(label):
        return written("water")
    bare = code.replace(".", "")
    former = regions.former_codes(chosen.scheme.split("_")[0])
    if bare in former:
        return written("code_of_before", region=_called(former[bare][0], chosen.level))
    for scheme, by_code in _regions_by_code().items():
        region = by_code.get(bare, "")
        same = scheme.split("_")[0] == chosen.scheme.split("_")[0]
        if region and same and _level(region) == chosen.level:
            return written("code_of_before", region=_called(region, chosen.level))
    if chosen.scheme.startswith("bps") and chosen.level == "kecamatan":
        return written("no_kecamatan")
    return written("no_code", level=chosen.level, scheme=chosen.scheme)


def _level(region: str) -> str:
    return "kecamatan" if "." in region else regions.level(region)


def _refuse_duplicates(held: Content, chosen: Reading, lying: list[Counter]) -> None:
    """Refuse several shapes with one code, by what they are: nothing else helps."""
    of = pd.Series(chosen.region)
    rows = np.flatnonzero(of.duplicated(keep=False))
    if not len(rows):
        return
    groups = of.iloc[rows].groupby(of.iloc[rows]).groups
    shapes, rules, kinds = held.shapes, {}, set()
    for region, members in groups.items():
        one = shapes[list(members)]
        places = [_place(lying[m]) for m in members]
        if all(shapely.equals(one[0], other) for other in one[1:]):
            kinds.add("same")
            rules |= {int(m): written("same_shape") for m in members}
        elif _parts_of(one, region, chosen.level):
            kinds.add("parts")
            rules |= {int(m): written("repeated") for m in members}
        elif len(set(places)) > 1:
            kinds.add("shared")
            for m, place in zip(members, places, strict=True):
                seen = _called(place, chosen.level) if place else "–"
                rules[int(m)] = written("lies_at", place=seen)
        else:
            kinds.add("other")
            rules |= {int(m): written("repeated") for m in members}
    code = {
        frozenset({"parts"}): "parts_of_regions",
        frozenset({"shared"}): "shared_codes",
    }.get(frozenset(kinds), "duplicate_codes")
    problems, file, column = (
        _problems(held, chosen, rules),
        held.file.name,
        chosen.column,
    )
    n = len(rows)
    if code == "shared_codes":
        raise Refused(
            "shared_codes", problems, file=file, column=column, repeated=n, table=""
        )
    if code == "parts_of_regions":
        raise Refused(
            "parts_of_regions", problems, file=file, column=column, repeated=n
        )
    raise Refused("duplicate_codes", problems, file=file, column=column, repeated=n)


def _place(counter: Counter) -> str:
    return counter.most_common(1)[0][0] if counter else ""


def _parts_of(shapes: np.ndarray, region: str, level: str) -> bool:
    """Whether shapes together are one region."""
    union = np.array([shapely.union_all(shapes)])
    return bool(extent.whole(union, np.array([region], object), level)[0])


def _refuse_crossed(
    held: Content, chosen: Reading, lying: list[Counter], named: bool
) -> None:
    """Refuse codes that are another place's by position, name or a second column."""
    rules: dict[int, str] = {}
    away = _misfits(chosen, lying)
    for row in away:
        nearest = lying[row].most_common(1)
        means = _called(chosen.region[row], chosen.level)
        if nearest:
            seen = _called(nearest[0][0], chosen.level)
            rules[row] = written("lies_elsewhere", region=means, place=seen)
        else:
            rules[row] = written("lies_far", region=means)
    if named:
        others = names.others(held.names, chosen.region, chosen.level)
        for row, other in others.items():
            means = _called(chosen.region[row], chosen.level)
            name = _called(other, chosen.level)
            rules.setdefault(row, written("other_name", region=means, name=name))
        _add_other_columns(held, chosen, rules)
    if not rules:
        return
    problems, file, n = _problems(held, chosen, rules), held.file.name, len(rules)
    if set(rules) == set(away) and named:
        agreed = names.fitting(held.names, chosen.region, chosen.level)
        if agreed[away].all():
            raise Refused("misplaced", problems, file=file, misplaced=n)
    if other := _fitting_scheme(held, chosen, lying, away):
        raise Refused(
            "other_scheme",
            problems,
            file=file,
            column=chosen.column,
            crossed=n,
            scheme=other,
            read_as=chosen.scheme,
        )
    raise Refused("crossed_codes", problems, file=file, column=chosen.column, crossed=n)


def _add_other_columns(held: Content, chosen: Reading, rules: dict[int, str]) -> None:
    others = [
        reading
        for name, text in held.texts.items()
        if name != chosen.column
        for reading in _readings(name, text)
        if reading.level == chosen.level
        and reading.certain
        and (reading.region != "").mean() >= 0.5
    ]
    for column in sorted({r.column for r in others}):
        second = [r for r in others if r.column == column]
        agree = np.any([r.region == chosen.region for r in second], axis=0)
        silent = np.all([r.region == "" for r in second], axis=0)
        for row in np.flatnonzero(~agree & ~silent):
            means = _called(second[0].region[row] or chosen.region[row], chosen.level)
            rule = written("other_column", column=column, region=means)
            rules.setdefault(int(row), rule)


def _fitting_scheme(
    held: Content, chosen: Reading, lying: list[Counter], away: list[int]
) -> str:
    """Scheme by which the same column fits every shape, where the chosen one does not."""
    if not away or chosen.column not in held.texts:
        return ""
    text = held.texts[chosen.column].str.replace(".", "")
    for scheme, by_code in _regions_by_code().items():
        region = text.map(lambda bare, by_code=by_code: by_code.get(bare, ""))
        if region.eq("").any() or {*map(_level, region)} != {chosen.level}:
            continue
        if not _misfits(chosen._replace(region=region.to_numpy(object)), lying):
            return scheme
    return ""


def _called(region: str, level: str) -> str:
    if level == "kecamatan":
        return extent.kecamatan_names()[region]
    return regions.name(region)
