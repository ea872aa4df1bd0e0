"""What goes on in experiments 2 to 4, in words."""

from __future__ import annotations

from pmlab.simulate.assignments import LUCKY, NO_EFFECT, PEEKS
from pmlab.simulate.experiment_detectors import MARGIN
from pmlab.simulate.story import Experiments
from pmlab.simulate.truths.words import Truth, share

__all__ = ["truths_of_experiments"]


def truths_of_experiments(experiments: Experiments) -> tuple[Truth, ...]:
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
                f"{share(experiments.box_accepted)} of those who see the box for the first time "
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
                f"{share(experiments.box_regretted)} of the trials started in the box are "
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
