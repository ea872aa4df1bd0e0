"""The one pass that counts: how far each unit gets, and when.

The functions below are plain Python on flat sequences. They run as they are on lists, or, when
numba is installed and there are enough rows to repay compiling, compiled on arrays.

**What they are given.** Rows in an order in which each unit's rows come in time order, and rows
of one unit at one time stand next to each other (a *group*). `matches[i]` has bit k set where
row i matches step k + 1.

**What they keep.** ``start[u * n_steps + k]``: the latest start from which unit u has reached
step k + 1. A later start never does worse than an earlier one, for its window ends later, so
the latest is all that need be remembered; and it falls from step to step, since whoever reached
step 3 from some start reached step 2 from it. Beside each start stands the *path* that reached
the step from it first, which takes the earliest events. When a step is reached from a later
start, its path is that of the step before and now. So memory grows with the units and how far
they get, never with the rows, which may come a batch at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pmlab.compiled import compiled as compiled_function
from pmlab.compiled import pays_to_compile
from pmlab.events.columns import NO_TIME, Ints
from pmlab.events.one_pass import OutOfOrderError
from pmlab.funnels.matching import furthest, gather
from pmlab.funnels.ordering import by_unit_and_time

__all__ = ["OutOfOrderError", "Pass", "Progress", "run"]


AT_ONCE = 1 << 17
"""Rows to take at a time: few enough to stay near the processor."""


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
    """Count how far each unit gets, from all rows at once, in any order.

    Parameters
    ----------
    unit, time, matches : int64 arrays of one length
        Units are codes below `n_units`.
    n_units : int
    n_steps, within, first_entry_only, strict, reuse
        As for `Pass`.
    """
    compiled = pays_to_compile(len(unit))
    one = Pass(
        n_steps=n_steps,
        within=within,
        first_entry_only=first_entry_only,
        strict=strict,
        reuse=reuse,
        compiled=compiled,
    )
    if not (_is_by_time(time) or _is_by_unit(unit, time)):
        rows = by_unit_and_time(unit, time, matches, n_units, compiled=compiled)
        unit, time, matches = rows.unit, rows.time, rows.matches
    for begin in range(0, max(len(unit), 1), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        one.feed(unit[part], time[part], matches[part], n_units)
    return one.finish()


AHEAD = 64
"""How many rows' units are asked for at once."""


class Pass:
    """The pass over rows that come in batches.

    Parameters
    ----------
    n_steps : int
    within : int
        Microseconds from an attempt's first event to its last, inclusive.
    first_entry_only : bool
        Attempts start at the unit's first step-1 time only.
    strict : bool
        Each step strictly later than the last.
    reuse : bool
        One event may serve several steps.
    compiled : bool
    """

    def __init__(
        self,
        *,
        n_steps: int,
        within: int,
        first_entry_only: bool,
        strict: bool,
        reuse: bool,
        compiled: bool,
    ) -> None:
        self._n_steps = n_steps
        self._rule = (n_steps, within, first_entry_only, strict)
        self._may_share_out = not (strict or reuse)
        self._compiled = compiled
        self._advance: Callable[..., int] = _compiled()[0] if compiled else _advance
        self._by_time = self._by_unit = True
        self._held = (_NOTHING, _NOTHING, _NOTHING)
        self._n_units = 0
        self._now, self._times = _Column(compiled, NO_TIME), _Column(compiled, NO_TIME)
        self._path, self._kept = _Column(compiled, 0), _Column(compiled, 0)
        self._kept.grow(2)
        self._kept.used[0] = 1

    def feed(self, unit: Ints, time: Ints, matches: Ints, n_units: int) -> None:
        """Take the next rows, of units below `n_units`.

        Raises
        ------
        OutOfOrderError
            Unless all rows so far come in the order of time, or of unit and then time.
        """
        self._n_units = n_units
        if len(self._held[0]):
            unit, time, matches = (
                np.concatenate(parts)
                for parts in zip(self._held, (unit, time, matches), strict=True)
            )
        if not len(unit):
            return
        self._by_time = self._by_time and _is_by_time(time)
        self._by_unit = self._by_unit and _is_by_unit(unit, time)
        if not (self._by_time or self._by_unit):
            raise OutOfOrderError
        # The next rows may belong to the last group.
        others = time != time[-1] if self._by_time else (unit != unit[-1]) | (time != time[-1])
        whole = len(others) - int(np.argmax(others[::-1])) if others.any() else 0
        self._held = (unit[whole:], time[whole:], matches[whole:])
        self._run(unit[:whole], time[:whole], matches[:whole])

    def finish(self) -> Progress:
        """Return how far each unit got."""
        self._run(*self._held)
        self._held = (_NOTHING, _NOTHING, _NOTHING)
        now = np.asarray(self._now.used, dtype=np.int64).reshape(-1, 2, self._n_steps)
        level = np.zeros(self._n_units, dtype=np.int64)
        for k in range(self._n_steps):
            level += now[:, 0, k] != NO_TIME
        return Progress(
            level=level,
            entered=now[:, 1, 0].copy(),
            times=np.asarray(self._times.used, dtype=np.int64).reshape(-1, self._n_steps),
        )

    def _run(self, unit: Ints, time: Ints, matches: Ints) -> None:
        n_steps = self._n_steps
        self._now.grow(2 * self._n_units * n_steps)
        self._path.grow(self._n_units * n_steps)
        self._times.grow(self._n_units * n_steps)
        if not len(unit):
            return
        rows = _with_ties_paired_up(unit, time, matches, self._compiled)
        # Only where one event could serve two steps must the events of a group be shared out.
        share_out = self._may_share_out and bool((matches & (matches - 1)).any())
        widest_group = n_steps * len(np.unique(matches)) if share_out else 1
        sizes = (widest_group, widest_group, widest_group, n_steps, n_steps)
        room: tuple[Any, ...] = tuple(np.zeros(size, dtype=np.int64) for size in sizes)
        if not self._compiled:
            rows = tuple(column.tolist() for column in rows)
            room = tuple(part.tolist() for part in room)
        row = 0
        while True:
            state = (self._now.used, self._path.used, self._kept.used, self._times.used)
            row = self._advance(*rows, row, *self._rule, share_out, state, room)
            if row == len(unit):
                break
            self._kept.grow(2 * len(self._kept.used) + n_steps * n_steps)


_NOTHING = np.empty(0, dtype=np.int64)


class _Column:
    """Integers that grow: a list for plain Python, an array for compiled code."""

    def __init__(self, compiled: bool, fill: int) -> None:
        self._fill = fill
        self._array = np.empty(0, dtype=np.int64)
        self._compiled = compiled
        self.used: Any = self._array if compiled else []

    def grow(self, size: int) -> None:
        """Make it this long, if it is not yet."""
        old = len(self.used)
        if size <= old:
            return
        if not self._compiled:
            self.used.extend([self._fill] * (size - old))
            return
        if size > len(self._array):
            # Room for as many again: memory that is not touched is not taken, nor for zeros.
            self._array = np.zeros(max(size, 2 * old), dtype=np.int64)
            self._array[:old] = self.used
        self.used = self._array[:size]
        if self._fill != 0:
            self.used[old:] = self._fill


def _is_by_time(time: Ints) -> bool:
    return bool((time[1:] >= time[:-1]).all())


def _is_by_unit(unit: Ints, time: Ints) -> bool:
    same_unit = unit[1:] == unit[:-1]
    later = time[1:] >= time[:-1]
    return bool(((unit[1:] > unit[:-1]) | (same_unit & later)).all())


def _with_ties_paired_up(unit: Ints, time: Ints, matches: Ints, compiled: bool) -> tuple[Any, ...]:
    """Return the rows with those of one unit at one time next to each other."""
    same_time = time[1:] == time[:-1]
    if not (same_time & (unit[1:] < unit[:-1])).any():
        return unit, time, matches
    tied = np.flatnonzero(np.append(same_time, False) | np.append(False, same_time))
    if compiled:
        unit, matches = unit.copy(), matches.copy()
        _compiled()[1](tied, time, unit, matches)
        return unit, time, matches
    order = np.arange(len(unit))
    order[tied] = tied[np.lexsort((unit[tied], time[tied]))]
    return unit[order], time, matches[order]


def _compiled() -> tuple[Callable[..., Any], ...]:
    advance = compiled_function(_advance, (gather, furthest, _reach, _keep))
    return advance, compiled_function(_sort_ties)


def _advance(
    unit: Any,
    time: Any,
    matches: Any,
    row: int,
    n_steps: int,
    within: int,
    first_entry_only: bool,
    strict: bool,
    share_out: bool,
    state: Any,
    room: Any,
) -> int:
    """Take the rows from `row` on; return where there is no room left to keep paths."""
    start, _, kept, _ = state
    n_rows = len(unit)
    fetched = row
    while row < n_rows:
        if kept[0] + n_steps * n_steps > len(kept):
            return row
        if row >= fetched:
            # Ask memory for the units of many rows at once, and not for unit after unit. What is
            # read must go somewhere, or the compiler leaves it out.
            fetched = min(row + AHEAD, n_rows)
            touched = 0
            for ahead in range(row, fetched):
                touched |= start[2 * unit[ahead] * n_steps]
            room[3][0] = touched
        u, now, seen = unit[row], time[row], matches[row]
        group = row
        row += 1
        while row < n_rows and unit[row] == u and time[row] == now:
            seen |= matches[row]
            row += 1
        base = 2 * u * n_steps
        if start[base + n_steps - 1] != NO_TIME:
            continue
        rises = False
        may_start = seen & 1 != 0
        if may_start and start[base] == NO_TIME:
            rises = True
            start[base + n_steps] = now
        elif first_entry_only:
            may_start = False
        if strict or (share_out and row - group == 1):
            # One step a group: from the last step down, so that each sees the start before now.
            for k in range(n_steps - 1, 0, -1):
                s = start[base + k - 1]
                if seen >> k & 1 and s > start[base + k] and now - s <= within:
                    rises |= _reach(k, n_steps, u, s, now, state)
            if may_start:
                start[base] = now
        elif not share_out:
            # Any number of steps a group: from the first step up, so that each sees the start now.
            if may_start:
                start[base] = now
            k, rest = 1, seen >> 1
            while rest != 0 and k < n_steps:
                s = start[base + k - 1]
                if rest & 1 and s > start[base + k] and now - s <= within:
                    rises |= _reach(k, n_steps, u, s, now, state)
                k, rest = k + 1, rest >> 1
        else:
            # From the last step down, so that each sees the start and path before now; of one
            # start, the path that did more steps before takes the earlier events.
            n_events = gather(matches, group, row, n_steps, room[0])
            for k in range(n_steps - 1, -1, -1):
                s = start[base + k - 1] if k > 0 else (now if may_start else NO_TIME)
                if s != NO_TIME and now - s <= within:
                    for j in range(k, furthest(k, n_steps, n_events, room)):
                        if s > start[base + j]:
                            rises |= _reach(j, n_steps, u, s, now, state)
        if rises:
            _keep(n_steps, u, state)
    return n_rows


def _reach(k: int, n_steps: int, u: int, s: int, now: int, state: Any) -> bool:
    """Reach step k from start s by the path of the step before, and say if it never was before."""
    start, path, kept, _ = state
    base = 2 * u * n_steps
    end = base + n_steps
    if k > 1:
        # A path is kept without its first step and its last, which are its start and its end.
        to, before = path[u * n_steps + k], path[u * n_steps + k - 1]
        if to == 0:
            to = kept[0]
            kept[0] += k - 1
            path[u * n_steps + k] = to
        for j in range(k - 2):
            kept[to + j] = kept[before + j]
        kept[to + k - 2] = start[end + k - 1]
    if k > 0:
        start[end + k] = now
    first: bool = start[base + k] == NO_TIME
    start[base + k] = s
    return first


def _keep(n_steps: int, u: int, state: Any) -> None:
    """Keep the path of the furthest step, just reached: whatever comes later ends later."""
    start, path, kept, times = state
    base = 2 * u * n_steps
    k = 0
    while k + 1 < n_steps and start[base + k + 1] != NO_TIME:
        k += 1
    for j in range(1, k):
        times[u * n_steps + j] = kept[path[u * n_steps + k] + j - 1]
    if k > 0:
        times[u * n_steps + k] = start[base + n_steps + k]
    times[u * n_steps] = start[base + k]


def _sort_ties(tied: Any, time: Any, unit: Any, matches: Any) -> None:
    """Sort rows of one time by unit; these runs are short, but for coarse times."""
    n = len(tied)
    place = 0
    while place < n:
        begin = tied[place]
        end = begin + 1
        while end < len(time) and time[end] == time[begin]:
            end += 1
        if end - begin < 50:
            for i in range(begin + 1, end):
                u, m, j = unit[i], matches[i], i
                while j > begin and unit[j - 1] > u:
                    unit[j], matches[j] = unit[j - 1], matches[j - 1]
                    j -= 1
                unit[j], matches[j] = u, m
        else:
            order = np.argsort(unit[begin:end], kind="mergesort")
            unit[begin:end], matches[begin:end] = unit[begin:end][order], matches[begin:end][order]
        place += end - begin
