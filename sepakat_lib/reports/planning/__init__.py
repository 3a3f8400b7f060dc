"""The blocks of the page of a plan, and its trees as files. Nothing is computed here."""

from sepakat_lib.reports.planning.blocks import (
    activities,
    bar,
    differing,
    foot,
    lacking,
    opening,
    source_of,
    trees,
)
from sepakat_lib.reports.planning.document import docx
from sepakat_lib.reports.planning.pictures import drawings, nodes

__all__ = [
    "activities",
    "bar",
    "differing",
    "docx",
    "drawings",
    "foot",
    "lacking",
    "nodes",
    "opening",
    "source_of",
    "trees",
]
