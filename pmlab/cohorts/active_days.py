"""`stickiness` and `power_users`: on how many days users are active."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pmlab.cohorts.asked import Asked, Counted, Which, as_events, clock_in_words, quoted
from pmlab.cohorts.passes import LONGEST_WINDOW, Days
from pmlab.durations import DAY, Duration, parse_positive
from pmlab.errors import InputError
from pmlab.events.periods import Calendar
from pmlab.results import Result, count, number_of, percent
from pmlab.stats import Interval, t_interval

__all__ = ["PowerUsers", "Stickiness", "power_users", "stickiness"]

MOST_ROWS = 30
"""Of a printed table; `to_frame` has all."""


def stickiness(
    events: Any,
    *,
    active: Which = None,
    window: Duration = "28d",
    zone: str | None = None,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> Stickiness:
    """Return which share of a window's days its active users are active, day by day.

    For the window that ends with a day: the mean of its daily active users, divided by all who were
    active in it (mean DAU / MAU). That is the same number as the mean of the users' active days,
    divided by the length of the window: whoever counts user-days by day or by user gets one sum.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    active : str, list of str, condition or Step, optional
        The events that count as being active; any event unless given.
    window : str or timedelta
        Whole days, from 2 to 60. With ``"28d"`` every window has each day of the week four times.
    zone : str, optional
        The time zone in which a calendar day begins; the log's own unless given.
    as_of : datetime or str, optional
        Until when the events are complete; later ones are left out. The latest time in the whole
        table unless given. A day that is not over by then is in no window.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    Stickiness

    Raises
    ------
    InputError, NotFoundError
        As `retention`; and if no whole window has passed since the first event.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "visit", "2026-03-02"), ("anna", "visit", "2026-03-03"),
    ...      ("ben", "visit", "2026-03-03")],
    ...     columns=["user_id", "event", "time"])
    >>> s = pm.stickiness(events, window="2d", as_of="2026-03-04")
    >>> s.to_frame()[["dau_mean", "mau", "stickiness"]].values.tolist()
    [[1.5, 2.0, 0.75]]
    """
    n_days, counted = _days(events, active, window, zone, as_of, user, event, time)
    return _stickiness(n_days, counted, as_events(active, "active").name)


def power_users(
    events: Any,
    *,
    active: Which = None,
    window: Duration = "28d",
    zone: str | None = None,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> PowerUsers:
    """Count users by the number of distinct days on which they were active: the power-user curve.

    Parameters
    ----------
    events, active, window, zone, as_of, user, event, time
        As for `stickiness`. The window is the last one whose days are all over by `as_of`.

    Returns
    -------
    PowerUsers

    Raises
    ------
    InputError, NotFoundError
        As `stickiness`.

    References
    ----------
    Jin, L. and Chen, A. (2018). *The power user curve*. Andreessen Horowitz.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "visit", "2026-03-02"), ("anna", "visit", "2026-03-03"),
    ...      ("ben", "visit", "2026-03-03")],
    ...     columns=["user_id", "event", "time"])
    >>> p = pm.power_users(events, window="2d", as_of="2026-03-04")
    >>> p.counts, p.mean_active_days
    ((1, 1), 1.5)
    """
    n_days, counted = _days(events, active, window, zone, as_of, user, event, time)
    return _power_users(n_days, counted, as_events(active, "active").name)


def _days(
    events: Any,
    active: Which,
    window: Duration,
    zone: str | None,
    as_of: Any,
    user: str,
    event: str,
    time: str,
) -> tuple[int, Counted[Days]]:
    """Return the length of the window in days, and on which days users were active."""
    n_days, rest = divmod(parse_positive(window, "window"), DAY)
    if rest or not 2 <= n_days <= LONGEST_WINDOW:
        raise InputError(
            f"window={window!r} must be whole days, from 2 to {LONGEST_WINDOW}, such as '28d'."
        )
    asked = Asked.of(
        events,
        [as_events(active, "active")],
        roles={"user": user, "event": event, "time": time},
        as_of=as_of,
        zone=zone,
    )
    counted = asked.count(lambda zone, compiled: Days(Calendar("D", zone), n_days, compiled))
    table = counted.counting.table
    active_days = np.flatnonzero(table.counts[:, 0])
    first = table.first + int(active_days[0]) if len(active_days) else 0
    n_over = Calendar("D", counted.zone).number(counted.until) - first
    if not len(active_days) or n_over < n_days:
        raise InputError(
            f"window={window!r}, but only {max(n_over, 0) if len(active_days) else 0} days with "
            f"activity or after it were over by {counted.as_of}; take a shorter window, or a later "
            "as_of if the events are complete until then."
        )
    return n_days, counted


def _stickiness(n_days: int, counted: Counted[Days], name: str) -> Stickiness:
    calendar, table = Calendar("D", counted.zone), counted.counting.table
    first = table.first + int(np.flatnonzero(table.counts[:, 0])[0])
    end = calendar.number(counted.until)
    daily, change = table.rows(first, end).T
    sums = np.concatenate([[0], np.cumsum(daily)])
    return Stickiness(
        active_event=name,
        window_days=n_days,
        zone=counted.zone,
        as_of=counted.as_of,
        days=calendar.starts(np.arange(first + n_days - 1, end, dtype=np.int64)),
        dau=tuple(daily[n_days - 1 :].tolist()),
        mau=tuple(np.cumsum(change)[n_days - 1 :].tolist()),
        user_days=tuple((sums[n_days:] - sums[:-n_days]).tolist()),
        warnings=counted.warnings,
    )


def _power_users(n_days: int, counted: Counted[Days], name: str) -> PowerUsers:
    calendar = Calendar("D", counted.zone)
    last = calendar.number(counted.until) - 1
    per_user = counted.counting.active_days(last)
    begin, end = calendar.starts(np.array([last - n_days + 1, last], dtype=np.int64))
    counts = np.bincount(per_user, minlength=n_days + 1)[1:]
    nobody = ("nobody was active in the window, so every share is undefined.",)
    return PowerUsers(
        active_event=name,
        zone=counted.zone,
        as_of=counted.as_of,
        first_day=begin,
        last_day=end,
        counts=tuple(counts.tolist()),
        warnings=(*(() if counts.any() else nobody), *counted.warnings),
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Stickiness(Result):
    """Which share of a window's days its users are active, for the window that ends each day."""

    active_event: str
    """The events that count as being active."""
    window_days: int
    zone: str | None
    as_of: pd.Timestamp
    days: tuple[pd.Timestamp, ...]
    """The last day of each window."""
    dau: tuple[int, ...]
    """Users active on that day."""
    mau: tuple[int, ...]
    """Users active in the window."""
    user_days: tuple[int, ...]
    """Sum over the window of the users active each day: as many as its users have active days."""

    @property
    def mean_active_days(self) -> list[float]:
        """Active days per active user; NaN where nobody was active."""
        return [
            days / users if users else math.nan
            for days, users in zip(self.user_days, self.mau, strict=True)
        ]

    @property
    def stickiness(self) -> list[float]:
        """Share of the window's days, in [0, 1]; NaN where nobody was active."""
        return [mean / self.window_days for mean in self.mean_active_days]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a day: `dau`; `dau_mean`, `mau`, `mean_active_days`, `stickiness`.

        All but `day` and `dau` are of the window that ends with the day.
        """
        return pd.DataFrame(
            {
                "day": list(self.days),
                "dau": self.dau,
                "dau_mean": [days / self.window_days for days in self.user_days],
                "mau": self.mau,
                "mean_active_days": self.mean_active_days,
                "stickiness": self.stickiness,
            }
        )

    @property
    def title(self) -> str:
        return f"Stickiness over {self.window_days} days"

    @property
    def method(self) -> str:
        return (
            f"Mean daily active users of the {self.window_days} days that end with each day, "
            "divided by all users active in them; the same as mean active days per active user, "
            f"divided by {self.window_days}. Calendar days {clock_in_words(self.zone)}; only days "
            f"over by {self.as_of}."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Windows of neighbouring days share most of their days: their numbers move together.",
            "New users, who had fewer days, pull it down: growth can look like a loss of habit.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        frame = self.to_frame().dropna(subset=["stickiness"])
        last, first = frame.iloc[-1], frame.iloc[0]
        who = number_of(last["mau"], "user")
        sentence = (
            f"In the {self.window_days} days to {last['day']:%d %B %Y}, {who} were active on "
            f"{last['mean_active_days']:.1f} days on average: a stickiness of "
            f"{percent(last['stickiness'])}."
        )
        if len(frame) <= self.window_days:
            return f"{sentence} There is no earlier window of other days to compare it with."
        return (
            f"{sentence} In the first window, to {first['day']:%d %B %Y}, it was "
            f"{percent(first['stickiness'])} of {number_of(first['mau'], 'user')}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()[-MOST_ROWS:]
        return {
            "day": [f"{day:%Y-%m-%d}" for day in frame["day"]],
            "active that day": [count(n) for n in frame["dau"]],
            "mean of days": [f"{n:,.1f}" for n in frame["dau_mean"]],
            "active in window": [count(n) for n in frame["mau"]],
            "stickiness": [percent(share) for share in frame["stickiness"]],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = list(super()._notes())
        if len(self.days) > MOST_ROWS:
            earlier = number_of(len(self.days) - MOST_ROWS, "earlier day")
            notes.append(("Not shown", f"{earlier}; to_frame() has them."))
        return notes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PowerUsers(Result):
    """Users by the number of distinct days on which they were active: the power-user curve."""

    active_event: str
    """The events that count as being active."""
    zone: str | None
    as_of: pd.Timestamp
    first_day: pd.Timestamp
    last_day: pd.Timestamp
    counts: tuple[int, ...]
    """Users active on exactly 1, 2, ... days of the window."""

    @property
    def n_users(self) -> int:
        """Users active on any day of the window."""
        return sum(self.counts)

    @property
    def share(self) -> list[float]:
        """Share of the active users with each number of days; NaN if nobody was active."""
        return [n / self.n_users if self.n_users else math.nan for n in self.counts]

    @property
    def mean_active_days(self) -> float:
        """Active days per active user; NaN if nobody was active."""
        total = sum(days * n for days, n in enumerate(self.counts, start=1))
        return total / self.n_users if self.n_users else math.nan

    def interval_of_mean(self, *, confidence_level: float = 0.95) -> Interval:
        """Return Student's t interval of `mean_active_days`; NaN for fewer than two users."""
        mean, n = self.mean_active_days, self.n_users
        if n < 2:
            return Interval(math.nan, math.nan)
        squares = sum(k * (days - mean) ** 2 for days, k in enumerate(self.counts, start=1))
        return t_interval(n, mean, math.sqrt(squares / (n - 1)), confidence_level=confidence_level)

    @property
    def stickiness(self) -> float:
        """Mean active days as a share of the window, which is mean DAU / MAU."""
        return self.mean_active_days / len(self.counts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number of active days: `active_days`, `users`, `share`."""
        days = range(1, len(self.counts) + 1)
        return pd.DataFrame({"active_days": days, "users": self.counts, "share": self.share})

    @property
    def title(self) -> str:
        return f"Active days per user in {len(self.counts)} days"

    @property
    def method(self) -> str:
        return (
            f"Distinct calendar days {clock_in_words(self.zone)} with "
            f"{quoted(self.active_event)}, from "
            f"{self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d}, the last that was over by "
            f"{self.as_of}. Users with none are not in the log of those days, and not counted. "
            "Student's t interval of the mean over users (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Users who came during the window had fewer days to be active on.",
            "Each user's events are all in the table, under one id.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        if not self.n_users:
            return f"Nobody was active in the {len(self.counts)} days to {self.last_day:%d %B %Y}."
        window = len(self.counts)
        low, high = self.interval_of_mean()
        interval = "" if math.isnan(low) else f" (95% interval {low:.2f} to {high:.2f})"
        half = (window + 1) // 2
        often = sum(self.counts[half - 1 :])
        return (
            f"In the {window} days to {self.last_day:%d %B %Y}, "
            f"{number_of(self.n_users, 'user')} were active on {self.mean_active_days:.2f} days on "
            f"average{interval}, a stickiness of {percent(self.stickiness)}. "
            f"{percent(self.share[0])} came on one day only, and {percent(often / self.n_users)} "
            f"on {half} days or more."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        return {
            "active days": [str(days) for days in frame["active_days"]],
            "users": [count(n) for n in frame["users"]],
            "share": [percent(share) for share in frame["share"]],
        }
