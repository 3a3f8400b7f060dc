"""`sepakat …`: arguments only; every verb ends in one call of the library."""

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Poverty analysis for Indonesia's regions, from survey file to report.",
)
data = typer.Typer(no_args_is_help=True, help="Survey data: load, invent, list, check.")
app.add_typer(data, name="data")
screen = Console(stderr=True)

Region = Annotated[
    str, typer.Argument(help="3501 (BPS), 35.01 (Kemendagri) or a name: 'pacitan'")
]
Year = Annotated[int, typer.Option(help="year of the March round")]
Language = Annotated[str | None, typer.Option(help="id or en")]
EARLIER = 2021  # the round that growth and change are told against


@contextlib.contextmanager
def bar(what: str):
    """A progress bar, as a function of (done, of how many)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    quiet = not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=quiet) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@app.command()
def report(
    region: Region,
    year: Year = 2023,
    module: Annotated[str, typer.Option(help="name of a notebook")] = "analysis",
    language: Language = None,
    lines: Annotated[
        str | None, typer.Option(help="kabupaten, or province_urban_rural")
    ] = None,
):
    """Make one region's report; invent survey data where no licensed file is present."""
    from sepakat_lib import batch, parameters

    chosen = parameters.resolve(
        region=region, year=year, language=language, lines=lines
    )
    batch.check(module)
    _prepare([chosen.region], chosen.year, chosen.lines)
    with screen.status("Running the notebook"):
        paths = batch.run(chosen, module)
    batch.write_index()
    for path in (paths["html"], paths["ipynb"]):
        print(path)


@app.command("batch")
def make_batch(
    province: Annotated[
        str | None, typer.Option(help="all kabupaten of this province; 00: of all")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="this region; may be repeated")
    ] = None,
    modules: Annotated[str, typer.Option(help="names with commas, or all")] = "all",
    year: Year = 2023,
    language: Language = None,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 2,
    force: Annotated[bool, typer.Option(help="also what is whole")] = False,
):
    """Make the reports of many regions; go on where a killed run stopped."""
    from sepakat_lib import batch, parameters, regions

    if (province is None) == (not region):
        raise ValueError("name --province 35, or one or more --region, and not both")
    if province is not None:
        found = regions.resolve(province)
        if regions.level(found) == "kabupaten":
            raise ValueError(
                f"{found} is {regions.name(found)}, not a province; "
                f"its province is {regions.province(found)}; for one kabupaten use "
                f"--region {found}"
            )
        wanted = regions.members(found)
    else:
        wanted = [regions.resolve(each) for each in region]
    names = batch.modules() if modules == "all" else modules.split(",")
    for name in names:
        batch.check(name)
    parameters.resolve(region=wanted[0], year=year, language=language)
    _prepare(wanted, year, "kabupaten")
    with bar("Reports") as progress:
        done = batch.run_all(
            wanted,
            names,
            year,
            language=language,
            workers=workers,
            force=force,
            progress=progress,
        )
    print(f"made {len(done.made)}, kept {len(done.kept)}, failed {len(done.failed)}")
    for (each, name), why in done.failed.items():
        print(f"  {each} {name}: {why}")
    print(batch.outputs() / "index.html")
    if done.failed:
        raise typer.Exit(1)


def _prepare(wanted: list[str], year: int, lines: str) -> None:
    """See to it that the rounds of the regions are loaded and estimated."""
    from sepakat_lib import estimation, intake

    for each in [EARLIER, year] if year > EARLIER else [year]:
        with bar(f"Susenas {each}") as progress:
            came = intake.supply(wanted, each, progress=progress)
        if came == "invented":
            screen.print(f"Susenas {each}: synthetic data were made (no licensed file)")
        with bar(f"Estimates {each}") as progress:
            told = estimation.estimate(each, lines=lines, progress=progress)
        _tell_touched(told)


@app.command()
def estimate(
    year: Year = 2023,
    lines: Annotated[
        str, typer.Option(help="kabupaten, or province_urban_rural")
    ] = "kabupaten",
    force: Annotated[bool, typer.Option(help="also where nothing changed")] = False,
):
    """Fill the estimates of every loaded kabupaten, each province and the nation."""
    from sepakat_lib import estimation

    with bar(f"Estimates {year}") as progress:
        told = estimation.estimate(year, lines=lines, force=force, progress=progress)
    state = "made" if told["fresh"] else "already up to date"
    print(f"{told['rows']} estimates of {told['regions']} regions: {state}")
    for name, items in told["absent"].items():
        print(f"  {name} left out: the files have no {', '.join(items)}")
    _tell_touched(told)


def _tell_touched(told: dict) -> None:
    """Print which strata had a single first-stage unit, and what was done with them."""
    if told["fresh"] and told["touched"]:
        screen.print(f"{len(told['touched'])} strata with a single first-stage unit:")
        for each in told["touched"][:10]:
            screen.print(f"  {each['stratum']}: {each['done']}")
        if len(told["touched"]) > 10:
            screen.print(f"  … and {len(told['touched']) - 10} more")


@app.command()
def region(text: Region):
    """Find a region by code or name, and show its codes in both schemes."""
    from sepakat_lib import regions

    found = regions.resolve(text)
    print(
        f"{regions.name(found)}: BPS {found}, Kemendagri {regions.to_kemendagri(found)}"
    )


@data.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="files, or a folder of files")],
    year: Annotated[
        int | None, typer.Option(help="default: from the file name")
    ] = None,
    round: Annotated[str, typer.Option(help="march or september")] = "march",
    only: Annotated[
        list[str] | None, typer.Option(help="only this kabupaten; may be repeated")
    ] = None,
):
    """Load Susenas files as BPS delivers them (DBF, CSV, Parquet, SAV)."""
    from sepakat_lib import intake, regions

    wanted = [regions.resolve(each) for each in only] if only else None
    with bar("Loading") as progress:
        found = intake.load(
            paths, year=year, round=round, only=wanted, progress=progress
        )
    count = found.households["region"].nunique()
    print(
        f"Susenas {found.year}: {len(found.households)} households, "
        f"{len(found.persons)} persons, {count} kabupaten"
    )
    for code, fields in found.remarks:
        print(f"  {code}: {', '.join(f'{k} {v}' for k, v in fields.items())}")


@data.command()
def demo(
    region: Annotated[str, typer.Argument(help="a region; 00 for the nation")] = "00",
    year: Year = 2023,
    folder: Annotated[
        Path | None, typer.Option(help="keep the files here instead of loading them")
    ] = None,
):
    """Invent Susenas files for a region in BPS's layout, and load them."""
    from sepakat_lib import intake, regions
    from sepakat_lib.sources import susenas

    wanted = regions.members(regions.resolve(region))
    with bar(f"Inventing Susenas {year}") as progress:
        if folder is None:
            intake.invent(wanted, year, progress=progress)
            print(f"Susenas {year}: {len(wanted)} kabupaten invented and loaded")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for path in susenas.demo(
                folder, regions=wanted, year=year, progress=progress
            ):
                print(path)


@data.command("list")
def listing():
    """List the rounds and regions in the warehouse."""
    from sepakat_lib import warehouse

    there = warehouse.loaded()
    if there.empty:
        print(
            "The warehouse is empty; see 'sepakat data load' and 'sepakat data demo'."
        )
        return
    for (year, synthetic), part in there.groupby(["year", "synthetic"]):
        kind = "synthetic" if synthetic else "licensed"
        print(
            f"Susenas {year}, {kind}: {len(part)} kabupaten, "
            f"{part['households'].sum()} households, {part['persons'].sum()} persons"
        )


@data.command("check")
def hold_against_published():
    """Hold the demo's P0, P1 and P2 of 2023 against the published figures."""
    from sepakat_lib import warehouse
    from sepakat_lib.sources.susenas.invention import check

    con = warehouse.connect("susenas", 2023)
    columns = "region, weight, size, spending_pc_month"
    table = check(con.execute(f"SELECT {columns} FROM households").df())
    print(f"{table['region'].nunique()} kabupaten, largest difference from BPS, 2023:")
    for indicator, part in table.groupby("indicator"):
        worst = part.loc[part["difference"].abs().idxmax()]
        print(
            f"  {indicator}: {worst['difference']:+.4f} "
            f"({worst['region']}: {worst['value']:.4f} against "
            f"{worst['published']:.2f})"
        )


Port = Annotated[
    int | None, typer.Option(help="0 for any free one; default: the usual, or the next")
]
Show = Annotated[bool, typer.Option("--open/--no-open", help="open it in a browser")]


@app.command()
def serve(port: Port = None, show: Show = True):
    """Serve the reports as pages to a browser on this machine (Voilà)."""
    from sepakat_lib.server import officials

    officials.serve(port, show=show)


@app.command()
def lab(port: Port = None, show: Show = True):
    """Open the notebooks in JupyterLab on this machine, without any network."""
    from sepakat_lib.server import lab as jupyter

    jupyter.lab(port, show=show)


def main() -> None:
    """Run a verb; an expected error is one sentence and exit code 2, not a trace."""
    try:
        app(standalone_mode=True)
    except (ValueError, LookupError, OSError, RuntimeError) as error:
        if "--debug" in sys.argv:
            raise
        screen.print(f"[bold]sepakat:[/bold] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
