"""A funnel for each segment of its units."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pmlab.errors import InputError
from pmlab.funnels.compare import FunnelComparison, compare_breakdowns, compare_segments
from pmlab.funnels.result import FunnelResult
from pmlab.funnels.segments import name_of
from pmlab.results import Result, count, percent, percent_interval

__all__ = ["FunnelBreakdown"]
_LARGEST: Any = object()
"""No segment is named; None would be the missing value."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelBreakdown(Result):
    """A funnel for each segment of its units, and for all of them."""

    by: str
    """The column whose values are the segments."""
    attribution: str
    """Which value a unit counts under: "first_touch", "last_touch", "all", or that of a step."""
    overall: FunnelResult
    segments: dict[Hashable, FunnelResult]
    """The funnel of each value, the largest segment first; None is the missing value."""
    units: pd.DataFrame
    """As in `FunnelResult.units`, with the segment in the column named by `by`."""

    @property
    def steps(self) -> tuple[str, ...]:
        """What the steps are called."""
        return self.overall.steps

    @property
    def counts(self) -> dict[Hashable, list[int]]:
        """Units that reached at least each step, for each segment."""
        return {value: funnel.counts for value, funnel in self.segments.items()}

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return the rows of each segment's funnel below each other, the segment in front."""
        frames = []
        for value, funnel in self.segments.items():
            frame = funnel.to_frame(confidence_level=confidence_level)
            frame.insert(0, self.by, pd.Series([value] * len(frame), dtype=object))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    @property
    def title(self) -> str:
        return f"{self.overall.title}, by {self.by}"

    @property
    def method(self) -> str:
        which = {
            "first_touch": f"the first value of '{self.by}' among the events of its best attempt",
            "last_touch": f"the last value of '{self.by}' among the events of its best attempt",
            "all": f"every value of '{self.by}', on that value's events alone",
        }
        picked = which.get(self.attribution, f"the value of '{self.by}' at '{self.attribution}'")
        return f"{self.overall.method} Each counts under {picked}."

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.overall.assumptions

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        rated = {
            name_of(value): funnel
            for value, funnel in self.segments.items()
            if funnel.counts[0] > 0
        }
        if len(rated) < 2 or len(self.steps) == 1:
            return self.overall.summary()
        ranked = sorted(rated, key=lambda name: rated[name].rate_from_start[-1], reverse=True)
        best, worst = (_rated(name, rated[name]) for name in (ranked[0], ranked[-1]))
        total = self.overall
        return (
            f"Overall {percent(total.rate_from_start[-1])} of {total._number(total.counts[0])} who "
            f"reached '{self.steps[0]}' went on to '{self.steps[-1]}'. By {self.by}, the highest "
            f"is {best} and the lowest {worst}."
        )

    def compare(
        self, other: FunnelBreakdown | None = None, *, against: Hashable = _LARGEST
    ) -> FunnelComparison:
        """Return how the segments' rates from the first step to the last differ.

        Parameters
        ----------
        other : FunnelBreakdown, optional
            The same funnel by the same column on other events, such as those before a campaign.
            Then each segment is compared with itself there, and all of them together at the same
            mix of segments.
        against : value, optional
            Without `other`: the segment that the others are compared with; the largest unless
            given.

        Returns
        -------
        FunnelComparison
            Differences with intervals, p-values corrected for their number, and a warning where
            the mix of segments turns the sign of the overall difference (Simpson's reversal).

        Raises
        ------
        InputError, NotFoundError
            For fewer than two segments, an unknown one, or another funnel or column.

        Examples
        --------
        >>> import pandas as pd, pmlab as pm
        >>> events = pd.DataFrame(
        ...     [("a", "visit", 1, "phone"), ("b", "visit", 1, "phone"), ("b", "buy", 2, "phone"),
        ...      ("c", "visit", 1, "laptop")], columns=["user_id", "event", "day", "device"])
        >>> events["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(events["day"], "D")
        >>> f = pm.funnel(events, ["visit", "buy"], within="7d", by="device", as_of="2026-04-01")
        >>> f.compare().to_frame()["difference"].tolist()
        [-0.5]
        """
        if other is not None:
            if against is not _LARGEST:
                raise InputError(
                    "other= and against= do not go together: a segment is compared with itself in "
                    "the other breakdown, or with another segment here."
                )
            return compare_breakdowns(self, other)
        return compare_segments(self, None if against is _LARGEST else (against,))

    def _table(self) -> Mapping[str, Sequence[str]]:
        rows = [*self.segments.items(), ("all", self.overall)]
        table: dict[str, list[str]] = {self.by: [name_of(value) for value, _ in rows]}
        for k, step in enumerate(self.steps):
            table[step] = [count(funnel.counts[k]) for _, funnel in rows]
        if len(self.steps) > 1:
            last = f"{self.steps[-1]}, from start"
            table[last] = [percent(funnel.rate_from_start[-1]) for _, funnel in rows]
            table["95% interval"] = [
                percent_interval(*funnel.interval_from_start()[-1]) for _, funnel in rows
            ]
        return table


def _rated(name: str, funnel: FunnelResult) -> str:
    low, high = funnel.interval_from_start()[-1]
    rate = percent(funnel.rate_from_start[-1])
    return f"'{name}' ({rate}, 95% interval {percent_interval(low, high)})"
