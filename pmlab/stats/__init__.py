"""Statistics on plain numbers, used by every part of pmlab."""

from pmlab.stats.comparisons import holm, two_proportions_test
from pmlab.stats.intervals import Interval, newcombe_interval, wilson_interval
from pmlab.stats.survival import SurvivalCurve, kaplan_meier

__all__ = [
    "Interval",
    "SurvivalCurve",
    "holm",
    "kaplan_meier",
    "newcombe_interval",
    "two_proportions_test",
    "wilson_interval",
]
