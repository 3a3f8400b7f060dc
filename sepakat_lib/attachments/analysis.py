"""Beside the page of analysis: the estimates behind it, and the map that can be moved."""

from collections.abc import Set

import pandas as pd

from sepakat_lib import analysis, disclosure, estimation, places, published
from sepakat_lib.attachments import packed
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports.analysis import maps


def absent(chosen: Parameters) -> Set[str]:
    """What there is nothing for: a map without an official poverty rate."""
    return {"map"} if _mapped(chosen).empty else set()


def table(chosen: Parameters) -> pd.DataFrame:
    """The region's own estimates, through `disclosure.publish`."""
    shown = disclosure.publish(estimation.read(chosen), year=chosen.year)
    return shown[shown["region"] == chosen.region]


def _csv(chosen: Parameters) -> bytes:
    return table(chosen).to_csv(index=False).encode()


def _xlsx(chosen: Parameters) -> bytes:
    return packed.workbook(table(chosen), "estimates")


def _map(chosen: Parameters) -> bytes:
    shapes = places.around(chosen.region)
    return maps.movable(chosen, _mapped(chosen), shapes).encode()


def _mapped(chosen: Parameters) -> pd.DataFrame:
    return analysis.mapped(chosen, published.official())


MAKERS = {"csv": _csv, "xlsx": _xlsx, "map": _map}
