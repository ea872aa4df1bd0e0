"""The score of an item as a range, and the chance that one is truly above another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import special

from pmlab.priority.backlog import Row
from pmlab.priority.stability import Floats, beats, quantiles, rounded
from pmlab.priority.words import chance_of
from pmlab.uncertain import Lognormal, Range
from pmlab.uncertain import draws as drawn_from

__all__ = ["Comparison", "Score", "chance_to_fit", "score_of"]

NOTHING: Floats = np.empty(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """The score of an item: lognormal or certain, else as drawn."""

    mu: float = math.nan
    """Mean of the logarithm, where that is normal."""
    sigma: float = math.nan
    """Standard deviation of the logarithm; 0 where the score is certain."""
    drawn: Floats = field(default_factory=lambda: NOTHING, repr=False)

    @property
    def exact(self) -> bool:
        """Whether there is a formula for it."""
        return not math.isnan(self.sigma)

    def quantiles(self, chances: Sequence[float]) -> list[float]:
        """Return what is not reached with these chances."""
        if not self.exact:
            found: list[float] = quantiles(self.drawn, chances).tolist()
            return found
        return [math.exp(self.mu + self.sigma * float(special.ndtri(p))) for p in chances]

    def beats(self, other: Score) -> float:
        """Return the chance to be above the other."""
        if not (self.exact and other.exact):
            return beats(self.drawn, other.drawn)
        both = math.hypot(self.sigma, other.sigma)
        if both == 0:
            return beats(rounded([math.exp(self.mu)]), rounded([math.exp(other.mu)]))
        return float(special.ndtr((self.mu - other.mu) / both))

    def without_draws(self) -> Score:
        """Return the formula alone: of a long backlog the draws are many megabytes."""
        return replace(self, drawn=NOTHING)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The chance that one item truly outranks another; half of it where they are equal."""

    one: str
    other: str
    chance: float
    exact: bool
    """By formula (all ranges lognormal), not from draws."""

    def __str__(self) -> str:
        how = "exact" if self.exact else "from draws"
        return (
            f"{self.one!r} truly outranks {self.other!r} with a chance of "
            f"{chance_of(self.chance)} ({how})."
        )

    __repr__ = __str__

    def __float__(self) -> float:
        return self.chance


def score_of(row: Row, n: int, seed: int) -> Score:
    """Return the score of an item, with n draws of it."""
    known = row.lognormal
    if known is not None:
        mu, sigma = known
        if sigma == 0:
            return Score(mu=mu, sigma=0.0, drawn=np.full(n, math.exp(mu)))
        drawn = drawn_from({row.name: Lognormal(mu=mu, sigma=sigma)}, n, seed)[row.name]
        return Score(mu=mu, sigma=sigma, drawn=drawn)
    ranges: dict[str, Range] = {
        f"{row.name}: {name}": part.range for name, part in row.parts.items() if part.range
    }
    sample = drawn_from(ranges, n, seed)
    drawn = np.ones(n)
    for name, part in row.parts.items():
        value = sample.get(f"{row.name}: {name}", part.guess)
        drawn = drawn / value if name == "effort" else drawn * value
    return Score(drawn=drawn)


def chance_to_fit(rows: Sequence[Row], capacity: float, n: int, seed: int) -> float:
    """Return the chance that these together take no more than the capacity; NaN if it is known."""
    efforts = {row.name: row.parts["effort"] for row in rows}
    ranges = {f"{name}: effort": part.range for name, part in efforts.items() if part.range}
    if not ranges:
        return math.nan
    sure = sum(part.guess for part in efforts.values() if not part.range)
    drawn = np.sum(list(drawn_from(ranges, n, seed).values()), axis=0)
    return float(np.mean(sure + drawn <= capacity))
