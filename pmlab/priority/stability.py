"""How much of an order is luck: places, from draws of every score at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["TOLD_APART", "Floats", "Places", "beats", "competition_ranks", "places", "runs"]

Floats = npt.NDArray[np.float64]

TOLD_APART = 0.8
"""Two neighbours are told apart if the one above is the better one with this chance."""
AT_ONCE = 2_000_000
"""Scores that are ranked in one go."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where each ends up; equal scores share a place's chance equally."""

    low: npt.NDArray[np.int64]
    """The place that is reached or bettered with a chance of 10%."""
    high: npt.NDArray[np.int64]
    """The place that is reached or bettered with a chance of 90%."""
    first: Floats
    """The chance of being first."""
    top: Floats
    """The chance of being among the first few."""


def places(scores: Floats, top: int) -> Places:
    """Return the places of scores with one row an item and one column a draw."""
    n, draws = scores.shape
    counts = np.zeros((n, n), dtype=np.int64)
    first, among = np.zeros(n), np.zeros(n)
    step = max(1, AT_ONCE // n)
    for start in range(0, draws, step):
        block = -scores[:, start : start + step]
        rank = stats.rankdata(block, method="min", axis=0).astype(np.int64)
        tied = stats.rankdata(block, method="max", axis=0) - rank + 1
        for item in range(n):
            counts[item] += np.bincount(rank[item] - 1, minlength=n)
        first += np.clip((2 - rank) / tied, 0, 1).sum(axis=1)
        among += np.clip((top + 1 - rank) / tied, 0, 1).sum(axis=1)
    reached = counts.cumsum(axis=1)
    low, high = ((reached >= chance * draws).argmax(axis=1) + 1 for chance in (0.1, 0.9))
    return Places(low=low, high=high, first=first / draws, top=among / draws)


def beats(one: Floats, other: Floats) -> float:
    """Return the chance that one is above the other; half of it where they are equal."""
    return float(np.mean(one > other) + np.mean(one == other) / 2)


def competition_ranks(scores: Floats) -> npt.NDArray[np.int64]:
    """Return places from the highest score down, the same one for equal scores: 1, 2, 2, 4."""
    # What differs in the fifteenth digit differs by rounding.
    rounded = np.array([float(f"{score:.12g}") for score in scores])
    ranks: npt.NDArray[np.int64] = stats.rankdata(-rounded, method="min").astype(np.int64)
    return ranks


def runs(beats_next: Floats) -> list[tuple[int, int]]:
    """Return runs of neighbours that are not told apart, as first and last place from 0.

    Examples
    --------
    >>> runs(np.array([0.9, 0.6, 0.7, 0.95, np.nan]))
    [(1, 3)]
    """
    found: list[tuple[int, int]] = []
    for place, chance in enumerate(beats_next):
        if chance < TOLD_APART:
            if found and found[-1][1] == place:
                found[-1] = (found[-1][0], place + 1)
            else:
                found.append((place, place + 1))
    return found
