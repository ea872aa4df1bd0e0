"""From how far each unit got to what is reported."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from .log import Event, Funnel
from .progress import Progress, progress, totals

NOT_REACHED = "(did not reach the step)"
"""The group of the units whose attempt has no event for the step of attribution."""


def counts(
    everyone: Iterable[Progress], n_steps: int, *, drop_entries_after: int | None = None
) -> list[int]:
    """How many units each row counts.

    `drop_entries_after` (as_of - within) leaves out the units that first entered later than
    that, whatever their level.
    """
    kept = [
        unit
        for unit in everyone
        if unit.entry is not None
        and (drop_entries_after is None or unit.entry <= drop_entries_after)
    ]
    return [sum(row in unit.rows for unit in kept) for row in range(1, n_steps + 1)]


def segment(unit: Progress, attribution: str | int) -> str | None:
    """Return the value that the unit counts under: by touch, or by the number of a step."""
    if attribution == "first_touch":
        return unit.first_touch
    if attribution == "last_touch":
        return unit.last_touch
    values = [event.value for step, event in unit.candidates if step == attribution]
    if not values:
        return NOT_REACHED
    return min((value for value in values if value is not None), default=None)


def values_in(log: list[Event]) -> set[str | None]:
    """Return the groups in which attribution="all" counts the unit."""
    return {event.value for event in log}


def with_value(log: list[Event], value: str | None) -> list[Event]:
    """Return the log that attribution="all" runs for the value."""
    return [event for event in log if event.value == value]


def trend(
    logs: Iterable[list[Event]],
    funnel: Funnel,
    periods: list[tuple[int, int]],
    as_of: int,
    *,
    count: str = "units",
) -> list[tuple[list[int], bool]]:
    """Return for each period (start, end) its counts, and whether it is complete."""
    rows = []
    logs = list(logs)
    for start, end in periods:

        def starts(time: int, start: int = start, end: int = end) -> bool:
            return start <= time < end

        if count == "totals":
            units = [unit for log in logs for unit in totals(log, funnel) if starts(unit.entry)]
        else:
            units = [progress(log, funnel, starts) for log in logs]
        rows.append((counts(units, funnel.n_steps), end + funnel.within <= as_of))
    return rows


def time_to_convert(unit: Progress, funnel: Funnel, as_of: int) -> tuple[int, bool] | None:
    """Return how long the unit was watched since it first entered, and if it converted then.

    These are the durations and events of a Kaplan-Meier curve. None for a unit that is in no
    row, or that entered after as_of.
    """
    if not unit.rows or unit.entry > as_of:
        return None
    watched = min(funnel.within, as_of - unit.entry)
    if unit.level == funnel.n_steps:
        # Below 0 with a tolerance, where it shows as 0.
        needed = max(unit.times[-1] - unit.entry, 0)
        if needed <= watched:
            return needed, True
    return watched, False


def open_funnel(logs: Iterable[list[Event]], funnel: Funnel) -> tuple[list[int], list[int]]:
    """Return who did each step, and (from step 2 on) who moved on to it from the one before."""
    logs = [funnel.read(log) for log in logs]
    steps = range(1, funnel.n_steps + 1)
    did = [sum(any(k in event.matches for event in log) for log in logs) for k in steps]
    continued = [sum(moves_on(log, k, funnel) for log in logs) for k in steps[1:]]
    return did, continued


def moves_on(log: list[Event], step: int, funnel: Funnel) -> bool:
    two_events = [*permutations(log, 2), *((event, event) for event in log if funnel.reuse)]
    return any(
        step - 1 in one.matches
        and step in other.matches
        and (other.time > one.time if funnel.ties == "strict" else other.time >= one.time)
        and other.time - one.time <= funnel.within
        for one, other in two_events
    )
