"""A form for one row: a new one, or one that stands."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from sepakat_lib import ledger, speaker
from sepakat_lib.refused import Refused
from widgets.editor import NEW, Editor, script
from widgets.fields import Field


def form(
    kind: str,
    fields: Sequence[Field],
    *,
    values_of_new_rows: Mapping | Callable[..., Mapping] | None = None,
    id: uuid.UUID | None = None,
    language: str = "id",
    title: str = "",
    scope: str = "",
    url: str | None = None,
) -> "Form":
    """A form that adds rows one after the other, or changes one that stands.

    Parameters
    ----------
    kind : str
        Of the ledger.
    fields : sequence of Field
    values_of_new_rows : mapping or function that gives one
        What a new row has beside what is typed; of a field that is typed the text that
        stands there first. A function is called with the session and what was typed,
        within the transaction that saves, so that it may keep the evidence that the row
        rests on.
    id : UUID, optional
        The row that is changed. Default: rows are added.
    language : {"id", "en"}
    title : str
        What is entered. Default: the kind's name.
    scope : str
        Region and year of the plan, as "3501.2025": drafts of new rows are kept by it.
    url : str, optional
        Another ledger than `ledger.address`'s.

    Returns
    -------
    Form
        A widget; `on_saved(function)` is called after each write.

    Examples
    --------
    >>> from widgets import Field, form
    >>> issue = form(
    ...     "issues",
    ...     [
    ...         Field("title", "text", "Isu"),
    ...         Field("direct_reason", "long", "Alasan tanpa temuan"),
    ...     ],
    ...     values_of_new_rows={"region": "3501", "plan_year": 2025},
    ...     url="sqlite:////nowhere/ledger.sqlite",
    ... )
    >>> [field["required"] for field in issue.setup["fields"]]
    [True, False]
    """
    return Form(
        kind,
        fields,
        id=id,
        new=values_of_new_rows or {},
        language=language,
        title=title,
        scope=scope,
        url=url,
    )


class Form(Editor):
    """One row as a form."""

    _esm = script("form.js")
    DOES = (*Editor.DOES, "save")

    def __init__(self, kind, fields, *, id, new, **rest):
        self._ids = [id] if id else []  # that may be written from here
        first = {} if callable(new) else new
        begins = {
            each.name: str(first[each.name])
            for each in fields
            if first.get(each.name) is not None
        }
        super().__init__(
            kind,
            fields,
            where=lambda: {"id": self._ids},
            new=new,
            adds=id is None,
            begins=begins,
            **rest,
        )

    def _html(self) -> str:
        """A form that adds rows says nothing on a page: what was added stands elsewhere."""
        return super()._html() if self._ids else ""

    def _do_save(self, message) -> dict:
        id, version = self._take_id(message), message.get("version")
        values = self._checked(message, new=version is None)
        with self._writing() as book:
            if version is None:
                self._ids = [*self._ids, id]  # a second try finds the row of the first
                row, step = self._create(book, id, values)
            else:
                was = self._take_texts(message, "was")
                row, step = self._put(book, id, int(version), values, was)
            about = f"{NEW}:{self._place}" if version is None else str(id)
            ledger.drop_draft(book, self._who(), self._kind, about)
        return self._saved([row], [step] if step else [])

    def _checked(self, message, *, new: bool) -> dict:
        """Values of all fields; every one that is wrong is told."""
        values, problems = {}, []
        for name, text in self._take_texts(message, "values").items():
            try:
                values[name] = self._read(name, text)
            except Refused as error:
                why = speaker.sentence(error, self._language)
                problems.append({"field": name, "why": why})
        if problems:
            raise Refused("bad_form", problems, count=len(problems))
        return values
