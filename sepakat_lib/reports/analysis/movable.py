"""The map of the official poverty rate as a document of its own, which can be moved."""

import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.figures import leaflet
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports.analysis.writing import speaker


def movable(chosen: Parameters, mapped: pd.DataFrame, shapes) -> str:
    """Page with the kabupaten round the region, to be moved and enlarged.

    Parameters
    ----------
    chosen : Parameters
    mapped : DataFrame
        From `analysis.mapped`: ``region``, ``value`` [percent], highest first; at least
        one row.
    shapes : places.Shapes
        The office's own boundaries, or schematic shapes, which say so.

    Returns
    -------
    str
        HTML document that fetches nothing.
    """
    say, language = speaker(chosen), chosen.language
    drawn = mapped.assign(
        name=[regions.short_name(each) for each in mapped["region"]],
        told=[words.percent(each, language, 2) for each in mapped["value"]],
        mark="",
    )
    most, least = drawn.iloc[0], drawn.iloc[-1]
    title = say(
        "map.title",
        most=most["name"],
        most_value=most["told"],
        least=least["name"],
        least_value=least["told"],
    )
    drawn["label"] = drawn["name"] + ": " + drawn["told"]
    inside = regions.level(chosen.region) == "kabupaten"
    return leaflet.movable_map(
        shapes.table,
        drawn[["region", "value", "mark", "label"]],
        unit=say("unit.people"),
        alt=f"{title}.",
        language=language,
        schematic=shapes.schematic,
        own=chosen.region if inside else None,
    )
