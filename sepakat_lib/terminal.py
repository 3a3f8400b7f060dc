"""What the command line tells a person: refusals, remarks and lists, in words.

Rooms that compute raise errors with a code and its fields; here they become sentences.
"""

import difflib
import errno
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from string import Formatter

from sepakat_lib import words

SHOWN = 8  # of a list inside a sentence
ROWS = 20  # of a table of problems
AS_IT_IS = {"markup": False, "highlight": False, "soft_wrap": True}


class Refused(ValueError):
    """What a verb cannot do as it was asked; `code` finds the sentence."""

    def __init__(self, code: str, **fields):
        self.code, self.fields = code, fields
        super().__init__(say(f"error.{code}", "en", **fields))


def language() -> str:
    """Language of the terminal: `SEPAKAT_LANGUAGE`, else the system's, else Indonesian."""
    for name in ("SEPAKAT_LANGUAGE", "LC_ALL", "LANG"):
        if found := re.match(r"(en|id)(?![a-z])", os.environ.get(name, "").lower()):
            return found[1]
    return "id"


def say(key: str, speech: str | None = None, **fields) -> str:
    """Sentence of `key` in the terminal's language; fields may be numbers or lists.

    Parameters
    ----------
    key : str
        As in ``words.yml``.
    speech : {"id", "en"}, optional
        Default: `language`.
    **fields
        An int is a count and gets its thousand mark; years and codes come as text. Of a
        list the first eight are shown. `role` is a key of `role.…`, and `regions…` are
        BPS codes.

    >>> say("error.no_region", "en", regions=["3501"], regions_there=["3326"])
    'Pacitan (3501) is not in the files. The kabupaten in them: Kab. Pekalongan (3326). \
Choose one of these, or add its files.'
    """
    speech = speech or language()
    shown = {name: _written(name, value, speech) for name, value in fields.items()}
    return words.say(key, speech, **shown)


def _written(name: str, value, speech: str) -> str:
    if name == "role":
        return words.say(f"role.{value}", speech)
    if isinstance(value, list | tuple):
        of_regions = name.startswith("regions")
        return listed(map(place, value) if of_regions else value, speech)
    if isinstance(value, int):
        return words.number(value, speech)
    return printable(value)


def printable(value) -> str:
    r"""Text on one line, without signs that would steer the terminal.

    >>> printable("a\x1b[2Jb\nc")
    'a?[2Jb c'
    """
    text = " ".join(str(value).split())
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def listed(items: Iterable, speech: str | None = None) -> str:
    """Items with commas; of a long list the first eight and how many more.

    >>> listed(range(10), "id")
    '0, 1, 2, 3, 4, 5, 6, 7, … dan 2 lagi'
    """
    shown = [printable(each) for each in items]
    text = ", ".join(shown[:SHOWN]) or "–"
    if len(shown) <= SHOWN:
        return text
    return words.say(
        "list.more", speech or language(), items=text, n=len(shown) - SHOWN
    )


def place(region: str) -> str:
    """Short name and BPS code.

    >>> place("3501")
    'Pacitan (3501)'
    """
    from sepakat_lib import regions

    return f"{regions.short_name(region)} ({region})"


def columns(items: Iterable[str], layouts: Iterable[str] = ()) -> list[str]:
    """What BPS calls the columns behind items of ours, each once.

    Parameters
    ----------
    items : iterable of str
        Columns of our tables.
    layouts : iterable of str
        Names of the questionnaires whose columns count; default all, the newest first.

    >>> columns(["closet", "head_age"], ["2024"])
    ['R1809B', 'R407']
    """
    from sepakat_lib.estimation.rows import ANY_MEMBER, HEAD
    from sepakat_lib.sources.susenas.layouts import LAYOUTS

    asked_of = {ours: item for item, ours in (HEAD | ANY_MEMBER).items()}
    wanted = set(layouts)
    known: dict[str, str] = {}
    for layout in LAYOUTS:
        if not wanted or layout.name in wanted:
            for item in (*layout.households, *layout.persons):
                known.setdefault(item.name, item.column)
    found = {}
    for name in items:
        item = asked_of.get(name, name)
        key = f"column.{item}"
        told = words.say(key, language()) if key in words.catalogue() else item
        found[known.get(item, told)] = None
    return list(found)


def absent(labels: list[str], items: list[str], layouts: Iterable[str]) -> str:
    """Say that indicators were left out, and what the files or the office lack."""
    lines = [f"line.{each}" for each in items if f"line.{each}" in words.catalogue()]
    if lines:
        return say("terminal.absent_line", labels=labels, lines=[*map(say, lines)])
    return say("terminal.absent", labels=labels, columns=columns(items, layouts))


def absences(lacks: dict[str, list[str]], year: int) -> list[str]:
    """Sentences on the indicators that the files of a year cannot answer, by what lacks.

    Parameters
    ----------
    lacks : dict
        Items that are not in the files, by name of the indicator.
    year : int
        Whose questionnaires name the columns.
    """
    from sepakat_lib import indicators, warehouse

    there = warehouse.loaded()
    layouts = set(there.loc[there["year"] == year, "layout"])
    known = indicators.catalogue()
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, items in lacks.items():
        alike.setdefault(tuple(items), []).append(known[name].label[language()])
    return [absent(labels, list(items), layouts) for items, labels in alike.items()]


def sentence(error: Exception) -> str:
    """What an error means: its code's sentence, else what it says itself.

    An error without a code is only told by its first line: more may hold data.
    """
    fields = getattr(error, "fields", {})
    key = f"error.{getattr(error, 'code', None)}"
    if key in words.catalogue() and _fields(key) == set(fields):
        told = [say(key, **fields)]
        why = f"why.{getattr(error, 'reason', '')}"
        if why in words.catalogue():
            told.append(say(why))
        if file := getattr(error, "file", ""):
            told.append(say("why.in_file", file=file))
        if near := _nearest(error):
            told.append(say("error.nearest", names=near))
        return " ".join(told)
    if hasattr(error, "code"):
        return printable(error)
    if isinstance(error, OSError) and error.errno:
        return _refused_by_system(error)
    first = (str(error).strip().splitlines() or [""])[0][:200]
    return say("error.unexpected", kind=type(error).__name__, why=first)


def _fields(key: str) -> set[str]:
    return words.fields_of(words.catalogue()[key]["id"])


def _nearest(error: Exception) -> list[str]:
    """Names that may have been meant."""
    from sepakat_lib.regions import UnknownRegion

    if isinstance(error, UnknownRegion):
        return [place(each) for each in error.nearest]
    near = getattr(error, "nearest", None)
    if near is None and {"given", "choices"} <= set(getattr(error, "fields", {})):
        near = difflib.get_close_matches(error.fields["given"], error.fields["choices"])
    return near or []


def _refused_by_system(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return say("error.disk_full")
    file = error.filename or "–"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say("error.no_permission", file=file)
    return say("error.system", why=error.strerror or "", file=file)


def expected(error: Exception) -> bool:
    """Whether the error is about what was asked or given, and not a defect of ours."""
    code = getattr(error, "code", None)
    return isinstance(error, OSError) or (bool(code) and code != "notebook_failed")


def refuse(error: Exception, screen) -> int:
    """Print what went wrong to `screen`; the exit code that belongs to it.

    2 where something was asked or given that cannot be; 1 for a failure of ours.
    """
    screen.print(f"sepakat: {sentence(error)}", **AS_IT_IS)
    problems = getattr(error, "problems", None)
    if implausible := getattr(error, "doubts", ()):
        tell_doubts(implausible, problems, screen)
        return 2
    enough = 1 if getattr(error, "code", "") == "bad_cells" else 2  # rows for a table
    if problems is not None and len(problems) >= enough:
        tell_problems(problems, screen)
    if expected(error):
        return 2
    screen.print(say("terminal.debug"), **AS_IT_IS)
    return 1


def tell_problems(problems, screen) -> None:
    """Print the first rows of a table of problems, and keep all of them in a file."""
    from rich.table import Table
    from rich.text import Text

    told = problems.assign(rule=problems["rule"].map(rule))
    table = Table(box=None, pad_edge=False)
    for name in told.columns:
        right = "why" if name == "rule" and "code" in told.columns else name
        justify = "right" if name in ("row", "value") else "left"
        table.add_column(say(f"problem.{right}"), justify=justify, overflow="fold")
    for row in _of_every_kind(told).astype(object).itertuples(index=False):
        table.add_row(*(Text(_cell(each)) for each in row))
    screen.print(table)
    if len(told) > ROWS:
        screen.print(say("terminal.more", n=len(told) - ROWS), **AS_IT_IS)
    _keep(told, screen)


def tell_doubts(doubts, problems, screen) -> None:
    """Print what cannot be true of a file, and keep all of it as a table."""
    from sepakat_lib import plausibility

    told = [plausibility.sentence(each, language()) for each in doubts]
    for each in told[:ROWS]:
        tell(screen, f"  {printable(each)}")
    if len(told) > ROWS:
        tell(screen, say("terminal.more", n=len(told) - ROWS))
    _keep(problems.assign(rule=told), screen)


def _keep(problems, screen) -> None:
    """Keep a table of problems whole in a file, and say where."""
    from sepakat_lib import warehouse

    path = warehouse.folder() / "problems.csv"
    try:
        with warehouse.whole(path) as fresh:
            problems.to_csv(fresh, index=False, encoding="utf-8-sig")
    except OSError as error:  # the refusal itself matters more than its copy
        screen.print(sentence(error), **AS_IT_IS)
        return
    count = len(problems)
    screen.print(say("terminal.whole_list", n=count, path=str(path)), **AS_IT_IS)


def _of_every_kind(told):
    """As many rows as are shown, some of each kind of problem."""
    kind = [name for name in ("file", "column", "rule") if name in told.columns]
    turn = told.groupby(kind, sort=False).cumcount()
    return told.loc[turn.sort_values(kind="stable").index[:ROWS]].sort_index()


def _cell(value) -> str:
    from pandas import isna

    return say("problem.empty") if isna(value) or value == "" else printable(value)


def rule(phrase: str) -> str:
    """What a cell should hold, as the reader wrote it in English, in our language."""
    return _translated("rule.", phrase)


def tell_round(prepared, screen) -> None:
    """Print how a round came about, what was left out of it, and what was remarked.

    Parameters
    ----------
    prepared : rounds.Prepared
    screen : rich.console.Console
    """
    year, supplied = str(prepared.year), prepared.supplied
    for lines in prepared.without_lines:
        tell(screen, say("terminal.no_earlier_lines", year=year, lines=lines))
    if prepared.older:
        tell(screen, say("terminal.older_round", year=year))
    if supplied.layout:
        tell(screen, say("terminal.found_files", year=year))
    for each in supplied.remarks:
        tell(screen, f"  {remark(each, supplied.layout)}")
    if supplied.invented:
        tell(screen, say("terminal.invented", year=year, regions=supplied.invented))
    if supplied.left_out:
        fields = {"regions": supplied.left_out, "folder": str(supplied.folder)}
        tell(screen, say("terminal.not_invented", year=year, **fields))
    for told in prepared.estimated:
        tell_touched(told, screen)


def tell_touched(told: dict, screen) -> None:
    """Print which strata had a single first-stage unit, and what was done with them.

    Parameters
    ----------
    told : dict
        As `estimation.estimate` gives it; nothing is printed where nothing was made.
    screen : rich.console.Console
    """
    strata = told["touched"] if told["fresh"] else []
    if not strata:
        return
    tell(screen, say("terminal.touched", n=len(strata)))
    for each in strata[:SHOWN]:
        tell(screen, f"  {each['stratum']}: {touched(each['done'])}")
    if (more := len(strata) - SHOWN) > 0:
        tell(screen, f"  {say('terminal.more', n=more)}")


def tell(screen, text: str) -> None:
    """Print a remark beside the results, as it is."""
    screen.print(text, **AS_IT_IS)


def touched(phrase: str) -> str:
    """What was done with a stratum of a single unit, in our language."""
    return _translated("touched.", phrase)


def _translated(kind: str, phrase: str) -> str:
    for key, pattern in _patterns(kind):
        if found := pattern.fullmatch(phrase):
            return words.say(key, language(), **found.groupdict())
    return printable(phrase)


@lru_cache
def _patterns(kind: str) -> list[tuple[str, re.Pattern]]:
    """Phrases of a kind as patterns of their English sentence, the most exact first."""
    found = []
    for key, both in words.catalogue().items():
        if key.startswith(kind):
            parts = list(Formatter().parse(both["en"]))
            pattern = "".join(
                re.escape(text) + (f"(?P<{name}>.+)" if name else "")
                for text, name, *_ in parts
            )
            exact = sum(len(text) for text, *_ in parts)
            found.append((exact, key, re.compile(pattern)))
    found.sort(key=lambda each: -each[0])
    return [(key, pattern) for _, key, pattern in found]


def _that_need(item: str) -> list[str]:
    """Labels of the indicators that cannot be computed without an item."""
    from sepakat_lib import indicators
    from sepakat_lib.estimation.rows import ANY_MEMBER, HEAD

    names = {
        item,
        *(ours for asked, ours in (HEAD | ANY_MEMBER).items() if asked == item),
    }
    return [
        each.label[language()]
        for each in indicators.catalogue().values()
        if each.columns & names
    ]


def remark(remark, layout: str) -> str:
    """Sentence of a remark of the Susenas reader: what it means for the user.

    Parameters
    ----------
    remark : susenas.Remark
    layout : str
        Name of the questionnaire, whose columns are named.
    """
    from sepakat_lib import plausibility

    key, fields = f"remark.{remark.code}", dict(remark.fields)
    if remark.code == plausibility.REMARK:
        doubt, accepted = plausibility.of_fields(fields)
        return plausibility.sentence(doubt, language(), accepted=accepted)
    if key not in words.catalogue():
        return printable(f"{remark.code}: {fields}")
    if "items" in fields:
        items = fields["items"]
        named = list(items.values()) if isinstance(items, dict) else None
        fields["columns"] = named or columns(items, [layout])
    if "item" in fields:
        fields["labels"] = _that_need(fields["item"])
    if "block" in fields:
        fields["role"] = fields["block"]
    return say(key, **{name: fields[name] for name in _fields(key)})
