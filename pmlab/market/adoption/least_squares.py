"""Nonlinear least squares for the Bass curve, on plain numbers.

Given p and q the best m has a formula, so only two numbers have to be searched for: a grid of them
is tried first, and no start has to be guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from pmlab.market.adoption.curve import NAMES, adopting, adopting_gradient, peak_time
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Floats

__all__ = [
    "ENDLESS",
    "LeastSquares",
    "least_squares",
    "peak_error",
    "peak_interval",
    "profile_interval",
]

UNDEFINED = Interval(math.nan, math.nan)
ENDLESS = 30.0
"""A market this many times what has been seen of it: no end of it can be told."""
MOST_TIMES = 1e3
"""Of what has been seen: where the search for m ends."""

SMALLEST = 1e-8
"""A q of 0, where logarithms are needed."""
EXACT = 1e-9
"""A curve whose residuals are this small a part of the data passes through them."""
MOST_LOG = 20.0
"""Draws are at most a few hundred million times off, where a fit says nothing of a number."""
CLOSE = 1e-6
"""How near the ends of an interval are found, as a part of them."""

LOG_SPEEDS = np.linspace(math.log(1e-2), math.log(10.0), 24)
LOG_RATIOS = np.linspace(math.log(1e-3), math.log(1e6), 28)


@dataclass(frozen=True, kw_only=True)
class LeastSquares:
    """m, p and q of least squares, as they stand in `NAMES`."""

    values: Floats
    covariance: Floats
    """NaN for what was given, or lies at an end of what is possible."""
    free: tuple[bool, ...]
    """Which were estimated."""
    fitted: Floats
    sum_of_squares: float
    df: int

    @property
    def errors(self) -> Floats:
        """Standard errors."""
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors

    @property
    def residual_error(self) -> float:
        """Residual standard error, on n - 3 degrees of freedom; n - 2 for a given m."""
        return math.sqrt(self.sum_of_squares / self.df)

    def drawn(self, n: int, seed: int) -> dict[str, Floats]:
        """Return m, p and q together, normal on the log scale, so that none falls below 0."""
        drawn = {name: np.full(n, value) for name, value in zip(NAMES, self.values, strict=True)}
        known = np.flatnonzero(np.isfinite(np.diag(self.covariance)))
        if known.size:
            sizes = self.values[known]
            relative = self.covariance[np.ix_(known, known)] / np.outer(sizes, sizes)
            random = np.random.default_rng(seed)
            logs = random.multivariate_normal(np.zeros(known.size), relative, n, method="eigh")
            for place, k in enumerate(known):
                off = np.clip(logs[:, place], -MOST_LOG, MOST_LOG)
                drawn[NAMES[k]] = self.values[k] * np.exp(off)
        return drawn


def least_squares(y: Floats, m: float | None = None) -> LeastSquares:
    """Return the Bass curve through these adopters by period; with m given only p and q."""
    t = np.arange(1.0, len(y) + 1)
    fixed = np.array([np.nan if m is None else m, np.nan, np.nan])
    scale = float(y.sum())
    starts = _starts(t, y, m)
    best = min(
        (_descend(t, y, start, fixed, scale) for start in starts), key=lambda found: found[1]
    )
    values, squares = best
    free = np.isnan(fixed)
    df = len(y) - int(free.sum())
    inside = free & (values > [0, 0, 1e-9])
    return LeastSquares(
        values=values,
        covariance=_covariance(t, values, inside, squares / df),
        free=tuple(bool(one) for one in free),
        fitted=values[0] * adopting(t, values[1], values[2]),
        sum_of_squares=squares,
        df=df,
    )


def profile_interval(
    y: Floats, found: LeastSquares, place: int, confidence_level: float
) -> tuple[float, float]:
    """Return where one number may lie when the others are free to make up for it.

    The ends are where the sum of squares has grown by t^2 residual variances (Bates and Watts,
    1988, chapter 6). An end of 0 or infinity says that no value is too low, or too high.
    """
    value, limit = float(found.values[place]), _limit(found, confidence_level)
    if limit <= EXACT * float(np.linalg.norm(y)):
        return value, value  # the curve passes through every point
    free = np.array(found.free)
    free[place] = False
    floor, ceiling = {
        "m": (y.sum() * 1e-3, y.sum() * MOST_TIMES),
        "p": (1e-9, 10.0),
        "q": (1e-6, 20.0),
    }[NAMES[place]]
    ends = []
    for last, beyond in ((floor, 0.0), (ceiling, math.inf)):
        logs = np.log(np.maximum(found.values, SMALLEST))

        def too_far(log: float, logs: Floats = logs) -> float:
            logs[place] = log
            squares = _refit(y, logs, free)  # and the next one begins where this one ended
            return math.sqrt(max(squares - found.sum_of_squares, 0.0)) - limit

        ends.append(_end(too_far, math.log(max(value, floor)), math.log(last), beyond))
    if place == 0:
        ends[0] = max(ends[0], min(value, float(y.sum())))  # so many have been seen
    return ends[0], ends[1]


def peak_error(found: LeastSquares) -> float:
    """Return the standard error of when the peak is, by the delta method; NaN where undefined."""
    _, p, q = (float(value) for value in found.values)
    t = float(peak_time(p, q))
    if math.isnan(t):
        return math.nan
    slope = np.array([-(1 / p + t) / (p + q), (1 / q - t) / (p + q)])
    return math.sqrt(float(slope @ found.covariance[1:, 1:] @ slope))


def peak_interval(found: LeastSquares, confidence_level: float) -> Interval:
    """Return where the peak may lie; NaN where it or its error is undefined."""
    t, error = float(peak_time(found.values[1], found.values[2])), peak_error(found)
    reach = float(stats.t.ppf((1 + confidence_level) / 2, found.df)) * error
    return Interval(max(t - reach, 0.0), t + reach) if error >= 0 else UNDEFINED


def _limit(found: LeastSquares, confidence_level: float) -> float:
    return float(stats.t.ppf((1 + confidence_level) / 2, found.df)) * found.residual_error


def _end(too_far: Callable[[float], float], centre: float, last: float, beyond: float) -> float:
    step = math.copysign(0.1, last - centre)
    near, far = centre, centre + step
    while (far - last) * step < 0 and too_far(far) < 0:
        step *= 1.6
        near, far = far, far + step
    if (far - last) * step >= 0:
        far = last
        if near == last or too_far(far) < 0:
            return beyond
    while abs(far - near) > CLOSE:
        middle = (near + far) / 2
        near, far = (near, middle) if too_far(middle) > 0 else (middle, far)
    return math.exp((near + far) / 2)


def _refit(y: Floats, logs: Floats, free: npt.NDArray[np.bool_]) -> float:
    """Let the free ones of log m, log p and log q go to least squares; return the sum."""
    t, scale = np.arange(1.0, len(y) + 1), float(np.linalg.norm(y))

    def whole(theta: Floats) -> Floats:
        logs[free] = theta
        return np.exp(np.clip(logs, -60.0, 60.0))

    def off(theta: Floats) -> Floats:
        m, p, q = whole(theta)
        return np.asarray((m * adopting(t, p, q) - y) / scale)

    def slope(theta: Floats) -> Floats:
        values = whole(theta)
        return np.asarray((_jacobian(t, values) * values / scale)[:, free])

    with np.errstate(over="ignore", under="ignore"):
        found = optimize.least_squares(off, logs[free], jac=slope, method="lm", ftol=1e-12)
    logs[free] = found.x
    return 2 * float(found.cost) * scale**2


def _starts(t: Floats, y: Floats, m: float | None) -> list[Floats]:
    """Return the best points of a grid of p and q, each with its best m."""
    speeds, ratios = np.exp(LOG_SPEEDS)[:, None], np.exp(LOG_RATIOS)[None, :]
    p = (speeds / (1 + ratios)).ravel()
    q = (speeds * ratios / (1 + ratios)).ravel()
    curves = adopting(t[:, None], p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        best_m = (y @ curves) / (curves**2).sum(axis=0) if m is None else np.full_like(p, m)
        squares = ((y[:, None] - best_m * curves) ** 2).sum(axis=0)
    squares[~np.isfinite(squares)] = np.inf
    return [np.array([best_m[k], p[k], q[k]]) for k in np.argsort(squares)[:3]]


def _descend(
    t: Floats, y: Floats, start: Floats, fixed: Floats, scale: float
) -> tuple[Floats, float]:
    """Return the nearest least squares, and their sum."""
    free = np.isnan(fixed)
    unit = np.array([scale, 1.0, 1.0])
    low = np.array([1e-9, 1e-12, 0.0])[free]
    high = np.array([2 * MOST_TIMES, 20.0, 40.0])[free]

    def whole(theta: Floats) -> Floats:
        values: Floats = fixed.copy()
        values[free] = theta * unit[free]
        return values

    def off(theta: Floats) -> Floats:
        m, p, q = whole(theta)
        return np.asarray((m * adopting(t, p, q) - y) / scale)

    def slope(theta: Floats) -> Floats:
        return np.asarray((_jacobian(t, whole(theta)) * unit / scale)[:, free])

    begin = np.clip((start / unit)[free], low * 1.01 + 1e-12, high * 0.99)
    found = optimize.least_squares(
        off,
        begin,
        jac=slope,
        bounds=(low, high),
        x_scale="jac",
        xtol=1e-12,
        ftol=1e-14,
        gtol=1e-14,
        max_nfev=400,
    )
    return whole(found.x), 2 * float(found.cost) * scale**2


def _jacobian(t: Floats, values: Floats) -> Floats:
    m, p, q = (float(value) for value in values)
    by_p, by_q = adopting_gradient(t, p, q)
    return np.column_stack([adopting(t, p, q), m * by_p, m * by_q])


def _covariance(
    t: Floats, values: Floats, inside: npt.NDArray[np.bool_], variance: float
) -> Floats:
    covariance = np.full((3, 3), np.nan)
    jacobian = _jacobian(t, values)[:, inside]
    # Columns on one scale first: m counts in millions where p counts in thousandths.
    size = np.linalg.norm(jacobian, axis=0)
    if inside.any() and np.all(size > 0):
        scaled = jacobian / size
        if np.linalg.cond(scaled) < 1e8:
            inverse = np.linalg.inv(scaled.T @ scaled) / np.outer(size, size)
            covariance[np.ix_(inside, inside)] = variance * inverse
    return covariance
