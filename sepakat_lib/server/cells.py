"""What a cell of a notebook shows on the officials' door, as HTML."""

from urllib.parse import parse_qsl, urlencode

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from sepakat_lib import modules, refused, speaker, words
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page

WIDGET = "application/vnd.jupyter.widget-view+json"


def banner(language: str, error: Refused | None = None) -> str:
    """In place of what failed: of a refusal why, of all else nothing."""
    if error is None:
        sentence = words.say("door.cell_failed", language)
    else:
        sentence = speaker.sentence(error, language)
    return str(page.stopped(sentence, language=language))


def stopped(output, language: str) -> str:
    """Banner in place of a cell that failed."""
    return banner(language, refused.of_kernel(output["ename"], output["evalue"]))


def answering(record: dict, query: str, lacking: str = "") -> str:
    """HTML of a block whose links lead to this door, with the map in its place.

    With `lacking`, how its documents are made stands in place of links to them.
    """

    def address(name: str) -> str | None:
        return None if lacking and modules.is_document(name) else _leading(name, query)

    return page.rendered(
        page.read(record),
        with_style=False,  # the frame of the page has it
        address=address,
        moves_maps=True,
        lacking=lacking,
    )


def _leading(name: str, query: str) -> str:
    """Where a file beside the page is on this door, or the page of another region.

    >>> _leading("map.html", "region=35&year=2023")
    'map.html?region=35&year=2023'
    >>> _leading("../../3502/2023/analysis.html", "region=35&year=2023")
    '?region=3502&year=2023'
    """
    if not name.startswith("../../"):
        return f"{name}?{query}"
    region = name.split("/")[2]
    pairs = [(key, value) for key, value in parse_qsl(query) if key != "region"]
    return f"?{urlencode([('region', region), *pairs])}"


def prose(source: str) -> str:
    r"""Markdown as HTML, without the anchors that nbconvert adds to headings.

    >>> prose("## Yang belum kita ketahui")
    '<h2>Yang belum kita ketahui</h2>\n'
    """
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def view(output: dict) -> dict:
    """An output as a widget alone, without what is printed where no kernel answers."""
    data = {WIDGET: output["data"][WIDGET]}
    return {**output, "data": data}


FILTERS = {"view": view, "answering": answering, "prose": prose, "stopped": stopped}
