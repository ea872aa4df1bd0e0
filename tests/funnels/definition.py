"""What a funnel counts, written out so plainly that nobody can doubt it.

The library walks each log once, with a small state per unit. Here the same question is
answered the slow way: list every attempt that a unit could have made, then choose. Nothing
in this file is clever and nothing in it comes from the library, so where the two disagree,
read here first.

A unit (a user, say) has a log: a list of `Event`. An event knows its time, the numbers of
the steps that it matches (from 1; none, one or several), and the value of the breakdown
property, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    time: int
    matches: frozenset[int] = frozenset()
    value: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far one unit got, and the attempt that stands for it."""

    level: int
    """The number of steps in its longest attempt; 0 for a unit that never did step 1."""
    times: tuple[int, ...]
    """When the representative attempt did each of its steps."""
    entry: int | None
    """The first time that the unit did step 1, in whichever attempt."""
    first_touch: str | None
    last_touch: str | None


def attempts(
    log: list[Event], n_steps: int, within: int, *, entry: str, ties: str, reuse: bool
) -> Iterator[tuple[Event, ...]]:
    """Every attempt in the log: distinct events e1..em, ei matching step i, in time order.

    Parts of attempts are attempts too, so each comes with all its beginnings.
    """
    first_entry = min((event.time for event in log if 1 in event.matches), default=None)

    def extend(taken: tuple[int, ...]) -> Iterator[tuple[Event, ...]]:
        if taken:
            yield tuple(log[i] for i in taken)
        step = len(taken) + 1
        if step > n_steps:
            return
        for i, event in enumerate(log):
            if step not in event.matches:
                continue
            if i in taken and not reuse:
                continue  # one event serves one step of an attempt
            if not taken:
                if entry == "first" and event.time != first_entry:
                    continue
            else:
                before, start = log[taken[-1]].time, log[taken[0]].time
                if event.time < before or (ties == "strict" and event.time == before):
                    continue
                if event.time - start > within:
                    continue
            yield from extend((*taken, i))

    yield from extend(())


def progress(
    log: list[Event],
    n_steps: int,
    within: int,
    *,
    entry: str = "best",
    ties: str = "any",
    reuse: bool = False,
) -> Progress:
    """How far the unit with this log got."""
    possible = list(attempts(log, n_steps, within, entry=entry, ties=ties, reuse=reuse))
    if not possible:
        return Progress(0, (), None, None, None)
    level = max(len(attempt) for attempt in possible)

    # Of the unit's level: the earliest end, then the latest start, then the earliest between.
    def preference(attempt: tuple[Event, ...]) -> tuple[int, int, tuple[int, ...]]:
        times = tuple(event.time for event in attempt)
        return times[-1], -times[0], times

    longest = [attempt for attempt in possible if len(attempt) == level]
    best = min(preference(attempt) for attempt in longest)
    # Several attempts may have those very times; all their events stand for the unit.
    events = [event for attempt in longest if preference(attempt) == best for event in attempt]
    first_touch, last_touch = touches(events)
    return Progress(
        level=level,
        times=best[-1],
        entry=min(event.time for event in log if 1 in event.matches),
        first_touch=first_touch,
        last_touch=last_touch,
    )


def touches(events: Iterable[Event]) -> tuple[str | None, str | None]:
    """The first and the last value that is not missing; at one time, the one that sorts first."""
    known = [(event.time, event.value) for event in events if event.value is not None]
    if not known:
        return None, None
    earliest, latest = min(time for time, _ in known), max(time for time, _ in known)
    return (
        min(value for time, value in known if time == earliest),
        min(value for time, value in known if time == latest),
    )


def counts(
    everyone: Iterable[Progress], n_steps: int, *, drop_entries_after: int | None = None
) -> list[int]:
    """How many units reached each step.

    `drop_entries_after` (as_of - within) leaves out the units that first did step 1 later
    than that, whatever their level.
    """
    kept = [
        unit
        for unit in everyone
        if unit.entry is not None
        and (drop_entries_after is None or unit.entry <= drop_entries_after)
    ]
    return [sum(unit.level >= step for unit in kept) for step in range(1, n_steps + 1)]
