"""Blocks of a page as HTML: text in, markup out, everything that is text escaped.

Each block stands by itself in a notebook's output and together they make the page that
`reports.html.export` writes. The style sheet comes with `bar`, once a page.
"""

import datetime
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from sepakat_lib import modules, regions, words
from sepakat_lib.modules import Parameters

TEMPLATES = Path(__file__).with_name("template")
_MOST_COLUMNS = 2  # a wider table stacks its rows on a telephone
_WIDE = 5  # columns; a wider table has its intervals under the values


class Html(Markup):
    """Markup that shows itself as the last expression of a notebook's cell.

    Parameters
    ----------
    markup : str
        Already safe; text is escaped by the blocks, not here.
    place : {"main", "header", "footer"}
        Where an exported page puts it.

    >>> Html("<p>") + "<b>"
    Html('<p>&lt;b&gt;')
    """

    place = "main"

    def __new__(cls, markup: str = "", place: str = "main") -> "Html":
        """Str with a place."""
        block = super().__new__(cls, markup)
        block.place = place
        return block

    def _repr_html_(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        plain = re.sub(r"\s+", " ", self.striptags())[:80]
        return {"text/html": str(self), "text/plain": plain}, {"place": self.place}


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
    if name == "year":
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


def bar(
    place: str,
    module: str,
    year: int,
    *,
    vintage: str,
    synthetic: bool,
    language: str,
) -> Html:
    """Top of the page: where, what, when, how old the data are, and if they are invented.

    Parameters
    ----------
    vintage : str
        Newest data behind the page, as "BPS, Maret 2023".
    synthetic : bool
        Any survey number of the page rests on invented data.
    """
    demo = words.say("page.synthetic", language) if synthetic else ""
    block = _block("bar", place, module, year, vintage, demo)
    told = " · ".join(filter(None, [place, f"{module} {year}", vintage, demo]))
    return Html(Html(style()) + _running(told) + block, place="header")


def _running(told: str) -> Markup:
    """What stands at the foot of every printed page, so that a loose one says it too."""
    text = "".join(f"\\{ord(sign):06x}" for sign in told)  # no sign can end the string
    box = (
        f'@bottom-left{{content:"{text}";font:8pt system-ui,sans-serif;color:#5b6670}}'
    )
    return Markup(f"<style>@page{{margin:15mm 12mm 18mm;{box}}}</style>")


def lead(title: str, sentence: str, more: Sequence[str] = ()) -> Html:
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
    return _block("lead", title, sentence, list(more))


def key_figures(figures: Sequence[tuple[str, str, str]]) -> Html:
    """Few numbers to remember.

    Parameters
    ----------
    figures : sequence of (value, label, small)
        Value with its unit, what it is, and source with month; at most four.
    """
    if len(figures) > 4:
        raise ValueError(f"a page has at most four key figures; {len(figures)} came")
    return _block("key_figures", figures)


def figure(
    title: str,
    svg: str,
    caption: str,
    says: str | Sequence[str],
    *,
    language: str,
    how_to_read: str | None = None,
    table: Html | None = None,
    link: tuple[str, str] | None = None,
) -> Html:
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
    table : Html, optional
        The numbers (`table`), folded away under "Tabel angka".
    link : (what happens, address), optional
        A file beside the page that shows the same and can be moved.
    """
    sentences = [says] if isinstance(says, str) else list(says)
    say = functools.partial(words.say, language=language)
    drawing = Markup(svg)
    return _block(
        "figure", title, drawing, caption, sentences, how_to_read, table, link, say
    )


def table(headers: Sequence[str], rows: Iterable[Sequence[str | words.Marked]]) -> Html:
    """Numbers in rows; an interval stands in small grey beside its value.

    Parameters
    ----------
    headers : sequence of str
    rows : sequences as long as `headers`
        The first names the row. A number comes written, or as `words.Marked`.
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
    stacks, wide = len(headers) > _MOST_COLUMNS, len(headers) > _WIDE
    return _block("table", list(headers), rows, stacks, wide)


def section(
    heading: str,
    content: Html,
    says: Sequence[str] = (),
    *,
    note: str = "",
    folded: str = "",
) -> Html:
    """Heading, content and sentences without a picture; any of them may be empty.

    With `folded`, the content and its note are folded away under these words.
    """
    return _block("section", heading, content, list(says), note, folded)


def unknown(sentences: Sequence[str], *, language: str) -> Html:
    """Open questions, each with the file that would answer it; nothing if none."""
    if not sentences:
        return Html()
    say = functools.partial(words.say, language=language)
    return _block("unknown", list(sentences), say)


def foot(
    chosen: Parameters,
    hashes: Mapping[str, str],
    date: datetime.date,
    links: Sequence[tuple[str, str]],
    *,
    language: str,
) -> Html:
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
    say = functools.partial(words.say, language=language)
    choices = dict(
        written_choice(name, value, language, type(chosen))
        for name, value in chosen.as_dict().items()
    )
    block = _block("foot", choices, dict(hashes), made_on, list(links), say)
    return Html(block, place="footer")


def stopped(message: str, *, language: str) -> Html:
    """Banner in place of a part that failed."""
    say = functools.partial(words.say, language=language)
    return _block("stopped", message, say)


def listing(entries: Sequence[Mapping], *, language: str) -> str:
    """A whole page that lists other pages by province.

    Parameters
    ----------
    entries : sequence of mappings
        ``region``, ``province``, ``year``, ``module``, ``choices`` (those that are not
        the standard ones, by name), ``address`` (relative), ``made`` (date, or None where there
        is no page), ``synthetic``, ``why`` (empty, or why the last attempt failed) and
        ``outdated`` (what lies beside it was made of newer data).
    language : {"id", "en"}
    """
    say = functools.partial(words.say, language=language)
    provinces: dict[str, list[dict]] = {}
    for each in entries:
        made = words.date(each["made"], language) if each["made"] else ""
        shown = {
            "name": regions.name(each["region"]),
            "title": say(f"module.{each['module']}.name"),
            "made": made,
            "note": "; ".join(_choices(each, language)),
        }
        provinces.setdefault(each["province"], []).append({**each, **shown})
    failed = sum(bool(each["why"]) for each in entries)
    summary = say("index.summary", pages=len(entries) - failed, failed=failed)
    return (
        _templates()
        .get_template("listing.html")
        .render(
            language=language,
            say=say,
            style=Markup(style()),
            summary=summary,
            provinces=[
                {"name": regions.name(code), "rows": rows}
                for code, rows in sorted(provinces.items())
            ],
        )
    )


def _choices(entry: Mapping, language: str) -> list[str]:
    of = modules.of(entry["module"]).choices
    told = [
        written_choice(name, value, language, of)
        for name, value in entry["choices"].items()
    ]
    return [words.say("index.choice", language, name=n, value=v) for n, v in told]


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


def _block(macro: str, *content: object) -> Html:
    return Html(f'<div class="sepakat">{getattr(_macros(), macro)(*content)}</div>')
