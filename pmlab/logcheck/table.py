"""The event table in the form in which the checks look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import InputError
from pmlab.events import EventLog, RawEvents
from pmlab.events.columns import NO_TIME, Ints
from pmlab.logcheck.result import Rows, shown_moment

__all__ = ["Bools", "Table", "moment"]

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Table:
    """All rows, with users as codes and times as microseconds (UTC)."""

    frame: pd.DataFrame
    log: EventLog
    user: Ints
    """Code of each row's user; -1 where missing."""
    users: pd.Index[Any]
    time: Ints
    """`NO_TIME` where there is none."""
    offset: npt.NDArray[np.float64]
    """Minutes ahead of UTC as written; NaN where nothing is written."""
    unreadable: Bools
    received: Ints | None
    """When the server got each event."""
    repeated: Bools
    """Rows that agree with an earlier one in every column but the server's time."""

    @classmethod
    def of(cls, raw: RawEvents, log: EventLog, received: str | None) -> Table:
        """Return the form of a table as it came."""
        codes, users = pd.factorize(raw.frame[log.user])
        times = raw.times[log.time]
        if (times.micros == NO_TIME).all():
            raise InputError(
                f"time column {log.time!r} holds no time that can be read; it takes datetimes, "
                "dates or ISO 8601 texts such as '2026-03-01 09:30:00'."
            )
        # A client that sends an event again sends the same event; the server gets it later.
        of_client = [name for name in raw.frame.columns if name != received]
        return cls(
            frame=raw.frame,
            log=log,
            user=codes.astype(np.int64),
            users=pd.Index(users),
            time=times.micros,
            offset=times.offset,
            unreadable=times.unreadable,
            received=None if received is None else raw.times[received].micros,
            repeated=raw.frame.duplicated(subset=of_client).to_numpy(),
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
        event = self.frame[self.log.event].iloc[row]
        when = shown_moment(moment(self.time[row])) if self.time[row] != NO_TIME else "no time"
        return f"row {row}: {self.name(self.user[row])}, {event}, {when}"


def moment(micros: int) -> pd.Timestamp:
    """Return microseconds since 1970 as a timestamp."""
    return pd.Timestamp(np.datetime64(int(micros), "us"))
