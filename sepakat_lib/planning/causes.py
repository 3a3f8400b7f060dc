"""The library of causes in `parameters/causes`: an office may change it, none is proven.

How an entry is written stands in ``parameters/causes/indicators.yml``.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple

from sepakat_lib import parameters, reference
from sepakat_lib.indicators import catalogue
from sepakat_lib.reference import STRATEGIES
from sepakat_lib.refused import Refused

SIDES = ("supply", "use")
NEEDED = ("issues", "side", "title")
GIVEN: dict[str, tuple] = {"evidence": (), "activities": ()}
OF_ACTIVITY = ("code", "title", "opd", "strategy")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


class Cause(NamedTuple):
    """An entry of the library.

    Attributes
    ----------
    code : str
        Its name in all files.
    issues : tuple of str
        Indicators whose problem it may explain.
    side : {"supply", "use"}
    title : dict
        In "id" and "en".
    evidence : tuple of str
        Indicators that would show it: of the catalogue, or codes of what the workbench
        does not measure.
    activities : tuple of dict
        ``code`` of the sub kegiatan or "", ``title`` or None, ``opd`` and ``strategy``
        or "".
    """

    code: str
    issues: tuple[str, ...]
    side: str
    title: dict[str, str]
    evidence: tuple[str, ...]
    activities: tuple[dict[str, Any], ...]


@lru_cache
def library() -> dict[str, Cause]:
    """Every cause by its code, in the order of the files.

    Raises
    ------
    Refused
        ``cause_…``: the file, the entry and what is wrong with it.

    >>> library()["KEM-001-U1"].title["en"]
    'Aid does not reach the lowest deciles'
    """
    causes: dict[str, Cause] = {}
    for file, content in parameters.files("causes").items():
        for code, given in _part(file, content, "causes").items():
            if code in causes:
                raise Refused("cause_twice", file=file, entry=str(code))
            causes[code] = _cause(file, code, given)
    return causes


@lru_cache
def _not_measured() -> dict[str, dict[str, str]]:
    """Names of what problems and causes need and the workbench does not measure."""
    names: dict[str, dict[str, str]] = {}
    for file, content in parameters.files("causes").items():
        for code, title in _part(file, content, "indicators").items():
            if code in names or code in catalogue():
                raise Refused("cause_twice", file=file, entry=str(code))
            names[code] = _title(file, code, "indicators", title)
    return names


def label(indicator: str, language: str) -> str:
    """What an indicator is called, measured here or not; an unknown one as it stands.

    >>> label("p0", "en"), label("PAR-022", "id"), label("mine", "id")
    ('Poverty rate', 'Stunting balita', 'mine')
    """
    if indicator in catalogue():
        return catalogue()[indicator].label[language]
    return _not_measured().get(indicator, {}).get(language, indicator)


def suggested(indicator: str | None) -> list[Cause]:
    """Causes that may explain the problem of an indicator, supply before use.

    >>> [cause.code for cause in suggested("jkn")], len(suggested("no_health_insurance"))
    ([], 2)
    """
    found = [cause for cause in library().values() if indicator in cause.issues]
    return sorted(found, key=lambda cause: SIDES.index(cause.side))


def _part(file: str, content: Mapping, name: str) -> dict:
    """One of the two parts that a file may have."""
    known = ["causes", "indicators"]
    for given in content:
        if given not in known:
            raise _unknown_field(file, "–", given, known)
    part = content.get(name) or {}
    if not isinstance(part, dict):
        raise Refused("cause_text", file=file, entry="–", name=name)
    for code in part:
        if not NAME.fullmatch(str(code)):
            raise Refused("cause_text", file=file, entry=str(code)[:60], name=name)
    return {str(code): given for code, given in part.items()}


def _cause(file: str, code: str, given) -> Cause:
    """An entry, with every field as it must be."""
    if not isinstance(given, dict):
        raise Refused("cause_lacks", file=file, entry=code, names=[*NEEDED])
    allowed = [*NEEDED, *GIVEN]
    for name in given:
        if name not in allowed:
            raise _unknown_field(file, code, name, allowed)
    if lacking := [name for name in NEEDED if not given.get(name)]:
        raise Refused("cause_lacks", file=file, entry=code, names=lacking)
    fields = GIVEN | given
    _one_of(file, code, "side", fields["side"], SIDES)
    for name in ("issues", "evidence"):
        fields[name] = _listed(file, code, name, fields[name])
        for each in fields[name]:
            if each not in catalogue() and each not in _not_measured():
                near = get_close_matches(str(each), [*catalogue(), *_not_measured()])
                raise Refused(
                    "cause_indicator",
                    file=file,
                    entry=code,
                    name=name,
                    value=str(each)[:60],
                    nearest=near,
                )
    done = _listed(file, code, "activities", fields["activities"])
    return Cause(
        code=code,
        issues=fields["issues"],
        side=fields["side"],
        title=_title(file, code, "title", fields["title"]),
        evidence=fields["evidence"],
        activities=tuple(_activity(file, code, each) for each in done),
    )


def _activity(file: str, code: str, given) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Refused("cause_text", file=file, entry=code, name="activities")
    for name in given:
        if name not in OF_ACTIVITY:
            raise _unknown_field(file, code, name, [*OF_ACTIVITY])
    done = dict.fromkeys(OF_ACTIVITY, "") | {"title": None} | given
    if not done["code"] and done["title"] is None:
        raise Refused("cause_lacks", file=file, entry=code, names=["code", "title"])
    if done["code"] and reference.level_of(str(done["code"])) != "sub_kegiatan":
        raise Refused("cause_code", file=file, entry=code, value=str(done["code"])[:60])
    if done["title"] is not None:
        done["title"] = _title(file, code, "title", done["title"])
    if not isinstance(done["opd"], str):
        raise Refused("cause_text", file=file, entry=code, name="opd")
    if done["strategy"] != "":
        _one_of(file, code, "strategy", done["strategy"], STRATEGIES)
    return done


def _title(file: str, code: str, name: str, given) -> dict[str, str]:
    whole = isinstance(given, dict) and set(given) == {"id", "en"}
    if not whole or not all(isinstance(t, str) and t.strip() for t in given.values()):
        raise Refused("cause_text", file=file, entry=code, name=name)
    return given


def _listed(file: str, code: str, name: str, given) -> tuple:
    if not isinstance(given, list | tuple):
        raise Refused("cause_text", file=file, entry=code, name=name)
    return tuple(given)


def _one_of(file: str, code: str, name: str, value, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise Refused(
            "cause_choice",
            file=file,
            entry=code,
            name=name,
            value=str(value)[:60],
            choices=[*choices],
        )


def _unknown_field(file: str, code: str, name, known: list[str]) -> Refused:
    return Refused(
        "cause_field",
        file=file,
        entry=code,
        name=str(name)[:60],
        known=known,
        nearest=get_close_matches(str(name), known, n=1),
    )
