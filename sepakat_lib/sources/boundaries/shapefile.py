"""Whether a Shapefile is whole: one map in three files, each with a count of its own.

GDAL reads what is there and says little of the rest: of a table with fewer rows it drops
shapes, and of a file cut off it makes empty ones. The heads of the files tell.
"""

import struct
from pathlib import Path

from sepakat_lib.refused import Refused
from sepakat_lib.sources import opening

HEAD = 100  # bytes before the first shape
BESIDE = (".dbf", ".shx", ".prj", ".cpg")


def beside(path: Path) -> dict[str, Path]:
    """Files of the same name that belong to a .shp, by their ending in small letters."""
    return {
        file.suffix.lower(): file
        for file in sorted(path.parent.iterdir())
        if file.stem == path.stem and file.suffix.lower() in BESIDE
    }


def check(path: Path) -> None:
    """Refuse a Shapefile that is cut off, or whose table is missing or another's.

    Raises
    ------
    Refused
        ``no_dbf``, ``unreadable`` (cut off), ``other_dbf``: its rows are not the shapes.
    """
    shapes = len(_records(path))
    table = beside(path).get(".dbf")
    if table is None:
        raise Refused("no_dbf", file=path.name, table=f"{path.stem}.dbf")
    with table.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        raise opening.unreadable(table)
    rows, start, width = struct.unpack("<IHH", head[4:12])
    if table.stat().st_size < start + rows * width:
        raise opening.unreadable(table)
    if rows != shapes:
        raise Refused(
            "other_dbf", file=path.name, table=table.name, shapes=shapes, rows=rows
        )


def index(path: Path) -> bytes:
    """The .shx of a .shp, made anew: where each shape begins and how long it is."""
    records = _records(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    length = struct.pack(">i", (HEAD + 8 * len(records)) // 2)
    rows = (struct.pack(">ii", start // 2, size // 2) for start, size in records)
    return head[:24] + length + head[28:] + b"".join(rows)


def _records(path: Path) -> list[tuple[int, int]]:
    """Beginning and size of each shape [bytes]."""
    records, place = [], HEAD
    with path.open("rb") as file:
        head = file.read(HEAD)
        if len(head) < HEAD:
            raise opening.unreadable(path)
        end = 2 * struct.unpack(">i", head[24:28])[0]
        if end > path.stat().st_size:
            raise opening.unreadable(path)
        while place < end:
            file.seek(place + 4)
            words = file.read(4)
            size = 2 * struct.unpack(">i", words)[0] if len(words) == 4 else 0
            if size < 4 or place + 8 + size > end:
                raise opening.unreadable(path)
            records.append((place, size))
            place += 8 + size
    return records
