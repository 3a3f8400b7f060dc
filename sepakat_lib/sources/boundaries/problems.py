"""Which shapes of a boundary file are wrong, and how."""

import pandas as pd


def listed(rows, codes, names, rules) -> pd.DataFrame:
    """Problems as a table: ``row`` (1 is the first shape), ``code``, ``name``, ``rule``.

    Parameters
    ----------
    rows : sequence of int
        They count from 0.
    codes, names : sequence of str
    rules : sequence of str
        As `refused.written` makes them.
    """
    table = pd.DataFrame({"row": [int(row) + 1 for row in rows]})
    return table.assign(code=list(codes), name=list(names), rule=list(rules))
