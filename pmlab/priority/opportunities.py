"""Needs in the order of their opportunity scores: what matters and is not served well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from pmlab.priority.ordered import Ordered
from pmlab.priority.stability import TOLD_APART, Floats, beats
from pmlab.priority.words import chance_of, listed, place, told_apart
from pmlab.results import Table, count, number, number_of, percent

__all__ = ["BANDS", "Opportunities"]

BANDS = ((15.0, "extreme"), (12.0, "ripe"), (10.0, "worth considering"), (0.0, "unattractive"))
"""Ulwick (2005): above 15; 12 to 15; 10 to 12; below."""
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Opportunities(Ordered):
    """Needs in the order of their opportunity scores."""

    named: ClassVar[str] = "need"
    n_respondents: int = 0
    """0 where scores were given and not answers."""
    n_resamples: int = 0
    top: int = 1
    n_without_respondent: int = 0
    """Answers left out because nobody is named for them."""
    resampled: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    """Scores in bootstrap samples, one row a need, in order."""

    @property
    def has_ranges(self) -> bool:
        """Whether it is known how sure the order is."""
        return self.n_resamples > 0

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs, the greatest opportunity first."""
        return self._names

    @property
    def overserved(self) -> tuple[str, ...]:
        """Needs that people are more satisfied with than they matter to them."""
        return tuple(self.frame.loc[self.frame["overserved"], "need"])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a need, in order.

        Returns
        -------
        pandas.DataFrame
            `rank`, `need`, `importance`, `satisfaction`, `score`, `band`, `overserved`. From
            answers also `n_importance`, `n_satisfaction`, `score_p10`, `score_p90`, `rank_p10`,
            `rank_p90`, the chances `first` and `top`, and `beats_next`.
        """
        return super().to_frame()

    @property
    def title(self) -> str:
        of = f" by {number_of(self.n_respondents, 'respondent')}" if self.n_respondents else ""
        return f"Opportunity scores of {number_of(len(self.frame), 'need')}{of}"

    @property
    def method(self) -> str:
        text = (
            "Opportunity = importance + max(importance - satisfaction, 0), each from 0 to 10 "
            "(Ulwick, 2002). Bands (Ulwick, 2005): above 15 extreme, from 12 ripe, from 10 worth "
            "considering, below that unattractive in most markets; overserved: satisfaction above "
            "importance."
        )
        if not self.has_ranges:
            return text
        return (
            f"{text} Importance and satisfaction: 10 x the share that answered 4 or 5 of 5. P10 to "
            f"P90, places and chances: {count(self.n_resamples)} bootstrap samples of respondents, "
            "each with all of their answers. Told apart from the next: above it with a chance of "
            f"{percent(TOLD_APART, digits=0)} or more."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        said = (
            "Importance and satisfaction are on one scale, so their difference means something.",
            "Needs are of one group of customers; averages over unlike groups hide their gaps.",
        )
        return (*said, "Those who answered stand for that group.") if self.has_ranges else said

    def summary(self) -> str:
        """Return a few sentences that a PM could paste into a memo."""
        first = self.frame.iloc[0]
        leaders = self._leaders
        chance = f", first with a chance of {chance_of(first['first'])}" if self.has_ranges else ""
        said = [
            f"The greatest opportunity is {first['need']!r} ({number(first['score'])} of 20, "
            f"{first['band']}{chance}): importance {number(first['importance'])}, satisfaction "
            f"{number(first['satisfaction'])} of 10."
        ]
        if len(self.frame) == 1:
            said = [said[0].replace("The greatest opportunity", "The only need")]
        elif len(leaders) > 1:
            said = [
                f"The greatest opportunities are {listed(leaders)}, level with a score of "
                f"{number(first['score'])} of 20 ({first['band']})."
            ]
        if self.not_told_apart:
            said.append(self._not_told_apart())
        if self.overserved:
            said.append(f"Overserved: {listed([*map(repr, self.overserved)], most=MOST_NAMED)}.")
        return " ".join(said)

    def _chance(self, one: int, other: int) -> float:
        return beats(self.resampled[one], self.resampled[other])

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.frame
        places = [count(rank) for rank in frame["rank"]]
        if self.has_ranges:
            places = list(map(place, frame["rank"], frame["rank_p10"], frame["rank_p90"]))
        table: dict[str, list[str]] = {
            "need": [*frame["need"]],
            "place": places,
            "importance": [number(value, beside=10) for value in frame["importance"]],
            "satisfaction": [number(value, beside=10) for value in frame["satisfaction"]],
            "score": [number(value, beside=10) for value in frame["score"]],
        }
        if self.has_ranges:
            table |= {
                "P10 to P90": [
                    f"{number(low, beside=10)} to {number(high, beside=10)}"
                    for low, high in zip(frame["score_p10"], frame["score_p90"], strict=True)
                ],
                f"top {self.top}": [chance_of(chance) for chance in frame["top"]],
                "told apart": told_apart(frame["rank"].tolist(), frame["beats_next"].tolist()),
            }
        table["band"] = [
            "overserved" if over else band  # then the score is the importance, below 10
            for band, over in zip(frame["band"], frame["overserved"], strict=True)
        ]
        return table

    def _tables(self) -> Sequence[Table]:
        return [Table(columns=self._table(), words=("need", "band"))]
