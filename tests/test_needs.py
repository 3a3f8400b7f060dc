"""`sepakat data status`: what is there, what is due, who keeps it, what waits for it."""

import datetime
import json

import openpyxl
import pandas as pd
import pytest

from sepakat_lib import indicators, needs, reference, words
from sepakat_lib.daerah import submitting, templates
from sepakat_lib.refused import Refused

TODAY = datetime.date(2024, 10, 1)
PACITAN = "3501"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return tmp_path


def hand_in(place, kind, year, value=50, rows=1, who="Budi"):
    """A table of a kind, its first rows filled, handed in and approved."""
    path = place / f"{kind}-{len([*place.iterdir()])}.xlsx"
    templates.write(kind, PACITAN, path)
    book = openpyxl.load_workbook(path)
    names = [*templates.COLUMNS]
    for n in range(rows):
        told = {"year": year, "value": value + n, "document": f"Dokumen {year + 1}"}
        for name, text in (told | {"table": "Tabel 1"}).items():
            row = templates.HEADER + 1 + n
            book.worksheets[0].cell(row, names.index(name) + 1, text)
    book.save(path)
    done = submitting.submit(path, "Sri", today=TODAY)
    if who:
        submitting.approve(done["id"], who)
    return done["id"]


def of(name, region=PACITAN, today=TODAY):
    return needs.series(region, today).set_index("series").loc[name]


@pytest.mark.parametrize(
    ("lag", "month", "today", "year"),
    [
        (0, 12, (2024, 12, 31), 2023),  # out by the end of the month
        (0, 12, (2025, 1, 1), 2024),
        (1, 6, (2024, 6, 30), 2022),
        (1, 6, (2024, 7, 1), 2023),
        (1, 2, (2024, 2, 29), 2022),  # of a leap year
        (-1, 11, (2024, 11, 30), 2024),
        (-1, 11, (2024, 12, 1), 2025),
    ],
)
def test_a_figure_is_due_from_the_day_after_its_month(lag, month, today, year):
    assert needs.due((lag, month), datetime.date(*today)) == year


def test_a_table_is_missing_then_fresh_then_stale(place):
    assert (of("health_profile")["state"], of("health_profile")["due"]) == (
        *("missing", 2023),
    )
    hand_in(place, "profil-kesehatan", 2023)
    assert of("health_profile")["state"] == "fresh"
    later = of("health_profile", today=datetime.date(2025, 7, 1))
    assert (later["state"], later["newest"], later["due"]) == ("stale", 2023, 2024)


def test_what_waits_for_a_second_name_is_not_in(place):
    hand_in(place, "profil-kesehatan", 2023, who="")
    assert of("health_profile")["state"] == "missing"
    told = needs.status(PACITAN, today=TODAY)
    assert [row["approver"] for row in told["own"]] == [""]
    assert any("menunggu persetujuan" in line for line in needs.lines(told, "id"))


def test_another_regions_table_is_not_this_ones(place):
    hand_in(place, "profil-kesehatan", 2023)
    assert of("health_profile", "3502")["state"] == "missing"
    assert of("health_profile", None)["state"] == "fresh"  # of any region
    assert needs.status("3502", today=TODAY)["own"] == []


def test_a_score_counts_what_is_in_and_what_is_in_time(place):
    kept = (reference.office_tables()["kind"] == "profil-kesehatan").sum()
    hand_in(place, "profil-kesehatan", 2023, rows=3)
    hand_in(place, "profil-pendidikan", 2020, rows=2)
    scores = needs.scores(needs.series(PACITAN, TODAY)).set_index("keeper")
    health, education = scores.loc["health"], scores.loc["education"]
    assert (health["kept"], health["there"], health["timely"]) == (kept, 3, 3)
    assert health["share"] == pytest.approx(300 / kept)
    assert (education["there"], education["timely"]) == (2, 0)
    assert scores["share"].is_monotonic_increasing
    assert "social" not in scores.index  # DTSEN cannot be loaded yet


def test_the_shipped_apbd_counts_and_a_year_in_part_is_no_realisation():
    budget, realised = of("apbd_budget"), of("apbd_realised")
    assert (budget["newest"], realised["newest"]) == (2024, 2022)
    assert (budget["state"], realised["state"]) == ("fresh", "stale")
    assert of("apbd_budget", "7303")["state"] == "missing"


def test_invented_data_answer_nothing(loaded, tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(loaded(tmp_path / "invented")))
    assert of("susenas")["state"] == "missing"


def test_an_awaited_indicator_waits_until_its_figure_is_approved(place):
    waiting = set(needs.awaited(PACITAN)["indicator"])
    kinds = {i.name for i in indicators.catalogue().values() if i.awaits}
    assert waiting <= kinds and {"idg", "tagged_spending"} <= waiting
    hand_in(place, "rka", 2023, rows=4)
    assert waiting - set(needs.awaited(PACITAN)["indicator"]) == {"tagged_spending"}


def test_a_document_tells_each_part_and_who_keeps_what_it_lacks():
    told = needs.status(PACITAN, document="rpkd", today=TODAY)
    assert {row["part"] for row in told["needs"]} == {
        *("general", "profile", "programme", "place"),
    }
    lines = needs.lines(told, "id")
    assert lines[0] == "RPKD memerlukan:"
    assert "  profil kemiskinan" in lines
    assert any("Podes (BPS)" in line and "belum dapat" in line for line in lines)
    with pytest.raises(Refused) as error:
        needs.status(PACITAN, document="rpjmn", today=TODAY)
    assert error.value.code == "unknown_document"


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(
    "document", [*sorted({*reference.documents()["document"]}), None]
)
def test_everything_is_said_in_both_languages(language, document, place):
    told = needs.status(PACITAN, document=document, today=TODAY)
    text = "\n".join(needs.lines(told, language))
    assert "{" not in text and text
    if document is None:
        assert words.say("data.series.health_profile", language) in text


def test_the_calendar_and_the_documents_name_what_there_is():
    releases, tables = reference.releases(), reference.office_tables()
    assert releases["series"].is_unique
    assert releases["month"].between(1, 12).all() and releases["source"].ne("").all()
    known = {*indicators.catalogue(), *tables["indicator"], *templates.KINDS}
    known |= set(reference.official()["indicator"])
    asked = releases["indicators"].str.split(";").explode()
    assert {*asked} - {""} <= known
    assert set(releases["question"].str.split(";").explode()) <= {*"12345"}
    of_documents = reference.documents()["series"].str.split(";").explode()
    assert set(of_documents) <= {*releases["series"]}
    assert {*releases["keeper"], *tables["keeper"]} <= {*templates.KEEPERS}


def test_each_figure_of_a_template_is_declared_once_and_whole():
    tables = reference.office_tables()
    assert not tables.duplicated(["kind", "indicator"]).any()
    assert {*tables["kind"]} == {*templates.KINDS}
    catalogue = indicators.catalogue()
    for row in tables.itertuples():
        own = row.name_id, row.name_en, row.unit, row.formula_id, row.formula_en
        assert (row.indicator in catalogue) == (not any(own)), row.indicator
        assert all(own) or not any(own)
        unit = row.unit or catalogue[row.indicator].unit
        assert unit in templates.UNITS
    assert {*indicators.SCALE} <= {*templates.UNITS}


def test_status_on_the_command_line_is_text_or_json(say, place):
    code, out, _ = say("data", "status", "--region", "pacitan")
    assert code == 0 and "Angka resmi menurut penerbit" in out
    assert "Belum ada data. Muat berkas Susenas" in out
    code, out, _ = say("data", "status", "--region", PACITAN, "--json")
    told = json.loads(out)
    assert told["region"] == PACITAN and told["data"] == []
    assert {row["state"] for row in told["series"]} <= {*needs.STATES}
    code, out, _ = say("data", "status", "--region", PACITAN, "--document", "rkpd")
    assert out.startswith("RKPD memerlukan:")
    code, _, told = say("data", "status", "--document", "x")
    assert code == 2 and "rpkd" in told


def test_publishers_are_told_with_their_newest_year(place):
    hand_in(place, "profil-kesehatan", 2023)
    told = pd.DataFrame(needs.status(PACITAN, today=TODAY)["official"])
    told = told.set_index("publisher")
    assert told.loc["Dinas Kesehatan", ["values", "newest"]].tolist() == [1, 2023]
    shipped = reference.official(region=PACITAN)
    assert told.loc["BPS", "values"] == shipped["publisher"].eq("BPS").sum()
