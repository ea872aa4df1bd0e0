"""The analyses of week 26: who is counted twice, what is on which basis, which guesses are close.

Finance's sheet and the backlog hold few numbers and no sample. Where there is no standard error, a
margin says how much more than the line is seen, as a share of the line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.backlog import FIRST, LAST, NEEDED, OVERSERVED
from pmlab.simulate.detectors import Finding
from pmlab.simulate.tables import Coded, Table

__all__ = [
    "ON_BACKLOG",
    "ON_MARKETS",
    "ON_SEGMENTS",
    "BacklogDetector",
    "MarketsDetector",
    "SegmentsDetector",
    "Sheet",
]

SegmentsDetector: TypeAlias = Callable[[Table], Finding]
MarketsDetector: TypeAlias = Callable[[Table, Table], Finding]
BacklogDetector: TypeAlias = Callable[[Table], Finding]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

LEAST_TWICE, LEAST_SHARED, MOST_ELSEWHERE = 0.08, 0.25, 0.05
"""Of the households, that are counted twice; of the smaller segment, that the two which overlap
share; and that any other two share."""
LEAST_BY_ROWS = 0.02
"""By how much a household's year is wrong if every row counts the same."""
LEAST_AGREED, MOST_AGREED = 0.7, 1.4
"""Top-down by bottom-up, both in the value of baskets."""
LEAST_WRONG = 0.05
"""By how much a sizing is wrong when a month stands for a year, or a pound for a euro."""
LEAST_CLEAR, MOST_CLOSE = 0.85, 0.70
"""Probability that one idea is really better than the next."""
TOP = 5
Z80 = NormalDist().inv_cdf(0.9)
"""From the middle of a central 80% interval to its end, in standard deviations."""


# --- segments -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The panel with each household once, and what stands in which segment."""

    weight: Floats
    euro: Floats
    """A year, of each household."""
    member: Bools
    """A row a household, a column a segment."""
    names: tuple[str, ...]

    @classmethod
    def of(cls, segments: Table) -> Panel:
        """Return the panel of the table."""
        household, segment = _coded(segments, "household_id"), _coded(segments, "segment")
        _, first, who = np.unique(household.codes, return_index=True, return_inverse=True)
        member = np.zeros((len(first), len(segment.words)), bool)
        member[who, segment.codes] = True
        cents = 12 * _numbers(segments, "orders_per_month") * _numbers(segments, "basket_cents")
        return cls(
            weight=_numbers(segments, "households")[first],
            euro=cents[first] / 100,
            member=member,
            names=tuple(segment.words),
        )

    def mean(
        self, values: Floats | Bools, among: Bools | slice = slice(None)
    ) -> tuple[float, float]:
        """Return the mean of a number over the households it stands for, and its error."""
        weight, values = self.weight[among], np.asarray(values, float)[among]
        mean = float(weight @ values / weight.sum())
        return mean, float(np.hypot.reduce(weight * (values - mean)) / weight.sum())

    def shared(self, first: int, second: int) -> tuple[float, float]:
        """Return what two segments share, as a share of the smaller, and its error."""
        inside, other = self.member[:, first], self.member[:, second]
        if self.weight @ inside > self.weight @ other:
            inside, other = other, inside
        share, error = self.mean(other, inside)
        return share, max(error, 1 / int(inside.sum()))  # of none seen, one might have been


def overlapping_segments(segments: Table) -> Finding:
    """Week 26: two segments share households, and the sum over segments counts these twice."""
    panel = Panel.of(segments)
    twice, twice_error = panel.mean(panel.member.sum(axis=1) - 1.0)
    pairs = {pair: panel.shared(*pair) for pair in combinations(range(panel.member.shape[1]), 2)}
    (pair, (most, most_error)), *rest = sorted(pairs.items(), key=lambda item: -item[1][0])
    next_most, next_error = max((shared for _, shared in rest), default=(0.0, 1.0))
    mean, _ = panel.mean(panel.euro)
    by_rows = float(panel.euro.mean()) / mean - 1
    # Of the difference between the two means: each household pulls on it by its own weight.
    pull = len(panel.weight) * panel.weight / panel.weight.sum() - 1
    by_rows_error = float(np.hypot.reduce(pull * (panel.euro - mean))) / len(panel.weight) / mean
    naive = 1 + twice
    return Finding(
        truth="overlapping segments",
        margin=float(
            np.min(
                [
                    (twice - LEAST_TWICE) / max(twice_error, 1e-12),
                    (most - LEAST_SHARED) / most_error,
                    (MOST_ELSEWHERE - next_most) / next_error,
                    (abs(by_rows) - LEAST_BY_ROWS) / by_rows_error,
                ]
            )
        ),
        measured=(
            f"{naive * panel.weight.sum():,.0f} households over the segments, "
            f"{panel.weight.sum():,.0f} different ones: {100 * twice:.1f}% counted twice; "
            f"{panel.names[pair[0]]} and {panel.names[pair[1]]} share {100 * most:.0f}% of the "
            f"smaller, any other two at most {100 * next_most:.0f}%; a household buys for "
            f"{mean:,.0f} euro a year, {panel.euro.mean():,.0f} if every answer counts the same"
        ),
    )


# --- markets --------------------------------------------------------------------------------------


class Sheet:
    """Finance's sheet, figure by figure."""

    def __init__(self, markets: Table) -> None:
        self._rows = {
            name: [
                "" if code < 0 else str(_coded(markets, name).words[code])
                for code in _coded(markets, name).codes
            ]
            for name in ("figure", "unit", "currency", "per", "basis")
        }
        self._figure = np.array(self._rows["figure"])
        self.value, self.low, self.high = (
            _numbers(markets, name) for name in ("value", "low", "high")
        )

    def __getitem__(self, figure: str) -> float:
        """Return a figure: money in euro (or pounds), a year; the sum where there are several."""
        return self._total(figure, months=12)

    def as_written(self, figure: str) -> float:
        """Return a figure as if a month were a year."""
        return self._total(figure, months=1)

    def spread(self, figure: str) -> float:
        """Return the standard deviation of the logarithm of a figure with a range."""
        row = int(np.flatnonzero(self._figure == figure)[0])
        return float(np.log(self.high[row] / self.low[row])) / (2 * Z80)

    def _total(self, figure: str, *, months: int) -> float:
        rows = np.flatnonzero(self._figure == figure)
        units = [
            (0.01 if self._rows["unit"][row] == "cents" else 1.0)
            * (months if self._rows["per"][row] == "month" else 1)
            for row in rows
        ]
        return float(self.value[rows] @ units)

    def basis(self, figure: str) -> set[str]:
        """Return on which basis a figure stands."""
        return {self._rows["basis"][row] for row in np.flatnonzero(self._figure == figure)}


SPEND, SHARES = "Grocery sales", ("Groceries bought online", "Groceries bought from a meal plan")
COMMISSION, WASTE, RATE = "Larder's commission", "Food a household throws away", "Euro for a pound"


def two_bases(markets: Table, segments: Table) -> Finding:
    """Week 26: top-down is twelve times bottom-up; on one basis they agree within their ranges."""
    sheet, panel = Sheet(markets), Panel.of(segments)
    top = sheet[SPEND] * sheet[SHARES[0]] * sheet[SHARES[1]]
    mean, error = panel.mean(panel.euro)
    bottom = mean * float(panel.weight.sum())
    revenue = sheet[COMMISSION] * bottom
    within = Z80 * math.hypot(*(sheet.spread(share) for share in SHARES))
    agreed, raw = np.log(top / bottom), np.log(top / revenue)
    margins = [
        within - abs(agreed),
        np.log(MOST_AGREED) - agreed,
        agreed - np.log(LEAST_AGREED),
        abs(raw) - within,
    ]
    return Finding(
        truth="two bases",
        margin=float(np.min(margins)) / (error / mean) if sheet.basis(SPEND) == {"GMV"} else -1.0,
        measured=(
            f"top-down {top / 1e9:,.2f} billion euro a year of baskets (80%: "
            f"{top * np.exp(-within) / 1e9:,.1f} to {top * np.exp(within) / 1e9:,.1f}), bottom-up "
            f"{revenue / 1e9:,.3f} of commission: {top / revenue:,.1f} times as much; bottom-up in "
            f"baskets is {bottom / 1e9:,.2f}, and the factor {top / bottom:.2f}"
        ),
    )


def odd_figures(markets: Table, segments: Table) -> Finding:
    """Week 26: one country's sales are of a month, and the waste is of a month and in pounds."""
    sheet = Sheet(markets)
    month, waste_month = (sheet.as_written(name) / sheet[name] for name in (SPEND, WASTE))
    pounds = 1 / sheet[RATE]
    gap = min(abs(1 - month), abs(1 - waste_month), abs(1 - pounds))
    return Finding(
        truth="a month among years",
        margin=gap / LEAST_WRONG - 1,
        measured=(
            f"sales in the five countries are {sheet[SPEND] / 1e9:,.0f} billion euro a year, "
            f"{100 * month:.0f}% of that with the month as a year; waste is "
            f"{sheet[WASTE] * sheet[RATE]:,.0f} euro a household and year, {100 * pounds:.0f}% of "
            f"that with pounds as euro, {100 * waste_month:.0f}% with the month as a year"
        ),
    )


# --- the backlog ----------------------------------------------------------------------------------


class Ranked:
    """The backlog with its scores: lognormals whose logarithms have these means and deviations."""

    def __init__(self, backlog: Table) -> None:
        item, per = _coded(backlog, "item"), _coded(backlog, "reach_per")
        self.items = [str(item.words[code]) for code in item.codes]
        self.quarterly = per.codes == list(per.words).index("quarter")
        reach, impact, confidence, effort = (
            _numbers(backlog, name) for name in ("reach", "impact", "confidence", "effort_weeks")
        )
        self.as_written = reach * impact * confidence / effort
        self.score = np.where(self.quarterly, self.as_written / 3, self.as_written)
        spreads = [
            np.log(_numbers(backlog, f"{name}_high") / _numbers(backlog, f"{name}_low")) / (2 * Z80)
            for name in ("reach", "effort")
        ]
        self.spread: Floats = np.hypot(*spreads)
        self.order = np.argsort(-self.score, kind="stable")
        self.place = 1 + np.argsort(self.order)

    def beats_next(self) -> Floats:
        """Return for each place but the last the probability of being better than the next."""
        ahead, behind = self.order[:-1], self.order[1:]
        gap = np.log(self.score[ahead] / self.score[behind])
        error = np.hypot(self.spread[ahead], self.spread[behind])
        return np.array([NormalDist().cdf(z) for z in gap / error])


def reach_of_a_quarter(backlog: Table) -> Finding:
    """Week 26: the idea with the highest score has its reach counted by the quarter."""
    ranked = Ranked(backlog)
    naive = int(np.argmax(ranked.as_written))
    second = float(np.sort(ranked.as_written)[-2])
    place, third = int(ranked.place[naive]), float(np.sort(ranked.score)[-3])
    margins = [
        ranked.as_written[naive] / second / (1 + LEAST_WRONG) - 1,
        third / ranked.score[naive] / (1 + LEAST_WRONG) - 1,
    ]
    return Finding(
        truth="reach of a quarter",
        margin=float(np.min(margins)) if ranked.quarterly[naive] else -1.0,
        measured=(
            f"{ranked.items[naive]} comes first with {ranked.as_written[naive]:,.0f}, before "
            f"{second:,.0f}; with the reach of a month it has {ranked.score[naive]:,.0f} and is "
            f"number {place}"
        ),
    )


def close_guesses(backlog: Table) -> Finding:
    """Week 26: a clear first, a clear last, and neighbours that the guesses cannot tell apart."""
    ranked = Ranked(backlog)
    beats = ranked.beats_next()
    closest = float(beats[: TOP - 1].min())
    tied = [
        f"{place} and {place + 1} ({100 * chance:.0f}%)"
        for place, chance in enumerate(beats[: TOP - 1], start=1)
        if chance < MOST_CLOSE
    ]
    first, last = (ranked.items[place] for place in ranked.order[[0, -1]])
    margins = [
        beats[0] / LEAST_CLEAR - 1,
        beats[-1] / LEAST_CLEAR - 1,
        1 - closest / MOST_CLOSE,
    ]
    return Finding(
        truth="guesses too close",
        margin=float(np.min(margins)) if (first, last) == (FIRST, LAST) else -1.0,
        measured=(
            f"{first} is better than the next with a probability of {100 * beats[0]:.0f}%, the one "
            f"before the last better than {last} with {100 * beats[-1]:.0f}%; not told apart are "
            f"places {', '.join(tied)}"
        ),
    )


def need_already_met(backlog: Table) -> Finding:
    """Week 26: an idea among RICE's first five serves a need that is met; a better one is lower."""
    ranked = Ranked(backlog)
    importance, satisfaction = (_numbers(backlog, name) for name in ("importance", "satisfaction"))
    opportunity = importance + np.maximum(importance - satisfaction, 0)
    met, needed = (ranked.items.index(name) for name in (OVERSERVED, NEEDED))
    others = np.delete(importance - satisfaction, met)
    runner_up = float(np.delete(opportunity, needed).max())
    fifth, sixth = (float(ranked.score[ranked.order[place]]) for place in (TOP - 1, TOP))
    margins = [
        satisfaction[met] / importance[met] / (1 + LEAST_WRONG) - 1,
        float(others.min()),
        opportunity[needed] / runner_up - 1,
        ranked.score[met] / sixth - 1,
        fifth / ranked.score[needed] - 1,
    ]
    from_top = 1 + int((opportunity > opportunity[met]).sum())
    return Finding(
        truth="a need already met",
        margin=float(np.min(margins)),
        measured=(
            f"{OVERSERVED} is number {ranked.place[met]} by RICE and {from_top} of "
            f"{len(opportunity)} by opportunity ({opportunity[met]:.1f}: importance "
            f"{importance[met]:.1f}, satisfaction {satisfaction[met]:.1f}); {NEEDED} is number "
            f"{ranked.place[needed]} by RICE and first by opportunity ({opportunity[needed]:.1f}, "
            f"then {runner_up:.1f})"
        ),
    )


ON_SEGMENTS: tuple[SegmentsDetector, ...] = (overlapping_segments,)
ON_MARKETS: tuple[MarketsDetector, ...] = (two_bases, odd_figures)
ON_BACKLOG: tuple[BacklogDetector, ...] = (reach_of_a_quarter, close_guesses, need_already_met)


def _numbers(table: Table, name: str) -> Floats:
    return np.asarray(table[name], float)


def _coded(table: Table, name: str) -> Coded:
    column = table[name]
    assert isinstance(column, Coded)
    return column
