"""Question 1: what the poor are like beside those who are not, as BPS prints it.

BPS tells the characteristics of poor and other households in a table. Here each is an
indicator told of all and by `poverty`, so that its error comes from the one scan.
"""

from sepakat_lib.indicators import Indicator
from sepakat_lib.indicators.groupings import INDUSTRY
from sepakat_lib.indicators.work import WORKERS

SOURCE = (
    "BPS, Penghitungan dan Analisis Kemiskinan Makro Indonesia: karakteristik rumah "
    "tangga miskin"
)
GROUPINGS = ("all", "poverty")
OF_WORKERS = (*GROUPINGS, "welfare")  # shares of each band, as of workers in farming
IN_A_SECTOR = f"{WORKERS} AND industry > 0"  # as the share of workers in farming


def _of(name, code, label, definition, numerator, **more) -> Indicator:
    given = {"unit": "percent", "counts": "households", "groupings": GROUPINGS} | more
    return Indicator(
        name=name,
        code=code,
        question=1,
        label=dict(zip(("id", "en"), label, strict=True)),
        definition=dict(zip(("id", "en"), definition, strict=True)),
        better="context",
        frame="other",
        source=SOURCE,
        numerator=numerator,
        **given,
    )


def _head(name, code, label, told, codes) -> Indicator:
    """Households whose head has a certificate of this level, and no higher one."""
    return _of(
        name,
        code,
        (f"Kepala rumah tangga: {label[0]}", f"Household head: {label[1]}"),
        (
            f"Rumah tangga yang ijazah tertinggi kepalanya {told[0]}, dari seluruh "
            "rumah tangga.",
            f"Households whose head's highest certificate is {told[1]}, of all "
            "households.",
        ),
        f"CASE WHEN head_diploma {codes} THEN 1 WHEN head_diploma IS NOT NULL THEN 0 END",
    )


INDICATORS = (
    _of(
        "home_rural",
        "KEM-019a",
        ("Rumah tangga di desa", "Households in rural areas"),
        (
            "Rumah tangga di desa menurut klasifikasi BPS, dari seluruh rumah tangga.",
            "Households in villages that BPS classes as rural, of all households.",
        ),
        "CASE WHEN urban THEN 0 WHEN NOT urban THEN 1 END",
    ),
    _of(
        "home_female_head",
        "KEM-019b",
        ("Rumah tangga berkepala perempuan", "Households headed by a woman"),
        (
            "Rumah tangga yang kepalanya perempuan, dari seluruh rumah tangga.",
            "Households whose head is a woman, of all households.",
        ),
        "CASE WHEN head_sex = 2 THEN 1 WHEN head_sex = 1 THEN 0 END",
    ),
    _of(
        "home_elderly_head",
        "KEM-019c",
        (
            "Rumah tangga berkepala 60 tahun ke atas",
            "Households headed by someone of 60 or over",
        ),
        (
            "Rumah tangga yang kepalanya berumur 60 tahun ke atas, dari seluruh rumah "
            "tangga.",
            "Households whose head is 60 years old or over, of all households.",
        ),
        "CASE WHEN head_age >= 60 THEN 1 WHEN head_age IS NOT NULL THEN 0 END",
    ),
    _of(
        "home_large",
        "KEM-019d",
        (
            "Rumah tangga dengan lima anggota atau lebih",
            "Households of five members or more",
        ),
        (
            "Rumah tangga dengan lima anggota atau lebih, dari seluruh rumah tangga.",
            "Households with five members or more, of all households.",
        ),
        "CASE WHEN size >= 5 THEN 1 ELSE 0 END",
    ),
    _of(
        "home_size",
        "KEM-019e",
        ("Rata-rata anggota rumah tangga", "Mean size of households"),
        (
            "Rata-rata banyaknya anggota rumah tangga.",
            "Mean number of members of a household.",
        ),
        "size",
        unit="members",
    ),
    _of(
        "home_head_age",
        "KEM-019f",
        ("Rata-rata umur kepala rumah tangga", "Mean age of household heads"),
        (
            "Rata-rata umur kepala rumah tangga, dalam tahun.",
            "Mean age of the heads of households, in years.",
        ),
        "head_age",
        unit="years",
    ),
    _head(
        "home_head_none",
        "KEM-020a",
        ("tanpa ijazah", "no certificate"),
        ("tidak ada", "none"),
        "IN (0, 25)",
    ),
    _head(
        "home_head_primary",
        "KEM-020b",
        ("SD sederajat", "primary school"),
        ("SD sederajat", "of primary school"),
        "BETWEEN 1 AND 5",
    ),
    _head(
        "home_head_junior",
        "KEM-020c",
        ("SMP sederajat", "junior secondary"),
        ("SMP sederajat", "of junior secondary school"),
        "BETWEEN 6 AND 10",
    ),
    _head(
        "home_head_senior",
        "KEM-020d",
        ("SMA sederajat", "senior secondary"),
        ("SMA sederajat", "of senior secondary school"),
        "BETWEEN 11 AND 17",
    ),
    _head(
        "home_head_tertiary",
        "KEM-020e",
        ("perguruan tinggi", "higher education"),
        ("perguruan tinggi", "of higher education"),
        "BETWEEN 18 AND 24",
    ),
    _of(
        "person_child",
        "KEM-019g",
        ("Anak di bawah 18 tahun", "Children under 18"),
        (
            "Penduduk di bawah 18 tahun, dari seluruh penduduk.",
            "People under 18 years of age, of all people.",
        ),
        "CASE WHEN age < 18 THEN 1 WHEN age >= 18 THEN 0 END",
        table="persons",
        counts="persons",
    ),
    _of(
        "person_elderly",
        "KEM-019h",
        ("Lansia 60 tahun ke atas", "People of 60 and over"),
        (
            "Penduduk 60 tahun ke atas, dari seluruh penduduk.",
            "People of 60 years and over, of all people.",
        ),
        "CASE WHEN age >= 60 THEN 1 WHEN age < 60 THEN 0 END",
        table="persons",
        counts="persons",
    ),
    _of(
        "worker_industry",
        "KEM-020f",
        ("Pekerja di industri dan konstruksi", "Workers in industry and construction"),
        (
            "Pekerja 15 tahun ke atas di pertambangan, industri, energi, dan konstruksi, "
            "dari semua pekerja.",
            "Workers aged 15 or more in mining, manufacturing, energy and construction, "
            "of all workers.",
        ),
        f"CASE WHEN {INDUSTRY} THEN 1 ELSE 0 END",
        table="persons",
        counts="persons",
        groupings=OF_WORKERS,
        universe=IN_A_SECTOR,
    ),
    _of(
        "worker_services",
        "KEM-020g",
        ("Pekerja di perdagangan dan jasa", "Workers in trade and services"),
        (
            "Pekerja 15 tahun ke atas di perdagangan dan jasa, dari semua pekerja.",
            "Workers aged 15 or more in trade and services, of all workers.",
        ),
        "CASE WHEN industry > 11 THEN 1 ELSE 0 END",
        table="persons",
        counts="persons",
        groupings=OF_WORKERS,
        universe=IN_A_SECTOR,
    ),
)
