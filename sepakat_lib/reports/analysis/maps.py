"""The map of the official poverty rate: still in the report, and one that can be moved."""

import pandas as pd

from sepakat_lib import figures, modules, regions, words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports.writing import inside_picture, month_of


def title(chosen: Parameters, mapped: pd.DataFrame) -> str:
    """Where the rate is highest and where lowest, without a full stop.

    Parameters
    ----------
    chosen : Parameters
    mapped : DataFrame
        From `analysis.mapped`: ``region``, ``value`` [percent], highest first; at least
        one row.
    """
    most, least = mapped.iloc[0], mapped.iloc[-1]
    return words.say(
        "map.title",
        chosen.language,
        most=regions.short_name(most["region"]),
        most_value=words.percent(most["value"], chosen.language, 2),
        least=regions.short_name(least["region"]),
        least_value=words.percent(least["value"], chosen.language, 2),
    )


def caption(chosen: Parameters, mapped: pd.DataFrame) -> str:
    """Whose figures of when the map shows."""
    when = month_of(mapped.iloc[0], chosen.language)
    return words.say("map.caption", chosen.language, month=when)


def still(chosen: Parameters, mapped: pd.DataFrame, shapes) -> str:
    """SVG of the kabupaten round the region; `shapes` as from `places.around`.

    Where the same map can be moved, a page hides this one by its class.
    """
    when = month_of(mapped.iloc[0], chosen.language)
    publisher = words.say("source.bps", chosen.language, month=when)
    drawn = figures.choropleth(
        shapes.table,
        **_told(chosen, mapped, shapes),
        source=inside_picture(chosen, publisher),
    )
    return f'<div class="still-map">{drawn}</div>'


def movable(chosen: Parameters, mapped: pd.DataFrame, shapes) -> str:
    """HTML document with the same map, to be moved and enlarged; it fetches nothing."""
    from sepakat_lib.figures import leaflet  # folium, which no page but this needs

    return leaflet.movable_map(
        shapes.table,
        title=title(chosen, mapped),
        caption=caption(chosen, mapped),
        back=(
            words.say("map.back", chosen.language),
            f"{modules.stem('analysis', chosen, ('language',))}.html",
        ),
        **_told(chosen, mapped, shapes),
    )


def _told(chosen: Parameters, mapped: pd.DataFrame, shapes) -> dict:
    """What both maps show: values, labels, the sentence, and whose shapes they are."""
    language = chosen.language
    labels = [
        f"{regions.short_name(row.region)}: {words.percent(row.value, language, 2)}"
        for row in mapped.itertuples()
    ]
    values = mapped[["region", "value"]].assign(mark="", label=labels)
    inside = regions.level(chosen.region) == "kabupaten"
    return {
        "values": values,
        "unit": words.say("unit.people", language),
        "alt": f"{title(chosen, mapped)}.",
        "language": language,
        "schematic": shapes.schematic,
        "own": chosen.region if inside else None,
        "classes": max(2, min(5, len(values) // 3)),  # six regions have no five shades
    }
