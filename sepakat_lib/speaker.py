"""The one who says a refusal to a reader: the same sentence at every door.

Terminal, index of a batch, page of a browser and banner of a notebook all ask here.
"""

from collections.abc import Collection, Iterable

from sepakat_lib import refused, words
from sepakat_lib.refused import Refused

SHOWN = 8  # of a list inside a sentence
AFTER = {  # fields that any refusal may have, and the sentence that tells them
    "in_file": ("why.in_file", "file"),
    "passed_over": ("why.passed_over", "files"),
    "nearest": ("why.nearest", "names"),
    "nearest_regions": ("why.nearest", "regions"),
}


def sentence(error: Exception, language: str, *, without: Collection[str] = ()) -> str:
    """What an error means: what is wrong, what came, what was expected, what to do.

    Parameters
    ----------
    error : Exception
        Also one that is no refusal (`refused.of`).
    language : {"id", "en"}
    without : collection of str
        Those of `AFTER` that a door tells in its own way.
    """
    refusal = refused.of(error)
    key = f"error.{refusal.code}"
    own = {name: value for name, value in refusal.fields.items() if name not in AFTER}
    if key not in words.catalogue() or _fields(key) != set(own):
        # written by another version, or by hand
        own = {"kind": refusal.code, "why": ", ".join(map(str, own.values()))}
        return say("error.unexpected", language, **own)
    sentences = [say(key, language, **own)]
    for name, (after, field) in AFTER.items():
        if refusal.fields.get(name) and name not in without:
            value = refusal.fields[name]
            if field == "regions":
                field, value = "names", [place(code) for code in value]
            sentences.append(say(after, language, **{field: value}))
    return " ".join(sentences)


def rule(line: str, language: str) -> str:
    """What a cell should hold, or what is wrong with it.

    Parameters
    ----------
    line : str
        Code and fields, as `refused.written` makes it.

    >>> rule('whole_from_to {"low": "0", "high": "120"}', "en")
    'a whole number from 0 to 120'
    """
    parsed = refused.read(line)
    key = f"rule.{parsed[0]}" if parsed else ""
    if key not in words.catalogue() or _fields(key) != set(parsed[1]):
        return printable(line)
    return say(key, language, **parsed[1])


def _fields(key: str) -> set[str]:
    return words.fields_of(words.catalogue()[key]["id"])


def say(key: str, language: str, **fields) -> str:
    """Sentence of `key`; fields may be numbers or lists.

    Parameters
    ----------
    key : str
        As in the files of ``words``.
    language : {"id", "en"}
    **fields
        An int is a count and gets its thousand mark; years and codes come as text. Of a
        list the first eight are shown. `role` is a key of `role.…`, `scheme` and `read_as`
        of `boundaries.scheme.…`, and `regions…` are BPS codes.

    >>> say("error.no_region", "en", regions=["3501"], regions_there=["3326"])
    'Pacitan (3501) is not in the files. The kabupaten in them: Kab. Pekalongan (3326). \
Choose one of these, or add its files.'
    """
    shown = {name: _written(name, value, language) for name, value in fields.items()}
    return words.say(key, language, **shown)


def _written(name: str, value, language: str) -> str:
    if name == "role" and f"role.{value}" in words.catalogue():
        return words.say(f"role.{value}", language)
    if name in ("scheme", "read_as"):  # a numbering of regions
        key = f"boundaries.scheme.{value}"
        return (
            words.say(key, language) if key in words.catalogue() else printable(value)
        )
    if name == "rule":  # of the ledger
        known = f"ledger.{value}" in words.catalogue()
        fields = {} if known else {"rule": printable(value)}
        return words.say(
            f"ledger.{value}" if known else "ledger.other", language, **fields
        )
    if isinstance(value, list | tuple):
        of_regions = name.startswith("regions")
        return listed(map(place, value) if of_regions else value, language)
    if isinstance(value, int):
        return words.number(value, language)
    return printable(value)


def printable(value) -> str:
    r"""Text on one line, without signs that would steer the terminal.

    >>> printable("a\x1b[2Jb\nc")
    'a?[2Jb c'
    """
    text = " ".join(str(value).split())
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def listed(items: Iterable, language: str) -> str:
    """Items with commas; of a long list the first eight and how many more.

    >>> listed(range(10), "id")
    '0, 1, 2, 3, 4, 5, 6, 7, … dan 2 lagi'
    """
    shown = [printable(item) for item in items]
    text = ", ".join(shown[:SHOWN]) or "–"
    if len(shown) <= SHOWN:
        return text
    return words.say("list.more", language, items=text, n=len(shown) - SHOWN)


def place(region: str) -> str:
    """Short name and BPS code; what is no region as it is.

    >>> place("3501")
    'Pacitan (3501)'
    """
    from sepakat_lib import regions  # slow, and most sentences name no region

    try:
        return f"{regions.short_name(region)} ({region})"
    except Refused:
        return printable(region)
