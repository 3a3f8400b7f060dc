"""Question 2: do they work, and in what kind of work?"""

from sepakat_lib.indicators import EVERY, Indicator

EMPLOYED = "(worked OR away_from_work)"
AGE_15 = "age >= 15"
INFORMAL = (
    "work_status IN (1, 2, 5, 6)"  # own account, with unpaid help, casual, family
)
FARMING = "industry BETWEEN 1 AND 6"
WORKERS = f"{AGE_15} AND {EMPLOYED}"
AT_WORK = f"{AGE_15} AND worked AND work_status > 0"  # not away: hours are known
SHORT = "hours_all < 35"
POOR_OR_VULNERABLE = "welfare < band_2"


def _work(
    name, code, label, definition, numerator, universe, better, frame="other", **more
):
    return Indicator(
        name=name,
        code=code,
        question=2,
        label=label,
        definition=definition,
        unit="percent",
        better=better,
        frame=frame,
        source="BPS, Susenas KOR (R703-R709)",
        table="persons",
        numerator=f"CASE WHEN {numerator} THEN 1 WHEN NOT ({numerator}) THEN 0 END",
        universe=universe,
        **more,
    )


def _two_limits(name, code, indonesian, english, condition, better, frame):
    """One of four regions that part all who were at work; the four add up to all."""
    return _work(
        name,
        code,
        {"id": f"Pekerja {indonesian}", "en": english.capitalize()},
        {
            "id": f"Pekerja 15 tahun ke atas yang {indonesian}, dari semua pekerja "
            "yang bekerja minggu lalu. Keinginan menambah jam tidak ditanyakan; yang "
            "sementara tidak bekerja tidak dihitung.",
            "en": f"{english.capitalize()}, aged 15 or more, of all who worked last "
            "week. The wish for more hours is not asked; who was away from work does "
            "not count.",
        },
        condition,
        AT_WORK,
        better,
        frame,
    )


INDICATORS = (
    _work(
        "employment",
        "NAK-006a",
        {"id": "Penduduk 15 tahun ke atas yang bekerja", "en": "Employment rate, 15+"},
        {
            "id": "Penduduk 15 tahun ke atas yang bekerja atau sementara tidak bekerja "
            "pada minggu lalu. Susenas tidak menanyakan pencarian kerja; angkatan "
            "kerja dijawab Sakernas.",
            "en": "People aged 15 or more who worked or were away from work last week. "
            "Susenas does not ask about job search; Sakernas answers the labour "
            "force.",
        },
        EMPLOYED,
        AGE_15,
        "higher",
    ),
    _work(
        "informal",
        "NAK-009",
        {"id": "Pekerja informal", "en": "Informal workers"},
        {
            "id": "Pekerja 15 tahun ke atas yang berusaha sendiri, dibantu buruh tidak "
            "tetap, pekerja bebas, atau pekerja keluarga, dari semua pekerja.",
            "en": "Workers aged 15 or more on own account, with casual or unpaid help, "
            "casual, or unpaid family, of all workers.",
        },
        INFORMAL,
        f"{WORKERS} AND work_status > 0",
        "lower",
        "[TPB] 8.3.1",
    ),
    _work(
        "under_35_hours",
        "NAK-008a",
        {"id": "Pekerja kurang dari 35 jam", "en": "Workers under 35 hours"},
        {
            "id": "Pekerja 15 tahun ke atas dengan jam kerja seminggu di bawah 35. "
            "Keinginan menambah jam tidak ditanyakan; Sakernas menjawab definisi "
            "resmi setengah pengangguran.",
            "en": "Workers aged 15 or more with under 35 hours a week. The wish for "
            "more hours is not asked; Sakernas answers the official definition of "
            "underemployment.",
        },
        SHORT,
        f"{AGE_15} AND worked",
        "lower",
        "[TPB] 8.5.2.(a)",
    ),
    _work(
        "farm_workers",
        "NAK-014",
        {"id": "Pekerja di pertanian", "en": "Workers in farming"},
        {
            "id": "Pekerja 15 tahun ke atas di pertanian, perkebunan, perikanan, "
            "peternakan, dan kehutanan, dari semua pekerja; juga dari pekerja pada desil "
            "1–4.",
            "en": "Workers aged 15 or more in farming, plantations, fishing, livestock "
            "and forestry, of all workers; also of the workers of the poorest four "
            "tenths.",
        },
        FARMING,
        f"{WORKERS} AND industry > 0",
        "context",
        groupings=(*EVERY, "poorest_40"),
    ),
    _work(
        "poor_workers",
        "NAK-013a",
        {"id": "Pekerja miskin atau rentan", "en": "Poor or vulnerable workers"},
        {
            "id": "Pekerja 15 tahun ke atas dengan pengeluaran per orang di bawah {band_2} "
            "garis kemiskinan, dari semua pekerja. Menurut lapangan usaha terlihat di "
            "mana mereka bekerja.",
            "en": "Workers aged 15 or more whose spending per person is below {band_2} times "
            "the poverty line, of all workers. By sector it shows where they work.",
        },
        POOR_OR_VULNERABLE,
        f"{WORKERS} AND industry > 0",
        "lower",
        groupings=tuple(name for name in EVERY if name not in ("welfare", "poverty")),
    ),
    _work(
        "not_working",
        "NAK-015",
        {
            "id": "Penduduk 15–64 tahun yang tidak bekerja",
            "en": "People aged 15–64 who do not work",
        },
        {
            "id": "Penduduk 15–64 tahun yang tidak bekerja pada minggu lalu dan tidak "
            "sedang meninggalkan pekerjaan, termasuk yang bersekolah atau mengurus "
            "rumah tangga; juga dari penduduk desil 1–4.",
            "en": "People aged 15–64 who did not work last week and were not away from "
            "work, pupils and homemakers among them; also of the poorest four tenths.",
        },
        f"NOT {EMPLOYED}",
        "age BETWEEN 15 AND 64",
        "lower",
        groupings=(
            *(n for n in EVERY if n not in ("sector", "work_status")),
            "poorest_40",
        ),
    ),
    _two_limits(
        "informal_full_time",
        "NAK-001a",
        "informal dengan 35 jam atau lebih",
        "informal workers with 35 hours or more",
        f"({INFORMAL} AND NOT {SHORT})",
        "lower",
        "[TPB] 8.3.1",
    ),
    _two_limits(
        "formal_short_time",
        "NAK-002a",
        "formal dengan kurang dari 35 jam",
        "formal workers with under 35 hours",
        f"(NOT {INFORMAL} AND {SHORT})",
        "lower",
        "[TPB] 8.5.2.(a)",
    ),
    _two_limits(
        "informal_short_time",
        "NAK-003a",
        "informal dengan kurang dari 35 jam",
        "informal workers with under 35 hours",
        f"({INFORMAL} AND {SHORT})",
        "lower",
        "other",
    ),
    _two_limits(
        "formal_full_time",
        "NAK-004a",
        "formal dengan 35 jam atau lebih",
        "formal workers with 35 hours or more",
        f"(NOT {INFORMAL} AND NOT {SHORT})",
        "higher",
        "other",
    ),
    _work(
        "neet",
        "NAK-010a",
        {
            "id": "Pemuda 15–24 tahun tidak bekerja dan tidak sekolah",
            "en": "Youth 15–24 neither working nor at school",
        },
        {
            "id": "Penduduk 15–24 tahun yang tidak bekerja dan tidak bersekolah. "
            "Kursus tidak dihitung karena pertanyaannya berbeda menurut tahun.",
            "en": "People aged 15–24 who neither work nor attend school. Courses do "
            "not count since the question differs by year.",
        },
        f"NOT {EMPLOYED} AND schooling <> 2",
        "age BETWEEN 15 AND 24",
        "lower",
        "[TPB] 8.6.1",
    ),
    _work(
        "child_work",
        "NAK-011",
        {"id": "Anak 10–17 tahun yang bekerja", "en": "Children 10–17 who work"},
        {
            "id": "Penduduk 10–17 tahun yang bekerja pada minggu lalu.",
            "en": "People aged 10–17 who worked last week.",
        },
        EMPLOYED,
        "age BETWEEN 10 AND 17",
        "lower",
        "[TPB] 8.7.1.(a)",
    ),
)
