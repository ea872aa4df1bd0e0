"""What a sizing answers: the argument with its ranges, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.market.chain import (
    Draft,
    Link,
    argument_tables,
    chain_frame,
    chain_table,
    lines_of,
    linked,
)
from pmlab.market.estimate import (
    INDEPENDENT,
    ONE_CAUSE,
    Draws,
    Estimate,
    estimates,
    guesses_in,
    how,
    ranges_of,
    spread_warnings,
    spread_words,
    surely_above,
)
from pmlab.market.funnel import MarketFunnel
from pmlab.market.ledger import ledger_frame, ledger_warnings
from pmlab.market.levels import Market, Part, Size, funnel_of
from pmlab.market.money import Money
from pmlab.market.overlaps import Doubt
from pmlab.market.quantity import Assumption, Quantity, conversion
from pmlab.market.terms import Term
from pmlab.market.tornado import Extremes, Tornado, extremes_of, tornado_of
from pmlab.market.units import PLAIN, Unit, require_sane
from pmlab.results import Result, Table, amount, fraction
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Distribution, Floats

__all__ = ["Sizing", "sized"]

WIDER = 1.2
"""Where P90 / P10 would be so many times as much if all segments went together, we say so."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sizing(Result, Distribution):
    """The size of a market, and the argument that leads to it."""

    kind: str
    """"bottom-up", "top-down" or "value theory"."""
    links: tuple[Link, ...]
    """The argument, line by line; the last is the answer."""
    customers: Quantity | None = None
    """How many customers, each counted once, where the argument knows it."""
    parts: tuple[Part, ...] = ()
    """The market and the customers by segment, of a bottom-up sizing: each counted once."""
    draws: Draws
    """How many, and the seed."""
    told: str
    """How it is counted, in words."""
    overlap: Doubt | None = None
    """Where overlaps are not known: between what bounds the market lies."""
    spending: Doubt | None = None
    """Where segments that overlap bring different revenue: how far it matters whose they bring."""
    reservations: tuple[str, ...] = ()
    """Warnings about its segments."""

    @property
    def estimate(self) -> Estimate:
        """The answer: its distribution."""
        return self.links[-1].estimate

    @property
    def quantity(self) -> Quantity:
        """The answer as a sum of products of assumptions."""
        return self.estimate.quantity

    @property
    def unit(self) -> Unit:
        """What the answer is measured in."""
        return self.quantity.unit

    @property
    def mean(self) -> float:
        """The expected value, exact. It is above the median where the upper tail is longer."""
        return self.estimate.mean

    @property
    def sd(self) -> float:
        """The standard deviation, exact."""
        return self.estimate.sd

    @property
    def exact(self) -> bool:
        """Whether the quantiles come from a formula, and not from draws."""
        return self.estimate.exact

    def _quantile(self, p: Floats) -> Floats:
        return np.asarray(self.estimate.quantile(p))

    def _cdf(self, x: Floats) -> Floats:
        return np.asarray(self.estimate.cdf(x))

    @property
    def overlap_bounds(self) -> Interval | None:
        """Where overlaps are not known: the least and the most it can be, at the medians."""
        return None if self.overlap is None else self.overlap.bounds

    @property
    def ledger(self) -> pd.DataFrame:
        """One row an assumption, weakest first.

        Columns: `assumption`, `p10`, `p50`, `p90`, `mean`, `unit`, `shape`, `source`, `date`,
        `p90_by_p10`, `share_of_variance`, `weak`.
        """
        return ledger_frame(self.quantity.assumptions, self.tornado().shares, None)

    @property
    def segments(self) -> pd.DataFrame:
        """One row a segment of a bottom-up sizing, customers counted once.

        Columns: `segment`; `customers` and `market`, each with `_p10`, `_p50`, `_p90`, `_mean`.
        """
        rows = []
        for part in self.parts:
            row: dict[str, Any] = {"segment": part.name}
            pair = estimates([part.customers, part.market], self.draws)
            for name, one in zip(("customers", "market"), pair, strict=True):
                for key in ("p10", "p50", "p90", "mean"):
                    row[f"{name}_{key}"] = getattr(one, key)
            rows.append(row)
        return pd.DataFrame(rows)

    def tornado(self) -> Tornado:
        """Return how far each assumption moves the answer by itself, longest first."""
        return tornado_of(self.estimate, "market")

    @property
    def all_lows_and_highs(self) -> Extremes:
        """What multiplying all the lows, or all the highs, would give, and how rare that is."""
        return extremes_of(self.estimate, "market")

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
        unit, factors = conversion(self.unit, **to, take_rate=take_rate)
        if not factors:
            return self
        factor = Quantity(terms=(Term(factors),), unit=PLAIN)

        def converted(one: Quantity) -> Quantity:
            return replace(one * factor, unit=unit)

        ratio = factor.at_medians
        overlap, spending = (one and one.times(ratio) for one in (self.overlap, self.spending))
        return sized(
            self.kind,
            [
                *(link.draft for link in self.links),
                *lines_of(factor, "x"),
                Draft("=", self.links[-1].name, converted(self.quantity)),
            ],
            told=self.told,
            customers=self.customers,
            parts=[replace(part, market=converted(part.market)) for part in self.parts],
            draws=self.draws,
            warnings=self.reservations,
            overlap=overlap,
            spending=spending,
        )

    def funnel(
        self,
        sam: Mapping[str, Any] | Money | Assumption | Quantity | Sizing,
        som: Mapping[str, Any] | Money | Assumption | Quantity | Sizing,
        *,
        year: int,
        capacity: Any = None,
        name: str = "",
    ) -> MarketFunnel:
        """Cut this market (TAM) down to what can be served (SAM) and to what is won (SOM).

        Parameters
        ----------
        sam, som : mapping of name -> share, or Money, Assumption, Quantity, Sizing
            The filters that lead to each, by name, so that none is applied twice; or an amount in
            the unit of the market. Of a bottom-up sizing, a filter's share may differ by segment:
            ``{"where we deliver": {"Families": 0.4, "Couples": 0.2}}``. What a segment brings is
            that of its customers who are counted in it, and a segment left out is out.
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
            applied twice, a segment that is not there, and amounts in another unit.

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
        market = Market(
            links=self.links,
            kind=self.kind,
            told=self.told,
            draws=self.draws,
            size=Size(self.quantity, self.customers, self.parts),
            warnings=tuple(self._about_segments),
        )
        given = [
            Size(one.quantity, one.customers, one.parts) if isinstance(one, Sizing) else one
            for one in (sam, som)
        ]
        return funnel_of(market, *given, year=year, capacity=capacity, name=name)

    @property
    def title(self) -> str:
        return f"Market size, {self.kind}"

    def _opening(self) -> str:
        guesses = guesses_in(self.quantity)
        return f"{spread_words('The market (TAM)', self, self.unit, guesses)}."

    @property
    def method(self) -> str:
        own = how([link.estimate for link in self.links], self.draws)
        return f"{self.told} {own} {INDEPENDENT} {ONE_CAUSE}"

    @property
    def assumptions(self) -> tuple[str, ...]:
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

    def summary(self) -> str:
        return f"{self._opening()} {self.tornado().summary()}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        return chain_table(self.links).columns

    def _tables(self) -> Sequence[Table]:
        return argument_tables(self.links, self.quantity.assumptions, self.tornado(), None)

    @property
    def _about_segments(self) -> list[str]:
        """What is to be known of its segments, in its own unit."""
        doubts = [one.told(self.unit) for one in (self.overlap, self.spending) if one]
        return [*self.reservations, *doubts, *_together(self.parts, self.estimate)]


def sized(
    kind: str,
    drafts: Sequence[Draft],
    *,
    told: str,
    customers: Quantity | None,
    draws: Draws,
    parts: Iterable[Part] = (),
    warnings: Sequence[str] = (),
    overlap: Doubt | None = None,
    spending: Doubt | None = None,
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
    found = Sizing(
        kind=kind,
        links=linked(drafts, draws),
        customers=customers,
        parts=tuple(parts),
        draws=draws,
        told=told,
        overlap=overlap,
        spending=spending,
        reservations=tuple(warnings),
    )
    every = (
        *found._about_segments,
        *_below_zero(found.estimate),
        *spread_warnings("market", found.estimate, whole.unit),
        *ledger_warnings(whole.assumptions, None),
    )
    return replace(found, warnings=every)


def _below_zero(one: Estimate) -> list[str]:
    chance = 0.0 if surely_above(one.quantity) else one.cdf(0.0)
    if chance <= 0:
        return []
    return [
        f"the market comes to 0 or less with a chance of {fraction(chance, digits=2)}, which "
        "cannot be. Say what is subtracted as a share of what it is subtracted from."
    ]


def _together(parts: Sequence[Part], whole: Estimate) -> list[str]:
    """Say how wide the range is if segments that share nothing are wrong together after all.

    All at their P10 at once is the P10 of the sum where they rise and fall together.
    """
    unknown = [set(ranges_of(part.market)) for part in parts]
    unknown = [names for names in unknown if names]
    if len(unknown) < 2 or set.intersection(*unknown):
        return []
    each = estimates([part.market for part in parts], whole.draws)
    low, high = sum(one.p10 for one in each), sum(one.p90 for one in each)
    if low <= 0 or whole.p10 <= 0 or high / low < WIDER * whole.p90 / whole.p10:
        return []
    return [
        f"no uncertain assumption is in all {len(parts)} segments, so that their errors even out: "
        f"P90 is {amount(whole.p90 / whole.p10)} x P10. If they are wrong together, the market "
        f"lies between {whole.unit.number(low)} and {whole.unit.shown(high)} (P10 to P90). "
        f"{ONE_CAUSE}"
    ]
