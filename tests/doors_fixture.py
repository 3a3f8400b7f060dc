"""A door as a subprocess on a free port, and a browser that reaches nothing else."""

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120  # seconds that a busy machine may take; no speed is asserted
LOCAL = {"127.0.0.1", "localhost"}
SEPAKAT = (sys.executable, "-c", "from sepakat_lib.cli import main; main()")
SERVE = """
import ast, pathlib, sys
from sepakat_lib.server import officials
for name, value in ast.literal_eval(sys.argv[2]).items():
    setattr(officials, name, value)
officials.serve(0, show=False, notebooks=pathlib.Path(sys.argv[1]))
"""


@contextlib.contextmanager
def opened(command, log: Path, **environment):
    """Address that a door prints when it is open, and the door; closed at the end."""
    with log.open("w") as told:
        door = subprocess.Popen(
            command,
            stdout=told,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env=os.environ | {"BROWSER": "true", "NO_COLOR": "1"} | environment,
        )
    try:
        yield _address(door, log), door
    finally:
        door.terminate()
        try:
            door.wait(20)
        except subprocess.TimeoutExpired:
            door.kill()
            raise


KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PARAMETERS = "# parameters\n"  # how a cell of parameters begins here


def written(folder: Path, *cells: str) -> Path:
    """Notebook of the analysis with these cells, in a folder of its own."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": KERNEL},
    )
    for cell in made.cells:
        if cell.source.startswith(PARAMETERS):
            cell.metadata["tags"] = ["parameters"]
    path = folder / "notebooks" / "analysis.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)
    return path


def serving_cells(folder: Path, *cells: str, **patched):
    """Officials' pages of one notebook with these cells; names of the door patched."""
    place = written(folder, *cells).parent
    command = (sys.executable, "-c", SERVE, str(place), repr(patched))
    return opened(command, folder / "serve.log", SEPAKAT_DATA=str(folder / "data"))


def ask(address, **headers):
    """Status and text of an answer."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _address(door, log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and door.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the door did not open:\n{log.read_text('utf-8')}")


@contextlib.contextmanager
def visit(browser, width: int = 1280):
    """A page, and what it asked of other machines, and what its console said."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    outside, said = [], []

    def judge(route):
        if urlsplit(route.request.url).hostname in LOCAL:
            return route.continue_()
        outside.append(route.request.url)
        return route.abort()

    page.route(re.compile(r"^(?!data:|blob:)"), judge)
    page.on("websocket", lambda socket: _judge_socket(socket.url, outside))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page, outside, said
    finally:
        context.close()


def _judge_socket(url: str, outside: list[str]) -> None:
    if urlsplit(url).hostname not in LOCAL:
        outside.append(url)
