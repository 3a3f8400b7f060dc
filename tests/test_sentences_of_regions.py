"""What the pages of three kabupaten ought to say, written by hand before the pages.

Worked out from the tables (`estimation.read`, `reference.official`) with a pocket
calculator: differences named as clearest hold for all of their table at once (t at
1 - 0.05 / n); ranks and ranges from the 38 and 24 official rates and the own error (own
times the root of 2, Student's t), changes from two rounds' errors and the fewer of
their degrees of freedom, decimals by the width of the interval. The survey is invented,
and the same wherever it is invented anew.
"""

import pytest
from reading import lines, rows

SAID = {
    "3501": [
        # the answer
        "Menurut BPS, 13,65 persen penduduk Pacitan miskin pada Maret 2023: turun 0,15 "
        "poin dan berkurang 730 orang sejak Maret 2022; sejak September 2010 turun 5,85 "
        "poin.",
        "Persentase miskin di sini di atas Jawa Timur (10,35 persen); beda itu pun tidak dapat diuji.",
        # the trend
        "Persentase penduduk miskin turun dari 13,80 persen (2022) menjadi 13,65 persen "
        "(2023)",
        "Angka BPS turun 5,85 poin antara 2010 dan 2023; galatnya tidak diterbitkan.",
        "Menurut survei, belum dapat dipastikan bahwa persentase penduduk miskin berubah "
        "dari 2021 ke 2023: rentangnya −6 sampai 3 poin.",
        # the rank: 7 are poorer, 36 of the others not loaded
        "Pacitan di peringkat 8 dari 38 (1 paling miskin)",
        "Rentang peringkat ini tidak diberikan: survei 36 daerah lain belum dimuat, jadi "
        "galatnya tidak diketahui. Daerah dengan angka berdekatan mungkin tidak berbeda.",
        # the bands
        "Selain 13,7 persen yang miskin, 27,9 persen rentan miskin: pengeluarannya kurang "
        "dari 1,5 kali garis kemiskinan",
        # growth
        "Pertumbuhan pengeluaran warga termiskin tidak dapat dibedakan dari rata-rata",
        "Belum dapat dipastikan bahwa pengeluaran desil termiskin berubah terhadap garis kemiskinan: rentangnya −5 sampai 3 persen setahun.",
        # the groups
        "Kemiskinan menurut pendidikan kepala rumah tangga: SD sederajat 17 persen, SMA "
        "sederajat 4* persen",
        # each question's clearest difference
        "Pekerja informal dengan kurang dari 35 jam: 42 persen pada kuintil termiskin, "
        "20 persen pada kuintil terkaya",
        "Pada bagian ini kuintil termiskin 22 poin lebih tinggi daripada kuintil terkaya (rentang 13 sampai 31).",
        "Beda yang paling jelas di luar galat: pekerja informal, 39 poin (rentang 30 sampai 48).",
        "Memiliki rekening tabungan: 44 persen pada kuintil termiskin, 95* persen pada "
        "kuintil terkaya",
        "Beda yang paling jelas di luar galat: memiliki rekening tabungan, −52 poin (rentang −64 sampai −39).",
        "Rumah layak huni: 20 persen pada kuintil termiskin, 69 persen pada kuintil "
        "terkaya",
        "Melek aksara 15 tahun ke atas: 96,6 persen pada kuintil termiskin, 99,5 persen pada kuintil terkaya",
        "Beda yang paling jelas di luar galat: melek aksara 15 tahun ke atas, −2,8 poin (rentang −5,3 sampai −0,4).",
        "Beda yang paling jelas di luar galat: kepemilikan akta kelahiran 0–17 tahun, −22,3 poin (rentang −34,0 sampai −10,6).",
        "Tanpa jaminan sosial dan kesehatan: 22 persen pada kuintil termiskin, 15 "
        "persen pada kuintil terkaya",
        "Pada bagian ini kedua kuintil tidak dapat dibedakan: rentang bedanya −4 sampai 18 poin.",
        "Tanpa jaminan sosial selain kesehatan: 87 persen pada kuintil termiskin, 43 persen pada "
        "kuintil terkaya",
    ],
    "7303": [
        "Menurut BPS, 9,18 persen penduduk Bantaeng miskin pada Maret 2023: naik 0,11 "
        "poin dan bertambah 270 orang sejak Maret 2022; sejak September 2010 turun 1,06 "
        "poin.",
        "Persentase miskin di sini di atas Sulawesi Selatan (8,70 persen); beda itu pun tidak dapat diuji.",
        "Persentase penduduk miskin naik dari 9,07 persen (2022) menjadi 9,18 persen "
        "(2023)",
        "Menurut survei, belum dapat dipastikan bahwa persentase penduduk miskin berubah "
        "dari 2021 ke 2023: rentangnya −6 sampai 5 poin.",
        "Bantaeng di peringkat 11 dari 24 (1 paling miskin)",
        "Selain 9,2 persen yang miskin, 25,1 persen rentan miskin: pengeluarannya kurang "
        "dari 1,5 kali garis kemiskinan",
        "Belum dapat dipastikan bahwa pengeluaran desil termiskin berubah terhadap garis kemiskinan: rentangnya −8 sampai 9 persen setahun.",
        "Kemiskinan menurut lapangan usaha: pertanian 12* persen, perdagangan dan jasa "
        "3 persen",
        "Pekerja informal dengan kurang dari 35 jam: 34 persen pada kuintil termiskin, "
        "20 persen pada kuintil terkaya",
        "Pada bagian ini kuintil termiskin 14 poin lebih tinggi daripada kuintil terkaya (rentang 1 sampai 28).",
        "Beda yang paling jelas di luar galat: pekerja informal, 27,1 poin (rentang 11,9 sampai 42,3).",
        "Beda yang paling jelas di luar galat: memiliki rekening tabungan, −44 poin (rentang −62 sampai −27).",
        "Rumah layak huni: 23,8 persen pada kuintil termiskin, 78,2 persen pada kuintil "
        "terkaya",
        "Beda yang paling jelas di luar galat: kepemilikan akta kelahiran 0–17 tahun, −23,8 poin (rentang −34,6 sampai −12,9).",
        "Penerima BPNT/Sembako: 35 persen pada kuintil termiskin, 10* persen pada "
        "kuintil terkaya",
    ],
    "3578": [
        "Menurut BPS, 4,65 persen penduduk Kota Surabaya miskin pada Maret 2023: turun "
        "0,07 poin dan berkurang 1.840 orang sejak Maret 2022; sejak September 2010 "
        "turun 2,42 poin.",
        "Persentase miskin di sini di bawah Jawa Timur (10,35 persen); beda itu pun tidak dapat diuji.",
        "Persentase penduduk miskin turun dari 4,72 persen (2022) menjadi 4,65 persen "
        "(2023)",
        "Menurut survei, belum dapat dipastikan bahwa persentase penduduk miskin berubah "
        "dari 2021 ke 2023: rentangnya −3 sampai 2 poin.",
        "Kota Surabaya di peringkat 36 dari 38 (1 paling miskin)",
        "Selain 4,7 persen yang miskin, 12,1 persen rentan miskin: pengeluarannya kurang "
        "dari 1,5 kali garis kemiskinan",
        "Kemiskinan menurut pendidikan kepala rumah tangga: SD sederajat 9 persen, SMA sederajat 2* persen",
        "Pekerja informal dengan kurang dari 35 jam: 25 persen pada kuintil termiskin, "
        "7 persen pada kuintil terkaya",
        "Beda yang paling jelas di luar galat: pekerja informal, 42 poin (rentang 33 sampai 51).",
        "Beda yang paling jelas di luar galat: memiliki rekening tabungan, −27 poin (rentang −37 sampai −18).",
        "Rumah layak huni: 47,4 persen pada kuintil termiskin, 85,4 persen pada kuintil "
        "terkaya",
        "Beda yang paling jelas di luar galat: partisipasi sekolah 16–18 tahun, −31,1 poin (rentang −48,0 sampai −14,1).",
        "Beda yang paling jelas di luar galat: kepemilikan akta kelahiran 0–17 tahun, −15,1 poin (rentang −21,1 sampai −9,1).",
        "Pada bagian ini kuintil termiskin 15 poin lebih tinggi daripada kuintil terkaya (rentang 8 sampai 22).",
        "Pekerja dengan jaminan ketenagakerjaan: 18,4 persen pada kuintil termiskin, 76,3 "
        "persen pada kuintil terkaya",
    ],
}
WITHOUT_AID = {  # percent and people: of the page, then people of the summary [thousand]
    "3501": ("31 21–44", "23,6 ribu 15,6–35,7 ribu", "23,6 15,6–35,7"),
    "7303": ("31 * 16–54", "5,4 ribu * 2,5–12,1 ribu", "5,4 * 2,5–12,1"),
    "3578": ("46 * 30–63", "62,1 ribu * 36,1–106,9 ribu", "62,1 * 36,1–106,9"),
}


def page(pages, region):
    return (pages / region / "2023" / "analysis.html").read_text("utf-8")


@pytest.mark.parametrize("region", SAID)
def test_the_page_says_what_its_tables_mean(pages, region):
    told = lines(page(pages, region))
    missing = [sentence for sentence in SAID[region] if sentence not in told]
    assert not missing


@pytest.mark.parametrize("region", WITHOUT_AID)
def test_the_page_tells_who_gets_no_aid(pages, region):
    aid = [
        row[1:]
        for row in rows(page(pages, region))
        if row[0] == "Warga miskin tanpa bantuan"
    ]
    share, people, thousands = WITHOUT_AID[region]
    assert aid == [[share, thousands], [share, people]]
