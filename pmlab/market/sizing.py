"""What a sizing answers: the argument with its ranges, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pmlab.errors import InputError
from pmlab.market.chain import Draft, Link, chain_frame, chain_table, factors_of, linked
from pmlab.market.estimate import Estimate, Spread, how, surely_above
from pmlab.market.funnel import MarketFunnel, funnel_of
from pmlab.market.ledger import ledger_frame, ledger_warnings
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity, Term, conversion
from pmlab.market.tornado import Extremes, Tornado, extremes_of, tornado_of
from pmlab.market.units import Unit, require_sane
from pmlab.market.words import INDEPENDENT, argument_tables, spread_warnings, spread_words
from pmlab.results import Result, Table, fraction
from pmlab.stats import Interval

__all__ = ["Sizing", "sized"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sizing(Result, Spread):
    """The size of a market, and the argument that leads to it."""

    kind: str
    """"bottom-up", "top-down" or "value theory"."""
    links: tuple[Link, ...]
    """The argument, line by line; the last is the answer."""
    customers: Quantity | None = None
    """How many customers, each counted once, where the argument knows it."""
    draws: int
    seed: int
    told: str
    """How it is counted, in words."""
    overlap_bounds: Interval | None = None
    """Where overlaps are not known: the least and the most it can be, at the medians."""
    extra_warnings: tuple[str, ...] = ()

    @property
    def quantity(self) -> Quantity:
        """The answer as a sum of products of assumptions."""
        return self._spread.quantity

    @property
    def unit(self) -> Unit:
        """What the answer is measured in."""
        return self.quantity.unit

    @property
    def _spread(self) -> Estimate:
        return self.links[-1].estimate

    @property
    def ledger(self) -> pd.DataFrame:
        """One row an assumption, weakest first.

        Columns: `assumption`, `p10`, `p50`, `p90`, `mean`, `unit`, `shape`, `source`, `date`,
        `p90_by_p10`, `weak`.
        """
        return ledger_frame(self.quantity.assumptions, None)

    def tornado(self) -> Tornado:
        """Return how far each assumption moves the answer by itself, longest first."""
        return tornado_of(self._spread, "market")

    @property
    def all_lows_and_highs(self) -> Extremes:
        """What multiplying all the lows, or all the highs, would give, and how rare that is."""
        return extremes_of(self._spread, "market")

    def to(
        self,
        *,
        currency: str | None = None,
        rate: Any = None,
        per: str | None = None,
        basis: str | None = None,
        take_rate: Any = None,
    ) -> Sizing:
        """Return the same market in another currency, over another period, or on another basis.

        Parameters
        ----------
        currency, rate, per, basis, take_rate
            As in `Money.to`; a rate may be an Assumption.

        Returns
        -------
        Sizing
            Whose argument goes on with the conversion.
        """
        to = {"currency": currency, "rate": rate, "per": per, "basis": basis}
        whole = self.quantity.to(**to, take_rate=take_rate)
        unit, factors = conversion(self.unit, **to, take_rate=take_rate)
        if not factors:
            return self
        drafts = [
            *(link.draft for link in self.links),
            *factors_of(Quantity(terms=(Term(factors),), unit=unit), "x"),
            Draft("=", self.links[-1].name, whole),
        ]
        return sized(
            self.kind,
            drafts,
            told=self.told,
            customers=self.customers,
            draws=self.draws,
            seed=self.seed,
            warnings=self.extra_warnings,
        )

    def funnel(
        self,
        sam: Mapping[str, Any] | Money | Assumption | Quantity,
        som: Mapping[str, Any] | Money | Assumption | Quantity,
        *,
        year: int,
        capacity: Any = None,
        name: str = "",
    ) -> MarketFunnel:
        """Cut this market (TAM) down to what can be served (SAM) and to what is won (SOM).

        Parameters
        ----------
        sam, som : mapping of name -> share, or Money, Assumption, Quantity
            The filters that lead to each, by name, so that none is applied twice; or an amount in
            the unit of the market.
        year : int
            Of which all sizes are. Assumptions that are more than three years older than the newest
            of them are named.
        capacity : Money, Assumption or Quantity, optional
            What can be sold and served: in the unit of the market, or in its customers.
        name : str
            Whose market it is, for the title.

        Returns
        -------
        MarketFunnel
            Which warns where SOM may be above SAM or the capacity, and above 20% of SAM.

        Raises
        ------
        InputError
            For a level above the one that it is a part of (at the medians), a filter that is
            applied twice, and amounts in another unit.

        Examples
        --------
        >>> from pmlab.market import Money, Segment, bottom_up
        >>> market = bottom_up([Segment("Families", 60_000, Money(40, "EUR", per="year"))])
        >>> funnel = market.funnel(
        ...     sam={"where we deliver": 0.4}, som={"won in three years": 0.05}, year=2027
        ... )
        >>> [round(level.p50) for level in (funnel.tam, funnel.sam, funnel.som)]
        [2400000, 960000, 48000]
        """
        return funnel_of(self, sam, som, year=year, capacity=capacity, name=name)

    @property
    def title(self) -> str:  # noqa: D102
        return f"Market size, {self.kind}"

    def _opening(self) -> str:
        return f"{spread_words('The market (TAM)', self, self.unit)}."

    @property
    def method(self) -> str:  # noqa: D102
        own = how([link.estimate for link in self.links], self.draws, self.seed)
        return f"{self.told} {own} {INDEPENDENT}"

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
        return (
            *(f"{one.name}: {one.value_text}." for one in self.quantity.assumptions),
            INDEPENDENT,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the argument, one row a line.

        Returns
        -------
        DataFrame
            `operation`, `name`, `p10`, `p50`, `p90`, `mean`, `sd`, `unit`, `source`, `date`.
        """
        return chain_frame(self.links)

    def summary(self) -> str:  # noqa: D102
        return f"{self._opening()} {self.tornado().summary()}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        return chain_table(self.links).columns

    def _tables(self) -> Sequence[Table]:
        return argument_tables(self.links, self.quantity.assumptions, self.tornado(), None)


def sized(
    kind: str,
    drafts: Sequence[Draft],
    *,
    told: str,
    customers: Quantity | None,
    draws: int,
    seed: int,
    warnings: Sequence[str] = (),
    overlap_bounds: Interval | None = None,
) -> Sizing:
    """Return the sizing of an argument whose last line is the answer."""
    whole = drafts[-1].quantity
    if whole.unit.kind == "share":
        raise InputError(f"the {kind} argument comes to a share, which is no size of a market.")
    if whole.unit.kind == "money" and whole.unit.per is None:
        raise InputError(
            f"the {kind} argument comes to {whole.unit}, without a period. Say per='year' for what "
            "a customer brings, or for how often."
        )
    require_sane(f"the {kind} argument", whole.mean, whole.unit)
    if not whole.mean > 0:
        raise InputError(
            f"the {kind} argument comes to {whole.unit.shown(whole.mean)}; a market is above 0. "
            "See what is subtracted, and what is 0."
        )
    links = linked(drafts, draws, seed)
    every = (
        *warnings,
        *_below_zero(links[-1].estimate),
        *spread_warnings("market", links[-1].estimate, whole.unit),
        *ledger_warnings(whole.assumptions, None),
    )
    return Sizing(
        kind=kind,
        links=links,
        customers=customers,
        draws=draws,
        seed=seed,
        told=told,
        overlap_bounds=overlap_bounds,
        extra_warnings=tuple(warnings),
        warnings=every,
    )


def _below_zero(one: Estimate) -> list[str]:
    chance = 0.0 if surely_above(one.quantity) else one.cdf(0.0)
    if chance <= 0:
        return []
    return [
        f"the market comes to 0 or less with a chance of {fraction(chance, digits=2)}, which "
        "cannot be. Say what is subtracted as a share of what it is subtracted from."
    ]
