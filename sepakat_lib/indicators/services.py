"""Question 3: are they served with schools, health care, water and homes?

What a household has is told of its members: "lives in a household with".
"""

from sepakat_lib.indicators import Indicator

SAFE_SOURCE = (3, 4, 5, 7, 10)  # piped, bore hole, protected well or spring, rain
BOTTLED = (1, 2)  # counts when the water for washing is from a safe source
IMPROVED_WATER = (
    f"(drinking_water IN {SAFE_SOURCE} OR "
    f"(drinking_water IN {BOTTLED} AND washing_water IN {SAFE_SOURCE}))"
)
IMPROVED_SANITATION = (
    "(toilet IN (1, 2, 3) AND closet = 1 AND "
    "(sewage IN (1, 2) OR (sewage = 4 AND NOT urban)))"
)
DURABLE = "(roof NOT IN (5, 7, 8) AND wall NOT IN (4, 6, 7) AND floor NOT IN (8, 9))"
ROOMY = "floor_area / size >= 7.2"


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END"


def _home(name, code, label, definition, condition, better, frame, source):
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
        numerator=_flag(condition),
    )


def _person(name, code, label, definition, condition, universe, better, frame, source):
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
        numerator=_flag(condition),
        universe=universe,
    )


def _attendance(code, low, high, frame):
    return _person(
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
        "schooling = 2",
        f"age BETWEEN {low} AND {high}",
        "higher",
        frame,
        "BPS, Angka Partisipasi Sekolah; Permendagri 59/2021",
    )


INDICATORS = (
    _home(
        "improved_water",
        "AKS-010",
        {"id": "Air minum layak", "en": "Improved drinking water"},
        {
            "id": "Tinggal di rumah tangga dengan air minum dari leding, sumur bor, "
            "sumur atau mata air terlindung, atau air hujan. Air kemasan dan isi "
            "ulang dihitung bila air untuk mandi dan cuci layak.",
            "en": "Lives in a household whose drinking water is piped, from a bore "
            "hole, a protected well or spring, or rain. Bottled and refill water "
            "counts when the water for washing is improved.",
        },
        IMPROVED_WATER,
        "higher",
        "SPM PU; [TPB] 6.1",
        "BPS, Persentase Rumah Tangga dengan Sumber Air Minum Layak",
    ),
    _home(
        "improved_sanitation",
        "AKS-012",
        {"id": "Sanitasi layak", "en": "Improved sanitation"},
        {
            "id": "Tinggal di rumah tangga dengan jamban sendiri, bersama rumah tangga "
            "tertentu, atau komunal; kloset leher angsa; dan tangki septik atau IPAL "
            "(di desa boleh lubang tanah).",
            "en": "Lives in a household with its own toilet, one shared with known "
            "households, or a communal one; a goose-neck closet; and a septic tank or "
            "treatment plant (in rural areas a pit counts).",
        },
        IMPROVED_SANITATION,
        "higher",
        "SPM PU; [TPB] 6.2",
        "BPS, Persentase Rumah Tangga dengan Sanitasi Layak",
    ),
    _home(
        "open_defecation",
        "AKS-013",
        {"id": "Tanpa jamban yang dipakai", "en": "No toilet in use"},
        {
            "id": "Tinggal di rumah tangga tanpa fasilitas buang air besar, atau yang "
            "anggotanya tidak memakainya.",
            "en": "Lives in a household without a toilet, or whose members do not use "
            "it.",
        },
        "toilet IN (5, 6)",
        "lower",
        "[TPB] 6.2",
        "BPS, Susenas KOR (R1809A)",
    ),
    _home(
        "adequate_housing",
        "AKS-014",
        {"id": "Rumah layak huni", "en": "Adequate housing"},
        {
            "id": "Tinggal di rumah dengan atap, dinding, dan lantai yang kuat, luas "
            "lantai 7,2 meter persegi per orang atau lebih, air minum layak, dan "
            "sanitasi layak; keempatnya.",
            "en": "Lives in a home with a durable roof, wall and floor, 7.2 square "
            "metres a person or more, improved water and improved sanitation; all "
            "four.",
        },
        f"{DURABLE} AND {ROOMY} AND {IMPROVED_WATER} AND {IMPROVED_SANITATION}",
        "higher",
        "[TPB] 11.1.1.(a)",
        "BPS, Rumah Tangga yang Menempati Hunian Layak",
    ),
    _home(
        "crowded",
        "AKS-016",
        {"id": "Rumah sempit", "en": "Crowded housing"},
        {
            "id": "Tinggal di rumah dengan luas lantai kurang dari 7,2 meter persegi "
            "per orang.",
            "en": "Lives in a home with less than 7.2 square metres a person.",
        },
        "floor_area / size < 7.2",
        "lower",
        "other",
        "BPS, Rumah Tangga yang Menempati Hunian Layak",
    ),
    _home(
        "earth_floor",
        "AKS-017",
        {"id": "Lantai tanah", "en": "Earth floor"},
        {
            "id": "Tinggal di rumah yang lantai terluasnya tanah.",
            "en": "Lives in a home whose floor is mostly earth.",
        },
        "floor = 8",
        "lower",
        "other",
        "BPS, Susenas KOR (R1808)",
    ),
    _home(
        "no_electricity",
        "AKS-020",
        {"id": "Tanpa listrik", "en": "No electricity"},
        {
            "id": "Tinggal di rumah tangga yang penerangan utamanya bukan listrik.",
            "en": "Lives in a household whose main lighting is not electric.",
        },
        "lighting = 4",
        "lower",
        "[TPB] 7.1.1",
        "BPS, Susenas KOR (R1816)",
    ),
    _home(
        "firewood",
        "AKS-022",
        {"id": "Memasak dengan kayu bakar", "en": "Cooks with firewood"},
        {
            "id": "Tinggal di rumah tangga yang bahan bakar utamanya kayu bakar atau "
            "arang.",
            "en": "Lives in a household that cooks mainly with firewood or charcoal.",
        },
        "cooking_fuel IN (9, 10)",
        "lower",
        "[TPB] 7.1.2",
        "BPS, Susenas KOR (R1817)",
    ),
    _attendance("PAR-001", 7, 12, "SPM Pendidikan"),
    _attendance("PAR-004", 13, 15, "SPM Pendidikan"),
    _attendance("PAR-007", 16, 18, "SPM Pendidikan (provinsi)"),
    _person(
        "out_of_school",
        "PAR-012",
        {"id": "Anak 7–18 tahun tidak sekolah", "en": "Children 7-18 out of school"},
        {
            "id": "Penduduk 7–18 tahun yang tidak bersekolah.",
            "en": "People aged 7-18 who do not attend school.",
        },
        "schooling <> 2",
        "age BETWEEN 7 AND 18",
        "lower",
        "[TPB] 4.1.2.(a)",
        "BPS, Susenas KOR (R610)",
    ),
    _person(
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
    ),
    _person(
        "facility_birth",
        "PAR-018",
        {
            "id": "Persalinan di fasilitas kesehatan",
            "en": "Births in a health facility",
        },
        {
            "id": "Perempuan yang melahirkan dalam dua tahun terakhir di rumah sakit, "
            "klinik, puskesmas, pustu, praktik tenaga kesehatan, atau polindes.",
            "en": "Women whose last birth in the past two years was in a hospital, "
            "clinic, puskesmas or other health facility.",
        },
        "birth_place BETWEEN 1 AND 6",
        "last_birth = 1 AND birth_place > 0",
        "higher",
        "[TPB] 3.1.2",
        "BPS, Susenas KOR (R1504A)",
    ),
)
