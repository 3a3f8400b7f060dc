"""Question 5: the region's money over the years, beside its peers, by field, by tag."""

import numpy as np
import pandas as pd

from sepakat_lib import figures, regions, words
from sepakat_lib.parameters import Parameters
from sepakat_lib.reports import page
from sepakat_lib.reports.cards import linked
from sepakat_lib.reports.page import Block
from sepakat_lib.reports.writing import alt, inside_picture, speaker

BILLION = 1e9
TOTALS = ("Pendapatan Daerah", "Belanja Daerah")


def budget(chosen: Parameters, table: pd.DataFrame, publisher: str) -> Block:
    """Revenue and spending by kind, a column for each year.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.budget`.
    publisher : str
        Of the newest year.
    """
    say, language = speaker(chosen), chosen.language
    years = sorted(table["year"].unique())
    newest = table[table["year"].eq(years[-1])].set_index("account")
    cells = table.set_index(["account", "year"])
    rows = []
    for account in table["account"].unique():
        name = say(f"account.{account}")
        row = [name if account in TOTALS else say("account.part", name=name)]
        for year in years:
            if (account, year) not in cells.index:
                row.append("–")
                continue
            row.append(_cell(cells.loc[(account, year)], language))
        rows.append(row)
    spending = newest.loc["Belanja Daerah", "budget"]
    fields = {"region": regions.short_name(chosen.region), "year": str(years[-1])}
    title = say("money.title", amount=_billion(spending, language), **fields)
    parts = newest.drop(index=[*TOTALS]).dropna(subset=["share"])
    named = [
        say(
            "money.one",
            label=say(f"account.{account}.small"),
            value=words.percent(row["share"], language, 1),
        )
        for account, row in parts.iterrows()
        if account.startswith("Belanja")
    ]
    revenue = parts.loc[[n for n in parts.index if not n.startswith("Belanja")]]
    largest = revenue["share"].idxmax()
    says = [
        say("money.parts", labels=words.listed(named, language)),
        say(
            "money.revenue",
            label=say(f"account.{largest}.small"),
            value=words.percent(revenue.loc[largest, "share"], language, 1),
            own=words.percent(revenue["share"].get("PAD", np.nan), language, 1)
            if "PAD" in revenue.index
            else "–",
        ),
    ]
    says += _periods(table, say)
    note = say("money.note", publisher=publisher)
    headers = [say("money.account"), *map(str, years)]
    return page.section(title, page.table(headers, rows), says, note=note)


def _cell(row, language: str) -> words.Marked:
    """Budget in billions; under it what was realised, of a whole year."""
    small = ""
    if row["period"] == "year" and row["budget"] > 0:
        part = row["realised"] / row["budget"] * 100
        small = words.say(
            "money.realised", language, value=words.number(part, language, 1)
        )
    return words.Marked(_number(row["budget"], language), "", "", small)


def _number(amount: float, language: str) -> str:
    return words.number(amount / BILLION, language, 1)


def _billion(amount: float, language: str) -> str:
    return words.say("owners.billion", language, n=_number(amount, language))


def _periods(table: pd.DataFrame, say) -> list[str]:
    """Which years' realisation is not of the whole year."""
    by_period = table.groupby("period")["year"].unique()
    return [
        say("money.not_whole", years=", ".join(map(str, sorted(years))))
        for period, years in by_period.items()
        if period != "year"
    ]


def spread(chosen: Parameters, table: pd.DataFrame) -> Block:
    """Spending per person beside the poverty rate, a dot for each region of the province.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.beside_poverty`.
    """
    say, language = speaker(chosen), chosen.language
    year = str(int(table["year"].iloc[0]))
    around = regions.province(chosen.region) or chosen.region
    place = regions.short_name(around)
    own = table[table["own"]].iloc[0]
    fields = {
        "region": regions.short_name(chosen.region),
        "spending": _million(own["spending"], language),
        "rate": words.percent(own["rate"], language, 2),
    }
    says = [
        say("money.spread_says", **fields, n=str(len(table))),
        say("money.no_verdict"),
    ]
    title = say("money.spread_title", place=place, year=year)
    drawn = pd.DataFrame(
        {
            "label": table["region"].map(regions.short_name),
            "role": np.where(table["own"], "own", "context"),
            "x": table["spending"] / 1e6,
            "y": table["rate"],
        }
    )
    rows = [
        [
            regions.short_name(row.region),
            words.rupiah(row.spending, language),
            words.number(row.rate, language, 2),
        ]
        for row in table.sort_values("spending", ascending=False).itertuples()
    ]
    headers = [say("table.region"), say("money.per_person"), say("table.percent_poor")]
    return page.figure(
        title,
        figures.scatter(
            drawn,
            units=(say("money.unit_spending"), say("unit.people")),
            alt=alt(title, says),
            language=language,
            source=inside_picture(chosen, say("money.sources", year=year)),
        ),
        say("money.spread_caption", year=year),
        says,
        language=language,
        about=[linked("spending_per_person_apbd", language), linked("p0", language)],
        table=page.table(headers, rows),
    )


def _million(amount: float, language: str) -> str:
    return words.say(
        "money.million", language, n=words.number(amount / 1e6, language, 2)
    )


def bidang(chosen: Parameters, table: pd.DataFrame) -> Block:
    """Ceilings by field of government, the largest first.

    Parameters
    ----------
    chosen : Parameters
    table : DataFrame
        From `analysis.by_bidang`.
    """
    say, language = speaker(chosen), chosen.language
    rows = [
        [
            row.name or row.bidang_urusan,
            _number(row.amount, language),
            words.number(row.share, language, 1),
        ]
        for row in table.rename(columns={"name": "label"})
        .assign(name=table["name"])
        .itertuples(name="Row", index=False)
    ]
    first = table.iloc[0]
    title = say(
        "money.bidang_title",
        label=first["name"] or first["bidang_urusan"],
        value=words.percent(first["share"], language, 1),
        year=str(int(first["year"])),
    )
    headers = [say("money.bidang"), say("money.billion"), say("table.percent")]
    return page.section(title, page.table(headers, rows), note=say("money.bidang_note"))


def tagged(chosen: Parameters, facts: dict) -> Block:
    """What is tagged for extreme poverty, its share, and what a point would cost.

    Parameters
    ----------
    chosen : Parameters
    facts : dict
        From `analysis.tagged`, with ``points``.
    """
    say, language = speaker(chosen), chosen.language
    says = [
        say(
            "money.tagged_says",
            amount=_billion(facts["amount"], language),
            n=words.number(facts["sub_kegiatan"], language),
            value=words.percent(facts["share"], language, 2),
            mean=_billion(facts["mean"], language),
        )
    ]
    if np.isfinite(facts["per_point"]):
        points = words.number(facts["points"], language, 2)
        cost = _billion(facts["per_point"], language)
        says.append(say("money.per_point", points=points, cost=cost))
    says.append(say("money.not_comparable"))
    return page.section(say("money.tagged_title"), page.NOTHING, says)
