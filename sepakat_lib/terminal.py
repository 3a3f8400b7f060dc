"""What the command line tells a person: refusals, remarks and lists, in words.

Rooms that compute raise `Refused` with a code and its fields; `speaker` makes it a sentence.
"""

import os
import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

from sepakat_lib import refused, speaker, words
from sepakat_lib.speaker import SHOWN, printable

OF_OURS = ("unexpected", "notebook_failed")  # no reader asked or gave what is wrong
ROWS = 20  # of a table of problems, or of pages
RUNS = 5  # of the log
AS_IT_IS = {"markup": False, "highlight": False, "soft_wrap": True}


class Exit(IntEnum):
    """How `sepakat` ends; README lists them."""

    DONE = 0
    FAILED = 1  # a page failed or is stale, a check did not hold, or a fault of ours
    REFUSED = 2  # what was asked or given cannot be, and nothing was changed
    BUSY = 4  # another command is at it: the same one will do later
    SYSTEM = 5  # the disk is full, or may not be written to
    INTERRUPTED = 130  # Ctrl-C


ENDS = {
    **dict.fromkeys(OF_OURS, Exit.FAILED),
    **dict.fromkeys(("busy", "data_moved", "code_moved"), Exit.BUSY),
    **dict.fromkeys(("disk_full", "no_permission", "system"), Exit.SYSTEM),
}


def exit_of(error: BaseException) -> Exit:
    """How a verb ends that an error stopped.

    >>> exit_of(refused.Refused("busy")), exit_of(refused.Refused("no_round"))
    (<Exit.BUSY: 4>, <Exit.REFUSED: 2>)
    """
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    return ENDS.get(refused.of(error).code, Exit.REFUSED)


def language() -> str:
    """Language of the terminal: `SEPAKAT_LANGUAGE`, else the system's, else Indonesian."""
    for name in ("SEPAKAT_LANGUAGE", "LC_ALL", "LANG"):
        if match := re.match(r"(en|id)(?![a-z])", os.environ.get(name, "").lower()):
            return match[1]
    return "id"


def say(key: str, **fields) -> str:
    """Sentence of `key` in the terminal's language; fields as `speaker.say` takes them."""
    return speaker.say(key, language(), **fields)


def columns(items: Iterable[str], layouts: Iterable[str] = ()) -> list[str]:
    """What BPS calls the columns behind items of ours, each once.

    Parameters
    ----------
    items : iterable of str
        Columns of our tables.
    layouts : iterable of str
        Names of the questionnaires whose columns count; default all, the newest first.

    >>> columns(["closet", "head_age"], ["2024"])
    ['R1809B', 'R407']
    """
    from sepakat_lib.estimation.rows import OF_MEMBERS
    from sepakat_lib.sources.susenas.layouts import LAYOUTS

    item_of = {ours: item for item, ours in OF_MEMBERS.items()}
    wanted = set(layouts)
    column_of: dict[str, str] = {}
    for layout in LAYOUTS:
        if not wanted or layout.name in wanted:
            for item in (*layout.households, *layout.persons):
                column_of.setdefault(item.name, item.column)
    labels = {}
    for name in items:
        item = item_of.get(name, name)
        key = f"column.{item}"
        label = words.say(key, language()) if key in words.catalogue() else item
        labels[column_of.get(item, label)] = None
    return list(labels)


def absent(labels: list[str], items: list[str], layouts: Iterable[str]) -> str:
    """Say that indicators were left out, and what the files or the office lack."""
    lines = [f"line.{item}" for item in items if f"line.{item}" in words.catalogue()]
    if lines:
        return say("terminal.absent_line", labels=labels, lines=[*map(say, lines)])
    return say("terminal.absent", labels=labels, columns=columns(items, layouts))


def absences(lacks: dict[str, list[str]], year: int) -> list[str]:
    """Sentences on the indicators that the files of a year cannot answer, by what lacks.

    Parameters
    ----------
    lacks : dict
        Items that are not in the files, by name of the indicator.
    year : int
        Whose questionnaires name the columns.
    """
    from sepakat_lib import indicators, warehouse

    loaded = warehouse.loaded()
    layouts = set(loaded.loc[loaded["year"] == year, "layout"])
    catalogue = indicators.catalogue()
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, items in lacks.items():
        alike.setdefault(tuple(items), []).append(catalogue[name].label[language()])
    return [absent(labels, list(items), layouts) for items, labels in alike.items()]


def sentence(error: Exception) -> str:
    """What an error means, in the terminal's language."""
    return speaker.sentence(error, language())


def refuse(error: Exception, screen) -> Exit:
    """Print what went wrong to `screen`; the exit code that belongs to it."""
    refusal = refused.of(error)
    screen.print(f"sepakat: {sentence(refusal)}", **AS_IT_IS)
    # rows for a table
    lists = ("bad_cells", "bad_figures", "bad_sheet", "bad_codes", "bad_submission")
    lists += ("bad_apbd", "bad_budget_rows")
    lists += ("broken", "swapped", "elsewhere", "unknown_codes", "duplicate_codes")
    lists += ("parts_of_regions", "shared_codes", "crossed_codes", "other_scheme")
    lists += ("older_borders", "old_provinces", "not_whole", "only_names", "gadm")
    lists += ("not_confirmed",)
    enough = 1 if refusal.code in lists else 2
    if refusal.code == "implausible":
        tell_doubts(refusal.problems, screen)
    elif refusal.problems is not None and len(refusal.problems) >= enough:
        tell_problems(refusal.problems, screen)
    if refusal.code in OF_OURS:
        screen.print(say("terminal.debug"), **AS_IT_IS)
    return exit_of(refusal)


def tell_problems(problems, screen) -> None:
    """Print the first rows of a table of problems, and keep all of them in a file."""
    from rich.table import Table
    from rich.text import Text

    rows = problems.assign(rule=problems["rule"].map(_rule))
    table = Table(box=None, pad_edge=False)
    for name in rows.columns:
        right = "why" if name == "rule" and "code" in rows.columns else name
        justify = "right" if name in ("row", "value") else "left"
        table.add_column(say(f"problem.{right}"), justify=justify, overflow="fold")
    for row in _of_every_kind(rows).astype(object).itertuples(index=False):
        table.add_row(*(Text(_cell(cell)) for cell in row))
    screen.print(table)
    if len(rows) > ROWS:
        screen.print(say("terminal.more", n=len(rows) - ROWS), **AS_IT_IS)
    _keep(rows, screen)


def taken(done) -> list[str]:
    """What else is to be told of an imported sheet (`exchange.sheets.Taken`)."""
    lines = [
        say("terminal.row_remark", row=str(row), remark=_rule(remark))
        for row, remark in done.remarks[:ROWS]
    ]
    if len(done.remarks) > ROWS:
        lines.append(say("terminal.more", n=len(done.remarks) - ROWS))
    if done.absent:
        lines.append(say("terminal.not_in_sheet", absent=done.absent))
    if done.ignored:
        lines.append(say("terminal.ignored_columns", columns=[*done.ignored]))
    return lines


def given(done, file: str) -> list[str]:
    """What an export holds, and each cost line that it could not hold."""
    told = {"rows": len(done.table), "amount": int(done.table["pagu"].sum())}
    lines = [say("terminal.exported", file=file, **told)]
    if done.lacking.empty:
        return lines
    known = int(done.lacking["amount"].dropna().sum())
    lines.append(say("terminal.lacking", rows=len(done.lacking), amount=known))
    for each in done.lacking.head(ROWS).itertuples():
        lacks = "; ".join(say(f"lacks.{one}") for one in each.lacks.split())
        told = {"title": each.title, "activity": each.activity, "lacks": lacks}
        lines.append(f"  {say('terminal.lacks', **told)}")
    if len(done.lacking) > ROWS:
        lines.append(say("terminal.more", n=len(done.lacking) - ROWS))
    return lines


def tell_doubts(doubts, screen) -> None:
    """Print what cannot be true of a file, and keep all of it as a table."""
    from pandas import DataFrame

    from sepakat_lib import plausibility

    sentences = [plausibility.sentence(doubt, language()) for doubt in doubts]
    for line in sentences[:ROWS]:
        tell(screen, f"  {printable(line)}")
    if len(sentences) > ROWS:
        tell(screen, say("terminal.more", n=len(sentences) - ROWS))
    table = DataFrame(doubts)[["region", "check", "value", "expected"]]
    numbers = table["expected"].map(lambda values: " ".join(map(str, values)))
    _keep(table.assign(expected=numbers, rule=sentences), screen)


def _keep(problems, screen) -> None:
    """Keep a table of problems whole in a file, and say where."""
    from sepakat_lib import warehouse
    from sepakat_lib.sources.susenas.problems import harmless

    path = warehouse.folder() / "problems.csv"
    try:
        with warehouse.whole(path) as fresh:
            problems.map(harmless).to_csv(fresh, index=False, encoding="utf-8-sig")
    except OSError as error:  # the refusal itself matters more than its copy
        screen.print(sentence(error), **AS_IT_IS)
        return
    count = len(problems)
    screen.print(say("terminal.whole_list", n=count, path=str(path)), **AS_IT_IS)


def _of_every_kind(rows):
    """As many rows as are shown, some of each kind of problem."""
    kind = [name for name in ("file", "column", "rule") if name in rows.columns]
    turn = rows.groupby(kind, sort=False).cumcount()
    return rows.loc[turn.sort_values(kind="stable").index[:ROWS]].sort_index()


def _cell(value) -> str:
    from pandas import isna

    return say("problem.empty") if isna(value) or value == "" else printable(value)


def _rule(line: str) -> str:
    return speaker.rule(line, language())


def tell_round(prepared, screen) -> None:
    """Print how a round came about, what was left out of it, and what was remarked.

    Parameters
    ----------
    prepared : rounds.Prepared
    screen : rich.console.Console
    """
    year, supplied = str(prepared.year), prepared.supplied
    for lines in prepared.without_lines:
        tell(screen, say("terminal.no_earlier_lines", year=year, lines=lines))
    if prepared.older:
        tell(screen, say("terminal.older_round", year=year))
    if supplied.layout:
        tell(screen, say("terminal.found_files", year=year))
    for entry in supplied.remarks:
        tell(screen, f"  {remark(entry, supplied.layout)}")
    if supplied.invented:
        tell(screen, say("terminal.invented", year=year, regions=supplied.invented))
    if supplied.left_out:
        fields = {"regions": supplied.left_out, "folder": str(supplied.folder)}
        tell(screen, say("terminal.not_invented", year=year, **fields))
    for result in prepared.estimated:
        tell_touched(result, screen)


def tell_touched(result: dict, screen) -> None:
    """Print which strata had a single first-stage unit, and what was done with them.

    Parameters
    ----------
    result : dict
        As `estimation.estimate` gives it; nothing is printed where nothing was made.
    screen : rich.console.Console
    """
    strata = result["touched"] if result["fresh"] else []
    if not strata:
        return
    tell(screen, say("terminal.touched", n=len(strata)))
    for stratum in strata[:SHOWN]:
        tell(
            screen,
            f"  {stratum['stratum']}: {touched(stratum['done'], stratum['mates'])}",
        )
    if (more := len(strata) - SHOWN) > 0:
        tell(screen, f"  {say('terminal.more', n=more)}")


def tell(screen, text: str) -> None:
    """Print a remark beside the results, as it is."""
    screen.print(text, **AS_IT_IS)


def touched(done: str, mates: str) -> str:
    """What was done with a stratum of a single unit: `stats.survey.Design.touched`."""
    return say(f"touched.{done}", **({"mates": mates} if mates else {}))


def _that_need(item: str) -> list[str]:
    """Labels of the indicators that cannot be computed without an item."""
    from sepakat_lib import indicators
    from sepakat_lib.estimation.rows import OF_MEMBERS

    names = {
        item,
        *(ours for question, ours in OF_MEMBERS.items() if question == item),
    }
    return [
        indicator.label[language()]
        for indicator in indicators.catalogue().values()
        if indicator.columns & names
    ]


def remark(remark, layout: str) -> str:
    """Sentence of a remark of the Susenas reader: what it means for the user.

    Parameters
    ----------
    remark : susenas.Remark
    layout : str
        Name of the questionnaire, whose columns are named.
    """
    from sepakat_lib import plausibility

    key, fields = f"remark.{remark.code}", dict(remark.fields)
    if remark.code == plausibility.REMARK:
        doubt, accepted = plausibility.of_fields(fields)
        return plausibility.sentence(doubt, language(), accepted=accepted)
    if key not in words.catalogue():
        return printable(f"{remark.code}: {fields}")
    if "items" in fields:
        items = fields["items"]
        named = list(items.values()) if isinstance(items, dict) else None
        fields["columns"] = named or columns(items, [layout])
    if "item" in fields:
        fields["labels"] = _that_need(fields["item"])
    if "block" in fields:
        fields["role"] = fields["block"]
    return say(
        key,
        **{
            name: fields[name] for name in words.fields_of(words.catalogue()[key]["id"])
        },
    )


def rounds_of(loaded) -> list[dict]:
    """Rounds of `warehouse.loaded`, each once for invented and once for licensed data.

    Returns
    -------
    list of dict
        ``year``, ``synthetic``, ``kabupaten``, ``households``, ``persons``: counts.
        ``planted``: kabupaten by the theme whose problem was planted in them.
    """
    if loaded.empty:
        return []
    loaded = loaded.reindex(columns=[*{*loaded.columns, "theme"}])
    return [
        {
            "year": int(year),
            "synthetic": bool(synthetic),
            "kabupaten": len(part),
            "households": int(part["households"].sum()),
            "persons": int(part["persons"].sum()),
            "planted": {
                theme: sorted(some["region"]) for theme, some in part.groupby("theme")
            },
        }
        for (year, synthetic), part in loaded.groupby(["year", "synthetic"])
    ]


def listed(rounds: list[dict]) -> list[str]:
    """Sentences on what is loaded: `rounds_of`."""
    lines = []
    for each in rounds:
        counts = {name: each[name] for name in ("kabupaten", "households", "persons")}
        kind = "synthetic" if each["synthetic"] else "licensed"
        lines.append(say(f"terminal.listed_{kind}", year=str(each["year"]), **counts))
        for theme, regions in each["planted"].items():
            lines.append(f"  {say('terminal.planted', theme=theme, regions=regions)}")
    return lines or [say("terminal.empty")]


def status(told: dict) -> list[str]:
    """What `sepakat status` says of what it found.

    Parameters
    ----------
    told : dict
        ``data`` (`rounds_of`), ``estimated`` (`estimation.standing` by set of lines), ``pages`` (counts
        by state), ``not_whole`` (pages, as `batch.standing.told`) and ``runs``
        (`log.last`).
    """
    lines = listed(told["data"])
    for name, rounds in told["estimated"].items():
        which = say(f"choice.lines.{name}")
        for year, counts in rounds.items():
            lines.append(say("status.estimated", year=str(year), lines=which, **counts))
    lines.append(say("status.pages", **told["pages"]))
    lines += _pages(told["not_whole"])
    if told["runs"]:
        lines.append(say("status.runs"))
    return lines + [f"  {_run(entry)}" for entry in told["runs"]]


def coverage(told: dict) -> list[str]:
    """The rows of the framework's list, one a line under the heading of its module.

    Parameters
    ----------
    told : dict
        ``summary``, ``reasons``, ``headers``, ``modules`` and ``rows``
        (`batch.coverage.told`).
    """
    lines = [*told["summary"], *(f"  {reason}" for reason in told["reasons"])]
    wide = max(len(row[2]) for row in told["rows"])
    heading = ""
    for module, row in zip(told["modules"], told["rows"], strict=True):
        if module != heading:
            heading = module
            lines += ["", heading]
        code, name, kind, answer, *held = row
        loaded = f"{held[0]:<5}" if held else ""
        lines.append(f"  {code}  {loaded}{kind:<{wide}}  {name}: {answer}")
    return lines


def left_out(pages: list[dict]) -> list[str]:
    """Sentences on pages that were not published, each with why."""
    if not pages:
        return []
    return [say("terminal.left_out", n=len(pages)), *_pages(pages)]


def _pages(pages: list[dict]) -> list[str]:
    lines = [f"  {_page(page)}" for page in pages[:ROWS]]
    if len(pages) > ROWS:
        lines.append(f"  {say('terminal.more', n=len(pages) - ROWS)}")
    return lines


def _page(page: dict) -> str:
    """One page and how it stands."""
    failed, why = page["failed"], [say(f"stale.{name}") for name in page["why"]]
    if page["state"] == "failed" and not failed:
        why.append(say("stale.unreadable"))
    elif failed:
        why.append(sentence(refused.Refused(failed["code"], **failed["fields"])))
    chosen = [f"{name} {value}" for name, value in page["choices"].items()]
    fields = {
        "place": speaker.place(page["region"]),
        "year": str(page["year"]),
        "module": ", ".join([page["module"], *chosen]),
    }
    reasons = "; ".join(why) or say("stale.files")
    return say(f"status.{page['state']}", **fields, why=reasons)


def _run(entry: dict) -> str:
    """One line of the log."""
    about = entry.get("what") if isinstance(entry.get("what"), dict) else {}
    shown = [
        f"{name} {_short(value)}"
        for name, value in about.items()
        if value not in (None, "", [], False)
    ]
    when = str(entry.get("start", ""))[:16].replace("T", " ")
    return say(
        "status.run",
        when=when,
        verb=str(entry["verb"]),
        seconds=_seconds(entry.get("seconds")),
        code=str(entry.get("code", "")),
        what=", ".join(shown) or "–",
    )


def _seconds(value) -> str:
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    return words.number(value, language(), 1) if whole else "–"


def _short(value) -> str:
    if not isinstance(value, list):
        return printable(value)
    shown = "+".join(map(printable, value[:3]))
    return f"{shown}+…({len(value)})" if len(value) > 3 else shown


def rupiah(amount: int) -> str:
    """Whole rupiah in the language of the terminal."""
    return words.rupiah(amount, language())


def step(kind: str, row: Mapping) -> str:
    """One row of the ledger on a line: what it is, what it says, its id."""
    told = row.get("title") or ""
    if kind == "evidence":
        told = row["finding"]
    elif kind == "realisations":
        told = f"{row['year']}-{row['month']:02} {rupiah(row['money'])}"
    elif kind == "outcomes":
        told = words.say(f"terminal.verdict.{row['verdict']}", language())
    elif row.get("amount") is not None:
        told = f"{told}: {rupiah(row['amount'])}"
    if row.get("direct_reason"):
        told = f"{told} ({row['direct_reason']})"
    name = words.say(f"terminal.kind.{kind}", language())
    return f"  {name:14} {row['id']}  {printable(told)}"
