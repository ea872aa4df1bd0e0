"""Sharing out events at one time among steps, where an event could serve more than one.

Plain Python on flat sequences, for `kernel` and `by_unit` to run as it is or compiled.
"""

from __future__ import annotations

from typing import Any

__all__ = ["can_serve", "furthest", "gather"]


def gather(matches: Any, group: int, end: int, n_steps: int, kind: Any) -> int:
    """Put the group's events into `kind`, at most `n_steps` of each kind; return how many."""
    n_events = 0
    for row in range(group, end):
        alike = 0
        for event in range(n_events):
            if kind[event] == matches[row]:
                alike += 1
        if alike < n_steps:
            kind[n_events] = matches[row]
            n_events += 1
    return n_events


def furthest(first: int, n_steps: int, n_events: int, room: Any) -> int:
    """Return how far one gets from `first` steps done, each next step served by its own event.

    A bipartite matching of steps to the gathered events, grown step by step along augmenting
    paths (Kuhn 1955): a step that finds no free event asks the owner of one it could use to
    move to another.
    """
    kind, owner, asked_by, event_of, queue = room
    for event in range(n_events):
        owner[event] = -1
    for step in range(first, n_steps):
        for event in range(n_events):
            asked_by[event] = -1
        queue[0] = step
        head, tail, free = 0, 1, -1
        while head < tail and free < 0:
            asking = queue[head]
            head += 1
            for event in range(n_events):
                if asked_by[event] < 0 and kind[event] >> asking & 1:
                    asked_by[event] = asking
                    if owner[event] < 0:
                        free = event
                        break
                    queue[tail] = owner[event]
                    tail += 1
        if free < 0:
            return step
        while True:
            taker = asked_by[free]
            left = event_of[taker]
            owner[free] = taker
            event_of[taker] = free
            if taker == step:
                break
            free = left
    return n_steps


def can_serve(kinds: list[int], steps: int, only: int | None = None) -> list[int]:
    """Return the kinds of events that can take part when a group serves all these steps.

    Parameters
    ----------
    kinds : list of int
        The steps that each event of the group matches, as bits.
    steps : int
        The steps that the group serves, as bits next to each other.
    only : int, optional
        Ask who can serve this step, from 0, not who can serve any.
    """
    first, end = (steps & -steps).bit_length() - 1, steps.bit_length()
    gathered = [0] * len(kinds)
    n_events = gather(kinds, 0, len(kinds), end - first, gathered)
    able = []
    for kind in sorted(set(gathered[:n_events])):
        event = gathered.index(kind)
        for step in range(first, end) if only is None else [only]:
            if kind >> step & 1:
                # Bind this event to this step: the others must manage the rest.
                bound = [other & ~(1 << step) for other in gathered[:n_events]]
                bound[event] = 1 << step
                room = (bound, [0] * n_events, [0] * n_events, [0] * end, [0] * end)
                if furthest(first, end, n_events, room) == end:
                    able.append(kind)
                    break
    return able


HELPERS = (
    gather,
    furthest,
)
"""What numba must know when it compiles whoever calls them."""
