"""Sessions: stretches of one user's events without a long silence."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from pmlab.durations import Duration, parse_duration
from pmlab.errors import InputError
from pmlab.events.columns import NO_TIME, Ints, as_codes, as_micros, is_missing
from pmlab.events.log import EventLog

__all__ = ["sessionize"]

SESSION = "session_id"


def sessionize(
    events: Any,
    *,
    gap: Duration = "30min",
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> Any:
    """Say which session each event belongs to.

    A session is a stretch of one user's events in which none comes more than `gap` after the one
    before.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    gap : str or timedelta
        The longest silence within a session, inclusive.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    frame or EventLog
        What was given, a file as a frame, with the column ``session_id``: the user, and the number
        of the session among the user's own, such as "anna/2". It is missing where the user or the
        time is. The rows stay in their order; the frame that was given stays as it is.

    Raises
    ------
    InputError, NotFoundError
        As for `funnel`; if the table has a column ``session_id`` already; and if two users' ids
        read the same.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame({
    ...     "user_id": ["anna", "anna", "anna"], "event": ["visit", "view", "visit"],
    ...     "time": ["2026-03-01 09:00", "2026-03-01 09:20", "2026-03-01 18:00"]})
    >>> pm.sessionize(events, gap="30min")["session_id"].tolist()
    ['anna/1', 'anna/1', 'anna/2']
    """
    longest = parse_duration(gap, "gap")
    if longest == 0:
        raise InputError(f"gap={gap!r} is 0; give a duration such as '30min'.")
    log = EventLog.of(events, user=user, event=event, time=time)
    if SESSION in log.empty.columns:
        raise InputError(
            f"events has a column {SESSION!r} already; count it with unit={SESSION!r}, or drop or "
            "rename it first."
        )
    table = log.read(log.empty.columns, as_text=[log.user])
    micros, _ = as_micros(table[log.time])
    known = np.flatnonzero((micros != NO_TIME) & ~is_missing(table[log.user]))
    users = as_codes(table[log.user], known)
    number = _numbers(users.codes, micros[known], longest)
    names = np.full(len(table), None, dtype=object)
    both = pd.factorize(users.codes * (number.max(initial=0) + 1) + number)[0]
    first = np.unique(both, return_index=True)[1]
    labels = [
        f"{users.values[user]}/{n}"
        for user, n in zip(users.codes[first].tolist(), number[first].tolist(), strict=True)
    ]
    if len(set(labels)) < len(labels):
        raise InputError(
            f"user={log.user!r} holds ids that read the same and are not, such as 7 and '7', so "
            "their sessions could not be told apart; turn them all into texts."
        )
    names[known] = np.array(labels, dtype=object)[both] if labels else []
    column = nw.new_series(SESSION, names.tolist(), nw.String, backend=table.implementation)
    if table.implementation.is_pandas():
        index = table.to_native().index
        column = nw.from_native(column.to_native().set_axis(index), series_only=True)
    native = table.with_columns(column).to_native()
    if isinstance(events, EventLog):
        return EventLog(native, user=log.user, event=log.event, time=log.time)
    return native


def _numbers(user: Ints, time: Ints, longest: int) -> Ints:
    """Return for each event the number of its session among its user's, from 1."""
    order = np.lexsort((time, user))
    own, at = user[order], time[order]
    other_user = np.ones(len(own), dtype=bool)
    other_user[1:] = own[1:] != own[:-1]
    begins = other_user.copy()
    begins[1:] |= np.diff(at) > longest
    session = np.cumsum(begins)
    before = np.maximum.accumulate(np.where(other_user, session - 1, 0))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = session - before
    return number
