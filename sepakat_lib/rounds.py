"""Which rounds a report needs: supplied, alike in kind, and estimated.

A report stands beside the round of `EARLIER`. What an office has not given is invented,
but an invented round never beside the office's own.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sepakat_lib import estimation, intake, reference, regions
from sepakat_lib.parameters import Parameters
from sepakat_lib.sources.susenas import invention

EARLIER = 2021  # the round that growth and change are told against
SETS = ("kabupaten", "province_urban_rural")


class NoRound(ValueError):
    """A round that no report can be made of.

    Attributes
    ----------
    code : str
        ``no_lines``; or ``no_files``, where it cannot be invented either.
    fields : dict
        What stands in the sentence, for a translation.
    """

    def __init__(self, sentence: str, *, code: str, **fields):
        super().__init__(sentence)
        self.code, self.fields = code, fields


class Prepared(NamedTuple):
    """What was done for one round.

    Attributes
    ----------
    year : int
    earlier : bool
        It is the round that the run's own is held against.
    without_lines : list of str
        Sets of lines that were wanted and do not stand for the year.
    supplied : intake.Supplied
    estimated : list of dict
        What `estimation.estimate` told, one a set of lines.
    """

    year: int
    earlier: bool
    without_lines: list[str]
    supplied: intake.Supplied
    estimated: list[dict]


def refuse_without_lines(year: int, lines: str) -> None:
    """Refuse a year without lines, and say which years have them.

    Raises
    ------
    NoRound
    """
    if year in reference.line_years(lines):
        return
    there = "; ".join(f"{each} {_span(reference.line_years(each))}" for each in SETS)
    raise NoRound(
        f"there are no {lines} poverty lines of March {year}; there are: {there}",
        code="no_lines",
        year=str(year),
        lines=lines,
        there=there,
    )


def prepare(
    chosen: list[Parameters],
    *,
    progress: Callable[[str, int, int, int], None] | None = None,
) -> Iterator[Prepared]:
    """Supply and estimate the rounds that reports need: the run's, then the earlier.

    Parameters
    ----------
    chosen : list of Parameters
        Runs of one year; each may have its own set of lines.
    progress : callable, optional
        Called with (step, year, done, of how many); steps ``susenas``, ``estimating``.

    Yields
    ------
    Prepared
        First of the run's year. Of `EARLIER` only those kabupaten are invented whose
        round of the run's year is invented too.

    Raises
    ------
    NoRound
        No lines stand for the year of any run; or a kabupaten has no files of a year
        that cannot be invented. Nothing was invented or estimated.
    susenas.SusenasError
        Licensed files that cannot be read.
    """
    if not chosen:
        return
    year = chosen[0].year
    if not any(year in reference.line_years(each.lines) for each in chosen):
        refuse_without_lines(year, chosen[0].lines)
    yield _own(chosen, year, progress)
    if year > EARLIER:
        able, without = _parted(chosen, EARLIER)
        alike = intake.of_kind(year, synthetic=True)
        supplied = _supply(able, EARLIER, alike, progress)
        made = _estimate(able, EARLIER, supplied.left_out, progress)
        yield Prepared(EARLIER, True, without, supplied, made)


def _own(chosen, year: int, progress) -> Prepared:
    able, without = _parted(chosen, year)
    supplied = _supply(able, year, None if year in invention.years() else (), progress)
    if supplied.left_out:
        lines = able[0].lines
        possible = [
            str(y) for y in invention.years() if y in reference.line_years(lines)
        ]
        raise NoRound(
            f"there are no Susenas files of {year} for {supplied.left_out}, and that "
            f"round cannot be invented; without files choose one of {possible}",
            code="no_files",
            year=str(year),
            regions=supplied.left_out,
            lines=lines,
            possible=possible,
            with_files=_span(reference.line_years(lines)),
        )
    made = _estimate(able, year, supplied.left_out, progress)
    return Prepared(year, False, without, supplied, made)


def _parted(chosen, year: int) -> tuple[list[Parameters], list[str]]:
    """Runs whose lines stand for the year, and the sets of lines that do not."""
    able = [each for each in chosen if year in reference.line_years(each.lines)]
    return able, sorted({each.lines for each in chosen} - {each.lines for each in able})


def _supply(chosen, year: int, may_invent, progress) -> intake.Supplied:
    wanted = sorted({each.region for each in chosen})
    step = _step("susenas", year, progress)
    return intake.supply(wanted, year, may_invent=may_invent, progress=step)


def _estimate(chosen, year: int, left_out: list[str], progress) -> list[dict]:
    """Estimate by each set of lines for which some kabupaten is there."""
    there: dict[str, set[str]] = {}
    for each in chosen:
        there.setdefault(each.lines, set()).update(regions.members(each.region))
    step = _step("estimating", year, progress)
    return [
        estimation.estimate(year, lines=lines, progress=step)
        for lines, asked in sorted(there.items())
        if asked - set(left_out)
    ]


def _step(name: str, year: int, progress):
    return progress and (lambda done, total: progress(name, year, done, total))


def _span(found: Sequence[int]) -> str:
    """Years as one span, or one by one where some are missing between.

    >>> _span([2023, 2024]), _span([2017, 2019])
    ('2023–2024', '2017, 2019')
    """
    whole = len(found) == found[-1] - found[0] + 1
    return f"{found[0]}–{found[-1]}" if whole else ", ".join(map(str, found))
