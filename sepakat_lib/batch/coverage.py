"""Which rows of the framework's list are answered, how, and whom the others wait for."""

import pandas as pd

from sepakat_lib import analysis, published, reference, regions, warehouse, words
from sepakat_lib.estimation.rows import dated
from sepakat_lib.indicators import catalogue, grouping

CLASSES = ("computed", "substitute", "official", "waiting")
OF_TWO_ROUNDS = ("growth", "change")


def told(language: str, region: str | None = None) -> dict:
    """The 203 rows of the framework in words, with their counts.

    Parameters
    ----------
    language : {"id", "en"}
    region : str, optional
        BPS 2022 key, for which ``held`` tells what is loaded.

    Returns
    -------
    dict
        ``summary`` (sentences with the counts by class, and of what is held);
        ``reasons`` (a sentence each
        on why rows are substitutes or wait, the most frequent first); ``rows``: lists of
        code, name, class and answer (our indicators, how they differ, the official
        series, or the file and its keeper), and with a region what is held: the newest
        year, a dash where nothing is; ``modules``: the heading of each row;
        ``headers``: of the columns.

    Notes
    -----
    A survey counts as held where a round of the region is loaded, two for a growth or a
    change; that its files lack an item is told by the region's page.
    """
    table = reference.coverage()

    def say(key: str, **fields) -> str:
        return words.say(f"coverage.{key}", language, **fields)

    counts = table["class"].value_counts()
    number = {name: str(counts.get(name, 0)) for name in CLASSES}
    headers = ["code", "name", "class", "answer"]
    rows = [
        [
            row["code"],
            row[f"name_{language}"],
            say(f"class.{row['class']}"),
            _answer(row, language),
        ]
        for row in table.to_dict("records")
    ]
    summary = [say("summary", n=len(table), **number)]
    if region is not None:
        headers.append("held")
        years = held(table, region)
        for cells, year in zip(rows, years, strict=True):
            cells.append(year or "–")
        able = int(table["class"].ne("waiting").sum())
        fields = {"n": sum(map(bool, years)), "able": able}
        summary.append(say("held", region=regions.name(region), **fields))
    return {
        "summary": summary,
        "reasons": _reasons(table, language),
        "headers": [say(f"column.{each}") for each in headers],
        "modules": [say(f"module.{each}") for each in table["module"]],
        "rows": rows,
    }


def held(table: pd.DataFrame, region: str) -> list[str]:
    """Newest year that is loaded for a region, of each row; empty for none.

    Parameters
    ----------
    table : DataFrame
        `reference.coverage`.
    region : str
        BPS 2022 key; of a province or the nation any of its kabupaten counts.
    """
    official, _ = analysis.with_money(
        published.official(),
        published.apbd(),
        published.budget_rows(),
        published.nomenclature(),
    )
    figures = official[official["region"].eq(region)].groupby("indicator")["year"].max()
    loaded = warehouse.loaded()
    inside = (
        loaded["region"].astype(str).map(lambda code: region in regions.tiers(code))
    )
    years = sorted({int(year) for year in loaded.loc[inside.astype(bool), "year"]})
    found = []
    for row in table.to_dict("records"):
        names = [name for name in row["indicators"].split(";") if name]
        if names and all(catalogue()[name].kind == "official" for name in names):
            newest = [int(figures[name]) for name in names if name in figures.index]
        else:
            newest = [_newest(years, name) for name in names]
        found.append(str(max(newest)) if newest and min(newest) else "")
    return found


def _newest(years: list[int], name: str) -> int:
    """Newest round that tells an indicator; 0 for none.

    A year whose dated values (the line of extreme poverty) are not known tells none.
    """
    one = catalogue()[name]
    able = [
        year
        for year in years
        if year >= one.since and None not in dated(one.columns, year).values()
    ]
    enough = 2 if one.kind in OF_TWO_ROUNDS else 1
    return able[-1] if len(able) >= enough else 0


def _reasons(table: pd.DataFrame, language: str) -> list[str]:
    said = []
    for name in ("substitute", "waiting"):
        counts = table.loc[table["class"].eq(name), "why"].value_counts()
        for why, n in counts.items():
            fields = {"n": int(n), "why": words.say(f"coverage.why.{why}", language)}
            said.append(words.say(f"coverage.reason.{name}", language, **fields))
    return said


def _answer(row: dict, language: str) -> str:
    """What answers a row, in words."""

    def say(key: str, **fields) -> str:
        return words.say(f"coverage.{key}", language, **fields)

    if row["class"] == "official":
        keeper = words.say(f"keeper.{row['keeper']}", language)
        labels = [catalogue()[n].label[language] for n in row["indicators"].split(";")]
        return say("answer.official", keeper=keeper, labels="; ".join(labels))
    if row["class"] == "waiting":
        keeper = words.say(f"keeper.{row['keeper']}", language)
        fields = {"file": row[f"file_{language}"], "keeper": keeper}
        text = say("answer.waiting", why=say(f"why.{row['why']}"), **fields)
    else:
        labels = [catalogue()[n].label[language] for n in row["indicators"].split(";")]
        text = say("answer.ours", labels="; ".join(labels))
        if row["by"]:
            by = grouping(row["by"]).label[language]
            text = say("answer.ours_by", labels="; ".join(labels), by=by.lower())
    return f"{text} {row[f'note_{language}']}".strip()
