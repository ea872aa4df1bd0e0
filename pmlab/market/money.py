"""An amount of money that says its currency, its period, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pmlab.errors import InputError
from pmlab.market.units import (
    BASES,
    PERIODS,
    Unit,
    require_amount,
    require_basis,
    require_currency,
    require_per,
    require_same,
)
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import is_number, require_number, shown

__all__ = ["Money", "Operand", "Step", "converted", "is_nothing", "require_divisor"]

WORDS = {"GMV": "gross value", "revenue": "what the seller keeps"}


class Operand:
    """What multiplies and adds up with money by a rule of its own."""


@dataclass(frozen=True, repr=False)
class Money:
    """An amount of money.

    Money adds up only with money of the same currency, period and basis, and says how to convert
    the rest.

    Parameters
    ----------
    amount : float or Range
        In whole units of the currency.
    currency : str
        A code of three capital letters, such as "EUR" (ISO 4217).
    per : {"day", "week", "month", "quarter", "year"}, optional
        The period of a flow; None for what one order or one customer brings at a time.
    basis : {"revenue", "GMV"}
        Whether the seller keeps it, or it is the gross value of what passes through.

    Raises
    ------
    InputError
        For an amount that is below 0, or no finite number or Range, an unknown period or basis,
        and what is no currency code.

    Examples
    --------
    >>> licence = Money(600, "USD", per="year")
    >>> licence
    600 USD a year, revenue
    >>> licence.to(per="month") + Money(10, "USD", per="month")
    60 USD a month, revenue
    >>> licence + Money(10, "USD", per="month")
    Traceback (most recent call last):
    pmlab.errors.InputError: cannot add USD a year, revenue and USD a month, revenue: their periods
    differ; bring one to the other with .to(per='year').
    """

    amount: float | Range
    currency: str
    per: str | None = field(default=None, kw_only=True)
    basis: str = field(default="revenue", kw_only=True)

    def __post_init__(self) -> None:
        require_currency(self.currency)
        require_per(self.per)
        require_basis(self.basis)
        if not isinstance(self.amount, Range):
            object.__setattr__(self, "amount", require_number("amount", self.amount))
        require_amount("amount", self.amount, self.unit)

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        return Unit(kind="money", currency=self.currency, per=self.per, basis=self.basis)

    def to(
        self,
        *,
        currency: str | None = None,
        rate: float | None = None,
        per: str | None = None,
        basis: str | None = None,
        take_rate: float | None = None,
    ) -> Money:
        """Return the same money in another currency, over another period, or on another basis.

        Parameters
        ----------
        currency, rate : str, float
            The new currency, and how much of it one unit of the old buys.
        per : str
            The new period; a year has 4 quarters, 12 months, 52.1775 weeks and 365.2425 days.
        basis, take_rate : str, float
            "revenue" or "GMV", and the part of GMV that the seller keeps.

        Raises
        ------
        InputError
            Without the rate that a conversion needs, for a rate that is no plain number, where
            there is no period to convert, and for the currency or basis that it is in already.

        Examples
        --------
        >>> Money(50, "EUR", basis="GMV").to(basis="revenue", take_rate=0.08)
        4 EUR, revenue
        """
        factor = 1.0
        rate, take_rate = require_plain("rate", rate), require_plain("take_rate", take_rate)
        unit, steps = converted(
            self.unit, currency=currency, rate=rate, per=per, basis=basis, take_rate=take_rate
        )
        for step in steps:
            factor *= step.factor
        amount = (
            self.amount.scaled(factor) if isinstance(self.amount, Range) else self.amount * factor
        )
        return Money(amount, unit.currency, per=unit.per, basis=unit.basis)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Money):
            return _not_money(self, other)
        require_same(self.unit, other.unit, "add")
        return replace(self, amount=self._plain + other._plain)

    def __sub__(self, other: Any) -> Any:
        if not isinstance(other, Money):
            return _not_money(self, other)
        require_same(self.unit, other.unit, "subtract")
        return replace(self, amount=self._plain - other._plain)

    def __mul__(self, factor: Any) -> Money:
        if isinstance(factor, Money):
            raise InputError(f"{self} x {factor}: money times money means nothing.")
        if isinstance(factor, Range):
            raise InputError(
                f"{self} x {factor}: a range of money is Money(range, {self.currency!r}); to "
                "multiply by an uncertain number, make it an Assumption with a name."
            )
        if isinstance(factor, Operand):
            return NotImplemented
        factor = require_number(f"{self}: factor", factor)
        if isinstance(self.amount, Range):
            return replace(self, amount=self.amount.scaled(factor))
        return replace(self, amount=self.amount * factor)

    def __truediv__(self, divisor: Any) -> Any:
        if isinstance(divisor, Operand):
            return NotImplemented
        divisor = require_divisor(self, divisor)
        if isinstance(self.amount, Range):
            return replace(self, amount=self.amount.scaled(1 / divisor))
        return replace(self, amount=self.amount / divisor)

    def __rtruediv__(self, other: Any) -> Money:
        raise InputError(f"cannot divide {shown(other)} by {self}. {DIVISOR}")

    __array_ufunc__ = None  # so that a number of numpy's leaves arithmetic to us
    __rmul__ = __mul__

    def __radd__(self, other: Any) -> Any:
        return self if is_nothing(other) else self + other

    def __rsub__(self, other: Any) -> Any:
        return _not_money(self, other)

    def __str__(self) -> str:
        if isinstance(self.amount, Range):
            return f"{self.amount}, in {self.unit}"
        return f"{self.unit.number(self.amount, digits=6)} {self.unit}"

    __repr__ = __str__

    @property
    def _plain(self) -> float:
        if isinstance(self.amount, Range):
            raise InputError(
                f"{self} is a range. To add ranges up, make each an Assumption with a name: what "
                "two sums share must be known."
            )
        return self.amount


@dataclass(frozen=True, kw_only=True)
class Step:
    """One conversion: what it is called, and what to multiply by."""

    name: str
    factor: Any
    parameter: str = ""
    """The argument that it came from; none for the length of a period, which nobody assumes."""


DIVISOR = (
    "Divide by a plain number, or by an Assumption with a name and a unit: years of life, or how "
    "many there are for one."
)


def is_nothing(value: Any) -> bool:
    """Return whether this is the 0 that sum() begins with."""
    return isinstance(value, int) and not isinstance(value, bool) and value == 0


def require_divisor(what: Any, divisor: Any) -> float:
    """Return a plain number other than 0."""
    if not is_number(divisor):
        raise InputError(f"cannot divide ({what}) by {shown(divisor)}. {DIVISOR}")
    number = require_number("divisor", divisor)
    if number == 0:
        raise InputError(f"cannot divide ({what}) by 0.")
    return number


def _not_money(money: Money, other: Any) -> Any:
    if isinstance(other, Operand):
        return NotImplemented
    per = f", per={money.per!r}" if money.per else ""
    number = shown(other) if is_number(other) or isinstance(other, Range) else "..."
    raise InputError(
        f"{shown(other)} has no currency, and {money} has: say Money({number}, "
        f"{money.currency!r}{per})."
    )


def require_plain(parameter: str, value: Any) -> float | None:
    """Return a rate for plain money, a plain number or none."""
    if value is None:
        return None
    if is_number(value):
        return require_number(parameter, value)
    raise InputError(
        f"{parameter}={value!r} must be a plain number here. To convert by an assumption, make "
        "this money an Assumption first: Assumption(name, Money(...)).to(...)."
    )


def converted(
    unit: Unit,
    *,
    currency: str | None,
    rate: Any,
    per: str | None,
    basis: str | None,
    take_rate: Any,
) -> tuple[Unit, list[Step]]:
    """Return the new unit, and the steps that lead there: the one rule of conversion."""
    steps = []
    if currency is None and per is None and basis is None:
        raise InputError("nothing to convert to: say currency=, per= or basis=.")
    if unit.kind != "money" and (currency is not None or basis is not None):
        raise InputError(f"{unit} is no money, and has no currency or basis to convert.")
    if currency is not None:
        require_currency(currency)
        named = f"{currency} for one {unit.currency}"
        if currency == unit.currency:
            raise InputError(f"currency={currency!r} is what it is in; leave it out.")
        if rate is None:
            raise InputError(f"currency={currency!r} needs rate=<{named}>.")
        if is_number(rate) and require_number("rate", rate) <= 0:
            raise InputError(f"rate={rate:g} must be above 0: {named}.")
        steps.append(Step(name=named, factor=rate, parameter="rate"))
        unit = replace(unit, currency=currency)
    elif rate is not None:
        raise InputError(f"rate={shown(rate)} needs currency=, the currency to convert to.")
    if per is not None:
        require_per(per)
        if unit.per is None:
            raise InputError(
                f"per={per!r}: {unit} has no period to convert. Say per= where it is made, or "
                "multiply by how often it happens."
            )
        if per != unit.per:
            steps.append(_of_period(unit.per, per))
        unit = replace(unit, per=per)
    if basis is not None:
        require_basis(basis)
        if basis == unit.basis:
            other = next(one for one in BASES if one != basis)
            raise InputError(
                f"basis={basis!r} is what it is in; leave it out. If it is {WORDS[other]}, say "
                f"Money(..., basis={other!r}) where it is made."
            )
        if take_rate is None:
            raise InputError(
                f"basis={basis!r} needs take_rate=<the part of GMV that the seller keeps>, such as "
                "0.08."
            )
        steps.append(_of_basis(basis, take_rate))
        unit = replace(unit, basis=basis)
    elif take_rate is not None:
        raise InputError(f"take_rate={shown(take_rate)} needs basis='revenue'.")
    return unit, steps


def _of_period(old: str, new: str) -> Step:
    factor = PERIODS[old] / PERIODS[new]
    if factor > 1:
        return Step(name=f"{old}s in a {new}", factor=factor)
    return Step(name=f"part of a {old} that a {new} is", factor=factor)


def _of_basis(basis: str, take_rate: Any) -> Step:
    plain = is_number(take_rate)
    take_rate = require_number("take_rate", take_rate) if plain else take_rate
    if plain and not 0 < take_rate <= 1:
        hint = f" Say {take_rate / 100:g} for {take_rate:g}%." if 1 < take_rate <= 100 else ""
        raise InputError(f"take_rate={take_rate:g} must be a share above 0 and up to 1.{hint}")
    if basis == "revenue":
        return Step(name="take rate", factor=take_rate, parameter="take_rate")
    if not plain:
        raise InputError(
            "GMV is revenue divided by the take rate, and one cannot divide by an uncertain one "
            "here. Start from GMV, and convert that to revenue."
        )
    return Step(name="GMV for one of revenue", factor=1 / take_rate, parameter="take_rate")
