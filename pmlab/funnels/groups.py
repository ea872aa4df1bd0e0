"""Events of one unit at one time, for the rules that look at a whole unit at once.

`kernel` streams: for each step it keeps the latest start and never looks back, which is exact for
plain ordered funnels. Windows between steps, exclusions, strict order, any order, late clocks and
totals need more. `paths`, `anyorder`, `clocks` and `totals` hold these; they share what is here.
As in `kernel`, the functions are plain Python on flat sequences, compiled when there are many rows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pmlab.events.columns import Ints
from pmlab.funnels.matching import furthest, gather
from pmlab.funnels.ordering import by_unit_and_time

__all__ = ["Groups", "in_groups", "reach"]


class Groups(NamedTuple):
    """Rows sorted by unit and time, and where each unit and each group begins.

    The groups of unit u are ``of_unit[u]`` up to ``of_unit[u + 1]``; the rows of group g are
    ``row[g]`` up to ``row[g + 1]``.
    """

    of_unit: Any
    row: Any
    time: Any
    bits: Any
    """The questions that some event of the group answers with yes."""
    matches: Any
    """The same for each row."""


def in_groups(unit: Ints, time: Ints, matches: Ints, n_units: int, *, compiled: bool) -> Groups:
    """Return the rows, given in any order, as groups."""
    rows = by_unit_and_time(unit, time, matches, n_units, compiled=compiled)
    n_rows = len(rows.time)
    begins = np.ones(n_rows, dtype=bool)
    begins[1:] = rows.time[1:] != rows.time[:-1]
    begins[rows.first[rows.first < n_rows]] = True
    first, tied = np.flatnonzero(begins), np.flatnonzero(~begins)
    bits = rows.matches[first]
    np.bitwise_or.at(bits, np.searchsorted(first, tied) - 1, rows.matches[tied])
    return Groups(
        of_unit=np.searchsorted(first, rows.first),
        row=np.append(first, n_rows),
        time=rows.time[first],
        bits=bits,
        matches=rows.matches,
    )


def reach(
    level: int, group: int, groups: Any, n_steps: int, one_each: bool, share_out: bool, room: Any
) -> int:
    """Return how many steps are done if `level` were before the group's events.

    Every level between is possible too. `one_each`: a group serves one step at most;
    `share_out`: an event serves one step at most, and some could serve two.
    """
    if level >= n_steps:
        return level
    bits = groups.bits[group]
    begin, end = groups.row[group], groups.row[group + 1]
    if one_each or (share_out and end - begin == 1):
        return level + int(bits >> level & 1)
    if not share_out:
        while level < n_steps and bits >> level & 1 != 0:
            level += 1
        return level
    n_events = gather(groups.matches, begin, end, n_steps, room[0])
    return furthest(level, n_steps, n_events, room)


HELPERS = (reach,)
"""What numba must know when it compiles whoever calls them."""
