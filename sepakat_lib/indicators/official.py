"""Series that their owners publish; no survey of ours answers them.

A series has one definition and one owner: what was measured otherwise, or by another
survey, is another series, so that no line and no change crosses two of them.
"""

from sepakat_lib.indicators import Indicator

IPM = "BPS, Indeks Pembangunan Manusia"
ATLAS = "Badan Pangan Nasional, Peta Ketahanan dan Kerentanan Pangan (FSVA)"
LABOUR = "BPS, Sakernas"
GDP = "BPS, Produk Domestik Regional Bruto"
HOUSING = "BPS, Statistik Indonesia (Susenas)"
SP2010 = {
    "id": "Seri Sensus Penduduk 2010; tidak dibandingkan dengan seri Long Form SP2020.",
    "en": "Series of the census of 2010; not held against that of the long form of 2020.",
}


def _series(
    name, code, question, label, definition, unit, better, source, frame="other"
):
    return Indicator(
        name=name,
        code=code,
        question=question,
        label=dict(zip(("id", "en"), label, strict=True)),
        definition=dict(zip(("id", "en"), definition, strict=True)),
        unit=unit,
        better=better,
        frame=frame,
        source=source,
        kind="official",
    )


def _sp2010(id: str, en: str) -> tuple[str, str]:
    return f"{id} {SP2010['id']}", f"{en} {SP2010['en']}"


def _stunting(survey: str, code: str, year: str) -> Indicator:
    return _series(
        f"stunting_{survey.lower()}",
        code,
        3,
        (f"Prevalensi stunting balita ({survey})", f"Stunted under-fives ({survey})"),
        (
            f"Anak di bawah lima tahun yang tinggi badannya kurang dari minus dua "
            f"simpangan baku menurut umur, dari {survey} {year}. Survei lain adalah "
            "seri lain.",
            f"Children under five whose height for age is below minus two standard "
            f"deviations, by {survey} {year}. Another survey is another series.",
        ),
        "percent",
        "lower",
        f"Kementerian Kesehatan, {survey}",
        "[TPB] 2.2.1",
    )


INDICATORS = (
    _series(
        "ipm_sp2010",
        "KEM-021",
        1,
        (
            "Indeks Pembangunan Manusia (seri SP2010)",
            "Human Development Index (series of the census of 2010)",
        ),
        _sp2010(
            "Rata-rata geometrik indeks kesehatan, pendidikan, dan pengeluaran.",
            "Geometric mean of the indices of health, education and spending.",
        ),
        "score",
        "higher",
        IPM,
    ),
    _series(
        "ipm_lf",
        "KEM-021a",
        1,
        (
            "Indeks Pembangunan Manusia (seri Long Form SP2020)",
            "Human Development Index (series of the long form of 2020)",
        ),
        (
            "Rata-rata geometrik indeks kesehatan, pendidikan, dan pengeluaran, dengan "
            "umur harapan hidup dari Long Form SP2020. Hanya provinsi dan Indonesia.",
            "Geometric mean of the indices of health, education and spending, with life "
            "expectancy of the long form of 2020. Provinces and the nation only.",
        ),
        "score",
        "higher",
        IPM,
    ),
    _series(
        "uhh",
        "KEM-021b",
        1,
        ("Umur harapan hidup (seri SP2010)", "Life expectancy (census of 2010)"),
        _sp2010(
            "Umur yang diharapkan dicapai bayi yang baru lahir.",
            "Age that a newborn child is expected to reach.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "uhh_female",
        "KEM-021c",
        1,
        (
            "Umur harapan hidup perempuan (seri SP2010)",
            "Life expectancy of women (census of 2010)",
        ),
        _sp2010(
            "Umur yang diharapkan dicapai bayi perempuan yang baru lahir.",
            "Age that a newborn girl is expected to reach.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "uhh_male",
        "KEM-021d",
        1,
        (
            "Umur harapan hidup laki-laki (seri SP2010)",
            "Life expectancy of men (census of 2010)",
        ),
        _sp2010(
            "Umur yang diharapkan dicapai bayi laki-laki yang baru lahir.",
            "Age that a newborn boy is expected to reach.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "uhh_gap",
        "KEM-021e",
        1,
        (
            "Beda umur harapan hidup, perempuan dikurangi laki-laki",
            "Difference of life expectancy, women less men",
        ),
        _sp2010(
            "Umur harapan hidup perempuan dikurangi umur harapan hidup laki-laki.",
            "Life expectancy of women less that of men.",
        ),
        "years",
        "context",
        IPM,
    ),
    _series(
        "spending_adjusted",
        "KEM-021f",
        1,
        (
            "Pengeluaran per orang setahun yang disesuaikan",
            "Adjusted spending per person a year",
        ),
        _sp2010(
            "Pengeluaran riil per orang setahun, disetarakan dengan daya beli Jakarta "
            "Selatan.",
            "Real spending per person a year at the purchasing power of Jakarta Selatan.",
        ),
        "idr",
        "higher",
        IPM,
    ),
    _series(
        "gini_september",
        "KEM-012a",
        1,
        ("Rasio Gini, September", "Gini ratio, September"),
        (
            "Rasio Gini pengeluaran dari Susenas September, untuk provinsi dan "
            "Indonesia; Susenas Maret adalah seri lain.",
            "Gini ratio of spending by Susenas of September, of provinces and the "
            "nation; Susenas of March is another series.",
        ),
        "gini",
        "lower",
        "BPS, Gini Ratio Menurut Provinsi",
        "[TPB] 10.1.1",
    ),
    _series(
        "pdrb_per_person_2010",
        "KEM-027a",
        1,
        (
            "PDRB per orang setahun, harga 2010",
            "Regional product per person a year, prices of 2010",
        ),
        (
            "Produk domestik regional bruto atas dasar harga konstan 2010 dibagi jumlah "
            "penduduk.",
            "Gross regional product at constant prices of 2010 over the population.",
        ),
        "idr",
        "higher",
        GDP,
        "[TPB] 8.1.1",
    ),
    _series(
        "pdrb_per_person",
        "KEM-027b",
        1,
        (
            "PDRB per orang setahun (seri 2010–2019)",
            "Regional product per person a year (series of 2010–2019)",
        ),
        (
            "Produk domestik regional bruto dibagi jumlah penduduk, menurut susunan "
            "tangan kedua; tahun setelah 2019 adalah perpanjangan dan tidak dimuat.",
            "Gross regional product over the population, as compiled at second hand; "
            "years after 2019 are extended by it and are not held.",
        ),
        "idr",
        "higher",
        GDP,
    ),
    _series(
        "pdrb_2010",
        "KEM-027c",
        1,
        ("PDRB, harga 2010", "Regional product, prices of 2010"),
        (
            "Produk domestik regional bruto setahun atas dasar harga konstan 2010; "
            "sebagian tahun diisi di antara dua tahun oleh penyusunnya.",
            "Gross regional product of a year at constant prices of 2010; some years "
            "were filled in between two others by its compiler.",
        ),
        "idr",
        "higher",
        GDP,
    ),
    _series(
        "spending_per_person",
        "KEM-027d",
        1,
        (
            "Pengeluaran per orang sebulan menurut BPS",
            "Spending per person a month by BPS",
        ),
        (
            "Rata-rata pengeluaran per orang sebulan, untuk provinsi dan Indonesia.",
            "Mean spending per person a month, of provinces and the nation.",
        ),
        "idr",
        "context",
        HOUSING,
    ),
    _series(
        "pdrb_growth",
        "KEM-028",
        1,
        ("Laju pertumbuhan PDRB", "Growth of regional product"),
        (
            "Perubahan PDRB harga konstan 2010 dari tahun sebelumnya.",
            "Change of regional product at prices of 2010 from the year before.",
        ),
        "percent",
        "higher",
        GDP,
        "[TPB] 8.1.1",
    ),
    _series(
        "tpt",
        "NAK-005",
        2,
        ("Tingkat pengangguran terbuka", "Open unemployment rate"),
        (
            "Penganggur dibagi angkatan kerja 15 tahun ke atas, Agustus.",
            "The unemployed over the labour force aged 15 and above, August.",
        ),
        "percent",
        "lower",
        LABOUR,
        "[TPB] 8.5.2",
    ),
    _series(
        "tpt_2008_2020",
        "NAK-005a",
        2,
        (
            "Tingkat pengangguran terbuka (susunan 2008–2020)",
            "Open unemployment rate (compiled 2008–2020)",
        ),
        (
            "Penganggur dibagi angkatan kerja, Agustus, menurut susunan tangan kedua "
            "yang sama dengan sumber lain pada separuh sampai sembilan per sepuluh "
            "nilainya; tanpa 2016 dan 2018.",
            "The unemployed over the labour force, August, as compiled at second hand, "
            "which agrees with another source in half to nine tenths of its values; "
            "without 2016 and 2018.",
        ),
        "percent",
        "lower",
        LABOUR,
    ),
    _series(
        "tpak",
        "NAK-006",
        2,
        (
            "Tingkat partisipasi angkatan kerja",
            "Labour force participation rate",
        ),
        (
            "Angkatan kerja dibagi penduduk 15 tahun ke atas, Agustus.",
            "The labour force over people aged 15 and above, August.",
        ),
        "percent",
        "higher",
        LABOUR,
    ),
    _series(
        "hls",
        "PAR-014",
        3,
        (
            "Harapan lama sekolah (seri SP2010)",
            "Expected years of schooling (census of 2010)",
        ),
        _sp2010(
            "Tahun sekolah yang diharapkan dijalani anak berumur 7 tahun.",
            "Years of school that a child aged 7 is expected to have.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "rls",
        "PAR-015",
        3,
        ("Rata-rata lama sekolah", "Mean years of schooling"),
        (
            "Rata-rata tahun sekolah penduduk 25 tahun ke atas.",
            "Mean years of school of people aged 25 and above.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "rls_female",
        "PAR-015e",
        3,
        ("Rata-rata lama sekolah perempuan", "Mean years of schooling of women"),
        (
            "Rata-rata tahun sekolah perempuan 25 tahun ke atas.",
            "Mean years of school of women aged 25 and above.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "rls_male",
        "PAR-015b",
        3,
        ("Rata-rata lama sekolah laki-laki", "Mean years of schooling of men"),
        (
            "Rata-rata tahun sekolah laki-laki 25 tahun ke atas.",
            "Mean years of school of men aged 25 and above.",
        ),
        "years",
        "higher",
        IPM,
    ),
    _series(
        "rls_gap",
        "PAR-015c",
        3,
        (
            "Beda rata-rata lama sekolah, perempuan dikurangi laki-laki",
            "Difference of mean years of schooling, women less men",
        ),
        (
            "Rata-rata lama sekolah perempuan dikurangi rata-rata lama sekolah "
            "laki-laki.",
            "Mean years of schooling of women less that of men.",
        ),
        "years",
        "context",
        IPM,
    ),
    _stunting("PSG", "PAR-022a", "2017"),
    _stunting("Riskesdas", "PAR-022b", "2018"),
    _stunting("SSGBI", "PAR-022c", "2019"),
    _stunting("SSGI", "PAR-022d", "2021–2022"),
    _stunting("SKI", "PAR-022e", "2023"),
    _series(
        "undernourishment",
        "PAR-025",
        3,
        (
            "Prevalensi ketidakcukupan konsumsi pangan",
            "Prevalence of undernourishment",
        ),
        (
            "Penduduk yang makanannya kurang dari kebutuhan energi untuk hidup sehat.",
            "People whose food falls short of the energy that a healthy life needs.",
        ),
        "percent",
        "lower",
        "BPS dan Badan Pangan Nasional",
        "[TPB] 2.1.1",
    ),
    _series(
        "ikp",
        "PAR-025f",
        3,
        ("Indeks Ketahanan Pangan", "Food Security Index"),
        (
            "Indeks dari ketersediaan, keterjangkauan, dan pemanfaatan pangan; makin "
            "tinggi makin tahan. Tahunnya tahun data, setahun sebelum edisinya.",
            "Index of availability, access and use of food; the higher the more secure. "
            "Its year is that of the data, the year before the edition.",
        ),
        "score",
        "higher",
        ATLAS,
    ),
    _series(
        "fsva_food_share",
        "PAR-025b",
        3,
        (
            "Rumah tangga dengan pengeluaran pangan di atas 65 persen",
            "Households that spend above 65 percent on food",
        ),
        (
            "Rumah tangga yang lebih dari 65 persen pengeluarannya untuk pangan.",
            "Households with more than 65 percent of their spending on food.",
        ),
        "percent",
        "lower",
        ATLAS,
    ),
    _series(
        "fsva_ncpr",
        "PAR-025c",
        3,
        (
            "Rasio konsumsi terhadap ketersediaan pangan",
            "Ratio of food consumed to food available",
        ),
        (
            "Konsumsi normatif per orang dibagi ketersediaan bersih pangan pokok.",
            "Normative consumption per person over the net availability of staples.",
        ),
        "times",
        "lower",
        ATLAS,
    ),
    _series(
        "food_share",
        "PAR-025d",
        3,
        (
            "Bagian pengeluaran untuk makanan menurut BPS",
            "Share of spending on food by BPS",
        ),
        (
            "Pengeluaran makanan dibagi seluruh pengeluaran, untuk provinsi dan "
            "Indonesia.",
            "Spending on food over all spending, of provinces and the nation.",
        ),
        "percent",
        "lower",
        HOUSING,
    ),
    _series(
        "food_share_2022",
        "PAR-025e",
        3,
        (
            "Bagian pengeluaran untuk makanan, 2022",
            "Share of spending on food, 2022",
        ),
        (
            "Pengeluaran makanan dibagi seluruh pengeluaran, tahun 2022 saja.",
            "Spending on food over all spending, of 2022 alone.",
        ),
        "percent",
        "lower",
        HOUSING,
    ),
    _series(
        "fsva_women_schooling",
        "PAR-015d",
        3,
        (
            "Lama sekolah perempuan 15 tahun ke atas",
            "Years of schooling of women aged 15 and above",
        ),
        (
            "Rata-rata tahun sekolah perempuan berumur di atas 15 tahun.",
            "Mean years of school of women aged above 15.",
        ),
        "years",
        "higher",
        ATLAS,
    ),
    _series(
        "fsva_health_workers",
        "AKS-029a",
        3,
        (
            "Rasio penduduk terhadap tenaga kesehatan dan kepadatan",
            "Ratio of people to health workers and density",
        ),
        (
            "Penduduk per tenaga kesehatan, dibagi kepadatan penduduk; makin rendah "
            "makin baik.",
            "People per health worker over the density of people; the lower the better.",
        ),
        "score",
        "lower",
        ATLAS,
    ),
    _series(
        "fsva_no_clean_water",
        "AKS-010d",
        3,
        ("Rumah tangga tanpa air bersih", "Households without clean water"),
        (
            "Rumah tangga yang air minumnya bukan dari sumber terlindung.",
            "Households whose drinking water is not of a protected source.",
        ),
        "percent",
        "lower",
        ATLAS,
    ),
    _series(
        "water_access",
        "AKS-010b",
        3,
        (
            "Akses air minum layak menurut BPS",
            "Access to improved drinking water by BPS",
        ),
        (
            "Rumah tangga dengan sumber air minum layak, konsep sejak 2016, untuk "
            "provinsi dan Indonesia.",
            "Households with an improved source of drinking water, by the concept since "
            "2016, of provinces and the nation.",
        ),
        "percent",
        "higher",
        HOUSING,
        "[TPB] 6.1.1",
    ),
    _series(
        "water_2022",
        "AKS-010c",
        3,
        (
            "Air minum, 2022 (konsep tidak dinyatakan)",
            "Drinking water, 2022 (concept not stated)",
        ),
        (
            "Rumah tangga menurut sumber air minumnya, tahun 2022 saja; susunan tangan "
            "kedua yang tidak menyatakan konsepnya dan berbeda jauh dari air minum layak "
            "2021.",
            "Households by their drinking water, of 2022 alone; its second hand does not "
            "state the concept, and it is far from improved water of 2021.",
        ),
        "percent",
        "higher",
        HOUSING,
        "[TPB] 6.1.1",
    ),
    _series(
        "sanitation_access",
        "AKS-012c",
        3,
        ("Akses sanitasi layak menurut BPS", "Access to improved sanitation by BPS"),
        (
            "Rumah tangga dengan sanitasi layak, konsep sejak 2016, untuk provinsi dan "
            "Indonesia.",
            "Households with improved sanitation, by the concept since 2016, of provinces "
            "and the nation.",
        ),
        "percent",
        "higher",
        HOUSING,
        "[TPB] 6.2.1",
    ),
    _series(
        "own_toilet_2022",
        "AKS-012b",
        3,
        ("Jamban sendiri, 2022", "A toilet of their own, 2022"),
        (
            "Rumah tangga dengan fasilitas buang air besar sendiri, tahun 2022 saja.",
            "Households with a toilet of their own, of 2022 alone.",
        ),
        "percent",
        "higher",
        HOUSING,
    ),
    _series(
        "fsva_no_electricity",
        "AKS-020b",
        3,
        ("Rumah tangga tanpa listrik", "Households without electricity"),
        (
            "Rumah tangga yang tidak memakai listrik, menurut atlas ketahanan pangan.",
            "Households that use no electricity, by the atlas of food security.",
        ),
        "percent",
        "lower",
        ATLAS,
    ),
)
