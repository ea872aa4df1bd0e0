"""Which segment each attempt counts under."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pandas as pd

from pmlab.errors import InputError, did_you_mean
from pmlab.events import MatchedEvents
from pmlab.events.columns import Codes, Ints
from pmlab.funnels.engine import Attempts, Rows, follow, rows_of
from pmlab.funnels.plan import Plan
from pmlab.funnels.steps import labels_of
from pmlab.funnels.touch import may_take_part, touched

__all__ = ["NOT_REACHED", "attribution_of", "name_of", "segmented"]

NOT_REACHED = "(not reached)"
"""The segment of units that did not reach the step whose value is asked for."""

MISSING = "(missing)"
"""How the segment of units without a value is called."""

TOUCHES = ("first_touch", "last_touch", "all")


def name_of(value: Hashable) -> str:
    """Return how a segment is called in tables and figures."""
    return MISSING if value is None else str(value)


def attribution_of(plan: Plan, attribution: object) -> int | str:
    """Return how a value is picked: a touch, "all", or a step as its position from 0."""
    if attribution is None:
        return 0 if plan.rules.style == "amplitude" else "first_touch"
    if attribution in TOUCHES:
        return str(attribution)
    labels = labels_of(plan.steps)
    if isinstance(attribution, str) and attribution in labels:
        return labels.index(attribution)
    if isinstance(attribution, int) and 1 <= attribution <= len(labels):
        return attribution - 1
    options = [*TOUCHES, *labels]
    raise InputError(
        f"attribution={attribution!r} must be one of {', '.join(map(repr, TOUCHES))}, a step's "
        f"label, or its number from 1 to {len(labels)}. {did_you_mean(attribution, options)}"
    )


def segmented(
    matched: MatchedEvents, plan: Plan, by: str, attribution: int | str
) -> tuple[Attempts, Codes]:
    """Return the attempts that count, and the segment of each."""
    values = matched.properties[by]
    if attribution == "all":
        rows = rows_of(matched, plan, values.codes)
        attempts = follow(rows, plan)
        return attempts, Codes(rows.value_of_owner[attempts.owner], values.values)
    if plan.rules.style == "mixpanel" and plan.count == "units":
        return _one_for_each_value(matched, plan, values, attribution)
    if plan.rules.style == "posthog" and isinstance(attribution, int):
        return _every_able_value(matched, plan, values, attribution)
    rows = rows_of(matched, plan)
    attempts = follow(rows, plan)
    return attempts, _picked(rows, attempts, plan, values, attribution)


def _picked(
    rows: Rows, attempts: Attempts, plan: Plan, values: Codes, attribution: int | str
) -> Codes:
    step = attribution if isinstance(attribution, int) else None
    may = may_take_part(
        attempts.of_row,
        rows.time,
        rows.matches,
        attempts.times,
        step=step,
        one_step_each=not plan.rules.reuse,
        in_order=plan.order != "unordered",
        anchored=plan.rules.anchor_first,
    )
    codes = touched(
        attempts.of_row,
        # The events of one step stand side by side; only a touch asks which came first.
        rows.time if step is None else np.zeros_like(rows.time),
        values.codes[rows.place],
        may,
        len(attempts.level),
        last=attribution == "last_touch",
    )
    if step is None:
        return Codes(codes, values.values)
    not_reached = np.ones(len(codes), dtype=bool)
    not_reached[attempts.of_row[may]] = False
    return _with_not_reached(codes, not_reached, values.values)


def _with_not_reached(codes: Ints, not_reached: np.ndarray, values: pd.Index) -> Codes:
    return Codes(
        np.where(not_reached, len(values), codes),
        pd.Index([*values, NOT_REACHED], dtype=object),
    )


def _one_for_each_value(
    matched: MatchedEvents, plan: Plan, values: Codes, attribution: int | str
) -> tuple[Attempts, Codes]:
    """Mixpanel's breakdown: attempts as in totals, and of each unit and value the best."""
    totals = replace(plan, count="totals")
    totals.refuse_what_does_not_go_together()
    rows = rows_of(matched, totals)
    attempts = follow(rows, totals)
    segment = _picked(rows, attempts, plan, values, attribution)
    reached = attempts.times[np.arange(len(attempts.level)), attempts.level - 1]
    order = np.lexsort((-attempts.entered, reached, -attempts.level, segment.codes, attempts.unit))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(attempts.unit[order]) != 0) | (np.diff(segment.codes[order]) != 0)
    kept = np.sort(order[first])
    return _only(attempts, kept), Codes(segment.codes[kept], segment.values)


def _every_able_value(
    matched: MatchedEvents, plan: Plan, values: Codes, step: int
) -> tuple[Attempts, Codes]:
    """PostHog's attribution by step: a unit counts under every value able to serve the step."""
    rows = rows_of(matched, plan)
    attempts = follow(rows, plan)
    kept, codes = [np.flatnonzero(attempts.level <= step)], [len(values.values)]
    of_row = values.codes[rows.place]
    for value in np.unique(of_row):
        others = (of_row != value) & (rows.matches >> step & 1).astype(bool)
        matches = np.where(others, rows.matches & ~np.int64(1 << step), rows.matches)
        own = follow(replace(rows, matches=matches), plan)
        level = np.zeros(len(rows.unit_of_owner), dtype=np.int64)
        level[own.owner] = own.level
        able = (attempts.level > step) & (level[attempts.owner] == attempts.level)
        kept.append(np.flatnonzero(able))
        codes.append(int(value))
    segment = np.repeat(codes, [len(part) for part in kept])
    chosen = np.concatenate(kept)
    return _only(attempts, chosen), Codes(
        segment, pd.Index([*values.values, NOT_REACHED], dtype=object)
    )


def _only(attempts: Attempts, chosen: Ints) -> Attempts:
    return replace(
        attempts,
        owner=attempts.owner[chosen],
        unit=attempts.unit[chosen],
        level=attempts.level[chosen],
        entered=attempts.entered[chosen],
        times=attempts.times[chosen],
        included=attempts.included[chosen],
    )
