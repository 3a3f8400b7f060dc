"""Question 5: are policies and public money favourable?

Nothing here comes from a survey: each indicator names the file that would answer it.
"""

from sepakat_lib.indicators import Indicator

APBD = {
    "id": "ringkasan APBD (Lampiran I–IV) atau ekspor SIPD",
    "en": "the APBD summary (annexes I-IV) or the SIPD export",
}


def _fiscal(name, code, label, definition, better):
    return Indicator(
        name=name,
        code=code,
        question=5,
        label=label,
        definition=definition,
        unit="percent",
        better=better,
        frame="other",
        source="APBD; SIPD",
        kind="awaited",
        awaits=APBD,
        keeper="bpkad",
    )


INDICATORS = (
    _fiscal(
        "own_revenue",
        "FIS-001",
        {"id": "Rasio PAD terhadap pendapatan", "en": "Own revenue, of all revenue"},
        {
            "id": "Pendapatan asli daerah dibagi pendapatan daerah.",
            "en": "Revenue raised by the region over all its revenue.",
        },
        "higher",
    ),
    _fiscal(
        "education_spending",
        "FIS-007",
        {"id": "Belanja pendidikan", "en": "Spending on education"},
        {
            "id": "Belanja urusan pendidikan dibagi belanja daerah.",
            "en": "Spending on education over all spending of the region.",
        },
        "higher",
    ),
    _fiscal(
        "health_spending",
        "FIS-008",
        {"id": "Belanja kesehatan", "en": "Spending on health"},
        {
            "id": "Belanja urusan kesehatan dibagi belanja daerah.",
            "en": "Spending on health over all spending of the region.",
        },
        "higher",
    ),
    _fiscal(
        "tagged_spending",
        "FIS-014",
        {
            "id": "Belanja bertanda kemiskinan ekstrem",
            "en": "Spending tagged for extreme poverty",
        },
        {
            "id": "Pagu sub kegiatan bertanda kemiskinan ekstrem dibagi belanja "
            "daerah.",
            "en": "Ceilings of sub kegiatan tagged for extreme poverty over all "
            "spending of the region.",
        },
        "context",
    ),
)
