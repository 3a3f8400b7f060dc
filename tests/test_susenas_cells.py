"""Every door checks its own cells, and by the same rule; what is assumed never refuses."""

import csv
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pyreadstat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import susenas_fixture as delivered
from refusing import english, refusal, told

from sepakat_lib import speaker, terminal, words
from sepakat_lib.refused import Refused
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import assumed, notation, problems, spending
from sepakat_lib.sources.susenas import files as susenas_files
from sepakat_lib.sources.susenas.layouts import LAYOUTS, Item

KOR = "ssn202403_kor_rt"


def read(paths, **choices):
    """A round of March 2024, unless another year is given."""
    return susenas.read(paths, **({"year": 2024} | choices))


@pytest.fixture
def made() -> dict[str, pd.DataFrame]:
    return delivered.narrow(delivered.tables())


def put(table: pd.DataFrame, row: int, column: str, value) -> None:
    """Set a cell by its row in the file, the first row of data being 1."""
    table[column] = table[column].astype(object)
    table.loc[row - 1, column] = value


def refused(folder, **choices) -> Refused:
    with refusal() as error:
        read(folder, **choices)
    return english(error.value)


def codes(survey) -> dict[str, list[dict]]:
    """Fields of the remarks, by their code."""
    found: dict[str, list[dict]] = {}
    for remark in survey.remarks:
        found.setdefault(remark.code, []).append(remark.fields)
    return found


def dbf(path: Path, fields: list[tuple], rows: list[bytes], *, more=b"\x1a") -> Path:
    """Write a DBF byte by byte; a field is name, kind, width, decimals; a row begins
    with its mark of deletion."""
    start = 32 + 32 * len(fields) + 1
    width = 1 + sum(size for _, _, size, _ in fields)
    head = struct.pack("<BBBBIHH20x", 3, 124, 9, 1, len(rows), start, width)
    for name, kind, size, decimals in fields:
        head += struct.pack(
            "<11sc4xBB14x", name.encode(), kind.encode(), size, decimals
        )
    assert all(len(row) == width for row in rows)
    path.write_bytes(head + b"\r" + b"".join(rows) + more)
    return path


def loaded(path: Path, column="A", **choices) -> list:
    """Cells of one column as `load` gives them."""
    file = susenas_files.look(path)
    return susenas_files.load(file, [column], remarks=[], **choices)[column].tolist()


# One rule for all doors


def through_dbf(folder: Path, texts: list[str]) -> list:
    cells = [text.encode("latin-1") for text in texts]
    width = max(1, *map(len, cells))
    rows = [b" " + cell.rjust(width) for cell in cells]
    return loaded(dbf(folder / "a.dbf", [("A", "N", width, 0)], rows))


def through_csv(folder: Path, texts: list[str]) -> list:
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("A", "B"), *((text, 1) for text in texts)])
    return loaded(folder / "a.csv")


def through_parquet(folder: Path, texts: list[str]) -> list:
    pd.DataFrame({"A": texts, "B": 1}).to_parquet(folder / "a.parquet")
    return loaded(folder / "a.parquet")


def through_sav(folder: Path, texts: list[str]) -> list:
    pyreadstat.write_sav(pd.DataFrame({"A": texts}), str(folder / "a.sav"))
    return loaded(folder / "a.sav")


DOORS = (through_dbf, through_csv, through_parquet, through_sav)
PIECES = st.sampled_from(
    [*"0123456789", *"0125", *".,.,", *"-+eE _xOaNif", "\xa0", "NA"]
)
WRITTEN = st.lists(PIECES, max_size=9).map("".join)
PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("doors")


@given(texts=st.lists(WRITTEN, min_size=1, max_size=5))
@example(texts=["147,3257"])
@example(texts=["147,3257", "100.5", "200.25"])
@example(texts=["3O", "xx", "****", "1_000", "0x1F", "inf", "nan", "true"])
@example(texts=["", ".", "NA", " 12 ", "\xa012\xa0", "+5", "5-", "- 5", "1E+05"])
@example(texts=["12.500", "12,500", "1.234.567", "1,234,567.5"])
def test_the_four_doors_read_any_text_alike(place, texts):
    read = [door(place, texts) for door in DOORS]
    for found in read[1:]:
        for one, other in zip(read[0], found, strict=True):
            assert one == other or (one != one and other != other)
    for text, cell in zip(texts, read[0], strict=True):
        bare = text.strip()
        if bare in notation.EMPTY:
            assert cell != cell
        elif isinstance(cell, str):
            assert cell == bare
        elif re.fullmatch(PLAIN, bare, re.ASCII):
            assert cell == float(bare)  # written with a point: as Python reads it
        else:
            assert cell == float(cell) and set(bare) <= set("0123456789.,-+eE")


@given(st.floats(0, 1e12), st.integers(0, 6))
def test_a_number_means_the_same_in_both_notations(value, digits):
    plain = f"{value:.{digits}f}"
    english = f"{value:,.{digits}f}"
    local = english.translate(str.maketrans(",.", ".,"))
    for text, decimal in ((plain, "point"), (english, "point"), (local, "comma")):
        values = pa.array([text])
        mark = notation.Notation(decimal, True)
        kind = notation.kinds(values, "\t")
        found = notation.read(values, kind, mark)[0]
        only_thousands = "." in text and decimal == "point" and text.endswith("0")
        assert found == float(plain) or (only_thousands and found != found)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "text",
    [
        "3O",
        "xx",
        "12 500",
        "5-",
        "1_000",
        "0x1F",
        "1e5e",
        "--5",
        "1.2.3",
        "#N/A",
        *("inf", "-inf", "Infinity", "true", "2024-03-01", "12;5", "1.234,5.6"),
    ],
)
def test_what_is_no_number_stays_a_text_in_every_door(tmp_path, door, text):
    assert door(tmp_path, ["7", text, "8.5"]) == [7, text, 8.5]


@pytest.mark.parametrize("text", ["１２", "١٢", "12\u202f500", "½"])
@pytest.mark.parametrize("door", DOORS[1:])
def test_digits_of_another_script_are_no_number(tmp_path, door, text):
    assert door(tmp_path, ["7", text]) == [7, text]


@pytest.mark.parametrize("door", DOORS)
def test_near_the_edge_it_is_still_a_number(tmp_path, door):
    texts = ["00012", "12.0", "+5", "-0", ".5", "5.", "1E+05", "1e-3", " 7", "\xa08"]
    assert door(tmp_path, texts) == [12, 12, 5, 0, 0.5, 5, 1e5, 1e-3, 7, 8]


# Which mark is the decimal one


def text_file(folder: Path, separator: str, **columns) -> Path:
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerows([[*columns], *zip(*columns.values(), strict=True)])
    return path


NOTATIONS = {
    "a comma elsewhere in the file": (
        ";",
        ["12.500", "900"],
        ["1,5", "2,25"],
        [12500, 900],
    ),
    "a comma in the column": (";", ["12.500,75", "900"], ["1", "2"], [12500.75, 900]),
    "thousands twice": (";", ["12.500", "1.234.567"], ["1", "2"], [12500, 1234567]),
    "thousands twice, tab": (
        "\t",
        ["12.500", "1.234.567"],
        ["1", "2"],
        [12500, 1234567],
    ),
    "a bar and a comma": ("|", ["12.500", "900"], ["1,5", "2"], [12500, 900]),
    "a point elsewhere in the file": (
        ";",
        ["12.345", "9"],
        ["1.5", "2.0"],
        [12.345, 9],
    ),
    "a point in the column": ("\t", ["12.500", "9.25"], ["1", "2"], [12.5, 9.25]),
    "parted by commas": (",", ["12.500", "900"], ["1", "2"], [12.5, 900]),
    "whole numbers": (";", ["12500", "900"], ["1", "2"], [12500, 900]),
    "English thousands": (",", ["12,500", "1,234,567"], ["1.5", "2"], [12500, 1234567]),
    "three decimals, semicolons": (";", ["147,325", "9"], ["1", "2"], [147.325, 9]),
    "three decimals, tab": ("\t", ["147,325", "9"], ["1,5", "2"], [147.325, 9]),
}


@pytest.mark.parametrize("case", NOTATIONS)
def test_the_file_tells_which_mark_is_decimal(tmp_path, case):
    separator, first, second, expected = NOTATIONS[case]
    assert loaded(text_file(tmp_path, separator, A=first, B=second)) == expected


@pytest.mark.parametrize(
    ("separator", "first", "second"),
    [
        (";", ["12.500", "900"], ["1", "2"]),
        ("\t", ["12.500", "900"], ["1", "2"]),
        ("\t", ["12,500", "900"], ["1", "2"]),
        (",", ["12,500", "900"], ["1", "2"]),
        (",", ["12,500", "900"], ["1.5", "2"]),  # an English thousand, or a slip
        (";", ["12.500", "900"], ["1.5", "2.0"]),  # points, yet never 12.5
    ],
)
def test_where_nothing_tells_a_number_of_two_readings_is_none(
    tmp_path, separator, first, second
):
    found = loaded(text_file(tmp_path, separator, A=first, B=second))
    assert found == [first[0], 900]
    rule = notation.rule(first[0])
    assert "12.5" in rule and "12500" in rule


@pytest.mark.parametrize(
    ("separator", "cells", "expected"),
    [
        (",", ["1.5", "12,500"], [1.5, "12,500"]),
        (",", ["1.5", "12,500", "13,500"], ["1.5", "12,500", "13,500"]),
        (";", ["1,5", "12.500"], [1.5, 12500]),
        (";", ["1,5", "12.500", "13.500"], ["1,5", "12.500", "13.500"]),
    ],
)
def test_as_many_cells_that_tell_as_do_not_are_no_slip_but_fewer_are(
    tmp_path, separator, cells, expected
):
    file = text_file(tmp_path, separator, A=cells, B=["1"] * len(cells))
    assert loaded(file) == expected


def test_where_as_many_cells_have_a_decimal_point_as_a_comma_none_is_a_number(tmp_path):
    file = susenas_files.look(text_file(tmp_path, ";", A=["1.5", "2"], B=["1,5", "2"]))
    found = susenas_files.load(file, ["A", "B"], remarks=[])
    assert found["A"].tolist() == ["1.5", 2] and found["B"].tolist() == ["1,5", 2]


def test_a_column_that_is_not_asked_for_tells_too(tmp_path):
    path = text_file(tmp_path, ";", A=["12.500", "900"], B=["3", "4"], C=["1,5", "2"])
    file = susenas_files.look(path)
    remarks = []
    found = susenas_files.load(file, ["A", "B"], remarks=remarks)
    assert found["A"].tolist() == [12500, 900]
    assert [r.code for r in remarks] == ["decimal_comma"]


def test_a_slip_of_the_pen_does_not_turn_the_whole_file(tmp_path):
    weights = ["147.325", "100.500", "99.125", "80.750", "147,32"]
    for separator in (",", ";", "\t"):
        rows = ["1"] * len(weights)
        found = loaded(text_file(tmp_path, separator, A=weights, B=rows))
        assert found[-1] == "147,32"
        assert found[0] in (147.325, "147.325")


def test_few_cells_of_the_other_notation_are_listed(tmp_path):
    cells = ["1,5", "2,5", "3,25", "4.5", "12.500"]
    found = loaded(text_file(tmp_path, ";", A=cells, B=["1"] * 5))
    assert found == [1.5, 2.5, 3.25, "4.5", 12500]
    assert notation.rule("4.5") == "other_mark"


def spent(folder, made, separator, decimal, thousands) -> Path:
    """Block 43 as a spreadsheet of another country writes it."""
    place = delivered.write(folder / "in", made)
    path = place / "ssn202403_kp_blok43.csv"
    table = made["kp_blok43"].astype(object)
    for column in ("FOOD", "NONFOOD", "EXPEND", "KAPITA"):
        shown = [f"{each:,.0f}" for each in table[column]]
        table[column] = [each.replace(",", thousands) for each in shown]
    for column in ("WERT", "WEIND"):
        table[column] = [f"{each:.2f}".replace(".", decimal) for each in table[column]]
    table.to_csv(path, sep=separator, index=False)
    return place


@pytest.mark.parametrize(
    ("separator", "decimal", "thousands"),
    [
        (";", ",", "."),
        ("\t", ",", "."),
        (",", ".", ","),
        (";", ".", ""),
        ("|", ",", ""),
    ],
)
def test_spending_is_the_same_in_every_dress(
    tmp_path, made, separator, decimal, thousands
):
    survey = read(spent(tmp_path, made, separator, decimal, thousands))
    homes = survey.households
    assert homes["spending_pc_month"].tolist() == [500001, 750000, 500000, 360000]
    assert ("decimal_comma" in codes(survey)) == (decimal == ",")


def test_thousands_of_two_readings_never_become_rupiah(tmp_path, made):
    made["kp_blok43"] = delivered.kp(
        [
            {"URUT": urut, "EXPEND": size * 500_000, "KAPITA": 500_000}
            for urut, size in ((1, 1), (2, 1), (3, 1), (4, 1))
        ]
    )
    made["kp_blok43"] = made["kp_blok43"].drop(columns=["WERT", "WEIND"])
    place = delivered.write(tmp_path / "in", made)
    path = place / "ssn202403_kp_blok43.csv"
    table = made["kp_blok43"].astype(object)
    for column in ("EXPEND", "KAPITA"):
        table[column] = "500.000"
    table.to_csv(path, sep=";", index=False)
    found = refused(place).problems
    assert set(found["column"]) == {"EXPEND", "KAPITA"} and len(found) == 8
    assert "500 or 500000" in found["rule"].iloc[0]


# A DBF's own bytes


@pytest.mark.parametrize("text", ["147,3257", "3O", "xx", "****", "1.2.3", "12\x0034"])
def test_a_cell_of_a_dbf_that_is_no_number_is_listed(tmp_path, made, text):
    place = delivered.write(tmp_path / "in", made, "dbf")
    put(made["kor_rt"], 2, "FWT", text)
    letters = made["kor_rt"]["FWT"].astype(str)
    delivered.write_dbf(made["kor_rt"].assign(FWT=letters), place / f"{KOR}.dbf")
    found = refused(place).problems
    cells = found[["file", "row", "column", "value"]].to_numpy().tolist()
    assert cells == [[f"{KOR}.dbf", 2, "FWT", text]]


def test_half_a_block_of_letters_is_refused_and_not_taken_for_zero(tmp_path, made):
    del made["kp_blok43"]
    made["kp_blok41"] = delivered.kp(delivered.BLOCK_41)
    made["kp_blok42"] = delivered.kp(delivered.BLOCK_42)
    place = delivered.write(tmp_path / "in", made, "dbf")
    path = place / "ssn202403_kp_blok41.dbf"
    half = (
        made["kp_blok41"]["B41K10"].astype(str).where(lambda t: t.index % 2 == 0, "xx")
    )
    delivered.write_dbf(made["kp_blok41"].assign(B41K10=half), path)
    found = refused(place).problems
    assert found["value"].tolist() == ["xx"] * 8
    assert found["row"].tolist() == [2, 4, 6, 8, 10, 12, 14, 16]


def test_deleted_rows_of_a_dbf_are_passed_over_and_not_counted(tmp_path):
    rows = [b"   7", b"*  x", b"   8", b"*  9", b"    "]
    assert loaded(dbf(tmp_path / "a.dbf", [("A", "N", 3, 0)], rows))[:2] == [7, 8]
    found = loaded(dbf(tmp_path / "b.dbf", [("A", "N", 3, 0)], [b"*  x", b"  3O"]))
    assert found == ["3O"]
    assert loaded(dbf(tmp_path / "c.dbf", [("A", "N", 3, 0)], [b"*  x"])) == []


def test_blanks_and_zero_bytes_of_a_dbf_are_missing_or_padding(tmp_path):
    rows = [b" \0\0\0", b"    ", b" 7\0\0", b" \x007\0", b" NA "]
    found = loaded(dbf(tmp_path / "a.dbf", [("A", "F", 3, 0)], rows))
    assert [cell != cell for cell in found] == [True, True, False, False, True]
    assert found[2:4] == [7, 7]


BINARY = {
    "whole": ("I", struct.pack("<i", -70_000), -70_000),
    "double": ("B", struct.pack("<d", 147.3257), 147.3257),
    "money": ("Y", struct.pack("<q", 1_473_257), 147.3257),
    "text": ("C", b"00012   ", 12),
    "number": ("N", b"147.3257", 147.3257),
    "exponent": ("F", b"1.5E+05", 150_000),
    "date": ("D", b"20240301", "2024-03-01"),
    "yes": ("L", b"T", "true"),
    "latin-1": ("C", "café".encode("latin-1"), "café"),
}


@pytest.mark.parametrize("case", BINARY)
def test_each_kind_of_dbf_field_is_read_or_listed(tmp_path, case):
    kind, cell, expected = BINARY[case]
    rows = [b" " + cell, b" " + cell]
    path = dbf(tmp_path / "a.dbf", [("A", kind, len(cell), 0)], rows)
    assert loaded(path) == [expected] * 2


@pytest.mark.parametrize("kind", ["M", "G", "@", "B"])
def test_a_column_of_pointers_is_refused_only_if_it_is_needed(tmp_path, kind):
    fields = [("A", kind, 10, 0), ("N", "N", 1, 0)]
    path = dbf(tmp_path / "a.dbf", fields, [b" " + b"       123" + b"7"])
    assert loaded(path, "N") == [7]
    with refusal("holds no answers") as error:
        loaded(path)
    assert error.value.code == "dbf_kind"


@pytest.mark.parametrize(
    ("flag", "bits", "refused"),
    [(2, "0", True), (0, "0", False), (2, "N", False)],
)
def test_a_binary_column_whose_missing_cells_stand_elsewhere_is_refused(
    tmp_path, flag, bits, refused
):
    fields = [("A", "I", 4, 0), ("_NullFlags", bits, 1, 0)]
    path = dbf(tmp_path / "a.dbf", fields, [b" " + struct.pack("<i", 7) + b"0"])
    wrong = bytearray(path.read_bytes())
    wrong[32 + 18] = flag  # of the first column: it may be missing
    path.write_bytes(wrong)
    if not refused:
        assert loaded(path) == [7]
        return
    with pytest.raises(Refused) as error:
        loaded(path)
    assert error.value.code == "dbf_kind"


def test_a_text_longer_than_a_byte_can_count_has_its_rest_with_the_decimals(tmp_path):
    wide, decimals = 300, 1
    fields = struct.pack("<11sc4xBB14x", b"A", b"C", wide - 256, 1)
    fields += struct.pack("<11sc4xBB14x", b"B", b"N", 3, decimals)
    head = struct.pack("<BBBBIHH20x", 3, 124, 9, 1, 1, 32 + 64 + 1, 1 + wide + 3)
    row = b" " + b"7".ljust(wide) + b"2.5"
    path = tmp_path / "a.dbf"
    path.write_bytes(head + fields + b"\r" + row + b"\x1a")
    assert (loaded(path), loaded(path, "B")) == ([7], [2.5])


def test_a_logical_cell_that_nobody_filled_is_missing(tmp_path):
    rows = [b" t", b" N", b" ?", b"  "]
    found = loaded(dbf(tmp_path / "a.dbf", [("A", "L", 1, 0)], rows))
    assert found[:2] == ["true", "false"]
    assert [cell != cell for cell in found[2:]] == [True, True]


def test_a_dbf_that_lacks_one_byte_of_its_last_row_is_cut_off(tmp_path):
    rows = [b"   7", b"   8"]
    path = dbf(tmp_path / "a.dbf", [("A", "N", 3, 0)], rows, more=b"")
    assert loaded(path) == [7, 8]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused) as error:
        susenas_files.look(path)
    assert error.value.code == "cut_off"
    assert (error.value.fields["promised"], error.value.fields["there"]) == (2, 1)


def test_rows_behind_the_promised_ones_are_refused(tmp_path):
    fields = [("A", "N", 3, 0)]
    more = dbf(tmp_path / "a.dbf", fields, [b"   7"], more=b"   8\x1a")
    with refusal("rows that its header promises"):
        susenas_files.look(more)
    for harmless in (b"", b"\x1a", b"\x1a\0\0\0\0\0", b"\0\0\0\0", b"    "):
        assert loaded(dbf(tmp_path / "b.dbf", fields, [b"   7"], more=harmless)) == [7]


def test_rows_out_of_step_are_refused(tmp_path):
    path = dbf(tmp_path / "a.dbf", [("A", "N", 3, 0)], [b"   7", b"7  8", b"   9"])
    with refusal("row 2 is not where"):
        loaded(path)


def test_a_header_that_does_not_add_up_is_refused(tmp_path):
    path = dbf(tmp_path / "a.dbf", [("A", "N", 3, 0)], [b"   7"])
    wrong = bytearray(path.read_bytes())
    wrong[32 + 16] = 2
    path.write_bytes(wrong)
    with refusal("does not describe its columns"):
        susenas_files.look(path)


# What Parquet and SAV hold beside texts


def test_parquet_numbers_of_every_kind_are_numbers(tmp_path):
    made = {
        "int8": pa.array([1, None], pa.int8()),
        "uint64": pa.array([2**63, None], pa.uint64()),
        "int64": pa.array([2**53 + 1, None], pa.int64()),
        "float": pa.array([0.5, np.nan], pa.float32()),
        "decimal": pa.array([1, None], pa.int8()).cast(pa.decimal128(9, 2)),
        "coded": pa.array([7, None], pa.int16()).dictionary_encode(),
        "letters": pa.array(["12.5", None]).dictionary_encode(),
        "nothing": pa.nulls(2),
    }
    pa.parquet.write_table(pa.table(made), tmp_path / "a.parquet")
    file = susenas_files.look(tmp_path / "a.parquet")
    found = susenas_files.load(file, [name.upper() for name in made], remarks=[])
    assert (found.dtypes == "float64").all() and found.loc[2].isna().all()
    expected = [1, 2**63, 2**53, 0.5, 1, 7, 12.5]
    assert found.loc[1].dropna().tolist() == expected


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([True, None]),
        pa.array([0, None], pa.date32()),
        pa.array([0, None], pa.timestamp("us")),
        pa.array([5, None], pa.time32("s")),
        pa.array([5, None], pa.duration("s")),
        pa.array([[5], None]),
        pa.array([b"\xff", None]),
    ],
    ids=lambda cells: str(cells.type),
)
def test_parquet_cells_that_are_no_numbers_are_texts(tmp_path, cells):
    pa.parquet.write_table(pa.table({"A": cells}), tmp_path / "a.parquet")
    found = loaded(tmp_path / "a.parquet")
    assert isinstance(found[0], str) and pd.isna(found[1])
    assert "number" in speaker.rule(notation.rule(found[0]), "en")


def test_a_damaged_parquet_is_told_like_any_damaged_file(tmp_path, made):
    place = delivered.write(tmp_path / "in", made, "parquet")
    path = place / f"{KOR}.parquet"
    whole = bytearray(path.read_bytes())
    whole[4:400] = bytes(396)
    path.write_bytes(whole)
    assert refused(place).code == "unreadable"


def test_what_spss_calls_missing_is_missing_but_for_codes(tmp_path, made):
    place = delivered.write(tmp_path / "in", made, "sav")
    block = made["kp_blok43"].astype(float)
    block.loc[3, ["EXPEND", "KAPITA"]] = 9_999_999
    path = str(place / "ssn202403_kp_blok43.sav")
    gaps = {"EXPEND": [9_999_999], "KAPITA": [{"lo": 9e6, "hi": 1e9}]}
    pyreadstat.write_sav(block, path, missing_ranges=gaps)
    survey = read(place)
    unknown = survey.households["spending_pc_month"].isna()
    assert unknown.tolist() == [False, False, False, True]


def test_a_date_in_a_sav_is_no_number(tmp_path):
    made = pd.DataFrame({"A": [pd.Timestamp("2024-03-01").date()]})
    pyreadstat.write_sav(made, str(tmp_path / "a.sav"))
    assert loaded(tmp_path / "a.sav") == ["2024-03-01"]


def test_text_of_utf_16_is_read_as_any_other(tmp_path):
    path = tmp_path / f"{KOR}.csv"
    path.write_text("URUT\tFWT\n1\t2\n", encoding="utf-16")
    assert loaded(path, "FWT") == [2]


# Keys and names


@pytest.mark.parametrize("kind", ["dbf", "csv", "parquet", "sav"])
def test_a_key_may_be_written_with_zeros_before_it_or_a_point(tmp_path, made, kind):
    for name, table in made.items():
        form = {"kor_rt": "{:05d}", "kor_ind1": "{}.0"}.get(name, "{}")
        made[name] = table.assign(URUT=[form.format(u) for u in table["URUT"]])
    survey = read(delivered.write(tmp_path / "in", made, kind))
    assert survey.households["household"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("key", "rule"),
    [("1.5", "a whole number"), (2**53 + 1, "15 digits"), ("1O", "a number")],
)
def test_a_key_that_cannot_be_kept_exactly_is_refused(tmp_path, made, key, rule):
    put(made["kor_rt"], 2, "URUT", key)
    found = refused(delivered.write(tmp_path / "in", made)).problems
    here = found[found["file"].eq(f"{KOR}.csv") & found["row"].eq(2)]
    assert here["column"].tolist() == ["URUT"] and rule in here["rule"].item()


@pytest.mark.parametrize("kind", ["dbf", "csv", "parquet"])
def test_long_names_of_units_stay_apart(tmp_path, made, kind):
    units = [9501010001000100, 9501010001000101, 9501010001000102, 7]
    made["kor_rt"]["PSU"] = pd.array(units, dtype="Int64")
    place = delivered.write(tmp_path / "in", made, "csv")
    (place / f"{KOR}.csv").unlink()
    if kind == "dbf":
        made["kor_rt"]["PSU"] = [str(unit) for unit in units]
        delivered.write_dbf(made["kor_rt"], place / f"{KOR}.dbf")
    elif kind == "parquet":
        made["kor_rt"].to_parquet(place / f"{KOR}.parquet")
    else:
        made["kor_rt"].to_csv(place / f"{KOR}.csv", index=False)
    found = read(place).households["psu"].tolist()
    assert [name.rpartition("-")[2] for name in found] == [str(unit) for unit in units]


def test_a_unit_named_by_letters_elsewhere_does_not_rename_the_others(tmp_path, made):
    homes = made.pop("kor_rt")
    made["kor_rt_11"] = homes.iloc[:2].assign(PSU=[7.0, 8.0])
    made["kor_rt_32"] = homes.iloc[2:].assign(PSU=["7", "A7"])
    found = read(delivered.write(tmp_path / "in", made)).households
    assert found["psu"].tolist() == ["3501-u-7", "3501-u-8", "3501-r-7", "3502-r-A7"]


# A file given twice


@pytest.fixture
def blocks(tmp_path, made) -> Path:
    """Files with blocks 41 and 42 in place of 43."""
    del made["kp_blok43"]
    made["kp_blok41"] = delivered.kp(delivered.BLOCK_41)
    made["kp_blok42"] = delivered.kp(delivered.BLOCK_42)
    return delivered.write(tmp_path / "in", made)


@pytest.mark.parametrize("name", ["kp_blok41", "kp_blok42", "kor_rt", "kor_ind2"])
def test_a_copy_of_a_file_is_named_with_its_other(blocks, name):
    path = blocks / f"ssn202403_{name}.csv"
    (blocks / f"ssn202403_{name} (1).csv").write_bytes(path.read_bytes())
    error = refused(blocks)
    assert error.code == "same_file"
    assert set(error.fields.values()) == {path.name, f"ssn202403_{name} (1).csv"}


@pytest.mark.parametrize("kind", ["dbf", "parquet", "sav"])
@pytest.mark.parametrize("name", ["kp_blok41", "kp_blok42", "kor_rt", "kor_ind1"])
def test_the_same_table_in_another_kind_of_file_is_refused(blocks, made, name, kind):
    delivered.writers[kind](made[name], blocks / f"ssn202403_{name}.{kind}")
    error = refused(blocks)
    assert error.code == "same_rows" and error.fields["n"] == len(made[name])
    assert "Leave one" in told(error)


def test_the_same_rows_in_another_order_are_the_same_table(blocks, made):
    made["kp_blok41"].iloc[::-1].to_csv(blocks / "ssn202403_blok41b.csv", index=False)
    assert refused(blocks).code == "same_rows"


def test_block_43_in_two_kinds_of_file_is_refused(tmp_path, made):
    place = delivered.write(tmp_path / "in", made)
    delivered.write_dbf(made["kp_blok43"], place / "ssn202403_kp_blok43.dbf")
    assert refused(place).code == "same_rows"


def test_parts_that_overlap_are_listed_with_the_row_that_came_first(blocks, made):
    made["kp_blok41"].iloc[4:12].to_csv(
        blocks / "ssn202403_kp_blok41_3.csv", index=False
    )
    found = refused(blocks).problems
    assert found[["file", "row", "value"]].to_numpy().tolist() == [
        ["ssn202403_kp_blok41_3.csv", 1, "2"],  # of each household the first
        ["ssn202403_kp_blok41_3.csv", 5, "2"],
    ]
    assert "row 5 of ssn202403_kp_blok41.csv is the same" in found["rule"].iloc[0]


def test_parts_and_empty_parts_are_taken_as_they_are(blocks, made):
    whole = read(blocks).households["spending_pc_month"].tolist()
    table = made["kp_blok41"]
    (blocks / "ssn202403_kp_blok41.csv").unlink()
    parts = (table.iloc[:10], table.iloc[10:], table.iloc[:0], table.iloc[:0])
    for number, part in enumerate(parts):
        part.to_csv(blocks / f"ssn202403_kp_blok41_{number}.csv", index=False)
    assert read(blocks).households["spending_pc_month"].tolist() == whole


def test_the_same_path_twice_is_one_file(tmp_path, made):
    place = delivered.write(tmp_path / "in", made)
    survey = read([place, place / f"{KOR}.csv"])
    assert len(survey.inputs) == 4


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, made, monkeypatch):
    place = delivered.write(tmp_path / "in", made)
    real = susenas_files._READERS["text"]

    def meddled(file, names):
        table = real(file, names)
        if "EXPEND" in names:
            path = place / f"{KOR}.csv"
            path.write_bytes(path.read_bytes() + b"\n")
        return table

    monkeypatch.setitem(susenas_files._READERS, "text", meddled)
    error = refused(place)
    assert (error.code, error.fields) == ("file_changed", {"file": f"{KOR}.csv"})


# Spending that is not known is not zero


def test_a_household_in_one_block_only_has_no_known_spending(blocks, made):
    half = made["kp_blok42"][made["kp_blok42"]["URUT"] > 2]
    half.to_csv(blocks / "ssn202403_kp_blok42.csv", index=False)
    found = read(blocks).households["spending_pc_month"]
    assert found.isna().tolist() == [True, True, False, False]


def test_a_row_without_an_amount_leaves_the_household_unknown(blocks, made):
    put(made["kp_blok41"], 2, "B41K10", None)
    made["kp_blok41"].to_csv(blocks / "ssn202403_kp_blok41.csv", index=False)
    survey = read(blocks)
    unknown = survey.households["spending_pc_month"].isna()
    assert unknown.tolist() == [True, False, False, False]
    assert codes(survey)["amounts_missing"] == [{"block": "block41", "n": 1}]


def test_a_good_of_one_household_without_an_amount_is_no_heading(blocks):
    rows = [*delivered.BLOCK_41, {"URUT": 1, "KODE": 200, "B41K10": None}]
    delivered.kp(rows).to_csv(blocks / "ssn202403_kp_blok41.csv", index=False)
    unknown = read(blocks).households["spending_pc_month"].isna()
    assert unknown.tolist() == [True, False, False, False]


def test_both_blocks_may_stand_in_one_file(blocks, made):
    apart = read(blocks).households["spending_pc_month"].tolist()
    both = pd.concat([made["kp_blok41"], made["kp_blok42"]], ignore_index=True)
    both.to_csv(blocks / "ssn202403_kp_blok41.csv", index=False)
    (blocks / "ssn202403_kp_blok42.csv").unlink()
    survey = read(blocks)
    assert survey.households["spending_pc_month"].tolist() == apart
    assert "amounts_missing" not in codes(survey)


def test_a_heading_that_nobody_has_an_amount_of_is_passed_over(blocks, made):
    whole = read(blocks).households["spending_pc_month"].tolist()
    heads = [{"URUT": urut, "KODE": 1, "B41K10": None} for urut in (1, 2, 3, 4)]
    table = delivered.kp(heads + delivered.BLOCK_41)
    table.to_csv(blocks / "ssn202403_kp_blok41.csv", index=False)
    survey = read(blocks)
    assert survey.households["spending_pc_month"].tolist() == whole
    assert "amounts_missing" not in codes(survey)


def sample(*households: list) -> pd.DataFrame:
    """Rows of households, each the amounts of its goods in the order of their codes."""
    return pd.DataFrame(
        {"URUT": urut, "KODE": kode, "B": float(amount)}
        for urut, amounts in enumerate(households)
        for kode, amount in enumerate(amounts, 1)
    )


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ([5, 2, 3], {1}),
        ([5, 2, 2.6], {1}),  # a rupiah is rounded
        ([5, 2, 2.4], set()),
        ([7, 7], set()),  # of two rows chance makes a pair
    ],
)
def test_a_subtotal_is_what_its_rows_add_up_to(amounts, found):
    assert spending.subtotals(sample(amounts), ["B"]) == found


@pytest.mark.parametrize(("summed", "found"), [(10, {1}), (9, {1}), (8, set())])
def test_subtotals_are_there_where_nine_of_ten_households_have_them(summed, found):
    homes = [[5, 2, 3]] * summed + [[5, 2, 9]] * (10 - summed)
    assert spending.subtotals(sample(*homes), ["B"]) == found


@pytest.mark.parametrize("block", ["block41", "block42"])
def test_one_of_the_blocks_41_and_42_alone_gives_no_spending(block):
    roles = {"block43": [], "block41": [], "block42": []} | {block: [object()]}
    homes, remarks = pd.DataFrame({"size": [2]}, index=[1]), []
    found = spending.of_households(roles, homes, pd.Index([]), None, {}, remarks)
    assert found.isna().all(axis=None)
    assert [each.code for each in remarks] == ["no_spending"]


@pytest.mark.parametrize(
    ("kapita", "listed", "expected"),
    [
        (500_000.0, 0, 500_000),
        (500_001.0, 0, 500_001),  # rounded up
        (500_001.5, 1, 500_001.5),
        (np.nan, 0, 500_000),
    ],
)
def test_spending_a_person_is_that_of_the_household_over_its_size(
    kapita, listed, expected
):
    homes, found = pd.DataFrame({"size": [2]}, index=[1]), problems.Problems()
    cells = {"EXPEND": 1_000_000.0, "KAPITA": kapita, "file": "a.csv", "row": 1}
    block = pd.DataFrame([cells], index=[1])
    spent = spending._a_person(homes, block, found, [])
    assert len(found.tables) == listed
    assert spent["spending_pc_month"].tolist() == [expected]


@pytest.mark.parametrize(("nonfood", "told"), [(300, 0), (302, 0), (303, 1)])
def test_food_and_other_goods_make_the_whole_but_for_rounding(nonfood, told):
    homes, remarks = pd.DataFrame({"size": [1]}, index=[1]), []
    cells = {"FOOD": 700.0, "NONFOOD": float(nonfood), "EXPEND": 1000.0}
    block = pd.DataFrame([cells], index=[1]).assign(file="a.csv", row=1)
    spending._a_person(homes, block, problems.Problems(), remarks)
    assert [each.code for each in remarks] == ["food_and_nonfood_differ"] * told


# What is assumed never stops a load

ASSUMED = [
    (layout, item)
    for layout in LAYOUTS[:2]  # those of a dictionary; the others go the same way
    for item in (*layout.households, *layout.persons)
    if item.assumed
]


def repeated(made: dict[str, pd.DataFrame], times: int) -> dict[str, pd.DataFrame]:
    """The same files with every household many times under other keys."""
    return {
        name: pd.concat(
            [table.assign(URUT=table["URUT"] + 4 * turn) for turn in range(times)],
            ignore_index=True,
        )
        for name, table in made.items()
    }


def of_2020(times: int) -> pd.DataFrame:
    """Persons in the layout of 2020 with every item of it."""
    layout = next(each for each in LAYOUTS if each.name == "2020")
    valid = {"yes": 5, "mark": None, "number": 1}
    cells = {
        i.column: valid.get(i.kind, i.codes[0] if i.codes else 1)
        for i in layout.persons
    }
    design = {"R101": 35, "R102": 1, "R105": 1, "FWT": 10.5, "PSU": 1, "STRATA": 1}
    rows = [{"RENUM": n, "R401": 1} | design | cells for n in range(1, times + 1)]
    return pd.DataFrame(rows)


def with_cells(folder: Path, layout, columns: list[str], cells: list):
    """The survey of files in which these columns hold these cells, in turn."""
    folder.mkdir()
    if layout.name == "2020":
        table = of_2020(len(cells))
        table = table.assign(**dict.fromkeys(columns, cells))
        table.to_csv(folder / "ssn202003_kor.csv", index=False)
        return read(folder, year=2020)
    made = repeated(delivered.tables(), -(-len(cells) // 4))
    for name, table in made.items():
        if not name.startswith("kp"):
            filled = (cells * len(table))[: len(table)]
            here = [column for column in columns if column in table]
            made[name] = table.assign(**dict.fromkeys(here, filled))
    return read(delivered.write(folder / "in", made))


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """Of each layout two rounds, in each of which every other assumed item is of another
    list; and the columns of the items that are."""
    found = {}
    for layout in LAYOUTS[:2]:
        columns = list(dict.fromkeys(i.column for x, i in ASSUMED if x is layout))
        for half in (0, 1):
            folder = tmp_path_factory.mktemp("half") / "in"
            spoiled = columns[half::2]
            found[layout.name, half] = (
                spoiled,
                with_cells(folder, layout, spoiled, [77.5, 78.5, 77.5, 79.5]),
            )
    return found


@pytest.mark.parametrize(
    ("layout", "item"), ASSUMED, ids=[f"{x.name}-{i.column}" for x, i in ASSUMED]
)
def test_an_assumed_item_of_another_list_is_left_out_and_said(halves, layout, item):
    rounds = (halves[layout.name, half] for half in (0, 1))
    (_, survey), (_, other) = sorted(
        rounds, key=lambda each: item.column not in each[0]
    )
    at = "households" if item in layout.households else "persons"
    assert item.name not in getattr(survey, at)
    assert item.name in getattr(other, at)  # whatever its neighbours hold
    (told,) = left_out(survey, item.column)
    assert not left_out(other, item.column)
    assert told.fields["n"] == told.fields["filled"] > 0
    assert told.fields["codes"] == ["77.5", "78.5", "79.5"]
    (listed,) = codes(survey)["assumed_codes"]
    assert item.name not in listed["items"]
    for language in ("id", "en"):
        sentence = words.say(
            "remark.assumed_left_out",
            language,
            labels="–",
            **{k: str(v) for k, v in told.fields.items() if k != "item"},
        )
        assert item.column in sentence and item.column in terminal.remark(
            told, layout.name
        )


def test_what_is_left_out_is_what_is_of_another_list_and_nothing_else(halves):
    for spoiled, survey in halves.values():
        told = [each["column"] for each in codes(survey)["assumed_left_out"]]
        assert sorted(told) == sorted(spoiled)


def left_out(survey, column: str) -> list:
    """Remarks that the item of a column is left out."""
    return [
        each
        for each in survey.remarks
        if each.code == "assumed_left_out" and each.fields["column"] == column
    ]


def difficulty(column: str):
    layout = LAYOUTS[0]
    return layout, next(i for i in layout.persons if i.column == column)


@pytest.mark.parametrize("column", ["R1003", "R1005", "R1007", "R1009"])
def test_five_to_eight_are_the_same_four_answers(tmp_path, column):
    survey = with_cells(tmp_path / "a", LAYOUTS[0], [column], [8, 5, 6, 7, None])
    found = survey.persons[difficulty(column)[1].name]
    assert found.tolist()[:5] == [4, 1, 2, 3, 0]
    (told,) = codes(survey)["assumed_other_codes"]
    assert told["column"] == column
    assert (told["codes"], told["meant"]) == ([*"5678"], [*"1234"])
    assert "assumed_left_out" not in codes(survey)


@pytest.mark.parametrize("column", ["R1002", "R1004", "R1006", "R1008"])
def test_five_to_eight_mean_nothing_where_no_script_shows_them(tmp_path, column):
    survey = with_cells(tmp_path / "a", LAYOUTS[0], [column], [8, 5, 6, 7])
    assert difficulty(column)[1].name not in survey.persons


def test_both_lists_at_once_are_neither(tmp_path):
    survey = with_cells(tmp_path / "a", LAYOUTS[0], ["R1003"], [1, 2, 3, 4, 5, 6, 7, 8])
    assert "difficulty_hearing" not in survey.persons


def test_up_to_one_percent_of_strays_are_not_known_and_never_no(tmp_path):
    layout = LAYOUTS[1]
    item = next(i for i in layout.persons if i.column == "R1003")
    at_the_limit = [4] * 98 + [1, 99]
    survey = with_cells(tmp_path / "a", layout, [item.column], at_the_limit)
    found = survey.persons[item.name]
    strays = [place for place, cell in enumerate(found) if cell is pd.NA]
    assert strays and strays[0] == 99 and (found.dropna() > 0).all()
    (told,) = codes(survey)["assumed_unknown"]
    assert told["n"] == len(strays) and told["codes"] == ["99"]
    beyond = with_cells(tmp_path / "b", layout, [item.column], [4] * 97 + [1, 99, 99])
    assert item.name not in beyond.persons


def test_a_mark_may_be_a_letter_a_one_or_a_truth_but_no_other_letter(tmp_path):
    layout = LAYOUTS[0]
    item = next(i for i in layout.persons if i.name == "worked")
    survey = with_cells(
        tmp_path / "a", layout, [item.column], ["A", "a", "1", "0", None, "TRUE"]
    )
    assert survey.persons["worked"].tolist()[:6] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]
    assert (
        "worked"
        not in with_cells(tmp_path / "b", layout, [item.column], ["B", "A"]).persons
    )
    few = with_cells(
        tmp_path / "c", layout, [item.column], ["A"] * 199 + ["SITI NURHALIZA"]
    )
    assert few.persons["worked"].isna().sum() == 1
    (told,) = codes(few)["assumed_unknown"]
    assert "SITI" not in str(told)


def test_a_yes_whose_no_is_another_code_is_left_out_however_rare(tmp_path):
    layout = LAYOUTS[0]
    item = next(i for i in layout.persons if i.name == "disability_aid")
    rare = with_cells(tmp_path / "a", layout, [item.column], [1] * 199 + [2])
    assert item.name not in rare.persons
    fits = with_cells(tmp_path / "b", layout, [item.column], [1, 5, 8, None])
    assert fits.persons[item.name].tolist()[:4] == [True, False, pd.NA, False]


def judged(cells: list, **given):
    """Answers of an assumed item and the codes of the remarks; None where left out."""
    item = Item(name="item", column="R1", assumed="nobody says", **given)
    known, remarks = {"item": {}}, []
    place = assumed.numbered(pd.Series(cells, dtype=object), known["item"])
    table = pd.DataFrame({"item": place})
    found = assumed.settled(table, [item], known, remarks)
    answers = found["item"].tolist() if "item" in found else None
    return answers, [each.code for each in remarks]


@pytest.mark.parametrize(
    ("cells", "answers"),
    [
        ([5.0, 5.0], [False, False]),  # nobody says yes, and nothing is odd
        ([1.0, 1.0], [True, True]),
        ([1.0, 5.0, 8.0, 9.0], [True, False, pd.NA, pd.NA]),
    ],
)
def test_a_yes_or_no_that_fits_is_read_though_one_of_the_two_never_comes(
    cells, answers
):
    assert judged(cells, kind="yes") == (answers, [])


@pytest.mark.parametrize("only", [1.0, 5.0])
def test_a_yes_or_no_with_a_stray_must_hold_both(only):
    assert judged([only] * 199 + [2.0], kind="yes") == (None, ["assumed_left_out"])
    both = [1.0] * 100 + [5.0] * 99 + [2.0]
    answers, told = judged(both, kind="yes")
    assert answers[-1] is pd.NA and told == ["assumed_unknown"]


@pytest.mark.parametrize("stray", [-1.0, 8.0, 2.5, "A"])
def test_a_number_is_whole_and_within_its_bounds(stray):
    answers, told = judged([0.0, 7.0] * 50 + [stray], kind="number", high=7)
    assert answers == [0, 7] * 50 + [pd.NA] and told == ["assumed_unknown"]


@pytest.mark.parametrize(("strays", "kept"), [(1, True), (2, False)])
def test_one_percent_of_strays_is_the_most(strays, kept):
    cells = [1.0] * (100 - strays) + [7.0] * strays
    answers, _ = judged(cells, kind="code", codes=(1, 2))
    assert (answers is not None) == kept


def test_of_two_lists_that_fit_alike_the_layouts_own_is_meant():
    two = {"kind": "code", "codes": (1, 2), "other_codes": (2, 1)}
    assert judged([1.0, 2.0], **two) == ([1, 2], [])


def test_parts_are_judged_together(tmp_path):
    made = repeated(delivered.tables(), 30)
    whole = made.pop("kor_ind2")
    whole["R1003"] = 4
    whole.loc[209, "R1003"] = 99
    made["kor_ind2_11"], made["kor_ind2_97"] = whole.iloc[:200], whole.iloc[200:]
    survey = read(delivered.write(tmp_path / "in", made))
    assert survey.persons["difficulty_hearing"].isna().sum() == 1


def test_what_bps_gives_codes_of_still_refuses(tmp_path, made):
    put(made["kor_ind1"], 2, "R405", 3)
    put(made["kor_ind2"], 2, "R1003", 77)
    found = refused(delivered.write(tmp_path / "in", made)).problems
    assert found["column"].tolist() == ["R405"]


def test_remarks_say_which_indicators_fall_out():
    layout = LAYOUTS[0]
    told = {"item": "difficulty_hearing", "column": "R1003", "filled": 10, "n": 9}
    told |= {"codes": ["5"], "limit": "1"}
    remark = susenas.reading.Remark("assumed_left_out", told)
    said = terminal.remark(remark, layout.name)
    assert "R1003" in said and "disabilitas" in said
