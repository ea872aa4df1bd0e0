"""What each answer means, as slowly and plainly as it can be said.

Events are (user, name, moment) with moments in UTC, or without any zone. `clock` turns a moment
into what the clock on the wall shows; all calendar questions are asked of that.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class Event(NamedTuple):
    user: str | None
    name: str
    moment: datetime | None
    kind: str | None = None


def known(events, as_of):
    """Events that have a user and a time, and happened by then."""
    return [e for e in events if e.user and e.moment and e.moment <= as_of]


def last_moment(events):
    """The latest time in the whole table, whoever's it is."""
    return max(e.moment for e in events if e.moment)


def clock(moment, zone):
    return moment if zone is None else moment.astimezone(ZoneInfo(zone))


def period_of(moment, every, zone):
    """The number of the day, week (from Monday) or month that the clock shows."""
    day = clock(moment, zone).date()
    if every == "M":
        return 12 * day.year + day.month
    days = (day - date(2001, 1, 1)).days  # a Monday
    return days if every == "D" else days // 7


def begin_of(moment, every, zone):
    """The date on which the period of a moment begins."""
    day = clock(moment, zone).date()
    if every == "M":
        return day.replace(day=1)
    return day if every == "D" else day - day.weekday() * DAY


def over(moment, every, zone, as_of):
    """Whether the period of this moment is over: the clock shows a later one."""
    return period_of(as_of, every, zone) > period_of(moment, every, zone)


class Cell(NamedTuple):
    size: int
    n_observed: int
    n_returned: int


def retention(
    events, start, returning, *, definition, period, length, zone, cohorts, spans, as_of, by=False
):
    """Return {(cohort, span): Cell}; `length` is that of a period from the entry, or None."""
    entered, back = {}, {}
    for e in known(events, as_of):
        if e.name in start and (e.user not in entered or e.moment < entered[e.user]):
            entered[e.user] = e.moment
    cohort = {}
    for user, moment in entered.items():
        if by:
            kinds = [
                e.kind
                for e in known(events, as_of)
                if e.user == user and e.name in start and e.moment == moment
            ]
            cohort[user] = min([kind for kind in kinds if kind], default="(missing)")
        else:
            cohort[user] = begin_of(moment, cohorts, zone)
        back[user] = [
            _distance(moment, e.moment, period, length, zone)
            for e in known(events, as_of)
            if e.user == user and e.name in returning and e.moment > moment
        ]
    cells = {}
    for name in {*cohort.values()}:
        members = [user for user in cohort if cohort[user] == name]
        for first, last in spans:
            watched = [
                user
                for user in members
                if _distance(entered[user], as_of, period, length, zone) > last
            ]
            returned = [
                user
                for user in watched
                if any(first <= n and (definition == "unbounded" or n <= last) for n in back[user])
            ]
            cells[name, (first, last)] = Cell(len(members), len(watched), len(returned))
    return cells


def _distance(entered, moment, period, length, zone):
    """How many periods after the entry a moment is."""
    if length is not None:
        return (moment - entered) // length
    return period_of(moment, period, zone) - period_of(entered, period, zone)


def growth(events, *, every, zone, as_of):
    """Return [(new, retained, resurrected, churned)] for each period that is over."""
    active = {}
    for e in known(events, as_of):
        active.setdefault(period_of(e.moment, every, zone), set()).add(e.user)
    rows = []
    for p in range(min(active), period_of(as_of, every, zone)):
        now, before = active.get(p, set()), active.get(p - 1, set())
        ever = set().union(*(users for q, users in active.items() if q < p))
        rows.append(
            (len(now - ever), len(now & before), len((now & ever) - before), len(before - now))
        )
    return rows


def active_days(events, *, window, zone, as_of):
    """Return {last day: Counter of active days per user} for each whole window that is over."""
    days = {}
    for e in known(events, as_of):
        days.setdefault(e.user, set()).add(clock(e.moment, zone).date())
    first = min(min(own) for own in days.values())
    last = first + (window - 1) * DAY
    answer = {}
    while last < clock(as_of, zone).date():
        inside = [sum(last - window * DAY < day <= last for day in own) for own in days.values()]
        answer[last] = Counter(n for n in inside if n)
        last += DAY
    return answer


def first_times(events, start, end, *, as_of):
    """Return {user: (started, ended or None)}."""
    answer = {}
    for user in {e.user for e in known(events, as_of)}:
        own = [e for e in known(events, as_of) if e.user == user]
        begun = min((e.moment for e in own if e.name in start), default=None)
        if begun is not None:
            ends = [e.moment for e in own if e.name in end and e.moment >= begun]
            answer[user] = (begun, min(ends, default=None))
    return answer


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC"))
