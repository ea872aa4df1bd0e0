"""What is asked of retention, and the counts of its cohorts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pmlab.cohorts.asked import MISSING, Asked, Counted
from pmlab.cohorts.passes import Returns
from pmlab.durations import DAY
from pmlab.errors import InputError, require_choice
from pmlab.events.columns import NO_TIME, Ints
from pmlab.events.periods import PERIODS, Calendar, Every

__all__ = ["CohortCounts", "Definition", "RetentionPlan", "count_cohorts"]

Definition = Literal["n_day", "unbounded", "bracket"]


@dataclass(frozen=True, kw_only=True)
class RetentionPlan:
    """What a caller asked of retention, checked: enough to count it again."""

    asked: Asked
    definition: Definition
    period: Every
    clock: Literal["calendar", "24h"]
    cohorts: Every
    brackets: tuple[tuple[int, int], ...] = ()
    periods: int | None = None

    @classmethod
    def of(
        cls,
        asked: Asked,
        *,
        definition: str,
        period: str,
        clock: str,
        cohorts: str,
        brackets: Sequence[Sequence[int]] | None,
        periods: int | None,
    ) -> RetentionPlan:
        """Return the plan of a call, or raise for what breaks a rule."""
        if definition == "rolling":
            raise InputError(
                "definition='rolling' is refused, because tools mean different things by it: back "
                "on day N or later, back at any time up to day N, or active in a moving window. "
                "Say which: 'unbounded' for the first, 'bracket' with brackets=[(1, N)] for the "
                "second, pm.stickiness for the third."
            )
        require_choice("definition", definition, ("n_day", "unbounded", "bracket"))
        require_choice("period", period, tuple(PERIODS))
        require_choice("clock", clock, ("calendar", "24h"))
        require_choice("cohorts", cohorts, tuple(PERIODS))
        if clock == "24h" and period == "M":
            raise InputError(
                "clock='24h' and period='M' do not go together: months differ in length. Take "
                "period='W', or period='D' with brackets such as (1, 30)."
            )
        return cls(
            asked=asked,
            definition=definition,  # type: ignore[arg-type]
            period=period,  # type: ignore[arg-type]
            clock=clock,  # type: ignore[arg-type]
            cohorts=cohorts,  # type: ignore[arg-type]
            brackets=_as_brackets(brackets, definition),
            periods=_as_periods(periods, definition),
        )

    @property
    def length(self) -> int:
        """How long a period from the entry is, in microseconds; 0 for calendar periods."""
        if self.clock == "calendar":
            return 0
        return DAY if self.period == "D" else 7 * DAY


def _as_brackets(
    brackets: Sequence[Sequence[int]] | None, definition: str
) -> tuple[tuple[int, int], ...]:
    if definition != "bracket":
        if brackets is not None:
            raise InputError(
                f"brackets={brackets!r} needs definition='bracket', not {definition!r}."
            )
        return ()
    form = "give pairs of first and last period, such as brackets=[(1, 7), (8, 14), (15, 28)]"
    if brackets is None:
        raise InputError(f"definition='bracket' needs brackets=; {form}.")
    made: list[tuple[int, int]] = []
    for pair in brackets:
        whole = isinstance(pair, Sequence) and all(type(end) is int for end in pair)
        if not whole or len(pair) != 2 or not 0 <= pair[0] <= pair[1]:
            raise InputError(f"brackets holds {pair!r}; {form}.")
        if made and pair[0] <= made[-1][1]:
            raise InputError(
                f"brackets holds {made[-1]} and then {tuple(pair)}, which overlap or go back; "
                "put them in order, each beginning after the one before has ended."
            )
        made.append((pair[0], pair[1]))
    if not made:
        raise InputError(f"brackets is empty; {form}.")
    return tuple(made)


def _as_periods(periods: int | None, definition: str) -> int | None:
    if periods is None:
        return None
    if definition == "bracket":
        raise InputError(
            f"periods={periods!r} and definition='bracket' do not go together; the brackets say "
            "how far to look."
        )
    if type(periods) is not int or periods < 0:
        raise InputError(
            f"periods={periods!r} must be a whole number, 0 or more: the last period to show."
        )
    return periods


@dataclass(frozen=True, kw_only=True, eq=False)
class CohortCounts:
    """Units by cohort, and for each cell how many were watched to its end and were back in it."""

    counted: Counted[Returns]
    cohorts: tuple[Hashable, ...]
    sizes: Ints
    spans: tuple[tuple[int, int], ...]
    """The first and last period of each cell; the last has no end for unbounded retention."""
    n_observed: Ints
    """Cohorts x cells."""
    n_returned: Ints


def count_cohorts(plan: RetentionPlan) -> CohortCounts:
    """Count the units of each cohort and cell."""
    cells = None
    if plan.definition == "unbounded":
        cells = np.empty(0, dtype=np.int64)
    elif plan.periods is not None:
        cells = np.arange(plan.periods + 1, dtype=np.int64)
    elif plan.brackets:
        cells = np.full(plan.brackets[-1][1] + 1, -1, dtype=np.int64)
        for place, (first, last) in enumerate(plan.brackets):
            cells[first : last + 1] = place

    def begin(zone: str | None, compiled: bool) -> Returns:
        return Returns(
            Calendar(plan.period, zone),
            length=plan.length,
            cells=cells,
            cohorts=None if plan.asked.by else Calendar(plan.cohorts, zone),
            compiled=compiled,
        )

    counted = plan.asked.count(begin)
    found = counted.counting
    units = np.flatnonzero(found.entered != NO_TIME)
    if not len(units):
        raise InputError(
            f"nobody did {plan.asked.events[0].name!r} by {counted.as_of}, so there is no cohort; "
            "is as_of too early, or the condition too narrow?"
        )
    n_over = _periods_over(plan, counted, units)
    numbers, cohort = np.unique(found.cohort[units], return_inverse=True)
    spans = plan.brackets
    if not spans:
        furthest = int(n_over.max()) - 1 if plan.periods is None else plan.periods
        spans = tuple((k, k) for k in range(max(furthest, 0) + 1))
    ends = np.array([end for _, end in spans], dtype=np.int64)
    n_cells_over = np.searchsorted(ends, n_over - 1, side="right")
    n_observed = _at_least(cohort, n_cells_over, len(numbers), len(spans))
    if plan.definition == "unbounded":
        back = np.minimum(found.last[units] + 1, n_over)
        back = np.where(found.last[units] == NO_TIME, 0, back)
        n_returned = _at_least(cohort, back, len(numbers), len(spans))
    else:
        n_returned = np.zeros_like(n_observed)
        rows = numbers - found.table.first
        width = min(len(spans), found.table.counts.shape[1])
        n_returned[:, :width] = found.table.counts[rows, :width]
        # Whoever was back in a cell that is not over is not in its denominator either. It can only
        # be the last one in which they were.
        cell = found.last_cell[units]
        early = (cell >= n_cells_over) & (cell < len(spans))
        np.subtract.at(n_returned, (cohort[early], cell[early]), 1)
    order = np.argsort(numbers < 0, kind="stable")  # those without a value stand last
    return CohortCounts(
        counted=counted,
        cohorts=_labels(plan, counted, numbers[order]),
        sizes=np.bincount(cohort, minlength=len(numbers))[order],
        spans=spans,
        n_observed=n_observed[order],
        n_returned=n_returned[order],
    )


def _periods_over(plan: RetentionPlan, counted: Counted[Returns], units: Ints) -> Ints:
    """Return how many periods of each unit, from that of its entry on, have passed."""
    found = counted.counting
    if plan.length:
        return (counted.until - found.entered[units]) // plan.length
    return Calendar(plan.period, counted.zone).number(counted.until) - found.number[units]


def _at_least(cohort: Ints, n: Ints, n_cohorts: int, n_cells: int) -> Ints:
    """Return for each cohort and k how many of its units have more than k."""
    places = cohort * (n_cells + 1) + np.minimum(n, n_cells)
    table = np.bincount(places, minlength=n_cohorts * (n_cells + 1))
    table = table.reshape(n_cohorts, n_cells + 1)
    counts: Ints = table[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:].astype(np.int64)
    return counts


def _labels(plan: RetentionPlan, counted: Counted[Returns], numbers: Ints) -> tuple[Hashable, ...]:
    if counted.values is None:
        return Calendar(plan.cohorts, counted.zone).starts(numbers)
    values = counted.values.values.tolist()
    return tuple(MISSING if code < 0 else values[code] for code in numbers.tolist())
