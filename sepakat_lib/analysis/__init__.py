"""The stage that reads estimates and official figures: findings, and tables of them.

`findings` publishes and judges, once; the other verbs choose from its rows what a figure
shows. A verdict says what a difference means once its error is known: ``higher``,
``lower``, ``within_error``; ``rose``, ``fell``, ``change_unclear``; of official figures,
whose error is not published, ``rose``, ``fell``, ``level``. Words are chosen by it
elsewhere.
"""

from sepakat_lib.analysis.answers import answers
from sepakat_lib.analysis.apart import apart
from sepakat_lib.analysis.findings import by_estimated_line, findings, whole_of
from sepakat_lib.analysis.gaps import (
    by_group,
    circles,
    clearest,
    fifths,
    furthest,
    held,
    targeting,
    unanswered,
)
from sepakat_lib.analysis.groups import between_sectors, by_area, sectors
from sepakat_lib.analysis.money import beside_poverty, budget, tagged, with_money
from sepakat_lib.analysis.official import change, mapped
from sepakat_lib.analysis.owners import owners
from sepakat_lib.analysis.poverty import (
    bands,
    below,
    change_between,
    comparison,
    contradictions,
    growth,
    over_time,
    rank,
    ranking,
)
from sepakat_lib.analysis.profile import profile
from sepakat_lib.analysis.summary import (
    concerned,
    missed,
    poor_groups,
    summary,
    widest,
)

__all__ = [
    "answers",
    "apart",
    "bands",
    "below",
    "beside_poverty",
    "between_sectors",
    "budget",
    "by_area",
    "by_estimated_line",
    "by_group",
    "change",
    "change_between",
    "circles",
    "clearest",
    "comparison",
    "concerned",
    "contradictions",
    "fifths",
    "findings",
    "furthest",
    "growth",
    "held",
    "mapped",
    "missed",
    "over_time",
    "owners",
    "poor_groups",
    "profile",
    "rank",
    "ranking",
    "sectors",
    "summary",
    "tagged",
    "targeting",
    "unanswered",
    "whole_of",
    "widest",
    "with_money",
]
