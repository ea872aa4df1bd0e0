"""Plain ordered funnels of large tables: counted while the events stream by.

Memory grows with the units, not with the events, unless the table is in no order of time. All
other funnels, and small tables, are counted by `engine`, with the same answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pmlab.events import MatchedEvents, MatchStream
from pmlab.events.columns import NO_TIME
from pmlab.events.encode import HashCollisionError
from pmlab.funnels import kernel
from pmlab.funnels.engine import Attempts
from pmlab.funnels.source import Source

__all__ = ["follow_stream"]


def follow_stream(source: Source) -> tuple[MatchedEvents, Attempts] | None:
    """Return the attempts that count and what else is known of the events, but not their rows.

    None where a plan needs more than the streaming pass, or a table is not for streaming.
    """
    plan = source.plan
    needs_rows = bool(source.columns or plan.resolution) or not plan.closed
    if not plan.streams or needs_rows or len(plan.required) < len(plan.steps):
        return None
    stream = MatchStream.of(source.log, plan.questions, unit=source.unit)
    if stream is None:
        return None
    rule: dict[str, Any] = {
        "n_steps": len(plan.steps),
        "within": plan.within,
        "first_entry_only": plan.rules.entry == "first",
        "strict": plan.rules.ties == "strict",
        "reuse": plan.rules.reuse,
    }
    one = kernel.Pass(**rule, compiled=True)
    try:
        try:
            for rows in stream:
                one.feed(rows.unit, rows.time, rows.matches, rows.n_units)
            progress, matched = one.finish(), stream.passed()
        except kernel.OutOfOrderError:
            # It shows in the first batches, as a rule; from here on memory grows with the rows.
            matched = stream.collect()
            n_units = len(matched.unit.values)
            progress = kernel.run(
                matched.unit.codes, matched.time, matched.matches, n_units=n_units, **rule
            )
    except HashCollisionError:
        return None
    return matched, _attempts(progress)


def _attempts(progress: kernel.Progress) -> Attempts:
    unit = np.flatnonzero(progress.level > 0)
    times = progress.times[unit]
    return Attempts(
        owner=unit,
        unit=unit,
        level=progress.level[unit],
        entered=progress.entered[unit],
        times=times,
        included=times != NO_TIME,
        of_row=np.empty(0, dtype=np.int64),
    )
