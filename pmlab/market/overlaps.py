"""Who is in which segments: what can be, and how far what is not known may move the total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from pmlab.errors import InputError
from pmlab.market.units import Unit
from pmlab.results import amount
from pmlab.stats import Interval

__all__ = ["Bounds", "Overlaps", "bounds_of", "left_out_of", "require_possible"]

MOST_SEGMENTS = 10
CLOSE = 1e-6
"""Relative: what a linear programme finds is no closer."""


@dataclass(frozen=True, kw_only=True)
class Overlaps:
    """What is known of who is in which segments, at the medians."""

    names: Sequence[str]
    sizes: Sequence[float]
    shared: Mapping[tuple[int, ...], float]
    """How many are in all of some segments, by their places."""
    values: Sequence[float]
    """What a customer of each brings; 1 for a count."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The least and the most that the total can be; none where overlaps are known."""

    bounds: Interval | None = None
    warnings: tuple[str, ...] = ()


def require_possible(
    names: Sequence[str], sizes: Sequence[float], shared: Mapping[tuple[int, ...], float]
) -> None:
    """Raise where more are in several segments than in one of them, or in fewer of them."""
    for places, both in shared.items():
        smaller = min(places, key=lambda place: sizes[place])
        if both > sizes[smaller] * (1 + CLOSE):
            raise InputError(
                f"overlaps: {amount(both)} are said to be in {_all_of(names, places)}, and "
                f"{names[smaller]!r} has only {amount(sizes[smaller])} (at the medians)."
            )
        for others, more in shared.items():
            if set(places) < set(others) and more > both * (1 + CLOSE):
                raise InputError(
                    f"overlaps: {amount(more)} are said to be in {_all_of(names, others)}, and "
                    f"only {amount(both)} in {_all_of(names, places)} (at the medians)."
                )


def bounds_of(known: Overlaps, taken: float, unit: Unit) -> Bounds:
    """Return between what bounds the total lies, given what is known (a linear programme).

    Every set of segments has a number of customers who are in exactly these; sizes and overlaps
    fix some sums of them, and the total is a sum of them weighted by what the first listed segment
    of each brings.

    Parameters
    ----------
    known : Overlaps
    taken : float
        The total if what is not known is nobody.
    unit : Unit
        Of the total.
    """
    left_out = list(left_out_of(known))
    if not left_out and not any(known.shared.values()):
        return Bounds()
    if len(known.names) > MOST_SEGMENTS:
        raise InputError(
            f"{len(known.names)} segments, and overlaps leaves out {len(left_out)} of their "
            f"combinations; bounds are found for {MOST_SEGMENTS} segments at most. Say "
            "overlaps='none' if nobody is in two, or merge segments."
        )
    low, high = _extremes(known)
    if not left_out:
        return Bounds()
    settled = high - low <= CLOSE * high
    if not low * (1 - CLOSE) <= taken <= high * (1 + CLOSE):
        raise InputError(
            "overlaps leaves out combinations that cannot be empty: by what is said, the total "
            + (
                f"is {unit.shown(high)}"
                if settled
                else f"lies between {unit.number(low)} and {unit.shown(high)}"
            )
            + f", and would be {unit.shown(taken)} without them. Give "
            f"{_listed(known.names, left_out)} as well."
        )
    if settled:
        return Bounds()
    where = "the most" if taken >= high * (1 - CLOSE) else "within these"
    if taken <= low * (1 + CLOSE):
        where = "the least"
    warning = (
        f"it is not known how many are in {_listed(known.names, left_out)}. At the medians the "
        f"market lies between {unit.number(low)} and {unit.shown(high)}; taken as nobody, it is "
        f"{where}. Say overlaps={{...}}, or overlaps='none' if nobody is in two."
    )
    return Bounds(bounds=Interval(low, high), warnings=(warning,))


def _extremes(known: Overlaps) -> tuple[float, float]:
    n = len(known.names)
    sets = [places for size in range(1, n + 1) for places in combinations(range(n), size)]
    scale = max(known.sizes)
    fixed = {(place,): size for place, size in enumerate(known.sizes)} | dict(known.shared)
    rows = np.array([[float(set(places) <= set(own)) for own in sets] for places in fixed])
    sums = np.array(list(fixed.values())) / scale
    values = np.array([known.values[own[0]] for own in sets])
    worth = max(values.max(), 1e-300)
    found = []
    for sign in (1, -1):
        answer = linprog(sign * values / worth, A_eq=rows, b_eq=sums, bounds=(0, None))
        if not answer.success:
            raise InputError(
                "overlaps cannot all be true at once: no way to share customers out among the "
                "segments gives these numbers (at the medians). See which overlap is too large."
            )
        found.append(float(sign * answer.fun * scale * worth))
    return found[0], found[1]


def left_out_of(known: Overlaps) -> Iterator[tuple[int, ...]]:
    """Yield the combinations that are not known, and not empty because a part of them is."""
    empty = [set(places) for places, both in known.shared.items() if both == 0]
    n = len(known.names)
    # Of very many segments, enough to see that something is left out.
    for size in range(2, (n if n <= MOST_SEGMENTS else 3) + 1):
        for places in combinations(range(n), size):
            if places in known.shared or any(part <= set(places) for part in empty):
                continue
            yield places


def _all_of(names: Sequence[str], places: Sequence[int]) -> str:
    return " and ".join(repr(names[place]) for place in places)


def _listed(names: Sequence[str], sets: Sequence[tuple[int, ...]], most: int = 3) -> str:
    text = ", or in ".join(
        ("both " if len(places) == 2 else "all of ") + _all_of(names, places)
        for places in sets[:most]
    )
    return text + (f", or in {len(sets) - most} further combinations" if len(sets) > most else "")
