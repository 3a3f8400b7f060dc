"""An office's own official figures stand beside those that are shipped."""

import pandas as pd
import pytest
from refusing import refusal, told

from sepakat_lib import analysis, intake, parameters, published, reference, warehouse
from sepakat_lib.tables import Estimates, Official

NAMES = "region;year;month;indicator;value;publisher;table;note"
GOOD = (
    "3501;2023;8;unemployment;1.83;BPS Pacitan;Keadaan Ketenagakerjaan 2023, Tabel 3;",
    "35.02;2023;8;unemployment;4.66;BPS Ponorogo;Keadaan Ketenagakerjaan 2023;rounded",
    "00;2023;0;hdi;74.39;BPS;IPM 2023;",
)
NONE = Estimates.empty()


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return tmp_path


def file(place, *rows, names=NAMES):
    path = place / "own.csv"
    path.write_text("\n".join([names, *rows]), "utf-8")
    return path


def test_figures_of_another_publisher_and_month_come_out_of_the_one_function(place):
    assert intake.add_official(file(place, *GOOD)) == (3, 3)
    both = published.official()
    Official.validate(both)
    assert len(both) == len(reference.official()) + 3
    own = both.drop(reference.official().index).query("publisher != 'BPS'")
    own = own.set_index("region")
    assert own.loc["3501", ["year", "month", "value"]].tolist() == [2023, 8, 1.83]
    assert own.loc["3502", "note"] == "rounded"  # 35.02 is Kemendagri's
    assert set(own["area"]) == {"all"} and set(own["grade"]) == {"published"}
    assert both.query("indicator == 'hdi'")["value"].tolist() == [74.39]
    assert published.mark()


def test_without_own_figures_the_shipped_ones_are_all():
    pd.testing.assert_frame_equal(published.official(), reference.official())
    assert published.mark() == ""


def test_a_workbook_is_read_like_a_text_file(place):
    table = pd.DataFrame([row.split(";") for row in GOOD], columns=NAMES.split(";"))
    numbers = {"year": int, "month": int, "value": float}
    table.astype(numbers).to_excel(place / "own.xlsx", index=False)
    assert intake.add_official(place / "own.xlsx") == (3, 3)
    own = warehouse.official()
    intake.add_official(file(place, *GOOD))
    pd.testing.assert_frame_equal(own, warehouse.official())


def test_a_figure_given_again_is_corrected_and_a_shipped_one_is_not_doubled(place):
    intake.add_official(file(place, *GOOD))
    again = GOOD[0].replace("1.83", "1.84")
    shipped = "3501;2023;3;p0;13.65;BPS;any;"  # as BPS printed it
    assert intake.add_official(file(place, again, shipped)) == (1, 3)
    both = published.official()
    assert both.query("indicator == 'unemployment'")["value"].tolist() == [4.66, 1.84]
    assert len(both) == len(reference.official()) + 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "3599;2023;8;hdi;1;BPS;t;",
            r"row 5, column region: 3599; .* region that exists",
        ),
        ("35.1;2023;8;hdi;1;BPS;t;", "column region: 35.1;"),
        ("3501;2023;13;hdi;1;BPS;t;", "column month: 13; .*from 0 to 12"),
        ("3501;1999;8;hdi;1;BPS;t;", "column year: 1999"),
        ("3501;2023;8;HDI !;1;BPS;t;", "small letters"),
        ("3501;2023;8;hdi;1,5;BPS;t;", "value: 1,5; a number with a decimal point"),
        ("3501;2023;8;hdi;502.000;BPS;t;", "without marks of thousands"),
        ("3501;2023;8;hdi;n/a;BPS;t;", "value: n/a"),
        ("3501;2023;8;hdi;1;;t;", "column publisher: ; a filled cell"),
        (GOOD[0], "each figure once"),
        ("3501;2023;3;p0;12.65;BPS;Profil;", "value: 12.65; 13.65, as published in"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_stored_is_changed(place, row, said):
    intake.add_official(file(place, *GOOD))
    before = warehouse.official_path().read_bytes()
    with refusal(said, code="bad_figures"):
        intake.add_official(file(place, *GOOD, row))
    assert warehouse.official_path().read_bytes() == before


@pytest.mark.parametrize(
    ("names", "code", "said"),
    [
        (NAMES + ";colour", "unknown_columns", "not known: colour"),
        (NAMES.replace("publisher;", ""), "missing_columns", "lacks: publisher"),
    ],
)
def test_wrong_columns_are_named(place, names, code, said):
    with refusal(said, code=code):
        intake.add_official(file(place, names=names))
    assert warehouse.official() is None


def test_a_file_without_figures_or_that_is_none_is_refused(place):
    with refusal(code="no_figures"):
        intake.add_official(file(place))
    with refusal(code="no_file"):
        intake.add_official(place / "nothing.csv")
    (place / "broken.xlsx").write_bytes(b"no workbook")
    with refusal(code="unreadable"):
        intake.add_official(place / "broken.xlsx")


def test_own_figures_that_are_damaged_are_told(place):
    intake.add_official(file(place, *GOOD))
    warehouse.official_path().write_bytes(b"x")
    with refusal(code="damaged_official") as caught:
        published.official()
    assert "add-official" in told(caught.value)


def test_what_another_published_of_the_same_indicator_is_no_figure_of_bps(place):
    other = "3501;2023;3;p0;20.5;Bappeda Pacitan;Pendataan 2023;"
    intake.add_official(file(place, other, "3501;2023;6;p0;30;BPS;Sela 2023;"))
    chosen = parameters.resolve(region="3501", year=2023)
    both = published.official()
    assert analysis.change(chosen, both) == analysis.change(
        chosen, reference.official()
    )
    assert analysis.contradictions(chosen, both, NONE, NONE).empty
