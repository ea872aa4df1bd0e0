"""What was planted, in words for the instructor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pmlab.simulate.actions import SECONDS, SECONDS_TO_PAY_FASTER
from pmlab.simulate.assignments import LUCKY, NO_EFFECT, PEEKS
from pmlab.simulate.detectors import LEAST_APART, LEAST_BETWEEN, Finding
from pmlab.simulate.experiment_detectors import MARGIN
from pmlab.simulate.outsiders import CRAWLS_DAYS, RAIDS, TESTER_CENTS, TESTERS
from pmlab.simulate.raw_detectors import LEAST_APART as CLEANING_APART
from pmlab.simulate.story import DEVICES, Dirt, Experiments, Redesign, Story
from pmlab.simulate.usability import HARDER_TASK, HARDER_TIME_RATIO

__all__ = ["Truth", "truths_of", "truths_page"]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """One thing that is hidden in the tables."""

    name: str
    weeks: str
    chapters: tuple[str, ...]
    table: str
    planted: str
    """What was done to the data, with its parameters under this seed."""


def truths_of(story: Story) -> tuple[Truth, ...]:
    """Return the planted truths, in the order of the detectors."""
    by_device = ", ".join(
        f"{device} {100 * before:.0f}% to {100 * after:.0f}%"
        for device, before, after in zip(DEVICES, story.paid_before, story.paid_after, strict=True)
    )
    return (
        *_truths_of_raw(story.dirt),
        Truth(
            name="counting rules",
            weeks="8-13",
            chapters=("02",),
            table="events",
            planted=(
                "People come back before they sign up, buy as guests, sign up on the thank-you "
                "page after paying, and take from minutes to months to buy. So every plausible "
                "wrong way to count March's conversion gives an answer at least "
                f"{100 * LEAST_APART:.1f} points from the right one, and {100 * LEAST_BETWEEN:.1f} "
                "points from each other."
            ),
        ),
        Truth(
            name="faster checkout",
            weeks="11",
            chapters=("03",),
            table="events",
            planted=(
                f"From {_moment(story.faster_checkout_at)} more checkouts end in a purchase: "
                f"{by_device}. Paying takes {SECONDS_TO_PAY_FASTER} seconds in the median, not "
                f"{SECONDS['purchase']}."
            ),
        ),
        Truth(
            name="colder campaign",
            weeks="12-15",
            chapters=("03",),
            table="events",
            planted=(
                f"From {_day(story.campaign_from)} to {_last_day(story.campaign_to)} the campaign "
                f"brings {story.campaign_size:.1f} people on paid social, the coldest channel, for "
                "each one who would have come anyway. Conversion falls overall and rises in every "
                "channel (Simpson's paradox): the mix changed."
            ),
        ),
        Truth(
            name="broken checkout",
            weeks="18-20",
            chapters=("03",),
            table="events",
            planted=(
                f"From {_moment(story.broken_at)} to {_moment(story.fixed_at)} only "
                f"{100 * story.paid_while_broken:.0f}% of checkouts on {story.broken_device} "
                f"{story.broken_browser} end in a purchase."
            ),
        ),
        *_truths_of_retention(story),
        *_truths_of_experiments(story.experiments),
        *_truths_of_redesign(story.redesign),
    )


def _truths_of_retention(story: Story) -> tuple[Truth, ...]:
    """Return what is hidden about coming back, in the order of its detectors."""
    return (
        Truth(
            name="starter plan",
            weeks="5-26",
            chapters=("04", "09", "10"),
            table="events",
            planted=(
                f"A new account saves a plan in its first week with probability "
                f"{100 * story.save_without_starter:.1f}%, with the starter plan "
                f"{100 * story.save_with_starter:.1f}%. Half of the accounts made from "
                f"{_day(story.experiment_from)} to {_last_day(story.experiment_to)} have the "
                f"starter plan, and all from {_moment(story.faster_checkout_at)}. Savers come back "
                "more in weeks 3 and 4 by 25 points or so."
            ),
        ),
        Truth(
            name="savers and causes",
            weeks="5-10",
            chapters=("04", "10"),
            table="assignments",
            planted=(
                "Of the 25 points or so between savers and others, about 8 are because saving "
                "makes the habit last longer; the rest is that people with more need of Larder "
                "save more. So the starter plan brings its arm about 8 points for every extra "
                "saver, some 2.4 points in all, and not the 7 or 8 that the savers promise. The "
                "experiment tells these two apart. For 2.4 points against none it is about as good "
                "as a coin: on some seeds significant, on others not."
            ),
        ),
        Truth(
            name="retention rules",
            weeks="1-26",
            chapters=("04",),
            table="events",
            planted=(
                "Habits begin, fade and sometimes come back. So every plausible wrong way to "
                "count who comes back in the second week (days 7 to 13 after the day of signing "
                f"up) gives an answer at least {100 * LEAST_APART:.1f} points from the right one, "
                f"and {100 * LEAST_BETWEEN:.1f} points from each other. The plain mean of cohorts "
                "is not among them: on some seeds it is hardly apart from the pooled share."
            ),
        ),
        Truth(
            name="unfinished cohorts",
            weeks="26",
            chapters=("03", "04"),
            table="events",
            planted=(
                "The log ends with week 26, so whoever first came in its last days has not had "
                "seven days yet, and whoever signed up in week 25 not the whole of a second week. "
                "Nothing else changes: the falls are not real."
            ),
        ),
    )


def _truths_of_experiments(experiments: Experiments) -> tuple[Truth, ...]:
    """Return what goes on in experiments 2 to 4, in the order of the detectors."""
    first, second = PEEKS
    return (
        Truth(
            name="landing page",
            weeks="12-15",
            chapters=("10",),
            table="assignments",
            planted=(
                "The new page does nothing. It comes by a redirect that takes a second or two, and "
                f"{100 * experiments.lost_in_redirect:.1f}% of the treatment arm leave before it "
                "is there, most of them on mobile: people who in any case left after one page. "
                "Their visit is in `events`, but the row in `assignments` is written when the page "
                "is there. Those who are left sign up more, so the arm looks better (sample-ratio "
                "mismatch). The lot was drawn until the whole arms, with the people lost, differ "
                f"by no more than {NO_EFFECT:.0f} standard error: whoever puts them back sees "
                "nothing."
            ),
        ),
        Truth(
            name="button colour",
            weeks="16-17",
            chapters=("11",),
            table="assignments",
            planted=(
                "The colour does nothing. The lot was drawn until orange leads by at least "
                f"{LUCKY} standard errors both after {first} days and after {second}, and by no "
                f"more than {NO_EFFECT:.0f} at the end: one lot in several hundred is like that. "
                "Whoever looks every day and stops when p is below 0.05 finds such luck far more "
                "often."
            ),
        ),
        Truth(
            name="upsell wins",
            weeks="22-25",
            chapters=("10", "11"),
            table="assignments",
            planted=(
                f"{_share(experiments.box_accepted)} of those who see the box for the first time "
                "start a trial in it, on top of the trials begun on the page of Larder Plus. The "
                "box's trials are in `subscriptions` and not in `events`. It changes nothing in "
                "what people order; the lot was drawn until what they buy differs by no more than "
                f"{NO_EFFECT:.0f} standard error."
            ),
        ),
        Truth(
            name="upsell fades",
            weeks="22-25",
            chapters=("11",),
            table="upsell_days",
            planted=(
                f"What the box does to a person halves every {experiments.box_half_life} days from "
                "the first sight of it (novelty). Who counts on as many trials in every week to "
                "come counts on people who have not seen it yet."
            ),
        ),
        Truth(
            name="upsell is cancelled",
            weeks="22-25",
            chapters=("10", "11"),
            table="assignments",
            planted=(
                f"{_share(experiments.box_regretted)} of the trials started in the box are "
                "cancelled, most within two days. That breaks the guardrail on the card of "
                f"`assignments`: cancellations may rise by {100 * MARGIN:.0f} percentage point at "
                "most."
            ),
        ),
        Truth(
            name="catering customer",
            weeks="22-25",
            chapters=("11",),
            table="orders",
            planted=(
                "One customer in the arm with the box feeds a summer party for "
                f"{experiments.catering_cents / 100:,.0f} euro, by invoice, in the week after "
                "first seeing it. The mean revenue of the arm rises by a fifth or so, and its "
                "interval becomes several times as wide. `events` does not know these orders."
            ),
        ),
    )


def _truths_of_redesign(redesign: Redesign) -> tuple[Truth, ...]:
    """Return what the redesign does, in the order of its detectors."""
    return (
        Truth(
            name="redesign in the surveys",
            weeks="17 and 21",
            chapters=("05",),
            table="surveys",
            planted=(
                f"The redesign lifts every SUS answer by {redesign.easier:.2f} of a step, and "
                "`umux_2` (easy to use) with it. It lowers what lies behind NPS and `umux_1` (does "
                f"what I need) by {redesign.less_loyal:.2f} standard deviations: it is easier and "
                "does less. UMUX-Lite as a whole hides this. Of the people invited "
                f"{100 * redesign.answers_before:.1f}% answer before and "
                f"{100 * redesign.answers_after:.1f}% after. CSAT asks about the last order, which "
                "the redesign does not touch."
            ),
        ),
        Truth(
            name="who answers",
            weeks="17 and 21",
            chapters=("05",),
            table="surveys",
            planted=(
                "Who needs Larder more answers more, in both waves alike, so the answers speak for "
                "those who come most."
            ),
        ),
        Truth(
            name="redesign in the usability tests",
            weeks="16-17 and 21-22",
            chapters=("05",),
            table="usability",
            planted=(
                f"With the new design four of the five tasks take {redesign.time_ratio:.2f} of the "
                f"time, and errors fall from {100 * redesign.errors_before:.1f} to "
                f"{100 * redesign.errors_after:.1f} for a hundred opportunities. The fifth, "
                f"`{HARDER_TASK}`, is done by {100 * redesign.repeats_after:.0f}% in place of "
                f"{100 * redesign.repeats_before:.0f}%, and takes {HARDER_TIME_RATIO} times as "
                "long: last week's basket is hidden now. That is what people miss."
            ),
        ),
    )


def _truths_of_raw(dirt: Dirt) -> tuple[Truth, ...]:
    """Return what is wrong with the raw log, in the order of its detectors."""
    slow, fast = max(dirt.crawler_pause), min(dirt.crawler_pause)
    planted = {
        "bots": (
            f"On {_day(dirt.scraped_on)} a scraper takes a new cookie for each of its sessions "
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
            f"Whatever would have arrived from {_moment(dirt.gap_from)} to "
            f"{_moment(dirt.gap_to)} is lost."
        ),
        "cleaning rules": (
            "Sizes are such that each thing left undone shows by itself: the numbers of people in "
            "week 2, and of purchases in weeks 1 to 4, move by at least "
            f"{100 * CLEANING_APART:.0f}% for each, and are as far from each other."
        ),
    }
    return tuple(
        Truth(name=name, weeks="1-4", chapters=("01",), table="events_raw", planted=words)
        for name, words in planted.items()
    )


def truths_page(seed: int, truths: Sequence[Truth], findings: Sequence[Finding]) -> str:
    """Return the truths and how each was found again, in Markdown."""
    lines = [
        "# What is hidden in Larder's tables",
        "",
        f"For the instructor, under seed {seed}; other seeds have other dates, sizes and another "
        "broken segment. The learners' cards say nothing of this.",
    ]
    for truth, finding in zip(truths, findings, strict=True):
        weeks = "Week" if truth.weeks.isdigit() else "Weeks"
        chapters = "chapters" if len(truth.chapters) > 1 else "chapter"
        lines += [
            "",
            f"## {truth.name.capitalize()}",
            "",
            f"{weeks} {truth.weeks}, table `{truth.table}`, "
            f"{chapters} {', '.join(truth.chapters)}.",
            "",
            f"**Planted.** {truth.planted}",
            "",
            f"**Found.** {finding.measured}.",
        ]
    return "\n".join(lines) + "\n"


def _share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _moment(when: object) -> str:
    return str(when)[:16].replace("T", " ") + " UTC"


def _day(when: object) -> str:
    return str(when)[:10]


def _last_day(end: np.datetime64) -> str:
    """Return the day before an end, which is the first moment after."""
    return _day(end - np.timedelta64(1, "s"))
