"""A region's APBD as the finance ministry's portal (DJPK, SIKD) gives it, checked whole.

The file tells budget, realisation and their ratio by account, in billions of rupiah. It
tells neither the month that realisation reaches nor, as a rule, the region and the year:
these are given, and held against what the file does say.
"""

import contextlib
import difflib
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pandas as pd

from sepakat_lib import reference, regions
from sepakat_lib.parameters import checked
from sepakat_lib.refused import Refused, written
from sepakat_lib.sources import cells
from sepakat_lib.sources.cells import Table, one_line

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
BULAN = (
    *("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus"),
    *("september", "oktober", "november", "desember"),
)
NOT_FINAL = "not_final"
ITEMS = {  # what the groups below the two totals are made of, as the portal prints it
    "PAD": (
        *("Pajak Daerah", "Retribusi Daerah"),
        "Hasil Pengelolaan Kekayaan Daerah yang Dipisahkan",
        "Lain-Lain PAD yang Sah",
    ),
    "TKDD": ("Pendapatan Transfer Pemerintah Pusat",),
    "Pendapatan Lainnya": (
        *("Pendapatan Transfer Antar Daerah", "Pendapatan Hibah", "Dana Darurat"),
        "Lain-lain Pendapatan Sesuai dengan Ketentuan Peraturan Perundang-Undangan",
    ),
    "Belanja Lainnya": (
        *("Belanja Bunga", "Belanja Subsidi", "Belanja Hibah"),
        *("Belanja Bantuan Sosial", "Belanja Tidak Terduga", "Belanja Bagi Hasil"),
        "Belanja Bantuan Keuangan",
    ),
}
GROUPS = {part for parts in reference.APBD_SUMS.values() for part in parts}
NEEDED = {*reference.APBD_SUMS, *GROUPS}  # the portal never leaves one out
BELOW_ZERO = {"Surplus/(Defisit)", "Pembiayaan Daerah"}  # whose budget may be
SPELT = {  # other spellings, beside those that `_account_key` sees through
    "pendapatan asli daerah": "PAD",
    "pendapatan asli daerah pad": "PAD",
    "transfer ke daerah dana desa": "TKDD",
    "transfer ke daerah dana desa tkdd": "TKDD",
}
TOLERANCE = Decimal("0.02")  # [billion IDR] of a sum of rounded amounts
HALF = Decimal("0.005")  # [billion IDR] by which a printed amount may be off
BILLION = 10**9
PLAUSIBLE = (10, 500_000)  # [billion IDR] a region's spending; beyond, another unit
FACTORS = [Decimal(1000) ** n for n in (-2, -1, 1, 2)]  # from one unit to another
STYLES = {  # ways to write an amount, the portal's two first: a file keeps to one
    "1.768,35 M": re.compile(r"-?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+),[0-9]{1,2} ?M"),
    "1768.35": re.compile(r"-?[0-9]+(\.[0-9]{1,2})?"),
    # as an Indonesian spreadsheet saves the second again
    "1768,35": re.compile(
        r"-?([0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,2}|[0-9]+(,[0-9]{1,2})?)"
    ),
}
PERCENT = {
    "1,234.56": re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)? ?%?"),
    "1.234,56": re.compile(r"-?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)? ?%?"),
}
HEADINGS = {  # the first word of a heading; a year or a unit may follow
    **dict.fromkeys(("akun", "uraian"), "akun"),
    **{"anggaran": "anggaran", "realisasi": "realisasi"},
    **dict.fromkeys(("persentase", "persen", "%"), "persentase"),
    "tahun": "tahun",
    **dict.fromkeys(("daerah", "pemda", "wilayah", "kabupaten"), "daerah"),
}
AMOUNTS = ("anggaran", "realisasi")
OTHER_UNIT = re.compile(r"\b(ribu|juta|jt|rb|triliun|trilyun|t)\b", re.I)
YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
NO_YEAR_OF_DATA = re.compile(  # the day of a download, the number of a regulation
    r"[0-9]{1,2}[ /.-]+[a-z0-9]+[ /.-]+20[0-9]{2}|20[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"|(?:nomor|no)\b\W{0,2}\S+ tahun 20[0-9]{2}",
    re.I,
)
NAMED = re.compile(
    r"\b(kabupaten|kab\.?|pemkab|kota|pemkot|provinsi|prov\.?|pemprov)"
    r"((?: +[a-z'’.-]+){1,5})",
    re.I,
)
KINDS = {"pemkab": "kabupaten", "pemkot": "kota", "pemprov": "provinsi"}
UP_TO = re.compile(
    r"\bperiode\W{0,3}(?:bulan )?([0-9]{1,2}(?![0-9])|"
    + "|".join(BULAN)
    + r")|\b(?:s\.? ?/?d\.?|sampai(?: dengan)?) (?:bulan |[0-9]{1,2} )?("
    + "|".join(BULAN)
    + ")",
    re.I,
)


def read(path: Path, region: str, year: int, period: int | str) -> pd.DataFrame:
    """Read the APBD of a region and year, or refuse it with every row that is wrong.

    Parameters
    ----------
    path : Path
        CSV (comma or semicolon) or XLSX with columns ``akun``, ``anggaran``,
        ``realisasi`` and, where it has it, ``persentase``; amounts in billions of rupiah
        in one of `STYLES`. Lines above the header and notes below the table may say
        what it is about.
    region : str
        BPS 2022 key of a kabupaten or a province.
    year : int
    period : int or "not_final"
        As `period_name` takes it.

    Returns
    -------
    DataFrame
        As `reference.apbd` gives it: ``region``, ``year``, ``account``, ``period``,
        ``budget``, ``realised`` [IDR, whole; known to 5 million], by account. A group
        and its single item of one name stand once; an account without any amount is
        not there.

    Raises
    ------
    Refused
        ``no_period``, ``apbd_of_nation``, ``apbd_other_name`` (its file bears another
        region's name); as `cells.read`; ``unknown_columns``; ``bad_apbd`` with each row
        that is wrong, what it should hold and what to do.

    Notes
    -----
    Revenue is PAD + TKDD + other revenue, spending its four groups, to 0.02 billion; a
    percentage is realisation / budget within their rounding. Items are not added up: of
    financing the portal's own do not. But one that a factor of a thousand brings to
    its group's sum is in another unit.
    """
    year, covers = checked("year", year), period_name(period)
    if regions.level(region) == "nation":
        raise Refused("apbd_of_nation")
    path = Path(path)
    _refuse_other_name(path, region)
    table = cells.read(path, _column, ("akun", *AMOUNTS))
    known = [one_line(each) for each in table.headings if _column(one_line(each))]
    unknown = [h for each in table.headings if (h := one_line(each)) and h not in known]
    if unknown:
        allowed = ["akun", *AMOUNTS, "persentase", "tahun", "daerah"]
        raise Refused(
            "unknown_columns", file=table.file, columns=unknown, known=allowed
        )
    rows = _accounts(table)
    money = _amounts(table, rows)
    if not _all_in_another_unit(table, rows, money):
        _check_percentages(table, rows, money)
        _check_sums(table, rows, money)
    _check_said(table, rows, region, year, period)
    if table.problems:
        wrong = table.wrong()
        raise Refused("bad_apbd", wrong, cells=len(wrong), file=table.file)
    found = pd.DataFrame(
        [
            (region, year, account, covers, *(int(v * BILLION) for v in money[row]))
            for row, account in rows.items()
        ],
        columns=["region", "year", "account", "period", "budget", "realised"],
    )
    return found.sort_values("account", ignore_index=True)


def period_name(period: int | str) -> str:
    """How much of the year realisation covers, as `reference.apbd` calls it.

    Parameters
    ----------
    period : int or "not_final"
        Month up to which it reaches, 1-12; ``not_final`` of a December that is not
        closed yet.

    Raises
    ------
    Refused
        ``no_period``.

    >>> period_name(12), period_name("9"), period_name("not_final")
    ('year', 'to_september', 'not_final')
    """
    text = str(period).strip()
    if text == NOT_FINAL:
        return NOT_FINAL
    if not re.fullmatch("0?[1-9]|1[0-2]", text):
        raise Refused("no_period", given=text[:60])
    return "year" if int(text) == 12 else f"to_{MONTHS[int(text) - 1]}"


def _column(heading: str) -> str | None:
    """Our name of a heading; also of "Anggaran 2023 (miliar Rp)".

    >>> _column("Realisasi 2023"), _column("%"), _column("Nomor")
    ('realisasi', 'persentase', None)
    """
    words = heading.casefold().split()
    return HEADINGS.get(words[0].strip("():")) if words else None


@lru_cache
def _names() -> dict[str, str]:
    """The portal's accounts by what is compared of them."""
    accounts = sorted(set(reference.apbd()["account"]))
    return {_account_key(name): name for name in accounts} | SPELT


def _account_key(text: str) -> str:
    """What is compared of an account: "Belanja Barang Jasa" is "… Barang dan Jasa".

    "Belanjaodal" is left where somebody took " M" away with the unit.
    """
    plain = re.sub(r"(?<=[a-ln-z])odal\b", " modal", cells.key(text))
    return " ".join(word for word in plain.split() if word not in ("dan", "yang"))


def _accounts(table: Table) -> dict[int, str]:
    """The account of each row that has amounts; what is wrong with rows is noted."""
    rows: dict[int, str] = {}
    first: dict[str, int] = {}
    depth = {row: _depth(table.cell(row, "akun")) for row in table.rows}
    depths_kept = len({d for row, d in depth.items() if _account(table, row)}) > 1
    before = 0
    for row in table.rows:
        account = _account(table, row)
        told = [one_line(table.cell(row, name)) for name in (*AMOUNTS, "persentase")]
        if any(each.startswith("=") for each in table.lines[row]):
            name = next(n for n in table.columns if table.cell(row, n)[:1] == "=")
            table.note(row, name, table.cell(row, name), written("no_formula"))
            continue
        if row in table.merged and (account or any(told)):
            rule = written("no_merged", cells=table.merged[row])
            table.note(row, "akun", table.cell(row, "akun"), rule)
            continue
        if not any(told):
            if account in NEEDED and account not in first:
                first[account] = row
                table.note(row, "anggaran", "", written("filled"))
            continue
        text = one_line(table.cell(row, "akun"))
        if not account:
            near = difflib.get_close_matches(
                _account_key(text), _names(), n=1, cutoff=0
            )
            rule = written("apbd_account", nearest=_names()[near[0]])
            table.note(row, "akun", text, rule if text else written("filled"))
        elif account in first:
            deeper = not depths_kept or depth[row] > depth[first[account]]
            alone = first[account] == before and account in GROUPS and deeper
            if not (alone and _says_the_same(table, row, before)):
                rule = written("account_once", row=str(first[account]))
                table.note(row, "akun", text, rule)
            before = 0  # a third time is none of its single item
            continue
        else:
            first[account] = row
            rows[row] = account
        before = row
    for account in sorted(NEEDED - first.keys()):
        table.note(table.header, "akun", account, written("apbd_missing"))
    return rows


def _account(table: Table, row: int) -> str | None:
    return _names().get(_account_key(one_line(table.cell(row, "akun"))))


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _says_the_same(table: Table, row: int, other: int) -> bool:
    return all(
        one_line(table.cell(row, name)) == one_line(table.cell(other, name))
        for name in (*AMOUNTS, "persentase")
    )


def _style(texts: list[str], styles: dict[str, re.Pattern]) -> str:
    """Which way of writing most texts keep to; of equals the first."""
    fits = {n: sum(bool(p.fullmatch(t)) for t in texts) for n, p in styles.items()}
    return max(fits, key=lambda name: fits[name])


def _number(text: str, *, comma: bool) -> Decimal:
    plain = re.sub("[ M%]", "", text)
    plain = (
        plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    )
    return Decimal(plain)


def _text(table: Table, row: int, name: str) -> str:
    return one_line(table.cell(row, name)).replace("\N{MINUS SIGN}", "-")


def _amounts(table: Table, rows: dict[int, str]) -> dict[int, tuple[Decimal, ...]]:
    """Budget and realisation of the rows that tell both. [billion IDR]"""
    for name in AMOUNTS:
        heading = one_line(table.headings[table.columns[name]])
        if OTHER_UNIT.search(heading) or re.search(r"\(\s*rp\.?\s*\)", heading, re.I):
            table.note(table.header, name, heading, written("in_billions"))
    texts = {(row, name): _text(table, row, name) for row in rows for name in AMOUNTS}
    style = _style([*texts.values()], STYLES)
    money: dict[int, tuple[Decimal, ...]] = {}
    for row, account in rows.items():
        told = []
        for name in AMOUNTS:
            text = texts[row, name]
            if not text:
                table.note(row, name, "", written("amount_filled"))
            elif not re.search("[0-9]", text):
                table.note(row, name, text, written("no_dash"))
            elif not STYLES[style].fullmatch(text):
                table.note(row, name, text, written("one_style", style=style))
            else:
                told.append(_number(text, comma="," in style))
        if len(told) == len(AMOUNTS):
            money[row] = (told[0], told[1])
            if told[0] < 0 and account not in BELOW_ZERO:
                rule = written("number_from", low="0")
                table.note(row, "anggaran", texts[row, "anggaran"], rule)
    return money


def _check_percentages(table: Table, rows: dict[int, str], money: dict) -> None:
    """Note percentages that budget and realisation cannot have."""
    if "persentase" not in table.columns:
        return
    texts = {row: _text(table, row, "persentase") for row in rows}
    style = _style([*texts.values()], PERCENT)
    for row, text in texts.items():
        if not text:
            table.note(row, "persentase", "", written("amount_filled"))
        elif not PERCENT[style].fullmatch(text):
            rule = written("no_dash") if not re.search("[0-9]", text) else ""
            rule = rule or written("one_style", style=style)
            table.note(row, "persentase", text, rule)
        elif row in money:
            number = text.rstrip("% ")
            mark = style[-3]
            places = len(number.partition(mark)[2])
            percent = _number(text, comma=mark == ",")
            if not _fits(*money[row], percent, min(places, 2)):
                budget, realised = money[row]
                ratio = f"{100 * realised / budget:.2f}" if budget else "0"
                rule = written("percent_of_budget", percent=ratio)
                table.note(row, "persentase", text, rule)


def _fits(budget: Decimal, realised: Decimal, percent: Decimal, places: int) -> bool:
    """Whether a percentage may be realisation / budget before these were rounded.

    >>> _fits(Decimal("0.06"), Decimal("0.06"), Decimal("91.3"), 1)
    True
    >>> _fits(Decimal("54.72"), Decimal("48.38"), Decimal("98.4"), 1)
    False
    """
    if (
        abs(budget) <= HALF
    ):  # printed as 0: the portal prints 0, or divides by what is left
        return percent == 0 or abs(percent) >= 100 * (abs(realised) - HALF) / HALF
    ratios = [
        100 * (realised + up) / (budget + down)
        for up in (-HALF, HALF)
        for down in (-HALF, HALF)
    ]
    off = Decimal("0.5") / 10**places
    return min(ratios) - off <= percent <= max(ratios) + off


def _check_sums(table: Table, rows: dict[int, str], money: dict) -> None:
    """Note totals that are not the sum of their parts, and amounts in another unit."""
    row_of = {account: row for row, account in rows.items() if row in money}
    for place, name in enumerate(AMOUNTS):
        for whole, parts in (reference.APBD_SUMS | ITEMS).items():
            there = [part for part in parts if part in row_of]
            if whole not in row_of or not there:
                continue
            value = {each: money[row_of[each]][place] for each in (*there, whole)}
            if abs(_off(value, whole)) <= TOLERANCE:
                continue
            row = row_of[whole]
            if other := _in_another_unit(value, whole):
                if not any(table.noted(row_of[each], name) for each in other):
                    row = row_of[other[0]]
                    text = _text(table, row, name)
                    table.note(row, name, text, written("in_billions"))
            elif whole in reference.APBD_SUMS and len(there) == len(parts):
                total = f"{_off(value, whole) + value[whole]:.2f}"
                rule = written("apbd_sum", parts=[*parts], total=total)
                table.note(row, name, _text(table, row, name), rule)
    spending = row_of.get("Belanja Daerah")
    if spending and not PLAUSIBLE[0] <= money[spending][0] <= PLAUSIBLE[1]:
        text = _text(table, spending, "anggaran")
        table.note(spending, "anggaran", text, written("in_billions"))


def _all_in_another_unit(table: Table, rows: dict[int, str], money: dict) -> bool:
    """Note a file whose amounts add up, but in no billions: its roundings say nothing."""
    told = {account: money[row][0] for row, account in rows.items() if row in money}
    whole, parts = "Belanja Daerah", reference.APBD_SUMS["Belanja Daerah"]
    if not {whole, *parts} <= told.keys():
        return False
    value = {each: told[each] for each in (whole, *parts)}
    if PLAUSIBLE[0] <= value[whole] <= PLAUSIBLE[1]:
        return False
    if abs(_off(value, whole)) > abs(value[whole]) / 1000:
        return False
    row = next(row for row, account in rows.items() if account == whole)
    text = _text(table, row, "anggaran")
    table.note(row, "anggaran", text, written("in_billions"))
    return True


def _off(value: dict[str, Decimal], whole: str) -> Decimal:
    """By how much the parts are more than the whole."""
    return sum((v for k, v in value.items() if k != whole), Decimal(0)) - value[whole]


def _in_another_unit(value: dict[str, Decimal], whole: str) -> list[str]:
    """Accounts of which one, told in another unit, would make all add up.

    >>> told = {"a": Decimal("700.00"), "b": Decimal("250000"), "sum": Decimal("950.00")}
    >>> _in_another_unit(told, "sum"), _in_another_unit(told | {"b": Decimal("3")}, "sum")
    (['b'], [])
    """
    found = []
    for part in value:
        for factor in FACTORS:
            # of a small amount its rounding, in another unit, would hide anything
            too_small = factor > 1 and abs(value[part]) < 100 * HALF
            other = value | {part: value[part] * factor}
            off = abs(_off(other, whole))
            if not too_small and off <= TOLERANCE + HALF * max(factor, Decimal(1)):
                found.append(part)
    return found


def _refuse_other_name(path: Path, region: str) -> None:
    """Refuse a file that bears the name of another region."""
    plain = one_line(re.sub(r"[_0-9]+", " ", path.stem))
    said = _regions_in(plain)
    with contextlib.suppress(Refused):  # no region's name, or several regions'
        said.add(regions.resolve(plain))
    if said and region not in said:
        raise Refused(
            "apbd_other_name",
            file=path.name,
            regions_said=sorted(said),
            regions=[region],
        )


def _regions_in(text: str) -> set[str]:
    """Regions that a line names with their kind, as "Kota Malang"."""
    said = set()
    for match in NAMED.finditer(text):
        kind = match[1].casefold().rstrip(".")
        words = match[2].split()
        for n in range(len(words), 0, -1):
            name = " ".join([KINDS.get(kind, kind), *words[:n]])
            try:
                said.add(regions.resolve(name))
                break
            except Refused:
                continue
    return said


def _check_said(table, rows: dict[int, str], region: str, year: int, period) -> None:
    """Note what the file says of itself and is not what was given."""
    lines = {
        row: " ".join(one_line(cell) for cell in line if cell.strip())
        for row, line in table.lines.items()
        if row < table.header or (row > table.header and row not in rows)
    }
    named = {row: _regions_in(text) for row, text in lines.items()}
    here = any(region in said for said in named.values())
    for row, text in lines.items():
        if _account(table, row) and row > table.header:
            continue
        of_data = NO_YEAR_OF_DATA.sub(" ", text)
        if any(said != str(year) for said in YEAR.findall(of_data)):
            table.note(row, "", text[:60], written("the_year_given", year=str(year)))
        if named[row] and not here:
            table.note(row, "", text[:60], _of_region(region))
        for match in UP_TO.finditer(text):
            said = (match[1] or match[2]).casefold()
            month = BULAN.index(said) + 1 if said.isalpha() else int(said)
            if period != NOT_FINAL and month != int(period):
                rule = written("the_period_given", period=str(period))
                table.note(row, "", text[:60], rule)
    for heading in map(one_line, table.headings):
        if any(said != str(year) for said in YEAR.findall(heading)):
            rule = written("the_year_given", year=str(year))
            table.note(table.header, heading, heading, rule)
    for row in rows:
        told = one_line(table.cell(row, "tahun"))
        if "tahun" in table.columns and told != str(year):
            table.note(row, "tahun", told, written("the_year_given", year=str(year)))
        told = one_line(table.cell(row, "daerah"))
        if "daerah" in table.columns and not _means(told, region):
            table.note(row, "daerah", told, _of_region(region))


def _of_region(region: str) -> str:
    return written("the_region_given", region=f"{regions.name(region)} ({region})")


def _means(text: str, region: str) -> bool:
    try:
        return regions.resolve(text) == region
    except Refused as error:  # "Malang" may be either; a wrong kind never is
        return region in error.fields.get("nearest_regions", ()) and (
            error.code == "ambiguous_region"
        )
