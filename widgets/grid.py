"""A grid over rows of one kind: typed in, pasted from a sheet, summed."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from sepakat_lib import ledger, refused, speaker
from sepakat_lib.refused import Refused
from widgets import fields as typed
from widgets.editor import NEW, Editor, Step, script
from widgets.fields import Field

PASTED = 2_000  # rows at once


def grid(
    kind: str,
    fields: Sequence[Field],
    *,
    where: Mapping | Callable[[], Mapping],
    values_of_new_rows: Mapping | Callable[..., Mapping],
    language: str = "id",
    total: str | None = None,
    title: str = "",
    scope: str = "",
    url: str | None = None,
) -> "Grid":
    """A grid of the rows of a kind that stand.

    Parameters
    ----------
    kind : str
        Of the ledger.
    fields : sequence of Field
        Its columns. Of a cost line the amount is computed and kept with each change.
    where : mapping or function that gives one
        Fields and values, as `ledger.rows` takes them, of the rows that are edited here.
    values_of_new_rows : mapping or function of session and typed values that gives one
        What a new row has beside what is typed.
    language : {"id", "en"}
    total : str, optional
        Field of rupiah whose sum over the rows of the ledger stands below.
    title : str
        What the rows are. Default: the kind's name.
    scope : str
        Region and year of the plan, as "3501.2025": drafts of new rows are kept by it.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Returns
    -------
    Grid
        A widget; `on_saved(function)` is called after each write.

    Examples
    --------
    >>> from widgets import Field, grid
    >>> columns = [
    ...     Field("title", "text", "Uraian"),
    ...     Field("volume_1", "volume", "Volume"),
    ...     Field("price", "money", "Harga satuan [Rp]"),
    ...     Field("amount", "money", "Jumlah [Rp]", computed=True),
    ... ]
    >>> of = {"activity_id": uuid.UUID(int=7)}
    >>> lines = grid("cost_lines", columns, where=of, values_of_new_rows=of,
    ...     total="amount", url="sqlite:////nowhere/ledger.sqlite")
    >>> lines.setup["title"]
    'Baris biaya'
    """
    return Grid(
        kind,
        fields,
        where=where,
        new=values_of_new_rows,
        language=language,
        total=total,
        title=title,
        scope=scope,
        url=url,
    )


class Grid(Editor):
    """Rows of one kind as a grid."""

    _esm = script("grid.js")
    DOES = (*Editor.DOES, "add", "paste", "end")

    def _do_add(self, message) -> dict:
        id, values = self._take_id(message), self._take_values(message)
        with self._writing() as book:
            row, step = self._create(book, id, values)
            self._forget_new(book)
        return self._saved([row], [step] if step else [])

    def _do_paste(self, message) -> dict:
        """A block of a sheet, all of it or nothing."""
        names, targets, block = self._take_block(message)
        parsed = self._parsed(names, targets, block)
        try:
            with self._writing() as book:
                rows, steps = self._written(book, targets, parsed)
        except Refused as error:
            if error.code == "ledger_rule":
                self._find(targets, parsed)
            raise
        counts = {
            "rows": self._count(len(rows)),
            "added": self._count(sum(step.how == "add" for step in steps)),
        }
        return self._saved(rows, steps) | {"said": self._say("pasted", **counts)}

    def _written(self, book, targets, parsed) -> tuple[list[dict], list[Step]]:
        """Write a block at once; rows that cannot be are all told."""
        ids = {each["id"] for each in targets}
        there = {row["id"]: row for row in self._stored(book, ids)}
        fresh, moved, problems, judged = [], [], [], []
        for at, (target, values) in enumerate(zip(targets, parsed, strict=True)):
            id, version = target["id"], target["version"]
            try:
                if id not in there and version is None:
                    fresh.append(self._fresh(book, id, values))
                    judged.append((at, {}, fresh[-1]))
                    continue
                row = there.get(id) or self._one(book, id)
                seen = -1 if version is None else version
                due = self._due(book, row, seen, values, target["was"])
                if due:
                    moved.append((id, row["version"], due))
                    judged.append((at, row, {"id": id} | due))
            except Refused as error:
                problems.append(self._problem(at, "", error))
        pairs = [(stands, values) for _, stands, values in judged]
        for place, name, rule in ledger.problems(book, self._kind, pairs):
            at, stands, values = judged[place]
            error = self._broken(name, {**stands, **values}, rule)
            problems.append(self._problem(at, name, error))
        if problems:
            raise Refused("bad_block", problems, count=len(problems))
        added = ledger.add_all(book, self._kind, fresh)
        changed = ledger.change_all(book, self._kind, moved)
        steps = [Step("add", self._kind, row["id"], {}, row) for row in added]
        for id, _, due in moved:
            before = {name: there[id][name] for name in due}
            steps.append(Step("change", self._kind, id, before, due))
        last = there | {row["id"]: row for row in (*added, *changed)}
        return [last[each["id"]] for each in targets], steps

    def _find(self, targets, parsed) -> None:
        """Tell which row of a block breaks a rule of the ledger; nothing is kept."""
        for at, (target, values) in enumerate(zip(targets, parsed, strict=True)):
            try:
                with self._writing() as book:
                    self._written(book, [target], [values])
                    book.rollback()
            except Refused as error:
                if error.code == "ledger_rule":
                    problems = [self._problem(at, "", error)]
                    raise Refused("bad_block", problems, count=1) from error

    def _take_block(self, message) -> tuple[list[str], list[dict], list[list[str]]]:
        names, block = [*self._by_name], [[*row] for row in message["block"]]
        names = names[names.index(message["field"]) :]
        targets = [
            {
                "id": uuid.UUID(each["id"]),
                "version": each.get("version"),
                "was": dict(each.get("was", {})),
            }
            for each in message["rows"]
        ]
        if len(block) > PASTED:
            raise Refused("block_too_large", longest=PASTED, count=len(block))
        width = max(map(len, block))
        if width > len(names):
            raise Refused("block_too_wide", count=width, room=len(names))
        if len(targets) != len(block) or len({t["id"] for t in targets}) < len(block):
            raise Refused("wrong_message")
        return names, targets, block

    def _parsed(self, names, targets, block) -> list[dict]:
        """Values of the block, row by row; every cell that is wrong is told."""
        other = {
            name
            for column, name in enumerate(names)
            for row in block
            if column < len(row)
            and typed.is_of_other_marks(
                self._by_name[name], row[column], self._language
            )
        }
        parsed, problems = [], []
        for at, (target, texts) in enumerate(zip(targets, block, strict=True)):
            values = {}
            for name, text in zip(names, texts, strict=False):
                try:
                    if self._by_name[name].computed:
                        self._refuse_computed(name, text)
                    else:
                        values[name] = self._read(name, text, other=name in other)
                except Refused as error:
                    problems.append(self._problem(at, name, error))
            if target["version"] is None:
                lacking = self._lacking(values) - {
                    p["field"] for p in problems if p["row"] == at
                }
                problems += [
                    self._problem(at, name, typed.unfilled(self._by_name[name]))
                    for name in sorted(lacking)
                ]
            parsed.append(values)
        if problems:
            raise Refused("bad_block", problems, count=len(problems))
        return parsed

    def _refuse_computed(self, name: str, text: str) -> None:
        if text.strip():
            rule = refused.written("not_computed")
            raise typed.wrong(self._by_name[name], text, rule, self._language)

    def _lacking(self, values: Mapping) -> set[str]:
        """Columns that a new row needs and that the block does not fill."""
        return (self._needed & set(self._by_name)) - set(self._fixed()) - set(values)

    def _problem(self, row: int, name: str, error: Refused) -> dict:
        why = speaker.sentence(error, self._language)
        if error.code == "empty_cell":
            why = speaker.rule(refused.written("filled"), self._language)
        elif error.code == "wrong_cell":
            why = f"'{error.fields['given']}'; {error.fields['expected']}"
        column = self._label(name) if name else "–"
        return {"row": row, "field": name, "column": column, "why": why}

    def _forget_new(self, book) -> None:
        ledger.drop_draft(book, self._who(), self._kind, f"{NEW}:{self._place}")
