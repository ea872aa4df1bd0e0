"""From the bottom up: segments of customers, each customer counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmlab.errors import InputError
from pmlab.market.chain import Draft, lines_of
from pmlab.market.estimate import settings
from pmlab.market.given import customers_given
from pmlab.market.levels import Part, added
from pmlab.market.money import Money
from pmlab.market.overlaps import Overlapping, read_overlaps
from pmlab.market.quantity import Assumption, Quantity, as_quantity, named
from pmlab.market.sizing import Sizing, sized
from pmlab.market.units import require_same
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import is_number, shown

__all__ = ["Segment", "bottom_up"]

FEW, SMALL = 12, 0.02
"""Of more segments than these, those below this part of the market are printed together."""


@dataclass(frozen=True)
class Segment:
    """A group of customers, and what each brings.

    Parameters
    ----------
    name : str
    customers : number, Range, Assumption or Quantity
        How many there are, above 0.
    revenue : Money, Assumption or Quantity, optional
        What each brings, over a period. Left out in all segments, the market is a number of
        customers.

    Raises
    ------
    InputError
        For a segment without customers, and revenue that is no money.

    Examples
    --------
    >>> from pmlab.market import Money, Segment
    >>> Segment("Firms", 1_000, Money(100e3, "USD", per="year")).name
    'Firms'
    """

    name: str
    customers: float | Range | Assumption | Quantity
    revenue: Money | Assumption | Quantity | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"name={self.name!r} must be a text that names the segment.")
        object.__setattr__(self, "name", " ".join(self.name.split()))
        where = f"segment {self.name!r}"
        if is_number(self.customers) and not self.customers > 0:  # type: ignore[operator]
            raise InputError(
                f"{where} is empty: customers={shown(self.customers)} must be above 0. Leave out a "
                "segment that nobody belongs to."
            )
        people = customers_given(self.customers, f"{where}: customers", "customers", "customers")
        if not people.mean > 0:
            raise InputError(f"{where} is empty: its customers come to {people.mean:g}.")
        if self.revenue is None:
            return
        if is_number(self.revenue) or isinstance(self.revenue, Range):
            raise InputError(
                f"{where}: revenue={shown(self.revenue)} has no currency. Say Money(..., 'EUR', "
                "per='year')."
            )
        each = named(self.revenue, "revenue", "", f"{where}: revenue")
        if each.unit.kind != "money":
            raise InputError(
                f"{where}: revenue is in {each.unit}; it must be money. Multiply it by what one "
                "brings, a Money."
            )


def bottom_up(
    segments: Sequence[Segment],
    overlaps: Mapping[Sequence[str], Any] | str | None = None,
    *,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Sizing:
    """Size a market from its customers, segment by segment.

    Each customer is counted once, in the first listed segment that they belong to. What segments
    share is subtracted by inclusion and exclusion: 40,000 + 65,000 - 12,000 = 93,000.

    Parameters
    ----------
    segments : sequence of Segment
        Of the same kind of customers, with revenue in the same currency, period and basis.
    overlaps : mapping of names -> number of customers, or "none"
        For two or more segments, how many customers belong to all of them. "none" says that nobody
        belongs to two. What is left out is not known: it is taken as nobody, with a warning that
        says between what bounds the market lies.
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
        For no segments, a name twice, an empty segment, units that do not go together, and
        overlaps that cannot be.

    Examples
    --------
    >>> from pmlab.market import Segment, bottom_up
    >>> market = bottom_up(
    ...     [Segment("Families", 40e3), Segment("Couples", 65e3)],
    ...     overlaps={("Families", "Couples"): 12e3},
    ... )
    >>> market.p50
    93000.0
    """
    drawn = settings(draws, rng)
    segments = _checked(segments)
    people = _people(segments)
    each = _revenues(segments, people)
    overlapping = read_overlaps(overlaps, people)
    overlapping.require_possible()
    counted = overlapping.counted
    parts = tuple(
        Part(
            name=name,
            customers=one,
            market=one if each is None else one * each[name],
        )
        for name, one in counted.items()
    )
    drafts = _argument(overlapping, each, parts)
    whole, worth = drafts[-1].quantity, [1.0] * len(parts)
    told = "Customers, each counted once, in the first listed segment that they belong to"
    if each is not None:
        worth = [one.at_medians for one in each.values()]
        told += ", times what each brings"
    return sized(
        "bottom-up",
        drafts,
        told=f"{told}. {overlapping.told()}".strip(),
        customers=added(counted.values()),
        parts=parts,
        draws=drawn,
        warnings=overlapping.unlikely(drawn),
        overlap=overlapping.not_known(worth, whole.at_medians, whole.unit),
        spending=overlapping.whose_spending(worth, whole.at_medians),
    )


def _checked(segments: Any) -> list[Segment]:
    if isinstance(segments, Segment):
        segments = [segments]
    if isinstance(segments, (str, Mapping)) or not hasattr(segments, "__iter__"):
        raise InputError(f"segments is a {type(segments).__name__}; it must be a list of Segment.")
    found = list(segments)
    if not found:
        raise InputError("segments is empty; a market needs one or more Segment.")
    for one in found:
        if not isinstance(one, Segment):
            raise InputError(
                f"segments holds a {type(one).__name__}, no Segment; say Segment(name, customers, "
                "revenue)."
            )
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two segments are called {name!r}; give each a name of its own.")
    return found


def _people(segments: Sequence[Segment]) -> dict[str, Quantity]:
    """Return the customers of each segment, all of the same noun."""
    noun = next(
        (
            as_quantity(one.customers).unit.noun
            for one in segments
            if isinstance(one.customers, (Assumption, Quantity))
        ),
        "customers",
    )
    found = {
        one.name: customers_given(
            one.customers, f"segment {one.name!r}: customers", f"{one.name}: {noun}", noun
        )
        for one in segments
    }
    first = segments[0].name
    for name, people in found.items():
        require_same(found[first].unit, people.unit, f"add the segments {first} and {name},")
    return found


def _revenues(
    segments: Sequence[Segment], people: Mapping[str, Quantity]
) -> dict[str, Quantity] | None:
    """Return what a customer of each segment brings, all in the same unit; None for a count."""
    without = [one.name for one in segments if one.revenue is None]
    if len(without) == len(segments):
        return None
    if without:
        raise InputError(
            f"segment {without[0]!r} has no revenue and others have; say it for all segments, or "
            "for none to count customers."
        )
    found = {
        one.name: named(one.revenue, f"{one.name}: revenue", "", "revenue") for one in segments
    }
    first = segments[0].name
    for name, each in found.items():
        if each.unit.per is None and people[name].unit.per is None:
            raise InputError(
                f"segment {name!r}: revenue is in {each.unit}, without a period. Say per='year' "
                "for what a customer brings, or multiply by how often a year."
            )
        require_same(found[first].unit, each.unit, f"add the segments {first} and {name},")
    return found


def _argument(
    overlapping: Overlapping, each: Mapping[str, Quantity] | None, parts: Sequence[Part]
) -> list[Draft]:
    """Return the lines of the argument."""
    first = overlapping.names[0]
    if each is None:
        return _everybody(overlapping, parts, "TAM")
    if len(parts) == 1 or all(one == each[first] for one in each.values()):
        drafts = _everybody(overlapping, parts, "Customers, each once")
        whole = drafts[-1].quantity * each[first]
        if len(drafts) == 2:  # a line and what it comes to
            drafts.pop()
        return [*drafts, *lines_of(each[first], "x", "Revenue of each"), Draft("=", "TAM", whole)]
    drafts = []
    small = _small(parts)
    for place, part in enumerate(parts):
        lines = _customers(overlapping, place)
        lines += [
            *lines_of(each[part.name], "x", f"{part.name}: revenue"),
            Draft("=", part.name, part.market),
        ]
        drafts += [line._replace(folded=part in small) for line in lines]
    for place, part in enumerate(parts):
        drafts.append(Draft("+" if place else "", part.name, part.market, folded=part in small))
    drafts += _further([part.market for part in small])
    return [*drafts, Draft("=", "TAM", added(part.market for part in parts))]


def _everybody(overlapping: Overlapping, parts: Sequence[Part], name: str) -> list[Draft]:
    """Return the lines that add up all customers, and take off what is counted again."""
    drafts: list[Draft] = []
    small = _small(parts)
    for part in parts:
        noun = f"{part.name}: {part.customers.unit.noun}"
        lines = lines_of(overlapping.people[part.name], "+" if drafts else "", noun)
        drafts += [line._replace(folded=part in small) for line in lines]
    if drafts[-1].operation == "=" and len(parts) == 1:
        drafts.pop()  # it is said below
    for place, part in enumerate(parts):
        lines = _less_shared(overlapping, place)
        drafts += [line._replace(folded=part in small) for line in lines]
    drafts += _further([part.customers for part in small])
    return [*drafts, Draft("=", name, added(part.customers for part in parts))]


def _customers(overlapping: Overlapping, place: int) -> list[Draft]:
    """Return the lines of a segment's customers who are in none of those before it."""
    name = overlapping.names[place]
    lines = lines_of(overlapping.people[name], "", f"{name}: customers")
    less = _less_shared(overlapping, place)
    if less:
        less.append(Draft("=", f"{name}, not counted before", overlapping.counted[name]))
    return [*lines, *less]


def _less_shared(overlapping: Overlapping, place: int) -> list[Draft]:
    lines: list[Draft] = []
    for places, both in overlapping.shared_last(place):
        title = f"In {' and '.join(overlapping.names[place] for place in places)}"
        lines += lines_of(both, "-" if len(places) % 2 == 0 else "+", title)
    return lines


def _small(parts: Sequence[Part]) -> list[Part]:
    """Return the segments that are printed together, where there are many: three or more."""
    if len(parts) <= FEW:
        return []
    sizes = [part.market.at_medians for part in parts]
    small = [part for part, size in zip(parts, sizes, strict=True) if size < SMALL * sum(sizes)]
    small = [part for part in small if part is not parts[0]]
    return small if len(small) > 2 else []


def _further(small: Sequence[Quantity]) -> list[Draft]:
    """Return the line that stands in print for those of the small segments."""
    if not small:
        return []
    return [Draft("+", f"{len(small)} further segments", added(small), in_print=True)]
