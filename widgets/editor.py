"""What all editors do: hear a message, write to the ledger, answer in words.

A message comes from a browser, in JupyterLab in another thread: it is trusted in
nothing, gets a session of its own, and whatever goes wrong is its answer.
"""

import contextlib
import datetime
import decimal
import hashlib
import html
import json
import sys
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sepakat_lib import ledger, refused, speaker, words
from sepakat_lib.refused import Refused
from widgets import fields as typed
from widgets.fields import Field

HERE = Path(__file__).parent
DRAFT = 200_000  # letters of a draft
SHOWN = 40  # of rows that hang on one
PRINTED = 50  # rows of a page without a person; the others are in the ledger
SLOW = ("paste", "undo", "end")  # may take longer than a browser waits for a sign
NEW = "new"  # in a message: the row that is not in the ledger yet
HIDDEN = "editor."  # how keys of what editors say begin


def script(name: str) -> str:
    """JavaScript of an editor: one module, since a page may fetch none from outside."""
    return "\n".join((HERE / part).read_text("utf-8") for part in ("talk.js", name))


@dataclass(frozen=True)
class Step:
    """What was done to a row, as undoing it must know."""

    how: str  # "add", "change", "end"
    kind: str
    id: uuid.UUID
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Editor(anywidget.AnyWidget):
    """A view of rows of one kind.

    Parameters
    ----------
    kind : str
        Of the ledger.
    fields : sequence of Field
    where : mapping or function that gives one
        Fields and values of the rows that are edited here; all others are out of reach.
    new : mapping or function of a session that gives one
        Values of a new row beside those that are typed.
    language : {"id", "en"}
    total : str, optional
        Field of rupiah that is summed.
    title : str
        What the rows are, for those who do not see them.
    scope : str
        Region and year of the plan, as "3501.2025": what a browser keeps is kept by it.
    url : str, optional
        Another ledger than `ledger.address`'s.
    """

    _css = (HERE / "editors.css").read_text("utf-8")
    setup = traitlets.Dict().tag(sync=True)
    DOES = ("start", "name", "draft", "forget", "change", "undo", "news", "hanging")
    person = ""  # of this kernel; one browser on the officials' door, else one machine

    def __init__(
        self,
        kind: str,
        fields: Sequence[Field],
        *,
        where: Mapping | Callable[[], Mapping],
        new: Mapping | Callable[..., Mapping],
        language: str,
        total: str | None = None,
        title: str = "",
        scope: str = "",
        url: str | None = None,
        **setup,
    ):
        self._kind, self._language, self._url = kind, language, url
        self._there = False  # once seen, a ledger stays
        self._by_name = {each.name: each for each in fields}
        self._asked, self._new, self._total = where, new, total
        self._lock, self._steps, self._after = threading.RLock(), [], []
        self._needed = set(ledger.required(kind))
        # where a new row's draft stands: the same place each time the page is opened
        about = json.dumps([kind, title, self._fixed(), *self._by_name], default=str)
        digest = hashlib.sha256(about.encode()).hexdigest()[:12]
        self._place = f"{scope}.{digest}" if scope else digest
        told = {
            key.removeprefix(HIDDEN): sentence[language]
            for key, sentence in words.catalogue().items()
            if key.startswith(HIDDEN)
        }
        super().__init__(
            setup={
                "kind": kind,
                "place": self._place,
                "title": title or words.say(f"editor.kind_{kind}", language),
                "language": language,
                "words": told,
                "fields": [self._described(each) for each in fields],
            }
            | setup
        )
        self.on_msg(self._heard)

    def on_saved(self, do: Callable[[], None]) -> None:
        """Call a function after each write, to draw anew what shows the rows."""
        self._after.append(do)

    def _repr_mimebundle_(self, **kwargs):
        """Beside the view what the ledger holds, for a page without a kernel."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        try:
            with typed.asked_once():
                printed = self._html()
        except Refused as error:
            sentence = html.escape(speaker.sentence(error, self._language))
            printed = f'<p class="stopped">{sentence}</p>'
        return data | {"text/html": printed}, metadata

    def _html(self) -> str:
        """Table of the rows, without columns in which nothing stands."""
        rows = self._rows()
        filled = [
            each
            for name, each in self._by_name.items()
            if any(row[name] not in (None, "") for row in rows[:PRINTED])
        ]
        heads = "".join(
            f'<th scope="col">{html.escape(each.label)}</th>' for each in filled
        )
        body = "".join(
            f"<tr>{self._printed(row, filled)}</tr>" for row in rows[:PRINTED]
        )
        status = html.escape(self._status())
        if (more := len(rows) - PRINTED) > 0:
            beyond = self._say("more_rows", n=self._count(more))
            status = f"{html.escape(beyond)} {status}"
        empty = html.escape(self._say("no_rows"))
        if not rows:
            return f"<p>{empty}</p>"
        return (
            f'<div class="scroll"><table class="ledger stacks"><caption>{html.escape(self.setup["title"])}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div><p>{status}</p>"
        )

    def _printed(self, row: Mapping, fields: Sequence[Field]) -> str:
        texts = [
            (each, typed.label_of(each, row[each.name], self._language))
            for each in fields
        ]
        return "".join(
            f'<td class="{"num" if each.type in typed.NUMBERS else "text"}" '
            f'data-label="{html.escape(each.label)}">{html.escape(str(text))}</td>'
            for each, text in texts
        )

    # Messages

    def _heard(self, _widget, message, _buffers) -> None:
        """Answer a message; nothing that is raised gets lost."""
        number = message.get("re") if isinstance(message, dict) else None
        try:
            with self._lock:
                if number and message.get("do") in SLOW:
                    self.send({"re": number, "working": True})
                answer = self._answered(message)
        except Exception as error:
            answer = self._refusal(error)
        self.send({"re": number, **answer})

    def _answered(self, message) -> dict:
        wanted = message.get("do") if isinstance(message, dict) else None
        if wanted not in self.DOES:
            raise Refused("wrong_message")
        with typed.asked_once():
            return getattr(self, f"_do_{wanted}")(message)

    def _refusal(self, error: Exception) -> dict:
        if not isinstance(error, Refused):
            traceback.print_exception(error, file=sys.__stderr__)
            return {"error": self._say("failed"), "code": "failed"}
        answer = {
            "error": speaker.sentence(error, self._language),
            "code": error.code,
        }
        if isinstance(error.problems, list):
            answer["problems"] = error.problems
        return answer

    def _do_start(self, message) -> dict:
        """What is there, and what this person typed and did not save."""
        given = message.get("who")
        if given:
            with contextlib.suppress(Refused):  # what a browser kept may be anything
                Editor.person = ledger.named(given)
        Editor.person = Editor.person or ledger.remembered()
        answer = {"who": Editor.person, "choices": self._choices()}
        with self._reading() as book:
            mark, _ = ledger.since(book, self._kind, None) if book else (None, None)
            rows = self._stored(book)
            answer |= {"mark": str(mark or ""), "rows": [*map(self._shown, rows)]}
            answer["drafts"] = self._drafts(book, {str(row["id"]) for row in rows})
        return answer | {"status": self._status()}

    def _do_name(self, message) -> dict:
        Editor.person = ledger.named(message.get("who"))
        ledger.remember(Editor.person)
        with self._reading() as book:
            ids = {str(row["id"]) for row in self._stored(book)}
            return {"who": Editor.person, "drafts": self._drafts(book, ids)}

    def _do_draft(self, message) -> dict:
        content = message.get("content")
        if not isinstance(content, dict) or len(json.dumps(content)) > DRAFT:
            raise Refused("wrong_message")
        self._made()
        about = self._about(message)
        ledger.keep_draft(self._who(), self._kind, about, content, url=self._url)
        return {}

    def _do_forget(self, message) -> dict:
        with self._writing() as book:
            ledger.drop_draft(book, self._who(), self._kind, self._about(message))
        return {}

    def _do_change(self, message) -> dict:
        id, version = self._take_id(message), self._take_version(message)
        values, was = self._take_values(message), self._take_texts(message, "was")
        with self._writing() as book:
            row, step = self._put(book, id, version, values, was)
            ledger.drop_draft(book, self._who(), self._kind, str(id))
        return self._saved([row], [step] if step else [])

    def _do_undo(self, _message) -> dict:
        if not self._steps:
            raise Refused("nothing_to_undo")
        try:
            with self._writing() as book:
                answer = self._undone(book, self._steps[-1])
        except Refused as error:
            if error.code not in ("ledger_away", "ledger_busy", "nobody"):
                self._steps.pop()  # it never can be undone, and bars what was before
            raise
        self._steps.pop()
        return answer | self._told_after()

    def _do_news(self, message) -> dict:
        """What others wrote since a mark; also tells that somebody is still there."""
        mark = message.get("mark")
        with self._reading() as book:
            if book is None:
                return {"mark": ""}
            since = uuid.UUID(mark) if mark else uuid.UUID(int=0)
            now, ids = ledger.since(book, self._kind, since)
            rows = self._stored(book, ids) if ids else []
        gone = {str(each) for each in ids} - {str(row["id"]) for row in rows}
        answer = {"mark": str(now or ""), "rows": [*map(self._shown, rows)]}
        answer["gone"] = sorted(gone)
        if answer["mark"] != mark:
            answer |= {"choices": self._choices(), "status": self._status()}
        return answer

    def _do_hanging(self, message) -> dict:
        """What ends with a row."""
        with self._reading() as book:
            row = self._one(book, self._take_id(message))
            below = ledger.hanging(book, self._kind, row["id"])
        told = [
            f"{self._say(f'kind_{each.kind}')}: {each.title}".removesuffix(": ")
            for each in below.head(SHOWN).itertuples()
        ]
        if len(below) > SHOWN:
            told.append(self._say("problem_more", n=len(below) - SHOWN))
        return {"hanging": told, "also": [*map(str, below["id"])]}

    def _do_end(self, message) -> dict:
        id, version = self._take_id(message), self._take_version(message)
        also = [uuid.UUID(each) for each in message.get("also", [])]
        with self._writing() as book:
            self._one(book, id)
            below = ledger.hanging(book, self._kind, id)
            gone = {self._kind: [id]}
            for each in below.itertuples():
                gone.setdefault(each.kind, []).append(each.id)
            ledger.end(book, self._kind, id, version, also=also)
            ledger.drop_draft(book, self._who(), self._kind, str(id))
        steps = [
            Step("end", kind, each, {}, {})
            for kind, ids in gone.items()
            for each in ids
        ]
        return self._saved([], steps) | {"gone": [*map(str, gone[self._kind])]}

    # What messages hold; what none of our scripts sends raises, and nothing is written

    def _take_id(self, message, name: str = "id") -> uuid.UUID:
        return uuid.UUID(message[name])

    def _take_version(self, message) -> int:
        return int(message["version"])

    def _take_texts(self, message, name: str) -> dict[str, str]:
        return {key: str(text) for key, text in dict(message[name]).items()}

    def _take_values(self, message) -> dict[str, Any]:
        """Values of fields that may be typed, and of those that come with a choice."""
        texts, values = self._take_texts(message, "values"), {}
        if set(texts) - {n for n, each in self._by_name.items() if not each.computed}:
            raise Refused("wrong_message")
        for name, text in texts.items():
            values[name] = self._read(name, text)
        return values

    def _read(self, name: str, text, *, other: bool = False):
        field = self._by_name[name]
        value = typed.read(field, text, self._language, other=other)
        if value is None and name in self._needed:
            raise typed.unfilled(field)
        return value

    def _about(self, message) -> str:
        about = message.get("about")
        return f"{NEW}:{self._place}" if about == NEW else str(uuid.UUID(about))

    # Reading and writing

    @contextlib.contextmanager
    def _reading(self) -> Iterator:
        """A session, or None where there is no ledger yet."""
        if not self._is_there():
            yield None
            return
        with ledger.reading(self._url) as book:
            yield book

    @contextlib.contextmanager
    def _writing(self) -> Iterator:
        who = self._who()
        self._made()
        with ledger.writing(who, url=self._url) as book:
            yield book

    def _made(self) -> None:
        if not self._is_there():
            ledger.upgrade(self._url)

    def _is_there(self) -> bool:
        self._there = self._there or ledger.exists(self._url)
        return self._there

    def _who(self) -> str:
        if not Editor.person:
            raise Refused("nobody")
        return Editor.person

    def _where(self) -> dict:
        return dict(self._asked() if callable(self._asked) else self._asked)

    def _fixed(self) -> dict:
        """Values of a new row that are known before it is written."""
        return {} if callable(self._new) else dict(self._new)

    def _beside(self, book, values: Mapping) -> dict:
        """Values of a new row beside those that are typed."""
        return dict(self._new(book, values) if callable(self._new) else self._new)

    def _rows(self) -> list[dict]:
        with self._reading() as book:
            return self._stored(book)

    def _stored(self, book, ids=None) -> list[dict]:
        """Rows that are edited here; of these only some."""
        if book is None:
            return []
        where = self._where()
        if ids is not None:
            own = where.get("id")
            if own is not None:
                own = own if isinstance(own, list | tuple | set) else [own]
                ids = set(ids) & set(own)
            where["id"] = [*ids]
        return ledger.rows(book, self._kind, **where).to_dict("records")

    def _one(self, book, id: uuid.UUID) -> dict:
        """A row that is edited here.

        Raises
        ------
        Refused
            ``no_row``: nor is any of this name; ``row_ended``.
        """
        if found := self._stored(book, [id]):
            return found[0]
        there = ledger.rows(book, self._kind, id=id, ended=True)
        if there["ended"].notna().any():
            last = ledger.trail(book, id).iloc[-1]
            raise Refused("row_ended", who=last["who"], at=self._moment(last["at"]))
        raise Refused("no_row", kind=self._say(f"kind_{self._kind}"), id=str(id))

    def _put(self, book, id, version: int, values: dict, was: Mapping):
        """Change a row; what somebody else did to other fields of it is no matter.

        Returns
        -------
        tuple
            The row, and a step; None where it stands already as it should.
        """
        row = self._one(book, id)
        values = self._due(book, row, version, values, was)
        if not values:
            return row, None
        self._judge(book, row, {"id": id} | values)
        fresh = ledger.change(book, self._kind, id, row["version"], values)
        before = {name: row[name] for name in values}
        return fresh, Step("change", self._kind, id, before, values)

    def _due(self, book, row: dict, version: int, values: dict, was: Mapping) -> dict:
        """Values that must be written to a row as it stands; none where it holds them.

        Parameters
        ----------
        version : int
            That was seen.
        was : mapping
            Texts that were seen.

        Raises
        ------
        Refused
            ``changed_meanwhile``: somebody else wrote to one of these very fields.
        """
        if all(row[name] == value for name, value in values.items()):
            return {}
        if version != row["version"]:
            moved = [n for n in values if self._text(n, row[n]) != was.get(n, "")]
            if moved:
                raise self._conflict(book, row, values, moved)
        return self._completed(row, values)

    def _create(self, book, id: uuid.UUID, values: dict):
        """Add a row of a name that a browser gave it, so that it is added once."""
        if len(ledger.rows(book, self._kind, ended=True, id=id)):
            return self._put(book, id, -1, values, {})  # the answer was lost on the way
        fresh = self._fresh(book, id, values)
        self._judge(book, {}, fresh)
        fresh = ledger.add(book, self._kind, fresh)
        return fresh, Step("add", self._kind, id, {}, fresh)

    def _fresh(self, book, id: uuid.UUID, values: dict) -> dict:
        """All values of a row that is to be added."""
        if id.version != 7:  # rows stand in the order of their ids, by time
            raise Refused("wrong_message")
        return self._completed({}, self._beside(book, values) | values) | {"id": id}

    def _completed(self, row: Mapping, values: dict) -> dict:
        """Typed values with those that follow from them."""
        for name in [*values]:
            if name in self._by_name and self._by_name[name].fills:
                values = dict(self._by_name[name].filled(values[name])) | values
        if self._kind == "cost_lines":
            line = {**row, **values}
            values["amount"] = self._amount(line)
        return values

    def _amount(self, line: Mapping) -> int | None:
        """Rupiah of a cost line, if the ledger can keep so many."""
        volumes = [line.get(f"volume_{number}") for number in range(1, 5)]
        with contextlib.suppress(decimal.InvalidOperation):  # beyond 28 digits
            amount = ledger.amount_of(line.get("price"), volumes)
            if amount is None or amount <= typed.LARGEST:
                return amount
        high = self._count(typed.LARGEST)
        rule = refused.written("number_from_to", low="0", high=high)
        given = " × ".join(
            str(each) for each in (*volumes, line["price"]) if each is not None
        )
        raise typed.wrong(self._field("amount"), given, rule, self._language)

    def _judge(self, book, stands: Mapping, values: Mapping) -> None:
        """Refuse a row that breaks a rule among rows, as the same row of a file is."""
        for _, name, rule in ledger.problems(book, self._kind, [(stands, values)]):
            raise self._broken(name, {**stands, **values}, rule)

    def _broken(self, name: str, row: Mapping, rule: str) -> Refused:
        """The refusal of a cell of a row by a rule among rows."""
        field = self._field(name)
        given = typed.label_of(field, row.get(name), self._language)
        return typed.wrong(field, str(given), rule, self._language)

    def _conflict(self, book, row: dict, values: dict, moved: list[str]) -> Refused:
        """Both versions of the fields that somebody else wrote meanwhile."""
        trail = ledger.trail(book, row["id"]).to_dict("records")
        told, who, at = [], "", ""
        for name in moved:
            writer = [each for each in trail if name in each["after"]][-1]
            who, at = writer["who"], self._moment(writer["at"])
            told.append(
                {
                    "field": name,
                    "mine": self._text(name, values[name]),
                    "theirs": self._text(name, row[name]),
                    "who": who,
                    "version": row["version"],
                    "says": self._say(
                        "meanwhile", who=who, at=at, column=self._label(name)
                    ),
                }
            )
        return Refused(
            "changed_meanwhile",
            told,
            who=who,
            at=at,
            fields=[*map(self._label, moved)],
            theirs=[self._text(name, row[name]) for name in moved],
        )

    def _undone(self, book, steps: Sequence[Step]) -> dict:
        """Take steps back, the last one first."""
        fresh: dict[uuid.UUID, dict] = {}
        ended: dict[str, list] = {}
        for step in steps:
            if step.how == "end":
                ended.setdefault(step.kind, []).append(step.id)
        for kind, ids in ended.items():
            for row in ledger.revive(book, kind, ids):
                if kind == self._kind:
                    fresh[row["id"]] = row
        rest = [step for step in reversed(steps) if step.how != "end"]
        stand = {
            row["id"]: row for row in self._stored(book, {step.id for step in rest})
        }
        for step in rest:
            row = fresh.get(step.id) or stand.get(step.id)
            now = {n: row[n] for n in step.after if n not in KEPT} if row else None
            if now != {n: v for n, v in step.after.items() if n not in KEPT}:
                last = ledger.trail(book, step.id)["who"].iloc[-1]
                raise Refused("undo_meanwhile", who=last)
        for row in ledger.change_all(
            book,
            self._kind,
            [
                (step.id, stand[step.id]["version"], step.before)
                for step in rest
                if step.how == "change"
            ],
        ):
            fresh[row["id"]] = row
        gone = [
            (step.id, stand[step.id]["version"]) for step in rest if step.how == "add"
        ]
        ledger.end_all(book, self._kind, gone)
        return {
            "rows": [*map(self._shown, fresh.values())],
            "gone": [str(id) for id, _ in gone],
        }

    def _saved(self, rows: list[dict], steps: list[Step]) -> dict:
        """Answer after a write that stands."""
        if steps:
            self._steps.append(steps)
        return {"rows": [*map(self._shown, rows)]} | self._told_after()

    def _told_after(self) -> dict:
        """The status line, and what else on the page shows the rows drawn anew."""
        answer = {"status": self._status()}
        for do in self._after:
            try:
                do()
            except Exception as error:
                traceback.print_exception(error, file=sys.__stderr__)
                answer["notice"] = self._say("after_failed")
        return answer

    # Words

    def _status(self) -> str:
        """Number of rows and the sum over them, as the ledger holds them."""
        with self._reading() as book:
            where = self._where()
            field = self._total or "id"
            if book is None:
                sum, rows, empty = 0, 0, 0
            elif self._total:
                sum, rows, empty = ledger.total(book, self._kind, field, **where)
            else:
                return self._say("rows", rows=self._count(len(self._stored(book))))
        if not self._total:
            return self._say("rows", rows=self._count(rows))
        told = {
            "rows": self._count(rows),
            "label": self._label(field).split(" [")[0],  # the unit stands at the sum
            "total": words.rupiah(sum, self._language),
        }
        if empty:
            return self._say("total_lacking", **told, empty=self._count(empty))
        return self._say("total", **told)

    def _say(self, key: str, **told) -> str:
        return words.say(f"{HIDDEN}{key}", self._language, **told)

    def _count(self, number: int) -> str:
        return words.number(number, self._language)

    def _field(self, name: str) -> Field:
        """A field of this editor; of the kind, where it shows it not."""
        return self._by_name.get(name) or Field(name, "text", name)

    def _label(self, name: str) -> str:
        return self._field(name).label

    def _text(self, name: str, value) -> str:
        return typed.written(self._by_name[name], value, self._language)

    def _moment(self, at: datetime.datetime) -> str:
        here = at.astimezone()
        return f"{words.date(here.date(), self._language)} {here:%H:%M}"

    def _shown(self, row: Mapping) -> dict:
        return {
            "id": str(row["id"]),
            "version": row["version"],
            "cells": typed.cells(self._by_name.values(), row, self._language),
        }

    def _described(self, field: Field) -> dict:
        return {
            "name": field.name,
            "type": field.type,
            "label": field.label,
            "computed": field.computed,
            "width": field.width,
            "required": field.name in self._needed,
        }

    def _choices(self) -> dict[str, list]:
        return {
            name: [[key, label] for key, (_, label) in field.options().items()]
            for name, field in self._by_name.items()
            if field.type == "choice"
        }

    def _drafts(self, book, ids: set[str]) -> list[dict]:
        """What this person typed here and did not save."""
        if book is None or not Editor.person:
            return []
        found = ledger.drafts(book, Editor.person)
        new = f"{NEW}:{self._place}"
        return [
            {"about": NEW if each.about == new else each.about, "content": each.content}
            for each in found.itertuples()
            if each.kind == self._kind and each.about in {*ids, new}
        ]


KEPT = ("id", "version", "head", "ended")  # by the ledger itself
