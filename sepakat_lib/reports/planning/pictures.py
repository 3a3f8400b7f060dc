"""The tree of an issue as boxes to draw, and as pictures."""

import pandas as pd

from sepakat_lib import words
from sepakat_lib.figures import tree as figure
from sepakat_lib.figures.tree import Node
from sepakat_lib.reports.planning.writing import speaker, target, told


def nodes(problem, activities: pd.DataFrame, language: str) -> list[Node]:
    """Boxes of a problem's tree: the issue, both sides, causes, activities.

    Parameters
    ----------
    problem : planning.Problem
    activities : DataFrame
        From `planning.activities`.
    language : {"id", "en"}
    """
    say = speaker(language)
    done = activities.set_index("id")
    boxes: list[Node] = []
    for row in problem.tree.itertuples():
        if row.kind == "issue":
            lines = tuple(told(each, language) for each in row.evidence)
            boxes.append(Node(row.node, None, "issue", row.title, lines))
        elif row.kind == "activity":
            one = done.loc[row.node]
            lines = (one["opd"] or say("planning.no_opd"), _whom(one, language))
            lines = tuple(filter(None, lines))
            boxes.append(Node(row.node, row.above, "activity", row.title, lines))
        else:
            above = row.above
            if above == problem.id:  # a main cause stands under its side
                above = (problem.id, row.side)
                if above not in [box.key for box in boxes]:
                    title = say(f"planning.side.{row.side}")
                    boxes.append(Node(above, problem.id, "side", title))
            lines = tuple(told(each, language) for each in row.evidence)
            kind = "cause"
            if row.grey:
                kind, lines = "grey", (say("planning.grey"), *lines)
            boxes.append(Node(row.node, above, kind, row.titles[language], lines))
    return boxes


def _whom(one: pd.Series, language: str) -> str:
    """Target group, number and place, as far as they are there."""
    number = ""
    if one["target"] is not None:
        number = target(one["target"], one["unit"], language)
    return " · ".join(filter(None, [one["target_group"], number, one["place"]]))


def alt(problem, language: str) -> str:
    """What the picture of a tree says, for those who do not see it."""
    causes = problem.tree[problem.tree["kind"].eq("cause")]
    return words.say(
        "planning.alt",
        language,
        issue=problem.title,
        causes="; ".join(each[language] for each in causes["titles"]) or "–",
        shown=words.number(causes["grey"].eq("").sum(), language),
        all=words.number(len(causes), language),
    )


def drawings(
    problem, activities: pd.DataFrame, language: str, source: str
) -> list[str]:
    """SVG of the tree: one, or one a main cause where it is large.

    Parameters
    ----------
    source : str
        Region, year and where the evidence is from; stands inside each picture.
    """
    whole = nodes(problem, activities, language)
    said = alt(problem, language)
    return [figure.svg(part, alt=said, source=source) for part in figure.parts(whole)]
