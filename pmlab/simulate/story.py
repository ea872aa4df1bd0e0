"""Larder's story: its parameters, and what happens in which of the 26 weeks.

What stays the same for every seed stands at the top as constants. What a seed moves
(dates, sizes, the broken segment) is a field of `Story`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.market_story import Market, draw_market
from pmlab.simulate.streams import Streams

__all__ = [
    "BROWSERS",
    "CHANNELS",
    "COUNTRIES",
    "DEVICES",
    "END",
    "EVENTS",
    "EXPERIMENT_WEEKS",
    "RAW_WEEKS",
    "REDESIGN_AT",
    "START",
    "SURVEY_WEEKS",
    "VISIT_CHANNELS",
    "WEB_UPDATE",
    "WEB_UPDATE_AT",
    "WEB_VERSIONS",
    "WEEKS",
    "Dirt",
    "Experiments",
    "Redesign",
    "Story",
    "at",
    "day_start",
    "draw_story",
    "run_of",
    "seconds_at",
    "week_of",
]

# --- the clock: everything is in UTC, to the second ---------------------------------------------

WEEKS = 26
START = np.datetime64("2026-01-05T00:00:00", "s")  # a Monday
END = START + np.timedelta64(7 * WEEKS, "D")
SUMMER_TIME = np.datetime64("2026-03-29T00:00:00", "s")

# --- where people come from, and on what --------------------------------------------------------

CHANNELS = ("direct", "organic_search", "paid_search", "paid_social")
CHANNEL_SHARE = (0.25, 0.33, 0.23, 0.19)
CHANNEL_WARMTH = (0.30, 0.10, 0.00, -1.60)
"""How ready a channel's people are, on the log-odds of signing up; paid social is cold."""
VISIT_CHANNELS = (*CHANNELS, "email")
"""Email reaches only people who already have an account."""

COUNTRIES = ("BE", "DE", "FR", "IE", "NL")
COUNTRY_SHARE = (0.12, 0.33, 0.18, 0.12, 0.25)
HOURS_AHEAD_OF_UTC = (1, 1, 1, 0, 1)
"""In winter; one more in summer."""

DEVICES = ("desktop", "mobile", "tablet")
DEVICE_SHARE = {  # by channel
    "direct": (0.42, 0.49, 0.09),
    "organic_search": (0.38, 0.53, 0.09),
    "paid_search": (0.36, 0.55, 0.09),
    "paid_social": (0.11, 0.82, 0.07),
}
BROWSERS = ("Chrome", "Edge", "Firefox", "Safari", "Samsung Internet")
BROWSER_SHARE = {  # by device
    "desktop": (0.62, 0.13, 0.12, 0.13, 0.00),
    "mobile": (0.43, 0.00, 0.05, 0.44, 0.08),
    "tablet": (0.36, 0.00, 0.00, 0.56, 0.08),
}

# --- the rhythm of a week and a day (meals are planned on Sunday and in the evening) -------------

ARRIVALS_BY_WEEKDAY = (1.07, 1.00, 0.97, 0.95, 0.87, 0.97, 1.17)  # Monday first
RETURNS_BY_WEEKDAY = (1.14, 0.96, 0.92, 0.90, 0.80, 0.95, 1.33)
ACTIVITY_BY_HOUR = {  # local time, midnight first
    "weekday": (
        *(0.8, 0.4, 0.2, 0.2, 0.2, 0.5, 1.6, 3.2, 3.6, 3.4, 3.8, 4.8),
        *(5.8, 4.4, 3.6, 4.2, 5.8, 7.8, 8.2, 8.2, 8.4, 7.2, 4.4, 2.0),
    ),
    "weekend": (
        *(1.4, 0.8, 0.4, 0.3, 0.2, 0.3, 0.6, 1.6, 3.4, 5.6, 6.6, 6.6),
        *(5.6, 5.0, 5.2, 5.8, 6.2, 6.4, 6.2, 6.6, 7.4, 7.0, 4.6, 2.4),
    ),
}
NEW_YEAR = (1.30, 1.22, 1.12, 1.05)
"""Good intentions: how much more people come in the first weeks of the year."""
WEEKLY_GROWTH = 0.010

# --- what people do -----------------------------------------------------------------------------

EVENTS = (
    "visit",
    "search",
    "view_recipe",
    "sign_up",
    "save_plan",
    "add_to_basket",
    "start_checkout",
    "purchase",
    "start_trial",
    "subscribe",
)

PAID_BEFORE, PAID_AFTER = (0.65, 0.35, 0.46), (0.79, 0.72, 0.74)
"""Share of checkouts that end in a purchase before and after the faster checkout, by device: it
helps most where typing is hardest."""

# --- the raw log ---------------------------------------------------------------------------------

RAW_WEEKS = 4
"""`events_raw` holds what the collectors wrote down in the first weeks, before any cleaning."""
WEB_VERSIONS = ("web-4.5.0", "web-4.5.1", "web-4.5.2")
"""What browsers run until they load the update."""
WEB_UPDATE = "web-4.6.0"
WEB_UPDATE_AT = START + np.timedelta64(24 * 15 + 10, "h")

# --- the redesign --------------------------------------------------------------------------------

REDESIGN_AT = START + np.timedelta64(24 * (7 * 20 + 1) + 9, "h")
"""Tuesday of week 21."""
SURVEY_WEEKS = {"before": 17, "after": 21}
"""Each wave runs from Wednesday to Sunday: the first before the release that breaks checkout, the
second over before the upsell begins, so neither touches what is measured."""

# --- the experiments -----------------------------------------------------------------------------

EXPERIMENT_WEEKS = {"Landing page": (12, 15), "Button colour": (16, 17), "Upsell": (22, 25)}
"""First and last week of those that begin and end on a Monday midnight; the first experiment, the
starter plan, is part of the story below."""

# --- what a seed moves ---------------------------------------------------------------------------

BREAKABLE = (
    ("desktop", "Edge"),
    ("desktop", "Firefox"),
    ("desktop", "Safari"),
    ("mobile", "Samsung Internet"),
    ("tablet", "Safari"),
)
"""Each is about one visit in twenty: enough to hurt, too few to see in the total."""


@dataclass(frozen=True, kw_only=True)
class Dirt:
    """What is wrong with the raw log of weeks 1 to 4 under one seed."""

    # Bots.
    scraped_on: np.datetime64
    """The day, in week 2, on which a scraper comes with a new cookie for every session."""
    scraper_sessions: float
    """How many, as a share of the people who come in week 2."""
    crawler_pause: tuple[int, int]
    """Of the crawlers that never sleep: seconds from one request to the next."""

    # Larder's own people.
    test_runs: float
    """How many accounts a week the nightly and daily checkout tests make, as a share of the
    people who come in week 2."""

    # Clients.
    retried: float
    """Share of events that a client sends twice, because the answer was lost."""
    retried_purchases: float
    skewed_version: str
    skewed_device: str
    skewed_share: float
    """Share of browsers that run this version until the update."""
    skew_seconds: int
    """How far ahead of the truth its clock is; negative: behind."""
    app_share: float
    """Share of phones and tablets with the app, which writes local time with its offset."""

    # Identities.
    split: float
    """Share of people who come under a second user id part of the time."""
    without_user: float
    """Share of events that arrive without a user id."""

    # The collectors lost whatever would have reached them in this time.
    gap_from: np.datetime64
    gap_to: np.datetime64


@dataclass(frozen=True, kw_only=True)
class Redesign:
    """What the redesign of week 21 does to people under one seed: easier, and liked less."""

    # In the surveys.
    answers_before: float
    """Share of the people invited who answer."""
    answers_after: float
    usable_before: float
    """How far every answer to SUS lies above its published average, in steps of the scale."""
    easier: float
    """How far the redesign lifts them."""
    less_loyal: float
    """How far it lowers what lies behind NPS and `umux_1`, in standard deviations."""

    # In the usability tests.
    time_ratio: float
    """Time on a task with the new design by that with the old, for all tasks but one."""
    errors_before: float
    """Errors for each opportunity."""
    errors_after: float
    repeats_before: float
    """Share of people who manage to put last week's basket together again: the task that the
    redesign makes harder."""
    repeats_after: float


@dataclass(frozen=True, kw_only=True)
class Experiments:
    """What goes on in the experiments of weeks 12 to 25 under one seed."""

    # The landing page.
    lost_in_redirect: float
    """Share of the treatment arm who leave before the new page has come."""

    # The upsell: Larder Plus in a box beside the basket.
    box_accepted: float
    """Share of people who start a trial in the box when they first see it."""
    box_half_life: float
    """Days after which the box moves half as many."""
    box_regretted: float
    """Share of the trials started in the box that are soon cancelled."""
    catering_cents: int
    """What one customer, a caterer, orders in the week after first seeing the box."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """The dates and sizes of what happens at Larder under one seed."""

    # Weeks 1 to 4: the raw log.
    dirt: Dirt

    # Weeks 5 to 10: experiment 1. Half of the new accounts are shown the starter plan.
    experiment_from: np.datetime64
    experiment_to: np.datetime64
    save_without_starter: float
    """Share of new accounts that save a plan in their first week."""
    save_with_starter: float

    # Week 11: everybody gets the starter plan, and a faster checkout ships with it.
    faster_checkout_at: np.datetime64
    paid_before: tuple[float, float, float]
    """Share of checkouts that end in a purchase, by device (desktop, mobile, tablet)."""
    paid_after: tuple[float, float, float]

    # Weeks 12 to 15: growth's campaign on paid social.
    campaign_from: np.datetime64
    campaign_to: np.datetime64
    campaign_size: float
    """How many people a day the campaign brings for each one who would have come anyway."""

    # Weeks 18 to 20: a release breaks checkout on one device and browser.
    broken_at: np.datetime64
    fixed_at: np.datetime64
    broken_device: str
    broken_browser: str
    paid_while_broken: float

    # Week 21: a new design for everybody.
    redesign: Redesign

    # Weeks 12 to 25: experiments 2 to 4.
    experiments: Experiments

    # Week 26: finance's market tables, and the backlog.
    market: Market

    def has_starter_plan(
        self, signed_up_at: NDArray[np.datetime64], shown: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return who gets the starter plan; `shown` is the treatment arm of experiment 1."""
        in_experiment = (signed_up_at >= self.experiment_from) & (signed_up_at < self.experiment_to)
        return (signed_up_at >= self.faster_checkout_at) | (in_experiment & shown)


def draw_story(streams: Streams) -> Story:
    """Return what this seed makes of the story."""
    dates, sizes = streams("dates"), streams("sizes")
    broken_device, broken_browser = BREAKABLE[streams("broken segment").integers(len(BREAKABLE))]
    faster = float(sizes.uniform(0.97, 1.03))
    return Story(
        dirt=_draw_dirt(streams("dirt")),
        experiment_from=day_start(5, 0),
        experiment_to=day_start(11, 0),
        save_without_starter=round(float(sizes.uniform(0.28, 0.32)), 3),
        save_with_starter=round(float(sizes.uniform(0.58, 0.62)), 3),
        faster_checkout_at=_release(dates, week=11, weekdays=(0, 1)),
        paid_before=PAID_BEFORE,
        paid_after=(
            round(PAID_AFTER[0] * faster, 3),
            round(PAID_AFTER[1] * faster, 3),
            round(PAID_AFTER[2] * faster, 3),
        ),
        campaign_from=day_start(12, int(dates.integers(0, 2))),
        campaign_to=day_start(15, int(dates.integers(5, 7)) + 1),
        campaign_size=round(float(sizes.uniform(2.45, 2.6)), 2),
        broken_at=_release(dates, week=18, weekdays=(0, 1, 2)),
        fixed_at=_release(dates, week=20, weekdays=(2, 3, 4)),
        broken_device=broken_device,
        broken_browser=broken_browser,
        paid_while_broken=round(float(sizes.uniform(0.03, 0.08)), 3),
        redesign=_draw_redesign(streams("redesign")),
        experiments=_draw_experiments(streams("experiments")),
        market=draw_market(streams("market")),
    )


def _draw_dirt(rng: np.random.Generator) -> Dirt:
    gap_day, quarters = int(rng.choice([0, 2, 3, 4])), int(rng.integers(0, 16))
    gap_from = at(day_start(3, gap_day), hour=10, minute=15 * quarters)
    return Dirt(
        scraped_on=day_start(2, int(rng.integers(1, 4))),
        scraper_sessions=round(float(rng.uniform(0.0125, 0.0132)), 4),
        crawler_pause=(int(rng.integers(240, 300)), int(rng.integers(300, 361))),
        test_runs=round(float(rng.uniform(0.058, 0.060)), 4),
        retried=round(float(rng.uniform(0.021, 0.026)), 4),
        retried_purchases=round(float(rng.uniform(0.05, 0.06)), 4),
        skewed_version=str(rng.choice(WEB_VERSIONS[:2])),
        skewed_device=str(rng.choice(DEVICES[:2])),
        skewed_share=round(float(rng.uniform(0.24, 0.30)), 3),
        skew_seconds=int(rng.choice([-3600, 3600])),
        app_share=round(float(rng.uniform(0.46, 0.54)), 3),
        split=round(float(rng.uniform(0.029, 0.032)), 4),
        without_user=round(float(rng.uniform(0.0046, 0.0055)), 4),
        gap_from=gap_from,
        gap_to=gap_from + np.timedelta64(210 + 15 * int(rng.integers(0, 7)), "m"),
    )


def _draw_redesign(rng: np.random.Generator) -> Redesign:
    answers_before = round(float(rng.uniform(0.37, 0.41)), 3)
    return Redesign(
        answers_before=answers_before,
        answers_after=round(answers_before * float(rng.uniform(0.48, 0.52)), 3),
        usable_before=round(float(rng.uniform(0.0, 0.1)), 3),
        easier=round(float(rng.uniform(0.36, 0.42)), 3),
        less_loyal=round(float(rng.uniform(0.46, 0.52)), 3),
        time_ratio=round(float(rng.uniform(0.64, 0.68)), 3),
        errors_before=round(float(rng.uniform(0.090, 0.100)), 3),
        errors_after=round(float(rng.uniform(0.038, 0.042)), 3),
        repeats_before=round(float(rng.uniform(0.90, 0.94)), 3),
        repeats_after=round(float(rng.uniform(0.42, 0.48)), 3),
    )


def _draw_experiments(rng: np.random.Generator) -> Experiments:
    return Experiments(
        lost_in_redirect=round(float(rng.uniform(0.115, 0.125)), 3),
        box_accepted=round(float(rng.uniform(0.092, 0.098)), 3),
        box_half_life=round(float(rng.uniform(0.9, 1.3)), 1),
        box_regretted=round(float(rng.uniform(0.56, 0.64)), 2),
        catering_cents=int(rng.integers(160, 221)) * 10_000,
    )


def day_start(week: int, weekday: int = 0) -> np.datetime64:
    """Return the midnight that begins a day: week 1 to 26, Monday is 0."""
    return START + np.timedelta64(7 * (week - 1) + weekday, "D")


def run_of(experiment: str) -> tuple[np.datetime64, np.datetime64]:
    """Return when an experiment of weeks 12 to 25 begins, and the first moment after it."""
    first, last = EXPERIMENT_WEEKS[experiment]
    return day_start(first), day_start(last + 1)


def seconds_at(when: np.datetime64) -> int:
    """Return the seconds from the start to a moment."""
    return int((when - START) // np.timedelta64(1, "s"))


def week_of(times: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the week, 1 to 26, that each time falls in."""
    return (times - START) // np.timedelta64(7, "D") + 1


def _release(rng: np.random.Generator, *, week: int, weekdays: tuple[int, ...]) -> np.datetime64:
    quarters = int(rng.integers(0, 12))  # engineering releases between nine and twelve
    return at(day_start(week, int(rng.choice(weekdays))), hour=9, minute=15 * quarters)


def at(day: np.datetime64, *, hour: int, minute: int = 0) -> np.datetime64:
    """Return a time of a day."""
    return day + np.timedelta64(60 * hour + minute, "m")
