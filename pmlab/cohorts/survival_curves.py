"""`survival`: how long it takes until something happens, by group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.cohorts.asked import MISSING, Asked, Counted, Which, as_events, quoted
from pmlab.cohorts.passes import FirstTimes
from pmlab.durations import DAY
from pmlab.errors import InputError
from pmlab.events.columns import NO_TIME, Ints, as_codes
from pmlab.results import BLANK, Result, count, number_of, percent, percent_interval
from pmlab.stats import Interval, LogRank, SurvivalCurve, kaplan_meier, log_rank

__all__ = ["Survival", "SurvivalGroup", "survival", "survival_from_durations"]

ALL = "all"
"""What the only group is called."""

MOST_GROUPS = 20
"""More curves tell nothing apart, and come from a column such as a user id."""


def survival(
    events: Any,
    *,
    start: Which,
    end: Which,
    by: str | None = None,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> Survival:
    """Estimate how many users go how long from one event without another: Kaplan-Meier.

    A user is watched from their first `start` event until their first `end` event at that time or
    later. Who has none by `as_of` is censored there: watched so long without it, and not lost.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    start, end : str, list of str, condition or Step
        The events that begin and end the time that counts, as in `retention`; None for any.
    by : str, optional
        A column whose value at the start makes groups, which the log-rank test compares.
    as_of : datetime or str, optional
        Until when the events are complete; later ones are left out. The latest time in the whole
        table unless given.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    Survival
        With times in days.

    Raises
    ------
    InputError, NotFoundError
        As `retention`.

    References
    ----------
    See `pmlab.stats.kaplan_meier` and `pmlab.stats.log_rank`.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "subscribe", "2026-03-01"), ("anna", "cancel", "2026-03-11"),
    ...      ("ben", "subscribe", "2026-03-01"), ("cleo", "subscribe", "2026-03-20")],
    ...     columns=["user_id", "event", "time"])
    >>> s = pm.survival(events, start="subscribe", end="cancel", as_of="2026-03-31")
    >>> s.to_frame()[["time", "at_risk", "events", "survival"]].values.tolist()
    [[10.0, 3.0, 1.0, 0.6666666666666667]]
    """
    asked = Asked.of(
        events,
        [as_events(start, "start"), as_events(end, "end")],
        roles={"user": user, "event": event, "time": time},
        as_of=as_of,
        by=by,
    )
    found = first_times(asked)
    code, names = found.value, [ALL]
    if found.counted.values is not None:
        names = [*found.counted.values.values.tolist(), MISSING]
        code = np.where(code < 0, len(names) - 1, code)
    return _survival(
        found.watched / DAY,
        found.happened,
        code,
        names,
        what=f"without {quoted(asked.events[1].name)} after {quoted(asked.events[0].name)}",
        unit="days",
        by=by,
        as_of=found.counted.as_of,
        warnings=found.counted.warnings,
    )


def survival_from_durations(
    durations: npt.ArrayLike,
    observed: npt.ArrayLike,
    *,
    groups: Sequence[Any] | None = None,
    unit: str = "days",
) -> Survival:
    """Estimate survival from durations that are known already: one for each user.

    Parameters
    ----------
    durations : sequence of n numbers
        How long each was watched.
    observed : sequence of n bools
        Whether the watching ended because it happened; otherwise they are censored there.
    groups : sequence of n values, optional
        Groups that the log-rank test compares.
    unit : str
        What the durations are in.

    Returns
    -------
    Survival

    Raises
    ------
    InputError
        For durations below 0 or missing, or sequences of different lengths.

    Examples
    --------
    >>> import pmlab as pm
    >>> s = pm.survival_from_durations([6, 6, 6, 7, 10], [True, True, True, True, False])
    >>> s.groups[0].median
    6.0
    """
    times = np.asarray(durations, dtype=np.float64)
    happened = np.asarray(observed, dtype=bool)
    if times.ndim != 1 or times.shape != happened.shape:
        raise InputError(
            f"durations has shape {times.shape} and observed {happened.shape}; "
            "give one of each for every user."
        )
    if np.isnan(times).any():
        raise InputError(
            f"durations has {number_of(int(np.isnan(times).sum()), 'missing value')}; leave those "
            "users out of all, or say how long they were watched."
        )
    if not len(times):
        raise InputError("durations is empty; give one for every user.")
    if groups is not None and len(groups) != len(times):
        raise InputError(
            f"groups has {len(groups)} values for {len(times)} durations; give one for every user."
        )
    code, names = np.zeros(len(times), dtype=np.int64), [ALL]
    if groups is not None:
        found = as_codes(nw.from_native(pd.Series([*groups]), series_only=True)).sorted()
        names = [*found.values.tolist(), MISSING]
        code = np.where(found.codes < 0, len(names) - 1, found.codes)
    return _survival(
        times,
        happened,
        code,
        names,
        what="without it",
        unit=unit,
        by=None if groups is None else "group",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Watched:
    """How long each unit that started was watched, and whether that ended because it happened."""

    counted: Counted[FirstTimes]
    watched: Ints
    """In microseconds."""
    observable: Ints
    """From the start until `as_of`."""
    happened: npt.NDArray[np.bool_]
    value: Ints


def first_times(asked: Asked) -> Watched:
    """Watch each unit from its first start to its first end at that time or later."""
    counted = asked.count(lambda _, compiled: FirstTimes(compiled))
    found = counted.counting
    units = np.flatnonzero(found.started != NO_TIME)
    if not len(units):
        raise InputError(
            f"nobody did {asked.events[0].name!r} by {counted.as_of}, so there is nobody to watch; "
            "is as_of too early, or the condition too narrow?"
        )
    started, ended = found.started[units], found.ended[units]
    happened = ended != NO_TIME
    return Watched(
        counted=counted,
        watched=np.where(happened, ended, counted.until) - started,
        observable=counted.until - started,
        happened=happened,
        value=found.value[units],
    )


def _survival(
    times: npt.NDArray[np.float64],
    happened: npt.NDArray[np.bool_],
    code: Ints,
    names: Sequence[Any],
    *,
    what: str,
    unit: str,
    by: str | None,
    as_of: pd.Timestamp | None = None,
    warnings: tuple[str, ...] = (),
) -> Survival:
    present = np.unique(code).tolist()
    if len(present) > MOST_GROUPS:
        raise InputError(
            f"by={by!r} makes {len(present):,} groups; at most {MOST_GROUPS} can be told apart. "
            "Group the rare values into one first."
        )
    made = tuple(
        SurvivalGroup(
            name=str(names[k]),
            n_users=int((code == k).sum()),
            longest=float(times[code == k].max()),
            curve=kaplan_meier(times[code == k], happened[code == k]),
        )
        for k in present
    )
    test, notes = None, list(warnings)
    if len(made) > 1:
        test = log_rank(times, happened, code)
        if math.isnan(test.statistic):
            notes.insert(
                0,
                "the log-rank test is undefined: it never happened while two groups were watched.",
            )
    return Survival(
        what=what,
        unit=unit,
        by=by,
        as_of=as_of,
        groups=made,
        test=test,
        warnings=tuple(notes),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class SurvivalGroup:
    """The users of one group, and their curve."""

    name: str
    n_users: int
    longest: float
    """How long the one who was watched longest was."""
    curve: SurvivalCurve = field(repr=False)

    @property
    def n_events(self) -> int:
        """Users to whom it happened."""
        return int(self.curve.events.sum())

    @property
    def median(self) -> float:
        """When it has happened to half of them; NaN if it has not yet."""
        reached = self.curve.time[self.curve.survival <= 0.5 + 1e-12]
        return float(reached[0]) if len(reached) else math.nan

    def survival_at(self, time: float) -> float:
        """Return the share to which it has not happened by then; NaN where none was watched."""
        if time > self.longest:
            return math.nan
        before = self.curve.survival[self.curve.time <= time]
        return float(before[-1]) if len(before) else 1.0

    def interval_at(self, time: float) -> Interval:
        """Return the 95% interval of `survival_at`; NaN before it first happened."""
        place = int((self.curve.time <= time).sum()) - 1
        if place < 0 or time > self.longest:
            return Interval(math.nan, math.nan)
        return Interval(float(self.curve.low[place]), float(self.curve.high[place]))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Survival(Result):
    """How many users go how long without something happening to them, by group."""

    what: str
    """What surviving means, after "users still"."""
    unit: str
    """What times are in."""
    by: str | None
    as_of: pd.Timestamp | None
    groups: tuple[SurvivalGroup, ...]
    test: LogRank | None
    """The log-rank test that all groups are alike; None for one group."""

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group and time at which it happened.

        Columns: `group`, `time`, `at_risk` users watched until just before, `events`, `survival`
        share left, with its 95% interval `low` and `high`.
        """
        frames = [
            pd.DataFrame({"group": group.name, **group.curve._asdict()}) for group in self.groups
        ]
        return pd.concat(frames, ignore_index=True)

    @property
    def title(self) -> str:
        return f"Survival: users still {self.what}" + (f", by '{self.by}'" if self.by else "")

    @property
    def method(self) -> str:
        until = "" if self.as_of is None else f" {self.as_of}, the end of the log,"
        tested = " Groups compared with the log-rank test." if self.test else ""
        return (
            f"Kaplan-Meier; whoever it has not happened to by{until or ' the end of the watching'} "
            "is censored then. Greenwood intervals on the log-log scale (95%), for each time by "
            f"itself.{tested}"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Users who started late will fare like those who started early.",
            "Whoever is censored was as likely to have it happen as those still watched.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        first = self.groups[0]
        if self.test is None:
            half = (
                f"Half of them are past it after {first.median:.3g} {self.unit}."
                if not math.isnan(first.median)
                else f"Within the {first.longest:.3g} {self.unit} watched it had not happened to "
                "half of them, so there is no median to report."
            )
            return (
                f"Of {number_of(first.n_users, 'user')}, {count(first.n_events)} were seen to have "
                f"it happen, and the others were still {self.what} when last seen. {half}"
            )
        ranked = sorted(self.groups, key=_fate)
        worst, best = ranked[0], ranked[-1]
        mark = min(best.longest, worst.longest)
        sentence = (
            f"After {mark:.3g} {self.unit}, an estimated {percent(best.survival_at(mark))} of "
            f"'{best.name}' are still {self.what}, and {percent(worst.survival_at(mark))} of "
            f"'{worst.name}'."
        )
        if math.isnan(self.test.pvalue):
            return f"{sentence} There is no test of the difference, for it never happened."
        verdict = (
            "is more than chance would explain"
            if self.test.pvalue < 0.05
            else "is no more than chance could explain"
        )
        return (
            f"{sentence} Over the whole curves the difference between the {len(self.groups)} "
            f"groups {verdict} (log-rank p = {self.test.pvalue:.2g})."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        longest = max(group.longest for group in self.groups)
        marks = [longest * part / 4 for part in (1, 2, 3)]
        return {
            "group": [group.name for group in self.groups],
            "users": [count(group.n_users) for group in self.groups],
            "events": [count(group.n_events) for group in self.groups],
            f"median, {self.unit}": [
                BLANK if math.isnan(group.median) else f"{group.median:.3g}"
                for group in self.groups
            ],
            **{
                f"left at {mark:.3g}": [percent(group.survival_at(mark)) for group in self.groups]
                for mark in marks
            },
            f"95% interval at {marks[-1]:.3g}": [
                percent_interval(*group.interval_at(marks[-1])) for group in self.groups
            ],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = list(super()._notes())
        if self.test is not None and not math.isnan(self.test.statistic):
            notes.append(
                (
                    "Log-rank test",
                    f"chi-squared {self.test.statistic:.2f} with {self.test.df} degrees of "
                    f"freedom, p = {self.test.pvalue:.2g}.",
                )
            )
        return notes


def _fate(group: SurvivalGroup) -> float:
    """Return the share left at the end, to put groups in order."""
    return float(group.curve.survival[-1]) if len(group.curve.survival) else 1.0
