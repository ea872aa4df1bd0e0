"""Which value of a property a unit counts under."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pmlab.events import MatchedEvents
from pmlab.events.columns import Ints
from pmlab.funnels.kernel import Progress
from pmlab.funnels.matching import can_serve

__all__ = ["touched"]

Bools = npt.NDArray[np.bool_]


def touched(
    matched: MatchedEvents, progress: Progress, values: Ints, *, last: bool, one_step_each: bool
) -> Ints:
    """Return for each unit the code of the first (or last) value it touched, -1 where none.

    The value is taken among the events of the representative attempt. Where several events at
    one time could be the attempt's, or the attempt has several events at that time, the value
    that sorts first counts, so that the order of the rows does not matter.
    """
    unit, time = matched.unit.codes, matched.time
    rows = np.flatnonzero(_may_be_of_attempt(matched, progress, one_step_each) & (values >= 0))
    unit, time, values = unit[rows], time[rows], values[rows]
    order = np.lexsort((values, -time if last else time, unit))
    unit, values = unit[order], values[order]
    first_row = np.flatnonzero(np.diff(unit, prepend=-1))
    codes = np.full(len(matched.unit.values), -1, dtype=np.int64)
    codes[unit[first_row]] = values[first_row]
    return codes


def _may_be_of_attempt(matched: MatchedEvents, progress: Progress, one_step_each: bool) -> Bools:
    """Return which rows can be an event of their unit's representative attempt."""
    unit, time, matches = matched.unit.codes, matched.time, matched.matches
    may = np.zeros(len(unit), dtype=bool)
    steps_here = np.zeros(len(unit), dtype=np.int64)
    for k in range(progress.times.shape[1]):
        here = progress.times[unit, k] == time
        may |= here & (matches >> k & 1).astype(bool)
        steps_here |= here.astype(np.int64) << k
    if one_step_each:
        several = (steps_here & (steps_here - 1)) != 0
        _exclude_events_needed_elsewhere(may, several, unit, time, matches, steps_here)
    return may


def _exclude_events_needed_elsewhere(
    may: Bools, several: Bools, unit: Ints, time: Ints, matches: Ints, steps_here: Ints
) -> None:
    """Where an attempt takes several steps at one time, keep only events that leave it possible."""
    rows = np.flatnonzero(several)
    rows = rows[np.lexsort((time[rows], unit[rows]))]
    new_group = (np.diff(unit[rows]) != 0) | (np.diff(time[rows]) != 0)
    for group in np.split(rows, np.flatnonzero(new_group) + 1):
        if len(group):
            kinds = matches[group]
            able = can_serve(kinds.tolist(), int(steps_here[group[0]]))
            may[group] &= np.isin(kinds, able)
