"""Planning: the library of causes, codes, trees with their evidence, and what is drawn."""

import io
import json
import math
import re
import uuid
from decimal import Decimal
from xml.etree import ElementTree

import docx
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import refusal

from sepakat_lib import (
    batch,
    intake,
    ledger,
    modules,
    parameters,
    planning,
    published,
    reference,
    tables,
    warehouse,
    words,
)
from sepakat_lib.batch import seal
from sepakat_lib.figures import tree as figure
from sepakat_lib.figures.drawing import NARROW, WIDE
from sepakat_lib.figures.layout import text_width
from sepakat_lib.figures.tree import Node
from sepakat_lib.indicators import catalogue
from sepakat_lib.planning import causes as library_of
from sepakat_lib.reports import page
from sepakat_lib.reports import planning as show

NAN = math.nan
CODE = "1.03.05.2.01.0039"  # of improved sanitation, in the shipped list


# The library


def test_the_library_has_all_causes_in_both_languages():
    causes = planning.library()
    assert len(causes) == 86
    assert len({issue for cause in causes.values() for issue in cause.issues}) == 35
    for code, cause in causes.items():
        assert set(cause.title) == {"id", "en"}, code
        assert cause.title["id"] != cause.title["en"], code
        assert code == cause.code and cause.side in ("supply", "use")
        assert cause.activities, code


def test_what_a_cause_names_is_an_indicator_of_the_catalogue_or_a_named_code():
    named = {
        name
        for cause in planning.library().values()
        for name in (*cause.issues, *cause.evidence)
    }
    measured = named & set(catalogue())
    assert {"p0", "improved_sanitation", "poor_without_jkn"} <= measured
    assert all(re.fullmatch("[A-Z]{3}-[0-9]{3}", name) for name in named - measured)
    for name in named:
        assert planning.label(name, "id") != name and planning.label(name, "en") != name
    of_catalogue = {one.code for one in catalogue().values()}
    assert not named & of_catalogue, "measured here, but named by its code"


def test_every_sub_kegiatan_of_the_library_is_in_the_shipped_list():
    codes = {
        done["code"]
        for cause in planning.library().values()
        for done in cause.activities
    }
    assert len(codes) > 80
    assert codes <= set(reference.nomenclature()["code"])


def test_causes_of_supply_are_suggested_before_those_of_use():
    sides = [cause.side for cause in planning.suggested("p0")]
    assert sides == ["supply", "supply", "use", "use", "use"]
    assert planning.suggested(None) == []


GOOD = {
    "issues": ["p0"],
    "side": "use",
    "title": {"id": "Sebab", "en": "Cause"},
    "evidence": ["informal"],
    "activities": [{"code": CODE, "opd": "Dinas PUPR", "strategy": "pockets"}],
}
WRONG = {
    "cause_lacks": GOOD | {"title": None},
    "cause_choice": GOOD | {"side": "both"},
    "cause_text": GOOD | {"title": {"id": "Sebab"}},
    "cause_indicator": GOOD | {"evidence": ["informall"]},
    "cause_code": GOOD | {"activities": [{"code": "1.3.5"}]},
    "cause_field": GOOD | {"evidense": []},
}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office's own library: `write(entries)` puts one file in its folder."""
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)
    (tmp_path / "causes").mkdir()

    def forget():
        library_of.library.cache_clear()
        library_of._not_measured.cache_clear()

    def write(entries, name="own"):
        forget()
        content = json.dumps({"causes": entries})  # JSON is YAML
        (tmp_path / "causes" / f"{name}.yml").write_text(content, "utf-8")

    yield write
    forget()


@pytest.mark.parametrize(("code", "entry"), WRONG.items())
def test_a_broken_entry_is_refused_with_file_entry_and_reason(office, code, entry):
    office({"MY-1": GOOD, "MY-2": entry})
    with refusal(r"MY-2.*own\.yml|own\.yml.*MY-2", code):
        planning.library()


def test_a_misspelt_indicator_is_told_with_the_nearest(office):
    office({"MY-2": WRONG["cause_indicator"]})
    with refusal("informal"):
        planning.library()


def test_a_code_in_two_files_is_refused(office):
    office({"MY-1": GOOD})
    office({"MY-1": GOOD}, "own2")
    with refusal(r"MY-1 in parameters/causes/own2\.yml", "cause_twice"):
        planning.library()


def test_an_offices_own_cause_is_suggested(office):
    office({"MY-1": GOOD, "MY-2": GOOD | {"activities": [], "evidence": []}})
    assert [cause.code for cause in planning.suggested("p0")] == ["MY-1", "MY-2"]


# Codes


def test_the_shipped_list_is_whole():
    table = reference.nomenclature()
    counts = table["level"].value_counts().to_dict()
    assert counts == {
        "sub_kegiatan": 643,
        "kegiatan": 175,
        "program": 69,
        "bidang_urusan": 38,
        "urusan": 8,
    }
    assert table["code"].eq("").sum() == 35
    codes = table[table["code"].ne("")]
    assert codes["code"].is_unique
    assert codes["level"].tolist() == [*map(reference.level_of, codes["code"])]
    tags = table["strategy"].value_counts().to_dict()
    assert tags == {"": 814, "spending_burden": 56, "pockets": 37, "income": 26}


def test_each_code_stands_under_its_parents_but_for_the_programs_that_lack():
    codes = set(reference.nomenclature()["code"]) - {""}
    lacking = {up for code in codes for up in reference.above(code)} - codes
    assert len(lacking) == 13
    assert {reference.level_of(code) for code in lacking} == {"program"}


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """An empty data folder."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    return tmp_path


ROWS = [
    ["", "KODE", "", "", "", "", "NOMENKLATUR URUSAN"],
    ["1", "1", "", "", "", "", "URUSAN WAJIB"],
    ["2", "1", "03", "", "", "", "PEKERJAAN UMUM"],
    ["3", "1", "03", "05", "", "", "PROGRAM AIR LIMBAH"],
    ["4", "1", "03", "05", "2.01", "", "Pengelolaan Air Limbah"],
    ["5", "1", "03", "05", "2.01", "0039", "Penyediaan SPALD Setempat"],
    ["6", "", "", "", "", "2.13.02.2.01.0001", "Penataan Desa"],
    ["", "", "", "", "", "", "Catatan"],
]


def book(place, *rows, name="codes.xlsx"):
    """A workbook with the sheet ALL."""
    made = openpyxl.Workbook()
    made.active.title = "ALL"
    for row in (*ROWS, *rows):
        made.active.append([cell or None for cell in row])
    made.save(place / name)
    return place / name


def day(text):
    return pd.Timestamp(text).date()


def test_an_office_loads_codes_whole_or_in_parts(own_data):
    added, _ = intake.add_codes(book(own_data), "Decree A", day("2024-08-27"))
    assert added == 6
    own = published.nomenclature().query("own").set_index("code")
    assert own.loc[CODE, ["name", "decree", "since"]].tolist() == [
        *("Penyediaan SPALD Setempat", "Decree A", "2024-08-27"),
    ]
    assert own.loc[CODE, "strategy"] == "pockets"  # as the shipped list tags it
    assert own.loc["2.13.02.2.01.0001", "level"] == "sub_kegiatan"
    assert own.loc["2.13.02.2.01.0001", "strategy"] == ""


def test_rows_that_are_no_codes_are_refused_together_and_nothing_is_stored(own_data):
    bad = book(
        own_data,
        ["7", "1", "3", "", "", "", "Pekerjaan umum"],  # Excel ate the zero
        ["8", "1", "03", "05", "2.01", "0039", "Nama lain"],
    )
    with refusal("Rows of codes.xlsx that are no codes: 2", "bad_codes") as caught:
        intake.add_codes(bad, "Decree A", day("2024-08-27"))
    assert caught.value.problems["row"].tolist() == [9, 10]
    assert warehouse.codes() is None


def test_a_decree_is_loaded_anew_beside_others(own_data):
    intake.add_codes(book(own_data), "Decree A", day("2024-08-27"))
    intake.add_codes(book(own_data), "Decree A", day("2024-08-27"))
    intake.add_codes(book(own_data), "Decree B", day("2026-05-07"))
    own = warehouse.codes()
    assert own["decree"].value_counts().to_dict() == {"Decree A": 6, "Decree B": 6}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--decree", " ", "--since", "2024-08-27"), "--decree"),
        (("--decree", "A", "--since", "27/08/2024"), "2024-08-27"),
        (("--decree", "A", "--since", "2024-08-27", "--until", "2023-01-01"), "2023"),
    ],
)
def test_the_verb_refuses_what_cannot_be(own_data, say, arguments, said):
    code, _, err = say("data", "codes", book(own_data), *arguments)
    assert code == 2 and said in err


# Trees


def finding(indicator, value, low=NAN, high=NAN, **given):
    """A level of everybody in Pacitan."""
    plain = {
        "id": f"{indicator} {given.get('source', 'survey')}",
        **{"kind": "level", "source": "survey", "region": "3501", "year": 2023},
        **{"month": 3, "indicator": indicator, "grouping": "all", "group": "all"},
        **{"against_region": "", "against_group": "", "against_year": 0},
        **{"against_month": 0, "value": value, "low": low, "high": high, "se": NAN},
        **{"rse": NAN, "n": 900.0, "df": 30.0, "verdict": "", "judgement": "none"},
        **{"mark": "", "people": NAN, "people_low": NAN, "people_high": NAN},
        **{"remark": "", "synthetic": True, "people_mark": ""},
    }
    return plain | given


def found(*rows):
    names = [*tables.Findings.to_schema().columns]
    return tables.Findings.validate(pd.DataFrame([*rows], columns=names))


FOUND = (
    finding("p0", 13.65, source="official", synthetic=False),
    finding("p0", 13.1, 11.0, 15.2),
    finding("improved_sanitation", 74.4, 70.2, 78.1, people=412_000.0),
    finding("open_defecation", 4.0, 2.0, 7.9, mark="**"),
    finding("informal", NAN, mark="few"),
    finding("informal", 50.0, 40.0, 60.0, region="35", id="province"),
)


class Plan:
    """Rows of a plan, as `ledger.thread` gives them, put down by hand."""

    def __init__(self):
        self.kinds = ledger.thread("3501", url="sqlite:////nowhere/ledger.sqlite")

    def add(self, kind, **fields):
        row = dict.fromkeys(self.kinds[kind]) | {"id": uuid.uuid4()} | fields
        old = self.kinds[kind]
        table = pd.DataFrame([*old.to_dict("records"), row], columns=old.columns)
        self.kinds[kind] = table.astype(object).where(table.notna(), None)
        return row["id"]

    def evidence(self, row):
        content = {n: None if v != v else v for n, v in row.items()}
        told = {"finding": row["id"], "indicator": row["indicator"], "year": 2023}
        return self.add("evidence", content=content, region="3501", **told)

    def issue(self, indicator="improved_sanitation", **fields):
        plain = {"region": "3501", "plan_year": 2025, "title": "Sanitasi <belum> layak"}
        return self.add("issues", indicator=indicator, **plain | fields)

    def cause(self, issue, title="Sebab", side="supply", **fields):
        plain = {"issue_id": issue, "title": title, "side": side, "place": 0}
        return self.add("causes", **plain | fields)

    def activity(self, cause, title="Kegiatan", **fields):
        plain = {"cause_id": cause, "plan_year": 2025, "title": title}
        return self.add("activities", **plain | fields)


@pytest.fixture
def plan():
    """An issue with three causes, one of them under another, and two activities."""
    made = Plan()
    office = made.add(
        "opd", region="3501", code="1.03", title="Dinas PUPR", urusan=["1.03"]
    )
    kept = made.evidence(FOUND[2] | {"value": 71.2, "low": 67.0, "high": 75.2})
    made.top = made.issue(evidence_id=kept)
    use = made.cause(made.top, "Kebiasaan", "use", library="AKS-012-U1")
    pit = "Tangki septik dan penyedotan tidak tersedia"
    made.supply = made.cause(made.top, pit, library="AKS-012-S1", place=1)
    made.below = made.cause(made.top, "Tukang kurang", above_id=made.supply)
    made.done = made.activity(
        made.below,
        "Pelatihan tukang",
        opd_id=office,
        sub_kegiatan=CODE,
        kecamatan="35.01.01",
        target=Decimal("250.5"),
        unit="orang",
        target_group="tukang",
    )
    made.bare = made.activity(use, "Penyuluhan", strategy="2-peningkatan pendapatan")
    return made


def test_a_tree_runs_from_the_issue_over_supply_to_use(plan):
    tree = planning.tree(plan.kinds, found(*FOUND), plan.top)
    told = tree[["kind", "side", "title"]].to_numpy().tolist()
    assert told == [
        ["issue", "", "Sanitasi <belum> layak"],
        ["cause", "supply", "Tangki septik dan penyedotan tidak tersedia"],
        ["cause", "supply", "Tukang kurang"],
        ["activity", "supply", "Pelatihan tukang"],
        ["cause", "use", "Kebiasaan"],
        ["activity", "use", "Penyuluhan"],
    ]
    above = dict(zip(tree["node"], tree["above"], strict=True))
    assert above[plan.below] == plan.supply and above[plan.supply] == plan.top
    assert above[plan.done] == plan.below


def test_a_cause_is_grey_where_nothing_shows_it_and_says_why(plan):
    tree = planning.tree(plan.kinds, found(*FOUND), plan.top).set_index("title")
    grey = tree.loc[tree["kind"].eq("cause"), "grey"].to_dict()
    assert grey == {
        "Tangki septik dan penyedotan tidak tersedia": "not_measured",
        "Tukang kurang": "no_evidence",
        "Kebiasaan": "not_for_use",
    }
    issue = tree.loc["Sanitasi <belum> layak"]
    assert issue["grey"] == ""
    (evidence,) = issue["evidence"]
    assert (evidence.value, evidence.low) == (74.4, 70.2)
    # 412 thousand are 74.4 percent and have it: the others lack it
    assert evidence.people == pytest.approx(412_000 / 0.744 - 412_000)


@pytest.mark.parametrize(
    ("indicator", "why", "source"),
    [
        ("p0", "", "official"),  # what BPS prints before the survey
        ("improved_sanitation", "", "survey"),
        ("informal", "hidden", "survey"),
        ("open_defecation", "not_for_use", "survey"),
        ("jkn", "no_finding", ""),
        ("PAR-022", "not_measured", ""),
    ],
)
def test_evidence_has_a_value_or_a_reason(indicator, why, source):
    evidence = planning.evidence_of(found(*FOUND), "3501", indicator)
    assert (evidence.why, evidence.source) == (why, source)
    assert math.isnan(evidence.value) == (why not in ("", "not_for_use"))


def test_causes_that_stand_below_themselves_or_an_ended_one_stand_at_the_top():
    made = Plan()
    top = made.issue()
    first, second = uuid.uuid4(), uuid.uuid4()
    made.cause(top, "A", id=first, above_id=second)
    made.cause(top, "B", id=second, above_id=first)
    made.cause(top, "C", above_id=uuid.uuid4())
    tree = planning.tree(made.kinds, found(*FOUND), top)
    assert sorted(tree["title"][1:]) == ["A", "B", "C"]
    assert tree["above"][1:].tolist() == [top] * 3


def test_what_is_taken_is_no_more_suggested(plan):
    (problem,) = planning.problems(plan.kinds, found(*FOUND))
    assert problem.suggested.empty
    made = Plan()
    made.issue()
    (problem,) = planning.problems(made.kinds, found(*FOUND))
    assert problem.suggested["library"].tolist() == ["AKS-012-S1", "AKS-012-U1"]
    assert problem.suggested["grey"].tolist() == ["not_measured", "not_for_use"]


@pytest.mark.parametrize(
    ("then", "verdict"),
    [
        ({}, "same"),
        ({"value": 74.42, "high": 78.13}, "same"),  # beyond what is written
        ({"value": 71.2}, "moved"),
        ({"low": 66.0}, "moved"),
        ({"source": "official", "low": NAN, "high": NAN}, "moved"),
    ],
)
def test_a_number_differs_only_where_it_would_be_written_otherwise(then, verdict):
    made = Plan()
    made.issue(evidence_id=made.evidence(FOUND[2] | then))
    told = planning.differing(made.kinds, found(*FOUND))
    assert told["verdict"].tolist() == [verdict]
    assert told["now"][0].value == 74.4


def test_bps_rates_differ_by_a_hundredth_and_a_vanished_number_is_told():
    made = Plan()
    made.issue("p0", evidence_id=made.evidence(FOUND[0] | {"value": 13.64}))
    assert planning.differing(made.kinds, found(*FOUND))["verdict"][0] == "moved"
    assert planning.differing(made.kinds, found(*FOUND[2:]))["verdict"][0] == "gone"


# Activities


def test_an_activity_says_who_where_for_whom_and_what_it_lacks(plan, own_data):
    table = planning.activities(plan.kinds, published.nomenclature())
    done, bare = (table.set_index("id").loc[name] for name in (plan.done, plan.bare))
    assert (done["opd"], done["place"], done["lacks"]) == ("Dinas PUPR", "Donorojo", ())
    assert done["strategy"] == "pockets" and done["strategy_from"] == "tag"
    assert done["issue"] == "Sanitasi <belum> layak"
    assert bare["lacks"] == ("opd", "place", "target", "code")
    assert (bare["strategy"], bare["strategy_from"]) == ("income", "row")


def test_a_code_is_confirmed_only_by_the_offices_list_in_force(plan, own_data):
    def state():
        table = planning.activities(plan.kinds, published.nomenclature())
        return table.set_index("id").loc[plan.done, "code_state"]

    assert state() == "shipped"
    until = day("2024-12-31")
    intake.add_codes(book(own_data), "Decree A", day("2024-08-27"), until)
    assert state() == "not_in_force"
    intake.add_codes(book(own_data), "Decree B", day("2025-07-31"))
    assert state() == "confirmed"


def test_a_code_that_no_list_has_is_to_be_confirmed_and_not_refused(plan, own_data):
    plan.activity(plan.supply, "Desa", sub_kegiatan="2.13.02.2.01.0001")
    table = planning.activities(plan.kinds, published.nomenclature()).set_index("title")
    assert table.loc["Desa", "code_state"] == "unknown"
    assert table.loc["Penyuluhan", "code_state"] == "none"


# Pictures

TITLES = st.sampled_from(
    [
        *("", "Sebab", "W" * 70, "mengetahui" * 9, "ketersediaan dan pemanfaatan"),
        *("<&> é – " * 12, "61\u00a0% " * 9, "\u00a0" * 40, "a\u00a0b" * 40),
        "Penyediaan Sub Sistem Pengolahan Air Limbah Domestik Setempat " * 2,
    ]
)


@st.composite
def grown(draw, titles=TITLES):
    """A tree of up to 58 nodes: an issue, sides, causes of any depth, activities."""
    nodes = [Node(0, None, "issue", draw(titles))]
    for key in range(1, draw(st.integers(1, 58))):
        above = draw(st.integers(max(0, key - 12), key - 1))
        kind = draw(st.sampled_from(["side", "cause", "grey", "activity"]))
        notes = tuple(draw(st.lists(titles, max_size=2)))
        nodes.append(Node(key, above, kind, draw(titles), notes))
    return nodes


def overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@given(nodes=grown(), width=st.sampled_from([WIDE, NARROW]))
def test_no_two_boxes_overlap_and_all_words_stand_in_theirs(nodes, width):
    boxes = figure.laid(nodes, width)
    assert {box.node.key for box in boxes} == {node.key for node in nodes}
    assert len(boxes) == len(nodes)
    for i, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[i + 1 :])
        assert box.x >= 0 and box.y >= 0 and box.x + box.width <= width + 1e-6
        bold = box.node.kind in ("issue", "side")
        for line in box.title:
            room = box.width - 2 * figure.PADDING
            assert text_width(line, bold=bold) <= room + 1e-6
        lines = len(box.title) + len(box.notes)
        assert box.height >= lines * 15
        kept = "".join("".join(box.title).split())
        assert kept == "".join(box.node.title.split())  # no letter is lost


@given(nodes=grown(st.just("Sebab")))
def test_a_large_tree_is_drawn_in_parts_and_none_is_lost(nodes):
    parts = figure.parts(nodes, most=10)
    assert len(parts) == 1 or len(nodes) > 10
    for part in parts:
        keys = {node.key for node in part}
        assert all(node.above is None or node.above in keys for node in part)
    assert {node.key for part in parts for node in part} == {n.key for n in nodes}


def test_a_large_tree_begins_with_its_main_causes():
    nodes = [Node("top", None, "issue", "Isu"), Node("s", "top", "side", "Sisi")]
    for main in "abc":
        nodes.append(Node(main, "s", "cause", main))
        nodes += [Node((main, i), main, "activity", str(i)) for i in range(12)]
    overview, *each = figure.parts(nodes)
    assert [node.key for node in overview] == ["top", "s", "a", "b", "c"]
    assert [len(part) for part in each] == [15, 15, 15]


@pytest.fixture
def shown(plan, own_data):
    """The plan as stages hand it to a page."""
    kinds = plan.kinds
    return {
        "problems": planning.problems(kinds, found(*FOUND)),
        "activities": planning.activities(kinds, published.nomenclature()),
        "differing": planning.differing(kinds, found(*FOUND)),
        "tables": kinds,
    }


def chosen(language="id"):
    return modules.Plan(region="3501", year=2023, language=language)


def test_boxes_tell_evidence_office_and_target(shown):
    boxes = show.nodes(shown["problems"][0], shown["activities"], "id")
    told = {box.title: (box.kind, *box.notes) for box in boxes}
    assert told["Sanitasi <belum> layak"] == (
        "issue",
        "Sanitasi layak 74\u00a0% (70–78)",
    )
    assert told["Kebiasaan"][:2] == ("grey", "Tidak ada bukti di sini.")
    assert told["Pelatihan tukang"] == (
        *("activity", "Dinas PUPR", "tukang · 250,5 orang · Donorojo"),
    )
    assert [box.kind for box in boxes if box.kind == "side"] == ["side"] * 2
    english = show.nodes(shown["problems"][0], shown["activities"], "en")
    assert "No septic tanks and no service to empty them" in {b.title for b in english}


def test_the_tree_is_an_svg_and_a_png_with_its_letters(shown):
    (svg,) = show.drawings(shown["problems"][0], shown["activities"], "id", "Pacitan")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "&lt;belum&gt;" in svg and "Pacitan" in svg and "http" not in svg[50:]
    png = figure.png(svg)
    assert png.startswith(b"\x89PNG") and png == figure.png(svg)
    blank = figure.png(re.sub("<text.*?</text>", "", svg))
    assert len(png) > 1.5 * len(blank), "the letters are not in the picture"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_document_opens_and_says_what_its_picture_says(shown, language):
    content = show.docx(chosen(language), shown["problems"], shown["activities"])
    assert content == show.docx(
        chosen(language), shown["problems"], shown["activities"]
    )
    opened = docx.Document(io.BytesIO(content))
    told = [(part.style.name, part.text) for part in opened.paragraphs]
    assert ("Heading 2", "Sanitasi <belum> layak") in told
    styles = [style for style, _ in told]
    assert styles.count("Heading 3") == 2
    nested = {text.split("\n")[0]: style for style, text in told if "List" in style}
    assert nested["Tukang kurang"] == "List Bullet 2"
    assert nested["Pelatihan tukang"] == "List Bullet 3"
    text = "\n".join(text for _, text in told)
    assert words.say("page.synthetic_means", language) in text
    assert "Pacitan" in text and "2025" in text
    (picture,) = opened.inline_shapes
    assert "Tukang kurang" in picture._inline.docPr.get("descr")


# The page


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_shows_the_plan(shown, language):
    run = chosen(language)
    blocks = (
        show.bar(run, shown["problems"])
        + show.opening(run, shown["tables"], shown["problems"], shown["activities"])
        + show.trees(run, shown["problems"], shown["activities"], shown["differing"])
        + show.activities(run, shown["activities"])
        + show.lacking(run, shown["activities"])
        + show.differing(run, shown["differing"])
    )
    html = str(page.read(json.loads(json.dumps(blocks.as_dict()))))
    assert "Sanitasi &lt;belum&gt; layak" in html and "<belum>" not in html
    mark = {"id": "Data survei sintetis", "en": "Synthetic survey data"}
    assert mark[language] in html
    sentence = {
        "id": "Saat isu ini diputuskan 71\u00a0% (67–75), Susenas sintetis 2023; "
        "sekarang 74\u00a0% (70–78), Susenas sintetis 2023.",
        "en": "When this issue was decided 71% (67–75), synthetic Susenas 2023; "
        "today 74% (70–78), synthetic Susenas 2023.",
    }
    assert sentence[language] in html


def text_of(path):
    markup = re.sub("<(style|svg).*?</\\1>", "", path.read_text("utf-8"), flags=re.S)
    return " ".join(re.sub("<[^>]+>", " ", markup).split())


def test_the_page_is_made_with_an_empty_ledger_and_is_old_once_it_is_filled(
    loaded, tmp_path, monkeypatch
):
    monkeypatch.setenv("SEPAKAT_DATA", str(loaded(tmp_path / "data")))
    monkeypatch.setenv("SEPAKAT_OUTPUTS", str(tmp_path / "outputs"))
    run = parameters.resolve("planning", region="3501", year=2023)
    empty = batch.run(run, "planning")["html"]
    assert "Belum ada isu di rencana 2025 untuk Pacitan." in text_of(empty)
    assert "Mulailah dari kartu" in text_of(empty)
    ledger.upgrade()
    with ledger.writing("Sari") as written:
        issue = ledger.add(
            written,
            "issues",
            {
                **{"region": "3501", "plan_year": 2025, "title": "Stunting balita"},
                **{"indicator": "PAR-022", "direct_reason": "Angka SSGI belum dimuat."},
            },
        )
        side = {"side": "use", "title": "Sakit", "issue_id": issue["id"]}
        ledger.add(written, "causes", side)
    filled = text_of(batch.run(run, "planning")["html"])
    assert "memuat 1 isu, 1 sebab, dan 0 kegiatan" in filled
    assert "Angka SSGI belum dimuat." in filled
    assert "Tahun rencana 2025" in filled


def test_a_page_is_old_once_codes_or_causes_changed_and_only_that_of_a_plan(
    own_data, tmp_path
):
    def seals():
        return [
            seal.seal(run, module, seal.code_now(tmp_path / "parameters", module))
            for module in ("analysis", "planning")
        ]

    run = modules.Plan(region="3501", year=2010)
    causes = tmp_path / "parameters" / "causes"
    causes.mkdir(parents=True)
    analysis, before = seals()
    (causes / "own.yml").write_text("causes: {}", "utf-8")
    again, after = seals()
    assert again == analysis and after != before
    intake.add_codes(book(own_data), "Decree A", day("2024-08-27"))
    again, last = seals()
    assert again == analysis and last != after


def test_the_page_says_what_has_no_card_and_for_how_many_it_is_planned(shown):
    run = chosen()
    activities = shown["activities"].assign(
        target=Decimal(40),
        unit=["keluarga", *["orang"] * (len(shown["activities"]) - 1)],
    )
    top = str(show.opening(run, shown["tables"], shown["problems"], activities))
    assert "Setiap isu berangkat dari kartu." in top
    more = words.number(40 * (len(activities) - 1), "id")
    assert f"{more} orang" in top and "40 keluarga" in top
    direct = [each._replace(direct_reason="Musrenbang") for each in shown["problems"]]
    top = str(show.opening(run, shown["tables"], direct, activities))
    assert f"Tanpa kartu, dengan alasan: {direct[0].title.split(' <')[0]}" in top


def test_how_a_tree_is_read_stands_at_the_first_only(shown):
    of = shown["problems"][0]
    blocks = show.trees(chosen(), [of, of, of], shown["activities"], shown["differing"])
    assert str(blocks).count("Cara membaca") == 1
    assert str(blocks).count("bukan bukti hubungan sebab-akibat") == 1


def test_a_plan_of_a_province_and_of_the_nation_says_what_to_do_first(shown):
    none = (shown["tables"], [], shown["activities"].head(0))
    for region, says in (("35", "muat buku kode provinsi"), ("00", "pilih provinsi")):
        run = modules.Plan(region=region, year=2023)
        assert says in str(show.opening(run, *none))
    assert "muat buku kode provinsi" not in str(show.opening(chosen(), *none))
