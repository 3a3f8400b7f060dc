"""A problem planted in an invented kabupaten: its theme is bad, and nothing else moved."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from refusing import refusal
from test_susenas_demo import SKIPS_HOME, SKIPS_PERSON, read

from sepakat_lib import intake, plausibility, warehouse
from sepakat_lib.estimation import rows
from sepakat_lib.indicators import catalogue, themes
from sepakat_lib.parameters import policy
from sepakat_lib.sources import susenas
from sepakat_lib.sources.susenas import invention
from sepakat_lib.sources.susenas.invention import NOTE, planting
from sepakat_lib.sources.susenas.invention.planting import THEMES

PACITAN, BANTAENG = "3501", "7303"
PLAIN = "plain"
# What is really connected with a theme, of those that belong to another.
CONNECTED = {
    # of those who work, and in which sector
    "work": {"workers_secured"} | {n for n in catalogue() if n.startswith("worker_")},
    "business": set(),
    # what is lacked at home, in its combinations
    "services": {name for name in catalogue() if name.startswith("home_lacks_")},
    "schooling": {
        *("neet", "head_primary", "pip"),
        *(name for name in catalogue() if name.startswith("home_head_")),
    },
    "health": set(),
    "protection": {"no_security_only", "no_insurance_only"},
}


@pytest.fixture(scope="module")
def made(once):
    """Folders of Pacitan's files of 2023 by the theme that was planted, and plain."""

    def make(folder):
        for theme in (PLAIN, *THEMES):
            named = None if theme == PLAIN else theme
            place = folder / theme
            invention.demo(place, regions=[PACITAN], format="parquet", theme=named)

    place = once("planted", make)
    return {theme: place / theme for theme in (PLAIN, *THEMES)}


@pytest.fixture(scope="module")
def surveys(made):
    """What is read from the files of each invention."""
    return {theme: susenas.read([place], year=2023) for theme, place in made.items()}


@pytest.fixture(scope="module")
def values(surveys):
    """Value and standard error of every indicator of each invention."""
    return {theme: _valued(survey) for theme, survey in surveys.items()}


def _valued(survey):
    con = duckdb.connect()
    con.execute("SET disabled_optimizers = 'in_clause'")  # as `warehouse.connect`
    con.register("households", survey.households)
    con.register("persons", survey.persons)
    declared = [one for one in catalogue().values() if one.kind == "ratio"]
    found = rows.read(con, 2023, declared, "kabupaten")
    assert set(found.absent) <= {"extreme_poverty"}  # no line of 2023 is known
    told = {}
    for one in (each for each in declared if each.name in found.values):
        each = found.values[one.name]
        of_homes = one.table == "households"
        weight = found.weight * (found.size if one.counts == "persons" else 1)
        weight = weight if of_homes else found.weight_of_person
        below = 1.0 if each.denominator is None else each.denominator
        known = ~np.isnan(each.numerator)
        y = np.where(known, weight * each.numerator, 0)
        x = np.where(known, weight * below, 0)
        value = y.sum() / x.sum()
        unit = found.psu if of_homes else found.psu_of_person
        by_unit = np.bincount(unit, (y - value * x) / x.sum())
        told[one.name] = value, np.sqrt((by_unit**2).sum())
    return pd.DataFrame(told, ["value", "error"]).T


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("theme", THEMES)
def test_a_planted_theme_is_worse_beyond_error_in_two_thirds_of_its_indicators(
    theme, values
):
    names = [
        one.name
        for one in themes()[theme]
        if one.kind == "ratio" and one.better != "context"
    ]
    sign = [1 if catalogue()[name].better == "higher" else -1 for name in names]
    before, after = values[PLAIN].loc[names], values[theme].loc[names]
    change = sign * (after["value"] - before["value"])
    error = np.hypot(before["error"], after["error"])
    assert (change < -1.96 * error).sum() >= 2 / 3 * len(names), change / error
    assert not (change > 1.96 * error).any()


@pytest.mark.parametrize("theme", THEMES)
def test_what_belongs_to_no_planted_theme_has_the_very_value_it_had(theme, values):
    own = {one.name for one in themes()[theme]}
    others = [n for n in values[PLAIN].index if n not in own | CONNECTED[theme]]
    moved = values[theme].loc[others] != values[PLAIN].loc[others]
    assert not moved.any(axis=None), moved[moved.any(axis=1)].index.tolist()
    assert {"p0", "p1", "p2", "vulnerable"} <= set(others)


@pytest.mark.parametrize("theme", THEMES)
def test_weights_places_and_spending_keep_every_byte(theme, made):
    plain, bad = _files(made[PLAIN]), _files(made[theme])
    spent = "ssn202303_kp_blok43.parquet"
    assert bad[spent] == plain[spent] and plain.keys() == bad.keys()
    keys = ["URUT", "R102", "R301", "R302", "R305", "PSU", "STRATA", "FWT"]
    homes = [
        pd.read_parquet(made[which] / "ssn202303_kor_rt.parquet", columns=keys)
        for which in (PLAIN, theme)
    ]
    pd.testing.assert_frame_equal(*homes)


@pytest.mark.parametrize("theme", THEMES)
def test_planted_answers_keep_the_questionnaires_skips_and_load_without_a_doubt(
    theme, made, surveys
):
    tables = read(made[theme].glob("*.parquet"))
    home, first, second = (tables[f"kor_{part}"] for part in ("rt", "ind1", "ind2"))
    fresh = [column for column in second if column not in first]
    people = first.merge(second[["URUT", "R401", *fresh]], on=["URUT", "R401"])
    for table, skips in ((home, SKIPS_HOME), (people, SKIPS_PERSON)):
        for column, asked in skips.items():
            expected = table.eval(asked, engine="python")
            assert (table[column].notna() == expected).all(), column
    assert (home["R1809A"].le(4) == home["R1809C"].notna()).all()
    at_work = people["R703_A"].notna()
    assert (people["R709"][at_work] >= people["R708"][at_work]).all()
    pupil = people["R704"].eq(2) & people["R407"].ge(7)
    assert people.loc[pupil, "R610"].eq(2).all()
    schemes = people[[f"R1101_{letter}" for letter in "ABCDE"]].notna().any(axis=1)
    assert (people["R1101_X"].notna() == ~schemes).all()
    survey = surveys[theme]
    assert survey.remarks == surveys[PLAIN].remarks
    assert plausibility.check(survey.households, survey.persons, 2023) == ()


def test_planting_draws_from_numbers_of_its_own(monkeypatch, tmp_path, made):
    drawn = []

    def nothing(rng, *_):
        drawn.append(rng.random())
        return {}, {}

    monkeypatch.setitem(THEMES, "nothing", nothing)
    invention.demo(tmp_path, regions=[PACITAN], format="parquet", theme="nothing")
    fresh, before = _files(tmp_path), _files(made[PLAIN])
    assert fresh.pop(NOTE) != before.pop(NOTE)
    assert fresh == before
    of_others = [[0, 2023, int(PACITAN), *more] for more in ((), (1,))]
    assert drawn == [np.random.default_rng([0, 2023, int(PACITAN), 2]).random()]
    assert drawn[0] not in [np.random.default_rng(seed).random() for seed in of_others]


def test_the_same_seed_plants_the_same_and_another_seed_plants_another(tmp_path):
    def files(place, seed, regions=(BANTAENG,)):
        how = {"theme": "services", "format": "parquet", "seed": seed}
        invention.demo(tmp_path / place, regions=regions, **how)
        return _files(tmp_path / place)

    first = files("a", 4)
    assert first == files("b", 4)
    assert all(first[name] != other for name, other in files("c", 5).items())
    files("d", 4, [PACITAN, BANTAENG])
    both, alone = (
        pd.read_parquet(tmp_path / place / "ssn202303_kor_rt.parquet")
        for place in ("d", "a")
    )
    of_one = both[both["R101"].eq(73)].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_one, alone)


def test_the_note_beside_planted_files_names_theme_and_seed(made):
    note = (made["health"] / NOTE).read_text("utf-8")
    assert "theme health" in note and "bertema health" in note and "seed 0" in note
    plain = (made[PLAIN] / NOTE).read_text("utf-8")
    assert plain == invention.NOTE_TEXT


def test_the_themes_that_can_be_planted_are_themes_with_directed_indicators():
    others = {"condition", "venns", "policy", "profile", "official"}
    assert set(THEMES) == set(themes()) - others
    assert policy("welfare_bands", 2023)[1] == planting.VULNERABLE


# --- in the warehouse


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))


def told():
    origins = warehouse.loaded().set_index("region")
    origins["theme"] = origins["theme"].fillna("")
    return dict(
        zip(
            origins.index,
            zip(origins["theme"], origins["seed"], strict=True),
            strict=True,
        )
    )


def answers(region):
    con = warehouse.connect("susenas", 2023, [region])
    return con.execute("SELECT * FROM households ORDER BY household").df()


def test_a_report_leaves_what_was_planted(empty):
    intake.invent([PACITAN], 2023, theme="services", seed=3)
    before = answers(PACITAN)
    supplied = intake.supply([PACITAN, BANTAENG], 2023)
    assert supplied.invented == [BANTAENG]
    assert told() == {PACITAN: ("services", 3), BANTAENG: ("", 0)}
    pd.testing.assert_frame_equal(answers(PACITAN), before)


def test_what_was_planted_is_planted_again_where_the_facts_are_others(
    empty, monkeypatch
):
    intake.invent([PACITAN], 2023, theme="services", seed=3)
    intake.invent([BANTAENG], 2023)
    before = answers(PACITAN)
    monkeypatch.setattr(
        invention, "made_of", lambda wanted, _: dict.fromkeys(wanted, "x")
    )
    assert intake.supply(["3501", "7303"], 2023).invented == [PACITAN, BANTAENG]
    assert told() == {PACITAN: ("services", 3), BANTAENG: ("", 0)}
    pd.testing.assert_frame_equal(answers(PACITAN), before)


def test_the_list_names_what_was_planted_and_where(empty, say):
    code, out, _ = say(
        *("data", "demo", PACITAN, "--year", "2023"),
        *("--theme", "health", "--seed", "7"),
    )
    assert code == 0 and "ditanam masalah bertema health (benih 7)" in out
    assert say("data", "demo", BANTAENG, "--year", "2023")[0] == 0
    _, out, _ = say("data", "status")
    assert "2 kabupaten/kota" in out
    assert "ditanam masalah bertema health: Pacitan (3501)" in out
    assert "Bantaeng" not in out
    assert say("data", "demo", PACITAN, "--year", "2023")[0] == 0
    assert "ditanam" not in say("data", "status")[1]


@pytest.mark.parametrize("theme", ["condition", "policy", "wrok", ""])
def test_a_theme_that_cannot_be_planted_is_refused_with_the_choices(theme, empty, say):
    code, _, err = say("data", "demo", PACITAN, "--year", "2023", "--theme", theme)
    assert code == 2 and f"'{theme}' tidak dapat ditanam" in err
    assert all(name in err for name in THEMES)
    assert not warehouse.folder().exists()


def test_a_theme_that_cannot_be_planted_writes_no_file(tmp_path):
    with refusal("cannot be planted", code="not_planted"):
        invention.demo(tmp_path / "none", regions=[PACITAN], theme="condition")
    assert not (tmp_path / "none").exists()


def test_a_seed_below_zero_is_a_usage_error(empty, say):
    assert say("data", "demo", PACITAN, "--seed", "-1")[0] == 2


def test_nothing_is_planted_where_licensed_data_are(empty, say, invented, tmp_path):
    place = invented(tmp_path / "files")
    for path in place.glob("*.csv"):
        pd.read_csv(path).drop(columns="DEMO").to_csv(path, index=False)
    intake.load([place], year=2023)
    before = answers(PACITAN)
    code, _, err = say("data", "demo", PACITAN, "--year", "2023", "--theme", "work")
    assert code == 2 and "berlisensi sudah dimuat" in err
    pd.testing.assert_frame_equal(answers(PACITAN), before)
