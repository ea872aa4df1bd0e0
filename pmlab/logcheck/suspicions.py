"""What can be wrong with an event table: one function for each kind of fault.

Each takes the table and returns a finding, or None where there is nothing of the kind. The
thresholds are meant to leave honest logs alone: people read before they tap, and they sleep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from pmlab.durations import DAY, HOUR, MINUTE, in_words
from pmlab.events.columns import NO_TIME, Ints
from pmlab.logcheck.result import LogFinding, Rows, shown_moment
from pmlab.logcheck.table import Bools, Table, moment
from pmlab.results import count, number_of, percent

__all__ = [
    "bots",
    "clock_skew",
    "duplicates",
    "gaps",
    "missing_values",
    "mixed_time_zones",
    "silences",
    "split_identities",
    "test_accounts",
    "unreadable_times",
]

CLOCK_TOLERANCE = 5 * MINUTE
"""Networks are late by seconds; a clock this far off is wrong."""
FEWEST_OF_A_CLIENT = 30
"""Rows from which the clock of a client can be judged."""
MOST_CLIENTS = 500
"""A column with more values does not say what kind of client a row came from."""

PACE_EVENTS, PACE_SPAN = 40, MINUTE
"""So many events of one user in so short a span: faster than a person reads and taps."""
SLEEPLESS_HOURS = 22
"""Hours of one day in which one user was active: people sleep."""

ACTIVE_USERS_MISSED = 20.0
"""A silence is a gap where so many active users were to be expected: chance would need e^-20."""
DAYS_AROUND = 10
"""Days before and after, from whose same hours it is known what was to be expected."""

NO_CUSTOMER = re.compile(
    r"(?<![a-z0-9])(?:test|tester|testing|qa|demo|dummy|internal)\d*(?![a-z0-9])"
)
"""Ids that say themselves that they are no customer's."""


def missing_values(table: Table) -> LogFinding | None:
    """Find rows without a user, an event or a time."""
    log = table.log
    absent = {
        log.user: table.user < 0,
        log.event: table.frame[log.event].isna().to_numpy(),
        log.time: ~table.has_time & ~table.unreadable,
    }
    sizes = {name: rows.sum() for name, rows in absent.items()}
    counts = [f"{count(n)} without {name!r}" for name, n in sizes.items() if n]
    return _finding(
        table,
        "missing values",
        np.logical_or.reduce(list(absent.values())),
        f"Rows with nothing in a column that counting needs: {', '.join(counts)}.",
        "See whether they are all of one client; counting leaves them out.",
    )


def unreadable_times(table: Table) -> LogFinding | None:
    """Find times that are no ISO 8601 times."""
    texts = table.frame.loc[table.unreadable, table.log.time].astype(str)
    return _finding(
        table,
        "unreadable times",
        table.unreadable,
        f"{number_of(len(texts), 'text')} in {table.log.time!r}: no ISO 8601 time.",
        "Parse them with the format that they were written in.",
        [repr(text) for text in texts.unique()[:3]],
    )


def mixed_time_zones(table: Table) -> LogFinding | None:
    """Find times written with different offsets, or some with one and some without."""
    known = table.has_time
    written = np.where(np.isnan(table.offset), np.inf, table.offset)
    offsets, sizes = np.unique(written[known], return_counts=True)
    if len(offsets) < 2:
        return None
    usual = offsets[sizes.argmax()]
    other = known & (written != usual)
    minutes = np.where(np.isfinite(written), written, 0).astype(np.int64)
    other_day = other & ((table.time + minutes * MINUTE) // DAY != table.time // DAY)
    names = ", ".join(
        f"{_offset_in_words(offset)} ({count(size)})"
        for offset, size in zip(offsets, sizes, strict=True)
    )
    return _finding(
        table,
        "mixed time zones",
        other,
        f"Times are written in {len(offsets)} ways: {names}. Of those in the "
        f"rarer ways, {count(other_day.sum())} fall on another day in UTC than the text says.",
        "Convert all of them to one zone before cutting days, and find out which client writes "
        "the unusual ones.",
        [
            f"row {row}: {table.frame[table.log.time].iloc[row]}"
            for row in np.flatnonzero(other_day if other_day.any() else other)[:3]
        ],
    )


def _offset_in_words(offset: float) -> str:
    if np.isinf(offset):
        return "no offset"
    sign, minutes = "-" if offset < 0 else "+", int(abs(offset))
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def duplicates(table: Table) -> LogFinding | None:
    """Find rows that repeat an earlier one."""
    n = table.repeated.sum()
    return _finding(
        table,
        "duplicates",
        table.repeated,
        f"{number_of(n, 'row')} ({percent(n / len(table.repeated))}) that agree with an "
        "earlier one in every column, save when the server got it.",
        "Keep the first of each; ask whether clients send again when they get no answer.",
    )


def clock_skew(table: Table) -> LogFinding | None:
    """Find events from the future, and clients whose clock is off in all they send."""
    if table.received is None:
        return None
    known = table.has_time & (table.received != NO_TIME)
    ahead = np.where(known, table.time - table.received, 0)
    # Waiting for a network makes an event look old, one by one; only a clock makes it look new.
    skewed = known & (ahead > CLOCK_TOLERANCE)
    client = _client_with_a_wrong_clock(table, ahead, known)
    whose = ""
    if client is not None:
        name, shift, rows = client
        skewed |= rows
        direction = "ahead" if shift > 0 else "behind"
        whose = f", {count(rows.sum())} of them from {name}, {in_words(abs(shift))} {direction}"
    return _finding(
        table,
        "clock skew",
        skewed,
        f"{number_of(skewed.sum(), 'event')} with a time that a wrong clock gave{whose}.",
        "Shift the client's events by its error, or take the server's time for them.",
        [
            f"{table.row_in_words(row)}, got at {shown_moment(moment(table.received[row]))}"
            for row in np.flatnonzero(skewed)[:3]
        ],
    )


def _client_with_a_wrong_clock(
    table: Table, ahead: Ints, known: Bools
) -> tuple[str, int, Bools] | None:
    """Return the kind of client whose events are off alike: its name, by how much, and the rows."""
    frame = table.frame
    kinds = [
        column
        for column in frame.columns
        if column not in (table.log.user, table.log.event, table.log.time)
        and 2 <= frame[column].nunique() <= MOST_CLIENTS
    ]
    best: tuple[float, str, int, Bools] | None = None
    for columns in [*combinations(kinds, 1), *combinations(kinds, 2)]:
        groups = frame.groupby(list(columns), observed=True).ngroup().to_numpy()
        medians = pd.Series(ahead[known]).groupby(groups[known]).agg(["median", "size"])
        off = (medians["median"].abs() > CLOCK_TOLERANCE) & (medians["size"] >= FEWEST_OF_A_CLIENT)
        for group, shift in medians.loc[off & (medians.index >= 0), "median"].astype(int).items():
            of_client = known & (groups == group)
            alike = of_client & (np.abs(ahead - shift) < CLOCK_TOLERANCE)
            share = float(alike.sum() / of_client.sum())
            if best is None or (share, alike.sum()) > (best[0] + 0.01, 0):
                values = frame.loc[of_client.argmax(), list(columns)]
                name = ", ".join(f"{column} = {value}" for column, value in values.items())
                best = (share, name, shift, alike)
    return None if best is None else best[1:]


def gaps(table: Table) -> LogFinding | None:
    """Find hours in which nobody did anything, though many were to be expected."""
    found = silences(table)
    if not found:
        return None
    spans = [
        f"{shown_moment(moment(begin))} to {shown_moment(moment(end))}" for begin, end in found
    ]
    return LogFinding(
        kind="gaps",
        what=f"{number_of(len(found), 'time')} nothing arrived from anybody, "
        f"{in_words(sum(end - begin for begin, end in found))} in all.",
        do="Ask what the collector did then; leave those days out of comparisons.",
        rows=np.array([], dtype=np.intp),
        n_users=0,
        examples=tuple(spans[:3]),
    )


def silences(table: Table) -> list[tuple[int, int]]:
    """Return the gaps, each from the last event before it to the first after it."""
    rows = np.flatnonzero(table.has_time & (table.user >= 0))
    time = np.sort(table.time[rows])
    hours = table.time[rows] // HOUR
    first_day, n_hours = int(hours.min() // 24), int(hours.max() - hours.min() // 24 * 24 + 1)
    active = np.unique(np.stack([hours, table.user[rows]]), axis=1)[0] - first_day * 24
    n_days = -(-n_hours // 24)
    users = np.bincount(active, minlength=n_days * 24).reshape(n_days, 24)
    usual = np.stack(
        [
            np.median(users[max(0, day - DAYS_AROUND) : day + DAYS_AROUND + 1], axis=0)
            for day in range(n_days)
        ]
    ).ravel()
    inside = slice(int(active.min()), int(active.max()) + 1)
    empty = np.zeros(n_days * 24 + 2, dtype=np.int8)
    empty[1:-1][inside] = users.ravel()[inside] == 0
    edges = np.flatnonzero(np.diff(empty))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if usual[begin:end].sum() >= ACTIVE_USERS_MISSED:
            after = int(np.searchsorted(time, (first_day * 24 + begin) * HOUR))
            found.append((int(time[after - 1]), int(time[after])))
    return found


def bots(table: Table) -> LogFinding | None:
    """Find users faster than people, or awake around the clock."""
    rows = np.flatnonzero(table.has_time & (table.user >= 0) & ~table.repeated)
    rows = rows[np.lexsort((table.time[rows], table.user[rows]))]
    user, time = table.user[rows], table.time[rows]
    ahead = PACE_EVENTS - 1
    fast = (user[ahead:] == user[:-ahead]) & (time[ahead:] - time[:-ahead] <= PACE_SPAN)
    quick = np.unique(user[ahead:][fast])
    awake = np.unique(np.stack([user, time // HOUR]), axis=1)
    user_days, hours = np.unique(np.stack([awake[0], awake[1] // 24]), axis=1, return_counts=True)
    sleepless = np.unique(user_days[0][hours >= SLEEPLESS_HOURS])
    names = [f"{table.name(user)}, {PACE_EVENTS} events within a minute" for user in quick]
    names += [
        f"{table.name(user)}, active in {SLEEPLESS_HOURS} hours of a day"
        for user in np.setdiff1d(sleepless, quick)
    ]
    suspects = np.union1d(quick, sleepless)
    own = np.isin(table.user, suspects)
    return _finding(
        table,
        "bots",
        own,
        f"{number_of(len(suspects), 'user')} with {PACE_EVENTS} events within a minute, or awake "
        f"around the clock, and {number_of(own.sum(), 'row')} ({percent(own.mean())}).",
        "Look at what they did; then leave these users out.",
        names[:3],
    )


def test_accounts(table: Table) -> LogFinding | None:
    """Find users whose id says that they are no customers."""
    suspects = _outsiders(table)
    own = np.isin(table.user, suspects)
    return _finding(
        table,
        "test accounts",
        own,
        f"{number_of(len(suspects), 'user id')} like a test account's, with "
        f"{number_of(own.sum(), 'row')}.",
        "Ask whose they are; then leave them out.",
        [table.name(user) for user in suspects[:3]],
    )


def _outsiders(table: Table) -> Ints:
    named = (NO_CUSTOMER.search(str(name).lower()) is not None for name in table.users)
    return np.flatnonzero(np.fromiter(named, dtype=bool, count=len(table.users)))


def split_identities(table: Table, person: str) -> LogFinding | None:
    """Find people who are in the log under several user ids."""
    owner = pd.factorize(table.frame[person])[0]
    customers = (owner >= 0) & (table.user >= 0) & ~np.isin(table.user, _outsiders(table))
    rows = np.flatnonzero(customers)
    pairs, sizes = np.unique(np.stack([owner[rows], table.user[rows]]), axis=1, return_counts=True)
    # The largest id of each person first: it may stay, the others are the split-off ones.
    order = np.lexsort((-sizes, pairs[0]))
    pairs = pairs[:, order]
    split_off = pairs[:, 1:][:, pairs[0, 1:] == pairs[0, :-1]]
    extra = np.unique(split_off[1])
    n_people = len(np.unique(split_off[0]))
    main = {int(who): int(user) for who, user in pairs[:, ::-1].T}
    return _finding(
        table,
        "split identities",
        customers & np.isin(table.user, extra),
        f"{number_of(n_people, 'value')} of {person!r} with events of several users: "
        f"{number_of(len(extra), 'user id')} ({percent(len(extra) / len(table.users))}) too many.",
        "Count people by one id: give all events of a person the id that most of them carry.",
        [
            f"{table.name(main[int(who)])} and {table.name(int(user))}"
            for who, user in split_off[:, :3].T
        ],
    )


def _finding(
    table: Table, kind: str, concerned: Bools, what: str, do: str, examples: Sequence[str] = ()
) -> LogFinding | None:
    rows: Rows = np.flatnonzero(concerned)
    if len(rows) == 0:
        return None
    shown = tuple(examples) or tuple(table.row_in_words(row) for row in rows[:3])
    return LogFinding(
        kind=kind, what=what, do=do, rows=rows, n_users=table.n_users(rows), examples=shown
    )
