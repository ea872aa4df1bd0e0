"""Who is in the raw log and is no customer: bots, and the test accounts of Larder's own people."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.people import DAY
from pmlab.simulate.story import BROWSERS, EVENTS, RAW_WEEKS, Dirt, seconds_at
from pmlab.simulate.streams import Streams

__all__ = ["RAW_BROWSERS", "Outsiders", "draw_bots", "draw_test_accounts"]

RAW_BROWSERS = (*BROWSERS, "HeadlessChrome")

# The scraper: many short sessions, each with a new cookie.
SESSION_EVENTS = (60, 80)
SESSION_PACE = (0.45, 0.60)
"""Seconds from one request to the next: 100 to 130 a minute."""
SCRAPES_HOURS = (6, 21)
# The aggregator: one cookie, a few minutes at a time, on several nights.
RAIDS = 3
RAID_EVENTS = (380, 520)
RAID_PACE = 0.25
# The crawlers: slow, and day and night for days.
CRAWLS_DAYS = 3.6

TESTERS = ("test_saskia", "test_idris", "test_nora", "test_android", "test_ios", "qa-manual")
TEST_STEPS = ("visit", "view_recipe", "sign_up", "add_to_basket", "start_checkout", "purchase")
TEST_PAUSE = (3, 9)
"""Seconds from one step to the next."""
RUN_CENTS = 1
"""An automatic test pays one cent."""
TESTER_CENTS = (999_999, 123_456, 99_999, 500_000)
"""A tester types what comes to hand."""
TESTER_SESSIONS, TESTER_PURCHASES = 7, 5
"""Of each tester, in the four weeks; the purchases in the mean."""


@dataclass(frozen=True, kw_only=True)
class Outsiders:
    """The events of some ids, one row an event, ordered by id and time."""

    ids: tuple[str, ...]
    who: NDArray[np.int64]
    """Place in `ids`."""
    kind: NDArray[np.int64]
    seconds: NDArray[np.int64]
    """Since the start."""
    browser: NDArray[np.int64]
    """Place in `RAW_BROWSERS`."""
    cents: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.who)

    def within(self, end: int) -> Outsiders:
        """Return the events before some second."""
        kept = self.seconds < end
        rows = {f.name: getattr(self, f.name)[kept] for f in fields(self) if f.name != "ids"}
        return Outsiders(ids=self.ids, **rows)


def draw_bots(streams: Streams, dirt: Dirt, people_a_week: int, ids: NDArray[np.str_]) -> Outsiders:
    """Return the events of all bots; their user ids are taken from the front of `ids`."""
    rng = streams("bots")
    runs: list[tuple[int, NDArray[np.float64], str]] = []  # bot, times, browser
    bot = 0

    day = seconds_at(dirt.scraped_on)
    first, last = SCRAPES_HOURS
    for _ in range(round(dirt.scraper_sessions * people_a_week)):
        n = int(rng.integers(*SESSION_EVENTS))
        begin = day + 3600 * rng.uniform(first, last)
        runs.append((bot, begin + _regular(rng, n, rng.uniform(*SESSION_PACE)), "Chrome"))
        bot += 1

    scale = min(1.0, people_a_week / 2_400)
    nights = rng.choice(7 * RAW_WEEKS, RAIDS, replace=False)
    for night in np.sort(nights):
        n = round(scale * int(rng.integers(*RAID_EVENTS)))
        begin = night * DAY + rng.uniform(2 * 3600, 4 * 3600)
        runs.append((bot, begin + _regular(rng, n, RAID_PACE), "Firefox"))
    bot += 1

    for pause in dirt.crawler_pause:
        n = int(CRAWLS_DAYS * DAY / pause)
        begin = rng.uniform(0, (7 * RAW_WEEKS - CRAWLS_DAYS) * DAY)
        runs.append((bot, begin + _regular(rng, n, pause), "HeadlessChrome"))
        bot += 1

    visit, view, search = (EVENTS.index(name) for name in ("visit", "view_recipe", "search"))
    length = [len(times) for _, times, _ in runs]
    n = sum(length)
    kind = np.where(rng.random(n) < 0.15, search, view)
    kind[np.concatenate([[0], np.cumsum(length)[:-1]])] = visit
    return Outsiders(
        ids=tuple(ids[:bot].tolist()),
        who=np.repeat([which for which, _, _ in runs], length),
        kind=kind,
        seconds=np.concatenate([times for _, times, _ in runs]).astype("int64"),
        browser=np.repeat([RAW_BROWSERS.index(name) for _, _, name in runs], length),
        cents=np.full(n, -1),
    )


def draw_test_accounts(streams: Streams, dirt: Dirt, people_a_week: int) -> Outsiders:
    """Return the events of the checkout test, each run under a new account, and of the testers."""
    rng = streams("test accounts")
    n_runs = round(dirt.test_runs * people_a_week * RAW_WEEKS)
    every = 7 * RAW_WEEKS * DAY / max(n_runs, 1)
    runs = [f"qa-checkout-{number}" for number in range(1, n_runs + 1)]
    run_begins = every * (np.arange(n_runs) + 0.5) + rng.uniform(0, 20, n_runs)

    # People test in office hours: some accounts are used again and again.
    tester = np.repeat(np.arange(len(TESTERS)), TESTER_SESSIONS)
    workday = rng.integers(0, 5 * RAW_WEEKS, len(tester))
    tester_begins = (workday // 5 * 7 + workday % 5) * DAY + 3600 * rng.uniform(8, 16, len(tester))
    order = np.lexsort((tester_begins, tester))
    tester, tester_begins = tester[order], tester_begins[order]

    steps = np.array([EVENTS.index(name) for name in TEST_STEPS])
    session = np.concatenate([np.arange(n_runs), n_runs + tester])
    begins = np.concatenate([run_begins, tester_begins])
    of_tester = session >= n_runs
    again = np.concatenate([[False], session[1:] == session[:-1]])
    typed = np.array(TESTER_CENTS)[rng.integers(0, len(TESTER_CENTS), len(session))]
    cents = np.where(of_tester, typed, RUN_CENTS)
    stops = of_tester & (rng.random(len(session)) > TESTER_PURCHASES / TESTER_SESSIONS)

    shape = (len(session), len(steps))
    pause = rng.uniform(*TEST_PAUSE, shape)
    pause[:, 0] = 0
    kind = np.broadcast_to(steps, shape)
    happens = np.ones(shape, bool)
    happens[again, TEST_STEPS.index("sign_up")] = False  # an account is made once
    happens[stops, TEST_STEPS.index("purchase")] = False
    basket = np.isin(kind, [EVENTS.index(name) for name in TEST_STEPS[3:]])
    return Outsiders(
        ids=(*runs, *TESTERS),
        who=np.broadcast_to(session[:, None], shape)[happens],
        kind=kind[happens],
        seconds=(begins[:, None] + np.cumsum(pause, axis=1))[happens].astype("int64"),
        browser=np.full(int(happens.sum()), RAW_BROWSERS.index("Chrome")),
        cents=np.where(basket, cents[:, None], -1)[happens],
    )


def _regular(rng: np.random.Generator, n: int, pause: float) -> NDArray[np.float64]:
    """Return n times, each a pause after the one before, give or take a few percent."""
    times: NDArray[np.float64] = np.cumsum(pause * rng.uniform(0.96, 1.04, n))
    return times
