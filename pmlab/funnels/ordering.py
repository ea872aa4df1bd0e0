"""Rows in the order of unit and time, whatever order they come in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pmlab.compiled import compiled as made
from pmlab.events.columns import Ints

__all__ = ["OrderedRows", "by_unit_and_time"]

SHORT = 50
"""Up to how many rows of a unit are sorted by insertion; they are nearly in order, as a rule."""


class OrderedRows(NamedTuple):
    """Rows sorted by unit and time; those of unit u are ``first[u]`` up to ``first[u + 1]``."""

    first: Ints
    time: Ints
    matches: Ints

    @property
    def unit(self) -> Ints:
        """The unit of each row."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


def by_unit_and_time(
    unit: Ints, time: Ints, matches: Ints, n_units: int, *, compiled: bool
) -> OrderedRows:
    """Sort rows. Units are codes below `n_units`; rows of one unit and time come in any order."""
    first = np.zeros(n_units + 1, dtype=np.int64)
    if not compiled:
        order = np.lexsort((time, unit))
        np.cumsum(np.bincount(unit, minlength=n_units), out=first[1:])
        return OrderedRows(first, time[order], matches[order])
    times, kinds = np.empty_like(time), np.empty_like(matches)
    made(_deal)(unit, time, matches, first, times, kinds)
    made(_sort_each)(first, times, kinds)
    return OrderedRows(first, times, kinds)


def _deal(unit: Any, time: Any, matches: Any, first: Any, times: Any, kinds: Any) -> None:
    """Deal the rows out to their units, each time a row to the next free place of its unit."""
    n_units = len(first) - 1
    for row in range(len(unit)):
        first[unit[row] + 1] += 1
    for u in range(n_units):
        first[u + 1] += first[u]
    for row in range(len(unit)):
        place = first[unit[row]]
        first[unit[row]] += 1
        times[place], kinds[place] = time[row], matches[row]
    # Each unit's place has moved on to where the next unit begins.
    for u in range(n_units, 0, -1):
        first[u] = first[u - 1]
    first[0] = 0


def _sort_each(first: Any, times: Any, kinds: Any) -> None:
    """Sort the rows of each unit by time."""
    for u in range(len(first) - 1):
        begin, end = first[u], first[u + 1]
        if end - begin <= SHORT:
            for i in range(begin + 1, end):
                time, kind, j = times[i], kinds[i], i
                while j > begin and times[j - 1] > time:
                    times[j], kinds[j] = times[j - 1], kinds[j - 1]
                    j -= 1
                times[j], kinds[j] = time, kind
            continue
        for i in range(begin + 1, end):
            if times[i] < times[i - 1]:
                order = np.argsort(times[begin:end], kind="mergesort")
                times[begin:end], kinds[begin:end] = (
                    times[begin:end][order],
                    kinds[begin:end][order],
                )
                break
