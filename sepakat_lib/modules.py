"""What a module is and which choices it takes: declared once, read by every door.

The options of the command line, the address bar, the chooser, `run.json`, the foot of a
page, the names of its files and the words that must stand all come from here.
"""

import copy
import re
import typing
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, fields
from difflib import get_close_matches
from functools import cache
from numbers import Integral, Real
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from sepakat_lib.refused import Refused

YEARS = range(2010, 2031)
LATER = 2  # years from the evidence to the plan that can rest on it
UNREADABLE = ("no_text", "no_whole_number", "no_number")


def _code(value) -> str:
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(value)  # papermill and YAML make it so
    if not isinstance(value, str):
        raise PydanticCustomError("no_text", "not read")
    return value.strip()


def _whole(value) -> int:
    if isinstance(value, str) and re.fullmatch("-?[1-9][0-9]*|0", value):
        value = int(value[:9])
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise PydanticCustomError("no_whole_number", "not read")
    return int(value)


def _number(value) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]*\.?[0-9]+", value):
        value = float(value)
    if not isinstance(value, Real) or isinstance(value, bool):
        raise PydanticCustomError("no_number", "not read")
    return float(value)


Code = Annotated[str, BeforeValidator(_code)]


def whole(low: int, high: int):
    """Type of a choice that is a whole number between two bounds, both possible."""
    return Annotated[int, Field(ge=low, le=high), BeforeValidator(_whole)]


def number(low: float, high: float, **described):
    """Type of a choice that is a number between two bounds, both possible.

    ``unit="fraction"`` lets it be told in percent.
    """
    bounds = Field(ge=low, le=high, allow_inf_nan=False, json_schema_extra=described)
    return Annotated[float, bounds, BeforeValidator(_number)]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The choices of one run; frozen, so that no cell can change them half-way.

    A module with choices of its own declares a subclass: a field of `whole` or `number`,
    or a `Literal` of what may be chosen, each with its standard value.

    Attributes
    ----------
    region : str
        BPS 2022 code: "3501" kabupaten, "35" province, "00" the nation.
    year : int
        Year of the March round. [2010-2030]
    language : {"id", "en"}
        Language of the report.
    confidence : float
        Of every interval. [0.5-0.999]
    lines : {"kabupaten", "province_urban_rural"}
        Which set of poverty lines a household's spending meets.

    Raises
    ------
    Refused
        As `checked`.
    """

    region: Code
    year: whole(YEARS.start, YEARS.stop - 1)
    language: Literal["id", "en"] = "id"
    confidence: number(0.5, 0.999, unit="fraction") = 0.95
    lines: Literal["kabupaten", "province_urban_rural"] = "kabupaten"

    @model_validator(mode="before")
    @classmethod
    def _refuse(cls, given):
        """Refuse what cannot be, by its code, before anything is read or written."""
        choices = given.kwargs if hasattr(given, "kwargs") else given
        return {name: checked(name, value, cls) for name, value in choices.items()}

    def as_dict(self) -> dict:
        """All choices by name, for `run.json`."""
        return {name: getattr(self, name) for name in names(type(self))}

    def standard(self, name: str):
        """Value of a choice where nobody chose."""
        return next(choice.default for choice in fields(self) if choice.name == name)


@dataclass(frozen=True, kw_only=True)
class Plan(Parameters):
    """Choices of the modules of decisions; ``year`` stays the year of the evidence.

    Attributes
    ----------
    plan_year : int
        Year that is planned, budgeted or watched. [2010-2035] Default: two years after
        the evidence, which is out when the plan of that year is drawn up.

    >>> Plan(region="3501", year=2023).plan_year
    2025
    """

    plan_year: whole(YEARS.start, YEARS.stop + 4) = 0  # `standard`

    @model_validator(mode="before")
    @classmethod
    def _follow(cls, given):
        """Set the planned year where nobody chose it."""
        choices = dict(given.kwargs if hasattr(given, "kwargs") else given)
        if "plan_year" not in choices and "year" in choices:
            choices["plan_year"] = checked("year", choices["year"]) + LATER
        return choices

    def standard(self, name: str):
        """Value of a choice where nobody chose."""
        return self.year + LATER if name == "plan_year" else super().standard(name)


@dataclass(frozen=True, kw_only=True)
class Watch(Plan):
    """Choices of monitoring: up to which quarter of the planned year. [1-4]"""

    quarter: whole(1, 4) = 4


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a region's own file may tell of it beside choices.

    Attributes
    ----------
    rpjmd_start : int
        First year of its RPJMD in force. [2005-2035]
    """

    rpjmd_start: whole(2005, 2035)


def names(of: type) -> list[str]:
    """Names of the choices, in the order in which people are shown them."""
    return [choice.name for choice in fields(of)]


def given_with_each_run(of: type[Parameters]) -> list[str]:
    """Choices without a standard value; they stand in no file of parameters.

    >>> given_with_each_run(Parameters)
    ['region', 'year']
    """
    return [*_required(of)]


@cache  # pydantic makes a schema in two milliseconds, and a page asks a hundred times
def _required(of: type[Parameters]) -> tuple[str, ...]:
    return tuple(TypeAdapter(of).json_schema()["required"])


@cache
def _adapter(of: type[Parameters], name: str) -> TypeAdapter:
    return TypeAdapter(typing.get_type_hints(of, include_extras=True)[name])


@cache
def _schema(of: type[Parameters], name: str) -> dict:
    return _adapter(of, name).json_schema()


def described(name: str, of: type[Parameters] = Parameters) -> dict:
    """What a choice may be, as JSON Schema: ``enum``, or ``minimum`` and ``maximum``.

    >>> described("language")["enum"], described("confidence")["unit"]
    (['id', 'en'], 'fraction')
    """
    return copy.deepcopy(_schema(of, name))


def checked(name: str, value, of: type[Parameters] = Parameters):
    """Value of one choice as its type, by the same rules from whatever door it came.

    Parameters
    ----------
    name : str
        Field of `of`.
    value : object
        As it was typed: text in plain digits, or what YAML and Python made of it. A
        yes or no is no number, 2023.0 is no year, and "0,9" and "1e-1" are no confidence.
    of : type
        The choices of a module.

    Raises
    ------
    Refused
        ``wrong_choice``, ``no_text``, ``no_whole_number``, ``no_number``,
        ``out_of_range``, ``no_value``, ``empty_choice``.

    >>> checked("year", "2023"), checked("confidence", "0.9"), checked("region", 3501)
    (2023, 0.9, '3501')
    """
    if isinstance(value, str) and not value.strip():
        raise without_value(name, of)
    try:
        return _adapter(of, name).validate_python(value)
    except ValidationError as error:
        kind, may = error.errors()[0]["type"], described(name, of)
    if "enum" in may:
        raise _wrong("wrong_choice", name, value, choices=may["enum"])
    if kind in UNREADABLE:
        raise _wrong(kind, name, value)
    low, high = str(may["minimum"]), str(may["maximum"])
    raise _wrong("out_of_range", name, value, low=low, high=high)


def _wrong(code: str, name: str, value, **fields) -> Refused:
    return Refused(code, given=name, value=str(value)[:60], **fields)


def without_value(name: str, of: type[Parameters] = Parameters) -> Refused:
    """The refusal of a choice that came without a value."""
    required = name in given_with_each_run(of)
    return Refused("no_value" if required else "empty_choice", given=name)


DOCUMENTS = ("docx", "pdf")  # a page itself, to take along; made of its notebook
SUMMARY = {  # the answer on top of a page, as files of its own; of the notebook too
    "summary": "summary.html",
    "summary_docx": "summary.docx",
    "summary_pdf": "summary.pdf",
}
PRINTED = {"tables": "tables.xlsx", "charts": "charts.zip"}  # what a page prints
OF_NOTEBOOK = (*DOCUMENTS, *SUMMARY, *PRINTED)
TOO = {  # made too where one is asked for
    "summary": ("summary_docx", "summary_pdf"),
    "docx": ("summary_docx",),
    "pdf": ("summary_pdf",),
}


class File(typing.NamedTuple):
    """A file beside a page, and the choices that it depends on; None: all of them."""

    name: str
    by: tuple[str, ...] | None = None


@plain_dataclass(frozen=True, kw_only=True)
class Module:
    """A module: a notebook and what every door must know of it.

    Attributes
    ----------
    name : str
        Of its notebook, its words (``words/<name>.yml``) and its stage.
    choices : type
        `Parameters`, or a subclass of it.
    beside : mapping
        Files beside its page by what they are, without the documents that every page
        can be had as (`files`); `attachments` makes them. No two modules write one of the
        same name.
    decisions : bool
        It shows rows of the ledger: its page is old once one of its region changed.
    editor : bool
        Its page has an editor: while it is open it keeps its kernel, and it tells the
        door when it is left.
    summary : bool
        Its page begins with a summary, which has files of its own, and its tables and
        charts can be taken along.
    """

    name: str
    choices: type[Parameters] = Parameters
    decisions: bool = False
    editor: bool = False
    beside: typing.Mapping[str, File] = field(
        default_factory=lambda: MappingProxyType({})
    )
    summary: bool = False

    @property
    def files(self) -> dict[str, File]:
        """All files beside its page by what they are: its own, and its documents."""
        documents = {kind: File(f"{self.name}.{kind}") for kind in DOCUMENTS}
        if self.summary:
            printed = SUMMARY | PRINTED
            documents |= {kind: File(name) for kind, name in printed.items()}
        return {**self.beside, **documents}


TREES = ("language", "confidence", "lines", "plan_year")  # by which evidence is shown

MODULES = (
    Module(
        name="analysis",
        summary=True,
        beside=MappingProxyType(
            {
                "csv": File("estimates.csv", ("confidence", "lines")),
                "xlsx": File("estimates.xlsx", ("confidence", "lines")),
                "map": File("map.html", ("language",)),
            }
        ),
    ),
    Module(
        name="prioritisation",
        choices=Plan,
        decisions=True,
        editor=True,
        beside=MappingProxyType(
            {
                "csv": File("cards.csv", ("language", "confidence", "lines")),
                "xlsx": File("cards.xlsx", ("language", "confidence", "lines")),
            }
        ),
    ),
    Module(
        name="planning",
        choices=Plan,
        decisions=True,
        editor=True,
        beside=MappingProxyType(
            {
                "svg": File("trees-svg.zip", TREES),
                "png": File("trees-png.zip", TREES),
                "trees": File("trees.docx", TREES),
            }
        ),
    ),
    Module(
        name="budgeting",
        choices=Plan,
        decisions=True,
        editor=True,
        beside=MappingProxyType(
            {
                "csv": File("budget.csv", ("plan_year",)),
                "xlsx": File("budget.xlsx", ("plan_year",)),
            }
        ),
    ),
    Module(name="monitoring_evaluation", choices=Watch, decisions=True, editor=True),
)


def of(name: str) -> Module:
    """A module by its name; a notebook that nobody declared has the plain choices."""
    declared = {module.name: module for module in MODULES}
    return declared.get(name) or Module(name=name)


def formats() -> list[str]:
    """What a page can be made as: itself, and the files beside it of any module.

    >>> formats()
    ['html', 'csv', 'xlsx', 'map', 'svg', 'png', 'trees', 'docx', 'pdf', 'summary', 'tables', 'charts']
    """
    own = dict.fromkeys(kind for each in MODULES for kind in each.beside)
    return ["html", *own, *DOCUMENTS, "summary", *PRINTED]


def read_formats(text: str) -> tuple[str, ...]:
    """Formats that were asked for, with commas between, and what comes with them.

    Raises
    ------
    Refused
        ``unknown_format``, of the first that there is not.

    >>> read_formats("csv, pdf")
    ('csv', 'pdf', 'summary_pdf')
    """
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in asked:
        if name not in {*formats(), *SUMMARY}:
            near = get_close_matches(name, formats())
            raise Refused(
                "unknown_format", given=name[:60], choices=formats(), nearest=near
            )
    return tuple(dict.fromkeys(k for name in asked for k in (name, *TOO.get(name, ()))))


def choices() -> dict[str, type[Parameters]]:
    """Every choice of any module by name, with where it is declared."""
    return {
        name: module.choices
        for module in reversed(MODULES)
        for name in names(module.choices)
    }


def needed_words(module: Module) -> set[str]:
    """Keys of the sentences without which no door can speak of a module.

    >>> sorted(needed_words(of("analysis")))[-2:]
    ['option.lines', 'option.region']
    """
    keys = {f"module.{module.name}.name", f"module.{module.name}.title"}
    keys |= {f"format.{kind}" for kind in module.files}
    for name in names(module.choices):
        keys |= {f"choice.{name}"} | ({f"option.{name}"} if name != "year" else set())
        values = described(name, module.choices).get("enum", ())
        keys |= {f"choice.{name}.{value}" for value in values}
    return keys


def stem(name: str, chosen: Parameters, by: tuple[str, ...] | None = None) -> str:
    """Name of a file of a run, without its ending.

    Choices that are not the standard ones stand in it, so that two runs of one region
    and year do not write over each other.

    Parameters
    ----------
    name : str
        A module, or what the file holds.
    chosen : Parameters
    by : tuple of str, optional
        Choices that the file depends on. Default: all.

    >>> run = Parameters(region="3501", year=2023, lines="province_urban_rural")
    >>> stem("analysis", run), stem("map", run, ("language",))
    ('analysis.province_urban_rural', 'map')
    """
    parts = [name]
    for choice in fields(chosen):
        value, relevant = getattr(chosen, choice.name), by is None or choice.name in by
        if choice.name in given_with_each_run(type(chosen)) or not relevant:
            continue
        if value != chosen.standard(choice.name):
            parts.append(_written(choice.name, value, type(chosen)))
    return ".".join(parts)


def _written(name: str, value, of: type[Parameters]) -> str:
    """A choice in a file's name, without a dot; it says which where another could be it."""
    alike = [
        choice for choice in names(of) if value in described(choice, of).get("enum", ())
    ]
    if alike == [name]:
        return value
    return f"{name}-{value}".replace(".", "_")


def read_stem(text: str) -> tuple[str, dict] | None:
    """Module and choices of `stem`; None of a name that it cannot have made.

    >>> read_stem("analysis.en.confidence-0_9")
    ('analysis', {'language': 'en', 'confidence': 0.9})
    >>> read_stem("analysis.fr"), read_stem("map")[0]
    (None, 'map')
    """
    name, *parts = text.split(".")
    taken, chosen = of(name).choices, {}
    for part in parts:
        for choice in names(taken):
            values = described(choice, taken).get("enum")
            plain = part.removeprefix(f"{choice}-")
            if values:
                value = plain if plain in values else None
            elif plain == part:
                value = None
            else:
                try:
                    value = checked(choice, plain.replace("_", "."), taken)
                except Refused:
                    return None
            if value is not None and _written(choice, value, taken) == part:
                chosen[choice] = value
                break
        else:
            return None
    return name, chosen


def writer(file: str) -> str | None:
    """Module beside whose page a file of that name stands, whatever was chosen.

    >>> writer("estimates.confidence-0_9.csv"), writer("notes.csv")
    ('analysis', None)
    """
    first, ending = file.split(".")[0], file.rsplit(".", 1)[-1]
    for module in MODULES:
        if f"{first}.{ending}" in [entry.name for entry in module.files.values()]:
            return module.name
    return None


def is_document(file: str) -> bool:
    """Whether a file is made of an executed notebook, whatever was chosen.

    >>> is_document("planning.en.docx"), is_document("summary.en.pdf")
    (True, True)
    >>> is_document("trees.docx")
    False
    """
    first, ending = file.split(".")[0], file.rsplit(".", 1)[-1]
    made = {
        entry.name
        for module in MODULES
        for kind, entry in module.files.items()
        if kind in OF_NOTEBOOK
    }
    return f"{first}.{ending}" in made


def beside(chosen: Parameters, module: str) -> dict[str, str]:
    """Names of the files that may stand beside a page, by what they are.

    `attachments.names` knows which of them there are.

    >>> run = Parameters(region="3501", year=2023, language="en")
    >>> list(beside(run, "analysis").values())[:4]
    ['estimates.csv', 'estimates.xlsx', 'map.en.html', 'analysis.en.docx']
    """
    files = {}
    for kind, file in of(module).files.items():
        name, ending = file.name.rsplit(".", 1)
        files[kind] = f"{stem(name, chosen, file.by)}.{ending}"
    return files
