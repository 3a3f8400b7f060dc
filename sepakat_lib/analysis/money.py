"""Question 5: what a region takes in and spends, from its APBD and its budget rows."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from sepakat_lib.analysis.official import published
from sepakat_lib.parameters import Parameters
from sepakat_lib.regions import members, province
from sepakat_lib.tables import Official

REVENUE, SPENDING = "Pendapatan Daerah", "Belanja Daerah"
REVENUES = ("PAD", "TKDD", "Pendapatan Lainnya")
SPENDINGS = (
    *("Belanja Pegawai", "Belanja Barang dan Jasa", "Belanja Modal"),
    "Belanja Lainnya",
)
# Bound before the year begins; transfers with a purpose of their own are not in the list
# of the portal, so that what is left is at most free.
BOUND = (
    *("Pendapatan Hibah", "Dana Darurat"),
    *("Belanja Pegawai", "Belanja Bunga", "Belanja Bagi Hasil"),
    "Belanja Bantuan Keuangan",
)
SHARES = {  # indicator: (accounts above, account below)
    "own_revenue": (("PAD",), REVENUE),
    "transfer_share": (("TKDD",), REVENUE),
    "personnel_share": (("Belanja Pegawai",), SPENDING),
    "goods_share": (("Belanja Barang dan Jasa",), SPENDING),
    "capital_share": (("Belanja Modal",), SPENDING),
    "social_aid_share": (("Belanja Bantuan Sosial",), SPENDING),
    "carried_over": (("Sisa Lebih Perhitungan Anggaran Tahun Sebelumnya",), SPENDING),
}
BIDANG = {"education_spending": "1.01", "health_spending": "1.02"}
WHOLE_YEAR = "year"


class Money(NamedTuple):
    """What is held of the regions' money.

    Attributes
    ----------
    apbd, rows : DataFrame
        `tables.Apbd`, `tables.BudgetRows`.
    tags : frozenset of str
        Codes of sub kegiatan that are tagged for extreme poverty.
    ratios : DataFrame
        From `ratios`.
    """

    apbd: pd.DataFrame
    rows: pd.DataFrame
    tags: frozenset[str]
    ratios: pd.DataFrame

    def publisher(self, chosen: Parameters) -> str:
        """Who published the region's newest APBD up to the run's year."""
        own = self.apbd[self.apbd["region"].eq(chosen.region)]
        own = own[own["year"].le(chosen.year)].sort_values("year")
        return "" if own.empty else str(own["publisher"].iloc[-1])


def with_money(
    official: pd.DataFrame,
    apbd: pd.DataFrame,
    rows: pd.DataFrame,
    codes: pd.DataFrame,
) -> tuple[pd.DataFrame, Money]:
    """Official figures with those made of budgets, and the budgets themselves.

    Parameters
    ----------
    official, apbd, rows : DataFrame
        `tables.Official`, `tables.Apbd`, `tables.BudgetRows`.
    codes : DataFrame
        From `published.nomenclature`: a sub kegiatan with a ``strategy`` is tagged.
    """
    of_poverty = codes["level"].eq("sub_kegiatan") & codes["strategy"].ne("")
    tags = frozenset(codes.loc[of_poverty, "code"]) - {""}
    made = ratios(apbd, rows, tags, official)
    whole = pd.concat([official, made], ignore_index=True)
    return whole, Money(apbd, rows, tags, made)


def of_tags(chosen: Parameters, money: Money, findings: pd.DataFrame) -> dict:
    """`tagged` of the region's newest budget rows; empty without rows or tags.

    With ``points``, by which BPS's rate fell since the round before.
    """
    own = money.rows[money.rows["region"].eq(chosen.region)]
    own = own[own["year"].le(chosen.year)]
    own = own[own["year"].eq(own["year"].max())]
    inside = own[own["sub_kegiatan"].isin(money.tags)]
    if inside.empty:
        return {}
    trends = findings[findings["kind"].eq("trend") & findings["indicator"].eq("p0")]
    newest = trends.sort_values(["against_year", "against_month"])["value"].tail(1)
    points = -float(newest.iloc[0]) if len(newest) else np.nan
    amounts = inside.groupby("sub_kegiatan")["amount"].sum()
    return tagged(amounts.tolist(), own["amount"].sum(), points) | {"points": points}


def ratios(
    apbd: pd.DataFrame,
    rows: pd.DataFrame,
    tags: Collection[str],
    official: pd.DataFrame,
) -> pd.DataFrame:
    """Shares and rupiah per person of each region and year, as figures of their owner.

    Parameters
    ----------
    apbd : DataFrame
        `tables.Apbd`.
    rows : DataFrame
        `tables.BudgetRows`; may be empty.
    tags : collection of str
        Codes of sub kegiatan that are tagged for extreme poverty.
    official : DataFrame
        `tables.Official`: BPS's number of poor and their share give the people by whom
        money is divided.

    Returns
    -------
    DataFrame
        `tables.Official` of the indicators of `indicators.policy`, grade ``computed``.
        Shares are of the budget as it was voted; ``absorption`` is spending over budget
        of years whose realisation covers the whole year, and no other.
    """
    cells = apbd.pivot_table(
        index=["region", "year"], columns="account", values="budget", aggfunc="sum"
    )
    cells = cells.reindex(columns=[*{*cells, REVENUE, SPENDING, *BOUND}])
    made = {
        name: cells[list(above)].sum(axis=1, min_count=1) / cells[below] * 100
        for name, (above, below) in SHARES.items()
        if set(above) <= set(cells)
    }
    bound = cells[list(BOUND)].sum(axis=1)
    made["fiscal_space"] = (cells[REVENUE] - bound) / cells[REVENUE] * 100
    made["absorption"] = _absorption(apbd)
    people = _people(official).reindex(cells.index)
    made["spending_per_person_apbd"] = cells[SPENDING] / people
    made["revenue_per_person_apbd"] = cells[REVENUE] / people
    publishers = apbd.groupby(["region", "year"])["publisher"].first()
    parts = [_figures(name, values, publishers) for name, values in made.items()]
    parts += _of_rows(rows, tags)
    return Official.validate(pd.concat(parts, ignore_index=True))


def _absorption(apbd: pd.DataFrame) -> pd.Series:
    """Spending over its budget, of whole years. [percent]"""
    whole = apbd[apbd["period"].eq(WHOLE_YEAR) & apbd["account"].eq(SPENDING)]
    whole = whole.set_index(["region", "year"])
    return whole["realised"] / whole["budget"].where(whole["budget"].gt(0)) * 100


def _people(official: pd.DataFrame) -> pd.Series:
    """People that BPS's number of poor and their share imply, by region and year."""
    march = official[official["month"].eq(3) & official["area"].eq("all")]
    march = march[march["publisher"].eq("BPS")]
    by = march[march["indicator"].isin(["poor_persons", "p0"])].pivot_table(
        index=["region", "year"], columns="indicator", values="value"
    )
    by = by.reindex(columns=["poor_persons", "p0"])
    return by["poor_persons"] / (by["p0"] / 100)


def _of_rows(rows: pd.DataFrame, tags: Collection[str]) -> list[pd.DataFrame]:
    """Shares of bidang urusan and of what is tagged, of SIPD's budget rows."""
    if rows.empty:
        return []
    by = rows.groupby(["region", "year"])["amount"]
    whole, publishers = by.sum(), by.sum().map(lambda amount: "BPKAD")
    parts = {
        name: rows["bidang_urusan"].eq(code).to_numpy() for name, code in BIDANG.items()
    }
    if tags:
        parts["tagged_spending"] = rows["sub_kegiatan"].isin(set(tags)).to_numpy()
    return [
        _figures(
            name,
            rows["amount"]
            .where(inside, 0)
            .groupby([rows["region"], rows["year"]])
            .sum()
            / whole.where(whole.gt(0))
            * 100,
            publishers,
        )
        for name, inside in parts.items()
    ]


def _figures(name: str, values: pd.Series, publishers: pd.Series) -> pd.DataFrame:
    known = values[np.isfinite(values.astype(float))]
    table = known.rename("value").rename_axis(["region", "year"]).reset_index()
    table["publisher"] = publishers.reindex(known.index).to_numpy()
    fixed = {
        "month": 0,
        "area": "all",
        "table": "APBD",
        "note": "",
        "grade": "computed",
    }
    table = table.assign(indicator=name, **fixed)
    return table[[*Official.to_schema().columns]]


def budget(chosen: Parameters, apbd: pd.DataFrame) -> pd.DataFrame:
    """Revenue and spending of the region over the years, up to the run's year.

    Parameters
    ----------
    chosen : Parameters
    apbd : DataFrame
        `tables.Apbd`.

    Returns
    -------
    DataFrame
        ``year``, ``account`` (the two totals, each followed by its parts), ``budget``,
        ``realised`` [IDR], ``share`` (of the total above it, of the budget) [percent],
        ``period``; empty where no APBD of the region is held.
    """
    own = apbd[apbd["region"].eq(chosen.region) & apbd["year"].le(chosen.year)]
    order = [REVENUE, *REVENUES, SPENDING, *SPENDINGS]
    own = own[own["account"].isin(order)]
    above = own["account"].map(lambda name: REVENUE if name in REVENUES else SPENDING)
    whole = own.set_index(["year", "account"])["budget"]
    keys = pd.MultiIndex.from_arrays([own["year"], above])
    totals = whole.reindex(keys).to_numpy(float)
    own = own.assign(share=own["budget"] / np.where(totals > 0, totals, np.nan) * 100)
    own["share"] = own["share"].mask(own["account"].isin([REVENUE, SPENDING]))
    place = {name: n for n, name in enumerate(order)}
    own = own.sort_values(
        ["account", "year"],
        key=lambda values: values.map(place) if values.name == "account" else values,
    )
    names = ["year", "account", "budget", "realised", "share", "period"]
    return own[names].reset_index(drop=True)


def beside_poverty(
    chosen: Parameters, figures: pd.DataFrame, official: pd.DataFrame
) -> pd.DataFrame:
    """Spending per person beside the poverty rate, of the kabupaten of the province.

    Parameters
    ----------
    chosen : Parameters
    figures : DataFrame
        From `ratios`.
    official : DataFrame
        `tables.Official`.

    Returns
    -------
    DataFrame
        ``region``, ``spending`` [IDR/person/year], ``rate`` [percent, BPS], ``year`` (of
        both: the newest up to the run's with an APBD of the region), ``own``; empty
        where the region has none, or fewer than three have one.
    """
    spending = figures[figures["indicator"].eq("spending_per_person_apbd")]
    years = spending.loc[spending["region"].eq(chosen.region), "year"]
    years = years[years.le(chosen.year)]
    names = ["region", "spending", "rate", "year", "own"]
    if years.empty:
        return pd.DataFrame(columns=names)
    year = int(years.max())
    around = members(province(chosen.region) or chosen.region)
    spending = spending[spending["year"].eq(year) & spending["region"].isin(around)]
    rates = published(official, "p0", year)
    rates = rates[rates["year"].eq(year)].set_index("region")["value"]
    table = spending.rename(columns={"value": "spending"})
    table = table.assign(
        rate=table["region"].map(rates), own=table["region"].eq(chosen.region)
    ).dropna(subset=["rate"])
    return table[names] if len(table) > 2 else table.head(0)[names]


def by_bidang(chosen: Parameters, rows: pd.DataFrame) -> pd.DataFrame:
    """Budget of the region by urusan and bidang urusan, the largest first.

    Parameters
    ----------
    chosen : Parameters
    rows : DataFrame
        `tables.BudgetRows`.

    Returns
    -------
    DataFrame
        ``year`` (the newest up to the run's), ``bidang_urusan``, ``name``, ``amount``
        [IDR], ``share`` [percent of all rows of that year]; empty without rows.
    """
    own = rows[rows["region"].eq(chosen.region) & rows["year"].le(chosen.year)]
    own = own[own["year"].eq(own["year"].max())]
    by = own.groupby(["year", "bidang_urusan"], as_index=False).agg(
        name=("bidang_urusan_name", "first"), amount=("amount", "sum")
    )
    whole = by["amount"].sum()
    by["share"] = by["amount"] / whole * 100 if whole else np.nan
    return by.sort_values("amount", ascending=False, ignore_index=True)


def tagged(
    amounts: Collection[int], spending: float, points: float
) -> dict[str, float]:
    """What a tagged budget amounts to, and what it costs for a point of poverty.

    Parameters
    ----------
    amounts : collection of int
        Of the tagged sub kegiatan. [IDR]
    spending : float
        All spending of that year. [IDR]
    points : float
        Fall of the poverty rate in that time; nothing is computed of one that did not
        fall. [points]

    Returns
    -------
    dict
        ``amount``, ``sub_kegiatan`` (how many), ``mean`` [IDR]; ``share`` [percent of
        spending]; ``per_point`` [IDR], missing where the rate did not fall. A crude
        ratio: it tells of no cause, and a tagged total and a newly drawn plan are not
        comparable.

    >>> made = tagged([287_376_020_364 - 100, *[1] * 100], 2_067_453_383_914, 0.61)
    >>> made["sub_kegiatan"], round(made["share"], 2), round(made["per_point"] / 1e9)
    (101, 13.9, 471)
    """
    amount = float(sum(amounts))
    return {
        "amount": amount,
        "sub_kegiatan": len(amounts),
        "mean": amount / len(amounts) if amounts else np.nan,
        "share": amount / spending * 100 if spending > 0 else np.nan,
        "per_point": amount / points if points > 0 else np.nan,
    }
