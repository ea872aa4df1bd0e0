"""What has changed between two times or two versions, metric by metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pmlab.heart.evidence import difference
from pmlab.heart.words import effect, effect_interval, shown
from pmlab.results import Result, count, level, percent, points_interval, pvalue
from pmlab.stats import Difference, Interval, holm, newcombe_interval

__all__ = ["Change", "Comparison", "change_of", "comparison_warnings"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One number before and after, and the test of whether it changed."""

    name: str
    dimension: str = ""
    direction: Literal["up", "down"] = "up"
    """Which way is better."""
    before: float
    after: float
    effect: Difference
    """The difference after - before, or the ratio after / before."""
    ratio: bool
    test: str
    unit: str = ""
    attainments: tuple[tuple[float, Interval], tuple[float, Interval]] | None = None
    """With a baseline and a target: how far each got, with its interval, before and after."""

    @property
    def no_change(self) -> float:
        """What the effect would be if nothing had changed."""
        return 1.0 if self.ratio else 0.0

    @property
    def interval_is_clear(self) -> bool:
        """Whether the interval of the effect leaves out "no change"."""
        return self.effect.low > self.no_change or self.effect.high < self.no_change

    @property
    def rises(self) -> bool:
        """Whether the number went up."""
        return self.effect.estimate > self.no_change


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Comparison(Result):
    """Tests of each number by itself, corrected for how many they are (Holm)."""

    changes: tuple[Change, ...]
    confidence_level: float = 0.95
    scores: tuple[float, float] | None = None
    """The composite before and after, where there are two; it is not tested."""

    @property
    def verdicts(self) -> tuple[str, ...]:
        """For each change: "better", "worse", "not clear", or "no test".

        One change is clear when its interval leaves out "no change"; one of several when its
        corrected p-value is below 1 - `confidence_level` too.
        """
        alone = len(self.changes) == 1
        return tuple(
            _verdict(change, alone or corrected < 1 - self.confidence_level)
            for change, corrected in zip(self.changes, self.pvalues_holm, strict=True)
        )

    @property
    def pvalues_holm(self) -> list[float]:
        """The p-values, corrected for their number."""
        return holm([change.effect.pvalue for change in self.changes])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric: before, after, effect with interval, p-values, verdict."""
        return pd.DataFrame(
            {
                "metric": [change.name for change in self.changes],
                "dimension": [change.dimension for change in self.changes],
                "better": [change.direction for change in self.changes],
                "before": [change.before for change in self.changes],
                "after": [change.after for change in self.changes],
                "effect": ["ratio" if change.ratio else "difference" for change in self.changes],
                "estimate": [change.effect.estimate for change in self.changes],
                "low": [change.effect.low for change in self.changes],
                "high": [change.effect.high for change in self.changes],
                "pvalue": [change.effect.pvalue for change in self.changes],
                "pvalue_holm": self.pvalues_holm,
                "verdict": list(self.verdicts),
                "test": [change.test for change in self.changes],
            }
        )

    @property
    def title(self) -> str:
        if len(self.changes) == 1:
            return f"{_capital(self.changes[0].name)}: after against before"
        return f"{count(len(self.changes))} metrics, after against before"

    @property
    def method(self) -> str:
        tests = "; ".join(dict.fromkeys(change.test for change in self.changes))
        corrected = (
            f" p-values are corrected by Holm for {len(self.changes)} tests; the intervals "
            f"({level(self.confidence_level)}) are not."
            if len(self.changes) > 1
            else ""
        )
        composite = " The composite is not tested by itself." if self.scores else ""
        return f"Tests: {tests}.{corrected}{composite}"

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Different people before and after; the same people twice need a paired test.",
            "Who answers, and how they are asked, is the same at both times.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        if len(self.changes) == 1:
            (change,), (verdict,) = self.changes, self.verdicts
            return f"{_sentence(change, self.confidence_level)} {_READ[verdict]}"
        groups = {
            verdict: [
                change.name
                for change, own in zip(self.changes, self.verdicts, strict=True)
                if own == verdict
            ]
            for verdict in _READ
        }
        said = "; ".join(f"{name}: {', '.join(own)}" for name, own in groups.items() if own)
        text = f"Of {count(len(self.changes))} metrics, each tested by itself: {said}."
        if self.scores and not any(map(math.isnan, self.scores)):
            before, after = self.scores
            text += (
                f" The composite, a convention of ours, went from {before:.0f} to {after:.0f}; it "
                "says where to look, the rows say what changed."
            )
        return text

    def _table(self) -> Mapping[str, Sequence[str]]:
        table = {
            "metric": [change.name for change in self.changes],
            "before": [shown(change.before, change.unit) for change in self.changes],
            "after": [shown(change.after, change.unit) for change in self.changes],
            "change": [
                effect(change.effect.estimate, change.unit, ratio=change.ratio)
                for change in self.changes
            ],
            f"{level(self.confidence_level)} interval": [
                _interval_of(change) for change in self.changes
            ],
            "p": [pvalue(change.effect.pvalue) for change in self.changes],
        }
        if len(self.changes) > 1:
            table["p (Holm)"] = [pvalue(value) for value in self.pvalues_holm]
        return table | {"verdict": list(self.verdicts)}


_READ = {
    "better": "That is a change for the better.",
    "worse": "That is a change for the worse.",
    "not clear": "Chance alone could make a change of this size.",
    "no test": "There is no test of it.",
}


def change_of(
    after: Any,
    before: Any,
    *,
    name: str,
    direction: Literal["up", "down"],
    dimension: str = "",
    attainments: tuple[tuple[float, Interval], tuple[float, Interval]] | None = None,
) -> Change:
    """Return the change of two things that have `evidence`."""
    result, test = difference(after.evidence, before.evidence, after.confidence_level)
    same = type(after.evidence) is type(before.evidence)
    return Change(
        name=name,
        dimension=dimension,
        direction=direction,
        before=before.estimate,
        after=after.estimate,
        effect=result,
        ratio=after.evidence.ratio if same else after.evidence.log,
        test=test,
        unit=after.evidence.unit,
        attainments=attainments,
    )


def comparison_warnings(
    changes: Iterable[tuple[Change, Any, Any]], confidence_level: float
) -> tuple[str, ...]:
    """Return what a careful reader should know of changes and the measures behind them."""
    texts: list[str] = []
    for change, after, before in changes:
        if math.isnan(change.effect.pvalue):
            texts.append(f"{change.name}: {_why_no_test(change, after, before)}.")
        elif change.interval_is_clear != (change.effect.pvalue < 1 - confidence_level):
            texts.append(
                f"{change.name}: the p-value ({pvalue(change.effect.pvalue)}) and the interval "
                "fall on different sides; read the interval, it holds with few answers too."
            )
        texts += _response_rates(change.name, after, before, confidence_level)
        both = _ids(after) & _ids(before)
        if both:
            texts.append(
                f"{change.name}: {count(len(both))} people answered both times, and the test takes "
                "them for different ones; compare those by their own differences."
            )
    return tuple(texts)


def _ids(measure: Any) -> frozenset[Any]:
    ids: frozenset[Any] = getattr(measure, "respondent_ids", frozenset())
    return ids


def _why_no_test(change: Change, after: Any, before: Any) -> str:
    if math.isnan(change.before) or math.isnan(change.after):
        return "nothing was measured on one side, so there is no test (NaN)"
    if change.test.startswith("none"):
        return "medians are not tested here; measure both with method='geometric_mean'"
    if min(getattr(after, "n", 2), getattr(before, "n", 2)) < 2:
        return "one answer does not tell how much they vary, so there is no test (NaN)"
    return "nothing varies on either side, so there is no test (NaN)"


def _response_rates(name: str, after: Any, before: Any, confidence_level: float) -> list[str]:
    invited, invited_before = (getattr(side, "n_invited", None) for side in (after, before))
    if invited is None or invited_before is None:
        return []
    low, high = newcombe_interval(
        after.n, invited, before.n, invited_before, confidence_level=confidence_level
    )
    if low <= 0 <= high:
        return []
    return [
        f"{name}: {percent(before.response_rate)} of those invited answered before and "
        f"{percent(after.response_rate)} after ({points_interval(low, high)}), so other people may "
        "be answering; a change of the score may be a change of who answers."
    ]


def _verdict(change: Change, survives: bool) -> str:
    if math.isnan(change.effect.pvalue):
        return "no test"
    if not (survives and change.interval_is_clear):
        return "not clear"
    return "better" if change.rises == (change.direction == "up") else "worse"


def _interval_of(change: Change) -> str:
    return effect_interval(change.effect.low, change.effect.high, change.unit, ratio=change.ratio)


def _sentence(change: Change, confidence_level: float) -> str:
    went = f"{_capital(change.name)} went from {shown(change.before, change.unit)} to "
    went += shown(change.after, change.unit)
    if math.isnan(change.effect.low):
        return f"{went}."
    return (
        f"{went}: {effect(change.effect.estimate, change.unit, ratio=change.ratio)} "
        f"({level(confidence_level)} interval {_interval_of(change)}, "
        f"p {_equals(change.effect.pvalue)})."
    )


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _equals(value: float) -> str:
    text = pvalue(value)
    return text if text.startswith("<") else f"= {text}"
