"""Question 1: how do poor and vulnerable people live, and why do they lag?"""

from sepakat_lib.indicators import EVERY, HOUSEHOLDS_ONLY, Indicator

BPS = "BPS, Penghitungan dan Analisis Kemiskinan Makro Indonesia"
FGT = f"{BPS}; Foster, Greer, Thorbecke (1984), doi:10.2307/1913475"
BANDS = "World Bank, Aspiring Indonesia (2020); BPS (2024)"
PLAIN = tuple(name for name in EVERY if name not in ("welfare", "poverty"))
SPREAD = ("all", "area")


def _band(name, code, label, definition, numerator, better):
    return Indicator(
        name=name,
        code=code,
        question=1,
        label=label,
        definition=definition,
        unit="percent",
        better=better,
        frame="other",
        source=BANDS,
        numerator=numerator,
        groupings=PLAIN,
    )


def _awaited(
    name, code, label, definition, unit, better, frame, source, awaits, keeper
):
    return Indicator(
        name=name,
        code=code,
        question=1,
        label=label,
        definition=definition,
        unit=unit,
        better=better,
        frame=frame,
        source=source,
        kind="awaited",
        awaits=awaits,
        keeper=keeper,
    )


INDICATORS = (
    Indicator(
        name="p0",
        code="KEM-001",
        question=1,
        label={"id": "Persentase penduduk miskin", "en": "Poverty rate"},
        definition={
            "id": "Penduduk dengan pengeluaran per orang sebulan di bawah garis "
            "kemiskinan kabupatennya, dari seluruh penduduk. Tepat di garis tidak "
            "dihitung miskin.",
            "en": "People whose spending per person a month is below the poverty line "
            "of their kabupaten, of all people. Who is exactly on the line is not "
            "counted as poor.",
        },
        unit="percent",
        better="lower",
        frame="[TPB] 1.2.1",
        source=FGT,
        numerator="CASE WHEN welfare < 1 THEN 1 WHEN welfare >= 1 THEN 0 END",
        groupings=PLAIN,
    ),
    Indicator(
        name="poor_persons",
        code="KEM-002",
        question=1,
        label={"id": "Jumlah penduduk miskin", "en": "Number of poor people"},
        definition={
            "id": "Perkiraan jumlah orang dengan pengeluaran di bawah garis "
            "kemiskinan.",
            "en": "Estimated number of people whose spending is below the poverty "
            "line.",
        },
        unit="persons",
        better="lower",
        frame="other",
        source=BPS,
        kind="total",
        numerator="CASE WHEN welfare < 1 THEN 1 WHEN welfare >= 1 THEN 0 END",
        groupings=PLAIN,
    ),
    Indicator(
        name="p1",
        code="KEM-003",
        question=1,
        label={"id": "Indeks kedalaman kemiskinan (P1)", "en": "Poverty gap (P1)"},
        definition={
            "id": "Rata-rata kekurangan pengeluaran terhadap garis kemiskinan, dengan "
            "yang tidak miskin dihitung nol; dikalikan 100.",
            "en": "Mean shortfall of spending from the poverty line as a share of the "
            "line, counting those who are not poor as zero; times 100.",
        },
        unit="index",
        better="lower",
        frame="other",
        source=FGT,
        numerator="CASE WHEN welfare < 1 THEN 1 - welfare WHEN welfare >= 1 THEN 0 END",
        groupings=PLAIN,
    ),
    Indicator(
        name="p2",
        code="KEM-004",
        question=1,
        label={"id": "Indeks keparahan kemiskinan (P2)", "en": "Poverty severity (P2)"},
        definition={
            "id": "Rata-rata kuadrat kekurangan pengeluaran terhadap garis kemiskinan; "
            "dikalikan 100. Yang termiskin berbobot lebih besar.",
            "en": "Mean squared shortfall of spending from the poverty line; times "
            "100. The poorest weigh most.",
        },
        unit="index",
        better="lower",
        frame="other",
        source=FGT,
        numerator="CASE WHEN welfare < 1 THEN (1 - welfare) * (1 - welfare) "
        "WHEN welfare >= 1 THEN 0 END",
        groupings=PLAIN,
    ),
    Indicator(
        name="poverty_line",
        code="KEM-005",
        question=1,
        label={"id": "Garis kemiskinan", "en": "Poverty line"},
        definition={
            "id": "Pengeluaran per orang sebulan untuk makanan setara 2.100 kilokalori "
            "sehari dan kebutuhan dasar bukan makanan.",
            "en": "Spending per person a month that pays for food of 2,100 "
            "kilocalories a day and for basic needs other than food.",
        },
        unit="idr",
        better="context",
        frame="other",
        source=BPS,
        kind="official",
    ),
    Indicator(
        name="extreme_poverty",
        code="KEM-006",
        question=1,
        label={
            "id": "Tingkat kemiskinan ekstrem (garis 1,90 dolar PPP)",
            "en": "Extreme poverty rate (line of USD 1.90 PPP)",
        },
        definition={
            "id": "Penduduk dengan pengeluaran di bawah garis kemiskinan ekstrem tahun "
            "itu menurut definisi lama: 1,90 dolar PPP 2011 sehari. Sejak Juli 2025 BPS "
            "memakai 2,15 dolar PPP 2017 dengan deflator spasial; angka kedua definisi "
            "tidak dapat dibandingkan (Maret 2024: 0,83 dan 1,26 persen). Tidak "
            "dihitung untuk tahun yang garisnya belum diketahui.",
            "en": "People whose spending is below that year's line of extreme poverty "
            "by the earlier definition: USD 1.90 PPP 2011 a day. Since July 2025 BPS "
            "uses USD 2.15 PPP 2017 with a spatial deflator; figures of the two do not "
            "compare (March 2024: 0.83 and 1.26 percent). Not computed for a year "
            "whose line is not known.",
        },
        unit="percent",
        better="lower",
        frame="[TPB] 1.1.1",
        source="data.go.id, Data P3KE 2022; Instruksi Presiden 4/2022",
        numerator="CASE WHEN spending_pc_month * spending_factor < extreme_line THEN 1 "
        "WHEN spending_pc_month IS NOT NULL AND extreme_line IS NOT NULL THEN 0 END",
        groupings=PLAIN,
    ),
    _band(
        "chronic_poor",
        "KEM-007",
        {"id": "Penduduk miskin kronis", "en": "Chronically poor people"},
        {
            "id": "Penduduk dengan pengeluaran di bawah {chronic_cut} garis kemiskinan. Batas "
            "ini anggapan yang dapat diubah; batas resmi tidak ditemukan.",
            "en": "People whose spending is below {chronic_cut} of the poverty line. The cut is "
            "an assumption that can be changed; no official one was found.",
        },
        "CASE WHEN welfare < chronic_cut THEN 1 WHEN welfare IS NOT NULL THEN 0 END",
        "lower",
    ),
    _band(
        "vulnerable",
        "KEM-008",
        {"id": "Penduduk rentan miskin", "en": "People vulnerable to poverty"},
        {
            "id": "Pengeluaran dari {band_1} sampai di bawah {band_2} kali garis kemiskinan.",
            "en": "Spending from {band_1} to below {band_2} times the poverty line.",
        },
        "CASE WHEN welfare >= band_1 AND welfare < band_2 THEN 1 "
        "WHEN welfare IS NOT NULL THEN 0 END",
        "lower",
    ),
    _band(
        "aspiring",
        "KEM-009",
        {"id": "Penduduk menuju kelas menengah", "en": "Aspiring middle class"},
        {
            "id": "Pengeluaran dari {band_2} sampai di bawah {band_3} kali garis kemiskinan.",
            "en": "Spending from {band_2} to below {band_3} times the poverty line.",
        },
        "CASE WHEN welfare >= band_2 AND welfare < band_3 THEN 1 "
        "WHEN welfare IS NOT NULL THEN 0 END",
        "higher",
    ),
    _band(
        "middle",
        "KEM-010",
        {"id": "Penduduk kelas menengah", "en": "Middle class"},
        {
            "id": "Pengeluaran dari {band_3} sampai di bawah {band_4} kali garis kemiskinan.",
            "en": "Spending from {band_3} to below {band_4} times the poverty line.",
        },
        "CASE WHEN welfare >= band_3 AND welfare < band_4 THEN 1 "
        "WHEN welfare IS NOT NULL THEN 0 END",
        "higher",
    ),
    _band(
        "upper",
        "KEM-011",
        {"id": "Penduduk kelas atas", "en": "Upper class"},
        {
            "id": "Pengeluaran {band_4} kali garis kemiskinan atau lebih.",
            "en": "Spending of {band_4} times the poverty line or more.",
        },
        "CASE WHEN welfare >= band_4 THEN 1 WHEN welfare IS NOT NULL THEN 0 END",
        "context",
    ),
    Indicator(
        name="gini",
        code="KEM-012",
        question=1,
        label={"id": "Rasio Gini pengeluaran", "en": "Gini ratio of spending"},
        definition={
            "id": "Ketimpangan pengeluaran per orang: 0 bila semua sama, 1 bila satu "
            "orang memiliki semuanya. Aturan titik tengah.",
            "en": "Inequality of spending per person: 0 when all are equal, 1 when "
            "one person has everything. Midpoint rule.",
        },
        unit="gini",
        better="lower",
        frame="[TPB] 10.1.1",
        source="BPS, Gini Ratio; Osier (2009), Survey Research Methods 3(3)",
        kind="distribution",
        statistic="gini",
        groupings=SPREAD,
    ),
    Indicator(
        name="bottom_40_share",
        code="KEM-013",
        question=1,
        label={
            "id": "Pangsa pengeluaran 40 persen terbawah",
            "en": "Spending share of the poorest 40 percent",
        },
        definition={
            "id": "Bagian pengeluaran yang dimiliki 40 persen penduduk dengan "
            "pengeluaran terendah.",
            "en": "Part of all spending that belongs to the 40 percent of people who "
            "spend least.",
        },
        unit="percent",
        better="higher",
        frame="other",
        source="BPS; World Bank",
        kind="distribution",
        statistic="bottom_40_share",
        groupings=SPREAD,
    ),
    Indicator(
        name="growth_incidence",
        code="KEM-014c",
        question=1,
        label={
            "id": "Pertumbuhan pengeluaran menurut desil",
            "en": "Growth of spending by tenth",
        },
        definition={
            "id": "Pertumbuhan setahun dari rata-rata pengeluaran per orang terhadap "
            "garis kemiskinan, menurut sepersepuluh penduduk, antara dua putaran.",
            "en": "Yearly growth of mean spending per person over the poverty line, by "
            "tenth of the people, between two rounds.",
        },
        unit="percent_year",
        better="higher",
        frame="other",
        source="SEPAKAT, Kurva Insiden Pertumbuhan; Ravallion, Chen (2003), "
        "doi:10.1016/S0165-1765(02)00205-7",
        kind="growth",
        of="decile_mean",
    ),
    Indicator(
        name="decile_mean",
        code="KEM-014a",
        question=1,
        label={
            "id": "Pengeluaran terhadap garis kemiskinan menurut desil",
            "en": "Spending over the poverty line by tenth",
        },
        definition={
            "id": "Rata-rata pengeluaran per orang dibagi garis kemiskinan, pada tiap "
            "sepersepuluh penduduk.",
            "en": "Mean spending per person over the poverty line, in each tenth of "
            "the people.",
        },
        unit="times",
        better="higher",
        frame="other",
        source="Ravallion, Chen (2003), doi:10.1016/S0165-1765(02)00205-7",
        kind="tenths",
        statistic="decile_mean",
        groupings=("decile",),
    ),
    Indicator(
        name="decile_share",
        code="KEM-014b",
        question=1,
        label={
            "id": "Pangsa pengeluaran menurut desil",
            "en": "Share of spending by tenth",
        },
        definition={
            "id": "Bagian pengeluaran terhadap garis kemiskinan yang dimiliki tiap "
            "sepersepuluh penduduk.",
            "en": "Part of spending over the poverty line that belongs to each tenth "
            "of the people.",
        },
        unit="percent",
        better="context",
        frame="other",
        source="BPS; World Bank",
        kind="tenths",
        statistic="decile_share",
        groupings=("decile",),
    ),
    Indicator(
        name="p0_change",
        code="KEM-015",
        question=1,
        label={
            "id": "Perubahan tingkat kemiskinan",
            "en": "Change of the poverty rate",
        },
        definition={
            "id": "Persentase penduduk miskin dikurangi nilainya pada putaran "
            "sebelumnya, dalam poin.",
            "en": "Poverty rate less its value in the round before, in points.",
        },
        unit="points",
        better="lower",
        frame="other",
        source="SEPAKAT, FAQ (2017–2018)",
        kind="change",
        of="p0",
    ),
    Indicator(
        name="p0_rural_urban",
        code="KEM-016",
        question=1,
        label={
            "id": "Selisih kemiskinan desa dan kota",
            "en": "Rural less urban poverty rate",
        },
        definition={
            "id": "Persentase penduduk miskin di desa dikurangi di kota, dalam poin.",
            "en": "Poverty rate in rural areas less that in urban areas, in points.",
        },
        unit="points",
        better="context",
        frame="other",
        source="KOMPAK (2021), SEPAKAT",
        kind="gap",
        of="p0",
    ),
    _awaited(
        "national_mpi",
        "KEM-017",
        {
            "id": "Kemiskinan multidimensi (14 indikator)",
            "en": "Multidimensional poverty (14 indicators)",
        },
        {
            "id": "Bagian penduduk yang kekurangan dalam kesehatan dan gizi, "
            "pendidikan, dan taraf hidup.",
            "en": "Share of people deprived in health and nutrition, education, and "
            "standard of living.",
        },
        "percent",
        "lower",
        "[TPB] 1.2.2",
        "Kode Referensi Indikator Pembangunan",
        {
            "id": "bobot dan batas resmi 14 indikator",
            "en": "the official weights and cut-off of the 14 indicators",
        },
        "bappenas",
    ),
    Indicator(
        name="dependency",
        code="KEM-018",
        question=1,
        label={"id": "Rasio ketergantungan", "en": "Dependency ratio"},
        definition={
            "id": "Penduduk 0–14 tahun dan 65 tahun ke atas untuk setiap 100 penduduk "
            "15–64 tahun.",
            "en": "People aged 0–14 and 65 or more for every 100 people aged 15–64.",
        },
        unit="percent",
        better="lower",
        frame="other",
        source="BPS, Rasio Ketergantungan",
        table="persons",
        numerator="CASE WHEN age < 15 OR age >= 65 THEN 1 WHEN age >= 15 THEN 0 END",
        denominator="CASE WHEN age BETWEEN 15 AND 64 THEN 1 "
        "WHEN age IS NOT NULL THEN 0 END",
        groupings=tuple(name for name in EVERY if name != "age"),
    ),
    Indicator(
        name="poor_female_headed",
        code="KEM-019",
        question=1,
        label={
            "id": "Rumah tangga miskin berkepala perempuan",
            "en": "Poor households headed by a woman",
        },
        definition={
            "id": "Rumah tangga miskin yang kepalanya perempuan, dari seluruh rumah "
            "tangga miskin.",
            "en": "Poor households whose head is a woman, of all poor households.",
        },
        unit="percent",
        better="context",
        frame="other",
        source="SEPAKAT; sektorpublik.com (2018)",
        counts="households",
        numerator="CASE WHEN head_sex = 2 THEN 1 WHEN head_sex = 1 THEN 0 END",
        universe="welfare < 1",
        groupings=("all", "area"),
    ),
    Indicator(
        name="head_primary",
        code="KEM-020",
        question=1,
        label={
            "id": "Kepala rumah tangga berpendidikan SD ke bawah",
            "en": "Household heads with primary school or less",
        },
        definition={
            "id": "Rumah tangga yang ijazah tertinggi kepalanya SD sederajat atau "
            "tidak ada, dari seluruh rumah tangga.",
            "en": "Households whose head's highest certificate is primary school or "
            "none, of all households.",
        },
        unit="percent",
        better="lower",
        frame="other",
        source="BPS, Susenas KOR (R614)",
        counts="households",
        numerator="CASE WHEN head_diploma IN (0, 1, 2, 3, 4, 5, 25) THEN 1 "
        "WHEN head_diploma IS NOT NULL THEN 0 END",
        groupings=HOUSEHOLDS_ONLY,
    ),
    _awaited(
        "ipg",
        "KEM-022",
        {"id": "Indeks Pembangunan Gender", "en": "Gender Development Index"},
        {
            "id": "IPM perempuan dibagi IPM laki-laki, kali 100.",
            "en": "The women's HDI over the men's, times 100.",
        },
        "score",
        "higher",
        "other",
        "BPS, Indeks Pembangunan Gender",
        {"id": "tabel IPG kabupaten/kota", "en": "the table of the IPG"},
        "bps",
    ),
    _awaited(
        "idg",
        "KEM-023",
        {"id": "Indeks Pemberdayaan Gender", "en": "Gender Empowerment Measure"},
        {
            "id": "Rata-rata indeks keterwakilan, pengambilan keputusan, dan "
            "pendapatan perempuan.",
            "en": "Mean of the indices of women's representation, decisions and "
            "income.",
        },
        "score",
        "higher",
        "other",
        "BPS, Indeks Pemberdayaan Gender",
        {"id": "tabel IDG kabupaten/kota", "en": "the table of the IDG"},
        "bps",
    ),
    _awaited(
        "irbi",
        "KEM-024",
        {"id": "Indeks Risiko Bencana", "en": "Disaster Risk Index"},
        {
            "id": "Bahaya kali kerentanan dibagi kapasitas.",
            "en": "Hazard times vulnerability over capacity.",
        },
        "score",
        "lower",
        "[TPB] 1.5",
        "BNPB, Indeks Risiko Bencana Indonesia",
        {"id": "tabel IRBI di InaRISK", "en": "the IRBI table in InaRISK"},
        "bnpb",
    ),
    _awaited(
        "disasters",
        "KEM-025",
        {"id": "Kejadian bencana", "en": "Disaster events"},
        {
            "id": "Banyaknya kejadian bencana dalam setahun.",
            "en": "Number of disasters in a year.",
        },
        "events",
        "lower",
        "[TPB] 1.5",
        "BNPB, Data Informasi Bencana Indonesia",
        {
            "id": "catatan kejadian di DIBI",
            "en": "the records of events in DIBI",
        },
        "bnpb",
    ),
)
