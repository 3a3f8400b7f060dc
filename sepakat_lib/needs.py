"""Which data there are, from when, what is due, who keeps it and what waits for it."""

import calendar
import datetime

import pandas as pd

from sepakat_lib import (
    analysis,
    indicators,
    published,
    reference,
    regions,
    warehouse,
    words,
)
from sepakat_lib.daerah import kept
from sepakat_lib.daerah.templates import KINDS
from sepakat_lib.refused import Refused

STATES = ("missing", "stale", "fresh", "unread")
SHOWN = 2  # tables of a version
AWAITED = ("awaited", "official")  # kinds of indicator that no survey answers


def due(year_month: tuple[int, int], today: datetime.date) -> int:
    """Newest year whose figures should be out by a release calendar.

    Parameters
    ----------
    year_month : (lag, month)
        Figures of a year are out by the end of that month, `lag` years later.

    >>> due((1, 8), datetime.date(2026, 8, 31)), due((1, 8), datetime.date(2026, 9, 1))
    (2024, 2025)
    >>> due((-1, 11), datetime.date(2026, 12, 1))  # a budget, before its year
    2027
    """
    lag, month = year_month
    last = calendar.monthrange(today.year, month)[1]
    out = today > datetime.date(today.year, month, last)
    return today.year - lag - (0 if out else 1)


def series(region: str | None, today: datetime.date) -> pd.DataFrame:
    """Every series of the release calendar as it stands.

    Parameters
    ----------
    region : str, optional
        BPS 2022; all regions together where left out.
    today : date

    Returns
    -------
    DataFrame
        ``series``, ``keeper``, ``month``, ``due`` (year), ``newest`` (year; 0 for
        none), ``state`` (of `STATES`), ``questions``, ``documents``, ``cards`` (names of
        awaited indicators), ``kept`` (its figures), ``there`` (with a value) and
        ``timely`` (of the year that is due, or a later one).
    """
    held = _held(region)
    rows = []
    for row in reference.releases().itertuples():
        at = due((row.lag, row.month), today)
        newest = {name: held.get(name, 0) for name in _names(row)}
        last = max([0, *newest.values()])
        state = "missing" if not last else "stale" if last < at else "fresh"
        rows.append(
            {
                "series": row.series,
                "keeper": row.keeper,
                "month": row.month,
                "due": at,
                "newest": last,
                "state": state if row.held else "unread",
                "questions": row.question.split(";"),
                "documents": _documents_of(row.series),
                "cards": [name for name in newest if _is_awaited(name)],
                "kept": len(newest) if row.held else 0,
                "there": sum(year > 0 for year in newest.values()),
                "timely": sum(year >= at for year in newest.values()),
            }
        )
    return pd.DataFrame(rows)


def _names(row) -> list[str]:
    """Figures of a series: official indicators, and those of an office's table."""
    told = [name for name in row.indicators.split(";") if name]
    names = [name for name in told if name not in KINDS]
    tables = reference.office_tables()
    for kind in {*told} & {*KINDS}:
        names += tables.loc[tables["kind"].eq(kind), "indicator"].tolist()
    if row.held in ("budget", "realised"):
        own = tables.loc[tables["kind"].eq("apbd"), "indicator"]
        names += own[own.str.endswith(f"_{row.held}")].tolist()
    elif row.held == "survey":
        names.append(row.series)
    return names


def _is_awaited(name: str) -> bool:
    declared = indicators.catalogue().get(name)
    return declared is not None and declared.kind in AWAITED


def _documents_of(name: str) -> list[str]:
    table = reference.documents()
    inside = table["series"].str.split(";").map(lambda some: name in some)
    return [*dict.fromkeys(table.loc[inside, "document"])]


def _held(region: str | None) -> dict[str, int]:
    """Newest year of every figure and survey of a region."""
    official = _official(region)
    held = official.groupby("indicator")["year"].max().to_dict()
    loaded = _rounds(region)
    if len(loaded):
        held["susenas"] = int(loaded["year"].max())
    for column, years in _apbd(region).items():
        if years:  # the portal's file has all accounts, by other names
            names = reference.office_tables()["indicator"]
            for name in names[names.str.match(rf"apbd_.*_{column}$")]:
                held[name] = max(held.get(name, 0), *years)
    return {name: int(year) for name, year in held.items()}


def _official(region: str | None) -> pd.DataFrame:
    table = published.official()
    return table if region is None else table[table["region"].eq(region)]


def _with_money(region: str | None) -> pd.DataFrame:
    """Official figures, and those that are made of budgets."""
    budgets = published.apbd(), published.budget_rows(), published.nomenclature()
    table, _ = analysis.with_money(published.official(), *budgets)
    return table if region is None else table[table["region"].eq(region)]


def _rounds(region: str | None) -> pd.DataFrame:
    """Licensed and invented rounds; invented ones answer nothing, and are told apart."""
    loaded = warehouse.loaded()
    inside = regions.members(region) if region else [*loaded["region"]]
    return loaded[loaded["region"].isin(inside) & ~loaded["synthetic"].astype(bool)]


def _apbd(region: str | None) -> dict[str, list[int]]:
    """Years of which the budget is held, and the realisation of a whole year."""
    table = published.apbd()
    if region is not None:
        table = table[table["region"].eq(region)]
    whole = table[table["period"].eq("year")]
    return {
        "budget": sorted({int(year) for year in table["year"]}),
        "realised": sorted({int(year) for year in whole["year"]}),
    }


def awaited(region: str | None) -> pd.DataFrame:
    """Indicators that wait for a file of which the region has no figure.

    Returns
    -------
    DataFrame
        ``indicator``, ``question``, ``keeper``, ``id`` and ``en`` (the file).
    """
    there = set(_with_money(region)["indicator"])
    rows = [
        {
            "indicator": declared.name,
            "question": declared.question,
            "keeper": declared.keeper,
            **declared.awaits,
        }
        for declared in indicators.catalogue().values()
        if declared.awaits and declared.name not in there
    ]
    columns = ["indicator", "question", "keeper", "id", "en"]
    return pd.DataFrame(rows, columns=columns)


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """How much of what each keeper keeps is in, and in time.

    Parameters
    ----------
    table : DataFrame
        From `series`. What cannot be loaded yet counts for nobody.

    Returns
    -------
    DataFrame
        ``keeper``, ``kept``, ``there``, ``timely`` (figures) and ``share`` (there, of
        kept [percent]), the lowest share first.
    """
    counted = table[table["state"].ne("unread")]
    sums = counted.groupby("keeper", sort=False)[["kept", "there", "timely"]].sum()
    sums = sums.assign(share=100 * sums["there"] / sums["kept"]).reset_index()
    return sums.sort_values("share", kind="stable", ignore_index=True)


def of_document(document: str, table: pd.DataFrame) -> pd.DataFrame:
    """What a document needs, part by part.

    Parameters
    ----------
    document : str
        Of `reference.documents`.
    table : DataFrame
        From `series`.

    Returns
    -------
    DataFrame
        Rows of `series` with the ``part`` of the document; a series in several parts
        stands in each.

    Raises
    ------
    Refused
        ``unknown_document``.
    """
    parts = reference.documents()
    choices = [*dict.fromkeys(parts["document"])]
    if document not in choices:
        raise Refused("unknown_document", given=document[:60], choices=choices)
    own = parts[parts["document"].eq(document)]
    own = own.assign(series=own["series"].str.split(";")).explode("series")
    return own[["part", "series"]].merge(table, on="series", how="left", sort=False)


def status(
    region: str | None = None,
    *,
    document: str | None = None,
    today: datetime.date | None = None,
) -> dict:
    """All that `sepakat data status` tells, as plain tables in JSON's types.

    Raises
    ------
    Refused
        ``unknown_document``; what is loaded cannot be read.
    """
    today = today or datetime.date.today()
    table = series(region, today)
    official = _official(region)
    by = official.groupby("publisher", sort=False)
    publishers = by.agg(
        values=("value", "size"),
        indicators=("indicator", "nunique"),
        newest=("year", "max"),
    ).reset_index()
    own = kept.submissions(region)
    told = {
        "region": region,
        "today": today.isoformat(),
        "official": publishers.to_dict("records"),
        "own": own.to_dict("records"),
        "apbd": _apbd(region),
        "series": table.to_dict("records"),
        "awaited": awaited(region).to_dict("records"),
        "scores": scores(table).to_dict("records"),
    }
    if document is not None:
        needed = of_document(document, table)
        told |= {"document": document, "needs": needed.to_dict("records")}
    return told


def lines(told: dict, language: str) -> list[str]:
    """What `status` found, line by line, in a language."""
    say = lambda key, **f: words.say(f"data.{key}", language, **f)  # noqa: E731
    if "document" in told:
        name = say(f"document.{told['document']}")
        out = [say("document", document=name[:1].upper() + name[1:])]
        part = None
        for row in told["needs"]:
            if row["part"] != part:
                part = row["part"]
                out.append(f"  {say(f'part.{part}')}")
            out.append(f"    {_state(row, language)}")
        return out
    out = []
    head = lambda name: out.extend(["", say(f"head.{name}")])  # noqa: E731
    head("official")
    out += [_publisher(row, language) for row in told["official"]] or [_none(language)]
    head("own")
    out += [_own(row, language) for row in told["own"]] or [_none(language)]
    head("apbd")
    years = {
        name: words.listed([str(year) for year in some], language) or "–"
        for name, some in told["apbd"].items()
    }
    out.append(
        f"  {say('apbd_years', years=years['budget'], realised=years['realised'])}"
        if told["apbd"]["budget"]
        else _none(language)
    )
    late = [r for state in ("missing", "stale", "unread") for r in _in(told, state)]
    head("due")
    for row in late:
        out += [f"  {_state(row, language)}", f"    {_waits(row, language)}"]
    out += [] if late else [_none(language)]
    head("fresh")
    out += [f"  {_state(row, language)}" for row in _in(told, "fresh")] or [
        _none(language)
    ]
    head("awaited")
    out += [_awaited(row, language) for row in told["awaited"]] or [_none(language)]
    head("score")
    out += [_score(row, language) for row in told["scores"]]
    return [*out, f"  {say('score_note')}"]


def _in(told: dict, state: str) -> list[dict]:
    return [row for row in told["series"] if row["state"] == state]


def _none(language: str) -> str:
    return f"  {words.say('data.none', language)}"


def _keeper(name: str, language: str) -> str:
    return words.say(f"keeper.{name}", language)


def _publisher(row: dict, language: str) -> str:
    counts = {n: words.number(row[n], language) for n in ("values", "indicators")}
    fields = counts | {"publisher": row["publisher"], "newest": str(row["newest"])}
    return f"  {words.say('data.publisher', language, **fields)}"


def _own(row: dict, language: str) -> str:
    tables = [words.say("data.version", language, **_told(t)) for t in row["tables"]]
    fields = {name: row[name] for name in ("id", "kind", "who")}
    shown = "; ".join(tables[:SHOWN])
    if (more := len(tables) - SHOWN) > 0:
        shown = words.say("list.more", language, items=shown, n=more)
    fields |= {"tables": shown, "newest": str(row["newest"])}
    if row["approver"]:
        fields["approver"] = row["approver"]
        return f"  {words.say('data.own_approved', language, **fields)}"
    return f"  {words.say('data.own_waiting', language, **fields)}"


def _told(table: dict) -> dict:
    return table | {"version": str(table["version"])}


def _state(row: dict, language: str) -> str:
    """One series: whether it is there, of which year, and who keeps it."""
    fields = {
        "series": words.say(f"data.series.{row['series']}", language),
        "keeper": _keeper(row["keeper"], language),
    }
    if row["state"] in ("stale", "fresh"):
        fields["newest"] = str(row["newest"])
    if row["state"] in ("stale", "missing"):
        month = words.month(2000, row["month"], language).removesuffix(" 2000")
        fields |= {"due": str(row["due"]), "month": month}
    return words.say(f"data.{row['state']}", language, **fields)


def _waits(row: dict, language: str) -> str:
    labels = [indicators.catalogue()[name].label[language] for name in row["cards"]]
    documents = [words.say(f"data.document.{d}", language) for d in row["documents"]]
    fields = {
        "questions": words.listed(row["questions"], language),
        "documents": words.listed(documents, language) or "–",
    }
    if labels:
        fields["cards"] = words.listed(labels, language)
        return words.say("data.waits_with_cards", language, **fields)
    return words.say("data.waits", language, **fields)


def _awaited(row: dict, language: str) -> str:
    fields = {
        "label": indicators.catalogue()[row["indicator"]].label[language],
        "question": str(row["question"]),
        "file": row[language],
        "keeper": _keeper(row["keeper"], language),
    }
    return f"  {words.say('data.awaited', language, **fields)}"


def _score(row: dict, language: str) -> str:
    counts = {n: words.number(row[n], language) for n in ("there", "kept", "timely")}
    share = words.percent(row["share"], language)
    fields = counts | {"keeper": _keeper(row["keeper"], language), "share": share}
    return f"  {words.say('data.score', language, **fields)}"
