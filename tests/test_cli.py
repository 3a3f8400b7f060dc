"""The command line as its readers meet it: every sentence in both languages."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from refusing import refusal

from sepakat_lib import (
    batch,
    cli,
    intake,
    parameters,
    regions,
    rounds,
    terminal,
    warehouse,
    words,
)
from sepakat_lib.refused import Refused

ROOT = Path(__file__).resolve().parents[1]
PACITAN = "3501"


@pytest.fixture(autouse=True)
def indonesian(tmp_path, monkeypatch):
    """An Indonesian terminal and an empty warehouse."""
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("SEPAKAT_DEBUG", "")


@pytest.fixture
def files(invented, tmp_path):
    """Synthetic CSV files of Pacitan."""
    return invented(tmp_path / "files")


def change(folder, part, edit):
    """Edit one file of the round and write it back."""
    (path,) = folder.glob(f"*{part}*.csv")
    edit(pd.read_csv(path)).to_csv(path, index=False)


def test_every_way_to_treat_a_single_unit_is_told():
    from sepakat_lib.stats import survey

    for lonely in ("adjust", "average", "skip", "collapse"):
        drawn = survey.design(
            ["u", "u", "r"], [1, 2, 1], [5, 5, 9], lonely=lonely, sibling=["x"] * 3
        )
        (touched,) = drawn.touched.to_dict("records")
        assert terminal.touched(touched["done"], touched["mates"])
    assert terminal.touched("merged", "u") == "digabung ke u"


# Help, language, exit codes

HELP = """
import json, typer
from sepakat_lib.cli import app
def told(command, path=()):
    found = {" ".join(path): [command.help] + [
        getattr(p, "help", "") for p in command.params if p.name != "help"]}
    for name, each in getattr(command, "commands", {}).items():
        found |= told(each, (*path, name))
    return found
print(json.dumps(told(typer.main.get_command(app))))
"""


def test_every_verb_and_option_has_help_in_both_languages():
    found = {}
    for language in words.LANGUAGES:
        ran = subprocess.run(
            [sys.executable, "-c", HELP],
            capture_output=True,
            text=True,
            env=os.environ | {"SEPAKAT_LANGUAGE": language},
            check=True,
        )
        found[language] = json.loads(ran.stdout)
    assert {"report", "batch", "data load", "data demo", "serve"} <= set(found["id"])
    for verb, helps in found["id"].items():
        assert all(helps), verb
        for one, other in zip(helps, found["en"][verb], strict=True):
            assert one != other, (verb, one)


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ({"SEPAKAT_LANGUAGE": "en", "LANG": "id_ID.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "id_ID.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "en_GB"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "id"),
        ({"LANG": "enm"}, "id"),
        ({}, "id"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_systems(given, spoken, monkeypatch):
    for name in ("SEPAKAT_LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert terminal.language() == spoken


def test_an_unknown_region_is_refused_with_its_nearest(say):
    code, out, err = say("report", "pacitann")
    assert (code, out) == (2, "")
    assert err.startswith(
        "sepakat: Tidak ada wilayah 'pacitann'. Tulis kode BPS (3501)"
    )
    assert "Mungkin maksud Anda: Pacitan (3501)" in err


@pytest.mark.parametrize(
    "year", ["x", "2023.0", "2_023", "２０２３", " 2023 ", "+2023", ""]
)
@pytest.mark.parametrize(
    "verb",
    [("report", PACITAN), ("estimate",), ("data", "demo", PACITAN), ("data", "check")],
)
def test_a_year_is_plain_digits_at_every_verb(say, verb, year):
    code, out, err = say(*verb, "--year", year)
    assert (code, out) == (2, "") and "Pilihan year" in err
    assert not warehouse.folder().exists()


def test_a_wrong_choice_in_a_file_is_told_with_its_file(say, monkeypatch, tmp_path):
    (tmp_path / "defaults.yml").write_text("regoin: '3501'\n", "utf-8")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    code, _, err = say("report", PACITAN)
    assert code == 2
    assert err == (
        "sepakat: Tidak ada pilihan 'regoin'. Yang ada: language, confidence, lines. "
        "Ini tertulis di berkas parameters/defaults.yml."
    )


@pytest.mark.parametrize("query", ["region=7303&year=2021", "regoin=3501", "a=%zz&&;"])
def test_the_environment_of_a_web_server_is_not_read(
    say, no_notebook, monkeypatch, query
):
    monkeypatch.setenv("QUERY_STRING", query)
    prepared = []
    monkeypatch.setattr(cli, "_prepare", prepared.extend)
    assert say("report", PACITAN)[0] == 0
    assert say("batch", "--region", PACITAN)[0] == 0
    chosen = [(each.region, each.language) for each in prepared]
    assert chosen == [(PACITAN, "id")] * 2


@pytest.mark.parametrize("place", ["kept", "./kept", ""])
def test_a_place_is_the_same_in_whatever_folder_a_kernel_works(
    say, monkeypatch, tmp_path, place
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEPAKAT_DATA", place)
    say("region", PACITAN)
    expected = tmp_path / "kept" if place else ROOT / "data"
    assert warehouse.folder() == expected


def test_a_verb_that_does_not_exist_is_a_usage_error(say):
    assert say("reprot")[0] == 2


def test_signs_that_steer_a_terminal_or_its_markup_are_only_shown(say):
    code, _, err = say("region", "[red]\x1b[2J")
    assert code == 2 and "'[red]?[2J'" in err


def test_lines_that_no_year_has_are_refused_before_anything_runs(say):
    code, _, err = say("report", PACITAN, "--year", "2021", *LINES)
    assert code == 2
    assert "Garis kemiskinan province_urban_rural untuk Maret 2021 tidak ada" in err
    assert "kabupaten 2017–2025; province_urban_rural 2023–2024" in err
    assert not warehouse.folder().exists()


@pytest.mark.parametrize("year", [2026, 2030])
def test_a_year_of_which_nothing_is_held_is_refused_with_the_newest(year, say):
    code, out, err = say("report", PACITAN, "--year", year)
    assert (code, out) == (2, "")
    assert f"Belum ada apa-apa untuk {year}" in err and "dari 2025" in err
    assert not warehouse.folder().exists()


def test_a_report_of_2016_has_official_figures_alone(say, no_notebook):
    code, _, err = say("report", PACITAN, "--year", "2016")
    assert (code, err) == (0, "")
    assert warehouse.loaded().empty


# Rounds of a report


@pytest.fixture
def no_notebook(monkeypatch, tmp_path):
    """Stand-ins for the notebook's run; the language that the index was asked in."""
    page = {"html": tmp_path / "page.html", "ipynb": tmp_path / "page.ipynb"}
    asked = []
    monkeypatch.setattr(batch, "run", lambda *_, **__: page)
    monkeypatch.setattr(batch, "run_all", lambda *_, **__: batch.Done())
    monkeypatch.setattr(batch, "write_index", asked.append)
    return asked


def drop(files, year=2023):
    """Put files where an office puts its licensed ones."""
    place = intake.drop_folder(year)
    place.mkdir(parents=True)
    for path in files.glob("*.csv"):
        pd.read_csv(path).drop(columns="DEMO").to_csv(place / path.name, index=False)


def test_no_round_is_invented_beside_licensed_files(say, files, no_notebook):
    change(files, "kor_rt", lambda t: t.drop(columns=["PSU", "R1809B"]))
    drop(files)
    code, _, err = say("report", PACITAN)
    assert code == 0
    there = warehouse.loaded()
    assert there[["year", "synthetic"]].to_numpy().tolist() == [[2023, False]]
    assert "Susenas 2021 untuk Pacitan (3501) tidak dibuat: data tahun lapor" in err
    assert str(intake.drop_folder(2021)) in err.replace(" ", "")
    assert "Berkas tidak memuat R1809B; indikator yang memerlukannya" in err
    assert "Kolom unit sampel tahap pertama (PSU) tidak ada" in err


def test_in_a_batch_each_kabupaten_gets_rounds_of_one_kind(say, files, no_notebook):
    drop(files)
    both = ("--region", "pacitan", "--region", "bantaeng")
    code, _, err = say("batch", *both, "--year", "2023")
    assert code == 0
    kinds = warehouse.loaded().groupby("region")[["year", "synthetic"]]
    kinds = {region: part.to_numpy().tolist() for region, part in kinds}
    assert kinds == {PACITAN: [[2023, False]], "7303": [[2021, True], [2023, True]]}
    assert "Susenas 2021 untuk Pacitan (3501) tidak dibuat" in err
    assert "Susenas 2023: berkas berlisensi untuk Bantaeng (7303) tidak ada" in err


def test_each_region_of_a_batch_is_estimated_by_the_lines_of_its_own_file(
    say, no_notebook, monkeypatch, tmp_path
):
    (tmp_path / "regions").mkdir()
    own = tmp_path / "regions" / "7303.yml"
    own.write_text("lines: province_urban_rural\n", "utf-8")
    (tmp_path / "regions" / "3502.yml").write_text("confidence: high\n", "utf-8")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    told = [f"--region={each}" for each in ("3502", PACITAN, "7303")]
    code, _, err = say("batch", *told, "--year", "2023")
    assert code == 0
    assert {*warehouse.results()} == {
        *("susenas-2021", "susenas-2023", "susenas-2023-province_urban_rural")
    }
    assert set(warehouse.loaded()["region"]) == {PACITAN, "7303"}
    assert "garis kemiskinan province_urban_rural untuk tahun itu tidak ada" in err


def test_a_choice_that_no_region_can_take_is_refused_before_anything_runs(
    say, no_notebook
):
    assert say("batch", "--region", PACITAN, "--year", "1999")[0] == 2
    assert say("batch", "--region", PACITAN, "--language", "fr")[0] == 2
    assert not warehouse.folder().exists()


@pytest.mark.parametrize("spoken", ["id", "en", "en_US.UTF-8"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [((), "id"), (("--language", "en"), "en"), (("--language", "id"), "id")],
)
def test_no_language_of_a_terminal_is_that_of_a_page(
    say, no_notebook, monkeypatch, spoken, given, expected
):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", spoken)
    monkeypatch.setenv("LANG", spoken)
    monkeypatch.setattr(rounds, "prepare", lambda *_, **__: [])
    assert say("report", PACITAN, *given)[0] == 0
    assert say("batch", "--region", PACITAN, *given)[0] == 0
    assert no_notebook == [expected, expected]


# The check of invented data


def test_a_year_is_checked_by_the_figures_published_of_it(say, files):
    intake.invent([PACITAN], 2021)
    code, out, _ = say("data", "check", "--year", "2021")
    assert code == 0
    assert "1 kabupaten/kota sintetis; beda terbesar terhadap angka BPS 2021:" in out
    limits = [("P0", "0,05"), ("P1", "0,01"), ("P2", "0,01")]
    assert re.findall(r"^  (P\d):.* batasnya (\S+)$", out, re.M) == limits


def test_a_check_leaves_out_licensed_data_and_says_how_many(say, files):
    drop(files)
    intake.supply([PACITAN, "7303"], 2023)
    code, out, _ = say("data", "check")
    assert code == 0 and out.startswith("1 kabupaten/kota sintetis")
    assert len(re.findall(r"^  P\d: .*Bantaeng \(7303\)", out, re.M)) == 3
    assert "Data berlisensi tidak ikut diperiksa: 1 kabupaten/kota." in out


def test_a_check_without_invented_data_says_so(say, files):
    drop(files)
    intake.supply([PACITAN], 2023)
    code, out, err = say("data", "check")
    assert (code, out) == (2, "")
    assert "Tidak ada data sintetis Susenas 2023 untuk diperiksa" in err
    assert "(data berlisensi: 1 kabupaten/kota)" in err


def test_a_difference_beyond_the_limits_makes_the_check_fail(say, files):
    def poorer(table):
        spent = ["FOOD", "NONFOOD", "EXPEND", "KAPITA"]
        table[spent] = (table[spent] * 0.99).round(6)
        return table

    change(files, "blok43", poorer)
    intake.load([files], year=2023)
    code, out, _ = say("data", "check")
    assert code == 1
    assert "Beda di atas batas di 1 kabupaten/kota: Pacitan (3501)." in out


def test_demo_data_are_not_made_where_licensed_ones_are(say, files):
    drop(files)
    intake.supply([PACITAN], 2023)
    code, _, err = say("data", "demo", PACITAN, "--year", "2023")
    assert code == 2 and "Susenas 2023 yang berlisensi sudah dimuat untuk Pac" in err
    assert not warehouse.loaded()["synthetic"].any()


LINES = ("--lines", "province_urban_rural")


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (OSError(errno.ENOSPC, "No space"), "Ruang penyimpanan penuh", 5),
        (PermissionError(errno.EACCES, "x", "/a"), "Tidak ada izin .* /a", 5),
        (ZeroDivisionError("by zero"), "tidak terduga .ZeroDivisionError.*--debug", 1),
        (KeyError("spending\nSITI 3501"), "tidak terduga", 1),
    ],
)
def test_a_failure_is_one_sentence_and_an_exit_code(
    error, said, code, say, monkeypatch
):
    def fail(*_):
        raise error

    monkeypatch.setattr(regions, "resolve", fail)
    found, out, err = say("region", "pacitan")
    assert (found, out) == (code, "") and re.search(said, err)
    assert "Traceback" not in err and "\nSITI" not in err


@pytest.mark.parametrize(
    "given", [["--debug", "region", "x"], ["region", "x", "--debug"]]
)
def test_with_debug_the_error_itself_comes_through(given):
    with refusal(code="unknown_region"):
        cli.main(given)


def test_without_debug_an_earlier_one_is_forgotten(say):
    with refusal(code="unknown_region"):
        cli.main(["region", "x", "--debug"])
    assert say("region", "x")[0] == 2


def test_a_failing_page_makes_the_batch_fail_but_says_which(say, monkeypatch):
    done = batch.Done(made=[("7303", "analysis")])
    done.failed[PACITAN, "analysis"] = Refused("worker_killed")
    monkeypatch.setattr(cli, "_prepare", lambda *_: None)
    monkeypatch.setattr(batch, "run_all", lambda *_, **__: done)
    code, out, _ = say("batch", "--region", "pacitan", "--region", "bantaeng")
    assert code == 1
    assert "1 dibuat, 0 sudah ada, 1 gagal" in out
    assert "Pacitan (3501), modul analysis: Proses yang membuat halaman ini" in out


def test_a_notebook_that_stops_says_where_it_stands(say, monkeypatch):
    from papermill.exceptions import PapermillExecutionError

    def stop(*_, **__):
        raise PapermillExecutionError(3, 3, "1/0", "ZeroDivisionError", "by zero", [])

    monkeypatch.setattr(cli, "_prepare", lambda *_: None)
    monkeypatch.setattr(batch, "run", stop)
    code, _, err = say("report", "pacitan")
    assert code == 1 and "--debug" in err
    assert "Notebook analysis berhenti karena kesalahan (ZeroDivisionError: by" in err
    assert "outputs/3501/2025/analysis.failed.ipynb" in err  # the newest year


# Loading


def test_a_missing_weight_is_told_with_the_columns_there_are(say, files):
    change(files, "kor_rt", lambda t: t.drop(columns="FWT"))
    code, _, err = say("data", "load", files, "--year", "2023")
    assert code == 2
    assert err.startswith(
        "sepakat: ssn202303_kor_rt.csv tidak memuat penimbang rumah tangga (FWT)"
    )
    assert err.endswith("Tambahkan kolom FWT dari KOR ke berkas itu.")


def test_negative_spending_is_told_with_file_row_and_column(say, files):
    def negative(table):
        table.loc[4, "KAPITA"] = -5
        return table

    change(files, "blok43", negative)
    code, _, err = say("data", "load", files, "--year", "2023")
    assert code == 2
    assert "Isi yang tidak mungkin menurut kuesioner Susenas: 1 sel" in err
    assert "Berkas Baris Kolom Isi Seharusnya" in err
    assert "ssn202303_kp_blok43.csv 5 KAPITA -5 angka 0 atau lebih" in err
    saved = pd.read_csv(warehouse.folder() / "problems.csv", encoding="utf-8-sig")
    assert saved.to_dict("records") == [
        {
            "file": "ssn202303_kp_blok43.csv",
            "row": 5,
            "column": "KAPITA",
            "value": -5,
            "rule": "angka 0 atau lebih",
        }
    ]
    assert not (warehouse.folder() / "warehouse").exists()


def test_of_many_problems_some_of_each_kind_are_shown_and_all_are_kept(say, files):
    def many(table):
        table["R405"] = 7
        table.loc[len(table) - 1, "R407"] = 500
        return table

    change(files, "kor_ind1", many)
    _, _, err = say("data", "load", files, "--year", "2023")
    rows = re.findall(r"kor_ind1\.csv \d+ (R\d+)", err)
    assert len(rows) == 20 and set(rows) == {"R405", "R407"}
    saved = pd.read_csv(warehouse.folder() / "problems.csv")
    assert f"… dan {words.number(len(saved) - 20, 'id')} lagi" in err


def test_no_persons_number_or_name_comes_into_a_message(say, files, tmp_path):
    nik = "3501010101900001"

    def shifted(table):
        table["NAMA"], table["NIK"] = "SITI", nik
        table["R407"] = table["R407"].astype(object)
        table.loc[3, "R407"] = nik
        return table

    change(files, "kor_ind1", shifted)
    _, _, err = say("data", "load", files, "--year", "2023")
    assert "kor_ind1.csv 4 R407 ••••••••••••••••" in err
    assert nik not in err and "SITI" not in err
    assert nik not in (warehouse.folder() / "problems.csv").read_text("utf-8")
    for name, content in (
        ("no_header.csv", f"3501,SITI,{nik}\n3501,BUDI,{nik}\n"),
        ("no_separator.csv", f"SITI {nik}\n"),
    ):
        (tmp_path / name).write_text(content)
        code, _, err = say("data", "load", tmp_path / name, "--year", "2023")
        assert code == 2 and name in err
        assert nik not in err and "SITI" not in err, err


def test_a_row_that_breaks_its_file_is_not_repeated(say, files):
    (path,) = files.glob("*kor_ind1*.csv")
    path.write_text(path.read_text() + "3501010101900001,SITI\n")
    code, _, err = say("data", "load", files, "--year", "2023")
    assert code == 2 and "di ssn202303_kor_ind1.csv punya 2 sel" in err
    assert "3501010101900001" not in err and "SITI" not in err


def test_remarks_of_a_load_are_sentences(say, files, capsys):
    change(files, "kor_rt", lambda t: t.drop(columns=["PSU", "R1809B"]))
    change(files, "kor_ind1", lambda t: t.assign(NAMA="SITI"))
    cli.app(["data", "load", str(files), "--year=2023"], standalone_mode=False)
    out = capsys.readouterr().out
    assert "Susenas 2023: 800 rumah tangga" in out and "1 kabupaten/kota dimuat" in out
    assert "Dimuat sebagai putaran Maret, karena putarannya tidak disebut." in out
    assert "Berkas tidak memuat R1809B; indikator yang memerlukannya" in out
    assert "Kolom unit sampel tahap pertama (PSU) tidak ada" in out
    assert "tidak dibaca dan tidak disimpan: NAMA." in out
    assert re.search(r"diandaikan: R2205A, (R\w+, ){7}… dan \d+ lagi\. Periksa", out)


def test_what_is_absent_is_told_by_label_and_by_bps_column():
    told = terminal.absent(["Sanitasi layak"], ["closet"], ["2024"])
    assert (
        told
        == "Sanitasi layak tidak dihitung: berkas tidak memuat R1809B, atau kodenya lain."
    )
    told = terminal.absent(["Kemiskinan ekstrem"], ["extreme_line"], ["2024"])
    assert told.endswith("garis kemiskinan ekstrem tahun itu belum diketahui.")


def test_columns_are_named_as_in_the_questionnaire_that_was_loaded():
    assert terminal.columns(["schooling"], ["2024"]) == ["R610"]
    assert terminal.columns(["schooling"], ["2020"]) == ["R612"]
    assert terminal.columns(["head_age", "age"], ["2024"]) == ["R407"]


def test_an_empty_warehouse_says_what_to_do(capsys):
    cli.app(["data", "status"], standalone_mode=False)
    assert "Belum ada data. Muat berkas Susenas" in capsys.readouterr().out


def test_a_region_is_shown_with_both_codes(capsys):
    for name in ("polewali mandar", "indonesia"):
        cli.app(["region", name], standalone_mode=False)
    assert capsys.readouterr().out.splitlines() == [
        "Kabupaten Polewali Mandar: kode BPS 7602, kode Kemendagri 76.04",
        "Indonesia: kode BPS 00; Kemendagri tidak memberi kode",
    ]
