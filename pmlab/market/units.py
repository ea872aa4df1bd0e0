"""What an amount is measured in, what may be added and multiplied, and how to convert."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from pmlab.errors import InputError, require_choice
from pmlab.results import amount, fraction
from pmlab.uncertain import Lognormal, Range

__all__ = [
    "BASES",
    "CHANCE_CODES",
    "MONEY_WORDS",
    "PERIODS",
    "PLAIN",
    "Kind",
    "Unit",
    "power_unit",
    "product_unit",
    "quotient_unit",
    "require_amount",
    "require_basis",
    "require_currency",
    "require_per",
    "require_same",
    "require_sane",
    "same_noun",
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

MONEY_WORDS = SIGNS | {code: code for code in CURRENCIES}
"""What means money where a noun should stand, and the code to say instead."""

CHANCE_CODES = ("COP", "PEN", "TRY")
"""Codes that are words too: they mean money in capitals only."""

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
            return f"{self.kind}{self._a_period}"
        what = self.currency or self.noun
        return f"{what}{self._a_period}{f', {self.basis}' if self.basis else ''}"

    @property
    def _a_period(self) -> str:
        return f" a {self.per}" if self.per else ""

    @property
    def plain(self) -> bool:
        """Whether what is multiplied by it keeps its unit: a number, or a factor in "times"."""
        return self.kind == "number" or (self.kind == "count" and same_noun(self.noun, "times"))

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
        return f"{text} {self.short}" if self.kind in ("money", "count") else text + self._a_period

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
    if replace(left, noun="") == replace(right, noun="") and same_noun(left.noun, right.noun):
        return
    both = f"{left} and {right}"
    if left.kind != right.kind:
        how = "they measure different things"
        if {left.kind, right.kind} == {"money", "count"}:
            how += "; multiply the count by what one of them brings in, a Money"
        elif PLAIN in (left, right):
            what = right if left == PLAIN else left
            how = f"say what the plain number is, {_said(what)}"
    elif not same_noun(left.noun, right.noun):
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


def same_noun(one: str, other: str) -> bool:
    """Return whether two nouns are one, in the singular or the plural: Household is households."""
    one, other = one.casefold(), other.casefold()
    return one == other or one in _plurals(other) or other in _plurals(one)


def _plurals(noun: str) -> set[str]:
    return {f"{noun}s", f"{noun}es", f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"}


def _said(unit: Unit) -> str:
    per = f", per={unit.per!r}" if unit.per else ""
    if unit.kind == "money":
        return f"Money(number, {unit.currency!r}{per})"
    return f"Assumption('...', number, {unit.noun or unit.kind!r}{per})"


def require_amount(what: str, value: float | Range, unit: Unit) -> None:
    """Raise for a number or range that nothing in this unit can be."""
    low, high = value.support if isinstance(value, Range) else (value, value)
    text = str(value) if isinstance(value, Range) else f"{value:,.6g}"
    if unit.kind == "share":
        if isinstance(value, Lognormal):
            raise InputError(
                f"{what}: a share cannot be {text}, for that can pass 1. Use share(low, high, "
                "credibility=...)."
            )
        if low < 0 or high > 1:
            percent = low == high and 1 < high <= 100
            hint = f" Say {high / 100:g} for {high:g}%." if percent else ""
            raise InputError(f"{what}: {text} is not within 0 to 1, as a share is.{hint}")
    elif low < 0:
        raise InputError(
            f"{what}: {text} can be below 0, and an amount here cannot. Say what is taken away as "
            "an amount of its own, and subtract it."
        )
    require_sane(what, value.mean if isinstance(value, Range) else value, unit)


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

    A flow over "years" (months, weeks, days) is what comes in all: EUR a year x years = EUR.
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
    for flow, time in ((left, right), (right, left)):
        period = _period_of(time)
        if period and flow.per:
            if flow.per != period:
                raise InputError(
                    f"{both}: one is {flow}, the other {time.noun}. Bring the flow to the same "
                    f"period with .to(per={period!r})."
                )
            return replace(flow, per=None)
    per = left.per or right.per
    if "money" in (left.kind, right.kind):
        return replace(left if left.kind == "money" else right, per=per)
    if left.plain or right.plain:
        return _flow(right if left.plain else left, per)
    if left.kind == right.kind == "share":
        return left
    # Households x orders a household = orders.
    counted = right if right.kind == "count" else left
    return replace(counted, per=per)


def quotient_unit(left: Unit, right: Unit, both: str) -> Unit:
    """Return the unit of a quotient.

    - By a plain number, a share or "times": the unit stays. A share of a share is a plain number.
    - By "years" (months, weeks, days): a stock becomes a flow. Homes / 10 years = homes a year.
    - By the same unit: a plain number, with the period that is left. Cars / cars = a number.
    - By so many of the same for one of another: the other. Cars / "cars a charger" = chargers.

    All else is refused, for what it comes to has no unit here; `both` is how the error begins.
    """
    period = _period_of(right)
    if period:
        if left.per:
            raise InputError(
                f"{both}: what is divided is so many a {left.per} already. Divide what there is "
                f"at one time, or leave the {right.noun} out."
            )
        return _flow(left, period)
    if right.kind == "share" or right.plain:
        if right.per:
            raise InputError(
                f"{both}: the divisor carries a period. Say it as so many {right.per}s for one, "
                f"Assumption('...', number or range, '{right.per}s')."
            )
        same = left.kind == right.kind == "share"
        return Unit(kind="number", per=left.per) if same else left
    one = _for_one(left, right)
    if one is None:
        raise InputError(f"{both}: {_no_quotient(left, right)}")
    if right.per not in (None, left.per):
        how = (
            f"Their periods differ; bring one to the other with .to(per={left.per!r})."
            if left.per
            else f"What is divided has no period, and the divisor is over a {right.per}."
        )
        raise InputError(f"{both}: {how}")
    return replace(one, per=None if right.per else left.per)


def _for_one(left: Unit, right: Unit) -> Unit | None:
    """Return what is left of a unit divided by the same, or by the same for one of another."""
    if left.kind == right.kind == "money":
        same = (left.currency, left.basis) == (right.currency, right.basis)
        return PLAIN if same else None
    if left.kind != "count" or right.kind != "count":
        return None
    if same_noun(left.noun, right.noun):
        return PLAIN
    found = FOR_ONE.fullmatch(right.noun)
    if found is None or not same_noun(left.noun, found["many"]):
        return None
    return Unit(kind="count", noun=_plural(found["one"]))


FOR_ONE = re.compile(
    r"(?P<many>.+?)(?:\s+(?:a|an|per|each|for one|for each)\s+|\s*/\s*)(?P<one>.+)"
)


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(x|z|ch|sh)$", noun) else f"{noun}s"


def _no_quotient(left: Unit, right: Unit) -> str:
    if left.kind == right.kind == "money":
        return "money divides money of the same currency and basis only; convert one with .to()."
    if left.kind == "money":
        return (
            "say what one of them brings in, Assumption('...', Money(...)), and multiply by that."
        )
    what = left.noun or "what is divided"
    if right.kind == "money":
        return "money divides money; say what is divided in money too, or multiply."
    if left.kind == "number":
        there = right.noun or "the money"
        return f"1/x of {right} has no unit here. Divide what there is of {there} by it."
    return (
        f"say the divisor as so many {what} for one of another, in the unit '{what} a ...', and "
        "the rest is the other; or as how many there are for one, and multiply by it."
    )


def power_unit(unit: Unit, n: float, asked: str) -> Unit:
    """Return the unit of a power: a factor stays one, and so does a share but below the line."""
    if unit.kind == "share":
        return unit if n > 0 else PLAIN
    if unit.plain and not unit.per:
        return unit
    raise InputError(
        f"{asked}: {unit.noun or unit.kind} {'have' if unit.noun else 'has'} no powers; only a "
        "factor has, in 'times' and without a period (1.05 for what grows by 5%), and a share."
    )


def _flow(unit: Unit, per: str | None) -> Unit:
    """Return the unit over a period; a share of one is a number, for it may pass 1."""
    if unit.kind == "share" and per:
        return Unit(kind="number", per=per)
    return replace(unit, per=per)


def _period_of(unit: Unit) -> str | None:
    """Return the period that a count of years, months or days counts."""
    if unit.kind != "count" or unit.per:
        return None
    return next((period for period in PERIODS if same_noun(unit.noun, period)), None)


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
    if per is None or per in tuple(PERIODS):
        return
    listed = ", ".join(map(repr, PERIODS))
    close = difflib.get_close_matches(str(per).casefold(), PERIODS, n=1)
    if close:
        raise InputError(f"per={per!r} is no period: {listed}. Did you mean {close[0]!r}?")
    raise InputError(
        f"per={per!r} is no period: {listed}. For what one {per} costs or brings, leave per= out, "
        f"say so in the name, as in 'Price of a {per}', and multiply by an Assumption of how many, "
        f"in {per!r}; with per='year' where it is so many a year."
    )


def require_basis(basis: Any) -> None:
    """Raise unless this is revenue or GMV."""
    require_choice("basis", basis, BASES)
