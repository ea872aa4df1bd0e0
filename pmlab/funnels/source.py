"""Where a result came from, for questions that need its events again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pmlab.events import EventLog, MatchedEvents, read_matches
from pmlab.funnels.plan import Plan

__all__ = ["Source"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A log and the plan by which it was counted."""

    log: EventLog
    plan: Plan
    unit: str
    as_of: Any = None
    by: str | None = None
    """The column of which a result is one segment."""
    columns: dict[str, str] = field(default_factory=dict)
    """Further columns that counting needs: the parameter that asks for each, and its name."""

    def read(self) -> MatchedEvents:
        """Read the events that count, as the log holds them now."""
        return read_matches(self.log, self.plan.questions, unit=self.unit, properties=self.columns)

    def until(self, matched: MatchedEvents) -> int:
        """Return until when the events are complete, in microseconds."""
        return matched.latest if self.as_of is None else matched.micros(self.as_of, "as_of")
