"""What of a ranking will be done: the first few, or what a capacity has room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pmlab.errors import InputError
from pmlab.uncertain.numbers import require_number

__all__ = ["Choice", "choose"]

TOP = 3
"""So many are taken where nobody says how many, or how much effort there is."""
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The places that are taken, from 0."""

    efforts: tuple[float, ...]
    """By place."""
    taken: tuple[int, ...]
    capacity: float | None = None

    @property
    def used(self) -> float:
        """The effort of all that are taken."""
        return math.fsum(self.efforts[place] for place in self.taken)

    @property
    def possible(self) -> tuple[int, ...]:
        """The places of what could be taken, had it come first."""
        return tuple(place for place in range(len(self.efforts)) if self.turns(place, 0))

    @property
    def too_large(self) -> tuple[int, ...]:
        """The places of what takes more than the capacity by itself."""
        return tuple(sorted({*range(len(self.efforts))} - {*self.possible}))

    @property
    def at_stake(self) -> bool:
        """Whether the order decides who is taken."""
        return len(self.taken) < len(self.possible)

    def turns(self, place: int, above: int) -> bool:
        """Return whether one would be taken if it stood just above another place."""
        before = [self.efforts[other] for other in self.taken if other < above]
        return _fits([*before, self.efforts[place]], self.capacity)


def choose(
    names: Sequence[str], efforts: Sequence[float], *, top: int | None, capacity: float | None
) -> Choice:
    """Return what is taken: down the ranking, whatever still fits."""
    if top is not None and capacity is not None:
        raise InputError("top and capacity both say how many will be done; give one of them.")
    n = len(efforts)
    if capacity is None:
        if top is None:
            top = min(TOP, n)
        elif require_number("top", top) != int(top) or not 1 <= top <= n:
            raise InputError(f"top={top!r} must be a whole number from 1 to {n}.")
        return Choice(efforts=tuple(efforts), taken=tuple(range(int(top))))
    if require_number("capacity", capacity) <= 0:
        raise InputError(f"capacity={capacity!r} must be above 0, in the unit of effort.")
    taken: list[int] = []
    for place in range(n):
        if _fits([efforts[other] for other in [*taken, place]], capacity):
            taken.append(place)
    if not taken:
        least = min(range(n), key=lambda place: efforts[place])
        raise InputError(
            f"capacity={capacity:g} is less than any item needs: the smallest, {names[least]!r}, "
            f"takes {efforts[least]:g}. Raise it, or split an item."
        )
    return Choice(efforts=tuple(efforts), taken=tuple(taken), capacity=float(capacity))


def _fits(efforts: Sequence[float], capacity: float | None) -> bool:
    # 0.1 + 0.2 fits into 0.3.
    return capacity is None or math.fsum(efforts) <= capacity * (1 + ROUNDING)
