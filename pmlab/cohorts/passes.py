"""The passes that count, one for each kind of answer.

Each takes rows in batches and keeps a few numbers for every unit; memory grows with the units.
What a pass needs is that each unit's own rows come in the order of time, whatever stands between
them. Ties never matter: every rule asks only what happened earlier, at a time, or later.

The functions at the end are plain Python on flat sequences. They run as they are on lists, or
compiled by numba on arrays where there are enough rows to repay it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pmlab.compiled import compiled
from pmlab.errors import InputError
from pmlab.events.columns import NO_TIME, Ints
from pmlab.events.one_pass import OutOfOrderError
from pmlab.events.periods import Calendar
from pmlab.events.stream import Rows

__all__ = ["LONGEST_WINDOW", "Days", "FirstTimes", "Periods", "Returns"]

MOST_CELLS = 20_000_000
"""A table of more comes from a stray time, such as the year 9999 for "never"."""

BITS = 62
"""The days that one number remembers, a bit each."""

LONGEST_WINDOW = BITS - 2
"""In days, so that the day that is not over yet fits too."""


class Returns:
    """When each unit entered, and in which cells after its entry it returned.

    Parameters
    ----------
    calendar : Calendar
        The periods that count, unless `length` is given.
    length : int
        How long a period is, counted from each entry, in microseconds; 0 for calendar periods.
    cells : int array, optional
        The cell to which each period belongs, by its distance from the entry; -1 for none. A cell
        for each period unless given.
    cohorts : Calendar, optional
        The periods of entry that make cohorts; the values of the rows' property unless given.
    compiled : bool
    """

    def __init__(
        self,
        calendar: Calendar,
        *,
        length: int,
        cells: Ints | None,
        cohorts: Calendar | None,
        compiled: bool,
    ) -> None:
        self._calendar, self._length, self._cells = calendar, length, cells
        self._cohorts, self._compiled = cohorts, compiled
        self._low, self._high = 0, -1
        self._units = _Units(6)
        self.table = _Table()
        """Units that returned, by cohort and cell, whether the cell was over or not."""

    def feed(self, rows: Rows) -> None:
        """Take the next rows: bit 0 of `matches` is a start, bit 1 a return."""
        self._units.grow(rows.n_units)
        if not len(rows.time):
            return
        nothing = np.zeros(len(rows.time), dtype=np.int64)
        number = nothing if self._length else self._calendar.numbers(rows.time)
        cells = self._cells_to(rows.time // self._length if self._length else number)
        starts = np.flatnonzero(rows.matches & 1)
        cohort = nothing
        if len(starts):
            cohort = nothing.copy()
            cohort[starts] = self._cohorts_of(rows, starts)
            self.table.fit(int(cohort[starts].min()), int(cohort[starts].max()), len(cells))
        elif len(self.table.counts):
            self.table.fit(self.table.first, self.table.first, len(cells))
        _run(
            follow_returns,
            self._compiled,
            (rows.unit, rows.time, rows.matches, number, cohort),
            (self._units.values, self.table.counts.ravel()),
            cells,
            self.table.first,
            self.table.counts.shape[1],
            self._length,
        )

    def _cells_to(self, place: Ints) -> Ints:
        if self._cells is not None:
            return self._cells
        low, high = int(place.min()), int(place.max())
        if self._low <= self._high:
            low, high = min(low, self._low), max(high, self._high)
        self._low, self._high = low, high
        return np.arange(high - low + 1, dtype=np.int64)

    def _cohorts_of(self, rows: Rows, starts: Any) -> Ints:
        if self._cohorts is not None:
            return self._cohorts.numbers(rows.time[starts])
        (values,) = rows.properties.values()
        cohorts: Ints = values[starts]
        return cohorts

    @property
    def entered(self) -> Ints:
        """When each unit entered; `NO_TIME` if it never did."""
        return self._units.column(0)

    @property
    def number(self) -> Ints:
        """The calendar period of each entry."""
        return self._units.column(2)

    @property
    def cohort(self) -> Ints:
        """The cohort of each unit that entered."""
        return self._units.column(3)

    @property
    def last(self) -> Ints:
        """How many periods after its entry each unit was back last; `NO_TIME` if it never was."""
        return self._units.column(4)

    @property
    def last_cell(self) -> Ints:
        """The last cell in which each unit was back; `NO_TIME` if it was in none."""
        return self._units.column(5)


class Periods:
    """How many units are active in each period: new, active the period before, or back again."""

    def __init__(self, calendar: Calendar, compiled: bool) -> None:
        self._calendar, self._compiled = calendar, compiled
        self._units = _Units(1)
        self.table = _Table()
        """A row a period: new, retained and resurrected units."""

    def feed(self, rows: Rows) -> None:
        """Take the next rows, each of which is activity."""
        self._units.grow(rows.n_units)
        if not len(rows.time):
            return
        number = self._calendar.numbers(rows.time)
        self.table.fit(int(number.min()), int(number.max()), 3)
        state = (self._units.values, self.table.counts.ravel())
        _run(follow_periods, self._compiled, (rows.unit, number), state, self.table.first)


class Days:
    """On which days units are active.

    Parameters
    ----------
    calendar : Calendar
        Of days.
    window : int
        In days, at most `LONGEST_WINDOW`.
    compiled : bool
    """

    def __init__(self, calendar: Calendar, window: int, compiled: bool) -> None:
        self._calendar, self._window, self._compiled = calendar, window, compiled
        self._units = _Units(2)
        self.table = _Table()
        """A row a day: the units active on it, and by how many more the number of units active
        within a window that ends on this day differs from that of the day before."""

    def feed(self, rows: Rows) -> None:
        """Take the next rows, each of which is activity."""
        self._units.grow(rows.n_units)
        if not len(rows.time):
            return
        number = self._calendar.numbers(rows.time)
        self.table.fit(int(number.min()), int(number.max()) + self._window, 2)
        state = (self._units.values, self.table.counts.ravel())
        rule = (self.table.first, self._window)
        _run(follow_days, self._compiled, (rows.unit, number), state, *rule)

    def active_days(self, last: int) -> Ints:
        """Return on how many days of the window that ends with day `last` each unit was active.

        `last` is the last day that any unit was active, or the day before it.
        """
        day, bits = self._units.column(0), self._units.column(1).astype(np.uint64)
        known = day != NO_TIME
        day, bits = day[known], bits[known]
        whole = np.uint64(1 << self._window) - np.uint64(1)
        back = np.clip(last - day, 0, BITS).astype(np.uint64)
        bits = np.where(day > last, bits >> np.uint64(1), bits << back) & whole
        counts = np.zeros(len(bits), dtype=np.int64)
        for place in range(self._window):
            counts += (bits >> np.uint64(place) & np.uint64(1)).astype(np.int64)
        return counts


class FirstTimes:
    """When each unit first started, and when it first ended at that time or later."""

    def __init__(self, compiled: bool) -> None:
        self._compiled = compiled
        self._units = _Units(5)

    def feed(self, rows: Rows) -> None:
        """Take the next rows: bit 0 of `matches` is a start, bit 1 an end."""
        self._units.grow(rows.n_units)
        value = next(iter(rows.properties.values()), np.zeros(len(rows.time), dtype=np.int64))
        columns = (rows.unit, rows.time, rows.matches, value)
        _run(follow_first_times, self._compiled, columns, (self._units.values,))

    @property
    def started(self) -> Ints:
        """When each unit first started; `NO_TIME` if it never did."""
        return self._units.column(0)

    @property
    def ended(self) -> Ints:
        """When each unit first ended after that; `NO_TIME` if it did not."""
        return self._units.column(1)

    @property
    def value(self) -> Ints:
        """The code of the property at each start."""
        return self._units.column(4)


class _Units:
    """A few numbers for each unit, `NO_TIME` at first."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._array = np.empty(0, dtype=np.int64)
        self.values = self._array

    def grow(self, n_units: int) -> None:
        """Make room for units that are new."""
        old, size = len(self.values), n_units * self._width
        if size > len(self._array):
            # Room for as many again: memory that is not touched is not taken.
            self._array = np.empty(max(size, 2 * old), dtype=np.int64)
            self._array[:old] = self.values
        self.values = self._array[: max(size, old)]
        self.values[old:] = NO_TIME

    def column(self, place: int) -> Ints:
        column: Ints = self.values.reshape(-1, self._width)[:, place].copy()
        return column


class _Table:
    """Counts in rows that are numbered from `first`, growing on all sides."""

    def __init__(self) -> None:
        self.first = 0
        self.counts = np.zeros((0, 1), dtype=np.int64)

    def fit(self, low: int, high: int, width: int) -> None:
        """Make room for these rows and this many cells in each.

        Raises
        ------
        InputError
            For a table that no log of a product fills.
        """
        old, (n_rows, n_cells) = self.counts, self.counts.shape
        if n_rows:
            low, high = min(low, self.first), max(high, self.first + n_rows - 1)
        if low == self.first and high - low < n_rows and width <= n_cells:
            return
        if (high - low + 1) * width > MOST_CELLS:
            raise InputError(
                "the events span so much time that the answer would be a table of "
                f"{high - low + 1:,} by {width:,}; find the times that are astray with "
                "pm.check_log, or ask for fewer and longer periods."
            )
        if n_rows:
            # Some room to spare, so that a table that grows with every batch is seldom copied.
            spare_rows, spare = (high - low + 1) // 2 + 8, width // 2
            low -= spare_rows if low < self.first else 0
            high += spare_rows if high >= self.first + n_rows else 0
            width = width + spare if width > n_cells else n_cells
        self.counts = np.zeros((high - low + 1, width), dtype=np.int64)
        place = self.first - low
        self.counts[place : place + n_rows, :n_cells] = old
        self.first = low

    def rows(self, begin: int, end: int) -> Ints:
        """Return the rows from one number to before another; 0 where nothing was counted."""
        found = np.zeros((end - begin, self.counts.shape[1]), dtype=np.int64)
        low, high = max(begin, self.first), min(end, self.first + len(self.counts))
        if low < high:
            found[low - begin : high - begin] = self.counts[low - self.first : high - self.first]
        return found


def _run(
    function: Callable[..., bool],
    compile_it: bool,
    rows: tuple[Ints, ...],
    state: tuple[Ints, ...],
    *rule: Any,
) -> None:
    """Run a function over rows; it changes the state.

    Raises
    ------
    OutOfOrderError
    """
    if compile_it:
        in_order = compiled(function)(rows, state, *rule)
    else:
        lists = tuple(part.tolist() for part in state)
        plain = (part.tolist() if isinstance(part, np.ndarray) else part for part in rule)
        in_order = function(tuple(column.tolist() for column in rows), lists, *plain)
        for part, values in zip(state, lists, strict=True):
            part[:] = values
    if not in_order:
        raise OutOfOrderError


def follow_returns(rows: Any, state: Any, cells: Any, first: int, width: int, length: int) -> bool:
    """Take the rows; return whether each unit's came in the order of time."""
    unit, time, matches, number, cohort = rows
    units, table = state
    for row in range(len(unit)):
        u, now = 6 * unit[row], time[row]
        if now < units[u + 1]:
            return False
        units[u + 1] = now
        if units[u] == NO_TIME:
            if matches[row] & 1:
                units[u], units[u + 2], units[u + 3] = now, number[row], cohort[row]
        elif matches[row] & 2 and now > units[u]:
            distance = (now - units[u]) // length if length else number[row] - units[u + 2]
            units[u + 4] = distance
            cell = cells[distance] if distance < len(cells) else -1
            if cell >= 0 and cell > units[u + 5]:
                units[u + 5] = cell
                table[(units[u + 3] - first) * width + cell] += 1
    return True


def follow_periods(rows: Any, state: Any, first: int) -> bool:
    """Take the rows; return whether each unit's came in the order of time."""
    unit, number = rows
    last, table = state
    for row in range(len(unit)):
        u, now = unit[row], number[row]
        before = last[u]
        if now == before:
            continue
        if now < before:
            return False
        kind = 0 if before == NO_TIME else (1 if before == now - 1 else 2)
        last[u] = now
        table[3 * (now - first) + kind] += 1
    return True


def follow_days(rows: Any, state: Any, first: int, window: int) -> bool:
    """Take the rows; return whether each unit's came in the order of time."""
    unit, number = rows
    units, table = state
    for row in range(len(unit)):
        u, today = 2 * unit[row], number[row]
        last = units[u]
        if today == last:
            continue
        if today < last:
            return False
        gap = BITS if last == NO_TIME else min(today - last, BITS)
        units[u] = today
        if gap < BITS:
            units[u + 1] = (units[u + 1] & ((1 << (BITS - gap)) - 1)) << gap | 1
        else:
            units[u + 1] = 1
        # In the windows that end on this day and the next, unless an earlier day brought it there.
        begin = today if gap >= window else last + window
        table[2 * (today - first)] += 1
        table[2 * (begin - first) + 1] += 1
        table[2 * (today + window - first) + 1] -= 1
    return True


def follow_first_times(rows: Any, state: Any) -> bool:
    """Take the rows; return whether each unit's came in the order of time."""
    unit, time, matches, value = rows
    (units,) = state
    for row in range(len(unit)):
        u, now = 5 * unit[row], time[row]
        if now < units[u + 2]:
            return False
        units[u + 2] = now
        if matches[row] & 2:
            units[u + 3] = now
        if units[u] == NO_TIME and matches[row] & 1:
            units[u], units[u + 4] = now, value[row]
        # An end at the very time of the start counts, whichever row comes first.
        if units[u] != NO_TIME and units[u + 1] == NO_TIME and units[u + 3] == now:
            units[u + 1] = now
    return True
