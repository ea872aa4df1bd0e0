"""Statistics on plain numbers, used by every part of pmlab."""

from pmlab.stats.comparisons import (
    Difference,
    holm,
    poisson_rates_test,
    two_proportions_test,
    welch_test,
    z_test,
)
from pmlab.stats.intervals import (
    Interval,
    adjusted_wald_interval,
    median_interval,
    newcombe_interval,
    poisson_interval,
    t_interval,
    wilson_interval,
)
from pmlab.stats.survival import LogRank, SurvivalCurve, kaplan_meier, log_rank

__all__ = [
    "Difference",
    "Interval",
    "LogRank",
    "SurvivalCurve",
    "adjusted_wald_interval",
    "holm",
    "kaplan_meier",
    "log_rank",
    "median_interval",
    "newcombe_interval",
    "poisson_interval",
    "poisson_rates_test",
    "t_interval",
    "two_proportions_test",
    "welch_test",
    "wilson_interval",
    "z_test",
]
