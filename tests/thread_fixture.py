"""A thread of the ledger as a stage gets it, of rows that a test writes in a line."""

import uuid

import pandas as pd

from sepakat_lib.ledger import models

KINDS = [
    *("pins", "issues", "causes", "opd", "activities", "unit_costs", "cost_lines"),
    *("ceilings", "realisations", "outcomes"),
]


def name(text: str) -> uuid.UUID:
    """Id of a row that a test calls by a word."""
    return uuid.uuid5(uuid.NAMESPACE_OID, text)


def thread(**rows: list[dict]) -> dict[str, pd.DataFrame]:
    """Tables as `ledger.thread` gives them; keys ending in _id are words, as `id` is."""
    tables = {}
    for kind in [*KINDS, "evidence"]:
        model = models.Evidence if kind == "evidence" else models.ROWS[kind]
        columns = [column.name for column in model.__table__.columns]
        written = []
        for row in rows.get(kind, []):
            assert set(row) <= set(columns), set(row) - set(columns)
            named = {
                key: name(value)
                for key, value in row.items()
                if (key == "id" or key.endswith("_id")) and value is not None
            }
            written.append({**dict.fromkeys(columns), **row, **named})
        tables[kind] = pd.DataFrame(written, columns=columns, dtype=object)
    return tables


def plan(**more: list[dict]) -> dict[str, pd.DataFrame]:
    """Two issues, of a finding and direct; an activity each; three cost lines, one open."""
    rows = {
        "issues": [
            {"id": "poor", "title": "Kemiskinan", "evidence_id": "p0"},
            {"id": "road", "title": "Jalan", "direct_reason": "Musrenbang"},
        ],
        "causes": [
            {"id": "work", "issue_id": "poor", "title": "Pekerjaan", "side": "supply"},
            {"id": "far", "issue_id": "road", "title": "Jauh", "side": "use"},
        ],
        "opd": [
            {"id": "labour", "code": "2.07", "title": "Disnaker", "region": "3501"},
            {"id": "works", "code": "1.03", "title": "PUPR", "region": "3501"},
        ],
        "activities": [
            {
                **{"id": "training", "cause_id": "work", "opd_id": "labour"},
                **{"title": "Pelatihan", "strategy": "income", "target": 40},
                **{"kecamatan": "3501010", "sub_kegiatan": "2.07.03.2.01.0001"},
            },
            {"id": "paving", "cause_id": "far", "opd_id": "works", "title": "Aspal"},
        ],
        "unit_costs": [{"id": "rice", "price": 15_000, "decree": "SK 1/2024"}],
        "cost_lines": [
            {
                **{"id": "meals", "activity_id": "training", "unit_cost_id": "rice"},
                **{"title": "Makan", "volume_1": 40, "volume_2": 5, "price": 15_000},
                **{"amount": 3_000_000, "fund": "DAU", "account": "5.1.02.01"},
            },
            {
                **{"id": "trainer", "activity_id": "training", "title": "Pelatih"},
                **{"volume_1": 5, "price": 200_000, "amount": 1_000_000},
                **{"fund": "PAD", "account": "5.1.02.02"},
            },
            {"id": "stone", "activity_id": "paving", "title": "Batu", "price": 90_000},
        ],
    }
    return thread(**(rows | more))
