"""Reading a boundary file into the table that maps are drawn from."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely

from sepakat_lib import regions
from sepakat_lib.sources.boundaries import codes, confirmed, files, polygons


class Shapes(pa.DataFrameModel):
    """One row a region with its shape; the same columns as schematic shapes have."""

    region: str = pa.Field(
        str_matches=r"^(\d{2}|\d{4}|\d{2}\.\d{2}\.\d{2})$",
        unique=True,
        description="BPS 2022; Kemendagri's dotted code for a kecamatan",
    )
    level: str = pa.Field(isin=["province", "kabupaten", "kecamatan"])
    name: str = pa.Field(str_length={"min_value": 1}, description="short name")
    geometry: bytes = pa.Field(description="WKB, polygons, WGS 84 [degrees]")

    class Config:
        """Nothing else stands here."""

        strict = True


class Boundaries(NamedTuple):
    """Shapes of a file, and what was found out about it.

    Attributes
    ----------
    shapes : DataFrame
        `Shapes`, in the order of their codes.
    level : str
        ``province``, ``kabupaten`` or ``kecamatan``.
    column, scheme : str
        Where the codes stood, and whether they are ``kemendagri``, ``kemendagri_2021``,
        ``bps`` (2022), ``bps_2020`` or ``confirmed`` by a person in a table.
    repaired : list of str
        Regions whose line crossed itself; their area was taken as it encloses it.
    absent : list of str
        Regions of that level and of the provinces in the file that have no shape in it.
    """

    shapes: pd.DataFrame
    level: str
    column: str
    scheme: str
    repaired: list[str]
    absent: list[str]


def read(
    path: str | Path, layer: str | None = None, table: str | Path | None = None
) -> Boundaries:
    """Read an office's own boundaries, of provinces, kabupaten or kecamatan.

    Parameters
    ----------
    path : Path
        GeoJSON or TopoJSON (also with .gz), GeoPackage, Shapefile (also in a ZIP).
    layer : str, optional
        Which one, in a file with several.
    table : Path, optional
        CSV with the code of each row, as `suggested` makes it and a person confirmed
        it; then the file's own codes and names do not count.

    Raises
    ------
    Refused
        The file or its shapes cannot be used; it says why, and lists which. Codes that
        do not exist, stand twice, or belong to another place than the shape or the
        name beside them are refused, never skipped; so is a shape that is a part of
        its region, or holds another one besides.

    Notes
    -----
    A shape fits its code if of all points of kecamatan inside it none are more than the
    region's own; a kecamatan's own point must be inside it. Its area must be that of
    the region (`extent`). Coordinates are taken for WGS 84 where they are degrees:
    Indonesia's own datums differ from it by less than a map shows.
    """
    held, invalid = _held(path, layer)
    if table is None:
        reading = codes.recognise(held)
    else:
        reading, rows = confirmed.reading(Path(table), held.label)
        whole = held.file._replace(beside=held.file.beside.iloc[rows])
        whole = whole._replace(beside=whole.beside.reset_index(drop=True))
        held, invalid = codes.content(whole, held.shapes[rows]), invalid[rows]
        codes.check(held, reading, named=False)
    shapes = pd.DataFrame(
        {
            "region": reading.region,
            "level": reading.level,
            "name": _names(reading),
            "geometry": shapely.to_wkb(held.shapes),
        }
    )
    shapes = Shapes.validate(shapes.sort_values("region", ignore_index=True))
    repaired = sorted(reading.region[invalid])
    absent = _absent(set(shapes["region"]), reading.level)
    return Boundaries(
        shapes, reading.level, reading.column, reading.scheme, repaired, absent
    )


def suggested(path: str | Path, layer: str | None = None) -> pd.DataFrame:
    """Which region each shape of a file seems to be, for a person to confirm.

    Parameters
    ----------
    path, layer
        As `read` takes them.

    Returns
    -------
    DataFrame
        As `codes.suggested`.
    """
    held, _ = _held(path, layer)
    return codes.suggested(held, held.names.level or "kabupaten")


def _held(path: str | Path, layer: str | None) -> tuple:
    file = files.load(path, layer)
    labels = codes.names.of(file.beside).label
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused
        shapes, invalid = polygons.checked(file, labels)
    return codes.content(file, shapes), invalid


def _names(reading: codes.Reading) -> list[str]:
    if reading.level != "kecamatan":
        return [regions.short_name(region) for region in reading.region]
    parts = regions.kecamatan(regions.NATION)
    names = dict(zip(parts["kemendagri"], parts["name"], strict=True))
    return [names[region] for region in reading.region]


def _absent(present: set[str], level: str) -> list[str]:
    if level == "kecamatan":
        parts = regions.kecamatan(regions.NATION)
        owners = parts.set_index("kemendagri")["region"]
        every = owners[owners.isin(set(owners[sorted(present)]))].index
    elif level == "kabupaten":
        every = [m for p in {r[:2] for r in present} for m in regions.members(p)]
    else:
        every = regions.peers(next(iter(present)), "nation")
    return sorted(set(every) - present)
