"""Question 3: are they served with health care, food and papers?"""

from sepakat_lib.indicators import EVERY, Indicator
from sepakat_lib.indicators.groupings import DISABLED, DISABLED_WG

NOT_OF_CHILDREN = ("age", "sector", "work_status", "disability")
OF_CHILDREN = tuple(name for name in EVERY if name not in NOT_OF_CHILDREN)


def _on_card(*vaccines: str) -> str:
    return " AND ".join(f"card_{vaccine} BETWEEN 1 AND 31" for vaccine in vaccines)


# Of each vaccine either the card shows every dose or the household remembers them.
IMMUNISED = " AND ".join(
    f"({_on_card(*vaccines)} OR {remembered})"
    for vaccines, remembered in (
        (("bcg",), "had_bcg"),
        (
            ("polio_1", "polio_2", "polio_3", "polio_4"),
            "polio_times BETWEEN 4 AND 7",
        ),
        (("dpt_1", "dpt_2", "dpt_3"), "dpt_times BETWEEN 3 AND 7"),
        (("hb0",), "hepatitis_times BETWEEN 1 AND 7"),
        (("measles",), "had_measles"),
    )
)
FED = " OR ".join(
    f"fed_{food}"
    for food in (
        *("other_milk", "other_drink", "sweet_drink", "grain", "beans", "dairy"),
        *("meat", "egg", "vitamin_a", "other_greens", "snacks", "solids"),
    )
)
HUNGER = " + ".join(
    f"CAST({item} AS INT)"
    for item in (
        *("worried_about_food", "no_healthy_food", "few_kinds_of_food"),
        *("skipped_meal", "ate_less", "ran_out_of_food", "hungry_not_eaten"),
        "whole_day_not_eaten",
    )
)


def _share(name, code, label, definition, condition, better, frame, source, **more):
    return Indicator(
        name=name,
        code=code,
        question=3,
        label=label,
        definition=definition,
        unit="percent",
        better=better,
        frame=frame,
        source=source,
        numerator=f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END",
        **({"table": "persons"} | more),
    )


INDICATORS = (
    _share(
        "morbidity",
        "PAR-017a",
        {"id": "Angka kesakitan", "en": "Morbidity"},
        {
            "id": "Penduduk yang dalam sebulan terakhir mempunyai keluhan kesehatan "
            "sampai kegiatan sehari-harinya terganggu. Penyakit kronis tidak "
            "ditanyakan menurut jenisnya.",
            "en": "People who in the past month had a health complaint that disturbed "
            "their daily activity. Chronic illness is not asked by kind.",
        },
        "health_complaint AND complaint_disturbed",
        "lower",
        "other",
        "BPS, Angka Kesakitan (Susenas KOR R1102, R1103)",
    ),
    _share(
        "facility_birth",
        "PAR-018",
        {
            "id": "Persalinan di fasilitas kesehatan",
            "en": "Births in a health facility",
        },
        {
            "id": "Perempuan 15–49 tahun yang kelahiran terakhirnya dalam dua tahun "
            "terakhir terjadi di rumah sakit, klinik, puskesmas, pustu, praktik tenaga "
            "kesehatan, atau polindes dan ditolong dokter, bidan, perawat, atau tenaga "
            "kesehatan lain.",
            "en": "Women aged 15–49 whose last birth in the past two years was in a "
            "hospital, clinic, puskesmas or other health facility and attended by a "
            "doctor, midwife, nurse or other health worker.",
        },
        "nullif(birth_place, 0) <= 6 AND nullif(birth_helper, 0) <= 5",
        "higher",
        "[TPB] 3.1.2",
        "BPS, Susenas KOR (R1504A, R1504B)",
        universe="sex = 2 AND age BETWEEN 15 AND 49 AND last_birth = 1",
    ),
    _share(
        "immunised",
        "PAR-019",
        {
            "id": "Imunisasi dasar lengkap 12–23 bulan",
            "en": "Complete basic immunisation, 12–23 months",
        },
        {
            "id": "Anak 12–23 bulan yang mendapat hepatitis B, BCG, empat kali polio, "
            "tiga kali DPT, dan campak, menurut kartu atau ingatan. Tanggal pada kartu "
            "dianggap tanda sudah diimunisasi.",
            "en": "Children of 12–23 months who had hepatitis B, BCG, polio four "
            "times, DPT three times, and measles, by the card or from memory. A date "
            "on the card is taken to mean that it was given.",
        },
        IMMUNISED,
        "higher",
        "other",
        "BPS, Susenas KOR (R1404-R1416); Permenkes 12/2017",
        universe="age_months BETWEEN 12 AND 23",
        groupings=OF_CHILDREN,
    ),
    _share(
        "breastfed_only",
        "PAR-020",
        {
            "id": "ASI eksklusif bayi di bawah 6 bulan",
            "en": "Exclusive breastfeeding under 6 months",
        },
        {
            "id": "Bayi 0–5 bulan yang sehari sebelum pencacahan diberi ASI dan tidak "
            "diberi susu, minuman, atau makanan lain.",
            "en": "Infants of 0–5 months who on the day before the interview had breast "
            "milk and no other milk, drink or food.",
        },
        f"breastfed AND NOT ({FED})",
        "higher",
        "other",
        "BPS, Susenas KOR (R1418-R1421); WHO/UNICEF (2021), Indicators for assessing "
        "infant and young child feeding practices",
        universe="age_months BETWEEN 0 AND 5",
        groupings=OF_CHILDREN,
    ),
    _share(
        "modern_contraception",
        "PAR-021a",
        {
            "id": "Pemakaian alat KB modern",
            "en": "Use of modern contraception",
        },
        {
            "id": "Perempuan kawin 15–49 tahun yang sedang memakai (atau pasangannya) "
            "sterilisasi, IUD, suntikan, susuk, pil, kondom, atau diafragma. Keinginan "
            "menunda kehamilan tidak ditanyakan, sehingga pembaginya semua perempuan "
            "kawin, bukan hanya yang membutuhkan.",
            "en": "Married women aged 15–49 who use (or whose partner uses) "
            "sterilisation, an IUD, injections, implants, the pill, condoms or a "
            "diaphragm. The wish to delay is not asked, so that all married women "
            "count, not only those in need.",
        },
        "contraception = 2 AND nullif(contraceptive, 0) <= 8",
        "higher",
        "[TPB] 3.7.1",
        "BPS, Susenas KOR (R1601, R1602)",
        universe="sex = 2 AND marital = 2 AND age BETWEEN 15 AND 49",
        groupings=tuple(name for name in EVERY if name != "sex"),
    ),
    _share(
        "food_insecurity",
        "PAR-025a",
        {
            "id": "Kerawanan pangan sedang atau berat",
            "en": "Moderate or severe food insecurity",
        },
        {
            "id": "Tinggal di rumah tangga yang menjawab ya pada empat atau lebih dari "
            "delapan pertanyaan pengalaman kerawanan pangan. Pendekatan kasar: angka "
            "resmi memakai model Rasch, dan batas empat adalah anggapan. Kecukupan "
            "kalori (TPB 2.1.1) memerlukan konsumsi makanan.",
            "en": "Lives in a household that says yes to four or more of the eight "
            "questions on the experience of food insecurity. A rough proxy: the "
            "official figure uses a Rasch model, and the cut at four is an assumption. "
            "Sufficient calories (SDG 2.1.1) need the consumption of food.",
        },
        f"({HUNGER}) >= 4",
        "lower",
        "[TPB] 2.1.2",
        "BPS, Susenas KOR (R1701-R1708); FAO (2016), Voices of the Hungry",
        table="households",
    ),
    _share(
        "birth_certificate",
        "PAR-026",
        {
            "id": "Kepemilikan akta kelahiran 0–17 tahun",
            "en": "Birth certificate, 0–17 years",
        },
        {
            "id": "Penduduk 0–17 tahun yang memiliki akta kelahiran, dapat ditunjukkan "
            "atau tidak; juga pada 40 persen terbawah.",
            "en": "People aged 0–17 with a birth certificate, shown or not; also among the "
            "poorest 40 percent.",
        },
        "nullif(birth_certificate, 8) IN (1, 2)",
        "higher",
        "[TPB] 16.9",
        "BPS, Susenas KOR (R508)",
        universe="age <= 17",
        groupings=(
            *(n for n in EVERY if n not in ("sector", "work_status")),
            "poorest_40",
        ),
    ),
    _share(
        "has_nik",
        "PAR-027",
        {"id": "Kepemilikan NIK", "en": "Identity number (NIK)"},
        {
            "id": "Penduduk yang mempunyai Nomor Induk Kependudukan.",
            "en": "People who have a population identity number.",
        },
        "has_nik",
        "higher",
        "other",
        "BPS, Susenas KOR (R504)",
    ),
    _share(
        "disabled",
        "PAR-028a",
        {"id": "Penyandang disabilitas", "en": "People with a disability"},
        {
            "id": "Penduduk 2 tahun ke atas yang sama sekali tidak bisa atau banyak "
            "kesulitan dalam satu atau lebih dari delapan fungsi. Batas ini anggapan.",
            "en": "People aged 2 or more who cannot at all, or have much difficulty, in "
            "one or more of eight functions. The threshold is an assumption.",
        },
        DISABLED,
        "context",
        "other",
        "BPS, Susenas KOR (R1002-R1009); Washington Group on Disability Statistics",
        universe="age >= 2",
        groupings=tuple(name for name in EVERY if name != "disability"),
    ),
    _share(
        "disabled_wg",
        "PAR-028",
        {
            "id": "Penyandang disabilitas menurut enam fungsi Washington Group",
            "en": "People with a disability by the Washington Group's six functions",
        },
        {
            "id": "Penduduk yang sama sekali tidak bisa atau banyak kesulitan dalam "
            "melihat, mendengar, berjalan, mengingat, berbicara, atau mengurus diri, "
            "dari seluruh penduduk. Anak di bawah 2 tahun tidak ditanya dan dihitung "
            "tidak.",
            "en": "People who cannot at all, or have much difficulty, in seeing, "
            "hearing, walking, remembering, speaking or self-care, of all people. "
            "Children below 2 are not asked and count as not.",
        },
        f"age >= 2 AND {DISABLED_WG}",
        "context",
        "other",
        "BPS, Susenas KOR (R1002-R1009); Washington Group on Disability Statistics",
        groupings=("all", "sex", "age", "decile", "poorest_40"),
    ),
)
