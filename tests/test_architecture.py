"""The design as a test: who may import whom, so that it cannot drift.

Changing the design means changing `MAY_IMPORT` and DECISIONS.md in the same commit.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STAGES = {
    *("analysis", "prioritisation", "planning", "budgeting", "monitoring"),
    "evaluation",
}
EVERYTHING = {
    *("analysis", "batch", "cli", "disclosure", "estimation", "figures", "indicators"),
    *("intake", "parameters", "reference", "regions", "reports", "sources", "stats"),
    *("tables", "warehouse", "words", "places", "server"),
    *("terminal", "attachments", "rounds", "plausibility", "atomic"),
    *("refused", "speaker", "modules", "published", "log", "ledger", "prioritisation"),
    *("budgeting", "monitoring", "evaluation"),
    "sample_office",
    "exchange",
    "planning",
    *("daerah", "needs", "typed", "verification"),
}
MAY_IMPORT = {
    "atomic": set(),
    "log": {"atomic"},
    "ledger": {"atomic", "warehouse"},
    "reference": {"tables"},
    "published": {"daerah", "reference", "tables", "warehouse"},
    "daerah": {  # an office's own tables: from a template to official figures
        *("atomic", "indicators", "ledger", "reference", "regions", "sources"),
        *("speaker", "tables", "warehouse", "words"),
    },
    "needs": {  # which data are there, and what waits for those that are not
        *("daerah", "indicators", "published", "reference", "regions", "warehouse"),
        *("words", "analysis"),  # shares that are made of a budget
    },
    "refused": set(),
    "stats": set(),
    "tables": set(),
    "words": set(),
    "speaker": {"words", "regions"},
    "regions": {"reference"},
    "modules": set(),
    "parameters": {"modules", "reference", "regions"},
    "disclosure": {"parameters"},
    "sources": {"reference", "regions", "parameters", "tables"},
    "warehouse": {"atomic"},
    "indicators": {
        *("parameters", "sources"),  # own: an office's files, and what they may read
        "words",  # numbers in a definition
    },
    "estimation": {
        *("indicators", "stats", "warehouse", "tables", "parameters"),
        *("reference", "regions", "disclosure"),  # `crossed` goes straight out
    },
    "analysis": {
        *("indicators", "parameters", "stats", "regions", "tables", "disclosure"),
    },
    "prioritisation": {
        *("analysis", "disclosure", "indicators", "parameters", "regions", "stats"),
    },
    "budgeting": {"parameters", "reference"},  # which strategy a text names
    "monitoring": {"parameters"},
    "evaluation": {"parameters"},
    # files of other systems: reads sheets, writes rows
    "exchange": {"atomic", "ledger", "reference", "regions", "sources"},
    "planning": {"indicators", "parameters", "reference"},
    "figures": {"words", "regions", "disclosure"},
    "reports": {
        *("words", "regions", "figures", "indicators", "parameters", "plausibility"),
        *("modules", "speaker"),
    },
    "plausibility": {"reference", "regions", "parameters", "sources", "words"},
    "intake": {
        *("sources", "warehouse", "regions", "parameters", "plausibility"),
        "reference",  # codes that an office's list lacks
    },
    "rounds": {
        *("intake", "estimation", "reference", "regions", "parameters", "sources"),
    },
    "verification": {"reference", "stats", "tables"},
    "places": {"figures", "regions", "warehouse"},
    "attachments": {
        "words",  # of the sheets of a page's tables
        *("analysis", "disclosure", "estimation", "parameters", "places"),
        *("modules", "published", "reports", "ledger", "planning", "prioritisation"),
        *("exchange", "figures"),  # the plan in SIPD's columns; trees in pixels
    },
    "sample_office": {  # writes what it invents into the ledger, upon findings
        *("ledger", "reference", "regions", "parameters"),
        *("estimation", "analysis", "published"),
    },
    "batch": EVERYTHING - {"cli", "terminal", "typed", "batch", "server"},
    "server": EVERYTHING
    - {"cli", "terminal", "typed", "server"},  # batch: pages that stand
    "terminal": {
        *("words", "speaker", "sources", "estimation", "warehouse", "indicators"),
        "plausibility",
    },
    "typed": {"terminal", "words"},
    "cli": EVERYTHING - {"cli"},
    "widgets": {
        *("ledger", "speaker", "words"),
        *("evaluation", "indicators", "modules", "parameters", "regions"),
    },
}
ANY_MAY_IMPORT = {"refused"}  # every room but those that know nothing of ours
NOTHING_OF_OURS = {"refused", "stats"}
NOTEBOOKS_MAY_IMPORT = STAGES | {
    *("parameters", "estimation", "reference", "reports", "places", "published"),
    "ledger",  # a thread of decisions is handed to the stages like estimates
    "widgets",
}


def room(path: Path) -> str:
    """The room that a file stands in: the folder or module below sepakat_lib."""
    inside = path.relative_to(ROOT).parts
    return inside[1].removesuffix(".py") if inside[0] == "sepakat_lib" else inside[0]


def ours(source: str, package: str = "sepakat_lib") -> set[str]:
    """Rooms of ours that a piece of code in `package` imports, in whatever spelling."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = [*(above if node.level else []), *filter(None, [node.module])]
            names = [".".join([*start, alias.name]) for alias in node.names]
        elif isinstance(node, ast.Call) and _is_import(node.func) and node.args:
            names = [ast.literal_eval(node.args[0])]
        else:
            names = []
        for name in names:
            parts = name.split(".")
            if parts[0] == "sepakat_lib" and len(parts) > 1:
                found.add(parts[1])
            elif parts[0] == "widgets":
                found.add("widgets")
    return found - {"ROOT", "__version__"}


def _is_import(function: ast.expr) -> bool:
    return ast.unparse(function) in ("importlib.import_module", "__import__")


def package(path: Path) -> str:
    """Dotted name of the package that a file stands in."""
    return ".".join(path.relative_to(ROOT).parts[:-1])


FILES = sorted(
    path
    for folder in ("sepakat_lib", "widgets")
    for path in (ROOT / folder).rglob("*.py")
    if path != ROOT / "sepakat_lib" / "__init__.py"
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_the_design_allows(path):
    here = room(path)
    assert here in MAY_IMPORT, f"{here} is a new room: give it a line in MAY_IMPORT"
    allowed = MAY_IMPORT[here] | {here}
    allowed |= ANY_MAY_IMPORT if here not in NOTHING_OF_OURS else set()
    beyond = ours(path.read_text("utf-8"), package(path)) - allowed
    assert not beyond, f"{path.name} in {here} may not import {sorted(beyond)}"


def test_every_line_of_the_design_has_a_room():
    rooms = {room(path) for path in FILES}
    assert set(MAY_IMPORT) - rooms <= {"widgets"}


def test_an_import_inside_a_function_counts_too():
    assert ours("def f():\n    from sepakat_lib.sources import susenas") == {"sources"}


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("from .. import sources", "sepakat_lib.stats"),
        ("from ..sources import susenas", "sepakat_lib.stats"),
        ("from ..sources.susenas import reading", "sepakat_lib.stats"),
        ("from ... import sources", "sepakat_lib.stats.survey"),
        ("from . import sources", "sepakat_lib"),
        ("from .sources import susenas", "sepakat_lib"),
        ("def f():\n    from ..sources import susenas", "sepakat_lib.stats"),
        ("import sepakat_lib.sources.susenas as s", "sepakat_lib.stats"),
        ("import importlib\nimportlib.import_module('sepakat_lib.sources')", "widgets"),
        ("__import__('sepakat_lib.sources')", "widgets"),
    ],
)
def test_an_import_is_seen_in_every_spelling(source, inside):
    assert ours(source, inside) == {"sources"}


def test_no_right_is_given_that_nobody_uses():
    used = {here: set() for here in MAY_IMPORT}
    for path in FILES:
        used[room(path)] |= ours(path.read_text("utf-8"), package(path))
    doors = {"batch", "server", "cli"}  # may import anything below them
    rooms = set(MAY_IMPORT) - doors
    assert {here: MAY_IMPORT[here] - used[here] for here in rooms} == {
        here: set() for here in rooms
    }


def test_nothing_that_computes_imports_the_notebook_world():
    runs_notebooks = ROOT / "sepakat_lib" / "batch" / "engine.py"
    for path in {*(ROOT / "sepakat_lib").rglob("*.py")} - {runs_notebooks}:
        found = re.findall(
            r"^\s*(?:import|from) (IPython|ipywidgets)\b", path.read_text("utf-8"), re.M
        )
        assert not found, f"{path.name} imports {found}"


READ_SURROUNDINGS = {  # where data lie, a trace, the terminal's language, templates
    "warehouse.py": {"SEPAKAT_DATA"},
    "one.py": {"SEPAKAT_OUTPUTS"},
    "engine.py": {"SEPAKAT_DATABASE_URL"},  # of the ledger
    "cli.py": {"SEPAKAT_DEBUG", "SEPAKAT_DATA", "SEPAKAT_OUTPUTS", "SEPAKAT_WORK"},
    "terminal.py": {"SEPAKAT_LANGUAGE", "LC_ALL", "LANG"},
    "officials.py": {"JUPYTER_PATH", "SEPAKAT_DOOR"},
    "person.py": {"SEPAKAT_DOOR"},  # whether one works on this machine, or many
    "lab.py": {"SEPAKAT_WORK"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_choice_comes_from_the_environment(path):
    source = path.read_text("utf-8")
    if not re.search(r"environ\b|getenv|getlocale|getpreferredencoding", source):
        return
    allowed = READ_SURROUNDINGS[path.name]
    named = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source)) & {
        *("QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "VOILA_REQUEST_URL"),
        *(each for names in READ_SURROUNDINGS.values() for each in names),
    }
    assert named <= allowed, f"{path.name} reads {sorted(named - allowed)}"
    assert "getlocale" not in source and "getpreferredencoding" not in source


def test_no_module_is_called_by_what_nobody_decided():
    banned = {"utils", "util", "helpers", "common", "core", "manager", "misc"}
    assert not [path for path in FILES if path.stem in banned or room(path) in banned]
