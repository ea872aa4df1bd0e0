"""How places and chances are written; the rounding itself is in `results`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pmlab.priority.stability import TOLD_APART
from pmlab.results import amount, percent

__all__ = ["chance_of", "listed", "place", "span", "told_apart"]


def chance_of(value: float) -> str:
    """Return a chance to a point; what was hardly ever or hardly ever not drawn, as such.

    Examples
    --------
    >>> chance_of(0.461), chance_of(0.002), chance_of(0.999)
    ('46%', '<1%', '>99%')
    """
    if 0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1 else percent(value, digits=0)


def told_apart(chance: float) -> str:
    """Return whether one is told apart from the next, with the chance to be above it.

    Examples
    --------
    >>> told_apart(0.91), told_apart(0.58), told_apart(float("nan"))
    ('yes, 91%', 'no, 58%', '-')
    """
    if math.isnan(chance):
        return "-"
    return f"{'no' if chance < TOLD_APART else 'yes'}, {chance_of(chance)}"


def place(rank: int, low: int, high: int) -> str:
    """Return a place, with P10 to P90 of it.

    Examples
    --------
    >>> place(2, 2, 5), place(1, 1, 1)
    ('2 (2 to 5)', '1')
    """
    return str(rank) if rank == low == high else f"{rank} ({low} to {high})"


def span(low: float, high: float) -> str:
    """Return two scores, or one where they read the same."""
    first, last = amount(low), amount(high)
    return first if first == last else f"{first} to {last}"


def listed(names: Sequence[str]) -> str:
    """Return names with commas, and "and" before the last.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
