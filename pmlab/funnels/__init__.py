"""Funnels: steps -> how far each unit got -> counts -> a result.

`steps` is what a caller says, `count` leads from events to a result, `kernel` holds the one pass
that counts, `touch` finds the segment of a unit, `result` is the answer.
"""

from pmlab.funnels.count import funnel
from pmlab.funnels.result import FunnelBreakdown, FunnelResult, funnel_from_counts
from pmlab.funnels.steps import Exclusion, Rules, Step

__all__ = [
    "Exclusion",
    "FunnelBreakdown",
    "FunnelResult",
    "Rules",
    "Step",
    "funnel",
    "funnel_from_counts",
]
