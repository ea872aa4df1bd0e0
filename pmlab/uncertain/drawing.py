"""Draws from several ranges, each from a stream of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from hashlib import sha256
from typing import Any

import numpy as np

from pmlab.errors import InputError
from pmlab.progress_bar import ProgressBar
from pmlab.uncertain.distribution import Floats
from pmlab.uncertain.numbers import require_number, require_rng, shown
from pmlab.uncertain.ranges import Range

__all__ = ["draws", "require_draws", "seed_of"]

FEWEST = 1000
MOST = 10_000_000
"""Several ranges of more would not fit into memory."""
WORTH_THREADS = 50_000


def draws(
    ranges: Mapping[str, Range], n: int, rng: int | np.random.Generator = 0
) -> dict[str, Floats]:
    """Return n independent draws from each range.

    Every name has a random stream of its own, keyed by seed and name: a range has the same draws
    wherever it is used, and one range more changes no other's.

    Parameters
    ----------
    ranges : mapping of name -> Range
    n : int
        How many: at least 1,000, for fewer leave P10 and P90 to chance, at most 10 million.
    rng : int or numpy Generator
        The seed, so that the same call gives the same draws.

    Returns
    -------
    dict of name -> array of n floats

    Raises
    ------
    InputError
        For no mapping, something that is no Range, or an n that is no whole number from 1,000 to
        10 million.

    Examples
    --------
    >>> from pmlab.uncertain import draws, interval, share
    >>> sample = draws(
    ...     {
    ...         "visitors": interval(1e4, 4e4, credibility=0.9),
    ...         "who buy": share(0.01, 0.03, credibility=0.9),
    ...     },
    ...     n=100_000,
    ... )
    >>> buyers = sample["visitors"] * sample["who buy"]
    >>> print(f"{buyers.mean():.0f}")
    413
    """
    if not isinstance(ranges, Mapping):
        raise InputError(
            f"ranges is a {type(ranges).__name__}; it must be a mapping of name -> Range, such as "
            "{'visitors': interval(1e4, 4e4, credibility=0.8)}."
        )
    for name, one in ranges.items():
        if not isinstance(one, Range):
            raise InputError(
                f"ranges[{name!r}] is a {type(one).__name__}, not a Range; make one with "
                "interval(), share(), pert(), triangular() or uniform()."
            )
    n, seed = require_draws(n, "n"), seed_of(rng)

    def drawn(name: str) -> Floats:
        return ranges[name].draw(n, _stream(seed, name))

    found: dict[str, Floats] = {}
    with ProgressBar("drawing", len(ranges)) as bar:
        if n * len(ranges) < WORTH_THREADS:
            return {name: drawn(name) for name in ranges}
        # numpy lets go of the interpreter while it draws.
        with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, len(ranges))) as pool:
            jobs = {pool.submit(drawn, name): name for name in ranges}
            for done, job in enumerate(as_completed(jobs), start=1):
                found[jobs[job]] = job.result()
                bar.at(done)
    return {name: found[name] for name in ranges}


def seed_of(rng: int | np.random.Generator) -> int:
    """Return the seed that keys all streams; a generator gives its next number."""
    given = require_rng(rng)
    return given if isinstance(given, int) else int(given.integers(1 << 63))


def require_draws(n: Any, parameter: str = "draws") -> int:
    """Return n as an int; raise unless it is a whole number that is large enough."""
    if require_number(parameter, n) != int(n):
        raise InputError(f"{parameter}={shown(n)} must be a whole number, such as 100_000.")
    if n < FEWEST:
        raise InputError(
            f"{parameter}={shown(n)} must be {FEWEST:,} or more: fewer leave P10 and P90 to chance."
        )
    if n > MOST:
        raise InputError(
            f"{parameter}={shown(n)} must be at most {MOST:,}, for memory; 100_000 are plenty."
        )
    return int(n)


def _stream(seed: int, name: str) -> np.random.Generator:
    # Python's own hash() of a text differs from one run to the next.
    key = int.from_bytes(sha256(name.encode()).digest()[:16], "little")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, key])))
