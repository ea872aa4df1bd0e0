"""Funnels whose steps may be done in any order.

Sets of events that can serve distinct steps form a matroid (they are the matchable sets of a
bipartite graph), so a greedy choice is exact: adding events in the order of their times, each if
it can serve one more step, gives the largest set, finished as early as possible; adding them
backwards gives the latest events. An exclusion inside leaves only attempts that take an event at
its very time; by Mendelsohn and Dulmage's theorem (1958) a largest set can take them all if they
can be served together at all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pmlab.events.columns import NO_TIME

__all__ = ["SetRule", "all_served", "follow_sets"]


class SetRule(NamedTuple):
    """How attempts run; times are microseconds."""

    n_steps: int
    within: int
    step_bits: int
    """The bits of `Groups.bits` that are steps."""
    anchored: bool
    """Step 1 no later than the others."""
    first_only: bool
    starts_from: int
    starts_before: int
    barrier_bits: int
    """The bits of exclusions, which hold over the whole funnel."""
    drop: bool
    """Leave out units that an exclusion sets back; otherwise they keep what is left."""


def follow_sets(
    groups: Any,
    rule: Any,
    level: Any,
    uppermost: Any,
    entered: Any,
    times: Any,
    room: Any,
    found: Any,
) -> None:
    """Fill, for each unit, its level, the level without exclusions, its entry and its times."""
    n_steps = rule.n_steps
    begins = 1 if rule.anchored else rule.step_bits
    for u in range(len(groups.of_unit) - 1):
        first, stop = groups.of_unit[u], groups.of_unit[u + 1]
        best, best_start, best_end, free = 0, -1, 0, 0
        for g in range(first, stop):
            if groups.bits[g] & begins == 0 or groups.time[g] < rule.starts_from:
                continue
            if groups.time[g] >= rule.starts_before:
                break
            if entered[u] == NO_TIME:
                entered[u] = groups.time[g]
            elif rule.first_only or (best == n_steps and groups.time[g] > best_end):
                break
            size, end = _largest(g, stop, groups, rule, room)
            free = max(free, size)
            if rule.barrier_bits != 0:
                size, end = _largest_in_spite(g, stop, size, end, groups, rule, room)
            if size > 0 and (size > best or (size == best and end <= best_end)):
                best, best_start, best_end = size, g, end
        level[u] = best
        uppermost[u] = free
        if best > 0:
            final = best_start
            while groups.time[final] != best_end:
                final += 1
            _latest(best_start, final, best, groups, rule, room, found, times, u * n_steps)


def _largest(first: int, stop: int, groups: Any, rule: Any, room: Any) -> tuple[int, int]:
    """Return how many steps events from this group on can serve, and when the last is done."""
    size, end = 0, groups.time[first]
    _clear(rule.n_steps, room)
    for g in range(first, stop):
        if groups.time[g] - groups.time[first] > rule.within or size == rule.n_steps:
            break
        for row in range(groups.row[g], groups.row[g + 1]):
            if _add(_steps(groups.matches[row], g == first, rule), size, rule.n_steps, room):
                size += 1
                end = groups.time[g]
    return size, end


def _largest_in_spite(
    first: int, stop: int, size: int, end: int, groups: Any, rule: Any, room: Any
) -> tuple[int, int]:
    """Return the same for attempts that no exclusion voids; `size` and `end` are without them.

    An exclusion voids an attempt that has begun and is not whole, unless the attempt takes an
    event at its very time. A whole attempt must get through those before its end, another one
    through all in its window.
    """
    if size == rule.n_steps and _can_take_all(first, stop, end - 1, groups, rule, room):
        return size, end
    latest = groups.time[first] + rule.within
    if not _can_take_all(first, stop, latest, groups, rule, room):
        return 0, end
    if size == rule.n_steps:
        size -= 1
        end = _end_of(first, stop, size, groups, rule, room)
    for g in range(first + 1, stop):
        if groups.time[g] <= latest and groups.bits[g] & rule.barrier_bits != 0:
            end = max(end, groups.time[g])
    return size, end


def _can_take_all(first: int, stop: int, until: int, groups: Any, rule: Any, room: Any) -> bool:
    """Return whether one attempt can take an event at each exclusion's time up to `until`."""
    _clear(rule.n_steps, room)
    own = 1 if rule.anchored else groups.bits[first]
    _add(_steps(own, True, rule), 0, rule.n_steps, room)
    size = 1
    for g in range(first + 1, stop):
        if groups.time[g] > until:
            break
        if groups.bits[g] & rule.barrier_bits != 0:
            if size == rule.n_steps:
                return False
            if not _add(_steps(groups.bits[g], False, rule), size, rule.n_steps, room):
                return False
            size += 1
    return True


def _end_of(first: int, stop: int, size: int, groups: Any, rule: Any, room: Any) -> int:
    """Return when the first `size` steps can be done."""
    _clear(rule.n_steps, room)
    n = 0
    for g in range(first, stop):
        for row in range(groups.row[g], groups.row[g + 1]):
            if _add(_steps(groups.matches[row], g == first, rule), n, rule.n_steps, room):
                n += 1
                if n == size:
                    return int(groups.time[g])
    return int(groups.time[first])


def _latest(
    first: int,
    final: int,
    size: int,
    groups: Any,
    rule: Any,
    room: Any,
    found: Any,
    times: Any,
    base: int,
) -> None:
    """Fill in the times of the attempt between two groups that takes the latest events.

    Some events are necessary: one of the first group, and one at the time of each exclusion. All
    choices of these are tried; to each, the latest events that fit are added greedily. `found`
    holds times, then rows of necessary events, then their groups.
    """
    n_steps = rule.n_steps
    found[2 * n_steps] = first
    n_necessary = 1
    for g in range(first + 1, final + 1):
        if groups.bits[g] & rule.barrier_bits != 0 and n_necessary < size:
            if g == final and size == n_steps:
                continue  # it comes no earlier than the end of the whole attempt
            found[2 * n_steps + n_necessary] = g
            n_necessary += 1
    for event in range(n_necessary):
        found[n_steps + event] = groups.row[found[2 * n_steps + event]]
    while True:
        if _add_around(first, final, size, n_necessary, groups, rule, room, found):
            _sort(found, size)
            if _is_later(found, times, base, size):
                for k in range(size):
                    times[base + k] = found[k]
        event = 0
        while event < n_necessary:
            g = found[2 * n_steps + event]
            found[n_steps + event] = _next_kind(found[n_steps + event], g, groups)
            if found[n_steps + event] < groups.row[g + 1]:
                break
            found[n_steps + event] = groups.row[g]
            event += 1
        if event == n_necessary:
            return


def _next_kind(row: int, group: int, groups: Any) -> int:
    """Return the next row of a group that is unlike all rows before it."""
    row += 1
    while row < groups.row[group + 1]:
        alike = False
        for before in range(groups.row[group], row):
            alike = alike or groups.matches[before] == groups.matches[row]
        if not alike:
            break
        row += 1
    return row


def _add_around(
    first: int,
    final: int,
    size: int,
    n_necessary: int,
    groups: Any,
    rule: Any,
    room: Any,
    found: Any,
) -> bool:
    """Take the necessary events and the latest others; return whether they are enough."""
    n_steps = rule.n_steps
    _clear(n_steps, room)
    for event in range(n_necessary):
        bits = _steps(groups.matches[found[n_steps + event]], event == 0, rule)
        if event == 0 and rule.anchored and bits & 1 == 0:
            return False
        if not _add(bits, event, n_steps, room):
            return False
        found[event] = groups.time[found[2 * n_steps + event]]
    n = n_necessary
    for back in range(final - first + 1):
        g = final - back
        for row in range(groups.row[g], groups.row[g + 1]):
            if n == size:
                return True
            taken = False
            for event in range(n_necessary):
                taken = taken or found[n_steps + event] == row
            if not taken and _add(_steps(groups.matches[row], g == first, rule), n, n_steps, room):
                found[n] = groups.time[g]
                n += 1
    return n == size


def _sort(values: Any, n: int) -> None:
    for i in range(1, n):
        value, j = values[i], i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


def _is_later(found: Any, times: Any, base: int, size: int) -> bool:
    for k in range(size):
        if found[k] != times[base + k]:
            return bool(found[k] > times[base + k])
    return False


def _steps(bits: int, at_start: bool, rule: Any) -> int:
    """Return the steps that an event may serve in this attempt, as bits."""
    bits = bits & rule.step_bits
    return bits & ~1 if rule.anchored and not at_start else bits


def _clear(n_steps: int, room: Any) -> None:
    _, holder, _, _, _ = room
    for step in range(n_steps):
        holder[step] = -1


def _add(bits: int, size: int, n_steps: int, room: Any) -> bool:
    """Add an event to the `size` events held if all can serve distinct steps; say whether.

    An augmenting path: the event asks for a step, whose holder asks for another, until one is
    free.
    """
    held, holder, asked_by, step_of, queue = room
    if bits == 0 or size == n_steps:
        return False
    held[size] = bits
    movable = False
    for step in range(n_steps):
        if bits >> step & 1 != 0:
            if holder[step] < 0:
                holder[step], step_of[size] = size, step
                return True
            others = held[holder[step]] & ~(1 << step)
            movable = movable or others != 0
    if not movable:
        return False
    for step in range(n_steps):
        asked_by[step] = -1
    queue[0] = size
    head, tail = 0, 1
    while head < tail:
        event = queue[head]
        head += 1
        for step in range(n_steps):
            if asked_by[step] < 0 and held[event] >> step & 1 != 0:
                asked_by[step] = event
                if holder[step] >= 0:
                    queue[tail] = holder[step]
                    tail += 1
                    continue
                while True:
                    taker = asked_by[step]
                    left = step_of[taker]
                    holder[step] = taker
                    step_of[taker] = step
                    if taker == size:
                        return True
                    step = left
    return False


def all_served(kinds: list[int], n_steps: int) -> bool:
    """Return whether all these events can serve distinct steps."""
    room = tuple([-1] * (n_steps + 2) for _ in range(5))
    return all(_add(kind, size, n_steps, room) for size, kind in enumerate(kinds))


HELPERS = (
    _largest,
    _largest_in_spite,
    _can_take_all,
    _end_of,
    _latest,
    _next_kind,
    _add_around,
    _sort,
    _is_later,
    _steps,
    _clear,
    _add,
)
"""What numba must know when it compiles whoever calls them."""
