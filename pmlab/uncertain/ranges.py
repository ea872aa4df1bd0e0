"""What is said of one unknown number: a range, with its exact moments and quantiles."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

from pmlab.errors import InputError
from pmlab.results import amount, fraction, level
from pmlab.uncertain.distribution import Distribution, Floats
from pmlab.uncertain.numbers import (
    is_number,
    require_number,
    require_rng,
    shown,
)

__all__ = ["Beta", "Lognormal", "Range", "Triangular", "Uniform"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Range(Distribution):
    """One unknown number: everything that is thought possible, and how likely.

    Make one with `interval`, `share`, `pert`, `triangular` or `uniform`. Ranges are independent of
    each other unless they are the same assumption.
    """

    @property
    @abstractmethod
    def shape(self) -> str:
        """The distribution, by name."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The least and the most that is possible at all."""

    def draw(self, n: int, rng: int | np.random.Generator = 0) -> Floats:
        """Return n independent draws.

        Parameters
        ----------
        n : int
            How many.
        rng : int or numpy Generator
            The seed.

        Raises
        ------
        InputError
            For an n that is no whole number of 1 or more, and an rng that is neither.
        """
        if require_number("n", n) != int(n) or n < 1:
            raise InputError(f"n={shown(n)} must be a whole number of 1 or more, such as 100_000.")
        return self._draw(int(n), np.random.default_rng(require_rng(rng)))

    @abstractmethod
    def moment(self, k: float) -> float:
        """Return the expected value of the k-th power.

        Parameters
        ----------
        k : float
            A whole number of 0 or more; of a lognormal, any number.

        Returns
        -------
        float
            Exact; infinite where it is too large for a float.

        Raises
        ------
        InputError
            For another k: next to 0 the power of a range with ends has no bounds, and its mean may
            not exist.

        Examples
        --------
        >>> from pmlab.uncertain import uniform
        >>> uniform(0, 3).moment(2)
        3.0
        """

    def log_together(self, j: float, k: float) -> float:
        """Return log(E[x^(j+k)] / (E[x^j] E[x^k])): how two powers of it vary together.

        Of the number itself (j = k = 1) that is log(1 + (sd / mean)^2).
        """
        if j == k == 1:
            return math.log1p((self.sd / self.mean) ** 2)
        return math.log(self.moment(j + k) / (self.moment(j) * self.moment(k)))

    __array_ufunc__ = None  # so that a number of numpy's leaves arithmetic to us

    def __pow__(self, n: Any) -> Range:
        raise InputError(
            f"({self}) ** {shown(n)}: only the powers of a lognormal are of its own kind. Say the "
            "range as interval(low, high, credibility=...), or make it an Assumption: that has "
            "whole powers whatever its range."
        )

    def _no_arithmetic(self, other: Any) -> Any:
        if isinstance(other, Range):
            raise InputError(
                f"{self}, and {other}: what two ranges share must be known, so make each an "
                "Assumption with a name and a unit; those multiply and add up."
            )
        if is_number(other):
            raise InputError(
                f"{self}, and {shown(other)}: a range times a number above 0 is .scaled(number); "
                "for all else make it an Assumption with a name and a unit."
            )
        return NotImplemented

    __add__ = __radd__ = __sub__ = __rsub__ = _no_arithmetic
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _no_arithmetic

    @abstractmethod
    def scaled(self, factor: float) -> Range:
        """Return the range of this number times a constant above 0."""

    @abstractmethod
    def _draw(self, n: int, rng: np.random.Generator) -> Floats: ...

    @abstractmethod
    def __str__(self) -> str: ...

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, kw_only=True, repr=False)
class Lognormal(Range):
    """An amount whose logarithm is normal: above 0, and as likely to be double as half.

    A product of independent ones is lognormal again: `mu` add up, and so do squares of `sigma`. So
    is a power, and with it 1/x: P10 and P90 of 1/x are 1 over P90 and P10 of x.
    """

    mu: float
    """Mean of the logarithm; the median is exp(mu)."""
    sigma: float
    """Standard deviation of the logarithm."""
    credibility: float = 0.8
    """Of the interval that is printed."""

    shape = "lognormal"
    support = (0.0, math.inf)

    @property
    def mean(self) -> float:
        return _exp(self.mu + self.sigma**2 / 2)

    @property
    def sd(self) -> float:
        # exp(s) - 1 as exp(s) (1 - exp(-s)), which overflows no sooner than it must.
        square = self.sigma**2
        return _exp(self.mu + square) * math.sqrt(-math.expm1(-square))

    def moment(self, k: float) -> float:
        k = require_number("k", k)
        return _exp(k * self.mu + (k * self.sigma) ** 2 / 2)

    def log_together(self, j: float, k: float) -> float:
        return j * k * self.sigma**2

    def __pow__(self, n: Any) -> Lognormal:
        """Return the n-th power, for any number n but 0: growth of n years, or 1/x for n = -1."""
        n = require_number("n", n)
        if n == 0:
            raise InputError(f"n=0: ({self}) ** 0 is 1 for sure, and no range.")
        return replace(self, mu=n * self.mu, sigma=abs(n) * self.sigma)

    def __rtruediv__(self, number: Any) -> Lognormal:
        """Return a number above 0 divided by this: 1 / years of life = the part that ends a year.

        Examples
        --------
        >>> from pmlab.uncertain import interval
        >>> 1 / interval(8, 16, credibility=0.8)
        0.0625 to 0.125 (80%), lognormal
        """
        if not is_number(number):
            self._no_arithmetic(number)
            return NotImplemented
        return (self**-1).scaled(number)

    def scaled(self, factor: float) -> Lognormal:
        return replace(self, mu=self.mu + math.log(_positive(factor)))

    def _quantile(self, p: Floats) -> Floats:
        with np.errstate(over="ignore"):  # too wide for a float: infinite
            found: Floats = np.exp(self.mu + self.sigma * special.ndtri(p))
        return found

    def _cdf(self, x: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (np.log(np.maximum(x, 0.0)) - self.mu) / self.sigma
        return np.asarray(special.ndtr(z))

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        drawn = rng.standard_normal(n)
        drawn *= self.sigma
        drawn += self.mu
        with np.errstate(over="ignore"):
            return np.exp(drawn, out=drawn)

    def __str__(self) -> str:
        return _interval_text(self, amount)


@dataclass(frozen=True, kw_only=True, repr=False)
class _Bounded(Range):
    """A range with two ends, of which the moments are known from where it lies between them."""

    def moment(self, k: float) -> float:
        k = require_number("k", k)
        if k < 0 or k != int(k):
            raise InputError(
                f"k={k:g}: of {self}, only whole powers from 0 have a mean that is known; of an "
                "interval() every power has."
            )
        if k == 1:
            return self.mean
        # The binomial of low + width x (where between the ends); no term is below 0 if low is not.
        low, high = self.support
        return math.fsum(
            math.comb(int(k), i) * low ** (int(k) - i) * (high - low) ** i * self._within(i)
            for i in range(int(k) + 1)
        )

    @abstractmethod
    def _within(self, k: int) -> float:
        """Return the k-th moment of where it lies between its ends, from 0 to 1."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Beta(_Bounded):
    """A number between two ends: a share between 0 and 1, or a PERT estimate."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0
    mode: float | None = None
    """What was said to be most likely, for a PERT."""
    credibility: float = 0.8
    """Of the interval that is printed, for a share."""

    @property
    def shape(self) -> str:
        return "beta" if self.mode is None else "PERT"

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        both = self.a + self.b
        return (self.high - self.low) / both * math.sqrt(self.a * self.b / (both + 1))

    def scaled(self, factor: float) -> Beta:
        factor = _positive(factor)
        mode = None if self.mode is None else self.mode * factor
        return replace(self, low=self.low * factor, high=self.high * factor, mode=mode)

    def _within(self, k: int) -> float:
        return math.prod((self.a + i) / (self.a + self.b + i) for i in range(k))

    def _quantile(self, p: Floats) -> Floats:
        within: Floats = special.betaincinv(self.a, self.b, p)
        return self.low + (self.high - self.low) * within

    def _cdf(self, x: Floats) -> Floats:
        within = np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(special.betainc(self.a, self.b, within))

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        drawn = rng.beta(self.a, self.b, n)
        if (self.low, self.high) != (0.0, 1.0):
            drawn *= self.high - self.low
            drawn += self.low
        return drawn

    def __str__(self) -> str:
        if self.mode is not None:
            return _three_text(self, self.mode)
        return _interval_text(self, fraction if self.high <= 1 else amount)


@dataclass(frozen=True, kw_only=True, repr=False)
class Triangular(_Bounded):
    """A number whose likelihood rises in a straight line to the mode and falls in another."""

    low: float
    mode: float
    high: float

    shape = "triangular"

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self) -> float:
        rise, width = self.mode - self.low, self.high - self.low
        return math.sqrt((width**2 - rise * (width - rise)) / 18)

    def scaled(self, factor: float) -> Triangular:
        factor = _positive(factor)
        ends = {"low": self.low * factor, "high": self.high * factor}
        return replace(self, mode=self.mode * factor, **ends)

    @cached_property
    def _turn(self) -> float:
        return (self.mode - self.low) / (self.high - self.low)

    def _within(self, k: int) -> float:
        return 2 * math.fsum(self._turn**i for i in range(k + 1)) / ((k + 1) * (k + 2))

    def _quantile(self, p: Floats) -> Floats:
        rising = np.sqrt(p * self._turn)
        falling = 1 - np.sqrt((1 - p) * (1 - self._turn))
        return self.low + (self.high - self.low) * np.where(p <= self._turn, rising, falling)

    def _cdf(self, x: Floats) -> Floats:
        at = np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = at**2 / self._turn
            falling = 1 - (1 - at) ** 2 / (1 - self._turn)
        return np.where(at < self._turn, rising, np.where(at < 1, falling, 1.0))

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.triangular(self.low, self.mode, self.high, n)

    def __str__(self) -> str:
        return _three_text(self, self.mode)


@dataclass(frozen=True, kw_only=True, repr=False)
class Uniform(_Bounded):
    """A number between two ends of which nothing else is known."""

    low: float
    high: float

    shape = "uniform"

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        return (self.high - self.low) / math.sqrt(12)

    def scaled(self, factor: float) -> Uniform:
        factor = _positive(factor)
        return replace(self, low=self.low * factor, high=self.high * factor)

    def _within(self, k: int) -> float:
        return 1 / (k + 1)

    def _quantile(self, p: Floats) -> Floats:
        return self.low + (self.high - self.low) * p

    def _cdf(self, x: Floats) -> Floats:
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.uniform(self.low, self.high, n)

    def __str__(self) -> str:
        low, high = self.support
        return f"{_ends(low, high, amount)}, uniform"


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _positive(factor: float) -> float:
    factor = require_number("factor", factor)
    if factor <= 0:
        raise InputError(f"factor={factor:g} must be a number above 0.")
    return factor


def _interval_text(range_: Lognormal | Beta, words: Any) -> str:
    tail = (1 - range_.credibility) / 2
    ends = _ends(range_.quantile(tail), range_.quantile(1 - tail), words)
    return f"{ends} ({level(range_.credibility)}), {range_.shape}"


def _three_text(range_: Range, mode: float) -> str:
    low, high = range_.support
    return f"{_ends(low, high, amount)}, most likely {amount(mode)}, {range_.shape}"


def _ends(low: float, high: float, words: Any) -> str:
    return f"{words(low)} to {words(high)}"
