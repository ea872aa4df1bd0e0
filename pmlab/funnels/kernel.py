"""The one pass that counts: how far each unit gets, and when.

The functions below are plain Python on flat sequences. They run as they are on lists, or, when
numba is installed and there are enough rows to repay compiling, compiled on arrays.

**What they are given.** Rows in an order in which each unit's rows come in time order, and rows
of one unit at one time stand next to each other (a *group*). `matches[i]` has bit k set where
row i matches step k + 1.

**What they keep.** ``start[u * n_steps + k]``: the latest start from which unit u has reached
step k + 1. A later start never does worse than an earlier one, for its window ends later, so
the latest is all that need be remembered; and it falls from step to step, since whoever reached
step 3 from some start reached step 2 from it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from pmlab.events.columns import NO_TIME, Ints
from pmlab.funnels.matching import furthest, gather

__all__ = ["COMPILE_FROM", "Progress", "run"]

COMPILE_FROM = 400_000
"""From how many rows on compiling pays. Loading numba takes as long as some 300,000 plain rows."""


class Progress(NamedTuple):
    """How far each unit got. Times are microseconds; `NO_TIME` where there is none.

    `level` is the furthest step reached (0: none), `entered` the time of the unit's first step-1
    event, and `times[u, k]` when step k + 1 of the representative attempt was done: of all
    attempts that reach the level, the one that ends earliest, then starts latest, then takes
    the earliest events between.
    """

    level: Ints
    entered: Ints
    times: Ints


def run(
    unit: Ints,
    time: Ints,
    matches: Ints,
    *,
    n_units: int,
    n_steps: int,
    within: int,
    first_entry_only: bool,
    strict: bool,
    reuse: bool,
) -> Progress:
    """Count how far each unit gets within `within` microseconds (inclusive).

    Parameters
    ----------
    unit, time, matches : int64 arrays of one length
        In any order. Units are codes below `n_units`.
    n_units, n_steps : int
    within : int
    first_entry_only : bool
        Attempts start at the unit's first step-1 time only.
    strict : bool
        Each step strictly later than the last.
    reuse : bool
        One event may serve several steps.
    """
    unit, time, matches = _in_groups(unit, time, matches)
    kinds = np.unique(matches)
    # Only where one event could serve two steps must the events of a group be shared out.
    share_out = not (strict or reuse) and bool((kinds & (kinds - 1)).any())
    compiled = len(unit) >= COMPILE_FROM and numba_is_installed()
    passes: tuple[Callable[..., None], ...] = _compiled() if compiled else (_advance, _retrace)
    advance, retrace = passes

    def sequence(size: int, value: int) -> Any:
        array = np.full(size, value, dtype=np.int64)
        return array if compiled else array.tolist()

    rows: tuple[Any, ...] = (unit, time, matches)
    if not compiled:
        rows = tuple(column.tolist() for column in rows)
    widest_group = n_steps * len(kinds) if share_out else 1
    room = (
        sequence(widest_group, 0),
        sequence(widest_group, 0),
        sequence(widest_group, 0),
        sequence(n_steps, 0),
        sequence(n_steps, 0),
    )
    rule: tuple[Any, ...] = (n_steps, within, strict, share_out)
    level, entered = sequence(n_units, 0), sequence(n_units, NO_TIME)
    begin, times = sequence(n_units, NO_TIME), sequence(n_units * n_steps, NO_TIME)
    start, before = sequence(n_units * n_steps, NO_TIME), sequence(n_steps, NO_TIME)
    advance(*rows, *rule, first_entry_only, start, before, level, entered, begin, room)
    retrace(*rows, *rule, level, begin, sequence(n_units, 0), times, room)
    return Progress(
        level=np.asarray(level, dtype=np.int64),
        entered=np.asarray(entered, dtype=np.int64),
        times=np.asarray(times, dtype=np.int64).reshape(n_units, n_steps),
    )


def _in_groups(unit: Ints, time: Ints, matches: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the rows in an order that the pass can take, which they often have already."""
    same_time = time[1:] == time[:-1]
    if (time[1:] >= time[:-1]).all() and (unit[1:] >= unit[:-1])[same_time].all():
        return unit, time, matches
    order = np.lexsort((time, unit))
    return unit[order], time[order], matches[order]


def numba_is_installed() -> bool:
    return find_spec("numba") is not None


@cache
def _compiled() -> tuple[Callable[..., None], Callable[..., None]]:
    from numba import njit
    from numba.extending import register_jitable

    for helper in (gather, furthest):
        register_jitable(helper)
    compile_ = njit(cache=True, nogil=True)
    return compile_(_advance), compile_(_retrace)


def _advance(
    unit: Any,
    time: Any,
    matches: Any,
    n_steps: int,
    within: int,
    strict: bool,
    share_out: bool,
    first_entry_only: bool,
    start: Any,
    before: Any,
    level: Any,
    entered: Any,
    begin: Any,
    room: Any,
) -> None:
    """Fill `level`, `entered`, and `begin`: when the representative attempt starts."""
    n_rows = len(unit)
    row = 0
    while row < n_rows:
        u, now, seen = unit[row], time[row], matches[row]
        group = row
        row += 1
        while row < n_rows and unit[row] == u and time[row] == now:
            seen |= matches[row]
            row += 1
        if seen & 1 and entered[u] == NO_TIME:
            entered[u] = now
        reached = level[u]
        if reached == n_steps:
            continue
        may_start = seen & 1 != 0 and (not first_entry_only or entered[u] == now)
        base = u * n_steps
        if strict or (share_out and row - group == 1):
            # One step a group: from the last step down, so that each sees the start before now.
            for k in range(n_steps - 1, 0, -1):
                if seen >> k & 1:
                    s = start[base + k - 1]
                    if s != NO_TIME and now - s <= within and s > start[base + k]:
                        start[base + k] = s
            if may_start:
                start[base] = now
        elif not share_out:
            # Any number of steps a group: from the first step up, so that each sees the start now.
            if may_start:
                start[base] = now
            for k in range(1, n_steps):
                if seen >> k & 1:
                    s = start[base + k - 1]
                    if s != NO_TIME and now - s <= within and s > start[base + k]:
                        start[base + k] = s
        else:
            n_events = gather(matches, group, row, n_steps, room[0])
            for k in range(n_steps):
                before[k] = start[base + k]
            for k in range(n_steps):
                s = before[k - 1] if k > 0 else (now if may_start else NO_TIME)
                if s != NO_TIME and now - s <= within:
                    for j in range(k, furthest(k, n_steps, n_events, room)):
                        start[base + j] = max(start[base + j], s)
        while reached < n_steps and start[base + reached] != NO_TIME:
            reached += 1
        if reached > level[u]:
            level[u] = reached
            begin[u] = start[base + reached - 1]


def _retrace(
    unit: Any,
    time: Any,
    matches: Any,
    n_steps: int,
    within: int,
    strict: bool,
    share_out: bool,
    level: Any,
    begin: Any,
    done: Any,
    times: Any,
    room: Any,
) -> None:
    """Fill `times` by walking from each representative start through the earliest events.

    `done` counts the steps of each unit's attempt so far. Taking as many steps as a group allows
    is never worse than waiting, and the attempt ends within the window because one does.
    """
    n_rows = len(unit)
    row = 0
    while row < n_rows:
        u, now, seen = unit[row], time[row], matches[row]
        group = row
        row += 1
        while row < n_rows and unit[row] == u and time[row] == now:
            seen |= matches[row]
            row += 1
        first = done[u]
        if first == level[u] or now < begin[u]:
            continue
        last = first
        if strict or (share_out and row - group == 1):
            last += seen >> first & 1
        elif not share_out:
            while last < level[u] and seen >> last & 1:
                last += 1
        else:
            n_events = gather(matches, group, row, n_steps, room[0])
            last = min(furthest(first, n_steps, n_events, room), level[u])
        for k in range(first, last):
            times[u * n_steps + k] = now
        done[u] = last
