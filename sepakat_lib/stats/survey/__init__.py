"""Estimates from a sample: a value, its influences, and the error the design gives.

Every measure returns a `Statistic`; one variance routine turns any of them, or any
difference or ratio of them, into a standard error.
"""

from sepakat_lib.stats.survey.combining import (
    Contrast,
    combine,
    difference,
    independent_difference,
    ratio_of,
)
from sepakat_lib.stats.survey.errors import (
    covariance,
    deff,
    deviations,
    moments,
    standard_error,
    stratum_contributions,
)
from sepakat_lib.stats.survey.estimators import (
    Domain,
    Statistic,
    domain,
    mean,
    proportion,
    ratio,
    total,
    variance,
)
from sepakat_lib.stats.survey.intervals import (
    adjusted_interval,
    effective_df,
    interval,
    log_interval,
    logit_interval,
    mover_interval,
    rse,
    simultaneous,
    woodruff_interval,
    zero_interval,
)
from sepakat_lib.stats.survey.overlap import (
    difference_of_rounds,
    shared_covariance,
    shared_units,
)
from sepakat_lib.stats.survey.quantiles import (
    bandwidth,
    kernel_density,
    quantile,
    quantile_values,
)
from sepakat_lib.stats.survey.sampling import (
    Design,
    degrees_of_freedom,
    design,
    sum_by,
)

__all__ = [
    "Contrast",
    "Design",
    "Domain",
    "Statistic",
    "adjusted_interval",
    "bandwidth",
    "combine",
    "covariance",
    "deff",
    "degrees_of_freedom",
    "design",
    "deviations",
    "difference",
    "difference_of_rounds",
    "domain",
    "effective_df",
    "independent_difference",
    "interval",
    "kernel_density",
    "log_interval",
    "logit_interval",
    "mean",
    "moments",
    "mover_interval",
    "proportion",
    "quantile",
    "quantile_values",
    "ratio",
    "ratio_of",
    "rse",
    "shared_covariance",
    "shared_units",
    "simultaneous",
    "standard_error",
    "stratum_contributions",
    "sum_by",
    "total",
    "variance",
    "woodruff_interval",
    "zero_interval",
]
