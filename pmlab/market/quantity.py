"""Assumptions, and what is made of them by multiplying and adding: quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from pmlab.errors import InputError
from pmlab.market.money import Money, Operand, converted, is_nothing, require_divisor
from pmlab.market.nouns import require_unit
from pmlab.market.polynomial import Polynomial
from pmlab.market.sources import sourced
from pmlab.market.terms import (
    Factor,
    Fixed,
    Term,
    inverse,
    multiplied,
    polynomial_of,
    power,
    product_text,
    require_power,
)
from pmlab.market.units import (
    PLAIN,
    Unit,
    power_unit,
    product_unit,
    quotient_unit,
    require_amount,
    require_same,
)
from pmlab.uncertain import Range
from pmlab.uncertain.distribution import Distribution, Floats
from pmlab.uncertain.numbers import is_number, require_number, shown

__all__ = [
    "Assumption",
    "Quantity",
    "as_quantity",
    "conversion",
    "named",
]


class _Arithmetic(Operand):
    """What assumptions and quantities have in common."""

    def __mul__(self, other: Any) -> Quantity:
        return _product(as_quantity(self), as_quantity(other))

    def __rmul__(self, other: Any) -> Quantity:
        return _product(as_quantity(other), as_quantity(self))

    def __truediv__(self, divisor: Any) -> Quantity:
        if isinstance(divisor, (Operand, Money)):
            return _quotient(as_quantity(self), as_quantity(divisor))
        number = require_divisor(self, divisor)
        part = Term((Fixed(name=f"1/{number:,.6g}", value=1 / number),))
        return _product(as_quantity(self), Quantity(terms=(part,), unit=PLAIN))

    def __rtruediv__(self, other: Any) -> Quantity:
        return _quotient(as_quantity(other), as_quantity(self))

    __array_ufunc__ = None  # so that a number of numpy's leaves arithmetic to us

    def __add__(self, other: Any) -> Quantity:
        return _sum(as_quantity(self), as_quantity(other), 1)

    def __sub__(self, other: Any) -> Quantity:
        return _sum(as_quantity(self), as_quantity(other), -1)

    def __radd__(self, other: Any) -> Quantity:
        if is_nothing(other):
            return as_quantity(self)
        return _sum(as_quantity(other), as_quantity(self), 1)

    def __rsub__(self, other: Any) -> Quantity:
        return _sum(as_quantity(other), as_quantity(self), -1)

    def to(
        self,
        *,
        currency: str | None = None,
        rate: Any = None,
        per: str | None = None,
        basis: str | None = None,
        take_rate: Any = None,
    ) -> Quantity:
        """Return the same in another currency, over another period, or on another basis.

        Parameters
        ----------
        currency, rate : str, float or Assumption
            The new currency, and how much of it one unit of the old buys.
        per : str
            The new period; a year has 4 quarters, 12 months, 52.1775 weeks and 365.2425 days.
        basis, take_rate : str, float or Assumption
            "revenue" or "GMV", and the part of GMV that the seller keeps.

        Raises
        ------
        InputError
            Without the rate that a conversion needs, where there is no period to convert, and for
            the currency or basis that it is in already.

        Examples
        --------
        >>> from pmlab.market import Assumption, Money
        >>> basket = Assumption("Basket", Money(50, "EUR", basis="GMV"))
        >>> basket.to(basis="revenue", take_rate=Assumption("Commission", 0.08, "share"))
        Basket x Commission: 4 EUR on average, revenue
        """
        own = as_quantity(self)
        unit, factors = conversion(
            own.unit, currency=currency, rate=rate, per=per, basis=basis, take_rate=take_rate
        )
        return _product(own, Quantity(terms=(Term(factors),), unit=PLAIN), unit)


@dataclass(frozen=True, repr=False)
class Assumption(_Arithmetic, Factor, Distribution):
    """One thing that is taken to be so, with where it comes from.

    Assumptions multiply, divide and add up to a `Quantity`. Each is independent of every other; the
    same one used twice is the same unknown number twice.

    - ``homes / lifetime``, in "years": so many homes a year. One divides by a plain number or by a
      lognormal, which is what `interval` makes.
    - ``homes * growth ** 4``, in "times": what four years of the same growth make.
    - ``cars / per_charger``, in "cars a charger": chargers. Divided by what is in "cars", a number.

    Parameters
    ----------
    name : str
        How it stands in the argument; unique in a model.
    value : float, Range or Money
        0 or more.
    unit : str
        "share" for a fraction in [0, 1], or what is counted, in the plural: "households". Not for
        Money, which says its own.
    per : str, optional
        The period of a count: orders a year.
    source : str, optional
        Who says so. Without one it is printed as the weakest. A missing value of a table (NaN) is
        none.
    date : str, int or date, optional
        When that was: 2026, "2026-06" or "2026-06-15".

    Raises
    ------
    InputError
        For a share outside [0, 1] or with a lognormal range, a number below 0, a missing unit, and
        a date that is none.

    Examples
    --------
    >>> from pmlab.uncertain import interval
    >>> Assumption("Orders a household", interval(8, 16, credibility=0.8), "orders", per="year")
    Orders a household: 8 to 16 (80%), lognormal, in orders a year
    >>> homes = Assumption("Homes", 3.5e6, "homes")
    >>> homes / Assumption("Lifetime", interval(8, 14, credibility=0.8), "years")
    Homes / Lifetime: 339,000 homes a year on average
    """

    name: str
    value: float | Range | Money
    unit: str | None = None
    per: str | None = field(default=None, kw_only=True)
    source: str | None = field(default=None, kw_only=True)
    date: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"name={self.name!r} must be a text that names the assumption.")
        object.__setattr__(self, "name", " ".join(self.name.split()))
        source, date = sourced(self.name, self.source, self.date)
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "date", date)
        if not isinstance(self.value, Money):
            require_unit(self.name, self.unit, self.per)
            if not isinstance(self.value, Range):
                number = require_number(f"{self.name}: value", self.value)
                object.__setattr__(self, "value", number)
        elif self.unit is not None or self.per is not None:
            raise InputError(
                f"{self.name}: money says its own unit; leave out unit= and per=, and say "
                "Money(..., per=...)."
            )
        require_amount(self.name, self.amount, self.measure)

    @property
    def amount(self) -> float | Range:
        """The number or range, without its unit."""
        return self.value.amount if isinstance(self.value, Money) else self.value

    @property
    def measure(self) -> Unit:
        """What it is measured in."""
        if isinstance(self.value, Money):
            return self.value.unit
        if self.unit == "share":
            return Unit(kind="share")
        return Unit(kind="count", noun=str(self.unit), per=self.per)

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.amount.mean if isinstance(self.amount, Range) else self.amount

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self.amount.sd if isinstance(self.amount, Range) else 0.0

    def _quantile(self, p: Floats) -> Floats:
        if isinstance(self.amount, Range):
            return np.asarray(self.amount.quantile(p))
        return np.full(p.shape, self.amount)

    def _cdf(self, x: Floats) -> Floats:
        if isinstance(self.amount, Range):
            return np.asarray(self.amount.cdf(x))
        return np.asarray(x >= self.amount, dtype=float)

    def __pow__(self, n: Any) -> Quantity:
        """Return a power: growth ** 4 is what four years of this growth make.

        The same unknown number stands in it n times. It is for factors (in "times") and shares.

        Parameters
        ----------
        n : float
            A whole number from -100 to 100; where this is a lognormal or a plain number, any
            number between. The power 0 is 1.

        Raises
        ------
        InputError
            For another n, a unit that has no powers, and a negative or broken power of a range that
            is no lognormal.

        Examples
        --------
        >>> from pmlab.uncertain import interval
        >>> homes = Assumption("Homes", 1000, "homes")
        >>> growth = Assumption("Growth", interval(1.03, 1.12, credibility=0.8), "times")
        >>> homes * growth**4
        Homes x Growth ^ 4: 1,340 homes on average
        """
        return _power(self, n)

    def __str__(self) -> str:
        return f"{self.name}: {self.value_text}"

    __repr__ = __str__

    @property
    def value_text(self) -> str:
        """The value in words."""
        if isinstance(self.amount, Range):
            share = self.measure.kind == "share"
            return f"{self.amount}, {'a share' if share else f'in {self.measure}'}"
        return self.measure.typed(self.amount)


@dataclass(frozen=True, kw_only=True, repr=False)
class Quantity(_Arithmetic):
    """A sum of products of assumptions, in one unit.

    No assumption stands in a product twice, so the mean and the standard deviation are exact.

    Examples
    --------
    >>> from pmlab.uncertain import interval
    >>> families = Assumption("Families", interval(40e3, 90e3, credibility=0.8), "households")
    >>> orders = Assumption("Orders", interval(8, 16, credibility=0.8), "orders", per="year")
    >>> both = families * orders
    >>> both
    Families x Orders: 740,000 orders a year on average
    >>> round(both.mean) == round(families.mean * orders.mean)
    True
    """

    terms: tuple[Term, ...]
    unit: Unit

    def __post_init__(self) -> None:
        known: dict[str, Assumption] = {}
        for one in self._in_order():
            other = known.setdefault(one.name.lower(), one)
            if other != one:
                raise InputError(
                    f"two assumptions are called {one.name!r} and differ ({other.value_text}; "
                    f"{one.value_text}). Give each a name of its own."
                )

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every assumption in it, once, in the order in which they come."""
        return tuple(dict.fromkeys(self._in_order()))

    @cached_property
    def polynomial(self) -> Polynomial:
        """The same with what is certain multiplied out."""
        return polynomial_of(self.terms)

    @property
    def mean(self) -> float:
        """The expected value, exact."""
        return self.polynomial.mean

    @property
    def sd(self) -> float:
        """The standard deviation, exact."""
        return self.polynomial.sd

    @property
    def at_medians(self) -> float:
        """The value where every assumption is at its median, which is not always the median."""
        return self.polynomial.at([one.p50 for one in self.polynomial.unknowns.values()])

    def __pow__(self, n: Any) -> Quantity:
        """Raise: only an assumption has powers, each by itself."""
        raise InputError(
            f"({self.names}) ** {shown(n)}: only an Assumption has powers. Say it of that one by "
            "itself: homes * growth ** 4, or homes / growth ** 4."
        )

    def _in_order(self) -> Iterable[Assumption]:
        for term in self.terms:
            for factor in term.factors:
                if isinstance(factor.base, Assumption):
                    yield factor.base

    @property
    def names(self) -> str:
        """The assumptions and how they are put together, in a line."""
        text = ""
        for term in self.terms:
            join = " - " if term.sign < 0 else " + "
            text += f"{join if text or term.sign < 0 else ''}{product_text(term)}"
        return text.strip()

    def __str__(self) -> str:
        basis = f", {self.unit.basis}" if self.unit.basis else ""
        return f"{self.names}: {self.unit.shown(self.mean)} on average{basis}"

    __repr__ = __str__


def as_quantity(value: Any) -> Quantity:
    """Return what stands in a product as a quantity."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Assumption):
        return Quantity(terms=(Term((value,)),), unit=value.measure)
    if isinstance(value, Money):
        if isinstance(value.amount, Range):
            raise InputError(f"{value}: give it a name, Assumption('...', Money(...)).")
        return as_quantity(Assumption(str(value), value))
    if isinstance(value, Range):
        raise InputError(
            f"{value}: a range has no unit of its own. Make it an Assumption('...', range, unit)."
        )
    number = require_number("factor", value)
    return Quantity(terms=(Term((Fixed(name=f"{number:,.6g}", value=number),)),), unit=PLAIN)


def named(value: Any, name: str, unit: str, parameter: str) -> Quantity:
    """Return what was given as a quantity; a bare number or range is named after its place."""
    if isinstance(value, (Quantity, Assumption)):
        return as_quantity(value)
    if isinstance(value, Money):
        return as_quantity(Assumption(name, value))
    if isinstance(value, Range) or is_number(value):
        try:
            return as_quantity(Assumption(name, value, unit))
        except InputError as error:  # the caller knows the parameter, not our name for it
            raise InputError(str(error).replace(f"{name}: ", f"{parameter}: ", 1)) from None
    raise InputError(
        f"{parameter}={shown(value)} must be a number, a Range, Money, an Assumption or what is "
        "made of them."
    )


def conversion(unit: Unit, **to: Any) -> tuple[Unit, tuple[Factor, ...]]:
    """Return the new unit, and the factors that lead there."""
    unit, steps = converted(unit, **to)
    factors: list[Factor] = []
    for step in steps:
        if not step.parameter:
            factors.append(Fixed(name=step.name, value=step.factor))
            continue
        kind = "share" if step.name == "take rate" else step.name
        factor = named(step.factor, step.name, kind, step.parameter)
        if kind == "share" and factor.unit.kind != "share":
            raise InputError(f"{step.parameter} is in {factor.unit}; it must be a share.")
        if len(factor.terms) != 1:
            raise InputError(f"{step.parameter} must be a number or one Assumption, not a sum.")
        factors.extend(factor.terms[0].factors)
    return unit, tuple(factors)


def _product(left: Quantity, right: Quantity, unit: Unit | None = None) -> Quantity:
    unit = unit or product_unit(left.unit, right.unit, f"{_named(left)} x {_named(right)}")
    terms = [multiplied(one, two) for one in left.terms for two in right.terms]
    return Quantity(terms=tuple(terms), unit=unit)


def _quotient(left: Quantity, right: Quantity) -> Quantity:
    both = f"cannot divide {_named(left)} by {_named(right)}"
    if len(right.terms) != 1:
        raise InputError(
            f"{both}: one cannot divide by a sum of uncertain numbers here. Make what it comes to "
            "an Assumption of its own."
        )
    for factor in right.terms[0].factors:
        require_power(factor, -factor.exponent, both)
    unit = quotient_unit(left.unit, right.unit, both)
    return _product(left, Quantity(terms=(inverse(right.terms[0]),), unit=PLAIN), unit)


MOST_YEARS = 100


def _power(base: Assumption, n: Any) -> Quantity:
    n = require_number("n", n)
    if n == -1:
        return 1 / base
    asked = f"({base}) ** {n:g}"
    if abs(n) > MOST_YEARS:
        raise InputError(f"{asked}: n must lie within -{MOST_YEARS} and {MOST_YEARS}.")
    unit = power_unit(base.measure, n, asked)
    if n == 0:
        return as_quantity(1)
    require_power(base, n, asked)
    whole = Quantity(terms=(Term((power(base, abs(n)),)),), unit=unit)
    return whole if n > 0 else Quantity(terms=(inverse(whole.terms[0]),), unit=unit)


def _named(quantity: Quantity) -> str:
    return f"{quantity.names} ({quantity.unit})"


def _sum(left: Quantity, right: Quantity, sign: int) -> Quantity:
    unit = left.unit
    kinds = {left.unit.kind, right.unit.kind}
    if kinds == {"number", "share"} and not (left.unit.per or right.unit.per):  # 1 - a share
        unit = Unit(kind="share")
    else:
        require_same(left.unit, right.unit, "add" if sign > 0 else "subtract")
    terms = (*left.terms, *(Term(term.factors, sign * term.sign) for term in right.terms))
    return Quantity(terms=terms, unit=unit)
