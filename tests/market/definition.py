"""What a market sizing is, the slow way: real customers in real sets, and plain numpy draws.

Every customer is one number, a segment is a set of them, and each is counted once, in the first
listed segment that they belong to. Nothing here knows how pmlab does it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np


def counted_once(segments: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """The customers who are counted in each segment."""
    seen: set[int] = set()
    counted = {}
    for name, members in segments.items():
        counted[name] = members - seen
        seen |= members
    return counted


def revenue_of(segments: Mapping[str, set[int]], each: Mapping[str, float]) -> float:
    """The revenue of all segments, every customer spending as the one they are counted in."""
    return sum(len(members) * each[name] for name, members in counted_once(segments).items())


def overlaps_of(segments: Mapping[str, set[int]]) -> dict[tuple[str, ...], int]:
    """How many customers are in all of them, for every two or more segments."""
    return {
        names: len(set.intersection(*(segments[name] for name in names)))
        for size in range(2, len(segments) + 1)
        for names in itertools.combinations(segments, size)
    }


def universes(sizes: Sequence[int]) -> Iterator[dict[tuple[int, ...], int]]:
    """Every way in which segments of these sizes may share customers.

    A universe says how many customers are in exactly the segments of a key, and in no other.
    """
    regions = [
        region
        for size in range(len(sizes), 0, -1)
        for region in itertools.combinations(range(len(sizes)), size)
    ]

    def filled(left: tuple[int, ...], todo: Sequence[tuple[int, ...]]) -> Iterator[dict]:
        if not todo:
            if not any(left):
                yield {}
            return
        region, *others = todo
        if len(region) == 1:
            # The rest of a segment is in no other.
            alone = left[region[0]]
            emptied = tuple(0 if k == region[0] else n for k, n in enumerate(left))
            for universe in filled(emptied, others):
                yield {region: alone, **universe}
            return
        for count in range(min(left[k] for k in region) + 1):
            rest = tuple(n - count if k in region else n for k, n in enumerate(left))
            for universe in filled(rest, others):
                yield {region: count, **universe}

    yield from filled(tuple(sizes), regions)


def possible_totals(
    sizes: Sequence[int], each: Sequence[float], known: Mapping[tuple[int, ...], int]
) -> tuple[float, float]:
    """The smallest and the largest total that the sizes and the known overlaps allow."""
    totals = []
    for universe in universes(sizes):
        in_all = {
            names: sum(n for region, n in universe.items() if set(names) <= set(region))
            for names in known
        }
        if in_all == dict(known):
            totals.append(sum(n * each[min(region)] for region, n in universe.items()))
    return (min(totals), max(totals)) if totals else (np.nan, np.nan)


def sampled(ranges: Mapping[str, object], n: int, seed: int) -> dict[str, np.ndarray]:
    """Draws by inverse transform: uniform numbers put through each range's quantiles.

    Numbers of a grid with a random shift, shuffled, so that each range has its distribution
    almost exactly and the noise is that of the mixing alone (a Latin hypercube).
    """
    rng = np.random.default_rng(seed)
    out = {}
    for name, amount in ranges.items():
        shares = (np.arange(n) + rng.random(n)) / n
        rng.shuffle(shares)
        out[name] = amount.quantile(shares)
    return out


def by_two_points(
    amounts: Mapping[str, object], model: Callable[[Mapping[str, np.ndarray]], np.ndarray]
) -> tuple[float, float, dict[str, float]]:
    """Mean, sd and first-order shares of variance of a model in which nothing is squared.

    These rest on the mean and sd of each amount alone, so each is replaced by a coin: its mean
    plus or minus its sd. All throws of all coins are then tried.
    """
    signs = np.array(list(itertools.product([-1, 1], repeat=len(amounts))))
    thrown = {
        name: amount.mean + sign * amount.sd
        for (name, amount), sign in zip(amounts.items(), signs.T, strict=True)
    }
    found = model(thrown)
    shares = {
        name: np.var([found[sign < 0].mean(), found[sign > 0].mean()]) / found.var()
        for name, sign in zip(amounts, signs.T, strict=True)
    }
    return found.mean(), found.std(), shares
