"""How much of an order is luck: places, from draws of every score at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

__all__ = [
    "TOLD_APART",
    "Floats",
    "Places",
    "add_places",
    "beats",
    "competition_ranks",
    "in_order",
    "places",
    "quantiles",
    "rounded",
    "runs",
]

Floats = npt.NDArray[np.float64]

TOLD_APART = 0.8
"""Two neighbours are told apart if the one above is the better one with this chance."""
AT_ONCE = 2_000_000
"""Scores that are ranked in one go."""
BITS = 2.0**40
"""Of a number that are compared: twelve digits. What differs behind them differs by rounding."""


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


def rounded(scores: Any) -> Floats:
    """Return scores without the digits in which equal ones differ by the order of a sum.

    Examples
    --------
    >>> 0.1 + 0.2 == 0.3, bool(rounded(0.1 + 0.2) == rounded(0.3))
    (False, True)
    """
    mantissa, exponent = np.frexp(np.asarray(scores, dtype=float))
    found: Floats = np.ldexp(np.round(mantissa * BITS) / BITS, exponent)
    return found


def in_order(names: Sequence[str], scores: Any) -> list[int]:
    """Return where each place's name stands: by score, the highest first.

    Equal scores stand in the order of their names, so that the order of rows changes nothing.
    """
    keys = rounded(scores).tolist()
    return sorted(range(len(names)), key=lambda row: (-keys[row], names[row]))


def competition_ranks(scores: Any) -> npt.NDArray[np.int64]:
    """Return places from the highest score down, the same one for equal scores: 1, 2, 2, 4."""
    ranks: npt.NDArray[np.int64] = stats.rankdata(-rounded(scores), method="min").astype(np.int64)
    return ranks


def quantiles(scores: Floats, chances: Sequence[float]) -> Floats:
    """Return quantiles along the last axis, each a score that was drawn.

    Not one between two that were drawn: shares of a few answers move in steps, and so do places.
    Of many draws of what has no steps it makes no difference.
    """
    found: Floats = np.quantile(scores, chances, axis=-1, method="inverted_cdf")
    return found


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


def add_places(
    frame: pd.DataFrame, scores: Floats, top: int, possible: Sequence[int] | None = None
) -> None:
    """Add `rank_p10`, `rank_p90`, `first` and `top` of the rows of a frame.

    With `possible`, `top` is the chance among those rows alone, and NaN for the others.
    """
    found = places(scores, top)
    frame["rank_p10"], frame["rank_p90"] = found.low, found.high
    frame["first"], frame["top"] = found.first, found.top
    if possible is not None and len(possible) < len(frame):
        frame["top"] = math.nan
        frame.loc[list(possible), "top"] = places(scores[list(possible)], top).top


def beats(one: Floats, other: Floats) -> float:
    """Return the chance that one is above the other; half of it where they are equal."""
    return float(np.mean(one > other) + np.mean(one == other) / 2)


def runs(beats_next: Floats) -> list[tuple[int, int]]:
    """Return runs of neighbours that are not told apart, as first and last place from 0.

    Examples
    --------
    >>> runs(np.array([0.9, 0.6, 0.7, 0.95, np.nan]))
    [(1, 3)]
    """
    together = (chance < TOLD_APART for chance in beats_next)  # NaN, of the last, is not
    found: list[tuple[int, int]] = []
    for below, group in itertools.groupby(enumerate(together), key=lambda one: one[1]):
        if below:
            members = [place for place, _ in group]
            found.append((members[0], members[-1] + 1))
    return found
