"""How the blocks of every page write numbers, sources and absences."""

import numpy as np
import pandas as pd

from sepakat_lib import regions, words
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import Parameters, policy
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

PRINTED = {"gini": 3}  # decimals of a published figure, by its unit; else two
LARGE = 1e9  # [IDR] from which money is told in words
FIRST_SURVEY = 2017  # the first March with a poverty line of every kabupaten


def speaker(chosen: Parameters):
    """Say a sentence in the run's language."""

    def say(key: str, **fields) -> str:
        return words.say(key, chosen.language, **fields)

    return say


def source(chosen: Parameters, rows: pd.DataFrame) -> dict:
    """Source of survey values, with their lines, and the confidence of their intervals.

    Parameters
    ----------
    rows : DataFrame
        ``synthetic`` and, where they are not all of the run's own round, ``year``;
        ``remark`` says which rounds met an estimated poverty line.
    """
    say, language = speaker(chosen), chosen.language
    years = rows["year"] if "year" in rows else pd.Series(chosen.year, rows.index)
    invented = bool(rows["synthetic"].eq(True).any())
    key = "source.demo" if invented else "source.susenas"
    survey = say(key, years=_years(years, language))
    if chosen.lines != "kabupaten":
        survey = say(f"source.lines.{chosen.lines}", source=survey)
    elif "remark" in rows:
        estimated = _estimated(rows)
        if estimated.any():
            which = _years(years[estimated], language)
            survey = say("source.estimated_line", source=survey, years=which)
    confidence = words.number(chosen.confidence * 100, language)
    return {"source": survey, "confidence": confidence}


def inside_picture(chosen: Parameters, source: str) -> str:
    """Where a picture is of and from, so that a cut-out still says it.

    Parameters
    ----------
    source : str
        Publisher or survey and its year, synthetic where it is: `source`'s, or BPS's.
    """
    region = regions.short_name(chosen.region)
    return words.say("picture.source", chosen.language, region=region, source=source)


def on_estimated_line(rows: pd.DataFrame) -> bool:
    """Whether any of the values hangs on an estimated poverty line."""
    return bool(_estimated(rows).any())


def _estimated(rows: pd.DataFrame) -> pd.Series:
    return rows["remark"].str.contains("estimated_line")


def _years(years: pd.Series, language: str) -> str:
    return words.listed([str(year) for year in sorted(set(years))], language)


def month_of(row, language: str) -> str:
    """Month and year of an official figure."""
    return words.month(int(row["year"]), int(row["month"]), language)


def since_when(change: dict, step: dict, language: str) -> str:
    """Year of the figure before; its month too where the newest has another."""
    if step["since_month"] == change["until_month"]:
        return str(step["since"])
    return words.month(step["since"], step["since_month"], language)


def alt(title: str, says: list[str]) -> str:
    """Alternative text of a picture: its title and the sentences under it."""
    return " ".join([f"{title.rstrip('.')}.", *says])


def absent(chosen: Parameters) -> Block:
    """Stand in place of a question's first figure where the survey is not loaded."""
    year = str(chosen.year)
    said = words.say("survey.before", chosen.language, year=year)
    if chosen.year >= FIRST_SURVEY:
        region = regions.short_name(chosen.region)
        said = words.say("survey.absent", chosen.language, year=year, region=region)
    return page.section("", page.NOTHING, [said])


def small(label: str) -> str:
    """A label inside a sentence: small first letter unless it is a name.

    >>> small("Penerima PKH"), small("PKH"), small("Indeks Pembangunan Manusia")
    ('penerima PKH', 'PKH', 'Indeks Pembangunan Manusia')
    """
    second = label.partition(" ")[2][:2]
    if label[:2].isupper() or second.istitle():
        return label
    return label[:1].lower() + label[1:]


def percent(row, language: str, digits: int) -> str:
    """Survey share in a sentence, with its star."""
    if row.value == 0:
        return words.say("value.nobody", language, star=_star(row))
    number = words.number(row.value, language, digits) + _star(row)
    return words.say("unit.percent", language, number=number)


def _star(row) -> str:
    """The asterisk of a value to be used with care, which goes wherever it is quoted."""
    return "*" if row.mark == "*" else ""


def usable(rows: pd.DataFrame) -> bool:
    """Whether every value may be quoted in a title: shown, and fit for use."""
    return bool(rows["value"].notna().all() and rows["mark"].ne("**").all())


def without_error(rows: pd.DataFrame) -> bool:
    """Whether the files behind the rows give no error, since they name no PSU."""
    unsampled = rows["remark"].str.contains("no_psu")
    return bool((rows["mark"].eq("no_error") & unsampled).any())


def in_one_unit(rows: pd.DataFrame, chosen: Parameters) -> list[str]:
    """Say why no value is shown, where all stands in one census block."""
    if rows["value"].notna().any() or not rows["mark"].eq("one_unit").any():
        return []
    return [words.say("survey.says_one_unit_all", chosen.language)]


def ends_of(row, language: str, digits: int) -> dict:
    """Value and interval as numbers of a sentence."""
    numbers = {
        name: words.number(row[name], language, digits)
        for name in ("value", "low", "high")
    }
    return numbers | {"value": numbers["value"] + _star(row)}


def compared(chosen: Parameters, table: pd.DataFrame | dict) -> str:
    """For how many comparisons the differences hold; "" of a single one or none."""
    at_once = int(np.asarray(table.get("at_once", 0)).max(initial=0))
    if at_once < 2:
        return ""
    confidence = words.number(chosen.confidence * 100, chosen.language)
    fields = {"n": str(at_once), "confidence": confidence}
    return " " + words.say("survey.at_once", chosen.language, **fields)


def digits_of(rows: pd.DataFrame) -> int:
    """Decimals of all shares of one table, of its picture and of what is said of them.

    Those that its narrowest interval allows; none where no error is known.

    >>> digits_of(pd.DataFrame({"low": [55, 8.5], "high": [67, 9.9]}))
    1
    """
    ends = rows[["low", "high"]].dropna().itertuples(index=False)
    return max((words.digits_for(low, high) for low, high in ends), default=0)


def marked(row, chosen: Parameters, digits: int | None = None) -> words.Marked:
    """A survey value of `tables.Findings` as a table shows it."""
    language = chosen.language
    return words.value_with_mark(
        row.value, row.low, row.high, row.mark, row.n, language=language, digits=digits
    )


def with_people(row, chosen: Parameters, digits: int) -> words.Marked:
    """A share as a table shows it, and under it how many people it counts."""
    share = marked(row, chosen, digits)
    if np.isnan(row.value) or np.isnan(row.people):
        return share
    many = people_of(row, chosen)
    written = words.say("value.people", chosen.language, n=many.value)
    return share._replace(people=str(many._replace(value=written)))


def legend(chosen: Parameters) -> str:
    """What the small numbers and the asterisks of a table mean."""
    language = chosen.language
    return words.say(
        "mark.legend",
        language,
        confidence=words.number(chosen.confidence * 100, language),
        care=words.number(policy("rse_careful", chosen.year) * 100, language),
        refuse=words.number(policy("rse_unusable", chosen.year) * 100, language),
        narrow=words.number(policy("width_narrow", chosen.year), language),
        usable=words.number(policy("width_usable", chosen.year), language),
        wide=words.number(policy("width_wide", chosen.year), language),
        units=policy("least_df", chosen.year),
        least=policy("least_sample", chosen.year),
    )


def people_of(row, chosen: Parameters) -> words.Marked | str:
    """How many people a share counts, with their own mark and interval."""
    if np.isnan(row.people):
        return "–"
    mark, note = mark_and_note(row.people_mark, chosen)
    if np.isnan(row.people_low):
        number = words.Marked(words.thousands(row.people, chosen.language), "", "", "")
    else:
        number = counted(row.people, row.people_low, row.people_high, chosen)
    return number._replace(mark=mark, note=note)


def mark_and_note(mark: str, chosen: Parameters) -> tuple[str, str]:
    """The asterisks of a mark and what they mean; nothing of a mark without any."""
    stars = words.asterisks(mark)
    return stars, words.say(words.MARKS[stars], chosen.language) if stars else ""


def counted(value: float, low: float, high: float, chosen: Parameters) -> words.Marked:
    """How many, with the interval; all three in one scale."""
    language = chosen.language
    between = words.thousands_between(low, high, language)
    return words.Marked(words.thousands(value, language, like=high), between, "", "")


def hashes(chosen: Parameters, inputs: pd.DataFrame) -> dict[str, str]:
    """SHA-256 of every file behind a page, by what the file is called at its foot.

    Parameters
    ----------
    inputs : DataFrame
        From `estimation.inputs`.
    """
    return {
        words.say(
            "foot.synthetic_file" if row.synthetic else "foot.file",
            chosen.language,
            year=row.year,
            file=row.file,
        ): row.sha256
        for row in inputs.itertuples()
    }


def printed(value: float, indicator: str, language: str) -> str:
    """A published value as it is printed, in its unit.

    >>> printed(70.19, "ipm_sp2010", "id"), printed(2.04, "tpt", "id")
    ('70,19', '2,04 %')
    >>> printed(8_887_000, "spending_adjusted", "id"), printed(1.0838e13, "pdrb_2010", "id")
    ('Rp8.887.000', 'Rp10.838,0 miliar')
    """
    unit = catalogue()[indicator].unit
    if unit == "idr":
        if abs(value) < LARGE:
            return words.rupiah(value, language)
        return words.say(
            "owners.billion", language, n=words.number(value / LARGE, language, 1)
        )
    if unit == "percent":
        return words.percent(value, language, 2, in_sentence=False)
    return words.number(value, language, PRINTED.get(unit, 2))
