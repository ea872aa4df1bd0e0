"""Two ways down to a market: from a total by shares, and from what a problem costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pmlab.errors import InputError
from pmlab.market.chain import Draft, lines_of
from pmlab.market.estimate import settings
from pmlab.market.given import amount_given, customers_given, share_given, shares_given
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.sizing import Sizing, sized

__all__ = ["top_down", "value_theory"]


def top_down(
    total: Money | Assumption | Quantity,
    shares: Mapping[str, Any],
    *,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Sizing:
    """Size a market from a published total, cut down by shares.

    Parameters
    ----------
    total : Money, Assumption or Quantity
        Of money over a period, or a count. A total of sales is of basis "GMV".
    shares : mapping of name -> share
        Each a fraction in [0, 1] of what is left: a number, a Range, or an Assumption in "share".
    draws : int
        How many draws where there is no formula.
    rng : int or numpy Generator
        The seed.

    Returns
    -------
    Sizing

    Raises
    ------
    InputError
        For no shares, a share outside [0, 1], the same one twice, and a total without a period.

    Examples
    --------
    >>> from pmlab.market import Assumption, Money, top_down
    >>> from pmlab.uncertain import share
    >>> sales = Assumption("Grocery sales", Money(2.1e9, "EUR", per="year", basis="GMV"))
    >>> market = top_down(sales, {"bought online": share(0.08, 0.14, credibility=0.8)})
    >>> round(market.p10 / 1e6), round(market.p90 / 1e6), market.exact
    (168, 294, True)
    """
    drawn = settings(draws, rng)
    whole = amount_given(total, "total", "Total")
    drafts = lines_of(whole, name="Total")
    if drafts[-1].operation == "x":
        drafts.append(Draft("=", "Total", whole))
    used = list(whole.assumptions)
    given = shares_given(shares, "shares", used)
    if not given:
        raise InputError("shares is empty; a total that nothing is taken of is no argument.")
    for name, part in given.items():
        drafts += lines_of(part, "x", name)
        whole = whole * part
    drafts.append(Draft("=", "TAM", whole))
    return sized(
        "top-down",
        drafts,
        told="A published total, times the share of it that each condition leaves.",
        customers=whole if whole.unit.kind == "count" and whole.unit.per is None else None,
        draws=drawn,
    )


def value_theory(
    cost: Money | Assumption | Quantity,
    share_solved: Any,
    share_captured: Any,
    customers: Any = None,
    *,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Sizing:
    """Size a market from what a problem costs those who have it.

    What it costs, times the share of that cost which the product takes away, times the share of
    the saving that customers would pay for it: revenue.

    Parameters
    ----------
    cost : Money, Assumption or Quantity
        Money over a period: of all who have the problem, or of one customer if `customers` is
        given.
    share_solved, share_captured : float, Range, Assumption or Quantity
        Fractions in [0, 1].
    customers : number, Range, Assumption or Quantity, optional
        How many have the problem.
    draws : int
        How many draws where there is no formula.
    rng : int or numpy Generator
        The seed.

    Returns
    -------
    Sizing
        Of basis "revenue".

    Raises
    ------
    InputError
        For a cost that is no money or has no period, and shares outside [0, 1].

    References
    ----------
    The third of three ways in common teaching on sizing, beside top-down and bottom-up: see
    Nagle, T. T. and Müller, G. (2018). *The Strategy and Tactics of Pricing*, 6th edition,
    chapter 2 (economic value estimation). Routledge.

    Examples
    --------
    >>> from pmlab.market import Money, value_theory
    >>> thrown_away = Money(700, "EUR", per="year")
    >>> market = value_theory(thrown_away, 0.2, 0.1, customers=60_000)
    >>> round(market.p50)
    840000
    """
    drawn = settings(draws, rng)
    each = amount_given(cost, "cost", "Cost")
    if each.unit.kind != "money":
        raise InputError(f"cost is in {each.unit}; it must be Money, what the problem costs.")
    whole, drafts, people = each, lines_of(each, name="Cost"), None
    if customers is not None:
        people = customers_given(customers, "customers", "Customers", "customers")
        drafts = [*lines_of(people, name="Customers"), *lines_of(each, "x", "Cost for each")]
        whole = people * each
    for value, parameter in ((share_solved, "share_solved"), (share_captured, "share_captured")):
        name = parameter.replace("_", " ").capitalize()
        part = share_given(value, parameter, name)
        drafts += lines_of(part, "x", name)
        whole = whole * part
    # What a problem costs is nobody's revenue; what is paid to have it solved is.
    drafts = [one._replace(quantity=_on_basis(one.quantity, "")) for one in drafts]
    whole = _on_basis(whole, "revenue")
    drafts.append(Draft("=", "TAM", whole))
    return sized(
        "value theory",
        drafts,
        told=(
            "What the problem costs, times the share of that cost which is solved, times the share "
            "of the saving that customers pay for it."
        ),
        customers=people,
        draws=drawn,
    )


def _on_basis(quantity: Quantity, basis: str) -> Quantity:
    return replace(quantity, unit=replace(quantity.unit, basis=basis))
