"""Blocks of a page: values that say what stands there, and their HTML.

A block holds finished texts and written numbers, no markup but its pictures. It travels
in a notebook's output as JSON beside its HTML, so that any document can be made from
the executed notebook. `rendered` is the HTML, in which everything that is text is
escaped; the style sheet comes with `bar`, once a page.
"""

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from sepakat_lib import modules, regions, words
from sepakat_lib.modules import Parameters

TEMPLATES = Path(__file__).with_name("template")


MIME = "application/vnd.sepakat.block+json"  # of a block in a notebook's output
PLACES = ("header", "main", "footer")
LAYOUTS = {  # of a table, by the number of its columns
    "stacks": 2,  # a wider one stacks its rows on a telephone
    "wide": 5,  # a wider one has its intervals under the values
}


@dataclass(frozen=True)
class Block:
    """A piece of a page, as a value; it shows itself at the end of a notebook's cell.

    Attributes
    ----------
    kind : str
        "figure", "table", "section" …: the function here that makes it, ``group`` for
        blocks that follow one another, ``nothing`` where there is nothing to show.
    content : dict
        By the names of that function: texts, lists of them, `words.Marked`, blocks.
    language : {"id", "en"}
        Of the few words that a renderer adds ("Cara membaca").
    place : {"main", "header", "footer"}
        Where a page puts it.
    anchor : str
        What an address with # leads to; of the key of what it shows, so that it is the
        same in every language. Empty: nothing leads to it.

    >>> str(section("", NOTHING, ["a < b"]) + section("", NOTHING, ["c"])).count("&lt;")
    1
    >>> read(section("Judul", NOTHING).as_dict()).content["heading"]
    'Judul'
    """

    kind: str
    content: dict
    language: str = "id"
    place: str = "main"
    anchor: str = ""

    def __bool__(self) -> bool:
        return self.kind != "nothing"

    def __add__(self, other: "Block") -> "Block":
        blocks = [*_parts(self), *_parts(other)]
        return Block("group", {"blocks": blocks}, self.language, self.place)

    def __str__(self) -> str:
        return str(rendered(self))

    def as_dict(self) -> dict:
        """The block in JSON's own types; `read` makes a block of it again."""
        content = {name: _plain(value) for name, value in self.content.items()}
        return {**asdict(replace(self, content={})), "content": content}

    def _repr_html_(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        text = re.sub("<style>.*?</style>", "", str(self), flags=re.DOTALL)
        plain = " ".join(Markup(text).striptags().split())[:80]
        shown = {"text/html": str(self), "text/plain": plain, MIME: self.as_dict()}
        return shown, {"place": self.place}


NOTHING = Block("nothing", {})


def _parts(block: Block) -> list[Block]:
    return block.content["blocks"] if block.kind == "group" else [block] * bool(block)


def _plain(value):
    if isinstance(value, Block):
        return value.as_dict()
    if isinstance(value, words.Marked):
        return value._asdict()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def read(written: dict) -> Block:
    """Block of what `Block.as_dict` made, as it stands in a notebook's output."""
    content = {name: _valued(value) for name, value in written["content"].items()}
    around = written["language"], written["place"], written.get("anchor", "")
    return Block(written["kind"], content, *around)


def anchored(block: Block, key: str) -> Block:
    """The block, or the first of several, with an anchor made of a key.

    >>> anchored(section("Judul", NOTHING), "fifths.work").anchor
    'fifths-work'
    """
    if block.kind == "group":
        first, *others = block.content["blocks"]
        blocks = [anchored(first, key), *others]
        return replace(block, content={"blocks": blocks})
    return replace(block, anchor=_anchor(key)) if block else block


def _anchor(key: str) -> str:
    return re.sub("[^a-z0-9_]+", "-", key.lower())


def _valued(value):
    if isinstance(value, dict) and value.keys() >= {"kind", "content", "language"}:
        return read(value)
    if isinstance(value, dict) and value.keys() == {*words.Marked._fields}:
        return words.Marked(**value)
    if isinstance(value, dict):
        return {name: _valued(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_valued(part) for part in value]
    return value


def rendered(
    block: Block,
    *,
    with_style: bool = True,
    address: Callable[[str], str | None] = str,
    moves_maps: bool = False,
    lacking: str = "",
) -> Markup:
    """HTML of a block.

    Parameters
    ----------
    block : Block
    with_style : bool
        The bar brings the style sheet along; False where the page round it has it.
    address : callable
        What leads to a file beside the page, of the file's name; None, and there is no
        link to it.
    moves_maps : bool
        Show a map that can be moved in its place, and not as a link.
    lacking : str
        Stands at the foot: how files come to be that are not there.
    """
    if not block:
        return Markup()

    links = {"address": address, "moves_maps": moves_maps, "lacking": lacking}

    def part(value):
        if isinstance(value, Block):
            return rendered(value, with_style=with_style, **links)
        return [*map(part, value)] if isinstance(value, list) else value

    content = {name: part(value) for name, value in block.content.items()}
    if block.kind == "group":
        return Markup().join(content["blocks"])
    macro = getattr(_macros(), block.kind)
    around = {
        "say": functools.partial(words.say, language=block.language),
        **links,
    }
    own = {
        name: argument for name, argument in around.items() if name in macro.arguments
    }
    marked = Markup(' id="{}"').format(block.anchor) if block.anchor else ""
    markup = Markup(f'<div class="sepakat"{marked}>{macro(**content, **own)}</div>')
    if block.kind == "bar":
        style_sheet = Markup(style()) if with_style else Markup()
        return style_sheet + _running(content) + markup
    return markup


def alone(shown: Sequence[Block], *, language: str) -> str:
    """A whole page of blocks that leads to nothing beside it.

    Parameters
    ----------
    shown : sequence of Block
        Whose bar stands above; its first title is the page's own.
    language : {"id", "en"}
    """
    parts = dict.fromkeys(PLACES, Markup())
    for block in shown:
        parts[block.place] += rendered(block, with_style=False, address=lambda _: None)
    return (
        _templates()
        .get_template("alone.html")
        .render(
            language=language,
            title=next((title for b in shown if (title := _title(b))), ""),
            skip=words.say("page.skip", language),
            style=Markup(style()),
            **parts,
        )
    )


def _title(block: Block) -> str:
    if block.kind == "lead":
        return block.content["title"]
    return next((t for b in block.content.get("blocks", ()) if (t := _title(b))), "")


def written_choice(
    name: str, value, language: str, of: type[Parameters] = Parameters
) -> tuple[str, str]:
    """What a choice and its value are called.

    >>> written_choice("confidence", 0.95, "id"), written_choice("lines", "kabupaten", "en")
    (('Tingkat kepercayaan', '95 persen'), ('Poverty lines', 'of the kabupaten and kota'))
    """
    label, may = words.say(f"choice.{name}", language), modules.described(name, of)
    if "enum" in may:
        return label, words.say(f"choice.{name}.{value}", language)
    if name == "region":
        return label, regions.name(value)
    if name in ("year", "plan_year"):
        return label, str(value)
    if may.get("unit") == "fraction":
        return label, words.percent(value * 100, language, _digits(value * 100))
    return label, words.number(value, language, _digits(value))


def _digits(value: float) -> int:
    """Decimals of a number that a person chose, as many as they wrote."""
    return max(
        0, -Decimal(repr(round(float(value), 6))).normalize().as_tuple().exponent
    )


@functools.cache
def style() -> str:
    """Style element of a page, for the blocks and for the frame round them."""
    sheet = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return f"<style>{sheet}</style>"


def title(chosen: Parameters, module: str) -> str:
    """Title of a page in a browser: its place, its module, and the year that it is about.

    >>> title(modules.Plan(region="3501", year=2023), "budgeting")
    'Kabupaten Pacitan 2025 · Anggaran'
    """
    key, language = f"module.{module}.title", chosen.language
    may = {
        "place": regions.name(chosen.region),
        **{name: str(value) for name, value in chosen.as_dict().items()},
    }
    wanted = words.fields_of(words.catalogue()[key][language])
    return words.say(key, language, **{name: may[name] for name in wanted})


def bar(
    place: str,
    module: str,
    year: int,
    *,
    vintage: str,
    synthetic: bool,
    language: str,
    of: str = "page.synthetic",
) -> Block:
    """Top of the page: where, what, when, how old the data are, and if they are invented.

    Parameters
    ----------
    vintage : str
        Newest data behind the page, as "BPS, Maret 2023".
    synthetic : bool
        Any number of the page rests on invented data.
    of : str
        Sentence that says what is invented. Default: the survey.
    """
    demo = words.say(of, language) if synthetic else ""
    content = {"place": place, "module": module, "year": year}
    content |= {"vintage": vintage, "demo": demo}
    return Block("bar", content, language, "header")


def _signs(text: str) -> str:
    """Text inside a string of a style sheet, which none of its signs can end."""
    return "".join(f"\\{ord(sign):06x}" for sign in text)


def _running(bar: dict) -> Markup:
    """What stands at the foot of every printed page, so that a loose one says it too."""
    parts = [
        bar["place"],
        f"{bar['module']} {bar['year']}",
        bar["vintage"],
        bar["demo"],
    ]
    line = " · ".join(filter(None, parts))
    text = _signs(line)
    look = "font:8pt system-ui,sans-serif;color:#5b6670"
    boxes = (
        f'@bottom-left{{content:"{text}";{look}}}'
        f'@bottom-right{{content:counter(page)" / "counter(pages);{look}}}'
    )
    first = ""
    if bar["demo"]:  # the first page has it in its bar
        label = _signs(bar["demo"])
        boxes += f'@top-right{{content:"{label}";font:bold 8pt system-ui,sans-serif;color:#7a4f00}}'
        boxes += f'@top-left{{content:"{_signs(bar["place"])}";{look}}}'
        first = "@page:first{@top-left{content:none}@top-right{content:none}}"
    return Markup(f"<style>@page{{margin:15mm 12mm 18mm;{boxes}}}{first}</style>")


def lead(title: str, sentence: str, more: Sequence[str] = ()) -> Block:
    """Title of the page, the answer in one sentence, and further sentences below it.

    Raises
    ------
    ValueError
        An answer of more than 35 words, which nobody will repeat by heart.
    """
    if len(sentence.split()) > 35:
        raise ValueError(
            f"the leading sentence has {len(sentence.split())} words; 35 are the most "
            f"that can be repeated: {sentence!r}"
        )
    return Block("lead", {"title": title, "sentence": sentence, "more": list(more)})


def contents(
    entries: Sequence[tuple[str, str, Sequence[tuple[str, str]]]], *, language: str
) -> Block:
    """What stands on the page and leads there; printed, with the numbers of the pages.

    Parameters
    ----------
    entries : sequence of (label, key, parts)
        Parts are pairs of label and key; the keys are those of `anchored`.
    """
    listed = [
        [label, _anchor(key), [[name, _anchor(part)] for name, part in parts]]
        for label, key, parts in entries
    ]
    return Block("contents", {"entries": listed}, language)


def question(heading: str, says: Sequence[str] = ()) -> Block:
    """Heading of a part of the page, and what holds for all that stands under it."""
    return Block("question", {"heading": heading, "says": list(says)})


def key_figures(figures: Sequence[tuple[str, str, str]]) -> Block:
    """Few numbers to remember.

    Parameters
    ----------
    figures : sequence of (value, label, small)
        Value with its unit, what it is, and source with month; at most four.
    """
    if len(figures) > 4:
        raise ValueError(f"a page has at most four key figures; {len(figures)} came")
    return Block("key_figures", {"figures": [list(figure) for figure in figures]})


def figure(
    title: str,
    svg: str,
    caption: str,
    says: str | Sequence[str],
    *,
    language: str,
    how_to_read: str | None = None,
    table: Block | None = None,
    link: tuple[str, str] | None = None,
    about: Sequence[words.Marked] = (),
) -> Block:
    """Picture with the finding above it and the sentence with its uncertainty below.

    Parameters
    ----------
    title : str
        Says the finding.
    svg : str
        As `figures.charts` gives it; trusted markup.
    caption : str
        What is drawn, unit, source, what is missing.
    says : str or sequence of str
        One sentence or several.
    how_to_read : str, optional
        Folded away under "Cara membaca".
    table : Block, optional
        The numbers (`table`), folded away under "Tabel angka".
    link : (what happens, address), optional
        A file beside the page that shows the same and can be moved.
    about : sequence of Marked
        What is drawn, by names that lead to what they mean.
    """
    content = {
        "title": title,
        "drawing": str(svg),
        "caption": caption,
        "says": [says] if isinstance(says, str) else list(says),
        "how_to_read": how_to_read,
        "numbers": table or NOTHING,
        "link": list(link) if link else None,
        "about": list(about),
    }
    return Block("figure", content, language)


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str | words.Marked]],
    *,
    text: bool = False,
) -> Block:
    """Numbers in rows; an interval stands in small grey beside its value.

    Parameters
    ----------
    headers : sequence of str
    rows : sequences as long as `headers`
        The first names the row. A number comes written, or as `words.Marked`. A row
        with nothing but its name heads those below it.
    text : bool
        It holds words more than numbers.
    """
    rows = [list(row) for row in rows]
    for row in rows:
        if len(row) != len(headers):
            raise ValueError(
                f"row {row[0]!r} has {len(row)} cells under {len(headers)} headers"
            )
        for cell in row:
            if not isinstance(cell, str | words.Marked):
                raise ValueError(
                    f"cell {cell!r} of row {row[0]!r} is not written yet; use "
                    "words.number, words.percent or words.value_with_mark"
                )
    fits = {name: len(headers) > columns for name, columns in LAYOUTS.items()}
    content = {"headers": list(headers), "rows": rows, **fits}
    return Block("table", content | ({"text": True} if text else {}))


def section(
    heading: str,
    content: Block,
    says: Sequence[str] = (),
    *,
    note: str = "",
    folded: str = "",
    level: int = 3,
) -> Block:
    """Heading, content and sentences without a picture; any of them may be empty.

    With `folded`, the content and its note are folded away under these words. `level` is
    the heading's. [2-3]
    """
    around = {"heading": heading, "says": list(says), "note": note, "folded": folded}
    return Block("section", around | {"content": content, "level": level})


def summary(
    blocks: Sequence[Block], rests_on: Sequence[Mapping], language: str
) -> Block:
    """The answer on two pages, which is also a file of its own.

    Parameters
    ----------
    blocks : sequence of Block
    rests_on : sequence of mappings
        ``text`` and ``findings`` (ids): what each text with numbers was read from.
    language : {"id", "en"}
    """
    content = {"blocks": list(blocks), "rests_on": [dict(each) for each in rests_on]}
    return Block("summary", content, language)


def columns(left: Block, right: Block, *, language: str) -> Block:
    """Two pieces side by side; one below the other where there is no room."""
    return Block("columns", {"left": left, "right": right}, language)


def cards(entries: Sequence[Mapping], *, language: str) -> Block:
    """Score cards side by side, each with a colour, its shape and its word.

    Parameters
    ----------
    entries : sequence of mappings
        ``colour`` (red, yellow, green, none), ``word`` (its name), ``title``, ``value``
        (text or `words.Marked`), ``reference`` (may be empty) and ``lines`` (texts).
    """
    return Block("cards", {"entries": [dict(entry) for entry in entries]}, language)


def unknown(sentences: Sequence[str], *, language: str) -> Block:
    """Open questions, each with the file that would answer it; nothing if none."""
    if not sentences:
        return NOTHING
    block = Block("unknown", {"sentences": list(sentences)}, language)
    return anchored(block, "unknown")


def terms(entries: Sequence[Mapping], *, language: str) -> Block:
    """What each number on the page means, folded away; a link to one opens it.

    Parameters
    ----------
    entries : sequence of mappings
        ``label``, ``anchor`` (what leads to it), ``meaning`` and ``facts``: pairs of a
        name and a text.
    """
    if not entries:
        return NOTHING
    block = Block("terms", {"entries": [dict(entry) for entry in entries]}, language)
    return anchored(block, "terms")


def glossary(
    parts: Sequence[tuple[str, Sequence[Mapping]]],
    *,
    year: int,
    language: str,
    more: Sequence[tuple[str, Block]] = (),
) -> str:
    """A whole page of the meaning of each indicator, and of what stands behind it.

    Parameters
    ----------
    parts : sequence of (heading, entries)
        Entries as `terms` takes them.
    year : int
        Whose values stand in them.
    more : sequence of (heading, block)
        Below them.
    """
    say = functools.partial(words.say, language=language)
    count = sum(len(entries) for _, entries in parts)
    return (
        _templates()
        .get_template("glossary.html")
        .render(
            language=language,
            say=say,
            style=Markup(style()),
            title=say("glossary.title"),
            summary=say("glossary.summary", n=count, year=str(year)),
            parts=parts,
            more=[(heading, rendered(block)) for heading, block in more],
        )
    )


def foot(
    chosen: Parameters,
    hashes: Mapping[str, str],
    date: datetime.date,
    links: Sequence[tuple[str, str]],
    *,
    language: str,
) -> Block:
    """How the page was made, and the tables behind it.

    Parameters
    ----------
    chosen : Parameters
        All choices of the module, its own too.
    hashes : mapping of file to SHA-256
    date : date of making
    links : sequence of (what happens, address)
        Addresses of files beside the page, as ``tables/pacitan.xlsx``.
    """
    for label, address in links:
        if urlsplit(address).scheme or address.startswith(("/", "\\")):
            raise ValueError(
                f"link {label!r} leads to {address!r}; a page that travels on a stick "
                "links only to files beside it"
            )
    made_on = words.say("page.made_on", language, date=words.date(date, language))
    choices = dict(
        written_choice(name, value, language, type(chosen))
        for name, value in chosen.as_dict().items()
    )
    content = {
        "parameters": choices,
        "hashes": dict(hashes),
        "made_on": made_on,
        "links": [list(link) for link in links],
    }
    return Block("foot", content, language, "footer", "made")


def places(
    headers: Sequence[str],
    rows: Sequence[tuple[str, str, Sequence[str | words.Marked]]],
) -> Block:
    """Regions in rows, each leading to its own page where that stands.

    Parameters
    ----------
    headers : sequence of str
    rows : sequence of (name, address, cells)
        Addresses from the page that shows it, as ``../../3502/2023/analysis.html``; a
        renderer says where they are, and leaves out those that are nowhere.
    """
    content = {"headers": list(headers)}
    return Block(
        "places", content | {"rows": [[n, a, [*cells]] for n, a, cells in rows]}
    )


def stopped(message: str, *, language: str) -> Block:
    """Banner in place of a part that failed."""
    return Block("stopped", {"message": message}, language)


def heading(text: str, level: int) -> Block:
    """A heading between blocks, as a notebook's prose has it."""
    return Block("heading", {"text": text, "level": level})


def paragraph(text: str) -> Block:
    """A line of text between blocks; its breaks stand."""
    return Block("prose", {"text": text})


def prose(source: str) -> list[Block]:
    r"""Headings and paragraphs of Markdown, without its marks of emphasis.

    >>> [(b.kind, b.content["text"]) for b in prose("## Judul\n\nSatu *dua*.\n\n- tiga")]
    [('heading', 'Judul'), ('prose', 'Satu dua.'), ('prose', '• tiga')]
    """
    import mistune

    return [
        block
        for token in mistune.create_markdown(renderer=None)(source)
        for block in _prose(token)
    ]


def _prose(token: Mapping) -> list[Block]:
    if token["type"] == "list":
        return [paragraph(f"• {_text(item)}") for item in token["children"]]
    text = _text(token)
    if not text:
        return []
    if token["type"] == "heading":
        return [heading(text, token["attrs"]["level"])]
    return [paragraph(text)]


def _text(token: Mapping) -> str:
    if token["type"] in ("softbreak", "linebreak"):
        return " "
    inner = "".join(map(_text, token.get("children", ())))
    return inner or token.get("raw", "").strip("\n")


def listing(
    entries: Sequence[Mapping], *, language: str, published: bool = False
) -> str:
    """A whole page that lists other pages by province, with a field to search in it.

    Parameters
    ----------
    entries : sequence of mappings
        ``region``, ``province``, ``year``, ``module``, ``choices`` (those that are not
        the standard ones, by name), ``address`` (relative), ``made`` (date, or None where there
        is no page), ``synthetic``, ``why`` (empty, or why the last attempt failed),
        ``outdated`` (what lies beside it was made of newer data; where pages are
        published, that it would come out otherwise now) and perhaps ``files`` (what
        each is called, and its address).
    language : {"id", "en"}
    published : bool
        For readers elsewhere, who make no pages.

    Notes
    -----
    A page's language is told where not all speak the list's.
    """
    say = functools.partial(words.say, language=language)
    provinces: dict[str, list[dict]] = {}
    tells_language = any(_spoken(entry) != language for entry in entries)
    for entry in entries:
        made = words.date(entry["made"], language) if entry["made"] else ""
        entry = {**entry, "made": made}
        shown = {
            "name": regions.name(entry["region"]),
            "title": say(f"module.{entry['module']}.name"),
            "note": "; ".join(_choices(entry, language, tells_language)),
            "files": [],
        }
        provinces.setdefault(entry["province"], []).append({**shown, **entry})
    failed = sum(bool(entry["why"]) for entry in entries)
    counts = {"pages": words.number(len(entries) - failed, language)}
    if published:
        places = len({entry["region"] for entry in entries})
        counts["regions"] = words.number(places, language)
    else:
        counts["failed"] = words.number(failed, language)
    kind = "published" if published else "index"
    return (
        _templates()
        .get_template("listing.html")
        .render(
            language=language,
            say=say,
            style=Markup(style()),
            title=say(f"{kind}.title"),
            summary=say(f"{kind}.summary", **counts),
            outdated=say(f"{kind}.outdated"),
            provinces=[
                {"name": regions.name(code), "rows": rows}
                for code, rows in sorted(provinces.items())
            ],
        )
    )


def _spoken(entry: Mapping) -> str:
    return entry["choices"].get("language", "id")


def _choices(entry: Mapping, language: str, tells_language: bool) -> list[str]:
    of = modules.of(entry["module"]).choices
    chosen = {n: value for n, value in entry["choices"].items() if n != "language"}
    if tells_language:
        chosen["language"] = _spoken(entry)
    choices = [
        written_choice(name, value, language, of) for name, value in chosen.items()
    ]
    return [words.say("index.choice", language, name=n, value=v) for n, v in choices]


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )


@functools.cache
def _macros() -> jinja2.environment.TemplateModule:
    return _templates().get_template("blocks.html").module
