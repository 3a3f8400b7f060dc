"""Files of other systems and the ledger: what is taken, what is refused, and both ways."""

import shutil
from decimal import Decimal

import books
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import (
    CODES,
    YEAR,
    chain,
    nomenclature,
    plans,
    read_back,
    resaved,
    texts,
)
from refusing import refusal, told

from sepakat_lib import ledger
from sepakat_lib.exchange import prices, realisation, sheets, sipd


@pytest.fixture(params=books.KINDS)
def book(request, tmp_path):
    """An empty ledger, of either kind."""
    with books.empty(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=books.KINDS)
def standing(request, tmp_path_factory):
    """A ledger with a plan and prices, for tests that may change nothing in it.

    Its rows, the export of its plan as a table of text, and all that it holds.
    """
    place = tmp_path_factory.mktemp("standing")
    with books.empty(request.param, place):
        made = chain()
        path = written_as("xlsx", edited(PRICES, 0, "harga", "60.000"), place / "ssh")
        prices.load(path, "3501", "Sari")
        yield made, exported_table(place)[1], thread()


few = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# Sheets


@pytest.mark.parametrize(
    ("text", "comma", "money", "expected"),
    [
        ("1.250.000", False, True, 1250000),
        ("1.250", False, True, 1250),
        ("Rp 1.250.000,-", False, True, 1250000),
        ("Rp1.250.000,00", False, True, 1250000),
        ("1,250,000", False, True, 1250000),
        ("1,250,000.00", False, True, 1250000),
        ("1250000.00", False, True, 1250000),
        ("0", False, True, 0),
        ("9223372036854775807", False, True, 2**63 - 1),
        ("9223372036854775808", False, True, "number_from_to"),
        ("9" * 40, False, True, "whole_rupiah"),
        ("1,250", False, True, "two_readings"),
        ("1250.000", False, True, "two_readings"),
        ("1,250", True, True, "whole_rupiah"),
        ("12,5", False, True, "whole_rupiah"),
        ("seribu", False, True, "whole_rupiah"),
        ("1.25O", False, True, "whole_rupiah"),
        ("1E+06", False, True, "whole_rupiah"),
        ("1 250", False, True, "whole_rupiah"),
        ("-5", False, True, "number_from"),
        ("\N{MINUS SIGN}5", False, True, "number_from"),
        ("(5.000)", False, True, "number_from"),
        ("2,5", False, False, "2.5"),
        ("2.5", True, False, "2.5"),
        ("0.125", False, False, "0.125"),
        ("2,125", True, False, "2.125"),
        ("2,125", False, False, "two_readings"),
        ("2.125", False, False, "two_readings"),
        ("2.125", True, False, "2125"),
        ("1.250,5", False, False, "1250.5"),
        ("2,1250", False, False, "2.125"),
        ("0,00001", False, False, "places"),
        ("-2,5", False, False, "number_from"),
        ("-", False, False, "number"),
        ("NaN", False, False, "number"),
        ("1_000", False, False, "number"),
        ("٣", False, False, "number"),
    ],
)
def test_a_number_is_read_exactly_or_refused_by_its_rule(text, comma, money, expected):
    found = sheets.number(text, comma=comma, money=money)
    if isinstance(found, str):
        assert found.split(" ")[0] == expected
    else:
        assert isinstance(found, Decimal) and found == Decimal(expected)


@given(st.decimals(0, 10**11, places=4) | st.integers(0, 2**63 - 1), st.booleans())
def test_a_number_that_is_written_reads_back_in_any_file(value, comma):
    text = sheets.number_text(value)
    if isinstance(value, int):
        assert sheets.number(text, comma=comma, money=True) == value
    else:
        assert sheets.number(text, comma=comma) == value


@given(texts)
def test_text_goes_out_as_no_formula_and_comes_back(text):
    out = sheets.neutral(text)
    assert out[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert sheets.plain(out) == text


PRICES = pd.DataFrame(
    [
        ["1.1.7.01", "Semen", "zak", "70.000", "", "2026", "SK 5/2025"],
        [
            "1.1.7.02",
            "Café – pasir",
            "m3",
            "1.250.000",
            "35.01.01",
            "2026",
            "SK 5/2025",
        ],
    ],
    columns=[
        *("kode_standar_harga", "nama_standar_harga", "satuan", "harga", "kecamatan"),
        *("tahun_anggaran", "nomor keputusan"),
    ],
)


def written_as(kind, table, path):
    """The same table in one of the forms in which offices have it."""
    lines = [[*table.columns], *table.values.tolist()]
    if kind == "title above":
        lines = [
            ["STANDAR HARGA SATUAN"],
            [],
            ["Tahun 2026"],
            *lines[:2],
            [],
            *lines[2:],
        ]
    if kind in ("xlsx", "title above"):
        book = openpyxl.Workbook()
        book.active.append(["tidak ada apa-apa di lembar ini"])
        sheet = book.create_sheet("SSH")
        for line in lines:
            sheet.append(line)
        book.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")
    mark = "," if kind == "comma" else ";"
    text = "\r\n".join(mark.join(f'"{cell}"' for cell in line) for line in lines)
    coding = {"cp1252": "cp1252", "bom": "utf-8-sig"}.get(kind, "utf-8")
    path.with_suffix(".csv").write_bytes(text.encode(coding))
    return path.with_suffix(".csv")


@pytest.mark.parametrize(
    "kind", ["xlsx", "title above", "comma", "semicolon", "bom", "cp1252"]
)
def test_a_table_is_the_same_in_whatever_form_it_comes(kind, tmp_path):
    sheet = prices.read(written_as(kind, PRICES, tmp_path / "ssh"), "3501")
    rows = [(row["code"], row["title"], row["price"]) for row in sheet.rows.values()]
    assert rows == [
        ("1.1.7.01", "Semen", "70.000"),
        ("1.1.7.02", "Café – pasir", "1.250.000"),
    ]
    assert [*sheet.rows] == ([5, 7] if kind == "title above" else [2, 3])


def test_numbers_of_a_workbook_need_no_reading(tmp_path):
    table = pd.DataFrame(
        [[1.125, 70000, 2.5], [0.1, 9_007_199_254_740_993, 3]],
        columns=["volum1", "harga_satuan", "volum2"],
    )
    book = openpyxl.Workbook()
    for line in [[*table.columns], *table.astype(object).values.tolist()]:
        book.active.append(line)
    book.save(tmp_path / "x.xlsx")
    names = {name: (name,) for name in table}
    sheet = sheets.read(
        tmp_path / "x.xlsx", names, needed=["volum1"], keys=[], numbers=[*table]
    )
    assert sheets.take(sheet, 2, "volum1") == Decimal("1.125")
    assert sheets.take_money(sheet, 2, "harga_satuan") == 70_000
    assert sheets.take(sheet, 3, "volum1") == Decimal("0.1")
    ((row, column, _, rule),) = sheet.problems  # no such cell keeps 16 digits
    assert (row, column, rule.split(" ")[0]) == (3, "harga_satuan", "digits")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (None, "x.csv", "no_file"),
        (b"kode;nama\n1;2", "x.csv", "missing_columns"),
        (b"PK not a workbook", "x.xlsx", "unreadable"),
        (b"x", "x.ods", "survey_kind"),
        ("kode;harga".encode("utf-16"), "x.csv", "missing_columns"),
        (b"PK\x03\x04\x00", "x.csv", "archive_inside"),
        (
            b"kode;nama;satuan;harga;tahun;sk;harga\n1;2;3;4;2026;6;7",
            "x.csv",
            "column_twice",
        ),
        (b"kode;nama;satuan;harga;tahun;sk\n;;;;;\n", "x.csv", "empty_sheet"),
        (b"", "x.csv", "empty_file"),
    ],
)
def test_what_is_no_table_of_prices_is_refused(tmp_path, content, name, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with refusal(code=code):
        prices.read(tmp_path / name, "3501")


# Prices


def thread():
    """All that the ledger holds of the region, to compare."""
    return {
        kind: table.astype(str).values.tolist()
        for kind, table in ledger.thread("3501").items()
    }


def import_prices(table, tmp_path, kind="xlsx"):
    path = written_as(kind, table, tmp_path / "ssh")
    return prices.load(path, "3501", "Sari")


def edited(table, row, column, value):
    table = table.copy()
    table.loc[row, column] = value
    return table


def test_a_code_that_came_as_a_number_is_refused_and_so_is_a_sheet_of_totals(tmp_path):
    table = PRICES.astype(object)
    table.loc[0, "kode_standar_harga"] = 1.1
    with refusal("row 2, .*loses a zero", "bad_sheet"):
        prices.read(written_as("xlsx", table, tmp_path / "ssh"), "3501")
    table.loc[[0, 1], "kode_standar_harga"] = ["Jumlah", "TOTAL"]
    with refusal("row 2, .*rows of totals(.|\n)*row 3, ", "bad_sheet"):
        prices.read(written_as("xlsx", table, tmp_path / "ssh"), "3501")


def test_prices_are_added_changed_and_left_and_the_answer_counts_them(book, tmp_path):
    assert import_prices(PRICES, tmp_path)[:4] == (2, 0, 0, 0)
    before = thread()
    assert import_prices(PRICES, tmp_path, "semicolon")[:4] == (0, 0, 2, 0)
    assert thread() == before
    more = edited(PRICES, 0, "harga", "75.000")
    more.loc[2] = [*PRICES.loc[0, :"tahun_anggaran"], "SK 9/2026"]
    assert import_prices(more.drop(index=1), tmp_path)[:4] == (1, 1, 0, 1)
    held = ledger.thread("3501")["unit_costs"]
    found = [
        *zip(held["code"], held["price"], held["decree"], held["version"], strict=True)
    ]
    assert sorted(found) == [
        ("1.1.7.01", 70_000, "SK 9/2026", 1),
        ("1.1.7.01", 75_000, "SK 5/2025", 2),
        ("1.1.7.02", 1_250_000, "SK 5/2025", 1),
    ]
    assert sorted(map(str, held["kecamatan"])) == ["35.01.01", "None", "None"]


def test_a_price_has_the_same_name_in_every_office_and_one_that_ended_may_return(
    book, tmp_path
):
    import_prices(PRICES, tmp_path)
    (first, _) = ledger.thread("3501")["unit_costs"].to_dict("records")
    with ledger.writing("Sari") as session:
        ledger.end(session, "unit_costs", first["id"], first["version"])
    assert import_prices(PRICES, tmp_path)[:3] == (1, 0, 1)


BAD_PRICES = [
    ("harga", "tujuh puluh ribu", "whole rupiah in digits"),
    ("harga", "-70000", "a number from 0"),
    ("harga", "", "a filled cell"),
    ("harga", "=70000*2", "not a formula"),
    ("nama_standar_harga", "=A1", "not a formula"),
    ("nama_standar_harga", "+62 811", "not a formula"),
    ("nama_standar_harga", "@SUM(A1)", "not a formula"),
    ("nama_standar_harga", "-semen", "not a formula"),
    ("kecamatan", "35.02.01", "a kecamatan of Pacitan"),
    ("kecamatan", "Ngebel", "a kecamatan of Pacitan"),
    ("nomor keputusan", "", "a filled cell"),
    ("kode_standar_harga", "", "a filled cell"),
    ("tahun_anggaran", "26", "a whole number from 2000"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD_PRICES)
@pytest.mark.parametrize("kind", ["xlsx", "semicolon"])
def test_a_price_that_cannot_be_is_refused_with_row_and_reason(
    standing, tmp_path, kind, column, value, said
):
    before = standing[-1]
    with refusal(f"row 3, column {column}: .*{said}", "bad_sheet") as caught:
        import_prices(edited(PRICES, 1, column, value), tmp_path, kind)
    assert len(caught.value.problems) == 1, told(caught.value)
    assert thread() == before


@pytest.mark.parametrize("total", ["Jumlah", "TOTAL", "Sub Total", "Grand total:"])
@pytest.mark.parametrize("where", [0, 1])
def test_a_total_among_the_rows_is_refused_with_its_row(
    standing, tmp_path, total, where
):
    table = PRICES.copy()
    table.loc[2] = ["", "", "", "1.320.000", "", "", ""]
    table.iloc[2, where] = total
    with refusal(r"row 4, .*rows of totals", "bad_sheet"):
        import_prices(table, tmp_path)
    assert thread() == standing[-1]


def test_a_thing_that_is_called_total_is_no_total(book, tmp_path):
    table = edited(PRICES, 0, "nama_standar_harga", "Total Station")
    assert import_prices(table, tmp_path).new == 2


def test_the_same_price_twice_is_refused_with_both_rows(standing, tmp_path):
    table = pd.concat([PRICES, edited(PRICES, 0, "harga", "1").head(1)])
    with refusal("row 4, .*each price once; row 2", "bad_sheet"):
        import_prices(table, tmp_path)
    assert thread() == standing[-1]


# SIPD


@few
@given(plans())
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_plan_goes_out_and_comes_back_as_it_was(kind, tmp_path, plan):
    done = sipd.export(plan, YEAR, nomenclature())
    read_back(sipd.write(tmp_path / f"rka.{kind}", done), plan, done)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is missing")
def test_a_plan_comes_back_after_libreoffice_saved_it_again(tmp_path):
    paths, held = [], []

    @settings(few, max_examples=25)
    @given(plans())
    def export(plan):
        done = sipd.export(plan, YEAR, nomenclature())
        paths.append(sipd.write(tmp_path / f"{len(paths)}.xlsx", done))
        held.append((plan, done))

    export()
    for path, (plan, done) in zip(resaved(paths, tmp_path), held, strict=True):
        read_back(path, plan, done)


def test_no_cell_of_an_export_starts_a_formula(tmp_path, book):
    chain()
    done = sipd.export(ledger.thread("3501", YEAR), YEAR, nomenclature())
    for kind in ("xlsx", "csv"):
        sipd.write(tmp_path / f"rka.{kind}", done)
    cells = openpyxl.load_workbook(tmp_path / "rka.xlsx")["data"].iter_rows()
    found = [cell for row in cells for cell in row if cell.value is not None]
    assert not [cell for cell in found if cell.data_type == "f"]
    assert "'=Uang" in [cell.value for cell in found]
    assert ";=" not in (tmp_path / "rka.csv").read_text("utf-8-sig")
    assert ";'=Uang;" in (tmp_path / "rka.csv").read_text("utf-8-sig")


def exported_table(place):
    """The export of the plan, and its file as a table of text that may be edited."""
    done = sipd.export(ledger.thread("3501", YEAR), YEAR, nomenclature())
    path = sipd.write(place / "rka.csv", done)
    return done, pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)


@pytest.fixture
def exported(book, tmp_path):
    """A plan in a ledger, and its export."""
    return chain(), *exported_table(tmp_path)


def import_sipd(table, tmp_path):
    table.to_csv(tmp_path / "edited.csv", sep=";", index=False, encoding="utf-8-sig")
    return sipd.load(tmp_path / "edited.csv", "3501", YEAR, "Budi", nomenclature())


def test_an_export_holds_whole_lines_and_says_what_the_others_lack(exported):
    made, done, table = exported
    assert [*table][:22] == [*sipd.SIPD]
    first, second = table.to_dict("records")
    assert first["kode_bidang_urusan"] == "1.01" and first["pagu"] == "175000"
    assert first["nama_program"] == "'=Nama 1.01.02"
    assert first["kode_sub_kegiatan"] == CODES[0] and first["volum1"] == "2,5"
    assert second["kode_sub_kegiatan"] == sipd.OPEN and second["kode_program"] == ""
    (lacking,) = done.lacking.to_dict("records")
    assert lacking["id"] == str(made["lacking"]["id"]) and lacking["amount"] is None
    assert lacking["lacks"] == "volume price account"
    assert str(made["lacking"]["id"]) not in [*table["id"]]


def test_an_export_that_nobody_touched_changes_nothing(exported, tmp_path):
    before = thread()
    assert import_sipd(exported[2], tmp_path)[:4] == (0, 0, 2, 1)
    assert thread() == before


def test_sipds_columns_alone_change_nothing_either(exported, tmp_path):
    before = thread()
    table = exported[2][[*sipd.SIPD]]
    assert import_sipd(table, tmp_path)[:4] == (0, 0, 2, 1)
    assert thread() == before


def test_what_is_changed_in_the_file_is_changed_in_the_ledger_and_no_more(
    exported, tmp_path
):
    made, _, table = exported
    table.loc[0, ["volum1", "pagu", "nama_komponen"]] = ["3,5", "245.000", "Semen abu"]
    table.loc[1, "kode_sub_kegiatan"] = "1.01.02.2.01.0001"
    assert import_sipd(table, tmp_path)[:4] == (0, 2 - 1, 1, 1)
    plan = ledger.thread("3501", YEAR)
    line = plan["cost_lines"].set_index("id").loc[made["line"]["id"]]
    assert (line["volume_1"], line["amount"]) == (Decimal("3.5"), 245_000)
    assert (line["title"], line["price"], line["version"]) == ("Semen abu", 70_000, 2)
    activity = plan["activities"].set_index("id").loc[made["open"]["id"]]
    assert activity["sub_kegiatan"] == "1.01.02.2.01.0001"
    assert activity["decree"] is None and activity["title"] == "Beasiswa"
    with ledger.reading() as session:
        last = ledger.trail(session, made["line"]["id"]).iloc[-1]
    assert last["who"] == "Budi" and "edited.csv" in last["reason"]
    assert {*last["after"]} == {"volume_1", "amount", "title"}


def test_a_new_row_joins_the_activity_of_its_office_and_code(exported, tmp_path):
    made, _, table = exported
    table.loc[2] = table.loc[0]
    table.loc[2, ["id", "versi", "id_aktivitas", "versi_aktivitas"]] = ""
    table.loc[2, ["nama_komponen", "volum1", "pagu"]] = ["Bata", "1", "70000"]
    assert import_sipd(table, tmp_path)[:4] == (1, 0, 2, 1)
    lines = ledger.thread("3501", YEAR)["cost_lines"]
    (bata,) = lines[lines["title"].eq("Bata")].to_dict("records")
    assert bata["activity_id"] == made["activity"]["id"]
    assert (bata["amount"], bata["fund"]) == (70_000, "DAU")
    assert bata["unit_cost_id"] == made["cost"]["id"]


BAD_ROWS = [
    ("pagu", "", "a filled cell"),
    ("pagu", "=M2*N2", "not a formula"),
    ("pagu", "seratus", "whole rupiah"),
    ("pagu", "-175000", "a number from 0"),
    ("pagu", "175001", "volume x price of this row, which is 175,000"),
    ("pagu", "0", "volume x price of this row"),
    ("volum1", "-2,5", "a number from 0"),
    ("volum1", "", "a filled cell"),
    ("harga_satuan", "", "a filled cell"),
    ("kode_rekening", "", "a filled cell"),
    ("kode_rekening", "belanja", "a code of account"),
    ("kode_sub_kegiatan", "1.03.02.2.01.0001", "has none over the urusan 1.03"),
    ("kode_sub_kegiatan", "1.01.02.2.01.9999", "of the nomenclature, .* or"),
    ("kode_sub_kegiatan", "", "of the nomenclature, .* or"),
    ("kode_bidang_urusan", "1.02", "a part of the code"),
    ("kode_skpd", "9.99", "that this region has listed"),
    ("kode_skpd", "1.03.0.00", "has none over the urusan 1.01"),
    ("tahun", "2025", "the year 2026"),
    ("id", "x", "the id of a cost line"),
    ("id_aktivitas", "x", "the activity that this cost line"),
    ("id_standar_harga", "x", "the id of a unit cost"),
    ("nama_komponen", "=1+1", "not a formula"),
    ("versi", "baru", "a whole number from 1"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD_ROWS)
def test_a_row_that_cannot_be_is_refused_with_its_reason(
    standing, tmp_path, column, value, said
):
    _, table, before = standing
    table = edited(table, 0, column, value)
    table.loc[1, "nama_komponen"] = "also changed"
    if column == "versi":
        table.loc[0, "nama_komponen"] = "Lain"
    told_at = "kode_sub_kegiatan" if value == "1.03.0.00" else column
    with refusal(f"row 2, column {told_at}: .*{said}", "bad_sheet"):
        import_sipd(table, tmp_path)
    assert thread() == before


def test_a_row_without_account_in_sipds_columns_alone_is_refused_not_dropped(
    standing, tmp_path
):
    table = standing[1][[*sipd.SIPD]].copy()
    table.loc[1, "kode_rekening"] = ""
    with refusal("row 3, column kode_rekening: .*a filled cell", "bad_sheet"):
        import_sipd(table, tmp_path)


def test_a_row_whose_codes_two_lines_have_is_not_taken_for_a_third(exported, tmp_path):
    made, _, table = exported
    with ledger.writing("Sari") as session:
        twin = {n: made["line"][n] for n in ("activity_id", "unit_cost_id", "account")}
        ledger.add(session, "cost_lines", twin | {"title": "Semen lagi"})
    before = thread()
    with refusal("row 2, column id: .*there are 2", "bad_sheet"):
        import_sipd(table.drop(columns="id"), tmp_path)
    assert thread() == before


def test_a_line_twice_and_rows_of_one_activity_that_differ_are_refused(
    standing, tmp_path
):
    table = standing[1].copy()
    table.loc[2] = table.loc[0]
    table.loc[2, ["id", "versi"]] = ""
    table.loc[2, ["kode_sub_kegiatan", "kode_program"]] = [sipd.OPEN, ""]
    table.loc[2, ["kode_urusan", "kode_bidang_urusan", "kode_kegiatan"]] = ""
    table.loc[3] = table.loc[1]
    with refusal("", "bad_sheet") as caught:
        import_sipd(table, tmp_path)
    said = told(caught.value)
    assert "row 4, column kode_sub_kegiatan" in said and "as in row 2" in said
    assert "row 5, column id" in said and "row 3 has the same id" in said


@pytest.mark.parametrize("column", ["volum1", "harga_satuan", "nama_komponen"])
def test_a_new_row_that_lacks_something_is_refused_with_what_it_lacks(
    standing, tmp_path, column
):
    table = standing[1].copy()
    table.loc[2] = table.loc[0]
    table.loc[2, ["id", "versi", "nama_standar_harga", column]] = ""
    with refusal(f"row 4, column {column}: ; a filled cell", "bad_sheet"):
        import_sipd(table, tmp_path)
    assert thread() == standing[-1]


def test_a_total_among_the_rows_of_a_plan_is_refused(standing, tmp_path):
    table = standing[1].copy()
    table.loc[2] = ""
    table.loc[2, ["nama_sub_kegiatan", "pagu"]] = ["Jumlah", "350000"]
    with refusal("row 4, .*rows of totals", "bad_sheet"):
        import_sipd(table, tmp_path)


def test_what_somebody_changed_since_the_export_is_not_written_over(exported, tmp_path):
    made, _, table = exported
    with ledger.writing("Sari") as session:
        ledger.change(
            session, "cost_lines", made["line"]["id"], 1, {"title": "Semen putih"}
        )
    table.loc[0, "nama_komponen"] = "Semen abu"
    table.loc[1, "nama_komponen"] = "Uang saku"
    before = thread()
    with refusal("Sari", "changed_meanwhile"):
        import_sipd(table, tmp_path)
    assert thread() == before


# Realisation


def months(made, *rows):
    """A sheet of realisations of the first cost line."""
    table = pd.DataFrame(
        rows, columns=["bulan", "realisasi_anggaran", "realisasi_fisik"]
    )
    return table.assign(
        id=str(made["line"]["id"]),
        rak="80.000",
        orang_terjangkau="12",
        permasalahan="- Hujan",
        catatan_verifikator="Periksa",
        tanggapan_opd="Sudah",
    )


def import_months(table, tmp_path, **options):
    table.to_csv(tmp_path / "rfk.csv", sep=";", index=False)
    return realisation.load(tmp_path / "rfk.csv", "3501", "Budi", **options)


def test_months_are_taken_and_the_same_sheet_again_changes_nothing(book, tmp_path):
    made = chain()
    table = months(made, ("Januari", "100.000", "40,5"), ("2", "75000", "100"))
    assert import_months(table, tmp_path)[:3] == (2, 0, 0)
    held = ledger.thread("3501", YEAR)["realisations"]
    assert [*zip(held["month"], held["money"], held["physical"], strict=True)] == [
        (1, 100_000, Decimal("40.5")),
        (2, 75_000, Decimal(100)),
    ]
    assert {*held["people"]} == {12} and {*held["planned"]} == {80_000}
    assert {*held["answer"]} == {"Sudah"}
    before = thread()
    assert import_months(table, tmp_path)[:3] == (0, 0, 2)
    assert thread() == before


def test_a_line_may_be_named_by_its_codes_where_they_have_one_line(book, tmp_path):
    made = chain()
    with ledger.writing("Sari") as session:
        ledger.change(
            session, "cost_lines", made["lacking"]["id"], 1, {"account": "5.2.02"}
        )
    table = months(made, ("1", "5000", "10")).drop(columns="id")
    table["kode_sub_kegiatan"], table["kode_rekening"] = CODES[0], "5.1.02.01.01.0024"
    assert import_months(table, tmp_path).new == 1
    assert [*ledger.thread("3501")["realisations"]["cost_line_id"]] == [
        made["line"]["id"]
    ]


BAD_MONTHS = [
    ("realisasi_anggaran", "-1", "a number from 0"),
    ("realisasi_anggaran", "", "a filled cell"),
    ("realisasi_anggaran", "75.001", "175,001 of 175,000 is spent"),
    ("realisasi_anggaran", "=5", "not a formula"),
    ("rak", "banyak", "whole rupiah"),
    ("realisasi_fisik", "100,5", "a number from 0 to 100"),
    ("realisasi_fisik", "-1", "a number from 0"),
    ("orang_terjangkau", "1,5", "a whole number from 0"),
    ("bulan", "1", "each month once; row 2"),
    ("bulan", "13", "a whole number from 1 to 12"),
    ("id", "00000000-0000-4000-8000-000000000000", "the id of a cost line"),
    ("catatan_verifikator", "", "the verifier's note"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD_MONTHS)
def test_a_month_that_cannot_be_is_refused_with_its_reason(
    standing, tmp_path, column, value, said
):
    made, _, before = standing
    table = months(made, ("1", "100000", "40"), ("2", "75000", "50"))
    with refusal(f"row 3, column {column}: .*{said}", "bad_sheet") as caught:
        import_months(edited(table, 1, column, value), tmp_path)
    assert len(caught.value.problems) == 1, told(caught.value)
    assert thread() == before


def test_what_stands_counts_against_the_amount_and_is_changed_only_when_asked(
    book, tmp_path
):
    made = chain()
    import_months(months(made, ("1", "100000", "40")), tmp_path)
    before = thread()
    with refusal("row 2, .*175,001 of 175,000", "bad_sheet"):
        import_months(months(made, ("2", "75001", "50")), tmp_path)
    again = months(made, ("1", "90000", "40"))
    with refusal("stands with 100,000", "bad_sheet"):
        import_months(again, tmp_path)
    assert thread() == before
    assert import_months(again, tmp_path, replace=True)[:3] == (0, 1, 0)
    assert [*ledger.thread("3501")["realisations"]["money"]] == [90_000]


def test_a_line_without_amount_has_nothing_to_spend(standing, tmp_path):
    table = months({"line": standing[0]["lacking"]}, ("1", "1", "1"))
    with refusal("whose volume and price are filled in", "bad_sheet"):
        import_months(table, tmp_path)


def test_progress_that_falls_is_taken_with_a_remark(book, tmp_path):
    made = chain()
    done = import_months(months(made, ("1", "1", "40"), ("2", "1", "30,5")), tmp_path)
    ((row, remark),) = done.remarks
    assert done.new == 2 and row == 3
    assert remark == 'progress_falls {"now": "30.5", "before": "40"}'


# Verbs


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office's own ledger, with a plan, and its terminal in English."""
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    with books.empty("sqlite", tmp_path / "data"):
        yield chain()


def test_the_verbs_take_a_sheet_tell_what_became_of_it_and_give_the_plan(
    say, office, tmp_path
):
    where = ["--region", "35.01", "--plan-year", str(YEAR)]
    sheet = written_as("title above", PRICES.assign(merek=""), tmp_path / "ssh")
    code, out, _ = say("ledger", "import", "prices", sheet, *where, "--who", "Sari")
    assert code == 0
    assert "ssh.xlsx: new 1, changed 0, the same 1." in out
    assert "passed over: merek" in out
    code, out, _ = say("ledger", "export", tmp_path / "rka.xlsx", *where)
    assert code == 0
    assert "rka.xlsx: 2, 350,000 rupiah in all" in out
    assert "Pasir (Sekolah): the volume is empty" in out
    book = openpyxl.load_workbook(tmp_path / "rka.xlsx")
    assert book.sheetnames == ["data", "belum lengkap"]
    code, out, _ = say(
        "ledger", "import", "sipd", tmp_path / "rka.xlsx", *where, "--who", "Budi"
    )
    assert code == 0 and "new 0, changed 0, the same 2." in out
    assert "does not name: 1. They stay as they are." in out
    months(office, ("1", "10", "40"), ("2", "10", "30")).to_csv(tmp_path / "rfk.csv")
    code, out, _ = say(
        "ledger", "import", "realisation", tmp_path / "rfk.csv", *where, "--who", "Budi"
    )
    assert code == 0 and "new 2," in out
    assert "row 3: 30 percent after 40 percent" in out
    assert ledger.thread("3501")["realisations"]["money"].sum() == 20


def test_a_wrong_sheet_is_told_cell_by_cell_and_nothing_is_taken(say, office, tmp_path):
    before = thread()
    sheet = written_as("xlsx", edited(PRICES, 0, "harga", "=1+1"), tmp_path / "ssh")
    code, _, said = say(
        "ledger", "import", "prices", sheet, "--region", "3501", "--who", "Sari"
    )
    assert code == 2 and "Cells of ssh.xlsx that cannot be taken: 1." in said
    assert "harga" in said and "not a formula" in said
    assert thread() == before


def test_where_there_is_no_ledger_a_verb_says_how_to_make_one(
    say, tmp_path, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "none"))
    monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)
    where = ["--region", "3501", "--plan-year", str(YEAR)]
    for verb in (["export"], ["import", "prices", "--who", "Sari"]):
        code, _, told = say("ledger", *verb, tmp_path / "x.csv", *where)
        assert code == 2 and "There is no database of decisions yet" in told
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["harga", "--who", "Sari"], "There is no kind of sheet 'harga'"),
        (["sipd", "--who", "Sari"], "The year of the plan is not given"),
        (["prices", "--who", " "], "No name is given"),
    ],
)
def test_what_a_verb_lacks_is_told(say, office, tmp_path, arguments, said):
    kind, *rest = arguments
    sheet = written_as("xlsx", PRICES, tmp_path / "ssh")
    code, _, told = say("ledger", "import", kind, sheet, "--region", "3501", *rest)
    assert code == 2 and said in told
