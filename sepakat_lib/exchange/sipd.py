"""The plan of one year in SIPD's columns, and rows in them -> activities and cost lines.

SIPD's 22 columns hold neither volumes nor the names of our rows: these stand beside them in
columns of SIPD's own table of details (`data_rka`), so that one file goes both ways.
"""

import decimal
import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sepakat_lib import ledger
from sepakat_lib.exchange import sheets
from sepakat_lib.exchange.sheets import FILLED, Sheet, Taken, note
from sepakat_lib.ledger import ACCOUNT, SUB_KEGIATAN
from sepakat_lib.refused import written
from sepakat_lib.sources.sipd_budget import COLUMNS as SIPD

LEVELS = ("urusan", "bidang_urusan", "program", "kegiatan", "sub_kegiatan")
VOLUMES = tuple(f"volum{n}" for n in range(1, 5))
UNITS = tuple(f"sat{n}" for n in range(1, 5))
BESIDE = (
    *(
        "nama_komponen",
        *(each for pair in zip(VOLUMES, UNITS, strict=True) for each in pair),
    ),
    *("harga_satuan", "nama_aktivitas", "id_standar_harga"),
    *("id", "versi", "id_aktivitas", "versi_aktivitas", "sintetis"),
)
IN_ORDER = ("kode_skpd", "kode_sub_kegiatan", "nama_aktivitas", "kode_rekening")
OPEN = "menunggu konfirmasi"  # a code that is to be confirmed
NUMBERS = ("tahun", "pagu", *VOLUMES, "harga_satuan", "versi", "versi_aktivitas")
NEEDED = ("tahun", "kode_skpd", "kode_sub_kegiatan", "kode_rekening", "pagu")
FUND = re.compile(r"([0-9]+(?:\.[0-9]+)*) (.+)")
TEXTS = {"title", "account", "fund", "sub_kegiatan", "decree"} | {
    f"unit_{n}" for n in range(1, 5)
}
LACKS = (
    "volume",
    "price",
    "amount",
    "account",
    "opd",
    "authority",
    "sub_kegiatan",
    "title",
)


class Exported(NamedTuple):
    """A plan as others read it.

    Attributes
    ----------
    table : DataFrame
        A row a cost line that is whole: columns `SIPD` and `BESIDE`; str, int, Decimal.
    lacking : DataFrame
        Cost lines that are not: ``id``, ``title``, ``activity``, ``opd``, ``amount``
        ([IDR], None while open), and ``lacks``, some of `LACKS`, a space between.
    """

    table: pd.DataFrame
    lacking: pd.DataFrame


class Step(NamedTuple):
    """What is to be written: a new row (no id), or fields of one as somebody saw it."""

    kind: str
    id: uuid.UUID | None
    version: int | None
    values: dict[str, Any]


class Difference(NamedTuple):
    """What a file says otherwise than the plan.

    Attributes
    ----------
    steps : list of Step
    unchanged, absent : int
        Cost lines of the plan of which the file says the same, and nothing.
    """

    steps: list[Step]
    unchanged: int
    absent: int


def export(
    plan: Mapping[str, pd.DataFrame], plan_year: int, nomenclature: pd.DataFrame
) -> Exported:
    """Write the plan of a year in SIPD's columns.

    Parameters
    ----------
    plan : mapping
        Of `ledger.thread`.
    plan_year : int
    nomenclature : DataFrame
        ``code``, ``level``, ``name``; a code that it lacks has no name.

    Returns
    -------
    Exported
        A line whose amount, account, office or authority is open is not in the table,
        where it would be a zero or a row that readers drop: it is told as lacking.
    """
    names = dict(zip(nomenclature["code"], nomenclature["name"], strict=True))
    activities = _by_id(plan["activities"])
    offices, costs = _by_id(plan["opd"]), _by_id(plan["unit_costs"])
    rows, lacking = [], []
    for line in ledger.records(plan["cost_lines"]):
        activity = activities[line["activity_id"]]
        if activity["plan_year"] != plan_year:
            continue
        office = offices.get(activity["opd_id"])
        if lacks := _lacks(line, activity, office):
            about = {"id": str(line["id"]), "title": line["title"]}
            about |= {"activity": activity["title"], "opd": (office or {}).get("title")}
            about |= {"amount": line["amount"], "lacks": " ".join(lacks)}
            lacking.append(about)
            continue
        cost = costs.get(line["unit_cost_id"])
        rows.append(_row(line, activity, office, cost, names))
    rows.sort(key=lambda row: [str(row.get(name) or "") for name in IN_ORDER])
    columns = ["id", "title", "activity", "opd", "amount", "lacks"]
    return Exported(
        pd.DataFrame(rows, columns=[*SIPD, *BESIDE], dtype=object),
        pd.DataFrame(lacking, columns=columns, dtype=object),
    )


def write(path: Path, exported: Exported, heading: str = "") -> Path:
    """Write an export as XLSX, with what is lacking on a sheet of its own, or as CSV.

    Parameters
    ----------
    path : Path
    exported : Exported
    heading : str
        Stands above every page of an XLSX that is printed, and in no cell.

    Returns
    -------
    Path
        As `sheets.write`.
    """
    tables = {"data": exported.table, "belum lengkap": exported.lacking}
    return sheets.write(path, tables, heading)


def _lacks(line: dict, activity: dict, office: dict | None) -> list[str]:
    """What a cost line needs before it can go out."""
    found = []
    volumes = [line[f"volume_{n}"] for n in range(1, 5)]
    if line["volume_1"] is None:
        found.append("volume")
    if line["price"] is None:
        found.append("price")
    amount = _amount(line["price"], volumes)  # None too beyond what the ledger keeps
    if not found and (amount is None or amount != line["amount"]):
        found.append("amount")
    if not ACCOUNT.fullmatch(sheets.one_line(line["account"] or "")):
        found.append("account")
    code = activity["sub_kegiatan"]
    if code is not None and not SUB_KEGIATAN.fullmatch(code):
        found.append("sub_kegiatan")
    if office is None or not sheets.one_line(office["code"]):
        found.append("opd")
    elif ledger.authority(office, code):
        found.append("authority")
    if not sheets.one_line(line["title"]):
        found.append("title")
    return found


def _row(line, activity, office, cost, names) -> dict:
    """A cost line in SIPD's columns and ours."""
    code = activity["sub_kegiatan"]
    row: dict[str, Any] = {"tahun": activity["plan_year"]}
    for level, part in _parts(code).items():
        row[f"kode_{level}"], row[f"nama_{level}"] = part, names.get(part, "")
    if code is None:
        row["kode_sub_kegiatan"] = OPEN
    for each in ("skpd", "sub_unit"):
        row[f"kode_{each}"], row[f"nama_{each}"] = office["code"], office["title"]
    fund = FUND.fullmatch(sheets.one_line(line["fund"] or ""))
    row["kode_sumber_dana"] = fund[1] if fund else ""
    row["nama_sumber_dana"] = fund[2] if fund else line["fund"]
    row["kode_rekening"], row["pagu"] = line["account"], line["amount"]
    row["kode_standar_harga"] = cost["code"] if cost else ""
    row["nama_standar_harga"] = cost["title"] if cost else ""
    row["id_standar_harga"] = _text(line["unit_cost_id"])
    for n in range(1, 5):
        row[f"volum{n}"], row[f"sat{n}"] = line[f"volume_{n}"], line[f"unit_{n}"]
    row["harga_satuan"], row["nama_komponen"] = line["price"], line["title"]
    row["id"], row["versi"] = str(line["id"]), line["version"]
    row["id_aktivitas"] = str(activity["id"])
    row["versi_aktivitas"] = activity["version"]
    row["nama_aktivitas"] = activity["title"]
    made_up = any(
        each.get("synthetic") for each in (line, activity, office, cost or {})
    )
    row["sintetis"] = "ya" if made_up else ""
    return row


def load(
    path: Path,
    region: str,
    plan_year: int,
    who: str,
    nomenclature: pd.DataFrame,
    url: str | None = None,
) -> Taken:
    """Take rows in SIPD's columns into the plan of a year; a wrong row changes nothing.

    Parameters
    ----------
    path : Path
        XLSX or CSV of `write`, changed or not, or with SIPD's columns alone.
    region : str
        BPS code.
    plan_year : int
    who : str
    nomenclature : DataFrame
        As `export`.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Returns
    -------
    Taken
        Cost lines. A line that the file does not have stays: nothing ends by absence.

    Raises
    ------
    Refused
        As `difference`; ``changed_meanwhile``: somebody changed a row since the export.
    """
    sheet = read(path)
    found = difference(
        sheet, ledger.thread(region, plan_year, url), plan_year, nomenclature
    )
    lines = [each for each in found.steps if each.kind == "cost_lines"]
    if found.steps:
        with ledger.writing(who, f"import {sheet.file}", url) as book:
            for kind in ("activities", "cost_lines"):
                steps = [step for step in found.steps if step.kind == kind]
                changes = [step[1:] for step in steps if step.id is not None]
                ledger.change_all(book, kind, changes)
                new = [step.values for step in steps if step.id is None]
                ledger.add_all(book, kind, new)
    new = sum(each.id is None for each in lines)
    changed = len(lines) - new
    return Taken(new, changed, found.unchanged, found.absent, [], sheet.ignored)


def read(path: Path) -> Sheet:
    """Read rows in SIPD's columns as text; what is wrong is told by `difference`."""
    names = (*SIPD, *BESIDE)
    headings = {name: (name,) for name in names} | {
        "volum1": ("volum1", "volume"),
        "sat1": ("sat1", "satuan"),
    }
    keys = ["kode_skpd", "kode_sub_kegiatan", "kode_rekening", "id"]
    return sheets.read(path, headings, needed=NEEDED, keys=keys, numbers=NUMBERS)


def difference(
    sheet: Sheet,
    plan: Mapping[str, pd.DataFrame],
    plan_year: int,
    nomenclature: pd.DataFrame,
) -> Difference:
    """What a file says otherwise than the plan; empty of an export that nobody touched.

    Parameters
    ----------
    sheet : Sheet
        Of `read`.
    plan : mapping
        Of `ledger.thread`, of one region.

    Raises
    ------
    Refused
        ``bad_sheet`` with each row that is wrong: an empty account or pagu, a pagu that
        is not volume x price, an office without authority over the urusan, a code that
        neither the plan nor the nomenclature has, a row that no activity answers.
    """
    held = _Plan(plan, plan_year, {*nomenclature["code"]} - {""})
    steps: list[Step] = []
    first_of: dict[uuid.UUID, tuple[int, dict]] = {}
    seen: dict[uuid.UUID, int] = {}
    for row, cells in sheet.rows.items():
        if cells["tahun"] != str(plan_year):
            note(
                sheet,
                row,
                "tahun",
                cells["tahun"],
                written("the_year", year=str(plan_year)),
            )
        line, activity = _line_of(sheet, row, cells, held, seen)
        values = _values(sheet, row, cells, line, held)
        if activity is None:
            continue
        office = _office_of(sheet, row, cells, held)
        above = _above(sheet, row, cells, activity, office, held)
        first = first_of.setdefault(activity["id"], (row, above))
        for name, column in (
            ("opd_id", "kode_skpd"),
            ("sub_kegiatan", "kode_sub_kegiatan"),
        ):
            # where the first row is wrong itself, it says nothing about the others
            sound = not sheets.noted(sheet, first[0], column)
            if sound and first[1][name] != above[name]:
                rule = written("as_in_row", row=str(first[0]))
                note(sheet, row, column, cells[column], rule)
        if first[0] == row:
            _step(steps, sheet, row, "activities", activity, above, "versi_aktivitas")
        if line is None:
            values["activity_id"] = activity["id"]
            steps.append(Step("cost_lines", None, None, values))
        else:
            _step(steps, sheet, row, "cost_lines", line, values, "versi")
    sheets.refuse(sheet)
    changed = {each.id for each in steps if each.kind == "cost_lines"}
    return Difference(
        steps, len(seen.keys() - changed), len(held.lines.keys() - seen.keys())
    )


class _Plan:
    """What stands in the plan, by what a row of a file may call it."""

    def __init__(self, plan, plan_year: int, codes: set[str]) -> None:
        activities = _by_id(plan["activities"]).items()
        self.activities = {k: v for k, v in activities if v["plan_year"] == plan_year}
        self.lines = {
            k: v
            for k, v in _by_id(plan["cost_lines"]).items()
            if v["activity_id"] in self.activities
        }
        self.costs = _by_id(plan["unit_costs"])
        self.offices = {
            sheets.one_line(each["code"]): each for each in ledger.records(plan["opd"])
        }
        self.codes = codes | {v["sub_kegiatan"] for v in self.activities.values()}
        self.code_of = {each["id"]: code for code, each in self.offices.items()}

    def activity(self, office: str, code: str) -> list[dict]:
        """Activities of an office under a code."""
        wanted = None if code == OPEN else code
        return [
            each
            for each in self.activities.values()
            if self.code_of.get(each["opd_id"]) == office
            and each["sub_kegiatan"] == wanted
        ]


def _line_of(sheet, row, cells, held: _Plan, seen) -> tuple[dict | None, dict | None]:
    """The cost line that a row is of, and its activity; None of a new line."""
    line = None
    if cells["id"]:
        line = held.lines.get(_uuid(cells["id"]))
        if line is None:
            note(sheet, row, "id", cells["id"], written("line_of_plan"))
            return None, None
    elif "id" not in sheet.given:
        line = _alone(sheet, row, cells, held)
    if line is not None:
        before = seen.setdefault(line["id"], row)
        if before != row:
            note(sheet, row, "id", cells["id"], written("line_once", row=str(before)))
        activity = held.activities[line["activity_id"]]
        if cells["id_aktivitas"] and _uuid(cells["id_aktivitas"]) != activity["id"]:
            rule = written("activity_of_line")
            note(sheet, row, "id_aktivitas", cells["id_aktivitas"], rule)
        return line, activity
    if cells["id_aktivitas"]:
        activity = held.activities.get(_uuid(cells["id_aktivitas"]))
        if activity is None:
            rule = written("activity_of_plan")
            note(sheet, row, "id_aktivitas", cells["id_aktivitas"], rule)
        return None, activity
    found = held.activity(cells["kode_skpd"], cells["kode_sub_kegiatan"])
    if len(found) != 1:
        rule = written("one_activity", count=len(found))
        note(sheet, row, "id_aktivitas", "", rule)
        return None, None
    return None, found[0]


def _alone(sheet, row, cells, held: _Plan) -> dict | None:
    """Of a file without our names: the line that has these codes, if it is the only one."""
    among = {
        each["id"]
        for each in held.activity(cells["kode_skpd"], cells["kode_sub_kegiatan"])
    }
    found = [
        line
        for line in held.lines.values()
        if line["activity_id"] in among
        and sheets.same(line["account"], cells["kode_rekening"])
        and sheets.same(
            held.costs.get(line["unit_cost_id"], {}).get("code"),
            cells["kode_standar_harga"],
        )
    ]
    if len(found) > 1:
        note(sheet, row, "id", "", written("one_line", count=len(found)))
    return found[0] if len(found) == 1 else None


def _values(
    sheet: Sheet, row: int, cells: dict, line: dict | None, held: _Plan
) -> dict:
    """Fields of a cost line as a row tells them; what the file has no column for stays."""
    values: dict[str, Any] = {"account": cells["kode_rekening"]}
    if not cells["kode_rekening"]:
        note(sheet, row, "kode_rekening", "", FILLED)
    elif not ACCOUNT.fullmatch(cells["kode_rekening"]):
        note(
            sheet, row, "kode_rekening", cells["kode_rekening"], written("account_code")
        )
    if "nama_sumber_dana" in sheet.given:
        fund = f"{cells['kode_sumber_dana']} {cells['nama_sumber_dana']}".strip()
        values["fund"] = fund or None
    for n in range(1, 5):
        if f"volum{n}" in sheet.given:
            values[f"volume_{n}"] = sheets.take(sheet, row, f"volum{n}", needed=False)
        if f"sat{n}" in sheet.given:
            values[f"unit_{n}"] = cells[f"sat{n}"] or None
    if "harga_satuan" in sheet.given:
        values["price"] = sheets.take_money(sheet, row, "harga_satuan", needed=False)
    if "nama_komponen" in sheet.given or line is None:
        values["title"] = cells["nama_komponen"] or cells["nama_standar_harga"]
        if not values["title"]:
            note(sheet, row, "nama_komponen", "", FILLED)
    if {"kode_standar_harga", "id_standar_harga"} & sheet.given:
        values["unit_cost_id"] = _cost_of(sheet, row, cells, line, held)
    _take_amount(sheet, row, values, line)
    return values


def _take_amount(sheet: Sheet, row: int, values: dict, line: dict | None) -> None:
    """The pagu of a row, which is volume x price of the same row."""
    values["amount"] = sheets.take_money(sheet, row, "pagu")
    whole = (line or {}) | values
    volumes = [whole.get(f"volume_{n}") for n in range(1, 5)]
    wrong = {each[1] for each in sheet.problems if each[0] == row}
    if wrong & {sheet.headings[each] for each in ("pagu", "harga_satuan", *VOLUMES)}:
        return
    expected = _amount(whole.get("price"), volumes)
    if expected is None:
        lacks = "harga_satuan" if whole.get("price") is None else "volum1"
        note(sheet, row, lacks, "", FILLED)
    elif expected != values["amount"]:
        rule = written("volume_times_price", amount=expected)
        note(sheet, row, "pagu", str(values["amount"]), rule)


def _cost_of(sheet, row, cells, line: dict | None, held: _Plan) -> uuid.UUID | None:
    """The unit cost that a row names, by our name of it or by its code."""
    given, code = cells["id_standar_harga"], cells["kode_standar_harga"]
    now = (line or {}).get("unit_cost_id")
    if (
        given
        and _uuid(given) == now
        and sheets.same(held.costs.get(now, {}).get("code"), code)
    ):
        return now
    named = held.costs.get(_uuid(given)) if given else None
    if given and (named is None or not sheets.same(named["code"], code)):
        note(sheet, row, "id_standar_harga", given, written("cost_of_code"))
        return None
    if named is not None:
        return named["id"]
    if not code:
        return None
    found = [each for each in held.costs.values() if sheets.same(each["code"], code)]
    if now in {each["id"] for each in found} and "id_standar_harga" not in sheet.given:
        return now
    if len(found) != 1:
        rule = written("one_unit_cost", count=len(found))
        note(sheet, row, "kode_standar_harga", code, rule)
        return None
    return found[0]["id"]


def _office_of(sheet: Sheet, row: int, cells: dict, held: _Plan) -> dict | None:
    """The office of a row, which must have authority over what it does."""
    given = cells["kode_skpd"]
    office = held.offices.get(given)
    if not given:
        note(sheet, row, "kode_skpd", "", FILLED)
    elif office is None:
        rule = written("known_opd")
        if held.offices:
            rule = written("known_opd_of", codes=[*held.offices])
        note(sheet, row, "kode_skpd", given, rule)
    if office is not None and cells["kode_sub_unit"] not in ("", given):
        rule = written("codes", codes=[given])
        note(sheet, row, "kode_sub_unit", cells["kode_sub_unit"], rule)
    code = cells["kode_sub_kegiatan"]
    shaped = office is not None and SUB_KEGIATAN.fullmatch(code)
    if shaped and (rule := ledger.authority(office, code)):
        note(sheet, row, "kode_sub_kegiatan", code, rule)
    return office


def _above(sheet, row, cells, activity, office, held: _Plan) -> dict[str, Any]:
    """Fields of an activity as a row tells them."""
    code = cells["kode_sub_kegiatan"]
    if code == OPEN:
        code = None
    elif not code:
        note(sheet, row, "kode_sub_kegiatan", "", written("code_or_open", open=OPEN))
    elif not SUB_KEGIATAN.fullmatch(code) or code not in held.codes:
        note(sheet, row, "kode_sub_kegiatan", code, written("code_or_open", open=OPEN))
    known = not sheets.noted(sheet, row, "kode_sub_kegiatan")
    for level, part in _parts(code).items() if known else ():
        given = cells[f"kode_{level}"]
        if level != "sub_kegiatan" and given and given != part:
            rule = written("part_of_code", code=code or OPEN)
            note(sheet, row, f"kode_{level}", given, rule)
    values = {"opd_id": office["id"] if office else None, "sub_kegiatan": code}
    if code != activity["sub_kegiatan"]:
        values["decree"] = None  # it was that of the other code
    return values


def _step(steps, sheet, row, kind, held: dict, values: dict, column: str) -> None:
    """Note what a row says otherwise than the ledger, with the version that it saw."""
    other = {
        name: value
        for name, value in values.items()
        if (
            not sheets.same(held[name], value) if name in TEXTS else held[name] != value
        )
    }
    if not other:
        return
    seen = sheet.rows[row][column]
    if seen and not re.fullmatch("[0-9]{1,9}", seen):
        note(sheet, row, column, seen, written("whole_from", low="1"))
        return
    version = int(seen) if seen else held["version"]
    steps.append(Step(kind, held["id"], version, other))


def _parts(code: str | None) -> dict[str, str]:
    """A code of a sub kegiatan, level by level; all empty of one to be confirmed."""
    if code is None:
        return dict.fromkeys(LEVELS, "")
    parts = code.split(".")
    ends = zip(LEVELS, (1, 2, 3, 5, 6), strict=True)
    return {level: ".".join(parts[:end]) for level, end in ends}


def _amount(price: int | None, volumes: list[Decimal | None]) -> int | None:
    """As `ledger.amount_of`; None too where it is beyond what the ledger keeps."""
    try:
        amount = ledger.amount_of(price, volumes)
    except decimal.InvalidOperation:
        return None
    return None if amount is None or amount > sheets.LARGEST else amount


def _by_id(table: pd.DataFrame) -> dict[uuid.UUID, dict]:
    return {each["id"]: each for each in ledger.records(table)}


def _text(name: uuid.UUID | None) -> str:
    return "" if name is None else str(name)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
