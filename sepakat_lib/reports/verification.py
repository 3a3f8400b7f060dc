"""The page a statistics office is shown: every reference value, ours, and the difference."""

import datetime
import functools
import math
import re

import pandas as pd

from sepakat_lib import __version__, words
from sepakat_lib.reports import page
from sepakat_lib.reports.page import Block

SHOWN = 9  # significant digits of a value
SUPERSCRIPT = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")
COMMAND = "sepakat verify --with FOLDER"
NAMED = 5  # quantities that the terminal names
BESIDE = ("quantity", "ours", "theirs", "difference", "tolerance", "source")
COVERAGE = ("measure", "covers", "misses", "width", "marked")


def verification(
    compared: pd.DataFrame,
    unanswered: pd.DataFrame,
    coverage: pd.DataFrame | None,
    *,
    with_folder: bool,
    date: datetime.date,
    language: str,
) -> str:
    """A whole page of what was compared and how far it is off.

    Parameters
    ----------
    compared : DataFrame
        `tables.Verified`.
    unanswered : DataFrame
        `tables.Unanswered`.
    coverage : DataFrame or None
        As `verification.coverage` gives it; None: the page says that it is not there.
    with_folder : bool
        Values of other software are among them.
    date : date
        Of making.
    language : {"id", "en"}
    """
    say = functools.partial(words.say, language=language)
    title, groups = say("verification.title"), [*compared["group"].unique()]
    numbers = {source: n for n, source in enumerate(_sources(compared), start=1)}
    outside = compared[~compared["within"]]
    keys = [("summary", say("verification.summary"))]
    keys += [("outside", say("verification.outside"))] * bool(len(outside))
    keys += [(group, say(f"verification.group.{group}")) for group in groups]
    keys += [("coverage", say("verification.coverage"))]
    keys += [("unanswered", say("verification.unanswered"))] * bool(len(unanswered))
    keys += [("sources", say("verification.sources"))]
    heading = {key: page.anchored(page.question(text), key) for key, text in keys}

    blocks = [
        page.bar(
            *("SEPAKAT", say("verification.module"), date.year),
            vintage="",
            synthetic=False,
            language=language,
        ),
        page.lead(title, *_lead(compared, with_folder, language)),
        page.contents([(text, key, []) for key, text in keys], language=language),
        heading["summary"] + _summary(compared, groups, language),
    ]
    if len(outside):
        table = _beside(outside, numbers, language)
        says = [say("verification.outside_says")]
        blocks.append(heading["outside"] + page.section("", table, says))
    for group in groups:
        rows = compared[compared["group"] == group]
        blocks.append(heading[group] + _beside(rows, numbers, language))
    blocks.append(heading["coverage"] + _coverage(coverage, language))
    if len(unanswered):
        blocks.append(heading["unanswered"] + _unanswered(unanswered, language))
    blocks.append(heading["sources"])
    for source, n in numbers.items():
        text = source or say("verification.by_hand")
        blocks.append(page.paragraph(say("verification.source", number=n, source=text)))
    made = {"date": words.date(date, language), "version": __version__}
    blocks.append(page.paragraph(say("verification.made_on", **made)))
    return page.alone(blocks, language=language)


def tally(compared: pd.DataFrame, language: str) -> dict[str, str]:
    """Numbers compared and within tolerance, and the largest difference, as written."""
    return {
        "within": words.number(int(compared["within"].sum()), language),
        "of": words.number(len(compared), language),
        "difference": small(compared["difference"].max(), language),
    }


def told(compared: pd.DataFrame, language: str) -> list[str]:
    """What the terminal says: how many agree, and which do not."""
    lines = [words.say("terminal.verified", language, **tally(compared, language))]
    outside = compared[~compared["within"]]
    if len(outside):
        names = [name_of(row, language) for row in outside.itertuples(index=False)]
        named = words.listed([*dict.fromkeys(names)][:NAMED], language)
        counts = {"n": len(outside), "quantities": named}
        lines.append(words.say("terminal.verified_outside", language, **counts))
    return lines


def name_of(row, language: str) -> str:
    """What a row of `tables.Verified` is called.

    Names that other software has for it stand as they are.
    """
    quantity = row.quantity
    if row.case == "formula":
        name, _, p = quantity.partition(" ")
        given = {"p": _decimals(p, language)} if p else {}
        quantity = words.say(f"verification.formula.{name}", language, **given)
    return words.say(f"verification.number.{row.number}", language, quantity=quantity)


def small(value: float, language: str) -> str:
    r"""A difference in powers of ten, two digits of it.

    >>> small(2.2e-6, "id"), small(1e-5, "en"), small(0.0625, "en"), small(0, "id")
    ('2,2\xa0×\xa010⁻⁶', '10⁻⁵', '0.0625', '0')
    """
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "–"
    if 1e-3 <= value < 1e6:
        digits = max(0, 2 - math.floor(math.log10(value)))
        return _decimals(f"{value:.{digits}f}".rstrip("0").rstrip("."), language)
    mantissa, exponent = f"{value:.1e}".split("e")
    power = f"10{str(int(exponent)).translate(SUPERSCRIPT)}"
    if mantissa == "1.0":
        return power
    return (
        f"{_decimals(mantissa, language)}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power}"
    )


def _decimals(text: str, language: str) -> str:
    """A decimal number with as many decimals as `text` has."""
    return words.number(float(text), language, len(text.partition(".")[2]))


def _value(value: float, beside: float, language: str) -> str:
    """A number with the decimals that a reference of its size has, without idle zeros.

    >>> _value(0.125, 0.125, "id"), _value(3e-17, 0.0, "en"), _value(1234.5, 1234.5, "id")
    ('0,125', '0', '1.234,5')
    """
    if not math.isfinite(value):
        return "–"
    size = math.floor(math.log10(abs(beside or 1)))
    text = f"{value:.{max(0, SHOWN - 1 - size)}f}"
    return _decimals(text.rstrip("0").rstrip(".") if "." in text else text, language)


def _arithmetic(working: str, language: str) -> str:
    """A working as it is written on paper.

    >>> _arithmetic("sqrt(2*0.5**2)", "id")
    '√(2 × 0,5²)'
    """
    text = re.sub(r"\*\*([24])\b", lambda m: "²⁴"[int(m[1]) // 4], working)
    text = text.replace("**", "^").replace("sqrt", "√").replace("*", " × ")
    text = text.replace("log", "ln").replace("/", " / ").replace("+", " + ")
    text = re.sub(r"(?<=[^(])-(?=.)", f" {words.MINUS} ", text)
    return text.replace(".", ",") if language == "id" else text


def _sources(compared: pd.DataFrame) -> list[str]:
    return [*compared["source"].unique()]


def _lead(
    compared: pd.DataFrame, with_folder: bool, language: str
) -> tuple[str, list[str]]:
    """The answer in a sentence, and what stands below it."""
    say = functools.partial(words.say, language=language)
    counts = tally(compared, language)
    outside = int((~compared["within"]).sum())
    if outside:
        del counts["within"]
        counts["outside"] = words.number(outside, language)
    first = say(
        "verification.lead_outside" if outside else "verification.lead", **counts
    )
    if with_folder:
        of = say("verification.with_folder")
    else:
        of = say("verification.shipped_only", command=COMMAND)
    largest = compared.loc[compared["difference"].idxmax()]
    who = say(f"verification.case.{largest.case}")
    where = say(
        "verification.largest", quantity=name_of(largest, language), reference=who
    )
    return first, [where, of, say("verification.how"), say("verification.notes")]


def _summary(compared: pd.DataFrame, groups: list[str], language: str) -> Block:
    """A row a group, and one of all."""
    say = functools.partial(words.say, language=language)
    columns = ("group", "compared", "within", "largest")
    rows = []
    parts = [(say(f"verification.group.{each}"), each) for each in groups]
    for label, group in [*parts, (say("verification.all_groups"), None)]:
        some = compared[compared["group"] == group] if group else compared
        counts = tally(some, language)
        rows.append([label, counts["of"], counts["within"], counts["difference"]])
    return page.table([say(f"verification.column.{name}") for name in columns], rows)


def _beside(compared: pd.DataFrame, numbers: dict[str, int], language: str) -> Block:
    """Every row with its reference, under the name of who gives it."""
    say = functools.partial(words.say, language=language)
    rows = []
    for case, of_case in compared.groupby("case", sort=False):
        rows.append([say(f"verification.case.{case}"), *[""] * (len(BESIDE) - 1)])
        for row in of_case.itertuples(index=False):
            note = _note(row, language)
            ours = _value(row.ours, row.theirs, language)
            theirs = _value(row.theirs, row.theirs, language)
            off = small(row.difference, language)
            if not row.within:
                off = words.Marked(off, "", "▲", say("verification.outside_mark"))
            rows.append(
                [
                    words.Marked(name_of(row, language), "", "", note),
                    *(ours, theirs, off, small(row.tolerance, language)),
                    f"[{numbers[row.source]}]",
                ]
            )
    return page.table([say(f"verification.column.{name}") for name in BESIDE], rows)


def _note(row, language: str) -> str:
    """Data, domain, design and arithmetic of a row, as its source notes them."""
    parts = []
    if row.data not in ("", "[]"):
        parts.append(words.say("verification.data", language, data=row.data))
    if row.domain != "all":
        parts.append(words.say("verification.domain", language, domain=row.domain))
    parts += [row.design] * bool(row.design)
    spaced = [part.replace(";", "; ").replace(",", ", ") for part in parts]
    if row.working:
        spaced.append(_arithmetic(row.working, language))
    return " · ".join(spaced)


def _coverage(coverage: pd.DataFrame | None, language: str) -> Block:
    """By number of blocks and measure; lowest to highest among the invented kabupaten."""
    say = functools.partial(words.say, language=language)
    if coverage is None:
        return page.paragraph(say("verification.coverage_absent"))

    def percent(share: float) -> str:
        return words.number(share * 100, language, 1) if share == share else "–"

    rows = []
    for psus, of_size in coverage.groupby("psus"):
        rows.append([say("verification.coverage.blocks", n=int(psus)), *[""] * 4])
        for measure, some in of_size.groupby("measure", sort=False):
            mean = some.mean(numeric_only=True)
            low, high = some["covers"].min(), some["covers"].max()
            width = mean["over_shortest"]
            rows.append(
                [
                    _measure(measure, language),
                    f"{percent(low)}–{percent(high)}" if low == low else "–",
                    f"{percent(mean['too_high'])} · {percent(mean['too_low'])}",
                    words.number(width, language, 2) if math.isfinite(width) else "–",
                    f"{percent(mean['marked'])} · {percent(mean['withheld'])}",
                ]
            )
    counts = {
        "kabupaten": int(coverage["kabupaten"].nunique()),
        "samples": words.number(coverage["samples"].min(), language),
    }
    says = [say("verification.coverage_says", **counts)]
    says.append(say("verification.coverage_misses"))
    table = page.table(
        [say(f"verification.coverage.{name}") for name in COVERAGE], rows
    )
    return page.section("", table, says)


def _measure(name: str, language: str) -> str:
    """What a measure of the experiment is called; as it is where no word is known."""
    if match := re.fullmatch(r"(.+) at (.+)", name):
        told = {"measure": _measure(match[1], language), "rate": match[2]}
        return words.say("verification.measure.poor_at", language, **told)
    key = "verification.measure." + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return words.say(key, language) if key in words.catalogue() else name


def _unanswered(unanswered: pd.DataFrame, language: str) -> Block:
    """How many values of whom have no answer of ours, and why."""
    say = functools.partial(words.say, language=language)
    counts = unanswered.groupby(["case", "reason"], sort=False).size()
    rows = []
    for (case, reason), n in counts.items():
        key = f"verification.case.{case}"
        label = say(key) if key in words.catalogue() else case
        why = say(f"verification.why.{reason}")
        rows.append([label, words.number(n, language), why])
    columns = ("reference", "count", "why")
    headers = [say(f"verification.column.{name}") for name in columns]
    return page.table(headers, rows, text=True)
