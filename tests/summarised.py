"""A summary of a few official figures, for tests of what it says of them."""

import numpy as np
import pandas as pd

from sepakat_lib import analysis
from sepakat_lib.reports import analysis as show

TEXT = "kind source grouping group against_region against_group mark people_mark remark verdict"
NUMBERS = "value low high se rse n df people people_low people_high"
NONE_OPEN = analysis.unanswered({}).head(0)
NO_SERIES = pd.DataFrame(columns=["region", "year", "month", "source", "value"])


def findings(chosen, cells: pd.DataFrame) -> pd.DataFrame:
    """Levels of the region and gaps to the tiers above, of cells of official figures."""
    rows = []
    own = cells[cells["region"].eq(chosen.region) & cells["indicator"].eq("p0")]
    for number, cell in enumerate(cells.to_dict("records")):
        row = dict.fromkeys(TEXT.split(), "") | dict.fromkeys(NUMBERS.split(), np.nan)
        row |= {"grouping": "all", "group": "all", "judgement": "none"} | cell
        row |= {"kind": "level", "id": f"finding/{number}"}
        if cell["region"] != chosen.region:
            if not cell["verdict"]:
                continue
            apart = own["value"].iloc[0] - cell["value"]
            row |= {"kind": "gap", "region": chosen.region, "value": apart}
            row |= {"against_region": cell["region"]}
        rows.append(row)
    names = ["id", *TEXT.split(), *NUMBERS.split(), *cells, "judgement"]
    return pd.DataFrame(rows, columns=[*dict.fromkeys(names)])


def summary(chosen, change: dict, cells: pd.DataFrame, *drawn: pd.DataFrame):
    """The block, of BPS's figures alone."""
    of_bps = findings(chosen, cells)
    facts = analysis.summary(chosen, of_bps, change, {}, NONE_OPEN, [cells, *drawn])
    return show.summary(chosen, facts, NO_SERIES)
