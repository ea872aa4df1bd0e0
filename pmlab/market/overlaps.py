"""Who is in which segments: what can be, and how far what is not known may move the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from pmlab.errors import InputError, did_you_mean
from pmlab.market.estimate import Draws, surely_above
from pmlab.market.given import customers_given
from pmlab.market.quantity import Quantity
from pmlab.market.units import Unit, require_same
from pmlab.results import Result, amount, fraction, number_of
from pmlab.stats import Interval
from pmlab.uncertain.numbers import shown

__all__ = ["Doubt", "Overlapping", "read_overlaps"]

NOBODY = "none"
MOST_SEGMENTS = 10
CLOSE = 1e-6
"""Relative: what a linear programme finds is no closer."""
WORTH_A_WORD = 0.01
"""Relative: bounds that are closer together than this are not told of."""
RARELY = 0.005
"""A chance below this is not worth a warning."""
OFTEN = 0.05
"""A chance above this is no rounding at the edges: negative segments would move the market."""
BEFORE = "and those listed before it"


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Between what bounds the market lies, at the medians, for a reason that is said around them.

    Numbers and words are apart, so that it reads in any unit that the market is brought to.
    """

    before: str
    bounds: Interval
    after: str
    taken: float | None = None
    """What it is as it is counted, where that is to be said."""

    def times(self, factor: float) -> Doubt:
        """Return the same of a market that is so many times as large."""
        low, high = self.bounds
        taken = None if self.taken is None else self.taken * factor
        return replace(self, bounds=Interval(low * factor, high * factor), taken=taken)

    def told(self, unit: Unit) -> str:
        """Return the sentence."""
        low, high = self.bounds
        so = "" if self.taken is None else f" ({unit.number(self.taken)} as counted here)"
        return (
            f"{self.before} At the medians the market lies between {unit.number(low)} and "
            f"{unit.shown(high)}{so}{self.after}"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Overlapping:
    """Segments, and what is said of who is in several of them; sets of segments by their places."""

    people: Mapping[str, Quantity]
    """The customers of each segment, those in others too."""
    shared: Mapping[tuple[int, ...], Quantity]
    """How many are in all of some segments."""
    nobody: Sequence[tuple[int, ...]] = ()
    """Sets of segments that are said to have nobody in common."""
    none_at_all: bool = False
    """Whether it is said that nobody is in two."""

    @cached_property
    def names(self) -> list[str]:
        """The segments, as they are listed."""
        return list(self.people)

    @cached_property
    def counted(self) -> dict[str, Quantity]:
        """The customers of each segment who are in none of those listed before it."""
        found = {}
        for place, (name, own) in enumerate(self.people.items()):
            for places, both in self.shared_last(place):
                require_same(own.unit, both.unit, f"subtract from {name} what is shared:")
                own = own - both if len(places) % 2 == 0 else own + both
            found[name] = own
        return found

    def shared_last(self, place: int) -> Iterator[tuple[tuple[int, ...], Quantity]]:
        """Yield the overlaps of a segment with those that are listed before it."""
        for places, both in self.shared.items():
            if places[-1] == place:
                yield places, both

    @cached_property
    def _sizes(self) -> list[float]:
        return [one.at_medians for one in self.people.values()]

    @cached_property
    def _known(self) -> dict[tuple[int, ...], float]:
        known = {key: one.at_medians for key, one in self.shared.items()}
        return known | dict.fromkeys(self.nobody, 0.0)

    def told(self) -> str:
        """Return the sentence that tells who is said to have nobody in common."""
        if self.none_at_all and len(self.people) > 1:
            return "Given: nobody is in two segments."
        if not self.nobody:
            return ""
        return f"Given: nobody is in {self._listed(self.nobody)}."

    def require_possible(self) -> None:
        """Raise where more are in several segments than in one of them, or in fewer of them."""
        for places, both in self._known.items():
            smaller = min(places, key=lambda place: self._sizes[place])
            if both > self._sizes[smaller] * (1 + CLOSE):
                raise InputError(
                    f"overlaps: {amount(both)} are said to be in {self._all_of(places)}, and "
                    f"{self.names[smaller]!r} has only {amount(self._sizes[smaller])} (at the "
                    "medians)."
                )
            for others, more in self._known.items():
                if set(places) < set(others) and more > both * (1 + CLOSE):
                    raise InputError(
                        f"overlaps: {amount(more)} are said to be in {self._all_of(others)}, and "
                        f"only {amount(both)} in {self._all_of(places)} (at the medians)."
                    )

    def not_known(self, worth: Sequence[float], taken: float, unit: Unit) -> Doubt | None:
        """Return between what bounds the total lies, given what is known (a linear programme).

        Every set of segments has a number of customers who are in exactly these; sizes and overlaps
        fix some sums of them, and the total is a sum of them weighted by what the first listed
        segment of each brings.

        Parameters
        ----------
        worth : sequence of float
            What a customer of each segment brings, at the medians; 1 for a count.
        taken : float
            The total if what is not known is nobody.
        unit : Unit
            Of the total.
        """
        if self.none_at_all or len(self.people) < 2:
            return None
        left_out = list(self._left_out())
        if not left_out and not any(self._known.values()):
            return None
        if len(self.people) > MOST_SEGMENTS:
            raise InputError(
                f"bounds of what overlaps leaves out are found for {MOST_SEGMENTS} segments at "
                f"most, and here are {len(self.people)}. Say overlaps='none' if nobody is in two, "
                "or merge segments."
            )
        low, high = self._extremes(worth)
        if not left_out:
            return None
        settled = high - low <= CLOSE * high
        if not low * (1 - CLOSE) <= taken <= high * (1 + CLOSE):
            raise InputError(
                "overlaps leaves out combinations that cannot be empty: by what is said, the total "
                + (
                    f"is {unit.shown(high)}"
                    if settled
                    else f"lies between {unit.number(low)} and {unit.shown(high)}"
                )
                + f", and would be {unit.shown(taken)} without them. Say how many are in "
                f"{self._listed(left_out, both='both ', all_='all of ')} as well."
            )
        if settled:
            return None
        where = "the most" if taken >= high * (1 - CLOSE) else "within these"
        if taken <= low * (1 + CLOSE):
            where = "the least"
        listed = self._listed(left_out, both="both ", all_="all of ")
        return Doubt(
            before=f"it is not known how many are in {listed}.",
            bounds=Interval(low, high),
            after=(
                f"; taken as nobody, it is {where}. Say overlaps={{...}}, or overlaps='none' if "
                "nobody is in two."
            ),
        )

    def whose_spending(self, worth: Sequence[float], taken: float) -> Doubt | None:
        """Return how far it matters what those who are in several segments bring.

        With the least and the most of their segments: what is not known to be shared is nobody.
        """
        exactly: dict[tuple[int, ...], float] = dict(self._known) | {
            (place,): size for place, size in enumerate(self._sizes)
        }
        # From the largest sets down: who is in exactly these is who is in all, less who is in more.
        for places in sorted(exactly, key=len, reverse=True):
            exactly[places] -= sum(n for more, n in exactly.items() if set(places) < set(more))
        low, high = (
            sum(n * pick(worth[place] for place in places) for places, n in exactly.items())
            for pick in (min, max)
        )
        if high - low <= WORTH_A_WORD * taken:
            return None
        shown_ = [repr(name) for name in self.names[:3]] + ["..."] * (len(self.names) > 3)
        return Doubt(
            before=(
                "who is in several segments is taken to bring what the first listed of them does "
                f"({', '.join(shown_)})."
            ),
            bounds=Interval(low, high),
            after=(
                ", as they bring the least or the most of their segments. List first the segment "
                "whose spending they have."
            ),
            taken=taken,
        )

    def unlikely(self, draws: Draws) -> list[str]:
        """Say how often more belong to several segments than to one of them, or raise if often.

        What is counted of a segment may be too few only because some overlap is left out, of which
        the bounds of the total tell; it is an error where nothing is.
        """
        left = {
            (self._all_of(places), self.names[place]): self.people[self.names[place]] - both
            for places, both in self.shared.items()
            for place in places
        }
        for name, one in self.counted.items():
            if len(one.terms) > len(self.people[name].terms) + 1:
                left[f"{name!r} {BEFORE}", name] = one
        complete = next(self._left_out(), None) is None
        worst: dict[str, tuple[float, str]] = {}
        for (together, name), one in left.items():
            if surely_above(one):
                continue
            chance = float((draws.of(one) < 0).mean())
            worst[together] = max(worst.get(together, (0.0, "")), (chance, name))
        said = []
        for together, (chance, name) in worst.items():
            text = (
                f"in {fraction(chance, digits=2)} of the draws more customers are in {together} "
                f"than {name!r} has, which cannot be. Say what they share as a part of the "
                f"smaller, {name!r}: {name} x share."
            )
            if chance > OFTEN and (complete or not together.endswith(BEFORE)):
                raise InputError(f"overlaps: {text}")
            if chance > RARELY:
                said.append(text)
        return said

    def _extremes(self, worth: Sequence[float]) -> tuple[float, float]:
        n = len(self.people)
        sets = [places for size in range(1, n + 1) for places in combinations(range(n), size)]
        scale = max(self._sizes)
        fixed = {(place,): size for place, size in enumerate(self._sizes)} | self._known
        rows = np.array([[float(set(places) <= set(own)) for own in sets] for places in fixed])
        sums = np.array(list(fixed.values())) / scale
        values = np.array([worth[own[0]] for own in sets])
        most = max(values.max(), 1e-300)
        found = []
        for sign in (1, -1):
            answer = linprog(sign * values / most, A_eq=rows, b_eq=sums, bounds=(0, None))
            if not answer.success:
                raise InputError(
                    "overlaps cannot all be true at once: no way to share customers out among the "
                    "segments gives these numbers (at the medians). See which overlap is too large."
                )
            found.append(float(sign * answer.fun * scale * most))
        return found[0], found[1]

    def _left_out(self) -> Iterator[tuple[int, ...]]:
        """Yield the combinations that are not known, and not empty because a part of them is."""
        if self.none_at_all:
            return
        empty = [set(places) for places, both in self._known.items() if both == 0]
        n = len(self.people)
        # Of very many segments, enough to see that something is left out.
        for size in range(2, (n if n <= MOST_SEGMENTS else 3) + 1):
            for places in combinations(range(n), size):
                if places in self._known or any(part <= set(places) for part in empty):
                    continue
                yield places

    def _all_of(self, places: Iterable[int]) -> str:
        return " and ".join(repr(self.names[place]) for place in places)

    def _listed(
        self, sets: Sequence[tuple[int, ...]], *, both: str = "", all_: str = "", most: int = 3
    ) -> str:
        text = ", or in ".join(
            (both if len(places) == 2 else all_) + self._all_of(places) for places in sets[:most]
        )
        more = len(sets) - most
        return text + (f", or in {number_of(more, 'further combination')}" if more > 0 else "")


def read_overlaps(overlaps: Any, people: Mapping[str, Quantity]) -> Overlapping:
    """Return who is in which segments, by what was given as `overlaps` of `bottom_up`."""
    if overlaps is None or (isinstance(overlaps, str) and overlaps == NOBODY):
        return Overlapping(people=people, shared={}, none_at_all=overlaps == NOBODY)
    if not isinstance(overlaps, Mapping):
        if isinstance(overlaps, Result):
            what = f" is a {type(overlaps).__name__}; it"
        else:
            what = f"={shown(overlaps)}"
        raise InputError(
            f"overlaps{what} must be a mapping such as {{('A', 'B'): 12_000}}, or 'none' if "
            "nobody belongs to two segments."
        )
    names = list(people)
    noun = people[names[0]].unit.noun
    shared: dict[tuple[int, ...], Quantity] = {}
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
        if places in shared or places in nobody:
            raise InputError(f"overlaps has {key!r} twice; the order of names does not matter.")
        title = "In " + " and ".join([", ".join(names[p] for p in places[:-1]), names[places[-1]]])
        both = customers_given(value, f"overlaps[{key!r}]", title, noun)
        if not both.polynomial.unknowns and both.mean == 0:
            nobody.append(places)  # said once, in the method, and no line of the argument
        else:
            shared[places] = both
    return Overlapping(people=people, shared=shared, nobody=nobody)
