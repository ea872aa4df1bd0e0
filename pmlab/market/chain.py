"""The argument, line by line: from assumption to total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pmlab.market.estimate import Estimate, estimates
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.terms import ONE, Factor, Term
from pmlab.market.units import PLAIN, Unit
from pmlab.results import Table

__all__ = ["Draft", "Link", "chain_frame", "chain_table", "factors_of", "linked"]


class Draft(NamedTuple):
    """A line before its numbers are known."""

    operation: str
    """"" begins a sum or product, "x", "/", "+" and "-" go on, "=" is what it comes to."""
    name: str
    quantity: Quantity
    assumption: Assumption | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line of the argument. Times and divided by go before plus, as in arithmetic."""

    operation: str
    name: str
    estimate: Estimate
    assumption: Assumption | None = None

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        return self.estimate.quantity.unit

    @property
    def draft(self) -> Draft:
        """The line without its numbers."""
        return Draft(self.operation, self.name, self.estimate.quantity, self.assumption)

    @property
    def label(self) -> str:
        """The operation and the name."""
        return f"{self.operation} {self.name}".strip()

    @property
    def certain(self) -> bool:
        """Whether it is a plain number."""
        return not self.estimate.quantity.polynomial.unknowns


def factors_of(quantity: Quantity, operation: str = "") -> list[Draft]:
    """Return a line for each factor of a quantity, the first with this operation."""
    lines = []
    for place, term in enumerate(quantity.terms):
        first = operation
        if place or term.sign < 0:
            first = "-" if term.sign < 0 else "+"
        factors = term.factors
        if first == "x" and factors[0] == ONE and len(factors) > 1:  # times 1 / Lifetime
            factors = factors[1:]
        for factor in factors:
            lines.append(_of_factor(factor.upright, "/" if factor.divides else first))
            first = "x"
    return lines


def _of_factor(factor: Factor, operation: str) -> Draft:
    """Return the line of a factor: of a power, with the numbers that are multiplied by."""
    if isinstance(factor.base, Assumption):
        whole = Quantity(terms=(Term((factor,)),), unit=factor.base.measure)
        return Draft(operation, factor.name, whole, factor.base)
    return Draft(operation, factor.name, Quantity(terms=(Term((factor,)),), unit=PLAIN))


def linked(drafts: Sequence[Draft], n: int, seed: int) -> tuple[Link, ...]:
    """Return the lines with their numbers, of the same draws."""
    found = estimates([draft.quantity for draft in drafts], n, seed)
    return tuple(
        Link(
            operation=draft.operation,
            name=draft.name,
            estimate=estimate,
            assumption=draft.assumption,
        )
        for draft, estimate in zip(drafts, found, strict=True)
    )


def chain_table(links: Sequence[Link]) -> Table:
    """Return the readable argument."""
    columns: dict[str, list[str]] = {name: [] for name in ("", "P10", "P50", "P90", "mean", "unit")}
    for link in links:
        one, unit = link.estimate, link.unit
        # A smaller number that was typed in is shown as it was typed.
        typed = link.certain and link.operation != "=" and one.mean < 1e6
        digits = 6 if typed else 3
        values = {"P10": one.p10, "P50": one.p50, "P90": one.p90, "mean": one.mean}
        columns[""].append(link.label)
        for name, value in values.items():
            blank = link.certain and name in ("P10", "P90")
            columns[name].append("" if blank else unit.number(value, digits=digits))
        columns["unit"].append(str(unit) if unit.kind in ("money", "count") else "")
    return Table(columns=columns, words=("", "unit"))


def chain_frame(links: Iterable[Link]) -> pd.DataFrame:
    """Return the argument as numbers, unrounded."""
    return pd.DataFrame(
        [
            {
                "operation": link.operation,
                "name": link.name,
                "p10": link.estimate.p10,
                "p50": link.estimate.p50,
                "p90": link.estimate.p90,
                "mean": link.estimate.mean,
                "sd": link.estimate.sd,
                "unit": str(link.unit),
                "source": link.assumption.source if link.assumption else None,
                "date": link.assumption.date if link.assumption else None,
            }
            for link in links
        ]
    )
