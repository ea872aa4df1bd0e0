"""Funnels: steps -> how far each unit got -> counts -> a result.

`steps` is what a caller says and `plan` what of it goes together. `count` leads from events to a
result, `source` back to them. `engine` picks how attempts are followed: `kernel`, the one pass
that streams, or, for rules that need a whole unit at once, `paths` (ordered and strict),
`anyorder`, `clocks` and `totals`, on `groups`. `matching` shares out tied events, `optional` and
`touch` look at the attempts once more, `segments` breaks down by them. The answers are `result`
and `breakdown`, and on demand `periods`, `next_events`, `explain` and `compare`.
"""

from pmlab.funnels.breakdown import FunnelBreakdown
from pmlab.funnels.compare import FunnelComparison
from pmlab.funnels.count import funnel
from pmlab.funnels.explain import FunnelExplanation
from pmlab.funnels.next_events import FunnelNextEvents
from pmlab.funnels.periods import FunnelTimes, FunnelTrend
from pmlab.funnels.result import FunnelResult, funnel_from_counts
from pmlab.funnels.steps import Exclusion, Rules

__all__ = [
    "Exclusion",
    "FunnelBreakdown",
    "FunnelComparison",
    "FunnelExplanation",
    "FunnelNextEvents",
    "FunnelResult",
    "FunnelTimes",
    "FunnelTrend",
    "Rules",
    "funnel",
    "funnel_from_counts",
]
