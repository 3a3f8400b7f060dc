"""Question 2, too: have they a business, credit, land and an account?

What a household has is told of its members: "lives in a household with".
"""

from sepakat_lib.indicators import Indicator


def _has(name, code, label, definition, condition, frame, items):
    return Indicator(
        name=name,
        code=code,
        question=2,
        label=label,
        definition=definition,
        unit="percent",
        better="higher",
        frame=frame,
        source=f"BPS, Susenas KOR ({items})",
        numerator=f"CASE WHEN {condition} THEN 1 WHEN NOT {condition} THEN 0 END",
    )


INDICATORS = (
    _has(
        "micro_business",
        "EKO-001a",
        {"id": "Memiliki usaha mikro atau kecil", "en": "Micro or small business"},
        {
            "id": "Tinggal di rumah tangga yang salah seorang anggotanya memiliki "
            "usaha mikro atau kecil. Untuk desil 1–4, lihat menurut desil.",
            "en": "Lives in a household of which a member owns a micro or small "
            "business. For the poorest four tenths see by tenth.",
        },
        "micro_business",
        "other",
        "R2210AA",
    ),
    _has(
        "credit_kur",
        "EKO-003a",
        {"id": "Penerima KUR", "en": "Receives KUR credit"},
        {
            "id": "Tinggal di rumah tangga yang menerima Kredit Usaha Rakyat.",
            "en": "Lives in a household that receives Kredit Usaha Rakyat.",
        },
        "credit_kur",
        "[TPB] 8.3.1.(a)",
        "R1901A",
    ),
    _has(
        "has_land",
        "EKO-007a",
        {"id": "Memiliki lahan", "en": "Owns land"},
        {
            "id": "Tinggal di rumah tangga yang memiliki tanah atau lahan apa pun. "
            "Lahan pertanian tidak ditanyakan tersendiri.",
            "en": "Lives in a household that owns land of any kind. Farmland is not "
            "asked about by itself.",
        },
        "has_land",
        "other",
        "R2001M",
    ),
    _has(
        "bank_account",
        "EKO-008a",
        {"id": "Memiliki rekening tabungan", "en": "Has a savings account"},
        {
            "id": "Tinggal di rumah tangga yang salah seorang anggotanya memiliki "
            "rekening tabungan. Dompet digital tidak ditanyakan.",
            "en": "Lives in a household of which a member has a savings account. "
            "Electronic wallets are not asked about.",
        },
        "account_holder",
        "other",
        "R701",
    ),
)
