"""Question 1: what the poor are like beside those who are not poor."""

import pandas as pd

from sepakat_lib.analysis.gaps import clearest, with_gaps
from sepakat_lib.parameters import Parameters

PROFILE = {  # rows of the table by what is counted in them
    "homes": (
        *("home_size", "home_large", "home_rural", "home_female_head"),
        *("home_head_age", "home_elderly_head"),
    ),
    "education": tuple(
        f"home_head_{level}"
        for level in ("none", "primary", "junior", "senior", "tertiary")
    ),
    "people": ("person_child", "person_elderly"),
    "work": ("farm_workers", "worker_industry", "worker_services"),
    "living": ("adequate_housing", "improved_water", "improved_sanitation", "jkn"),
}
MEANS = ("home_size", "home_head_age")


def profile(chosen: Parameters, findings: pd.DataFrame) -> pd.DataFrame:
    """What poor people and their households are like, beside the others and all.

    Parameters
    ----------
    chosen : Parameters
    findings : DataFrame
        `tables.Findings`.

    Returns
    -------
    DataFrame
        Levels of `tables.Findings` of the groups "poor", "not_poor" and "all", with
        ``part`` (a key of `PROFILE`) and the difference poor less not poor (``gap``,
        ``gap_low``, ``gap_high``) with its ``verdict``; ``clearest``: whether this
        share's difference is the clearest beyond error. Who is exactly on the line is
        not poor. Empty where the survey is not loaded, or met no line.
    """
    parts = {name: part for part, names in PROFILE.items() for name in names}
    table = with_gaps(
        chosen, findings, [*parts], ("all", "poor", "not_poor"), by="poverty"
    )
    if not table["group"].eq("poor").any():
        return table.iloc[:0].assign(part="", clearest=False)
    shares = table.assign(twin=table["indicator"].isin(MEANS))
    best = clearest(shares)
    return table.assign(
        part=table["indicator"].map(parts), clearest=table["indicator"].eq(best)
    )
