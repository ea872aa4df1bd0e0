"""`retention`: who comes back, by cohort and by time since they entered."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from pmlab.cohorts.asked import Asked, Which, as_events, clock_in_words, quoted
from pmlab.cohorts.definitions import RetentionComparison, compare_definitions
from pmlab.cohorts.retained import CohortCounts, Definition, RetentionPlan, count_cohorts
from pmlab.cohorts.retention_curve import MOST_ROWS, ON, RetentionCurve, with_rates
from pmlab.errors import InputError
from pmlab.events.periods import PERIODS
from pmlab.results import Result, count, number_of, percent, percent_interval
from pmlab.stats import wilson_interval

__all__ = ["Retention", "retention"]

MOST_COLUMNS = 13
"""Of a printed table; `to_frame` has all."""


HEADLINE = {"D": 7, "W": 4, "M": 3}
"""The period that a summary is about, if it has been watched."""


def retention(
    events: Any,
    *,
    start: Which = None,
    returning: Which = None,
    definition: Definition = "n_day",
    period: Literal["D", "W", "M"] = "D",
    clock: Literal["calendar", "24h"] = "calendar",
    zone: str | None = None,
    cohorts: Literal["D", "W", "M"] = "W",
    by: str | None = None,
    brackets: Sequence[tuple[int, int]] | None = None,
    periods: int | None = None,
    as_of: Any = None,
    user: str = "user_id",
    event: str = "event",
    time: str = "time",
) -> Retention:
    """Count how many users come back, and when.

    A user *enters* at their first `start` event, and *returns* with a `returning` event strictly
    later than that. Period 0 is the one in which they enter; what they do in it before they enter
    is no return. Only users whose whole period has passed by `as_of` are in a denominator.

    Parameters
    ----------
    events : frame, path or EventLog
        As for `funnel`.
    start, returning : str, list of str, condition or Step, optional
        The events with which users enter and return: a name, several names of which any counts, a
        condition such as ``pm.col("price") > 10``, or a `Step` for both. Any event unless given.
    definition : {"n_day", "unbounded", "bracket"}
        Back in period n; in period n or any later one until `as_of`; or in any of the periods of a
        bracket.
    period : {"D", "W", "M"}
        Days, weeks (from Monday) or months.
    clock : {"calendar", "24h"}
        Periods of the calendar, or of 24 hours (7 x 24 for weeks) from each user's own entry.
    zone : str, optional
        The time zone in which a calendar day begins, such as "Europe/Berlin"; the log's own unless
        given. Times that have no zone are taken as written.
    cohorts : {"D", "W", "M"}
        Users who entered in the same day, week or month are a cohort.
    by : str, optional
        A column whose value at the entry makes the cohorts, in place of the date.
    brackets : list of pairs of int, optional
        First and last period of each bracket, such as ``[(1, 7), (8, 14), (15, 28)]``.
    periods : int, optional
        The last period to show; as far as anybody has been watched unless given.
    as_of : datetime or str, optional
        Until when the events are complete; later ones are left out. The latest time in the whole
        table unless given.
    user, event, time : str
        The columns that say who did what when. For the retention of accounts: ``user="account"``.

    Returns
    -------
    Retention

    Raises
    ------
    InputError
        For a value that breaks a rule, and for ``definition="rolling"``, on which tools disagree.
    NotFoundError
        For a column, an event or a zone that does not exist, with close matches.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> events = pd.DataFrame(
    ...     [("anna", "sign_up", "2026-03-02 18:00"), ("anna", "visit", "2026-03-03 09:00"),
    ...      ("ben", "sign_up", "2026-03-02 10:00"), ("ben", "visit", "2026-03-04 12:00")],
    ...     columns=["user_id", "event", "time"])
    >>> r = pm.retention(events, start="sign_up", returning="visit", as_of="2026-03-05")
    >>> r.curve.to_frame()["rate"].tolist()
    [0.0, 0.5, 0.5]
    """
    asked = Asked.of(
        events,
        [as_events(start, "start"), as_events(returning, "returning")],
        roles={"user": user, "event": event, "time": time},
        as_of=as_of,
        zone=zone,
        by=by,
    )
    plan = RetentionPlan.of(
        asked,
        definition=definition,
        period=period,
        clock=clock,
        cohorts=cohorts,
        brackets=brackets,
        periods=periods,
    )
    return _result(plan, count_cohorts(plan))


def _result(plan: RetentionPlan, counts: CohortCounts) -> Retention:
    labels = [str(first) if first == last else f"{first}-{last}" for first, last in counts.spans]
    n_cells = len(counts.spans)
    cells = pd.DataFrame(
        {
            "cohort": [cohort for cohort in counts.cohorts for _ in range(n_cells)],
            "size": counts.sizes.repeat(n_cells),
            "period": (labels if plan.brackets else [first for first, _ in counts.spans])
            * len(counts.cohorts),
            "n_observed": counts.n_observed.ravel(),
            "n_returned": counts.n_returned.ravel(),
        }
    )
    result = Retention(
        plan=plan,
        start=plan.asked.events[0].name,
        returning=plan.asked.events[1].name,
        zone=counts.counted.zone,
        as_of=counts.counted.as_of,
        cells=cells,
    )
    warnings = list(counts.counted.warnings)
    if not counts.n_observed.any():
        warnings.insert(
            0,
            f"no {PERIODS[plan.period]} of any user was over by {counts.counted.as_of}, so every "
            "rate is undefined.",
        )
    return replace(result, warnings=tuple(warnings))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Retention(Result):
    """How many users of each cohort were back, and how it was counted.

    Rates are fractions of those watched to the end of the period, NaN where there are none yet.
    """

    plan: RetentionPlan = field(repr=False)
    """What was asked, for what needs the events again."""
    start: str
    returning: str
    zone: str | None
    """By whose clock days are told apart; None for the log's own, which has none."""
    as_of: pd.Timestamp
    """Until when the events are complete."""
    cells: pd.DataFrame
    """One row a cohort and period: `cohort`, its `size`, `period`, `n_observed` users whose whole
    period had passed, `n_returned` of them."""

    @property
    def definition(self) -> Definition:
        """What counts as being back."""
        return self.plan.definition

    @property
    def period(self) -> Literal["D", "W", "M"]:
        """The length of a period."""
        return self.plan.period

    @property
    def cohorts(self) -> tuple[Hashable, ...]:
        """The cohorts: when their periods of entry begin, or their values."""
        return tuple(self.cells["cohort"].drop_duplicates())

    @property
    def sizes(self) -> tuple[int, ...]:
        """Users of each cohort."""
        return tuple(self.cells["size"].tolist()[:: len(self.periods)])

    @property
    def periods(self) -> tuple[int, ...] | tuple[str, ...]:
        """The periods by their distance from the entry, or the brackets."""
        n_periods = len(self.cells) // len(self.cohorts)
        return tuple(self.cells["period"].tolist()[:n_periods])

    @property
    def curve(self) -> RetentionCurve:
        """All cohorts together, by period."""
        return RetentionCurve(retention=self)

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return `cells` with the rate of each and its Wilson interval, `low` and `high`."""
        return with_rates(self.cells, confidence_level)

    def compare_definitions(self, day: int = 7) -> RetentionComparison:
        """Return what each definition and clock makes of one day, on the same log.

        Parameters
        ----------
        day : int
            From 1.
        """
        if type(day) is not int or day < 1:
            raise InputError(f"day={day!r} must be a whole number from 1, such as 7.")
        return compare_definitions(self, day)

    @property
    def title(self) -> str:
        return f"Retention: back with {quoted(self.returning)} after {quoted(self.start)}"

    @property
    def method(self) -> str:
        return (
            f"A user enters at their first {quoted(self.start)} and is back with a strictly later "
            f"{quoted(self.returning)}, {self._definition_in_words}. {self._clock_in_words} "
            f"Only users whose whole {self._cell} had passed by {self.as_of} are in a "
            f"denominator; a cell "
            "that nobody has reached is blank. Wilson score intervals (95%)."
        )

    @property
    def _cell(self) -> str:
        return "bracket" if self.plan.brackets else PERIODS[self.period]

    @property
    def _definition_in_words(self) -> str:
        unit, on = PERIODS[self.period], ON[self.period]
        when = {
            "n_day": f"{on} {unit} n",
            "unbounded": f"{on} {unit} n or any later one",
            "bracket": f"{on} any {unit} of a bracket",
        }[self.definition]
        return f"{when} ({unit} 0 is that of the entry)"

    @property
    def _clock_in_words(self) -> str:
        unit = PERIODS[self.period]
        cohorts = (
            f"cohorts by '{self.plan.asked.by}' at the entry"
            if self.plan.asked.by
            else f"cohorts by {PERIODS[self.plan.cohorts]} of entry"
        )
        if self.plan.length:
            hours = "24 hours" if self.period == "D" else "7 x 24 hours"
            return f"A {unit} is {hours} from each user's entry; {cohorts}."
        return f"Calendar {unit}s {clock_in_words(self.zone)}; {cohorts}."

    @property
    def assumptions(self) -> tuple[str, ...]:
        late = (
            "Cohorts differ in how long they have been watched: older ones had more time to be "
            "back 'or later'.",
        )
        return (
            f"The log holds everybody's first {quoted(self.start)}: whoever did it before the log "
            "begins counts from a later one.",
            "Each user's events are all in the table, under one id.",
            *(late if self.definition == "unbounded" else ()),
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        own = self._headline
        who = number_of(sum(self.sizes), "user")
        unit = PERIODS[self.period]
        if own is None:
            return (
                f"{who} did {quoted(self.start)}, none of them long enough before {self.as_of} for "
                f"a whole {self._cell} to have passed."
            )
        n, back = int(own["n_observed"].sum()), int(own["n_returned"].sum())
        low, high = wilson_interval(back, n)
        period = own["period"].iloc[0]
        many = "s" if "-" in str(period) else ""
        sentence = (
            f"Of {number_of(n, 'user')} watched through {unit}{many} {period} after "
            f"{quoted(self.start)}, {percent(back / n)} (95% interval "
            f"{percent_interval(low, high)}) were back with {quoted(self.returning)} "
            f"{self._when(period)}."
        )
        own = own.assign(rate=own["n_returned"] / own["n_observed"]).sort_values(
            "rate", kind="stable"
        )
        if len(own) < 2:
            return f"{sentence} They are one cohort, so there is nothing to compare it with yet."
        worst, best = own.iloc[0], own.iloc[-1]
        return (
            f"{sentence} By cohort it is highest for {self._name(best['cohort'])} "
            f"({percent(best['rate'])} of {count(best['n_observed'])}) and lowest for "
            f"{self._name(worst['cohort'])} ({percent(worst['rate'])} of "
            f"{count(worst['n_observed'])})."
        )

    @property
    def _headline(self) -> pd.DataFrame | None:
        """The cells of the period that a summary is about; None if nobody has reached one."""
        seen = self.cells[self.cells["n_observed"] > 0]
        if seen.empty:
            return None
        periods = list(seen["period"].drop_duplicates())
        wanted = HEADLINE[self.period]
        known = not self.plan.brackets and wanted in periods
        return seen[seen["period"] == (wanted if known else periods[-1])]

    def _when(self, period: Any) -> str:
        unit, on = PERIODS[self.period], ON[self.period]
        if self.definition == "unbounded":
            return f"{on} that {unit} or later"
        return f"{on} one of them" if "-" in str(period) else f"{on} that {unit}"

    def _name(self, cohort: Any) -> str:
        if self.plan.asked.by:
            return f"'{cohort}'"
        return f"the {PERIODS[self.plan.cohorts]} of {cohort:%d %B %Y}"

    def when(self, period: Any) -> str:
        """Return a period in words: "on day 7"."""
        many = "s" if "-" in str(period) else ""
        return f"{ON[self.period]} {PERIODS[self.period]}{many} {period}"

    def label(self, cohort: Any) -> str:
        """Return what a cohort is called in a table."""
        return str(cohort) if self.plan.asked.by else f"{cohort:%Y-%m-%d}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        rates = self.to_frame()["rate"].to_numpy().reshape(len(self.cohorts), -1)
        sizes = self.sizes
        pooled = self.curve.to_frame()["rate"].tolist()
        periods = self.periods[:MOST_COLUMNS]
        return {
            "cohort": ["all", *map(self.label, self.cohorts[-MOST_ROWS:])],
            "users": [count(sum(sizes)), *map(count, sizes[-MOST_ROWS:])],
            **{
                f"{PERIODS[self.period]} {period}" if place == 0 else str(period): [
                    percent(pooled[place]),
                    *map(percent, rates[-MOST_ROWS:, place].tolist()),
                ]
                for place, period in enumerate(periods)
            },
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = [*super()._notes()]
        more_columns = len(self.periods) - MOST_COLUMNS
        more_rows = len(self.cohorts) - MOST_ROWS
        left_out = [
            f"{more_rows} earlier cohorts" if more_rows > 0 else "",
            f"{more_columns} later {PERIODS[self.period]}s" if more_columns > 0 else "",
        ]
        if any(left_out):
            what = " and ".join(filter(None, left_out))
            notes.append(("Not shown", f"{what}; to_frame() has them."))
        return notes
