"""Shapes of regions for maps: the office's own where it added them, else schematic."""

from typing import NamedTuple

import pandas as pd

from sepakat_lib import figures, regions, warehouse


class Shapes(NamedTuple):
    """Shapes to draw, and whether they were made from points."""

    table: pd.DataFrame
    schematic: bool


def drawn() -> list[str]:
    """Provinces whose maps the office's own boundaries draw: those that are whole."""
    own = warehouse.boundaries("kabupaten")
    if own is None:
        return []
    held = set(own["region"])
    return [code for code in regions.below("00") if held >= {*regions.members(code)}]


def around(region: str) -> Shapes:
    """The regions that a region is ranked among, as shapes.

    Parameters
    ----------
    region : str
        BPS 2022 key; a kabupaten gives the kabupaten of its province, a province its
        own kabupaten, the nation all kabupaten.

    Returns
    -------
    Shapes
        ``region``, ``level``, ``name``, ``geometry`` (WKB, degrees). The office's own
        boundaries are taken only if they hold every one of the regions.
    """
    whole = regions.province(region) or region
    members = regions.members(whole)
    own = warehouse.boundaries("kabupaten")
    if own is not None:
        shapes = own[own["region"].isin(members)]
        if len(shapes) == len(members):
            names = [regions.short_name(code) for code in shapes["region"]]
            return Shapes(shapes.assign(name=names), schematic=False)
    return Shapes(figures.shapes(whole, "kabupaten"), schematic=True)
