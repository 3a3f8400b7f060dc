"""The blocks of the analysis page: a stage's table in, a piece of the page out.

Each takes the run's choices and one table of `sepakat_lib.analysis`, chooses a whole
sentence by the verdict in it, and draws. Nothing is computed here.
"""

from sepakat_lib.reports.analysis.answers import answers, contents, question
from sepakat_lib.reports.analysis.apart import apart
from sepakat_lib.reports.analysis.beside import beside, by_group, targeting
from sepakat_lib.reports.analysis.gaps import circles, fifths
from sepakat_lib.reports.analysis.groups import by_area, sectors
from sepakat_lib.reports.analysis.opening import (
    bar,
    definitions,
    foot,
    open_question,
    unanswered,
)
from sepakat_lib.reports.analysis.owners import owners
from sepakat_lib.reports.analysis.poverty import (
    bands,
    below,
    growth,
    over_time,
    standing,
)
from sepakat_lib.reports.analysis.profile import profile
from sepakat_lib.reports.analysis.summary import summary

__all__ = [
    "answers",
    "apart",
    "bands",
    "bar",
    "below",
    "beside",
    "by_area",
    "by_group",
    "circles",
    "contents",
    "definitions",
    "fifths",
    "foot",
    "growth",
    "open_question",
    "over_time",
    "owners",
    "profile",
    "question",
    "sectors",
    "standing",
    "summary",
    "targeting",
    "unanswered",
]
