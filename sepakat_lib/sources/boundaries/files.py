"""Opening a boundary file: GeoJSON, TopoJSON, GeoPackage or Shapefile, told apart.

GDAL takes a file for whatever its first bytes say, and some kinds name other files or
addresses to be read in their stead. So the first bytes are looked at here, before.
"""

import gzip
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from sepakat_lib.refused import Refused
from sepakat_lib.sources import opening

JSON = (".geojson", ".topojson", ".json")
KINDS = (*JSON, ".geojson.gz", ".topojson.gz", ".json.gz", ".gpkg", ".shp", ".zip")
JSON_TYPES = ("FeatureCollection", "Topology", "Feature")
FIRST_BYTES = {".gpkg": b"SQLite format 3\x00", ".shp": b"\x00\x00\x27\x0a"}


class File(NamedTuple):
    """What a file holds: shapes as WKB, what stands beside them, and its projection."""

    name: str
    wkb: np.ndarray
    beside: pd.DataFrame
    projection: str


def load(path: str | Path, layer: str | None = None) -> File:
    """Read all shapes of a file and the columns beside them.

    Raises
    ------
    Refused
        ``no_file``, ``unknown_kind``, ``unreadable``, ``several_layers``, ``no_layer``,
        ``empty``.
    """
    path = Path(path)
    source = _source(path)
    try:
        kinds = pyogrio.list_layers(source)
        layers = [str(name) for name, kind in kinds if kind is not None]
        chosen = _layer(path, layers, layer)
        meta, _, wkb, values = pyogrio.raw.read(source, layer=chosen, force_2d=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise opening.unreadable(path) from error
    if not len(wkb):
        raise Refused("empty", file=path.name)
    columns = zip(meta["fields"], values, strict=True)
    beside = pd.DataFrame({str(name): column for name, column in columns})
    return File(path.name, wkb, beside, str(meta["crs"] or ""))


def _source(path: Path) -> str:
    """GDAL's name for a file whose beginning is what its ending says."""
    opening.regular(path)
    ending = next((k for k in KINDS[::-1] if path.name.lower().endswith(k)), None)
    if ending is None:
        raise Refused("unknown_kind", file=path.name)
    if ending == ".zip":
        return _zipped(path)
    packed = ending.endswith(".gz")
    with (gzip.open if packed else open)(path, "rb") as stream:
        try:
            if ending in FIRST_BYTES:
                right = stream.read(16).startswith(FIRST_BYTES[ending])
            else:
                right = _json_type(stream.read()) in JSON_TYPES
        except (OSError, EOFError) as error:
            raise opening.unreadable(path) from error
    if not right:
        raise Refused("other_content", file=path.name, ending=ending)
    return f"/vsigzip/{path}" if packed else str(path)


def _zipped(path: Path) -> str:
    """The one Shapefile inside a ZIP."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [n for n in archive.namelist() if n.lower().endswith(".shp")]
            inside = [n for n in inside if not n.startswith("__MACOSX")]
            first = [archive.open(name).read(4) for name in inside]
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise opening.unreadable(path) from error
    if len(inside) != 1 or first[0] != FIRST_BYTES[".shp"]:
        raise Refused("several_shapefiles", file=path.name, n=len(inside))
    return f"/vsizip/{path}/{inside[0]}"


def _json_type(content: bytes) -> str | None:
    """What a JSON text calls itself; None where it is no JSON or is cut off."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return whole.get("type") if isinstance(whole, dict) else None


def _layer(path: Path, layers: list[str], wanted: str | None) -> str:
    names = ", ".join(layers)
    if wanted is not None and wanted not in layers:
        raise Refused("no_layer", file=path.name, layers=names)
    if wanted is None and len(layers) > 1:
        raise Refused("several_layers", file=path.name, layers=names)
    if not layers:
        raise Refused("empty", file=path.name)
    return wanted or layers[0]
