"""The choices of one run, and the dated values that an official may change.

Every door (notebook cell, papermill, address bar, command line) ends in `resolve`.
"""

import datetime
import os
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from functools import lru_cache
from urllib.parse import parse_qsl

import yaml

from sepakat_lib import ROOT, regions

FOLDER = ROOT / "parameters"
YEARS = range(2010, 2031)


class UnknownParameter(ValueError):
    """A name that no run has, or a value that it cannot take.

    Attributes
    ----------
    code : str
        ``unknown_parameter``, or what is wrong with the value.
    fields : dict
        What stands in the sentence, for a translation.
    given : str
        The parameter's name as it came.
    nearest : list of str
        Right names much like it.
    """

    def __init__(
        self, sentence: str, *, code: str, given: str, nearest: list[str], **fields
    ):
        super().__init__(sentence)
        self.code, self.given, self.nearest = code, given, nearest
        self.fields = {"given": given} | fields


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The choices of one run; frozen, so that no cell can change them half-way.

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
    """

    region: str
    year: int
    language: str = "id"
    confidence: float = 0.95
    lines: str = "kabupaten"

    def __post_init__(self):
        """Refuse what cannot be before anything is read or written."""
        allowed = {
            "language": ("id", "en"),
            "lines": ("kabupaten", "province_urban_rural"),
        }
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                value, expected = getattr(self, name), " or ".join(values)
                raise _wrong(
                    name, value, expected, code="wrong_choice", choices=list(values)
                )
        for name, low, high in (
            ("year", YEARS.start, YEARS.stop - 1),
            ("confidence", 0.5, 0.999),
        ):
            if not low <= getattr(self, name) <= high:
                value, ends = getattr(self, name), {"low": str(low), "high": str(high)}
                expected = f"{low} to {high}"
                raise _wrong(name, value, expected, code="out_of_range", **ends)

    def as_dict(self) -> dict:
        """All choices by name, for `run.json`."""
        return asdict(self)


def _wrong(name: str, value, expected: str, *, code: str, **fields):
    return UnknownParameter(
        f"parameter {name} cannot be {value!r}; expected {expected}",
        code=code,
        given=name,
        nearest=[],
        value=str(value)[:60],
        **fields,
    )


def _cast(name: str, value):
    """Make the text of an address bar or a command line the type that is declared."""
    kind = {field.name: field.type for field in fields(Parameters)}[name]
    if kind is int and isinstance(value, str) and not value.strip().isdigit():
        raise _wrong(name, value, "a whole number", code="no_whole_number")
    try:
        return kind(value)
    except (TypeError, ValueError):
        expected = f"a {kind.__name__}"
        raise _wrong(name, value, expected, code="no_number") from None


def check_names(names) -> None:
    """Refuse a name that no run has, with the nearest right one.

    >>> check_names(["region", "year"])
    """
    known = [field.name for field in fields(Parameters)]
    for name in names:
        if name not in known:
            nearest = get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            raise UnknownParameter(
                f"there is no parameter {str(name)!r}{hint} There are: "
                f"{', '.join(known)}",
                code="unknown_parameter",
                given=str(name)[:60],
                nearest=nearest,
                choices=known,
            )


def resolve(**given) -> Parameters:
    """Layer the choices: defaults, the region's file, what is given, the address bar.

    Parameters
    ----------
    **given
        Fields of `Parameters`; `region` may be a code of either scheme or a name. None
        leaves the choice to the layer below.

    Raises
    ------
    UnknownParameter
        A name that no run has (with the nearest right one), an impossible value, or a
        parameter file that is not names and values.
    regions.UnknownRegion
        A region that does not exist (with the nearest right ones).

    >>> resolve(region="35.01", year="2023").region
    '3501'
    """
    asked = {name: value for name, value in given.items() if value is not None}
    asked |= dict(parse_qsl(os.environ.get("QUERY_STRING", "")))
    check_names([*given, *asked])
    for name in ("region", "year"):
        if asked.get(name) in (None, ""):
            raise UnknownParameter(
                f"parameter {name} is empty; expected a region and a year, as in "
                "region=3501 year=2023",
                code="no_value",
                given=name,
                nearest=[],
            )
    region = regions.resolve(str(asked["region"]))
    layers = _layer("defaults.yml") | _layer(f"regions/{region}.yml") | asked
    check_names(layers)
    layers["region"] = region
    return Parameters(**{name: _cast(name, value) for name, value in layers.items()})


def _layer(name: str) -> dict:
    path = FOLDER / name
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found = " ".join(str(error).split())[:200]
    if isinstance(found, dict):
        return found
    raise UnknownParameter(
        f"the file parameters/{name} cannot be read as names and values ({found}); "
        "write one 'name: value' a line",
        code="broken_file",
        given=name,
        nearest=[],
        why=str(found),
    )


@lru_cache
def _policies() -> dict:
    found = {}
    for path in sorted((FOLDER / "policy").glob("*.yml")):
        found |= yaml.safe_load(path.read_text("utf-8"))
    return found


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
        dated = {since: each for since, each in values.items() if since <= day}
        if entry.get("exact_year"):
            dated = {since: each for since, each in dated.items() if since.year == year}
        if dated:
            return dated[max(dated)]
    return {}
