"""`growth_accounting`: who is new, stays, comes back and leaves, period by period."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pmlab.cohorts.asked import Asked, Which, as_events, clock_in_words, quoted
from pmlab.cohorts.passes import Periods
from pmlab.errors import InputError, require_choice
from pmlab.events.periods import PERIODS, Calendar
from pmlab.results import BLANK, Result, count, number_of

__all__ = ["GrowthAccounting", "growth_accounting"]

MOST_ROWS = 30
"""Of a printed table; `to_frame` has all."""


def growth_accounting(
    events: Any,
    *,
    active: Which = None,
    every: Literal["D", "W", "M"] = "W",
    zone: str | None = None,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> GrowthAccounting:
    """Split the users active in each period by what they were before.

    A user active in a period is *new* if it is their first, *retained* if they were active in the
    one before, and *resurrected* otherwise; who was active in the one before and is not now has
    *churned*. So new + retained + resurrected = active, and retained + churned = active before.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    active : str, list of str, condition or Step, optional
        The events that count as being active; any event unless given.
    every : {"D", "W", "M"}
        Days, weeks (from Monday) or months. Periods that are not over by `as_of` are left out.
    zone : str, optional
        The time zone in which a calendar day begins; the log's own unless given.
    as_of : datetime or str, optional
        Until when the events are complete; later ones are left out. The latest time in the whole
        table unless given.
    user, event, time : str
        The columns that say who did what when.

    Returns
    -------
    GrowthAccounting

    Raises
    ------
    InputError, NotFoundError
        As `retention`; and if no period is over.

    References
    ----------
    Hsu, J. (2015). *Diligence at Social Capital, part 1: Accounting for user growth*. (Growth
    accounting and the quick ratio.)

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "visit", "2026-03-02"), ("anna", "visit", "2026-03-09"),
    ...      ("ben", "visit", "2026-03-02"), ("cleo", "visit", "2026-03-10")],
    ...     columns=["user_id", "event", "time"])
    >>> g = pm.growth_accounting(events, every="W", as_of="2026-03-16")
    >>> g.to_frame()[["new", "retained", "resurrected", "churned", "active"]].values.tolist()
    [[2, 0, 0, 0, 2], [1, 1, 0, 1, 2]]
    >>> g.quick_ratio
    [nan, 1.0]
    """
    require_choice("every", every, tuple(PERIODS))
    asked = Asked.of(
        events,
        [as_events(active, "active")],
        roles={"user": user, "event": event, "time": time},
        as_of=as_of,
        zone=zone,
    )
    counted = asked.count(lambda zone, compiled: Periods(Calendar(every, zone), compiled))
    calendar, table = Calendar(every, counted.zone), counted.counting.table
    seen = np.flatnonzero(table.counts.sum(axis=1))
    open_period = calendar.number(counted.until)
    if not len(seen) or table.first + seen[0] >= open_period:
        raise InputError(
            f"no {PERIODS[every]} with activity was over by {counted.as_of}, so there is nothing "
            "to account for; take a shorter period, or a later as_of if the events are complete "
            "until then."
        )
    first = table.first + int(seen[0])
    new, retained, resurrected = table.rows(first, open_period).T
    active_before = np.concatenate([[0], (new + retained + resurrected)[:-1]])
    return GrowthAccounting(
        active_event=asked.events[0].name,
        every=every,
        zone=counted.zone,
        as_of=counted.as_of,
        periods=calendar.starts(np.arange(first, open_period, dtype=np.int64)),
        new=tuple(new.tolist()),
        retained=tuple(retained.tolist()),
        resurrected=tuple(resurrected.tolist()),
        churned=tuple((active_before - retained).tolist()),
        warnings=counted.warnings,
    )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GrowthAccounting(Result):
    """Active users of each period by what they were before."""

    active_event: str
    """The events that count as being active."""
    every: Literal["D", "W", "M"]
    zone: str | None
    as_of: pd.Timestamp
    periods: tuple[pd.Timestamp, ...]
    """When each period begins."""
    new: tuple[int, ...]
    retained: tuple[int, ...]
    resurrected: tuple[int, ...]
    churned: tuple[int, ...]
    """Users active in the period before, and not in this one."""

    @property
    def active(self) -> list[int]:
        """Users active in each period."""
        return [sum(kinds) for kinds in zip(self.new, self.retained, self.resurrected, strict=True)]

    @property
    def quick_ratio(self) -> list[float]:
        """Users gained (new and resurrected) for each one lost; NaN where nobody churned."""
        gained = (new + back for new, back in zip(self.new, self.resurrected, strict=True))
        return [
            gain / lost if lost else math.nan
            for gain, lost in zip(gained, self.churned, strict=True)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period: new, retained, resurrected, churned, active, quick_ratio."""
        return pd.DataFrame(
            {
                "period": list(self.periods),
                "new": self.new,
                "retained": self.retained,
                "resurrected": self.resurrected,
                "churned": self.churned,
                "active": self.active,
                "quick_ratio": self.quick_ratio,
            }
        )

    @property
    def title(self) -> str:
        return f"Growth accounting by {PERIODS[self.every]}"

    @property
    def method(self) -> str:
        unit = PERIODS[self.every]
        return (
            f"Active: {quoted(self.active_event)} in a calendar {unit} "
            f"{clock_in_words(self.zone)}. New: active for the first time; retained: active in "
            f"the {unit} before too; resurrected: active before "
            f"that; churned: active in the {unit} before, not in this one. Quick ratio: (new + "
            f"resurrected) / churned. Only {unit}s over by {self.as_of}."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "The log reaches back to everybody's first activity; otherwise its first "
            f"{PERIODS[self.every]}s call old users new.",
            "Each user's events are all in the table, under one id.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        unit, rows = PERIODS[self.every], self.to_frame()
        last = rows.iloc[-1]
        name = f"the {unit} of {last['period']:%d %B %Y}"
        if len(rows) == 1:
            return (
                f"{number_of(last['active'], 'user')} were active in {name}, the only {unit} that "
                "was over. What came before is not in the log, so there is no telling who stayed."
            )
        change = int(last["active"]) - int(rows["active"].iloc[-2])
        ratio = (
            f"The quick ratio, users gained for each one lost, is {last['quick_ratio']:.2f}."
            if last["churned"]
            else "Nobody was lost, so the quick ratio is undefined."
        )
        return (
            f"{number_of(last['active'], 'user')} were active in {name}, {count(abs(change))} "
            f"{'fewer' if change < 0 else 'more'} than in the {unit} before: "
            f"{count(last['new'])} new, {count(last['resurrected'])} back again, "
            f"{count(last['churned'])} gone. {ratio}"
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        rows = self.to_frame()[-MOST_ROWS:]
        return {
            PERIODS[self.every]: [f"{period:%Y-%m-%d}" for period in rows["period"]],
            **{
                name: [count(n) for n in rows[name]]
                for name in ("new", "retained", "resurrected", "churned", "active")
            },
            "quick ratio": [
                BLANK if math.isnan(ratio) else f"{ratio:.2f}" for ratio in rows["quick_ratio"]
            ],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = list(super()._notes())
        if any(n == 0 for n in self.churned[1:]):
            notes.append(("Undefined", "the quick ratio where nobody churned."))
        if len(self.periods) > MOST_ROWS:
            earlier = f"{number_of(len(self.periods) - MOST_ROWS, PERIODS[self.every])} before"
            notes.append(("Not shown", f"{earlier}; to_frame() has them."))
        return notes
