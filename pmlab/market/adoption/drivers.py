"""What would change a curve of adoption most: each assumption behind m, p and q by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pmlab.market.adoption.curve import NAMES, adopted, peak_time
from pmlab.market.estimate import Draws, guesses_in
from pmlab.market.quantity import Assumption, Quantity, as_quantity
from pmlab.market.tornado import Tornado
from pmlab.market.units import Unit
from pmlab.uncertain.distribution import Floats

__all__ = ["Swing", "reached_at", "swings", "timing", "tornado_of"]

Answer = Callable[..., Floats]
"""Of m, p and q."""


class Swing(NamedTuple):
    """One assumption at its P10 and at its P90, the others at their medians, and the answers."""

    name: str
    measure: Unit
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        """How far it moves the answer; without end where there is no answer at one of its ends."""
        size = abs(self.at_high - self.at_low)
        return math.inf if math.isnan(size) else size

    def told(self, value: float) -> str:
        """Return one of its values in words."""
        return self.measure.number(value)


def reached_at(period: int) -> Answer:
    """Return the function of m, p and q that is how many have adopted by the end of a period."""

    def reached(m: Any, p: Any, q: Any) -> Floats:
        return np.asarray(m * adopted(period, p, q))

    return reached


def timing(parts: Mapping[str, Quantity]) -> Swing | None:
    """Return what moves the time of the peak most; None where m alone is unknown."""
    rows = swings(parts, lambda m, p, q: peak_time(p, q))
    return rows[0] if rows and rows[0].size > 0 else None


def swings(parts: Mapping[str, Quantity], answer: Answer) -> list[Swing]:
    """Return what each unknown does to an answer, the widest swing first."""
    unknown = {one.name: one for part in parts.values() for one in _unknowns(part)}
    medians = {name: one.quantile(0.5) for name, one in unknown.items()}
    found = []
    for name, one in unknown.items():
        low, high = one.quantile(0.1), one.quantile(0.9)
        at = [float(answer(*_at(parts, medians | {name: end}))) for end in (low, high)]
        found.append(Swing(name, one.measure, low, high, *at))
    return sorted(found, key=lambda swing: -swing.size)


def tornado_of(parts: Mapping[str, Quantity], periods: int, draws: Draws, name: str) -> Tornado:
    """Return how far each assumption moves what is reached after so many periods."""
    answer = reached_at(periods)
    rows = swings(parts, answer)
    unknown = {one.name: one for part in parts.values() for one in _unknowns(part)}
    whole = answer(*map(draws.of, parts.values())) if rows else np.empty(0)
    own = [draws.of(as_quantity(unknown[row.name])) for row in rows]
    medians = {name: one.quantile(0.5) for name, one in unknown.items()}
    certain = [one for part in parts.values() for one in part.assumptions if one.certain]
    return Tornado(
        name=name,
        unit=parts["m"].unit,
        measures={name: one.measure for name, one in unknown.items()},
        at_medians=float(answer(*_at(parts, medians))),
        n_draws=draws.n,
        guesses=tuple(name for part in parts.values() for name in guesses_in(part)),
        known=tuple(one.name for one in certain if one.source is not None),
        rows=pd.DataFrame(
            {
                "assumption": [row.name for row in rows],
                "value_at_p10": [row.low for row in rows],
                "value_at_p90": [row.high for row in rows],
                "answer_at_p10": [row.at_low for row in rows],
                "answer_at_p90": [row.at_high for row in rows],
                "swing": [row.size for row in rows],
                "share_of_variance": [share_of_variance(drawn, whole) for drawn in own],
            }
        ),
    )


def share_of_variance(x: Floats, y: Floats) -> float:
    """Return Var E[y | x] / Var y of draws: of the means of y in bins of x, all of one size.

    A mean of n draws varies by a part of n of what varies inside its bin; that is taken off again.
    """
    size = math.isqrt(len(x))
    bins = y[np.argsort(x)][: len(x) // size * size].reshape(-1, size)
    between = bins.mean(axis=1).var(ddof=1) - bins.var(axis=1, ddof=1).mean() / size
    return float(max(between, 0.0) / y.var())


def _unknowns(part: Quantity) -> list[Assumption]:
    return [one for one in part.assumptions if not one.certain]


def _at(parts: Mapping[str, Quantity], values: Mapping[str, float]) -> list[float]:
    """Return m, p and q where each unknown has this value."""
    return [
        part.polynomial.at([values[name] for name in part.polynomial.unknowns])
        for part in (parts[one] for one in NAMES)
    ]
