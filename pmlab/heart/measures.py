"""A measured number: what surveys and tasks have in common."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

from pmlab.errors import InputError
from pmlab.heart.comparison import Comparison, change_of, comparison_warnings
from pmlab.heart.evidence import Evidence
from pmlab.heart.words import shown, shown_interval
from pmlab.results import Result, level
from pmlab.stats import Interval

__all__ = ["Measure"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Measure(Result):
    """A number with its interval, and what a later comparison needs."""

    evidence: Evidence = field(repr=False)
    """The counts or moments that the number rests on."""
    n: int
    """How many answers, attempts or opportunities."""
    confidence_level: float = 0.95

    @property
    def estimate(self) -> float:
        """The number; NaN without anything to count."""
        return self.evidence.estimate

    @property
    def interval(self) -> Interval:
        """Its interval at `confidence_level`; NaN where too little is known."""
        return self.evidence.interval(self.confidence_level)

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.interval.low

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.interval.high

    @property
    def name(self) -> str:
        """What is measured, in a word or two."""
        raise NotImplementedError

    @property
    def direction(self) -> Literal["up", "down"]:
        """Which way is better."""
        raise NotImplementedError

    @property
    def respondent_ids(self) -> frozenset[Hashable]:
        """Who was asked, where ids are known."""
        return frozenset()

    def compare(self, before: Measure) -> Comparison:
        """Test this measure against the same one of before, or of another version.

        Parameters
        ----------
        before : Measure
            The same instrument or task measure, of other people.

        Returns
        -------
        Comparison
            Shares by Newcombe's interval and the pooled z test, means by Welch's, times by
            Welch's on logarithms, NPS by z, error rates by the exact test.

        Raises
        ------
        InputError
            Where the two measure different things.
        """
        if type(before) is not type(self) or before.name != self.name:
            what = before.name if isinstance(before, Measure) else type(before).__name__
            raise InputError(f"before is {what} and this is {self.name}; compare like with like.")
        change = change_of(self, before, name=self.name, direction=self.direction)
        return Comparison(
            changes=(change,),
            confidence_level=self.confidence_level,
            warnings=comparison_warnings([(change, self, before)], self.confidence_level),
        )

    def _shown(self, value: float) -> str:
        return shown(value, self.evidence.unit)

    @property
    def _shown_interval(self) -> str:
        return shown_interval(*self.interval, self.evidence.unit)

    @property
    def _level(self) -> str:
        return level(self.confidence_level)

    @property
    def _with_interval(self) -> str:
        """The number and its interval, for a sentence."""
        if math.isnan(self.low):
            return f"{self._shown(self.estimate)} (no interval)"
        return f"{self._shown(self.estimate)} ({self._level} interval {self._shown_interval})"
