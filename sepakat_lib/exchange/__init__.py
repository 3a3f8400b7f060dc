"""Files of other systems <-> rows of the ledger: price sheets, SIPD, monthly realisation.

`sheets` reads and writes tables, `prices`, `sipd` and `realisation` say what their columns
mean. A file is taken whole, in one transaction, or refused with each row that is wrong.
"""

from pathlib import Path

import pandas as pd

from sepakat_lib.exchange import prices, realisation, sheets, sipd
from sepakat_lib.exchange.sheets import Taken
from sepakat_lib.refused import Refused

__all__ = ["KINDS", "load", "prices", "realisation", "sheets", "sipd"]

KINDS = ("prices", "sipd", "realisation")


def load(
    kind: str,
    path: Path,
    region: str,
    who: str,
    nomenclature: pd.DataFrame,
    *,
    plan_year: int | None = None,
    replace: bool = False,
) -> Taken:
    """Take a sheet of a kind into the ledger of a kabupaten, whole or not at all.

    Parameters
    ----------
    kind : str
        Of `KINDS`; what else is given is as `load` of the module of that name takes it.
    plan_year : int, optional
        Of prices, their year.

    Raises
    ------
    Refused
        ``unknown_sheet_kind``; ``no_plan_year``, of SIPD's; as `load` of that module.
    """
    if kind == "prices":
        return prices.load(path, region, who, year=plan_year)
    if kind == "sipd":
        if plan_year is None:
            raise Refused("no_plan_year")
        return sipd.load(path, region, plan_year, who, nomenclature)
    if kind == "realisation":
        return realisation.load(path, region, who, plan_year=plan_year, replace=replace)
    raise Refused("unknown_sheet_kind", given=kind[:60], choices=[*KINDS])
