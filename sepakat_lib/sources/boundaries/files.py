"""Opening a boundary file: GeoJSON, TopoJSON, GeoPackage or Shapefile, told apart.

GDAL takes a file for whatever its first bytes say, and some kinds name other files or
addresses to be read in their stead. So the first bytes are looked at here, before.
"""

import gzip
import json
import shutil
import tempfile
import warnings
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from sepakat_lib.refused import Refused
from sepakat_lib.sources import opening, plain_text
from sepakat_lib.sources.boundaries import shapefile

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
        ``empty``, ``no_map_inside``, ``utf16``, and those of `shapefile.check`.
    """
    path = opening.regular(path)
    ending = next((k for k in KINDS[::-1] if path.name.lower().endswith(k)), None)
    if ending is None:
        raise Refused("unknown_kind", file=path.name)
    if ending == ".zip":
        with tempfile.TemporaryDirectory() as folder:
            inside, rest = _unpacked(path, Path(folder), layer)
            return load(inside, rest)._replace(name=path.name)
    _check_content(path, ending)
    if ending == ".shp":
        shapefile.check(path)
        if ".shx" not in shapefile.beside(path):
            with tempfile.TemporaryDirectory() as folder:
                return load(_with_index(path, Path(folder)), layer)
    return _loaded(path, f"/vsigzip/{path}" if ending.endswith(".gz") else path, layer)


def _loaded(path: Path, source: str | Path, layer: str | None) -> File:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's own words; what it read is checked
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
    return File(path.name, wkb, _flat(beside), str(meta["crs"] or ""))


def _flat(beside: pd.DataFrame) -> pd.DataFrame:
    """Columns of a file, those of properties inside properties among them."""
    made: dict[str, list] = {}
    for column in beside:
        inner = beside[column].map(_object)
        if inner.map(bool).mean() < 0.5:
            continue
        for name in dict.fromkeys(name for one in inner for name in one):
            made[f"{column}.{name}"] = [one.get(name) for one in inner]
    return beside.assign(**made) if made else beside


def _object(value: object) -> dict:
    if not (isinstance(value, str) and value.startswith("{")):
        return {}
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _check_content(path: Path, ending: str) -> None:
    """Refuse a file whose beginning is not what its ending says."""
    with (gzip.open if ending.endswith(".gz") else open)(path, "rb") as stream:
        try:
            content = stream.read(16 if ending in FIRST_BYTES else -1)
        except (OSError, EOFError) as error:
            raise opening.unreadable(path) from error
    if ending in FIRST_BYTES:
        right = content.startswith(FIRST_BYTES[ending])
    elif plain_text.letters(content[: opening.START]):
        raise Refused("json_utf16", file=path.name)
    else:
        right = _json_type(content) in JSON_TYPES
    if not right:
        raise Refused("other_content", file=path.name, ending=ending)


def _unpacked(path: Path, folder: Path, layer: str | None) -> tuple[Path, str | None]:
    """The one map inside a ZIP, or the one whose name is the layer, taken out of it.

    Returns
    -------
    path, layer
        The layer that is still to be chosen inside the map.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [PurePosixPath(name) for name in archive.namelist()]
            inside = [
                name for name in inside if name.parts[:1] != ("__MACOSX",) and name.stem
            ]
            maps = [n for n in inside if n.name.lower().endswith(KINDS[:-1])]
            if not maps:
                raise Refused("no_map_inside", file=path.name)
            named = [n for n in maps if layer in (n.stem, n.name)]
            chosen = named if len(maps) > 1 else maps
            if len(chosen) != 1:
                names = ", ".join(n.stem for n in maps)
                code = "several_layers" if layer is None else "no_layer"
                raise Refused(code, file=path.name, layers=names)
            (map_,) = chosen
            parts = [
                n for n in inside if (n.parent, n.stem) == (map_.parent, map_.stem)
            ]
            size = sum(archive.getinfo(str(n)).file_size for n in parts)
            if size > opening.MOST_BYTES:
                raise Refused("huge_file", file=path.name)
            for part in parts:
                plain = (folder / part.name).open("wb")
                with archive.open(str(part)) as packed, plain:
                    shutil.copyfileobj(packed, plain)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise opening.unreadable(path) from error
    return folder / map_.name, layer if len(maps) == 1 else None


def _with_index(path: Path, folder: Path) -> Path:
    """A copy of a Shapefile that has lost its .shx, with one made anew.

    The office's own folder may be closed to writing, and nothing is written beside its
    files.
    """
    for file in (path, *shapefile.beside(path).values()):
        shutil.copyfile(file, folder / file.name)
    (folder / path.name).with_suffix(".shx").write_bytes(shapefile.index(path))
    return folder / path.name


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
