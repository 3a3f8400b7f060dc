"""Papermill's engine that runs the cells in this process.

A kernel is another process that imports all of this once more and is spoken to over
sockets: more than half of what a page cost. Nobody talks to a page of a batch while it
runs, so its cells run here, each page in a namespace of its own.
"""

import contextlib
import functools
import io
import os
import sys
import threading

from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

NAME = "sepakat"
ONE_AT_A_TIME = threading.Lock()  # what a cell prints is caught from the whole process


class InProcess(Engine):
    """Cells one after another in a fresh namespace; the first error ends the page."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        """Run the cells as papermill asks for it; what they show is kept as outputs."""
        with ONE_AT_A_TIME:
            cls._run_all(nb_man)

    @classmethod
    def _run_all(cls, nb_man) -> None:
        nb_man.output_path = None  # papermill writes it in the end; not after each cell
        shell = _shell()
        shell.user_module, shell.user_ns = shell.prepare_user_module(None, {})
        shell.init_user_ns()
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            error = None
            if cell.cell_type == "code" and cell.source.strip():
                cell.outputs, error = _run(shell, cell.source)
                cell.execution_count = index + 1
            if error is not None:
                nb_man.cell_exception(cell, index, exception=error)
                break
            nb_man.cell_complete(cell, index)


def is_free() -> bool:
    """Whether cells may run here: not where a person works in IPython already."""
    return _shell.cache_info().currsize > 0 or not InteractiveShell.initialized()


@functools.cache
def _shell() -> InteractiveShell:
    """IPython without what a person at a keyboard needs, and which shows to a list."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_trap.hook = CapturingDisplayHook(
        shell=shell, outputs=shell.display_pub.outputs
    )
    return shell


def _run(shell: InteractiveShell, source: str) -> tuple[list[NotebookNode], Exception]:
    """Outputs of a cell, and what went wrong in it, if anything."""
    printed, complained = io.StringIO(), io.StringIO()
    shell.display_pub.outputs.clear()
    with (
        _nobody_asked(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(complained),
    ):
        result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    streams = [("stdout", printed.getvalue()), ("stderr", complained.getvalue())]
    outputs = [
        new_output("stream", name=name, text=text)
        for name, text in streams
        if text and error is None  # else it is the error once more
    ]
    outputs += [
        new_output("display_data", data=shown["data"], metadata=shown["metadata"])
        for shown in shell.display_pub.outputs
    ]
    if error is not None:
        trace = shell.InteractiveTB.structured_traceback(
            type(error), error, error.__traceback__
        )
        outputs.append(
            new_output(
                "error",
                ename=type(error).__name__,
                evalue=str(error),
                traceback=trace,
            )
        )
    return outputs, error


@contextlib.contextmanager
def _nobody_asked():
    """Nobody answers a page that asks; it gets an end of file."""
    before = sys.stdin
    with open(os.devnull) as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = before


papermill_engines.register(NAME, InProcess)
