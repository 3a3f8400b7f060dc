"""Question 3: are they served with water, sanitation, homes, light and the internet?

What a household has is told of its members: "lives in a household with". The list of the
framework counts some rows by household or by family: these stand at the end, for its
table and BPS's own figures; which way is good is said of the people, and once.
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
BY_HOME = ("all", "area", "quintile", "decile")
HOUSING = "BPS, Indikator Perumahan dan Kesehatan Lingkungan 2023"


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END"


def _of_homes(name, code, label, told, condition, frame, source):
    """Households, not their members, of all households."""
    return Indicator(
        name=name,
        code=code,
        question=3,
        label={"id": f"Rumah tangga {label[0]}", "en": f"Households {label[1]}"},
        definition={
            "id": f"Rumah tangga {told[0]}, dari seluruh rumah tangga.",
            "en": f"Households {told[1]}, of all households.",
        },
        unit="percent",
        better="context",
        frame=frame,
        source=source,
        counts="households",
        numerator=_flag(condition),
        groupings=BY_HOME,
    )


def _of_families(name, code, label, condition):
    """Families of one home share its floor, walls, roof, light and kitchen."""
    return Indicator(
        name=name,
        code=code,
        question=3,
        label={"id": f"Keluarga {label[0]}", "en": f"Families {label[1]}"},
        definition={
            "id": f"Keluarga {label[0]}, dari seluruh keluarga. Satu rumah tangga dapat "
            "terdiri dari beberapa keluarga, yang rumah dan dapurnya satu.",
            "en": f"Families {label[1]}, of all families. A household may hold several "
            "families, which share its home and kitchen.",
        },
        unit="percent",
        better="context",
        frame="other",
        source="BPS, Susenas KOR (R502, R1806-R1817)",
        counts="households",
        numerator=f"CASE WHEN {condition} THEN families WHEN NOT ({condition}) THEN 0 END",
        denominator="families",
        groupings=BY_HOME,
    )


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
        "AKS-010a",
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
        "AKS-012a",
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
        "AKS-013a",
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
        "AKS-014i",
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
        "AKS-015a",
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
        "AKS-016a",
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
        "AKS-017a",
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
        "AKS-018a",
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
        "AKS-019a",
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
        "AKS-020a",
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
        "AKS-021a",
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
        "AKS-024a",
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
        "AKS-022a",
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
        "AKS-023a",
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
    _of_homes(
        "water_homes",
        "AKS-010",
        ("dengan air minum layak", "with improved drinking water"),
        (
            "dengan sumber air minum layak; kemasan dan isi ulang dihitung bila air "
            "untuk mandi dan cuci layak",
            "with an improved source of drinking water; bottled and refill water counts "
            "when the water for washing is improved",
        ),
        IMPROVED_WATER,
        "SPM PU; [TPB] 6.1",
        "BPS, Persentase Rumah Tangga dengan Sumber Air Minum Layak",
    ),
    _of_homes(
        "sanitation_homes",
        "AKS-012",
        ("dengan sanitasi layak", "with improved sanitation"),
        (
            "dengan jamban sendiri, bersama rumah tangga tertentu, atau komunal; kloset "
            "leher angsa; dan tangki septik atau IPAL (di desa boleh lubang tanah)",
            "with its own toilet, one shared with known households, or a communal one; "
            "a goose-neck closet; and a septic tank or treatment plant (in rural areas a "
            "pit counts)",
        ),
        IMPROVED_SANITATION,
        "SPM PU; [TPB] 6.2",
        "BPS, Persentase Rumah Tangga dengan Sanitasi Layak",
    ),
    _of_homes(
        "no_toilet_homes",
        "AKS-013",
        ("yang tidak memakai jamban", "without a toilet in use"),
        (
            "tanpa fasilitas buang air besar, atau yang anggotanya tidak memakainya",
            "without a toilet, or whose members do not use it",
        ),
        "toilet IN (5, 6)",
        "[TPB] 6.2",
        "BPS, Susenas KOR (R1809A)",
    ),
    _of_homes(
        "adequate_homes",
        "AKS-014",
        ("di rumah layak huni", "in adequate housing"),
        (
            "yang atap, dinding, dan lantainya kuat, luas lantainya 7,2 meter persegi per "
            "orang atau lebih, air minumnya layak, dan sanitasinya layak; keempatnya",
            "with a durable roof, wall and floor, 7.2 square metres a person or more, "
            "improved water and improved sanitation; all four",
        ),
        ADEQUATE,
        "[TPB] 11.1.1.(a)",
        HOUSING,
    ),
    _of_homes(
        "crowded_homes",
        "AKS-016",
        ("di rumah sempit", "in crowded housing"),
        (
            "dengan luas lantai kurang dari 7,2 meter persegi per orang",
            "with less than 7.2 square metres a person",
        ),
        "floor_area / size < 7.2",
        "other",
        HOUSING,
    ),
    _of_homes(
        "electric_homes",
        "AKS-024",
        ("berlistrik", "with electricity"),
        (
            "yang penerangan utamanya listrik, PLN atau bukan",
            "whose main lighting is electric, PLN's or not",
        ),
        "lighting IN (1, 2, 3)",
        "[TPB] 7.1.1",
        "BPS, Susenas KOR (R1816)",
    ),
    *(
        _of_families(name, code, label, condition)
        for name, code, label, condition in (
            (
                *("earth_floor_families", "AKS-017"),
                ("berlantai tanah", "with an earth floor"),
                "floor = 8",
            ),
            (
                *("weak_wall_families", "AKS-018"),
                (
                    "berdinding anyaman bambu, bambu, atau lainnya",
                    "with walls of plaited bamboo, bamboo or else",
                ),
                WEAK_WALL,
            ),
            (
                *("weak_roof_families", "AKS-019"),
                (
                    "beratap asbes, bambu, jerami, ijuk, daun, atau lainnya",
                    "with a roof of asbestos, bamboo, straw, leaves or else",
                ),
                WEAK_ROOF,
            ),
            (
                *("no_electricity_families", "AKS-020"),
                ("tanpa penerangan listrik", "without electric light"),
                "lighting = 4",
            ),
            (
                *("unmetered_families", "AKS-021"),
                (
                    "dengan listrik PLN tanpa meteran atau listrik bukan PLN",
                    "with PLN electricity without a meter, or not from PLN",
                ),
                "lighting IN (2, 3)",
            ),
            (
                *("firewood_families", "AKS-022"),
                ("yang memasak dengan kayu bakar", "that cook with firewood"),
                "cooking_fuel = 10",
            ),
        )
    ),
)
