"""A page that does not end is ended; what a killed batch left behind is taken away."""

import contextlib
import errno
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

SECONDS = 900  # that a page may take [s]
AGAIN = 5  # after which it is told once more, where a cell did not listen [s]
GRACE = 20  # after which its process is ended all the same [s]
SOCKETS = ("kernel-ipc-*", "kernel-*-ipc-*")  # of kernels that speak over files


class Overtime(BaseException):
    """A page took too long; no `except Exception` of a cell takes it for its own."""


@contextlib.contextmanager
def within(seconds: float, last: Callable[[], None] | None = None) -> Iterator[list]:
    """Raise `Overtime` in what runs inside once its time is up.

    Parameters
    ----------
    seconds : float
    last : callable, optional
        Called from another thread where even then nothing came back (a call into C that
        never returns), `GRACE` later; the process ends itself in it.

    Yields
    ------
    list
        Empty while there is time. Elsewhere than in the main thread of a process, where
        no signal comes, there always is.
    """
    late: list = []
    if threading.current_thread() is not threading.main_thread():
        yield late
        return

    def ring(*_):
        late.append(seconds)
        raise Overtime

    before = signal.signal(signal.SIGALRM, ring)
    watch = threading.Timer(seconds + GRACE, last) if last else None
    if watch:
        watch.daemon = True
        watch.start()
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield late
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if watch:
            watch.cancel()


def sweep(*folders: Path) -> int:
    """Take away the sockets of kernels that are no more; how many.

    Parameters
    ----------
    *folders : Path
        Where they may lie; need not exist. A socket at which somebody answers stays.
    """
    gone = 0
    for folder in folders:
        for pattern in SOCKETS:
            for path in folder.glob(pattern):
                if _is_dead(path):
                    with contextlib.suppress(OSError):
                        path.unlink()
                        gone += 1
    return gone


def _is_dead(path: Path) -> bool:
    """Whether a path is a socket at which nobody listens."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return False
    except OSError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        try:
            caller.connect(os.fspath(path))
        except OSError as error:  # a name that is too long for a socket is left alone
            return error.errno in (errno.ECONNREFUSED, errno.ENOENT)
    return False
