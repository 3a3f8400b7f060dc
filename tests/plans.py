"""Plans that nobody made, as the ledger's tables hold them; and plans there and back."""

import shutil
import subprocess
import uuid
from decimal import Decimal
from pathlib import Path

import pandas as pd
from hypothesis import strategies as st

from sepakat_lib import ledger
from sepakat_lib.exchange import sheets, sipd
from sepakat_lib.ledger import models

YEAR = 2026
CODES = (
    "1.01.02.2.01.0001",
    "1.02.02.2.02.0007",
    "2.07.03.2.01.0002",
    "X.XX.01.2.06.05",
)
AWKWARD = (
    *("=1+1", '=HYPERLINK("http://x")', "-", "-5", "+62 811", "@SUM(A1)", "\tx", "\rx"),
    *(
        "'=x",
        "''=x",
        "'a",
        "Jumlah",
        "Sub Total",
        "1.250",
        "2,5",
        "007",
        " a  b ",
        "a\nb",
    ),
    *("Ñandú – “x”", "#N/A", "TRUE", "a;b,c", 'a"b', "1.06 Dana", "9" * 20, ""),
)
texts = st.one_of(st.text(max_size=20), st.sampled_from(AWKWARD))
maybe = st.one_of(st.none(), texts)
names = st.uuids(version=4)
volumes = (st.integers(0, 10**6) | st.integers(0, 10**9)).map(
    lambda n: Decimal(n) / 10_000
)
prices = st.integers(0, 10**9) | st.integers(0, 10**17)


def table(kind: str, rows: list[dict]) -> pd.DataFrame:
    """Rows of a kind as `ledger.thread` gives them."""
    columns = [column.name for column in models.ROWS[kind].__table__.columns]
    full = [dict.fromkeys(columns) | {"version": 1} | row for row in rows]
    return pd.DataFrame(full, columns=columns, dtype=object)


@st.composite
def plans(draw) -> dict[str, pd.DataFrame]:
    """A plan of `YEAR`, whole and not, with names that a spreadsheet would misread."""
    offices = [
        {"id": draw(names), "region": "3501", "code": f"1.0{n}", "title": draw(texts)}
        | {"urusan": draw(st.sampled_from([["1.01", "1.02"], ["2.07"]]))}
        for n in range(2)
    ]
    costs = [
        {"id": draw(names), "region": "3501", "code": draw(texts), "title": draw(texts)}
        for _ in range(draw(st.integers(0, 3)))
    ]
    none = [{"id": None}]

    def seldom(usual, *others):
        return draw(st.sampled_from([usual] * 12 + [*others]))

    activities = []
    for _ in range(draw(st.integers(1, 3))):
        office = seldom(draw(st.sampled_from(offices)), *none)
        mine = [
            code for code in CODES if code[:4] in [*office.get("urusan", []), "X.XX"]
        ]
        activities.append(
            {
                "id": draw(names),
                "plan_year": YEAR,
                "version": draw(st.integers(1, 5)),
                "title": draw(texts),
                "opd_id": office["id"],
                "sub_kegiatan": seldom(draw(st.sampled_from([*mine, None])), *CODES),
            }
        )
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        line = {
            "id": draw(names),
            "version": draw(st.integers(1, 5)),
            "activity_id": draw(st.sampled_from(activities))["id"],
            "unit_cost_id": draw(st.sampled_from(costs + none))["id"],
            "title": draw(texts) or seldom("x", ""),
            "account": seldom("5.1.02.01.01.0024", "5.2.02.05.01.0005", None),
            "fund": draw(maybe),
            "price": seldom(draw(prices), None),
            "volume_1": seldom(draw(volumes), None),
            **{f"volume_{n}": draw(st.none() | volumes) for n in (2, 3, 4)},
            **{f"unit_{n}": draw(maybe) for n in (1, 2, 3, 4)},
        }
        line["amount"] = sipd._amount(
            line["price"], [line[f"volume_{n}"] for n in range(1, 5)]
        )
        lines.append(line)
    return {
        "opd": table("opd", offices),
        "unit_costs": table("unit_costs", costs),
        "activities": table("activities", activities),
        "cost_lines": table("cost_lines", lines),
    }


def nomenclature() -> pd.DataFrame:
    """Names of the codes that `plans` use, and of all above them."""
    above = {".".join(code.split(".")[:n]) for code in CODES for n in (1, 2, 3, 5, 6)}
    rows = [(code, "", f"=Nama {code}") for code in sorted(above)]
    return pd.DataFrame(rows, columns=["code", "level", "name"])


def emptied(plan: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The plan with nothing left of what an export holds but the names of rows."""
    lines, activities = plan["cost_lines"].copy(), plan["activities"].copy()
    for name in FIELDS:
        lines[name] = "" if name == "title" else None
    activities["opd_id"] = activities["sub_kegiatan"] = None
    return plan | {"cost_lines": lines, "activities": activities}


FIELDS = [
    *("title", "account", "fund", "price", "amount", "unit_cost_id"),
    *(f"{each}_{n}" for n in range(1, 5) for each in ("volume", "unit")),
]


def told(row: dict, fields: list[str]) -> dict:
    """Fields of a row as one line of text, where they are text."""
    return {
        name: sheets.one_line(row[name] or "")
        if isinstance(row[name] or "", str) and not isinstance(row[name], Decimal | int)
        else row[name]
        for name in fields
    }


def read_back(
    path: Path, plan: dict[str, pd.DataFrame], exported: sipd.Exported
) -> None:
    """See that a file says what the plan says, and all of it."""
    if exported.table.empty:
        return
    codes = nomenclature()
    sheet = sipd.read(path)
    same = sipd.difference(sheet, plan, YEAR, codes)
    assert same.steps == []
    assert (same.unchanged, same.absent) == (len(exported.table), len(exported.lacking))
    steps = sipd.difference(sheet, emptied(plan), YEAR, codes).steps
    wrote = {step.id: step.values for step in steps}
    out = {uuid.UUID(each) for each in exported.table["id"]}
    empty = dict.fromkeys(FIELDS) | {"title": ""}
    for line in plan["cost_lines"].to_dict("records"):
        if line["id"] in out:
            now = empty | wrote.get(line["id"], {})
            assert told(now, FIELDS) == told(line, FIELDS)
    above = {*plan["cost_lines"].loc[plan["cost_lines"]["id"].isin(out), "activity_id"]}
    for activity in plan["activities"].to_dict("records"):
        if activity["id"] in above:
            now = {"opd_id": None, "sub_kegiatan": None} | wrote.get(activity["id"], {})
            assert {name: activity[name] for name in ("opd_id", "sub_kegiatan")} == {
                name: now[name] for name in ("opd_id", "sub_kegiatan")
            }


def resaved(paths: list[Path], folder: Path) -> list[Path]:
    """The same files as LibreOffice saves them again."""
    subprocess.run(
        [
            *(
                shutil.which("soffice"),
                f"-env:UserInstallation=file://{folder}/profile",
            ),
            *("--headless", "--convert-to", "xlsx", "--outdir", folder / "again"),
            *paths,
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return [folder / "again" / path.name for path in paths]


def chain(region: str = "3501") -> dict[str, dict]:
    """A plan in the ledger that is open: two activities with a cost line each."""
    made = {}
    with ledger.writing("Sari") as book:

        def add(name: str, kind: str, **values) -> None:
            made[name] = ledger.add(book, kind, values)

        add(
            "opd",
            "opd",
            region=region,
            code="1.01.2.22",
            title="Dinas Pendidikan",
            urusan=["1.01"],
        )
        add(
            "other",
            "opd",
            region=region,
            code="1.03.0.00",
            title="Dinas PU",
            urusan=["1.03"],
        )
        cost = {
            "region": region,
            "year": YEAR,
            "code": "1.1.7.01",
            "title": "Semen",
            "unit": "zak",
        }
        add("cost", "unit_costs", price=70_000, decree="SK 5/2025", **cost)
        issue = {"region": region, "plan_year": YEAR, "title": "Putus sekolah"}
        add("issue", "issues", direct_reason="Musrenbang", **issue)
        add(
            "cause", "causes", issue_id=made["issue"]["id"], side="supply", title="Jauh"
        )
        above = {"cause_id": made["cause"]["id"], "plan_year": YEAR}
        above |= {"opd_id": made["opd"]["id"], "decree": "900-3406/2024"}
        add("activity", "activities", title="Sekolah", sub_kegiatan=CODES[0], **above)
        add("open", "activities", title="Beasiswa", sub_kegiatan=None, **above)
        line = {
            "account": "5.1.02.01.01.0024",
            "fund": "DAU",
            "unit_cost_id": made["cost"]["id"],
        }
        line |= {
            "price": 70_000,
            "volume_1": Decimal("2.5"),
            "unit_1": "zak",
            "amount": 175_000,
        }
        add(
            "line",
            "cost_lines",
            activity_id=made["activity"]["id"],
            title="Semen",
            **line,
        )
        add(
            "second",
            "cost_lines",
            activity_id=made["open"]["id"],
            title="=Uang",
            **line,
        )
        add("lacking", "cost_lines", activity_id=made["activity"]["id"], title="Pasir")
    return made
