"""Rules between rows that no table holds by itself: one place for editors and for files.

Each is a function of what is about to stand; a door tells it in its own manner, with the
same sentence (`refused.written`).
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sepakat_lib.ledger.models import CostLine, Opd, Realisation, UnitCost
from sepakat_lib.refused import written

FORMULA = re.compile(r"[=+\-@\t\r]")  # how a cell begins that a spreadsheet reckons
SUB_KEGIATAN = re.compile(
    r"([0-9X])\.([0-9]{2}|XX)\.[0-9]{2}\.[12]\.[0-9]{2}\.[0-9]{2,4}"
)
ACCOUNT = re.compile(r"[0-9]+(\.[0-9]+){2,}")  # kode rekening
OF_EVERY_OFFICE = "X.XX"
AT_ONCE = 500  # values in one question
Problem = tuple[int, str, str]  # which row, its field, the rule as `refused.written`


def bidang(code: str) -> str:
    """Bidang urusan of a code of program, kegiatan or sub kegiatan.

    >>> bidang("1.02.02.2.02.0015")
    '1.02'
    """
    return ".".join(code.split(".")[:2])


def authority(opd: Mapping[str, Any], code: str | None) -> str:
    """The rule that an office breaks by doing what a code says; "" where it may.

    Parameters
    ----------
    opd : mapping
        ``title`` and ``urusan`` of a row of `opd`.
    code : str or None
        Of a sub kegiatan; none is to be confirmed, and "X.XX…" is of every office.

    >>> authority({"title": "Dinkes", "urusan": ["1.02"]}, "1.02.02.2.02.0015")
    ''
    >>> authority({"title": "Dinkes", "urusan": ["1.02"]}, "1.03.05.2.01.0039")
    'authority {"opd": "Dinkes", "urusan": "1.03"}'
    """
    if not code or bidang(code) in (OF_EVERY_OFFICE, *opd["urusan"]):
        return ""
    return written("authority", opd=opd["title"], urusan=bidang(code))


def overspent(
    months: Mapping[tuple, int], amounts: Mapping[uuid.UUID, int]
) -> dict[tuple, str]:
    """Months from which on a cost line has spent more than it has.

    Parameters
    ----------
    months : mapping
        Money by cost line, year and month. [IDR]
    amounts : mapping
        Of each cost line what it has. [IDR]

    Returns
    -------
    dict
        The rule that is broken, by cost line, year and month; each month after the first
        one too.
    """
    spent, found = dict.fromkeys(amounts, 0), {}
    for key in sorted(months):
        line = key[0]
        spent[line] += months[key]
        if spent[line] > amounts[line]:
            found[key] = written(
                "within_amount", amount=amounts[line], spent=spent[line]
            )
    return found


def problems(
    book: Session, kind: str, many: Sequence[tuple[Mapping, Mapping]]
) -> list[Problem]:
    """What is wrong with rows that are about to be written, among those that stand.

    A rule is asked only of a row that writes to its fields: who mends the title of an
    older row need not mend the rest of it first.

    Parameters
    ----------
    book : Session
        Of `writing`; cost lines whose months are added up stay locked until its end.
    kind : str
        Of `models.ROWS`.
    many : sequence of pairs
        Fields as they stand ({} of a new row), and those that are written, with ``id``.

    Returns
    -------
    list of tuple
        Place in ``many``, the field, and the rule; none where nothing is wrong.
    """
    found: list[Problem] = []
    for fields, rule in RULES.get(kind, ()):
        among = {
            place: {**stands, **values}
            for place, (stands, values) in enumerate(many)
            if fields & values.keys()
        }
        needed = NEEDED.get(rule, ())  # what the tables refuse is not judged
        among = {
            place: row
            for place, row in among.items()
            if all(row.get(name) is not None for name in needed)
        }
        if among:
            found += rule(book, among)
    return sorted(found)


def _authority(book: Session, among: Mapping[int, dict]) -> Iterator[Problem]:
    wanted = {row.get("opd_id") for row in among.values()} - {None}
    offices = _fields(book, Opd, wanted, "title", "urusan")
    for place, row in among.items():
        office, code = offices.get(row.get("opd_id")), row.get("sub_kegiatan")
        if office and (rule := authority(office, code)):
            yield place, "sub_kegiatan", rule


def _place(_book: Session, among: Mapping[int, dict]) -> Iterator[Problem]:
    """A desa lies in its kecamatan: its code begins with that one's."""
    for place, row in among.items():
        desa, kecamatan = row.get("desa"), row.get("kecamatan")
        if desa and kecamatan and not desa.startswith(f"{kecamatan}."):
            yield place, "desa", written("desa_of", code=kecamatan)


def _months(book: Session, among: Mapping[int, dict]) -> Iterator[Problem]:
    """A month once, within what the line has."""
    lines = sorted({row["cost_line_id"] for row in among.values()})
    amounts = {}
    for some in _parts(lines):
        asked = select(CostLine.id, CostLine.amount).where(CostLine.id.in_(some))
        amounts |= dict(book.execute(asked.with_for_update()).all())
    own = {row["id"] for row in among.values()}
    months, at = {}, {}
    for some in _parts(lines):
        asked = select(Realisation).where(Realisation.cost_line_id.in_(some))
        for row in book.scalars(asked.where(Realisation.ended.is_(None))):
            if row.id not in own:
                months[row.cost_line_id, row.year, row.month] = row.money
    for place, row in among.items():
        key = row["cost_line_id"], row["year"], row["month"]
        if amounts.get(key[0]) is None:
            yield place, "cost_line_id", written("line_with_amount")
        elif key in months:
            yield place, "month", written("month_free", money=months[key])
        else:
            months[key], at[key] = row["money"], place
    known = {line: amount for line, amount in amounts.items() if amount is not None}
    told = overspent({k: v for k, v in months.items() if k[0] in known}, known)
    noted = set()
    for key, rule in told.items():
        # a month that stands may be the one that breaks it: told at the one that is written
        if key[0] not in noted and (mine := [k for k in at if k[0] == key[0]]):
            noted.add(key[0])
            yield at[key if key in at else max(mine)], "money", rule


def _spent(book: Session, among: Mapping[int, dict]) -> Iterator[Problem]:
    """A line keeps at least what was spent of it."""
    ids = sorted(row["id"] for row in among.values())
    spent = {}
    for some in _parts(ids):
        asked = select(Realisation.cost_line_id, func.sum(Realisation.money))
        asked = asked.where(
            Realisation.cost_line_id.in_(some), Realisation.ended.is_(None)
        )
        spent |= dict(book.execute(asked.group_by(Realisation.cost_line_id)).all())
    for place, row in among.items():
        out = int(spent.get(row["id"]) or 0)
        if row.get("amount") is not None and row["amount"] < out:
            yield place, "amount", written("above_spent", spent=out)


def _once(book: Session, among: Mapping[int, dict]) -> Iterator[Problem]:
    """A price once: of one code, kecamatan, year and decree."""
    key = ("region", "year", "code", "kecamatan", "decree")
    own = {row["id"] for row in among.values()}
    codes = sorted({row["code"] for row in among.values()})
    there = set()
    for some in _parts(codes):
        asked = select(UnitCost).where(UnitCost.code.in_(some))
        for row in book.scalars(asked.where(UnitCost.ended.is_(None))):
            if row.id not in own:
                there.add(tuple(getattr(row, name) for name in key))
    for place, row in among.items():
        name = tuple(row.get(each) for each in key)
        if name in there:
            yield place, "code", written("price_stands")
        there.add(name)


NEEDED = {
    _months: ("cost_line_id", "year", "month", "money"),
    _once: ("region", "year", "code", "decree"),
}
RULES = {
    "activities": [
        ({"opd_id", "sub_kegiatan"}, _authority),
        ({"desa", "kecamatan"}, _place),
    ],
    "realisations": [({"cost_line_id", "year", "month", "money"}, _months)],
    "cost_lines": [({"amount"}, _spent)],
    "unit_costs": [({"code", "kecamatan", "year", "decree"}, _once)],
}


def _fields(book: Session, model, ids, *names: str) -> dict[uuid.UUID, dict]:
    found = {}
    for some in _parts(sorted(ids)):
        for row in book.scalars(select(model).where(model.id.in_(some))):
            found[row.id] = {name: getattr(row, name) for name in names}
    return found


def _parts(values: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
