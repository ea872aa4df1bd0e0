"""What the definitions of retention make of one log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from pmlab.cohorts.asked import clock_in_words, quoted
from pmlab.cohorts.retained import Definition, count_cohorts
from pmlab.cohorts.retention_curve import with_rates
from pmlab.errors import InputError
from pmlab.results import Result, count, percent, percent_interval

if TYPE_CHECKING:
    from pmlab.cohorts.retention_table import Retention

__all__ = ["RetentionComparison", "compare_definitions"]


def compare_definitions(retention: Retention, day: int) -> RetentionComparison:
    """Count one day by each definition and clock."""
    if type(day) is not int or day < 1:
        raise InputError(f"day={day!r} must be a whole number from 1, such as 7.")
    whats: dict[Definition, str] = {
        "n_day": f"on day {day}",
        "unbounded": f"on day {day} or later",
        "bracket": f"on any of days 1 to {day}",
    }
    rows = []
    for definition, back in whats.items():
        for clock in ("calendar", "24h"):
            plan = replace(
                retention.plan,
                definition=definition,
                clock=clock,
                period="D",
                brackets=((1, day),) if definition == "bracket" else (),
                periods=None if definition == "bracket" else day,
            )
            counts = count_cohorts(plan)
            rows.append(
                {
                    "definition": definition,
                    "clock": clock,
                    "back": back,
                    "n_observed": int(counts.n_observed[:, -1].sum()),
                    "n_returned": int(counts.n_returned[:, -1].sum()),
                }
            )
    return RetentionComparison(
        day=day,
        start=retention.start,
        returning=retention.returning,
        zone=retention.zone,
        as_of=retention.as_of,
        counts=pd.DataFrame(rows),
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RetentionComparison(Result):
    """What each definition of retention makes of one day, on one log."""

    day: int
    start: str
    returning: str
    zone: str | None
    as_of: pd.Timestamp
    counts: pd.DataFrame
    """One row a definition and clock: `definition`, `clock`, what it means for users to be `back`,
    `n_observed`, `n_returned`."""

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return `counts` with the rate of each and its Wilson interval."""
        return with_rates(self.counts, confidence_level)

    @property
    def title(self) -> str:
        what = f"{quoted(self.returning)} after {quoted(self.start)}"
        return f"Retention on day {self.day} by definition: {what}"

    @property
    def method(self) -> str:
        return (
            f"All users, each from their first {quoted(self.start)}. Calendar days "
            f"{clock_in_words(self.zone)}, or 24 hours from each entry. Only users whose whole "
            f"day {self.day} had passed by {self.as_of} are in a denominator. Wilson score "
            "intervals (95%)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("The log is the same, so whatever differs is the definition.",)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        frame = self.to_frame().dropna(subset=["rate"])
        if frame.empty:
            return f"Nobody has been watched through day {self.day} yet."
        ranked = frame.sort_values("rate", kind="stable")
        low, high = ranked.iloc[0], ranked.iloc[-1]
        return (
            f"'Day {self.day} retention' is anything from {percent(low['rate'])} "
            f"({low['back']}, {_CLOCKS[low['clock']]}) to {percent(high['rate'])} ({high['back']}, "
            f"{_CLOCKS[high['clock']]}) on the same log. Say which one you mean before comparing "
            "it with anybody else's."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        return {
            "definition": list(frame["definition"]),
            "clock": list(frame["clock"]),
            "back": list(frame["back"]),
            "watched": [count(n) for n in frame["n_observed"]],
            "came back": [count(n) for n in frame["n_returned"]],
            "rate": [percent(rate) for rate in frame["rate"]],
            "95% interval": [
                percent_interval(low, high)
                for low, high in zip(frame["low"], frame["high"], strict=True)
            ],
        }


_CLOCKS = {"calendar": "calendar days", "24h": "24 hours from the entry"}
