"""What the redesign of week 21 does, in words."""

from __future__ import annotations

from pmlab.simulate.story import Redesign
from pmlab.simulate.truths.words import Truth
from pmlab.simulate.usability import HARDER_TASK, HARDER_TIME_RATIO

__all__ = ["truths_of_redesign"]


def truths_of_redesign(redesign: Redesign) -> tuple[Truth, ...]:
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
