"""What people do in a visit, and how long each thing takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.people import DAY, People, browser_on, pick
from pmlab.simulate.story import (
    BROWSERS,
    CHANNELS,
    DEVICE_SHARE,
    DEVICES,
    END,
    EVENTS,
    START,
    VISIT_CHANNELS,
    Story,
)
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table
from pmlab.simulate.visits import Visits, share

__all__ = ["draw_events"]

# What a visit holds.
LEAVES_AT_ONCE = 0.34
"""Of the visits in which nobody signs up."""
SEARCHES, VIEWS = 0.35, 1.2
"""Mean number in a visit of somebody who stays."""
FILLS_BASKET = {"guest": -2.5, "signing up": -0.12, "account": -0.15}
"""Log-odds."""
CHECKS_OUT = 0.62
"""Of those who fill a basket; more with need."""
SIGNS_UP_AFTER_PAYING = 0.20
"""Larder sells to guests, and offers the account on the thank-you page."""
TRIES_AGAIN = {"paid": 0.10, "not paid": 0.35}
SAVES_AGAIN = {"saver": 0.25, "other": 0.04}
STARTS_TRIAL, SUBSCRIBES = 0.028, 0.40

# Where in a visit the account is made: while looking around, after it, with the basket full,
# at the checkout.
SIGN_UP_PLACE = np.array([1.5, 2.1, 3.5, 4.9])
SIGN_UP_PLACE_SHARE = (0.28, 0.42, 0.18, 0.12)

# How long each action takes: the median in seconds; sigma of the logarithm is the same for all.
SECONDS = {
    "visit": 0,
    "search": 16,
    "view_recipe": 42,
    "sign_up": 75,
    "save_plan": 55,
    "add_to_basket": 38,
    "start_checkout": 48,
    "purchase": 165,
    "start_trial": 40,
    "subscribe": 95,
}
SECONDS_TO_PAY_FASTER = 70
SECONDS_SIGMA = 0.85
LONGEST_PAUSE = 40 * 60
LANDS_ON_RECIPE = 0.22
"""The first recipe then opens within a second or two of the visit, often in the same one."""

BASKET_CENTS = 4_300
BASKET_SIGMA = (0.38, 0.33)
"""Of the logarithm: between people, and from one basket to the next."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a visit runs on and where it came from: one row a visit."""

    channel: NDArray[np.int64]
    device: NDArray[np.int64]
    browser: NDArray[np.int64]


def draw_events(
    streams: Streams, story: Story, people: People, visits: Visits, saver: NDArray[np.bool_]
) -> Table:
    """Return the event log, ordered by time."""
    setting = _setting(streams, people, visits)
    need = people.need[visits.person]

    # The basket, the checkout, the payment.
    rng = streams("basket")
    fills = np.where(
        visits.signs_up,
        FILLS_BASKET["signing up"],
        np.where(visits.account, FILLS_BASKET["account"], FILLS_BASKET["guest"]),
    )
    fills_basket = rng.random(len(visits)) < share(fills + 0.45 * need)
    checkout_odds = np.log(CHECKS_OUT / (1 - CHECKS_OUT)) + 0.25 * need
    checks_out = fills_basket & (rng.random(len(visits)) < share(checkout_odds))
    pays = checks_out & (rng.random(len(visits)) < _paid_share(story, visits, setting))
    chance = np.where(pays, TRIES_AGAIN["paid"], TRIES_AGAIN["not paid"])
    tries = checks_out * np.minimum(rng.geometric(1 - chance), 4)
    adds = fills_basket * np.minimum(rng.geometric(0.55, len(visits)), 12)

    # Looking around: before the basket.
    rng = streams("looking around")
    stays = visits.signs_up | fills_basket | (rng.random(len(visits)) >= LEAVES_AT_ONCE)
    views = stays * np.minimum(rng.geometric(1 / (1 + VIEWS * np.exp(0.15 * need))) - 1, 25)
    searches = stays * rng.poisson(SEARCHES, len(visits))

    rng = streams("sign-up")
    place = SIGN_UP_PLACE[rng.choice(4, len(visits), p=SIGN_UP_PLACE_SHARE)]
    after_paying = pays & (rng.random(len(visits)) < SIGNS_UP_AFTER_PAYING)
    sign_up_place = np.where(after_paying, 6.0, place)

    saves = _saves(streams("plans"), people, visits, saver)
    trial, subscribes = _plus(streams("plus"), people, visits)

    rng = streams("order")
    n = len(visits)
    log = [
        _steps("visit", np.ones(n, int), np.zeros(n)),
        _steps("search", searches, 1 + rng.random(searches.sum())),
        _steps("view_recipe", views, 1 + rng.random(views.sum())),
        _steps("sign_up", visits.signs_up, sign_up_place[visits.signs_up]),
        _steps(
            "save_plan",
            saves,
            # A plan is saved in an account: in the visit that makes it, never before.
            np.where(visits.signs_up, np.maximum(sign_up_place + 0.01, 2.5), 2.5)[saves],
        ),
        _steps("add_to_basket", adds, 3 + 0.4 * rng.random(adds.sum())),
        _steps("start_checkout", tries, 4 + 0.4 * rng.random(tries.sum())),
        _steps("purchase", pays, np.full(pays.sum(), 5.0)),
        _steps("start_trial", trial, np.full(trial.sum(), 7.0)),
        _steps("subscribe", subscribes, np.full(subscribes.sum(), 7.0)),
    ]
    kind, visit, position = (np.concatenate(column) for column in zip(*log, strict=True))
    order = np.lexsort((position, visit))
    kind, visit = kind[order], visit[order]
    seconds = visits.start[visit] + _elapsed(streams("pace"), story, visits, kind, visit)
    cents = _basket_cents(streams("basket value"), people, visits, kind, visit)

    order = np.argsort(seconds, kind="stable")
    order = order[seconds[order] < (END - START) // np.timedelta64(1, "s")]
    visit = visit[order]
    return {
        "user_id": Coded(visits.person[visit], people.user_id),
        "event": Coded(kind[order], EVENTS),
        "time": START + seconds[order].astype("timedelta64[s]"),
        "channel": Coded(setting.channel[visit], VISIT_CHANNELS),
        "device": Coded(setting.device[visit], DEVICES),
        "browser": Coded(setting.browser[visit], BROWSERS),
        "basket_cents": cents[order],
    }


def _steps(
    name: str, times: NDArray[np.integer] | NDArray[np.bool_], position: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return one action, done so many times in each visit: its kind, visit, and place in it."""
    visit = np.repeat(np.arange(len(times)), times)
    return np.full(len(visit), EVENTS.index(name)), visit, position


def _setting(streams: Streams, people: People, visits: Visits) -> Setting:
    """Return the channel, device and browser of each visit; of the first, the person's own."""
    n = len(visits)
    person = visits.person
    # Some people have a second device that they turn to now and then.
    rng = streams("second device")
    shares = np.array([DEVICE_SHARE[name] for name in CHANNELS])
    second = pick(rng, shares[people.channel])
    second_browser = browser_on(rng, second)
    second_browser = np.where(second == people.device, people.browser, second_browser)
    how_often = np.where(rng.random(len(people)) < 0.4, rng.beta(1.5, 3, len(people)), 0)
    on_second = ~visits.first & (rng.random(n) < how_often[person])

    rng = streams("channel of the visit")
    home = people.channel[person]
    direct, search = VISIT_CHANNELS.index("direct"), VISIT_CHANNELS.index("organic_search")
    email = VISIT_CHANNELS.index("email")
    u = rng.random(n)
    as_guest = np.select([u < 0.35, u < 0.60], [direct, search], home)
    as_member = np.select([u < 0.52, u < 0.75, u < 0.90], [direct, email, search], home)
    # In the visit that makes the account there is no address yet to write to.
    member = visits.account & ~visits.signs_up
    channel = np.where(visits.first, home, np.where(member, as_member, as_guest))
    return Setting(
        channel=channel,
        device=np.where(on_second, second[person], people.device[person]),
        browser=np.where(on_second, second_browser[person], people.browser[person]),
    )


def _paid_share(story: Story, visits: Visits, setting: Setting) -> NDArray[np.float64]:
    """Return how likely a checkout in this visit ends in a purchase."""
    when = START + visits.start.astype("timedelta64[s]")
    paid = np.where(
        when < story.faster_checkout_at,
        np.array(story.paid_before)[setting.device],
        np.array(story.paid_after)[setting.device],
    )
    broken = (
        (when >= story.broken_at)
        & (when < story.fixed_at)
        & (setting.device == DEVICES.index(story.broken_device))
        & (setting.browser == BROWSERS.index(story.broken_browser))
    )
    return np.where(broken, story.paid_while_broken, paid)


def _saves(
    rng: np.random.Generator, people: People, visits: Visits, saver: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the visits in which a plan is saved."""
    signed_up_at = np.full(len(people), np.iinfo("int64").max // 2)
    signed_up_at[visits.person[visits.signs_up]] = visits.start[visits.signs_up]
    age = visits.start - signed_up_at[visits.person]
    chance = np.where(saver[visits.person], SAVES_AGAIN["saver"], SAVES_AGAIN["other"])
    again = rng.random(len(visits)) < chance

    # A saver saves the first plan while signing up, or on coming back in that week.
    waits = rng.random(len(people)) < 0.25
    in_first_week = (age > 0) & (age < 6.5 * DAY)
    comes_back = np.zeros(len(people), bool)
    comes_back[visits.person[in_first_week]] = True
    waits &= comes_back
    saver_here = saver[visits.person]
    at_sign_up = visits.signs_up & saver_here & ~waits[visits.person]
    back = _first_of_each(visits, in_first_week & saver_here & waits[visits.person])
    saves: NDArray[np.bool_] = at_sign_up | back | (again & in_first_week & saver_here)
    saves |= again & (age >= 7 * DAY)
    return saves


def _plus(
    rng: np.random.Generator, people: People, visits: Visits
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the visits that start a trial of Larder Plus, and those that end it by paying."""
    member = visits.account & ~visits.signs_up
    chance = STARTS_TRIAL * np.exp(0.6 * people.need[visits.person])
    trial = _first_of_each(visits, member & (rng.random(len(visits)) < chance))
    began = np.full(len(people), np.iinfo("int64").max // 2)
    began[visits.person[trial]] = visits.start[trial]
    age = visits.start - began[visits.person]
    reminded = (age > 7 * DAY) & (age <= 14 * DAY)
    return trial, _first_of_each(visits, reminded & (rng.random(len(visits)) < SUBSCRIBES))


def _first_of_each(visits: Visits, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return only the first of each person's chosen visits."""
    places = np.flatnonzero(chosen)
    _, first = np.unique(visits.person[places], return_index=True)
    only = np.zeros(len(visits), bool)
    only[places[first]] = True
    return only


def _elapsed(
    rng: np.random.Generator,
    story: Story,
    visits: Visits,
    kind: NDArray[np.int64],
    visit: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the seconds from the beginning of its visit to each event."""
    median = np.array([SECONDS[name] for name in EVENTS], float)[kind]
    faster_from = int((story.faster_checkout_at - START) / np.timedelta64(1, "s"))
    faster = (kind == EVENTS.index("purchase")) & (visits.start[visit] >= faster_from)
    median[faster] = SECONDS_TO_PAY_FASTER
    pause = np.minimum(median * rng.lognormal(0, SECONDS_SIGMA, len(kind)), LONGEST_PAUSE)

    opens = kind == EVENTS.index("view_recipe")
    second_event = np.concatenate([[False], visit[1:] == visit[:-1]])
    second_event[1:] &= kind[:-1] == EVENTS.index("visit")
    lands = opens & second_event & (rng.random(len(visits)) < LANDS_ON_RECIPE)[visit]
    pause[lands] = 1.6 * rng.random(lands.sum())

    total = np.cumsum(pause)
    begins = kind == EVENTS.index("visit")
    elapsed: NDArray[np.int64] = (total - total[begins][visit]).astype("int64")
    # Nobody does the same thing twice in one second: the log would show it as one event sent twice.
    same = (visit[1:] == visit[:-1]) & (kind[1:] == kind[:-1]) & (elapsed[1:] == elapsed[:-1])
    later = np.concatenate([[0], np.cumsum(same)])
    elapsed += later - later[begins][visit]
    return elapsed


def _basket_cents(
    rng: np.random.Generator,
    people: People,
    visits: Visits,
    kind: NDArray[np.int64],
    visit: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the value of the basket after each event that touches it, else -1."""
    between, within = BASKET_SIGMA
    likes = rng.normal(0, between, len(people))[visits.person]
    full = BASKET_CENTS * np.exp(likes + rng.normal(0, within, len(visits)))

    added = kind == EVENTS.index("add_to_basket")
    piece = np.where(added, rng.gamma(4, 1, len(kind)), 0)
    total = np.cumsum(piece)
    last_of_visit = np.concatenate([visit[1:] != visit[:-1], [True]])
    at_end = total[last_of_visit]
    at_start = np.concatenate([[0], at_end[:-1]])
    of_visit = at_end - at_start
    filled = (total - at_start[visit]) / np.where(of_visit == 0, 1, of_visit)[visit]
    touches = np.isin(
        kind, [EVENTS.index(n) for n in ("add_to_basket", "start_checkout", "purchase")]
    )
    cents = np.rint(full[visit] * filled).astype("int64")
    return np.where(touches, cents, -1)
