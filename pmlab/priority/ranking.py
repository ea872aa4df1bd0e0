"""A backlog in order, and how far the order can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.priority.backlog import Row
from pmlab.priority.choice import Choice
from pmlab.priority.item import PARTS
from pmlab.priority.ordered import Ordered
from pmlab.priority.score import Comparison, Score
from pmlab.priority.stability import TOLD_APART
from pmlab.priority.words import chance_of, listed, place, span, told_apart
from pmlab.results import Table, amount, count, fraction, number_of, percent

__all__ = ["PERHAPS", "Ranking"]

PERHAPS = 0.05
"""Who has so much of a chance of a place may have it."""
MOST_NAMED = 6


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ranking(Ordered):
    """Items in the order of their RICE scores."""

    named: ClassVar[str] = "item"
    rows: tuple[Row, ...] = field(repr=False)
    """The items as they were read, in order."""
    per: str
    """What time reach is counted in; "" if nobody said."""
    effort_unit: str
    """What effort is counted in; "" if nobody said."""
    choice: Choice
    """Which places are to be done."""
    chance_of_fitting: float = math.nan
    """That what is taken really fits into the capacity; NaN without one, or without ranges."""
    scores: tuple[Score, ...] = field(default=(), repr=False)
    """In order; none without ranges."""
    exact: bool = False
    """Whether score ranges and `beats_next` have a formula: all ranges are lognormal."""
    n_draws: int = 0
    """0 without ranges."""

    @property
    def has_ranges(self) -> bool:
        """Whether anything is a range."""
        return self.n_draws > 0

    @property
    def items(self) -> tuple[str, ...]:
        """The items, the first first."""
        return self._names

    @property
    def top(self) -> int:
        """How many are to be done."""
        return len(self.choice.taken)

    @property
    def capacity(self) -> float | None:
        """The effort there is, if that decides who is taken."""
        return self.choice.capacity

    @property
    def taken(self) -> tuple[str, ...]:
        """What is to be done: the first `top`, or down the ranking what still fits."""
        return tuple(self.items[place] for place in self.choice.taken)

    @property
    def too_large(self) -> tuple[str, ...]:
        """What takes more than the capacity by itself."""
        return tuple(self.items[place] for place in self.choice.too_large)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, in order.

        Returns
        -------
        pandas.DataFrame
            `rank`, `item`, its four guesses and `score`. With ranges: `score_p10`, `_p50`, `_p90`,
            `rank_p10`, `rank_p90`, the chances `first` and `top`, and `beats_next`: to be truly
            above the next one. With a capacity: `taken`; `top` is then among those that are not too
            large.
        """
        return super().to_frame()

    def compare(self, one: str, other: str) -> Comparison:
        """Return the chance that one item truly outranks another.

        Parameters
        ----------
        one, other : str
            Names in the ranking.

        Returns
        -------
        Comparison
            `chance` in [0, 1], also as `float()`, and whether it is `exact`.

        Raises
        ------
        NotFoundError
            For a name that is not in the ranking.
        InputError
            Without ranges, or for an item against itself.

        Examples
        --------
        >>> from pmlab.priority import Item, rice
        >>> items = [Item("A", 900, 2, 0.8, 4), Item("B", 500, 1, 1, 2), Item("C", 300, 1, 1, 2)]
        >>> rice(items, per="month", off_by=1.5, credibility=0.8).compare("A", "C")
        'A' truly outranks 'C' with a chance of 87% (exact).
        """
        for name in (one, other):
            if name not in self.items:
                raise NotFoundError(f"no item is called {name!r}. {did_you_mean(name, self.items)}")
        if one == other:
            raise InputError(f"compare() needs two items; {one!r} was given twice.")
        if not self.has_ranges:
            raise InputError(
                "compare() needs ranges: single guesses say nothing of chances. Give rice() "
                "off_by= or columns of lows and highs, and credibility=0.8."
            )
        first, second = self.items.index(one), self.items.index(other)
        exact = self.scores[first].exact and self.scores[second].exact
        return Comparison(one=one, other=other, chance=self._chance(first, second), exact=exact)

    def _chance(self, one: int, other: int) -> float:
        return self.scores[one].beats(self.scores[other])

    @property
    def title(self) -> str:
        return f"RICE ranking of {number_of(len(self.frame), 'item')}"

    @property
    def method(self) -> str:
        window = f"a {self.per}" if self.per else "in a window that nobody named"
        effort = f"in {self.effort_unit}" if self.effort_unit else "in one unit for all"
        text = (
            f"Score = reach x impact x confidence / effort (McBride, 2016); reach {window}, effort "
            f"{effort}."
        )
        if not self.has_ranges:
            return f"{text} Ranked by the score of the single guesses."
        by = "exact (lognormal)" if self.exact else f"from {count(self.n_draws)} draws"
        return (
            f"{text} Ranked by the median score; score ranges (P10 to P90) and who beats the next "
            f"are {by}, places (P10 to P90 in brackets) from {count(self.n_draws)} draws. Told "
            "apart from the next: above it with a chance of "
            f"{percent(TOLD_APART, digits=0)} or more; for any two: .compare(one, other)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        said = [
            "Reach is of the same window of time, and effort in the same unit, for all.",
            "Value is reach times impact: an impact of 2 on one person equals 1 on two.",
        ]
        if self.has_ranges:
            said += [
                "Guesses are off independently of each other: no common cause moves two items.",
                "Confidence lowers a score and ranges widen it; doubt stated as both counts twice.",
            ]
        return tuple(said)

    def summary(self) -> str:
        """Return a few sentences that a PM could paste into a memo."""
        first = self.frame.iloc[0]
        if len(self.frame) == 1:
            return f"{first['item']!r} is the only item, so there is nothing to rank it against."
        leaders = self._leaders
        if not self.has_ranges:
            verb = "share the first place" if len(leaders) > 1 else "is first"
            said = [
                f"By single guesses {listed(leaders, most=MOST_NAMED)} {verb} with a score of "
                f"{amount(first['score'])}; how sure that is nobody has said."
            ]
            return " ".join([*said, self._taken_sentence()] if self.capacity else said)
        said = [self._first_sentence(leaders)]
        if self.capacity or (1 < self.top < len(self.frame)):
            said.append(self._taken_sentence())
        told = "All neighbours are told apart."
        said.append(self._not_told_apart() if self.not_told_apart else told)
        return " ".join(said)

    def _first_sentence(self, leaders: Sequence[str]) -> str:
        chances = self.frame.set_index("item")["first"]
        first = chances.iloc[0]
        if len(leaders) > 1:
            return (
                f"{listed(leaders, most=MOST_NAMED)} share the first place; each is truly first "
                f"with a chance of about {chance_of(first)}."
            )
        rivals = chances.iloc[1:][chances.iloc[1:] >= PERHAPS]
        if rivals.empty:
            rest = f"nobody else has {percent(PERHAPS, digits=0)}"
        else:
            rest = f"so may be {listed(_with_chances(rivals), most=MOST_NAMED)}"
        return f"{leaders[0]} is first, with a chance of {chance_of(first)}; {rest}."

    def _taken_sentence(self) -> str:
        """Say what is to be done, how sure each is to belong there, and whether it fits."""
        names = list(map(repr, self.taken))
        chances, others = "", ""
        if self.has_ranges and self.choice.at_stake:
            top = self.frame.set_index("item")["top"]
            names = _with_chances(top[list(self.taken)])
            where = f"among the best {self.top}" if self.capacity else "there"
            chances = f", each with its chance of belonging {where}"
            others = self._others(top.drop(list(self.taken)).dropna())
        if self.capacity is None:
            return f"The first {self.top}: {listed(names)}{chances}{others}."
        room = f"a capacity of {amount(self.capacity)}"
        if self.effort_unit:
            room = f"{amount(self.capacity)} {self.effort_unit}"
        said = f"Down the ranking, what still fits: {listed(names)}{chances}{others}."
        said += f" Together {amount(self.choice.used)} of {room}"
        if not math.isnan(self.chance_of_fitting):
            said += f"; they fit with a chance of {chance_of(self.chance_of_fitting)}"
        sizes = [amount(self.choice.efforts[place]) for place in self.choice.too_large]
        misfits = list(zip(map(repr, self.too_large), sizes, strict=True))
        if len(misfits) == 1:
            said += f". {misfits[0][0]} does not fit: {misfits[0][1]} of {amount(self.capacity)}"
        elif misfits:
            named = listed([f"{name} ({size})" for name, size in misfits], most=MOST_NAMED)
            said += f". {named} do not fit into {room}"
        return f"{said}."

    def _others(self, chances: pd.Series) -> str:
        """Say who else may belong there, and from where on nobody."""
        best = int(chances.to_numpy().argmax())
        best_one = f"{chances.index[best]!r} has the best ({chance_of(chances.iloc[best])})"
        said = f"; of the others {best_one}"
        perhaps = [place for place, chance in enumerate(chances) if chance >= PERHAPS]
        if perhaps and perhaps[-1] + 1 < len(chances):
            last = chances.index[perhaps[-1]]
            below = "it" if perhaps[-1] == best else repr(last)
            said += f", and nobody below {below} has {percent(PERHAPS, digits=0)}"
        return said

    def _notes(self) -> Sequence[tuple[str, str]]:
        return [*self._next_move(), *super()._notes()]

    def _next_move(self) -> list[tuple[str, str]]:
        """Return what to find out before deciding, if a decision hangs on it."""
        if not self._undecided:
            return []
        chance, level, one, other = min(self._undecided, key=lambda pair: pair[0])
        rivals = (
            f"{self.items[one]!r}, which is to be done, {{}} {self.items[other]!r}, which is not"
        )
        said = rivals.format("is level with") + ": only the alphabet decides."
        if not level:
            beats = f"with a chance of only {chance_of(chance)}"
            said = f"{rivals.format('beats')}, {beats}."
        spread, row, part = max(
            (
                (row.parts[part].spread, row, part)
                for row in (self.rows[one], self.rows[other])
                for part in PARTS
            ),
            key=lambda found: found[0],
        )
        if spread > 0:
            said += (
                f" Of their guesses the widest is the {part} of {row.name!r} "
                f"({row.parts[part].text()}): find out more of it first."
            )
        return [("To decide", said)]

    @cached_property
    def _undecided(self) -> list[tuple[float, bool, int, int]]:
        """Who is taken and who is not, only by an order that is in doubt.

        That is the chance of the one to be above the other, whether they are level, and both
        places.
        """
        if not self.has_ranges and self.capacity is None:
            return []
        ranks = self.frame["rank"].tolist()
        left = [place for place in self.choice.possible if place not in self.choice.taken]
        found = []
        for one in self.choice.taken:
            for other in left:
                if other < one or not self.choice.turns(other, one):
                    continue
                level = ranks[one] == ranks[other]
                sure = 0.5 if level else 1.0
                chance = self._chance(one, other) if self.has_ranges else sure
                if level or chance < TOLD_APART:
                    found.append((chance, level, one, other))
        return found

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.frame
        table: dict[str, list[str]] = {
            "item": [*frame["item"]],
            "place": [count(rank) for rank in frame["rank"]],
        }
        if not self.has_ranges:
            for part in PARTS:
                shown = fraction if part == "confidence" else amount
                table[part] = [shown(value) for value in frame[part]]
            table["score"] = [amount(score) for score in frame["score"]]
            if self.capacity:
                table["taken"] = self._taken_column()
            return table
        ends = zip(frame["score_p10"], frame["score_p90"], strict=True)
        table |= {
            "place": list(map(place, frame["rank"], frame["rank_p10"], frame["rank_p90"])),
            "score": [amount(score) for score in frame["score_p50"]],
            "P10 to P90": [span(low, high) for low, high in ends],
            "first": [chance_of(chance) for chance in frame["first"]],
        }
        if self.capacity:
            table["taken"] = self._taken_column()
        elif 1 < self.top < len(frame):
            table[f"top {self.top}"] = [chance_of(chance) for chance in frame["top"]]
        table["told apart"] = told_apart(frame["rank"].tolist(), frame["beats_next"].tolist())
        return table

    def _taken_column(self) -> list[str]:
        said = ["yes" if taken else "no" for taken in self.frame["taken"]]
        if self.has_ranges and self.choice.at_stake:
            chances = map(chance_of, self.frame["top"])
            said = [f"{word}, {chance}" for word, chance in zip(said, chances, strict=True)]
        for misfit in self.choice.too_large:
            said[misfit] = "too large"
        return said

    def _tables(self) -> Sequence[Table]:
        return [Table(columns=self._table(), words=("item",))]


def _with_chances(chances: pd.Series) -> list[str]:
    return [f"{item!r} ({chance_of(chance)})" for item, chance in chances.items()]
