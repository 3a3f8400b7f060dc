"""Susenas: BPS's survey of households' spending and living conditions."""

from pathlib import Path

from sepakat_lib.sources.susenas.files import READ, sha256
from sepakat_lib.sources.susenas.layouts import columns_of, schema
from sepakat_lib.sources.susenas.reading import Survey, read

ORIGIN = {
    "title": "Survei Sosial Ekonomi Nasional (Susenas): KOR and KP",
    "producer": "Badan Pusat Statistik",
    "licence": "confidential microdata; not redistributable",
    "tells": "spending and living conditions of households and their members",
    "finest": "kabupaten",  # the round of March; September was drawn for provinces
    "misses": (
        "people outside ordinary households: the homeless, barracks, dormitories, "
        "prisons; what happened between rounds; why"
    ),
}


def demo(folder: Path, **how) -> list[Path]:
    """Write an invented round; as `invention.demo`, which pages need not import."""
    from sepakat_lib.sources.susenas import invention

    return invention.demo(folder, **how)


__all__ = [
    "ORIGIN",
    "READ",
    "Survey",
    "columns_of",
    "demo",
    "read",
    "schema",
    "sha256",
]
