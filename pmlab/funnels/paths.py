"""Ordered and strict funnels whose rules need all events of a unit at once.

For each event that may start an attempt, `_follow` finds how far one gets from there; the best
start gives the unit's level; `_trace` then finds the events of the representative attempt. Paths
run from group to group of a unit: from having done k steps at one group to having done more at a
later one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pmlab.events.columns import NO_TIME
from pmlab.funnels.groups import reach

__all__ = ["DROP", "NO_EXCLUSION", "STOP", "VOID", "PathRule", "follow_paths"]

NO_EXCLUSION, STOP, VOID, DROP = 0, 1, 2, 3


class PathRule(NamedTuple):
    """How attempts run. Times are microseconds; steps count from 1."""

    n_steps: int
    within: int
    gap: Any
    """``gap[k]``: how long the move from step k to step k + 1 may take."""
    next_group_only: bool
    """Strict order: no group of the unit may be passed over."""
    one_each: bool
    share_out: bool
    first_only: bool
    latest_between: bool
    """Of the attempts alike in start and end, take the latest events between, not the earliest."""
    optional: int
    """The number of the step that is an optional one, of which only levels are asked; or 0.

    Clocks and exclusions pass over it: they see the required steps only.
    """
    barrier_bit: Any
    """An exclusion each: the bit of its events, and it holds from `after` to `before` steps."""
    barrier_after: Any
    barrier_before: Any
    on_barrier: int


def follow_paths(
    groups: Any,
    rule: Any,
    level: Any,
    uppermost: Any,
    entered: Any,
    times: Any,
    room: Any,
    work: Any,
) -> None:
    """Fill, for each unit, its level, the level without exclusions, its entry and its times."""
    last, end_of, since, fresh, good, jump, nearest, barrier = work
    n_steps = rule.n_steps
    for u in range(len(groups.of_unit) - 1):
        first, stop = groups.of_unit[u], groups.of_unit[u + 1]
        bars = NO_EXCLUSION
        if rule.on_barrier != NO_EXCLUSION:
            for g in range(first, stop):
                for b in range(len(rule.barrier_bit)):
                    if groups.bits[g] >> rule.barrier_bit[b] & 1 != 0:
                        bars = rule.on_barrier
        best, best_start, best_end = 0, -1, 0
        free = 0
        for g in range(first, stop):
            if groups.bits[g] & 1 == 0:
                continue
            if entered[u] == NO_TIME:
                entered[u] = groups.time[g]
            elif rule.first_only or (best == n_steps and groups.time[g] > best_end):
                break
            _follow(g, stop, bars, groups, rule, room, last, end_of, since, fresh)
            here = n_steps
            while here > 0 and end_of[here] == NO_TIME:
                here -= 1
            if here > 0 and (here > best or (here == best and end_of[here] <= best_end)):
                best, best_start, best_end = here, g, end_of[here]
            if bars == DROP and free < n_steps:
                _follow(g, stop, NO_EXCLUSION, groups, rule, room, last, end_of, since, fresh)
                for k in range(free + 1, n_steps + 1):
                    if end_of[k] != NO_TIME:
                        free = k
        level[u] = best
        uppermost[u] = max(best, free)
        if best > 0 and rule.optional == 0:
            final = best_start
            while groups.time[final] != best_end:
                final += 1
            _trace(
                best_start, final, best, bars, groups, rule, room, good, jump, nearest, barrier,
                times, u * n_steps,
            )  # fmt: skip


def _follow(
    first: int,
    stop: int,
    bars: int,
    groups: Any,
    rule: Any,
    room: Any,
    last: Any,
    end_of: Any,
    since: Any,
    fresh: Any,
) -> None:
    """Fill `end_of`: for each level, when an attempt from this start reaches it first.

    ``last[k]`` is the latest group at which k steps were done and nothing has ended the attempt
    since, and ``since[k]`` the time from which the clock of the next step runs. The latest is the
    best to go on from: the next step may then come latest.
    """
    n_steps = rule.n_steps
    begin = groups.time[first]
    for k in range(n_steps + 1):
        last[k], end_of[k], since[k] = -1, NO_TIME, NO_TIME
    at_once = reach(0, first, groups, n_steps, rule.one_each, rule.share_out, room)
    waits_for = 0  # the next steps of all levels so far, as bits
    for k in range(1, at_once + 1):
        last[k], end_of[k], since[k] = first, begin, begin
        if k < n_steps:
            waits_for |= 1 << k
    for g in range(first + 1, stop):
        now = groups.time[g]
        if now - begin > rule.within or end_of[n_steps] != NO_TIME:
            break
        if bars == NO_EXCLUSION and waits_for & groups.bits[g] == 0:
            if rule.next_group_only:
                break
            continue
        arrived = 0
        for k in range(1, n_steps + 1):
            fresh[k] = NO_TIME
        for k in range(1, n_steps):
            if (
                last[k] >= 0
                and now - since[k] <= rule.gap[k]
                and (not rule.next_group_only or last[k] == g - 1)
            ):
                far = reach(k, g, groups, n_steps, rule.one_each, rule.share_out, room)
                for j in range(k + 1, far + 1):
                    only_optional = j == rule.optional and j == k + 1
                    if only_optional and bars != NO_EXCLUSION and _bars(g, k, groups, rule):
                        # The required steps pass an exclusion here; the optional one is done
                        # before it, which counts where an exclusion only stops.
                        if bars == STOP and end_of[j] == NO_TIME:
                            end_of[j] = now
                        continue
                    arrived |= 1 << (j - 1)
                    fresh[j] = max(fresh[j], since[k] if only_optional else now)
        if bars != NO_EXCLUSION:
            for b in range(len(rule.barrier_bit)):
                if groups.bits[g] >> rule.barrier_bit[b] & 1 != 0:
                    # Attempts that take an event now do not see an exclusion at this very time.
                    for k in range(rule.barrier_after[b], rule.barrier_before[b]):
                        last[k], since[k] = -1, NO_TIME
                        if bars != STOP:
                            end_of[k] = NO_TIME
        for k in range(1, n_steps + 1):
            if arrived >> (k - 1) & 1 != 0:
                last[k] = g
                if k < n_steps:
                    waits_for |= 1 << k
                since[k] = max(since[k], fresh[k])
                if end_of[k] == NO_TIME:
                    end_of[k] = now
        if rule.next_group_only and arrived == 0:
            break


def _trace(
    first: int,
    final: int,
    level: int,
    bars: int,
    groups: Any,
    rule: Any,
    room: Any,
    good: Any,
    jump: Any,
    nearest: Any,
    barrier: Any,
    times: Any,
    base: int,
) -> None:
    """Fill in the times of the attempt from group `first` to group `final`.

    Backwards first: ``good[g, k]`` says that whoever has done k steps, the last of them at group
    g, can end at `final`; ``jump[g, k]`` that whoever comes to g with k steps can do more there
    and be good. Then forwards, taking at each turn the earliest (or latest) group that is good.
    """
    n_steps = rule.n_steps
    width = n_steps + 1
    for k in range(width):
        nearest[k], barrier[k] = -1, final + 1
    for g in range(final, first - 1, -1):
        at = (g - first) * width
        for k in range(1, level + 1):
            fine = k == level and g == final
            to = nearest[k]
            if not fine and to >= 0:
                fine = (
                    to <= barrier[k]
                    and groups.time[to] - groups.time[g] <= rule.gap[k]
                    and (not rule.next_group_only or to == g + 1)
                )
            good[at + k] = 1 if fine else 0
        for k in range(1, level):
            jump[at + k] = 0
            far = reach(k, g, groups, n_steps, rule.one_each, rule.share_out, room)
            for j in range(k + 1, min(far, level) + 1):
                if good[at + j] == 1:
                    jump[at + k] = 1
                    nearest[k] = g
                    break
        if bars != NO_EXCLUSION:
            for b in range(len(rule.barrier_bit)):
                if groups.bits[g] >> rule.barrier_bit[b] & 1 != 0:
                    for k in range(rule.barrier_after[b], rule.barrier_before[b]):
                        barrier[k] = g
    g, k = first, 0
    while True:
        far = min(reach(k, g, groups, n_steps, rule.one_each, rule.share_out, room), level)
        at = (g - first) * width
        to = k
        for j in range(k + 1, far + 1):
            if good[at + j] == 1 and not (rule.latest_between and to > k):
                to = j
        for j in range(k, to):
            times[base + j] = groups.time[g]
        k = to
        if k == level:
            return
        chosen = -1
        for h in range(g + 1, final + 1):
            if groups.time[h] - groups.time[g] > rule.gap[k]:
                break
            if jump[(h - first) * width + k] == 1:
                chosen = h
                if not rule.latest_between:
                    break
            if rule.next_group_only or (bars != NO_EXCLUSION and _bars(h, k, groups, rule)):
                break
        g = chosen


def _bars(group: int, level: int, groups: Any, rule: Any) -> bool:
    """Return whether an exclusion at this group ends attempts of this level that wait."""
    for b in range(len(rule.barrier_bit)):
        if (
            groups.bits[group] >> rule.barrier_bit[b] & 1 != 0
            and rule.barrier_after[b] <= level < rule.barrier_before[b]
        ):
            return True
    return False


HELPERS = (
    _follow,
    _trace,
    _bars,
)
"""What numba must know when it compiles whoever calls them."""
