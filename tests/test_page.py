import datetime
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pandas as pd
import pytest
import reading
from nbformat import v4

from sepakat_lib import words
from sepakat_lib.figures import charts
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports import html, page

CHOSEN = Parameters(region="3501", year=2023)
EVIL = "<script>alert('1')</script>"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Outline(HTMLParser):
    """Elements of a page, their nesting and the text of headings."""

    def __init__(self, markup):
        super().__init__()
        self.open, self.unbalanced, self.headings, self.seen = [], [], [], []
        self.feed(markup)
        self.unbalanced += self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs), list(self.open)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            self.headings[-1][1] += data

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs), list(self.open)))


def a_bar(**changes):
    given = {"vintage": "BPS, Maret 2023", "synthetic": True, "language": "id"}
    return page.bar(
        "Kabupaten Pacitan", "Analisis kemiskinan", 2023, **(given | changes)
    )


def a_foot(links=(("Unduh tabel (XLSX)", "tabel/pacitan.xlsx"),), language="id"):
    day = datetime.date(2024, 8, 17)
    return page.foot(
        CHOSEN,
        {"kor_rt.parquet": HASH},
        day,
        list(links),
        language=language,
    )


def a_table():
    marked = words.value_with_mark(61, 55, 67, "*", 900, language="id")
    hidden = words.value_with_mark(5, 1, 9, "few", 12, language="id")
    headers = ["Kelompok", "Persen", "Sebelumnya", "Beda"]
    return page.table(
        headers, [["Kuintil 1", marked, "64", "tidak pasti"], ["2", hidden, "9", "–"]]
    )


def a_figure(language="id"):
    table = pd.DataFrame(
        {
            "label": ["Kepulauan yang namanya panjang", "Pacitan"],
            "value": [12.0, 14.0],
            "low": [10.0, 11.0],
            "high": [14.0, 17.0],
            "own": [False, True],
        }
    )
    svg = charts.ranking(
        table, unit="persen", alt="Pacitan 14 persen", language=language
    )
    return page.figure(
        "Pacitan di atas tetangganya",
        svg,
        "Titik: nilai. Pita: rentang 95 persen.",
        ["Bedanya tidak pasti.", "Keduanya tinggi."],
        language=language,
        how_to_read="Pita yang lebar berarti tidak pasti.",
        table=a_table(),
    )


def output_of(block):
    data, metadata = block._repr_mimebundle_()
    kind = "execute_result"
    return v4.new_output(kind, data=data, metadata=metadata, execution_count=1)


def a_notebook(folder, *more, prose="## Yang belum kita ketahui"):
    """Executed elsewhere: sources that must not show, outputs that must."""
    blocks = [
        a_bar(),
        page.lead("Kemiskinan di Pacitan", "Kemiskinan turun, tetapi masih tinggi."),
        page.key_figures([("13,65 %", "penduduk miskin", "BPS, Maret 2023")] * 4),
        v4.new_markdown_cell(prose),
        a_figure(),
        a_foot(),
    ]
    cells = [
        v4.new_code_cell("rahasia_dapur()", outputs=[output_of(block)])
        if isinstance(block, page.Block)
        else block
        for block in blocks
    ]
    path = folder / "analisis.ipynb"
    nbformat.write(v4.new_notebook(cells=[*cells, *more]), path)
    return path


def exported(folder, *more, language="id", prose="## Yang belum kita ketahui"):
    path = html.export(
        a_notebook(folder, *more, prose=prose),
        folder / "analisis.html",
        language=language,
        title="Pacitan 2023 & tetangga",
    )
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "block",
    [
        page.bar(EVIL, EVIL, 2023, vintage=EVIL, synthetic=False, language="id"),
        page.lead(EVIL, EVIL),
        page.key_figures([(EVIL, EVIL, EVIL)]),
        page.figure(EVIL, "<svg/>", EVIL, EVIL, language="id", how_to_read=EVIL),
        page.table([EVIL, EVIL], [[EVIL, EVIL]]),
        page.table(["a", "b"], [[EVIL, words.Marked(EVIL, EVIL, EVIL, EVIL)]]),
        page.unknown([EVIL], language="id"),
        page.foot(CHOSEN, {EVIL: EVIL}, datetime.date(2024, 1, 1), [], language="id"),
        page.stopped(EVIL, language="id"),
    ],
)
def test_text_is_escaped_everywhere(block):
    assert "<script" not in str(block)
    assert "alert(" in str(block)


def test_synthetic_data_say_so_and_real_data_do_not():
    assert "Data survei sintetis" in str(a_bar())
    assert "Synthetic survey data" in str(a_bar(language="en"))
    assert "sintetis" not in str(a_bar(synthetic=False))


def test_a_leading_sentence_of_36_words_is_refused():
    page.lead("Judul", " ".join(["kata"] * 35))
    with pytest.raises(ValueError, match="36 words"):
        page.lead("Judul", " ".join(["kata"] * 36))


def test_a_fifth_key_figure_is_refused():
    with pytest.raises(ValueError, match="at most four"):
        page.key_figures([("1", "a", "b")] * 5)


def test_an_interval_stands_in_small_grey_beside_its_value():
    assert re.search(
        r'61 <span class="mark"[^>]*>\*</span> <small>55–67</small>', str(a_table())
    )


def test_too_few_in_the_sample_show_the_reason_instead_of_a_number():
    row = str(a_table()).split("<tr")[-1]
    assert '– <small class="why">hanya 12 dalam sampel: terlalu sedikit</small>' in row


@pytest.mark.parametrize("raw", [13.65, 7, None])
def test_a_number_that_is_not_written_is_refused_in_a_table(raw):
    with pytest.raises(ValueError, match="not written yet"):
        page.table(["a", "b"], [["x", raw]])


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="1 cells under 2 headers"):
        page.table(["a", "b"], [["x"]])


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//example.org/x", "/etc/passwd", "mailto:a@b", "C:\\x"],
)
def test_a_link_leads_only_to_files_beside_the_page(address):
    with pytest.raises(ValueError, match="files beside it"):
        a_foot(links=[("Unduh", address)])


def test_no_open_question_leaves_no_heading():
    assert page.unknown([], language="id") == page.NOTHING


def test_the_foot_names_choices_fingerprints_and_the_day():
    foot = str(a_foot())
    assert {"Pacitan", HASH, "tabel/pacitan.xlsx"} <= set(re.findall(r"[\w./]+", foot))
    assert "Dibuat pada 17 Agustus 2024." in foot
    assert "Made on 17 August 2024." in str(a_foot(language="en"))


def test_a_block_shows_itself_in_a_notebook():
    block = a_bar()
    data, metadata = block._repr_mimebundle_()
    assert data["text/html"] == block._repr_html_() == str(block)
    assert data["text/plain"].startswith("Kabupaten Pacitan")
    assert len(data["text/plain"]) <= 80
    assert metadata == {"place": "header"}
    assert page.read(json.loads(json.dumps(data[page.MIME]))) == block


@pytest.mark.parametrize(
    "block", [a_figure(), a_table(), a_foot(), a_figure() + a_table(), page.NOTHING]
)
def test_a_block_is_the_same_after_its_way_through_a_notebook(block):
    there_and_back = page.read(json.loads(json.dumps(block.as_dict())))
    assert there_and_back == block
    assert str(there_and_back) == str(block)


def test_a_link_leads_where_the_door_says_and_a_map_stands_in_its_place():
    block = a_figure() + page.figure(
        "Peta", "<svg/>", "c", "s", language="id", link=("Peta & lainnya", "map.html")
    )
    markup = page.rendered(block + a_foot(), address=lambda name: f"{name}?a=1&b=2")
    assert '<a class="map" href="map.html?a=1&amp;b=2">Peta &amp; lainnya</a>' in markup
    assert 'href="tabel/pacitan.xlsx?a=1&amp;b=2"' in markup
    moved = page.rendered(block, moves_maps=True)
    assert '<iframe class="map" title="Peta &amp; lainnya" src="map.html"' in moved
    assert 'class="map" href' not in moved


def test_only_the_bar_carries_the_style_sheet():
    blocks = [a_figure(), a_table(), a_foot(), page.lead("a", "b")]
    assert page.style() in str(a_bar())
    assert not any(page.style() in str(block) for block in blocks)


def test_every_style_rule_stays_within_our_blocks():
    sheet = re.sub(r"@media[^{]*\{", "", page.style().removeprefix("<style>"))
    selectors = re.findall(r"([^{}]+)\{[^{}]*\}", sheet)
    assert len(selectors) > 40
    for selector in selectors:
        for one in selector.split(","):
            assert one.strip().startswith(".sepakat")


def test_every_element_that_opens_also_closes(tmp_path):
    failed = v4.new_output("error", ename="E", evalue=EVIL, traceback=[])
    markup = exported(tmp_path, v4.new_code_cell("x", outputs=[failed]))
    assert Outline(markup).unbalanced == []


def test_an_exported_page_names_no_address_but_the_svg_namespace(tmp_path):
    markup = exported(tmp_path).replace('xmlns="http://www.w3.org/2000/svg"', "")
    for foreign in ("http://", "https://", "<script", "@import", "url(", "<link"):
        assert foreign not in markup


def test_an_exported_page_has_language_title_viewport_and_landmarks(tmp_path):
    outline = Outline(exported(tmp_path))
    tags = [tag for tag, _, _ in outline.seen]
    where = {tag: parents for tag, _, parents in outline.seen}
    assert ("html", {"lang": "id"}, []) in outline.seen
    assert [tags.count(t) for t in ("header", "main", "footer", "title")] == [
        1,
        1,
        1,
        3,
    ]
    assert where["header"] == where["main"] == where["footer"] == ["html", "body"]
    viewport = {"name": "viewport", "content": "width=device-width,initial-scale=1"}
    assert any(attrs == viewport for _, attrs, _ in outline.seen)
    links = [attrs for tag, attrs, _ in outline.seen if tag == "a"]
    targets = {attrs.get("id") for _, attrs, _ in outline.seen}
    assert links[0]["class"] == "skip"
    assert links[0]["href"].removeprefix("#") in targets


def test_bar_and_foot_stand_in_their_landmarks(tmp_path):
    classes = {
        attrs.get("class"): parents
        for _, attrs, parents in Outline(exported(tmp_path)).seen
    }
    assert "header" in classes["bar"]
    assert "footer" in classes["foot"]
    assert "main" in classes["lead"]


def test_headings_go_down_one_level_at_a_time(tmp_path):
    headings = Outline(exported(tmp_path)).headings
    levels = [level for level, _ in headings]
    assert headings[0] == [1, "Kemiskinan di Pacitan"]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [2, "Yang belum kita ketahui"] in headings


def test_prose_is_translated_and_the_page_says_its_language(tmp_path):
    outline = Outline(exported(tmp_path, language="en"))
    assert ("html", {"lang": "en"}, []) in outline.seen
    assert [2, "What we do not know yet"] in outline.headings


def test_prose_without_translation_stops_the_export(tmp_path):
    with pytest.raises(ValueError, match="no translation"):
        exported(tmp_path, language="en", prose="## Kalimat yang tidak dikenal")


def test_inputs_warnings_tracebacks_and_controls_do_not_show(tmp_path):
    cell = v4.new_code_cell(
        "x",
        outputs=[
            v4.new_output("stream", name="stderr", text="FutureWarning: rahasia"),
            v4.new_output("error", ename="E", evalue="salah", traceback=["rahasia"]),
            v4.new_output(
                "display_data",
                data={
                    "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
                    "text/plain": "Rahasia()",
                },
            ),
        ],
    )
    assert "rahasia" not in exported(tmp_path, cell).lower()


def test_a_failed_cell_leaves_a_banner_with_its_message(tmp_path):
    message = "Kolom `FWT` tidak ada di kor_rt.csv <b>."
    failed = v4.new_output("error", ename="ValueError", evalue=message, traceback=[])
    markup = exported(tmp_path, v4.new_code_cell("x", outputs=[failed]))
    assert "Bagian ini berhenti karena kesalahan" in markup
    assert "kor_rt.csv &lt;b&gt;." in markup


def test_an_address_in_words_is_no_address(tmp_path):
    text = v4.new_output("stream", name="stdout", text='isi src="x" href="//y"')
    assert "isi src=" in exported(tmp_path, v4.new_code_cell("x", outputs=[text]))


def test_a_picture_inside_the_page_may_stay(tmp_path):
    picture = v4.new_output(
        "display_data",
        data={"text/html": '<img alt="" src="data:image/png;base64,iVBO">'},
    )
    assert "iVBO" in exported(tmp_path, v4.new_code_cell("x", outputs=[picture]))


def test_the_style_sheet_stands_once(tmp_path):
    assert exported(tmp_path).count(page.style()) == 1


def test_the_title_is_escaped(tmp_path):
    assert "<title>Pacitan 2023 &amp; tetangga</title>" in exported(tmp_path)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://example.org/a.png">',
        "<img src=//example.org/a.png>",
        '<img alt="a" src="beside.png">',
        '<a href="http://example.org">x</a>',
        "<style>p{background:url(https://example.org/x)}</style>",
        '<style>@import "https://example.org/x.css"</style>',
    ],
)
def test_an_address_outside_the_page_stops_the_export(tmp_path, markup):
    output = v4.new_output("display_data", data={"text/html": markup})
    with pytest.raises(ValueError, match="outside the page"):
        exported(tmp_path, v4.new_code_cell("x", outputs=[output]))
    assert not (tmp_path / "analisis.html").exists()


@pytest.mark.parametrize("width", [360, 320, 736, 1280])
def test_a_page_opens_from_a_stick_and_never_scrolls_sideways(browser, tmp_path, width):
    failed = v4.new_output(
        "error", ename="E", evalue="jalur/" + "panjang" * 30, traceback=[]
    )
    exported(tmp_path, v4.new_code_cell("x", outputs=[failed]))
    context = browser.new_context(viewport={"width": width, "height": 800})
    asked, complaints = [], []

    def refuse(route):
        asked.append(route.request.url)
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", refuse)
    tab = context.new_page()
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((tmp_path / "analisis.html").as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert asked == [(tmp_path / "analisis.html").as_uri()]
    assert complaints == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("svg:visible").count() == 1
    chosen = "chart-narrow" if width <= 560 else "chart-wide"
    assert tab.locator("svg:visible").get_attribute("class") == chosen
    context.close()


def test_the_keyboard_reaches_the_content_first(browser, tmp_path):
    exported(tmp_path)
    tab = browser.new_page()
    tab.goto((tmp_path / "analisis.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.tagName") == "MAIN"
    tab.close()


def test_every_printed_page_says_place_year_source_and_synthetic():
    bar = a_bar(vintage='BPS </style>" Maret 2023')
    sheet = re.findall(r'content:"([^"]*)"', str(bar))
    line, label, place = (
        "".join(chr(int(code, 16)) for code in signs.split("\\")[1:]) for signs in sheet
    )
    assert (label, place) == ("Data survei sintetis", "Kabupaten Pacitan")
    assert line == (
        "Kabupaten Pacitan · Analisis kemiskinan 2023 · "
        'BPS </style>" Maret 2023 · Data survei sintetis'
    )


SHARE = words.Marked("66,1", "64,8–67,9", "*", "hati-hati")
COUNT = words.Marked("25,90 juta", "25,49–26,30 juta", "**", "jangan dipakai")
PEOPLED = SHARE._replace(people="274,3 ribu orang (255,8–292,7 ribu)")
HIDDEN = words.Marked("–", "", "", "hanya 29 dalam sampel: terlalu sedikit")
WIDE_TABLES = {
    "beside province and nation": (
        ["Indikator", *(["Jawa Timur, BPS", "Jawa Timur, survei sintetis 2023"] * 3)],
        ["Jumlah penduduk miskin", *(["25,90 juta", COUNT] * 3)],
    ),
    "fifths": (
        ["Indikator", "Semua", "Kuintil termiskin", "Kuintil terkaya", "Beda"],
        ["Penduduk 15–64 tahun yang tidak bekerja", *[PEOPLED] * 3, "tidak pasti"],
    ),
    "fifths of few": (
        ["Indikator", "Semua", "Kuintil termiskin", "Kuintil terkaya", "Beda"],
        ["Persalinan di fasilitas kesehatan", PEOPLED, HIDDEN, HIDDEN, "tidak pasti"],
    ),
}


@pytest.mark.parametrize("width", [1280, 800, 360])
@pytest.mark.parametrize("name", WIDE_TABLES)
def test_a_table_of_many_columns_stays_in_its_page(browser, tmp_path, width, name):
    headers, row = WIDE_TABLES[name]
    body = (
        f'<body class="sepakat page"><main>{page.table(headers, [row])}</main></body>'
    )
    file = tmp_path / "table.html"
    file.write_text(
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"{page.style()}{body}",
        "utf-8",
    )
    opened = browser.new_page(viewport={"width": width, "height": 800})
    opened.goto(file.as_uri())
    wide = "document.querySelector('{}').getBoundingClientRect().width"
    assert opened.evaluate(wide.format("table")) <= opened.evaluate(wide.format("main"))
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def test_each_number_of_the_page_is_defined_with_the_policy_in_force():
    """World Bank (2020): the vulnerable spend from 1 to below 1.5 poverty lines."""
    findings = pd.DataFrame({"indicator": ["vulnerable", "p0", "vulnerable"]})
    read = reading.lines(show.definitions(CHOSEN, findings))
    assert len(read) == 4  # two labels, each with what it means
    text = " ".join(read)
    assert "Pengeluaran dari 1 sampai di bawah 1,5 kali garis kemiskinan." in text
    assert text.index("Persentase penduduk miskin") < text.index("Pengeluaran dari 1")
    assert text.count("Pengeluaran dari 1 sampai") == 1
    assert show.definitions(CHOSEN, findings.head(0)) == page.NOTHING


def test_the_list_links_a_page_with_its_day_and_only_names_one_that_failed():
    entry = {
        **{"province": "35", "year": 2023, "module": "analysis", "choices": {}},
        **{"address": "a.html", "synthetic": False, "why": "", "outdated": False},
    }
    made = entry | {"region": "3501", "made": datetime.date(2026, 3, 2)}
    failed = entry | {"region": "3502", "made": None, "why": "Datanya kurang."}
    listed = page.listing([made, failed], language="id")
    rows = reading.rows(listed)
    assert ["Kabupaten Pacitan 3501", "2 Maret 2026"] in [[r[0], r[-1]] for r in rows]
    assert listed.count('href="a.html"') == 1
    (told,) = [row for row in rows if row[0] == "Kabupaten Ponorogo 3502"]
    assert "Datanya kurang." in told[-1]
