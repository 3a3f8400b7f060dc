"""Question 4: are they protected by insurance, social security and aid?"""

from sepakat_lib.indicators import EVERY, Indicator
from sepakat_lib.indicators.groupings import DISABLED, DISABLED_WG

SECURITY = (
    "(security_pension OR security_old_age OR security_work_accident OR "
    "security_death OR security_job_loss OR security_severance)"
)
INSURED = (
    "(insured_pbi OR insured_nonpbi OR insured_jamkesda OR insured_private OR "
    "insured_employer)"
)

JKN = "(insured_pbi OR insured_nonpbi OR insured_jamkesda)"
AID = (
    "(pkh OR bpnt_ever OR blt_desa OR food_aid OR local_cash_regular OR "
    "local_cash_irregular)"
)
POOR_OR_VULNERABLE = "welfare < band_2"
POOREST_40 = ("all", "poorest_40")
WITHIN_THE_POOR = tuple(name for name in EVERY if name != "poverty")


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


def _receives(name, code, programme, english, condition, items, since=0):
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
        since=since,
    )


def _missed(name, code, programme, receives, items):
    return _indicator(
        name,
        code,
        {
            "id": f"Warga miskin yang tidak menerima {programme}",
            "en": f"Poor people whom {programme} misses",
        },
        {
            "id": f"Warga miskin yang rumah tangganya tidak menerima {programme}. "
            "Sasaran program ditetapkan menurut daftar, bukan garis kemiskinan; "
            "ukuran ini anggapan.",
            "en": f"Poor people whose household does not receive {programme}. The "
            "programme aims by a register, not by the poverty line; this measure is "
            "an assumption.",
        },
        f"NOT {receives}",
        "lower",
        "other",
        items,
        universe="welfare < 1",
        groupings=WITHIN_THE_POOR,
    )


def _spilled(name, code, programme, receives, items):
    return _indicator(
        name,
        code,
        {
            "id": f"Penerima {programme} yang tidak miskin",
            "en": f"Recipients of {programme} who are not poor",
        },
        {
            "id": f"Anggota rumah tangga penerima {programme} yang pengeluarannya di "
            "garis kemiskinan atau lebih. Sasaran program ditetapkan menurut daftar, "
            "bukan garis kemiskinan; ukuran ini anggapan.",
            "en": f"Members of households that receive {programme} whose spending is "
            "the poverty line or more. The programme aims by a register, not by the "
            "poverty line; this measure is an assumption.",
        },
        "welfare >= 1",
        "lower",
        "other",
        items,
        universe=receives,
        # by spending it says who is poor once more, and gives away who receives
        groupings=tuple(
            n for n in EVERY if n not in ("poverty", "welfare", "quintile", "decile")
        ),
    )


INDICATORS = (
    _indicator(
        "no_social_security",
        "LIN-001a",
        {
            "id": "Tanpa jaminan sosial selain kesehatan",
            "en": "Without social security besides health",
        },
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
        "no_protection",
        "LIN-003a",
        {
            "id": "Tanpa jaminan sosial dan kesehatan",
            "en": "Neither security nor insurance",
        },
        {
            "id": "Penduduk tanpa jaminan kesehatan yang tinggal di rumah tangga tanpa "
            "jaminan sosial.",
            "en": "People without health insurance who live in a household without "
            "social security.",
        },
        f"NOT {SECURITY} AND NOT {INSURED}",
        "lower",
        "other",
        "R1101, R2201",
        table="persons",
    ),
    _indicator(
        "both_protections",
        "LIN-004a",
        {
            "id": "Berjaminan sosial dan kesehatan",
            "en": "Both security and insurance",
        },
        {
            "id": "Penduduk dengan jaminan kesehatan yang tinggal di rumah tangga "
            "dengan jaminan sosial.",
            "en": "People with health insurance who live in a household with social "
            "security.",
        },
        f"{SECURITY} AND {INSURED}",
        "higher",
        "other",
        "R1101, R2201",
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
        JKN,
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
    _indicator(
        "poor_without_jkn",
        "LIN-006a",
        {
            "id": "Warga miskin atau rentan tanpa JKN",
            "en": "Poor or vulnerable people without JKN",
        },
        {
            "id": "Penduduk miskin atau rentan (pengeluaran di bawah {band_2} garis "
            "kemiskinan, bukan desil 1–4) tanpa BPJS Kesehatan atau Jamkesda.",
            "en": "Poor or vulnerable people (spending below {band_2} times the poverty "
            "line, not the poorest four tenths) without BPJS Kesehatan or Jamkesda.",
        },
        f"NOT {JKN}",
        "lower",
        "[TPB] 1.3.1.(a)",
        "R1101",
        table="persons",
        universe=POOR_OR_VULNERABLE,
        groupings=WITHIN_THE_POOR,
    ),
    _indicator(
        "no_jkn",
        "LIN-006",
        {"id": "Tanpa JKN", "en": "Without JKN"},
        {
            "id": "Penduduk tanpa BPJS Kesehatan (PBI atau bukan) atau Jamkesda, pada 40 "
            "persen termiskin dan pada yang lain.",
            "en": "People without BPJS Kesehatan (subsidised or not) or Jamkesda, among "
            "the poorest four tenths and among the others.",
        },
        f"NOT {JKN}",
        "context",  # the mirror of those who have it
        "[TPB] 1.3.1.(a)",
        "R1101",
        table="persons",
        groupings=POOREST_40,
    ),
    _indicator(
        "workers_secured",
        "LIN-007a",
        {
            "id": "Pekerja dengan jaminan ketenagakerjaan",
            "en": "Workers with employment security",
        },
        {
            "id": "Pekerja 15 tahun ke atas di rumah tangga yang mempunyai jaminan "
            "kecelakaan kerja atau hari tua. Ditanyakan kepada rumah tangga: yang "
            "terjamin dapat anggota lain.",
            "en": "Workers aged 15 or more in a household that has work accident or "
            "old-age security. Asked of the household: another member may be the one "
            "who has it.",
        },
        "(security_work_accident OR security_old_age)",
        "higher",
        "[TPB] 1.3.1.(b)",
        "R2201",
        table="persons",
        universe="age >= 15 AND (worked OR away_from_work)",
    ),
    _receives("pkh", "LIN-008a", "PKH", "PKH", "pkh", "R2204A"),
    _receives("bpnt", "LIN-009a", "BPNT/Sembako", "BPNT/Sembako", "bpnt_ever", "R2207"),
    _receives(
        "blt_desa", "LIN-010a", "BLT Desa", "BLT Desa", "blt_desa", "R2209A", 2021
    ),
    _receives(
        "local_aid",
        "LIN-012a",
        "bantuan pemerintah daerah",
        "aid of the local government",
        "(local_cash_regular OR local_cash_irregular)",
        "R2211A, R2211B",
    ),
    _indicator(
        "pip",
        "LIN-015a",
        {"id": "Penerima PIP", "en": "Receives PIP"},
        {
            "id": "Murid 6–21 tahun di SD sampai SMA sederajat yang menerima Program "
            "Indonesia Pintar dalam setahun terakhir, dari semua murid seumur.",
            "en": "Pupils aged 6–21 in primary to senior secondary school who received "
            "Program Indonesia Pintar in the past year, of all such pupils.",
        },
        "pip",
        "context",
        "[TPB] 1.3.1",
        "R616",
        table="persons",
        universe="schooling = 2 AND school_level BETWEEN 1 AND 17 AND "
        "age BETWEEN 6 AND 21",
        groupings=tuple(n for n in EVERY if n not in ("sector", "work_status")),
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
        f"NOT {AID}",
        "lower",
        "other",
        "R2204-R2211",
        universe="welfare < 1",
    ),
    _indicator(
        "no_pkh",
        "LIN-017",
        {"id": "Tidak menerima PKH", "en": "Without PKH"},
        {
            "id": "Penduduk yang rumah tangganya tidak menerima PKH, pada 40 persen "
            "termiskin dan pada yang lain.",
            "en": "People whose household does not receive PKH, among the poorest four "
            "tenths and among the others.",
        },
        "NOT pkh",
        "context",  # of those who are not poor it is no lack
        "other",
        "R2203, R2204A",
        groupings=POOREST_40,
    ),
    _missed("pkh_missed", "LIN-017b", "PKH", "pkh", "R2203, R2204A"),
    _missed("bpnt_missed", "LIN-017c", "BPNT/Sembako", "bpnt_ever", "R2207"),
    _spilled("pkh_spilled", "LIN-018a", "PKH", "pkh", "R2203, R2204A"),
    _spilled("bpnt_spilled", "LIN-018b", "BPNT/Sembako", "bpnt_ever", "R2207"),
    _indicator(
        "protected",
        "LIN-020a",
        {
            "id": "Tercakup perlindungan sosial",
            "en": "Covered by social protection",
        },
        {
            "id": "Penduduk yang mempunyai jaminan kesehatan, atau yang rumah "
            "tangganya mempunyai jaminan sosial atau menerima bantuan.",
            "en": "People with health insurance, or whose household has social "
            "security or receives aid.",
        },
        f"({INSURED} OR {SECURITY} OR {AID})",
        "higher",
        "[TPB] 1.3.1",
        "R1101, R2201, R2204-R2211",
        table="persons",
    ),
    _indicator(
        "elderly_without_aid",
        "LIN-021a",
        {
            "id": "Lansia miskin atau rentan tanpa bantuan",
            "en": "Poor or vulnerable elderly without aid",
        },
        {
            "id": "Penduduk 60 tahun ke atas yang miskin atau rentan (pengeluaran di "
            "bawah {band_2} garis kemiskinan, bukan desil 1–4) dan rumah tangganya tidak "
            "menerima bantuan apa pun, termasuk Atensi lansia.",
            "en": "People aged 60 or more who are poor or vulnerable (spending below "
            "{band_2} times the poverty line, not the poorest four tenths) and whose "
            "household receives no aid at all, Atensi for the elderly included.",
        },
        f"NOT ({AID} OR elderly_aid)",
        "lower",
        "other",
        "R2204-R2211, R2205A",
        table="persons",
        universe=f"age >= 60 AND {POOR_OR_VULNERABLE}",
        groupings=tuple(name for name in EVERY if name not in ("age", "poverty")),
    ),
    _indicator(
        "elderly_no_aid",
        "LIN-021",
        {"id": "Lansia tanpa bantuan", "en": "Elderly people without aid"},
        {
            "id": "Penduduk 60 tahun ke atas yang rumah tangganya tidak menerima bantuan "
            "apa pun, termasuk Atensi lansia, pada 40 persen termiskin dan pada yang "
            "lain.",
            "en": "People aged 60 or more whose household receives no aid at all, Atensi "
            "for the elderly included, among the poorest four tenths and among the "
            "others.",
        },
        f"NOT ({AID} OR elderly_aid)",
        "context",  # of those who are not poor it is no lack
        "other",
        "R2204-R2211, R2205A",
        table="persons",
        universe="age >= 60",
        groupings=POOREST_40,
    ),
    _indicator(
        "disabled_without_aid",
        "LIN-022a",
        {
            "id": "Penyandang disabilitas miskin atau rentan tanpa bantuan",
            "en": "Poor or vulnerable disabled people without aid",
        },
        {
            "id": "Penyandang disabilitas 2 tahun ke atas yang miskin atau rentan "
            "(pengeluaran di bawah {band_2} garis kemiskinan, bukan desil 1–4) tanpa Atensi "
            "dan di rumah tangga yang tidak menerima bantuan apa pun.",
            "en": "People aged 2 or more with a disability who are poor or vulnerable "
            "(spending below {band_2} times the poverty line, not the poorest four tenths), "
            "without Atensi and in a household that receives no aid at all.",
        },
        f"NOT ({AID} OR disability_aid)",
        "lower",
        "[TPB] 1.3.1.(c)",
        "R1002-R1010, R2204-R2211",
        table="persons",
        universe=f"age >= 2 AND {DISABLED} AND {POOR_OR_VULNERABLE}",
        groupings=tuple(
            name for name in EVERY if name not in ("disability", "poverty")
        ),
    ),
    _indicator(
        "disabled_no_aid",
        "LIN-022",
        {
            "id": "Penyandang disabilitas tanpa bantuan",
            "en": "Disabled people without aid",
        },
        {
            "id": "Penyandang disabilitas menurut enam fungsi Washington Group yang "
            "tanpa Atensi dan rumah tangganya tidak menerima bantuan apa pun, pada 40 "
            "persen termiskin dan pada yang lain.",
            "en": "People with a disability by the Washington Group's six functions, "
            "without Atensi and in a household that receives no aid at all, among the "
            "poorest four tenths and among the others.",
        },
        f"NOT ({AID} OR disability_aid)",
        "context",  # of those who are not poor it is no lack
        "[TPB] 1.3.1.(c)",
        "R1002-R1010, R2204-R2211",
        table="persons",
        universe=f"age >= 2 AND {DISABLED_WG}",
        groupings=POOREST_40,
    ),
)
