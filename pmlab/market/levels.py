"""From a market to what is served and what is won: filters, amounts, and the capacity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from pmlab.errors import InputError, did_you_mean
from pmlab.market.chain import Draft, Link, lines_of, linked
from pmlab.market.estimate import Draws, Estimate, estimates, spread_warnings
from pmlab.market.funnel import LEVELS, MarketFunnel
from pmlab.market.given import amount_given, share_given, shares_given
from pmlab.market.ledger import ledger_warnings, listed
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.terms import Fixed, Term
from pmlab.market.units import Unit, require_same
from pmlab.results import Result, fraction
from pmlab.uncertain.numbers import is_number, shown

__all__ = ["Market", "Part", "Size", "added", "funnel_of"]

HIGH_SHARE = 0.2
"""A SOM of more than this part of the SAM is more than most ever win."""
RARELY = 0.005
YEARS = range(1900, 2201)
NONE_OF_IT = Quantity(terms=(Term((Fixed(name="left out", value=0.0),)),), unit=Unit(kind="share"))


@dataclass(frozen=True, kw_only=True)
class Part:
    """A segment of a market: its customers, and what they bring, each customer counted once."""

    name: str
    customers: Quantity
    market: Quantity

    def times(self, share: Quantity) -> Part:
        """Return a share of its customers."""
        return replace(self, customers=self.customers * share, market=self.market * share)


class Size(NamedTuple):
    """How large a level is, in all, in customers where known, and by segment where known."""

    market: Quantity
    customers: Quantity | None = None
    parts: tuple[Part, ...] = ()

    def times(self, share: Quantity) -> Size:
        """Return a share of it, the same in all segments."""
        people = None if self.customers is None else self.customers * share
        return Size(self.market * share, people, tuple(part.times(share) for part in self.parts))


@dataclass(frozen=True, kw_only=True)
class Market:
    """The sizing that a funnel begins with."""

    links: tuple[Link, ...]
    kind: str
    told: str
    draws: Draws
    size: Size
    warnings: tuple[str, ...]


def funnel_of(
    market: Market, sam: Any, som: Any, *, year: Any, capacity: Any, name: str
) -> MarketFunnel:
    """Return the funnel of a sizing: see `Sizing.funnel`."""
    year = _whole_year(year)
    draws = market.draws
    given = {"SAM": sam, "SOM": som}
    used = [one.name for one in market.size.market.assumptions]
    sizes = {"TAM": market.size}
    drafts = [link.draft for link in market.links]
    ends = {"TAM": len(drafts) - 1}
    for above, level in pairwise(LEVELS):
        sizes[level], lines = _level(level, given[level], sizes[above], above, used)
        drafts += lines
        ends[level] = len(drafts) - 1
    links = list(linked(drafts, draws))
    of_filters = {level: isinstance(given.get(level), Mapping) for level in LEVELS}
    within = None
    for level, end in ends.items():
        within = _within(links[end].estimate, within if of_filters[level] else None)
        links[end] = replace(links[end], estimate=within, level=level)
    levels = {level: links[end].estimate for level, end in ends.items()}
    warnings = _order_warnings(levels, of_filters)
    can, chance = None, None
    if capacity is not None:
        can, chance, more = _against_capacity(capacity, levels["SOM"], sizes["SOM"].customers)
        warnings += more
    high = levels["SOM"].p50 / levels["SAM"].p50
    if high > HIGH_SHARE:
        warnings.append(
            f"SOM is {fraction(high, digits=2)} of SAM at the medians, and more than "
            f"{fraction(HIGH_SHARE)} is rarely won in a few years. Say who loses it, and why."
        )
    every = dict.fromkeys(one for level in levels.values() for one in level.quantity.assumptions)
    return MarketFunnel(
        name=name,
        kind=market.kind,
        year=year,
        links=tuple(links),
        tam=levels["TAM"],
        sam=levels["SAM"],
        som=levels["SOM"],
        customers=_customers(sizes, of_filters, draws),
        capacity=can,
        chance_above_capacity=chance,
        draws=draws,
        told=market.told,
        warnings=(
            *market.warnings,
            *warnings,
            *spread_warnings("SOM", levels["SOM"], levels["SOM"].unit),
            *ledger_warnings(list(every), year),
        ),
    )


def added(quantities: Iterable[Quantity]) -> Quantity:
    """Return the sum of some quantities."""
    total, *others = quantities
    for one in others:
        total = total + one
    return total


def _within(one: Estimate, whole: Estimate | None) -> Estimate:
    return one if whole is None else replace(one, within=whole)


def _customers(
    sizes: Mapping[str, Size], of_filters: Mapping[str, bool], draws: Draws
) -> dict[str, Estimate] | None:
    """Return the customers of all levels; None where those of one are not known."""
    known = {level: size.customers for level, size in sizes.items()}
    people = {level: one for level, one in known.items() if one is not None}
    if len(people) < len(LEVELS):
        return None
    found: dict[str, Estimate] = {}
    above = None
    for level, one in zip(people, estimates(list(people.values()), draws), strict=True):
        found[level] = above = _within(one, above if of_filters[level] else None)
    return found


def _level(
    level: str, given: Any, before: Size, above: str, used: list[str]
) -> tuple[Size, list[Draft]]:
    """Return the next level and its lines: what is left by filters, or an amount by itself.

    `used` are the names of what is applied already, and grows.
    """
    parameter = level.lower()
    if isinstance(given, Estimate):
        given = given.quantity
    if isinstance(given, (Money, Assumption, Quantity)):
        given = Size(amount_given(given, parameter, level))
    if isinstance(given, Size):
        whole = given.market
        require_same(before.market.unit, whole.unit, f"compare {above} and {level},")
        used += [one.name for one in whole.assumptions]
        lines = lines_of(whole, name=level)
        alone = len(lines) == 1 or lines[-1].operation == "="
        return given, [*(lines[:-1] if alone else lines), Draft("=", level, whole)]
    if is_number(given):
        raise InputError(
            f"{parameter}={shown(given)} says neither what it is nor its unit. Say {{'what it is': "
            f"{shown(given)}}} for a share, or Money(...) for an amount."
        )
    if not isinstance(given, Mapping):
        raise InputError(
            f"{parameter} is a {type(given).__name__}; it must be a mapping of name -> share, such "
            "as {'where we deliver': 0.4} (a filter says what it is, so that none is applied "
            "twice), or an amount: Money(...), an Assumption, or another sizing."
        )
    if not given:
        raise InputError(
            f"{parameter} is empty. Say what keeps {level} below the level above it, such as "
            "{'where we deliver': 0.4}; {'everybody': 1} if nothing does."
        )
    size, of, lines = before, above, []
    for name, value in given.items():
        if lines and lines[-1].operation == "=":
            of = lines[-1].name
        if isinstance(value, Mapping):
            shares = _by_segment(value, f"{parameter}[{name!r}]", name, size, used)
            more, size = _segment_lines(shares, name, size, of)
            lines += [*more, Draft("=", name, size.market)]
        else:
            _require_no_segment(parameter, given, size)
            assumed: list[Assumption] = []
            part = shares_given({name: value}, parameter, assumed)[name]
            _require_new(f"{parameter}[{name!r}]", [name, *(one.name for one in assumed)], used)
            lines += lines_of(part, "x", name)
            size = size.times(part)
    if lines[-1].operation == "=":
        lines.pop()
    return size, [*lines, Draft("=", level, size.market)]


def _require_no_segment(parameter: str, given: Mapping[Any, Any], size: Size) -> None:
    """Raise where filters are called what segments are: shares of all, where of some were meant."""
    segments = {part.name.casefold(): part.name for part in size.parts}
    called = {
        segments[str(name).casefold()]: share
        for name, share in given.items()
        if str(name).casefold() in segments
    }
    if len(segments) < 2 or not called:
        return
    inside = ", ".join(f"{name!r}: {shown(share)}" for name, share in called.items())
    raise InputError(
        f"{parameter}: {next(iter(called))!r} is a segment, and a filter is applied to all of "
        f"them. For shares by segment name the filter first: {{'where we deliver': {{{inside}}}}}."
    )


def _require_new(parameter: str, names: Sequence[str], used: list[str]) -> None:
    """Raise where a filter or an assumption is applied already, and take note of it."""
    known = {name.lower(): name for name in used}
    for name in names:
        title = " ".join(name.split())
        if title.lower() in known:
            raise InputError(
                f"{parameter}: {known[title.lower()]!r} is applied already. Leave it out here, or "
                "give another condition another name."
            )
    used += [" ".join(name.split()) for name in names]


def _by_segment(
    given: Mapping[Any, Any], parameter: str, name: Any, size: Size, used: list[str]
) -> dict[str, Quantity]:
    """Return the share of each segment that has one above 0."""
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"{parameter}: the name {name!r} must be a text.")
    names = [part.name for part in size.parts]
    if not names:
        raise InputError(
            f"{parameter}: shares by segment need the segments of a bottom_up() sizing, and none "
            "are known here. Give one share for all."
        )
    found: dict[str, Quantity] = {}
    for segment, value in given.items():
        title = " ".join(str(segment).split())
        if title not in names:
            raise InputError(
                f"{parameter}: there is no segment {title!r}. {did_you_mean(title, names)}"
            )
        if not (is_number(value) and value == 0):
            where = f"{parameter}[{segment!r}]"
            found[title] = share_given(value, where, f"{name}: {title}")
    if not found:
        raise InputError(
            f"{parameter} leaves nothing: give a share above 0 for one segment or more."
        )
    # One assumption may stand in the shares of several segments, and in nothing before.
    inside = {one.name for share in found.values() for one in share.assumptions}
    _require_new(parameter, [name, *sorted(inside - {name})], used)
    return found


def _segment_lines(
    shares: Mapping[str, Quantity], name: str, size: Size, of: str
) -> tuple[list[Draft], Size]:
    """Return a line and a share for each segment, and what is left of the market."""
    lines: list[Draft] = []
    kept = [part.times(shares[part.name]) for part in size.parts if part.name in shares]
    for part in size.parts:
        if part.name in shares:
            lines.append(Draft("+" if lines else "", f"{part.name}, of {of}", part.market))
            lines += lines_of(shares[part.name], "x", f"{name}: {part.name}")
    out = [part for part in size.parts if part.name not in shares]
    if out:
        title = listed([part.name for part in out], most=3)
        lines.append(Draft("+", f"{title}, of {of}", added(part.market for part in out)))
        lines.append(Draft("x", f"{name}: left out", NONE_OF_IT))
    people = added(part.customers for part in kept)
    return lines, Size(added(part.market for part in kept), people, tuple(kept))


def _order_warnings(levels: Mapping[str, Estimate], of_filters: Mapping[str, bool]) -> list[str]:
    """Raise where a level is above the one before at the medians; warn where it may be."""
    warnings = []
    for upper, lower in pairwise(LEVELS):
        over, under = levels[upper], levels[lower]
        if of_filters[lower]:
            continue  # a part of it by shares, none of which is above 1
        unit = over.unit
        if under.p50 > over.p50 * (1 + 1e-9):
            raise InputError(
                f"{lower} is {unit.shown(under.p50)} and {upper} {unit.shown(over.p50)} at the "
                f"medians; {lower} is a part of {upper}. See whether both are of the same "
                "customers, period and basis."
            )
        chance = _chance_of_more(under, over)
        if chance > RARELY:
            warnings.append(
                f"{lower} comes out above {upper}, of which it is a part, in "
                f"{fraction(chance, digits=2)} of the draws. Say it as a share of {upper} instead."
            )
    return warnings


def _chance_of_more(one: Estimate, other: Estimate) -> float:
    """Return the chance that one is more than the other, which may rest on the same numbers."""
    draws = one.draws
    return float((draws.of(one.quantity) > draws.of(other.quantity)).mean())


def _against_capacity(
    capacity: Any, som: Estimate, people: Quantity | None
) -> tuple[Estimate, float, list[str]]:
    """Return the capacity, the chance that SOM is more, and what to say about it."""
    won = som.quantity
    if is_number(capacity) and won.unit.kind == "count":
        capacity = Assumption("Capacity", capacity, won.unit.noun, per=won.unit.per)
    if isinstance(capacity, Result):
        raise InputError(
            f"capacity is a {type(capacity).__name__}; it must be Money, an Assumption or what is "
            "made of them, such as its .quantity."
        )
    can = amount_given(capacity, "capacity", "Capacity")
    if can.unit.kind == "count" and won.unit.kind == "money":
        if people is None:
            raise InputError(
                f"capacity is in {can.unit}, and this argument does not say how many of the SOM "
                f"that is. Give the capacity in {won.unit}."
            )
        won = people
    require_same(won.unit, can.unit, "compare SOM and capacity,")
    sold, limit = estimates([won, can], som.draws)
    if not limit.quantity.polynomial.unknowns:
        chance = 1 - sold.cdf(limit.p50)
    else:
        chance = _chance_of_more(sold, limit)
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
