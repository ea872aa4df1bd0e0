"""What a funnel answers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Literal

import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.funnels.explain import FunnelExplanation, explain_unit
from pmlab.funnels.next_events import FunnelNextEvents, funnel_next_events
from pmlab.funnels.periods import FunnelTimes, FunnelTrend, funnel_times, funnel_trend
from pmlab.funnels.source import Source
from pmlab.funnels.steps import Rules
from pmlab.results import Result, count, duration, number_of, percent, percent_interval
from pmlab.stats import Interval, wilson_interval

__all__ = ["FunnelResult", "funnel_from_counts"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelResult(Result):
    """How many units reached each step, and how it was counted.

    Rates are fractions in [0, 1], one a step, NaN where nothing stands underneath; intervals
    are Wilson score intervals.
    """

    steps: tuple[str, ...]
    """What the steps are called."""
    counts: list[int]
    """Units that reached at least this step; for an optional step, those who did it."""
    optional: tuple[bool, ...] = ()
    """Which steps an attempt may leave out."""
    order: Literal["ordered", "strict", "unordered"] = "ordered"
    continued: tuple[int, ...] | None = None
    """For an open funnel: units that moved on to each step from the one before."""
    source: Source | None = field(default=None, repr=False)
    """The log and the plan, for what needs the events again; None for counts that were typed in."""
    unit: str = "user_id"
    """The column whose values are counted."""
    counted: str = "users"
    """What they are called."""
    within: timedelta | None = None
    """How long an attempt may take; None for counts that were typed in."""
    rules: Rules | None = None
    as_of: pd.Timestamp | None = None
    """Until when the events are complete."""
    unfinished: Literal["keep", "drop"] = "keep"
    """Whether units that may still go on are counted."""
    n_unfinished: int = 0
    """Units that first entered less than `within` before `as_of`."""
    counts_finished: list[int] | None = None
    """The counts without those units."""
    units: pd.DataFrame | None = None
    """One row a unit that reached step 1: its `level`, and `time_1`, `time_2`, ... of its best
    attempt (of those of its level: the earliest to end, then the latest to start, then the
    earliest events between). None for counts that were typed in."""

    @property
    def previous(self) -> list[int | None]:
        """For each step, the position of the step that everybody came from; None for the first."""
        required = [k for k in range(len(self.steps)) if not any(self.optional[k : k + 1])]
        return [max((r for r in required if r < k), default=None) for k in range(len(self.steps))]

    @property
    def rate_from_start(self) -> list[float]:
        """Share of the units of step 1 that reached each step; NaN for an open funnel."""
        if self.continued is not None:
            return [math.nan] * len(self.steps)
        return [_share(reached, self.counts[0]) for reached in self.counts]

    @property
    def rate_from_previous(self) -> list[float]:
        """Share of the units of the required step before that reached each step; NaN for step 1."""
        return [
            math.nan if before is None else _share(reached, self.counts[before])
            for reached, before in zip(self.continued or self.counts, self.previous, strict=True)
        ]

    @property
    def dropped(self) -> list[int]:
        """Units that reached the required step before but not this one; 0 for step 1."""
        return [
            0 if before is None else self.counts[before] - reached
            for reached, before in zip(self.continued or self.counts, self.previous, strict=True)
        ]

    def interval_from_start(self, *, confidence_level: float = 0.95) -> list[Interval]:
        """Return the Wilson interval of each `rate_from_start`; NaN for step 1, which is given."""
        if self.continued is not None:
            return self._intervals([None] * len(self.steps), confidence_level)
        return self._intervals([None, *[0] * (len(self.steps) - 1)], confidence_level)

    def interval_from_previous(self, *, confidence_level: float = 0.95) -> list[Interval]:
        """Return the Wilson interval of each `rate_from_previous`; NaN for step 1."""
        return self._intervals(self.previous, confidence_level)

    def _intervals(self, origins: Sequence[int | None], level: float) -> list[Interval]:
        return [
            Interval(math.nan, math.nan)
            if origin is None
            else wilson_interval(reached, self.counts[origin], confidence_level=level)
            for reached, origin in zip(self.continued or self.counts, origins, strict=True)
        ]

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return one row a step: users, rates with intervals, drop-off, quartiles of times.

        The times are timedeltas over the units that reached the step, in their best attempts:
        `time_from_previous_median` and `time_from_start_median`, each with `_q25` and `_q75`.
        """
        from_start = self.interval_from_start(confidence_level=confidence_level)
        from_previous = self.interval_from_previous(confidence_level=confidence_level)
        frame = pd.DataFrame(
            {
                "step": list(self.steps),
                "users": self.counts,
                "rate_from_start": self.rate_from_start,
                "rate_from_start_low": [interval.low for interval in from_start],
                "rate_from_start_high": [interval.high for interval in from_start],
                "rate_from_previous": self.rate_from_previous,
                "rate_from_previous_low": [interval.low for interval in from_previous],
                "rate_from_previous_high": [interval.high for interval in from_previous],
                "dropped": self.dropped,
            }
        )
        if self.units is None:
            return frame
        return frame.join(_time_quartiles(self.units, self.previous))

    @property
    def title(self) -> str:
        return f"Funnel: {' -> '.join(self.steps)}"

    @property
    def method(self) -> str:
        if self.within is None or self.rules is None:
            return "Counts as given; Wilson score intervals (95%)."
        rules = f"{_ORDERS[self.order]}; {self.rules.in_words()}"
        if self.continued is not None:
            return (
                f"Open funnel: {self.counted} (column '{self.unit}') who did each step, from "
                f"wherever they came; from the previous step, those who moved on within "
                f"{_words(self.within)} (inclusive). Wilson score intervals (95%)."
            )
        late = "left out" if self.unfinished == "drop" else "counted"
        return (
            f"Counted: {self.counted} (column '{self.unit}'), each once, within "
            f"{_words(self.within)} of the first step (inclusive); {rules}. As of "
            f"{_shown_moment(self.as_of)}; unfinished windows are {late}. Wilson score "
            "intervals (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Each unit's events are all in the table, under one id.",
            "Units decide independently of one another (the intervals rest on this).",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        first, last, n = self.steps[0], self.steps[-1], self.counts[0]
        if n == 0:
            return f"Nobody reached '{first}', so there is no rate to report."
        if self.continued is not None and len(self.steps) > 1:
            k = min(range(1, len(self.steps)), key=lambda step: self.rate_from_previous[step])
            return (
                f"{self._number(n)} did '{first}' and {self._number(self.counts[-1])} '{last}', "
                f"from wherever they came. The weakest move is from '{self.steps[k - 1]}' to "
                f"'{self.steps[k]}': {percent(self.rate_from_previous[k])} of "
                f"{count(self.counts[k - 1])} moved on."
            )
        if len(self.steps) == 1:
            return f"{self._number(n)} reached '{first}'."
        low, high = self.interval_from_start()[-1]
        window = f" within {_words(self.within)}" if self.within is not None else ""
        sentence = (
            f"Of {self._number(n)} who reached '{first}', {count(self.counts[-1])} "
            f"({percent(self.rate_from_start[-1])}, 95% interval {percent_interval(low, high)}) "
            f"went on to '{last}'{window}."
        )
        required = [k for k in range(1, len(self.steps)) if not any(self.optional[k : k + 1])]
        k = max(required, key=lambda step: self.dropped[step])
        before = self.previous[k] or 0
        if self.dropped[k] == 0:
            return f"{sentence} Nobody dropped out on the way."
        return (
            f"{sentence} The largest loss is between '{self.steps[before]}' and "
            f"'{self.steps[k]}': {count(self.dropped[k])} of {count(self.counts[before])} "
            f"({percent(self.dropped[k] / self.counts[before])}) went no further."
        )

    def dropped_after(self, step: str | int) -> pd.DataFrame:
        """Return the units that reached this step and none after it, by label or number from 1."""
        units, level = self._units_at(step, "step")
        return units[units["level"] == level].reset_index(drop=True)

    def next_events(self, *, after: str | int) -> FunnelNextEvents:
        """Return what units did next once they had reached a step.

        Those who stopped there are set against those who went on, each by its first event that
        is later than the step and within the attempt's window.

        Parameters
        ----------
        after : str or int
            The step, by label or number from 1; neither the last nor an optional one.

        Examples
        --------
        >>> import pandas as pd, pmlab as pm
        >>> events = pd.DataFrame({
        ...     "user_id": ["a", "a", "b", "b"], "event": ["visit", "help", "visit", "buy"],
        ...     "time": ["2026-03-01", "2026-03-02", "2026-03-01", "2026-03-03"]})
        >>> f = pm.funnel(events, ["visit", "buy"], within="7d", as_of="2026-04-01")
        >>> f.next_events(after="visit").to_frame()[["event", "stopped", "went_on"]].values.tolist()
        [['help', 1, 0], ['buy', 0, 1]]
        """
        units, level = self._units_at(after, "after")
        if level == len(self.steps) or any(self.optional[level - 1 : level]):
            which = "the last step" if level == len(self.steps) else "optional"
            raise InputError(
                f"after={after!r} is {which}, after which nobody stops or goes on; name a required "
                "step before the last."
            )
        source = self._source_for("next_events", of_segment=True)
        return funnel_next_events(source, units, self.steps, level, self.counted)

    def explain(self, unit: Hashable) -> FunnelExplanation:
        """Return why a unit stopped where it did, event by event.

        Parameters
        ----------
        unit : value
            As it stands in the column of what is counted, such as a user id.

        Raises
        ------
        NotFoundError
            For a unit without any event.
        InputError
            For counts that were typed in, an open funnel, totals, and one segment of a breakdown.

        Examples
        --------
        >>> import pandas as pd, pmlab as pm
        >>> events = pd.DataFrame({
        ...     "user_id": ["a", "a"], "event": ["visit", "buy"],
        ...     "time": ["2026-03-01", "2026-03-12"]})
        >>> f = pm.funnel(events, ["visit", "buy"], within="7d", as_of="2026-04-01")
        >>> f.explain("a").reasons
        ("Too late: it did 'buy' 11 days after 'visit', and the window is 7 days.",)
        """
        found = explain_unit(self._source_for("explain"), unit)
        if self.units is None or found.level == 0 or (self.units[self.unit] == unit).any():
            return found
        left_out = (
            f"it is left out of the counts: it first entered less than {_words(found.within)} "
            f"before {_shown_moment(self.as_of)} (unfinished='drop')."
        )
        return replace(found, warnings=(*found.warnings, left_out))

    def _units_at(self, step: str | int, parameter: str) -> tuple[pd.DataFrame, int]:
        """Return the units, and the number of a step that a caller named."""
        if self.continued is not None:
            raise InputError(
                "closed=False: an open funnel follows no unit from step to step, so nobody stops "
                "in it; count a closed one."
            )
        if self.units is None:
            raise InputError("these counts have no units; count events with pm.funnel first.")
        labels = list(self.steps)
        if isinstance(step, str) and step in labels:
            return self.units, labels.index(step) + 1
        if isinstance(step, int) and not isinstance(step, bool) and 1 <= step <= len(labels):
            return self.units, step
        raise NotFoundError(
            f"{parameter}={step!r}: the funnel has no such step. {did_you_mean(step, labels)}"
        )

    def trend(self, every: Literal["D", "W", "M"]) -> FunnelTrend:
        """Return the funnel for each day, week (from Monday) or month of entry.

        Periods whose windows are not all over by `as_of` are marked as not complete.
        """
        return funnel_trend(self._source_for("trend"), every)

    def times(self) -> FunnelTimes:
        """Return how long it takes from the first entry to the last step (Kaplan-Meier)."""
        return funnel_times(self._source_for("times"), self.counted)

    def _source_for(self, question: str, *, of_segment: bool = False) -> Source:
        if self.source is None:
            raise InputError(
                f"{question}() needs the events again, and this result has none of its own; "
                "ask it of a whole closed funnel that pm.funnel counted."
            )
        if self.source.by is not None and not of_segment:
            raise InputError(
                f"{question}() follows all units, and this is one segment by "
                f"{self.source.by!r}; filter the events to the segment and count them with "
                "pm.funnel, or ask the breakdown's .overall."
            )
        return self.source

    def _number(self, n: int) -> str:
        return number_of(n, self.counted.removesuffix("s"))

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        table = {
            "step": list(self.steps),
            self.counted: [count(value) for value in self.counts],
            "from start": [percent(value) for value in self.rate_from_start],
            "95% interval": [percent_interval(*ends) for ends in self.interval_from_start()],
            "from previous": [percent(value) for value in self.rate_from_previous],
            "dropped": ["-", *(count(value) for value in self.dropped[1:])],
        }
        if self.units is not None and len(self.steps) > 1:
            for heading, column in (
                ("median from previous", "time_from_previous_median"),
                ("median from start", "time_from_start_median"),
            ):
                table[heading] = [_shown_time(value) for value in frame[column]]
        return table


def funnel_from_counts(counts: Sequence[int], *, steps: Sequence[str]) -> FunnelResult:
    """Make a funnel result from counts that someone else counted, say on a slide.

    Parameters
    ----------
    counts : sequence of int
        Units that reached each step, from the first on; they never rise.
    steps : sequence of str
        What the steps are called, one for each count.

    Returns
    -------
    FunnelResult
        Without `units` and times, which counts do not tell.

    Raises
    ------
    InputError
        For counts that are no whole numbers, are negative, rise, or do not fit the steps.

    Examples
    --------
    >>> f = funnel_from_counts([1000, 420, 96], steps=["visit", "sign_up", "purchase"])
    >>> f.rate_from_previous[1], f.rate_from_start[2]
    (0.42, 0.096)
    """
    whole = [_whole_number(value, place) for place, value in enumerate(counts, start=1)]
    if isinstance(steps, str) or len(whole) != len(steps):
        raise InputError(
            f"counts has {len(whole)} numbers and steps={steps!r}; give one name for each count."
        )
    if not whole:
        raise InputError("counts is empty; give at least one.")
    for place, (before, after) in enumerate(pairwise(whole), start=2):
        if after > before:
            raise InputError(
                f"counts rise from {before} to {after} at step {place}; whoever reaches a step "
                "has reached the one before. Are these events rather than people?"
            )
    result = FunnelResult(steps=tuple(str(step) for step in steps), counts=whole)
    return replace(result, warnings=undefined_rates(result))


def undefined_rates(result: FunnelResult) -> tuple[str, ...]:
    """Return the reason why rates are undefined, where some are."""
    if result.counts[0] == 0:
        return (f"nobody reached step 1 ('{result.steps[0]}'), so every rate is undefined (NaN).",)
    return tuple(
        f"nobody reached '{before}', so the rate from there to '{step}' is undefined (NaN)."
        for n, (before, step) in zip(result.counts, pairwise(result.steps), strict=False)
        if n == 0
    )


def unfinished_windows(result: FunnelResult) -> tuple[str, ...]:
    """Return what unfinished windows do to the answer, where there are some."""
    if not result.n_unfinished or result.counts_finished is None or result.within is None:
        return ()
    who = (
        f"{result._number(result.n_unfinished)} first entered less than "
        f"{_words(result.within)} before {_shown_moment(result.as_of)}"
    )
    if result.unfinished == "drop":
        return (f"{who} and were left out.",)
    finished = result.counts_finished
    if finished[0] == 0:
        return (f"{who} and may still go on; nobody else entered.",)
    return (
        f"{who} and may still go on. Without them {percent(finished[-1] / finished[0])} instead of "
        f"{percent(result.rate_from_start[-1])} reach '{result.steps[-1]}' "
        "(unfinished='drop').",
    )


def _whole_number(value: Any, place: int) -> int:
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        whole = -1
    if isinstance(value, str | bool) or whole < 0 or whole != value:
        raise InputError(
            f"counts: number {place} is {value!r}; a count is a whole number, 0 or more."
        )
    return whole


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _words(span: timedelta) -> str:
    return duration(span / timedelta(microseconds=1))


def _shown_moment(moment: pd.Timestamp | None) -> str:
    return "-" if moment is None else moment.isoformat(sep=" ", timespec="auto")


def _shown_time(span: Any) -> str:
    return "-" if pd.isna(span) else _words(span)


def _time_quartiles(units: pd.DataFrame, previous: Sequence[int | None]) -> pd.DataFrame:
    """Return the quartiles of the times between steps, linearly interpolated (Hyndman-Fan 7)."""
    quartiles = {"q25": 0.25, "median": 0.5, "q75": 0.75}
    columns: dict[str, list[Any]] = {}
    for k, before in enumerate(previous):
        reached = units.loc[units[f"time_{k + 1}"].notna()]
        for name, origin in (("previous", before), ("start", 0)):
            # Step 1 comes from nowhere: its times are undefined, not 0.
            spans = None
            if before is not None:
                spans = reached[f"time_{k + 1}"] - reached[f"time_{(origin or 0) + 1}"]
                spans = spans.where(spans > pd.Timedelta(0), pd.Timedelta(0))  # a late clock
            for suffix, q in quartiles.items():
                value = pd.NaT if spans is None else spans.quantile(q)
                columns.setdefault(f"time_from_{name}_{suffix}", []).append(value)
    return pd.DataFrame(columns, dtype="timedelta64[us]")


_ORDERS = {
    "ordered": "steps in order, anything in between",
    "strict": "steps in order, nothing in between",
    "unordered": "steps in any order",
}
