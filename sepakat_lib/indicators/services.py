"""Question 3: are they served with water, sanitation, homes, light and the internet?

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
WEAK_ROOF = "roof IN (4, 5, 7, 8)"  # asbestos, bamboo, leaves, other
WEAK_WALL = "wall IN (4, 6, 7)"  # plaited bamboo, bamboo, other
WEAK_FLOOR = "floor IN (7, 8, 9)"  # bamboo, earth, other
DURABLE = f"NOT ({WEAK_ROOF} OR {WEAK_WALL} OR {WEAK_FLOOR})"
ROOMY = "floor_area / size >= 7.2"
ADEQUATE = f"({DURABLE} AND {ROOMY} AND {IMPROVED_WATER} AND {IMPROVED_SANITATION})"
HOUSING = "BPS, Indikator Perumahan dan Kesehatan Lingkungan 2023"


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
        {"id": "Tidak memakai jamban", "en": "No toilet in use"},
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
        ADEQUATE,
        "higher",
        "[TPB] 11.1.1.(a)",
        HOUSING,
    ),
    _home(
        "inadequate_housing",
        "AKS-015",
        {"id": "Rumah tidak layak huni", "en": "Inadequate housing"},
        {
            "id": "Tinggal di rumah yang gagal pada satu atau lebih dari empat "
            "kriteria rumah layak huni. Kriteria daerah dapat berbeda; yang dipakai di "
            "sini anggapan sampai daerah menyepakatinya.",
            "en": "Lives in a home that fails one or more of the four criteria of "
            "adequate housing. A region may set its own criteria; those used here are "
            "an assumption until it agrees on them.",
        },
        f"NOT {ADEQUATE}",
        "lower",
        "[TPB] 11.1.1.(a)",
        HOUSING,
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
        HOUSING,
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
        "weak_wall",
        "AKS-018",
        {"id": "Dinding tidak layak", "en": "Weak walls"},
        {
            "id": "Tinggal di rumah yang dinding terluasnya anyaman bambu, bambu, atau "
            "bahan lain di luar tembok, plesteran, kayu, dan batang kayu.",
            "en": "Lives in a home whose walls are mostly plaited bamboo, bamboo, or "
            "anything else than brick, plaster, boards and logs.",
        },
        WEAK_WALL,
        "lower",
        "other",
        HOUSING,
    ),
    _home(
        "weak_roof",
        "AKS-019",
        {"id": "Atap tidak layak", "en": "Weak roof"},
        {
            "id": "Tinggal di rumah yang atap terluasnya asbes, bambu, jerami, ijuk, "
            "daun, atau bahan lain di luar beton, genteng, seng, dan kayu.",
            "en": "Lives in a home whose roof is mostly asbestos, bamboo, straw, palm "
            "fibre, leaves, or anything else than concrete, tiles, zinc and wood.",
        },
        WEAK_ROOF,
        "lower",
        "other",
        HOUSING,
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
        "unmetered_electricity",
        "AKS-021",
        {
            "id": "Listrik tanpa meteran atau bukan PLN",
            "en": "Unmetered or non-PLN electricity",
        },
        {
            "id": "Tinggal di rumah tangga yang penerangannya listrik PLN tanpa "
            "meteran atau listrik bukan PLN.",
            "en": "Lives in a household lit by PLN electricity without a meter, or by "
            "electricity that is not PLN's.",
        },
        "lighting IN (2, 3)",
        "lower",
        "other",
        "BPS, Susenas KOR (R1816)",
    ),
    _home(
        "electricity",
        "AKS-024",
        {"id": "Rasio elektrifikasi", "en": "Access to electricity"},
        {
            "id": "Tinggal di rumah tangga yang penerangan utamanya listrik, PLN atau "
            "bukan. Dihitung atas orang; angka PLN atas pelanggan.",
            "en": "Lives in a household whose main lighting is electric, PLN's or not. "
            "Counted over people; PLN's own figure counts customers.",
        },
        "lighting IN (1, 2, 3)",
        "higher",
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
    _home(
        "no_internet",
        "AKS-023",
        {"id": "Tanpa akses internet", "en": "No access to the internet"},
        {
            "id": "Tinggal di rumah tangga yang tidak seorang pun anggotanya memakai "
            "internet dalam tiga bulan terakhir (ditanyakan kepada yang berumur 5 "
            "tahun ke atas). Langganan internet rumah tidak ditanyakan.",
            "en": "Lives in a household of which no member used the internet in the "
            "past three months (asked of those aged 5 or more). A subscription of the "
            "home is not asked about.",
        },
        "NOT internet_user",
        "lower",
        "other",
        "BPS, Susenas KOR (R808)",
    ),
)
