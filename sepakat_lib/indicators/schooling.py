"""Question 3: are they at school, do they finish it, and how long did they learn?

Levels hold their equivalents: Paket A, B and C, special and religious schools.
"""

from sepakat_lib.indicators import EVERY, Indicator

AT_SCHOOL = "schooling = 2"
LEVELS = {  # codes of R612 and R614, official ages
    "primary": ((1, 5), (7, 12)),
    "junior": ((6, 10), (13, 15)),
    "senior": ((11, 17), (16, 18)),
    "tertiary": ((18, 24), (19, 23)),
}
NAMES = {
    "primary": ("SD sederajat", "primary school"),
    "junior": ("SMP sederajat", "junior secondary school"),
    "senior": ("SMA sederajat", "senior secondary school"),
    "tertiary": ("perguruan tinggi", "tertiary education"),
}
NO_DIPLOMA, COMPLETE = 25, 8  # of R614, of R613
OF_CHILDREN = tuple(n for n in EVERY if n not in ("age", "sector", "work_status"))
DIPLOMA_YEARS = (
    f"CASE WHEN diploma IN (0, {NO_DIPLOMA}) THEN 0 WHEN diploma <= 5 THEN 6 "
    "WHEN diploma <= 10 THEN 9 WHEN diploma <= 17 THEN 12 WHEN diploma = 18 THEN 14 "
    "WHEN diploma = 19 THEN 15 WHEN diploma <= 22 THEN 16 WHEN diploma <= 24 THEN 18 "
    "END"
)
YEARS = (
    "CASE WHEN schooling = 1 THEN 0 "
    f"WHEN {AT_SCHOOL} AND school_level >= 23 THEN ({DIPLOMA_YEARS}) + 1 "
    f"WHEN schooling = 3 AND school_grade = {COMPLETE} THEN {DIPLOMA_YEARS} "
    "WHEN schooling IN (2, 3) AND school_grade BETWEEN 1 AND 7 "
    f"THEN ({DIPLOMA_YEARS}) + school_grade - 1 END"
)


def _at(level: str) -> str:
    (first, last), _ = LEVELS[level]
    return f"({AT_SCHOOL} AND school_level BETWEEN {first} AND {last})"


def _aged(level: str) -> str:
    _, (low, high) = LEVELS[level]
    return f"age BETWEEN {low} AND {high}"


def _share(
    name,
    code,
    label,
    definition,
    condition,
    universe,
    better,
    frame,
    source,
    groupings=OF_CHILDREN,
):
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
        table="persons",
        numerator=f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END",
        universe=universe,
        groupings=groupings,
    )


def _attendance(code, low, high, frame):
    return _share(
        f"attendance_{low}_{high}",
        code,
        {
            "id": f"Partisipasi sekolah {low}–{high} tahun",
            "en": f"School attendance, {low}-{high} years",
        },
        {
            "id": f"Penduduk {low}–{high} tahun yang masih bersekolah pada jenjang apa "
            "pun, dari seluruh penduduk seumur.",
            "en": f"People aged {low}-{high} who attend school at any level, of all "
            "people of that age.",
        },
        AT_SCHOOL,
        f"age BETWEEN {low} AND {high}",
        "higher",
        frame,
        "BPS, Angka Partisipasi Sekolah; Permendagri 59/2021",
    )


def _net(code, level):
    indonesian, english = NAMES[level]
    _, (low, high) = LEVELS[level]
    return _share(
        f"net_enrolment_{level}",
        code,
        {
            "id": f"Angka partisipasi murni {indonesian}",
            "en": f"Net enrolment, {english}",
        },
        {
            "id": f"Penduduk {low}–{high} tahun yang bersekolah di {indonesian}, dari "
            "seluruh penduduk seumur. Paket dan sekolah keagamaan setara dihitung.",
            "en": f"People aged {low}-{high} who attend {english}, of all people of "
            "that age. Paket programmes and equal religious schools count.",
        },
        _at(level),
        _aged(level),
        "higher",
        "[TPB] 4.5.1",
        "BPS, Angka Partisipasi Murni",
    )


def _gross(code, level, frame):
    indonesian, english = NAMES[level]
    _, (low, high) = LEVELS[level]
    enrolled, aged = _at(level), _aged(level)
    return Indicator(
        name=f"gross_enrolment_{level}",
        code=code,
        question=3,
        label={
            "id": f"Angka partisipasi kasar {indonesian}",
            "en": f"Gross enrolment, {english}",
        },
        definition={
            "id": f"Penduduk umur berapa pun yang bersekolah di {indonesian} untuk "
            f"setiap 100 penduduk {low}–{high} tahun; dapat melebihi 100.",
            "en": f"People of any age who attend {english} for every 100 people aged "
            f"{low}-{high}; may exceed 100.",
        },
        unit="percent",
        better="higher",
        frame=frame,
        source="BPS, Angka Partisipasi Kasar",
        table="persons",
        numerator=f"CASE WHEN {enrolled} THEN 1 WHEN NOT {enrolled} THEN 0 END",
        denominator=f"CASE WHEN {aged} THEN 1 ELSE 0 END",
        universe=f"({aged} OR {enrolled})",
        groupings=OF_CHILDREN,
    )


def _completion(code, level, low, high):
    indonesian, english = NAMES[level]
    (first, _), _ = LEVELS[level]
    return _share(
        f"completion_{level}",
        code,
        {"id": f"Penyelesaian {indonesian}", "en": f"Completion of {english}"},
        {
            "id": f"Penduduk {low}–{high} tahun yang berijazah {indonesian} atau lebih "
            "tinggi, dari seluruh penduduk seumur.",
            "en": f"People aged {low}-{high} with a certificate of {english} or "
            "higher, of all people of that age.",
        },
        f"diploma BETWEEN {first} AND 24",
        f"age BETWEEN {low} AND {high}",
        "higher",
        "[TPB] 4.1.2",
        "BPS, Tingkat Penyelesaian Pendidikan; SDG 4.1.2",
    )


INDICATORS = (
    _attendance("PAR-001", 7, 12, "SPM Pendidikan"),
    _net("PAR-002", "primary"),
    _gross("PAR-003", "primary", "[TPB] 4.5.1"),
    _attendance("PAR-004", 13, 15, "SPM Pendidikan"),
    _net("PAR-005", "junior"),
    _gross("PAR-006", "junior", "[TPB] 4.5.1"),
    _attendance("PAR-007", 16, 18, "SPM Pendidikan (provinsi)"),
    _net("PAR-008", "senior"),
    _gross("PAR-009", "senior", "[TPB] 4.5.1"),
    _gross("PAR-010", "tertiary", "[TPB] 4.3.1.(a)"),
    _share(
        "out_of_school",
        "PAR-012",
        {"id": "Anak 7–18 tahun tidak sekolah", "en": "Children 7–18 out of school"},
        {
            "id": "Penduduk 7–18 tahun yang tidak bersekolah.",
            "en": "People aged 7–18 who do not attend school.",
        },
        "schooling <> 2",
        "age BETWEEN 7 AND 18",
        "lower",
        "[TPB] 4.1.2.(a)",
        "BPS, Susenas KOR (R610)",
    ),
    _completion("PAR-013", "primary", 13, 15),
    _completion("PAR-013a", "junior", 16, 18),
    _completion("PAR-013b", "senior", 19, 21),
    Indicator(
        name="years_of_schooling",
        code="PAR-015a",
        question=3,
        label={"id": "Rata-rata lama sekolah", "en": "Mean years of schooling"},
        definition={
            "id": "Rata-rata tahun sekolah penduduk 25 tahun ke atas, dari ijazah "
            "tertinggi dan kelas terakhir. Ijazah profesi dihitung 16 tahun seperti "
            "S1; ini anggapan.",
            "en": "Mean years at school of people aged 25 or more, from the highest "
            "certificate and the last grade. A professional certificate counts 16 "
            "years as a bachelor's does; this is an assumption.",
        },
        unit="years",
        better="higher",
        frame="other",
        source="BPS, Indeks Pembangunan Manusia (metode baru 2014)",
        table="persons",
        numerator=YEARS,
        universe="age >= 25",
    ),
    _share(
        "literacy",
        "PAR-016",
        {"id": "Melek aksara 15 tahun ke atas", "en": "Adult literacy, 15+"},
        {
            "id": "Penduduk 15 tahun ke atas yang dapat membaca dan menulis huruf apa "
            "pun.",
            "en": "People aged 15 or more who can read and write in any script.",
        },
        "reads_latin OR reads_arabic OR reads_other",
        "age >= 15",
        "higher",
        "[TPB] 4.6.1.(a)",
        "BPS, Angka Melek Aksara",
        EVERY,
    ),
)
