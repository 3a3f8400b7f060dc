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
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from sepakat_lib import atomic, parameters, words
from sepakat_lib.batch import one
from sepakat_lib.batch.index import write_index
from sepakat_lib.batch.one import (
    UnknownModule,
    Unsettled,
    check,
    failed_notebook,
    modules,
    outputs,
    run,
)
from sepakat_lib.parameters import Parameters
from sepakat_lib.warehouse import Damaged

__all__ = [
    "Busy",
    "Done",
    "UnknownModule",
    "Unsettled",
    "check",
    "failed_notebook",
    "modules",
    "outputs",
    "run",
    "run_all",
    "write_index",
]

KILLED = "the worker was killed while making this page"
TRIES = 2  # of a region whose worker died under it


class Busy(RuntimeError):
    """Another batch is writing to the same outputs; `fields` says where they are."""

    code = "busy"

    def __init__(self, sentence: str, *, place: str):
        super().__init__(sentence)
        self.fields = {"place": place}


@dataclass
class Done:
    """What a batch did, by region and module."""

    made: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    failed: dict[tuple[str, str], str] = field(default_factory=dict)


def run_all(
    wanted: list[str],
    names: list[str],
    year: int,
    *,
    language: str | None = None,
    workers: int = 2,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Make the reports of regions, leaving alone what is whole.

    Parameters
    ----------
    wanted : list of str
        Regions whose survey rounds are estimated.
    names : list of str
        Modules; checked before anything runs.
    year : int
    language : {"id", "en"}, optional
    workers : int
        Processes at work; 1 works in this one.
    force : bool
        Make again also what is whole.
    progress : callable, optional
        Called with (done, of how many).

    Returns
    -------
    Done
        A region's own trouble, also a file that cannot be read or written, is among
        its failures and stops no other.

    Raises
    ------
    UnknownModule
        A module without a notebook.
    Busy
        Another batch is writing to the same outputs.
    OSError
        The disk is full; what was finished stands, nothing is half-written.
    """
    for name in names:
        check(name)
    done = Done()
    with _alone():
        atomic.sweep(outputs(), "*/*")
        jobs = []
        for region in wanted:
            for name in names:
                if not force and _is_whole(region, name, year, language):
                    done.kept.append((region, name))
                    one.forget_failure(_choices(region, year, language), name)
                else:
                    jobs.append((region, name, year, language))
        total = len(jobs) + len(done.kept)

        def tell():
            finished = len(done.made) + len(done.failed) + len(done.kept)
            if progress:
                progress(finished, total)

        tell()
        for (region, name, *_), why in _finished(jobs, workers):
            if why is None:
                done.made.append((region, name))
            else:
                done.failed[region, name] = why
                _remember(_choices(region, year, language), name, why)
            tell()
        write_index()
    return done


def _is_whole(region: str, name: str, year: int, language: str | None) -> bool:
    try:
        chosen = parameters.resolve(region=region, year=year, language=language)
    except ValueError:
        return False  # its own parameter file is broken: the run will say how
    try:
        return one.whole(chosen, name)
    except OSError:
        return False  # nor could it be made: the run will say how


def _choices(region: str, year: int, language: str | None) -> Parameters:
    """Choices of a page that failed, even where its own parameter file is broken."""
    try:
        return parameters.resolve(region=region, year=year, language=language)
    except ValueError:
        return Parameters(region=region, year=year, language=language or "id")


def _make(job: tuple) -> str | None:
    """Make one page; why it failed, or None. A full disk is not the region's fault."""
    region, name, year, language = job
    try:
        run(parameters.resolve(region=region, year=year, language=language), name)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        return _refused(error, language or "id")
    except (Damaged, Unsettled) as error:
        return words.say(f"error.{error.code}", language or "id", **error.fields)
    except Exception as error:
        return _why(error)
    return None


def _refused(error: OSError, language: str) -> str:
    """Why a file could not be read or written, with its name."""
    file = str(error.filename or "–")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return words.say("error.no_permission", language, file=file)
    why = error.strerror or " ".join(str(error).split())[:200]
    return words.say("error.system", language, why=why, file=file)


def _why(error: Exception) -> str:
    """One line that tells a failure without the trace, which is in the notebook."""
    name, value = getattr(error, "ename", ""), getattr(error, "evalue", "")
    told = f"{name}: {value}" if name else f"{type(error).__name__}: {error}"
    return " ".join(told.split())[:300]


def _finished(jobs: list[tuple], workers: int) -> Iterator[tuple[tuple, str | None]]:
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
                for job in list(tries)[:workers]:  # those that were being made
                    tries[job] += 1
                    if tries[job] >= TRIES:
                        del tries[job]
                        yield job, KILLED
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


def _remember(chosen: Parameters, name: str, why: str) -> None:
    """Keep why a page failed beside where it would be, or as near as can be."""
    for path in one.failures(chosen, name):
        try:
            with one.writing(), atomic.whole(path) as fresh:
                fresh.write_text(json.dumps({"why": why}), "utf-8")
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
    except atomic.Held:
        raise Busy(
            f"another batch is writing to {outputs()}; wait for it, or stop it",
            place=str(outputs()),
        ) from None
    try:
        yield
        atomic.sweep(outputs(), "*/*")  # also what a worker left that was killed
    finally:
        os.close(lock)
