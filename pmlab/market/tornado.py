"""What would change the answer most, and what multiplying all the lows is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pmlab.market.estimate import Estimate, guesses_in
from pmlab.market.ledger import listed
from pmlab.market.units import Unit
from pmlab.results import Result, Table, amount, count, fraction, number_of
from pmlab.uncertain import Range

__all__ = ["Extremes", "Tornado", "extremes_of", "tornado_of"]


MOVES = "from its P10 to its P90"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Tornado(Result):
    """How far each uncertain assumption moves the answer by itself.

    Each in turn goes to its P10 and its P90 while the others stay at their medians. Longest first.
    """

    name: str
    """Of the answer."""
    unit: Unit
    """Of the answer."""
    measures: Mapping[str, Unit]
    """What each assumption is measured in."""
    at_medians: float
    """The answer where every assumption is at its median."""
    rows: pd.DataFrame
    """What `to_frame` returns."""
    n_draws: int = 0
    """Of which the shares of the variance are; 0 where they are exact."""
    guesses: tuple[str, ...] = ()
    """Single numbers without a range and a source: they have no bar, and may be far off."""
    known: tuple[str, ...] = ()
    """Single numbers with a source."""

    @property
    def shares(self) -> dict[str, float]:
        """The share of the variance of each uncertain assumption, by name."""
        return dict(zip(self.rows["assumption"], self.rows["share_of_variance"], strict=True))

    @property
    def title(self) -> str:
        return f"What would change the {self.name} most"

    @property
    def method(self) -> str:
        return (
            "Each assumption at its P10 and its P90, with all others at their medians, where the "
            f"answer is {self._shown(self.at_medians)}. The share of the variance is first-order: "
            "what would go on average if this one number were known for certain. "
            + (
                f"It is of {count(self.n_draws)} draws; the ends are exact."
                if self.n_draws
                else "Both are exact."
            )
            + (f" Taken as certain, by their source: {_quoted(self.known)}." if self.known else "")
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("The assumptions are independent of each other.",)

    @property
    def interactions(self) -> float:
        """The share of the variance that comes from assumptions multiplying each other."""
        return float(1 - self.rows["share_of_variance"].sum()) if len(self.rows) else 0.0

    def to_frame(self) -> pd.DataFrame:
        """Return the bars, longest first.

        Returns
        -------
        DataFrame
            `assumption`, `value_at_p10`, `value_at_p90` of the assumption, `answer_at_p10` and
            `answer_at_p90`, `swing` (their distance), `share_of_variance`.
        """
        return self.rows.copy()

    def summary(self) -> str:
        if not len(self.rows):
            return (
                f"Nothing in the {self.name} is uncertain: every assumption is a plain number."
                f"{self._not_varied()}"
            )
        top, unit = self.rows.iloc[0], self.unit
        text = (
            f"{top.assumption!r} would change the answer most: from "
            f"its P10 to its P90 the {self.name} goes from {unit.number(top.answer_at_p10)} to "
            f"{unit.shown(top.answer_at_p90)}, and it carries "
            f"{fraction(top.share_of_variance, digits=2)} of the variance."
        )
        most = self.rows.iloc[self.rows.share_of_variance.argmax()]
        if most.share_of_variance > 2 * top.share_of_variance:
            text += (
                f" {most.assumption!r} carries more, {fraction(most.share_of_variance, digits=2)}: "
                "its two ends change the answer the same way, so its bar is short."
            )
        if len(self.rows) > 1 and self.interactions >= 0.005:
            text += (
                f" All shares together make {fraction(1 - self.interactions, digits=2)}; the rest "
                "comes from assumptions that multiply each other."
            )
        return text + self._not_varied()

    def _not_varied(self) -> str:
        if not self.guesses:
            return ""
        if len(self.guesses) == 1:
            return f" Not varied: {self.guesses[0]!r}, a single guess without a source."
        return f" Not varied: {_quoted(self.guesses)}, single guesses without a source."

    def _opening(self) -> str:
        return self.summary()

    def _tables(self) -> Sequence[Table]:
        return [self.table()] if len(self.rows) else []

    def _shown(self, value: float) -> str:
        return self.unit.shown(value)

    def _table(self) -> Mapping[str, Sequence[str]]:
        return self.table().columns

    def table(self, most: int | None = None) -> Table:
        """Return the readable bars; or, below other tables, the longest with a heading."""
        own, unit = self.measures, self.unit
        rows: list[Any] = list(self.rows.head(most or len(self.rows)).itertuples())
        heading = ""
        if most is not None:
            heading = f"{self.title}, others at their medians"
            of = [f"{most} of {len(self.rows)}"] if most < len(self.rows) else []
            if self.guesses:
                of.append(f"not varied: {len(self.guesses)} without a range")
            heading += f" ({'; '.join(of)})" if of else ""
        return Table(
            heading=heading,
            columns={
                "assumption": [row.assumption for row in rows],
                MOVES: [
                    own[row.assumption].span(row.value_at_p10, row.value_at_p90) for row in rows
                ],
                "answer from": [unit.number(row.answer_at_p10) for row in rows],
                "to": [unit.number(row.answer_at_p90) for row in rows],
                "share of variance": [fraction(row.share_of_variance, digits=2) for row in rows],
            },
            words=("assumption", MOVES),
        )


def tornado_of(estimate: Estimate, name: str) -> Tornado:
    """Return how far each unknown moves an answer."""
    own = estimate.quantity.polynomial
    middle, low, high = (
        np.array([one.quantile(p) for one in own.unknowns.values()]) for p in (0.5, 0.1, 0.9)
    )
    rows = []
    for place, (unknown, share) in enumerate(
        zip(own.unknowns, own.shares_of_variance, strict=True)
    ):
        ends = []
        for value in (low[place], high[place]):
            moved = middle.copy()
            moved[place] = value
            ends.append(own.at(moved))
        rows.append((unknown, low[place], high[place], *ends, abs(ends[1] - ends[0]), share))
    names = ["assumption", "value_at_p10", "value_at_p90", "answer_at_p10", "answer_at_p90"]
    frame = pd.DataFrame(rows, columns=[*names, "swing", "share_of_variance"])
    frame = frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return Tornado(
        name=name,
        unit=estimate.quantity.unit,
        measures={one.name: one.measure for one in estimate.quantity.assumptions},
        at_medians=own.at(middle),
        rows=frame,
        guesses=tuple(guesses_in(estimate.quantity)),
        known=tuple(
            one.name
            for one in estimate.quantity.assumptions
            if one.certain and one.source is not None
        ),
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Extremes(Result):
    """All assumptions at their worst at once, and all at their best: the mistake that it is."""

    name: str
    estimate: Estimate
    low: float
    """Each assumption at that of its P10 and P90 which makes the answer smaller."""
    high: float
    """Each at the other."""
    n_unknowns: int

    @property
    def chance_of_all(self) -> float:
        """The chance that every assumption is at or beyond its worse end at once."""
        return 0.1**self.n_unknowns

    @property
    def chance_below_low(self) -> float:
        """The chance that the answer is as low as all the lows make it."""
        return self.estimate.cdf(self.low)

    @property
    def chance_above_high(self) -> float:
        """The chance that the answer is as high as all the highs make it."""
        return 1 - self.estimate.cdf(self.high)

    @property
    def title(self) -> str:
        return (
            f"{self.name[0].upper() + self.name[1:]}: all the lows, and all the highs, multiplied"
        )

    @property
    def method(self) -> str:
        return (
            "Every uncertain assumption at its P10 or P90, whichever makes the answer smaller "
            "(larger), beside the distribution of the answer."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("The assumptions are independent of each other.",)

    def to_frame(self) -> pd.DataFrame:
        """Return two rows: `end`, `value`, `chance_beyond`, `chance_of_all`."""
        return pd.DataFrame(
            {
                "end": ["all lows", "all highs"],
                "value": [self.low, self.high],
                "chance_beyond": [self.chance_below_low, self.chance_above_high],
                "chance_of_all": [self.chance_of_all] * 2,
            }
        )

    def summary(self) -> str:
        unit = self.estimate.quantity.unit
        if not self.n_unknowns:
            return f"Nothing in the {self.name} is uncertain: there are no lows and no highs."
        if self.n_unknowns < 2:
            return (
                "With one uncertain assumption there is nothing to multiply: its low and its high "
                "are those of the answer."
            )
        return (
            f"All lows at once give {unit.shown(self.low)}, all highs {unit.shown(self.high)}; the "
            f"P10 and P90 of the {self.name} are {unit.number(self.estimate.p10)} and "
            f"{unit.shown(self.estimate.p90)}. If {number_of(self.n_unknowns, 'assumption')} are "
            f"independent, all are that bad at once with a chance of {_rare(self.chance_of_all)}; "
            "if one cause moves them all together, these are the P10 and the P90."
        )

    def _opening(self) -> str:
        return self.summary()

    def _tables(self) -> Sequence[Table]:
        return [Table(columns=self._table())] if self.n_unknowns else []

    def _table(self) -> Mapping[str, Sequence[str]]:
        unit = self.estimate.quantity.unit
        return {
            "": ["all lows", "P10 of the answer", "P90 of the answer", "all highs"],
            "answer": [
                unit.shown(value)
                for value in (self.low, self.estimate.p10, self.estimate.p90, self.high)
            ],
            "chance of less": [
                fraction(self.chance_below_low, digits=2),
                "10%",
                "90%",
                fraction(1 - self.chance_above_high, digits=4),
            ],
        }


def extremes_of(estimate: Estimate, name: str) -> Extremes:
    """Return what all lows and all highs give."""
    own = estimate.quantity.polynomial
    rows = tornado_of(estimate, name).rows.set_index("assumption")
    rising = [rows.answer_at_p90[name] >= rows.answer_at_p10[name] for name in own.unknowns]

    def ends(one: Range, up: bool) -> float:
        return one.quantile(0.9 if up else 0.1)

    pairs = list(zip(own.unknowns.values(), rising, strict=True))
    return Extremes(
        name=name,
        estimate=estimate,
        low=own.at([ends(one, not up) for one, up in pairs]),
        high=own.at([ends(one, up) for one, up in pairs]),
        n_unknowns=len(pairs),
    )


def _quoted(names: Sequence[str]) -> str:
    return listed([repr(name) for name in names])


def _rare(chance: float) -> str:
    return f"1 in {amount(1 / chance)}" if chance > 1e-15 else "next to nothing"
