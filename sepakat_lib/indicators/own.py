"""An office's own indicators: one file each in `parameters/indicators`, none of ours.

A file names, defines and computes one indicator; before anything runs its expressions
are held against a short list of words and the columns that the survey has::

    name: crowded_with_children
    code: DAERAH-001
    label: {id: Anak di rumah sempit, en: Children in crowded housing}
    definition:
      id: Penduduk di bawah 15 tahun yang tinggal di bawah 7,2 m2 per orang.
      en: People below 15 who live in less than 7.2 m2 a person.
    unit: percent
    better: lower
    theme: services          # in whose figure and table it appears
    survey: susenas
    numerator: CASE WHEN floor_area / size < 7.2 THEN 1 WHEN floor_area > 0 THEN 0 END
    universe: age < 15
    groupings: [all, area, sex, quintile]
    source: RPJMD 2025-2029, Tabel 2.14
"""

import re
from difflib import get_close_matches

import duckdb

from sepakat_lib import parameters, sources
from sepakat_lib.indicators.groupings import EVERY, GROUPINGS, read_columns
from sepakat_lib.refused import Refused

NEEDED = (
    *("name", "code", "label", "definition", "unit", "better", "theme"),
    *("numerator", "source"),
)
GIVEN = {
    **{"survey": "susenas", "denominator": "1", "universe": "TRUE"},
    **{"counts": "persons", "groupings": [*EVERY]},
}
CHOICES = {
    "better": ("higher", "lower", "context"),
    "counts": ("persons", "households"),
}
NAME = r"[a-z][a-z0-9_]{1,39}"
KEYWORDS = frozenset(
    "CASE WHEN THEN ELSE END AND OR NOT IN BETWEEN IS NULL TRUE FALSE".split()
)
FUNCTIONS = frozenset("least greatest coalesce nullif abs round floor".split())
LINES = dict.fromkeys(  # what `estimation` adds where spending was asked
    (
        *("welfare", "poverty_line", "spending_factor", "extreme_line", "chronic_cut"),
        *("band_1", "band_2", "band_3", "band_4"),
    ),
    "DOUBLE",
)
OF_MEMBERS = {  # and what it says of a household by its members
    **dict.fromkeys(("head_sex", "head_age", "head_diploma", "families"), "DOUBLE"),
    **dict.fromkeys(("internet_user", "account_holder"), "BOOLEAN"),
}
TOKEN = re.compile(
    r"\s+|[0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z_0-9]*|<=|>=|<>|[-+*/()<>=,]"
)


def declared(units, themes: dict[str, int]) -> dict[str, tuple[str, dict]]:
    """What each file declares, checked: its theme, and the fields of an `Indicator`.

    Parameters
    ----------
    units : collection of str
        Those that an indicator may have.
    themes : dict of str to int
        Themes that it may stand in, and the question that each belongs to.

    Raises
    ------
    Refused
        ``own_indicator_…``: the file, the field and what is wrong with it.
    """
    by_name = {}
    for file, given in parameters.files("indicators").items():
        fields = _fields(file, given, units, themes)
        theme = fields.pop("theme")
        if fields["name"] in by_name:
            raise Refused("own_indicator_twice", file=file, name=fields["name"])
        fields |= {"question": themes[theme], "frame": "other"}
        by_name[fields["name"]] = theme, fields | {"file": file}
    return by_name


def _fields(file: str, given: dict, units, themes) -> dict:
    """Every field as it must be."""
    allowed = [*NEEDED, *GIVEN]
    for name in given:
        if name not in allowed:
            near = get_close_matches(str(name), allowed, n=1)
            raise Refused(
                "own_indicator_field",
                file=file,
                name=str(name)[:60],
                known=allowed,
                nearest=near,
            )
    if missing := [name for name in NEEDED if name not in given]:
        raise Refused("own_indicator_lacks", file=file, names=missing)
    fields = GIVEN | given
    choices = CHOICES | {"unit": [*units], "theme": [*themes]}
    for name, value in fields.items():
        if name in ("label", "definition"):
            whole = isinstance(value, dict) and set(value) == {"id", "en"}
            texts = [*value.values()] if whole else [""]
        elif name == "groupings":
            texts = value if isinstance(value, list) else [""]
            choices = choices | {name: [*EVERY]}
        else:
            texts = [value]
        for text in texts or [""]:
            if not isinstance(text, str | int | float) or not str(text).strip():
                raise Refused("own_indicator_empty", file=file, name=name)
            if name in choices and text not in choices[name]:
                raise _wrong_value(file, name, text, choices[name])
    if not re.fullmatch(NAME, str(fields["name"])):
        raise Refused("own_indicator_name", file=file, value=str(fields["name"])[:60])
    for name in ("numerator", "denominator", "universe"):
        fields[name] = str(fields[name])
    fields["groupings"] = tuple(fields["groupings"])
    return fields | {"table": _table(file, fields)}


def _wrong_value(file: str, name: str, text, choices) -> Refused:
    return Refused(
        "own_indicator_choice",
        file=file,
        name=name,
        value=str(text)[:60],
        choices=[*choices],
    )


def _table(file: str, fields: dict) -> str:
    """Rows over which the expressions run, once they are known to be harmless."""
    questionnaire = sources.schema(fields["survey"])
    if questionnaire is None:
        raise _wrong_value(file, "survey", fields["survey"], ["susenas"])
    homes = questionnaire["households"] | OF_MEMBERS
    homes |= LINES if "spending_pc_month" in homes else {}
    columns = homes | questionnaire["persons"]
    expressions = {n: fields[n] for n in ("numerator", "denominator", "universe")}
    for name, text in expressions.items():
        if bad := _refused_part(text, set(columns)):
            raise Refused(
                "own_indicator_sql",
                file=file,
                name=name,
                part=bad,
                allowed=", ".join([*sorted(KEYWORDS), *sorted(FUNCTIONS)]),
                columns=", ".join(columns),
                nearest=get_close_matches(bad, columns, n=1),
            )
    read = read_columns(" ".join(expressions.values()))
    table = "households" if read <= set(homes) else "persons"
    of_persons = {by.name for by in GROUPINGS if by.table == "persons"}
    if fields["counts"] == "households" and (
        table == "persons" or of_persons & set(fields["groupings"])
    ):
        raise Refused("own_indicator_households", file=file)
    _try(file, expressions, homes if table == "households" else columns)
    return table


def _refused_part(text: str, columns: set[str]) -> str:
    """The first piece of an expression that may not stand in it; empty for none.

    Nothing can open a file, ask another table or end the statement: only columns,
    numbers, `KEYWORDS`, `FUNCTIONS` and operators come through.

    >>> _refused_part("CASE WHEN age < 15 THEN 1 END", {"age"})
    ''
    >>> _refused_part("read_csv('/etc/passwd')", {"age"}), _refused_part("1; DROP", set())
    ('read_csv', ';')
    """
    place = depth = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        token = match[0] if match else text[place]
        rest = text[place + len(token) :]
        word = token[0].isalpha() or token[0] == "_"
        called = word and token not in KEYWORDS and rest.lstrip().startswith("(")
        depth += {"(": 1, ")": -1}.get(token, 0)
        if (
            not match
            or depth < 0
            or (token == "," and depth == 0)
            or (token == "-" and rest.startswith("-"))  # a comment begins so
            or (token == "/" and rest.startswith("*"))
            or (called and not (token in FUNCTIONS and rest.startswith("(")))
            or (word and not called and token not in KEYWORDS | columns)
        ):
            return token
        place += len(token)
    return "(" if depth else ""


def _try(file: str, expressions: dict[str, str], columns: dict[str, str]) -> None:
    """Let DuckDB read the expressions over a table without rows."""
    con = duckdb.connect()
    schema = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE TABLE nobody ({schema})")
    for name, text in expressions.items():
        kind = "BOOLEAN" if name == "universe" else "DOUBLE"
        try:
            con.execute(f"SELECT CAST(({text}) AS {kind}) FROM nobody")
        except duckdb.Error:  # what it says is in its own language
            raise Refused(
                "own_indicator_unread", file=file, name=name, text=text[:200]
            ) from None
