"""Product analytics for product managers.

=================  ==========================================================
`events`           the door: any event table in, one normal form out
`logcheck`         what is wrong with an event table, before counting
`funnels`          steps -> how far each unit got -> counts -> a result
`cohorts`          who comes back, is gained and lost, how often, how soon
`ab`               A/B tests: compare two arms, analyse an experiment, decide
`heart`            surveys, tasks, and a scorecard of both
`market`           TAM, SAM and SOM from assumptions with ranges; adoption over time
`priority`         RICE and opportunity scores, and how far their order can be trusted
`uncertain`        ranges: one unknown number each
`stats`            intervals on plain numbers
`results`, `plots` what every result can do; a figure from a result
`simulate`         the synthetic company Larder, with planted truths, any seed
`datasets`         `load()` the committed tables
`course`           questions, checks, hints, the notebook builder
=================  ==========================================================

Public names load when first used, so `import pmlab` itself is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "EventLog": "pmlab.events",
    "col": "pmlab.events",
    "sessionize": "pmlab.events",
    "Step": "pmlab.events",
    "Rules": "pmlab.funnels",
    "Exclusion": "pmlab.funnels",
    "funnel": "pmlab.funnels",
    "funnel_from_counts": "pmlab.funnels",
    "FunnelResult": "pmlab.funnels",
    "FunnelBreakdown": "pmlab.funnels",
    "FunnelComparison": "pmlab.funnels",
    "FunnelExplanation": "pmlab.funnels",
    "FunnelNextEvents": "pmlab.funnels",
    "FunnelTimes": "pmlab.funnels",
    "FunnelTrend": "pmlab.funnels",
    "retention": "pmlab.cohorts",
    "growth_accounting": "pmlab.cohorts",
    "stickiness": "pmlab.cohorts",
    "power_users": "pmlab.cohorts",
    "adoption": "pmlab.cohorts",
    "survival": "pmlab.cohorts",
    "survival_from_durations": "pmlab.cohorts",
    "check_log": "pmlab.logcheck",
    "LogCheck": "pmlab.logcheck",
    "PmlabError": "pmlab.errors",
}
_MODULES = (
    "ab",
    "course",
    "datasets",
    "heart",
    "market",
    "priority",
    "simulate",
    "stats",
    "uncertain",
)

__all__ = [  # noqa: RUF022  (in the order of the map above)
    "EventLog",
    "col",
    "sessionize",
    "Step",
    "Rules",
    "Exclusion",
    "funnel",
    "funnel_from_counts",
    "FunnelResult",
    "FunnelBreakdown",
    "FunnelComparison",
    "FunnelExplanation",
    "FunnelNextEvents",
    "FunnelTimes",
    "FunnelTrend",
    "retention",
    "growth_accounting",
    "stickiness",
    "power_users",
    "adoption",
    "survival",
    "survival_from_durations",
    "check_log",
    "LogCheck",
    "PmlabError",
    "ab",
    "course",
    "datasets",
    "heart",
    "market",
    "priority",
    "simulate",
    "stats",
    "uncertain",
]

if TYPE_CHECKING:
    from pmlab import ab, course, datasets, heart, market, priority, simulate, stats, uncertain
    from pmlab.cohorts import (
        adoption,
        growth_accounting,
        power_users,
        retention,
        stickiness,
        survival,
        survival_from_durations,
    )
    from pmlab.errors import PmlabError
    from pmlab.events import EventLog, Step, col, sessionize
    from pmlab.funnels import (
        Exclusion,
        FunnelBreakdown,
        FunnelComparison,
        FunnelExplanation,
        FunnelNextEvents,
        FunnelResult,
        FunnelTimes,
        FunnelTrend,
        Rules,
        funnel,
        funnel_from_counts,
    )
    from pmlab.logcheck import LogCheck, check_log


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"pmlab.{name}")
    if name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'pmlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
