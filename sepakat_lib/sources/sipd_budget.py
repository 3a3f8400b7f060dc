"""Budget rows as SIPD gives them, of any OPD of a region and year, checked whole.

A row without an account or without an amount is told, and nothing is taken: dropped, or
counted as zero, it would make an urusan look cheaper than it is.
"""

import re
from pathlib import Path

import pandas as pd

from sepakat_lib import reference, regions, tables
from sepakat_lib.parameters import checked
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import cells
from sepakat_lib.sources.cells import Table, one_line

COLUMNS = (  # SIPD's, in its order
    *("tahun", "kode_urusan", "nama_urusan", "kode_skpd", "nama_skpd"),
    *("kode_sub_unit", "nama_sub_unit", "kode_bidang_urusan", "nama_bidang_urusan"),
    *("kode_program", "nama_program", "kode_kegiatan", "nama_kegiatan"),
    *("kode_sub_kegiatan", "nama_sub_kegiatan", "kode_sumber_dana"),
    *("nama_sumber_dana", "kode_rekening", "nama_rekening", "kode_standar_harga"),
    *("nama_standar_harga", "pagu"),
)
NEEDED = ("tahun", "kode_skpd", "kode_sub_kegiatan", "kode_rekening", "pagu")
LEVELS = {  # how a code of each level looks, and how many parts of a longer it is
    "urusan": (r"[0-9X]", 1),
    "bidang_urusan": (r"[0-9X]\.([0-9]{2}|XX)", 2),
    "sub_kegiatan": (
        r"[0-9X]\.([0-9]{2}|XX)\.[0-9]{2}\.[12]\.[0-9]{2}\.([0-9]{2}|[0-9]{4})",
        6,
    ),
}
OF_EVERY_OPD = {"urusan": "X", "bidang_urusan": "X.XX"}  # of supporting programs
ACCOUNT = re.compile(r"5(\.[0-9]+){2,}")  # of spending
TOTAL = re.compile(r"(grand |sub ?-?)?(total|jumlah)\b", re.I)
RUPIAH = re.compile(
    r"(?:Rp\.? ?)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    r"(?:[.,]00?|,-)?",
    re.I,
)
LARGEST = 2**63 - 1
KNOWN = {cells.key(name): name for name in COLUMNS}


def read(path: Path, region: str, year: int) -> pd.DataFrame:
    """Read budget rows of SIPD, or refuse them with every cell that is wrong.

    Parameters
    ----------
    path : Path
        CSV (comma or semicolon) or XLSX with SIPD's `COLUMNS`, of which `NEEDED` must
        be there; others are left aside.
    region : str
        BPS 2022 key of a kabupaten or a province; the file does not tell it.
    year : int
        Of the budget, as each row must tell it.

    Returns
    -------
    DataFrame
        `tables.BudgetRows`, a row each row of the file. Names that the file lacks are
        the nomenclature's, where it has them. Code X.XX (a program of every OPD) stands
        for itself where the columns of urusan do not say whose it is.

    Raises
    ------
    Refused
        ``apbd_of_nation``; as `cells.read`; ``empty_sheet``; ``bad_budget_rows`` with each
        cell that is wrong: an empty account or amount, an account that is none of
        spending, another year, a code and the code that it stands under contradicting
        each other, a code of two names, a row of totals.
    """
    year = checked("year", year)
    if regions.level(region) == "nation":
        raise Refused("apbd_of_nation")
    table = cells.read(path, lambda heading: KNOWN.get(cells.key(heading)), NEEDED)
    if not table.rows:
        raise Refused("empty_sheet", file=table.file)
    names = dict(
        zip(*(reference.nomenclature()[each] for each in ("code", "name")), strict=True)
    )
    said: dict[str, tuple[str, str]] = {}
    found = [
        {"region": region, "year": year} | _row(table, row, year, said, names)
        for row in table.rows
        if not _is_total(table, row)
    ]
    if table.problems:
        wrong = table.wrong()
        raise Refused("bad_budget_rows", wrong, cells=len(wrong), file=table.file)
    columns = [*tables.BudgetRows.to_schema().columns]
    return tables.BudgetRows.validate(pd.DataFrame(found, columns=columns))


def _is_total(table: Table, row: int) -> bool:
    """Note a row of totals, in which all else would count twice."""
    codes = [one_line(table.cell(row, f"kode_{name}")) for name in ("skpd", "rekening")]
    texts = [one_line(cell) for cell in table.lines[row]]
    total = next(filter(TOTAL.match, texts), "") if not any(codes) else ""
    total = total or next(filter(TOTAL.match, codes), "")
    if total:
        table.note(row, "kode_skpd", total, written("no_total"))
    return bool(total)


def _row(table: Table, row: int, year: int, said: dict, names: dict) -> dict:
    """Fields of a row; what is wrong with its cells is noted."""
    text = {name: one_line(table.cell(row, name)) for name in COLUMNS}
    for name, cell in text.items():
        if cell.startswith("="):
            table.note(row, name, cell, written("no_formula"))
    if row in table.merged:
        rule = written("no_merged", cells=table.merged[row])
        table.note(row, "kode_skpd", text["kode_skpd"], rule)
    if text["tahun"] != str(year):
        rule = written("the_year_given", year=str(year))
        table.note(row, "tahun", text["tahun"], rule)
    if not text["kode_skpd"]:
        table.note(row, "kode_skpd", "", written("filled"))
    found = {"opd": text["kode_skpd"], "opd_name": text["nama_skpd"]}
    found |= _codes(table, row, text)
    for level in LEVELS:
        code = found[level]
        name = text[f"nama_{level}"]
        first = (
            said.setdefault(code, (name, cells.key(name))) if name and code else None
        )
        if first and first[1] != cells.key(name):
            rule = written("code_name_once", name=first[0])
            table.note(row, f"nama_{level}", name, rule)
        found[f"{level}_name"] = (first or (names.get(code, ""),))[0]
    if not text["kode_rekening"]:
        table.note(row, "kode_rekening", "", written("account_filled"))
    elif not ACCOUNT.fullmatch(text["kode_rekening"]):
        rule = written("spending_account")
        table.note(row, "kode_rekening", text["kode_rekening"], rule)
    found["account"] = text["kode_rekening"]
    found["amount"] = _amount(table, row, text["pagu"])
    return found


def _codes(table: Table, row: int, text: dict[str, str]) -> dict[str, str]:
    """Codes of urusan, bidang urusan and sub kegiatan, the first two also of the third."""
    code = text["kode_sub_kegiatan"]
    pattern, _ = LEVELS["sub_kegiatan"]
    if not re.fullmatch(pattern, code):
        rule = written(
            "code_of_level", level="sub kegiatan", example="1.01.02.2.01.0001"
        )
        table.note(row, "kode_sub_kegiatan", code, rule if code else written("filled"))
        return dict.fromkeys(LEVELS, "")
    found = {"sub_kegiatan": code}
    for level, of_every_opd in OF_EVERY_OPD.items():
        pattern, parts = LEVELS[level]
        part, given = ".".join(code.split(".")[:parts]), text[f"kode_{level}"]
        found[level] = part
        if part == of_every_opd and re.fullmatch(pattern, given):
            found[level] = given
        elif given not in ("", part):
            table.note(row, f"kode_{level}", given, written("part_of_code", code=code))
    if found["bidang_urusan"].split(".")[0] != found["urusan"]:
        if text["kode_urusan"]:
            rule = written("part_of_code", code=found["bidang_urusan"])
            table.note(row, "kode_urusan", text["kode_urusan"], rule)
        found["urusan"] = found["bidang_urusan"].split(".")[0]
    return found


def _amount(table: Table, row: int, text: str) -> int:
    """Whole rupiah of a row. [IDR]"""
    match = RUPIAH.fullmatch(text)
    amount = int(re.sub("[.,]", "", match[1])) if match else 0
    if not text:
        table.note(row, "pagu", "", written("amount_filled"))
    elif re.match("[-\N{MINUS SIGN}(]", text) and re.search("[0-9]", text):
        table.note(row, "pagu", text, written("number_from", low="0"))
    elif not re.search("[0-9]", text):
        table.note(row, "pagu", text, written("no_dash"))
    elif not match or amount > LARGEST:
        table.note(row, "pagu", text, written("whole_rupiah"))
    return amount
