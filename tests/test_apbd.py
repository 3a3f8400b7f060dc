"""An office's own APBD and SIPD budget rows: read whole, or refused by row."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Alignment
from refusing import refusal, told

from sepakat_lib import cli, intake, published, reference, regions, warehouse
from sepakat_lib.sources import apbd, sipd_budget
from sepakat_lib.tables import Apbd, BudgetRows

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "fiscal"
needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared figures are not here"
)
PORTAL_YEARS = {"2021": 12, "2022": 12, "2023": 9}  # month of the downloads
HEADER = ["akun", "anggaran", "realisasi", "persentase"]
WHOLE = [  # Kabupaten Pacitan 2022 as the portal prints it, groups and two items
    ["Pendapatan Daerah", "1638.57", "1656.08", "101.07"],
    ["PAD", "165.60", "165.24", "99.78"],
    ["Pajak Daerah", "36.14", "42.18", "116.71"],
    ["TKDD", "1362.47", "1359.64", "99.79"],
    ["Pendapatan Lainnya", "110.50", "131.19", "118.73"],
    ["Belanja Daerah", "1654.07", "1662.26", "100.49"],
    ["Belanja Pegawai", "763.11", "689.78", "90.39"],
    ["Belanja Barang dan Jasa", "396.40", "428.78", "108.17"],
    ["Belanja Modal", "194.40", "236.41", "121.61"],
    ["Belanja Lainnya", "300.16", "307.28", "102.37"],
    ["Belanja Hibah", "20.23", "26.97", "133.30"],
    ["Surplus/(Defisit)", "-15.50", "-6.18", "39.87"],
]
ROW = {line[0]: n for n, line in enumerate(WHOLE, start=2)}  # in the file
WHERE = ("3501", 2022, 12)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def indonesian(text):
    """A number as Indonesia writes it: 1.768,35 of 1768.35."""
    grouped = f"{Decimal(text):,}"
    return grouped.replace(",", " ").replace(".", ",").replace(" ", ".")


def in_words_of_2022(lines):
    """The portal's other style; percentages keep their point there."""
    return [[a, f"{indonesian(b)} M", f"{indonesian(r)} M", p] for a, b, r, p in lines]


def text_file(path, lines, header=HEADER, mark=",", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows([header, *lines])
    path.write_text(out.getvalue(), encoding)
    return path


def workbook(path, lines, header=HEADER):
    book = openpyxl.Workbook()
    for line in [header, *lines]:
        book.active.append(line)
    book.save(path)
    return path


def changed(account, column, value):
    """The whole table with one cell otherwise."""
    lines = [[*line] for line in WHOLE]
    lines[ROW[account] - 2][HEADER.index(column)] = value
    return lines


def expected(lines=WHOLE):
    """Whole rupiah by account, by another way than the reader's."""
    return {
        line[0]: tuple(round(float(cell) * 100) * 10_000_000 for cell in line[1:3])
        for line in lines
    }


def money(table):
    pairs = zip(table["budget"], table["realised"], strict=True)
    return dict(zip(table["account"], pairs, strict=True))


# What the portal prints


@needs_shared
def test_every_sample_of_the_portal_reads_as_the_shipped_table_cell_by_cell():
    seen = 0
    for file in sorted((SHARED / "djpk_apbd").glob("*/*.csv")):
        year = file.parent.name
        region = regions.resolve(file.stem.replace("_", " "))
        ours = apbd.read(file, region, int(year), PORTAL_YEARS[year])
        shipped = reference.apbd(region)
        shipped = shipped[shipped["year"].eq(int(year))].reset_index(drop=True)
        pd.testing.assert_frame_equal(ours, shipped)
        seen += 1
    assert seen == 12


@needs_shared
def test_a_sample_given_as_another_region_or_year_is_refused():
    file = SHARED / "djpk_apbd" / "2021" / "Kota_Malang.csv"
    with refusal("says Kota Malang.*loaded as Kab. Malang", code="apbd_other_name"):
        apbd.read(file, "3507", 2021, 12)


def as_printed(region_year, style):
    """A region and year of the shipped table, written as a portal's file."""
    lines = []
    for row in region_year.itertuples():
        budget, realised = (
            f"{Decimal(v) / 10**9:.2f}" for v in (row.budget, row.realised)
        )
        share = 100 * row.realised / row.budget if row.budget else 0
        lines.append([row.account, budget, realised, f"{share:.2f}"])
    return lines if style == "plain" else in_words_of_2022(lines)


@pytest.mark.parametrize("style", ["plain", "words"])
def test_both_sums_hold_in_all_region_years_of_the_table_by_the_reader_too(
    place, style
):
    groups = reference.apbd().groupby(["region", "year"])
    assert len(groups) == 152
    for (region, year), rows in groups:
        file = text_file(place / "own.csv", as_printed(rows, style))
        ours = apbd.read(file, region, year, 12)
        assert money(ours) == money(rows), (region, year)


AMOUNT = st.integers(0, 10**7)  # hundredths of a billion


@st.composite
def apbds(draw):
    """A table that adds up, with amounts in hundredths of a billion."""
    parts = {part: (draw(AMOUNT), draw(AMOUNT)) for part in apbd.GROUPS}
    parts["Belanja Pegawai"] = (draw(st.integers(1000, 10**7)), draw(AMOUNT))
    for whole, of in reference.APBD_SUMS.items():
        parts[whole] = tuple(sum(parts[part][n] for part in of) for n in (0, 1))
    gap = st.integers(-(10**7), 10**7)
    parts["Surplus/(Defisit)"] = draw(st.tuples(gap, gap))
    accounts = draw(st.permutations(sorted(parts)))
    return {account: parts[account] for account in accounts}


@settings(max_examples=60)
@given(apbds(), st.sampled_from(["plain", "words", "comma"]), st.booleans())
def test_any_table_in_any_style_reads_back_equal(tmp_path_factory, table, style, bom):
    lines = []
    for account, (budget, realised) in table.items():
        share = f"{100 * realised / budget:,.2f}" if budget else "0"
        told = [f"{n / 100:.2f}" for n in (budget, realised)]
        lines.append([account, *told, share])
    if style == "words":
        lines = in_words_of_2022(lines)
    if style == "comma":
        swap = str.maketrans(",.", ".,")
        lines = [
            [line[0], *(cell.translate(swap) for cell in line[1:])] for line in lines
        ]
    file = tmp_path_factory.mktemp("any") / "own.csv"
    how = {"encoding": "utf-8-sig" if bom else "utf-8"}
    text_file(file, lines, mark=";" if style == "comma" else ",", **how)
    ours = apbd.read(file, *WHERE)
    in_rupiah = {
        account: tuple(n * 10**7 for n in pair) for account, pair in table.items()
    }
    assert money(ours) == in_rupiah


# The same table in other layouts


def layouts():
    numbers = [[a, float(b), float(r), float(p)] for a, b, r, p in WHOLE]
    comma = [[a, *(c.replace(".", ",") for c in cells)] for a, *cells in WHOLE]
    deep = [
        [" " * (1 if line[0].endswith("Daerah") else 5) + line[0], *line[1:]]
        for line in WHOLE
    ]
    one_blank = [[f" {line[0]}", *line[1:]] for line in WHOLE]
    otherwise = [
        [
            {
                "PAD": "Pendapatan  Asli Daerah (PAD)",
                "TKDD": "TRANSFER KE DAERAH DAN DANA DESA",
                "Belanja Barang dan Jasa": "belanja  barang jasa",
                "Belanja Modal": "Belanjaodal",
            }.get(line[0], line[0].upper()),
            *line[1:],
        ]
        for line in WHOLE
    ]
    repeated = [
        each
        for line in WHOLE
        for each in [line]
        * (2 if line[0] in ("Belanja Pegawai", "Belanja Modal") else 1)
    ]
    repeated_deep = [
        [f"{' ' * 4 * (1 + (line is before))}{line[0]}", *line[1:]]
        for before, line in zip([None, *repeated], repeated, strict=False)
    ]
    empty = [*WHOLE[:4], ["Dana Darurat", "", "", ""], *WHOLE[4:]]
    noted = [*WHOLE, ["Sumber: DJPK, diunduh 15 Januari 2024", "", "", ""]]
    return {
        "plain": lambda p: text_file(p / "own.csv", WHOLE),
        "words": lambda p: text_file(p / "own.csv", in_words_of_2022(WHOLE)),
        "semicolon and mark": lambda p: text_file(
            p / "own.csv", in_words_of_2022(WHOLE), mark=";", encoding="utf-8-sig"
        ),
        "comma": lambda p: text_file(p / "own.csv", comma, mark=";"),
        "numbers of a workbook": lambda p: workbook(p / "own.xlsx", numbers),
        "texts of a workbook": lambda p: workbook(
            p / "own.xlsx", in_words_of_2022(WHOLE)
        ),
        "depth by blanks": lambda p: text_file(p / "own.csv", deep),
        "depth lost to one blank": lambda p: text_file(p / "own.csv", one_blank),
        "other spellings": lambda p: text_file(p / "own.csv", otherwise),
        "group and single item": lambda p: text_file(p / "own.csv", repeated),
        "the same with depth": lambda p: text_file(p / "own.csv", repeated_deep),
        "an account without amounts": lambda p: text_file(p / "own.csv", empty),
        "a note below": lambda p: text_file(p / "own.csv", noted),
        "other order and no percentage": lambda p: text_file(
            p / "own.csv", [[r, b, a] for a, b, r, _ in WHOLE], [*HEADER[2::-1]]
        ),
        "the year in the header": lambda p: text_file(
            p / "own.csv",
            WHOLE,
            ["Akun", "Anggaran 2022 (miliar)", "Realisasi 2022", "%"],
        ),
        "its own name": lambda p: text_file(p / "apbd_kab_pacitan_2022.csv", WHOLE),
        "year and region in columns": lambda p: text_file(
            p / "own.csv",
            [["2022", "Kab. Pacitan", *line] for line in WHOLE],
            ["Tahun", "Pemda", *HEADER],
        ),
    }


@pytest.mark.parametrize("layout", layouts())
def test_one_table_is_the_same_in_every_layout(place, layout):
    ours = apbd.read(layouts()[layout](place), *WHERE)
    assert money(ours) == expected()
    assert list(ours) == list(reference.apbd())
    assert ours["account"].is_monotonic_increasing
    assert set(ours["period"]) == {"year"}


def test_lines_above_that_agree_are_no_problem(place):
    above = ["APBD Kabupaten Pacitan,,,", "Provinsi Jawa Timur,,,", "Tahun 2022,,,", ""]
    path = text_file(place / "own.csv", WHOLE)
    path.write_text("\n".join(above) + "\n" + path.read_text())
    assert money(apbd.read(path, *WHERE)) == expected()


def test_indents_of_a_workbook_are_depth(place):
    lines = [line for line in WHOLE for _ in range(1 + (line[0] == "Belanja Modal"))]
    path = workbook(place / "own.xlsx", lines)
    book = openpyxl.load_workbook(path)
    second = ROW["Belanja Modal"] + 1
    book.active.cell(second, 1).alignment = Alignment(indent=2)
    book.save(path)
    assert money(apbd.read(path, *WHERE)) == expected()
    book.active.cell(second, 1).alignment = Alignment(indent=0)
    book.active.cell(3, 1).alignment = Alignment(indent=2)
    book.save(path)
    with refusal("each account once", code="bad_apbd"):
        apbd.read(path, *WHERE)


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (12, "year"),
        ("9", "to_september"),
        (1, "to_january"),
        ("not_final", "not_final"),
    ],
)
def test_the_month_that_is_given_names_the_period(place, period, name):
    ours = apbd.read(text_file(place / "own.csv", WHOLE), "3501", 2022, period)
    assert set(ours["period"]) == {name}


@pytest.mark.parametrize("period", [0, 13, "", "september", "1.5", "-1"])
def test_no_other_period_is_taken(place, period):
    with refusal("month from 1 to 12", code="no_period"):
        apbd.read(text_file(place / "own.csv", WHOLE), "3501", 2022, period)


# Traps


@pytest.mark.parametrize(
    ("lines", "row", "said"),
    [
        (
            changed("Belanja Modal", "anggaran", "194,40"),
            10,
            "anggaran: 194,40; .*1768",
        ),
        (changed("Belanja Modal", "anggaran", "194,40 M"), 10, "written in the same"),
        (changed("Belanja Modal", "anggaran", "1.944"), 10, "anggaran: 1.944; .*same"),
        (changed("Belanja Modal", "anggaran", "-"), 10, "Write 0 where"),
        (changed("Belanja Modal", "realisasi", "…"), 10, "realisasi: …; .*no data"),
        (changed("Belanja Modal", "realisasi", ""), 10, r"realisasi: ; must be filled"),
        (changed("Belanja Modal", "persentase", ""), 10, r"persentase: ; must be"),
        (changed("Belanja Modal", "persentase", "1,21"), 10, "same way"),
        (changed("Belanja Modal", "persentase", "12.161"), 10, "which is 121.61"),
        (changed("Belanja Pegawai", "persentase", "190.39"), 8, "which is 90.39"),
        (changed("Belanja Pegawai", "anggaran", "-763.11"), 8, "a number from 0"),
        (changed("Belanja Pegawai", "anggaran", "=B9"), 8, "not a formula"),
        (changed("Belanja Modal", "akun", "Belanja Modl"), 10, "alike: Belanja Modal"),
        (changed("Belanja Modal", "akun", ""), 10, "akun: ; a filled cell"),
        (changed("Belanja Hibah", "akun", "Belanja Pegawai"), 12, "row 8 has the same"),
        (changed("Pajak Daerah", "akun", "Pendapatan Daerah"), 4, "row 2 has the same"),
        (WHOLE[:1] + WHOLE[2:], 1, "akun: PAD; this account must be there"),
        (WHOLE[1:], 1, "akun: Pendapatan Daerah; this account must be there"),
        (
            [*WHOLE[:2], ["TKDD", "", "", ""], *WHOLE[2:3], *WHOLE[4:]],
            4,
            "anggaran: ; a filled cell",
        ),
        ([*WHOLE, ["APBD Tahun 2021", "", "", ""]], 14, "the year 2022, as given"),
        ([*WHOLE, ["Kota Malang", "", "", ""]], 14, "Kabupaten Pacitan .*as given"),
        ([*WHOLE, ["Periode 9", "", "", ""]], 14, "month 12, as given"),
        ([*WHOLE, ["Data s.d. September", "", "", ""]], 14, "month 12, as given"),
    ],
)
def test_what_is_wrong_is_told_by_row_with_what_to_do(place, lines, row, said):
    with refusal(f"row {row}, column .*{said}", code="bad_apbd"):
        apbd.read(text_file(place / "own.csv", lines), *WHERE)


@pytest.mark.parametrize(
    ("account", "budget", "off"),
    [
        ("Pendapatan Daerah", "1638.60", "1638.57"),
        ("Belanja Daerah", "1654.04", "1654.07"),
    ],
)
def test_a_total_that_is_not_the_sum_of_its_parts_is_told(place, account, budget, off):
    lines = changed(account, "anggaran", budget)
    with refusal(f"row {ROW[account]}, .*{budget}; the sum of .* which is {off}"):
        apbd.read(text_file(place / "own.csv", lines), *WHERE)


def test_two_hundredths_are_rounding_and_three_are_not(place):
    within = changed("Belanja Daerah", "realisasi", "1662.27")
    within[ROW["Belanja Daerah"] - 2][3] = "100.50"
    assert apbd.read(text_file(place / "own.csv", within), *WHERE) is not None
    beyond = changed("Belanja Daerah", "realisasi", "1662.28")
    with refusal("which is 1662.25", code="bad_apbd"):
        apbd.read(text_file(place / "own.csv", beyond), *WHERE)


def in_another_unit(account, factor, lines=WHOLE):
    return [
        [a, *(f"{Decimal(cell) * factor:.2f}" for cell in (b, r)), p]
        if account in ("all", a)
        else [a, b, r, p]
        for a, b, r, p in lines
    ]


@pytest.mark.parametrize("account", ["Belanja Pegawai", "TKDD", "Belanja Daerah"])
def test_a_unit_changed_in_the_middle_is_told_at_its_row(place, account):
    lines = in_another_unit(account, Decimal(1000))
    with refusal(rf"row {ROW[account]}, .*another unit", code="bad_apbd") as caught:
        apbd.read(text_file(place / "own.csv", lines), *WHERE)
    assert set(caught.value.problems["row"]) == {ROW[account]}


def test_an_item_in_another_unit_than_its_group_is_told(place):
    items = [["Pajak Daerah", "36.14", "42.18", "116.71"]]
    items += [["Retribusi Daerah", "26.35", "26.87", "101.97"]]
    items += [[apbd.ITEMS["PAD"][2], "2.90", "2.89", "99.67"]]
    items += [["Lain-Lain PAD yang Sah", "100.21", "93.30", "93.11"]]
    lines = [*WHOLE[:2], *items, *WHOLE[3:]]
    apbd.read(text_file(place / "own.csv", lines), *WHERE)
    lines = in_another_unit("Pajak Daerah", Decimal(1000), lines)
    with refusal("row 4, .*another unit", code="bad_apbd") as caught:
        apbd.read(text_file(place / "own.csv", lines), *WHERE)
    assert set(caught.value.problems["row"]) == {4}


@pytest.mark.parametrize("factor", [Decimal(1000), Decimal(10) ** 9, Decimal("0.001")])
def test_a_whole_file_in_another_unit_is_told(place, factor):
    lines = in_another_unit("all", factor)
    with refusal("another unit", code="bad_apbd"):
        apbd.read(text_file(place / "own.csv", lines), *WHERE)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["akun", "anggaran", "realisasi 2021", "%"], "realisasi 2021; the year 2022"),
        (["akun", "anggaran (juta)", "realisasi", "%"], r"anggaran \(juta\); billions"),
        (["akun", "anggaran (Rp)", "realisasi", "%"], r"anggaran \(Rp\); billions"),
    ],
)
def test_a_header_that_says_something_else_is_told(place, header, said):
    with refusal(f"row 1, .*{said}", code="bad_apbd"):
        apbd.read(text_file(place / "own.csv", WHOLE, header), *WHERE)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["akun", "anggaran", "warna", "persentase"], "missing_columns"),
        (["akun", "anggaran", "realisasi", "warna"], "unknown_columns"),
        (["akun", "anggaran", "realisasi", "Anggaran"], "column_twice"),
    ],
)
def test_columns_that_cannot_be_are_refused(place, header, code):
    with refusal(code=code):
        apbd.read(text_file(place / "own.csv", WHOLE, header), *WHERE)


def test_columns_that_tell_another_year_or_the_kota_are_told(place):
    lines = [["2021", "Kota Malang", *line] for line in WHOLE]
    file = text_file(place / "own.csv", lines, ["tahun", "pemda", *HEADER])
    with refusal(r"column pemda: Kota Malang; Kabupaten Malang") as caught:
        apbd.read(file, "3507", 2022, 12)
    assert caught.value.problems["column"].value_counts().to_dict() == {
        "tahun": len(WHOLE),
        "pemda": len(WHOLE),
    }


def test_merged_cells_are_told_and_a_merged_title_is_not(place):
    path = workbook(place / "own.xlsx", in_words_of_2022(WHOLE))
    book = openpyxl.load_workbook(path)
    book.active.insert_rows(1)
    book.active["A1"] = "APBD Kabupaten Pacitan 2022"
    book.active.merge_cells("A1:D1")
    book.save(path)
    assert money(apbd.read(path, *WHERE)) == expected()
    book.active.merge_cells("B10:B11")
    book.save(path)
    with refusal("row 10, .*part B10:B11", code="bad_apbd"):
        apbd.read(path, *WHERE)


def test_every_problem_is_listed_at_once(place):
    lines = changed("Belanja Modal", "anggaran", "-")
    lines[0][3], lines[6][0] = "5", "Belanja Pgawai"
    with refusal(code="bad_apbd") as caught:
        apbd.read(text_file(place / "own.csv", lines), *WHERE)
    assert caught.value.problems["row"].tolist() == [1, 2, 8, 10]


def test_files_that_are_none_are_refused(place):
    with refusal(code="no_file"):
        apbd.read(place / "nothing.csv", *WHERE)
    (place / "broken.xlsx").write_bytes(b"no workbook")
    with refusal(code="unreadable"):
        apbd.read(place / "broken.xlsx", *WHERE)
    (place / "own.pdf").write_bytes(b"%PDF")
    with refusal(code="survey_kind"):
        apbd.read(place / "own.pdf", *WHERE)
    with refusal("not have one", code="apbd_of_nation"):
        apbd.read(text_file(place / "own.csv", WHOLE), "00", 2022, 12)


# SIPD's budget rows

SIPD_HEADER = [*sipd_budget.COLUMNS]
SMALL = {
    "tahun": "2023",
    "kode_urusan": "1",
    "nama_urusan": "URUSAN WAJIB",
    "kode_skpd": "1.01.0.00.0.00.01.0000",
    "nama_skpd": "Dinas Pendidikan",
    "kode_bidang_urusan": "1.01",
    "nama_bidang_urusan": "PENDIDIKAN",
    "kode_sub_kegiatan": "1.01.02.2.01.0001",
    "nama_sub_kegiatan": "Pembangunan Unit Sekolah Baru",
    "kode_rekening": "5.1.02.01.01.0024",
    "pagu": "1250000",
}
HEALTH = SMALL | {
    "nama_urusan": "Urusan Wajib",
    "kode_skpd": "1.02.0.00.0.00.01.0000",
    "nama_skpd": "Dinas Kesehatan",
    "kode_bidang_urusan": "1.02",
    "nama_bidang_urusan": "KESEHATAN",
    "kode_sub_kegiatan": "1.02.02.2.02.0015",
    "nama_sub_kegiatan": "",
    "pagu": "Rp 3.000.000,-",
}


def budget(path, *rows, header=SIPD_HEADER, mark=","):
    lines = [[row.get(name, "") for name in header] for row in rows]
    if path.suffix == ".xlsx":
        return workbook(path, lines, header)
    return text_file(path, lines, header, mark)


@pytest.mark.parametrize("name", ["own.csv", "own.xlsx"])
def test_budget_rows_are_money_by_urusan_and_bidang_urusan(place, name):
    own = sipd_budget.read(budget(place / name, SMALL, HEALTH, HEALTH), "7303", 2023)
    BudgetRows.validate(own)
    assert own.groupby("bidang_urusan")["amount"].sum().to_dict() == {
        **{"1.01": 1_250_000, "1.02": 6_000_000}
    }
    assert set(own["urusan_name"]) == {"URUSAN WAJIB"}  # as first spelt
    first = own.iloc[0]
    assert first[["region", "year", "opd"]].tolist() == [
        "7303",
        2023,
        SMALL["kode_skpd"],
    ]
    assert (first["sub_kegiatan"], first["account"]) == (
        *("1.01.02.2.01.0001", "5.1.02.01.01.0024"),
    )
    names = reference.nomenclature().set_index("code")["name"]
    assert own["sub_kegiatan_name"].tolist()[1] == names["1.02.02.2.02.0015"]


def test_columns_that_sipd_fills_but_nobody_needs_may_be_absent(place):
    few = [*sipd_budget.NEEDED]
    own = sipd_budget.read(
        budget(place / "own.csv", SMALL, header=few, mark=";"), "7303", 2023
    )
    assert own[["urusan", "bidang_urusan", "amount"]].iloc[0].tolist() == [
        *("1", "1.01", 1_250_000)
    ]
    with refusal("lacks: pagu", code="missing_columns"):
        file = budget(place / "own.csv", SMALL, header=few[:-1])
        sipd_budget.read(file, "7303", 2023)


def test_a_program_of_every_opd_belongs_where_the_file_says(place):
    code = {"kode_sub_kegiatan": "X.XX.01.2.01.0001"}
    nameless = {"nama_urusan": "", "nama_bidang_urusan": "", "nama_sub_kegiatan": ""}
    of_education = SMALL | code | nameless
    of_nobody = of_education | {"kode_urusan": "", "kode_bidang_urusan": ""}
    file = budget(place / "own.csv", of_education, of_nobody)
    own = sipd_budget.read(file, "7303", 2023)
    assert own["bidang_urusan"].tolist() == ["1.01", "X.XX"]
    assert own["urusan"].tolist() == ["1", "X"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kode_rekening": ""}, "kode_rekening: ; .*must not be lost"),
        ({"pagu": ""}, "pagu: ; must be filled in"),
        ({"pagu": "-"}, "pagu: -; .*may mean zero or no data"),
        ({"pagu": "-5"}, "pagu: -5; a number from 0"),
        ({"pagu": "12,5"}, "pagu: 12,5; whole rupiah"),
        ({"pagu": "=V2"}, "pagu: =V2; .*not a formula"),
        ({"tahun": "2022"}, "tahun: 2022; the year 2023, as given"),
        ({"kode_rekening": "4.1.01"}, "4.1.01; .*spending"),
        ({"kode_skpd": ""}, "kode_skpd: ; a filled cell"),
        ({"kode_sub_kegiatan": ""}, "kode_sub_kegiatan: ; a filled"),
        ({"kode_sub_kegiatan": "1.1.2"}, "1.1.2; a code of sub kegiatan"),
        (
            {"kode_bidang_urusan": "1.02"},
            "kode_bidang_urusan: 1.02; a part of the code",
        ),
        ({"kode_urusan": "2"}, "kode_urusan: 2; a part of the code"),
        ({"nama_bidang_urusan": "OLAHRAGA"}, "OLAHRAGA; .*calls it PENDIDIKAN"),
        (
            {"kode_skpd": "Jumlah", "kode_rekening": "", "kode_sub_kegiatan": ""},
            "Jumlah; .*delete rows of totals",
        ),
    ],
)
def test_a_wrong_budget_row_is_told_and_never_dropped(place, wrong, said):
    file = budget(place / "own.csv", SMALL, SMALL | wrong)
    with refusal(f"row 3, column .*{said}", code="bad_budget_rows"):
        sipd_budget.read(file, "7303", 2023)


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=8), st.integers(0, 3))
@settings(max_examples=40)
def test_any_amounts_of_rupiah_read_back_in_any_writing(tmp_path_factory, sums, way):
    write = [str, "{:,}".format, lambda n: f"{n:,}".replace(",", "."), "{}.00".format]
    rows = [SMALL | {"pagu": write[way](each)} for each in sums]
    file = budget(tmp_path_factory.mktemp("any") / "own.csv", *rows)
    assert sipd_budget.read(file, "7303", 2023)["amount"].tolist() == sums


# In the warehouse, and out of it


def test_without_own_files_the_shipped_apbd_is_all():
    both = published.apbd()
    Apbd.validate(both)
    pd.testing.assert_frame_equal(both[[*reference.apbd()]], reference.apbd())
    assert not both["own"].any() and set(both["publisher"]) == {
        "Kementerian Keuangan (DJPK)"
    }
    assert published.budget_rows().empty and published.mark() == ""


def test_an_own_apbd_takes_the_place_of_all_of_its_region_and_year(place):
    file = text_file(place / "own.csv", WHOLE)
    assert intake.add_apbd(file, "7303", 2023, 9) == (12, 1)
    assert intake.add_apbd(file, *WHERE, publisher="BPKAD  Pacitan") == (12, 2)
    both = published.apbd()
    Apbd.validate(both)
    assert set(both.loc[both["own"], "region"]) == {"3501", "7303"}
    pacitan = both[both["region"].eq("3501")]
    assert pacitan.loc[pacitan["year"].eq(2022), "own"].all()
    assert money(pacitan[pacitan["year"].eq(2022)]) == expected()
    assert set(pacitan.loc[pacitan["own"], "publisher"]) == {"BPKAD Pacitan"}
    others = both[~both["own"]]
    shipped = reference.apbd()
    replaced = shipped["region"].eq("3501") & shipped["year"].eq(2022)
    kept = shipped[~replaced].reset_index(drop=True)
    pd.testing.assert_frame_equal(others[[*shipped]], kept)


def test_an_apbd_given_again_replaces_the_one_before(place):
    intake.add_apbd(text_file(place / "own.csv", WHOLE), "7303", 2023, 9)
    before = published.mark()
    fewer = [line for line in WHOLE if line[0] != "Belanja Hibah"]
    intake.add_apbd(text_file(place / "own.csv", fewer), "7303", 2023, 12)
    own = published.apbd().query("own")
    assert len(own) == 11 and set(own["period"]) == {"year"}
    assert published.mark() not in ("", before)


def test_rows_of_one_opd_leave_those_of_another(place):
    intake.add_sipd_budget(budget(place / "own.csv", SMALL, SMALL), "7303", 2023)
    done = intake.add_sipd_budget(budget(place / "own.csv", HEALTH), "7303", 2023)
    assert done == (1, 3_000_000)
    assert len(published.budget_rows()) == 3
    intake.add_sipd_budget(budget(place / "own.csv", SMALL), "7303", 2023)
    own = published.budget_rows()
    BudgetRows.validate(own)
    assert sorted(own["amount"]) == [1_250_000, 3_000_000]
    later = SMALL | {"tahun": "2024"}
    intake.add_sipd_budget(budget(place / "own.csv", later), "7303", 2024)
    assert len(published.budget_rows()) == 3


def test_the_mark_of_what_is_published_moves_with_each_kind_of_own_file(place):
    marks = [published.mark()]
    intake.add_apbd(text_file(place / "own.csv", WHOLE), *WHERE)
    marks.append(published.mark())
    intake.add_sipd_budget(budget(place / "own.csv", SMALL), "7303", 2023)
    marks.append(published.mark())
    intake.add_sipd_budget(budget(place / "own.csv", HEALTH), "7303", 2023)
    marks.append(published.mark())
    assert len(set(marks)) == 4
    intake.add_sipd_budget(budget(place / "own.csv", HEALTH), "7303", 2023)
    assert published.mark() == marks[-1]


def test_a_bad_file_leaves_the_warehouse_as_it_was(place):
    intake.add_apbd(text_file(place / "own.csv", WHOLE), *WHERE)
    intake.add_sipd_budget(budget(place / "own.csv", SMALL), "7303", 2023)

    def stored():
        files = warehouse.folder().rglob("*")
        return {path: path.read_bytes() for path in files if path.is_file()}

    before = stored()
    bad = text_file(place / "own.csv", changed("PAD", "anggaran", "…"))
    with refusal(code="bad_apbd"):
        intake.add_apbd(bad, *WHERE)
    with refusal(code="no_publisher"):
        intake.add_apbd(text_file(place / "own.csv", WHOLE), *WHERE, publisher=" ")
    with refusal(code="bad_budget_rows"):
        intake.add_sipd_budget(budget(place / "own.csv", SMALL, {}), "7303", 2022)
    assert stored() == before


def test_own_files_that_are_damaged_are_told(place):
    for path, read, verb in (
        (warehouse.apbd_path(), published.apbd, "data apbd"),
        (warehouse.budget_rows_path(), published.budget_rows, "data sipd"),
    ):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
        with refusal(code=f"damaged_{path.parent.name}") as caught:
            read()
        assert verb in told(caught.value)


def test_the_command_line_takes_both_and_says_what_it_did(place, capsys):
    file = str(text_file(place / "own.csv", WHOLE))
    with pytest.raises(SystemExit) as end:
        cli.main(["data", "apbd", file, "--region", "7303", "--year", "2023"])
    assert end.value.code == 2  # the month is never guessed
    run(["data", "apbd", file, "--region", "7303", "--year", "2022", "--period", "12"])
    said = capsys.readouterr().out
    assert "12 accounts of the APBD of Bantaeng (7303) 2022 were stored" in said
    file = str(budget(place / "own.csv", SMALL, HEALTH))
    run(["data", "sipd", file, "--region", "73.03", "--year", "2023"])
    assert "2 budget rows of Bantaeng (7303) 2023" in capsys.readouterr().out
    bad = str(text_file(place / "own.csv", changed("PAD", "anggaran", "…")))
    run(
        ["data", "apbd", bad, "--region", "7303", "--year", "2022", "--period", "12"], 2
    )
    said = " ".join(capsys.readouterr().err.split())
    assert "Nothing was stored" in said and "zero or no data" in said


def run(arguments, code=0):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert (end.value.code or 0) == code
