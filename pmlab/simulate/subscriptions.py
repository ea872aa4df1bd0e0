"""The billing system's table of Larder Plus: trials, who pays, who cancels.

Trials begun on the page of Larder Plus, and the payments after them, are those of the log. What
the box beside the basket brings in experiment 4, and cancelling, only billing knows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.assignments import Arms
from pmlab.simulate.journal import NEVER, Journal
from pmlab.simulate.people import DAY, People
from pmlab.simulate.story import END, START, Story, run_of, seconds_at
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["SOURCES", "basket_days", "draw_subscriptions"]

SOURCES = ("plus_page", "basket_box")

CANCELS_TRIAL, TRIAL_DAYS_TO_CANCEL = 0.35, 3.0
"""Share of the trials on the page that are cancelled and not just left to end; mean days to it."""
PAID_DAYS_TO_CANCEL = 150.0
"""Mean days from the first payment to cancelling."""
REGRET_DAYS = 1.2
"""Mean days to cancelling of those who regret what they clicked in the box."""
PAYS_AFTER_BOX = 0.35
"""Share of the others who pay."""
TRIAL_ENDS = 14 * DAY


def draw_subscriptions(
    streams: Streams, story: Story, people: People, journal: Journal, upsell: Arms
) -> Table:
    """Return one row a person who ever began a trial, ordered by time; no time stands for never."""
    began, paid = journal.first("start_trial"), journal.first("subscribe")
    person = np.flatnonzero(began < NEVER)
    started, paid = began[person], paid[person]
    cancelled = _cancels(streams("cancel"), started, paid)

    boxed, box_started = _in_the_box(streams("box"), story, journal, upsell, began)
    box_paid, box_cancelled = _after_the_box(streams("after the box"), story, box_started)

    person = np.concatenate([person, boxed])
    source = np.repeat([0, 1], [len(started), len(boxed)])
    started = np.concatenate([started, box_started])
    order = np.argsort(started, kind="stable")

    def moment(seconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
        known = seconds < seconds_at(END)
        when = START + np.where(known, seconds, 0).astype("timedelta64[s]")
        return np.where(known, when, np.datetime64("NaT", "s"))[order]

    return {
        "user_id": Coded(person[order], people.user_id),
        "source": Coded(source[order], SOURCES),
        "trial_started_at": moment(started),
        "paid_from": moment(np.concatenate([paid, box_paid])),
        "cancelled_at": moment(np.concatenate([cancelled, box_cancelled])),
    }


def basket_days(
    journal: Journal, upsell: Arms
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the days on which people of experiment 4 filled a basket while it ran.

    One row a person and UTC day, ordered by time: the place of the person in `upsell`, the
    second of the first basket event, and the days since the day of the assignment.
    """
    place = np.full(journal.n_users, -1)
    place[upsell.person] = np.arange(len(upsell))
    rows = journal.rows("add_to_basket")
    rows = rows[place[journal.user[rows]] >= 0]
    who, when = place[journal.user[rows]], journal.time[rows]
    inside = (when >= upsell.at[who]) & (when < seconds_at(run_of("Upsell")[1]))
    who, when = who[inside], when[inside]
    _, first = np.unique(who * 1_000 + when // DAY, return_index=True)
    first = np.sort(first)
    who, when = who[first], when[first]
    return who, when, when // DAY - upsell.at[who] // DAY


def _in_the_box(
    rng: np.random.Generator,
    story: Story,
    journal: Journal,
    upsell: Arms,
    began: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return who starts a trial in the box, and when: the newer the box is to them, the more."""
    who, when, days = basket_days(journal, upsell)
    chance = story.experiments.box_accepted * 0.5 ** (days / story.experiments.box_half_life)
    accepts = rng.random(len(who)) < chance
    # A person has one trial only, and those of the log are taken.
    accepts &= upsell.treated[who] & (began[upsell.person[who]] == NEVER)
    who, when = who[accepts], when[accepts]
    _, first = np.unique(who, return_index=True)
    who, when = who[first], when[first]
    started = when + 20 + (40 * rng.exponential(1, len(when))).astype("int64")
    midnight = (when // DAY + 1) * DAY
    return upsell.person[who], np.minimum(started, midnight - 1)


def _cancels(
    rng: np.random.Generator, started: NDArray[np.int64], paid: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return when each trial of the log, or what it became, is cancelled; NEVER for the others."""
    n = len(started)
    in_trial = started + 1 + (TRIAL_DAYS_TO_CANCEL * DAY * rng.exponential(1, n)).astype("int64")
    given_up = (rng.random(n) < CANCELS_TRIAL) & (in_trial < started + TRIAL_ENDS)
    later = paid + (PAID_DAYS_TO_CANCEL * DAY * rng.exponential(1, n)).astype("int64")
    return np.where(paid < NEVER, later, np.where(given_up, in_trial, NEVER))


def _after_the_box(
    rng: np.random.Generator, story: Story, started: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when each trial of the box is paid for and cancelled; NEVER for the others."""
    n = len(started)
    regret = started + 60 + (REGRET_DAYS * DAY * rng.exponential(1, n)).astype("int64")
    regrets = (rng.random(n) < story.experiments.box_regretted) & (regret < started + 7 * DAY)
    pays = ~regrets & (rng.random(n) < PAYS_AFTER_BOX)
    paid = started + 7 * DAY + (3 * DAY * rng.random(n)).astype("int64")
    return np.where(pays, paid, NEVER), np.where(regrets, regret, NEVER)
