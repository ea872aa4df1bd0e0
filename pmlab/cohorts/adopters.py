"""`adoption`: how many of those who could take something up do, and how soon."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from pmlab.cohorts.asked import Asked, Which, as_events, quoted
from pmlab.cohorts.survival_curves import first_times
from pmlab.durations import Duration, in_words, parse_positive
from pmlab.results import Result, count, number_of, percent, percent_interval
from pmlab.stats import Interval, kaplan_meier, wilson_interval

__all__ = ["Adoption", "adoption"]


def adoption(
    events: Any,
    *,
    eligible: Which = None,
    adopted: Which,
    within: Duration,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> Adoption:
    """Count how many of those who could take something up have, in time, and estimate how soon.

    A user is eligible from their first `eligible` event, and adopts with their first `adopted`
    event at that time or later. Only users whose whole window has passed by `as_of` are in the
    denominator of the rate; the curve uses all, and those who have not adopted are censored.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    eligible : str, list of str, condition or Step, optional
        The events from which on a user could adopt, as in `retention`; their first of any kind
        unless given.
    adopted : str, list of str, condition or Step
        The events with which users adopt.
    within : str or timedelta
        How soon, inclusive: ``"7d"``.
    as_of : datetime or str, optional
        Until when the events are complete; later ones are left out. The latest time in the whole
        table unless given.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    Adoption

    Raises
    ------
    InputError, NotFoundError
        As `retention`.

    References
    ----------
    See `pmlab.stats.wilson_interval` and `pmlab.stats.kaplan_meier`.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "sign_up", "2026-03-01"), ("anna", "save_plan", "2026-03-03"),
    ...      ("ben", "sign_up", "2026-03-02"), ("cleo", "sign_up", "2026-03-19")],
    ...     columns=["user_id", "event", "time"])
    >>> a = pm.adoption(events, eligible="sign_up", adopted="save_plan", within="7d",
    ...     as_of="2026-03-20")
    >>> a.n_eligible, a.n_adopted, a.n_unfinished, a.rate
    (2, 1, 1, 0.5)
    """
    asked = Asked.of(
        events,
        [as_events(eligible, "eligible"), as_events(adopted, "adopted")],
        roles={"user": user, "event": event, "time": time},
        as_of=as_of,
    )
    window = parse_positive(within, "within")
    found = first_times(asked)
    over = found.observable >= window
    in_time = found.happened & (found.watched <= window)
    curve = kaplan_meier(found.watched, found.happened)
    undefined = (
        f"nobody's {in_words(window)} had passed by {found.counted.as_of}, so the rate is "
        "undefined; the curve shows what is known.",
    )
    return Adoption(
        eligible=asked.events[0].name,
        adopted=asked.events[1].name,
        within=timedelta(microseconds=window),
        as_of=found.counted.as_of,
        n_eligible=int(over.sum()),
        n_adopted=int((over & in_time).sum()),
        n_unfinished=int((~over).sum()),
        longest=timedelta(microseconds=int(found.observable.max())),
        curve=pd.DataFrame(
            {
                "time": curve.time.astype("timedelta64[us]"),
                "at_risk": curve.at_risk,
                "adopted": curve.events,
                "share": 1 - curve.survival,
                "share_low": 1 - curve.high,
                "share_high": 1 - curve.low,
            }
        ),
        warnings=(*(() if over.any() else undefined), *found.counted.warnings),
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Adoption(Result):
    """How many of those who could take something up have, and how soon."""

    eligible: str
    adopted: str
    within: timedelta
    as_of: pd.Timestamp
    """Until when the events are complete."""
    n_eligible: int
    """Users whose whole window has passed."""
    n_adopted: int
    """Those of them who adopted within it."""
    n_unfinished: int
    """Users whose window has not passed yet, whether they have adopted or not."""
    longest: timedelta
    """How long the one who was watched longest was."""
    curve: pd.DataFrame
    """One row a time at which users adopted: `time` since they were eligible, `at_risk`,
    `adopted`, and `share` adopted by then (Kaplan-Meier), with `share_low` and `share_high`."""

    @property
    def rate(self) -> float:
        """Share of the eligible that adopted in time; NaN if nobody's window has passed."""
        return self.n_adopted / self.n_eligible if self.n_eligible else math.nan

    def interval(self, *, confidence_level: float = 0.95) -> Interval:
        """Return the Wilson interval of `rate`."""
        return wilson_interval(self.n_adopted, self.n_eligible, confidence_level=confidence_level)

    def share_by(self, time: timedelta) -> float:
        """Return the estimated share that has adopted by this time; NaN where none was watched."""
        if time > self.longest:
            return math.nan
        before = self.curve[self.curve["time"] <= pd.Timedelta(time)]
        return float(before["share"].iloc[-1]) if len(before) else 0.0

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    @property
    def title(self) -> str:
        return f"Adoption: {quoted(self.adopted)} after {quoted(self.eligible)}"

    @property
    def method(self) -> str:
        return (
            f"From each user's first {quoted(self.eligible)} to their first "
            f"{quoted(self.adopted)} at that time or later. Rate: those who adopted within "
            f"{self._window} (inclusive), of those "
            f"whose {self._window} had passed by {self.as_of}; Wilson score interval (95%). Curve: "
            "Kaplan-Meier over all; whoever has not adopted is censored at the end of the data. "
            "Greenwood intervals on the log-log scale (95%)."
        )

    @property
    def _window(self) -> str:
        return in_words(self.within // timedelta(microseconds=1))

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Users who were eligible late will adopt like those who were early (the curve).",
            f"The log holds everybody's first {quoted(self.eligible)}.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        if not self.n_eligible:
            return (
                f"{number_of(self.n_unfinished, 'user')} could adopt {quoted(self.adopted)}, none "
                f"of them for {self._window} yet, so there is no rate to report."
            )
        low, high = self.interval()
        sentence = (
            f"Of {number_of(self.n_eligible, 'user')} whose {self._window} after "
            f"{quoted(self.eligible)} had passed, {percent(self.rate)} (95% interval "
            f"{percent_interval(low, high)}) adopted {quoted(self.adopted)} in that time."
        )
        in_time = self.curve[self.curve["time"] <= pd.Timedelta(self.within)]
        if in_time.empty:
            return f"{sentence} Nobody has adopted it that soon."
        final = float(in_time["share"].iloc[-1])
        half = in_time[in_time["share"] >= final / 2]["time"].iloc[0]
        return (
            f"{sentence} Half of those who adopt that soon have done so after "
            f"{in_words(half // timedelta(microseconds=1))}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        low, high = self.interval()
        marks = [self.within * part / 4 for part in range(1, 5)]
        return {
            "": [
                "eligible",
                "adopted",
                "rate",
                "95% interval",
                *(f"curve after {in_words(mark // timedelta(microseconds=1))}" for mark in marks),
            ],
            "users": [
                count(self.n_eligible),
                count(self.n_adopted),
                percent(self.rate),
                percent_interval(low, high),
                *(percent(self.share_by(mark)) for mark in marks),
            ],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = list(super()._notes())
        if self.n_unfinished:
            who = number_of(self.n_unfinished, "user")
            notes.append(("Not in the rate", f"{who} whose {self._window} are not over yet."))
        return notes
