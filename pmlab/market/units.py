"""What an amount is measured in, what may be added and multiplied, and how to convert."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from pmlab.errors import InputError, require_choice
from pmlab.results import amount, fraction

__all__ = [
    "BASES",
    "MONEY_WORDS",
    "PERIODS",
    "PLAIN",
    "Kind",
    "Unit",
    "product_unit",
    "require_same",
    "require_sane",
]

Kind = Literal["money", "count", "share", "number"]

PERIODS = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 365.2425 / 7, "day": 365.2425}
"""How many there are in a (Gregorian mean) year."""

BASES = ("revenue", "GMV")
"""What a seller earns, or the gross value of what customers buy through it."""

SIGNS = {
    "$": "USD", "US$": "USD", "DOLLAR": "USD", "DOLLARS": "USD",
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR",
    "£": "GBP", "POUND": "GBP", "POUNDS": "GBP", "¥": "JPY", "YEN": "JPY",
}  # fmt: skip

CURRENCIES = (
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MXN", "MYR",
    "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB",
    "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
)  # fmt: skip

MONEY_WORDS = SIGNS | {"CENT": "EUR", "CENTS": "EUR"} | {code: code for code in CURRENCIES}
"""What means money where a noun should stand, and the code to say instead."""

ABSURD = 1e18
"""More than the money, or the people, that there are."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The unit of an amount: money, a count of something, a share, or a plain number."""

    kind: Kind
    noun: str = ""
    """What is counted, in the plural."""
    currency: str = ""
    per: str | None = None
    """The period that a flow is of."""
    basis: str = ""
    """revenue or GMV, for money."""

    def __str__(self) -> str:
        if self.kind in ("share", "number"):
            return self.kind
        what = self.currency or self.noun
        return f"{what}{self._a_period}{f', {self.basis}' if self.basis else ''}"

    @property
    def _a_period(self) -> str:
        return f" a {self.per}" if self.per else ""

    @property
    def short(self) -> str:
        """The unit without its basis."""
        return str(replace(self, basis=""))

    def number(self, value: float, *, digits: int = 3) -> str:
        """Return a value in this unit without naming the unit, but for a share."""
        if self.kind == "share":
            return fraction(value, digits=digits)
        return amount(value, digits=6 if self.kind == "number" else digits)

    def shown(self, value: float, *, digits: int = 3) -> str:
        """Return a value with its unit."""
        text = self.number(value, digits=digits)
        return f"{text} {self.short}" if self.kind in ("money", "count") else text

    def typed(self, value: float) -> str:
        """Return a value as it was typed in, with its unit."""
        if self.kind == "share":
            return fraction(value, digits=6)
        plain = value < 1e6 or float(f"{value:.2e}") != value
        return f"{f'{value:,.12g}' if plain else amount(value)} {self.short}"

    def span(self, low: float, high: float) -> str:
        """Return two values with their unit."""
        return f"{self.number(low)} to {self.shown(high)}"


PLAIN = Unit(kind="number")


def require_same(left: Unit, right: Unit, doing: str) -> None:
    """Raise unless both are in the same unit, and say how to convert.

    `doing` is what needs them to be: "add", "compare", as it stands before "X and Y".
    """
    if _alike(left) == _alike(right):
        return
    both = f"{left} and {right}"
    if left.kind != right.kind:
        how = "they measure different things"
        if {left.kind, right.kind} == {"money", "count"}:
            how += "; multiply the count by what one of them brings in, a Money"
    elif left.noun != right.noun:
        how = (
            f"{left.noun} are not {right.noun}; bring both to one of them by an assumption of how "
            f"many {right.noun} there are for each of the {left.noun}"
        )
    elif left.currency != right.currency:
        how = (
            "currencies are mixed; convert one with "
            f".to(currency={left.currency!r}, rate=<{left.currency} for one {right.currency}>)"
        )
    elif left.per != right.per:
        how = _other_period(left, right)
    else:
        how = (
            "gross value is not revenue; convert it with .to(basis='revenue', take_rate=<the part "
            "of it that the seller keeps>)"
        )
    raise InputError(f"cannot {doing} {both}: {how}.")


def _alike(unit: Unit) -> Unit:
    """Return the unit with its noun in lower case and the singular: Household is households."""
    noun = re.sub(r"ies$", "y", unit.noun.casefold())
    return replace(unit, noun=noun if noun.endswith("ss") else noun.removesuffix("s"))


def require_sane(what: str, value: float, unit: Unit) -> None:
    """Raise for an amount that is infinite, or larger than anything that is counted."""
    if math.isfinite(value) and abs(value) <= ABSURD:
        return
    size = f"{value:.1g}" if math.isfinite(value) else "more than a number can hold"
    raise InputError(
        f"{what} comes to {size} ({unit}), and no market is above {ABSURD:.0g}. See which number "
        "or range is far too large, or is multiplied twice."
    )


def _other_period(left: Unit, right: Unit) -> str:
    if left.per is None or right.per is None:
        known = left.per or right.per
        return f"one has a period and the other has none; say per={known!r} where it is made"
    return f"their periods differ; bring one to the other with .to(per={left.per!r})"


def product_unit(left: Unit, right: Unit, both: str) -> Unit:
    """Return the unit of a product: one money at most, one period at most.

    `both` names the factors, for what is wrong with them.
    """
    if left.kind == right.kind == "money":
        raise InputError(
            f"{both}: money times money means nothing. One factor must be a count or a share."
        )
    if left.per and right.per:
        raise InputError(
            f"{both}: both carry a period, and a product has one. Say one of them for a single "
            f"one (an order, a customer) without per=; convert the product with .to(per='year')."
        )
    per = left.per or right.per
    if "money" in (left.kind, right.kind):
        return replace(left if left.kind == "money" else right, per=per)
    if left.kind == "number" or right.kind == "number":
        return right if left.kind == "number" else left
    if left.kind == right.kind == "share":
        return left
    # Households x orders a household = orders.
    counted = right if right.kind == "count" else left
    return replace(counted, per=per)


def require_currency(currency: Any) -> None:
    """Raise unless this is a currency code: three capital letters (ISO 4217)."""
    if isinstance(currency, str) and re.fullmatch(r"[A-Z]{3}", currency):
        return
    text = str(currency).strip().upper()
    code = SIGNS.get(text) or (text if re.fullmatch(r"[A-Z]{3}", text) else "EUR")
    raise InputError(
        f"currency={currency!r} must be a code of three capital letters (ISO 4217): say {code!r}."
    )


def require_per(per: Any) -> None:
    """Raise unless this is a period, or none."""
    if per is not None:
        require_choice("per", per, tuple(PERIODS))


def require_basis(basis: Any) -> None:
    """Raise unless this is revenue or GMV."""
    require_choice("basis", basis, BASES)
