"""How the segments of a breakdown differ, from each other or from the same ones elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.funnels.segments import name_of
from pmlab.results import (
    Result,
    count,
    number_of,
    percent,
    points,
    points_interval,
    pvalue,
)
from pmlab.stats import Interval, holm, newcombe_interval, two_proportions_test

if TYPE_CHECKING:
    from pmlab.funnels.breakdown import FunnelBreakdown
    from pmlab.funnels.plan import Plan

__all__ = ["Difference", "FunnelComparison", "compare_breakdowns", "compare_segments"]

CLEAR = 0.05
"""Below it, a corrected p-value is called clear in the summary."""

ROUNDING = 1e-12
"""A weighted sum that is 0 may come out as much smaller a number than this, of either sign."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Converted of users here and there, and the difference of the two rates (here - there)."""

    name: str
    users: int
    converted: int
    users_against: int
    converted_against: int

    @property
    def rate(self) -> float:
        """The rate here; NaN if there are no users."""
        return self.converted / self.users if self.users else math.nan

    @property
    def rate_against(self) -> float:
        """The rate that it is compared with."""
        return self.converted_against / self.users_against if self.users_against else math.nan

    @property
    def difference(self) -> float:
        """The rate here minus the rate there."""
        return self.rate - self.rate_against

    def interval(self, confidence_level: float = 0.95) -> Interval:
        """Return Newcombe's interval of the difference."""
        return newcombe_interval(*self._counts, confidence_level=confidence_level)

    @property
    def pvalue(self) -> float:
        """That the two rates are equal (pooled z test), not corrected."""
        return two_proportions_test(*self._counts)

    @property
    def _counts(self) -> tuple[int, int, int, int]:
        return (self.converted, self.users, self.converted_against, self.users_against)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelComparison(Result):
    """Differences of rates from the first step to the last, segment by segment."""

    by: str
    steps: tuple[str, ...]
    against: str | None
    """The segment that the others are compared with; None if each is compared with itself in
    another breakdown."""
    segments: tuple[Difference, ...]
    overall: Difference | None = None
    """All users here and there; None where segments are compared with one another."""

    @property
    def at_same_mix(self) -> float:
        """The difference if both sides had the same mix of segments; NaN with one side only.

        Each segment's difference, weighted by its share of the users of both sides together
        (direct standardisation).
        """
        weighted = self._weighted
        return sum(weight * own.difference for weight, own in weighted) if weighted else math.nan

    def interval_at_same_mix(self, *, confidence_level: float = 0.95) -> Interval:
        """Return the interval of `at_same_mix`, put together from the segments' intervals."""
        down = up = 0.0
        for weight, own in self._weighted:
            low, high = own.interval(confidence_level)
            down += (weight * (own.difference - low)) ** 2
            up += (weight * (high - own.difference)) ** 2
        middle = self.at_same_mix
        return Interval(middle - math.sqrt(down), middle + math.sqrt(up))

    @property
    def _weighted(self) -> list[tuple[float, Difference]]:
        if self.overall is None:
            return []
        both = [own for own in self.segments if own.users and own.users_against]
        total = sum(own.users + own.users_against for own in both)
        return [((own.users + own.users_against) / total, own) for own in both]

    def to_frame(self, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return one row a segment: both rates, their difference, its interval and p-values.

        `pvalue_holm` is corrected for the number of segments that are compared.
        """
        corrected = holm([own.pvalue for own in self.segments])
        rows = []
        for own, pvalue_holm in zip(self.segments, corrected, strict=True):
            low, high = own.interval(confidence_level)
            rows.append(
                {
                    self.by: own.name,
                    "users": own.users,
                    "users_against": own.users_against,
                    "rate": own.rate,
                    "rate_against": own.rate_against,
                    "difference": own.difference,
                    "difference_low": low,
                    "difference_high": high,
                    "pvalue": own.pvalue,
                    "pvalue_holm": pvalue_holm,
                }
            )
        return pd.DataFrame(rows)

    @property
    def title(self) -> str:
        with_what = "the other breakdown" if self.against is None else f"'{self.against}'"
        return f"From '{self.steps[0]}' to '{self.steps[-1]}', by {self.by}: against {with_what}"

    @property
    def method(self) -> str:
        text = (
            "Differences of the rates from the first step to the last. Newcombe intervals (95%); "
            "p-values of the pooled z test, corrected by Holm for the number of segments."
        )
        if self.overall is None:
            return text
        return (
            f"{text} At the same mix: the segments' differences, weighted by their share of both "
            "sides' users together; its interval by the method of Zou and Donner (2008)."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "No unit stands on both sides of a comparison.",
            "Units decide independently of one another.",
            "Segments may differ in more than their names say; a difference is no cause.",
        )

    def summary(self) -> str:
        """Return two or three sentences that a PM could paste into a memo."""
        frame = self.to_frame()
        clear = int((frame["pvalue_holm"] < CLEAR).sum())
        n = number_of(len(frame), "difference")
        after = f"{clear} of {n} clear after correction for their number" if len(frame) else ""
        if self.overall is not None:
            low, high = self.interval_at_same_mix()
            own = self.overall
            mixed = ""
            if not math.isnan(self.at_same_mix):
                mixed = (
                    f" At the same mix of {self.by} it would be {points(self.at_same_mix)} "
                    f"({points_interval(low, high)})."
                )
            return (
                f"The share that reached '{self.steps[-1]}' is {percent(own.rate)} here and "
                f"{percent(own.rate_against)} there: {points(own.difference)} "
                f"({points_interval(*own.interval())}).{mixed} By {self.by}, {after}."
            )
        known = frame[frame["difference"].notna()]
        if known.empty:
            return f"No segment by {self.by} can be compared with '{self.against}'."
        most = known.iloc[int(known["difference"].abs().argmax())]
        ends = points_interval(most["difference_low"], most["difference_high"])
        return (
            f"The segment furthest from '{self.against}' ({percent(most['rate_against'])}) is "
            f"'{most[self.by]}' with {percent(most['rate'])}: {points(most['difference'])} "
            f"({ends}). By {self.by}, {after}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        texts = {
            self.by: frame[self.by].tolist(),
            "users": [count(n) for n in frame["users"]],
            "rate": [percent(rate) for rate in frame["rate"]],
            "against": [percent(rate) for rate in frame["rate_against"]],
            "difference": [points(difference) for difference in frame["difference"]],
            "95% interval": [
                points_interval(low, high)
                for low, high in zip(frame["difference_low"], frame["difference_high"], strict=True)
            ],
            "p (Holm)": [pvalue(value) for value in frame["pvalue_holm"]],
        }
        if self.overall is None:
            return texts
        own = self.overall
        ends = points_interval(*own.interval())
        extra = ["all", count(own.users), percent(own.rate), percent(own.rate_against)]
        same = ["all, at the same mix", "-", "-", "-", points(self.at_same_mix)]
        for column, whole, mixed in zip(
            texts,
            [*extra, points(own.difference), ends, pvalue(own.pvalue)],
            [*same, points_interval(*self.interval_at_same_mix()), "-"],
            strict=True,
        ):
            texts[column] = [*texts[column], whole, mixed]
        return texts


def compare_segments(
    breakdown: FunnelBreakdown, against: tuple[Hashable] | None
) -> FunnelComparison:
    """Compare every segment with one of them."""
    segments = breakdown.segments
    if len(segments) < 2:
        raise InputError(
            f"by={breakdown.by!r} gives {number_of(len(segments), 'segment')}; "
            "a comparison needs at least two."
        )
    reference = next(iter(segments)) if against is None else against[0]
    if reference not in segments:
        raise NotFoundError(
            f"against={reference!r}: there is no such segment by {breakdown.by!r}. "
            f"{did_you_mean(reference, [name_of(value) for value in segments])}"
        )
    base = segments[reference].counts
    several = sum(own.counts[0] for own in segments.values()) > breakdown.overall.counts[0]
    differences = tuple(
        _difference(name_of(value), own.counts, base)
        for value, own in segments.items()
        if value is not reference and value != reference
    )
    return FunnelComparison(
        by=breakdown.by,
        steps=breakdown.steps,
        against=name_of(reference),
        segments=differences,
        warnings=(
            *_undefined(differences),
            *_often(several, "some units count under several segments"),
        ),
    )


def compare_breakdowns(own: FunnelBreakdown, other: FunnelBreakdown) -> FunnelComparison:
    """Compare every segment with the same one of another breakdown."""
    for what, mine, theirs in (
        ("steps", own.steps, getattr(other, "steps", None)),
        ("by", own.by, getattr(other, "by", None)),
        ("attribution", own.attribution, getattr(other, "attribution", None)),
        *(
            (what, getattr(own.overall, what), getattr(getattr(other, "overall", None), what, None))
            for what in ("within", "order", "counted", "rules", "unfinished")
        ),
        ("hold", *_of_plan(own, other, lambda plan: plan.hold)),
        ("exclude", *_of_plan(own, other, _excluded)),
    ):
        if mine != theirs:
            raise InputError(
                f"other has {what}={theirs!r}, and this breakdown {what}={mine!r}; "
                "compare the same funnel by the same column and rules, on other events."
            )
    nobody = [0] * len(own.steps)
    values = [*own.segments, *(value for value in other.segments if value not in own.segments)]
    differences = tuple(
        _difference(name_of(value), own.counts.get(value, nobody), other.counts.get(value, nobody))
        for value in values
    )
    unit = own.overall.unit
    both = len(np.intersect1d(own.units[unit].unique(), other.units[unit].unique()))
    comparison = FunnelComparison(
        by=own.by,
        steps=own.steps,
        against=None,
        segments=differences,
        overall=_difference("all", own.overall.counts, other.overall.counts),
    )
    warnings = (
        *_reversal(comparison),
        *_undefined(differences),
        *_often(both > 0, f"{number_of(both, 'unit')} of both sides are the same"),
    )
    return FunnelComparison(**{**vars(comparison), "warnings": warnings})


def _of_plan(
    own: FunnelBreakdown, other: FunnelBreakdown, asked: Callable[[Plan], object]
) -> tuple[object, object]:
    """Return what was asked of both; None of one that was not counted from events."""
    sources = own.overall.source, getattr(getattr(other, "overall", None), "source", None)
    mine, theirs = (source and asked(source.plan) for source in sources)
    return mine, theirs


def _excluded(plan: Plan) -> list[tuple[str, int, int]]:
    return [(bar.exclusion.name, bar.after, bar.before) for bar in plan.barriers]


def _difference(name: str, counts: Sequence[int], against: Sequence[int]) -> Difference:
    return Difference(
        name=name,
        users=counts[0],
        converted=counts[-1],
        users_against=against[0],
        converted_against=against[-1],
    )


def _reversal(comparison: FunnelComparison) -> tuple[str, ...]:
    """Return the warning that the mix of segments turns the sign of the overall difference."""
    assert comparison.overall is not None
    overall, same_mix = comparison.overall.difference, comparison.at_same_mix
    if not overall * same_mix < 0 or abs(same_mix) < ROUNDING:
        return ()
    low, high = comparison.overall.interval()
    mix_low, mix_high = comparison.interval_at_same_mix()
    by_chance = low <= 0 <= high or mix_low <= 0 <= mix_high
    hedge = " (one of the two may be chance: its interval includes 0)" if by_chance else ""
    return (
        f"Simpson's reversal: overall the rate moves by {points(overall)}, but at the same mix "
        f"of {comparison.by} by {points(same_mix)}{hedge}. What changed is who came; compare "
        "within the segments.",
    )


def _undefined(differences: Sequence[Difference]) -> tuple[str, ...]:
    empty = [own.name for own in differences if not (own.users and own.users_against)]
    if not empty:
        return ()
    names = ", ".join(map(repr, empty))
    return (f"nobody is on one side of {names}, so the difference there is undefined (NaN).",)


def _often(happens: bool, what: str) -> tuple[str, ...]:
    if not happens:
        return ()
    return (f"{what}, so intervals and p-values, which take them for independent, are off.",)
