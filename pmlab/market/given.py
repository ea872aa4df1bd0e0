"""What a caller gives where a share, an amount or a number of customers is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmlab.errors import InputError
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity, named
from pmlab.results import fraction
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import is_number, shown

__all__ = ["amount_given", "customers_given", "share_given", "shares_given"]


def shares_given(shares: Any, parameter: str, used: list[Assumption]) -> dict[str, Quantity]:
    """Return each filter as a share; raise where a name or an assumption is used already.

    `used` is what the argument holds so far, and grows.
    """
    if not isinstance(shares, Mapping):
        raise InputError(
            f"{parameter}={shares!r} must be a mapping of name -> share, such as "
            "{'where we deliver': 0.4}: a filter says what it is, so that none is applied twice."
        )
    found = {}
    for name, value in shares.items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{parameter} has the name {name!r}; it must be a text.")
        part = share_given(value, f"{parameter}[{name!r}]", name)
        known = {one.name.lower(): one.name for one in used}
        for one in (*part.assumptions, None):
            title = one.name if one else " ".join(name.split())
            if title.lower() in known:
                raise InputError(
                    f"{parameter}[{name!r}]: {known[title.lower()]!r} is applied already. Leave it "
                    "out here, or give another condition another name."
                )
        used += part.assumptions
        found[name] = part
    return found


def share_given(value: Any, parameter: str, name: str) -> Quantity:
    """Return what was given as a share."""
    part = named(value, name, "share", parameter)
    if part.unit.kind != "share":
        raise InputError(
            f"{parameter} is in {part.unit}; it must be a share, a fraction in [0, 1]."
        )
    middle = part.at_medians
    if middle == 0:
        raise InputError(f"{parameter}: a share of 0 leaves nothing. Leave out what nobody is in.")
    if not 0 < middle <= 1:
        raise InputError(f"{parameter} comes to {middle:g}, and a share lies within 0 to 1.")
    return part


def amount_given(value: Any, parameter: str, name: str) -> Quantity:
    """Return what was given as money or a count."""
    if not isinstance(value, (Money, Assumption, Quantity)):
        raise InputError(
            f"{parameter}={shown(value)} has no unit. Say Money(amount, 'EUR', per='year'), or "
            "Assumption(name, amount, 'households')."
        )
    found = named(value, name, "", parameter)
    if found.unit.kind not in ("money", "count"):
        raise InputError(f"{parameter} is a {found.unit}; it must be money or a count.")
    return found


def customers_given(value: Any, parameter: str, name: str, noun: str) -> Quantity:
    """Return what was given as a number of customers, above 0."""
    if isinstance(value, Money):
        raise InputError(f"{parameter} is {value}; it must be a number of customers.")
    if isinstance(value, Range) and value.support[1] <= 1:
        raise InputError(
            f"{parameter} is {value}: a share, and it must be a number of customers. For that "
            "share of a segment G say G * Assumption('...', share(...), 'share')."
        )
    if is_number(value) and 0 < value < 1:
        raise InputError(
            f"{parameter}={shown(value)} is {shown(value)} of a customer. For {fraction(value)} of "
            f"a segment G say G x a share: G * Assumption('...', {shown(value)}, 'share')."
        )
    found = named(value, name, noun, parameter)
    if found.unit.kind == "count":
        return found
    how = ""
    if found.unit.kind == "share":
        how = " Multiply it by the customers that it is a share of."
    elif found.unit.kind == "number":
        how = (
            " Where it is a quotient, say the divisor as 'cars a charger', and what comes out is "
            "chargers."
        )
    raise InputError(f"{parameter} is a {found.unit}; it must be a number of customers.{how}")
