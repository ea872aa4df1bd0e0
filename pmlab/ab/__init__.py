"""A/B tests: two arms compared, from counts, moments or rows.

>>> from pmlab import ab
>>> c = ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489), name="retention")
>>> c.shown_effect, c.shown_interval, c.direction
('-0.8 points', '-1.3 to -0.3 points', 'lower')
"""

from pmlab.ab.analysis import experiment
from pmlab.ab.bootstrap import compare_bootstrap
from pmlab.ab.compare import (
    compare_means,
    compare_proportions,
    compare_quantiles,
    compare_ratios,
)
from pmlab.ab.comparison import Comparison, MarginTest
from pmlab.ab.metrics import mean, proportion, quantile, ratio
from pmlab.ab.moments import Moments, Stats
from pmlab.ab.plan import Plan
from pmlab.ab.result import DailyEffects, Experiment
from pmlab.ab.split import SplitCheck, srm

__all__ = [
    "Comparison",
    "DailyEffects",
    "Experiment",
    "MarginTest",
    "Moments",
    "Plan",
    "SplitCheck",
    "Stats",
    "compare_bootstrap",
    "compare_means",
    "compare_proportions",
    "compare_quantiles",
    "compare_ratios",
    "experiment",
    "mean",
    "proportion",
    "quantile",
    "ratio",
    "srm",
]
