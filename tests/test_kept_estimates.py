"""Estimates made where something changed are those of a scan from nothing."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import estimation, intake, warehouse
from sepakat_lib.estimation import kept, making, marks, scan, tiers
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused

PLACES = ("3501", "3502", "7301", "7302")
COMPLETE = {"35": 2, "73": 2, "00": 4}
ASKED = (
    "p0",
    "poor_persons",
    "jkn",
    "dependency",
    "gini",
    "decile_mean",
    "earth_floor",
)
REGIONS = (*PLACES, "35", "73", "00")


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Households and persons of one kabupaten, from which small ones are cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPAKAT_DATA", str(tmp_path_factory.mktemp("data")))
        intake.invent(["3501"], 2023)
        con = warehouse.connect("susenas", 2023)
        homes, people = (
            con.execute(f"SELECT * FROM {t} ORDER BY ALL").df()
            for t in warehouse.TABLES
        )
        yield homes, people


def set_small(patch, data):
    """A nation of four kabupaten in two provinces, and seven indicators."""
    shown = {name: catalogue()[name] for name in ASKED}
    patch.setattr(making, "complete", lambda: COMPLETE)
    patch.setattr(making, "catalogue", lambda: shown)
    patch.setenv("SEPAKAT_DATA", str(data))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty warehouse of the small nation."""
    set_small(monkeypatch, tmp_path / "data")
    return tmp_path


@pytest.fixture(scope="module")
def nation(invented, tmp_path_factory):
    """Data folders of the small nation loaded, and loaded and estimated."""
    place = tmp_path_factory.mktemp("nation")
    with pytest.MonkeyPatch.context() as patch:
        set_small(patch, place / "loaded")
        for each in PLACES:
            load(invented, each, 0)
        shutil.copytree(place / "loaded", place / "estimated")
        set_small(patch, place / "estimated")
        estimation.estimate(2023)
    return place


def load(invented, place, draw):
    """Store a cut of the invented kabupaten as another; `draw` says which."""
    homes, people = invented
    rng = np.random.default_rng([PLACES.index(place), draw])
    drawn = homes.drop_duplicates(["stratum", "psu"])[["stratum", "psu"]]
    kept_units = drawn.sample(8, random_state=rng.integers(1 << 31))
    cut = homes.merge(kept_units, on=["stratum", "psu"])
    cut = cut.assign(
        region=place,
        stratum=place + cut["stratum"].str[4:],
        spending_pc_month=cut["spending_pc_month"] * rng.uniform(0.7, 1.4),
    )
    members = people[people["household"].isin(cut["household"])].assign(region=place)
    origin = {"survey": "susenas", "layout": "", "columns": {}, "synthetic": True}
    origin |= {"inputs": [{"file": "x", "sha256": f"{place}{draw}"}], "remarks": []}
    warehouse.store("susenas", 2023, cut, members, origin)


def stored():
    """Every estimate and difference that stands, by region and kind."""
    result = warehouse.result("susenas-2023")
    return {
        tuple(part.split(".")): warehouse.table(path).to_pandas()
        for part, path in result.tables.items()
        if part.split(".")[0] in REGIONS
    }


def same(one, other):
    assert one.keys() == other.keys() and len(one) == 2 * len(REGIONS) + 2
    for key, table in one.items():
        pd.testing.assert_frame_equal(table, other[key], rtol=1e-12, atol=1e-12)


STEP = st.tuples(
    st.sampled_from(PLACES),
    st.integers(0, 2),
    st.lists(st.sampled_from(REGIONS), max_size=2),
)


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=1, max_size=5))
def test_in_whatever_order_it_is_loaded_it_is_as_if_made_from_nothing(
    invented, nation, house, steps
):
    shutil.rmtree(house / "data", ignore_errors=True)
    shutil.copytree(nation / "loaded", house / "data")
    last = dict.fromkeys(PLACES, 0)
    for place, draw, wanted in steps:
        load(invented, place, draw)
        last[place] = draw
        estimation.estimate(2023, wanted=wanted or None)
    estimation.estimate(2023)
    by_steps = stored()
    shutil.rmtree(house / "data")
    for place, draw in last.items():
        load(invented, place, draw)
    estimation.estimate(2023)
    at_once = stored()
    assert all(len(table) for table in at_once.values())
    same(by_steps, at_once)


@pytest.fixture
def whole(nation, house):
    """The small nation, loaded and estimated."""
    shutil.copytree(nation / "estimated", house / "data")
    return house


def reads(monkeypatch):
    """Kabupaten whose rows are read from now on."""
    seen = []
    read = making.rows_of.read

    def watched(con, *args, **options):
        rows = con.execute("SELECT DISTINCT region FROM households").fetchall()
        seen.extend(region for (region,) in rows)
        return read(con, *args, **options)

    monkeypatch.setattr(making.rows_of, "read", watched)
    return seen


def parts():
    return {
        part: entry["file"]
        for part, entry in warehouse.result_record("susenas-2023")["tables"].items()
    }


def test_a_load_reads_no_other_kabupatens_rows(invented, whole, monkeypatch):
    seen = reads(monkeypatch)
    load(invented, "3502", 1)
    assert estimation.estimate(2023, wanted=["3501"])["scanned"] == 1
    assert seen == ["3502"]


def test_a_load_leaves_the_estimates_of_another_province_as_they_are(invented, whole):
    before, south = parts(), stored()
    load(invented, "3502", 1)
    estimation.estimate(2023, wanted=["3501"])
    near = parts()
    moved = {part for part in before if near.get(part) != before[part]}
    assert {f"{region}.estimates" for region in ("3502", "35", "00")} <= moved
    assert {"3501.differences", "35.peers"} <= moved
    assert not any(part.startswith("73") and part in near for part in moved)
    estimation.estimate(2023)
    after = parts()
    moved = {part for part in before if after.get(part) != before[part]}
    of_the_other = {part for part in moved if part.startswith("73")}
    # what is held against the nation, and which cells the nation's sum withholds
    held = {f"{region}.differences" for region in ("7301", "7302", "73")}
    assert held <= of_the_other
    for (region, kind), table in stored().items():
        if region.startswith("73") and kind == "estimates":
            old = south[region, kind].drop(columns="remark")
            pd.testing.assert_frame_equal(table.drop(columns="remark"), old)


def test_an_indicator_makes_its_own_rows_and_leaves_the_others(
    nation, house, monkeypatch
):
    without = {name: catalogue()[name] for name in ASKED if name != "earth_floor"}
    shown = {name: catalogue()[name] for name in ASKED}
    monkeypatch.setattr(making, "catalogue", lambda: without)
    shutil.copytree(nation / "loaded", house / "data")
    estimation.estimate(2023)
    before = stored()
    monkeypatch.setattr(making, "catalogue", lambda: shown)
    made = []
    fixed = scan.fixed
    monkeypatch.setattr(
        scan,
        "fixed",
        lambda *args: made.append([i.name for i in args[2]]) or fixed(*args),
    )
    estimation.estimate(2023, wanted=["3501"])
    after = stored()
    assert made == [["earth_floor"]]
    for (region, kind), table in after.items():
        new = table["indicator"].eq("earth_floor")
        if region in ("3501", "3502", "35", "00"):
            assert new.any()
        pd.testing.assert_frame_equal(
            table[~new].reset_index(drop=True), before[region, kind]
        )
    estimation.estimate(2023)
    step_by_step = stored()
    estimation.estimate(2023, force=True)
    same(step_by_step, stored())


def test_a_policy_value_makes_what_reads_it_old_and_nothing_else(
    invented, whole, monkeypatch
):
    before = making.now_of("susenas", 2023, "susenas", "", "kabupaten")
    policy = making.rows_of.policy
    monkeypatch.setattr(
        making.rows_of,
        "policy",
        lambda name, *rest: 0.9 if name == "chronic_cut" else policy(name, *rest),
    )
    now = making.now_of("susenas", 2023, "susenas", "", "kabupaten")
    assert now.data == before.data
    assert now.groupings["welfare"] != before.groupings["welfare"]
    assert {n for n in now.groupings if now.groupings[n] != before.groupings[n]} == {
        "welfare"
    }
    told_so = {n for n, one in now.indicators.items() if "welfare" in one.groupings}
    lender_moved = now.rows["p0"] != before.rows["p0"]
    moved = {n for n in now.rows if now.rows[n] != before.rows[n]}
    shares = {n for n, one in now.indicators.items() if one.is_share}
    assert moved == told_so | (shares if lender_moved else set())
    assert "gini" not in moved and estimation.estimate(2023)["scanned"] == 4


def test_a_poverty_line_makes_its_own_kabupaten_old(invented, whole, monkeypatch):
    line = making.rows_of.of_region
    monkeypatch.setattr(
        making.rows_of,
        "of_region",
        lambda region, *rest: [*line(region, *rest), region == "7302"],
    )
    assert estimation.estimate(2023)["scanned"] == 4  # every mark has one field more
    monkeypatch.setattr(
        making.rows_of,
        "of_region",
        lambda region, *rest: [*line(region, *rest), region in ("7301", "7302")],
    )
    assert estimation.estimate(2023)["scanned"] == 1


@pytest.mark.parametrize("kind", ["cells", "homes"])
@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_segment_is_scanned_again(invented, whole, kind, cut):
    tables = warehouse.result("susenas-2023").tables
    path = tables[next(part for part in tables if part.endswith(kind))]
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(content[:-9] if cut else content)
    load(invented, "3501", 1)
    assert estimation.estimate(2023)["scanned"] > 1
    mended = stored()
    estimation.estimate(2023, force=True)
    same(mended, stored())


def test_merged_strata_are_told_of_the_regions_that_were_asked_for(whole):
    every = estimation.estimate(2023)["touched"]
    assert len({row["stratum"][:4] for row in every}) > 2
    for wanted in ("3501", "73", "00"):
        own = [row for row in every if wanted in (row["stratum"][: len(wanted)], "00")]
        assert estimation.estimate(2023, wanted=[wanted])["touched"] == own


def test_a_damaged_file_that_is_no_estimate_is_told_as_that(whole, monkeypatch):
    damaged = Refused("damaged_file", file=str(whole / "data" / "other.parquet"))
    monkeypatch.setattr(making, "_estimated", lambda *_: (_ for _ in ()).throw(damaged))
    with refusal(code="damaged_file"):
        estimation.estimate(2023)


@pytest.mark.parametrize("alone", [True, False])
def test_an_indicator_of_everybody_alone_compares_only_with_the_tiers_above(
    nation, house, monkeypatch, alone
):
    """It has no groups to compare, and the nation has nothing above it."""
    everybody = dataclasses.replace(catalogue()["jkn"], groupings=("all",))
    shutil.copytree(nation / ("loaded" if alone else "estimated"), house / "data")
    shown = {"jkn": everybody} if alone else {**making.catalogue(), "jkn": everybody}
    monkeypatch.setattr(making, "catalogue", lambda: shown)
    estimation.estimate(2023)
    tables = stored()
    of_jkn = {key: t[t["indicator"].eq("jkn")] for key, t in tables.items()}
    assert all(len(of_jkn[place, "estimates"]) == 1 for place in REGIONS)
    compared = [len(of_jkn[place, "differences"]) for place in ("3501", "35", "00")]
    assert compared == [2, 1, 0]
    above = estimation.differences(Parameters(region="00", year=2023))
    assert above["indicator"].eq("jkn").sum() == 0
    kinds = {table.dtypes["se"] for table in tables.values() if "se" in table}
    assert kinds == {np.dtype(float)}
    estimation.estimate(2023, force=True)
    same(tables, stored())


def test_the_newest_segment_counts_and_only_of_todays_marks():
    def segment(indicator, data="d", grouping="g"):
        return kept.Segment(
            {"3501": data}, {"p0": indicator}, {"all": grouping}, [], [], {}, []
        )

    wanted = kept.Wanted({"3501": "d"}, {"p0": "i"}, {"all": "g"}, {"p0": ["all"]})
    segments = {"old": segment("i"), "other": segment("j"), "new": segment("i")}
    taking = kept.taken(segments, wanted)
    assert taking == {"new": {"3501": {"p0"}}} and kept.missing(taking, wanted) == []
    for bad in (segment("j"), segment("i", "e"), segment("i", "d", "h")):
        taking = kept.taken({"bad": bad}, wanted)
        assert taking == {} and kept.missing(taking, wanted) == [(["3501"], ["p0"])]


def test_a_tier_reports_only_where_all_of_it_is_loaded():
    made = tiers.tiers(["3501", "3502", "7301"], COMPLETE)
    assert [(t.level, [*t.regions]) for t in made] == [
        ("kabupaten", ["3501", "3502", "7301"]),
        ("province", ["35"]),
    ]
    assert made[1].inside.tolist() == [0, 0, -1]
    (nation,) = tiers.tiers(PLACES, COMPLETE, wanted={"00"})
    assert nation.inside.tolist() == [0, 0, 0, 0]
    assert [t.level for t in tiers.tiers(PLACES, COMPLETE, "province")] == [
        "province",
        "nation",
    ]


def test_the_mark_of_a_grouping_is_of_what_it_declares():
    plain = marks.of_groupings(["area", "welfare"], 2023)
    assert plain == marks.of_groupings(["welfare", "area"], 2023)
    assert plain["area"] != plain["welfare"]
