"""The event log as arrays, and what is asked of it again and again."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.story import EVENTS, START
from pmlab.simulate.tables import Coded, Table

__all__ = ["NEVER", "Journal", "codes_of", "seconds_of"]

NEVER = np.iinfo("int64").max // 4


class Journal:
    """The events as arrays, ordered by time. People are numbers, times are seconds."""

    def __init__(self, events: Table, n_users: int) -> None:
        self.user = codes_of(events["user_id"])
        self.kind = codes_of(events["event"])
        self.time = seconds_of(events["time"])
        self.n_users = n_users

    def __len__(self) -> int:
        return len(self.user)

    def rows(self, event: str) -> NDArray[np.int64]:
        """Return the rows of a kind of event."""
        return np.flatnonzero(self.kind == EVENTS.index(event))

    def of(self, event: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the person and the time of each event of a kind."""
        rows = self.rows(event)
        return self.user[rows], self.time[rows]

    def anyone(self, user: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return, for each person, whether they are among these."""
        return np.bincount(user, minlength=self.n_users) > 0

    def first(self, event: str) -> NDArray[np.int64]:
        """Return when each person did this first, or NEVER."""
        user, time = self.of(event)
        when = np.full(self.n_users, NEVER)
        np.minimum.at(when, user, time)
        return when

    @cached_property
    def signed_up(self) -> NDArray[np.int64]:
        """When each person signed up, or NEVER."""
        return self.first("sign_up")


def codes_of(column: Coded | NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers of a column of words."""
    assert isinstance(column, Coded)
    return column.codes.astype("int64")


def seconds_of(times: Any) -> NDArray[np.int64]:
    """Return the seconds from the start to each time; NEVER where there is none."""
    times = np.asarray(times)
    known = ~np.isnat(times)
    seconds = (np.where(known, times, START) - START) // np.timedelta64(1, "s")
    return np.where(known, seconds.astype("int64"), NEVER)
