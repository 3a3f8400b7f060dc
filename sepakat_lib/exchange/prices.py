"""Sheets of unit costs, as an office's SSH, HSPK, ASB or SBU lists them -> `unit_costs`."""

import re
import uuid
from pathlib import Path

from sepakat_lib import ledger, reference, regions
from sepakat_lib.exchange import sheets
from sepakat_lib.exchange.sheets import FILLED, Sheet, Taken, note
from sepakat_lib.refused import written

HEADINGS = {  # data_ssh of SIPD first, then as people head them
    "code": ("kode_standar_harga", "kode", "kode barang", "code"),
    "title": ("nama_standar_harga", "nama", "uraian", "nama barang", "name"),
    "unit": ("satuan", "unit"),
    "price": ("harga", "harga satuan", "price"),
    "kecamatan": ("kecamatan", "kode kecamatan"),
    "year": ("tahun_anggaran", "tahun", "year"),
    "decree": (
        *("nomor keputusan", "nomor sk", "no sk", "dasar hukum", "keputusan"),
        *("peraturan", "sk", "decree"),
    ),
}
NEEDED = ("code", "title", "unit", "price", "decree")
KEY = ("code", "kecamatan", "year", "decree")  # one price


def load(
    path: Path,
    region: str,
    who: str,
    *,
    year: int | None = None,
    url: str | None = None,
) -> Taken:
    """Take a sheet of unit costs of one kabupaten; a wrong row leaves the ledger as it was.

    A price that stands already (code, kecamatan, year and decree are the same) is
    changed where the sheet says otherwise; another decree's is a price of its own.

    Parameters
    ----------
    path : Path
        XLSX or CSV, with columns `NEEDED` and any other of `HEADINGS`.
    region : str
        BPS code.
    who : str
    year : int, optional
        Of the prices, where the sheet has no such column.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Raises
    ------
    Refused
        As `sheets.read`; ``bad_sheet`` with each row that is wrong.
    """
    sheet = read(path, region, year=year)
    new, changes, unchanged = [], [], 0
    prices = _prices(sheet, region, year)
    lists = {_key(values)[2:] for values in prices}  # year and decree
    with ledger.writing(who, f"import {sheet.file}", url) as book:
        table = ledger.rows(book, "unit_costs", ended=True, region=region)
        taken = {*table["id"]}
        standing = table[table["ended"].isna()]
        held = {_key(row): row for row in ledger.records(standing)}
        for values in prices:
            row = held.pop(_key(values), None)
            if row is None:
                new.append(_named(values, taken))
                continue
            other = {
                name: values[name]
                for name in ("title", "unit", "price")
                if not _same(row[name], values[name])
            }
            if other:
                changes.append((row["id"], row["version"], other))
            else:
                unchanged += 1
        ledger.add_all(book, "unit_costs", new)
        ledger.change_all(book, "unit_costs", changes)
    absent = sum(key[2:] in lists for key in held)
    return Taken(len(new), len(changes), unchanged, absent, ignored=sheet.ignored)


def read(path: Path, region: str, *, year: int | None = None) -> Sheet:
    """Read a sheet of unit costs and refuse it with every row that is wrong."""
    needed = NEEDED if year else (*NEEDED, "year")
    sheet = sheets.read(
        path, HEADINGS, needed=needed, keys=["code"], numbers=["price", "year"]
    )
    first: dict[tuple, int] = {}
    for row in sheet.rows:
        for name in ("code", "title", "unit", "decree"):
            if not sheet.rows[row][name]:
                note(sheet, row, name, "", FILLED)
        if len(sheet.rows[row]["code"]) > 80:
            rule = written("at_most", most="80")
            note(sheet, row, "code", sheet.rows[row]["code"], rule)
        sheets.take_money(sheet, row, "price")
        _take_year(sheet, row, year)
        _take_kecamatan(sheet, row, region)
    if not sheet.problems:
        for row, values in zip(sheet.rows, _prices(sheet, region, year), strict=True):
            before = first.setdefault(_key(values), row)
            if before != row:
                rule = written("price_once", row=str(before))
                note(sheet, row, "code", values["code"], rule)
    sheets.refuse(sheet)
    return sheet


def kecamatan_of(text: str, region: str) -> str | None:
    """Kemendagri code of a kecamatan of a kabupaten; None where there is none such.

    Parameters
    ----------
    text : str
        Kemendagri's code with or without dots, BPS's of 2020, or its name.

    >>> kecamatan_of("350101", "3501"), kecamatan_of("Punung", "3501")
    ('35.01.01', '35.01.03')
    >>> kecamatan_of("35.02.01", "3501") is None
    True
    """
    return _kecamatan(region).get(_plain(text))


def _kecamatan(region: str) -> dict[str, str]:
    table = reference.kecamatan()
    table = table[table["region"].eq(region)]
    found: dict[str, str] = {}
    for name in ("name", "bps_2020", "kemendagri"):
        found |= dict(zip(table[name].map(_plain), table["kemendagri"], strict=True))
    found.pop("", None)
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower().removeprefix("kec. "))


def _take_year(sheet: Sheet, row: int, year: int | None) -> int | None:
    text = sheet.rows[row]["year"]
    if not text and year:
        return year
    if re.fullmatch("20[0-9]{2}", text):
        return int(text)
    rule = written("whole_from_to", low="2000", high="2099")
    note(sheet, row, "year", text, rule)
    return None


def _take_kecamatan(sheet: Sheet, row: int, region: str) -> str | None:
    text = sheet.rows[row]["kecamatan"]
    if not text:
        return None
    code = kecamatan_of(text, region)
    if code is None:
        rule = written("kecamatan_of", name=regions.short_name(region), code=region)
        note(sheet, row, "kecamatan", text, rule)
    return code


def _prices(sheet: Sheet, region: str, year: int | None) -> list[dict]:
    """Fields of a row of the ledger, of each row of a sheet in which nothing is wrong."""
    return [
        {
            "region": region,
            "year": _take_year(sheet, row, year),
            "kecamatan": _take_kecamatan(sheet, row, region),
            "price": sheets.take_money(sheet, row, "price"),
            **{name: cells[name] for name in ("code", "title", "unit", "decree")},
        }
        for row, cells in sheet.rows.items()
    ]


def _key(values: dict) -> tuple:
    return tuple(sheets.one_line(str(values[name] or "")) for name in KEY)


def _same(held, given) -> bool:
    return sheets.same(held, given) if isinstance(given, str) else held == given


def _named(values: dict, taken: set[uuid.UUID]) -> dict:
    """A new price under a name that is the same in every office, while that is free."""
    natural = repr(("unit_costs", values["region"], _key(values)))
    name = uuid.uuid5(ledger.OFFICES, natural)
    return values if name in taken else values | {"id": name}
