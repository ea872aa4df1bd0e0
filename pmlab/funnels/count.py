"""`funnel`: events in, a result out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal, cast, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.durations import Duration, parse_duration
from pmlab.errors import InputError
from pmlab.events import EventLog, MatchedEvents, read_matches
from pmlab.events.columns import Codes, Ints
from pmlab.funnels import kernel
from pmlab.funnels.result import (
    FunnelBreakdown,
    FunnelResult,
    nobody_entered,
    unfinished_windows,
)
from pmlab.funnels.steps import Rules, Step, as_steps, labels_of, require_choice
from pmlab.funnels.touch import touched
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
    by: None = None,
    attribution: Literal["first_touch", "last_touch"] = "first_touch",
    unit: str | None = None,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | None = None,
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
    by: str,
    attribution: Literal["first_touch", "last_touch"] = "first_touch",
    unit: str | None = None,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | None = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> FunnelBreakdown: ...


def funnel(
    events: Any,
    steps: Sequence[str | Step],
    *,
    within: Duration,
    by: str | None = None,
    attribution: Literal["first_touch", "last_touch"] = "first_touch",
    unit: str | None = None,
    as_of: Any = None,
    unfinished: Literal["keep", "drop"] = "keep",
    rules: Rules | None = None,
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
    by : str, optional
        A column to break the funnel down by. Each unit counts once, under the value that
        `attribution` picks; a unit without one counts under "(missing)".
    attribution : {"first_touch", "last_touch"}
        The first or the last value among the events of the unit's best attempt.
    unit : str, optional
        The column of what is counted, such as a session or an account; the user unless given.
    as_of : datetime or str, optional
        Until when the events are complete; the latest time in the whole table unless given.
    unfinished : {"keep", "drop"}
        Units that first entered less than `within` before `as_of` may still go on. "keep" counts
        them, and warns with their number and the other answer; "drop" leaves them all out,
        whatever their level (to drop only those who did not convert would bias upward).
    rules : Rules, optional
        The finer rules: where an attempt may start, ties, one event for several steps.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    FunnelResult
        Or, with `by`, a FunnelBreakdown.

    Raises
    ------
    InputError
        For a value that breaks a rule: an empty table, no times, a bare number as `within`.
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
    chosen = as_steps(steps)
    window = parse_duration(within, "within")
    if window == 0:
        raise InputError("within is 0; say how long an attempt may take, such as '7d'.")
    rules = Rules() if rules is None else rules
    if not isinstance(rules, Rules):
        raise InputError(f"rules={rules!r} is not a pm.Rules; write rules=pm.Rules(entry='first').")
    require_choice("attribution", attribution, ("first_touch", "last_touch"))
    require_choice("unfinished", unfinished, ("keep", "drop"))
    log = EventLog.of(events, user=user, event=event, time=time)
    matched = read_matches(
        log,
        [step.matches for step in chosen],
        unit=unit,
        properties={} if by is None else {"by": by},
    )
    until = matched.latest if as_of is None else matched.micros(as_of, "as_of")
    progress = kernel.run(
        matched.unit.codes,
        matched.time,
        matched.matches,
        n_units=len(matched.unit.values),
        n_steps=len(chosen),
        within=window,
        first_entry_only=rules.entry == "first",
        strict=rules.ties == "strict",
        reuse=rules.reuse,
    )
    entered = progress.level > 0
    segment: Codes | None = None
    if by is not None:
        codes = touched(
            matched,
            progress,
            matched.properties[by].codes,
            last=attribution == "last_touch",
            one_step_each=not rules.reuse,
        )
        segment = Codes(codes[entered], matched.properties[by].values)
    units = _units_frame(matched, progress, unit or log.user, by, segment)
    finished = progress.entered[entered] <= until - window
    blank = FunnelResult(
        steps=labels_of(chosen),
        counts=[],
        unit=unit or log.user,
        counted=_plural(unit) if unit not in (None, log.user) else "users",
        within=timedelta(microseconds=window),
        rules=rules,
        as_of=matched.moment(until),
        unfinished=unfinished,
    )
    overall = _filled(blank, units, finished, _notes(matched, until, [unit or log.user, log.time]))
    if by is None or segment is None:
        return overall
    return FunnelBreakdown(
        by=by,
        attribution=attribution,
        overall=overall,
        segments=_segments(blank, units, finished, segment, by),
        units=cast(pd.DataFrame, overall.units),
        warnings=overall.warnings,
    )


def _units_frame(
    matched: MatchedEvents,
    progress: kernel.Progress,
    unit: str,
    by: str | None,
    segment: Codes | None,
) -> pd.DataFrame:
    """Return one row a unit that entered, in the order of their ids' first appearance."""
    rows = np.flatnonzero(progress.level > 0)
    columns: dict[str, Any] = {unit: matched.unit.values[rows]}
    if by is not None and segment is not None:
        columns[by] = _with_none(segment)
    columns["level"] = progress.level[rows]
    for k in range(progress.times.shape[1]):
        columns[f"time_{k + 1}"] = matched.moments(np.ascontiguousarray(progress.times[rows, k]))
    return pd.DataFrame(columns)


def _filled(
    blank: FunnelResult, units: pd.DataFrame, finished: Bools, notes: tuple[str, ...] = ()
) -> FunnelResult:
    level = units["level"].to_numpy()
    everybody = _counts(level, len(blank.steps))
    without = _counts(level[finished], len(blank.steps))
    drop = blank.unfinished == "drop"
    result = replace(
        blank,
        counts=without if drop else everybody,
        n_unfinished=int((~finished).sum()),
        counts_finished=without,
        units=units[finished].reset_index(drop=True) if drop else units,
    )
    warnings = (*nobody_entered(result), *unfinished_windows(result), *notes)
    return replace(result, warnings=warnings)


def _counts(level: Ints, n_steps: int) -> list[int]:
    at_level = np.bincount(level, minlength=n_steps + 1)
    at_least: list[int] = at_level[::-1].cumsum()[::-1][1:].tolist()
    return at_least


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


def _plural(unit: str | None) -> str:
    """Return what a unit's column counts: session_id -> sessions."""
    return f"{str(unit).removesuffix('_id')}s"
