"""Retention of all cohorts together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pmlab.cohorts.asked import quoted
from pmlab.events.periods import PERIODS
from pmlab.results import Result, count, number_of, percent, percent_interval
from pmlab.stats import wilson_interval

if TYPE_CHECKING:
    from pmlab.cohorts.retention_table import Retention

__all__ = ["MOST_ROWS", "ON", "RetentionCurve", "with_rates"]

MOST_ROWS = 30
"""Of a printed table; `to_frame` has all."""

ON = {"D": "on", "W": "in", "M": "in"}


def with_rates(counts: pd.DataFrame, confidence_level: float) -> pd.DataFrame:
    """Return the counts with rate, low and high; NaN where nobody was observed."""
    pairs = [*zip(counts["n_returned"].tolist(), counts["n_observed"].tolist(), strict=True)]
    known = {pair: wilson_interval(*pair, confidence_level=confidence_level) for pair in {*pairs}}
    return counts.assign(
        rate=[back / n if n else math.nan for back, n in pairs],
        low=[known[pair].low for pair in pairs],
        high=[known[pair].high for pair in pairs],
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RetentionCurve(Result):
    """Retention of all cohorts together, by period.

    The rate is pooled: all who were back, of all who were watched to the end of the period. The
    simple mean of the cohorts' rates, in which a small cohort weighs as much as a large one, is
    there by name.
    """

    retention: Retention

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return one row a period, with the pooled `rate`, its Wilson interval, and the mean.

        `mean_of_cohorts` is the simple mean of the rates of the `n_cohorts` that have one.
        """
        cells = self.retention.cells
        sums = cells.groupby("period", sort=False)[["n_observed", "n_returned"]].sum()
        seen = cells[cells["n_observed"] > 0]
        own = (seen["n_returned"] / seen["n_observed"]).groupby(seen["period"], sort=False)
        frame = with_rates(sums.reset_index(), confidence_level)
        frame["n_cohorts"] = own.size().reindex(sums.index, fill_value=0).to_numpy()
        frame["mean_of_cohorts"] = own.mean().reindex(sums.index).to_numpy()
        return frame

    @property
    def title(self) -> str:
        return f"Retention curve: back with {quoted(self.retention.returning)}"

    @property
    def method(self) -> str:
        return (
            f"{self.retention.method} Pooled over cohorts; the simple mean of their rates stands "
            "beside it."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            *self.retention.assumptions,
            "Later periods rest on older cohorts only: the curve compares different users.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        frame = self.to_frame()
        seen = frame[frame["n_observed"] > 0]
        if seen.empty:
            return self.retention.summary()
        # From the first period after the entry to the last for which half are watched.
        first = 0 if self.retention.plan.brackets or len(seen) < 2 else 1
        last = int((2 * seen["n_observed"] >= seen["n_observed"].iloc[first]).sum()) - 1
        said = [
            f"{percent(seen['rate'].iloc[place])} of {count(seen['n_observed'].iloc[place])} "
            f"{self.retention.when(seen['period'].iloc[place])}"
            for place in (first, last)
        ]
        start = f"after {quoted(self.retention.start)}"
        if last <= first:
            return f"Back {start}: {said[0]}. Nobody has been watched for longer, so far."
        return (
            f"Back {start}: {said[0]} and {said[1]}, the last for which half of them have been "
            "watched. Later periods rest on fewer and older users."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()[:MOST_ROWS]
        return {
            PERIODS[self.retention.period]: [str(period) for period in frame["period"]],
            "watched": [count(n) for n in frame["n_observed"]],
            "back": [count(n) for n in frame["n_returned"]],
            "rate": [percent(rate) for rate in frame["rate"]],
            "95% interval": [
                percent_interval(low, high)
                for low, high in zip(frame["low"], frame["high"], strict=True)
            ],
            "mean of cohorts": [percent(rate) for rate in frame["mean_of_cohorts"]],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = [*super()._notes()]
        more = len(self.retention.periods) - MOST_ROWS
        if more > 0:
            later = number_of(more, f"later {PERIODS[self.retention.period]}")
            notes.append(("Not shown", f"{later}; to_frame() has them."))
        return notes
