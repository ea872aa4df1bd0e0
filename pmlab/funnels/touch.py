"""Which value of a property an attempt counts under."""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations, product

import numpy as np
import numpy.typing as npt

from pmlab.events.columns import NO_TIME, Ints
from pmlab.funnels.anyorder import all_served
from pmlab.funnels.matching import can_serve

__all__ = ["may_take_part", "touched"]

Bools = npt.NDArray[np.bool_]

NEVER = int(np.iinfo(np.int64).max)


def touched(
    attempt: Ints, time: Ints, values: Ints, may: Bools, n_attempts: int, *, last: bool = False
) -> Ints:
    """Return for each attempt the code of the first (or last) value it touched, -1 where none.

    Where several events at one time could be the attempt's, or the attempt has several events at
    that time, the value that sorts first counts, so that the order of the rows does not matter.

    Parameters
    ----------
    attempt, time, values : int64 arrays, one entry a row
        The attempt that the row may belong to (-1: none), its time, and the code of its value
        (-1: missing).
    may : bool array
        Which rows to take the value from, as `may_take_part` gives them.
    n_attempts : int
    last : bool
        The last value, not the first.
    """
    rows = np.flatnonzero(may & (values >= 0))
    attempt, time, values = attempt[rows], time[rows], values[rows]
    order = np.lexsort((values, -time if last else time, attempt))
    attempt, values = attempt[order], values[order]
    first_row = np.flatnonzero(np.diff(attempt, prepend=-1))
    codes = np.full(n_attempts, -1, dtype=np.int64)
    codes[attempt[first_row]] = values[first_row]
    return codes


def may_take_part(
    attempt: Ints,
    time: Ints,
    matches: Ints,
    times: Ints,
    *,
    step: int | None = None,
    one_step_each: bool,
    in_order: bool,
    anchored: bool,
) -> Bools:
    """Return which rows can be an event of the attempt that they may belong to.

    Parameters
    ----------
    attempt, time, matches : int64 arrays, one entry a row
        The attempt that the row may belong to (-1: none), its time, and its steps as bits.
    times : int64 array of shape (attempts, steps)
        When each step of each attempt was done.
    step : int, optional
        Ask for the events of this step only, from 0.
    one_step_each : bool
        An event serves one step of an attempt at most.
    in_order : bool
        The k-th time is that of step k, not of whichever was done k-th.
    anchored : bool
        In any order, but step 1 no later than the others.
    """
    may = np.zeros(len(attempt), dtype=bool)
    if len(times) == 0:
        return may
    # Most rows lie outside their attempt, and need no closer look.
    begin, end = np.where(times == NO_TIME, NEVER, times).min(axis=1), times.max(axis=1)
    within = np.flatnonzero((attempt >= 0) & (time >= begin[attempt]) & (time <= end[attempt]))
    own = (attempt[within], time[within], matches[within], times, step)
    if in_order:
        may[within] = _may_be_of_attempt(*own, one_step_each)
    else:
        may[within] = _may_be_of_set(*own, anchored)
    return may


def _may_be_of_attempt(
    attempt: Ints, time: Ints, matches: Ints, times: Ints, step: int | None, one_step_each: bool
) -> Bools:
    """Return which rows can be an event of the attempt that they may belong to."""
    may = np.zeros(len(attempt), dtype=bool)
    steps_here = np.zeros(len(attempt), dtype=np.int64)
    for k in range(times.shape[1]):
        here = (times[attempt, k] == time) & (attempt >= 0)
        if step in (None, k):
            may |= here & (matches >> k & 1).astype(bool)
        steps_here |= here.astype(np.int64) << k
    if one_step_each:
        several = (steps_here & (steps_here - 1)) != 0
        _exclude_events_needed_elsewhere(may, several, attempt, time, matches, steps_here, step)
    return may


def _exclude_events_needed_elsewhere(
    may: Bools,
    several: Bools,
    attempt: Ints,
    time: Ints,
    matches: Ints,
    steps_here: Ints,
    step: int | None,
) -> None:
    """Where an attempt takes several steps at one time, keep only events that leave it possible."""
    rows = np.flatnonzero(several)
    rows = rows[np.lexsort((time[rows], attempt[rows]))]
    new_group = (np.diff(attempt[rows]) != 0) | (np.diff(time[rows]) != 0)
    for group in np.split(rows, np.flatnonzero(new_group) + 1):
        if len(group) == 0:
            continue
        # The steps done here need not stand next to each other: one between may be left out.
        here = [k for k in range(64) if steps_here[group[0]] >> k & 1]
        kinds = np.zeros(len(group), dtype=np.int64)
        for place, k in enumerate(here):
            kinds |= (matches[group] >> k & 1) << place
        only = None if step is None else here.index(step) if step in here else -1
        able = can_serve(kinds.tolist(), (1 << len(here)) - 1, only) if only != -1 else []
        may[group] &= np.isin(kinds, able)


def _may_be_of_set(
    attempt: Ints, time: Ints, matches: Ints, times: Ints, step: int | None, anchored: bool
) -> Bools:
    """Return which rows can be an event of an attempt whose steps came in any order."""
    n_steps = times.shape[1]
    steps = matches & ((1 << n_steps) - 1)
    here = np.zeros(len(attempt), dtype=bool)
    for k in range(n_steps):
        here |= (times[attempt, k] == time) & (attempt >= 0)
    here &= steps != 0
    rows = np.flatnonzero(here)
    rows = rows[np.lexsort((time[rows], attempt[rows]))]
    may = here.copy()
    for own in np.split(rows, np.flatnonzero(np.diff(attempt[rows])) + 1):
        if len(own) == 0:
            continue
        wanted = Counter(t for t in times[attempt[own[0]]].tolist() if t != NO_TIME)
        if step is None and len(own) == sum(wanted.values()):
            continue
        by_time: dict[int, list[int]] = {}
        for row in own.tolist():
            by_time.setdefault(int(time[row]), []).append(int(steps[row]))
        for row in own.tolist():
            serves = int(steps[row]) if step is None else int(steps[row]) & 1 << step
            may[row] = serves != 0 and _can_take_part(
                int(time[row]), int(steps[row]), serves, by_time, wanted, n_steps, anchored
            )
    return may


def _can_take_part(
    at: int,
    kind: int,
    serves: int,
    by_time: dict[int, list[int]],
    wanted: Counter[int],
    n_steps: int,
    anchored: bool,
) -> bool:
    """Return whether some attempt with so many events at each time has this one."""
    others = {t: list(kinds) for t, kinds in by_time.items()}
    others[at].remove(kind)
    left = Counter(wanted)
    left[at] -= 1
    picks = [
        sorted(set(combinations([(t, kind) for kind in sorted(others[t])], n)))
        for t, n in sorted(left.items())
        if n > 0
    ]
    chosen = ([(at, serves), *chain.from_iterable(pick)] for pick in product(*picks))
    return any(_can_be_attempt(events, n_steps, anchored) for events in chosen)


def _can_be_attempt(events: list[tuple[int, int]], n_steps: int, anchored: bool) -> bool:
    """Return whether these events, times and steps, can serve distinct steps."""
    if not anchored:
        return all_served([kind for _, kind in events], n_steps)
    first = min(time for time, _ in events)
    kinds = [kind if time == first else kind & ~1 for time, kind in events]
    return any(
        all_served([1, *kinds[:place], *kinds[place + 1 :]], n_steps)
        for place, (time, kind) in enumerate(events)
        if time == first and kind & 1
    )
