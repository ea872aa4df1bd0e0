"""What the whole log shows: spans in which events are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pmlab.durations import DAY, MINUTE, in_words
from pmlab.events.columns import NO_TIME, Ints
from pmlab.logcheck.result import LogFinding, shown_moment
from pmlab.logcheck.table import Bools, Table, moment
from pmlab.results import count, number_of

__all__ = ["Silence", "gaps", "silences"]

SHORTEST = 30 * MINUTE
USERS_MISSED = 20
"""A silence is a gap where so many users were to be expected: chance would need e^-20."""
DAYS_AROUND, WEEKS_AROUND = 10, 4
"""Before and after a silence, whose same hours say what was to be expected."""
STRAGGLERS = 0.1
"""Of the expected users. Phones that were offline fill a gap with a few events afterwards."""
LATE = 5 * MINUTE
"""From which an event did not arrive when it happened, for whatever reason."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A span without events, from the last before it to the first after it."""

    begin: int
    end: int
    users: float
    """How many were active in the same hours of other days; of a long one, in a day of it."""

    def __str__(self) -> str:
        begin, end = shown_moment(moment(self.begin)), shown_moment(moment(self.end))
        return f"{begin} to {end}, where other days have about {count(self.users)} users"


def gaps(silent: Sequence[Silence]) -> LogFinding | None:
    """Find spans in which nobody did anything, though many did so at that time of other days."""
    if not silent:
        return None
    length = in_words(sum(silence.end - silence.begin for silence in silent))
    users = sum(silence.users for silence in silent)
    return LogFinding(
        kind="gaps",
        what=f"{number_of(len(silent), 'span')} ({length} in all) with hardly an event of any "
        f"user, where about {count(users)} users were to be expected.",
        do="Ask what the collector did then, or whether it was a holiday; leave those days out of "
        "comparisons.",
        rows=np.array([], dtype=np.intp),
        n_users=0,
        examples=tuple(map(str, silent[:3])),
    )


def silences(table: Table) -> list[Silence]:
    """Return the gaps.

    What to expect of a span is known from the same hours of the days before, of the days after
    and of the same weekday. The lowest of the three counts: a shop that is closed on Sundays, or
    that has not opened yet, has no gap.
    """
    known = table.has_time & (table.user >= 0)
    arrived = _in_order(table, known & _on_time(table, known))
    everything = _in_order(table, known)
    times = arrived[0]
    found = []
    for place in np.flatnonzero(np.diff(times) >= SHORTEST):
        begin, end = int(times[place]), int(times[place + 1])
        usual = _usual_users(arrived, begin, end)
        stragglers = STRAGGLERS * usual * max(1, (end - begin) / DAY)
        if usual >= USERS_MISSED and _users(everything, begin, end) <= stragglers:
            found.append(Silence(begin=begin, end=end, users=usual))
    return found


def _on_time(table: Table, known: Bools) -> Bools:
    """Return the events that arrived at once, if most do: the others say nothing of the hour."""
    if table.received is None:
        return known
    on_time = known & (table.received != NO_TIME)
    on_time &= np.abs(np.where(on_time, table.time - table.received, 0)) <= LATE
    return on_time if on_time.sum() > 0.5 * known.sum() else known


def _in_order(table: Table, chosen: Bools) -> tuple[Ints, Ints]:
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(table.time[rows], kind="stable")]
    return table.time[rows], table.user[rows]


def _usual_users(events: tuple[Ints, Ints], begin: int, end: int) -> float:
    """Return how many users were active in the same hours of other days, at most of one day."""
    days, weeks = DAY * np.arange(1, DAYS_AROUND + 1), 7 * DAY * np.arange(1, WEEKS_AROUND + 1)
    first_day, last_day = (begin, min(end, begin + DAY)), (max(begin, end - DAY), end)
    same_weekday = [*-weeks, *weeks[begin + weeks >= end]]
    usual = np.inf
    for span, moves in ((first_day, same_weekday), (first_day, -days), (last_day, days)):
        users = _users_moved(events, span, moves)
        if users:
            usual = min(usual, float(np.median(users)))
        elif moves is not same_weekday:
            return 0.0  # where the log begins or ends, nobody knows
        if usual < USERS_MISSED:
            break
    return usual


def _users_moved(
    events: tuple[Ints, Ints], span: tuple[int, int], moves: Iterable[int]
) -> list[int]:
    """Return the users of a span moved by so much, wherever it is still inside the log."""
    first, last = events[0][0], events[0][-1]
    moved = [(span[0] + int(move), span[1] + int(move)) for move in moves]
    return [_users(events, begin, end) for begin, end in moved if first <= begin and end <= last]


def _users(events: tuple[Ints, Ints], begin: int, end: int) -> int:
    """Return how many users have events after `begin` and before `end`."""
    times, users = events
    inside = slice(np.searchsorted(times, begin, "right"), np.searchsorted(times, end, "left"))
    return len(np.unique(users[inside]))
