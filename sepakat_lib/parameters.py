"""The choices of one run, and the dated values that an official may change.

Every door (notebook cell, papermill, address bar, command line) ends in `resolve`, which
knows what it is given and what stands in `parameters/`, and nothing of its surroundings.
"""

import contextlib
import datetime
from difflib import get_close_matches
from functools import lru_cache
from numbers import Real

import yaml

from sepakat_lib import ROOT, modules, reference, regions
from sepakat_lib.modules import YEARS, Parameters, checked
from sepakat_lib.refused import Refused

__all__ = [
    "FOLDER",
    "YEARS",
    "Parameters",
    "check_names",
    "checked",
    "definition",
    "of_notebook",
    "policy",
    "resolve",
    "rpjmd_start",
]

FOLDER = ROOT / "parameters"
TEMPLATE = "template.docx"  # in it: the office's own, for pages to take along


def check_names(names, of: type[Parameters] = Parameters, but=()) -> None:
    """Refuse a name that is no choice of the module, with the nearest right one.

    Of the choices those in `but` are not offered: they belong elsewhere.

    >>> check_names(["region", "year"])
    """
    choices = modules.names(of)
    may = [name for name in choices if name not in but]
    for name in names:
        if name not in choices:
            raise Refused(
                "unknown_parameter",
                given=str(name)[:60],
                choices=may,
                nearest=get_close_matches(str(name), may, n=1),
            )


def resolve(module: str = "analysis", **given) -> Parameters:
    """Layer the choices: defaults, the region's file, what is given.

    Nothing else decides: no variable of the environment, no folder, no name of a file.

    Parameters
    ----------
    module : str
        Whose choices they are.
    **given
        Fields of the module's choices; `region` may be a code of either scheme or a name. None
        leaves the choice to the layer below. Without a year it is the newest with a
        poverty rate of BPS for the region.

    Raises
    ------
    Refused
        A name that no run has (with the nearest right one), an impossible value, a
        parameter file that is not names and values, or a region that does not exist
        (with the nearest right ones).

    >>> resolve(region="35.01", year="2023").region
    '3501'
    """
    of = modules.of(module).choices
    check_names(given, of)
    explicit = {
        name: checked(name, value, of)
        for name, value in given.items()
        if value is not None
    }
    if "region" not in explicit:
        raise modules.without_value("region")
    explicit["region"] = regions.resolve(explicit["region"])
    if "year" not in explicit:
        explicit["year"] = reference.newest_year([explicit["region"]])
    for_all = _layer("defaults.yml", of)
    of_region = _layer(f"regions/{explicit['region']}.yml", of)
    return of(**(for_all | of_region | explicit))


def of_notebook(notebook, chosen: Parameters) -> dict:
    """Values of the choices that a notebook declares in its cell of parameters.

    Parameters
    ----------
    notebook : path or nbformat.NotebookNode
    chosen : Parameters

    Raises
    ------
    Refused
        The cell declares a name that is no choice of the module.
    """
    import papermill

    declared = papermill.inspect_notebook(notebook)
    check_names(declared, type(chosen))
    return {name: getattr(chosen, name) for name in declared}


class _NamesOnce(yaml.SafeLoader):
    """YAML in which a name may stand once, and what is wrong has its place."""

    def construct_mapping(self, node, deep=False):
        """Refuse a name that stands twice: of two values none is silently taken."""
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for before, (name, (key, _)) in enumerate(zip(names, node.value, strict=True)):
            if name in names[:before]:
                line = key.start_mark.line + 1
                raise Refused("name_twice", given=str(name)[:60], line=line)
        return super().construct_mapping(node, deep)

    def construct_object(self, node, deep=False):
        """Tell where a value stands that is none, as a date that never was."""
        try:
            return super().construct_object(node, deep)
        except ValueError:
            if node.tag.endswith(":timestamp"):
                line, text = node.start_mark.line + 1, str(node.value)[:60]
                raise Refused("no_such_day", line=line, text=text) from None
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(problem_mark=mark) from None


def _layer(name: str, of: type[Parameters]) -> dict:
    """Choices of one file in `parameters` that the module has; an error names the file.

    A file may set the choices of several modules; a name that none has is refused.
    """
    path = FOLDER / name
    if not path.exists():
        return {}
    with _named(name):
        content, choices = _content(path.read_bytes()), modules.choices()
        if path.parent.name == "regions":
            choices |= dict.fromkeys(modules.names(modules.Facts), modules.Facts)
        strange = [choice for choice in content if choice not in choices]
        check_names(strange, of, but=modules.given_with_each_run(of))
        values = {
            choice: _checked_in_file(choice, value, choices.get(choice, of))
            for choice, value in content.items()
        }
        return {
            choice: values[choice] for choice in modules.names(of) if choice in values
        }


def rpjmd_start(region: str) -> int | None:
    """First year of a region's RPJMD, as its own file tells; None where it does not.

    Parameters
    ----------
    region : str

    Raises
    ------
    Refused
        The file is not names and values, or the year is none from 2005 to 2035.

    >>> rpjmd_start("3501") is None
    True
    """
    return _layer(f"regions/{region}.yml", modules.Facts).get("rpjmd_start")


def files(folder: str) -> dict[str, dict]:
    """Names and values of each file in a folder of `parameters`, by the file's name.

    Raises
    ------
    Refused
        A file is not names and values; the error names it.
    """
    contents = {}
    for path in sorted((FOLDER / folder).glob("*.yml")):
        name = f"{folder}/{path.name}"
        with _named(name):
            contents[f"parameters/{name}"] = _content(path.read_bytes())
    return contents


@contextlib.contextmanager
def _named(name: str):
    """Let what is refused name the file in `parameters` that it stands in."""
    try:
        yield
    except Refused as error:
        error.fields["in_file"] = f"parameters/{name}"
        raise


def _content(content: bytes) -> dict:
    """Names and values of a file of YAML."""
    try:
        parsed = yaml.load(content.decode("utf-8-sig"), _NamesOnce)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.context_mark and not _text_of(content, mark.line + 1):
            mark = error.context_mark  # an open bracket is noticed behind the last line
        raise _broken(content, mark.line + 1) from None
    except (yaml.YAMLError, UnicodeDecodeError):  # signs that no text file has
        raise Refused("no_text_file") from None
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        lines = content.decode("utf-8-sig").splitlines()
        line_numbers = (n for n, line in enumerate(lines, 1) if _tells_something(line))
        raise _broken(content, next(line_numbers, 1))
    return parsed


def _tells_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "---"))


def _broken(content: bytes, line: int) -> Refused:
    return Refused("broken_file", line=line, text=_text_of(content, line))


def _text_of(content: bytes, line: int) -> str:
    lines = content.decode("utf-8-sig").splitlines()
    return lines[line - 1].strip()[:60] if line <= len(lines) else ""


def _checked_in_file(name: str, value, of: type):
    if of is not modules.Facts and name in modules.given_with_each_run(of):
        raise Refused("not_in_file", given=name)
    return checked(name, "" if value is None else value, of)


@lru_cache
def _policies() -> dict:
    entries = {}
    for path in sorted((FOLDER / "policy").glob("*.yml")):
        with _named(f"policy/{path.name}"):
            content = _content(path.read_bytes())
            for entry, dated in content.items():
                _check_dated(entry, dated)
            _check_bands(content.get("welfare_bands", {}))
            entries |= content
    return entries


def _check_dated(entry: str, dated) -> None:
    """Refuse an entry that is no values by the day since which they are in force."""
    of_regions = dated.get("regions", {}) if isinstance(dated, dict) else None
    sets = [dated.get("values")] if isinstance(dated, dict) else [None]
    sets += [*of_regions.values()] if isinstance(of_regions, dict) else [of_regions]
    for values in sets:
        days = values if values and isinstance(values, dict) else {None: None}
        for day, told in days.items():
            whole = isinstance(told, dict) and "value" in told
            if not whole or type(day) is not datetime.date:
                raise Refused("policy_shape", entry=str(entry)[:60])


def _check_bands(entry: dict) -> None:
    """Refuse bounds that would leave people in no band, or in two."""
    sets = [entry.get("values", {}), *entry.get("regions", {}).values()]
    for bounds in (dated["value"] for values in sets for dated in values.values()):
        numbers = [
            bound
            for bound in (bounds if isinstance(bounds, list) else [])
            if isinstance(bound, Real) and not isinstance(bound, bool)
        ]
        rising = numbers == sorted(set(numbers)) and len(numbers) == 4
        if numbers != bounds or not rising or numbers[0] != 1:
            raise Refused("wrong_bands", value=str(bounds)[:60])


def policy(name: str, year: int, region: str | None = None):
    """Value in force in March of `year`; None where only other years have one.

    Parameters
    ----------
    name : str
        Entry of a file in `parameters/policy`.
    year : int
        Year of the report.
    region : str, optional
        Kabupaten whose own value, where the entry has one, goes before the general.

    Returns
    -------
    float or int or list or None
        In the entry's own unit. The latest value not after 31 March counts, but an
        entry marked ``exact_year`` is not carried over to another year.

    >>> policy("welfare_bands", 2023)
    [1.0, 1.5, 3.5, 17.0]
    """
    return _in_force(name, year, region).get("value")


def definition(name: str, year: int, region: str | None = None) -> str | None:
    """By which definition the value in force of a dated entry was made.

    Values of one entry may be of several definitions, as the line of extreme poverty
    is; what was computed with them compares only within one.

    Parameters
    ----------
    name, year, region
        As for `policy`.

    Returns
    -------
    str or None
        None where the value names no definition, or the year has no value.

    >>> definition("extreme_line_day", 2021), definition("extreme_line_day", 2024)
    ('ppp_190_2011', None)
    """
    return _in_force(name, year, region).get("definition")


def _in_force(name: str, year: int, region: str | None) -> dict:
    """The dated value of `policy` with all that stands beside it; empty if none."""
    entry = _policies()[name]
    day = datetime.date(year, 3, 31)
    for values in (entry.get("regions", {}).get(region, {}), entry["values"]):
        dated = {since: value for since, value in values.items() if since <= day}
        if entry.get("exact_year"):
            dated = {
                since: value for since, value in dated.items() if since.year == year
            }
        if dated:
            return dated[max(dated)]
    return {}
