"""What was published, as one table: figures shipped with the package, and the office's own."""

import hashlib

import pandas as pd

from sepakat_lib import reference, warehouse
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
    own = warehouse.official()
    if own is None:
        return reference.official()
    return pd.concat([reference.official(), Official.validate(own)], ignore_index=True)


def mark() -> str:
    """SHA-256 of the office's own figures, on which its pages rest; empty for none."""
    own = warehouse.official()
    if own is None:
        return ""
    return hashlib.sha256(own.to_csv(index=False).encode()).hexdigest()
