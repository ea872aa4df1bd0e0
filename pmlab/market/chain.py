"""The argument, line by line: from assumption to total.

Every printed line can be recomputed from those above it. Times and divided by go before plus and
minus, as in arithmetic, and a line with "=" says what it came to, from which the next goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pmlab.market.estimate import Draws, Estimate, estimates
from pmlab.market.ledger import ledger_table
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.terms import ONE, Factor, Term
from pmlab.market.tornado import Tornado
from pmlab.market.units import PLAIN, Unit
from pmlab.results import Table

__all__ = ["Draft", "Link", "argument_tables", "chain_frame", "chain_table", "lines_of", "linked"]

MOST_BARS = 5


class Draft(NamedTuple):
    """A line before its numbers are known."""

    operation: str
    """"" begins a sum or product, "x", "/", "+" and "-" go on, "=" is what it comes to."""
    name: str
    quantity: Quantity
    assumption: Assumption | None = None
    folded: bool = False
    """Whether it is left out in print, of a long model."""
    in_print: bool = False
    """Whether it stands in print only, for those that are folded."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line of the argument."""

    operation: str
    name: str
    estimate: Estimate
    assumption: Assumption | None = None
    level: str = ""
    """"TAM", "SAM" or "SOM" where this line says how large it is."""
    folded: bool = False
    """Whether it is left out in print, of a long model."""
    in_print: bool = False
    """Whether it stands in print only, for those that are folded."""

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        return self.estimate.unit

    @property
    def draft(self) -> Draft:
        """The line without its numbers."""
        return Draft(
            self.operation,
            self.name,
            self.estimate.quantity,
            self.assumption,
            self.folded,
            self.in_print,
        )

    @property
    def label(self) -> str:
        """The operation and the name."""
        return f"{self.operation} {self.name}".strip()

    @property
    def certain(self) -> bool:
        """Whether it is a plain number."""
        return not self.estimate.quantity.polynomial.unknowns


def lines_of(quantity: Quantity, operation: str = "", name: str = "") -> list[Draft]:
    """Return the lines of a quantity, the first with this operation.

    A product stands factor by factor. A sum that something is done with is one number, with a name;
    one that begins the argument is added up first.
    """
    if len(quantity.terms) == 1 and quantity.terms[0].sign > 0:
        return _factors(quantity.terms[0], operation)
    whole = Draft(operation or "=", name, quantity)
    if operation:
        return [whole]
    lines = []
    for place, term in enumerate(quantity.terms):
        lines += _factors(term, "-" if term.sign < 0 else "+" if place else "")
    return [*lines, whole]


def _factors(term: Term, operation: str) -> list[Draft]:
    factors = term.factors
    if operation == "x" and factors[0] == ONE and len(factors) > 1:  # times 1 / Lifetime
        factors = factors[1:]
    lines = []
    for factor in factors:
        lines.append(_of_factor(factor.upright, "/" if factor.divides else operation))
        operation = "x"
    return lines


def _of_factor(factor: Factor, operation: str) -> Draft:
    """Return the line of a factor: of a power, with the numbers that are multiplied by."""
    if isinstance(factor.base, Assumption):
        whole = Quantity(terms=(Term((factor,)),), unit=factor.base.measure)
        return Draft(operation, factor.name, whole, factor.base)
    return Draft(operation, factor.name, Quantity(terms=(Term((factor,)),), unit=PLAIN))


def linked(drafts: Sequence[Draft], draws: Draws) -> tuple[Link, ...]:
    """Return the lines with their numbers, of the same draws."""
    found = estimates([draft.quantity for draft in drafts], draws)
    return tuple(
        Link(
            operation=draft.operation,
            name=draft.name,
            estimate=estimate,
            assumption=draft.assumption,
            folded=draft.folded,
            in_print=draft.in_print,
        )
        for draft, estimate in zip(drafts, found, strict=True)
    )


def argument_tables(
    links: Sequence[Link],
    assumptions: Sequence[Assumption],
    tornado: Tornado,
    year: int | None,
) -> list[Table]:
    """Return the argument, what it rests on, and what would change it."""
    tables = [chain_table(links), ledger_table(assumptions, tornado.shares, year)]
    if len(tornado.rows) > 1:
        tables.append(tornado.table(MOST_BARS))
    return tables


def chain_table(links: Sequence[Link]) -> Table:
    """Return the readable argument."""
    columns: dict[str, list[str]] = {name: [] for name in ("", "P10", "P50", "P90", "mean", "unit")}
    for link in links:
        if link.folded:
            continue
        one, unit = link.estimate, link.unit
        # A smaller number that was typed in is shown as it was typed.
        [*others, (factors, _)] = one.quantity.terms
        alone = link.operation != "=" and not others and len(factors) == 1
        typed = link.certain and alone and one.mean < 1e6
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
            if not link.in_print
        ]
    )
