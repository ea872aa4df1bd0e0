"""From what was measured to what to do, by a rule that was there before.

Ship, if the primary metric is better, every guardrail is shown to be within its margin, and units
split as they should. Do not ship, if the primary is worse, or a guardrail is worse and not shown to
be within its margin. All else is inconclusive; and without a sound split there is no answer. Before
the planned size, what would be shipped or is inconclusive keeps running.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pmlab.ab.comparison import Comparison, MarginTest
from pmlab.ab.metrics import Metric
from pmlab.ab.split import SplitCheck
from pmlab.ab.words import shown
from pmlab.results import count, level, percent, points, pvalue

__all__ = ["Decision", "Finding", "Verdict", "before_the_end", "decide"]

Decided = Literal["ship", "do not ship", "inconclusive", "keep running", "invalid"]
Verdict = Literal["better", "worse", "not clear", "within margin", "not shown safe", "no test"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One metric in one treatment."""

    metric: Metric
    variant: str
    comparison: Comparison
    pvalue_corrected: float
    """Corrected for the tests of its family: a role's metrics in all treatments."""
    n_tests: int
    """How many tests that family has; 1 where nothing is corrected."""
    margin_test: MarginTest | None
    """Of a guardrail."""
    n_missing: int = 0
    """Rows without a value, in control and treatment together."""

    @property
    def is_clear(self) -> bool:
        """Whether there is an effect: its interval leaves out 0, and so does the correction."""
        if self.comparison.direction not in ("higher", "lower"):
            return False
        # Of a test by itself the interval decides; of several, so does the correction.
        return self.n_tests == 1 or self.pvalue_corrected < self.comparison.alpha

    @property
    def verdict(self) -> Verdict:
        """What is shown, seen from which way is good."""
        if self.margin_test is not None and self.margin_test.holds:
            return "within margin"
        if self.comparison.direction == "no test":
            return "no test"
        if self.is_clear:
            better = (self.comparison.direction == "higher") == (self.metric.good == "up")
            if self.margin_test is None or not better:
                return "better" if better else "worse"
        return "not clear" if self.margin_test is None else "not shown safe"

    @property
    def measured(self) -> str:
        """The effect and its interval, in words."""
        found = self.comparison
        interval = f"{level(found.confidence_level)} interval {found.shown_interval}"
        return f"{self.metric.label} {found.shown_effect} ({interval})"

    @property
    def measured_against_margin(self) -> str:
        """The effect in the units of the margin, beside it."""
        test, found = self.margin_test, self.comparison
        assert test is not None
        if test.is_relative:
            effect, interval = found.shown_relative, found.shown_relative_interval
        else:
            effect, interval = found.shown_effect, found.shown_interval
        beside = f"{level(found.confidence_level)} interval {interval}; margin {self.shown_margin}"
        return f"{self.metric.label} {effect} ({beside})"

    @property
    def shown_margin(self) -> str:
        """How far a guardrail may move in the wrong direction, as it is written."""
        test = self.margin_test
        if test is None:
            return "-"
        way = -1 if self.metric.good == "up" else 1
        if test.is_relative:
            return f"{'+' if way > 0 else '-'}{percent(test.margin, digits=_digits(test.margin))}"
        if self.comparison.is_share:
            return points(way * test.margin, digits=_digits(test.margin))
        return f"{'+' if way > 0 else '-'}{shown(test.margin, test.margin, False)}"


def _digits(share: float) -> int:
    """Return how many decimals a share needs in percent: 0.02 is 2%, 0.005 is 0.5%."""
    return next(n for n in range(9) if n == 8 or math.isclose(round(100 * share, n), 100 * share))


class Decision(NamedTuple):
    """What to do, for which treatment, and why."""

    decision: Decided
    variant: str
    """The treatment that the reason is about; empty where it is about none."""
    reason: str


def decide(split: SplitCheck, findings: Sequence[Finding]) -> Decision:
    """Return the decision that findings lead to; the first metric with role "primary" decides.

    Of several treatments that could be shipped, the one with the largest effect is named.
    """
    if split.failed:
        return Decision("invalid", "", _mismatch(split))
    each = [
        _of_one([finding for finding in findings if finding.variant == variant])
        for variant in dict.fromkeys(finding.variant for finding in findings)
    ]
    if len(each) == 1:
        return each[0]
    if shippable := [one for one in each if one.decision == "ship"]:
        return _best(shippable, findings)
    open_still = any(one.decision == "inconclusive" for one in each)
    reasons = " ".join(f"{one.variant}, {one.decision}: {one.reason}" for one in each)
    return Decision("inconclusive" if open_still else "do not ship", "", reasons)


def before_the_end(decision: Decision, units: int, planned: int) -> Decision:
    """Return the decision at a size smaller than planned: harm stops it, and nothing else does.

    A test made for one look at the end is clear too often when it is looked at before.
    """
    if units >= planned or decision.decision not in ("ship", "inconclusive"):
        return decision
    so_far = f"{count(units)} of {count(planned)} planned units are in."
    if decision.decision == "ship":
        so_far += (
            " To stop at a win that an early look shows is to be taken in by chance more often."
        )
    return Decision("keep running", "", f"{so_far} So far: {decision.reason}")


def _of_one(findings: Sequence[Finding]) -> Decision:
    """Return the decision on one treatment."""
    primary = next(one for one in findings if one.metric.role == "primary")
    guardrails = [one for one in findings if one.metric.role == "guardrail"]
    variant = primary.variant
    harmed = [one for one in guardrails if one.verdict == "worse"]
    unsure = [one for one in guardrails if one.verdict not in ("worse", "within margin")]
    if primary.verdict == "worse":
        return Decision("do not ship", variant, f"The primary metric is worse: {primary.measured}.")
    if harmed:
        which = "; ".join(one.measured_against_margin for one in harmed)
        text = (
            f"{_guardrails(len(harmed)).capitalize()} worse, and not shown to stay within what "
            f"was agreed: {which}."
        )
        if primary.verdict == "better":
            text += f" That the primary metric is better ({primary.measured}) does not undo it."
        return Decision("do not ship", variant, text)
    if primary.verdict != "better":
        return Decision("inconclusive", variant, _unclear(primary))
    if unsure:
        which = "; ".join(one.measured_against_margin for one in unsure)
        return Decision(
            "inconclusive",
            variant,
            f"The primary metric is better: {primary.measured}. But {_guardrails(len(unsure))} not "
            f"shown to be safe: {which}. Not significantly worse is not safe: the harm could be "
            "larger than was agreed.",
        )
    held = (
        f" {_guardrails(len(guardrails)).capitalize()} within what was agreed: "
        f"{'; '.join(one.measured_against_margin for one in guardrails)}."
        if guardrails
        else " No guardrail was watched."
    )
    return Decision("ship", variant, f"The primary metric is better: {primary.measured}.{held}")


def _unclear(primary: Finding) -> str:
    found = primary.comparison
    if primary.verdict == "no test":
        return (
            f"There is no test of the primary metric, {primary.metric.label}: it says nothing yet."
        )
    text = f"The primary metric is not clear: {primary.measured}. "
    if found.direction in ("higher", "lower"):
        return (
            f"{text}Of {primary.n_tests} treatments or metrics tested one would look like this by "
            f"chance too often (corrected p = {pvalue(primary.pvalue_corrected)})."
        )
    return (
        f"{text}A gain and a loss are both in this interval, so it does not say that nothing "
        "happened either."
    )


def _guardrails(n: int) -> str:
    return "one guardrail is" if n == 1 else f"{n} guardrails are"


def _mismatch(split: SplitCheck) -> str:
    text = (
        f"{split.summary()} Whoever is missing is seldom like the rest, so none of the numbers "
        "below compares like with like. Find out where people are lost, and run it again."
    )
    if not split.was_expected:
        text += " If the split was not meant to be even, say so with expected_split=."
    return text


def _best(shippable: Sequence[Decision], findings: Sequence[Finding]) -> Decision:
    """Return the treatment with the largest effect among those that can be shipped."""
    primaries = {one.variant: one for one in findings if one.metric.role == "primary"}

    def gain(one: Decision) -> float:
        primary = primaries[one.variant]
        return primary.comparison.effect * (1 if primary.metric.good == "up" else -1)

    best = max(shippable, key=gain)
    others = [one.variant for one in shippable if one is not best]
    reason = f"{best.variant}: {best.reason}"
    if others:
        reason += (
            f" {' and '.join(others)} could be shipped too; {best.variant} has the largest effect, "
            "which is not to say that it is the best of them: they were tested against the "
            "control, not against each other."
        )
    return Decision("ship", best.variant, reason)
