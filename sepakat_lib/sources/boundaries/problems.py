"""Why a boundary file is refused: one sentence, and the list of what it is about."""

import pandas as pd

COLUMNS = ("row", "code", "name", "rule")
SHOWN = 5  # rows of the list that stand in the message itself


class BoundaryError(ValueError):
    """A file that cannot be taken as boundaries; nothing of it was loaded.

    Attributes
    ----------
    code : str
        Which of the sentences this is, and
    fields : dict
        what stands in it, for a translation.
    problems : DataFrame
        ``row`` (1 is the first shape of the file), ``code``, ``name``, ``rule``. Empty
        where the sentence says all.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        problems: pd.DataFrame | None = None,
        **fields: str | int,
    ) -> None:
        listed = pd.DataFrame(columns=COLUMNS) if problems is None else problems
        super().__init__(sentence + _beginning(listed))
        self.code, self.fields, self.problems = code, fields, listed


def _beginning(problems: pd.DataFrame) -> str:
    if problems.empty:
        return ""
    rows = [
        f"row {each.row} ({f'{each.code} {each.name}'.strip() or 'no name'}): {each.rule}"
        for each in problems.head(SHOWN).itertuples(index=False)
    ]
    rest = len(problems) - len(rows)
    return " " + "; ".join(rows) + (f"; and {rest} more." if rest else ".")


def listed(rows, codes, names, rules) -> pd.DataFrame:
    """Problems as a table; `rows` counts from 0."""
    table = pd.DataFrame({"row": [int(row) + 1 for row in rows]})
    return table.assign(code=list(codes), name=list(names), rule=list(rules))
