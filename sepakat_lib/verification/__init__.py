"""Our numbers beside those of others: one table for the tests and for `sepakat verify`."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sepakat_lib import ROOT, reference
from sepakat_lib.refused import Refused
from sepakat_lib.stats import survey
from sepakat_lib.stats.survey import Statistic
from sepakat_lib.tables import Unanswered, Verified
from sepakat_lib.verification import claims
from sepakat_lib.verification.claims import CLAIMS, GROUPS, NOT_DONE

__all__ = ["CLAIMS", "GROUPS", "NOT_DONE", "Verification", "coverage", "verify"]

VALUES = "reference_values.csv"
COLUMNS = [
    *("case", "dataset", "dataset_file", "design", "estimator", "domain", "estimate"),
    *("se", "tolerance", "verified", "source", "note"),
]
PRINTED = ("handbook",)  # cases whose last digit is rounded as a book prints it
SAME = ["case", "dataset", "design", "estimator", "domain"]  # what makes a row the same
COVERAGE = ROOT / "benchmarks" / "coverage.csv"
COVERS = [
    *("measure", "kabupaten", "psus", "samples", "covers", "too_high", "too_low"),
    *("over_shortest", "marked", "withheld"),
]


class Verification(NamedTuple):
    """What was compared (`tables.Verified`), and what was not (`tables.Unanswered`)."""

    compared: pd.DataFrame
    unanswered: pd.DataFrame

    @property
    def outside(self) -> pd.DataFrame:
        """Rows of `compared` that differ by more than their tolerance."""
        return self.compared[~self.compared["within"]]


def verify(folder: Path | None = None) -> Verification:
    """Hold every reference value against ours.

    Parameters
    ----------
    folder : path, optional
        Also the values of other software in it: ``reference_values.csv`` (columns in
        `reference`'s README) and its data, ``data/<dataset_file>.parquet``. Default:
        those that are shipped (`reference.worked_examples`).

    Returns
    -------
    Verification
        An estimate, its standard error and the ends of its interval are a row each, in
        the order of `GROUPS`. A difference is relative; beside a reference of 0 it is
        absolute. Where a value is printed rounded, half a unit of its last digit is
        within tolerance.

    Raises
    ------
    Refused
        ``no_file``: the folder lacks a file; ``reference_columns``,
        ``reference_number``: its table is not one of reference values.

    >>> found = verify()
    >>> len(found.outside), found.compared["source"].nunique() > 1
    (0, True)
    """
    compared, unanswered = [], []
    for row in _given(folder).itertuples(index=False):
        if why := _unanswered(row):
            unanswered.append(_named(row) | {"reason": why})
        else:
            compared.extend(_compared(row, folder))
    table = pd.DataFrame(compared, columns=[*Verified.to_schema().columns])
    order = table["group"].map(GROUPS.index)
    table = table.iloc[order.argsort(kind="stable")].reset_index(drop=True)
    left = pd.DataFrame(unanswered, columns=[*Unanswered.to_schema().columns])
    return Verification(Verified.validate(table), Unanswered.validate(left))


def coverage(path: Path | None = None) -> pd.DataFrame | None:
    """Coverage of intervals as `benchmarks/coverage.py` left it; None where it was not run.

    Returns
    -------
    DataFrame or None
        ``measure``, ``kabupaten`` (invented), ``psus`` drawn, ``samples``; ``covers``,
        ``too_high``, ``too_low`` (shares of the samples whose 95 percent interval holds
        the true value, lies above it, below it); ``over_shortest`` (mean width, the
        shortest honest one being 1); ``marked``, ``withheld`` (shares of the cells).
    """
    path = path or COVERAGE
    if not path.is_file():
        return None
    table = pd.read_csv(path, dtype={"measure": str, "kabupaten": str})
    if lacks := [name for name in COVERS if name not in table]:
        raise Refused("reference_columns", file=path.name, columns=lacks)
    return table[COVERS]


def _given(folder: Path | None) -> pd.DataFrame:
    """Reference values: the shipped ones, then those of a folder that are not shipped."""
    shipped = reference.worked_examples()
    if folder is None:
        return shipped
    path = folder / VALUES
    if not path.is_file():
        raise Refused("no_file", file=str(path))
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    if lacks := [name for name in COLUMNS if name not in rows]:
        raise Refused("reference_columns", file=VALUES, columns=lacks)
    _refuse_what_is_no_number(rows[rows["case"].isin(CLAIMS)])
    known = set(shipped[SAME].itertuples(index=False, name=None))
    twice = [key in known for key in rows[SAME].itertuples(index=False, name=None)]
    rows = rows[~pd.Series(twice, rows.index)].assign(working="", working_se="")
    return pd.concat([shipped, rows[shipped.columns]], ignore_index=True)


def _refuse_what_is_no_number(rows: pd.DataFrame) -> None:
    has_error = rows["verified"].eq("yes (est+se)")
    for name in ("estimate", "se", "tolerance"):
        given = rows.loc[has_error, name] if name == "se" else rows[name]
        wrong = given[pd.to_numeric(given, errors="coerce").isna()]
        if len(wrong):
            row, came = int(wrong.index[0]) + 2, wrong.iloc[0]  # below the headings
            raise Refused(
                "reference_number", file=VALUES, row=row, column=name, given=came
            )


def _named(row) -> dict:
    return {
        "case": row.case,
        "quantity": row.estimator,
        "data": row.dataset,
        "domain": row.domain,
        "design": row.design,
    }


def _unanswered(row) -> str:
    """Why a row is not compared; empty where it is."""
    if why := claims.not_done(row):
        return why
    if row.case not in CLAIMS:
        return "method"
    if row.verified.startswith("NO"):
        return "ties"
    if claims.claim(row) is None:
        return "method" if row.verified.startswith("yes") else "unverified"
    return ""


def _compared(row, folder: Path | None) -> list[dict]:
    """An estimate, its error and its interval beside those of the reference."""
    group, call, given = claims.claim(row)
    try:
        s = claims.sample(row, folder)
        found = call(s, *given)
    except KeyError as error:  # a column that the row names and its data lack
        file, lacks = f"{row.dataset_file}.parquet", [str(error.args[0])]
        raise Refused("reference_columns", file=file, columns=lacks) from error
    value = found.value if isinstance(found, Statistic) else float(found)
    tolerance = float(row.tolerance)
    rounded = _rounding(row.estimate) if row.case in PRINTED else 0.0
    told = _named(row) | {"group": group, "source": row.source}

    def beside(number, ours, theirs, tolerance, working="") -> dict:
        off = _far(float(ours), theirs)
        numbers = {"ours": float(ours), "theirs": theirs, "difference": off}
        numbers |= {"tolerance": tolerance, "within": off <= tolerance}
        return told | {"number": number, "working": working, **numbers}

    theirs = float(row.estimate)
    rows = [beside("value", value, theirs, max(tolerance, rounded), row.working)]
    if row.verified == "yes (est+se)" or row.estimator == "svyvar api00":
        error = survey.standard_error(found, s.design)
        rows.append(beside("se", error, float(row.se), tolerance, row.working_se))
    if (interval := claims.ends(row, s, found)) is not None:
        printed = row.note.removeprefix("ci=").split(",")
        for number, ours, end in zip(("low", "high"), interval, printed, strict=True):
            rows.append(beside(number, ours, float(end), _rounding(end)))
    return rows


def _far(ours: float, theirs: float) -> float:
    """Relative difference; absolute beside a reference of 0."""
    return abs(ours - theirs) / (abs(theirs) or 1)


def _rounding(printed: str) -> float:
    """Half a unit of the last digit that is printed, as a relative difference.

    >>> _rounding("0.08")
    0.0625
    """
    decimals = len(printed.partition(".")[2])
    return 0.5 * 10**-decimals / (abs(float(printed)) or 1)
