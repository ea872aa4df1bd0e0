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


def in_groups(unit: Ints, time: Ints, matches: Ints, n_units: int) -> Groups:
    """Return the rows, given in any order, as groups."""
    order = np.lexsort((time, unit))
    unit, time, matches = unit[order], time[order], matches[order]
    begins = np.ones(len(unit), dtype=bool)
    begins[1:] = (unit[1:] != unit[:-1]) | (time[1:] != time[:-1])
    first = np.flatnonzero(begins)
    return Groups(
        of_unit=np.searchsorted(unit[first], np.arange(n_units + 1)),
        row=np.append(first, len(unit)),
        time=time[first],
        bits=np.bitwise_or.reduceat(matches, first) if len(first) else matches,
        matches=matches,
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
