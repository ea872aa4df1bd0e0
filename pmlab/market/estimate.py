"""How a quantity is distributed: exactly where there is a formula, else by draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from pmlab.market.quantity import Quantity, Term
from pmlab.results import fraction
from pmlab.stats import Interval
from pmlab.uncertain import Lognormal, Range, draws
from pmlab.uncertain.drawing import require_draws, seed_of
from pmlab.uncertain.numbers import REQUIRED, require_credibility
from pmlab.uncertain.ranges import Floats

__all__ = ["Estimate", "Spread", "estimates", "joint"]


PRINTED = (0.1, 0.5, 0.9)
TAIL = 0.0005
"""Beyond these ends no chance adds up to much, of the few terms that there are."""


class Spread:
    """What everything that is known with a range can be asked: its moments and quantiles."""

    @property
    def _spread(self) -> Estimate:
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The expected value, exact. It is above the median where the upper tail is longer."""
        return self._spread.quantity.mean

    @property
    def sd(self) -> float:
        """The standard deviation, exact."""
        return self._spread.quantity.sd

    @property
    def p10(self) -> float:
        """The value that is not reached with a chance of 10%."""
        return self.quantile(0.1)

    @property
    def p50(self) -> float:
        """The median."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float:
        """The value that is not reached with a chance of 90%."""
        return self.quantile(0.9)

    @property
    def exact(self) -> bool:
        """Whether the quantiles come from a formula, and not from draws."""
        return self._spread.form is not None

    def quantile(self, p: float) -> float:
        """Return the value that is not reached with chance p, in (0, 1)."""
        return self._spread.at_chance(p)

    def interval(self, credibility: float = REQUIRED) -> Interval:
        """Return the central interval that holds the true value with this chance."""
        credibility = require_credibility(credibility, "interval(0.8)")
        tail = (1 - credibility) / 2
        return Interval(self.quantile(tail), self.quantile(1 - tail))

    def cdf(self, x: float) -> float:
        """Return the chance of x or less."""
        return self._spread.chance_of(x)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Joint draws of some quantities, made when first asked for."""

    quantities: tuple[Quantity, ...]
    n: int
    seed: int

    @cached_property
    def values(self) -> dict[Quantity, Floats]:
        """The draws of each."""
        return dict(zip(self.quantities, joint(self.quantities, self.n, self.seed), strict=True))


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate(Spread):
    """The distribution of one quantity."""

    quantity: Quantity
    form: Any = field(repr=False)
    """What knows the quantiles exactly, or None."""
    sample: Sample = field(repr=False)
    """Draws of it and of what stands beside it, made when first asked for."""

    @property
    def _spread(self) -> Estimate:
        return self

    @property
    def drawn(self) -> Floats:
        """Draws of it, in the order in which they were drawn."""
        return self.sample.values[self.quantity]

    def at_chance(self, p: float) -> float:
        """Return the quantile."""
        if self.form is not None:
            return float(self.form.quantile(p))
        place = p * (len(self.drawn) - 1)
        below = math.floor(place)
        low, high = (self._at_rank(rank) for rank in (below, min(below + 1, len(self.drawn) - 1)))
        return float(low if low == high else low + (place - below) * (high - low))

    def chance_of(self, x: float) -> float:
        """Return the chance of x or less."""
        if self.form is not None:
            return float(self.form.cdf(x))
        return np.count_nonzero(self.drawn <= x) / len(self.drawn)

    @property
    def error(self) -> float:
        """How far chance may have moved P10, P50 or P90, relative to it: half a 95% interval."""
        if self.form is not None:
            return 0.0
        widest = 0.0
        for p in PRINTED:
            off = _half_width(p, len(self.drawn))
            value = self.at_chance(p)
            if value:
                reach = self.at_chance(p + off) - self.at_chance(p - off)
                widest = max(widest, reach / 2 / abs(value))
        return widest

    def _at_rank(self, rank: int) -> float:
        found = self._printed.get(rank)
        return float(self._sorted[rank]) if found is None else found

    @cached_property
    def _printed(self) -> dict[int, float]:
        """The draws at the ranks that are printed: a third of the time of sorting them all."""
        n, ranks = len(self.drawn), set()
        for p in PRINTED:
            for off in (-_half_width(p, n), 0.0, _half_width(p, n)):
                below = math.floor((p + off) * (n - 1))
                ranks |= {below, below + 1}
        parted = np.partition(self.drawn, sorted(ranks))
        return {rank: float(parted[rank]) for rank in ranks}

    @cached_property
    def _sorted(self) -> Floats:
        return np.sort(self.drawn)


def _half_width(p: float, n: int) -> float:
    """Return how far the rank of a quantile may be off by chance, as a part of n (95%)."""
    return 1.96 * math.sqrt(p * (1 - p) / n)


@dataclass(frozen=True)
class _Sure:
    """A number known for certain."""

    value: float

    def quantile(self, p: float) -> float:
        return self.value

    def cdf(self, x: float) -> float:
        return float(x >= self.value)


@dataclass(frozen=True)
class _Line:
    """A constant and a multiple of one range."""

    start: float
    slope: float
    amount: Range

    def quantile(self, p: float) -> float:
        return self.start + self.slope * self.amount.quantile(p if self.slope > 0 else 1 - p)

    def cdf(self, x: float) -> float:
        chance = self.amount.cdf((x - self.start) / self.slope)
        return chance if self.slope > 0 else 1 - chance


def formula(quantity: Quantity) -> Any:
    """Return what knows the quantiles exactly, or None.

    Three cases have a formula: nothing is unknown; one number is; or it is a product of lognormals
    and powers of them, which is lognormal.
    """
    own = quantity.polynomial
    if not own.unknowns:
        return _Sure(own.at([]))
    ranges = list(own.unknowns.values())
    if len(ranges) == 1:
        only = own.exponents[:, 0] != 0
        start, slope = own.coefficients[~only].sum(), own.coefficients[only].sum()
        alike = set(own.exponents[only, 0])
        amount = _to_the(ranges[0], alike.pop()) if len(alike) == 1 else None
        return _Line(float(start), float(slope), amount) if amount else None
    if len(own.coefficients) > 1 or own.coefficients[0] < 0:
        return None
    powers = [_to_the(one, k) for one, k in zip(ranges, own.exponents[0], strict=True)]
    lognormals = [one for one in powers if isinstance(one, Lognormal)]
    if len(lognormals) < len(ranges):
        return None
    return Lognormal(
        mu=math.log(own.coefficients[0]) + sum(one.mu for one in lognormals),
        sigma=math.hypot(*(one.sigma for one in lognormals)),
    )


def joint(quantities: Sequence[Quantity], n: int, seed: int) -> list[Floats]:
    """Return n draws of each quantity, together: an assumption has one value in all of them."""
    unknowns = {name: one for q in quantities for name, one in q.polynomial.unknowns.items()}
    drawn = draws(unknowns, n, seed)
    return [quantity.polynomial.over(drawn, n) for quantity in quantities]


def estimates(quantities: Sequence[Quantity], n: int, seed: int) -> list[Estimate]:
    """Return the distribution of each quantity; draws are made only where there is no formula."""
    forms = [formula(quantity) for quantity in quantities]
    pairs = list(zip(quantities, forms, strict=True))
    distinct = dict.fromkeys(quantity for quantity, form in pairs if form is None)
    sample = Sample(quantities=tuple(distinct), n=n, seed=seed)
    return [Estimate(quantity=quantity, form=form, sample=sample) for quantity, form in pairs]


def settings(draws: Any, rng: Any) -> tuple[int, int]:
    """Return how many draws, and the seed."""
    return require_draws(draws), seed_of(rng)


def how(spreads: Sequence[Spread], n: int, seed: int) -> str:
    """Say how the quantiles came about."""
    if all(one.exact for one in spreads):
        return "P10, P50, P90 and the mean are exact: no draws were needed."
    error = max(one._spread.error for one in spreads)
    return (
        f"P10, P50 and P90 are of {n:,} draws (seed {seed}), and good to "
        f"{fraction(error, digits=2)} or better; means and standard deviations are exact."
    )


def surely_above(one: Quantity) -> bool:
    """Return whether it is above 0 but for a chance not worth a word, seen without a draw.

    That is where it stays above 0 even if each term that is added is very low, and each that is
    subtracted very high.
    """
    low = 0.0
    for term in one.terms:
        part = Quantity(terms=(Term(term.factors),), unit=one.unit)
        form = formula(part)
        if form is None:
            return False
        low += term.sign * form.quantile(TAIL if term.sign > 0 else 1 - TAIL)
    return low >= 0


def _to_the(one: Range, k: float) -> Range | None:
    """Return a power of a range, where that is a range of a known kind."""
    if k == 1:
        return one
    return one**k if isinstance(one, Lognormal) else None
