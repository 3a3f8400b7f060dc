"""Sheets of realisation by month, in the columns of SIPD's RFK -> `realisations`."""

import re
import uuid
from pathlib import Path
from typing import Any

from sepakat_lib import ledger
from sepakat_lib.exchange import sheets
from sepakat_lib.exchange.sheets import Sheet, Taken, note
from sepakat_lib.refused import written

HEADINGS = {  # data_rfk of SIPD first, then as people head them
    "line": ("id", "id_rincian"),
    "code": ("kode_sub_kegiatan", "kode_sbl"),
    "account": ("kode_rekening", "kode_akun"),
    "year": ("tahun", "tahun_anggaran"),
    "month": ("bulan", "month"),
    "planned": ("rak", "rencana anggaran kas"),
    "money": ("realisasi_anggaran", "realisasi keuangan", "realisasi"),
    "physical": ("realisasi_fisik", "fisik", "realisasi fisik (%)"),
    "people": ("orang_terjangkau", "penerima_manfaat", "jumlah orang"),
    "problem": ("permasalahan",),
    "verifier": ("catatan_verifikator",),
    "answer": ("tanggapan_opd",),
}
NUMBERS = ("year", "month", "planned", "money", "physical", "people")
MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus"),
    *("september", "oktober", "november", "desember"),
)


def load(
    path: Path,
    region: str,
    who: str,
    *,
    plan_year: int | None = None,
    replace: bool = False,
    url: str | None = None,
) -> Taken:
    """Take a sheet of what was spent and reached; a wrong row changes nothing.

    Money and people are those of the month, progress is what was reached by its end.
    Progress that falls is a remark and no refusal: a verifier who measures again and
    finds less is right to write less, and a sheet that could not say so would be made
    to say something else.

    Parameters
    ----------
    path : Path
        XLSX or CSV with ``bulan``, ``realisasi_anggaran``, and of each row's cost line
        ``id`` (our own), or ``kode_sub_kegiatan`` and ``kode_rekening`` where these have
        one line only; ``tahun`` where it is not that of the line's activity.
    region : str
        BPS code.
    who : str
    plan_year : int, optional
        Cost lines of this year's plan alone.
    replace : bool
        A month that stands with other figures is changed; else it is refused, since a
        second report of a month may be meant to add to the first.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Raises
    ------
    Refused
        As `sheets.read`; ``bad_sheet`` with each row that is wrong: among them a month
        twice, progress above 100, and months that together are above the line's amount.
    """
    sheet = sheets.read(
        path,
        HEADINGS,
        needed=("month", "money"),
        keys=["line", "code", "month"],
        numbers=NUMBERS,
        prose=["problem", "verifier", "answer"],
    )
    held = _Plan(ledger.thread(region, plan_year, url))
    given = _given(sheet, held)
    sheets.refuse(sheet)
    new, changes, unchanged = [], [], 0
    with ledger.writing(who, f"import {sheet.file}", url) as book:
        lines = ledger.hold(book, "cost_lines", {v["cost_line_id"] for _, v in given})
        amounts = {id: line["amount"] for id, line in lines.items()}
        table = ledger.rows(book, "realisations", cost_line_id=[*lines])
        stands = {_month(each): each for each in ledger.records(table)}
        months = {key: each["money"] for key, each in stands.items()}
        progress = {key: each["physical"] for key, each in stands.items()}
        for row, values in given:
            before = stands.get(_month(values))
            if before is None:
                new.append(values)
            elif other := _other(before, values):
                if not replace:
                    rule = written("month_stands", money=before["money"])
                    note(sheet, row, "month", sheet.rows[row]["month"], rule)
                    continue
                changes.append((before["id"], before["version"], other))
            else:
                unchanged += 1
            months[_month(values)] = values["money"]
            progress[_month(values)] = values.get("physical")
        _refuse_above(sheet, given, months, amounts)
        sheets.refuse(sheet)
        ledger.add_all(book, "realisations", new)
        ledger.change_all(book, "realisations", changes)
    remarks = _falls(given, progress)
    return Taken(len(new), len(changes), unchanged, 0, remarks, sheet.ignored)


class _Plan:
    """Cost lines of a plan, by our name and by their codes."""

    def __init__(self, plan) -> None:
        activities = {each["id"]: each for each in ledger.records(plan["activities"])}
        self.lines, self.by_code = {}, {}
        for line in ledger.records(plan["cost_lines"]):
            above = activities.get(line["activity_id"])
            if above is None:
                continue
            self.lines[line["id"]] = line | {"year": above["plan_year"]}
            codes = above["sub_kegiatan"] or "", sheets.one_line(line["account"] or "")
            self.by_code.setdefault(codes, []).append(line["id"])


def _given(sheet: Sheet, held: _Plan) -> list[tuple[int, dict]]:
    """Fields of each row that can be read; what is wrong is noted."""
    found, seen = [], {}
    for row, cells in sheet.rows.items():
        line = _line(sheet, row, cells, held)
        values: dict[str, Any] = {
            "month": _take_month(sheet, row, cells["month"]),
            "money": sheets.take_money(sheet, row, "money"),
            **_notes(sheet, row, cells),
        }
        if "planned" in sheet.given:
            values["planned"] = sheets.take_money(sheet, row, "planned", needed=False)
        if "physical" in sheet.given:
            values["physical"] = _take_percent(sheet, row)
        if "people" in sheet.given:
            values["people"] = _take_people(sheet, row)
        if line is None:
            continue
        values |= {"cost_line_id": line["id"], "year": line["year"]}
        if cells["year"] not in ("", str(line["year"])):
            rule = written("the_year", year=str(line["year"]))
            note(sheet, row, "year", cells["year"], rule)
        if line["amount"] is None:
            note(sheet, row, "line", cells["line"], written("line_with_amount"))
        before = seen.setdefault(_month(values), row)
        if values["month"] and before != row:
            rule = written("month_once", row=str(before))
            note(sheet, row, "month", cells["month"], rule)
        found.append((row, values))
    return found


def _line(sheet: Sheet, row: int, cells: dict, held: _Plan) -> dict | None:
    """The cost line that a row is of."""
    if cells["line"]:
        try:
            line = held.lines.get(uuid.UUID(cells["line"]))
        except ValueError:
            line = None
        if line is None:
            note(sheet, row, "line", cells["line"], written("line_of_plan"))
        return line
    found = held.by_code.get((cells["code"], cells["account"]), [])
    if len(found) == 1 and cells["code"]:
        return held.lines[found[0]]
    note(sheet, row, "line", "", written("one_line", count=len(found)))
    return None


def _take_month(sheet: Sheet, row: int, text: str) -> int | None:
    if text.lower() in MONTHS:
        return MONTHS.index(text.lower()) + 1
    if re.fullmatch("0?[1-9]|1[0-2]", text):
        return int(text)
    rule = written("whole_from_to", low="1", high="12")
    note(sheet, row, "month", text, rule)
    return None


def _take_percent(sheet: Sheet, row: int):
    value = sheets.take(sheet, row, "physical", needed=False)
    if value is not None and value > 100:
        rule = written("number_from_to", low="0", high="100")
        note(sheet, row, "physical", sheet.rows[row]["physical"], rule)
        return None
    return value


def _take_people(sheet: Sheet, row: int) -> int | None:
    value = sheets.take(sheet, row, "people", needed=False)
    if value is not None and value != int(value):
        rule = written("whole_from", low="0")
        note(sheet, row, "people", sheet.rows[row]["people"], rule)
        return None
    return None if value is None else int(value)


def _notes(sheet: Sheet, row: int, cells: dict) -> dict[str, str | None]:
    names = [each for each in ("problem", "verifier", "answer") if each in sheet.given]
    if cells["answer"] and not cells["verifier"]:
        note(sheet, row, "verifier", "", written("note_of_answer"))
    return {name: cells[name] or None for name in names}


def _month(values: dict) -> tuple:
    return values["cost_line_id"], values["year"], values["month"]


def _other(held: dict, values: dict) -> dict:
    """Fields that a row tells otherwise than the month that stands."""
    return {
        name: value
        for name, value in values.items()
        if (
            not sheets.same(held[name], value)
            if name in ("problem", "verifier", "answer")
            else held[name] != value
        )
    }


def _refuse_above(sheet: Sheet, given, months: dict, amounts: dict) -> None:
    """Note the month from which on a line has spent more than it has."""
    row_of = {_month(values): row for row, values in given}
    noted = set()
    for key, rule in ledger.overspent(months, amounts).items():
        if key in row_of and key[0] not in noted:
            noted.add(key[0])
            row = row_of[key]
            note(sheet, row, "money", sheet.rows[row]["money"], rule)


def _falls(given, progress: dict) -> list[tuple[int, str]]:
    """Rows whose progress is below that of a month before it."""
    row_of = {_month(values): row for row, values in given}
    found, highest = [], {}
    for key in sorted(key for key, each in progress.items() if each is not None):
        now, before = progress[key], highest.get(key[0], progress[key])
        if now < before and key in row_of:
            rule = written("progress_falls", now=str(now), before=str(before))
            found.append((row_of[key], rule))
        highest[key[0]] = max(now, before)
    return sorted(found)
