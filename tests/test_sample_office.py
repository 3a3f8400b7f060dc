"""The sample office: it adds up, says that it is invented, and touches nothing real."""

import os
import shutil
import uuid
from collections import Counter
from decimal import Decimal

import pytest
import sqlalchemy
from refusing import refusal

from sepakat_lib import cli, ledger, reference, regions, sample_office
from sepakat_lib.ledger import models

PACITAN, BANTAENG, SURABAYA = "3501", "7303", "3578"
YEAR = 2023
PLANS = (2024, 2025)
KINDS = [kind for kind in models.ROWS if kind not in ("pins", "notes")]


def empty(folder, monkeypatch):
    monkeypatch.setenv("SEPAKAT_DATA", str(folder))
    monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data folder with the sample office of Pacitan, and what `make` told."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        empty(folder, patch)
        return folder, sample_office.make(PACITAN, YEAR)


@pytest.fixture
def office(made, monkeypatch):
    """The thread of the sample office; only read."""
    empty(made[0], monkeypatch)
    return ledger.thread(PACITAN)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty ledger."""
    empty(tmp_path, monkeypatch)
    ledger.upgrade()


@pytest.fixture
def copy(made, tmp_path, monkeypatch):
    """The sample office of Pacitan, to write to."""
    empty(shutil.copytree(made[0], tmp_path / "copy"), monkeypatch)


def joined(office):
    """Cost lines with their activity, its office and its plan year."""
    lines = office["cost_lines"].merge(
        office["activities"], left_on="activity_id", right_on="id", suffixes=("", "_of")
    )
    return lines.merge(
        office["opd"], left_on="opd_id", right_on="id", suffixes=("", "_opd")
    )


def test_every_kind_of_row_is_there_for_both_plan_years(office, made):
    for kind, count in made[1]["written"].items():
        assert len(office[kind]) == count > 0, kind
    for year in PLANS:
        of_year = ledger.thread(PACITAN, year)
        assert all(len(of_year[kind]) for kind in KINDS), year
    assert 25 <= len(office["opd"]) <= 30


def test_every_row_is_labelled_and_says_so_where_it_is_read(office):
    for kind in KINDS:
        assert office[kind]["synthetic"].all(), kind
        if "title" in office[kind]:
            assert office[kind]["title"].str.endswith("(sintetis)").all(), kind
    for kind in ("unit_costs", "ceilings"):
        assert office[kind]["decree"].str.contains("SINTETIS").all()
    assert office["opd"]["code"].str.endswith("-S").all()


def test_ceilings_are_the_spending_of_the_regions_apbd(office):
    apbd = reference.apbd(PACITAN).set_index(["account", "year"])["budget"]
    sums = office["ceilings"].groupby("year")["amount"].sum()
    newest = apbd["Belanja Daerah", 2024]
    assert sums.to_dict() == {2024: newest, 2025: newest}
    assert sample_office.size(PACITAN, 2022) == {
        **{"spending": apbd["Belanja Daerah", 2022], "of": "apbd", "apbd_year": 2022}
    }


def test_where_no_apbd_is_held_the_size_comes_of_the_population():
    told = sample_office.size(BANTAENG, 2024)
    assert (told["of"], told["apbd_year"]) == ("population", 2024)
    table = reference.apbd().query("account == 'Belanja Daerah' and year == 2024")
    people = reference.regions().set_index("region")["population_2024"]
    a_head = table["budget"].sum() / people[table["region"]].sum()
    assert told["spending"] == pytest.approx(a_head * people[BANTAENG], rel=1e-9)


def test_amounts_are_price_times_volume_and_add_up_to_the_stated_share(office):
    lines = joined(office)
    whole = lines[lines["amount"].notna()]
    for row in whole.itertuples():
        volumes = [row.volume_1, row.volume_2, row.volume_3, row.volume_4]
        assert row.amount == ledger.amount_of(row.price, volumes)
    for year, spent in whole.groupby("plan_year")["amount"].sum().items():
        wanted = (
            sample_office.poverty_share()
            * sample_office.size(PACITAN, year)["spending"]
        )
        assert spent == pytest.approx(wanted, rel=0.01)
    ceilings = office["ceilings"].set_index(["opd_id", "year"])["amount"]
    for key, need in whole.groupby(["opd_id", "plan_year"])["amount"].sum().items():
        assert need <= ceilings[key]


def test_some_lines_lack_a_price_or_a_volume_and_their_amount_stays_open(office):
    lines = office["cost_lines"]
    lacking = lines[lines["amount"].isna()]
    assert 0 < len(lacking) < 0.15 * len(lines)
    assert lacking["price"].isna().any() and lacking["volume_1"].isna().any()
    assert not (lacking["price"].notna() & lacking["volume_1"].notna()).any()
    spent = set(office["realisations"]["cost_line_id"])
    assert not spent & set(lacking["id"])


def test_prices_are_those_of_the_year_and_the_kecamatan_of_the_activity(office):
    prices = office["unit_costs"].set_index("id")
    carried = {*prices["code"][prices["kecamatan"].notna()]}
    seen = Counter()
    for row in joined(office).dropna(subset="unit_cost_id").itertuples():
        price = prices.loc[row.unit_cost_id]
        assert (price["price"], price["year"]) == (row.price, row.plan_year)
        place = row.kecamatan if price["code"] in carried else None
        assert price["kecamatan"] == place
        seen[place is None] += 1
    assert seen[True] > 10 and seen[False] > 10
    cement = office["unit_costs"].query("code == 'cement-S' and year == 2024")
    assert len(cement) == 1 + len(regions.kecamatan(PACITAN))
    assert cement["price"].nunique() > 5


@pytest.mark.parametrize("region", [PACITAN, BANTAENG, SURABAYA])
def test_places_are_kecamatan_of_the_region(region):
    rows = sample_office.planned(region, PLANS, seed=3)
    own = set(regions.kecamatan(region)["kemendagri"])
    for kind in ("activities", "unit_costs"):
        places = {row["kecamatan"] for row in rows[kind]} - {None}
        assert places and places <= own


def test_offices_have_authority_over_what_they_do(office):
    for row in joined(office).itertuples():
        assert ".".join(row.sub_kegiatan.split(".")[:2]) in row.urusan, row.title_of
    claimed = Counter(code for codes in office["opd"]["urusan"] for code in codes)
    assert {code for code, n in claimed.items() if n > 1} == {"1.02", "1.05"}


def test_realisation_stays_within_its_line_and_never_goes_back(office):
    lines = office["cost_lines"].set_index("id")
    done = office["realisations"].sort_values(["cost_line_id", "month"])
    assert not done.duplicated(["cost_line_id", "year", "month"]).any()
    for id, rows in done.groupby("cost_line_id"):
        assert rows["money"].sum() <= lines["amount"][id]
        physical = [*rows["physical"]]
        assert physical == sorted(physical) and physical[-1] <= 100
    by_line = done.groupby("cost_line_id")["money"].sum()
    part = (by_line / lines["amount"][by_line.index]).astype(float)
    assert part.lt(0.75).any() and part.gt(0.9).mean() > 0.5


def test_people_reached_are_told_once_an_activity_and_within_its_target(office):
    done = office["realisations"].merge(
        office["cost_lines"][["id", "activity_id"]],
        left_on="cost_line_id",
        right_on="id",
    )
    done = done[done["people"].notna()]
    assert done.groupby("activity_id")["cost_line_id"].nunique().eq(1).all()
    reached = done.groupby("activity_id")["people"].sum()
    targets = office["activities"].set_index("id")["target"]
    assert set(reached.index) == set(targets.index)
    assert all(reached[id] <= targets[id] for id in reached.index)


def test_what_lags_says_why_and_not_every_question_is_answered(office):
    done = office["realisations"]
    asked = done[done["verifier"].notna()]
    assert asked["problem"].notna().all() and len(asked) > 5
    assert asked["answer"].isna().any() and asked["answer"].notna().any()


def test_an_issue_rests_on_a_finding_where_one_stands_else_on_a_reason(office, made):
    issues = office["issues"]
    assert (
        issues["evidence_id"].notna().sum() == made[1]["of_findings"] == 2
    )  # BPS's p0
    assert issues.loc[issues["evidence_id"].isna(), "direct_reason"].notna().all()
    kept = office["evidence"].set_index("id")
    for row in issues[issues["evidence_id"].notna()].itertuples():
        assert kept["indicator"][row.evidence_id] == row.indicator == "p0"
        assert kept["year"][row.evidence_id] == YEAR
    after = office["outcomes"].merge(issues, left_on="issue_id", right_on="id")
    assert [kept["year"][id] for id in after["after_id"]] == [*after["plan_year"]]


def test_with_estimates_issues_and_causes_rest_on_the_surveys_findings(
    loaded, tmp_path, monkeypatch
):
    empty(loaded(tmp_path / "data"), monkeypatch)
    told = sample_office.make(PACITAN, YEAR)
    office = ledger.thread(PACITAN)
    assert 2 < told["of_findings"] < len(office["issues"])
    direct = office["issues"][office["issues"]["evidence_id"].isna()]
    assert {*direct["indicator"]} == {"inadequate_housing"}
    assert office["causes"]["evidence_id"].notna().sum() > 4
    of_survey = office["evidence"][office["evidence"]["indicator"].ne("p0")]
    assert len(of_survey) > 4 and of_survey["made_of"].ne("").all()
    assert all(kept["synthetic"] for kept in of_survey["content"])


def everything() -> dict:
    """All rows of the ledger and how often they changed."""
    with ledger.reading() as book:
        found = {
            kind: ledger.rows(book, kind, ended=True).to_dict("records")
            for kind in models.ROWS
        }
        count = sqlalchemy.select(sqlalchemy.func.count()).select_from(models.Change)
        return found | {"changes": book.scalar(count)}


def test_twice_is_once(made, office):
    before = everything()
    again = sample_office.make(PACITAN, YEAR)
    assert not any(again["written"].values())
    assert everything() == before


def test_the_same_seed_gives_the_same_rows_and_another_gives_others():
    one = sample_office.planned(PACITAN, PLANS, seed=1)
    assert one == sample_office.planned(PACITAN, PLANS, seed=1)
    other = sample_office.planned(PACITAN, PLANS, seed=2)
    assert [row["money"] for row in one["realisations"]] != [
        row["money"] for row in other["realisations"]
    ]
    alone = sample_office.planned(PACITAN, (2025,), seed=1)  # whatever else is planned
    ours = {row["id"]: row for row in one["cost_lines"]}
    assert all(ours[row["id"]] == row for row in alone["cost_lines"])
    # the same in every place and process: the name that it had when this was written
    assert one["opd"][0]["id"] == uuid.UUID("cb22eb44-883f-547c-afd9-98a9f6042441")
    assert sum(row["money"] for row in one["realisations"]) == 404_662_179_207


def test_postgresql_keeps_the_same_rows(made, office, writers, tmp_path, monkeypatch):
    if "SEPAKAT_TEST_DATABASE_URL" not in os.environ:
        pytest.skip("no PostgreSQL: SEPAKAT_TEST_DATABASE_URL is not set")
    with writers.fresh("postgresql", tmp_path) as url:
        monkeypatch.setenv("SEPAKAT_DATABASE_URL", url)
        sample_office.make(PACITAN, YEAR)
        there = ledger.thread(PACITAN)
    for kind in KINDS:
        one, other = (
            table[kind].drop(columns="head").sort_values("id")
            for table in (office, there)
        )
        assert one.to_dict("records") == other.to_dict("records"), kind


def direct(book, **more):
    issue = {"region": PACITAN, "plan_year": 2025, "title": "Nyata"}
    return ledger.add(book, "issues", issue | {"direct_reason": "Musrenbang"} | more)


def test_it_is_not_written_beside_real_rows_unless_asked_and_never_changes_one(fresh):
    with ledger.writing("Sari") as book:
        issue = direct(book)
        office = {"region": PACITAN, "title": "Dinas Pendidikan", "urusan": ["1.01"]}
        ledger.add(book, "opd", office | {"code": "1.01.2.19.0.00.01.0000"})
        direct(book, region=SURABAYA)
    before = everything()
    with refusal("issues 1", code="sample_beside_real"):
        sample_office.make(PACITAN, YEAR)
    assert everything() == before
    sample_office.make(PACITAN, YEAR, beside=True)
    sample_office.drop(PACITAN)
    with ledger.reading() as book:
        real = {kind: ledger.rows(book, kind, synthetic=False) for kind in models.ROWS}
        assert len(ledger.trail(book, issue["id"])) == 1
    for kind, rows in real.items():
        assert rows.to_dict("records") == before[kind], kind


def test_dropped_rows_end_and_a_new_sample_is_the_same_under_new_names(copy):
    first = ledger.thread(PACITAN)
    count = sum(len(first[kind]) for kind in KINDS)
    assert sample_office.drop(PACITAN) == count
    assert not any(len(table) for table in ledger.thread(PACITAN).values())
    assert sample_office.drop(PACITAN) == 0
    sample_office.make(PACITAN, YEAR)
    second = ledger.thread(PACITAN)
    for kind, name in (("unit_costs", "price"), ("realisations", "money")):
        assert sorted(second[kind][name]) == sorted(first[kind][name])
        assert not {*second[kind]["id"]} & {*first[kind]["id"]}


def test_a_sample_on_which_real_rows_hang_is_not_dropped(copy):
    line = ledger.thread(PACITAN)["cost_lines"].iloc[0]
    with ledger.writing("Sari") as book:
        own = {"activity_id": line["activity_id"], "title": "Semen kami"}
        ledger.add(book, "cost_lines", own | {"price": 5, "volume_1": Decimal(2)})
    before = everything()
    with refusal("Semen kami", code="sample_in_use"):
        sample_office.drop(PACITAN)
    assert everything() == before


def test_what_an_official_changed_in_the_sample_stays_changed(copy):
    issue = ledger.thread(PACITAN)["issues"].iloc[0]
    with ledger.writing("Sari") as book:
        ledger.change(book, "issues", issue["id"], issue["version"], {"title": "Baru"})
    sample_office.make(PACITAN, YEAR)
    assert "Baru" in [*ledger.thread(PACITAN)["issues"]["title"]]


def test_one_sample_a_region_and_a_region_that_is_a_kabupaten(copy):
    with refusal("35 is not one", code="sample_of_a_kabupaten"):
        sample_office.make("35", YEAR)
    with refusal("another seed", code="sample_of_another_seed"):
        sample_office.make(PACITAN, YEAR, seed=2)


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["db", "demo", *arguments])
    assert ended.value.code == 0


def test_the_verb_says_that_it_is_synthetic_and_where_its_size_comes_from(
    copy, capsys, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    run("pacitan", "--year", "2023")
    said = capsys.readouterr().out
    assert "plans of 2024, 2025, stands already: 0 rows" in said
    assert "1,884,860,000,000, the Belanja Daerah of Pacitan (3501)" in said
    run("7303", "--year", "2023")
    said = capsys.readouterr().out
    assert "All are synthetic" in said and "from the population of Bantaeng" in said
    run("3501", "--drop")
    assert "synthetic rows ended" in capsys.readouterr().out
    assert ledger.thread(PACITAN)["issues"].empty
    assert len(ledger.thread(BANTAENG)["issues"])
