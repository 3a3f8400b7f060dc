"""What surrounds a notebook on the officials' door: chooser, notice, refusals."""

import contextlib
import functools
from urllib.parse import parse_qs, parse_qsl, urlencode

import jinja2
from markupsafe import Markup

from sepakat_lib import (
    ROOT,
    estimation,
    intake,
    modules,
    parameters,
    reference,
    regions,
    rounds,
    speaker,
    words,
)
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.reports import page
from sepakat_lib.server import holdings

SHARE = ROOT / "sepakat_lib" / "server" / "share"
TEMPLATES = SHARE / "voila" / "templates" / "sepakat"
FIRST_YEAR = 2016  # that the chooser offers; older figures stand in the series
FIRST = "analysis"  # the module that the landing page leads to
LONGEST = 50  # names of an address; a longer one is no address of ours
LIVE_NAME, ONLY = "live", "1"
LIVE = f"{LIVE_NAME}={ONLY}"  # in an address: by a kernel, also where a batch has made the page


def address(module: str) -> str:
    """Where the page of a module is.

    >>> address("analysis")
    '/voila/render/analysis.ipynb'
    """
    return f"/voila/render/{module}.ipynb"


def choices(query: str, module: str = FIRST) -> Parameters:
    """Read the choices from an address: each name once, with a value, and no other.

    Parameters
    ----------
    query : str
        What stands behind the question mark.
    module : str
        Whose choices they are. `LIVE` may stand beside them.

    Raises
    ------
    Refused
        Before any kernel starts.

    >>> choices("region=Bantaeng&year=2023").region
    '7303'
    """
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=LONGEST,
        )
    except ValueError:  # a part without "=", bytes that are no UTF-8, too many parts
        raise Refused("broken_address", given=query[:60]) from None
    given, of = dict(pairs), modules.of(module).choices
    parameters.check_names([name for name in given if name != LIVE_NAME], of)
    for name in given:
        if sum(name == key for key, _ in pairs) > 1:
            raise Refused("repeated_choice", given=name)
    live = given.pop(LIVE_NAME, ONLY)
    if live != ONLY:
        raise Refused("wrong_choice", given=LIVE_NAME, value=live[:60], choices=[ONLY])
    blank = {name for name in _with_standard(of) if given.get(name) == ""}
    return parameters.resolve(
        module, **{name: value for name, value in given.items() if name not in blank}
    )


def is_live(query: str) -> bool:
    """Whether a checked address asks for the page that a kernel makes.

    >>> is_live("region=7303&year=2023&live=1"), is_live("region=7303&year=2023")
    (True, False)
    """
    return (LIVE_NAME, ONLY) in parse_qsl(query)


def _with_standard(of: type[Parameters]) -> list[str]:
    """Choices that the chooser leaves blank where the region's own standard holds."""
    each_run = [*modules.given_with_each_run(of), "language"]
    return [name for name in modules.names(of) if name not in each_run]


def language_of(query: str) -> str:
    """Language of a page about an address, even of an address that is wrong.

    >>> language_of("language=en&year=x"), language_of("language=fr")
    ('en', 'id')
    >>> language_of("language=en&language=id")
    'id'
    """
    given = parse_qs(query).get("language", [])
    return given[0] if len(given) == 1 and given[0] in words.LANGUAGES else "id"


@functools.cache
def door_style() -> str:
    """Style element of what only this door shows."""
    return f"<style>{(TEMPLATES / 'door.css').read_text('utf-8')}</style>"


def chooser(language: str, chosen: Parameters | None = None, module=FIRST) -> Markup:
    """Form that leads to another region, year or language; a plain link, no script.

    Parameters
    ----------
    language : {"id", "en"}
    chosen : Parameters, optional
        What the page shows now.
    module : str
        Name of the notebook.
    """
    years = {*_official_years()}
    with contextlib.suppress(Refused):  # what cannot be read is told by the page itself
        years |= {*holdings.years()}
    if chosen:
        years.add(chosen.year)
    return Markup(
        _template("chooser.html").render(
            say=functools.partial(words.say, language=language),
            action=address(module),
            region=chosen.region if chosen else "",
            groups=_by_province(language),
            years=sorted(years, reverse=True),
            year=chosen.year if chosen else _official_years()[-1],
            choices=_standing(language, chosen, module),
        )
    )


def _standing(language: str, chosen: Parameters | None, module: str) -> list[dict]:
    """Choices that have a standard value, as fields of the chooser.

    The language stands beside place and year, the others only where a page is shown.
    What is standard for the region stays blank, so that one region's standard does not
    travel to the next one that is chosen.
    """
    of = modules.of(module).choices
    fields = [_field("language", language, language, of)]
    if chosen is None:
        return fields
    standard = parameters.resolve(module, region=chosen.region, year=chosen.year)
    for name in _with_standard(of):
        value, usual = getattr(chosen, name), getattr(standard, name)
        field = _field(name, "" if value == usual else value, language, of)
        written = page.written_choice(name, usual, language, of)[1]
        blank = words.say("door.standard", language, value=written)
        if field["options"]:
            field["options"] = {"": blank} | field["options"]
        fields.append(field | {"blank": blank})
    return fields


def _field(name: str, value, language: str, of: type[Parameters]) -> dict:
    may = modules.described(name, of)
    options = {
        option: page.written_choice(name, option, language, of)[1]
        for option in may.get("enum", ())
    }
    ends = {"low": may.get("minimum"), "high": may.get("maximum")}
    label = words.say(f"choice.{name}", language)
    return {"name": name, "label": label, "value": value, "options": options} | ends


def notice(chosen: Parameters) -> str:
    """What the page lacks because data are absent, and what to run; empty if nothing.

    The door itself neither loads nor invents data.
    """
    if estimation.read(chosen)["region"].eq(chosen.region).any():
        return ""
    year = rounds.shown(chosen)
    if year is None:
        return words.say("survey.before", chosen.language, year=str(chosen.year))
    members = regions.members(chosen.region)
    have = len(set(members) & set(intake.loaded(year)))
    fields = {"place": regions.name(chosen.region), "year": str(year)}
    if have == 0:
        fields["region"] = chosen.region
        return words.say("door.not_loaded", chosen.language, **fields)
    if have < len(members):
        fields |= {"loaded": have, "members": len(members)}
        return words.say("door.partly_loaded", chosen.language, **fields)
    return words.say("door.not_estimated", chosen.language, **fields)


def refused(error: Refused, query: str, module: str = FIRST) -> str:
    """Page for an address that cannot be answered: why, and what may be meant."""
    language, given = language_of(query), dict(parse_qsl(query))
    nearest = [
        (f"?{urlencode(_kept(given) | {'region': region})}", regions.name(region))
        for region in error.fields.get("nearest_regions", [])
    ]
    sentence = speaker.sentence(error, language, without=["nearest_regions"])
    return plain(language, "door.refused", sentence, nearest, module)


def opening(chosen: Parameters, module: str, note: dict | None = None) -> str:
    """A page up to what its cells show, which stays open.

    Parameters
    ----------
    chosen : Parameters
    module : str
    note : dict, optional
        A line under the chooser: ``sentence``, and a ``link`` to an ``address``.
    """
    language = chosen.language
    return _template("opening.html").render(
        say=functools.partial(words.say, language=language),
        language=language,
        title=page.title(chosen, module),
        chooser=chooser(language, chosen, module),
        note=note,
        style=Markup(page.style()),
        door_style=Markup(door_style()),
    )


def foreign(language: str, address: str) -> str:
    """Page for what another site asked for; without the chooser, which reads data."""
    return plain(
        language,
        "door.foreign_title",
        words.say("door.foreign", language),
        [(address, words.say("door.foreign_link", language))],
        module=None,
        meant=False,
    )


def plain(
    language: str,
    title: str,
    sentence: str,
    nearest=(),
    module: str | None = FIRST,
    *,
    meant: bool = True,
) -> str:
    """A whole page with the chooser, a title and a sentence.

    Parameters
    ----------
    language : {"id", "en"}
    title : str
        Key of a sentence.
    sentence : str
    nearest : sequence of (address, name)
        Links to what may be meant.
    module : str or None
        To which the chooser leads; None leaves it out.
    meant : bool
        Whether the links are to what may have been meant.
    """
    return _template("plain.html").render(
        say=functools.partial(words.say, language=language),
        language=language,
        title=words.say(title, language),
        sentence=sentence,
        nearest=nearest,
        meant=meant,
        chooser=chooser(language, module=module) if module else "",
        style=Markup(page.style()),
        door_style=Markup(door_style()),
    )


def _kept(given: dict) -> dict:
    """Choices of a wrong address that may stand in a link to a right one."""
    kept = {"year": given.get("year", str(_official_years()[-1]))}
    kept["language"] = language_of(urlencode(given))
    return kept


@functools.cache
def _official_years() -> list[int]:
    """Years of which a report can be made of official figures alone, oldest first."""
    rates = reference.official(indicator="p0")
    local = rates[rates["region"].str.len().eq(4) & rates["year"].ge(FIRST_YEAR)]
    return sorted(map(int, local["year"].unique()))


@functools.cache
def _by_province(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Options of the chooser: the nation, then each province with its kabupaten."""
    groups = [("", [(regions.NATION, regions.name(regions.NATION))])]
    table = regions.table()
    for province in table.loc[table["level"].eq("province"), "region"]:
        name = regions.name(province)
        whole = words.say("door.whole_province", language, name=name)
        options = [
            (kabupaten, regions.short_name(kabupaten))
            for kabupaten in regions.members(province)
        ]
        options.sort(key=lambda option: option[1])
        groups.append((name, [(province, whole), *options]))
    return groups


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)
