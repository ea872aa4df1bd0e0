"""A backlog in order, and how far the order can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pmlab.priority.backlog import PARTS, Row
from pmlab.priority.stability import TOLD_APART, runs
from pmlab.priority.table import quoted
from pmlab.priority.words import chance_of, listed, place, span, told_apart
from pmlab.results import Result, Table, amount, count, fraction, number_of, percent

__all__ = ["Ranking"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ranking(Result):
    """Ideas in the order of their RICE scores."""

    rows: tuple[Row, ...] = field(repr=False)
    """The ideas as they were read, in order."""
    window: str
    """What time reach is counted in; "" if nobody said."""
    effort_name: str
    top: int
    """How many are to be done."""
    capacity: float | None = None
    """The effort there is, if that is where `top` comes from."""
    exact: bool = False
    """Whether score ranges and `beats_next` have a formula: all ranges are lognormal."""
    n_draws: int = 0
    """0 without ranges."""
    frame: pd.DataFrame = field(repr=False)

    @property
    def has_ranges(self) -> bool:
        """Whether anything is a range."""
        return self.n_draws > 0

    @property
    def items(self) -> tuple[str, ...]:
        """The ideas, the first first."""
        return tuple(self.frame["item"])

    @property
    def not_told_apart(self) -> tuple[tuple[str, ...], ...]:
        """Runs of neighbours of whom the upper one beats the next with a chance below 80%."""
        if not self.has_ranges:
            return ()
        found = runs(self.frame["beats_next"].to_numpy())
        return tuple(self.items[first : last + 1] for first, last in found)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: `rank`, `item`, its four guesses and `score`.

        With ranges: `score_p10`, `_p50`, `_p90`, `rank_p10`, `rank_p90`, the chances `first` and
        `top`, and `beats_next`: to be truly above the next one.
        """
        return self.frame.copy()

    @property
    def title(self) -> str:  # noqa: D102
        return f"RICE ranking of {number_of(len(self.frame), 'item')}"

    @property
    def method(self) -> str:  # noqa: D102
        window = f"a {self.window}" if self.window else "in a window that nobody named"
        text = (
            f"Score = reach x impact x confidence / effort (McBride, 2016); reach {window}, effort "
            f"by {self.effort_name!r}."
        )
        if not self.has_ranges:
            return f"{text} Ranked by the score of the single guesses."
        by = "exact (lognormal)" if self.exact else f"from {count(self.n_draws)} draws"
        return (
            f"{text} Ranked by the median score; score ranges (P10 to P90) and who beats the next "
            f"are {by}, places (P10 to P90 in brackets) from {count(self.n_draws)} draws. Told "
            "apart from the next: above it with a chance of "
            f"{percent(TOLD_APART, digits=0)} or more."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
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
        leaders = [repr(item) for item in self.frame.loc[self.frame["rank"] == 1, "item"]]
        if not self.has_ranges:
            verb = "share the first place" if len(leaders) > 1 else "is first"
            return (
                f"By single guesses {listed(leaders)} {verb} with a score of "
                f"{amount(first['score'])}; how sure that is nobody has said."
            )
        said = [f"{leaders[0]} is first, with a chance of {chance_of(first['first'])}."]
        if len(leaders) > 1:
            said = [
                f"{listed(leaders)} share the first place; each is truly first with a chance of "
                f"about {chance_of(first['first'])}."
            ]
        if 1 < self.top < len(self.frame):
            said.append(self._top_sentence())
        groups = self.not_told_apart
        if groups:
            said.append(
                "Not told apart, each from the next: "
                f"{'; '.join(self._group(group) for group in groups)}."
            )
        else:
            said.append("All neighbours are told apart.")
        return " ".join(said)

    def _top_sentence(self) -> str:
        inside, outside = self.frame.iloc[: self.top], self.frame.iloc[self.top :]
        fit = f" that fit into {self.capacity:g} of effort" if self.capacity else ""
        names = listed(
            [
                f"{item!r} ({chance_of(chance)})"
                for item, chance in zip(inside["item"], inside["top"], strict=True)
            ]
        )
        next_one = outside.iloc[int(outside["top"].to_numpy().argmax())]
        return (
            f"The first {self.top}{fit}: {names}, each with its chance of belonging there; of the "
            f"others {next_one['item']!r} has the best ({chance_of(next_one['top'])})."
        )

    def _group(self, group: Sequence[str]) -> str:
        first = self.items.index(group[0]) + 1
        return f"places {first} to {first + len(group) - 1} ({quoted(list(group))})"

    def _opening(self) -> str:
        return self.summary()

    def _notes(self) -> Sequence[tuple[str, str]]:
        return [*self._next_move(), *super()._notes()]

    def _next_move(self) -> list[tuple[str, str]]:
        """Return what to find out before deciding, if a decision hangs on it."""
        if not self.has_ranges or not 0 < self.top < len(self.frame):
            return []
        chance = self.frame["beats_next"].iloc[self.top - 1]
        if not chance < TOLD_APART:
            return []
        pair = self.rows[self.top - 1 : self.top + 1]
        spread, row, part = max(
            ((row.parts[part].spread, row, part) for row in pair for part in PARTS),
            key=lambda one: one[0],
        )
        if spread == 0:
            return []
        return [
            (
                "To decide",
                f"the last to be done, {pair[0].name!r}, beats the first that is not, "
                f"{pair[1].name!r}, with a chance of only {chance_of(chance)}. Of their guesses "
                f"the widest is the {part} of {row.name!r} ({row.parts[part].text()}): find out "
                "more of it first.",
            )
        ]

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
            return table
        ends = zip(frame["score_p10"], frame["score_p90"], strict=True)
        table |= {
            "place": list(map(place, frame["rank"], frame["rank_p10"], frame["rank_p90"])),
            "score": [amount(score) for score in frame["score_p50"]],
            "P10 to P90": [span(low, high) for low, high in ends],
            "first": [chance_of(chance) for chance in frame["first"]],
        }
        if 1 < self.top < len(frame):
            table[f"top {self.top}"] = [chance_of(chance) for chance in frame["top"]]
        table["told apart"] = [told_apart(chance) for chance in frame["beats_next"]]
        return table

    def _tables(self) -> Sequence[Table]:
        return [Table(columns=self._table(), words=("item",))]
