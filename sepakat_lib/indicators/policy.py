"""Question 5: are policies and public money favourable?

Nothing here comes from a survey: shares of a budget are made from the APBD where one is
held, and else each indicator names the file that would answer it.
"""

from sepakat_lib.indicators import Indicator

APBD = {
    "id": "ringkasan APBD (Lampiran I–IV) atau ekspor SIPD",
    "en": "the APBD summary (annexes I-IV) or the SIPD export",
}
ROWS = {"id": "ekspor rincian belanja SIPD", "en": "the SIPD export of budget rows"}


def _fiscal(
    name, code, label, definition, better="context", awaits=APBD, unit="percent"
):
    return Indicator(
        name=name,
        code=code,
        question=5,
        label=dict(zip(("id", "en"), label, strict=True)),
        definition=dict(zip(("id", "en"), definition, strict=True)),
        unit=unit,
        better=better,
        frame="other",
        source="APBD; SIPD",
        kind="official",
        awaits=awaits,
        keeper="bpkad",
    )


INDICATORS = (
    _fiscal(
        "own_revenue",
        "FIS-001",
        ("Rasio PAD terhadap pendapatan", "Own revenue, of all revenue"),
        (
            "Anggaran pendapatan asli daerah dibagi anggaran pendapatan daerah.",
            "Budgeted revenue raised by the region over all its budgeted revenue.",
        ),
        "higher",
    ),
    _fiscal(
        "transfer_share",
        "FIS-002",
        ("Bagian transfer dari pendapatan", "Transfers, of all revenue"),
        (
            "Anggaran transfer ke daerah dan dana desa dibagi anggaran pendapatan "
            "daerah.",
            "Budgeted transfers from the centre over all budgeted revenue.",
        ),
    ),
    _fiscal(
        "revenue_per_person_apbd",
        "FIS-009b",
        (
            "Pendapatan daerah per penduduk setahun",
            "Revenue of the region per person a year",
        ),
        (
            "Anggaran pendapatan daerah dibagi jumlah penduduk, yaitu jumlah penduduk "
            "miskin dibagi persentasenya menurut BPS.",
            "Budgeted revenue over the people that BPS's number of poor and their share "
            "imply.",
        ),
        unit="idr",
    ),
    _fiscal(
        "spending_per_person_apbd",
        "FIS-009a",
        (
            "Belanja daerah per penduduk setahun",
            "Spending of the region per person a year",
        ),
        (
            "Anggaran belanja daerah dibagi jumlah penduduk, yaitu jumlah penduduk "
            "miskin dibagi persentasenya menurut BPS.",
            "Budgeted spending over the people that BPS's number of poor and their share "
            "imply.",
        ),
        unit="idr",
    ),
    _fiscal(
        "personnel_share",
        "FIS-003",
        ("Bagian belanja pegawai", "Personnel, of all spending"),
        (
            "Anggaran belanja pegawai dibagi anggaran belanja daerah.",
            "Budgeted spending on personnel over all budgeted spending.",
        ),
    ),
    _fiscal(
        "goods_share",
        "FIS-004",
        ("Bagian belanja barang dan jasa", "Goods and services, of all spending"),
        (
            "Anggaran belanja barang dan jasa dibagi anggaran belanja daerah.",
            "Budgeted spending on goods and services over all budgeted spending.",
        ),
    ),
    _fiscal(
        "capital_share",
        "FIS-005",
        ("Bagian belanja modal", "Capital, of all spending"),
        (
            "Anggaran belanja modal dibagi anggaran belanja daerah.",
            "Budgeted capital spending over all budgeted spending.",
        ),
    ),
    _fiscal(
        "social_aid_share",
        "FIS-006",
        ("Bagian belanja bantuan sosial", "Social aid, of all spending"),
        (
            "Anggaran belanja bantuan sosial dibagi anggaran belanja daerah.",
            "Budgeted spending on social aid over all budgeted spending.",
        ),
    ),
    _fiscal(
        "fiscal_space",
        "FIS-011a",
        ("Ruang fiskal setinggi-tingginya", "Fiscal space at most"),
        (
            "Pendapatan dikurangi hibah, dana darurat, belanja pegawai, bunga, bagi "
            "hasil, dan bantuan keuangan, dibagi pendapatan. Transfer yang sudah "
            "ditentukan gunanya tidak terpisah dalam sumbernya, jadi ruang yang "
            "sebenarnya lebih kecil.",
            "Revenue less grants, emergency funds, personnel, interest, shared revenue "
            "and financial aid, over revenue. Transfers bound to a use are not told "
            "apart in the source, so that the true space is smaller.",
        ),
    ),
    _fiscal(
        "carried_over",
        "FIS-012a",
        (
            "SiLPA tahun sebelumnya terhadap belanja",
            "Funds carried over, to all spending",
        ),
        (
            "Sisa lebih perhitungan anggaran tahun sebelumnya dibagi anggaran belanja "
            "daerah.",
            "Funds left of the year before over all budgeted spending.",
        ),
    ),
    _fiscal(
        "absorption",
        "FIS-013",
        ("Realisasi belanja terhadap anggaran", "Spending realised, of the budget"),
        (
            "Realisasi belanja daerah dibagi anggarannya, hanya untuk tahun yang "
            "realisasinya lengkap.",
            "Realised spending over its budget, of years with a whole realisation only.",
        ),
        "higher",
    ),
    _fiscal(
        "education_spending",
        "FIS-007",
        ("Belanja pendidikan", "Spending on education"),
        (
            "Pagu bidang urusan pendidikan dibagi seluruh pagu.",
            "Ceilings of the field of education over all ceilings.",
        ),
        awaits=ROWS,
    ),
    _fiscal(
        "health_spending",
        "FIS-008",
        ("Belanja kesehatan", "Spending on health"),
        (
            "Pagu bidang urusan kesehatan dibagi seluruh pagu.",
            "Ceilings of the field of health over all ceilings.",
        ),
        awaits=ROWS,
    ),
    _fiscal(
        "tagged_spending",
        "FIS-014",
        (
            "Belanja bertanda kemiskinan ekstrem",
            "Spending tagged for extreme poverty",
        ),
        (
            "Pagu sub kegiatan bertanda kemiskinan ekstrem dibagi seluruh pagu.",
            "Ceilings of sub kegiatan tagged for extreme poverty over all ceilings.",
        ),
        awaits=ROWS,
    ),
)
