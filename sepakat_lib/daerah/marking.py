"""A filled workbook given back with its errors marked, for who filled it to put right."""

from pathlib import Path

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from sepakat_lib import atomic, speaker, words
from sepakat_lib.daerah.reading import Table

WRONG = PatternFill("solid", fgColor="F4B6B0")
AUTHOR = "SEPAKAT"


def write(source: Path, table: Table, target: Path, language: str) -> Path:
    """Write a copy of a workbook in which every problem stands at its cell.

    Parameters
    ----------
    source : Path
        As it was handed in; it is left alone. Marks of an earlier copy are taken off.
    table : reading.Table
    target : Path
        Replaced where it is there.
    language : {"id", "en"}

    Returns
    -------
    Path
        `target`: the cells coloured, with a comment in words, and the list of all on a
        sheet of its own.
    """
    book = openpyxl.load_workbook(source)
    titles = [words.say("data.problems", each) for each in words.LANGUAGES]
    for title in titles:
        if title in book.sheetnames:
            del book[title]
    sheet = book[table.sheet]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment, cell.fill = None, PatternFill()
    listed = book.create_sheet(words.say("data.problems", language))
    heads = ("row", "column", "value", "rule")
    listed.append([words.say(f"problem.{name}", language) for name in heads])
    for cell in listed[1]:
        cell.font = Font("Calibri", 11, bold=True)
    for letter, width in zip("ABCD", (8, 26, 30, 110), strict=True):
        listed.column_dimensions[letter].width = width
    for problem in table.problems:
        rule = speaker.rule(problem.rule, language)
        cell = sheet[f"{problem.letter}{problem.row}"]
        if not isinstance(cell, MergedCell):
            cell.fill = WRONG
            said = words.say("data.expected", language, rule=rule)
            cell.comment = Comment(said, AUTHOR, height=110, width=320)
        listed.append([problem.row, problem.column, None, rule])
        value = listed.cell(listed.max_row, 3)
        value.value, value.data_type = problem.value, "s"  # never a formula
        listed.cell(listed.max_row, 2).data_type = "s"
    with atomic.whole(target.absolute()) as fresh:
        book.save(fresh)
    return target
