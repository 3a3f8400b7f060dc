"""Boundaries: an office's own shapes of its province, kabupaten or kecamatan."""

from sepakat_lib.sources.boundaries.codes import TO_CONFIRM
from sepakat_lib.sources.boundaries.reading import Boundaries, Shapes, read, suggested

ORIGIN = {
    "title": "Batas wilayah administrasi",
    "producer": "the office that loads them: Bappeda, BPS or BIG",
    "licence": "that of the file; none is shipped with the package",
    "tells": "where provinces, kabupaten and kecamatan lie and what shape they have",
    "finest": "kecamatan",
    "misses": (
        "the legal course of a boundary: that stands in a regulation of the Minister "
        "of Home Affairs, and generalised files depart from it"
    ),
}

__all__ = ["ORIGIN", "TO_CONFIRM", "Boundaries", "Shapes", "read", "suggested"]
