"""The problem tree of an issue: causes below causes, moved and named by keys."""

import html
import uuid
from collections.abc import Mapping, Sequence

from sepakat_lib import ledger, words
from sepakat_lib.refused import Refused
from widgets.editor import NEW, Editor, Step, script
from widgets.fields import Field

SIDES = ("supply", "use")
WAYS = ("up", "down", "in", "out")


def tree(
    issue_id: uuid.UUID,
    *,
    suggestions: Sequence[Mapping[str, str]] = (),
    language: str = "id",
    title: str = "",
    url: str | None = None,
) -> "Tree":
    """An editor of the causes of an issue.

    Parameters
    ----------
    issue_id : UUID
    suggestions : sequence of mapping
        Causes of a library: ``code``, ``side`` ("supply" or "use"), ``title``; where its
        evidence is known, ``says``: a sentence. One without is shown in grey.
    language : {"id", "en"}
    title : str
        Of the issue.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Returns
    -------
    Tree
        A widget; `on_saved(function)` is called after each write, to draw the tree anew.

    Examples
    --------
    >>> from widgets import tree
    >>> shown = tree(uuid.UUID(int=7), title="Air minum", language="en",
    ...     suggestions=[{"code": "AIR-1", "side": "supply", "title": "No pipes"}],
    ...     url="sqlite:////nowhere/ledger.sqlite")
    >>> [each["code"] for each in shown.setup["suggestions"]]
    ['AIR-1']
    """
    return Tree(
        issue_id, suggestions=suggestions, language=language, title=title, url=url
    )


class Tree(Editor):
    """Causes of an issue as a tree."""

    _esm = script("tree.js")
    DOES = (*Editor.DOES, "add", "move", "end")

    def __init__(self, issue_id, *, suggestions, language, title, url):
        sides = {each: words.say(f"editor.side_{each}", language) for each in SIDES}
        of = {"issue_id": issue_id}
        self._library = {each["code"]: each for each in suggestions}
        super().__init__(
            "causes",
            [
                Field("title", "text", words.say("editor.cause", language)),
                Field("side", "choice", words.say("editor.side", language), sides),
            ],
            where=of,
            new=of,
            language=language,
            title=title or words.say("editor.tree", language),
            url=url,
            suggestions=[dict(each) for each in suggestions],
        )

    def _html(self) -> str:
        rows = self._rows()
        if not rows:
            return f"<p>{html.escape(self._say('no_causes'))}</p>"
        known = {row["id"] for row in rows}
        return self._listed(rows, None, known)

    def _listed(self, rows, above, known) -> str:
        items = "".join(
            f"<li>{html.escape(row['title'])} "
            f"<small>{html.escape(self._say('side_' + row['side']))}</small>"
            f"{self._listed(rows, row['id'], known)}</li>"
            for row in _below(rows, above, known)
        )
        return f"<ul>{items}</ul>" if items else ""

    def _shown(self, row) -> dict:
        where = {
            "above": str(row["above_id"] or ""),
            "place": row["place"],
            "library": row["library"] or "",
        }
        return super()._shown(row) | where

    def _do_add(self, message) -> dict:
        id, values = self._take_id(message), self._take_values(message)
        above = uuid.UUID(message["above"]) if message.get("above") else None
        library = message.get("library") or None
        if library is not None and library not in self._library:
            raise Refused("wrong_message")
        with self._writing() as book:
            if above is not None:
                self._one(book, above)
            beside = _below(self._stored(book), above)
            place = max((row["place"] for row in beside), default=-1) + 1
            values |= {"above_id": above, "place": place, "library": library}
            row, step = self._create(book, id, values)
            about = f"{NEW}:{self._place}"
            ledger.drop_draft(book, self._who(), self._kind, about)
        return self._saved([row], [step] if step else [])

    def _do_move(self, message) -> dict:
        """Move a cause one step, with all that is below it."""
        id, way = self._take_id(message), message["way"]
        if way not in WAYS:
            raise Refused("wrong_message")
        with self._writing() as book:
            self._one(book, id)
            rows = self._stored(book)
            fresh, steps = [], []
            for row, values in _moved(rows, id, way):
                before = {name: row[name] for name in values}
                fresh.append(
                    ledger.change(book, "causes", row["id"], row["version"], values)
                )
                steps.append(Step("change", "causes", row["id"], before, values))
        return self._saved(fresh, steps)


def _below(rows, above, known=None) -> list[dict]:
    """Causes directly below one, in their order; at the top also those below none known."""
    known = {row["id"] for row in rows} if known is None else known
    found = [
        row
        for row in rows
        if (row["above_id"] if row["above_id"] in known else None) == above
    ]
    return sorted(found, key=lambda row: (row["place"], row["id"]))


def _moved(rows: list[dict], id: uuid.UUID, way: str) -> list[tuple[dict, dict]]:
    """Rows that another order changes, with what changes; none at an end.

    >>> a, b = ({"id": n, "above_id": None, "place": n} for n in (0, 1))
    >>> [(row["id"], values) for row, values in _moved([a, b], 1, "up")]
    [(1, {'place': 0}), (0, {'place': 1})]
    >>> [(row["id"], values) for row, values in _moved([a, b], 1, "in")]
    [(1, {'above_id': 0, 'place': 0})]
    >>> _moved([a, b], 0, "up"), _moved([a, b], 0, "in"), _moved([a, b], 0, "out")
    ([], [], [])
    """
    by_id = {row["id"]: row for row in rows}
    row = by_id[id]
    beside = _below(rows, row["above_id"] if row["above_id"] in by_id else None)
    at = beside.index(row)
    if way in ("up", "down"):
        other = at + (1 if way == "down" else -1)
        if not 0 <= other < len(beside):
            return []
        beside[at], beside[other] = beside[other], beside[at]
        return _placed(beside)
    if way == "in":
        if at == 0:
            return []
        above = beside[at - 1]["id"]
        last = [each["place"] for each in _below(rows, above)]
        return [(row, {"above_id": above, "place": max(last, default=-1) + 1})]
    parent = by_id.get(row["above_id"])
    if parent is None:
        return []
    higher = parent["above_id"] if parent["above_id"] in by_id else None
    order = _below(rows, higher)
    order.insert(order.index(parent) + 1, row)
    changes = {each["id"]: (each, values) for each, values in _placed(order)}
    place = order.index(row)
    changes[id] = (row, {"above_id": higher, "place": place})
    return [*changes.values()]


def _placed(order: list[dict]) -> list[tuple[dict, dict]]:
    return [
        (row, {"place": place})
        for place, row in enumerate(order)
        if row["place"] != place
    ]
