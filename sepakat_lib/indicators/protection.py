"""Question 4: are they protected by insurance, social security and aid?"""

from sepakat_lib.indicators import Indicator

SECURITY = (
    "(security_pension OR security_old_age OR security_work_accident OR "
    "security_death OR security_job_loss OR security_severance)"
)
INSURED = (
    "(insured_pbi OR insured_nonpbi OR insured_jamkesda OR insured_private OR "
    "insured_employer)"
)


def _indicator(name, code, label, definition, condition, better, frame, items, **more):
    return Indicator(
        name=name,
        code=code,
        question=4,
        label=label,
        definition=definition,
        unit="percent",
        better=better,
        frame=frame,
        source=f"BPS, Susenas KOR ({items})",
        numerator=f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END",
        **more,
    )


def _receives(name, code, programme, english, condition, items):
    return _indicator(
        name,
        code,
        {"id": f"Penerima {programme}", "en": f"Receives {english}"},
        {
            "id": f"Tinggal di rumah tangga yang menerima {programme}.",
            "en": f"Lives in a household that receives {english}.",
        },
        condition,
        "context",
        "[TPB] 1.3.1",
        items,
    )


INDICATORS = (
    _indicator(
        "no_social_security",
        "LIN-001",
        {"id": "Tanpa jaminan sosial", "en": "Without social security"},
        {
            "id": "Tinggal di rumah tangga tanpa jaminan pensiun, hari tua, kecelakaan "
            "kerja, kematian, kehilangan pekerjaan, atau pesangon. Ditanyakan kepada "
            "rumah tangga, bukan tiap orang.",
            "en": "Lives in a household without pension, old-age, work accident, "
            "death, or job-loss security or severance pay. Asked of the household, not "
            "of each person.",
        },
        f"NOT {SECURITY}",
        "lower",
        "[TPB] 1.3.1",
        "R2201",
    ),
    _indicator(
        "no_health_insurance",
        "LIN-002",
        {"id": "Tanpa jaminan kesehatan", "en": "Without health insurance"},
        {
            "id": "Penduduk tanpa jaminan kesehatan apa pun.",
            "en": "People without any health insurance.",
        },
        f"NOT {INSURED}",
        "lower",
        "[TPB] 1.3.1.(a)",
        "R1101",
        table="persons",
    ),
    _indicator(
        "jkn",
        "LIN-005",
        {"id": "Peserta JKN", "en": "Members of JKN"},
        {
            "id": "Penduduk dengan BPJS Kesehatan (PBI atau bukan) atau Jamkesda.",
            "en": "People with BPJS Kesehatan (subsidised or not) or Jamkesda.",
        },
        "insured_pbi OR insured_nonpbi OR insured_jamkesda",
        "higher",
        "[TPB] 1.3.1.(a)",
        "R1101",
        table="persons",
    ),
    _indicator(
        "jkn_pbi",
        "LIN-005a",
        {"id": "Peserta JKN penerima bantuan iuran", "en": "Subsidised JKN members"},
        {
            "id": "Penduduk dengan BPJS Kesehatan yang iurannya dibayar pemerintah.",
            "en": "People whose BPJS Kesehatan contribution the government pays.",
        },
        "insured_pbi",
        "context",
        "[TPB] 1.3.1.(a)",
        "R1101_A",
        table="persons",
    ),
    _receives("pkh", "LIN-008", "PKH", "PKH", "pkh", "R2204A"),
    _receives("bpnt", "LIN-009", "BPNT/Sembako", "BPNT/Sembako", "bpnt_ever", "R2207"),
    _receives("blt_desa", "LIN-010", "BLT Desa", "BLT Desa", "blt_desa", "R2209A"),
    _receives(
        "local_aid",
        "LIN-012",
        "bantuan pemerintah daerah",
        "aid of the local government",
        "(local_cash_regular OR local_cash_irregular)",
        "R2211A, R2211B",
    ),
    _indicator(
        "poor_without_aid",
        "LIN-017a",
        {"id": "Warga miskin tanpa bantuan", "en": "Poor people without aid"},
        {
            "id": "Warga miskin yang rumah tangganya tidak menerima PKH, BPNT, BLT "
            "Desa, bantuan pangan, atau bantuan tunai daerah.",
            "en": "Poor people whose household receives neither PKH, BPNT, BLT Desa, "
            "food aid nor local cash aid.",
        },
        "NOT (pkh OR bpnt_ever OR blt_desa OR food_aid OR local_cash_regular OR "
        "local_cash_irregular)",
        "lower",
        "other",
        "R2204-R2211",
        universe="welfare < 1",
    ),
)
