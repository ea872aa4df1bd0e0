"""What people answer when Larder asks them, before and after the redesign.

Whoever has had an account for a week and comes while a wave runs is asked, once, in the visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.people import DAY, People
from pmlab.simulate.story import (
    EVENTS,
    REDESIGN_AT,
    START,
    SURVEY_WEEKS,
    Redesign,
    Story,
    day_start,
    seconds_at,
)
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table
from pmlab.simulate.visits import log_odds_for, share

__all__ = ["ANSWERS", "CSAT", "NPS", "SUS", "UMUX", "draw_surveys", "wave_window"]

NPS, CSAT = "nps", "csat"
UMUX = ("umux_1", "umux_2")
SUS = tuple(f"sus_{item}" for item in range(1, 11))
ANSWERS = (NPS, CSAT, *UMUX, *SUS)
"""In the order in which they are asked."""

ACCOUNT_FOR = 7 * DAY
"""Only people who have had an account for so long are asked."""
NEED_AND_ANSWERING = 0.8
"""Who needs Larder more answers more, on the log-odds: in both waves alike."""

# What lies behind the answers of a person: how easy Larder is, and how much they would miss it.
# Both vary by one standard deviation between people, and the second is made of:
LOYALTY_FROM_NEED, LOYALTY_FROM_EASE = 0.30, 0.50

SUS_AVERAGE = (3.39, 2.44, 3.67, 1.85, 3.55, 2.20, 3.71, 2.25, 3.72, 2.09)
"""Of each item where SUS is 68, the average of products: Lewis and Sauro, "Item Benchmarks for the
System Usability Scale", Journal of Usability Studies 13 (2018)."""
SUS_BETWEEN_PEOPLE, SUS_WITHIN = 0.62, 0.85

# How often the people invited would give each answer, lowest first, before the redesign.
NPS_SHARES = (0.03, 0.01, 0.02, 0.02, 0.02, 0.08, 0.07, 0.15, 0.22, 0.14, 0.24)
CSAT_SHARES = (0.04, 0.07, 0.17, 0.42, 0.30)
UMUX_SHARES = (0.02, 0.04, 0.08, 0.16, 0.27, 0.28, 0.15)

BREAKS_OFF, STRAIGHT_LINES = 0.05, 0.02
STRAIGHT_LINE_SHARES = (0.05, 0.05, 0.45, 0.30, 0.15)
"""Of the answer that stands in all ten rows."""


def wave_window(wave: str) -> tuple[int, int]:
    """Return the seconds from and until which a wave invites people."""
    week = SURVEY_WEEKS[wave]
    return seconds_at(day_start(week, 2)), seconds_at(day_start(week + 1))


def draw_surveys(streams: Streams, story: Story, people: People, events: Table) -> Table:
    """Return one row an invitation, ordered by time; -1 where an answer is missing."""
    wave, person, visit = _invitations(people, events)
    redesign = story.redesign
    n = len(wave)
    invited = visit + 15 + (60 * streams("invitation").exponential(1, n)).astype("int64")

    pull = NEED_AND_ANSWERING * people.need[person]
    chance = np.zeros(n)
    for code, rate in enumerate((redesign.answers_before, redesign.answers_after)):
        asked = wave == code
        chance[asked] = share(log_odds_for(rate, pull[asked]) + pull[asked])
    answers = streams("response").random(n) < chance
    takes = np.exp(np.log(150) + 0.5 * streams("pace").standard_normal(n)).astype("int64")

    ordered = _first_purchase(people, events)[person] < invited
    after = START + visit.astype("timedelta64[s]") >= REDESIGN_AT
    given = _answers(streams, redesign, people, person, after)
    given[CSAT] = np.where(ordered, given[CSAT], -1)
    _spoil(streams("care"), given)

    order = np.argsort(invited, kind="stable")
    invited_at = START + invited.astype("timedelta64[s]")
    answered_at = np.where(
        answers, invited_at + takes.astype("timedelta64[s]"), np.datetime64("NaT", "s")
    )
    return {
        "wave": Coded(wave[order], tuple(SURVEY_WEEKS)),
        "user_id": Coded(person[order], people.user_id),
        "invited_at": invited_at[order],
        "answered_at": answered_at[order],
        **{name: np.where(answers, given[name], -1)[order] for name in ANSWERS},
    }


def _invitations(
    people: People, events: Table
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the wave, the person, and the second of the visit in which each is asked."""
    who, kind, time = _log(events)
    signed_up = np.full(len(people), np.iinfo("int64").max // 4)
    made = kind == EVENTS.index("sign_up")
    signed_up[who[made]] = time[made]
    visits = (kind == EVENTS.index("visit")) & (time >= signed_up[who] + ACCOUNT_FOR)

    parts = []
    for code, wave in enumerate(SURVEY_WEEKS):
        begin, end = wave_window(wave)
        rows = np.flatnonzero(visits & (time >= begin) & (time < end))
        person, first = np.unique(who[rows], return_index=True)  # rows are in order of time
        parts.append((np.full(len(person), code), person, time[rows][first]))
    wave_, person, visit = (np.concatenate(column) for column in zip(*parts, strict=True))
    return wave_, person, visit


def _first_purchase(people: People, events: Table) -> NDArray[np.int64]:
    who, kind, time = _log(events)
    bought = kind == EVENTS.index("purchase")
    first = np.full(len(people), np.iinfo("int64").max)
    np.minimum.at(first, who[bought], time[bought])
    return first


def _log(events: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    who, kind, time = events["user_id"], events["event"], events["time"]
    assert isinstance(who, Coded)
    assert isinstance(kind, Coded)
    assert not isinstance(time, Coded)
    seconds = ((time - START) // np.timedelta64(1, "s")).astype("int64")
    return who.codes.astype("int64"), kind.codes.astype("int64"), seconds


def _answers(
    streams: Streams,
    redesign: Redesign,
    people: People,
    person: NDArray[np.int64],
    after: NDArray[np.bool_],
) -> dict[str, NDArray[np.int64]]:
    """Return what each invited person would say: of all of them, for who answers comes apart."""
    # Of the person, so that whoever is asked twice is the same person both times.
    ease = streams("ease").standard_normal(len(people))
    rest = np.sqrt(1 - LOYALTY_FROM_NEED**2 - LOYALTY_FROM_EASE**2)
    loyalty = (
        LOYALTY_FROM_NEED * (people.need - people.need[person].mean())
        + LOYALTY_FROM_EASE * ease
        + rest * streams("loyalty").standard_normal(len(people))
    )
    ease, loyalty = ease[person], loyalty[person]
    n = len(person)

    rng = streams("sus")
    average = np.array(SUS_AVERAGE)
    positive = np.arange(len(SUS)) % 2 == 0
    good = np.where(positive, average - 1, 5 - average)
    """How good each item is, from 0 to 4, before the even ones are turned round."""
    lift = redesign.usable_before + redesign.easier * after
    felt = (
        good
        + (lift + SUS_BETWEEN_PEOPLE * ease)[:, None]
        + SUS_WITHIN * rng.standard_normal((n, len(SUS)))
    )
    step = np.clip(np.rint(felt), 0, 4).astype("int64")
    sus = np.where(positive, step + 1, 5 - step)

    rng = streams("umux")
    does = 0.6 * loyalty + 0.4 * ease + 0.6 * rng.standard_normal(n) - redesign.less_loyal * after
    # A step of SUS is so many of the standard deviations in which ease is held.
    easier = redesign.easier / SUS_BETWEEN_PEOPLE
    easy = 0.8 * ease + 0.6 * rng.standard_normal(n) + 0.8 * easier * after

    meal = 0.5 * loyalty + np.sqrt(0.75) * streams("last order").standard_normal(n)
    return {
        NPS: _scale(NPS_SHARES, loyalty - redesign.less_loyal * after),
        CSAT: 1 + _scale(CSAT_SHARES, meal),
        UMUX[0]: 1 + _scale(UMUX_SHARES, does),
        UMUX[1]: 1 + _scale(UMUX_SHARES, easy),
        **dict(zip(SUS, sus.T, strict=True)),
    }


def _scale(shares: tuple[float, ...], felt: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the answer, 0 and up, where a standard normal feeling gives each its share."""
    edges = [NormalDist().inv_cdf(edge) for edge in np.cumsum(shares)[:-1]]
    return np.searchsorted(edges, felt)


def _spoil(rng: np.random.Generator, given: Mapping[str, NDArray[np.int64]]) -> None:
    """Let some break off, and some say the same ten times."""
    n = len(given[NPS])
    straight = rng.random(n) < STRAIGHT_LINES
    line = 1 + rng.choice(5, n, p=STRAIGHT_LINE_SHARES)
    for name in SUS:
        given[name][straight] = line[straight]
    # NPS stands first: whoever has given it is counted as having answered.
    last = np.where(rng.random(n) < BREAKS_OFF, rng.integers(0, len(ANSWERS) - 1, n), len(ANSWERS))
    for place, name in enumerate(ANSWERS):
        given[name][place > last] = -1
