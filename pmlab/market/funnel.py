"""TAM, SAM and SOM: one market, cut down to what is served and to what is won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from pmlab.errors import InputError, require_choice
from pmlab.market.chain import Draft, Link, chain_frame, chain_table, factors_of, linked
from pmlab.market.estimate import Estimate, how, joint
from pmlab.market.given import amount_given, shares_given
from pmlab.market.ledger import ledger_frame, ledger_warnings
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.tornado import Extremes, Tornado, extremes_of, tornado_of
from pmlab.market.units import Unit, require_same
from pmlab.market.words import INDEPENDENT, argument_tables, spread_warnings, spread_words
from pmlab.results import Result, Table, fraction
from pmlab.uncertain.numbers import is_number, shown

if TYPE_CHECKING:
    from pmlab.market.sizing import Sizing

__all__ = ["LEVELS", "MarketFunnel", "funnel_of"]

LEVELS = ("TAM", "SAM", "SOM")
HIGH_SHARE = 0.2
"""A SOM of more than this part of the SAM is more than most ever win."""
RARELY = 0.005
YEARS = range(1900, 2201)


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
    lead to SAM and SOM, which leave the same part of customers as of money."""
    capacity: Estimate | None = None
    """What can be sold and served, as it was given."""
    chance_above_capacity: float | None = None
    """The chance that the SOM is more than the capacity."""
    draws: int
    seed: int
    told: str

    @property
    def unit(self) -> Unit:
        """What all three are measured in."""
        return self.tam.quantity.unit

    @property
    def levels(self) -> dict[str, Estimate]:
        """The three estimates by name."""
        return dict(zip(LEVELS, (self.tam, self.sam, self.som), strict=True))

    @property
    def ledger(self) -> pd.DataFrame:
        """One row an assumption, weakest first, as in `Sizing.ledger`."""
        return ledger_frame(self._every, self.year)

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
    def title(self) -> str:  # noqa: D102
        return f"{f'{self.name}: ' if self.name else ''}TAM, SAM and SOM of {self.year}"

    def _opening(self) -> str:
        return f"{spread_words('What is won (SOM)', self.som, self.unit)}."

    @property
    def method(self) -> str:  # noqa: D102
        own = how([link.estimate for link in self.links], self.draws, self.seed)
        return (
            f"TAM, {self.kind}: {self.told[0].lower()}{self.told[1:]} SAM is the part that can be "
            f"served, SOM the part that is won. {own} {INDEPENDENT}"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
        return (
            *(f"{one.name}: {one.value_text}." for one in self._every),
            INDEPENDENT,
            "Every filter applies to all parts of the market alike.",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the argument, one row a line.

        Returns
        -------
        DataFrame
            `operation`, `name`, `p10`, `p50`, `p90`, `mean`, `sd`, `unit`, `source`, `date`.
        """
        return chain_frame(self._lines)

    def summary(self) -> str:  # noqa: D102
        unit = self.unit
        return (
            f"Of a market (TAM) of about {unit.shown(self.tam.p50)}, {unit.shown(self.sam.p50)} "
            f"can be served (SAM). {self._opening()} {self.tornado().summary()}"
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        return chain_table(self._lines).columns

    def _tables(self) -> Sequence[Table]:
        return argument_tables(self._lines, self._every, self.tornado(), self.year)

    @property
    def _lines(self) -> tuple[Link, ...]:
        """The argument, and how many customers the money is won from."""
        if self.customers is None or self.unit.kind != "money":
            return self.links
        won = Link(operation="=", name="SOM, customers", estimate=self.customers["SOM"])
        return (*self.links, won)


def funnel_of(
    sizing: Sizing, sam: Any, som: Any, *, year: Any, capacity: Any, name: str
) -> MarketFunnel:
    """Return the funnel of a sizing: see `Sizing.funnel`."""
    year = _whole_year(year)
    used = list(sizing.quantity.assumptions)
    tam = sizing.quantity
    drafts = [link.draft for link in sizing.links]
    served, lines = _level("sam", "SAM", sam, tam, used)
    drafts += lines
    _, lines = _level("som", "SOM", som, served, used)
    drafts += lines
    people = _customers(sizing.customers, sam, som)
    heads = [Draft("=", level, one) for level, one in people.items()]
    links = linked([*drafts, *heads], sizing.draws, sizing.seed)
    links, counted = links[: len(drafts)], links[len(drafts) :]
    ends = {link.name: link.estimate for link in links if link.operation == "="}
    levels = {"TAM": links[len(sizing.links) - 1].estimate, **{n: ends[n] for n in LEVELS[1:]}}
    warnings = _order_warnings(levels, {"SAM": sam, "SOM": som}, sizing.draws, sizing.seed)
    can, chance = None, None
    if capacity is not None:
        won = people.get("SOM")
        can, chance, more = _against_capacity(capacity, levels["SOM"], won, sizing)
        warnings += more
    high = levels["SOM"].p50 / levels["SAM"].p50
    if high > HIGH_SHARE:
        warnings.append(
            f"SOM is {fraction(high, digits=2)} of SAM at the medians, and more than "
            f"{fraction(HIGH_SHARE)} is rarely won in a few years. Say who loses it, and why."
        )
    every = tuple(
        dict.fromkeys(one for level in levels.values() for one in level.quantity.assumptions)
    )
    return MarketFunnel(
        name=name,
        kind=sizing.kind,
        year=year,
        links=links,
        tam=levels["TAM"],
        sam=levels["SAM"],
        som=levels["SOM"],
        customers={link.name: link.estimate for link in counted} or None,
        capacity=can,
        chance_above_capacity=chance,
        draws=sizing.draws,
        seed=sizing.seed,
        told=sizing.told,
        warnings=(
            *sizing.extra_warnings,
            *warnings,
            *spread_warnings("SOM", levels["SOM"], tam.unit),
            *ledger_warnings(every, year),
        ),
    )


def _level(
    parameter: str, title: str, given: Any, before: Quantity, used: list[Assumption]
) -> tuple[Quantity, list[Draft]]:
    """Return the next level and its lines: what is left by filters, or an amount by itself."""
    if isinstance(given, (Money, Assumption, Quantity)):
        whole = amount_given(given, parameter, title)
        above = "TAM" if title == "SAM" else "SAM"
        require_same(before.unit, whole.unit, f"compare {above} and {title},")
        used += whole.assumptions
        lines = [] if len(whole.terms[0].factors) == len(whole.terms) == 1 else factors_of(whole)
        return whole, [*lines, Draft("=", title, whole)]
    if is_number(given):
        raise InputError(
            f"{parameter}={shown(given)} says neither what it is nor its unit. Say {{'what it is': "
            f"{shown(given)}}} for a share, or Money(...) for an amount."
        )
    filters = shares_given(given, parameter, used)
    if not filters:
        raise InputError(
            f"{parameter} is empty. Say what keeps {title} below the level above it, such as "
            "{'where we deliver': 0.4}; {'everybody': 1} if nothing does."
        )
    whole, lines = before, []
    for part in filters.values():
        lines += factors_of(part, "x")
        whole = whole * part
    return whole, [*lines, Draft("=", title, whole)]


def _order_warnings(
    levels: Mapping[str, Estimate], given: Mapping[str, Any], n: int, seed: int
) -> list[str]:
    """Raise where a level is above the one before at the medians; warn where it may be."""
    warnings = []
    for upper, lower in pairwise(LEVELS):
        over, under = levels[upper], levels[lower]
        if isinstance(given[lower], Mapping):
            continue  # a part of it by shares, none of which is above 1
        unit = over.quantity.unit
        if under.p50 > over.p50 * (1 + 1e-9):
            raise InputError(
                f"{lower} is {unit.shown(under.p50)} and {upper} {unit.shown(over.p50)} at the "
                f"medians; {lower} is a part of {upper}. See whether both are of the same "
                "customers, period and basis."
            )
        above, below = joint([over.quantity, under.quantity], n, seed)
        chance = float((below > above).mean())
        if chance > RARELY:
            warnings.append(
                f"{lower} comes out above {upper}, of which it is a part, in "
                f"{fraction(chance, digits=2)} of the draws. Say it as a share of {upper} instead."
            )
    return warnings


def _customers(customers: Quantity | None, sam: Any, som: Any) -> dict[str, Quantity]:
    """Return the customers of each level, for filters apply to them alike; none if not known."""
    if customers is None or not isinstance(sam, Mapping) or not isinstance(som, Mapping):
        return {}
    used: list[Assumption] = []
    found = {"TAM": customers}
    for parameter, given in (("sam", sam), ("som", som)):
        for part in shares_given(given, parameter, used).values():
            customers = customers * part
        found[parameter.upper()] = customers
    return found


def _against_capacity(
    capacity: Any, som: Estimate, people: Quantity | None, sizing: Sizing
) -> tuple[Estimate, float, list[str]]:
    """Return the capacity, the chance that SOM is more, and what to say about it."""
    if is_number(capacity) and som.quantity.unit.kind == "count":
        capacity = Assumption(
            "Capacity", capacity, som.quantity.unit.noun, per=som.quantity.unit.per
        )
    can = amount_given(capacity, "capacity", "Capacity")
    won = som.quantity
    if can.unit.kind == "count" and won.unit.kind == "money":
        if people is None:
            raise InputError(
                f"capacity is in {can.unit}, and this argument does not say how many of the SOM "
                f"that is. Give the capacity in {won.unit}."
            )
        won = people
    require_same(won.unit, can.unit, "compare SOM and capacity,")
    drafts = [Draft("", "SOM", won), Draft("", "Capacity", can)]
    sold, limit = (link.estimate for link in linked(drafts, sizing.draws, sizing.seed))
    if not limit.quantity.polynomial.unknowns:
        chance = 1 - sold.cdf(limit.p50)
    else:
        most, possible = joint([won, can], sizing.draws, sizing.seed)
        chance = float((most > possible).mean())
    if chance <= RARELY:
        return limit, chance, []
    return (
        limit,
        chance,
        [
            f"SOM is more than the capacity of {can.unit.shown(limit.p50)} with a chance of "
            f"{fraction(chance, digits=2)}: it cannot all be sold or served. Lower the SOM, or "
            "say what more capacity costs."
        ],
    )


def _whole_year(year: Any) -> int:
    if not is_number(year) or year not in YEARS:
        raise InputError(f"year={shown(year)} must be a whole year such as 2027: of the sizes.")
    return int(year)
