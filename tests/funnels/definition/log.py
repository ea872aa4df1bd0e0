"""What is counted: the events of one unit (a user, say), and a funnel with all its rules."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Event:
    time: int
    matches: frozenset[int] = frozenset()
    """The numbers of the steps that it matches, from 1: none, one or several."""
    value: str | None = None
    """The value of the breakdown property; None is missing."""
    excludes: frozenset[int] = frozenset()
    """Which of the funnel's exclusions it is, by their places from 0."""
    held: Hashable | None = None
    """The value of the hold columns (several: a tuple); None if any is missing."""


@dataclass(frozen=True)
class Exclusion:
    """Voids an attempt when it comes after step `after` and before step `before` is done."""

    after: int = 1
    before: int | None = None
    """None is the last step."""


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """A question to a log. Times and durations are whole numbers of one unit."""

    n_steps: int
    within: int
    order: str = "ordered"
    anchor_first: bool = False
    entry: str = "best"
    ties: str = "any"
    tie_tolerance: int = 0
    reuse: bool = False
    resolution: int = 1
    windows: dict[int, int] = field(default_factory=dict)
    """Steps with a window of their own, since the step before."""
    optional: frozenset[int] = frozenset()
    exclusions: tuple[Exclusion, ...] = ()
    on_exclude: str = "drop"
    hold: bool = False

    @property
    def required(self) -> tuple[int, ...]:
        return tuple(k for k in range(1, self.n_steps + 1) if k not in self.optional)

    def read(self, log: list[Event]) -> list[Event]:
        """Return the log as this funnel sees it."""
        return [
            replace(event, time=nearest(event.time, self.resolution))
            for event in log
            if not (self.hold and event.held is None)
        ]

    def entries(self, log: list[Event]) -> list[int]:
        """Return the times at which the unit could enter."""
        anywhere = self.order == "unordered" and not self.anchor_first
        return [event.time for event in log if (event.matches if anywhere else 1 in event.matches)]


def nearest(time: int, resolution: int) -> int:
    """Return the multiple of `resolution` nearest to `time`; halves go up."""
    return (2 * time + resolution) // (2 * resolution) * resolution
