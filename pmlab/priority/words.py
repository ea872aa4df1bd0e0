"""How names, places and chances are written; the rounding itself is in `results`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pmlab.priority.stability import TOLD_APART
from pmlab.results import amount, percent

__all__ = ["chance_of", "listed", "place", "quoted", "span", "told_apart", "unit_of"]

MOST_NAMED = 5
NO_UNIT = {"effort", "of", "in"}


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


def listed(names: Sequence[str], *, most: int | None = None) -> str:
    """Return names with commas, and "and" before the last; of many the first few.

    Examples
    --------
    >>> listed(["A", "B", "C"]), listed(["A", "B", "C", "D"], most=2)
    ('A, B and C', 'A, B and 2 more')
    """
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def quoted(names: Sequence[str]) -> str:
    """Return names in quotes, the first few of many.

    Examples
    --------
    >>> quoted(["A", "B"])
    "'A', 'B'"
    """
    shown = ", ".join(map(repr, names[:MOST_NAMED]))
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def unit_of(effort: str) -> str:
    """Return the unit that the name of a column of efforts says; "" if it says none.

    Examples
    --------
    >>> unit_of("effort_weeks"), unit_of("Effort (person-months)"), unit_of("effort")
    ('weeks', 'person months', '')
    """
    words = re.findall(r"[^\W_]+", effort)
    return " ".join(word for word in words if word.lower() not in NO_UNIT)
