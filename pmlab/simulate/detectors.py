"""The analyses that find what was planted, each with the margin by which it finds it.

A detector reads tables as an analyst would and returns a `Finding`. Its margin is the distance,
in standard errors, from the line at which a learner would no longer see the truth. A table of
which a detector fails is drawn again, so none may fail more than once in a thousand draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.assignments import Arms
from pmlab.simulate.journal import NEVER, Journal, codes_of, seconds_of
from pmlab.simulate.story import (
    BROWSERS,
    CHANNELS,
    DEVICES,
    EVENTS,
    START,
    Story,
    seconds_at,
    week_of,
)
from pmlab.simulate.tables import Table

__all__ = [
    "LEAST_APART",
    "LEAST_BETWEEN",
    "ON_FUNNEL",
    "Detector",
    "Finding",
    "Log",
    "apart",
    "counting_rules",
    "difference",
    "least",
    "points",
    "rule_rates",
]

DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a detector saw."""

    truth: str
    margin: float
    """Standard errors beyond the line; the truth is found when this is above zero."""
    measured: str
    """The numbers, in words."""

    @property
    def found(self) -> bool:
        """Whether the truth shows."""
        return self.margin > 0


class Log(Journal):
    """The events as arrays, with what every detector asks of them."""

    def __init__(
        self, events: Table, users: Mapping[str, Any], starter_plan: Arms, story: Story
    ) -> None:
        self.first_visit = seconds_of(users["first_visit_at"])
        super().__init__(events, n_users=len(self.first_visit))
        self.story = story
        self.device = codes_of(events["device"])
        self.browser = codes_of(events["browser"])
        self.channel = codes_of(users["channel"])
        """Of each person's first visit."""
        self.cohort = week_of(START + self.first_visit.astype("timedelta64[s]"))
        """The week, 1 to 26, of each person's first visit."""
        self.arm = np.full(self.n_users, -1)
        """Of the starter plan's experiment: 0 without, 1 with it, -1 not in the experiment."""
        self.arm[starter_plan.person] = starter_plan.treated

    @cached_property
    def converted(self) -> NDArray[np.bool_]:
        """Whether each bought within 7 days of the first visit, signing up on the way."""
        user, time = self.of("purchase")
        in_time = time <= self.first_visit[user] + 7 * DAY
        return self.anyone(user[in_time & (time >= self.signed_up[user])])

    def conversion(self, people: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the conversion of some people, and its standard error."""
        return _rate(self.converted[people])


Detector: TypeAlias = Callable[[Log], Finding]


def faster_checkout(log: Log) -> Finding:
    """Week 11: conversion rises in every channel."""
    before, after = _weeks(log, 5, 10), _weeks(log, 11, 17)
    rises = [_rise(log, before & people, after & people) for people in _channels(log)]
    return Finding(
        truth="faster checkout",
        margin=least(rise / error for rise, error in rises),
        measured="weeks 5-10 to 11-17, " + _by_channel(rises),
    )


def colder_campaign(log: Log) -> Finding:
    """Weeks 12 to 15: conversion falls overall and rises in every channel."""
    before, after = _weeks(log, 5, 10), _weeks(log, 12, 15)
    overall, error = _rise(log, before, after)
    rises = [_rise(log, before & people, after & people) for people in _channels(log)]
    return Finding(
        truth="colder campaign",
        margin=least([-overall / error, *(rise / error for rise, error in rises)]),
        measured=f"weeks 5-10 to 12-15, overall {points(overall)}, " + _by_channel(rises),
    )


LEAST_COLLAPSE, MOST_SEEN_OVERALL = 0.30, 0.09
"""Of checkouts that end in a purchase: the segment falls by more, the total by less."""


def broken_checkout(log: Log) -> Finding:
    """Weeks 18 to 20: one device and browser collapses at the last step; the total hardly moves."""
    broken, fixed = seconds_at(log.story.broken_at), seconds_at(log.story.fixed_at)
    before = _checkouts(log, broken - (fixed - broken), broken)
    during = _checkouts(log, broken, fixed)

    falls: dict[tuple[int, int], tuple[float, float]] = {}
    for device, browser in np.ndindex(len(DEVICES), len(BROWSERS)):
        paid = [
            paid[(devices == device) & (browsers == browser)]
            for devices, browsers, paid in (before, during)
        ]
        if min(map(len, paid)) >= 30:
            falls[device, browser] = difference(paid[1], paid[0])
    planted = DEVICES.index(log.story.broken_device), BROWSERS.index(log.story.broken_browser)
    rise, error = falls.get(planted, (float("nan"), float("nan")))
    others = [fall for segment, (fall, _) in falls.items() if segment != planted]
    next_worst = min(others, default=float("nan"))
    overall, overall_error = difference(during[2], before[2])
    return Finding(
        truth="broken checkout",
        margin=least(
            [
                (-rise - LEAST_COLLAPSE) / error,
                (next_worst - rise) / error,
                (MOST_SEEN_OVERALL + overall) / overall_error,
            ]
        ),
        measured=(
            f"checkouts that end in a purchase, {log.story.broken_device} "
            f"{log.story.broken_browser}: {points(rise)}; the next worst segment: "
            f"{points(next_worst)}; all: {points(overall)}"
        ),
    )


LEAST_APART, LEAST_BETWEEN = 0.002, 0.001
"""A wrong rule from the right one, and two wrong ones from each other."""


def counting_rules(log: Log) -> Finding:
    """Chapter 02's question: every plausible wrong rule gives a visibly different answer."""
    return apart("counting rules", rule_rates(log), n=int(_march(log).sum()))


def apart(truth: str, rates: Mapping[str, float], *, n: int) -> Finding:
    """Return whether each wrong rule is apart from the right one, and from the others."""
    right = rates["right"]
    wrong = [rate for rule, rate in rates.items() if rule != "right"]
    gaps = [(abs(rate - right), LEAST_APART) for rate in wrong]
    gaps += [(abs(a - b), LEAST_BETWEEN) for a, b in combinations(wrong, 2)]
    return Finding(
        truth=truth,
        # The people on whom two rules differ are a share of n, about as large as the gap.
        margin=least((gap - line) / np.sqrt(max(gap, line) / n) for gap, line in gaps),
        measured=", ".join(f"{rule} {100 * rate:.1f}%" for rule, rate in rates.items()),
    )


def rule_rates(log: Log) -> dict[str, float]:
    """Return the answer of each rule to chapter 02's question."""
    people = _march(log)
    buyer, bought = log.of("purchase")
    visitor, visited = log.of("visit")
    first, signed_up = log.first_visit, log.signed_up
    week = 7 * DAY

    last_before = np.full(log.n_users, -NEVER)
    on_the_way = visited <= signed_up[visitor]
    np.maximum.at(last_before, visitor[on_the_way], visited[on_the_way])

    after = bought >= signed_up[buyer]
    in_time = bought <= first[buyer] + week
    signed_up_in_time = signed_up <= first + week
    per_step = after & (bought <= signed_up[buyer] + week) & signed_up_in_time[buyer]
    best = after & (bought <= last_before[buyer] + week)

    def share(chosen: NDArray[np.bool_]) -> float:
        return float(log.anyone(buyer[chosen])[people].mean())

    right = share(after & in_time)
    return {
        "right": right,
        "of those who signed up": right / float(signed_up_in_time[people].mean()),
        "seven days a step": share(per_step),
        "any order": share(in_time & signed_up_in_time[buyer]),
        "no window": share(after),
        "without signing up": share(in_time),
        "best attempt": share(best),
        "events for people": float(people[buyer].sum() / people[visitor].sum()),
    }


ON_FUNNEL: tuple[Detector, ...] = (
    counting_rules,
    faster_checkout,
    colder_campaign,
    broken_checkout,
)


# --- what they share -----------------------------------------------------------------------------


def _march(log: Log) -> NDArray[np.bool_]:
    begin, end = (seconds_at(np.datetime64(day, "s")) for day in ("2026-03-01", "2026-04-01"))
    return (log.first_visit >= begin) & (log.first_visit < end)


def _weeks(log: Log, first: int, last: int) -> NDArray[np.bool_]:
    return (log.cohort >= first) & (log.cohort <= last)


def _channels(log: Log) -> list[NDArray[np.bool_]]:
    return [log.channel == code for code in range(len(CHANNELS))]


def _checkouts(
    log: Log, begin: int, end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the people who checked out on a device and browser: those two, and whether they paid.

    Whoever checks out on two counts on both.
    """
    within = (log.time >= begin) & (log.time < end)
    who = (log.user * len(DEVICES) + log.device) * len(BROWSERS) + log.browser
    tried = np.unique(who[within & (log.kind == EVENTS.index("start_checkout"))])
    paid = np.isin(tried, who[within & (log.kind == EVENTS.index("purchase"))])
    return tried // len(BROWSERS) % len(DEVICES), tried % len(BROWSERS), paid


def _rise(log: Log, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> tuple[float, float]:
    return difference(log.converted[after], log.converted[before])


def difference(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the rate in a less the rate in b, and its standard error."""
    (rate_a, error_a), (rate_b, error_b) = _rate(a), _rate(b)
    return rate_a - rate_b, float(np.hypot(error_a, error_b))


def _rate(yes: NDArray[np.bool_]) -> tuple[float, float]:
    n, k = len(yes), int(yes.sum())
    if n == 0:
        return float("nan"), float("nan")
    # With nobody or everybody the plain error would be zero, so two of each are added to it.
    softened = (k + 2) / (n + 4)
    return k / n, float(np.sqrt(softened * (1 - softened) / n))


def least(margins: Iterable[float]) -> float:
    """Return the smallest; NaN, which finds nothing, if any margin has nobody to stand on."""
    return float(np.min(list(margins)))


def points(difference: float) -> str:
    """Return a difference of rates in words."""
    return f"{100 * difference:+.1f} points"


def _by_channel(rises: list[tuple[float, float]]) -> str:
    return ", ".join(
        f"{name} {points(rise)}" for name, (rise, _) in zip(CHANNELS, rises, strict=True)
    )
