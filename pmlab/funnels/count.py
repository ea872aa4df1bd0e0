"""`funnel`: events in, a result out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.durations import Duration, parse_positive
from pmlab.errors import InputError, require_choice
from pmlab.events import EventLog, MatchedEvents, Step
from pmlab.events.columns import Codes
from pmlab.funnels.breakdown import FunnelBreakdown
from pmlab.funnels.engine import Attempts, follow, rows_of
from pmlab.funnels.plan import Plan
from pmlab.funnels.result import (
    FunnelResult,
    undefined_rates,
    unfinished_windows,
)
from pmlab.funnels.segments import attribution_of, segmented
from pmlab.funnels.source import Source
from pmlab.funnels.steps import Exclusion, Rules, as_steps, labels_of
from pmlab.funnels.streamed import follow_stream
from pmlab.results import number_of

__all__ = ["funnel"]

Bools = npt.NDArray[np.bool_]

MOST_SEGMENTS = 1_000
"""A breakdown by more is a mistake, such as by a user id, and would take minutes."""


@overload
def funnel(
    events: Any,
    steps: Sequence[str | Step],
    *,
    within: Duration,
    order: Literal["ordered", "strict", "unordered"] = "ordered",
    exclude: Sequence[Exclusion] = (),
    by: None = None,
    attribution: int | str | None = None,
    count: Literal["units", "totals"] = "units",
    unit: str | None = None,
    hold: Sequence[str] | None = None,
    closed: bool = True,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | str | None = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> FunnelResult: ...


@overload
def funnel(
    events: Any,
    steps: Sequence[str | Step],
    *,
    within: Duration,
    order: Literal["ordered", "strict", "unordered"] = "ordered",
    exclude: Sequence[Exclusion] = (),
    by: str,
    attribution: int | str | None = None,
    count: Literal["units", "totals"] = "units",
    unit: str | None = None,
    hold: Sequence[str] | None = None,
    closed: bool = True,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | str | None = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> FunnelBreakdown: ...


def funnel(
    events: Any,
    steps: Sequence[str | Step],
    *,
    within: Duration,
    order: Literal["ordered", "strict", "unordered"] = "ordered",
    exclude: Sequence[Exclusion] = (),
    by: str | None = None,
    attribution: int | str | None = None,
    count: Literal["units", "totals"] = "units",
    unit: str | None = None,
    hold: Sequence[str] | None = None,
    closed: bool = True,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | str | None = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> FunnelResult | FunnelBreakdown:
    """Count how many users get how far along a sequence of steps.

    An *attempt* is a sequence of distinct events of one user, one for each step in turn, in time
    order, the last at most `within` after the first. A user's *level* is the number of steps of
    their best attempt, and step k counts the users of level k or more. The order of the rows
    never matters.

    Parameters
    ----------
    events : frame, path or EventLog
        One row an event: a pandas, polars or pyarrow frame, or the path of a CSV or Parquet file.
    steps : list of str or Step
        1 to 64 steps: event names, or `Step` objects for several names and conditions.
    within : str or timedelta
        How long an attempt may take from its first event to its last, inclusive: ``"7d"``,
        ``"36h"``, ``"30min"``.
    order : {"ordered", "strict", "unordered"}
        Each step after the one before, with anything in between; with nothing in between; or in
        any order, where row k counts those who did any k of the steps.
    exclude : list of Exclusion, optional
        Events that must not happen between two steps.
    by : str, optional
        A column to break the funnel down by. Each unit counts once, under the value that
        `attribution` picks; a unit without one counts under "(missing)".
    attribution : {"first_touch", "last_touch", "all"}, step label or number, optional
        The first value (unless given otherwise) or the last among the events of the unit's best
        attempt; the value at one of the steps, where not to reach it is a segment of its own; or
        "all": the funnel runs on each value's events by themselves, and a unit may count under
        several.
    count : {"units", "totals"}
        Each unit once, or every attempt, one after the other.
    unit : str, optional
        The column of what is counted, such as a session or an account; the user unless given.
    hold : list of str, optional
        Columns in which all events of an attempt must agree, such as a product; a missing value
        agrees with nothing.
    closed : bool
        False for an open funnel: each step counts all who did it, from wherever they came, and
        the rate from the previous step those who moved on from it within `within`.
    as_of : datetime or str, optional
        Until when the events are complete; the latest time in the whole table unless given.
    unfinished : {"keep", "drop"}
        Units that first entered less than `within` before `as_of` may still go on. "keep" counts
        them, and warns with their number and the other answer; "drop" leaves them all out,
        whatever their level (to drop only those who did not convert would bias upward).
    rules : Rules or str, optional
        The finer rules: where an attempt may start, ties, one event for several steps, what an
        exclusion does. A name stands for the rules of a product: "clickhouse", "posthog",
        "mixpanel", "amplitude".
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    FunnelResult
        Or, with `by`, a FunnelBreakdown.

    Raises
    ------
    InputError
        For a value that breaks a rule (an empty table, no times, a bare number as `within`), and
        for options that do not go together; the message names both.
    NotFoundError
        For a column or an event name that does not exist, with close matches.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "visit", "2026-03-01"), ("anna", "sign_up", "2026-03-06"),
    ...      ("anna", "purchase", "2026-03-10"), ("ben", "visit", "2026-03-02"),
    ...      ("ben", "purchase", "2026-03-02")],
    ...     columns=["user_id", "event", "time"])
    >>> f = pm.funnel(events, ["visit", "sign_up", "purchase"], within="7d", as_of="2026-04-01")
    >>> f.counts
    [2, 1, 0]
    """
    require_choice("unfinished", unfinished, ("keep", "drop"))
    plan = Plan.of(
        as_steps(steps),
        within=parse_positive(within, "within"),
        order=order,
        exclude=exclude,
        count=count,
        hold=hold,
        closed=closed,
        rules=rules,
        broken_down=by is not None,
    )
    picked = attribution_of(plan, attribution)
    log = EventLog.of(events, user=user, event=event, time=time)
    columns = {f"hold[{place}]": column for place, column in enumerate(plan.hold)}
    if by is not None:
        columns["by"] = by
    source = Source(log=log, plan=plan, unit=unit or log.user, as_of=as_of, columns=columns)
    streamed = follow_stream(source)
    matched = source.read() if streamed is None else streamed[0]
    until = source.until(matched)
    if not closed:
        if by is not None or unfinished == "drop":
            other = "by=" if by is not None else "unfinished='drop'"
            raise InputError(f"closed=False and {other} do not go together; leave one of them out.")
        notes = _notes(matched, until, [unit or log.user, log.time])
        return _open(matched, plan, unit, log, until, notes)
    segment: Codes | None = None
    if streamed is not None:
        attempts = streamed[1]
    elif by is None:
        attempts = follow(rows_of(matched, plan), plan)
    else:
        attempts, segment = segmented(matched, plan, by, picked)
    units = _units_frame(matched, plan, attempts, unit or log.user, by, segment)
    finished = attempts.entered <= until - plan.within
    blank = FunnelResult(
        steps=labels_of(plan.steps),
        optional=tuple(step.optional for step in plan.steps),
        counts=[],
        unit=unit or log.user,
        counted=_counted(plan, unit, log.user),
        order=plan.order,
        within=timedelta(microseconds=plan.within),
        rules=plan.rules,
        as_of=matched.moment(until),
        unfinished=unfinished,
        source=source,
    )
    notes = _notes(matched, until, [unit or log.user, log.time])
    if by is None or segment is None:
        return _filled(blank, units, finished, notes)
    # A unit may stand under several values, and counts once overall.
    once = attempts if np.bincount(attempts.unit).max(initial=0) <= 1 else None
    if once is None and not (plan.count == "totals" and picked != "all"):
        once = follow(rows_of(matched, plan), plan)
    overall = _filled(blank, units, finished, notes)
    if once is not None and once is not attempts:
        frame = _units_frame(matched, plan, once, unit or log.user)
        overall = _filled(blank, frame, once.entered <= until - plan.within, notes)
    return FunnelBreakdown(
        by=by,
        attribution=picked if isinstance(picked, str) else blank.steps[picked],
        overall=overall,
        segments=_segments(blank, units, finished, segment, by),
        units=units[finished].reset_index(drop=True) if unfinished == "drop" else units,
        warnings=overall.warnings,
    )


def _units_frame(
    matched: MatchedEvents,
    plan: Plan,
    attempts: Attempts,
    unit: str,
    by: str | None = None,
    segment: Codes | None = None,
) -> pd.DataFrame:
    """Return one row an attempt that counts, in the order of the units' first appearance."""
    columns: dict[str, Any] = {unit: matched.unit.values[attempts.unit]}
    if by is not None and segment is not None:
        columns[by] = _with_none(segment)
    columns["level"] = attempts.level
    for k, step in enumerate(plan.steps):
        if step.optional:
            columns[f"includes_{k + 1}"] = attempts.included[:, k]
        columns[f"time_{k + 1}"] = matched.moments(np.ascontiguousarray(attempts.times[:, k]))
    return pd.DataFrame(columns)


def _filled(
    blank: FunnelResult, units: pd.DataFrame, finished: Bools, notes: tuple[str, ...] = ()
) -> FunnelResult:
    """Return the result of these units, counted with and without the unfinished ones."""
    done = units[finished]
    drop = blank.unfinished == "drop"
    without = _counts(done, blank.optional)
    result = replace(
        blank,
        counts=without if drop else _counts(units, blank.optional),
        n_unfinished=int((~finished).sum()),
        counts_finished=without,
        units=done.reset_index(drop=True) if drop else units,
    )
    warnings = (*undefined_rates(result), *unfinished_windows(result), *notes)
    return replace(result, warnings=warnings)


def _counts(units: pd.DataFrame, optional: Sequence[bool]) -> list[int]:
    at_level = np.bincount(units["level"].to_numpy(), minlength=len(optional) + 1)
    at_least: list[int] = at_level[::-1].cumsum()[::-1][1:].tolist()
    return [
        int(units[f"includes_{k}"].sum()) if can_miss else n
        for k, (n, can_miss) in enumerate(zip(at_least, optional, strict=True), start=1)
    ]


def _segments(
    blank: FunnelResult, units: pd.DataFrame, finished: Bools, segment: Codes, by: str
) -> dict[Hashable, FunnelResult]:
    """Return a funnel for each value, the largest first and the missing value last."""
    present, sizes = np.unique(segment.codes, return_counts=True)
    if len(present) > MOST_SEGMENTS:
        raise InputError(
            f"by={by!r} has {len(present):,} values among these units; at most {MOST_SEGMENTS:,} "
            "segments are possible. Group the rare values into one first."
        )
    order = np.lexsort((present, -sizes, present < 0))
    segments: dict[Hashable, FunnelResult] = {}
    if blank.source is not None:
        blank = replace(blank, source=replace(blank.source, by=by))
    for code in present[order]:
        own = segment.codes == code
        value = None if code < 0 else segment.values[code]
        segments[value] = _filled(blank, units[own].reset_index(drop=True), finished[own])
    return segments


def _with_none(segment: Codes) -> pd.Series[Any]:
    values = np.append(segment.values.to_numpy(dtype=object), [None])
    return pd.Series(values[segment.codes], dtype=object)


def _notes(matched: MatchedEvents, until: int, needed: list[str]) -> tuple[str, ...]:
    notes = []
    if matched.n_dropped:
        notes.append(
            f"left out because {' or '.join(map(repr, needed))} is missing: "
            f"{number_of(matched.n_dropped, 'row')}; check that they are not all of a kind."
        )
    if until < matched.latest:
        notes.append(
            f"some events are later than as_of ({matched.moment(until)}) and are counted all the "
            "same; filter the table first for the answer as it stood then."
        )
    return tuple(notes)


def _open(
    matched: MatchedEvents,
    plan: Plan,
    unit: str | None,
    log: EventLog,
    until: int,
    notes: tuple[str, ...],
) -> FunnelResult:
    """Return an open funnel: who did each step, and who moved on to it from the one before."""
    rows = rows_of(matched, plan)
    n_steps = len(plan.steps)
    did = [len(np.unique(rows.key[(rows.matches >> k & 1) != 0])) for k in range(n_steps)]
    moves = [
        follow(
            replace(rows, matches=rows.matches >> k & 3),
            replace(plan, steps=plan.steps[k : k + 2]),
        )
        for k in range(n_steps - 1)
    ]
    result = FunnelResult(
        steps=labels_of(plan.steps),
        counts=did,
        continued=(0, *(int((move.level == 2).sum()) for move in moves)),
        unit=unit or log.user,
        counted=_counted(plan, unit, log.user),
        within=timedelta(microseconds=plan.within),
        rules=plan.rules,
        as_of=matched.moment(until),
    )
    return replace(result, warnings=(*undefined_rates(result), *notes))


def _counted(plan: Plan, unit: str | None, user: str) -> str:
    """Return what is counted, in the plural: session_id -> sessions."""
    if plan.count == "totals":
        return "attempts"
    return "users" if unit in (None, user) else f"{str(unit).removesuffix('_id')}s"
