"""A page to take along: as DOCX to write on in, as PDF for paper and for readers of screens.

Both are made of the blocks of an executed notebook, so that headings, captions, tables
and what a picture says are what they are on the page. What is folded away there is open
here, links to files beside a page are left out, and the same blocks are the same bytes,
by which a page knows its files.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sepakat_lib import refused, speaker, words
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

WIDGET = "application/vnd.jupyter.widget-view+json"


def blocks(notebook: Path | str, *, language: str) -> list[Block]:
    """What an executed notebook shows, in the order in which a page shows it.

    Parameters
    ----------
    notebook : path of an executed ``.ipynb``
    language : {"id", "en"}
        In which its prose is told.

    Returns
    -------
    list of Block
        Those of the header, of the main part and of the footer, each group in order.
        Prose is of the kinds ``heading`` and ``prose``, a cell that failed is ``stopped``.
        Editors are left out, and so is a heading that nothing stands below.

    Raises
    ------
    ValueError
        A line of prose without translation.
    """
    import nbformat

    read = nbformat.read(notebook, as_version=4)
    found = [block for cell in read.cells for block in _of_cell(cell, language)]
    placed = {place: [b for b in found if b.place == place] for place in page.PLACES}
    placed["main"] = _headed(placed["main"])
    return [block for place in page.PLACES for block in placed[place]]


def _of_cell(cell, language: str) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        yield from page.prose(words.translate_markdown(cell.source, language))
    for output in cell.get("outputs", ()):
        yield from _of_output(output, language)


def _of_output(output, language: str) -> Iterator[Block]:
    """Block of an output; text of what is none; nothing of an editor or a warning."""
    if output.output_type == "error":
        error = refused.of_kernel(output["ename"], output["evalue"])
        message = speaker.sentence(error, language) if error else output["evalue"]
        yield page.stopped(message, language=language)
    elif output.output_type == "stream":
        if output.name == "stdout":
            yield page.paragraph(output.text)
    elif WIDGET not in output.data:
        if page.MIME in output.data:
            block = page.read(output.data[page.MIME])
            yield from [block] * bool(block)
        elif "text/plain" in output.data:
            yield page.paragraph(output.data["text/plain"])


def _headed(found: Sequence[Block]) -> list[Block]:
    """Blocks without the headings that nothing stands below, as those of editors."""
    kept: list[Block] = []
    for block in reversed(found):
        if block.kind == "heading":
            level = block.content["level"]
            after = kept[-1] if kept else None
            if after is None or (
                after.kind == "heading" and after.content["level"] <= level
            ):
                continue
        kept.append(block)
    return kept[::-1]


def summary(shown: Sequence[Block]) -> list[Block]:
    """What a page says in short: its bar and the answer on top of it.

    Parameters
    ----------
    shown : sequence of Block
        From `blocks`.
    """
    return [block for block in shown if block.kind in ("bar", "summary")]


def html(shown: Sequence[Block], *, language: str) -> bytes:
    """Blocks as one HTML file that needs nothing beside it and leads nowhere.

    Parameters
    ----------
    shown : sequence of Block
    language : {"id", "en"}
    """
    return page.alone(shown, language=language).encode()


def docx(
    shown: Sequence[Block], *, language: str, template: Path | None = None
) -> bytes:
    """Blocks as DOCX, the same bytes for the same blocks.

    Parameters
    ----------
    shown : sequence of Block
        From `blocks`.
    language : {"id", "en"}
    template : Path, optional
        A DOCX of the office's, whose styles, header and footer are kept; the content
        goes where its paragraph ``{{p isi }}`` stands. Default: our own, on A4.

    Raises
    ------
    Refused
        ``template_no_docx``, ``template_unreadable``, ``template_fields``,
        ``template_no_content``: nothing is made.
    ValueError
        A kind of block that has no writer.
    """
    from sepakat_lib.reports.document import word  # slow to import

    return word.written(shown, language=language, template=template)


def pdf(shown: Sequence[Block], *, language: str, compact: bool = False) -> bytes:
    """Blocks as tagged PDF (PDF/UA-1), the same bytes for the same blocks.

    Nothing is fetched for it.

    Parameters
    ----------
    shown : sequence of Block
        From `blocks`.
    language : {"id", "en"}
    compact : bool
        In small print, as the summary that fits two pages of A4.

    Raises
    ------
    Refused
        ``no_pdf_library``: what draws letters is not installed on this machine.
    """
    from sepakat_lib.reports.document import paper  # slow to import

    return paper.printed(shown, language=language, compact=compact)


def check(template: Path) -> None:
    """Refuse a template that a document could not be made with.

    Raises
    ------
    Refused
        As `docx`.
    """
    from sepakat_lib.reports.document import word

    word.opened(template, {})
