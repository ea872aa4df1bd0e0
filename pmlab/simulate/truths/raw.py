"""What is wrong with the raw log, in words."""

from __future__ import annotations

from pmlab.simulate.outsiders import CRAWLS_DAYS, RAIDS, TESTER_CENTS, TESTERS
from pmlab.simulate.raw_detectors import LEAST_APART
from pmlab.simulate.story import Dirt
from pmlab.simulate.truths.words import Truth, day, moment

__all__ = ["truths_of_raw"]


def truths_of_raw(dirt: Dirt) -> tuple[Truth, ...]:
    """Return what is wrong with the raw log, in the order of its detectors."""
    slow, fast = max(dirt.crawler_pause), min(dirt.crawler_pause)
    planted = {
        "bots": (
            f"On {day(dirt.scraped_on)} a scraper takes a new cookie for each of its sessions "
            f"({100 * dirt.scraper_sessions:.2f}% of the people of week 2), each of a hundred "
            "requests a minute or more. An aggregator with one cookie asks 240 times a minute on "
            f"{RAIDS} nights, and two crawlers ask every {fast} and {slow} seconds, day and night, "
            f"for {CRAWLS_DAYS} days."
        ),
        "test accounts": (
            "The checkout test makes a new account day and night, `qa-checkout-1` and so on "
            f"({100 * dirt.test_runs:.1f}% of a week's people), and pays one cent. "
            f"{len(TESTERS)} testers' accounts, such as `{TESTERS[0]}`, buy for up to "
            f"{max(TESTER_CENTS) / 100:,.2f} euro."
        ),
        "duplicates": (
            f"Clients send {100 * dirt.retried:.1f}% of people's events again, of purchases "
            f"{100 * dirt.retried_purchases:.1f}%: the same in all but `received_at`."
        ),
        "clock skew": (
            f"Version {dirt.skewed_version} on {dirt.skewed_device} writes a `time` that is an "
            f"hour {'ahead' if dirt.skew_seconds > 0 else 'behind'}."
        ),
        "second zone": (
            f"{100 * dirt.app_share:.0f}% of phones and tablets have the app, which writes local "
            "time with its offset: +01:00 everywhere but in Ireland. Right after local midnight "
            "the date in the text is a day ahead of UTC."
        ),
        "split identities": (
            f"{100 * dirt.split:.1f}% of the people come, on one of their devices, under a second "
            "user id in some visits. That id is not in `users`."
        ),
        "missing user ids": (
            f"{100 * dirt.without_user:.2f}% of people's events have no user id. The device tells "
            "whose they are, unless the person was never named on it."
        ),
        "gap": (
            f"Whatever would have arrived from {moment(dirt.gap_from)} to "
            f"{moment(dirt.gap_to)} is lost."
        ),
        "cleaning rules": (
            "Sizes are such that each thing left undone shows by itself: the numbers of people in "
            "week 2, and of purchases in weeks 1 to 4, move by at least "
            f"{100 * LEAST_APART:.0f}% for each, and are as far from each other."
        ),
    }
    return tuple(
        Truth(name=name, weeks="1-4", chapters=("01",), table="events_raw", planted=words)
        for name, words in planted.items()
    )
