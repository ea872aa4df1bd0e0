"""TAM, SAM and SOM: one market, cut down to what is served and to what is won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pmlab.errors import require_choice
from pmlab.market.chain import Link, argument_tables, chain_frame, chain_table
from pmlab.market.estimate import (
    INDEPENDENT,
    ONE_CAUSE,
    Draws,
    Estimate,
    guesses_in,
    how,
    spread_words,
)
from pmlab.market.ledger import ledger_frame
from pmlab.market.quantity import Assumption
from pmlab.market.tornado import Extremes, Tornado, extremes_of, tornado_of
from pmlab.market.units import Unit
from pmlab.results import Result, Table

__all__ = ["LEVELS", "MarketFunnel"]

LEVELS = ("TAM", "SAM", "SOM")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MarketFunnel(Result):
    """TAM, SAM and SOM in one unit and one year, and the argument that leads to them."""

    name: str
    kind: str
    """How the TAM was sized: "bottom-up", "top-down" or "value theory"."""
    year: int
    """Of which the sizes are."""
    links: tuple[Link, ...]
    """The argument, line by line."""
    tam: Estimate
    """The total addressable market: everybody who has the problem."""
    sam: Estimate
    """The serviceable addressable market: those whom the product and its reach can serve."""
    som: Estimate
    """The serviceable obtainable market: what is won."""
    customers: Mapping[str, Estimate] | None = None
    """How many customers TAM, SAM and SOM are, by name: where the sizing knows them, and filters
    lead to SAM and SOM, each share of the money taken as a share of the customers."""
    capacity: Estimate | None = None
    """What can be sold and served, as it was given."""
    chance_above_capacity: float | None = None
    """The chance that the SOM is more than the capacity."""
    draws: Draws
    """How many, and the seed."""
    told: str

    @property
    def unit(self) -> Unit:
        """What all three are measured in."""
        return self.tam.unit

    @property
    def levels(self) -> dict[str, Estimate]:
        """The three estimates by name."""
        return dict(zip(LEVELS, (self.tam, self.sam, self.som), strict=True))

    def lines_to(self, level: str) -> tuple[Link, ...]:
        """Return the lines of the argument from the level above to this one, its own last."""
        require_choice("level", level, LEVELS)
        ends = {link.level: place for place, link in enumerate(self.links) if link.level}
        above = LEVELS[LEVELS.index(level) - 1] if level != LEVELS[0] else ""
        return self.links[ends[above] + 1 if above else 0 : ends[level] + 1]

    @property
    def ledger(self) -> pd.DataFrame:
        """One row an assumption, weakest first, as in `Sizing.ledger`."""
        return ledger_frame(self._every, self.tornado().shares, self.year)

    def tornado(self, of: str = "SOM") -> Tornado:
        """Return how far each assumption moves TAM, SAM or SOM by itself, longest first."""
        require_choice("of", of, LEVELS)
        return tornado_of(self.levels[of], of)

    @property
    def all_lows_and_highs(self) -> Extremes:
        """What multiplying all the lows, or all the highs, would give for the SOM."""
        return extremes_of(self.som, "SOM")

    @property
    def _every(self) -> tuple[Assumption, ...]:
        all_ = [one for level in self.levels.values() for one in level.quantity.assumptions]
        return tuple(dict.fromkeys(all_))

    @property
    def title(self) -> str:
        return f"{f'{self.name}: ' if self.name else ''}TAM, SAM and SOM of {self.year}"

    def _opening(self) -> str:
        guesses = guesses_in(self.som.quantity)
        return f"{spread_words('What is won (SOM)', self.som, self.unit, guesses)}."

    @property
    def method(self) -> str:
        own = how([link.estimate for link in self.links], self.draws)
        return (
            f"TAM, {self.kind}: {self.told[0].lower()}{self.told[1:]} SAM is the part that can be "
            f"served, SOM the part that is won. {own} {INDEPENDENT} {ONE_CAUSE}"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            *(f"{one.name}: {one.value_text}." for one in self._every),
            INDEPENDENT,
            "A filter with one share applies to all parts of the market alike.",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the argument, one row a line.

        Returns
        -------
        DataFrame
            `operation`, `name`, `p10`, `p50`, `p90`, `mean`, `sd`, `unit`, `source`, `date`.
        """
        return chain_frame(self._lines)

    def summary(self) -> str:
        unit = self.unit
        return (
            f"Of a market (TAM) of about {unit.shown(self.tam.p50)}, {unit.shown(self.sam.p50)} "
            f"can be served (SAM). {self._opening()} {self.tornado().summary()}"
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        return chain_table(self._lines).columns

    def _tables(self) -> Sequence[Table]:
        first, *others = argument_tables(self.links, self._every, self.tornado(), self.year)
        return [first, *self._customers_table(), *others]

    def _customers_table(self) -> list[Table]:
        if not self._people:
            return []
        flows = {one.measure.per for one in self._every if one.measure.kind == "count"}
        bought = ", whether they buy in each period or not" if flows - {None} else ""
        heading = f"Customers behind it, if each share is one of customers too{bought}"
        return [replace(chain_table(self._people), heading=heading)]

    @property
    def _lines(self) -> tuple[Link, ...]:
        """The argument, and how many customers the money is won from."""
        return (*self.links, *self._people)

    @property
    def _people(self) -> tuple[Link, ...]:
        if self.customers is None or self.unit.kind != "money":
            return ()
        return tuple(
            Link(operation="", name=f"{level}, customers", estimate=one)
            for level, one in self.customers.items()
        )
