"""`sepakat …`: the arguments of each verb, its one call of the library, its answer."""

import contextlib
import datetime
import functools
import inspect
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sepakat_lib import modules, refused, terminal, typed, words
from sepakat_lib.refused import Refused
from sepakat_lib.speaker import place
from sepakat_lib.terminal import Exit, say

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=say("command.sepakat"),
    epilog=say("terminal.exits"),
)
data = typer.Typer(no_args_is_help=True, help=say("command.data"))
app.add_typer(data, name="data")
db = typer.Typer(no_args_is_help=True, help=say("command.db"))
app.add_typer(db, name="db")
books = typer.Typer(no_args_is_help=True, help=say("command.ledger"))
app.add_typer(books, name="ledger")
screen = Console(stderr=True)


def whole_year(text: str | None) -> int | None:
    """Year as every other door takes it; `int` would take "2_023" and "２０２３" too."""
    from sepakat_lib import parameters

    return None if text is None else parameters.checked("year", text)


Region = Annotated[str, typer.Argument(help=say("option.region"))]
YEAR = {"metavar": "<year>", "callback": whole_year}
RoundYear = Annotated[str | None, typer.Option(help=say("option.year"), **YEAR)]
ReportYear = Annotated[str | None, typer.Option(help=say("option.report_year"), **YEAR)]
Modules = Annotated[str, typer.Option("--modules", help=say("option.modules"))]
# the name of before, which scripts may still have
ModulesOfReport = Annotated[
    str, typer.Option("--modules", "--module", help=say("option.modules"))
]
Format = Annotated[str, typer.Option("--format", help=say("option.format"))]
Province = Annotated[str | None, typer.Option(help=say("option.province"))]
Regions = Annotated[list[str] | None, typer.Option(help=say("option.batch_region"))]
OnlyProvince = Annotated[str | None, typer.Option(help=say("option.only_province"))]
Only = Annotated[list[str] | None, typer.Option(help=say("option.only"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
IndexLanguage = Annotated[str, typer.Option(help=say("option.language_of_index"))]
StandingYear = Annotated[str | None, typer.Option(help=say("option.only_year"), **YEAR)]
Lines = Annotated[str | None, typer.Option(help=say("option.lines"))]
DEBUG = "SEPAKAT_DEBUG"
PLACES = ("SEPAKAT_DATA", "SEPAKAT_OUTPUTS", "SEPAKAT_WORK")


@contextlib.contextmanager
def bar(what: str = ""):
    """A progress bar, as a function of (done, of how many, what)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    quiet = not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=quiet) as progress:
        task = progress.add_task(what, total=None)

        def show(done: int, total: int, now: str = what) -> None:
            progress.update(task, description=now, completed=done, total=total)

        yield show


def with_choices(verb):
    """Give a verb an option for every choice of any module; those used come as `given`.

    The region is no option: each verb asks for it in its own way.
    """
    names = [name for name in modules.choices() if name != "region"]
    help_of = {name: say(f"option.{name}") for name in names if name != "year"}
    option = inspect.Parameter.KEYWORD_ONLY

    @functools.wraps(verb)
    def wrapper(**options):
        given = {name: options.pop(name) for name in names}
        used = {name: value for name, value in given.items() if value is not None}
        return verb(**options, given=used)

    shown = inspect.signature(verb).parameters
    fields = [shown[name] for name in shown if name != "given"]
    for name in names:
        taken = Annotated[str | None, typer.Option(help=help_of.get(name))]
        annotation = ReportYear if name == "year" else taken
        fields.append(
            inspect.Parameter(name, option, default=None, annotation=annotation)
        )
    fields = [field.replace(kind=option) for field in fields]
    wrapper.__signature__ = inspect.Signature(fields)
    wrapper.__annotations__ = {field.name: field.annotation for field in fields}
    return wrapper


def logged(name: str):
    """Note in the log when a verb began and ended, and how.

    The verb takes `what` and puts into it what it is about: codes and choices alone.
    A verb that was refused before there is any data leaves no folder behind.
    """

    def around(verb):
        @functools.wraps(verb)
        def wrapper(*positional, **options):
            began, what = datetime.datetime.now(datetime.UTC), {}
            code = Exit.DONE
            try:
                return verb(*positional, what=what, **options)
            except typer.Exit as end:
                code = end.exit_code
                raise
            except BaseException as error:
                code = terminal.exit_of(error)
                what["refused"] = refused.of(error).code
                raise
            finally:
                from sepakat_lib import log, warehouse

                folder = warehouse.folder()
                with contextlib.suppress(OSError):
                    if code == Exit.DONE:
                        folder.mkdir(parents=True, exist_ok=True)
                    if folder.is_dir():
                        log.append(folder, name, began, what, code)

        shown = inspect.signature(verb).parameters.values()
        fields = [field for field in shown if field.name != "what"]
        wrapper.__signature__ = inspect.Signature(fields)
        return wrapper

    return around


@app.callback()
def everywhere(
    debug: Annotated[bool, typer.Option("--debug", help=say("option.debug"))] = False,
):
    """Declare what holds for every verb; `main` acts on it."""


@app.command(help=say("command.report"))
@with_choices
@logged("report")
def report(
    region: Region,
    given: dict,
    what: dict,
    names: ModulesOfReport = "analysis",
    format: Format = "html",
    force: Annotated[bool, typer.Option(help=say("option.force_report"))] = False,
):
    """Make one region's report; invent survey data where no licensed file is present."""
    from sepakat_lib import batch, parameters

    formats = modules.read_formats(format)
    chosen = {}
    names = _modules(names)
    _refuse_what_none_has(names, given)
    _refuse_template(formats)
    for name in names:
        taken = modules.names(modules.of(name).choices)
        own = {choice: value for choice, value in given.items() if choice in taken}
        chosen[name] = parameters.resolve(name, region=region, **own)
        what |= chosen[name].as_dict()
    what |= {"modules": names, "formats": formats}
    _prepare(list(chosen.values()))
    paths = []
    with screen.status(say("terminal.running")):
        for name, run in chosen.items():
            paths.append(_run(run, name, formats, force=force))
    batch.write_index(run.language)
    for written in paths:
        for kind, path in written.items():
            if kind != "record":
                print(path)


def _modules(text: str) -> list[str]:
    """Modules by their names with commas between, or all; refuse one that is none."""
    from sepakat_lib import batch

    wanted = [name.strip() for name in text.split(",")]
    names = batch.notebooks() if text == "all" else list(dict.fromkeys(wanted))
    for name in names:
        batch.check(name)
    return names


def _run(chosen, module: str, formats, *, force: bool) -> dict[str, Path]:
    """Run the notebook; say where it stands when a cell of it fails."""
    from sepakat_lib import batch

    try:
        return batch.run(chosen, module, formats, anew=force)
    except Exception as error:
        if type(error).__name__ != "PapermillExecutionError":  # slow to import
            raise
        cause = refused.of(error)
        if cause.code != "unexpected":
            raise cause from error
        raise Refused(
            "notebook_failed",
            module=module,
            why="{kind}: {why}".format(**cause.fields),
            path=str(batch.failed_notebook(chosen, module)),
        ) from error


@app.command("batch", help=say("command.batch"))
@with_choices
@logged("batch")
def make_batch(
    given: dict,
    what: dict,
    province: Province = None,
    region: Regions = None,
    names: Modules = "all",
    format: Format = "html",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help=say("option.workers"))
    ] = 2,
    seconds: Annotated[int, typer.Option(min=1, help=say("option.seconds"))] = 900,
    force: Annotated[bool, typer.Option(help=say("option.force_batch"))] = False,
):
    """Make the reports of many regions; go on where a killed run stopped."""
    from sepakat_lib import batch, parameters, reference

    formats = modules.read_formats(format)
    wanted = _wanted(province, region)
    given = {"year": given.get("year") or reference.newest_year(wanted), **given}
    chosen = _modules(names)
    _refuse_what_none_has(chosen, given)
    _refuse_template(formats)
    resolved = _resolved(wanted, chosen, given)
    what |= resolved[0].as_dict() | {"region": wanted}  # no text as it was typed
    what |= {"modules": chosen, "formats": formats}
    _prepare(resolved)
    with bar(say("terminal.reports")) as progress:
        done = batch.run_all(
            wanted,
            chosen,
            workers=workers,
            formats=formats,
            force=force,
            seconds=seconds,
            progress=progress,
            **given,
        )
    language = parameters.resolve(region="00", language=given.get("language")).language
    batch.write_index(language)
    counts = {name: len(getattr(done, name)) for name in ("made", "kept", "failed")}
    what |= counts
    print(say("terminal.batch_done", **counts))
    for (code, name), why in done.failed.items():
        reason = terminal.sentence(why)
        fields = {"place": place(code), "module": name, "why": reason}
        print(f"  {say('terminal.batch_failed', **fields)}")
    print(batch.outputs() / "index.html")
    if done.failed:
        raise typer.Exit(Exit.FAILED)


def _wanted(province: str | None, region: list[str] | None) -> list[str]:
    """Codes of the regions of a batch: those of a province, or those named."""
    from sepakat_lib import regions

    if (province is None) == (not region):
        raise Refused("batch_what")
    if province is None:
        return [regions.resolve(text) for text in region]
    code = regions.resolve(province)
    if regions.level(code) == "kabupaten":
        raise Refused(
            "not_a_province",
            given=code,
            name=regions.name(code),
            province=place(regions.province(code)),
        )
    return regions.members(code)


def _narrowed(province: str | None, region: list[str] | None) -> list[str] | None:
    """Codes of a province's pages and of those named; None where nothing was named."""
    from sepakat_lib import regions

    if province is None and not region:
        return None
    codes = [regions.resolve(text) for text in region or ()]
    if province is not None:
        codes += [regions.resolve(province), *_wanted(province, None)]
    return sorted(set(codes))


def _refuse_what_none_has(names: list[str], given: dict) -> None:
    """Refuse a choice that none of the modules of a batch has."""
    from sepakat_lib import parameters

    taken = [modules.of(name).choices for name in names]
    allowed = {name: choices for choices in taken for name in modules.names(choices)}
    parameters.check_names([name for name in given if name not in allowed], taken[0])


def _refuse_template(formats) -> None:
    """Refuse an office's template that no document could be made with, before any work."""
    from sepakat_lib import attachments
    from sepakat_lib.reports import document

    if "docx" in formats and (template := attachments.template()):
        document.check(template)


def _resolved(wanted: list[str], names: list[str], given: dict) -> list:
    """The choices of each region, with what its own parameter file says."""
    from sepakat_lib import parameters

    plain = modules.names(modules.Parameters)  # what the survey's rounds hang on
    common = {name: value for name, value in given.items() if name in plain}
    chosen = []
    for code in wanted:
        # a region whose own file is broken stops alone: its run fails and says why
        with contextlib.suppress(Refused):
            chosen.append(parameters.resolve(names[0], region=code, **common))
    return chosen or [parameters.resolve(names[0], region=wanted[0], **common)]


def _prepare(chosen: list) -> None:
    """See to it that the rounds of the runs are loaded and estimated."""
    from sepakat_lib import rounds

    with bar() as show:

        def progress(step: str, year: int, done: int, total: int) -> None:
            show(done, total, say(f"terminal.{step}", year=str(year)))

        for prepared in rounds.prepare(chosen, progress=progress):
            terminal.tell_round(prepared, screen)


@app.command(help=say("command.estimate"))
@logged("estimate")
def estimate(
    what: dict,
    year: RoundYear = None,
    lines: Lines = "kabupaten",
    region: Annotated[
        list[str] | None, typer.Option(help=say("option.estimate_region"))
    ] = None,
    force: Annotated[bool, typer.Option(help=say("option.force_estimate"))] = False,
):
    """Fill the estimates of all that is loaded, or of what some regions' pages show."""
    from sepakat_lib import estimation, parameters, regions, rounds

    wanted = [regions.resolve(text) for text in region] if region else None
    year = year or rounds.newest()
    chosen = parameters.Parameters(region="00", year=year, lines=lines)
    what |= {"year": year, "lines": chosen.lines}
    rounds.refuse_without_lines(chosen.year, chosen.lines)
    with bar(say("terminal.estimating", year=str(year))) as progress:
        result = estimation.estimate(
            year, lines=lines, wanted=wanted, force=force, progress=progress
        )
    state = "terminal.estimated" if result["fresh"] else "terminal.up_to_date"
    print(say(state, rows=result["rows"], regions=result["regions"]))
    for sentence in terminal.absences(result["absent"], year):
        print(f"  {sentence}")
    terminal.tell_touched(result, screen)


@app.command(help=say("command.status"))
def status(
    province: OnlyProvince = None,
    region: Only = None,
    year: StandingYear = None,
    names: Modules = "all",
    as_json: AsJson = False,
):
    """Tell what is loaded and estimated, and which pages are whole, stale or failed."""
    from sepakat_lib import batch, estimation, log, warehouse

    found = batch.standing.pages(
        wanted=_narrowed(province, region), year=year, names=_modules(names)
    )
    with warehouse.reading(), bar(say("terminal.reports")) as progress:
        states = []
        for number, page in enumerate(found, start=1):
            states.append((page, batch.standing.state(page)))
            progress(number, len(found))
        told = {
            "data": terminal.rounds_of(warehouse.loaded()),
            "estimated": {
                lines: estimation.standing(lines)
                for lines in modules.described("lines")["enum"]
            },
            "pages": batch.standing.counted(states),
            "not_whole": [
                batch.standing.told(page, state)
                for page, state in states
                if state.name != batch.standing.WHOLE
            ],
            "runs": log.last(warehouse.folder(), terminal.RUNS),
        }
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in terminal.status(told):
            print(line)
    if told["not_whole"]:
        raise typer.Exit(Exit.FAILED)


@app.command(help=say("command.indicators"))
@logged("indicators")
def indicators(
    what: dict,
    year: RoundYear = None,
    language: IndexLanguage = "id",
    coverage: Annotated[bool, typer.Option(help=say("option.coverage"))] = False,
    region: Annotated[
        str | None, typer.Option(help=say("option.coverage_region"))
    ] = None,
):
    """Write a page with the card of every indicator beside the list of pages."""
    from sepakat_lib import batch, reference, regions

    language = modules.checked("language", language)
    if coverage or region:
        code = regions.resolve(region) if region else None
        for line in terminal.coverage(batch.coverage.told(language, code)):
            print(line)
    year = modules.checked("year", year) if year else reference.newest_year(["00"])
    what |= {"year": year, "language": language}
    print(batch.write_indicators(language, year))


@app.command(help=say("command.verify"))
@logged("verify")
def verify(
    what: dict,
    folder: Annotated[
        Path | None, typer.Option("--with", help=say("option.verify_with"))
    ] = None,
    language: Annotated[str, typer.Option(help=say("option.verify_language"))] = "id",
):
    """Write a page of our numbers beside those of others; fail where they differ."""
    from sepakat_lib import batch
    from sepakat_lib.reports import verification

    language = modules.checked("language", language)
    what |= {"with_folder": folder is not None, "language": language}
    path, done = batch.write_verification(language, folder)
    what |= {"compared": len(done.compared), "outside": len(done.outside)}
    for line in verification.told(done.compared, terminal.language()):
        print(line)
    print(path)
    if len(done.outside):
        raise typer.Exit(Exit.FAILED)


@app.command(help=say("command.publish"))
@logged("publish")
def publish(
    folder: Annotated[
        Path, typer.Argument(readable=False, help=say("option.publish_folder"))
    ],
    what: dict,
    province: OnlyProvince = None,
    region: Only = None,
    year: StandingYear = None,
    names: Modules = "all",
    stale: Annotated[bool, typer.Option("--stale", help=say("option.stale"))] = False,
    notebooks: Annotated[
        bool, typer.Option("--notebooks", help=say("option.notebooks"))
    ] = False,
    language: IndexLanguage = "id",
):
    """Lay out what stands whole in the outputs for a web server or a USB stick."""
    from sepakat_lib import batch

    language = modules.checked("language", language)
    wanted, chosen = _narrowed(province, region), _modules(names)
    what |= {"regions": wanted or "all", "year": year, "modules": chosen}
    what |= {"stale": stale, "notebooks": notebooks, "language": language}
    with bar(say("terminal.publishing")) as progress:
        done = batch.publish(
            folder,
            wanted=wanted,
            year=year,
            names=chosen,
            stale=stale,
            notebooks=notebooks,
            language=language,
            progress=progress,
        )
    what |= {"pages": len(done.pages), "left_out": len(done.left_out)}
    print(say("terminal.published", pages=len(done.pages), files=done.files))
    for line in terminal.left_out(
        [batch.standing.told(page, state) for page, state in done.left_out]
    ):
        print(line)
    print(done.place)


@app.command(help=say("command.region"))
def region(text: Region):
    """Find a region by code or name, and show its codes in both schemes."""
    from sepakat_lib import regions

    code = regions.resolve(text)
    fields = {"name": regions.name(code), "bps": code}
    if regions.level(code) == "nation":
        print(say("terminal.nation", **fields))
    else:
        kemendagri = regions.to_kemendagri(code)
        print(say("terminal.region", kemendagri=kemendagri, **fields))


@data.command(help=say("command.load"))
@logged("load")
def load(
    paths: Annotated[
        list[Path], typer.Argument(readable=False, help=say("option.paths"))
    ],
    what: dict,
    year: Annotated[
        str | None, typer.Option(help=say("option.year_of_files"), **YEAR)
    ] = None,
    round: Annotated[str | None, typer.Option(help=say("option.round"))] = None,
    only: Only = None,
    despite: Annotated[
        list[str] | None, typer.Option(help=say("option.despite"))
    ] = None,
):
    """Load Susenas files as BPS delivers them (DBF, CSV, Parquet, SAV)."""
    from sepakat_lib import intake, regions

    wanted = [regions.resolve(text) for text in only] if only else None
    with bar(say("terminal.loading")) as progress:
        survey = intake.load(
            paths,
            year=year,
            round=round,
            only=wanted,
            accept=despite or (),
            progress=progress,
        )
    what |= {"year": survey.year, "kabupaten": survey.households["region"].nunique()}
    print(
        say(
            "terminal.loaded",
            year=str(survey.year),
            households=len(survey.households),
            persons=len(survey.persons),
            kabupaten=int(survey.households["region"].nunique()),
        )
    )
    for remark in survey.remarks:
        print(f"  {terminal.remark(remark, survey.layout)}")


@data.command(help=say("command.demo"))
@logged("demo")
def demo(
    what: dict,
    region: Annotated[str, typer.Argument(help=say("option.demo_region"))] = "00",
    year: RoundYear = None,
    folder: Annotated[
        Path | None, typer.Option(readable=False, help=say("option.folder"))
    ] = None,
    theme: Annotated[str | None, typer.Option(help=say("option.theme"))] = None,
    seed: Annotated[int, typer.Option(min=0, help=say("option.seed"))] = 0,
):
    """Invent Susenas files for a region in BPS's layout, and load them."""
    from sepakat_lib import intake, regions, rounds
    from sepakat_lib.sources import susenas
    from sepakat_lib.sources.susenas.invention import planting

    year = year or rounds.newest_invented()
    code = regions.resolve(region)
    what |= {"region": code, "year": year}
    if theme is not None:
        planting.check(theme)
    how = {"theme": theme, "seed": seed}
    what |= how
    wanted = regions.members(code)
    with bar(say("terminal.inventing", year=str(year))) as progress:
        if folder is None:
            intake.invent(wanted, year, progress=progress, **how)
            made = {"year": str(year), "kabupaten": len(wanted)}
            print(say("terminal.demo_loaded", **made))
            if theme is not None:
                print(say("terminal.demo_planted", **how))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for path in susenas.demo(
                folder, regions=wanted, year=year, progress=progress, **how
            ):
                print(path)


def _maps_of(level: str, added: Iterable[str]) -> list[str]:
    """Which maps draw boundaries that were added, and why others do not."""
    from sepakat_lib import places, regions

    if level != "kabupaten":
        return [say("terminal.maps_of_kabupaten")]
    drawn = set(places.drawn())
    provinces = sorted({regions.province(region) for region in added})
    lines = []
    if whole := [one for one in provinces if one in drawn]:
        lines.append(say("terminal.maps_drawn", regions=whole))
    if partial := [one for one in provinces if one not in drawn]:
        lines.append(say("terminal.maps_not_whole", regions=partial))
    nation = len(drawn) == len(regions.below("00"))
    return [*lines, *([] if nation else [say("terminal.map_of_nation")])]


@data.command("add-boundaries", help=say("command.add_boundaries"))
@logged("add-boundaries")
def add_boundaries(
    path: Annotated[
        Path, typer.Argument(readable=False, help=say("option.boundaries"))
    ],
    what: dict,
    layer: Annotated[str | None, typer.Option(help=say("option.layer"))] = None,
    codes: Annotated[
        Path | None, typer.Option(readable=False, help=say("option.table_of_codes"))
    ] = None,
):
    """Take the office's own boundaries for maps, in place of schematic shapes."""
    from sepakat_lib import intake

    boundaries = intake.add_boundaries(path, layer, codes)
    fields = {
        "count": len(boundaries.shapes),
        "level": boundaries.level,
        "scheme": boundaries.scheme,
    }
    what |= fields
    scheme = say(f"boundaries.scheme.{boundaries.scheme}")
    print(say("terminal.boundaries", **fields | {"scheme": scheme}))
    for line in _maps_of(boundaries.level, boundaries.shapes["region"]):
        print(line)
    if boundaries.repaired:
        print(say("terminal.repaired", regions=[*boundaries.repaired]))
    if boundaries.absent:
        print(say("terminal.no_shape", regions=[*boundaries.absent]))


@data.command("add-official", help=say("command.add_official"))
@logged("add-official")
def add_official(
    path: Annotated[Path, typer.Argument(readable=False, help=say("option.official"))],
    what: dict,
):
    """Take the office's own table of official figures, beside those of BPS."""
    from sepakat_lib import intake

    added, kept = intake.add_official(path)
    what |= {"added": added, "kept": kept}
    print(say("terminal.official", added=added, kept=kept))


ApbdRegion = Annotated[str, typer.Option("--region", help=say("option.apbd_region"))]
ApbdYear = Annotated[str, typer.Option("--year", help=say("option.apbd_year"), **YEAR)]


@data.command("apbd", help=say("command.apbd"))
@logged("apbd")
def add_apbd(
    path: Annotated[Path, typer.Argument(readable=False, help=say("option.apbd"))],
    region: ApbdRegion,
    year: ApbdYear,
    period: Annotated[str, typer.Option(help=say("option.period"))],
    what: dict,
    publisher: Annotated[str | None, typer.Option(help=say("option.publisher"))] = None,
):
    """Take the APBD of a region and year, in place of what is held of them."""
    from sepakat_lib import intake, regions

    code = regions.resolve(region)
    by = {} if publisher is None else {"publisher": publisher}
    accounts, kept = intake.add_apbd(path, code, year, period, **by)
    what |= {"region": code, "year": year, "accounts": accounts, "kept": kept}
    told = {"accounts": accounts, "place": place(code), "year": str(year), "kept": kept}
    print(say("terminal.apbd", **told))


@data.command("sipd", help=say("command.sipd_budget"))
@logged("sipd")
def add_sipd_budget(
    path: Annotated[
        Path, typer.Argument(readable=False, help=say("option.sipd_budget"))
    ],
    region: ApbdRegion,
    year: ApbdYear,
    what: dict,
):
    """Take SIPD's budget rows of a region and year, of one OPD or of all."""
    from sepakat_lib import intake, regions

    code = regions.resolve(region)
    rows, amount = intake.add_sipd_budget(path, code, year)
    what |= {"region": code, "year": year, "rows": rows}
    told = {"rows": rows, "place": place(code), "year": str(year)}
    print(say("terminal.sipd_budget", amount=terminal.rupiah(amount), **told))


@data.command("codes", help=say("command.codes"))
@logged("codes")
def add_codes(
    path: Annotated[Path, typer.Argument(readable=False, help=say("option.codes"))],
    what: dict,
    decree: Annotated[str, typer.Option(help=say("option.decree"))],
    since: Annotated[str, typer.Option(help=say("option.since"))],
    until: Annotated[str | None, typer.Option(help=say("option.until"))] = None,
):
    """Take the office's own workbook of codes of government, with its decree."""
    from sepakat_lib import intake

    added, to_confirm = intake.add_codes(
        path, decree, _day("--since", since), _day("--until", until) if until else None
    )
    what |= {"added": added, "to_confirm": to_confirm}
    print(say("terminal.codes", added=added, to_confirm=to_confirm))


def _day(name: str, text: str) -> datetime.date:
    """A day as 2026-05-07; nothing else is guessed."""
    try:
        return datetime.datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise Refused("no_day", given=name, value=text[:60]) from None


@data.command("template", help=say("command.data_template"))
def template(
    kind: Annotated[str, typer.Argument(help=say("option.table_kind"))],
    region: Annotated[str, typer.Option(help=say("option.template_region"))],
    output: Annotated[
        Path, typer.Option(readable=False, help=say("option.template_output"))
    ],
):
    """Write a template for an office's own table."""
    from sepakat_lib import regions
    from sepakat_lib.daerah import templates

    code = regions.resolve(region)
    rows = templates.write(kind, code, output, terminal.language())
    print(say("data.templated", rows=rows, file=str(output)))


@data.command("submit", help=say("command.data_submit"))
@logged("submit")
def submit(
    file: Annotated[
        Path, typer.Argument(readable=False, help=say("option.submission_file"))
    ],
    by: Annotated[str, typer.Option(help=say("option.submitted_by"))],
    what: dict,
):
    """Hand in an office's own table; it waits for a second name."""
    from sepakat_lib.daerah import submitting

    done = submitting.submit(file, by, language=terminal.language())
    what |= {name: done[name] for name in ("id", "kind", "region", "values")}
    print(say("data.submitted", id=done["id"], values=done["values"]))
    for table in done["tables"]:
        print(f"  {say('data.version', **table | {'version': str(table['version'])})}")


@data.command("approve", help=say("command.data_approve"))
@logged("approve")
def approve(
    number: Annotated[str, typer.Argument(help=say("option.submission"))],
    by: Annotated[str, typer.Option(help=say("option.approved_by"))],
    what: dict,
):
    """Let a table count that another handed in."""
    from sepakat_lib.daerah import submitting

    done = submitting.approve(number, by)
    what |= {"id": done["id"], "values": done["values"]}
    told = {"who": done["approval"]["who"], "values": done["values"]}
    print(say("data.approved", id=done["id"], **told))


@data.command("fetch", help=say("command.data_fetch"))
def fetch(
    number: Annotated[str, typer.Argument(help=say("option.submission"))],
    output: Annotated[
        Path, typer.Option(readable=False, help=say("option.template_output"))
    ],
):
    """Write the file of a version as it was handed in."""
    from sepakat_lib import atomic
    from sepakat_lib.daerah import kept

    content = kept.workbook(number.strip())
    if output.exists():
        raise Refused("file_there", file=str(output))
    with atomic.whole(output.absolute()) as fresh:
        fresh.write_bytes(content)
    print(output)


@data.command("status", help=say("command.data_status"))
def data_status(
    region: Annotated[
        str | None, typer.Option(help=say("option.status_region"))
    ] = None,
    document: Annotated[str | None, typer.Option(help=say("option.document"))] = None,
    as_json: AsJson = False,
):
    """Tell which data are there, what is due, who keeps it and what waits for it."""
    from sepakat_lib import needs, regions, warehouse

    code = regions.resolve(region) if region else None
    told = needs.status(code, document=document)
    loaded = warehouse.loaded()
    if code:
        loaded = loaded[loaded["region"].isin(regions.members(code))]
    told["data"] = terminal.rounds_of(loaded)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1, default=int))
        return
    if document is None:
        for line in terminal.listed(told["data"]):
            print(line)
    for line in needs.lines(told, terminal.language()):
        print(line)


@data.command("check", help=say("command.check"))
def hold_against_published(year: RoundYear = None):
    """Hold the invented P0, P1 and P2 of a year against the published figures."""
    from sepakat_lib import intake, rounds

    year = year or rounds.newest()
    table = intake.check_invented(year)
    licensed = len(intake.of_kind(year, synthetic=False))
    if table.empty:
        raise Refused("nothing_invented", year=str(year), licensed=licensed)
    count = int(table["region"].nunique())
    print(say("terminal.checked", kabupaten=count, year=str(year)))
    for indicator, part in table.groupby("indicator"):
        worst = part.loc[part["difference"].abs().idxmax()]
        sentence = say(
            "terminal.difference",
            indicator=indicator.upper(),
            place=place(worst["region"]),
            difference=_number(worst["difference"], 6),
            value=_number(worst["value"], 6),
            published=_number(worst["published"], 2),
            limit=_number(worst["limit"], 2),
        )
        print(f"  {sentence}")
    if licensed:
        print(say("terminal.not_checked", licensed=licensed))
    if beyond := sorted(set(table.loc[table["beyond"], "region"])):
        print(say("terminal.beyond", n=len(beyond), regions=beyond))
        raise typer.Exit(Exit.FAILED)


def _number(value: float, digits: int) -> str:
    return words.number(value, terminal.language(), digits)


@db.command("upgrade", help=say("command.db_upgrade"))
@logged("db-upgrade")
def upgrade(what: dict):
    """Make the ledger of decisions, or bring it to this version."""
    from sepakat_lib import ledger

    what["version"] = ledger.upgrade()
    print(say("terminal.db_upgraded", version=what["version"]))


@db.command("backup", help=say("command.db_backup"))
@logged("db-backup")
def backup(
    file: Annotated[Path, typer.Argument(readable=False, help=say("option.backup"))],
    what: dict,
):
    """Keep all that the ledger of decisions holds in one file."""
    from sepakat_lib import ledger

    print(ledger.backup(file.absolute()))


@db.command("restore", help=say("command.db_restore"))
@logged("db-restore")
def restore(
    file: Annotated[
        Path, typer.Argument(readable=False, help=say("option.backup_kept"))
    ],
    what: dict,
):
    """Put a backup in place of what the ledger of decisions holds."""
    from sepakat_lib import ledger
    from sepakat_lib.sources import opening

    kept = ledger.restore(opening.regular(file).absolute())
    print(say("terminal.db_restored", file=file.name, before=kept.name))


@db.command("demo", help=say("command.db_demo"))
@logged("db-demo")
def sample(
    region: Region,
    what: dict,
    year: RoundYear = None,
    seed: Annotated[int, typer.Option(help=say("option.seed"))] = 1,
    beside: Annotated[
        bool, typer.Option("--beside", help=say("option.beside"))
    ] = False,
    drop: Annotated[bool, typer.Option("--drop", help=say("option.drop"))] = False,
):
    """Write an invented office of a kabupaten into the ledger, or end it."""
    from sepakat_lib import regions, rounds, sample_office

    code = regions.resolve(region)
    what |= {"region": code, "seed": seed, "drop": drop}
    if drop:
        what["rows"] = sample_office.drop(code)
        print(say("terminal.sample_dropped", rows=what["rows"], place=place(code)))
        return
    what["year"] = year or rounds.newest_invented()
    made = sample_office.make(code, what["year"], seed=seed, beside=beside)
    what["rows"] = sum(made["written"].values())
    told = "terminal.sample_written" if what["rows"] else "terminal.sample_stands"
    years = [str(each) for each in made["size"]]
    print(say(told, rows=what["rows"], place=place(code), years=years))
    for plan_year, size in made["size"].items():
        sentence = say(
            f"terminal.sample_by_{size['of']}",
            year=str(plan_year),
            spending=_number(size["spending"], 0),
            source=str(size["apbd_year"]),
            place=place(code),
            share=_number(100 * sample_office.poverty_share(), 0),
        )
        print(f"  {sentence}")


OfRegion = Annotated[str, typer.Option("--region", help=say("option.ledger_region"))]
PlanYear = Annotated[
    str | None,
    typer.Option("--plan-year", "--year", help=say("option.plan_year"), **YEAR),
]


@books.command("import", help=say("command.ledger_import"))
@logged("ledger-import")
def take_sheet(
    kind: Annotated[str, typer.Argument(help=say("option.sheet_kind"))],
    file: Annotated[Path, typer.Argument(readable=False, help=say("option.sheet"))],
    region: OfRegion,
    who: Annotated[str, typer.Option(help=say("option.who"))],
    what: dict,
    plan_year: PlanYear = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=say("option.replace"))
    ] = False,
):
    """Take a sheet into the ledger of decisions, whole or not at all."""
    from sepakat_lib import exchange, ledger, published, regions

    code = regions.resolve(region)
    if not ledger.exists():
        raise Refused("no_ledger")
    chosen = {"plan_year": plan_year, "replace": replace}
    done = exchange.load(kind, file, code, who, published.nomenclature(), **chosen)
    counts = {name: getattr(done, name) for name in ("new", "changed", "unchanged")}
    what |= {"kind": kind, "region": code, "plan_year": plan_year} | counts
    print(say("terminal.imported", file=file.name, **counts))
    for line in terminal.taken(done):
        print(f"  {line}")


@books.command("export", help=say("command.ledger_export"))
@logged("ledger-export")
def give_sheet(
    file: Annotated[Path, typer.Argument(readable=False, help=say("option.sheet_out"))],
    region: OfRegion,
    what: dict,
    plan_year: PlanYear = None,
):
    """Write the plan of a year in SIPD's columns."""
    from sepakat_lib import exchange, ledger, published, regions

    code = regions.resolve(region)
    if plan_year is None:
        raise Refused("no_plan_year")
    if not ledger.exists():
        raise Refused("no_ledger")
    plan = ledger.thread(code, plan_year)
    done = exchange.sipd.export(plan, plan_year, published.nomenclature())
    exchange.sipd.write(file.absolute(), done)
    what |= {"region": code, "plan_year": plan_year}
    what |= {"rows": len(done.table), "lacking": len(done.lacking)}
    for line in terminal.given(done, file.name):
        print(line)
    print(file.absolute())


@books.command("walk", help=say("command.ledger_walk"))
@logged("ledger-walk")
def walk(region: Region, what: dict, plan_year: PlanYear = None):
    """Go from a finding to what came of it, and from a rupiah back to its reason."""
    from sepakat_lib import budgeting, ledger, regions

    code = regions.resolve(region)
    what |= {"region": code}
    tables = ledger.thread(code, plan_year)
    steps = ledger.forward(tables)
    if not steps:
        raise Refused("no_chain", region=place(code))
    print(say("terminal.walk_forward", place=place(code)))
    for kind, row in steps:
        print(terminal.step(kind, row))
    spent = [row for kind, row in steps if kind == "realisations"]
    if spent:
        print(say("terminal.walk_back"))
        for kind, row in ledger.back(tables, "realisations", spent[0]["id"]):
            print(terminal.step(kind, row))
    sums = budgeting.origin(budgeting.lines(tables))
    what |= sums
    print(say("terminal.walk_sums", **{k: terminal.rupiah(v) for k, v in sums.items()}))


Port = Annotated[int | None, typer.Option(min=0, max=65535, help=say("option.port"))]
Show = Annotated[bool, typer.Option("--open/--no-open", help=say("option.open"))]


@app.command(help=say("command.serve"))
def serve(port: Port = None, show: Show = True):
    """Serve the reports as pages to a browser on this machine (Voilà)."""
    from sepakat_lib.server import officials

    officials.serve(port, show=show)


@app.command(help=say("command.lab"))
def lab(port: Port = None, show: Show = True):
    """Open the notebooks in JupyterLab on this machine, without any network."""
    from sepakat_lib.server import lab as jupyter

    jupyter.lab(port, show=show)


def main(arguments: list[str] | None = None) -> None:
    """Run a verb; what goes wrong is a sentence and an exit code, not a trace."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given  # wherever it was written
    for name in PLACES:  # a kernel works in another folder than the one typed in
        if os.environ.get(name):
            os.environ[name] = os.path.abspath(os.environ[name])
    line = [argument for argument in given if argument != "--debug"]
    command = typer.main.get_command(app)
    typed.of_ours(command)
    try:
        # not standalone, else typer speaks, in English alone
        sys.exit(command(line, prog_name="sepakat", standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(130)  # as a shell says of Ctrl-C
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.ctx.get_help())
            sys.exit(2)
        if hasattr(error, "format_message"):
            error = typed.refusal(error, line, command)
        if debug or os.environ.get(DEBUG, "0") not in ("", "0"):
            raise
        sys.exit(terminal.refuse(error, screen))
