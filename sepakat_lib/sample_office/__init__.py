"""A sample office: everything that a kabupaten would plan, spend and tell, invented.

`make` writes it into the ledger and `drop` ends it. Each row is labelled synthetic; the
same region, years and seed give the same rows; no row that somebody else wrote is touched.
"""

import functools
import random
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from sqlalchemy.orm import Session

from sepakat_lib import (
    analysis,
    estimation,
    ledger,
    parameters,
    published,
    reference,
    regions,
)
from sepakat_lib.refused import Refused

__all__ = ["drop", "make", "planned", "poverty_share", "size"]

WHO = "sepakat db demo"
LABEL = "(sintetis)"  # in every title, so that it shows wherever a row is listed
DECREE = "SINTETIS"  # in place of a decree's number
NOMENCLATURE = "Kepmendagri 900.1.15.5-1317/2023"
NAMES = uuid.UUID("5d0cf0f4-3e0f-4d7e-9a55-5f8a6f0a7c11")
BASE_YEAR = 2023  # of the prices in office.yml
INFLATION = 1.03  # a year
LAGGING = 0.25  # of the activities
ORDER = (
    *("opd", "unit_costs", "ceilings", "issues", "causes", "activities"),
    *("cost_lines", "realisations"),
)
TOPS = ("issues", "opd", "unit_costs", "ceilings")  # kinds that carry the region


def make(region: str, year: int, *, seed: int = 1, beside: bool = False) -> dict:
    """Write the sample office of a kabupaten, for the two plan years after a year.

    Parameters
    ----------
    region : str
        BPS code of a kabupaten or kota.
    year : int
        Of the evidence; the plans are of the year after and the one after that. An issue
        rests on the finding of that year where one stands, else on a reason.
    seed : int
    beside : bool
        Write it although the region has rows that are not invented. Those stay as they
        are, but totals count both.

    Returns
    -------
    dict
        ``written`` (number of rows by kind; all 0 where the sample stands already),
        ``of_findings`` (issues that rest on one) and, by plan year, `size`.

    Raises
    ------
    Refused
        ``sample_of_a_kabupaten``; ``sample_of_another_seed``: one stands already;
        ``sample_beside_real``: the region has rows of its own.
    """
    if regions.level(region) != "kabupaten":
        raise Refused("sample_of_a_kabupaten", given=region)
    ledger.upgrade()
    years = (year + 1, year + 2)
    findings = _findings(region, year)
    with ledger.writing(WHO, reason=f"contoh sintetis, seed {seed}") as book:
        rows = planned(region, years, seed, _turn(book, region, seed))
        fresh = {kind: _absent(book, kind, rows[kind]) for kind in ORDER}
        if any(fresh.values()):
            _refuse_another(book, region, rows["opd"])
            if not beside:
                _refuse_beside_real(book, region)
        for kind in ORDER:
            made = [_resting(book, row, findings) for row in fresh[kind]]
            ledger.add_all(book, kind, made)
            fresh[kind] = made
        outcomes = [*_outcomes(fresh["issues"], book)]
        ledger.add_all(book, "outcomes", outcomes)
    return {
        "written": {kind: len(fresh[kind]) for kind in ORDER}
        | {"outcomes": len(outcomes)},
        "of_findings": sum("evidence_id" in row for row in fresh["issues"]),
        "size": {each: size(region, each) for each in years},
    }


def drop(region: str) -> int:
    """End every row of a region that is invented; the number of them.

    Raises
    ------
    Refused
        ``sample_in_use``: rows that are not invented hang on some; nothing was ended.
    """
    with ledger.writing(WHO, reason="contoh sintetis diakhiri") as book:
        ended = []
        for kind in TOPS:
            tops = ledger.rows(book, kind, region=region, synthetic=True)
            below = ledger.hanging(book, kind, [*tops["id"]])
            real = below[~below["synthetic"].astype(bool)]
            if len(real):
                titles = (real["kind"] + " " + real["title"]).str.strip()
                raise Refused("sample_in_use", count=len(real), rows=[*titles[:5]])
            seen = zip(tops["id"], tops["version"], strict=True)
            ended += ledger.end_all(book, kind, seen, also=below["id"])
    return len(ended)


def size(region: str, year: int) -> dict[str, Any]:
    """What a kabupaten spends in a year, as its APBD says or by its population.

    Returns
    -------
    dict
        ``spending`` [IDR], ``of`` (``apbd`` or ``population``) and ``apbd_year``: of the
        year itself, else the newest that is held. By population it is what the regions
        with an APBD of that year spend a head, times the registered population.
    """
    spending = _spending()
    years = sorted(of_year for code, of_year in spending.index if code == region)
    if years:
        apbd_year = year if year in years else years[-1]
        own = int(spending[region, apbd_year])
        return {"spending": own, "of": "apbd", "apbd_year": apbd_year}
    apbd_year = max(of_year for _, of_year in spending.index)
    budgets = spending.xs(apbd_year, level="year")
    people = reference.regions().set_index("region")["population_2024"]
    total, heads = int(budgets.sum()), int(people[budgets.index].sum())
    own = total * int(people[region]) // heads
    return {"spending": own, "of": "population", "apbd_year": apbd_year}


def poverty_share() -> float:
    """Part of the region's spending that the activities of a plan year cost.

    Less what a line lacks, and to the rounding of whole volumes.
    """
    return _office()["poverty_share"]


def planned(
    region: str, years: tuple[int, ...], seed: int, turn: int = 0
) -> dict[str, list[dict]]:
    """All rows of the sample office, by kind, each after what it hangs on.

    Parameters
    ----------
    years : tuple of int
        Plan years.
    seed : int
    turn : int
        How often the sample of this region and seed was dropped: rows that ended do not
        come back, new ones take their place.

    Returns
    -------
    dict of list of dict
        Values of `ledger.add`; and of an issue or a cause ``finding``, the indicator
        of one that it may rest on (None: an issue that is always entered directly).
    """
    rows: dict[str, list[dict]] = {kind: [] for kind in ORDER}
    base = "/".join([region, str(seed), str(turn)])
    offices = {}
    for i, (key, office) in enumerate(_office()["offices"].items(), 1):
        offices[key] = _named(base, "opd", key)
        code = f"{office['urusan'][0]}.0.00.0.00.{i:02}.0000-S"
        row = {"code": code, "title": f"{office['title']} {LABEL}"}
        row |= {"urusan": office["urusan"], "region": region}
        rows["opd"].append({"id": offices[key]} | row)
    for year in years:
        chance = random.Random(f"{region}/{seed}/{year}")
        within = f"{base}/{year}"
        prices = _prices(rows, within, region, year, chance)
        spending = size(region, year)["spending"]
        _ceilings(rows, within, region, year, offices, spending, chance)
        _plan(rows, within, region, year, offices, prices, spending, chance)
    for row in (row for kind in ORDER for row in rows[kind]):
        row["synthetic"] = True
    return rows


def _prices(rows, within, region, year, chance) -> dict[tuple[str, str | None], dict]:
    """Unit costs of a year: of the region, and of what is carried in each kecamatan."""
    places = {code: chance.uniform(0.95, 1.2) for code in _kecamatan(region)}
    found = {}
    for key, item in _office()["items"].items():
        now = item["price"] * INFLATION ** (year - BASE_YEAR)
        of_places = {None: 1.0} | (places if item["carried"] else {})
        for place, dearer in of_places.items():
            row = {
                "id": _named(within, "price", key, place),
                **{"region": region, "year": year, "kecamatan": place},
                **{"code": f"{key}-S", "title": f"{item['title']} {LABEL}"},
                **{"unit": item["unit"], "price": round(now * dearer / 100) * 100},
                "decree": f"{DECREE} 188.45/{year - 2000}/SSH/{year}",
            }
            rows["unit_costs"].append(row)
            found[key, place] = row
    return found


def _ceilings(rows, within, region, year, offices, spending, chance) -> None:
    """Ceilings of a year, which together are the region's spending."""
    weights = {
        key: office["share"] * chance.uniform(0.97, 1.03)
        for key, office in _office()["offices"].items()
    }
    for key, amount in _split(spending, weights).items():
        row = {"id": _named(within, "ceiling", key), "region": region, "year": year}
        row |= {"opd_id": offices[key], "amount": amount}
        rows["ceilings"].append(row | {"decree": f"{DECREE} KUA-PPAS {year}"})


def _plan(rows, within, region, year, offices, prices, spending, chance) -> None:
    """Issues of a year with all that hangs on them."""
    templates = list(_activities())
    weights = {
        i: activity["share"] * chance.uniform(0.9, 1.1)
        for i, (_, _, activity) in enumerate(templates)
    }
    money = _split(int(spending * poverty_share()), weights)
    seen: dict[str, uuid.UUID] = {}
    for i, (issue, cause, activity) in enumerate(templates):
        of_issue, of_cause = issue["title"], f"{issue['title']}/{cause['title']}"
        if of_issue not in seen:
            seen[of_issue] = _named(within, "issue", of_issue)
            row = {"id": seen[of_issue], "region": region, "plan_year": year}
            row |= {"title": f"{of_issue} {LABEL}", "indicator": issue["indicator"]}
            row |= {"direct_reason": f"{issue['reason']} {LABEL}"}
            rests = None if issue.get("direct") else issue["indicator"]
            rows["issues"].append(row | {"finding": rests})
        if of_cause not in seen:
            seen[of_cause] = _named(within, "cause", of_cause)
            row = {"id": seen[of_cause], "issue_id": seen[of_issue]}
            row |= {"side": cause["side"], "title": f"{cause['title']} {LABEL}"}
            place = sum(each["issue_id"] == seen[of_issue] for each in rows["causes"])
            row |= {"place": place, "finding": cause["indicator"]}
            rows["causes"].append(row)
        codes = _kecamatan(region)
        places = chance.sample(codes, min(activity["places"], len(codes))) or [None]
        for place, part in _split(money[i], dict.fromkeys(places, 1)).items():
            name = (activity["title"], place)
            row = _activity(activity, year, part) | {
                "id": _named(within, "activity", *name),
                **{"cause_id": seen[of_cause], "opd_id": offices[activity["office"]]},
                "kecamatan": place,
            }
            rows["activities"].append(row)
            lines = [*_lines(activity, row["id"], place, part, prices, within, name)]
            rows["cost_lines"] += lines
            people = int(row["target"])
            rows["realisations"] += _realised(lines, year, people, within, chance)


def _activity(activity: dict, year: int, money: int) -> dict:
    strategy = activity["strategy"]
    return {
        **{"plan_year": year, "title": f"{activity['title']} {LABEL}"},
        **{"sub_kegiatan": activity["sub"], "decree": NOMENCLATURE},
        "strategy": strategy and _office()["strategies"][strategy],
        **{"target_group": activity["group"], "unit": activity["unit"]},
        **{"target": Decimal(max(1, money // activity["each"]))},
        "baseline": Decimal(0),
    }


def _lines(activity, id, place, money, prices, within, name) -> Iterator[dict]:
    """Cost lines of an activity: what each lacks stays open, the others share the money."""
    items = _office()["items"]
    for i, line in enumerate(activity["lines"]):
        item = items.get(line.get("item"), line)
        row = {
            **{"id": _named(within, "line", *name, i), "activity_id": id},
            "title": f"{line.get('title', item.get('title'))} {LABEL}",
            **{"account": item["account"], "fund": activity["fund"]},
            "unit_1": item["unit"],
        }
        if "item" in line:
            price = prices.get((line["item"], place), prices[line["item"], None])
            row |= {"unit_cost_id": price["id"], "price": price["price"]}
        if line.get("lacks") == "price":
            row |= {"volume_1": Decimal(1 + i)}
        elif "lacks" not in line:
            times = line.get("times")
            each = row["price"] * (times or 1)
            row["volume_1"] = Decimal(max(1, round(money * line["share"] / each)))
            if times:
                row |= {"volume_2": Decimal(times), "unit_2": line["times_unit"]}
            volumes = [row["volume_1"], row.get("volume_2")]
            row["amount"] = ledger.amount_of(row["price"], volumes)
        yield row


def _realised(lines, year, people, within, chance) -> Iterator[dict]:
    """What came of an activity's lines, month by month; people with the first alone."""
    lags = chance.random() < LAGGING
    first = chance.randint(4, 6) if lags else chance.randint(1, 4)
    last = 12 if lags else chance.randint(10, 12)
    reached = chance.uniform(0.35, 0.7) if lags else chance.uniform(0.93, 1)
    problem, asked, answer = chance.choice(_office()["delays"])
    answered = chance.random() < 0.6
    for line in lines:
        if line.get("amount") is None:
            continue
        money = heads = 0
        for month in range(first, last + 1):
            part = reached * ((month - first + 1) / (last - first + 1)) ** 1.3
            spent, met = int(line["amount"] * part), int(people * part)
            row = {
                "id": _named(within, "realised", line["id"], month),
                **{"cost_line_id": line["id"], "year": year, "month": month},
                "money": spent - money,
                "physical": Decimal(f"{min(100, 100 * part * 1.02):.2f}"),
            }
            if line is lines[0]:
                row["people"] = met - heads
                if lags and month % 3 == 0:  # told at the end of a quarter
                    row |= {"problem": problem, "verifier": asked}
                    row |= {"answer": answer} if answered or month < 9 else {}
            money, heads = spent, met
            yield row


def _outcomes(issues: list[dict], book: Session) -> Iterator[dict]:
    """What became of poverty, by BPS's own figures, where the plan's year has one."""
    for issue in issues:
        if issue["indicator"] != "p0" or "evidence_id" not in issue:
            continue
        year = issue["plan_year"]
        later = _findings(issue["region"], year).get("p0")
        if (
            later is None
            or later[0]["source"] != "official"
            or later[0]["year"] != year
        ):
            continue
        after = ledger.evidence(book, later[0], made_of=later[1])
        if after != issue["evidence_id"]:
            yield {
                **{"id": _named(issue["id"], "outcome"), "issue_id": issue["id"]},
                **{"before_id": issue["evidence_id"], "after_id": after},
                "verdict": "cannot_be_tested",  # published without an error
                "synthetic": True,
            }


def _split(total: int, weights: dict) -> dict:
    """A whole number parted by weights, so that the parts are it."""
    whole, parts, upto, given = sum(weights.values()), {}, 0.0, 0
    for key, weight in weights.items():
        upto += weight
        end = total if key == [*weights][-1] else int(total * upto / whole)
        parts[key], given = end - given, end
    return parts


def _activities() -> Iterator[tuple[dict, dict, dict]]:
    """Every activity that is invented, with its issue and its cause."""
    for issue in _office()["issues"]:
        for cause in issue["causes"]:
            for activity in cause["activities"]:
                yield issue, cause, activity


def _named(*name) -> uuid.UUID:
    return uuid.uuid5(NAMES, "/".join(map(str, name)))


def _kecamatan(region: str) -> list[str]:
    return sorted(regions.kecamatan(region)["kemendagri"])


@functools.cache
def _office() -> dict:
    return yaml.safe_load(Path(__file__).with_name("office.yml").read_text("utf-8"))


@functools.cache
def _spending() -> pd.Series:
    """Spending as budgeted, by region and year. [IDR]"""
    table = reference.apbd()
    table = table[table["account"].eq("Belanja Daerah")]
    return table.set_index(["region", "year"])["budget"]


def _turn(book: Session, region: str, seed: int) -> int:
    """How often the sample was dropped: its offices have ended so often."""
    turn = 0
    while True:
        offices = [row["id"] for row in planned(region, (), seed, turn)["opd"]]
        written = ledger.rows(book, "opd", ended=True, id=offices)
        if written.empty or written["ended"].isna().any():
            return turn
        turn += 1


def _absent(book: Session, kind: str, wanted: list[dict]) -> list[dict]:
    """Those of the rows that the ledger never had."""
    names = [row["id"] for row in wanted]
    written = {*ledger.rows(book, kind, ended=True, id=names)["id"]}
    return [row for row in wanted if row["id"] not in written]


def _refuse_another(book: Session, region: str, offices: list[dict]) -> None:
    """One sample a region: two would be told apart by nobody."""
    standing = ledger.rows(book, "opd", region=region, synthetic=True)["id"]
    if {*standing} - {row["id"] for row in offices}:
        raise Refused("sample_of_another_seed", region=region)


def _refuse_beside_real(book: Session, region: str) -> None:
    counts = {
        kind: len(ledger.rows(book, kind, region=region, synthetic=False))
        for kind in TOPS
    }
    if any(counts.values()):
        rows = [f"{kind} {count}" for kind, count in counts.items() if count]
        raise Refused("sample_beside_real", region=region, rows=rows)


def _findings(region: str, year: int) -> dict[str, tuple[dict, str]]:
    """What was found of everybody in the region, by indicator, with its data's mark."""
    chosen = parameters.resolve(region=region, year=year)
    official = published.official()
    parts = (estimation.read(chosen), estimation.differences(chosen))
    table = analysis.findings(chosen, official, *parts, estimation.earlier(chosen))
    own = table["region"].eq(region) & table["grouping"].eq("all")
    table = table[own & table["kind"].eq("level") & table["value"].notna()]
    made = estimation.made(chosen)
    found = {}
    for row in table.sort_values("source", ascending=False).to_dict("records"):
        of_bps = row["source"] == "official"  # comes last, and stands
        found[row["indicator"]] = row, published.mark() if of_bps else made[row["year"]]
    return found


def _resting(book: Session, row: dict, findings: dict) -> dict:
    """An issue or a cause upon what was found, where it was; other rows as they are."""
    row = dict(row)
    name = row.pop("finding", None)
    if name in findings:
        finding, mark = findings[name]
        row["evidence_id"] = ledger.evidence(book, finding, made_of=mark)
        row.pop("direct_reason", None)  # an issue has one origin
    return row
