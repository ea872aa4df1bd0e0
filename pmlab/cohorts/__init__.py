"""Cohorts: who comes back, who is gained and lost, how often, how soon.

Each function counts in one pass over the events (`passes`) what the same door lets in as for
funnels; `asked` says what all of them ask of a log. Retention is counted by `retained`, and looked
at again by `retention_curve` and `definitions`.
"""

from pmlab.cohorts.active_days import PowerUsers, Stickiness, power_users, stickiness
from pmlab.cohorts.adopters import Adoption, adoption
from pmlab.cohorts.definitions import RetentionComparison
from pmlab.cohorts.growth import GrowthAccounting, growth_accounting
from pmlab.cohorts.retention_curve import RetentionCurve
from pmlab.cohorts.retention_table import Retention, retention
from pmlab.cohorts.survival_curves import Survival, survival, survival_from_durations

__all__ = [
    "Adoption",
    "GrowthAccounting",
    "PowerUsers",
    "Retention",
    "RetentionComparison",
    "RetentionCurve",
    "Stickiness",
    "Survival",
    "adoption",
    "growth_accounting",
    "power_users",
    "retention",
    "stickiness",
    "survival",
    "survival_from_durations",
]
