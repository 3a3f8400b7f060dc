"""What was published, as one table: figures shipped with the package, and the office's own."""

import hashlib

import pandas as pd

from sepakat_lib import reference, warehouse
from sepakat_lib.daerah import kept
from sepakat_lib.tables import Apbd, BudgetRows, Official


def official() -> pd.DataFrame:
    """Every official figure, shipped and the office's own.

    Returns
    -------
    DataFrame
        `tables.Official`. A publisher has one figure a region, time, area and indicator:
        what contradicts a shipped one was refused (`intake.add_official`), but for
        those of a second hand, which the office's own replaces.

    Raises
    ------
    Refused
        The office's own figures cannot be read.
    """
    own, shipped = _own(), reference.official()
    if own is None:
        return shipped
    key = ["region", "year", "month", "area", "indicator"]
    better = pd.MultiIndex.from_frame(shipped[key]).isin(
        pd.MultiIndex.from_frame(own[key])
    )
    shipped = shipped[~(better & shipped["grade"].eq("second_hand"))]
    return pd.concat([shipped, Official.validate(own)], ignore_index=True)


def _own() -> pd.DataFrame | None:
    """The office's own figures: those it added, and values approved by a second name.

    Of a figure in both the approved one counts.
    """
    parts = [
        part for part in (warehouse.official(), kept.figures()) if part is not None
    ]
    if not parts:
        return None
    both = pd.concat(parts, ignore_index=True)
    return both.drop_duplicates(kept.KEY, keep="last", ignore_index=True)


def nomenclature() -> pd.DataFrame:
    """Codes of government, shipped and of the office's own lists.

    Returns
    -------
    DataFrame
        ``code``, ``level``, ``name``, ``opd``, ``strategy``, ``source`` as of
        `reference.nomenclature` (of the office's own rows what the shipped list says of
        their code); ``decree``, ``since`` and ``until`` (days of its validity as ISO
        texts; empty until another follows); ``own``: of a list that the office loaded.
        A code of two lists has two rows.

    Raises
    ------
    Refused
        The office's own lists cannot be read.
    """
    shipped = reference.nomenclature()
    since = f"{reference.DECREE_SINCE}-01-01"
    told = shipped.assign(decree=reference.DECREE, since=since, until="", own=False)
    own = warehouse.codes()
    if own is None:
        return told
    beside = shipped.loc[shipped["code"].ne(""), ["code", "opd", "strategy", "source"]]
    own = own.merge(beside, on="code", how="left").fillna("").assign(own=True)
    return pd.concat([told, own[[*told.columns]]], ignore_index=True)


def codes_mark() -> str:
    """SHA-256 of the office's own lists of codes; empty for none."""
    own = warehouse.codes()
    if own is None:
        return ""
    return hashlib.sha256(own.to_csv(index=False).encode()).hexdigest()


def apbd() -> pd.DataFrame:
    """Budget and realisation by account of every region and year that is held.

    Returns
    -------
    DataFrame
        `tables.Apbd`: ``region``, ``year``, ``account``, ``period``, ``budget`` and
        ``realised`` [IDR, whole], as of `reference.apbd`; ``own`` (bool), of a file
        that the office added (`intake.add_apbd`); ``publisher``. The office's rows of
        a region and year take the place of all that is shipped of it. A sum over
        accounts counts money twice, and a region has other items in other years: see
        `reference.apbd` and its ``APBD_SUMS``.

    Raises
    ------
    Refused
        The office's own budgets cannot be read.

    >>> pacitan = apbd().query("region == '3501'").set_index(["year", "account"])
    >>> int(pacitan["budget"][2023, "Belanja Daerah"])
    1652760000000
    """
    shipped = reference.apbd().assign(own=False, publisher=reference.APBD_PUBLISHER)
    own = warehouse.apbd()
    if own is None:
        return shipped
    own = Apbd.validate(own.assign(own=True)[[*shipped.columns]])
    of_own = pd.MultiIndex.from_frame(own[["region", "year"]])
    others = ~pd.MultiIndex.from_frame(shipped[["region", "year"]]).isin(of_own)
    return pd.concat([shipped[others], own], ignore_index=True)


def budget_rows() -> pd.DataFrame:
    """Budget rows of SIPD that the office added, by urusan and bidang urusan.

    Returns
    -------
    DataFrame
        `tables.BudgetRows`; empty where the office added none (none is shipped). There
        is no column of the function (fungsi): no official table was at hand that leads
        from a bidang urusan to one.

    Raises
    ------
    Refused
        The office's own rows cannot be read.
    """
    own = warehouse.budget_rows()
    return BudgetRows.empty() if own is None else BudgetRows.validate(own)


def mark() -> str:
    """SHA-256 of the office's own figures, on which its pages rest; empty for none.

    These are its official figures, its APBD and its budget rows.
    """
    digest, any_own = hashlib.sha256(), False
    own = _own()
    if own is not None:
        digest.update(own.to_csv(index=False).encode())
        any_own = True
    for path in (warehouse.apbd_path(), warehouse.budget_rows_path()):
        if path.exists():
            digest.update(f"{path.parent.name}\n".encode() + path.read_bytes())
            any_own = True
    return digest.hexdigest() if any_own else ""
