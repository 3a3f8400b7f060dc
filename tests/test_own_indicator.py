"""An office's own indicator is one file outside the package, and can do no harm."""

import shutil

import pytest
import yaml
from refusing import refusal

from sepakat_lib import analysis, estimation, indicators, intake, parameters, warehouse
from sepakat_lib.estimation import making
from sepakat_lib.reports import analysis as show
from sepakat_lib.tables import Estimates, Official

BANTAENG = "7303"
CHILDREN = {
    "name": "crowded_children",
    "code": "DAERAH-001",
    "label": {"id": "Anak di rumah sempit", "en": "Children in crowded housing"},
    "definition": {
        "id": "Penduduk di bawah 15 tahun dengan lantai di bawah 7,2 m2 per orang.",
        "en": "People below 15 with less than 7.2 m2 of floor a person.",
    },
    "unit": "percent",
    "better": "lower",
    "theme": "services",
    "numerator": "CASE WHEN floor_area / size < 7.2 THEN 1 "
    "WHEN floor_area / size >= 7.2 THEN 0 END",
    "universe": "age < 15",
    "groupings": ["all", "area", "sex", "quintile"],
    "source": "RPJMD 2025-2029",
}


@pytest.fixture
def declare(tmp_path, monkeypatch):
    """Put a declaration into an office's folder of parameters."""
    folder = tmp_path / "parameters"
    shutil.copytree(
        parameters.FOLDER, folder, ignore=shutil.ignore_patterns("indicators")
    )
    (folder / "indicators").mkdir()
    monkeypatch.setattr(parameters, "FOLDER", folder)
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    _forget()

    def write(file="own.yml", **changed):
        content = {k: v for k, v in (CHILDREN | changed).items() if v is not None}
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / "indicators" / file).write_text(text, "utf-8")
        _forget()

    yield write
    monkeypatch.undo()
    _forget()


def _forget():
    indicators.themes.cache_clear()
    indicators.catalogue.cache_clear()


def test_it_stands_in_the_catalogue_and_at_the_end_of_its_theme(declare):
    before = len(indicators.catalogue())
    declare()
    assert len(indicators.catalogue()) == before + 1
    own = indicators.themes()["services"][-1]
    assert (own.name, own.question, own.table) == ("crowded_children", 3, "persons")
    assert own not in indicators.shipped()["services"]


def test_households_alone_are_scanned_where_no_member_is_asked_about(declare):
    declare(universe=None, groupings=["all"])
    assert indicators.catalogue()["crowded_children"].table == "households"


def test_it_is_estimated_as_a_plain_query_counts_it_and_stands_on_the_page(declare):
    declare()
    intake.invent([BANTAENG], 2023)
    estimation.estimate(2023)
    con = warehouse.connect("susenas", 2023, [BANTAENG])
    counted = con.execute(
        "SELECT 100 * sum(p.weight * (h.floor_area / h.size < 7.2)::INT) / "
        "sum(p.weight), count(*) FROM persons p JOIN households h USING "
        "(region, household) WHERE p.age < 15"
    ).fetchone()
    for language, label in CHILDREN["label"].items():
        chosen = parameters.resolve(region=BANTAENG, year=2023, language=language)
        table = estimation.read(chosen)
        mine = table[
            table["indicator"].eq("crowded_children") & table["region"].eq(BANTAENG)
        ].set_index(["grouping", "group"])
        row = mine.loc[("all", "all")]
        assert row["value"] == pytest.approx(counted[0], abs=1e-9)
        assert row["n"] == counted[1] and row["se"] > 0
        findings = analysis.findings(
            chosen,
            Official.empty(),
            table,
            estimation.differences(chosen),
            Estimates.empty(),
        )
        fifths = analysis.fifths(chosen, findings, "services")
        assert "crowded_children" in set(fifths["indicator"])
        assert label in show.fifths(chosen, fifths, "services")._repr_html_()


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("read_csv('/etc/passwd')", "read_csv"),
        ("(SELECT 1)", "SELECT"),
        ("1; DROP TABLE persons", ";"),
        ("1), (2", ")"),
        ("1, 2", ","),
        ("(1", "("),
        ("age -- 15", "-"),
        ("age /* 15 */", "/"),
        ("agee < 15", "agee"),
        ("region = '3501'", "region"),
        ('"age"', '"'),
        ("age::text", ":"),
        ("age (1)", "age"),
        ("least (1, 2)", "least"),
        ("getenv('HOME')", "getenv"),
        ("[1]", "["),
        ("case when age < 15 then 1 end", "case"),
    ],
)
@pytest.mark.parametrize("field", ["numerator", "denominator", "universe"])
def test_an_expression_that_could_do_more_than_count_is_refused(
    declare, field, sql, part
):
    declare(**{field: sql})
    with refusal(code="own_indicator_sql") as caught:
        indicators.catalogue()
    assert caught.value.fields["file"] == "parameters/indicators/own.yml"
    assert (caught.value.fields["name"], caught.value.fields["part"]) == (field, part)


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"numerator": "CASE WHEN age THEN"}, "own_indicator_unread", "numerator in"),
        ({"numerator": "least(sex)) + ((1"}, "own_indicator_sql", "may not stand"),
        ({"name": "p0"}, "own_indicator_twice", "p0 in parameters/indicators/own.yml"),
        ({"name": "P 0"}, "own_indicator_name", "'P 0'"),
        ({"code": "NAK-009"}, "own_indicator_code", "NAK-009 in parameters/indicators"),
        ({"nominator": "1"}, "own_indicator_field", "'nominator'.*numerator"),
        ({"numerator": None}, "own_indicator_lacks", "lacks numerator"),
        ({"label": {"id": "Anak"}}, "own_indicator_empty", "label"),
        ({"definition": "text"}, "own_indicator_empty", "definition"),
        ({"unit": "apples"}, "own_indicator_choice", "unit .*'apples'"),
        ({"theme": "housing"}, "own_indicator_choice", "theme .*services"),
        ({"survey": "sakernas"}, "own_indicator_choice", "survey .*susenas"),
        ({"groupings": ["all", "tribe"]}, "own_indicator_choice", "'tribe'"),
        ({"groupings": "all"}, "own_indicator_empty", "groupings"),
        ({"counts": "households"}, "own_indicator_households", "counts: persons"),
    ],
)
def test_a_wrong_declaration_is_refused_by_its_file_and_what_is_wrong(
    declare, changed, code, said
):
    declare(**changed)
    with refusal(said, code=code):
        indicators.catalogue()


@pytest.mark.parametrize(
    ("numerator", "said"), [("100.0 * sex", "100 to 200"), ("-1", "-1 to -1")]
)
def test_a_percentage_that_counts_somebody_more_than_once_is_refused(
    declare, numerator, said
):
    declare(numerator=numerator)
    intake.invent([BANTAENG], 2023)
    with refusal(f"crowded_children is a percentage.*{said}", code="not_a_share"):
        estimation.estimate(2023)
    declare(numerator=numerator, unit="index")
    estimation.estimate(2023)


def test_an_indicator_whose_sql_fails_on_a_row_is_refused_by_its_name(declare):
    declare(numerator="100 * sex")  # sex is kept in one byte
    intake.invent([BANTAENG], 2023)
    with refusal(
        r"crowded_children cannot be computed \(.*100\.0", code="not_computed"
    ):
        estimation.estimate(2023)


def test_two_files_may_not_share_a_code(declare):
    declare()
    declare("second.yml", name="other_children")
    with refusal("DAERAH-001 in .*second.yml", code="own_indicator_code"):
        indicators.catalogue()


def test_two_files_may_not_declare_one_name(declare):
    declare()
    declare("second.yml")
    with refusal("second.yml", code="own_indicator_twice"):
        indicators.catalogue()


def test_a_file_that_is_no_names_and_values_is_refused_by_its_line(declare):
    declare()
    path = parameters.FOLDER / "indicators" / "own.yml"
    path.write_text("name: [a\n", "utf-8")
    _forget()
    with refusal("parameters/indicators/own.yml", code="broken_file"):
        indicators.catalogue()


def test_the_file_moves_its_own_rows_and_no_others(declare):
    def rows():
        now = making.now_of("susenas", 2023, "susenas", "", "kabupaten")
        return now.rows

    intake.invent(["3501"], 2023)
    before = rows()
    declare()
    with_own = rows()
    declare(numerator="CASE WHEN age < 10 THEN 1 ELSE 0 END")
    changed = rows()
    (own,) = set(with_own) - set(before)
    assert {name: with_own[name] for name in before} == before
    assert {name: changed[name] for name in before} == before
    assert changed[own] != with_own[own]
