"""Who was put into which arm of Larder's four experiments, and at which event.

The lots decide nothing of what people do in the log: the starter plan's arms are a person's own
from the start, and what the other three change is not in the log. So they can be drawn after it,
and drawn again until they hold what the story wants of them: see `_lots`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.journal import NEVER, Journal, codes_of
from pmlab.simulate.people import DAY, People
from pmlab.simulate.story import DEVICES, Story, run_of, seconds_at
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Table

__all__ = [
    "EXPERIMENTS",
    "LUCKY",
    "NO_EFFECT",
    "PEEKS",
    "VARIANTS",
    "WEEK",
    "Arms",
    "draw_arms",
    "in_that_visit",
    "starter_plan",
    "within",
    "z_between",
]

EXPERIMENTS = ("Starter plan", "Landing page", "Button colour", "Upsell")
VARIANTS = ("control", "treatment")
WEEK = 7 * DAY

IMPATIENCE = {"desktop": 0.4, "mobile": 1.0, "tablet": 0.7}
"""How ready people on each device are to leave while a redirect is loading, of those whose first
visit is over after one page in any case."""
PEEKS = (3, 4)
"""Days after which growth looks at the button's colour."""

# What is asked of a lot, in standard errors.
FAIR = 2.0
"""The arms are no further from half and half."""
NO_EFFECT = 1.0
"""Where the truth is that nothing happened, the whole lot shows no more than this."""
LUCKY = 2.2
"""At a lucky peek the difference is at least this, well above the 1.96 of p = 0.05."""
MOST_LOTS = 10_000

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Arms:
    """The people of one experiment, one row each, in order of time."""

    experiment: str
    row: Ints
    """The event at which each was put into an arm."""
    person: Ints
    at: Ints
    """Seconds since the start."""
    treated: Bools

    def __len__(self) -> int:
        return len(self.row)

    def start_of(self, n_users: int) -> Ints:
        """Return when each of all people was put into an arm, or NEVER."""
        start = np.full(n_users, NEVER)
        start[self.person] = self.at
        return start


def starter_plan(story: Story, people: People, journal: Journal) -> Arms:
    """Return experiment 1: at sign-up, by the arm that was a person's own from the start."""
    rows = journal.rows("sign_up")
    begin, end = seconds_at(story.experiment_from), seconds_at(story.experiment_to)
    rows = rows[(journal.time[rows] >= begin) & (journal.time[rows] < end)]
    treated = people.shown_starter_plan[journal.user[rows]]
    return _arms("Starter plan", journal, rows, treated)


def draw_arms(
    streams: Streams, story: Story, people: People, journal: Journal, events: Table
) -> tuple[Arms, ...]:
    """Return the arms of all four, in their order."""
    return (
        starter_plan(story, people, journal),
        _landing_page(streams("landing page"), story, people, journal, events),
        _button_colour(streams("button colour"), journal),
        _upsell(streams("upsell"), journal, events),
    )


def _landing_page(
    rng: np.random.Generator, story: Story, people: People, journal: Journal, events: Table
) -> Arms:
    """Experiment 2: new people, at their first visit, as far as the redirect did not lose them."""
    rows = _firsts("Landing page", journal, journal.rows("visit"), before=True)
    arms = _arms("Landing page", journal, rows, np.zeros(len(rows), bool))
    signed_up = journal.signed_up[arms.person] < arms.at + WEEK
    treated = _lots(rng, len(rows), lambda lot: abs(z_between(signed_up, lot)) <= NO_EFFECT)

    # The new page comes by a redirect. It costs a second or two, and the row is written when the
    # page is there: who leaves while it loads is in the log, for the visit, and in no arm.
    bounced = in_that_visit(journal, arms, np.arange(len(journal))) == 1
    device = codes_of(events["device"])[rows]
    ready = np.array([IMPATIENCE[name] for name in DEVICES])[device]
    ready = bounced * treated * ready * np.exp(-0.5 * people.need[arms.person])
    lost = story.experiments.lost_in_redirect * treated.sum()
    chance = np.minimum(ready * lost / max(ready.sum(), 1e-12), 1)
    stays = rng.random(len(rows)) >= chance
    return _arms("Landing page", journal, rows[stays], treated[stays])


def _button_colour(rng: np.random.Generator, journal: Journal) -> Arms:
    """Experiment 3: whoever opens a recipe, where the button is."""
    rows = _firsts("Button colour", journal, journal.rows("view_recipe"))
    arms = _arms("Button colour", journal, rows, np.zeros(len(rows), bool))
    filled = in_that_visit(journal, arms, journal.rows("add_to_basket")) > 0
    begin = seconds_at(run_of("Button colour")[0])
    seen = [arms.at < begin + day * DAY for day in PEEKS]

    def lucky_early_and_nothing_in_the_end(lot: Bools) -> bool:
        early = all(z_between(filled[part], lot[part]) >= LUCKY for part in seen)
        return early and abs(z_between(filled, lot)) <= NO_EFFECT

    treated = _lots(rng, len(rows), lucky_early_and_nothing_in_the_end)
    return _arms("Button colour", journal, rows, treated)


def _upsell(rng: np.random.Generator, journal: Journal, events: Table) -> Arms:
    """Experiment 4: whoever fills a basket, has an account, and never had Larder Plus."""
    rows = journal.rows("add_to_basket")
    who, when = journal.user[rows], journal.time[rows]
    rows = rows[(when >= journal.signed_up[who]) & (when <= journal.first("start_trial")[who])]
    rows = _firsts("Upsell", journal, rows)
    arms = _arms("Upsell", journal, rows, np.zeros(len(rows), bool))
    spent = within(journal, arms, "purchase", 0, WEEK, weights=np.asarray(events["basket_cents"]))
    treated = _lots(rng, len(rows), lambda lot: abs(z_between(spent, lot)) <= NO_EFFECT)
    return _arms("Upsell", journal, rows, treated)


def _lots(rng: np.random.Generator, n: int, holds: Callable[[Bools], bool]) -> Bools:
    """Return who is in the treatment arm: the first lot that is fair and of which this holds."""
    for _ in range(MOST_LOTS):
        treated: Bools = rng.random(n) < 0.5
        if abs(treated.sum() - n / 2) <= FAIR * 0.5 * np.sqrt(n) and holds(treated):
            break
    return treated  # if none would do, the detector says so


def _firsts(experiment: str, journal: Journal, rows: Ints, *, before: bool = False) -> Ints:
    """Return each person's first of these rows while an experiment runs.

    With `before`, only where it is the first of all.
    """
    begin, end = map(seconds_at, run_of(experiment))
    inside = (journal.time[rows] >= begin) & (journal.time[rows] < end)
    if not before:
        rows, inside = rows[inside], np.ones(int(inside.sum()), bool)
    _, first = np.unique(journal.user[rows], return_index=True)
    first = np.sort(first)  # by time, as the rows are
    return rows[first][inside[first]]


def _arms(experiment: str, journal: Journal, row: Ints, treated: Bools) -> Arms:
    return Arms(
        experiment=experiment,
        row=row,
        person=journal.user[row],
        at=journal.time[row],
        treated=treated,
    )


# --- what people of an experiment did -------------------------------------------------------------


def within(
    journal: Journal,
    arms: Arms,
    event: str,
    begin: int,
    end: int,
    *,
    weights: NDArray[Any] | None = None,
) -> Ints:
    """Return how often each did this from `begin` seconds after the assignment until `end`."""
    start = arms.start_of(journal.n_users)
    rows = journal.rows(event)
    age = journal.time[rows] - start[journal.user[rows]]
    rows = rows[(age >= begin) & (age < end)]
    counts = np.bincount(
        journal.user[rows],
        None if weights is None else weights[rows],
        minlength=journal.n_users,
    )
    return counts.astype("int64")[arms.person]


def in_that_visit(journal: Journal, arms: Arms, rows: Ints) -> Ints:
    """Return how many of these rows fall in the visit of the assignment, from that moment on."""
    start = arms.start_of(journal.n_users)
    visitor, opened = journal.of("visit")
    later = opened > start[visitor]
    over = np.full(journal.n_users, NEVER)
    np.minimum.at(over, visitor[later], opened[later])
    who, when = journal.user[rows], journal.time[rows]
    there = (when >= start[who]) & (when < over[who])
    return np.bincount(who[there], minlength=journal.n_users)[arms.person]


def z_between(values: NDArray[Any], treated: Bools) -> float:
    """Return by how many standard errors the treatment's mean is above the control's."""
    a, b = values[treated].astype(float), values[~treated].astype(float)
    if min(len(a), len(b)) < 2:
        return float("nan")
    error = np.sqrt(max(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b), 1e-12))
    return float((a.mean() - b.mean()) / error)
