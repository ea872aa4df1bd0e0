"""What units did next after a step: those who stopped there, and those who went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from pmlab.durations import in_words
from pmlab.events import Match, MatchedEvents, read_matches
from pmlab.events.columns import Ints
from pmlab.funnels.engine import rounded
from pmlab.funnels.source import Source
from pmlab.results import Result, count, number_of, percent, points, points_interval
from pmlab.stats import newcombe_interval

__all__ = ["NOTHING", "FunnelNextEvents", "funnel_next_events"]

NOTHING = "(nothing)"
"""What those did who did nothing more in their window."""

UNNAMED = "(no name)"
"""An event whose name is missing."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelNextEvents(Result):
    """The first event after a step: of the units that stopped there and of those that went on."""

    after: str
    within: timedelta
    counted: str
    """What the units are called."""
    n_stopped: int
    n_went_on: int
    stopped: Mapping[str, int]
    """How many of those who stopped did each event next."""
    went_on: Mapping[str, int]

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return one row an event, the most common among those who stopped first.

        With the shares of those who stopped and of those who went on, and the difference of the
        two with its Newcombe interval.
        """
        names = sorted(
            {*self.stopped, *self.went_on},
            key=lambda name: (-self.stopped.get(name, 0), -self.went_on.get(name, 0), name),
        )
        rows = []
        for name in names:
            stopped, went_on = self.stopped.get(name, 0), self.went_on.get(name, 0)
            low, high = newcombe_interval(
                stopped,
                self.n_stopped,
                went_on,
                self.n_went_on,
                confidence_level=confidence_level,
            )
            own = stopped / self.n_stopped if self.n_stopped else np.nan
            other = went_on / self.n_went_on if self.n_went_on else np.nan
            rows.append((name, stopped, went_on, own, other, own - other, low, high))
        return pd.DataFrame(
            rows,
            columns=[
                "event",
                "stopped",
                "went_on",
                "share_of_stopped",
                "share_of_went_on",
                "difference",
                "difference_low",
                "difference_high",
            ],
        )

    @property
    def title(self) -> str:
        return f"What came next after '{self.after}'"

    @property
    def method(self) -> str:
        window = in_words(self.within // timedelta(microseconds=1))
        return (
            f"For each of the {self.counted}, the first event later than '{self.after}' in its "
            f"best attempt, and at most {window} after the attempt began; of several at one time, "
            f"the name that sorts first. Each counts once. Newcombe intervals (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "What came next need not be why they stopped; it says where to look.",
            "Units decide independently of one another (the intervals rest on this).",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        who = self.counted.removesuffix("s")
        groups = (
            f"After '{self.after}', {number_of(self.n_stopped, who)} stopped and "
            f"{count(self.n_went_on)} went on."
        )
        frame = self.to_frame()
        if self.n_stopped == 0:
            return groups
        first = frame.iloc[0]
        most = (
            f"{groups} Of those who stopped, {percent(first['share_of_stopped'])} did "
            f"{_quoted(first['event'])}"
        )
        if self.n_went_on == 0:
            return f"{most}."
        ahead = frame.sort_values("difference", ascending=False, kind="stable").iloc[0]
        against = f"against {percent(first['share_of_went_on'])} of those who went on"
        if ahead["event"] == first["event"]:
            return f"{most}, {against}: the largest gap."
        return (
            f"{most}, {against}; the largest gap is {_quoted(ahead['event'])}: "
            f"{percent(ahead['share_of_stopped'])} against {percent(ahead['share_of_went_on'])}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        ends = zip(frame["difference_low"], frame["difference_high"], strict=True)
        return {
            "next event": frame["event"].tolist(),
            "stopped": [count(n) for n in frame["stopped"]],
            "share": [percent(share) for share in frame["share_of_stopped"]],
            "went on": [count(n) for n in frame["went_on"]],
            "share of those": [percent(share) for share in frame["share_of_went_on"]],
            "difference": [points(difference) for difference in frame["difference"]],
            "95% interval": [points_interval(low, high) for low, high in ends],
        }


def funnel_next_events(
    source: Source, units: pd.DataFrame, steps: Sequence[str], level: int, counted: str
) -> FunnelNextEvents:
    """Find the first event of each unit after the step of this level."""
    event = source.log.event
    matched = read_matches(source.log, [(Match(),)], unit=source.unit, properties={"event": event})
    reached = units[units["level"] >= level]
    times = [matched_micros(reached[f"time_{k}"]) for k in range(1, level + 1)]
    own = matched.unit.values.get_indexer(pd.Index(reached[source.unit]))
    # Where clocks disagree or a step was left out, the step's own time is not the latest.
    begin, since = times[0], np.max(times, axis=0)
    until = begin + source.plan.within
    code = _first_after(matched, rounded(matched.time, source.plan), event, own, since, until)
    names = matched.properties[event].values
    went_on = reached["level"].to_numpy() > level
    open_still = int((until[~went_on] > source.until(matched)).sum())
    warnings: tuple[str, ...] = ()
    if open_still:
        who = number_of(open_still, counted.removesuffix("s"))
        warnings = (f"{who} of those who stopped may still go on: their window is not over.",)
    return FunnelNextEvents(
        after=steps[level - 1],
        within=timedelta(microseconds=source.plan.within),
        counted=counted,
        n_stopped=int((~went_on).sum()),
        n_went_on=int(went_on.sum()),
        stopped=_by_name(code[~went_on], names),
        went_on=_by_name(code[went_on], names),
        warnings=warnings,
    )


def matched_micros(times: pd.Series) -> Ints:
    """Return the times of units as microseconds; `NO_TIME` for NaT."""
    plain = times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
    micros: Ints = plain.to_numpy().astype("datetime64[us]").view(np.int64)
    return micros


def _first_after(
    matched: MatchedEvents, time: Ints, event: str, unit: Ints, since: Ints, until: Ints
) -> Ints:
    """Return the name's code of each unit's first event in (since, until]; -1 for none."""
    n_names = len(matched.properties[event].values)
    name = matched.properties[event].codes
    name = np.where(name < 0, n_names, name)  # an event without a name comes last
    asks = np.concatenate([np.zeros(len(time), dtype=bool), np.ones(len(unit), dtype=bool)])
    units = np.concatenate([matched.unit.codes, unit])
    times = np.concatenate([time, since])
    order = np.lexsort((np.concatenate([name, np.zeros_like(unit)]), asks, times, units))
    # From the right: where the next event stands in this order.
    n = len(order)
    place = np.where(asks[order], n, np.arange(n))
    following = np.minimum.accumulate(place[::-1])[::-1]
    next_of_ask = np.empty(len(unit), dtype=np.int64)
    mine = asks[order]
    next_of_ask[order[mine] - len(time)] = following[mine]
    row = order[np.minimum(next_of_ask, n - 1)]
    found = (next_of_ask < n) & (units[row] == unit) & (times[row] <= until)
    names_at: Ints = np.where(found, np.append(name, np.zeros_like(unit))[row], -1)
    return names_at


def _by_name(codes: Ints, names: pd.Index) -> dict[str, int]:
    present, sizes = np.unique(codes, return_counts=True)
    called = [*map(str, names), UNNAMED]
    return {
        NOTHING if code < 0 else called[code]: size
        for code, size in zip(present.tolist(), sizes.tolist(), strict=True)
    }


def _quoted(name: str) -> str:
    return "nothing more" if name == NOTHING else f"'{name}' next"
