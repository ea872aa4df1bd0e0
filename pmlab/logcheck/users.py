"""What a user shows: machines, the company's own people, people with several ids."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pmlab.durations import HOUR, MINUTE
from pmlab.events.columns import Ints
from pmlab.logcheck.result import LogFinding
from pmlab.logcheck.table import Table, codes_of
from pmlab.results import count, number_of, percent

__all__ = ["bots", "own_ids", "split_identities", "test_accounts"]

PACE_EVENTS, PACE_SPAN = 40, MINUTE
"""So many events of one user in so short a span: faster than a person reads and taps."""
SLEEPLESS_HOURS = 22
"""Hours of one day in which one user was active: people sleep."""

NO_CUSTOMER = re.compile(
    r"(?<![^\W_])(?:test|qa|demo|dummy|internal)(?:er|ing|user|account)?\d*(?![^\W_])"
)
"""Ids that say themselves that they are no customer's. As a word: not "contest" or "qatar"."""


def bots(table: Table) -> LogFinding | None:
    """Find users faster than people, or awake around the clock."""
    rows = np.flatnonzero(table.has_time & (table.user >= 0) & ~table.repeated)
    rows = rows[np.lexsort((table.time[rows], table.user[rows]))]
    user, time = table.user[rows], table.time[rows]
    quick, awake = _quick(user, time), _awake(user, time)
    sleepless = np.flatnonzero(awake >= SLEEPLESS_HOURS)
    suspects = np.union1d(quick, sleepless)
    own = np.isin(table.user, suspects)
    examples = [
        f"{table.name(code)}, {PACE_EVENTS} or more events within a minute"
        if code in quick
        else f"{table.name(code)}, active in {awake[code]} hours of one day"
        for code in suspects[:3]
    ]
    return table.finding(
        "bots",
        own,
        f"{number_of(len(suspects), 'user')} with {PACE_EVENTS} or more events within a minute, "
        f"or active in {SLEEPLESS_HOURS} or more hours of one day; they have "
        f"{number_of(own.sum(), 'row')} ({percent(own.mean())}).",
        "Look at what they did: a device that reports by itself and an id that many people share "
        "look like this too. Then leave out what is no person.",
        examples,
    )


def _quick(user: Ints, time: Ints) -> Ints:
    """Return the users with too many events in a minute; rows are by user and time."""
    if (time % MINUTE == 0).all():
        return np.array([], dtype=np.int64)  # whole minutes or days do not tell
    ahead = PACE_EVENTS - 1
    fast = (user[ahead:] == user[:-ahead]) & (time[ahead:] - time[:-ahead] <= PACE_SPAN)
    return np.unique(user[ahead:][fast])


def _awake(user: Ints, time: Ints) -> Ints:
    """Return the most hours of one day in which each user was active; rows are by user and time."""
    hour = time // HOUR
    new = np.diff(hour, prepend=-1) != 0
    new[1:] |= user[1:] != user[:-1]
    user, day = user[new], hour[new] // 24
    begins = np.diff(day, prepend=-1) != 0
    begins[1:] |= user[1:] != user[:-1]
    places = np.flatnonzero(begins)
    hours = np.diff(places, append=len(user))
    most = np.zeros(int(user.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(most, user[places], hours)
    return most


def own_ids(table: Table) -> Ints:
    """Return the users whose id says that they are no customers."""
    named = (NO_CUSTOMER.search(str(name).lower()) is not None for name in table.users)
    return np.flatnonzero(np.fromiter(named, dtype=bool, count=len(table.users)))


def test_accounts(table: Table, own: Ints) -> LogFinding | None:
    """Find users whose id says that they are no customers."""
    rows = np.isin(table.user, own)
    return table.finding(
        "test accounts",
        rows,
        f"{number_of(len(own), 'user id')} like a test account's, with "
        f"{number_of(rows.sum(), 'row')} ({percent(rows.mean())}).",
        "Ask whose they are; leave out those that are no customers.",
        [table.name(user) for user in own[:3]],
    )


def split_identities(table: Table, person: str, own: Ints) -> LogFinding | None:
    """Find people who are in the log under several user ids.

    Of each person the id with most events may stay; the rows are those of the others.
    """
    owner, owners = codes_of(table.frame[person])
    rows = np.flatnonzero((owner >= 0) & (table.user >= 0) & ~np.isin(table.user, own))
    n_users = len(table.users)
    pairs = pd.unique(owner[rows] * n_users + table.user[rows])
    who, user = pairs // n_users, pairs % n_users
    shared = np.bincount(who, minlength=len(owners))
    who, user = who[shared[who] > 1], user[shared[who] > 1]
    n_events = np.bincount(table.user[table.user >= 0], minlength=n_users)
    order = np.lexsort((table.users[user].astype(str), -n_events[user], who))
    who, user = who[order], user[order]
    extra = np.unique(user[np.diff(who, prepend=-1) == 0])
    examples = []
    for code in np.argsort(-shared, kind="stable")[:3]:
        names = [table.name(user) for user in user[who == code]]
        if len(names) > 1:
            more = f" and {count(len(names) - 3)} more" if len(names) > 3 else ""
            examples.append(f"{person} {owners[code]}: {', '.join(names[:3])}{more}")
    return table.finding(
        "split identities",
        np.isin(table.user, extra),
        f"{number_of((shared > 1).sum(), 'value')} of {person!r} with more than one user. If each "
        f"belongs to one person, that is {number_of(len(extra), 'user id')} "
        f"({percent(len(extra) / max(1, n_users))}) too many.",
        "See whether people share them, as a family does a tablet. If not, give all events of a "
        "person one id, such as the one with most events, and count people by it.",
        examples,
    )
