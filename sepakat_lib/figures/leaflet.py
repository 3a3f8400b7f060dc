"""Maps that people move: folium with everything it needs inside the page.

As it comes, folium names eleven files on other people's servers and a server of tiles.
Of these one library is needed; it is carried in `assets/` and written into the page.
Whatever else would be fetched stops the drawing.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

import folium
import numpy as np
import pandas as pd
import shapely
from branca.element import Element
from folium.elements import JSCSSMixin
from folium.template import Template

from sepakat_lib import words
from sepakat_lib.figures import hatching
from sepakat_lib.figures.classes import Classes
from sepakat_lib.figures.drawing import FONT, INK, NARROW, SOFT, SWITCH, WIDE
from sepakat_lib.figures.layout import TEXT
from sepakat_lib.figures.legend import FAINT, ink_on, legend
from sepakat_lib.figures.maps import BORDER, Sheet, sheet_of

ASSETS = Path(__file__).with_name("assets")
CARRIED = {
    "leaflet": "leaflet-1.9.3/leaflet.js",
    "leaflet_css": "leaflet-1.9.3/leaflet.css",
}
DROPPED = {  # what folium adds to every map, for markers that stand in none of ours
    *("jquery", "bootstrap", "awesome_markers", "bootstrap_css", "glyphicons_css"),
    *("awesome_markers_font_css", "awesome_markers_css", "awesome_rotate_css"),
}
FINEST = 1 / 2000  # of the map's width: the detail that survives
HATCHES = 150  # lines across the map
_NAMESPACE = "http://www.w3.org/2000/svg"  # a name: nobody fetches it
_FETCHED = re.compile(r"""https?://[^\s"'<>]*|(src|href)\s*=[^\s>]*|@import""")
_RANDOM = re.compile(r"(?<=_)[0-9a-f]{32}")
_STYLE = f"""<style>
html, body {{height: 100%; margin: 0}}
body {{display: flex; flex-direction: column; font-family: {FONT}}}
header {{order: -1; padding: .5rem; color: {INK}}}
h1 {{font-size: 1rem; margin: 0}}
header p {{font-size: {TEXT}px; color: {SOFT}; margin: .25rem 0 0}}
.folium-map {{flex: 1 1 auto; min-height: 12rem; height: auto !important}}
.leaflet-container {{background: #fff; font: {TEXT}px {FONT}}}
.key {{order: 1; padding: .25rem .5rem}}
.key svg {{max-width: 100%; height: auto}}
.names {{order: 2; padding: 0 .5rem .5rem; font-size: {TEXT}px; color: {INK}; max-height: 45%; overflow-y: auto; flex: none}}
.names ul {{columns: 11rem; margin: .3rem 0; padding-left: 1.1rem}}
{SWITCH}
</style>"""


class _Zoom(folium.MacroElement):
    """Buttons for the size, named in the reader's language."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "L.control.zoom({zoomInTitle: {{ this.closer|tojson }}, "
        "zoomOutTitle: {{ this.farther|tojson }}}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, language: str) -> None:
        super().__init__()
        self._name = "zoom"
        self.closer = words.say("map.zoom_in", language)
        self.farther = words.say("map.zoom_out", language)


def movable_map(
    shapes: pd.DataFrame,
    values: pd.DataFrame,
    *,
    title: str,
    caption: str,
    back: tuple[str, str] | None = None,
    **options,
) -> str:
    """Page with a map that can be moved and enlarged, for a frame of any size.

    Parameters
    ----------
    shapes, values, **options
        As for `maps.choropleth`: shades and signs are the same. `label` shows when one
        points at a region, `name` where it is empty.
    title, caption : str
        Stand above the map: what it shows, and whose figures of when.
    back : (what happens, address), optional
        Leads to the page that the map belongs to; not shown inside a frame of it.

    Returns
    -------
    str
        HTML document that fetches nothing, the same at each run.

    Raises
    ------
    ValueError
        As `maps.choropleth`.
    RuntimeError
        The page would fetch something.
    """
    sheet = sheet_of(shapes, values, **options)
    drawn = _layers(sheet)
    page = drawn.get_root()
    page.title = escape(title)
    head = f"<header><h1>{escape(title)}</h1><p>{escape(caption)}</p></header>"
    page.html.add_child(_verbatim(head), name="head")
    page.html.add_child(_verbatim(_key(sheet)), name="key")
    page.html.add_child(_verbatim(_names(sheet)), name="names")
    html = inlined(drawn).replace("<html>", f'<html lang="{sheet.language}">', 1)
    named = f'class="folium-map" role="region" aria-label={quoteattr(sheet.alt)}'
    html = html.replace('class="folium-map"', named, 1)
    return html.replace("<header>", f"<header>{_leading(*back)}", 1) if back else html


def _leading(says: str, address: str) -> str:
    """Link to the page beside it, hidden where the map stands inside that page."""
    framed = (
        '<script>if (self !== top) document.getElementById("back").hidden = true'
        "</script>"
    )
    return f'<p id="back"><a href={quoteattr(address)}>{escape(says)}</a></p>{framed}'


def _names(sheet: Sheet) -> str:
    """Every region with its value, for fingers that cannot point without a click."""
    labels = sheet.regions["label"].where(
        sheet.regions["label"] != "", sheet.regions["name"]
    )
    says = escape(words.say("map.names", sheet.language))
    listed = "".join(f"<li>{escape(label)}</li>" for label in labels)
    return (
        f'<details class="names"><summary>{says}</summary><ul>{listed}</ul></details>'
    )


def inlined(drawn: folium.Map) -> str:
    """HTML of a folium map with all it needs inside, and no name made by chance.

    Raises
    ------
    RuntimeError
        A part of the map (a plug-in, a layer of tiles) would fetch a file that is
        neither carried nor known to be idle.
    """
    page = drawn.get_root()
    for part in _parts(drawn):
        if not isinstance(part, JSCSSMixin):
            continue
        for name, address in (*part.default_js, *part.default_css):
            if name not in {*CARRIED, *DROPPED}:
                raise RuntimeError(_would_fetch(f"{name} from {address}"))
        part.default_js = part.default_css = []
    carried = [(ASSETS / file).read_text("utf-8") for file in CARRIED.values()]
    for name, text, tag in zip(CARRIED, carried, ("script", "style"), strict=True):
        page.header.add_child(_verbatim(f"<{tag}>{text}</{tag}>"), name=name)
    page.header.add_child(_verbatim(_STYLE), name="style")
    html = page.render()
    ours = html.replace(_NAMESPACE, "")
    for text in carried:
        ours = ours.replace(text.replace(_NAMESPACE, ""), "")
    if match := _FETCHED.search(ours):
        raise RuntimeError(_would_fetch(match[0]))
    names: dict[str, str] = {}
    return _RANDOM.sub(lambda m: names.setdefault(m[0], str(len(names) + 1)), html)


def _would_fetch(what: str) -> str:
    return (
        f"the map would fetch {what}; a map carries all it needs: leave the part out "
        "that brings it (tiles, a plug-in, a marker with a picture), or put the file "
        "into figures/assets"
    )


def _parts(part: Element) -> Iterator[Element]:
    """A part of a map with all that hangs on it."""
    yield part
    for child in part._children.values():
        yield from _parts(child)


def _verbatim(text: str) -> Element:
    """Piece of the page in which no brace is taken for a template's."""
    return Element("{% raw %}" + text + "{% endraw %}")


def _layers(sheet: Sheet) -> folium.Map:
    """Regions, then hatches over them, then the outline of the own region."""
    drawn = folium.Map(
        tiles=None,
        attribution_control=False,
        zoom_control=False,
        zoom_snap=0.25,
        scroll_wheel_zoom=False,  # the wheel belongs to the page that the map is in
    )
    drawn.add_child(_Zoom(sheet.language))
    whole = shapely.from_wkb(sheet.regions["geometry"].to_numpy())
    west, south, east, north = shapely.total_bounds(whole)
    shapes = shapely.coverage_simplify(whole, (east - west) * FINEST)
    kinds, number = sheet.classes.kind, sheet.classes.number
    labels = sheet.regions["label"].where(
        sheet.regions["label"] != "", sheet.regions["name"]
    )
    regions = [
        _feature(shape, told=escape(text), look=_look(sheet.classes, i))
        for i, (shape, text) in enumerate(zip(shapes, labels, strict=True))
    ]
    tooltip = folium.GeoJsonTooltip(["told"], labels=False, sticky=True)
    drawn.add_child(_layer(regions, smooth_factor=0, tooltip=tooltip))
    hatches = []
    for class_ in np.unique(number[kinds == "hatched"]):
        chosen = shapes[(kinds == "hatched") & (number == class_)]
        cut = hatching.lines(chosen, (east - west) / HATCHES)
        colour = ink_on(sheet.classes.shade(class_))
        look = {"color": colour, "weight": 1, "opacity": 0.6}
        hatches.append(_feature(cut, look=look))
    if sheet.own is not None:
        outline = {"color": INK, "weight": 3, "fill": False}
        hatches.append(_feature(shapes[sheet.own], look=outline))
    if hatches:
        drawn.add_child(_layer(hatches, smooth_factor=0, interactive=False))
    drawn.fit_bounds([[south, west], [north, east]])
    return drawn


def _layer(features: list[dict], **options) -> folium.GeoJson:
    collection = {"type": "FeatureCollection", "features": features}
    style = lambda feature: feature["properties"]["look"]  # noqa: E731
    return folium.GeoJson(collection, style_function=style, **options)


def _feature(shape: shapely.Geometry, **properties) -> dict:
    """GeoJSON with coordinates to a thousandth of the shape's size or finer."""
    west, south, east, north = shape.bounds
    digits = int(np.ceil(3 - np.log10(max(east - west, north - south, 1e-4))))
    rounded = shapely.transform(shape, lambda lonlat: np.round(lonlat, digits))
    geometry = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _look(classes: Classes, i: int) -> dict:
    """Leaflet's words for the shade or sign of a region."""
    kind, number = classes.kind[i], classes.number[i]
    if kind == "no_data":
        look = {"color": FAINT, "weight": 1, "dashArray": "1 3"}
    elif kind == "blank":
        look = {"color": SOFT, "weight": 1}
    else:
        look = {"color": BORDER, "weight": 0.6}
    shade = classes.shade(number) if number >= 0 else "#fff"
    return look | {"fillColor": shade, "fillOpacity": 1}


def _key(sheet: Sheet) -> str:
    """Legend below the map, for a column and for a telephone."""
    drawings = []
    for name, width in (("wide", WIDE), ("narrow", NARROW)):
        inside, height = legend(
            sheet.classes,
            sheet.unit,
            sheet.language,
            schematic=sheet.schematic,
            width=width,
        )
        drawings.append(
            f'<svg xmlns="{_NAMESPACE}" class="chart-{name}" width="{width}" '
            f'viewBox="0 0 {width} {height:.0f}" font-size="{TEXT}" fill="{SOFT}">{inside}</svg>'
        )
    return f'<div class="key">{"".join(drawings)}</div>'
