"""How places and chances are written; the rounding itself is in `results`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pmlab.priority.stability import TOLD_APART
from pmlab.results import amount, percent

__all__ = ["chain", "chance_of", "listed", "place", "span", "told_apart"]


def chance_of(value: float) -> str:
    """Return a chance to a point; what was hardly ever or hardly ever not drawn, as such.

    Examples
    --------
    >>> chance_of(0.461), chance_of(0.002), chance_of(0.999)
    ('46%', '<1%', '>99%')

    What is just below the rule does not read as if it met it:

    >>> chance_of(0.798), chance_of(0.79999)
    ('79.8%', '<80%')
    """
    rule = percent(TOLD_APART, digits=0)
    if value < TOLD_APART and percent(value, digits=0) == rule:
        finer = percent(value)
        return f"<{rule}" if finer == percent(TOLD_APART) else finer
    if 0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1 else percent(value, digits=0)


def told_apart(ranks: Sequence[int], chances: Sequence[float]) -> list[str]:
    """Return whether each is told apart from the next, with the chance to be above it.

    Examples
    --------
    >>> told_apart([1, 2, 3, 3], [0.91, 0.58, 0.5, float("nan")])
    ['yes, 91%', 'no, 58%', 'level', '-']
    """
    said = []
    for rank, after, chance in zip(ranks, [*ranks[1:], None], chances, strict=True):
        if math.isnan(chance):
            said.append("-")
        elif rank == after:
            said.append("level")
        else:
            said.append(f"{'no' if chance < TOLD_APART else 'yes'}, {chance_of(chance)}")
    return said


def chain(group: Sequence[str], said: str, ends: float) -> str:
    """Return a run of neighbours that are not told apart; of a long one, that its ends are.

    Examples
    --------
    >>> chain(["A", "B"], "places 1 to 2 ('A', 'B')", 0.6)
    "places 1 to 2 ('A', 'B')"
    >>> chain(["A", "B", "C"], "places 1 to 3", 0.9)
    "places 1 to 3 (though 'A' outranks 'C': 90%)"
    """
    if ends < TOLD_APART:
        return said
    return f"{said} (though {group[0]!r} outranks {group[-1]!r}: {chance_of(ends)})"


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
