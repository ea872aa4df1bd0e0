"""Exact moments of sums of products of independent unknowns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pmlab.uncertain.ranges import Floats

if TYPE_CHECKING:
    from pmlab.market.quantity import Assumption, Term

__all__ = ["Polynomial"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Polynomial:
    """Coefficients times products of uncertain assumptions, none of them squared."""

    unknowns: tuple[Assumption, ...]
    inside: Floats
    """One row a product, one column an unknown: 1 where it is a factor."""
    coefficients: Floats

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Polynomial:
        """Multiply out what is certain and add up what is alike."""
        sums: dict[frozenset[Any], float] = {}
        for term in terms:
            unknown = frozenset(factor for factor in term.factors if not factor.certain)
            known = math.prod(factor.mean for factor in term.factors if factor.certain)
            sums[unknown] = sums.get(unknown, 0.0) + term.sign * known
        sums = {product: coefficient for product, coefficient in sums.items() if coefficient}
        in_order: dict[Any, None] = dict.fromkeys(f for term in terms for f in term.factors)
        unknowns = [one for one in in_order if any(one in product for product in sums)]
        inside = [[float(one in product) for one in unknowns] for product in sums]
        return cls(
            unknowns=tuple(unknowns),
            inside=np.array(inside).reshape(len(sums), len(unknowns)),
            coefficients=np.array(list(sums.values())),
        )

    def at(self, values: Any) -> float:
        """Return the value where each unknown has this value, in the order of `unknowns`."""
        products = np.where(self.inside > 0, np.asarray(values, dtype=float), 1.0).prod(axis=1)
        return float(self.coefficients @ products)

    def over(self, drawn: Mapping[str, Floats], n: int) -> Floats:
        """Return the value for each draw."""
        products = [
            (frozenset(np.flatnonzero(row)), coefficient)
            for row, coefficient in zip(self.inside, self.coefficients, strict=True)
        ]
        value = self._over(products, [drawn[one.name] for one in self.unknowns])
        return value if isinstance(value, np.ndarray) else np.full(n, value)

    def _over(self, products: list[Any], drawn: list[Floats]) -> Any:
        """Return the sum of some products, each draw multiplied as seldom as may be."""
        inside = [place for product, _ in products for place in product]
        if not inside:
            return float(sum(coefficient for _, coefficient in products))
        common = max(dict.fromkeys(inside), key=inside.count)
        within = [(product - {common}, c) for product, c in products if common in product]
        rest = [(product, c) for product, c in products if common not in product]
        value = self._over(within, drawn)
        if isinstance(value, np.ndarray):
            value *= drawn[common]  # nobody else has it
        else:
            value = value * drawn[common]
        if rest:
            value += self._over(rest, drawn)
        return value

    @property
    def means(self) -> Floats:
        """The mean of each unknown."""
        return np.array([one.mean for one in self.unknowns])

    @property
    def mean(self) -> float:
        """The mean: that of a product of independent numbers is the product of their means."""
        return self.at(self.means)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return math.sqrt(max(self._variance, 0.0))

    @cached_property
    def _variation(self) -> Floats:
        """The squared coefficient of variation of each unknown; means are above 0."""
        return np.array([(one.sd / one.mean) ** 2 for one in self.unknowns])

    @cached_property
    def _products(self) -> Floats:
        """The mean of each product, with its coefficient."""
        products: Floats = np.where(self.inside > 0, self.means, 1.0).prod(axis=1)
        return products * self.coefficients

    @cached_property
    def _variance(self) -> float:
        # Two products covary by what they share: with means a and b their covariance is
        # a b (prod(1 + cv^2) - 1) over the shared factors.
        shared = (self.inside * np.log1p(self._variation)) @ self.inside.T
        return float(self._products @ np.expm1(shared) @ self._products)

    @property
    def shares_of_variance(self) -> Floats:
        """First-order (Sobol) share of each unknown: (dY/dx at the means)^2 Var x / Var Y."""
        slopes = self._products @ self.inside  # times the mean of each
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = slopes**2 * self._variation / self._variance
        return shares
