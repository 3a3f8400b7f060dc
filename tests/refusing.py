"""Refusals as tests meet them: by their code, or by what an English reader is told."""

import contextlib
import re

import pytest

from sepakat_lib import plausibility, speaker
from sepakat_lib.refused import Refused


@contextlib.contextmanager
def refusal(said: str = "", code: str | None = None):
    """Expect a refusal that a reader is told in words that fit `said`."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert code in (None, caught.value.code), caught.value
    assert re.search(said, told(caught.value)), told(caught.value)


def told(error: Refused) -> str:
    """The sentence in English, and below it the cells or shapes that it lists."""
    sentence = speaker.sentence(error, "en")
    assert "unexpected" not in sentence, f"{error} has no sentence"
    listed = english(error).problems
    if error.code == "implausible":
        rows = [plausibility.sentence(each, "en") for each in listed]
    else:
        rows = [
            _row(each) for each in ([] if listed is None else listed.to_dict("records"))
        ]
    return "\n".join([sentence, *rows])


def _row(row: dict) -> str:
    where = [row[name] for name in ("file", "code", "name") if name in row]
    named = [f"{name} {row[name]}" for name in ("row", "column") if name in row]
    return f"{', '.join([*where, *named])}: {row.get('value', '')}; {row['rule']}"


def english(error: Refused) -> Refused:
    """The error, with the rules of its table in English."""
    if error.problems is None or error.code == "implausible":
        return error
    rules = [speaker.rule(each, "en") for each in error.problems["rule"]]
    return Refused(error.code, error.problems.assign(rule=rules), **error.fields)
