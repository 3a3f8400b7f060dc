"""Inequality: indices, and who has how much."""

from sepakat_lib.stats.inequality.indices import (
    atkinson,
    concentration_index,
    generalized_entropy,
    gini,
    gini_bias,
    hoover,
    mld,
    theil,
)
from sepakat_lib.stats.inequality.shares import (
    amount_below,
    amounts_below,
    lorenz,
    palma,
    quantile_groups,
    quantile_share,
    s80_s20,
)

__all__ = [
    "amount_below",
    "amounts_below",
    "atkinson",
    "concentration_index",
    "generalized_entropy",
    "gini",
    "gini_bias",
    "hoover",
    "lorenz",
    "mld",
    "palma",
    "quantile_groups",
    "quantile_share",
    "s80_s20",
    "theil",
]
