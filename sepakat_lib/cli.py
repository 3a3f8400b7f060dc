"""`sepakat …`: arguments only; every verb ends in one call of the library."""

import contextlib
import functools
import inspect
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sepakat_lib import modules, refused, terminal, words
from sepakat_lib.refused import Refused
from sepakat_lib.speaker import place
from sepakat_lib.terminal import say

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=say("command.sepakat"),
)
data = typer.Typer(no_args_is_help=True, help=say("command.data"))
app.add_typer(data, name="data")
screen = Console(stderr=True)


def whole_year(text: str | None) -> int | None:
    """Year as every other door takes it; `int` would take "2_023" and "２０２３" too."""
    from sepakat_lib import parameters

    return None if text is None else parameters.checked("year", text)


Region = Annotated[str, typer.Argument(help=say("option.region"))]
YEAR = {"metavar": "<year>", "callback": whole_year}
RoundYear = Annotated[str | None, typer.Option(help=say("option.year"), **YEAR)]
ReportYear = Annotated[str | None, typer.Option(help=say("option.report_year"), **YEAR)]
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


@app.callback()
def everywhere(
    debug: Annotated[bool, typer.Option("--debug", help=say("option.debug"))] = False,
):
    """Declare what holds for every verb; `main` acts on it."""


@app.command(help=say("command.report"))
@with_choices
def report(
    region: Region,
    given: dict,
    module: Annotated[str, typer.Option(help=say("option.module"))] = "analysis",
):
    """Make one region's report; invent survey data where no licensed file is present."""
    from sepakat_lib import batch, parameters

    batch.check(module)
    chosen = parameters.resolve(module, region=region, **given)
    _prepare([chosen])
    with screen.status(say("terminal.running")):
        paths = _run(chosen, module)
    batch.write_index(chosen.language)
    for path in (paths["html"], paths["ipynb"]):
        print(path)


def _run(chosen, module: str) -> dict[str, Path]:
    """Run the notebook; say where it stands when a cell of it fails."""
    from papermill.exceptions import PapermillExecutionError

    from sepakat_lib import batch

    try:
        return batch.run(chosen, module)
    except PapermillExecutionError as error:
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
def make_batch(
    given: dict,
    province: Annotated[str | None, typer.Option(help=say("option.province"))] = None,
    region: Annotated[
        list[str] | None, typer.Option(help=say("option.batch_region"))
    ] = None,
    names: Annotated[
        str, typer.Option("--modules", help=say("option.modules"))
    ] = "all",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help=say("option.workers"))
    ] = 2,
    force: Annotated[bool, typer.Option(help=say("option.force_batch"))] = False,
):
    """Make the reports of many regions; go on where a killed run stopped."""
    from sepakat_lib import batch, parameters, reference

    wanted = _wanted(province, region)
    given = {"year": given.get("year") or reference.newest_year(wanted), **given}
    chosen = batch.notebooks() if names == "all" else names.split(",")
    for name in chosen:
        batch.check(name)
    _refuse_what_none_has(chosen, given)
    _prepare(_resolved(wanted, chosen, given))
    with bar(say("terminal.reports")) as progress:
        done = batch.run_all(
            wanted, chosen, workers=workers, force=force, progress=progress, **given
        )
    language = parameters.resolve(region="00", language=given.get("language")).language
    batch.write_index(language)
    counts = {name: len(getattr(done, name)) for name in ("made", "kept", "failed")}
    print(say("terminal.batch_done", **counts))
    for (code, name), why in done.failed.items():
        reason = terminal.sentence(why)
        fields = {"place": place(code), "module": name, "why": reason}
        print(f"  {say('terminal.batch_failed', **fields)}")
    print(batch.outputs() / "index.html")
    if done.failed:
        raise typer.Exit(1)


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


def _refuse_what_none_has(names: list[str], given: dict) -> None:
    """Refuse a choice that none of the modules of a batch has."""
    from sepakat_lib import parameters

    taken = [modules.of(name).choices for name in names]
    allowed = {name: choices for choices in taken for name in modules.names(choices)}
    parameters.check_names([name for name in given if name not in allowed], taken[0])


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
def estimate(
    year: RoundYear = None,
    lines: Lines = "kabupaten",
    region: Annotated[
        list[str] | None, typer.Option(help=say("option.estimate_region"))
    ] = None,
    force: Annotated[bool, typer.Option(help=say("option.force_estimate"))] = False,
):
    """Fill the estimates of all that is loaded, or of what some regions' pages show."""
    from sepakat_lib import estimation, intake, parameters, regions, rounds

    wanted = [regions.resolve(text) for text in region] if region else None

    year = year or max(intake.years(), default=rounds.newest_invented())
    chosen = parameters.Parameters(region="00", year=year, lines=lines)
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
def load(
    paths: Annotated[list[Path], typer.Argument(help=say("option.paths"))],
    year: Annotated[
        str | None, typer.Option(help=say("option.year_of_files"), **YEAR)
    ] = None,
    round: Annotated[str | None, typer.Option(help=say("option.round"))] = None,
    only: Annotated[list[str] | None, typer.Option(help=say("option.only"))] = None,
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
def demo(
    region: Annotated[str, typer.Argument(help=say("option.demo_region"))] = "00",
    year: RoundYear = None,
    folder: Annotated[Path | None, typer.Option(help=say("option.folder"))] = None,
):
    """Invent Susenas files for a region in BPS's layout, and load them."""
    from sepakat_lib import intake, regions, rounds
    from sepakat_lib.sources import susenas

    year = year or rounds.newest_invented()
    wanted = regions.members(regions.resolve(region))
    with bar(say("terminal.inventing", year=str(year))) as progress:
        if folder is None:
            intake.invent(wanted, year, progress=progress)
            made = {"year": str(year), "kabupaten": len(wanted)}
            print(say("terminal.demo_loaded", **made))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for path in susenas.demo(
                folder, regions=wanted, year=year, progress=progress
            ):
                print(path)


@data.command("add-boundaries", help=say("command.add_boundaries"))
def add_boundaries(
    path: Annotated[Path, typer.Argument(help=say("option.boundaries"))],
    layer: Annotated[str | None, typer.Option(help=say("option.layer"))] = None,
):
    """Take the office's own boundaries for maps, in place of schematic shapes."""
    from sepakat_lib import intake

    boundaries = intake.add_boundaries(path, layer)
    fields = {
        "count": len(boundaries.shapes),
        "level": boundaries.level,
        "scheme": boundaries.scheme,
    }
    print(say("terminal.boundaries", **fields))
    if boundaries.repaired:
        print(say("terminal.repaired", regions=[*boundaries.repaired]))
    if boundaries.absent:
        print(say("terminal.no_shape", regions=[*boundaries.absent]))


@data.command("add-official", help=say("command.add_official"))
def add_official(
    path: Annotated[Path, typer.Argument(help=say("option.official"))],
):
    """Take the office's own table of official figures, beside those of BPS."""
    from sepakat_lib import intake

    added, kept = intake.add_official(path)
    print(say("terminal.official", added=added, kept=kept))


@data.command("list", help=say("command.list"))
def listing():
    """List the rounds and regions in the warehouse."""
    from sepakat_lib import warehouse

    loaded = warehouse.loaded()
    if loaded.empty:
        print(say("terminal.empty"))
        return
    for (year, synthetic), part in loaded.groupby(["year", "synthetic"]):
        print(
            say(
                f"terminal.listed_{'synthetic' if synthetic else 'licensed'}",
                year=str(year),
                kabupaten=len(part),
                households=int(part["households"].sum()),
                persons=int(part["persons"].sum()),
            )
        )


@data.command("check", help=say("command.check"))
def hold_against_published(year: RoundYear = None):
    """Hold the invented P0, P1 and P2 of a year against the published figures."""
    from sepakat_lib import intake, rounds

    year = year or max(intake.years(), default=rounds.newest_invented())
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
        raise typer.Exit(1)


def _number(value: float, digits: int) -> str:
    return words.number(value, terminal.language(), digits)


Port = Annotated[int | None, typer.Option(help=say("option.port"))]
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
    try:
        app([argument for argument in given if argument != "--debug"])
    except Exception as error:
        if debug or os.environ.get(DEBUG, "0") not in ("", "0"):
            raise
        sys.exit(terminal.refuse(error, screen))
