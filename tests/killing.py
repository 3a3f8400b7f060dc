"""Ends a process at a chosen step, as kill -9 or Ctrl-C would: for the tests of kills.

`python killing.py` reads lines of ACTION SIGNAL BEFORE PLACE (as JSON): it ends ACTION at
its first step in a copy of the folder BEFORE, at its second in another copy, and so on
until it comes through, and prints the exit code. It forks after what never changes was
read and before any data are, so that a step costs no new start of Python.
"""

import errno
import itertools
import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

import pandas as pd

from sepakat_lib import atomic, attachments, regions, warehouse, words
from sepakat_lib.batch import one, publishing, seal
from sepakat_lib.parameters import Parameters

STEPS = ((os, "rename"), (os, "replace"), (shutil, "rmtree"), (atomic, "exchange"))
CHOSEN = Parameters(region="3501", year=2023)
ORIGIN = {"synthetic": True, "layout": "2024", "inputs": []}


def end_at(step, sign):
    """Send `sign` to this process before or after its `step`-th rename or removal."""
    moments = itertools.count(1)

    def counted(call):
        def counting(*given, **named):
            if next(moments) == step:
                os.kill(os.getpid(), sign)
            result = call(*given, **named)
            if next(moments) == step:
                os.kill(os.getpid(), sign)
            return result

        return counting

    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))


def load(kind="new"):
    """Store two kabupaten."""
    number = {"old": 1, "new": 7}[kind]
    rows = pd.DataFrame({"region": ["3501", "3502"], "household": [number, number + 1]})
    warehouse.store("susenas", 2023, rows, rows, ORIGIN)


def estimate(kind="new"):
    """Store two tables that belong together."""
    rows = pd.DataFrame({"region": ["3501"], "kind": [kind]})
    tables = {"estimates": rows, "differences": rows}
    warehouse.store_result("susenas-2023", tables, {"fingerprint": kind, "summary": {}})


def stand_ins(kind):
    """Let a page, and what is beside it, say `kind` and nothing else."""

    def executed(source, target, chosen, place):
        target.write_text(kind)

    def exported(notebook, page, **_):
        page.write_text(f"page {notebook.read_text()}")

    one._execute, one.html.export = executed, exported
    one.estimation.made = lambda _: {2023: kind}
    one.estimation.inputs = lambda _: pd.DataFrame({"year": [2023]})
    one.estimation.is_synthetic = lambda _: False
    seal.code_now = lambda *_: b""
    attachments.names = lambda *_: {"csv": "estimates.csv", "map": "map.html"}
    attachments.content = lambda _, name, module: f"{name} {kind}".encode()


def page(kind="new"):
    """Make a page that stands for another one."""
    stand_ins(kind)
    one.run(CHOSEN, formats=("csv", "map"))


def page_by_page(kind="new"):
    """The same where two folders cannot change places."""
    atomic.exchange = lambda *_: False
    page(kind)


def publish(kind="new"):
    """Lay out a page for others; the new one stands already when it is to be."""
    if kind == "old":
        page(kind)
        publishing.publish(one.outputs().parent / "public")
        page("new")
    else:
        stand_ins(kind)
        publishing.publish(one.outputs().parent / "public")


def publish_by_page(kind="new"):
    """The same on a stick: no second names of a file, no folders that change places."""

    def refused(*_, **__):
        raise PermissionError(errno.EPERM, "no links here")

    os.link, atomic.exchange = refused, lambda *_: False
    publish(kind)


ACTIONS = {
    each.__name__: each
    for each in (load, estimate, page, page_by_page, publish, publish_by_page)
}


def main():
    """End what comes line by line."""
    # who was started in the background ignores Ctrl-C, and so would its children
    signal.signal(signal.SIGINT, signal.default_int_handler)
    words.catalogue()
    regions.table()
    for line in sys.stdin:
        print(end(*json.loads(line)), flush=True)


def end(action, sign, before, place):
    """End the action at one step after the other; 0 where it came through at last."""
    for step in itertools.count(1):
        copy = Path(place) / f"{step:03d}"
        shutil.copytree(before, copy)
        if not (child := os.fork()):
            try:
                os.environ["SEPAKAT_DATA"] = str(copy / "data")
                os.environ["SEPAKAT_OUTPUTS"] = str(copy / "outputs")
                end_at(step, signal.Signals[sign])
                ACTIONS[action]()
            except KeyboardInterrupt:
                os._exit(130)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code not in (-signal.SIGKILL, 130):
            return code
    return 1


if __name__ == "__main__":
    main()
