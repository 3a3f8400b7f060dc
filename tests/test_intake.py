"""From files to the warehouse: all or nothing, and what the files cannot say."""

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refusing import refusal, told

from sepakat_lib import (
    analysis,
    cli,
    estimation,
    intake,
    parameters,
    places,
    plausibility,
    warehouse,
    words,
)
from sepakat_lib.reports import analysis as show
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import invention

PACITAN, BANTAENG = "3501", "7303"
CROSSED = ["3501", "3502"]


@pytest.fixture
def files(invented, tmp_path, monkeypatch):
    """Synthetic CSV files of Pacitan, and an empty warehouse."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return invented(tmp_path / "files")


def change(folder, part, edit):
    """Edit one file of the round and write it back."""
    (path,) = folder.glob(f"*{part}*.csv")
    edit(pd.read_csv(path)).to_csv(path, index=False)


def licensed(folder, place):
    """The files of a folder as an office would have them, in another folder."""
    place.mkdir(parents=True)
    for path in folder.glob("*.csv"):
        pd.read_csv(path).drop(columns="DEMO").to_csv(place / path.name, index=False)


def stored():
    place = warehouse.folder() / "warehouse"
    return {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_files_without_first_stage_units_are_taken_but_give_no_error(files):
    change(files, "kor_rt", lambda t: t.drop(columns=["PSU", "SSU", "STRATA"]))
    intake.load([files], year=2023)
    estimation.estimate(2023)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    table = estimation.read(chosen)
    p0 = table[table["indicator"].eq("p0") & table["grouping"].eq("all")].iloc[0]
    assert p0["value"] == pytest.approx(13.65, abs=0.05)
    assert table[["se", "low", "high", "rse"]].isna().all(axis=None)
    assert table["remark"].str.contains("no_psu").all()
    assert estimation.differences(chosen)["se"].isna().all()


def test_a_missing_item_disables_its_indicators_by_name(files):
    change(files, "kor_rt", lambda t: t.drop(columns="R1809B"))
    intake.load([files], year=2023)
    assert estimation.estimate(2023)["absent"]["improved_sanitation"] == ["closet"]
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert estimation.absent(chosen)["improved_sanitation"] == ["R1809B"]


def test_a_september_round_answers_for_provinces_only(files):
    for path in files.glob("ssn202303*"):
        path.rename(path.with_name(path.name.replace("202303", "202309")))
    intake.load([files], year=2023, round="september")
    told = estimation.estimate(2023, round="september")
    assert told["regions"] == 0  # one kabupaten is not a province
    assert "p0" in told["absent"] and "jkn" not in told["absent"]
    with refusal():
        estimation.estimate(2023)  # March is another round


def test_lines_of_province_by_area_give_other_figures_and_only_by_name(files):
    intake.load([files], year=2023)
    estimation.estimate(2023)
    estimation.estimate(2023, lines="province_urban_rural")
    values = []
    for lines in ("kabupaten", "province_urban_rural"):
        chosen = parameters.resolve(region=PACITAN, year=2023, lines=lines)
        table = estimation.read(chosen)
        p0 = table[table["indicator"].eq("p0") & table["grouping"].eq("all")]
        values.append(p0["value"].iloc[0])
    assert values[0] == pytest.approx(13.65, abs=0.05)
    assert values[1] > values[0] + 5  # East Java's lines are far above Pacitan's own


def test_a_spending_factor_of_a_kabupaten_moves_its_poverty(files, monkeypatch):
    intake.load([files], year=2023)
    estimation.estimate(2023)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    before = estimation.read(chosen).set_index(["indicator", "grouping"])["value"]
    real = parameters.policy
    monkeypatch.setattr(
        "sepakat_lib.estimation.rows.policy",
        lambda name, *rest: 0.9 if name == "spending_factor" else real(name, *rest),
    )
    estimation.estimate(2023, force=True)
    after = estimation.read(chosen).set_index(["indicator", "grouping"])["value"]
    assert after["p0", "all"] > before["p0", "all"] + 2


def test_licensed_files_in_their_folder_go_before_invented_ones(files):
    licensed(files, intake.drop_folder(2023))
    came = intake.supply([PACITAN], 2023)
    assert came.layout == "2023" and came.invented == came.left_out == []
    assert not warehouse.loaded()["synthetic"].any()
    again = intake.supply([PACITAN], 2023)
    assert (again.layout, again.remarks, again.invented) == ("", (), [])
    assert intake.supply([BANTAENG], 2023).invented == [BANTAENG]


def test_licensed_files_replace_what_was_invented_before_them(files):
    assert intake.supply([PACITAN], 2023).invented == [PACITAN]
    licensed(files, intake.drop_folder(2023))
    assert intake.supply([PACITAN], 2023).layout
    assert not warehouse.loaded()["synthetic"].any()


def test_what_was_noticed_in_supplied_files_is_handed_on(files):
    change(files, "kor_rt", lambda t: t.drop(columns=["PSU", "R1809B"]))
    licensed(files, intake.drop_folder(2023))
    noticed = {each.code for each in intake.supply([PACITAN], 2023).remarks}
    assert {"no_psu", "items_missing"} <= noticed


def test_of_an_earlier_round_only_what_may_be_is_invented(files):
    licensed(files, intake.drop_folder(2023))
    intake.supply([PACITAN, BANTAENG], 2023)
    alike = intake.of_kind(2023, synthetic=True)
    assert alike == [BANTAENG]
    came = intake.supply([PACITAN, BANTAENG], 2021, may_invent=alike)
    assert (came.invented, came.left_out) == ([BANTAENG], [PACITAN])
    there = warehouse.loaded().query("year == 2021")
    assert there["region"].tolist() == [BANTAENG] and there["synthetic"].all()


def test_licensed_files_of_an_earlier_round_are_loaded_though_none_may_be_invented(
    files, tmp_path
):
    susenas.demo(tmp_path / "2021", regions=[PACITAN], year=2021, format="csv")
    licensed(tmp_path / "2021", intake.drop_folder(2021))
    came = intake.supply([PACITAN], 2021, may_invent=[])
    assert came.layout and not came.left_out
    assert intake.of_kind(2021, synthetic=False) == [PACITAN]


def test_an_invented_round_is_not_held_against_a_licensed_one(files, tmp_path):
    for year in (2021, 2023):
        intake.invent([PACITAN], year)
        estimation.estimate(year)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    assert not estimation.earlier(chosen).empty
    licensed(files, tmp_path / "own")
    intake.load([tmp_path / "own"], year=2023)
    estimation.estimate(2023)
    assert estimation.earlier(chosen).empty


def test_invented_data_never_take_the_place_of_licensed_ones(files, tmp_path):
    licensed(files, tmp_path / "own")
    intake.load([tmp_path / "own"], year=2023)
    before = stored()
    with refusal(PACITAN):
        intake.invent([PACITAN, BANTAENG], 2023)
    assert stored() == before


def test_files_of_invented_data_never_take_the_place_of_licensed_ones(files, tmp_path):
    licensed(files, tmp_path / "own")
    intake.load([tmp_path / "own"], year=2023)
    before = stored()
    more = tmp_path / "more"
    susenas.demo(more, regions=[PACITAN, BANTAENG], year=2023, format="csv")
    with refusal() as error:
        intake.load([more], year=2023)  # one of the two is licensed
    assert error.value.code == "licensed_there"
    assert error.value.fields == {"year": "2023", "regions": [PACITAN]}
    assert stored() == before
    intake.load([more], year=2023, only=[BANTAENG])
    assert intake.of_kind(2023, synthetic=True) == [BANTAENG]
    susenas.demo(tmp_path / "2021", regions=[PACITAN], year=2021, format="csv")
    intake.load(
        [tmp_path / "2021"], year=2021
    )  # another year's licensed data are not touched
    intake.load([tmp_path / "own"], year=2023)  # nor is who loads licensed ones again
    assert intake.of_kind(2023, synthetic=False) == [PACITAN]


def test_invented_files_that_wait_in_the_folder_do_not_replace_licensed_ones(
    files, tmp_path
):
    licensed(files, tmp_path / "own")
    intake.load([tmp_path / "own"], year=2023)
    place = intake.drop_folder(2023)
    place.mkdir(parents=True)
    susenas.demo(place, regions=[PACITAN, BANTAENG], year=2023, format="csv")
    with refusal("Licensed Susenas 2023 data"):
        intake.supply([BANTAENG], 2023)
    assert intake.of_kind(2023, synthetic=False) == [PACITAN]


def test_licensed_data_that_come_while_invented_ones_are_written_stay(
    files, tmp_path, monkeypatch
):
    licensed(files, tmp_path / "own")
    store = warehouse.store

    def overtaken(*given, **named):
        monkeypatch.setattr(warehouse, "store", store)
        intake.load([tmp_path / "own"], year=2023)
        return store(*given, **named)

    monkeypatch.setattr(warehouse, "store", overtaken)
    with refusal(PACITAN):
        intake.load([files], year=2023)
    assert intake.of_kind(2023, synthetic=False) == [PACITAN]


def test_only_invented_kabupaten_are_held_against_published_figures(files, tmp_path):
    intake.invent([BANTAENG], 2023)
    licensed(files, tmp_path / "own")
    spent = ["FOOD", "NONFOOD", "EXPEND", "KAPITA"]  # not what is published
    change(tmp_path / "own", "blok43", lambda t: t.assign(**(t[spent] * 1.2)))
    intake.load([tmp_path / "own"], year=2023)
    found = intake.check_invented(2023)
    assert set(found["region"]) == {BANTAENG} and not found["beyond"].any()
    assert set(found["indicator"]) == {"p0", "p1", "p2"}
    assert intake.check_invented(2021).empty


def load(*arguments):
    code = "from sepakat_lib.cli import main; main()"
    return subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "data",
            "load",
            "--year=2023",
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "SEPAKAT_LANGUAGE": "en"},
        check=False,
    )


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")


def test_bad_files_exit_with_a_sentence_and_leave_the_warehouse_as_it_was(
    files, say, english
):
    intake.load([files], year=2023)
    before = stored()
    assert before

    def negative(table):
        table.loc[4, "KAPITA"] = -5
        return table

    change(files, "blok43", negative)
    code, _, err = say("data", "load", "--year=2023", files)
    assert code == 2 and "Traceback" not in err
    for part in ("kp_blok43.csv", "5", "KAPITA", "-5"):
        assert part in err
    assert stored() == before


def test_a_kabupaten_outside_the_files_is_refused_by_name(files, say, english):
    code, _, err = say("data", "load", "--year=2023", files, "--only", "bantaeng")
    assert code == 2 and "7303" in err
    assert not stored()


def test_good_files_load_from_the_command_line(files):
    found = load(files)
    assert found.returncode == 0, found.stderr
    assert "1 kabupaten" in found.stdout
    homes = warehouse.loaded()
    assert homes["region"].tolist() == [PACITAN] and homes["synthetic"].all()
    assert np.all(homes["households"] > 300)


# What every cell allows and the whole does not


SPENT = ["FOOD", "NONFOOD", "EXPEND", "KAPITA"]


def in_thousands(table):
    return table.assign(**(table[SPENT] / 1000))


def edited(part, edit):
    return lambda folder: change(folder, part, edit)


def lost_point(table):
    table["FWT"] = table["FWT"].astype(float)
    table.loc[5, "FWT"] *= 10_000
    return table


def trillion(table):
    table.loc[5, ["EXPEND", "KAPITA"]] = 1e12 * table.loc[5, "R301"], 1e12
    return table


@pytest.mark.parametrize(
    ("spoil", "check", "says"),
    [
        (edited("blok43", in_thousands), "spending", "ribuan rupiah"),
        (edited("blok43", lambda t: t.iloc[::2]), "spending", "tanpa pengeluaran"),
        (edited("blok43", trillion), "spending", "kelebihan angka nol"),
        (edited("kor_rt", lost_point), "weights", "titik desimalnya hilang"),
        (edited("kor_rt", lambda t: t.assign(FWT=1)), "weights", "penimbangnya 1"),
        (edited("kor_rt", lambda t: t.assign(R102=2)), "weights", "Ponorogo"),
    ],
)
def test_files_that_cannot_be_true_are_refused_with_both_numbers_and_the_way_out(
    files, capsys, monkeypatch, spoil, check, says
):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "id")
    spoil(files)
    with pytest.raises(SystemExit) as end:
        cli.main(["data", "load", str(files), "--year", "2023"])
    said = " ".join(capsys.readouterr().err.split())
    assert end.value.code == 2 and not (warehouse.folder() / "warehouse").exists()
    assert says in said and f"--despite {check}" in said
    kept = pd.read_csv(warehouse.folder() / "problems.csv")
    assert kept["check"].tolist() == [check] and says in kept["rule"].item()


def test_files_by_kemendagris_code_are_refused_by_the_name_they_fit(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    susenas.demo(tmp_path / "f", regions=["7602"], year=2023, format="csv")
    intake.load([tmp_path / "f"], year=2023)
    for part in ("kor_rt", "kor_ind1", "kor_ind2", "blok43"):  # 76.04 is BPS's 7602
        change(tmp_path / "f", part, lambda t: t.assign(R102=4))
    before = stored()
    with refusal("Mamuju") as refused:
        intake.load([tmp_path / "f"], year=2023)
    assert "Polewali Mandar (7602)" in told(refused.value)
    assert stored() == before


def test_a_check_of_another_name_is_refused_at_the_command_line(files, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["data", "load", str(files), "--year", "2023", "--despite", "weight"])
    said = capsys.readouterr().err
    assert end.value.code == 2 and "weights" in said and not stored()


def heads(folder):
    for part in ("kor_ind1", "kor_ind2"):
        change(folder, part, lambda t: t[t["R401"] == 1])


def test_a_persons_file_with_heads_only_is_refused(files):
    heads(files)
    with refusal("R301"):
        intake.load([files], year=2023)
    assert not stored()


@pytest.mark.parametrize(
    "spoil",
    [
        edited("blok43", lambda t: t.iloc[12:]),
        edited("kor_rt", lambda t: t.assign(FWT=t["FWT"] * 1.08)),
        edited("blok43", lambda t: t.assign(KAPITA=t["KAPITA"].round(-3), EXPEND=None)),
    ],
)
def test_files_near_the_edge_load_without_a_doubt(files, spoil):
    spoil(files)
    loaded = intake.load([files], year=2023)
    assert not [each for each in loaded.remarks if each.code == plausibility.REMARK]


def test_half_the_weights_load_on_the_users_word_and_every_page_tells(files):
    change(files, "kor_rt", lambda t: t.assign(FWT=t["FWT"] / 2))
    with refusal():
        intake.load([files], year=2023)
    loaded = intake.load([files], year=2023, accept=["weights"])
    remark = loaded.remarks[-1]
    assert remark.fields["accepted"] and remark.fields["region"] == PACITAN
    estimation.estimate(2023)
    for language in ("id", "en"):
        chosen = parameters.resolve(region=PACITAN, year=2023, language=language)
        (kept,) = estimation.doubts(chosen)
        assert kept["year"] == 2023
        shown = str(show.unanswered(chosen, analysis.unanswered({}), 0, [kept]))
        assert words.say("doubt.accepted", language) in html.unescape(shown)
    other = parameters.resolve(region=BANTAENG, year=2023)
    assert not estimation.doubts(other)


def test_what_is_odd_but_loads_is_told_at_once_and_on_the_page(files, capsys):
    change(files, "kor_rt", lambda t: t.assign(FWT=t["FWT"] * 1.2))
    with pytest.raises(SystemExit) as end:
        cli.main(["data", "load", str(files), "--year", "2023"])
    assert end.value.code == 0 and "Pacitan (3501)" in capsys.readouterr().out
    estimation.estimate(2023)
    chosen = parameters.resolve(region=PACITAN, year=2023)
    (kept,) = estimation.doubts(chosen)
    assert (kept["about"], kept["refused"], kept["accepted"]) == (
        "people",
        False,
        False,
    )
    shown = str(show.unanswered(chosen, analysis.unanswered({}), 0, [kept]))
    assert words.say("doubt.accepted", "id") not in shown
    assert "Susenas Maret 2023 perlu diperiksa. Pacitan (3501)" in shown


def test_many_doubts_of_a_province_are_counted_and_those_vouched_for_come_first():
    one = plausibility.Doubt(PACITAN, "weights", "people", 5e5, (6e5,), False)._asdict()
    some = [one | {"year": 2023, "accepted": False}] * 7
    some.append(one | {"year": 2023, "accepted": True, "region": BANTAENG})
    chosen = parameters.resolve(region="35", year=2023)
    shown = html.unescape(
        str(show.unanswered(chosen, analysis.unanswered({}), 0, some))
    )
    assert words.say("unknown.more_doubts", "id", n=3) in shown
    assert 0 < shown.index("Bantaeng (7303)") < shown.index("Pacitan (3501)")


def test_licensed_files_in_their_folder_are_held_against_the_facts_too(files):
    change(files, "kor_rt", lambda t: t.assign(FWT=t["FWT"] / 2))
    licensed(files, intake.drop_folder(2023))
    with refusal():
        intake.supply([PACITAN], 2023)
    assert not stored()  # and nothing is invented in their place


def test_the_others_load_where_one_kabupaten_cannot_be_true(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    susenas.demo(tmp_path / "f", regions=[PACITAN, BANTAENG], year=2023, format="csv")

    def halved(table):
        return table.assign(FWT=table["FWT"].where(table["R101"] == 35, 1.0))

    change(tmp_path / "f", "kor_rt", halved)
    with refusal() as refused:
        intake.load([tmp_path / "f"], year=2023)
    assert refused.value.fields["regions"] == [BANTAENG]
    intake.load([tmp_path / "f"], year=2023, only=[PACITAN])
    assert warehouse.loaded()["region"].tolist() == [PACITAN]


BOUNDARIES = Path(__file__).resolve().parents[1] / "../shared/data/boundaries"


@pytest.mark.skipif(not BOUNDARIES.exists(), reason="the real boundaries are not here")
def test_the_offices_own_boundaries_replace_the_schematic_shapes(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    before = places.around(PACITAN)
    intake.add_boundaries(BOUNDARIES / "kabkota_514.geojson")
    after = places.around(PACITAN)
    assert before.schematic and not after.schematic
    assert len(before.table) == len(after.table) == 38
    assert set(before.table["region"]) == set(after.table["region"])


@pytest.mark.skipif(not BOUNDARIES.exists(), reason="the real boundaries are not here")
def test_boundaries_with_crossed_codes_are_refused_and_change_nothing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    shapes = json.loads((BOUNDARIES / "kabkota_514.geojson").read_text("utf-8"))
    two = [f for f in shapes["features"] if f["properties"]["kode_bps_2022"] in CROSSED]
    for feature, code in zip(two, reversed(CROSSED), strict=True):
        feature["properties"] = {"kode_bps_2022": code}
    bad = tmp_path / "crossed.geojson"
    bad.write_text(json.dumps(shapes | {"features": two}))
    with refusal(CROSSED[0]):
        intake.add_boundaries(bad)
    assert warehouse.boundaries("kabupaten") is None


def test_a_round_invented_of_other_figures_is_invented_again(monkeypatch, tmp_path):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    assert intake.supply([PACITAN], 2023).invented == [PACITAN]
    assert intake.supply([PACITAN], 2023).invented == []
    monkeypatch.setattr(
        invention, "made_of", lambda wanted, _: dict.fromkeys(wanted, "x")
    )
    assert intake.supply([PACITAN], 2023).invented == [PACITAN]
    assert intake.supply([PACITAN], 2023).invented == []
    assert intake.supply([PACITAN, BANTAENG], 2023).invented == [BANTAENG]
