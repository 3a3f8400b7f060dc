"""Editors of the pages of decisions: what is typed there, and whence each choice comes."""

import math
import re
from collections.abc import Mapping, Sequence

import ipywidgets
import pandas as pd

from sepakat_lib import evaluation, ledger, regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.modules import Plan
from sepakat_lib.parameters import Parameters
from sepakat_lib.refused import written
from widgets.fields import Field
from widgets.form import Form, form
from widgets.grid import Grid, grid
from widgets.tree import tree

STRATEGIES = ("spending_burden", "income", "pockets")
COLOURS = ("red", "yellow", "green", "none")
BIDANG = re.compile(r"[0-9]\.[0-9]{2}|X\.XX")
DESA = re.compile(
    r"(.+)\.[0-9]{4}"
)  # Kemendagri: that of the kecamatan, and four digits
FUNDS = ("PAD", "DAU", "DBH", "DAK fisik", "DAK nonfisik", "BLUD", "Dana desa", "Hibah")


def decide(chosen: Plan, held: Mapping[str, Mapping], made_of: str) -> ipywidgets.VBox:
    """Make a card an issue, or keep it in sight with a colour of one's own.

    Parameters
    ----------
    chosen : Plan
    held : mapping
        From `prioritisation.evidence`; the reddest first.
    made_of : str
        From `estimation.mark`.
    """
    say = _speaker(chosen)
    ids = {
        ledger.evidence_id(one["finding"], made_of=made_of, rule=one["rule"]): name
        for name, one in held.items()
    }
    labels = {
        id: f"{say('priority.colour.' + held[name]['rule']['colour'])}: "
        f"{catalogue()[name].label[chosen.language]}"
        for id, name in sorted(
            ids.items(), key=lambda i: COLOURS.index(held[i[1]]["rule"]["colour"])
        )
    }
    titles = {id: catalogue()[name].label[chosen.language] for id, name in ids.items()}

    def keep(book, values) -> dict:
        one = held[ids[values["evidence_id"]]]
        ledger.evidence(book, one["finding"], made_of=made_of, rule=one["rule"])
        return {"region": chosen.region}

    def answer(book, values) -> dict:
        more = {"plan_year": chosen.plan_year, "indicator": ids[values["evidence_id"]]}
        return keep(book, values) | more

    card = Field("evidence_id", "choice", say("desk.card"), labels)
    filled = Field(
        "evidence_id",
        "choice",
        say("desk.card"),
        labels,
        fills={id: {"title": title} for id, title in titles.items()},
    )
    colours = {colour: say(f"priority.colour.{colour}") for colour in COLOURS}
    issue = form(
        "issues",
        [filled, Field("title", "text", say("desk.issue"))],
        values_of_new_rows=answer,
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.make_issue", year=str(chosen.plan_year)),
    )
    pin = form(
        "pins",
        [
            card,
            Field("colour", "choice", say("desk.colour"), colours),
            Field("reason", "long", say("desk.reason")),
        ],
        values_of_new_rows=keep,
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.pin"),
    )
    return ipywidgets.VBox([issue, pin])


def issue(chosen: Plan) -> Form:
    """Enter an issue directly, with the reason why no card stands behind it."""
    say = _speaker(chosen)
    return form(
        "issues",
        [
            Field("title", "text", say("desk.issue")),
            Field("direct_reason", "long", say("desk.direct_reason")),
        ],
        values_of_new_rows={"region": chosen.region, "plan_year": chosen.plan_year},
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.direct_issue", year=str(chosen.plan_year)),
    )


def causes(chosen: Plan, problems: Sequence) -> ipywidgets.VBox:
    """The tree of one issue after another.

    Parameters
    ----------
    problems : sequence of planning.Problem
    """
    say = _speaker(chosen)
    if not problems:
        return ipywidgets.VBox([ipywidgets.Label(say("desk.no_issue"))])
    by_id = {problem.id: problem for problem in problems}
    shown = ipywidgets.VBox()
    choice = ipywidgets.Dropdown(
        options=[(problem.title, problem.id) for problem in problems],
        description=say("desk.issue"),
    )

    def show(id) -> None:
        problem = by_id[id]
        editor = tree(
            id,
            suggestions=_suggested(chosen, problem.suggested),
            language=chosen.language,
            title=problem.title,
        )
        shown.children = [editor]

    choice.observe(lambda moved: show(moved["new"]), names="value")
    show(choice.value)
    return ipywidgets.VBox([choice, shown])


def _suggested(chosen: Plan, table: pd.DataFrame) -> list[dict[str, str]]:
    """Causes of the library, each with what this region's data say of it."""
    rows = []
    for row in table.itertuples():
        told = {"code": row.library, "side": row.side}
        told["title"] = row.titles[chosen.language]
        usable = [one for one in row.evidence if not one.why]
        if usable:
            told["says"] = "; ".join(_evidence(chosen, one) for one in usable)
        rows.append(told)
    return rows


def _evidence(chosen: Plan, one) -> str:
    language = chosen.language
    if math.isnan(one.low):
        value = words.number(one.value, language, 2)
    else:
        digits = words.digits_for(one.low, one.high)
        between = words.interval(one.low, one.high, language, digits)
        value = f"{words.number(one.value, language, digits)} ({between})"
    return words.say("desk.evidence", language, label=one.names[language], value=value)


def activities(chosen: Plan) -> Grid:
    """Activities of the plan as a grid; causes and offices are looked up as they stand."""
    say = _speaker(chosen)

    def named(kind: str) -> dict:
        table = ledger.thread(chosen.region, chosen.plan_year)[kind]
        return dict(zip(table["id"], table["title"], strict=True))

    fields = [
        Field("cause_id", "choice", say("desk.cause"), lambda: named("causes")),
        Field("title", "text", say("desk.activity")),
        Field(
            "sub_kegiatan",
            "text",
            say("desk.sub_kegiatan"),
            check=_shaped(ledger.SUB_KEGIATAN, written("sub_kegiatan_or_none")),
            width=7.6,
        ),
        Field("opd_id", "choice", say("desk.opd"), lambda: named("opd")),
        Field(
            "kecamatan", "choice", say("desk.kecamatan"), _kecamatan(chosen), width=5.5
        ),
        Field("desa", "text", say("desk.desa"), check=_desa(chosen), width=6),
        Field("target_group", "text", say("desk.target_group")),
        Field("people", "whole", say("desk.people_of_group")),
        Field("baseline", "volume", say("desk.baseline")),
        Field("target", "volume", say("desk.target")),
        Field("unit", "text", say("desk.unit"), width=4),
        Field(
            "strategy",
            "choice",
            say("desk.strategy"),
            {name: say(f"decisions.strategy.{name}") for name in STRATEGIES},
        ),
    ]
    return grid(
        "activities",
        fields,
        where=lambda: {"cause_id": [*named("causes")], "plan_year": chosen.plan_year},
        values_of_new_rows={"plan_year": chosen.plan_year},
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.activities", year=str(chosen.plan_year)),
    )


def offices(chosen: Plan, codes: pd.DataFrame) -> Grid:
    """Offices of the region as a grid, with the bidang urusan that each has authority over.

    Parameters
    ----------
    codes : DataFrame
        `published.nomenclature`; bidang urusan that it lacks cannot be typed.
    """
    say = _speaker(chosen)
    named = codes[codes["level"].eq("bidang_urusan")]
    known = {ledger.bidang(code): "" for code in codes["code"]}
    known = {code: "" for code in known if BIDANG.fullmatch(code)}
    known |= dict(zip(named["code"], named["name"], strict=True))
    fields = [
        Field("code", "text", say("desk.opd_code"), width=13),
        Field("title", "text", say("desk.opd"), width=20),
        Field("urusan", "codes", say("desk.urusan"), known, width=12),
    ]
    return grid(
        "opd",
        fields,
        where={"region": chosen.region},
        values_of_new_rows={"region": chosen.region},
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.offices"),
    )


def unit_costs(chosen: Plan) -> Grid:
    """Unit costs of the year of the plan as a grid, by kecamatan and decree."""
    say = _speaker(chosen)
    fields = [
        Field("code", "text", say("desk.price_code"), width=9),
        Field("title", "text", say("desk.item"), width=16),
        Field("unit", "text", say("desk.unit"), width=7),
        Field("price", "money", say("desk.price")),
        Field("kecamatan", "choice", say("desk.kecamatan"), _kecamatan(chosen)),
        Field("decree", "text", say("desk.decree"), width=14),
    ]
    of = {"region": chosen.region, "year": chosen.plan_year}
    return grid(
        "unit_costs",
        fields,
        where=of,
        values_of_new_rows=of,
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.unit_costs", year=str(chosen.plan_year)),
    )


def ceilings(chosen: Plan) -> Grid:
    """What each office may spend in the year of the plan as a grid, with the sum below."""
    say = _speaker(chosen)

    def named() -> dict:
        table = ledger.thread(chosen.region, chosen.plan_year)["opd"]
        return dict(zip(table["id"], table["title"], strict=True))

    fields = [
        Field("opd_id", "choice", say("desk.opd"), named, width=20),
        Field("amount", "money", say("desk.ceiling"), width=10),
        Field("decree", "text", say("desk.decree"), width=14),
    ]
    of = {"region": chosen.region, "year": chosen.plan_year}
    return grid(
        "ceilings",
        fields,
        where=of,
        values_of_new_rows=of,
        language=chosen.language,
        total="amount",
        scope=_scope(chosen),
        title=say("desk.ceilings", year=str(chosen.plan_year)),
    )


def cost_lines(chosen: Plan) -> Grid:
    """Cost lines of the plan as a grid, with up to four volumes and their sum below."""
    say = _speaker(chosen)

    def thread(kind: str) -> pd.DataFrame:
        return ledger.thread(chosen.region, chosen.plan_year)[kind]

    def named() -> dict:
        table = thread("activities")
        return dict(zip(table["id"], table["title"], strict=True))

    def prices() -> pd.DataFrame:
        table = thread("unit_costs")
        return table[table["year"].eq(chosen.plan_year)]

    def priced() -> dict:
        return {
            row.id: f"{row.title} ({_place(row.kecamatan)}{row.decree})"
            for row in prices().itertuples()
        }

    def funds() -> dict:
        """The usual ones, and what imported lines call theirs."""
        there = sorted({*thread("cost_lines")["fund"].dropna()} - {*FUNDS})
        return {name: name for name in (*FUNDS, *there)}

    def fills() -> dict:
        return {
            row.id: {"price": row.price, "unit_1": row.unit, "title": row.title}
            for row in prices().itertuples()
        }

    fields = [
        Field("activity_id", "choice", say("desk.activity"), named, width=6),
        Field(
            "unit_cost_id", "choice", say("desk.price_list"), priced, fills, width=5.6
        ),
        Field("title", "text", say("desk.line"), width=8),
        Field(
            "account",
            "text",
            say("desk.account"),
            check=_shaped(ledger.ACCOUNT, written("account_code")),
            width=7.4,
        ),
        Field("fund", "choice", say("desk.fund"), funds, width=3.6),
        *(
            each
            for n in "1234"
            for each in (
                Field(f"volume_{n}", "volume", say("desk.volume", n=n), width=3.5),
                Field(f"unit_{n}", "text", say("desk.unit_of", n=n), width=2.9),
            )
        ),
        Field("price", "money", say("desk.price"), width=5.2),
        Field("amount", "money", say("desk.amount"), computed=True, width=6.6),
    ]
    return grid(
        "cost_lines",
        fields,
        where=lambda: {"activity_id": [*named()]},
        values_of_new_rows={},
        language=chosen.language,
        total="amount",
        scope=_scope(chosen),
        title=say("desk.cost_lines", year=str(chosen.plan_year)),
    )


def _kecamatan(chosen: Plan) -> dict[str, str]:
    table = regions.kecamatan(chosen.region)
    return dict(zip(table["kemendagri"], table["name"], strict=True))


def _desa(chosen: Plan):
    """A check: the code of a desa that lies in the region."""
    own = _kecamatan(chosen)

    def check(code: str) -> str:
        shape = DESA.fullmatch(code)
        if shape and shape[1] in own:
            return ""
        return written("desa_of", code=next(iter(own), "35.01.01"))

    return check


def _shaped(shape: re.Pattern, refusal: str):
    """A check: a code of this shape."""
    return lambda code: "" if shape.fullmatch(code) else refusal


def _percent(value) -> str:
    within = 0 <= value <= 100
    return "" if within else written("number_from_to", low="0", high="100")


def _scope(chosen: Plan) -> str:
    return f"{chosen.region}.{chosen.plan_year}"


def _place(code: str | None) -> str:
    return f"{regions.kecamatan_name(code) or code}, " if code else ""


def realisations(chosen: Plan) -> Grid:
    """Realisation by month as a grid, with the sum of the money below."""
    say = _speaker(chosen)

    def named() -> dict:
        found = ledger.thread(chosen.region, chosen.plan_year)
        titles = dict(
            zip(found["activities"]["id"], found["activities"]["title"], strict=True)
        )
        lines = found["cost_lines"]
        return {
            row.id: f"{titles[row.activity_id]}: {row.title}"
            for row in lines.itertuples()
        }

    months = {
        month: words.month(chosen.plan_year, month, chosen.language)
        for month in range(1, 13)
    }
    fields = [
        Field("cost_line_id", "choice", say("desk.line"), named),
        Field("month", "choice", say("desk.month"), months),
        Field("money", "money", say("desk.money")),
        Field("physical", "volume", say("desk.physical"), check=_percent),
        Field("people", "whole", say("desk.people")),
        Field("problem", "long", say("desk.problem")),
        Field("verifier", "long", say("desk.verifier")),
        Field("answer", "long", say("desk.answer")),
    ]
    return grid(
        "realisations",
        fields,
        where=lambda: {"cost_line_id": [*named()], "year": chosen.plan_year},
        values_of_new_rows={"year": chosen.plan_year},
        language=chosen.language,
        total="money",
        scope=_scope(chosen),
        title=say("desk.realisations", year=str(chosen.plan_year)),
    )


def outcome(
    chosen: Plan,
    tables: Mapping[str, pd.DataFrame],
    findings: pd.DataFrame,
    made_of: str,
) -> ipywidgets.Widget:
    """Write down what became of an issue, from the finding of a later round.

    Parameters
    ----------
    tables : mapping of DataFrame
        `ledger.thread`.
    findings : DataFrame
        `tables.Findings` of the run's year.
    made_of : str
        From `estimation.mark`.
    """
    say = _speaker(chosen)
    later = _later(chosen, tables, findings)
    if not later:
        return ipywidgets.Label(say("desk.no_later", year=str(chosen.year)))
    issues = tables["issues"].set_index("id")["title"].to_dict()

    def fill(id) -> dict:
        before, after = later[id]
        judged = evaluation.change(chosen, before["content"], after)
        after_id = ledger.evidence_id(after, made_of=made_of)
        told = {"before_id": before["id"], "after_id": after_id}
        return told | {"verdict": judged["verdict"]}

    def keep(book, values) -> dict:
        ledger.evidence(book, later[values["issue_id"]][1], made_of=made_of)
        return fill(values["issue_id"])

    return form(
        "outcomes",
        [Field("issue_id", "choice", say("desk.issue"), {i: issues[i] for i in later})],
        values_of_new_rows=keep,
        language=chosen.language,
        scope=_scope(chosen),
        title=say("desk.outcome", year=str(chosen.year)),
    )


def _later(chosen: Parameters, tables, findings: pd.DataFrame) -> dict:
    """Of each issue its evidence, and the finding of a later year that answers it."""
    kept = {row["id"]: row for row in tables["evidence"].to_dict("records")}
    done = set(tables["outcomes"]["issue_id"])
    levels = findings[
        findings["region"].eq(chosen.region)
        & findings["kind"].eq("level")
        & findings["value"].notna()
    ]
    found = {}
    for issue in tables["issues"].to_dict("records"):
        before = kept.get(issue["evidence_id"])
        if before is None or issue["id"] in done:
            continue
        was = before["content"]
        alike = levels[
            levels["indicator"].eq(was["indicator"])
            & levels["source"].eq(was["source"])
            & levels["grouping"].eq(was["grouping"])
            & levels["group"].eq(was["group"])
            & levels["year"].gt(was["year"])
        ]
        if len(alike):
            found[issue["id"]] = before, alike.iloc[-1].to_dict()
    return found


def _speaker(chosen: Parameters):
    def say(key: str, **fields) -> str:
        return words.say(key, chosen.language, **fields)

    return say
