"""An executed notebook as one HTML file that needs nothing beside it, not even a network."""

import functools
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sepakat_lib import refused, speaker, words
from sepakat_lib.reports import page

if TYPE_CHECKING:
    from nbconvert import HTMLExporter

# Anything a browser would fetch or follow; xmlns is a name, not an address.
_OUTSIDE = re.compile(
    r"""<[^>]*\s(?:href|srcset|data|action|poster)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]*"""
    r"""|<[^>]*\ssrc\s*=\s*["']?\s*(?!data:)[^"'\s>]+"""
    r"""|url\(\s*["']?\s*(?:https?:)?//[^)]*|@import[^;]*""",
    re.IGNORECASE,
)


def export(
    notebook_path: Path,
    html_path: Path,
    *,
    language: str,
    title: str,
    beside: Collection[str] = (),
    lacking: str = "",
) -> Path:
    """Write the page of an executed notebook.

    Inputs, prompts, warnings and controls are left out; prose is translated; a cell
    that failed shows its message in a banner.

    Parameters
    ----------
    notebook_path : path of an executed ``.ipynb``
    html_path : path to write
        Its folder exists.
    language : {"id", "en"}
    title : str
        Of the browser's tab.
    beside : collection of str
        Names of the files that stand beside it; it leads to no others, but to pages of
        other regions that stand when it is written (``../../3502/2023/analysis.html``).
    lacking : str
        Stands at its foot: how files come to be that are not there.

    Returns
    -------
    Path
        `html_path`.

    Raises
    ------
    ValueError
        A line of prose without translation, or an address outside the page, which would
        not open from a stick.
    """
    import nbformat

    notebook = nbformat.read(notebook_path, as_version=4)
    resources = {
        "language": language,
        "title": title,
        "skip": words.say("page.skip", language),
        "style": page.style(),
        "links": {
            "address": lambda name: name if name in beside else None,
            "lacking": lacking,
        },
    }
    body, _ = _rendered(notebook, resources)
    if outside := _OUTSIDE.search(body):
        raise ValueError(
            f"{Path(notebook_path).name} refers to something outside the page: "
            f"{outside[0]!r}; put the content itself into the output"
        )
    html_path = Path(html_path)
    html_path.write_bytes(body.encode())
    return html_path


def _rendered(notebook, resources: dict) -> tuple[str, dict]:
    """Page by the template alone.

    `HTMLExporter` would then parse and write the whole page once more, for outputs and
    pictures of its own templates: ours has neither.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = _exporter()
    return TemplateExporter.from_notebook_node(
        exporter, notebook, exporter._init_resources(resources)
    )


@functools.cache
def _exporter() -> "HTMLExporter":
    """Exporter with the template of this folder; making it is the slow part."""
    # A format checker that no notebook needs and that takes most of the import's time.
    sys.modules.setdefault("rfc3987_syntax", None)
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(page.TEMPLATES)],
        embed_images=True,
        exclude_anchor_links=True,
        filters={
            "translated": words.translate_markdown,
            "block": _block,
            "stopped": _stopped,
        },
    )


def _block(written: dict, links: dict) -> str:
    """HTML of a block's value; the frame of the page has its style sheet."""
    return page.rendered(page.read(written), with_style=False, **links)


def _stopped(output, language: str) -> str:
    """Banner in place of a cell that failed; a refusal in words, else what was said."""
    error = refused.of_kernel(output["ename"], output["evalue"])
    message = speaker.sentence(error, language) if error else output["evalue"]
    return str(page.stopped(message, language=language))
