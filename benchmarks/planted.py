"""Whether a planted theme comes first, and how many cards are red where none is planted.

    python benchmarks/planted.py FOLDER [SEED]

Invents the 38 kabupaten of Jawa Timur in FOLDER (kept for a second run), tells the share
of red cards among those judged against province or nation in twenty of them, and plants
each theme in three of them in turn. Nothing else is taken into FOLDER.
"""

import os
import sys
from pathlib import Path

PLANTED_IN = ("3501", "3515", "3571")
THEMES = ("work", "business", "services", "schooling", "health", "protection")
YEAR = 2023


def main(folder: Path, seed: int) -> None:
    """Print both tables."""
    os.environ["SEPAKAT_DATA"] = str(folder)
    from sepakat_lib import estimation, intake, regions

    everyone = regions.members("35")
    intake.invent(everyone, YEAR)
    estimation.estimate(YEAR)
    print("no theme planted: cards judged against province or nation, and red ones")
    judged = red = 0
    for region in everyone[:20]:
        cards, first = looked(region)
        against = cards[cards["reference"].isin(["province", "nation"])]
        judged += len(against)
        red += int(against["colour"].eq("red").sum())
    print(f"  {red} of {judged} cards in 20 regions: {100 * red / judged:.1f} percent")
    print(f"theme planted (seed {seed}): what comes first, red of judged cards")
    for region in PLANTED_IN:
        for theme in THEMES:
            intake.invent([region], YEAR, theme=theme, seed=seed)
            estimation.estimate(YEAR)
            _, first = looked(region)
            lead = first.iloc[0]
            sign = "leads" if lead["theme"] == theme else f"LED BY {lead['theme']}"
            print(f"  {region} {theme:11} {sign} {lead['red']} of {lead['judged']}")
        intake.invent([region], YEAR)
        estimation.estimate(YEAR)


def looked(region: str):
    """Cards of a region and what comes first."""
    from sepakat_lib import analysis, estimation, parameters, prioritisation, published

    chosen = parameters.resolve("prioritisation", region=region, year=YEAR)
    estimates = estimation.read(chosen)
    findings = analysis.findings(
        chosen,
        published.official(),
        estimates,
        estimation.differences(chosen),
        estimation.earlier(chosen),
    )
    targets = prioritisation.targets()
    cards = prioritisation.cards(chosen, findings, estimates, targets)
    return cards, prioritisation.first(cards)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
