"""Ordered funnels that forgive clocks which run a little late."""

from __future__ import annotations

from typing import Any, NamedTuple

from pmlab.events.columns import NO_TIME

__all__ = ["ClockRule", "follow_late_clocks"]


class ClockRule(NamedTuple):
    """How attempts run; times are microseconds."""

    n_steps: int
    within: int
    tolerance: int
    """An event may be this much earlier than any before it in the attempt."""
    first_only: bool


def follow_late_clocks(
    groups: Any, rule: Any, level: Any, entered: Any, times: Any, here: Any
) -> None:
    """Fill, for each unit, its level, its entry and its times.

    From a start, the earliest event that may serve a step is the best one: it leaves the most
    room to all later ones.
    """
    n_steps = rule.n_steps
    for u in range(len(groups.of_unit) - 1):
        first, stop = groups.of_unit[u], groups.of_unit[u + 1]
        best, best_end = 0, 0
        for g in range(first, stop):
            if groups.bits[g] & 1 == 0:
                continue
            if entered[u] == NO_TIME:
                entered[u] = groups.time[g]
            elif rule.first_only:
                break
            begin = groups.time[g]
            here[0] = begin
            highest, done, h = begin, 1, g
            while done < n_steps:
                while h > first and groups.time[h - 1] >= highest - rule.tolerance:
                    h -= 1
                while h < stop and (
                    groups.bits[h] >> done & 1 == 0 or groups.time[h] < highest - rule.tolerance
                ):
                    h += 1
                if h == stop or groups.time[h] - begin > rule.within:
                    break
                here[done] = groups.time[h]
                highest = max(highest, groups.time[h])
                done += 1
            end = here[done - 1]
            if done > best or (done == best and end <= best_end):
                best, best_end = done, end
                for k in range(done):
                    times[u * n_steps + k] = here[k]
        level[u] = best
