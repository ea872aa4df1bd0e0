"""What rankings have in common: an order, and which neighbours it tells apart."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import pandas as pd

from pmlab.priority.stability import TOLD_APART, runs
from pmlab.priority.words import chance_of, quoted
from pmlab.results import Result

__all__ = ["Ordered"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ordered(Result):
    """Items or needs in the order of their scores."""

    named: ClassVar[str]
    """The column of their names."""
    frame: pd.DataFrame = field(repr=False)

    @property
    @abstractmethod
    def has_ranges(self) -> bool:
        """Whether it is known how sure the order is."""

    @property
    def not_told_apart(self) -> tuple[tuple[str, ...], ...]:
        """Runs of neighbours of whom the upper one beats the next with a chance below 80%."""
        return tuple(self._names[first : last + 1] for first, last in self._runs)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each, in order."""
        return self.frame.copy()

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.frame[self.named])

    @property
    def _leaders(self) -> list[str]:
        """Who is first, in quotes: several, if their scores are equal."""
        return [repr(name) for name in self.frame.loc[self.frame["rank"] == 1, self.named]]

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        return runs(self.frame["beats_next"].to_numpy()) if self.has_ranges else []

    @abstractmethod
    def _chance(self, one: int, other: int) -> float:
        """Return the chance that what is at one place is truly above what is at another."""

    def _not_told_apart(self) -> str:
        """Return the sentence that names the runs, or of a run with ends far apart only those."""
        said = []
        for first, last in self._runs:
            run, ends = f"places {first + 1} to {last + 1}", self._chance(first, last)
            if ends < TOLD_APART:
                run += f" ({quoted(self._names[first : last + 1])})"
            else:
                run += f" (though {self._names[first]!r} outranks {self._names[last]!r}: "
                run += f"{chance_of(ends)})"
            said.append(run)
        return f"Not told apart, each from the next: {'; '.join(said)}."

    def _opening(self) -> str:
        return self.summary()
