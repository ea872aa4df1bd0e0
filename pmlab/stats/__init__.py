"""Statistics on plain numbers, used by every part of pmlab."""

from pmlab.stats.comparisons import (
    Difference,
    poisson_rates_test,
    two_proportions_test,
    welch_test,
    z_test,
)
from pmlab.stats.corrections import benjamini_hochberg, bonferroni, holm
from pmlab.stats.intervals import (
    Interval,
    adjusted_wald_interval,
    newcombe_interval,
    poisson_interval,
    t_interval,
    wilson_interval,
)
from pmlab.stats.looks import FoundEffect, false_alarm_rate, found_effect
from pmlab.stats.proportions import (
    ShareTest,
    clopper_pearson_interval,
    fisher_test,
    miettinen_nurminen_interval,
    miettinen_nurminen_test,
    wald_difference_interval,
)
from pmlab.stats.quantiles import (
    QuantileBootstrap,
    bootstrap_quantile,
    median_interval,
    quantile_interval,
)
from pmlab.stats.ratios import delta_ratio_interval, fieller_interval, log_ratio_interval
from pmlab.stats.splits import SplitTest, chi_square_split
from pmlab.stats.survival import LogRank, SurvivalCurve, kaplan_meier, log_rank

__all__ = [
    "Difference",
    "FoundEffect",
    "Interval",
    "LogRank",
    "QuantileBootstrap",
    "ShareTest",
    "SplitTest",
    "SurvivalCurve",
    "adjusted_wald_interval",
    "benjamini_hochberg",
    "bonferroni",
    "bootstrap_quantile",
    "chi_square_split",
    "clopper_pearson_interval",
    "delta_ratio_interval",
    "false_alarm_rate",
    "fieller_interval",
    "fisher_test",
    "found_effect",
    "holm",
    "kaplan_meier",
    "log_rank",
    "log_ratio_interval",
    "median_interval",
    "miettinen_nurminen_interval",
    "miettinen_nurminen_test",
    "newcombe_interval",
    "poisson_interval",
    "poisson_rates_test",
    "quantile_interval",
    "t_interval",
    "two_proportions_test",
    "wald_difference_interval",
    "welch_test",
    "wilson_interval",
    "z_test",
]
