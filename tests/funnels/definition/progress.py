"""How far a unit got, and the attempt that stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .attempts import Attempt, Starts, anywhere, attempts, attempts_of_size, is_voided, voiding
from .log import Event, Funnel


@dataclass(frozen=True)
class Progress:
    """How far one unit (or, for totals, one attempt) got."""

    level: int = 0
    """The last required step of its longest attempt (unordered: how many); 0 if it has none."""
    times: tuple[int | None, ...] = ()
    """When the representative attempt did each step; None for an optional step left out.

    For an unordered funnel, when it did the first, the second, ... step, whichever that was.
    """
    entry: int | None = None
    """The first time that the unit entered, in whichever attempt."""
    rows: frozenset[int] = frozenset()
    """The rows of the answer that count it."""
    removed: bool = False
    """Whether an exclusion removed it."""
    candidates: tuple[tuple[int, Event], ...] = ()
    """The steps of the representative attempt and the events that may have done them.

    Several attempts may have the very same times; all their events stand for the unit.
    """

    @property
    def first_touch(self) -> str | None:
        return self._touch(min)

    @property
    def last_touch(self) -> str | None:
        return self._touch(max)

    def _touch(self, which) -> str | None:
        """The first or last value that is not missing; at one time, the one that sorts first."""
        known = [
            (event.time, event.value) for _, event in self.candidates if event.value is not None
        ]
        if not known:
            return None
        moment = which(time for time, _ in known)
        return min(value for time, value in known if time == moment)


def progress(log: list[Event], funnel: Funnel, starts: Starts = anywhere) -> Progress:
    """Return how far the unit with this log got, in attempts that start at these times."""
    log = funnel.read(log)
    entry = min(funnel.entries(log), default=None)
    # The furthest of all attempts, and of those that no exclusion voids.
    furthest = longest(log, funnel, starts, voided_too=True)
    allowed = longest(log, funnel, starts, voided_too=False) if funnel.exclusions else furthest
    size, without_exclusions = (
        len(found[0].steps) if found else 0 for found in (allowed, furthest)
    )
    if funnel.on_exclude == "drop" and without_exclusions > size:
        return Progress(entry=entry, removed=True)
    if not allowed:
        return Progress(entry=entry)

    best = min(preference(attempt, funnel) for attempt in allowed)
    stand_for = [attempt for attempt in allowed if preference(attempt, funnel) == best]
    if funnel.order == "unordered":
        level, times = size, dict(enumerate(stand_for[0].times, start=1))
    else:
        level = funnel.required[size - 1]
        times = dict(zip(stand_for[0].steps, stand_for[0].times, strict=True))
    candidates = set(pairs(stand_for))
    rows = set(funnel.required[:size])
    for step in optional_steps_in_reach(funnel, size):
        including = attempts_including(step, log, funnel, size, starts)
        if including:
            rows.add(step)
        fitting = [
            attempt
            for attempt in including
            if attempt.only(funnel.required).times == stand_for[0].times
        ]
        if fitting:
            times[step] = min(attempt.only((step,)).start for attempt in fitting)
            candidates |= {
                (k, event) for k, event in pairs(fitting) if k == step and event.time == times[step]
            }
    return Progress(
        level=level,
        times=tuple(times.get(k) for k in range(1, max(times) + 1)),
        entry=entry,
        rows=frozenset(rows),
        candidates=tuple(candidates),
    )


def longest(log: list[Event], funnel: Funnel, starts: Starts, *, voided_too: bool) -> list[Attempt]:
    """Return the attempts of the largest size there is."""
    for size in range(len(funnel.required), 0, -1):
        found = [
            attempt
            for attempt in attempts_of_size(log, funnel, size, starts)
            if voided_too or not is_voided(attempt, log, funnel)
        ]
        if found:
            return found
    return []


def preference(attempt: Attempt, funnel: Funnel) -> tuple:
    """Return what is smallest for the best: the earliest end, the latest start, the rest."""
    times = attempt.times
    between = times[1:-1]
    if funnel.windows or funnel.order == "unordered":
        between = tuple(-time for time in reversed(between))  # the latest
    return times[-1], -times[0], between


def optional_steps_in_reach(funnel: Funnel, size: int) -> list[int]:
    """Return the optional steps before the first required step that the unit did not do."""
    beyond = funnel.required[size] if size < len(funnel.required) else funnel.n_steps + 1
    return [step for step in sorted(funnel.optional) if step < beyond]


def attempts_including(
    step: int, log: list[Event], funnel: Funnel, size: int, starts: Starts
) -> list[Attempt]:
    """Return the attempts of so many required steps and this optional one, judged alone."""
    steps = tuple(sorted((*funnel.required[:size], step)))
    return [
        attempt
        for attempt in attempts(log, funnel, steps, starts)
        if not is_voided(attempt, log, funnel)
    ]


def pairs(found: Iterable[Attempt]) -> list[tuple[int, Event]]:
    return [pair for attempt in found for pair in zip(attempt.steps, attempt.events, strict=True)]


def totals(log: list[Event], funnel: Funnel) -> list[Progress]:
    """Return the attempts that count="totals" counts, one after the other."""
    log = funnel.read(log)
    if funnel.hold:
        each = [[event for event in log if event.held == held] for held in helds(log)]
    else:
        each = [log]
    return [attempt for own in each for attempt in one_after_the_other(own, funnel)]


def helds(log: list[Event]) -> set:
    return {event.held for event in log}


def one_after_the_other(log: list[Event], funnel: Funnel) -> Iterator[Progress]:
    free_from = None  # a start must be strictly later than this
    while True:
        later = [t for t in funnel.entries(log) if free_from is None or t > free_from]
        if not later:
            return
        attempt, free_from = walk(log, funnel, min(later))
        if not attempt.removed:
            yield attempt


def walk(log: list[Event], funnel: Funnel, start: int) -> tuple[Progress, int]:
    """Return the attempt that starts at this time, and when it ended."""
    funnel = replace(funnel, entry="best")  # the start is given

    def starts(time: int) -> bool:
        return time == start

    for size in range(funnel.n_steps, 0, -1):
        found = attempts_of_size(log, funnel, size, starts)
        if found:
            break
    # Each step at its first event.
    times = min(attempt.times for attempt in found)
    taken = [attempt for attempt in found if attempt.times == times]
    end = times[-1] if size == funnel.n_steps else start + funnel.within
    against = [event.time for event in voiding(taken[0], log, funnel)]
    if against:
        end = min(against)
        size = sum(time < end for time in times)
        taken = [attempt.only(tuple(range(1, size + 1))) for attempt in taken]
    attempt = Progress(
        level=size,
        times=times[:size],
        entry=start,
        rows=frozenset(range(1, size + 1)),
        removed=bool(against) and funnel.on_exclude == "drop",
        candidates=tuple(set(pairs(taken))),
    )
    return attempt, end
