"""What was published, as one table: figures shipped with the package, and the office's own."""

import hashlib

import pandas as pd

from sepakat_lib import reference, warehouse
from sepakat_lib.daerah import kept
from sepakat_lib.tables import Official


def official() -> pd.DataFrame:
    """Every official figure, shipped and the office's own.

    Returns
    -------
    DataFrame
        `tables.Official`. A publisher has one figure a region, time, area and indicator:
        what contradicts a shipped one was refused (`intake.add_official`).

    Raises
    ------
    Refused
        The office's own figures cannot be read.
    """
    own = _own()
    if own is None:
        return reference.official()
    return pd.concat([reference.official(), Official.validate(own)], ignore_index=True)


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


def mark() -> str:
    """SHA-256 of the office's own figures, on which its pages rest; empty for none."""
    own = _own()
    if own is None:
        return ""
    return hashlib.sha256(own.to_csv(index=False).encode()).hexdigest()
