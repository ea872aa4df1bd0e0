"""The event table in the form in which the checks look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import InputError
from pmlab.events import EventLog, RawEvents
from pmlab.events.columns import NO_TIME, Codes, Ints, as_codes
from pmlab.events.tables import MISSING_IN_CSV
from pmlab.logcheck.result import LogFinding, Rows, shown_moment

__all__ = ["Bools", "Table", "codes_of", "moment"]

Bools = npt.NDArray[np.bool_]

TEXTS_FOR_NOTHING = frozenset([*MISSING_IN_CSV, "undefined"])
"""What programs write when they have no value; nobody is called so."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """All rows, with users as codes and times as microseconds (UTC)."""

    frame: pd.DataFrame
    log: EventLog
    user: Ints
    """Code of each row's user; -1 where missing."""
    users: pd.Index[Any]
    has_event: Bools
    time: Ints
    """`NO_TIME` where there is none."""
    offset: npt.NDArray[np.float64]
    """Minutes ahead of UTC as written; NaN where nothing is written."""
    unreadable: Bools
    received: Ints | None
    """When the server got each event."""
    received_column: str | None
    repeated: Bools
    """Rows that agree with an earlier one in every column but the server's time."""

    @classmethod
    def of(cls, raw: RawEvents, log: EventLog, received: str | None) -> Table:
        """Return the form of a table as it came."""
        times = raw.times[log.time]
        if (times.micros == NO_TIME).all():
            raise InputError(
                f"time column {log.time!r} holds no time that can be read; it takes datetimes, "
                "dates or ISO 8601 texts such as '2026-03-01 09:30:00'."
            )
        users, events = (_named(raw.frame[column]) for column in (log.user, log.event))
        arrival = None if received is None else raw.times[received].micros
        return cls(
            frame=raw.frame,
            log=log,
            user=users.codes,
            users=users.values,
            has_event=events.codes >= 0,
            time=times.micros,
            offset=times.offset,
            unreadable=times.unreadable,
            received=arrival,
            received_column=received,
            repeated=_repeated(raw.frame, users.codes, times.micros, received, arrival),
        )

    @property
    def has_time(self) -> Bools:
        """Where there is a time."""
        return np.asarray(self.time != NO_TIME)

    def n_users(self, rows: Rows) -> int:
        """Return how many users have these rows."""
        codes = self.user[rows]
        return len(np.unique(codes[codes >= 0]))

    def name(self, user: int) -> str:
        """Return the id of a user."""
        return "nobody" if user < 0 else str(self.users[user])

    def row_in_words(self, row: int) -> str:
        """Return a row as an example that a reader can look up."""
        event = self.frame[self.log.event].iloc[row] if self.has_event[row] else "no event"
        when = shown_moment(moment(self.time[row])) if self.time[row] != NO_TIME else "no time"
        return f"row {row}: {self.name(self.user[row])}, {event}, {when}"

    def finding(
        self, kind: str, concerned: Bools, what: str, do: str, examples: Sequence[str] = ()
    ) -> LogFinding | None:
        """Return these rows as a finding, or None where there are none."""
        rows: Rows = np.flatnonzero(concerned)
        if len(rows) == 0:
            return None
        shown = tuple(examples) or tuple(self.row_in_words(row) for row in rows[:3])
        return LogFinding(
            kind=kind, what=what, do=do, rows=rows, n_users=self.n_users(rows), examples=shown
        )


def moment(micros: int) -> pd.Timestamp:
    """Return microseconds since 1970 as a timestamp."""
    return pd.Timestamp(np.datetime64(int(micros), "us"))


def codes_of(column: pd.Series[Any]) -> tuple[Ints, pd.Index[Any]]:
    """Return a column as codes and their values: -1 where missing, lists and the like as texts."""
    try:
        codes, values = pd.factorize(column)
    except TypeError:
        codes, values = pd.factorize(column.map(repr, na_action="ignore"))
    return codes.astype(np.int64), pd.Index(values)


def _named(column: pd.Series[Any]) -> Codes:
    """Return a column as codes, with -1 also for the texts that stand for nothing."""
    coded = as_codes(nw.from_native(column, series_only=True))
    named = ~coded.values.isin(TEXTS_FOR_NOTHING)
    new_code = np.append(np.where(named, np.cumsum(named) - 1, -1), -1)
    return Codes(new_code[coded.codes], coded.values[named])


def _repeated(
    frame: pd.DataFrame, user: Ints, time: Ints, received: str | None, arrival: Ints | None
) -> Bools:
    """Return the rows that agree with one that came before."""
    # Rows that agree in every column agree in these two, and few other rows do.
    alike = pd.DataFrame({"user": user, "time": time}).duplicated(keep=False)
    rows = np.flatnonzero(alike)
    if arrival is not None:
        rows = rows[np.argsort(arrival[rows], kind="stable")]
    # A client that sends an event again sends the same event; the server gets it later.
    of_client = [name for name in frame.columns if name != received]
    codes = {name: codes_of(frame[name].iloc[rows])[0] for name in of_client}
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[rows] = pd.DataFrame(codes).duplicated().to_numpy()
    return repeated
