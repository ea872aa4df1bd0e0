"""m, p and q as a caller gives them, and as a result tells them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NoReturn

from pmlab.errors import InputError
from pmlab.market.estimate import Estimate
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity, as_quantity, named
from pmlab.market.units import PERIODS as CALENDAR
from pmlab.results import Result, amount, fraction, level
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import require_number, shown

__all__ = [
    "CHANCES",
    "PERIODS",
    "SURE",
    "Parameter",
    "market_given",
    "pace_given",
    "parameter_of",
    "require_possible",
]

PERIODS = (*CALENDAR, "period")
MOST = {"p": 1.0, "q": 10.0}
"""No product is above these; a larger number is a percentage."""
CHANCES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
SURE = level(CHANCES["p90"] - CHANCES["p10"])
"""What lies between P10 and P90."""
LEFT = "of those left"
"""What p and q are shares of, in a period; a q may be above 1, so neither is a share."""
WHY = {
    "m": "a market of nobody has no adopters",
    "p": "with p = 0 nobody ever begins, and q has nobody to imitate",
    "q": "q = 0 says that nobody imitates; below it examples would put people off",
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One of m, p and q in a result: its range, and where it is from."""

    p10: float
    p50: float
    p90: float
    text: str
    source: str = ""

    @property
    def certain(self) -> bool:
        """Whether it has no range."""
        return self.p10 == self.p90


def market_given(m: Any, unit: str) -> Quantity:
    """Return how many adopt in the end, or the revenue that they bring, as a quantity."""
    if isinstance(m, Estimate):
        m = m.quantity
    if not isinstance(m, (Assumption, Quantity, Money)):
        m = _number_or_range("m", m)
    found = named(m, "m", unit, "m")
    if found.unit.kind not in ("count", "money"):
        raise InputError(
            f"m is a {found.unit.kind}; give how many adopt in the end, such as 60_000 or the "
            "customers of a sizing, or the revenue a year that they bring."
        )
    return found


def pace_given(name: str, value: Any, per: str) -> Quantity:
    """Return p or q as a quantity: of those who have not adopted, how many do in a period."""
    if not isinstance(value, (Assumption, Quantity)):
        value = _number_or_range(name, value)
        value = Assumption(name, value, LEFT, per=per if per in CALENDAR else None)
    found = as_quantity(value)
    if found.unit.kind == "money":
        raise InputError(f"{name} is {value}; it must be a fraction a {per}.")
    if found.unit.per not in (None, per):
        raise InputError(
            f"{name} is {value}, and the periods are {per}s; divide or multiply p and q alike: "
            "from years to months by 12."
        )
    return found


def require_possible(name: str, one: Estimate) -> None:
    """Raise where m, p or q is, or may be, what no curve has."""
    nothing = one.p10 == one.p90 == 0
    below = 0.0 if nothing and name == "q" else one.cdf(0.0)
    if below:
        often = "" if one.p10 == one.p90 else f", and not in {fraction(below, digits=2)} of cases"
        _refuse_low(name, _told(one), often)
    if name == "m" and one.quantity.unit.kind == "count" and one.p90 < 1:
        raise InputError(
            f"m={_told(one)} is less than one of the {one.quantity.unit.noun}; give how many adopt "
            "in the end, not a share of them."
        )
    if one.p90 > MOST.get(name, math.inf):
        high = one.p90
        hint = f" As a percentage it is {high / 100:g}." if high <= 100 else ""
        raise InputError(
            f"{name}={_told(one)} must be a fraction a period, at most {MOST[name]:g}: "
            f"typical are 0.03 for p and 0.38 for q, a year.{hint}"
        )


def parameter_of(one: Estimate) -> Parameter:
    """Return what a result tells of m, p or q: its range in words, and every source."""
    quantity, unit = one.quantity, one.quantity.unit
    ends = {kind: one.quantile(chance) for kind, chance in CHANCES.items()}
    known = quantity.assumptions
    sources = [", ".join(part for part in (a.source, a.date) if part) for a in known]
    if len(known) == 1 and len(quantity.terms) == 1 and len(quantity.terms[0].factors) == 1:
        value = known[0].amount
        text = str(value) if isinstance(value, Range) else amount(value)
        return Parameter(**ends, text=text, source=sources[0])
    text = unit.number(ends["p50"])
    if ends["p10"] != ends["p90"]:
        text = f"{unit.number(ends['p10'])} to {unit.number(ends['p90'])} ({SURE})"
    told = [f"{a.name}: {said or 'none'}" for a, said in zip(known, sources, strict=True)]
    return Parameter(**ends, text=text, source="; ".join(told))


def _told(one: Estimate) -> str:
    """Return a value as it stands in an error."""
    return parameter_of(one).text


def _number_or_range(name: str, value: Any) -> float | Range:
    """Return a bare number or range; raise for what is neither, or may be below 0."""
    if isinstance(value, Result):  # whose printout would fill the error
        raise InputError(f"{name} is a {type(value).__name__}; give {_instead(name, value)}.")
    found = value if isinstance(value, Range) else require_number(name, value)
    if (found.support[0] if isinstance(found, Range) else found) < 0:
        _refuse_low(name, str(value) if isinstance(value, Range) else shown(value))
    return found


def _instead(name: str, value: Any) -> str:
    """Return what to give instead of a whole result."""
    if name == "m" and hasattr(value, "som"):
        return "its .customers['SOM'] for who adopts, or its .som for what is reached of that"
    if name == "m" and hasattr(value, "quantity"):
        who = "" if value.customers is None else "its .customers for who adopts, or "
        return f"{who}its .quantity for what is reached of that"
    return "a number, a Range or an Assumption"


def _refuse_low(name: str, value: str, often: str = "") -> NoReturn:
    rule = "0 or more" if name == "q" else "above 0"
    raise InputError(f"{name}={value} must be {rule}{often}: {WHY[name]}.")
