"""Every attempt that a log holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from .log import Event, Funnel

Starts = Callable[[int], bool]


def anywhere(time: int) -> bool:
    return True


@dataclass(frozen=True)
class Attempt:
    steps: tuple[int, ...]
    """The steps that it does: in their order, or in order of time if the funnel is unordered."""
    events: tuple[Event, ...]
    """The event that does each."""

    @property
    def times(self) -> tuple[int, ...]:
        return tuple(event.time for event in self.events)

    @property
    def start(self) -> int:
        return self.events[0].time

    def only(self, steps: tuple[int, ...]) -> Attempt:
        pairs = [pair for pair in zip(self.steps, self.events, strict=True) if pair[0] in steps]
        return Attempt(tuple(step for step, _ in pairs), tuple(event for _, event in pairs))

    def in_order_of_time(self) -> Attempt:
        pairs = sorted(
            zip(self.steps, self.events, strict=True), key=lambda pair: (pair[1].time, pair[0])
        )
        return Attempt(tuple(step for step, _ in pairs), tuple(event for _, event in pairs))


def attempts_of_size(
    log: list[Event], funnel: Funnel, size: int, starts: Starts = anywhere
) -> list[Attempt]:
    """Return the attempts of so many required steps: the first ones, or (unordered) any."""
    if funnel.order == "unordered":
        sets = combinations(funnel.required, size)
    else:
        sets = iter([funnel.required[:size]])
    return [attempt for steps in sets for attempt in attempts(log, funnel, steps, starts)]


def attempts(
    log: list[Event], funnel: Funnel, steps: tuple[int, ...], starts: Starts = anywhere
) -> Iterator[Attempt]:
    """Yield every attempt that does exactly these steps and starts at one of those times."""
    entries = [time for time in funnel.entries(log) if starts(time)]
    if not entries:
        return
    able = [[i for i, event in enumerate(log) if step in event.matches] for step in steps]
    for chosen in product(*able):
        distinct = len(set(chosen)) == len(chosen)
        if not (distinct or funnel.reuse):
            continue  # one event serves one step of an attempt
        attempt = Attempt(steps, tuple(log[i] for i in chosen))
        if funnel.order == "unordered":
            attempt = attempt.in_order_of_time()
        if not starts(attempt.start):
            continue
        if funnel.entry == "first" and attempt.start != min(entries):
            continue
        if is_in_order(attempt, funnel) and is_in_time(attempt, funnel):
            if funnel.order == "strict" and is_interrupted(attempt, log):
                continue
            if funnel.hold and len({event.held for event in attempt.events}) > 1:
                continue
            yield attempt


def is_in_order(attempt: Attempt, funnel: Funnel) -> bool:
    if funnel.order == "unordered":
        if not funnel.anchor_first:
            return True
        return 1 in attempt.steps and attempt.only((1,)).start == attempt.start
    for earlier, later in combinations(attempt.times, 2):
        if funnel.ties == "strict" and later <= earlier:
            return False
        if later < earlier - funnel.tie_tolerance:
            return False
    return True


def is_in_time(attempt: Attempt, funnel: Funnel) -> bool:
    if any(time - attempt.start > funnel.within for time in attempt.times):
        return False
    required_before = attempt.start
    for step, time in zip(attempt.steps, attempt.times, strict=True):
        if step in funnel.windows and time - required_before > funnel.windows[step]:
            return False
        if step not in funnel.optional:
            required_before = time
    return True


def is_interrupted(attempt: Attempt, log: list[Event]) -> bool:
    """Tell whether another event, of any type, lies between, at a time of its own."""
    times = attempt.times
    return any(min(times) < event.time < max(times) and event.time not in times for event in log)


def voiding(attempt: Attempt, log: list[Event], funnel: Funnel) -> list[Event]:
    """Return the exclusion events that speak against the attempt, by its required steps."""
    attempt = attempt.only(funnel.required)
    times = attempt.times
    found = []
    for event in log:
        if event.time in times or not 0 <= event.time - attempt.start <= funnel.within:
            continue
        if funnel.hold and event.held != attempt.events[0].held:
            continue
        n = sum(time < event.time for time in times)
        for place in event.excludes:
            exclusion = funnel.exclusions[place]
            after = funnel.required.index(exclusion.after) + 1
            before = len(funnel.required)
            if exclusion.before is not None:
                before = funnel.required.index(exclusion.before) + 1
            if after <= n < before:
                found.append(event)
    return found


def is_voided(attempt: Attempt, log: list[Event], funnel: Funnel) -> bool:
    against = voiding(attempt, log, funnel)
    if funnel.on_exclude == "stop":
        # It keeps the steps that it did before; only to go past an exclusion is forbidden, be it
        # to an optional step.
        return any(event.time < attempt.times[-1] for event in against)
    return bool(against)
