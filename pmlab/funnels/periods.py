"""Funnels by period of entry, and how long conversion takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from pmlab.durations import in_words
from pmlab.errors import InputError, require_choice
from pmlab.events import MatchedEvents
from pmlab.events.columns import Ints
from pmlab.events.periods import PERIODS, Calendar, Every
from pmlab.funnels.engine import Attempts, Rows, follow, rows_of
from pmlab.funnels.plan import Plan
from pmlab.funnels.source import Source
from pmlab.funnels.steps import labels_of
from pmlab.results import Result, count, number_of, percent, percent_interval
from pmlab.stats import kaplan_meier, wilson_interval

__all__ = ["FunnelTimes", "FunnelTrend", "funnel_times", "funnel_trend"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelTrend(Result):
    """A funnel for each period in which units entered.

    A unit counts once in every period in which it entered, with its best attempt starting there.
    """

    steps: tuple[str, ...]
    every: Literal["D", "W", "M"]
    within: timedelta
    as_of: pd.Timestamp
    periods: tuple[pd.Timestamp, ...]
    """When each period begins."""
    counts: tuple[tuple[int, ...], ...]
    """Units at each step, for each period."""
    complete: tuple[bool, ...]
    """Whether all windows of the period were over by `as_of`."""

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return one row a period: users at each step, rate with interval, and if complete."""
        rows = []
        for period, counts, complete in zip(self.periods, self.counts, self.complete, strict=True):
            low, high = wilson_interval(counts[-1], counts[0], confidence_level=confidence_level)
            rate = counts[-1] / counts[0] if counts[0] else float("nan")
            rows.append(
                {
                    "period": period,
                    "users": counts[0],
                    **dict(zip(self.steps, counts, strict=True)),
                    "rate_from_start": rate,
                    "rate_from_start_low": low,
                    "rate_from_start_high": high,
                    "complete": complete,
                }
            )
        return pd.DataFrame(rows)

    @property
    def title(self) -> str:
        return f"Funnel by {PERIODS[self.every]} of entry: {' -> '.join(self.steps)}"

    @property
    def method(self) -> str:
        return (
            f"Each counts once in every {PERIODS[self.every]} in which it entered, with its best "
            f"attempt starting there. A {PERIODS[self.every]} is complete when its end and "
            f"{in_words(self.within // timedelta(microseconds=1))} more are over by {self.as_of}. "
            "Wilson score intervals (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("Periods differ in who entered, too: a change of rate may be one of mix.",)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo; incomplete periods left out."""
        frame = self.to_frame()
        whole = frame[frame["complete"] & (frame["users"] > 0)]
        left_out = int((~frame["complete"]).sum())
        note = f" {number_of(left_out, PERIODS[self.every])} not complete yet." if left_out else ""
        if len(whole) < 2:
            return f"Fewer than two complete {PERIODS[self.every]}s to compare.{note}"
        ranked = whole.sort_values("rate_from_start", kind="stable")
        worst, best = ranked.iloc[0], ranked.iloc[-1]
        return (
            f"Over {len(whole)} complete {PERIODS[self.every]}s, the share that reached "
            f"'{self.steps[-1]}' was highest in the {PERIODS[self.every]} of "
            f"{best['period']:%d %B %Y} ({percent(best['rate_from_start'])}) and lowest in that of "
            f"{worst['period']:%d %B %Y} ({percent(worst['rate_from_start'])}).{note}"
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        return {
            PERIODS[self.every]: [f"{period:%Y-%m-%d}" for period in frame["period"]],
            **{step: [count(n) for n in frame[step]] for step in self.steps},
            "from start": [percent(rate) for rate in frame["rate_from_start"]],
            "95% interval": [
                percent_interval(low, high)
                for low, high in zip(
                    frame["rate_from_start_low"], frame["rate_from_start_high"], strict=True
                )
            ],
            "complete": ["yes" if complete else "not yet" for complete in frame["complete"]],
        }


def funnel_trend(source: Source, every: str) -> FunnelTrend:
    """Count a funnel for each day, week or month of entry."""
    require_choice("every", every, tuple(PERIODS))
    plan, matched = source.plan, source.read()
    until = source.until(matched)
    rows = rows_of(matched, plan)
    edges = _edges(matched, rows, plan, every)  # type: ignore[arg-type]
    counts = _counts_by_period(rows, plan, edges)
    return FunnelTrend(
        steps=labels_of(plan.steps),
        every=every,  # type: ignore[arg-type]
        within=timedelta(microseconds=plan.within),
        as_of=matched.moment(until),
        periods=tuple(matched.moments(edges[:-1])),
        counts=tuple(counts),
        complete=tuple(bool(end + plan.within <= until) for end in edges[1:]),
    )


def _edges(matched: MatchedEvents, rows: Rows, plan: Plan, every: Every) -> Ints:
    """Return when each period begins, by the clock of the log, and when the last one ends."""
    entries = rows.time[(rows.matches & _entry_bits(plan)) != 0]
    if len(entries) == 0:
        raise InputError("nobody entered the funnel, so there is no period to show.")
    calendar = Calendar(every, matched.time_zone)
    first, last = calendar.numbers(np.array([entries.min(), entries.max()], dtype=np.int64))
    return calendar.begins(np.arange(first, last + 2, dtype=np.int64))


def _entry_bits(plan: Plan) -> int:
    """Return the steps, as bits, whose events enter the funnel."""
    anywhere = plan.order == "unordered" and not plan.rules.anchor_first
    return (1 << len(plan.steps)) - 1 if anywhere else 1


def _counts_by_period(rows: Rows, plan: Plan, edges: Ints) -> list[tuple[int, ...]]:
    if plan.count == "totals":
        attempts = follow(rows, plan)
        period = np.searchsorted(edges, attempts.entered, side="right") - 1
        return [_reached(attempts, period == p) for p in range(len(edges) - 1)]
    counts = []
    for begin, end in pairwise(edges):
        near = (rows.time >= begin - plan.tolerance) & (rows.time < end + plan.within)
        starts_here = (rows.time >= begin) & (rows.time < end)
        matches = rows.matches
        if plan.order != "unordered" or plan.rules.anchor_first:
            # Elsewhere, a first step is no start; it may still be another step.
            matches = np.where(starts_here, matches, matches & ~np.int64(1))
        own = replace(
            rows,
            place=rows.place[near],
            time=rows.time[near],
            matches=matches[near],
            key=rows.key[near],
            starts=(int(begin), int(end)),
        )
        attempts = follow(own, plan)
        counts.append(_reached(attempts, np.ones(len(attempts.level), dtype=bool)))
    return counts


def _reached(attempts: Attempts, which: np.ndarray) -> tuple[int, ...]:
    n_steps = attempts.times.shape[1]
    own = attempts.included[which] if len(which) else np.zeros((0, n_steps), dtype=bool)
    return tuple(own.sum(axis=0).tolist())


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelTimes(Result):
    """How long units take from their first entry to the last step: a Kaplan-Meier curve.

    Units that did not convert count as long as they were watched, so that those who came in
    late do not make conversion look slow or rare.
    """

    steps: tuple[str, ...]
    within: timedelta
    n_units: int
    counted: str
    """What the units are called."""
    curve: pd.DataFrame
    """One row a time at which units converted: `time` since entry, `at_risk`, `converted`, and
    `share` converted by then, with `share_low` and `share_high`."""

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    def share_by(self, time: timedelta) -> float:
        """Return the estimated share that has converted by this time since entry."""
        before = self.curve[self.curve["time"] <= pd.Timedelta(time)]
        return float(before["share"].iloc[-1]) if len(before) else 0.0

    @property
    def title(self) -> str:
        return f"Time from '{self.steps[0]}' to '{self.steps[-1]}'"

    @property
    def method(self) -> str:
        return (
            "Kaplan-Meier from the first entry; whoever has not converted is censored at the end "
            "of the window or of the data. Greenwood intervals on the log-log scale (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("Those who entered late will convert like those who entered early.",)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        who = number_of(self.n_units, self.counted.removesuffix("s"))
        if self.curve.empty:
            return f"None of {who} converted while watched."
        final = float(self.curve["share"].iloc[-1])
        half = self.curve[self.curve["share"] >= final / 2]["time"].iloc[0]
        window = in_words(self.within // timedelta(microseconds=1))
        return (
            f"An estimated {percent(final)} of {who} reach "
            f"'{self.steps[-1]}' within {window} of their first '{self.steps[0]}'. Half of those "
            f"who do have done so after {in_words(half // timedelta(microseconds=1))}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        marks = [self.within * part / 8 for part in range(1, 9)]
        return {
            "after": [in_words(mark // timedelta(microseconds=1)) for mark in marks],
            "converted": [percent(self.share_by(mark)) for mark in marks],
        }


def funnel_times(source: Source, counted: str) -> FunnelTimes:
    """Estimate how long it takes from the first entry to the last step."""
    plan, matched = source.plan, source.read()
    until = source.until(matched)
    attempts = follow(rows_of(matched, plan), plan)
    known = attempts.entered <= until
    entered = attempts.entered[known]
    watched = np.minimum(plan.within, until - entered)
    whole = attempts.level[known] == len(plan.steps)
    needed = np.maximum(attempts.times[known, -1] - entered, 0)
    converted = whole & (needed <= watched)
    curve = kaplan_meier(np.where(converted, needed, watched), converted)
    return FunnelTimes(
        steps=labels_of(plan.steps),
        within=timedelta(microseconds=plan.within),
        n_units=len(entered),
        counted=counted,
        curve=pd.DataFrame(
            {
                "time": curve.time.astype("timedelta64[us]"),
                "at_risk": curve.at_risk,
                "converted": curve.events,
                "share": 1 - curve.survival,
                "share_low": 1 - curve.high,
                "share_high": 1 - curve.low,
            }
        ),
    )
