"""`check_log`: what is wrong with an event table, before anyone counts anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pmlab.durations import DAY
from pmlab.events import EventLog, read_raw
from pmlab.events.tables import require_column
from pmlab.logcheck import clocks, gaps, rows, users
from pmlab.logcheck.result import LogCheck, LogFinding
from pmlab.logcheck.table import Table, moment

__all__ = ["check_log"]


def check_log(
    events: Any,
    *,
    received: str | None = None,
    person: str | None = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> LogCheck:
    """Look for what is wrong with an event table, before counting anything.

    Parameters
    ----------
    events : frame, path or EventLog
        One row an event, as it came. Times may be of any zone or none, or be no times at all:
        that is reported, not refused.
    received : str, optional
        The column with the server's time of each event; needed to find wrong clocks. Times
        without a zone are taken to be UTC, here and in `time`.
    person : str, optional
        A column whose value belongs to one person, such as a device or an e-mail address; needed
        to find people who are in the log under several user ids.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    LogCheck
        With a `LogFinding` for each kind found: missing values, unreadable times, mixed time
        zones, duplicates, clock skew, gaps, bots, test accounts, split identities. Their `rows`
        are positions, as for ``frame.iloc``.

    Raises
    ------
    InputError
        If `events` is no event table or has no rows, or no row has a time.
    NotFoundError
        If a column or the file does not exist; the message names close matches.

    Notes
    -----
    A finding is a reason to look. What counts as one:

    - *Missing*: null, or a text that stands for nothing, such as ``""`` or ``"null"``.
    - *Mixed zones*: rows written otherwise than in the commonest offset, or in the winter and
      summer time of the zone that explains most.
    - *Duplicates*: rows that agree with one that came before in every column but `received`.
    - *Clock skew*: more than 5 minutes ahead of the server; or, by one or two columns, a client
      half of whose events are off by the same amount, to the minute. Late events are none.
    - *Gaps*: no event for 30 minutes or more, where at least 20 users are active in the same hours
      of the 10 days before, of the 10 days after and of the same weekday (medians). With
      `received`, events that came late do not count. In the first and last days there is nothing
      to compare with.
    - *Bots*: 40 events of a user within a minute, or events in 22 hours of one day.
    - *Test accounts*: ids with a word such as "test", "qa" or "demo".
    - *Split identities*: all ids of a person but the one with most events.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame({
    ...     "user_id": ["anna", "anna", "test_1", None],
    ...     "event": ["visit", "visit", "visit", "visit"],
    ...     "time": ["2026-03-01", "2026-03-01", "2026-03-01", "2026-03-02"],
    ... })
    >>> check = pm.check_log(events)
    >>> [finding.kind for finding in check.findings]
    ['missing values', 'duplicates', 'test accounts']
    >>> once = events.drop(index=events.index[check["duplicates"].rows])
    """
    log = EventLog.of(events, user=user, event=event, time=time)
    for parameter, column in (("received", received), ("person", person)):
        if column is not None:
            require_column(column, log.empty.columns, parameter)
    times = [log.time] if received is None else [log.time, received]
    table = Table.of(read_raw(log, times), log, received)
    not_checked = {}
    if received is None:
        not_checked["clock skew"] = "give received=, the column with the server's time"
    if person is None:
        not_checked["split identities"] = "give person=, a column that belongs to one person"
    silences = gaps.silences(table)
    own = users.own_ids(table)
    found = (
        rows.missing_values(table),
        rows.unreadable_times(table),
        clocks.mixed_time_zones(table),
        rows.duplicates(table),
        clocks.clock_skew(table),
        gaps.gaps(silences),
        users.bots(table),
        users.test_accounts(table, own),
        None if person is None else users.split_identities(table, person, own),
    )
    findings = tuple(finding for finding in found if finding is not None)
    known = table.time[table.has_time]
    return LogCheck(
        n_rows=len(table.time),
        n_users=len(table.users),
        first=moment(known.min()),
        last=moment(known.max()),
        findings=findings,
        not_checked=not_checked,
        per_day=_per_day(table, findings),
        gaps=tuple((moment(silence.begin), moment(silence.end)) for silence in silences),
    )


def _per_day(table: Table, findings: Sequence[LogFinding]) -> pd.DataFrame:
    suspicious = np.zeros(len(table.time), dtype=bool)
    for finding in findings:
        suspicious[finding.rows] = True
    day = table.time[table.has_time] // DAY
    suspicious = suspicious[table.has_time]
    first, n_days = int(day.min()), int(day.max() - day.min() + 1)
    return pd.DataFrame(
        {
            "day": pd.date_range(moment(first * DAY), periods=n_days, freq="D"),
            "events": np.bincount(day - first, minlength=n_days),
            "suspicious": np.bincount(day[suspicious] - first, minlength=n_days),
        }
    )
