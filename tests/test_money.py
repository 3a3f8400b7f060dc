"""Question 5: the region's money, held against the portal's own files, and judged by none."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reading import lines, rows

from sepakat_lib import analysis, figures, published, reference
from sepakat_lib.analysis import money
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import analysis as show
from sepakat_lib.reports.analysis import money as blocks
from sepakat_lib.tables import Differences, Estimates

PORTAL = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "fiscal"
PORTAL = PORTAL / "djpk_apbd"
needs_shared = pytest.mark.skipif(
    not PORTAL.exists(), reason="the portal's files are not here"
)
APBD = reference.apbd().assign(own=False, publisher="Kementerian Keuangan (DJPK)")
OFFICIAL = reference.official()
NO_ROWS = published.BudgetRows.empty()
CODES = reference.nomenclature()
PACITAN = Parameters(region="3501", year=2023, language="id")
BOTH = analysis.with_money(OFFICIAL, APBD, NO_ROWS, CODES)


def portal(year: int) -> dict[str, tuple[float, float]]:
    """Budget and realisation of Pacitan [billion IDR], read here by hand."""
    with (PORTAL / str(year) / "Pacitan.csv").open(encoding="utf-8") as text:
        table = [*csv.reader(text)][1:]
    cells = {}
    for account, *numbers in table:
        budget, realised = (_number(number) for number in numbers[:2])
        name = " ".join(account.split())
        name = name.replace("Belanja Barang Jasa", "Belanja Barang dan Jasa")
        name = name.replace("Belanjaodal", "Belanja Modal")  # so in the file of 2021
        cells.setdefault(name, (budget, realised))
    return cells


def _number(written: str) -> float:
    if "M" in written:
        written = written.replace("M", "").replace(".", "").replace(",", ".")
    return float(written)


def ratio(name, year, region="3501"):
    table = BOTH[1].ratios
    of = (
        table["indicator"].eq(name)
        & table["region"].eq(region)
        & table["year"].eq(year)
    )
    return table.loc[of, "value"].item()


@needs_shared
@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_every_fiscal_figure_of_pacitan_is_the_portals(year):
    """By hand from the portal's file of that year."""
    cells = portal(year)
    spending, revenue = cells["Belanja Daerah"][0], cells["Pendapatan Daerah"][0]
    above = {
        "personnel_share": "Belanja Pegawai",
        "goods_share": "Belanja Barang dan Jasa",
        "capital_share": "Belanja Modal",
        "social_aid_share": "Belanja Bantuan Sosial",
        "carried_over": "Sisa Lebih Perhitungan Anggaran Tahun Sebelumnya",
    }
    for name, account in above.items():
        assert ratio(name, year) == pytest.approx(cells[account][0] / spending * 100)
    assert ratio("own_revenue", year) == pytest.approx(cells["PAD"][0] / revenue * 100)
    assert ratio("transfer_share", year) == pytest.approx(
        cells["TKDD"][0] / revenue * 100
    )
    bound = sum(cells[name][0] for name in money.BOUND if name in cells)
    assert ratio("fiscal_space", year) == pytest.approx(
        (revenue - bound) / revenue * 100
    )
    rates = OFFICIAL[OFFICIAL["region"].eq("3501") & OFFICIAL["year"].eq(year)]
    rates = rates[rates["month"].eq(3)].set_index("indicator")["value"]
    people = rates["poor_persons"] / rates["p0"] * 100
    per_person = spending * 1e9 / people
    assert ratio("spending_per_person_apbd", year) == pytest.approx(per_person)
    if year < 2023:  # the realisation of 2023 is of nine months
        absorbed = cells["Belanja Daerah"][1] / spending * 100
        assert ratio("absorption", year) == pytest.approx(absorbed)
    table = analysis.budget(Parameters(region="3501", year=year), APBD)
    table = table[table["year"].eq(year)].set_index("account")
    for account, row in table.iterrows():
        assert row["budget"] == round(cells[account][0] * 1e9)
        assert row["realised"] == round(cells[account][1] * 1e9)
    assert len(table) == 9


@needs_shared
def test_what_is_printed_of_pacitan_stands_in_the_portals_files():
    block = show_budget(PACITAN)
    printed = rows(block)
    assert printed[0] == ["Anggaran, miliar rupiah", "2021", "2022", "2023"]
    names = dict(
        zip(
            analysis.budget(PACITAN, APBD)["account"].unique(), printed[1:], strict=True
        )
    )
    for account, row in names.items():
        for year, cell in zip((2021, 2022, 2023), row[1:], strict=True):
            budget, realised = portal(year)[account]
            whole, _, small = cell.partition(" realisasi ")
            whole = float(whole.replace(".", "").replace(",", "."))
            assert abs(whole - budget) < 0.05 + 1e-9
            assert bool(small) == (year < 2023)
            if small:
                part = float(small.removesuffix(" %").replace(",", "."))
                assert abs(part - realised / budget * 100) < 0.05 + 1e-9


def show_budget(chosen):
    publisher = "Kementerian Keuangan (DJPK)"
    return blocks.budget(chosen, analysis.budget(chosen, APBD), publisher)


def test_both_sums_hold_in_every_region_and_year():
    cells = APBD.pivot_table(
        index=["region", "year"], columns="account", values="budget"
    )
    assert len(cells) == 152
    revenue = cells[list(money.REVENUES)].sum(axis=1) - cells[money.REVENUE]
    spending = cells[list(money.SPENDINGS)].sum(axis=1) - cells[money.SPENDING]
    assert revenue.abs().max() <= 2e7 and spending.abs().max() <= 2e7
    assert {**reference.APBD_SUMS} == {
        money.REVENUE: money.REVENUES,
        money.SPENDING: money.SPENDINGS,
    }


def test_absorption_is_told_of_whole_years_alone():
    table = BOTH[1].ratios
    years = table.loc[table["indicator"].eq("absorption"), "year"]
    assert set(years) == {2021, 2022}
    text = " ".join(lines(show_budget(PACITAN)))
    assert "Realisasi 2023 belum setahun penuh" in text


def test_money_is_no_better_or_worse_for_being_more():
    _, found = _found(PACITAN)
    own = found[
        found["indicator"].isin(["personnel_share", "spending_per_person_apbd"])
    ]
    assert len(own) and set(own["judgement"]) == {"none"}
    text = " ".join(lines(_spread(PACITAN)))
    assert "belum berarti baik atau buruk" in text
    assert not re.search(r"boros|terlalu (besar|kecil)|sebaiknya", text)


def _found(chosen):
    nothing = Estimates.empty(), Differences.empty(), Estimates.empty()
    return BOTH[0], analysis.findings(chosen, BOTH[0], *nothing)


def _spread(chosen):
    table = analysis.beside_poverty(chosen, BOTH[1].ratios, OFFICIAL)
    return blocks.spread(chosen, table)


def _wide(drawing: str) -> str:
    """The picture for a screen, without that for a telephone."""
    return next(part for part in drawing.split("<svg")[1:] if "chart-wide" in part)


def test_a_scatter_has_a_dot_for_each_region_and_the_own_one_named():
    table = analysis.beside_poverty(PACITAN, BOTH[1].ratios, OFFICIAL)
    assert len(table) == 38 and table["own"].sum() == 1
    assert table.loc[table["own"], "rate"].item() == 13.65
    drawing = str(_spread(PACITAN))
    wide = _wide(drawing)
    assert wide.count("<circle") == 38 and ">Pacitan</tspan>" in wide


def test_names_in_a_scatter_cover_no_other_name():
    same = pd.DataFrame(
        {"label": ["A", "B", "C"], "role": ["own", "context", "context"]}
    ).assign(x=[1.0, 1.0, 3.0], y=[5.0, 5.0, 9.0])
    drawing = figures.scatter(same, units=("x", "y"), alt="A and B", language="id")
    wide = _wide(drawing)
    names = re.findall(r'<tspan x="([\d.]+)" y="([\d.]+)">([ABC])</tspan>', wide)
    assert {name for *_, name in names} == {"A", "B", "C"}
    first, second = ((float(x), float(y)) for x, y, name in names if name in "AB")
    assert abs(first[0] - second[0]) > 8  # on either side of the dot
    with pytest.raises(ValueError, match="both its values"):
        figures.scatter(same.assign(y=np.nan), units=("x", "y"), alt="a", language="id")


def rows_of(*lines_of, year=2023, region="3501"):
    names = ["bidang_urusan", "sub_kegiatan", "amount"]
    table = pd.DataFrame(lines_of, columns=names)
    return table.assign(
        region=region,
        year=year,
        opd="1",
        opd_name="Dinas",
        urusan=table["bidang_urusan"].str[:1],
        urusan_name="",
        bidang_urusan_name=table["bidang_urusan"]
        .map({"1.01": "Pendidikan"})
        .fillna(""),
        sub_kegiatan_name="",
        account="5.1",
    )


def test_fields_and_tags_are_shares_of_all_rows():
    tag = next(iter(BOTH[1].tags))
    table = rows_of(
        *(("1.01", "1.01.02.2.01.0001", 600), ("1.02", tag, 300), ("2.07", "x", 100))
    )
    made = money.ratios(APBD, table, BOTH[1].tags, OFFICIAL).set_index(
        ["indicator", "region", "year"]
    )["value"]
    assert made["education_spending", "3501", 2023] == 60
    assert made["health_spending", "3501", 2023] == 30
    assert made["tagged_spending", "3501", 2023] == 30
    by = money.by_bidang(PACITAN, table)
    assert by["bidang_urusan"].tolist() == ["1.01", "1.02", "2.07"]
    block = blocks.bidang(PACITAN, by)
    assert "Pendidikan menerima pagu terbesar: 60,0 persen pada 2023" in lines(block)[0]


def test_the_example_of_the_fifth_document_comes_out_as_published():
    """Balangan: Rp287,376,020,364, 13.90 percent, 101 sub kegiatan, 0.61 points."""
    amounts = [287_376_020_364 - 100, *[1] * 100]
    facts = analysis.tagged(amounts, 287_376_020_364 / 0.1390, 0.61) | {"points": 0.61}
    text = " ".join(lines(blocks.tagged(PACITAN, facts)))
    assert "Rp287,4 miliar pada 101 sub kegiatan, yaitu 13,90 persen" in text
    assert "rata-rata Rp2,8 miliar tiap sub kegiatan" in text
    assert "turun 0,61 poin, jadi kasarnya Rp471,1 miliar tiap poin" in text
    assert "tidak dapat dibandingkan" in text and "tidak membuktikan" in text


@pytest.mark.parametrize("points", [0.0, -0.3, np.nan])
def test_where_poverty_did_not_fall_a_point_has_no_price(points):
    facts = analysis.tagged([100, 200], 1_000, points) | {"points": points}
    assert np.isnan(facts["per_point"])
    assert "tiap poin" not in " ".join(lines(blocks.tagged(PACITAN, facts)))


def test_a_region_without_an_apbd_says_which_file_would_answer():
    chosen = Parameters(region="7303", year=2023, language="id")
    official, found = _found(chosen)
    nothing = Estimates.empty(), Estimates.empty()
    held = analysis.answers(chosen, official, *nothing, found, BOTH[1])
    assert held[5] == []
    waiting = analysis.unanswered({}, held=analysis.held(chosen, found))
    waiting = waiting[waiting["question"].eq(5)]
    text = " ".join(lines(show.open_question(chosen, waiting, held[5])))
    assert "Pertanyaan ini belum terjawab: diperlukan ringkasan APBD" in text
    assert "dari BPKAD" in text


def test_where_a_budget_is_held_only_what_is_still_open_is_asked_for():
    official, found = _found(PACITAN)
    nothing = Estimates.empty(), Estimates.empty()
    sections = analysis.answers(PACITAN, official, *nothing, found, BOTH[1])[5]
    assert [section.key for section in sections] == ["budget", "owners.5", "spread"]
    waiting = analysis.unanswered({}, 5, analysis.held(PACITAN, found))
    assert set(waiting["indicator"]) == {
        *("education_spending", "health_spending", "tagged_spending")
    }
    text = " ".join(lines(show.open_question(PACITAN, waiting, sections)))
    assert text.startswith("Belanja pendidikan; Belanja kesehatan;")
