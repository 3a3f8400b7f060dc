"""What an office filled in, read as written and checked row by row; nothing is guessed."""

import datetime
import difflib
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from openpyxl.utils import get_column_letter

from sepakat_lib import indicators, reference, regions, words
from sepakat_lib.daerah import kept, templates
from sepakat_lib.daerah.templates import AREAS, COLUMNS, GRADES, TYPED, UNITS
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import opening
from sepakat_lib.sources.susenas.problems import shown

ROWS = (
    "row code indicator name region year month area value unit document table formula "
    "keeper publisher grade note"
).split()
HEADER_WITHIN = 25  # rows from the top
MOST = 50_000  # rows
LEAP = 500  # times: a value beside its neighbour in time, as of thousands or millions
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
TOTAL = re.compile(
    r"(grand |sub ?)?(jumlah|total)( umum| seluruhnya| keseluruhan)?\W*", re.I
)
NOTHING = re.compile(r"[-–—−…]+|\.{2,}|n\.?/?a\.?|tad|tidak ada( data)?", re.I)
EDITION = re.compile(r"dalam angka\D{0,20}(20\d\d)", re.I)
WITH_COMMA = re.compile(r"\d+,\d{1,2}|\d{4,},\d+|\d+,\d{4,}|\d{1,3}(\.\d{3})+,\d+")
WITH_POINT = re.compile(r"\d+\.\d{1,2}|\d{4,}\.\d+|\d+\.\d{4,}|\d{1,3}(,\d{3})+\.\d+")
IN_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}")
SUMS = {  # accounts of an APBD that are the sum of others
    f"apbd_{whole}_{column}": [f"apbd_{whole}_{part}_{column}" for part in parts]
    for column in ("budget", "realised")
    for whole, parts in {
        "revenue": ("own", "transfer", "other"),
        "spending": ("operating", "capital", "unforeseen", "transfer"),
    }.items()
}
FILLED = written("filled")


class Problem(NamedTuple):
    """What is wrong with a cell: its row and column, what it holds, and the rule."""

    row: int
    letter: str
    column: str
    value: str
    rule: str


class Table(NamedTuple):
    """A workbook as it was read.

    Attributes
    ----------
    kind, region : str
        As its head says.
    sheet : str
        Name of the sheet with the rows.
    rows : DataFrame
        `ROWS`; whole only where there are no problems.
    problems : list of Problem
        By row.
    """

    kind: str
    region: str
    sheet: str
    rows: pd.DataFrame
    problems: list[Problem]


class _Notes:
    """Problems as they are noted; of one cell the first."""

    def __init__(self, letters: dict[str, str], headings: dict[str, str]):
        self.letters, self.headings = letters, headings
        self.by_cell: dict[tuple[int, str], Problem] = {}

    def add(self, row: int, column: str, value, rule: str) -> None:
        self.at(row, self.letters[column], self.headings[column], value, rule)

    def at(self, row: int, letter: str, heading: str, value, rule: str) -> None:
        told = Problem(row, letter, heading, shown(value), rule)
        self.by_cell.setdefault((row, letter), told)

    def sorted(self) -> list[Problem]:
        return [self.by_cell[cell] for cell in sorted(self.by_cell)]


def read(path: Path, today: datetime.date) -> Table:
    """Read a filled template, and note everything that is wrong with it.

    Parameters
    ----------
    path : Path
        XLSX of `templates.write`, columns in any order, in either language.
    today : date
        No figure is of a later year than the next one (a budget may be of that).

    Raises
    ------
    Refused
        ``survey_kind``; as `opening.workbook`; ``not_template``: no row of
        headings, or a head that names no kind and region; ``nothing_filled``.
    """
    path = Path(path)
    sheet, header, found, strange = _sheet(path)
    kind, region = _head(sheet, header, path.name)
    letters = {name: get_column_letter(n) for name, n in found.items()}
    headings = {name: _text(sheet.cell(header, n).value) for name, n in found.items()}
    notes = _Notes(letters, headings)
    missing = [name for name in COLUMNS if name not in found]
    open_ = {text: name for text, name in _headings().items() if name in missing}
    for n, heading in strange:
        near = difflib.get_close_matches(heading, [*open_], 1, 0.5)
        likely = {open_[each] for each in near} or {*missing}
        known = "–"
        if len(likely) == 1:  # also the only one that is missing, however unlike
            known = templates.heading(likely.pop(), "id")
        notes.at(
            header,
            get_column_letter(n),
            heading,
            heading,
            written("known_column", known=known),
        )
    if missing:
        end = get_column_letter(max(sheet.max_column, len(found)) + 1)
        names = [templates.heading(name, "id") for name in missing]
        notes.at(header, end, "–", "", written("columns_there", columns=names))
    needed = {"name", "region", "year", "value", "unit", "document", "table"}
    if {*missing} & {*needed, "formula", "keeper"}:
        return Table(
            kind, region, sheet.title, pd.DataFrame(columns=ROWS), notes.sorted()
        )
    for area in sheet.merged_cells.ranges:
        if area.max_row >= header:
            letter = get_column_letter(area.min_col)
            row = max(area.min_row, header)
            notes.at(row, letter, str(area), str(area), written("not_merged"))
    raw = _cells(sheet, header, found)
    if not raw:
        raise Refused("nothing_filled", file=path.name)
    rows = _rows(raw, kind, region, notes, today)
    _years_of_head(sheet, header, found, path, rows, notes)
    _across(rows, region, notes)
    table = pd.DataFrame([row for row in rows if not row["total"]], columns=ROWS)
    return Table(kind, region, sheet.title, table, notes.sorted())


def _key(text: str) -> str:
    """A heading as it is compared: no year, no star, no signs."""
    return re.sub(r"[^a-z]+", " ", YEAR.sub("", text).lower()).strip()


def _headings() -> dict[str, str]:
    """Our name of each heading, in both languages."""
    return {
        _key(templates.heading(name, language)): name
        for language in words.LANGUAGES
        for name in COLUMNS
    }


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        value = int(value) if value == int(value) else repr(value)
    return " ".join(str(value).split())


def _sheet(path: Path):
    """The sheet with the headings, their row, our columns in it, and other headings."""
    opening.refuse_kind(opening.regular(path), (".xlsx",))
    book = opening.workbook(path)
    known, best = _headings(), None
    for sheet in book.worksheets:
        for row in range(1, min(sheet.max_row, HEADER_WITHIN) + 1):
            found, strange = {}, []
            for n in range(1, min(sheet.max_column, 200) + 1):
                text = _text(sheet.cell(row, n).value)
                name = known.get(_key(text))
                if name and name not in found:
                    found[name] = n
                elif text:
                    strange.append((n, text))
            if best is None or len(found) > len(best[2]):
                best = sheet, row, found, strange
    if best is None or len(best[2]) < len(COLUMNS) // 2:
        raise Refused("not_template", file=path.name)
    if best[0].max_row > MOST:
        raise Refused("too_many_rows", file=path.name, most=MOST)
    return best


def _head(sheet, header: int, file: str) -> tuple[str, str]:
    """Kind and region, as they stand above the headings."""
    told = {}
    for row in range(1, header):
        label = _text(sheet.cell(row, 1).value).casefold()
        for name in ("kind", "region"):
            labels = [words.say(f"data.{name}", each) for each in words.LANGUAGES]
            if label in [each.casefold() for each in labels]:
                told[name] = _text(sheet.cell(row, 2).value)
    if not {"kind", "region"} <= told.keys():
        raise Refused("not_template", file=file)
    try:
        return templates.check(told["kind"]), regions.resolve(told["region"])
    except Refused as error:
        raise Refused(error.code, **error.fields, in_file=file) from error


def _cells(sheet, header: int, found: dict[str, int]) -> dict[int, dict]:
    """Cells of rows that somebody filled, by the row's number."""
    rows = {}
    for number in range(header + 1, sheet.max_row + 1):
        cells = {name: sheet.cell(number, n) for name, n in found.items()}
        texts = {name: _text(cell.value) for name, cell in cells.items()}
        typed = any(texts.get(name) for name in TYPED)
        if typed or _is_total(texts):
            rows[number] = cells
    return rows


def _is_total(texts: dict[str, str]) -> bool:
    names = ("region", "region_name", "name", "code")
    return any(TOTAL.fullmatch(texts.get(name, "")) for name in names)


def _rows(raw, kind: str, region: str, notes: _Notes, today) -> list[dict]:
    """Each row by our names; what is wrong with one of its cells is noted."""
    texts = {
        number: {
            name: _text(cells[name].value) if name in cells else "" for name in COLUMNS
        }
        for number, cells in raw.items()
    }
    mark = _decimal_mark(raw, notes)
    names = _indicators()
    rows = []
    for number, cells in raw.items():
        row = texts[number]
        for name, cell in cells.items():
            if cell.data_type == "f" or row[name].startswith("="):
                notes.add(number, name, row[name], written("no_formula"))
        total = _is_total(row)
        value = _value(number, cells["value"], row, mark, total, notes)
        if total:
            rows.append({**row, "row": number, "value": value, "total": True})
            continue
        for name in ("unit", "document", "table", "formula", "keeper", "year"):
            if not row[name]:
                notes.add(number, name, "", FILLED)
        indicator, label = _indicator(number, row, names, notes)
        unit = _one_of("unit", row["unit"], [*UNITS]) or row["unit"].casefold()
        declared = indicators.catalogue().get(indicator)
        if declared is not None and row["unit"] and unit != declared.unit:
            told = templates.unit(declared.unit, "id")
            notes.add(number, "unit", row["unit"], written("unit_is", unit=told))
        _bounds(number, value, unit, declared, row, notes)
        keeper = _one_of("keeper", row["keeper"], [*templates.KEEPERS])
        rows.append(
            {
                "row": number,
                "code": row["code"],
                "indicator": indicator,
                "name": label,
                "region": _region(number, row, region, notes),
                "year": _year(number, row, kind, today, notes),
                "month": _whole(number, "month", row["month"] or "0", 0, 12, notes),
                "area": _chosen(number, "area", row, AREAS, notes),
                "value": value,
                "unit": unit,
                "document": row["document"],
                "table": row["table"],
                "formula": row["formula"],
                "keeper": keeper or row["keeper"],
                "publisher": templates.keeper(keeper, "id")
                if keeper
                else row["keeper"],
                "grade": _chosen(number, "grade", row, GRADES, notes),
                "note": row["note"],
                "total": False,
            }
        )
    return rows


def _one_of(what: str, text: str, keys: list[str]) -> str:
    """Key of what a cell says in either language; "" where it is none of them."""
    start = "keeper" if what == "keeper" else f"data.{what}"
    for key in keys:
        said = [
            words.say(f"{start}.{key}", each).casefold() for each in words.LANGUAGES
        ]
        if text.casefold() in (key, *said):
            return key
    return ""


def _chosen(number: int, column: str, row: dict, keys, notes: _Notes) -> str:
    """One of a short list; its first where the cell is empty."""
    if not row[column]:
        return keys[0]
    key = _one_of(column, row[column], [*keys])
    if not key:
        codes = [words.say(f"data.{column}.{each}", "id") for each in keys]
        notes.add(number, column, row[column], written("codes", codes=codes))
    return key


def _whole(number: int, column: str, text: str, low: int, high: int, notes) -> int:
    if re.fullmatch(r"\d{1,4}", text) and low <= int(text) <= high:
        return int(text)
    rule = written("whole_from_to", low=str(low), high=str(high))
    notes.add(number, column, text, rule)
    return 0


def _year(number: int, row: dict, kind: str, today, notes: _Notes) -> int:
    """Year of a figure, which no document can be older than."""
    if not row["year"]:
        return 0
    year = _whole(number, "year", row["year"], 2000, today.year + 1, notes)
    printed = [int(each) for each in YEAR.findall(row["document"])]
    edition = EDITION.search(row["document"])
    if year and edition and year >= int(edition[1]):
        rule = written("year_before_edition", edition=edition[1])
        notes.add(number, "year", row["year"], rule)
    elif year and printed and year > max(printed):
        rule = written("year_of_document", year=str(max(printed)))
        notes.add(number, "year", row["year"], rule)
    return year


def _decimal_mark(raw, notes: _Notes) -> str:
    """Decimal mark of values that were typed as text; both beside each other are noted."""
    typed = {
        number: _text(cells["value"].value)
        for number, cells in raw.items()
        if isinstance(cells["value"].value, str)
    }
    comma = [n for n, text in typed.items() if WITH_COMMA.fullmatch(text.lstrip("-−"))]
    point = [n for n, text in typed.items() if WITH_POINT.fullmatch(text.lstrip("-−"))]
    if comma and point:
        for number in comma if len(comma) < len(point) else point:
            notes.add(number, "value", typed[number], written("other_mark"))
        return ""
    return "," if comma else "." if point else ""


def _value(number: int, cell, row: dict, mark: str, total: bool, notes: _Notes):
    """The number in a cell; NaN where there is none, which a note must explain."""
    text, raw = row["value"], cell.value
    if not text:
        if not row["note"] and not total:
            notes.add(number, "value", "", written("value_or_note"))
        return float("nan")
    if isinstance(raw, bool | datetime.date | datetime.time):
        notes.add(number, "value", text, written("number"))
    elif isinstance(raw, int | float):
        return float(raw)
    elif NOTHING.fullmatch(text):
        notes.add(number, "value", text, written("zero_or_nothing"))
    else:
        plain = text.replace("\N{MINUS SIGN}", "-").replace(" ", "")
        if not mark and IN_THOUSANDS.fullmatch(plain.lstrip("-")):
            sign = "," if "," in plain else "."
            small, large = plain.replace(",", "."), plain.replace(sign, "")
            rule = written("two_readings", small=small, large=large)
            notes.add(number, "value", text, rule)
            return float("nan")
        if mark == "," or (not mark and "," in plain):
            plain = plain.replace(".", "").replace(",", ".")
        elif mark == ".":
            plain = plain.replace(",", "")
        try:
            value = Decimal(plain)
            if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", plain):
                return float(value)
        except InvalidOperation:
            pass
        notes.add(number, "value", text, written("number"))
    return float("nan")


def _bounds(number: int, value: float, unit: str, declared, row, notes: _Notes) -> None:
    """Note a value that its unit does not allow."""
    if value != value:
        return
    bounds = UNITS.get(unit, templates.Unit(low=templates.FREE))
    high = bounds.high
    if declared is not None and unit == "percent":
        high = declared.highest if declared.kind != "awaited" else 100
    if value > high:
        notes.add(number, "value", row["value"], written("number_to", high=f"{high:g}"))
    elif value < bounds.low:
        notes.add(number, "value", row["value"], written("number_from", low="0"))


def _indicators() -> dict[str, str]:
    """Indicators by what a cell may call them: name, code, or label in either language."""
    known = {}
    for name, declared in indicators.catalogue().items():
        for text in (name, declared.code, *declared.label.values()):
            known[text.casefold()] = name
    for row in reference.office_tables().itertuples():
        for text in (row.indicator, row.name_id, row.name_en):
            if text:
                known.setdefault(text.casefold(), row.indicator)
    return known


def _indicator(number: int, row: dict, known: dict, notes: _Notes) -> tuple[str, str]:
    """Name of the indicator in every table, and its label; an own name makes its own."""
    code, name = row["code"], row["name"]
    by_code = known.get(code.casefold()) if code else None
    by_name = known.get(name.casefold()) if name else None
    if not code and not name:
        notes.add(number, "name", "", FILLED)
        return "", ""
    if code and by_code is None and not NAME.fullmatch(code):
        near = difflib.get_close_matches(code.casefold(), known, 1)
        told = near[0].upper() if near else "–"
        notes.add(number, "code", code, written("indicator_code", nearest=told))
        return "", name
    if by_code and by_name and by_code != by_name:
        notes.add(number, "name", name, written("name_of_code", code=code))
    if code:
        return by_code or code, name or code
    if by_name:
        return by_name, name
    own = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60]
    if not NAME.fullmatch(own):
        notes.add(number, "name", name, written("own_name"))
    return own, name


def _region(number: int, row: dict, of: str, notes: _Notes) -> str:
    """Region of a row by its code; a name alone must say kabupaten, kota or province."""
    text, name = row["region"], row["region_name"]
    if not text and not name:
        notes.add(number, "region", "", FILLED)
        return ""
    column = "region" if text else "region_name"
    given = text or name
    try:
        region = regions.resolve(given)
    except Refused as error:
        near = error.fields.get("nearest_regions", [])
        if error.code == "ambiguous_region":
            rule = written("which_region", regions=near)
        elif near and not re.fullmatch(r"[0-9.]+", given):
            rule = written("region_code_like", regions=near)
        else:
            rule = written("region_code")
        notes.add(number, column, given, rule)
        return ""
    if not re.search(r"\d", given) and not regions.says_kind(given):
        try:  # in a list of kabupaten a bare name is neither the kota nor the province
            meant = regions.resolve(given, "kabupaten")
        except Refused:
            meant = region
        if _is_kota(region) or meant != region:
            namesakes = sorted({region, meant})
            notes.add(number, column, given, written("which_region", regions=namesakes))
            return ""
    if text and name and not _may_be_called(name, region):
        rule = written("other_region_name", regions=[region])
        notes.add(number, "region_name", name, rule)
    if region not in (of, *regions.below(of)):
        notes.add(number, column, given, written("of_region", regions=[of]))
    return region


def _is_kota(region: str) -> bool:
    return regions.name(region).startswith("Kota ")


def _may_be_called(name: str, region: str) -> bool:
    """Whether a name can mean a region; a bare one that it shares can."""
    try:
        return regions.resolve(name) == region
    except Refused as error:
        shared = error.fields.get("nearest_regions", [])
        return error.code == "ambiguous_region" and region in shared


def _years_of_head(sheet, header: int, found, path: Path, rows, notes: _Notes) -> None:
    """Note a year in the head of the table, or in the file's name, that no row has."""
    of_rows = {row["year"] for row in rows if not row["total"] and row["year"]}
    if not of_rows:
        return
    cells = [
        (row, n)
        for row in range(1, header + 1)
        for n in range(1, min(sheet.max_column, 200) + 1)
    ]
    told = [str(year) for year in sorted(of_rows)]
    for row, n in cells:
        text = _text(sheet.cell(row, n).value)
        years = {int(year) for year in YEAR.findall(text)}
        if years and not years & of_rows:
            rule = written("year_of_rows", years=told)
            notes.at(row, get_column_letter(n), text, text, rule)
    documents = {
        int(year)
        for row in rows
        if not row["total"]
        for year in YEAR.findall(row["document"])
    }
    of_file = {int(year) for year in YEAR.findall(path.name)}
    if of_file and not of_file & (of_rows | documents):
        rule = written("year_of_rows", years=told)
        notes.at(1, "A", path.name, path.name, rule)


def _across(rows: list[dict], region: str, notes: _Notes) -> None:
    """Note what is wrong with a row beside others."""
    table = pd.DataFrame([row for row in rows if not row["total"]])
    _totals(rows, notes)
    if table.empty:
        return
    before = kept.counting()
    _twice(table, notes)
    _alike(table, before, "unit", notes)
    _alike(table, before, "formula", notes)
    _leaps(table, notes)
    _missing(table, region, notes)
    _sums(table, region, notes)
    _shipped(table, notes)


def _totals(rows: list[dict], notes: _Notes) -> None:
    """Note rows of totals that are not the sum of the rows above them."""
    above: list[dict] = []
    for row in rows:
        if not row["total"]:
            above.append(row)
            continue
        values = [each["value"] for each in above if each["value"] == each["value"]]
        alike = {
            (each["indicator"], each["year"], each["month"], each["area"])
            for each in above
        }
        number, value = row["row"], row["value"]
        if len(alike) != 1 or not all(
            UNITS.get(each["unit"], templates.Unit(adds=True)).adds for each in above
        ):
            notes.add(number, "value", f"{value:g}", written("no_total_here"))
        elif value != value or not _equal(value, values):
            rule = written("sum_is", sum=_plain(sum(values)))
            notes.add(number, "value", _plain(value), rule)
        above = []


def _plain(value: float) -> str:
    return "" if value != value else f"{Decimal(repr(float(value))).normalize():f}"


def _equal(whole: float, parts: list[float]) -> bool:
    """Whether a whole is the sum of its parts, each rounded to the places printed."""
    printed = [Decimal(repr(float(n))).normalize() for n in (whole, *parts)]
    places = max(max(0, -each.as_tuple().exponent) for each in printed)
    room = Decimal(len(printed)) / 2 * Decimal(10) ** -places if places else 0
    return abs(printed[0] - sum(printed[1:])) <= room


def _twice(table: pd.DataFrame, notes: _Notes) -> None:
    key = ["region", "year", "month", "area", "indicator", "publisher"]
    named = table["region"].ne("") & table["indicator"].ne("")
    for row in table[table.duplicated(key) & named].itertuples():
        notes.add(row.row, "region", row.region, written("figure_once"))


def _alike(table, before: pd.DataFrame, column: str, notes: _Notes) -> None:
    """Note a unit or formula that another row of the same series does not have.

    What is approved already says which; else most rows do, else the first.
    """
    key = ["indicator", "publisher"]
    known = {}
    if len(before):
        known = (
            before.drop_duplicates(key, keep="last").set_index(key)[column].to_dict()
        )
    for series, part in table[table[column].ne("")].groupby(key, sort=False):
        same = part[column].str.casefold()
        usual = (
            known.get(series)
            or part[column].iloc[int(same.eq(same.mode()[0]).argmax())]
        )
        if len(part) == 2 and series not in known:
            usual = part[column].iloc[0]
        for row in part[same.ne(usual.casefold())].itertuples():
            said = templates.unit(usual, "id") if usual in UNITS else usual
            rule = written(
                "unit_of_series" if column == "unit" else "formula_of_series",
                usual=said,
            )
            notes.add(row.row, column, getattr(row, column), rule)


def _leaps(table: pd.DataFrame, notes: _Notes) -> None:
    """Note a value that is some thousand times its neighbour in time, or a part of it."""
    key = ["indicator", "publisher", "region", "area", "month"]
    for _, part in table[table["value"].gt(0)].groupby(key, sort=False):
        part = part.sort_values("year")
        times = part["value"] / part["value"].shift()
        leaps = times.ge(LEAP) | times.le(1 / LEAP)
        for row, before in zip(
            part[leaps].itertuples(), part["value"].shift()[leaps], strict=True
        ):
            rule = written("same_unit", before=_plain(before))
            notes.add(row.row, "value", _plain(row.value), rule)


def _missing(table: pd.DataFrame, of: str, notes: _Notes) -> None:
    """Note regions that a table of a province or of the nation leaves out."""
    wanted = regions.below(of)
    founded = reference.founded().set_index("region")["founded"].to_dict()
    key = ["indicator", "publisher", "year", "month", "area"]
    for (_, _, year, _, _), part in table.groupby(key, sort=False) if wanted else ():
        inside = part[part["region"].isin(wanted)]
        due = [code for code in wanted if founded.get(code, 0) <= year]
        absent = [code for code in due if code not in set(inside["region"])]
        if len(inside) and absent:
            first = inside.iloc[0]
            rule = written("regions_there", regions=absent)
            notes.add(first["row"], "region", first["region"], rule)


def _sums(table: pd.DataFrame, of: str, notes: _Notes) -> None:
    """Note a region that is not the sum of its parts, and accounts that do not add up."""
    adds = table["unit"].map(lambda unit: UNITS.get(unit, templates.Unit()).adds)
    counted = table[adds & table["value"].notna()]
    key = ["indicator", "publisher", "year", "month"]
    wanted = regions.below(of)
    for _, part in counted.groupby([*key, "area"], sort=False):
        whole = part[part["region"].eq(of)]
        inside = part[part["region"].isin(wanted)]
        if len(whole) == 1 and wanted and {*inside["region"]} == {*wanted}:
            _add_up(whole.iloc[0], [*inside["value"]], notes)
    for _, part in counted.groupby([*key, "region"], sort=False):
        by = part.drop_duplicates("area").set_index("area")
        if {*AREAS} <= {*by.index}:
            _add_up(by.loc["all"], [*by.loc[["urban", "rural"], "value"]], notes)
    for _, part in counted.groupby(["publisher", "region", "year", "month", "area"]):
        by = part.drop_duplicates("indicator").set_index("indicator")
        for whole, parts in SUMS.items():
            if {whole, *parts} <= {*by.index}:
                _add_up(by.loc[whole], [*by.loc[parts, "value"]], notes)


def _add_up(whole: pd.Series, parts: list[float], notes: _Notes) -> None:
    if not _equal(whole["value"], parts):
        rule = written("sum_is", sum=_plain(sum(parts)))
        notes.add(whole["row"], "value", _plain(whole["value"]), rule)


def _shipped(table: pd.DataFrame, notes: _Notes) -> None:
    """Note figures that contradict a shipped one of the same publisher."""
    shipped = reference.firm().rename(columns={"value": "held", "table": "held_in"})
    columns = [*kept.KEY, "held", "held_in"]
    own = table[table["publisher"].isin(set(shipped["publisher"]))]
    both = own.merge(shipped[columns], on=kept.KEY)
    both = both[both["value"].notna() & both["value"].ne(both["held"])]
    for row in both.itertuples():
        rule = written("as_shipped", value=f"{row.held:g}", table=row.held_in)
        notes.add(row.row, "value", _plain(row.value), rule)
