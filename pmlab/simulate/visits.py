"""When a person comes: first out of curiosity, then, with an account, out of habit.

Before the account come a few visits at growing distances, and at one of them some sign up.
After it, a person comes back as long as the habit lives; some drop it and take it up again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.people import DAY, People, second_of_day
from pmlab.simulate.story import (
    CHANNEL_WARMTH,
    DEVICES,
    END,
    RETURNS_BY_WEEKDAY,
    START,
    WEEKS,
    Story,
)
from pmlab.simulate.streams import Streams

__all__ = ["Visits", "draw_visits", "log_odds_for", "share"]

LAST_SECOND = int((END - START) / np.timedelta64(1, "s")) - 1
APART = 3600
"""Two visits of one person begin at least an hour apart: any closer, it is one visit."""

# The log-odds to sign up at a visit and to come again without an account.
SIGN_UP_FIRST, SIGN_UP_LATER, COME_AGAIN = -0.78, 0.38, 0.02
MOBILE_HESITATES = -0.15
DAYS_TO_NEXT = (3.6, 1.15)
"""Median, and sigma of the logarithm: one gap in four is longer than a week."""
SAME_DAY = 0.12
"""Share of those who come again within hours instead."""

NEED_AND_SAVING = 1.45
"""Who needs Larder more saves a plan more: so savers would come back more in any case ..."""
TRIES_IT_WEEKS = 1.0
"""Whoever makes an account gives it a few days."""
HABIT_WEEKS = (0.75, 0.65)
"""Median life of a habit in weeks, and how much it grows with need (on the logarithm)."""
SAVING_AND_HABIT = 0.30
"""... and this much of it, on the logarithm, is because they saved."""
VISITS_A_WEEK = (0.95, 0.5)
"""Median while the habit lives, and sigma of the logarithm."""
MOST_VISITS_A_WEEK = 6
COME_BACK_LATER = 0.16
"""Share of dropped habits that are taken up again, weeks later."""


@dataclass(frozen=True, kw_only=True)
class Visits:
    """One row a visit, ordered by person and time."""

    person: NDArray[np.int64]
    start: NDArray[np.int64]
    """Seconds since the start."""
    first: NDArray[np.bool_]
    signs_up: NDArray[np.bool_]
    account: NDArray[np.bool_]
    """The person has an account, or makes one in this visit."""

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Visits:
        """Return some of the visits, or all in another order."""
        return Visits(**{part.name: getattr(self, part.name)[keep] for part in fields(self)})


def draw_visits(streams: Streams, story: Story, people: People) -> tuple[Visits, NDArray[np.bool_]]:
    """Return all visits, and who saves a plan within a week of signing up."""
    early = _until_account(streams("visits before the account"), people)
    signed_up_at = np.full(len(people), -1)
    signed_up_at[early.person[early.signs_up]] = early.start[early.signs_up]

    account = np.flatnonzero(signed_up_at >= 0)
    saver = np.zeros(len(people), bool)
    saver[account] = _savers(streams("savers"), story, people, account, signed_up_at[account])
    late = _by_habit(streams("visits by habit"), people, account, signed_up_at[account], saver)

    every = Visits(
        **{
            part.name: np.concatenate([getattr(early, part.name), getattr(late, part.name)])
            for part in fields(Visits)
        }
    )
    every = every.where(np.lexsort((every.start, every.person)))
    return every.where(_apart(every)), saver


def _until_account(rng: np.random.Generator, people: People) -> Visits:
    """Return the visits up to the one that ends in an account."""
    warmth = np.array(CHANNEL_WARMTH)[people.channel]
    warmth = warmth + MOBILE_HESITATES * (people.device == DEVICES.index("mobile"))
    comes_again = share(COME_AGAIN + 0.5 * warmth + 0.5 * people.need)
    signs_up_first = share(SIGN_UP_FIRST + warmth + 0.9 * people.need)
    signs_up_later = share(SIGN_UP_LATER + 0.7 * warmth + 0.9 * people.need)

    rounds: list[Visits] = []
    person, start = np.arange(len(people)), people.first_visit
    while len(person):
        chance = signs_up_later if rounds else signs_up_first
        signs_up = rng.random(len(person)) < chance[person]
        rounds.append(
            Visits(
                person=person,
                start=start,
                first=np.full(len(person), not rounds),
                signs_up=signs_up,
                account=signs_up,
            )
        )
        goes_on = ~signs_up & (rng.random(len(person)) < comes_again[person])
        person, start = person[goes_on], start[goes_on]
        start = _next_visit(rng, people, person, start)
        person, start = person[start <= LAST_SECOND], start[start <= LAST_SECOND]
    return Visits(
        **{
            part.name: np.concatenate([getattr(visits, part.name) for visits in rounds])
            for part in fields(Visits)
        }
    )


def _next_visit(
    rng: np.random.Generator,
    people: People,
    person: NDArray[np.int64],
    start: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return when each comes again: often in a day or two, sometimes after many weeks."""
    median, sigma = DAYS_TO_NEXT
    later = start + (DAY * rng.lognormal(np.log(median), sigma, len(start))).astype("int64")
    day = later // DAY
    at = day * DAY + second_of_day(rng, day, people.country[person])
    soon = start + APART + (3600 * rng.exponential(4, len(start))).astype("int64")
    within_hours = (rng.random(len(start)) < SAME_DAY) | (at < start + APART)
    again: NDArray[np.int64] = np.where(within_hours, soon, at)
    return again


def _savers(
    rng: np.random.Generator,
    story: Story,
    people: People,
    account: NDArray[np.int64],
    signed_up_at: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return who of the accounts saves a plan in the first week."""
    when = START + signed_up_at.astype("timedelta64[s]")
    starter = story.has_starter_plan(when, people.shown_starter_plan[account])
    pull = NEED_AND_SAVING * people.need[account]
    usual = log_odds_for(story.save_without_starter, pull)
    helped = log_odds_for(story.save_with_starter, pull)
    saves: NDArray[np.bool_] = rng.random(len(account)) < share(
        np.where(starter, helped, usual) + pull
    )
    return saves


def _by_habit(
    rng: np.random.Generator,
    people: People,
    account: NDArray[np.int64],
    signed_up_at: NDArray[np.int64],
    saver: NDArray[np.bool_],
) -> Visits:
    """Return the visits of people with an account, after the one in which they made it."""
    need = people.need[account]
    median, with_need = HABIT_WEEKS
    typical = np.log(median) + with_need * need + SAVING_AND_HABIT * saver[account]
    weeks = TRIES_IT_WEEKS + np.exp(typical) / np.log(2) * rng.standard_exponential(len(account))
    median, sigma = VISITS_A_WEEK
    a_week = np.exp(np.log(median) + 0.25 * need + rng.normal(0, sigma, len(account)))
    a_week = np.minimum(a_week, MOST_VISITS_A_WEEK)

    again = rng.random(len(account)) < COME_BACK_LATER
    pause = rng.exponential(6, len(account))
    restart = signed_up_at + ((weeks + 2 + pause) * 7 * DAY).astype("int64")
    second_weeks = np.where(again, rng.exponential(2.5, len(account)), 0)

    person = np.tile(account, 2)
    start = np.concatenate([signed_up_at, restart])
    length = np.concatenate([weeks, second_weeks])
    length = np.clip(length, 0, np.maximum(0, (LAST_SECOND - start) / (7 * DAY)))

    # More visits than there will be, thinned to the rhythm of the week.
    rhythm = np.array(RETURNS_BY_WEEKDAY)
    expected = np.tile(a_week, 2) * length * (rhythm.max() / rhythm.mean())
    visit = np.repeat(np.arange(len(person)), rng.poisson(expected))
    begun = start[visit]
    day = (begun + rng.random(len(visit)) * length[visit] * 7 * DAY).astype("int64") // DAY
    at = day * DAY + second_of_day(rng, day, people.country[person[visit]])
    kept = rng.random(len(visit)) < rhythm[day % 7] / rhythm.max()
    kept &= (at > begun) & (day < 7 * WEEKS)
    n = int(kept.sum())
    return Visits(
        person=person[visit][kept],
        start=at[kept],
        first=np.zeros(n, bool),
        signs_up=np.zeros(n, bool),
        account=np.ones(n, bool),
    )


def _apart(visits: Visits) -> NDArray[np.bool_]:
    same = visits.person[1:] == visits.person[:-1]
    close = visits.start[1:] - visits.start[:-1] < APART
    return np.concatenate([[True], ~(same & close)])


def share(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability with these log-odds."""
    return 1 / (1 + np.exp(-log_odds))


def log_odds_for(target: float, pull: NDArray[np.float64]) -> float:
    """Return the constant with which the mean of share(constant + pull) is the target."""
    low, high = -10.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle + pull).mean() < target else (low, middle)
    return (low + high) / 2
