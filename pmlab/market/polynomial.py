"""Exact moments of sums of products of independent unknowns, and of their powers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pmlab.uncertain.distribution import Floats
from pmlab.uncertain.ranges import Range

__all__ = ["Polynomial", "Product"]

Product = frozenset[tuple[str, float]]
"""The names of unknowns, each with its exponent."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Polynomial:
    """Coefficients times products of powers of unknowns, each of which has a name."""

    unknowns: Mapping[str, Range]
    products: Mapping[Product, float]
    """The coefficient of each product."""

    @classmethod
    def of(
        cls, terms: Iterable[tuple[float, Mapping[str, float]]], ranges: Mapping[str, Range]
    ) -> Polynomial:
        """Add up what is alike; a term is a number and the exponent of each of its unknowns."""
        sums: dict[Product, float] = {}
        for number, exponents in terms:
            product = frozenset(exponents.items())
            sums[product] = sums.get(product, 0.0) + number
        sums = {product: coefficient for product, coefficient in sums.items() if coefficient}
        left = {name for product in sums for name, _ in product}
        unknowns = {name: one for name, one in ranges.items() if name in left}
        return cls(unknowns=unknowns, products=sums)

    @cached_property
    def coefficients(self) -> Floats:
        """One for each product."""
        return np.array(list(self.products.values()))

    @cached_property
    def exponents(self) -> Floats:
        """One row a product, one column an unknown: 0 where it is no factor."""
        places = {name: place for place, name in enumerate(self.unknowns)}
        found = np.zeros((len(self.products), len(places)))
        for row, product in enumerate(self.products):
            for name, exponent in product:
                found[row, places[name]] = exponent
        return found

    def at(self, values: Any) -> float:
        """Return the value where each unknown has this value, in the order of `unknowns`."""
        powers = np.power(np.asarray(values, dtype=float), self.exponents)
        return float(self.coefficients @ powers.prod(axis=1))

    def over(self, drawn: Mapping[str, Floats], n: int) -> Floats:
        """Return the value for each of n joint draws of the unknowns, by name."""
        powers = {
            (name, exponent): drawn[name] if exponent == 1 else drawn[name] ** exponent
            for name, exponent in sorted({power for one in self.products for power in one})
        }
        value = _over(list(self.products.items()), powers)
        return value if isinstance(value, np.ndarray) else np.full(n, value)

    @property
    def mean(self) -> float:
        """The mean: that of a product of independent numbers is the product of their means."""
        return float(self._means.sum())

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return math.sqrt(max(self._variance, 0.0))

    @cached_property
    def _means(self) -> Floats:
        """The mean of each product, with its coefficient."""
        moments = np.ones_like(self.exponents)
        for place, one in enumerate(self.unknowns.values()):
            column = self.exponents[:, place]
            for exponent in set(column.tolist()) - {0.0}:
                moments[column == exponent, place] = one.moment(exponent)
        with np.errstate(over="ignore"):  # too large for a float: infinite, and said to be
            means: Floats = moments.prod(axis=1)
            return means * self.coefficients

    @cached_property
    def _variances(self) -> tuple[float, Floats]:
        """The variance, and what of it goes if one unknown were known, for each."""
        # Two products covary by what they share: with means a and b their covariance is
        # a b (prod(E[x^(j+k)] / E[x^j] E[x^k]) - 1) over the unknowns x of both. What one unknown
        # carries by itself is the variance of the sum with all others at their means.
        together = np.zeros((len(self.products),) * 2)
        alone = []
        with np.errstate(over="ignore", invalid="ignore"):
            for place, one in enumerate(self.unknowns.values()):
                within = np.flatnonzero(self.exponents[:, place])
                column = self.exponents[within, place]
                levels, which = np.unique(column, return_inverse=True)
                logs = np.array([[one.log_together(j, k) for k in levels] for j in levels])
                together[np.ix_(within, within)] += logs[np.ix_(which, which)]
                sums = np.bincount(which, self._means[within])
                alone.append(float(sums @ np.expm1(logs) @ sums))
            variance = float(self._means @ np.expm1(together) @ self._means)
        return variance, np.array(alone)

    @property
    def _variance(self) -> float:
        return self._variances[0]

    @property
    def shares_of_variance(self) -> Floats:
        """First-order (Sobol) share of each unknown: Var E[Y | x] / Var Y."""
        variance, alone = self._variances
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = alone / variance
        return shares


def _over(products: list[tuple[Product, float]], powers: Mapping[tuple[str, float], Floats]) -> Any:
    """Return the sum of some products, each draw multiplied as seldom as may be."""
    inside = [power for product, _ in products for power in sorted(product)]
    if not inside:
        return float(sum(coefficient for _, coefficient in products))
    common = max(dict.fromkeys(inside), key=inside.count)
    within = [(product - {common}, c) for product, c in products if common in product]
    rest = [(product, c) for product, c in products if common not in product]
    value = _over(within, powers)
    if isinstance(value, np.ndarray):
        value *= powers[common]  # nobody else has it
    else:
        value = value * powers[common]
    if rest:
        value += _over(rest, powers)
    return value
