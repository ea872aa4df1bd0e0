"""Counting in one pass: batch after batch where a table streams, else all its rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from pmlab.compiled import pays_to_compile
from pmlab.events.encode import HashCollisionError
from pmlab.events.log import EventLog
from pmlab.events.matches import Match, MatchedEvents, read_whole
from pmlab.events.stream import MatchStream, Rows

__all__ = [
    "OnePass",
    "OutOfOrderError",
    "in_order_of_time",
    "take_one_pass",
]


class OutOfOrderError(Exception):
    """Batches came in no order that one pass can take; sort all the rows first."""


class OnePass(Protocol):
    """What counts rows that come in batches, each unit's own in the order of time."""

    def feed(self, rows: Rows) -> None:
        """Take the next rows; raise `OutOfOrderError` for an earlier time of a unit."""


Counting = TypeVar("Counting", bound=OnePass)


def take_one_pass(
    log: EventLog,
    questions: Sequence[Sequence[Match]],
    begin: Callable[[str | None, bool], Counting],
) -> tuple[Counting, MatchedEvents]:
    """Count the events that answer some question with yes.

    Returns the counting and what is known of the events without their rows. Memory grows with the
    units, unless the table is of a kind that does not stream, or a unit's rows come in no order.

    Parameters
    ----------
    log : EventLog
    questions : sequence of sequences of Match
    begin : callable
        Returns a new counting, given the zone of the log's times (or None) and whether compiling
        pays; called again if the rows must be put in order first.

    Raises
    ------
    InputError, NotFoundError
        As `read_matches`.
    """
    stream = MatchStream.of(log, questions)
    try:
        if stream is None:
            matched = read_whole(log, questions)
        else:
            counting = begin(stream.time_zone, True)
            try:
                for rows in stream:
                    counting.feed(rows)
                return counting, stream.passed()
            except OutOfOrderError:
                # It shows in the first batches, as a rule; now memory grows with the rows.
                matched = stream.collect()
    except HashCollisionError:
        matched = read_whole(log, questions)
    rows = in_order_of_time(matched)
    # What has streamed has loaded numba already.
    counting = begin(matched.time_zone, stream is not None or pays_to_compile(len(rows.time)))
    counting.feed(rows)
    return counting, matched


def in_order_of_time(matched: MatchedEvents) -> Rows:
    """Return all rows of a table, the earliest first."""
    rows = Rows(
        unit=matched.unit.codes,
        time=matched.time,
        matches=matched.matches,
        properties={name: column.codes for name, column in matched.properties.items()},
        n_units=len(matched.unit.values),
    )
    if (rows.time[1:] >= rows.time[:-1]).all():
        return rows
    order = np.argsort(rows.time)
    return rows._replace(
        unit=rows.unit[order],
        time=rows.time[order],
        matches=rows.matches[order],
        properties={name: codes[order] for name, codes in rows.properties.items()},
    )
