"""Editors without a browser: messages become rows of the ledger, or an answer in words."""

import json
import uuid

import nbformat
import pytest
from doors_fixture import written
from editors_fixture import FORM, GRID, IMPORTS, TREE, filled
from uuid_utils.compat import uuid7

import widgets
from sepakat_lib import ledger, speaker, words
from sepakat_lib.ledger import person
from sepakat_lib.refused import Refused
from sepakat_lib.reports import html
from widgets import Field
from widgets.editor import Editor

COLUMNS = [
    Field("title", "text", "Uraian"),
    Field("volume_1", "volume", "Volume"),
    Field("price", "money", "Harga satuan [Rp]"),
    Field("amount", "money", "Jumlah [Rp]", computed=True),
]


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A ledger with an issue, a cause, an activity and three cost lines."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SEPAKAT_DATABASE_URL", raising=False)
    monkeypatch.setattr(Editor, "person", "")
    return filled(tmp_path / "data")


def ask(editor, **message):
    """Send a message as a browser does; its answer."""
    said = []
    editor.send = lambda content, buffers=None: said.append(content)
    json.dumps(message)
    editor._heard(editor, {"re": "1", **message}, None)
    json.dumps(said)
    assert all(each["re"] == "1" for each in said)
    return said[-1]


@pytest.fixture
def grid(made):
    of = {"activity_id": made["activity"]["id"]}
    made_grid = widgets.grid(
        "cost_lines", COLUMNS, where=of, values_of_new_rows=of, total="amount"
    )
    ask(made_grid, do="name", who="Sari")
    return made_grid


def lines(**equal):
    with ledger.reading() as book:
        return ledger.rows(book, "cost_lines", **equal).to_dict("records")


def new(count):
    return [{"id": str(uuid7()), "version": None} for _ in range(count)]


def test_what_is_typed_is_a_row_with_its_amount_and_its_writer(grid, made):
    first = made["lines"][0]
    answer = ask(
        grid,
        do="change",
        id=str(first["id"]),
        version=1,
        values={"volume_1": "2,5", "price": "1.250.000"},
        was={"volume_1": "2", "price": "1.000"},
    )
    assert answer["rows"][0]["cells"] == {
        **{"title": "Pipa 1", "volume_1": "2,5"},
        **{"price": "1.250.000", "amount": "3.125.000"},
    }
    assert answer["status"] == "3 baris · total Jumlah: Rp3.129.000"
    assert lines()[0]["amount"] == 3_125_000
    with ledger.reading() as book:
        last = ledger.trail(book, first["id"]).iloc[-1]
    assert last["who"] == "Sari" and last["before"]["amount"] == 2000


def test_a_bad_cell_is_answered_in_words_and_nothing_is_written(grid, made):
    first, before = made["lines"][0], lines()
    for text, told in (
        ("seribu", "rupiah bulat"),
        ("-5", "rupiah bulat"),
        ("1,5", "rupiah bulat"),
        ("=A1*2", "rupiah bulat"),
    ):
        answer = ask(
            grid,
            do="change",
            id=str(first["id"]),
            version=1,
            values={"price": text},
            was={"price": "1.000"},
        )
        assert answer["code"] == "wrong_cell"
        assert told in answer["error"] and text in answer["error"]
    answer = ask(
        grid,
        do="change",
        id=str(first["id"]),
        version=1,
        values={"title": " "},
        was={"title": "Pipa 1"},
    )
    assert answer["error"] == "Uraian belum diisi. Isi dahulu, lalu simpan lagi."
    assert lines() == before


def other_writes(id, version, **values):
    with ledger.writing("Budi") as book:
        ledger.change(book, "cost_lines", id, version, values)


def test_a_conflict_shows_both_versions_and_who_and_mine_may_still_be_kept(grid, made):
    first = made["lines"][0]
    other_writes(first["id"], 1, title="Pipa besar")
    message = {
        **{"do": "change", "id": str(first["id"]), "values": {"title": "Pipa kecil"}},
        **{"version": 1, "was": {"title": "Pipa 1"}},
    }
    answer = ask(grid, **message)
    assert answer["code"] == "changed_meanwhile"
    (clash,) = answer["problems"]
    assert (clash["mine"], clash["theirs"], clash["who"], clash["version"]) == (
        *("Pipa kecil", "Pipa besar"),
        *("Budi", 2),
    )
    assert "Budi mengubah Uraian" in clash["says"]
    assert lines()[0]["title"] == "Pipa besar"
    kept = ask(grid, **message | {"version": 2, "was": {"title": "Pipa besar"}})
    assert "error" not in kept and lines()[0]["title"] == "Pipa kecil"


def test_another_field_of_the_row_is_no_conflict(grid, made):
    first = made["lines"][0]
    other_writes(first["id"], 1, price=3000, amount=6000)
    answer = ask(
        grid,
        do="change",
        id=str(first["id"]),
        version=1,
        values={"volume_1": "3"},
        was={"volume_1": "2"},
    )
    assert answer["rows"][0]["cells"]["amount"] == "9.000"
    assert (lines()[0]["price"], lines()[0]["amount"]) == (3000, 9000)


def test_a_second_try_of_what_was_saved_changes_nothing(grid, made):
    first = made["lines"][0]
    message = {
        **{"do": "change", "id": str(first["id"]), "values": {"title": "Pipa kecil"}},
        **{"version": 1, "was": {"title": "Pipa 1"}},
    }
    ask(grid, **message)
    again = ask(grid, **message)
    assert "error" not in again and again["rows"][0]["version"] == 2
    fresh = {"do": "add", "id": str(uuid7()), "values": {"title": "Semen"}}
    assert ask(grid, **fresh)["rows"] == ask(grid, **fresh)["rows"]
    assert len(lines()) == 4


def test_what_is_typed_stays_as_a_draft_until_it_is_saved(grid, made):
    first = made["lines"][0]
    content = {"title": {"text": "Pipa bes", "was": "Pipa 1", "version": 1}}
    assert "error" not in ask(grid, do="draft", about=str(first["id"]), content=content)
    ask(grid, do="draft", about="new", content={"title": {"text": "Sem"}})
    opened = ask(grid, do="start", who="Sari")
    assert {each["about"]: each["content"] for each in opened["drafts"]} == {
        str(first["id"]): content,
        "new": {"title": {"text": "Sem"}},
    }
    assert ask(grid, do="name", who="Budi")["drafts"] == []  # nobody else's
    ask(grid, do="name", who="Sari")
    ask(
        grid,
        do="change",
        id=str(first["id"]),
        version=1,
        values={"title": "Pipa besar"},
        was={"title": "Pipa 1"},
    )
    ask(grid, do="add", id=str(uuid7()), values={"title": "Semen"})
    assert ask(grid, do="start", who="Sari")["drafts"] == []


def test_a_block_is_pasted_whole_and_undone_whole(grid, made):
    before = lines()
    targets = [
        {
            "id": str(each["id"]),
            "version": 1,
            "was": {"volume_1": "2", "price": "1.000"},
        }
        for each in before
    ] + new(2)
    block = [["2,5", "1.250.000"]] * 3
    answer = ask(
        grid,
        do="paste",
        field="title",
        rows=targets,
        block=[[f"Baris {n}", *row] for n, row in enumerate([*block, *block[:2]])],
    )
    assert answer["said"] == "Baris yang ditempel: 5; di antaranya baru: 2."
    assert answer["status"] == "5 baris · total Jumlah: Rp15.625.000"
    assert [row["title"] for row in lines()] == [f"Baris {n}" for n in range(5)]
    undone = ask(grid, do="undo")
    assert len(undone["gone"]) == 2 and len(undone["rows"]) == 3
    assert undone["status"] == "3 baris · total Jumlah: Rp6.000"
    unchanged = [{n: row[n] for n in COLUMN_NAMES} for row in lines()]
    assert unchanged == [{n: row[n] for n in COLUMN_NAMES} for row in before]
    assert ask(grid, do="undo")["code"] == "nothing_to_undo"


COLUMN_NAMES = [each.name for each in COLUMNS]


def test_of_a_bad_block_nothing_is_pasted_and_each_bad_cell_is_told(grid, made):
    before = lines()
    answer = ask(
        grid,
        do="paste",
        field="title",
        rows=new(4),
        block=[
            ["Semen", "2,5", "1.250.000"],
            ["", "2", "seribu"],
            ["Pasir", "-1", ""],
            ["Batu", "1", "10", "10"],
        ],
    )
    told = [(each["row"], each["field"]) for each in answer["problems"]]
    assert told == [(1, "title"), (1, "price"), (2, "volume_1"), (3, "amount")]
    assert "'seribu'; rupiah bulat" in answer["problems"][1]["why"]
    assert answer["error"].startswith("Tidak ada yang ditempel: sel yang salah ada 4")
    assert lines() == before


def test_a_row_of_a_block_that_breaks_a_rule_is_found(made, monkeypatch):
    columns = [Field("month", "whole", "Bulan"), Field("money", "money", "Uang")]
    of = {"cost_line_id": made["lines"][0]["id"], "year": 2025}
    months = widgets.grid("realisations", columns, where=of, values_of_new_rows=of)
    ask(months, do="name", who="Sari")
    block = [["1", "100"], ["13", "100"], ["3", "100"]]
    answer = ask(months, do="paste", field="month", rows=new(3), block=block)
    (bad,) = answer["problems"]
    assert bad["row"] == 1 and "Bulan adalah 1 sampai 12." in bad["why"]
    twice = [["1", "100"], ["1", "200"]]
    answer = ask(months, do="paste", field="month", rows=new(2), block=twice)
    assert answer["code"] == "ledger_rule" or answer["problems"][0]["row"] == 1
    with ledger.reading() as book:
        assert ledger.rows(book, "realisations").empty


def test_a_column_with_other_marks_is_not_guessed_at(grid):
    block = [["Semen", "2.5"], ["Pasir", "1.250"]]
    answer = ask(grid, do="paste", field="title", rows=new(2), block=block)
    (bad,) = answer["problems"]
    assert bad["row"] == 1 and "1,25 atau 1.250" in bad["why"]


@pytest.mark.parametrize("undone", ["change", "add", "end"])
def test_the_last_own_write_is_undone_unless_somebody_wrote_since(grid, made, undone):
    first = made["lines"][0]
    if undone == "add":
        id = uuid7()
        ask(grid, do="add", id=str(id), values={"title": "Semen"})
    elif undone == "change":
        id = first["id"]
        ask(
            grid,
            do="change",
            id=str(id),
            version=1,
            values={"price": "5"},
            was={"price": "1.000"},
        )
    else:
        id = first["id"]
        assert ask(grid, do="end", id=str(id), version=1)["gone"] == [str(id)]
        answer = ask(grid, do="undo")
        assert answer["rows"][0]["cells"]["title"] == "Pipa 1" and len(lines()) == 3
        return
    (row,) = lines(id=id)
    other_writes(id, row["version"], price=7)
    answer = ask(grid, do="undo")
    assert answer["code"] == "undo_meanwhile" and "Budi" in answer["error"]
    assert lines(id=id)[0]["price"] == 7


def test_ending_shows_what_hangs_and_ends_no_more_than_was_shown(made):
    tree = widgets.tree(made["issue"]["id"])
    ask(tree, do="name", who="Sari")
    cause = str(made["cause"]["id"])
    shown = ask(tree, do="hanging", id=cause)
    assert shown["hanging"][0] == "Kegiatan: Sumur bor"
    assert len(shown["also"]) == 4
    assert ask(tree, do="end", id=cause, version=1, also=[])["code"] == "rows_hang"
    ended = ask(tree, do="end", id=cause, version=1, also=shown["also"])
    assert ended["gone"] == [cause] and lines() == []
    ask(tree, do="undo")
    assert len(lines()) == 3


@pytest.mark.parametrize(
    "name",
    ["", "  ", "x" * 81, "x" * 100_000, "a\x00b", "Sari\u202eiraS", 7, None, ["Sari"]],
)
def test_a_forged_name_is_refused_and_without_one_nothing_is_written(made, name):
    of = {"activity_id": made["activity"]["id"]}
    lone = widgets.grid("cost_lines", COLUMNS, where=of, values_of_new_rows=of)
    assert ask(lone, do="start", who=name)["who"] == ""
    assert ask(lone, do="name", who=name)["code"] in ("wrong_name", "nobody")
    first = made["lines"][0]
    message = {"id": str(first["id"]), "version": 1, "was": {"title": "Pipa 1"}}
    answer = ask(lone, do="change", values={"title": "X"}, **message)
    assert answer["code"] == "nobody" and lines()[0]["title"] == "Pipa 1"
    assert len(ask(lone, do="start")["rows"]) == 3  # it can be read


def test_the_name_is_kept_on_a_machine_of_one_and_not_on_a_door_of_many(
    grid, monkeypatch
):
    assert ledger.remembered() == "Sari"
    monkeypatch.setenv(person.MANY, "officials")
    assert ledger.remembered() == ""
    ask(grid, do="name", who="Mallory")
    monkeypatch.delenv(person.MANY)
    assert ledger.remembered() == "Sari"


def test_rows_out_of_reach_are_not_written(grid, made):
    with ledger.writing("Budi") as book:
        activity = {"cause_id": made["cause"]["id"], "plan_year": 2025, "title": "Lain"}
        other = ledger.add(book, "activities", activity)
        line = {"activity_id": other["id"], "title": "Bukan milik tabel ini"}
        line = ledger.add(book, "cost_lines", line)
    message = {"id": str(line["id"]), "version": 1}
    answer = ask(
        grid, do="change", values={"title": "X"}, was={"title": "X"}, **message
    )
    assert answer["code"] == "no_row"
    assert ask(grid, do="end", **message)["code"] == "no_row"
    paste = {"field": "title", "rows": [message | {"was": {}}], "block": [["X"]]}
    assert ask(grid, do="paste", **paste)["code"] == "bad_block"
    assert lines(id=line["id"])[0]["title"] == "Bukan milik tabel ini"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "drop_all"},
        {"do": "_writing"},
        {"do": ["start"]},
        {"do": "change", "id": "x", "version": 1, "values": {}, "was": {}},
        {"do": "change", "id": str(uuid.UUID(int=1)), "values": {"amount": "1"}},
        {"do": "add", "id": str(uuid.uuid4()), "values": {"title": "X"}},
        {"do": "add", "id": str(uuid7()), "values": {"synthetic": "1"}},
        {"do": "draft", "about": "new", "content": {"title": "x" * 300_000}},
        {"do": "draft", "about": "../../x", "content": {}},
        {"do": "paste", "field": "title", "rows": [], "block": [["a"]] * 5000},
        {"do": "news", "mark": "yesterday"},
    ],
    ids=lambda message: str(message["do"]),
)
def test_a_message_that_none_of_our_scripts_sends_is_answered_and_changes_nothing(
    grid, message, capsys
):
    before = lines()
    answer = ask(grid, **message)
    assert answer["error"] and "Traceback" not in answer["error"]
    assert lines() == before


def test_a_database_that_goes_away_is_a_sentence(grid, made, tmp_path):
    file = tmp_path / "data" / "ledger.sqlite"
    ask(grid, do="start", who="Sari")
    file.rename(tmp_path / "away.sqlite")
    message = {"id": str(made["lines"][0]["id"]), "version": 1}
    answer = ask(grid, do="change", values={"title": "X"}, was={}, **message)
    sentence = speaker.sentence(Refused("ledger_away"), "id")
    assert answer["error"] == sentence
    for path in (tmp_path / "data").glob("ledger.sqlite*"):
        path.unlink()
    (tmp_path / "away.sqlite").rename(file)
    assert lines()[0]["title"] == "Pipa 1"
    again = ask(
        grid, do="change", values={"title": "X"}, was={"title": "Pipa 1"}, **message
    )
    assert again["rows"][0]["cells"]["title"] == "X"


def test_what_others_write_comes_with_the_next_look(grid, made):
    mark = ask(grid, do="start", who="Sari")["mark"]
    second = made["lines"][1]
    other_writes(second["id"], 1, price=9000, amount=18000)
    with ledger.writing("Budi") as book:
        ledger.end(book, "cost_lines", made["lines"][2]["id"], 1)
    news = ask(grid, do="news", mark=mark)
    cells = {row["id"]: row["cells"] for row in news["rows"]}
    assert cells[str(second["id"])]["amount"] == "18.000"
    assert str(made["lines"][2]["id"]) in news["gone"]
    assert news["status"] == "2 baris · total Jumlah: Rp20.000"
    assert news["mark"] != mark


def test_a_choice_brings_the_values_that_belong_to_it(made):
    with ledger.writing("Budi") as book:
        price = ledger.add(
            book,
            "unit_costs",
            {
                **{"region": "3501", "year": 2025, "code": "1", "title": "Semen"},
                **{"unit": "sak", "price": 70_000, "decree": "SK 1"},
            },
        )
    choices = {price["id"]: "Semen, SK 1"}
    fills = {price["id"]: {"price": 70_000, "unit_1": "sak"}}
    columns = [Field("unit_cost_id", "choice", "Harga", choices, fills), *COLUMNS]
    of = {"activity_id": made["activity"]["id"]}
    grid = widgets.grid("cost_lines", columns, where=of, values_of_new_rows=of)
    ask(grid, do="name", who="Sari")
    message = {"id": str(made["lines"][0]["id"]), "version": 1}
    was = {"unit_cost_id": ""}
    ask(grid, do="change", values={"unit_cost_id": "semen, sk 1"}, was=was, **message)
    row = lines()[0]
    assert (row["price"], row["unit_1"], row["amount"]) == (70_000, "sak", 140_000)
    assert row["unit_cost_id"] == price["id"]


def test_a_form_saves_a_row_or_tells_each_field(made):
    fields = [Field("title", "text", "Isu"), Field("direct_reason", "long", "Alasan")]
    form = widgets.form(
        "issues", fields, values_of_new_rows={"region": "3501", "plan_year": 2025}
    )
    saved = []
    form.on_saved(lambda: saved.append(1))
    ask(form, do="name", who="Sari")
    message = {"do": "save", "id": str(uuid7()), "version": None}
    bad = ask(form, **message, values={"title": "", "direct_reason": "Musrenbang"})
    assert [each["field"] for each in bad["problems"]] == ["title"] and not saved
    rule = ask(form, **message, values={"title": "Gizi", "direct_reason": ""})
    assert "tepat salah satunya" in rule["error"]
    reason = "Musrenbang\nDesa Arjosari"
    good = ask(form, **message, values={"title": "Gizi", "direct_reason": reason})
    assert good["rows"][0]["cells"]["direct_reason"] == reason and saved == [1]
    ask(form, do="undo")
    with ledger.reading() as book:
        assert ledger.rows(book, "issues")["title"].tolist() == ["Air minum"]


def test_a_form_keeps_the_evidence_in_the_transaction_that_saves(made):
    finding = {"id": "f", "region": "3501", "year": 2023, "indicator": "p0", "value": 1}

    def beside(book, typed):
        assert typed == {"title": "Kemiskinan"}
        shown = ledger.evidence(book, finding, made_of="2023")
        return {"region": "3501", "plan_year": 2025, "evidence_id": shown}

    form = widgets.form(
        "issues", [Field("title", "text", "Isu")], values_of_new_rows=beside
    )
    ask(form, do="name", who="Sari")
    id = str(uuid7())
    ask(form, do="save", id=id, version=None, values={"title": "Kemiskinan"})
    shown = ledger.thread("3501")
    assert len(shown["evidence"]) == 1
    assert shown["issues"]["evidence_id"].notna().sum() == 1


def test_causes_are_moved_with_all_that_is_below_them(made):
    tree = widgets.tree(
        made["issue"]["id"],
        suggestions=[{"code": "A1", "side": "use", "title": "Iuran mahal"}],
    )
    ask(tree, do="name", who="Sari")
    first, ids = str(made["cause"]["id"]), [str(uuid7()) for _ in range(3)]
    for id, above in zip(ids, (None, None, 0), strict=True):
        values = {"title": f"Sebab {id[-4:]}", "side": "use"}
        above = ids[above] if above is not None else None
        ask(tree, do="add", id=id, above=above, values=values)

    def shape():
        rows = {row["id"]: row for row in ask(tree, do="start")["rows"]}
        order = sorted(rows.values(), key=lambda row: (row["place"], row["id"]))
        return {
            above: [row["id"] for row in order if row["above"] == above]
            for above in {row["above"] for row in order}
        }

    assert shape() == {"": [first, ids[0], ids[1]], ids[0]: [ids[2]]}
    ask(tree, do="move", id=ids[0], way="up")
    assert shape() == {"": [ids[0], first, ids[1]], ids[0]: [ids[2]]}
    ask(tree, do="move", id=ids[0], way="down")
    ask(tree, do="move", id=ids[0], way="in")
    assert shape() == {"": [first, ids[1]], first: [ids[0]], ids[0]: [ids[2]]}
    ask(tree, do="move", id=ids[2], way="out")
    assert shape()[first] == [ids[0], ids[2]]
    ask(tree, do="undo")
    ask(tree, do="undo")
    assert shape() == {"": [first, ids[0], ids[1]], ids[0]: [ids[2]]}
    of_library = {"title": "Iuran mahal", "side": "use"}
    added = ask(tree, do="add", id=str(uuid7()), values=of_library, library="A1")
    assert added["rows"][0]["library"] == "A1"
    strange = ask(tree, do="add", id=str(uuid7()), values=of_library, library="Z9")
    assert strange["code"] == "wrong_message"


def test_a_report_that_travels_prints_what_the_ledger_holds(made, tmp_path):
    import papermill

    ids = {name: made[name]["id"] for name in ("issue", "activity")}
    cells = [cell % ids if "%(" in cell else cell for cell in (GRID, FORM, TREE)]
    notebook = written(tmp_path, "language = 'id'", IMPORTS, *cells)
    ran = tmp_path / "ran.ipynb"
    papermill.execute_notebook(notebook, ran, progress_bar=False)
    page = html.export(ran, tmp_path / "page.html", language="id", title="Pacitan")
    shown = page.read_text("utf-8")
    assert "Pipa 3</td>" in shown and "total Jumlah: Rp6.000" in shown
    assert "<li>Tidak ada pipa <small>penyediaan</small></li>" in shown
    outputs = nbformat.read(ran, 4).cells[2].outputs[0].data
    assert "application/vnd.jupyter.widget-view+json" in outputs
    assert "widget" not in shown.split("<main", 1)[1]


def test_markup_that_was_typed_is_text_on_the_page(made, grid):
    message = {"id": str(made["lines"][0]["id"]), "version": 1}
    title = "<script>alert(1)</script>"
    ask(grid, do="change", values={"title": title}, was={"title": "Pipa 1"}, **message)
    printed = grid._repr_mimebundle_()[0]["text/html"]
    assert "&lt;script&gt;" in printed and "<script>" not in printed


def test_what_editors_say_stands_in_words():
    """Keys that a script asks for."""
    import re

    from widgets.editor import HERE

    scripts = "\n".join(path.read_text("utf-8") for path in HERE.glob("*.js"))
    keys = set(re.findall(r'\bsay\("(\w+)"', scripts))
    tools = set(re.findall(r'\btool\("(\w+)"', scripts))
    keys |= tools | {f"{each}_short" for each in tools}
    assert len(keys) > 40
    assert {f"editor.{key}" for key in keys} <= words.catalogue().keys()


def test_a_page_with_an_editor_hangs_on_its_script_and_its_words(tmp_path, monkeypatch):
    from sepakat_lib.batch import seal

    notebook = written(tmp_path, IMPORTS)
    monkeypatch.setattr(seal, "NOTEBOOKS", notebook.parent)
    seal.files.cache_clear()
    try:
        found = {f"{path.parent.name}/{path.name}" for path in seal.files("analysis")}
    finally:
        seal.files.cache_clear()
    assert {"widgets/grid.js", "widgets/talk.js", "widgets/editors.css"} <= found
    assert {"widgets/editor.py", "words/widgets.yml", "ledger/models.py"} <= found
    assert "cli.py" not in {each.split("/")[1] for each in found}
