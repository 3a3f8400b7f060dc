"""Who has how much: Lorenz curve, shares of the bottom and top, groups of people."""

import numpy as np

from sepakat_lib.stats import survey
from sepakat_lib.stats.inequality import _positive_mean, _refuse_negative
from sepakat_lib.stats.survey import Domain, Statistic
