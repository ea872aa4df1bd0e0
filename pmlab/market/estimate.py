"""How a quantity is distributed: exactly where there is a formula, else by draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from pmlab.market.quantity import Quantity
from pmlab.market.terms import Term
from pmlab.market.units import Unit
from pmlab.results import amount, fraction
from pmlab.uncertain import Lognormal, Range
from pmlab.uncertain import draws as drawn_from
from pmlab.uncertain.distribution import Distribution, Floats
from pmlab.uncertain.drawing import require_draws, seed_of

__all__ = [
    "INDEPENDENT",
    "ONE_CAUSE",
    "Draws",
    "Estimate",
    "estimates",
    "formula",
    "guesses_in",
    "how",
    "ranges_of",
    "settings",
    "spread_warnings",
    "spread_words",
    "surely_above",
]


PRINTED = (0.1, 0.5, 0.9)
TAIL = 0.0005
"""Beyond these ends no chance adds up to much, of the few terms that there are."""
FEW = 3
"""So many single guesses are named."""
LOOK, SKEWED = 1.2, 1.5
"""Where the mean is more than so many times the median, we look, and say so."""
INDEPENDENT = "The assumptions are independent of each other."
ONE_CAUSE = (
    "Where one cause would make several numbers wrong together, use the same Assumption in all of "
    "them, times one of its own for each."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Joint draws of assumptions, each made once, when a quantity first needs it."""

    n: int
    seed: int
    _expected: dict[str, Range] = field(default_factory=dict, init=False, repr=False)
    _drawn: dict[tuple[str, Range], Floats] = field(default_factory=dict, init=False, repr=False)

    def expect(self, quantity: Quantity) -> None:
        """Say that this quantity will be asked for, so that all are drawn in one go."""
        self._expected.update(ranges_of(quantity))

    def of(self, quantity: Quantity) -> Floats:
        """Return n draws of a quantity: an assumption has one value in all quantities."""
        own = ranges_of(quantity)
        if any(key not in self._drawn for key in own.items()):
            wanted = {**self._expected, **own}
            missing = {name: one for name, one in wanted.items() if (name, one) not in self._drawn}
            for name, drawn in drawn_from(missing, self.n, self.seed).items():
                self._drawn[name, missing[name]] = drawn
        return quantity.polynomial.over({key[0]: self._drawn[key] for key in own.items()}, self.n)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Estimate(Distribution):
    """The distribution of one quantity."""

    quantity: Quantity
    draws: Draws
    within: Estimate | None = None
    """What it is a part of, and never above: the noise of draws is no part above its whole."""

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        return self.quantity.unit

    @property
    def mean(self) -> float:
        """The expected value, exact. It is above the median where the upper tail is longer."""
        return self.quantity.mean

    @property
    def sd(self) -> float:
        """The standard deviation, exact."""
        return self.quantity.sd

    @property
    def exact(self) -> bool:
        """Whether the quantiles come from a formula, and not from draws."""
        return self.form is not None

    @cached_property
    def form(self) -> Distribution | None:
        """What knows the quantiles exactly, or None."""
        return formula(self.quantity)

    def _quantile(self, p: Floats) -> Floats:
        found = self._drawn_quantile(p) if self.form is None else np.asarray(self.form.quantile(p))
        return found if self.within is None else np.minimum(found, self.within.quantile(p))

    def _cdf(self, x: Floats) -> Floats:
        if self.form is None:
            found = np.searchsorted(self._sorted, x, side="right") / self.draws.n
        else:
            found = self.form.cdf(x)
        own = np.asarray(found)
        return own if self.within is None else np.maximum(own, self.within.cdf(x))

    def _drawn_quantile(self, p: Floats) -> Floats:
        place = p * (self.draws.n - 1)
        below = np.floor(place).astype(int)
        low, high = (self._at(rank) for rank in (below, np.minimum(below + 1, self.draws.n - 1)))
        with np.errstate(invalid="ignore"):
            between: Floats = low + (place - below) * (high - low)
        return np.where(low == high, low, between)

    @property
    def error(self) -> float:
        """How far chance may have moved P10, P50 or P90, relative to it: half a 95% interval."""
        if self.exact:
            return 0.0
        widest = 0.0
        for p in PRINTED:
            off = _half_width(p, self.draws.n)
            low, value, high = self.quantile([p - off, p, p + off])
            if value:
                widest = max(widest, (high - low) / 2 / abs(value))
        return widest

    def _at(self, ranks: Any) -> Floats:
        """Return the draws at some ranks, without sorting all of them for those printed."""
        known = [self._printed.get(rank) for rank in np.ravel(ranks).tolist()]
        if None in known:
            return np.asarray(self._sorted[ranks])
        return np.array(known, dtype=float).reshape(np.shape(ranks))

    @cached_property
    def _printed(self) -> dict[int, float]:
        n, ranks = self.draws.n, set()
        for p in PRINTED:
            for off in (-_half_width(p, n), 0.0, _half_width(p, n)):
                below = math.floor((p + off) * (n - 1))
                ranks |= {below, below + 1}
        drawn = self.draws.of(self.quantity)
        drawn.partition(sorted(ranks))
        return {rank: float(drawn[rank]) for rank in ranks}

    @cached_property
    def _sorted(self) -> Floats:
        drawn = self.draws.of(self.quantity)
        drawn.sort()
        return drawn

    def __str__(self) -> str:
        text = self.unit.shown(self.p50)
        if self.p10 == self.p90:
            return text
        return f"{text} ({self.unit.span(self.p10, self.p90)}, P10 to P90)"

    __repr__ = __str__


def _half_width(p: float, n: int) -> float:
    """Return how far the rank of a quantile may be off by chance, as a part of n (95%)."""
    return 1.96 * math.sqrt(p * (1 - p) / n)


@dataclass(frozen=True)
class _Sure(Distribution):
    """A number known for certain."""

    value: float
    sd = 0.0

    @property
    def mean(self) -> float:
        return self.value

    def _quantile(self, p: Floats) -> Floats:
        return np.full_like(p, self.value)

    def _cdf(self, x: Floats) -> Floats:
        return np.asarray(x >= self.value, dtype=float)


@dataclass(frozen=True)
class _Line(Distribution):
    """A constant and a multiple of one range."""

    start: float
    slope: float
    amount: Range

    @property
    def mean(self) -> float:
        return self.start + self.slope * self.amount.mean

    @property
    def sd(self) -> float:
        return abs(self.slope) * self.amount.sd

    def _quantile(self, p: Floats) -> Floats:
        rising: Floats = np.asarray(self.amount.quantile(p if self.slope > 0 else 1 - p))
        return self.start + self.slope * rising

    def _cdf(self, x: Floats) -> Floats:
        chance: Floats = np.asarray(self.amount.cdf((x - self.start) / self.slope))
        return chance if self.slope > 0 else 1 - chance


def formula(quantity: Quantity) -> Distribution | None:
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


def ranges_of(quantity: Quantity) -> dict[str, Range]:
    """Return what is uncertain in it, by name, in the order of its polynomial."""
    return dict(quantity.polynomial.unknowns)


def estimates(quantities: Sequence[Quantity], draws: Draws) -> list[Estimate]:
    """Return the distribution of each quantity; draws are made only where there is no formula."""
    found = [Estimate(quantity=quantity, draws=draws) for quantity in quantities]
    for one in found:
        if not one.exact:
            draws.expect(one.quantity)
    return found


def settings(draws: Any, rng: Any) -> Draws:
    """Return what to draw with: how many, and the seed."""
    return Draws(n=require_draws(draws), seed=seed_of(rng))


def how(estimates: Sequence[Estimate], draws: Draws) -> str:
    """Say how the quantiles came about."""
    if all(one.exact for one in estimates):
        text = "P10, P50, P90 and the mean are exact: no draws were needed."
    else:
        error = max(one.error for one in estimates)
        text = (
            f"P10, P50 and P90 are of {draws.n:,} draws (seed {draws.seed}), and good to "
            f"{fraction(error, digits=2)} or better; means and standard deviations are exact."
        )
    if any(len(one.quantity.terms) > 1 and ranges_of(one.quantity) for one in estimates):
        text += " Means add up; P10, P50 and P90 do not."
    return text


def guesses_in(quantity: Quantity) -> list[str]:
    """Return the names of single numbers that have neither a range nor a source."""
    return [one.name for one in quantity.assumptions if one.certain and one.source is None]


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


def spread_words(name: str, one: Distribution, unit: Unit, guesses: Sequence[str] = ()) -> str:
    """Return a clause: the median, the range and the mean, and what the range leaves out."""
    basis = f" ({unit.basis})" if unit.basis else ""
    if one.p10 == one.p90:
        return f"{name} is {unit.shown(one.p50)}{basis}, if every assumption is right"
    if_ = ""
    if guesses:
        which = f"{len(guesses)} single guesses"
        if len(guesses) <= FEW:
            which = " and ".join(
                filter(None, (", ".join(map(repr, guesses[:-1])), repr(guesses[-1])))
            )
        if_ = f", if {which} {'is' if len(guesses) == 1 else 'are'} exactly right"
    return (
        f"{name} is about {unit.shown(one.p50)}{basis}, with a chance of 80% between "
        f"{unit.number(one.p10)} and {unit.number(one.p90)}{if_}; the mean is "
        f"{unit.number(one.mean)}"
    )


def spread_warnings(name: str, one: Distribution, unit: Unit) -> list[str]:
    """Say where the mean is carried by a few very large outcomes, or does not exist."""
    if not math.isfinite(one.mean) or not math.isfinite(one.sd):
        return [
            f"the mean or spread of the {name} is too large for a number; some range is absurd."
        ]
    # Of a lognormal this is mean / median; near enough to see whether to look.
    if math.hypot(1, one.sd / one.mean) > LOOK and one.mean > SKEWED * one.p50:
        return [
            f"the mean of the {name}, {unit.shown(one.mean)}, is {amount(one.mean / one.p50)} "
            "times its median: a few very large outcomes carry it. Quote the range."
        ]
    return []


def _to_the(one: Range, k: float) -> Range | None:
    """Return a power of a range, where that is a range of a known kind."""
    if k == 1:
        return one
    return one**k if isinstance(one, Lognormal) else None
