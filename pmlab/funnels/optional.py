"""When the representative attempt of a unit did a step that it could have left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pmlab.events.columns import NO_TIME, Ints
from pmlab.funnels.anyorder import all_served
from pmlab.funnels.plan import Plan

if TYPE_CHECKING:
    from pmlab.funnels.engine import Attempts, Rows

__all__ = ["optional_times"]


def optional_times(rows: Rows, plan: Plan, attempts: Attempts, step: int, overlap: bool) -> Ints:
    """Return for each attempt when its earliest event for this optional step was; or `NO_TIME`.

    The event fits between the required steps before and after it; where an event could serve two
    steps, it must be another one than theirs.
    """
    before = max(k for k in plan.required if k < step)
    after = min(k for k in plan.required if k > step)
    strict = plan.rules.ties == "strict"
    able = np.flatnonzero((attempts.of_row >= 0) & (rows.matches >> step & 1).astype(bool))
    attempt, time = attempts.of_row[able], rows.time[able]
    begin, end = attempts.times[attempt, before], attempts.times[attempt, after]
    window_ends = attempts.times[attempt, 0] + plan.within
    until = np.where(end == NO_TIME, window_ends, end)
    fits = (begin != NO_TIME) & (time >= begin) & (time <= until)
    fits &= time - begin <= plan.gaps[step]
    if strict:
        fits &= (time > begin) & ((time < until) | (end == NO_TIME))
    able, attempt, time = able[fits], attempt[fits], time[fits]
    if overlap and not strict and not plan.rules.reuse:
        free = [
            _is_free(int(row), int(a), rows, plan, attempts, step)
            for row, a in zip(able, attempt, strict=True)
        ]
        attempt, time = attempt[free], time[free]
    found = np.full(len(attempts.level), np.iinfo(np.int64).max)
    np.minimum.at(found, attempt, time)
    return np.where(found == np.iinfo(np.int64).max, NO_TIME, found)


def _is_free(row: int, attempt: int, rows: Rows, plan: Plan, attempts: Attempts, step: int) -> bool:
    """Return whether the attempt's own steps at this time can do without the row's event."""
    now = rows.time[row]
    own = [k for k in plan.required if attempts.times[attempt, k] == now]
    if not own:
        return True
    others = (rows.key == rows.key[row]) & (rows.time == now)
    others[row] = False
    # Each of the attempt's steps asks for an event: the matching seen from the other side.
    kinds = rows.matches[others].tolist()
    asked = [sum(1 << i for i, kind in enumerate(kinds) if kind >> k & 1) for k in own]
    return (len(kinds) <= 62 and all_served(asked, len(kinds))) or len(kinds) > 62
