"""What the functions of this package ask of a log, and what they all do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.compiled import pays_to_compile
from pmlab.errors import InputError
from pmlab.events import Condition, EventLog, Match, MatchedEvents, Step, read_matches
from pmlab.events.columns import Codes
from pmlab.events.matches import micros_of
from pmlab.events.one_pass import OnePass, in_order_of_time, take_one_pass
from pmlab.events.periods import clock_zone
from pmlab.events.stream import Rows
from pmlab.results import number_of

__all__ = [
    "MISSING",
    "Asked",
    "Counted",
    "Named",
    "Which",
    "as_events",
    "clock_in_words",
    "quoted",
]

Which = str | Sequence[str] | Condition | Step | None
"""Which events: a name, several, a condition, a `Step`, or None for any."""

ANY = "any event"

MISSING = "(missing)"
"""What the group of users without a value is called."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """The events that a parameter names, and what they are called in the answer."""

    name: str
    matches: tuple[Match, ...]


def as_events(given: Which, parameter: str) -> Named:
    """Return which events a parameter names.

    Raises
    ------
    InputError
        For anything else, and for a step with options that only a funnel knows.
    """
    if given is None:
        return Named(name=ANY, matches=(Match(asked_by=parameter),))
    step = given
    if isinstance(given, nw.Expr | Mapping):
        step = Step(where=given)
    elif isinstance(given, str) or (
        isinstance(given, Sequence) and given and all(isinstance(name, str) for name in given)
    ):
        step = Step(given)
    if not isinstance(step, Step):
        raise InputError(
            f"{parameter}={given!r} names no events; give a name such as 'visit', several in a "
            "list, a condition such as pm.col('price') > 10, or a pm.Step for both."
        )
    if step.within is not None or step.optional:
        option = "optional=True" if step.optional else f"within={step.within!r}"
        raise InputError(
            f"{parameter}={given!r} has {option}, which only a step of a funnel can have; "
            "leave it out."
        )
    matches = tuple(replace(match, asked_by=parameter) for match in step.matches)
    return Named(name=step.name, matches=matches)


def quoted(name: str) -> str:
    """Return what events are called in a sentence: in quotes, unless they are any."""
    return name if name == ANY else f"'{name}'"


Counting = TypeVar("Counting", bound=OnePass)


@dataclass(frozen=True, kw_only=True)
class Counted(Generic[Counting]):
    """A log that has been counted."""

    counting: Counting
    zone: str | None
    """By whose clock days are told apart; None for times that have no zone, as written."""
    until: int
    """Until when the events are complete, in microseconds."""
    as_of: pd.Timestamp
    values: Codes | None
    """The column that the answer is broken down by, of which only the values count here."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A log, the events that count, and until when: enough to count again."""

    log: EventLog
    events: tuple[Named, ...]
    as_of: Any = None
    zone: str | None = None
    by: str | None = None

    @classmethod
    def of(
        cls,
        events: Any,
        named: Sequence[Named],
        *,
        roles: Mapping[str, str],
        as_of: Any,
        zone: str | None = None,
        by: str | None = None,
    ) -> Asked:
        """Return what a call asks for; `roles` are its user=, event= and time=."""
        log = EventLog.of(events, **roles)
        return cls(log=log, events=tuple(named), as_of=as_of, zone=zone, by=by)

    def count(self, begin: Callable[[str | None, bool], Counting]) -> Counted[Counting]:
        """Count the events until `as_of` in one pass.

        `begin` returns a new counting, given the zone of the days and whether compiling pays.
        """
        questions = [named.matches for named in self.events]

        def begin_until(zone: str | None, compiled: bool) -> _Until[Counting]:
            end = None if self.as_of is None else micros_of(self.as_of, zone, "as_of")
            return _Until(begin(clock_zone(self.zone, zone), compiled), end)

        if self.by is None:
            watched, matched = take_one_pass(self.log, questions, begin_until)
        else:
            matched = read_matches(self.log, questions, properties={"by": self.by})
            rows = _smallest_value_first(in_order_of_time(matched), self.by)
            watched = begin_until(matched.time_zone, pays_to_compile(len(rows.time)))
            watched.feed(rows)
        until = matched.latest if watched.until is None else watched.until
        return Counted(
            counting=watched.counting,
            zone=clock_zone(self.zone, matched.time_zone),
            until=until,
            as_of=matched.moment(until),
            values=None if self.by is None else matched.properties[self.by],
            warnings=self._warnings(matched),
        )

    def _warnings(self, matched: MatchedEvents) -> tuple[str, ...]:
        if not matched.n_dropped:
            return ()
        return (
            f"left out because {self.log.user!r} or {self.log.time!r} is missing: "
            f"{number_of(matched.n_dropped, 'row')}; check that they are not all of a kind.",
        )


class _Until(Generic[Counting]):
    """Counts what happened until a moment, and leaves out what came later."""

    def __init__(self, counting: Counting, until: int | None) -> None:
        self.counting, self.until = counting, until

    def feed(self, rows: Rows) -> None:
        if self.until is not None and len(rows.time) and rows.time.max() > self.until:
            rows = _taken(rows, rows.time <= self.until)
        self.counting.feed(rows)


def _smallest_value_first(rows: Rows, by: str) -> Rows:
    """Put the rows of one time in the order of their values, so that theirs decides no tie."""
    codes = rows.properties[by]
    return _taken(rows, np.lexsort((np.where(codes < 0, np.iinfo(np.int64).max, codes), rows.time)))


def _taken(rows: Rows, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Rows:
    return rows._replace(
        unit=rows.unit[which],
        time=rows.time[which],
        matches=rows.matches[which],
        properties={name: codes[which] for name, codes in rows.properties.items()},
    )


def clock_in_words(zone: str | None) -> str:
    """Return by which clock days are told apart."""
    return "by the clock of the log" if zone is None else f"by the clock of {zone}"
