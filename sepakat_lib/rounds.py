"""Which rounds a report needs: supplied, alike in kind, and estimated.

A report of a year shows the newest round of the survey up to it (`shown`), beside the
round of `EARLIER`. What an office has not given is invented, but an invented round never
stands beside the office's own.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sepakat_lib import estimation, intake, reference, regions
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused
from sepakat_lib.sources.susenas import invention

EARLIER = 2021  # the round that growth and change are told against
SETS = ("kabupaten", "province_urban_rural")


class Prepared(NamedTuple):
    """What was done for one round.

    Attributes
    ----------
    year : int
    earlier : bool
        It is the round that the one shown is held against.
    older : bool
        It is the newest round that can be shown, but not of the report's year.
    without_lines : list of str
        Sets of lines that were wanted and do not stand for the year.
    supplied : intake.Supplied
    estimated : list of dict
        What `estimation.estimate` told, one a set of lines.
    """

    year: int
    earlier: bool
    older: bool
    without_lines: list[str]
    supplied: intake.Supplied
    estimated: list[dict]


def refuse_without_lines(year: int, lines: str, *, exactly: bool = True) -> None:
    """Refuse a year without lines, and say which years have them.

    Parameters
    ----------
    year : int
    lines : str
    exactly : bool
        False: lines of an earlier year will do.

    Raises
    ------
    Refused
    """
    years = reference.line_years(lines)
    if year in years or (not exactly and years[0] <= year):
        return
    spans = "; ".join(f"{by} {_span(reference.line_years(by))}" for by in SETS)
    raise Refused("no_lines", year=str(year), lines=lines, there=spans)


def prepare(
    chosen: list[Parameters],
    *,
    progress: Callable[[str, int, int, int], None] | None = None,
) -> Iterator[Prepared]:
    """Supply and estimate the rounds that reports need: those shown, then the earlier.

    Parameters
    ----------
    chosen : list of Parameters
        Runs of one year; each may have its own set of lines.
    progress : callable, optional
        Called with (step, year, done, of how many); steps ``susenas``, ``estimating``.

    Yields
    ------
    Prepared
        First of each round that is shown (`shown`), newest first. Of `EARLIER` only
        those kabupaten are invented whose round shown is invented too. Nothing for a
        report of official figures alone.

    Raises
    ------
    Refused
        The year lies beyond every figure held, or its lines stand for no year up to it.
        Nothing was invented or estimated.
    Refused
        Licensed files that cannot be read.
    """
    if not chosen:
        return
    until = chosen[0].year
    refuse_beyond(until)
    for lines in sorted({run.lines for run in chosen}):
        if lines != SETS[0]:
            refuse_without_lines(until, lines, exactly=False)
    yield from _licensed(chosen, until, progress)
    by_round: dict[int, list[Parameters]] = {}
    for run in chosen:
        if (year := shown(run)) is not None:
            by_round.setdefault(year, []).append(run)
    for year in sorted(by_round, reverse=True):
        supplied = _supply(by_round[year], year, None, progress)
        made = _estimate(by_round[year], year, supplied.left_out, progress)
        yield Prepared(year, False, year != until, [], supplied, made)
    later = [run for year, runs in by_round.items() if year > EARLIER for run in runs]
    if later:
        able, without = _parted(later, EARLIER)
        alike = {
            part
            for year, runs in by_round.items()
            for run in runs
            for part in set(intake.of_kind(year, synthetic=True))
            & set(regions.members(run.region))
        }
        supplied = _supply(able, EARLIER, alike, progress)
        made = _estimate(able, EARLIER, supplied.left_out, progress)
        yield Prepared(EARLIER, True, False, without, supplied, made)


def newest() -> int:
    """Newest round that is loaded; where none is, the newest that can be invented."""
    return max(intake.years(), default=newest_invented())


def newest_invented() -> int:
    """Newest round that can be invented: of the newest year with P0, P1 and P2."""
    return invention.years()[-1]


def shown(run: Parameters) -> int | None:
    """Round of the survey that a report will show, once it is supplied; None for none.

    The newest round up to its year for which the office's own data of the whole region
    are loaded; else an invented one: that of its year, or where that year has no P1 and
    P2 to invent it from, the newest that is loaded or, failing that, can be invented.
    """
    members = set(regions.members(run.region))
    years = [y for y in reference.line_years(run.lines) if y <= run.year][::-1]
    for year in years:
        if members <= set(intake.of_kind(year, synthetic=False)):
            return year
    possible = [year for year in years if year in invention.years()]
    if run.year in possible:
        return run.year
    for year in years:
        if members <= set(intake.loaded(year)):
            return year
    return possible[0] if possible else None


def refuse_beyond(year: int) -> None:
    """Refuse a year that nothing is held of: neither figures of BPS nor files.

    Raises
    ------
    Refused
    """
    official = int(reference.official(indicator="p0")["year"].max())
    newest = max([official, *intake.years()])
    if year > newest:
        raise Refused("too_late", year=str(year), newest=str(newest))


def _licensed(chosen, until: int, progress) -> Iterator[Prepared]:
    """Load what the office put into the drop folders, newest first, while it is needed."""
    wanted = {part for run in chosen for part in regions.members(run.region)}
    for year in reversed(reference.line_years()):
        if year > until or not wanted:
            continue
        wanted -= set(intake.of_kind(year, synthetic=False))
        if wanted and intake.waiting(year):
            step = _step("susenas", year, progress)
            supplied = intake.supply(sorted(wanted), year, may_invent=(), progress=step)
            wanted -= set(intake.of_kind(year, synthetic=False))
            yield Prepared(year, False, False, [], supplied._replace(left_out=[]), [])


def _parted(chosen, year: int) -> tuple[list[Parameters], list[str]]:
    """Runs whose lines stand for the year, and the sets of lines that do not."""
    able = [run for run in chosen if year in reference.line_years(run.lines)]
    return able, sorted({run.lines for run in chosen} - {run.lines for run in able})


def _supply(chosen, year: int, may_invent, progress) -> intake.Supplied:
    wanted = sorted({run.region for run in chosen})
    step = _step("susenas", year, progress)
    return intake.supply(wanted, year, may_invent=may_invent, progress=step)


def _estimate(chosen, year: int, left_out: list[str], progress) -> list[dict]:
    """Estimate what the runs show, by each set of lines."""
    by_lines: dict[str, set[str]] = {}
    for run in chosen:
        if set(regions.members(run.region)) - set(left_out):
            by_lines.setdefault(run.lines, set()).add(run.region)
    step = _step("estimating", year, progress)
    return [
        estimation.estimate(year, lines=lines, wanted=sorted(wanted), progress=step)
        for lines, wanted in sorted(by_lines.items())
    ]


def _step(name: str, year: int, progress):
    return progress and (lambda done, total: progress(name, year, done, total))


def _span(years: Sequence[int]) -> str:
    """Years as one span, or one by one where some are missing between.

    >>> _span([2023, 2024]), _span([2017, 2019])
    ('2023–2024', '2017, 2019')
    """
    whole = len(years) == years[-1] - years[0] + 1
    return f"{years[0]}–{years[-1]}" if whole else ", ".join(map(str, years))
