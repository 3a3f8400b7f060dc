"""Papermill over regions and modules: several workers, resumable, with an index.

What is whole is not made again, what is half-written is never taken for finished, and a
region that fails does not stop the others.
"""

import contextlib
import errno
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sepakat_lib import atomic, modules, parameters, refused
from sepakat_lib.batch import coverage, ending, one, standing
from sepakat_lib.batch.index import (
    write_index,
    write_indicators,
    write_verification,
)
from sepakat_lib.batch.one import (
    check,
    failed_notebook,
    notebooks,
    outputs,
    run,
)
from sepakat_lib.batch.publishing import publish
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import Refused

__all__ = [
    "Done",
    "check",
    "coverage",
    "failed_notebook",
    "notebooks",
    "outputs",
    "publish",
    "run",
    "run_all",
    "standing",
    "write_index",
    "write_indicators",
    "write_verification",
]

TRIES = 2  # of a region whose worker died under it
OVERTIME = ".overtime-"  # how a mark begins that a worker leaves which ended itself


@dataclass
class Done:
    """What a batch did, by region and module; `failed` holds why."""

    made: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    failed: dict[tuple[str, str], Refused] = field(default_factory=dict)


class Job(NamedTuple):
    """A page to be made; in a set, and on its way to a worker."""

    region: str
    module: str
    given: tuple[tuple, ...]
    formats: tuple[str, ...]
    anew: bool
    seconds: float = ending.SECONDS


def run_all(
    wanted: list[str],
    names: list[str],
    *,
    workers: int = 2,
    formats: Collection[str] = (),
    force: bool = False,
    seconds: float = ending.SECONDS,
    progress: Callable[[int, int], None] | None = None,
    **given,
) -> Done:
    """Make the reports of regions, leaving alone what is whole.

    Parameters
    ----------
    wanted : list of str
        Regions whose survey rounds are estimated.
    names : list of str
        Modules; checked before anything runs.
    workers : int
        Processes at work; 1 works in this one.
    formats : collection of str
        Of `modules.formats`, those that each page is to have; of a page that is whole
        only what it lacks is made.
    force : bool
        Make again also what is whole.
    seconds : float
        That a page may take; then it is ended, and is among the failures. With one
        worker a call into C that never returns cannot be ended. [s]
    progress : callable, optional
        Called with (done, of how many).
    **given
        Choices as `parameters.resolve` takes them, each for the modules that have it;
        ``year`` among them.

    Returns
    -------
    Done
        A region's own trouble, also a file that cannot be read or written, is among
        its failures and stops no other.

    Raises
    ------
    Refused
        ``unknown_module``; ``busy``: another batch is writing to the same outputs.
    OSError
        The disk is full; what was finished stands, nothing is half-written.
    """
    for name in names:
        check(name)
    done = Done()
    with _alone():
        atomic.sweep(outputs(), "*/*")
        ending.sweep(Path.cwd(), outputs(), *_runtime())
        jobs = []
        for region in wanted:
            for name in names:
                own = _of_module(name, given)
                job = Job(region, name, own, tuple(formats), force, seconds)
                if not force and _is_whole(job):
                    done.kept.append((region, name))
                    one.forget_failure(_choices(job), name)
                else:
                    jobs.append(job)
        total = len(jobs) + len(done.kept)

        def tell():
            finished = len(done.made) + len(done.failed) + len(done.kept)
            if progress:
                progress(finished, total)

        tell()
        for job, why in _finished(jobs, workers):
            if why is None:
                done.made.append((job.region, job.module))
            else:
                done.failed[job.region, job.module] = why
                _remember(_choices(job), job.module, why)
            tell()
        write_index()
    return done


def _of_module(name: str, given: dict) -> tuple:
    """What is given of the choices that a module has."""
    taken = modules.names(modules.of(name).choices)
    return tuple((choice, value) for choice, value in given.items() if choice in taken)


def _resolved(job: Job) -> Parameters:
    return parameters.resolve(job.module, region=job.region, **dict(job.given))


def _is_whole(job: Job) -> bool:
    try:
        chosen = _resolved(job)
    except Refused:
        return False  # its own parameter file is broken: the run will say how
    try:
        return one.whole(chosen, job.module, job.formats)
    except OSError:
        return False  # nor could it be made: the run will say how


def _choices(job: Job) -> Parameters:
    """Choices of a page that failed, even where its own parameter file is broken."""
    try:
        return _resolved(job)
    except Refused:
        plain = {choice: value for choice, value in job.given if value is not None}
        return modules.of(job.module).choices(region=job.region, **plain)


def _make(job: Job) -> Refused | None:
    """Make one page; why it failed, or None. A full disk is not the region's fault."""
    late: list = []
    end = _end_overtime(job) if multiprocessing.parent_process() else None
    try:
        with ending.within(job.seconds, end) as late:
            run(_resolved(job), job.module, job.formats, anew=job.anew)
    except (Exception, ending.Overtime) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        return _too_long(job) if late else refused.of(error)
    return None


def _too_long(job: Job) -> Refused:
    return Refused("page_too_long", seconds=f"{job.seconds:g}")


def _end_overtime(job: Job) -> Callable[[], None]:
    """How a worker ends itself when a page does not: it says which page that was."""

    def end():
        _mark_of(job).touch()
        os._exit(1)

    return end


def _mark_of(job: Job) -> Path:
    return outputs() / f"{OVERTIME}{job.region}.{job.module}"


def _overtime(jobs: Collection[Job]) -> list[Job]:
    """Those of some jobs whose workers ended themselves; their marks are taken away."""
    found = [job for job in jobs if _mark_of(job).exists()]
    for job in found:
        _mark_of(job).unlink()
    return found


def _runtime() -> list[Path]:
    """Where kernels of this user leave their sockets."""
    from jupyter_core.paths import jupyter_runtime_dir

    return [Path(jupyter_runtime_dir())]


def _finished(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Refused | None]]:
    """Each job with why it failed, in the order in which they end."""
    if workers <= 1:
        for job in jobs:
            yield job, _make(job)
        return
    tries = dict.fromkeys(jobs, 0)
    while tries:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            workers, context, initializer=_end_with, initargs=(os.getpid(),)
        )
        with pool:
            pending = {pool.submit(_make, job): job for job in tries}
            try:
                for future in as_completed(pending):
                    job = pending[future]
                    why = future.result()
                    del tries[job]
                    yield job, why
            except BrokenProcessPool:
                if late := _overtime(tries):
                    for job in late:
                        del tries[job]
                        yield job, _too_long(job)
                    continue
                for job in list(tries)[:workers]:  # those that were being made
                    tries[job] += 1
                    if tries[job] >= TRIES:
                        del tries[job]
                        yield job, Refused("worker_killed")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _end_with(parent: int) -> None:
    """Let a worker, and with it its kernel, end when the batch is killed."""

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _remember(chosen: Parameters, name: str, why: Refused) -> None:
    """Keep why a page failed beside where it would be, or as near as can be."""
    for path in one.failures(chosen, name):
        try:
            with one.writing(), atomic.whole(path) as fresh:
                record = {"code": why.code, "fields": why.fields}
                fresh.write_text(json.dumps(record, default=str), "utf-8")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
        else:
            return


@contextlib.contextmanager
def _alone():
    """Hold the outputs for this batch; the lock goes when the process does."""
    outputs().mkdir(parents=True, exist_ok=True)
    try:
        lock = atomic.hold(outputs() / ".batch.lock", wait=False)
    except BlockingIOError:
        raise Refused("busy", place=str(outputs())) from None
    try:
        yield
        atomic.sweep(outputs(), "*/*")  # also what a worker left that was killed
    finally:
        os.close(lock)
