"""Faults that can be planted in what we wrote, one at a time; none is written to disk.

A fault of Python comes from mutmut, of which only the operators are used. Those of the
indicators' SQL and of the sentences come from the rules below.
"""

import ast
import random
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import libcst as cst
import yaml
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from sepakat_lib import words
from sepakat_lib.indicators import GROUPINGS, catalogue, read_columns

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ("analysis", "reports", "disclosure.py", "estimation")
SQL, WORDS = "indicators", "words"
ROOMS = (*PYTHON, SQL, WORDS)
CHANGES_NOTHING = ROOT / "tests" / "equivalent_mutants.yml"


@dataclass(frozen=True)
class Mutant:
    """One fault, known by its words and not by its line number, which moves."""

    path: str  # from the root of the project
    where: str  # function or class; key and language of a sentence
    operator: str
    before: str
    after: str
    line: int
    span: tuple[int, int]  # of the file's text or, in a sentence, of the sentence
    new: str
    occurrence: int = 0  # of the same words in the same place

    @property
    def room(self) -> str:
        """Folder or file below sepakat_lib."""
        return Path(self.path).parts[1]

    @property
    def key(self) -> tuple:
        """What it is known by in `equivalent_mutants.yml`."""
        return self.path, self.where, self.before, self.after, self.occurrence

    def plant(self, text: str) -> str:
        """The file's text, or the sentence, with the fault."""
        return text[: self.span[0]] + self.new + text[self.span[1] :]


def plantable(room: str, only: str = "") -> list[Mutant]:
    """Every fault of a room, or of its files whose path starts with `only`."""
    place = ROOT / "sepakat_lib" / room
    make = {SQL: _of_sql, WORDS: _of_sentences}.get(room, _of_python)
    ending = "yml" if room == WORDS else "py"
    files = [place] if place.is_file() else sorted(place.rglob(f"*.{ending}"))
    found = []
    for path in files:
        if path.relative_to(ROOT).as_posix().startswith(only):
            text = path.read_text("utf-8")
            exports = set() if room == WORDS else _exports(text)
            made = _numbered(make(path, text))
            found += [each for each in made if each.line not in exports]
    return found


def spread(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many by a fixed seed, taken in turn from each file and operator."""
    heaps = defaultdict(list)
    for mutant in mutants:
        heaps[mutant.path, mutant.operator].append(mutant)
    heaps = list(heaps.values())
    chance = random.Random(seed)
    for heap in (heaps, *heaps):
        chance.shuffle(heap)
    taken = []
    while len(taken) < count and (heaps := [heap for heap in heaps if heap]):
        taken += [heap.pop() for heap in heaps]
    return taken[:count]


def judged() -> dict[tuple, str]:
    """Faults that were judged to change nothing: what they are known by, and why."""
    told = yaml.safe_load(CHANGES_NOTHING.read_text("utf-8")) or []
    names = ("path", "where", "before", "after", "occurrence")
    return {
        tuple(({"occurrence": 0} | each)[n] for n in names): each["why"]
        for each in told
    }


def _numbered(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Each with its place among those of the same words; none twice."""
    seen, found = Counter(), {}
    for each in mutants:
        if (each.span, each.new, each.where) not in found:
            numbered = replace(each, occurrence=seen[each.key])
            found[each.span, each.new, each.where] = numbered
            seen[each.key] += 1
    return list(found.values())


def _in_file(path: Path, text: str, operator: str, start: int, end: int, new: str):
    """The fault that puts `new` in place of a stretch of the file."""
    lines, starts = text.splitlines(), _starts(text)
    first, last = bisect(starts, start) - 1, bisect(starts, max(start, end - 1)) - 1
    around = text[starts[first] : start] + new + text[end : starts[last + 1]]
    old, now = lines[first : last + 1], around.splitlines()
    while old and now and old[0] == now[0]:
        old, now, first = old[1:], now[1:], first + 1
    while old and now and old[-1] == now[-1]:
        old, now = old[:-1], now[:-1]
    return Mutant(
        path=path.relative_to(ROOT).as_posix(),
        where=_around(text, first + 1),
        operator=operator,
        before="\n".join(line.strip() for line in old),
        after="\n".join(line.strip() for line in now),
        line=first + 1,
        span=(start, end),
        new=new,
    )


def _around(text: str, line: int) -> str:
    """Name of the function or class around a line, with those around it."""
    names = []
    for node in _definitions(text):
        if node.lineno <= line <= node.end_lineno:
            names.append(node.name)  # `walk` goes from outside in
    return ".".join(names)


def statement(mutant: Mutant) -> tuple[int, int]:
    """First and last line of the statement that a fault stands in; of a block its head."""
    text = (ROOT / mutant.path).read_text("utf-8")
    line = text.count("\n", 0, mutant.span[0]) + 1
    around = [
        node for node in _statements(text) if node.lineno <= line <= node.end_lineno
    ]
    inner = max(around, key=lambda node: node.lineno)
    body = getattr(inner, "body", None)
    return inner.lineno, body[0].lineno - 1 if body else inner.end_lineno


def _exports(text: str) -> set[int]:
    """Lines of `__all__`, which only a star would read."""
    return {
        line
        for node in _statements(text)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for line in range(node.lineno, node.end_lineno + 1)
    }


@lru_cache
def _statements(text: str) -> list[ast.stmt]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]


@lru_cache
def _definitions(text: str) -> list[ast.AST]:
    """Functions and classes of a file."""
    kinds = ast.FunctionDef | ast.ClassDef
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]


# --- Python ---------------------------------------------------------------------------
def _of_python(path: Path, text: str) -> Iterator[Mutant]:
    """What each of mutmut's operators makes of a file."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    places = wrapper.resolve(PositionProvider)
    for kind, operator in mutation_operators:
        visitor = MutationVisitor([(kind, operator)], IgnoredCode(set(), set(), set()))
        wrapper.visit(visitor)
        name = operator.__name__.removeprefix("operator_")
        for made in visitor.mutations:
            start, end = _span(text, places[made.original_node])
            code = [
                wrapper.module.code_for_node(node).strip()
                for node in (made.original_node, made.mutated_node)
            ]
            for deep in range(5):  # code of a node is told without the block's indent
                old, new = (part.replace("\n", "\n" + deep * "    ") for part in code)
                at = text.find(old, max(0, start - 2), end + 2)  # or with its brackets
                if at >= 0:
                    yield _in_file(path, text, name, at, at + len(old), new)
                    break


def _span(text: str, place) -> tuple[int, int]:
    """Both ends of a place as counts of signs."""
    before = _starts(text)
    return tuple(before[end.line - 1] + end.column for end in (place.start, place.end))


@lru_cache
def _starts(text: str) -> list[int]:
    """Where each line starts."""
    return [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]


# --- SQL ------------------------------------------------------------------------------
COMPARED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
COLUMN = re.compile(r"\b[a-z_][a-z_0-9]*\b(?!\()")
TERM = r"(?:NOT )?[a-z_][a-z_0-9]*(?: (?:IS(?: NOT)? NULL|IN \([^()]*\)|[<>=]+ [a-z_0-9.]+))?"
RULES = (  # name, what is sought in a piece of SQL, what comes in its place
    ("compare", r"<=|>=|<>|<|>|=", lambda found: COMPARED[found[0]]),
    ("and", r"\bAND\b", lambda _: "OR"),
    ("or", r"\bOR\b", lambda _: "AND"),
    ("not", r"\bNOT ", lambda _: ""),
    ("null", r"\bIS NULL\b", lambda _: "IS NOT NULL"),
    (
        "number",
        r"(?<![\w.{\[])\d+(?!\w|\.?\d|[}\]])",
        lambda found: str(int(found[0]) + 1),
    ),
    ("drop", rf"(?:{TERM} (?:AND|OR) )|(?: (?:AND|OR) {TERM})(?=[) ]|$)", lambda _: ""),
    ("column", COLUMN.pattern, lambda found: _sibling(found[0])),
)


def _of_sql(path: Path, text: str) -> Iterator[Mutant]:
    """What the rules make of every piece of SQL in a file of declarations."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    for node, place in wrapper.resolve(PositionProvider).items():
        if not isinstance(node, cst.SimpleString | cst.FormattedStringText):
            continue
        start, end = _span(text, place)
        if not _is_sql(text[start:end]):
            continue
        for name, sought, change in RULES:
            for found in re.finditer(sought, text[start:end]):
                ends, new = (start + found.start(), start + found.end()), change(found)
                between = re.search(r"BETWEEN \S+ $", text[start - 40 : ends[0]])
                if new is not None and not (between and found[0] == "AND"):
                    yield _in_file(path, text, f"sql {name}", *ends, new)


def _is_sql(piece: str) -> bool:
    """Whether a string of a declaration is SQL: its words, or columns alone."""
    if piece.startswith('"""'):
        return False
    plain = piece.strip('f"')
    ours = re.search(r"\b(?:CASE|WHEN|THEN|AND|OR|IN|NOT|NULL|TRUE)\b|[<>=]", plain)
    return bool(ours) or plain in _columns() - {each.name for each in GROUPINGS}


@lru_cache
def _columns() -> set[str]:
    """Columns that any declaration reads."""
    asked = [read_columns(each.expression) for each in GROUPINGS]
    return set().union(*asked, *(each.columns for each in catalogue().values()))


def _sibling(column: str) -> str | None:
    """The next column of the same family: "insured_pbi" to "insured_private"."""
    family = sorted(
        each for each in _columns() if each.split("_")[0] == column.split("_")[0]
    )
    if column not in family or len(family) < 2:
        return None
    return family[(family.index(column) + 1) % len(family)]


# --- sentences ------------------------------------------------------------------------
EXCHANGED = {
    "id": (
        *("tinggi/rendah", "tertinggi/terendah", "naik/turun", "bertambah/berkurang"),
        *("di atas/di bawah", "besar/kecil", "banyak/sedikit", "lebih/kurang"),
        *("persen/poin", "ribu/juta", "termiskin/terkaya", "sebelum/sesudah"),
        *("pasti/mungkin", "laki-laki/perempuan", "kota/desa", "semua/sebagian"),
        *("di dalam/di luar", "tidak /", "belum/sudah", "dapat/harus"),
        *("sama/berbeda", "sedikitnya/sebanyaknya", "provinsi/kabupaten"),
        *("penduduk/rumah tangga", "orang/rumah tangga", "setahun/sebulan"),
        *("pertama/terakhir", "tanpa/dengan", "miskin/rentan", "hanya/juga"),
    ),
    "en": (
        *("higher/lower", "highest/lowest", "rose/fell", "grew/shrank", "above/below"),
        *("larger/smaller", "large/small", "more/fewer", "more/less", "up/down"),
        *("percent/points", "thousand/million", "poorest/richest", "poorer/richer"),
        *("before/after", "surely/perhaps", "women/men", "urban/rural", "all/some"),
        *("inside/outside", "not /", "may/must", "cannot/can"),
        *("most/least", "province/kabupaten", "people/households", "year/month"),
        *("first/last", "without/with", "poor/vulnerable", "earlier/later"),
        *("beyond/within", "wide/narrow", "nobody/everybody"),
    ),
}


def _of_sentences(path: Path, text: str) -> Iterator[Mutant]:
    """One word of one sentence exchanged, in one language."""
    for key, both in words.catalogue().items():
        if f"\n{key}:" not in text:
            continue  # it stands in another room's file
        line = text.count("\n", 0, text.index(f"\n{key}:")) + 2
        for language, sentence in both.items():
            for pair in EXCHANGED[language]:
                yield from _exchanged(path, f"{key}.{language}", line, sentence, pair)


def _exchanged(path, where, line, sentence, pair) -> Iterator[Mutant]:
    """Each word of the pair replaced by the other; fields in braces are no words."""
    one, other = pair.split("/")
    for old, new in ((one, other), (other, one)) if other else ((one, other),):
        for found in re.finditer(rf"(?<![\w{{-]){old}(?![\w}}-])", sentence, re.I):
            said = new.capitalize() if found[0][0].isupper() else new
            mutant = Mutant(
                path=path.relative_to(ROOT).as_posix(),
                where=where,
                operator=f"word {one.strip()}",
                before=sentence,
                after="",
                line=line,
                span=found.span(),
                new=said,
            )
            yield replace(mutant, after=mutant.plant(sentence))
