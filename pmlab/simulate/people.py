"""Who comes to Larder, when first, from where, and on what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.story import (
    ACTIVITY_BY_HOUR,
    ARRIVALS_BY_WEEKDAY,
    BROWSER_SHARE,
    BROWSERS,
    CHANNEL_SHARE,
    CHANNELS,
    COUNTRIES,
    COUNTRY_SHARE,
    DEVICE_SHARE,
    DEVICES,
    HOURS_AHEAD_OF_UTC,
    NEW_YEAR,
    START,
    SUMMER_TIME,
    WEEKLY_GROWTH,
    WEEKS,
    Story,
)
from pmlab.simulate.streams import Streams

__all__ = ["DAY", "People", "browser_on", "draw_ids", "draw_people", "pick", "second_of_day"]

DAY = 86_400
"""Seconds."""

ID_LETTERS = np.array(list("23456789abcdefghjkmnpqrstuvwxyz"))
"""Nothing that is mistaken for something else when read aloud."""


@dataclass(frozen=True, kw_only=True)
class People:
    """One row a person, ordered by first visit. Numbers are places in the story's lists."""

    user_id: NDArray[np.str_]
    first_visit: NDArray[np.int64]
    """Seconds since the start."""
    country: NDArray[np.int64]
    channel: NDArray[np.int64]
    device: NDArray[np.int64]
    browser: NDArray[np.int64]
    need: NDArray[np.float64]
    """How much this person needs a plan for dinner: what lies behind all they do. Unseen."""
    shown_starter_plan: NDArray[np.bool_]
    """The treatment arm of experiment 1, should they sign up while it runs."""

    def __len__(self) -> int:
        return len(self.user_id)


def draw_people(streams: Streams, story: Story, visitors: int) -> People:
    """Return about `visitors` people."""
    day, channel = _arrivals(streams("arrivals"), story, visitors)
    n = len(day)
    country = streams("country").choice(len(COUNTRIES), n, p=COUNTRY_SHARE)
    first_visit = day * DAY + second_of_day(streams("hour"), day, country)

    rng = streams("device")
    shares = np.array([DEVICE_SHARE[name] for name in CHANNELS])
    device = pick(rng, shares[channel])
    browser = browser_on(rng, device)

    order = np.argsort(first_visit, kind="stable")
    return People(
        user_id=draw_ids(streams("id"), n, "u"),
        first_visit=first_visit[order],
        country=country[order],
        channel=channel[order],
        device=device[order],
        browser=browser[order],
        need=streams("need").standard_normal(n),
        shown_starter_plan=streams("starter plan").random(n) < 0.5,
    )


def _arrivals(
    rng: np.random.Generator, story: Story, visitors: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the day and the channel of each first visit."""
    days = np.arange(7 * WEEKS)
    week = days // 7
    new_year = np.ones(WEEKS)
    new_year[: len(NEW_YEAR)] = NEW_YEAR
    # Weather, holidays, the press: no two Mondays are alike.
    luck = np.exp(rng.normal(0, 0.03, WEEKS)[week] + rng.normal(0, 0.05, len(days)))
    usual = np.array(ARRIVALS_BY_WEEKDAY)[days % 7] * new_year[week] * luck
    usual *= (1 + WEEKLY_GROWTH) ** week

    per_day = usual[:, None] * np.array(CHANNEL_SHARE)
    midnight = START + days * np.timedelta64(1, "D")
    campaign = (midnight >= story.campaign_from) & (midnight < story.campaign_to)
    per_day[:, CHANNELS.index("paid_social")] += story.campaign_size * usual * campaign
    counts = rng.poisson(per_day * (visitors / per_day.sum())).ravel()

    n_channels = len(CHANNELS)
    return (
        np.repeat(np.repeat(days, n_channels), counts),
        np.repeat(np.tile(np.arange(n_channels), len(days)), counts),
    )


def second_of_day(
    rng: np.random.Generator, day: NDArray[np.int64], country: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a second of the UTC day, by the clock on the person's own kitchen wall."""
    weekend = day % 7 >= 5
    hour = np.where(weekend, *(_hours(rng, name, len(day)) for name in ("weekend", "weekday")))
    local = 3600 * hour + rng.integers(0, 3600, len(day))
    summer = day >= (SUMMER_TIME - START) // np.timedelta64(1, "D")
    ahead = np.array(HOURS_AHEAD_OF_UTC)[country] + summer
    utc: NDArray[np.int64] = (local - 3600 * ahead) % DAY
    return utc


def _hours(rng: np.random.Generator, kind: str, n: int) -> NDArray[np.int64]:
    shares = np.array(ACTIVITY_BY_HOUR[kind])
    return rng.choice(24, n, p=shares / shares.sum())


def pick(rng: np.random.Generator, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one choice a row, where row i chooses j with probability shares[i, j]."""
    edges = np.cumsum(shares, axis=1)
    edges /= edges[:, -1:]
    chosen: NDArray[np.int64] = (rng.random(len(shares))[:, None] >= edges).sum(axis=1)
    return chosen


def browser_on(rng: np.random.Generator, device: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a browser that runs on each device."""
    shares = np.array([BROWSER_SHARE[name] for name in DEVICES])
    assert shares.shape == (len(DEVICES), len(BROWSERS))
    return pick(rng, shares[device])


def draw_ids(rng: np.random.Generator, n: int, first: str) -> NDArray[np.str_]:
    """Return n different ids, with this first letter, that say nothing about anybody."""
    length = 7
    numbers = np.empty(0, "int64")
    while len(numbers) < n:
        more = rng.integers(0, len(ID_LETTERS) ** length, n)
        numbers = np.unique(np.concatenate([numbers, more]))
    numbers = rng.permutation(numbers)[:n]
    letters = [
        ID_LETTERS[numbers // len(ID_LETTERS) ** place % len(ID_LETTERS)] for place in range(length)
    ]
    ids = np.full(n, first)
    for letter in letters:
        ids = np.char.add(ids, letter)
    return ids
