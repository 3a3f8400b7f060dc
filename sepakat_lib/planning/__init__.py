"""Why there is a problem, and what is done against it: trees of causes and activities.

Pure functions: decisions come as `ledger.thread` gives them, evidence as
`tables.Findings`, codes as `published.nomenclature`, causes from `library`.
"""

from sepakat_lib.planning.activities import activities
from sepakat_lib.planning.causes import Cause, label, library, suggested
from sepakat_lib.planning.trees import (
    Evidence,
    Problem,
    differing,
    evidence_of,
    problems,
    suggestions,
    tree,
)

__all__ = [
    "Cause",
    "Evidence",
    "Problem",
    "activities",
    "differing",
    "evidence_of",
    "label",
    "library",
    "problems",
    "suggested",
    "suggestions",
    "tree",
]
