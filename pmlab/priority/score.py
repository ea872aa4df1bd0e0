"""The score of an idea as a range, and the chance that one is truly above another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from pmlab.priority.backlog import Row
from pmlab.priority.stability import Floats, beats
from pmlab.priority.words import chance_of
from pmlab.uncertain import Lognormal, Range
from pmlab.uncertain import draws as drawn_from

__all__ = ["Comparison", "Score", "chance_to_fit", "score_of"]


class Score:
    """The score of an item: a lognormal, or draws."""

    def __init__(self, exact: Lognormal | float | None, drawn: Floats) -> None:
        self.exact, self.drawn = exact, drawn
        if isinstance(exact, Lognormal):
            self.p10, self.p50, self.p90 = exact.p10, exact.p50, exact.p90
        else:
            low, middle, high = np.quantile(drawn, [0.1, 0.5, 0.9]).tolist()
            self.p10, self.p50, self.p90 = low, middle, high

    def beats(self, other: Score) -> float:
        """Return the chance to be above the other."""
        (mu, sigma), (mu_other, sigma_other) = self.logs, other.logs
        if math.isnan(sigma + sigma_other):
            return beats(self.drawn, other.drawn)
        both = math.hypot(sigma, sigma_other)
        if both == 0:
            return beats(np.array([round(mu, 12)]), np.array([round(mu_other, 12)]))
        return float(special.ndtr((mu - mu_other) / both))

    @property
    def logs(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm, where they say all; NaN otherwise."""
        if isinstance(self.exact, Lognormal):
            return self.exact.mu, self.exact.sigma
        return (math.nan, math.nan) if self.exact is None else (self.exact, 0.0)


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
            return Score(mu, np.full(n, math.exp(mu)))
        exact = Lognormal(mu=mu, sigma=sigma)
        return Score(exact, drawn_from({row.name: exact}, n, seed)[row.name])
    ranges: dict[str, Range] = {
        f"{row.name}: {name}": part.range for name, part in row.parts.items() if part.range
    }
    sample = drawn_from(ranges, n, seed)
    drawn = np.ones(n)
    for name, part in row.parts.items():
        value = sample.get(f"{row.name}: {name}", part.guess)
        drawn = drawn / value if name == "effort" else drawn * value
    return Score(None, drawn)


def chance_to_fit(rows: Sequence[Row], capacity: float, n: int, seed: int) -> float:
    """Return the chance that these together take no more than the capacity; NaN if it is known."""
    efforts = {row.name: row.parts["effort"] for row in rows}
    ranges = {f"{name}: effort": part.range for name, part in efforts.items() if part.range}
    if not ranges:
        return math.nan
    sure = sum(part.guess for part in efforts.values() if not part.range)
    drawn = np.sum(list(drawn_from(ranges, n, seed).values()), axis=0)
    return float(np.mean(sure + drawn <= capacity))
