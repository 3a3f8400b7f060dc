"""The stage that reads estimates and official figures: tables with verdicts.

A verdict says what a difference means once its error is known: ``higher``, ``lower``,
``within_error``; ``rose``, ``fell``, ``change_unclear``; ``official`` where no error is
published. Words are chosen by it elsewhere.
"""

from sepakat_lib.analysis.condition import (
    bands,
    by_estimated_line,
    change,
    change_between,
    comparison,
    contradictions,
    growth,
    mapped,
    over_time,
    rank,
    ranking,
    tiers,
)
from sepakat_lib.analysis.gaps import (
    by_group,
    circles,
    clearest,
    fifths,
    furthest,
    targeting,
    unanswered,
)

__all__ = [
    "bands",
    "by_estimated_line",
    "by_group",
    "change",
    "change_between",
    "circles",
    "clearest",
    "comparison",
    "contradictions",
    "fifths",
    "furthest",
    "growth",
    "mapped",
    "over_time",
    "rank",
    "ranking",
    "targeting",
    "tiers",
    "unanswered",
]
