"""What a scorecard answers: five rows with intervals, and one number of ours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.heart.answers import Floats
from pmlab.heart.comparison import Comparison, change_of, comparison_warnings
from pmlab.heart.goals import Canvas, canvas
from pmlab.heart.metric import DIMENSIONS, Guardrail, Metric
from pmlab.heart.uncertainty import delta_interval, resampled_interval
from pmlab.heart.words import shown, shown_interval
from pmlab.results import Result, count, level, number_of, percent
from pmlab.stats import Interval

__all__ = ["Scorecard"]

PERTURBED = (0.5, 1.5)
"""Each weight is tried at half and at one and a half of itself."""

CONVENTION = (
    "The composite is a convention of ours: HEART (Rodden, Hutchinson and Fu, 2010) names "
    "categories and has no score."
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Scorecard(Result):
    """Five rows with intervals, guardrails, and a composite that never stands alone.

    Attainment is 0 at the baseline and 100 at the target, and is never cut off.
    """

    metrics: tuple[Metric, ...]
    """In the order of HEART."""
    guardrails: tuple[Guardrail, ...] = ()
    weights: Mapping[str, float]
    """As given for each dimension, or equal."""
    equal_weights: bool = True
    missing: Literal["refuse", "renormalise"] = "refuse"
    confidence_level: float = 0.95
    resamples: Floats | None = field(default=None, repr=False)
    """With a bootstrap: attainments, one row a resample and one column a metric."""
    n_users: int = 0
    """How many users were resampled."""

    @property
    def measured(self) -> tuple[str, ...]:
        """The dimensions that have a metric."""
        own = {metric.dimension for metric in self.metrics}
        return tuple(name for name in DIMENSIONS if name in own)

    @property
    def missing_dimensions(self) -> tuple[str, ...]:
        """The dimensions that have none."""
        return tuple(name for name in DIMENSIONS if name not in self.measured)

    @property
    def weights_used(self) -> dict[str, float]:
        """The weights behind the composite; empty where there is none."""
        if self.missing_dimensions and self.missing == "refuse":
            return {}
        return _normalised({name: self.weights[name] for name in self.measured})

    @property
    def score(self) -> float:
        """The composite; NaN while a dimension is missing, unless weights are renormalised."""
        return self._composite(self.weights_used)

    @property
    def interval(self) -> Interval:
        """The interval of the composite."""
        weights = self.weights_used
        if not weights:
            return Interval(math.nan, math.nan)
        return self._interval(self._coefficients(weights))

    @property
    def low(self) -> float:
        """The lower end of the composite's interval."""
        return self.interval.low

    @property
    def high(self) -> float:
        """The upper end of the composite's interval."""
        return self.interval.high

    @property
    def dimensions(self) -> pd.DataFrame:
        """Five rows: `dimension`, `n_metrics`, `attainment`, `low`, `high`, `weight`.

        Attainment is the mean over the dimension's metrics; NaN without any.
        """
        rows = []
        for name in DIMENSIONS:
            own = self._coefficients({name: 1.0})
            there = name in self.measured
            low, high = self._interval(own) if there else (math.nan, math.nan)
            rows.append(
                {
                    "dimension": name,
                    "n_metrics": int((own != 0).sum()),
                    "attainment": self._composite({name: 1.0}) if there else math.nan,
                    "low": low,
                    "high": high,
                    "weight": self.weights_used.get(name, math.nan),
                }
            )
        return pd.DataFrame(rows)

    @property
    def weakest(self) -> str:
        """The measured dimension with the least attainment; "" if none is known."""
        known = {
            name: self._composite({name: 1.0})
            for name in self.measured
            if not math.isnan(self._composite({name: 1.0}))
        }
        return min(known, key=lambda name: known[name]) if known else ""

    @property
    def sensitivity(self) -> pd.DataFrame:
        """What other weights would give: `weights`, `score`, `sign_turns`.

        Each dimension left out in turn (the others renormalised), and the lowest and the highest
        composite when every weight may be half or one and a half of itself.
        """
        weights, score = self.weights_used, self.score
        rows = []
        for name in weights:
            rest = {other: weight for other, weight in weights.items() if other != name}
            if sum(rest.values()) > 0:
                rows.append((f"without {name}", self._composite(_normalised(rest))))
        if len(weights) > 1:
            # A mean over a box of weights is least and greatest at corners of the box.
            scores = [
                self._composite(_normalised(dict(zip(weights, corner, strict=True))))
                for corner in product(
                    *([factor * weight for factor in PERTURBED] for weight in weights.values())
                )
            ]
            rows += [("each halved or raised by half: lowest", min(scores))]
            rows += [("each halved or raised by half: highest", max(scores))]
        return pd.DataFrame(
            [
                {"weights": text, "score": value, "sign_turns": value * score < 0}
                for text, value in rows
            ],
            columns=["weights", "score", "sign_turns"],
        )

    @property
    def depends_on_weights(self) -> bool:
        """Whether other weights would turn the sign of the composite."""
        return bool(self.sensitivity["sign_turns"].any())

    @property
    def verdict(self) -> Literal["do not ship", "guardrail unclear", "guardrails hold", ""]:
        """What the guardrails say, whatever the score; "" without any."""
        states = [guardrail.state for guardrail in self.guardrails]
        if "past" in states:
            return "do not ship"
        if "unclear" in states:
            return "guardrail unclear"
        return "guardrails hold" if states else ""

    @property
    def canvas(self) -> Canvas:
        """Goals, signals and metrics as a table."""
        return canvas(self.metrics)

    def compare(self, before: Scorecard) -> Comparison:
        """Test each metric against the same one of another period or version.

        Parameters
        ----------
        before : Scorecard
            With the same metrics, baselines and targets, of other people.

        Returns
        -------
        Comparison
            One row a metric, corrected by Holm. The composite is not tested.

        Raises
        ------
        InputError
            Where the metrics, or their baselines or targets, differ.
        """
        if not isinstance(before, Scorecard):
            raise InputError(f"before is a {type(before).__name__}; give a scorecard.")
        earlier = {metric.name: metric for metric in before.metrics}
        own = {metric.name for metric in self.metrics}
        only = sorted(own ^ set(earlier))
        if only:
            raise InputError(
                f"before has other metrics: {', '.join(map(repr, only))} on one side only; compare "
                "scorecards of the same metrics."
            )
        if before.confidence_level != self.confidence_level:
            raise InputError(
                f"before has {level(before.confidence_level)} intervals and this "
                f"{level(self.confidence_level)}; measure both alike."
            )
        changes = []
        for metric in self.metrics:
            _require_same_goalposts(metric, earlier[metric.name])
            then = earlier[metric.name]
            change = change_of(
                metric,
                then,
                name=metric.name,
                direction=metric.direction,
                dimension=metric.dimension,
                attainments=(
                    (then.attainment, then.attainment_interval),
                    (metric.attainment, metric.attainment_interval),
                ),
            )
            changes.append((change, metric, then))
        return Comparison(
            changes=tuple(change for change, _, _ in changes),
            confidence_level=self.confidence_level,
            scores=(before.score, self.score),
            warnings=comparison_warnings(changes, self.confidence_level),
        )

    @property
    def _attainments(self) -> Floats:
        return np.array([metric.attainment for metric in self.metrics])

    def _coefficients(self, weights: Mapping[str, float]) -> Floats:
        """Return the weight of each metric: its dimension's, shared equally within it."""
        own = [metric.dimension for metric in self.metrics]
        return np.array([weights.get(name, 0.0) / own.count(name) for name in own])

    def _composite(self, weights: Mapping[str, float]) -> float:
        if not weights:
            return math.nan
        coefficients = self._coefficients(weights)
        used = coefficients != 0
        return float(coefficients[used] @ self._attainments[used])

    def _interval(self, coefficients: Floats) -> Interval:
        if self.resamples is None:
            return delta_interval(self.metrics, coefficients)
        return resampled_interval(self.resamples, coefficients, self.confidence_level)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric: numbers, baseline and target, attainment with its interval."""
        own = [self._interval(np.eye(len(self.metrics))[k]) for k in range(len(self.metrics))]
        return pd.DataFrame(
            {
                "dimension": [metric.dimension for metric in self.metrics],
                "metric": [metric.name for metric in self.metrics],
                "better": [metric.direction for metric in self.metrics],
                "baseline": [metric.baseline for metric in self.metrics],
                "target": [metric.target for metric in self.metrics],
                "estimate": [metric.evidence.estimate for metric in self.metrics],
                "low": [metric.interval.low for metric in self.metrics],
                "high": [metric.interval.high for metric in self.metrics],
                "attainment": self._attainments,
                "attainment_low": [interval.low for interval in own],
                "attainment_high": [interval.high for interval in own],
            }
        )

    @property
    def title(self) -> str:
        return f"HEART scorecard of {number_of(len(self.metrics), 'metric')}"

    @property
    def method(self) -> str:
        weights = "equal weights" if self.equal_weights else "the weights given"
        by = (
            "delta method, for metrics of different people"
            if self.resamples is None
            else f"bootstrap of {number_of(self.n_users, 'whole user')}, {len(self.resamples):,} "
            "resamples"
        )
        return (
            "Attainment: 0 at the baseline, 100 at the target (OECD/JRC, 2008), times on "
            f"logarithms, never cut off; the mean within a dimension, {weights} across. Intervals "
            f"({level(self.confidence_level)}): {by}. {CONVENTION}"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        shared = (
            "Metrics come from different people; where they share users, give users=."
            if self.resamples is None
            else "Each row of users is one person, independent of the others."
        )
        return (
            "Baselines and targets were set before measuring.",
            "Halfway to one target is worth as much as halfway to another, by the weights.",
            shared,
        )

    def summary(self) -> str:
        """Return what a PM could paste into a memo: guardrails, score, weakest, weights."""
        parts = []
        past = [guardrail.name for guardrail in self.guardrails if guardrail.state == "past"]
        if past:
            parts.append(f"Do not ship: {', '.join(past)} past the limit.")
        if math.isnan(self.score):
            parts.append(f"There is no composite: {self._why_no_composite}.")
        else:
            parts.append(
                f"The composite, a convention of ours, is {count(self.score)} "
                f"({level(self.confidence_level)} interval {_attained(*self.interval)}), where 0 "
                "is the baseline and 100 the target."
            )
        if self.weakest:
            weights = {self.weakest: 1.0}
            parts.append(
                f"The weakest dimension is {self.weakest}: {count(self._composite(weights))} "
                f"({_attained(*self._interval(self._coefficients(weights)))})."
            )
        if self.depends_on_weights:
            parts.append("Its sign depends on the weights.")
        return " ".join(parts)

    @property
    def _why_no_composite(self) -> str:
        if self.missing_dimensions and self.missing == "refuse":
            return f"nothing stands for {', '.join(self.missing_dimensions)}"
        return "a metric has no value"

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.dimensions
        by_dimension = {
            name: ", ".join(m.name for m in self.metrics if m.dimension == name)
            for name in DIMENSIONS
        }
        return {
            "dimension": [*DIMENSIONS, "composite (ours)"],
            "attainment": [*map(count, frame["attainment"]), count(self.score)],
            f"{level(self.confidence_level)} interval": [
                *(
                    _attained(low, high)
                    for low, high in zip(frame["low"], frame["high"], strict=True)
                ),
                _attained(*self.interval),
            ],
            "weight": [*(percent(weight, digits=0) for weight in frame["weight"]), ""],
            "metrics": [*by_dimension.values(), ""],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        says = {
            "past": "past its limit, so do not ship",
            "unclear": "not shown to be on the right side of its limit",
            "holds": "holds",
        }
        guardrails = [
            (
                "Guardrail",
                f"{own.name} is {shown(own.evidence.estimate, own.evidence.unit)} "
                f"({shown_interval(*own.interval, own.evidence.unit)}), "
                f"{'at most' if own.direction == 'down' else 'at least'} "
                f"{shown(own.limit, own.evidence.unit)}: {says[own.state]}.",
            )
            for own in self.guardrails
        ]
        weakest = [("Weakest", f"{self.weakest}.")] if self.weakest else []
        return [*guardrails, *weakest, *super()._notes()]


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _require_same_goalposts(own: Metric, before: Metric) -> None:
    for what in ("dimension", "direction", "baseline", "target"):
        now, then = getattr(own, what), getattr(before, what)
        if now != then:
            raise InputError(
                f"{own.name}: {what} was {then!r} before and is {now!r} now; the two are scored "
                "against different goals."
            )


def _attained(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{count(low)} to {count(high)}"
