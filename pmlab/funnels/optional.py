"""When the representative attempt of a unit did a step that it could have left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pmlab.events.columns import NO_TIME, Ints
from pmlab.funnels.anyorder import all_served
from pmlab.funnels.plan import Plan

if TYPE_CHECKING:
    from pmlab.funnels.engine import Attempts, Rows

__all__ = ["optional_times"]

NEVER = int(np.iinfo(np.int64).max)


def optional_times(rows: Rows, plan: Plan, attempts: Attempts, step: int, overlap: bool) -> Ints:
    """Return for each attempt when its earliest event for this optional step was; or `NO_TIME`.

    The event fits between the required steps before and after it; where an event could serve two
    steps, it must be another one than theirs.
    """
    strict = plan.rules.ties == "strict"
    able = np.flatnonzero((attempts.of_row >= 0) & (rows.matches >> step & 1).astype(bool))
    attempt, time = attempts.of_row[able], rows.time[able]
    own = attempts.times[attempt]
    before = [k for k in plan.required if k < step]
    after = [k for k in plan.required if k > step]
    # A late clock may show a step before an earlier one: no event lies more than that off order.
    earliest = own[:, before].max(axis=1) - plan.tolerance
    latest = np.where(own[:, after] == NO_TIME, NEVER, own[:, after]).min(axis=1)
    reached = latest != NEVER
    until = np.where(
        reached, latest + np.where(reached, plan.tolerance, 0), own[:, 0] + plan.within
    )
    fits = (own[:, before] != NO_TIME).all(axis=1) & (time >= earliest) & (time <= until)
    fits &= (time <= own[:, 0] + plan.within) & (time - own[:, before[-1]] <= plan.gaps[step])
    if strict:
        fits &= (time > earliest) & ((time < until) | ~reached)
    if plan.barriers and plan.rules.on_exclude == "stop":
        fits &= ~_past_an_exclusion(
            rows, plan, rows.key[able], time, own[:, before[-1]], len(before)
        )
    able, attempt, time = able[fits], attempt[fits], time[fits]
    if overlap and not strict and not plan.rules.reuse:
        free = [
            _is_free(int(row), int(a), rows, plan, attempts, step)
            for row, a in zip(able, attempt, strict=True)
        ]
        attempt, time = attempt[free], time[free]
    found = np.full(len(attempts.level), NEVER)
    np.minimum.at(found, attempt, time)
    return np.where(found == NEVER, NO_TIME, found)


def _past_an_exclusion(
    rows: Rows, plan: Plan, key_of_each: Ints, time: Ints, since: Ints, done: int
) -> npt.NDArray[np.bool_]:
    """Return whether an exclusion lies between the step before, done at `since`, and `time`."""
    bars = [
        len(plan.steps) + place
        for place, barrier in enumerate(plan.barriers)
        if barrier.after - 1 <= plan.required[done - 1] < barrier.before - 1
    ]
    bits = sum(1 << bit for bit in bars)
    row = np.flatnonzero((rows.matches & bits) != 0)
    by_key: dict[int, list[int]] = {}
    for key, at in zip(rows.key[row].tolist(), rows.time[row].tolist(), strict=True):
        by_key.setdefault(key, []).append(at)
    return np.array(
        [
            any(begin < at < end for at in by_key.get(key, ()))
            for key, begin, end in zip(
                key_of_each.tolist(), since.tolist(), time.tolist(), strict=True
            )
        ],
        dtype=bool,
    )


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
