"""An event table with named roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw

from pmlab.errors import InputError
from pmlab.events.tables import FORMS, Table, require_column

__all__ = ["EventLog"]

_FORMS = f"{FORMS}, or a pm.EventLog"


@dataclass(frozen=True)
class EventLog:
    """An event table with its columns named once.

    Every function that takes events takes an EventLog in place of a frame.

    Parameters
    ----------
    source : frame or path
        A pandas, polars or pyarrow frame with one row an event, or the path of a CSV
        (``.csv``, ``.csv.gz``) or Parquet file. It is never changed.
    user, event, time : str
        The columns that say who did what when. Times are datetimes, dates (their midnight)
        or ISO 8601 strings, and count in whole microseconds.

    Raises
    ------
    InputError
        If the source is no event table, or has duplicate column names.
    NotFoundError
        If a column or the file does not exist; the message names close matches.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> table = pd.DataFrame({
    ...     "who": ["anna", "anna", "ben"],
    ...     "what": ["visit", "sign_up", "visit"],
    ...     "at": ["2026-03-01", "2026-03-02", "2026-03-02"],
    ... })
    >>> log = pm.EventLog(table, user="who", event="what", time="at")
    >>> pm.funnel(log, ["visit", "sign_up"], within="7d").counts
    [2, 1]
    """

    source: Any
    user: str = "user_id"
    event: str = "event"
    time: str = "time"

    def __post_init__(self) -> None:
        for role in ("user", "event", "time"):
            require_column(getattr(self, role), self.empty.columns, role)

    def __repr__(self) -> str:
        return (
            f"EventLog({type(self.source).__name__}, "
            f"user={self.user!r}, event={self.event!r}, time={self.time!r})"
        )

    @classmethod
    def of(cls, events: Any, *, user: str, event: str, time: str) -> EventLog:
        """Return `events` as it is if it is a log already, else a log with these roles."""
        if not isinstance(events, EventLog):
            return cls(events, user=user, event=event, time=time)
        for role, given in (("user", user), ("event", event), ("time", time)):
            default, said = getattr(cls, role), getattr(events, role)
            if given not in (default, said):
                raise InputError(
                    f"{role}={given!r} was given, but the EventLog already says {role}={said!r}; "
                    "name the column in one of the two."
                )
        return events

    @cached_property
    def _table(self) -> Table:
        return Table(self.source, "events", _FORMS)

    @property
    def empty(self) -> nw.DataFrame[Any]:
        """The table without its rows: names and types, without reading the data of a file."""
        return self._table.empty

    @property
    def is_file(self) -> bool:
        """Whether the events are in a file, not in memory."""
        return self._table.is_file

    @property
    def is_parquet(self) -> bool:
        """Whether the events are in a Parquet file."""
        return self._table.is_parquet

    def read(self, columns: Iterable[str], *, as_text: Iterable[str] = ()) -> nw.DataFrame[Any]:
        """Return these columns with all rows; `as_text` ones of a CSV are not read as numbers."""
        return self._table.read(columns, as_text=as_text, plain_text={self.event, self.time})
