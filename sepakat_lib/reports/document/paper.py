"""Blocks as tagged PDF, through their HTML and the style sheet of a printed page."""

import base64
import functools
import io
import re
from collections.abc import Iterator, Sequence

from markupsafe import escape

from sepakat_lib import words
from sepakat_lib.figures import tree
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

_NARROW = re.compile(
    r'<svg\b[^>]*class="chart-narrow".*?</svg>|<style>\.chart-narrow.*?</style>',
    re.DOTALL,
)
LETTERS = "Noto Sans,Noto Signs,Noto Shapes"  # those that are shipped, and no others
FACES = (
    ("Noto Sans", "normal", "NotoSans-Regular.ttf"),
    ("Noto Sans", "bold", "NotoSans-Bold.ttf"),
    ("Noto Signs", "normal", "NotoSansMath-Regular.ttf"),
    ("Noto Shapes", "normal", "NotoSansSymbols2-Regular.ttf"),
)
NUMBER = "\ue003"  # in a sentence, for a counter
SHOWN_FIRST = "system-ui"  # by a screen; a page's style sheet and its charts name it
PRINT = """
@page{size:A4}
html{font-size:12.4px}
body{margin:0;counter-reset:figure}
.sepakat,.sepakat.page{font-size:1rem;line-height:1.45;max-width:none}
.sepakat.page main,.sepakat.page>footer,.sepakat.page>header .bar{max-width:none;padding-left:0;padding-right:0}
.sepakat.page>footer{padding-bottom:0}
.sepakat h2{margin-top:1.6rem;padding-top:.7rem}
.sepakat h2.under{font-size:1rem;line-height:1.4;margin:1.3rem 0 .3rem;padding:0;border:0}
.sepakat h2,.sepakat h2.under,.sepakat h3,.sepakat dt,.sepakat p.begins{break-after:avoid}
.sepakat figure{margin:.8rem 0 .4rem}
.sepakat figure svg{max-height:205mm}
.sepakat summary{display:block;font-weight:600;color:var(--soft);break-after:avoid}
.sepakat td,.sepakat th{padding:.16rem .4rem}
.sepakat .wide td,.sepakat .wide th{padding:.16rem .25rem}
.sepakat .num small,.sepakat .num .why{white-space:normal}
.sepakat .people{display:block}
.sepakat .keys{display:flex}
.sepakat .keys div{flex:1;display:block}
.sepakat .cards{display:block}
.sepakat .card{display:inline-block;width:48%;vertical-align:top;margin:.3rem .8% .3rem 0}
.sepakat tr:has(th[scope=rowgroup]){break-after:avoid}
.sepakat .foot dl{display:block}
.sepakat .foot dt{display:inline;font-weight:600}.sepakat .foot dt::after{content:": "}
.sepakat .foot dd{display:inline}.sepakat .foot dd::after{content:"\\a";white-space:pre}
.sepakat figcaption::before{counter-increment:figure;content:NUMBERED}
"""
TWO_PAGES = 11.4, 10.8, 10.2, 9.6  # [px] of letters, the first that fits is taken
COMPACT = """
@page{margin:11mm 13mm 13mm!important}
html{font-size:SIZEpx}
.sepakat,.sepakat.page{line-height:1.36}
.sepakat h1{font-size:1.6rem;margin:.3rem 0 .1rem}
.sepakat h2{font-size:1.14rem;margin:.75rem 0 .2rem;padding-top:.35rem}
.sepakat h2.under,.sepakat h3{font-size:1rem;margin:.2rem 0}
.sepakat .lead{font-size:1.1rem;margin:.1rem 0 .3rem}
.sepakat p,.sepakat .says p{margin:.15rem 0}
.sepakat .bar{padding:.2rem 0}
.sepakat .keys{gap:2mm;margin:.4rem 0}
.sepakat .keys div{padding:.3rem .6rem}
.sepakat .keys .value{font-size:1.3rem}
.sepakat .says{margin:.2rem 0;padding-left:.6rem}
.sepakat td,.sepakat th{padding:.06rem .35rem}
.sepakat table{font-size:.93rem;margin:.2rem 0}
.sepakat figure{margin:.75rem 0 0;break-inside:avoid}
.sepakat figcaption,.sepakat .note{font-size:.85rem;margin:.1rem 0}
.sepakat figcaption::before{content:""}
.sepakat ul{margin:.2rem 0;padding-left:1.2rem}
.sepakat table.text td:last-child .num{white-space:nowrap}
.sepakat .columns{gap:0 6mm;break-inside:avoid}
.sepakat .columns table{font-size:.86rem}
.sepakat .columns td,.sepakat .columns th{padding:.08rem .15rem}
.sepakat#worse{break-before:page}
.sepakat .columns figure svg{max-height:50mm;max-width:100%}
.sepakat .columns .num small,.sepakat .wide .num small{display:inline}
"""


def printed(shown: Sequence[Block], *, language: str, compact: bool = False) -> bytes:
    """As `document.pdf`."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError:  # it looks for pango when it is imported
        raise Refused("no_pdf_library") from None
    within = URLFetcher(allowed_protocols={"data"})  # nothing from outside
    letters = FontConfiguration()
    faces = weasyprint.CSS(string=_faces(), font_config=letters, url_fetcher=within)
    options = {"stylesheets": [faces], "pdf_variant": "pdf/ua-1"}
    for size in TWO_PAGES:
        written = _page(shown, language, size if compact else 0.0)
        html = weasyprint.HTML(string=written, url_fetcher=within)
        paper = html.render(font_config=letters, **options)
        if not compact or len(paper.pages) <= 2:
            break
    target = io.BytesIO()
    paper.write_pdf(target, **options)
    return target.getvalue()


@functools.cache
def _faces() -> str:
    """Style sheet with the letters that are shipped inside it."""
    rules = []
    for family, weight, file in FACES:
        letters = base64.b64encode((tree.FONTS / file).read_bytes()).decode()
        source = f"url(data:font/ttf;base64,{letters})"
        rules += [  # what slants is shown upright rather than in other letters
            f'@font-face{{font-family:"{family}";font-weight:{weight};'
            f"font-style:{slant};src:{source}}}"
            for slant in ("normal", "italic")
        ]
    return "".join(rules)


def _page(shown: Sequence[Block], language: str, size: float) -> str:
    """HTML of a page as it is printed: charts for a column, in the shipped letters.

    With a size [px] of its letters it is set compactly.
    """
    parts = dict.fromkeys(page.PLACES, "")
    for block, written in _written(shown):
        parts[block.place] += written
    titles = [b.content["title"] for b in _each(shown) if b.kind == "lead"]
    whole = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(titles[0] if titles else '')}</title>{page.style()}"
        f"<style>{PRINT.replace('NUMBERED', _numbered(language))}</style>"
        f"<style>{COMPACT.replace('SIZE', str(size)) if size else ''}</style></head>"
        f'<body class="sepakat page"><header>{parts["header"]}</header>'
        f"<main>{parts['main']}</main><footer>{parts['footer']}</footer></body></html>"
    )
    return _NARROW.sub("", whole).replace(SHOWN_FIRST, LETTERS)


def _numbered(language: str) -> str:
    """What a caption begins with, as a style sheet says it."""
    label = words.say("document.figure", language, number=NUMBER)
    before, _, after = label.partition(NUMBER)
    return f'"{before}" counter(figure) "{after}. "'


def _written(shown: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Each block with its HTML, in which no level of headings is skipped."""
    outer, begins = 0, False
    for block in _each(shown):
        if block.kind == "lead":
            outer = 1
        elif block.kind == "heading":
            outer = block.content["level"]
        elif block.kind in ("unknown", "terms", "foot", "question") or (
            block.kind == "section" and block.content.get("level") == 2
        ):
            outer = 2
        written = str(page.rendered(block, with_style=False, address=_nowhere))
        if block.kind == "prose" and begins:
            written = written.replace("<p ", '<p class="begins" ')
        begins = block.kind == "heading"
        if outer < 2 and block.kind != "heading":
            written = written.replace("<h3>", '<h2 class="under">')
            written = written.replace("</h3>", "</h2>")
        yield block, written


def _nowhere(name: str) -> None:
    """No address: a file beside the page does not travel with the document."""


def _each(shown: Sequence[Block]) -> Iterator[Block]:
    for block in shown:
        if block.kind in ("group", "summary"):
            yield from _each(block.content["blocks"])
        else:
            yield block
