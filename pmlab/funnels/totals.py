"""Totals: every attempt counts, one after the other, not every unit once."""

from __future__ import annotations

from typing import Any, NamedTuple

from pmlab.events.columns import NO_TIME
from pmlab.funnels.groups import reach

__all__ = ["TotalsRule", "find_latest", "follow_attempts"]


class TotalsRule(NamedTuple):
    """How attempts run; times are microseconds."""

    n_steps: int
    within: int
    one_each: bool
    share_out: bool
    barrier_bit: Any
    """An exclusion each: the bit of its events, and it holds from `after` to `before` steps."""
    barrier_after: Any
    barrier_before: Any
    leave_out: bool
    """Leave out attempts that an exclusion ends; otherwise they keep the steps before it."""


def follow_attempts(
    groups: Any, rule: Any, key: Any, level: Any, times: Any, room: Any, here: Any
) -> int:
    """Fill in the attempts in turn: under which key, how far, and when; return how many.

    An attempt starts at the first step-1 event strictly after the end of the one before, takes
    each step at its first event, and ends when it is whole, at an exclusion, or with its window.
    """
    n = 0
    for k in range(len(groups.of_unit) - 1):
        over = NO_TIME
        for g in range(groups.of_unit[k], groups.of_unit[k + 1]):
            if groups.bits[g] & 1 == 0 or groups.time[g] <= over:
                continue
            done, over, excluded = _attempt(g, groups.of_unit[k + 1], groups, rule, room, here)
            if excluded and rule.leave_out:
                continue
            for step in range(done):
                times[n * rule.n_steps + step] = here[step]
            key[n], level[n] = k, done
            n += 1
    return n


def _attempt(
    first: int, stop: int, groups: Any, rule: Any, room: Any, here: Any
) -> tuple[int, int, bool]:
    """Return how far the attempt from this group gets, when it ends, and if by an exclusion."""
    begin, done = groups.time[first], 0
    for g in range(first, stop):
        now = groups.time[g]
        if now - begin > rule.within:
            break
        far = reach(done, g, groups, rule.n_steps, rule.one_each, rule.share_out, room)
        for k in range(done, far):
            here[k] = now
        if far == rule.n_steps:
            return far, now, False
        if far == done:
            for b in range(len(rule.barrier_bit)):
                if (
                    groups.bits[g] >> rule.barrier_bit[b] & 1 != 0
                    and rule.barrier_after[b] <= done < rule.barrier_before[b]
                ):
                    return done, now, True
        done = far
    return done, begin + rule.within, False


def find_latest(key: Any, time: Any, first_of_key: Any, start: Any, found: Any) -> None:
    """Fill in, for each row, the last attempt of its key that has begun; -1 before the first."""
    for row in range(len(key)):
        low, high = first_of_key[key[row]], first_of_key[key[row] + 1]
        begin = low
        while low < high:
            middle = (low + high) // 2
            if start[middle] <= time[row]:
                low = middle + 1
            else:
                high = middle
        found[row] = low - 1 if low > begin else -1


HELPERS = (_attempt,)
"""What numba must know when it compiles whoever calls them."""
