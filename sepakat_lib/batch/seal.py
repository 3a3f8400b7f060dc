"""What a page is made of: by its seal it is known whether it would come out the same.

Of the code only what the page's notebook reaches by its imports, so that a line in the
command line, or in another module, makes no page old.
"""

import ast
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from sepakat_lib import ROOT, estimation, modules, parameters, published, warehouse
from sepakat_lib.parameters import TEMPLATE, Parameters

NOTEBOOKS = ROOT / "notebooks"
PACKAGE = ROOT / "sepakat_lib"
OURS = ("sepakat_lib", "widgets")
MAKERS = ("batch/one.py", "batch/seal.py")  # themselves, not all that they import
ALWAYS = ("sepakat_lib.reports.html", "sepakat_lib.parameters")
# Statements alone are parsed: a whole file takes twenty times as long.
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\([^)]*\)|[\w., \t]+)"
    r"|import[ \t]+[\w., \t]+)",
    re.MULTILINE,
)
FACTS = (".yml", ".csv", ".html", ".j2", ".css", ".js", ".json")


def seal(chosen: Parameters, module: str, code: bytes) -> str:
    """SHA-256 of all that the page depends on: choices, files, estimates, shapes, code."""
    digest = hashlib.sha256(code)
    digest.update((NOTEBOOKS / f"{module}.ipynb").read_bytes())
    digest.update(json.dumps(chosen.as_dict(), sort_keys=True).encode())
    digest.update(str(parameters.rpjmd_start(chosen.region)).encode())
    digest.update(json.dumps(estimation.made(chosen), sort_keys=True).encode())
    digest.update(estimation.inputs(chosen).to_json(orient="records").encode())
    shapes = warehouse.boundaries_path("kabupaten")
    digest.update(shapes.read_bytes() if shapes.exists() else b"")
    digest.update(published.mark().encode())
    if modules.of(module).decisions:
        from sepakat_lib import ledger  # a database is slow to import

        digest.update(ledger.mark(chosen.region).encode())
        digest.update(published.codes_mark().encode())
    return digest.hexdigest()


@lru_cache
def code(folder: Path, module: str) -> bytes:
    """`code_now` when this process first asked, which is the code that it runs."""
    return code_now(folder, module)


def code_now(folder: Path, module: str) -> bytes:
    """Digest of the code that a page runs, and of the parameters for all regions.

    What a region's own file sets is among its choices, and moves no other region.
    """
    apart = {folder / "regions"}
    if not modules.of(module).decisions:
        apart.add(folder / "causes")  # a page without a plan shows none
    set_for_all = [p for p in folder.rglob("*.yml") if not apart & {*p.parents}]
    set_for_all += folder.glob(TEMPLATE)
    digest = hashlib.sha256()
    for path in (*files(module), *sorted(set_for_all)):
        digest.update(path.read_bytes())
    return digest.digest()


@lru_cache
def files(module: str) -> tuple[Path, ...]:
    """Files of the package that a page of the module is made of.

    >>> {"estimation", "words"} < {p.parent.name for p in files("analysis")}
    True
    >>> [p.name for p in files("analysis") if p.name in ("cli.py", "terminal.py")]
    []
    """
    starts = [
        *ALWAYS,
        "sepakat_lib.attachments",  # documents are beside every page
        *([f"sepakat_lib.attachments.{module}"] if modules.of(module).beside else []),
    ]
    waiting = [_file(name) for name in starts]
    waiting += _imports(_cells(NOTEBOOKS / f"{module}.ipynb"), "")
    reached: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path is None or path in reached:
            continue
        reached.add(path)
        inside = path.relative_to(ROOT).parent
        above = [ROOT / part / "__init__.py" for part in _below(inside)]
        package = ".".join(inside.parts)
        waiting += [*above, *_imports(path.read_text("utf-8"), package)]
    reached |= {PACKAGE / name for name in MAKERS}
    facts = {
        fact
        for folder in {path.parent for path in reached} - {PACKAGE, PACKAGE / "batch"}
        for fact in folder.rglob("*")
        if fact.suffix in FACTS
    }
    rooms = {_room(path) for path in reached}
    # what pages of decisions share has words of its own
    rooms |= {path.stem for path in reached if path.parent == PACKAGE / "reports"}
    said = {fact for fact in facts if _is_read(fact, rooms | {module})}
    return tuple(sorted(reached | said))


def _room(path: Path) -> str:
    """Room of the house that a file stands in; the editors are one beside the package."""
    first, *inside = path.relative_to(ROOT).parts
    return inside[0].removesuffix(".py") if first == PACKAGE.name else first


def _is_read(fact: Path, rooms: set[str]) -> bool:
    """Whether a page hangs on a file: of the words only on those of its own rooms."""
    return fact.parent != PACKAGE / "words" or fact.stem in rooms


def _below(inside: Path) -> list[Path]:
    """Folders from the package down to one, without the package itself."""
    parts = inside.parts
    start = 1 if parts[0] == PACKAGE.name else 0
    return [Path(*parts[: n + 1]) for n in range(start, len(parts))]


def _cells(notebook: Path) -> str:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    code_cells = [cell for cell in cells if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in code_cells)


def _imports(source: str, package: str) -> list[Path | None]:
    """Files of ours that a piece of code in `package` imports."""
    names = []
    for statement in IMPORT.finditer(source):
        node = ast.parse(statement[0].strip()).body[0]
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
            continue
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        start = ".".join([*(above if node.level else []), *filter(None, [node.module])])
        names += [start, *(f"{start}.{alias.name}" for alias in node.names)]
    return [_file(name) for name in names if name.split(".")[0] in OURS]


def _file(name: str) -> Path | None:
    """File of a dotted name; None where it names what stands inside a file."""
    path = ROOT.joinpath(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None
