"""Means and ratios of an arm from its moments, with chance differences of covariates taken out.

A ratio of two means moves, to first order, like the mean of ``(a - R b) / mean(b)``; so ratios,
clusters of uneven size and covariates are all linear forms of one covariance matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pmlab.ab.moments import Floats, Moments

__all__ = ["Adjusted", "Estimate", "Part", "estimates", "linear"]

SAME = 1e-12
"""Of its own variance, what a covariate must keep beside the others to add anything."""


class Part(NamedTuple):
    """A column's mean, or the ratio of two columns' means."""

    numerator: str
    denominator: str | None = None

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}" if self.denominator else self.numerator


class Estimate(NamedTuple):
    """One arm's number with its standard error, and what it was before adjustment."""

    value: float
    se: float
    unadjusted: float
    se_unadjusted: float


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """Both arms' numbers."""

    control: Estimate
    treatment: Estimate
    theta: tuple[float, ...]
    """How much of each covariate's deviation is taken out."""
    left_out: tuple[str, ...]
    """Covariates that do not vary, or say nothing that others do not."""
    denominator_error: float
    """The larger relative standard error of a denominator; 0 for plain means."""

    @property
    def variance_reduction(self) -> float:
        """By how much adjusting made the variance of the difference smaller, as a share."""
        before = self.control.se_unadjusted**2 + self.treatment.se_unadjusted**2
        after = self.control.se**2 + self.treatment.se**2
        return 1 - after / before if before > 0 else 0.0


def estimates(
    control: Moments, treatment: Moments, outcome: Part, covariates: Sequence[Part] = ()
) -> Adjusted:
    """Return both arms' outcome, adjusted for covariates by least squares (CUPED).

    Theta is that of both arms merged, and so is the mean that covariates are held at.

    References
    ----------
    Deng, A., Xu, Y., Kohavi, R. and Walker, T. (2013). Improving the sensitivity of online
    controlled experiments by utilizing pre-experiment data. *WSDM '13*, 123-132.
    Deng, A., Knoblich, U. and Lu, J. (2018). Applying the delta method in metric analytics: a
    practical guide with novel ideas. *KDD '18*, 233-242.
    """
    parts = [outcome, *covariates]
    theta, held_at = [0.0] * len(covariates), [0.0] * len(covariates)
    left_out: list[str] = []
    if covariates:
        (_, *held_at), together = linear(control + treatment, parts)
        theta, left_out = _least_squares(np.array(together), [str(part) for part in covariates])
    weights = [1.0, *(-own for own in theta)]
    sides = []
    for arm in (control, treatment):
        (plain, *others), covariance = linear(arm, parts)
        apart = zip(theta, others, held_at, strict=True)
        variance = sum(
            weight * other * covariance[row][column]
            for row, weight in enumerate(weights)
            for column, other in enumerate(weights)
        )
        sides.append(
            Estimate(
                plain - sum(own * (value - held) for own, value, held in apart),
                _se(variance, arm.n),
                plain,
                _se(covariance[0][0], arm.n),
            )
        )
    errors = [_denominator_error(arm, outcome) for arm in (control, treatment)]
    return Adjusted(
        control=sides[0],
        treatment=sides[1],
        theta=tuple(theta),
        left_out=tuple(left_out),
        denominator_error=max(errors),
    )


def linear(arm: Moments, parts: Sequence[Part]) -> tuple[list[float], list[list[float]]]:
    """Return each part's value, and the covariance of what they move like, one unit at a time."""
    # Plain numbers: for the two or three columns of a metric, arrays take longer to make.
    values, weights = [], []
    for part in parts:
        at = arm.at(part.numerator)
        value = float(arm.mean[at])
        if part.denominator is None:
            values.append(value)
            weights.append([(at, 1.0)])
            continue
        under = arm.at(part.denominator)
        mean = float(arm.mean[under])
        value = value / mean if mean != 0 else math.nan
        values.append(value)
        weights.append([(at, 1 / mean), (under, -value / mean)] if mean != 0 else [(at, math.nan)])
    centred = arm.centred.tolist()
    freedom = arm.n - 1 if arm.n > 1 else math.nan
    covariance = [
        [
            sum(one * two * centred[i][j] for i, one in row for j, two in column) / freedom
            for column in weights
        ]
        for row in weights
    ]
    return values, covariance


def _se(variance: float, n: int) -> float:
    # A variance that is 0 may come out a rounding below it.
    return math.sqrt(max(0.0, variance) / n) if n > 1 and not math.isnan(variance) else math.nan


def _least_squares(covariance: Floats, names: Sequence[str]) -> tuple[list[float], list[str]]:
    """Return the coefficients of the first part on the others, and who adds nothing to them."""
    theta = np.zeros(len(names))
    # One at a time, on what the ones before left over: a covariate that adds nothing stays out.
    rest, used = covariance[1:, 1:].copy(), []
    for place in range(len(names)):
        if rest[place, place] > SAME * covariance[1 + place, 1 + place]:
            used.append(place)
            row = rest[place].copy()
            rest -= np.outer(row, row) / row[place]
    if used:
        chosen = np.array(used)
        sd = np.sqrt(covariance[1 + chosen, 1 + chosen])
        correlation = covariance[np.ix_(1 + chosen, 1 + chosen)] / np.outer(sd, sd)
        theta[chosen] = np.linalg.solve(correlation, covariance[1 + chosen, 0] / sd) / sd
    return theta.tolist(), [name for place, name in enumerate(names) if place not in used]


def _denominator_error(arm: Moments, part: Part) -> float:
    """Return the relative standard error of the denominator."""
    if part.denominator is None or arm.n < 2:
        return 0.0
    at = arm.at(part.denominator)
    mean = abs(float(arm.mean[at]))
    se = math.sqrt(float(arm.covariance[at, at]) / arm.n)
    return se / mean if mean > 0 else math.inf
