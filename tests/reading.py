"""What a reader of a block reads, whatever carries it: lines of text, rows of a table."""

import bs4


def _read(block) -> bs4.BeautifulSoup:
    read = bs4.BeautifulSoup(str(block), "html.parser")
    for unread in read.find_all(["style", "svg", "script"]):
        unread.decompose()
    return read


def _text(element) -> str:
    return " ".join(element.get_text().split())


def lines(block) -> list[str]:
    """Headings, captions, sentences and notes in their order, without tables."""
    read = _read(block)
    for table in read.find_all("table"):
        table.decompose()
    leaves = ["h1", "h2", "h3", "p", "li", "dt", "dd", "figcaption", "span", "b"]
    lines = []
    for element in read.find_all(leaves):
        if element.find_parent(leaves) is None and _text(element):
            lines.append(_text(element))
    return lines


def rows(block) -> list[list[str]]:
    """Rows of every table, the heads first, cell by cell."""
    return [
        [_text(cell) for cell in row.find_all(["th", "td"])]
        for row in _read(block).find_all("tr")
    ]


def pictures(block) -> list[str]:
    """What each picture says to whom cannot see it."""
    read = bs4.BeautifulSoup(str(block), "html.parser")
    return [
        svg.get("aria-label") or _text(svg.find("title") or svg)
        for svg in read.find_all("svg")
    ]
