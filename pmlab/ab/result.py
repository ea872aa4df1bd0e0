"""What an experiment says: the decision, its reason, and the numbers under both."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pmlab.ab.cautions import Novelty
from pmlab.ab.comparison import Comparison
from pmlab.ab.decision import Decided, Finding
from pmlab.ab.metrics import Metric
from pmlab.ab.plan import Plan
from pmlab.ab.split import SplitCheck
from pmlab.ab.words import effect
from pmlab.errors import InputError
from pmlab.results import Result, count, level, number_of, pvalue

__all__ = ["CORRECTIONS", "DailyEffects", "Experiment", "SegmentFinding"]

CORRECTIONS = {
    "holm": "Holm",
    "bonferroni": "Bonferroni",
    "bh": "Benjamini and Hochberg",
    None: "nothing",
}


@dataclass(frozen=True, kw_only=True)
class SegmentFinding:
    """One metric in one treatment, among the units of one value of a segment."""

    segment: str
    value: Hashable
    metric: Metric
    variant: str
    comparison: Comparison
    pvalue_corrected: float
    """Corrected for the values of the segment, in all treatments."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DailyEffects(Result):
    """The effect of each treatment by days since exposure."""

    metric: Metric
    """The primary metric, which the figure draws."""
    variants: tuple[str, ...]
    by_day: tuple[tuple[Metric, str, int, Comparison], ...] = field(repr=False)
    """Metric, treatment, day since exposure, and the comparison of the rows of that day."""
    novelties: Mapping[str, Novelty]
    """Treatment -> the primary metric's effect while it was new, and after."""

    @property
    def title(self) -> str:
        return f"{self.metric.label}: effect by days since exposure"

    @property
    def method(self) -> str:
        return (
            "Day 0 is the calendar day of the exposure; the rows measured on each later day are "
            "compared by themselves. Early and late effects are compared within units, by the "
            "delta method over units of randomisation."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "A unit has a row for each day on which it could have shown the metric, whatever it "
            "did; units that stop having rows would make the days differ in who is in them.",
        )

    @property
    def effects(self) -> tuple[tuple[str, int, Comparison], ...]:
        """Treatment, day and comparison of the primary metric."""
        return tuple(
            (variant, day, found)
            for metric, variant, day, found in self.by_day
            if metric is self.metric
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric, treatment and day."""
        return pd.DataFrame(
            [
                {
                    "metric": metric.label,
                    "variant": variant,
                    "day": day,
                    "n_control": found.n_control,
                    "n_treatment": found.n_treatment,
                    "effect": found.effect,
                    "low": found.low,
                    "high": found.high,
                    "pvalue": found.pvalue,
                }
                for metric, variant, day, found in self.by_day
            ]
        )

    def summary(self) -> str:
        """Return a sentence or two for each treatment."""
        return " ".join(self.about(variant) for variant in self.variants)

    def about(self, variant: str) -> str:
        """Return what is known of one treatment early and late."""
        one = self.novelties.get(variant)
        if one is None or math.isnan(one.pvalue):
            return (
                f"{variant}: there are too few days, or too few units, to say whether the effect "
                "changes with time."
            )
        widths = [f.high - f.low for v, _, f in self.effects if v == variant]
        known = [width for width in widths if math.isfinite(width) and width > 0]
        is_share = next(f.is_share for v, _, f in self.effects if v == variant)
        early, late = (effect(value, min(known, default=0), is_share) for value in one[1:3])
        days = "on the first day" if one.from_day == 1 else f"in the first {one.from_day} days"
        found = f"{variant}: the effect was {early} {days} and {late} after them"
        p = pvalue(one.pvalue)
        beside = f"(p of the difference {p if p.startswith('<') else f'= {p}'})"
        if one.fades is None:
            return f"{found} {beside}; that it changes is not shown."
        if one.fades:
            return (
                f"{found} {beside}. It fades, as what is only new does: expect the later effect, "
                "not the average."
            )
        return f"{found} {beside}. It grows: people may take time to learn, so run it longer."

    def _table(self) -> Mapping[str, Sequence[str]]:
        of = level(self.by_day[0][3].confidence_level)
        table = {
            "day": [str(day) for _, day, _ in self.effects],
            "variant": [variant for variant, _, _ in self.effects],
            "n": [count(found.n_control + found.n_treatment) for *_, found in self.effects],
            "effect": [found.shown_effect for *_, found in self.effects],
            f"{of} interval": [found.shown_interval for *_, found in self.effects],
        }
        if len(self.variants) == 1:
            del table["variant"]
        return table


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Experiment(Result):
    """An experiment: what to do, why, and what it rests on."""

    control: str
    treatments: tuple[str, ...]
    findings: tuple[Finding, ...] = field(repr=False)
    """Each metric in each treatment, the primary first."""
    srm: SplitCheck = field(repr=False)
    """Whether units split as they should."""
    decision: Decided
    variant: str
    """The treatment that is to be shipped; of a single one, the one that is decided on."""
    reason: str
    """Why, in words."""
    correction: str | None
    missing: str
    n_dropped: int
    """Rows without a unit or a variant."""
    cluster: str | None = None
    segment_findings: tuple[SegmentFinding, ...] = field(default=(), repr=False)
    daily_effects: DailyEffects | None = field(default=None, repr=False)
    plan: Plan | None = None

    @property
    def primary(self) -> Finding:
        """The primary metric, in the treatment that is decided on (or the first)."""
        primaries = [one for one in self.findings if one.metric.role == "primary"]
        return next((one for one in primaries if one.variant == self.variant), primaries[0])

    @property
    def table(self) -> pd.DataFrame:
        """The numbers, unrounded: one row a metric and treatment."""
        return self.to_frame()

    @property
    def segments(self) -> pd.DataFrame:
        """One row a value of a segment, metric and treatment.

        Looking at many segments finds something by chance; `pvalue_corrected` counts the values
        of a segment and the treatments, and what it finds is a question for the next experiment.
        """
        if not self.segment_findings:
            raise InputError("there are no segments; name some with segments=['channel'].")
        return pd.DataFrame(
            [
                {
                    "segment": one.segment,
                    "value": one.value,
                    "metric": one.metric.label,
                    "variant": one.variant,
                    **_numbers(one.comparison),
                    "pvalue_corrected": one.pvalue_corrected,
                }
                for one in self.segment_findings
            ]
        )

    @property
    def daily(self) -> DailyEffects:
        """The effect by days since exposure."""
        if self.daily_effects is None:
            raise InputError(
                "the effect by days since exposure needs rows by day: one row a unit and day, with "
                "exposed_at= and measured_at= naming when the unit was exposed and when the row "
                "was measured, and cluster= the unit."
            )
        return self.daily_effects

    @property
    def title(self) -> str:
        named = f" {self.variant}" if self.decision == "ship" else ""
        return f"Decision: {self.decision}{named}"

    @property
    def method(self) -> str:
        rule = (
            "Rule: ship if the primary metric is better, every guardrail is shown to be within its "
            "margin, and units split as expected; do not ship if the primary or a guardrail is "
            "worse."
        )
        if self.plan is not None:
            rule += (
                f" Before the planned {count(self.plan.units)} units, keep running unless "
                "something is worse."
            )
        of = level(self.primary.comparison.confidence_level)
        parts = [f"{rule} Effect = treatment - {self.control}, {of} intervals."]
        corrected = max(finding.n_tests for finding in self.findings)
        if corrected > 1:
            parts.append(
                f"p-values of the primary and of the secondaries are corrected by "
                f"{CORRECTIONS[self.correction]}, each for their own tests; intervals are not."
            )
        if self.cluster:
            parts.append(f"Standard errors are clustered by {self.cluster!r}.")
        n_missing = {one.metric.label: one.n_missing for one in self.findings if one.n_missing}
        if n_missing:
            rows = ", ".join(f"{name} {number_of(n, 'row')}" for name, n in n_missing.items())
            done = "counted as 0" if self.missing == "zero" else "left out of that metric"
            parts.append(f"Missing values were {done}: {rows}.")
        return " ".join([*parts, *dict.fromkeys(self._method_sentences())])

    def _method_sentences(self) -> Iterator[str]:
        """Go through what the comparisons say, with the metric's name where it is its own."""
        for one in self.findings:
            for sentence in re.split(r"(?<=\.) (?=[A-Z])", one.comparison.method):
                own = sentence.startswith(("Adjusted", "Winsorised"))
                yield f"{one.metric.label}: {sentence}" if own else sentence

    @property
    def assumptions(self) -> tuple[str, ...]:
        each = dict.fromkeys(text for one in self.findings for text in one.comparison.assumptions)
        return (
            *each,
            "The experiment was looked at once, when it was over; whoever looks again and again "
            "until it is clear will find what is not there.",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric and treatment."""
        return pd.DataFrame(
            [
                {
                    "metric": one.metric.label,
                    "role": one.metric.role,
                    "variant": one.variant,
                    **_numbers(one.comparison),
                    "pvalue_corrected": one.pvalue_corrected,
                    "margin": one.margin_test.margin if one.margin_test else math.nan,
                    "margin_is_relative": bool(one.margin_test and one.margin_test.is_relative),
                    "pvalue_margin": one.margin_test.pvalue if one.margin_test else math.nan,
                    "n_missing": one.n_missing,
                    "verdict": one.verdict,
                }
                for one in self.findings
            ]
        )

    def summary(self) -> str:
        """Return the decision and its reason."""
        return f"{self.title}. {self.reason}"

    def _opening(self) -> str:
        return self.reason

    def _table(self) -> Mapping[str, Sequence[str]]:
        found = [one.comparison for one in self.findings]
        table: dict[str, list[str]] = {
            "metric": [f"{one.metric.label} ({one.metric.role})" for one in self.findings],
            "variant": [one.variant for one in self.findings],
            self.control: [one.shown_estimates[0] for one in found],
            "treatment": [one.shown_estimates[1] for one in found],
            "effect": [one.shown_effect for one in found],
            f"{level(found[0].confidence_level)} interval": [one.shown_interval for one in found],
            "relative": [one.shown_relative for one in found],
            "p": [pvalue(one.pvalue) for one in found],
            "corrected p": [
                "-" if one.metric.role == "guardrail" else pvalue(one.pvalue_corrected)
                for one in self.findings
            ],
            "margin": [one.shown_margin for one in self.findings],
            "verdict": [one.verdict for one in self.findings],
        }
        if len(self.treatments) == 1:
            del table["variant"]
            table = {
                (self.treatments[0] if name == "treatment" else name): cells
                for name, cells in table.items()
            }
        if all(one.n_tests == 1 for one in self.findings):
            del table["corrected p"]
        if all(one.margin_test is None for one in self.findings):
            del table["margin"]
        if self.decision == "invalid":
            table["verdict"] = ["withheld"] * len(self.findings)
        return table

    def _notes(self) -> Sequence[tuple[str, str]]:
        split = [] if self.srm.failed else [("Split", self.srm.summary())]
        return [*split, *super()._notes()]


def _numbers(found: Comparison) -> dict[str, float]:
    return {
        "n_control": found.n_control,
        "n_treatment": found.n_treatment,
        "control": found.control,
        "treatment": found.treatment,
        "effect": found.effect,
        "low": found.low,
        "high": found.high,
        "relative": found.relative,
        "relative_low": found.relative_low,
        "relative_high": found.relative_high,
        "pvalue": found.pvalue,
    }
