"""What a page prints, to go on working with: its tables as sheets, its charts as pictures."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font

from sepakat_lib import words
from sepakat_lib.attachments import packed
from sepakat_lib.figures import titled, tree
from sepakat_lib.reports.page import Block

NAME = 31  # letters of a sheet's name at most
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_NUMBER = {  # as each language writes it
    "id": re.compile(r"[−-]?\d{1,3}(\.\d{3})*(,\d+)?|[−-]?\d+(,\d+)?"),
    "en": re.compile(r"[−-]?\d{1,3}(,\d{3})*(\.\d+)?|[−-]?\d+(\.\d+)?"),
}


class Piece(NamedTuple):
    """A table or a picture of a page with what stands round it."""

    title: str
    block: Block
    note: str


def pieces(shown: Sequence[Block], kind: str, above: str = "") -> Iterator[Piece]:
    """Tables or figures of a page in their order, each with its heading and note.

    Parameters
    ----------
    shown : sequence of Block
        From `document.blocks`.
    kind : {"table", "figure"}
    above : str
        Heading of what has none of its own.
    """
    for block in shown:
        inside = block.content
        if block.kind == "figure":
            above = inside["title"]
            if kind == "figure":
                yield Piece(above, block, inside["caption"])
            elif inside["numbers"] and inside["numbers"].kind == kind:
                yield Piece(above, inside["numbers"], inside["caption"])
        elif block.kind == "section":
            above = inside["heading"] or above
            if inside["content"].kind == kind:
                yield Piece(above, inside["content"], inside["note"])
            else:
                yield from pieces([inside["content"]], kind, above)
        elif block.kind == kind:
            yield Piece(above, block, "")
        elif block.kind in ("group", "summary"):
            yield from pieces(inside["blocks"], kind, above)
        elif block.kind == "columns":
            yield from pieces([inside["left"], inside["right"]], kind, above)


def charts(shown: Sequence[Block], name: str) -> bytes:
    """ZIP of every chart as SVG and PNG, with title, source and note in the picture.

    Parameters
    ----------
    shown : sequence of Block
    name : str
        Of place, year and module: what the files inside begin with.
    """
    files = {}
    for number, piece in enumerate(pieces(shown, "figure"), start=1):
        drawing = piece.block.content["drawing"]
        if "<svg" not in drawing:
            continue
        svg = titled.titled(drawing, piece.title, piece.note)
        called = f"{name}-{number:02}-{_plain(piece.title)}"
        files[f"{called}.svg"] = svg.encode()
        files[f"{called}.png"] = tree.png(svg)
    return packed.archive(files)


def _plain(title: str) -> str:
    """A title in the letters that a file's name can have anywhere.

    >>> _plain("Air layak: 71 persen − tahun 2023")
    'air-layak-71-persen-tahun-2023'
    """
    ascii_ = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", ascii_.lower()).strip("-")[:48].strip("-")


def workbook(shown: Sequence[Block], data: pd.DataFrame, language: str) -> bytes:
    """XLSX of a page: a sheet a table as printed, what indicators mean, all data last.

    Parameters
    ----------
    shown : sequence of Block
    data : DataFrame
        The complete data behind the page.
    language : {"id", "en"}

    Notes
    -----
    A plain number is a number with the decimals that were printed; an interval, a mark
    and people stand in columns of their own, as text. No cell begins a formula.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = packed.WHENEVER
    bar = next((block.content for block in shown if block.kind == "bar"), {})
    head = " · ".join(
        str(bar[name])
        for name in ("place", "module", "year", "vintage", "demo")
        if bar.get(name)
    )
    for number, piece in enumerate(pieces(shown, "table"), start=1):
        sheet = book.create_sheet(_sheet_name(f"{number} {piece.title}"))
        _written(sheet, piece, head, language)
    _definitions(book, shown, head, language)
    last = book.create_sheet(words.say("workbook.data", language))
    last.append([*data])
    for row in data.astype(object).where(data.notna(), None).itertuples(index=False):
        last.append([_harmless(value) for value in row])
    last.freeze_panes = "A2"
    return packed.saved(book)


def _sheet_name(title: str) -> str:
    return _FORBIDDEN.sub(" ", title)[:NAME].strip()


def _written(sheet, piece: Piece, head: str, language: str) -> None:
    content = piece.block.content
    columns = [
        [_parts(row[n], language) for row in content["rows"]]
        for n in range(len(content["headers"]))
    ]
    used = [[any(cell[n] for cell in column) for n in range(4)] for column in columns]
    headers = []
    for header, (_, *more) in zip(content["headers"], used, strict=True):
        names = [
            words.say(f"workbook.{n}", language) for n in ("interval", "mark", "people")
        ]
        headers += [
            header,
            *(f"{header}: {n}" for n, has in zip(names, more, strict=True) if has),
        ]
    sheet.append([_harmless(piece.title)])
    sheet.append([_harmless(head)])
    sheet.append([])
    sheet.append([_harmless(header) for header in headers])
    for index in range(len(content["rows"])):
        cells = []
        for column, (_, *more) in zip(columns, used, strict=True):
            value, *others = column[index]
            cells += [
                value,
                *(other for other, has in zip(others, more, strict=True) if has),
            ]
        sheet.append(
            [cell[0] if isinstance(cell, tuple) else _harmless(cell) for cell in cells]
        )
        for at, cell in enumerate(cells, start=1):
            if isinstance(cell, tuple):
                sheet.cell(sheet.max_row, at).number_format = cell[1]
    if piece.note:
        sheet.append([])
        sheet.append([_harmless(piece.note)])
    sheet["A1"].font = Font(bold=True)
    for cell in sheet[4]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    sheet.freeze_panes = "B5"
    sheet.column_dimensions["A"].width = 42
    for at in range(2, len(headers) + 1):
        letter = openpyxl.utils.get_column_letter(at)
        sheet.column_dimensions[letter].width = 16


def _parts(cell: str | words.Marked, language: str) -> list:
    """Value (a number with its format where it is one), interval, mark and people."""
    if isinstance(cell, str):
        return [_number(cell, language), "", "", ""]
    return [
        _number(cell.value, language),
        cell.interval or cell.note,
        cell.mark,
        cell.people,
    ]


def _number(text: str, language: str) -> str | tuple[float, str]:
    """A printed number and its format; text of all else.

    >>> _number("13,65", "id"), _number("6.508", "id"), _number("76,2 ribu", "id")
    ((13.65, '0.00'), (6508.0, '#,##0'), '76,2 ribu')
    """
    plain = text.strip()
    if not _NUMBER[language].fullmatch(plain):
        return text
    group, point = (".", ",") if language == "id" else (",", ".")
    whole, _, decimals = plain.replace("−", "-").replace(group, "").partition(point)
    form = "#,##0" if group in plain else "0"
    if decimals:
        form += "." + "0" * len(decimals)
        whole = f"{whole}.{decimals}"
    return float(whole), form


def _harmless(value):
    """Text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "@", "\t"):
        return f"'{value}"
    return value


def _definitions(book, shown: Sequence[Block], head: str, language: str) -> None:
    entries = [e for b in shown if b.kind == "terms" for e in b.content["entries"]]
    if not entries:
        return
    sheet = book.create_sheet(words.say("workbook.definitions", language))
    sheet.append([words.say("workbook.definitions", language)])
    sheet.append([head])
    sheet.append([])
    names = [*dict.fromkeys(name for entry in entries for name, _ in entry["facts"])]
    labels = [words.say(f"workbook.{n}", language) for n in ("indicator", "meaning")]
    sheet.append([*labels, *names])
    for entry in entries:
        facts = dict(map(tuple, entry["facts"]))
        texts = [
            entry["label"],
            entry["meaning"],
            *(facts.get(name, "") for name in names),
        ]
        sheet.append([_harmless(text) for text in texts])
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    for at, width in zip("ABCDEFGHI", [34, 70, *[40] * 7], strict=True):
        sheet.column_dimensions[at].width = width
    sheet.freeze_panes = "B5"
