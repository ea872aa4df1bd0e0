"""What was planted, in words for the instructor."""

from __future__ import annotations

from collections.abc import Sequence

from pmlab.simulate.actions import SECONDS, SECONDS_TO_PAY_FASTER
from pmlab.simulate.detectors import LEAST_APART, LEAST_BETWEEN, Finding
from pmlab.simulate.story import DEVICES, Story
from pmlab.simulate.truths.experiments import truths_of_experiments
from pmlab.simulate.truths.market import truths_of_market
from pmlab.simulate.truths.raw import truths_of_raw
from pmlab.simulate.truths.redesign import truths_of_redesign
from pmlab.simulate.truths.words import Truth, day, last_day, moment

__all__ = ["Truth", "truths_of", "truths_page"]


def truths_of(story: Story) -> tuple[Truth, ...]:
    """Return the planted truths, in the order of the detectors."""
    by_device = ", ".join(
        f"{device} {100 * before:.0f}% to {100 * after:.0f}%"
        for device, before, after in zip(DEVICES, story.paid_before, story.paid_after, strict=True)
    )
    return (
        *truths_of_raw(story.dirt),
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
                f"From {moment(story.faster_checkout_at)} more checkouts end in a purchase: "
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
                f"From {day(story.campaign_from)} to {last_day(story.campaign_to)} the campaign "
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
                f"From {moment(story.broken_at)} to {moment(story.fixed_at)} only "
                f"{100 * story.paid_while_broken:.0f}% of checkouts on {story.broken_device} "
                f"{story.broken_browser} end in a purchase."
            ),
        ),
        *_truths_of_retention(story),
        *truths_of_experiments(story.experiments),
        *truths_of_redesign(story.redesign),
        *truths_of_market(story.market),
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
                f"{day(story.experiment_from)} to {last_day(story.experiment_to)} have the "
                f"starter plan, and all from {moment(story.faster_checkout_at)}. Savers come back "
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
