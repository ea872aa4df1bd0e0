"""From the bottom up: segments of customers, each customer counted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmlab.errors import InputError, did_you_mean
from pmlab.market.chain import Draft, factors_of
from pmlab.market.estimate import joint, settings, surely_above
from pmlab.market.given import customers_given
from pmlab.market.money import Money
from pmlab.market.overlaps import Overlaps, bounds_of, left_out_of, require_possible
from pmlab.market.quantity import Assumption, Quantity, as_quantity, named
from pmlab.market.sizing import Sizing, sized
from pmlab.market.units import require_same
from pmlab.results import fraction
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import is_number, shown

__all__ = ["Segment", "bottom_up"]

NOBODY = "none"
RARELY = 0.005
"""A chance below this is not worth a warning."""
BEFORE = "and those listed before it"
OFTEN = 0.05
"""A chance above this is no rounding at the edges: negative segments would move the market."""


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
    n, seed = settings(draws, rng)
    segments = _checked(segments)
    names = [one.name for one in segments]
    people = _people(segments)
    each = _revenues(segments, people)
    shared, nobody = _overlaps(overlaps, names, people[names[0]].unit.noun)
    medians = [one.at_medians for one in people.values()]
    known = {key: one.at_medians for key, one in shared.items()} | dict.fromkeys(nobody, 0.0)
    require_possible(names, medians, known)
    counted = {name: _once(place, names, people[name], shared) for place, name in enumerate(names)}
    drafts, everybody, whole = _argument(names, people, each, shared, counted)
    bounds, warnings = None, []
    values = [1.0 if each is None else each[name].at_medians for name in names]
    overlap = Overlaps(names=names, sizes=medians, shared=known, values=values)
    if overlaps != NOBODY and len(names) > 1:
        found = bounds_of(overlap, whole.at_medians, whole.unit)
        bounds, warnings = found.bounds, list(found.warnings)
    complete = next(left_out_of(overlap), None) is None
    warnings = [*_impossible(names, people, shared, counted, complete, n, seed), *warnings]
    told = "Customers, each counted once, in the first listed segment that they belong to"
    if each is not None:
        told += ", times what each brings"
    return sized(
        "bottom-up",
        drafts,
        told=f"{told}. {_nobody_in(names, nobody, overlaps)}".strip(),
        customers=everybody,
        draws=n,
        seed=seed,
        warnings=warnings,
        overlap_bounds=bounds,
    )


def _checked(segments: Any) -> list[Segment]:
    if isinstance(segments, Segment):
        segments = [segments]
    if isinstance(segments, (str, Mapping)) or not hasattr(segments, "__iter__"):
        raise InputError(f"segments={segments!r} must be a list of Segment.")
    found = list(segments)
    if not found:
        raise InputError("segments is empty; a market needs one or more Segment.")
    for one in found:
        if not isinstance(one, Segment):
            raise InputError(
                f"segments holds {one!r}, a {type(one).__name__}; say Segment(name, customers, "
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


def _overlaps(
    overlaps: Any, names: Sequence[str], noun: str
) -> tuple[dict[tuple[int, ...], Quantity], list[tuple[int, ...]]]:
    """Return how many belong to each set of segments, by their places, and the sets of nobody."""
    if overlaps is None or (isinstance(overlaps, str) and overlaps == NOBODY):
        return {}, []
    if not isinstance(overlaps, Mapping):
        raise InputError(
            f"overlaps={overlaps!r} must be a mapping such as {{('A', 'B'): 12_000}}, or 'none' if "
            "nobody belongs to two segments."
        )
    found: dict[tuple[int, ...], Quantity] = {}
    nobody: list[tuple[int, ...]] = []
    for key, value in overlaps.items():
        given = [key] if isinstance(key, str) else key
        together = [" ".join(str(name).split()) for name in given]
        for name in together:
            if name not in names:
                raise InputError(
                    f"overlaps[{key!r}]: there is no segment {name!r}. {did_you_mean(name, names)}"
                )
        places = tuple(sorted({names.index(name) for name in together}))
        if len(places) < 2 or len(places) < len(together):
            raise InputError(f"overlaps[{key!r}] must name two or more different segments.")
        if places in found or places in nobody:
            raise InputError(f"overlaps has {key!r} twice; the order of names does not matter.")
        title = "In " + " and ".join([", ".join(names[p] for p in places[:-1]), names[places[-1]]])
        shared = customers_given(value, f"overlaps[{key!r}]", title, noun)
        if not shared.polynomial.unknowns and shared.mean == 0:
            nobody.append(places)  # said once, in the method, and no line of the argument
        else:
            found[places] = shared
    return found, nobody


def _nobody_in(names: Sequence[str], nobody: Sequence[tuple[int, ...]], overlaps: Any) -> str:
    """Return the sentence that tells who is said to have nobody in common."""
    if isinstance(overlaps, str) and len(names) > 1:
        return "Given: nobody is in two segments."
    if not nobody:
        return ""
    listed = [_both(names[place] for place in places) for places in nobody[:3]]
    more = f", or in {len(nobody) - 3} further combinations" if len(nobody) > 3 else ""
    return f"Given: nobody is in {', or in '.join(listed)}{more}."


def _once(
    place: int,
    names: Sequence[str],
    people: Quantity,
    shared: Mapping[tuple[int, ...], Quantity],
) -> Quantity:
    """Return the customers of a segment who are in none of those listed before it."""
    for places, both in shared.items():
        if places[-1] == place:
            require_same(people.unit, both.unit, f"subtract from {names[place]} what is shared:")
            people = people - both if len(places) % 2 == 0 else people + both
    return people


def _argument(
    names: Sequence[str],
    people: Mapping[str, Quantity],
    each: Mapping[str, Quantity] | None,
    shared: Mapping[tuple[int, ...], Quantity],
    counted: Mapping[str, Quantity],
) -> tuple[list[Draft], Quantity, Quantity]:
    """Return the lines of the argument, all customers, and the market."""
    everybody = _added([counted[name] for name in names])
    alike = each is None or all(one == each[names[0]] for one in each.values())
    if alike:
        drafts: list[Draft] = []
        for name in names:
            drafts += factors_of(people[name], "+" if drafts else "")
        for places, both in shared.items():
            drafts += factors_of(both, "-" if len(places) % 2 == 0 else "+")
        if each is None:
            return [*drafts, Draft("=", "TAM", everybody)], everybody, everybody
        if len(drafts) > 1:
            drafts.append(Draft("=", "Customers, each once", everybody))
        drafts += _times(each[names[0]])
        whole = everybody * each[names[0]]
        return [*drafts, Draft("=", "TAM", whole)], everybody, whole
    assert each is not None
    drafts, parts = [], []
    for place, name in enumerate(names):
        drafts += factors_of(people[name])
        own = [
            line
            for places, both in shared.items()
            if places[-1] == place
            for line in factors_of(both, "-" if len(places) % 2 == 0 else "+")
        ]
        if own:
            drafts += [*own, Draft("=", f"{name}, not counted before", counted[name])]
        drafts += _times(each[name])
        parts.append(counted[name] * each[name])
        drafts.append(Draft("=", name, parts[-1]))
    whole = _added(parts)
    return [*drafts, Draft("=", "TAM, all segments", whole)], everybody, whole


def _times(each: Quantity) -> list[Draft]:
    """Return the lines that multiply by a quantity; a sum stands as one number."""
    if len(each.terms) == 1:
        return factors_of(each, "x")
    return [Draft("x", "Revenue of each", each)]


def _added(parts: Sequence[Quantity]) -> Quantity:
    total = parts[0]
    for one in parts[1:]:
        total = total + one
    return total


def _impossible(
    names: Sequence[str],
    people: Mapping[str, Quantity],
    shared: Mapping[tuple[int, ...], Quantity],
    counted: Mapping[str, Quantity],
    complete: bool,
    n: int,
    seed: int,
) -> list[str]:
    """Say how often more belong to several segments than to one of them, or raise if often.

    What is counted of a segment may be too few only because some overlap is left out, of which the
    bounds of the total tell; it is an error where nothing is.
    """
    left = {
        (_both(names[p] for p in places), names[place]): people[names[place]] - both
        for places, both in shared.items()
        for place in places
    }
    for name, one in counted.items():
        if len(one.terms) > len(people[name].terms) + 1:
            left[f"{name!r} {BEFORE}", name] = one
    left = {key: one for key, one in left.items() if not surely_above(one)}
    drawn = joint(list(left.values()), n, seed)
    worst: dict[str, tuple[float, str]] = {}
    for (together, name), values in zip(left, drawn, strict=True):
        chance = float((values < 0).mean())
        worst[together] = max(worst.get(together, (0.0, "")), (chance, name))
    said = []
    for together, (chance, name) in worst.items():
        text = (
            f"in {fraction(chance, digits=2)} of the draws more customers are in {together} than "
            f"{name!r} has, which cannot be. Say what they share as a part of the smaller, "
            f"{name!r}: {name} x share."
        )
        if chance > OFTEN and (complete or not together.endswith(BEFORE)):
            raise InputError(f"overlaps: {text}")
        if chance > RARELY:
            said.append(text)
    return said


def _both(names: Iterable[str]) -> str:
    return " and ".join(map(repr, names))
